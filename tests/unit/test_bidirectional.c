/* Bidirectional LSTMs: what PyTorch's nn.LSTM(bidirectional=True) computed of this network of two layers, with a
 * Linear on top (1.13, float32), is computed here too, whatever the file calls it; and a layer that reads backward is
 * told as one that does. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/app.h"
#include "base/mem.h"
#include "import/import.h"
#include "model/fingerprint.h"
#include "model/proof.h"
#include "session/edit.h"
#include "session/session.h"
#include "support/models.h"
#include "support/refusal.h"
#include "views/anatomy.h"
#include "views/view.h"

enum { T = 5, H = 2 };

static const char words[] =
    "\"vocabulary\":{\"kind\":\"word\",\"tokens\":[\"the\",\"cat\",\"saw\",\"dog\"]},\"labels\":[\"A\","
    "\"B\"],\"sequence\":[\"the\",\"cat\",\"saw\",\"dog\",\"cat\"]";

static const char expected[] =
    "\"expected\":{\"h\":[[-0.053921364,-0.568867922,0.470761985,-0.147195756],[-0.052493151,"
    "-0.560215235,0.343301773,-0.159176737],[-0.061528098,-0.596838653,0.420515001,-0.121842243],"
    "[-0.056682795,-0.653202832,0.376624107,-0.076918997],[-0.053832002,-0.581047118,0.35750106,"
    "0.030463155]],\"output\":[[0.513746083,-2.927953005],[0.290673018,-2.958542824],[0.469531894,"
    "-2.902255058],[0.472525895,-2.871953964],[0.513467968,-2.702486277]]}";

static const char torch[] =
    "\"lstm.weight_ih_l0\":[[1.75,-0.5],[-0.75,1.875],[0,-0.25],[-0.75,1.125],[0.25,-0.625],[-0.75,0.25],"
    "[-0.875,-0.5],[0.25,-0.5]],\"lstm.weight_hh_l0\":[[-1.375,1.375],[-2,0.625],[0.875,0],[1,-0.875],"
    "[-0.25,0.375],[1.375,-1.375],[-0.375,-1.5],[0.75,0.125]],\"lstm.bias_ih_l0\":[0,-0.125,0.25,1.625,1,"
    "-0.375,0.625,-0.125],\"lstm.bias_hh_l0\":[-2,1.375,-1.125,-1.5,-1,-1,-1.875,0.125],"
    "\"lstm.weight_ih_l0_reverse\":[[-1.25,1.5],[0.875,-0.125],[-0.625,-0.5],[0.5,0.25],[1.375,-0.5],"
    "[0.5,0],[-0.5,1.5],[1,-0.5]],\"lstm.weight_hh_l0_reverse\":[[0,0.375],[-1.125,-0.5],[1.25,-0.625],"
    "[0.75,-1.125],[0.125,-0.5],[-0.375,1.625],[-0.875,0.375],[0.375,0.375]],"
    "\"lstm.bias_ih_l0_reverse\":[0.625,0.25,1.125,-2.5,-0.625,-0.5,0.25,-0.125],"
    "\"lstm.bias_hh_l0_reverse\":[0.75,1.5,-0.875,-0.25,0.125,-1.875,-0.125,-0.5],"
    "\"lstm.weight_ih_l1\":[[0.875,-0.75,0.375,-1.5],[-0.625,-0.375,-1.625,0],[0.75,-0.625,0.25,1.625],"
    "[0,-1,-0.5,0],[1,-0.75,0.375,1.25],[0.75,1.125,1,0.875],[0.75,0,0,0.625],[-2.25,-1.875,0.625,"
    "-1.125]],\"lstm.weight_hh_l1\":[[-0.875,0.75],[-1.25,1.125],[0.25,-0.25],[-0.875,-0.5],[-1.5,0.375],"
    "[-1.125,1.125],[0.375,0.375],[-0.375,-0.5]],\"lstm.bias_ih_l1\":[1.875,0.125,1.25,-1.25,-1.375,"
    "-0.375,-1.25,0.75],\"lstm.bias_hh_l1\":[-0.375,1.125,-1.375,-0.75,0.25,-0.5,-1,0.375],"
    "\"lstm.weight_ih_l1_reverse\":[[1.875,-0.375,0.5,0.125],[-0.375,0.75,0,-0.75],[-0.375,0.625,-0.625,"
    "1.25],[0.25,0.375,0,-2.375],[-0.25,-1,-0.75,2.375],[0.75,0.375,1.25,-1.125],[-0.375,-1.125,-1.125,"
    "0.5],[1.125,0.125,1,-0.375]],\"lstm.weight_hh_l1_reverse\":[[-1.25,-2.5],[-1.25,-0.625],[-1.75,"
    "-0.5],[0.75,-0.875],[1,1],[-1,-1],[-0.875,0],[-1,-0.5]],\"lstm.bias_ih_l1_reverse\":[2.25,0.125,"
    "-0.125,0,1.375,-0.375,0.75,0.125],\"lstm.bias_hh_l1_reverse\":[-1.75,0.75,-0.375,-0.25,1,0.125,0,"
    "-0.75]",
    around[] =
    "\"embedding.weight\":[[-0.25,-0.125],[-0.625,-2.5],[-1.375,-0.75],[0.625,1.625]],"
    "\"fc.weight\":[[0.25,-0.5,1.625,1],[-1,0.375,0.125,1.375]],\"fc.bias\":[-0.375,-2.625]";

/* The same numbers as an ONNX file has them (i o f c, both directions in one tensor) and as Keras does (i f c o, one
 * bias, forward_ and backward_). */
