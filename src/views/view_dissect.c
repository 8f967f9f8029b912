/* view_dissect.c: how one gate of one unit decides, from the numbers it sees to what it does.
 *
 * A gate sees h_{t-1} and x_t and, but for peepholes, nothing else. Each of these H+E values is multiplied by a
 * weight, the products and the bias add up to z, σ squeezes z between 0 and 1, and that number multiplies what the
 * gate guards. The picture goes through this from top to bottom, one sub-step at a time while sub-stepping, and its
 * printed numbers can be checked with a pencil.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/anatomy.h"
#include "views/say.h"
#include "views/cells.h"
#include "views/sums.h"
#include "views/words.h"

/* How the same product is written. It changes where things stand and never a number. */
enum notation { NOTATION_ROW, NOTATION_COLUMN, NOTATION_SPLIT, NOTATIONS };   /* [h,x]·W; W·[h,x]; W_h·h + W_x·x */
enum order { ORDER_AUTO, ORDER_SIZE, ORDER_PLACE, ORDERS };

enum { LISTED_MAX = 100 };
enum { PLACE_UP_TO = 8 };                    /* more terms than this are sorted by size until one asks otherwise */
enum { ON_GATE, ON_BIAS, ON_TERM };          /* where the cursor is: the gate itself until one moves to a weight */

struct state {
    enum notation notation;
    enum order order;
    int on, term;                 /* term: which of the H+E, when on ON_TERM */
};

static const struct setting settings[] = {
    {"notation", SETTING_CHOICE, offsetof(struct state, notation), 0, 0, "row column split"},
    {"order", SETTING_CHOICE, offsetof(struct state, order), 0, 0, "auto size place"},
    {"on", SETTING_CHOICE, offsetof(struct state, on), 0, 0, "gate bias term"},
    {"term", SETTING_NUMBER, offsetof(struct state, term), 0, SETTING_MOST, NULL},
    {.name = NULL},
};

static bool sorted(const struct state *st, int n)
{
    return st->order == ORDER_SIZE || (st->order == ORDER_AUTO && n > PLACE_UP_TO);
}

static void take(struct anatomy *a, const struct session *s, const struct state *st)
{
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    anatomy_take(a, s, sorted(st, l->hidden + l->in), st->notation == NOTATION_SPLIT);
}

/* ---- what is drawn ----------------------------------------------------------------------------------------------- */

struct ctx {
    const struct scene *scene;
    const struct state *st;
    const struct anatomy *a;
    struct grid *g;
    enum substep sub;             /* what has been reached: all of it unless sub-stepping */
    int decimals, factor, exact;  /* of products and sums; of values; of weights */
    char gate[8], dot[4];         /* "f" or "g"; the product sign */
    struct str word;              /* what x_t is, in quotes */
    char unit[ANATOMY_LABEL];
};

static enum pen input_pen(const struct ctx *c, int k)
{
    struct place p;
    return anatomy_input_place(c->a, k, &p) ? value_pen(c->scene, &p) : value_pen_aside(c->scene);
}

/* Of the gate that is taken apart; of what it guards and lets through, when one of the three is hidden. */
static enum pen gate_pen(const struct ctx *c)
{
    return value_pen(c->scene, &(struct place){c->a->layer, c->a->unit, (enum value)c->a->gate, c->a->t});
}

static const enum value guarded[GATES][3] = {
    [Q_F] = {VAL_C_PREV, VAL_F, VAL_KEPT},
    [Q_I] = {VAL_G, VAL_I, VAL_WRITTEN},
    [Q_G] = {VAL_I, VAL_G, VAL_WRITTEN},
    [Q_O] = {VAL_C, VAL_O, VAL_H},
};

static enum pen effect_pen(const struct ctx *c)
{
    enum pen pen = gate_pen(c);
    for (int k = 0; k < 3; k++)
        if (scene_hides(c->scene, c->a->layer, c->a->unit, guarded[c->a->gate][k], c->a->t))
            pen = PEN_COVER;
    return pen;
}

static enum substep effect_at(enum quantity gate)
{
    return gate == Q_F ? SUB_KEEP : gate == Q_O ? SUB_H : SUB_WRITE;
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    if (session_cursor(scene->session)->step < 1) {
        say_nothing(scene->session, out);
        return;
    }
    struct anatomy a;
    take(&a, scene->session, state);
    anatomy_why(&a, true, &glyphs_unicode, out);
    str_add(out, " Then ");
    anatomy_effect(&a, &glyphs_unicode, out);
    str_addc(out, '.');
    anatomy_free(&a);
}

/* ---- the arrangement --------------------------------------------------------------------------------------------- */

/* Rows from top to bottom; -1 or 0 where a part is left out. */
struct plan {
    int heading, shape, strip, strip_h, list, list_h, curve_x, curve_w, sources, sources_h, total, gate, effect, words,
        words_h;
    int headings, biases, rounding;   /* rows of the list that are no terms */
};

