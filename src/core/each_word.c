/* each_word.c: in the first layer W_q·[h, x] + b falls into a part of h_{t-1}, which no word changes and which is
 * computed once, and one of x, which is a row of the embedding. In a layer above, x is h_t of the layer below, which
 * every word changes: the step is rerun whole. */
#include "core/each_word.h"

#include <math.h>

#include "base/mem.h"
#include "core/pins.h"

/* What stands by hand at this step, for one unit. */
struct held {
    bool is[Q_COUNT];
    float value[Q_COUNT];
};

static struct held held_at(const struct pin *pins, size_t count, int layer, int unit, int t)
{
    struct held held = {.is = {false}};
    const struct pins here = pins_at(pins, count, t, layer);
    for (int q = 0; q < Q_COUNT; q++) {
        const struct pin *p = pins_find(here, (enum quantity)q, unit);
        held.is[q] = p != NULL;
        held.value[q] = p ? p->value : 0;
    }
    return held;
}

static double hold(const struct held *held, enum quantity q, double value)
{
    return held->is[q] ? (double)held->value[q] : value;
}

/* The six equations of lstm.h for one unit, from its four z without their peepholes. */
static void cell(const struct lstm_layer *l, int unit, const double z[GATES], double C_before, const struct held *held,
                 struct each_word *out)
{
    double peep[GATES] = {0};
    for (int q = 0; q < GATES; q++)
        peep[q] = l->peep[q] ? (double)l->peep[q][unit] : 0;
    double f = hold(held, Q_F, gate_function_exact(l->gate_function, z[Q_F] + peep[Q_F] * C_before));
    double own_i = gate_function_exact(l->gate_function, z[Q_I] + peep[Q_I] * C_before);
    double i = hold(held, Q_I, l->coupled ? 1 - f : own_i);
    double g = hold(held, Q_G, l->sigma_candidate ? gate_function_exact(GATE_SIGMOID, z[Q_G]) : tanh(z[Q_G]));
    double C = hold(held, Q_C, f * C_before + i * g);
    double o = hold(held, Q_O, gate_function_exact(l->gate_function, z[Q_O] + peep[Q_O] * C)),
           h = hold(held, Q_H, o * tanh(C));
    const double v[Q_COUNT] = {[Q_F] = f, [Q_I] = i, [Q_G] = g, [Q_O] = o, [Q_C] = C, [Q_H] = h};
    for (int q = 0; q < Q_COUNT; q++)
        out->v[q] = (float)v[q];
}

static double dot(const float *a, const float *b, int n)
{
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += (double)a[k] * (double)b[k];
    return sum;
}

static void first_layer(const struct computation *of, const struct element *at, int first, int n, struct each_word *out)
{
    const struct held held = held_at(of->pins, of->pin_count, 0, at->unit, at->step);
    const struct lstm *net = of->net;
    const struct lstm_layer *l = &net->layer[0];
    const int unit = at->unit;
    const float *h = trace_row(of->tr, 0, Q_H, at->step - 1), *row[GATES];
    double C_before = (double)trace_row(of->tr, 0, Q_C, at->step - 1)[unit], fixed[GATES], z[GATES];
    for (int q = 0; q < GATES; q++) {
        row[q] = l->W[q] + (size_t)unit * ((size_t)l->hidden + (size_t)l->in);
        fixed[q] = dot(row[q], h, l->hidden) + (double)l->b[q][unit];
    }
    for (int k = 0; k < n; k++) {
        const float *word = net->embedding + (size_t)(first + k) * (size_t)net->embed;
        for (int q = 0; q < GATES; q++)
            z[q] = fixed[q] + dot(row[q] + l->hidden, word, l->in);
        cell(l, unit, z, C_before, &held, &out[k]);
    }
}

static bool layer_above(const struct computation *of, const struct element *at, int first, int n, struct each_word *out)
{
    const struct lstm *net = of->net;
    struct suffix *s = suffix_new(of, at->step, at->step);
    bool ok = s != NULL;
    for (int k = 0; ok && k < n; k++) {
        suffix_input(s, at->step, net->embedding + (size_t)(first + k) * (size_t)net->embed);
        ok = suffix_run(s, NULL, 0);
        for (int q = 0; ok && q < Q_COUNT; q++)
            out[k].v[q] = suffix_row(s, at->layer, (enum quantity)q, at->step)[at->unit];
    }
    suffix_free(s);
    return ok;
}

bool each_word_compute(const struct computation *of, struct element at, int first, int n, struct each_word *out)
{
    if (at.layer)
        return layer_above(of, &at, first, n, out);
    first_layer(of, &at, first, n, out);
    return true;
}

double each_word_probability(struct suffix *s, int word, int output, float *logits)
{
    const struct lstm *net = suffix_net(s);
    suffix_input(s, suffix_from(s), net->embedding + (size_t)word * (size_t)net->embed);
    if (!suffix_run(s, NULL, 0))
        return (double)NAN;
    suffix_logits(s, suffix_to(s), logits);
    return exp(-surprisal(logits, net->outputs, output));
}
