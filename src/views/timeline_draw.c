/* timeline_draw.c: the strips of a timeline: words go across, units down. See timeline.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/spot.h"
#include "views/timeline.h"

static const char *pool_word(enum pool p)
{
    static const char *const words[] = {[POOL_LOW] = "lowest", [POOL_HIGH] = "highest", [POOL_SIZE] = "largest",
                                        [POOL_MEAN] = "mean"};
    return words[p];
}

static int unit_at(const struct timeline *c, int layer, int place)
{
    return timeline_ordered(c->s, c->st) ? c->st->at[layer][place] : place;
}

static int place_of(const struct timeline *c, int layer, int unit)
{
    return timeline_ordered(c->s, c->st) ? c->st->place[layer][unit] : unit;
}

int timeline_legend(const struct timeline *c, int x, int y, int room, enum value v)
{
    const struct ramp ramp = cells_ramp_of(v);
    return cells_ramp(c->g, x, y, room, &ramp);
}

static void draw_heading(const struct timeline *c, struct rect r)
{
    const struct lstm *net = session_net(c->s);
    int H = net->layer[c->at->layer].hidden, T = session_steps(c->s);
    int legend = timeline_legend(c, r.x + r.w - 1, c->p->heading, r.w - 16, c->v),
        room = r.w - 2 - legend - (legend ? 2 : 0);
    int x = r.x + 1;
    x += grid_text(c->g, x, c->p->heading, room, value_role(c->v), ATTR_BOLD, value_symbol(c->v, c->g->glyphs));
    x += grid_textf(c->g, x, c->p->heading, room - (x - r.x), ROLE_LABEL, 0, " %s", value_name(c->v));
    struct str rest = {0};
    str_addf(&rest, "  %d unit%s %s %d %s", H, H == 1 ? "" : "s", c->g->glyphs->times, T, say_noun(c->s, T != 1));
    if (net->layers > 1)
        str_addf(&rest, ", %d layers", net->layers);
    if (session_pin_count(c->s))
        str_addf(&rest, ", %zu pinned *", session_pin_count(c->s));
    if (x - r.x + utf8_text_width(str_text(&rest)) <= room)
        grid_text(c->g, x, c->p->heading, room, ROLE_DIM, 0, str_text(&rest));
    str_free(&rest);
    if (c->p->note < 0)
        return;
    struct str note = {0};
    int per_unit = 1, shown = 0;
    bool halves = false;
    for (int k = 0; k < c->p->strips; k++)
        if (c->p->strip[k].layer == c->at->layer) {
            per_unit = c->p->strip[k].per;
            halves = c->p->strip[k].halves;
            shown = c->p->strip[k].rows * timeline_row_units(&c->p->strip[k]);
        }
    if (halves && timeline_order_now(c->st) == ORDER_MOVES)
        str_addf(&note, "a cell is two units, %s above %s", c->g->glyphs->half_above, c->g->glyphs->half_below);
    else if (halves)
        str_addf(&note, "a cell is two rows of units, %s above %s", c->g->glyphs->half_above,
                 c->g->glyphs->half_below);
    if (c->p->per > 1 || per_unit > 1) {
        str_addf(&note, halves ? ", each the %s of " : "a cell: the %s of ", pool_word(c->p->pool));
        if (c->p->per > 1)
            str_addf(&note, "%d %s", c->p->per, say_noun(c->s, true));
        if (c->p->per > 1 && per_unit > 1)
            str_addf(&note, " %s ", c->g->glyphs->times);
        if (per_unit > 1)
            str_addf(&note, "%d units", per_unit);
    }
    if (timeline_order_now(c->st) == ORDER_MOVES) {
        str_addf(&note, "%s%d of %d by how C moves, a: all", note.len ? "; " : "", shown < H ? shown : H, H);
    } else if (c->st->order != ORDER_NUMBER) {
        str_addf(&note, "%sunits ", note.len ? "; " : "");
        timeline_say_order(c->s, c->st, &note);
    }
    grid_text(c->g, r.x + 1, c->p->note, r.w - 2, ROLE_DIM, 0, str_text(&note));
    str_free(&note);
}

/* Step numbers, and the current word by itself: the tape above has all of them at once only in its own columns. */
static void draw_ruler(const struct timeline *c)
{
    const struct timeline_plan *p = c->p;
    struct grid *g = c->g;
    int now = (c->at->step - 1) / p->per;
    int x_now = p->x + (now - p->first) * p->wide, marker = p->marker >= 0 ? p->marker : p->ruler;
    if (p->marker >= 0)
        for (int k = 0, every = timeline_ceil(10, p->wide); k < p->cols; k += every) {
            char label[16];
            snprintf(label, sizeof label, "%d", (p->first + k) * p->per + 1);
            grid_text(g, p->x + k * p->wide, p->ruler, p->x + p->cols * p->wide - (p->x + k * p->wide), ROLE_DIM, 0,
                      label);
        }
    struct str word = {0};
    str_addf(&word, "%d ", c->at->step);
    say_token_cut(c->s, c->at->step, 16, g->glyphs, &word);
    int w = utf8_text_width(str_text(&word)), end = p->x + p->room;
    grid_put(g, x_now, marker, g->glyphs->pointer_down, ROLE_TOKEN_NOW, ATTR_BOLD);
    if (x_now + 2 + w <= end)
        grid_text(g, x_now + 2, marker, w, ROLE_TOKEN_NOW, ATTR_BOLD, str_text(&word));
    else
        grid_text_right(g, x_now - 1, marker, x_now - 1 - p->x, ROLE_TOKEN_NOW, ATTR_BOLD, str_text(&word));
    str_free(&word);
}

