/* test_hang.c: the questions that the program puts of itself: which later answer hangs on a unit, this word and not
 * which other, what a text that is being typed goes on with. Each against what one works out with nothing but runs and
 * pins. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/why.h"
#include "import/import.h"
#include "session/expect.h"
#include "session/hang.h"
#include "session/rival.h"
#include "session/session.h"
#include "support/models.h"

static struct session *session_of(struct model *m)
{
    struct err e = {""};
    struct session *s = m ? session_new(m, &e) : NULL;
    if (!s)
        fail_msg("%s", e.text);
    return s;
}

/* ---- which answer hangs on a unit -------------------------------------------------------------------------------- */

static struct model *long_model(int outputs)
{
    return model_random(&(struct random_model){
        .layers = 2, .hidden = 3, .embed = 2, .words = 7, .outputs = outputs, .steps = 40, .seed = 5});
}

/* C set to 0 by hand, and every surprisal after it read off. */
static struct hang read_off(struct session *s, int layer, int unit, int t)
{
    double was[64], most = -1;
    struct hang found = {-1, -1};
    struct err e = {""};
    const int T = session_steps(s);
    for (int k = t; k < T; k++)
        was[k] = session_surprisal(s, RUN_PINNED, k);
    assert_true(session_pin(s, (struct place){layer, unit, VAL_C, t}, 0, false, &e));
    for (int k = t; k < T && k <= t + HANG_AHEAD; k++) {
        double change = fabs(session_surprisal(s, RUN_PINNED, k) - was[k]);
        if (change > most)
            found = (struct hang){k, session_output(s, k + 1)};
        most = fmax(most, change);
    }
    assert_true(session_undo(s));
    return found;
}

static void the_answer_that_hangs_on_a_unit_is_the_one_that_changes_most(void **state)
{
    (void)state;
    struct session *s = session_of(long_model(7));
    struct err e = {""};
    for (int pinned = 0; pinned < 2; pinned++) {
        for (int t = 1; t <= 40; t++)
            for (int u = 0; u < 6; u++) {
                const struct hang found = session_hangs_on(s, u / 3, u % 3, t), want = read_off(s, u / 3, u % 3, t);
                if (found.step != want.step || found.output != want.output)
                    fail_msg("unit %d of layer %d at %d: after %d, not %d", u % 3 + 1, u / 3 + 1, t, found.step,
                             want.step);
            }
        assert_true(session_pin(s, (struct place){0, 1, VAL_F, 5}, 1, false, &e));
    }
    assert_int_equal(session_hangs_on(s, 0, 0, 40).step, -1); /* nothing comes after the last word */
    assert_int_equal(session_hangs_on(s, 0, 0, 0).step, -1);
    session_free(s);
    s = session_of(long_model(0));
    assert_int_equal(session_hangs_on(s, 0, 0, 3).step, -1); /* there are no answers */
    session_free(s);
}

/* ---- this word and not which other ------------------------------------------------------------------------------- */

static void the_rival_is_the_word_that_memory_alone_keeps_away(void **state)
{
    (void)state;
    struct session *s = session_of(model_builtin("gender", &(struct err){""}));
    const struct vocab *v = session_model(s)->vocab;
    const int her = vocab_find(v, "her"), his = vocab_find(v, "his"), T = session_steps(s);
    int a, b, first = -1, at = -1;
    for (int t = 1; t < T; t++)
        if (session_output(s, t + 1) == her)
            at = t;
    assert_true(session_rival(s, at, 0, &a, &b));
    assert_int_equal(a, her);
    assert_int_equal(b, his);
    /* The others come in the order of their likelihood, each of the RIVALS once, and then from the beginning. */
    struct prediction p[RIVALS + 1];
    assert_int_equal(session_predict_run(s, RUN_BASE, at, RIVALS + 1, p), RIVALS + 1);
    int k = 0, others = 0;
    for (int i = 0; i <= RIVALS; i++)
        others += p[i].output != her;
    for (int r = 1; r < others; r++, k++) {
        while (p[k].output == her || p[k].output == his)
            k++;
        assert_true(session_rival(s, at, r, &a, &b));
        assert_int_equal(b, p[k].output);
    }
    assert_true(session_rival(s, at, others, &a, &b));
    assert_int_equal(b, his);
    /* Where nothing comes, the likeliest is the answer. */
    assert_true(session_rival(s, T, 0, &a, &first));
    assert_int_equal(a, session_likeliest(s, RUN_BASE, T));
    assert_int_not_equal(a, first);
    session_free(s);
}

