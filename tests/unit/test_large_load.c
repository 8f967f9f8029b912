/* test_large_load.c: weights so many that they are read, looked at and laid out in pieces, on all processors: the same
 * numbers for any number of threads, each where it belongs, and one that is none is told by its place. */
#define _GNU_SOURCE
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/threads.h"
#include "core/lstm.h"
#include "support/golden.h"
#include "support/refusal.h"

/* 36 MB of weights; units that fill no tile, inputs that fill no piece. */
enum { H = 1500, E = 9, ROWS = 4 * H };

static float number(size_t k)
{
    return (float)((double)(k * 2654435761u % 20011) / 20011 - 0.5) / 16;
}

/* One LSTM, `bad` (from 0) of the recurrent weights being NaN; SIZE_MAX: none. */
static const char *write_lstm(size_t bad)
{
    struct str header = {0}, out = {0};
    const size_t x = 4 * (size_t)ROWS * E, h = 4 * (size_t)ROWS * H;
    str_addf(&header,
             "{\"lstm.weight_ih_l0\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[0,%zu]},"
             "\"lstm.weight_hh_l0\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[%zu,%zu]}}",
             ROWS, E, x, ROWS, H, x, x + h);
    while (header.len % 8)
        str_addc(&header, ' ');
    put_u64(&out, header.len);
    str_addn(&out, header.s, header.len);
    for (size_t k = 0; k < (size_t)ROWS * (E + H); k++)
        put_f32(&out, k == (size_t)ROWS * E + bad ? NAN : number(k));
    str_free(&header);
    return bytes_file("large.safetensors", &out);
}

/* f_1 of a unit: σ of its row times x, h being 0. */
static double forget(const float *x, int unit)
{
    double z = 0;
    for (int k = 0; k < E; k++)
        z += (double)number((size_t)(H + unit) * E + (size_t)k) * (double)x[k];
    return 1 / (1 + exp(-z));
}

static void each_weight_is_where_it_belongs_for_any_number_of_threads(void **state)
{
    (void)state;
    const char *path = write_lstm(SIZE_MAX / 2);
    static const int threads[] = {1, 2, 5};
    struct trace *first = NULL;
    float x[2 * E];
    for (int k = 0; k < 2 * E; k++)
        x[k] = (float)k - 7.5f;
    const float *const steps[] = {x, x + E};
    for (size_t n = 0; n < sizeof threads / sizeof *threads; n++) {
        threads_set(threads[n]);
        struct model *m = must_load(path, NULL);
        const struct lstm_layer *l = &m->net->layer[0];
        for (int u = 0; u < H; u += 7)
            for (int k = 0; k < H + E; k++) {
                size_t row = (size_t)(H + u),
                       at = k < H ? (size_t)ROWS * E + row * H + (size_t)k : row * E + (size_t)(k - H);
                if (l->W[Q_F][(size_t)u * (H + E) + (size_t)k] != number(at))
                    fail_msg("unit %d, column %d", u, k);
            }
        struct trace *tr = trace_new(m->net, 2);
        lstm_run(m->net, steps, 0, NULL, 0, tr);
        for (int u = 0; u < H; u++)
            assert_true(fabs((double)trace_row(tr, 0, Q_F, 1)[u] - forget(x, u)) < 1e-6);
        for (int q = 0; first && q < Q_COUNT; q++)
            assert_memory_equal(trace_row(tr, 0, (enum quantity)q, 2), trace_row(first, 0, (enum quantity)q, 2),
                                H * sizeof(float));
        if (first)
            trace_free(tr);
        else
            first = tr;
        model_free(m);
    }
    trace_free(first);
    threads_set(0);
}

static void a_number_that_is_none_is_told_by_its_place_among_millions(void **state)
{
    (void)state;
    static const size_t bad[] = {0, 12345 + 7, (size_t)ROWS * H / 2 + 11, (size_t)ROWS * H - 1};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        char place[128];
        snprintf(place, sizeof place, "lstm.weight_hh_l0[%zu][%zu]: expected a finite number", bad[k] / H, bad[k] % H);
        must_refuse(write_lstm(bad[k]), place);
    }
}

static void large_arrays_are_zero_however_many_there_are(void **state)
{
    (void)state;
    enum { MANY = 70, BYTES = 33 << 20, STEP = 4096 };
    const int n = getenv("FLSTM_SANITIZED") ? 3 : MANY;          /* where each costs its whole size */
    unsigned char *all[MANY];
    for (int round = 0; round < 2; round++) {
        for (int k = 0; k < n; k++) {
            all[k] = mem_array(BYTES, 1);
            assert_non_null(all[k]);
            assert_int_equal((uintptr_t)all[k] % 64, 0);
            for (size_t at = 0; k < 2 && at < BYTES; at += STEP)
                assert_int_equal(all[k][at], 0);
            for (size_t at = 0; k < 2 && at < BYTES; at += STEP)
                all[k][at] = 1;
            all[k][BYTES - 1] = 2;
        }
        for (int k = 0; k < n; k++)
            mem_free(all[round ? k : n - 1 - k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_weight_is_where_it_belongs_for_any_number_of_threads),
        cmocka_unit_test(a_number_that_is_none_is_told_by_its_place_among_millions),
        cmocka_unit_test(large_arrays_are_zero_however_many_there_are),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
