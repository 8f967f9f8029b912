/* bars_many.c: the main view for many units: a column a unit up to about sixty, above that a field of two units a cell.
 *
 * Sign is place here, never a glyph of its own: a state grows up or hangs down from the line between two rows. Nothing
 * is averaged away: where a cell must stand for several units it shows the one that matters, the lowest f, the
 * strongest C. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/bars_draw.h"
#include "views/value.h"

enum { LABELS = 14, GROUP = 5, LIST_W = 19 };

static float value_at(const struct bars_scene *b, enum value v, int unit)
{
    return session_value(b->s, RUN_PINNED, b->layer, unit, v, b->t);
}

static const char *short_word(enum value v)
{
    return v == VAL_F ? "keep" : v == VAL_I ? "write" : v == VAL_O ? "show" : value_kind(v)->word;
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

struct columns { int x, cell_w, group, band, list_x; };

static int column_x(const struct columns *c, int unit)
{
    return c->x + unit * c->cell_w + (c->group ? unit / c->group : 0);
}

static struct columns columns_of(const struct bars_scene *b)
{
    const struct rect r = b->plan->rows;
    struct columns c = {.x = r.x + LABELS, .cell_w = 1, .group = GROUP};
    int gaps = (b->H - 1) / GROUP, room = r.w - LABELS - 1;
    if (2 * b->H + gaps + LIST_W <= room)
        c.cell_w = 2;
    if (b->H * c.cell_w + gaps > room)
        c.group = 0;
    int end = column_x(&c, b->H - 1) + c.cell_w;
    c.list_x = r.x + r.w - end >= LIST_W ? end + 1 : 0;
    c.band = (r.h - 3 - (b->plan->n - 1)) / b->plan->n;
    c.band = c.band < 2 ? 2 : c.band > 4 ? 4 : c.band;
    return c;
}

/* In eighths of the band, at least one for what is not zero. */
static int height_of(float share, int rows)
{
    float e = share * (float)rows * 8;
    return !(share > 0) ? 0 : e < 1 ? 1 : e > (float)rows * 8 ? rows * 8 : (int)lrintf(e);
}

static void draw_up(struct grid *g, int x, int bottom, int w, int eighths, enum role role)
{
    grid_fill(g, (struct rect){x, bottom - eighths / 8 + 1, w, eighths / 8}, g->glyphs->full, role, 0);
    if (eighths % 8)
        grid_fill(g, (struct rect){x, bottom - eighths / 8, w, 1}, g->glyphs->lower[eighths % 8], role, 0);
}

static void draw_down(struct grid *g, int x, int top, int w, int eighths, enum role role)
{
    grid_fill(g, (struct rect){x, top, w, eighths / 8}, g->glyphs->full, role, 0);
    int rest = eighths % 8;
    if (rest)
        grid_fill(g, (struct rect){x, top + eighths / 8, w, 1}, g->glyphs->below[rest < 3 ? 0 : rest < 6 ? 1 : 2], role,
                  0);
}

static void draw_column(const struct bars_scene *b, const struct columns *c, int y, enum value v, int unit)
{
    struct grid *g = b->g;
    int x = column_x(c, unit), w = c->cell_w;
    enum value_look look = bars_look(b, v, unit);
    enum role role = value_role(v);
    if (look == LOOK_UNKNOWN || look == LOOK_HIDDEN) {
        grid_put(g, x, y + c->band - 1, look == LOOK_HIDDEN ? '?' : g->glyphs->unknown, ROLE_DIM, 0);
        return;
    }
    float value = value_at(b, v, unit);
    if (!isfinite(value)) {
        grid_put(g, x, y + c->band - 1, '!', ROLE_BAD, 0);
        return;
    }
    enum pen old = grid_pen(g, value_look_pen(look));
    if (value_is_gate(v)) {
        draw_up(g, x, y + c->band - 1, w, height_of(value, c->band), role);
    } else {
        /* Cells by tanh, as the output gate sees them: one far unit does not flatten all others. */
        int half = c->band / 2;
        float shown = value_kind(v)->range == RANGE_CELL ? tanhf(value) : value;
        if (value > 0)
            draw_up(g, x, y + half - 1, w, height_of(shown, half), role);
        else
            draw_down(g, x, y + half, w, height_of(-shown, half), role);
    }
    if (session_value_pinned(b->s, b->layer, unit, v, b->t))
        grid_put(g, x, y - 1, '*', ROLE_PINNED, ATTR_BOLD);
    grid_pen(g, old);
}

