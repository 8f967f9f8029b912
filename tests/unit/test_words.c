/* test_words.c: the sentences. A reader with a pencil must be able to redo every sum, and no word may claim more
 * than its number. */
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
#include "base/utf8.h"
#include "import/import.h"
#include "session/edit.h"
#include "support/models.h"
#include "views/say.h"
#include "views/words.h"

static struct session *words(void)
{
    struct session *s = session_new(model_words(), NULL);
    assert_non_null(s);
    return s;
}

static void set(struct session *s, const char *text)
{
    struct err e = {0};
    if (!edit_apply(s, text, "test", true, &e))
        fail_msg("%s", e.text);
}

/* One revision's worth of pins that make a cell equation of these numbers at step 2 of unit 1. */
static void set_cell(struct session *s, float f, float before, float i, float g)
{
    session_begin(s);
    session_unpin_all(s);
    session_pin(s, (struct place){0, 0, VAL_F, 2}, f, true, NULL);
    session_pin(s, (struct place){0, 0, VAL_C_PREV, 2}, before, true, NULL);
    session_pin(s, (struct place){0, 0, VAL_I, 2}, i, true, NULL);
    session_pin(s, (struct place){0, 0, VAL_G, 2}, g, true, NULL);
    session_end(s);
}

/* ---- the cell equation ------------------------------------------------------------------------------------------- */

/* Reads "a × b + c × d [± r (rounding)] = e"; returns how far the left side is from e in units of the last decimal. */
static double off_by(const char *text)
{
    double sum = 0, v[4];
    const char *at = strstr(text, ":  ");
    assert_non_null(at);
    at += 3;
    for (int k = 0; k < 4; k++) {
        char *end;
        v[k] = strtod(at, &end);
        assert_ptr_not_equal(at, end);
        at = strstr(end, k == 1 ? " + " : k % 2 ? " " : " x ") + (k == 3 ? 0 : 3);
    }
    sum = v[0] * v[1] + v[2] * v[3];
    if (strncmp(at, " = ", 3)) {
        double sign = at[1] == '-' ? -1 : 1;
        char *end;
        sum += sign * strtod(at + 3, &end);
        assert_int_equal(strncmp(end, " (rounding) = ", 14), 0);
        at = end + 11;
    }
    char *end;
    double result = strtod(at + 3, &end);
    const char *point = memchr(at + 3, '.', (size_t)(end - at - 3));
    assert_non_null(point);
    int decimals = (int)(end - point - 1);
    assert_true(decimals >= 2 && decimals <= 6);
    return fabs(sum - result) * pow(10, decimals);
}

static void the_printed_equation_adds_up_with_a_pencil(void **state)
{
    (void)state;
    struct session *s = words();
    struct str out = {0};
    uint64_t dice = 11;
    int remainders = 0;
    for (int k = 0; k < 10000; k++) {
        float scale = k % 5 == 0 ? 1000 : k % 5 == 1 ? 0.01f : 4;
        set_cell(s, random_float(&dice, k % 7 ? 0 : -2, k % 7 ? 1 : 2), random_float(&dice, -scale, scale),
                 random_float(&dice, 0, 1), random_float(&dice, -1, 1));
        str_clear(&out);
        words_equation(s, RUN_PINNED, (struct place){.layer = 0, .unit = 0, .step = 2}, &glyphs_ascii, &out);
        if (off_by(str_text(&out)) >= 0.5)
            fail_msg("does not add up: %s", str_text(&out));
        remainders += scale <= 4 && strstr(str_text(&out), "(rounding)") != NULL;
        if (k % 100 == 99)                  /* a history of all of them is not what this is about */
            while (session_undo(s)) {
            }
    }
    /* It is the exception. */
    assert_true(remainders < 800);
    str_free(&out);
    session_free(s);
}

static void equation_is(struct session *s, const struct glyphs *gl, const char *want)
{
    struct str out = {0};
    words_equation(s, RUN_PINNED, (struct place){.layer = 0, .unit = 0, .step = 2}, gl, &out);
    assert_string_equal(str_text(&out), want);
    str_free(&out);
}

