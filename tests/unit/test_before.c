/* Layers between the embedding and the LSTM are computed, or refused in one line: never left out without a word. The
 * values are PyTorch's (1.13, float32) of Embedding, LayerNorm, Linear, LSTM and Linear. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "import/import.h"
#include "model/fingerprint.h"
#include "session/session.h"

static const char core[] =
    "\"rnn.weight_ih_l0\":[[0.125,-0.5],[-1,0.25],[0.5,-0.5],[1.5,2.875],[0.25,2],[-0.75,-1.125],[0.25,"
    "1.125],[1.125,-0.75],[-0.875,-1.75],[-0.875,1.25],[-0.125,1.5],[-0.625,-1.625],[0.375,-0.125],[-1.5,"
    "0.375],[1.375,1.125],[0.875,0.375]],\"rnn.weight_hh_l0\":[[1,0.5,0.25,1.5],[-0.625,0.75,0.125,"
    "0.875],[1.125,0,0.375,-1.125],[-0.875,0,1,-0.875],[2.75,1.125,-1.625,-0.375],[-1.625,0.375,1,0.375],"
    "[0.125,-0.625,-0.5,-1.25],[0.75,0.25,-0.875,0.125],[-0.625,1.25,-0.625,-1.25],[0.125,-0.25,-0.625,"
    "-0.25],[0.25,0.875,0.625,0.75],[-0.25,1.5,-0.125,1.75],[1,-0.5,1.5,-1.25],[-0.125,0.125,-1.875,"
    "-1.375],[-0.625,-2.375,-0.25,0.5],[0.25,-1.75,2.125,0.375]],\"rnn.bias_ih_l0\":[1,0.375,1.25,0.25,"
    "0.625,1.625,0.125,0.75,-0.25,0.875,0.625,-1,0,-2,0.125,0],\"rnn.bias_hh_l0\":[-0.125,0.75,1.25,"
    "0.625,1.375,0.75,-1.125,0.25,0.25,0.875,-0.5,-1,-0.375,-0.375,0,-2.375],"
    "\"embedding.weight\":[[0.125,0.625,-1],[1.625,-0.75,1.25],[-1.375,-0.5,0],[-0.625,-0.5,-0.75]],"
    "\"fc.weight\":[[-0.625,-0.375,0.25,-0.625],[0.25,0.625,-0.125,1.25]],\"fc.bias\":[-1.5,-2.125]";
static const char norm[] =
    "\"norm.weight\":[0.125,-1.625,-1.25],\"norm.bias\":[-0.125,-0.125,1.25]";
static const char linear[] =
    "\"linear.weight\":[[1,0.75,-0.125],[-0.25,0,0.625]],\"linear.bias\":[2.375,0.5]";
static const char with_norm[] =
    "{\"h\":[[-0.160572335,0.05701942,0.661746919,-0.204253539],[-0.702723086,2.9314e-05,0.885483921,"
    "-0.893220186],[-0.621974826,0.001765822,0.798040509,-0.660082042],[-0.544236064,0.057895094,"
    "0.913394988,-0.454806596]],\"output\":[[-1.127929449,-2.467541218],[-0.281175494,-3.527873039],"
    "[-0.499866486,-3.204247713],[-0.668960214,-2.907557249]]}";
static const char without_norm[] =
    "{\"h\":[[-0.451148152,-8.1717e-05,-0.417091489,-0.43073085],[-0.456521749,1.1614e-05,-0.058709472,"
    "-0.400958568],[-0.380956262,0.052825484,0.472247988,-0.127532408],[-0.59902674,0.003608399,"
    "0.457265735,-0.435220063]]}";

/* BatchNorm1d in eval(), with PyTorch's epsilon (1e-5) and with Keras's (1e-3). */
#define BATCH_NORM(name, weight, bias, mean, variance)                                                                 \
    "\"" name "." weight "\":[0.5,-1.25,2],\"" name "." bias "\":[0.125,-0.5,0.75],\"" name "." mean                   \
    "\":[0.25,-0.5,0.125],\"" name "." variance "\":[0.5,1.75,0.25]"
static const char with_batch_norm[] =
    "{\"h\":[[0.423250264,-0.000879561,-0.448889370,-0.001274309],[0.178599940,0.004026202,-0.046095731,"
    "-0.454653346],[-0.061545872,0.032461206,0.550580919,-0.182099527],[0.139489503,0.000575872,"
    "-0.506631136,-0.459268085]],\"output\":[[-1.875627479,-1.965218874],[-1.340500379,-2.640388356],"
    "[-1.222249348,-2.416545238],[-1.427012123,-2.600523918]]}";
static const char with_batch_norm_of_keras[] =
    "{\"h\":[[0.422693492,-0.000883376,-0.449779418,-0.001485136],[0.177860364,0.004021691,-0.045693074,"
    "-0.454181568],[-0.062572904,0.032373071,0.551028240,-0.182391809],[0.135002122,0.000576353,"
    "-0.506567962,-0.459821804]],\"output\":[[-1.875368811,-1.965512730],[-1.340230650,-2.640036679],"
    "[-1.221279896,-2.417278348],[-1.423845822,-2.602345508]]}";

