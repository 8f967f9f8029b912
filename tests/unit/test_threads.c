/* Work in pieces: each is done once, whoever does it. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>
#include <pthread.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/threads.h"
#include "core/lstm.h"
#include "support/app.h"
#include "support/models.h"

enum { PIECES = 1000 };
static const int counts[] = {1, 2, 3, 8, 0};
enum { COUNTS = sizeof counts / sizeof *counts };

static atomic_int done[PIECES];

static void mark(void *context, int k)
{
    atomic_fetch_add(&done[k], *(int *)context);
}

static void every_piece_is_done_once_whatever_the_number_of_threads(void **state)
{
    (void)state;
    for (int c = 0; c < COUNTS; c++)
        for (int n = 0; n <= PIECES; n = 2 * n + 1) {
            int by = 1;
            threads_set(counts[c]);
            for (int k = 0; k < PIECES; k++)
                atomic_store(&done[k], 0);
            threads_each(n, mark, &by);
            for (int k = 0; k < PIECES; k++)
                assert_int_equal(atomic_load(&done[k]), k < n);
        }
}

static void many_short_rounds_lose_nothing(void **state)
{
    (void)state;
    threads_set(3);
    int by = 1;
    for (int k = 0; k < PIECES; k++)
        atomic_store(&done[k], 0);
    for (int round = 0; round < 3000; round++)
        threads_each(1 + round % 7, mark, &by);
    int want = 0;
    for (int round = 0; round < 3000; round++)
        want += 1 + round % 7;
    int got = 0;
    for (int k = 0; k < PIECES; k++)
        got += atomic_load(&done[k]);
    assert_int_equal(got, want);
}

static void inner(void *context, int k)
{
    (void)k;
    ++*(int *)context;            /* no lock: one thread does all of them */
}

static void outer(void *context, int k)
{
    int *sums = context;
    threads_each(50, inner, &sums[k]);
}

static void a_piece_that_asks_for_pieces_does_them_itself(void **state)
{
    (void)state;
    int sums[20] = {0};
    threads_set(4);
    threads_each(20, outer, sums);
    for (int k = 0; k < 20; k++)
        assert_int_equal(sums[k], 50);
}

static pthread_t first;
static atomic_int beside, blocked;

/* Stays until another thread has a piece, too: so that workers are sure to be asked. */
static void look_at_signals(void *context, int k)
{
    (void)context;
    (void)k;
    if (!pthread_equal(pthread_self(), first)) {
        sigset_t mask;
        pthread_sigmask(SIG_SETMASK, NULL, &mask);
        atomic_fetch_add(&blocked, sigismember(&mask, SIGINT) && sigismember(&mask, SIGWINCH)
                                       && sigismember(&mask, SIGTERM) && sigismember(&mask, SIGTSTP));
        atomic_fetch_add(&beside, 1);
    }
    for (int wait = 0; wait < 2000 && !atomic_load(&beside); wait++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void a_signal_is_never_taken_by_a_worker(void **state)
{
    (void)state;
    sigset_t mask;
    first = pthread_self();
    threads_set(2);
    threads_each(2, look_at_signals, NULL);
    assert_int_equal(atomic_load(&beside), 1);
    assert_int_equal(atomic_load(&blocked), 1);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    assert_false(sigismember(&mask, SIGINT));         /* and the one that asked still takes them */
}

static void the_count_is_what_was_set_or_what_the_machine_has(void **state)
{
    (void)state;
    threads_set(3);
    assert_int_equal(threads_count(), 3);
    threads_set(THREADS_MAX + 1);
    assert_int_equal(threads_count(), THREADS_MAX);
    threads_set(0);
    assert_true(threads_count() >= 1 && threads_count() <= sysconf(_SC_NPROCESSORS_CONF));
}

/* A head that several threads share: 20,000 words × 250 units are three pieces for one step, many for twenty. */
static void predictions_are_the_same_bits_for_any_number_of_threads(void **state)
{
    (void)state;
    enum { WORDS = 20000, STEPS = 20 };
    const struct random_model shape = {.layers = 1, .hidden = 250, .embed = 8, .words = 30, .outputs = WORDS,
                                       .steps = STEPS, .seed = 3};
    struct err e = {{0}};
    struct session *s = session_new(model_random(&shape), &e);
    assert_non_null(s);
    const struct trace *tr = session_trace(s, RUN_BASE);
    float *alone = mem_array(STEPS * WORDS, sizeof *alone), *z = mem_array(STEPS * WORDS, sizeof *z);
    int step[STEPS];
    for (int t = 0; t < STEPS; t++)
        step[t] = t + 1;
    for (int c = 0; c < COUNTS; c++) {
        float *to = c ? z : alone;
        threads_set(counts[c]);
        lstm_logits_part(session_net(s), tr, (struct logits_part){step, STEPS, 0, WORDS}, to);
        assert_memory_equal(to, alone, STEPS * WORDS * sizeof *to);
        for (int t = 0; t < STEPS; t += 7) {
            lstm_logits(session_net(s), tr, step[t], z);
            assert_memory_equal(z, alone + (size_t)t * WORDS, WORDS * sizeof *z);
        }
    }
    threads_set(0);
    mem_free(alone);
    mem_free(z);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_piece_is_done_once_whatever_the_number_of_threads),
        cmocka_unit_test(many_short_rounds_lose_nothing),
        cmocka_unit_test(a_piece_that_asks_for_pieces_does_them_itself),
        cmocka_unit_test(a_signal_is_never_taken_by_a_worker),
        cmocka_unit_test(predictions_are_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(the_count_is_what_was_set_or_what_the_machine_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
