/* why.c: forward for the units, backward for the words. reach[u] is what 1 in C_s of unit u is worth in the
 * difference after step t; from step to step it shrinks by f, and a C set by hand ends it (the same walk as in
 * attribution.c, from the head). */
#include "core/why.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "core/pins.h"

/* The reach of C_t; 0 for a unit whose h was set by hand, whose part then belongs to the hand. */
static double start(const struct computation *of, const struct why *w, double *reach)
{
    const struct trace *tr = of->tr;
    const int top = tr->layers - 1;
    const float *C = trace_row(tr, top, Q_C, w->t);
    struct pins here = pins_at(of->pins, of->pin_count, w->t, top);
    double hand = 0;
    for (int u = 0; u < w->units; u++) {
        bool by_hand = pins_find(here, Q_H, u) != NULL;
        hand += by_hand ? w->unit[u] : 0;
        reach[u] = by_hand || fabs((double)C[u]) < 1e-12 ? 0 : w->unit[u] / (double)C[u];
    }
    return hand;
}

/* What a C set by hand at step s is worth; no word before s reaches through it. */
static double hand_at(const struct computation *of, const struct why *w, int s, double *reach)
{
    const struct trace *tr = of->tr;
    const int top = tr->layers - 1;
    const float *C = trace_row(tr, top, Q_C, s);
    struct pins here = pins_at(of->pins, of->pin_count, s, top);
    const struct pin *p;
    double sum = 0;
    while ((p = pins_take(&here, Q_C, w->units))) {
        sum += reach[p->unit] * (double)C[p->unit];
        reach[p->unit] = 0;
    }
    return sum;
}

/* What step s wrote into unit u, worth in the difference; the reach then is that of C_{s-1}. */
static double written(const struct trace *tr, int s, int u, double *reach)
{
    const int top = tr->layers - 1;
    double i = (double)trace_row(tr, top, Q_I, s)[u], g = (double)trace_row(tr, top, Q_G, s)[u], was = reach[u];
    reach[u] = was * (double)trace_row(tr, top, Q_F, s)[u];
    return was * i * g;
}

/* Walks from step t down to `down_to`, filling word[s]; `units` (or NULL) gets what that last step wrote, by unit. */
static void walk(const struct computation *of, struct why *w, double *reach, int down_to, double *units)
{
    const struct trace *tr = of->tr;
    w->hand = start(of, w, reach);
    for (int s = w->t; s >= 1 && s >= down_to; s--) {
        w->hand += hand_at(of, w, s, reach);
        w->word[s] = 0;
        for (int u = 0; u < w->units; u++) {
            double part = written(tr, s, u, reach);
            w->word[s] += part;
            if (units && s == down_to)
                units[u] = part;
        }
    }
    if (down_to > 0)
        return;
    w->hand += hand_at(of, w, 0, reach);
    const float *C = trace_row(tr, tr->layers - 1, Q_C, 0);
    w->word[0] = 0;
    for (int u = 0; u < w->units; u++) {
        w->word[0] += reach[u] * (double)C[u];
        if (units)
            units[u] = reach[u] * (double)C[u];
    }
}

bool why_compute(const struct computation *of, int t, int a, int b, struct why *out)
{
    const struct lstm *net = of->net;
    const struct trace *tr = of->tr;
    const int H = lstm_top(net);
    *out = (struct why){.t = t, .a = a, .b = b, .units = H};
    if (a < 0 || b < 0 || a >= net->outputs || b >= net->outputs || t < 1 || t > tr->steps)
        return false;
    out->unit = mem_array(3 * (size_t)H + (size_t)t + 1, sizeof *out->unit);
    if (!out->unit)
        return false;
    out->weight = out->unit + H;
    double *reach = out->weight + H;
    out->word = reach + H;
    const float *Wa = net->out_W + (size_t)a * (size_t)H, *Wb = net->out_W + (size_t)b * (size_t)H;
    const float *h = trace_row(tr, net->layers - 1, Q_H, t);
    out->bias = (double)net->out_b[a] - (double)net->out_b[b];
    out->difference = out->bias;
    for (int u = 0; u < H; u++) {
        out->weight[u] = (double)Wa[u] - (double)Wb[u];
        out->unit[u] = out->weight[u] * (double)h[u];
        out->difference += out->unit[u];
    }
    walk(of, out, reach, 0, NULL);
    out->remainder = out->difference - out->bias - out->hand;
    for (int k = 0; k <= t; k++)
        out->remainder -= out->word[k];
    return true;
}

void why_clear(struct why *w)
{
    mem_free(w->unit);
    *w = (struct why){0};
}

void why_units_of_word(const struct computation *of, const struct why *w, int k, double *out)
{
    struct why again = *w;
    double *block = mem_array((size_t)w->units + (size_t)w->t + 1, sizeof *block);
    memset(out, 0, (size_t)w->units * sizeof *out);
    if (!block)
        return;
    again.word = block + w->units;
    walk(of, &again, block, k, out);
    mem_free(block);
}
