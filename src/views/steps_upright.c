/* steps_upright.c: the same product with W at the left: a row of W a unit, and the numbers upright beside it. See
 * steps_parts.h. */
#include <stdio.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/steps_parts.h"
#include "views/value.h"

enum { NAME_W = 9, WEIGHT_W = 6, DOT_X = 54, VECTOR_X = 56, TOTAL_X = 12, TOTAL_W = 11 };

/* A unit's row of W, in brackets when it is the selected one's. */
static void draw_row(const struct drawing *d, int x, int y, int unit)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    bool here = unit == a->unit;
    char buf[32];
    struct str name = {0};
    utf8_cut(&name, session_unit_label(a->s, a->layer, unit, buf), NAME_W - 3, g->glyphs->ascii);
    if (here)
        cells_pointer(g, x - 1, y);
    grid_text(g, x, y, NAME_W - 2, ROLE_LABEL, here ? ATTR_BOLD : 0, str_text(&name));
    str_free(&name);
    for (int k = 0; k < a->n; k++)
        grid_text_right(g, x + NAME_W + (k + 1) * WEIGHT_W - 1, y, WEIGHT_W - 1, here ? ROLE_TEXT : ROLE_DIM,
                        here ? ATTR_BOLD : 0, steps_weight_text(steps_weights(a, unit)[k], buf));
    if (here) {
        grid_put(g, x + NAME_W - 1, y, '[', ROLE_CURSOR, ATTR_BOLD);
        grid_put(g, x + NAME_W + a->n * WEIGHT_W, y, ']', ROLE_CURSOR, ATTR_BOLD);
    }
}

/* The numbers, one under the other, and what the selected row makes of each. */
static void draw_vector(const struct drawing *d, int x, int y)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    for (int k = 0; k < a->n; k++) {
        char num[16], label[16];
        enum pen old = grid_pen(g, steps_input_pen(d, k));
        snprintf(label, sizeof label, "%c%d", k < a->H ? 'h' : 'x', (k < a->H ? k : k - a->H) + 1);
        grid_text(g, x + VECTOR_X, y + k, 3, k < a->H ? ROLE_H : ROLE_TEXT, 0, label);
        grid_put(g, x + VECTOR_X + 3, y + k, g->glyphs->vline, ROLE_AXIS, 0);
        grid_put(g, x + VECTOR_X + 11, y + k, g->glyphs->vline, ROLE_AXIS, 0);
        widget_number(num, sizeof num, (float)anatomy_input(a, k), 6, 3, true);
        grid_text_right(g, x + VECTOR_X + 10, y + k, 6, anatomy_input_pinned(a, k) ? ROLE_PINNED : ROLE_NUMBER, 0, num);
        double v = a->term[k];
        widget_number(num, sizeof num, (float)v, 6, 2, true);
        grid_text_right(g, x + STEPS_W - 1, y + k, 6,
                        v > 0.005 ? ROLE_POSITIVE : v < -0.005 ? ROLE_NEGATIVE : ROLE_DIM, 0, num);
        grid_pen(g, old);
    }
}

/* "+0.03 × 0 + 0.62 × 10 …": the selected row times the column, written out. */
static void draw_sum(const struct drawing *d, struct rect r)
{
    const struct anatomy *a = d->a;
    struct str line = {0};
    char name[SAY_UNIT], w[16];
    for (int k = 0; k < a->n; k++)
        if (steps_input_pen(d, k) == PEN_COVER)
            return;
    str_addf(&line, "%s: ", say_unit_name(a->s, a->layer, a->unit, name));
    for (int k = 0, n = 0; k < a->n; k++)
        if (a->W[k] != 0) {
            const char *sign = a->W[k] < 0 ? "- " : n ? "+ " : "";
            str_addf(&line, "%s%s%s %s %.3f", n++ ? " " : "", sign, steps_weight_text(a->W[k], w) + 1,
                     d->g->glyphs->times, anatomy_input(a, k));
        }
    if (utf8_text_width(str_text(&line)) == utf8_text_width(name) + 2)
        str_add(&line, "all its weights are 0");
    else
        str_addf(&line, " %s %+.2f", d->g->glyphs->about, a->from_h + a->from_x);
    grid_wrap(d->g, r, ROLE_TEXT, 0, str_text(&line));
    str_free(&line);
}

struct part { char label[24]; const double *v; bool shown, gate, result; };

