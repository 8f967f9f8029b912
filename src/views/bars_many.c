/* bars_many.c: the main view for many units: a column a unit up to about sixty, above that a field of two units a cell.
 *
 * Sign is place here, never a glyph of its own: a state grows up or hangs down from the line between two rows. Nothing
 * is averaged away: where a cell must stand for several units it shows the one that matters, the lowest f, the
 * strongest C. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/bars_draw.h"
#include "views/say.h"
#include "views/value.h"
#include "views/spot.h"

enum { LABELS = 14, GROUP = 5, LIST_W = 18 };

static float value_at(const struct bars_scene *b, enum value v, int unit)
{
    return session_value(b->s, RUN_PINNED, b->layer, unit, v, b->t);
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

/* first, bands: which of the quantities there is room for; band: rows of each. step: 0, or where not all have room one
 * under the other, the columns to a second panel beside the first, which takes what is beyond the first `per`. */
struct columns { int x, cell_w, group, band, first, bands, list_x, per, step; };

static int column_x(const struct columns *c, int unit)
{
    return c->x + unit * c->cell_w + (c->group ? unit / c->group : 0);
}

/* Two to four rows a quantity, in two panels where they fit so; where not all have room those around the selected
 * one. */
static void fit_bands(const struct bars_scene *b, struct columns *c, int h)
{
    int n = b->plan->n, most = (h + 1) / 3, at = 0;
    if (c->step)
        most *= 2;
    c->bands = clamp_int(most, 1, n);
    for (int k = 0; k < n; k++)
        if (b->plan->value[k] == b->at->value)
            at = k;
    c->first = at - c->bands / 2;
    c->first = clamp_int(c->first, 0, n - c->bands);
    c->per = c->step ? (c->bands + 1) / 2 : c->bands;
    c->band = (h - (c->per - 1)) / c->per;
    c->band = clamp_int(c->band, 2, 4);
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
    bool high = b->plan->n > (r.h - 3 + 1) / 3;
    int thin = LABELS + b->H + gaps + 1;
    if (high && 2 * thin <= r.w) {
        c.cell_w = 2 * (thin + b->H) <= r.w ? 2 : 1;
        c.group = GROUP;
        c.step = thin + (c.cell_w - 1) * b->H;
    }
    int end = column_x(&c, b->H - 1) + c.cell_w + c.step;
    c.list_x = r.x + r.w - end >= LIST_W ? end + 1 : 0;
    fit_bands(b, &c, r.h - 3);
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

void bars_column(struct grid *g, struct rect r, float share, enum role role)
{
    int half = r.h / 2, top = r.y + half;
    if (!isfinite(share))
        grid_put(g, r.x, r.y + r.h - 1, '!', ROLE_BAD, 0);
    else if (share > 0)
        draw_up(g, r.x, top - 1, r.w, height_of(share, half), role);
    else
        draw_down(g, r.x, top, r.w, height_of(-share, half), role);
}

static void draw_column(const struct bars_scene *b, const struct columns *c, int y, enum value v, int unit)
{
    struct grid *g = b->g;
    int x = column_x(c, unit), w = c->cell_w;
    enum value_look look = bars_look(b, v, unit);
    enum role role = value_role(v);
    spot_value(g, (struct rect){x, y, w, c->band}, (struct place){b->layer, unit, v, b->t});
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
    int x = c->x - LABELS, last = y + (gate ? c->band : c->band / 2 * 2) - 1;
    if (here)
        grid_put(g, x + 1, y, g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
    grid_text(g, x + 3, y, 8, value_role(v), here ? ATTR_BOLD : 0, value_symbol(v, g->glyphs));
    grid_text(g, x + 3, y + 1, 8, ROLE_TEXT, 0, value_verb(v));
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
    from = from < c->x - 1 ? c->x - 1 : from;
    grid_put(g, x, y, g->glyphs->apex, ROLE_CURSOR, ATTR_BOLD);
    grid_text(g, from, y + 1, w, ROLE_CURSOR, ATTR_BOLD, shown);
}

struct change { int unit; float by; };

static int largest_change(const void *p, const void *q)
{
    const struct change *a = p, *b = q;
    return a->by == b->by ? a->unit - b->unit : (a->by < b->by) - (a->by > b->by);
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
    spot_value(b->g, (struct rect){x, y, w, 1}, (struct place){b->layer, unit, VAL_C, b->t});
    utf8_cut(&name, session_unit_label(b->s, b->layer, unit, label), name_w, b->g->glyphs->ascii);
    if (here)
        grid_put(b->g, x, y, b->g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
    grid_text_right(b->g, x + 1 + name_w, y, name_w, ROLE_LABEL, here ? ATTR_BOLD : 0, str_text(&name));
    char before[16], after[16];
    widget_state(before, sizeof before, value_at(b, VAL_C_PREV, unit), 5, true);
    widget_state(after, sizeof after, value_at(b, VAL_C, unit), 5, true);
    grid_textf(b->g, x + 2 + name_w, y, w - 2 - name_w, ROLE_NUMBER, here ? ATTR_BOLD : 0, "%s %s %s", before,
               b->g->glyphs->arrow, after);
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
    int list_x = c.list_x, k = c.first, end = c.first + c.bands, y;
    do {
        int last = k + c.per < end ? k + c.per : end;
        grid_text(b->g, c.x - LABELS + 1, r.y, LABELS - 2, ROLE_DIM, 0, "unit");
        for (int u = 0; u < b->H; u += GROUP)
            grid_textf(b->g, column_x(&c, u), r.y, 4, ROLE_DIM, 0, "%d", u + 1);
        for (y = r.y + 1; k < last; k++, y += c.band + 1)
            draw_band(b, &c, y, b->plan->value[k]);
        draw_pointer(b, &c, y - 1);
        c.x += c.step;
    } while (k < end);
    if (c.bands < b->plan->n)     /* the rest comes with the selection */
        grid_textf(b->g, r.x + 1, y, LABELS - 2, ROLE_DIM, 0, "%d of %d, %s%s", c.bands, b->plan->n,
                   b->g->glyphs->up, b->g->glyphs->down);
    if (list_x)
        draw_list(b, list_x, r.y + 1, r.h - 2 > 20 ? 20 : r.h - 2, r.x + r.w - list_x);
}

/* ---- fields ------------------------------------------------------------------------------------------------------ */

/* per: units a half of a cell stands for. Two layers side by side are two fields. */
struct field { int x, y, w, rows, per, layer, H; };

static float field_value(const struct bars_scene *b, const struct field *f, enum value v, int unit)
{
    return session_value(b->s, RUN_PINNED, f->layer, unit, v, b->t);
}

/* Of the units that half a cell stands for: the lowest f, the highest of other gates, the strongest state. */
/* Is x what one looks for rather than `best`: the least kept, the most open gate, the largest memory? */
static bool is_stronger(enum value v, float x, float best)
{
    if (v == VAL_F)
        return x < best;
    return value_is_gate(v) ? x > best : fabsf(x) > fabsf(best);
}

static float half_value(const struct bars_scene *b, const struct field *f, enum value v, int first)
{
    float best = NAN;
    for (int u = first; u < first + f->per && u < f->H; u++) {
        float x = field_value(b, f, v, u);
        if (isnan(best) || is_stronger(v, x, best))
            best = x;
    }
    return best;
}

static bool half_hidden(const struct bars_scene *b, const struct field *f, enum value v, int first)
{
    enum value_look look = value_look(b->scene, &(struct place){f->layer, first < f->H ? first : f->H - 1, v, b->t});
    return look == LOOK_HIDDEN || look == LOOK_UNKNOWN;
}

/* The shape says which of the two are at least half open; where there are colours enough, each half has its own. */
static void field_gate(const struct bars_scene *b, int x, int y, float one, float two)
{
    bool first = one >= 0.5f, second = two >= 0.5f;
    const struct glyphs *gl = b->g->glyphs;
    const uint32_t shape[2][2] = {{' ', gl->lower[4]}, {gl->upper_half, gl->full}};
    grid_halves(b->g, x, y, shape[first][second], ROLE_HEAT_GATE,
                (const int[]){value_level(VAL_F, one), value_level(VAL_F, two)});
}

static void field_cell(const struct bars_scene *b, int x, int y, float one, float two)
{
    float strong = isnan(two) || fabsf(one) >= fabsf(two) ? one : two, shown = tanhf(strong);
    uint32_t ch = b->g->glyphs->unknown;
    if (fabsf(shown) >= 0.5f)
        ch = shown > 0 ? '+' : '-';
    grid_put_level(b->g, x, y, ch, ROLE_HEAT_CELL, value_level(VAL_C, strong));
}

static void draw_field(const struct bars_scene *b, const struct field *f, enum value v)
{
    struct grid *g = b->g;
    int per = 2 * f->per;
    for (int row = 0; row < f->rows; row++)
        for (int k = 0; k < f->w; k++) {
            int first = (row * f->w + k) * per;
            if (first >= f->H)
                return;
            spot_value(g, (struct rect){f->x + k, f->y + row, 1, 1}, (struct place){f->layer, first, v, b->t});
            if (half_hidden(b, f, v, first)) {
                grid_put(g, f->x + k, f->y + row, g->glyphs->unknown, ROLE_DIM, 0);
                continue;
            }
            float one = half_value(b, f, v, first),
                two = first + f->per < f->H ? half_value(b, f, v, first + f->per) : NAN;
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
        grid_text(g, x + 2, f->y + 1, 6, ROLE_TEXT, 0, value_verb(v));
    for (int row = 0; row < f->rows; row++) {
        char number[16];
        snprintf(number, sizeof number, "%d", row * f->w * 2 * f->per + 1);
        grid_text_right(g, f->x - 2, f->y + row, 6, ROLE_DIM, 0, number);
    }
}

static int count_open(const struct bars_scene *b, int layer, enum value v)
{
    int open = 0, H = session_net(b->s)->layer[layer].hidden;
    for (int u = 0; u < H; u++)
        open += session_value(b->s, RUN_PINNED, layer, u, v, session_step_of(b->s, layer, b->t)) >= 0.5f;
    return open;
}

/* "keep ≥ 0.5: 500 of 650      layer 1: 490 of 650"; of a field beside another one, its own. */
static void field_count(const struct bars_scene *b, const struct field *f, int w, enum value v, bool others)
{
    const struct lstm *net = session_net(b->s);
    struct str text = {0};
    str_addf(&text, "%s %s 0.5: %d of %d", value_verb(v), b->g->glyphs->at_least, count_open(b, f->layer, v), f->H);
    for (int n = 1; others && n < net->layers; n++) {
        int layer = (b->layer + n) % net->layers;
        char name[SAY_LAYER];
        str_addf(&text, "      layer %s: %d of %d", say_layer(b->s, layer, b->g->glyphs, name),
                 count_open(b, layer, v), net->layer[layer].hidden);
    }
    grid_text(b->g, f->x, f->y + f->rows, w, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

static void field_heading(const struct bars_scene *b, int x, int y, int w)
{
    struct grid *g = b->g;
    char name[SAY_LAYER];
    int layers = session_net(b->s)->layers, n = 0;
    if (layers > 1) {
        n += grid_text(g, x + 1, y, w, ROLE_TEXT, 0, "layer ");
        for (int k = 0; k < layers && layers <= 6; k++)
            n += grid_textf(g, x + 1 + n, y, w - n, k == b->layer ? ROLE_CURSOR : ROLE_DIM,
                            k == b->layer ? ATTR_BOLD : 0, k == b->layer ? "[%s]" : " %s ",
                            say_layer(b->s, k, g->glyphs, name));
        if (layers > 6)
            n += grid_textf(g, x + 1 + n, y, w - n, ROLE_CURSOR, ATTR_BOLD, "[%s] of %d",
                            say_layer(b->s, b->layer, g->glyphs, name), layers);
        grid_text(g, x + 1 + n, y, w - n, ROLE_DIM, 0, "  K up J down");
    }
}

/* As many rows as the layer's units take in w cells; units share halves of a cell where there is no room for them. */
static void fit_field(struct field *f, int most)
{
    int cells = (f->H + 1) / 2;
    f->per = 1;
    f->rows = (cells + f->w - 1) / f->w;
    while (f->rows > most && most > 0) {
        f->per++;
        f->rows = ((f->H + 2 * f->per - 1) / (2 * f->per) + f->w - 1) / f->w;
    }
}

static void field_ruler(const struct bars_scene *b, const struct field *f, int y)
{
    for (int k = 0; k < f->w; k += 10)
        grid_textf(b->g, f->x + (k ? k - 1 : 0), y, 5, ROLE_DIM, 0, "%d", k ? k : 1);
}

/* Pointed at from below: the selected unit's column is right, its row is told by its number. */
static void field_pointer(const struct bars_scene *b, const struct field *f, int y, int end)
{
    struct grid *g = b->g;
    int x = f->x + b->at->unit / (2 * f->per) % f->w;
    char label[32];
    session_unit_label(b->s, b->layer, b->at->unit, label);
    int w = utf8_text_width(label) + 6;
    grid_put(g, x, y, g->glyphs->apex, ROLE_CURSOR, ATTR_BOLD);
    if (x + w + 2 < end)
        grid_textf(g, x + 2, y, w, ROLE_CURSOR, ATTR_BOLD, "unit %s", label);
    else
        grid_textf(g, x - w, y, w - 1, ROLE_CURSOR, ATTR_BOLD, "unit %s", label);
}

static void cell_caption(const struct bars_scene *b, const struct field *f, enum value v, bool brief)
{
    const struct glyphs *gl = b->g->glyphs;
    const char *what = v == VAL_C ? "tanh C" : value_symbol(v, gl);
    if (brief)
        grid_textf(b->g, f->x, f->y, f->w, ROLE_DIM, 0, "+ %s %s 0.5   - %s -0.5   %s between", what, gl->at_least,
                   gl->at_most, gl->middle_dot);
    else
        grid_textf(b->g, f->x, f->y, f->w, ROLE_DIM, 0,
                   "+ %s %s 0.5   - %s -0.5   %s between; of the two the stronger", what, gl->at_least, gl->at_most,
                   gl->middle_dot);
}

/* "changed most:  45 -3.51 → -4.30   428 +2.65 → +3.40": the units whose C this word moved most, in one row. */
static void draw_changed(const struct bars_scene *b, int x, int y, int w)
{
    enum { EACH = 22, MOST = 5 };
    enum value_look look = bars_look(b, VAL_C, b->at->unit);
    if (look == LOOK_UNKNOWN || look == LOOK_HIDDEN)
        return;
    struct change *c = changes(b);
    int used = grid_text(b->g, x, y, w, ROLE_TEXT, 0, "C changed most:"), n = (w - used) / EACH;
    for (int k = 0; k < n && k < MOST && k < b->H; k++)
        draw_change(b, x + used + k * EACH, y, EACH, c[k].unit);
    free(c);
}

/* The rows of a quantity: caption above states, count below gates. Returns them. */
static int draw_quantity(const struct bars_scene *b, struct field *f, enum value v, bool first, bool beside)
{
    int y = f->y, w = beside ? f->w : b->plan->rows.w - (f->x - b->plan->rows.x);
    if (!value_is_gate(v))
        cell_caption(b, f, v, beside), f->y++;
    if (first)
        field_labels(b, f, v);
    draw_field(b, f, v);
    if (value_is_gate(v) && !half_hidden(b, f, v, 0))
        field_count(b, f, w, v, !beside);
    f->y = y;
    return f->rows + 1;
}

/* As many quantities as have room, f and C first and the selected one always, in the order in which they are
 * computed. */
static int pick(const struct bars_scene *b, int room, int rows, enum value out[6])
{
    static const enum value order[] = {VAL_F, VAL_C, VAL_I, VAL_O, VAL_G, VAL_H},
                            shown[] = {VAL_F, VAL_I, VAL_G, VAL_O, VAL_C, VAL_H};
    int n = 6, found = 0;
    bool in[VAL_COUNT] = {false};
    while (n > 2 && n * (rows + 1) > room)
        n--;
    for (int j = 0; j < n; j++)
        in[order[j]] = true;
    for (int j = n; j < 6; j++)          /* the selected one takes the last place */
        if (order[j] == b->at->value) {
            in[order[n - 1]] = false;
            in[order[j]] = true;
        }
    for (int k = 0; k < 6; k++)
        if (in[shown[k]])
            out[found++] = shown[k];
    return found;
}

/* Two layers beside each other, the lower at the left: what it shows is what the other reads. */
static bool beside(const struct bars_scene *b, struct field f[2])
{
    enum { X = 13, BETWEEN = 4, LEAST = 40 };
    const struct rect r = b->plan->rows;
    const struct lstm *net = session_net(b->s);
    int w = (r.w - X - 2 - BETWEEN) / 2 / 5 * 5, low = b->layer > 0 ? b->layer - 1 : 0;
    if (net->layers < 2 || w < LEAST || net->bidirectional)        /* two directions are not one above the other */
        return false;
    for (int k = 0; k < 2; k++) {
        f[k] = (struct field){.x = r.x + X + k * (w + BETWEEN), .w = w, .layer = low + k,
                              .H = net->layer[low + k].hidden};
        fit_field(&f[k], (r.h - 4) / 2 - 1);
    }
    return true;
}

static void draw_beside(const struct bars_scene *b, struct field f[2])
{
    const struct rect r = b->plan->rows;
    enum value shown[6];
    int rows = f[0].rows > f[1].rows ? f[0].rows : f[1].rows, n = pick(b, r.h - 4, rows, shown), y = r.y + 3;
    for (int k = 0; k < 2; k++) {
        bool here = f[k].layer == b->layer;
        grid_textf(b->g, f[k].x, r.y + 1, f[k].w, here ? ROLE_CURSOR : ROLE_LABEL, here ? ATTR_BOLD : 0,
                   here ? "[layer %d]" : "layer %d", f[k].layer + 1);
        grid_textf(b->g, f[k].x + 12, r.y + 1, f[k].w - 12, ROLE_DIM, 0,
                   k ? "x_t is h_t of layer %d" : "h_t is x_t of layer %d", f[!k].layer + 1);
        field_ruler(b, &f[k], r.y + 2);
    }
    for (int q = 0; q < n; q++) {
        for (int k = 0; k < 2; k++) {
            f[k].y = y;
            draw_quantity(b, &f[k], shown[q], k == 0, true);
        }
        y += rows + 1;
    }
    const struct field *mine = &f[f[1].layer == b->layer];
    field_pointer(b, mine, y, mine->x + mine->w);
}

void bars_field(const struct bars_scene *b)
{
    enum { X = 13, HEAD = 2 };
    struct grid *g = b->g;
    const struct rect r = b->plan->rows;
    struct field two[2], f = {.x = r.x + X, .w = (r.w - X - 2) / 5 * 5, .layer = b->layer, .H = b->H};
    char says[96];
    field_heading(b, r.x, r.y, r.w);
    bool side_by_side = beside(b, two);
    if (!side_by_side)
        fit_field(&f, (r.h - HEAD - 1) / 2 - 1);
    int per = side_by_side ? two[b->layer == two[1].layer].per : f.per;
    if (per == 1)
        snprintf(says, sizeof says, "each cell two units, %s first half, %s second half", g->glyphs->half_above,
                 g->glyphs->half_below);
    else
        snprintf(says, sizeof says, "a cell twice %d units: the lowest f, the strongest C", per);
    grid_text_right(g, r.x + r.w - 1, r.y, r.w - (session_net(b->s)->layers > 1 ? 30 : 2), ROLE_DIM, 0, says);
    if (side_by_side) {
        draw_beside(b, two);
        return;
    }
    enum value shown[6];
    int n = pick(b, r.h - HEAD - 1, f.rows, shown);
    field_ruler(b, &f, r.y + 1);
    f.y = r.y + HEAD;
    for (int k = 0; k < n; k++)
        f.y += draw_quantity(b, &f, shown[k], true, false);
    field_pointer(b, &f, f.y, r.x + r.w);
    if (f.y + 1 < r.y + r.h)
        draw_changed(b, f.x, r.y + r.h - 1, r.x + r.w - f.x - 1);
}
