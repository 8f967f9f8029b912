/* test_session.c: what a user does in one sitting: steps, pins, replaces words, undoes, and every number stays the one
 * a fresh computation would give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/fingerprint.h"
#include "session/session.h"
#include "support/models.h"
#include "support/skip.h"

static struct session *start(struct model *m)
{
    struct err e = {0};
    struct session *s = session_new(m, &e);
    if (!s)
        fail_msg("%s", e.text);
    return s;
}

static struct session *words(void)
{
    return start(model_words());
}

static struct session *random_session(int layers, int hidden, int embed, int vocab, int outputs, int steps,
                                      uint64_t seed)
{
    struct random_model r = {.layers = layers, .hidden = hidden, .embed = embed, .words = vocab, .outputs = outputs,
                              .steps = steps, .two_biases = seed % 2 != 0, .seed = seed};
    return start(model_random(&r));
}

static void pin(struct session *s, int layer, int unit, enum value v, int t, float value)
{
    struct err e = {0};
    if (!session_pin(s, (struct place){layer, unit, v, t}, value, true, &e))
        fail_msg("%s", e.text);
}

/* ---- comparing with a run from scratch --------------------------------------------------------------------------- */

static void same_rows(const struct session *s, enum run run, const struct trace *want)
{
    const struct lstm *net = session_net(s);
    for (int l = 0; l < net->layers; l++)
        for (int q = 0; q < Q_COUNT; q++)
            for (int t = 0; t <= session_steps(s); t++) {
                const float *have = session_row(s, run, l, (enum quantity)q, t);
                if (memcmp(have, trace_row(want, l, (enum quantity)q, t), (size_t)net->layer[l].hidden * sizeof(float)))
                    fail_msg("run %d, layer %d, %s at %d differs", run, l, quantity_name((enum quantity)q), t);
                assert_memory_equal(have, trace_row(session_trace_to(s, run, t), l, (enum quantity)q, t),
                                    (size_t)net->layer[l].hidden * sizeof(float));
            }
}

/* The scale of the cell rows covers both runs. */
static void peak_covers_both_runs(const struct session *s)
{
    for (int l = 0; l < session_net(s)->layers; l++) {
        float most = 0;
        for (int run = RUN_BASE; run <= RUN_PINNED; run++)
            for (int t = 0; t <= session_steps(s); t++)
                for (int u = 0; u < session_net(s)->layer[l].hidden; u++)
                    most = fmaxf(most, fabsf(session_row(s, (enum run)run, l, Q_C, t)[u]));
        assert_true(session_peak(s, l) == most);
    }
}

/* Both runs, the predictions and the surprisals are those of a full computation with the same weights, words and
 * pins. */
static void as_from_scratch(const struct session *s)
{
    size_t n;
    const struct pin *pins = session_pins(s, &n);
    int steps = session_steps(s), outputs = session_net(s)->outputs;
    struct trace *tr = trace_new(session_net(s), steps);
    float *p = xcalloc((size_t)outputs, sizeof *p);
    for (int run = RUN_BASE; run <= RUN_PINNED; run++) {
        lstm_run(session_net(s), session_inputs(s), 0, run ? pins : NULL, run ? n : 0, tr);
        same_rows(s, (enum run)run, tr);
        for (int t = 0; outputs && t <= steps; t++) {
            lstm_logits(session_net(s), tr, t, p);
            double want =
                t >= 1 && t < steps && session_token_id(s, t + 1) >= 0 && outputs == session_model(s)->vocab->size
                    ? surprisal(p, outputs, session_token_id(s, t + 1))
                    : (double)NAN;
            double have = session_surprisal(s, (enum run)run, t);
            assert_true(have == want || (isnan(have) && isnan(want)));
            softmax(p, outputs, p);
            for (int k = 0; k < outputs; k++)
                assert_true(session_probability(s, (enum run)run, t, k) == p[k]);
        }
    }
    free(p);
    trace_free(tr);
    peak_covers_both_runs(s);
}

/* ---- moving ------------------------------------------------------------------------------------------------------ */

static void it_starts_on_the_models_own_sentence_at_the_first_word(void **state)
{
    (void)state;
    struct session *s = words();
    assert_int_equal(session_steps(s), 8);
    assert_string_equal(session_token(s, 1), "She");
    assert_string_equal(session_token(s, 8), "dog");
    const struct cursor *c = session_cursor(s);
    assert_int_equal(c->step, 1);
    assert_int_equal(c->sub, SUB_H);
    assert_int_equal(c->value, VAL_F);
    assert_false(session_dirty(s));
    assert_false(session_can_undo(s));
    session_free(s);
}

static void words_are_stepped_and_never_left(void **state)
{
    (void)state;
    struct session *s = words();
    assert_false(session_step(s, -1));
    assert_true(session_step(s, 1));
    assert_int_equal(session_cursor(s)->step, 2);
    assert_true(session_step(s, 100));
    assert_int_equal(session_cursor(s)->step, 8);
    assert_false(session_step(s, 1));
    assert_true(session_step(s, -2147483647 - 1));
    assert_int_equal(session_cursor(s)->step, 1);
    session_goto(s, 99);
    assert_int_equal(session_cursor(s)->step, 8);
    session_goto(s, -4);
    assert_int_equal(session_cursor(s)->step, 1);
    session_free(s);
}

static void sub_steps_run_through_the_lesson_and_back_the_same_way(void **state)
{
    (void)state;
    struct session *s = words();
    int there[64], back[64], n = 0, m = 0;
    assert_false(session_substep(s, -9) && session_cursor(s)->sub != SUB_CONCAT);
    session_goto(s, 1);
    do
        there[n++] = session_cursor(s)->step * SUB_COUNT + (int)session_cursor(s)->sub;
    while (session_cursor(s)->step < 4 && session_substep(s, 1));
    assert_int_equal(session_cursor(s)->step, 4);
    assert_int_equal(session_cursor(s)->sub, SUB_CONCAT);
    do
        back[m++] = session_cursor(s)->step * SUB_COUNT + (int)session_cursor(s)->sub;
    while (m < n && session_substep(s, -1));
    assert_int_equal(m, n);
    for (int k = 0; k < n; k++)
        assert_int_equal(there[k], back[n - 1 - k]);
    /* From a complete word to the first sub-step of the next. */
    session_goto(s, 2);
    session_substep(s, 1);
    assert_int_equal(session_cursor(s)->step, 3);
    assert_int_equal(session_cursor(s)->sub, SUB_CONCAT);
    /* Both ends. */
    session_goto(s, 8);
    assert_false(session_substep(s, 1));
    session_goto(s, 1);
    assert_true(session_substep(s, -8));
    assert_int_equal(session_cursor(s)->sub, SUB_CONCAT);
    assert_false(session_substep(s, -1));
    session_free(s);
}

