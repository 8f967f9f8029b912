/* draw.c: the picture, playing, and the long work of a view. See app.h. */
#include "action/app.h"
#include "views/chrome.h"

enum view_work app_view_work(struct app *a, int ms, struct err *e)
{
    struct err own = {{0}};
    if (!a->view->work || view_lacks(a->view, a->session))
        return WORK_NONE;
    struct str progress = {0};
    enum view_work w = a->view->work(a->session, app_view_state(a), ms, &progress, e ? e : &own);
    if (w == WORK_FAILED)
        app_fail(a, e ? e : &own);
    else if (w != WORK_NONE && progress.len)
        app_say(a, "%s", str_text(&progress));
    if (w == WORK_DONE)                   /* the view says what came out */
        a->scene.message = NULL;
    str_free(&progress);
    return w;
}

bool app_finish_work(struct app *a, struct err *e)
{
    enum { SLICE_MS = 250 };
    for (;;) {
        enum view_work w = app_view_work(a, SLICE_MS, e);
        if (w == WORK_NONE || w == WORK_FAILED)
            return w == WORK_NONE;
        if (a->progress)
            a->progress(a->message, w == WORK_DONE);
        a->scene.message = NULL;                  /* whoever sees the picture sees the result */
    }
}

bool app_catch_up(struct app *a, bool again)
{
    enum { BEFORE_A_PICTURE = 1, BEFORE_A_WHOLE_ONE = 12, SLICE = 1 };      /* milliseconds */
    const int wait = a->view->all_steps ? BEFORE_A_WHOLE_ONE : BEFORE_A_PICTURE;
    session_set_lazy(a->session, true);
    if (!session_behind(a->session))
        return true;
    if (again)
        return session_catch_up(a->session, SLICE);
    return session_catches_up_within(a->session, wait) && session_catch_up(a->session, wait);
}

/* ---- drawing and playing ----------------------------------------------------------------------------------------- */

void app_prepare(struct app *a)
{
    a->scene.glyphs = a->glyphs;
    if (!view_lacks(a->view, a->session))
        view_prepare(a->view, &a->scene, app_view_state(a), scene_body(&a->scene, a->view, a->w, a->h));
}

void app_draw(struct app *a, struct grid *g, int *cursor_x, int *cursor_y)
{
    if (a->blank) {
        grid_clear(g);
        if (cursor_x)
            *cursor_x = *cursor_y = -1;
        return;
    }
    a->scene.theme = a->theme->name;
    a->scene.glyphs = g->glyphs;
    a->scene.lecture = &a->lecture;
    scene_draw(&a->scene, a->view, app_view_state(a), &a->prompt, g, cursor_x, cursor_y);
}

int app_play_interval(const struct app *a)
{
    return 10000 / (a->scene.rate > 0 ? a->scene.rate : 1);
}

unsigned app_play_tick(struct app *a)
{
    if (!a->scene.playing)
        return REACT_NONE;
    if (a->view == &view_class) {                        /* a show at a time */
        a->scene.playing = class_next(a->session, app_view_state(a));
        app_follow(a);
        return REACT_DRAW;
    }
    if (!session_step(a->session, 1) || session_cursor(a->session)->step >= session_steps(a->session))
        a->scene.playing = false;
    a->scene.reveal = false;
    return REACT_DRAW;
}
