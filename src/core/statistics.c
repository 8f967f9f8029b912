/* statistics.c: see statistics.h. */
#include "core/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/threads.h"
#include "core/kernel.h"
#include "core/series.h"

float statistics_bound(enum quantity q, bool high)
{
    if (q == Q_F || q == Q_I || q == Q_O)
        return high ? 0.9f : 0.1f;
    float bound = q == Q_C ? atanhf(0.9f) : 0.9f;
    return high ? bound : -bound;
}

/* Floats of a padded unit while rows are counted: four, and a double. */
enum { WORK = 6 };

struct statistics *statistics_new(const struct lstm *net)
{
    struct statistics *st = xcalloc(1, sizeof *st);
    st->layers = net->layers;
    st->hidden = xcalloc((size_t)net->layers, sizeof *st->hidden);
    size_t n = 0, widest = 0;
    for (int l = 0; l < net->layers; l++) {
        size_t padded = (size_t)kernel_padded(net->layer[l].hidden);
        n += (size_t)(st->hidden[l] = net->layer[l].hidden);
        widest = padded > widest ? padded : widest;
    }
    for (int q = 0; q < Q_COUNT; q++) {
        st->tally[q] = xcalloc(n + 1, sizeof **st->tally);
        for (size_t k = 0; k < n; k++)
            st->tally[q][k].min = st->tally[q][k].max = NAN;
    }
    for (int k = 0; k <= Q_COUNT; k++)
        if (!(st->work[k] = mem_array(widest * WORK, sizeof **st->work)))
            mem_die();
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
    for (int k = 0; k <= Q_COUNT; k++)
        mem_free(st->work[k]);
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

/* ---- rows of one quantity of one layer: a piece of work for a thread ---- */

struct adding {
    struct statistics *st;
    const struct statistics_rows *rows;
    int n;
};

/* Counted side by side (kernel.h), then taken over: Σ goes on from where it was, so that it is one sum over all steps,
 * however they are handed in. */
static void begin_tally(const struct kernel_tally *y, const struct tally *of, int n, int padded)
{
    memset(y->low, 0, (size_t)padded * 2 * sizeof(float));        /* and y->high after it */
    for (int u = 0; u < n; u++) {
        y->sum[u] = of[u].sum;
        y->min[u] = of[u].min <= of[u].max ? of[u].min : INFINITY;
        y->max[u] = of[u].min <= of[u].max ? of[u].max : -INFINITY;
    }
}

static void take_over(struct tally *to, const struct kernel_tally *y, int n)
{
    for (int u = 0; u < n; u++) {
        to[u].low += (long long)y->low[u];
        to[u].high += (long long)y->high[u];
        to[u].sum = y->sum[u];
        if (y->min[u] <= y->max[u]) {
            to[u].min = y->min[u];
            to[u].max = y->max[u];
        }
    }
}

/* So many rows are counted in floats without a loss. */
enum { COUNTED = 1 << 20 };

static void add_layer(const struct adding *a, int l, enum quantity q)
{
    const struct kernel *k = kernel_current();
    const int n = a->st->hidden[l], padded = kernel_padded(n);
    struct tally *tally = a->st->tally[q] + first_of(a->st, l);
    float *work = a->st->work[q];
    const struct kernel_tally y = {
        .low = work, .high = work + padded, .min = work + (size_t)2 * padded, .max = work + (size_t)3 * padded,
        .sum = (double *)(void *)(work + (size_t)4 * padded),
        .below = statistics_bound(q, false), .above = statistics_bound(q, true)};
    int room = 0;
    for (const struct statistics_rows *r = a->rows; r < a->rows + a->n; r++)
        for (int t = r->from; t <= r->to; t++) {
            if (!room--) {
                begin_tally(&y, tally, n, padded);
                room = COUNTED - 1;
            }
            k->tally(&y, trace_row(r->tr, l, q, t), padded);
            if (!room)
                take_over(tally, &y, n);
        }
    if (room > 0)
        take_over(tally, &y, n);
}

static void take_over_kept(struct keeping *to, const double *product, const float *kept, int n, bool as_logs)
{
    for (int u = 0; u < n; u++) {
        to[u].kept += (long long)kept[u];
        to[u].product = as_logs ? 1 : product[u];
        to[u].logs += as_logs ? log(product[u]) : 0;
    }
}

/* A product of so many f > KEEPS = ½ still fits into a double; then it is put away as a logarithm. At which step does
 * not depend on how rows are handed in. */
enum { PRODUCT = 512 };

static void add_keeping(const struct adding *a, int l)
{
    const struct kernel *k = kernel_current();
    const int n = a->st->hidden[l], padded = kernel_padded(n);
    struct keeping *to = a->st->keeping + first_of(a->st, l);
    float *kept = a->st->work[Q_COUNT];
    double *product = (double *)(void *)(kept + (size_t)4 * padded);
    bool begun = false;
    long long step = a->st->steps;
    for (const struct statistics_rows *r = a->rows; r < a->rows + a->n; r++)
        for (int t = r->from; t <= r->to; t++) {
            if (!begun) {
                memset(kept, 0, (size_t)padded * sizeof *kept);
                for (int u = 0; u < n; u++)
                    product[u] = to[u].product;
            }
            k->keep(product, kept, trace_row(r->tr, l, Q_F, t), KEEPS, padded);
            begun = ++step % PRODUCT != 0;
            if (!begun)
                take_over_kept(to, product, kept, n, true);
        }
    if (begun)
        take_over_kept(to, product, kept, n, false);
}

/* A piece of work: one quantity, or what the forget gates keep. */
static void add_piece(void *context, int k)
{
    const struct adding *a = context;
    for (int l = 0; l < a->st->layers; l++)
        if (k < Q_COUNT)
            add_layer(a, l, (enum quantity)k);
        else
            add_keeping(a, l);
}

void statistics_add_rows(struct statistics *st, const struct statistics_rows *rows, int n)
{
    struct adding a = {st, rows, n};
    kernel_current();                     /* chosen once, by this thread */
    threads_each(Q_COUNT + 1, add_piece, &a);
    for (int k = 0; k < n; k++)
        st->steps += rows[k].to >= rows[k].from ? rows[k].to - rows[k].from + 1 : 0;
}

void statistics_add(struct statistics *st, const struct trace *tr, int from, int to)
{
    statistics_add_rows(st, &(struct statistics_rows){tr, from, to}, 1);
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