static void the_selection_is_clamped(void **state)
{
    (void)state;
    struct session *s = words();
    session_select(s, 7, 99, (enum value)77);
    assert_int_equal(session_cursor(s)->layer, 0);
    assert_int_equal(session_cursor(s)->unit, 2);
    assert_int_equal(session_cursor(s)->value, VAL_WRITTEN);
    session_select(s, -7, -99, (enum value)-1);
    assert_int_equal(session_cursor(s)->unit, 0);
    assert_int_equal(session_cursor(s)->value, VAL_F);
    session_free(s);
}

/* ---- pins -------------------------------------------------------------------------------------------------------- */

static void without_pins_both_runs_are_one(void **state)
{
    (void)state;
    struct session *s = words();
    assert_ptr_equal(session_trace(s, RUN_PINNED), session_trace(s, RUN_BASE));
    assert_int_equal(session_first_pinned(s), 9);
    pin(s, 0, 0, VAL_F, 4, 0);
    assert_ptr_not_equal(session_trace(s, RUN_PINNED), session_trace(s, RUN_BASE));
    assert_true(session_undo(s));
    assert_ptr_equal(session_trace(s, RUN_PINNED), session_trace(s, RUN_BASE));
    session_free(s);
}

static void a_pin_changes_the_pinned_run_from_its_step_on_and_the_baseline_never(void **state)
{
    (void)state;
    struct session *s = words();
    float base[9], before[9];
    for (int t = 1; t <= 8; t++)
        before[t] = session_value(s, RUN_BASE, 0, 0, VAL_C, t);
    pin(s, 0, 0, VAL_F, 4, 0);
    assert_true(session_pinned(s, 0, 0, Q_F, 4));
    assert_false(session_pinned(s, 0, 1, Q_F, 4));
    for (int t = 1; t <= 8; t++) {
        base[t] = session_value(s, RUN_BASE, 0, 0, VAL_C, t);
        assert_true(base[t] == before[t]);
        if (t < 4)
            assert_true(session_value(s, RUN_PINNED, 0, 0, VAL_C, t) == before[t]);
    }
    assert_true(session_value(s, RUN_PINNED, 0, 0, VAL_F, 4) == 0);
    assert_true(session_value(s, RUN_PINNED, 0, 0, VAL_KEPT, 4) == 0);
    assert_true(session_value(s, RUN_PINNED, 0, 0, VAL_C, 4) == session_value(s, RUN_PINNED, 0, 0, VAL_WRITTEN, 4));
    assert_true(session_value(s, RUN_PINNED, 0, 0, VAL_C, 8) != before[8]);
    as_from_scratch(s);
    session_free(s);
}

static void only_the_steps_from_the_edit_on_are_recomputed(void **state)
{
    (void)state;
    struct session *s = words();
    pin(s, 0, 0, VAL_F, 4, 0);
    assert_int_equal(session_last_recomputed(s), 5);
    pin(s, 0, 1, VAL_F, 8, 0);
    assert_int_equal(session_last_recomputed(s), 1);
    pin(s, 0, 1, VAL_F, 2, 0);
    assert_int_equal(session_last_recomputed(s), 7);
    /* Without the early pin the run is the baseline up to the next one. */
    assert_true(session_unpin(s, (struct place){0, 1, VAL_F, 2}));
    assert_int_equal(session_last_recomputed(s), 5);
    session_unpin_all(s);
    assert_int_equal(session_last_recomputed(s), 0);
    assert_true(session_undo(s));
    assert_int_equal(session_last_recomputed(s), 5);
    pin(s, 0, 1, VAL_C_PREV, 1, 2);
    assert_int_equal(session_last_recomputed(s), 8);
    assert_true(session_set_word(s, 6, "dog", NULL));
    assert_int_equal(session_last_recomputed(s), 3);
    as_from_scratch(s);
    session_free(s);
}

static void the_cell_state_before_a_word_is_pinned_as_that_of_the_word_before(void **state)
{
    (void)state;
    struct session *s = words();
    pin(s, 0, 0, VAL_C_PREV, 5, 6);
    assert_true(session_pinned(s, 0, 0, Q_C, 4));
    assert_true(session_value_pinned(s, 0, 0, VAL_C_PREV, 5));
    assert_true(session_value_pinned(s, 0, 0, VAL_C, 4));
    assert_true(session_value(s, RUN_PINNED, 0, 0, VAL_C_PREV, 5) == 6);
    assert_true(session_value(s, RUN_PINNED, 0, 0, VAL_C, 4) == 6);
    pin(s, 0, 2, VAL_C_PREV, 1, -3);
    assert_true(session_pinned(s, 0, 2, Q_C, 0));
    assert_true(session_value(s, RUN_PINNED, 0, 2, VAL_C_PREV, 1) == -3);
    assert_true(session_unpin(s, (struct place){0, 2, VAL_C_PREV, 1}));
    assert_false(session_unpin(s, (struct place){0, 2, VAL_C_PREV, 1}));
    assert_false(session_unpin(s, (struct place){0, 2, VAL_KEPT, 1}));
    session_free(s);
}

static void refused(struct session *s, enum value v, int t, float value, bool force, const char *why)
{
    struct err e = {0};
    size_t pins = session_pin_count(s);
    assert_false(session_pin(s, (struct place){0, 0, v, t}, value, force, &e));
    assert_string_equal(e.text, why);
    assert_int_equal(session_pin_count(s), pins);
}

