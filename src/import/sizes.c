/* sizes.c: what of a reading fits together: every tensor's shape against every other's, before a number is read. */
#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "import/around.h"
#include "import/reading.h"

/* ---- the layers ---- */

/* What is wrong with recurrent weights of so many rows (units' side) on H columns. */
static bool refuse_blocks(const struct source *s, const struct tensor *t, const struct layout *l, size_t rows, size_t H,
                          struct err *e)
{
    char found[96], order[8];
    const char *line = l->turned ? "columns" : "rows";
    if (rows == 3 * H)
        return tensor_complain(s, t, e, "%s numbers are a GRU (3 blocks of %zu %s), which is not supported",
                               tensor_shape(t, found), H, line);
    if (rows == H)
        return tensor_complain(s, t, e, "%s numbers are a plain RNN (1 block of %zu %s), not an LSTM (4 blocks)",
                               tensor_shape(t, found), H, line);
    size_t a = l->turned ? H : 4 * H, b = l->turned ? 4 * H : H;
    return tensor_complain(s, t, e, "expected 4 blocks (%s) of %zu %s, %zu x %zu numbers, found %s",
                           layout_spaced(l->order, order), H, line, a, b, tensor_shape(t, found));
}

static bool side(struct source *s, struct tensor *t, const struct layout *l, long units, long columns, struct err *e)
{
    return l->turned ? tensor_matrix(s, t, columns, units, e) : tensor_matrix(s, t, units, columns, e);
}

/* One tensor for x and h: 4H units on E+H columns. */
static bool measure_joined(struct source *s, const struct layout *l, const struct layer_parts *p, int in,
                           struct size *out, struct err *e)
{
    struct tensor *first = p->t[SLOT_XH][0];
    const int blocks = l->separate ? 1 : GATES;
    char found[96];
    if (!tensor_matrix(s, first, -1, -1, e))
        return false;
    size_t units = first->shape[l->turned], width = first->shape[!l->turned], H = units / (size_t)blocks;
    if (units % (size_t)blocks || !H || width <= H || H > INT_MAX / 32)
        return tensor_complain(s, first, e, "expected %d blocks of H %s on E+H numbers, found %s", blocks,
                               l->turned ? "columns" : "rows", tensor_shape(first, found));
    *out = (struct size){(int)H, (int)(width - H), (int)H};
    if (in > 0 && out->in != in)
        return tensor_complain(s, first, e, "expected %zu + %d numbers for each unit, h and the %d inputs, found %zu",
                               H, in, in, width);
    for (int q = 1; q < GATES && l->separate; q++)
        if (!side(s, p->t[SLOT_XH][q], l, (long)H, (long)width, e))
            return false;
    return true;
}

/* h_t = W_hr · (o ⊙ tanh C): the recurrent weights see P numbers, and W_hr is P × H (Sak et al. 2014; PyTorch's
 * proj_size). */
static bool measure_projected(struct source *s, const struct layout *l, const struct layer_parts *p, int in,
                              struct size *out, struct err *e)
{
    struct tensor *hh = p->t[SLOT_H][0], *ih = p->t[SLOT_X][0], *hr = p->t[SLOT_PROJECTION][0];
    char found[96];
    if (!hh || !ih || l->separate || l->turned)
        return tensor_complain(s, hr, e, "a projection of h, which is read with PyTorch's names and layout only");
    if (!tensor_matrix(s, hh, -1, -1, e))
        return false;
    size_t units = hh->shape[0], P = hh->shape[1], H = units / GATES;
    if (units % GATES || !H || H > INT_MAX / 32)
        return tensor_complain(s, hh, e, "expected 4 blocks of H rows, found %s", tensor_shape(hh, found));
    if (!tensor_matrix(s, hr, (long)P, (long)H, e) || !tensor_matrix(s, ih, (long)units, in, e))
        return false;
    *out = (struct size){(int)H, (int)ih->shape[1], (int)P};
    return true;
}

