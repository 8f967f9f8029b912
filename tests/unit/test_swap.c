/* Swap: values taken from another sentence, as the sweep view shows it, held against a second engine in double
 * precision, and against what was measured when the question was invented (docs of the project: the figures of the
 * model `gender`). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "base/mem.h"
#include "support/app.h"
#include "support/golden.h"
#include "support/reference.h"
#include "support/models.h"
#include "views/sweep_view.h"

/* Here and there, asked after the step, with what is taken. */
static struct sweep_state ask(const struct session *s, int step, enum quantity what, enum sweep_to to, int window)
{
    struct sweep_state st = {.asked = step, .what = what, .to = to, .window = window - 1};
    sweep_prepare(s, &st);
    return st;
}

static struct app two_sentences(const char *model, const char *here, const char *there, const char *word)
{
    struct app a;
    struct str keys = {0};
    str_addf(&keys, ":text %s<Enter>:compare %s<Enter>:step %s<Enter>", here, there, word);
    golden_app(&(struct golden_shot){.model = model, .keys = str_text(&keys)}, &a);
    str_free(&keys);
    return a;
}

/* logit(a) - logit(b) after step `to`, by the second engine, with the unit's values of the other sentence from `step`
 * on for `window` steps. unit -1: all C and h of every layer. */
static double by_hand(const struct session *s, const struct sweep_question *q, int step, int unit, int window)
{
    const struct lstm *net = session_net(s);
    const struct session *other = session_compare(s);
    struct ref_run *there = ref_run(net, session_inputs(other), session_steps(other), NULL, 0);
    struct pin pins[4096];
    size_t n = 0;
    for (int t = step; t < step + window && t <= q->step; t++)
        for (int l = 0; l < net->layers; l++)
            for (int k = 0; k < Q_COUNT; k++)
                for (int u = 0; u < net->layer[l].hidden; u++)
                    if (unit < 0 ? k >= Q_C : unit == u && l == q->layer && k == (int)q->q)
                        pins[n++] = (struct pin){t, l, (enum quantity)k, u,
                                                 (float)ref_at(there, l, (enum quantity)k, t, u)};
    struct ref_run *run = ref_run(net, session_inputs(s), session_steps(s), pins, n);
    double *logits = xcalloc((size_t)net->outputs, sizeof *logits);
    ref_logits(net, run, q->step, logits);
    double d = logits[q->target] - logits[q->rival];
    free(logits);
    ref_free(run);
    ref_free(there);
    return d;
}

static void hold_against_second_engine(const struct session *s, int step, int window)
{
    for (int q = 0; q < Q_COUNT; q++) {
        struct sweep_state st = ask(s, step, (enum quantity)q, SWEEP_TO_OTHER, window);
        assert_non_null(st.sweep);
        for (int t = st.sweep->q.first; t <= step; t++)
            for (int u = 0; u < st.sweep->units; u++) {
                double d = by_hand(s, &st.sweep->q, t, u, window);
                if (!(fabs((d - st.here) / (st.there - st.here) - (double)sweep_effect(&st, t, u)) < 2e-4))
                    fail_msg("%s of unit %d at step %d: %g, but %g of the way", quantity_name((enum quantity)q), u + 1,
                             t, (d - st.here) / (st.there - st.here), (double)sweep_effect(&st, t, u));
            }
        sweep_forget(&st);
    }
}

static void the_effects_are_those_of_a_second_engine(void **state)
{
    (void)state;
    struct app a = two_sentences("gender", "She came out and played with her dog",
                                 "He came out and played with his dog", "with");
    hold_against_second_engine(a.session, 6, 1);
    hold_against_second_engine(a.session, 6, 3);
    app_clear(&a);
    a = two_sentences("story", "She called the boy and played with her dog",
                      "He called the boy and played with his dog", "with");
    hold_against_second_engine(a.session, 7, 1);
    app_clear(&a);
}

/* The largest effect of another unit than `unit`. */
static float others(const struct sweep_state *st, int unit)
{
    float most = 0;
    for (int u = 0; u < st->sweep->units; u++)
        if (u != unit)
            most = fmaxf(most, fabsf(st->largest[u]));
    return most;
}

static void whoever_has_C_of_gender_has_her_or_his_and_no_other_unit_does_anything(void **state)
{
    (void)state;
    struct app a = two_sentences("gender", "She came out and played with her dog",
                                 "He came out and played with his dog", "with");
    struct sweep_state st = ask(a.session, 6, Q_C, SWEEP_TO_OTHER, 1);
    int gender = session_cursor(a.session)->unit;
    assert_true(fabs(st.here - 6.41) < 0.005 && fabs(st.there + 6.61) < 0.005);
    for (int t = 1; t <= 6; t++)
        assert_true(fabsf(sweep_effect(&st, t, gender) - 1) < 0.005f);
    assert_true(others(&st, gender) < 0.005f);
    assert_true(fabsf(st.most[Q_F].effect) < 0.005f && fabsf(st.most[Q_O].effect) < 0.005f);
    assert_true(fabsf(st.most[Q_I].effect - 0.02f) < 0.005f && st.most[Q_I].step == 1);
    assert_true(fabsf(st.most[Q_G].effect - 1.02f) < 0.005f && st.most[Q_G].step == 1);
    sweep_forget(&st);
    app_clear(&a);
}

