/* steps.c: see steps.h. Step 1 is a strip of boxes; steps 2, 3 and 4 are one picture that fills up, so that the eye
 * stays where it is. */
#include "views/steps.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/anatomy.h"
#include "views/bars.h"
#include "views/say.h"
#include "views/value.h"

static const char *const names[SUB_COUNT] = {
    [SUB_CONCAT] = "join", [SUB_PRODUCT] = "multiply", [SUB_BIAS] = "bias", [SUB_SIGMA] = NULL, [SUB_KEEP] = "keep",
    [SUB_WRITE] = "write", [SUB_C] = "C_t", [SUB_O] = "o_t", [SUB_H] = "h_t",
};

void steps_row(const struct scene *scene, struct grid *g, int x, int y, int w)
{
    const struct cursor *at = session_cursor(scene->session);
    for (int k = 0, end = x + w; k < SUB_COUNT; k++) {
        char entry[24];
        bool here = scene->reveal && (int)at->sub == k;
        snprintf(entry, sizeof entry, "%d %s", k + 1, names[k] ? names[k] : g->glyphs->sigma);
        int n = utf8_text_width(entry);
        if (x + n + 2 > end)
            break;
        grid_text(g, x + 1, y, n, here ? ROLE_TEXT : ROLE_DIM, here ? ATTR_BOLD : 0, entry);
        if (here) {
            grid_put(g, x, y, '[', ROLE_TEXT, ATTR_BOLD);
            grid_put(g, x + n + 1, y, ']', ROLE_TEXT, ATTR_BOLD);
        }
        x += n + 2;
    }
}

bool steps_pictured(const struct scene *scene)
{
    return scene->reveal && session_cursor(scene->session)->sub <= SUB_SIGMA
           && session_cursor(scene->session)->step > 0;
}

/* ---- 1: join ----------------------------------------------------------------------------------------------------- */

enum { CELL = 10, BOXES_MOST = 7 };

/* What is drawn, of which scene, and where to. */
struct drawing {
    const struct scene *scene;
    const struct anatomy *a;
    struct grid *g;
};

/* The pen for input k; for the gate, and the z, of a unit. */
static enum pen input_pen(const struct drawing *d, int k)
{
    struct place p;
    return anatomy_input_place(d->a, k, &p) ? value_pen(d->scene, &p) : value_pen_aside(d->scene);
}

static enum pen gate_pen(const struct drawing *d, int unit)
{
    return value_pen(d->scene, &(struct place){d->a->layer, unit, (enum value)d->a->gate, d->a->t});
}

static void input_name(const struct anatomy *a, int k, int cells, const struct glyphs *gl, struct str *out)
{
    char label[ANATOMY_LABEL];
    anatomy_label(a, k, label);
    utf8_cut(out, label, cells, gl->ascii);
}

static void joined_boxes(const struct drawing *d, int x, int y)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    const struct glyph_lines *l = &g->glyphs->plain;
    for (int k = 0; k <= a->n; k++) {
        bool first = k == 0, last = k == a->n, seam = k == a->H;
        int cx = x + k * CELL;
        const uint32_t *at_seam = g->glyphs->seam;
        const uint32_t edge[3] = {first ? l->tl : last ? l->tr : l->down, l->v, first ? l->bl : last ? l->br : l->up};
        for (int row = 0; row < 4; row++) {
            int part = (row + 1) / 2;
            grid_put(g, cx, y + row, seam ? at_seam[part] : edge[part], ROLE_TEXT, 0);
        }
        if (last)
            break;
        for (int j = 1; j < CELL; j++) {
            grid_put(g, cx + j, y, g->glyphs->hline, ROLE_TEXT, 0);
            grid_put(g, cx + j, y + 3, g->glyphs->hline, ROLE_TEXT, 0);
        }
        char name[16], num[16];
        snprintf(name, sizeof name, "%c%d", k < a->H ? 'h' : 'x', (k < a->H ? k : k - a->H) + 1);
        grid_text(g, cx + 4, y + 1, 5, k < a->H ? ROLE_H : ROLE_TEXT, 0, name);
        widget_number(num, sizeof num, (float)anatomy_input(a, k), 7, 3, true);
        enum pen old = grid_pen(g, input_pen(d, k));
        grid_text(g, cx + 2, y + 2, 7, anatomy_input_pinned(a, k) ? ROLE_PINNED : ROLE_NUMBER, 0, num);
        grid_pen(g, old);
    }
}

