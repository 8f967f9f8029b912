/* pytorch.c: a state_dict of torch.nn.LSTM (or nn.LSTMCell) and what stands around it.
 *
 *     gates = weight_ih · x + bias_ih + weight_hh · h + bias_hh        rows in blocks of H: i, f, g, o
 *
 * so that block q of weight_hh becomes the columns of h in W_q, block q of weight_ih the columns of x, and the biases are
 * added. Anything of another kind (both directions, projections, GRU, peepholes) is refused by name. */
#include "import/pytorch.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import/build.h"
#include "import/around.h"

static const enum quantity order[GATES] = {Q_I, Q_F, Q_G, Q_O};

enum part { WEIGHT_IH, WEIGHT_HH, BIAS_IH, BIAS_HH, WEIGHT_HR, PARTS };
static const char *const part_names[PARTS] = {"weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr"};

/* "encoder.lstm.weight_ih_l1_reverse" taken apart. */
struct name {
    enum part part;
    long layer;
    bool reverse;
    size_t prefix;                 /* bytes before the part: "encoder.lstm." */
};

static bool take_apart(const char *s, struct name *out)
{
    const char *dot = strrchr(s, '.'), *p = dot ? dot + 1 : s;
    out->prefix = (size_t)(p - s);
    out->layer = 0;
    out->reverse = false;
    for (int k = 0; k < PARTS; k++) {
        size_t n = strlen(part_names[k]);
        if (strncmp(p, part_names[k], n) != 0)
            continue;
        out->part = (enum part)k;
        p += n;
        if (p[0] == '_' && p[1] == 'l' && p[2] >= '0' && p[2] <= '9') {
            char *end;
            out->layer = strtol(p + 2, &end, 10);
            p = end;
        }
        out->reverse = strcmp(p, "_reverse") == 0;
        return *p == '\0' || out->reverse;
    }
    return false;
}

bool pytorch_recognise(const struct source *s, const char **why)
{
    struct name name;
    *why = "it has a tensor weight_ih_l0";
    for (int k = 0; k < s->n; k++)
        if (take_apart(s->t[k]->name, &name) && name.part == WEIGHT_IH && name.layer == 0)
            return true;
    return false;
}

/* ---- the layers ---- */

struct layer {
    struct tensor *part[PARTS];
};

struct lstm_tensors {
    struct layer *layer;           /* [layers] */
    int *hidden;
    int layers, in;                /* in: E of the first layer */
    bool biases;
    const char *first;             /* the name that was met first, and how much of it is prefix */
    size_t prefix;
};

static bool refuse_kind(const struct source *s, const struct tensor *t, const struct name *n, struct err *e)
{
    if (n->reverse)
        return tensor_complain(s, t, e, "a bidirectional LSTM, which is not supported");
    if (n->part == WEIGHT_HR)
        return tensor_complain(s, t, e, "an LSTM with projections (proj_size), which is not supported");
    return true;
}

static bool refuse_peephole(const struct source *s, const struct tensor *t, struct err *e)
{
    static const char *const tail[] = {"weight_ci", "weight_cf", "weight_co", "w_ci", "w_cf", "w_co", "W_ci", "W_cf", "W_co"};
    bool peephole = strstr(t->name, "peephole") != NULL;
    size_t n = strlen(t->name);
    for (size_t k = 0; k < sizeof tail / sizeof *tail; k++) {
        size_t m = strlen(tail[k]);
        peephole = peephole || (n >= m && strcmp(t->name + n - m, tail[k]) == 0);
    }
    return peephole ? tensor_complain(s, t, e, "peephole weights, which are not supported") : true;
}

/* Does the part at `prefix` belong to the LSTM that "names" asks for ("encoder.lstm")? Any does when it asks for none. */
static bool wanted_here(const char *name, size_t prefix, const char *wanted)
{
    size_t n = wanted ? strlen(wanted) : 0;
    return !wanted || (strncmp(name, wanted, n) == 0 && (prefix == n || prefix == n + 1));
}

/* Puts one tensor in its place. All must have the prefix of the first: two LSTMs in one file are two readings. */
static bool place(struct source *s, struct tensor *t, const struct name *name, struct lstm_tensors *out, struct err *e)
{
    if (!refuse_kind(s, t, name, e))
        return false;
    if (out->first && (name->prefix != out->prefix || strncmp(out->first, t->name, out->prefix) != 0))
        return source_complain(s, e, "there are two LSTMs, \"%s\" and \"%s\"; \"names\": {\"lstm\": \"%.*s\"} in a wrapper says which",
                             out->first, t->name, (int)(out->prefix ? out->prefix - 1 : 0), out->first);
    if (name->layer >= s->n)
        return tensor_complain(s, t, e, "expected layer numbers without gaps, found layer %ld", name->layer);
    struct tensor **slot = &out->layer[name->layer].part[name->part];
    if (*slot)
        return source_complain(s, e, "\"%s\" and \"%s\" are the same part", (*slot)->name, t->name);
    *slot = t;
    if (!out->first) {
        out->first = t->name;
        out->prefix = name->prefix;
    }
    if (name->layer >= out->layers)
        out->layers = (int)name->layer + 1;
    return true;
}

