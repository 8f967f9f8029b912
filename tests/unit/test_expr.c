/* test_expr.c: what an expression of a lesson comes to, against numbers worked out by hand, and what is refused. The
 * hand-set model has weights that can be read off: of unit 1 (gender) W_f is -6 at x2 and 10 at h2, b_f is 3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "import/import.h"
#include "lesson/expr.h"
#include "lesson/lesson.h"
#include "session/edit.h"
#include "support/models.h"

static struct session *cell(void)
{
    struct err e = {{0}};
    struct model *m = model_builtin("lesson-cell", &e);
    assert_non_null(m);
    struct session *s = session_new(m, &e);
    assert_non_null(s);
    assert_true(session_set_text(s, "She came out and played with her dog", NULL, &e));
    return s;
}

static struct expr_value value_in(const struct expr_env *env, const char *text)
{
    struct err e = {{0}};
    struct expr_value v = {.n = 0};
    struct expr *x = expr_parse(text, &e);
    if (!x)
        fail_msg("%s: %s", text, e.text);
    if (!expr_eval(x, env, &v, &e))
        fail_msg("%s: %s", text, e.text);
    expr_free(x);
    return v;
}

static double number(const struct session *s, const char *text)
{
    struct expr_env env = {.session = s};
    struct expr_value v = value_in(&env, text);
    if (v.kind != EXPR_IS_NUMBER)
        fail_msg("%s is no number", text);
    return v.v[0];
}

static void is(const struct session *s, const char *text, double expected)
{
    double found = number(s, text);
    if (!(fabs(found - expected) <= 1e-5 * fmax(1, fabs(expected))))
        fail_msg("%s: expected %.9g, found %.9g", text, expected, found);
}

static void refused(const struct session *s, const char *text, const char *why)
{
    struct err e = {{0}};
    struct expr_env env = {.session = s};
    struct expr_value v;
    struct expr *x = expr_parse(text, &e);
    if (x && expr_eval(x, &env, &v, &e))
        fail_msg("%s was taken", text);
    if (!strstr(e.text, why))
        fail_msg("%s: expected \"%s\", found \"%s\"", text, why, e.text);
    expr_free(x);
}

static void arithmetic_goes_by_the_usual_rules(void **state)
{
    (void)state;
    struct session *s = cell();
    is(s, "1 + 2 * 3", 7);
    is(s, "(1 + 2) * 3", 9);
    is(s, "-2 ^ 2", -4);
    is(s, "2 ^ 3 ^ 2", 512);
    is(s, "10 - 4 - 3", 3);
    is(s, "8 / 2 / 2", 2);
    is(s, "1 < 2 && 2 <= 2 && 3 != 4 && !(1 == 2)", 1);
    is(s, "1 > 2 || 0", 0);
    is(s, "max(2, 3) + min(2, 3) + abs(-4) + sqrt(9) + floor(2.9) + round(2.46, 1)", 3 + 2 + 4 + 3 + 2 + 2.5);
    is(s, "\xCF\x83(0) + sigma(0) + tanh(0) + exp(0) + ln(1)", 2);
    is(s, "3 \xC3\x97 4 \xE2\x88\x92 2 \xC2\xB7 5", 2);
    session_free(s);
}

static void values_are_those_of_the_run(void **state)
{
    (void)state;
    struct session *s = cell();
    is(s, "H + E", 7);
    is(s, "T", 8);
    is(s, "x[1]@1 + x[2]@She", 2);
    is(s, "W_f[gender][5]", -6);                          /* x2: a person */
    is(s, "b_f[1]", 3);
    is(s, "z_f[gender]@1", -3);                           /* 1 * -6 + 3 */
    is(s, "z_f.x[gender]@1", -6);
    is(s, "z_f.h[gender]@1", 0);
    is(s, "z_f.b[gender]@1", 3);
    is(s, "f[gender]@1", 1 / (1 + exp(3)));
    is(s, "C[gender]@1", number(s, "i[1]@1 * g[1]@1"));   /* C_0 is 0 */
    is(s, "kept[gender]@came", number(s, "f[1]@2 * C[1]@1"));
    is(s, "c_prev[gender]@(1+1)", number(s, "C[gender]@1"));
    is(s, "C[1]@2", number(s, "kept[1]@2 + written[1]@2"));
    is(s, "h[1]@2", number(s, "o[1]@2 * tanh(C[1]@2)"));
    is(s, "sum(f@4) - f[1]@4 - f[2]@4 - f[3]@4", 0);
    is(s, "len(f@4)", 3);
    session_free(s);
}

