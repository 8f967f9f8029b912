/* before.c: see before.h. A LayerNorm is torch.nn.LayerNorm's: (x - mean) / sqrt(variance + 1e-5) · weight + bias, the
 * variance over n. */
#include "import/before.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/around.h"

static bool is_free(struct source *s, const struct parts *p, struct tensor *t)
{
    return t->use == TENSOR_UNUSED && !t->slice && t != p->embedding && t != p->h0 && t != p->c0
           && tensor_measure(s, t, NULL);
}

/* ---- Linear ---- */

/* out × in as PyTorch keeps it, in × out as Keras does. */
static bool joins(const struct tensor *t, size_t from, size_t to, bool *turned)
{
    *turned = around_ends_with(t->name, "kernel");
    return t->rank == 2 && t->shape[*turned] == to && t->shape[!*turned] == from;
}

static bool find_linear(struct source *s, struct parts *p, size_t from, size_t to, struct dense *out, struct err *e)
{
    bool turned;
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (!is_free(s, p, t) || !joins(t, from, to, &turned))
            continue;
        if (out->weight)
            return source_complain(s, e,
                                   "\"%s\" and \"%s\" could each be the Linear between the embedding and the LSTM",
                                   out->weight->name, t->name);
        *out = (struct dense){.weight = t, .bias = around_bias_of(s, t->name), .turned = turned};
    }
    if (!out->weight)
        return tensor_complain(s, p->embedding, e,
                               "its rows are of %zu numbers, the LSTM reads %zu, and no Linear of %zu x %zu is there "
                               "between them", from, to, to, from);
    if (out->weight == p->head.weight)
        p->head = (struct dense){0};
    return !out->bias || tensor_vector(s, out->bias, (long)to, e);
}

/* ---- LayerNorm ---- */

static bool called_norm(const char *name)
{
    static const char *const words[] = {"layernorm", "layer_norm", "LayerNorm", "norm", "ln"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        const char *at = strstr(name, words[k]);
        if (at && (at == name || strchr("./_", at[-1])))
            return true;
    }
    return false;
}

/* A BatchNorm keeps what it has seen: another computation. */
static bool keeps_means(struct source *s, const char *weight)
{
    struct str name = {0};
    str_addn(&name, weight, strlen(weight) - strlen("weight"));
    str_add(&name, "running_mean");
    bool is = source_find(s, str_text(&name)) != NULL;
    str_free(&name);
    return is;
}

/* The only one of that size; two are left to be told as not used. */
static struct layer_norm find_norm(struct source *s, const struct parts *p, size_t size)
{
    struct layer_norm found = {NULL, NULL};
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (!is_free(s, p, t) || t->rank != 1 || t->count != size || !called_norm(t->name)
            || !around_ends_with(t->name, "weight") || keeps_means(s, t->name))
            continue;
        struct tensor *bias = around_bias_of(s, t->name);
        if (found.weight || !bias || !tensor_measure(s, bias, NULL) || bias->rank != 1 || bias->count != size)
            return (struct layer_norm){NULL, NULL};
        found = (struct layer_norm){t, bias};
    }
    return found;
}

bool before_find(struct source *s, struct parts *p, int in, int top, struct before *out, struct err *e)
{
    *out = (struct before){0};
    if (!p->embedding || !tensor_matrix(s, p->embedding, -1, -1, e))
        return !p->embedding;
    size_t D = p->embedding->shape[1], E = (size_t)in, H = (size_t)top;
    if (D != E && !find_linear(s, p, D, E, &out->linear, e))
        return false;
    if (D != H)
        out->first = find_norm(s, p, D);
    if (D != E && E != H)
        out->last = find_norm(s, p, E);
    return true;
}

const struct tensor *before_head(struct source *s, const struct parts *p, const struct before *b, size_t top)
{
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (is_free(s, p, t) && t->rank == 1 && t->count == top && called_norm(t->name)
            && around_ends_with(t->name, "weight") && t != b->first.weight && t != b->last.weight)
            return t;
    }
    return NULL;
}

bool before_is(const struct before *b)
{
    return b->first.weight || b->linear.weight || b->last.weight;
}

bool before_numbers(struct source *s, const struct before *b, struct err *e)
{
    struct tensor *const all[] = {b->first.weight, b->first.bias,  b->linear.weight,
                                  b->linear.bias,  b->last.weight, b->last.bias};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (all[k] && !tensor_numbers(s, all[k], e))
            return false;
    return true;
}

/* ---- computing ---- */

static void normalize(const struct layer_norm *n, double *x, size_t size)
{
    const double epsilon = 1e-5;
    double mean = 0, variance = 0;
    if (!n->weight)
        return;
    for (size_t k = 0; k < size; k++)
        mean += x[k] / (double)size;
    for (size_t k = 0; k < size; k++)
        variance += (x[k] - mean) * (x[k] - mean) / (double)size;
    for (size_t k = 0; k < size; k++)
        x[k] = (x[k] - mean) / sqrt(variance + epsilon) * (double)n->weight->v[k] + (double)n->bias->v[k];
}

static void apply_linear(const struct dense *l, const double *x, size_t from, size_t to, double *y)
{
    for (size_t r = 0; r < to; r++) {
        y[r] = l->bias ? (double)l->bias->v[r] : 0;
        for (size_t k = 0; k < from; k++)
            y[r] += (double)l->weight->v[l->turned ? k * to + r : r * from + k] * x[k];
    }
}

void before_compute(const struct before *b, const struct tensor *embedding, int in, float *out)
{
    size_t D = embedding->shape[1], E = (size_t)in;
    double *x = mem_array(D + E, sizeof *x);
    if (!x)
        mem_die();
    for (size_t v = 0; v < embedding->shape[0]; v++) {
        double *y = b->linear.weight ? x + D : x;
        for (size_t k = 0; k < D; k++)
            x[k] = (double)embedding->v[v * D + k];
        normalize(&b->first, x, D);
        if (b->linear.weight)
            apply_linear(&b->linear, x, D, E, y);
        normalize(&b->last, y, E);
        for (size_t k = 0; k < E; k++)
            out[v * E + k] = (float)y[k];
    }
    mem_free(x);
}

/* ---- words ---- */

static void say_norm(const struct layer_norm *n, struct str *out)
{
    if (!n->weight)
        return;
    tensor_became(n->weight, "LayerNorm before the LSTM, computed into the embedding");
    tensor_became(n->bias, "LayerNorm before the LSTM, bias");
    str_addf(out, "%s%s as a LayerNorm (epsilon 1e-5)", out->len ? ", " : "", n->weight->name);
}

char *before_say(const struct before *b)
{
    struct str out = {0};
    const char *const where = "computed between embedding and LSTM: ";
    say_norm(&b->first, &out);
    if (b->linear.weight) {
        tensor_became(b->linear.weight, "Linear before the LSTM, computed into the embedding");
        if (b->linear.bias)
            tensor_became(b->linear.bias, "Linear before the LSTM, bias");
        str_addf(&out, "%s%s as a Linear without an activation behind it, which names do not tell", out.len ? ", " : "",
                 b->linear.weight->name);
    }
    say_norm(&b->last, &out);
    struct str all = {0};
    str_addf(&all, "%s%s", where, str_text(&out));
    str_free(&out);
    return str_take(&all);
}
