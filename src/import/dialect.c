/* dialect.c: the table of model formats. */
#include "import/dialect.h"

#include <string.h>

#include "import/named.h"
#include "import/names.h"
#include "import/native.h"

#define WORDS(...) ((const struct part_word[]){__VA_ARGS__, {.word = NULL}})
#define PART(text, place) {.word = (text), .slot = (place)}
#define HOME(text, place) {.word = (text), .slot = (place), .assumed = true}
#define GATE(text, place, q) {.word = (text), .slot = (place), .gate = (q)}
#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct naming pytorch = {
    .words = WORDS(
        PART("weight_ih", SLOT_X), PART("weight_hh", SLOT_H), PART("bias_ih", SLOT_BX), PART("bias_hh", SLOT_BH),
        PART("weight_hr", SLOT_PROJECTION),
        /* MXNet */
        PART("i2h_weight", SLOT_X), PART("h2h_weight", SLOT_H), PART("i2h_bias", SLOT_BX), PART("h2h_bias", SLOT_BH),
        /* home-made */
        HOME("w_ih", SLOT_X), HOME("w_hh", SLOT_H), HOME("b_ih", SLOT_BX), HOME("b_hh", SLOT_BH),
        HOME("W_ih", SLOT_X), HOME("W_hh", SLOT_H),
        HOME("weightIh", SLOT_X), HOME("weightHh", SLOT_H), HOME("biasIh", SLOT_BX), HOME("biasHh", SLOT_BH),
        HOME("weight_x", SLOT_X), HOME("weight_h", SLOT_H),
        HOME("Wih", SLOT_X), HOME("Whh", SLOT_H), HOME("bih", SLOT_BX), HOME("bhh", SLOT_BH),
        /* Peepholes are nobody's in PyTorch: a module of somebody's own, which names a vector for each gate. */
        GATE("weight_ci", SLOT_PEEP, Q_I), GATE("weight_cf", SLOT_PEEP, Q_F),
        GATE("weight_co", SLOT_PEEP, Q_O),
        GATE("w_ci", SLOT_PEEP, Q_I), GATE("w_cf", SLOT_PEEP, Q_F), GATE("w_co", SLOT_PEEP, Q_O),
        GATE("W_ci", SLOT_PEEP, Q_I), GATE("W_cf", SLOT_PEEP, Q_F), GATE("W_co", SLOT_PEEP, Q_O),
        GATE("peephole_i", SLOT_PEEP, Q_I), GATE("peephole_f", SLOT_PEEP, Q_F),
        GATE("peephole_o", SLOT_PEEP, Q_O),
        GATE("peep_i", SLOT_PEEP, Q_I), GATE("peep_f", SLOT_PEEP, Q_F), GATE("peep_o", SLOT_PEEP, Q_O),
        GATE("p_i", SLOT_PEEP, Q_I), GATE("p_f", SLOT_PEEP, Q_F), GATE("p_o", SLOT_PEEP, Q_O)),
    .like = "tensors named as torch.nn.LSTM does (weight_ih_l0 …)",
    .why = "it has a tensor weight_ih_l0",
    .why_assumed = "it has tensors named as PyTorch's input and recurrent weights",
    .sign = SLOT_BIT(SLOT_X),
    .two_biases = true,
    .sift = torch_sift,
    .rest = torch_rest,
};

static const struct naming keras = {
    .words = WORDS(PART("recurrent_kernel", SLOT_H), PART("kernel", SLOT_X), PART("bias", SLOT_BX)),
    .why = "it has a tensor recurrent_kernel",
    .sign = SLOT_BIT(SLOT_H),
    .cells = LIST("lstm_cell", "cell"),
    .only_recurrent = true,
    .numbered = true,
    .rest = keras_rest,
};

static const struct naming tf1 = {
    .words = WORDS(PART("projection/kernel", SLOT_PROJECTION),
                   PART("kernel", SLOT_XH), PART("bias", SLOT_BX), PART("weights", SLOT_XH), PART("biases", SLOT_BX),
                   PART("Matrix", SLOT_XH), PART("Bias", SLOT_BX),
                   GATE("w_i_diag", SLOT_PEEP, Q_I), GATE("w_f_diag", SLOT_PEEP, Q_F),
                   GATE("w_o_diag", SLOT_PEEP, Q_O)),
    .like = "tensors named as TensorFlow 1 does (…/basic_lstm_cell/kernel)",
    .why = "it has a kernel of a basic_lstm_cell",
    .within = LIST("lstm_cell", "cell_", "LSTMCell"),
    .unless = LIST("recurrent_kernel", "hi/kernel"),
    .numbered_by = "cell_",
};

static const struct naming onnx = {
    .words = WORDS(PART("W", SLOT_X), PART("R", SLOT_H), PART("B", SLOT_BX), PART("P", SLOT_PEEP),
                   PART("initial_h", SLOT_H0),
                   PART("initial_c", SLOT_C0)),
    .like = "tensors W, R and B of an LSTM node",
    .why = "it has tensors W and R",
    .numbered = true,
    .rest = onnx_rest,
};

