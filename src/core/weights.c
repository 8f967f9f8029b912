/* weights.c: the network as memory. One block holds the struct, its tables and every weight, so that a network is made
 * in one place, fails in one place and is freed at once; only the kernels' packed copy is apart. */
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "core/kernel.h"

/* Hands out pieces of a block. The first pass has no block and only measures, the second hands them out: one
 * description of the layout serves both. Pieces start on a cache line. */
struct carver {
    char *block;
    size_t used;
    bool overflow;
};

static void *carve(struct carver *c, size_t count, size_t each, size_t size)
{
    size_t bytes;
    if (!mem_product(count, each, &bytes) || !mem_product(bytes, size, &bytes) || bytes > SIZE_MAX / 4 - c->used) {
        c->overflow = true;
        return NULL;
    }
    void *piece = c->block ? c->block + c->used : NULL;
    c->used += (bytes + 63) / 64 * 64;
    return piece;
}

static float *carve_floats(struct carver *c, int rows, size_t columns)
{
    return carve(c, (size_t)rows, columns, sizeof(float));
}

int lstm_below(const struct lstm_shape *shape, int l)
{
    if (!shape->bidirectional)
        return l ? shape->hidden[l - 1] : shape->embed;
    int first = l / 2 * 2 - 2;                   /* the layer that reads forward, of the depth below */
    return first < 0 ? shape->embed : shape->hidden[first] + shape->hidden[first + 1];
}

/* Numbers that the head reads. */
static int top_of(const struct lstm_shape *shape)
{
    int last = shape->hidden[shape->layers - 1];
    return shape->bidirectional ? shape->hidden[shape->layers - 2] + last : last;
}

/* On the first pass net is a scratch copy, and only its sizes mean anything. */
static void carve_layer(struct carver *c, const struct lstm_shape *shape, int l, struct lstm_layer *layer)
{
    layer->hidden = shape->hidden[l];
    layer->in = lstm_below(shape, l);
    for (int q = 0; q < GATES; q++) {
        layer->W[q] = carve_floats(c, layer->hidden, (size_t)layer->hidden + (size_t)layer->in);
        layer->b[q] = carve_floats(c, layer->hidden, 1);
        layer->b2[q] = shape->two_biases ? carve_floats(c, layer->hidden, 1) : NULL;
        layer->peep[q] = shape->peepholes && q != Q_G ? carve_floats(c, layer->hidden, 1) : NULL;
    }
    layer->gate_function = GATE_SIGMOID;
    layer->coupled = false;
    layer->sigma_candidate = false;
}

static void carve_network(struct carver *c, const struct lstm_shape *shape)
{
    struct lstm measured, *net = carve(c, 1, 1, sizeof *net);
    if (!net)
        net = &measured;
    *net = (struct lstm){ .layers = shape->layers, .vocab = shape->vocab, .embed = shape->embed,
                          .outputs = shape->outputs, .embedding_lent = shape->embedding_lent,
                          .head_lent = shape->head_lent, .bidirectional = shape->bidirectional };
    size_t layers = (size_t)shape->layers;
    net->layer = carve(c, layers, 1, sizeof *net->layer);
    net->h0 = carve(c, layers, 1, sizeof *net->h0);
    net->c0 = carve(c, layers, 1, sizeof *net->c0);
    for (int l = 0; l < shape->layers; l++) {
        struct lstm_layer scratch;
        carve_layer(c, shape, l, c->block ? &net->layer[l] : &scratch);
        float *h0 = carve_floats(c, shape->hidden[l], 1), *c0 = carve_floats(c, shape->hidden[l], 1);
        if (c->block) {
            net->h0[l] = h0;
            net->c0[l] = c0;
        }
    }
    if (shape->vocab && !shape->embedding_lent)
        net->embedding = carve_floats(c, shape->vocab, (size_t)shape->embed);
    if (shape->outputs) {
        if (!shape->head_lent)
            net->out_W = carve_floats(c, shape->outputs, (size_t)top_of(shape));
        net->out_b = carve_floats(c, shape->outputs, 1);
    }
}

static bool shape_is_sound(const struct lstm_shape *shape)
{
    if (shape->layers < 1 || shape->embed < 1 || shape->vocab < 0 || shape->outputs < 0
        || (shape->bidirectional && shape->layers % 2))
        return false;
    /* Indices of columns and of padded units are ints; two directions side by side are an int, too. */
    for (int l = 0; l < shape->layers; l++)
        if (shape->hidden[l] < 1 || shape->hidden[l] > INT_MAX / (1 + shape->bidirectional) - TILE_ROWS)
            return false;
    for (int l = 0; l < shape->layers; l++)
        if (lstm_below(shape, l) > INT_MAX - shape->hidden[l])
            return false;
    return true;
}

