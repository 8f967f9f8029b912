/* view_dissect.c: how one gate of one unit decides, from the numbers it sees to what it does.
 *
 * A gate sees h_{t-1} and x_t and nothing else. Each of these H+E values is multiplied by a weight, the products and the bias
 * add up to z, σ squeezes z between 0 and 1, and that number multiplies what the gate guards. The picture goes through this from
 * top to bottom, one sub-step at a time while sub-stepping, and its printed numbers can be checked with a pencil.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/bars.h"
#include "views/sums.h"
#include "views/words.h"

/* How the same product is written. It changes where things stand and never a number. */
enum notation { NOTATION_ROW, NOTATION_COLUMN, NOTATION_SPLIT, NOTATIONS };   /* [h,x]·W; W·[h,x]; W_h·h + W_x·x */
enum order { ORDER_AUTO, ORDER_SIZE, ORDER_PLACE, ORDERS };

enum { ON_GATE, ON_BIAS, ON_TERM };          /* where the cursor is: the gate itself until one moves to a weight */

struct state {
    enum notation notation;
    enum order order;
    int on, term;                 /* term: which of the H+E, when on ON_TERM */
};

/* ---- the numbers -------------------------------------------------------------------------------------------------- */

struct anatomy {
    const struct session *s;
    int layer, unit, t, H, E, n;  /* n = H+E */
    enum quantity gate;
    const float *W, *h, *x, *h_base, *x_base;
    double *term;                 /* [n], owned */
    int *order;                   /* [n], owned: as shown; h before x in split notation */
    double from_h, from_x, b, b2, z, computed, now, base;
    bool two, pinned;             /* two: the file had two biases, b2 is the recurrent one */
};

static double input(const struct anatomy *a, int k)
{
    return (double)(k < a->H ? a->h[k] : a->x[k - a->H]);
}

static double input_base(const struct anatomy *a, int k)
{
    return (double)(k < a->H ? a->h_base[k] : a->x_base[k - a->H]);
}

static enum quantity gate_of(const struct cursor *at)
{
    return (int)at->value < GATES ? (enum quantity)at->value : Q_F;
}

static float curve_of(enum quantity gate, float z)
{
    return gate == Q_G ? lstm_tanh(z) : lstm_sigmoid(z);
}

static const struct anatomy *sorting;        /* qsort has no argument for it */

static int by_size(const void *p, const void *q)
{
    int a = *(const int *)p, b = *(const int *)q;
    double x = fabs(sorting->term[a]), y = fabs(sorting->term[b]);
    return x > y ? -1 : x < y ? 1 : a - b;
}

static bool sorted(const struct state *st, int n)
{
    return st->order == ORDER_SIZE || (st->order == ORDER_AUTO && n > 16);
}

static void anatomy_take(struct anatomy *a, const struct session *s, const struct state *st)
{
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    const struct trace *tr = session_trace(s, RUN_PINNED), *base = session_trace(s, RUN_BASE);
    *a = (struct anatomy){.s = s, .layer = at->layer, .unit = at->unit, .t = at->step, .H = l->hidden, .E = l->in, .n = l->hidden + l->in,
                          .gate = gate_of(at)};
    a->W = l->W[a->gate] + (size_t)a->unit * (size_t)a->n;
    a->h = trace_row(tr, a->layer, Q_H, a->t - 1);
    a->x = lstm_input(tr, session_inputs(s), a->layer, a->t);
    a->h_base = trace_row(base, a->layer, Q_H, a->t - 1);
    a->x_base = lstm_input(base, session_inputs(s), a->layer, a->t);
    a->term = xcalloc((size_t)a->n, sizeof *a->term);
    a->order = xcalloc((size_t)a->n, sizeof *a->order);
    for (int k = 0; k < a->n; k++) {
        a->term[k] = (double)a->W[k] * input(a, k);
        *(k < a->H ? &a->from_h : &a->from_x) += a->term[k];
        a->order[k] = k;
    }
    if (sorted(st, a->n)) {
        int parts = st->notation == NOTATION_SPLIT ? 2 : 1, ends[] = {0, parts == 2 ? a->H : a->n, a->n};
        sorting = a;
        for (int p = 0; p < parts; p++)
            qsort(a->order + ends[p], (size_t)(ends[p + 1] - ends[p]), sizeof *a->order, by_size);
    }
    a->b = (double)l->b[a->gate][a->unit];
    a->two = l->b2[a->gate] != NULL;
    a->b2 = a->two ? (double)l->b2[a->gate][a->unit] : 0;
    a->z = a->from_h + a->from_x + a->b;
    a->computed = (double)curve_of(a->gate, (float)a->z);
    a->now = (double)session_value(s, RUN_PINNED, a->layer, a->unit, (enum value)a->gate, a->t);
    a->base = (double)session_value(s, RUN_BASE, a->layer, a->unit, (enum value)a->gate, a->t);
    a->pinned = session_value_pinned(s, a->layer, a->unit, (enum value)a->gate, a->t);
}

static void anatomy_free(struct anatomy *a)
{
    free(a->term);
    free(a->order);
}

static int place_of(const struct anatomy *a, int term)
{
    for (int k = 0; k < a->n; k++)
        if (a->order[k] == term)
            return k;
    return 0;
}

static bool input_pinned(const struct anatomy *a, int k)
{
    return k < a->H ? session_pinned(a->s, a->layer, k, Q_H, a->t - 1)
                    : a->layer > 0 && session_pinned(a->s, a->layer - 1, k - a->H, Q_H, a->t);
}

/* ---- names -------------------------------------------------------------------------------------------------------- */

struct ctx {
    const struct scene *scene;
    const struct state *st;
    const struct anatomy *a;
    struct grid *g;
    enum substep sub;             /* what has been reached: all of it unless sub-stepping */
    int decimals, factor, exact;  /* of products and sums; of values; of weights */
    char gate[8], dot[4];         /* "f" or "C̃"; the product sign */
    struct str word;              /* what x_t is, in quotes */
    char unit[40];
};

/* "h2 verb", "x4": the name of an input, with the unit's own name where there is one and room. */
static void term_label(const struct session *s, int layer, int H, int k, char out[48])
{
    bool h = k < H;
    int unit = h ? k : k - H, of = h ? layer : layer - 1;
    const char *name = of >= 0 ? model_unit_name(session_model(s), of, unit) : NULL;
    char label[32];
    snprintf(out, 48, "%s%d%s%s", h ? "h" : "x", unit + 1, name && *name ? " " : "", name && *name ? session_unit_label(s, of, unit, label) : "");
}

