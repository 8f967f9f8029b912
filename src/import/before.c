/* before.c: see before.h. */
#include "import/before.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "import/account.h"
#include "import/around.h"
#include "import/named.h"

static bool is_free(struct source *s, const struct parts *p, struct tensor *t)
{
    return t->use == TENSOR_UNUSED && !t->slice && t != p->embedding && t != p->h0 && t != p->c0
           && tensor_measure(s, t, NULL) && !account_harmless(t) && !around_is_adaptive(s, t->name);
}

/* ---- Linear ---- */

/* out × in as PyTorch keeps it, in × out as Keras does. */
static bool joins(const struct tensor *t, size_t from, size_t to, bool *turned)
{
    *turned = around_ends_with(t->name, "kernel");
    return t->rank == 2 && t->shape[*turned] == to && t->shape[!*turned] == from;
}

/* --names input_weight. */
static bool asked_linear(struct source *s, struct tensor *t, size_t from, size_t to, struct dense *out, struct err *e)
{
    char found[96];
    bool turned;
    if (!tensor_measure(s, t, e))
        return false;
    if (!joins(t, from, to, &turned) && !(t->rank == 2 && t->shape[!turned] == to && t->shape[turned] == from))
        return tensor_complain(s, t, e, "expected the weights of a Linear before the LSTM, %zu x "
                                        "%zu, found %s", to, from, tensor_shape(t, found));
    turned = t->shape[turned] == to ? turned : !turned;
    *out = (struct dense){.weight = t, .turned = turned};
    if (!around_by_request(s, "input_bias", &out->bias, e))
        return false;
    out->bias = out->bias ? out->bias : around_bias_of(s, t->name);
    return true;
}

/* Called as weights of a layer are, and not as one that multiplies something else. */
static bool called_linear(const char *name)
{
    static const char *const others[] = {"emb", "attn", "attention", "gate", "highway", "conv"};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++)
        if (strstr(name, others[k]))
            return false;
    return around_ends_with(name, "weight") || around_ends_with(name, "kernel");
}

/* The only one of that size, into *out; of two, with the second in *other. */
static void only_linear(struct source *s, struct parts *p, size_t from, size_t to, struct dense *out,
                        struct tensor **other)
{
    bool turned;
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (!is_free(s, p, t) || !joins(t, from, to, &turned) || around_ignored(s, t->name)
            || (from == to && !called_linear(t->name)))
            continue;
        if (out->weight)
            *other = t;
        else
            *out = (struct dense){.weight = t, .bias = around_bias_of(s, t->name), .turned = turned};
    }
}

static bool find_linear(struct source *s, struct parts *p, size_t from, size_t to, struct dense *out, struct err *e)
{
    struct tensor *asked, *other = NULL;
    if (!around_by_request(s, "input_weight", &asked, e) || (asked && !asked_linear(s, asked, from, to, out, e)))
        return false;
    if (!asked)
        only_linear(s, p, from, to, out, &other);
    if (other)
        return source_complain(s, e, "\"%s\" and \"%s\" could each be the Linear between the embedding and the LSTM; "
                                     "--names input_weight=%s says which", out->weight->name, other->name,
                               out->weight->name);
    if (!out->weight)
        return tensor_complain(s, p->embedding, e,
                               "its rows are of %zu numbers, the LSTM reads %zu, and no Linear of %zu x %zu is there "
                               "between them", from, to, to, from);
    if (out->weight == p->head.weight)
        p->head = (struct dense){0};
    return !out->bias || tensor_vector(s, out->bias, (long)to, e);
}

/* A layer behind the LSTM that makes `size` numbers of h: what reads so many may be the next behind it. */
static bool leads_on(struct source *s, struct parts *p, size_t size, size_t top)
{
    bool turned, found = false;
    for (int k = 0; k < s->n; k++)
        found = found || (is_free(s, p, s->t[k]) && joins(s->t[k], top, size, &turned));
    return found;
}

/* Of embeddings as wide as what the LSTM reads: asked for, or the only square one where h is of another width and
 * nothing else makes numbers of that width, so that it can stand nowhere else. */
