/* lists.c: dialects whose tensors have places in place of names: Keras's get_weights(), RTNeural and AIDA-X, NAM. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/around.h"
#include "import/build.h"
#include "import/names.h"

/* ---- Keras: what the configuration says ---- */

/* The first object, however deep, that has this key. */
static bool find_deep(const struct json_at *at, const char *key, int depth, struct json_at *out)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    if (json_kind(at) == JSON_OBJECT && json_get(at, key, out))
        return true;
    while (depth && json_next(&it, NULL, &item))
        if ((json_kind(&item) == JSON_OBJECT || json_kind(&item) == JSON_ARRAY)
            && find_deep(&item, key, depth - 1, out))
            return true;
    return false;
}

static bool hard_sigmoid(const struct json_at *config, const struct json_at *at, struct layout *l, struct err *e)
{
    struct json_at version;
    const char *text;
    if (!find_deep(config, "keras_version", 8, &version) || !json_string(&version, &text, NULL))
        return json_complain(
            at, e,
            "hard_sigmoid is two functions, %s in Keras 1 and 2 and %s in Keras 3: expected \"keras_version\" beside "
            "it, or --gate-function %s or %s",
            gate_function_formula(GATE_HARD_KERAS2), gate_function_formula(GATE_HARD_KERAS3),
            gate_function_name(GATE_HARD_KERAS2), gate_function_name(GATE_HARD_KERAS3));
    l->gate_function = *text >= '1' && *text <= '2' ? GATE_HARD_KERAS2 : GATE_HARD_KERAS3;
    return true;
}

/* Calls look for every object in it, however deep, until one says false. */
typedef bool look_fn(const struct json_at *object, void *context, struct err *e);

static bool each_object(const struct json_at *at, int depth, look_fn *look, void *context, struct err *e)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    if (json_kind(at) == JSON_OBJECT && !look(at, context, e))
        return false;
    while (depth && json_next(&it, NULL, &item))
        if ((json_kind(&item) == JSON_OBJECT || json_kind(&item) == JSON_ARRAY)
            && !each_object(&item, depth - 1, look, context, e))
            return false;
    return true;
}

/* merge_mode of a Bidirectional layer, the same of each that there is: *context NULL before the first. */
static bool merge_mode(const struct json_at *at, void *context, struct err *e)
{
    static const char *const keys[] = {"merge_mode", "mergeMode", NULL};
    const char **mode = context, *text = "concat";            /* null: a list of both */
    struct json_at item;
    for (const char *const *k = keys; *k; k++) {
        if (!json_get(at, *k, &item))
            continue;
        if (json_kind(&item) != JSON_NULL && !json_string(&item, &text, e))
            return false;
        if (*mode && strcmp(*mode, text) != 0)
            return json_complain(&item, e, "expected \"%s\", as in the layer before, found \"%s\"", *mode, text);
        *mode = text;
    }
    return true;
}