/* In 78 cells, whatever the numbers: exact, or with ≈ and a result that is C to two decimals. */
static void an_equation_always_fits_a_line_of_eighty(void **state)
{
    (void)state;
    static const char *const names[] = {"story", "gender", "person", "recall", "prose", "counter"};
    int about = 0, exact = 0;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        struct err e = {{0}};
        struct session *s = session_new(model_builtin(names[k], &e), &e);
        assert_non_null(s);
        struct str text = {0};
        for (int t = 1; t <= session_steps(s); t++)
            for (int u = 0; u < session_net(s)->layer[0].hidden; u++) {
                const struct place at = {.layer = 0, .unit = u, .step = t};
                str_clear(&text);
                words_equation_within(s, RUN_PINNED, at, &glyphs_unicode, 78, &text);
                if (utf8_text_width(str_text(&text)) > 78)
                    fail_msg("%s: %s", names[k], str_text(&text));
                const char *last = strstr(str_text(&text), glyphs_unicode.about);
                exact += !last;
                if (!last)
                    continue;
                about++;
                double C = (double)session_value(s, RUN_PINNED, 0, u, VAL_C, t);
                assert_true(fabs(strtod(last + strlen(glyphs_unicode.about), NULL) - C) < 0.00501);
            }
        str_free(&text);
        session_free(s);
    }
    assert_true(about > 0 && exact > about);
}

static void the_equation_reads_as_in_the_lesson(void **state)
{
    (void)state;
    struct session *s = words();
    set_cell(s, 0.5f, 8, 0, 0.5f);
    equation_is(s, &glyphs_unicode,
                "C_t = f × C_t-1 + i × g :  0.50 × +8.00 + 0.00 × +0.50 = +4.00  (pinned: f, C_t-1, i, g)");
    equation_is(s, &glyphs_ascii,
                "C_t = f x C_t-1 + i x g :  0.50 x +8.00 + 0.00 x +0.50 = +4.00  (pinned: f, C_t-1, i, g)");
    set(s, "C[1]@2=-2");
    equation_is(s, &glyphs_ascii,
                "C_t = f x C_t-1 + i x g :  0.50 x +8.00 + 0.00 x +0.50 = +4.00  (pinned: f, C_t-1, i, g); C_t is "
                "pinned at -2.00");
    set_cell(s, 1, 1e30f, 1, 0);
    equation_is(s, &glyphs_ascii,
                "C_t = f x C_t-1 + i x g :  1 x +1e+30 + 1 x +0 = about +1e+30  (pinned: f, C_t-1, i, g)");
    /* The baseline knows of no pins. */
    struct str out = {0};
    words_equation(s, RUN_BASE, (struct place){.layer = 0, .unit = 0, .step = 2}, &glyphs_ascii, &out);
    assert_null(strstr(str_text(&out), "pinned"));
    str_free(&out);
    session_free(s);
}

/* ---- one unit ---------------------------------------------------------------------------------------------------- */

static void unit_is(const struct session *s, int unit, const char *want)
{
    struct str out = {0};
    words_unit(s, RUN_PINNED, (struct place){.layer = 0, .unit = unit, .step = 2}, &out);
    assert_string_equal(str_text(&out), want);
    str_free(&out);
}

static void percentages_never_claim_more_than_the_number(void **state)
{
    (void)state;
    static const struct { float f; const char *words; } cases[] = {
        {0.98f, "keeps 98% "}, {1, "keeps 100% "}, {0.9999f, "keeps >99% "}, {0.995f, "keeps >99% "},
        {0.994f, "keeps 99% "}, {0, "keeps 0% "}, {1e-30f, "keeps <1% "}, {0.0049f, "keeps <1% "},
        {0.006f, "keeps 1% "}, {1.5f, "keeps 150% "}, {-0.25f, "keeps -25% "},
    };
    struct session *s = words();
    struct str out = {0};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        set_cell(s, cases[k].f, 1, 0.5f, 0.5f);
        str_clear(&out);
        words_unit(s, RUN_PINNED, (struct place){.layer = 0, .unit = 0, .step = 2}, &out);
        if (!strstr(str_text(&out), cases[k].words))
            fail_msg("expected \"%s\" in: %s", cases[k].words, str_text(&out));
    }
    str_free(&out);
    session_free(s);
}

