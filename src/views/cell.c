/* cell.c: see cell.h. The drawing is laid out once, in the columns named below; everything else is which value is
 * known. */
#include "views/cell.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/anatomy.h"
#include "views/bars.h"
#include "views/class_view.h"
#include "views/say.h"
#include "views/value.h"

/* Columns of the drawing. */
enum { F_X = 20, I_X = 36, SUM_X = 44, G_X = 52, O_X = 66, H_X = 74, KEPT_X = 30, END_X = 76, JOIN_X = 9 };
/* Rows, and where each stands in a drawing of so many; -1: it has none there. */
enum { LABEL_Y, VALUE_Y, LINE_Y, ARROW_Y, TIMES_Y, UP_Y, BOX_Y, JOIN_Y = 10, NUMBERS_Y, H_Y, X_Y, OUT_Y, ROWS };
static const struct { int h; signed char row[ROWS]; } heights[] = {
    {CELL_H, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}},
    {11, {-1, 0, 1, 2, 3, -1, 4, 5, 6, 7, 8, -1, 9, 10, -1}},
    {CELL_LEAST, {-1, 0, 1, -1, 2, -1, 3, 4, 5, 6, 7, -1, 8, 9, -1}},
};

struct drawing {
    const struct scene *scene;
    const struct session *s;
    struct grid *g;
    const struct cursor *at;
    int x, y;
    const signed char *row;       /* [ROWS] */
    bool mine, opens;             /* the selected layer; a box of it has the brackets */
    bool whole;                   /* the word is finished: nothing is lit, all is known */
    enum substep sub;
};

static const struct glyph_lines *lines_of(const struct drawing *d, bool is_lit)
{
    return is_lit ? &d->g->glyphs->lit : &d->g->glyphs->plain;
}

static void put(const struct drawing *d, int x, int y, uint32_t ch, enum role role, unsigned attr)
{
    if (d->row[y] >= 0)
        grid_put(d->g, d->x + x, d->y + d->row[y], ch, role, attr);
}

/* At most w cells of it. */
static void text_within(const struct drawing *d, int x, int y, int w, enum role role, const char *s)
{
    if (d->row[y] >= 0)
        grid_text(d->g, d->x + x, d->y + d->row[y], w, role, 0, s);
}

static void text(const struct drawing *d, int x, int y, enum role role, unsigned attr, const char *s)
{
    if (d->row[y] >= 0)
        grid_text(d->g, d->x + x, d->y + d->row[y], utf8_text_width(s), role, attr, s);
}

static void across(const struct drawing *d, int from, int to, int y, uint32_t ch, enum role role)
{
    for (int x = from; x <= to; x++)
        put(d, x, y, ch, role, 0);
}

/* Of the neighbouring layer all, when it was computed before, or nothing yet. */
static bool known(const struct drawing *d, enum value v)
{
    const struct place at = {d->at->layer, d->at->unit, v, d->at->step};
    if (!d->mine && d->scene->reveal && d->at->sub < SUB_H)
        return d->at->layer < session_cursor(d->s)->layer && value_marked(d->scene, &at) != LOOK_HIDDEN;
    enum value_look look = value_look(d->scene, &at);
    return look != LOOK_UNKNOWN && look != LOOK_HIDDEN;
}

/* "0.9999", "+0.90", "?". */
static const char *number(const struct drawing *d, enum value v, char buf[16])
{
    float x = session_value(d->s, RUN_PINNED, d->at->layer, d->at->unit, v, d->at->step);
    if (!known(d, v))
        return "?";
    if (value_is_gate(v))
        widget_gate(buf, 16, x, 6);
    else
        widget_state(buf, 16, x, 5, true);
    return buf + strspn(buf, " ");
}

static bool by_hand(const struct drawing *d, enum value v)
{
    return session_value_pinned(d->s, d->at->layer, d->at->unit, v, d->at->step);
}

static enum role number_role(const struct drawing *d, enum value v)
{
    return !known(d, v)      ? ROLE_LABEL
           : by_hand(d, v) ? ROLE_PINNED
                           : ROLE_NUMBER;
}

/* Which sub-steps light the parts: each when it has just spoken. */
static bool is_lit(const struct drawing *d, enum value v)
{
    if (d->whole)
        return false;
    switch (v) {
    case VAL_F: return d->sub == SUB_SIGMA || d->sub == SUB_KEEP;
    case VAL_I: case VAL_G: return d->sub == SUB_WRITE;
    case VAL_C: return d->sub == SUB_C;
    case VAL_O: return d->sub == SUB_O || d->sub == SUB_H;
    default: return false;
    }
}

