/* One network written as each framework writes it: whatever the file, the weights and so the trace are the same, bit
 * for bit. All numbers are multiples of 1/1024, so that what a framework adds or leaves out of a bias can be taken
 * out of it exactly. */
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

#include "base/file.h"
#include "base/str.h"
#include "import/import.h"
#include "model/proof.h"
#include "session/session.h"
#include "support/refusal.h"

enum { E = 2, H = 3, V = 5, LAYERS = 2, T = 6 };

static float W[LAYERS][GATES][H][H + H], b[LAYERS][GATES][H], embedding[V][E], out_W[V][H], out_b[V], h0[LAYERS][H],
    c0[LAYERS][H];

static int in_of(int l)
{
    return l ? H : E;
}

static float draw(void)
{
    static uint32_t state = 12345;
    state = state * 1664525u + 1013904223u;
    return (float)((int)(state >> 20) - 2048) / 1024.0f;
}

static int setup(void **state)
{
    (void)state;
    float *all[] = {&W[0][0][0][0], &b[0][0][0], &embedding[0][0], &out_W[0][0], out_b, &h0[0][0], &c0[0][0]};
    size_t n[] = {sizeof W, sizeof b, sizeof embedding, sizeof out_W, sizeof out_b, sizeof h0, sizeof c0};
    for (size_t k = 0; k < sizeof n / sizeof *n; k++)
        for (size_t i = 0; i < n[k] / sizeof(float); i++)
            all[k][i] = draw();
    return 0;
}

/* ---- writing ---- */

/* The weight of gate q, unit u for h[k] (k < H) or x[k - H]. */
static float weight(int l, int q, int u, int k)
{
    return W[l][q][u][k];
}

static void add_list(struct str *s, const float *v, int n)
{
    for (int k = 0; k < n; k++)
        str_addf(s, "%s%.10f", k ? ", " : "[", (double)v[k]);
    str_addc(s, ']');
}

static void add_matrix(struct str *s, const float *v, int rows, int cols, bool turned)
{
    str_addc(s, '[');
    for (int r = 0; r < (turned ? cols : rows); r++) {
        str_add(s, r ? ", [" : "[");
        for (int c = 0; c < (turned ? rows : cols); c++)
            str_addf(s, "%s%.10f", c ? ", " : "", (double)(turned ? v[c * cols + r] : v[r * cols + c]));
        str_addc(s, ']');
    }
    str_addc(s, ']');
}

/* Four blocks in some order: the columns of x (side 'x'), of h ('h'), of both ("X" x first, "H" h first). */
static void add_blocks(struct str *s, int l, const char *order, char side, bool turned, bool interleaved)
{
    float all[GATES * H][H + H];
    int in = in_of(l), cols = side == 'x' ? in : side == 'h' ? H : H + in;
    float flat[GATES * H * (H + H)];
    for (int k = 0; k < GATES; k++) {
        int q = (int)(strchr("figo", order[k]) - "figo");
        for (int u = 0; u < H; u++) {
            float *row = all[interleaved ? GATES * u + k : k * H + u];
            for (int c = 0; c < cols; c++) {
                int from = side == 'x' ? H + c : side == 'h' ? c : side == 'H' ? c : c < in ? H + c : c - in;
                row[c] = weight(l, q, u, from);
            }
        }
    }
    for (int r = 0; r < GATES * H; r++)
        for (int c = 0; c < cols; c++)
            flat[r * cols + c] = all[r][c];
    add_matrix(s, flat, GATES * H, cols, turned);
}

/* The biases in blocks, `forget` taken out of f. */
static void bias_blocks(int l, const char *order, bool interleaved, float forget, float out[GATES * H])
{
    for (int k = 0; k < GATES; k++) {
        int q = (int)(strchr("figo", order[k]) - "figo");
        for (int u = 0; u < H; u++)
            out[interleaved ? GATES * u + k : k * H + u] = b[l][q][u] - (q == Q_F ? forget : 0);
    }
}

static void add_bias(struct str *s, int l, const char *order, bool interleaved, float forget)
{
    float v[GATES * H];
    bias_blocks(l, order, interleaved, forget, v);
    add_list(s, v, GATES * H);
}

static void key(struct str *s, const char *name, int l)
{
    str_add(s, s->len && s->s[s->len - 1] != '{' && s->s[s->len - 1] != '[' ? ", \"" : "\"");
    for (const char *p = name; *p; p++)
        if (*p == '#')
            str_addf(s, "%d", l);
        else
            str_addc(s, *p);
    str_add(s, "\": ");
}

static void add_around(struct str *s, const char *emb, const char *head, const char *bias, bool turned)
{
    key(s, emb, 0);
    add_matrix(s, &embedding[0][0], V, E, false);
    key(s, head, 0);
    add_matrix(s, &out_W[0][0], V, H, turned);
    key(s, bias, 0);
    add_list(s, out_b, V);
}

#define VOCABULARY "{\"kind\": \"char\", \"tokens\": [\"a\", \"b\", \"c\", \"d\", \"e\"]}"

/* ---- loading ---- */

static struct model *load(const char *text, const struct model_options *o)
{
    struct err e = {{0}};
    struct model *m = model_parse(text, strlen(text), "F", o, &e);
    if (!m)
        fail_msg("%s\n%.1500s", e.text, text);
    return m;
}

static struct trace *run(const struct model *m)
{
    static const float vectors[T][E] = {{0.5f, -1}, {1, 1}, {-0.25f, 0}, {2, 0.125f}, {0, 0}, {-1, 1}};
    const float *x[T];
    struct trace *tr = trace_new(m->net, T);
    for (int t = 0; t < T; t++)
        x[t] = m->vocab ? m->net->embedding + (t * 2 % V) * m->net->embed : vectors[t];
    lstm_run(m->net, x, 0, NULL, 0, tr);
    return tr;
}

static void same_trace(const struct model *m, const struct model *want)
{
    struct trace *a = run(m), *w = run(want);
    for (int l = 0; l < want->net->layers; l++)
        for (int q = 0; q < Q_COUNT; q++)
            for (int t = 0; t <= T; t++)
                assert_memory_equal(trace_row(a, l, (enum quantity)q, t), trace_row(w, l, (enum quantity)q, t),
                                    H * sizeof(float));
    trace_free(a);
    trace_free(w);
}

/* The network itself, by the native form. `layers` of it, with a vocabulary or for vectors, perhaps with its initial
 * state. */
static struct model *native(int layers, bool words, bool initial)
{
    struct str s = {0};
    str_add(&s, "{\"format\": \"flstm-model/1\"");
    if (words) {
        str_add(&s, ", \"vocabulary\": " VOCABULARY ", \"embedding\": ");
        add_matrix(&s, &embedding[0][0], V, E, false);
        str_add(&s, ", \"output\": {\"W\": ");
        add_matrix(&s, &out_W[0][0], V, H, false);
        str_add(&s, ", \"b\": ");
        add_list(&s, out_b, V);
        str_addc(&s, '}');
    }
    str_add(&s, ", \"layers\": [");
    for (int l = 0; l < layers; l++) {
        str_add(&s, l ? ", {" : "{");
        for (int q = 0; q < GATES; q++) {
            float rows[H * (H + H)];
            int cols = H + in_of(l);
            for (int u = 0; u < H; u++)
                for (int k = 0; k < cols; k++)
                    rows[u * cols + k] = weight(l, q, u, k);
            str_addf(&s, "%s\"W_%c\": ", q ? ", " : "", "figo"[q]);
            add_matrix(&s, rows, H, cols, false);
            str_addf(&s, ", \"b_%c\": ", "figo"[q]);
            add_list(&s, b[l][q], H);
        }
        str_addc(&s, '}');
    }
    str_addc(&s, ']');
    if (initial) {
        str_add(&s, ", \"initial\": [");
        for (int l = 0; l < layers; l++) {
            str_add(&s, l ? ", {\"h\": " : "{\"h\": ");
            add_list(&s, h0[l], H);
            str_add(&s, ", \"C\": ");
            add_list(&s, c0[l], H);
            str_addc(&s, '}');
        }
        str_addc(&s, ']');
    }
    str_addc(&s, '}');
    struct model *m = load(str_text(&s), NULL);
    str_free(&s);
    return m;
}

/* Loads the text (which is freed) and holds it against the network. */
static struct model *is_the_network(struct str *s, int layers, bool words, bool initial, const struct model_options *o,
                                    const char *format)
{
    struct model *m = load(str_text(s), o), *want = native(layers, words, initial);
    assert_string_equal(m->format, format);
    assert_int_equal(m->net->layers, layers);
    same_trace(m, want);
    if (words) {
        assert_memory_equal(m->net->out_W, want->net->out_W, V * H * sizeof(float));
        assert_memory_equal(m->net->out_b, want->net->out_b, V * sizeof(float));
    }
    assert_int_equal(m->unused_count, 0);
    model_free(want);
    str_free(s);
    return m;
}

static const char *zeros(struct str *s)
{
    float v[GATES * H] = {0};
    add_list(s, v, GATES * H);
    return str_text(s);
}

/* ---- the dialects ---- */

static void begin(struct str *s, const char *format)
{
    str_addf(s, "{\"format\": \"%s\", \"vocabulary\": " VOCABULARY ", \"tensors\": {", format);
}

static void torch_tensors(struct str *s, const char *x, const char *h, const char *bx, const char *bh)
{
    struct str none = {0};
    zeros(&none);
    for (int l = 0; l < LAYERS; l++) {
        key(s, x, l);
        add_blocks(s, l, "ifgo", 'x', false, false);
        key(s, h, l);
        add_blocks(s, l, "ifgo", 'h', false, false);
        key(s, bx, l);
        add_bias(s, l, "ifgo", false, 0);
        key(s, bh, l);
        str_add(s, str_text(&none));
    }
    str_free(&none);
}

static void a_state_dict_of_pytorch(void **state)
{
    (void)state;
    struct str s = {0};
    begin(&s, "pytorch");
    torch_tensors(&s, "lstm.weight_ih_l#", "lstm.weight_hh_l#", "lstm.bias_ih_l#", "lstm.bias_hh_l#");
    add_around(&s, "emb.weight", "fc.weight", "fc.bias", false);
    str_add(&s, "}}");
    model_free(is_the_network(&s, LAYERS, true, false, NULL, "pytorch"));
}

/* The dialects that are nothing but a row of words: a row here holds the names of a file of theirs, '#' the layer and
 * '?' the gate (as `letters` calls f, i, g and o) where it has a tensor for each. */