static void what_is_set_by_hand_counts_and_base_leaves_it_out(void **state)
{
    (void)state;
    struct session *s = cell();
    const char *const pins[] = {"C[1]@3=6", "C[2]@3=8", "C[3]@3=9", "f[1]@4=0.5", "f[2]@4=1", "f[3]@4=0.5", "i@4=0"};
    double was = number(s, "f[1]@4");
    for (size_t k = 0; k < sizeof pins / sizeof *pins; k++)
        assert_true(edit_apply(s, pins[k], NULL, false, NULL));
    is(s, "kept[1]@4", 3);
    is(s, "kept[2]@4", 8);
    is(s, "kept[3]@4", 4.5);
    is(s, "sum(f@4 * C@3 - kept@4)", 0);
    is(s, "base(f[1]@4)", was);
    is(s, "pins", 9);
    is(s, "pinned(f[1]@4) && pinned(f@4) && pinned(i[3]@and) && pinned(C[2]@3) && pinned(c_prev[2]@4)", 1);
    is(s, "pinned(f[1]@3) || pinned(f@3) || pinned(g@4) || pinned(C[2]@4) || pinned(C@0) || base(pinned(f@4))", 0);
    refused(s, "pinned(f[1]@4('her'))", "expected a value that can be set by hand, such as f[1]@4");
    refused(s, "pinned(kept[1]@4)", "expected a value that can be set by hand");
    refused(s, "pinned(x[1]@4)", "expected a value that can be set by hand");
    refused(s, "pinned(1)", "column 8: expected a value that can be set by hand");
    refused(s, "pinned(f[9]@4)", "expected a unit from 1 to 3, found 9");
    refused(s, "pinned(f[1]@0)", "expected a step from 1 to 8, found 0");
    session_free(s);
}

static void words_that_come_next_and_words_of_the_vocabulary(void **state)
{
    (void)state;
    struct session *s = cell();
    struct expr_env env = {.session = s};
    struct expr_value v = value_in(&env, "next@with");
    assert_int_equal(v.kind, EXPR_IS_WORD);
    assert_string_equal(v.word, "her");
    is(s, "next@with == 'her'", 1);
    is(s, "p(her)@with > 0.9 && p(his)@with < 0.01", 1);
    is(s, "p('.')@3", number(s, "p(and)@3"));             /* the model's head treats the two alike */
    is(s, "surprisal@6", -log(number(s, "p(her)@6")));
    /* A person shuts f of gender at the first word, and nobody else does: she he mary john girl boy woman man. */
    is(s, "count_w(f[gender]@1(w) < 0.5)", 8);
    is(s, "f[gender]@1(he)", 1 / (1 + exp(3)));
    is(s, "f[gender]@1(dog)", 1 / (1 + exp(-3)));
    session_free(s);
}

static void reducers_run_over_units_and_steps(void **state)
{
    (void)state;
    struct session *s = cell();
    is(s, "argmax_u(C[u]@1)", 1);
    is(s, "max_u(C[u]@1)", number(s, "C[gender]@1"));
    is(s, "argmin_t(f[gender]@t)", 1);
    is(s, "count(f[gender]@t < 0.5)", 1);
    is(s, "count(f[u]@1 > 0.5)", 1);                      /* verb alone keeps at 'She' */
    is(s, "all_t(i[1]@t >= 0) + any_u(C[u]@1 > 100)", 1);
    is(s, "carry[gender](1..3)", number(s, "f[1]@2 * f[1]@3"));
    is(s, "prod_t(f[gender]@t)", number(s, "carry[gender](0..8)"));
    is(s, "carry[gender](She..with)", number(s, "carry[1](1..6)"));
    session_free(s);
}

static void gradients_and_sweeps_agree_with_doing_it(void **state)
{
    (void)state;
    struct session *s = cell();
    double with = number(s, "p(her)@with"), effect = number(s, "effect[gender]@and(her@with)");
    assert_true(edit_apply(s, "f[gender]@and=0", NULL, false, NULL));
    is(s, "p(her)@with", with + effect);
    session_unpin_all(s);
    /* A small push at C_3 and what comes of it at C_6. */
    const double d = 1e-3;
    char text[64];
    double slope = number(s, "full[gender](3..6)"), before = number(s, "C[gender]@6");
    snprintf(text, sizeof text, "C[gender]@3=%.9g", number(s, "C[gender]@3") + d);
    assert_true(edit_apply(s, text, NULL, false, NULL));
    assert_true(fabs((number(s, "C[gender]@6") - before) / d - slope) < 2e-3);
    session_free(s);
}