static bool find_square(struct source *s, struct parts *p, size_t size, size_t top, struct dense *out, struct err *e)
{
    struct tensor *other = NULL;
    struct dense found = {0};
    if (around_asked(s, "input_weight"))
        return find_linear(s, p, size, size, out, e);
    if (size != top && !leads_on(s, p, size, top))
        only_linear(s, p, size, size, &found, &other);
    *out = found;
    if (other)
        *out = (struct dense){0};
    return !out->bias || tensor_vector(s, out->bias, (long)size, e);
}

/* ---- LayerNorm, BatchNorm ---- */

bool before_is_norm(const char *name)
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

/* By the end of its name alone, as nn.Sequential calls a norm ("4.weight"); NULL: by none of them. */
static const struct norm_words *words_by_end(const char *name)
{
    for (size_t k = 0; k < sizeof norm_words / sizeof *norm_words; k++)
        if (around_ends_with(name, norm_words[k].weight))
            return &norm_words[k];
    return NULL;
}

/* NULL: it is no norm's weight. */
static const struct norm_words *words_of(const char *name)
{
    return before_is_norm(name) ? words_by_end(name) : NULL;
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

/* The norm that a tensor is the weight of. False: one of its parts is missing or of another size. */
static bool norm_of(struct source *s, struct tensor *weight, const struct norm_words *w, size_t size, struct norm *out)
{
    *out = (struct norm){weight, part_of(s, weight->name, w, w->bias), part_of(s, weight->name, w, w->mean),
                         part_of(s, weight->name, w, w->variance), w->epsilon};
    return is_vector(s, out->bias, size) && !out->mean == !out->variance
        && (!out->mean || (is_vector(s, out->mean, size) && is_vector(s, out->variance, size)));
}

/* The only one of that size; two are left to before_left. */
static struct norm find_norm(struct source *s, const struct parts *p, size_t size)
{
    struct norm found = {.weight = NULL}, n;
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        const struct norm_words *w = words_of(t->name);
        if (!w || !is_free(s, p, t) || t->rank != 1 || t->count != size || around_ignored(s, t->name))
            continue;
        if (found.weight || !norm_of(s, t, w, size, &n))
            return (struct norm){.weight = NULL};
        found = n;
    }
    return found;
}

/* --names input_norm: behind the Linear where that is as wide, else before it. */
static bool asked_norm(struct source *s, struct before *out, size_t D, size_t E, struct err *e)
{
    struct tensor *t;
    if (!around_by_request(s, "input_norm", &t, e))
        return false;
    if (!t)
        return true;
    if (!tensor_measure(s, t, e))
        return false;
    const struct norm_words *w = words_by_end(t->name);
    if (!w)
        return tensor_complain(s, t, e,
                               "expected the weight of a LayerNorm or BatchNorm, which is called so: .weight or "
                               "/gamma");
    bool behind = out->linear.weight && t->count == E
                  && !(D == E && around_before(s, "input_norm", "input_weight"));
    struct norm *to = behind ? &out->last : &out->first;
    char found[96];
    if (t->rank != 1 || t->count != (to == &out->last ? E : D))
        return tensor_complain(s, t, e, "expected the weight of a LayerNorm or BatchNorm before the LSTM, %zu numbers, "
                                        "found %s", to == &out->last ? E : D, tensor_shape(t, found));
    return norm_of(s, t, w, t->count, to)
        || tensor_complain(s, t, e, "expected a LayerNorm or BatchNorm, but its bias (and its mean and variance, or "
                                    "neither) of %zu numbers are not beside it", t->count);
}

