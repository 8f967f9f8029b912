/* small.c: see small.h. One unit and one input wherever that is an LSTM of the dialect. */
#include "support/small.h"

#include <string.h>

#include "support/bytes.h"

#define C4 "[[1],[2],[3],[4]]"
#define R4 "[[1,2,3,4]]"
#define GATES_OF(f, i, c, o, value) "\"" f "\":" value ",\"" i "\":" value ",\"" c "\":" value ",\"" o "\":" value
#define DUMP(name) "{\"" name "weight_ih_l0\":" C4 ",\"" name "weight_hh_l0\":" C4

static const struct { const char *name, *text; } texts[] = {
    {"native.json", "{\"format\":\"flstm-model/1\",\"layers\":[{" GATES_OF("W_f", "W_i", "W_g", "W_o", "[[1,-2]]") ","
     GATES_OF("b_f", "b_i", "b_g", "b_o", "[0.5]") "}]}"},
    {"torch.json", DUMP("rnn.") ",\"rnn.bias_ih_l0\":[1,2,3,4],\"rnn.bias_hh_l0\":[1,2,3,4]}"},
    {"checkpoint.json", "{\"epoch\":3,\"state_dict\":" DUMP("module.lstm.") "}}"},
    {"both-ways.json", DUMP("") ",\"weight_ih_l0_reverse\":" C4 ",\"weight_hh_l0_reverse\":" C4 "}"},
    {"projection.json", "{\"weight_ih_l0\":[[1],[2],[3],[4],[5],[6],[7],[8]],\"weight_hh_l0\":[[1],[2],[3],[4],[5],[6],"
     "[7],[8]],\"weight_hr_l0\":[[0.5,-1]]}"},
    {"peepholes.json", DUMP("") ",\"weight_ci\":[1],\"weight_cf\":[2],\"weight_co\":[3]}"},
    {"gates.json", "{" GATES_OF("W_f", "W_i", "W_c", "W_o", "[[1,2]]") "," GATES_OF("b_f", "b_i", "b_c", "b_o", "[1]")
     ",\"W_y\":[[1],[2]],\"b_y\":[3,4]}"},
    {"gates-apart.json", "{" GATES_OF("W_xf", "W_xi", "W_xc", "W_xo", "[[1],[2]]") ","
     GATES_OF("W_hf", "W_hi", "W_hc", "W_ho", "[[1,2],[3,4]]") "}"},
    {"cudnn.json", "{\"cu_dnnlstm/kernel\":" R4 ",\"cu_dnnlstm/recurrent_kernel\":" R4
     ",\"cu_dnnlstm/bias\":[1,2,3,4,1,2,3,4]}"},
    {"keras.json", "{\"lstm/kernel\":" R4 ",\"lstm/recurrent_kernel\":" R4 ",\"lstm/bias\":[1,2,3,4]}"},
    {"weights.json", "[" R4 "," R4 ",[1,2,3,4],[[1,2]],[3,4]]"},
    {"tf1.json", "{\"rnn/basic_lstm_cell/kernel\":[[1,2,3,4],[5,6,7,8]],\"rnn/basic_lstm_cell/bias\":[1,2,3,4]}"},
    {"onnx.json", "{\"W\":[" C4 "],\"R\":[" C4 "],\"B\":[[1,2,3,4,5,6,7,8]],\"P\":[[1,2,3]]}"},
    {"chainer.json", "{\"upward/W\":" C4 ",\"lateral/W\":" C4 ",\"upward/b\":[1,2,3,4]}"},
    {"flax.json", "{" GATES_OF("ii/kernel", "if/kernel", "ig/kernel", "io/kernel", "[[1]]") ","
     GATES_OF("hi/kernel", "hf/kernel", "hg/kernel", "ho/kernel", "[[1]]") "}"},
    {"recurrentjs.json", "{" GATES_OF("Wix0", "Wfx0", "Wox0", "Wcx0", "{\"n\":1,\"d\":1,\"w\":{\"0\":1}}") ","
     GATES_OF("Wih0", "Wfh0", "Woh0", "Wch0", "{\"n\":1,\"d\":1,\"w\":{\"0\":1}}") "}"},
    {"packed.json", "{\"format\":\"packed\",\"order\":\"ifgo\",\"concat\":\"xh\",\"orientation\":\"columns\","
     "\"tensors\":{\"kernel\":[[1,2,3,4],[5,6,7,8]],\"bias\":[1,2,3,4]}}"},
    {"rtneural.json", "{\"in_shape\":[null,1],\"layers\":[{\"type\":\"lstm\",\"shape\":[null,1],\"weights\":[" R4 "," R4
     ",[1,2,3,4]]},{\"type\":\"dense\",\"shape\":[null,1],\"weights\":[[[1]],[2]]}]}"},
    {"model.nam", "{\"architecture\":\"LSTM\",\"config\":{\"input_size\":1,\"hidden_size\":1,\"num_layers\":1},"
     "\"weights\":[1,2,3,4,5,6,7,8,1,2,3,4,0.5,0.25,1,2]}"},
};
enum { TEXTS = sizeof texts / sizeof *texts, NPZ = TEXTS, SAFETENSORS, COUNT };
const int small_count = COUNT;

static void npz(struct str *out)
{
    static const char header[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 1), }";
    static const char *const names[] = {"weight_ih_l0.npy", "weight_hh_l0.npy"};
    struct zip_writer z = {0};
    for (int k = 0; k < 2; k++) {
        struct str b = {0};
        put_hex(&b, "93 4e 55 4d 50 59 01 00");
        put_u16(&b, sizeof header - 1);
        str_add(&b, header);
        for (int r = 0; r < 4; r++)
            put_f32(&b, (float)r);
        zip_put(&z, names[k], b.s, b.len);
        str_free(&b);
    }
    zip_end(&z);
    str_addn(out, z.out.s, z.out.len);
    str_free(&z.out);
}

static void safetensors(struct str *out)
{
    static const char header[] = "{\"weight_ih_l0\":{\"dtype\":\"F32\",\"shape\":[4,1],\"data_offsets\":[0,16]},"
                                 "\"weight_hh_l0\":{\"dtype\":\"F16\",\"shape\":[4,1],\"data_offsets\":[16,24]}}";
    put_u64(out, sizeof header - 1);
    str_add(out, header);
    for (int r = 0; r < 4; r++)
        put_f32(out, (float)r);
    put_hex(out, "00 3c 00 c0 00 38 00 34");
}

const char *small_file(int k, struct str *out)
{
    if (k < TEXTS) {
        str_add(out, texts[k].text);
        return texts[k].name;
    }
    if (k == NPZ)
        npz(out);
    else
        safetensors(out);
    return k == NPZ ? "small.npz" : "small.safetensors";
}
