/* train_pass.c: see train_pass.h. The memory of a pass, its way to and from a network, and which loops run it here. */
#include "core/train_pass.h"

#include "base/mem.h"
#include "core/train_loops.h"

const struct train_loops *pass_loops(int bytes)
{
    const struct train_loops *const widest_first[] = {train_loops_avx512(), train_loops_avx2()};
    for (size_t k = 0; k < sizeof widest_first / sizeof *widest_first; k++)
        if (widest_first[k] && (!bytes || widest_first[k]->vector_bytes <= bytes))
            return widest_first[k];
    return train_loops_portable();
}

static void lay_out(struct pass *p, const struct lstm_shape *s)
{
    size_t at = 0;
    p->embedding = at;
    at += (size_t)p->V * (size_t)p->E;
    for (int l = 0; l < p->L; l++) {
        struct pass_layer *y = &p->layer[l];
        y->in = l ? s->hidden[l - 1] : p->E;
        y->H = s->hidden[l];
        y->Hp = (y->H + 3) / 4 * 4;
        y->G = GATES * y->Hp;
        y->W = at;
        at += (size_t)y->in * (size_t)y->G;
        y->U = at;
        at += (size_t)y->H * (size_t)y->G;
        y->b = at;
        at += (size_t)y->G;
    }
    p->out_W = at;
    at += (size_t)p->layer[p->L - 1].H * (size_t)p->Op;
    p->out_b = at;
    p->params = at + (size_t)p->Op;
}

void pass_keep_all(struct pass_layer *y, int n)
{
    for (int k = 0; k < n * y->Hp; k++)
        y->keep[k] = 1;
}

bool pass_reserve(struct pass *p, int rows)
{
    if (rows <= p->room)
        return true;
    for (int l = 0; l < p->L; l++) {
        struct pass_layer *y = &p->layer[l];
        real **array[] = {&y->gate, &y->C, &y->tanhC, &y->h, &y->dh, &y->keep, &y->drop, &y->up, &y->dC};
        for (size_t k = 0; k < sizeof array / sizeof *array; k++) {
            mem_free(*array[k]);
            *array[k] = mem_array((size_t)rows, (size_t)(k ? y->Hp : y->G) * sizeof(real));
            if (!*array[k]) {
                p->room = 0;
                return false;
            }
        }
        pass_keep_all(y, rows);
    }
    mem_free(p->input);
    p->input = p->V ? NULL : mem_array((size_t)rows * (size_t)p->E, sizeof(real));
    if (!p->V && !p->input) {
        p->room = 0;
        return false;
    }
    p->room = rows;
    return true;
}

bool pass_init(struct pass *p, const struct lstm_shape *s, int rows)
{
    *p = (struct pass){.loops = pass_loops(0),
                       .V = s->vocab,
                       .E = s->embed,
                       .L = s->layers,
                       .O = s->outputs,
                       .Op = padded(s->outputs)};
    p->layer = mem_array((size_t)p->L, sizeof *p->layer);
    if (!p->layer)
        return false;
    lay_out(p, s);
    size_t row = (size_t)p->layer[0].G * sizeof(real);
    p->w = mem_array(p->params, sizeof(real));
    p->grad = mem_array(p->params, sizeof(real));
    size_t tokens = p->V ? (size_t)p->V : 1;
    p->table = mem_array(tokens, row);
    p->dtable = mem_array(tokens, row);
    p->seen = mem_array(tokens, sizeof *p->seen);
    p->is_seen = mem_array(tokens, 1);
    p->logit = mem_array(HEAD_ROWS * (size_t)p->Op, sizeof(real));
    if (!p->w || !p->grad || !p->table || !p->dtable || !p->seen || !p->is_seen || !p->logit)
        return false;
    for (int l = 0; l < p->L; l++) {
        struct pass_layer *y = &p->layer[l];
        y->one = mem_array((size_t)y->Hp, sizeof(real));
        y->stretch = mem_array((size_t)y->G, sizeof(real));
        if (!y->one || !y->stretch)
            return false;
        for (int k = 0; k < y->G; k++)
            y->stretch[k] = k / y->Hp == Q_G ? 2 : 1;
        for (int u = 0; u < y->H; u++)
            y->one[u] = 1;
    }
    return pass_reserve(p, rows);
}

void pass_clear(struct pass *p)
{
    for (int l = 0; p->layer && l < p->L; l++) {
        struct pass_layer *y = &p->layer[l];
        mem_free(y->gate);
        mem_free(y->C);
        mem_free(y->tanhC);
        mem_free(y->h);
        mem_free(y->dh);
        mem_free(y->one);
        mem_free(y->keep);
        mem_free(y->drop);
        mem_free(y->up);
        mem_free(y->dC);
        mem_free(y->stretch);
    }
    mem_free(p->layer);
    mem_free(p->w);
    mem_free(p->grad);
    mem_free(p->input);
    mem_free(p->table);
    mem_free(p->dtable);
    mem_free(p->seen);
    mem_free(p->is_seen);
    mem_free(p->logit);
    *p = (struct pass){0};
}

/* ---- to and from the shape of lstm.h ---------------------------------------------------------------------------- */

/* Calls visit for every weight with its place in both shapes. */
typedef void weight_fn(void *context, size_t here, float *there);

static void each_weight(const struct pass *p, const struct lstm *net, weight_fn *visit, void *context)
{
    for (size_t k = 0; k < (size_t)p->V * (size_t)p->E; k++)
        visit(context, p->embedding + k, net->embedding + k);
    for (int l = 0; l < p->L; l++) {
        const struct pass_layer *y = &p->layer[l];
        int columns = y->H + y->in;
        for (int q = 0; q < GATES; q++)
            for (int u = 0; u < y->H; u++) {
                size_t gate = (size_t)q * (size_t)y->Hp + (size_t)u;
                for (int k = 0; k < columns; k++) {
                    size_t at = k < y->H ? y->U + (size_t)k * (size_t)y->G : y->W + (size_t)(k - y->H) * (size_t)y->G;
                    visit(context, at + gate, net->layer[l].W[q] + (size_t)u * (size_t)columns + k);
                }
                visit(context, y->b + gate, net->layer[l].b[q] + u);
            }
    }
    int top = p->layer[p->L - 1].H;
    for (int v = 0; v < p->O; v++) {
        for (int k = 0; k < top; k++)
            visit(context, p->out_W + (size_t)k * (size_t)p->Op + (size_t)v, net->out_W + (size_t)v * (size_t)top + k);
        visit(context, p->out_b + (size_t)v, net->out_b + v);
    }
}

static void take(void *context, size_t here, float *there)
{
    ((real *)context)[here] = (real)*there;
}

void pass_from_lstm(struct pass *p, const struct lstm *net)
{
    memset(p->w, 0, p->params * sizeof(real));
    each_weight(p, net, take, p->w);
}

struct giving { const real *from; };

static void give(void *context, size_t here, float *there)
{
    *there = (float)((struct giving *)context)->from[here];
}

void pass_to_lstm(const struct pass *p, const real *from, struct lstm *net)
{
    struct giving g = {from};
    each_weight(p, net, give, &g);
}
