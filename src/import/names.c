/* names.c: dialects whose tensors are found by their names: PyTorch and what is named like it, Keras, TensorFlow 1,
 * ONNX, packed. */
#include "import/names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/around.h"
#include "import/build.h"
#include "import/groups.h"
#include "import/named.h"

/* ---- PyTorch ---- */

static bool torch_name(const struct source *s, const char *name, struct part_name *out)
{
    (void)s;
    static const struct part_word table[] = {
        {"weight_ih", SLOT_X, false}, {"weight_hh", SLOT_H, false}, {"bias_ih", SLOT_BX, false},
        {"bias_hh", SLOT_BH, false},
        {"weight_hr", SLOT_PROJECTION, false},
        {"i2h_weight", SLOT_X, false}, {"h2h_weight", SLOT_H, false}, {"i2h_bias", SLOT_BX, false},
        {"h2h_bias", SLOT_BH, false},
        {"w_ih", SLOT_X, true}, {"w_hh", SLOT_H, true}, {"b_ih", SLOT_BX, true}, {"b_hh", SLOT_BH, true},
        {"W_ih", SLOT_X, true}, {"W_hh", SLOT_H, true}, {"weightIh", SLOT_X, true}, {"weightHh", SLOT_H, true},
        {"biasIh", SLOT_BX, true}, {"biasHh", SLOT_BH, true}, {"weight_x", SLOT_X, true}, {"weight_h", SLOT_H, true},
        {"Wih", SLOT_X, true}, {"Whh", SLOT_H, true}, {"bih", SLOT_BX, true}, {"bhh", SLOT_BH, true},
        {.word = NULL},
    };
    return named_part(name, table, out);
}

static bool find_name(const struct source *s, take_apart *apart, enum slot slot, struct part_name *out)
{
    for (int k = 0; k < s->n; k++)
        if (apart(s, s->t[k]->name, out) && out->slot == slot && out->layer == 0 && !out->reverse)
            return true;
    return false;
}

bool torch_recognise(const struct source *s, const char **why)
{
    struct part_name name;
    bool found = find_name(s, torch_name, SLOT_X, &name);
    *why = found && name.assumed ? "it has tensors named as PyTorch's input and recurrent weights"
                                 : "it has a tensor weight_ih_l0";
    return found;
}

/* Peepholes are nobody's in PyTorch: a module of somebody's own, which names a vector for each gate. */
static bool peephole_name(const char *name, struct part_name *out)
{
    static const char *const tail[] = {"weight_c", "w_c", "W_c", "peephole_", "peep_", "p_"};
    static const struct { char letter; enum quantity q; } gates[] = {{'i', Q_I}, {'f', Q_F}, {'o', Q_O}};
    for (size_t k = 0; k < sizeof tail / sizeof *tail; k++) {
        const char *at = named_word(name, tail[k]);
        size_t n = strlen(tail[k]);
        for (size_t i = 0; at && at[n] && i < sizeof gates / sizeof *gates; i++) {
            *out = (struct part_name){.slot = SLOT_PEEP, .gate = (int)gates[i].q, .prefix = (size_t)(at - name)};
            if (at[n] == gates[i].letter && named_suffixes(at + n + 1, out))
                return true;
        }
    }
    return false;
}

static bool torch_part(const struct source *s, const char *name, struct part_name *out)
{
    return torch_name(s, name, out) || peephole_name(name, out);
}

/* What is called a peephole and is none of the three that are known. */
static bool refuse_peepholes(struct source *s, struct err *e)
{
    struct part_name name;
    for (int k = 0; k < s->n; k++)
        if (strstr(s->t[k]->name, "peephole") && !peephole_name(s->t[k]->name, &name))
            return tensor_complain(s, s->t[k], e,
                                   "a peephole of another form: expected one vector each for i, f and o, such as "
                                   "weight_ci, weight_cf and weight_co");
    return true;
}

