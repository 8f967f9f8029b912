/* topology.c: see topology.h. Layers are a chain, each reading the one before; a model that branches is refused. */
#include "import/topology.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/names.h"

struct topology {
    struct source *s;
    const char *activation, *merge;       /* of its LSTM layers, which must agree; NULL: nothing is said */
    int lstms, left;                      /* LSTM layers, and those of them to come */
    bool head;                            /* the Dense behind them has been met */
    const char *last;                     /* the layer before this one, NULL: this is the first */
};

static bool member(const struct json_at *from, const char *key, struct json_at *out)
{
    return json_kind(from) == JSON_OBJECT && json_get(from, key, out);
}

static const char *text_of(const struct json_at *from, const char *key)
{
    struct json_at at;
    const char *text = NULL;
    return member(from, key, &at) && json_kind(&at) == JSON_STRING && json_string(&at, &text, NULL) ? text : NULL;
}

/* The same word of a list; NULL: it is none of them. */
static const char *one_of(const char *word, const char *const *list)
{
    for (; word && *list; list++)
        if (strcmp(word, *list) == 0)
            return *list;
    return NULL;
}

/* ---- LSTM layers ---- */

static bool same_word(const struct json_at *at, const char **said, struct err *e)
{
    const char *text;
    if (!json_string(at, &text, e))
        return false;
    if (*said && strcmp(*said, text) != 0)
        return json_complain(at, e, "expected \"%s\", as in the layer before, found \"%s\"", *said, text);
    *said = text;
    return true;
}

/* The LSTM that a layer is or wraps, with its config; false: it is another layer. */
static bool is_lstm(const struct json_at *layer, struct json_at *config, bool *both)
{
    struct json_at inner;
    const char *class = text_of(layer, "class_name");
    *both = class && strcmp(class, "Bidirectional") == 0;
    if (!class || !member(layer, "config", config))
        return false;
    if (!*both)
        return strcmp(class, "LSTM") == 0;
    class = member(config, "layer", &inner) ? text_of(&inner, "class_name") : NULL;
    return class && strcmp(class, "LSTM") == 0;
}

/* config and both as is_lstm found them. */
static bool read_lstm(struct topology *t, struct json_at config, bool both, struct err *e)
{
    struct json_at inner, at;
    if (both && member(&config, "merge_mode", &at) && json_kind(&at) == JSON_STRING && !same_word(&at, &t->merge, e))
        return false;
    if (both && (!member(&config, "layer", &inner) || !member(&inner, "config", &config)))
        return true;
    return keras_layer(&config, both, e)
           && (!member(&config, "recurrent_activation", &at) || json_kind(&at) != JSON_STRING
               || same_word(&at, &t->activation, e));
}

/* ---- the others ---- */

/* What changes nothing once a model is trained, or only which steps there are. */
static const char *const passing[] = {
    "InputLayer", "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
    "ActivityRegularization", "Masking", NULL,
};

/* "Dense" of TimeDistributed(Dense) as well, with the config of what it wraps. */
static const char *class_of(const struct json_at *layer, struct json_at *config)
{
    const char *class = text_of(layer, "class_name");
    struct json_at inner;
    *config = (struct json_at){0};
    if (!class || !member(layer, "config", config))
        return class;
    if (strcmp(class, "TimeDistributed") == 0 && member(config, "layer", &inner) && member(&inner, "config", config))
        return text_of(&inner, "class_name");
    return class;
}

static bool is_linear(const char *activation)
{
    return !activation || !*activation || strcmp(activation, "linear") == 0;
}

/* In front of an LSTM layer: what is looked up, computed (before.h) or passed on; all else changes every gate. */
static bool read_front(struct topology *t, const struct json_at *layer, struct err *e)
{
    static const char *const known[] = {"relu", "tanh", "sigmoid", NULL};
    struct json_at config, at;
    const char *class = class_of(layer, &config), *activation = config.node ? text_of(&config, "activation") : NULL;
    const bool between = t->left < t->lstms;
    if (!class || one_of(class, passing) || (!between && strcmp(class, "Embedding") == 0))
        return true;
    if (strcmp(class, "Activation") == 0 && is_linear(activation))
        return true;
    if (!between && strcmp(class, "Dense") == 0 && (is_linear(activation) || one_of(activation, known))) {
        t->s->front_activation = is_linear(activation) ? "none" : one_of(activation, known);
        return true;
    }
    bool norm = strcmp(class, "LayerNormalization") == 0 || strcmp(class, "BatchNormalization") == 0;
    if (!between && norm)
        return !member(&config, "epsilon", &at) || json_number(&at, &t->s->front_epsilon, e);
    const char *name = config.node ? text_of(&config, "name") : NULL;
    return json_complain(layer, e,
                         "the layer %s (%s) stands %s and is not computed, so that every gate would be another", class,
                         name ? name : "without a name", between ? "between two LSTM layers" : "before the LSTM");
}

/* Behind the last one: the first Dense is the head. s->behind: what makes its outputs others than W·h + b. */
static void read_back(struct topology *t, const struct json_at *layer)
{
    struct json_at config;
    struct str what = {0};
    const char *class = class_of(layer, &config), *activation = config.node ? text_of(&config, "activation") : NULL;
    const bool soft = is_linear(activation) || strcmp(activation, "softmax") == 0;
    if (!class || t->s->behind || one_of(class, passing) || strcmp(class, "Softmax") == 0
        || (strcmp(class, "Activation") == 0 && soft))
        return;
    const char *name = config.node ? text_of(&config, "name") : NULL;
    if (strcmp(class, "Dense") == 0 && !t->head) {
        t->head = true;
        if (!soft)
            str_addf(&what, "the head is followed by %s", activation);
    } else {
        str_addf(&what, "%s (%s) stands %s", class, name ? name : "without a name",
                 t->head ? "behind the head" : "between the LSTM and its head");
    }
    if (what.len)
        t->s->behind = str_take(&what);
    str_free(&what);
}

