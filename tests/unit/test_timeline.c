/* test_timeline.c: one value of every unit at every word. The numbers behind it (peaks, order) against brute force,
 * and that what is marked is what the cursor is on. (Pictures: test_golden.c.) */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/series.h"
#include "support/app.h"
#include "support/golden.h"
#include "support/models.h"
#include "ui/widget.h"
#include "views/bars.h"
#include "views/tape.h"
#include "views/value.h"

/* ---- series ------------------------------------------------------------------------------------------------------ */

enum { UNITS = 37, STEPS = 50, STRIDE = 48 };

static float numbers[2][(STEPS + 1) * STRIDE];

static struct series random_series(bool product, int lag)
{
    uint64_t seed = 5;
    for (int k = 0; k < 2; k++)
        for (int j = 0; j < (STEPS + 1) * STRIDE; j++)
            numbers[k][j] = random_float(&seed, -1, 1);
    return (struct series){.v = numbers[0],
                           .by = product ? numbers[1] : NULL,
                           .stride = STRIDE,
                           .lag = lag,
                           .by_lag = product,
                           .units = UNITS,
                           .steps = STEPS};
}

static float plain_value(bool product, int lag, int t, int u)
{
    float v = numbers[0][(t - lag) * STRIDE + u];
    return product ? v * numbers[1][(t - 1) * STRIDE + u] : v;
}

static void the_peak_of_many_steps_is_the_one_that_a_plain_search_finds(void **state)
{
    (void)state;
    for (int variant = 0; variant < 3; variant++) {
        bool product = variant == 1;
        int lag = variant == 2;
        struct series s = random_series(product, lag);
        float out[UNITS], spare[2 * UNITS];
        for (int from = 1; from <= STEPS; from += 7)
            for (int to = from; to <= STEPS; to += 5)
                for (int how = POOL_LOW; how <= POOL_MEAN; how++) {
                    series_pool(&s, from, to, (enum pool)how, out, spare);
                    for (int u = 0; u < UNITS; u++) {
                        float best = plain_value(product, lag, from, u);
                        for (int t = from; t <= to; t++) {
                            float v = plain_value(product, lag, t, u);
                            if (how == POOL_LOW ? v < best : how == POOL_HIGH ? v > best : fabsf(v) > fabsf(best))
                                best = v;
                        }
                        double sum = 0;
                        for (int t = from; t <= to; t++)
                            sum += (double)plain_value(product, lag, t, u);
                        if (how == POOL_MEAN)
                            assert_true(fabs((double)out[u] - sum / (to - from + 1)) < 1e-6);
                        else
                            assert_float_equal(out[u], best, 0);
                        assert_float_equal(series_at(&s, from, u), plain_value(product, lag, from, u), 0);
                    }
                }
    }
    assert_float_equal(series_pool_of((const float[]){0.5f, -0.9f, 0.1f}, 3, POOL_SIZE), -0.9f, 0);
    assert_float_equal(series_pool_of((const float[]){0.5f, -0.9f, 0.1f}, 3, POOL_HIGH), 0.5f, 0);
}

static void a_number_that_is_none_is_not_hidden_by_its_neighbours(void **state)
{
    (void)state;
    struct series s = random_series(false, 0);
    numbers[0][3 * STRIDE + 4] = NAN;
    float out[UNITS], spare[2 * UNITS];
    series_pool(&s, 3, 9, POOL_HIGH, out, spare);
    assert_true(isnan(out[4]));
    assert_false(isnan(out[5]));
}

