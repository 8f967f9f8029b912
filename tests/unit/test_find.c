/* test_find.c: places where the same units are on together: against brute force on random rows, and planted ones found first. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "core/find.h"
#include "support/golden.h"
#include "support/models.h"

enum { UNITS = 12, STRIDE = 16, STEPS = 120 };

static float rows[(STEPS + 2) * STRIDE];

static void noise(uint64_t *seed, float size)
{
    for (int k = 0; k < (STEPS + 2) * STRIDE; k++)
        rows[k] = random_float(seed, -size, size);
}

static float at(int t, int u)
{
    return rows[t * STRIDE + u];
}

/* ---- units -------------------------------------------------------------------------------------------------------------- */

static void the_units_of_a_span_are_those_a_plain_search_finds(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int round = 0; round < 300; round++) {
        noise(&seed, 1);
        int from = 1 + random_below(&seed, 20), to = from + random_below(&seed, 3), last = random_below(&seed, 2) ? to : STEPS;
        unsigned how = (unsigned)random_below(&seed, 4);
        struct find_unit found[UNITS];
        int n = find_units(rows, STRIDE, UNITS, from, to, last, 0.2f, how, found), k = 0;
        for (int u = 0; u < UNITS; u++) {
            bool up = true, down = true;
            for (int t = from; t <= to; t++) {
                up = up && at(t, u) >= 0.2f;
                down = down && at(t, u) <= -0.2f;
            }
            if (how & FIND_OFF_BEFORE) {
                up = up && !(at(from - 1, u) >= 0.2f);
                down = down && !(at(from - 1, u) <= -0.2f);
            }
            if (how & FIND_OFF_AFTER && to < last) {
                up = up && !(at(to + 1, u) >= 0.2f);
                down = down && !(at(to + 1, u) <= -0.2f);
            }
            if (up || down) {
                assert_true(k < n);
                assert_int_equal(found[k].unit, u);
                assert_int_equal(found[k].sign, up ? 1 : -1);
                k++;
            }
        }
        assert_int_equal(k, n);
    }
}

/* ---- places --------------------------------------------------------------------------------------------------------------- */

struct places { struct find_place v[STEPS * 4]; int n; };

static void note(void *to, int from, int last, int common)
{
    struct places *p = to;
    p->v[p->n++] = (struct find_place){0, from, last, common};
}

static int by_start(const void *a, const void *b)
{
    return ((const struct find_place *)a)->from - ((const struct find_place *)b)->from;
}

static bool on(const struct find_unit *u, int t)
{
    return t >= 1 && t <= STEPS && find_on(at(t, u->unit), u->sign, 0.3f);
}

/* Word for word what find.h says. */
static int brute_force(const struct find_unit *units, int n, struct find_place *out)
{
    int found = 0;
    for (int s = 1; s <= STEPS; s++) {
        bool came = false;
        int common = 0;
        for (int k = 0; k < n; k++) {
            came = came || (on(&units[k], s) && !on(&units[k], s - 1));
            common += on(&units[k], s);
        }
        if (!came)
            continue;
        int last = s;
        for (bool all = true; all && last < STEPS; last += all)
            for (int k = 0; k < n; k++)
                all = all && (!on(&units[k], s) || on(&units[k], last + 1));
        out[found++] = (struct find_place){0, s, last, common};
    }
    return found;
}

static void the_places_are_those_that_brute_force_finds(void **state)
{
    (void)state;
    uint64_t seed = 8;
    static struct places got;
    static struct find_place want[STEPS];
    for (int round = 0; round < 400; round++) {
        noise(&seed, 1);
        /* Slow units make long runs. */
        for (int t = 1; t <= STEPS; t++)
            for (int u = 0; u < UNITS / 2; u++)
                if (random_below(&seed, 6))
                    rows[t * STRIDE + u] = rows[(t - 1) * STRIDE + u];
        struct find_unit units[UNITS];
        int n = 1 + random_below(&seed, UNITS);
        for (int k = 0; k < n; k++)
            units[k] = (struct find_unit){k, random_below(&seed, 2) ? 1 : -1};
        struct find_scan *f = find_scan_new(units, n, 0.3f);
        for (int again = 0; again < 2; again++) {            /* a second sequence starts from nothing */
            got.n = 0;
            for (int t = 1; t <= STEPS; t++)
                find_scan_row(f, rows + t * STRIDE, note, &got);
            find_scan_row(f, NULL, note, &got);
            qsort(got.v, (size_t)got.n, sizeof *got.v, by_start);
            int m = brute_force(units, n, want);
            assert_int_equal(got.n, m);
            assert_memory_equal(got.v, want, (size_t)m * sizeof *want);
        }
        find_scan_free(f);
    }
}

