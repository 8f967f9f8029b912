/* Model files, right and wrong, as their authors meet the loader. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/str.h"
#include "import/dialect.h"
#include "import/import.h"
#include "support/skip.h"
#include "support/torch.h"

static void must_say(const char *got, const char *wanted)
{
    if (!strstr(got, wanted))
        fail_msg("expected a text with\n    %s\ngot\n    %s", wanted, got);
}

static struct model *load(const char *text)
{
    struct err e = {{0}};
    struct model *m = model_parse(text, strlen(text), "F", NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    return m;
}

static void refused_with(const char *text, const struct model_options *o, const char *message)
{
    struct err e = {{0}};
    struct model *m = model_parse(text, strlen(text), "F", o, &e);
    if (m)
        fail_msg("accepted, expected %s:\n%s", message, text);
    must_say(e.text, message);
}

/* One change to a file that is right, and what the loader must say then. */
struct change {
    const char *from, *to, *message;
};

static char *changed(const char *base, const char *from, const char *to)
{
    const char *at = strstr(base, from);
    if (!at)
        fail_msg("the base text has no %s", from);
    struct str s = {0};
    str_addn(&s, base, (size_t)(at - base));
    str_add(&s, to);
    str_add(&s, at + strlen(from));
    return str_take(&s);
}

static void each_refused(const char *base, const struct change *c, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        char *text = changed(base, c[k].from, c[k].to);
        refused_with(text, NULL, c[k].message);
        free(text);
    }
}
#define CHANGES(base, ...)                                                                                             \
    each_refused(base, (const struct change[]){__VA_ARGS__},                                                           \
                 sizeof((const struct change[]){__VA_ARGS__}) / sizeof(struct change))

/* H 2, E 3, V 3. */
static const char native[] =
    "{\"format\": \"flstm-model/1\", \"name\": \"small\", \"about\": \"two units\", \"provenance\": \"hand-set\", "
    "\"_note\": \"a comment\",\n"
    "\"vocabulary\": {\"kind\": \"word\", \"tokens\": [\"<unk>\", \"she\", \"dog\"], \"unknown\": \"<unk>\", "
    "\"lowercase\": true},\n"
    "\"embedding\": [[0, 0, 0], [0.1, 0.2, 0.3], [-1, 1e-3, 2.5]],\n"
    "\"layers\": [{\"W_f\": [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]], \"b_f\": [0.5, -0.5],\n"
    "  \"W_i\": [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0]], \"b_i\": [0, 0], \"W_g\": [[1, 1, 1, 1, 1], [2, 2, 2, 2, 2]], "
    "\"b_g\": [1, 1],\n"
    "  \"W_o\": [[0, 0, 0, 0, 1], [0, 0, 0, 1, 0]], \"b_o\": [9, 8], \"unit_names\": [\"gender\", null]}],\n"
    "\"output\": {\"W\": [[1, 2], [3, 4], [5, 6]], \"b\": [7, 8, 9]},\n"
    "\"initial\": [{\"h\": [0.25, 0.5], \"C\": [6, 8]}],\n"
    "\"sequence\": [\"She\", \"dog\"],\n"
    "\"training\": {\"seed\": 3, \"loss\": [1.50, 2]},\n"
    "\"expected\": {\"sequence\": [\"dog\"], \"h\": [[0.1, 0.2]], \"C\": [[1, 2]], \"tolerance\": 1e-4}}";

/* ---- native ---- */

static void a_native_file_is_read_whole(void **state)
{
    (void)state;
    struct model *m = load(native);
    const struct lstm *net = m->net;
    char buf[16];
    assert_string_equal(m->name, "small");
    assert_string_equal(m->about, "two units");
    assert_string_equal(m->source, "F");
    assert_string_equal(m->format, "native");
    assert_int_equal(m->provenance, PROVENANCE_HAND_SET);
    assert_true(net->layers == 1 && net->vocab == 3 && net->embed == 3 && net->outputs == 3);
    assert_true(net->layer[0].hidden == 2 && net->layer[0].in == 3);
    assert_true(net->layer[0].W[Q_F][0] == 1 && net->layer[0].W[Q_F][9] == 10 && net->layer[0].W[Q_O][4] == 1
                && net->layer[0].W[Q_I][6] == 1);
    assert_true(net->layer[0].b[Q_F][1] == -0.5f && net->layer[0].b[Q_O][0] == 9 && net->layer[0].b[Q_G][1] == 1);
    assert_null(net->layer[0].b2[Q_F]);
    assert_true(net->embedding[8] == 2.5f && net->out_W[5] == 6 && net->out_b[2] == 9 && net->h0[0][1] == 0.5f
                && net->c0[0][0] == 6);
    assert_non_null(net->packed);
    assert_int_equal(m->vocab->size, 3);
    assert_true(m->vocab->lowercase && m->vocab->unknown == 0);
    assert_int_equal(m->sequence.n, 2);
    assert_string_equal(tokens_text(&m->sequence, 0), "She");
    assert_int_equal(m->sequence.id[0], 1);
    assert_string_equal(model_unit_name(m, 0, 0), "gender");
    assert_null(model_unit_name(m, 0, 1));
    assert_string_equal(model_label(m, 2, buf), "dog");
    assert_non_null(m->expected);
    assert_true(m->expected->steps == 1 && m->expected->h[1] == 0.2f && m->expected->C[0] == 1
                && m->expected->tolerance == 1e-4);
    assert_int_equal(m->expected->tokens.id[0], 2);
    assert_string_equal(m->training, "{\"seed\":3,\"loss\":[1.50,2]}");
    model_free(m);
}

/* H 1, E 2, of vectors; a head of two numbers. */
static const char vectors[] =
    "{\"format\": \"pytorch\", \"tensors\": {\"lstm.weight_ih_l0\": [[1, 2], [1, 2], [1, 2], [1, 2]], "
    "\"lstm.weight_hh_l0\": [[1], [1], [1], [1]], \"fc.weight\": [[1], [2]], \"fc.bias\": [7, 8]}, "
    "\"inputs\": [[1, 2], [3, 4]], \"labels\": [\"up\", \"down\"], \"unit_names\": [[\"level\"]], "
    "\"expected\": {\"h\": [[0.1], [0.2]]}}";