/* --names input_activation. */
static bool take_activation(struct source *s, struct before *out, struct err *e)
{
    char *said = around_said(s, "input_activation");
    int a = 0;
    if (!around_asked(s, "input_activation") && out->linear.weight && s->front_activation)
        said = xstrdup(s->front_activation);
    while (said && a < INPUT_ACTIVATIONS && strcmp(said, input_activation_name((enum input_activation)a)) != 0)
        a++;
    bool ok = a < INPUT_ACTIVATIONS && (!around_asked(s, "input_activation") || (said && out->linear.weight));
    out->activation_told = said != NULL;
    if (ok)
        out->activation = (enum input_activation)a;
    else if (a == INPUT_ACTIVATIONS || !said)
        source_complain(s, e, "input_activation: expected none, relu, tanh or sigmoid, found %s",
                        said ? said : "no text");
    else
        source_complain(s, e, "input_activation: expected a Linear before the LSTM, found none; --names "
                              "input_weight=TENSOR says which");
    free(said);
    return ok;
}

/* --names input_epsilon, of every norm there is. */
static bool take_epsilon(struct source *s, struct before *out, struct err *e)
{
    char *said = around_said(s, "input_epsilon");
    double epsilon = 0;
    bool norms = out->first.weight || out->last.weight, ok = !around_asked(s, "input_epsilon");
    if (!ok && (!said || !num_parse(said, &epsilon) || !(epsilon > 0) || !isfinite(epsilon)))
        source_complain(s, e, "input_epsilon: expected a number above 0, such as 0.001, found %s",
                        said ? said : "no text");
    else if (!ok && !norms)
        source_complain(s, e, "input_epsilon: expected a LayerNorm or BatchNorm before the LSTM, found none; --names "
                              "input_norm=TENSOR says which");
    else if (!ok)
        out->first.epsilon = out->last.epsilon = epsilon, ok = true;
    else if (s->front_epsilon > 0)
        out->first.epsilon = out->last.epsilon = s->front_epsilon;
    free(said);
    return ok;
}

/* Of vectors sizes tell nothing: a Linear that makes as many numbers as the LSTM reads may as well be the last of a
 * head, and what it reads is known by it alone. They are asked for. */
static bool find_for_vectors(struct source *s, struct parts *p, size_t E, struct before *out, struct err *e)
{
    struct tensor *t;
    if (!around_by_request(s, "input_weight", &t, e))
        return false;
    if (t && !tensor_matrix(s, t, -1, -1, e))
        return false;
    size_t D = t ? t->shape[t->shape[0] == E] : E;
    return (!t || find_linear(s, p, D, E, &out->linear, e)) && asked_norm(s, out, D, E, e);
}

static bool find(struct source *s, struct parts *p, int in, int top, struct before *out, struct err *e)
{
    if (!p->embedding)
        return find_for_vectors(s, p, (size_t)in, out, e);
    if (!tensor_matrix(s, p->embedding, -1, -1, e))
        return false;
    size_t D = p->embedding->shape[1], E = (size_t)in, H = (size_t)top;
    if (D != E ? !find_linear(s, p, D, E, &out->linear, e) : !find_square(s, p, D, H, &out->linear, e))
        return false;
    if (around_asked(s, "input_norm"))
        return asked_norm(s, out, D, E, e);
    if (D != H && !leads_on(s, p, D, H))
        out->first = find_norm(s, p, D);
    if (D != E && E != H && !leads_on(s, p, E, H))
        out->last = find_norm(s, p, E);
    const struct norm *n = &out->first;
    return D != E || !n->weight || !out->linear.weight
        || source_complain(s, e, "\"%s\" and \"%s\" could stand before the LSTM in either order: --names "
                                 "input_weight=%s,input_norm=%s, the first of them first, says in which",
                           out->linear.weight->name, n->weight->name, out->linear.weight->name, n->weight->name);
}

bool before_find(struct source *s, struct parts *p, int in, int top, struct before *out, struct err *e)
{
    *out = (struct before){0};
    return find(s, p, in, top, out, e) && take_activation(s, out, e) && take_epsilon(s, out, e);
}

/* ---- what is left ---- */

