/* test_arrays.c: inputs, expected values and initial states as numpy, torch and spreadsheets write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/proof.h"
#include "session/session.h"
#include "support/refusal.h"

/* One array of numpy: its type ("<f4", "<f8", "<i8"), shape and numbers in the order in which they lie there. */
struct given { const char *name, *type, *shape; bool fortran; size_t n; float v[24]; };

static void put_array(struct str *b, const struct given *a)
{
    struct str header = {0};
    str_addf(&header, "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n", a->type, a->fortran ? "True" : "False",
             a->shape);
    put_hex(b, "93 4e 55 4d 50 59 01 00");
    put_u16(b, (unsigned)header.len);
    str_addn(b, header.s, header.len);
    str_free(&header);
    for (size_t k = 0; k < a->n; k++)
        if (strcmp(a->type, "<f4") == 0)
            put_f32(b, a->v[k]);
        else if (strcmp(a->type, "<f8") == 0)
            put_f64(b, (double)a->v[k]);
        else if (strcmp(a->type, "<i8") == 0)
            put_u64(b, (uint64_t)(int64_t)a->v[k]);
}

static const char *npy(const struct given *a)
{
    struct str b = {0};
    put_array(&b, a);
    return bytes_file("x.npy", &b);
}

static const char *npz(const struct given *a, size_t n)
{
    struct zip_writer z = {0};
    for (size_t k = 0; k < n; k++) {
        struct str b = {0}, name = {0};
        put_array(&b, &a[k]);
        str_addf(&name, "%s.npy", a[k].name);
        zip_put(&z, str_text(&name), b.s, b.len);
        str_free(&name);
        str_free(&b);
    }
    zip_end(&z);
    return bytes_file("x.npz", &z.out);
}

static const char *text_file(const char *name, const char *text)
{
    struct str b = {0};
    str_add(&b, text);
    return bytes_file(name, &b);
}

/* ---- inputs ---- */

static void inputs_are(const char *path, int E, int T, const float *v)
{
    struct err e = {{0}};
    float *x = NULL;
    int steps = 0;
    if (!import_inputs(path, E, &x, &steps, &e))
        fail_msg("%s", e.text);
    assert_int_equal(steps, T);
    for (int k = 0; k < T * E; k++)
        assert_true(x[k] == v[k]);
    mem_free(x);
}

static void inputs_refused(const char *path, int E, const char *reason)
{
    struct err e = {{0}};
    float *x = NULL;
    int steps;
    if (import_inputs(path, E, &x, &steps, &e))
        fail_msg("accepted, expected: %s", reason);
    if (!strstr(e.text, reason) || strncmp(e.text, path, strlen(path)) != 0)
        fail_msg("expected %s\nfound %s", reason, e.text);
}

static const float six[] = {1, -2, 3, 4.5f, 5, 6}, wholes[] = {1, -2, 3, 4, 5, 6};

static void inputs_may_be_an_array_of_numpy(void **state)
{
    (void)state;
    static const struct given forms[] = {
        {"", "<f4", "(3, 2)", false, 6, {1, -2, 3, 4.5f, 5, 6}},
        {"", "<f8", "(3, 2)", false, 6, {1, -2, 3, 4.5f, 5, 6}},
        {"", "<f8", "(3, 2)", true, 6, {1, 3, 5, -2, 4.5f, 6}},
        {"", "<f4", "(1, 3, 2)", false, 6, {1, -2, 3, 4.5f, 5, 6}},
        {"", "<f4", "(3, 1, 2)", false, 6, {1, -2, 3, 4.5f, 5, 6}},
    };
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++)
        inputs_are(npy(&forms[k]), 2, 3, six);
    inputs_are(npy(&(struct given){"", "<i8", "(3, 2)", false, 6, {1, -2, 3, 4, 5, 6}}), 2, 3, wholes);
    for (int k = 0; k < 3; k++) {
        static const char *const shapes[] = {"(6,)", "(6, 1)", "(1, 6)"};
        inputs_are(npy(&(struct given){"", "<f4", shapes[k], false, 6, {1, -2, 3, 4.5f, 5, 6}}), 1, 6, six);
    }
    inputs_refused(npy(&(struct given){"", "<f4", "(6,)", false, 6, {0}}), 2, "an array of vectors of 2 numbers");
    inputs_refused(npy(&(struct given){"", "<f4", "(2, 2, 2)", false, 8, {0}}), 2,
                   "expected an array of vectors of 2 numbers, one sequence, found a batch: an array of 2 x 2 x 2");
}