static void variance_and_correlation_are_what_their_definitions_say(void **state)
{
    (void)state;
    struct series s = random_series(false, 0);
    for (int t = 1; t <= STEPS; t++) {
        numbers[0][t * STRIDE + 1] = 3 - 2 * numbers[0][t * STRIDE];      /* the opposite of unit 1 */
        numbers[0][t * STRIDE + 2] = 0.25f;                               /* one that never moves */
    }
    double mean[UNITS], variance[UNITS], r[UNITS];
    series_mean(&s, mean);
    series_variance(&s, variance);
    series_correlation(&s, 0, &s, r);
    for (int u = 0; u < UNITS; u++) {
        double sum = 0, squares = 0, both = 0, sum0 = 0, squares0 = 0;
        for (int t = 1; t <= STEPS; t++) {
            double v = (double)numbers[0][t * STRIDE + u], v0 = (double)numbers[0][t * STRIDE];
            sum += v, squares += v * v, both += v * v0, sum0 += v0, squares0 += v0 * v0;
        }
        double n = STEPS, own = squares / n - sum / n * sum / n, own0 = squares0 / n - sum0 / n * sum0 / n;
        assert_true(fabs(mean[u] - sum / n) < 1e-12);
        assert_true(fabs(variance[u] - own) < 1e-12);
        if (u != 2)
            assert_true(fabs(r[u] - (both / n - sum / n * sum0 / n) / sqrt(own * own0)) < 1e-9);
    }
    assert_true(fabs(r[0] - 1) < 1e-12);
    assert_true(fabs(r[1] + 1) < 1e-6);
    assert_true(isnan(r[2]));
    int order[UNITS];
    series_order(r, UNITS, order);
    assert_int_equal(order[0], 0);
    assert_int_equal(order[UNITS - 2], 1);
    assert_int_equal(order[UNITS - 1], 2);
}

static void half_of_a_memory_is_left_after_its_half_life(void **state)
{
    (void)state;
    assert_true(fabs(half_life(0.5) - 1) < 1e-12);
    assert_true(fabs(pow(0.97, half_life(0.97)) - 0.5) < 1e-12);
    assert_true(isinf(half_life(1)));
    assert_true(half_life(0) == 0);
}

/* ---- an app to press keys on -------------------------------------------------------------------------------- */

/* ---- behaviour --------------------------------------------------------------------------------------------------- */

/* A frame drawn with what was kept of the frames before is the frame drawn from nothing. */
static void what_is_kept_between_frames_never_changes_the_picture(void **state)
{
    (void)state;
    uint64_t seed = 23;
    static const char *const keys[] = {"<Right>", "<Left>", "<Up>", "<Down>", "v",      "V",    "z", "Z",
                                       "(",       ")",      "L",    "H",      "y",      "Y",    "J", "K",
                                       "c",       "+",      "u",    "<End>",  "<Home>", "<Tab>"};
    struct app a = random_app(40, 2, 200, 80, 24);
    press(&a, "m");
    struct grid *kept = grid_new(80, 24, a.glyphs), *fresh = grid_new(80, 24, a.glyphs);
    for (int n = 0; n < 400; n++) {
        press(&a, keys[random_below(&seed, sizeof keys / sizeof *keys)]);
        app_draw(&a, kept, NULL, NULL);
        /* Two edits that cancel out leave nothing valid of what was kept. */
        bool pinned = session_value_pinned(a.session, 0, 0, VAL_F, 1);
        struct cursor at = *session_cursor(a.session);
        struct err e = {{0}};
        assert_true(session_pin(a.session, (struct place){1, 3, VAL_I, 2}, 0.5f, false, &e));
        assert_true(session_undo(a.session));
        session_goto(a.session, at.step);
        session_select(a.session, at.layer, at.unit, at.value);
        app_draw(&a, fresh, NULL, NULL);
        assert_true(grid_same(kept, fresh));
        assert_int_equal(pinned, session_value_pinned(a.session, 0, 0, VAL_F, 1));
    }
    grid_free(kept);
    grid_free(fresh);
    app_clear(&a);
}

static void a_wide_cell_shows_the_value_under_the_cursor(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24, .keys = ":t came<Enter>m"}, &a);
    struct grid *g = grid_new(80, 24, a.glyphs);
    struct str text = {0};
    for (int t = 1; t <= session_steps(a.session); t++) {
        session_goto(a.session, t);
        app_draw(&a, g, NULL, NULL);
        str_clear(&text);
        grid_dump_text(g, &text);
        /* A gate to two digits, or to as many as tell it from 0 and 1. */
        struct str value = {0};
        str_add(&value, "is ");
        value_say(VAL_F, session_value(a.session, RUN_PINNED, 0, 0, VAL_F, t), &value);
        assert_int_equal(session_cursor(a.session)->value, VAL_F);
        assert_null(strstr(str_text(&value), "0.00"));
        assert_null(strstr(str_text(&value), "1.00"));
        assert_non_null(strstr(text.s, str_text(&value)));
        str_free(&value);
    }
    str_free(&text);
    grid_free(g);
    app_clear(&a);
}