/* A tensor for x and one for h: the recurrent one tells H. in is the size of the layer below, or -1. */
static bool measure_sides(struct source *s, const struct layout *l, const struct layer_parts *p, int in,
                          struct size *out, struct err *e)
{
    struct tensor *hh = p->t[SLOT_H][0], *ih = p->t[SLOT_X][0];
    if (!tensor_matrix(s, hh, -1, -1, e))
        return false;
    size_t units = hh->shape[l->turned], H = hh->shape[!l->turned], blocks = l->separate ? 1 : GATES;
    if (units != blocks * H || H > INT_MAX / 32)
        return l->separate ? side(s, hh, l, (long)H, (long)H, e) : refuse_blocks(s, hh, l, units, H, e);
    if (!side(s, ih, l, (long)(blocks * H), in, e))
        return false;
    *out = (struct size){(int)H, (int)ih->shape[!l->turned], (int)H};
    for (int q = 1; q < GATES && l->separate; q++)
        if (!side(s, p->t[SLOT_H][q], l, out->hidden, out->hidden, e)
            || !side(s, p->t[SLOT_X][q], l, out->hidden, out->in, e))
            return false;
    return true;
}

/* Three blocks in one tensor, or a tensor for each of f, i and o. */
static bool measure_peepholes(struct source *s, const struct layer_parts *p, int hidden, struct err *e)
{
    static const enum quantity gates[] = {Q_F, Q_I, Q_O};
    struct tensor *const *t = p->t[SLOT_PEEP];
    if (!t[Q_I] && !t[Q_O])
        return !t[Q_F] || tensor_vector(s, t[Q_F], 3L * hidden, e);
    for (int k = 0; k < 3; k++) {
        if (!t[gates[k]])
            return source_complain(s, e, "expected peepholes of f, i and o, found none of %s", quantity_name(gates[k]));
        if (!tensor_vector(s, t[gates[k]], hidden, e))
            return false;
    }
    return true;
}

static bool measure_weights(struct source *s, const struct layout *l, const struct layer_parts *p, int in,
                            struct size *out, struct err *e)
{
    if (p->t[SLOT_PROJECTION][0])
        return measure_projected(s, l, p, in, out, e);
    return p->t[SLOT_XH][0] ? measure_joined(s, l, p, in, out, e) : measure_sides(s, l, p, in, out, e);
}

static bool measure_layer(struct source *s, const struct layout *l, const struct layer_parts *p, int in,
                          struct size *out, struct err *e)
{
    const int blocks = l->separate ? 1 : GATES;
    if (!p->t[SLOT_XH][0] && (!p->t[SLOT_X][0] || !p->t[SLOT_H][0]))
        return source_complain(s, e, "expected the weights of x and of h in each layer and direction, found none in "
                                     "one");
    if (!measure_weights(s, l, p, in, out, e))
        return false;
    for (int q = 0; q < (l->separate ? GATES : 1); q++) {
        for (int k = SLOT_BX; k <= SLOT_BH; k++)
            if (p->t[k][q] && !tensor_vector(s, p->t[k][q], (long)blocks * out->hidden, e))
                return false;
    }
    if (!measure_peepholes(s, p, out->hidden, e))
        return false;
    for (int k = SLOT_H0; k <= SLOT_C0; k++)
        if (p->t[k][0] && !tensor_vector(s, p->t[k][0], out->hidden, e))
            return false;
    return true;
}

/* Numbers that layer l reads; -1: any. Both directions of a depth read the same. */
static int reads(const struct reading *r, int l)
{
    if (!r->p.bidirectional)
        return l ? r->size[l - 1].out : -1;
    int below = l / 2 * 2 - 2;
    if (below >= 0 && r->p.merge > 0)
        return r->size[below].out;
    if (below >= 0)
        return r->size[below].out + r->size[below + 1].out;
    return l ? r->size[0].in : -1;
}

/* A sum is read of two directions with as many units. */
static bool measure_merged(const struct reading *r, int l, struct err *e)
{
    if (!(r->p.merge > 0) || l % 2 == 0 || r->size[l - 1].out == r->size[l].out)
        return true;
    return source_complain(r->s, e, "merge_mode adds the two directions: expected as many units in both, found %d and "
                                    "%d", r->size[l - 1].out, r->size[l].out);
}