/* Sizes that leave a choice: a square Linear before an LSTM of more units; Linear and LayerNorm before one of as many
 * units as it reads; the same of vectors. */
static const char square[] =
    "\"embedding.weight\":[[-0.375,0.625],[0.375,-1.875],[0.625,0.25]],\"lstm.weight_ih_l0\":[[0.25,0.125],[0.875"
    ",1.375],[-0.125,-1.5],[-1.875,0.0],[-0.75,-0.0],[0.875,-0.125],[-1.0,-0.5],[0.5,1.5],[-0.5,-0.125],[-0.2"
    "5,-0.125],[-0.5,1.625],[-1.125,-0.875]],\"lstm.weight_hh_l0\":[[0.25,-1.75,1.25],[0.875,-0.25,0.0],[-0.5,-"
    "0.375,0.5],[2.25,0.75,0.5],[0.125,0.0,0.125],[-0.25,0.25,-1.75],[-1.5,-0.375,1.0],[1.875,1.5,0.125],[1.7"
    "5,-1.375,-0.125],[-0.375,1.375,-0.5],[-1.125,0.25,1.75],[-0.25,0.125,-1.375]],\"lstm.bias_ih_l0\":[-0.125,"
    "0.875,-1.5,0.5,-1.625,1.0,-1.125,-1.5,-0.375,-0.5,0.25,-1.125],\"lstm.bias_hh_l0\":[-0.875,0.25,1.5,1.0,-1"
    ".25,-0.875,-0.375,-0.0,0.875,0.5,1.0,1.625],\"fc.weight\":[[0.375,-0.625,-0.75],[1.375,0.875,0.375],[-0.25"
    ",0.0,-0.875],[0.875,-0.375,0.875]],\"fc.bias\":[-0.25,-0.125,-0.875,0.125],\"pre.weight\":[[1.0,1.25],[-1.12"
    "5,1.625]],\"pre.bias\":[-0.75,1.5]";
static const char square_expected[] =
    "{\"h\":[[-0.134783387,0.753256798,0.000582237],[-0.24768351,0.119663626,0.571128726],[-0.229433879,0.18064"
    "3886,0.02472082]],\"output\":[[-0.771765947,0.348990858,-0.841813624,-0.274897307],[-0.846017599,-0.146685"
    "869,-1.312816739,0.363140702],[-0.467480749,-0.273137867,-0.839272261,-0.121865377]]}";
static const char square_relu[] =
    "{\"h\":[[-0.135851473,0.75484544,0.000178278],[-0.267481744,-0.265801847,-0.183577999],[-0.202631369,-0.41"
    "6200787,-0.057053868]]}";
static const char square_tanh[] =
    "{\"h\":[[-0.123629048,-0.14665693,0.046816219],[-0.098304905,-0.149725229,0.558419883],[-0.18812409,-0.395"
    "821184,0.066125184]]}";
static const char square_sigmoid[] =
    "{\"h\":[[-0.133418038,0.114384919,0.00993575],[-0.227066427,-0.486842275,0.02704259],[-0.177995488,-0.6121"
    "47987,0.041104265]]}";
static const char equal[] =
    "\"embedding.weight\":[[0.5,-1.0],[0.5,-0.75],[-0.625,0.625]],\"lstm.weight_ih_l0\":[[1.75,0.375],[-0.375,-0."
    "625],[-0.25,-0.875],[0.125,0.625],[-1.875,0.75],[-1.125,0.75],[-0.375,0.625],[-0.375,-0.25]],\"lstm.weigh"
    "t_hh_l0\":[[1.625,0.25],[-0.75,-1.625],[-0.5,0.25],[1.75,0.25],[-1.625,-2.0],[0.5,0.75],[0.25,0.125],[-1."
    "625,1.0]],\"lstm.bias_ih_l0\":[-1.625,-0.125,-0.125,1.0,1.0,-1.875,0.125,-0.75],\"lstm.bias_hh_l0\":[-0.125,"
    "-0.125,-0.625,-0.875,-1.25,-0.375,-1.0,2.5],\"fc.weight\":[[0.5,-0.25],[1.125,0.375],[-0.5,-0.125]],\"fc.bi"
    "as\":[0.25,-0.5,1.0],\"pre.weight\":[[-0.5,-0.75],[-0.875,-0.625]],\"pre.bias\":[0.125,-3.25],\"norm.weight\":["
    "-1.125,-0.5],\"norm.bias\":[-0.625,-0.625]";
static const char equal_epsilon[] =
    "{\"h\":[[0.00332476,-0.211479187],[0.004566446,-0.384265301],[0.004917807,-0.505329517]]}";
static const char equal_expected[] =
    "{\"h\":[[0.003262385,-0.200649008],[0.004490959,-0.367078722],[0.004827345,-0.485134959]],\"output\":[[0.301"
    "793456,-0.571573198,1.023449898],[0.344015151,-0.632602215,1.043639421],[0.3736974,-0.676494837,1.058228"
    "254]]}";
