/* What the questions rest on: a run whose end is computed again, the ledger of a cell state, the split of an answer,
 * a gate under every word, a value turned. Each against a second way: the engine itself rerun, or the sum written
 * out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/answers.h"
#include "core/dial.h"
#include "core/each_word.h"
#include "core/ledger.h"
#include "core/suffix.h"
#include "core/why.h"
#include "import/import.h"
#include "session/session.h"
#include "support/models.h"

enum { ROUNDS = 40 };

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("got %.9g, expected %.9g within %g", got, want, within);
}

/* A session over a random model of `layers` layers; with some values set by hand when `pins`. */
static struct session *sitting(int round, int layers, int pins, uint64_t *seed)
{
    *seed = (uint64_t)round * 97 + 11;
    struct random_model r = {.layers = layers,
                             .hidden = 2 + round % 7,
                             .embed = 3,
                             .words = 9,
                             .outputs = 9,
                             .steps = 3 + round % 9,
                             .two_biases = round % 2,
                             .seed = *seed};
    struct err e = {{0}};
    struct session *s = session_new(model_random(&r), &e);
    assert_non_null(s);
    for (int k = 0; k < pins; k++) {
        enum value q = (enum value)random_below(seed, Q_COUNT);
        int t = q == VAL_C || q == VAL_H ? random_below(seed, r.steps + 1) : 1 + random_below(seed, r.steps);
        assert_true(session_pin(s, (struct place){random_below(seed, layers), random_below(seed, r.hidden), q, t},
                                random_float(seed, 0, 1), false, NULL));
    }
    return s;
}

static bool same_rows(const struct session *s, const struct suffix *x, int from, int to)
{
    for (int l = 0; l < session_net(s)->layers; l++)
        for (int t = from; t <= to; t++)
            for (int q = 0; q < Q_COUNT; q++)
                if (memcmp(session_row(s, RUN_PINNED, l, (enum quantity)q, t), suffix_row(x, l, (enum quantity)q, t),
                           (size_t)session_net(s)->layer[l].hidden * sizeof(float)) != 0)
                    return false;
    return true;
}

static void an_end_computed_again_is_the_run_itself_bit_for_bit(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t seed;
        struct session *s = sitting(round, 1 + round % 3, round % 5, &seed);
        int T = session_steps(s), from = 1 + random_below(&seed, T), to = from + random_below(&seed, T - from + 1);
        struct suffix *x =
            suffix_new((struct computation[]){session_computation(s, RUN_PINNED)}, from, to);
        assert_non_null(x);
        assert_true(suffix_run(x, NULL, 0));
        assert_true(same_rows(s, x, from, to));
        suffix_free(x);
        session_free(s);
    }
}

static void a_pin_in_the_end_is_the_pin_of_a_sitting_bit_for_bit_and_wins_over_one_that_was_there(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t seed;
        struct session *s = sitting(round, 1 + round % 3, round % 5, &seed);
        int T = session_steps(s), from = 1 + random_below(&seed, T);
        struct suffix *x =
            suffix_new((struct computation[]){session_computation(s, RUN_PINNED)}, from, T);
        assert_non_null(x);
        struct pin extra[2];
        for (int k = 0; k < 2; k++)
            extra[k] =
                (struct pin){from + random_below(&seed, T - from + 1), random_below(&seed, session_net(s)->layers),
                             (enum quantity)random_below(&seed, Q_COUNT), 0, random_float(&seed, 0, 1)};
        assert_true(suffix_run(x, extra, 2));
        /* A copy of what stands, before the session goes on. */
        for (int k = 0; k < 2; k++)
            assert_true(
                session_pin(s, (struct place){extra[k].layer, 0, (enum value)extra[k].q, extra[k].step},
                            extra[k].value, false, NULL));
        assert_true(same_rows(s, x, from, T));
        suffix_free(x);
        session_free(s);
    }
}

static void what_lies_outside_of_the_run_is_refused(void **state)
{
    (void)state;
    uint64_t seed;
    struct session *s = sitting(1, 1, 0, &seed);
    int T = session_steps(s);
    assert_null(suffix_new((struct computation[]){session_computation(s, RUN_PINNED)}, 0, T));
    assert_null(suffix_new((struct computation[]){session_computation(s, RUN_PINNED)}, 2, 1));
    assert_null(suffix_new((struct computation[]){session_computation(s, RUN_PINNED)}, 1, T + 1));
    struct why w;
    assert_false(why_compute((struct computation[]){session_computation(s, RUN_PINNED)}, T, 0,
                             9, &w));
    assert_false(why_compute((struct computation[]){session_computation(s, RUN_PINNED)}, T,
                             -1, 0, &w));
    session_free(s);
}

