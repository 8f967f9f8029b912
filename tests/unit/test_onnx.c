/* test_onnx.c: LSTM nodes of ONNX files, from the bytes of the message to the network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "import/import.h"
#include "import/source.h"
#include "support/refusal.h"

/* ---- writing messages ---- */

static void varint(struct str *b, uint64_t v)
{
    for (; v >= 128; v >>= 7)
        str_addc(b, (char)(v | 128));
    str_addc(b, (char)v);
}

static void number(struct str *b, unsigned field, uint64_t v)
{
    varint(b, field << 3);
    varint(b, v);
}

static void bytes(struct str *b, unsigned field, const char *s, size_t n)
{
    varint(b, field << 3 | 2);
    varint(b, n);
    str_addn(b, s, n);
}

static void text(struct str *b, unsigned field, const char *s)
{
    bytes(b, field, s, strlen(s));
}

/* A message within a message, which it empties. */
static void within(struct str *b, unsigned field, struct str *inner)
{
    bytes(b, field, str_text(inner), inner->len);
    str_free(inner);
}

static struct str tensor(const char *name, const float *v, int rank, const int *shape)
{
    struct str t = {0}, raw = {0};
    int n = 1;
    for (int d = 0; d < rank; d++) {
        number(&t, 1, (uint64_t)shape[d]);
        n *= shape[d];
    }
    number(&t, 2, 1);
    text(&t, 8, name);
    for (int k = 0; k < n; k++)
        put_f32(&raw, v[k]);
    within(&t, 9, &raw);
    return t;
}

static void initializer(struct str *graph, const char *name, const float *v, int rank, const int *shape)
{
    struct str t = tensor(name, v, rank, shape);
    within(graph, 5, &t);
}

/* inputs and outputs are lists between blanks; "-" is an input that is left out. */
static struct str node(const char *op, const char *inputs, const char *outputs)
{
    struct str n = {0};
    const char *const lists[] = {inputs, outputs};
    for (unsigned k = 0; k < 2; k++)
        for (const char *p = lists[k]; *p; p += strspn(p, " ")) {
            size_t len = strcspn(p, " ");
            bytes(&n, k + 1, p, *p == '-' ? 0 : len);
            p += len;
        }
    text(&n, 4, op);
    return n;
}

static void attribute_text(struct str *node, const char *name, const char *value)
{
    struct str a = {0};
    text(&a, 1, name);
    text(&a, 4, value);
    within(node, 5, &a);
}

static void attribute_number(struct str *node, const char *name, uint64_t value)
{
    struct str a = {0};
    text(&a, 1, name);
    number(&a, 3, value);
    within(node, 5, &a);
}

static const char *model(struct str *graph)
{
    struct str m = {0};
    number(&m, 1, 8);
    text(&m, 2, "test");
    within(&m, 7, graph);
    return bytes_file("m.onnx", &m);
}

/* One unit, one input; rows i o f c. */
static const float W[] = {1, 2, 3, 4}, R[] = {5, 6, 7, 8}, B[] = {0.5f, 0.25f, 0.125f, 1, 8, 8, 8, 8};
static const int W_shape[] = {1, 4, 1}, B_shape[] = {1, 8};

static struct str weights(void)
{
    struct str g = {0};
    initializer(&g, "w", W, 3, W_shape);
    initializer(&g, "r", R, 3, W_shape);
    initializer(&g, "b", B, 2, B_shape);
    return g;
}

/* ---- sound files ---- */

static void an_lstm_node_is_read_in_the_order_i_o_f_c(void **state)
{
    (void)state;
    struct str g = weights(), n = node("LSTM", "x w r b", "y");
    within(&g, 1, &n);
    struct model *m = must_load(model(&g), NULL);
    const struct lstm_layer *l = &m->net->layer[0];
    static const struct {
        enum quantity q;
        float h, x, b;
    } want[] = {{Q_I, 5, 1, 8.5f}, {Q_O, 6, 2, 8.25f}, {Q_F, 7, 3, 8.125f}, {Q_G, 8, 4, 9}};
    for (size_t k = 0; k < 4; k++)
        assert_true(l->W[want[k].q][0] == want[k].h && l->W[want[k].q][1] == want[k].x
                    && l->b[want[k].q][0] == want[k].b);
    assert_int_equal(m->net->outputs, 0);
    model_free(m);
}