static bool take_merge(const struct source *s, const char *mode, double *merge, struct err *e)
{
    static const struct { const char *mode; double merge; } known[] = {{"concat", 0}, {"sum", 1}, {"ave", 0.5}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (strcmp(mode, known[k].mode) == 0) {
            *merge = known[k].merge;
            return true;
        }
    return source_complain(s, e, "merge_mode: expected \"concat\", \"sum\" or \"ave\", found \"%s\", which is not "
                                 "supported: h of the two directions are not added or put side by side", mode);
}

/* Is it a kernel on so many numbers? */
static bool reads(struct source *s, struct tensor *t, size_t numbers)
{
    return t && tensor_measure(s, t, NULL) && t->rank == 2 && t->shape[0] == numbers;
}

/* Nothing says how the two directions come together: what reads them tells by its size that they are not side by
 * side. */
static bool refuse_merged(struct source *s, const struct parts *p, struct err *e)
{
    struct tensor *h = p->layer[0].t[SLOT_H][0], *reader = NULL;
    if (!h || !tensor_measure(s, h, NULL) || h->rank != 2)
        return true;
    const size_t units = h->shape[0];
    if (p->layers > 2 && reads(s, p->layer[2].t[SLOT_X][0], units))
        reader = p->layer[2].t[SLOT_X][0];
    for (int k = 0; p->layers == 2 && k < s->n; k++) {
        if (s->t[k]->use == TENSOR_USED || !around_ends_with(s->t[k]->name, "kernel"))
            continue;
        if (reads(s, s->t[k], 2 * units))
            return true;
        reader = reads(s, s->t[k], units) ? s->t[k] : reader;
    }
    return !reader || tensor_complain(s, reader, e,
                                      "it reads %zu numbers, and both directions side by side are %zu: a Bidirectional "
                                      "layer whose merge_mode is sum, ave or mul, which names do not tell; --names "
                                      "merge_mode=sum or --names merge_mode=ave says which (mul is not supported)",
                                      units, 2 * units);
}

bool keras_merge(struct source *s, struct parts *p, struct err *e)
{
    const struct json_at *top = s->top.node ? &s->top : &s->about;
    const char *mode = NULL;
    char *said = p->bidirectional ? around_said(s, "merge_mode") : NULL;
    if (!p->bidirectional)
        return !around_asked(s, "merge_mode")
               || source_complain(s, e, "merge_mode: expected an LSTM that reads in both directions, found one");
    bool ok = said || !top->node || each_object(top, 10, merge_mode, &mode, e);
    if (ok && (said || mode))
        ok = take_merge(s, said ? said : mode, &p->merge, e);
    else if (ok)
        ok = refuse_merged(s, p, e);
    free(said);
    return ok;
}

/* The first of some names that an object has. */
static bool one_of_keys(const struct json_at *at, const char *const *keys, struct json_at *out)
{
    for (; *keys; keys++)
        if (json_get(at, *keys, out))
            return true;
    return false;
}

/* What the configuration says of its LSTM layers, each an object of its own with a recurrent_activation. */
struct configured {
    bool bidirectional;           /* where one layer of two goes backwards by right */
    const char *function;         /* NULL before the first */
    struct json_at at;            /* of it */
};

bool keras_layer(const struct json_at *at, bool bidirectional, struct err *e)
{
    static const char *const back[] = {"go_backwards", "goBackwards", NULL};
    struct json_at item;
    const char *text;
    bool backwards;
    if (json_get(at, "activation", &item) && json_string(&item, &text, NULL) && strcmp(text, "tanh") != 0)
        return json_expected(&item, e, "\"tanh\"");
    if (!bidirectional && one_of_keys(at, back, &item) && json_bool(&item, &backwards, NULL) && backwards)
        return json_complain(&item, e,
                             "a layer that reads from the last word to the first, which is not supported by itself: "
                             "turn the words round and leave it out");
    return true;
}

static bool layer_configured(const struct json_at *at, void *context, struct err *e)
{
    static const char *const keys[] = {"recurrent_activation", "recurrentActivation", "inner_activation", NULL};
    struct configured *c = context;
    struct json_at item;
    const char *text;
    if (!one_of_keys(at, keys, &item))
        return true;
    if (!json_string(&item, &text, e) || !keras_layer(at, c->bidirectional, e))
        return false;
    if (c->function && strcmp(c->function, text) != 0)
        return json_complain(&item, e, "expected \"%s\", as in the layer before, found \"%s\"", c->function, text);
    c->function = text;
    c->at = item;
    return true;
}

bool keras_config(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    const struct json_at *top = s->top.node ? &s->top : &s->about;
    struct configured c = {.bidirectional = p->bidirectional};
    struct json_at at;
    const char *text;
    if (top->node && find_deep(top, "gate_function", 2, &at) && json_kind(&at) == JSON_STRING)
        return json_string(&at, &text, e) && build_gate_function(text, &p->layout.gate_function, s->name, at.path, e);
    if (top->node && !each_object(top, 10, layer_configured, &c, e))
        return false;
    if (c.function)
        return strcmp(c.function, "sigmoid") == 0 || o->gate_function
            || (strstr(c.function, "hard") ? hard_sigmoid(top, &c.at, &p->layout, e)
                                           : json_expected(&c.at, e, "\"sigmoid\" or \"hard_sigmoid\""));
    if (!o->gate_function && !p->note)
        p->note = xstrdup(
            "the gates are assumed to be sigmoid: no recurrent_activation says it; --gate-function says another");
    return true;
}

/* ---- Keras: get_weights() ---- */

/* The tensors of a list, in the order of the file: get_weights() of a layer or of a whole model. */
struct walk { struct tensor **t; int n, at; };

static bool in_list(const struct tensor *t)
{
    size_t n = strlen(t->name);
    return n > 2 && t->name[n - 1] == ']';
}

static bool is_matrix(const struct tensor *t)
{
    return t->rank == 2 && t->shape[0] && t->shape[1] && t->shape[0] <= INT_MAX / 32 && t->shape[1] <= INT_MAX / 32;
}

/* How many tensors at w->at are one LSTM layer: k × 4n, n × 4n and 4n numbers; 12 in Keras 1, gate by gate; 0: none. */
static int layer_here(const struct walk *w)
{
    struct tensor *const *t = w->t + w->at;
    int left = w->n - w->at;
    if (left >= 12) {
        bool twelve = true;
        for (int k = 0; twelve && k < 12; k += 3)
            twelve = is_matrix(t[k]) && is_matrix(t[k + 1]) && t[k + 2]->rank == 1
                     && t[k + 1]->shape[0] == t[k + 1]->shape[1] && t[k]->shape[0] == t[0]->shape[0]
                     && t[k]->shape[1] == t[k + 1]->shape[1] && t[k + 2]->shape[0] == t[k]->shape[1]
                     && t[k]->shape[1] == t[0]->shape[1];
        if (twelve)
            return 12;
    }
    if (left < 2 || !is_matrix(t[0]) || !is_matrix(t[1]) || t[0]->shape[1] != t[1]->shape[1]
        || t[1]->shape[1] != 4 * t[1]->shape[0])
        return 0;
    bool bias = left >= 3 && t[2]->rank == 1
                && (t[2]->shape[0] == t[1]->shape[1] || t[2]->shape[0] == 2 * t[1]->shape[1]);       /* 8n: cuDNN's */
    return bias ? 3 : 2;
}

static bool gru_here(const struct walk *w)
{
    struct tensor *const *t = w->t + w->at;
    return w->n - w->at >= 2 && is_matrix(t[0]) && is_matrix(t[1]) && t[0]->shape[1] == t[1]->shape[1]
           && t[1]->shape[1] == 3 * t[1]->shape[0];
}

static void walk_begin(const struct source *s, struct walk *w)
{
    *w = (struct walk){.t = xcalloc((size_t)s->n + 1, sizeof *w->t)};
    for (int k = 0; k < s->n; k++)
        if (in_list(s->t[k]) && !s->t[k]->slice && (s->t[k]->measured || !s->top.node))
            w->t[w->n++] = s->t[k];
}

/* Moves to the first LSTM layer; false: there is none. */
static bool walk_to_layer(struct walk *w)
{
    for (; w->at < w->n; w->at++)
        if (layer_here(w))
            return true;
    return false;
}

bool keras_lists_recognise(const struct source *s, const char **why)
{
    struct walk w;
    *why = "arrays of k x 4n, n x 4n and 4n numbers, as Keras's get_weights() gives them";
    for (int k = 0; k < s->n; k++)
        if (strncmp(s->t[k]->name, "layers[", 7) == 0)
            return false;
    walk_begin(s, &w);
    bool found = walk_to_layer(&w);
    for (w.at = 0; !found && w.at < w.n; w.at++)
        found = gru_here(&w);      /* to be refused for what it is */
    free(w.t);
    return found;
}

static void take(struct layer_parts *l, enum slot slot, int gate, struct tensor *t)
{
    l->t[slot][gate] = t;
    t->use = TENSOR_USED;
}

static void take_layer(struct walk *w, int n, struct parts *p)
{
    static const enum quantity keras1[] = {Q_I, Q_G, Q_F, Q_O};
    struct layer_parts *l = parts_add(p);
    struct tensor *const *t = w->t + w->at;
    for (int k = 0; n == 12 && k < 4; k++) {
        take(l, SLOT_X, (int)keras1[k], t[3 * (size_t)k]);
        take(l, SLOT_H, (int)keras1[k], t[3 * (size_t)k + 1]);
        take(l, SLOT_BX, (int)keras1[k], t[3 * k + 2]);
    }
    if (n != 12) {
        take(l, SLOT_X, 0, t[0]);
        take(l, SLOT_H, 0, t[1]);
        if (n == 3)
            take(l, SLOT_BX, 0, t[2]);
    }
    w->at += n;
}

/* Does the file speak of a Bidirectional layer? */
static bool merged(const struct source *s)
{
    const struct json_at *top = s->top.node ? &s->top : &s->about;
    struct json_at at;
    return top->node && (find_deep(top, "merge_mode", 10, &at) || find_deep(top, "mergeMode", 10, &at));
}

/* Two layers of the same shapes side by side are Bidirectional's two directions, forward first, unless one fits on the
 * other; then what the head reads tells, or that the file says so. */
static bool two_directions(const struct walk *w, int n, bool said)
{
    struct walk second = {w->t, w->n, w->at + n};
    if (layer_here(&second) != n)
        return false;
    size_t k = w->t[w->at]->shape[0], units = w->t[w->at + 1]->shape[0], k2 = w->t[second.at]->shape[0],
           units2 = w->t[second.at + 1]->shape[0];
    if (k != k2 || units != units2)
        return false;
    const struct tensor *next = second.at + n < w->n ? w->t[second.at + n] : NULL;
    return said || k != units || (next && is_matrix(next) && next->shape[0] == 2 * units);
}

/* Of LSTMs with as many units as inputs a list does not tell whether one reads the other. */
static void note_stack(const struct source *s, struct parts *p)
{
    const struct tensor *first = p->layer[0].t[SLOT_X][0];
    bool alike = p->layers > 1 && !p->bidirectional;
    if (p->bidirectional && !(s->about.node && json_has(&s->about, "merge_mode")))
        parts_note(p, "two LSTMs of one size are read as the two directions of one, which a list does not tell");
    for (int l = 1; alike && l < p->layers; l++)
        alike = p->layer[l].t[SLOT_X][0]->shape[0] == first->shape[0];
    if (alike)
        parts_note(p, "the %d LSTMs are read as a stack, each on the one before, which a list does not tell",
                   p->layers);
}

bool keras_lists_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    if (o->lstm)
        return source_complain(s, e,
                               "--lstm: a list has no names to choose by: expected names, as np.savez('model.npz', "
                               "**{w.name: w.numpy() for w in model.weights}) keeps them");
    struct walk w;
    bool ok = true;
    for (int k = 0; ok && k < s->n; k++)
        ok = !in_list(s->t[k]) || tensor_measure(s, s->t[k], e);
    walk_begin(s, &w);
    int first = 0, n;
    if (ok && !walk_to_layer(&w)) {
        w.at = 0;
        while (w.at < w.n && !gru_here(&w))
            w.at++;
        ok =
            w.at < w.n
                ? tensor_complain(s, w.t[w.at], e, "kernels of 3 blocks are a GRU, which is not supported")
                : source_complain(
                    s, e,
                    "expected a kernel and a recurrent_kernel, or arrays of k x 4n, n x 4n and 4n numbers, found none");
    }
    first = w.at;
    while (ok && (n = layer_here(&w)) != 0) {
        if (p->layers && p->layout.separate != (n == 12))
            ok = tensor_complain(s, w.t[w.at], e, "layers of Keras 1 (12 arrays) and of later ones (3) in one list");
        bool both = ok && two_directions(&w, n, merged(s));
        if (ok && p->layers && p->bidirectional != both)
            ok = tensor_complain(s, w.t[w.at], e, "a stack of layers that read in both directions and in one, which is "
                                                  "not supported");
        p->layout.separate = n == 12;
        p->bidirectional = both;
        for (int ways = both ? 2 : 1; ok && ways > 0; ways--)
            take_layer(&w, n, p);
    }
    /* Right before the layers stands the embedding, right behind them the head. */
    if (ok && first > 0 && is_matrix(w.t[first - 1]) && w.t[first - 1]->shape[1] == w.t[first]->shape[0])
        p->embedding = w.t[first - 1];
    if (ok && w.at < w.n && is_matrix(w.t[w.at])) {
        p->head = (struct dense){.weight = w.t[w.at], .turned = true};
        if (w.at + 1 < w.n && w.t[w.at + 1]->rank == 1 && w.t[w.at + 1]->shape[0] == w.t[w.at]->shape[1])
            p->head.bias = w.t[w.at + 1];
    }
    if (ok && p->layout.separate && !o->gate_function)
        p->note = xstrdup("Keras 1 (12 arrays, i c f o): its gates are hard_sigmoid unless the model said "
                          "inner_activation='sigmoid'; "
                          "--gate-function says it");
    free(w.t);
    if (ok && p->layout.separate) {
        p->layout.gate_function = GATE_HARD_KERAS2;
        return keras_merge(s, p, e);
    }
    ok = ok && keras_config(s, o, p, e) && keras_merge(s, p, e);
    if (ok)
        note_stack(s, p);
    return ok;
}