/* Every layer has both weights, and both biases or none. */
static bool torch_complete(const struct source *s, const struct group *g, struct err *e)
{
    static const char *const words[] = {
        [SLOT_X] = "weight_ih", [SLOT_H] = "weight_hh", [SLOT_BX] = "bias_ih", [SLOT_BH] = "bias_hh"};
    static const enum slot slots[] = {SLOT_X, SLOT_H, SLOT_BX, SLOT_BH};
    for (int l = 0; l < g->layers; l++) {
        struct tensor *(*t)[GATES] = g->layer[l].t;
        for (size_t k = 0; k < 4; k++)
            if (!t[slots[k]][0] && (k < 2 || t[SLOT_BX][0] || t[SLOT_BH][0]))
                return source_complain(s, e,
                                       "expected the tensor \"%s%s%s_l%d%s\" beside \"%s\", found none of that name",
                                       g->prefix, *g->prefix ? "." : "", words[slots[k]],
                                       g->bidirectional ? l / 2 : l, g->bidirectional && l % 2 ? "_reverse" : "",
                                       g->first);
    }
    return true;
}

static bool is_gru(struct source *s, struct tensor *t, bool turned)
{
    return t && tensor_measure(s, t, NULL) && t->rank == 2 && t->shape[turned] == 3 * t->shape[!turned];
}

static bool refuse_grus(struct source *s, const struct groups *g, bool turned, struct err *e)
{
    char found[96];
    for (int k = 0; k < g->n; k++)
        if (g->g[k].layers && is_gru(s, g->g[k].layer[0].t[SLOT_H][0], turned)) {
            struct tensor *t = g->g[k].layer[0].t[SLOT_H][0];
            return tensor_complain(s, t, e, "%s numbers are a GRU (3 blocks of %zu %s), which is not supported",
                                   tensor_shape(t, found), t->shape[!turned], turned ? "columns" : "rows");
        }
    return true;
}

/* GuitarML keeps beside its state_dict whether the input is added to the output. */
static void torch_beside(const struct source *s, struct parts *p)
{
    struct json_at data, at;
    long skip;
    if (s->top.node && json_get(&s->top, "model_data", &data) && json_get(&data, "skip", &at)
        && json_int(&at, 0, 1, &skip, NULL) && skip) {
        p->skip = true;
        free(p->note);
        p->note = xstrdup("skip is 1: the program it comes from adds the input to the output; the head here does not");
    }
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

bool torch_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    struct groups g = {0};
    bool ok = refuse_peepholes(s, e) && groups_collect(s, torch_part, &g, e);
    if (ok && !g.n)
        ok = source_complain(s, e, "expected tensors named as torch.nn.LSTM does (weight_ih_l0 …), found none");
    if (ok)
        join_raw(&g);
    for (int k = 0; ok && k < g.n; k++)
        if (g.g[k].assumed && !p->note)
            p->note = xstrdup("the gate order i f g o is assumed from PyTorch's names; --order says another");
    ok = ok && (g.n == 1 || refuse_grus(s, &g, false, e)) && groups_choose(s, &g, o, false, p, e);
    for (int k = 0; ok && k < g.n; k++)
        if (g.g[k].layers && g.g[k].layer[0].t[SLOT_X][0] && g.g[k].layer[0].t[SLOT_X][0]->use == TENSOR_USED)
            ok = torch_complete(s, &g.g[k], e);
        else if (g.n == 1)
            ok = torch_complete(s, &g.g[k], e);
    for (int l = 0; ok && l < p->layers; l++)
        p->layer[l].what = NULL;
    groups_clear(&g);
    if (ok)
        torch_beside(s, p);
    return ok;
}

/* ---- Keras ---- */

static bool keras_name(const struct source *s, const char *name, struct part_name *out)
{
    (void)s;
    static const struct part_word table[] = {
        {"recurrent_kernel", SLOT_H, false}, {"kernel", SLOT_X, false}, {"bias", SLOT_BX, false}, {.word = NULL}};
    if (!named_part(name, table, out))
        return false;
    size_t n = out->prefix;                       /* "lstm/lstm_cell/kernel": the cell is the layer's */
    while (n > 1 && strchr("./", name[n - 1]))
        n--;
    size_t cell = n;
    while (cell > 0 && !strchr("./", name[cell - 1]))
        cell--;
    if (cell > 1 && (strncmp(name + cell, "lstm_cell", 9) == 0 || strncmp(name + cell, "cell", 4) == 0))
        out->prefix = cell;
    return true;
}