static void source_word(const struct session *s, int layer, int t, const struct glyphs *gl, struct str *out)
{
    const struct model *m = session_model(s);
    if (layer > 0) {
        str_addf(out, "layer %d", layer);
        return;
    }
    if (!m->vocab) {
        str_add(out, "x_t");
        return;
    }
    str_addc(out, '\'');
    words_token(session_token(s, t), m->vocab->kind == VOCAB_CHAR, gl, out);
    str_addc(out, '\'');
}

static void unit_phrase(const struct session *s, int layer, int unit, char out[40])
{
    char label[32] = "";
    const char *name = model_unit_name(session_model(s), layer, unit);
    snprintf(out, 40, "%s%s", name && *name ? "" : "unit ", session_unit_label(s, layer, unit, label));
}

/* ---- why, in words ------------------------------------------------------------------------------------------------ */

/* The part of a source that one value carries: "all of it h2 verb". */
static void carrier(const struct anatomy *a, int from, int to, double total, struct str *out)
{
    int best = -1;
    for (int k = from; k < to; k++)
        if (a->term[k] * total > 0 && (best < 0 || fabs(a->term[k]) > fabs(a->term[best])))
            best = k;
    if (best < 0 || to - from < 2)
        return;
    double share = a->term[best] / total;
    char label[48], num[SUMS_MAX];
    term_label(a->s, a->layer, a->H, best, label);
    if (share > 1.0005)
        str_addf(out, "%s alone %s", label, sums_number(num, a->term[best], 2, true));
    else
        str_addf(out, "%s %s", share >= 0.9995 ? "all of it" : share >= 0.9 ? "nearly all of it" : share >= 0.5 ? "most of it" : "most from", label);
}

struct push { const char *name; double v; int from, to; };

static void say_push(const struct anatomy *a, const struct push *p, const char *verb, struct str *out)
{
    char num[SUMS_MAX];
    struct str from = {0};
    str_addf(out, "%s %s%s", p->name, verb, sums_number(num, p->v, 2, true));
    if (p->to > p->from)
        carrier(a, p->from, p->to, p->v, &from);
    if (from.len)
        str_addf(out, " (%s)", str_text(&from));
    str_free(&from);
}

/* One sentence: what made the gate what it is. The sources that push its way are the reasons, in order of size; the others are
 * named with what they push. */
static void say_why(const struct anatomy *a, const struct glyphs *gl, struct str *out)
{
    struct str word = {0}, x = {0};
    char unit[40], num[SUMS_MAX];
    source_word(a->s, a->layer, a->t, gl, &word);
    str_addf(&x, "%s%s", a->layer == 0 && session_model(a->s)->vocab ? "the word " : "", str_text(&word));
    unit_phrase(a->s, a->layer, a->unit, unit);
    struct push push[3] = {{"h_t-1", a->from_h, 0, a->H}, {str_text(&x), a->from_x, a->H, a->n}, {"the bias", a->b, 0, 0}};
    for (int k = 0; k < 2; k++)
        for (int j = 0; j < 2 - k; j++)
            if (fabs(push[j].v) < fabs(push[j + 1].v)) {
                struct push p = push[j];
                push[j] = push[j + 1];
                push[j + 1] = p;
            }
    if (session_net(a->s) != session_model(a->s)->net)
        str_add(out, "With edited weights, ");
    str_addf(out, "%s of %s ", a->gate == Q_G ? gl->candidate : quantity_name(a->gate), unit);
    if (a->pinned)
        str_addf(out, "is pinned at %s; computed it would be ", a->gate == Q_G ? sums_number(num, a->now, 2, true) : sums_gate(num, a->now));
    double v = a->computed;
    if (a->gate == Q_G)
        str_addf(out, "%s%s", a->pinned ? "" : "is ", sums_number(num, v, 2, true));
    else
        str_addf(out, "%s%s%s", a->pinned ? "" : "is ", v >= 0.9 ? "close to 1, " : v <= 0.1 ? "close to 0, " : "", sums_gate(num, v));
    str_add(out, ", because ");
    double least = 0.005;
    int reasons = 0, others = 0;
    for (int k = 0; k < 3; k++)
        if (push[k].v * a->z > 0 && fabs(push[k].v) >= least) {
            str_add(out, reasons ? " and " : "");
            say_push(a, &push[k], reasons++ ? "" : "pushes ", out);
        }
    if (!reasons)
        str_add(out, "nothing pushes it");
    for (int k = 0; k < 3; k++)
        if (push[k].v * a->z <= 0 && fabs(push[k].v) >= least) {
            str_add(out, others ? " and " : ", against ");
            say_push(a, &push[k], others++ ? "" : "", out);
        }
    for (int k = 0, quiet = 0; k < 3; k++)
        if (fabs(push[k].v) < least)
            str_addf(out, "%s%s", quiet++ ? " and " : "; nothing comes from ", push[k].name);
    str_addc(out, '.');
    str_free(&x);
    str_free(&word);
}

/* What the gate does, as "f ⊙ C_t-1: 0.9999 × +0.9018 = +0.9017". */
static void say_effect(const struct anatomy *a, const struct glyphs *gl, struct str *out)
{
    const struct session *s = a->s;
    double gate = a->now, other, result;
    char name[32], x[SUMS_MAX], y[SUMS_MAX], r[SUMS_MAX];
    if (a->gate == Q_F) {
        other = (double)session_value(s, RUN_PINNED, a->layer, a->unit, VAL_C_PREV, a->t);
        result = (double)session_value(s, RUN_PINNED, a->layer, a->unit, VAL_KEPT, a->t);
        snprintf(name, sizeof name, "f %s C_t-1", gl->odot);
    } else if (a->gate == Q_O) {
        other = (double)lstm_tanh(session_value(s, RUN_PINNED, a->layer, a->unit, VAL_C, a->t));
        result = gate * other;
        snprintf(name, sizeof name, "o %s tanh C_t", gl->odot);
    } else {
        gate = (double)session_value(s, RUN_PINNED, a->layer, a->unit, VAL_I, a->t);
        other = (double)session_value(s, RUN_PINNED, a->layer, a->unit, VAL_G, a->t);
        result = (double)session_value(s, RUN_PINNED, a->layer, a->unit, VAL_WRITTEN, a->t);
        snprintf(name, sizeof name, "i %s %s", gl->odot, gl->candidate);
    }
    int d = sums_product_decimals(gate, other, result);
    str_addf(out, "%s = %s %s %s = %s", name, sums_number(x, gate, d, false), gl->times, sums_number(y, other, d, true), sums_number(r, result, d, true));
}