static const char onnx[] =
    "\"l0.W\":[[[1.75,-0.5],[-0.75,1.875],[-0.875,-0.5],[0.25,-0.5],[0,-0.25],[-0.75,1.125],[0.25,"
    "-0.625],[-0.75,0.25]],[[-1.25,1.5],[0.875,-0.125],[-0.5,1.5],[1,-0.5],[-0.625,-0.5],[0.5,0.25],"
    "[1.375,-0.5],[0.5,0]]],\"l0.R\":[[[-1.375,1.375],[-2,0.625],[-0.375,-1.5],[0.75,0.125],[0.875,0],[1,"
    "-0.875],[-0.25,0.375],[1.375,-1.375]],[[0,0.375],[-1.125,-0.5],[-0.875,0.375],[0.375,0.375],[1.25,"
    "-0.625],[0.75,-1.125],[0.125,-0.5],[-0.375,1.625]]],\"l0.B\":[[0,-0.125,0.625,-0.125,0.25,1.625,1,"
    "-0.375,-2,1.375,-1.875,0.125,-1.125,-1.5,-1,-1],[0.625,0.25,0.25,-0.125,1.125,-2.5,-0.625,-0.5,0.75,"
    "1.5,-0.125,-0.5,-0.875,-0.25,0.125,-1.875]],\"l1.W\":[[[0.875,-0.75,0.375,-1.5],[-0.625,-0.375,"
    "-1.625,0],[0.75,0,0,0.625],[-2.25,-1.875,0.625,-1.125],[0.75,-0.625,0.25,1.625],[0,-1,-0.5,0],[1,"
    "-0.75,0.375,1.25],[0.75,1.125,1,0.875]],[[1.875,-0.375,0.5,0.125],[-0.375,0.75,0,-0.75],[-0.375,"
    "-1.125,-1.125,0.5],[1.125,0.125,1,-0.375],[-0.375,0.625,-0.625,1.25],[0.25,0.375,0,-2.375],[-0.25,"
    "-1,-0.75,2.375],[0.75,0.375,1.25,-1.125]]],\"l1.R\":[[[-0.875,0.75],[-1.25,1.125],[0.375,0.375],"
    "[-0.375,-0.5],[0.25,-0.25],[-0.875,-0.5],[-1.5,0.375],[-1.125,1.125]],[[-1.25,-2.5],[-1.25,-0.625],"
    "[-0.875,0],[-1,-0.5],[-1.75,-0.5],[0.75,-0.875],[1,1],[-1,-1]]],\"l1.B\":[[1.875,0.125,-1.25,0.75,"
    "1.25,-1.25,-1.375,-0.375,-0.375,1.125,-1,0.375,-1.375,-0.75,0.25,-0.5],[2.25,0.125,0.75,0.125,"
    "-0.125,0,1.375,-0.375,-1.75,0.75,0,-0.75,-0.375,-0.25,1,0.125]]";
