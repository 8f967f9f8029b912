/* bars_plan.c: what the main view shows, and where. See bars.h.
 *
 * A beginner meets three units: the named ones, then those whose memory moves most; `a` shows all. Rows give way in the
 * order in which they are least missed: scales, then gaps, then units, then quantities far from the selected one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/mem.h"
#include "ui/widget.h"
#include "views/bars_draw.h"
#include "views/value.h"

enum { UNITS_FIRST = 3, UNITS_ZOOM = 6, PANELS_FROM = 72, SEVEN_FROM = 28, SEVEN_W = 60, TALL_FROM = 42 };

/* ---- which quantities -------------------------------------------------------------------------------------------- */

static const enum value four[] = {VAL_C_PREV, VAL_F, VAL_I, VAL_C};
static const enum value seven[] = {VAL_C_PREV, VAL_F, VAL_G, VAL_I, VAL_C, VAL_O, VAL_H};
static const enum value six[] = {VAL_F, VAL_I, VAL_G, VAL_O, VAL_C, VAL_H};               /* of a field */
static const enum value nine[] = {VAL_C_PREV, VAL_F, VAL_KEPT, VAL_I, VAL_G, VAL_WRITTEN, VAL_C, VAL_O, VAL_H};

/* While a word is gone through: what the sub-step takes, and what it makes of it. */
static const enum value at_substep[SUB_COUNT][4] = {
    [SUB_CONCAT] = {VAL_C_PREV, VAL_F, VAL_I, VAL_C}, [SUB_PRODUCT] = {VAL_C_PREV, VAL_F, VAL_I, VAL_C},
    [SUB_BIAS] = {VAL_C_PREV, VAL_F, VAL_I, VAL_C},   [SUB_SIGMA] = {VAL_C_PREV, VAL_F, VAL_I, VAL_C},
    [SUB_KEEP] = {VAL_C_PREV, VAL_F, VAL_KEPT, VAL_C}, [SUB_WRITE] = {VAL_I, VAL_G, VAL_WRITTEN, VAL_C},
    [SUB_C] = {VAL_KEPT, VAL_WRITTEN, VAL_C, VAL_H},   [SUB_O] = {VAL_F, VAL_C, VAL_O, VAL_H},
    [SUB_H] = {VAL_F, VAL_C, VAL_O, VAL_H},
};

static int values_of(const struct scene *scene, int w, int h, enum value out[VAL_COUNT])
{
    const enum value *from = four;
    int n = 4;
    if (scene->reveal)
        from = at_substep[session_cursor(scene->session)->sub];
    else if (scene->rows) {
        n = 0;
        for (size_t k = 0; k < sizeof nine / sizeof *nine; k++)
            if (scene->rows & 1U << nine[k])
                out[n++] = nine[k];
        return n;
    } else if (scene->extra) {
        from = nine, n = 9;
    } else if (w >= SEVEN_W && h >= SEVEN_FROM) {
        from = seven, n = 7;
    }
    memcpy(out, from, (size_t)n * sizeof *out);
    return n;
}

/* ---- which units ------------------------------------------------------------------------------------------------- */

struct moved { int unit; double by; bool named; };

static int named_then_most_moved(const void *p, const void *q)
{
    const struct moved *a = p, *b = q;
    if (a->named != b->named)
        return a->named ? -1 : 1;
    if (!a->named && a->by != b->by)
        return a->by > b->by ? -1 : 1;
    return a->unit - b->unit;
}

void bars_order(const struct session *s, int layer, int *order)
{
    int H = session_net(s)->layer[layer].hidden;
    const bool partial = session_is_partial(s);   /* by name and number alone then */
    struct moved *m = xcalloc((size_t)H, sizeof *m);
    for (int u = 0; u < H; u++) {
        m[u] = (struct moved){u, 0, model_unit_name(session_model(s), layer, u) != NULL};
        double low = INFINITY, high = -INFINITY;
        for (int t = 1; t <= session_steps(s) && !partial; t++) {
            double c = (double)session_value(s, RUN_BASE, layer, u, VAL_C, t);
            low = isfinite(c) ? fmin(low, c) : low;
            high = isfinite(c) ? fmax(high, c) : high;
        }
        m[u].by = high > low ? high - low : 0;
    }
    qsort(m, (size_t)H, sizeof *m, named_then_most_moved);
    for (int u = 0; u < H; u++)
        order[u] = m[u].unit;
    free(m);
}

