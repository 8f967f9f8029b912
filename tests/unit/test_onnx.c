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

static void attribute_float(struct str *node, const char *name, float value)
{
    struct str a = {0};
    text(&a, 1, name);
    varint(&a, 2 << 3 | 5);
    put_f32(&a, value);
    within(node, 5, &a);
}

static void attribute_texts(struct str *node, const char *name, const char *const *value)
{
    struct str a = {0};
    text(&a, 1, name);
    for (; *value; value++)
        text(&a, 9, *value);
    within(node, 5, &a);
}

/* Integers. */
static void attribute_numbers(struct str *node, const char *name, int n, const int *value)
{
    struct str a = {0}, all = {0};
    text(&a, 1, name);
    for (int k = 0; k < n; k++)
        varint(&all, (uint64_t)value[k]);
    within(&a, 8, &all);
    within(node, 5, &a);
}

/* A node without attributes, into the graph. */
static void add_node(struct str *graph, const char *op, const char *inputs, const char *outputs)
{
    struct str n = node(op, inputs, outputs);
    within(graph, 1, &n);
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
        if (k == 1)
            attribute_numbers(&n, "perm", 3, (const int[]){1, 0, 2});
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
    static const float kernel[] = {9, 8, 7, 6};
    struct str g = weights(), n = node("Conv", "x0 k", "x");
    initializer(&g, "k", kernel, 3, W_shape);
    within(&g, 1, &n);
    n = node("LSTM", "x w r b", "y");
    within(&g, 1, &n);
    struct model *m = must_load(model(&g), NULL);
    assert_int_equal(m->unused_count, 1);
    model_free(m);
    g = weights();                                     /* and where it has no weights */
    n = node("Relu", "x0", "x");
    within(&g, 1, &n);
    n = node("LSTM", "x w r b", "y");
    within(&g, 1, &n);
    m = must_load(model(&g), NULL);
    assert_string_equal(m->notice,
                        "the LSTM reads what Relu computes, which is not run: give its own inputs, 1 number a step");
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
    assert_true(m->net->layer[0].coupled && m->net->layer[0].gate_function == GATE_HARD_KERAS2);
    /* f = 1 - i, as ONNX has it: i is the gate. The engine's i = 1 - f gives that where f has the weights of i, turned
     * round. */
    const struct lstm_layer *l = &m->net->layer[0];
    for (int k = 0; k < l->hidden * (l->hidden + l->in); k++)
        assert_true(l->W[Q_I][k] != 0 && l->W[Q_F][k] == -l->W[Q_I][k]);
    assert_true(l->b[Q_F][0] == -l->b[Q_I][0]);
    model_free(m);
}

/* One attribute of numbers. */
static void attribute_floats(struct str *node, const char *name, int n, const float *v)
{
    struct str a = {0}, all = {0};
    text(&a, 1, name);
    for (int k = 0; k < n; k++)
        put_f32(&all, v[k]);
    within(&a, 7, &all);
    within(node, 5, &a);
}

static struct str with_activations(const char *of_forward, const char *of_backward, int n, float alpha, float beta)
{
    struct str g = weights(), node_ = node("LSTM", "x w r b", "y"), a = {0};
    const float alphas[] = {alpha, alpha}, betas[] = {beta, beta};
    text(&a, 1, "activations");
    text(&a, 9, of_forward);
    text(&a, 9, "Tanh");
    text(&a, 9, "Tanh");
    if (of_backward) {
        text(&a, 9, of_backward);
        text(&a, 9, "Tanh");
        text(&a, 9, "Tanh");
    }
    within(&node_, 5, &a);
    if (n) {
        attribute_floats(&node_, "activation_alpha", n, alphas);
        attribute_floats(&node_, "activation_beta", n, betas);
    }
    within(&g, 1, &node_);
    return g;
}

static void alpha_and_beta_say_which_hard_sigmoid_it_is(void **state)
{
    (void)state;
    static const struct { float alpha, beta; enum gate_function f; } known[] = {
        {0.2f, 0.5f, GATE_HARD_KERAS2}, {1.0f / 6, 0.5f, GATE_HARD_KERAS3}};
    for (size_t k = 0; k < 2; k++) {
        struct str g = with_activations("HardSigmoid", NULL, 1, known[k].alpha, known[k].beta);
        struct model *m = must_load(model(&g), NULL);
        assert_int_equal(m->net->layer[0].gate_function, known[k].f);
        model_free(m);
    }
    struct str g = with_activations("HardSigmoid", NULL, 1, 0.2f, 0.4f);
    must_refuse(model(&g),
                "an LSTM node with the activation HardSigmoid, alpha 0.2 and beta 0.4: only alpha 0.2 or 1/6 with");
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

/* ---- where the numbers stand ---- */

/* A weight whose numbers are as `put` writes them, of this type. */
static struct str typed(const char *name, unsigned type, int rank, const int *shape)
{
    struct str t = {0}, sizes = {0};
    for (int d = 0; d < rank; d++)
        varint(&sizes, (uint64_t)shape[d]);
    within(&t, 1, &sizes);                                  /* packed, as newer files have them */
    number(&t, 2, type);
    text(&t, 8, name);
    return t;
}

static void numbers_are_read_as_floats_as_doubles_and_as_bytes(void **state)
{
    (void)state;
    static const unsigned types[] = {1, 11};
    for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
        struct str g = {0}, list = {0}, t = typed("w", types[k], 3, W_shape);
        for (int j = 0; j < 4; j++)
            if (types[k] == 1)
                put_f32(&list, W[j]);
            else
                put_f64(&list, (double)W[j]);
        within(&t, types[k] == 1 ? 4 : 10, &list);          /* float_data, double_data */
        within(&g, 5, &t);
        initializer(&g, "r", R, 3, W_shape);
        add_node(&g, "LSTM", "x w r", "y");
        struct model *m = must_load(model(&g), NULL);
        assert_true(m->net->layer[0].W[Q_F][1] == 3 && m->net->layer[0].W[Q_F][0] == 7);
        assert_true(m->net->layer[0].b[Q_F][0] == 0);       /* no B: no biases */
        model_free(m);
    }
}

/* An LSTM whose W is `t`, which it empties. */
static const char *with_W(struct str *t)
{
    struct str g = {0};
    within(&g, 5, t);
    initializer(&g, "r", R, 3, W_shape);
    add_node(&g, "LSTM", "x w r", "y");
    return model(&g);
}