static void draw_part(const struct drawing *d, const struct columns *c, int x, int y, const struct part *p)
{
    struct grid *g = d->g;
    char point[8];
    point[utf8_encode(g->glyphs->unknown, point)] = '\0';
    grid_text_right(g, x, y, TOTAL_W, ROLE_DIM, 0, p->label);
    for (int k = 0; k < c->n; k++) {
        char num[16];
        if (p->gate)
            widget_gate(num, sizeof num, (float)p->v[k], 6);
        else
            widget_number(num, sizeof num, (float)p->v[k], 6, 2, true);
        enum pen old = grid_pen(g, p->result ? steps_gate_pen(d, c->unit[k]) : g->pen);
        grid_text_right(g, x, y + 1 + k, 7, k == c->at ? ROLE_TEXT : ROLE_DIM, k == c->at ? ATTR_BOLD : 0,
                        p->shown ? num : point);
        grid_pen(g, old);
    }
}

/* A row a unit: what its products add up to, the bias, z and the gate. */
static void draw_totals(const struct drawing *d, const struct columns *c, int x, int y)
{
    const struct anatomy *a = d->a;
    const struct glyphs *gl = d->g->glyphs;
    enum substep sub = session_cursor(a->s)->sub;
    bool biased = sub >= SUB_BIAS;
    struct part part[6] = {{.v = c->sum, .shown = true}, {.v = c->b, .shown = biased}};
    int n = 2;
    snprintf(part[0].label, sizeof part[0].label, "%s row", gl->sum);
    snprintf(part[1].label, sizeof part[1].label, "+ b_%s%s", a->two ? "ih" : quantity_name(a->of), "");
    if (a->two)
        part[n++] = (struct part){"+ b_hh", c->b2, biased, false, false};
    if (a->peeps) {
        part[n] = (struct part){"", c->peep, biased, false, false};
        snprintf(part[n].label, sizeof part[n].label, "+ p %s %s", gl->odot, anatomy_peeps_at(a));
        n++;
    }
    part[n++] = (struct part){"= z", c->z, biased, false, true};
    part[n] = (struct part){"", c->gate, sub >= SUB_SIGMA, a->gate != Q_G, true};
    snprintf(part[n].label, sizeof part[n].label, "%s_t = %s(z)", quantity_name(a->gate),
             say_squash(a->s, a->layer, a->gate, gl));
    n++;
    for (int k = 0; k < n; k++)
        draw_part(d, c, x + TOTAL_X + (k + 1) * TOTAL_W, y, &part[k]);
    for (int k = 0; k < c->n; k++) {
        char buf[32];
        if (k == c->at)
            cells_pointer(d->g, x - 1, y + 1 + k);
        grid_text(d->g, x, y + 1 + k, TOTAL_X, ROLE_LABEL, k == c->at ? ATTR_BOLD : 0,
                  session_unit_label(a->s, a->layer, c->unit[k], buf));
    }
}

void steps_upright(const struct drawing *d, struct rect r)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    struct columns c = steps_columns(a, COLUMNS_MOST);
    int x = r.x, y = r.y + 2, end = y + (a->n > a->H ? a->n : a->H);
    steps_heading(d, r, true);
    for (int k = 0; k < a->n; k++) {
        char label[16];
        snprintf(label, sizeof label, "%c%d", k < a->H ? 'h' : 'x', (k < a->H ? k : k - a->H) + 1);
        grid_text_right(g, x + NAME_W + (k + 1) * WEIGHT_W - 1, y - 1, 3, k < a->H ? ROLE_H : ROLE_TEXT, 0, label);
    }
    grid_text_right(g, x + STEPS_W - 1, y - 1, 8, ROLE_DIM, 0, "products");
    for (int u = 0; u < a->H; u++)
        draw_row(d, x, y + u, u);
    grid_text(g, x + DOT_X, y + a->H / 2, 1, ROLE_TEXT, 0, g->glyphs->times_dot);
    draw_vector(d, x, y);
    draw_sum(d, (struct rect){x, y + a->H + 1, DOT_X - 2, end - y - a->H - 1});
    grid_hline(g, x, end, STEPS_W, ROLE_RULE);
    draw_totals(d, &c, x, end + 1);
    if (session_cursor(a->s)->sub >= SUB_SIGMA && end + 2 + a->H < r.y + r.h)
        steps_axis(d, &c, x, end + 2 + a->H);
}
