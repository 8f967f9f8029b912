/* timeline_order.c: the order of a timeline's units, and the peaks of its columns, which are kept. See timeline.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "views/bars.h"
#include "views/timeline.h"

/* ---- values ------------------------------------------------------------------------------------------------------ */

struct series timeline_series(const struct session *s, int layer, enum value v)
{
    static const struct { enum quantity q, by; bool product; int lag, by_lag; } how[VAL_COUNT] = {
        [VAL_F] = {Q_F, Q_F, false, 0, 0}, [VAL_I] = {Q_I, Q_I, false, 0, 0}, [VAL_G] = {Q_G, Q_G, false, 0, 0},
        [VAL_O] = {Q_O, Q_O, false, 0, 0}, [VAL_C] = {Q_C, Q_C, false, 0, 0}, [VAL_H] = {Q_H, Q_H, false, 0, 0},
        [VAL_C_PREV] = {Q_C, Q_C, false, 1, 0}, [VAL_KEPT] = {Q_F, Q_C, true, 0, 1},
        [VAL_WRITTEN] = {Q_I, Q_G, true, 0, 0},
    };
    const struct trace *tr = session_trace(s, RUN_PINNED);
    return (struct series){.v = trace_row(tr, layer, how[v].q, 0),
                           .by = how[v].product ? trace_row(tr, layer, how[v].by, 0) : NULL,
                           .stride = tr->layer[layer].stride, .lag = how[v].lag, .by_lag = how[v].by_lag,
                           .units = tr->layer[layer].hidden, .steps = tr->steps};
}

void timeline_order_clear(struct timeline_state *st)
{
    for (int l = 0; l < st->layers; l++) {
        free(st->at[l]);
        free(st->place[l]);
    }
    free(st->at);
    free(st->place);
    st->at = st->place = NULL;
    st->layers = 0;
    st->of.revision = 0;
}

void timeline_forget(struct timeline_cache *c)
{
    for (int l = 0; l < c->layers; l++)
        free(c->layer[l].v);
    free(c->layer);
    free(c->spare);
    *c = (struct timeline_cache){0};
}

/* ---- the order of units ------------------------------------------------------------------------------------------ */

enum timeline_order timeline_order_now(const struct timeline_state *st)
{
    return st->few && st->order == ORDER_NUMBER ? ORDER_MOVES : st->order;
}

bool timeline_ordered(const struct session *s, const struct timeline_state *st)
{
    bool moves = st->order == ORDER_VARIANCE || st->order == ORDER_CORRELATION;
    return st->at && st->of.revision == session_revision(s) && st->of.order == timeline_order_now(st)
        && (!moves || st->of.value == session_cursor(s)->value)
        && (st->order != ORDER_CORRELATION || (st->of.layer == st->anchor_layer && st->of.unit == st->anchor_unit));
}

static void order_layer(const struct session *s, struct timeline_state *st, int l)
{
    enum value v = session_cursor(s)->value;
    struct series here = timeline_series(s, l, v);
    double *key = xcalloc((size_t)here.units, sizeof *key);
    if (st->order == ORDER_VARIANCE) {
        series_variance(&here, key);
    } else if (st->order == ORDER_CORRELATION) {
        struct series with = timeline_series(s, st->anchor_layer, v);
        series_correlation(&with, st->anchor_unit, &here, key);
    } else if (st->order == ORDER_HALF_LIFE) {
        struct series f = timeline_series(s, l, VAL_F);
        int *kept = xcalloc((size_t)f.units, sizeof *kept);
        series_keep(&f, key, kept);        /* the half-life grows with the mean of f where it keeps */
        free(kept);
    }
    st->at[l] = xcalloc((size_t)here.units, sizeof **st->at);
    st->place[l] = xcalloc((size_t)here.units, sizeof **st->place);
    if (timeline_order_now(st) == ORDER_MOVES)
        bars_order(s, l, st->at[l]);
    else
        series_order(key, here.units, st->at[l]);
    for (int k = 0; k < here.units; k++)
        st->place[l][st->at[l][k]] = k;
    free(key);
}

void timeline_order_update(const struct session *s, struct timeline_state *st)
{
    const struct lstm *net = session_net(s);
    if (st->anchor_layer >= net->layers || st->anchor_unit >= net->layer[st->anchor_layer].hidden)
        st->anchor_layer = st->anchor_unit = 0;
    if (timeline_ordered(s, st))
        return;
    timeline_order_clear(st);
    st->layers = net->layers;
    st->at = xcalloc((size_t)st->layers, sizeof *st->at);
    st->place = xcalloc((size_t)st->layers, sizeof *st->place);
    for (int l = 0; l < st->layers; l++)
        order_layer(s, st, l);
    st->of.revision = session_revision(s);
    st->of.order = timeline_order_now(st);
    st->of.value = session_cursor(s)->value;
    st->of.layer = st->anchor_layer;
    st->of.unit = st->anchor_unit;
}

/* ---- peaks of the columns on screen ------------------------------------------------------------------------------ */

static void fill_column(struct timeline_cache *c, const struct series *of, int column, float *out)
{
    int from = column * c->per + 1, to = from + c->per - 1 < of->steps ? from + c->per - 1 : of->steps;
    if (c->spare_units < of->units) {
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): timeline_forget frees it and makes it NULL */
        c->spare = xrealloc(c->spare, 2 * (size_t)of->units, sizeof *c->spare);
        c->spare_units = of->units;
    }
    series_pool(of, from, to, c->pool, out, c->spare);      /* NOLINT(clang-analyzer-unix.Malloc): the same */
}

void timeline_fill(struct timeline_cache *c, const struct session *s, int layer, enum value v,
                   const struct timeline_plan *p)
{
    int first = p->first, n = p->cols;
    int layers = session_net(s)->layers;
    if (c->revision != session_revision(s) || c->value != v || c->per != p->per || c->pool != p->pool
        || c->layers != layers) {
        timeline_forget(c);
        c->revision = session_revision(s);
        c->value = v;
        c->per = p->per;
        c->pool = p->pool;
        c->layers = layers;
        c->layer = xcalloc((size_t)layers, sizeof *c->layer);
    }
    struct timeline_kept *k = &c->layer[layer];
    struct series of = timeline_series(s, layer, v);
    size_t H = (size_t)of.units;
    if (k->room < n) {
        k->v = xrealloc(k->v, (size_t)n * H, sizeof *k->v);
        k->room = n;
    }
    /* What is known and still wanted moves to its new place. */
    int from = first > k->first ? first : k->first, to = first + n < k->first + k->n ? first + n : k->first + k->n;
    if (from < to)
        memmove(k->v + (size_t)(from - first) * H, k->v + (size_t)(from - k->first) * H,
                (size_t)(to - from) * H * sizeof *k->v);
    for (int j = first; j < first + n; j++)
        if (!(j >= from && j < to))
            fill_column(c, &of, j, k->v + (size_t)(j - first) * H);
    k->units = of.units;
    k->first = first;
    k->n = n;
}
