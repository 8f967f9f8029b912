/* reference.c: see reference.h. */
#include "support/reference.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* f, i, o of z. */
static double squash(const struct lstm_layer *l, double z)
{
    if (l->gate_function == GATE_SIGMOID)
        return 1.0 / (1.0 + exp(-z));
    double v = l->gate_function == GATE_HARD_KERAS2 ? 0.2 * z + 0.5 : (z + 3.0) / 6.0;
    return fmin(1.0, fmax(0.0, v));
}

/* What a value becomes once a hand has been laid on it. */
static double touched(double value, int t, int layer, enum quantity q, int unit, const struct pin *pins,
                      size_t pin_count, const struct ref_nudge *nudge)
{
    for (size_t p = 0; p < pin_count; p++)
        if (pins[p].step == t && pins[p].layer == layer && pins[p].q == q && pins[p].unit == unit)
            value = (double)pins[p].value;
    if (nudge && nudge->q == q && nudge->step == t && nudge->layer == layer && nudge->unit == unit)
        value += nudge->delta;
    return value;
}

double ref_at(const struct ref_run *r, int layer, enum quantity q, int t, int unit)
{
    return r->v[q][layer][(size_t)t * (size_t)r->hidden[layer] + (size_t)unit];
}

static double *at(const struct ref_run *r, int layer, enum quantity q, int t, int unit)
{
    return &r->v[q][layer][(size_t)t * (size_t)r->hidden[layer] + (size_t)unit];
}

static double input(const struct ref_run *r, const float *const *x, int layer, int t, int k,
                    const struct ref_nudge *nudge)
{
    if (layer)
        return ref_at(r, layer - 1, Q_H, t, k);
    double value = (double)x[t - 1][k];
    return nudge && nudge->q == Q_COUNT && nudge->step == t && nudge->unit == k ? value + nudge->delta : value;
}

struct ref_run *ref_run_nudged(const struct lstm *net, const float *const *x, int steps, const struct pin *pins,
                               size_t pin_count, const struct ref_nudge *nudge)
{
    struct ref_run *r = xcalloc(1, sizeof *r);
    r->steps = steps;
    r->layers = net->layers;
    r->hidden = xcalloc((size_t)net->layers, sizeof *r->hidden);
    for (int q = 0; q < Q_COUNT; q++) {
        r->v[q] = xcalloc((size_t)net->layers, sizeof *r->v[q]);
        for (int l = 0; l < net->layers; l++) {
            r->hidden[l] = net->layer[l].hidden;
            r->v[q][l] = xcalloc(((size_t)steps + 1) * (size_t)r->hidden[l], sizeof *r->v[q][l]);
        }
    }
    for (int l = 0; l < net->layers; l++)
        for (int u = 0; u < r->hidden[l]; u++) {
            *at(r, l, Q_C, 0, u) = touched((double)net->c0[l][u], 0, l, Q_C, u, pins, pin_count, nudge);
            *at(r, l, Q_H, 0, u) = touched((double)net->h0[l][u], 0, l, Q_H, u, pins, pin_count, nudge);
        }
    for (int t = 1; t <= steps; t++)
        for (int l = 0; l < net->layers; l++) {
            const struct lstm_layer *layer = &net->layer[l];
            int H = layer->hidden, E = layer->in;
            for (int u = 0; u < H; u++) {
                double z[GATES], before = ref_at(r, l, Q_C, t - 1, u);
                for (int q = 0; q < GATES; q++) {
                    const float *w = layer->W[q] + (size_t)u * (size_t)(H + E);
                    z[q] = (double)layer->b[q][u];
                    for (int k = 0; k < H; k++)
                        z[q] += (double)w[k] * ref_at(r, l, Q_H, t - 1, k);
                    for (int k = 0; k < E; k++)
                        z[q] += (double)w[H + k] * input(r, x, l, t, k, nudge);
                    if (layer->peep[q] && q != Q_O)
                        z[q] += (double)layer->peep[q][u] * before;
                }
                double f = touched(squash(layer, z[Q_F]), t, l, Q_F, u, pins, pin_count, nudge);
                *at(r, l, Q_F, t, u) = f;
                *at(r, l, Q_I, t, u) =
                    touched(layer->coupled ? 1.0 - f : squash(layer, z[Q_I]), t, l, Q_I, u, pins, pin_count, nudge);
                *at(r, l, Q_G, t, u) = touched(tanh(z[Q_G]), t, l, Q_G, u, pins, pin_count, nudge);
                double c = ref_at(r, l, Q_F, t, u) * ref_at(r, l, Q_C, t - 1, u)
                         + ref_at(r, l, Q_I, t, u) * ref_at(r, l, Q_G, t, u);
                c = touched(c, t, l, Q_C, u, pins, pin_count, nudge);
                *at(r, l, Q_C, t, u) = c;
                if (layer->peep[Q_O])
                    z[Q_O] += (double)layer->peep[Q_O][u] * c;
                *at(r, l, Q_O, t, u) = touched(squash(layer, z[Q_O]), t, l, Q_O, u, pins, pin_count, nudge);
                *at(r, l, Q_H, t, u) = touched(ref_at(r, l, Q_O, t, u) * tanh(c), t, l, Q_H, u, pins, pin_count, nudge);
            }
        }
    return r;
}

