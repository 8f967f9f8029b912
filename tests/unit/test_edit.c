/* test_edit.c: edits as texts, as in --set, :set and scenario files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <math.h>

#include "session/edit.h"
#include "support/models.h"

static struct session *words(void)
{
    struct session *s = session_new(model_words(), NULL);
    assert_non_null(s);
    return s;
}

static void applies(struct session *s, const char *text)
{
    struct err e = {0};
    if (!edit_apply(s, text, "--set", false, &e))
        fail_msg("%s", e.text);
}

static void refuses(struct session *s, const char *text, const char *why)
{
    struct err e = {0};
    size_t pins = session_pin_count(s);
    assert_false(edit_apply(s, text, "--set", false, &e));
    assert_string_equal(e.text, why);
    assert_int_equal(session_pin_count(s), pins);
}

static float pinned(const struct session *s, int layer, enum quantity q, int unit, int t)
{
    if (!session_pinned(s, layer, unit, q, t))
        fail_msg("%s[%d]@%d is not pinned", quantity_name(q), unit + 1, t);
    return session_row(s, RUN_PINNED, layer, q, t)[unit];
}

static void one_unit_is_set_by_number_or_name(void **state)
{
    (void)state;
    struct session *s = words();
    applies(s, "f[2]@5=0");
    assert_true(pinned(s, 0, Q_F, 1, 5) == 0);
    applies(s, "f[gender]@and=0.25");
    assert_true(pinned(s, 0, Q_F, 0, 4) == 0.25f);
    applies(s, "l1.h[open]@2=-1e-1");
    assert_true(pinned(s, 0, Q_H, 2, 2) == -0.1f);
    assert_int_equal(session_pin_count(s), 3);
    session_free(s);
}

static void without_a_unit_all_of_them_are_set_in_one_revision(void **state)
{
    (void)state;
    struct session *s = words();
    applies(s, "i@5=1");
    for (int u = 0; u < 3; u++)
        assert_true(pinned(s, 0, Q_I, u, 5) == 1);
    assert_true(session_undo(s));
    assert_int_equal(session_pin_count(s), 0);
    session_free(s);
}

static void every_quantity_has_its_spellings(void **state)
{
    (void)state;
    static const struct { const char *text; enum quantity q; int t; } cases[] = {
        {"f[1]@3=0.5", Q_F, 3}, {"i[1]@3=0.5", Q_I, 3}, {"g[1]@3=0.5", Q_G, 3}, {"C~[1]@4=0.5", Q_G, 4},
        {"C\xCC\x83[1]@5=0.5", Q_G, 5}, {"o[1]@3=0.5", Q_O, 3}, {"C[1]@3=0.5", Q_C, 3}, {"c[1]@4=0.5", Q_C, 4},
        {"h[1]@3=0.5", Q_H, 3}, {"C[1]@0=0.5", Q_C, 0}, {"h[1]@0=0.5", Q_H, 0},
    };
    struct session *s = words();
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        applies(s, cases[k].text);
        assert_true(pinned(s, 0, cases[k].q, 0, cases[k].t) == 0.5f);
        assert_int_equal(session_pin_count(s), k + 1);
    }
    session_free(s);
}

static void a_step_is_a_number_or_the_first_occurrence_of_a_word(void **state)
{
    (void)state;
    struct session *s = words();
    struct err e = {0};
    assert_true(session_set_text(s, "dragon she 3 her she unicorn", "--text", &e));
    assert_int_equal(edit_step(s, "she", "--step", &e), 2);
    /* What is also a number is a number; what is typed in another case is found by the vocabulary. */
    assert_int_equal(edit_step(s, "3", "--step", &e), 3);
    assert_int_equal(edit_step(s, "Her", "--step", &e), 4);
    /* An unknown word is found as typed, and never by way of another unknown one. */
    assert_int_equal(edit_step(s, "unicorn", "--step", &e), 6);
    assert_int_equal(edit_step(s, "griffin", "--step", &e), -1);
    assert_string_equal(
        e.text,
        "--step: expected a step from 1 to 6, or a word of the sequence for its first occurrence, found \"griffin\"");
    assert_int_equal(edit_step(s, "0", "--step", &e), -1);
    assert_string_equal(e.text, "--step: expected a step from 1 to 6, found 0");
    assert_int_equal(edit_step(s, "7", "--step", &e), -1);
    assert_true(session_set_tokens(s, NULL, 0, "test", &e));
    assert_int_equal(edit_step(s, "1", "--step", &e), -1);
    assert_string_equal(e.text, "--step: the sequence is empty: there is no step 1");
    session_free(s);
}

