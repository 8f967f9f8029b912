/* test_find.c: places where the same units are on together: against brute force on random rows, and planted ones
 * found first. */
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
#include "base/threads.h"
#include "core/find.h"
#include "import/import.h"
#include "learn/sample.h"
#include "support/app.h"
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

/* ---- units ------------------------------------------------------------------------------------------------------- */

static void the_units_of_a_span_are_those_a_plain_search_finds(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int round = 0; round < 300; round++) {
        noise(&seed, 1);
        int from = 1 + random_below(&seed, 20), to = from + random_below(&seed, 3),
            last = random_below(&seed, 2) ? to : STEPS;
        unsigned how = (unsigned)random_below(&seed, 4);
        struct find_unit found[UNITS];
        int n = find_units(rows, STRIDE, UNITS, &(struct find_span){from, to, last, 0.2f, how}, found), k = 0;
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

/* ---- places ------------------------------------------------------------------------------------------------------ */

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
    static const struct {
        int from, to, units;
    } planted[] = {{10, 13, 5}, {60, 63, 5}, {90, 98, 5}, {30, 33, 4}, {45, 46, 3}};
    for (size_t p = 0; p < sizeof planted / sizeof *planted; p++)
        for (int t = planted[p].from; t <= planted[p].to; t++)
            for (int u = 0; u < planted[p].units; u++)
                rows[t * STRIDE + 2 * u] = u % 2 ? -0.8f : 0.8f;
    struct find_unit units[UNITS];
    int n = find_units(rows, STRIDE, UNITS,
                       &(struct find_span){10, 13, STEPS, 0.3f, FIND_OFF_BEFORE | FIND_OFF_AFTER}, units);
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

/* ---- the view ---------------------------------------------------------------------------------------------------- */

static void explained(struct app *a, struct str *out)
{
    str_clear(out);
    struct grid *g = grid_new(80, 24, a->glyphs);
    app_draw(a, g, NULL, NULL);
    grid_free(g);
    view_explain(a->view, &a->scene, app_view_state(a), out);
}

/* How many units the sentence should speak of, counted from the session. */
/* A value that is the threshold itself is on, on either side of 0; between them a unit is off. */
static void at_the_threshold_a_unit_is_on(void **state)
{
    (void)state;
    static const struct { float value; bool high, low; } cases[] = {
        {0.5f, true, false}, {0.49f, false, false}, {-0.5f, false, true}, {-0.49f, false, false}, {1, true, false}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        assert_int_equal(find_on(cases[k].value, 1, 0.5f), cases[k].high);
        assert_int_equal(find_on(cases[k].value, -1, 0.5f), cases[k].low);
    }
}

static int count_units(const struct session *s, enum value v, int from, int to, double threshold)
{
    int n = 0;
    for (int u = 0; u < session_net(s)->layer[0].hidden; u++)
        for (int sign = 1; sign >= -1; sign -= 2) {
            bool all = true;
            for (int t = from; t <= to; t++) {
                double x = (double)session_value(s, RUN_PINNED, 0, u, v, t);
                all = all && sign * (v == VAL_C ? tanh(x) : x) >= threshold;
            }
            double before = (double)session_row(s, RUN_PINNED, 0, v == VAL_C ? Q_C : Q_H, from - 1)[u];
            n += all && !(sign * (v == VAL_C ? tanh(before) : before) >= threshold);
        }
    return n;
}

static void what_it_says_of_the_units_is_so(void **state)
{
    (void)state;
    struct app a = random_app(40, 1, 30, 80, 24);
    struct str text = {0};
    press(&a, ":t 5<Enter>F[<Right>]y");
    for (int k = 0; k < 2; k++) {
        explained(&a, &text);
        char want[64];
        snprintf(want, sizeof want, "%d of 40 units", count_units(a.session, k ? VAL_H : VAL_C, 5, 6, 0.3));
        if (!strstr(text.s, want))
            fail_msg("\"%s\" is not in \"%s\"", want, text.s);
        press(&a, "v");
    }
    /* A pin changes what is on, and so what is found. */
    press(&a, "Fv");
    struct err e = {{0}};
    for (int u = 0; u < 40; u++)
        assert_true(session_pin(a.session, (struct place){0, u, VAL_C, 6}, 0, false, &e));
    session_goto(a.session, 7);
    press(&a, "F");
    explained(&a, &text);
    assert_non_null(strstr(text.s, "No unit stands"));
    str_free(&text);
    app_clear(&a);
}

static void shown(struct app *a, struct str *out)
{
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    str_clear(out);
    app_draw(a, g, NULL, NULL);
    grid_dump_text(g, out);
    grid_free(g);
}

static void assert_shown(const struct str *text, const char *want)
{
    if (!strstr(str_text(text), want))
        fail_msg("\"%s\" is not in\n%s", want, str_text(text));
}

/* gender stands at every word of the sentence, the unit at hand nowhere at 0.95. */
static void it_opens_on_the_span_over_which_the_selected_unit_stands(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    golden_app(&(struct golden_shot){.w = 80, .h = 24, .keys = ":t and<Enter>F"}, &a);
    shown(&a, &text);
    assert_shown(&text, "Where else does the memory of gender stand above zero, as it does here?");
    assert_shown(&text, "here: from 'She' to 'dog', 8 words");
    press(&a, "+++++++++++++");
    explained(&a, &text);
    assert_shown(&text, "gender stands nowhere in these 8 words");
    str_free(&text);
    app_clear(&a);
}

/* Counted from the session's own rows, sentence by sentence. */
static void the_places_of_one_unit_are_all_its_runs_the_longest_first(void **state)
{
    (void)state;
    struct app a = random_app(12, 1, 400, 80, 24);
    struct str text = {0};
    const struct cursor *at = session_cursor(a.session);
    float least = atanhf(0.3f), v = 0;
    int places = 0, steps = 0, longest = 0, run = 0, here = 0;
    while (fabsf(v) < least)                  /* a word at which it stands: that side of zero is asked about */
        v = session_value(a.session, RUN_PINNED, 0, at->unit, VAL_C, ++here);
    float sign = v > 0 ? 1 : -1;
    session_goto(a.session, here);
    press(&a, "F");
    explained(&a, &text);
    for (int t = 1; t <= 401; t++) {
        bool on = t <= 400 && sign * session_value(a.session, RUN_PINNED, 0, at->unit, VAL_C, t) >= least;
        places += on && !run;
        run = on ? run + 1 : 0;
        steps += on;
        longest = run > longest ? run : longest;
    }
    char want[96];
    snprintf(want, sizeof want, "%d places, %d of 400 words", places, steps);
    assert_shown(&text, want);
    snprintf(want, sizeof want, "The longest holds over %d word", longest);
    assert_shown(&text, want);
    str_free(&text);
    app_clear(&a);
}

static void enter_goes_to_a_place_in_the_sentence(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24, .keys = ":t came<Enter>F[<Right>]y<Down><Enter>"}, &a);
    assert_int_equal(session_cursor(a.session)->step, 5);
    press(&a, "<Up><Enter>");
    assert_int_equal(session_cursor(a.session)->step, 2);
    app_clear(&a);
}