struct lstm *lstm_new(const struct lstm_shape *shape)
{
    if (!shape_is_sound(shape))
        return NULL;
    struct carver measure = { NULL, 0, false };
    carve_network(&measure, shape);
    if (measure.overflow)
        return NULL;
    struct carver c = { mem_array(measure.used, 1), 0, false };
    if (c.block)
        carve_network(&c, shape);
    return (struct lstm *)(void *)c.block; /* the first piece */
}

void lstm_free(struct lstm *net)
{
    if (!net)
        return;
    kernel_free(net->packed);
    mem_free(net);
}

static void copy_floats(float *to, const float *from, int rows, int columns)
{
    memcpy(to, from, (size_t)rows * (size_t)columns * sizeof *to);
}

static void copy_layer(struct lstm_layer *to, const struct lstm_layer *from)
{
    for (int q = 0; q < GATES; q++) {
        copy_floats(to->W[q], from->W[q], from->hidden, from->hidden + from->in);
        copy_floats(to->b[q], from->b[q], from->hidden, 1);
        if (from->b2[q])
            copy_floats(to->b2[q], from->b2[q], from->hidden, 1);
        else
            to->b2[q] = NULL;
        if (from->peep[q])
            copy_floats(to->peep[q], from->peep[q], from->hidden, 1);
    }
    to->gate_function = from->gate_function;
    to->coupled = from->coupled;
    to->sigma_candidate = from->sigma_candidate;
}

static struct lstm *copy_of(const struct lstm *net, bool lent)
{
    int *hidden = mem_array((size_t)net->layers, sizeof *hidden);
    if (!hidden)
        return NULL;
    struct lstm_shape shape = { .layers = net->layers, .vocab = net->embedding ? net->vocab : 0, .embed = net->embed,
                                .outputs = net->outputs, .hidden = hidden, .embedding_lent = lent,
                                .head_lent = lent, .bidirectional = net->bidirectional };
    for (int l = 0; l < net->layers; l++) {
        hidden[l] = net->layer[l].hidden;
        for (int q = 0; q < GATES; q++)
            shape.two_biases |= net->layer[l].b2[q] != NULL;
        shape.peepholes |= net->layer[l].peep[Q_F] != NULL;
    }
    struct lstm *copy = lstm_new(&shape);
    mem_free(hidden);
    if (!copy)
        return NULL;
    for (int l = 0; l < net->layers; l++) {
        copy_layer(&copy->layer[l], &net->layer[l]);
        copy_floats(copy->h0[l], net->h0[l], net->layer[l].hidden, 1);
        copy_floats(copy->c0[l], net->c0[l], net->layer[l].hidden, 1);
    }
    copy->vocab = net->vocab;
    if (lent) {
        copy->embedding = net->embedding;
        copy->out_W = net->out_W;
    } else if (net->embedding) {
        copy_floats(copy->embedding, net->embedding, net->vocab, net->embed);
    }
    if (net->outputs) {
        if (!lent)
            copy_floats(copy->out_W, net->out_W, net->outputs, lstm_top(net));
        copy_floats(copy->out_b, net->out_b, net->outputs, 1);
    }
    if (!lstm_pack(copy)) {
        lstm_free(copy);
        return NULL;
    }
    return copy;
}

struct lstm *lstm_copy(const struct lstm *net)
{
    return copy_of(net, false);
}

struct lstm *lstm_copy_beside(const struct lstm *net)
{
    return copy_of(net, true);
}

int lstm_top(const struct lstm *net)
{
    int last = net->layer[net->layers - 1].hidden;
    return net->bidirectional ? net->layer[net->layers - 2].hidden + last : last;
}

size_t lstm_parameters(const struct lstm *net)
{
    size_t n = net->embedding ? (size_t)net->vocab * (size_t)net->embed : 0;
    for (int l = 0; l < net->layers; l++) {
        const struct lstm_layer *layer = &net->layer[l];
        size_t biases = layer->b2[0] ? 2 : 1;
        n += GATES * (size_t)layer->hidden * ((size_t)layer->hidden + (size_t)layer->in + biases);
        n += layer->peep[Q_F] ? 3 * (size_t)layer->hidden : 0;
    }
    return n + (size_t)net->outputs * ((size_t)lstm_top(net) + 1);
}