/* ---- RTNeural, AIDA-X ---- */

bool rtneural_recognise(const struct source *s, const char **why)
{
    struct json_at layers, item, type;
    *why = "it has \"in_shape\" and \"layers\" with a \"type\"";
    if (!s->top.node || !json_get(&s->top, "layers", &layers) || json_kind(&layers) != JSON_ARRAY)
        return false;
    struct json_iter it = json_iter(&layers);
    return json_next(&it, NULL, &item) && json_get(&item, "type", &type);
}

static struct tensor *rtneural_tensor(struct source *s, int layer, int k)
{
    struct str name = {0};
    str_addf(&name, "layers[%d].weights[%d]", layer, k);
    struct tensor *t = source_find(s, str_text(&name));
    str_free(&name);
    return t;
}

/* [null, null, 16]: the last size of a "shape"; -1 when it says none. */
static long last_size(const struct json_at *layer, struct json_at *at)
{
    struct json_iter it;
    struct json_at item;
    long size = -1, n;
    if (!json_get(layer, "shape", at))
        return -1;
    it = json_iter(at);
    while (json_next(&it, NULL, &item))
        if (json_int(&item, 1, INT_MAX, &n, NULL))
            size = n;
    struct json_floats f;
    bool finite;
    if (json_rectangle(at, &f, &finite) && f.count)
        size = (long)f.v[f.count - 1];
    return size;
}

