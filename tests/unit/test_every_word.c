/* The gate as a dictionary: what the view says of the vocabulary is what typing each word gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "session/session.h"
#include "core/each_word.h"
#include "support/golden.h"
#include "support/models.h"
#include "views/view.h"

static void explained(struct app *a, struct str *out)
{
    str_clear(out);
    view_explain(&view_every_word, &a->scene, a->view_state[view_index(&view_every_word)], out);
}

static void the_words_that_shut_a_gate_are_counted_as_typing_each_of_them_counts_them(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":t and<Enter>*", .w = 80, .h = 24}, &a);
    explained(&a, &text);
    struct session *s = a.session;
    const struct vocab *v = session_model(s)->vocab;
    int unit = session_cursor(s)->unit, shut = 0, open = 0;
    for (int w = 0; w < v->size; w++) {
        assert_true(session_set_word(s, 4, v->token[w], NULL));
        float f = session_value(s, RUN_PINNED, 0, unit, VAL_F, 4);
        shut += f < 0.1f;
        open += f > 0.9f;
    }
    char want[96];
    snprintf(want, sizeof want, "%d of %d words bring f of gender below 0.1, %d above 0.9.", shut, v->size, open);
    assert_non_null(strstr(str_text(&text), want));
    assert_true(shut == 14 && open == 33 && v->size == 47);       /* as measured when the question was invented */
    str_free(&text);
    app_clear(&a);
}

static void every_kind_of_layer_is_taken_as_what_it_is(void **state)
{
    (void)state;
    for (int kind = 0; kind < LAYER_KINDS; kind++)
        for (int layers = 1; layers <= 2; layers++) {
            enum { WORDS = 7, AT = 3 };
            struct each_word out[WORDS];
            struct err e = {{0}};
            struct session *s = session_new(
                model_random(&(struct random_model){.layers = layers, .hidden = 4, .embed = 3, .words = WORDS,
                                                    .steps = 5, .seed = 9, .kind = layer_kinds[kind]}), &e);
            const struct computation of = session_computation(s, RUN_PINNED);
            int top = layers - 1;
            assert_true(each_word_compute(&of, (struct element){top, 1, Q_F, AT}, 0, WORDS, out));
            for (int w = 0; w < WORDS; w++) {
                assert_true(session_set_word(s, AT, session_model(s)->vocab->token[w], &e));
                for (int q = 0; q < Q_COUNT; q++)
                    assert_float_equal(out[w].v[q], session_value(s, RUN_PINNED, top, 1, (enum value)q, AT), 2e-6);
            }
            session_free(s);
        }
}

static void enter_puts_the_selected_word_into_the_sentence_and_undo_takes_it_out(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":t and<Enter>*<Up>", .w = 80, .h = 24}, &a);
    assert_true(app_keys(&a, "<Enter>", "test", &e));
    assert_string_not_equal(session_token(a.session, 4), "and");
    assert_true(app_keys(&a, "u", "test", &e));
    assert_string_equal(session_token(a.session, 4), "and");
    app_clear(&a);
}

static void a_gate_set_by_hand_is_not_put_down_to_any_word(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":t and<Enter>c*", .w = 80, .h = 24}, &a);
    explained(&a, &text);
    assert_non_null(strstr(str_text(&text), "f of gender is set by hand here, whatever the word."));
    str_free(&text);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_words_that_shut_a_gate_are_counted_as_typing_each_of_them_counts_them),
        cmocka_unit_test(every_kind_of_layer_is_taken_as_what_it_is),
        cmocka_unit_test(enter_puts_the_selected_word_into_the_sentence_and_undo_takes_it_out),
        cmocka_unit_test(a_gate_set_by_hand_is_not_put_down_to_any_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