/* The first `most` of the order, the selected one among them: where it is not, it takes the last place. */
static int first_units(const struct session *s, int most, int out[BARS_UNITS])
{
    const struct cursor *at = session_cursor(s);
    int H = session_net(s)->layer[at->layer].hidden, n = most < H ? most : H;
    n = n < BARS_UNITS ? n : BARS_UNITS;
    int *order = xcalloc((size_t)H, sizeof *order);
    if (n < H)
        bars_order(s, at->layer, order);
    bool there = false;
    for (int k = 0; k < n; k++) {
        out[k] = n < H ? order[k] : k;
        there = there || out[k] == at->unit;
    }
    if (!there && n > 0)
        out[n - 1] = at->unit;
    free(order);
    return n;
}

/* `most` neighbours of the selected unit. */
static int near_units(const struct session *s, int most, int out[BARS_UNITS])
{
    const struct cursor *at = session_cursor(s);
    int H = session_net(s)->layer[at->layer].hidden, n = most < H ? most : H, first = at->unit - n / 2;
    first = first > H - n ? H - n : first;
    first = first < 0 ? 0 : first;
    for (int k = 0; k < n; k++)
        out[k] = first + k;
    return n;
}

/* ---- where ------------------------------------------------------------------------------------------------------- */

static int rows_of(int blocks, int units, int tall, bool scales, int gap)
{
    return blocks * (units * tall + scales) + (scales ? 0 : (blocks - 1) * gap);
}

bool bars_turn(const struct bars_plan *p, int k)
{
    return k == 0 || value_is_gate(p->value[k]) != value_is_gate(p->value[k - 1]);
}

/* In a lesson and a scenario, where each line counts: one scale for neighbours that share it. */
static int rows_of_turns(const struct bars_plan *p, int units)
{
    int rows = p->n * units;
    for (int k = 0; k < p->n; k++)
        rows += bars_turn(p, k);
    return rows;
}

static bool fit_turns(struct bars_plan *p, int h, int units)
{
    if (!p->measure || rows_of_turns(p, units) > h)
        return false;
    p->panels = p->tall = 1;
    p->scales = p->turns = true;
    p->gap = 0;
    return true;
}

/* Tries to lay out `units` lines in each block. */
static bool fit(struct bars_plan *p, int h, int units, bool wide)
{
    static const struct {
        int panels;
        bool scales;
        int gap;
    } few[] = {{1, true, 0}, {1, false, 1}, {1, false, 0}, {2, true, 0}, {2, false, 1}, {2, false, 0}},
      many[] = {{1, true, 0}, {2, true, 0}, {2, false, 1}, {2, false, 0}, {1, false, 0}};
    bool lots = p->n > 7 || units > 6;
    size_t tries = lots ? sizeof many / sizeof *many : sizeof few / sizeof *few;
    for (size_t k = 0; k < tries; k++) {
        int panels = lots ? many[k].panels : few[k].panels, gap = lots ? many[k].gap : few[k].gap;
        bool scales = lots ? many[k].scales : few[k].scales;
        if ((panels > 1 && !wide) || (scales && units == 1))
            continue;
        int blocks = (p->n + panels - 1) / panels;
        if (!scales && panels == 1 && fit_turns(p, h, units))
            return true;
        if (rows_of(blocks, units, 1, scales, gap) > h)
            continue;
        p->panels = panels;
        p->scales = scales;
        p->gap = gap;
        p->tall = h >= TALL_FROM && rows_of(blocks, units, 2, scales, gap) <= h ? 2 : 1;
        return true;
    }
    return false;
}

/* Quantities that have no room go, those far from the selected one first. */
static void narrow(struct bars_plan *p, enum value selected, int h)
{
    int row = 0, n = h < 1 ? 1 : h;
    for (int k = 0; k < p->n; k++)
        if (p->value[k] == selected)
            row = k;
    if (p->n <= n)
        return;
    int from = row - n / 2;
    from = clamp_int(from, 0, p->n - n);
    memmove(p->value, p->value + from, (size_t)n * sizeof *p->value);
    p->n = n;
}

/* Rows that were named are about few units, or (one row alone) about all of them. */
static int units_wanted(const struct scene *scene, const struct bars_plan *p, int H, bool zoom)
{
    bool whole = scene->all || (scene->rows && (p->n == 1 || H <= UNITS_ZOOM));
    return zoom ? UNITS_ZOOM : whole ? H : UNITS_FIRST;
}

