/* loop.c: the loop: key → action → session → draw → present. */
#include "app/run.h"
#include "app/welcome.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/history.h"
#include "app/log.h"
#include "app/notes.h"
#include "app/recover.h"
#include "base/clock.h"
#include "base/file.h"

/* Of two waiting times, -1 for ever. */
static int sooner(int a, int b)
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

enum { KEYS_PER_FRAME = 4096, WORK_MS = 30, NOTES_MS = 1000 };

int app_interact(struct app *a, const struct options *o)
{
    struct err e = {{0}};
    struct event_log log;
    struct screen *screen = log_open(&log, &e) ? screen_open(o->color, &e) : NULL;
    if (!screen) {
        log_close(&log);
        app_report(&e);
        return EXIT_FAILED;
    }
    if (o->mouse)
        screen_take_mouse(screen);
    file_at_screen(true);
    struct grid *grid = grid_new(0, 0, a->glyphs);
    bool hangup = false, draw = true;
    int signal_number = 0;
    double next_word = 0;
    bool was_playing = false, working = true;
    int pressed = K_NONE;                 /* since the last picture */
    struct local *notes = NULL;
    struct recovery *recovery = a->readonly ? NULL : recovery_begin();
    history_load(a);
    app_live(a);
    if (!o->keys) {
        recovery_offer(recovery, a);
        if (!a->prompt.active)
            welcome_offer(a);
    }
    while (!a->quit && !hangup) {
        if (a->scene.playing && !was_playing)
            next_word = clock_ms() + app_play_interval(a);
        was_playing = a->scene.playing;
        if (draw) {
            int w, h, cx, cy;
            screen_size(screen, &w, &h);
            if (w != grid->w || h != grid->h)
                grid_resize(grid, w, h);
            a->w = w;
            a->h = h;
            app_draw(a, grid, &cx, &cy);
            log_draws(&log, w, h);
            screen_present(screen, grid, a->theme, cx, cy);
            app_record_frame(a, grid, cx, cy, pressed);
            pressed = K_NONE;
            notes_follow(&notes, a);
            draw = false;
        }
        int timeout = -1;
        if (a->scene.playing) {
            double left = next_word - clock_ms();
            timeout = left < 0 ? 0 : (int)left + 1;
        }
        if (working)
            timeout = 0;
        timeout = sooner(timeout, app_work_wait(a));
        timeout = sooner(timeout, app_show_wait(a));
        timeout = sooner(timeout, notes ? NOTES_MS : -1);
        timeout = sooner(timeout, recovery_wait(recovery, a));
        log_frame(&log);
        /* Everything that has been typed already is one frame: a paste or a held key never lags. */
        for (int n = 0; n < KEYS_PER_FRAME && !a->quit; n++) {
            int key = screen_key(screen, n ? 0 : timeout, &hangup, &signal_number);
            if (hangup || key == K_NONE)
                break;
            if (screen_pasting(screen) && !a->prompt.active)
                continue;                         /* text pasted into a picture is an accident, not commands */
            log_key(&log, a, key);
            pressed = key < K_RESIZE || key & K_ALT_BIT ? key : K_NONE;
            unsigned r = app_key(a, key);
            draw = draw || (r & (REACT_DRAW | REACT_REDRAW));
            if (r & REACT_REDRAW)
                screen_redraw(screen);
            if (r & REACT_COPY)
                screen_copy(screen, a->copied);
            if (r & REACT_QUIT)
                a->quit = true;
            if (r & REACT_SUSPEND) {
                screen_suspend(screen);
                draw = true;
            }
        }
        enum view_work w = a->quit || hangup ? WORK_NONE : app_view_work(a, WORK_MS, NULL);
        working = w == WORK_MORE;
        draw = draw || w != WORK_NONE;
        if (a->scene.playing && clock_ms() >= next_word) {
            draw = app_play_tick(a) || draw;
            next_word = clock_ms() + app_play_interval(a);
        }
        if (app_work_wait(a) == 0 && !a->quit && !hangup)
            draw = (app_work(a) & REACT_DRAW) || draw;
        draw = app_show_tick(a) || draw;
        if (notes && !draw)
            notes_follow(&notes, a);              /* whoever has come to follow */
        recovery_keep(recovery, a, false);
    }
    if (!a->readonly)
        history_save(a);
    bool stays = recovery_end(recovery, a, hangup);
    notes_end(&notes);
    grid_free(grid);
    screen_close(screen);
    log_close(&log);
    file_at_screen(false);
    if (stays) {
        err_set(&e, NULL, NULL, "what was not saved is kept: the next start offers it");
        app_report(&e);
    }
    return hangup ? EXIT_SIGNAL + (signal_number ? signal_number : SIGHUP) : EXIT_FINE;
}
