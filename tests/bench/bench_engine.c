/* bench_engine.c: how long a step of the engine takes, every gate kept. One layer, E = H, 100 steps, distinct inputs.
 * Rounds of all measurements are interleaved and medians reported, so that a slow moment of the machine falls on all
 * alike; carry ratios to other machines, not nanoseconds.
 *
 *     bench_engine [H …]        default 16 128 650
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "core/gradient.h"
#include "core/kernel.h"

enum { STEPS = 100, ROUNDS = 15, HALF = STEPS / 2 };

/* What is measured; the times are per step of the whole run. */
enum what { PORTABLE, BEST, REPEATING, PROJECTION, SUFFIX, GRADIENT, TO_INPUTS, WHATS };

struct bench {
    struct lstm *net;
    struct trace *tr;
    float *values, *dx, *dz;
    const float *x[STEPS], *words[STEPS]; /* all different; eight that come again and again */
};

/* Processor time: what another process takes of the core is not ours. */
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
    b->net = lstm_new(&(struct lstm_shape){ .layers = 1, .embed = H, .hidden = &H });
    b->values = malloc(sizeof *b->values * (size_t)STEPS * (size_t)H);
    b->dx = mem_array((size_t)STEPS * (size_t)H, sizeof *b->dx);
    b->dz = mem_array((size_t)KERNEL_STEPS * (size_t)kernel_padded(H) * GATES, sizeof *b->dz);
    if (!b->net || !b->values || !b->dx || !b->dz)
        return false;
    float scale = 1.0f / (float)(H < 4 ? 2 : H < 64 ? 6 : 20);
    for (int q = 0; q < GATES; q++)
        for (int k = 0; k < H * 2 * H; k++)
            b->net->layer[0].W[q][k] = noise(&seed) * scale;
    for (int k = 0; k < STEPS * H; k++)
        b->values[k] = noise(&seed);
    for (int t = 0; t < STEPS; t++)
        b->x[t] = b->values + (size_t)t * (size_t)H, b->words[t] = b->values + (size_t)(t * 5 % 8) * (size_t)H;
    b->tr = trace_new(b->net, STEPS);
    return b->tr && lstm_pack(b->net);
}

static void clear(struct bench *b)
{
    trace_free(b->tr);
    lstm_free(b->net);
    free(b->values);
    mem_free(b->dx);
    mem_free(b->dz);
}

static void project_all(struct bench *b)
{
    int at[KERNEL_STEPS];
    for (int first = 1; first <= STEPS; first += KERNEL_STEPS) {
        int steps = 0;
        for (; steps < KERNEL_STEPS && first + steps <= STEPS; steps++)
            at[steps] = first + steps;
        kernel_current()->project(kernel_layer(b->net, 0), b->net->embed, b->x + first - 1, at, steps,
                                  b->tr->layer[0].v, b->tr->layer[0].stride);
    }
}

/* The share of the gradient that goes to the inputs, as gradient.c asks for it. */
static void project_back(struct bench *b)
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

static void once(struct bench *b, enum what what)
{
    switch (what) {
    case PORTABLE:
    case BEST:
        lstm_run(b->net, b->x, 0, NULL, 0, b->tr);
        break;
    case REPEATING:
        lstm_run(b->net, b->words, 0, NULL, 0, b->tr);
        break;
    case PROJECTION:
        project_all(b);
        break;
    case SUFFIX:
        lstm_run(b->net, b->x, HALF + 1, NULL, 0, b->tr);
        break;
    case TO_INPUTS:
        project_back(b);
        break;
    default:
        gradient_free(gradient_element(&(struct computation){.net = b->net, .tr = b->tr},
                                       (struct element){0, 0, Q_C, STEPS}));
    }
}

/* Nanoseconds per call. Leaves a finished trace behind. */
static double timed(struct bench *b, enum what what, int repeat)
{
    lstm_kernel_force(what == PORTABLE ? "portable" : NULL);
    lstm_run(b->net, b->x, 0, NULL, 0, b->tr);
    double start = now();
    for (int k = 0; k < repeat; k++)
        once(b, what);
    double spent = (now() - start) / repeat;
    if (what == PROJECTION)
        lstm_run(b->net, b->x, 0, NULL, 0, b->tr);
    return spent;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v)
{
    qsort(v, ROUNDS, sizeof *v, ascending);
    return v[ROUNDS / 2];
}

static bool report(int H)
{
    struct bench b = { .net = NULL };
    double time[WHATS][ROUNDS], ns[WHATS];
    if (!prepare(&b, H)) {
        clear(&b);
        return false;
    }
    int repeat = (int)(5e6 / (timed(&b, BEST, 1) + 1)) + 1; /* about 5 ms each */
    for (int round = 0; round < ROUNDS; round++)
        for (int what = 0; what < WHATS; what++)
            time[what][round] = timed(&b, (enum what)what, repeat);
    for (int what = 0; what < WHATS; what++)
        ns[what] = median(time[what]) / STEPS;
    double recurrent = ns[BEST] - ns[PROJECTION];
    printf("H %4d  %-8s %9.0f ns/step   portable %9.0f   portable/%s %.2f\n", H, lstm_kernel(), ns[BEST], ns[PORTABLE],
           lstm_kernel(), ns[PORTABLE] / ns[BEST]);
    printf("        recurrent part %9.0f ns/step, %.2f of the step   suffix from the middle %.2f of a full run\n",
           recurrent, recurrent / ns[BEST], ns[SUFFIX] / ns[BEST]);
    printf("        on eight words that repeat %9.0f ns/step, %.2f of a run of different inputs\n", ns[REPEATING],
           ns[REPEATING] / ns[BEST]);
    printf("        gradient of one C to every C, h and x %9.0f ns/step, %.2f of a forward step; without x %.2f of the "
           "recurrent "
           "part\n",
           ns[GRADIENT], ns[GRADIENT] / ns[BEST], (ns[GRADIENT] - ns[TO_INPUTS]) / recurrent);
    clear(&b);
    return true;
}

int main(int argc, char **argv)
{
    static const int standard[] = { 16, 128, 650 };
    for (int k = 1; k < argc; k++)
        if (atoi(argv[k]) < 1 || !report(atoi(argv[k]))) {
            fprintf(stderr, "bench_engine: %s: not a size that fits\n", argv[k]);
            return 1;
        }
    for (size_t k = 0; argc < 2 && k < sizeof standard / sizeof *standard; k++)
        if (!report(standard[k]))
            return 1;
    return 0;
}
