/* refuse.c: what is known and is no LSTM that can be read: refused with its reason and the way out. */
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

/* What PyTorch made of weights, by the ends of their names, and how it is undone. */
static const struct remade { const char *within, *end, *what; } remade[] = {
    {"_packed_params", "", "a model that was quantized (torch.quantization): its weights are packed; expected the "
                           "state_dict of the model before that"},
    {"_all_weight_values", "", "a model that was quantized (torch.quantization): its weights are packed; expected the "
                               "state_dict of the model before that"},
    {"weight_", "_g", "a weight in two parts, by weight_norm; expected what is left after "
                      "torch.nn.utils.remove_weight_norm(lstm, NAME) for each"},
    {"parametrizations.", ".original0", "a weight in two parts, by weight_norm; expected what is left after "
                      "torch.nn.utils.parametrize.remove_parametrizations(lstm, NAME) for each"},
    {"parametrizations.", ".original", "a weight under a parametrization; expected what is left after "
                      "torch.nn.utils.parametrize.remove_parametrizations(lstm, NAME) for each"},
    {"weight_hh_l", "_orig", "a weight before spectral_norm or pruning; expected what is left after "
                      "torch.nn.utils.remove_spectral_norm(lstm, NAME) or torch.nn.utils.prune.remove"},
};

static bool refuse_remade(const struct source *s, struct err *e)
{
    for (int k = 0; k < s->n; k++)
        for (size_t r = 0; r < sizeof remade / sizeof *remade; r++) {
            const char *name = s->t[k]->name, *at = strstr(name, remade[r].within);
            if (at && s->t[k]->use == TENSOR_UNUSED
                && (strstr(at, "weight_ih_l") || strstr(at, "weight_hh_l") || !*remade[r].end)
                && str_ends(name, remade[r].end))
                return tensor_complain(s, s->t[k], e, "%s", remade[r].what);
        }
    return true;
}

/* Of an array that np.savez was given without a name. */
static const char *plain_name(const char *name)
{
    return strcmp(name, "[0]") == 0 ? "arr_0" : name;
}

/* What else it is, by the words of its names; NULL: nobody knows. */
static const char *other_kind(const struct source *s)
{
    static const struct { const char *word, *kind; } kinds[] = {
        {"gru_cell", "a GRU"},           {"gru.", "a GRU"},                  {"gru/", "a GRU"},
        {"time_mix", "RWKV"},            {"A_log", "a state-space model (Mamba)"}, {"ssm", "a state-space model"},
        {"attn", "a transformer"},       {"attention", "a transformer"},     {"q_proj", "a transformer"},
        {"transformer", "a transformer"}, {"resnet", "a convolutional network"},   {"wavenet", "WaveNet"},
    };
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (int t = 0; t < s->n; t++)
            if (strstr(s->t[t]->name, kinds[k].word))
                return kinds[k].kind;
    return NULL;
}

bool refuse_foreign(const struct source *s, struct err *e)
{
    const char *kind = other_kind(s);
    struct str names = {0};
    int shown = 0, n = 0;
    for (int k = 0; k < s->n; k++) {
        if (s->t[k]->slice || (s->t[k]->at && json_kind(s->t[k]->at) == JSON_NUMBER))
            continue;                      /* a part; a number beside the tensors */
        n++;
        if (shown < 4 && strlen(s->t[k]->name) < 80)
            str_addf(&names, "%s%s", shown++ ? ", " : "", s->t[k]->name);
    }
    if (n > shown)
        str_addf(&names, " and %d more", n - shown);
    if (n && kind)
        source_complain(s, e, "no LSTM in it: by its names it is %s, which is not supported; there are %s", kind,
                        str_text(&names));
    else if (!n)
        source_complain(s, e, "expected a model: there is no key \"format\", and no tensors are in it");
    else
        source_complain(s, e, "no LSTM in it: no tensors have the names that one has in a framework; there are %s. If "
                        "one is called otherwise, --format says how (--list formats)", str_text(&names));
    str_free(&names);
    return false;
}

bool refuse_nameless(const struct source *s, struct err *e)
{
    size_t list = 0;
    bool zip = str_ends(s->path, ".npz");
    if (s->n == 1 && s->t[0]->dtype == DTYPE_OTHER && !s->top.node)
        return source_complain(s, e, "a Python object in an array of numpy: where it is a dictionary of arrays, "
                               "python3 -c \"import numpy as np; np.savez('model.npz', **np.load('FILE', "
                               "allow_pickle=True)%s%s%s.item())\"", zip ? "['" : "",
                               zip ? plain_name(s->t[0]->name) : "", zip ? "']" : "");
    for (int k = 0; k < s->n; k++)
        list += s->t[k]->name[0] == '[';
    return !list || list < (size_t)s->n
           || source_complain(s, e, "a list of %d tensors without names, which is no list of Keras's get_weights(): "
                                    "expected names, as torch.save(model.state_dict(), 'model.pt') keeps them", s->n);
}

bool refuse_kinds(const struct source *s, struct err *e)
{
    const struct json_at *top = &s->top;
    if (!refuse_remade(s, e))
        return false;
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