static struct find_list best;

static void offer(void *to, int from, int last, int common)
{
    (void)to;
    find_list_offer(&best, (struct find_place){0, from, last, common});
}

static void planted_patterns_come_first_the_most_alike_on_top(void **state)
{
    (void)state;
    uint64_t seed = 99;
    noise(&seed, 0.25f);
    static const struct { int from, to, units; } planted[] = {{10, 13, 5}, {60, 63, 5}, {90, 98, 5}, {30, 33, 4}, {45, 46, 3}};
    for (size_t p = 0; p < sizeof planted / sizeof *planted; p++)
        for (int t = planted[p].from; t <= planted[p].to; t++)
            for (int u = 0; u < planted[p].units; u++)
                rows[t * STRIDE + 2 * u] = u % 2 ? -0.8f : 0.8f;
    struct find_unit units[UNITS];
    int n = find_units(rows, STRIDE, UNITS, 10, 13, STEPS, 0.3f, FIND_OFF_BEFORE | FIND_OFF_AFTER, units);
    assert_int_equal(n, 5);
    for (int k = 0; k < n; k++) {
        assert_int_equal(units[k].unit, 2 * k);
        assert_int_equal(units[k].sign, k % 2 ? -1 : 1);
    }
    find_list_init(&best, 10, 4);
    struct find_scan *f = find_scan_new(units, n, 0.3f);
    for (int t = 1; t <= STEPS; t++)
        find_scan_row(f, rows + t * STRIDE, offer, NULL);
    find_scan_row(f, NULL, offer, NULL);
    assert_int_equal(best.n, 5);
    for (int k = 0; k < 5; k++) {
        assert_int_equal(best.place[k].from, planted[k].from);
        assert_int_equal(best.place[k].to, planted[k].to);
        assert_int_equal(best.place[k].common, planted[k].units);
    }
    find_scan_free(f);
    find_list_clear(&best);
}

static int by_rank(const void *a, const void *b)
{
    const struct find_place *x = a, *y = b;
    if (x->common != y->common)
        return y->common - x->common;
    int fx = abs(x->to - x->from + 1 - 3), fy = abs(y->to - y->from + 1 - 3);
    if (fx != fy)
        return fx - fy;
    return x->sequence != y->sequence ? x->sequence < y->sequence ? -1 : 1 : x->from - y->from;
}

static void a_short_list_holds_the_best_of_all(void **state)
{
    (void)state;
    uint64_t seed = 4;
    enum { MANY = 500, FEW = 17 };
    static struct find_place all[MANY];
    struct find_list l;
    find_list_init(&l, FEW, 3);
    for (int k = 0; k < MANY; k++) {
        int from = 1 + random_below(&seed, 90);
        all[k] = (struct find_place){k / 50, from, from + random_below(&seed, 8), 1 + random_below(&seed, 5)};
        find_list_offer(&l, all[k]);
    }
    qsort(all, MANY, sizeof *all, by_rank);
    assert_int_equal(l.n, FEW);
    assert_int_equal(l.seen, MANY);
    for (int k = 0; k < FEW; k++)
        assert_int_equal(by_rank(&l.place[k], &all[k]), 0);
    find_list_clear(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_units_of_a_span_are_those_a_plain_search_finds),
        cmocka_unit_test(the_places_are_those_that_brute_force_finds),
        cmocka_unit_test(planted_patterns_come_first_the_most_alike_on_top),
        cmocka_unit_test(a_short_list_holds_the_best_of_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