static void impossible_values_are_refused_with_a_reason(void **state)
{
    (void)state;
    struct session *s = words();
    refused(s, VAL_F, 2, 1.5f, false, "f is a sigmoid gate: expected 0 … 1, found 1.5 (repeat to force)");
    refused(s, VAL_O, 2, -0.25f, false, "o is a sigmoid gate: expected 0 … 1, found -0.25 (repeat to force)");
    refused(s, VAL_G, 2, -2, false, "g is a tanh: expected -1 … 1, found -2 (repeat to force)");
    refused(s, VAL_H, 2, 1.25f, false, "h is a gate times a tanh: expected -1 … 1, found 1.25 (repeat to force)");
    refused(s, VAL_C, 2, INFINITY, true, "C: expected a finite number, found inf");
    refused(s, VAL_F, 2, NAN, true, "f: expected a finite number, found nan");
    refused(s, VAL_KEPT, 2, 0, true, "this is f times C of the step before: set one of these");
    refused(s, VAL_WRITTEN, 2, 0, true, "this is i times the candidate: set one of these");
    refused(s, VAL_F, 9, 0, true, "expected a step from 1 to 8, found 9");
    refused(s, VAL_F, 0, 0, true, "expected a step from 1 to 8, found 0");
    refused(s, VAL_C, -1, 0, true, "expected a step from 0 to 8, found -1");
    assert_false(session_dirty(s));
    /* Asked for twice, and the limits themselves. */
    pin(s, 0, 0, VAL_F, 2, 1.5f);
    assert_true(session_value(s, RUN_PINNED, 0, 0, VAL_F, 2) == 1.5f);
    assert_true(session_pin(s, (struct place){0, 0, VAL_F, 2}, 0, false, NULL));
    assert_true(session_pin(s, (struct place){0, 0, VAL_F, 2}, 1, false, NULL));
    assert_true(session_pin(s, (struct place){0, 0, VAL_G, 2}, -1, false, NULL));
    assert_true(session_pin(s, (struct place){0, 0, VAL_C, 2}, 1e30f, false, NULL));
    session_free(s);
}

static void setting_the_same_value_again_is_no_edit(void **state)
{
    (void)state;
    struct session *s = words();
    pin(s, 0, 0, VAL_F, 2, 0.5f);
    session_mark_saved(s);
    pin(s, 0, 0, VAL_F, 2, 0.5f);
    assert_true(session_set_word(s, 1, "She", NULL));
    assert_true(session_set_text(s, "She came out and played with her dog", "--text", NULL));
    assert_false(session_dirty(s));
    session_free(s);
}

/* ---- undo -------------------------------------------------------------------------------------------------------- */

static void undo_goes_back_to_the_start_and_redo_to_the_end(void **state)
{
    (void)state;
    struct session *s = words();
    for (int k = 0; k < 200; k++)
        pin(s, 0, k % 3, VAL_F, 1 + k % 8, (float)k / 200);
    int undone = 0, redone = 0;
    while (session_undo(s))
        undone++;
    assert_int_equal(undone, 200);
    assert_int_equal(session_pin_count(s), 0);
    while (session_redo(s))
        redone++;
    assert_int_equal(redone, 200);
    assert_true(session_value(s, RUN_PINNED, 0, 199 % 3, VAL_F, 1 + 199 % 8) == (float)199 / 200);
    as_from_scratch(s);
    session_free(s);
}

static void undo_moves_to_where_the_change_was(void **state)
{
    (void)state;
    struct session *s = words();
    pin(s, 0, 2, VAL_I, 6, 0);
    pin(s, 0, 1, VAL_C_PREV, 1, 4);
    session_goto(s, 3);
    session_undo(s);
    assert_int_equal(session_cursor(s)->step, 1);
    assert_int_equal(session_cursor(s)->unit, 1);
    assert_int_equal(session_cursor(s)->value, VAL_C_PREV);
    session_undo(s);
    assert_int_equal(session_cursor(s)->step, 6);
    assert_int_equal(session_cursor(s)->unit, 2);
    assert_int_equal(session_cursor(s)->value, VAL_I);
    session_goto(s, 1);
    session_redo(s);
    assert_int_equal(session_cursor(s)->step, 6);
    assert_true(session_set_word(s, 4, "dog", NULL));
    session_goto(s, 1);
    session_undo(s);
    assert_int_equal(session_cursor(s)->step, 4);
    session_free(s);
}

static void a_group_is_undone_as_one(void **state)
{
    (void)state;
    struct session *s = words();
    session_begin(s);
    for (int u = 0; u < 3; u++)
        pin(s, 0, u, VAL_F, 5, 1);
    session_begin(s);
    pin(s, 0, 0, VAL_I, 5, 0);
    session_end(s);
    /* Reading in between sees what was done so far. */
    assert_true(session_value(s, RUN_PINNED, 0, 0, VAL_C, 5) == session_value(s, RUN_PINNED, 0, 0, VAL_C, 4));
    session_end(s);
    assert_int_equal(session_pin_count(s), 4);
    assert_int_equal(session_last_recomputed(s), 4);
    session_goto(s, 1);
    session_select(s, 0, 1, VAL_H);
    assert_true(session_undo(s));
    assert_int_equal(session_pin_count(s), 0);
    /* The unit that was being looked at is among them. */
    assert_int_equal(session_cursor(s)->unit, 1);
    assert_int_equal(session_cursor(s)->step, 5);
    assert_false(session_can_undo(s));
    session_begin(s);
    session_end(s);
    assert_true(session_can_redo(s));
    session_free(s);
}

static void a_new_sentence_is_undone_with_its_pins(void **state)
{
    (void)state;
    struct session *s = words();
    pin(s, 0, 0, VAL_F, 2, 0.25f);
    pin(s, 0, 1, VAL_O, 8, 0.5f);
    session_goto(s, 7);
    assert_true(session_set_text(s, "he came", "--text", NULL));
    assert_int_equal(session_steps(s), 2);
    assert_int_equal(session_pin_count(s), 1);
    assert_int_equal(session_cursor(s)->step, 1);
    as_from_scratch(s);
    assert_true(session_undo(s));
    assert_int_equal(session_steps(s), 8);
    assert_string_equal(session_token(s, 1), "She");
    assert_int_equal(session_pin_count(s), 2);
    assert_true(session_value(s, RUN_PINNED, 0, 1, VAL_O, 8) == 0.5f);
    assert_int_equal(session_cursor(s)->step, 7);
    as_from_scratch(s);
    assert_true(session_redo(s));
    assert_int_equal(session_steps(s), 2);
    as_from_scratch(s);
    session_free(s);
}