static const char keras[] =
    "\"bidirectional/forward_lstm/lstm_cell/kernel\":[[1.75,-0.75,0,-0.75,0.25,-0.75,-0.875,0.25],[-0.5,"
    "1.875,-0.25,1.125,-0.625,0.25,-0.5,-0.5]],"
    "\"bidirectional/forward_lstm/lstm_cell/recurrent_kernel\":[[-1.375,-2,0.875,1,-0.25,1.375,-0.375,"
    "0.75],[1.375,0.625,0,-0.875,0.375,-1.375,-1.5,0.125]],"
    "\"bidirectional/forward_lstm/lstm_cell/bias\":[-2,1.25,-0.875,0.125,0,-1.375,-1.25,0],"
    "\"bidirectional/backward_lstm/lstm_cell/kernel\":[[-1.25,0.875,-0.625,0.5,1.375,0.5,-0.5,1],[1.5,"
    "-0.125,-0.5,0.25,-0.5,0,1.5,-0.5]],\"bidirectional/backward_lstm/lstm_cell/recurrent_kernel\":[[0,"
    "-1.125,1.25,0.75,0.125,-0.375,-0.875,0.375],[0.375,-0.5,-0.625,-1.125,-0.5,1.625,0.375,0.375]],"
    "\"bidirectional/backward_lstm/lstm_cell/bias\":[1.375,1.75,0.25,-2.75,-0.5,-2.375,0.125,-0.625],"
    "\"bidirectional_1/forward_lstm_1/lstm_cell/kernel\":[[0.875,-0.625,0.75,0,1,0.75,0.75,-2.25],[-0.75,"
    "-0.375,-0.625,-1,-0.75,1.125,0,-1.875],[0.375,-1.625,0.25,-0.5,0.375,1,0,0.625],[-1.5,0,1.625,0,"
    "1.25,0.875,0.625,-1.125]],\"bidirectional_1/forward_lstm_1/lstm_cell/recurrent_kernel\":[[-0.875,"
    "-1.25,0.25,-0.875,-1.5,-1.125,0.375,-0.375],[0.75,1.125,-0.25,-0.5,0.375,1.125,0.375,-0.5]],"
    "\"bidirectional_1/forward_lstm_1/lstm_cell/bias\":[1.5,1.25,-0.125,-2,-1.125,-0.875,-2.25,1.125],"
    "\"bidirectional_1/backward_lstm_1/lstm_cell/kernel\":[[1.875,-0.375,-0.375,0.25,-0.25,0.75,-0.375,"
    "1.125],[-0.375,0.75,0.625,0.375,-1,0.375,-1.125,0.125],[0.5,0,-0.625,0,-0.75,1.25,-1.125,1],[0.125,"
    "-0.75,1.25,-2.375,2.375,-1.125,0.5,-0.375]],"
    "\"bidirectional_1/backward_lstm_1/lstm_cell/recurrent_kernel\":[[-1.25,-1.25,-1.75,0.75,1,-1,-0.875,"
    "-1],[-2.5,-0.625,-0.5,-0.875,1,-1,0,-0.5]],\"bidirectional_1/backward_lstm_1/lstm_cell/bias\":[0.5,"
    "0.875,-0.5,-0.25,2.375,-0.25,0.75,-0.625]";
static const char keras_around[] =
    "\"embedding/embeddings\":[[-0.25,-0.125],[-0.625,-2.5],[-1.375,-0.75],[0.625,1.625]],"
    "\"dense/kernel\":[[0.25,-1],[-0.5,0.375],[1.625,0.125],[1,1.375]],\"dense/bias\":[-0.375,-2.625]";