static void another_sentence_is_read_with_other(void **state)
{
    (void)state;
    struct session *s = cell();
    refused(s, "other(C[1]@1)", "there is no sentence to compare with");
    assert_true(session_compare_text(s, "He came out", NULL, NULL));
    is(s, "other(C[gender]@1) + C[gender]@1", 0);
    refused(s, "other(C[gender]@8)", "expected a step from 0 to 3, found 8");
    session_free(s);
}

static void answers_and_names_come_from_the_page(void **state)
{
    (void)state;
    struct session *s = cell();
    const char *const names[] = {"a", "half"};
    const double values[] = {0.2, 0.5};
    struct expr_value given = {.kind = EXPR_IS_VECTOR, .n = 2, .v = {3, 8.004}};
    struct expr_env env = {.session = s, .names = 2, .name = names, .value = values, .given = &given, .within = 0.01};
    assert_true(fabs(value_in(&env, "a + half").v[0] - 0.7) < 1e-12);
    assert_true(value_in(&env, "given[1] == 3 && given[2] == 8").v[0] > 0);       /* within 0.01 */
    assert_true(value_in(&env, "given[2] == 8.02").v[0] == 0);
    session_free(s);
}

static void what_means_nothing_is_named_with_its_column(void **state)
{
    (void)state;
    struct session *s = cell();
    refused(s, "", "column 1: expected a number, a name or (, found the end");
    refused(s, "1 +", "column 4: expected a number, a name or (, found the end");
    refused(s, "(1", "column 3: expected ), found the end");
    refused(s, "1 2", "column 3: expected an operator or the end, found \"2\"");
    refused(s, "f[1]@", "column 6: expected a step");
    refused(s, "f[1]", "column 5: expected @STEP, found the end");
    refused(s, "f[9]@4", "expected a unit from 1 to 3, found 9");
    refused(s, "f[colour]@4", "expected a unit from 1 to 3 or a name (gender, verb, wants), found \"colour\"");
    refused(s, "f[1]@9", "expected a step from 1 to 8, found 9");
    refused(s, "f[1]@0", "expected a step from 1 to 8, found 0");
    refused(s, "f[1]@dragon", "a word of the sequence");
    refused(s, "l2.f[1]@1", "expected a layer from 1 to 1, found 2");
    refused(s, "p(dragon)@1", "the vocabulary has no word \"dragon\"");
    refused(s, "colour", "nothing is called \"colour\"");
    refused(s, "f@4 < 1", "found a vector: name its unit");
    refused(s, "next@1 + 1", "expected numbers on both sides, found a word");
    refused(s, "f@1 + x@1", "expected two vectors of one length, found 3 and 4");
    refused(s, "given", "nothing has been answered here");
    refused(s, "system(1)", "expected a value such as f[1]@4");
    refused(s, "'open", "expected a closing quote");
    refused(s, "f[1.5]@1", "expected a unit from 1 to 3, found 1.5");
    session_free(s);
}