/* Every layer has both weights, and both biases or none. */
static bool complete(const struct source *s, const struct lstm_tensors *lt, struct err *e)
{
    for (int l = 0; l < lt->layers; l++) {
        struct tensor *const *part = lt->layer[l].part;
        bool biases = part[BIAS_IH] || part[BIAS_HH];
        for (int k = WEIGHT_IH; k <= BIAS_HH; k++)
            if (!part[k] && (k <= WEIGHT_HH || biases))
                return source_complain(s, e, "expected the tensor \"%.*s%s_l%d\" beside \"%s\", found none of that name",
                                     (int)lt->prefix, lt->first, part_names[k], l, lt->first);
    }
    return true;
}

static bool sort_out(struct source *s, struct lstm_tensors *out, struct err *e)
{
    const char *wanted;
    struct name name;
    if (!around_named(s, "lstm", &wanted, e))
        return false;
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (!refuse_peephole(s, t, e))
            return false;
        if (take_apart(t->name, &name) && wanted_here(t->name, name.prefix, wanted) && !place(s, t, &name, out, e))
            return false;
    }
    if (!out->first && wanted)
        return source_complain(s, e, "there are no tensors %s.weight_ih_l0 … as \"names\" says", wanted);
    if (!out->first)
        return source_complain(s, e, "expected tensors named as torch.nn.LSTM does (weight_ih_l0 …), found none");
    return complete(s, out, e);
}

/* The shapes, from the recurrent weights on: 4H × H. */
static bool measure(struct source *s, struct lstm_tensors *lt, struct err *e)
{
    char found[96];
    int in = -1;
    for (int l = 0; l < lt->layers; l++) {
        struct tensor *const *part = lt->layer[l].part;
        struct tensor *hh = part[WEIGHT_HH], *ih = part[WEIGHT_IH];
        if (!tensor_matrix(s, hh, -1, -1, e))
            return false;
        size_t rows = hh->shape[0], H = hh->shape[1];
        if (rows == 3 * H)
            return tensor_complain(s, hh, e, "%s numbers are a GRU (3 blocks of %zu rows), which is not supported",
                                   tensor_shape(hh, found), H);
        if (rows == H)
            return tensor_complain(s, hh, e, "%s numbers are a plain RNN (1 block of %zu rows), not an LSTM (4 blocks)",
                                   tensor_shape(hh, found), H);
        if (rows != 4 * H || H > INT_MAX / 32)
            return tensor_complain(s, hh, e, "expected 4 blocks (i f g o) of %zu rows, %zu x %zu numbers, found %s", H, 4 * H, H,
                                   tensor_shape(hh, found));
        if (!tensor_matrix(s, ih, 4 * (long)H, in, e))
            return false;
        for (int k = BIAS_IH; k <= BIAS_HH; k++)
            if (part[k] && !tensor_vector(s, part[k], 4 * (long)H, e))
                return false;
        lt->biases = lt->biases || part[BIAS_IH];
        if (l == 0)
            lt->in = (int)ih->shape[1];
        in = lt->hidden[l] = (int)H;
    }
    return true;
}

struct around {
    struct tensor *embedding, *head, *head_bias;
};

static bool numbers(struct source *s, const struct lstm_tensors *lt, const struct around *a, struct err *e)
{
    struct tensor *const around[] = {a->embedding, a->head, a->head_bias};
    for (int l = 0; l < lt->layers; l++)
        for (int k = WEIGHT_IH; k <= BIAS_HH; k++)
            if (lt->layer[l].part[k] && !tensor_numbers(s, lt->layer[l].part[k], e))
                return false;
    for (size_t k = 0; k < sizeof around / sizeof *around; k++)
        if (around[k] && !tensor_numbers(s, around[k], e))
            return false;
    return true;
}

static void fill_layer(struct lstm_layer *to, const struct layer *from)
{
    size_t H = (size_t)to->hidden, E = (size_t)to->in;
    for (size_t block = 0; block < GATES; block++) {
        enum quantity q = order[block];
        build_block(to, q, 0, to->hidden, from->part[WEIGHT_HH]->v + block * H * H, H, 1);
        build_block(to, q, to->hidden, to->in, from->part[WEIGHT_IH]->v + block * H * E, E, 1);
        for (size_t u = 0; from->part[BIAS_IH] && u < H; u++) {
            float ih = from->part[BIAS_IH]->v[block * H + u], hh = from->part[BIAS_HH]->v[block * H + u];
            to->b[q][u] = ih + hh;
            if (to->b2[q])
                to->b2[q][u] = hh;
        }
    }
    static const char *const became[] = {"the columns of x", "the columns of h", "bias", "bias, added to the other one"};
    for (int k = WEIGHT_IH; k <= BIAS_HH; k++)
        if (from->part[k])
            tensor_became(from->part[k], "%s; rows 0..%zu i, %zu..%zu f, %zu..%zu g, %zu..%zu o", became[k], H - 1, H, 2 * H - 1, 2 * H,
                          3 * H - 1, 3 * H, 4 * H - 1);
}