static struct model *read_as(const char *format, const char *tensors, const char *beside)
{
    char text[16384];
    struct err e = {""};
    int n = snprintf(text, sizeof text, "{\"format\":\"%s\",%s,%s,\"tensors\":{%s,%s}}", format, words, expected,
                     tensors, beside);
    assert_in_range(n, 1, sizeof text - 1);
    struct model *m = model_parse(text, (size_t)n, format, NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    return m;
}

static struct session *sitting(void)
{
    struct err e = {""};
    struct session *s = session_new(read_as("pytorch", torch, around), &e);
    assert_non_null(s);
    return s;
}

static void h_of_both_and_the_head_are_those_of_pytorch(void **state)
{
    (void)state;
    struct session *s = sitting();
    const struct proof *p = session_proof(s);
    assert_non_null(p);
    assert_true(p->within);
    assert_true(p->largest < 1e-6);
    assert_int_equal(session_reading(s), READING_PROVEN);
    session_free(s);
}

static void the_float64_engine_agrees_and_a_wrong_order_is_found(void **state)
{
    (void)state;
    char text[16384];
    struct err e = {""};
    struct reading_choice best[1];
    int tried;
    snprintf(text, sizeof text, "{\"format\":\"pytorch\",%s,%s,\"tensors\":{%s,%s}}", words, expected, torch, around);
    struct model_options o = MODEL_OPTIONS_NONE;
    o.order = "iogf";
    struct session *s = session_new(model_parse(text, strlen(text), "wrong", &o, &e), &e);
    assert_non_null(s);
    assert_false(session_proof(s)->within);
    assert_int_equal(proof_search(session_model(s), session_inputs(s), T, best, 1, &tried), 1);
    assert_string_equal(best[0].order, "ifgo");
    assert_true(best[0].score < 1e-6);
    session_free(s);
}

static void pytorch_onnx_and_keras_are_one_network(void **state)
{
    (void)state;
    struct model *a = read_as("pytorch", torch, around), *b = read_as("onnx-lstm", onnx, around),
                 *c = read_as("keras", keras, keras_around);
    assert_int_equal(fingerprint_model(a), fingerprint_model(b));
    assert_int_equal(fingerprint_model(a), fingerprint_model(c));
    model_free(a);
    model_free(b);
    model_free(c);
}

static void written_and_read_again_it_is_the_same(void **state)
{
    (void)state;
    struct err e = {""};
    struct model *a = read_as("pytorch", torch, around);
    struct str out = {0};
    model_write(a, &out);
    struct model *b = model_parse(out.s, out.len, "native", NULL, &e);
    assert_non_null(b);
    assert_int_equal(fingerprint_model(a), fingerprint_model(b));
    assert_true(b->net->bidirectional);
    str_free(&out);
    model_free(a);
    model_free(b);
}

/* The same run of both, bit for bit: every quantity of every layer and step. */
static void same_run(const struct model *a, const struct model *b)
{
    const float *x[T];
    struct trace *mine = trace_new(a->net, T), *other = trace_new(b->net, T);
    for (int t = 0; t < T; t++)
        x[t] = a->net->embedding + (size_t)((t * 3 + 1) % a->net->vocab * a->net->embed);
    lstm_run(a->net, x, 0, NULL, 0, mine);
    lstm_run(b->net, x, 0, NULL, 0, other);
    assert_int_equal(a->net->layers, b->net->layers);
    for (int l = 0; l < a->net->layers; l++)
        for (int q = 0; q < Q_COUNT; q++)
            for (int t = 0; t <= T; t++)
                assert_memory_equal(trace_row(mine, l, (enum quantity)q, t), trace_row(other, l, (enum quantity)q, t),
                                    (size_t)a->net->layer[l].hidden * sizeof(float));
    trace_free(mine);
    trace_free(other);
}

static void exported_to_safetensors_and_json_and_read_again_the_run_is_the_same(void **state)
{
    (void)state;
    static const char *const names[] = {"both.json", "both.safetensors"};
    struct model *a = read_as("pytorch", torch, around);
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        struct err e = {""};
        if (!model_export(a, bytes_path(names[k]), &e))
            fail_msg("%s", e.text);
        struct model *b = must_load(bytes_path(names[k]), NULL);
        assert_int_equal(fingerprint_model(a), fingerprint_model(b));
        assert_true(b->net->bidirectional && b->expected);
        same_run(a, b);
        model_free(b);
    }
    model_free(a);
}

/* Without the names: "a": [1], "b": [2] becomes [1], [2]. */
static void add_nameless(struct str *out, const char *p, const char *end)
{
    for (; p < end; p++)
        if (*p == '"')
            p = strchr(strchr(p + 1, '"'), ':');
        else
            str_addc(out, *p);
}

static void the_list_of_get_weights_is_read_with_both_directions(void **state)
{
    (void)state;
    struct err e = {""};
    struct str list = {0};
    const char *head = strstr(keras_around, "\"dense/kernel\"");
    str_add(&list, "{\"vocab\":[\"the\",\"cat\",\"saw\",\"dog\"],\"weights\":[");
    add_nameless(&list, keras_around, head);
    add_nameless(&list, keras, keras + strlen(keras));
    str_addc(&list, ',');
    add_nameless(&list, head, head + strlen(head));
    str_add(&list, "]}");
    struct model *a = read_as("keras", keras, keras_around), *b = model_parse(str_text(&list), list.len, "F", NULL, &e);
    if (!b)
        fail_msg("%s", e.text);
    assert_true(b->net->bidirectional);
    same_run(a, b);
    assert_memory_equal(a->net->out_W, b->net->out_W, 2 * 2 * H * sizeof(float));
    assert_memory_equal(a->net->out_b, b->net->out_b, 2 * sizeof(float));
    str_free(&list);
    model_free(a);
    model_free(b);
}

/* One unit in each direction of two layers; above them so many rows of a kernel. */
#define SMALL_BOTH(kernel, head)                                                                                       \
    "\"b/forward_lstm/kernel\":[[1,-2,0.5,3]],\"b/forward_lstm/recurrent_kernel\":[[0.5,1,-1,2]],"                     \
    "\"b/backward_lstm/kernel\":[[-1,1,2,0.25]],\"b/backward_lstm/recurrent_kernel\":[[1,0.5,-2,1]],"                  \
    "\"b_1/forward_lstm_1/kernel\":" kernel ",\"b_1/forward_lstm_1/recurrent_kernel\":[[0.5,1,-1,2]],"                 \
    "\"b_1/backward_lstm_1/kernel\":" kernel ",\"b_1/backward_lstm_1/recurrent_kernel\":[[0.25,1,-1,2]],"              \
    "\"dense/kernel\":" head ",\"dense/bias\":[1]"