static void circle(const struct drawing *d, int x, int y, const char *sign, bool on, enum role role)
{
    char shown[8];
    snprintf(shown, sizeof shown, "(%s)", sign);
    text(d, x - 1, y, on ? role : ROLE_TEXT, on ? ATTR_BOLD : 0, shown);
}

static const char *squash(const struct drawing *d, enum quantity gate)
{
    return say_squash(d->s, d->at->layer, gate, d->g->glyphs);
}

enum quantity cell_gate(const struct cursor *at)
{
    enum quantity chosen = anatomy_gate(at);
    switch (at->sub) {
    case SUB_SIGMA: case SUB_KEEP: return Q_F;
    case SUB_WRITE: return chosen == Q_G ? Q_G : Q_I;
    case SUB_O: return Q_O;
    default: return chosen;
    }
}

/* A gate's box around column x: its name, and what it says. */
static void box(const struct drawing *d, int x, int half, enum value v, const char *name, const char *curve)
{
    bool on = is_lit(d, v);
    const struct glyph_lines *l = lines_of(d, on);
    enum role role = on ? value_role(v) : ROLE_TEXT;
    unsigned attr = on ? ATTR_BOLD : 0;
    enum pen old = value_about(d->g, d->scene, (struct place){d->at->layer, d->at->unit, v, d->at->step});
    char buf[16], inside[48];
    for (int y = BOX_Y; y < BOX_Y + 4; y++) {
        bool edge = y == BOX_Y || y == BOX_Y + 3;
        put(d, x - half, y, y == BOX_Y ? l->tl : edge ? l->bl : l->v, role, attr);
        put(d, x + half, y, y == BOX_Y ? l->tr : edge ? l->br : l->v, role, attr);
        for (int k = x - half + 1; edge && k < x + half; k++)
            put(d, k, y, k != x ? l->h : y == BOX_Y ? l->up : l->down, role, attr);
    }
    int room = 2 * half - 1;
    int from = x - (utf8_text_width(name) - 1) / 2;
    text(d, from, BOX_Y + 1, role, attr, name);
    if (d->opens && (int)v == (int)cell_gate(d->at)) {
        put(d, from - 1, BOX_Y + 1, '[', ROLE_CURSOR, ATTR_BOLD);
        put(d, from + utf8_text_width(name), BOX_Y + 1, ']', ROLE_CURSOR, ATTR_BOLD);
    }
    bool pinned = known(d, v) && by_hand(d, v);         /* it does not come from the curve then */
    const char *num = number(d, v, buf);
    if (pinned)
        snprintf(inside, sizeof inside, "%s*", num);
    else if (utf8_text_width(curve) + 1 + (int)strlen(num) > room)
        snprintf(inside, sizeof inside, "%s", num);
    else
        snprintf(inside, sizeof inside, "%s %s", curve, num);
    int w = utf8_text_width(inside);
    text(d, x - ((w < room ? w : room) - 1) / 2, BOX_Y + 2, on && !pinned ? role : number_role(d, v), attr, inside);
    grid_pen(d->g, old);
}

/* C from the left to the right, what it meets on its way, and what becomes of it. */
static void memory_line(const struct drawing *d)
{
    const struct glyphs *gl = d->g->glyphs;
    uint32_t line = gl->lit.h;
    char buf[16], label[64], name[SAY_UNIT];
    snprintf(label, sizeof label, "long-term memory C of %s", say_unit_name(d->s, d->at->layer, d->at->unit, name));
    text(d, 1, LABEL_Y, ROLE_LABEL, 0, label);
    text(d, 72, LABEL_Y, ROLE_C, 0, "C_t");
    text(d, 1, VALUE_Y, ROLE_C, 0, "C_t-1");
    if (d->row[LABEL_Y] < 0) {
        text_within(d, 7, VALUE_Y, F_X - 9, ROLE_LABEL, say_unit_name(d->s, d->at->layer, d->at->unit, name));
        text(d, 68, VALUE_Y, ROLE_C, 0, "C_t");
    }
    char sign[16];
    snprintf(sign, sizeof sign, "%s f", gl->times);
    text(d, F_X - 1, VALUE_Y, ROLE_TEXT, 0, sign);
    snprintf(sign, sizeof sign, "+ i%sg", gl->middle_dot[0] == '-' ? "*" : gl->middle_dot);
    text(d, SUM_X - 1, VALUE_Y, ROLE_TEXT, 0, sign);
    text(d, 72, VALUE_Y, number_role(d, VAL_C), ATTR_BOLD, number(d, VAL_C, buf));
    text(d, 1, LINE_Y, number_role(d, VAL_C_PREV), 0, number(d, VAL_C_PREV, buf));
    across(d, 7, F_X - 2, LINE_Y, line, ROLE_C);
    circle(d, F_X, LINE_Y, gl->times, is_lit(d, VAL_F), ROLE_F);
    across(d, F_X + 2, KEPT_X - 2, LINE_Y, line, ROLE_C);
    const char *kept = number(d, VAL_KEPT, buf);
    text(d, KEPT_X + (*kept == '?' ? 2 : 0), LINE_Y, number_role(d, VAL_KEPT), 0, kept);
    across(d, KEPT_X + 6, SUM_X - 2, LINE_Y, line, ROLE_C);
    circle(d, SUM_X, LINE_Y, "+", is_lit(d, VAL_C) || is_lit(d, VAL_I), is_lit(d, VAL_C) ? ROLE_C : ROLE_I);
    across(d, SUM_X + 2, H_X - 1, LINE_Y, line, ROLE_C);
    put(d, H_X, LINE_Y, gl->lit.down, ROLE_C, 0);
    put(d, H_X + 1, LINE_Y, line, ROLE_C, 0);
    put(d, END_X, LINE_Y, gl->head_right, ROLE_C, 0);
}