static void the_arrows_go_through_the_units_as_they_are_ordered(void **state)
{
    (void)state;
    struct app a = random_app(9, 1, 30, 80, 24);
    press(&a, "mvvvvy");                                     /* C, by variance */
    assert_int_equal(session_cursor(a.session)->value, VAL_C);
    int n = 9, seen = 0;
    double last = 1e9;
    press(&a, "<Up><Up><Up><Up><Up><Up><Up><Up><Up>");
    for (int k = 0; k < n; k++) {
        double sum = 0, squares = 0, T = session_steps(a.session);
        for (int t = 1; t <= session_steps(a.session); t++) {
            double v = (double)session_value(a.session, RUN_PINNED, 0, session_cursor(a.session)->unit, VAL_C, t);
            sum += v, squares += v * v;
        }
        double variance = squares / T - sum / T * sum / T;
        assert_true(variance <= last + 1e-9);
        last = variance;
        seen |= 1 << session_cursor(a.session)->unit;
        press(&a, "<Down>");
    }
    assert_int_equal(seen, (1 << 9) - 1);
    app_clear(&a);
}

static void the_text_is_legible_without_colour(void **state)
{
    (void)state;
    /* The sign and size of tanh C stand below each word as marks: as many as it has letters. */
    struct app a;
    golden_app(&(struct golden_shot){.w = 40, .h = 12, .keys = ":unit verb<Enter>mm"}, &a);
    struct grid *g = grid_new(40, 12, &glyphs_ascii);
    a.glyphs = &glyphs_ascii;
    app_draw(&a, g, NULL, NULL);
    int marks = 0, tinted = 0;
    for (int y = 0; y < 12; y++)
        for (int x = 0; x < 40; x++) {
            const struct cell *c = grid_at(g, x, y);
            tinted += (c->attr & ATTR_TINT) != 0;
            if (y > 0 && c->attr & ATTR_TINT) {
                const struct cell *below = grid_at(g, x, y + 1);
                assert_int_equal(below->role, ROLE_HEAT_CELL);
                assert_int_equal(below->level, c->level);
                marks++;
            }
        }
    assert_true(marks > 10 && marks == tinted);
    grid_free(g);
    app_clear(&a);
}

static void the_letter_of_the_view_leads_to_the_text_and_then_back(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24, .keys = "m"}, &a);
    assert_string_equal(a.view->name, "timeline");
    press(&a, "m");
    assert_string_equal(a.view->name, "timeline");
    press(&a, "m");
    assert_string_equal(a.view->name, "bars");
    app_clear(&a);
}

/* The words are on the tape, once; heat and numbers stand under them. */
static void the_columns_are_those_of_the_tape_and_the_words_stand_there_once(void **state)
{
    (void)state;
    static const int widths[] = {80, 120};
    for (size_t k = 0; k < sizeof widths / sizeof *widths; k++) {
        struct app a;
        golden_app(&(struct golden_shot){.model = "gender", .w = widths[k], .h = 24,
                                         .keys = ":text she came out and played with her<Enter>:t and<Enter>m"}, &a);
        struct grid *g = grid_new(a.w, a.h, a.glyphs);
        struct str text = {0};
        app_draw(&a, g, NULL, NULL);
        grid_dump_text(g, &text);
        const char *first = strstr(text.s, "played");
        assert_non_null(first);
        assert_null(strstr(first + 1, "played"));
        const struct across tape = tape_columns(a.session, a.w);
        for (int t = tape.first; t <= tape.last; t++) {
            int heat = 0;
            for (int y = 3; y < 19; y++) {
                const struct cell *c = grid_at(g, across_x(&tape, t) + 2, y);
                heat += c->role == ROLE_HEAT_GATE;
            }
            assert_int_equal(heat, 8);                       /* a line a unit */
        }
        char shown[16];
        widget_gate(shown, sizeof shown, session_value(a.session, RUN_PINNED, 0, session_cursor(a.session)->unit, VAL_F,
                                                       4), 5);
        struct str bracketed = {0};
        str_addf(&bracketed, "[%s]", shown + strspn(shown, " "));
        assert_non_null(strstr(text.s, str_text(&bracketed)));
        str_free(&bracketed);
        str_free(&text);
        grid_free(g);
        app_clear(&a);
    }
}

