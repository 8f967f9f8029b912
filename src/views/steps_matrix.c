/* steps_matrix.c: the numbers, each beside its own row of W, and what the columns of products add up to: multiply, bias
 * and σ are one picture that fills up, so that the eye stays where it is. Where W has more rows or columns than stand
 * as numbers, the whole of it is a map beside the selected column. See steps_parts.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/say.h"
#include "views/steps_parts.h"
#include "views/sums.h"

/* ---- the list and its totals ------------------------------------------------------------------------------------- */

/* Columns of the picture, from x on; the right edge is that of STEPS_W. */
struct table { int x, name, value, bar, column, text, end; bool map, sorted, upright; };

enum { BAR_W = 13, COLUMN_W = 8, MAP_W = 18 };

/* Where W is whole as numbers; beside a map of it; and where the map stands elsewhere. */
static struct table table_of(const struct rect *r, bool map)
{
    if (map)
        return (struct table){r->x + MAP_W, 6, 12, 13, 35, 36, r->x + STEPS_W - 1, true, false, false};
    return (struct table){r->x, 11, 18, 19, 40, 60, r->x + STEPS_W - 1, false, false, false};
}

/* Text of a column, right-aligned, in brackets when it is the selected unit's. */
static void column_text(struct grid *g, const struct columns *c, const struct table *t, int y, int k, const char *s)
{
    int end = t->x + t->column + k * COLUMN_W;
    bool here = k == c->at;
    grid_text_right(g, end, y, COLUMN_W - 1, here ? ROLE_TEXT : ROLE_DIM, here ? ATTR_BOLD : 0, s);
    if (here) {
        grid_put(g, end - COLUMN_W, y, '[', ROLE_CURSOR, ATTR_BOLD);
        grid_put(g, end, y, ']', ROLE_CURSOR, ATTR_BOLD);
    }
}

static void draw_headings(const struct drawing *d, const struct columns *c, const struct table *t, int y)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    widget_scale_row(g, t->x + t->bar - 1, y, BAR_W, -1, 1);
    for (int k = 0; k < c->n; k++) {
        char buf[32];
        struct str cut = {0};
        utf8_cut(&cut, session_unit_label(a->s, a->layer, c->unit[k], buf), COLUMN_W - 1, g->glyphs->ascii);
        int w = utf8_text_width(str_text(&cut));
        grid_text_right(g, t->x + t->column + k * COLUMN_W, y, w, ROLE_LABEL, k == c->at ? ATTR_BOLD : 0,
                        str_text(&cut));
        str_free(&cut);
    }
    if (t->map)
        grid_text_right(g, t->end, y, 24, ROLE_DIM, 0, t->sorted ? "largest product first" : "products in order");
    else if (a->H > c->n)
        grid_textf(g, t->x + t->text, y, t->end - t->x - t->text, ROLE_DIM, 0, "%d of %d columns", c->n, a->H);
}

static enum role sign_role(double v)
{
    return v > 0.005 ? ROLE_POSITIVE : v < -0.005 ? ROLE_NEGATIVE : ROLE_DIM;
}

/* "+0.618 × +10 = +6.18"; in less room without the number, which stands at the left. */
static void product_text(const struct drawing *d, int k, const char *value, int room, struct str *out)
{
    char w[16], r[16];
    widget_number(r, sizeof r, (float)d->a->term[k], 5, 2, true);
    bool holds = sums_product_holds(anatomy_input(d->a, k), 3, (double)d->a->W[k], steps_weight_decimals(d->a->W[k]),
                                    d->a->term[k], 2);
    str_addf(out, "%s %s %s %s %s", value + strspn(value, " "), d->g->glyphs->times, steps_weight_text(d->a->W[k], w),
             holds ? "=" : d->g->glyphs->about, r);
    if (utf8_text_width(str_text(out)) <= room)
        return;
    str_clear(out);
    str_addf(out, "%s %s %s %s", d->g->glyphs->times, w, holds ? "=" : d->g->glyphs->about, r);
}

