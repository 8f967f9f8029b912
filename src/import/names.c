/* names.c: what names do not tell of the dialects that go by names (their words are in dialect.c): the steps of their
 * struct naming. Each says why a row is not enough. */
#include "import/names.h"
#include "import/topology.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/around.h"
#include "import/build.h"
#include "import/groups.h"
#include "import/named.h"

/* ---- PyTorch ---- */

/* What is called a peephole and is none of the three that are known. */
static bool refuse_peepholes(struct source *s, struct err *e)
{
    struct part_name name;
    for (int k = 0; k < s->n; k++)
        if (strstr(s->t[k]->name, "peephole") && !named_part(s->naming, s->t[k]->name, &name))
            return tensor_complain(s, s->t[k], e,
                                   "a peephole of another form: expected one vector each for i, f and o, such as "
                                   "weight_ci, weight_cf and weight_co");
    return true;
}

/* GuitarML keeps beside its state_dict whether the input is added to the output. */
bool torch_rest(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    struct json_at data, at;
    long skip;
    (void)o;
    (void)e;
    if (s->top.node && json_get(&s->top, "model_data", &data) && json_get(&data, "skip", &at)
        && json_int(&at, 0, 1, &skip, NULL) && skip) {
        p->skip = true;
        free(p->note);
        p->note = xstrdup("skip is 1: the program it comes from adds the input to the output; the head here does not");
    }
    return true;
}

/* AWD-LSTM keeps the raw matrix one level up: "rnns.0.weight_hh_l0_raw" belongs to "rnns.0.module". */
static void join_raw(struct groups *g)
{
    for (int k = 0; k < g->n; k++)
        for (int up = 0; up < g->n; up++) {
            size_t n = strlen(g->g[up].prefix);
            if (up == k || strncmp(g->g[k].prefix, g->g[up].prefix, n) != 0
                || strcmp(g->g[k].prefix + n, ".module") != 0)
                continue;
            for (int l = 0; l < g->g[up].layers && l < g->g[k].layers; l++) {
                struct tensor **to = &g->g[k].layer[l].t[SLOT_H][0], *raw = g->g[up].layer[l].t[SLOT_H][0];
                if (*to && raw) {
                    tensor_became(*to, "what its dropout left of %s when it was saved", raw->name);
                    (*to)->use = TENSOR_HARMLESS;
                }
                *to = raw ? raw : *to;
            }
            groups_drop(g, up);
            join_raw(g);
            return;
        }
}

/* Code, because a module of somebody's own may call anything a peephole, and AWD-LSTM's matrix lies under two names. */
bool torch_sift(struct source *s, const struct model_options *o, struct groups *g, struct parts *p, struct err *e)
{
    (void)o;
    (void)p;
    join_raw(g);
    return refuse_peepholes(s, e);
}

/* ---- Keras ---- */

/* The only kernel that is not a recurrent layer's, on as many inputs as the top layer has units, is the head. */
static bool keras_head(struct source *s, struct parts *p)
{
    struct tensor *found = NULL, *top = p->layer[p->layers - 1].t[SLOT_H][0];
    if (!top || !tensor_measure(s, top, NULL) || top->rank != 2 || around_asked(s, "output_weight"))
        return true;
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (t->use == TENSOR_USED || !around_ends_with(t->name, "kernel") || !tensor_measure(s, t, NULL)
            || t->rank != 2 || around_is_spoken_for(s, t, "output_weight"))
            continue;
        if (found)
            return true;
        found = t;
    }
    if (!found || found->shape[0] != top->shape[0] * (p->bidirectional && !(p->merge > 0) ? 2 : 1))
        return true;
    p->head = (struct dense){.weight = found, .bias = around_bias_of(s, found->name), .turned = true};
    return true;
}

/* Code, because what the gates are stands in a configuration, and a head is called as any kernel. */
bool keras_rest(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    return keras_config(s, o, p, e) && keras_merge(s, p, e) && keras_head(s, p);
}

/* Code, because get_weights() has no names. */
bool keras_recognise(const struct source *s, const char **why)
{
    return named_recognise(s, why) || keras_lists_recognise(s, why);
}

bool keras_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    const char *why;
    return topology_beside(s, e) && (named_recognise(s, &why) ? named_find(s, o, p, e) : keras_lists_find(s, o, p, e))
           && keras_cudnn(s, p, e);
}

/* ---- ONNX ---- */

/* What lies behind the axis of directions, of direction `way` of two. */
static struct tensor *onnx_one_way(struct source *s, struct tensor *t, int way, struct err *e)
{
    if (!tensor_numbers(s, t, e))
        return NULL;
    bool matrix = t->rank > 2 && t->shape[1] != 1;               /* W and R; initial_h is 2 x 1 x H */
    size_t half = t->count / 2, rows = matrix ? t->shape[1] : half;
    tensor_became(t, "forward, then backward");
    return source_slice(s, t, (size_t)way * half, rows, matrix ? half / rows : 0, way ? "backward" : "forward");
}