static const char vectors[] =
    "\"inp.weight\":[[2.0,-0.375,0.75],[-0.75,0.0,-1.625]],\"inp.bias\":[0.125,0.5],\"norm.weight\":[-1.625,-0.25],"
    "\"norm.bias\":[-1.875,0.25],\"lstm.weight_ih_l0\":[[-0.625,-0.375],[-0.25,1.375],[1.0,-0.875],[-0.5,-0.875],"
    "[-1.5,-0.25],[-0.25,1.25],[0.5,-1.25],[-0.25,-1.125],[-1.125,0.25],[1.5,-0.125],[0.625,0.125],[-0.0,-0.5"
    "]],\"lstm.weight_hh_l0\":[[-0.5,-0.5,0.5],[0.375,-1.375,-0.75],[0.625,0.75,1.625],[0.875,-0.125,-0.375],[0"
    ".5,-2.0,-0.625],[0.375,1.25,-1.625],[-0.0,-1.875,-1.0],[0.75,0.5,-0.875],[-0.625,0.5,-1.125],[-0.5,0.125"
    ",-0.875],[-1.375,-1.5,-0.0],[0.125,-0.25,-0.5]],\"lstm.bias_ih_l0\":[-0.125,-0.25,1.75,-0.375,0.25,-1.625,"
    "1.25,0.625,-0.5,-1.375,0.875,0.375],\"lstm.bias_hh_l0\":[-0.625,-1.5,0.25,1.25,0.5,-1.25,0.25,2.75,-0.0,-0"
    ".625,-0.625,-1.0],\"fc.weight\":[[-0.625,-0.125,0.25]],\"fc.bias\":[1.5]";
static const char vectors_inputs[] =
    "[[0.5,-1.0,2.0],[1.0,0.25,-0.75],[-2.0,0.125,0.5]]";
static const char vectors_expected[] =
    "{\"h\":[[-0.00033227,0.056391612,0.036795162],[-0.000517618,0.087168999,0.046437681],[-0.038258489,0.31603"
    "5688,-0.061732214]],\"output\":[[1.502357483],[1.501036763],[1.468973994]]}";

static struct model *read_it(const char *more, const char *expected, struct err *e)
{
    char text[8192];
    int n = snprintf(text, sizeof text,
                     "{\"format\":\"pytorch\",\"vocabulary\":{\"kind\":\"word\",\"tokens\":[\"a\",\"b\",\"c\",\"d\"]},"
                     "\"sequence\":[\"a\",\"b\",\"c\",\"d\"],%s%s%s\"tensors\":{%s%s%s}}",
                     expected ? "\"expected\":" : "", expected ? expected : "", expected ? "," : "", core,
                     *more ? "," : "", more);
    assert_in_range(n, 1, sizeof text - 1);
    return model_parse(text, (size_t)n, "F", NULL, e);
}

/* A dump with three words, or with vectors as inputs; names as --names has them. */
static struct model *read_dump(const char *tensors, const char *inputs, const char *expected, const char *names,
                               struct err *e)
{
    const struct model_options o = {.tokenizer = -1, .names = names};
    static char text[8192];
    int n = snprintf(text, sizeof text, "{\"format\":\"pytorch\",%s%s,%s%s%s\"tensors\":{%s}}",
                     inputs ? "\"inputs\":"
                            : "\"vocabulary\":{\"kind\":\"word\",\"tokens\":[\"a\",\"b\",\"c\"]}",
                     inputs ? inputs : ",\"sequence\":[\"a\",\"b\",\"c\"]", expected ? "\"expected\":" : "",
                     expected ? expected : "", expected ? "," : "", tensors);
    assert_in_range(n, 1, sizeof text - 1);
    return model_parse(text, (size_t)n, "F", &o, e);
}

static struct model *dump(const char *tensors, const char *names)
{
    struct err e = {""};
    struct model *m = read_dump(tensors, NULL, NULL, names, &e);
    if (!m)
        fail_msg("%s", e.text);
    return m;
}

static void dump_refused(const char *tensors, const char *names, const char *what)
{
    struct err e = {""};
    struct model *m = read_dump(tensors, NULL, NULL, names, &e);
    assert_null(m);
    if (!strstr(e.text, what) || strchr(e.text, '\n'))
        fail_msg("expected %s, found %s", what, e.text);
}

static void dump_proven(const char *tensors, const char *inputs, const char *expected, const char *names)
{
    struct err e = {""};
    struct model *m = read_dump(tensors, inputs, expected, names, &e);
    if (!m)
        fail_msg("%s", e.text);
    struct session *s = session_new(m, &e);
    assert_int_equal(session_reading(s), READING_PROVEN);
    assert_true(session_proof(s)->largest < 1e-6);
    session_free(s);
}

static void proven(const char *more, const char *expected)
{
    struct err e = {""};
    struct model *m = read_it(more, expected, &e);
    if (!m)
        fail_msg("%s", e.text);
    struct session *s = session_new(m, &e);
    assert_int_equal(session_reading(s), READING_PROVEN);
    assert_true(session_proof(s)->largest < 1e-6);
    session_free(s);
}