/* ---- around them ---- */

static bool look_around(struct source *s, const struct lstm_tensors *lt, const struct vocab *v, struct around *out,
                        struct err *e)
{
    if (!around_embedding(s, &out->embedding, e) || !around_head(s, &out->head, &out->head_bias, e))
        return false;
    if (out->embedding && !tensor_matrix(s, out->embedding, -1, lt->in, e))
        return false;
    if (out->embedding && !v)
        return tensor_complain(s, out->embedding, e, "its %zu rows are tokens without names; --vocab FILE gives them",
                               out->embedding->shape[0]);
    if (!out->embedding && v)
        return source_complain(s, e, "there is a vocabulary but no embedding (embedding.weight, encoder.weight …); \"names\": "
                             "{\"embedding\": …} in a wrapper says where it is");
    if (out->embedding && out->embedding->shape[0] != (size_t)v->size)
        return tensor_complain(s, out->embedding, e, "expected %d rows, one for each token of the vocabulary, found %zu", v->size,
                               out->embedding->shape[0]);
    if (!out->head)
        return true;
    return tensor_matrix(s, out->head, -1, lt->hidden[lt->layers - 1], e)
        && (!out->head_bias || tensor_vector(s, out->head_bias, (long)out->head->shape[0], e));
}

static void copy(float *to, const struct tensor *from, size_t n)
{
    memcpy(to, from->v, n * sizeof *to);
}

static void fill_around(struct lstm *net, const struct around *a)
{
    if (a->embedding) {
        copy(net->embedding, a->embedding, (size_t)net->vocab * (size_t)net->embed);
        tensor_became(a->embedding, "embedding, a row for each token");
    }
    if (a->head) {
        copy(net->out_W, a->head, (size_t)net->outputs * (size_t)lstm_top(net));
        tensor_became(a->head, "head, a row for each output%s", a->head_bias ? "" : "; no bias");
    }
    if (a->head_bias) {
        copy(net->out_b, a->head_bias, (size_t)net->outputs);
        tensor_became(a->head_bias, "head, bias");
    }
}

static void report(struct model *m, struct source *s, const struct lstm_tensors *lt)
{
    struct report r = {0};
    report_fact(&r, "format", "pytorch: %s, gate order i f g o",
                s->about.node ? "tensors by name in a wrapper" : "a bare dump of a state_dict (it has a tensor weight_ih_l0)");
    for (int l = 0; l < lt->layers; l++)
        report_fact(&r, "layer", "%d: %d units, inputs of %d, %s", l, m->net->layer[l].hidden, m->net->layer[l].in,
                    lt->layer[l].part[BIAS_IH] ? "two biases, added" : "no bias");
    source_report(s, &r);
    build_report(m, &r);
}

static struct model *build(struct source *s, struct lstm_tensors *lt, struct vocab *v, struct err *e)
{
    struct around around = {0};
    if (!sort_out(s, lt, e) || !measure(s, lt, e) || !look_around(s, lt, v, &around, e) || !numbers(s, lt, &around, e))
        return NULL;
    struct lstm_shape shape = {
        .layers = lt->layers, .embed = lt->in, .hidden = lt->hidden, .two_biases = lt->biases,
        .vocab = around.embedding ? (int)around.embedding->shape[0] : 0,
        .outputs = around.head ? (int)around.head->shape[0] : 0,
    };
    struct model *m = model_new(&shape, s->name, e);
    if (!m)
        return NULL;
    m->vocab = v;
    for (int l = 0; l < lt->layers; l++)
        fill_layer(&m->net->layer[l], &lt->layer[l]);
    fill_around(m->net, &around);
    if (!s->about.node || build_description(m, &s->about, e)) {
        report(m, s, lt);
        return m;
    }
    m->vocab = NULL;
    model_free(m);
    return NULL;
}

struct model *pytorch_load(struct source *s, struct vocab *vocab, const struct model_options *o, struct err *e)
{
    struct vocab *v;
    bool own;
    if (!around_keys(s, NULL, e))
        return NULL;
    if (s->about.node && !s->inside) {
        struct json_at tensors;
        json_need(&s->about, "tensors", &tensors, e);
        return NULL;
    }
    if (!build_vocab(s->about.node ? &s->about : NULL, vocab, &v, &own, e))
        return NULL;
    if (own && o->tokenizer >= 0)
        v->kind = (enum vocab_kind)o->tokenizer;
    struct model *m = NULL;
    struct lstm_tensors lt = {
        .layer = mem_array((size_t)s->n, sizeof *lt.layer), .hidden = mem_array((size_t)s->n, sizeof *lt.hidden),
    };
    if (lt.layer && lt.hidden)
        m = build(s, &lt, v, e);
    else
        source_complain(s, e, "not enough memory for %d tensors", s->n);
    mem_free(lt.layer);
    mem_free(lt.hidden);
    if (!m && own)
        vocab_free(v);
    return m;
}