static bool rtneural_lstm(struct source *s, const struct json_at *layer, int k, struct parts *p, struct err *e)
{
    struct tensor *t[3] = {rtneural_tensor(s, k, 0), rtneural_tensor(s, k, 1), rtneural_tensor(s, k, 2)};
    struct json_at at;
    const char *text;
    if (!t[0] || !t[1])
        return json_complain(layer, e, "expected \"weights\" of a kernel, a recurrent kernel and a bias, found fewer");
    if (!tensor_matrix(s, t[1], -1, -1, e))
        return false;
    long units = last_size(layer, &at);
    if (units > 0 && (size_t)units != t[1]->shape[0])
        return json_complain(&at, e, "it says %ld units, the weights are of %zu", units, t[1]->shape[0]);
    if (json_get(layer, "activation", &at) && json_kind(&at) == JSON_STRING && json_string(&at, &text, e) && *text
        && strcmp(text, "tanh") != 0)
        return json_expected(&at, e, "\"tanh\" or nothing");
    struct layer_parts *l = parts_add(p);
    take(l, SLOT_X, 0, t[0]);
    take(l, SLOT_H, 0, t[1]);
    if (t[2])
        take(l, SLOT_BX, 0, t[2]);
    return true;
}

static bool rtneural_dense(struct source *s, const struct json_at *layer, int k, struct parts *p, struct err *e)
{
    struct json_at at;
    const char *text = "";
    if (!p->layers)
        return json_complain(
            layer, e, "a dense layer before the LSTM, which is not computed: without it every gate would be wrong");
    if (p->head.weight)
        return true;                              /* what comes after the head stays unused, and is said to */
    p->head = (struct dense){.weight = rtneural_tensor(s, k, 0), .bias = rtneural_tensor(s, k, 1), .turned = true};
    if (!p->head.weight)
        return json_complain(layer, e, "expected \"weights\" of a matrix and a bias, found none");
    if (json_get(layer, "activation", &at) && json_kind(&at) == JSON_STRING)
        json_string(&at, &text, NULL);
    if (*text && strcmp(text, "linear") != 0 && !p->note)
        parts_note(p, "the head is followed by %s there; here it is W h + b alone", text);
    return true;
}

