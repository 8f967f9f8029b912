/* view_bars.c: the main view: every unit's f_t, i_t, C_{t-1} and C_t as coloured bars.
 *
 * Three arrangements, chosen by how many units there are and how much room: lines (a line a unit: few units), columns
 * (a column a unit: dozens), heat strips (a cell a unit, or the strongest of several: hundreds), the last with the units
 * around the cursor as lines below. In lines, blocks stand side by side where they fit, so that one line reads as the
 * equation does: C_{t-1}, f, i, C_t of the same unit.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/bars.h"
#include "views/say.h"
#include "views/value.h"
#include "views/scroll.h"
#include "views/words.h"

/* ---- the rows ----------------------------------------------------------------------------------------------------- */

static const enum value main_rows[] = {VAL_C_PREV, VAL_F, VAL_I, VAL_C};
/* In threes, so that side by side a line reads C_{t-1}, f, f⊙C; i, g, i⊙g; C_t, o, h. */
static const enum value all_rows[] = {VAL_C_PREV, VAL_F, VAL_KEPT, VAL_I, VAL_G, VAL_WRITTEN, VAL_C, VAL_O, VAL_H};

int bars_values(bool extra, enum value out[VAL_COUNT])
{
    int n = extra ? 9 : 4;
    memcpy(out, extra ? all_rows : main_rows, (size_t)n * sizeof *out);
    return n;
}

void bars_move(const struct session *s, bool extra, int by, int *unit, enum value *v)
{
    const struct cursor *at = session_cursor(s);
    enum value rows[VAL_COUNT];
    int n = bars_values(extra, rows), H = session_net(s)->layer[at->layer].hidden, row = 0;
    for (int k = 0; k < n; k++)
        if (rows[k] == *v)
            row = k;
    if (H <= 8) {
        int flat = row * H + *unit + by;
        flat = flat < 0 ? 0 : flat >= n * H ? n * H - 1 : flat;
        row = flat / H;
        *unit = flat % H;
    } else {
        row += by;
        row = row < 0 ? 0 : row >= n ? n - 1 : row;
    }
    *v = rows[row];
}

/* ---- the arrangement ---------------------------------------------------------------------------------------------- */

static int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