/* A model of words w1 … and a head of as many outputs; what the head says of h is scaled. */
static struct session *with_outputs(int n, float scale)
{
    struct model *m = model_random(
        &(struct random_model){.layers = 1, .hidden = 3, .embed = 2, .words = n, .outputs = n, .steps = 4, .seed = 3});
    for (int k = 0; k < n * 3; k++)
        m->net->out_W[k] *= scale;
    assert_true(lstm_pack(m->net));
    return session_of(m);
}

/* However much memory tells it apart: a word that nearly cannot come is no rival before all others. */
static void a_word_out_of_the_question_is_not_the_first_rival(void **state)
{
    (void)state;
    enum { T = 5, OUT = 2 };
    int told_by_memory = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct err e = {{0}};
        struct model *m = model_random(&(struct random_model){.layers = 1, .hidden = 3, .embed = 2, .words = 6,
                                       .outputs = 6, .steps = T, .seed = seed});
        struct session *s = session_new(m, &e);
        const float *h = trace_row(session_trace(s, RUN_BASE), 0, Q_H, T);
        float squares = 0;
        for (int u = 0; u < 3; u++)
            squares += h[u] * h[u];
        for (int u = 0; u < 3; u++)
            m->net->out_W[OUT * 3 + u] = -20 * h[u] / squares;        /* its logit is -20, all of it from h */
        m->net->out_b[OUT] = 0;
        int a, b;
        assert_true(session_rival(s, T, 0, &a, &b));
        assert_true(a != OUT && session_probability(s, RUN_BASE, T, OUT) < 1e-4f);
        assert_int_not_equal(b, OUT);
        struct why w;
        const struct computation of = session_computation_to(s, RUN_BASE, T);
        double sum = 0;
        assert_true(why_compute(&of, T, a, OUT, &w));
        for (int k = 0; k < T; k++)
            sum += w.word[k];
        told_by_memory += fabs(sum) > 1;
        why_clear(&w);
        session_free(s);
    }
    assert_true(told_by_memory > 5);
}

static void two_outputs_have_one_rival_and_one_has_none(void **state)
{
    (void)state;
    int a, b;
    struct session *s = with_outputs(2, 1);
    for (int r = 0; r < 3; r++) {
        assert_true(session_rival(s, 2, r, &a, &b));
        assert_int_equal(a, session_output(s, 3));
        assert_int_equal(b, 1 - a);
    }
    session_free(s);
    s = with_outputs(1, 1);
    assert_false(session_rival(s, 2, 0, &a, &b));
    session_free(s);
    s = with_outputs(9, 0.01f);                                /* nothing is remembered: the likeliest of the others */
    for (int t = 1; t <= 4; t++) {
        struct prediction p[9];
        session_predict_run(s, RUN_BASE, t, 9, p);
        assert_true(session_rival(s, t, 0, &a, &b));
        assert_int_equal(b, p[p[0].output == a].output);
        assert_true(session_rival(s, t, 7, &a, &b));
        assert_int_equal(b, p[8 - (p[8].output == a)].output);
    }
    session_free(s);
    s = with_outputs(3, INFINITY); /* no probabilities */
    assert_false(session_rival(s, 2, 0, &a, &b));
    session_free(s);
}

/* ---- what a text goes on with ------------------------------------------------------------------------------------ */