static const struct written {
    const char *format, *x, *h, *bias, *order, *letters;
    bool turned, interleaved;
    const char *head, *head_bias;
} by_words[] = {
    {"chainer", "predictor/l#/upward/W", "predictor/l#/lateral/W", "predictor/l#/upward/b", "gifo", NULL, false, true,
     "fc.weight", "fc.bias"},
    {"flax", "params/cell_#/i?/kernel", "params/cell_#/h?/kernel", "params/cell_#/h?/bias", NULL, "figo", true, false,
     "params/Dense_0/kernel", "params/Dense_0/bias"},
    {"flax", "LSTMCell_#.i?.kernel", "LSTMCell_#.h?.kernel", "LSTMCell_#.h?.bias", NULL, "figo", true, false,
     "Dense_0.kernel", "Dense_0.bias"},
};

/* The key of one gate: its letter in place of '?'. */
static void key_of(struct str *s, const char *name, int l, char letter)
{
    char of_gate[64];
    snprintf(of_gate, sizeof of_gate, "%s", name);
    if (strchr(of_gate, '?'))
        *strchr(of_gate, '?') = letter;
    key(s, of_gate, l);
}

static void write_separate(struct str *s, const struct written *w, int l)
{
    for (int q = 0; q < GATES; q++) {
        float x[H * H], h[H * H];
        for (int u = 0; u < H; u++)
            for (int k = 0; k < H + in_of(l); k++)
                *(k < H ? &h[u * H + k] : &x[u * in_of(l) + k - H]) = weight(l, q, u, k);
        key_of(s, w->x, l, w->letters[q]);
        add_matrix(s, x, H, in_of(l), w->turned);
        key_of(s, w->h, l, w->letters[q]);
        add_matrix(s, h, H, H, w->turned);
        key_of(s, w->bias, l, w->letters[q]);
        add_list(s, b[l][q], H);
    }
}

static void write_layer(struct str *s, const struct written *w, int l)
{
    if (w->letters) {
        write_separate(s, w, l);
        return;
    }
    key(s, w->x, l);
    add_blocks(s, l, w->order, 'x', w->turned, w->interleaved);
    key(s, w->h, l);
    add_blocks(s, l, w->order, 'h', w->turned, w->interleaved);
    key(s, w->bias, l);
    add_bias(s, l, w->order, w->interleaved, 0);
}

static void a_dialect_is_a_row_of_words(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof by_words / sizeof *by_words; k++) {
        struct str s = {0}, bare = {0};
        begin(&s, by_words[k].format);
        for (int l = 0; l < LAYERS; l++)
            write_layer(&s, &by_words[k], l);
        add_around(&s, "emb.weight", by_words[k].head, by_words[k].head_bias, by_words[k].turned);
        str_add(&s, "}}");
        str_addc(&bare, '{');                    /* where the file does not say what it is, the words give it away */
        str_add(&bare, strchr(str_text(&s), ',') + 1);
        struct model *m = load(str_text(&bare), NULL);
        assert_string_equal(m->format, by_words[k].format);
        model_free(m);
        str_free(&bare);
        model_free(is_the_network(&s, LAYERS, true, false, NULL, by_words[k].format));
    }
}

static void a_checkpoint_with_a_state_dict_inside(void **state)
{
    (void)state;
    struct str s = {0};
    str_add(&s, "{\"epoch\": 3, \"best\": Infinity, \"optimizer_states\": [{\"state\": {\"0\": {\"exp_avg\": [[1, 2], "
                "[3, 4]]}}}], "
                "\"vocab\": {\"a\": 0, \"b\": 1, \"c\": 2, \"d\": 3, \"e\": 4}, \"state_dict\": {");
    torch_tensors(&s, "model.lstm.weight_ih_l#", "model.lstm.weight_hh_l#", "model.lstm.bias_ih_l#",
                  "model.lstm.bias_hh_l#");
    add_around(&s, "model.embedding.weight", "model.fc.weight", "model.fc.bias", false);
    str_add(&s, "}}");
    struct model *m = is_the_network(&s, LAYERS, true, false, NULL, "pytorch");
    assert_int_equal(m->vocab->kind, VOCAB_CHAR);
    assert_non_null(strstr(m->report, "tensors under state_dict"));
    model_free(m);
}

static void cells_numbered_in_their_names_are_a_stack(void **state)
{
    (void)state;
    static const char *const names[][4] = {
        {"cells.#.weight_ih", "cells.#.weight_hh", "cells.#.bias_ih", "cells.#.bias_hh"},
        {"lstm0_l#_i2h_weight", "lstm0_l#_h2h_weight", "lstm0_l#_i2h_bias", "lstm0_l#_h2h_bias"},
                      /* MXNet */
        {"#.cell.weight_ih", "#.cell.weight_hh", "#.cell.bias_ih", "#.cell.bias_hh"},
                                  /* Paddle */
        {"rnns.#.module.weight_ih_l0", "rnns.#.weight_hh_l0_raw", "rnns.#.module.bias_ih_l0",
         "rnns.#.module.bias_hh_l0"},
    };
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        struct str s = {0};
        begin(&s, "pytorch");
        torch_tensors(&s, names[k][0], names[k][1], names[k][2], names[k][3]);
        add_around(&s, "encoder.weight", "decoder.weight", "decoder.bias", false);
        str_add(&s, "}}");
        model_free(is_the_network(&s, LAYERS, true, false, NULL, "pytorch"));
    }
}

static void two_lstms_by_name_are_stacked_when_asked(void **state)
{
    (void)state;
    struct str s = {0};
    struct err e = {{0}};
    begin(&s, "pytorch");
    torch_tensors(&s, "lstm#.weight_ih_l0", "lstm#.weight_hh_l0", "lstm#.bias_ih_l0", "lstm#.bias_hh_l0");
    add_around(&s, "encoder.weight", "decoder.weight", "decoder.bias", false);
    str_add(&s, "}}");
    assert_null(model_parse(str_text(&s), s.len, "F", NULL, &e));
    assert_non_null(strstr(e.text, "there are two LSTMs, \"lstm0.weight_ih_l0\" and \"lstm1.weight_ih_l0\""));
    assert_non_null(strstr(e.text, "--lstm lstm0,lstm1 puts one on top of the other"));
    struct model_options o = MODEL_OPTIONS_NONE;
    o.lstm = "lstm0,lstm1";
    model_free(is_the_network(&s, LAYERS, true, false, &o, "pytorch"));
}

static void keras_by_names(void **state)
{
    (void)state;
#define VALUE "/.ATTRIBUTES/VARIABLE_VALUE"
    static const char *const names[][6] = {
        {"lstm_#/lstm_cell/kernel:0", "lstm_#/lstm_cell/recurrent_kernel:0", "lstm_#/lstm_cell/bias:0",
         "embedding/embeddings:0", "dense/kernel:0", "dense/bias:0"},
        {"lstm_#.kernel", "lstm_#.recurrent_kernel", "lstm_#.bias", "embedding/embeddings:0", "out.kernel",
         "out.bias"},
        {"rnn/stacked_rnn_cells/lstm_cell_#/kernel", "rnn/stacked_rnn_cells/lstm_cell_#/recurrent_kernel",
         "rnn/stacked_rnn_cells/lstm_cell_#/bias", "embedding/embeddings", "dense/kernel", "dense/bias"},
        /* TensorFlow 2's save_weights */
        {"model/layer_with_weights-1#/cell/kernel" VALUE, "model/layer_with_weights-1#/cell/recurrent_kernel" VALUE,
         "model/layer_with_weights-1#/cell/bias" VALUE, "model/layer_with_weights-0/embeddings" VALUE,
         "model/layer_with_weights-2/kernel" VALUE, "model/layer_with_weights-2/bias" VALUE},
        /* .weights.h5 of Keras 3, by h5py */
        {"layers/lstm_#/cell/vars/0", "layers/lstm_#/cell/vars/1", "layers/lstm_#/cell/vars/2",
         "layers/embedding/vars/0", "layers/dense/vars/0", "layers/dense/vars/1"},
        {"_layer_checkpoint_dependencies/lstm_#/cell/vars/0", "_layer_checkpoint_dependencies/lstm_#/cell/vars/1",
         "_layer_checkpoint_dependencies/lstm_#/cell/vars/2", "_layer_checkpoint_dependencies/embedding/vars/0",
         "_layer_checkpoint_dependencies/dense/vars/0", "_layer_checkpoint_dependencies/dense/vars/1"},
    };
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        struct str s = {0};
        begin(&s, "keras");
        for (int l = 0; l < LAYERS; l++) {
            key(&s, names[k][0], l);
            add_blocks(&s, l, "ifgo", 'x', true, false);
            key(&s, names[k][1], l);
            add_blocks(&s, l, "ifgo", 'h', true, false);
            key(&s, names[k][2], l);
            add_bias(&s, l, "ifgo", false, 0);
        }
        add_around(&s, names[k][3], names[k][4], names[k][5], true);
        /* What an optimizer keeps of each, and what says how it was saved. */
        str_add(&s, ", \"model/x/kernel/.OPTIMIZER_SLOT/optimizer/m" VALUE "\": [[1, 2]], \"save_counter" VALUE
                    "\": 3, \"optimizer/vars/0\": [[1, 2]], \"optimizer/vars/1\": [5]}}");
        struct model *m = is_the_network(&s, LAYERS, true, false, NULL, "keras");
        assert_int_equal(m->unused_count, 0);
        assert_non_null(strstr(m->notice, "the gates are assumed to be sigmoid"));
        model_free(m);
    }
}

/* A SavedModel may keep all of it by its place: the embedding right before the LSTM, the head right behind it. */
static void what_a_saved_model_keeps_by_places_is_told_by_its_shapes(void **state)
{
    (void)state;
    struct str s = {0};
    begin(&s, "keras");
    const char *between = "";
    for (int k = 0; k < 6; k++, between = ", ") {
        str_addf(&s, "%s\"trainable_variables/%d" VALUE "\": ", between, k);
        if (k == 0)
            add_matrix(&s, &embedding[0][0], V, E, false);
        else if (k == 1 || k == 2)
            add_blocks(&s, 0, "ifgo", k == 1 ? 'x' : 'h', true, false);
        else if (k == 3)
            add_bias(&s, 0, "ifgo", false, 0);
        else if (k == 4)
            add_matrix(&s, &out_W[0][0], V, H, true);
        else
            add_list(&s, out_b, V);
    }
    str_add(&s, "}}");
    struct model *m = is_the_network(&s, 1, true, false, NULL, "keras");
    assert_int_equal(m->unused_count, 0);
    assert_non_null(strstr(m->report, "trainable_variables/1/bias (3)"));
    model_free(m);
}
#undef VALUE

