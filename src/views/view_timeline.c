/* view_timeline.c: one value of every unit at every word, as heat strips: words go across, units down, layers stand on
 * each other. As long as the words nearly fit they stand under the tape's own columns, which name them, and the numbers
 * of the selected unit under its strip; longer sentences are whole, in narrower columns. Where there are more units
 * than rows two of them share a cell, one above the other; where that is not enough, and where there are more words
 * than columns, a cell shows the peak of several. The second page is the text itself, each word on the colour of the
 * selected unit's tanh(C) (the cell view of Karpathy, Johnson and Li 2015).
 *
 * The arrangement is a pure function of sizes and cursor. What costs time is kept: the order of the units, and the
 * peaks of the columns on screen, so that a frame looks at new columns only and then at one number a unit and column.
 */
#include <stddef.h>

#include "base/clamp.h"
#include "views/say.h"
#include "views/timeline.h"
#include "views/value.h"

static const struct setting settings[] = {
    {"text", SETTING_BOOL, offsetof(struct timeline_state, text), 0, 0, NULL},
    {"all", SETTING_BOOL, offsetof(struct timeline_state, all), 0, 0, NULL},
    {"order", SETTING_CHOICE, offsetof(struct timeline_state, order), 0, 0, "number variance correlation half-life"},
    {"with-layer", SETTING_NUMBER, offsetof(struct timeline_state, anchor_layer), 0, SETTING_MOST, NULL},
    {"with-unit", SETTING_NUMBER, offsetof(struct timeline_state, anchor_unit), 0, SETTING_MOST, NULL},
    {"word-cells", SETTING_NUMBER, offsetof(struct timeline_state, words.cells), 0, CELLS_TAPE, NULL},
    {"words-a-cell", SETTING_NUMBER, offsetof(struct timeline_state, words.per), 0, 1 << 24, NULL},
    {"unit-cells", SETTING_NUMBER, offsetof(struct timeline_state, units.cells), 0, TALL_MAX, NULL},
    {"units-a-cell", SETTING_NUMBER, offsetof(struct timeline_state, units.per), 0, 1 << 24, NULL},
    {"bins", SETTING_CHOICE, offsetof(struct timeline_state, bins), 0, 0, "auto peak mean"},
    {.name = NULL},
};

static void clear(void *state)
{
    struct timeline_state *st = state;
    timeline_order_clear(st);
    timeline_forget(&st->cache);
}

/* Would a cell have to show several units? */
static bool crowded(const struct scene *scene, struct timeline_state *st, struct rect r)
{
    bool any = false;
    st->few = false;
    const struct timeline_plan p = timeline_arrange(scene, st, r);
    for (int k = 0; k < p.strips; k++)
        any = any || (p.strip[k].halves && p.strip[k].per > 1);
    return any && st->order == ORDER_NUMBER && st->bins == BINS_AUTO;
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    struct timeline_state *st = state;
    const struct session *s = scene->session;
    if (timeline_has_strips(scene, st, r)) {
        st->crowded = crowded(scene, st, r);
        st->few = st->crowded && !st->all;
    }
    timeline_order_update(s, st);
    st->page = 0;
    if (!timeline_has_strips(scene, st, r))
        return;
    const struct timeline_plan p = timeline_arrange(scene, st, r);
    st->page = p.cols * p.per;
    for (int k = 0; k < p.strips; k++)
        if (p.cols > 0 && p.strip[k].rows > 0)
            timeline_fill(&st->cache, s, p.strip[k].layer, session_cursor(s)->value, &p);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    timeline_explain(scene, state, &glyphs_unicode, out);
}

