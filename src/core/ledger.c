/* ledger.c: the accounts of step t are those of step t-1 times f_t, and a new one with i_t g_t. In double, from the
 * values of the trace, so that the sum misses C_t by no more than the engine's own rounding. */
#include "core/ledger.h"

#include <string.h>

#include "base/mem.h"
#include "core/pins.h"

static double at(const struct trace *tr, int layer, int unit, enum quantity q, int t)
{
    return (double)trace_row(tr, layer, q, t)[unit];
}

/* The books after step t, from those of the step before. */
static void close_step(const struct trace *tr, struct ledger *l, int t)
{
    double f = at(tr, l->layer, l->unit, Q_F, t), *now = l->share + (size_t)t * ((size_t)l->steps + 1);
    const double *before = now - (l->steps + 1);
    for (int k = 0; k < t; k++)
        now[k] = f * before[k];
    now[t] = at(tr, l->layer, l->unit, Q_I, t) * at(tr, l->layer, l->unit, Q_G, t);
    l->hand[t] = f * l->hand[t - 1];
    l->hand_step[t] = l->hand_step[t - 1];
}

bool ledger_compute(const struct computation *of, int layer, int unit, int steps, struct ledger *out)
{
    const struct trace *tr = of->tr;
    size_t rows = (size_t)steps + 1, square;
    *out = (struct ledger){.layer = layer, .unit = unit, .steps = steps};
    if (!mem_product(rows, rows, &square))
        return false;
    out->share = mem_array(square, sizeof *out->share);
    out->hand = mem_array(2 * rows, sizeof *out->hand);
    out->hand_step = mem_array(rows, sizeof *out->hand_step);
    if (!out->share || !out->hand || !out->hand_step) {
        ledger_clear(out);
        return false;
    }
    out->remainder = out->hand + rows;
    out->share[0] = at(tr, layer, unit, Q_C, 0);
    out->hand_step[0] = -1;
    for (int t = 0; t <= steps; t++) {
        double *now = out->share + (size_t)t * rows, C = at(tr, layer, unit, Q_C, t);
        if (t)
            close_step(tr, out, t);
        if (pins_find(pins_at(of->pins, of->pin_count, t, layer), Q_C, unit)) {
            memset(now, 0, rows * sizeof *now);
            out->hand[t] = C;
            out->hand_step[t] = t;
        }
        double sum = out->hand[t];
        for (int k = 0; k <= t; k++)
            sum += now[k];
        out->remainder[t] = C - sum;
    }
    return true;
}

void ledger_clear(struct ledger *l)
{
    mem_free(l->share);
    mem_free(l->hand);
    mem_free(l->hand_step);
    *l = (struct ledger){0};
}