static void refused(const char *more, const char *what)
{
    struct err e = {""};
    struct model *m = read_it(more, NULL, &e);
    assert_null(m);
    if (!strstr(e.text, what) || strchr(e.text, '\n'))
        fail_msg("expected %s, found %s", what, e.text);
}

/* "linear.weight" is what a head is called, too: here it fits in front alone. */
static void a_linear_before_the_lstm_is_computed(void **state)
{
    (void)state;
    proven(linear, without_norm);
}

static void a_layernorm_and_a_linear_are_computed_in_their_order(void **state)
{
    (void)state;
    char both[1024];
    snprintf(both, sizeof both, "%s,%s", norm, linear);
    proven(both, with_norm);
}

static void a_batchnorm_before_the_lstm_is_computed_as_it_is_once_trained(void **state)
{
    (void)state;
    char both[1024];
    snprintf(both, sizeof both, "%s,%s,\"bn.num_batches_tracked\":7", linear,
             BATCH_NORM("bn", "weight", "bias", "running_mean", "running_var"));
    proven(both, with_batch_norm);
    snprintf(both, sizeof both, "%s,%s", linear,
             BATCH_NORM("batch_normalization", "gamma", "beta", "moving_mean", "moving_variance"));
    proven(both, with_batch_norm_of_keras);
}

static void what_was_assumed_of_them_is_told(void **state)
{
    (void)state;
    struct err e = {""};
    struct model *m = read_it(linear, NULL, &e);
    assert_non_null(m);
    assert_non_null(strstr(m->notice, "linear.weight"));
    assert_non_null(strstr(m->notice, "without an activation"));
    assert_int_equal(m->unused_count, 0);
    model_free(m);
}

static void widths_that_nothing_joins_are_told(void **state)
{
    (void)state;
    refused("", "F: tensors.embedding.weight: its rows are of 3 numbers, the LSTM reads 2, and no Linear of 2 x 3 is");
    refused("\"linear.weight\":[[1,2],[3,4],[5,6]]", "no Linear of 2 x 3");
}

static void two_linears_that_fit_are_told(void **state)
{
    (void)state;
    refused("\"p.weight\":[[1,2,3],[4,5,6]],\"q.weight\":[[1,2,3],[4,5,6]]", "\"p.weight\" and \"q.weight\"");
}

static void a_bias_or_a_number_that_does_not_fit_is_told(void **state)
{
    (void)state;
    refused("\"p.weight\":[[1,2,3],[4,5,6]],\"p.bias\":[1,2,3]", "p.bias: expected 2 numbers, found 3");
    refused("\"p.weight\":[[1,2,3],[4,NaN,6]]", "p.weight");
}

/* A LayerNorm as wide as what the LSTM puts out may stand behind it, so that the head would read other numbers than are
 * computed: no outputs are claimed. A BatchNorm is another thing. */
static void what_may_stand_elsewhere_is_not_taken(void **state)
{
    (void)state;
    struct err e = {""};
    char more[1024];
    snprintf(more, sizeof more, "%s,\"norm.weight\":[1,2,3,4],\"norm.bias\":[1,2,3,4]", linear);
    struct model *m = read_it(more, NULL, &e);
    assert_non_null(m);
    assert_int_equal(m->unused_count, 4);            /* its two, and the two of the head */
    assert_int_equal(m->net->outputs, 0);
    assert_non_null(strstr(m->report, "norm.weight may stand between the LSTM and fc.weight"));
    model_free(m);
    snprintf(more, sizeof more, "%s,\"attention.weight\":[[1,2,3,4]]", linear);
    m = read_it(more, NULL, &e);
    assert_non_null(m);
    assert_int_equal(m->net->outputs, 0);
    assert_non_null(strstr(m->report, "attention.weight may stand between the LSTM and fc.weight"));
    model_free(m);
    snprintf(more, sizeof more, "%s,%s,\"norm.running_mean\":[1,2,3]", linear, norm);
    refused(more, "norm.weight: by its size (3) it may stand before the LSTM");
}

static void a_square_linear_that_can_stand_nowhere_else_is_computed(void **state)
{
    (void)state;
    char more[4096];
    dump_proven(square, NULL, square_expected, NULL);
    dump_proven(square, NULL, square_relu, "input_activation=relu");
    dump_proven(square, NULL, square_tanh, "input_activation=tanh");
    dump_proven(square, NULL, square_sigmoid, "input_activation=sigmoid");
    snprintf(more, sizeof more, "%s,\"fc0.weight\":[[1,2,3],[4,5,6]]", square); /* 3 of h to 2: pre may follow it */
    dump_refused(more, NULL, "pre.weight: by its size (2 x 2) it may stand before the LSTM");
    snprintf(more, sizeof more, "%s,\"gate.weight\":[[1,2],[3,4]]", square);
    dump_refused(more, NULL, "--names ignored=gate leaves out");
}

