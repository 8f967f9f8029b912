/* read.c: the one loader: parts laid out in some way (layout.h) become a network.
 *
 * Everything is found and measured first; only when all of it fits together is a network made and filled. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/progress.h"
#include "import/account.h"
#include "import/around.h"
#include "import/before.h"
#include "import/build.h"
#include "import/dialect.h"

/* ---- options ---- */

/* "i f g o" */
static const char *spaced(const char order[GATES + 1], char buf[8])
{
    snprintf(buf, 8, "%c %c %c %c", order[0], order[1], order[2], order[3]);
    return buf;
}

/* --order of a file that names its gates: whether the columns of h or of x come first in a matrix over both. */
static bool side_order(struct parts *p, const char *order, const char *name, struct err *e)
{
    bool joined = p->layers && p->layer[0].t[SLOT_XH][0], xh = strcmp(order, "xh") == 0;
    if (!joined)
        return err_set(e, name, NULL, "--order: the file names its gates one by one, so that they have no order");
    if (!xh && strcmp(order, "hx") != 0)
        return err_set(e, name, NULL,
                       "--order: the file names its gates; expected hx or xh, which side comes first in W, found "
                       "\"%s\"", order);
    p->layout.x_first = xh;
    free(p->note);
    p->note = NULL;
    return true;
}

/* The options that speak of the layout, over what dialect and file say. */
static bool take_options(struct parts *p, const struct model_options *o, const char *name, struct err *e)
{
    struct layout *l = &p->layout;
    if (o->order && l->separate)
        return side_order(p, o->order, name, e);
    if (o->order && !layout_order(o->order, l->order))
        return err_set(e, name, NULL, "--order: expected f, i, g (or c) and o in some order such as ifgo, found \"%s\"",
                       o->order);
    if (o->forget_bias && !num_parse(o->forget_bias, &l->forget_bias))
        return err_set(e, name, NULL, "--forget-bias: expected a number, found \"%s\"", o->forget_bias);
    return !o->gate_function || build_gate_function(o->gate_function, &l->gate_function, name, "--gate-function", e);
}

/* ---- measuring ---- */

struct size { int hidden, in, out; };          /* out: of the h that goes on, P where the layer projects, else hidden */

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
                           spaced(l->order, order), H, line, a, b, tensor_shape(t, found));
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