/* One of the numbers beside its own row of W. */
static void draw_input(const struct drawing *d, const struct columns *c, const struct table *t, int y, int k)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    enum pen own = steps_input_pen(d, k), old = grid_pen(g, own);
    struct str line = {0};
    char num[16], buf[16];
    double v = anatomy_input(a, k);
    steps_name_row(d, t->x, y, k, t->name);
    widget_number(num, sizeof num, (float)v, 6, 3, true);
    grid_text_right(g, t->x + t->value, y, 6, anatomy_input_pinned(a, k) ? ROLE_PINNED : ROLE_NUMBER,
                    k == d->row ? ATTR_BOLD : 0, num);
    widget_bar(g, t->x + t->bar - 1, y, BAR_W, (struct bar){(float)v, NAN, -1, 1, k < a->H ? ROLE_H : ROLE_TEXT});
    grid_pen(g, old);
    for (int j = 0; j < c->n; j++)
        column_text(g, c, t, y, j, steps_weight_text(steps_weights(a, c->unit[j])[k], buf));
    int room = t->end - (t->x + t->column + (c->n - 1) * COLUMN_W) - 1;
    product_text(d, k, num, room, &line);
    grid_pen(g, own);
    grid_text_right(g, t->end, y, room, sign_role(a->term[k]), k == d->row ? ATTR_BOLD : 0, str_text(&line));
    grid_pen(g, old);
    str_free(&line);
}

/* What has no row of its own. */
static void draw_others(const struct drawing *d, const struct table *t, int y, int n, double sum)
{
    char label[32];
    snprintf(label, sizeof label, "others (%d)", n);
    grid_text(d->g, t->x, y, 20, ROLE_DIM, 0, label);
    snprintf(label, sizeof label, "= %+.2f", sum);
    grid_text_right(d->g, t->end, y, 20, ROLE_DIM, 0, label);
}

/* All of the numbers in their order, or as many as there is room for around the chosen one. Returns the rows. */
static int draw_inputs(const struct drawing *d, const struct columns *c, const struct table *t, int y, int room)
{
    const struct anatomy *a = d->a;
    int shown = a->n <= room ? a->n : room - 1, at = anatomy_place(a, d->row), first = at >= shown ? at - shown + 1 : 0;
    double rest = 0;
    for (int k = 0; k < a->n; k++)
        if (k < first || k >= first + shown)
            rest += a->term[a->order[k]];
    for (int k = 0; k < shown; k++)
        draw_input(d, c, t, y + k, a->order[first + k]);
    grid_text(d->g, t->x + t->bar + BAR_W - 1, y + (shown - 1) / 2, 1, ROLE_TEXT, 0, d->g->glyphs->times);
    if (shown < a->n)
        draw_others(d, t, y + shown, a->n - shown, rest);
    return shown + (shown < a->n);
}

/* One of the rows below: a number a column. result: it is what a question about the gate asks for. */
struct total { const char *label; const double *v; bool shown, gate, result; const char *text; };

static void draw_total(const struct drawing *d, const struct columns *c, const struct table *t, int y, struct total row)
{
    struct grid *g = d->g;
    char point[8];
    int label = t->column - COLUMN_W - 1;
    if (!t->map || utf8_text_width(row.label) <= label)
        grid_text(g, t->x, y, label, ROLE_TEXT, 0, row.label);
    else
        grid_text(g, t->x, y, (int)strcspn(row.label, " ") + 12, ROLE_TEXT, 0, row.label);
    point[utf8_encode(g->glyphs->unknown, point)] = '\0';
    for (int k = 0; k < c->n; k++) {
        char num[16];
        if (row.gate)
            widget_gate(num, sizeof num, (float)row.v[k], 6);
        else
            widget_number(num, sizeof num, (float)row.v[k], 6, 2, true);
        enum pen old = grid_pen(g, row.result ? steps_gate_pen(d, c->unit[k]) : g->pen);
        column_text(g, c, t, y, k, row.shown ? num : point);
        grid_pen(g, old);
    }
    grid_text(g, t->x + t->text + (t->map ? 2 : -1), y, t->end - t->x - t->text, ROLE_DIM, 0, row.text);
}

