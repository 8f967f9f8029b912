/* inputs.c: see inputs.h. */
#include "model/inputs.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

const char *input_activation_name(enum input_activation a)
{
    static const char *const names[INPUT_ACTIVATIONS] = {"none", "relu", "tanh", "sigmoid"};
    return names[a];
}

static double activate(enum input_activation a, double z)
{
    switch (a) {
    case INPUT_RELU: return z > 0 ? z : 0;
    case INPUT_TANH: return tanh(z);
    case INPUT_SIGMOID: return 1 / (1 + exp(-z));
    case INPUT_LINEAR:
    case INPUT_ACTIVATIONS: break;
    }
    return z;
}

static void norm_free(struct input_norm *n)
{
    mem_free(n->weight);
    mem_free(n->bias);
    mem_free(n->mean);
    mem_free(n->variance);
}

void input_layers_free(struct input_layers *l)
{
    if (!l)
        return;
    norm_free(&l->first);
    norm_free(&l->last);
    mem_free(l->W);
    mem_free(l->b);
    free(l);
}

static void normalize(const struct input_norm *n, double *x, int size)
{
    double mean = 0, variance = 0;
    if (!n->weight)
        return;
    for (int k = 0; k < size; k++)
        mean += x[k] / size;
    for (int k = 0; k < size; k++)
        variance += (x[k] - mean) * (x[k] - mean) / size;
    for (int k = 0; k < size; k++) {
        double m = n->mean ? (double)n->mean[k] : mean, v = n->mean ? (double)n->variance[k] : variance;
        x[k] = (x[k] - m) / sqrt(v + n->epsilon) * (double)n->weight[k] + (double)n->bias[k];
    }
}

static void apply_linear(const struct input_layers *l, const double *x, double *y)
{
    for (int r = 0; r < l->to; r++) {
        const float *row = l->W + (size_t)r * (size_t)l->from;
        y[r] = l->b ? (double)l->b[r] : 0;
        for (int k = 0; k < l->from; k++)
            y[r] += (double)row[k] * x[k];
        y[r] = activate(l->activation, y[r]);
    }
}

bool input_layers_compute(const struct input_layers *l, const float *x, int rows, float *out)
{
    double *given = mem_array((size_t)l->from + (size_t)l->to, sizeof *given);
    double *read = l->W && given ? given + l->from : given;
    for (int t = 0; given && t < rows; t++) {
        for (int k = 0; k < l->from; k++)
            given[k] = (double)*x++;
        normalize(&l->first, given, l->from);
        if (l->W)
            apply_linear(l, given, read);
        normalize(&l->last, read, l->to);
        for (int k = 0; k < l->to; k++)
            *out++ = (float)read[k];
    }
    mem_free(given);
    return given != NULL;
}