static void length_depth_and_cost_are_limited(void **state)
{
    (void)state;
    struct session *s = cell();
    char deep[300] = "", wide[EXPR_TEXT + 20];
    memset(deep, '(', 100);
    refused(s, deep, "expected at most 32 brackets in one another");
    memset(deep, '-', 150);
    deep[150] = '1';
    deep[151] = '\0';
    refused(s, deep, "expected less depth");
    memset(wide, '1', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    refused(s, wide, "expected an expression of at most 400 bytes, found 419");
    refused(s, "sum_w(sum_w(sum_w(sum_w(sum_t(f[1]@t(w))))))", "this takes too much computing for a lesson");
    refused(s, "sum_t(sum_t(sum_t(sum_t(full[1](1..t)))))", "this takes too much computing for a lesson");
    session_free(s);
}

/* With decimals, too, nothing reads 0, 1 or -1 that is not; what rounding left of a sum that is 0 is 0. */
static void a_number_that_is_not_0_or_1_is_not_told_as_such(void **state)
{
    (void)state;
    static const struct { double v; const char *format, *text; } cases[] = {
        {0.003, "2", "0.003"}, {0.9981, "2", "0.998"}, {-0.9999, "2", "-0.9999"}, {2e-8, "2", "2e-8"},
        {-4e-6, "+2", "-0.000004"}, {0, "2", "0.00"}, {1, "2", "1.00"}, {-3e-17, "2", "0.00"}, {2.999, "2", "3.00"},
        {0.5, "2", "0.50"}, {1.004, "2", "1.004"}, {0.4, "0", "0"}, {-2e-9, "2", "-2e-9"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct expr_value v = {.kind = EXPR_IS_NUMBER, .n = 1, .v = {cases[k].v}};
        struct str text = {0};
        template_value(&v, cases[k].format, &text);
        assert_string_equal(str_text(&text), cases[k].text);
        str_free(&text);
    }
}

static void the_places_of_a_plain_value_are_known(void **state)
{
    (void)state;
    struct session *s = cell();
    struct expr_env env = {.session = s};
    struct place at[8];
    struct expr *one = expr_parse("kept[verb]@and", NULL), *all = expr_parse("C@2", NULL),
        *sum = expr_parse("C[1]@2 + 1", NULL);
    assert_int_equal(expr_places(one, &env, at, 8), 1);
    assert_true(at[0].unit == 1 && at[0].value == VAL_KEPT && at[0].step == 4);
    assert_int_equal(expr_places(all, &env, at, 8), 3);
    assert_int_equal(expr_places(all, &env, at, 2), 2);
    assert_int_equal(expr_places(sum, &env, at, 8), 0);
    expr_free(one);
    expr_free(all);
    expr_free(sum);
    session_free(s);
}

/* ---- what is wrong is told wherever it stands -------------------------------------------------------------------- */

static const char *const sound[] = {
    "1 + 2 * 3 - 4 / 5 ^ 2", "-C[1]@3 < f[gender]@'and' && !(i[2]@2 >= 0.5) || o[3]@1 != 1",
    "max(C@2) - min(C@2) + sum(C@2)", "max(f[1]@2, 0.3) + min(f[1]@2, 0.3)",
    "round(C[1]@3, 2) + round(2.5) + floor(1.5) + abs(-2) + sqrt(4)", "len(C@2)",
    "exp(1) + ln(2) + sigma(0.5) + tanh(1)", "argmax_u(abs(C[u]@3))", "argmin_t(f[1]@t)",
    "max_u(C[u]@3) + min_t(f[1]@t)", "sum_t(f[1]@t) * prod_t(f[1]@t)",
    "count_u(C[u]@3 > 0) + all_t(f[1]@t < 2) + any_u(C[u]@3 > 9)", "z_f[gender]@2 + z_f.x[1]@2",
    "z_i.h[2]@3 + z_o.b[3]@1", "x[1]@2 + W_f[gender][5] + b_i[2]", "l1.C[2]@'played' + kept[1]@2",
    "base(C[1]@3) - C[1]@3", "other(C[1]@3)", "carry[1](2..5) + full[1](2..5)", "p('her')@6",
    "p(her)@6 + surprisal@6", "next@6 == 'her'", "next@'with' != 'dog'", "argmax_w(p(w)@6)",
    "effect[gender]@and(her@with)", "f[1]@4('with')", "H + E + V + T + layers + pins + parameters", "C@2 + C@3 * 2",
    "C@2", "(C[1]@3 - C[1]@2) / C[1]@2",
};

/* Every name, number and quoted word of it in turn is another. */
static void each_part_replaced_by(struct session *s, const char *text, const char *by, int *tried, int *refused)
{
    struct expr_env env = {.session = s};
    for (size_t at = 0, n; text[at]; at += n) {
        static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
        n = strspn(text + at, letters);
        if (text[at] == '\'')
            n = strcspn(text + at + 1, "'") + 2;
        if (!n) {
            n = 1;
            continue;
        }
        char changed[EXPR_TEXT];
        struct err e = {{0}};
        struct expr_value v = {.n = 0};
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)at, text, by, text + at + n);
        struct expr *x = expr_parse(changed, &e);
        bool ok = x && expr_eval(x, &env, &v, &e);
        double d;
        bool holds, one = x && expr_number(x, &env, &d, NULL), condition = x && expr_holds(x, &env, &holds, NULL);
        ++*tried;
        *refused += !ok;
        if (!ok && !strstr(e.text, "column "))
            fail_msg("%s: expected a column, found \"%s\"", changed, e.text);
        if ((one || condition) && (!ok || v.kind != EXPR_IS_NUMBER))
            fail_msg("%s is a number for one and not for the other", changed);
        if (one && !isfinite(d))
            fail_msg("%s is taken for %g", changed, d);
        expr_free(x);
    }
}