static void keras_get_weights(void **state)
{
    (void)state;
    struct str s = {0};
    str_addc(&s, '[');
    for (int l = 0; l < LAYERS; l++) {
        str_add(&s, l ? ", " : "");
        add_blocks(&s, l, "ifgo", 'x', true, false);
        str_add(&s, ", ");
        add_blocks(&s, l, "ifgo", 'h', true, false);
        str_add(&s, ", ");
        add_bias(&s, l, "ifgo", false, 0);
    }
    str_addc(&s, ']');
    model_free(is_the_network(&s, LAYERS, false, false, NULL, "keras"));
}

/* Twelve arrays a layer, W, U and b of i, c, f and o. */
static void keras_1(void **state)
{
    (void)state;
    struct str s = {0};
    str_addc(&s, '[');
    for (int k = 0; k < GATES; k++) {
        int q = (int)(strchr("figo", "igfo"[k]) - "figo");
        float x[H * E], h[H * H];
        for (int u = 0; u < H; u++) {
            for (int c = 0; c < H; c++)
                h[u * H + c] = weight(0, q, u, c);
            for (int c = 0; c < E; c++)
                x[u * E + c] = weight(0, q, u, H + c);
        }
        str_add(&s, k ? ", " : "");
        add_matrix(&s, x, H, E, true);
        str_add(&s, ", ");
        add_matrix(&s, h, H, H, true);
        str_add(&s, ", ");
        add_list(&s, b[0][q], H);
    }
    str_addc(&s, ']');
    struct model_options o = MODEL_OPTIONS_NONE;
    struct model *m = load(str_text(&s), &o);
    assert_int_equal(m->net->layer[0].gate_function, GATE_HARD_KERAS2);          /* unless the model said otherwise */
    model_free(m);
    o.gate_function = "sigmoid";
    model_free(is_the_network(&s, 1, false, false, &o, "keras"));
}

static void tensorflow_1_adds_one_to_the_forget_gate(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"rnn/multi_rnn_cell/cell_#/basic_lstm_cell/kernel", "rnn/multi_rnn_cell/cell_#/basic_lstm_cell/bias"},
        {"rnnlm/multi_rnn_cell/cell_#/basic_lstm_cell/weights", "rnnlm/multi_rnn_cell/cell_#/basic_lstm_cell/biases"}};
    for (size_t k = 0; k < 2; k++)
        for (int forget = 0; forget < 2; forget++) {
            struct str s = {0};
            begin(&s, "tf1-basic-lstm");
            for (int l = 0; l < LAYERS; l++) {
                key(&s, names[k][0], l);
                add_blocks(&s, l, "igfo", 'X', true, false);
                key(&s, names[k][1], l);
                add_bias(&s, l, "igfo", false, forget ? 0 : 1);
            }
            add_around(&s, "embedding", "softmax_w", "softmax_b", true);
            str_add(&s, forget ? "}, \"forget_bias\": 0}" : "}}");
            struct model *m = is_the_network(&s, LAYERS, true, false, NULL, "tf1-basic-lstm");
            assert_true(fabs(m->forget_bias - (forget ? 0 : 1)) < 1e-9);
            model_free(m);
        }
}

static void an_lstm_node_of_onnx(void **state)
{
    (void)state;
    struct str s = {0};
    float bias[2 * GATES * H] = {0};
    bias_blocks(0, "iofg", false, 0, bias);
    str_add(&s, "{\"format\": \"onnx-lstm\", \"tensors\": {\"W\": [");
    add_blocks(&s, 0, "iofg", 'x', false, false);
    str_add(&s, "], \"R\": [");
    add_blocks(&s, 0, "iofg", 'h', false, false);
    str_add(&s, "], \"B\": [");
    add_list(&s, bias, 2 * GATES * H);
    str_add(&s, "], \"initial_h\": [[");
    add_list(&s, h0[0], H);
    str_add(&s, "]], \"initial_c\": [[");
    add_list(&s, c0[0], H);
    str_add(&s, "]]}}");
    model_free(is_the_network(&s, 1, false, true, NULL, "onnx-lstm"));
}

static void neural_amp_modeler(void **state)
{
    (void)state;
    struct str s = {0};
    str_addf(&s,
             "{\"version\": \"0.5.4\", \"architecture\": \"LSTM\", \"config\": {\"input_size\": %d, \"hidden_size\": "
             "%d, \"num_layers\": %d, "
             "\"out_channels\": 2}, \"weights\": [",
             E, H, LAYERS);
    for (int l = 0; l < LAYERS; l++) {
        struct str m = {0};
        add_blocks(&m, l, "ifgo", 'X', false, false);
        for (char *p = m.s; *p; p++)
            if (*p == '[' || *p == ']')
                *p = ' ';
        str_addf(&s, "%s, ", str_text(&m));
        str_free(&m);
        add_bias(&m, l, "ifgo", false, 0);
        str_add(&m, ", ");
        add_list(&m, h0[l], H);
        str_add(&m, ", ");
        add_list(&m, c0[l], H);
        for (char *p = m.s; *p; p++)
            if (*p == '[' || *p == ']')
                *p = ' ';
        str_addf(&s, "%s, ", str_text(&m));
        str_free(&m);
    }
    str_add(&s, "1, 2, 3, 4, 5, 6, 7, 8], \"sample_rate\": 48000}");
    struct model *m = is_the_network(&s, LAYERS, false, true, NULL, "nam");
    assert_true(m->net->outputs == 2 && m->net->out_W[3] == 4 && m->net->out_b[1] == 8);
    assert_int_equal(model_head(m), HEAD_VALUES);
    model_free(m);
}

static void rtneural_layers(void **state)
{
    (void)state;
    struct str s = {0};
    str_addf(&s, "{\"in_shape\": [null, null, %d], \"layers\": [", E);
    for (int l = 0; l < LAYERS; l++) {
        str_addf(&s, "{\"type\": \"lstm\", \"activation\": \"tanh\", \"shape\": [null, null, %d], \"weights\": [", H);
        add_blocks(&s, l, "ifgo", 'x', true, false);
        str_add(&s, ", ");
        add_blocks(&s, l, "ifgo", 'h', true, false);
        str_add(&s, ", ");
        add_bias(&s, l, "ifgo", false, 0);
        str_add(&s, "]}, ");
    }
    str_add(&s, "{\"type\": \"dense\", \"activation\": \"\", \"shape\": [null, null, 1], \"weights\": [[[1], [2], "
                "[3]], [4]]}]}");
    struct model *m = is_the_network(&s, LAYERS, false, false, NULL, "rtneural");
    assert_true(m->net->outputs == 1 && m->net->out_W[2] == 3 && m->net->out_b[0] == 4);
    model_free(m);
}

static void recurrentjs_matrices(void **state)
{
    (void)state;
    static const struct { char c; int q; } gates[] = {{'i', Q_I}, {'f', Q_F}, {'o', Q_O}, {'c', Q_G}};
    struct str s = {0};
    str_addc(&s, '{');
    for (int l = 0; l < LAYERS; l++)
        for (size_t g = 0; g < 4; g++)
            for (int part = 0; part < 3; part++) {
                int cols = part == 0 ? in_of(l) : part == 1 ? H : 1;
                str_addf(&s, "%s\"%s%c%s%d\": {\"n\": %d, \"d\": %d, \"w\": {", s.len > 1 ? ", " : "",
                         part == 2 ? "b" : "W", gates[g].c,
                         part == 0   ? "x"
                         : part == 1 ? "h"
                                     : "",
                         l, H, cols);
                for (int k = 0; k < H * cols; k++) {
                    int u = k / cols, c = k % cols;
                    float v = part == 2 ? b[l][gates[g].q][u] : weight(l, gates[g].q, u, part == 0 ? H + c : c);
                    str_addf(&s, "%s\"%d\": %.10f", k ? ", " : "", k, (double)v);
                }
                str_add(&s, "}}");
            }
    str_addc(&s, '}');
    model_free(is_the_network(&s, LAYERS, false, false, NULL, "recurrentjs"));
}

static void packed_in_every_way_it_can_be_declared(void **state)
{
    (void)state;
    static const char *const orders[] = {"figo", "ifgo", "igfo", "iofg", "gifo"};
    static const char *const concats[] = {"none", "hx", "xh"};
    for (size_t o = 0; o < 5; o++)
        for (int c = 0; c < 3; c++)
            for (int way = 0; way < 4; way++) {
                bool turned = way & 1, interleaved = way & 2;
                struct str s = {0};
                str_addf(&s,
                         "{\"format\": \"packed\", \"order\": \"%s\", \"orientation\": \"%s\", \"concat\": \"%s\", "
                         "\"interleaved\": %s, "
                         "\"tensors\": {\"kernel\": ",
                         orders[o], turned ? "columns" : "rows", concats[c], interleaved ? "true" : "false");
                add_blocks(&s, 0, orders[o], "xHX"[c], turned, interleaved);
                if (!c) {
                    key(&s, "recurrent", 0);
                    add_blocks(&s, 0, orders[o], 'h', turned, interleaved);
                }
                key(&s, "bias", 0);
                add_bias(&s, 0, orders[o], interleaved, 0);
                str_add(&s, "}}");
                model_free(is_the_network(&s, 1, false, false, NULL, "packed"));
            }
}

/* ---- what is refused, and said ---- */

static void half_a_layer_of_words_is_refused(void **state)
{
    (void)state;
    static const struct text_refusal list[] = {
        {"{\"format\": \"chainer\", \"tensors\": {\"l/upward/W\": [[1]]}}",
         "expected the tensor \"l/lateral/W\" beside \"l/upward/W\", found none of that name"},
        {"{\"format\": \"chainer\", \"tensors\": {\"x\": [[1]]}}",
         "expected tensors named upward/W and lateral/W, found none"},
        {"{\"format\": \"flax\", \"tensors\": {\"c.ii.kernel\": [[1]], \"c.if.kernel\": [[1]], \"c.hi.kernel\": "
         "[[1]]}}", "expected the tensor \"c.hf.kernel\" beside \"c.if.kernel\", found none of that name"},
    };
    texts_refused(list, sizeof list / sizeof *list);
}