static bool rtneural_beside(struct source *s, struct parts *p)
{
    struct json_at at, out;
    double skip = 0;
    if (json_get(&s->top, "in_skip", &at) && json_kind(&at) == JSON_NUMBER)
        json_number(&at, &skip, NULL);
    p->skip = skip > 0 || skip < 0;
    if (p->skip && !p->note)
        p->note =
            xstrdup("in_skip is 1: the program it comes from adds the input to the output; the head here does not");
    if (json_get(&s->top, "input_batch", &at)) {
        p->inputs = at;
        if (json_get(&s->top, "output_batch", &out) && !s->behind)
            p->outputs = out;
    }
    for (int k = 0; k < s->n; k++)
        if (strncmp(s->t[k]->name, "layers[", 7) != 0)
            s->t[k]->use = TENSOR_BESIDE;
    return true;
}

/* What a layer of another kind behind an LSTM is called, by which it is told or refused; nothing where it is the first
 * of them no longer, or changes nothing. */
static void rtneural_odd(const struct json_at *layer, const char *type, char odd[64])
{
    struct json_at at;
    const char *text = strcmp(type, "activation") == 0 ? "" : type;
    if (!*text && json_get(layer, "activation", &at) && json_kind(&at) == JSON_STRING)
        json_string(&at, &text, NULL);
    if (!*odd && strcmp(text, "linear") != 0 && strcmp(type, "dropout") != 0)
        snprintf(odd, 64, "%.60s", text);
}