static void numbers_that_cannot_be_read_are_told_by_the_name_of_their_tensor(void **state)
{
    (void)state;
    struct str t = typed("w", 1, 3, W_shape);
    for (int k = 0; k < 4; k++) {
        varint(&t, 4 << 3 | 5);                             /* float_data, one by one */
        put_f32(&t, W[k]);
    }
    must_refuse(with_W(&t), "LSTM.W: its numbers are of a type that is not read");
    t = typed("w", 6, 3, W_shape);
    bytes(&t, 5, "\1\2\3\4", 4);                           /* int32_data */
    must_refuse(with_W(&t), "LSTM.W: its numbers are of a type that is not read");
    t = typed("w", 8, 3, W_shape);                          /* strings */
    must_refuse(with_W(&t), "LSTM.W: its numbers are of a type that is not read");
    t = typed("w", 1, 3, W_shape);                          /* no numbers at all */
    must_refuse(with_W(&t), "LSTM.W: expected 16 bytes of numbers, as its shape and type say, found 0");
    t = typed("w", 1, 3, (const int[]){1, 4, 0});
    must_refuse(with_W(&t), "LSTM.W");
    t = typed("w", 1, 8, (const int[]){1 << 30, 1 << 30, 1 << 30, 1 << 30, 1, 1, 1, 1});
    must_refuse(with_W(&t), "LSTM.W: expected a size that memory can hold");
    t = typed("w", 1, 9, (const int[]){1, 1, 1, 1, 1, 1, 1, 4, 1});
    must_refuse(with_W(&t), "an ONNX file that is damaged or cut off, in a weight (of at most 8 axes)");
    t = typed("w", 1, 3, W_shape);
    number(&t, 9, 1);                                       /* raw_data is no number */
    must_refuse(with_W(&t), "an ONNX file that is damaged or cut off, in a weight (of at most 8 axes)");
}

static void weights_come_from_constants_through_what_keeps_their_order(void **state)
{
    (void)state;
    struct str g = {0}, t = tensor("", W, 3, W_shape), n = node("Constant", "", "w0"), a = {0};
    text(&a, 1, "value");
    within(&a, 5, &t);
    within(&n, 5, &a);
    within(&g, 1, &n);
    add_node(&g, "Constant", "", "nothing");                /* without a value */
    add_node(&g, "Identity", "w0", "w1");
    add_node(&g, "Unsqueeze", "w1", "w2");
    add_node(&g, "Squeeze", "w2", "w3");
    add_node(&g, "Cast", "w3", "w4");
    add_node(&g, "Reshape", "w4 shape", "w");
    initializer(&g, "r", R, 3, W_shape);
    add_node(&g, "LSTM", "x w r", "y");
    struct model *m = must_load(model(&g), NULL);
    assert_true(m->net->layer[0].W[Q_G][1] == 4);
    model_free(m);
    static const struct { const char *op, *from, *says; } computed[] = {
        {"Identity", "w", "LSTM.W: expected weights, found what a Identity computes"},          /* of itself */
        {"Identity", "", "LSTM.W: expected weights, found what a Identity computes"},
        {"Expand", "r", "LSTM.W: expected weights, found what a Expand computes"},
    };
    for (size_t k = 0; k < sizeof computed / sizeof *computed; k++) {
        initializer(&g, "r", R, 3, W_shape);
        add_node(&g, computed[k].op, computed[k].from, "w");
        add_node(&g, "LSTM", "x w r", "y");
        must_refuse(model(&g), computed[k].says);
    }
    initializer(&g, "r", R, 3, W_shape);
    add_node(&g, "LSTM", "x - r", "y");
    must_refuse(model(&g), "LSTM.W: expected weights, found what a nothing computes");
    initializer(&g, "w", W, 3, W_shape);
    add_node(&g, "LSTM", "x w", "y");
    must_refuse(model(&g), "LSTM.R: expected weights, found what a nothing computes");
}

static void many_weights_and_nodes_are_many(void **state)
{
    (void)state;
    enum { MANY = 200 };
    struct str g = {0};
    static const int shape[] = {4};
    static const float more[] = {9, 8, 7, 6};
    char name[16];
    for (int k = 0; k < MANY; k++) {
        snprintf(name, sizeof name, "more%d", k);
        initializer(&g, name, more, 1, shape);
        add_node(&g, "Relu", name, "a b c d");              /* an output too many is passed over */
    }
    add_node(&g, "LSTM", "x w r b - - - - more0", "y");     /* and an input */
    initializer(&g, "", W, 1, shape);                       /* without a name nobody asks for it */
    initializer(&g, "w", W, 3, W_shape);
    initializer(&g, "r", R, 3, W_shape);
    initializer(&g, "b", B, 2, B_shape);
    struct model *m = must_load(model(&g), NULL);
    assert_int_equal(m->unused_count, MANY);
    assert_string_equal(m->unused[0], "more0:initializer");
    model_free(m);
}

/* ---- what stands around it ---- */

static void an_lstm_within_a_branch_of_the_graph_is_found(void **state)
{
    (void)state;
    struct str g = weights(), n = node("LSTM", "x w r b", "y");
    for (int depth = 0; depth < 6; depth++) {
        struct str inner = {0}, a = {0}, whole = {0};
        within(&inner, 1, &n);
        text(&a, 1, "then_branch");
        within(&a, 6, &inner);
        n = node("If", "c", "z");
        within(&n, 5, &a);
        str_addn(&whole, g.s, g.len);
        bytes(&whole, 1, n.s, n.len);
        const char *path = model(&whole);
        if (depth < 4) {
            struct model *m = must_load(path, NULL);
            assert_true(m->net->layer[0].W[Q_F][1] == 3);
            model_free(m);
        } else {
            must_refuse(path, "expected graphs within graphs at most 4 deep, found more");
        }
    }
    str_free(&n);
    str_free(&g);
}

/* A network of one layer with what follows it: Gemm or MatMul of the head h (3 × 1 or 1 × 3). */
static struct model *with_head(const char *op, const char *inputs, const char *const *flag, float value)
{
    static const float h[] = {1, 2, 3}, hb[] = {4, 5, 6};
    struct str g = weights(), n = node(op, inputs, "p");
    add_node(&g, "LSTM", "x w r b", "y");
    initializer(&g, "wide", h, 2, (const int[]){1, 3});
    initializer(&g, "high", h, 2, (const int[]){3, 1});
    initializer(&g, "cube", h, 3, (const int[]){1, 1, 3});
    initializer(&g, "hb", hb, 1, (const int[]){3});
    initializer(&g, "row", hb, 2, (const int[]){1, 3});
    for (; flag && *flag; flag++)
        if (**flag == 't')
            attribute_number(&n, *flag, (uint64_t)value);
        else
            attribute_float(&n, *flag, value);
    within(&g, 1, &n);
    return must_load(model(&g), NULL);
}

