/* bench_gradient.c: what the gradient of one value to every C costs, beside the forward pass it follows back. One
 * layer, E = H, 100 different inputs. Rounds are interleaved and medians reported; the ratio is what carries to
 * other machines.
 *
 * The recurrent part of a forward pass is the pass without W·x, which does not have to wait for h and is done for
 * many steps at once; the gradient of all C and h is a backward pass without Wᵀ·dz to the inputs, likewise. Both are
 * measured by difference.
 *
 *     bench_gradient [H …]        default 64 256
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "core/gradient.h"
#include "core/kernel.h"

enum { STEPS = 100, ROUNDS = 21, OUTPUTS = 50 };
enum what { FORWARD, PROJECTION, BACKWARD, TO_INPUTS, WHATS };

struct bench {
    struct lstm *net;
    struct trace *tr, *scratch;   /* the projection writes where the gates of a run would be */
    float *values, *dx, *dz;
    const float *x[STEPS];
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static float noise(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (float)(*state >> 8) / 8388608.0f - 1.0f;
}

static bool prepare(struct bench *b, int H)
{
    unsigned seed = 1;
    b->net = lstm_new(&(struct lstm_shape){.layers = 1, .embed = H, .hidden = &H, .outputs = OUTPUTS});
    b->values = malloc(sizeof *b->values * (size_t)STEPS * (size_t)H);
    b->dx = mem_array((size_t)STEPS * (size_t)H, sizeof *b->dx);
    b->dz = mem_array((size_t)KERNEL_STEPS * (size_t)kernel_padded(H) * GATES, sizeof *b->dz);
    if (!b->net || !b->values || !b->dx || !b->dz)
        return false;
    float scale = 1.0f / (float)(H < 64 ? 6 : 20);
    for (int q = 0; q < GATES; q++)
        for (int k = 0; k < H * 2 * H; k++)
            b->net->layer[0].W[q][k] = noise(&seed) * scale;
    for (int k = 0; k < OUTPUTS * H; k++)
        b->net->out_W[k] = noise(&seed) * scale;
    for (int k = 0; k < STEPS * H; k++)
        b->values[k] = noise(&seed);
    for (int t = 0; t < STEPS; t++)
        b->x[t] = b->values + (size_t)t * (size_t)H;
    b->tr = trace_new(b->net, STEPS);
    b->scratch = trace_new(b->net, STEPS);
    return b->tr && b->scratch && lstm_pack(b->net);
}

static void clear(struct bench *b)
{
    trace_free(b->tr);
    trace_free(b->scratch);
    lstm_free(b->net);
    free(b->values);
    mem_free(b->dx);
    mem_free(b->dz);
}

static void project(struct bench *b)
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

static void to_inputs(struct bench *b)
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

static double timed(struct bench *b, enum what what, int repeat)
{
    double start = now();
    for (int k = 0; k < repeat; k++)
        switch (what) {
        case FORWARD: lstm_run(b->net, b->x, 0, NULL, 0, b->tr); break;
        case PROJECTION: project(b); break;
        case BACKWARD: gradient_free(gradient_surprisal(&(struct computation){.net = b->net, .tr = b->tr}, STEPS, 7)); break;
        default: to_inputs(b);
        }
    return (now() - start) / repeat;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool report(int H)
{
    struct bench b = {.net = NULL};
    double time[WHATS][ROUNDS], ns[WHATS];
    if (!prepare(&b, H)) {
        clear(&b);
        return false;
    }
    timed(&b, FORWARD, 1);
    int repeat = (int)(4e6 / (timed(&b, FORWARD, 1) + 1)) + 1;
    for (int round = 0; round < ROUNDS; round++)
        for (int what = 0; what < WHATS; what++)
            time[what][round] = timed(&b, (enum what)what, repeat);
    for (int what = 0; what < WHATS; what++) {
        qsort(time[what], ROUNDS, sizeof time[what][0], ascending);
        ns[what] = time[what][ROUNDS / 2] / STEPS;
    }
    double forward = ns[FORWARD] - ns[PROJECTION], backward = ns[BACKWARD] - ns[TO_INPUTS];
    printf("H %4d  %-8s gradient of all C %8.0f ns/step   recurrent forward %8.0f ns/step   ratio %.2f (goal 1.10)\n",
           H, lstm_kernel(), backward, forward, backward / forward);
    printf("        with every x %8.0f ns/step   whole forward pass %8.0f ns/step   ratio %.2f\n", ns[BACKWARD],
           ns[FORWARD], ns[BACKWARD] / ns[FORWARD]);
    clear(&b);
    return true;
}

int main(int argc, char **argv)
{
    static const int standard[] = {64, 256};
    for (int k = 1; k < argc; k++)
        if (atoi(argv[k]) < 1 || !report(atoi(argv[k]))) {
            fprintf(stderr, "bench_gradient: %s: not a size that fits\n", argv[k]);
            return 1;
        }
    for (size_t k = 0; argc < 2 && k < sizeof standard / sizeof *standard; k++)
        if (!report(standard[k]))
            return 1;
    return 0;
}