/* Names and numbers of one of the two parts, and the brace under them. */
static void join_part(const struct drawing *d, int x, int y, int from, int to)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    int w = (to - from) * CELL - 2;
    for (int k = from; k < to; k++) {
        struct str name = {0};
        char num[16];
        input_name(a, k, CELL - 1, g->glyphs, &name);
        grid_text(g, x + (k - from) * CELL, y, CELL - 1, k < a->H ? ROLE_H : ROLE_TEXT, 0, str_text(&name));
        widget_number(num, sizeof num, (float)anatomy_input(a, k), 7, 2, true);
        enum pen old = grid_pen(g, input_pen(d, k));
        grid_text(g, x + (k - from) * CELL, y + 1, 7, ROLE_NUMBER, 0, num);
        grid_pen(g, old);
        str_free(&name);
    }
    for (int k = 0; k < w; k++)
        grid_put(g, x + k, y + 2,
                 k == 0       ? g->glyphs->plain.bl
                 : k == w - 1 ? g->glyphs->plain.br
                              : g->glyphs->hline,
                 ROLE_RULE, 0);
    char label[48];
    snprintf(label, sizeof label, " %d numbers ", to - from);
    int lw = utf8_text_width(label);
    if (lw + 2 <= w)
        grid_text(g, x + (w - lw) / 2, y + 2, lw, ROLE_TEXT, 0, label);
    grid_put(g, x + w / 2, y + 3, g->glyphs->vline, ROLE_RULE, 0);
    grid_put(g, x + w / 2, y + 4, g->glyphs->head_down, ROLE_RULE, 0);
}

/* Many numbers: two strips, a cell a number, one after the other. */
static void join_strips(const struct drawing *d, struct rect r)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    int room = r.w - 12 > 1 ? r.w - 12 : 1, rows = (a->n + room - 1) / room;
    for (int k = 0; k < a->n && k / room < r.h - 3; k++) {
        float v = (float)anatomy_input(a, k);
        enum pen old = grid_pen(g, input_pen(d, k));
        widget_heat(g, (struct rect){r.x + 10 + k % room, r.y + 1 + k / room, 1, 1}, &v, 1, ROLE_HEAT_CELL);
        grid_pen(g, old);
    }
    grid_textf(g, r.x, r.y, r.w, ROLE_TEXT, 0, "the first %d are h_t-1, the other %d are x_t; a cell a number", a->H,
               a->E);
    grid_text(g, r.x, r.y + 1, 9, ROLE_TEXT, 0, "1");
    if (rows < r.h - 3)
        grid_textf(g, r.x, r.y + 2 + rows, r.w, ROLE_TEXT, 0,
                   "[h_t-1, x_t]      %d + %d = %d numbers, none of them added to another", a->H, a->E, a->n);
}

static void draw_join(const struct drawing *d, struct rect r)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    struct str line = {0};
    grid_text(g, r.x, r.y + 1, r.w, ROLE_TEXT, 0, "Join: the short-term memory and the input are laid end to end.");
    if (a->n > BOXES_MOST) {
        join_strips(d, (struct rect){r.x, r.y + 3, r.w, r.h - 3});
        return;
    }
    if (a->t > 1) {
        str_add(&line, "h_t-1  shown at ");
        say_quoted(a->s, a->t - 1, g->glyphs, &line);
    } else {
        str_add(&line, "h_t-1  empty before the first step");
    }
    int x2 = r.x + a->H * CELL + 8;
    x2 = x2 + a->E * CELL > r.x + r.w ? r.x + a->H * CELL : x2;
    grid_text(g, r.x, r.y + 3, x2 - r.x - 1, ROLE_TEXT, 0, str_text(&line));
    str_clear(&line);
    str_add(&line, "x_t  ");
    if (a->layer == 0)
        str_addf(&line, "the %s ", say_noun(a->s, false));
    anatomy_source(a->s, a->layer, a->t, g->glyphs, &line);
    int used = grid_text(g, x2, r.y + 3, r.x + r.w - x2, ROLE_TEXT, 0, str_text(&line));
    str_clear(&line);
    str_addf(&line, " as %d number%s", a->E, a->E == 1 ? "" : "s");
    say_whole(g, x2 + used, r.y + 3, r.x + r.w - x2 - used, ROLE_TEXT, 0, str_text(&line));
    join_part(d, r.x, r.y + 4, 0, a->H);
    join_part(d, x2, r.y + 4, a->H, a->n);
    joined_boxes(d, r.x, r.y + 9);
    grid_textf(g, r.x, r.y + 13, r.w, ROLE_TEXT, 0,
               "[h_t-1, x_t]      %d + %d = %d numbers, none of them added to another", a->H, a->E, a->n);
    str_free(&line);
}