static void what_is_pinned_or_edited_is_called_so(void **state)
{
    (void)state;
    struct session *s = words();
    struct str want = {0};
    double f = round(100 * (double)session_value(s, RUN_BASE, 0, 0, VAL_F, 2)),
           i = round(100 * (double)session_value(s, RUN_BASE, 0, 0, VAL_I, 2));
    str_addf(&want, "gender keeps %.0f%% of its memory and writes %.0f%% of the new candidate g_t.", f, i);
    unit_is(s, 0, str_text(&want));
    set(s, "f[gender]@2=0");
    set(s, "C[gender]@2=6");
    str_clear(&want);
    str_addf(&want,
             "gender would keep 0%% (pinned; baseline %.0f%%) of its memory and write %.0f%% of the new candidate g_t."
             " The new memory itself is pinned at +6.00.",
             f, i);
    unit_is(s, 0, str_text(&want));
    session_undo(s);
    session_undo(s);
    session_set_weight(s, (struct weight_place){0, Q_O, 0, 0}, 1, NULL);
    str_clear(&want);
    str_addf(&want, "With edited weights gender keeps %.0f%% of its memory and writes %.0f%% of the new candidate g_t.",
             f, i);
    unit_is(s, 0, str_text(&want));
    session_free(s);

    s = words();
    set(s, "C[2]@1=0");
    set(s, "f[2]@2=1");
    set(s, "i[2]@2=0");
    struct str out = {0};
    words_unit(s, RUN_PINNED, (struct place){.layer = 0, .unit = 1, .step = 2}, &out);
    assert_ptr_equal(strstr(str_text(&out), "unit 2 keeps 100% (pinned; baseline "), str_text(&out));
    assert_non_null(strstr(str_text(&out), " of its memory, which is 0, and writes 0% (pinned; baseline "));
    assert_non_null(strstr(str_text(&out), "The memory before is pinned at 0.00."));
    str_free(&out);
    str_free(&want);
    session_free(s);
}

/* ---- one step ---------------------------------------------------------------------------------------------------- */

static void a_step_is_one_line(void **state)
{
    (void)state;
    struct session *s = words();
    struct str out = {0};
    set(s, "f@2=0.98");
    set(s, "f[2]@2=0.0004");
    set(s, "i@2=0.25");
    set(s, "g[3]@2=1");
    words_step(s, RUN_PINNED, 0, 2, &out);
    assert_string_equal(
        str_text(&out),
        "t=2 came: keeps 98% of gender (f=0.98, pinned), <1% of unit 2 (f=0.0004, pinned) and 98% of open "
        "(f=0.98, pinned), writes 25% of the candidate to gender (i=0.25, pinned), 25% to unit 2 "
        "(i=0.25, pinned) and 25% to open (i=0.25, pinned); pinned: g[3]=1");
    str_free(&out);
    session_free(s);
}

static void a_step_of_many_units_is_a_summary(void **state)
{
    (void)state;
    struct random_model r = {.layers = 2, .hidden = 40, .embed = 3, .words = 5, .outputs = 5, .steps = 3, .seed = 1};
    struct session *s = session_new(model_random(&r), NULL);
    struct str out = {0};
    set(s, "l2.f@2=1");
    set(s, "l2.f[7]@2=0");
    set(s, "l2.g@2=0");
    set(s, "l2.g[9]@2=1");
    set(s, "l2.i[9]@2=1");
    words_step(s, RUN_PINNED, 1, 2, &out);
    const char *text = str_text(&out);
    assert_non_null(strstr(text, ", layer 2: keeps at least 90% of 39 of 40 units and at most 10% of 1, writes most to "
                                 "unit 9 (+1.00); pinned: "));
    assert_non_null(strstr(text, "f[1]=1, f[2]=1, f[3]=1, f[4]=1, f[5]=1, f[6]=1 and more"));
    str_free(&out);
    session_free(s);
}

/* ---- sub-steps --------------------------------------------------------------------------------------------------- */

static void substep_is(struct session *s, int sub, const struct glyphs *gl, const char *want)
{
    struct str out = {0};
    session_goto(s, 2);
    if (sub != SUB_H)
        session_substep(s, sub - SUB_H);
    assert_int_equal(session_cursor(s)->sub, sub);
    words_substep(s, gl, &out);
    assert_string_equal(str_text(&out), want);
    str_free(&out);
}

/* Weights one can compute by hand: everything 0 but what is said here. h_1 = 1 for every unit by a pin. */
static struct session *by_hand(void)
{
    struct session *s = words();
    session_begin(s);
    for (int q = 0; q < GATES; q++)
        for (int u = 0; u < 3; u++)
            for (int k = -1; k < 7; k++)
                session_set_weight(s, (struct weight_place){0, (enum quantity)q, u, k}, k < 0 ? 1 : k < 3 ? 0.5f : 0,
                                   NULL);
    set(s, "h@1=1");
    set(s, "C@1=2");
    session_end(s);
    session_select(s, 0, 0, VAL_F);
    return s;
}