/* Two directions in one tensor become two layers. */
static bool onnx_both(struct source *s, struct parts *p, struct err *e)
{
    struct tensor *first = p->layer[0].t[SLOT_X][0];
    if (!first || !tensor_measure(s, first, e) || first->rank != 3 || first->shape[0] != 2)
        return first != NULL;
    struct parts both = {.layout = p->layout};
    bool ok = true;
    for (int l = 0; ok && l < p->layers; l++)
        for (int way = 0; ok && way < 2; way++) {
            struct layer_parts *to = parts_add(&both);
            for (int k = 0; ok && k < SLOTS; k++) {
                struct tensor *t = p->layer[l].t[k][0];
                ok = !t || tensor_measure(s, t, e);
                if (ok && t && (t->rank < 2 || t->shape[0] != 2 || t->count % 2))
                    ok = tensor_complain(s, t, e, "expected two directions as in %s", first->name);
                if (ok && t)
                    ok = (to->t[k][0] = onnx_one_way(s, t, way, e)) != NULL;
            }
        }
    free(p->layer);
    p->layer = both.layer;
    p->layers = both.layers;
    p->cap = both.cap;
    p->bidirectional = true;
    return ok;
}

/* The axis of directions: one is none. */
static bool onnx_direction(struct source *s, struct tensor *t, int rank, struct err *e)
{
    if (!t || !tensor_measure(s, t, e))
        return !t;
    while (t->rank > rank && t->shape[0] == 1) {
        memmove(t->shape, t->shape + 1, (size_t)--t->rank * sizeof *t->shape);
    }
    return true;
}

/* B is Wb and Rb side by side. */
static bool onnx_biases(struct source *s, struct layer_parts *l, struct err *e)
{
    struct tensor *B = l->t[SLOT_BX][0], *R = l->t[SLOT_H][0];
    if (!B)
        return true;
    long units = (long)R->shape[0];
    if (!tensor_vector(s, B, 2 * units, e) || !tensor_numbers(s, B, e))
        return false;
    l->t[SLOT_BX][0] = source_slice(s, B, 0, (size_t)units, 0, "Wb");
    l->t[SLOT_BH][0] = source_slice(s, B, (size_t)units, (size_t)units, 0, "Rb");
    tensor_became(B, "Wb, then Rb");
    return true;
}

static bool onnx_attributes(const struct source *s, struct parts *p, struct err *e)
{
    struct json_at at;
    long flag;
    const char *text;
    if (!s->about.node)
        return true;
    if (json_get(&s->about, "input_forget", &at)) {
        if (!json_int(&at, 0, 1, &flag, e))
            return false;
        p->coupled = flag;
    }
    if (json_get(&s->about, "direction", &at)) {
        if (!json_string(&at, &text, e))
            return false;
        if (strcmp(text, "forward") != 0 && strcmp(text, "bidirectional") != 0)
            return json_complain(&at, e,
                                 "expected \"forward\" or \"bidirectional\", found \"%s\", which is not supported",
                                 text);
    }
    return true;
}

/* "decoder:head" of the LSTM that a tensor belongs to ("decoder.W", "decoder:head"), or its ".W"; NULL: it has none. */
static struct tensor *onnx_of(struct source *s, const char *of, const char *part)
{
    struct str name = {0};
    size_t n = strlen(of);
    while (n > 0 && of[n - 1] != '.' && of[n - 1] != ':')
        n--;
    str_addn(&name, of, n > 0 ? n - 1 : 0);
    str_add(&name, part);
    struct tensor *t = source_find(s, str_text(&name));
    str_free(&name);
    return t;
}

/* Of several LSTMs in one file each has its own embedding and head (source_onnx.c); those of the others are beside. */
static void onnx_around(struct source *s, struct parts *p)
{
    static const char *const ends[] = {":embedding", ":head", ":head_bias"};
    const struct tensor *first = p->layer[0].t[SLOT_X][0], *top = p->layer[p->layers - 1].t[SLOT_X][0];
    bool several = false;
    if (!first || !top)
        return;
    for (int k = 0; k < s->n; k++)
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
            if (str_ends(s->t[k]->name, ends[i]) && onnx_of(s, s->t[k]->name, ".W")) {
                s->t[k]->use = TENSOR_BESIDE;
                several = true;
            }
    if (!several)
        return;
    p->embedding = onnx_of(s, first->name, ":embedding");
    p->head = (struct dense){.weight = onnx_of(s, top->name, ":head"), .bias = onnx_of(s, top->name, ":head_bias")};
}

/* What the graph computes in front of the LSTM that is read, and behind its head. */
static void onnx_before(struct source *s, const struct parts *p)
{
    const struct tensor *const ends[] = {p->layer[0].t[SLOT_X][0], p->layer[p->layers - 1].t[SLOT_X][0]};
    char **const to[] = {&s->not_run, &s->behind};
    for (int k = 0; k < 2; k++) {
        if (!ends[k] || !str_ends(ends[k]->name, ".W"))
            continue;
        char *lstm = xstrndup(ends[k]->name, strlen(ends[k]->name) - 2);
        free(*to[k]);
        *to[k] = s->kind->not_run(s, lstm, k > 0);
        free(lstm);
    }
}