static void what_is_wrong_is_told_with_its_column_wherever_it_stands(void **state)
{
    (void)state;
    static const char *const by[] = {
        "nought", "'zebra'", "99", "-1", "0.5", "", "C@2", "(", "next@6", "u", "w", "given", "'her'", "C[1]@",
    };
    struct session *s = cell();
    struct err e = {{0}};
    int tried = 0, refused = 0;
    if (!session_compare_text(s, "He came out and played with his dog", "test", &e))
        fail_msg("%s", e.text);
    for (size_t k = 0; k < sizeof sound / sizeof *sound; k++) {
        struct expr_env env = {.session = s};
        value_in(&env, sound[k]);
        for (size_t j = 0; j < sizeof by / sizeof *by; j++)
            each_part_replaced_by(s, sound[k], by[j], &tried, &refused);
    }
    assert_in_range(refused, tried / 3, tried - 1);
    session_free(s);
}

static void cut_anywhere_an_expression_is_told_its_column_or_is_a_shorter_one(void **state)
{
    (void)state;
    struct session *s = cell();
    for (size_t k = 0; k < sizeof sound / sizeof *sound; k++)
        for (size_t n = 0; n < strlen(sound[k]); n++) {
            char cut[EXPR_TEXT];
            struct err e = {{0}};
            snprintf(cut, sizeof cut, "%.*s", (int)n, sound[k]);
            struct expr *x = expr_parse(cut, &e);
            if (!x && !strstr(e.text, "column "))
                fail_msg("%s: %s", cut, e.text);
            if (x)
                assert_string_equal(expr_text(x), cut);
            expr_free(x);
        }
    session_free(s);
}

/* ---- other models ------------------------------------------------------------------------------------------------ */

/* Two layers over w1 … w6; no words; no words and two outputs that have names; nothing that comes next. */
static struct session *session_in(const struct random_model *shape)
{
    struct err e = {{0}};
    struct session *s = session_new(model_random(shape), &e);
    if (!s)
        fail_msg("%s", e.text);
    return s;
}

static void a_second_layer_has_values_of_its_own(void **state)
{
    (void)state;
    struct session *s = session_in(&(struct random_model){.layers = 2, .hidden = 3, .embed = 2, .words = 6,
                                                          .outputs = 6, .steps = 5, .seed = 3});
    is(s, "layers", 2);
    is(s, "l2.x[3]@4", number(s, "h[3]@4"));              /* what goes into it is h of the layer below */
    is(s, "len(l2.x@1) + len(x@1)", 5);
    is(s, "l2.kept[1]@3", number(s, "l2.f[1]@3 * l2.C[1]@2"));
    is(s, "l2.z_o[2]@2", number(s, "l2.z_o.h[2]@2 + l2.z_o.x[2]@2 + l2.z_o.b[2]@2"));
    is(s, "l2.max_u(l2.C[u]@2)", number(s, "max(l2.C@2)"));
    is(s, "carry[1](1..1)", 1);
    is(s, "l2.full[2](4..4)", 1);                         /* ∂C_4/∂C_4 */
    is(s, "sum_w(p(w)@3)", 1);
    /* At t the word that came is what had come. */
    struct err e = {{0}};
    assert_true(session_set_text(s, "w2 w5 w1", "test", &e));
    is(s, "l2.C[2]@2(w5)", number(s, "l2.C[2]@2"));
    is(s, "sum(l2.o@2(w5) - l2.o@2)", 0);
    refused(s, "l3.f[1]@1", "expected a layer from 1 to 2, found 3");
    refused(s, "l3.f@1", "expected a layer from 1 to 2, found 3");
    refused(s, "l3.sum_u(C[u]@1)", "expected a layer from 1 to 2, found 3");
    refused(s, "l3.W_f[1][1]", "expected a layer from 1 to 2, found 3");
    refused(s, "l2.x[4]@1", "expected a number of x from 1 to 3, found 4");
    refused(s, "l2.f@2(nobody)", "the vocabulary has no word \"nobody\"");
    refused(s, "count_w(p(w)@nobody > 0)", "a word of the sequence");
    session_free(s);
}

static void a_model_without_words_says_so_where_a_word_is_needed(void **state)
{
    (void)state;
    struct session *s = session_in(&(struct random_model){.layers = 1, .hidden = 2, .embed = 3, .outputs = 2,
                                                          .steps = 4, .seed = 9});
    is(s, "x[2]@1", (double)session_inputs(s)[0][1]);
    refused(s, "f[1]@1(her)", "this model has no words");
    refused(s, "p(her)@1", "this model has no words");
    refused(s, "effect[1]@1(her@2)", "this model has no words");
    refused(s, "count_w(1)", "there is nothing to run over");
    refused(s, "f[1]@her", "expected a step from 1 to 4");
    session_free(s);
}

