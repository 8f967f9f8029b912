/* test_predict.c: what comes next, in which order and how surprising, against probabilities that are worked out from
 * the logits one by one; and the head's answers taken many at a time, against one at a time. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/answers.h"
#include "session/session.h"
#include "support/models.h"

enum { V = 90, T = 9 };

static struct session *begin(int outputs)
{
    struct err e = {""};
    struct model *m = model_random(&(struct random_model){
        .layers = 2, .hidden = 4, .embed = 3, .words = V, .outputs = outputs, .steps = T, .seed = 17});
    if (outputs > 12) { /* two that are always as likely as one another */
        memcpy(m->net->out_W + 5 * 4, m->net->out_W + 11 * 4, 4 * sizeof(float));
        m->net->out_b[5] = m->net->out_b[11];
        assert_true(lstm_pack(m->net));
    }
    struct session *s = session_new(m, &e);
    assert_non_null(s);
    return s;
}

static double probability(const struct session *s, enum run run, int t, int output)
{
    float z[V];
    double all = 0;
    lstm_logits(session_net(s), session_trace(s, run), t, z);
    for (int k = 0; k < session_net(s)->outputs; k++)
        all += exp((double)z[k]);
    return exp((double)z[output]) / all;
}

static void probabilities_and_surprisals_are_those_of_the_logits(void **state)
{
    (void)state;
    struct session *s = begin(V);
    struct err e = {""};
    assert_true(session_pin(s, (struct place){1, 2, VAL_C, 4}, 1.5f, false, &e));
    for (int run = RUN_BASE; run <= RUN_PINNED; run++) {
        double most = 0;
        for (int t = 0; t <= T; t++) {
            int best = 0;
            for (int k = 0; k < V; k++) {
                const double p = probability(s, (enum run)run, t, k);
                assert_true(fabs((double)session_probability(s, (enum run)run, t, k) - p) < 1e-6);
                best = p > probability(s, (enum run)run, t, best) + 1e-9 ? k : best;
            }
            assert_int_equal(session_likeliest(s, (enum run)run, t), best);
            const double surprisal = session_surprisal(s, (enum run)run, t);
            if (t < 1 || t == T) { /* nothing is expected before the first, nothing comes after the last */
                assert_true(isnan(surprisal));
            } else {
                const double p = probability(s, (enum run)run, t, session_output(s, t + 1));
                assert_true(fabs(surprisal + log(p)) < 1e-5);
                most = fmax(most, surprisal);
            }
        }
        assert_true(session_surprisal_most(s, (enum run)run) == most);
    }
    assert_true(isnan(session_probability(s, RUN_BASE, T + 1, 0)) && isnan(session_probability(s, RUN_BASE, -1, 0)));
    assert_true(isnan(session_probability(s, RUN_BASE, 1, V)) && isnan(session_probability(s, RUN_BASE, 1, -1)));
    assert_false(isnan(session_probability(s, RUN_BASE, T, V - 1)));
    assert_int_equal(session_likeliest(s, RUN_BASE, T + 1), -1);
    session_free(s);
}

static void what_comes_next_is_in_order_whether_few_or_all_are_asked_for(void **state)
{
    (void)state;
    static const int tops[] = {1, 5, 64, 65, V, V + 10};
    struct session *s = begin(V);
    struct err e = {""};
    assert_true(session_pin(s, (struct place){0, 1, VAL_F, 2}, 0, false, &e));
    for (int by = RUN_BASE; by <= RUN_PINNED + 1; by++)
        for (int t = 0; t <= T; t++) {
            struct prediction first[V + 10];
            for (size_t k = 0; k < sizeof tops / sizeof *tops; k++) {
                struct prediction p[V + 10];
                const int want = tops[k] < V ? tops[k] : V;
                const int n = by > RUN_PINNED ? session_predict(s, t, tops[k], p)
                                              : session_predict_run(s, (enum run)by, t, tops[k], p);
                bool met[V] = {false};
                assert_int_equal(n, want);
                for (int i = 0; i < n; i++) {
                    const float larger = p[i].p_base > p[i].p_pinned ? p[i].p_base : p[i].p_pinned;
                    const float rank = by == RUN_BASE ? p[i].p_base : by == RUN_PINNED ? p[i].p_pinned : larger;
                    const float above = i == 0                                ? 2
                                        : by == RUN_BASE                      ? p[i - 1].p_base
                                        : by == RUN_PINNED                    ? p[i - 1].p_pinned
                                        : p[i - 1].p_base > p[i - 1].p_pinned ? p[i - 1].p_base
                                                                              : p[i - 1].p_pinned;
                    assert_true(rank < above || (rank == above && p[i].output > p[i - 1].output));
                    assert_true(p[i].p_base == session_probability(s, RUN_BASE, t, p[i].output));
                    assert_true(p[i].p_pinned == session_probability(s, RUN_PINNED, t, p[i].output));
                    assert_false(met[p[i].output]);
                    met[p[i].output] = true;
                    if (k + 1 == sizeof tops / sizeof *tops)
                        first[i] = p[i];
                }
            }
            for (size_t k = 0; k < sizeof tops / sizeof *tops; k++) { /* few are the first of all */
                struct prediction p[V + 10];
                const int n = by > RUN_PINNED ? session_predict(s, t, tops[k], p)
                                              : session_predict_run(s, (enum run)by, t, tops[k], p);
                for (int i = 0; i < n; i++)
                    assert_int_equal(p[i].output, first[i].output);
            }
        }
    session_free(s);
}