static void the_saved_marker_tells_whether_something_was_edited_since(void **state)
{
    (void)state;
    struct session *s = words();
    pin(s, 0, 0, VAL_F, 2, 0.25f);
    assert_true(session_dirty(s));
    session_mark_saved(s);
    assert_false(session_dirty(s));
    session_undo(s);
    assert_true(session_dirty(s));
    session_redo(s);
    assert_false(session_dirty(s));
    session_undo(s);
    /* What was saved can no longer be reached. */
    pin(s, 0, 0, VAL_F, 2, 0.75f);
    assert_true(session_dirty(s));
    session_undo(s);
    assert_true(session_dirty(s));
    assert_false(session_can_undo(s));
    session_free(s);
}

/* ---- words, weights ---------------------------------------------------------------------------------------------- */

static void a_word_is_replaced_by_one_the_vocabulary_knows(void **state)
{
    (void)state;
    struct session *s = words();
    struct err e = {0};
    assert_true(session_set_word(s, 1, "He", &e));
    assert_string_equal(session_token(s, 1), "He");
    assert_int_equal(session_token_id(s, 1), 2);
    assert_true(session_set_word(s, 1, "dragon", &e));
    assert_string_equal(session_token(s, 1), "dragon");
    assert_int_equal(session_token_id(s, 1), 0);
    assert_false(session_set_word(s, 1, "", &e));
    assert_false(session_set_word(s, 9, "he", &e));
    assert_string_equal(e.text, "expected a step from 1 to 8, found 9");
    as_from_scratch(s);
    session_undo(s);
    assert_string_equal(session_token(s, 1), "He");
    session_free(s);

    s = random_session(1, 2, 2, 5, 5, 4, 1);
    assert_false(session_set_word(s, 3, "dragon", &e));
    assert_string_equal(e.text, "token 3 \"dragon\" is not in the vocabulary, which has no unknown token");
    assert_false(session_set_text(s, "w1 w9", "--text", &e));
    assert_int_equal(session_steps(s), 4);
    session_free(s);
}

static void an_edited_weight_moves_both_runs_and_the_model_stays(void **state)
{
    (void)state;
    struct session *s = words();
    const struct model *m = session_model(s);
    float was = m->net->layer[0].W[Q_F][3], original;
    assert_true(session_set_weight(s, (struct weight_place){0, Q_F, 0, 3}, was + 1, NULL));
    assert_int_equal(session_last_recomputed(s), 8);
    assert_true(m->net->layer[0].W[Q_F][3] == was);
    assert_true(session_net(s)->layer[0].W[Q_F][3] == was + 1);
    assert_true(session_weight_edited(s, (struct weight_place){0, Q_F, 0, 3}, &original));
    assert_true(original == was);
    assert_false(session_weight_edited(s, (struct weight_place){0, Q_F, 0, 4}, NULL));
    assert_true(session_set_weight(s, (struct weight_place){0, Q_G, 2, -1}, 0.5f, NULL));
    assert_true(session_net(s)->layer[0].b[Q_G][2] == 0.5f);
    pin(s, 0, 1, VAL_F, 3, 0);
    as_from_scratch(s);
    struct err e = {0};
    assert_false(session_set_weight(s, (struct weight_place){0, Q_C, 0, 0}, 1, &e));
    assert_string_equal(e.text, "only the gates f, i, g and o have weights");
    assert_false(session_set_weight(s, (struct weight_place){1, Q_F, 0, 0}, 1, &e));
    assert_string_equal(e.text, "expected a layer from 1 to 1, found 2");
    assert_false(session_set_weight(s, (struct weight_place){-1, Q_F, 0, 0}, 1, &e));
    assert_false(session_set_weight(s, (struct weight_place){0, Q_F, 3, 0}, 1, &e));
    assert_string_equal(e.text, "expected a unit from 1 to 3, found 4");
    assert_false(session_set_weight(s, (struct weight_place){0, Q_F, -1, 0}, 1, &e));
    assert_false(session_set_weight(s, (struct weight_place){0, Q_F, 0, -2}, 1, &e));
    assert_false(session_set_weight(s, (struct weight_place){0, Q_F, 0, 7}, 1, &e));
    assert_string_equal(e.text, "expected a column from 1 to 7, found 8");
    assert_false(session_set_weight(s, (struct weight_place){0, Q_F, 0, 0}, INFINITY, &e));
    while (session_undo(s))
        as_from_scratch(s);
    assert_ptr_equal(session_net(s), m->net);
    session_free(s);
}

static void another_model_keeps_the_sentence_it_can_read(void **state)
{
    (void)state;
    struct session *s = words();
    assert_true(session_set_text(s, "he played", "--text", NULL));
    pin(s, 0, 0, VAL_F, 1, 0);
    assert_true(session_set_model(s, model_words(), NULL));
    assert_int_equal(session_steps(s), 2);
    assert_int_equal(session_pin_count(s), 0);
    assert_false(session_can_undo(s));
    assert_false(session_dirty(s));
    as_from_scratch(s);
    struct random_model r = {.layers = 2, .hidden = 2, .embed = 3, .words = 4, .outputs = 4, .steps = 6, .seed = 3};
    assert_true(session_set_model(s, model_random(&r), NULL));
    assert_int_equal(session_steps(s), 6);
    as_from_scratch(s);
    session_free(s);
}

/* ---- predictions, parity ----------------------------------------------------------------------------------------- */