/* ---- 2, 3, 4: multiply, bias, σ ---------------------------------------------------------------------------------- */

enum { COLUMNS_MOST = 3, COLUMN_W = 8, COLUMN_END = 40, COLUMN_TEXT = 60, INPUT_END = 18, BAR_X = 19, BAR_W = 13 };

/* One column of W a unit: what it multiplies, and what becomes of it. */
struct columns {
    int n, unit[COLUMNS_MOST], at;       /* at: the selected one */
    double sum[COLUMNS_MOST], b[COLUMNS_MOST], b2[COLUMNS_MOST], z[COLUMNS_MOST], gate[COLUMNS_MOST];
    double peep[COLUMNS_MOST];
};

static const float *weights_of(const struct anatomy *a, int unit)
{
    return session_net(a->s)->layer[a->layer].W[a->of] + (size_t)unit * (size_t)a->n;
}

static struct columns columns_of(const struct anatomy *a)
{
    struct columns c = {0};
    const struct lstm_layer *l = &session_net(a->s)->layer[a->layer];
    int *order = xcalloc((size_t)a->H, sizeof *order);
    bars_order(a->s, a->layer, order);
    c.n = a->H <= COLUMNS_MOST ? a->H : COLUMNS_MOST - 1;         /* long weights need the room of one */
    bool there = false;
    for (int k = 0; k < c.n; k++) {
        c.unit[k] = a->H <= COLUMNS_MOST ? k : order[k];
        there = there || c.unit[k] == a->unit;
    }
    if (!there)
        c.unit[c.n - 1] = a->unit;
    free(order);
    for (int k = 0; k < c.n; k++) {
        const float *w = weights_of(a, c.unit[k]);
        for (int j = 0; j < a->n; j++)
            c.sum[k] += (double)w[j] * anatomy_input(a, j);
        c.b2[k] = l->b2[a->of] ? (double)l->b2[a->of][c.unit[k]] : 0;
        c.b[k] = (double)l->b[a->of][c.unit[k]] - c.b2[k];
        c.peep[k] = lstm_peephole(session_net(a->s), session_trace(a->s, RUN_PINNED), a->layer, a->t, a->gate,
                                  c.unit[k]);
        c.z[k] = c.sum[k] + c.b[k] + c.b2[k] + c.peep[k];
        c.gate[k] = (double)lstm_gate(session_net(a->s), a->layer, a->gate, (float)c.z[k]);
        if (c.unit[k] == a->unit)
            c.at = k;
    }
    return c;
}

/* Text of a column, right-aligned, in brackets when it is the selected unit's. */
static void column_text(struct grid *g, const struct columns *c, int x, int y, int k, const char *s)
{
    int end = x + COLUMN_END + k * COLUMN_W;
    bool here = k == c->at;
    grid_text_right(g, end, y, COLUMN_W - 1, here ? ROLE_TEXT : ROLE_DIM, here ? ATTR_BOLD : 0, s);
    if (here) {
        grid_put(g, end - COLUMN_W, y, '[', ROLE_CURSOR, ATTR_BOLD);
        grid_put(g, end, y, ']', ROLE_CURSOR, ATTR_BOLD);
    }
}

static const char *weight_text(float w, char buf[16])
{
    snprintf(buf, 16,
             w == 0                              ? "%g"
             : w == floorf(w) || fabsf(w) >= 100 ? "%+.0f"
             : fabsf(w) >= 10                    ? "%+.1f"
                                                 : "%+.2f",
             (double)w);
    return buf;
}