static void a_model_of_vectors_says_what_does_not_fit_it(void **state)
{
    (void)state;
    struct model *m = load(vectors);
    assert_true(!m->vocab && m->input_steps == 2 && m->inputs[3] == 4 && m->expected->steps == 2);
    assert_string_equal(m->label[1], "down");
    assert_string_equal(m->unit_name[0][0], "level");
    model_free(m);
    CHANGES(vectors, {"\"inputs\": [[1, 2], [3, 4]]", "\"inputs\": []",
             "there are values but no inputs they belong to"},
            {"\"inputs\": [[1, 2], [3, 4]]", "\"inputs\": [1, 2, 3]",
             "inputs: expected an array of vectors of 2 numbers"},
            {"\"inputs\": [[1, 2], [3, 4]]", "\"inputs\": [[1, 2, 3], [4, 5, 6]]",
             "inputs[0]: expected 2 numbers, found 3"},
            {"\"inputs\": [[1, 2], [3, 4]]", "\"inputs\": [[[1, 2], [3, 4]], [[1, 2], [3, 4]]]", 
             "inputs: expected an array of vectors of 2 numbers"},
            {"\"inputs\": [[1, 2], [3, 4]]", "\"inputs\": 7", "inputs: expected an array of numbers, found 7"},
            {"[\"up\", \"down\"]", "[\"up\"]", "labels: expected 2 strings, found 1"},
            {"[\"up\", \"down\"]", "7", "labels: expected an array of 2 strings"},
            {", \"fc.weight\": [[1], [2]], \"fc.bias\": [7, 8]", "",
             "labels: there are labels but no outputs they belong to"},
            {"[[\"level\"]]", "[]", "unit_names: expected an array of names for each of 1 layer"},
            {"[[\"level\"]]", "7", "unit_names: expected an array of names for each of 1 layer"},
            {"[[\"level\"]]", "[[\"a\", \"b\"]]", "unit_names[0]: expected 1 string, found 2"},
            {"\"h\": [[0.1], [0.2]]", "\"h\": [[0.1], [0.2], [0.3]]", "expected.h: expected 2 rows of 1 number"},
            {"\"h\": [[0.1], [0.2]]", "\"h\": [0.1, \"x\"]", "expected.h"},
            {"\"h\": [[0.1], [0.2]]", "\"tolerance\": -1", "expected.tolerance: expected a tolerance of at least 0"},
            {"\"h\": [[0.1], [0.2]]", "\"tolerance\": \"x\"", "expected.tolerance: expected a finite number"},
            {"\"h\": [[0.1], [0.2]]", "\"tolerance\": 1", "expected: expected \"h\" or \"C\", found neither"},
            {"\"h\": [[0.1], [0.2]]", "\"inputs\": [[1]]", "expected.inputs[0]: expected 2 numbers, found 1"},
            {"\"h\": [[0.1], [0.2]]", "\"why\": 1", "expected: unknown key \"why\""});
    CHANGES(native, {"\"sequence\": [\"She\", \"dog\"]", "\"inputs\": [[1, 2, 3]]",
                     "inputs: the model has a vocabulary: it takes tokens (\"sequence\"), not vectors"},
            {"\"sequence\": [\"dog\"], ", "\"inputs\": [[1, 2, 3]], ",
             "expected.inputs: the model has a vocabulary: it takes tokens (\"sequence\"), not vectors"});
}

