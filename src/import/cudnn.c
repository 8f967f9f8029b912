/* cudnn.c: the layout of Keras's CuDNNLSTM (Keras 2, TensorFlow 1), which has the names and the shapes of an LSTM.
 *
 * cuDNN keeps the weights of a gate unit by unit. Keras showed the memory of each gate's H × E numbers as E × H,
 * without turning it, so that unit u's weight of input k is number u·E + k of the gate's block; the recurrent block is
 * [unit][from]. What tells it from an LSTM is the bias: 8H numbers, 4H of the input side and 4H of the recurrent one,
 * added. The gates are i f c o, sigmoid, in both. (Keras itself converts so when it loads the one into the other.) */
#include "base/mem.h"
#include "import/names.h"

/* Tensors of one side, E × 4H or H × 4H as Keras has them, out of cuDNN's: number k of unit u stands in block q at
 * u · rows + k. */
static struct tensor *turn(struct source *s, struct tensor *t, struct err *e)
{
    const size_t rows = t->shape[0], H = t->shape[1] / GATES;
    if (!tensor_numbers(s, t, e))
        return NULL;
    float *own = mem_array(t->count, sizeof *own);
    if (!own) {
        tensor_complain(s, t, e, "not enough memory for %zu numbers", t->count);
        return NULL;
    }
    for (size_t q = 0; q < GATES; q++)
        for (size_t u = 0; u < H; u++)
            for (size_t k = 0; k < rows; k++) {
                size_t from = u * rows + k;            /* within the block, whose rows are H wide */
                own[k * GATES * H + q * H + u] = t->v[from / H * GATES * H + q * H + from % H];
            }
    struct tensor *made = source_slice(s, t, 0, rows, GATES * H, "turned");
    made->raw = made->own = own;
    tensor_became(t, "weights as CuDNNLSTM keeps them, i f c o, unit by unit");
    return made;
}

static bool is_cudnn(struct source *s, const struct layer_parts *l)
{
    struct tensor *bias = l->t[SLOT_BX][0], *h = l->t[SLOT_H][0], *x = l->t[SLOT_X][0];
    if (!bias || !h || !x || l->t[SLOT_BH][0] || !tensor_measure(s, bias, NULL) || !tensor_measure(s, h, NULL)
        || !tensor_measure(s, x, NULL))
        return false;
    return bias->rank == 1 && h->rank == 2 && x->rank == 2 && h->shape[0] && h->shape[1] == GATES * h->shape[0]
           && x->shape[1] == h->shape[1] && bias->shape[0] == 2 * h->shape[1];
}

bool keras_cudnn(struct source *s, struct parts *p, struct err *e)
{
    for (int k = 0; k < p->layers && !p->layout.separate; k++) {
        struct layer_parts *l = &p->layer[k];
        if (!is_cudnn(s, l))
            continue;
        struct tensor *bias = l->t[SLOT_BX][0];
        size_t n = bias->shape[0] / 2;
        if (!(l->t[SLOT_X][0] = turn(s, l->t[SLOT_X][0], e)) || !(l->t[SLOT_H][0] = turn(s, l->t[SLOT_H][0], e))
            || !tensor_numbers(s, bias, e))
            return false;
        l->t[SLOT_BX][0] = source_slice(s, bias, 0, n, 0, "input");
        l->t[SLOT_BH][0] = source_slice(s, bias, n, n, 0, "recurrent");
        tensor_became(bias, "two biases of CuDNNLSTM, input and recurrent, i f c o, added");
    }
    return true;
}