static void predictions_come_by_the_larger_probability_of_both_runs(void **state)
{
    (void)state;
    struct session *s = words();
    struct prediction p[12];
    pin(s, 0, 0, VAL_H, 4, 1);
    assert_int_equal(session_predict(s, 4, 12, p), 10);
    float sum_base = 0, sum_pinned = 0;
    for (int k = 0; k < 10; k++) {
        assert_true(p[k].p_base == session_probability(s, RUN_BASE, 4, p[k].output));
        assert_true(p[k].p_pinned == session_probability(s, RUN_PINNED, 4, p[k].output));
        if (k)
            assert_true(fmaxf(p[k - 1].p_base, p[k - 1].p_pinned) >= fmaxf(p[k].p_base, p[k].p_pinned));
        sum_base += p[k].p_base;
        sum_pinned += p[k].p_pinned;
    }
    assert_true(fabsf(sum_base - 1) < 1e-5f && fabsf(sum_pinned - 1) < 1e-5f);
    assert_int_equal(session_predict(s, 4, 3, p), 3);
    assert_int_equal(session_predict(s, 9, 3, p), 0);
    assert_int_equal(session_predict(s, 4, 0, p), 0);
    assert_true(isnan(session_surprisal(s, RUN_BASE, 8)));
    assert_true(isnan(session_probability(s, RUN_BASE, 4, 10)));
    session_free(s);
}

static void a_long_list_of_predictions_is_ranked_like_a_short_one(void **state)
{
    (void)state;
    struct session *s = random_session(1, 4, 3, 300, 300, 5, 9);
    struct prediction *all = xcalloc(300, sizeof *all), few[20];
    pin(s, 0, 1, VAL_H, 3, -1);
    assert_int_equal(session_predict(s, 3, 300, all), 300);
    assert_int_equal(session_predict(s, 3, 20, few), 20);
    assert_memory_equal(all, few, sizeof few);
    free(all);
    session_free(s);
}

static void parity_compares_with_what_the_file_expects(void **state)
{
    (void)state;
    if (!partial_limits.whole)
        skip_because("a run that memory does not hold is not compared");
    struct session *s = words();
    double largest;
    bool within;
    assert_false(session_parity(s, &largest, &within));
    struct model *m = model_words();
    m->expected = xcalloc(1, sizeof *m->expected);
    m->expected->steps = 8;
    m->expected->tolerance = 1e-5;
    m->expected->C = mem_array(8 * 3, sizeof(float));
    for (int t = 1; t <= 8; t++)
        memcpy(m->expected->C + (t - 1) * 3, session_row(s, RUN_BASE, 0, Q_C, t), 3 * sizeof(float));
    m->expected->C[10] += 0.25f;
    session_free(s);
    s = start(m);
    assert_true(session_parity(s, &largest, &within));
    assert_false(within);
    assert_true(fabs(largest - 0.25) < 1e-6);
    /* Pins do not touch the baseline; another sentence is another matter. */
    pin(s, 0, 0, VAL_F, 1, 0);
    assert_true(session_parity(s, &largest, &within));
    assert_true(session_set_word(s, 1, "he", NULL));
    assert_false(session_parity(s, &largest, &within));
    session_undo(s);
    assert_true(session_parity(s, &largest, &within));
    m->expected->C[10] -= 0.25f;
    assert_true(session_set_word(s, 1, "he", NULL));
    session_undo(s);
    assert_true(session_parity(s, &largest, &within));
    assert_true(within);
    session_free(s);
}

static void a_tolerance_of_0_allows_what_floats_round_and_no_more(void **state)
{
    (void)state;
    if (!partial_limits.whole)
        skip_because("a run that memory does not hold is not compared");
    static const struct { float off; bool within; } tries[] = {{0, true}, {1e-8f, true}, {1e-4f, false}};
    for (size_t k = 0; k < sizeof tries / sizeof *tries; k++) {
        struct session *s = words();
        struct model *m = model_words();
        double largest;
        bool within;
        m->expected = xcalloc(1, sizeof *m->expected);
        m->expected->steps = 8;
        m->expected->h = mem_array(8 * 3, sizeof(float));
        for (int t = 1; t <= 8; t++)
            memcpy(m->expected->h + (t - 1) * 3, session_row(s, RUN_BASE, 0, Q_H, t), 3 * sizeof(float));
        m->expected->h[20] += tries[k].off;
        session_free(s);
        s = start(m);
        assert_true(session_parity(s, &largest, &within));
        assert_int_equal(within, tries[k].within);
        assert_true(tries[k].within || (session_proof(s)->step == 7 && session_proof(s)->unit == 2));
        session_free(s);
    }
}

static void there_is_no_token_before_the_first_or_behind_the_last(void **state)
{
    (void)state;
    struct session *s = words();
    assert_int_equal(session_token_id(s, 0), -1);
    assert_true(session_token_id(s, 1) >= 0 && session_token_id(s, 8) >= 0);
    assert_int_equal(session_token_id(s, 9), -1);
    session_free(s);
}

/* ---- edges ------------------------------------------------------------------------------------------------------- */

static void an_empty_sequence_is_a_session_too(void **state)
{
    (void)state;
    struct session *s = random_session(3, 1, 1, 2, 2, 0, 4);
    struct err e = {0};
    struct prediction p[2];
    char label[32];
    assert_int_equal(session_cursor(s)->step, 0);
    assert_false(session_step(s, 1));
    assert_false(session_substep(s, 1));
    assert_false(session_substep(s, -1));
    session_goto(s, 3);
    assert_int_equal(session_cursor(s)->step, 0);
    assert_string_equal(session_token(s, 0), "");
    assert_false(session_pin(s, (struct place){0, 0, VAL_F, 1}, 0, true, &e));
    assert_string_equal(e.text, "the sequence is empty: there is no step to set a value at");
    assert_false(session_set_word(s, 1, "w1", &e));
    assert_true(session_pin(s, (struct place){2, 0, VAL_C, 0}, 5, true, &e));
    assert_true(session_value(s, RUN_PINNED, 2, 0, VAL_C, 0) == 5);
    assert_int_equal(session_predict(s, 0, 2, p), 2);
    assert_string_equal(session_unit_label(s, 0, 0, label), "1");
    as_from_scratch(s);
    assert_true(session_set_text(s, "w1 w2 w1", "--text", &e));
    assert_int_equal(session_cursor(s)->step, 1);
    assert_true(session_value(s, RUN_PINNED, 2, 0, VAL_C_PREV, 1) == 5);
    as_from_scratch(s);
    session_undo(s);
    assert_int_equal(session_cursor(s)->step, 0);
    session_undo(s);
    as_from_scratch(s);
    session_free(s);
}

