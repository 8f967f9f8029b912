/* show.c: presenting: what is locked, what moves, how long a page has been on, hands that were counted. See app.h. */
#include "action/app.h"

#include <string.h>

#include "base/clock.h"

#define MOTION_S 0.5
#define FRAME_S 0.033

const struct view *app_home(const struct app *a) { return a->scene.present ? &view_class : &view_bars; }

const char *app_locked(const struct app *a, unsigned flags, bool by_key)
{
    if (a->readonly && flags & ACTION_EDITS && !(flags & ACTION_OPENS))
        return "read-only: nothing can be changed here (--readonly)";
    if (a->scene.present && by_key && flags & ACTION_EDITS)
        return "presenting: edits are locked (F5 ends it)";
    return NULL;
}

static void *class_state(const struct app *a) { return a->view_state[view_index(&view_class)]; }

/* A number that no two pages share: a page is a show of one unit at one step. */
static long page_of(const struct app *a)
{
    const struct cursor *at = session_cursor(a->session);
    return ((long)at->step * (1 << 20) + at->unit) * CLASS_SHOWS + (long)class_show(class_state(a));
}

static double seconds_on(const struct app *a) { return a->show.live ? clock_seconds() - a->show.since : 0; }

void app_show_begin(struct app *a)
{
    class_begin(a->session, class_state(a), a->scene.rows ? CLASS_KEEP : CLASS_JOIN);
}

void app_present(struct app *a, bool on)
{
    if (a->scene.present == on)
        return;
    a->scene.present = on;
    a->blank = false;
    if (on) {
        a->show.before = a->view;
        if (a->view != &view_class)
            app_show_begin(a);
        app_show_view(a, &view_class);
    } else if (a->view == &view_class) {
        a->view = a->show.before && a->show.before != &view_class ? a->show.before : &view_bars;
        a->back = NULL;
    }
    app_follow(a);
}

void app_follow(struct app *a)
{
    bool shown = a->view == &view_class, revealed = shown && class_revealed(a->session, class_state(a));
    long page = shown ? page_of(a) : -1;
    enum class_show show = class_show(class_state(a));
    a->show.just = revealed && !a->show.revealed && page == a->show.page && !a->show.still
                   && (show == CLASS_KEEP || show == CLASS_WRITE);
    if (page != a->show.page) {
        a->lecture.rounds = 0;
        a->show.since = a->show.live ? clock_seconds() : 0;
    }
    a->show.page = page;
    a->show.revealed = revealed;
    a->lecture.still_to_move = a->show.just && a->show.live ? 1 : 0;
    a->show.moving_from = a->show.just && a->show.live ? clock_seconds() : 0;
    a->lecture.seconds = (int)seconds_on(a);
}

void app_live(struct app *a)
{
    a->show.live = true;
    a->show.since = clock_seconds();
}

int app_show_wait(const struct app *a)
{
    if (a->view != &view_class || !a->show.live || a->blank)
        return -1;
    double left = a->lecture.still_to_move > 0 ? FRAME_S : 1 - (seconds_on(a) - a->lecture.seconds);
    return left <= 0 ? 0 : (int)(left * 1000) + 1;
}

bool app_show_tick(struct app *a)
{
    if (a->view != &view_class || !a->show.live || a->blank)
        return false;
    bool moves = a->lecture.still_to_move > 0;
    int seconds = (int)seconds_on(a);
    if (moves) {
        double gone = (clock_seconds() - a->show.moving_from) / MOTION_S;
        a->lecture.still_to_move = gone < 1 ? (float)(1 - gone) : 0;
    }
    bool changed = moves || seconds != a->lecture.seconds;
    a->lecture.seconds = seconds;
    return changed;
}