/* "35 28", where it fits and there are but two; else "35 ..". */
static void label_of_several(const struct timeline *c, int layer, int from, int last, int w, char label[64])
{
    char first[32], second[32];
    session_unit_label(c->s, layer, unit_at(c, layer, from), first);
    session_unit_label(c->s, layer, unit_at(c, layer, last), second);
    snprintf(label, 64, "%s %s", first, second);
    if (last > from + 1 || utf8_text_width(label) > w)
        snprintf(label, 64, "%s ..", first);
}

static void draw_row_label(const struct timeline *c, const struct timeline_strip *strip, int row, int y, int x0)
{
    int per = timeline_row_units(strip), H = session_net(c->s)->layer[strip->layer].hidden, w = c->p->label_w;
    int from = row * per;
    int last = from + per < H ? from + per - 1 : H - 1;
    bool here = strip->layer == c->at->layer && place_of(c, strip->layer, c->at->unit) / per == row;
    if (w < 3)
        return;
    if (here)
        cells_pointer(c->g, x0, y);
    char label[64], name[32];
    enum timeline_order order = timeline_order_now(c->st);
    if (here && last > from && w >= 11 && order == ORDER_NUMBER)
        snprintf(label, sizeof label, "%d in %d-%d", c->at->unit + 1, from + 1, last + 1);
    else if (here || last == from)
        snprintf(label, sizeof label, "%s",
                 session_unit_label(c->s, strip->layer, here ? c->at->unit : unit_at(c, strip->layer, from), name));
    else if (order == ORDER_NUMBER)
        snprintf(label, sizeof label, w >= 10 ? "%d-%d" : "%d", from + 1, last + 1);
    else
        label_of_several(c, strip->layer, from, last, w - 2, label);
    grid_text_right(c->g, x0 + w - 1, y, w - 2, here ? ROLE_CURSOR : ROLE_LABEL, here ? ATTR_BOLD : 0, label);
}

/* How column `col` of the units from … from+units-1 of a strip, as they stand, is to be shown: the last look of all it
 * holds. */
static enum value_look look_of(const struct timeline *c, int layer, int from, int units, int col)
{
    int first = col * c->p->per + 1, last = first + c->p->per - 1, T = session_steps(c->s);
    struct place at = {layer, unit_at(c, layer, from), c->v, first};
    enum value_look look = value_look(c->scene, &at);
    if (!c->scene->marks)
        return look;
    for (int j = 0; j < units; j++)
        for (at.step = first; at.step <= last && at.step <= T; at.step++) {
            at.unit = unit_at(c, layer, from + j);
            enum value_look one = value_look(c->scene, &at);
            look = one > look ? one : look;
        }
    return look;
}

/* Where a column's heat stands: under the tape five cells, as its numbers, and nine where there is room. */
static struct rect column_rect(const struct timeline *c, int col, int y, int h)
{
    const struct timeline_plan *p = c->p;
    int x = p->x + (col - p->first) * p->wide;
    if (!p->tape)
        return (struct rect){x, y, p->wide, h};
    return p->wide >= 12 ? (struct rect){x - 2, y, 9, h} : (struct rect){x, y, 5, h};
}