/* Keras 3 writes what a layer reads as "keras_history": [NAME, 0, 0], somewhere in its arguments. */
static void read_history(const struct topology *t, const struct json_at *at, int depth, size_t *n, bool *last)
{
    struct json_iter it = json_iter(at);
    struct json_at item, first;
    const char *name;
    if (json_kind(at) == JSON_OBJECT && json_get(at, "keras_history", &item) && json_kind(&item) == JSON_ARRAY) {
        struct json_iter in = json_iter(&item);
        if (json_next(&in, NULL, &first) && json_kind(&first) == JSON_STRING && json_string(&first, &name, NULL)) {
            *last = t->last && strcmp(name, t->last) == 0;
            ++*n;
        }
        return;
    }
    while (depth && json_next(&it, NULL, &item))
        if (json_kind(&item) == JSON_OBJECT || json_kind(&item) == JSON_ARRAY)
            read_history(t, &item, depth - 1, n, last);
}

/* The names of the layers that this one reads, of a model that is no Sequential: must be the one before. */
static bool is_in_chain(const struct topology *t, const struct json_at *layer, struct err *e)
{
    struct json_at nodes, node, read;
    const char *name;
    if (!member(layer, "inbound_nodes", &nodes) || json_kind(&nodes) != JSON_ARRAY || !json_length(&nodes))
        return true;
    struct json_iter it = json_iter(&nodes);
    size_t n = 0;
    bool last = false;
    if (!json_next(&it, NULL, &node))
        return true;
    if (json_kind(&node) == JSON_OBJECT)
        read_history(t, &node, 8, &n, &last);
    for (it = json_iter(&node); json_kind(&node) == JSON_ARRAY && json_next(&it, NULL, &read); n++) {
        struct json_iter in = json_iter(&read);
        struct json_at first;
        if (json_kind(&read) == JSON_ARRAY && json_next(&in, NULL, &first) && json_kind(&first) == JSON_STRING
            && json_string(&first, &name, NULL))
            last = t->last && strcmp(name, t->last) == 0;
    }
    return n == 0 || (n == 1 && last)
           || json_complain(layer, e, "its layers are no chain, each reading the one before; of one that branches the "
                                      "layers between are not computed");
}

static bool read_layer(struct topology *t, const struct json_at *layer, struct err *e)
{
    struct json_at config;
    bool both, lstm = is_lstm(layer, &config, &both);
    if (t->left > 0 && !is_in_chain(t, layer, e))
        return false;
    const char *name = text_of(layer, "name");
    t->last = name || !member(layer, "config", &config) ? name : text_of(&config, "name");
    if (lstm) {
        t->left--;
        return read_lstm(t, config, both, e);
    }
    if (t->left > 0)
        return read_front(t, layer, e);
    read_back(t, layer);
    return true;
}

static bool find_layers(const struct json_at *top, struct json_at *layers)
{
    struct json_at at, inner;
    if (!member(top, "modelTopology", &at))
        return false;
    if (member(&at, "model_config", &inner))
        at = inner;
    if (!member(&at, "config", layers))
        return false;
    if (json_kind(layers) == JSON_OBJECT && member(layers, "layers", &inner))
        *layers = inner;
    return json_kind(layers) == JSON_ARRAY;
}

/* What was found in the words of a wrapper. */
static bool tell(const struct topology *t, struct err *e)
{
    struct str about = {0};
    str_add(&about, "{\"format\": \"keras\"");
    if (t->activation) {
        /* tfjs computes clip(0.2 z + 0.5, 0, 1), as Keras did when it was written. */
        bool hard = strcmp(t->activation, "hard_sigmoid") == 0 || strcmp(t->activation, "hardSigmoid") == 0;
        str_add(&about, ", \"gate_function\": ");
        str_add_json(&about, hard ? "hard-sigmoid-keras2" : t->activation);
    }
    if (t->merge) {
        str_add(&about, ", \"merge_mode\": ");
        str_add_json(&about, t->merge);
    }
    str_addc(&about, '}');
    bool ok = source_about(t->s, str_text(&about), e);
    str_free(&about);
    return ok;
}

static bool read_layers(struct topology *t, const struct json_at *layers, struct err *e)
{
    struct json_at layer, config;
    bool both;
    struct json_iter it = json_iter(layers);
    while (json_next(&it, NULL, &layer))
        t->lstms += is_lstm(&layer, &config, &both);
    t->left = t->lstms;
    if (!t->lstms)                         /* it says nothing of an LSTM: a part of a configuration */
        return true;
    for (it = json_iter(layers); json_next(&it, NULL, &layer);)
        if (!read_layer(t, &layer, e))
            return false;
    return true;
}

bool topology_beside(struct source *s, struct err *e)
{
    const struct json_at *top = s->about.node ? &s->about : &s->top;
    struct topology t = {.s = s};
    struct json_at config, inner, layers;
    if (!top->node || !member(top, "config", &config))
        return true;
    if (member(&config, "config", &inner))         /* of to_json(): the class, and its config */
        config = inner;
    return !member(&config, "layers", &layers) || json_kind(&layers) != JSON_ARRAY || read_layers(&t, &layers, e);
}

bool topology_read(struct source *s, const struct json_at *top, struct err *e)
{
    struct topology t = {.s = s};
    struct json_at layers;
    return (!find_layers(top, &layers) || read_layers(&t, &layers, e)) && tell(&t, e);
}
