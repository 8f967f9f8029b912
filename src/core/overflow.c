/* overflow.c: see overflow.h. */
#include "core/overflow.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/threads.h"

enum { LANES = 16 };

/* A float without its sign, as a whole number: in the same order, NaN above all. */
static int32_t size_of(float v)
{
    int32_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits & INT32_MAX;
}

static float larger(float most, const float *v, size_t n)
{
    int32_t lane[LANES] = {0}, all = size_of(most);
    size_t k = 0;
    for (; n - k >= LANES; k += LANES)             /* no lane waits for another */
        for (int j = 0; j < LANES; j++) {
            int32_t size = size_of(v[k + (size_t)j]);
            lane[j] = size > lane[j] ? size : lane[j];
        }
    for (; k < n; k++)
        all = size_of(v[k]) > all ? size_of(v[k]) : all;
    for (int j = 0; j < LANES; j++)
        all = lane[j] > all ? lane[j] : all;
    memcpy(&most, &all, sizeof most);
    return most;
}

/* Many numbers in parts, so many of which are looked at on all processors at once. */
enum { PART = 1 << 18, PARTS = 32 };

struct parts {
    const float *v;
    float largest[PARTS];
};

static void look_at_part(void *context, int k)
{
    struct parts *p = context;
    p->largest[k] = larger(0, p->v + (size_t)k * PART, PART);
}

static float largest_of(float most, const float *v, size_t n)
{
    struct parts p = {.v = v};
    while (n >= PART) {
        const size_t parts = n / PART < PARTS ? n / PART : PARTS;
        threads_each((int)parts, look_at_part, &p);
        most = larger(most, p.largest, parts);
        p.v += parts * PART;
        n -= parts * PART;
    }
    return larger(most, p.v, n);
}

float *overflow_largest(const struct lstm *net)
{
    float *largest = mem_array((size_t)net->layers, sizeof *largest);
    if (!largest)
        return NULL;
    for (int l = 0; l < net->layers; l++) {
        const struct lstm_layer *layer = &net->layer[l];
        size_t H = (size_t)layer->hidden;
        for (int q = 0; q < GATES; q++)
            largest[l] = larger(largest_of(largest[l], layer->W[q], H * (H + (size_t)layer->in)), layer->b[q], H);
    }
    return largest;
}

static double sum_abs(const float *v, int n)
{
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += fabs((double)v[k]);
    return sum;
}

static double sum_abs_products(const float *w, const float *v, int n)
{
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += fabs((double)w[k] * (double)v[k]);
    return sum;
}

/* No row of weights up to `largest` can take these inputs beyond a float. A comparison that NaN fails. */
static bool surely_fits(float largest, double inputs)
{
    return (double)largest * (inputs + 1) <= (double)FLT_MAX;
}

static bool fits(double sum)
{
    return sum <= (double)FLT_MAX;
}

struct list {
    struct overflow *out;
    int most, n;
};

static void add(struct list *list, struct overflow place)
{
    if (list->n < list->most)
        list->out[list->n] = place;
    list->n++;
}

static void search_layer(const struct lstm *net, const float *h, const float *x, float largest, int l,
                          struct list *list)
{
    const struct lstm_layer *layer = &net->layer[l];
    if (surely_fits(largest, sum_abs(h, layer->hidden) + sum_abs(x, layer->in)))
        return;
    for (int q = 0; q < GATES; q++)
        for (int u = 0; u < layer->hidden; u++) {
            const float *w = layer->W[q] + (size_t)u * ((size_t)layer->hidden + (size_t)layer->in);
            double sum = fabs((double)layer->b[q][u]) + sum_abs_products(w, h, layer->hidden)
                       + sum_abs_products(w + layer->hidden, x, layer->in);
            if (!fits(sum))
                add(list, (struct overflow){ l, (enum quantity)q, u });
        }
}

bool overflow_logits(const float *z, int n)
{
    bool finite = false;
    for (int v = 0; v < n; v++) {
        if (isnan(z[v]) || z[v] > FLT_MAX)
            return true;
        finite = finite || isfinite(z[v]);
    }
    return !finite;
}

int overflow_at(const struct computation *of, const float *largest, bool head_bad, int t, struct overflow *out,
                int most)
{
    const struct lstm *net = of->net;
    const struct trace *tr = of->tr;
    struct list list = { out, most, 0 };
    if (t < 1 || t > tr->steps)
        return 0;
    for (int l = 0; l < net->layers; l++) {
        int own = lstm_word(net, l, t, tr->steps);
        search_layer(net, trace_row(tr, l, Q_H, own - 1), lstm_input(tr, of->x, l, own), largest[l], l, &list);
    }
    if (head_bad)
        add(&list, (struct overflow){ .layer = OVERFLOW_HEAD });
    return list.n;
}