static void a_gemm_behind_the_lstm_is_the_head_when_it_is_a_plain_product(void **state)
{
    (void)state;
    static const struct { const char *op, *inputs, *flag[3]; float value; int outputs; float bias; } cases[] = {
        {"Gemm", "y wide hb", {NULL}, 0, 3, 6},
        {"Gemm", "y high hb", {"transB", NULL}, 1, 3, 6},
        {"Gemm", "y wide", {NULL}, 0, 3, 0},
        {"Gemm", "y wide row", {NULL}, 0, 3, 0},                      /* a bias that is no vector is none */
        {"Gemm", "y wide hb", {"alpha", "beta", NULL}, 1, 3, 6},
        {"Gemm", "y wide hb", {"alpha", NULL}, 2, 0, 0},               /* scaled: not what the program computes */
        {"Gemm", "y wide hb", {"beta", NULL}, 2, 0, 0},
        {"Gemm", "y wide hb", {"transA", NULL}, 1, 0, 0},
        {"MatMul", "y wide", {NULL}, 0, 3, 0},
        {"MatMul", "y cube", {NULL}, 0, 0, 0},
        {"MatMul", "y", {NULL}, 0, 0, 0},
        {"MatMul", "x wide", {NULL}, 0, 0, 0},                         /* of something else */
        {"MatMul", "y x", {NULL}, 0, 0, 0},
        {"Mul", "y wide", {NULL}, 0, 0, 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct model *m = with_head(cases[k].op, cases[k].inputs, cases[k].flag, cases[k].value);
        if (m->net->outputs != cases[k].outputs)
            fail_msg("%s %s: %d outputs", cases[k].op, cases[k].inputs, m->net->outputs);
        if (m->net->outputs)
            assert_true(m->net->out_W[2] == 3 && m->net->out_b[2] == cases[k].bias);
        model_free(m);
    }
}

static void of_two_heads_neither_is_the_head(void **state)
{
    (void)state;
    static const float h[] = {1, 2, 3};
    struct str g = weights();
    initializer(&g, "h1", h, 2, (const int[]){1, 3});
    initializer(&g, "h2", h, 2, (const int[]){1, 3});
    add_node(&g, "LSTM", "x w r b", "y");
    add_node(&g, "MatMul", "y h1", "p");
    add_node(&g, "MatMul", "y h2", "q");
    struct model *m = must_load(model(&g), NULL);
    assert_int_equal(m->net->outputs, 0);
    assert_int_equal(m->unused_count, 2);
    model_free(m);
}

static void two_lstms_that_are_no_stack_are_told_by_their_names(void **state)
{
    (void)state;
    static const char *const inputs[] = {"x w2 r2 b", "round w2 r2 b"};       /* a circle is no stack either */
    for (int named = 0; named < 2; named++)
        for (size_t k = 0; k < sizeof inputs / sizeof *inputs; k++) {
            struct str g = weights(), n = node("LSTM", inputs[k], "z");
            initializer(&g, "w2", R, 3, W_shape);
            initializer(&g, "r2", W, 3, W_shape);
            add_node(&g, "LSTM", "x w r b", "y");
            add_node(&g, "Identity", "round", "round");
            if (named)
                text(&n, 3, "decoder");
            within(&g, 1, &n);
            must_refuse(model(&g), named ? "there are two LSTMs, \"LSTM.W\" and \"decoder.W\"; --lstm LSTM"
                                         : "there are two LSTMs, \"LSTM.W\" and \"node3.W\"; --lstm LSTM");
        }
    /* What lies on the second is no layer of the first. */
    struct str g = weights();
    initializer(&g, "w2", R, 3, W_shape);
    initializer(&g, "r2", W, 3, W_shape);
    add_node(&g, "LSTM", "x w r b", "y");
    add_node(&g, "LSTM", "x w2 r2 b", "z");
    add_node(&g, "LSTM", "z w r2 b", "top");
    must_refuse(model(&g), "there are several LSTMs, \"LSTM.W\"");
    /* Nor is one whose name only looks like it. */
    struct str n = node("LSTM", "x w2 r2 b", "z");
    g = weights();
    initializer(&g, "w2", R, 3, W_shape);
    initializer(&g, "r2", W, 3, W_shape);
    add_node(&g, "LSTM", "x w r b", "y");
    text(&n, 3, "LSTM_1");
    within(&g, 1, &n);
    must_refuse(model(&g), "there are two LSTMs, \"LSTM.W\" and \"LSTM_1.LSTM.W\"");
}

/* What a graph does with the logits changes what the model says: it is not run, and so nothing is said. */
static void what_is_done_behind_a_head_leaves_no_output(void **state)
{
    (void)state;
    static const float head[] = {1, 2, 3}, nine[] = {9}, bias[] = {4, 5, 6};
    static const struct { const char *op, *inputs; bool passes, biased; } cases[] = {
        {"Softmax", "l", true, false},    {"LogSoftmax", "l", true, true}, {"Reshape", "l shape", true, true},
        {"Slice", "l a b", true, false},  {"ArgMax", "l", true, true},     {"Mul", "l nine", false, false},
        {"Mul", "nine l", false, true},   {"Div", "l nine", false, false}, {"Relu", "l", false, true},
        {"Tanh", "l", false, false},      {"Neg", "l", false, true},       {"Sigmoid", "l", false, false},
        {"Add", "l nine", false, true},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str g = weights();
        initializer(&g, "h3", head, 2, (const int[]){1, 3});
        initializer(&g, "nine", nine, 0, NULL);
        initializer(&g, "hb", bias, 1, (const int[]){3});
        add_node(&g, "LSTM", "x w r b", "y");
        add_node(&g, "MatMul", "y h3", cases[k].biased ? "p" : "m");
        if (cases[k].biased)
            add_node(&g, "Add", "p hb", "m");
        add_node(&g, "Identity", "m", "l");
        add_node(&g, cases[k].op, cases[k].inputs, "out");
        struct model *m = must_load(model(&g), NULL);
        char says[128];
        snprintf(says, sizeof says, "the head is followed by %s, which is not run: no output is shown", cases[k].op);
        if (m->net->outputs != (cases[k].passes ? 3 : 0)
            || (cases[k].passes ? m->notice != NULL : !m->notice || strcmp(m->notice, says) != 0))
            fail_msg("%s of %s: %d outputs, \"%s\"", cases[k].op, cases[k].inputs, m->net->outputs,
                     m->notice ? m->notice : "nothing is said");
        if (cases[k].passes && cases[k].biased)
            assert_true(m->net->out_b[2] == 6);
        model_free(m);
    }
}

/* What stands in front of each is told of that one, and one is offered on top of another only where the graph has it
 * so. */
static void of_several_lstms_each_says_what_is_not_run_in_front_of_it(void **state)
{
    (void)state;
    static const struct { const char *lstm, *says; } cases[] = {
        {"LSTM", "the LSTM reads what Relu computes, which is not run: give its own inputs, 1 number a step"},
        {"aside", NULL},
        {"upper", "the LSTM reads what LSTM (aside) computes, which is not run: give its own inputs, 1 number a step"},
        {"flipped", "the LSTM reads what Slice computes, which is not run: give its own inputs, 1 number a step"},
        {"aside,upper", NULL},
    };
    static const char *const apart[] = {"LSTM,aside", "upper,aside", "aside,flipped", "upper,flipped"};
    for (size_t k = 0; k < sizeof cases / sizeof *cases + sizeof apart / sizeof *apart; k++) {
        struct str g = weights();
        static const char *const inputs[] = {"x w2 r2 b", "q w r b", "s w r2 b"},
                          *const outputs[] = {"q", "u", "f"}, *const names[] = {"aside", "upper", "flipped"};
        initializer(&g, "w2", R, 3, W_shape);
        initializer(&g, "r2", W, 3, W_shape);
        add_node(&g, "Relu", "x", "x0");
        add_node(&g, "LSTM", "x0 w r b", "y");
        for (int l = 0; l < 3; l++) {
            struct str n = node("LSTM", inputs[l], outputs[l]);
            text(&n, 3, names[l]);
            within(&g, 1, &n);
            if (l == 1)
                add_node(&g, "Slice", "u a b", "s");
        }
        struct model_options o = {.tokenizer = -1};
        if (k < sizeof cases / sizeof *cases) {
            o.lstm = cases[k].lstm;
            struct model *m = must_load(model(&g), &o);
            if (cases[k].says ? !m->notice || strcmp(m->notice, cases[k].says) != 0 : m->notice != NULL)
                fail_msg("%s: \"%s\"", cases[k].lstm, m->notice ? m->notice : "nothing");
            model_free(m);
        } else {
            struct err e = {{0}};
            o.lstm = apart[k - sizeof cases / sizeof *cases];
            assert_null(model_load(model(&g), &o, &e));
            assert_non_null(strstr(e.text, "in the graph something else stands between"));
        }
    }
}

/* encoder has a head of 1 output, decoder one of 3 and an embedding, aside neither. */
static void of_several_lstms_each_has_its_own_head(void **state)
{
    (void)state;
    static const float h[] = {1, 2, 3}, rows[] = {1, 2, 3, 4};
    static const struct { const char *lstm; int outputs, vocab; float last; } cases[] = {
        {"LSTM", 1, 0, 3}, {"decoder", 3, 4, 3}, {"aside", 0, 0, 0},
    };
    char vocab[256];
    struct str words = {0};
    str_add(&words, "[\"a\", \"b\", \"c\", \"d\"]");
    snprintf(vocab, sizeof vocab, "%s", bytes_file("v.json", &words));
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str g = weights(), decoder = node("LSTM", "e w2 r2 b", "z"), aside = node("LSTM", "x w r b", "q");
        initializer(&g, "w2", R, 3, W_shape);
        initializer(&g, "r2", W, 3, W_shape);
        initializer(&g, "h1", h + 2, 2, (const int[]){1, 1});
        initializer(&g, "h3", h, 2, (const int[]){1, 3});
        initializer(&g, "rows", rows, 2, (const int[]){4, 1});
        add_node(&g, "LSTM", "x w r b", "y");
        add_node(&g, "MatMul", "y h1", "p");
        add_node(&g, "Gather", "rows i", "e");
        text(&decoder, 3, "decoder");
        within(&g, 1, &decoder);
        add_node(&g, "MatMul", "z h3", "said");
        text(&aside, 3, "aside");
        within(&g, 1, &aside);
        struct model *m = must_load(model(&g), &(struct model_options){
            .tokenizer = -1, .lstm = cases[k].lstm, .vocab = cases[k].vocab ? vocab : NULL});
        if (m->net->outputs != cases[k].outputs || m->net->vocab != cases[k].vocab)
            fail_msg("%s: %d outputs, %d tokens", cases[k].lstm, m->net->outputs, m->net->vocab);
        if (cases[k].outputs)
            assert_true(m->net->out_W[cases[k].outputs - 1] == cases[k].last);
        model_free(m);
    }
}