static void each_sub_step_says_what_it_does_with_its_numbers(void **state)
{
    (void)state;
    struct session *s = by_hand();
    const struct glyphs *u = &glyphs_unicode;
    substep_is(s, SUB_CONCAT, u,
               "[h_t-1, x_t]: 3 + 4 = 7 numbers: what the network last said, then the word \"came\".");
    substep_is(s, SUB_PRODUCT, u,
               "W_f · [h_t-1, x_t] of gender: 7 products add up: from h_t-1 +1.50, from x_t 0.00, = +1.50");
    substep_is(s, SUB_BIAS, u, "+ b_f of gender: +1.50 + 1.00 = +2.50");
    substep_is(s, SUB_SIGMA, u, "f_t of gender = σ(+2.50) = 0.92");
    substep_is(s, SUB_KEEP, u, "f ⊙ C_t-1: 0.924 × +2.000 = +1.848: gender keeps 92% of its memory");
    substep_is(s, SUB_WRITE, u, "i ⊙ g: 0.92 × +0.99 = +0.91: gender writes 92% of the candidate");
    substep_is(s, SUB_C, u, "C_t = f × C_t-1 + i × g :  0.924 × +2.000 + 0.924 × +0.987 = +2.760  (pinned: C_t-1)");
    substep_is(s, SUB_O, u, "o_t of gender = 0.92: it shows 92% of tanh(C_t)");
    substep_is(s, SUB_H, u, "h_t = o ⊙ tanh(C_t) of gender: 0.924 × +0.992 = +0.917");
    session_free(s);
}

static void a_pinned_gate_says_what_it_would_have_been(void **state)
{
    (void)state;
    struct session *s = by_hand();
    set(s, "f[1]@2=0");
    set(s, "g[1]@2=0.5");
    substep_is(s, SUB_SIGMA, &glyphs_unicode,
               "f_t of gender is pinned at 0.00; σ(+2.50) would give 0.92 (σ comes near 0 and 1 and never arrives)");
    session_select(s, 0, 0, VAL_G);
    substep_is(s, SUB_SIGMA, &glyphs_ascii, "g_t of gender is pinned at +0.50; tanh(+2.50) would give +0.99");
    substep_is(s, SUB_KEEP, &glyphs_ascii,
               "f * C_t-1: 0.00 x +2.00 = 0.00: gender keeps 0% of its memory (pinned; baseline 83%)");
    session_free(s);
}

static void no_sub_step_of_any_model_says_nothing(void **state)
{
    (void)state;
    for (int round = 0; round < 12; round++) {
        struct random_model r = {.layers = 1 + round % 3,
                                 .hidden = round % 2 ? 1 : 9,
                                 .embed = 1,
                                 .words = round % 3 ? 3 : 0,
                                 .steps = round % 4,
                                 .seed = (uint64_t)round};
        struct session *s = session_new(model_random(&r), NULL);
        do {
            for (int v = 0; v < VAL_COUNT; v++) {
                struct str out = {0};
                session_select(s, r.layers - 1, r.hidden - 1, (enum value)v);
                words_substep(s, round % 2 ? &glyphs_ascii : &glyphs_unicode, &out);
                assert_true(out.len > 10);
                if (!r.steps)
                    assert_string_equal(str_text(&out), "The sequence is empty: nothing is computed yet.");
                str_free(&out);
            }
        } while (session_substep(s, 1));
        session_free(s);
    }
}

/* ---- tokens ------------------------------------------------------------------------------------------------------ */

static void token_is(const char *token, bool is_char, const struct glyphs *gl, const char *want)
{
    struct str out = {0};
    say_text(token, is_char, gl, &out);
    assert_string_equal(str_text(&out), want);
    str_free(&out);
}

static void tokens_show_what_cannot_be_seen(void **state)
{
    (void)state;
    token_is("dog", false, &glyphs_unicode, "dog");
    token_is("\n", true, &glyphs_unicode, "↵");
    token_is("\t", true, &glyphs_ascii, "\\t");
    token_is(" ", true, &glyphs_unicode, "␣");
    token_is(" ", false, &glyphs_ascii, "_");
    token_is("New York", false, &glyphs_unicode, "New York");
    token_is("a\x1b[2Jb", false, &glyphs_ascii, "a?[2Jb");
    token_is("\xE2\x80\xAE" "x\xFF", false, &glyphs_unicode, "\xEF\xBF\xBDx\xEF\xBF\xBD");
    token_is("", false, &glyphs_unicode, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_printed_equation_adds_up_with_a_pencil),
        cmocka_unit_test(an_equation_always_fits_a_line_of_eighty),
        cmocka_unit_test(the_equation_reads_as_in_the_lesson),
        cmocka_unit_test(percentages_never_claim_more_than_the_number),
        cmocka_unit_test(what_is_pinned_or_edited_is_called_so),
        cmocka_unit_test(a_step_is_one_line),
        cmocka_unit_test(a_step_of_many_units_is_a_summary),
        cmocka_unit_test(each_sub_step_says_what_it_does_with_its_numbers),
        cmocka_unit_test(a_pinned_gate_says_what_it_would_have_been),
        cmocka_unit_test(no_sub_step_of_any_model_says_nothing),
        cmocka_unit_test(tokens_show_what_cannot_be_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