static void places_in_a_file_are_shown_with_their_line_and_enter_opens_it(void **state)
{
    (void)state;
    char name[] = "/tmp/flstm-find-XXXXXX";
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    close(fd);
    static const char text[] = "dog\n\nhe came out\nshe came out and played with her dog\n";
    struct err e = {{0}};
    assert_true(file_write(name, text, sizeof text - 1, &e));
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24, .keys = ":t came<Enter>"}, &a);
    session_set_corpus(a.session, name);
    press(&a, "F[<Right>]y");
    assert_true(app_finish_work(&a, &e));
    struct str text_shown = {0};
    shown(&a, &text_shown);
    assert_shown(&text_shown, "2      3");                   /* the line as it is counted in an editor */
    assert_shown(&text_shown, "[played with her dog]");
    press(&a, "<Enter>");
    assert_string_equal(session_token(a.session, 1), "he");
    assert_int_equal(session_steps(a.session), 3);
    assert_int_equal(session_cursor(a.session)->step, 2);
    press(&a, "u");
    assert_int_equal(session_steps(a.session), 8);
    str_free(&text_shown);
    app_clear(&a);
    unlink(name);
}

static void without_a_file_it_looks_through_what_the_model_learnt_from(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    struct str text = {0};
    golden_app(&(struct golden_shot){.model = "gender", .w = 80, .h = 24, .keys = "F"}, &a);
    assert_true(app_finish_work(&a, &e));
    explained(&a, &text);
    assert_shown(&text, "in 200 sentences drawn from gender.grammar");
    assert_null(strstr(text.s, " 1 place"));
    press(&a, "f");
    explained(&a, &text);
    assert_shown(&text, "in these");
    str_free(&text);
    app_clear(&a);
}

