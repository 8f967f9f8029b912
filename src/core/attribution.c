/* attribution.c: back through the cell states, from the last step to the first: reach[k] is what 1 in C_s of unit k
 * is worth in z at step t. Between steps it shrinks by f; a pinned C ends it, because nothing written before is in
 * it. */
#include "core/attribution.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "core/pins.h"

enum { LOOK_EVERY = 32, LANES = 4 };          /* sums side by side, so that one addition need not wait for another */

struct walk {
    const struct computation *of;
    const struct trace *tr;
    int layer, H;
    double *reach;                /* [H] */
};

/* tanh(C) / C, which is 1 where C is 0. */
static double secant(double C)
{
    return fabs(C) < 1e-6 ? 1 : tanh(C) / C;
}

/* The reach of C_{t-1}: W · o · tanh(C)/C. Pinned h is no memory at all; its part of z is returned. */
static double start(struct walk *w, const float *W, int t)
{
    const float *o = trace_row(w->tr, w->layer, Q_O, t - 1), *C = trace_row(w->tr, w->layer, Q_C, t - 1);
    const float *h = trace_row(w->tr, w->layer, Q_H, t - 1);
    double by_hand = 0;
    for (int k = 0; k < w->H; k++)
        w->reach[k] = (double)W[k] * (double)o[k] * secant((double)C[k]);
    struct pins here = pins_at(w->of->pins, w->of->pin_count, t - 1, w->layer);
    const struct pin *p;
    while ((p = pins_take(&here, Q_H, w->H))) {
        by_hand += (double)W[p->unit] * (double)h[p->unit];
        w->reach[p->unit] = 0;
    }
    return by_hand;
}

/* What C_s was set to by hand is worth; the units it was set in reach no further back. */
static double hand(struct walk *w, int s)
{
    const float *C = trace_row(w->tr, w->layer, Q_C, s);
    struct pins here = pins_at(w->of->pins, w->of->pin_count, s, w->layer);
    const struct pin *p;
    double sum = 0;
    while ((p = pins_take(&here, Q_C, w->H))) {
        sum += w->reach[p->unit] * (double)C[p->unit];
        w->reach[p->unit] = 0;
    }
    return sum;
}

/* What step s wrote is worth; the reach then is that of C_{s-1}. */
static double written(struct walk *w, int s)
{
    const float *f = trace_row(w->tr, w->layer, Q_F, s), *i = trace_row(w->tr, w->layer, Q_I, s),
                *g = trace_row(w->tr, w->layer, Q_G, s);
    double sum[LANES] = {0};
    int k = 0;
    for (; k + LANES <= w->H; k += LANES)
        for (int j = 0; j < LANES; j++) {
            sum[j] += w->reach[k + j] * ((double)i[k + j] * (double)g[k + j]);
            w->reach[k + j] *= (double)f[k + j];
        }
    for (; k < w->H; k++) {
        sum[0] += w->reach[k] * ((double)i[k] * (double)g[k]);
        w->reach[k] *= (double)f[k];
    }
    for (int j = 1; j < LANES; j++)
        sum[0] += sum[j];
    return sum[0];
}

/* Nothing further back can be seen in any digit? What has all but vanished is let go, before it gets too small to
 * compute with. */
static bool faded(struct walk *w)
{
    double most = 0;
    for (int k = 0; k < w->H; k++) {
        double size = fabs(w->reach[k]);
        if (size < 1e-30)
            w->reach[k] = 0;
        most = size > most ? size : most;
    }
    return most < 1e-14;
}

static double dot(const double *a, const float *b, int n)
{
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += a[k] * (double)b[k];
    return sum;
}

static const float *row_of(const struct lstm *net, const struct element *gate)
{
    const struct lstm_layer *l = &net->layer[gate->layer];
    return l->W[lstm_source(net, gate->layer, gate->q)] + (size_t)gate->unit * (size_t)(l->hidden + l->in);
}

/* h_0 is given, not computed from C_0: at step 1 it is the whole of h, by hand where it is pinned. */
static void from_start(struct walk *w, const float *W, struct attribution *out)
{
    const float *h = trace_row(w->tr, w->layer, Q_H, 0);
    struct pins here = pins_at(w->of->pins, w->of->pin_count, 0, w->layer);
    const struct pin *p;
    out->initial = out->h;
    while ((p = pins_take(&here, Q_H, w->H)))
        out->by_hand[0] += (double)W[p->unit] * (double)h[p->unit];
    out->initial -= out->by_hand[0];
}

bool attribution_compute(const struct computation *of, struct element gate, struct attribution *out)
{
    const struct lstm_layer *l = &of->net->layer[gate.layer];
    const int t = gate.step;
    const float *W = row_of(of->net, &gate), *h = trace_row(of->tr, gate.layer, Q_H, t - 1),
                *in = lstm_input(of->tr, of->x, gate.layer, t);
    size_t numbers = 2 * (size_t)t + (size_t)l->hidden;
    double *block = mem_array(numbers, sizeof *block);
    if (!block)
        return false;
    *out = (struct attribution){.t = t, .word = block, .by_hand = block + t,
                                .b = (double)l->b[lstm_source(of->net, gate.layer, gate.q)][gate.unit],
                                .peep = lstm_peephole(of->net, of->tr, gate.layer, t, gate.q, gate.unit)};
    struct walk w = {of, of->tr, gate.layer, l->hidden, block + 2 * (size_t)t};
    for (int k = 0; k < l->in; k++)
        out->x += (double)W[l->hidden + k] * (double)in[k];
    for (int k = 0; k < l->hidden; k++)
        out->h += (double)W[k] * (double)h[k];
    out->z = out->h + out->x + out->b + out->peep;
    double told = 0;
    if (t == 1) {
        from_start(&w, W, out);
    } else {
        out->by_hand[t - 1] = start(&w, W, t);
        for (int s = t - 1; s >= 1 && !(s % LOOK_EVERY == 0 && faded(&w)); s--) {
            out->by_hand[s] += hand(&w, s);
            told += out->word[s - 1] = written(&w, s);
        }
        out->by_hand[0] = hand(&w, 0);
        out->initial = dot(w.reach, trace_row(of->tr, gate.layer, Q_C, 0), l->hidden);
    }
    for (int s = 0; s < t; s++)
        out->hand += out->by_hand[s];
    out->remainder = out->h - told - out->initial - out->hand;
    return true;
}

void attribution_clear(struct attribution *a)
{
    mem_free(a->word);
    *a = (struct attribution){0};
}

void attribution_units(const struct computation *of, struct element gate, int s, double *out)
{
    struct walk w = {of, of->tr, gate.layer, of->net->layer[gate.layer].hidden, out};
    if (s < 1 || s >= gate.step) {
        memset(out, 0, (size_t)w.H * sizeof *out);
        return;
    }
    start(&w, row_of(of->net, &gate), gate.step);
    for (int r = gate.step - 1; r > s; r--) {
        hand(&w, r);
        written(&w, r);
    }
    hand(&w, s);
    const float *i = trace_row(w.tr, w.layer, Q_I, s), *g = trace_row(w.tr, w.layer, Q_G, s);
    for (int k = 0; k < w.H; k++)
        out[k] *= (double)i[k] * (double)g[k];
}
