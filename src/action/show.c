/* show.c: presenting: what is locked, what moves, how long a page has been on, hands that were counted. See app.h. */
#include "action/lesson.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "lesson/judge.h"
#include "views/anatomy.h"
#include "views/value.h"

#define MOTION_S 0.5
#define FRAME_S 0.033

const struct view *app_home(const struct app *a) { return a->scene.present ? &view_class : &view_bars; }

/* A page that asks for something to be done cannot have its keys locked. */
static bool asks_to_do(const struct app *a)
{
    const struct lesson_sitting *l = a->lesson;
    return l && !l->free && !walk_ended(l->walk) && walk_page(l->walk)->ask.kind == ASK_DO
        && walk_here(l->walk)->phase == WALK_ASK;
}

const char *app_locked(const struct app *a, unsigned flags, bool by_key)
{
    if (a->readonly && flags & ACTION_EDITS && !(flags & ACTION_OPENS))
        return "read-only: nothing can be changed here (--readonly)";
    if (asks_to_do(a))
        return NULL;
    if (a->scene.present && by_key && flags & ACTION_EDITS)
        return "presenting: edits are locked (F5 ends it)";
    if (a->scene.present && flags & ACTION_EDITS && !(flags & ACTION_CLASS))
        return "presenting: this is locked; :set, :scenario, :text, :model and :undo are not";
    return NULL;
}

static void *class_state(const struct app *a) { return a->view_state[view_index(&view_class)]; }

/* A number that no two pages share: a page is a show of one unit at one step. */
static long page_of(const struct app *a)
{
    const struct cursor *at = session_cursor(a->session);
    return ((long)at->step * (1 << 20) + at->unit) * CLASS_SHOWS + (long)class_show(class_state(a));
}

/* The cell as a drawing, while a word is gone through: its dot runs to where the step has come. */
static bool runs(const struct app *a) { return a->view == &view_cell && a->scene.reveal; }

/* A number for each place in the sentence, apart from those of page_of. */
static long place_of(const struct app *a)
{
    const struct cursor *at = session_cursor(a->session);
    return -2 - ((long)at->step * SUB_COUNT + at->sub);
}

static double seconds_on(const struct app *a) { return a->show.live ? clock_seconds() - a->show.since : 0; }

void app_show_begin(struct app *a)
{
    class_begin(a->session, class_state(a), a->scene.rows ? CLASS_KEEP : CLASS_JOIN);
}

static bool asks(const struct app *a)
{
    const struct lesson_sitting *l = a->lesson;
    return l && !l->free && !walk_ended(l->walk) && walk_page(l->walk)->ask.kind != ASK_NOTHING && walk_hides(l->walk);
}

bool app_blanks(const struct app *a, int key)
{
    if (!a->scene.present || a->blank)
        return a->blank;
    enum ask_kind kind = asks(a) ? walk_page(a->lesson->walk)->ask.kind : ASK_NOTHING;
    bool words = kind == ASK_WORD || kind == ASK_SAY,
         letters = kind == ASK_CHOICE || kind == ASK_MANY || kind == ASK_BUG,
         numbers = kind == ASK_NUMBER || kind == ASK_VECTOR || kind == ASK_BAR || kind == ASK_VOTE;
    return (key == '.' && !words && !numbers) || (key == 'b' && !words && !letters);
}