static void a_model_without_vocabulary_and_head_takes_vectors(void **state)
{
    (void)state;
    struct session *s = random_session(1, 5, 2, 0, 0, 6, 5);
    struct prediction p[2];
    struct err e = {0};
    assert_int_equal(session_steps(s), 6);
    assert_string_equal(session_token(s, 3), "x3");
    assert_int_equal(session_token_id(s, 3), -1);
    assert_int_equal(session_predict(s, 1, 2, p), 0);
    assert_true(isnan(session_surprisal(s, RUN_PINNED, 1)));
    assert_false(session_set_text(s, "a b", "--text", &e));
    assert_string_equal(e.text, "--text: this model has no vocabulary: it takes vectors of 2 numbers, not words");
    pin(s, 0, 4, VAL_G, 6, 0.5f);
    assert_false(session_set_inputs(s, (float[]){1, NAN}, 1, &e));
    assert_true(session_set_inputs(s, (float[]){1, 2, 3, 4}, 2, &e));
    assert_int_equal(session_steps(s), 2);
    assert_int_equal(session_pin_count(s), 0);
    as_from_scratch(s);
    session_undo(s);
    assert_int_equal(session_pin_count(s), 1);
    as_from_scratch(s);
    session_free(s);
}

static void vectors_are_another_sequence_when_one_number_or_their_count_differs(void **state)
{
    (void)state;
    struct session *s = random_session(1, 3, 2, 0, 0, 2, 5);
    struct err e = {0};
    uint64_t revision;
    assert_true(session_set_inputs(s, (float[]){1, 2, 3, 4}, 2, &e));
    revision = session_revision(s);
    assert_true(session_set_inputs(s, (float[]){1, 2, 3, 4}, 2, &e));       /* the same: nothing to undo */
    assert_true(session_revision(s) == revision);
    assert_true(session_set_inputs(s, (float[]){1, 2, 3, 5}, 2, &e));
    assert_true(session_inputs(s)[1][1] == 5);
    as_from_scratch(s);
    assert_true(session_set_inputs(s, (float[]){1, 2}, 1, &e));             /* how they begin is not all of them */
    assert_int_equal(session_steps(s), 1);
    as_from_scratch(s);
    session_undo(s);
    assert_int_equal(session_steps(s), 2);
    assert_true(session_inputs(s)[1][1] == 5);
    session_free(s);
}

/* The token that comes is known among outputs that have labels of their own by its name, as given or as read. */
static void the_next_token_is_found_among_labels(void **state)
{
    (void)state;
    static const char *const label[] = {"dog", "her", "came"};
    struct err e = {{0}};
    struct model *m = model_words();
    struct session *s;
    m->net->outputs = 3;
    m->label = calloc(3, sizeof *m->label);
    for (int o = 0; o < 3; o++)
        m->label[o] = strdup(label[o]);
    s = session_new(m, &e);
    assert_true(session_set_text(s, "She came and", "test", &e));
    assert_int_equal(session_output(s, 2), 2);
    assert_int_equal(session_output(s, 1), -1);
    assert_int_equal(session_output(s, 3), -1);
    assert_int_equal(session_output(s, 0), -1);
    assert_int_equal(session_output(s, 4), -1);
    assert_false(session_compare_text(s, "", "test", &e) || session_compare_tokens(s, NULL, 0, "test", &e));
    assert_null(session_compare(s));
    session_free(s);
}

static void outputs_that_are_no_numbers_are_not_ranked(void **state)
{
    (void)state;
    struct model *m = model_words();
    m->net->out_b[2] = NAN;
    struct session *s = start(m);
    struct prediction p[10];
    assert_int_equal(session_predict(s, 3, 10, p), 0);
    assert_int_equal(session_predict_run(s, RUN_BASE, 3, 10, p), 0);
    assert_int_equal(session_likeliest(s, RUN_PINNED, 3), -1);
    session_free(s);
}

static void parity_runs_the_sentence_first_when_nobody_looked_since_it_changed(void **state)
{
    (void)state;
    if (!partial_limits.whole)
        skip_because("a run that memory does not hold is not compared");
    struct session *s = words();
    struct model *m = model_words();
    double largest;
    bool within;
    m->expected = xcalloc(1, sizeof *m->expected);
    m->expected->steps = 8;
    m->expected->tolerance = 1e-5;
    m->expected->C = mem_array(8 * 3, sizeof(float));
    for (int t = 1; t <= 8; t++)
        memcpy(m->expected->C + (t - 1) * 3, session_row(s, RUN_BASE, 0, Q_C, t), 3 * sizeof(float));
    session_free(s);
    s = start(m);
    assert_true(session_parity(s, &largest, &within) && within);
    assert_true(session_set_text(s, "He came out and played with his dog", "test", NULL));
    (void)session_row(s, RUN_BASE, 0, Q_C, 8);
    session_undo(s);                                            /* its own sentence again, not run yet */
    assert_true(session_parity(s, &largest, &within) && within);
    assert_true(largest == 0);
    session_free(s);
}

static void a_thousand_words_are_recomputed_only_behind_the_edit(void **state)
{
    (void)state;
    struct session *s = random_session(3, 1, 1, 7, 7, 1000, 6);
    pin(s, 1, 0, VAL_F, 990, 0.5f);
    assert_int_equal(session_last_recomputed(s), 11);
    assert_true(session_set_word(s, 1000, "w1", NULL));
    assert_int_equal(session_last_recomputed(s), 1);
    pin(s, 2, 0, VAL_H, 0, 0.5f);
    assert_int_equal(session_last_recomputed(s), 1000);
    as_from_scratch(s);
    session_free(s);
}

/* ---- anything in any order --------------------------------------------------------------------------------------- */