static void an_initial_state_of_zeros_may_be_computed(void **state)
{
    (void)state;
    static const float zeros[] = {0, 0}, ones[] = {0, 1};
    static const struct { const char *op; const float *value; const char *says; } cases[] = {
        {"ConstantOfShape", NULL, NULL}, {"ConstantOfShape", zeros, NULL},
        {"ConstantOfShape", ones, "LSTM.initial_h: is computed by a Expand in the graph, which is not run; --initial"},
        {"Identity", NULL, "LSTM.initial_h: is computed by a Expand in the graph"},              /* of nothing */
        {"RandomNormal", NULL, "LSTM.initial_h: is computed by a Expand in the graph"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str g = weights(), n = node(cases[k].op, "", "h0"), a = {0};
        if (cases[k].value) {
            struct str t = tensor("", cases[k].value, 1, (const int[]){2});
            text(&a, 1, "value");
            within(&a, 5, &t);
            within(&n, 5, &a);
        }
        within(&g, 1, &n);
        add_node(&g, "Expand", "h0 shape", "h");
        add_node(&g, "LSTM", "x w r b - h", "y");
        if (cases[k].says) {
            must_refuse(model(&g), cases[k].says);
        } else {
            struct model *m = must_load(model(&g), NULL);
            assert_true(m->net->h0 == NULL || m->net->h0[0][0] == 0);
            model_free(m);
        }
    }
    struct str g = weights();
    add_node(&g, "Identity", "h", "h");                     /* round in circles */
    add_node(&g, "LSTM", "x w r b - h", "y");
    must_refuse(model(&g), "LSTM.initial_h: is computed by a Identity in the graph");
    g = weights();
    add_node(&g, "LSTM", "x w r b - given", "y");           /* an input of the graph: 0 unless somebody gives it */
    struct model *m = must_load(model(&g), NULL);
    assert_true(m->net->layer[0].W[Q_F][1] == 3);
    model_free(m);
}

/* ---- what the LSTM reads ---- */

/* One node, with at most one attribute: one number (to, axis) or several (perm). */
struct step { const char *op, *inputs, *output, *attribute; int count, value[3]; };

static void add_step(struct str *graph, const struct step *s)
{
    struct str n = node(s->op, s->inputs, s->output);
    if (s->attribute && s->count == 1)
        attribute_number(&n, s->attribute, (uint64_t)s->value[0]);
    else if (s->attribute)
        attribute_numbers(&n, s->attribute, s->count, s->value);
    within(graph, 1, &n);
}

/* The shape that a Reshape is given. */
static void shape_of(struct str *graph, const char *name, int n, const int *v)
{
    struct str t = typed(name, 7, 1, &n), raw = {0};
    for (int k = 0; k < n; k++)
        put_u64(&raw, (uint64_t)(int64_t)v[k]);
    within(&t, 9, &raw);
    within(graph, 5, &t);
}

/* The LSTM reads "x", which comes from the rows "emb.weight" by the steps. */
static const char *looked_up(const struct step *steps)
{
    static const float rows[] = {10, 20, 30}, ones[] = {1, 1, 1}, zero[] = {0};
    struct str g = weights();
    initializer(&g, "emb.weight", rows, 2, (const int[]){3, 1});
    initializer(&g, "cube", rows, 3, (const int[]){3, 1, 1});
    initializer(&g, "fixed", ones, 1, (const int[]){3});
    initializer(&g, "off", zero, 1, (const int[]){1});
    shape_of(&g, "one_sequence", 3, (const int[]){1, 3, 1});
    shape_of(&g, "as_before", 3, (const int[]){0, -1, 1});
    shape_of(&g, "several", 3, (const int[]){2, 3, 1});
    for (; steps->op; steps++)
        add_step(&g, steps);
    add_node(&g, "LSTM", "x w r b", "y");
    return model(&g);
}

static const char *three_words(char path[256])
{
    struct str words = {0};
    str_add(&words, "[\"a\", \"b\", \"c\"]");
    snprintf(path, 256, "%s", bytes_file("v.json", &words));
    return path;
}

#define GATHER(ids, to) {"Gather", "emb.weight " ids, to, NULL, 0, {0}}
#define PLAIN(op, from, to) {op, from, to, NULL, 0, {0}}

static void an_embedding_is_one_that_the_lstm_reads_number_by_number(void **state)
{
    (void)state;
    static const struct step cases[][4] = {
        {GATHER("ids", "x")},
        {PLAIN("Identity", "ids", "i"), GATHER("i", "x")},
        {PLAIN("Reshape", "ids shape", "i"), GATHER("i", "x")},
        {PLAIN("Squeeze", "ids", "i"), GATHER("i", "x")},
        {PLAIN("Unsqueeze", "ids", "i"), GATHER("i", "x")},
        {PLAIN("Transpose", "ids", "i"), GATHER("i", "x")},
        {{"Cast", "ids", "i", "to", 1, {6}}, {"Cast", "i", "j", "to", 1, {7}}, GATHER("j", "x")},
        {GATHER("ids", "e"), PLAIN("Identity", "e", "f"), PLAIN("Dropout", "f", "x mask")},
        {GATHER("ids", "e"), PLAIN("Dropout", "e - off", "x")},
        {GATHER("ids", "e"), {"Cast", "e", "x", "to", 1, {1}}},
        {GATHER("ids", "e"), {"Cast", "e", "x", "to", 1, {10}}},
        {GATHER("ids", "e"), PLAIN("Unsqueeze", "e", "f"), PLAIN("Squeeze", "f", "x")},
        {GATHER("ids", "e"), PLAIN("Reshape", "e shape", "x")},
        {GATHER("ids", "e"), PLAIN("Reshape", "e one_sequence", "f"), PLAIN("Reshape", "f as_before", "x")},
        {GATHER("ids", "e"), {"Transpose", "e", "x", "perm", 3, {1, 0, 2}}},
        {{"Gather", "emb.weight ids", "x", "axis", 1, {0}}},
    };
    char vocab[256];
    three_words(vocab);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct model *m = must_load(looked_up(cases[k]), &(struct model_options){.tokenizer = -1, .vocab = vocab});
        if (m->net->vocab != 3 || m->net->embedding[2] != 30)
            fail_msg("case %zu: %d tokens", k, m->net->vocab);
        model_free(m);
    }
}