static void what_is_found_is_the_same_for_any_number_of_threads(void **state)
{
    (void)state;
    static const int counts[] = {1, 2, 3, 8};
    struct str text[4] = {{0}};
    for (int k = 0; k < 4; k++) {
        struct app a;
        struct err e = {{0}};
        threads_set(counts[k]);
        golden_app(&(struct golden_shot){.model = "gender", .w = 80, .h = 24, .keys = "F"}, &a);
        assert_true(app_finish_work(&a, &e));
        shown(&a, &text[k]);
        app_clear(&a);
    }
    threads_set(0);
    assert_shown(&text[0], "200 sentences");
    for (int k = 1; k < 4; k++)
        assert_string_equal(text[0].s, text[k].s);
    for (int k = 0; k < 4; k++)
        str_free(&text[k]);
}

static void a_sample_is_the_same_every_time_and_holds_no_line_twice(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct model *m = model_builtin("gender", &e);
    struct str first = {0}, again = {0}, name = {0};
    bool drawn = false;
    assert_non_null(m);
    assert_int_equal(sample_text(m, 50, &first, &name, &drawn), 50);
    assert_int_equal(sample_text(m, 50, &again, &name, &drawn), 50);
    assert_true(drawn);
    assert_string_equal(first.s, again.s);
    for (char *line = first.s, *next; *line; line = next + 1) {
        next = strchr(line, '\n');
        *next = '\0';
        for (char *other = next + 1; *other; other += strcspn(other, "\n") + 1)
            assert_true(strcspn(other, "\n") != strlen(line) || strncmp(other, line, strlen(line)) != 0);
    }
    str_free(&first);
    str_free(&again);
    str_free(&name);
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_the_threshold_a_unit_is_on),
        cmocka_unit_test(the_units_of_a_span_are_those_a_plain_search_finds),
        cmocka_unit_test(the_places_are_those_that_brute_force_finds),
        cmocka_unit_test(planted_patterns_come_first_the_most_alike_on_top),
        cmocka_unit_test(a_short_list_holds_the_best_of_all),
        cmocka_unit_test(what_it_says_of_the_units_is_so),
        cmocka_unit_test(enter_goes_to_a_place_in_the_sentence),
        cmocka_unit_test(places_in_a_file_are_shown_with_their_line_and_enter_opens_it),
        cmocka_unit_test(it_opens_on_the_span_over_which_the_selected_unit_stands),
        cmocka_unit_test(the_places_of_one_unit_are_all_its_runs_the_longest_first),
        cmocka_unit_test(without_a_file_it_looks_through_what_the_model_learnt_from),
        cmocka_unit_test(what_is_found_is_the_same_for_any_number_of_threads),
        cmocka_unit_test(a_sample_is_the_same_every_time_and_holds_no_line_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
