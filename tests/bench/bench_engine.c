/* bench_engine.c: how long a step of the engine takes, every gate kept. One layer, E = H, 100 steps, distinct inputs.
 * Rounds of all measurements are interleaved and medians reported, so that a slow moment of the machine falls on all
 * alike; carry ratios to other machines, not nanoseconds.
 *
 *     bench_engine [H …]        default 16 128 650
 */
#include <stdio.h>

#include "bench/one_layer.h"
#include "core/gradient.h"
#include "core/projected.h"

enum { ROUNDS = 15, HALF = STEPS / 2 };

/* What is measured; the times are per step of the whole run. */
enum what { PORTABLE, BEST, REPEATING, PROJECTION, SUFFIX, RECOMPUTED, GRADIENT, TO_INPUTS, WHATS };

struct bench {
    struct one_layer on;
    struct projected *kept;
    const float *words[STEPS];    /* eight of the inputs that come again and again */
};

static bool prepare(struct bench *b, int H)
{
    bool ok = one_layer_new(&b->on, H, 0);
    if (ok)
        b->kept = projected_new(b->on.net, 16 << 20);
    for (int t = 0; ok && t < STEPS; t++)
        b->words[t] = b->on.x[t * 5 % 8];
    return ok;
}

static void once(struct bench *b, enum what what)
{
    switch (what) {
    case PORTABLE:
    case BEST:
        lstm_run(b->on.net, b->on.x, 0, NULL, 0, b->on.tr);
        break;
    case REPEATING:
        lstm_run(b->on.net, b->words, 0, NULL, 0, b->on.tr);
        break;
    case PROJECTION:
        project_all(&b->on);
        break;
    case SUFFIX:
        lstm_run(b->on.net, b->on.x, HALF + 1, NULL, 0, b->on.tr);
        break;
    case RECOMPUTED:              /* as a session does it: W·x is there from the first run */
        lstm_run_kept(&(struct computation){.net = b->on.net, .x = b->on.x}, b->kept, b->on.tr, HALF + 1, STEPS);
        break;
    case TO_INPUTS:
        project_back(&b->on);
        break;
    default:
        gradient_free(gradient_element(&(struct computation){.net = b->on.net, .tr = b->on.tr},
                                       (struct element){0, 0, Q_C, STEPS}));
    }
}

/* Nanoseconds per call. Leaves a finished trace behind. */
static double timed(struct bench *b, enum what what, int repeat)
{
    lstm_kernel_force(what == PORTABLE ? "portable" : NULL);
    lstm_run_kept(&(struct computation){.net = b->on.net, .x = b->on.x}, b->kept, b->on.tr, 0, STEPS);
    double start = now();
    for (int k = 0; k < repeat; k++)
        once(b, what);
    return (now() - start) / repeat;
}

static double median(double *v)
{
    qsort(v, ROUNDS, sizeof *v, ascending);
    return v[ROUNDS / 2];
}

static bool report(int H)
{
    struct bench b = {.on.net = NULL};
    double time[WHATS][ROUNDS], ns[WHATS];
    if (!prepare(&b, H)) {
        projected_free(b.kept);
        one_layer_free(&b.on);
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
    printf("        recurrent part %9.0f ns/step, %.2f of the step   suffix from the middle %.2f of a full run, with W·x "
           "kept %.2f\n",
           recurrent, recurrent / ns[BEST], ns[SUFFIX] / ns[BEST], ns[RECOMPUTED] / ns[BEST]);
    printf("        on eight words that repeat %9.0f ns/step, %.2f of a run of different inputs\n", ns[REPEATING],
           ns[REPEATING] / ns[BEST]);
    printf("        gradient of one C to every C, h and x %9.0f ns/step, %.2f of a forward step; without x %.2f of the "
           "recurrent "
           "part\n",
           ns[GRADIENT], ns[GRADIENT] / ns[BEST], (ns[GRADIENT] - ns[TO_INPUTS]) / recurrent);
    projected_free(b.kept);
    one_layer_free(&b.on);
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