static void draw_headings(const struct anatomy *a, const struct columns *c, struct grid *g, struct rect r)
{
    const struct glyphs *gl = g->glyphs;
    struct str line = {0};
    char gate[8];
    snprintf(gate, sizeof gate, "%s", quantity_name(a->of));
    str_addf(&line, "[h_t-1, x_t] %s W_%s   1%s%d %s %d%s%d = 1%s%d", gl->middle_dot, gate, gl->times, a->n,
             gl->middle_dot, a->n, gl->times, a->H, gl->times, a->H);
    if (session_cursor(a->s)->sub >= SUB_BIAS)
        str_addf(&line, "   + b_%s", gate);
    grid_text(g, r.x, r.y, r.w, ROLE_TEXT, 0, str_text(&line));
    str_free(&line);
    char name[SAY_UNIT], label[SAY_UNIT + 16];
    snprintf(label, sizeof label, "%s, row by row", say_unit_name(a->s, a->layer, a->unit, name));
    grid_text_right(g, r.x + STEPS_W - 1, r.y, 34, ROLE_TEXT, 0, label);
    widget_scale_row(g, r.x + BAR_X - 1, r.y + 1, BAR_W, -1, 1);
    for (int k = 0; k < c->n; k++) {
        char buf[32];
        struct str cut = {0};
        utf8_cut(&cut, session_unit_label(a->s, a->layer, c->unit[k], buf), COLUMN_W - 1, gl->ascii);
        int w = utf8_text_width(str_text(&cut));
        grid_text_right(g, r.x + COLUMN_END + k * COLUMN_W, r.y + 1, w, ROLE_LABEL, k == c->at ? ATTR_BOLD : 0,
                        str_text(&cut));
        str_free(&cut);
    }
    if (a->H > c->n)
        grid_textf(g, r.x + COLUMN_TEXT, r.y + 1, r.w - COLUMN_TEXT, ROLE_DIM, 0, "%d of %d columns", c->n, a->H);
}

/* One of the numbers beside its own row of W. */
static void draw_input(const struct drawing *d, const struct columns *c, int x, int y, int k, bool middle)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    enum pen own = input_pen(d, k), old = grid_pen(g, own);
    struct str name = {0};
    char num[16], buf[16];
    double v = anatomy_input(a, k), product = a->term[k];
    input_name(a, k, 11, g->glyphs, &name);
    grid_text(g, x, y, 11, k < a->H ? ROLE_H : ROLE_TEXT, 0, str_text(&name));
    widget_number(num, sizeof num, (float)v, 6, 3, true);
    grid_text_right(g, x + INPUT_END, y, 6, anatomy_input_pinned(a, k) ? ROLE_PINNED : ROLE_NUMBER, 0, num);
    widget_bar(g, x + BAR_X - 1, y, BAR_W, (struct bar){(float)v, NAN, -1, 1, k < a->H ? ROLE_H : ROLE_TEXT});
    grid_pen(g, old);
    if (middle)
        grid_text(g, x + BAR_X + BAR_W - 1, y, 1, ROLE_TEXT, 0, g->glyphs->times);
    for (int j = 0; j < c->n; j++)
        column_text(g, c, x, y, j, weight_text(weights_of(a, c->unit[j])[k], buf));
    struct str line = {0};
    const char *lead = num + strspn(num, " ");
    str_addf(&line, "%s %s %s = ", lead, g->glyphs->times, weight_text(a->W[k], buf));
    char r[16];
    widget_number(r, sizeof r, (float)product, 5, 2, true);
    str_add(&line, r);
    grid_pen(g, own);
    grid_text_right(g, x + STEPS_W - 1, y, 24,
                    product > 0.005    ? ROLE_POSITIVE
                    : product < -0.005 ? ROLE_NEGATIVE
                                       : ROLE_DIM,
                    0, str_text(&line));
    grid_pen(g, old);
    str_free(&name);
    str_free(&line);
}

/* One of the rows below: a number a column. result: it is what a question about the gate asks for. */
struct total { const char *label; const double *v; bool shown, gate, result; const char *text; };