static void of_several_arrays_the_one_that_is_called_so_is_the_inputs(void **state)
{
    (void)state;
    static const struct given rows = {"arr_0", "<f4", "(3, 2)", false, 6, {1, -2, 3, 4.5f, 5, 6}};
    struct given a[3] = {rows, {"y", "<f4", "(1,)", false, 1, {7}}, {"tokens", "|O", "(1,)", false, 0, {0}}};
    inputs_are(npz(a, 1), 2, 3, six);
    static const char *const names[] = {"inputs", "x"};
    for (int k = 0; k < 2; k++) {
        a[0].name = names[k];
        inputs_are(npz(a, 3), 2, 3, six);             /* what cannot be read hurts nobody who does not ask for it */
    }
    a[0].name = "p";
    inputs_are(npz(a, 1), 2, 3, six);
    inputs_refused(npz(a, 2), 2, "expected inputs alone, or called \"inputs\" or \"x\", found p, y");
    a[2].name = "inputs";
    inputs_refused(npz(a, 3), 2, "inputs: expected an array of numbers, found \"a type that is not read\"");
}

static void lines_of_numbers_are_read_as_numpy_and_spreadsheets_write_them(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "1.000000000000000000e+00 -2.000000000000000000e+00\n3.000000000000000000e+00 4.500000000000000000e+00\n"
        "5.000000000000000000e+00 6.000000000000000000e+00\n",
        "# left right\n 1 -2\n 3  4.5\n\n 5 6 # the last\n",
        "1\t-2\r\n3\t4.5\r\n5\t6\r\n",
        "left;right\n1;-2\n3;4,5\n5;6\n",
        "\xEF\xBB\xBF" "1,-2\n3,4.5\n5,6\n",
        "-1e0,-2\n3,4.5\n5,6",
    };
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        const float first[] = {k == 5 ? -1.0f : 1.0f, -2, 3, 4.5f, 5, 6};
        inputs_are(text_file("x.txt", forms[k]), 2, 3, first);
    }
    inputs_are(text_file("x.csv", "\xEF\xBB\xBF" "a,b\n1,-2\n3,4.5\n5,6\n"), 2, 3, six);
    inputs_refused(text_file("x.csv", "nan,1\n1,2\n"), 2, "line 1: expected a number, found \"nan\"");
    inputs_refused(text_file("x.csv", "0.5,1,5\n"), 2, "line 1: expected 2 numbers, found 3");
    inputs_refused(text_file("x.tsv", "0,5\t1\n"), 2, "line 1: expected a number, found \"0,5\"");
    inputs_refused(text_file("x.txt", "1 2 3\n"), 2, "line 1: expected 2 numbers, found 3");
    inputs_refused(text_file("x.csv", "# nothing\n\n"), 2, "expected at least one step, a line of 2 numbers");
}

/* ---- what a framework computed ---- */