/* Full cells one under the other keep a hairline between them. */
static void draw_heat(const struct timeline *c, struct rect r, float v, enum value_look look)
{
    const struct heat heat = cells_value(c->v, v, look);
    cells_heat(c->g, r, &heat);
    for (int x = r.x; x < r.x + r.w && r.h == 1; x++) {
        const struct cell *cell = grid_at(c->g, x, r.y);
        if (cell && cell->ch[0] == c->g->glyphs->full)
            grid_put_level(c->g, x, r.y, c->g->glyphs->bar, (enum role)cell->role, cell->level);
    }
}

/* Two values in the cells of r, the second below the first; without colours their shape says which are at least a
 * half, and the sign of the stronger of two states. */
static void draw_halves(const struct timeline *c, struct rect r, const float v[2], const enum value_look look[2])
{
    const struct glyphs *gl = c->g->glyphs;
    enum value_look worst = look[0] > look[1] ? look[0] : look[1];
    if (worst >= LOOK_UNKNOWN || isnan(v[0]) || worst == LOOK_DIM) {
        draw_heat(c, r, v[0], worst);
        return;
    }
    const struct heat a = cells_value(c->v, v[0], worst), b = cells_value(c->v, isnan(v[1]) ? 0 : v[1], worst);
    bool one = abs(a.level) >= LEVEL_MAX / 2, two = abs(b.level) >= LEVEL_MAX / 2;
    uint32_t ch = one && two ? gl->full : one ? gl->upper_half : two ? gl->lower[4] : ' ';
    int strong = abs(a.level) >= abs(b.level) ? a.level : b.level;
    if (!value_is_gate(c->v))
        ch = strong >= LEVEL_MAX / 2 ? '+' : strong <= -LEVEL_MAX / 2 ? '-' : gl->unknown;
    for (int x = r.x; x < r.x + r.w; x++)
        grid_halves(c->g, x, r.y, ch, a.ramp, (const int[]){a.level, b.level});
}

/* The number of a row of one unit under its heat, in the tape's columns; the one at the cursor in brackets. */
static void draw_number(const struct timeline *c, int t, int y, float v, enum value_look look, struct place at)
{
    const struct across *a = &c->p->across;
    char text[16];
    bool here = t == c->at->step && at.unit == c->at->unit && at.layer == c->at->layer;
    bool mine = at.unit == c->at->unit && at.layer == c->at->layer;
    int x = across_x(a, t);
    if (value_is_gate(c->v))
        widget_gate(text, sizeof text, v, 5);
    else
        widget_state(text, sizeof text, v, 5, true);
    enum role role = session_value_pinned(c->s, at.layer, at.unit, c->v, t) ? ROLE_PINNED
                     : mine                                                 ? ROLE_NUMBER
                                                                            : ROLE_DIM;
    const char *shown = text + strspn(text, " ");
    int w = utf8_text_width(shown), from = w < 5 ? x : x + (5 - w) / 2;
    if (look >= LOOK_UNKNOWN) {
        from = x;
        w = 5;
    }
    cells_number(c->g, (struct rect){from, y, w, 1}, (struct ink){role, here ? ATTR_BOLD : 0}, look, shown);
    if (here && look < LOOK_UNKNOWN) {
        grid_put(c->g, from - 1, y, '[', ROLE_CURSOR, ATTR_BOLD);
        grid_put(c->g, from + w, y, ']', ROLE_CURSOR, ATTR_BOLD);
    }
}

struct row { const struct timeline_strip *strip; int row, y, from, units; bool mine; };

/* What a row shows in one column: the peak of its units, or of either half of them. */
static void draw_column(const struct timeline *c, const struct row *r, int col, const float *v, float *bin)
{
    const struct timeline_plan *p = c->p;
    const struct timeline_strip *strip = r->strip;
    int layer = strip->layer, parts = strip->halves ? 2 : 1, lines = strip->tall > 1 && p->tape ? strip->tall - 1
                                                                                                : strip->tall;
    float shown[2] = {NAN, NAN};
    enum value_look look[2] = {LOOK_PLAIN, LOOK_PLAIN};
    for (int k = 0; k < parts; k++) {
        int from = r->from + k * strip->per, n = r->from + r->units - from;
        n = n < strip->per ? n : strip->per;
        if (n < 1)
            break;
        for (int j = 0; j < n; j++)
            bin[j] = v[unit_at(c, layer, from + j)];
        shown[k] = n == 1 ? bin[0] : series_pool_of(bin, n, p->pool);
        look[k] = look_of(c, layer, from, n, col);
    }
    struct rect cell = column_rect(c, col, r->y, lines);
    spot_value(c->g, (struct rect){cell.x, r->y, p->wide, strip->tall},
               (struct place){layer, unit_at(c, layer, r->from), c->v, col * p->per + 1});
    bool here = r->mine && col == (c->at->step - 1) / p->per, number = p->tape && timeline_row_units(strip) == 1
        && (strip->tall > 1 || (strip->own && r->mine));
    if (parts == 2)
        draw_halves(c, cell, shown, look);
    else
        draw_heat(c, cell, shown[0], look[0]);
    if (number)
        draw_number(c, col + 1, r->y + lines, shown[0], look[0],
                    (struct place){layer, unit_at(c, layer, r->from), c->v, col + 1});
    else if (here && p->tape) {
        grid_put(c->g, cell.x - 1, r->y, '[', ROLE_CURSOR, ATTR_BOLD);
        grid_put(c->g, cell.x + cell.w, r->y, ']', ROLE_CURSOR, ATTR_BOLD);
    }
}