static void a_model_that_predicts_nothing_says_so(void **state)
{
    (void)state;
    struct session *s = session_in(&(struct random_model){.layers = 1, .hidden = 2, .embed = 3, .words = 4, .steps = 4,
                                                          .seed = 9});
    refused(s, "p(w1)@1", "this model does not say which word comes next");
    refused(s, "next@1", "this model does not say which word comes next");
    refused(s, "effect[1]@1(w1@2)", "this model does not say which word comes next");
    session_free(s);
}

static void outputs_that_have_names_are_asked_for_by_them(void **state)
{
    (void)state;
    struct model *m = model_random(&(struct random_model){.layers = 1, .hidden = 2, .embed = 3, .words = 4,
                                                          .outputs = 2, .steps = 4, .seed = 9});
    m->label = xcalloc(2, sizeof *m->label);
    m->label[0] = xstrdup("even");
    m->label[1] = xstrdup("odd");
    struct session *s = session_new(m, NULL);
    assert_non_null(s);
    is(s, "p(even)@2 + p(odd)@2", 1);
    is(s, "p(odd)@4", (double)session_probability(s, RUN_PINNED, 4, 1));
    refused(s, "p(w1)@2", "the model has no output \"w1\"");
    struct expr_env env = {.session = s};
    struct expr_value v = value_in(&env, "next@3");
    assert_string_equal(v.word, session_likeliest(s, RUN_PINNED, 3) ? "odd" : "even");
    session_free(s);
}

static void a_vector_longer_than_a_lesson_shows_wants_its_unit(void **state)
{
    (void)state;
    struct session *s = session_in(&(struct random_model){.layers = 1, .hidden = EXPR_VECTOR + 1, .embed = 2,
                                                          .words = 3, .outputs = 3, .steps = 2, .seed = 1});
    is(s, "len(x@1)", 2);
    is(s, "f[65]@1 > 0", 1);
    refused(s, "f@1", "expected [UNIT]: a vector of 65 is too long, 64 is the most");
    session_free(s);
}

/* ---- answers, limits, spellings ---------------------------------------------------------------------------------- */

static void an_answer_is_taken_as_what_it_is(void **state)
{
    (void)state;
    struct session *s = cell();
    struct expr_value word = {.kind = EXPR_IS_WORD, .word = "her"}, one = {.kind = EXPR_IS_VECTOR, .n = 1, .v = {4}};
    struct expr_env worded = {.session = s, .given = &word}, lone = {.session = s, .given = &one};
    assert_true(value_in(&worded, "given == 'her'").v[0] == 1);
    assert_true(value_in(&worded, "given != 'his' && given != next@1").v[0] == 1);
    assert_true(value_in(&lone, "given + 1").v[0] == 5);                /* of one number: that number */
    assert_true(value_in(&lone, "given[1] * 2").v[0] == 8);
    static const struct { bool word; const char *text, *why; } wrong[] = {
        {true, "given[1]", "column 9 of \"given[1]\": the answer is a word"},
        {false, "given[2]", "expected a part of the answer from 1 to 1, found 2"},
        {false, "given[0]", "expected a part of the answer from 1 to 1, found 0"},
        {true, "-given", "expected a number, found a word"},
        {true, "abs(given)", "expected a number, found a word"},
        {true, "!given", "expected a number, found a word"},
        {true, "1 && given", "expected a number, found a word"},
        {true, "given || 1", "expected a number, found a word"},
        {true, "min(1, given)", "expected a number, found a word"},
        {false, "C[given]@1", "expected a unit from 1 to 3, found 4"},
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        struct err e = {{0}};
        struct expr_value v;
        struct expr *x = expr_parse(wrong[k].text, &e);
        if (!x || expr_eval(x, wrong[k].word ? &worded : &lone, &v, &e) || !strstr(e.text, wrong[k].why))
            fail_msg("%s: expected \"%s\", found \"%s\"", wrong[k].text, wrong[k].why, e.text);
        expr_free(x);
    }
    session_free(s);
}