static const struct naming recurrentjs = {
    .words = WORDS(GATE("Wix", SLOT_X, Q_I), GATE("Wih", SLOT_H, Q_I), GATE("bi", SLOT_BX, Q_I),
                   GATE("Wfx", SLOT_X, Q_F), GATE("Wfh", SLOT_H, Q_F), GATE("bf", SLOT_BX, Q_F),
                   GATE("Wox", SLOT_X, Q_O), GATE("Woh", SLOT_H, Q_O), GATE("bo", SLOT_BX, Q_O),
                   GATE("Wcx", SLOT_X, Q_G), GATE("Wch", SLOT_H, Q_G), GATE("bc", SLOT_BX, Q_G)),
    .like = "matrices named as recurrentjs does (Wix0, Wih0, bi0 …)",
    .why = "it has matrices Wix0, Wfx0, Wox0 and Wcx0",
    .sign = SLOT_BIT(SLOT_X),
    .number_behind = true,
    .embedding = "Wil",
    .head = "Whd",
    .head_bias = "bd",
};

static const struct naming chainer = {
    .words = WORDS(PART("upward/W", SLOT_X), PART("lateral/W", SLOT_H), PART("upward/b", SLOT_BX)),
    .numbered = true,
};

static const struct naming flax = {
    .words = WORDS(GATE("ii/kernel", SLOT_X, Q_I), GATE("hi/kernel", SLOT_H, Q_I), GATE("hi/bias", SLOT_BX, Q_I),
                   GATE("if/kernel", SLOT_X, Q_F), GATE("hf/kernel", SLOT_H, Q_F), GATE("hf/bias", SLOT_BX, Q_F),
                   GATE("ig/kernel", SLOT_X, Q_G), GATE("hg/kernel", SLOT_H, Q_G), GATE("hg/bias", SLOT_BX, Q_G),
                   GATE("io/kernel", SLOT_X, Q_O), GATE("ho/kernel", SLOT_H, Q_O), GATE("ho/bias", SLOT_BX, Q_O)),
    .numbered = true,
    .head = "Dense_0/kernel",
    .head_bias = "Dense_0/bias",
};

static const struct naming packed = {
    .words = WORDS(PART("recurrent", SLOT_H), PART("recurrent_kernel", SLOT_H), PART("kernel", SLOT_X),
                   PART("recurrent_bias", SLOT_BH), PART("bias", SLOT_BX)),
    .like = "the tensors \"kernel\", \"recurrent\" and \"bias\"",
    .numbered = true,
    .sift = packed_sift,
    .rest = packed_rest,
};

/* Found by their names, and by nothing else. */
#define NAMED(by) .naming = &(by), .recognise = named_recognise, .find = named_find

const struct dialect dialects[] = {
    {"native", "flstm-tui's own JSON: W_f, b_f, W_i … for each layer", {.order = "figo"},
     .recognise = native_recognise, .load = native_load},
    {"pytorch", "state_dict of torch.nn.LSTM: weight_ih_l0, weight_hh_l0 …, gates i f g o, two biases",
     {.order = "ifgo"}, NAMED(pytorch)},
    {"keras", "kernel, recurrent_kernel, bias or the arrays of get_weights(), gates i f c o",
     {.order = "ifgo", .turned = true},
     .keys = LIST("recurrent_activation", "gate_function", "keras_version", "config", "merge_mode"),
     .naming = &keras, .recognise = keras_recognise, .find = keras_find},
    {"tf1-basic-lstm", "TensorFlow 1: one kernel [x, h], gates i c f o, forget_bias 1 added to f",
     {.order = "igfo", .turned = true, .x_first = true, .forget_bias = 1},
     .keys = LIST("forget_bias", "gate_function"), NAMED(tf1)},
    {"onnx-lstm", "an ONNX LSTM node: W, R, B (Wb, Rb), P, initial_h, initial_c, gates i o f c", {.order = "iofg"},
     .keys = LIST("input_forget", "direction", "gate_function"), NAMED(onnx)},
    {"rtneural", "RTNeural and AIDA-X: layers of type lstm and dense, gates i f c o; input_batch and output_batch as "
     "proof",
     {.order = "ifgo", .turned = true}, .recognise = rtneural_recognise, .find = rtneural_find},
    {"nam", "Neural Amp Modeler: flat weights [x, h], gates i f g o, with their own h and C to start from",
     {.order = "ifgo", .x_first = true}, .recognise = nam_recognise, .find = nam_find},
    {"recurrentjs", "recurrentjs: Wix0, Wih0, bi0 …, a matrix a gate", {.order = "figo", .separate = true},
     NAMED(recurrentjs)},
    {"gates", "written by hand: W_f, W_i, W_c, W_o over [h, x], W_f … and U_f …, or W_xf … and W_hf …, with b_f …",
     {.order = "figo", .separate = true}, .recognise = gates_recognise, .find = gates_find},
    {"chainer", "Chainer's L.LSTM: upward/W, lateral/W, upward/b, gates c i f o of each unit side by side",
     {.order = "gifo", .interleaved = true}, NAMED(chainer)},
    {"flax", "LSTMCell of Flax (JAX): ii/kernel, hi/kernel, hi/bias …, a matrix for x and one for h a gate",
     {.order = "ifgo", .separate = true, .turned = true}, NAMED(flax)},
    {"packed", "kernel, recurrent, bias in a declared order, orientation and concat", {.order = "ifgo"},
     .keys = LIST("order", "orientation", "concat", "interleaved", "forget_bias", "gate_function"),
     .naming = &packed, .find = named_find},
};
const int dialect_count = sizeof dialects / sizeof *dialects;

const struct dialect *dialect_find(const char *name)
{
    for (int k = 0; k < dialect_count; k++)
        if (strcmp(dialects[k].name, name) == 0)
            return &dialects[k];
    return NULL;
}
