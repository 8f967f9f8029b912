/* safetensors_write.c: a model as a safetensors file that PyTorch can load: the names and the gate order of
 * torch.nn.LSTM. What a state_dict has no place for (vocabulary, sequence, names of units …) stands in the metadata
 * as "flstm", the text of a wrapper.
 *
 * bias_ih is the bias that is added, bias_hh is zero: their sum, which is all that the network uses, is then exact. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "import/import.h"
#include "import/native.h"

struct piece { const float *v; size_t rows, cols, step; };       /* rows of cols numbers, step apart; v NULL: zeros */

struct writing {
    struct str header, numbers;
};

static void put_u32(struct str *out, uint32_t v)
{
    char *p = str_room(out, 4);
    for (int k = 0; k < 4; k++)
        p[k] = (char)(v >> 8 * k & 255);
    str_grown(out, 4);
}

static void put_piece(struct str *out, const struct piece *x)
{
    for (size_t r = 0; r < x->rows; r++)
        for (size_t c = 0; c < x->cols; c++) {
            float v = x->v ? x->v[r * x->step + c] : 0;
            uint32_t bits;
            memcpy(&bits, &v, sizeof bits);
            put_u32(out, bits);
        }
}

/* A tensor made of n pieces one below the other; vector: of rank 1. */
static void put_tensor(struct writing *w, const char *name, const struct piece *x, int n, bool vector)
{
    size_t from = w->numbers.len, rows = 0;
    for (int k = 0; k < n; k++) {
        put_piece(&w->numbers, &x[k]);
        rows += x[k].rows;
    }
    str_addf(&w->header, ",\"%s\":{\"dtype\":\"F32\",\"shape\":[%zu", name, vector ? rows * x->cols : rows);
    if (!vector)
        str_addf(&w->header, ",%zu", x->cols);
    str_addf(&w->header, "],\"data_offsets\":[%zu,%zu]}", from, w->numbers.len);
}

static void put_layer(struct writing *w, const struct lstm *net, int l)
{
    const struct lstm_layer *layer = &net->layer[l];
    static const enum quantity order[GATES] = {Q_I, Q_F, Q_G, Q_O};
    size_t H = (size_t)layer->hidden, E = (size_t)layer->in;
    struct piece ih[GATES], hh[GATES], b[GATES], zero[GATES];
    char name[48];
    for (int k = 0; k < GATES; k++) {
        hh[k] = (struct piece){layer->W[order[k]], H, H, H + E};
        ih[k] = (struct piece){layer->W[order[k]] + H, H, E, H + E};
        b[k] = (struct piece){layer->b[order[k]], 1, H, H};
        zero[k] = (struct piece){NULL, 1, H, H};
    }
    const struct { const char *part; const struct piece *x; bool vector; } parts[] = {
        {"weight_ih", ih, false}, {"weight_hh", hh, false}, {"bias_ih", b, true}, {"bias_hh", zero, true},
    };
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        snprintf(name, sizeof name, "lstm.%s_l%d%s", parts[k].part, net->bidirectional ? l / 2 : l,
                 lstm_backward(net, l) ? "_reverse" : "");
        put_tensor(w, name, parts[k].x, GATES, parts[k].vector);
    }
}

bool model_write_safetensors(const struct model *m, struct str *out, struct err *e)
{
    const struct lstm *net = m->net;
    if (!lstm_is_plain(net))
        return err_set(
            e, m->name, NULL,
            "torch.nn.LSTM has no peepholes, no coupled gates and only σ: export it to a name that ends in .json");
    struct writing w = {{0}, {0}};
    struct str about = {0};
    native_write_about(m, "pytorch", &about);
    str_add(&w.header, "{\"__metadata__\":{\"format\":\"pt\",\"flstm\":");
    str_add_json(&w.header, str_text(&about));
    str_addc(&w.header, '}');
    str_free(&about);
    size_t top = (size_t)lstm_top(net), outputs = (size_t)net->outputs, E = (size_t)net->embed;
    if (net->embedding)
        put_tensor(&w, "embedding.weight", &(struct piece){net->embedding, (size_t)net->vocab, E, E}, 1, false);
    for (int l = 0; l < net->layers; l++)
        put_layer(&w, net, l);
    if (outputs) {
        put_tensor(&w, "fc.weight", &(struct piece){net->out_W, outputs, top, top}, 1, false);
        put_tensor(&w, "fc.bias", &(struct piece){net->out_b, 1, outputs, outputs}, 1, true);
    }
    str_addc(&w.header, '}');
    while (w.header.len % 8)
        str_addc(&w.header, ' ');
    put_u32(out, (uint32_t)w.header.len);
    put_u32(out, 0);
    str_addn(out, w.header.s, w.header.len);
    str_addn(out, str_text(&w.numbers), w.numbers.len);
    str_free(&w.header);
    str_free(&w.numbers);
    return true;
}