static void all_of_C_and_h_swapped_is_exactly_1(void **state)
{
    (void)state;
    static const char *const models[] = {"gender", "story", "lesson-trained"};
    for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
        struct app a = two_sentences(models[k], "She came out and played with her dog",
                                     "He came out and played with his dog", "with");
        struct sweep_state st = ask(a.session, 6, Q_H, SWEEP_TO_OTHER, 1);
        assert_non_null(st.whole);
        for (int t = 1; t <= 6; t++)
            assert_true(st.whole[t - 1] == 1.0f);
        assert_true(fabs(by_hand(a.session, &st.sweep->q, 2, -1, 1) - st.there) < 1e-3);
        sweep_forget(&st);
        app_clear(&a);
    }
}

/* Where the sentences differ after the word, the check says that the rest came from another word. */
static void a_later_difference_shows_in_the_check(void **state)
{
    (void)state;
    struct app a = two_sentences("gender", "She came out and he played with", "He came out and she played with",
                                 "with");
    struct sweep_state st = ask(a.session, 7, Q_C, SWEEP_TO_OTHER, 1);
    assert_true(fabsf(st.whole[0]) < 0.1f);
    assert_true(st.whole[5] == 1.0f);
    sweep_forget(&st);
    app_clear(&a);
}

static void a_sentence_that_answers_the_same_has_nothing_to_swap(void **state)
{
    (void)state;
    struct app a = two_sentences("gender", "She came out and played with her dog",
                                 "She came out and played with her cat", "with");
    struct sweep_state st = ask(a.session, 6, Q_C, SWEEP_TO_OTHER, 1);
    assert_null(st.sweep);
    assert_int_equal(st.trouble, SWEEP_SAME_ANSWER);
    sweep_forget(&st);
    press(&a, ":compare<Enter><C-u><Esc>");
    session_compare_end(a.session);
    st = ask(a.session, 6, Q_C, SWEEP_TO_OTHER, 1);
    assert_int_equal(st.trouble, SWEEP_NO_OTHER);
    sweep_forget(&st);
    app_clear(&a);
}

static void a_window_is_pinned_whole_and_taken_back_whole(void **state)
{
    (void)state;
    struct app a = two_sentences("gender", "She came out and played with her dog",
                                 "He came out and played with his dog", "with");
    press(&a, "Wffffvvv]]<Left><Left><Left><Enter>");
    assert_string_equal(a.view->name, "bars");
    assert_int_equal(session_pin_count(a.session), 3);
    int gender = session_cursor(a.session)->unit;
    for (int t = 3; t <= 5; t++)
        assert_true(session_value(a.session, RUN_PINNED, 0, gender, VAL_C, t)
                    == session_value(session_compare(a.session), RUN_BASE, 0, gender, VAL_C, t));
    assert_true(session_probability(a.session, RUN_PINNED, 6, session_output(session_compare(a.session), 7)) > 0.9f);
    press(&a, "u");
    assert_int_equal(session_pin_count(a.session), 0);
    app_clear(&a);
}

/* "To the mean" is the mean of the sentence, which the second engine knows too. */
static void the_mean_is_that_of_the_sentence(void **state)
{
    (void)state;
    struct app a = two_sentences("gender", "She came out and played with her dog", "He came out", "with");
    const struct session *s = a.session;
    struct sweep_state st = ask(s, 6, Q_C, SWEEP_TO_MEAN, 1);
    struct ref_run *run = ref_run(session_net(s), session_inputs(s), session_steps(s), NULL, 0);
    for (int u = 0; u < st.sweep->units; u++) {
        double mean = 0;
        for (int t = 1; t <= session_steps(s); t++)
            mean += ref_at(run, 0, Q_C, t, u) / session_steps(s);
        assert_true(fabs(mean - (double)st.values[u]) < 1e-5);
    }
    ref_free(run);
    sweep_forget(&st);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_effects_are_those_of_a_second_engine),
        cmocka_unit_test(whoever_has_C_of_gender_has_her_or_his_and_no_other_unit_does_anything),
        cmocka_unit_test(all_of_C_and_h_swapped_is_exactly_1),
        cmocka_unit_test(a_later_difference_shows_in_the_check),
        cmocka_unit_test(a_sentence_that_answers_the_same_has_nothing_to_swap),
        cmocka_unit_test(a_window_is_pinned_whole_and_taken_back_whole),
        cmocka_unit_test(the_mean_is_that_of_the_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