/* Only layers with a recurrent kernel are recurrent; a dense layer has a kernel and a bias too. */
static bool keras_has_recurrent(const struct source *s, const char *prefix, size_t n)
{
    struct part_name name;
    for (int k = 0; k < s->n; k++)
        if (keras_name(s, s->t[k]->name, &name) && name.slot == SLOT_H && name.prefix == n
            && strncmp(s->t[k]->name, prefix, n) == 0)
            return true;
    return false;
}

static bool keras_part(const struct source *s, const char *name, struct part_name *out)
{
    if (!keras_name(s, name, out))
        return false;
    return keras_has_recurrent(s, name, out->prefix);
}

bool keras_recognise(const struct source *s, const char **why)
{
    struct part_name name;
    *why = "it has a tensor recurrent_kernel";
    return find_name(s, keras_name, SLOT_H, &name) || keras_lists_recognise(s, why);
}

/* The only kernel that is not a recurrent layer's, on as many inputs as the top layer has units, is the head. */
static bool keras_head(struct source *s, struct parts *p)
{
    struct tensor *found = NULL, *top = p->layer[p->layers - 1].t[SLOT_H][0];
    if (!top || !tensor_measure(s, top, NULL) || top->rank != 2 || around_named(s, "output_weight").node)
        return true;
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (t->use == TENSOR_USED || !around_ends_with(t->name, "kernel") || !tensor_measure(s, t, NULL)
            || t->rank != 2)
            continue;
        if (found)
            return true;
        found = t;
    }
    if (!found || found->shape[0] != top->shape[0] * (p->bidirectional ? 2 : 1))
        return true;
    p->head = (struct dense){.weight = found, .bias = around_bias_of(s, found->name), .turned = true};
    return true;
}

bool keras_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    struct groups g = {0};
    struct part_name name;
    if (!find_name(s, keras_name, SLOT_H, &name))
        return keras_lists_find(s, o, p, e);
    bool ok = groups_collect(s, keras_part, &g, e) && refuse_grus(s, &g, true, e);
    for (int k = 0; ok && k < g.n; k++) {
        struct tensor *(*t)[GATES] = g.g[k].layer[0].t;
        if (!t[SLOT_X][0] || !t[SLOT_H][0])
            ok = source_complain(s, e, "expected a kernel beside \"%s\", found none", g.g[k].first);
    }
    ok = ok && groups_choose(s, &g, o, true, p, e);
    for (int l = 0; ok && l < p->layers; l++)
        p->layer[l].what = NULL;
    groups_clear(&g);
    return ok && keras_config(s, o, p, e) && keras_head(s, p);
}

/* ---- TensorFlow 1 ---- */

/* "rnnlm/multi_rnn_cell/cell_1/basic_lstm_cell/kernel": one matrix for x and h. */
static bool tf1_name(const struct source *s, const char *name, struct part_name *out)
{
    static const struct part_word table[] = {
        {"kernel", SLOT_XH, false}, {"weights", SLOT_XH, false}, {"bias", SLOT_BX, false}, {"biases", SLOT_BX, false},
        {"Matrix", SLOT_XH, false}, {"Bias", SLOT_BX, false},
        {.word = NULL},
    };
    static const struct {
        const char *word;
        enum quantity q;
    } peep[] = {{"w_f_diag", Q_F}, {"w_i_diag", Q_I}, {"w_o_diag", Q_O}};
    bool found = named_part(name, table, out);
    (void)s;
    for (size_t k = 0; !found && k < sizeof peep / sizeof *peep; k++) {
        const char *at = named_word(name, peep[k].word);
        if (at && named_suffixes(at + strlen(peep[k].word), out)) {
            *out = (struct part_name){.slot = SLOT_PEEP, .gate = (int)peep[k].q, .prefix = (size_t)(at - name)};
            found = true;
        }
    }
    if (!found || !(strstr(name, "lstm_cell") || strstr(name, "cell_") || strstr(name, "LSTMCell")))
        return false;
    if (strstr(name, "projection/"))
        out->slot = SLOT_PROJECTION;
    const char *cell = strstr(name, "cell_");
    for (; cell && !isdigit((unsigned char)cell[5]); cell = strstr(cell + 1, "cell_"))
        ;
    if (cell) {
        out->layer = strtol(cell + 5, NULL, 10);
        out->prefix = (size_t)(cell - name);
    }
    return true;
}