/* Such a layer and the head, in this order or the other. */
static void rtneural_behind(struct source *s, const char *odd, bool after_head)
{
    struct str what = {0};
    if (!*odd || s->behind)
        return;
    if (after_head)
        str_addf(&what, "the head is followed by %s", odd);
    else
        str_addf(&what, "%s stands between the LSTM and its head", odd);
    s->behind = str_take(&what);
}

bool rtneural_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    struct json_at layers, layer, at;
    const char *type;
    char odd[64] = "";
    (void)o;
    if (!s->top.node || !json_need(&s->top, "layers", &layers, e))
        return s->top.node ? false : source_complain(s, e, "expected the JSON of RTNeural, found %s", s->kind->name);
    struct json_iter it = json_iter(&layers);
    for (int k = 0; json_next(&it, NULL, &layer); k++) {
        if (!json_need(&layer, "type", &at, e) || !json_string(&at, &type, e))
            return false;
        if (strcmp(type, "lstm") == 0) {
            if (p->head.weight)
                return json_complain(&layer, e, "an LSTM behind a dense layer, which is not computed");
            if (*odd)
                return json_complain(&layer, e, "an LSTM behind a layer \"%s\", which is not computed", odd);
            if (!rtneural_lstm(s, &layer, k, p, e))
                return false;
        } else if (strcmp(type, "gru") == 0) {
            return json_complain(&at, e, "a GRU, which is not supported");
        } else if (strcmp(type, "dense") == 0 || strcmp(type, "time-distributed-dense") == 0) {
            if (!rtneural_dense(s, &layer, k, p, e))
                return false;
            rtneural_behind(s, odd, false);
        } else if (!p->layers) {
            return json_complain(&at, e, "a layer \"%s\" before the LSTM, which is not computed", type);
        } else {
            rtneural_odd(&layer, type, odd);
            if (p->head.weight)
                rtneural_behind(s, odd, true);
        }
    }
    return p->layers ? rtneural_beside(s, p)
                     : json_complain(&layers, e, "expected an LSTM among the layers, found none");
}