static struct model *merging(const char *mode, const char *tensors, struct err *e)
{
    char text[2048];
    snprintf(text, sizeof text, "{\"format\":\"keras\",\"config\":{\"layers\":[{\"class_name\":\"Bidirectional\","
             "\"config\":{\"merge_mode\":%s}}]},\"tensors\":{%s}}", mode, tensors);
    return model_parse(text, strlen(text), "F", NULL, e);
}

/* W (h + h') is [W, W] [h, h'], and W (h + h') / 2 is [W/2, W/2] [h, h']. */
static void directions_that_are_added_are_read_as_merge_mode_says(void **state)
{
    (void)state;
    static const struct { const char *mode, *tensors, *beside; } k[] = {
        {"\"sum\"", SMALL_BOTH("[[1,2,3,4]]", "[[3]]"), SMALL_BOTH("[[1,2,3,4],[1,2,3,4]]", "[[3],[3]]")},
        {"\"ave\"", SMALL_BOTH("[[1,2,3,4]]", "[[3]]"), SMALL_BOTH("[[0.5,1,1.5,2],[0.5,1,1.5,2]]", "[[1.5],[1.5]]")},
        {"null", SMALL_BOTH("[[1,2,3,4],[5,6,7,8]]", "[[3],[4]]"), SMALL_BOTH("[[1,2,3,4],[5,6,7,8]]", "[[3],[4]]")},
    };
    for (size_t n = 0; n < sizeof k / sizeof *k; n++) {
        struct err e = {""};
        struct model *a = merging(k[n].mode, k[n].tensors, &e), *b = merging("\"concat\"", k[n].beside, &e);
        if (!a || !b)
            fail_msg("%s: %s", k[n].mode, e.text);
        assert_int_equal(a->net->outputs, 1);
        assert_int_equal(fingerprint_model(a), fingerprint_model(b));
        model_free(a);
        model_free(b);
    }
    struct err e = {""};
    assert_null(merging("\"mul\"", k[0].tensors, &e));
    assert_string_equal(e.text, "F: merge_mode: expected \"concat\", \"sum\" or \"ave\", found \"mul\", which is not "
                                "supported: h of the two directions are not added or put side by side");
}

/* Nothing says how they come together: by what reads them they are not side by side. */
static void directions_that_names_do_not_join_are_asked_about(void **state)
{
    (void)state;
    static const char *const tensors[] = {
        "{" SMALL_BOTH("[[1,2,3,4]]", "[[3]]") "}",
        "{\"b/forward_lstm/kernel\":[[1,-2,0.5,3]],\"b/forward_lstm/recurrent_kernel\":[[0.5,1,-1,2]],"
        "\"b/backward_lstm/kernel\":[[-1,1,2,0.25]],\"b/backward_lstm/recurrent_kernel\":[[1,0.5,-2,1]],"
        "\"dense/kernel\":[[3]],\"dense/bias\":[1]}"};
    static const char *const reader[] = {"F: b_1/forward_lstm_1/kernel: it reads 1 numbers",
                                         "F: dense/kernel: it reads 1 numbers"};
    for (int n = 0; n < 2; n++) {
        struct err e = {""};
        struct model_options o = MODEL_OPTIONS_NONE;
        assert_null(model_parse(tensors[n], strlen(tensors[n]), "F", &o, &e));
        if (!strstr(e.text, reader[n]) || !strstr(e.text, "--names merge_mode=sum or --names merge_mode=ave"))
            fail_msg("%s", e.text);
        o.names = "merge_mode=sum";
        struct model *m = model_parse(tensors[n], strlen(tensors[n]), "F", &o, &e);
        if (!m)
            fail_msg("%s", e.text);
        if (n == 0) {
            struct model *said = merging("\"sum\"", SMALL_BOTH("[[1,2,3,4]]", "[[3]]"), &e);
            assert_int_equal(fingerprint_model(m), fingerprint_model(said));
            model_free(said);
        }
        assert_int_equal(m->net->outputs, 1);
        model_free(m);
        o.names = "merge_mode=mul";
        assert_null(model_parse(tensors[n], strlen(tensors[n]), "F", &o, &e));
        assert_non_null(strstr(e.text, "found \"mul\", which is not supported"));
    }
}