static void random_edit(struct session *s, uint64_t *state)
{
    int steps = session_steps(s), vocab = session_model(s)->vocab ? session_model(s)->vocab->size : 0;
    const struct lstm *net = session_net(s);
    int layer = random_below(state, net->layers), unit = random_below(state, net->layer[layer].hidden);
    int t = random_below(state, steps + 1);
    switch (random_below(state, 12)) {
    case 0:
        session_unpin_all(s);
        break;
    case 1: case 2:
        session_undo(s);
        break;
    case 3: case 4:
        session_redo(s);
        break;
    case 5:
        session_set_weight(s, (struct weight_place){
            layer, (enum quantity)random_below(state, GATES), unit,
            random_below(state, net->layer[layer].hidden + net->layer[layer].in + 1) - 1}, random_float(state, -1, 1),
            NULL);
        break;
    case 6: {
        char word[16];
        snprintf(word, sizeof word, "w%d", random_below(state, vocab + 1) + 1);
        session_set_word(s, t, word, NULL);
        break;
    }
    case 7: {
        char text[256] = "";
        for (int k = random_below(state, 12); k > 0; k--)
            snprintf(text + strlen(text), sizeof text - strlen(text), "w%d ",
                     random_below(state, vocab ? vocab : 1) + 1);
        session_set_text(s, text, NULL, NULL);
        break;
    }
    case 8:
        session_unpin(s, (struct place){layer, unit, (enum value)random_below(state, VAL_COUNT), t});
        break;
    default:
        session_pin(s, (struct place){layer, unit, (enum value)random_below(state, VAL_COUNT), t},
                    random_float(state, -1.5f, 1.5f), random_below(state, 2), NULL);
    }
}

/* What somebody might look at between two edits; of a lazy session some steps are computed by it. */
static void looked_at(const struct session *s, uint64_t *dice)
{
    int t = random_below(dice, session_steps(s) + 1), first = random_below(dice, session_steps(s) + 1);
    enum run run = random_below(dice, 2) ? RUN_PINNED : RUN_BASE;
    switch (random_below(dice, 6)) {
    case 0: (void)session_row(s, run, 0, Q_C, t); break;
    case 1: (void)session_surprise(s, run, first, t, 0); break;
    case 2: (void)session_surprise(s, run, first, t, INFINITY); break;
    case 3: (void)session_catch_up(s, 0); break;
    case 4: assert_true(session_peak(s, 0) >= 0); break;
    default: break;
    }
}

static void a_lazy_session_computes_no_further_than_is_looked_at(void **state)
{
    (void)state;
    struct session *s = random_session(2, 64, 8, 7, 7, 5000, 6);
    session_set_lazy(s, true);
    assert_int_equal(session_behind(s), 5001);
    (void)session_row(s, RUN_PINNED, 1, Q_C, 100);
    assert_int_equal(session_behind(s), 4900);
    pin(s, 1, 0, VAL_F, 40, 0.5f);
    assert_int_equal(session_last_recomputed(s), 4961);
    (void)session_value(s, RUN_PINNED, 1, 0, VAL_KEPT, 41);
    assert_int_equal(session_behind(s), 4959);
    int slices = 1;
    while (!session_catch_up(s, 0))
        slices++;
    assert_true(slices > 1);
    assert_int_equal(session_behind(s), 0);
    pin(s, 1, 0, VAL_F, 4999, 0.5f);
    assert_int_equal(session_behind(s), 2);
    assert_int_equal(session_last_recomputed(s), 2);
    assert_true(session_undo(s));
    as_from_scratch(s);
    session_free(s);
}

static void a_fingerprint_is_the_same_in_parts(void **state)
{
    (void)state;
    for (int both = 0; both < 2; both++) {
        struct random_model r = {.layers = 2, .hidden = 5, .embed = 3, .words = 7, .outputs = 7, .steps = 4, .seed = 3,
                                 .bidirectional = both};
        struct model *m = model_random(&r);
        uint64_t whole = fingerprint_model(m);
        for (size_t bytes = 8; bytes < 400; bytes += 13) {
            struct fingerprint f = {0};
            int parts = 1;
            while (!fingerprint_on(m, &f, bytes))
                parts++;
            assert_true(f.hash == whole);
            assert_true(fingerprint_on(m, &f, bytes) && f.hash == whole);
            assert_true((size_t)parts * bytes >= f.bytes && parts > 2);
        }
        model_free(m);
    }
}

static int slices_of_the_head(const struct session *s)
{
    int slices = 1;
    enum slice w;
    while ((w = session_head_work(s, 0)) == SLICE_MORE)
        slices++;
    assert_int_equal(w, SLICE_DONE);
    return slices;
}

static void a_large_head_is_worked_out_in_slices_and_an_edit_begins_them_anew(void **state)
{
    (void)state;
    struct session *s = random_session(1, 1000, 4, 31000, 31000, 4, 3);
    assert_true(session_head_there(s, 3));                    /* not lazy: whoever asks waits */
    session_set_lazy(s, true);
    assert_int_equal(session_head_work(s, 0), SLICE_IDLE);
    assert_false(session_head_there(s, 3));
    assert_int_equal(session_overflow(s, RUN_BASE, 3, NULL, 0), 0);
    assert_true(slices_of_the_head(s) > 3);
    assert_true(session_head_there(s, 3));
    pin(s, 0, 5, VAL_C, 2, 4);
    assert_false(session_head_there(s, 3));
    assert_int_equal(session_head_work(s, 0), SLICE_MORE);
    pin(s, 0, 6, VAL_C, 2, -4);
    assert_false(session_head_there(s, 3));
    assert_int_equal(session_head_work(s, 0), SLICE_MORE);
    assert_true(session_likeliest(s, RUN_PINNED, 1) >= 0);    /* a question in between, which waits */
    assert_false(session_head_there(s, 3));
    slices_of_the_head(s);
    assert_true(session_probability(s, RUN_PINNED, 3, 7) != session_probability(s, RUN_BASE, 3, 7));
    /* Of two that take turns each is heard: the view works on all steps of one run, a frame asks for one of the
     * other. */
    session_set_word(s, 4, "w9", NULL);
    int turns = 0;
    while (!session_surprisal_there(s, RUN_BASE, 2) || !session_surprisal_there(s, RUN_PINNED, 3)) {
        (void)session_surprise(s, RUN_PINNED, 1, 3, 0);
        (void)session_surprise(s, RUN_BASE, 1, 3, 0);
        (void)session_head_work(s, 0);
        assert_true(turns++ < 200);
    }
    assert_true(turns > 3);
    session_set_lazy(s, false);
    as_from_scratch(s);
    session_free(s);
}