bool tf1_recognise(const struct source *s, const char **why)
{
    struct part_name name;
    *why = "it has a kernel of a basic_lstm_cell";
    for (int k = 0; k < s->n; k++)
        if (keras_name(s, s->t[k]->name, &name) && name.slot == SLOT_H)
            return false;
    return find_name(s, tf1_name, SLOT_XH, &name);
}

bool tf1_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    struct groups g = {0};
    struct json_at at;
    if (s->about.node && json_get(&s->about, "forget_bias", &at) && !json_number(&at, &p->layout.forget_bias, e))
        return false;
    bool ok = groups_collect(s, tf1_name, &g, e);
    if (ok && !g.n)
        ok =
            source_complain(s, e, "expected tensors named as TensorFlow 1 does (…/basic_lstm_cell/kernel), found none");
    ok = ok && groups_choose(s, &g, o, false, p, e);
    for (int l = 0; ok && l < p->layers; l++) {
        p->layer[l].what = NULL;
        if (!p->layer[l].t[SLOT_XH][0])
            ok = source_complain(s, e, "expected the weights of cell_%d beside \"%s\", found none", l, g.g[0].first);
    }
    groups_clear(&g);
    return ok;
}

/* ---- ONNX ---- */

static bool onnx_name(const struct source *s, const char *name, struct part_name *out)
{
    static const struct part_word table[] = {
        {"W", SLOT_X, false}, {"R", SLOT_H, false}, {"B", SLOT_BX, false}, {"P", SLOT_PEEP, false},
        {"initial_h", SLOT_H0, false}, {"initial_c", SLOT_C0, false}, {.word = NULL},
    };
    (void)s;
    return named_part(name, table, out);
}

bool onnx_recognise(const struct source *s, const char **why)
{
    struct part_name name;
    *why = "it has tensors W and R";
    return find_name(s, onnx_name, SLOT_X, &name) && find_name(s, onnx_name, SLOT_H, &name);
}

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
    return !json_get(&s->about, "gate_function", &at)
        || (json_string(&at, &text, e) && build_gate_function(text, &p->layout.gate_function, s->name, at.path, e));
}

bool onnx_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    struct groups g = {0};
    bool ok = groups_collect(s, onnx_name, &g, e);
    if (ok && !g.n)
        ok = source_complain(s, e, "expected tensors W, R and B of an LSTM node, found none");
    ok = ok && onnx_attributes(s, p, e) && groups_choose(s, &g, o, true, p, e)
         && onnx_both(s, p, e);
    for (int l = 0; ok && l < p->layers; l++) {
        struct tensor *(*t)[GATES] = p->layer[l].t;
        p->layer[l].what = NULL;
        if (!t[SLOT_X][0] || !t[SLOT_H][0])
            ok = source_complain(s, e, "expected W and R beside \"%s\"", g.g[0].first);
        ok = ok && onnx_direction(s, t[SLOT_X][0], 2, e) && onnx_direction(s, t[SLOT_H][0], 2, e)
             && onnx_direction(s, t[SLOT_BX][0], 1, e) && onnx_direction(s, t[SLOT_PEEP][0], 1, e)
             && tensor_matrix(s, t[SLOT_H][0], -1, -1, e) && onnx_biases(s, &p->layer[l], e);
    }
    groups_clear(&g);
    return ok;
}

/* ---- packed, as declared ---- */

const char *const packed_keys[] = {"order",       "orientation",   "concat", "interleaved",
                                   "forget_bias", "gate_function", NULL};
const char *const keras_keys[] = {"recurrent_activation", "gate_function", "keras_version", "config", NULL};
const char *const tf1_keys[] = {"forget_bias", "gate_function", NULL};
const char *const onnx_keys[] = {"input_forget", "direction", "gate_function", NULL};

static bool packed_name(const struct source *s, const char *name, struct part_name *out)
{
    static const struct part_word table[] = {
        {"recurrent", SLOT_H, false}, {"recurrent_kernel", SLOT_H, false}, {"kernel", SLOT_X, false},
        {"recurrent_bias", SLOT_BH, false},
        {"bias", SLOT_BX, false}, {.word = NULL},
    };
    (void)s;
    return named_part(name, table, out);
}

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
    if (json_get(&s->about, "interleaved", &at) && !json_bool(&at, &p->layout.interleaved, e))
        return false;
    if (json_get(&s->about, "forget_bias", &at) && !json_number(&at, &p->layout.forget_bias, e))
        return false;
    return !json_get(&s->about, "gate_function", &at)
        || (json_string(&at, &text, e) && build_gate_function(text, &p->layout.gate_function, s->name, at.path, e));
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