/* Steps worked out many at a time, in any order, are as one at a time, and those of the run they belong to. */
static void surprisals_of_a_stretch_are_those_of_its_steps(void **state)
{
    (void)state;
    static const struct {
        int first, last;
    } cases[] = {{1, T}, {3, 3}, {0, 2}, {6, T + 5}, {4, 2}, {5, 5}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int pinned = 0; pinned < 2; pinned++) {
            struct session *s = begin(V), *single = begin(V);
            struct err e = {""};
            if (pinned) {
                assert_true(session_pin(s, (struct place){1, 2, VAL_C, 5}, -2, false, &e));
                assert_true(session_pin(single, (struct place){1, 2, VAL_C, 5}, -2, false, &e));
            }
            assert_true(session_surprise(s, RUN_PINNED, cases[k].first, cases[k].last, INFINITY));
            double most = 0;
            for (int t = cases[k].first < 1 ? 1 : cases[k].first; t <= cases[k].last && t < T; t++)
                most = fmax(most, session_surprisal(single, RUN_PINNED, t));
            assert_true(session_surprisal_most(s, RUN_PINNED) == most); /* these are known, and no others */
            for (int t = 1; t < T; t++)
                for (int run = RUN_BASE; run <= RUN_PINNED; run++)
                    assert_true(session_surprisal(s, (enum run)run, t) == session_surprisal(single, (enum run)run, t));
            session_free(s);
            session_free(single);
        }
}

static void without_a_head_nothing_is_expected(void **state)
{
    (void)state;
    struct session *s = begin(0);
    struct prediction p[3];
    assert_int_equal(session_predict(s, 2, 3, p), 0);
    assert_int_equal(session_outputs(s), 0);
    assert_int_equal(session_likeliest(s, RUN_BASE, 2), -1);
    assert_true(isnan(session_surprisal(s, RUN_BASE, 2)));
    assert_true(session_surprise(s, RUN_BASE, 1, T, INFINITY));
    assert_true(session_surprisal_most(s, RUN_BASE) == 0);
    assert_int_equal(session_output(s, 2), -1);
    session_free(s);
}

/* A list of which a later token is none is refused, and what was there stays. */
static void a_list_with_a_token_that_is_none_changes_nothing(void **state)
{
    (void)state;
    static const char *const good[] = {"w3", "w1", "w90"}, *const bad[] = {"w3", "w1", "w91"};
    struct session *s = begin(V);
    struct err e = {""};
    assert_true(session_set_tokens(s, good, 3, "test", &e));
    assert_false(session_set_tokens(s, bad, 3, "test", &e));
    assert_non_null(strstr(e.text, "w91"));
    assert_int_equal(session_steps(s), 3);
    assert_string_equal(session_token(s, 3), "w90");
    assert_true(session_undo(s));
    assert_int_equal(session_steps(s), T);
    session_free(s);
}

static void answers_are_those_of_each_state_and_no_more_than_there_is_room_for(void **state)
{
    (void)state;
    struct session *s = begin(V);
    const struct lstm *net = session_net(s);
    const struct trace *tr = session_trace(s, RUN_BASE);
    struct answers *a = answers_new(net, 2);
    for (int from = 1; from <= 4; from += 3) {
        answers_begin(a);
        for (int k = 0; k < 3; k++) /* the third finds no room */
            answers_add(a, lstm_head_input(net, tr, from + k));
        assert_true(answers_on(a, INFINITY));
        for (int k = 0; k < 2; k++) {
            float z[V];
            lstm_logits(net, tr, from + k, z);
            assert_memory_equal(answers_logits(a, k), z, sizeof z);
            assert_true(surprisal_by(answers_sum(a, k), z[7]) == surprisal(z, V, 7));
        }
    }
    answers_begin(a);
    assert_true(answers_on(a, INFINITY)); /* of none there is nothing to do */
    answers_free(a);
    assert_int_equal(answers_most(net), LOGITS_STEPS);
    assert_int_equal(answers_most(&(struct lstm){.outputs = 0}), 1);
    assert_int_equal(answers_most(&(struct lstm){.outputs = 1 << 21}), 1);
    assert_int_equal(answers_most(&(struct lstm){.outputs = 1 << 20}), 2);
    assert_int_equal(answers_most(&(struct lstm){.outputs = 1 << 22}), 1);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probabilities_and_surprisals_are_those_of_the_logits),
        cmocka_unit_test(what_comes_next_is_in_order_whether_few_or_all_are_asked_for),
        cmocka_unit_test(surprisals_of_a_stretch_are_those_of_its_steps),
        cmocka_unit_test(without_a_head_nothing_is_expected),
        cmocka_unit_test(a_list_with_a_token_that_is_none_changes_nothing),
        cmocka_unit_test(answers_are_those_of_each_state_and_no_more_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
