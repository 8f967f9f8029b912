/* test_shards.c: weights in raw files beside a JSON text: TensorFlow.js and ml5. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "import/import.h"
#include "import/source.h"
#include "support/refusal.h"

#define LSTM_LAYER "{\"class_name\":\"LSTM\",\"config\":{\"units\":1,\"recurrent_activation\":\"%s\"}}"
#define WEIGHTS                                                                                                        \
    "[{\"name\":\"lstm_1/kernel\",\"shape\":[1,4],\"dtype\":\"float32\"},"                                             \
    "{\"name\":\"lstm_1/"                                                                                              \
    "recurrent_kernel\",\"shape\":[1,4],\"dtype\":\"float32\",\"quantization\":{\"dtype\":\"uint8\",\"scale\":0.5,"    \
    "\"min\":-1}},"                                                                                                    \
    "{\"name\":\"lstm_1/bias\",\"shape\":[4],\"dtype\":\"float32\"}]"

/* model.json with these paths and this activation, and its 16 + 4 + 16 bytes cut after 7. */
static const char *tfjs(const char *paths, const char *activation, const char *weights, size_t left_out)
{
    static char path[256];
    struct str m = {0}, b = {0}, part = {0};
    static const float kernel[] = {1, 2, 3, 4}, bias[] = {5, 6, 7, 8};
    for (int k = 0; k < 4; k++)
        put_f32(&b, kernel[k]);
    put_hex(&b, "00 01 02 ff");
    for (int k = 0; k < 4; k++)
        put_f32(&b, bias[k]);
    str_addn(&part, b.s, 7);
    bytes_file("a.bin", &part);
    str_addn(&part, b.s + 7, b.len - 7 - left_out);
    bytes_file("b.bin", &part);
    str_free(&b);
    str_addf(&m,
             "{\"modelTopology\":{\"model_config\":{\"class_name\":\"Sequential\",\"config\":{\"layers\":[" LSTM_LAYER
             "]}}},\"weightsManifest\":"
             "[{\"paths\":%s,\"weights\":%s}]}",
             activation, paths, weights);
    strcpy(path, bytes_file("model.json", &m));
    return path;
}