static void draw_total(const struct drawing *d, const struct columns *c, int x, int y, struct total row)
{
    struct grid *g = d->g;
    char point[8];
    grid_text(g, x, y, 32, ROLE_TEXT, 0, row.label);
    point[utf8_encode(g->glyphs->unknown, point)] = '\0';
    for (int k = 0; k < c->n; k++) {
        char num[16];
        if (row.gate)
            widget_gate(num, sizeof num, (float)row.v[k], 6);
        else
            widget_number(num, sizeof num, (float)row.v[k], 6, 2, true);
        enum pen old = grid_pen(g, row.result ? gate_pen(d, c->unit[k]) : g->pen);
        column_text(g, c, x, y, k, row.shown ? num : point);
        grid_pen(g, old);
    }
    grid_text(g, x + COLUMN_TEXT - 1, y, STEPS_W - COLUMN_TEXT, ROLE_DIM, 0, row.text);
}

/* Where each unit's z lies. */
static void draw_axis(const struct drawing *d, const struct columns *c, int x, int y)
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
        enum pen pen = gate_pen(d, c->unit[k]);
        if (!isfinite(z) || pen == PEN_COVER)
            continue;
        const char *label = session_unit_label(a->s, a->layer, c->unit[k], buf);
        enum pen old = grid_pen(g, pen);
        grid_text(g, x + FROM + HALF + (int)lrint(z * UNIT), y, 1, value_role((enum value)a->gate), ATTR_BOLD,
                  (char[]){label[0], '\0'});
        grid_pen(g, old);
    }
}

static void draw_matrix(const struct drawing *d, struct rect r)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    struct columns c = columns_of(a);
    enum substep sub = session_cursor(a->s)->sub;
    const struct glyphs *gl = g->glyphs;
    char label[80], gate[8];
    snprintf(gate, sizeof gate, "%s", quantity_name(a->gate));
    draw_headings(a, &c, g, r);
    int room = r.h - 2 - 1 - 4 - a->two - a->peeps - 1, shown = a->n <= room ? a->n : room - 1, y = r.y + 2;
    double rest = 0;
    for (int k = shown; k < a->n; k++)
        rest += a->term[a->order[k]];
    for (int k = 0; k < shown; k++)
        draw_input(d, &c, r.x, y++, a->order[k], k == (shown - 1) / 2);
    if (shown < a->n) {
        snprintf(label, sizeof label, "others (%d)", a->n - shown);
        grid_text(g, r.x, y, 20, ROLE_DIM, 0, label);
        snprintf(label, sizeof label, "= %+.2f", rest);
        grid_text_right(g, r.x + STEPS_W - 1, y, 20, ROLE_DIM, 0, label);
        y++;
    }
    grid_hline(g, r.x, y++, STEPS_W, ROLE_RULE);
    snprintf(label, sizeof label, "1%s%d, one a unit", gl->times, a->H);
    const bool biased = sub >= SUB_BIAS;
    char of_columns[32];
    snprintf(of_columns, sizeof of_columns, "%s  sum of each column", gl->sum);
    draw_total(d, &c, r.x, y++, (struct total){of_columns, c.sum, true, false, false, label});
    char add[16], bias[32], later[32];
    snprintf(later, sizeof later, gl->ascii ? "comes with PgDn" : "\xC2\xB7 comes with PgDn");
    snprintf(bias, sizeof bias, "1%s%d + 1%s%d", gl->times, a->H, gl->times, a->H);
    snprintf(add, sizeof add, a->two ? "+ b_i%s" : "+ b_%s", a->two ? "h" : quantity_name(a->of));
    draw_total(d, &c, r.x, y++, (struct total){a->two ? "+ b_ih" : add, c.b, biased, false, false,
                                               biased ? bias : later});
    if (a->two)
        draw_total(d, &c, r.x, y++, (struct total){"+ b_hh", c.b2, biased, false, false, ""});
    if (a->peeps) {
        snprintf(label, sizeof label, "+ p_%s %s %s", quantity_name(a->of), gl->odot, anatomy_peeps_at(a));
        draw_total(d, &c, r.x, y++, (struct total){label, c.peep, biased, false, false, ""});
    }
    char range[32];
    snprintf(range, sizeof range, "0 drops %s 1 keeps", gl->range);
    draw_total(d, &c, r.x, y++, (struct total){"= z", c.z, biased, false, true, ""});
    snprintf(label, sizeof label, "%s_t = %s(z)   %s", gate, say_squash(a->s, a->layer, a->gate, gl),
             a->gate == Q_F ? range : "");
    draw_total(d, &c, r.x, y++, (struct total){label, c.gate, sub >= SUB_SIGMA, a->gate != Q_G, true, ""});
    if (sub >= SUB_SIGMA && y < r.y + r.h)
        draw_axis(d, &c, r.x, y);
}

