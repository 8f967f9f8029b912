/* view_find.c: where else does it stand as it does here? The selected unit stands (|tanh C|, or |h|, at or above a
 * threshold) over a span of words; listed are all spans over which it stands with that sign, the longest first: in the
 * sentence, in the file of --corpus, or in sentences of the corpus that the model learnt from. `y` asks it of all
 * units at once that stand all through the span and did not just before (the question of LSTMVis, Strobelt and others
 * 2018).
 *
 * Everything found belongs to one query and is thrown away when the query, the weights, the words or the pins change.
 */
#include <math.h>

#include "base/clamp.h"
#include "base/file.h"
#include "learn/sample.h"
#include "ui/widget.h"
#include "views/find_view.h"
#include "views/say.h"

static const struct find_state defaults = {.how = FIND_OFF_BEFORE, .threshold = 0.3f};

static const struct setting settings[] = {
    {"from", SETTING_NUMBER, offsetof(struct find_state, from), 0, SETTING_MOST, NULL},
    {"to", SETTING_NUMBER, offsetof(struct find_state, to), 0, SETTING_MOST, NULL},
    {"hidden", SETTING_BOOL, offsetof(struct find_state, hidden), 0, 0, NULL},
    {"sentence", SETTING_BOOL, offsetof(struct find_state, sentence), 0, 0, NULL},
    {"all", SETTING_BOOL, offsetof(struct find_state, all), 0, 0, NULL},
    {"off", SETTING_CHOICE, offsetof(struct find_state, how), 0, 0, "anywhere before after around"},
    {"threshold", SETTING_REAL, offsetof(struct find_state, threshold), 0.05, 0.95, NULL},
    {"selected", SETTING_NUMBER, offsetof(struct find_state, selected), 0, FIND_PLACES, NULL},
    {.name = NULL},
};

static void clear(void *state)
{
    struct find_state *st = state;
    find_forget(st);
    str_free(&st->sample);
    str_free(&st->sample_name);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    find_update(scene->session, state);
}

/* One end of the span at the cursor; marking the start where it is already takes the span away. */
static void mark(struct find_state *st, int step, bool end)
{
    if (!end && st->from == step && step) {
        st->from = st->to = 0;
    } else if (!st->from) {
        st->from = st->to = step;
    } else if (end) {
        st->to = step;
        st->from = st->from > step ? step : st->from;
    } else {
        st->from = step;
        st->to = st->to < step ? step : st->to;
    }
}

static void turn_threshold(struct find_state *st, int by)
{
    int hundredths = (int)lrintf(st->threshold * 100) + by;
    st->threshold = (float)clamp_int(hundredths, 5, 95) / 100;
}

static void go_there(struct session *s, struct find_state *st, struct err *e)
{
    if (!st->list.n) {
        err_set(e, NULL, NULL, "there is no place to go to");
        return;
    }
    int k = st->selected < st->list.n ? st->selected : st->list.n - 1, to = st->list.place[k].from;
    const struct find_context *c = &st->context[k];
    if (st->of.source == FIND_IN_SENTENCE) {
        session_goto(s, to);
    } else if (!c->whole) {
        err_set(e, NULL, NULL, "line %ld has more than %d %s: it is not opened from here", st->list.place[k].sequence,
                FIND_LINE_KEPT, say_noun(s, true));
    } else if (session_set_tokens(s, (const char *const *)c->whole, c->tokens, "the line", e)) {
        st->from = st->to = 0;    /* what was found is the span around the cursor now */
        session_goto(s, to);
    }
}

static enum view_reply mark_span(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    int step = session_cursor(s)->step;
    if (step < 1)
        return VIEW_IGNORED;
    mark(state, step, other);
    return VIEW_REDRAW;
}

static enum view_reply move_threshold(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    turn_threshold(state, other ? -5 : 5);
    return VIEW_REDRAW;
}

static enum view_reply move_place(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct find_state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    st->selected += other ? st->selected + 1 < st->list.n : -(st->selected > 0);
    return VIEW_REDRAW;
}

static enum view_reply go(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct find_state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    if (!st->from && st->list.n && st->of.source == FIND_IN_SENTENCE)     /* it would follow the cursor: it stays */
        st->from = st->of.from, st->to = st->of.to;
    go_there(s, st, e);
    return VIEW_REDRAW;
}

static enum view_reply turn_quantity(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct find_state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    st->hidden = !st->hidden;
    return VIEW_REDRAW;
}

static enum view_reply turn_units(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct find_state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    st->all = !st->all;
    return VIEW_REDRAW;
}

static enum view_reply turn_how(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct find_state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    if (!st->all) {
        err_set(e, NULL, NULL, "one unit is looked for wherever it stands; y asks for all units of the span at once");
        return VIEW_REDRAW;
    }
    if (st->how == FIND_OFF_BEFORE)
        st->how = FIND_OFF_BEFORE | FIND_OFF_AFTER;
    else
        st->how = st->how ? 0 : FIND_OFF_BEFORE;
    return VIEW_REDRAW;
}

static enum view_reply turn_source(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct find_state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    if (!session_corpus(s) && !sample_exists(session_model(s)))
        err_set(e, NULL, NULL, "there is no other text: start with --corpus FILE");
    else
        st->sentence = !st->sentence;
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-place next-place", "<Up> k", "<Down> j", "the place above, below", "place", KEY_PAIR, move_place, NULL},
    {"go", "<Enter>", NULL, "go there; a place in a text: take its line as the sentence", "go there", KEY_EDITS, go,
     NULL},
    {"span-begin span-end", "[", "]", "here begins, ends at this word; [ there again: around the cursor",
     "span", KEY_PAIR, mark_span, NULL},
    {"threshold-up threshold-down", "+ =", "-", "raise, lower the threshold by 0.05", "threshold", KEY_PAIR,
     move_threshold, NULL},
    {"value", "v", NULL, "C or h", "C or h", 0, turn_quantity, NULL},
    {"source", "f", NULL, "look in the file of --corpus (else in what the model learnt from), or in the sentence",
     "where", 0, turn_source, NULL},
    {"units", "y", NULL, "the selected unit, or all that stand all through the span", "all units", 0, turn_units, NULL},
    {"off", "b", NULL, "of all units: off just before; before and after; no matter", NULL, 0, turn_how, NULL},
    {.keys = NULL},
};

const struct view view_find_units = {
    .name = "find",
    .title = "find",
    .about = "where else this unit stands as it does here",
    .strip = "find",
    .rank = 13,
    .whole = true,
    .all_steps = true,
    .help = "Where else does the selected unit stand as it does here? It stands where tanh C (or h) is at least the "
            "threshold in size, with one sign; here is the span over which it does so around the cursor, or the one "
            "marked with [ and ]. Below are all such places, the longest first, in the text of --corpus or, without "
            "one, in 200 sentences of the kind the model learnt from; f looks in the sentence on screen instead. y "
            "asks for all units that stand all through the span and did not just before: first the places with most "
            "of them in common (the question of LSTMVis, Strobelt and others 2018). A text is run without pins.",
    .key = 'F',
    .state_size = sizeof(struct find_state),
    .settings_size = offsetof(struct find_state, of),
    .defaults = &defaults,
    .settings = settings,
    .keys = keys,
    .draw = find_draw,
    .tell = find_tell,
    .clear = clear,
    .explain = find_explain,
    .prepare = prepare,
    .work = find_work,
};