static void errors_say_what_was_expected_and_what_was_found(void **state)
{
    (void)state;
    struct session *s = words();
    refuses(s, "f[9]@5=1", "--set: f[9]@5=1: expected a unit from 1 to 3 or a name (gender, open), found 9");
    refuses(s, "f[0]@5=1", "--set: f[0]@5=1: expected a unit from 1 to 3 or a name (gender, open), found 0");
    refuses(s, "f[tense]@5=1",
            "--set: f[tense]@5=1: expected a unit from 1 to 3 or a name (gender, open), found \"tense\"");
    refuses(s, "f@9=1", "--set: f@9=1: expected a step from 1 to 8, found 9");
    refuses(s, "f@0=1", "--set: f@0=1: expected a step from 1 to 8, found 0");
    refuses(s, "C@-1=1", "--set: C@-1=1: expected a step from 0 to 8, found -1");
    refuses(s, "f@cat=1",
            "--set: f@cat=1: expected a step from 1 to 8, or a word of the sequence for its first occurrence, found "
            "\"cat\"");
    refuses(s, "f@=1",
            "--set: f@=1: expected a step from 1 to 8, or a word of the sequence for its first occurrence, found \"\"");
    refuses(s, "f@5=open", "--set: f@5=open: expected a finite number as the value, found \"open\"");
    refuses(s, "f@5=", "--set: f@5=: expected a finite number as the value, found \"\"");
    refuses(s, "f@5=nan", "--set: f@5=nan: expected a finite number as the value, found \"nan\"");
    refuses(s, "C@5=1e39", "--set: C@5=1e39: expected a finite number as the value, found \"1e39\"");
    refuses(s, "f@5=1.5", "--set: f@5=1.5: f is a sigmoid gate: expected 0 … 1, found 1.5");
    refuses(s, "l2.f@5=1", "--set: l2.f@5=1: expected a layer from 1 to 1, found 2");
    refuses(s, "l0.f@5=1", "--set: l0.f@5=1: expected a layer from 1 to 1, found 0");
    refuses(s, "x@5=1", "--set: x@5=1: expected f, i, g, o, C or h, then [UNIT] or @STEP, as in f[2]@5=0");
    refuses(s, "f=1", "--set: f=1: expected f, i, g, o, C or h, then [UNIT] or @STEP, as in f[2]@5=0");
    refuses(s, "f[2]@5", "--set: f[2]@5: expected an edit like f[2]@5=0, found no \"=\"");
    refuses(s, "f[2=1", "--set: f[2=1: expected [UNIT]@STEP=VALUE, as in f[2]@5=0");
    refuses(s, "f[a=b]@1", "--set: f[a=b]@1: expected [UNIT]@STEP=VALUE, as in f[2]@5=0");
    refuses(s, "f[2]@1x", "--set: f[2]@1x: expected an edit like f[2]@5=0, found no \"=\"");
    refuses(s, "l.f@1=0", "--set: l.f@1=0: expected f, i, g, o, C or h, then [UNIT] or @STEP, as in f[2]@5=0");
    refuses(s, "l1x.f@1=0", "--set: l1x.f@1=0: expected f, i, g, o, C or h, then [UNIT] or @STEP, as in f[2]@5=0");
    refuses(s, "l1f@1=0", "--set: l1f@1=0: expected f, i, g, o, C or h, then [UNIT] or @STEP, as in f[2]@5=0");
    refuses(s, "f[2]=1", "--set: f[2]=1: expected [UNIT]@STEP=VALUE, as in f[2]@5=0");
    refuses(s, "", "--set: expected an edit like f[2]@5=0, found no \"=\"");
    refuses(s, "=", "--set: =: expected f, i, g, o, C or h, then [UNIT] or @STEP, as in f[2]@5=0");
    refuses(s, "f@\x1b[2J=1",
            "--set: f@<0x1B>[2J=1: expected a step from 1 to 8, or a word of the sequence for its first occurrence, "
            "found \"<0x1B>[2J\"");
    assert_false(session_dirty(s));
    session_free(s);
}

