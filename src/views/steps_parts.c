/* steps_parts.c: what the pictures of the sub-steps share. See steps_parts.h. */
#include "views/steps_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/bars.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/value.h"

int steps_room(const struct session *s, struct rect r)
{
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    enum quantity of = lstm_source(session_net(s), at->layer, anatomy_gate(at));
    return r.h - 2 - 1 - 4 - (l->b2[of] != NULL) - (l->peep[of] != NULL) - 1;
}

enum pen steps_input_pen(const struct drawing *d, int k)
{
    struct place p;
    return anatomy_input_place(d->a, k, &p) ? value_pen(d->scene, &p) : value_pen_aside(d->scene);
}

enum pen steps_gate_pen(const struct drawing *d, int unit)
{
    return value_pen(d->scene, &(struct place){d->a->layer, unit, (enum value)d->a->gate, d->a->t});
}

void steps_input_name(const struct anatomy *a, int k, int cells, const struct glyphs *gl, struct str *out)
{
    char label[ANATOMY_LABEL];
    anatomy_label(a, k, label);
    if (cells < 9 && utf8_text_width(label) > cells)       /* half a name is none */
        label[strcspn(label, " ")] = '\0';
    utf8_cut(out, label, cells, gl->ascii);
}

void steps_name_row(const struct drawing *d, int x, int y, int k, int cells)
{
    struct str name = {0};
    bool here = k == d->row;
    steps_input_name(d->a, k, cells, d->g->glyphs, &name);
    if (here)
        cells_pointer(d->g, x - 1, y);
    grid_text(d->g, x, y, cells, k < d->a->H ? ROLE_H : ROLE_TEXT, here ? ATTR_BOLD : 0, str_text(&name));
    str_free(&name);
}

const float *steps_weights(const struct anatomy *a, int unit)
{
    return session_net(a->s)->layer[a->layer].W[a->of] + (size_t)unit * (size_t)a->n;
}

struct columns steps_columns(const struct anatomy *a, int most)
{
    struct columns c = {0};
    const struct lstm_layer *l = &session_net(a->s)->layer[a->layer];
    int *order = xcalloc((size_t)a->H, sizeof *order);
    bars_order(a->s, a->layer, order);
    c.n = a->H <= COLUMNS_MOST ? a->H : most;
    bool there = false;
    for (int k = 0; k < c.n; k++) {
        c.unit[k] = a->H <= COLUMNS_MOST ? k : order[k];
        there = there || c.unit[k] == a->unit;
    }
    if (!there)
        c.unit[c.n - 1] = a->unit;
    free(order);
    for (int k = 0; k < c.n; k++) {
        const float *w = steps_weights(a, c.unit[k]);
        for (int j = 0; j < a->n; j++)
            c.sum[k] += (double)w[j] * anatomy_input(a, j);
        c.b2[k] = l->b2[a->of] ? (double)l->b2[a->of][c.unit[k]] : 0;
        c.b[k] = (double)l->b[a->of][c.unit[k]] - c.b2[k];
        c.peep[k] = lstm_peephole(session_net(a->s), session_trace_to(a->s, RUN_PINNED, a->t), a->layer, a->t, a->gate,
                                  c.unit[k]);
        c.z[k] = c.sum[k] + c.b[k] + c.b2[k] + c.peep[k];
        c.gate[k] = (double)lstm_gate(session_net(a->s), a->layer, a->gate, (float)c.z[k]);
        if (c.unit[k] == a->unit)
            c.at = k;
    }
    return c;
}

int steps_weight_decimals(float w)
{
    enum { MOST = 7 };
    int d = w == floorf(w) || fabsf(w) >= 100 ? 0 : fabsf(w) >= 10 ? 1 : 2;
    while (w != 0 && d < MOST && sums_printed((double)w, d) == 0)         /* 0 is exactly 0 */
        d++;
    return d;
}

const char *steps_weight_text(float w, char buf[16])
{
    if (w == 0)
        snprintf(buf, 16, "0");
    else
        snprintf(buf, 16, "%+.*f", steps_weight_decimals(w), (double)w);
    if (w != 0 && fabsf(w) < 0.005f)
        widget_state(buf, 16, w, 5, true);
    return buf;
}

void steps_axis(const struct drawing *d, const struct columns *c, int x, int y)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    enum { FROM = 8, UNIT = 3, HALF = 30, LIMIT = 10 };
    grid_text(g, x, y, 7, ROLE_DIM, 0, "z  -10");
    for (int k = 0; k <= 2 * HALF; k++)
        grid_put(g, x + FROM + k, y,
                 k == HALF     ? g->glyphs->zero
                 : k % 15 == 0 ? g->glyphs->plain.up
                               : g->glyphs->hline,
                 ROLE_AXIS, 0);
    grid_text(g, x + FROM + 2 * HALF + 6, y, 3, ROLE_DIM, 0, "+10");
    for (int k = 0; k < c->n; k++) {
        char buf[32];
        double z = c->z[k] > LIMIT ? LIMIT : c->z[k] < -LIMIT ? -LIMIT : c->z[k];
        enum pen pen = steps_gate_pen(d, c->unit[k]);
        if (!isfinite(z) || pen == PEN_COVER)
            continue;
        const char *label = session_unit_label(a->s, a->layer, c->unit[k], buf);
        enum pen old = grid_pen(g, pen);
        grid_text(g, x + FROM + HALF + (int)lrint(z * UNIT), y, 1, value_role((enum value)a->gate), ATTR_BOLD,
                  (char[]){label[0], '\0'});
        grid_pen(g, old);
    }
}

void steps_heading(const struct drawing *d, struct rect r, bool upright)
{
    const struct anatomy *a = d->a;
    const struct glyphs *gl = d->g->glyphs;
    struct str line = {0};
    const char *gate = quantity_name(a->of), *dot = gl->times_dot, *x = gl->times;
    if (upright)
        str_addf(&line, "W_%s %s [h_t-1, x_t]   %d%s%d %s %d%s1 = %d%s1", gate, dot, a->H, x, a->n, dot, a->n, x, a->H,
                 x);
    else
        str_addf(&line, "[h_t-1, x_t] %s W_%s   1%s%d %s %d%s%d = 1%s%d", dot, gate, x, a->n, dot, a->n, x, a->H, x,
                 a->H);
    if (session_cursor(a->s)->sub >= SUB_BIAS)
        str_addf(&line, "   + b_%s", gate);
    grid_text(d->g, r.x, r.y, r.w, ROLE_TEXT, 0, str_text(&line));
    str_free(&line);
    char name[SAY_UNIT], label[SAY_UNIT + 16];
    snprintf(label, sizeof label, "%s, row by row", say_unit_name(a->s, a->layer, a->unit, name));
    grid_text_right(d->g, r.x + STEPS_W - 1, r.y, 34, ROLE_TEXT, 0, label);
}
