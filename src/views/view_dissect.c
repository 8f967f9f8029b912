/* view_dissect.c: how one gate of one unit decides, from the numbers it sees to what it does.
 *
 * A gate sees h_{t-1} and x_t and, but for peepholes, nothing else. Each of these H+E values is multiplied by a
 * weight, the products and the bias add up to z, σ squeezes z between 0 and 1, and that number multiplies what the
 * gate guards. The picture goes through this from top to bottom, one sub-step at a time while sub-stepping, and its
 * printed numbers can be checked with a pencil.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/utf8.h"
#include "views/dissect.h"
#include "views/say.h"

static const struct setting settings[] = {
    {"notation", SETTING_CHOICE, offsetof(struct dissect_state, notation), 0, 0, "row column split"},
    {"order", SETTING_CHOICE, offsetof(struct dissect_state, order), 0, 0, "auto size place"},
    {"on", SETTING_CHOICE, offsetof(struct dissect_state, on), 0, 0, "gate bias term"},
    {"term", SETTING_NUMBER, offsetof(struct dissect_state, term), 0, SETTING_MOST, NULL},
    {.name = NULL},
};

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    if (session_cursor(scene->session)->step < 1) {
        say_nothing(scene->session, out);
        return;
    }
    struct anatomy a;
    dissect_take(&a, scene->session, state);
    anatomy_why(&a, true, &glyphs_unicode, out);
    str_add(out, " Then ");
    anatomy_effect(&a, &glyphs_unicode, out);
    str_addc(out, '.');
    anatomy_free(&a);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    if (at->step < 1) {
        say_draw_nothing(s, g, r);
        return;
    }
    struct anatomy a;
    dissect_take(&a, s, state);
    struct dissect c = {.scene = scene, .st = state, .a = &a, .g = g, .sub = scene->reveal ? at->sub : SUB_H};
    snprintf(c.gate, sizeof c.gate, "%s", a.gate == Q_G ? g->glyphs->candidate : quantity_name(a.gate));
    snprintf(c.dot, sizeof c.dot, "%s", g->glyphs->times_dot);
    anatomy_source(s, a.layer, a.t, g->glyphs, &c.word);
    say_unit_name(s, a.layer, a.unit, c.unit);
    dissect_decimals(&c);
    struct str left = {0}, right = {0};
    dissect_equation(&c, &left);
    dissect_shapes(&c, &right);
    struct dissect_plan p = dissect_rows(&a, state, r, scene->explain,
                              utf8_text_width(str_text(&left)) + utf8_text_width(str_text(&right)) + 4,
                              dissect_rest(&c, c.decimals) != 0);
    str_free(&left);
    str_free(&right);
    if (p.heading >= 0)
        dissect_heading(&c, r, &p);
    if (p.strip >= 0)
        dissect_strip(&c, r, &p);
    dissect_list(&c, r, &p);
    if (p.curve_w)
        dissect_curve(&c, &p);
    if (p.sources >= 0)
        dissect_sources(&c, r, &p);
    if (p.total >= 0)
        dissect_total(&c, r, &p);
    if (p.gate >= 0)
        dissect_gate(&c, r, &p);
    if (p.effect >= 0)
        dissect_effect(&c, r, &p);
    if (p.words >= 0)
        dissect_words(&c, r, &p);
    str_free(&c.word);
    anatomy_free(&a);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

/* The gate, the terms as they stand on screen, the bias, and round again. */
static void move(const struct session *s, struct dissect_state *st, int by)
{
    struct anatomy a;
    dissect_take(&a, s, st);
    int places = a.n + 2, at = st->on == ON_GATE ? 0 : st->on == ON_BIAS ? a.n + 1 : 1 + anatomy_place(&a, st->term);
    at = (at + by + places) % places;
    st->on = at == 0 ? ON_GATE : at == a.n + 1 ? ON_BIAS : ON_TERM;
    st->term = st->on == ON_TERM ? a.order[at - 1] : st->term;
    anatomy_free(&a);
}

static enum view_reply turn_gate(struct session *s, void *state, bool other, struct err *e)
{
    (void)state, (void)other, (void)e;
    return anatomy_next_gate(s) ? VIEW_REDRAW : VIEW_IGNORED;
}

static enum view_reply move_term(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    move(s, state, other ? 1 : -1);
    return VIEW_REDRAW;
}

static enum view_reply turn_notation(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct dissect_state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    st->notation = (enum dissect_notation)((st->notation + 1) % NOTATIONS);
    return VIEW_REDRAW;
}

