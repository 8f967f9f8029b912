/* loop.c: see loop.h. */
#include "app/loop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/history.h"
#include "app/log.h"
#include "app/notes.h"
#include "app/recover.h"
#include "app/welcome.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

/* Of two waiting times, -1 for ever. */
static int sooner(int a, int b)
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

enum { KEYS_PER_FRAME = 4096, WORK_MS = 1, NOTES_MS = 1000, PROGRESS_MS = 80 };

struct loop {
    struct app *a;
    struct screen *screen;
    struct grid *grid;
    struct event_log log;
    struct local *notes;
    struct recovery *recovery;
    double next_word;             /* while playing: when, by the clock */
    bool was_playing;
    bool working;                 /* the view has more to do than fits between two keys */
    bool behind;                  /* not all steps of the run are computed */
    double drawn;                 /* when, by the clock */
    bool draw, hangup;
    bool first;                   /* nothing has been drawn yet */
    int signal_number;
    int pressed;                  /* since the last picture, or K_NONE */
};

struct loop *loop_begin(struct app *a, const struct options *o, struct err *e)
{
    struct loop *l = xcalloc(1, sizeof *l);
    *l = (struct loop){.a = a, .draw = true, .first = true, .working = true, .pressed = K_NONE};
    l->screen = log_open(&l->log, e) ? screen_open(o->color, e) : NULL;
    if (!l->screen) {
        log_close(&l->log);
        free(l);
        return NULL;
    }
    if (o->mouse)
        screen_take_mouse(l->screen);
    file_at_screen(true);
    l->grid = grid_new(0, 0, a->glyphs);
    l->recovery = a->readonly ? NULL : recovery_begin();
    history_load(a);
    app_live(a);
    if (!o->keys) {
        if (!a->lesson)                   /* whose first key is an answer; the next start without one offers it */
            recovery_offer(l->recovery, a);
        if (!a->prompt.active)
            welcome_offer(a);
    }
    return l;
}

bool loop_goes_on(const struct loop *l)
{
    return !l->a->quit && !l->hangup;
}

/* Multiplications before the first picture: every layer of one step. (A large head comes after it.) */
static double first_step(const struct session *s)
{
    const struct lstm *net = session_net(s);
    double n = 0;
    for (int k = 0; k < net->layers; k++)
        n += (double)GATES * net->layer[k].hidden * ((double)net->layer[k].hidden + net->layer[k].in);
    return n;
}

/* Where the first picture takes longer than one would wait without a word, a picture says so before it. */
static void say_first_step(struct loop *l)
{
    const double AT_ONCE = 1e7;
    if (!l->first || first_step(l->a->session) < AT_ONCE)
        return;
    grid_clear(l->grid);
    grid_text(l->grid, 0, 0, l->grid->w, ROLE_TEXT, 0, "computing the first step");
    screen_present(l->screen, l->grid, l->a->theme, -1, -1);
}

void loop_draw(struct loop *l)
{
    struct app *a = l->a;
    int w, h, cx, cy;
    if (a->scene.playing && !l->was_playing)
        l->next_word = clock_ms() + app_play_interval(a);
    l->was_playing = a->scene.playing;
    if (l->draw) {
        screen_size(l->screen, &w, &h);
        if (w != l->grid->w || h != l->grid->h)
            grid_resize(l->grid, w, h);
        a->w = w;
        a->h = h;
        say_first_step(l);
        l->first = false;
        l->behind = !app_catch_up(a, false);
        l->drawn = clock_ms();
        app_draw(a, l->grid, &cx, &cy);
        log_draws(&l->log, w, h);
        screen_present(l->screen, l->grid, a->theme, cx, cy);
        app_record_frame(a, l->grid, cx, cy, l->pressed);
        l->pressed = K_NONE;
        notes_follow(&l->notes, a);
        l->draw = false;
    }
    log_frame(&l->log);
}

int loop_wait(struct loop *l)
{
    int timeout = -1;
    if (l->a->scene.playing) {
        double left = l->next_word - clock_ms();
        timeout = left < 0 ? 0 : (int)left + 1;
    }
    if (l->working || l->draw || l->behind)
        timeout = 0;
    timeout = sooner(timeout, app_work_wait(l->a));
    timeout = sooner(timeout, app_reload_wait(l->a));
    timeout = sooner(timeout, app_show_wait(l->a));
    timeout = sooner(timeout, l->notes ? NOTES_MS : -1);
    return sooner(timeout, recovery_wait(l->recovery, l->a));
}