static void weights_that_a_framework_has_made_into_others_are_refused_with_the_way_back(void **state)
{
    (void)state;
    static const struct text_refusal list[] = {
        {"{\"lstm.weight_ih_l0\": [[1]], \"lstm.weight_hh_l0_g\": [[1]], \"lstm.weight_hh_l0_v\": [1]}",
         "lstm.weight_hh_l0_g: a weight in two parts, by weight_norm; expected what is left after "
         "torch.nn.utils.remove_weight_norm"},
        {"{\"lstm.parametrizations.weight_hh_l0.original0\": [[1]]}", "parametrize.remove_parametrizations"},
        {"{\"lstm.weight_ih_l0\": [[1]], \"lstm.weight_hh_l0_orig\": [[1]]}", "before spectral_norm or pruning"},
        {"{\"lstm._all_weight_values.0.param\": [1]}", "a model that was quantized (torch.quantization)"},
        {"[[[1, 2], [3, 4]], [1, 2]]", "a list of 2 tensors without names"},
    };
    texts_refused(list, sizeof list / sizeof *list);
}

static void what_is_no_lstm_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct text_refusal list[] = {
        {"{\"type\": \"LSTM\", \"hiddenLayers\": [{\"forgetMatrix\": {\"rows\": 1, \"columns\": 1, "
         "\"weights\": [1]}}]}",
         "brain.js, which is no LSTM: its forget gate multiplies h_{t-1}"},
        {"{\"neurons\": [], \"connections\": []}", "synaptic"},
        {"{\"class_name\": \"Sequential\", \"config\": {\"layers\": [{\"class_name\": \"LSTM\"}]}}",
         "architecture of a Keras model (model.to_json()) without weights"},
        {"{\"architecture\": \"WaveNet\", \"config\": {}, \"weights\": [1]}",
         "F: architecture: expected \"LSTM\", found \"WaveNet\", which is not an LSTM"},
        {"{\"architecture\": \"LSTM\", \"config\": {\"input_size\": 1, \"hidden_size\": 3, \"num_layers\": 1}, "
         "\"weights\": [1, 2]}",
         "F: weights: expected 70 numbers"},
        {"[[[1, 2, 3]], [[1, 2, 3]], [1, 2, 3]]", "a GRU"},
        {"{\"in_shape\": [1], \"layers\": [{\"type\": \"gru\"}]}", "F: layers[0].type: a GRU"},
        {"{\"in_shape\": [1], \"layers\": [{\"type\": \"dense\", \"weights\": [[[1]], [1]]}, {\"type\": \"lstm\"}]}",
         "F: layers[0]: a dense layer before the LSTM, which is not computed"},
        {"{\"in_shape\": [1], \"layers\": [{\"type\": \"lstm\", \"shape\": [null, 2], \"weights\": [[[1, 2, 3, 4]], "
         "[[1, 2, 3, 4]], [1, 2, 3, 4]]}]}",
         "F: layers[0].shape: it says 2 units, the weights are of 1"},
        {"{\"state_dict\": {\"weight_ih_l0\": [[1]]}, \"model\": {\"weight_ih_l0\": [[1]]}}",
         "there are weights under \"state_dict\" and under \"model\""},
        {"{\"format\": \"packed\", \"tensors\": {\"kernel\": [[1]]}}", "packed: expected the key \"order\""},
        {"{\"config\": {\"recurrent_activation\": \"hard_sigmoid\"}, \"weights\": [[[1, 2, 3, 4]], [[1, 2, 3, 4]], "
         "[1, 2, 3, 4]]}",
         "hard_sigmoid is two functions"},
        {"{\"lstm.weight_ih_l0\": [[1], [1], [1], [1]], \"lstm.weight_hh_l0\": [[1], [NaN], [1], [1]]}",
         "F: lstm.weight_hh_l0[1][0]: expected a finite number within float range, found NaN"},
    };
    texts_refused(list, sizeof list / sizeof *list);
}

static void tensors_that_nothing_took_are_named(void **state)
{
    (void)state;
    struct model *m =
        load("{\"lstm.weight_ih_l0\": [[1], [1], [1], [1]], \"lstm.weight_hh_l0\": [[1], [1], [1], [1]], "
             "\"norm.weight\": [2], \"norm.bias\": [3],"
             "\"train_loss\": [5, 4], \"bn.num_batches_tracked\": 7, \"tied.weight\": [[1], [1], [1], [1]]}",
             NULL);
    assert_int_equal(m->unused_count, 2);
    assert_string_equal(m->unused[0], "norm.weight");
    assert_string_equal(m->unused[1], "norm.bias");
    assert_non_null(strstr(m->report, "the same numbers as lstm.weight_ih_l0"));
    model_free(m);
}

static void a_learnt_initial_state_is_taken_and_said(void **state)
{
    (void)state;
    struct model *m = load("{\"lstm.weight_ih_l0\": [[1], [1], [1], [1]], \"lstm.weight_hh_l0\": [[1], [1], [1], [1]], "
                           "\"h0\": [[[0.5]]], \"c0\": [[[-2]]]}",
                           NULL);
    assert_true(m->net->h0[0][0] == 0.5f && m->net->c0[0][0] == -2);
    assert_string_equal(m->notice, "h0 and c0 taken as the initial state");
    model_free(m);
}

/* clip(0.2 z + 0.5) and clip((z + 3) / 6) at z = 1: 0.7 and 2/3. All weights 0, biases 1. */
static void the_two_hard_sigmoids_of_keras(void **state)
{
    (void)state;
    static const struct { const char *version; double gate; } k[] = {{"2.2.4", 0.7}, {"3.4.1", 2.0 / 3}};
    for (size_t n = 0; n < 2; n++) {
        char text[400];
        snprintf(text, sizeof text,
                 "{\"config\": {\"keras_version\": \"%s\", \"layers\": [{\"config\": {\"units\": 1, \"activation\": "
                 "\"tanh\", \"recurrent_activation\": "
                 "\"hard_sigmoid\"}}]}, \"weights\": [[[0, 0, 0, 0]], [[0, 0, 0, 0]], [1, 1, 1, 1]]}",
                 k[n].version);
        struct model *m = load(text, NULL);
        const float zero[1] = {0}, *x[] = {zero, zero};
        struct trace *tr = trace_new(m->net, 2);
        lstm_run(m->net, x, 0, NULL, 0, tr);
        double C = k[n].gate * tanh(1);
        C = k[n].gate * C + k[n].gate * tanh(1);
        assert_true(fabs((double)trace_row(tr, 0, Q_F, 1)[0] - k[n].gate) < 1e-6);
        assert_true(fabs((double)trace_row(tr, 0, Q_C, 2)[0] - C) < 1e-6
                    && fabs((double)trace_row(tr, 0, Q_H, 2)[0] - k[n].gate * tanh(C)) < 1e-6);
        trace_free(tr);
        model_free(m);
    }
}

/* ---- lists: places in place of names ---- */

/* One unit on one input, as Keras lists it. */
#define KERNEL "[[1, 2, 3, 4]]"
#define RECURRENT "[[5, 6, 7, 8]]"
#define KERNEL_2 "[[1, 2, 3, 4], [1, 2, 3, 4]]"
#define BIAS "[0.5, 1, 0.25, 2]"
#define KERAS KERNEL ", " RECURRENT ", " BIAS
#define KERAS_2 KERNEL_2 ", " RECURRENT ", " BIAS
#define GATE_OF_KERAS_1 "[[1]], [[2]], [3]"
#define KERAS_1 GATE_OF_KERAS_1 ", " GATE_OF_KERAS_1 ", " GATE_OF_KERAS_1 ", " GATE_OF_KERAS_1
#define SIGMOID_ASSUMED \
    "the gates are assumed to be sigmoid: no recurrent_activation says it; --gate-function says another"
#define KERAS_1_SAYS \
    "Keras 1 (12 arrays, i c f o): its gates are hard_sigmoid unless the model said inner_activation='sigmoid'; " \
    "--gate-function says it"