static void what_is_computed_before_or_behind_the_rows_makes_it_a_model_of_vectors(void **state)
{
    (void)state;
    static const struct { struct step steps[4]; const char *what; } cases[] = {
        /* the ids are others */
        {{PLAIN("Add", "ids one", "i"), PLAIN("Mod", "i seven", "j"), GATHER("j", "x")}, "Gather of Mod"},
        {{PLAIN("Sub", "six ids", "i"), PLAIN("Reshape", "i shape", "j"), GATHER("j", "x")}, "Gather of Sub"},
        {{PLAIN("Clip", "ids", "i"), GATHER("i", "x")}, "Gather of Clip"},
        {{PLAIN("Slice", "ids a b", "i"), GATHER("i", "x")}, "Gather of Slice"},
        {{PLAIN("Concat", "ids zero", "i"), GATHER("i", "x")}, "Gather of Concat"},
        {{{"Cast", "ids", "i", "to", 1, {9}}, GATHER("i", "x")}, "Gather of Cast"},
        {{PLAIN("Cast", "ids", "i"), GATHER("i", "x")}, "Gather of Cast"},
        {{GATHER("fixed", "x")}, "Gather"},                               /* always the same */
        {{PLAIN("Identity", "i", "i"), GATHER("i", "x")}, "Gather"},      /* round in circles */
        {{PLAIN("Gather", "emb.weight", "x")}, "Gather"},                 /* of nothing */
        /* the rows are others, or in another order */
        {{GATHER("ids", "e"), PLAIN("Slice", "e a b c d", "x")}, "Slice"},
        {{GATHER("ids", "e"), PLAIN("Slice", "e a b", "f"), PLAIN("Slice", "e c d", "g"), PLAIN("Concat", "f g", "x")},
         "Concat"},
        {{GATHER("ids", "e"), PLAIN("ReverseSequence", "e n", "x")}, "ReverseSequence"},
        {{GATHER("ids", "e"), PLAIN("Expand", "e shape", "x")}, "Expand"},
        {{GATHER("ids", "e"), PLAIN("Flatten", "e", "x")}, "Flatten"},
        {{GATHER("ids", "e"), PLAIN("Gather", "e order", "x")}, "Gather"},
        {{GATHER("ids", "e"), PLAIN("Reshape", "e several", "x")}, "Reshape"},     /* steps of one in another */
        {{GATHER("ids", "e"), PLAIN("Mul", "e three", "x")}, "Mul"},
        {{GATHER("ids", "e"), PLAIN("Add", "e pos", "x")}, "Add"},
        {{GATHER("ids", "e"), PLAIN("MatMul", "e cube", "f"), PLAIN("Relu", "f", "x")}, "Relu"},
        {{GATHER("ids", "e"), PLAIN("Transpose", "e", "x")}, "Transpose"},         /* all axes turned round */
        {{GATHER("ids", "e"), {"Transpose", "e", "x", "perm", 3, {0, 2, 1}}}, "Transpose"},
        {{GATHER("ids", "e"), {"Cast", "e", "x", "to", 1, {7}}}, "Cast"},
        {{GATHER("ids", "e"), PLAIN("Dropout", "e", "f x")}, "Dropout"},           /* its mask */
        {{GATHER("ids", "e"), PLAIN("Dropout", "e - fixed", "x")}, "Dropout"},     /* in training */
        {{{"Gather", "emb.weight ids", "x", "axis", 1, {1}}}, "Gather"},
        {{PLAIN("Gather", "cube ids", "x")}, "Gather"},
        /* what is read is no embedding at all */
        {{PLAIN("Slice", "input a b", "x")}, "Slice"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct model *m = must_load(looked_up(cases[k].steps), NULL);
        char says[160];
        snprintf(says, sizeof says,
                 "the LSTM reads what %s computes, which is not run: give its own inputs, 1 number a step",
                 cases[k].what);
        if (m->net->vocab || !m->notice || strcmp(m->notice, says) != 0)
            fail_msg("case %zu: %d tokens, \"%s\"", k, m->net->vocab, m->notice ? m->notice : "nothing");
        assert_string_equal(m->unused[m->unused_count > 1], "emb.weight:initializer");
        model_free(m);
    }
}

/* In a loop: what its graph is given each time round, the loop makes. */
static void what_a_loop_gives_its_graph_is_no_word_and_no_state(void **state)
{
    (void)state;
    static const float rows[] = {10, 20, 30};
    static const struct { const char *lstm, *says; bool refused; } cases[] = {
        {"x w r b", "the LSTM reads what Gather (look) of Loop or Scan computes, which is not run", false},
        {"i w r b", "the LSTM reads what Loop or Scan computes, which is not run", false},
        {"z w r b - i", "LSTM.initial_h: is computed by a Loop or Scan in the graph, which is not run", true},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str g = weights(), body = {0}, input = {0}, a = {0}, n = node("Gather", "rows i", "x");
        initializer(&g, "rows", rows, 2, (const int[]){3, 1});
        text(&n, 3, "look");
        within(&body, 1, &n);
        add_node(&body, "LSTM", cases[k].lstm, "y");
        text(&input, 1, "i");
        within(&body, 11, &input);
        text(&a, 1, "body");
        within(&a, 6, &body);
        n = node("Loop", "many", "end");
        within(&n, 5, &a);
        within(&g, 1, &n);
        if (cases[k].refused) {
            must_refuse(model(&g), cases[k].says);
            continue;
        }
        struct model *m = must_load(model(&g), NULL);
        assert_int_equal(m->net->vocab, 0);
        assert_non_null(m->notice);
        assert_non_null(strstr(m->notice, cases[k].says));
        model_free(m);
    }
}

/* What nothing here takes has its own numbers; but rows and factors that the graph computes with are not taken for
 * what the LSTM reads because somebody says so. */
static void what_the_graph_computes_with_is_nothing_by_its_name(void **state)
{
    (void)state;
    static const struct step steps[] = {
        GATHER("ids", "e"), PLAIN("MatMul", "e cube", "f"), PLAIN("Relu", "f", "x"), PLAIN(NULL, NULL, NULL)};
    static const float ones[] = {1, 1, 1};
    static const struct { const char *name, *says; } cases[] = {
        {"emb.weight", "emb.weight:initializer: is read by Gather in a part of the graph that is not run, so that the "
                       "LSTM does not get its rows as they are: without a vocabulary it takes its own inputs"},
        {"cube", "cube:initializer: is read by MatMul in a part of the graph that is not run"},
    };
    struct source *s = must_open(looked_up(steps));
    must_hold(s, "fixed:initializer", ones, 3);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        char name[64];
        snprintf(name, sizeof name, "%s:initializer", cases[k].name);
        struct tensor *t = source_find(s, name);
        assert_non_null(t);
        assert_int_equal(t->dtype, DTYPE_F32);
        assert_false(tensor_numbers(s, t, &e));
        assert_non_null(strstr(e.text, cases[k].says));
    }
    source_close(s);
    char vocab[256];
    struct err e = {{0}};
    three_words(vocab);
    assert_null(model_load(looked_up(steps), &(struct model_options){
        .tokenizer = -1, .vocab = vocab, .names = "embedding=emb.weight:initializer"}, &e));
    assert_non_null(strstr(e.text, cases[0].says));
}

