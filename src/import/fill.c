/* fill.c: the numbers of a reading that fits together go where the network has them. */
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "import/reading.h"

/* ---- which of them are read ---- */

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

bool fill_numbers(struct reading *r, struct err *e)
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
        to->b[q][u] = bx ? x : h;
        if (bx && bh)
            to->b[q][u] = x + h;
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

void fill_layer(struct lstm *net, int k, const struct parts *all)
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

bool fill_no_room(const struct source *s, struct err *e)
{
    return source_complain(s, e, "not enough memory for what stands around the LSTM");
}

/* False: memory was short. */
static bool fill_head(struct lstm *net, const struct reading *r)
{
    const struct parts *p = &r->p;
    const size_t top = (size_t)lstm_top(net), outputs = (size_t)net->outputs, reads = (size_t)reading_top(r);
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
        return input_layers_compute(r->before_layers, t->v, net->vocab, net->embedding) || fill_no_room(r->s, e);
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

bool fill_around(struct lstm *net, const struct reading *r, struct err *e)
{
    const struct parts *p = &r->p;
    if (p->embedding && !fill_embedding(net, r, e))
        return false;
    if (r->one_hot && !fill_one_hot(net, r))
        return fill_no_room(r->s, e);
    if (net->head_lent)
        net->out_W = tensor_keep(r->s, p->head.weight);
    else if (straight_head(r) && !tensor_numbers_into(r->s, p->head.weight, net->out_W, e))
        return false;
    else if (p->head.weight && !straight_head(r) && !fill_head(net, r))
        return fill_no_room(r->s, e);
    if (p->head.bias)
        memcpy(net->out_b, p->head.bias->v, (size_t)net->outputs * sizeof(float));
    fill_initial(net, p->h0, net->h0);
    fill_initial(net, p->c0, net->c0);
    return true;
}

/* What the framework calls h, for a proof; and what that makes of what is shown. */
bool fill_projection(struct model *m, const struct reading *r, struct err *e)
{
    const struct lstm *net = m->net;
    const size_t width = (size_t)lstm_top(net), rows = (size_t)reading_top(r);
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