/* rest: the printed terms do not add up by themselves. */
static struct plan plan_rows(const struct anatomy *a, const struct state *st, struct rect r, bool explain_wish,
                             int heading_w, bool rest)
{
    struct plan p = {
        .heading = -1, .shape = -1, .strip = -1, .sources = -1, .total = -1, .gate = -1, .effect = -1, .words = -1};
    bool split = st->notation == NOTATION_SPLIT;
    p.headings = split ? 2 : 1;
    p.biases = (split && a->two ? 2 : 1) + a->peeps;
    p.rounding = rest;
    int need = p.headings + a->n + p.biases + p.rounding;
    int y = r.y, left = r.h;
    int words = r.h < 7 ? 0 : r.h < 16 ? 1 + (explain_wish && r.h >= 10) : !explain_wish ? 2 : r.h < 24 ? 4 : 6;
    int sources = r.h >= 15 ? 3 + a->peeps : 0, total = r.h >= 4, gate = r.h >= 1, heading = r.h >= 5,
        two_lines = heading && heading_w > r.w - 2 && r.h >= 12;
    left -= words + sources + total + gate + heading + two_lines;
    if (r.h < 9)
        p.headings = 0, need -= split ? 2 : 1;
    if (left < need && p.headings && left < p.headings + 4)
        p.headings = 0;
    int strip = r.w < 12 ? 0 : left >= need + 3 || left >= 11 + (left > need) ? 2 : left > need ? 1 : 0;
    if (strip == 2 && left - need < 3 && left >= need + 2)
        strip = 1;                /* the list has the names already: the line is worth more as air */
    left -= strip;
    p.strip_h = strip;
    if (left < need)
        p.rounding = left >= p.headings + p.biases + 7;       /* what is cut short is rounded, too */
    p.list_h = left < 0 ? 0 : left < need ? left : need;
    left -= p.list_h;
    /* What is left over: a little air between the parts, a taller curve, more room for words. */
    int gaps[5] = {0};
    static const int wish[] = {2, 1, 4, 0, 3};       /* the order in which the parts part */
    for (int k = 0; k < 5 && left > 0; k++)
        if ((wish[k] != 0 || strip) && (wish[k] != 2 || sources))
            gaps[wish[k]]++, left--;
    int effect = gate && left >= 3 ? 3 : 0;
    left -= effect;
    int taller = left > 6 ? 6 : left;
    p.list_h += taller;
    left -= taller;
    if (words && left > 0) {
        int more = left > 2 ? 2 : left;
        words += more;
    }
    if (heading)
        p.heading = y++;
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
    if (effect)
        p.effect = y, y += effect;
    y += gaps[4];
    if (words)
        p.words = y, p.words_h = words;
    if (r.w >= 72 && p.list_h >= 5) {
        p.curve_w = r.w >= 110 ? 40 : 28;
        p.curve_x = r.x + r.w - p.curve_w;
    }
    return p;
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

static bool reached(const struct ctx *c, enum substep sub)
{
    return c->sub >= sub;
}

static void text_of_number(const struct ctx *c, int right, int y, int w, struct ink ink, double v)
{
    char num[SUMS_MAX];
    sums_number(num, v, c->decimals, true);
    if (utf8_text_width(num) > w)
        widget_number(num, w + 1 < SUMS_MAX ? w + 1 : SUMS_MAX, (float)v, w, c->decimals, true);
    grid_text_right(c->g, right, y, w, ink.role, ink.attr, num);
}

static void equation(const struct ctx *c, struct str *out)
{
    const char *q = quantity_name(c->a->of), *fn = say_squash(c->a->s, c->a->layer, c->a->gate, c->g->glyphs);
    str_addf(out, "%s: %s_t = %s(", c->unit, c->gate, fn);
    switch (c->st->notation) {
    case NOTATION_COLUMN: str_addf(out, "W_%s %s [h_t-1, x_t] + b_%s", q, c->dot, q); break;
    case NOTATION_SPLIT:
        str_addf(out, "W_h%s %s h_t-1 + W_x%s %s x_t + ", q, c->dot, q, c->dot);
        str_addf(out, c->a->two ? "b_h%s + b_x%s" : "b_%s", q, q);
        break;
    default: str_addf(out, "[h_t-1, x_t] %s W_%s + b_%s", c->dot, q, q);
    }
    if (c->a->peeps)
        str_addf(out, " + p_%s %s %s", q, c->g->glyphs->odot, anatomy_peeps_at(c->a));
    str_addc(out, ')');
}

/* Without the times of h and x: half a formula would be another formula. */
static void equation_short(const struct ctx *c, struct str *out)
{
    const char *q = quantity_name(c->a->of);
    str_addf(out, "%s: %s = %s(", c->unit, c->gate, say_squash(c->a->s, c->a->layer, c->a->gate, c->g->glyphs));
    switch (c->st->notation) {
    case NOTATION_COLUMN: str_addf(out, "W_%s %s [h, x] + b", q, c->dot); break;
    case NOTATION_SPLIT: str_addf(out, "W_h%s %s h + W_x%s %s x + b", q, c->dot, q, c->dot); break;
    default: str_addf(out, "[h, x] %s W_%s + b", c->dot, q);
    }
    str_add(out, c->a->peeps ? " + p C)" : ")");
}

static void shapes(const struct ctx *c, struct str *out)
{
    const struct anatomy *a = c->a;
    const char *x = c->g->glyphs->times, *to = c->g->glyphs->arrow, *q = quantity_name(a->of),
               *sep = c->g->glyphs->middle_dot;
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

static void draw_heading(const struct ctx *c, struct rect r, const struct plan *p)
{
    struct str left = {0}, right = {0};
    equation(c, &left);
    shapes(c, &right);
    if (utf8_text_width(str_text(&left)) > r.w - 2) {
        str_clear(&left);
        equation_short(c, &left);
    }
    int n = grid_text(c->g, r.x + 1, p->heading, r.w - 2, value_role((enum value)c->a->gate), ATTR_BOLD,
                      str_text(&left));
    int w = utf8_text_width(str_text(&right));
    if (p->shape >= 0)
        grid_text(c->g, r.x + 1, p->shape, r.w - 2, ROLE_LABEL, 0, str_text(&right));
    else if (n + w + 4 <= r.w)
        grid_text_right(c->g, r.x + r.w - 1, p->heading, w, ROLE_LABEL, 0, str_text(&right));
    str_free(&left);
    str_free(&right);
}

enum { STRIP_CELL = 9, DIVIDER = 2 };        /* the widest cell: two of colour, six of number */

/* All of [h_{t-1}, x_t] in one row: a heat cell (or more) a value, a divider between what the layer said and what
 * comes in. */
static void draw_strip(const struct ctx *c, struct rect r, const struct plan *p)
{
    const struct anatomy *a = c->a;
    struct grid *g = c->g;
    int x = r.x + 1, room = r.w - 2 - DIVIDER, bins = a->n, each = room / a->n;
    if (each > STRIP_CELL)
        each = STRIP_CELL;
    int per = 1;                              /* values a cell, the strongest is shown */
    while (each < 1 && per < a->n && (a->H + per - 1) / per + (a->E + per - 1) / per > room)
        per++;
    if (each < 1)
        each = 1;
    int h_cells = (a->H + per - 1) / per, x_cells = (a->E + per - 1) / per;
    bins = h_cells + x_cells;
    for (int b = 0; b < bins; b++) {
        int from = b < h_cells ? b * per : a->H + (b - h_cells) * per, end = b < h_cells ? a->H : a->n, best = from;
        for (int k = from; k < from + per && k < end; k++)
            if (fabs(anatomy_input(a, k)) > fabs(anatomy_input(a, best)))
                best = k;
        int cx = x + b * each + (b >= h_cells ? DIVIDER : 0), wide = each > 2 ? each - 1 : each;
        struct place of;
        bool value = anatomy_input_place(a, best, &of);
        of.unit = per > 1 ? MARK_ANY : of.unit;
        enum pen old = grid_pen(g, value ? value_pen(c->scene, &of) : value_pen_aside(c->scene));
        double v = tanh(anatomy_input(a, best)) / tanh(1.0);
        int level = isnan(v) ? 0 : (int)lrint(fmax(-1, fmin(1, v)) * LEVEL_MAX);
        for (int k = 0; k < (each == STRIP_CELL ? 2 : wide); k++)
            grid_heat(g, cx + k, p->strip, ROLE_HEAT_CELL, level);
        if (each == STRIP_CELL) {
            char num[16];
            grid_text(g, cx + 2, p->strip, wide - 2, anatomy_input_pinned(a, best) ? ROLE_PINNED : ROLE_NUMBER, 0,
                      widget_number(num, sizeof num, (float)anatomy_input(a, best), 6, 2, true));
        }
        if (each >= 3 && p->strip_h > 1) {
            char label[ANATOMY_LABEL];
            anatomy_label(a, best, label);
            if (utf8_text_width(label) > wide)
                label[strcspn(label, " ")] = '\0';
            grid_text(g, cx, p->strip + 1, wide, b < h_cells ? ROLE_H : ROLE_TOKEN, 0, label);
        }
        grid_pen(g, old);
    }
    int divider = x + h_cells * each;
    for (int k = 0; k < p->strip_h; k++)
        grid_put(g, divider, p->strip + k, g->glyphs->vline, ROLE_AXIS, 0);
    if (each < 3 && p->strip_h > 1) {
        grid_textf(g, x, p->strip + 1, h_cells * each, ROLE_H, 0, "h_t-1 (%d%s)", a->H,
                   per > 1 ? ", strongest of each cell" : "");
        grid_textf(g, divider + DIVIDER, p->strip + 1, x_cells * each, ROLE_TOKEN, 0, "x_t %s (%d)", str_text(&c->word),
                   a->E);
    }
}

enum { SHORT_LABEL = 6 };                     /* "h1024" */

/* Columns of the list. bar 0: no room for bars. */
struct columns { int label, value, weight, product, bar; bool factors; };

static int widest(const struct anatomy *a, int decimals, bool weight)
{
    double most = 0;
    for (int k = 0; k < a->n; k++)
        most = fmax(most, fabs(weight ? (double)a->W[k] : anatomy_input(a, k)));
    char num[SUMS_MAX];
    int w = utf8_text_width(sums_number(num, most < 1 ? 1 : most, decimals, true));
    int title = weight ? 4 : 6;               /* "W_f", "[h, x]" stand above */
    return w < title ? title : w;
}

static struct columns columns_of(const struct ctx *c, int w)
{
    struct columns k = {.value = widest(c->a, c->factor, false),
                        .weight = widest(c->a, c->exact, true),
                        .product = c->decimals + 5,
                        .factors = true};
    k.label = w >= 80 ? 16 : w >= 46 ? 10 : SHORT_LABEL;
    k.bar = w - 1 - k.label - k.value - 3 - k.weight - 3 - k.product - 1;
    if (k.bar < 4 && k.label > SHORT_LABEL) {
        k.bar += k.label - SHORT_LABEL;
        k.label = SHORT_LABEL;
    }
    if (k.bar < 4) {
        k.factors = false;
        k.bar = w - 1 - k.label - k.product - 1;
    }
    if (k.bar < 4)
        k.bar = 0;
    return k;
}

/* One line of the list: label, value × weight = product, bar. k is -1 for a bias, -2 for "other". */
struct line {
    const char *label;
    enum role role;
    double value, weight, product, ghost;
    bool factors, star, edited, on;
    double original;
};

static void draw_factors(const struct ctx *c, int x, int y, const struct columns *w, const struct line *l, bool weights)
{
    char num[SUMS_MAX];
    struct grid *g = c->g;
    bool first = c->st->notation != NOTATION_ROW;                 /* the weight stands before the value */
    int vx = first ? x + w->weight + 3 : x, wx = first ? x : x + w->value + 3;
    grid_text_right(g, vx + w->value, y, w->value,
                    l->star         ? ROLE_PINNED
                    : l->value == 0 ? ROLE_DIM
                                    : ROLE_NUMBER,
                    0, sums_number(num, l->value, c->factor, true));
    if (!weights)
        return;
    grid_text(g, (first ? vx : wx) - 2, y, 1, ROLE_DIM, 0, g->glyphs->times);
    grid_text_right(g, wx + w->weight, y, w->weight,
                    l->edited        ? ROLE_PINNED
                    : l->weight == 0 ? ROLE_DIM
                                     : ROLE_NUMBER,
                    l->on ? ATTR_BOLD : 0, sums_number(num, l->weight, c->exact, true));
    bool holds = sums_product_holds(l->value, c->factor, l->weight, c->exact, l->product, c->decimals);
    grid_text(g, x + w->value + w->weight + 4, y, 1, ROLE_DIM, 0, holds ? "=" : g->glyphs->about);
}

/* What an edited weight was, in the half of the bar that is free; a star where that is too short. */
static void draw_original(const struct ctx *c, int x, int y, int bar, const struct line *l)
{
    char was[SUMS_MAX];
    sums_number(was, l->original, c->exact, true);
    int half = (bar - 3) / 2, w = 4 + utf8_text_width(was);
    cells_star(c->g, x, y);
    if (half >= w)
        grid_textf(c->g, l->product >= 0 ? x + 2 : x + bar - half, y, half, ROLE_PINNED, 0, "was %s", was);
}

/* What the reader has added up so far. */
struct sum { double printed; };

static void sum_add(struct sum *sum, double v, int decimals)
{
    sum->printed += sums_printed(v, decimals);
}

/* The list while it is drawn: its left edge, its columns, what a whole bar is, and the sum of what was printed. */
struct list { int x; struct columns w; double scale; struct sum sum; };

static void draw_line(const struct ctx *c, const struct list *list, int y, const struct line *l, enum substep at)
{
    struct grid *g = c->g;
    const struct columns *w = &list->w;
    int x = list->x;
    double scale = list->scale;
    struct str label = {0};
    if (l->on)
        cells_pointer(g, x, y);
    int room = w->label - 1 + (l->factors || !w->factors ? 0 : w->value + 3 + w->weight + 2);
    if (w->label <= SHORT_LABEL && l->factors)
        str_addn(&label, l->label, strcspn(l->label, " "));
    else
        utf8_cut(&label, l->label, room, g->glyphs->ascii);
    grid_text(g, x + 1, y, room, l->on ? ROLE_CURSOR : l->role, l->on ? ATTR_BOLD : 0, str_text(&label));
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
    bool none = sums_printed(l->product, c->decimals) == 0;
    enum role role = l->edited && !l->factors ? ROLE_PINNED : none ? ROLE_DIM : ROLE_NUMBER;
    text_of_number(c, px + w->product, y, w->product, (struct ink){role, l->on || !none ? ATTR_BOLD : 0}, l->product);
    if (w->bar)
        widget_bar(g, px + w->product + 1, y, w->bar,
                   (struct bar){(float)l->product, (float)l->ghost, (float)-scale, (float)scale,
                                l->product < 0 ? ROLE_NEGATIVE : ROLE_POSITIVE});
    if (l->edited)
        draw_original(c, px + w->product, y, w->bar, l);
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
    double most = fmax(fabs(a->b), fabs(a->peep));
    for (int k = 0; k < a->n; k++)
        most = fmax(most, fabs(a->term[k]));
    if (a->two)
        most = fmax(most, fmax(fabs(a->b2), fabs(a->b - a->b2)));
    return most;
}

static void term_line(const struct ctx *c, const struct list *list, int y, int k)
{
    const struct anatomy *a = c->a;
    char label[ANATOMY_LABEL];
    float original = 0;
    anatomy_label(a, k, label);
    double base = (double)a->W[k] * anatomy_input_base(a, k);
    struct line l = {.label = label,
                     .role = k < a->H ? ROLE_H : ROLE_TOKEN,
                     .value = anatomy_input(a, k),
                     .weight = (double)a->W[k],
                     .product = a->term[k],
                     .ghost = base != a->term[k] ? base : (double)NAN,
                     .factors = true,
                     .star = anatomy_input_pinned(a, k),
                     .on = c->st->on == ON_TERM && c->st->term == k};
    l.edited = session_weight_edited(a->s, (struct weight_place){a->layer, a->of, a->unit, k}, &original);
    l.original = (double)original;
    enum pen old = grid_pen(c->g, input_pen(c, k));
    draw_line(c, list, y, &l, SUB_PRODUCT);
    grid_pen(c->g, old);
}

/* Terms order[from … to) in `rows` rows; what does not fit is one line "other (n)". Returns the rows used. */
static int draw_terms(const struct ctx *c, struct list *list, int y, int rows, int from, int to)
{
    const struct anatomy *a = c->a;
    int n = to - from, show = n <= rows ? n : rows - 1, first = 0;
    if (show < 0)
        return 0;
    if (show < n && c->st->on == ON_TERM) {
        int at = anatomy_place(a, c->st->term) - from;
        if (at >= 0 && at < n && at >= show)
            first = at - show + 1;
    }
    double other = 0;
    for (int k = 0; k < n; k++)
        if (k < first || k >= first + show)
            other += a->term[a->order[from + k]];
    for (int k = 0; k < show; k++) {
        term_line(c, list, y + k, a->order[from + first + k]);
        sum_add(&list->sum, a->term[a->order[from + first + k]], c->decimals);
    }
    if (show == n)
        return show;
    char label[32];
    snprintf(label, sizeof label, "other (%d)", n - show);
    struct line l = {.label = (int)strlen(label) > list->w.label ? "rest" : label,
                     .role = ROLE_DIM,
                     .product = other,
                     .ghost = (double)NAN};
    draw_line(c, list, y + show, &l, SUB_PRODUCT);
    sum_add(&list->sum, other, c->decimals);
    return show + 1;
}

static void draw_biases(const struct ctx *c, struct list *list, int y, const struct plan *p)
{
    const struct anatomy *a = c->a;
    char label[2][16];
    float original = 0;
    bool edited = session_weight_edited(a->s, (struct weight_place){a->layer, a->of, a->unit, -1}, &original);
    const char *q = quantity_name(a->of);
    const int biases = p->biases - a->peeps;
    snprintf(label[0], sizeof label[0], biases == 2 ? "b_x%s" : "b_%s", q);
    snprintf(label[1], sizeof label[1], "b_h%s", q);
    struct line l = {.label = label[0],
                     .role = ROLE_LABEL,
                     .product = biases == 2 ? a->b - a->b2 : a->b,
                     .ghost = (double)NAN,
                     .edited = edited,
                     .original = biases == 2 ? (double)original - a->b2 : (double)original,
                     .on = c->st->on == ON_BIAS};
    draw_line(c, list, y, &l, SUB_BIAS);
    sum_add(&list->sum, l.product, c->decimals);
    if (biases == 2) {
        l = (struct line){.label = label[1], .role = ROLE_LABEL, .product = a->b2, .ghost = (double)NAN};
        draw_line(c, list, y + 1, &l, SUB_BIAS);
        sum_add(&list->sum, l.product, c->decimals);
    }
    if (a->peeps) {
        struct str own = {0};
        str_addf(&own, "%s p_%s", anatomy_peeps_at(a), q);
        l = (struct line){.label = str_text(&own), .role = ROLE_C, .value = a->C, .weight = a->p, .product = a->peep,
                          .ghost = (double)NAN, .factors = true};
        draw_line(c, list, y + biases, &l, SUB_BIAS);
        sum_add(&list->sum, a->peep, c->decimals);
        str_free(&own);
    }
}

/* What the columns are. Which row or column of W it is stands at the left, over the labels. */
static void heading(const struct ctx *c, int x, int y, const struct columns *w, const char *value, const char *weight)
{
    bool first = c->st->notation != NOTATION_ROW;
    int px = x + 1 + w->label;
    if (w->factors) {
        int vx = first ? px + w->weight + 3 : px, wx = first ? px : px + w->value + 3;
        grid_text_right(c->g, vx + w->value, y, w->value, ROLE_DIM, 0, value);
        if (reached(c, SUB_PRODUCT)) {
            char which[48];
            if (first)
                snprintf(which, sizeof which, "row %d of", c->a->unit + 1);
            else
                snprintf(which, sizeof which, "%s col %d", weight, c->a->unit + 1);
            grid_text(c->g, x + 1, y, w->label - 1, ROLE_DIM, 0, which);
            grid_text_right(c->g, wx + w->weight, y, w->weight + (first ? 1 : 2), ROLE_DIM, 0, weight);
        }
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
    struct list list = {.x = x, .w = columns_of(c, w), .scale = scale_of(largest_term(a))};
    bool split = c->st->notation == NOTATION_SPLIT;
    char weight[32], value[2][16] = {"[h, x]", "x_t"};
    const char *q = quantity_name(a->of);
    int biases = rows > p->biases ? p->biases : 0, terms = rows - p->headings - biases - p->rounding;
    if (split)
        snprintf(value[0], sizeof value[0], "h_t-1");
    for (int part = 0; part < (split ? 2 : 1); part++) {
        int from = split && part ? a->H : 0, to = split && !part ? a->H : a->n;
        int share = terms;
        if (split) {
            share = part                       ? terms
                    : a->n <= terms            ? a->H
                    : a->H <= terms / 2        ? a->H
                    : a->E < terms - terms / 2 ? terms - a->E
                                               : terms / 2;
            snprintf(weight, sizeof weight, "W_%c%s", part ? 'x' : 'h', q);
        } else {
            snprintf(weight, sizeof weight, "W_%s", q);
        }
        if (p->headings)
            heading(c, x, y++, &list.w, value[part], weight);
        int used = draw_terms(c, &list, y, share, from, to);
        y += used;
        terms -= used;
    }
    if (biases)
        draw_biases(c, &list, y, p);
    if (biases && p->rounding && reached(c, SUB_BIAS)) {
        struct line l = {.label = "rounding", .role = ROLE_DIM,
                         .product = sums_rest(&list.sum.printed, 1, a->z, c->decimals), .ghost = (double)NAN};
        draw_line(c, &list, y + p->biases, &l, SUB_BIAS);
    }
}

static void draw_curve(const struct ctx *c, const struct plan *p)
{
    const struct anatomy *a = c->a;
    struct grid *g = c->g;
    bool tanh_curve = a->gate == Q_G;
    enum gate_function function = session_net(a->s)->layer[a->layer].gate_function;
    double span = isfinite(a->z) ? scale_of(fabs(a->z)) : 10;
    if (span < 5)
        span = 5;
    struct rect r = {p->curve_x + 3, p->list + 1, p->curve_w - 4, p->list_h - 2};
    bool shown = reached(c, SUB_SIGMA) && gate_pen(c) != PEN_COVER;
    enum role role = value_role((enum value)a->gate);
    widget_curve(g, r, &(struct curve){say_curve(a->s, a->layer, a->gate), (float)-span, (float)span,
                                       tanh_curve ? -1 : 0, 1, shown ? (float)a->z : NAN,
                                           shown ? (float)a->computed : NAN, a->pinned ? ROLE_GHOST : role});
    if (shown && a->pinned) {
        double lo = tanh_curve ? -1 : 0, at = (a->now - lo) / (1 - lo), across = (a->z + span) / (2 * span);
        at = fmax(0, fmin(1, at));
        across = fmax(0, fmin(1, across));
        cells_star(g, r.x + (int)lrint(across * (r.w - 1)), r.y + r.h - 1 - (int)lrint(at * (r.h - 1)));
    }
    if (function == GATE_SIGMOID || tanh_curve)
        grid_textf(g, r.x, p->list, r.w, ROLE_DIM, 0, "%s(z)", say_squash(a->s, a->layer, a->gate, g->glyphs));
    else
        grid_textf(g, r.x, p->list, r.w, ROLE_DIM, 0, "%s%s", a->of != a->gate ? "1 - " : "",
                   gate_function_formula(function));
    grid_text_right(g, r.x - 1, r.y, 2, ROLE_DIM, 0, "1");
    grid_text_right(g, r.x - 1, r.y + r.h - 1, 2, ROLE_DIM, 0, tanh_curve ? "-1" : "0");
    int ticks = r.y + r.h;
    grid_textf(g, r.x, ticks, 8, ROLE_DIM, 0, "%+.4g", -span);
    grid_text(g, r.x + r.w / 2, ticks, 1, ROLE_DIM, 0, "0");
    char right[16];
    snprintf(right, sizeof right, "%+.4g", span);
    grid_text_right(g, r.x + r.w, ticks, 8, ROLE_DIM, 0, right);
}

/* ---- totals by source -------------------------------------------------------------------------------------------- */

/* One of the three: what it is called, what it adds to z, and the terms it is the sum of. */
struct source { const char *name; enum role role; double v; int from, to; bool shown; };

static void draw_source(const struct ctx *c, struct rect r, int y, const struct source *src, double scale)
{
    int x = r.x + 1, label = r.w >= 60 ? 17 : 11, num = c->decimals + 6,
        bar = r.w >= 100  ? 41
              : r.w >= 60 ? 25
                          : r.w - label - num - 3;
    struct str text = {0}, why = {0};
    str_addf(&text, "%s pushes", src->name);
    grid_text(c->g, x, y, label, src->role, 0, str_text(&text));
    str_free(&text);
    if (!src->shown) {
        grid_text_right(c->g, x + label + num, y, num, ROLE_DIM, 0, "?");
        return;
    }
    text_of_number(c, x + label + num, y, num, (struct ink){ROLE_NUMBER, ATTR_BOLD}, src->v);
    if (bar < 6)
        return;
    widget_bar(c->g, x + label + num + 1, y, bar, (struct bar){(float)src->v, NAN, (float)-scale, (float)scale,
                                                               src->v < 0 ? ROLE_NEGATIVE : ROLE_POSITIVE});
    int used = label + num + bar + 3;
    struct place of;
    bool value = src->to > src->from && anatomy_input_place(c->a, src->from, &of);
    of.unit = MARK_ANY;           /* it names one of them with its part */
    enum pen old = grid_pen(c->g, value ? value_pen(c->scene, &of) : value_pen_aside(c->scene));
    if (fabs(src->v) >= 0.005 && src->to > src->from)
        anatomy_carrier(c->a, src->from, src->to, src->v, &why);
    say_whole(c->g, x + used, y, r.w - used - 2, ROLE_DIM, 0, str_text(&why));
    grid_pen(c->g, old);
    str_free(&why);
}

static void draw_sources(const struct ctx *c, struct rect r, const struct plan *p)
{
    const struct anatomy *a = c->a;
    double scale = scale_of(fmax(fmax(fabs(a->from_h), fabs(a->peep)), fmax(fabs(a->from_x), fabs(a->b))));
    char bias[16], own[16];
    snprintf(bias, sizeof bias, "b_%s", quantity_name(a->of));
    snprintf(own, sizeof own, "own %s", anatomy_peeps_at(a));
    const struct source sources[] = {
        {"h_t-1", ROLE_H, a->from_h, 0, a->H, reached(c, SUB_PRODUCT)},
        {str_text(&c->word), ROLE_TOKEN, a->from_x, a->H, a->n, reached(c, SUB_PRODUCT)},
        {bias, ROLE_LABEL, a->b, 0, 0, reached(c, SUB_BIAS)},
        {own, ROLE_C, a->peep, 0, 0, reached(c, SUB_BIAS)},
    };
    for (int k = 0; k < 3 + a->peeps; k++)
        draw_source(c, r, p->sources + k, &sources[k], scale);
}

/* "z = +6.18 + 0.00 + 3.00 = +9.18"; where the three have no rows of their own, with their names. */
static void draw_total(const struct ctx *c, struct rect r, const struct plan *p)
{
    const struct anatomy *a = c->a;
    double terms[] = {a->from_h, a->from_x, a->b, a->peep};
    char num[SUMS_MAX];
    bool biased = reached(c, SUB_BIAS), named = p->sources < 0;
    if (!reached(c, SUB_PRODUCT))
        return;
    int n = biased ? 3 + a->peeps : 2;
    double result = biased ? a->z : a->from_h + a->from_x, rest = sums_rest(terms, n, result, c->decimals);
    struct str text = {0};
    str_addf(&text, "%s", named ? "" : biased ? "z = " : "sum = ");
    for (int k = 0; k < n; k++) {
        bool minus = sums_printed(terms[k], c->decimals) < 0;
        if (named)
            str_addf(&text, "%s%c %s", k ? ", " : "", "hxbC"[k], sums_number(num, terms[k], c->decimals, true));
        else
            str_addf(&text, "%s%s",
                     !k      ? ""
                     : minus ? " - "
                             : " + ",
                     sums_number(num, k ? fabs(terms[k]) : terms[k], c->decimals, k == 0));
    }
    if (rest != 0)
        str_addf(&text, " %c %s (rounding)", rest < 0 ? '-' : '+', sums_number(num, fabs(rest), c->decimals, false));
    str_addf(&text, "%s = %s", named ? biased ? ": z" : ": sum" : "", sums_number(num, result, c->decimals, true));
    enum pen old = grid_pen(c->g, gate_pen(c));
    grid_text(c->g, r.x + 1, p->total, r.w - 2, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    grid_pen(c->g, old);
    str_free(&text);
}

/* "f_t = σ(+9.18) = 0.9999", and what it does. */
static void draw_gate_line(const struct ctx *c, struct rect r, const struct plan *p)
{
    const struct anatomy *a = c->a;
    struct grid *g = c->g;
    char z[SUMS_MAX], v[SUMS_MAX], was[SUMS_MAX];
    bool signed_gate = a->gate == Q_G;
    int x = r.x, end = r.x + r.w;
    if (c->st->on == ON_GATE && r.w > 4)
        cells_pointer(g, x, p->gate);
    if (r.w > 4)
        x++, end--;
    enum role role = value_role((enum value)a->gate);
    if (!reached(c, SUB_SIGMA)) {
        grid_textf(g, x, p->gate, end - x, role, 0, "%s_t = ?", c->gate);
        return;
    }
    /* The printed z, put through the curve, gives the printed gate; and the gate has the digits that its product
     * needs. */
    int d = anatomy_effect_form(a).factor;
    while (!signed_gate && d < 6 && !sums_tells_from_limits(a->computed, d))
        d++;
    int z_decimals = sums_curve_decimals(say_curve(a->s, a->layer, a->gate), a->z, a->computed, c->decimals, d);
    bool follows = z_decimals >= 0;
    sums_number(z, a->z, follows ? z_decimals : c->decimals, true);
    sums_number(v, a->computed, d, signed_gate);
    if (a->pinned) {
        x += grid_textf(g, x, p->gate, end - x, ROLE_GHOST, 0, "%s_t computed %s, ", c->gate, v);
        sums_number(v, a->now, anatomy_effect_form(a).factor, signed_gate);
        x += grid_textf(g, x, p->gate, end - x, ROLE_PINNED, ATTR_BOLD, "pinned %s", v);
    } else {
        if (utf8_text_width(z) + utf8_text_width(v) + 14 <= end - x)
            x += grid_textf(g, x, p->gate, end - x, role, ATTR_BOLD, "%s_t = %s(%s) %s %s", c->gate,
                            say_squash(c->a->s, c->a->layer, c->a->gate, g->glyphs), z,
                            follows ? "=" : g->glyphs->about, v);
        else
            x += grid_textf(g, x, p->gate, end - x, role, ATTR_BOLD, "%s %s", c->gate, v);
        if (sums_printed(a->now, d) != sums_printed(a->base, d))
            x += grid_textf(g, x, p->gate, end - x, ROLE_GHOST, 0, "  was %s",
                            sums_number(was, a->base, d, signed_gate));
    }
    struct str text = {0};
    if (reached(c, effect_at(a->gate))) {
        anatomy_effect(a, g->glyphs, &text);
        grid_pen(g, effect_pen(c));
        if (utf8_text_width(str_text(&text)) + 4 <= end - x)
            grid_text(g, x + 4, p->gate, end - x - 4, ROLE_NUMBER, 0, str_text(&text));
    }
    str_free(&text);
}

static void draw_gate(const struct ctx *c, struct rect r, const struct plan *p)
{
    enum pen old = grid_pen(c->g, gate_pen(c));
    draw_gate_line(c, r, p);
    grid_pen(c->g, old);
}

/* The product as bars, in the main view's own colours: what is guarded, the gate, what comes through. */
static void draw_effect(const struct ctx *c, struct rect r, const struct plan *p)
{
    const struct anatomy *a = c->a;
    float cell = widget_scale(session_peak(a->s, a->layer));
    int label = 17, num_w = c->decimals + 6, bar = r.w >= 100 ? 41 : r.w >= 60 ? 25 : r.w - label - num_w - 3;
    for (int k = 0; k < 3; k++) {
        enum value v = guarded[a->gate][k];
        int x = r.x + 1, y = p->effect + k;
        float now = session_value(a->s, RUN_PINNED, a->layer, a->unit, v, a->t),
              base = session_value(a->s, RUN_BASE, a->layer, a->unit, v, a->t);
        bool pinned = session_value_pinned(a->s, a->layer, a->unit, v, a->t);
        float lo, hi;
        value_range(v, cell, &lo, &hi);
        enum pen old = value_about(c->g, c->scene, (struct place){a->layer, a->unit, v, a->t});
        x += grid_textf(c->g, x, y, label, value_role(v), 0, "%s ", value_symbol(v, c->g->glyphs));
        grid_text(c->g, x, y, r.x + 1 + label - x, ROLE_DIM, 0, value_name(v));
        x = r.x + 1 + label + num_w;
        if (!reached(c, k == 2                   ? effect_at(a->gate)
                        : (int)v == (int)a->gate ? SUB_SIGMA
                        : v == VAL_C_PREV        ? SUB_CONCAT
                                                 : effect_at(a->gate))) {
            grid_text_right(c->g, x, y, num_w, ROLE_DIM, 0, "?");
            grid_pen(c->g, old);
            continue;
        }
        char num[SUMS_MAX];
        value_is_gate(v) ? sums_gate(num, (double)now) : sums_number(num, (double)now, 2, true);
        grid_text_right(c->g, x, y, num_w, pinned ? ROLE_PINNED : ROLE_NUMBER, ATTR_BOLD, num);
        widget_bar(c->g, x + 1, y, bar, (struct bar){now, now != base ? base : NAN, lo, hi, value_role(v)});
        if (pinned)
            grid_text(c->g, x + bar + 2, y, 8, ROLE_PINNED, ATTR_BOLD, "pinned");
        grid_pen(c->g, old);
    }
}

/* Why, as fully as there is room for. */
static void say_in(const struct ctx *c, int w, int h, struct str *out)
{
    struct str why = {0};
    struct grid *trial = grid_new(w, h + 1, c->g->glyphs);
    const struct rect room = {0, 0, w, h + 1};
    anatomy_why(c->a, true, c->g->glyphs, &why);
    bool fits = grid_wrap(trial, room, ROLE_TEXT, 0, str_text(&why)) <= h;
    if (!fits) {
        str_clear(&why);
        anatomy_why(c->a, false, c->g->glyphs, &why);
        fits = grid_wrap(trial, room, ROLE_TEXT, 0, str_text(&why)) <= h;
    }
    grid_free(trial);
    if (!fits) {
        str_clear(&why);
        anatomy_why_short(c->a, c->g->glyphs, &why);
    }
    str_add(out, str_text(&why));
    str_free(&why);
}

static void draw_words(const struct ctx *c, struct rect r, const struct plan *p)
{
    struct str text = {0};
    if (value_secret(c->scene, &text)) {
        /* it says so */
    } else if (c->scene->reveal && c->sub != SUB_SIGMA) {
        words_substep_within(c->a->s, c->g->glyphs, r.w - 2, p->words_h, &text);
    } else {
        say_in(c, r.w - 2, p->words_h, &text);
        if (c->scene->explain && p->words_h > 2) {
            str_add(&text, " Then ");
            anatomy_effect(c->a, c->g->glyphs, &text);
            str_add(&text, ". ");
            words_unit(c->a->s, RUN_PINNED, (struct place){.layer = c->a->layer, .unit = c->a->unit, .step = c->a->t},
                       &text);
        }
    }
    say_wrap(c->g, (struct rect){r.x + 1, p->words, r.w - 2, p->words_h}, ROLE_TEXT, 0, str_text(&text));
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

/* What rounding leaves over when every term has its row; for long lists it is found when they are drawn. */
static double list_rest(const struct ctx *c, int decimals)
{
    const struct anatomy *a = c->a;
    if (a->n > LISTED_MAX)
        return 0;
    double v[LISTED_MAX + 3];
    memcpy(v, a->term, (size_t)a->n * sizeof *v);
    bool apart = c->st->notation == NOTATION_SPLIT && a->two;
    v[a->n] = apart ? a->b - a->b2 : a->b;
    v[a->n + 1] = apart ? a->b2 : 0;
    v[a->n + 2] = a->peep;
    return sums_rest(v, a->n + 3, a->z, decimals);
}

/* Decimals with which the printed sources add up, and with which value × weight gives the printed product where it
 * can. */
static void choose_decimals(struct ctx *c)
{
    const struct anatomy *a = c->a;
    double sources[] = {a->from_h, a->from_x, a->b, a->peep};
    c->decimals = 2;
    for (int d = 4; d >= 2; d--)
        if (sums_rest(sources, 4, a->z, d) == 0 && list_rest(c, d) == 0)
            c->decimals = d;
    c->exact = weight_decimals(a, c->decimals + 2);
    for (c->factor = c->decimals; c->factor < c->decimals + 2; c->factor++) {
        bool all = true;
        for (int k = 0; k < a->n && all; k++)
            all =
                sums_product_holds((double)a->W[k], c->exact, anatomy_input(a, k), c->factor, a->term[k], c->decimals);
        if (all)
            break;
    }
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
    take(&a, s, state);
    struct ctx c = {.scene = scene, .st = state, .a = &a, .g = g, .sub = scene->reveal ? at->sub : SUB_H};
    snprintf(c.gate, sizeof c.gate, "%s", a.gate == Q_G ? g->glyphs->candidate : quantity_name(a.gate));
    snprintf(c.dot, sizeof c.dot, "%s", g->glyphs->times_dot);
    anatomy_source(s, a.layer, a.t, g->glyphs, &c.word);
    say_unit_name(s, a.layer, a.unit, c.unit);
    choose_decimals(&c);
    struct str left = {0}, right = {0};
    equation(&c, &left);
    shapes(&c, &right);
    struct plan p = plan_rows(&a, state, r, scene->explain,
                              utf8_text_width(str_text(&left)) + utf8_text_width(str_text(&right)) + 4,
                              list_rest(&c, c.decimals) != 0);
    str_free(&left);
    str_free(&right);
    if (p.heading >= 0)
        draw_heading(&c, r, &p);
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
    if (p.effect >= 0)
        draw_effect(&c, r, &p);
    if (p.words >= 0)
        draw_words(&c, r, &p);
    str_free(&c.word);
    anatomy_free(&a);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

/* The gate, the terms as they stand on screen, the bias, and round again. */
static void move(const struct session *s, struct state *st, int by)
{
    struct anatomy a;
    take(&a, s, st);
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
    struct state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    st->notation = (enum notation)((st->notation + 1) % NOTATIONS);
    return VIEW_REDRAW;
}

static enum view_reply turn_order(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct state *st = state;
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    if (at->step < 1)
        return VIEW_IGNORED;
    st->order = sorted(st, l->hidden + l->in) ? ORDER_PLACE : ORDER_SIZE;
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {.keys = "<PgDn>", .hint = "sub-step"},
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
    const struct state *st = state;
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
    .state_size = sizeof(struct state),
    .settings_size = sizeof(struct state),
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