static void embedding_stack_and_head_are_found_by_what_feeds_what(void **state)
{
    (void)state;
    static const float E[] = {10, 20, 30}, head[] = {1, 2, 3}, bias[] = {4, 5, 6};
    static const int E_shape[] = {3, 1}, head_shape[] = {1, 3}, bias_shape[] = {3};
    struct str g = weights(), n, words = {0};
    initializer(&g, "e", E, 2, E_shape);
    initializer(&g, "h", head, 2, head_shape);
    initializer(&g, "hb", bias, 1, bias_shape);
    initializer(&g, "w2", B, 3, W_shape);
    static const char *const nodes[][3] = {
        {"Gather", "e ids", "x0"}, {"Transpose", "x0", "x"}, {"LSTM", "x w r b", "y"}, {"Squeeze", "y", "y1"},
        {"LSTM", "y1 r w2 b", "z"},
        {"Squeeze", "z", "z1"}, {"MatMul", "z1 h", "p"}, {"Add", "hb p", "q"},
    };
    for (size_t k = 0; k < sizeof nodes / sizeof *nodes; k++) {
        n = node(nodes[k][0], nodes[k][1], nodes[k][2]);
        within(&g, 1, &n);
    }
    char vocab[256];
    str_add(&words, "[\"a\",\"b\",\"c\"]");
    strcpy(vocab, bytes_file("v.json", &words));
    struct model *m = must_load(model(&g), &(struct model_options){.tokenizer = -1, .vocab = vocab});
    assert_int_equal(m->net->layers, 2);
    assert_int_equal(m->net->vocab, 3);
    assert_true(m->net->embedding[2] == 30);
    assert_int_equal(m->net->outputs, 3);
    assert_true(m->net->out_W[1] == 2 && m->net->out_b[2] == 6);
    assert_int_equal(m->unused_count, 0);
    model_free(m);
}

static void what_is_computed_in_front_is_told_as_not_used(void **state)
{
    (void)state;
    struct str g = weights(), n = node("Conv", "x0 k", "x");
    initializer(&g, "k", W, 3, W_shape);
    within(&g, 1, &n);
    n = node("LSTM", "x w r b", "y");
    within(&g, 1, &n);
    struct model *m = must_load(model(&g), NULL);
    assert_int_equal(m->unused_count, 1);
    model_free(m);
}

static void an_initial_state_is_read_unless_it_is_zeros(void **state)
{
    (void)state;
    static const float h0[] = {0.5f}, c0[] = {0};
    static const int shape[] = {1, 1, 1};
    struct str g = weights(), n = node("Expand", "c0 shape", "c");
    initializer(&g, "h0", h0, 3, shape);
    initializer(&g, "c0", c0, 3, shape);
    within(&g, 1, &n);
    n = node("LSTM", "x w r b - h0 c", "y");
    within(&g, 1, &n);
    struct model *m = must_load(model(&g), NULL);
    assert_true(m->net->h0[0][0] == 0.5f && m->net->c0[0][0] == 0);
    model_free(m);
    g = weights();
    n = node("MatMul", "a b", "h");
    within(&g, 1, &n);
    n = node("LSTM", "x w r b - h", "y");
    within(&g, 1, &n);
    must_refuse(model(&g),
                "LSTM.initial_h: is computed by a MatMul in the graph, which is not run; --initial FILE gives it");
}

/* ---- what is refused ---- */

static void what_the_engine_does_not_compute_is_refused_by_name(void **state)
{
    (void)state;
    struct str g = weights(), n = node("LSTM", "x w r b", "y");
    attribute_text(&n, "direction", "reverse");
    within(&g, 1, &n);
    must_refuse(model(&g), "reverse");
    g = weights();
    n = node("LSTM", "x w r b", "y");
    struct str a = {0};
    text(&a, 1, "activations");
    text(&a, 9, "Sigmoid");
    text(&a, 9, "Relu");
    text(&a, 9, "Tanh");
    within(&n, 5, &a);
    within(&g, 1, &n);
    must_refuse(model(&g), "an LSTM node with the activation Relu, which is not supported");
    g = weights();
    n = node("LSTM", "x w r b", "y");
    text(&a, 1, "clip");
    varint(&a, 2 << 3 | 5);
    put_f32(&a, 3);
    within(&n, 5, &a);
    within(&g, 1, &n);
    must_refuse(model(&g), "an LSTM node that clips its sums at 3");
    g = weights();
    n = node("GRU", "x w r b", "y");
    within(&g, 1, &n);
    must_refuse(model(&g), "a node GRU, which is not read");
    g = weights();
    n = node("Relu", "x", "y");
    within(&g, 1, &n);
    must_refuse(model(&g), "an ONNX file without an LSTM node; its nodes are Relu");
    g = weights();
    n = node("Mul", "w w", "w2");
    within(&g, 1, &n);
    n = node("LSTM", "x w2 r b", "y");
    within(&g, 1, &n);
    must_refuse(model(&g), "LSTM.W: expected weights, found what a Mul computes: python3 -c");
}