static void draw_strip(const struct timeline *c, const struct timeline_strip *strip, struct rect r)
{
    const struct timeline_plan *p = c->p;
    struct grid *g = c->g;
    char name[SAY_LAYER];
    int H = session_net(c->s)->layer[strip->layer].hidden, per = timeline_row_units(strip);
    if (strip->heading >= 0) {
        int n = grid_textf(g, r.x + 1, strip->heading, r.w - 2, ROLE_LABEL,
                           strip->layer == c->at->layer ? ATTR_BOLD : 0,
                           "layer %s", say_layer(c->s, strip->layer, g->glyphs, name));
        grid_hline(g, r.x + n + 2, strip->heading, r.w - n - 3, ROLE_RULE);
    }
    if (p->cols < 1 || strip->rows < 1)
        return;
    const float *v = c->st->cache.layer[strip->layer].v;
    float *bin = xcalloc((size_t)per, sizeof *bin);
    int mine = strip->layer == c->at->layer ? place_of(c, strip->layer, c->at->unit) / per : -1;
    for (int n = 0, y = strip->y; n < strip->rows; n++) {
        int row = strip->first + n, from = row * per;
        const struct row one = {strip, row, y, from, from + per < H ? per : H - from, row == mine};
        draw_row_label(c, strip, row, y, r.x);
        for (int k = 0; k < p->cols; k++)
            draw_column(c, &one, p->first + k, v + (size_t)k * (size_t)H, bin);
        if (row == mine && r.w > 3 && !p->tape)
            grid_put(g, p->x + p->cols * p->wide, y, g->glyphs->pointer_left, ROLE_CURSOR, ATTR_BOLD);
        y += strip->tall + (row == mine && strip->own);
    }
    free(bin);
}

/* The line of row `row` of a strip: those below the selected one stand lower where it has a line of numbers. */
static int row_y(const struct timeline *c, const struct timeline_strip *strip, int row)
{
    int mine = strip->layer == c->at->layer ? place_of(c, strip->layer, c->at->unit) / timeline_row_units(strip) : -1;
    return strip->y + (row - strip->first) * strip->tall + (strip->own && row > mine);
}

/* A star in every cell that holds a value set by hand. */
static void draw_pins(const struct timeline *c)
{
    size_t n;
    const struct pin *pins = session_pins(c->s, &n);
    const struct timeline_plan *p = c->p;
    enum value v = c->v == VAL_C_PREV ? VAL_C : c->v;
    for (size_t k = 0; k < n && (int)v < Q_COUNT; k++) {
        int t = pins[k].step + (c->v == VAL_C_PREV), col = (t - 1) / p->per - p->first;
        if ((int)pins[k].q != (int)v || t < 1 || t > session_steps(c->s) || col < 0 || col >= p->cols
            || !value_reached(c->scene, c->v, t))
            continue;
        for (int j = 0; j < p->strips; j++) {
            const struct timeline_strip *strip = &p->strip[j];
            if (pins[k].layer != strip->layer)
                continue;
            int row = place_of(c, strip->layer, pins[k].unit) / timeline_row_units(strip);
            if (row >= strip->first && row < strip->first + strip->rows)
                cells_star(c->g, column_rect(c, p->first + col, 0, 1).x, row_y(c, strip, row));
        }
    }
}

void timeline_strips(const struct timeline *c, struct rect r)
{
    if (c->p->heading >= 0)
        draw_heading(c, r);
    if (c->p->ruler >= 0)
        draw_ruler(c);
    for (int k = 0; k < c->p->strips; k++)
        draw_strip(c, &c->p->strip[k], r);
    draw_pins(c);
}