static void what_a_list_of_arrays_is_read_as_and_what_is_assumed(void **state)
{
    (void)state;
    static const struct { const char *text; int layers, vocab, outputs, unused; const char *notice; } cases[] = {
        {"[" KERAS "]", 1, 0, 0, 0, SIGMOID_ASSUMED},
        {"[[[1, 2, 3, 4], [1, 2, 3, 4]], " RECURRENT "]", 1, 0, 0, 0, SIGMOID_ASSUMED},       /* no biases */
        {"[" KERNEL ", " RECURRENT ", [1, 2, 3]]", 1, 0, 0, 1, SIGMOID_ASSUMED},      /* a vector that is no bias */
        {"[" KERAS ", [[1, 2, 3]], [1, 2, 3]]", 1, 0, 3, 0, SIGMOID_ASSUMED},         /* the head */
        {"[" KERAS ", [[1, 2, 3]]]", 1, 0, 3, 0, SIGMOID_ASSUMED},                   /* without a bias */
        {"[" KERAS ", [[1, 2, 3]], [1, 2]]", 1, 0, 3, 1, SIGMOID_ASSUMED},            /* with one that is none of it */
        {"[[1, 2], " KERAS "]", 1, 0, 0, 1, SIGMOID_ASSUMED},                       /* in front: no embedding */
        {"[" KERAS ", " KERAS "]", 2, 0, 0, 0, SIGMOID_ASSUMED},                    /* one on the other */
        {"[" KERAS_1 "]", 1, 0, 0, 0, KERAS_1_SAYS},
        {"[" KERAS_1 ", " KERAS_1 "]", 2, 0, 0, 0, KERAS_1_SAYS},
        {"{\"config\": {\"recurrentActivation\": \"sigmoid\"}, \"weights\": [" KERAS "]}", 1, 0, 0, 0, NULL},
        {"{\"config\": {\"units\": 1, \"activation\": \"tanh\", \"recurrent_activation\": \"sigmoid\"}, "
         "\"weights\": [" KERAS "]}", 1, 0, 0, 0, NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct model *m = load(cases[k].text, NULL);
        if (m->net->layers != cases[k].layers || m->net->vocab != cases[k].vocab || m->net->outputs != cases[k].outputs
            || m->unused_count != cases[k].unused)
            fail_msg("%s: %d layers, %d tokens, %d outputs, %d unused", cases[k].text, m->net->layers, m->net->vocab,
                     m->net->outputs, m->unused_count);
        if (!cases[k].notice != !m->notice || (m->notice && !strstr(m->notice, cases[k].notice)))
            fail_msg("%s: %s", cases[k].text, m->notice ? m->notice : "nothing is said");
        model_free(m);
    }
}

static void two_directions_in_a_list_are_known_by_the_head_or_by_what_the_file_says(void **state)
{
    (void)state;
    static const struct { const char *text; bool both; } cases[] = {
        {"[" KERAS ", " KERAS ", [[1], [2]], [3]]", true},
        {"[" KERAS ", " KERAS ", [[1]], [3]]", false},
        {"[" KERAS ", " KERAS ", [3]]", false},
        {"[" KERAS_2 ", " KERAS_2 "]", true},
        {"{\"config\": {\"merge_mode\": \"sum\"}, \"weights\": [" KERAS ", " KERAS "]}", true},
        {"{\"config\": {\"mergeMode\": \"ave\"}, \"weights\": [" KERAS ", " KERAS "]}", true},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct model *m = load(cases[k].text, NULL);
        if (m->net->bidirectional != cases[k].both)
            fail_msg("%s: %s", cases[k].text, m->report);
        model_free(m);
    }
}

static void lists_that_do_not_fit_are_refused_with_the_array_that_does_not(void **state)
{
    (void)state;
    static const struct text_refusal list[] = {
        {"[" KERAS ", " KERAS_1 "]", "[3]: layers of Keras 1 (12 arrays) and of later ones (3) in one list"},
        {"[" KERAS_2 ", " KERAS_2 ", " KERAS_2 "]",
         "[6]: a stack of layers that read in both directions and in one, which is not supported"},
        {"[[[1, 2]], [[1, 2, 3], [1, 2, 3]], [[1, 2, 3]], [1, 2, 3]]",
         "[1]: kernels of 3 blocks are a GRU, which is not supported"},
        {"{\"config\": {\"units\": 1, \"activation\": \"relu\", \"recurrent_activation\": \"sigmoid\"}, "
         "\"weights\": [" KERAS "]}",
         "config.activation: expected \"tanh\", found \"relu\""},
        {"{\"config\": {\"recurrent_activation\": \"relu\"}, \"weights\": [" KERAS "]}",
         "config.recurrent_activation: expected \"sigmoid\" or \"hard_sigmoid\", found \"relu\""},
        {"{\"config\": {\"recurrent_activation\": 7}, \"weights\": [" KERAS "]}",
         "config.recurrent_activation: expected a string, found 7"},
        {"{\"config\": {\"merge_mode\": 7}, \"weights\": [" KERAS ", " KERAS "]}",
         "config.merge_mode: expected a string, found 7"},
        {"{\"config\": [{\"merge_mode\": \"sum\"}, {\"merge_mode\": \"sum\"}, {\"merge_mode\": \"concat\"}], "
         "\"weights\": [" KERAS ", " KERAS "]}",
         "config[2].merge_mode: expected \"sum\", as in the layer before, found \"concat\""},
        {"{\"format\": \"keras\", \"gate_function\": \"soft\", \"tensors\": [" KERAS "]}", "gate_function"},
    };
    texts_refused(list, sizeof list / sizeof *list);
}

#define NAM "{\"architecture\": \"LSTM\", \"config\": {\"input_size\": 1, "
#define RT_LSTM "{\"type\": \"lstm\", \"weights\": [" KERAS "]}"
#define RT_LAYERS(list) "{\"in_shape\": [null, null, 1], \"layers\": [" list "]}"
#define RT_DENSE(activation) "{\"type\": \"dense\", \"activation\": " activation ", \"weights\": [[[2]], [3]]}"

static void what_rtneural_does_beside_the_layers_is_told(void **state)
{
    (void)state;
    static const struct { const char *text; int outputs, unused; bool skip; const char *notice; } cases[] = {
        {RT_LAYERS(RT_LSTM), 0, 0, false, NULL},
        {RT_LAYERS(RT_LSTM ", " RT_DENSE("\"linear\"")), 1, 0, false, NULL},
        {RT_LAYERS(RT_LSTM ", " RT_DENSE("7")), 1, 0, false, NULL},
        {RT_LAYERS(RT_LSTM ", " RT_DENSE("\"relu\"")),
         1, 0, false, "the head is followed by relu there; here it is W h + b alone"},
        {RT_LAYERS(RT_LSTM ", {\"type\": \"time-distributed-dense\", \"weights\": [[[2]], [3]]}"), 1, 0, false, NULL},
        {RT_LAYERS(RT_LSTM ", " RT_DENSE("\"\"") ", {\"type\": \"dense\", \"weights\": [[[4]], [5]]}"),
         0, 4, false, "may read what is put out by"},
        {RT_LAYERS(RT_LSTM ", {\"type\": \"activation\"}"), 0, 0, false, NULL},
        {"{\"in_shape\": [1], \"in_skip\": 1, \"layers\": [" RT_LSTM "]}", 0, 0, true,
         "in_skip is 1: the program it comes from adds the input to the output; the head here does not"},
        {"{\"in_shape\": [1], \"in_skip\": -1, \"layers\": [" RT_LSTM ", " RT_DENSE("\"relu\"") "]}", 1, 0, true,
         "the head is followed by relu there"},
        {RT_LAYERS(RT_LSTM ", {\"type\": \"prelu\"}, " RT_DENSE("\"\"")), 0, 2, false,
         "prelu stands between the LSTM and its head, which is not run: no output is shown"},
        {RT_LAYERS(RT_LSTM ", " RT_DENSE("\"\"") ", {\"type\": \"activation\", \"activation\": \"tanh\"}"), 0, 2, false,
         "the head is followed by tanh, which is not run: no output is shown"},
        {"{\"in_shape\": [1], \"in_skip\": 0, \"layers\": [" RT_LSTM "]}", 0, 0, false, NULL},
        {"{\"in_shape\": [1], \"in_skip\": \"no\", \"layers\": [" RT_LSTM "]}", 0, 0, false, NULL},
        {"{\"in_shape\": [1], \"layers\": [" RT_LSTM ", "
         RT_DENSE("\"\"") "], \"input_batch\": [1, 2], \"mean\": [4]}", 1, 0, false, NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct model *m = load(cases[k].text, NULL);
        if (m->net->outputs != cases[k].outputs || m->unused_count != cases[k].unused || m->skip != cases[k].skip)
            fail_msg("%s: %d outputs, %d unused, skip %d", cases[k].text, m->net->outputs, m->unused_count, m->skip);
        if (!cases[k].notice != !m->notice || (m->notice && !strstr(m->notice, cases[k].notice)))
            fail_msg("%s: %s", cases[k].text, m->notice ? m->notice : "nothing is said");
        assert_true(m->net->layer[0].W[Q_F][1] == 2 && m->net->layer[0].W[Q_F][0] == 6);
        model_free(m);
    }
}

static void what_rtneural_and_nam_files_lack_is_named(void **state)
{
    (void)state;
    static const struct text_refusal list[] = {
        {RT_LAYERS("{\"type\": 7}"), "layers[0].type: expected a string, found 7"},
        {RT_LAYERS(RT_LSTM ", {}"), "layers[1]: expected the key \"type\", found none"},
        {RT_LAYERS("{\"type\": \"conv1d\"}, " RT_LSTM),
         "layers[0].type: a layer \"conv1d\" before the LSTM, which is not computed"},
        {RT_LAYERS(RT_LSTM ", " RT_DENSE("\"\"") ", " RT_LSTM),
         "layers[2]: an LSTM behind a dense layer, which is not computed"},
        {RT_LAYERS(RT_LSTM ", {\"type\": \"dense\"}"),
         "layers[1]: expected \"weights\" of a matrix and a bias, found none"},
        {RT_LAYERS("{\"type\": \"lstm\"}"),
         "layers[0]: expected \"weights\" of a kernel, a recurrent kernel and a bias, found fewer"},
        {RT_LAYERS("{\"type\": \"lstm\", \"weights\": [" KERNEL "]}"), "layers[0]: expected \"weights\" of a kernel"},
        {RT_LAYERS("{\"type\": \"lstm\", \"weights\": [" KERNEL ", [1]]}"), "layers[0].weights[1]"},
        {RT_LAYERS("{\"type\": \"lstm\", \"shape\": [7], \"weights\": [" KERAS "]}"),
         "layers[0].shape: it says 7 units, the weights are of 1"},
        {RT_LAYERS("{\"type\": \"lstm\", \"activation\": \"relu\", \"weights\": [" KERAS "]}"),
         "layers[0].activation: expected \"tanh\" or nothing, found \"relu\""},
        {"{\"architecture\": 7, \"config\": {}, \"weights\": [1]}", "architecture: expected a string, found 7"},
        {"{\"architecture\": \"LSTM\", \"config\": {\"hidden_size\": 1, \"num_layers\": 1}, \"weights\": [1]}",
         "config: expected the key \"input_size\", found none"},
        {NAM "\"hidden_size\": 0, \"num_layers\": 1}, \"weights\": [1]}",
         "config.hidden_size: expected a whole number from 1 to 1048576, found 0"},
        {NAM "\"hidden_size\": 1, \"num_layers\": \"x\"}, \"weights\": [1]}",
         "config.num_layers: expected a whole number"},
        {NAM "\"hidden_size\": 1, \"num_layers\": 1, \"out_channels\": -1}, "
         "\"weights\": [1]}", "config.out_channels: expected a whole number"},
        {NAM "\"hidden_size\": 1, \"num_layers\": 1}, \"weights\": {}}",
         "expected \"weights\", a flat array of numbers"},
        {NAM "\"hidden_size\": 1, \"num_layers\": 1}, \"weights\": [[1]]}",
         "weights: expected 16 numbers (1 layer of 1 units on 1 inputs, each W [x, h], b, h0 and C0, then the head), "
         "found 1"},
        {NAM "\"hidden_size\": 1, \"num_layers\": 2}, \"weights\": [1]}",
         "weights: expected 30 numbers (2 layers of 1 units"},
    };
    texts_refused(list, sizeof list / sizeof *list);
    struct str file = {0};
    char tensors[160], text[160];
    put_hex(&file, "10 00 00 00 00 00 00 00");
    str_add(&file, "{              }");
    snprintf(tensors, sizeof tensors, "%s", bytes_file("none.safetensors", &file));
    str_add(&file, RT_LAYERS(""));
    snprintf(text, sizeof text, "%s", bytes_file("none.json", &file));
    const struct { const char *path, *format, *says; } other[] = {
        {tensors, "rtneural", "expected the JSON of RTNeural, found safetensors"},
        {tensors, "nam", "expected the JSON of a .nam file, found safetensors"},
        {text, "rtneural", "layers: expected an LSTM among the layers, found none"},
        {text, "nam", "expected the key \"architecture\", found none"},
        {text, "keras",
         "expected a kernel and a recurrent_kernel, or arrays of k x 4n, n x 4n and 4n numbers, found none"},
    };
    for (size_t k = 0; k < sizeof other / sizeof *other; k++) {
        struct err e = {{0}};
        assert_null(model_load(other[k].path, &(struct model_options){.format = other[k].format, .tokenizer = -1}, &e));
        if (!strstr(e.text, other[k].says))
            fail_msg("%s", e.text);
    }
}

/* ---- proof ---- */

/* A model that expects what it computes itself, under another order than the one it is read by. */
static void a_wrong_order_is_named_with_the_option_that_reads_it(void **state)
{
    (void)state;
    struct model *want = native(LAYERS, true, false);
    struct trace *tr = run(want);
    struct str s = {0};
    begin(&s, "pytorch");
    for (int l = 0; l < LAYERS; l++) {
        key(&s, "lstm.weight_ih_l#", l);
        add_blocks(&s, l, "iofg", 'x', false, false);
        key(&s, "lstm.weight_hh_l#", l);
        add_blocks(&s, l, "iofg", 'h', false, false);
        key(&s, "lstm.bias_ih_l#", l);
        add_bias(&s, l, "iofg", false, 0);
        struct str none = {0};
        key(&s, "lstm.bias_hh_l#", l);
        str_add(&s, zeros(&none));
        str_free(&none);
    }
    add_around(&s, "emb.weight", "fc.weight", "fc.bias", false);
    str_add(&s, "}, \"expected\": {\"sequence\": [\"a\", \"c\", \"e\", \"b\", \"d\", \"a\"], \"h\": [");
    for (int t = 1; t <= T; t++) {
        str_add(&s, t > 1 ? ", " : "");
        add_list(&s, trace_row(tr, LAYERS - 1, Q_H, t), H);
    }
    str_add(&s, "]}}");
    struct model_options o = MODEL_OPTIONS_NONE;
    for (int right = 0; right < 2; right++) {
        o.order = right ? "iofc" : NULL;
        struct model *m = load(str_text(&s), &o);
        struct trace *mine = run(m);
        const float *x[T];
        for (int t = 0; t < T; t++)
            x[t] = m->net->embedding + (t * 2 % V) * E;
        struct proof p;
        assert_true(proof_compare(m, m->net, mine, x, &p));
        assert_int_equal(p.within, right);
        if (!right) {
            struct reading_choice best[3];
            struct str options = {0};
            int tried, n = proof_search(m, x, T, best, 3, &tried);
            assert_true(n >= 1 && tried > 100 && p.largest > 0.01);
            proof_options(m, &best[0], &options);
            assert_string_equal(str_text(&options), "--order iofg");
            str_free(&options);
        }
        trace_free(mine);
        model_free(m);
    }
    trace_free(tr);
    model_free(want);
    str_free(&s);
}

/* C counts to 300: one step of float32 there is 3e-5, more than a tolerance of 1e-5 in absolute terms. */
static void the_tolerance_grows_with_what_it_is_held_against(void **state)
{
    (void)state;
    enum { STEPS = 400 };
    struct str s = {0};
    str_add(&s, "{\"format\": \"pytorch\", \"tensors\": {\"weight_ih_l0\": [[0], [0], [0], [0]], \"weight_hh_l0\": "
                "[[0], [0], [0], [0]], "
                "\"bias_ih_l0\": [9, 30, 1, 0], \"bias_hh_l0\": [0, 0, 0, 0]}, \"inputs\": [");
    for (int t = 0; t < STEPS; t++)
        str_add(&s, t ? ", 0" : "0");
    str_add(&s, "], \"expected\": {\"C\": [");
    double C = 0, add = 1 / (1 + exp(-9)) * tanh(1);
    for (int t = 0; t < STEPS; t++) {
        C += add;
        str_addf(&s, "%s[%.9g]", t ? ", " : "", C + 3e-5 * (t % 2));
    }
    str_add(&s, "]}}");
    struct model *m = load(str_text(&s), NULL);
    const float zero[1] = {0}, *x[STEPS];
    for (int t = 0; t < STEPS; t++)
        x[t] = zero;
    struct trace *tr = trace_new(m->net, STEPS);
    lstm_run(m->net, x, 0, NULL, 0, tr);
    struct proof p;
    assert_true(proof_compare(m, m->net, tr, x, &p) && p.within);
    m->expected->C[STEPS - 1] += 0.02f;
    assert_true(proof_compare(m, m->net, tr, x, &p) && !p.within && p.step == STEPS && p.q == Q_C && p.unit == 0);
    trace_free(tr);
    model_free(m);
    str_free(&s);
}

static void the_last_step_alone_is_enough(void **state)
{
    (void)state;
    struct model *m = load("{\"format\": \"pytorch\", \"tensors\": {\"weight_ih_l0\": [[0], [0], [0], [0]], "
                           "\"weight_hh_l0\": [[0], [0], [0], [0]]}, \"inputs\": [1, 2, 3], "
                           "\"expected\": {\"h\": [0]}}",
                           NULL);
    assert_true(expected_last(m->expected) && m->input_steps == 3);
    const float zero[1] = {0}, *x[3] = {zero, zero, zero};
    struct trace *tr = trace_new(m->net, 3);
    lstm_run(m->net, x, 0, NULL, 0, tr);
    struct proof p;
    assert_true(proof_compare(m, m->net, tr, x, &p) && p.within && p.step == 3);
    trace_free(tr);
    model_free(m);
}

/* rows × cols of ((k · step) mod 17 - 8) / 8; rows 0: a vector. */
static void add_sequence(struct str *s, int rows, int cols, int step)
{
    str_add(s, "[");
    for (int r = 0; r < (rows ? rows : 1); r++) {
        str_add(s, r ? ", " : "");
        str_add(s, rows ? "[" : "");
        for (int c = 0; c < cols; c++)
            str_addf(s, "%s%g", c ? ", " : "", ((r * cols + c) * step % 17 - 8) / 8.0);
        str_add(s, rows ? "]" : "");
    }
    str_add(s, "]");
}

/* numpy computed h of what Keras's own conversion (of CuDNNLSTM into LSTM) makes of these weights: E = 3, H = 2. */
static void what_CuDNNLSTM_keeps_unit_by_unit_is_an_LSTM(void **state)
{
    (void)state;
    static const char *const names[][2] = {{"{\"cu_dnnlstm/kernel\": ", ", \"cu_dnnlstm/recurrent_kernel\": "},
                                           {"[", ", "}};
    for (int list = 0; list < 2; list++) {
        struct str s = {0};
        str_add(&s, "{\"format\": \"keras\", \"inputs\": ");
        add_sequence(&s, 3, 3, 4);
        str_addf(&s, ", \"gate_function\": \"sigmoid\", \"tensors\": %s", names[list][0]);
        add_sequence(&s, 3, 8, 5);
        str_add(&s, names[list][1]);
        add_sequence(&s, 2, 8, 7);
        str_add(&s, list ? ", " : ", \"cu_dnnlstm/bias\": ");
        add_sequence(&s, 0, 16, 3);
        str_addf(&s, "%s, \"expected\": {\"h\": [[0.04692362790183211, -0.07951411386352589], [0.016166991486220115, "
                 "0.20229988378597455], [0.000717816489986328, 0.2715314701871097]]}}", list ? "]" : "}");
        struct model *m = load(str_text(&s), NULL);
        struct trace *tr = trace_new(m->net, 3);
        const float *const x[3] = {m->inputs, m->inputs + 3, m->inputs + 6};
        struct proof p;
        lstm_run(m->net, x, 0, NULL, 0, tr);
        assert_true(proof_compare(m, m->net, tr, x, &p) && p.within && p.values == 6);
        assert_true(p.largest < 1e-6);
        assert_non_null(strstr(m->report, "two biases of CuDNNLSTM, input and recurrent, i f c o, added"));
        assert_int_equal(m->unused_count, 0);
        trace_free(tr);
        model_free(m);
        str_free(&s);
    }
}

/* ---- by hand ---- */

enum { HAND_H = 2, HAND_E = 3, HAND_Y = 4 };
static float hand_W[GATES][HAND_H][HAND_H + HAND_E], hand_b[GATES][HAND_H], hand_p[GATES][HAND_H],
    hand_y[HAND_Y][HAND_H];
static const char *const gate_letter[GATES] = {"f", "i", "c", "o"};

static void draw_hand(void)
{
    for (int q = 0; q < GATES; q++)
        for (int u = 0; u < HAND_H; u++) {
            for (int k = 0; k < HAND_H + HAND_E; k++)
                hand_W[q][u][k] = draw();
            hand_b[q][u] = draw();
            hand_p[q][u] = draw();
        }
    for (int k = 0; k < HAND_Y * HAND_H; k++)
        hand_y[k / HAND_H][k % HAND_H] = draw();
}

/* Columns [from, to) of W of a gate. */
static void add_part(struct str *s, int q, int from, int to, bool turned)
{
    float part[HAND_H * (HAND_H + HAND_E)];
    for (int u = 0; u < HAND_H; u++)
        for (int k = from; k < to; k++)
            part[u * (to - from) + k - from] = hand_W[q][u][k];
    add_matrix(s, part, HAND_H, to - from, turned);
}

static void add_named(struct str *s, const char *before, int q)
{
    char name[16];
    snprintf(name, sizeof name, "%s%s", before, gate_letter[q]);
    key(s, name, 0);
}

enum hand { HAND_NATIVE, HAND_JOINED, HAND_TURNED, HAND_W_U, HAND_SIDES, HANDS };

static void write_hand(struct str *s, enum hand form, bool peepholes)
{
    static const char *const native[GATES] = {"f", "i", "g", "o"};
    str_add(s, form == HAND_NATIVE ? "{\"layers\": [{" : "{");
    for (int q = 0; q < GATES; q++) {
        char name[16];
        snprintf(name, sizeof name, "W_%s", form == HAND_NATIVE ? native[q] : gate_letter[q]);
        if (form != HAND_SIDES)
            key(s, name, 0);
        if (form <= HAND_TURNED) {
            add_part(s, q, 0, HAND_H + HAND_E, form == HAND_TURNED);
        } else if (form == HAND_W_U) {
            add_part(s, q, HAND_H, HAND_H + HAND_E, false);
            add_named(s, "U_", q);
            add_part(s, q, 0, HAND_H, false);
        } else {
            add_named(s, "W_x", q);
            add_part(s, q, HAND_H, HAND_H + HAND_E, true);
            add_named(s, "W_h", q);
            add_part(s, q, 0, HAND_H, true);
        }
        snprintf(name, sizeof name, "b_%s", form == HAND_NATIVE ? native[q] : gate_letter[q]);
        key(s, name, 0);
        if (form == HAND_JOINED)
            add_matrix(s, hand_b[q], HAND_H, 1, false);       /* a column, as numpy users have it */
        else
            add_list(s, hand_b[q], HAND_H);
        if (peepholes && q != Q_G) {
            add_named(s, "p_", q);
            add_list(s, hand_p[q], HAND_H);
        }
    }
    if (form == HAND_NATIVE) {
        str_add(s, "}], \"output\": {\"W\": ");
        add_matrix(s, &hand_y[0][0], HAND_Y, HAND_H, false);
        str_add(s, "}}");
        return;
    }
    key(s, form == HAND_SIDES ? "W_hq" : "W_y", 0);
    add_matrix(s, &hand_y[0][0], HAND_Y, HAND_H, form == HAND_SIDES);
    str_addc(s, '}');
}

static void assert_same_runs(const struct model *a, const struct model *other)
{
    static const float x[4][HAND_E] = {{1, 0.5f, -1}, {0, 1, 1}, {-0.5f, 0.25f, 2}, {1, 1, 1}};
    const float *in[] = {x[0], x[1], x[2], x[3]};
    struct trace *tr[2] = {trace_new(a->net, 4), trace_new(other->net, 4)};
    lstm_run(a->net, in, 0, NULL, 0, tr[0]);
    lstm_run(other->net, in, 0, NULL, 0, tr[1]);
    for (int q = 0; q < Q_COUNT; q++)
        for (int t = 1; t <= 4; t++)
            assert_memory_equal(trace_row(tr[0], 0, (enum quantity)q, t), trace_row(tr[1], 0, (enum quantity)q, t),
                                HAND_H * sizeof(float));
    assert_int_equal(a->net->outputs, other->net->outputs);
    if (a->net->outputs)
        assert_memory_equal(a->net->out_W, other->net->out_W, sizeof hand_y);
    trace_free(tr[0]);
    trace_free(tr[1]);
}

static void a_matrix_for_each_gate_as_the_lessons_write_it(void **state)
{
    (void)state;
    draw_hand();
    for (int peepholes = 0; peepholes < 2; peepholes++) {
        struct str text = {0};
        write_hand(&text, HAND_NATIVE, peepholes);
        struct model *native = load(text.s, NULL);
        assert_string_equal(native->format, "native");
        for (int form = HAND_JOINED; form < HANDS; form++) {
            str_clear(&text);
            write_hand(&text, (enum hand)form, peepholes);
            struct model *m = load(text.s, NULL);
            assert_string_equal(m->format, "gates");
            assert_int_equal(m->unused_count, 0);
            assert_same_runs(native, m);
            assert_true(form > HAND_TURNED || strstr(m->notice, "W over [h, x] with h first is assumed"));
            model_free(m);
        }
        model_free(native);
        str_free(&text);
    }
}

static void hand_blocks(struct str *s, int from, int to)
{
    static const enum quantity order[GATES] = {Q_I, Q_F, Q_G, Q_O};
    float all[GATES * HAND_H * (HAND_H + HAND_E)];
    int n = 0;
    for (int k = 0; k < GATES; k++)
        for (int u = 0; u < HAND_H; u++)
            for (int c = from; c < to; c++)
                all[n++] = hand_W[order[k]][u][c];
    add_matrix(s, all, GATES * HAND_H, to - from, false);
}

static void write_torch_with_peepholes(struct str *s, const char *without)
{
    static const enum quantity order[GATES] = {Q_I, Q_F, Q_G, Q_O};
    static const struct { const char *name; enum quantity q; } peep[] = {
        {"cell.weight_ci", Q_I}, {"cell.weight_cf", Q_F}, {"cell.weight_co", Q_O}};
    float b4[GATES * HAND_H];
    str_add(s, "{");
    key(s, "cell.weight_ih", 0);
    hand_blocks(s, HAND_H, HAND_H + HAND_E);
    key(s, "cell.weight_hh", 0);
    hand_blocks(s, 0, HAND_H);
    for (int k = 0; k < GATES * HAND_H; k++)
        b4[k] = hand_b[order[k / HAND_H]][k % HAND_H];
    key(s, "cell.bias_ih", 0);
    add_list(s, b4, GATES * HAND_H);
    memset(b4, 0, sizeof b4);
    key(s, "cell.bias_hh", 0);
    add_list(s, b4, GATES * HAND_H);
    for (int k = 0; k < 3; k++)
        if (!without || strcmp(without, peep[k].name) != 0) {
            key(s, peep[k].name, 0);
            add_list(s, hand_p[peep[k].q], HAND_H);
        }
    key(s, "fc.weight", 0);
    add_matrix(s, &hand_y[0][0], HAND_Y, HAND_H, false);
    str_addc(s, '}');
}

static void peepholes_beside_weights_named_as_pytorch_does(void **state)
{
    (void)state;
    struct str text = {0}, own = {0};
    struct err e = {{0}};
    draw_hand();
    write_hand(&own, HAND_NATIVE, true);
    write_torch_with_peepholes(&text, NULL);
    struct model *native = load(own.s, NULL), *m = load(text.s, NULL);
    assert_string_equal(m->format, "pytorch");
    assert_same_runs(native, m);
    assert_non_null(strstr(m->report, "forget gate: peepholes"));
    assert_int_equal(m->unused_count, 0);
    model_free(m);
    model_free(native);
    str_clear(&text);
    write_torch_with_peepholes(&text, "cell.weight_co");
    assert_null(model_parse(text.s, text.len, "F", NULL, &e));
    if (!strstr(e.text, "expected peepholes of f, i and o, found none of o"))
        fail_msg("%s", e.text);
    str_free(&text);
    str_free(&own);
}

/* torch.nn.LSTM(2, 3, num_layers=2, proj_size=2) and a Linear(2, 2), run in float64 by PyTorch 1.13. */
static const char projected[] =
    "{\"format\": \"pytorch\", \"tensors\": {\"lstm.weight_ih_l0\": [[-0.25, -0.5], [2.0625, -0.375], "
    "[0.1875, -0.25], [0.8125, 0.6875], [0.1875, -1.6875], [0.1875, -3.3125], [0.875, 0.25], [-1.5, "
    "-0.75], [-0.625, -1.8125], [-0.5, -1.0625], [-0.4375, 0.0], [1.25, -1.1875]], "
    "\"lstm.weight_hh_l0\": [[0.5, 1.625], [0.0625, 0.25], [-1.0625, -0.9375], [-1.3125, 1.1875], "
    "[-0.8125, -0.9375], [1.625, -0.875], [-1.375, -0.1875], [-0.5625, -1.4375], [1.3125, 1.5625], "
    "[-1.6875, 1.625], [-0.5, -2.0625], [0.75, -0.4375]], \"lstm.bias_ih_l0\": [1.125, 0.625, -0.1875, "
    "-2.1875, 0.25, 0.0, -1.4375, -0.3125, 1.6875, 0.6875, -0.4375, -1.4375], \"lstm.bias_hh_l0\": "
    "[-0.0625, -0.8125, -0.5625, 1.3125, 0.6875, 1.0, -0.6875, 0.25, -1.375, 1.3125, -0.875, 0.3125], "
    "\"lstm.weight_hr_l0\": [[-0.5, -1.75, -0.6875], [-0.375, 1.0, -0.3125]], \"lstm.weight_ih_l1\": "
    "[[1.1875, -0.625], [-0.1875, -1.5625], [-2.375, -0.3125], [0.125, -0.4375], [-0.8125, -2.625], "
    "[-0.125, 0.4375], [-0.25, -0.4375], [1.3125, -0.3125], [-0.0625, 1.1875], [0.0, -1.4375], [-1.25, "
    "-0.5], [0.875, 1.375]], \"lstm.weight_hh_l1\": [[-1.3125, 0.125], [-0.25, 0.8125], [1.125, 1.4375], "
    "[-0.6875, 0.125], [1.375, -0.5625], [0.8125, -1.25], [-0.375, 0.6875], [0.125, 0.75], [-0.0, 0.25], "
    "[-0.5, -0.125], [-0.3125, 2.0], [1.0625, 0.9375]], \"lstm.bias_ih_l1\": [-0.0, -0.625, 1.125, 0.5, "
    "-1.0625, 1.125, 0.375, -1.8125, 0.6875, -0.1875, -0.3125, 0.375], \"lstm.bias_hh_l1\": [-0.5625, "
    "-0.8125, 2.0, -0.4375, -1.0625, 0.25, -1.0, -0.1875, 0.8125, 1.0, 0.6875, -0.5], "
    "\"lstm.weight_hr_l1\": [[0.3125, -0.3125, -0.1875], [0.375, 0.0625, 2.8125]], \"fc.weight\": "
    "[[0.3125, -1.1875], [-2.6875, -0.6875]], \"fc.bias\": [0.125, -0.875]}, \"inputs\": [[0.875, "
    "0.875], [1.0, -0.625], [-1.125, 0.25], [-0.25, -1.625]], \"expected\": {\"h\": [[-0.108132474, "
    "0.989728945], [-0.123775685, 1.860789488], [-0.112037659, 2.191354759], [-0.049037713, "
    "2.224708779]], \"C\": [[-0.290199916, -0.157718579, 0.820252252], [-0.209288255, -0.172885232, "
    "1.334785867], [0.157705212, -0.005092839, 1.300430389], [0.428656363, -0.062172345, 1.227914305]], "
    "\"output\": [[-1.08409452, -1.264832627], [-2.123367419, -1.82164562], [-2.512245544, "
    "-2.080455189], [-2.532165961, -2.272698431]]}}";

/* The same both ways: LSTM(2, 3, num_layers=2, bidirectional=True, proj_size=2) and a Linear(4, 2). */
static const char projected_both_ways[] =
    "{\"format\":\"pytorch\",\"tensors\":{\"lstm.weight_ih_l0\":[[0.75,1.625],[0.375,-1.5],[-2.125,-0.25],[0.375,1.25"
    "],[-0.25,-0.25],[0.25,0.75],[0.375,0.875],[1.25,-0.625],[1.375,1.0],[0.5,-1.875],[0.875,1.25],[0.375,-0."
    "75]],\"lstm.weight_hh_l0\":[[0.125,-1.25],[0.75,0.875],[-0.125,0.75],[1.125,-0.125],[-0.125,-0.625],[-0.62"
    "5,0.5],[0.0,0.25],[0.125,-0.375],[1.0,0.0],[-0.875,0.0],[0.625,0.625],[-1.5,-0.5]],\"lstm.bias_ih_l0\":[-0"
    ".5,0.375,-0.25,1.125,1.25,-0.125,1.5,-0.5,1.625,0.5,0.875,-1.125],\"lstm.bias_hh_l0\":[-0.375,1.875,-1.75,"
    "-0.0,1.0,1.25,0.75,0.5,1.0,0.125,-1.75,0.625],\"lstm.weight_hr_l0\":[[-2.125,-0.5,-0.25],[-2.0,0.5,-0.5]],"
    "\"lstm.weight_ih_l0_reverse\":[[-2.25,-1.125],[-0.75,-0.125],[-0.25,-1.125],[0.875,-0.75],[-0.125,0.5],[-0"
    ".875,-1.25],[-1.75,-1.125],[-1.375,-1.125],[0.25,-0.375],[0.25,-0.25],[-0.375,-0.625],[-0.5,-1.0]],\"lstm"
    ".weight_hh_l0_reverse\":[[-0.5,-0.5],[-0.25,-1.25],[-0.5,0.5],[-0.25,-0.5],[-0.75,-0.5],[-0.5,-1.375],[-0"
    ".375,0.5],[0.375,0.875],[-0.625,1.0],[0.75,1.125],[0.75,-1.25],[1.125,0.75]],\"lstm.bias_ih_l0_reverse\":["
    "-0.125,-0.125,0.875,-0.125,-0.625,1.0,0.75,1.25,1.875,-1.125,-0.125,0.0],\"lstm.bias_hh_l0_reverse\":[-0.7"
    "5,-0.625,1.375,-2.125,-1.125,-0.75,0.875,0.125,-0.125,1.125,0.25,0.625],\"lstm.weight_hr_l0_reverse\":[[-1"
    ".125,-0.25,1.5],[0.75,-0.125,0.625]],\"lstm.weight_ih_l1\":[[-1.125,1.0,0.625,0.875],[1.625,-1.25,0.125,-0"
    ".625],[0.25,0.625,0.5,-1.0],[-0.125,0.0,-2.25,0.375],[-0.375,0.375,0.75,-0.875],[1.625,0.625,-0.875,-0.6"
    "25],[0.25,-1.625,-0.125,0.5],[-1.25,1.625,-0.5,0.375],[0.0,1.875,1.25,1.625],[-0.0,0.5,-1.125,0.75],[0.1"
    "25,0.625,2.375,-0.25],[-1.5,-0.5,-0.0,0.375]],\"lstm.weight_hh_l1\":[[-0.125,0.625],[-0.625,1.125],[-1.75,"
    "-0.5],[0.75,-0.25],[-1.125,1.5],[2.0,1.125],[2.25,0.625],[-1.875,0.75],[-0.875,-0.375],[0.375,-1.875],[0"
    ".625,0.5],[0.875,0.75]],\"lstm.bias_ih_l1\":[-0.625,-0.125,0.75,0.75,0.0,2.0,1.0,-0.25,-0.5,-0.75,-0.5,1.3"
    "75],\"lstm.bias_hh_l1\":[0.875,0.5,0.5,0.75,0.625,2.375,-0.625,-1.375,0.0,-0.125,-0.75,-0.5],\"lstm.weight_"
    "hr_l1\":[[0.125,1.375,-2.25],[0.0,2.0,-1.0]],\"lstm.weight_ih_l1_reverse\":[[-1.375,0.625,-1.0,-1.0],[1.0,1"
    ".0,-0.125,0.25],[-1.375,-0.125,-1.375,0.125],[-0.0,1.375,-0.125,1.75],[1.875,2.25,-0.125,0.0],[1.625,0.6"
    "25,-1.375,0.625],[-1.0,0.625,0.75,0.625],[1.375,0.125,-1.625,0.75],[-0.0,-0.25,1.125,-0.625],[-0.25,-1.0"
    ",-1.5,-0.0],[-1.25,0.875,1.125,0.375],[0.75,-0.125,-0.5,-1.0]],\"lstm.weight_hh_l1_reverse\":[[0.0,-0.0],["
    "1.0,-1.75],[0.125,0.25],[0.0,-0.875],[0.25,0.25],[-1.375,1.125],[-0.5,-1.0],[0.0,1.625],[-1.5,-1.25],[1."
    "0,-1.125],[0.25,-1.75],[-1.0,-0.25]],\"lstm.bias_ih_l1_reverse\":[1.0,1.875,-0.125,-1.875,-0.625,0.0,0.625"
    ",-0.75,-0.75,-0.125,-1.25,-0.875],\"lstm.bias_hh_l1_reverse\":[0.0,-1.375,-0.625,1.375,-0.875,0.375,0.75,-"
    "2.0,0.5,-1.125,-0.125,-1.0],\"lstm.weight_hr_l1_reverse\":[[1.75,0.875,1.875],[0.0,-0.375,-1.0]],\"fc.weigh"
    "t\":[[-0.625,-0.0,0.0,0.625],[0.625,-2.0,0.25,0.25]],\"fc.bias\":[0.875,-0.375]},\"inputs\":[[0.875, 0.875], "
    "[1.0, -0.625], [-1.125, 0.25], [-0.25, -1.625]],\"expected\":{\"h\":[[-0.373816292,-0.414112398,0.064720157,"
    "0.070651431],[-0.463894844,-0.487723391,0.2053374,0.032349169],[-0.947608536,-0.611868123,0.169441501,0."
    "035197479],[-1.221877018,-0.680143041,-0.048371576,0.072934201]],\"output\":[[1.152792327,0.253432509],[1."
    "185152508,0.369934147],[1.48925376,0.307640656],[1.684257012,0.227753601]]}}";

static void projections_compute_what_pytorch_computes(void **state)
{
    (void)state;
    struct model *m = load(projected, NULL);
    struct proof p;
    const float *x[4] = {m->inputs, m->inputs + 2, m->inputs + 4, m->inputs + 6};
    struct trace *tr = trace_new(m->net, 4);
    assert_int_equal(m->input_steps, 4);
    lstm_run(m->net, x, 0, NULL, 0, tr);
    assert_true(proof_compare(m, m->net, tr, x, &p));
    if (!p.within)
        fail_msg("%s of unit %d, step %d: expected %.9g, found %.9g", p.q == Q_COUNT ? "output" : quantity_name(p.q),
                 p.unit + 1, p.step, p.expected, p.found);
    assert_true(m->projected == 2 && m->unused_count == 0);
    assert_non_null(strstr(m->notice, "it projects h"));
    m->expected->h[5] += 0.001f;                       /* and would have been told of a difference */
    assert_true(proof_compare(m, m->net, tr, x, &p) && !p.within && p.q == Q_H && p.step == 3 && p.unit == 1);
    trace_free(tr);
    model_free(m);
}

static void projections_of_both_directions_compute_what_pytorch_computes(void **state)
{
    (void)state;
    struct err e = {""};
    struct model *m = load(projected_both_ways, NULL);
    assert_int_equal(m->projected, 4);
    struct session *s = session_new(m, &e);
    assert_int_equal(session_reading(s), READING_PROVEN);
    assert_true(session_proof(s)->largest < 1e-6);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_dict_of_pytorch),
        cmocka_unit_test(a_dialect_is_a_row_of_words),
        cmocka_unit_test(half_a_layer_of_words_is_refused),
        cmocka_unit_test(a_checkpoint_with_a_state_dict_inside),
        cmocka_unit_test(cells_numbered_in_their_names_are_a_stack),
        cmocka_unit_test(two_lstms_by_name_are_stacked_when_asked),
        cmocka_unit_test(keras_by_names),
        cmocka_unit_test(what_a_saved_model_keeps_by_places_is_told_by_its_shapes),
        cmocka_unit_test(keras_get_weights),
        cmocka_unit_test(keras_1),
        cmocka_unit_test(tensorflow_1_adds_one_to_the_forget_gate),
        cmocka_unit_test(an_lstm_node_of_onnx),
        cmocka_unit_test(neural_amp_modeler),
        cmocka_unit_test(rtneural_layers),
        cmocka_unit_test(recurrentjs_matrices),
        cmocka_unit_test(a_matrix_for_each_gate_as_the_lessons_write_it),
        cmocka_unit_test(peepholes_beside_weights_named_as_pytorch_does),
        cmocka_unit_test(projections_compute_what_pytorch_computes),
        cmocka_unit_test(projections_of_both_directions_compute_what_pytorch_computes),
        cmocka_unit_test(packed_in_every_way_it_can_be_declared),
        cmocka_unit_test(weights_that_a_framework_has_made_into_others_are_refused_with_the_way_back),
        cmocka_unit_test(what_is_no_lstm_is_refused_with_its_reason),
        cmocka_unit_test(tensors_that_nothing_took_are_named),
        cmocka_unit_test(a_learnt_initial_state_is_taken_and_said),
        cmocka_unit_test(what_a_list_of_arrays_is_read_as_and_what_is_assumed),
        cmocka_unit_test(two_directions_in_a_list_are_known_by_the_head_or_by_what_the_file_says),
        cmocka_unit_test(lists_that_do_not_fit_are_refused_with_the_array_that_does_not),
        cmocka_unit_test(what_rtneural_does_beside_the_layers_is_told),
        cmocka_unit_test(what_rtneural_and_nam_files_lack_is_named),
        cmocka_unit_test(the_two_hard_sigmoids_of_keras),
        cmocka_unit_test(a_wrong_order_is_named_with_the_option_that_reads_it),
        cmocka_unit_test(the_tolerance_grows_with_what_it_is_held_against),
        cmocka_unit_test(the_last_step_alone_is_enough),
        cmocka_unit_test(what_CuDNNLSTM_keeps_unit_by_unit_is_an_LSTM),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
