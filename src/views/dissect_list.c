/* dissect_list.c: the numbers that a gate sees, what each is multiplied with and what comes of it, under the equation
 * that says so. See dissect.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/cells.h"
#include "views/dissect.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/value.h"

static enum pen input_pen(const struct dissect *c, int k)
{
    struct place p;
    return anatomy_input_place(c->a, k, &p) ? value_pen(c->scene, &p) : value_pen_aside(c->scene);
}

void dissect_equation(const struct dissect *c, struct str *out)
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
static void equation_short(const struct dissect *c, struct str *out)
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

void dissect_shapes(const struct dissect *c, struct str *out)
{
    const struct anatomy *a = c->a;
    const char *x = c->g->glyphs->times, *to = c->g->glyphs->arrow, *q = quantity_name(a->of),
               *sep = c->g->glyphs->middle_dot;
    if (c->st->notation == NOTATION_SPLIT) {
        str_addf(out, "h: %d, x: %d", a->H, a->E);
        if (dissect_reached(c, SUB_PRODUCT))
            str_addf(out, " %s W_h%s %d%s%d, W_x%s %d%s%d %s %d", sep, q, a->H, x, a->H, q, a->H, x, a->E, to, a->H);
        return;
    }
    str_addf(out, "[h, x]: %d + %d = %d", a->H, a->E, a->n);
    if (dissect_reached(c, SUB_PRODUCT)) {
        int rows = c->st->notation == NOTATION_COLUMN ? a->H : a->n, columns = a->n + a->H - rows;
        str_addf(out, " %s W_%s %d%s%d %s %d", sep, q, rows, x, columns, to, a->H);
    }
}

void dissect_heading(const struct dissect *c, struct rect r, const struct dissect_plan *p)
{
    struct str left = {0}, right = {0};
    dissect_equation(c, &left);
    dissect_shapes(c, &right);
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
void dissect_strip(const struct dissect *c, struct rect r, const struct dissect_plan *p)
{
    const struct anatomy *a = c->a;
    struct grid *g = c->g;
    int x = r.x + 1, room = r.w - 2 - DIVIDER, each = room / a->n;
    if (each > STRIP_CELL)
        each = STRIP_CELL;
    int per = 1;                              /* values a cell, the strongest is shown */
    while (each < 1 && per < a->n && (a->H + per - 1) / per + (a->E + per - 1) / per > room)
        per++;
    if (each < 1)
        each = 1;
    int h_cells = (a->H + per - 1) / per, x_cells = (a->E + per - 1) / per;
    int bins = h_cells + x_cells;
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

static struct columns columns_of(const struct dissect *c, int w)
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

static void draw_factors(const struct dissect *c, int x, int y, const struct columns *w, const struct line *l,
                         bool weights)
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
static void draw_original(const struct dissect *c, int x, int y, int bar, const struct line *l)
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

static void draw_line(const struct dissect *c, const struct list *list, int y, const struct line *l, enum substep at)
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
            draw_factors(c, px, y, w, l, dissect_reached(c, at));
        px += w->value + 3 + w->weight + 3;
    }
    if (!dissect_reached(c, at)) {
        grid_text_right(g, px + w->product, y, w->product, ROLE_DIM, 0, "?");
        return;
    }
    bool none = sums_printed(l->product, c->decimals) == 0;
    enum role role = l->edited && !l->factors ? ROLE_PINNED : none ? ROLE_DIM : ROLE_NUMBER;
    dissect_number(c, px + w->product, y, w->product, (struct ink){role, l->on || !none ? ATTR_BOLD : 0}, l->product);
    if (w->bar)
        widget_bar(g, px + w->product + 1, y, w->bar,
                   (struct bar){(float)l->product, (float)l->ghost, (float)-scale, (float)scale,
                                l->product < 0 ? ROLE_NEGATIVE : ROLE_POSITIVE});
    if (l->edited)
        draw_original(c, px + w->product, y, w->bar, l);
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

static void term_line(const struct dissect *c, const struct list *list, int y, int k)
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
static int draw_terms(const struct dissect *c, struct list *list, int y, int rows, int from, int to)
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

static void draw_biases(const struct dissect *c, struct list *list, int y, const struct dissect_plan *p)
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
static void heading(const struct dissect *c, int x, int y, const struct columns *w, const char *value,
                    const char *weight)
{
    bool first = c->st->notation != NOTATION_ROW;
    int px = x + 1 + w->label;
    if (w->factors) {
        int vx = first ? px + w->weight + 3 : px, wx = first ? px : px + w->value + 3;
        grid_text_right(c->g, vx + w->value, y, w->value, ROLE_DIM, 0, value);
        if (dissect_reached(c, SUB_PRODUCT)) {
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
    if (dissect_reached(c, SUB_PRODUCT))
        grid_text_right(c->g, px + w->product, y, w->product, ROLE_DIM, 0, "product");
}

void dissect_list(const struct dissect *c, struct rect r, const struct dissect_plan *p)
{
    const struct anatomy *a = c->a;
    int w = (p->curve_w ? p->curve_x - 3 : r.x + r.w - 1) - (r.x + 1), x = r.x, y = p->list, rows = p->list_h;
    if (rows < 1 || w < 8)
        return;
    struct list list = {.x = x, .w = columns_of(c, w), .scale = dissect_scale(largest_term(a))};
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
    if (biases && p->rounding && dissect_reached(c, SUB_BIAS)) {
        struct line l = {.label = "rounding", .role = ROLE_DIM,
                         .product = sums_rest(&list.sum.printed, 1, a->z, c->decimals), .ghost = (double)NAN};
        draw_line(c, &list, y + p->biases, &l, SUB_BIAS);
    }
}