static void plan_blocks(struct bars_plan *p, const struct scene *scene, int w, int h, bool zoom)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    int H = session_net(s)->layer[at->layer].hidden, want = units_wanted(scene, p, H, zoom);
    want = want > H ? H : want > BARS_UNITS ? BARS_UNITS : want;
    p->mode = BARS_BLOCKS;
    p->tall = p->panels = 1;
    narrow(p, at->value, h);
    int units = want;
    while (units > 1 && !fit(p, h, units, w >= PANELS_FROM && !scene->rows))
        units--;
    if (units == 1)
        fit(p, h, 1, w >= PANELS_FROM);
    bool row = scene->rows && p->n == 1;          /* its lines keep their places when they become fewer */
    p->units = zoom || ((scene->all || row) && units < H) ? near_units(s, units, p->unit)
                                                                    : first_units(s, units, p->unit);
    int used = p->turns ? rows_of_turns(p, units)
                        : rows_of((p->n + p->panels - 1) / p->panels, units, p->tall, p->scales, p->gap);
    p->scale_line = !p->scales && used < h && !p->gap;
    if (p->scale_line || used + 2 <= h) {
        p->rows.y++;
        p->rows.h--;
    }
}

/* Do all units fit as lines? */
static bool all_fit(const struct bars_plan *p, int H, int w, int h)
{
    struct bars_plan trial = *p;
    return H <= BARS_UNITS && fit(&trial, h, H, w >= PANELS_FROM);
}

struct bars_plan bars_plan(const struct scene *scene, struct rect r, bool zoom)
{
    const struct session *s = scene->session;
    int H = session_net(s)->layer[session_cursor(s)->layer].hidden;
    struct bars_plan p = {.rows = r, .panels = 1, .tall = 1};
    p.n = values_of(scene, r.w, r.h, p.value);
    if (scene->explain && r.h >= 9)
        p.words = r.h / 4 < 2 ? 2 : r.h / 4 > 8 ? 8 : r.h / 4;
    p.rows.h -= p.words;
    if (r.w >= BARS_SIDE && r.h >= 10) {
        p.side = r.w - BARS_SIDE_LEFT - 2;
        p.side = p.side > 44 ? 44 : p.side;
        p.rows.w -= p.side;
    }
    p.measure = scene->rows != 0 && !scene->reveal;
    bool few = H <= BARS_FEW;
    bool blocks = zoom || scene->layout == LAYOUT_LINES
        || (scene->layout == LAYOUT_AUTO && few && (!scene->all || scene->rows || all_fit(&p, H, p.rows.w, p.rows.h)));
    if (blocks || r.h < 8 || r.w < 40) {
        plan_blocks(&p, scene, p.rows.w, p.rows.h, zoom || !few);
        return p;
    }
    bool columns = H <= BARS_COLUMNS_MOST && scene->layout != LAYOUT_HEAT;
    p.mode = columns ? BARS_COLUMNS : BARS_FIELD;
    if (!columns && !scene->reveal) {
        p.n = (int)(sizeof six / sizeof *six);
        memcpy(p.value, six, sizeof six);
    }
    p.rows.w = r.w;
    p.side = 0;
    return p;
}

void bars_move(const struct scene *scene, struct rect r, int by, int *unit, enum value *v)
{
    struct bars_plan p = bars_plan(scene, r, false);
    /* Where quantities had to go, the cursor brings them back. */
    if (p.mode != BARS_FIELD)
        p.n = values_of(scene, r.w, r.h, p.value);
    int row = 0, k = 0, units = p.mode == BARS_BLOCKS && p.units > 0 ? p.units : 1;
    for (int j = 0; j < p.n; j++)
        if (p.value[j] == *v)
            row = j;
    for (int j = 0; units > 1 && j < units; j++)
        if (p.unit[j] == *unit)
            k = j;
    int flat = row * units + k + by;
    flat = flat < 0 ? 0 : flat >= p.n * units ? p.n * units - 1 : flat;
    *v = p.value[flat / units];
    if (units > 1)
        *unit = p.unit[flat % units];
}

float bars_scale(const struct scene *scene)
{
    const struct session *s = scene->session;
    return widget_scale(session_peak(s, session_cursor(s)->layer));
}

bool bars_moved(float value, float base)
{
    return !(fabsf(value - base) < 0.005f) && value != base;
}

enum value_look bars_look(const struct bars_scene *b, enum value v, int unit)
{
    return value_look(b->scene, &(struct place){b->layer, unit, v, b->t});
}
