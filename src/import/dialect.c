/* dialect.c: the table of model formats. */
#include "import/dialect.h"

#include <string.h>

#include "import/named.h"
#include "import/names.h"
#include "import/native.h"

/* Chainer's L.LSTM: the gates of a unit lie side by side, candidate, i, f, o; one bias, on the way up. */
static const struct part_word chainer_words[] = {
    {"upward/W", SLOT_X, false},
    {"lateral/W", SLOT_H, false},
    {"upward/b", SLOT_BX, false},
    {.word = NULL},
};

const struct dialect dialects[] = {
    {"native", "flstm-tui's own JSON: W_f, b_f, W_i … for each layer", {.order = "figo"}, NULL, native_recognise, NULL,
     native_load, NULL},
    {"pytorch", "state_dict of torch.nn.LSTM: weight_ih_l0, weight_hh_l0 …, gates i f g o, two biases",
     {.order = "ifgo"}, NULL, torch_recognise, torch_find, NULL, NULL},
    {"keras", "kernel, recurrent_kernel, bias or the arrays of get_weights(), gates i f c o",
     {.order = "ifgo", .turned = true}, keras_keys, keras_recognise, keras_find, NULL, NULL},
    {"tf1-basic-lstm", "TensorFlow 1: one kernel [x, h], gates i c f o, forget_bias 1 added to f",
     {.order = "igfo", .turned = true, .x_first = true, .forget_bias = 1}, tf1_keys, tf1_recognise, tf1_find, NULL,
     NULL},
    {"onnx-lstm", "an ONNX LSTM node: W, R, B (Wb, Rb), P, initial_h, initial_c, gates i o f c",
     {.order = "iofg"}, onnx_keys, onnx_recognise, onnx_find, NULL, NULL},
    {"rtneural", "RTNeural and AIDA-X: layers of type lstm and dense, gates i f c o; input_batch and output_batch as "
     "proof",
     {.order = "ifgo", .turned = true}, NULL, rtneural_recognise, rtneural_find, NULL, NULL},
    {"nam", "Neural Amp Modeler: flat weights [x, h], gates i f g o, with their own h and C to start from",
     {.order = "ifgo", .x_first = true}, NULL, nam_recognise, nam_find, NULL, NULL},
    {"recurrentjs", "recurrentjs: Wix0, Wih0, bi0 …, a matrix a gate", {.order = "figo", .separate = true}, NULL,
     recurrentjs_recognise,
     recurrentjs_find, NULL, NULL},
    {"gates", "written by hand: W_f, W_i, W_c, W_o over [h, x], W_f … and U_f …, or W_xf … and W_hf …, with b_f …",
     {.order = "figo", .separate = true}, NULL, gates_recognise, gates_find, NULL, NULL},
    {"chainer", "Chainer's L.LSTM: upward/W, lateral/W, upward/b, gates c i f o of each unit side by side",
     {.order = "gifo", .interleaved = true}, NULL, named_recognise, named_find, NULL, chainer_words},
    {"packed", "kernel, recurrent, bias in a declared order, orientation and concat", {.order = "ifgo"}, packed_keys,
     NULL, packed_find, NULL, NULL},
};
const int dialect_count = sizeof dialects / sizeof *dialects;

const struct dialect *dialect_find(const char *name)
{
    for (int k = 0; k < dialect_count; k++)
        if (strcmp(dialects[k].name, name) == 0)
            return &dialects[k];
    return NULL;
}