/* The line that is offered is one that works. */
static void a_stack_of_both_directions_and_one_is_refused_with_the_part_that_can_be_read(void **state)
{
    (void)state;
    static const char text[] =
        "{\"b/forward_lstm/kernel\":[[1,-2,0.5,3]],\"b/forward_lstm/recurrent_kernel\":[[0.5,1,-1,2]],"
        "\"b/backward_lstm/kernel\":[[-1,1,2,0.25]],\"b/backward_lstm/recurrent_kernel\":[[1,0.5,-2,1]],"
        "\"lstm/kernel\":[[1,2,3,4],[1,2,3,4]],\"lstm/recurrent_kernel\":[[1,2,3,4]]}";
    struct err e = {""};
    struct model_options o = MODEL_OPTIONS_NONE;
    assert_null(model_parse(text, strlen(text), "F", &o, &e));
    assert_non_null(strstr(e.text, "no stack that is supported"));
    assert_null(strstr(e.text, "on top of the other"));
    o.lstm = "b/lstm,lstm";
    assert_null(model_parse(text, strlen(text), "F", &o, &e));
    assert_string_equal(e.text, "F: b/lstm reads in both directions and lstm in one: a stack of both is not supported; "
                                "--lstm b/lstm reads that one alone");
    o.lstm = "b/lstm";
    struct model *m = model_parse(text, strlen(text), "F", &o, &e);
    assert_non_null(m);
    assert_int_equal(m->net->layers, 2);
    model_free(m);
}

/* TensorFlow 1: [x, h] by i c f o in columns, forget_bias 1, "fw" and "bw" before the cell or behind its number. */
static void fw_and_bw_of_tensorflow_1_are_two_directions(void **state)
{
    (void)state;
    static const struct { const char *before, *behind; } paths[] = {
        {"bidirectional_rnn/", "/lstm_cell"}, {"bidirectional_rnn/", "/basic_lstm_cell"},
        {"stack_bidirectional_rnn/cell_0/bidirectional_rnn/", "/lstm_cell"},
    };
    static const char same[] =
        "{\"weight_ih_l0\":[[1],[3],[2],[4]],\"weight_hh_l0\":[[5],[7],[6],[8]],\"bias_ih_l0\":[1,4,2,4],"
        "\"bias_hh_l0\":[0,0,0,0],\"weight_ih_l0_reverse\":[[-1],[-3],[-2],[-4]],\"weight_hh_l0_reverse\":[[5],[7],[6],"
        "[8]],\"bias_ih_l0_reverse\":[0,1,0,0],\"bias_hh_l0_reverse\":[0,0,0,0]}";
    struct err e = {""};
    struct model *want = model_parse(same, strlen(same), "F", NULL, &e);
    assert_non_null(want);
    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++) {
        char text[1024], fw[96], bw[96];
        snprintf(fw, sizeof fw, "%sfw%s", paths[k].before, paths[k].behind);
        snprintf(bw, sizeof bw, "%sbw%s", paths[k].before, paths[k].behind);
        snprintf(text, sizeof text, "{\"%s/kernel\":[[1,2,3,4],[5,6,7,8]],\"%s/bias\":[1,2,3,4],\"%s/kernel\":"
                 "[[-1,-2,-3,-4],[5,6,7,8]],\"%s/bias\":[0,0,0,0]}", fw, fw, bw, bw);
        struct model *m = model_parse(text, strlen(text), "F", NULL, &e);
        if (!m)
            fail_msg("%s", e.text);
        assert_string_equal(m->format, "tf1-basic-lstm");
        assert_true(m->net->bidirectional);
        for (int l = 0; l < 2; l++)
            for (int q = 0; q < GATES; q++) {
                assert_memory_equal(m->net->layer[l].W[q], want->net->layer[l].W[q], 2 * sizeof(float));
                assert_memory_equal(m->net->layer[l].b[q], want->net->layer[l].b[q], sizeof(float));
            }
        model_free(m);
    }
    model_free(want);
}

/* By hand in float64: z = W [h, x] + b over the words from the last to the first. */
static void the_layer_that_reads_backward_begins_with_the_last_word(void **state)
{
    (void)state;
    static const double C[T][H] = {{-0.018395433389916203, -0.8123346208909734},
                                   {-0.2694775862295736, -1.0262992906892132},
                                   {-1.0460052220583531, -0.7603135911166937},
                                   {-0.8737326588406696, -0.8844435429946028},
                                   {-1.0121788391079267, -0.9104784557000714}};
    struct session *s = sitting();
    session_turn(s, 1);
    assert_int_equal(session_cursor(s)->step, T);                 /* still at the first word of the text */
    assert_string_equal(session_token(s, 1), "cat");
    assert_string_equal(session_token(s, 2), "dog");
    assert_string_equal(session_token(s, T), "the");
    assert_int_equal(session_word(s, 2), 4);
    for (int t = 1; t <= T; t++)
        for (int u = 0; u < H; u++)
            assert_true(fabs((double)session_row(s, RUN_BASE, 1, Q_C, t)[u] - C[t - 1][u]) < 1e-6);
    session_free(s);
}