static void surprisals_of_many_steps_are_those_of_one_at_a_time(void **state)
{
    (void)state;
    struct session *s = random_session(1, 37, 8, 31, 31, 100, 3);
    pin(s, 0, 0, VAL_F, 40, 0);
    int slices = 1;
    while (!session_surprise(s, RUN_PINNED, 1, 100, 0))
        slices++;
    assert_true(slices > 20);
    double most = 0;
    for (int t = 1; t < 100; t++)
        most = fmax(most, session_surprisal(s, RUN_PINNED, t));
    assert_true(most > 0 && session_surprisal_most(s, RUN_PINNED) == most);
    as_from_scratch(s);
    session_free(s);
}

static void any_edits_in_any_order_give_what_a_fresh_run_gives(void **state)
{
    (void)state;
    uint64_t dice = 2024;
    for (int round = 0; round < 40; round++) {
        int vocab = random_below(&dice, 4) ? 6 : 0;
        struct session *s =
            random_session(1 + random_below(&dice, 3), 1 + random_below(&dice, 20), 1 + random_below(&dice, 9), vocab,
                           random_below(&dice, 2) ? 6 : 0, random_below(&dice, 14), (uint64_t)round);
        session_set_lazy(s, round % 2);
        for (int k = 0; k < 60; k++) {
            bool group = random_below(&dice, 5) == 0;
            if (group) {
                session_begin(s);
                for (int n = 0; n < 4; n++)
                    random_edit(s, &dice);
                session_end(s);
            } else {
                random_edit(s, &dice);
            }
            looked_at(s, &dice);
            if (random_below(&dice, 3) == 0)
                as_from_scratch(s);
        }
        as_from_scratch(s);
        while (session_undo(s)) {
        }
        assert_int_equal(session_pin_count(s), 0);
        assert_ptr_equal(session_net(s), session_model(s)->net);
        assert_int_equal(session_steps(s), vocab ? session_model(s)->sequence.n : session_model(s)->input_steps);
        as_from_scratch(s);
        while (session_redo(s)) {
        }
        as_from_scratch(s);
        session_free(s);
    }
}

/* Every run is there in part, in blocks of 64 steps, as one that memory does not hold. */
static const struct partial_limits as_always = {SIZE_MAX, (size_t)48 << 20};

static int in_part(void **state)
{
    (void)state;
    partial_limits = (struct partial_limits){0, 0};
    return 0;
}

static int whole_again(void **state)
{
    (void)state;
    partial_limits = as_always;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_starts_on_the_models_own_sentence_at_the_first_word),
        cmocka_unit_test(words_are_stepped_and_never_left),
        cmocka_unit_test(sub_steps_run_through_the_lesson_and_back_the_same_way),
        cmocka_unit_test(the_selection_is_clamped),
        cmocka_unit_test(without_pins_both_runs_are_one),
        cmocka_unit_test(a_pin_changes_the_pinned_run_from_its_step_on_and_the_baseline_never),
        cmocka_unit_test(only_the_steps_from_the_edit_on_are_recomputed),
        cmocka_unit_test(the_cell_state_before_a_word_is_pinned_as_that_of_the_word_before),
        cmocka_unit_test(impossible_values_are_refused_with_a_reason),
        cmocka_unit_test(setting_the_same_value_again_is_no_edit),
        cmocka_unit_test(undo_goes_back_to_the_start_and_redo_to_the_end),
        cmocka_unit_test(undo_moves_to_where_the_change_was),
        cmocka_unit_test(a_group_is_undone_as_one),
        cmocka_unit_test(a_new_sentence_is_undone_with_its_pins),
        cmocka_unit_test(the_saved_marker_tells_whether_something_was_edited_since),
        cmocka_unit_test(a_word_is_replaced_by_one_the_vocabulary_knows),
        cmocka_unit_test(an_edited_weight_moves_both_runs_and_the_model_stays),
        cmocka_unit_test(another_model_keeps_the_sentence_it_can_read),
        cmocka_unit_test(predictions_come_by_the_larger_probability_of_both_runs),
        cmocka_unit_test(a_long_list_of_predictions_is_ranked_like_a_short_one),
        cmocka_unit_test(parity_compares_with_what_the_file_expects),
        cmocka_unit_test(a_tolerance_of_0_allows_what_floats_round_and_no_more),
        cmocka_unit_test(there_is_no_token_before_the_first_or_behind_the_last),
        cmocka_unit_test(an_empty_sequence_is_a_session_too),
        cmocka_unit_test(a_model_without_vocabulary_and_head_takes_vectors),
        cmocka_unit_test(a_thousand_words_are_recomputed_only_behind_the_edit),
        cmocka_unit_test(a_lazy_session_computes_no_further_than_is_looked_at),
        cmocka_unit_test(a_large_head_is_worked_out_in_slices_and_an_edit_begins_them_anew),
        cmocka_unit_test(a_fingerprint_is_the_same_in_parts),
        cmocka_unit_test(surprisals_of_many_steps_are_those_of_one_at_a_time),
        cmocka_unit_test(any_edits_in_any_order_give_what_a_fresh_run_gives),
        cmocka_unit_test(vectors_are_another_sequence_when_one_number_or_their_count_differs),
        cmocka_unit_test(the_next_token_is_found_among_labels),
        cmocka_unit_test(outputs_that_are_no_numbers_are_not_ranked),
        cmocka_unit_test(parity_runs_the_sentence_first_when_nobody_looked_since_it_changed),
    };
    int failed = cmocka_run_group_tests_name("runs that are whole", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("runs of which 64 rows each are there", tests, in_part, whole_again);
}