void steps_draw(const struct scene *scene, struct grid *g, struct rect r)
{
    struct anatomy a;
    const struct lstm_layer *l = &session_net(scene->session)->layer[session_cursor(scene->session)->layer];
    anatomy_take(&a, scene->session, l->hidden + l->in > STEPS_H - 8, false);
    struct rect old = grid_clip(g, r);
    const struct drawing d = {scene, &a, g};
    if (session_cursor(scene->session)->sub == SUB_CONCAT)
        draw_join(&d, r);
    else
        draw_matrix(&d, r);
    g->clip = old;
    anatomy_free(&a);
}

bool steps_say(const struct scene *scene, struct grid *g, struct rect r)
{
    const struct cursor *at = session_cursor(scene->session);
    struct anatomy a;
    if (!steps_pictured(scene) || (at->sub != SUB_CONCAT && at->sub != SUB_SIGMA) || r.h < 3 || r.w < STEPS_W - 2)
        return false;
    anatomy_take(&a, scene->session, false, false);
    struct str line = {0};
    if (at->sub == SUB_CONCAT) {
        str_addf(&line, a.peeps ? "These %d numbers are what the gates see, and through peepholes their own C."
                                : "These %d numbers are all that the gates see. They do not see C_t-1.", a.n);
        grid_text(g, r.x, r.y, r.w, ROLE_TEXT, 0, str_text(&line));
        str_clear(&line);
        str_addf(&line, "h keeps its %d numbers from %s to %s", a.H, say_noun(a.s, false), say_noun(a.s, false));
        static const char only[] = "; only here does it stand beside x";
        if (utf8_text_width(str_text(&line)) + (int)sizeof only <= r.w)      /* characters have longer names */
            str_add(&line, only);
        str_addc(&line, '.');
        grid_text(g, r.x, r.y + 1, r.w, ROLE_TEXT, 0, str_text(&line));
    } else {
        struct columns c = columns_of(&a);
        if (a.gate == Q_G)
            str_add(&line, "tanh squashes z into -1 to +1: below -2 nearly -1, above +2 nearly +1.");
        else if (session_net(a.s)->layer[a.layer].gate_function != GATE_SIGMOID)
            str_addf(&line, "A hard sigmoid, %s: exactly 0 and 1 where it is cut.",
                     gate_function_formula(session_net(a.s)->layer[a.layer].gate_function));
        else
            str_addf(&line, "%s squashes z into 0 to 1: below -3 nearly 0, above +3 nearly 1, never quite.",
                     g->glyphs->sigma);
        grid_text(g, r.x, r.y, r.w, ROLE_TEXT, 0, str_text(&line));
        str_clear(&line);
        for (int k = 0; k < c.n; k++) {
            char unit[32], gate[16], share[8];
            widget_percent(share, (float)c.gate[k]);
            if (a.gate == Q_G)
                widget_number(gate, sizeof gate, (float)c.gate[k], 6, 2, true);
            else
                widget_gate(gate, sizeof gate, (float)c.gate[k], 6);
            str_addf(&line, "%s%s z %+.2f %s %s", k ? ",  " : "", session_unit_label(a.s, a.layer, c.unit[k], unit),
                     c.z[k], g->glyphs->arrow, gate + strspn(gate, " "));
            if (a.gate == Q_F)
                str_addf(&line, ": keep %s", share);
        }
        str_addc(&line, '.');
        grid_wrap(g, (struct rect){r.x, r.y + 1, r.w, r.h - 1}, ROLE_TEXT, 0, str_text(&line));
    }
    str_free(&line);
    anatomy_free(&a);
    return true;
}
