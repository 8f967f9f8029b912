/* view_sweep.c: which value, had it been another at which earlier word, would have changed what is predicted here?
 * Units × words: the change in the probability of one word (the target) when f of that unit is 0 at that word alone, as
 * a number and a bar on a scale that stands still: probability, whole from end to end. f may be any other quantity and
 * 0 may be 1, the mean, or what the value is in a second sentence; then the number says which part of the way from
 * this answer to that one it goes (interchange intervention; the measure is that of Geiger et al. 2021, "causal
 * abstractions of neural networks"). What is smaller than SWEEP_NOISE is folded away, with its largest value, so that
 * nothing is blown up into a picture; where no gate matters that is what is said, and which word of the sentence does
 * hang on memory.
 *
 * The prediction that is asked about stays where it was asked (`asked`), while the session's cursor, the same as
 * everywhere, walks over the cells: its step and unit are the cell, so that Enter pins what is marked and the main view
 * opens there. Moving right of the asked word asks again there.
 */
#include <stddef.h>

#include "base/mem.h"
#include "views/say.h"
#include "views/sweep_view.h"

static const struct setting settings[] = {
    {"asked", SETTING_NUMBER, offsetof(struct sweep_state, asked), 0, SETTING_MOST, NULL},
    {"target", SETTING_NUMBER, offsetof(struct sweep_state, chosen), 0, SWEEP_CANDIDATES, NULL},
    {"reach", SETTING_NUMBER, offsetof(struct sweep_state, reach), 0, SWEEP_REACH_MOST, NULL},
    {"place", SETTING_NUMBER, offsetof(struct sweep_state, place), 0, SETTING_MOST, NULL},
    {"all", SETTING_BOOL, offsetof(struct sweep_state, all), 0, 1, NULL},
    {"what", SETTING_CHOICE, offsetof(struct sweep_state, what), 0, 0, "f i g o C h"},
    {"to", SETTING_CHOICE, offsetof(struct sweep_state, to), 0, 0, "0 1 mean other"},
    {"window", SETTING_NUMBER, offsetof(struct sweep_state, window), 0, SWEEP_WINDOW_MOST - 1, NULL},
    {.name = NULL},
};

/* ---- keys -------------------------------------------------------------------------------------------------------- */

/* A key that asks for a sweep where there is none: only where one is on its way does it mean nothing else. */
static enum view_reply without(const struct sweep_state *st)
{
    return st->trouble == SWEEP_WAITS ? VIEW_REDRAW : VIEW_IGNORED;
}

static void move_unit(struct session *s, const struct sweep_state *st, int by)
{
    const struct cursor *at = session_cursor(s);
    int k = sweep_rank(st, at->unit) + by, n = st->sweep->units;
    session_select(s, at->layer, st->order[k < 0 ? 0 : k >= n ? n - 1 : k], (enum value)st->what);
}

static void go_to_place(struct session *s, struct sweep_state *st, int by)
{
    int n = st->sweep->units;
    st->place = (st->place % n + by - 1 + n) % n + 1;
    if (st->place < 1)
        st->place = n;
    int unit = st->order[st->place - 1];
    session_goto(s, st->at[unit]);
    session_select(s, st->layer, unit, (enum value)st->what);
}

static enum view_reply choose(const struct session *s, struct sweep_state *st, int by)
{
    const int n = session_outputs(s) < SWEEP_CANDIDATES ? session_outputs(s) : SWEEP_CANDIDATES;
    st->chosen = (st->chosen + by + n + 1) % (n + 1);
    st->place = 0;
    return VIEW_REDRAW;
}

/* Pins what is marked, for as many steps as are set at a time, and shows it in the main view. */
static enum view_reply pin_cell(struct session *s, const struct sweep_state *st, struct err *e)
{
    const struct cursor at = *session_cursor(s);
    const struct sweep *w = st->sweep;
    if (at.step > st->asked || at.step < w->q.first)
        return VIEW_REDRAW;
    int end = sweep_end(st, at.step);
    bool ok = true;
    session_begin(s);
    for (int t = at.step; t <= end && ok; t++) {
        size_t place = (size_t)(t - w->q.first) * (size_t)w->units + (size_t)at.unit;
        ok = session_pin(s, (struct place){at.layer, at.unit, (enum value)st->of_what, t},
                         st->values ? st->values[place] : 0, true, e);
    }
    session_end(s);
    if (!ok)
        return VIEW_REDRAW;
    session_select(s, at.layer, at.unit, (enum value)st->of_what);
    return VIEW_GOTO_BARS;
}

/* Another quantity, another value: the mark stays at its word. */
static enum view_reply turn_what(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct sweep_state *st = state;
    st->what = (enum quantity)(((int)st->what + (other ? Q_COUNT - 1 : 1)) % Q_COUNT);
    st->place = 0;
    session_select(s, session_cursor(s)->layer, session_cursor(s)->unit, (enum value)st->what);
    return VIEW_REDRAW;
}

static enum view_reply turn_to(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)other, (void)e;
    struct sweep_state *st = state;
    st->to = (enum sweep_to)(((int)st->to + 1) % SWEEP_TO_COUNT);
    st->place = 0;
    return VIEW_REDRAW;
}

static enum view_reply turn_window(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct sweep_state *st = state;
    int most = st->asked < SWEEP_WINDOW_MOST ? st->asked : SWEEP_WINDOW_MOST;
    st->window += other ? st->window < most - 1 : -(st->window > 0);
    return VIEW_REDRAW;
}

static enum view_reply move_rank(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct sweep_state *st = state;
    if (!st->sweep)
        return without(st);
    move_unit(s, st, other ? 1 : -1);
    return VIEW_REDRAW;
}

