/* one_layer.h: one layer on 100 steps of noise, and the two products that bound what it costs: for the benchmarks of the
 * engine and of the gradient. */
#ifndef FLSTM_BENCH_ONE_LAYER_H
#define FLSTM_BENCH_ONE_LAYER_H

#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "core/kernel.h"
#include "core/lstm.h"

enum { STEPS = 100 };

struct one_layer {
    struct lstm *net;
    struct trace *tr, *scratch;   /* the projection writes into scratch, where the gates of a run would be */
    float *values, *dx, *dz;
    const float *x[STEPS];        /* all different */
};

/* Nanoseconds of processor time: what another process takes of the core is not ours. */
static inline double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static inline int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline float noise(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (float)(*state >> 8) / 8388608.0f - 1.0f;
}

/* E = H, weights small enough that gates stay between 0 and 1. False when memory is short. */
static inline bool one_layer_new(struct one_layer *b, int H, int outputs)
{
    unsigned seed = 1;
    *b = (struct one_layer){.net = lstm_new(&(struct lstm_shape){
        .layers = 1, .embed = H, .hidden = &H, .outputs = outputs})};
    b->values = malloc(sizeof *b->values * (size_t)STEPS * (size_t)H);
    b->dx = mem_array((size_t)STEPS * (size_t)H, sizeof *b->dx);
    b->dz = mem_array((size_t)KERNEL_STEPS * (size_t)kernel_padded(H) * GATES, sizeof *b->dz);
    if (!b->net || !b->values || !b->dx || !b->dz)
        return false;
    float scale = 1.0f / (float)(H < 4 ? 2 : 20);
    if (H >= 4 && H < 64)
        scale = 1.0f / 6;
    for (int q = 0; q < GATES; q++)
        for (int k = 0; k < H * 2 * H; k++)
            b->net->layer[0].W[q][k] = noise(&seed) * scale;
    for (int k = 0; k < outputs * H; k++)
        b->net->out_W[k] = noise(&seed) * scale;
    for (int k = 0; k < STEPS * H; k++)
        b->values[k] = noise(&seed);
    for (int t = 0; t < STEPS; t++)
        b->x[t] = b->values + (size_t)t * (size_t)H;
    b->tr = trace_new(b->net, STEPS);
    b->scratch = trace_new(b->net, STEPS);
    return b->tr && b->scratch && lstm_pack(b->net);
}

static inline void one_layer_free(struct one_layer *b)
{
    trace_free(b->tr);
    trace_free(b->scratch);
    lstm_free(b->net);
    free(b->values);
    mem_free(b->dx);
    mem_free(b->dz);
}

/* W·x of all steps. */
static inline void project_all(struct one_layer *b)
{
    int at[KERNEL_STEPS];
    for (int first = 1; first <= STEPS; first += KERNEL_STEPS) {
        int steps = 0;
        for (; steps < KERNEL_STEPS && first + steps <= STEPS; steps++)
            at[steps] = first + steps;
        kernel_current()->project(kernel_layer(b->net, 0), b->net->embed, b->x + first - 1, at, steps,
                                  b->scratch->layer[0].v, b->scratch->layer[0].stride);
    }
}

/* The share of the gradient that goes to the inputs, as gradient.c asks for it. */
static inline void project_back(struct one_layer *b)
{
    const struct packed_layer *p = kernel_layer(b->net, 0);
    const float *dz[KERNEL_STEPS];
    float *to[KERNEL_STEPS];
    for (int first = 0; first < STEPS; first += KERNEL_STEPS) {
        int steps = 0;
        for (; steps < KERNEL_STEPS && first + steps < STEPS; steps++) {
            dz[steps] = b->dz + (size_t)steps * (size_t)p->tiles * TILE_ROWS;
            to[steps] = b->dx + (size_t)(first + steps) * (size_t)b->net->embed;
        }
        kernel_current()->transposed(p->W, p->tiles, b->net->embed, dz, steps, to);
    }
}

#endif