bool sizes_layers(struct reading *r, struct err *e)
{
    struct parts *p = &r->p;
    r->hidden = mem_array((size_t)p->layers, sizeof *r->hidden);
    r->size = mem_array((size_t)p->layers, sizeof *r->size);
    if (!r->hidden || !r->size)
        return source_complain(r->s, e, "not enough memory for %d layers", p->layers);
    for (int l = 0; l < p->layers; l++) {
        if (!measure_layer(r->s, &p->layout, &p->layer[l], reads(r, l), &r->size[l], e) || !measure_merged(r, l, e))
            return false;
        r->hidden[l] = r->size[l].hidden;
        r->projects = r->projects || p->layer[l].t[SLOT_PROJECTION][0];
        r->shape.two_biases |= p->layer[l].t[SLOT_BX][0] && p->layer[l].t[SLOT_BH][0];
        r->shape.peepholes |= p->layer[l].t[SLOT_PEEP][0] != NULL;
    }
    r->shape.layers = p->layers;
    r->shape.bidirectional = p->bidirectional;
    r->shape.hidden = r->hidden;
    r->shape.embed = r->size[0].in;
    return true;
}

/* ---- what stands around ---- */

/* Numbers that the head reads. */
int reading_top(const struct reading *r)
{
    bool both = r->p.bidirectional && !(r->p.merge > 0);
    return r->size[r->p.layers - 1].out + (both ? r->size[r->p.layers - 2].out : 0);
}

/* What is not computed changes what the head reads: without it the logits would be false. */
static void let_head_go(struct reading *r, const struct tensor *why, const char *does)
{
    parts_note(&r->p, "%s %s %s and is not computed: no output is, either", why->name, does, r->p.head.weight->name);
    r->p.head = (struct dense){0};
}

static bool measure_head(struct reading *r, struct err *e)
{
    struct dense *head = &r->p.head;
    int top = reading_top(r);
    if (r->s->behind)
        *head = (struct dense){0};
    const struct tensor *norm = head->weight ? before_head(r->s, &r->p, &r->before, (size_t)top) : NULL;
    if (norm)
        let_head_go(r, norm, "may stand between the LSTM and");
    if (!head->weight)
        return true;
    if (!r->s->kind->graph && !before_is_head(r->s, &r->p, r->shape.embed, top))
        return before_refuse(r->s, head->weight, r->p.embedding->shape[1], r->shape.embed, e);
    if (head->turned ? !tensor_matrix(r->s, head->weight, top, -1, e) : !tensor_matrix(r->s, head->weight, -1, top, e))
        return false;
    r->shape.outputs = (int)head->weight->shape[head->turned];
    const bool square = r->shape.outputs == top && r->shape.outputs == r->shape.vocab;
    const bool known = square || around_asked(r->s, "output_weight") || r->s->kind->graph;
    const struct tensor *reader = known ? NULL : before_reader(r->s, &r->p, (size_t)r->shape.outputs);
    if (reader) {
        let_head_go(r, reader, "may read what is put out by");
        r->shape.outputs = 0;
        return true;
    }
    return !head->bias || tensor_vector(r->s, head->bias, r->shape.outputs, e);
}

/* h0 and c0 of all layers in one tensor: layers × 1 × H, each layer of one size. */
static bool measure_initial(struct reading *r, struct err *e)
{
    struct tensor *all[] = {r->p.h0, r->p.c0};
    long total = 0;
    for (int l = 0; l < r->p.layers; l++)
        total += r->hidden[l];
    for (int k = 0; k < 2; k++) {
        char found[96];
        if (!all[k])
            continue;
        if (r->projects)
            return tensor_complain(r->s, all[k], e, "an initial state beside projections, which is not supported");
        if (!tensor_measure(r->s, all[k], e))
            return false;
        if (all[k]->count != (size_t)total)
            return tensor_complain(r->s, all[k], e, "expected %ld numbers, the initial state of %d unit%s, found %s",
                                   total, (int)total, total == 1 ? "" : "s", tensor_shape(all[k], found));
    }
    return true;
}

/* More rows than tokens were padded, in front or behind: who knows which says it. */
static bool refuse_rows(const struct reading *r, int rows, struct err *e)
{
    struct str hint = {0};
    int tokens = r->vocab->size, more = rows - tokens, first = r->vocab->first;
    if (more > 0 && !r->o->index_from && (r->o->vocab || !r->s->about.node)) {
        str_addf(&hint, "; --index-from %d leaves the first %d without a token, --index-from %d the last %d",
                 first + more, first + more, first, more);
        if (first)
            str_addf(&hint, " and the first %d", first);
    }
    tensor_complain(r->s, r->p.embedding, e, "expected %d row%s, one for each token of the vocabulary, found %d%s",
                    tokens, tokens == 1 ? "" : "s", rows, str_text(&hint));
    str_free(&hint);
    return false;
}