/* Code, because two directions lie in one tensor, and two biases. */
bool onnx_rest(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    bool ok = onnx_attributes(s, p, e);
    (void)o;
    if (ok)
        onnx_around(s, p);
    if (ok && s->kind->not_run)
        onnx_before(s, p);
    ok = ok && onnx_both(s, p, e);
    for (int l = 0; ok && l < p->layers; l++) {
        struct tensor *(*t)[GATES] = p->layer[l].t;
        ok = onnx_direction(s, t[SLOT_X][0], 2, e) && onnx_direction(s, t[SLOT_H][0], 2, e)
             && onnx_direction(s, t[SLOT_BX][0], 1, e) && onnx_direction(s, t[SLOT_PEEP][0], 1, e)
             && tensor_matrix(s, t[SLOT_H][0], -1, -1, e) && onnx_biases(s, &p->layer[l], e);
    }
    return ok;
}

/* ---- packed, as declared ---- */

static bool one_of(const struct json_at *about, const char *key, const char *const *words, int *out, struct err *e)
{
    struct json_at at;
    const char *text;
    if (!json_get(about, key, &at))
        return true;
    if (!json_string(&at, &text, e))
        return false;
    for (int k = 0; words[k]; k++)
        if (strcmp(words[k], text) == 0) {
            *out = k;
            return true;
        }
    struct str known = {0};
    for (int k = 0; words[k]; k++)
        str_addf(&known, "%s\"%s\"", k ? words[k + 1] ? ", " : " or " : "", words[k]);
    json_expected(&at, e, "%s", str_text(&known));
    str_free(&known);
    return false;
}

/* order: the gates; orientation: rows (a row a unit, 4H × E) or columns; concat: none, or the two sides in one
 * kernel, hx or xh. */
static bool packed_declared(const struct source *s, const struct model_options *o, struct parts *p, int *concat,
                            struct err *e)
{
    static const char *const orientations[] = {"rows", "columns", NULL}, *const concats[] = {"none", "hx", "xh", NULL};
    struct json_at at;
    const char *text;
    int turned = 0;
    if (!s->about.node || (!json_get(&s->about, "order", &at) && !o->order))
        return source_complain(s, e, "packed: expected the key \"order\" (such as \"ifgo\") in a wrapper, or --order");
    if (json_get(&s->about, "order", &at)) {
        if (!json_string(&at, &text, e))
            return false;
        if (!layout_order(text, p->layout.order))
            return json_expected(&at, e, "f, i, g (or c) and o in some order");
    }
    if (!one_of(&s->about, "orientation", orientations, &turned, e) || !one_of(&s->about, "concat", concats, concat, e))
        return false;
    p->layout.turned = turned;
    p->layout.x_first = *concat == 2;
    return !json_get(&s->about, "interleaved", &at) || json_bool(&at, &p->layout.interleaved, e);
}

/* One bias of 8H is two of 4H. */
static bool packed_bias(struct source *s, struct layer_parts *l, const struct layout *layout, struct err *e)
{
    struct tensor *bias = l->t[SLOT_BX][0], *main = l->t[SLOT_XH][0] ? l->t[SLOT_XH][0] : l->t[SLOT_H][0];
    if (!bias || !main || l->t[SLOT_BH][0] || !tensor_measure(s, bias, e) || !tensor_matrix(s, main, -1, -1, e))
        return !bias || !main || l->t[SLOT_BH][0];
    size_t units = main->shape[layout->turned];
    if (bias->count != 2 * units)
        return true;
    if (!tensor_numbers(s, bias, e))
        return false;
    l->t[SLOT_BX][0] = source_slice(s, bias, 0, units, 0, "first");
    l->t[SLOT_BH][0] = source_slice(s, bias, units, units, 0, "second");
    tensor_became(bias, "two biases, one after the other");
    return true;
}

/* Code, because the file itself says how it lies. */
bool packed_sift(struct source *s, const struct model_options *o, struct groups *g, struct parts *p, struct err *e)
{
    int concat = 0;
    bool ok = packed_declared(s, o, p, &concat, e);
    for (int k = 0; ok && k < g->n; k++)
        for (int l = 0; ok && l < g->g[k].layers; l++) {
            struct tensor *(*t)[GATES] = g->g[k].layer[l].t;
            if (concat) {
                t[SLOT_XH][0] = t[SLOT_X][0];
                t[SLOT_X][0] = NULL;
            }
            if (concat ? !t[SLOT_XH][0] || t[SLOT_H][0] : !t[SLOT_X][0] || !t[SLOT_H][0])
                ok = source_complain(
                    s, e,
                    concat ? "packed: concat says that \"kernel\" holds both sides: expected no \"recurrent\" beside it"
                           : "packed: expected \"kernel\" and \"recurrent\", found one of them (\"concat\": \"xh\" or "
                             "\"hx\" says that one holds both)");
        }
    return ok;
}

bool packed_rest(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    bool ok = true;
    (void)o;
    for (int l = 0; ok && l < p->layers; l++)
        ok = packed_bias(s, &p->layer[l], &p->layout, e);
    return ok;
}