/* Is there another tensor of its module that says more of it: the weight of a bias? */
static bool goes_with_weight(struct source *s, const struct tensor *t)
{
    const char *dot = strrchr(t->name, '.'), *slash = strrchr(t->name, '/');
    const char *end = dot > slash ? dot : slash;
    size_t n = end ? (size_t)(end - t->name) : 0;
    for (int k = 0; n && k < s->n; k++)
        if (s->t[k]->measured && s->t[k]->rank >= 2 && strncmp(s->t[k]->name, t->name, n + 1) == 0
            && !strpbrk(s->t[k]->name + n + 1, "./"))
            return true;
    return false;
}

/* Tables that are added to the embedding: of positions, of segments. */
static bool called_table(const char *name)
{
    return strstr(name, "emb") || strstr(name, "pos_") || strstr(name, "position");
}

/* The widths at a place where layers may stand: what comes, what is read behind it, and what the LSTM puts out at the
 * top; leads_on: something behind the top makes as many as come. */
struct gap { size_t from, to, top; bool leads_on; };

/* By its sizes: does it read what comes, or make what is read, and not only read h of the top? */
static bool may_stand_in(struct source *s, const struct tensor *t, const struct gap *g)
{
    bool turned = around_ends_with(t->name, "kernel");
    int n = t->rank;
    if (n == 1)
        return (t->count == g->from || t->count == g->to) && !goes_with_weight(s, t);
    size_t to = t->shape[turned ? n - 1 : 0], from = t->shape[turned ? n - 2 : 1], last = t->shape[n - 1];
    if ((called_table(t->name) || t->count == last) && (last == g->from || last == g->to))
        return true;
    return (to == g->to && (from != g->top || g->top == g->from))
           || (from == g->from && from != g->top && !g->leads_on);
}

/* A number that multiplies: of rank 0 it is one by its name only, as a dump is full of numbers. */
static bool may_scale(struct source *s, const struct tensor *t)
{
    static const char *const words[] = {"scale", "gain", "multiplier"};
    bool called = false;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        called = called || strstr(t->name, words[k]);
    return t->count == 1 && (called || (t->rank == 1 && !goes_with_weight(s, t)));
}

/* Does it belong to another LSTM, which was not asked for: a part of it, or nearer to it by name? */
static bool is_another_ones(const struct source *s, const struct tensor *t, const char *lstm)
{
    struct part_name part, own;
    bool is_part = s->naming && named_part(s->naming, t->name, &own);
    for (int k = 0; s->naming && k < s->n; k++) {
        const char *name = s->t[k]->name;
        if (s->t[k]->use != TENSOR_UNUSED || !named_part(s->naming, name, &part)
            || (part.slot != SLOT_H && part.slot != SLOT_XH))
            continue;
        if ((is_part && own.prefix == part.prefix && strncmp(t->name, name, part.prefix) == 0)
            || around_shared(t->name, name) > around_shared(t->name, lstm))
            return true;
    }
    return false;
}

/* The shortest beginning of a name, up to a '.' or '/', that no tensor which is used begins with: its module. */
size_t before_module(const struct source *s, const char *name)
{
    for (size_t n = strcspn(name, "./"); name[n]; n += 1 + strcspn(name + n + 1, "./")) {
        int k = n ? 0 : s->n + 1;          /* "/etc" has nothing before its '/' */
        while (k < s->n && !(s->t[k]->use == TENSOR_USED && strncmp(s->t[k]->name, name, n + 1) == 0))
            k++;
        if (k == s->n)
            return n;
    }
    return strlen(name);
}

/* The first that may stand there: of a weight and its bias the weight. */
static struct tensor *left_in(struct source *s, const struct parts *p, const struct gap *g, const char *lstm,
                              bool words)
{
    struct tensor *found = NULL;
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (!is_free(s, p, t) || around_ignored(s, t->name) || is_another_ones(s, t, lstm)
            || !((t->rank && may_stand_in(s, t, g)) || (words && g->to > 1 && may_scale(s, t))))
            continue;
        if (t->rank > 1 || words_by_end(t->name))
            return t;
        found = found ? found : t;
    }
    return found;
}

