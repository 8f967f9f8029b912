/* test_change.c: the ends of what an edit takes, what is said beyond them, and that an edit which changes nothing is
 * none: it makes no revision and there is nothing to undo. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session/session.h"
#include "support/models.h"

enum { LAYERS = 2, UNITS = 3, T = 6 };

static struct session *begin(void)
{
    struct err e = {""};
    struct session *s = session_new(
        model_random(&(struct random_model){
            .layers = LAYERS, .hidden = UNITS, .embed = 2, .words = 9, .outputs = 9, .steps = T, .seed = 21}),
        &e);
    assert_non_null(s);
    return s;
}

static void a_pin_is_taken_where_there_is_a_value_and_nowhere_else(void **state)
{
    (void)state;
    static const struct {
        struct place at;
        const char *says;
    } cases[] = {
        {{0, 0, VAL_F, 1}, NULL},
        {{LAYERS - 1, UNITS - 1, VAL_F, T}, NULL},
        {{0, 0, VAL_C, 0}, NULL},
        {{0, 0, VAL_H, 0}, NULL},
        {{0, 0, VAL_C_PREV, 1}, NULL},
        {{0, 1, VAL_C, T}, NULL},
        {{-1, 0, VAL_F, 1}, "expected a layer from 1 to 2, found 0"},
        {{LAYERS, 0, VAL_F, 1}, "expected a layer from 1 to 2, found 3"},
        {{0, -1, VAL_F, 1}, "expected a unit from 1 to 3, found 0"},
        {{0, UNITS, VAL_F, 1}, "expected a unit from 1 to 3, found 4"},
        {{0, 0, VAL_F, 0}, "expected a step from 1 to 6, found 0"},
        {{0, 0, VAL_O, 0}, "expected a step from 1 to 6, found 0"},
        {{0, 0, VAL_F, T + 1}, "expected a step from 1 to 6, found 7"},
        {{0, 0, VAL_C, T + 1}, "expected a step from 0 to 6, found 7"},
        {{0, 0, VAL_C, -1}, "expected a step from 0 to 6, found -1"},
        {{0, 0, VAL_KEPT, 1}, "this is f times C of the step before: set one of these"},
        {{0, 0, VAL_WRITTEN, 1}, "this is i times the candidate: set one of these"},
    };
    struct session *s = begin();
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {""};
        const bool taken = session_pin(s, cases[k].at, 0.25f, false, &e);
        if (taken != !cases[k].says || (!taken && strcmp(e.text, cases[k].says) != 0))
            fail_msg("case %zu: %s", k, taken ? "taken" : e.text);
        if (!taken)
            continue;
        assert_true(session_value_pinned(s, cases[k].at.layer, cases[k].at.unit, cases[k].at.value, cases[k].at.step));
        const unsigned long revision = session_revision(s);
        assert_true(session_pin(s, cases[k].at, 0.25f, false, &e)); /* the same again is no edit */
        assert_true(session_revision(s) == revision);
        assert_true(session_unpin(s, cases[k].at));
        assert_false(session_unpin(s, cases[k].at));
        assert_int_equal(session_pin_count(s), 0);
    }
    assert_false(session_unpin(s, (struct place){0, 0, VAL_KEPT, 1}));
    session_free(s);
}

static void a_value_out_of_range_is_taken_by_force_and_none_that_is_no_number(void **state)
{
    (void)state;
    static const struct {
        enum value value;
        float v;
        bool fine, by_force;
    } cases[] = {
        {VAL_F, 0, true, true},        {VAL_F, 1, true, true},          {VAL_F, 1.001f, false, true},
        {VAL_I, -0.001f, false, true}, {VAL_O, 1, true, true},          {VAL_O, 1.5f, false, true},
        {VAL_G, -1, true, true},       {VAL_G, 1, true, true},          {VAL_G, -1.001f, false, true},
        {VAL_H, 1, true, true},        {VAL_H, 1.001f, false, true},    {VAL_C, 1000, true, true},
        {VAL_C, NAN, false, false},    {VAL_F, INFINITY, false, false}, {VAL_C, -INFINITY, false, false},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int force = 0; force < 2; force++) {
            struct session *s = begin();
            struct err e = {""};
            const bool want = force ? cases[k].by_force : cases[k].fine;
            if (session_pin(s, (struct place){0, 1, cases[k].value, 2}, cases[k].v, force, &e) != want)
                fail_msg("case %zu, force %d: %s", k, force, want ? e.text : "taken");
            assert_int_equal(session_pin_count(s), want);
            if (!want)
                assert_int_equal(strstr(e.text, "(repeat to force)") != NULL, cases[k].by_force);
            session_free(s);
        }
}