static void where_one_finite_number_is_needed_nothing_else_is_taken(void **state)
{
    (void)state;
    struct session *s = cell();
    struct expr_env env = {.session = s};
    static const struct { const char *text, *why; } wrong[] = {
        {"1 / 0", "\"1 / 0\": expected a finite number, found inf"},
        {"-1 / 0", "expected a finite number, found -inf"},
        {"ln(-1)", "expected a finite number, found"},
        {"10 ^ 999", "expected a finite number, found inf"},
        {"C@1", "expected a number, found a vector (name its unit)"},
        {"next@1", "expected a number, found a word"},
        {"'her'", "expected a number, found a word"},
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        struct err e = {{0}};
        double d;
        bool holds;
        struct expr *x = expr_parse(wrong[k].text, &e);
        if (!x || expr_number(x, &env, &d, &e) || !strstr(e.text, wrong[k].why))
            fail_msg("%s: expected \"%s\", found \"%s\"", wrong[k].text, wrong[k].why, e.text);
        e = (struct err){{0}};
        if (expr_holds(x, &env, &holds, &e) != (k < 4))
            fail_msg("%s: %s", wrong[k].text, e.text);
        expr_free(x);
    }
    session_free(s);
}

static void spellings_that_come_near_are_told_what_is_meant(void **state)
{
    (void)state;
    struct session *s = cell();
    is(s, "next@with == \"her\"", 1);
    is(s, "C[\"gender\"]@\"and\" - C[gender]@and", 0);
    is(s, ".5 + 0.25", 0.75);
    is(s, "f[1]@'came' - f[1]@2", 0);
    is(s, "\xE2\x88\x92""3 + 4", 1);
    is(s, "2 \xE2\x8A\x99 3", 6);
    refused(s, "avg_u(C[u]@1)", "column 1: expected a value such as f[1]@4, p(her)@6, or a function, found \"avg_u");
    refused(s, "max_q(C[u]@1)", "column 1: expected a value such as f[1]@4");
    refused(s, "z_f.q[1]@1", "column 4: expected @STEP, found \".q[1]@1\"");
    refused(s, "z_f.hx[1]@1", "column 4: expected @STEP");
    refused(s, "z_f.", "column 4: expected @STEP, found \".\"");
    refused(s, "f.h[1]@1", "column 2: expected @STEP, found \".h[1]@1\"");
    refused(s, "W_q[1][1]", "column 1: expected a value such as f[1]@4");
    refused(s, "V_f[1][1]", "column 1: expected a value such as f[1]@4");
    refused(s, "W_f[1]", "column 7: expected [, found the end");
    refused(s, "b_f@1", "column 1: expected a value such as f[1]@4");
    refused(s, "l0.f[1]@1", "expected a layer from l1 on");
    refused(s, "l1.", "expected f, i, g, o, C, h");
    refused(s, "!= 3", "column 1: expected a number, a name or (, found \"!= 3\"");
    refused(s, "1 < 2 < 3", "column 7: expected an operator or the end, found \"< 3\"");
    refused(s, "carry[1](2)", "column 11: expected .., found \")\"");
    refused(s, "carry[1](5..2)", "expected a step from 5 to 8, found 2");
    refused(s, "full[1](2..)", "expected a step: a number, a word or (");
    refused(s, "p(1 + 2)@3", "expected ), found \"+ 2)@3\"");
    refused(s, "p()@3", "expected a word");
    refused(s, "p her", "expected an operator or the end, found \"her\"");
    refused(s, "effect[1]@2(her)", "expected @STEP");
    refused(s, "effect[1]@5(her@2)", "expected a step from 5 to 8, found 2");
    refused(s, "f[1]@(2", "expected ), found the end");
    refused(s, "f[1@2", "expected ], found \"@2\"");
    refused(s, "min(1, 2, 3)", "column 9: expected ), found \", 3)\"");
    refused(s, "abs(1, 2)", "expected ), found \", 2)\"");
    refused(s, "f[1]@\"and", "expected a closing quote");
    refused(s, "ww", "nothing is called \"ww\"");
    refused(s, "w", "nothing is called \"w\"");
    refused(s, "u + t", "nothing is called \"u\"");
    session_free(s);
}

static void how_many_parts_and_how_many_runs_are_limited(void **state)
{
    (void)state;
    struct session *s = cell();
    struct str parts = {0};
    str_add(&parts, "1");
    while (parts.len < EXPR_TEXT - 2)
        str_add(&parts, "+1");
    refused(s, parts.s, "expected at most 256 parts in one expression");
    is(s, "sum_t(sum_t(f[1]@t))", number(s, "T * sum_t(f[1]@t)"));
    static const char *const dear[] = {
        "sum_t(sum_t(sum_t(sum_t(effect[1]@1(her@8)))))", "sum_t(sum_t(sum_t(sum_t(sum_t(sum_t(f[1]@t(her)))))))",
        "sum_t(sum_t(sum_t(sum_t(sum_t(sum_t(sum(f@t(her))))))))", "sum_t(sum_t(sum_t(sum_t(sum_t(sum_t(p(her)@t))))))",
        "sum_t(sum_t(sum_t(sum_t(sum_t(sum_t(carry[1](0..8)))))))",
        "sum_t(sum_t(sum_t(sum_t(sum_t(sum_t(sum(C@t)))))))",
        "sum_w(sum_w(sum_w(sum_w(sum_w(1)))))", "sum_t(sum_t(sum_t(sum_t(sum_t(sum_t(sum_t(next@t == 'her')))))))",
    };
    for (size_t k = 0; k < sizeof dear / sizeof *dear; k++)
        refused(s, dear[k], "this takes too much computing for a lesson");
    str_free(&parts);
    session_free(s);
}