/* The account of step k after step t, written out as a product. */
static double account(const struct session *s, int layer, int unit, int k, int t)
{
    double left = k ? (double)session_row(s, RUN_PINNED, layer, Q_I, k)[unit]
                          * (double)session_row(s, RUN_PINNED, layer, Q_G, k)[unit]
                    : (double)session_row(s, RUN_PINNED, layer, Q_C, 0)[unit];
    if (session_pinned(s, layer, unit, Q_C, k))
        return 0;
    for (int j = k + 1; j <= t; j++) {
        left *= (double)session_row(s, RUN_PINNED, layer, Q_F, j)[unit];
        if (session_pinned(s, layer, unit, Q_C, j))
            left = 0;
    }
    return left;
}

static void the_accounts_of_a_cell_state_add_up_to_it_and_each_is_its_product_of_forget_gates(void **state)
{
    (void)state;
    double most = 0;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t seed;
        struct session *s = sitting(round, 1 + round % 3, round % 6, &seed);
        int T = session_steps(s), layer = random_below(&seed, session_net(s)->layers);
        int unit = random_below(&seed, session_net(s)->layer[layer].hidden);
        struct ledger l;
        assert_true(ledger_compute((struct computation[]){session_computation(s, RUN_PINNED)}, layer, unit, T, &l));
        for (int t = 0; t <= T; t++) {
            double sum = l.hand[t];
            for (int k = 0; k <= t; k++) {
                near(ledger_share(&l, t, k), account(s, layer, unit, k, t), 1e-9);
                sum += ledger_share(&l, t, k);
            }
            double C = (double)session_row(s, RUN_PINNED, layer, Q_C, t)[unit];
            near(sum + l.remainder[t], C, 1e-12);
            most = fmax(most, fabs(l.remainder[t]));
            assert_int_equal(l.hand_step[t] == t, session_pinned(s, layer, unit, Q_C, t));
            assert_true(l.hand_step[t] >= 0 || l.hand[t] == 0);
        }
        ledger_clear(&l);
        session_free(s);
    }
    near(most, 0, 2e-6);
}

static void the_parts_of_an_answer_add_up_by_unit_and_by_word(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t seed;
        struct session *s = sitting(round, 1 + round % 3, round % 6, &seed);
        const struct lstm *net = session_net(s);
        int t = session_steps(s), a = random_below(&seed, net->outputs), b = random_below(&seed, net->outputs);
        struct why w;
        assert_true(why_compute((struct computation[]){session_computation(s, RUN_PINNED)}, t, a, b, &w));
        float logits[9];
        lstm_logits(net, session_trace(s, RUN_PINNED), t, logits);
        near(w.difference, (double)logits[a] - (double)logits[b], 2e-5);
        double by_unit = w.bias, by_word = w.bias + w.hand;
        for (int u = 0; u < w.units; u++)
            by_unit += w.unit[u];
        for (int k = 0; k <= t; k++)
            by_word += w.word[k];
        near(by_unit, w.difference, 1e-12);
        near(by_word + w.remainder, w.difference, 1e-12);
        near(w.remainder, 0, 2e-5);
        /* By word, unit by unit: the share that the ledger gives it. */
        double through[16];
        int k = random_below(&seed, t + 1), top = net->layers - 1;
        why_units_of_word((struct computation[]){session_computation(s, RUN_PINNED)}, &w, k, through);
        double sum = 0;
        for (int u = 0; u < w.units; u++) {
            double C = (double)session_row(s, RUN_PINNED, top, Q_C, t)[u];
            double want =
                session_pinned(s, top, u, Q_H, t) || fabs(C) < 1e-12 ? 0 : w.unit[u] * account(s, top, u, k, t) / C;
            near(through[u], want, 1e-6 + 1e-6 * fabs(want));
            sum += through[u];
        }
        near(sum, w.word[k], 1e-9);
        why_clear(&w);
        session_free(s);
    }
}

static void setting_h_of_a_unit_to_zero_moves_the_answer_by_exactly_its_part(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t seed;
        struct session *s = sitting(round, 1 + round % 3, 0, &seed);
        const struct lstm *net = session_net(s);
        int t = session_steps(s), u = random_below(&seed, lstm_top(net));
        struct why before, after;
        assert_true(why_compute((struct computation[]){session_computation(s, RUN_PINNED)}, t, 1, 2,
                                &before));
        assert_true(session_pin(s, (struct place){net->layers - 1, u, VAL_H, t}, 0, false, NULL));
        assert_true(why_compute((struct computation[]){session_computation(s, RUN_PINNED)}, t, 1, 2, &after));
        near(before.difference - after.difference, before.unit[u], 1e-12);
        near(after.unit[u], 0, 0);
        why_clear(&before);
        why_clear(&after);
        session_free(s);
    }
}

