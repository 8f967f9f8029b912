/* statistics.c: see statistics.h. */
#include "core/statistics.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "core/series.h"

float statistics_bound(enum quantity q, bool high)
{
    if (q == Q_F || q == Q_I || q == Q_O)
        return high ? 0.9f : 0.1f;
    float bound = q == Q_C ? atanhf(0.9f) : 0.9f;
    return high ? bound : -bound;
}

struct statistics *statistics_new(const struct lstm *net)
{
    struct statistics *st = xcalloc(1, sizeof *st);
    st->layers = net->layers;
    st->hidden = xcalloc((size_t)net->layers, sizeof *st->hidden);
    size_t n = 0;
    for (int l = 0; l < net->layers; l++)
        n += (size_t)(st->hidden[l] = net->layer[l].hidden);
    for (int q = 0; q < Q_COUNT; q++) {
        st->tally[q] = xcalloc(n + 1, sizeof **st->tally);
        for (size_t k = 0; k < n; k++)
            st->tally[q][k].min = st->tally[q][k].max = NAN;
    }
    st->keeping = xcalloc(n + 1, sizeof *st->keeping);
    for (size_t k = 0; k < n; k++)
        st->keeping[k].product = 1;
    return st;
}

void statistics_free(struct statistics *st)
{
    if (!st)
        return;
    for (int q = 0; q < Q_COUNT; q++)
        free(st->tally[q]);
    free(st->keeping);
    free(st->hidden);
    free(st);
}

static size_t first_of(const struct statistics *st, int layer)
{
    size_t n = 0;
    for (int l = 0; l < layer; l++)
        n += (size_t)st->hidden[l];
    return n;
}

static void add_row(struct tally *tally, const float *v, int n, float low, float high)
{
    for (int u = 0; u < n; u++) {
        struct tally *y = &tally[u];
        y->low += v[u] < low;
        y->high += v[u] > high;
        y->sum += (double)v[u];
        y->min = y->min <= v[u] ? y->min : v[u];       /* before the first step: not a number, so v */
        y->max = y->max >= v[u] ? y->max : v[u];
    }
}

static void add_keeping(struct keeping *k, const float *f, int n)
{
    for (int u = 0; u < n; u++) {
        if (!(f[u] > KEEPS))
            continue;
        k[u].kept++;
        k[u].product *= (double)f[u];
        if (k[u].product < 1e-200) {
            k[u].logs += log(k[u].product);
            k[u].product = 1;
        }
    }
}

void statistics_add(struct statistics *st, const struct trace *tr, int from, int to)
{
    for (int l = 0; l < st->layers; l++)
        for (int q = 0; q < Q_COUNT; q++)
            for (int t = from; t <= to; t++)
                add_row(st->tally[q] + first_of(st, l), trace_row(tr, l, (enum quantity)q, t), st->hidden[l],
                        statistics_bound((enum quantity)q, false), statistics_bound((enum quantity)q, true));
    for (int l = 0; l < st->layers; l++)
        for (int t = from; t <= to; t++)
            add_keeping(st->keeping + first_of(st, l), trace_row(tr, l, Q_F, t), st->hidden[l]);
    st->steps += to >= from ? to - from + 1 : 0;
}

const struct tally *statistics_of(const struct statistics *st, int layer, enum quantity q, int unit)
{
    return &st->tally[q][first_of(st, layer) + (size_t)unit];
}

static double per_step(const struct statistics *st, double v)
{
    return st->steps ? v / (double)st->steps : (double)NAN;
}

double statistics_low(const struct statistics *st, int layer, enum quantity q, int unit)
{
    return per_step(st, (double)statistics_of(st, layer, q, unit)->low);
}

double statistics_high(const struct statistics *st, int layer, enum quantity q, int unit)
{
    return per_step(st, (double)statistics_of(st, layer, q, unit)->high);
}

double statistics_mean(const struct statistics *st, int layer, enum quantity q, int unit)
{
    return per_step(st, statistics_of(st, layer, q, unit)->sum);
}

static const struct keeping *keeping_of(const struct statistics *st, int layer, int unit)
{
    return &st->keeping[first_of(st, layer) + (size_t)unit];
}

long long statistics_kept(const struct statistics *st, int layer, int unit)
{
    return keeping_of(st, layer, unit)->kept;
}

double statistics_half_life(const struct statistics *st, int layer, int unit)
{
    const struct keeping *k = keeping_of(st, layer, unit);
    return k->kept ? half_life(exp((log(k->product) + k->logs) / (double)k->kept)) : (double)NAN;
}