static void only_a_plain_value_of_the_screen_has_places(void **state)
{
    (void)state;
    struct session *s = cell();
    struct expr_env env = {.session = s};
    static const struct { const char *text; int places; } cases[] = {
        {"C@2", 3}, {"h[gender]@8", 1}, {"C@0", 3}, {"x[1]@1", 0}, {"z_f[1]@2", 0}, {"f[1]@4(with)", 0}, {"f[1]@9", 0},
        {"f[9]@1", 0}, {"l2.f[1]@1", 0}, {"-f[1]@1", 0}, {"base(f[1]@1)", 0}, {"3", 0}, {"next@1", 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct place at[8];
        struct expr *x = expr_parse(cases[k].text, NULL);
        assert_non_null(x);
        if (expr_places(x, &env, at, 8) != cases[k].places)
            fail_msg("%s: expected %d places, found %d", cases[k].text, cases[k].places, expr_places(x, &env, at, 8));
        expr_free(x);
    }
    session_free(s);
}

static void the_numbers_of_an_expression_are_those_that_need_no_answer(void **state)
{
    (void)state;
    struct session *s = cell();
    struct expr_env env = {.session = s};
    double found[8];
    struct expr *x = expr_parse("given == 2 * 3 + given[1] || 1 / 0 > 5 || next@1 == 'her'", NULL);
    int n = expr_numbers(x, &env, found, 8);
    /* 2, 3, 6, 1 of given[1], 1, 0, 5, whether 1 / 0 > 5; infinite is none, and a word is none. */
    static const double expected[] = {2, 3, 6, 1, 1, 0, 5, 1};
    assert_int_equal(n, 8);
    for (int k = 0; k < n; k++)
        assert_true(found[k] == expected[k]);
    assert_int_equal(expr_numbers(x, &env, found, 3), 3);
    expr_free(x);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_goes_by_the_usual_rules),
        cmocka_unit_test(values_are_those_of_the_run),
        cmocka_unit_test(what_is_set_by_hand_counts_and_base_leaves_it_out),
        cmocka_unit_test(words_that_come_next_and_words_of_the_vocabulary),
        cmocka_unit_test(reducers_run_over_units_and_steps),
        cmocka_unit_test(gradients_and_sweeps_agree_with_doing_it),
        cmocka_unit_test(another_sentence_is_read_with_other),
        cmocka_unit_test(answers_and_names_come_from_the_page),
        cmocka_unit_test(what_means_nothing_is_named_with_its_column),
        cmocka_unit_test(length_depth_and_cost_are_limited),
        cmocka_unit_test(a_number_that_is_not_0_or_1_is_not_told_as_such),
        cmocka_unit_test(the_places_of_a_plain_value_are_known),
        cmocka_unit_test(what_is_wrong_is_told_with_its_column_wherever_it_stands),
        cmocka_unit_test(cut_anywhere_an_expression_is_told_its_column_or_is_a_shorter_one),
        cmocka_unit_test(a_second_layer_has_values_of_its_own),
        cmocka_unit_test(a_model_without_words_says_so_where_a_word_is_needed),
        cmocka_unit_test(a_model_that_predicts_nothing_says_so),
        cmocka_unit_test(outputs_that_have_names_are_asked_for_by_them),
        cmocka_unit_test(a_vector_longer_than_a_lesson_shows_wants_its_unit),
        cmocka_unit_test(an_answer_is_taken_as_what_it_is),
        cmocka_unit_test(where_one_finite_number_is_needed_nothing_else_is_taken),
        cmocka_unit_test(spellings_that_come_near_are_told_what_is_meant),
        cmocka_unit_test(how_many_parts_and_how_many_runs_are_limited),
        cmocka_unit_test(only_a_plain_value_of_the_screen_has_places),
        cmocka_unit_test(the_numbers_of_an_expression_are_those_that_need_no_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
