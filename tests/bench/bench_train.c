/* bench_train.c: how fast the trainer learns: tokens per second at H = 8, 64 and 256 and with 10,000 words, beside
 * PyTorch's on the same sizes where python3 (or $PYTHON) can import torch (both sides in one run, one thread each);
 * what two threads take of that on the clock; and seconds to the default model's criterion. usage: bench_train, from
 * the root of the repository. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/threads.h"
#include "core/rng.h"
#include "learn/judge.h"

enum { LENGTH = 16, BATCH = 32, ROUNDS = 5 };

static double clock_of(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double now(void)
{
    return clock_of(CLOCK_PROCESS_CPUTIME_ID);        /* not the wall: a busy machine must not decide */
}

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

struct speed {
    double alone;                 /* tokens a second of processor time, one thread */
    double two;                   /* seconds on the clock of two threads, one's being 1 */
};

/* Medians over rounds on random sequences: speed does not depend on what they say. */
static struct speed our_speed(int hidden, int embed, int vocab, int updates)
{
    enum { SEQUENCES = 512 };
    struct rng r;
    int *id = xcalloc(SEQUENCES * LENGTH, sizeof *id), *start = xcalloc(SEQUENCES + 1, sizeof *start);
    rng_seed(&r, 1, 0);
    for (int k = 0; k < SEQUENCES * LENGTH; k++)
        id[k] = rng_below(&r, vocab);
    for (int k = 0; k <= SEQUENCES; k++)
        start[k] = k * LENGTH;
    struct train_text text = {.sequences = SEQUENCES, .start = start, .id = id};
    struct lstm_shape shape = {.layers = 1, .vocab = vocab, .embed = embed, .outputs = vocab, .hidden = &hidden};
    struct train_options o = train_defaults();
    o.updates = (2 * ROUNDS + 1) * updates;
    struct train *t = train_new(&shape, &text, &o);
    double speed[ROUNDS], two[ROUNDS];
    train_run(t, updates, NULL);
    for (int k = 0; k < ROUNDS; k++) {
        size_t before = train_tokens(t);
        threads_set(1);
        double from = now(), start_of_one = clock_of(CLOCK_MONOTONIC);
        train_run(t, updates, NULL);
        speed[k] = (double)(train_tokens(t) - before) / (now() - from);
        threads_set(2);
        double start_of_two = clock_of(CLOCK_MONOTONIC);
        train_run(t, updates, NULL);
        two[k] = (clock_of(CLOCK_MONOTONIC) - start_of_two) / (start_of_two - start_of_one);
    }
    threads_set(1);
    qsort(speed, ROUNDS, sizeof *speed, compare_double);
    qsort(two, ROUNDS, sizeof *two, compare_double);
    train_free(t);
    free(start);
    free(id);
    return (struct speed){speed[ROUNDS / 2], two[ROUNDS / 2]};
}

/* 0 when python3 has no torch. */
static double torch_speed(int hidden, int embed, int vocab, int updates)
{
    char command[160];
    double speed = 0;
    snprintf(command, sizeof command, "${PYTHON:-python3} tests/bench/train_torch.py %d %d %d %d %d %d 2>/dev/null",
             hidden, embed, vocab, LENGTH, BATCH, updates);
    FILE *f = popen(command, "r");
    if (!f || fscanf(f, "%lf", &speed) != 1)
        speed = 0;
    if (f)
        pclose(f);
    return speed;
}

static void speed_line(int hidden, int embed, int vocab, int updates)
{
    struct speed ours = our_speed(hidden, embed, vocab, updates);
    double torch = torch_speed(hidden, embed, vocab, updates / 4 + 4);
    printf("train H=%-3d E=%-3d V=%-5d  %9.0f tokens/s  %.2f µs/token   two threads %.2f of one", hidden, embed, vocab,
           ours.alone, 1e6 / ours.alone, ours.two);
    if (torch > 0)
        printf("   PyTorch %.0f tokens/s: %.1f times as fast\n", torch, ours.alone / torch);
    else
        printf("   PyTorch: not installed here, no comparison\n");
}

/* The kept seed's training: when is held-out accuracy first ≥ 99 %, and how long does all of it take? */
static bool criterion_lines(void)
{
    const struct recipe *r = recipe_find("gender");
    struct err e = {""};
    struct corpus *c = corpus_builtin("gender", r->tokens, r->corpus_seed, &e);
    if (!c) {
        fprintf(stderr, "bench_train: %s\n", e.text);
        return false;
    }
    struct train_text text = corpus_text(c, PART_TRAIN), valid = corpus_text(c, PART_VALID);
    struct train *t = recipe_trainer(r, c, &text, r->seed);
    double spent = 0, solved = 0;
    while (train_done(t) < train_total(t)) {
        double from = now();
        train_run(t, 50, NULL);
        spent += now() - from;
        struct train_score s;
        train_evaluate(t, &valid, &s);
        if (!(solved > 0) && s.accuracy >= 0.99) {
            solved = spent;
            printf("gender, seed %llu: held-out accuracy ≥ 0.99 after %d updates, %.2f s\n",
                   (unsigned long long)r->seed, train_done(t), spent);
        }
    }
    struct lstm *net = train_lstm(t);
    struct measure_score s;
    struct measure_memory m;
    struct err why = {""};
    double from = now();
    bool ok = net && measure_score(net, c, PART_TEST, &s) && measure_memory(net, c, PART_TEST, &m);
    if (ok) {
        ok = recipe_meets(&MEMORY_CRITERION, &s, &m, &why);
        printf("gender, seed %llu: all %d updates (%zu tokens) %.2f s; %d interventions measured in %.2f s; criterion "
               "%s%s\n",
               (unsigned long long)r->seed, r->updates, train_tokens(t), spent, m.spans * m.units, now() - from,
               ok ? "met" : "not met: ", why.text);
        measure_memory_clear(&m);
    }
    lstm_free(net);
    train_free(t);
    corpus_free(c);
    return ok;
}

int main(void)
{
    speed_line(8, 8, 47, 400);
    speed_line(64, 64, 47, 100);
    speed_line(256, 64, 47, 12);
    speed_line(128, 64, 10000, 4);
    return criterion_lines() ? 0 : 1;
}