/* Numbers in another file, or too few, of what nobody reads hurt nobody; a name alone makes no head. */
static void a_name_makes_no_head_and_what_nobody_reads_may_be_elsewhere(void **state)
{
    (void)state;
    static const float h[] = {1, 2, 3};
    struct str g = weights(), t = tensor("decoder.weight", h, 2, (const int[]){3, 1}), n;
    number(&t, 14, 1);
    within(&g, 5, &t);
    t = tensor("short", h, 1, (const int[]){3});
    number(&t, 1, 5);
    within(&g, 5, &t);
    initializer(&g, "fc.weight", h, 2, (const int[]){3, 1});
    initializer(&g, "h0", h, 1, (const int[]){1});
    add_node(&g, "LSTM", "x w r b", "y");
    add_node(&g, "Tanh", "y", "z");
    n = node("Gemm", "z fc.weight", "p");
    attribute_number(&n, "transB", 1);
    within(&g, 1, &n);
    struct model *m = must_load(model(&g), NULL);
    assert_int_equal(m->net->outputs, 0);
    assert_true(m->net->h0 == NULL || m->net->h0[0][0] == 0);
    assert_int_equal(m->unused_count, 4);
    model_free(m);
}

/* Layers of a stack read h of each step in order; a head may read h of any step, or of the last, but not C. */
static void what_lies_on_an_lstm_reads_h_step_by_step(void **state)
{
    (void)state;
    static const float h[] = {1, 2, 3};
    static const struct { struct step steps[2]; bool stack; } cases[] = {
        {{PLAIN("Squeeze", "y", "z")}, true},
        {{{"Transpose", "y", "y1", "perm", 3, {0, 2, 1}}, PLAIN("Squeeze", "y1", "z")}, false},
        {{PLAIN("Slice", "y a b", "z")}, false},
        {{PLAIN("Expand", "y shape", "z")}, false},
        {{PLAIN("Squeeze", "yh", "z")}, false},
        {{PLAIN("Squeeze", "yc", "z")}, false},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str g = weights();
        add_node(&g, "LSTM", "x w r b", "y yh yc");
        for (int i = 0; i < 2 && cases[k].steps[i].op; i++)
            add_step(&g, &cases[k].steps[i]);
        initializer(&g, "w2", R, 3, W_shape);
        add_node(&g, "LSTM", "z w2 r b", "top");
        if (cases[k].stack) {
            struct model *m = must_load(model(&g), NULL);
            assert_int_equal(m->net->layers, 2);
            model_free(m);
        } else {
            must_refuse(model(&g), "there are two LSTMs, \"LSTM.W\" and ");
        }
    }
    static const struct { const char *from; int outputs; } heads[] = {{"y", 3}, {"yh", 3}, {"yc", 0}};
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++) {
        struct str g = weights(), inputs = {0};
        initializer(&g, "head", h, 2, (const int[]){1, 3});
        add_node(&g, "LSTM", "x w r b", "y yh yc");
        str_addf(&inputs, "%s last", heads[k].from);
        add_node(&g, "Gather", str_text(&inputs), "z");
        str_free(&inputs);
        add_node(&g, "MatMul", "z head", "p");
        struct model *m = must_load(model(&g), NULL);
        if (m->net->outputs != heads[k].outputs)
            fail_msg("%s: %d outputs", heads[k].from, m->net->outputs);
        model_free(m);
    }
}