static void what_a_file_expects_is_read_for_each_step_or_for_the_last(void **state)
{
    (void)state;
    static const struct { const char *expected; bool last; int steps; float h, y; } cases[] = {
        {"\"h\": [[0.1], [0.2]]", false, 2, 0.1f, 0},
        {"\"h\": [0.1, 0.2]", false, 2, 0.1f, 0},                           /* a number a step */
        {"\"h\": [0.5]", true, 2, 0.5f, 0},
        {"\"h\": [[0.5]]", true, 2, 0.5f, 0},
        {"\"inputs\": [[5, 6]], \"h\": [[0.5]]", false, 1, 0.5f, 0},
        {"\"output\": [[1, 2], [3, 4]]", false, 2, 0, 1},
        {"\"output\": [3, 4]", true, 2, 0, 3},
        {"\"C\": [0.25], \"h\": [0.5], \"tolerance\": 0", true, 2, 0.5f, 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char *text = changed(vectors, "\"h\": [[0.1], [0.2]]", cases[k].expected);
        struct model *m = load(text);
        const struct expected *x = m->expected;
        if (expected_last(x) != cases[k].last || x->steps != cases[k].steps || (x->h ? x->h[0] : 0) != cases[k].h
            || (x->y ? x->y[0] : 0) != cases[k].y)
            fail_msg("%s: last %d, %d steps", cases[k].expected, expected_last(x), x->steps);
        model_free(m);
        free(text);
    }
}

static void weights_may_be_written_in_either_orientation(void **state)
{
    (void)state;
    char *text = changed(native, "[[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]", "[[1, 6], [2, 7], [3, 8], [4, 9], [5, 10]]");
    struct model *a = load(native), *b = load(text);
    assert_memory_equal(a->net->layer[0].W[Q_F], b->net->layer[0].W[Q_F], 10 * sizeof(float));
    must_say(b->report, "layers[0].W_f  5 x 2");
    must_say(b->report, "a column a unit");
    must_say(a->report, "layers[0].W_f  2 x 5");
    must_say(a->report, "a row a unit");
    model_free(a);
    model_free(b);
    free(text);
}

static void a_model_may_take_vectors(void **state)
{
    (void)state;
    static const char text[] =
        "{\"layers\": [{\"W_f\": [[1, 2, 3]], \"b_f\": [0], \"W_i\": [[1], [2], [3]], \"b_i\": [0], \"W_g\": [[1, 2, "
        "3]], \"b_g\": [0],\"W_o\": [[1, 2, 3]], \"b_o\": [0]}], \"inputs\": [[0.5, 1], [2, 3]], \"output\": {\"W\": "
        "[[1], [2]], \"labels\": [\"up\", null]},\"expected\": {\"C\": [[1], [2]]}}";
    struct model *m = load(text);
    char buf[16];
    assert_null(m->vocab);
    assert_true(m->net->embed == 2 && m->net->vocab == 0 && m->input_steps == 2 && m->inputs[3] == 3);
    assert_string_equal(m->name, "F");
    assert_string_equal(model_label(m, 0, buf), "up");
    assert_string_equal(model_label(m, 1, buf), "#1");
    assert_true(m->net->layer[0].W[Q_I][2] == 3);
    assert_int_equal(m->expected->steps, 2);
    assert_null(m->expected->h);
    model_free(m);
    char *bare = changed(text, "\"inputs\": [[0.5, 1], [2, 3]], ", "");
    char *alone = changed(bare, ",\"expected\": {\"C\": [[1], [2]]}", "");
    m = load(alone);
    assert_int_equal(m->net->embed, 2);
    assert_int_equal(m->input_steps, 0);
    model_free(m);
    free(bare);
    free(alone);
    CHANGES(text, {"[[0.5, 1], [2, 3]]", "[[0.5, 1], [2]]", "F: inputs[1]: expected 2 numbers, found 1"},
            {"[2, 3]]", "[2, null]]", "F: inputs[1][1]: expected a finite number, found null"},
            {"[[0.5, 1], [2, 3]]", "[[0.5], [2]]", "F: layers[0].W_f[0]: expected 2 numbers, found 3"},
            {"[[1], [2]], \"labels\"", "[[1], [2, 3]], \"labels\"", "F: output.W[1]: expected 1 number, found 2"},
            {"\"inputs\"", "\"sequence\": [\"a\"], \"inputs\"", "F: sequence: there are tokens but no vocabulary"});
}

static void layers_feed_one_another(void **state)
{
    (void)state;
    char *two = changed(native, "null]}],",
                        "null]}, {\"W_f\": [[1, 2, 3]], \"b_f\": [1], \"W_i\": [[1, 2, 3]], \"b_i\": [1], \"W_g\": "
                        "[[1, 2, 3]], \"b_g\": [1], "
                        "\"W_o\": [[1, 2, 3]], \"b_o\": [1]}],");
    refused_with(two, NULL, "F: output.W[0]: expected 1 number, found 2");
    char *head = changed(two, "[[1, 2], [3, 4], [5, 6]]", "[[1], [3], [5]]");
    refused_with(head, NULL, "F: initial: expected an array of 2, one object for each layer, found an array of 1");
    char *initial = changed(head, "\"initial\": [{\"h\": [0.25, 0.5], \"C\": [6, 8]}],",
                            "\"initial\": [{\"h\": [0.25, 0.5]}, {\"C\": [3]}],");
    char *expected = changed(initial, "\"h\": [[0.1, 0.2]], \"C\": [[1, 2]]", "\"h\": [[0.1]]");
    struct model *m = load(expected);
    assert_true(m->net->layers == 2 && m->net->layer[1].in == 2 && lstm_top(m->net) == 1 && m->net->c0[1][0] == 3
                && m->net->c0[0][0] == 0);
    model_free(m);
    free(two);
    free(head);
    free(initial);
    free(expected);
}

static void a_wrong_native_file_is_told_the_exact_place(void **state)
{
    (void)state;
    CHANGES(native,
        {"[1, 2, 3, 4, 5]", "[1, 2, 3, 4]", "F: layers[0].W_f[0]: expected 5 numbers, found 4"},
        {"9, 10]]", "9, 10, 11]]", "F: layers[0].W_f[1]: expected 5 numbers, found 6"},
        {"9, 10]]", "9, \"x\"]]", "F: layers[0].W_f[1][4]: expected a finite number, found \"x\""},
        {"9, 10]]", "9, null]]", "F: layers[0].W_f[1][4]: expected a finite number, found null"},
        {"9, 10]]", "9, 1e999]]", "F: layers[0].W_f[1][4]: expected a finite number within float range, found 1e999"},
        {"9, 10]]", "9, -1e308]]", "F: layers[0].W_f[1][4]: expected a finite number within float range, found -1e308"},
        {"9, 10]]", "9, NaN]]", "F: layers[0].W_f[1][4]: expected a finite number within float range, found NaN"},
        {"[[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]", "[[1, 2, 3], [4, 5, 6], [7, 8, 9]]",
         "F: layers[0].W_f: expected 2 x 5 or 5 x 2 numbers, found an array of 3 x 3 numbers"},
        {"[[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]", "[]",
         "F: layers[0].W_f: expected 2 x 5 or 5 x 2 numbers, found an empty array"},
        {"[[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]", "\"12\"",
         "F: layers[0].W_f: expected 2 x 5 or 5 x 2 numbers, found \"12\""},
        {"[[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]", "null",
         "F: layers[0].W_f: expected 2 x 5 or 5 x 2 numbers, found null"},
        {"\"W_i\": [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0]], ", "", "F: layers[0]: expected the key \"W_i\", found none"},
        {"\"b_o\": [9, 8], ", "", "F: layers[0]: expected the key \"b_o\", found none"},
        {"[9, 8]", "[9, 8, 7]", "F: layers[0].b_o: expected 2 numbers, found 3"},
        {"[0.5, -0.5]", "[0.5]", "F: layers[0].b_f: expected 2 numbers, found 1"},
        {"[0.5, -0.5]", "[[0.5, -0.5]]",
         "F: layers[0].b_f: expected one number for each unit, found an array of 1 x 2 numbers"},
        {"[0.5, -0.5]", "0.5", "F: layers[0].b_f: expected an array of numbers, found 0.5"},
        {"\"unit_names\": [\"gender\", null]", "\"unit_names\": [\"gender\"]",
         "F: layers[0].unit_names: expected 2 strings, found 1"},
        {"\"unit_names\": [\"gender\", null]", "\"unit_names\": [1, 2]",
         "F: layers[0].unit_names: expected an array of 2 strings, found an array of 2 numbers"},
        {"\"unit_names\"", "\"names\"", "F: layers[0]: unknown key \"names\"; the keys here are W_f"},
        {"\"about\"", "\"abuot\"", "F: unknown key \"abuot\"; the keys here are format, name"},
        {"hand-set", "guessed", "F: provenance: expected \"trained\", \"hand-set\" or \"imported\", found \"guessed\""},
        {"\"name\": \"small\"", "\"name\": 5", "F: name: expected a string, found 5"},
        {"\"name\": \"small\"", "\"name\": \"small\", \"name\": \"big\"", "the key \"name\" is there twice"},
        {"[-1, 1e-3, 2.5]]", "[-1, 1e-3]]", "F: embedding[2]: expected 3 numbers, found 2"},
        {", [-1, 1e-3, 2.5]]", "]", "F: embedding: expected 3 rows of numbers, one for each token of the vocabulary, "
         "found an array of 2 x 3 numbers"},
        {"\"embedding\": [[0, 0, 0], [0.1, 0.2, 0.3], [-1, 1e-3, 2.5]],", "",
         "F: expected the key \"embedding\" beside \"vocabulary\""},
        {"[[0, 0, 0], [0.1, 0.2, 0.3], [-1, 1e-3, 2.5]]", "[[], [], []]",
         "F: embedding: expected numbers, found only empty arrays"},
        {"[7, 8, 9]", "[7, 8]", "F: output.b: expected 3 numbers, found 2"},
        {"[[1, 2], [3, 4], [5, 6]]", "[]",
         "F: output.W: expected rows of 2 numbers, one for each output, found an empty array"},
        {"[[1, 2], [3, 4], [5, 6]]", "[[1, 2], [3, 4, 5], [5, 6]]", "F: output.W[1]: expected 2 numbers, found 3"},
        {"\"b\": [7, 8, 9]", "\"labels\": [\"a\", \"b\"]", "F: output.labels: expected 3 strings, found 2"},
        {"\"b\": [7, 8, 9]", "\"B\": [7]", "F: output: unknown key \"B\""},
        {"\"C\": [6, 8]}]", "\"C\": [6, 8, 9]}]", "F: initial[0].C: expected 2 numbers, found 3"},
        {"\"C\": [6, 8]}]", "\"k\": [6, 8]}]", "F: initial[0]: unknown key \"k\""},
        {"\"C\": [6, 8]}]", "\"C\": [1e39, 8]}]",
         "F: initial[0].C[0]: expected a finite number within float range, found 1e39"},
        {"[\"She\", \"dog\"]", "[\"She\", 5]", "F: sequence[1]: expected a string, found 5"},
        {"[\"She\", \"dog\"]", "\"She dog\"", "F: sequence: expected an array of tokens, found \"She dog\""},
        {"[\"She\", \"dog\"]", "[1, 2]", "F: sequence: expected an array of tokens, found an array of 2 numbers"},
        {"\"unknown\": \"<unk>\"", "\"unknown\": \"?\"", "expected the unknown token \"?\" among the tokens"},
        {"\"dog\"], \"unknown\"", "\"she\"], \"unknown\"",
         "F: vocabulary.tokens[2]: the token \"she\" is there already, at vocabulary.tokens[1]"},
        {"\"C\": [[1, 2]], \"tolerance\"", "\"C\": [[1, 2], [3, 4]], \"tolerance\"",
         "F: expected.C: expected 1 row of 2 numbers, found 2 rows"},
        {"\"h\": [[0.1, 0.2]], \"C\": [[1, 2]], ", "", "F: expected: expected \"h\" or \"C\", found neither"},
        {"1e-4", "-1", "F: expected.tolerance: expected a tolerance of at least 0, found -1"},
        {"1e-4", "1e999", "F: expected.tolerance: expected a finite number, found 1e999"},
        {"{\"seed\": 3, \"loss\": [1.50, 2]}", "3", "F: training: expected an object, found 3"},
        {"flstm-model/1", "flstm-model/2", "F: format: expected a model (\"flstm-model/1\" or one of native, pytorch"},
        {"flstm-model/1", "flstm-trace/1", "found \"flstm-trace/1\""},
        {"flstm-model/1", "tensorflow", "F: format: expected one of native, pytorch"},
        {"\"flstm-model/1\"", "1", "F: format: expected a string, found 1"});
}

static void sizes_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const struct { const char *text, *message; } bad[] = {
        {"{\"layers\": []}", "F: layers: expected an array of layers, found an empty array"},
        {"{\"layers\": [1]}", "F: layers: expected an array of layers, found an array of 1 number"},
        {"{\"layers\": {}}", "expected a model"},
        {"{\"format\": \"flstm-model/1\", \"layers\": 2}", "F: layers: expected an array of layers, found 2"},
        {"{\"layers\": [null]}", "F: layers[0]: expected an object, found null"},
        {"{\"format\": \"flstm-model/1\"}", "F: expected the key \"layers\", found none"},
        {"{\"layers\": [{\"W_f\": [], \"b_f\": [], \"W_i\": [], \"b_i\": [], \"W_g\": [], \"b_g\": [], \"W_o\": [], "
         "\"b_o\": []}]}", "F: layers[0].b_f: expected at least one unit, found 0 numbers"},
        {"{\"layers\": [{\"W_f\": [[1]], \"b_f\": [1], \"W_i\": [[1]], \"b_i\": [1], \"W_g\": [[1]], \"b_g\": [1], "
         "\"W_o\": [[1]], \"b_o\": [1]}]}", "F: layers[0].W_f: expected 1 row of more than 1 number"},
        {"[]", "F: expected a model"}, {"5", "F: expected an object, found 5"},
        {"{}", "F: expected a model: there is no key \"format\""}, {"", "F:1:1: not valid JSON: the text is empty"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        refused_with(bad[k].text, NULL, bad[k].message);
}

static void every_prefix_of_a_file_is_refused_in_one_line(void **state)
{
    (void)state;
    for (size_t n = 0; n + 1 < sizeof native - 1; n++) {
        struct err e = {{0}};
        assert_null(model_parse(native, n, "F", NULL, &e));
        must_say(e.text, "F:");
        must_say(e.text, "not valid JSON");
        assert_null(strchr(e.text, '\n'));
    }
}

static void subnormal_and_huge_weights_within_range_are_kept(void **state)
{
    (void)state;
    char *text = changed(native, "[0.5, -0.5]", "[1e-45, 3.4028234e38]");
    struct model *m = load(text);
    assert_true(m->net->layer[0].b[Q_F][0] == 1e-45f && m->net->layer[0].b[Q_F][1] == 3.4028234e38f);
    model_free(m);
    free(text);
}

static void text_from_a_file_cannot_reach_the_terminal_through_an_error(void **state)
{
    (void)state;
    char *text = changed(native, "\"dog\"],\n\"training\"", "\"\\u001b]52;c;eA==\\u0007\\u202e\"],\n\"training\"");
    char *strict = changed(text, "\"unknown\": \"<unk>\", ", "");
    refused_with(strict, NULL, "F: sequence: token 2 \"<0x1B>]52;c;eA==<0x07><U+202E>\" is not in the vocabulary");
    free(text);
    free(strict);
}

/* ---- PyTorch ---- */

/* The reference case `one` (H 1, E 1): a dump of PyTorch, and the gates PyTorch computed at its first step (token
 * w2). */
static const char one[] =
    "{\"embedding.weight\":[[0.0424546897],[0.0203547031],[-1.03083241]],\"lstm.weight_ih_l0\":[[-0.272937208],[-1."
    "38137484],[-0.617290199],[0.227521911]],\"lstm.weight_hh_l0\":[[1.5009563],[0.176692635],[0.435919493],[-0."
    "740599215]],\"lstm.bias_ih_l0\":[0.392000705,-0.168029234,0.0927978382,-0.0208067913],\"lstm.bias_hh_l0\":[-0."
    "362742335,0.0490289479,0.378193974,0.132763922],\"decoder.weight\":[[-1.18466711],[-2.14344597],[-0.980417669]],"
    "\"decoder.bias\":[-0.447770447,-0.00273327646,0.123079993]}";
static const float one_gates[Q_COUNT] = {0.78666951f,  0.577034366f, 0.803111079f,
                                         0.469393357f, 0.463422692f, 0.203186156f};

static char temporary[512];

static const char *temporary_file(const char *text)
{
    const char *dir = getenv("TMPDIR");
    snprintf(temporary, sizeof temporary, "%s/flstm-model-%ld.json", dir && *dir ? dir : "/tmp", (long)getpid());
    struct err e = {{0}};
    if (!file_write(temporary, text, strlen(text), &e))
        fail_msg("%s", e.text);
    return temporary;
}

static struct model *load_dump(const char *text, const char *vocab, struct err *e)
{
    struct model_options o = {.vocab = temporary_file(vocab), .tokenizer = -1};
    struct model *m = model_parse(text, strlen(text), "F", &o, e);
    unlink(temporary);
    return m;
}

static void dump_refused(const char *text, const char *vocab, const char *message)
{
    struct err e = {{0}};
    if (load_dump(text, vocab, &e))
        fail_msg("accepted, expected %s", message);
    must_say(e.text, message);
}

static const char one_vocab[] = "[\"w0\", \"w1\", \"w2\"]";

static void a_bare_dump_of_pytorch_computes_what_pytorch_computes(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct model *m = load_dump(one, one_vocab, &e);
    if (!m)
        fail_msg("%s", e.text);
    assert_string_equal(m->format, "pytorch");
    assert_int_equal(m->provenance, PROVENANCE_IMPORTED);
    const struct lstm_layer *l = &m->net->layer[0];
    assert_true(l->W[Q_I][0] == 1.5009563f && l->W[Q_I][1] == -0.272937208f && l->W[Q_F][0] == 0.176692635f
                && l->W[Q_G][1] == -0.617290199f && l->W[Q_O][0] == -0.740599215f);
    assert_true(l->b[Q_F][0] == -0.168029234f + 0.0490289479f && l->b2[Q_F][0] == 0.0490289479f);
    assert_int_equal(lstm_parameters(m->net), 3 + 4 + 4 + 4 + 4 + 3 + 3);
    struct trace *tr = trace_new(m->net, 1);
    const float *x = m->net->embedding + 2;
    lstm_run(m->net, &x, 0, NULL, 0, tr);
    for (int q = 0; q < Q_COUNT; q++)
        assert_true(fabsf(trace_row(tr, 0, (enum quantity)q, 1)[0] - one_gates[q]) < 1e-6f);
    trace_free(tr);
    model_free(m);
}

static void the_report_tells_what_every_tensor_became(void **state)
{
    (void)state;
    struct err e = {{0}};
    char *text = changed(one, "\"decoder.bias\"",
                         "\"step\": 7, \"config\": \"x\\u001b\", \"bn.running_mean\": [1, 2], \"decoder.bias\"");
    struct model *m = load_dump(text, one_vocab, &e);
    if (!m)
        fail_msg("%s", e.text);
    must_say(m->report, "pytorch: a bare dump (it has a tensor weight_ih_l0), gate order i f g o");
    must_say(m->report, "lstm.weight_hh_l0  4 x 1     the columns of h; rows 0..0 i, 1..1 f, 2..2 g, 3..3 o");
    must_say(m->report, "lstm.bias_hh_l0    4         bias, added to the other one");
    must_say(m->report, "bn.running_mean    2         not used");
    must_say(m->report, "step               1 number  not needed");
    must_say(m->report, "embedding.weight   3 x 1     embedding, a row for each token");
    must_say(m->report, "vocabulary   3 words, no unknown token");
    must_say(m->report, "parameters   25");
    for (const char *p = m->report; *p; p++)
        assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
    model_free(m);
    free(text);
}

static void a_wrapper_brings_its_own_vocabulary_and_names(void **state)
{
    (void)state;
    static const char wrapped[] =
        "{\"format\": \"pytorch\", \"name\": \"wrapped\", \"vocabulary\": {\"kind\": \"char\", \"tokens\": [\"a\", "
        "\"b\"]}, \"sequence\": [\"b\", \"a\"],\n"
        "\"names\": {\"embedding\": \"E\", \"output_weight\": \"P\"}, \"tensors\": {\"E\": {\"shape\": [2, 1], "
        "\"data\": [1, 2]}, \"net.rnn.weight_ih_l0\": {\"shape\": [4, 1], \"data\": [1, 2, 3, 4]},\n"
        "\"net.rnn.weight_hh_l0\": [[5], [6], [7], [8]], \"P\": [[9], [10]], \"other\": [[[1, 1], [1, 1]], [[1, 1], "
        "[1, 1]]]}}";
    struct model *m = load(wrapped);
    assert_string_equal(m->name, "wrapped");
    assert_true(m->net->layer[0].W[Q_I][0] == 5 && m->net->layer[0].W[Q_F][1] == 2 && m->net->layer[0].W[Q_O][1] == 4);
    assert_true(m->net->layer[0].b[Q_F][0] == 0);
    assert_null(m->net->layer[0].b2[Q_F]);
    assert_true(m->net->embedding[1] == 2 && m->net->out_W[1] == 10 && m->net->out_b[1] == 0 && m->net->outputs == 2);
    assert_true(m->sequence.n == 2 && m->sequence.id[0] == 1);
    must_say(m->report, "no bias");
    must_say(m->report, "other                 2 x 2 x 2  not used");
    model_free(m);
    CHANGES(wrapped,
        {"\"shape\": [2, 1]", "\"shape\": [2, 2]", "F: tensors.E.data: expected 4 numbers, as the shape says, found 2"},
        {"\"shape\": [2, 1]", "\"shape\": [2, 0]", "F: tensors.E.shape[1]: expected a whole number from 1 up, found 0"},
        {"\"shape\": [2, 1]", "\"shape\": [2, -1]",
         "F: tensors.E.shape[1]: expected a whole number from 1 up, found -1"},
        {"\"shape\": [2, 1]", "\"shape\": [2, 2.5]",
         "F: tensors.E.shape[1]: expected a whole number from 1 up, found 2.5"},
        {"\"shape\": [2, 1]", "\"shape\": \"12\"",
         "F: tensors.E.shape: expected an array of whole numbers, found \"12\""},
        {"\"shape\": [2, 1]", "\"shape\": [2147483647, 2147483647]",
         "F: tensors.E.data: expected 4611686014132420609 numbers, as the shape says, found 2"},
        {"\"shape\": [2, 1]", "\"shape\": [2147483647, 2147483647, 2147483647, 2147483647]",
         "F: tensors.E.shape: expected a size that memory can hold"},
        {"\"shape\": [2, 1]", "\"shape\": [1, 1, 1, 1, 2]",
         "F: tensors.E: expected any x any numbers, found 1 x 1 x 1 x 1 x 2"},
        {"\"shape\": [2, 1]", "\"shape\": []", "F: tensors.E.shape: expected 1 to 8 sizes, found 0"},
        {"\"shape\": [2, 1], ", "", "F: tensors.E: expected the key \"shape\", found none"},
        {"\"data\": [1, 2]", "\"data\": [[1], [2]]", "F: tensors.E.data: expected a flat array of 2 numbers"},
        {"\"data\": [1, 2]}", "\"data\": [1, \"2\"]}", "F: tensors.E.data[1]: expected a finite number, found \"2\""},
        {"[5], [6]", "[5], [1e999]", "F: tensors.net.rnn.weight_hh_l0[1][0]: expected a finite number within float "
         "range, found 1e999"},
        {"\"E\", \"output_weight\"", "\"X\", \"output_weight\"",
         "F: names.embedding: expected the name of one of the tensors, found \"X\""},
        {"\"output_weight\"", "\"output\"",
         "F: names: unknown key \"output\"; the keys here are lstm, embedding, output_weight"},
        {"\"name\"", "\"nmae\"", "F: unknown key \"nmae\""},
        {"\"tensors\"", "\"_tensors\"", "F: expected the key \"tensors\", found none"},
        {"\"pytorch\"", "\"mystery\"", "F: format: expected one of native, pytorch"},
        {"[\"a\", \"b\"]", "[\"a\", \"b\", \"c\"]",
         "F: tensors.E: expected 3 rows, one for each token of the vocabulary, found 2"});
    struct err e = {{0}};
    assert_null(load_dump(wrapped, "[\"a\", \"b\"]", &e));
    must_say(e.text, "F: vocabulary: the file has its own vocabulary, so that --vocab cannot be given too");
}

static void a_dump_that_is_something_else_is_told_what(void **state)
{
    (void)state;
    static const struct change bad[] = {
        {"\"decoder.weight\"", "\"lstm.weight_ih_l0_reverse\": [[1]], \"decoder.weight\"",
         "F: expected the tensor \"lstm.weight_hh_l0_reverse\" beside \"lstm."},
        {"\"decoder.weight\"", "\"lstm.weight_hr_l0\": [[1, 2]], \"decoder.weight\"",
         "F: lstm.weight_hr_l0: expected 1 x 1 numbers, found 1 x 2"},
        {"\"decoder.weight\"", "\"lstm.peephole_f\": [1], \"decoder.weight\"",
         "F: lstm.peephole_f: expected 3 numbers, found 1"},
        {"\"decoder.weight\"", "\"lstm.peephole_matrix\": [1], \"decoder.weight\"",
         "F: lstm.peephole_matrix: a peephole of another form"},
        {"[[1.5009563],[0.176692635],[0.435919493],[-0.740599215]]", "[[1],[2],[3]]",
         "F: lstm.weight_hh_l0: 3 x 1 numbers are a GRU"},
        {"[[1.5009563],[0.176692635],[0.435919493],[-0.740599215]]", "[[1]]",
         "F: lstm.weight_hh_l0: 1 x 1 numbers are a plain RNN"},
        {"[[1.5009563],[0.176692635],[0.435919493],[-0.740599215]]", "[[1],[2],[3],[4],[5]]",
         "F: lstm.weight_hh_l0: expected 4 blocks (i f g o) of 1 rows, 4 x 1 numbers, found 5 x 1"},
        {"[[-0.272937208],[-1.38137484],[-0.617290199],[0.227521911]]", "[[1],[2],[3]]",
         "F: lstm.weight_ih_l0: expected 4 x any numbers, found 3 x 1"},
        {"[0.392000705,-0.168029234,0.0927978382,-0.0208067913]", "[1,2,3]",
         "F: lstm.bias_ih_l0: expected 4 numbers, found 3"},
        {"\"lstm.bias_hh_l0\"", "\"other\"",
         "F: expected the tensor \"lstm.bias_hh_l0\" beside \"lstm.weight_ih_l0\", found none"},
        {"\"lstm.weight_hh_l0\"", "\"other\"",
         "F: expected the tensor \"lstm.weight_hh_l0\" beside \"lstm.weight_ih_l0\", found none of that name"},
        {"\"decoder.weight\"", "\"lstm.weight_ih_l2\": [[1]], \"decoder.weight\"",
         "F: expected layers numbered without gaps, found none of layer 1 beside \"lstm.weight_ih_l2\""},
        {"\"decoder.weight\"", "\"lstm.weight_ih_l999999999999999999999\": [[1]], \"decoder.weight\"",
         "expected layer numbers without gaps"},
        {"\"decoder.weight\"", "\"lstm.weight_ih_l00\": [[1]], \"decoder.weight\"",
         "\"lstm.weight_ih_l0\" and \"lstm.weight_ih_l00\" are the same part"},
        {"\"decoder.weight\"", "\"dec.weight_ih_l0\": [[1]], \"decoder.weight\"",
         "F: there are two LSTMs, \"lstm.weight_ih_l0\" and \"dec.weight_ih_l0\""},
        {"\"decoder.weight\"", "\"emb.weight\": [[1]], \"decoder.weight\"",
         "F: the embedding could be \"embedding.weight\" or \"emb.weight\""},
        {"\"decoder.weight\"", "\"model.fc.weight\": [[1]], \"decoder.weight\"",
         "F: the output head could be \"model.fc.weight\" or \"decoder.weight\""},
        {"[[-1.18466711],[-2.14344597],[-0.980417669]]", "[[1, 2]]",
         "F: decoder.weight: expected any x 1 numbers, found 1 x 2"},
        {"[-0.447770447,-0.00273327646,0.123079993]", "[1, 2]", "F: decoder.bias: expected 3 numbers, found 2"},
        {"[[0.0424546897],[0.0203547031],[-1.03083241]]", "[[1, 2], [3, 4], [5, 6]]",
         "F: embedding.weight: its rows are of 2 numbers, the LSTM reads 1, and no Linear"},
        {"[[0.0424546897],[0.0203547031],[-1.03083241]]", "[[1], [3, 4], [5]]",
         "F: embedding.weight[1]: expected 1 number, found 2"},
        {"\"embedding.weight\"", "\"something.weight\"", "F: there is a vocabulary but no embedding"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        char *text = changed(one, bad[k].from, bad[k].to);
        dump_refused(text, one_vocab, bad[k].message);
        free(text);
    }
    dump_refused(one, "[\"a\", \"b\"]",
                 "F: embedding.weight: expected 2 rows, one for each token of the vocabulary, found 3");
    dump_refused(one, "{\"a\": 0, \"b\": 1, \"c\": 3}", "have the indexes 0 to 2, each once, found 3");
    dump_refused(one, "{\"a\": 0, \"b\": 1, \"c\": -1}", "found -1");
    refused_with(one, NULL, "F: embedding.weight: its 3 rows are tokens without names; --vocab FILE gives them");
}

static void names_choose_between_two_lstms(void **state)
{
    (void)state;
    static const char text[] =
        "{\"format\": \"pytorch\", \"names\": {\"lstm\": \"dec\"}, \"tensors\": {\"enc.weight_ih_l0\": [[1], [1], "
        "[1], [1]], \"enc.weight_hh_l0\": [[1], [1], [1], [1]],\"enc.weight_ih_l0_reverse\": [[1], [1], [1], [1]], "
        "\"dec.weight_ih_l0\": [[1], [2], [3], [4]], \"dec.weight_hh_l0\": [[5], [6], [7], [8]]}}";
    struct model *m = load(text);
    assert_true(m->net->layer[0].W[Q_F][0] == 6 && m->net->layer[0].W[Q_F][1] == 2);
    must_say(m->report, "enc.weight_ih_l0          4 x 1  not used");
    model_free(m);
    CHANGES(text, {"\"names\": {\"lstm\": \"dec\"}, ", "", "F: there are two LSTMs, \"enc.weight_ih_l0\""},
            {"\"dec\"", "\"enc\"", "F: expected the tensor \"enc.weight_hh_l0_reverse\" beside \"enc."},
            {"\"dec\"", "\"other\"", "F: there are no tensors other.weight_ih_l0"},
            {"\"dec\"", "5", "F: names.lstm: expected a string, found 5"});
}

static void a_cell_and_a_headless_dump_are_read(void **state)
{
    (void)state;
    struct model *m =
        load("{\"cell.weight_ih\": [[1, 2], [1, 2], [1, 2], [1, 2]], \"cell.weight_hh\": [[5], [6], [7], [8]]}");
    assert_true(m->net->layers == 1 && m->net->embed == 2 && m->net->outputs == 0 && m->net->layer[0].W[Q_F][0] == 6);
    must_say(m->report, "inputs       vectors of 2 numbers");
    must_say(m->report, "head         none: there are no predictions");
    model_free(m);
}

static void the_format_option_must_be_known_and_agree(void **state)
{
    (void)state;
    struct model_options o = {.format = "caffe", .tokenizer = -1};
    refused_with(native, &o, "F: --format: expected one of native, pytorch");
    o.format = "pytorch";
    refused_with(native, &o, "F: format: the file says \"flstm-model/1\", --format says \"pytorch\"");
    refused_with("{\"a\": [1]}", &o, "F: expected tensors named as torch.nn.LSTM does");
    refused_with(
        "{\"layers\": [{}], \"lstm.weight_ih_l0\": [[1]]}", NULL,
        "F: it could be native (it has \"layers\") or pytorch (it has a tensor weight_ih_l0); --format says which");
    o.format = "native";
    struct model *m = model_parse(native, strlen(native), "F", &o, NULL);
    assert_non_null(m);
    model_free(m);
    for (int k = 0; k < dialect_count; k++) {
        assert_ptr_equal(dialect_find(dialects[k].name), &dialects[k]);
        assert_true(strlen(dialects[k].help) > 10);
    }
    assert_null(dialect_find("no such"));
}

static void the_tokenizer_option_overrides_the_vocabulary(void **state)
{
    (void)state;
    struct model_options o = {.tokenizer = VOCAB_CHAR};
    struct model *m = model_parse(native, strlen(native), "F", &o, NULL);
    assert_non_null(m);
    assert_int_equal(m->vocab->kind, VOCAB_CHAR);
    model_free(m);
}

/* ---- written and read again ---- */

static void same(const struct model *a, const struct model *b)
{
    const struct lstm *x = a->net, *y = b->net;
    assert_true(x->layers == y->layers && x->vocab == y->vocab && x->embed == y->embed && x->outputs == y->outputs);
    for (int l = 0; l < x->layers; l++) {
        size_t H = (size_t)x->layer[l].hidden;
        assert_int_equal(H, y->layer[l].hidden);
        for (int q = 0; q < GATES; q++) {
            assert_memory_equal(x->layer[l].W[q], y->layer[l].W[q], H * (H + (size_t)x->layer[l].in) * sizeof(float));
            assert_memory_equal(x->layer[l].b[q], y->layer[l].b[q], H * sizeof(float));
        }
        assert_memory_equal(x->h0[l], y->h0[l], H * sizeof(float));
        assert_memory_equal(x->c0[l], y->c0[l], H * sizeof(float));
        for (size_t u = 0; u < H; u++)
            assert_true(!a->unit_name[l][u] == !b->unit_name[l][u]
                        && (!a->unit_name[l][u] || !strcmp(a->unit_name[l][u], b->unit_name[l][u])));
    }
    if (x->embedding)
        assert_memory_equal(x->embedding, y->embedding, (size_t)x->vocab * (size_t)x->embed * sizeof(float));
    if (x->outputs)
        assert_memory_equal(x->out_W, y->out_W, (size_t)x->outputs * (size_t)lstm_top(x) * sizeof(float));
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->about, b->about);
    assert_int_equal(a->provenance, b->provenance);
    assert_int_equal(a->sequence.n, b->sequence.n);
    assert_true(!a->training == !b->training && (!a->training || !strcmp(a->training, b->training)));
    assert_true(!a->expected == !b->expected && (!a->expected || a->expected->steps == b->expected->steps));
}

static void a_written_model_reads_back_bit_for_bit(void **state)
{
    (void)state;
    char *odd = changed(native, "[0.5, -0.5]", "[1e-45, -0.0]");
    char *name = changed(odd, "\"small\"", "\"a \\\"b\\\" \\u001b \xC3\xA9\"");
    const char *const text[] = {native, odd, name};
    for (size_t k = 0; k < sizeof text / sizeof *text; k++) {
        struct str out = {0}, again = {0};
        struct model *a = load(text[k]);
        model_write(a, &out);
        struct model *b = load(out.s);
        same(a, b);
        model_write(b, &again);
        assert_string_equal(out.s, again.s);
        model_free(a);
        model_free(b);
        str_free(&out);
        str_free(&again);
    }
    free(odd);
    free(name);
    struct err e = {{0}};
    struct str out = {0};
    struct model *a = load_dump(one, one_vocab, &e);
    model_write(a, &out);
    struct model *b = load(out.s);
    same(a, b);
    assert_string_equal(b->format, "native");
    model_free(a);
    model_free(b);
    str_free(&out);
}

static void every_built_in_model_loads_and_an_absent_one_is_named(void **state)
{
    (void)state;
    struct err e = {{0}};
    assert_null(model_builtin("no-such-model", &e));
    must_say(e.text, "no-such-model: there is no built-in model of that name");
    assert_null(model_builtin("../../etc/passwd", &e));
    for (size_t k = 0; k < builtin_count; k++) {
        char name[128];
        size_t n = strlen(builtins[k].path);
        if (strncmp(builtins[k].path, "data/models/", 12) != 0 || n < 18)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(n - 17), builtins[k].path + 12);
        struct model *m = model_builtin(name, &e);
        if (!m)
            fail_msg("%s", e.text);
        assert_string_equal(m->source, "built-in");
        model_free(m);
    }
}

static void absent_files_and_folders_are_named(void **state)
{
    (void)state;
    struct err e = {{0}};
    assert_null(model_load("no-such-dir/model.json", NULL, &e));
    must_say(e.text, "no-such-dir/model.json: cannot open");
    assert_null(model_load("/", NULL, &e));
    must_say(e.text, "/: expected a file, found a directory");
    struct model_options o = {.vocab = "-", .tokenizer = -1};
    assert_null(model_load("-", &o, &e));
    must_say(e.text, "standard input: the model and --vocab cannot both");
    struct model *m = model_load(temporary_file(native), NULL, &e);
    assert_non_null(m);
    assert_string_equal(m->source, temporary);
    unlink(temporary);
    model_free(m);
}

/* ---- the reference models ---- */

/* Every gate, C and h of every layer and step against what PyTorch computed. */
static void compare(const struct model *m, const char *expected_path)
{
    static const char *const key[Q_COUNT] = {"f", "i", "g", "o", "c", "h"};
    struct err e = {{0}};
    struct json *j = json_read(expected_path, &e);
    if (!j)
        fail_msg("%s", e.text);
    struct json_at top = json_top(j), at, layer, step, value;
    const char *text;
    struct tokens t;
    assert_true(json_need(&top, "text", &at, &e) && json_string(&at, &text, &e));
    if (!vocab_tokenise(m->vocab, text, "text", &t, &e))
        fail_msg("%s", e.text);
    const float **x = calloc((size_t)t.n, sizeof *x);
    for (int k = 0; k < t.n; k++)
        x[k] = m->net->embedding + (size_t)t.id[k] * (size_t)m->net->embed;
    struct trace *tr = trace_new(m->net, t.n);
    lstm_run(m->net, x, 0, NULL, 0, tr);
    assert_true(json_need(&top, "layers", &at, &e));
    assert_int_equal(json_length(&at), m->net->layers);
    struct json_iter layers = json_iter(&at);
    double worst = 0;
    for (int l = 0; json_next(&layers, NULL, &layer); l++) {
        struct json_iter steps = json_iter(&layer);
        assert_int_equal(json_length(&layer), t.n);
        for (int s = 1; json_next(&steps, NULL, &step); s++) {
            for (int q = 0; q < Q_COUNT; q++) {
                const float *v;
                size_t H = (size_t)m->net->layer[l].hidden;
                assert_true(json_need(&step, key[q], &value, &e) && json_vector(&value, H, &v, &e));
                for (size_t u = 0; u < H; u++) {
                    double scale = q == Q_C ? fmax(1, fabs((double)v[u])) * 10 : 1;
                    worst = fmax(worst, fabs((double)v[u] - (double)trace_row(tr, l, (enum quantity)q, s)[u]) / scale);
                }
            }
        }
    }
    if (!(worst <= 1e-5))
        fail_msg("%s: differs by %g", expected_path, worst);
    trace_free(tr);
    free(x);
    tokens_clear(&t);
    json_free(j);
}

static void is_what_pytorch_computed(const char *dir, const char *name)
{
    static const struct { const char *name; int layers, hidden, embed, vocab; } reference[] = {
        {"tiny", 1, 3, 4, 5}, {"saturated", 1, 3, 4, 6}, {"two", 2, 7, 5, 9}, {"deep", 3, 10, 6, 7},
        {"wide", 1, 64, 16, 12},
        {"one", 1, 1, 1, 3}, {"darwin", 2, 128, 128, 100},
    };
    size_t k = 0;
    while (strcmp(reference[k].name, name) != 0)
        k++;
    char path[512], vocab[512], expected[512];
    struct err e = {{0}};
    snprintf(path, sizeof path, "%s/%s.pytorch.json", dir, name);
    snprintf(vocab, sizeof vocab, "%s/%s.vocab.json", dir, name);
    snprintf(expected, sizeof expected, "%s/%s.expected.json", dir, name);
    struct model_options o = {.vocab = vocab, .tokenizer = -1};
    struct model *m = model_load(path, &o, &e);
    if (!m)
        fail_msg("%s", e.text);
    assert_int_equal(m->net->layers, reference[k].layers);
    assert_int_equal(m->net->embed, reference[k].embed);
    assert_int_equal(m->net->vocab, reference[k].vocab);
    assert_int_equal(lstm_top(m->net), reference[k].hidden);
    assert_int_equal(m->net->outputs, reference[k].vocab);
    assert_int_equal(m->vocab->kind, strcmp(name, "darwin") == 0 ? VOCAB_CHAR : VOCAB_WORD);
    compare(m, expected);
    model_free(m);
}

static void the_reference_models_compute_what_pytorch_computed(void **state)
{
    (void)state;
    if (!torch_each(is_what_pytorch_computed) || !torch_darwin(is_what_pytorch_computed))
        skip_because(TORCH_MISSING " (the case `one` is checked from this file)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_of_vectors_says_what_does_not_fit_it),
        cmocka_unit_test(what_a_file_expects_is_read_for_each_step_or_for_the_last),
        cmocka_unit_test(a_native_file_is_read_whole),
        cmocka_unit_test(weights_may_be_written_in_either_orientation),
        cmocka_unit_test(a_model_may_take_vectors),
        cmocka_unit_test(layers_feed_one_another),
        cmocka_unit_test(a_wrong_native_file_is_told_the_exact_place),
        cmocka_unit_test(sizes_that_cannot_be_are_refused),
        cmocka_unit_test(every_prefix_of_a_file_is_refused_in_one_line),
        cmocka_unit_test(subnormal_and_huge_weights_within_range_are_kept),
        cmocka_unit_test(text_from_a_file_cannot_reach_the_terminal_through_an_error),
        cmocka_unit_test(a_bare_dump_of_pytorch_computes_what_pytorch_computes),
        cmocka_unit_test(the_report_tells_what_every_tensor_became),
        cmocka_unit_test(a_wrapper_brings_its_own_vocabulary_and_names),
        cmocka_unit_test(a_dump_that_is_something_else_is_told_what),
        cmocka_unit_test(names_choose_between_two_lstms),
        cmocka_unit_test(a_cell_and_a_headless_dump_are_read),
        cmocka_unit_test(the_format_option_must_be_known_and_agree),
        cmocka_unit_test(the_tokenizer_option_overrides_the_vocabulary),
        cmocka_unit_test(a_written_model_reads_back_bit_for_bit),
        cmocka_unit_test(every_built_in_model_loads_and_an_absent_one_is_named),
        cmocka_unit_test(absent_files_and_folders_are_named),
        cmocka_unit_test(the_reference_models_compute_what_pytorch_computed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