/* The show whose third number is what the page asks for; CLASS_SHOWS: none is. */
static enum class_show show_asked(const struct app *a)
{
    const struct walk *w = a->lesson->walk;
    const struct page *p = walk_page(w);
    const struct cursor *at = session_cursor(a->session);
    const enum value third[CLASS_SHOWS] = {
        [CLASS_JOIN] = VAL_COUNT, [CLASS_SUM] = VAL_COUNT, [CLASS_SIGMA] = (enum value)anatomy_gate(at),
        [CLASS_KEEP] = VAL_KEPT, [CLASS_WRITE] = VAL_C};
    const struct marks m = {.hidden = w->stage.hidden, .hidden_count = w->stage.hidden_count};
    const struct scene page = {.marks = &m};
    struct truth truth;
    if ((p->ask.kind != ASK_NUMBER && p->ask.kind != ASK_BAR)
        || !judge_truth(p, &w->stage, &truth, NULL) || truth.value.n != 1)
        return CLASS_SHOWS;
    for (int k = 0; k < CLASS_SHOWS; k++)
        if (third[k] < VAL_COUNT && scene_hides(&page, at->layer, at->unit, third[k], at->step)) {
            double v = (double)session_value(a->session, RUN_PINNED, at->layer, at->unit, third[k], at->step);
            if (fabs(v - truth.value.v[0]) < 1e-6)
                return (enum class_show)k;
        }
    return CLASS_SHOWS;
}

/* Of a page that asks nothing, the show of its sub-step. */
static enum class_show show_told(const struct app *a)
{
    static const enum class_show shows[SUB_COUNT] = {
        [SUB_CONCAT] = CLASS_JOIN, [SUB_PRODUCT] = CLASS_SUM, [SUB_BIAS] = CLASS_SUM, [SUB_SIGMA] = CLASS_SIGMA,
        [SUB_KEEP] = CLASS_KEEP, [SUB_WRITE] = CLASS_WRITE, [SUB_C] = CLASS_WRITE, [SUB_O] = CLASS_SHOWS,
        [SUB_H] = CLASS_SHOWS};
    return shows[session_cursor(a->session)->sub];
}

/* A page keeps its own picture where no show is about what it asks or tells. */
void app_show_page(struct app *a)
{
    const struct walk *w = a->lesson->walk;
    if (walk_ended(w) || (a->view != &view_bars && a->view != &view_class))
        return;
    enum class_show show = walk_page(w)->ask.kind ? show_asked(a) : show_told(a);
    if (show == CLASS_SHOWS)
        return;
    a->view = &view_class;
    class_begin(a->session, class_state(a), show);
}

void app_present(struct app *a, bool on)
{
    if (a->scene.present == on)
        return;
    a->scene.present = on;
    a->blank = false;
    if (a->lesson) {                                     /* nobody is asked how sure a class is */
        a->lesson->walk->class = on;
        if (on)
            app_show_page(a);
        else if (a->view == &view_class)
            a->view = &view_bars;
        app_follow(a);
        return;
    }
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
    a->lecture.asking = asks(a);
    long page = shown ? page_of(a) : runs(a) ? place_of(a) : -1;
    enum class_show show = class_show(class_state(a));
    a->show.just = revealed && !a->show.revealed && page == a->show.page && !a->show.still
                   && (show == CLASS_KEEP || show == CLASS_WRITE);
    a->show.just = a->show.just || (runs(a) && page < a->show.page && a->show.page < -1 && !a->show.still);
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
    if (!a->show.live || a->blank)
        return -1;
    if (a->view != &view_class)
        return runs(a) && a->lecture.still_to_move > 0 ? (int)(FRAME_S * 1000) : -1;
    double left = a->lecture.still_to_move > 0 ? FRAME_S : 1 - (seconds_on(a) - a->lecture.seconds);
    return left <= 0 ? 0 : (int)(left * 1000) + 1;
}

bool app_show_tick(struct app *a)
{
    if ((a->view != &view_class && !runs(a)) || !a->show.live || a->blank)
        return false;
    bool moves = a->lecture.still_to_move > 0;
    int seconds = (int)seconds_on(a);
    if (moves) {
        double gone = (clock_seconds() - a->show.moving_from) / MOTION_S;
        a->lecture.still_to_move = gone < 1 ? (float)(1 - gone) : 0;
    }
    bool changed = moves || (a->view == &view_class && seconds != a->lecture.seconds);
    a->lecture.seconds = seconds;
    return changed;
}