struct tensor *before_left(struct source *s, struct parts *p, int in, int top, const char *lstm)
{
    size_t E = (size_t)in, D = p->embedding ? p->embedding->shape[1] : E, H = (size_t)top;
    const struct gap g = {D, E, H, p->embedding && leads_on(s, p, D, H)};
    return left_in(s, p, &g, lstm, p->embedding != NULL);
}

/* Layers of one module of the framework have nothing between them. */
static bool is_one_module(const struct source *s, const struct tensor *a, const struct tensor *b)
{
    struct part_name one, two;
    return !s->naming || !a || !b || !named_part(s->naming, a->name, &one) || !named_part(s->naming, b->name, &two)
        || (one.prefix == two.prefix && strncmp(a->name, b->name, one.prefix) == 0);
}

struct tensor *before_between(struct source *s, struct parts *p, const struct lstm *net, const char *lstm)
{
    struct tensor *found = NULL;
    const int ways = p->bidirectional ? 2 : 1;
    for (int l = ways; l < p->layers && !found; l += ways) {
        const size_t in = (size_t)net->layer[l].in, top = (size_t)lstm_top(net);
        const struct gap g = {in, in, top, leads_on(s, p, in, top)};
        struct tensor *const *below = p->layer[l - ways].t[SLOT_H], *const *here = p->layer[l].t[SLOT_H];
        if (!is_one_module(s, below[0], here[0]))
            found = left_in(s, p, &g, lstm, false);
    }
    return found;
}

bool before_refuse_between(const struct source *s, const struct tensor *left, struct err *e)
{
    char shape[96];
    return tensor_complain(s, left, e, "by its size (%s) it may stand between two LSTMs, where it would change every "
                                       "gate "
                                       "of the second: --names ignored=%.*s leaves out what is called so",
                           tensor_shape(left, shape), (int)before_module(s, left->name), left->name);
}

const struct tensor *before_reader(struct source *s, const struct parts *p, size_t n)
{
    const bool turned = p->head.turned;            /* the file keeps all of them so */
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (t != p->head.weight && is_free(s, p, t) && t->rank == 2
            && t->shape[!turned && !around_ends_with(t->name, "kernel")] == n)
            return t;
    }
    return NULL;
}

bool before_is_head(struct source *s, const struct parts *p, int in, int top)
{
    const size_t D = p->embedding ? p->embedding->shape[1] : 0, E = (size_t)in;
    struct tensor *t = p->head.weight;
    bool turned;
    if (!p->embedding || !tensor_measure(s, t, NULL) || !joins(t, D, E, &turned) || around_asked(s, "output_weight"))
        return true;
    return t->shape[!turned] == (size_t)top && !(D == E && before_reader(s, p, (size_t)top));
}

bool before_way(struct source *s, struct tensor *left, size_t from, int in, struct str *out)
{
    bool turned = around_ends_with(left->name, "kernel");
    const struct norm_words *w = left->rank == 1 ? words_by_end(left->name) : NULL;
    struct norm n;
    if (left->rank == 2 && joins(left, from ? from : left->shape[!turned], (size_t)in, &turned))
        str_addf(out, "--names input_weight=%s computes a Linear there%s", left->name,
                 around_asked(s, "input_norm") ? " (said before input_norm, or behind it, as it stands there)" : "");
    else if (w && norm_of(s, left, w, left->count, &n))
        str_addf(out, "--names input_norm=%s computes a LayerNorm or BatchNorm there%s", left->name,
                 around_asked(s, "input_weight") ? " (said before input_weight, or behind it, as it stands there)"
                                                 : "");
    return out->len > 0;
}

bool before_refuse(struct source *s, struct tensor *left, size_t from, int in, struct err *e)
{
    char shape[96];
    struct str how = {0};
    if (before_way(s, left, from, in, &how))
        str_add(&how, ", ");
    tensor_complain(s, left, e, "by its size (%s) it may stand before the LSTM, where it would change every gate: "
                                "%s--names "
                                "ignored=%.*s leaves out what is called so",
                    tensor_shape(left, shape), str_text(&how), (int)before_module(s, left->name), left->name);
    str_free(&how);
    return false;
}