static void a_pin_in_one_direction_moves_every_word_of_the_layers_above(void **state)
{
    (void)state;
    struct session *s = sitting();
    struct err e = {""};
    assert_true(edit_apply(s, "l2.C[1]@dog=3", "--set", false, &e));
    assert_true(session_pinned(s, 1, 0, Q_C, 2));                 /* the second word that it reads */
    assert_true(session_row(s, RUN_PINNED, 1, Q_C, 1)[0] == session_row(s, RUN_BASE, 1, Q_C, 1)[0]);
    assert_true(session_row(s, RUN_PINNED, 1, Q_C, 3)[0] != session_row(s, RUN_BASE, 1, Q_C, 3)[0]);
    assert_true(session_row(s, RUN_PINNED, 0, Q_C, T)[0] == session_row(s, RUN_BASE, 0, Q_C, T)[0]);
    for (int t = 1; t <= T; t++)
        assert_true(session_row(s, RUN_PINNED, 2, Q_C, t)[0] != session_row(s, RUN_BASE, 2, Q_C, t)[0]);
    assert_true(session_probability(s, RUN_PINNED, 1, 0) != session_probability(s, RUN_BASE, 1, 0));
    assert_true(session_undo(s));
    for (int t = 1; t <= T; t++)
        assert_true(session_row(s, RUN_PINNED, 2, Q_C, t)[0] == session_row(s, RUN_BASE, 2, Q_C, t)[0]);
    session_free(s);
}

static void between_two_words_is_as_the_layer_reads_them(void **state)
{
    (void)state;
    struct session *s = sitting();
    struct err e = {""};
    size_t n;
    assert_true(edit_apply(s, "l2.f[2]@saw-dog=1", "--set", false, &e));
    session_pins(s, &n);
    assert_int_equal(n, 2);
    assert_true(session_pinned(s, 1, 1, Q_F, 2) && session_pinned(s, 1, 1, Q_F, 3));
    session_free(s);
}

/* x of a layer above is h of both below, at the same word. */
static void what_a_layer_above_reads_is_named(void **state)
{
    (void)state;
    struct session *s = sitting();
    struct anatomy a;
    struct place at;
    session_turn(s, 3);
    session_goto(s, 2);
    anatomy_take(&a, s, false, false);
    assert_int_equal(a.E, 2 * H);
    for (int k = 0; k < 2 * H; k++) {
        assert_true(anatomy_input_place(&a, H + k, &at));
        assert_int_equal(at.layer, k < H ? 0 : 1);
        assert_int_equal(at.step, k < H ? 4 : 2);
        assert_true(a.x[k] == session_row(s, RUN_BASE, at.layer, Q_H, at.step)[at.unit]);
    }
    anatomy_free(&a);
    session_free(s);
}

static void a_word_that_is_edited_is_the_word_on_screen(void **state)
{
    (void)state;
    struct session *s = sitting();
    struct err e = {""};
    session_turn(s, 1);
    assert_true(session_set_word(s, 2, "the", &e));
    assert_string_equal(session_token(s, 2), "the");
    session_turn(s, 0);
    assert_string_equal(session_token(s, 4), "the");
    assert_true(session_undo(s));
    assert_string_equal(session_token(s, 4), "dog");
    session_free(s);
}

static void no_next_word_is_said_to_surprise(void **state)
{
    (void)state;
    struct session *s = sitting();
    assert_true(isnan(session_surprisal(s, RUN_BASE, 1)));
    session_free(s);
}

static void views_that_would_not_hold_are_refused_in_one_line(void **state)
{
    (void)state;
    struct session *s = sitting();
    struct err e = {""};
    assert_true(view_fits(&view_bars, s, &e) && view_fits(&view_dissect, s, &e) && view_fits(&view_timeline, s, &e));
    assert_false(view_fits(&view_gradient, s, &e));
    assert_non_null(strstr(e.text, "bidirectional"));
    assert_null(strchr(e.text, '\n'));
    assert_false(session_compare_text(s, "the dog", NULL, &e));
    session_free(s);
}

static void refused(const char *format, const char *tensors, const char *what)
{
    char text[16384];
    struct err e = {""};
    snprintf(text, sizeof text, "{\"format\":\"%s\",%s,\"tensors\":{%s,%s}}", format, words, tensors, around);
    struct model *m = model_parse(text, strlen(text), "broken", NULL, &e);
    assert_null(m);
    if (!strstr(e.text, what) || strchr(e.text, '\n'))
        fail_msg("%s", e.text);
}