static void coupled_gates_and_a_hard_sigmoid_are_read(void **state)
{
    (void)state;
    struct str g = weights(), n = node("LSTM", "x w r b", "y"), a = {0};
    attribute_number(&n, "input_forget", 1);
    text(&a, 1, "activations");
    text(&a, 9, "HardSigmoid");
    text(&a, 9, "Tanh");
    text(&a, 9, "Tanh");
    within(&n, 5, &a);
    within(&g, 1, &n);
    struct model *m = must_load(model(&g), NULL);
    assert_true(m->net->layer[0].coupled && m->net->layer[0].gate_function != GATE_SIGMOID);
    model_free(m);
}

static void a_weight_that_is_not_whole_is_refused(void **state)
{
    (void)state;
    struct str g = {0}, t = tensor("w", W, 3, (const int[]){1, 4, 1}), n = node("LSTM", "x w w", "y");
    number(&t, 1, 2);                                       /* one axis more than the numbers have */
    within(&g, 5, &t);
    within(&g, 1, &n);
    must_refuse(model(&g), "LSTM.W: expected 32 bytes of numbers, as its shape and type say, found 16");
    t = tensor("w", W, 3, (const int[]){1, 4, 1});
    number(&t, 14, 1);
    n = node("LSTM", "x w w", "y");
    within(&g, 5, &t);
    within(&g, 1, &n);
    must_refuse(model(&g), "LSTM.W: its numbers are in another file: python3 -c");
    for (int k = 0; k < 7; k++)
        number(&t, 1, 1);
    text(&t, 8, "w");
    number(&t, 1, (uint64_t)1 << 40);
    within(&g, 5, &t);
    must_refuse(model(&g), "an ONNX file that is damaged or cut off, in a weight");
}

static void a_file_cut_off_or_damaged_anywhere_is_survived(void **state)
{
    (void)state;
    struct str g = weights(), n = node("LSTM", "x w r b", "y"), whole = {0};
    within(&g, 1, &n);
    struct source *s = must_open(model(&g));
    str_addn(&whole, (const char *)s->bytes.data, s->bytes.len);
    source_close(s);
    static const unsigned char flips[] = {0x55, 1, 2, 4, 8, 16, 64, 128};
    assert_true(survives("m.onnx", &whole, &(struct damage){1, flips, sizeof flips, true}) > 100);
    str_free(&whole);
}

static void the_kind_is_known_by_its_bytes(void **state)
{
    (void)state;
    struct str g = weights(), n = node("LSTM", "x w r b", "y"), m = {0};
    struct err e = {{0}};
    within(&g, 1, &n);
    number(&m, 1, 8);
    within(&m, 7, &g);
    struct source *s = source_open(bytes_file("weights", &m), &e);
    assert_non_null(s);
    assert_string_equal(s->kind->name, "ONNX");
    source_close(s);
    str_add(&m, "not a message");
    must_refuse(bytes_file("m.onnx", &m), "an ONNX file that is damaged or cut off, in the model: it has no graph");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_lstm_node_is_read_in_the_order_i_o_f_c),
        cmocka_unit_test(embedding_stack_and_head_are_found_by_what_feeds_what),
        cmocka_unit_test(what_is_computed_in_front_is_told_as_not_used),
        cmocka_unit_test(an_initial_state_is_read_unless_it_is_zeros),
        cmocka_unit_test(what_the_engine_does_not_compute_is_refused_by_name),
        cmocka_unit_test(coupled_gates_and_a_hard_sigmoid_are_read),
        cmocka_unit_test(a_weight_that_is_not_whole_is_refused),
        cmocka_unit_test(a_file_cut_off_or_damaged_anywhere_is_survived),
        cmocka_unit_test(the_kind_is_known_by_its_bytes),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
