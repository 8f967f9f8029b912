/* before.c: see before.h. A norm is (x - mean) / sqrt(variance + epsilon) · weight + bias: of a LayerNorm with mean and
 * variance (over n) of these numbers, of a BatchNorm with those that its training has left. epsilon is 1e-5 in PyTorch
 * and 1e-3 in Keras unless somebody says otherwise, which no tensor tells. */
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

/* ---- LayerNorm, BatchNorm ---- */

static bool called_norm(const char *name)
{
    static const char *const words[] = {"layernorm", "layer_norm", "LayerNorm", "norm", "ln", "batchnorm", "batch_norm",
                                        "BatchNorm", "bn"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        const char *at = strstr(name, words[k]);
        if (at && (at == name || strchr("./_", at[-1])))
            return true;
    }
    return false;
}

/* How PyTorch and Keras call the parts of a norm. */
static const struct norm_words { const char *weight, *bias, *mean, *variance; double epsilon; } norm_words[] = {
    {"weight", "bias", "running_mean", "running_var", 1e-5},
    {"gamma", "beta", "moving_mean", "moving_variance", 1e-3},
};

/* NULL: it is no norm's weight. */
static const struct norm_words *words_of(const char *name)
{
    for (size_t k = 0; k < sizeof norm_words / sizeof *norm_words; k++)
        if (called_norm(name) && around_ends_with(name, norm_words[k].weight))
            return &norm_words[k];
    return NULL;
}

/* The part that goes with a weight: "bn.running_mean" with "bn.weight". */
static struct tensor *part_of(struct source *s, const char *weight, const struct norm_words *w, const char *part)
{
    struct str name = {0};
    size_t n = strlen(weight), tail = n > 2 && strcmp(weight + n - 2, ":0") == 0 ? 2 : 0;
    str_addn(&name, weight, n - tail - strlen(w->weight));
    str_addf(&name, "%s%s", part, weight + n - tail);
    struct tensor *t = source_find(s, str_text(&name));
    str_free(&name);
    return t;
}

static bool is_vector(struct source *s, struct tensor *t, size_t size)
{
    return t && tensor_measure(s, t, NULL) && t->rank == 1 && t->count == size;
}

/* The only one of that size; two are left to be told as not used. */
static struct norm find_norm(struct source *s, const struct parts *p, size_t size)
{
    struct norm found = {.weight = NULL};
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        const struct norm_words *w = words_of(t->name);
        if (!w || !is_free(s, p, t) || t->rank != 1 || t->count != size)
            continue;
        struct norm n = {t, part_of(s, t->name, w, w->bias), part_of(s, t->name, w, w->mean),
                         part_of(s, t->name, w, w->variance), w->epsilon};
        bool whole = is_vector(s, n.bias, size) && !n.mean == !n.variance
                     && (!n.mean || (is_vector(s, n.mean, size) && is_vector(s, n.variance, size)));
        if (found.weight || !whole)
            return (struct norm){.weight = NULL};
        found = n;
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
        if (!is_free(s, p, t))
            continue;
        if (t->rank == 1 && t->count == top && words_of(t->name) && t != b->first.weight && t != b->last.weight)
            return t;
        if (t->rank && (strstr(t->name, "attention") || strstr(t->name, "attn")) && t != p->head.weight)
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
    struct tensor *const all[] = {b->first.weight,   b->first.bias,  b->first.mean,  b->first.variance,
                                  b->linear.weight,  b->linear.bias, b->last.weight, b->last.bias,
                                  b->last.mean,      b->last.variance};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (all[k] && !tensor_numbers(s, all[k], e))
            return false;
    return true;
}

/* ---- computing ---- */

static void normalize(const struct norm *n, double *x, size_t size)
{
    double mean = 0, variance = 0;
    if (!n->weight)
        return;
    for (size_t k = 0; k < size; k++)
        mean += x[k] / (double)size;
    for (size_t k = 0; k < size; k++)
        variance += (x[k] - mean) * (x[k] - mean) / (double)size;
    for (size_t k = 0; k < size; k++) {
        double m = n->mean ? (double)n->mean->v[k] : mean, v = n->mean ? (double)n->variance->v[k] : variance;
        x[k] = (x[k] - m) / sqrt(v + n->epsilon) * (double)n->weight->v[k] + (double)n->bias->v[k];
    }
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

static void say_norm(const struct norm *n, struct str *out)
{
    const char *what = n->mean ? "BatchNorm" : "LayerNorm";
    if (!n->weight)
        return;
    tensor_became(n->weight, "%s before the LSTM, computed into the embedding", what);
    tensor_became(n->bias, "%s before the LSTM, bias", what);
    if (n->mean) {
        tensor_became(n->mean, "BatchNorm before the LSTM, what it subtracts");
        tensor_became(n->variance, "BatchNorm before the LSTM, what it divides by the root of");
    }
    str_addf(out, "%s%s as a %s (epsilon %g)", out->len ? ", " : "", n->weight->name, what, n->epsilon);
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
