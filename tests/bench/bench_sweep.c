/* bench_sweep.c: closing each of 128 forget gates at each of 50 steps, beside the same by reruns of lstm_run from
 * the closed gate on. Two networks: small random weights, which forget within some steps, and one whose forget gates
 * stand open, which carries every difference to the end. Prints medians of processor time in ms and their ratio. Then one
 * thread beside two, in turns, by the clock on the wall: that only says something where nothing else runs. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/threads.h"
#include "core/sweep.h"

enum { H = 128, T = 50, V = 64, ROUNDS = 5, SAMPLE = 8 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static float uniform(float scale)
{
    static uint32_t seed = 7;
    seed = seed * 1664525u + 1013904223u;
    return ((float)(seed >> 8) / 8388608.0f - 1.0f) * scale;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct lstm *network(float forget_bias)
{
    struct lstm *net = lstm_new(&(struct lstm_shape){.layers = 1, .vocab = V, .embed = H,
            .outputs = V, .hidden = (const int[]){H}});
    if (!net)
        exit(1);
    float scale = 1 / sqrtf((float)H);
    for (int q = 0; q < GATES; q++) {
        for (int k = 0; k < H * 2 * H; k++)
            net->layer[0].W[q][k] = uniform(scale);
        for (int u = 0; u < H; u++)
            net->layer[0].b[q][u] = uniform(scale) + (q == Q_F ? forget_bias : 0);
    }
    for (int k = 0; k < V * H; k++) {
        net->embedding[k] = uniform(1);
        net->out_W[k] = uniform(scale);
    }
    if (!lstm_pack(net))
        exit(1);
    return net;
}

/* Every SAMPLE-th unit, times SAMPLE: all of them take too long to wait for. */
static double brute(const struct lstm *net, const struct trace *tr, const float *const *x, const struct sweep *w,
                    float *worst)
{
    struct trace *re = trace_new(net, T);
    float p[V];
    double begin = now();
    *worst = 0;
    for (int s = 1; s <= T; s++)
        for (int u = 0; u < H; u += SAMPLE) {
            for (int q = 0; q < Q_COUNT; q++)
                memcpy(trace_row(re, 0, (enum quantity)q, s - 1), trace_row(tr, 0, (enum quantity)q, s - 1),
                       H * sizeof(float));
            lstm_run(net, x, s, &(struct pin){s, 0, Q_F, u, 0}, 1, re);
            lstm_logits(net, re, T, p);
            softmax(p, V, p);
            *worst = fmaxf(*worst, fabsf(p[w->q.target] - sweep_closed(w, s, u)));
        }
    double ms = (now() - begin) * SAMPLE;
    trace_free(re);
    return ms;
}

static void measure(const char *what, float forget_bias)
{
    struct lstm *net = network(forget_bias);
    const float *x[T];
    for (int t = 0; t < T; t++)
        x[t] = net->embedding + (size_t)((t * 37 + 11) % V) * H;
    struct trace *tr = trace_new(net, T);
    lstm_run(net, x, 0, NULL, 0, tr);
    const struct sweep_question q = {T, 1, 0, 5};
    double ms[ROUNDS];
    struct sweep *w = NULL;
    for (int k = 0; k < ROUNDS; k++) {
        sweep_free(w);
        double begin = now();
        w = sweep_new(net, tr, x, &q, NULL, 0);
        ms[k] = now() - begin;
    }
    qsort(ms, ROUNDS, sizeof *ms, compare);
    double wall[2][ROUNDS];
    for (int k = 0; k < 2 * ROUNDS; k++) {
        threads_set(1 + k % 2);
        double begin = clock_ms();
        sweep_free(sweep_new(net, tr, x, &q, NULL, 0));
        wall[k % 2][k / 2] = clock_ms() - begin;
    }
    threads_set(1);
    for (int k = 0; k < 2; k++)
        qsort(wall[k], ROUNDS, sizeof **wall, compare);
    float worst;
    double slow = brute(net, tr, x, w, &worst);
    printf("sweep T=%d H=%d, %-24s %7.1f ms  (%ld reruns, %.1f steps each)  rerunning each %8.0f ms  ratio %5.1f  "
           "largest difference %.1e  two threads %.2f× (best of %d: %.2f×)\n",
           T, H, what, ms[ROUNDS / 2], w->runs, (double)w->steps / (double)w->runs, slow, slow / ms[ROUNDS / 2],
           (double)worst, wall[0][ROUNDS / 2] / wall[1][ROUNDS / 2], ROUNDS, wall[0][0] / wall[1][0]);
    sweep_free(w);
    trace_free(tr);
    lstm_free(net);
}

int main(void)
{
    threads_set(1);
    printf("kernel %s\n", lstm_kernel());
    measure("gates half open:", 0);
    measure("forget bias 1:", 1);
    measure("forget gates open:", 4);
    return 0;
}