/* From the boxes up to the line, and from the line down to h. */
static void ways(const struct drawing *d)
{
    const struct glyphs *gl = d->g->glyphs;
    const struct glyph_lines *l = lines_of(d, false);
    uint32_t up = gl->head_up, down = gl->head_down;
    char buf[16];
    put(d, F_X, ARROW_Y, up, ROLE_TEXT, 0);
    put(d, SUM_X, ARROW_Y, up, ROLE_TEXT, 0);
    if (known(d, VAL_WRITTEN))
        text(d, SUM_X + 2, ARROW_Y, ROLE_NUMBER, 0, number(d, VAL_WRITTEN, buf));
    text(d, H_X - 1, ARROW_Y, ROLE_TEXT, 0, "tanh");
    for (int y = TIMES_Y; y < BOX_Y; y++)
        put(d, F_X, y, l->v, ROLE_TEXT, 0);
    put(d, I_X, TIMES_Y, l->tl, ROLE_TEXT, 0);
    across(d, I_X + 1, SUM_X - 2, TIMES_Y, l->h, ROLE_TEXT);
    circle(d, SUM_X, TIMES_Y, gl->times, is_lit(d, VAL_I), ROLE_I);
    across(d, SUM_X + 2, G_X - 1, TIMES_Y, l->h, ROLE_TEXT);
    put(d, G_X, TIMES_Y, l->tr, ROLE_TEXT, 0);
    put(d, O_X, TIMES_Y, l->tl, ROLE_TEXT, 0);
    across(d, O_X + 1, H_X - 2, TIMES_Y, l->h, ROLE_TEXT);
    circle(d, H_X, TIMES_Y, gl->times, is_lit(d, VAL_O), ROLE_O);
    static const int gates[] = {I_X, G_X, O_X};
    for (int k = 0; k < 3; k++)
        put(d, gates[k], UP_Y, l->v, ROLE_TEXT, 0);
    for (int y = UP_Y; y < H_Y; y++)
        put(d, H_X, y, l->v, ROLE_TEXT, 0);
    put(d, H_X, H_Y, down, ROLE_TEXT, 0);
    text(d, 57, X_Y, ROLE_LABEL, 0, "short-term memory h_t");
    const char *h = number(d, VAL_H, buf);
    bool below = d->row[OUT_Y] >= 0;
    text(d, below ? H_X - (int)strlen(h) / 2 : H_X - 1 - (int)strlen(h), below ? OUT_Y : H_Y, number_role(d, VAL_H),
         ATTR_BOLD, h);
}