static void shards_cut_within_a_weight_are_one_row_of_bytes(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct model *m = model_load(tfjs("[\"a.bin\",\"b.bin\"]", "sigmoid", WEIGHTS, 0), NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    const struct lstm_layer *l = &m->net->layer[0];            /* i f c o; q · 0.5 - 1 */
    assert_true(l->W[Q_I][1] == 1 && l->W[Q_F][1] == 2 && l->W[Q_G][1] == 3 && l->W[Q_O][1] == 4);
    assert_true(l->W[Q_I][0] == -1 && l->W[Q_F][0] == -0.5f && l->W[Q_G][0] == 0 && l->W[Q_O][0] == 126.5f);
    assert_true(l->b[Q_I][0] == 5 && l->b[Q_O][0] == 8 && l->gate_function == GATE_SIGMOID);
    model_free(m);
}

static void the_gates_are_what_the_topology_says(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct model *m = model_load(tfjs("[\"a.bin\",\"b.bin\"]", "hard_sigmoid", WEIGHTS, 0), NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    assert_int_equal(m->net->layer[0].gate_function, GATE_HARD_KERAS2);
    model_free(m);
    must_refuse(tfjs("[\"a.bin\",\"b.bin\"]", "relu", WEIGHTS, 0), "relu");
}

/* A model of one unit on two numbers and a Dense of two, in layers as model.json has them. */
static const char *of_layers(const char *layers)
{
    static char path[256];
    struct str m = {0}, b = {0};
    for (int k = 0; k < 8 + 4 + 4 + 2 + 2; k++)
        put_f32(&b, (float)k / 8);
    bytes_file("w.bin", &b);
    str_addf(&m,
             "{\"modelTopology\":{\"model_config\":{\"class_name\":\"Sequential\",\"config\":{\"layers\":[%s]}}},"
             "\"weightsManifest\":[{\"paths\":[\"w.bin\"],\"weights\":["
             "{\"name\":\"lstm/kernel\",\"shape\":[2,4],\"dtype\":\"float32\"},"
             "{\"name\":\"lstm/recurrent_kernel\",\"shape\":[1,4],\"dtype\":\"float32\"},"
             "{\"name\":\"lstm/bias\",\"shape\":[4],\"dtype\":\"float32\"},"
             "{\"name\":\"dense/kernel\",\"shape\":[1,2],\"dtype\":\"float32\"},"
             "{\"name\":\"dense/bias\",\"shape\":[2],\"dtype\":\"float32\"}]}]}",
             layers);
    strcpy(path, bytes_file("model.json", &m));
    return path;
}

#define LAYER(class, more) "{\"class_name\":\"" class "\",\"config\":{\"name\":\"n\"" more "}}"
#define AN_LSTM LAYER("LSTM", ",\"recurrent_activation\":\"sigmoid\"")
#define A_DENSE(activation) LAYER("Dense", ",\"activation\":\"" activation "\"")
#define READING(class, name, of)                                                                                       \
    "{\"class_name\":\"" class "\",\"name\":\"" name "\",\"config\":{},\"inbound_nodes\":[[" of "]]}"
#define FROM(name) "[\"" name "\",0,0,{}]"

static void what_a_topology_has_beside_the_lstm_is_told_or_refused(void **state)
{
    (void)state;
    static const struct { const char *layers; int outputs; const char *says; bool refused;
    } cases[] = {
        {AN_LSTM "," A_DENSE("softmax"), 2, NULL, false},
        {LAYER("Dropout", "") "," AN_LSTM "," LAYER("Dropout", "") "," A_DENSE("linear") "," LAYER("Softmax", ""), 2,
         NULL, false},
        {AN_LSTM ",{\"class_name\":\"TimeDistributed\",\"config\":{\"layer\":" A_DENSE("softmax") "}}", 2, NULL, false},
        {AN_LSTM "," A_DENSE("sigmoid"), 0, "the head is followed by sigmoid, which is not run: no output is shown",
         false},
        {AN_LSTM "," LAYER("LeakyReLU", "") "," A_DENSE("softmax"), 0,
         "LeakyReLU (n) stands between the LSTM and its head", false},
        {AN_LSTM "," A_DENSE("linear") "," LAYER("Lambda", ""), 0, "Lambda (n) stands behind the head", false},
        {LAYER("RepeatVector", "") "," AN_LSTM, 0,
         "the layer RepeatVector (n) stands before the LSTM and is not computed", true},
        {LAYER("Activation", ",\"activation\":\"relu\"") "," AN_LSTM, 0, "the layer Activation (n) stands before",
         true},
        {LAYER("Dense", ",\"activation\":\"swish\"") "," AN_LSTM, 0, "the layer Dense (n) stands before", true},
        {AN_LSTM "," LAYER("MaxPooling1D", "") "," AN_LSTM, 0,
         "the layer MaxPooling1D (n) stands between two LSTM layers", true},
        {READING("InputLayer", "i", "") "," READING("LSTM", "l", FROM("i")) "," READING("Dense", "d", FROM("l")), 2,
         "the gates are assumed to be sigmoid", false},
        {READING("InputLayer", "i", "") "," READING("Dropout", "a", FROM("i")) "," READING("LSTM", "l", FROM("i")), 0,
         "its layers are no chain", true},
        {READING("InputLayer", "i", "") "," READING("InputLayer", "j", "") "," READING("LSTM", "l",
                                                                                       FROM("i") "," FROM("j")),
         0, "its layers are no chain", true},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *path = of_layers(cases[k].layers);
        struct err e = {{0}};
        struct model *m = model_load(path, NULL, &e);
        if ((m == NULL) != cases[k].refused || (!m && !strstr(e.text, cases[k].says)))
            fail_msg("case %zu: %s", k, m ? "it opened" : e.text);
        if (!m)
            continue;
        if (m->net->outputs != cases[k].outputs
            || (cases[k].says ? !m->notice || !strstr(m->notice, cases[k].says) : m->notice != NULL))
            fail_msg("case %zu: %d outputs, \"%s\"", k, m->net->outputs, m->notice ? m->notice : "nothing is said");
        model_free(m);
    }
}

/* The same where model.get_config() or to_json() stands beside weights in a wrapper. */
static void a_configuration_beside_the_weights_counts_as_much(void **state)
{
    (void)state;
    static const struct { const char *config, *says;
    } cases[] = {
        {"{\"layers\":[" AN_LSTM "]}", NULL},
        {"{\"layers\":[" LAYER("RepeatVector", "") "," AN_LSTM "]}",
         "the layer RepeatVector (n) stands before the LSTM"},
        {"{\"class_name\":\"Sequential\",\"config\":{\"layers\":[" LAYER("Lambda", "") "," AN_LSTM "]}}",
         "the layer Lambda (n) stands before the LSTM"},
        {"{\"units\":1}", NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char text[1024];
        struct err e = {{0}};
        snprintf(text, sizeof text,
                 "{\"format\":\"keras\",\"config\":%s,\"tensors\":{\"lstm/kernel\":[[1,2,3,4]],"
                 "\"lstm/recurrent_kernel\":[[1,2,3,4]],\"lstm/bias\":[1,2,3,4]}}", cases[k].config);
        struct model *m = model_parse(text, strlen(text), "F", NULL, &e);
        if ((m == NULL) != (cases[k].says != NULL) || (!m && !strstr(e.text, cases[k].says)))
            fail_msg("case %zu: %s", k, m ? "it opened" : e.text);
        model_free(m);
    }
}

static void a_manifest_that_does_not_fit_its_files_is_refused(void **state)
{
    (void)state;
    must_refuse(tfjs("[\"a.bin\",\"b.bin\"]", "sigmoid", WEIGHTS, 1),
                "its numbers reach beyond the 35 bytes of its files");
    must_refuse(tfjs("[\"a.bin\",\"b.bin\",\"a.bin\"]", "sigmoid", WEIGHTS, 0),
                "expected 36 bytes in its files, as the shapes say, found 43");
    must_refuse(tfjs("[\"a.bin\",\"c.bin\"]", "sigmoid", WEIGHTS, 0), "cannot open");
    must_refuse(tfjs("[\"../b.bin\"]", "sigmoid", WEIGHTS, 0),
                "expected the name of a file beside it, found \"../b.bin\"");
    must_refuse(tfjs("[\"/etc/passwd\"]", "sigmoid", WEIGHTS, 0), "expected the name of a file beside it");
    must_refuse(tfjs("[\"-\"]", "sigmoid", WEIGHTS, 0), "expected the name of a file beside it");
    must_refuse(tfjs("[]", "sigmoid", WEIGHTS, 0), "expected the names of its files");
    must_refuse(tfjs("[\"a.bin\"]", "sigmoid", "[{\"name\":\"x\",\"shape\":[1],\"dtype\":\"string\"}]", 0),
                "dtype: expected float32");
    must_refuse(tfjs("[\"a.bin\"]", "sigmoid",
                     "[{\"name\":\"x\",\"shape\":[2000000000,2000000000,2000000000],\"dtype\":\"float32\"}]", 0),
                "reach beyond");
    must_refuse(tfjs("[\"a.bin\"]", "sigmoid", "[{\"shape\":[1],\"dtype\":\"float32\"}]", 0),
                "expected the key \"name\"");
}

static void ml5(const char *manifest, const char *vocab)
{
    struct str b = {0};
    str_add(&b, manifest);
    bytes_file("net/manifest.json", &b);
    str_add(&b, vocab);
    bytes_file("net/vocab.json", &b);
    for (int k = 0; k < 8; k++)
        put_f32(&b, (float)k);
    bytes_file("net/kernel", &b);
    for (int k = 0; k < 4; k++)
        put_f32(&b, 0.5f);
    bytes_file("net/bias", &b);
    put_f32(&b, 10);
    put_f32(&b, 20);
    bytes_file("net/embedding", &b);
}

#define ML5_MANIFEST                                                                                                   \
    "{\"rnnlm/multi_rnn_cell/cell_0/basic_lstm_cell/kernel\":{\"filename\":\"kernel\",\"shape\":[2,4]},"               \
    "\"rnnlm/multi_rnn_cell/cell_0/basic_lstm_cell/bias\":{\"filename\":\"bias\",\"shape\":[4]},"                      \
    "\"embedding\":{\"filename\":\"%s\",\"shape\":[2,1]}}"

static void an_ml5_folder_brings_its_characters(void **state)
{
    (void)state;
    struct err e = {{0}};
    char folder[256], manifest[512];
    strcpy(folder, bytes_path("net"));
    mkdir(folder, 0777);
    snprintf(manifest, sizeof manifest, ML5_MANIFEST, "embedding");
    ml5(manifest, "{\"b\":1,\"a\":0}");
    struct model *m = model_load(folder, NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    const struct lstm_layer *l = &m->net->layer[0];            /* rows x, h; i c f o; forget_bias 1 */
    assert_true(l->W[Q_I][1] == 0 && l->W[Q_G][1] == 1 && l->W[Q_F][1] == 2 && l->W[Q_O][0] == 7);
    assert_true(l->b[Q_F][0] == 1.5f && l->b[Q_I][0] == 0.5f);
    assert_string_equal(m->vocab->token[1], "b");
    assert_true(m->net->embedding[1] == 20);
    model_free(m);
    snprintf(manifest, sizeof manifest, ML5_MANIFEST, "bias");
    ml5(manifest, "{\"b\":1,\"a\":0}");
    must_refuse(folder, "expected 8 bytes in bias, as its shape says, found 16");
    snprintf(manifest, sizeof manifest, ML5_MANIFEST, "../model.json");
    ml5(manifest, "{\"b\":1,\"a\":0}");
    must_refuse(folder, "expected the name of a file beside it");
    snprintf(manifest, sizeof manifest, ML5_MANIFEST, "embedding");
    ml5(manifest, "{\"b\":1,\"a\":1}");
    must_refuse(folder, "expected each number once, found 1 again");
    ml5(manifest, "{\"b\":1,\"a\":2}");
    must_refuse(folder, "expected a whole number from 0 to 1");
    static const char *const files[] = {"manifest.json", "vocab.json", "kernel", "bias", "embedding"};
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        char name[64];
        snprintf(name, sizeof name, "net/%s", files[k]);
        unlink(bytes_path(name));
    }
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_configuration_beside_the_weights_counts_as_much),
        cmocka_unit_test(what_a_topology_has_beside_the_lstm_is_told_or_refused),
        cmocka_unit_test(shards_cut_within_a_weight_are_one_row_of_bytes),
        cmocka_unit_test(the_gates_are_what_the_topology_says),
        cmocka_unit_test(a_manifest_that_does_not_fit_its_files_is_refused),
        cmocka_unit_test(an_ml5_folder_brings_its_characters),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