/* Of many names a few are told. */
static void of_many_names_a_few_are_told(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct model *m = model_random(&(struct random_model){.layers = 1, .hidden = 7, .embed = 2, .words = 4,
                                                          .outputs = 4, .steps = 3, .seed = 3});
    for (int u = 0; u < 6; u++) {
        m->unit_name[0][u] = strdup("name_a");
        m->unit_name[0][u][5] = (char)('a' + u);
    }
    struct session *s = session_new(m, &e);
    refuses(s, "f[tense]@1=1",
        "--set: f[tense]@1=1: expected a unit from 1 to 7 or a name (name_a, name_b, name_c, name_d, "
            "\xE2\x80\xA6), found \"tense\"");
    session_free(s);
}

static void what_a_gate_cannot_reach_can_be_forced(void **state)
{
    (void)state;
    struct session *s = words();
    struct err e = {0};
    assert_false(edit_apply(s, "f@5=1.5", ":set", false, &e));
    assert_string_equal(e.text, ":set: f@5=1.5: f is a sigmoid gate: expected 0 … 1, found 1.5 (repeat to force)");
    assert_true(edit_apply(s, "f@5=1.5", ":set", true, &e));
    assert_true(pinned(s, 0, Q_F, 2, 5) == 1.5f);
    session_free(s);
}

static void words_with_signs_of_the_notation_in_them_still_work(void **state)
{
    (void)state;
    static const char *const tokens[] = {"=", "a@b", "]@", "f[1]@1=0"};
    struct session *s = words();
    struct err e = {0};
    assert_true(session_set_tokens(s, tokens, 4, "test", &e));
    applies(s, "f[1]@==0.5");
    assert_true(pinned(s, 0, Q_F, 0, 1) == 0.5f);
    applies(s, "f[1]@a@b=0.5");
    assert_true(pinned(s, 0, Q_F, 0, 2) == 0.5f);
    applies(s, "f[1]@]@=0.5");
    assert_true(pinned(s, 0, Q_F, 0, 3) == 0.5f);
    applies(s, "f[1]@f[1]@1=0=0.5");
    assert_true(pinned(s, 0, Q_F, 0, 4) == 0.5f);
    session_free(s);
}

static void layers_are_counted_from_1(void **state)
{
    (void)state;
    struct random_model r = {.layers = 2, .hidden = 4, .embed = 2, .words = 5, .outputs = 5, .steps = 6, .seed = 8};
    struct session *s = session_new(model_random(&r), NULL);
    applies(s, "l2.i[3]@4=0.5");
    assert_true(pinned(s, 1, Q_I, 2, 4) == 0.5f);
    applies(s, "i[3]@4=0.25");
    assert_true(pinned(s, 0, Q_I, 2, 4) == 0.25f);
    session_free(s);
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static void collect(void *to, const char *text)
{
    str_addf(to, "%s\n", text);
}

static void pins_are_written_in_order_and_vectors_as_one(void **state)
{
    (void)state;
    struct session *s = words();
    struct str out = {0};
    applies(s, "f@5=0.5");
    applies(s, "i@5=1");
    applies(s, "i[2]@5=0.1");
    applies(s, "C[open]@0=6");
    applies(s, "o[1]@and=1e-7");
    edit_write_pins(s, collect, &out);
    assert_string_equal(str_text(&out), "C[3]@0=6\no[1]@4=1e-07\nf@5=0.5\ni[1]@5=1\ni[2]@5=0.1\ni[3]@5=1\n");
    str_free(&out);
    session_free(s);
}

static void apply_line_by_line(struct session *s, char *lines)
{
    for (char *end; (end = strchr(lines, '\n')); lines = end + 1) {
        *end = '\0';
        struct err e = {0};
        if (!edit_apply(s, lines, "test", true, &e))
            fail_msg("%s", e.text);
    }
}

static void what_is_written_reads_back_bit_for_bit(void **state)
{
    (void)state;
    uint64_t dice = 5;
    for (int round = 0; round < 50; round++) {
        struct random_model r = {.layers = 1 + round % 3,
                                 .hidden = 1 + round % 4,
                                 .embed = 2,
                                 .words = 5,
                                 .outputs = 5,
                                 .steps = 6,
                                 .seed = 8};
        struct session *a = session_new(model_random(&r), NULL), *b = session_new(model_random(&r), NULL);
        for (int k = 0; k < 40; k++)
            session_pin(a, (struct place){random_below(&dice, r.layers), random_below(&dice, r.hidden),
                                          (enum value)random_below(&dice, Q_COUNT), random_below(&dice, 7)},
                                              random_below(&dice, 2) ? random_float(&dice, -2, 2) : -0.0f, true, NULL);
        struct str out = {0};
        edit_write_pins(a, collect, &out);
        char *lines = str_take(&out);
        apply_line_by_line(b, lines);
        free(lines);
        size_t n, m;
        const struct pin *p = session_pins(a, &n), *q = session_pins(b, &m);
        assert_int_equal(n, m);
        for (size_t k = 0; k < n; k++) {
            assert_int_equal(pin_compare(&p[k], &q[k]), 0);
            assert_memory_equal(&p[k].value, &q[k].value, sizeof(float));
        }
        session_free(a);
        session_free(b);
    }
}

static int pinned_from_to(struct session *s, const char *text, int *first, int *last)
{
    size_t n;
    applies(s, text);
    const struct pin *p = session_pins(s, &n);
    *first = n ? p[0].step : -1;
    *last = n ? p[n - 1].step : -1;
    session_undo(s);
    assert_int_equal(session_pin_count(s), 0);            /* one undo takes all of it */
    return (int)n;
}

static void a_range_of_steps_is_set_and_taken_back_as_one(void **state)
{
    (void)state;
    static const struct { const char *text; int pins, first, last; } ranges[] = {
        {"f[gender]@*=0", 8, 1, 8},   {"f@*=0", 24, 1, 8},          {"C[gender]@2-=0.9", 7, 2, 8},
        {"i[2]@3-5=1", 3, 3, 5},      {"C@0-1=6", 6, 0, 1},
        {"f[2]@came-with=0", 5, 2, 6}, {"f[2]@and-=0", 5, 4, 8},    {"f[2]@4-4=0", 1, 4, 4},
        {"f[2]@2-with=0.5", 5, 2, 6},
    };
    struct session *s = words();
    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++) {
        int first, last;
        assert_int_equal(pinned_from_to(s, ranges[k].text, &first, &last), ranges[k].pins);
        assert_int_equal(first, ranges[k].first);
        assert_int_equal(last, ranges[k].last);
    }
    session_free(s);
}