static void draw_totals(const struct drawing *d, const struct columns *c, const struct table *t, int y)
{
    const struct anatomy *a = d->a;
    const struct glyphs *gl = d->g->glyphs;
    enum substep sub = session_cursor(a->s)->sub;
    const bool biased = sub >= SUB_BIAS;
    char label[80], of_columns[32], add[16], bias[32], later[32], peep[32], size[32];
    snprintf(size, sizeof size, "1%s%d, one a unit", gl->times, a->H);
    snprintf(of_columns, sizeof of_columns, "%s  sum of %s %s", gl->sum, t->map ? "the" : "each",
             t->upright ? "row" : "column");
    draw_total(d, c, t, y++, (struct total){of_columns, c->sum, true, false, false, size});
    snprintf(later, sizeof later, "%s%s", gl->ascii ? "" : "\xC2\xB7 ",
             d->scene->lesson ? "comes in step 3" : "comes with PgDn");      /* there PgDn leads to another page */
    snprintf(bias, sizeof bias, "1%s%d + 1%s%d", gl->times, a->H, gl->times, a->H);
    snprintf(add, sizeof add, a->two ? "+ b_i%s" : "+ b_%s", a->two ? "h" : quantity_name(a->of));
    draw_total(d, c, t, y++, (struct total){add, c->b, biased, false, false, biased ? bias : later});
    if (a->two)
        draw_total(d, c, t, y++, (struct total){"+ b_hh", c->b2, biased, false, false, ""});
    if (a->peeps) {
        snprintf(peep, sizeof peep, "+ p_%s %s %s", quantity_name(a->of), gl->odot, anatomy_peeps_at(a));
        draw_total(d, c, t, y++, (struct total){peep, c->peep, biased, false, false, ""});
    }
    char range[32];
    snprintf(range, sizeof range, "0 drops %s 1 keeps", gl->range);
    draw_total(d, c, t, y++, (struct total){"= z", c->z, biased, false, true, ""});
    snprintf(label, sizeof label, "%s_t = %s(z)%s%s", quantity_name(a->gate), say_squash(a->s, a->layer, a->gate, gl),
             a->gate == Q_F && !t->map ? "   " : "", a->gate == Q_F && !t->map ? range : "");
    draw_total(d, c, t, y, (struct total){label, c->gate, sub >= SUB_SIGMA, a->gate != Q_G, true,
                                          t->map && a->gate == Q_F ? range : ""});
}

void steps_matrix(const struct drawing *d, struct rect r, bool upright)
{
    const struct anatomy *a = d->a;
    enum substep sub = session_cursor(a->s)->sub;
    bool whole = a->H <= COLUMNS_MOST && a->n <= steps_room(a->s, r), aside = r.w >= STEPS_ASIDE;
    /* Long weights need the room of a column: two beside each other at most. */
    struct columns c = steps_columns(a, whole || aside ? COLUMNS_MOST - 1 : 1);
    struct table t = table_of(&r, !whole && !aside);
    t.upright = upright;
    t.sorted = a->n > steps_room(a->s, r);
    steps_heading(d, r, upright);
    draw_headings(d, &c, &t, r.y + 1);
    int y = r.y + 2 + draw_inputs(d, &c, &t, r.y + 2, steps_room(a->s, r));
    grid_hline(d->g, t.x, y++, t.end + 1 - t.x, ROLE_RULE);
    draw_totals(d, &c, &t, y);
    y += 4 + a->two + a->peeps;
    if (t.map)
        steps_map(d, (struct rect){r.x, r.y + 1, MAP_W - 2, y - r.y - 1}, upright,
                  sub < SUB_SIGMA ? r.y + r.h - 1 : y - 1);
    if (sub >= SUB_SIGMA && y < r.y + r.h)
        steps_axis(d, &c, r.x, y);
}