/* As many units as inputs: what stands where cannot be told by sizes, so it is asked. */
static void what_may_stand_on_either_side_is_asked_for(void **state)
{
    (void)state;
    dump_refused(equal, NULL, "F: tensors.pre.weight: by its size (2 x 2) it may stand before the LSTM, "
                              "where it would change every gate: --names input_weight=pre.weight computes a Linear "
                              "there, --names ignored=pre leaves out");
    dump_refused(equal, "input_weight=pre.weight",
                 "--names input_norm=norm.weight computes a LayerNorm or BatchNorm there (said before input_weight, or "
                 "behind it, as it stands there)");
    dump_proven(equal, NULL, equal_expected, "input_weight=pre.weight,input_norm=norm.weight");
    dump_proven(equal, NULL, equal_epsilon, "input_weight=pre.weight,input_norm=norm.weight,input_epsilon=0.1");
    struct model *m = dump(equal, "ignored=pre,ignored=norm");
    assert_int_equal(m->unused_count, 6);              /* the norm may stand before the head, too: no output */
    assert_int_equal(m->net->outputs, 0);
    model_free(m);
    dump_refused(equal, "input_weight=fc.weight", "fc.weight: expected the weights of a Linear before the LSTM, 2 x 2, "
                                                  "found 3 x 2");
    dump_refused(equal, "input_norm=fc.bias",
                 "fc.bias: expected the weight of a LayerNorm or BatchNorm, which is called so");
    dump_refused(equal, "input_norm=fc.weight", "expected the weight of a LayerNorm or BatchNorm before the LSTM, 2");
}

static void what_is_added_to_the_embedding_is_not_left_out(void **state)
{
    (void)state;
    static const char *const more[] = {
        "\"position_embedding.weight\":[[1,2],[3,4],[5,6],[7,8]]", "\"pos_emb\":[[[1,2],[3,4]]]", "\"scale\":[1,2]",
        "\"conv.weight\":[[[1,2,3],[4,5,6]],[[1,2,3],[4,5,6]]]", "\"mlp.0.weight\":[[1,2],[3,4],[5,6],[7,8],[9,10]]",
    };
    char text[4096];
    for (size_t k = 0; k < sizeof more / sizeof *more; k++) {
        snprintf(text, sizeof text, "%s,%s", square, more[k]);
        dump_refused(text, NULL, "may stand before the LSTM");
    }
    snprintf(text, sizeof text, "%s,\"value.weight\":[[1,2,3]],\"value.bias\":[1]", square);     /* reads h */
    struct model *m = dump(text, NULL);
    assert_int_equal(m->unused_count, 2);
    model_free(m);
}

/* Vectors are what the LSTM reads, and that is said, until somebody says what is computed first. */
static void of_vectors_layers_in_front_are_computed_on_request(void **state)
{
    (void)state;
    struct err e = {""};
    struct model *m = read_dump(vectors, NULL, NULL, NULL, &e);
    assert_null(m); /* three words are no vectors of two numbers */
    char text[4096];
    snprintf(text, sizeof text, "%s", square);
    char *at = strstr(text, "embedding.weight");
    memcpy(at, "some_table_weigh", 16);                /* the only tensor with a row for each of the three words */
    dump_refused(text, NULL, "--names embedding=some_table_weigh says where it is");
    dump_refused(square, "ignored=pre.nix",
                 "--names: ignored: expected the name of a tensor, or of what tensors are a");
    dump_refused(square, "embedding=embedding.weight,embedding=fc.weight", "--names: embedding is said twice");
    m = read_dump(vectors, "[[0.5,1],[2,3]]", NULL, NULL, &e);
    assert_non_null(m);
    assert_int_equal(model_given(m), 2);
    assert_non_null(strstr(m->notice, "may stand before the LSTM and is not computed"));
    assert_non_null(strstr(m->notice, "give the LSTM's own inputs, 2 numbers a step"));
    model_free(m);
    dump_proven(vectors, vectors_inputs, vectors_expected, "input_weight=inp.weight,input_norm=norm.weight");
    m = read_dump(vectors, vectors_inputs, NULL, "input_weight=inp.weight", &e);
    assert_non_null(m);
    assert_int_equal(model_given(m), 3);
    assert_int_equal(m->net->embed, 2);
    model_free(m);
}

/* An LSTM of two units on one number, and a table for each of its three words. */
#define TINY                                                                                                           \
    "\"embedding.weight\":[[1],[2],[3]],\"lstm.weight_ih_l0\":[[1],[2],[3],[4],[5],[6],[7],[8]],"                      \
    "\"lstm.weight_hh_l0\":[[1,2],[3,4],[5,6],[7,8],[1,2],[3,4],[5,6],[7,8]]"