static void take_key(struct loop *l, int key)
{
    log_key(&l->log, l->a, key);
    l->pressed = key < K_RESIZE || key & K_ALT_BIT ? key : K_NONE;
    unsigned r = app_key(l->a, key);
    l->draw = l->draw || (r & (REACT_DRAW | REACT_REDRAW));
    if (r & REACT_REDRAW)
        screen_redraw(l->screen);
    if (r & REACT_COPY)
        screen_copy(l->screen, l->a->copied);
    if (r & REACT_QUIT)
        l->a->quit = true;
    if (r & REACT_SUSPEND) {
        screen_suspend(l->screen);
        l->draw = true;
    }
}

/* Everything that has been typed already is one frame: a paste or a held key never lags. */
static void take_keys(struct loop *l, int timeout_ms)
{
    for (int n = 0; n < KEYS_PER_FRAME && !l->a->quit; n++) {
        int key = screen_key(l->screen, n ? 0 : timeout_ms, &l->hangup, &l->signal_number);
        if (l->hangup || key == K_NONE)
            break;
        if (screen_pasting(l->screen) && !l->a->prompt.active)
            continue;                         /* text pasted into a picture is an accident, not commands */
        take_key(l, key);
    }
}

/* A slice of what takes longer than a frame: first the run, then what the view makes of it. */
static void work(struct loop *l)
{
    l->working = l->draw;
    if (l->draw)                  /* what the keys did is shown first */
        return;
    if (l->behind) {
        l->behind = !app_catch_up(l->a, true);
        l->draw = !l->behind || clock_ms() - l->drawn > PROGRESS_MS;
    }
    enum view_work w = l->behind ? WORK_NONE : app_view_work(l->a, WORK_MS, NULL);
    l->working = w == WORK_MORE;
    l->draw = l->draw || (w == WORK_MORE ? clock_ms() - l->drawn > PROGRESS_MS : w != WORK_NONE);
    enum slice head = l->behind ? SLICE_IDLE : session_head_work(l->a->session, WORK_MS);
    l->working = l->working || head != SLICE_IDLE;        /* a view that waited for the head goes on when it is there */
    l->draw = l->draw || head == SLICE_DONE;
}

void loop_step(struct loop *l, int timeout_ms)
{
    struct app *a = l->a;
    take_keys(l, timeout_ms);
    if (loop_goes_on(l))
        work(l);
    if (a->scene.playing && clock_ms() >= l->next_word) {
        l->draw = app_play_tick(a) || l->draw;
        l->next_word = clock_ms() + app_play_interval(a);
    }
    if (app_work_wait(a) == 0 && loop_goes_on(l))
        l->draw = (app_work(a) & REACT_DRAW) || l->draw;
    l->draw = (app_reload_look(a) & REACT_DRAW) || app_show_tick(a) || l->draw;
    if (l->notes && !l->draw)
        notes_follow(&l->notes, a);               /* whoever has come to follow */
    recovery_keep(l->recovery, a, false);
}

int loop_end(struct loop *l)
{
    struct err e = {{0}};
    if (!l->a->readonly)
        history_save(l->a);
    bool stays = recovery_end(l->recovery, l->a, l->hangup);
    notes_end(&l->notes);
    grid_free(l->grid);
    screen_close(l->screen);
    log_close(&l->log);
    file_at_screen(false);
    if (stays) {
        err_set(&e, NULL, NULL, "what was not saved is kept: the next start offers it");
        app_report(&e);
    }
    int status = l->hangup ? EXIT_SIGNAL + (l->signal_number ? l->signal_number : SIGHUP) : EXIT_FINE;
    free(l);
    return status;
}

int app_interact(struct app *a, const struct options *o)
{
    struct err e = {{0}};
    struct loop *l = loop_begin(a, o, &e);
    if (!l) {
        app_report(&e);
        return EXIT_FAILED;
    }
    while (loop_goes_on(l)) {
        loop_draw(l);
        loop_step(l, loop_wait(l));
    }
    return loop_end(l);
}