static void a_range_that_is_none_is_refused_whole(void **state)
{
    (void)state;
    struct session *s = words();
    static const char *const bad[] = {"f@5-3=0", "f@7-9=0", "f@-=0", "f@-4=0", "f@0-3=0", "f@--=0", "f@*-=0",
        "f@**=0",
                                      "f@2-5=1.5", "f@cat-=0", "f@with-and=0"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct err e = {{0}};
        assert_false(edit_apply(s, bad[k], "--set", false, &e));
        assert_true(strstr(e.text, "expected") != NULL);
        assert_int_equal(session_pin_count(s), 0);
    }
    session_free(s);
}

/* Gers' LSTM of 1997 has no forget gate: f = 1 everywhere is that network. */
static void a_gate_open_at_every_step_adds_up_what_was_written(void **state)
{
    (void)state;
    struct session *s = words();
    applies(s, "f[gender]@*=1");
    double sum = (double)session_row(s, RUN_PINNED, 0, Q_C, 0)[0];
    for (int t = 1; t <= session_steps(s); t++) {
        sum += (double)session_value(s, RUN_PINNED, 0, 0, VAL_WRITTEN, t);
        assert_true(fabs(sum - (double)session_value(s, RUN_PINNED, 0, 0, VAL_C, t)) < 1e-5);
    }
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_unit_is_set_by_number_or_name),
        cmocka_unit_test(without_a_unit_all_of_them_are_set_in_one_revision),
        cmocka_unit_test(every_quantity_has_its_spellings),
        cmocka_unit_test(a_step_is_a_number_or_the_first_occurrence_of_a_word),
        cmocka_unit_test(errors_say_what_was_expected_and_what_was_found),
        cmocka_unit_test(of_many_names_a_few_are_told),
        cmocka_unit_test(what_a_gate_cannot_reach_can_be_forced),
        cmocka_unit_test(words_with_signs_of_the_notation_in_them_still_work),
        cmocka_unit_test(layers_are_counted_from_1),
        cmocka_unit_test(pins_are_written_in_order_and_vectors_as_one),
        cmocka_unit_test(what_is_written_reads_back_bit_for_bit),
        cmocka_unit_test(a_range_of_steps_is_set_and_taken_back_as_one),
        cmocka_unit_test(a_range_that_is_none_is_refused_whole),
        cmocka_unit_test(a_gate_open_at_every_step_adds_up_what_was_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