/* A copy without one part: from `at` on, up to the part that follows. */
static void without(const char *name, char *out, size_t size)
{
    const char *at = strstr(torch, name), *end = at ? strstr(at + 1, ",\"") : NULL;
    assert_non_null(at);
    snprintf(out, size, "%.*s%s", (int)(at - torch - (end == NULL)), torch, end ? end + 1 : "");
}

static void a_direction_that_is_not_whole_is_told(void **state)
{
    (void)state;
    static const char *const parts[] = {"lstm.weight_ih_l0_reverse", "lstm.weight_hh_l1_reverse", "lstm.weight_hh_l1\"",
                                        "lstm.bias_hh_l0_reverse"};
    char cut[16384], name[64];
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        snprintf(name, sizeof name, "\"%s", parts[k]);
        without(name, cut, sizeof cut);
        snprintf(name, sizeof name, "%.*s", (int)strcspn(parts[k], "\""), parts[k]);
        refused("pytorch", cut, name);
    }
    refused("pytorch", "\"lstm.weight_ih_l0_reverse\":[[1,2],[1,2],[1,2],[1,2]],\"lstm.weight_hh_l0_reverse\":[[1],[1],"
                       "[1],[1]]", "weight_ih_l0");
    refused("onnx-lstm", "\"W\":[[[1],[1],[1],[1]],[[1],[1],[1],[1]]],\"R\":[[1],[1],[1],[1]]", "R");
}

/* Every view, and keys at random in it (none that writes a file), on a model of both directions. */
static void no_key_in_any_view_upsets_a_bidirectional_model(void **state)
{
    (void)state;
    static const int keys[] = {'h', 'l', 'j', 'k', 'J', 'K', '\t', 'c', 'o', '+', 'x', 'u', 'a', 'e', 'v', 'z',
                               'y', 'n', 'g', 'G', 'w', 'A', '*', 'M', '%', 'm', 'S', 'p', 'd', 'D', 'B', 'X',
                               '/', 'I', '?', '\r', 'f', 'r', '[', ']', 'i', K_ESC, K_PGDN, K_PGUP};
    uint64_t seed = 3;
    for (int k = 0; k < view_count; k++) {
        struct err e = {""};
        struct app a;
        struct random_model r = {.layers = 4, .hidden = 3, .embed = 4, .words = 6, .outputs = 6, .steps = 5, .seed = 7,
                                 .bidirectional = true};
        app_init(&a, session_new(model_random(&r), &e), theme_load(theme_default, &e), &glyphs_unicode);
        a.w = 80;
        a.h = 24;
        app_show_view(&a, views[k]);
        assert_true(view_fits(a.view, a.session, &e));
        struct grid *g = grid_new(80, 24, &glyphs_unicode);
        for (int n = 0; n < 250 && !a.quit; n++) {
            app_key(&a, keys[random_below(&seed, (int)(sizeof keys / sizeof *keys))]);
            app_draw(&a, g, NULL, NULL);
            assert_true(view_fits(a.view, a.session, &e));
        }
        grid_free(g);
        app_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(h_of_both_and_the_head_are_those_of_pytorch),
        cmocka_unit_test(the_float64_engine_agrees_and_a_wrong_order_is_found),
        cmocka_unit_test(pytorch_onnx_and_keras_are_one_network),
        cmocka_unit_test(written_and_read_again_it_is_the_same),
        cmocka_unit_test(exported_to_safetensors_and_json_and_read_again_the_run_is_the_same),
        cmocka_unit_test(the_list_of_get_weights_is_read_with_both_directions),
        cmocka_unit_test(directions_that_are_added_are_read_as_merge_mode_says),
        cmocka_unit_test(directions_that_names_do_not_join_are_asked_about),
        cmocka_unit_test(a_stack_of_both_directions_and_one_is_refused_with_the_part_that_can_be_read),
        cmocka_unit_test(fw_and_bw_of_tensorflow_1_are_two_directions),
        cmocka_unit_test(the_layer_that_reads_backward_begins_with_the_last_word),
        cmocka_unit_test(a_pin_in_one_direction_moves_every_word_of_the_layers_above),
        cmocka_unit_test(between_two_words_is_as_the_layer_reads_them),
        cmocka_unit_test(what_a_layer_above_reads_is_named),
        cmocka_unit_test(a_word_that_is_edited_is_the_word_on_screen),
        cmocka_unit_test(no_next_word_is_said_to_surprise),
        cmocka_unit_test(views_that_would_not_hold_are_refused_in_one_line),
        cmocka_unit_test(a_direction_that_is_not_whole_is_told),
        cmocka_unit_test(no_key_in_any_view_upsets_a_bidirectional_model),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
