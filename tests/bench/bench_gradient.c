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

#include "bench/one_layer.h"
#include "core/gradient.h"

enum { ROUNDS = 21, OUTPUTS = 50 };
enum what { FORWARD, PROJECTION, BACKWARD, TO_INPUTS, WHATS };

static double timed(struct one_layer *b, enum what what, int repeat)
{
    double start = now();
    for (int k = 0; k < repeat; k++)
        switch (what) {
        case FORWARD: lstm_run(b->net, b->x, 0, NULL, 0, b->tr); break;
        case PROJECTION: project_all(b); break;
        case BACKWARD: gradient_free(gradient_surprisal(&(struct computation){.net = b->net, .tr = b->tr}, STEPS, 7)); break;
        default: project_back(b);
        }
    return (now() - start) / repeat;
}

static bool report(int H)
{
    struct one_layer b = {.net = NULL};
    double time[WHATS][ROUNDS], ns[WHATS];
    if (!one_layer_new(&b, H, OUTPUTS)) {
        one_layer_free(&b);
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
    one_layer_free(&b);
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
