/* test_proof.c: readings that were taken wrongly are found again: the weights are run as one reading has them, and a
 * file that is read otherwise is told by what reading the numbers would be right. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "import/import.h"
#include "model/proof.h"
#include "session/session.h"
#include "support/models.h"

enum { H = 2, V = 4, T = 6, MOST = 700 };

static void add_list(struct str *s, uint64_t *seed, int n)
{
    str_add(s, "[");
    for (int k = 0; k < n; k++)
        str_addf(s, "%s%.9g", k ? "," : "", (double)random_float(seed, -1, 1));
    str_add(s, "]");
}

static void add_rows(struct str *s, uint64_t *seed, int rows, int width)
{
    str_add(s, "[");
    for (int k = 0; k < rows; k++) {
        str_add(s, k ? "," : "");
        add_list(s, seed, width);
    }
    str_add(s, "]");
}

/* A file of PyTorch's names, its biases both, or only one of the two; `more` goes into it. */
static struct model *file(int biases, const char *more, const struct model_options *o)
{
    uint64_t seed = 7;
    struct str s = {0};
    struct err e = {""};
    str_add(&s, "{\"format\":\"pytorch\",\"vocabulary\":[\"a\",\"b\",\"c\",\"d\"],\"sequence\":[\"a\",\"c\",\"b\","
                "\"d\",\"d\",\"a\"],"
                "\"tensors\":{\"embedding.weight\":");
    add_rows(&s, &seed, V, 2);
    str_add(&s, ",\"lstm.weight_ih_l0\":");
    add_rows(&s, &seed, 4 * H, 2);
    str_add(&s, ",\"lstm.weight_hh_l0\":");
    add_rows(&s, &seed, 4 * H, H);
    str_add(&s, ",\"fc.weight\":");
    add_rows(&s, &seed, V, H);
    str_add(&s, ",\"fc.bias\":");
    add_list(&s, &seed, V);
    for (int second = 0; second < 2; second++) {
        struct str b = {0};
        add_list(&b, &seed, 4 * H);
        str_add(&s, second ? ",\"lstm.bias_hh_l0\":" : ",\"lstm.bias_ih_l0\":");
        str_add(&s, biases == 0 || biases == second + 1 ? str_text(&b) : "[0,0,0,0,0,0,0,0]");
        str_free(&b);
    }
    str_addf(&s, "}%s}", more);
    struct model *m = model_parse(str_text(&s), s.len, "F", o, &e);
    if (!m)
        fail_msg("%s", e.text);
    str_free(&s);
    return m;
}

/* What such a file computes, as what is expected of another: h, or C with it, or the head; of all steps or the last. */
enum { KNOW_H = 1, KNOW_C = 2, KNOW_Y = 4, KNOW_LAST = 8 };
static void add_expected(struct str *out, int biases, const struct model_options *o, int known)
{
    struct err e = {""};
    struct session *s = session_new(file(biases, "", o), &e);
    const char *names[] = {"h", "C", "output"};
    str_add(out, ",\"expected\":{\"tolerance\":1e-6");
    for (int k = 0; k < 3; k++) {
        if (!(known & 1 << k))
            continue;
        str_addf(out, ",\"%s\":", names[k]);
        for (int t = known & KNOW_LAST ? T : 1; t <= T; t++) {
            float z[V];
            lstm_logits(session_net(s), session_trace(s, RUN_BASE), t, z);
            const float *v = k == 2 ? z : session_row(s, RUN_BASE, 0, k ? Q_C : Q_H, t);
            str_add(out, known & KNOW_LAST || t > 1 ? "" : "[");
            str_add(out, t > 1 && !(known & KNOW_LAST) ? ",[" : "[");
            for (int u = 0; u < (k == 2 ? V : H); u++)
                str_addf(out, "%s%.9g", u ? "," : "", (double)v[u]);
            str_add(out, "]");
        }
        str_add(out, known & KNOW_LAST ? "" : "]");
    }
    str_add(out, "}");
    session_free(s);
}