static enum substep effect_at(enum quantity gate)
{
    return gate == Q_F ? SUB_KEEP : gate == Q_O ? SUB_H : SUB_WRITE;
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    if (session_cursor(scene->session)->step < 1) {
        str_add(out, "There is no word yet.");
        return;
    }
    struct anatomy a;
    anatomy_take(&a, scene->session, state);
    say_why(&a, &glyphs_unicode, out);
    str_add(out, " Then ");
    say_effect(&a, &glyphs_unicode, out);
    str_addc(out, '.');
    anatomy_free(&a);
}

/* ---- the arrangement ---------------------------------------------------------------------------------------------- */

/* Rows from top to bottom; -1 or 0 where a part is left out. */
struct plan {
    int head, shape, strip, strip_h, list, list_h, curve_x, curve_w, sources, sources_h, total, gate, words, words_h;
    int headings, biases;         /* rows of the list that are no terms */
};

static struct plan plan_rows(const struct anatomy *a, const struct state *st, struct rect r, bool explain_wish, int head_w)
{
    struct plan p = {.head = -1, .shape = -1, .strip = -1, .sources = -1, .total = -1, .gate = -1, .words = -1};
    bool split = st->notation == NOTATION_SPLIT;
    p.headings = split ? 2 : 1;
    p.biases = split && a->two ? 2 : 1;
    int need = p.headings + a->n + p.biases;
    int y = r.y, left = r.h;
    int words = explain_wish ? (r.h >= 24 ? 6 : r.h >= 16 ? 4 : 2) : r.h >= 16 ? 2 : r.h >= 7 ? 1 : 0;
    int sources = r.h >= 15 ? 3 : 0, total = r.h >= 4, gate = r.h >= 3, head = r.h >= 5, two_lines = head && head_w > r.w - 2 && r.h >= 12;
    left -= words + sources + total + gate + head + two_lines;
    if (r.h < 9)
        p.headings = 0, need -= split ? 2 : 1;
    if (left < need && p.headings && left < p.headings + 4)
        p.headings = 0;
    int strip = left >= need + 2 || (left - 2 >= 9) ? 2 : 0;
    left -= strip;
    p.strip_h = strip;
    p.list_h = left < need ? left : need;
    left -= p.list_h;
    /* What is left over: a little air between the parts, a taller curve, more room for words. */
    int gaps[5] = {0};
    static const int wish[] = {1, 4, 2, 0, 3};       /* the order in which the parts part */
    for (int k = 0; k < 5 && left > 0; k++)
        if ((wish[k] != 0 || strip) && (wish[k] != 2 || sources))
            gaps[wish[k]]++, left--;
    int taller = left > 4 ? left / 2 : 0;
    if (taller > 6)
        taller = 6;
    p.list_h += taller;
    left -= taller;
    if (words && left > 0) {
        int more = left > 2 ? 2 : left;
        words += more;
    }
    if (head)
        p.head = y++;
    if (two_lines)
        p.shape = y++;
    if (strip) {
        y += gaps[0];
        p.strip = y;
        y += strip;
    }
    y += gaps[1];
    p.list = y;
    y += p.list_h + gaps[2];
    if (sources)
        p.sources = y, p.sources_h = sources, y += sources;
    if (total)
        p.total = y++;
    y += gaps[3];
    if (gate)
        p.gate = y++;
    y += gaps[4];
    if (words)
        p.words = y, p.words_h = words;
    if (r.w >= 72 && p.list_h >= 5) {
        p.curve_w = r.w >= 110 ? 40 : 28;
        p.curve_x = r.x + r.w - p.curve_w;
    }
    return p;
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

static bool reached(const struct ctx *c, enum substep sub)
{
    return c->sub >= sub;
}

static void text_of_number(const struct ctx *c, int right, int y, int w, enum role role, double v, bool bold)
{
    char num[SUMS_MAX];
    sums_number(num, v, c->decimals, true);
    if (utf8_text_width(num) > w)
        widget_number(num, w + 1 < SUMS_MAX ? w + 1 : SUMS_MAX, (float)v, w, c->decimals, true);
    grid_text_right(c->g, right, y, w, role, bold ? ATTR_BOLD : 0, num);
}

static void equation(const struct ctx *c, struct str *out)
{
    const char *q = quantity_name(c->a->gate), *fn = c->a->gate == Q_G ? "tanh" : c->g->glyphs->sigma;
    str_addf(out, "%s_t = %s(", c->gate, fn);
    switch (c->st->notation) {
    case NOTATION_COLUMN: str_addf(out, "W_%s %s [h_t-1, x_t] + b_%s)", q, c->dot, q); break;
    case NOTATION_SPLIT:
        str_addf(out, "W_h%s %s h_t-1 + W_x%s %s x_t + ", q, c->dot, q, c->dot);
        str_addf(out, c->a->two ? "b_h%s + b_x%s)" : "b_%s)", q, q);
        break;
    default: str_addf(out, "[h_t-1, x_t] %s W_%s + b_%s)", c->dot, q, q);
    }
}

static void shapes(const struct ctx *c, struct str *out)
{
    const struct anatomy *a = c->a;
    const char *x = c->g->glyphs->times, *to = c->g->glyphs->arrow, *q = quantity_name(a->gate), *sep = c->g->glyphs->middle_dot;
    if (c->st->notation == NOTATION_SPLIT) {
        str_addf(out, "h: %d, x: %d", a->H, a->E);
        if (reached(c, SUB_PRODUCT))
            str_addf(out, " %s W_h%s %d%s%d, W_x%s %d%s%d %s %d", sep, q, a->H, x, a->H, q, a->H, x, a->E, to, a->H);
        return;
    }
    str_addf(out, "[h, x]: %d + %d = %d", a->H, a->E, a->n);
    if (reached(c, SUB_PRODUCT)) {
        int rows = c->st->notation == NOTATION_COLUMN ? a->H : a->n, columns = a->n + a->H - rows;
        str_addf(out, " %s W_%s %d%s%d %s %d", sep, q, rows, x, columns, to, a->H);
    }
}

static void draw_head(const struct ctx *c, struct rect r, const struct plan *p)
{
    struct str left = {0}, right = {0};
    equation(c, &left);
    shapes(c, &right);
    int n = grid_text(c->g, r.x + 1, p->head, r.w - 2, bars_role((enum value)c->a->gate), ATTR_BOLD, str_text(&left));
    int w = utf8_text_width(str_text(&right));
    if (p->shape >= 0)
        grid_text(c->g, r.x + 1, p->shape, r.w - 2, ROLE_LABEL, 0, str_text(&right));
    else if (n + w + 4 <= r.w)
        grid_text_right(c->g, r.x + r.w - 1, p->head, w, ROLE_LABEL, 0, str_text(&right));
    str_free(&left);
    str_free(&right);
}

enum { STRIP_CELL = 9, DIVIDER = 2 };        /* the widest cell: two of colour, six of number */

/* All of [h_{t-1}, x_t] in one row: a heat cell (or more) a value, a divider between what the layer said and what comes in. */
static void draw_strip(const struct ctx *c, struct rect r, const struct plan *p)
{
    const struct anatomy *a = c->a;
    struct grid *g = c->g;
    int x = r.x + 1, room = r.w - 2 - DIVIDER, bins = a->n, each = room / a->n;
    if (each > STRIP_CELL)
        each = STRIP_CELL;
    int per = 1;                              /* values a cell, the strongest is shown */
    while (each < 1 && (a->H + per - 1) / per + (a->E + per - 1) / per > room)
        per++;
    if (each < 1)
        each = 1;
    int h_cells = (a->H + per - 1) / per, x_cells = (a->E + per - 1) / per;
    bins = h_cells + x_cells;
    for (int b = 0; b < bins; b++) {
        int from = b < h_cells ? b * per : a->H + (b - h_cells) * per, end = b < h_cells ? a->H : a->n, best = from;
        for (int k = from; k < from + per && k < end; k++)
            if (fabs(input(a, k)) > fabs(input(a, best)))
                best = k;
        int cx = x + b * each + (b >= h_cells ? DIVIDER : 0), wide = each > 2 ? each - 1 : each;
        double v = tanh(input(a, best)) / tanh(1.0);
        int level = isnan(v) ? 0 : (int)lrint(fmax(-1, fmin(1, v)) * LEVEL_MAX);
        for (int k = 0; k < (each == STRIP_CELL ? 2 : wide); k++)
            grid_heat(g, cx + k, p->strip, ROLE_HEAT_CELL, level);
        if (each == STRIP_CELL) {
            char num[16];
            grid_text(g, cx + 2, p->strip, wide - 2, input_pinned(a, best) ? ROLE_PINNED : ROLE_NUMBER, 0, widget_number(num, sizeof num, (float)input(a, best), 6, 2, true));
        }
        if (each >= 3) {
            char label[48];
            term_label(a->s, a->layer, a->H, best, label);
            if (utf8_text_width(label) > wide)
                label[strcspn(label, " ")] = '\0';
            grid_text(g, cx, p->strip + 1, wide, b < h_cells ? ROLE_H : ROLE_TOKEN_NOW, 0, label);
        }
    }
    int divider = x + h_cells * each;
    for (int k = 0; k < 2; k++)
        grid_put(g, divider, p->strip + k, g->glyphs->vline, ROLE_AXIS, 0);
    if (each < 3) {
        grid_textf(g, x, p->strip + 1, h_cells * each, ROLE_H, 0, "h_t-1 (%d%s)", a->H, per > 1 ? ", strongest of each cell" : "");
        grid_textf(g, divider + DIVIDER, p->strip + 1, x_cells * each, ROLE_TOKEN_NOW, 0, "x_t %s (%d)", str_text(&c->word), a->E);
    }
}

/* Columns of the list. bar 0: no room for bars. */
struct columns { int label, value, weight, product, bar; bool factors; };

static int widest(const struct anatomy *a, int decimals, bool weight)
{
    double most = 0;
    for (int k = 0; k < a->n; k++)
        most = fmax(most, fabs(weight ? (double)a->W[k] : input(a, k)));
    char num[SUMS_MAX];
    int w = utf8_text_width(sums_number(num, most < 1 ? 1 : most, decimals, true));
    return w < 3 ? 3 : w;
}

static struct columns columns_of(const struct ctx *c, int w)
{
    struct columns k = {.value = widest(c->a, c->factor, false), .weight = widest(c->a, c->exact, true), .product = c->decimals + 5, .factors = true};
    k.label = w >= 80 ? 16 : w >= 46 ? 10 : 4;
    k.bar = w - 1 - k.label - k.value - 3 - k.weight - 3 - k.product - 1;
    if (k.bar < 4 && k.label > 4) {
        k.bar += k.label - 4;
        k.label = 4;
    }
    if (k.bar < 4) {
        k.factors = k.bar > -1;
        k.bar = k.factors ? 0 : w - 1 - k.label - k.product - 1;
    }
    if (k.bar < 4)
        k.bar = 0;
    return k;
}

/* One line of the list: label, value × weight = product, bar. k is -1 for a bias, -2 for "other". */
struct line { const char *label; enum role role; double value, weight, product, ghost; bool factors, star, edited, on; double original; };

static void draw_factors(const struct ctx *c, int x, int y, const struct columns *w, const struct line *l, bool weights)
{
    char num[SUMS_MAX];
    struct grid *g = c->g;
    bool first = c->st->notation != NOTATION_ROW;                 /* the weight stands before the value */
    int vx = first ? x + w->weight + 3 : x, wx = first ? x : x + w->value + 3;
    grid_text_right(g, vx + w->value, y, w->value, l->star ? ROLE_PINNED : ROLE_NUMBER, 0, sums_number(num, l->value, c->factor, true));
    if (!weights)
        return;
    grid_text(g, (first ? vx : wx) - 2, y, 1, ROLE_DIM, 0, g->glyphs->times);
    grid_text_right(g, wx + w->weight, y, w->weight, l->edited ? ROLE_PINNED : ROLE_NUMBER, l->on ? ATTR_BOLD : 0, sums_number(num, l->weight, c->exact, true));
    bool holds = sums_product_holds(l->value, sums_printed(l->weight, c->exact), l->product, c->factor, c->decimals);
    grid_text(g, x + w->value + w->weight + 4, y, 1, ROLE_DIM, 0, holds ? "=" : g->glyphs->ascii ? "~" : "\xE2\x89\x88");
}

static void draw_line(const struct ctx *c, int x, int y, const struct columns *w, const struct line *l, double scale, enum substep at)
{
    struct grid *g = c->g;
    struct str label = {0};
    if (l->on)
        grid_put(g, x, y, g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
    utf8_cut(&label, l->label, w->label - 1, g->glyphs->ascii);
    if (w->label <= 5)
        label.s[strcspn(label.s, " ")] = '\0';
    grid_text(g, x + 1, y, w->label - 1, l->on ? ROLE_CURSOR : l->role, l->on ? ATTR_BOLD : 0, str_text(&label));
    str_free(&label);
    int px = x + 1 + w->label;
    if (w->factors) {
        if (l->factors)
            draw_factors(c, px, y, w, l, reached(c, at));
        px += w->value + 3 + w->weight + 3;
    }
    if (!reached(c, at)) {
        grid_text_right(g, px + w->product, y, w->product, ROLE_DIM, 0, "?");
        return;
    }
    text_of_number(c, px + w->product, y, w->product, l->edited && !l->factors ? ROLE_PINNED : ROLE_NUMBER, l->product, l->on);
    if (w->bar)
        widget_bar(g, px + w->product + 1, y, w->bar, (float)l->product, (float)l->ghost, (float)-scale, (float)scale,
                   l->product < 0 ? ROLE_NEGATIVE : ROLE_POSITIVE);
    if (l->edited) {
        char was[SUMS_MAX];
        sums_number(was, l->original, 2, true);
        int room = w->bar - 2;
        if (room >= 12 && l->product >= 0)
            grid_textf(g, px + w->product + 2, y, room / 2 - 1, ROLE_PINNED, 0, "was %s", was);
        else if (room >= 12)
            grid_textf(g, px + w->product + 3 + room / 2, y, room / 2 - 1, ROLE_PINNED, 0, "was %s", was);
        else
            grid_put(g, px + w->product, y, '*', ROLE_PINNED, ATTR_BOLD);
    }
}

/* A scale for signed bars that also suits what is smaller than 1. */
static double scale_of(double peak)
{
    double unit = 1;
    while (peak > 0 && peak < unit && unit > 1e-12)
        unit /= 10;
    return (double)widget_scale((float)(peak / unit)) * unit;
}

static double largest_term(const struct anatomy *a)
{
    double most = fabs(a->b);
    for (int k = 0; k < a->n; k++)
        most = fmax(most, fabs(a->term[k]));
    if (a->two)
        most = fmax(most, fmax(fabs(a->b2), fabs(a->b - a->b2)));
    return most;
}

static void term_line(const struct ctx *c, int x, int y, const struct columns *w, int k, double scale)
{
    const struct anatomy *a = c->a;
    char label[48];
    float original = 0;
    term_label(a->s, a->layer, a->H, k, label);
    double base = (double)a->W[k] * input_base(a, k);
    struct line l = {.label = label, .role = k < a->H ? ROLE_H : ROLE_TOKEN_NOW, .value = input(a, k), .weight = (double)a->W[k], .product = a->term[k],
                     .ghost = base != a->term[k] ? base : (double)NAN, .factors = true, .star = input_pinned(a, k),
                     .on = c->st->on == ON_TERM && c->st->term == k};
    l.edited = session_weight_edited(a->s, a->layer, a->gate, a->unit, k, &original);
    l.original = (double)original;
    draw_line(c, x, y, w, &l, scale, SUB_PRODUCT);
}

/* Terms order[from … to) in `rows` rows; what does not fit is one line "other (n)". Returns the rows used. */
static int draw_terms(const struct ctx *c, int x, int y, int rows, const struct columns *w, int from, int to, double scale)
{
    const struct anatomy *a = c->a;
    int n = to - from, show = n <= rows ? n : rows - 1, first = 0;
    if (show < 0)
        return 0;
    if (show < n && c->st->on == ON_TERM) {
        int at = place_of(a, c->st->term) - from;
        if (at >= 0 && at < n && at >= show)
            first = at - show + 1;
    }
    double other = 0;
    for (int k = 0; k < n; k++)
        if (k < first || k >= first + show)
            other += a->term[a->order[from + k]];
    for (int k = 0; k < show; k++)
        term_line(c, x, y + k, w, a->order[from + first + k], scale);
    if (show == n)
        return show;
    char label[32];
    snprintf(label, sizeof label, "%s (%d)", w->label > 9 ? "other" : "o.", n - show);
    struct line l = {.label = label, .role = ROLE_DIM, .product = other, .ghost = (double)NAN};
    draw_line(c, x, y + show, w, &l, fmax(scale, fabs(other)), SUB_PRODUCT);
    return show + 1;
}

static void draw_biases(const struct ctx *c, int x, int y, const struct columns *w, const struct plan *p, double scale)
{
    const struct anatomy *a = c->a;
    char label[2][16];
    float original = 0;
    bool edited = session_weight_edited(a->s, a->layer, a->gate, a->unit, -1, &original);
    const char *q = quantity_name(a->gate);
    snprintf(label[0], sizeof label[0], p->biases == 2 ? "b_x%s" : "b_%s", q);
    snprintf(label[1], sizeof label[1], "b_h%s", q);
    struct line l = {.label = label[0], .role = ROLE_LABEL, .product = p->biases == 2 ? a->b - a->b2 : a->b, .ghost = (double)NAN, .edited = edited,
                     .original = p->biases == 2 ? (double)original - a->b2 : (double)original, .on = c->st->on == ON_BIAS};
    draw_line(c, x, y, w, &l, scale, SUB_BIAS);
    if (p->biases == 2) {
        l = (struct line){.label = label[1], .role = ROLE_LABEL, .product = a->b2, .ghost = (double)NAN};
        draw_line(c, x, y + 1, w, &l, scale, SUB_BIAS);
    }
}

static void heading(const struct ctx *c, int x, int y, const struct columns *w, const char *value, const char *weight)
{
    bool first = c->st->notation != NOTATION_ROW;
    int px = x + 1 + w->label;
    if (w->factors) {
        int vx = first ? px + w->weight + 3 : px, wx = first ? px : px + w->value + 3;
        grid_text_right(c->g, vx + w->value, y, w->value + (first ? 1 : w->label), ROLE_DIM, 0, value);
        if (reached(c, SUB_PRODUCT))
            grid_text_right(c->g, wx + w->weight, y, w->weight + (first ? w->label : 2), ROLE_DIM, 0, weight);
        px += w->value + 3 + w->weight + 3;
    }
    if (reached(c, SUB_PRODUCT))
        grid_text_right(c->g, px + w->product, y, w->product, ROLE_DIM, 0, "product");
}

static void draw_list(const struct ctx *c, struct rect r, const struct plan *p)
{
    const struct anatomy *a = c->a;
    int w = (p->curve_w ? p->curve_x - 3 : r.x + r.w - 1) - (r.x + 1), x = r.x, y = p->list, rows = p->list_h;
    if (rows < 1 || w < 8)
        return;
    struct columns cols = columns_of(c, w);
    double scale = scale_of(largest_term(a));
    bool split = c->st->notation == NOTATION_SPLIT;
    char weight[32], value[2][16] = {"[h, x]", "x_t"};
    const char *q = quantity_name(a->gate), *row = c->st->notation == NOTATION_ROW ? "col" : "row";
    int biases = rows > p->biases ? p->biases : 0, terms = rows - p->headings - biases;
    if (split)
        snprintf(value[0], sizeof value[0], "h_t-1");
    for (int part = 0; part < (split ? 2 : 1); part++) {
        int from = split && part ? a->H : 0, to = split && !part ? a->H : a->n;
        int share = terms;
        if (split) {
            share = part ? terms : a->n <= terms ? a->H : a->H <= terms / 2 ? a->H : a->E < terms - terms / 2 ? terms - a->E : terms / 2;
            snprintf(weight, sizeof weight, "W_%c%s %s %d", part ? 'x' : 'h', q, row, a->unit + 1);
        } else {
            snprintf(weight, sizeof weight, "W_%s %s %d", q, row, a->unit + 1);
        }
        if (p->headings)
            heading(c, x, y++, &cols, value[part], weight);
        int used = draw_terms(c, x, y, share, &cols, from, to, scale);
        y += used;
        terms -= used;
    }
    if (biases)
        draw_biases(c, x, y, &cols, p, scale);
}

static float squash_tanh(float z) { return lstm_tanh(z); }
static float squash_sigmoid(float z) { return lstm_sigmoid(z); }

static void draw_curve(const struct ctx *c, const struct plan *p)
{
    const struct anatomy *a = c->a;
    struct grid *g = c->g;
    bool tanh_curve = a->gate == Q_G;
    double span = isfinite(a->z) ? scale_of(fabs(a->z)) : 10;
    if (span < 5)
        span = 5;
    struct rect r = {p->curve_x + 3, p->list + 1, p->curve_w - 4, p->list_h - 2};
    bool shown = reached(c, SUB_SIGMA);
    enum role role = bars_role((enum value)a->gate);
    widget_curve(g, r, tanh_curve ? squash_tanh : squash_sigmoid, (float)-span, (float)span, tanh_curve ? -1 : 0, 1, shown ? (float)a->z : NAN,
                 shown ? (float)a->computed : NAN, a->pinned ? ROLE_GHOST : role);
    if (shown && a->pinned) {
        double lo = tanh_curve ? -1 : 0, at = (a->now - lo) / (1 - lo), across = (a->z + span) / (2 * span);
        at = fmax(0, fmin(1, at));
        across = fmax(0, fmin(1, across));
        grid_put(g, r.x + (int)lrint(across * (r.w - 1)), r.y + r.h - 1 - (int)lrint(at * (r.h - 1)), '*', ROLE_PINNED, ATTR_BOLD);
    }
    grid_textf(g, r.x, p->list, r.w, ROLE_DIM, 0, "%s(z)", tanh_curve ? "tanh" : g->glyphs->sigma);
    grid_text_right(g, r.x - 1, r.y, 2, ROLE_DIM, 0, "1");
    grid_text_right(g, r.x - 1, r.y + r.h - 1, 2, ROLE_DIM, 0, tanh_curve ? "-1" : "0");
    int ticks = r.y + r.h;
    grid_textf(g, r.x, ticks, 8, ROLE_DIM, 0, "%+.4g", -span);
    grid_text(g, r.x + r.w / 2, ticks, 1, ROLE_DIM, 0, "0");
    char right[16];
    snprintf(right, sizeof right, "%+.4g", span);
    grid_text_right(g, r.x + r.w, ticks, 8, ROLE_DIM, 0, right);
}

/* ---- totals by source --------------------------------------------------------------------------------------------- */

static void draw_source(const struct ctx *c, struct rect r, int y, const char *name, enum role role, double v, double scale, int from, int to, bool shown)
{
    int x = r.x + 1, label = r.w >= 60 ? 17 : 11, num = c->decimals + 6, bar = r.w >= 100 ? 41 : r.w >= 60 ? 25 : r.w - label - num - 3;
    struct str text = {0}, why = {0};
    str_addf(&text, "%s pushes", name);
    grid_text(c->g, x, y, label, role, 0, str_text(&text));
    str_free(&text);
    if (!shown) {
        grid_text_right(c->g, x + label + num, y, num, ROLE_DIM, 0, "?");
        return;
    }
    text_of_number(c, x + label + num, y, num, ROLE_NUMBER, v, true);
    if (bar < 6)
        return;
    widget_bar(c->g, x + label + num + 1, y, bar, (float)v, NAN, (float)-scale, (float)scale, v < 0 ? ROLE_NEGATIVE : ROLE_POSITIVE);
    int used = label + num + bar + 3;
    if (fabs(v) >= 0.005 && to > from)
        carrier(c->a, from, to, v, &why);
    grid_text(c->g, x + used, y, r.w - used - 2, ROLE_DIM, 0, str_text(&why));
    str_free(&why);
}

static void draw_sources(const struct ctx *c, struct rect r, const struct plan *p)
{
    const struct anatomy *a = c->a;
    double scale = scale_of(fmax(fabs(a->from_h), fmax(fabs(a->from_x), fabs(a->b))));
    char bias[16];
    snprintf(bias, sizeof bias, "b_%s", quantity_name(a->gate));
    draw_source(c, r, p->sources, "h_t-1", ROLE_H, a->from_h, scale, 0, a->H, reached(c, SUB_PRODUCT));
    draw_source(c, r, p->sources + 1, str_text(&c->word), ROLE_TOKEN_NOW, a->from_x, scale, a->H, a->n, reached(c, SUB_PRODUCT));
    draw_source(c, r, p->sources + 2, bias, ROLE_LABEL, a->b, scale, 0, 0, reached(c, SUB_BIAS));
}

/* "z = +6.18 + 0.00 + 3.00 = +9.18", in words where there is room. */
static void draw_total(const struct ctx *c, struct rect r, const struct plan *p)
{
    const struct anatomy *a = c->a;
    double terms[] = {a->from_h, a->from_x, a->b};
    const char *name[] = {"h", str_text(&c->word), "b"};
    char num[SUMS_MAX];
    int n = reached(c, SUB_BIAS) ? 3 : 2;
    if (!reached(c, SUB_PRODUCT))
        return;
    double result = n == 3 ? a->z : a->from_h + a->from_x, rest = sums_rest(terms, n, result, c->decimals);
    struct str text = {0};
    str_addf(&text, "%s = ", n == 3 ? "z" : "sum");
    for (int k = 0; k < n; k++) {
        sums_number(num, k ? fabs(terms[k]) : terms[k], c->decimals, k == 0);
        str_addf(&text, "%s%s%s%s%s", k ? sums_printed(terms[k], c->decimals) < 0 ? " - " : " + " : "", num, p->sources < 0 ? " (" : "", p->sources < 0 ? name[k] : "",
                 p->sources < 0 ? ")" : "");
    }
    if (rest != 0)
        str_addf(&text, " %c %s (rounding)", rest < 0 ? '-' : '+', sums_number(num, fabs(rest), c->decimals, false));
    str_addf(&text, " = %s", sums_number(num, result, c->decimals, true));
    grid_text(c->g, r.x + 1, p->total, r.w - 2, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    str_free(&text);
}

/* "f_t = σ(+9.18) = 0.9999", and what it does. */
static void draw_gate(const struct ctx *c, struct rect r, const struct plan *p)
{
    const struct anatomy *a = c->a;
    struct grid *g = c->g;
    char z[SUMS_MAX], v[SUMS_MAX], was[SUMS_MAX];
    bool signed_gate = a->gate == Q_G;
    int x = r.x, end = r.x + r.w - 1;
    if (c->st->on == ON_GATE)
        grid_put(g, x, p->gate, g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
    x++;
    enum role role = bars_role((enum value)a->gate);
    if (!reached(c, SUB_SIGMA)) {
        grid_textf(g, x, p->gate, end - x, role, 0, "%s_t = ?", c->gate);
        return;
    }
    sums_number(z, a->z, c->decimals, true);
    signed_gate ? sums_number(v, a->computed, 4, true) : sums_gate(v, a->computed);
    if (a->pinned) {
        x += grid_textf(g, x, p->gate, end - x, ROLE_GHOST, 0, "%s_t computed %s, ", c->gate, v);
        signed_gate ? sums_number(v, a->now, 4, true) : sums_gate(v, a->now);
        x += grid_textf(g, x, p->gate, end - x, ROLE_PINNED, ATTR_BOLD, "pinned %s", v);
    } else {
        x += grid_textf(g, x, p->gate, end - x, role, ATTR_BOLD, "%s_t = %s(%s) = %s", c->gate, signed_gate ? "tanh" : g->glyphs->sigma, z, v);
        if (fabs(a->now - a->base) >= 0.00005)
            x += grid_textf(g, x, p->gate, end - x, ROLE_GHOST, 0, "  was %s", signed_gate ? sums_number(was, a->base, 4, true) : sums_gate(was, a->base));
    }
    struct str text = {0};
    if (reached(c, effect_at(a->gate))) {
        say_effect(a, g->glyphs, &text);
        if (utf8_text_width(str_text(&text)) + 4 <= end - x)
            grid_text(g, x + 4, p->gate, end - x - 4, ROLE_NUMBER, 0, str_text(&text));
    }
    str_free(&text);
}

static void draw_words(const struct ctx *c, struct rect r, const struct plan *p)
{
    struct str text = {0};
    if (c->scene->reveal) {
        words_substep(c->a->s, c->g->glyphs, &text);
        if (reached(c, SUB_SIGMA) && p->words_h > 1) {
            str_add(&text, text.len && text.s[text.len - 1] == '.' ? " " : ". ");
            say_why(c->a, c->g->glyphs, &text);
        }
    } else {
        say_why(c->a, c->g->glyphs, &text);
        if (c->scene->explain) {
            str_add(&text, " Then ");
            say_effect(c->a, c->g->glyphs, &text);
            str_add(&text, ". ");
            words_unit(c->a->s, RUN_PINNED, c->a->layer, c->a->unit, c->a->t, &text);
        }
    }
    grid_wrap(c->g, (struct rect){r.x + 1, p->words, r.w - 2, p->words_h}, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

/* Weights written by hand are short: as many decimals as tell all of them whole, but at most `most`. */
static int weight_decimals(const struct anatomy *a, int most)
{
    int d = 0;
    for (int k = 0; k < a->n && d < most; k++)
        while (d < most && (float)sums_printed((double)a->W[k], d) != a->W[k])
            d++;
    return d;
}

/* Decimals with which the printed sources add up, and with which value × weight gives the printed product where it can. */
static void choose_decimals(struct ctx *c)
{
    const struct anatomy *a = c->a;
    double sources[] = {a->from_h, a->from_x, a->b};
    c->decimals = 2;
    for (int d = 2; d <= 4; d++)
        if (sums_rest(sources, 3, a->z, d) == 0 && (a->n > 32 || sums_rest(a->term, a->n, a->from_h + a->from_x, d) == 0)) {
            c->decimals = d;
            break;
        }
    c->exact = weight_decimals(a, c->decimals + 2);
    for (c->factor = c->decimals; c->factor < c->decimals + 2; c->factor++) {
        bool all = true;
        for (int k = 0; k < a->n && all; k++)
            all = sums_product_holds(sums_printed((double)a->W[k], c->exact), input(a, k), a->term[k], c->factor, c->decimals);
        if (all)
            break;
    }
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    if (at->step < 1) {
        grid_wrap(g, rect_inset(r, 2, r.h > 4 ? 1 : 0), ROLE_DIM, 0, "There is no word whose gates could be taken apart. Type :text and a sentence.");
        return;
    }
    struct anatomy a;
    anatomy_take(&a, s, state);
    struct ctx c = {.scene = scene, .st = state, .a = &a, .g = g, .sub = scene->reveal ? at->sub : SUB_H};
    snprintf(c.gate, sizeof c.gate, "%s", a.gate == Q_G ? g->glyphs->candidate : quantity_name(a.gate));
    snprintf(c.dot, sizeof c.dot, "%s", g->glyphs->ascii ? "*" : "\xC2\xB7");
    source_word(s, a.layer, a.t, g->glyphs, &c.word);
    unit_phrase(s, a.layer, a.unit, c.unit);
    choose_decimals(&c);
    struct str left = {0}, right = {0};
    equation(&c, &left);
    shapes(&c, &right);
    struct plan p = plan_rows(&a, state, r, scene->explain, utf8_text_width(str_text(&left)) + utf8_text_width(str_text(&right)) + 4);
    str_free(&left);
    str_free(&right);
    if (p.head >= 0)
        draw_head(&c, r, &p);
    if (p.strip >= 0)
        draw_strip(&c, r, &p);
    draw_list(&c, r, &p);
    if (p.curve_w)
        draw_curve(&c, &p);
    if (p.sources >= 0)
        draw_sources(&c, r, &p);
    if (p.total >= 0)
        draw_total(&c, r, &p);
    if (p.gate >= 0)
        draw_gate(&c, r, &p);
    if (p.words >= 0)
        draw_words(&c, r, &p);
    str_free(&c.word);
    anatomy_free(&a);
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static const struct view_key keys[] = {
    {"f", "next gate: f, i, candidate, o"},
    {"<Up> <Down>", "to the terms and back: on a term, + - digits and Enter change its weight, x brings it back"},
    {"z", "products by size or in order"},
    {"M", "notation: [h,x]*W, W*[h,x], or W_h*h + W_x*x"},
    {NULL, NULL},
};

/* The gate, the terms as they stand on screen, the bias, and round again. */
static void move(const struct session *s, struct state *st, int by)
{
    struct anatomy a;
    anatomy_take(&a, s, st);
    int places = a.n + 2, at = st->on == ON_GATE ? 0 : st->on == ON_BIAS ? a.n + 1 : 1 + place_of(&a, st->term);
    at = (at + by + places) % places;
    st->on = at == 0 ? ON_GATE : at == a.n + 1 ? ON_BIAS : ON_TERM;
    st->term = st->on == ON_TERM ? a.order[at - 1] : st->term;
    anatomy_free(&a);
}

static enum view_reply key_press(struct session *s, void *state, int key, struct err *e)
{
    (void)e;
    struct state *st = state;
    const struct cursor *at = session_cursor(s);
    static const enum value next[GATES] = {[Q_F] = VAL_I, [Q_I] = VAL_G, [Q_G] = VAL_O, [Q_O] = VAL_F};
    enum value gate = (enum value)gate_of(at);
    if (at->step < 1)
        return VIEW_IGNORED;
    /* What is on screen is what the editing keys act on. */
    if (at->value != gate)
        session_select(s, at->layer, at->unit, gate);
    switch (key) {
    case 'f': session_select(s, at->layer, at->unit, next[gate]); return VIEW_REDRAW;
    case 'z': st->order = sorted(st, session_net(s)->layer[at->layer].hidden + session_net(s)->layer[at->layer].in) ? ORDER_PLACE : ORDER_SIZE; return VIEW_REDRAW;
    case 'M': st->notation = (enum notation)((st->notation + 1) % NOTATIONS); return VIEW_REDRAW;
    case K_UP: case 'k': move(s, st, -1); return VIEW_REDRAW;
    case K_DOWN: case 'j': move(s, st, 1); return VIEW_REDRAW;
    default: return VIEW_IGNORED;
    }
}

/* ---- editing a weight --------------------------------------------------------------------------------------------- */

/* Which column of W, -1 for the bias. False when the cursor is on the gate. Models change under the state: the term is checked. */
static bool selected(const struct session *s, const struct state *st, int *column)
{
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    *column = st->on == ON_BIAS ? -1 : st->term;
    return at->step > 0 && st->on != ON_GATE && *column < l->hidden + l->in;
}

/* In split notation the bias row is that of the inputs: b_x = b - b_h. */
static float bias_apart(const struct session *s, const struct state *st, int column)
{
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    const float *b2 = l->b2[gate_of(at)];
    return column < 0 && st->notation == NOTATION_SPLIT && b2 ? b2[at->unit] : 0;
}

static bool own(const struct session *s, const void *state, struct view_value *out)
{
    const struct state *st = state;
    const struct cursor *at = session_cursor(s);
    int k;
    if (!selected(s, st, &k))
        return false;
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    enum quantity gate = gate_of(at);
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
    const struct cursor *at = session_cursor(s);
    int k;
    return selected(s, state, &k) && session_set_weight(s, at->layer, gate_of(at), at->unit, k, value + bias_apart(s, state, k), e);
}

static bool reset_own(struct session *s, void *state)
{
    const struct cursor *at = session_cursor(s);
    int k;
    float original;
    return selected(s, state, &k) && session_weight_edited(s, at->layer, gate_of(at), at->unit, k, &original)
        && session_set_weight(s, at->layer, gate_of(at), at->unit, k, original, NULL);
}

const struct view view_dissect = {
    .name = "dissect",
    .title = "dissect",
    .help = "How a gate decides. It sees the last h_t-1 and this word's x_t and nothing else: each value times its weight, the products added up, "
            "plus the bias, gives z; sigma (tanh for the candidate) turns z into the gate; the gate multiplies what it guards. PgDn goes through "
            "it sub-step by sub-step. The totals say what h, the word and the bias push: above 0 towards 1, below 0 towards 0. "
            "Weights can be edited: both runs are computed again from the first word, u undoes.",
    .key = 'd',
    .state_size = sizeof(struct state),
    .keys = keys,
    .draw = draw,
    .key_press = key_press,
    .explain = explain,
    .own = own,
    .set_own = set_own,
    .reset_own = reset_own,
    .takes_apart = true,
};