static void tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    const struct timeline_state *st = state;
    if (session_cursor(scene->session)->step < 1)
        return;
    if (scene->explain)
        timeline_explain(scene, st, gl, out);
    else
        timeline_say(scene, st->text ? VAL_C : session_cursor(scene->session)->value, gl, out);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct timeline_state *st = state;
    const struct session *s = scene->session;
    struct timeline c = {.scene = scene, .s = s, .st = st, .g = g, .at = session_cursor(s)};
    c.v = c.at->value;
    if (c.at->step < 1) {
        say_draw_nothing(s, g, r);
        return;
    }
    if (st->text) {
        timeline_text(&c, r);
        return;
    }
    if (!timeline_has_strips(scene, st, r)) {
        struct str text = {0};
        timeline_say(scene, c.v, g->glyphs, &text);
        grid_text(g, r.x, r.y, r.w, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
        return;
    }
    struct timeline_plan p = timeline_arrange(scene, st, r);
    c.p = &p;
    timeline_strips(&c, r);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

/* The unit above or below as shown, into the next layer at the end of a strip. */
static void move_unit(struct session *s, struct timeline_state *st, int by)
{
    const struct cursor at = *session_cursor(s);
    const struct lstm *net = session_net(s);
    int to = st->place[at.layer][at.unit] + by, layer = at.layer;
    bool stacked = !net->bidirectional;
    if (to < 0 && layer + 1 < net->layers && stacked) {
        layer++;
        to = net->layer[layer].hidden - 1;
    } else if (to >= net->layer[layer].hidden && layer > 0 && stacked) {
        layer--;
        to = 0;
    }
    to = clamp_int(to, 0, net->layer[layer].hidden - 1);
    session_select(s, layer, st->at[layer][to], at.value);
}

/* In: fewer things a cell, then more cells a thing. Out: back, until all fit. What is on screen now is where zooming
 * starts. */
static void zoom(struct timeline_zoom *z, int n, int most, int room, bool in)
{
    struct timeline_zoom now = timeline_zoomed(z, n, room, most);
    if (in && now.per > 1)
        now.per = timeline_ceil(now.per, 2);
    else if (in && now.cells < most)
        now.cells = now.cells < 4 ? now.cells + 1 : most;
    else if (!in && now.cells > 1)
        now.cells--;
    else if (!in)
        now.per *= 2;
    struct timeline_zoom all = timeline_fit(n, room, most);
    bool fits = !in && (all.per == 1 ? now.cells <= all.cells : now.per >= all.per);
    *z = fits ? all : now;
}

static void turn_order(const struct session *s, struct timeline_state *st, int by)
{
    st->order = (enum timeline_order)(((int)st->order + by + ORDERS) % ORDERS);
    st->anchor_layer = session_cursor(s)->layer;
    st->anchor_unit = session_cursor(s)->unit;
}

/* From what is shown now to the other. */
static void turn_bins(const struct session *s, struct timeline_state *st)
{
    bool mean = st->bins == BINS_MEAN
        || (st->bins == BINS_AUTO && st->cache.revision && st->cache.pool == POOL_MEAN
            && value_is_gate(session_cursor(s)->value));
    st->bins = mean ? BINS_PEAK : BINS_MEAN;
}

enum { ROOM = 66, TALL = 12, SCREEN_W = 80 };     /* of an 80x24 screen: where zooming starts */

static enum view_reply turn_page(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)other, (void)e;
    struct timeline_state *st = state;
    st->text = !st->text;
    return st->text ? VIEW_REDRAW : VIEW_IGNORED;          /* the third time leads back, as the letter of a view does */
}

static enum view_reply step_unit(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    if (session_steps(s) < 1)
        return VIEW_IGNORED;
    move_unit(s, state, other ? 1 : -1);
    return VIEW_REDRAW;
}

static enum view_reply step_page(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    const struct timeline_state *st = state;
    int at = session_cursor(s)->step, page = st->page > 1 ? st->page / 2 : 10;
    if (session_steps(s) < 1)
        return VIEW_IGNORED;
    session_goto(s, !other ? at + page : at > page ? at - page : 1);
    return VIEW_REDRAW;
}

/* The other keys are about the strips. */
static bool on_strips(const struct session *s, const struct timeline_state *st)
{
    return session_steps(s) > 0 && !st->text;
}

static enum view_reply turn_value(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    if (!on_strips(s, state))
        return VIEW_IGNORED;
    session_select(s, session_cursor(s)->layer, session_cursor(s)->unit,
                   value_after(session_cursor(s)->value, other ? -1 : 1));
    return VIEW_REDRAW;
}