static enum view_reply go_to_effect(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct sweep_state *st = state;
    if (!st->sweep)
        return without(st);
    if (st->hangs) {                              /* no gate matters here: to the word that does hang on memory */
        session_goto(s, st->asked = st->hangs);
        st->chosen = st->place = 0;
        sweep_prepare(s, st);
        if (st->sweep && !st->hangs)              /* and to the unit that matters most for it */
            go_to_place(s, st, 1);
    } else {
        go_to_place(s, st, other && st->place ? -1 : 1);
    }
    return VIEW_REDRAW;
}

static enum view_reply turn_target(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct sweep_state *st = state;
    return st->sweep || without(st) == VIEW_REDRAW ? choose(s, st, other ? -1 : 1) : VIEW_IGNORED;
}

static enum view_reply ask_here(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct sweep_state *st = state;
    if (!st->sweep && without(st) == VIEW_IGNORED)
        return VIEW_IGNORED;
    st->asked = session_cursor(s)->step;
    st->chosen = st->place = 0;
    return VIEW_REDRAW;
}

static enum view_reply unfold(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)other, (void)e;
    struct sweep_state *st = state;
    st->all = !st->all;
    return VIEW_REDRAW;
}

static enum view_reply turn_reach(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct sweep_state *st = state;
    if (!st->sweep && without(st) == VIEW_IGNORED)
        return VIEW_IGNORED;
    st->reach += other ? -(st->reach > 0) : st->reach < SWEEP_REACH_MOST;
    return VIEW_REDRAW;
}

static enum view_reply pin_marked(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct sweep_state *st = state;
    return st->sweep ? pin_cell(s, st, e) : without(st);
}

static const struct view_key keys[] = {
    {"next-effect prev-effect", "n", "N",
     "to the largest effect, the next largest; back; where no gate matters, to the word that hangs on memory",
     "largest", 0, go_to_effect, NULL},
    {"prev-unit next-unit", "<Up> k", "<Down> j", "unit above, below in the order of effects", "unit", KEY_PAIR,
     move_rank, NULL},
    {"next-what prev-what", "f", "i", "what is set: f, i, g, o, C or h; i: back", "what", 0, turn_what, NULL},
    {"next-to", "v", NULL, "to what: 0, 1, its mean over the sentence, or what it is in the other sentence (:compare)",
     "to what", 0, turn_to, NULL},
    {"narrower wider", "[", "]", "set it for fewer, for more words at a time", "window", KEY_PAIR, turn_window, NULL},
    {"pin", "<Enter>", NULL, "pin the marked cell to what it was set to, and show it in the main view", "pin it",
     KEY_EDITS, pin_marked, NULL},
    {"next-target prev-target", "y", "Y", "another word as the target: the one that follows, or one of the likeliest",
     "target", 0, turn_target, NULL},
    {"ask", "a", NULL, "ask about the prediction after the word under the cursor", "ask here", 0, ask_here, NULL},
    {"fold", "z", NULL, "show or fold the units that change nothing", "fold", 0, unfold, NULL},
    {"further nearer", "+ =", "-", "reach further back, less far", "further back", 0, turn_reach, NULL},
    {.keys = "w", .hint = "what-if"},
    {.keys = NULL},
};

/* ---- the view ---------------------------------------------------------------------------------------------------- */

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    sweep_prepare(scene->session, state);
}

static enum view_work work(struct session *s, void *state, int ms, struct str *progress, struct err *e)
{
    (void)progress;
    (void)e;
    return sweep_work(s, state, ms);
}

static void clear(void *state)
{
    sweep_forget(state);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    sweep_say_all(scene->session, state, &glyphs_unicode, out);
}

static void tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    const struct sweep_state *st = state;
    if (st->sweep && st->sweep->job) {
        sweep_say_progress(scene->session, st, gl, out);
    } else if (st->sweep) {
        sweep_say_largest(scene->session, st, gl, out);
        if (sweep_matters(st)) {
            str_addc(out, ' ');
            sweep_say_marked(scene->session, st, gl, out);
        }
        if (st->sweep->q.against)
            sweep_say_quantities(scene->session, st, gl, out);
    }
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    sweep_draw(scene, state, g, r);
}

const struct view view_sweep = {
    .name = "sweep",
    .title = "sweep",
    .about = "one value set at one word: what becomes of the answer",
    .strip = "sweep",
    .rank = 10,
    .help = "What would be predicted here, had one value been another at one earlier word? Every unit of the layer, "
            "every word up to this one, one at a time: the change in the probability of one word, the strongest units "
            "on top. It opens with the forget gate closed; f turns what is set (f i g o C h), v to what: 0, 1, the "
            "mean of that unit over this sentence, or the value it has at the same step of the other sentence "
            "(:compare). Then a number says which part of the way it goes from this answer to that one: the "
            "difference of the logits of the two words whose probabilities differ most, swapped, minus that here, "
            "divided by that there minus that here; 0 is nothing, 1 all of it, and parts need not add up. In the last "
            "row all of C and h of all layers are swapped: exactly 1 while the words after it are the same in both. [ "
            "and ] set a value for several words at a time. What is set stays that, whatever is computed around it: a "
            "value that no sentence would bring about is possible. Left and Right move the mark over the words, Up "
            "and Down over the units.",
    .key = 'W',
    .state_size = sizeof(struct sweep_state),
    .settings_size = offsetof(struct sweep_state, sweep),
    .settings = settings,
    .keys = keys,
    .draw = draw,
    .tell = tell,
    .clear = clear,
    .explain = explain,
    .prepare = prepare,
    .work = work,
    .whole = true,
    .all_steps = true,
};