/* ---- NAM ---- */

bool nam_recognise(const struct source *s, const char **why)
{
    *why = "it has \"architecture\", \"config\" and flat \"weights\"";
    return s->top.node && json_has(&s->top, "architecture") && json_has(&s->top, "config")
           && json_has(&s->top, "weights");
}

static bool nam_size(const struct json_at *config, const char *key, long fallback, long *out, struct err *e)
{
    struct json_at at;
    if (fallback && !json_get(config, key, &at)) {
        *out = fallback;
        return true;
    }
    return json_need(config, key, &at, e) && json_int(&at, 1, 1 << 20, out, e);
}

/* Per layer W 4H × (in+H) by rows, each [x, h]; b 4H; h0 H; C0 H. Then the head: out × H and out. */
struct nam { long in, H, layers, out; };

static void nam_slices(struct source *s, struct tensor *all, const struct nam *n, struct parts *p)
{
    size_t at = 0, h = (size_t)n->H, out = (size_t)n->out;
    for (long l = 0; l < n->layers; l++) {
        struct layer_parts *to = parts_add(p);
        size_t width = (l ? h : (size_t)n->in) + h;
        to->t[SLOT_XH][0] = source_slice(s, all, at, 4 * h, width, "W");
        to->t[SLOT_BX][0] = source_slice(s, all, at += 4 * h * width, 4 * h, 0, "b");
        to->t[SLOT_H0][0] = source_slice(s, all, at += 4 * h, h, 0, "h0");
        to->t[SLOT_C0][0] = source_slice(s, all, at += h, h, 0, "C0");
        at += h;
    }
    p->head.weight = source_slice(s, all, at, out, h, "head");
    p->head.bias = source_slice(s, all, at + out * h, out, 0, "head_bias");
}

bool nam_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    struct json_at at, config;
    const char *architecture;
    long in, H, layers, out, want;
    (void)o;
    if (!s->top.node || !json_need(&s->top, "architecture", &at, e) || !json_string(&at, &architecture, e))
        return s->top.node ? false : source_complain(s, e, "expected the JSON of a .nam file, found %s", s->kind->name);
    if (strcmp(architecture, "LSTM") != 0)
        return json_complain(&at, e, "expected \"LSTM\", found \"%s\", which is not an LSTM", architecture);
    if (!json_need(&s->top, "config", &config, e) || !nam_size(&config, "input_size", 0, &in, e)
        || !nam_size(&config, "hidden_size", 0, &H, e) || !nam_size(&config, "num_layers", 0, &layers, e)
        || !nam_size(&config, "out_channels", 1, &out, e))
        return false;
    struct tensor *all = source_find(s, "weights");
    if (!all || !tensor_measure(s, all, e))
        return all ? false : source_complain(s, e, "expected \"weights\", a flat array of numbers");
    want = 4 * H * (in + H) + 6 * H + (layers - 1) * (8 * H * H + 6 * H) + out * (H + 1);
    if (all->rank != 1 || layers > 1024 || all->count != (size_t)want)
        return tensor_complain(s, all, e,
                               "expected %ld numbers (%ld layer%s of %ld units on %ld inputs, each W [x, h], b, h0 and "
                               "C0, then the head), "
                               "found %zu",
                               want, layers, layers == 1 ? "" : "s", H, in, all->count);
    if (!tensor_numbers(s, all, e))
        return false;
    nam_slices(s, all, &(struct nam){in, H, layers, out}, p);
    tensor_became(all, "for each layer W (i f g o, [x, h]), b, h0 and C0; then the head");
    return true;
}