/* Of more units than fit, each is by itself, in the order of the main view; all of them share cells when asked. */
static void of_more_units_than_fit_those_that_move_most_stand_first_and_a_shows_all(void **state)
{
    (void)state;
    struct app a = random_app(60, 1, 40, 80, 24);
    int order[60];
    bars_order(a.session, 0, order);
    session_select(a.session, 0, order[0], VAL_F);
    press(&a, "m");
    struct grid *g = grid_new(80, 24, a.glyphs);
    struct str text = {0};
    app_draw(&a, g, NULL, NULL);
    grid_dump_text(g, &text);
    assert_non_null(strstr(text.s, "of 60 by how C moves, a: all"));
    int y = 4, T = session_steps(a.session);
    while (y < 23 && grid_at(g, 0, y)->ch[0] != a.glyphs->pointer)
        y++;
    for (int row = 0; row < 5; row++)
        for (int t = 1; t <= T; t++) {
            const struct cell *c = grid_at(g, 13 + t - 1, y + row);
            assert_int_equal(c->level, value_level(VAL_F, session_value(a.session, RUN_PINNED, 0, order[2 * row], VAL_F,
                                                                        t)));
            assert_int_equal(c->below, value_level(VAL_F, session_value(a.session, RUN_PINNED, 0, order[2 * row + 1],
                                                                        VAL_F, t)));
        }
    press(&a, "<Down>");
    assert_int_equal(session_cursor(a.session)->unit, order[1]);
    press(&a, "a");
    app_draw(&a, g, NULL, NULL);
    str_clear(&text);
    grid_dump_text(g, &text);
    assert_null(strstr(text.s, "by how C moves"));
    assert_non_null(strstr(text.s, "units"));
    assert_non_null(strstr(text.s, "-60 "));              /* the last row ends with the last unit */
    str_free(&text);
    grid_free(g);
    app_clear(&a);
}

/* Where a row has two units, its cells have the levels of both. */
static void two_units_share_a_cell_before_one_is_made_of_them(void **state)
{
    (void)state;
    struct app a = random_app(20, 1, 40, 80, 24);
    press(&a, "m");
    struct grid *g = grid_new(80, 24, a.glyphs);
    app_draw(&a, g, NULL, NULL);
    int found = 0, T = session_steps(a.session);
    for (int y = 3; y < 19; y++)
        for (int x = 0; x + T <= 80 && found < 10; x++) {
            if (!(grid_at(g, x, y)->attr & ATTR_HALVES) || (x && grid_at(g, x - 1, y)->attr & ATTR_HALVES))
                continue;
            for (int t = 1; t <= T; t++) {
                const struct cell *c = grid_at(g, x + t - 1, y);
                float above = session_value(a.session, RUN_PINNED, 0, 2 * found, VAL_F, t),
                      below = session_value(a.session, RUN_PINNED, 0, 2 * found + 1, VAL_F, t);
                assert_int_equal(c->level, value_level(VAL_F, above));
                assert_int_equal(c->below, value_level(VAL_F, below));
                /* In mono its shape says which of them is open. */
                uint32_t ch = above >= 0.495f ? below >= 0.495f ? 0x2588 : 0x2580 : below >= 0.495f ? 0x2584 : ' ';
                assert_int_equal(c->ch[0], ch);
            }
            found++;
        }
    assert_int_equal(found, 10);
    grid_free(g);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_peak_of_many_steps_is_the_one_that_a_plain_search_finds),
        cmocka_unit_test(a_number_that_is_none_is_not_hidden_by_its_neighbours),
        cmocka_unit_test(variance_and_correlation_are_what_their_definitions_say),
        cmocka_unit_test(half_of_a_memory_is_left_after_its_half_life),
        cmocka_unit_test(what_is_kept_between_frames_never_changes_the_picture),
        cmocka_unit_test(a_wide_cell_shows_the_value_under_the_cursor),
        cmocka_unit_test(the_columns_are_those_of_the_tape_and_the_words_stand_there_once),
        cmocka_unit_test(of_more_units_than_fit_those_that_move_most_stand_first_and_a_shows_all),
        cmocka_unit_test(two_units_share_a_cell_before_one_is_made_of_them),
        cmocka_unit_test(the_arrows_go_through_the_units_as_they_are_ordered),
        cmocka_unit_test(the_text_is_legible_without_colour),
        cmocka_unit_test(the_letter_of_the_view_leads_to_the_text_and_then_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