/* A Linear of `size` numbers on as many. */
static bool is_square(const struct tensor *t, size_t size)
{
    return t->rank == 2 && t->shape[0] == size && t->shape[1] == size && called_linear(t->name);
}

const struct tensor *before_head(struct source *s, const struct parts *p, const struct before *b, size_t top)
{
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (!is_free(s, p, t))
            continue;
        const struct norm_words *w = t->rank == 1 && t->count == top ? words_by_end(t->name) : NULL;
        struct norm n;
        if (w && (words_of(t->name) || norm_of(s, t, w, top, &n)) && t != b->first.weight && t != b->last.weight)
            return t;
        if (is_square(t, top) && t != p->head.weight && t != b->linear.weight && !s->kind->graph
            && !around_asked(s, "output_weight") && !around_ignored(s, t->name))
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

/* *out NULL where there is none. False: memory was short. */
static bool copy(const struct tensor *t, float **out)
{
    *out = t ? mem_array(t->count, sizeof **out) : NULL;
    if (*out)
        memcpy(*out, t->v, t->count * sizeof **out);
    return !t || *out;
}

static bool copy_norm(const struct norm *n, struct input_norm *out)
{
    out->epsilon = n->epsilon;
    return !n->weight || (copy(n->weight, &out->weight) && copy(n->bias, &out->bias) && copy(n->mean, &out->mean)
                          && copy(n->variance, &out->variance));
}

struct input_layers *before_layers(const struct before *b, int in)
{
    struct input_layers *l = xcalloc(1, sizeof *l);
    const struct tensor *W = b->linear.weight;
    l->to = in;
    l->from = W ? (int)(W->count / (size_t)in) : in;
    l->activation = b->activation;
    if (!copy_norm(&b->first, &l->first) || !copy_norm(&b->last, &l->last) || !copy(W, &l->W)
        || !copy(b->linear.bias, &l->b)) {
        input_layers_free(l);
        return NULL;
    }
    for (int r = 0; W && b->linear.turned && r < l->to; r++)
        for (int k = 0; k < l->from; k++)
            l->W[(size_t)r * (size_t)l->from + (size_t)k] = W->v[(size_t)k * (size_t)l->to + (size_t)r];
    return l;
}

/* ---- words ---- */

static void say_norm(const struct norm *n, const char *into, struct str *out)
{
    const char *what = n->mean ? "BatchNorm" : "LayerNorm";
    if (!n->weight)
        return;
    tensor_became(n->weight, "%s before the LSTM, computed into the %s", what, into);
    tensor_became(n->bias, "%s before the LSTM, bias", what);
    if (n->mean) {
        tensor_became(n->mean, "BatchNorm before the LSTM, what it subtracts");
        tensor_became(n->variance, "BatchNorm before the LSTM, what it divides by the root of");
    }
    str_addf(out, "%s%s as a %s (epsilon %g)", out->len ? ", " : "", n->weight->name, what, n->epsilon);
}

char *before_say(const struct before *b, bool vectors)
{
    struct str out = {0};
    const char *const where = vectors ? "computed between inputs and LSTM: " : "computed between embedding and LSTM: ";
    const char *const into = vectors ? "inputs" : "embedding";
    say_norm(&b->first, into, &out);
    if (b->linear.weight) {
        tensor_became(b->linear.weight, "Linear before the LSTM, computed into the %s", into);
        if (b->linear.bias)
            tensor_became(b->linear.bias, "Linear before the LSTM, bias");
        str_addf(&out, "%s%s as a Linear ", out.len ? ", " : "", b->linear.weight->name);
        if (b->activation)
            str_addf(&out, "with %s behind it", input_activation_name(b->activation));
        else
            str_addf(&out, "without an activation behind it%s",
                     b->activation_told ? "" : ", which names do not tell (--names input_activation=relu)");
    }
    say_norm(&b->last, into, &out);
    struct str all = {0};
    str_addf(&all, "%s%s", where, str_text(&out));
    str_free(&out);
    return str_take(&all);
}
