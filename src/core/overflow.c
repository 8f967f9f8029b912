/* overflow.c: see overflow.h. */
#include "core/overflow.h"

#include <float.h>
#include <math.h>

#include "base/mem.h"

static float larger(float most, const float *v, size_t n)
{
    for (size_t k = 0; k < n; k++)
        most = fabsf(v[k]) > most ? fabsf(v[k]) : most;
    return most;
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
            largest[l] = larger(larger(largest[l], layer->W[q], H * (H + (size_t)layer->in)), layer->b[q], H);
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