/* What all four boxes read. */
static void inputs(const struct drawing *d)
{
    const struct glyphs *gl = d->g->glyphs;
    const struct glyph_lines *l = lines_of(d, false);
    const struct lstm_layer *layer = &session_net(d->s)->layer[d->at->layer];
    int joins[] = {F_X, I_X, G_X};
    put(d, JOIN_X, JOIN_Y, l->tl, ROLE_TEXT, 0);
    across(d, JOIN_X + 1, O_X - 1, JOIN_Y, l->h, ROLE_TEXT);
    for (int k = 0; k < 3; k++)
        put(d, joins[k], JOIN_Y, l->up, ROLE_TEXT, 0);
    put(d, O_X, JOIN_Y, l->br, ROLE_TEXT, 0);
    put(d, JOIN_X, NUMBERS_Y, l->v, ROLE_TEXT, 0);
    struct str line = {0};
    bool apart = d->row[NUMBERS_Y] >= 0;
    str_addf(&line, "[h_t-1, x_t]: %d + %d = %d numbers for all four boxes", layer->hidden, layer->in,
             layer->hidden + layer->in);
    text_within(d, JOIN_X + 2, apart ? NUMBERS_Y : H_Y, H_X - JOIN_X - 4, ROLE_TEXT, str_text(&line));
    text(d, 1, H_Y, ROLE_H, 0, "h_t-1");
    across(d, 7, JOIN_X - 1, H_Y, l->h, ROLE_TEXT);
    put(d, JOIN_X, H_Y, gl->plain.left, ROLE_TEXT, 0);
    str_clear(&line);
    if (d->at->step > 1) {
        str_add(&line, "short-term memory, shown at ");
        say_quoted(d->s, d->at->step - 1, gl, &line);
    } else {
        str_add(&line, "short-term memory, empty before the first step");
    }
    if (apart)
        text_within(d, JOIN_X + 2, H_Y, H_X - JOIN_X - 4, ROLE_TEXT, str_text(&line));
    text(d, 1, X_Y, ROLE_LABEL, 0, "x_t");
    across(d, 7, JOIN_X - 1, X_Y, l->h, ROLE_TEXT);
    put(d, JOIN_X, X_Y, l->br, ROLE_TEXT, 0);
    str_clear(&line);
    if (d->at->layer == 0)
        str_addf(&line, "the %s ", say_noun(d->s, false));
    else
        str_add(&line, "h_t of ");
    anatomy_source(d->s, d->at->layer, d->at->step, gl, &line);
    text_within(d, JOIN_X + 2, X_Y, 57 - JOIN_X - 4, ROLE_TEXT, str_text(&line));
    str_free(&line);
}

/* Where the drawing has no room: what meets what, in numbers. */
static void four_lines(const struct drawing *d, struct rect r)
{
    enum { NARROW = 48 };
    static const struct { const char *what, *first, *second; enum value a, b, is; enum role role; } rows[] = {
        {"kept", "f", "C_t-1", VAL_F, VAL_C_PREV, VAL_KEPT, ROLE_F},
        {"written", "i", "g", VAL_I, VAL_G, VAL_WRITTEN, ROLE_I},
        {"C_t", "kept", "written", VAL_KEPT, VAL_WRITTEN, VAL_C, ROLE_C},
        {"h_t", "o", "C_t", VAL_O, VAL_C, VAL_H, ROLE_O},
    };
    for (int k = 0; k < 4 && k < r.h; k++) {
        char a[16], b[16], is[16];
        bool sum = rows[k].is == VAL_C, out = rows[k].is == VAL_H;
        const char *sign = sum ? "+" : d->g->glyphs->times, *from = out ? "tanh(" : "", *to = out ? ")" : "";
        int x = 10;
        grid_text(d->g, r.x + 1, r.y + k, x - 1, rows[k].role, 0, rows[k].what);
        if (r.w >= NARROW)
            grid_textf(d->g, r.x + x, r.y + k, 18, ROLE_LABEL, 0, "%s %s %s%s%s", rows[k].first, sign, from,
                       rows[k].second, to);
        x += r.w >= NARROW ? 18 : 0;
        char form[64];
        int n = snprintf(form, sizeof form, "%s%s %s %s%s%s", r.w >= NARROW ? "= " : "", number(d, rows[k].a, a), sign,
                         from, number(d, rows[k].b, b), to);
        const char *result = number(d, rows[k].is, is);
        if (utf8_text_width(form) + 3 + (int)strlen(result) > r.w - x)        /* half a product is none */
            n = 0;
        grid_textf(d->g, r.x + x, r.y + k, r.w - x, ROLE_NUMBER, 0, "%.*s%s= %s", n, form, n ? " " : "", result);
    }
}

/* ---- where the step has come ------------------------------------------------------------------------------------- */

/* Corners of the way that each step takes through the drawing, from where the one before it ended. */
enum { CORNERS = 5 };
struct way { enum role role; int n, at[CORNERS][2]; };