bool packed_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    struct groups g = {0};
    int concat = 0;
    bool ok = packed_declared(s, o, p, &concat, e) && groups_collect(s, packed_name, &g, e);
    if (ok && !g.n)
        ok = source_complain(s, e, "packed: expected the tensors \"kernel\", \"recurrent\" and \"bias\", found none");
    ok = ok && groups_choose(s, &g, o, true, p, e);
    for (int l = 0; ok && l < p->layers; l++) {
        struct tensor *(*t)[GATES] = p->layer[l].t;
        p->layer[l].what = NULL;
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
        ok = ok && packed_bias(s, &p->layer[l], &p->layout, e);
    }
    groups_clear(&g);
    return ok;
}

/* ---- a tensor for each gate ---- */

/* recurrentjs: Wix0 Wih0 bi0, Wfx0 Wfh0 bf0, Wox0 …, Wcx0 … for each layer. */
static bool gate_name(const struct source *s, const char *name, struct part_name *out)
{
    (void)s;
    const char *base = name + strlen(name);
    while (base > name && !strchr("./", base[-1]))
        base--;
    *out = (struct part_name){.prefix = (size_t)(base - name)};
    /* Wix0: W, gate, side, layer; bi0: b, gate, layer */
    const char *p = base;
    bool bias = *p == 'b';
    if (*p != 'W' && !bias)
        return false;
    p++;
    const char *gates = "fico", *gate = *p ? strchr(gates, *p) : NULL;
    static const enum quantity of[] = {Q_F, Q_I, Q_G, Q_O};
    if (!gate)
        return false;
    out->gate = (int)of[gate - gates];
    p++;
    if (!bias) {
        if (*p != 'x' && *p != 'h')
            return false;
        out->slot = *p++ == 'x' ? SLOT_X : SLOT_H;
    } else {
        out->slot = SLOT_BX;
    }
    char *end;
    out->layer = strtol(p, &end, 10);
    return isdigit((unsigned char)*p) && !*end;
}

bool recurrentjs_recognise(const struct source *s, const char **why)
{
    struct part_name name;
    *why = "it has matrices Wix0, Wfx0, Wox0 and Wcx0";
    int seen = 0;
    for (int k = 0; k < s->n; k++)
        if (gate_name(s, s->t[k]->name, &name) && name.slot == SLOT_X && name.layer == 0)
            seen |= 1 << name.gate;
    return seen == 15;
}

bool recurrentjs_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    struct groups g = {0};
    struct tensor *Whd = NULL, *bd = NULL, *Wil = NULL;
    bool ok = groups_collect(s, gate_name, &g, e);
    if (ok && !g.n)
        ok = source_complain(s, e, "expected matrices named as recurrentjs does (Wix0, Wih0, bi0 …), found none");
    ok = ok && groups_choose(s, &g, o, false, p, e);
    for (int l = 0; ok && l < p->layers; l++) {
        p->layer[l].what = NULL;
        for (int q = 0; ok && q < GATES; q++)
            if (!p->layer[l].t[SLOT_X][q] || !p->layer[l].t[SLOT_H][q])
                ok = source_complain(s, e, "expected two matrices for each gate, W%cx%d and W%ch%d, found one or none",
                                     /* ORDER gates */ "fico"[q], l, "fico"[q], l);
    }
    groups_clear(&g);
    for (int k = 0; ok && k < s->n; k++) {
        Whd = around_ends_with(s->t[k]->name, "Whd") ? s->t[k] : Whd;
        bd = around_ends_with(s->t[k]->name, "bd") ? s->t[k] : bd;
        Wil = around_ends_with(s->t[k]->name, "Wil") ? s->t[k] : Wil;
    }
    if (ok && Whd)
        p->head = (struct dense){.weight = Whd, .bias = bd};
    if (ok && Wil)
        p->embedding = Wil;
    return ok;
}
