/* series.c: see series.h. The loops go along rows, as the trace lies in memory, and in blocks of a fixed number of
 * columns, so that a compiler turns them into vectors. */
#include "core/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK = 16 };

static const float *first_row(const struct series *s, int t)
{
    return s->v + (size_t)(t - s->lag) * s->stride;
}

static const float *second_row(const struct series *s, int t)
{
    return s->by + (size_t)(t - s->by_lag) * s->stride;
}

float series_at(const struct series *s, int t, int unit)
{
    float v = first_row(s, t)[unit];
    return s->by ? v * second_row(s, t)[unit] : v;
}

/* Row t: in place where it is stored, else multiplied out into buf. */
static const float *row(const struct series *s, int t, float *buf)
{
    const float *v = first_row(s, t);
    if (!s->by)
        return v;
    const float *by = second_row(s, t);
    for (int u = 0; u < s->units; u++)
        buf[u] = v[u] * by[u];
    return buf;
}

/* Written so that a value that is not a number stays where it is found first. */
static void lower(float *restrict best, const float *restrict v, int n)
{
    int u = 0;
    for (; u + BLOCK <= n; u += BLOCK)
        for (int k = 0; k < BLOCK; k++)
            best[u + k] = v[u + k] < best[u + k] ? v[u + k] : best[u + k];
    for (; u < n; u++)
        best[u] = v[u] < best[u] ? v[u] : best[u];
}

static void higher(float *restrict best, const float *restrict v, int n)
{
    int u = 0;
    for (; u + BLOCK <= n; u += BLOCK)
        for (int k = 0; k < BLOCK; k++)
            best[u + k] = v[u + k] > best[u + k] ? v[u + k] : best[u + k];
    for (; u < n; u++)
        best[u] = v[u] > best[u] ? v[u] : best[u];
}

static void add(float *restrict sum, const float *restrict v, int n)
{
    int u = 0;
    for (; u + BLOCK <= n; u += BLOCK)
        for (int k = 0; k < BLOCK; k++)
            sum[u + k] += v[u + k];
    for (; u < n; u++)
        sum[u] += v[u];
}

static float larger(float low, float high)
{
    return -low > high ? low : high;
}

void series_pool(const struct series *s, int from, int to, enum pool how, float *out, float *spare)
{
    float *low = spare, *buf = spare + s->units;
    size_t bytes = (size_t)s->units * sizeof *out;
    memcpy(out, row(s, from, buf), bytes);
    if (how == POOL_SIZE)
        memcpy(low, out, bytes);
    for (int t = from + 1; t <= to; t++) {
        const float *v = row(s, t, buf);
        if (how == POOL_MEAN)
            add(out, v, s->units);
        if (how == POOL_HIGH || how == POOL_SIZE)
            higher(out, v, s->units);
        if (how == POOL_LOW || how == POOL_SIZE)
            lower(how == POOL_LOW ? out : low, v, s->units);
    }
    for (int u = 0; how == POOL_MEAN && u < s->units; u++)
        out[u] /= (float)(to - from + 1);
    for (int u = 0; how == POOL_SIZE && u < s->units; u++)
        out[u] = larger(low[u], out[u]);
}

float series_pool_of(const float *v, int n, enum pool how)
{
    float low = v[0], high = v[0], sum = v[0];
    for (int k = 1; k < n; k++) {
        sum += v[k];
        low = v[k] < low ? v[k] : low;
        high = v[k] > high ? v[k] : high;
    }
    if (how == POOL_MEAN)
        return sum / (float)n;
    return how == POOL_LOW ? low : how == POOL_HIGH ? high : larger(low, high);
}

static float *row_buffer(const struct series *s)
{
    return xcalloc((size_t)s->units + 1, sizeof(float));
}

void series_mean(const struct series *s, double *out)
{
    float *buf = row_buffer(s);
    for (int u = 0; u < s->units; u++)
        out[u] = s->steps ? 0 : (double)NAN;
    for (int t = 1; t <= s->steps; t++) {
        const float *v = row(s, t, buf);
        for (int u = 0; u < s->units; u++)
            out[u] += (double)v[u];
    }
    for (int u = 0; u < s->units && s->steps; u++)
        out[u] /= s->steps;
    free(buf);
}

void series_variance(const struct series *s, double *out)
{
    float *buf = row_buffer(s);
    double *mean = xcalloc((size_t)s->units + 1, sizeof *mean);
    series_mean(s, mean);
    for (int u = 0; u < s->units; u++)
        out[u] = s->steps ? 0 : (double)NAN;
    for (int t = 1; t <= s->steps; t++) {
        const float *v = row(s, t, buf);
        for (int u = 0; u < s->units; u++)
            out[u] += ((double)v[u] - mean[u]) * ((double)v[u] - mean[u]);
    }
    for (int u = 0; u < s->units && s->steps; u++)
        out[u] /= s->steps;
    free(mean);
    free(buf);
}

void series_correlation(const struct series *a, int unit, const struct series *b, double *out)
{
    size_t n = (size_t)b->units + 1;
    float *buf = row_buffer(b);
    double *mean = xcalloc(n, sizeof *mean), *variance = xcalloc(n, sizeof *variance), own = 0, own_variance = 0;
    series_mean(b, mean);
    for (int t = 1; t <= a->steps; t++)
        own += (double)series_at(a, t, unit) / a->steps;
    for (int u = 0; u < b->units; u++)
        out[u] = 0;
    for (int t = 1; t <= a->steps; t++) {
        const float *v = row(b, t, buf);
        double d = (double)series_at(a, t, unit) - own;
        own_variance += d * d;
        for (int u = 0; u < b->units; u++) {
            double e = (double)v[u] - mean[u];
            out[u] += d * e;
            variance[u] += e * e;
        }
    }
    for (int u = 0; u < b->units; u++) {
        double both = sqrt(own_variance) * sqrt(variance[u]);
        out[u] = both > 0 ? out[u] / both : (double)NAN;
    }
    free(mean);
    free(variance);
    free(buf);
}

void series_keep(const struct series *f, double *mean, int *kept)
{
    float *buf = row_buffer(f);
    for (int u = 0; u < f->units; u++)
        mean[u] = kept[u] = 0;
    for (int t = 1; t <= f->steps; t++) {
        const float *v = row(f, t, buf);
        for (int u = 0; u < f->units; u++)
            if (v[u] > KEEPS) {
                mean[u] += log((double)v[u]);
                kept[u]++;
            }
    }
    for (int u = 0; u < f->units; u++)
        mean[u] = kept[u] ? exp(mean[u] / kept[u]) : (double)NAN;
    free(buf);
}

double half_life(double mean)
{
    if (!(mean < 1))
        return isnan(mean) ? mean : (double)INFINITY;
    return mean > 0 ? log(0.5) / log(mean) : 0;
}

struct keyed { double key; int n; };

static int by_key(const void *x, const void *y)
{
    const struct keyed *a = x, *b = y;
    int nan_a = isnan(a->key) != 0, nan_b = isnan(b->key) != 0;
    if (nan_a != nan_b)
        return nan_a - nan_b;
    if (!nan_a && a->key != b->key)
        return a->key < b->key ? 1 : -1;
    return (a->n > b->n) - (a->n < b->n);
}

void series_order(const double *key, int n, int *order)
{
    struct keyed *all = xcalloc((size_t)n + 1, sizeof *all);
    for (int k = 0; k < n; k++)
        all[k] = (struct keyed){key[k], k};
    qsort(all, (size_t)n, sizeof *all, by_key);
    for (int k = 0; k < n; k++)
        order[k] = all[k].n;
    free(all);
}