static enum view_reply turn_order(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct dissect_state *st = state;
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    if (at->step < 1)
        return VIEW_IGNORED;
    st->order = dissect_sorted(st, l->hidden + l->in) ? ORDER_PLACE : ORDER_SIZE;
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"gate", "f", NULL, "next gate: f, i, candidate, o", "gate", 0, turn_gate, NULL},
    {.keys = "<Tab>", .hint = "unit"},
    {"prev-term next-term", "<Up> k", "<Down> j",
     "to the terms and back: on a term, + - digits and Enter change its weight, x brings it back",
     "weight", KEY_PAIR, move_term, NULL},
    {"notation", "v", NULL, "notation: [h,x]*W, W*[h,x], or W_h*h + W_x*x", "notation", 0, turn_notation, NULL},
    {"order", "z", NULL, "products by size or in order", "order", 0, turn_order, NULL},
    {.keys = "+", .other = "-", .hint = "change", .flags = KEY_PAIR},
    {.keys = "A", .hint = "earlier words"},
    {.keys = NULL},
};

/* ---- editing a weight -------------------------------------------------------------------------------------------- */

/* Which column of W, -1 for the bias. False when the cursor is on the gate. Models change under the state: the term
 * is checked. */
static bool selected(const struct session *s, const struct dissect_state *st, int *column)
{
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    *column = st->on == ON_BIAS ? -1 : st->term;
    return at->step > 0 && st->on != ON_GATE && *column < l->hidden + l->in;
}

/* In split notation the bias row is that of the inputs: b_x = b - b_h. */
static float bias_apart(const struct session *s, const struct dissect_state *st, int column)
{
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    const float *b2 = l->b2[lstm_source(session_net(s), at->layer, anatomy_gate(at))];
    return column < 0 && st->notation == NOTATION_SPLIT && b2 ? b2[at->unit] : 0;
}

static struct weight_place weight_of(const struct session *s, int column)
{
    const struct cursor *at = session_cursor(s);
    return (struct weight_place){
        at->layer, lstm_source(session_net(s), at->layer, anatomy_gate(at)), at->unit, column};
}

static bool own(const struct session *s, const void *state, struct view_value *out)
{
    const struct dissect_state *st = state;
    const struct cursor *at = session_cursor(s);
    int k;
    if (!selected(s, st, &k))
        return false;
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    enum quantity gate = lstm_source(session_net(s), at->layer, anatomy_gate(at));
    float apart = bias_apart(s, st, k);
    if (k < 0) {
        out->value = l->b[gate][at->unit] - apart;
        snprintf(out->label, sizeof out->label, "b_%s[%d] =", quantity_name(gate), at->unit + 1);
    } else {
        out->value = l->W[gate][(size_t)at->unit * (size_t)(l->hidden + l->in) + (size_t)k];
        snprintf(out->label, sizeof out->label, "W_%s[%d][%d] =", quantity_name(gate), at->unit + 1, k + 1);
    }
    return true;
}

static bool set_own(struct session *s, void *state, float value, struct err *e)
{
    int k;
    return selected(s, state, &k)
           && session_set_weight(s, weight_of(s, k), value + bias_apart(s, state, k), e);
}

static bool reset_own(struct session *s, void *state)
{
    int k;
    float original;
    return selected(s, state, &k) && session_weight_edited(s, weight_of(s, k), &original)
           && session_set_weight(s, weight_of(s, k), original, NULL);
}

const struct view view_dissect = {
    .near = true,
    .name = "dissect",
    .title = "dissect",
    .about = "one gate of one unit, taken apart to its weights",
    .strip = "dissect",
    .rank = 3,
    .help = "How a gate decides. It sees the last h_t-1 and this word's x_t and nothing else: each value times its "
            "weight, the products added up, plus the bias, gives z; sigma (tanh for the candidate) turns z into the "
            "gate; the gate multiplies what it guards. Where a model differs the equation says so: peepholes add "
            "p times the unit's own C, a coupled i is 1 - f, a hard sigmoid is clip(...). PgDn goes through it "
            "sub-step by sub-step. The totals say what h, the word and the bias push: above 0 towards 1, below 0 "
            "towards 0. Weights can be edited: both runs are computed again from the first word, u undoes.",
    .key = 'd',
    .state_size = sizeof(struct dissect_state),
    .settings_size = sizeof(struct dissect_state),
    .settings = settings,
    .keys = keys,
    .focus = anatomy_focus,
    .draw = draw,
    .explain = explain,
    .own = own,
    .set_own = set_own,
    .reset_own = reset_own,
    .takes_apart = true,
};