static int clamp(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

enum { EXPLAIN_EACH = 8 };         /* units that are explained one by one */

/* Narrowest useful block: "f_t" + "|####|" + "-0.84*". */
enum { BLOCK_MIN = 17, BLOCK_GAP = 1, SHARED_MIN = 4, LABEL_W = 13, SIDE_FROM = 110 };

static bool plan_lines(struct bars_plan *p, int w, int h, int H, int values, int unit, bool force)
{
    static const struct { int panels, gap; } tries4[] = {{1, 1}, {2, 1}, {1, 0}, {2, 0}, {4, 1}, {4, 0}},
                                             tries9[] = {{3, 1}, {3, 0}, {1, 1}, {1, 0}, {9, 0}};
    size_t n = values == 9 ? sizeof tries9 / sizeof *tries9 : sizeof tries4 / sizeof *tries4;
    for (size_t k = 0; k < n; k++) {
        int panels = values == 9 ? tries9[k].panels : tries4[k].panels, gap = values == 9 ? tries9[k].gap : tries4[k].gap;
        int block_w = (w - (panels > 1 ? SHARED_MIN : 0) - (panels - 1) * BLOCK_GAP) / panels, rows = ceil_div(values, panels);
        if ((panels > 1 && block_w < BLOCK_MIN) || rows * H + (rows - 1) * gap > h)
            continue;
        int pitch = clamp((h - (rows - 1) * gap) / (rows * H), 1, 4);
        *p = (struct bars_plan){.mode = BARS_LINES, .panels = panels, .gap = gap, .units = H, .pitch = pitch, .tall = pitch > 2 ? pitch - 1 : 1};
        return true;
    }
    if (!force)
        return false;
    /* Not all units fit: a window of them around the selected one, in as many panels as there is width. */
    int panels = 1;
    for (int c = values == 9 ? 3 : 2; c <= (values == 9 ? 9 : 4); c = values == 9 ? c * 3 : c * 2)
        if ((w - SHARED_MIN - (c - 1) * BLOCK_GAP) / c >= BLOCK_MIN)
            panels = c;
    int rows = ceil_div(values, panels), units = clamp(h / rows, 1, H);
    int gap = units > 1 && rows * units + rows - 1 <= h ? 1 : 0;
    *p = (struct bars_plan){.mode = BARS_LINES, .panels = panels, .gap = gap, .units = units, .pitch = 1, .tall = 1,
                            .first = clamp(unit - units / 2, 0, H - units)};
    return true;
}

static bool plan_columns(struct bars_plan *p, int w, int h, int H, int values)
{
    int column_w = clamp((w - LABEL_W) / H, 0, 8), band_h = (h - 1) / values;
    if (column_w < 2 || band_h < 2)
        return false;
    *p = (struct bars_plan){.mode = BARS_COLUMNS, .column_w = column_w, .band_h = clamp(band_h, 2, 9), .units = H};
    return true;
}

static void plan_heat(struct bars_plan *p, int w, int h, int H, int values, int unit)
{
    int room = w - LABEL_W > 4 ? w - LABEL_W : w, zoom_min = h >= 14 ? 5 : 0;
    int rows = clamp(ceil_div(H, room), 1, 64), most = (h - zoom_min + (h >= 2 * values)) / values - (h >= 2 * values);
    if (most < 1)
        most = 1;
    int bin = 1;
    while (rows > most) {
        bin++;
        rows = ceil_div(ceil_div(H, bin), room);
    }
    int gap = values * (rows + 1) - 1 + zoom_min <= h ? 1 : 0;
    *p = (struct bars_plan){.mode = BARS_HEAT, .strip_w = room, .strip_rows = rows, .bin = bin, .gap = gap};
    int used = values * rows + (values - 1) * gap;
    int left = h - used - 2;                 /* a blank line and a heading */
    if (left >= 1) {
        struct bars_plan zoom;
        plan_lines(&zoom, w, left, H, values, unit, true);
        p->panels = zoom.panels;
        p->units = zoom.units;
        p->first = zoom.first;
        p->pitch = p->tall = 1;
        p->zoom_y = used + 1;
        p->zoom_h = left + 1;
    }
}

struct bars_plan bars_plan(struct rect r, int H, int values, int unit, enum layout_wish wish, bool explain, bool head)
{
    struct bars_plan p = {0};
    struct rect rows = r;
    int words = 0, side = 0;
    if (head && r.w >= SIDE_FROM && r.h >= 10) {
        side = clamp(r.w * 3 / 10, 36, 48);
        rows.w -= side + 2;
    }
    if (explain && r.h >= 9)
        words = clamp(r.h / 4, 2, 8);
    int scale = r.h >= 14 ? 1 : 0;
    rows.h -= words;
    if (rows.x == 0 && rows.w >= 60) {
        rows.x += 1;
        rows.w -= 2;
    }
    if (rows.h < 1)
        rows.h = r.h > 0 ? 1 : 0;
    /* The line of scales goes where without it the blocks would be wider by a half or more. */
    struct bars_plan without;
    bool fits = plan_lines(&p, rows.w, rows.h - scale, H, values, unit, wish == LAYOUT_LINES);
    if (scale && plan_lines(&without, rows.w, rows.h, H, values, unit, false) && fits && without.panels * 3 <= p.panels * 2) {
        p = without;
        scale = 0;
    }
    rows.y += scale;
    rows.h -= scale;
    if (wish == LAYOUT_HEAT || wish == LAYOUT_COLUMNS || !fits) {
        bool columns = wish != LAYOUT_HEAT && plan_columns(&p, rows.w, rows.h, H, values);
        if (!columns) {
            if (wish != LAYOUT_HEAT && rows.h < 2 * values && H <= 40)
                plan_lines(&p, rows.w, rows.h, H, values, unit, true);    /* little room, few units: a window of lines */
            else
                plan_heat(&p, rows.w, rows.h, H, values, unit);
        }
    }
    p.scale = scale;
    p.words = words;
    p.side_w = side;
    p.rows = rows;
    return p;
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

struct ctx {
    const struct scene *scene;
    const struct session *s;
    struct grid *g;
    const struct cursor *at;
    int layer, H, t;
    enum value rows[VAL_COUNT];
    int nrows;
    float cell;                   /* scale of the cell rows: -cell … +cell */
};

static bool revealed(const struct ctx *c, enum value v)
{
    return value_reached(c->scene, v, c->t);
}

static bool selected(const struct ctx *c, enum value v, int unit)
{
    return c->at->value == v && c->at->unit == unit;
}

/* Widths of the parts of one line of a block. Where blocks stand side by side, one column of unit labels at the left serves
 * them all (unit 0). */
struct line_form { int symbol, unit, bar, number, note; };

static int unit_width(int w, bool named)
{
    return w < 48 ? 4 : !named ? 5 : w >= 64 ? 10 : 8;
}

static struct line_form line_form(int w, int unit)
{
    struct line_form f = {.symbol = 7, .unit = unit, .number = 6, .note = 1};
    if (w >= 60)
        f.symbol = 8, f.number = 7, f.note = 18;
    else if (w >= 48)
        f.symbol = 8, f.note = 11;
    else if (w < 22)
        f.symbol = 5;
    f.bar = w - 1 - f.symbol - f.unit - f.number - f.note;
    return f;
}

static bool any_named(const struct ctx *c)
{
    for (int u = 0; u < c->H; u++)
        if (model_unit_name(session_model(c->s), c->layer, u))
            return true;
    return false;
}

static void draw_unit_label(const struct ctx *c, int x, int y, int w, int unit, bool sel)
{
    char label[32];
    session_unit_label(c->s, c->layer, unit, label);
    if (w < 6)
        snprintf(label, sizeof label, "%d", unit + 1);
    grid_text_right(c->g, x + w - 1, y, w - 1, sel ? ROLE_CURSOR : ROLE_LABEL, sel ? ATTR_BOLD : 0, label);
}

/* Is the difference from the baseline one that can be seen? Two decimals are shown. */
static bool differs(float value, float base)
{
    return !(fabsf(value - base) < 0.005f) && value != base;
}

/* One unit's line: pointer, labels, bar, number, and what it was. */
static void draw_line(const struct ctx *c, int x, int y, int w, int unit_w, int tall, enum value v, int unit, int row)
{
    struct grid *g = c->g;
    const struct session *s = c->s;
    struct line_form f = line_form(w, unit_w);
    bool sel = selected(c, v, unit), pinned = session_value_pinned(s, c->layer, unit, v, c->t);
    float value = session_value(s, RUN_PINNED, c->layer, unit, v, c->t), base = session_value(s, RUN_BASE, c->layer, unit, v, c->t);
    float lo, hi;
    value_range(v, c->cell, &lo, &hi);

    if (sel)
        grid_put(g, x, y, g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
    x++;
    if (row == 0)
        grid_text(g, x, y, f.symbol, value_role(v), ATTR_BOLD, value_symbol(v, g->glyphs));
    if (row == 1 && f.symbol >= 7)
        grid_text(g, x, y, f.symbol - 1, ROLE_DIM, 0, value_kind(v)->word);
    x += f.symbol;
    char num[24], was[24];
    if (f.unit)
        draw_unit_label(c, x, y, f.unit, unit, sel);
    x += f.unit;
    if (!revealed(c, v)) {
        for (int k = 1; k + 1 < f.bar; k += 2)
            grid_put(g, x + k, y, g->glyphs->unknown, ROLE_TRACK, 0);
        grid_text_right(g, x + f.bar + f.number, y, f.number, ROLE_DIM, 0, "?");
        return;
    }
    for (int k = 0; k < tall; k++)
        widget_bar(g, x, y + k, f.bar, value, differs(value, base) ? base : NAN, lo, hi, value_role(v));
    x += f.bar;
    bool sign = lo < 0;
    widget_number(num, sizeof num, value, f.number - 1, 2, sign);
    grid_text_right(g, x + f.number, y, f.number, pinned ? ROLE_PINNED : ROLE_NUMBER, sel || pinned ? ATTR_BOLD : 0, num);
    x += f.number;
    if (f.note >= 12) {
        struct str note = {0};
        if (differs(value, base)) {
            widget_number(was, sizeof was, base, 6, 2, sign);
            const char *p = was;
            while (*p == ' ')
                p++;
            int n = grid_textf(g, x + 1, y, f.note - 1, ROLE_GHOST, 0, "was %s", p);
            x += n + 1;
        }
        if (pinned)
            grid_text(g, x + 1, y, 6, ROLE_PINNED, ATTR_BOLD, "pinned");
        str_free(&note);
    } else if (pinned) {
        grid_put(g, x, y, '*', ROLE_PINNED, ATTR_BOLD);
    } else if (differs(value, base)) {
        grid_put(g, x, y, g->glyphs->ascii ? '~' : 0x394, ROLE_DIFF, 0);
    }
}

static void draw_lines(const struct ctx *c, struct rect r, const struct bars_plan *p)
{
    int unit_w = unit_width(r.w, any_named(c)), shared = 0, rows = ceil_div(c->nrows, p->panels);
    if (p->panels > 1)
        shared = unit_w, unit_w = 0;
    int w = (r.w - shared - (p->panels - 1) * BLOCK_GAP) / p->panels;
    for (int row = 0; row < rows; row++)
        for (int u = 0; u < p->units && p->first + u < c->H; u++) {
            int y = r.y + row * (p->units * p->pitch + p->gap) + u * p->pitch;
            if (y >= r.y + r.h)
                continue;
            if (shared)
                draw_unit_label(c, r.x, y, shared, p->first + u, p->first + u == c->at->unit);
            if (row == 0 && ((u == 0 && p->first > 0) || (u == p->units - 1 && p->first + p->units < c->H)))
                grid_put(c->g, r.x, y, c->g->glyphs->cut, ROLE_DIM, 0);     /* there are more units above or below */
            for (int k = row * p->panels; k < (row + 1) * p->panels && k < c->nrows; k++)
                draw_line(c, r.x + shared + k % p->panels * (w + BLOCK_GAP), y, w, unit_w, p->tall, c->rows[k], p->first + u, u);
        }
}

/* The label at the left of a band or strip: pointer, symbol, and below it the name where there is a second row. */
static void draw_band_label(const struct ctx *c, int x, int y, int h, enum value v)
{
    bool sel = c->at->value == v;
    if (sel)
        grid_put(c->g, x, y, c->g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
    grid_text(c->g, x + 1, y, LABEL_W - 2, value_role(v), ATTR_BOLD, value_symbol(v, c->g->glyphs));
    if (h > 1)
        grid_text(c->g, x + 1, y + 1, LABEL_W - 2, ROLE_LABEL, 0, value_name(v));
}

static void draw_columns(const struct ctx *c, struct rect r, const struct bars_plan *p)
{
    struct grid *g = c->g;
    int x0 = r.x + LABEL_W, cw = p->column_w;
    for (int k = 0; k < c->nrows; k++) {
        enum value v = c->rows[k];
        int y = r.y + k * p->band_h;
        float lo, hi;
        value_range(v, c->cell, &lo, &hi);
        bool number = cw >= 6 && p->band_h >= 3;
        int h = p->band_h - (p->band_h >= 4 ? 1 : 0) - (number ? 1 : 0);   /* a blank line between bands where it fits */
        draw_band_label(c, r.x, y, h, v);
        for (int u = 0; u < c->H; u++) {
            int x = x0 + u * cw, bar_w = cw > 3 ? cw - 2 : cw - 1;
            float value = session_value(c->s, RUN_PINNED, c->layer, u, v, c->t), base = session_value(c->s, RUN_BASE, c->layer, u, v, c->t);
            bool pinned = session_value_pinned(c->s, c->layer, u, v, c->t);
            if (!revealed(c, v)) {
                grid_put(g, x + bar_w / 2, y + h - 1, g->glyphs->unknown, ROLE_TRACK, 0);
                continue;
            }
            widget_column(g, x, y, bar_w, h, value, differs(value, base) ? base : NAN, lo, hi, value_role(v));
            if (number) {
                char num[16];
                widget_number(num, sizeof num, value, cw - 1, 2, lo < 0);
                grid_text(g, x, y + h, cw - 1, pinned ? ROLE_PINNED : ROLE_NUMBER, pinned || selected(c, v, u) ? ATTR_BOLD : 0, num);
            } else if (pinned) {
                grid_put(g, x + bar_w, y + h - 1, '*', ROLE_PINNED, ATTR_BOLD);
            }
            if (selected(c, v, u) && cw > 2)
                grid_put(g, x + bar_w, y, g->glyphs->ascii ? '<' : 0x25C2, ROLE_CURSOR, ATTR_BOLD);
        }
    }
    /* Unit numbers below; where they do not fit in every column, every few columns and always the selected one. */
    int y = r.y + c->nrows * p->band_h, every = cw >= 4 ? 1 : cw == 3 ? 2 : 5;
    for (int u = 0; u < c->H; u++) {
        bool sel = u == c->at->unit, near = c->at->unit - u < every && u - c->at->unit < every && !sel;
        if (sel || (u % every == 0 && !(near && every > 1)))
            grid_textf(g, x0 + u * cw, y, 4, sel ? ROLE_CURSOR : ROLE_DIM, sel ? ATTR_BOLD | ATTR_UNDERLINE : 0, "%d", u + 1);
    }
    grid_text(g, r.x + 1, y, LABEL_W - 2, ROLE_DIM, 0, "unit");
}

/* What one heat cell of several units shows: for gates the lowest f (something is being forgotten) or the highest of the
 * others; for signed rows the one of largest magnitude. */
static float bin_value(const struct ctx *c, enum value v, int from, int n)
{
    float best = session_value(c->s, RUN_PINNED, c->layer, from, v, c->t);
    for (int u = from + 1; u < from + n && u < c->H; u++) {
        float x = session_value(c->s, RUN_PINNED, c->layer, u, v, c->t);
        if (v == VAL_F ? x < best : value_is_gate(v) ? x > best : fabsf(x) > fabsf(best))
            best = x;
    }
    return best;
}

static void draw_heat(const struct ctx *c, struct rect r, const struct bars_plan *p)
{
    struct grid *g = c->g;
    int label = r.w - p->strip_w, cells = ceil_div(c->H, p->bin);
    for (int k = 0; k < c->nrows; k++) {
        enum value v = c->rows[k];
        int y = r.y + k * (p->strip_rows + p->gap);
        if (y >= r.y + r.h)
            break;
        if (label)
            draw_band_label(c, r.x, y, p->strip_rows, v);
        float lo, hi;
        value_range(v, c->cell, &lo, &hi);
        for (int n = 0; n < cells; n++) {
            int x = r.x + label + n % p->strip_w, cy = y + n / p->strip_w;
            if (!revealed(c, v)) {
                grid_put(g, x, cy, g->glyphs->unknown, ROLE_TRACK, 0);
                continue;
            }
            /* Cells by tanh, as the output gate sees them: one far unit does not fade all others. */
            float value = bin_value(c, v, n * p->bin, p->bin);
            if (value_kind(v)->range == RANGE_CELL)
                value = tanhf(value), hi = 1;
            widget_heat(g, x, cy, 1, &value, hi, lo < 0 ? ROLE_HEAT_CELL : ROLE_HEAT_GATE);
            bool here = c->at->unit / p->bin == n, pinned = false;
            for (int u = n * p->bin; session_pin_count(c->s) && u < (n + 1) * p->bin && u < c->H; u++)
                pinned = pinned || session_value_pinned(c->s, c->layer, u, v, c->t);
            if (pinned)
                grid_put(g, x, cy, '*', ROLE_PINNED, ATTR_BOLD);
            if (here && c->at->value == v)
                grid_attr(g, (struct rect){x, cy, 1, 1}, ATTR_REVERSE | ATTR_UNDERLINE);
            else if (here)
                grid_attr(g, (struct rect){x, cy, 1, 1}, ATTR_UNDERLINE);
        }
    }
    if (!p->zoom_h)
        return;
    int y = r.y + p->zoom_y;
    char where[64];
    if (p->units == 1)
        snprintf(where, sizeof where, "unit %d of %d", p->first + 1, c->H);
    else
        snprintf(where, sizeof where, "units %d to %d of %d", p->first + 1, p->first + p->units, c->H);
    int n = grid_text(g, r.x + 1, y, r.w - 1, ROLE_LABEL, 0, where);
    if (p->bin > 1)
        n += grid_textf(g, r.x + 1 + n, y, r.w - 1 - n, ROLE_DIM, 0, "; above, a cell is the lowest f, else the strongest, of %d units", p->bin);
    grid_hline(g, r.x + n + 2, y, r.w - n - 2, ROLE_RULE);
    draw_lines(c, (struct rect){r.x, y + 1, r.w, p->zoom_h - 1}, p);
}

/* " gates 0 ░▒▓█ 1 " on the rule from x on: what a cell of that much looks like; returns its width. */
static int draw_levels(struct grid *g, int x, int y, const char *low, const char *high, const int *level, int n, enum role role)
{
    int from = x;
    x += grid_text(g, x, y, g->w, ROLE_DIM, 0, low);
    for (int k = 0; k < n; k++)
        grid_heat(g, x++, y, role, level[k]);
    x += grid_text(g, x, y, g->w, ROLE_DIM, 0, high);
    return x - from;
}

/* "gates 0…1    cells -1…+1, zero in the middle"; for heat strips, the levels. */
static void draw_scale(const struct ctx *c, struct rect r, enum bars_mode mode)
{
    static const int gate[] = {0, 25, 50, 75, 100}, cell[] = {-100, -75, -50, -25, 0, 25, 50, 75, 100};
    enum { HEAT_CELLS_W = 32 };
    struct grid *g = c->g;
    const char *minus = g->glyphs->ascii ? "-" : g->glyphs->minus;
    char cells[64];
    grid_hline(g, r.x, r.y, r.w, ROLE_RULE);
    if (mode == BARS_HEAT) {
        int w = draw_levels(g, r.x + 2, r.y, " gates 0 ", " 1 ", gate, 5, ROLE_HEAT_GATE);
        snprintf(cells, sizeof cells, " cells by tanh C %s1 ", minus);
        if (w + 4 + HEAT_CELLS_W < r.w)
            draw_levels(g, r.x + r.w - 2 - HEAT_CELLS_W, r.y, cells, " +1 ", cell, 9, ROLE_HEAT_CELL);
        return;
    }
    static const char gates[] = " gates 0 to 1 ";
    snprintf(cells, sizeof cells, " cells %s%g to +%g, zero in the middle ", minus, (double)c->cell, (double)c->cell);
    grid_text(g, r.x + 2, r.y, r.w - 3, ROLE_DIM, 0, gates);
    int w = utf8_text_width(cells);
    if (w + 24 < r.w)
        grid_text_right(g, r.x + r.w - 2, r.y, w, ROLE_DIM, 0, cells);
}

/* Which output comes next in the sentence; -1 when there is none. */
static int actual_next(const struct ctx *c)
{
    if (c->t < 1 || c->t >= session_steps(c->s))
        return -1;
    int id = session_token_id(c->s, c->t + 1);
    return id < session_net(c->s)->outputs && !session_model(c->s)->label ? id : -1;
}

/* Would a reader of two decimals see a difference? */
static bool moved_seen(const struct prediction *p)
{
    return lroundf(p->p_base * 100) != lroundf(p->p_pinned * 100);
}

/* "next: her 0.97 → 0.36  his 0.00 → 0.31": one line. */
static void draw_next_line(const struct ctx *c, int x, int y, int w)
{
    struct grid *g = c->g;
    struct prediction p[8];
    int n = session_predict(c->s, c->t, 8, p), actual = actual_next(c), x0 = x;
    x += grid_textf(g, x, y, w, ROLE_LABEL, 0, "%s ", say_next(c->s));
    if (!revealed(c, VAL_H)) {
        grid_text(g, x, y, w - (x - x0), ROLE_DIM, 0, "? (after h_t)");
        return;
    }
    if (!n && session_net(c->s)->outputs && c->t > 0)
        grid_text(g, x, y, w - (x - x0), ROLE_BAD, 0, "none: the logits overflow");
    for (int k = 0; k < n; k++) {
        struct str item = {0}, name = {0};
        say_output_cut(c->s, p[k].output, 12, c->g->glyphs, &name);
        bool is = p[k].output == actual;
        str_addf(&item, is ? "[%s]" : "%s", str_text(&name));
        bool moved = moved_seen(&p[k]);
        int nw = utf8_text_width(str_text(&item)), need = nw + 1 + (moved ? 11 : 4);
        if (x - x0 + need <= w) {
            x += grid_text(g, x, y, nw, is ? ROLE_TOKEN_NOW : ROLE_PREDICT, k == 0 || is ? ATTR_BOLD : 0, str_text(&item)) + 1;
            if (moved) {
                x += grid_textf(g, x, y, 5, ROLE_PREDICT_BASE, 0, "%.2f", (double)p[k].p_base);
                x += grid_textf(g, x, y, 4, ROLE_DIM, 0, "%s", g->glyphs->arrow);
                x += grid_textf(g, x, y, 5, ROLE_DIFF, ATTR_BOLD, "%.2f", (double)p[k].p_pinned);
            } else {
                x += grid_textf(g, x, y, 5, ROLE_NUMBER, 0, "%.2f", (double)p[k].p_pinned);
            }
            x += 2;
        }
        str_free(&item);
        str_free(&name);
        if (x - x0 + need > w)
            break;
    }
}

/* The same as a panel of bars with the baseline as a ghost. */
static void draw_next_panel(const struct ctx *c, struct rect r)
{
    struct grid *g = c->g;
    struct prediction p[64];
    int want = c->scene->top < r.h - 3 ? c->scene->top : r.h - 3, actual = actual_next(c);
    for (int y = r.y; y < r.y + r.h; y++)
        grid_put(g, r.x, y, g->glyphs->vline, ROLE_RULE, 0);
    int x = r.x + 2, w = r.w - 3;
    struct str word = {0};
    if (c->t > 0)
        say_token(c->s, c->t, g->glyphs, &word);
    grid_textf(g, x, r.y, w, ROLE_LABEL, 0, "%s after '%s'", say_next(c->s), str_text(&word));
    str_free(&word);
    if (!revealed(c, VAL_H)) {
        grid_text(g, x, r.y + 2, w, ROLE_DIM, 0, "? (after h_t)");
        return;
    }
    int n = session_predict(c->s, c->t, want > 64 ? 64 : want, p), label_w = clamp(w / 3, 8, 12);
    bool any = session_pin_count(c->s) > 0;
    if (!n && want > 0 && c->t > 0)
        grid_text(g, x, r.y + 2, w, ROLE_BAD, 0, "none: the logits overflow");
    for (int k = 0; k < n; k++) {
        int y = r.y + 2 + k;
        struct str name = {0};
        say_output_cut(c->s, p[k].output, label_w - 1, c->g->glyphs, &name);
        bool is = p[k].output == actual;
        grid_text(g, x, y, label_w - 1, is ? ROLE_TOKEN_NOW : ROLE_TEXT, is ? ATTR_BOLD : 0, str_text(&name));
        int tail = any ? 11 : 5;
        bool moved = moved_seen(&p[k]);
        widget_bar(g, x + label_w, y, w - label_w - tail, p[k].p_pinned, moved ? p[k].p_base : NAN, 0, 1, ROLE_PREDICT);
        if (moved) {
            grid_textf(g, x + w - 10, y, 4, ROLE_PREDICT_BASE, 0, "%.2f", (double)p[k].p_base);
            grid_text(g, x + w - 6, y, 2, ROLE_DIM, 0, g->glyphs->ascii ? ">" : g->glyphs->arrow);
        }
        grid_textf(g, x + w - 4, y, 4, moved ? ROLE_DIFF : ROLE_NUMBER, moved ? ATTR_BOLD : 0, "%.2f", (double)p[k].p_pinned);
        str_free(&name);
    }
    double sur = session_surprisal(c->s, RUN_PINNED, c->t), sur_base = session_surprisal(c->s, RUN_BASE, c->t);
    if (isfinite(sur) && n + 4 < r.h) {
        struct str next = {0};
        say_token(c->s, c->t + 1, g->glyphs, &next);
        grid_textf(g, x, r.y + 3 + n, w, ROLE_DIM, 0, "surprisal of '%s'", str_text(&next));
        if (fabs(sur - sur_base) >= 0.005)
            grid_textf(g, x, r.y + 4 + n, w, ROLE_DIFF, 0, "%.2f %s %.2f nats", sur_base, g->glyphs->arrow, sur);
        else
            grid_textf(g, x, r.y + 4 + n, w, ROLE_NUMBER, 0, "%.2f nats", sur);
        str_free(&next);
    }
}

/* Every unit of a small layer, the whole and the strongest units of a large one. Briefly: in a word or two each. */
static void explain_layer(const struct session *s, bool brief, struct str *out)
{
    const struct cursor *at = session_cursor(s);
    int H = session_net(s)->layer[at->layer].hidden;
    if (H > EXPLAIN_EACH) {
        words_unit(s, RUN_PINNED, at->layer, at->unit, at->step, out);
        str_addc(out, ' ');
        words_layer(s, RUN_PINNED, at->layer, at->step, out);
        return;
    }
    for (int u = 0; u < H; u++) {
        if (brief) {
            str_add(out, u ? "; " : "");
            words_unit_brief(s, RUN_PINNED, at->layer, u, at->step, u == 0, out);
        } else {
            str_add(out, u ? " " : "");
            words_unit(s, RUN_PINNED, at->layer, u, at->step, out);
        }
    }
    str_add(out, brief ? "." : "");
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    (void)state;
    if (session_cursor(scene->session)->step < 1)
        say_nothing(scene->session, out);
    else
        explain_layer(scene->session, false, out);
}

/* The selected unit in a sentence, or in as few words as it takes to fit. */
static void describe(const struct ctx *c, int w, int lines, struct str *out)
{
    words_unit(c->s, RUN_PINNED, c->layer, c->at->unit, c->t, out);
    for (int of_what = 1; of_what >= 0 && grid_wrap_lines(w, str_text(out)) > lines; of_what--) {
        str_clear(out);
        words_unit_brief(c->s, RUN_PINNED, c->layer, c->at->unit, c->t, of_what, out);
        str_addc(out, '.');
    }
}

/* `e`: the state in words. */
static void draw_explained(const struct ctx *c, struct rect r)
{
    struct str text = {0};
    explain_layer(c->s, false, &text);
    if (grid_wrap_lines(r.w, str_text(&text)) > r.h) {
        str_clear(&text);
        explain_layer(c->s, true, &text);
    }
    grid_wrap(c->g, r, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

/* What comes next, the equation with this unit's numbers, and a sentence; the sentence where there is one row. */
static void draw_words(const struct ctx *c, struct rect r, bool next_line)
{
    struct grid *g = c->g;
    struct str text = {0};
    int y = r.y, lines = r.h;
    if (next_line && lines >= 2) {
        draw_next_line(c, r.x, y++, r.w);
        lines--;
    }
    if (c->scene->reveal && c->at->sub < SUB_H) {
        words_substep(c->s, g->glyphs, &text);
        grid_wrap(g, (struct rect){r.x, y, r.w, lines}, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
        return;
    }
    if (lines >= 2) {
        words_equation_within(c->s, RUN_PINNED, c->layer, c->at->unit, c->t, g->glyphs, r.w, &text);
        grid_text(g, r.x, y++, r.w, ROLE_NUMBER, 0, str_text(&text));
        str_clear(&text);
        lines--;
    }
    if (!c->scene->explain)                 /* else it stands above, with the other units */
        describe(c, r.w, lines, &text);
    grid_wrap(g, (struct rect){r.x, y, r.w, lines}, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

/* One row and nothing else: the selected value. */
static void draw_one_line(const struct ctx *c, struct rect r)
{
    char num[16], unit[32];
    widget_number(num, sizeof num, session_value(c->s, RUN_PINNED, c->layer, c->at->unit, c->at->value, c->t), 5, 2, false);
    struct str word = {0};
    say_token(c->s, c->t, c->g->glyphs, &word);
    grid_textf(c->g, r.x, r.y, r.w, ROLE_TEXT, 0, "%s %s %s %s", num + strspn(num, " "), value_symbol(c->at->value, c->g->glyphs),
               session_unit_label(c->s, c->layer, c->at->unit, unit), str_text(&word));
    str_free(&word);
}

static struct ctx ctx_of(const struct scene *scene, struct grid *g)
{
    const struct session *s = scene->session;
    struct ctx c = {.scene = scene, .s = s, .g = g, .at = session_cursor(s)};
    c.layer = c.at->layer;
    c.t = c.at->step;
    c.H = session_net(s)->layer[c.layer].hidden;
    c.nrows = bars_values(scene->extra || scene->reveal, c.rows);
    return c;
}

static void say(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    (void)state;
    struct ctx c = ctx_of(scene, g);
    if (c.t > 0)
        draw_words(&c, r, session_net(c.s)->outputs > 0 && g->w < SIDE_FROM);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    (void)state;
    const struct session *s = scene->session;
    struct ctx c = ctx_of(scene, g);
    if (c.t < 1) {
        say_draw_nothing(s, g, r);
        return;
    }
    c.cell = widget_scale(session_peak(s, c.layer));
    if (r.h < 3 || r.w < BLOCK_MIN) {
        draw_one_line(&c, r);
        return;
    }
    bool head = session_net(s)->outputs > 0;
    struct bars_plan p = bars_plan(r, c.H, c.nrows, c.at->unit, scene->layout, scene->explain, head);
    if (p.scale)
        draw_scale(&c, (struct rect){p.rows.x, r.y, p.rows.w, 1}, p.mode);
    switch (p.mode) {
    case BARS_LINES: draw_lines(&c, p.rows, &p); break;
    case BARS_COLUMNS: draw_columns(&c, p.rows, &p); break;
    default: draw_heat(&c, p.rows, &p);
    }
    if (p.side_w)
        draw_next_panel(&c, (struct rect){r.x + r.w - p.side_w, r.y, p.side_w, r.h - p.words});
    if (p.words)
        draw_explained(&c, (struct rect){r.x + 1, r.y + r.h - p.words, r.w - 2, p.words});
}

const struct view view_bars = {
    .name = "bars",
    .title = "gates",
    .strip = "gates",
    .rank = 1,
    .help = "The selected word's gates and cell state, unit under unit. C_t-1 is what the cell remembered before the word, f_t how much of "
            "it is kept (1) or forgotten (0), i_t how much of the new candidate is written, and C_t the result: C_t = f * C_t-1 + i * g. "
            "Press a for the candidate, the products, o and h. A star marks a value set by hand, a triangle (~ in ASCII) one that is another "
            "because of it, and the dotted mark in a bar is where it was before. Brackets in the next-word line: the word that does come.",
    .draw = draw,
    .say = say,
    .explain = explain,
};