static enum view_reply zoom_words(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct timeline_state *st = state;
    if (!on_strips(s, st))
        return VIEW_IGNORED;
    bool tape = timeline_on_tape(s, st, SCREEN_W);
    int T = session_steps(s);
    struct timeline_zoom all = timeline_fit(T, ROOM, CELLS_MAX), now = timeline_zoomed(&st->words, T, ROOM, CELLS_MAX);
    if (tape && other)            /* out of the tape's columns */
        st->words = all;
    else if (!tape && !other && now.cells >= CELLS_MAX)
        st->words = (struct timeline_zoom){CELLS_TAPE, 1};
    else if (!tape)
        zoom(&st->words, T, CELLS_MAX, ROOM, !other);
    return VIEW_REDRAW;
}

static enum view_reply zoom_units(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct timeline_state *st = state;
    if (!on_strips(s, st))
        return VIEW_IGNORED;
    zoom(&st->units, session_net(s)->layer[session_cursor(s)->layer].hidden, TALL_MAX, TALL, !other);
    return VIEW_REDRAW;
}

static enum view_reply toggle_all(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct timeline_state *st = state;
    if (!on_strips(s, st) || !st->crowded)
        return VIEW_IGNORED;
    st->all = !st->all;
    return VIEW_REDRAW;
}

static enum view_reply change_bins(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    if (!on_strips(s, state))
        return VIEW_IGNORED;
    turn_bins(s, state);
    return VIEW_REDRAW;
}

static enum view_reply change_order(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    if (!on_strips(s, state))
        return VIEW_IGNORED;
    turn_order(s, state, other ? -1 : 1);
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-unit next-unit", "<Up> k", "<Down> j", "the unit above, below", "unit", KEY_PAIR, step_unit, NULL},
    {"next-value", "v", NULL, "the next value: f, i, g, o, C, h", "value", 0, turn_value,
     NULL},
    {"text", "m", NULL, "the text coloured by this unit's C; once more: back", "text", 0, turn_page, NULL},
    {"all", "a", NULL, "of more units than fit: all, several a cell, or those whose C moves most first", NULL, 0,
     toggle_all, NULL},
    {"next-order prev-order", "y", "Y", "order of units: number, variance, correlation with this one, half-life",
     "order", 0, change_order, NULL},
    {"zoom-in zoom-out", "z", "Z", "fewer words a cell, more", "zoom", KEY_PAIR, zoom_words, NULL},
    {"units-in units-out", "(", ")", "fewer units a cell, more", NULL, 0, zoom_units, NULL},
    {"page-on page-back", "L", "H", "half a screen of words on, back", NULL, 0, step_page, NULL},
    {"bins", "b", NULL, "a cell of several values: the strongest, or their mean", NULL, 0, change_bins, NULL},
    {.keys = "+", .other = "-", .hint = "change", .flags = KEY_PAIR},
    {.keys = NULL},
};

const struct view view_timeline = {
    .name = "timeline",
    .title = "timeline",
    .about = "one value of every unit at every word",
    .strip = "timeline",
    .rank = 9,
    .whole = true,
    .all_steps = true,
    .help = "One value of every unit at every word: words go across, units down, layers stand on each other. The "
            "selected row's value is shown; v takes the next. Where there are more units than fit, those that have a "
            "name and those whose C moves most stand first, and a puts all of them on the screen. Where a cell stands "
            "for several words or units, it shows the lowest f, the highest i or o, or the largest value of several "
            "(their mean for many gates; b chooses), and the second line says of how many. m shows the text itself, "
            "each word on the colour of tanh C of the selected unit, with the same level as a mark beneath.",
    .key = 'm',
    .state_size = sizeof(struct timeline_state),
    .settings_size = offsetof(struct timeline_state, of),
    .settings = settings,
    .keys = keys,
    .draw = draw,
    .tell = tell,
    .clear = clear,
    .explain = explain,
    .prepare = prepare,
};