static bool measure_layer(struct source *s, const struct layout *l, const struct layer_parts *p, int in,
                          struct size *out, struct err *e)
{
    const int blocks = l->separate ? 1 : GATES;
    if (!p->t[SLOT_XH][0] && (!p->t[SLOT_X][0] || !p->t[SLOT_H][0]))
        return source_complain(s, e, "expected the weights of x and of h in each layer and direction, found none in "
                                     "one");
    if (p->t[SLOT_PROJECTION][0]   ? !measure_projected(s, l, p, in, out, e)
        : p->t[SLOT_XH][0] ? !measure_joined(s, l, p, in, out, e) : !measure_sides(s, l, p, in, out, e))
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

/* Everything of one reading, until it is a model. */
struct reading {
    struct source *s;
    const struct dialect *d;
    const struct model_options *o;
    struct parts p;
    struct lstm_shape shape;
    int *hidden;
    struct size *size;             /* [layers] */
    struct vocab *vocab;           /* ours until the model has it */
    bool one_hot, projects;
    struct before before;
    struct input_layers *before_layers;    /* ours until the model has them; NULL: there are none */
};

/* Numbers that layer l reads; -1: any. Both directions of a depth read the same. */
static int reads(const struct reading *r, int l)
{
    if (!r->p.bidirectional)
        return l ? r->size[l - 1].out : -1;
    int below = l / 2 * 2 - 2;
    if (below >= 0 && r->p.merge > 0)
        return r->size[below].out;
    return below >= 0 ? r->size[below].out + r->size[below + 1].out : l ? r->size[0].in : -1;
}

/* A sum is read of two directions with as many units. */
static bool measure_merged(const struct reading *r, int l, struct err *e)
{
    if (!(r->p.merge > 0) || l % 2 == 0 || r->size[l - 1].out == r->size[l].out)
        return true;
    return source_complain(r->s, e, "merge_mode adds the two directions: expected as many units in both, found %d and "
                                    "%d", r->size[l - 1].out, r->size[l].out);
}

static bool measure(struct reading *r, struct err *e)
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
static int top_of(const struct reading *r)
{
    bool both = r->p.bidirectional && !(r->p.merge > 0);
    return r->size[r->p.layers - 1].out + (both ? r->size[r->p.layers - 2].out : 0);
}

/* What is not computed changes what the head reads: without it the logits would be false. */
static void let_head_go(struct reading *r, const struct tensor *why, const char *does)
{
    struct str note = {0};
    str_addf(&note, "%s%s%s %s %s and is not computed: no output is, either", r->p.note ? r->p.note : "",
             r->p.note ? "; " : "", why->name, does, r->p.head.weight->name);
    free(r->p.note);
    r->p.note = str_take(&note);
    r->p.head = (struct dense){0};
}

static bool measure_head(struct reading *r, struct err *e)
{
    struct dense *head = &r->p.head;
    int top = top_of(r);
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
    const bool known = r->shape.outputs == top || around_asked(r->s, "output_weight") || r->s->kind->graph;
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
    if (!before_find(r->s, &r->p, r->shape.embed, top_of(r), &r->before, e))
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
static const char *name_of_lstm(const struct parts *p)
{
    for (int slot = 0; slot < SLOTS; slot++)
        if (p->layer[0].t[slot][0])
            return p->layer[0].t[slot][0]->name;
    return "";
}

/* One of several LSTMs was chosen, and what looks like a head reads another of them. */
static bool reads_another(struct reading *r)
{
    const struct tensor *t = r->p.head.weight;
    const size_t top = (size_t)top_of(r);
    return r->o->lstm && t && tensor_measure(r->s, r->p.head.weight, NULL) && t->rank == 2 && t->shape[0] != top
        && t->shape[1] != top;
}

static bool read_around(struct reading *r, struct err *e)
{
    struct parts *p = &r->p;
    if (around_asked(r->s, "embedding"))
        p->embedding = NULL;
    if (around_asked(r->s, "output_weight"))
        p->head = (struct dense){0};
    if (!p->embedding && !around_embedding(r->s, name_of_lstm(p), &p->embedding, e))
        return false;
    if (!p->head.weight && !around_head(r->s, name_of_lstm(p), &p->head, top_of(r), e))
        return false;
    if (reads_another(r))
        p->head = (struct dense){0};
    if (!p->h0 && !p->c0 && !p->layer[0].t[SLOT_H0][0])
        around_initial(r->s, &p->h0, &p->c0);
    return measure_words(r, e) && measure_head(r, e) && measure_initial(r, e);
}

/* ---- numbers ---- */

/* Embedding and head are looked at a row at a time, in the order of the file: a large mapped one stays where it is. A
 * NaN in it is told when it is met. */
static void keep_in_place(struct reading *r)
{
    const struct parts *p = &r->p;
    if (r->o->own)
        return;
    r->shape.embedding_lent = p->embedding && r->vocab && !before_is(&r->before) && tensor_keep(r->s, p->embedding);
    r->shape.head_lent = p->head.weight && !p->head.turned && !r->projects && !(p->merge > 0)
                         && tensor_keep(r->s, p->head.weight);
}

/* Of eight bits: what is left of weights that were quantized, without the scale that makes weights of them again. */
static bool has_its_scale(const struct source *s, const struct tensor *t, struct err *e)
{
    return (t->dtype != DTYPE_I8 && t->dtype != DTYPE_U8)
        || tensor_complain(s, t, e, "%s numbers, which are no weights without the scale they were quantized by: write "
                                    "number x scale as float32", dtype_name(t->dtype));
}

/* Many numbers that become the network's as they are: they are converted where they are to stay, not before. */
enum { MANY = 1 << 20 };

static bool straight_embedding(const struct reading *r)
{
    const struct tensor *t = r->p.embedding;
    return t && !t->slice && t->count >= MANY && !before_is(&r->before);
}

static bool straight_head(const struct reading *r)
{
    const struct tensor *t = r->p.head.weight;
    return t && !t->slice && t->count >= MANY && !r->p.head.turned && !r->projects && !(r->p.merge > 0);
}

static bool numbers(struct reading *r, struct err *e)
{
    keep_in_place(r);
    struct tensor *const around[] = {r->shape.embedding_lent || straight_embedding(r) ? NULL : r->p.embedding,
                                     r->shape.head_lent || straight_head(r) ? NULL : r->p.head.weight,
                                     r->p.head.bias, r->p.h0, r->p.c0};
    for (int l = 0; l < r->p.layers; l++)
        for (int k = 0; k < SLOTS; k++)
            for (int q = 0; q < GATES; q++) {
                struct tensor *t = r->p.layer[l].t[k][q];
                if (t && (!has_its_scale(r->s, t, e) || !tensor_numbers(r->s, t, e)))
                    return false;
            }
    for (size_t k = 0; k < sizeof around / sizeof *around; k++)
        if (around[k] && !tensor_numbers(r->s, around[k], e))
            return false;
    return before_numbers(r->s, &r->before, e);
}

/* Where the line of unit u is in a tensor of four blocks (or one). */
struct lines { size_t first, step, all; };

static struct lines lines_of(const struct layout *l, enum quantity q, int H)
{
    size_t h = (size_t)H, block = (size_t)layout_block(l, q);
    if (l->separate)
        return (struct lines){0, 1, h};
    return l->interleaved ? (struct lines){block, GATES, GATES * h} : (struct lines){block * h, 1, GATES * h};
}

/* Columns [from, from + n) of a tensor that is `width` wide, which become columns [to, to + n) of W. */
struct columns { const struct tensor *of; int width, from, to, n; };

static void fill_side(struct lstm_layer *to, const struct layout *l, enum quantity q, struct columns c)
{
    struct lines at = lines_of(l, q, to->hidden);
    progress_at("weights", (double)q / GATES);
    size_t width = (size_t)c.width, from = (size_t)c.from;
    if (l->turned)
        build_block(to, q, c.to, c.n, (struct block){c.of->v + from * at.all + at.first, at.step, at.all});
    else
        build_block(to, q, c.to, c.n, (struct block){c.of->v + at.first * width + from, at.step * width, 1});
}

/* out[columns] = row[P] · W_hr, with `hr` P × columns: what a weight of the projected h is for h before it. */
static void fold(const float *row, const struct tensor *hr, float *out)
{
    size_t P = hr->shape[0], columns = hr->shape[1];
    for (size_t c = 0; c < columns; c++) {
        double sum = 0;
        for (size_t k = 0; k < P; k++)
            sum += (double)row[k] * (double)hr->v[k * columns + c];
        out[c] = (float)sum;
    }
}

/* Columns [c.from, c.from + P) of c.of, which are of h (or of x, h of a layer below that projects), through W_hr:
 * W · (W_hr · m) = (W · W_hr) · m, so that the network in m = o ⊙ tanh C is the same one, and a unit's output stays a
 * unit's. */
static void fill_folded(struct lstm_layer *to, const struct layout *l, enum quantity q, struct columns c,
                        const struct tensor *hr)
{
    struct lines at = lines_of(l, q, to->hidden);
    size_t width = (size_t)to->hidden + (size_t)to->in;
    for (size_t u = 0; u < (size_t)to->hidden; u++)
        fold(c.of->v + (at.first + u * at.step) * (size_t)c.width + (size_t)c.from, hr,
             to->W[q] + u * width + (size_t)c.to);
}

/* From column c.from of c.of on, what reads h of a layer with `units` units that projects by hr or (NULL) does not: the
 * column behind it in c.of. */
static int fill_hidden(struct lstm_layer *to, const struct layout *l, enum quantity q, struct columns c, int units,
                       const struct tensor *hr)
{
    c.n = hr ? (int)hr->shape[0] : units;
    if (hr)
        fill_folded(to, l, q, c, hr);
    else
        fill_side(to, l, q, c);
    return c.from + c.n;
}

static void fill_bias(struct lstm_layer *to, const struct layout *l, enum quantity q, const struct tensor *bx,
                      const struct tensor *bh)
{
    struct lines at = lines_of(l, q, to->hidden);
    for (size_t u = 0; u < (size_t)to->hidden; u++) {
        float x = bx && l->biases != BIASES_RECURRENT_ONLY ? bx->v[at.first + u * at.step] : 0.0f;
        float h = bh && l->biases != BIASES_INPUT_ONLY ? bh->v[at.first + u * at.step] : 0.0f;
        to->b[q][u] = bx && bh ? x + h : bx ? x : h;
        if (to->b2[q] && bx && bh)
            to->b2[q][u] = h;
        if (q == Q_F && (l->forget_bias > 0 || l->forget_bias < 0))
            to->b[q][u] = (float)((double)to->b[q][u] + l->forget_bias);
    }
}

/* What reads m · (h forward + h backward) by W reads both side by side by [m W, m W]. */
static void spread_row(float *row, size_t half, double m)
{
    for (size_t k = 0; k < half; k++)
        row[half + k] = row[k] = (float)(m * (double)row[k]);
}

static void spread(struct lstm_layer *to, enum quantity q, double m)
{
    size_t width = (size_t)to->hidden + (size_t)to->in;
    for (size_t u = 0; u < (size_t)to->hidden; u++)
        spread_row(to->W[q] + u * width + (size_t)to->hidden, (size_t)to->in / 2, m);
}

/* Peepholes stand in the order of their gates among i, o, f: ONNX's, the only one that puts them in one tensor. */
static void fill_peep(struct lstm_layer *to, const struct layout *l, const struct layer_parts *p, enum quantity q)
{
    static const size_t block[GATES] = {[Q_I] = 0, [Q_O] = 1, [Q_F] = 2};
    const struct tensor *t = p->t[SLOT_PEEP][l->separate || p->t[SLOT_PEEP][Q_O] ? (int)q : 0];
    size_t H = (size_t)to->hidden, from = l->separate || p->t[SLOT_PEEP][Q_O] ? 0 : block[q] * H;
    if (to->peep[q] && t)
        memcpy(to->peep[q], t->v + from, H * sizeof(float));
}

static void turn(float *f, const float *i, size_t n)
{
    for (size_t k = 0; k < n; k++)
        f[k] = -i[k];
}

/* f = 1 - i, where the engine has i = 1 - f (core/lstm.h): σ(-z) = 1 - σ(z), and so it is of both hard sigmoids. */
static void couple(struct lstm_layer *to)
{
    size_t H = (size_t)to->hidden;
    turn(to->W[Q_F], to->W[Q_I], H * (H + (size_t)to->in));
    turn(to->b[Q_F], to->b[Q_I], H);
    if (to->b2[Q_F])
        turn(to->b2[Q_F], to->b2[Q_I], H);
    if (to->peep[Q_F])
        turn(to->peep[Q_F], to->peep[Q_I], H);
    to->coupled = true;
}

/* The side of x of layer k, from a tensor of its own: the layer's inputs are `in` numbers wide in the file. */
static void fill_inputs(const struct lstm *net, int k, const struct parts *all, enum quantity q,
                        const struct tensor *t, int in)
{
    const struct layer_parts *p = all->layer;
    struct lstm_layer *to = &net->layer[k];
    const int ways = all->bidirectional ? 2 : 1, below = k / ways * ways - ways;
    bool projects = false;
    for (int w = 0; below >= 0 && w < ways; w++)
        projects = projects || p[below + w].t[SLOT_PROJECTION][0];
    struct columns c = {t, projects ? (int)t->shape[1] : in, 0, to->hidden, in};
    if (!projects)
        fill_side(to, &all->layout, q, c);
    for (int w = 0; projects && w < ways; w++) {
        c.from = fill_hidden(to, &all->layout, q, c, net->layer[below + w].hidden, p[below + w].t[SLOT_PROJECTION][0]);
        c.to += net->layer[below + w].hidden;
    }
}

static void fill_weights(const struct lstm *net, int k, const struct parts *all, enum quantity q, int E)
{
    const struct layout *l = &all->layout;
    const struct layer_parts *p = &all->layer[k];
    struct lstm_layer *to = &net->layer[k];
    int H = to->hidden, t = l->separate ? (int)q : 0;
    if (p->t[SLOT_XH][0]) {
        fill_side(to, l, q, (struct columns){p->t[SLOT_XH][t], H + E, l->x_first ? E : 0, 0, H});
        fill_side(to, l, q, (struct columns){p->t[SLOT_XH][t], H + E, l->x_first ? 0 : H, H, E});
        return;
    }
    const struct tensor *hr = p->t[SLOT_PROJECTION][0];
    fill_hidden(to, l, q, (struct columns){p->t[SLOT_H][t], hr ? (int)hr->shape[0] : H, 0, 0, 0}, H, hr);
    fill_inputs(net, k, all, q, p->t[SLOT_X][t], E);
}

static void fill_layer(struct lstm *net, int k, const struct parts *all)
{
    const struct layout *l = &all->layout;
    const struct layer_parts *p = &all->layer[k];
    struct lstm_layer *to = &net->layer[k];
    bool merged = all->merge > 0 && k > 1;
    for (int g = 0; g < GATES; g++) {
        enum quantity q = (enum quantity)g;
        int t = l->separate ? g : 0;
        fill_weights(net, k, all, q, merged ? to->in / 2 : to->in);
        if (merged)
            spread(to, q, all->merge);
        fill_bias(to, l, q, p->t[SLOT_BX][t], p->t[SLOT_BH][t]);
        fill_peep(to, l, p, q);
    }
    to->gate_function = l->gate_function;
    if (all->coupled)
        couple(to);
    if (p->t[SLOT_H0][0])
        memcpy(net->h0[k], p->t[SLOT_H0][0]->v, (size_t)to->hidden * sizeof(float));
    if (p->t[SLOT_C0][0])
        memcpy(net->c0[k], p->t[SLOT_C0][0]->v, (size_t)to->hidden * sizeof(float));
}

static void fill_initial(struct lstm *net, const struct tensor *t, float *const *to)
{
    const float *from = t ? t->v : NULL;
    for (int l = 0; t && l < net->layers; from += net->layer[l++].hidden)
        memcpy(to[l], from, (size_t)net->layer[l].hidden * sizeof(float));
}

/* The layers whose h the top is: [first, layers). */
static int first_of_top(const struct lstm *net)
{
    return net->layers - 1 - net->bidirectional;
}

static bool top_projects(const struct lstm *net, const struct parts *p)
{
    bool projects = false;
    for (int l = first_of_top(net); l < net->layers; l++)
        projects = projects || p->layer[l].t[SLOT_PROJECTION][0];
    return projects;
}

/* A row of the head, which reads what the file calls h, for the h of the network. */
static void fold_head(const struct lstm *net, const struct parts *p, const float *row, float *out)
{
    for (int l = first_of_top(net); l < net->layers; out += net->layer[l++].hidden) {
        const struct tensor *hr = p->layer[l].t[SLOT_PROJECTION][0];
        size_t units = (size_t)net->layer[l].hidden;
        if (hr)
            fold(row, hr, out);
        else
            memcpy(out, row, units * sizeof *row);
        row += hr ? hr->shape[0] : units;
    }
}

static bool no_room(const struct source *s, struct err *e)
{
    return source_complain(s, e, "not enough memory for what stands around the LSTM");
}

/* False: memory was short. */
static bool fill_head(struct lstm *net, const struct reading *r)
{
    const struct parts *p = &r->p;
    const size_t top = (size_t)lstm_top(net), outputs = (size_t)net->outputs, reads = (size_t)top_of(r);
    float *row = mem_array(reads, sizeof *row);
    for (size_t k = 0; row && k < outputs; k++) {
        for (size_t u = 0; u < reads; u++)
            row[u] = p->head.weight->v[p->head.turned ? u * outputs + k : k * reads + u];
        if (p->merge > 0) {
            memcpy(net->out_W + k * top, row, reads * sizeof *row);
            spread_row(net->out_W + k * top, reads, p->merge);
        } else {
            fold_head(net, p, row, net->out_W + k * top);
        }
    }
    mem_free(row);
    return row != NULL;
}

static bool fill_embedding(struct lstm *net, const struct reading *r, struct err *e)
{
    struct tensor *t = r->p.embedding;
    if (net->embedding_lent)
        net->embedding = tensor_keep(r->s, t);
    else if (r->before_layers)
        return input_layers_compute(r->before_layers, t->v, net->vocab, net->embedding) || no_room(r->s, e);
    else
        return tensor_numbers_into(r->s, t, net->embedding, e);
    return true;
}

/* 1 at the token, else 0; or what the layers in front make of that. */
static bool fill_one_hot(struct lstm *net, const struct reading *r)
{
    const size_t E = (size_t)net->embed;
    float *hot = r->before_layers ? mem_array((size_t)net->vocab, sizeof *hot) : NULL;
    bool ok = !r->before_layers || hot;
    for (size_t v = 0; ok && v < (size_t)net->vocab; v++) {
        if (!hot) {
            net->embedding[v * E + v] = 1.0f;
            continue;
        }
        hot[v] = 1.0f;
        ok = input_layers_compute(r->before_layers, hot, 1, net->embedding + v * E);
        hot[v] = 0.0f;
    }
    mem_free(hot);
    return ok;
}

static bool fill_around(struct lstm *net, const struct reading *r, struct err *e)
{
    const struct parts *p = &r->p;
    if (p->embedding && !fill_embedding(net, r, e))
        return false;
    if (r->one_hot && !fill_one_hot(net, r))
        return no_room(r->s, e);
    if (net->head_lent)
        net->out_W = tensor_keep(r->s, p->head.weight);
    else if (straight_head(r) && !tensor_numbers_into(r->s, p->head.weight, net->out_W, e))
        return false;
    else if (p->head.weight && !straight_head(r) && !fill_head(net, r))
        return no_room(r->s, e);
    if (p->head.bias)
        memcpy(net->out_b, p->head.bias->v, (size_t)net->outputs * sizeof(float));
    fill_initial(net, p->h0, net->h0);
    fill_initial(net, p->c0, net->c0);
    return true;
}

/* ---- what became of what ---- */

static const char *const gate_words[GATES] = {"forget gate", "input gate", "candidate", "output gate"};

/* "rows 0..2 i, 3..5 f, …" */
static void say_blocks(struct str *out, const struct layout *l, int H)
{
    for (int k = 0; k < GATES; k++) {
        if (l->interleaved)
            str_addf(out, "%s4u+%d %c", k ? ", " : l->turned ? "columns " : "rows ", k, l->order[k]);
        else
            str_addf(out, "%s%d..%d %c",
                     k           ? ", "
                     : l->turned ? "columns "
                                 : "rows ",
                     k * H, (k + 1) * H - 1, l->order[k]);
    }
}

static void say_layer(const struct layout *l, struct layer_parts *p, int H)
{
    static const char *const what[SLOTS] = {
        [SLOT_X] = "the columns of x",
        [SLOT_H] = "the columns of h",
        [SLOT_BX] = "bias",
        [SLOT_BH] = "bias, added to the other one",
        [SLOT_PEEP] = "peepholes",
        [SLOT_PROJECTION] = "W_hr, multiplied into the weights of what goes on",
        [SLOT_H0] = "initial h",
        [SLOT_C0] = "initial C",
    };
    struct str blocks = {0};
    if (!l->separate)
        say_blocks(&blocks, l, H);
    for (int k = 0; k < SLOTS; k++)
        for (int q = 0; q < GATES; q++) {
            const char *words = k == SLOT_XH
                                    ? l->x_first ? "the columns of x, then of h" : "the columns of h, then of x"
                                : k == SLOT_BH && !p->t[SLOT_BX][0] ? "bias"
                                                                    : what[k];
            if (!p->t[k][q])
                continue;
            if (k == SLOT_H0 || k == SLOT_C0 || k == SLOT_PROJECTION
                || (k == SLOT_PEEP && !l->separate && !p->t[SLOT_PEEP][Q_O]))
                tensor_became(p->t[k][q], "%s", words);
            else if (l->separate || k == SLOT_PEEP)
                tensor_became(p->t[k][q], "%s: %s", gate_words[q], words);
            else
                tensor_became(p->t[k][q], "%s; %s", words, str_text(&blocks));
        }
    str_free(&blocks);
}

static void say_around(const struct reading *r)
{
    const struct parts *p = &r->p;
    if (p->embedding)
        tensor_became(p->embedding, "embedding, a row for each token");
    if (p->head.weight)
        tensor_became(p->head.weight, "head, a %s for each output%s", p->head.turned ? "column" : "row",
                      p->head.bias ? "" : "; no bias");
    if (p->head.bias)
        tensor_became(p->head.bias, "head, bias");
    if (p->h0)
        tensor_became(p->h0, "initial h");
    if (p->c0)
        tensor_became(p->c0, "initial C");
}

static void report(struct model *m, const struct reading *r)
{
    const struct source *s = r->s;
    const struct layout *l = &r->p.layout;
    struct report out = {0};
    char order[8];
    const char *why = NULL;
    struct str gates = {0};
    if (l->separate)
        str_add(&gates, "a tensor for each gate");
    else
        str_addf(&gates, "gate order %s%s%s", spaced(l->order, order), l->interleaved ? ", interleaved by unit" : "",
                 l->turned ? ", a column a unit" : "");
    if (s->about.node)
        report_fact(&out, "format", "%s: tensors by name in a wrapper, %s", r->d->name, str_text(&gates));
    else if (r->d->recognise && r->d->recognise(s, &why) && why)
        report_fact(&out, "format", "%s: a bare dump (%s), %s", r->d->name, why, str_text(&gates));
    else
        report_fact(&out, "format", "%s: as --format says, %s", r->d->name, str_text(&gates));
    str_free(&gates);
    report_fact(&out, "file", "%s%s%s", s->kind->name, s->inside ? ", tensors under " : "", s->inside ? s->inside : "");
    for (int k = 0; k < r->p.layers; k++) {
        const struct layer_parts *p = &r->p.layer[k];
        bool x = p->t[SLOT_BX][0], h = p->t[SLOT_BH][0];
        const char *way = !r->p.bidirectional ? "" : k % 2 ? " backward" : " forward";
        report_fact(&out, "layer", "%d%s: %s%s%d units, inputs of %d, %s", r->p.bidirectional ? k / 2 : k, way,
                    p->what && *p->what ? p->what : "", p->what && *p->what ? ", " : "", m->net->layer[k].hidden,
                    m->net->layer[k].in,
                    x && h   ? "two biases, added"
                    : x || h ? "one bias"
                             : "no bias");
    }
    if (l->forget_bias > 0 || l->forget_bias < 0)
        report_fact(&out, "forget bias", "%g is added to the bias of the forget gate, as at run time", l->forget_bias);
    report_fact(&out, "gates", "f, i and o are %s (%s)", gate_function_formula(l->gate_function),
                gate_function_name(l->gate_function));
    if (r->p.coupled)
        report_fact(&out, "coupled", "f = 1 - i (input_forget): i has its own weights, those of f are not looked at");
    if (r->p.bidirectional)
        report_fact(&out, "directions", "two: the second of each layer reads from the last to the first; above them %s "
                                        "is read",
                    !(r->p.merge > 0)  ? "[h forward, h backward]"
                    : r->p.merge < 1 ? "their mean (merge_mode ave)"
                                     : "their sum (merge_mode sum)");
    if (r->one_hot)
        report_fact(&out, "one-hot", "%d tokens and inputs of %d, no embedding: x is 1 at the token, else 0",
                    m->net->vocab, m->net->embed);
    report_fact(&out, "initial", "%s",
                r->p.h0 || r->p.c0 || r->p.layer[0].t[SLOT_H0][0] ? "h and C as the file says" : "h and C are 0");
    if (r->p.note)
        report_fact(&out, "note", "%s", r->p.note);
    source_report(r->s, &out);
    build_report(m, &out);
}

/* ---- all of it ---- */

/* What the framework calls h, for a proof; and what that makes of what is shown. */
static bool keep_projection(struct model *m, const struct reading *r, struct err *e)
{
    const struct lstm *net = m->net;
    const size_t width = (size_t)lstm_top(net), rows = (size_t)top_of(r);
    if (!r->projects)
        return true;
    build_notice(m, "it projects h (proj_size): the h shown is o x tanh C of each unit, before W_hr; the weights of h "
                    "shown are the file's times W_hr, which is the same network");
    if (!top_projects(net, &r->p))
        return true;
    m->projection = mem_array(rows * width, sizeof *m->projection);
    if (!m->projection)
        return source_complain(r->s, e, "not enough memory for %zu numbers", rows * width);
    float *at = m->projection;             /* a block for each direction */
    for (int l = first_of_top(net); l < net->layers; at += net->layer[l++].hidden) {
        const struct tensor *hr = r->p.layer[l].t[SLOT_PROJECTION][0];
        size_t units = (size_t)net->layer[l].hidden, n = hr ? hr->shape[0] : units;
        for (size_t k = 0; k < n; k++, at += width)
            for (size_t u = 0; u < units; u++)
                at[u] = hr ? hr->v[k * units + u] : (float)(u == k);
    }
    m->projected = (int)rows;
    return true;
}

/* What stands in front of the LSTM and is not computed: refused where words go through it, told where vectors do. */
static bool account_before(struct model *m, struct reading *r, struct err *e)
{
    const char *lstm = name_of_lstm(&r->p);
    const int in = m->net->embed;
    struct tensor *left = r->s->kind->graph ? NULL : before_left(r->s, &r->p, in, top_of(r), lstm);
    struct tensor *between = left || r->s->kind->graph ? NULL : before_between(r->s, &r->p, m->net, lstm);
    struct str how = {0};
    if (between)
        return before_refuse_between(r->s, between, e);
    if (r->p.embedding || (r->one_hot && r->s->naming))
        return !left
               || before_refuse(r->s, left, r->p.embedding ? r->p.embedding->shape[1] : (size_t)m->net->vocab, in, e);
    const char *plural = in == 1 ? "" : "s";
    if (r->s->not_run)
        build_notice(m, "the LSTM reads what %s computes, which is not run: give its own inputs, %d number%s a step",
                     r->s->not_run, in, plural);
    else if (left && r->s->naming && before_way(r->s, left, 0, in, &how))
        str_add(&how, ", or ");
    if (left && r->s->naming && !r->s->not_run)        /* of a list the places tell what is in front (lists.c) */
        build_notice(m, "%s may stand before the LSTM and is not computed: %sgive the LSTM's own inputs, %d number%s a "
                        "step", left->name, str_text(&how), in, plural);
    str_free(&how);
    return true;
}

static bool finish(struct model *m, struct reading *r, struct err *e)
{
    for (int l = 0; l < r->p.layers; l++) {
        fill_layer(m->net, l, &r->p);
        say_layer(&r->p.layout, &r->p.layer[l], m->net->layer[l].hidden);
    }
    if (before_is(&r->before) && !(r->before_layers = before_layers(&r->before, m->net->embed)))
        return no_room(r->s, e);
    if (!fill_around(m->net, r, e))
        return false;
    if (!r->p.embedding && !r->one_hot) {
        m->before = r->before_layers;
        r->before_layers = NULL;
    }
    if (m->before && r->o->own)
        return source_complain(r->s, e,
                               "--watch: its inputs go through layers before the LSTM, which are computed once: "
                               "not supported");
    say_around(r);
    if (!keep_projection(m, r, e))
        return false;
    m->one_hot = r->one_hot && !r->before_layers;
    m->skip = r->p.skip;
    if (!r->p.layout.separate)
        memcpy(m->order, r->p.layout.order, sizeof m->order);
    m->forget_bias = r->p.layout.forget_bias;
    if (r->s->about.node && !build_description(m, &r->s->about, e))
        return false;
    if (!build_batch(m, &r->p.inputs, &r->p.outputs, e))
        return false;
    if (r->p.h0 || r->p.c0)
        build_notice(m, "%s%s%s taken as the initial state", r->p.h0 ? r->p.h0->name : "",
                     r->p.h0 && r->p.c0 ? " and " : "", r->p.c0 ? r->p.c0->name : "");
    if (r->p.note)
        build_notice(m, "%s", r->p.note);
    if (m->vocab && m->vocab->unnamed)
        build_notice(m, "%d of %d rows, the last, have no token in the vocabulary: no text gives them, and they are "
                     "called by their number", m->vocab->unnamed, m->vocab->size);
    if (before_is(&r->before)) {
        char *said = before_say(&r->before, !r->p.embedding && !r->one_hot);
        build_notice(m, "%s", said);
        free(said);
    }
    account(r->s, m);
    if (!account_before(m, r, e))
        return false;
    report(m, r);
    if (m->net->embedding_lent || m->net->head_lent) {
        m->lent = r->s->bytes;
        file_mark(r->s->path, &m->lent_mark);
        r->s->bytes = (struct file_bytes){0};
    }
    return true;
}

/* What a wrapper says of the layout in words that mean the same in every dialect that allows them. */
static bool take_said(const struct source *s, struct layout *l, struct err *e)
{
    struct json_at at;
    const char *text;
    if (s->about.node && json_get(&s->about, "forget_bias", &at) && !json_number(&at, &l->forget_bias, e))
        return false;
    return !s->about.node || !json_get(&s->about, "gate_function", &at)
        || (json_string(&at, &text, e) && build_gate_function(text, &l->gate_function, s->name, at.path, e));
}

static bool find_parts(struct reading *r, struct err *e)
{
    r->p.layout = r->d->layout;
    r->s->naming = r->d->naming;
    return around_keys(r->s, r->d->keys, e)
        && take_said(r->s, &r->p.layout, e)
        && r->d->find(r->s, r->o, &r->p, e)
        && take_options(&r->p, r->o, r->s->name, e);
}

struct model *layout_read(struct source *s, const struct dialect *d, const struct model_options *o, struct err *e)
{
    struct reading r = {.s = s, .d = d, .o = o};
    struct model *m = NULL;
    if (find_parts(&r, e) && measure(&r, e) && read_around(&r, e) && numbers(&r, e))
        m = model_new(&r.shape, s->name, e);
    if (m) {
        m->vocab = r.vocab;
        r.vocab = NULL;
        if (!finish(m, &r, e)) {
            model_free(m);
            m = NULL;
        }
    }
    vocab_free(r.vocab);
    input_layers_free(r.before_layers);
    mem_free(r.hidden);
    mem_free(r.size);
    parts_clear(&r.p);
    return m;
}