static void a_file_that_was_read_wrongly_is_told_by_what_reading_it_agrees(void **state)
{
    (void)state;
    static const struct {
        const char *order, *gate, *forget, *own_forget;
        int biases, known;
        const char *options;
    } cases[] = {
        {NULL, NULL, NULL, NULL, 1, KNOW_H, "(with the input bias alone)"},
        {NULL, NULL, NULL, NULL, 2, KNOW_H, "(with the recurrent bias alone)"},
        {NULL, NULL, NULL, NULL, 2, KNOW_C, "(with the recurrent bias alone)"},
        {NULL, NULL, "1", NULL, 0, KNOW_H, "--forget-bias 1"},
        {NULL, NULL, "-1", NULL, 0, KNOW_Y, "--forget-bias -1"},
        {NULL, NULL, NULL, "1", 0, KNOW_H, "--forget-bias 0"},
        {"ogfi", NULL, NULL, "1", 0, KNOW_H, "--order ogfi --forget-bias 0"},
        {"fgio", NULL, "1", NULL, 1, KNOW_H | KNOW_Y, "--order fgio --forget-bias 1 (with the input bias alone)"},
        {"gofi", NULL, NULL, NULL, 0, KNOW_H | KNOW_C | KNOW_LAST, "--order gofi"},
        {NULL, "hard-sigmoid-keras2", NULL, NULL, 0, KNOW_C, "--gate-function hard-sigmoid-keras2"},
        {"oifg", NULL, "1", "1", 2, KNOW_H, "--order oifg (with the recurrent bias alone)"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct model_options truth = MODEL_OPTIONS_NONE, taken = MODEL_OPTIONS_NONE;
        struct str more = {0}, options = {0};
        static struct reading_choice found[MOST];
        struct err e = {""};
        int tried;
        struct proof p;
        truth.order = cases[k].order;
        truth.gate_function = cases[k].gate;
        truth.forget_bias = cases[k].forget;
        taken.forget_bias = cases[k].own_forget;
        add_expected(&more, cases[k].biases, &truth, cases[k].known);
        struct session *s = session_new(file(0, str_text(&more), &taken), &e);
        const struct model *m = session_model(s);
        assert_true(proof_compare(m, m->net, session_trace(s, RUN_BASE), session_inputs(s), &p));
        assert_false(p.within);
        int n = proof_search(m, session_inputs(s), T, found, MOST, &tried);
        if (n < 1)
            fail_msg("case %zu: none of %d agrees", k, tried);
        proof_options(m, &found[0], &options);
        assert_string_equal(str_text(&options), cases[k].options);
        assert_true(found[0].score < 1e-6);
        assert_int_equal(tried, 24 * 3 * GATE_FUNCTIONS * 3 - 1);
        for (int j = 0; j < n; j++) /* 1e-4: what agrees no better does not agree */
            assert_true(found[j].score <= 1e-4);
        session_free(s);
        str_free(&more);
        str_free(&options);
    }
}

/* Without numbers that are known, orders are compared by how much each is surprised: here by hand, step by step. */
static void orders_come_in_the_order_of_their_surprise(void **state)
{
    (void)state;
    struct err e = {""};
    struct session *s = session_new(file(0, "", NULL), &e);
    struct reading_choice all[48], few[3];
    int id[T];
    for (int t = 1; t <= T; t++)
        id[t - 1] = session_output(s, t);
    assert_int_equal(proof_rank(session_model(s), session_inputs(s), id, T, all, 48), 48);
    assert_int_equal(proof_rank(session_model(s), session_inputs(s), id, T, few, 3), 3);
    for (int k = 0; k < 3; k++)
        assert_string_equal(few[k].order, all[k].order);
    for (int k = 0; k < 48; k++) {
        char forget[16];
        struct model_options o = MODEL_OPTIONS_NONE;
        o.order = all[k].order;
        snprintf(forget, sizeof forget, "%g", all[k].forget_bias);
        o.forget_bias = forget;
        struct session *other = session_new(file(0, "", &o), &e);
        double sum = 0;
        for (int t = 1; t < T; t++)
            sum += session_surprisal(other, RUN_BASE, t);
        if (fabs(sum / (T - 1) - all[k].score) > 1e-5)
            fail_msg("%s, forget bias %s: %g, not %g", o.order, forget, all[k].score, sum / (T - 1));
        assert_true(k == 0 || all[k].score >= all[k - 1].score);
        session_free(other);
    }
    session_free(s);
}

/* A file's numbers say something of its own sequence and weights, and of no others. */
static void a_reading_is_proven_on_its_own_sequence_only(void **state)
{
    (void)state;
    static const char own[] = "acbdda";
    struct str more = {0};
    struct err e = {""};
    add_expected(&more, 0, NULL, KNOW_H | KNOW_C | KNOW_Y);
    struct session *s = session_new(file(0, str_text(&more), NULL), &e);
    double largest = 1;
    bool within = false;
    assert_true(session_parity(s, &largest, &within));
    assert_true(within && largest < 1e-6);
    assert_int_equal(session_reading(s), READING_PROVEN);
    assert_true(session_set_word(s, 2, "d", &e)); /* as long, and another */
    assert_false(session_parity(s, &largest, &within));
    assert_int_equal(session_reading(s), READING_READ);
    assert_true(session_set_text(s, "acbdd", "test", &e)); /* its beginning */
    assert_false(session_parity(s, NULL, NULL));
    assert_true(session_set_text(s, own, "test", &e));
    assert_true(session_parity(s, NULL, NULL));
    assert_true(session_set_weight(s, (struct weight_place){0, Q_F, 0, 0}, 0.5f, &e));
    assert_false(session_parity(s, NULL, NULL));
    assert_true(session_undo(s));
    assert_int_equal(session_reading(s), READING_PROVEN);
    session_free(s);
    s = session_new(file(1, str_text(&more), NULL), &e); /* other biases: other numbers */
    assert_true(session_parity(s, &largest, &within));
    assert_true(!within && largest > 1e-3);
    assert_int_equal(session_reading(s), READING_DIFFERS);
    session_free(s);
    str_free(&more);
}

/* Ten words that follow others are the least that tell a trained network from chance. */
static void a_text_scores_a_reading_from_ten_words_on(void **state)
{
    (void)state;
    static const char text[] = "She came out and played with her dog . She came out";
    struct err e = {""};
    struct session *s = session_new(model_builtin("gender", &e), &e);
    for (int words = 9; words <= 12; words++) {
        size_t n = 0;
        for (int k = 0; k < words; k++)
            n += strcspn(text + n, " ") + (text[n + strcspn(text + n, " ")] == ' ');
        char *some = strndup(text, n);
        assert_true(session_set_text(s, some, "test", &e));
        assert_int_equal(session_steps(s), words);
        assert_int_equal(session_reading(s), words >= 11 ? READING_SCORED : READING_READ);
        free(some);
    }
    session_free(s);
    s = session_new(model_random(&(struct random_model){
                        .layers = 1, .hidden = 3, .embed = 2, .words = 9, .outputs = 9, .steps = 40, .seed = 2}),
                    &e);
    assert_int_equal(session_reading(s), READING_READ); /* it has learnt nothing */
    session_free(s);
}

/* H = E = 1, all weights 1: what agrees and has no say in it is not proven by it. */
static void what_has_no_say_in_the_expected_values_is_not_proven(void **state)
{
    (void)state;
    static const struct { const char *inputs, *h, *tolerance, *weight; enum proof_lack lack; } cases[] = {
        {"[[1],[1]]", "[[0.3696],[0.6505]]", "0.001", "1", PROOF_TELLS},
        {"[[1]]", "[[0.3696]]", "0.001", "1", PROOF_ONE_STEP},
        {"[[0],[0]]", "[[0],[0]]", "0.001", "1", PROOF_NO_INPUT},
        {"[[1],[1]]", "[[0.0000025],[0.0000037]]", "0.00001", "0.00001", PROOF_SMALL},
        {"[[1],[1]]", "[[0.38],[0.66]]", "0.02", "1", PROOF_LOOSE},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        struct str text = {0}, why = {0};
        const char *w = cases[k].weight;
        str_addf(&text, "{\"format\":\"pytorch\",\"inputs\":%s,\"expected\":{\"h\":%s,\"tolerance\":%s},\"tensors\":{"
                 "\"l.weight_ih_l0\":[[%s],[%s],[%s],[%s]],\"l.weight_hh_l0\":[[%s],[%s],[%s],[%s]]}}",
                 cases[k].inputs, cases[k].h, cases[k].tolerance, w, w, w, w, w, w, w, w);
        struct model *m = model_parse(text.s, text.len, "F", NULL, &e);
        if (!m)
            fail_msg("%s", e.text);
        struct session *s = session_new(m, &e);
        const struct proof *p = session_proof(s);
        assert_non_null(p);
        assert_true(p->within);
        assert_int_equal(p->lack, cases[k].lack);
        assert_int_equal(session_reading(s) == READING_PROVEN, cases[k].lack == PROOF_TELLS);
        proof_say_lack(m, p, &why);
        assert_int_equal(why.len > 0, cases[k].lack != PROOF_TELLS);
        str_free(&why);
        str_free(&text);
        session_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_was_read_wrongly_is_told_by_what_reading_it_agrees),
        cmocka_unit_test(a_reading_is_proven_on_its_own_sequence_only),
        cmocka_unit_test(what_has_no_say_in_the_expected_values_is_not_proven),
        cmocka_unit_test(a_text_scores_a_reading_from_ten_words_on),
        cmocka_unit_test(orders_come_in_the_order_of_their_surprise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