static void under_every_word_a_unit_is_what_it_is_when_that_word_is_typed(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t seed;
        struct session *s = sitting(round, 1 + round % 3, round % 4, &seed);
        const struct lstm *net = session_net(s);
        int T = session_steps(s), t = 1 + random_below(&seed, T), layer = random_below(&seed, net->layers);
        int unit = random_below(&seed, net->layer[layer].hidden), output = random_below(&seed, net->outputs);
        struct each_word had[9];
        float logits[9];
        double p[9];
        assert_true(each_word_compute((struct computation[]){session_computation(s, RUN_PINNED)},
                                      (struct element){layer, unit, Q_F, t}, 0, 9, had));
        struct suffix *x = suffix_new((struct computation[]){session_computation(s, RUN_PINNED)}, t, T);
        for (int w = 0; w < 9; w++)
            p[w] = each_word_probability(x, w, output, logits);
        suffix_free(x);
        for (int w = 0; w < 9; w++) {
            char word[8] = {'w', (char)('1' + w)};
            assert_true(session_set_word(s, t, word, NULL));
            for (int q = 0; q < Q_COUNT; q++)
                near((double)had[w].v[q], (double)session_row(s, RUN_PINNED, layer, (enum quantity)q, t)[unit], 2e-6);
            near(p[w], (double)session_probability(s, RUN_PINNED, T, output), 1e-6);
        }
        session_free(s);
    }
}

static void a_value_turned_gives_what_a_pin_gives_and_tips_where_two_answers_change_places(void **state)
{
    (void)state;
    int tips = 0;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t seed;
        struct session *s = sitting(round, 1 + round % 3, round % 3, &seed);
        const struct lstm *net = session_net(s);
        int T = session_steps(s), t = 1 + random_below(&seed, T), layer = random_below(&seed, net->layers);
        enum quantity q = (enum quantity)random_below(&seed, Q_COUNT);
        float tip;
        struct dial d = {suffix_new((struct computation[]){session_computation(s, RUN_PINNED)}, t, T),
                         net,
                         {t, layer, q, 0, 0},
                         T,
                         random_below(&seed, 4),
                         4 + random_below(&seed, 5),
                         answers_new(net, 1)};
        struct dial_point p[11], at;
        assert_true(dial_sweep(&d, 0, 1, 11, p));
        assert_true(p[10].value == 1.0f);
        for (int k = 1; k < 11; k++)
            if (dial_tip(&d, &p[k - 1], &p[k], &tip)) {
                tips++;
                assert_true(tip >= p[k - 1].value && tip <= p[k].value);
                assert_true(dial_at(&d, tip, &at));
                near(at.target, at.rival, 1e-5);
            } else {
                assert_true((p[k - 1].target > p[k - 1].rival) == (p[k].target > p[k].rival));
            }
        assert_true(session_pin(s, (struct place){layer, 0, (enum value)q, t}, 0.5f, false, NULL));
        near(p[5].target, (double)session_probability(s, RUN_PINNED, T, d.target), 1e-6);
        near(p[5].rival, (double)session_probability(s, RUN_PINNED, T, d.rival), 1e-6);
        suffix_free(d.s);
        answers_free(d.answers);
        session_free(s);
    }
    assert_true(tips > 0);
}

/* "mary came and then he": what is left in C of gender of what Mary wrote, word by word, as it was measured first
 * (0.876, all but kept over "came and", a twenty-fifth behind "then", next to nothing behind "he"). By the ledger, and
 * by products of f written out. */
static void what_is_left_of_mary_is_what_was_measured(void **state)
{
    (void)state;
    static const double want[] = {0.876, 0.875, 0.871, 0.036, 0.001};
    struct err e = {{0}};
    struct session *s = session_new(model_builtin("gender", &e), &e);
    assert_non_null(s);
    assert_true(session_set_text(s, "mary came and then he played with", NULL, &e));
    const struct cursor *at = session_cursor(s);              /* the unit that has a name */
    struct ledger l;
    struct computation of = session_computation(s, RUN_BASE);
    assert_true(ledger_compute(&of, 0, at->unit, 5, &l));
    double product = 1;
    for (int t = 1; t <= 5; t++) {
        if (t > 1)
            product *= (double)session_row(s, RUN_BASE, 0, Q_F, t)[at->unit];
        else
            product = (double)session_row(s, RUN_BASE, 0, Q_I, 1)[at->unit]
                      * (double)session_row(s, RUN_BASE, 0, Q_G, 1)[at->unit];
        near(ledger_share(&l, t, 1), product, 1e-9);
        near(product, want[t - 1], 0.003);
    }
    ledger_clear(&l);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_end_computed_again_is_the_run_itself_bit_for_bit),
        cmocka_unit_test(a_pin_in_the_end_is_the_pin_of_a_sitting_bit_for_bit_and_wins_over_one_that_was_there),
        cmocka_unit_test(what_lies_outside_of_the_run_is_refused),
        cmocka_unit_test(the_accounts_of_a_cell_state_add_up_to_it_and_each_is_its_product_of_forget_gates),
        cmocka_unit_test(the_parts_of_an_answer_add_up_by_unit_and_by_word),
        cmocka_unit_test(setting_h_of_a_unit_to_zero_moves_the_answer_by_exactly_its_part),
        cmocka_unit_test(under_every_word_a_unit_is_what_it_is_when_that_word_is_typed),
        cmocka_unit_test(what_is_left_of_mary_is_what_was_measured),
        cmocka_unit_test(a_value_turned_gives_what_a_pin_gives_and_tips_where_two_answers_change_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