static void a_shorter_text_drops_the_pins_behind_it_and_undo_brings_them_back(void **state)
{
    (void)state;
    struct session *s = begin();
    struct err e = {""};
    for (int t = 1; t <= T; t++)
        assert_true(session_pin(s, (struct place){t % LAYERS, t % UNITS, VAL_F, t}, 0.5f, false, &e));
    assert_true(session_set_text(s, "w1 w2 w3", "test", &e));
    assert_int_equal(session_pin_count(s), 3);
    assert_int_equal(session_cursor(s)->step, 1);
    const unsigned long revision = session_revision(s);
    assert_true(session_set_text(s, "w1 w2  w3", "test", &e)); /* the same words are no edit */
    assert_true(session_revision(s) == revision);
    assert_true(session_set_text(s, "w1 w2", "test", &e)); /* one less is */
    assert_int_equal(session_pin_count(s), 2);
    assert_true(session_set_text(s, "w1 w4", "test", &e));
    assert_true(session_undo(s) && session_undo(s) && session_undo(s));
    assert_int_equal(session_steps(s), T);
    assert_int_equal(session_pin_count(s), T);
    session_unpin_all(s);
    assert_int_equal(session_pin_count(s), 0);
    assert_true(session_undo(s));
    assert_int_equal(session_pin_count(s), T);
    session_free(s);
}

static void a_word_is_replaced_where_there_is_one(void **state)
{
    (void)state;
    struct session *s = begin(), *known = session_new(model_words(), &(struct err){""});
    struct err e = {""};
    assert_true(session_set_word(s, 1, "w3", &e) && session_set_word(s, T, "w4", &e));
    assert_string_equal(session_token(s, 1), "w3");
    assert_string_equal(session_token(s, T), "w4");
    const unsigned long revision = session_revision(s);
    assert_true(session_set_word(s, T, "w4", &e));
    assert_true(session_revision(s) == revision);
    assert_false(session_set_word(s, 0, "w4", &e));
    assert_string_equal(e.text, "expected a step from 1 to 6, found 0");
    assert_false(session_set_word(s, T + 1, "w4", &e));
    assert_string_equal(e.text, "expected a step from 1 to 6, found 7");
    assert_false(session_set_word(s, 1, "", &e));
    assert_string_equal(e.text, "expected a word, found nothing");
    assert_false(session_set_word(s, 2, "xyzzy", &e));
    assert_string_equal(e.text, "token 2 \"xyzzy\" is not in the vocabulary, which has no unknown token");
    assert_true(session_revision(s) == revision);
    assert_true(session_set_word(known, 2, "xyzzy", &e)); /* here one stands for all others */
    assert_string_equal(session_token(known, 2), "xyzzy");
    assert_true(session_set_word(known, 2, "quux", &e)); /* another word, if the same number */
    assert_string_equal(session_token(known, 2), "quux");
    session_free(s);
    session_free(known);
}

static void a_name_is_short_one_word_and_one_units_own(void **state)
{
    (void)state;
    struct session *s = begin();
    struct err e = {""};
    static const char thirty_one[] = "abcdefghijklmnopqrstuvwxyz12345",
                      thirty_two[] = "abcdefghijklmnopqrstuvwxyz123456";
    static const char *const bad[] = {thirty_two, "a b", "a@b", "a=b", "a[b", "a]b", "a\tb", "\xC3"};
    assert_true(session_set_name(s, 1, 2, thirty_one, &e));
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        assert_false(session_set_name(s, 0, 0, bad[k], &e));
        assert_non_null(strstr(e.text, "expected a name of at most 31 bytes"));
    }
    assert_true(session_set_name(s, 0, 1, "mood", &e));
    assert_false(session_set_name(s, 0, 2, "mood", &e));
    assert_string_equal(e.text, "unit 2 is called \"mood\" already");
    assert_true(session_set_name(s, 1, 1, "mood", &e)); /* another layer's may be */
    const unsigned long revision = session_revision(s);
    assert_true(session_set_name(s, 0, 1, "mood", &e));
    assert_true(session_set_name(s, 0, 0, "", &e));
    assert_true(session_revision(s) == revision);
    assert_true(session_set_name(s, 0, 1, "", &e) && session_set_name(s, 0, 2, "mood", &e));
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pin_is_taken_where_there_is_a_value_and_nowhere_else),
        cmocka_unit_test(a_value_out_of_range_is_taken_by_force_and_none_that_is_no_number),
        cmocka_unit_test(a_shorter_text_drops_the_pins_behind_it_and_undo_brings_them_back),
        cmocka_unit_test(a_word_is_replaced_where_there_is_one),
        cmocka_unit_test(a_name_is_short_one_word_and_one_units_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