/* The name of the only tensor with a row for each token and as many columns as the LSTM reads, else "TENSOR". */
static const char *table_of(const struct reading *r)
{
    const char *name = NULL;
    for (int k = 0; k < r->s->n; k++) {
        struct tensor *t = r->s->t[k];
        bool fits = t->use == TENSOR_UNUSED && tensor_measure(r->s, t, NULL) && t->rank == 2
                    && t->shape[0] == (size_t)r->vocab->size && t->shape[1] == (size_t)r->shape.embed;
        if (fits && name)
            return "TENSOR";
        if (fits)
            name = t->name;
    }
    return name ? name : "TENSOR";
}

/* The vocabulary and what makes vectors of it. Only where there is an embedding, or as many tokens as inputs, can
 * there be one. */
static bool measure_words(struct reading *r, struct err *e)
{
    struct tensor *embedding = r->p.embedding;
    if (!before_find(r->s, &r->p, r->shape.embed, reading_top(r), &r->before, e))
        return false;
    const struct tensor *linear = r->before.linear.weight;
    int rows = linear ? (int)(linear->count / (size_t)r->shape.embed) : r->shape.embed;
    if (embedding)
        rows = (int)embedding->shape[0];
    if (!build_vocab(r->s, &r->p.vocab, r->o, (struct vocab_rows){rows, !embedding}, &r->vocab, e))
        return false;
    if (embedding && !r->vocab)
        return tensor_complain(r->s, embedding, e, "its %d rows are tokens without names; --vocab FILE gives them",
                               rows);
    if (!r->vocab)
        return true;
    if (embedding && r->vocab->size != rows)
        return refuse_rows(r, rows, e);
    if (!embedding && r->s->not_run)
        return source_complain(r->s, e,
                               "the LSTM reads what %s computes, which is not run, so that words do not reach it: "
                               "without --vocab it takes its own inputs, %d numbers a step", r->s->not_run,
                               r->shape.embed);
    if (!embedding && r->vocab->size != rows)
        return source_complain(r->s, e,
                               "there is a vocabulary but no embedding (embedding.weight, encoder.weight …); --names "
                               "embedding=%s says where it is, and one-hot inputs want %d tokens, found %d",
                               table_of(r), rows, r->vocab->size);
    r->one_hot = !embedding;
    r->shape.vocab = rows;
    return true;
}

/* The name of a tensor of the LSTM. */
const char *reading_lstm(const struct reading *r)
{
    const struct parts *p = &r->p;
    for (int slot = 0; slot < SLOTS; slot++)
        if (p->layer[0].t[slot][0])
            return p->layer[0].t[slot][0]->name;
    return "";
}

/* One of several LSTMs was chosen, and what looks like a head reads another of them. */
static bool reads_another(struct reading *r)
{
    const struct tensor *t = r->p.head.weight;
    const size_t top = (size_t)reading_top(r);
    return r->o->lstm && t && tensor_measure(r->s, r->p.head.weight, NULL) && t->rank == 2 && t->shape[0] != top
        && t->shape[1] != top;
}

/* Its probabilities come in two steps, of a cluster and of a token in it. */
static void note_adaptive(struct reading *r)
{
    for (int k = 0; k < r->s->n; k++)
        if (around_is_adaptive(r->s, r->s->t[k]->name)) {
            parts_note(&r->p, "%s is of an adaptive softmax, which is not computed: no output is shown",
                       r->s->t[k]->name);
            return;
        }
}

bool sizes_around(struct reading *r, struct err *e)
{
    struct parts *p = &r->p;
    if (around_asked(r->s, "embedding"))
        p->embedding = NULL;
    if (around_asked(r->s, "output_weight"))
        p->head = (struct dense){0};
    if (!p->embedding && !around_embedding(r->s, reading_lstm(r), &p->embedding, e))
        return false;
    if (!p->head.weight && !around_head(r->s, reading_lstm(r), &p->head, reading_top(r), e))
        return false;
    if (reads_another(r))
        p->head = (struct dense){0};
    if (!p->head.weight)
        note_adaptive(r);
    if (!p->h0 && !p->c0 && !p->layer[0].t[SLOT_H0][0])
        around_initial(r->s, &p->h0, &p->c0);
    return measure_words(r, e) && measure_head(r, e) && measure_initial(r, e);
}