/* Which of several matrices the head is must be known: logits of a layer within would be shown as the model's. */
static void a_head_that_another_layer_may_go_on_from_puts_nothing_out(void **state)
{
    (void)state;
    static const struct { const char *more, *names; int outputs;
    } cases[] = {
        {"\"fc.weight\":[[1,2],[3,4],[5,6]],\"fc.bias\":[1,2,3]", NULL, 3},
        {"\"fc.weight\":[[1,2],[3,4]],\"fc.bias\":[1,2],\"out2.weight\":[[1,2],[3,4],[5,6]],\"out2.bias\":[1,2,3]",
         NULL, 0},
        {"\"fc.weight\":[[1,2],[3,4]],\"fc.bias\":[1,2],\"out2.weight\":[[1,2],[3,4],[5,6]],\"out2.bias\":[1,2,3]",
         "output_weight=out2.weight", 3},
        /* what is called otherwise, and is a norm by its parts, may stand before the head */
        {"\"fc.weight\":[[1,2],[3,4],[5,6]],\"post.weight\":[1,2],\"post.bias\":[1,2]", NULL, 0},
        {"\"fc.weight\":[[1,2],[3,4],[5,6]],\"post.weight\":[1,2]", NULL, 3},
        /* an optimizer's copies and averages read nothing and stand before nothing */
        {"\"fc.weight\":[[1,2],[3,4],[5,6]],\"fc.weight/Adam\":[[1,2],[3,4],[5,6]],"
         "\"fc.weight/RMSProp_1\":[[1,2,3],[3,4,5]],\"embedding.weight/ExponentialMovingAverage\":[[4],[5],[6]]",
         NULL, 3},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char text[2048];
        snprintf(text, sizeof text, TINY ",%s", cases[k].more);
        struct model *m = dump(text, cases[k].names);
        if (m->net->outputs != cases[k].outputs)
            fail_msg("case %zu: %d outputs", k, m->net->outputs);
        assert_int_equal(m->net->vocab, 3);
        model_free(m);
    }
    /* Of a list, where each matrix is as Keras has it. */
    static const char list[] = "{\"vocab\":[\"a\",\"b\",\"c\"],\"weights\":[[[1],[2],[3]],[[1,2,3,4,5,6,7,8]],[[1,2,3,"
                               "4,5,6,7,8],[1,2,3,4,5,6,7,8]],[1,2,3,4,5,6,7,8],"
                               "[[1,2,3,4],[1,2,3,4]],[1,2,3,4],[[1,2,3],[1,2,3],[1,2,3],[1,2,3]],[1,2,3]]}";
    struct err e = {""};
    struct model *m = model_parse(list, strlen(list), "F", NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    assert_int_equal(m->net->vocab, 3);
    assert_int_equal(m->net->outputs, 0);
    model_free(m);
}

/* Tied weights under one name: the table of the words is the head, too. */
static void one_tensor_may_be_named_as_embedding_and_head(void **state)
{
    (void)state;
    static const char tied[] = "\"encoder.weight\":[[1,2],[2,3],[3,4]],\"lstm.weight_ih_l0\":[[1,2],[2,3],[3,4],[4,5],["
                               "5,6],[6,7],[7,8],[8,9]],"
                               "\"lstm.weight_hh_l0\":[[1,2],[3,4],[5,6],[7,8],[1,2],[3,4],[5,6],[7,8]]";
    struct model *m = dump(tied, "output_weight=encoder.weight");
    assert_int_equal(m->net->vocab, 3);
    assert_int_equal(m->net->outputs, 3);
    assert_true(m->net->embedding[5] == 4 && m->net->out_W[5] == 4);
    model_free(m);
}

static void names_that_say_nothing_are_told(void **state)
{
    (void)state;
    dump_refused(square, "", "--names: expected PART=TENSOR, where PART is one of embedding, output_weight");
    dump_refused(square, "embedding", "found \"embedding\"");
    dump_refused(square, "embedding=", "found \"embedding=\"");
    dump_refused(square, "embeding=embedding.weight", "found \"embeding=embedding.weight\"");
    dump_refused(square, "input_activation=gelu", "input_activation: expected none, relu, tanh or sigmoid, found gelu");
    dump_refused(equal, "input_activation=relu,ignored=pre,ignored=norm",
                 "expected a Linear before the LSTM, found none");
    dump_refused(square, "input_epsilon=0", "input_epsilon: expected a number above 0, such as 0.001, found 0");
    dump_refused(square, "input_epsilon=1e-3", "expected a LayerNorm or BatchNorm before the LSTM, found none");
    dump_refused(square, "lstm=lstm", "found \"lstm=lstm\"");
    dump_refused(square, "input_norm=nix", "--names: input_norm: expected the name of one of the tensors");
    dump_refused(square, "embedding=nix",
                 "--names: embedding: expected the name of one of the tensors (--inspect lists "
                 "them), found \"nix\"");
    struct model *m = dump(square, "embedding=embedding.weight,output_weight=fc.weight");
    assert_int_equal(m->net->outputs, 4);
    model_free(m);
}

/* Words that are 1 at their place and else 0 go through what stands in front, too. */
static void one_hot_words_go_through_the_layers_in_front(void **state)
{
    (void)state;
    struct err e = {""};
    const char *const names = "input_weight=inp.weight,input_norm=norm.weight";
    struct model *m = dump(vectors, names), *v = read_dump(vectors, "[[1,0,0],[0,1,0],[0,0,1]]", NULL, names, &e);
    assert_non_null(v);
    assert_int_equal(m->net->vocab, 3);
    assert_int_equal(m->net->embed, 2);
    assert_int_equal(v->input_steps, 3);
    assert_memory_equal(m->net->embedding, v->inputs, 6 * sizeof(float));
    assert_false(m->one_hot);
    assert_false(model_export(v, "/nonexistent/model.json", &e));
    assert_non_null(strstr(e.text, "its inputs go through layers before the LSTM"));
    model_free(m);
    model_free(v);
}

static void the_order_of_a_square_linear_and_a_norm_is_asked_for(void **state)
{
    (void)state;
    char text[4096];
    snprintf(text, sizeof text, "%s,\"norm.weight\":[1,2],\"norm.bias\":[0.5,-1]", square);
    dump_refused(text, NULL, "could stand before the LSTM in either order: --names input_weight=pre.weight,"
                             "input_norm=norm.weight, the first of them first, says in which");
    struct model *a = dump(text, "input_weight=pre.weight,input_norm=norm.weight");
    struct model *b = dump(text, "input_norm=norm.weight,input_weight=pre.weight");
    /* A LayerNorm of two numbers gives -1 and 1, times its weight, plus its bias: of the last layer it shows. */
    for (int k = 0; k < 3; k++) {
        float low = a->net->embedding[2 * k];
        assert_true((low > -0.51f && low < -0.49f) || (low > 1.49f && low < 1.51f));
    }
    assert_true(memcmp(a->net->embedding, b->net->embedding, 6 * sizeof(float)) != 0);
    model_free(a);
    model_free(b);
}

static void a_number_that_scales_is_not_left_out(void **state)
{
    (void)state;
    static const char *const more[] = {"\"embed_scale\":2", "\"act.weight\":[0.25]", "\"scale\":[[[2,3]]]"};
    char text[4096];
    for (size_t k = 0; k < sizeof more / sizeof *more; k++) {
        snprintf(text, sizeof text, "%s,%s", square, more[k]);
        dump_refused(text, NULL, "it may stand before the LSTM");
    }
    snprintf(text, sizeof text, "%s,\"best_score\":2", square);          /* a number of a dump */
    struct model *m = dump(text, NULL);
    assert_int_equal(m->unused_count, 0);
    model_free(m);
}

#define WIDE(name)                                                                                                     \
    "\"" name ".weight_ih_l0\":[[1],[2],[3],[4],[5],[6],[7],[8]],\"" name                                              \
    ".weight_hh_l0\":[[1,0],[2,0],[3,0],[4,0],[5,0],[6,0],[7,0],[8,0]]"

static void what_may_stand_between_two_lstms_is_not_left_out(void **state)
{
    (void)state;
    static const char words[] = "\"embedding.weight\":[[1],[2],[3]],",
                      stack[] = WIDE("rnns.0") ",\"rnns.1.weight_ih_l0\":[[1,1],[2,1],[3,1],[4,1]],"
                                               "\"rnns.1.weight_hh_l0\":[[1],[2],[3],[4]]";
    char text[4096];
    snprintf(text, sizeof text, "%s%s", words, stack);
    struct model *m = dump(text, NULL);
    assert_int_equal(m->net->layers, 2);
    model_free(m);
    snprintf(text, sizeof text, "%s%s,\"norm.weight\":[2,1],\"norm.bias\":[1,1]", words, stack);
    dump_refused(text, NULL,
                 "norm.weight: by its size (2) it may stand between two LSTMs, where it would change every gate");
    m = dump(text, "ignored=norm");
    assert_int_equal(m->unused_count, 2);
    model_free(m);
}

/* 3 of h to 2, and on from these: the norm and the last layer are those of a head in two steps. */
static void a_head_in_two_steps_is_no_layer_before_the_lstm(void **state)
{
    (void)state;
    char text[4096];
    snprintf(text, sizeof text, "%s,\"fc1.weight\":[[1,2,3],[4,5,6]],\"fc2.weight\":[[1,2],[3,4],[5,6]]", square);
    struct model *m = dump(text, "ignored=pre");
    assert_int_equal(m->unused_count, 4);              /* pre and its bias, fc1, fc2 */
    model_free(m);
    snprintf(text, sizeof text, "%s,\"last.weight\":[[1,2,3,4],[5,6,7,8],[9,1,2,3]]",
             square); /* reads the four outputs of fc */
    m = dump(text, NULL);
    assert_int_equal(m->net->outputs, 0);
    assert_non_null(strstr(m->report, "last.weight may read what is put out by fc.weight"));
    model_free(m);
    m = dump(text, "output_weight=fc.weight");
    assert_int_equal(m->net->outputs, 4);
    model_free(m);
}

/* What a Keras configuration beside the weights says of a Dense and a norm in front is what --names would say. */
static void a_configuration_says_what_stands_in_front_of_the_lstm(void **state)
{
    (void)state;
#define FRONT \
    "\"tensors\":{\"embedding/embeddings\":[[1,-2,0.5],[0.25,1,-1]],\"pre/kernel\":[[1,-1],[0.5,2],[-1,1]]," \
    "\"pre/bias\":[0.5,-0.25],\"ln/gamma\":[1.5,0.5],\"ln/beta\":[0.25,-1]," \
    "\"lstm/kernel\":[[1,-1,2,1],[0.5,1,-2,1]],\"lstm/recurrent_kernel\":[[1,0.5,-1,2]],\"lstm/bias\":[0,1,0,0.5]}}"
#define BEGIN "{\"format\":\"keras\",\"vocabulary\":{\"kind\":\"word\",\"tokens\":[\"a\",\"b\"]},"
    static const char plain[] = BEGIN FRONT, said[] =
        BEGIN "\"config\":{\"class_name\":\"Sequential\",\"config\":{\"layers\":[{\"class_name\":\"Embedding\","
        "\"config\":{}},{\"class_name\":\"Dense\",\"config\":{\"activation\":\"relu\"}},{\"class_name\":"
        "\"LayerNormalization\",\"config\":{\"epsilon\":0.25}},{\"class_name\":\"LSTM\","
        "\"config\":{\"recurrent_activation\":\"sigmoid\"}}]}}," FRONT;
    struct err e = {""};
    struct model_options o = MODEL_OPTIONS_NONE;
    struct model *a = model_parse(said, strlen(said), "F", &o, &e);
    o.names = "input_activation=relu,input_epsilon=0.25";
    struct model *b = a ? model_parse(plain, strlen(plain), "F", &o, &e) : NULL;
    if (!a || !b)
        fail_msg("%s", e.text);
    assert_non_null(strstr(a->notice, "pre/kernel as a Linear with relu behind it"));
    assert_non_null(strstr(a->notice, "a LayerNorm (epsilon 0.25)"));
    assert_int_equal(fingerprint_model(a), fingerprint_model(b));
    model_free(b);
    o.names = NULL;
    b = model_parse(plain, strlen(plain), "F", &o, &e);
    assert_int_not_equal(fingerprint_model(a), fingerprint_model(b));
    model_free(a);
    model_free(b);
}

/* Of a model of Keras 3 that branches, the layers in front of the LSTM in the list may be of the other branch. */
static void a_configuration_of_keras_3_that_branches_is_refused(void **state)
{
    (void)state;
#define READS(name) \
        "\"inbound_nodes\":[{\"args\":[{\"class_name\":\"__keras_tensor__\",\"config\":{\"keras_history\":[\"" name \
        "\",0,0]}}],\"kwargs\":{}}]"
#define MODEL(of_dense, of_lstm) \
        BEGIN "\"config\":{\"class_name\":\"Functional\",\"config\":{\"layers\":[" \
        "{\"class_name\":\"Embedding\",\"name\":\"e\",\"config\":{},\"inbound_nodes\":[]}," \
        "{\"class_name\":\"Dense\",\"name\":\"pre\",\"config\":{\"activation\":\"relu\"}," READS(of_dense) "}," \
        "{\"class_name\":\"LSTM\",\"name\":\"l\",\"config\":{\"recurrent_activation\":\"sigmoid\"}," \
        READS(of_lstm) "}]}}," FRONT
    static const char branches[] = MODEL("e", "e"), chain[] = MODEL("e", "pre");
    struct err e = {""};
    assert_null(model_parse(branches, strlen(branches), "F", NULL, &e));
    assert_non_null(strstr(e.text, "its layers are no chain"));
    struct model *m = model_parse(chain, strlen(chain), "F", NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    model_free(m);
#undef MODEL
#undef READS
#undef BEGIN
#undef FRONT
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_linear_before_the_lstm_is_computed),
        cmocka_unit_test(a_layernorm_and_a_linear_are_computed_in_their_order),
        cmocka_unit_test(a_batchnorm_before_the_lstm_is_computed_as_it_is_once_trained),
        cmocka_unit_test(what_was_assumed_of_them_is_told),
        cmocka_unit_test(widths_that_nothing_joins_are_told),
        cmocka_unit_test(two_linears_that_fit_are_told),
        cmocka_unit_test(a_bias_or_a_number_that_does_not_fit_is_told),
        cmocka_unit_test(what_may_stand_elsewhere_is_not_taken),
        cmocka_unit_test(a_square_linear_that_can_stand_nowhere_else_is_computed),
        cmocka_unit_test(what_may_stand_on_either_side_is_asked_for),
        cmocka_unit_test(what_is_added_to_the_embedding_is_not_left_out),
        cmocka_unit_test(of_vectors_layers_in_front_are_computed_on_request),
        cmocka_unit_test(a_head_that_another_layer_may_go_on_from_puts_nothing_out),
        cmocka_unit_test(one_tensor_may_be_named_as_embedding_and_head),
        cmocka_unit_test(names_that_say_nothing_are_told),
        cmocka_unit_test(one_hot_words_go_through_the_layers_in_front),
        cmocka_unit_test(the_order_of_a_square_linear_and_a_norm_is_asked_for),
        cmocka_unit_test(a_number_that_scales_is_not_left_out),
        cmocka_unit_test(what_may_stand_between_two_lstms_is_not_left_out),
        cmocka_unit_test(a_head_in_two_steps_is_no_layer_before_the_lstm),
        cmocka_unit_test(a_configuration_says_what_stands_in_front_of_the_lstm),
        cmocka_unit_test(a_configuration_of_keras_3_that_branches_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