struct ref_run *ref_run(const struct lstm *net, const float *const *x, int steps, const struct pin *pins,
                        size_t pin_count)
{
    return ref_run_nudged(net, x, steps, pins, pin_count, NULL);
}

void ref_free(struct ref_run *r)
{
    if (!r)
        return;
    for (int q = 0; q < Q_COUNT; q++) {
        for (int l = 0; l < r->layers; l++)
            free(r->v[q][l]);
        free(r->v[q]);
    }
    free(r->hidden);
    free(r);
}

void ref_logits(const struct lstm *net, const struct ref_run *r, int t, double *logits)
{
    int top = net->layers - 1, H = net->layer[top].hidden;
    for (int v = 0; v < net->outputs; v++) {
        logits[v] = (double)net->out_b[v];
        for (int u = 0; u < H; u++)
            logits[v] += (double)net->out_W[(size_t)v * (size_t)H + (size_t)u] * ref_at(r, top, Q_H, t, u);
    }
}

double ref_surprisal(const struct lstm *net, const struct ref_run *r, int t, int target)
{
    double *z = xcalloc((size_t)net->outputs, sizeof *z), largest = -INFINITY, sum = 0.0;
    ref_logits(net, r, t, z);
    for (int v = 0; v < net->outputs; v++)
        largest = fmax(largest, z[v]);
    for (int v = 0; v < net->outputs; v++)
        sum += exp(z[v] - largest);
    double s = log(sum) + largest - z[target];
    free(z);
    return s;
}

/* splitmix64 (Steele, Lea, Flood 2014). */
static unsigned long long next(struct ref_random *r)
{
    unsigned long long z = r->state += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

double ref_uniform(struct ref_random *r, double low, double high)
{
    return low + (high - low) * (double)(next(r) >> 11) * 0x1p-53;
}

int ref_below(struct ref_random *r, int n)
{
    return (int)(next(r) % (unsigned long long)n);
}

static void fill(float *v, size_t n, double scale, struct ref_random *r)
{
    for (size_t k = 0; v && k < n; k++)
        v[k] = (float)ref_uniform(r, -scale, scale);
}

struct lstm *ref_network(const struct lstm_shape *shape, double scale, struct ref_random *r)
{
    struct lstm *net = lstm_new(shape);
    if (!net)
        return NULL;
    for (int l = 0; l < net->layers; l++) {
        struct lstm_layer *layer = &net->layer[l];
        size_t H = (size_t)layer->hidden, columns = H + (size_t)layer->in;
        double s = scale / sqrt((double)columns);
        for (int q = 0; q < GATES; q++) {
            fill(layer->W[q], H * columns, s, r);
            fill(layer->b[q], H, s, r);
            fill(layer->b2[q], H, s, r);
            fill(layer->peep[q], H, 0.5 * scale, r);
        }
        fill(net->h0[l], H, 0.5, r);
        fill(net->c0[l], H, 1.0, r);
    }
    fill(net->embedding, (size_t)net->vocab * (size_t)net->embed, 1.0, r);
    fill(net->out_W, (size_t)net->outputs * (size_t)lstm_top(net), 1.0, r);
    fill(net->out_b, (size_t)net->outputs, 1.0, r);
    if (!lstm_pack(net)) {
        lstm_free(net);
        return NULL;
    }
    return net;
}