static void what_a_text_goes_on_with_are_the_likeliest_words_after_it(void **state)
{
    (void)state;
    struct session *s = session_of(model_builtin("gender", &(struct err){""}));
    struct session *run = session_of(model_builtin("gender", &(struct err){""}));
    const struct vocab *v = session_model(s)->vocab;
    static const char *const typed[] = {"She came out and played with", "He", "  He \t came xyzzy "};
    static const char *const known[] = {"She came out and played with", "He", "He came"};
    struct err e = {""};
    for (size_t k = 0; k < sizeof typed / sizeof *typed; k++) {
        int id[5];
        float p[5];
        struct prediction all[8];
        assert_int_equal(expect_after(s, typed[k], 5, id, p), 5);
        assert_true(session_set_text(run, known[k], "test", &e));
        int n = session_predict_run(run, RUN_BASE, session_steps(run), 8, all), at = 0;
        for (int i = 0; i < 5; i++, at++) {
            at += all[at].output == v->unknown;
            assert_true(at < n);
            assert_int_equal(id[i], all[at].output);
            assert_true(fabsf(p[i] - all[at].p_base) < 1e-6f);
        }
    }
    int id[64];
    float p[64];
    assert_int_equal(expect_after(s, "", 5, id, p), 0);
    assert_int_equal(expect_after(s, "xyzzy", 5, id, p), 0);
    assert_int_equal(expect_after(s, "She", 64, id, p), v->size - (v->unknown >= 0)); /* all of them, the unknown not */
    session_free(s);
    session_free(run);
}

static void the_first_word_that_is_unknown_is_pointed_at(void **state)
{
    (void)state;
    struct session *s = session_of(model_builtin("gender", &(struct err){""}));
    int begin = -1, end = -1;
    assert_false(expect_unknown(s, "She came out", 0, &begin, &end));
    assert_false(expect_unknown(s, "", 0, &begin, &end));
    assert_true(expect_unknown(s, "She  xyzzy\tout quux", 0, &begin, &end));
    assert_int_equal(begin, 5);
    assert_int_equal(end, 10);
    assert_true(expect_unknown(s, "She  xyzzy\tout quux", 10, &begin, &end));
    assert_int_equal(begin, 15);
    assert_int_equal(end, 19);
    assert_false(expect_unknown(s, "xyzzy out", 5, &begin, &end));
    session_free(s);
    static const char numbers[] =
        "{\"format\":\"pytorch\",\"inputs\":[[1]],\"tensors\":{\"lstm.weight_ih_l0\":[[1],[1],[1],[1]],"
        "\"lstm.weight_hh_l0\":[[1],[1],[1],[1]]}}";
    s = session_of(model_parse(numbers, strlen(numbers), "F", NULL, &(struct err){""}));
    assert_false(expect_unknown(s, "xyzzy", 0, &begin, &end)); /* it takes no words at all */
    assert_int_equal(expect_after(s, "xyzzy", 1, &(int){0}, &(float){0}), 0);
    session_free(s);
}

static void whatever_parts_words_parts_them(void **state)
{
    (void)state;
    struct session *s = session_of(model_builtin("gender", &(struct err){""}));
    struct err e = {""};
    for (const char *blank = " \t\n\v\f\r"; *blank; blank++) {
        char text[32];
        snprintf(text, sizeof text, "%cShe%ccame%c%cout%c", *blank, *blank, *blank, *blank, *blank);
        if (!session_set_text(s, text, "test", &e))
            fail_msg("0x%02X: %s", (unsigned)*blank, e.text);
        assert_int_equal(session_steps(s), 3);
        assert_string_equal(session_token(s, 3), "out");
        assert_true(session_set_text(s, "He", "test", &e));
    }
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_that_hangs_on_a_unit_is_the_one_that_changes_most),
        cmocka_unit_test(the_rival_is_the_word_that_memory_alone_keeps_away),
        cmocka_unit_test(a_word_out_of_the_question_is_not_the_first_rival),
        cmocka_unit_test(two_outputs_have_one_rival_and_one_has_none),
        cmocka_unit_test(what_a_text_goes_on_with_are_the_likeliest_words_after_it),
        cmocka_unit_test(the_first_word_that_is_unknown_is_pointed_at),
        cmocka_unit_test(whatever_parts_words_parts_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