static const struct way steps_way[SUB_COUNT] = {
    [SUB_CONCAT] = {ROLE_H, 3, {{7, H_Y}, {JOIN_X, H_Y}, {JOIN_X, JOIN_Y}}},
    [SUB_PRODUCT] = {ROLE_F, 2, {{JOIN_X, JOIN_Y}, {F_X, JOIN_Y}}},
    [SUB_BIAS] = {ROLE_F, 2, {{F_X, JOIN_Y}, {F_X, BOX_Y + 3}}},
    [SUB_SIGMA] = {ROLE_F, 2, {{F_X, BOX_Y}, {F_X, TIMES_Y}}},
    [SUB_KEEP] = {ROLE_C, 3, {{F_X, TIMES_Y}, {F_X, LINE_Y}, {KEPT_X - 2, LINE_Y}}},
    [SUB_WRITE] = {ROLE_I, 4, {{I_X, UP_Y}, {I_X, TIMES_Y}, {SUM_X, TIMES_Y}, {SUM_X, ARROW_Y}}},
    [SUB_C] = {ROLE_C, 2, {{SUM_X + 2, LINE_Y}, {H_X - 2, LINE_Y}}},
    [SUB_O] = {ROLE_O, 3, {{O_X, UP_Y}, {O_X, TIMES_Y}, {H_X - 2, TIMES_Y}}},
    [SUB_H] = {ROLE_H, 3, {{H_X - 2, TIMES_Y}, {H_X, TIMES_Y}, {H_X, H_Y - 1}}},
};

static int length_of(const struct way *w, int corner)
{
    return abs(w->at[corner][0] - w->at[corner - 1][0]) + abs(w->at[corner][1] - w->at[corner - 1][1]);
}

/* A share of the way: 0 its beginning, 1 its end. */
static void marker(const struct drawing *d, double share)
{
    const struct way *w = &steps_way[d->sub];
    int all = 0;
    for (int k = 1; k < w->n; k++)
        all += length_of(w, k);
    int left = (int)lrint(share * all), k = 1;
    while (k < w->n - 1 && left > length_of(w, k))
        left -= length_of(w, k++);
    const int *from = w->at[k - 1], *to = w->at[k];
    int x = from[0] + (to[0] > from[0] ? left : to[0] < from[0] ? -left : 0);
    int y = from[1] + (to[1] > from[1] ? left : to[1] < from[1] ? -left : 0);
    put(d, x, y, d->g->glyphs->dot, w->role, ATTR_BOLD);
}

/* ---- the whole of it --------------------------------------------------------------------------------------------- */

/* Who else reads what this layer shows. */
static void layers(const struct drawing *d)
{
    int n = session_net(d->s)->layers, here = d->at->layer;
    char line[80];
    if (n < 2)
        return;
    snprintf(line, sizeof line, "layer %d of %d%s", here + 1, n,
             here + 1 < n ? ": h_t is x_t of the layer above (K)" : ": what it shows makes the answer; J: below");
    text(d, 1, OUT_Y, ROLE_LABEL, 0, line);
}

static void draw_cell(struct drawing *d, struct rect r)
{
    struct rect old = grid_clip(d->g, r);
    size_t fit = 0;
    while (fit < sizeof heights / sizeof *heights && heights[fit].h > r.h)
        fit++;
    if (r.w < CELL_W || r.h < CELL_LEAST) {
        four_lines(d, r);
    } else {
        d->row = heights[fit].row;
        memory_line(d);
        ways(d);
        box(d, F_X, 6, VAL_F, "f forget", squash(d, Q_F));
        box(d, I_X, 6, VAL_I, "i input", squash(d, Q_I));
        box(d, G_X, 6, VAL_G, "g candidate", "tanh");
        box(d, O_X, 5, VAL_O, "o output", squash(d, Q_O));
        inputs(d);
        layers(d);
        if (!d->whole)
            marker(d, d->scene->lecture ? 1 - (double)d->scene->lecture->still_to_move : 1);
    }
    d->g->clip = old;
}

static struct drawing drawing_of(const struct scene *scene, struct grid *g, struct rect r, const struct cursor *at)
{
    return (struct drawing){.scene = scene, .s = scene->session, .g = g, .at = at, .x = r.x, .y = r.y,
                            .whole = !scene->reveal, .sub = at->sub};
}

void cell_draw(const struct scene *scene, struct grid *g, struct rect r, bool opens)
{
    struct drawing d = drawing_of(scene, g, r, session_cursor(scene->session));
    d.mine = true;
    d.opens = opens;
    draw_cell(&d, r);
}

bool cell_draw_other(const struct scene *scene, struct grid *g, struct rect r)
{
    struct cursor at = *session_cursor(scene->session);
    const struct lstm *net = session_net(scene->session);
    if (net->layers < 2)
        return false;
    at.layer += at.layer + 1 < net->layers ? 1 : -1;
    int *order = xcalloc((size_t)net->layer[at.layer].hidden, sizeof *order);
    bars_order(scene->session, at.layer, order);
    at.unit = order[0];
    free(order);
    struct drawing d = drawing_of(scene, g, r, &at);
    d.whole = true;
    draw_cell(&d, r);
    return true;
}