/* ---- attributes ---- */

static void activations_other_than_the_usual_are_named(void **state)
{
    (void)state;
    static const struct { const char *list[5], *says;
    } cases[] = {
        {{"Sigmoid", "Tanh", "Tanh", NULL}, NULL},
        {{"Sigmoid", "Tanh", "Relu", NULL},
         "with the activation Relu, which is not supported (Sigmoid or HardSigmoid, Tanh, Tanh)"},
        {{"Affine", "Tanh", "Tanh", NULL}, "with the activation Affine, which"},
        {{"Sigmoid", "Elu", "Tanh", NULL}, "with the activation Elu, which"},
        {{"Sigmoid", "Tanh", NULL},
         "an LSTM node with 2 activations: expected 3 for each of its directions, which is one"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str g = weights(), n = node("LSTM", "x w r b", "y");
        attribute_texts(&n, "activations", cases[k].list);
        attribute_float(&n, "clip", 0);                     /* which clips nothing */
        attribute_text(&n, "direction", "forward");
        within(&g, 1, &n);
        if (cases[k].says)
            must_refuse(model(&g), cases[k].says);
        else
            model_free(must_load(model(&g), NULL));
    }
    struct str g = weights(), n = node("LSTM", "x w r b", "y");
    attribute_texts(&n, "activations", (const char *const[]){"HardSigmoid", "Tanh", "Tanh", NULL});
    attribute_float(&n, "activation_alpha", 0.25f);         /* another slope than the program's */
    within(&g, 1, &n);
    must_refuse(model(&g), "with the activation HardSigmoid, alpha 0.25 and beta 0.5");
    g = weights();
    n = node("LSTM", "x w r b", "y");
    attribute_text(&n, "direction", "sideways");
    within(&g, 1, &n);
    must_refuse(model(&g), "expected \"forward\" or \"bidirectional\", found \"?\", which is not supported");
}

/* Each of two layers has its own attributes, and the engine the same for all. */
static void layers_of_a_stack_that_differ_are_refused(void **state)
{
    (void)state;
    static const struct { const char *first, *second, *says; } cases[] = {
        {"", "", NULL}, {"hard", "hard", NULL}, {"forward", "", NULL}, {"forget", "forget", NULL},
        {"", "reverse", "LSTM nodes that differ in direction, activations or input_forget, which is not supported"},
        {"", "hard", "LSTM nodes that differ in"}, {"hard", "", "LSTM nodes that differ in"},
        {"forget", "", "LSTM nodes that differ in"}, {"", "forget", "LSTM nodes that differ in"},
        {"", "bidirectional", "LSTM nodes that differ in"}, {"bidirectional", "", "LSTM nodes that differ in"},
        {"", "clip", "an LSTM node that clips its sums at 3, which is not supported"},
        {"", "relu", "an LSTM node with the activation Relu, which is not supported"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str g = weights();
        const char *const which[] = {cases[k].first, cases[k].second}, *inputs[] = {"x w r b", "y r w b"},
                   *outputs[] = {"y", "z"};
        for (int l = 0; l < 2; l++) {
            struct str n = node("LSTM", inputs[l], outputs[l]);
            if (strcmp(which[l], "hard") == 0)
                attribute_texts(&n, "activations", (const char *const[]){"HardSigmoid", "Tanh", "Tanh", NULL});
            else if (strcmp(which[l], "relu") == 0)
                attribute_texts(&n, "activations", (const char *const[]){"Sigmoid", "Relu", "Tanh", NULL});
            else if (strcmp(which[l], "forget") == 0)
                attribute_number(&n, "input_forget", 1);
            else if (strcmp(which[l], "clip") == 0)
                attribute_float(&n, "clip", 3);
            else if (*which[l])
                attribute_text(&n, "direction", which[l]);
            within(&g, 1, &n);
        }
        if (cases[k].says)
            must_refuse(model(&g), cases[k].says);
        else
            model_free(must_load(model(&g), NULL));
    }
}

static void a_file_without_an_lstm_says_what_it_has(void **state)
{
    (void)state;
    static const struct { const char *ops[8], *says; } cases[] = {
        {{NULL}, "an ONNX file without an LSTM node; its nodes are none"},
        {{"Constant", "Conv", "Conv", "Relu", NULL}, "its nodes are Conv, Relu"},
        {{"A", "B", "C", "D", "E", "F", NULL}, "its nodes are A, B, C, D, E …"},
        {{"DynamicQuantizeLSTM", NULL}, "a node DynamicQuantizeLSTM, which is not read"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str g = weights();
        for (const char *const *op = cases[k].ops; *op; op++)
            add_node(&g, *op, "x", "y");
        must_refuse(model(&g), cases[k].says);
    }
}

/* ---- damage, by its place ---- */

static void damage_is_told_by_its_place(void **state)
{
    (void)state;
    static const char cut[] = {1 << 3 | 2, 100};            /* a field that says it has 100 bytes, and has none */
    struct str g = {0}, n, a = {0}, m = {0}, t;
    bytes(&g, 1, cut, 2);
    must_refuse(model(&g), "damaged or cut off, in a node");
    n = node("LSTM", "x w r", "y");
    bytes(&n, 5, cut, 2);
    within(&g, 1, &n);
    must_refuse(model(&g), "damaged or cut off, in an attribute");
    n = node("Constant", "", "c");
    text(&a, 1, "value");
    bytes(&a, 5, cut, 2);
    within(&n, 5, &a);
    within(&g, 1, &n);
    must_refuse(model(&g), "damaged or cut off, in a constant");
    bytes(&g, 5, cut, 2);
    must_refuse(model(&g), "damaged or cut off, in a weight");
    g = weights();
    str_addn(&g, cut, 2);
    must_refuse(model(&g), "damaged or cut off, in the graph");
    /* A graph in a branch that is damaged. */
    n = node("If", "c", "z");
    text(&a, 1, "then_branch");
    bytes(&a, 6, cut, 2);
    within(&n, 5, &a);
    within(&g, 1, &n);
    must_refuse(model(&g), "damaged or cut off, in the graph");
    g = weights();
    add_node(&g, "LSTM", "x w r b", "y");
    within(&m, 7, &g);
    str_addn(&m, cut, 2);
    must_refuse(bytes_file("m.onnx", &m), "damaged or cut off, in the model");
    /* Fields of another wire than they should have are passed over. */
    g = weights();
    number(&g, 1, 5);
    n = node("LSTM", "x w r b", "y");
    number(&n, 4, 7);
    number(&n, 99, 7);
    within(&g, 1, &n);
    t = tensor("more", (const float[]){9, 8, 7, 6}, 1, (const int[]){4});
    number(&t, 99, 7);
    within(&g, 5, &t);
    number(&m, 7, 3);
    within(&m, 7, &g);
    struct model *sound = must_load(bytes_file("m.onnx", &m), NULL);
    assert_int_equal(sound->unused_count, 1);
    model_free(sound);
}

/* Other formats begin alike; without the suffix a version and a graph are asked for. */
static void what_only_begins_like_an_onnx_file_is_none(void **state)
{
    (void)state;
    for (int k = 0; k < 6; k++) {
        struct str g = weights(), m = {0};
        struct err e = {{0}};
        add_node(&g, "LSTM", "x w r b", "y");
        if (k != 1)
            number(&m, 1, k == 2 ? 0 : k == 3 ? 100 : 8);
        if (k == 4)
            number(&m, 7, 8);
        else
            within(&m, 7, &g);
        str_free(&g);
        if (k == 5)
            number(&m, 26, 1);
        struct source *s = source_open(bytes_file("weights", &m), &e);
        assert_true((s && strcmp(s->kind->name, "ONNX") == 0) == (k == 0));
        if (s)
            source_close(s);
    }
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
        cmocka_unit_test(alpha_and_beta_say_which_hard_sigmoid_it_is),
        cmocka_unit_test(a_weight_that_is_not_whole_is_refused),
        cmocka_unit_test(a_file_cut_off_or_damaged_anywhere_is_survived),
        cmocka_unit_test(the_kind_is_known_by_its_bytes),
        cmocka_unit_test(numbers_are_read_as_floats_as_doubles_and_as_bytes),
        cmocka_unit_test(numbers_that_cannot_be_read_are_told_by_the_name_of_their_tensor),
        cmocka_unit_test(weights_come_from_constants_through_what_keeps_their_order),
        cmocka_unit_test(many_weights_and_nodes_are_many),
        cmocka_unit_test(an_lstm_within_a_branch_of_the_graph_is_found),
        cmocka_unit_test(a_gemm_behind_the_lstm_is_the_head_when_it_is_a_plain_product),
        cmocka_unit_test(of_two_heads_neither_is_the_head),
        cmocka_unit_test(two_lstms_that_are_no_stack_are_told_by_their_names),
        cmocka_unit_test(of_several_lstms_each_has_its_own_head),
        cmocka_unit_test(what_is_done_behind_a_head_leaves_no_output),
        cmocka_unit_test(of_several_lstms_each_says_what_is_not_run_in_front_of_it),
        cmocka_unit_test(an_initial_state_of_zeros_may_be_computed),
        cmocka_unit_test(an_embedding_is_one_that_the_lstm_reads_number_by_number),
        cmocka_unit_test(what_is_computed_before_or_behind_the_rows_makes_it_a_model_of_vectors),
        cmocka_unit_test(what_a_loop_gives_its_graph_is_no_word_and_no_state),
        cmocka_unit_test(what_the_graph_computes_with_is_nothing_by_its_name),
        cmocka_unit_test(a_name_makes_no_head_and_what_nobody_reads_may_be_elsewhere),
        cmocka_unit_test(what_lies_on_an_lstm_reads_h_step_by_step),
        cmocka_unit_test(activations_other_than_the_usual_are_named),
        cmocka_unit_test(layers_of_a_stack_that_differ_are_refused),
        cmocka_unit_test(a_file_without_an_lstm_says_what_it_has),
        cmocka_unit_test(damage_is_told_by_its_place),
        cmocka_unit_test(what_only_begins_like_an_onnx_file_is_none),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
