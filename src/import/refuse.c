/* refuse.c: JSON that is known and is no LSTM that can be read: refused with its reason and the way out. */
#include <string.h>

#include "import/dialect.h"

static bool text_is(const struct json_at *object, const char *key, const char *wanted)
{
    struct json_at at;
    const char *text;
    return json_get(object, key, &at) && json_kind(&at) == JSON_STRING && json_string(&at, &text, NULL)
           && strcmp(text, wanted) == 0;
}

/* brain.js multiplies the forget gate with h_{t-1}, not with C_{t-1}: its source says so and its run() shows it. */
static bool is_brainjs(const struct json_at *top)
{
    struct json_at layers, item;
    if (json_get(top, "hiddenLayers", &layers) && json_kind(&layers) == JSON_ARRAY) {
        struct json_iter it = json_iter(&layers);
        return json_next(&it, NULL, &item) && json_has(&item, "forgetMatrix");
    }
    return false;
}

static bool is_synaptic(const struct json_at *top)
{
    return json_has(top, "neurons") && json_has(top, "connections");
}

static bool has_tensor(const struct source *s, int rank)
{
    for (int k = 0; k < s->n; k++)
        if (s->t[k]->measured && s->t[k]->rank >= rank)
            return true;
    return false;
}

/* model.to_json(), or a config.json. */
static bool is_architecture(const struct source *s)
{
    return json_has(&s->top, "class_name") && json_has(&s->top, "config") && !has_tensor(s, 2)
           && !json_has(&s->top, "weightsManifest");
}

bool refuse_kinds(const struct source *s, struct err *e)
{
    const struct json_at *top = &s->top;
    if (!top->node || json_kind(top) != JSON_OBJECT)
        return true;
    if (is_brainjs(top))
        return source_complain(s, e,
                               "a network of brain.js, which is no LSTM: its forget gate multiplies h_{t-1} (f * "
                               "h_{t-1} + i * g), not the "
                               "cell state C_{t-1}, so that there is no cell state to show");
    if (is_synaptic(top))
        return source_complain(s, e,
                               "a network of synaptic (neurons and connections), which is not supported: its gates "
                               "read the cell and no h");
    if (is_architecture(s))
        return source_complain(s, e,
                               "the architecture of a Keras model (model.to_json()) without weights; write them too: "
                               "json.dump([w.tolist() for w in model.get_weights()], open(\"weights.json\", \"w\"))");
    if (text_is(top, "type", "GRU") || text_is(top, "type", "GRUTimeStep"))
        return source_complain(s, e, "a GRU, which is not supported");
    return true;
}
