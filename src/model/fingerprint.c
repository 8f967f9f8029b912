/* fingerprint.c: see fingerprint.h. */
#include "model/fingerprint.h"

#include <string.h>

#include "base/hash.h"

/* Bytes on their way into the hash: those before `skip` are in it already, and no more than `left` come now. */
struct mixing {
    uint64_t hash;
    size_t skip, left, mixed;
    bool stopped;                 /* not all came */
};

static void mix(struct mixing *m, const void *data, size_t bytes)
{
    const size_t word = sizeof(uint64_t), skip = m->skip;
    if (skip >= bytes) {
        m->skip -= bytes;
        return;
    }
    size_t n = bytes - skip;
    if (n > m->left) {
        n = m->left / word * word;         /* hash_bytes takes words: only so is it the same in parts */
        m->stopped = true;
    }
    m->hash = hash_bytes(m->hash, (const char *)data + skip, n);
    m->skip = 0;
    m->mixed += n;
    m->left = m->stopped ? 0 : m->left - n;
}

static void mix_int(struct mixing *m, int64_t v)
{
    mix(m, &v, sizeof v);
}

static void mix_text(struct mixing *m, const char *text)
{
    size_t n = text ? strlen(text) : 0;
    mix_int(m, text ? (int64_t)n : -1);
    mix(m, text, n);
}

/* What makes a layer other than the plain one; of that nothing, so that it keeps the number that files know it by. */
static void mix_kind(struct mixing *m, const struct lstm_layer *y)
{
    const int kind = (int)y->gate_function * 4 + y->coupled * 2 + y->sigma_candidate;
    if (y->gate_function != GATE_SIGMOID || y->coupled || y->sigma_candidate)
        mix_int(m, kind);
    for (int q = 0; q < GATES; q++)
        if (y->peep[q])
            mix(m, y->peep[q], (size_t)y->hidden * sizeof(float));
}

static void mix_net(struct mixing *m, const struct lstm *net)
{
    mix_int(m, net->bidirectional ? -net->layers : net->layers);
    for (int l = 0; l < net->layers; l++) {
        const struct lstm_layer *y = &net->layer[l];
        size_t h = (size_t)y->hidden;
        for (int q = 0; q < GATES; q++) {
            mix(m, y->W[q], h * (h + (size_t)y->in) * sizeof(float));
            mix(m, y->b[q], h * sizeof(float));
        }
        mix(m, net->h0[l], h * sizeof(float));
        mix(m, net->c0[l], h * sizeof(float));
        mix_kind(m, y);
    }
    if (net->embedding)
        mix(m, net->embedding, (size_t)net->vocab * (size_t)net->embed * sizeof(float));
}

static void mix_model(struct mixing *x, const struct model *m)
{
    const struct lstm *net = m->net;
    mix_net(x, net);
    mix_int(x, net->outputs);
    if (net->outputs) {
        mix(x, net->out_W, (size_t)net->outputs * (size_t)lstm_top(net) * sizeof(float));
        mix(x, net->out_b, (size_t)net->outputs * sizeof(float));
    }
    for (int k = 0; k < net->outputs && m->label && !x->stopped; k++)
        mix_text(x, m->label[k]);
    for (int k = 0; m->vocab && k < m->vocab->size && !x->stopped; k++)
        mix_text(x, m->vocab->token[k]);
}

uint64_t fingerprint_net(const struct lstm *net)
{
    struct mixing m = {.hash = HASH_START, .left = SIZE_MAX};
    mix_net(&m, net);
    return m.hash;
}

uint64_t fingerprint_model(const struct model *m)
{
    struct fingerprint f = {0};
    fingerprint_on(m, &f, SIZE_MAX);
    return f.hash;
}

bool fingerprint_on(const struct model *m, struct fingerprint *f, size_t bytes)
{
    struct mixing x = {.hash = f->bytes ? f->hash : HASH_START, .skip = f->bytes, .left = bytes};
    if (f->known)
        return true;
    mix_model(&x, m);
    f->hash = x.hash;
    f->bytes += x.mixed;
    f->known = !x.stopped;
    return f->known;
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