static void draw_band(const struct bars_scene *b, const struct columns *c, int y, enum value v)
{
    struct grid *g = b->g;
    bool here = b->at->value == v, gate = value_is_gate(v);
    int x = b->plan->rows.x, last = y + (gate ? c->band : c->band / 2 * 2) - 1;
    if (here)
        grid_put(g, x + 1, y, g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
    grid_text(g, x + 3, y, 8, value_role(v), here ? ATTR_BOLD : 0, value_symbol(v, g->glyphs));
    grid_text(g, x + 3, y + 1, 8, ROLE_TEXT, 0, short_word(v));
    grid_put(g, x + 12, y, gate ? '1' : '+', ROLE_DIM, 0);
    grid_put(g, x + 12, last, gate ? '0' : '-', ROLE_DIM, 0);
    for (int u = 0; u < b->H; u++)
        draw_column(b, c, y, v, u);
}

/* The unit whose column is pointed at, by number or name, in brackets. */
static void draw_pointer(const struct bars_scene *b, const struct columns *c, int y)
{
    struct grid *g = b->g;
    char label[32], shown[40];
    snprintf(shown, sizeof shown, "[%s]", session_unit_label(b->s, b->layer, b->at->unit, label));
    int x = column_x(c, b->at->unit), w = utf8_text_width(shown), from = x - w / 2;
    from = from < b->plan->rows.x + LABELS - 1 ? b->plan->rows.x + LABELS - 1 : from;
    grid_put(g, x, y, g->glyphs->apex, ROLE_CURSOR, ATTR_BOLD);
    grid_text(g, from, y + 1, w, ROLE_CURSOR, ATTR_BOLD, shown);
}

struct change { int unit; float by; };

static int largest_change(const void *p, const void *q)
{
    const struct change *a = p, *b = q;
    return a->by > b->by ? -1 : a->by < b->by ? 1 : a->unit - b->unit;
}

/* The units whose C this word changed most; [H], owned by the caller. */
static struct change *changes(const struct bars_scene *b)
{
    struct change *c = xcalloc((size_t)b->H, sizeof *c);
    for (int u = 0; u < b->H; u++) {
        float d = fabsf(value_at(b, VAL_C, u) - value_at(b, VAL_C_PREV, u));
        c[u] = (struct change){u, isfinite(d) ? d : 0};
    }
    qsort(c, (size_t)b->H, sizeof *c, largest_change);
    return c;
}

/* " 31 +1.33 → -0.18" */
static void draw_change(const struct bars_scene *b, int x, int y, int w, int unit)
{
    enum { NUMBERS_W = 14 };
    char label[32];
    int name_w = w - 2 - NUMBERS_W < 6 ? w - 2 - NUMBERS_W : 6;
    bool here = unit == b->at->unit;
    struct str name = {0};
    utf8_cut(&name, session_unit_label(b->s, b->layer, unit, label), name_w, b->g->glyphs->ascii);
    if (here)
        grid_put(b->g, x, y, b->g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
    grid_text_right(b->g, x + 1 + name_w, y, name_w, ROLE_LABEL, here ? ATTR_BOLD : 0, str_text(&name));
    grid_textf(b->g, x + 2 + name_w, y, w - 2 - name_w, ROLE_NUMBER, here ? ATTR_BOLD : 0, "%+.2f %s %+.2f",
               (double)value_at(b, VAL_C_PREV, unit),
               b->g->glyphs->arrow, (double)value_at(b, VAL_C, unit));
    str_free(&name);
}

static void draw_list(const struct bars_scene *b, int x, int y, int h, int w)
{
    struct change *c = changes(b);
    int keep = 0, drop = 0, n = h - 6 < 3 ? h - 2 : h - 6 > 12 ? 12 : h - 6;
    grid_text(b->g, x + 1, y, w, ROLE_TEXT, 0, "changed most");
    if (b->at->unit >= 0 && bars_look(b, VAL_C, b->at->unit) != LOOK_UNKNOWN
        && bars_look(b, VAL_C, b->at->unit) != LOOK_HIDDEN)
        for (int k = 0; k < n && k < b->H; k++)
            draw_change(b, x, y + 1 + k, w, c[k].unit);
    for (int u = 0; u < b->H; u++) {
        float f = value_at(b, VAL_F, u);
        keep += f > 0.9f;
        drop += f < 0.1f;
    }
    free(c);
    if (h - n < 5 || bars_look(b, VAL_F, b->at->unit) == LOOK_UNKNOWN
        || bars_look(b, VAL_F, b->at->unit) == LOOK_HIDDEN)
        return;
    grid_text(b->g, x + 1, y + n + 2, w, ROLE_TEXT, 0, "keep above 0.9");
    grid_textf(b->g, x + 1, y + n + 3, w, ROLE_TEXT, 0, "%d of %d units", keep, b->H);
    grid_textf(b->g, x + 1, y + n + 4, w, ROLE_TEXT, 0, "below 0.1: %d", drop);
    if (h - n > 5)
        grid_text(b->g, x + 1, y + n + 5, w, ROLE_DIM, 0, "C drawn as tanh C");
}

void bars_columns(const struct bars_scene *b)
{
    struct columns c = columns_of(b);
    const struct rect r = b->plan->rows;
    int y = r.y + 1;
    grid_text(b->g, r.x + 1, r.y, LABELS - 2, ROLE_DIM, 0, "unit");
    for (int u = 0; u < b->H; u += GROUP)
        grid_textf(b->g, column_x(&c, u), r.y, 4, ROLE_DIM, 0, "%d", u + 1);
    for (int k = 0; k < b->plan->n; k++, y += c.band + 1)
        draw_band(b, &c, y, b->plan->value[k]);
    draw_pointer(b, &c, y - 1);
    if (c.list_x)
        draw_list(b, c.list_x, r.y + 1, r.h - 2 > 20 ? 20 : r.h - 2, r.x + r.w - c.list_x);
}

/* ---- fields ------------------------------------------------------------------------------------------------------ */

struct field { int x, y, w, rows, per; };     /* per: units a half of a cell stands for */

/* Of the units that half a cell stands for: the lowest f, the highest of other gates, the strongest state. */
static float half_value(const struct bars_scene *b, const struct field *f, enum value v, int first)
{
    float best = NAN;
    for (int u = first; u < first + f->per && u < b->H; u++) {
        float x = value_at(b, v, u);
        if (isnan(best) || (v == VAL_F ? x < best : value_is_gate(v) ? x > best : fabsf(x) > fabsf(best)))
            best = x;
    }
    return best;
}

static bool half_hidden(const struct bars_scene *b, enum value v, int first)
{
    enum value_look look = bars_look(b, v, first < b->H ? first : b->H - 1);
    return look == LOOK_HIDDEN || look == LOOK_UNKNOWN;
}

static void field_gate(const struct bars_scene *b, int x, int y, float one, float two)
{
    bool first = one >= 0.5f, second = two >= 0.5f;
    float open = first && second ? (one + two) / 2 : first ? one : two;
    uint32_t ch = first && second ? b->g->glyphs->full : first ? b->g->glyphs->upper_half : second
        ? b->g->glyphs->lower[4] : ' ';
    grid_put_level(b->g, x, y, ch, ROLE_HEAT_GATE, first || second ? value_level(VAL_F, open) : 0);
}

static void field_cell(const struct bars_scene *b, int x, int y, float one, float two)
{
    float strong = isnan(two) || fabsf(one) >= fabsf(two) ? one : two, shown = tanhf(strong);
    uint32_t ch = shown >= 0.5f ? '+' : shown <= -0.5f ? '-' : b->g->glyphs->unknown;
    grid_put_level(b->g, x, y, ch, ROLE_HEAT_CELL, value_level(VAL_C, strong));
}

static void draw_field(const struct bars_scene *b, const struct field *f, enum value v)
{
    struct grid *g = b->g;
    int per = 2 * f->per;
    for (int row = 0; row < f->rows; row++)
        for (int k = 0; k < f->w; k++) {
            int first = (row * f->w + k) * per;
            if (first >= b->H)
                return;
            if (half_hidden(b, v, first)) {
                grid_put(g, f->x + k, f->y + row, g->glyphs->unknown, ROLE_DIM, 0);
                continue;
            }
            float one = half_value(b, f, v, first),
                two = first + f->per < b->H ? half_value(b, f, v, first + f->per) : NAN;
            if (value_is_gate(v))
                field_gate(b, f->x + k, f->y + row, one, isnan(two) ? 0 : two);
            else
                field_cell(b, f->x + k, f->y + row, one, two);
        }
}

static void field_labels(const struct bars_scene *b, const struct field *f, enum value v)
{
    struct grid *g = b->g;
    int x = b->plan->rows.x;
    bool here = b->at->value == v;
    if (here)
        grid_put(g, x + 1, f->y, g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
    grid_text(g, x + 2, f->y, 6, value_role(v), here ? ATTR_BOLD : 0, value_symbol(v, g->glyphs));
    if (f->rows > 1)
        grid_text(g, x + 2, f->y + 1, 6, ROLE_TEXT, 0, short_word(v));
    for (int row = 0; row < f->rows; row++) {
        char number[16];
        snprintf(number, sizeof number, "%d", row * f->w * 2 * f->per + 1);
        grid_text_right(g, f->x - 2, f->y + row, 6, ROLE_DIM, 0, number);
    }
}

/* "keep ≥ 0.5: 500 of 650      layer 1: 490 of 650" */
static void field_count(const struct bars_scene *b, int x, int y, int w, enum value v)
{
    const struct lstm *net = session_net(b->s);
    struct str text = {0};
    for (int n = 0; n < net->layers; n++) {
        int layer = (b->layer + n) % net->layers, open = 0, H = net->layer[layer].hidden;
        for (int u = 0; u < H; u++)
            open += session_value(b->s, RUN_PINNED, layer, u, v, b->t) >= 0.5f;
        if (n)
            str_addf(&text, "      layer %d: %d of %d", layer + 1, open, H);
        else
            str_addf(&text, "%s %s 0.5: %d of %d", short_word(v), b->g->glyphs->at_least, open, H);
    }
    grid_text(b->g, x, y, w, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

static void field_head(const struct bars_scene *b, int x, int y, int w)
{
    struct grid *g = b->g;
    int layers = session_net(b->s)->layers, n = 0;
    if (layers > 1) {
        n += grid_text(g, x + 1, y, w, ROLE_TEXT, 0, "layer ");
        for (int k = 0; k < layers && layers <= 6; k++)
            n += grid_textf(g, x + 1 + n, y, w - n, k == b->layer ? ROLE_CURSOR : ROLE_DIM,
                            k == b->layer ? ATTR_BOLD : 0, k == b->layer ? "[%d]" : " %d ", k + 1);
        if (layers > 6)
            n += grid_textf(g, x + 1 + n, y, w - n, ROLE_CURSOR, ATTR_BOLD, "[%d] of %d", b->layer + 1, layers);
        n += grid_text(g, x + 1 + n, y, w - n, ROLE_DIM, 0, "  K up J down");
    }
}

void bars_field(const struct bars_scene *b)
{
    enum { X = 13 };
    struct grid *g = b->g;
    const struct rect r = b->plan->rows;
    static const enum value order[] = {VAL_F, VAL_C, VAL_I, VAL_O, VAL_G, VAL_H};
    struct field f = {.x = r.x + X, .w = (r.w - X - 2) / 5 * 5, .per = 1};
    /* As many quantities as have room, f and C first; each has a caption. */
    int cells = (b->H + 1) / 2, head = 2, n = 6;
    f.rows = (cells + f.w - 1) / f.w;
    while (n > 2 && n * (f.rows + 1) + head + 1 > r.h)
        n--;
    for (int most = (r.h - head - 1) / n - 1; f.rows > most && most > 0;) {
        f.per++;
        f.rows = ((b->H + 2 * f.per - 1) / (2 * f.per) + f.w - 1) / f.w;
    }
    field_head(b, r.x, r.y, r.w);
    char says[96];
    if (f.per == 1)
        snprintf(says, sizeof says, "each cell two units, %s first half, %s second half", g->glyphs->half_above,
                 g->glyphs->half_below);
    else
        snprintf(says, sizeof says, "a cell twice %d units: the lowest f, the strongest C", f.per);
    grid_text_right(g, r.x + r.w - 1, r.y, r.w - 30, ROLE_DIM, 0, says);
    for (int k = 0; k < f.w; k += 10)
        grid_textf(g, f.x + (k ? k - 1 : 0), r.y + 1, 5, ROLE_DIM, 0, "%d", k ? k : 1);
    f.y = r.y + head;
    bool used[VAL_COUNT] = {false};
    for (int k = 0; k < n; k++)
        used[order[k]] = true;
    static const enum value shown[] = {VAL_F, VAL_I, VAL_G, VAL_O, VAL_C, VAL_H};
    for (size_t k = 0; k < sizeof shown / sizeof *shown; k++) {
        enum value v = shown[k];
        if (!used[v])
            continue;
        if (!value_is_gate(v))
            grid_textf(g, f.x, f.y++, f.w, ROLE_DIM, 0, "+ %s %s 0.5   - %s -0.5   %s between; of the two the stronger",
                       v == VAL_C ? "tanh C" : value_symbol(v, g->glyphs),
                       g->glyphs->at_least, g->glyphs->at_most, g->glyphs->middle_dot);
        field_labels(b, &f, v);
        draw_field(b, &f, v);
        f.y += f.rows;
        if (value_is_gate(v) && half_hidden(b, v, 0) == false)
            field_count(b, f.x, f.y, f.w, v);
        f.y += value_is_gate(v);
    }
    /* Pointed at from below: its column is right, its row is told by its number. */
    int cell = b->at->unit / (2 * f.per), x = f.x + cell % f.w;
    char label[32];
    session_unit_label(b->s, b->layer, b->at->unit, label);
    grid_put(g, x, f.y, g->glyphs->apex, ROLE_CURSOR, ATTR_BOLD);
    int w = utf8_text_width(label) + 6;
    if (x + w + 2 < r.x + r.w)
        grid_textf(g, x + 2, f.y, w, ROLE_CURSOR, ATTR_BOLD, "unit %s", label);
    else
        grid_textf(g, x - w, f.y, w - 1, ROLE_CURSOR, ATTR_BOLD, "unit %s", label);
}
