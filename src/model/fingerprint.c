/* fingerprint.c: see fingerprint.h. */
#include "model/fingerprint.h"

#include <string.h>

#include "base/hash.h"

uint64_t fingerprint_net(const struct lstm *net)
{
    uint64_t hash = hash_int(HASH_START, net->bidirectional ? -net->layers : net->layers);
    for (int l = 0; l < net->layers; l++) {
        const struct lstm_layer *y = &net->layer[l];
        size_t h = (size_t)y->hidden;
        for (int q = 0; q < GATES; q++) {
            hash = hash_bytes(hash, y->W[q], h * (h + (size_t)y->in) * sizeof(float));
            hash = hash_bytes(hash, y->b[q], h * sizeof(float));
        }
        hash = hash_bytes(hash, net->h0[l], h * sizeof(float));
        hash = hash_bytes(hash, net->c0[l], h * sizeof(float));
    }
    if (net->embedding)
        hash = hash_bytes(hash, net->embedding, (size_t)net->vocab * (size_t)net->embed * sizeof(float));
    return hash;
}

uint64_t fingerprint_model(const struct model *m)
{
    const struct lstm *net = m->net;
    uint64_t hash = fingerprint_net(net);
    hash = hash_int(hash, net->outputs);
    if (net->outputs) {
        hash = hash_bytes(hash, net->out_W, (size_t)net->outputs * (size_t)lstm_top(net) * sizeof(float));
        hash = hash_bytes(hash, net->out_b, (size_t)net->outputs * sizeof(float));
    }
    for (int k = 0; k < net->outputs && m->label; k++)
        hash = hash_text(hash, m->label[k]);
    for (int k = 0; m->vocab && k < m->vocab->size; k++)
        hash = hash_text(hash, m->vocab->token[k]);
    return hash;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

bool fingerprint_same(const struct model *a, const struct model *b)
{
    if (fingerprint_model(a) != fingerprint_model(b) || !same_text(a->name, b->name))
        return false;
    for (int l = 0; l < a->net->layers; l++)
        for (int u = 0; u < a->net->layer[l].hidden; u++)
            if (!same_text(model_unit_name(a, l, u), model_unit_name(b, l, u)))
                return false;
    return true;
}