/* H of 1 and 2 inputs, of as many layers; zeroed weights. */
static struct model *model_of(int layers, const char *more)
{
    struct str s = {0};
    struct err e = {{0}};
    str_addf(&s, "{\"format\": \"pytorch\", \"inputs\": [[1, 2], [3, 4], [5, 6]]%s, \"tensors\": {", more);
    for (int l = 0; l < layers; l++)
        str_addf(&s, "%s\"lstm.weight_ih_l%d\": %s, \"lstm.weight_hh_l%d\": [[0, 0], [0, 0], [0, 0], [0, 0], [0, 0], "
                 "[0, 0], [0, 0], [0, 0]]", l ? ", " : "", l,
                 "[[0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0]]", l);
    str_add(&s, "}}");
    struct model *m = model_parse(str_text(&s), s.len, "F", NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    str_free(&s);
    return m;
}

/* What is expected of 3 steps and 2 units: h of every step (6 numbers) or the last (2), the same of C. */
static void expected_is(const char *path, int layers, const char *h, const char *C)
{
    struct err e = {{0}};
    struct model *m = model_of(layers, "");
    if (!import_expected(m, path, &e))
        fail_msg("%s", e.text);
    const struct expected *x = m->expected;
    const struct { const float *v; bool last; } got[] = {{x->h, x->last_h}, {x->C, x->last_C}};
    for (int k = 0; k < 2; k++) {
        struct str found = {0};
        for (int i = 0; got[k].v && i < (got[k].last ? 2 : 6); i++)
            str_addf(&found, "%s%g", i ? " " : "", (double)got[k].v[i]);
        assert_string_equal(str_text(&found), k ? C : h);
        str_free(&found);
    }
    model_free(m);
}

static void expected_refused(const char *path, const char *reason)
{
    struct err e = {{0}};
    struct model *m = model_of(1, "");
    if (import_expected(m, path, &e))
        fail_msg("accepted, expected: %s", reason);
    if (!strstr(e.text, reason) || strncmp(e.text, path, strlen(path)) != 0)
        fail_msg("expected %s\nfound %s", reason, e.text);
    model_free(m);
}

#define SIX 6, {1, 2, 3, 4, 5, 6}
static void expected_values_may_be_arrays_of_any_usual_shape_and_name(void **state)
{
    (void)state;
    static const struct { struct given a[2]; size_t n; int layers; const char *h, *C; } cases[] = {
        {{{"h", "<f4", "(1, 3, 2)", false, SIX}}, 1, 1, "1 2 3 4 5 6", ""},
        {{{"h", "<f8", "(3, 1, 2)", false, SIX}, {"c", "<f4", "(3, 2)", false, SIX}}, 2, 1, "1 2 3 4 5 6",
         "1 2 3 4 5 6"},
        {{{"output", "<f4", "(3, 1, 2)", false, SIX}, {"cn", "<f4", "(1, 1, 2)", false, 2, {7, 8}}}, 2, 1,
         "1 2 3 4 5 6", "7 8"},
        {{{"h_n", "<f4", "(2, 1, 2)", false, 4, {1, 2, 3, 4}}, {"c_n", "<f4", "(2, 2)", false, 4, {5, 6, 7, 8}}}, 2, 2,
         "3 4", "7 8"},
        {{{"h", "<f4", "(2, 1, 2)", false, 4, {1, 2, 3, 4}}, {"C", "<f4", "(2,)", false, 2, {5, 6}}}, 2, 2, "3 4",
         "5 6"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        expected_is(npz(cases[k].a, cases[k].n), cases[k].layers, cases[k].h, cases[k].C);
    expected_is(npy(&cases[0].a[0]), 1, "1 2 3 4 5 6", "");
    expected_is(npy(&(struct given){"", "<f4", "(2, 1, 1, 2)", false, 4, {1, 2, 3, 4}}), 1, "1 2", "3 4");
}

static void expected_values_may_be_the_list_that_a_framework_returns(void **state)
{
    (void)state;
    static const struct { const char *text; int layers; const char *h, *C; } cases[] = {
        {"[[[1, 2]], [[3, 4]], [[5, 6]]]", 1, "1 2 3 4 5 6", ""},
        {"[[[[1, 2]]], [[[3, 4]]]]", 1, "1 2", "3 4"},
        {"[[[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]]]", 2, "3 4", "7 8"},
        {"[[[[1, 2]], [[3, 4]], [[5, 6]]], [[[[1, 2]]], [[[7, 8]]]]]", 1, "1 2 3 4 5 6", "7 8"},
        {"[[[1, 2], [3, 4], [5, 6]], [[5, 6]], [[7, 8]]]", 1, "1 2 3 4 5 6", "7 8"},
        {"{\"expected\": {\"h\": [[1, 2], [3, 4], [5, 6]], \"C\": [7, 8]}}", 1, "1 2 3 4 5 6", "7 8"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        expected_is(text_file("e.json", cases[k].text), cases[k].layers, cases[k].h, cases[k].C);
}

static void expected_values_that_do_not_fit_say_where(void **state)
{
    (void)state;
    static const struct { const char *text, *reason; } cases[] = {
        {"[[1, 2, 3], [3, 4, 5], [5, 6, 7]]", "[0]: expected 2 numbers, found 3"},
        {"[[1, 2], [3, 4], [5, 6], [7, 8]]", "expected 3 rows of 2 numbers"},
        {"{\"h\": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}",
         "h: expected 3 rows of 2 numbers, found an array of 2 x 2 x 2"},
        {"[1, \"x\"]", "expected h of each step, or h and C, or the LSTM's output and these two"},
        {"[[[1, 2], [3, 4]], [[5, 6]], 1, 2]", "expected h of each step"},
        {"{\"foo\": [1]}", "unknown key \"foo\""},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        expected_refused(text_file("e.json", cases[k].text), cases[k].reason);
}

/* h of every step beside C of the last one: the first h was held against the last step. */
static void h_of_every_step_stands_beside_C_of_the_last(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct model *m = model_of(1, ", \"expected\": {\"h\": [[1, 2], [3, 4], [5, 6]], \"C\": [7, 8]}");
    struct proof p;
    struct session *s = session_new(m, &e);
    assert_non_null(s);
    m = NULL;
    assert_true(proof_compare(session_model(s), session_net(s), session_trace(s, RUN_BASE), session_inputs(s), &p));
    assert_int_equal(p.values, 8);
    assert_true(p.q == Q_C && p.step == 3 && p.unit == 1 && p.expected == 8);
    session_free(s);
}

/* ---- the state to begin with ---- */

static void write_model(int layers)
{
    struct str s = {0};
    struct model *m = model_of(layers, "");
    model_write(m, &s);
    model_free(m);
    bytes_file("m.json", &s);
}

/* h and C of each layer, "1 2 / 5 6". */
static void begins_with(const char *path, int layers, const char *h, const char *C)
{
    char initial[256], model[256];
    snprintf(initial, sizeof initial, "%s", path);
    write_model(layers);
    snprintf(model, sizeof model, "%s", bytes_path("m.json"));
    struct model *m = must_load(model, &(struct model_options){.tokenizer = -1, .initial = initial});
    for (int k = 0; k < 2; k++) {
        struct str found = {0};
        for (int l = 0; l < layers; l++) {
            const float *v = k ? m->net->c0[l] : m->net->h0[l];
            str_addf(&found, "%s%g %g", l ? " / " : "", (double)v[0], (double)v[1]);
        }
        assert_string_equal(str_text(&found), k ? C : h);
        str_free(&found);
    }
    model_free(m);
}

static void the_state_to_begin_with_may_have_any_usual_shape(void **state)
{
    (void)state;
    static const struct { const char *text; int layers; const char *h, *C; } cases[] = {
        {"{\"h\": [[1, 2]], \"C\": [[3, 4]]}", 1, "1 2", "3 4"},
        {"{\"h0\": [[[1, 2]]], \"c0\": [3, 4]}", 1, "1 2", "3 4"},
        {"[[[1, 2]], [[3, 4]]]", 1, "1 2", "3 4"},
        {"[[1, 2], [[3, 4]]]", 1, "1 2", "3 4"},
        {"{\"initial\": {\"c_n\": [3, 4]}}", 1, "0 0", "3 4"},
        {"[{\"h\": [[1, 2]]}, {\"c\": [3, 4]}]", 2, "1 2 / 0 0", "0 0 / 3 4"},
        {"[[[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]]]", 2, "1 2 / 3 4", "5 6 / 7 8"},
        {"{\"h_0\": [[1, 2], [3, 4]], \"c_0\": [[5, 6], [7, 8]]}", 2, "1 2 / 3 4", "5 6 / 7 8"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        begins_with(text_file("i.json", cases[k].text), cases[k].layers, cases[k].h, cases[k].C);
    static const struct given both[] = {{"h0", "<f4", "(2, 1, 2)", false, 4, {1, 2, 3, 4}},
                                        {"c0", "<f8", "(2, 1, 2)", true, 4, {5, 7, 6, 8}},
                                        {"", "<f4", "(2, 2, 1, 2)", false, 8, {1, 2, 3, 4, 5, 6, 7, 8}}};
    begins_with(npz(both, 2), 2, "1 2 / 3 4", "5 6 / 7 8");
    begins_with(npy(&both[2]), 2, "1 2 / 3 4", "5 6 / 7 8");
}

static void initial_refused(const char *model, const char *text, const char *reason)
{
    struct err e = {{0}};
    char path[256], initial[256];
    snprintf(path, sizeof path, "%s", model);
    snprintf(initial, sizeof initial, "%s", text_file("i.json", text));
    struct model *m = model_load(path, &(struct model_options){.tokenizer = -1, .initial = initial}, &e);
    if (m)
        fail_msg("accepted, expected: %s", reason);
    if (!strstr(e.text, reason) || strncmp(e.text, initial, strlen(initial)) != 0)
        fail_msg("expected %s\nfound %s", reason, e.text);
}

static void a_state_of_another_shape_is_refused_by_it(void **state)
{
    (void)state;
    static const struct { const char *text, *reason; } cases[] = {
        {"{\"h0\": [[[1, 2], [3, 4], [5, 6]]]}",
         "h0: expected 2 numbers for each of 1 layer, of one sequence, found 1 x 3 x 2"},
        {"{\"h0\": [1, 2, 3]}", "h0: expected 2 numbers, found 3"},
        {"{\"x\": [1, 2]}", "unknown key \"x\"; the keys here are h, C, h0, c0"},
        {"{}", "expected \"h\" or \"C\""},
        {"[[1, 2], [3, 4], [5, 6]]", "expected an array of 1, one object for each layer"},
    };
    write_model(1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        initial_refused(bytes_path("m.json"), cases[k].text, cases[k].reason);
    write_model(2);
    initial_refused(bytes_path("m.json"), "{\"h0\": [[1, 2]]}",
                    "h0: expected 2 numbers for each of 2 layers, of one sequence, found 1 x 2");
}

/* 1 number that 2 units were projected to. */
static void h_behind_a_projection_is_refused_unless_it_is_zero(void **state)
{
    (void)state;
    static const char text[] =
        "{\"lstm.weight_ih_l0\": [[1], [1], [1], [1], [1], [1], [1], [1]], \"lstm.weight_hh_l0\": [[1], [1], [1], [1], "
        "[1], [1], [1], [1]], \"lstm.weight_hr_l0\": [[1, 2]]}";
    const char *model = text_file("p.json", text);
    initial_refused(model, "{\"h0\": [[[0.5]]]}", "h0: 1 number is h behind its projection (proj_size), which does not "
                    "tell h of the 2 units before it: expected zeros, or h of the units, or C alone");
    char initial[256];
    snprintf(initial, sizeof initial, "%s", text_file("i.json", "{\"h0\": [[[0]]], \"c0\": [[[3, 4]]]}"));
    struct model *m = must_load(bytes_path("p.json"), &(struct model_options){.tokenizer = -1, .initial = initial});
    assert_true(m->net->h0[0][0] == 0 && m->net->h0[0][1] == 0 && m->net->c0[0][1] == 4);
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_may_be_an_array_of_numpy),
        cmocka_unit_test(of_several_arrays_the_one_that_is_called_so_is_the_inputs),
        cmocka_unit_test(lines_of_numbers_are_read_as_numpy_and_spreadsheets_write_them),
        cmocka_unit_test(expected_values_may_be_arrays_of_any_usual_shape_and_name),
        cmocka_unit_test(expected_values_may_be_the_list_that_a_framework_returns),
        cmocka_unit_test(expected_values_that_do_not_fit_say_where),
        cmocka_unit_test(h_of_every_step_stands_beside_C_of_the_last),
        cmocka_unit_test(the_state_to_begin_with_may_have_any_usual_shape),
        cmocka_unit_test(a_state_of_another_shape_is_refused_by_it),
        cmocka_unit_test(h_behind_a_projection_is_refused_unless_it_is_zero),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
