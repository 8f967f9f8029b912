/* native.c: the project's own model files: one matrix and one bias a gate, written to be read and edited by hand.
 *
 * Everything is looked at and measured first (struct plan borrows it from the document); only when all of it fits
 * together is a network made and filled. */
#include "import/native.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import/build.h"

static const char *const gate_words[GATES] = {"forget gate", "input gate", "candidate", "output gate"};

struct layer_plan {
    struct json_at at;
    int in, hidden;
    const float *W[GATES], *b[GATES], *peep[GATES];
    enum gate_function gate_function;
    bool coupled;
    bool turned[GATES];            /* (H+E) × H: a column a unit */
};

struct plan {
    struct layer_plan *layer;
    int *hidden;                   /* [layers], for lstm_new */
    int layers, vocab, embed, outputs;
    const float *embedding, *out_W, *out_b;
    struct json_at output, labels;
    bool has_labels, peepholes, bidirectional;
};

bool native_recognise(const struct source *s, const char **why)
{
    struct json_at layers, first, type;
    *why = "it has \"layers\"";
    if (!s->top.node || !json_get(&s->top, "layers", &layers) || json_kind(&layers) != JSON_ARRAY)
        return false;
    struct json_iter it = json_iter(&layers);
    return !json_next(&it, NULL, &first) || !json_get(&first, "type", &type);          /* RTNeural's have a type */
}

/* ---- layers ---- */

/* The hidden size: how long most of the four biases are, so that one wrong bias is itself what gets named. */
static bool hidden_size(const struct json_at *layer, int *out, struct err *e)
{
    size_t length[GATES];
    int best = 0, votes = 0;
    struct json_at at;
    for (int q = 0; q < GATES; q++) {
        char key[] = {'b', '_', "figo"[q], '\0'};      /* ORDER gates */
        struct json_floats f;
        if (!json_need(layer, key, &at, e) || !json_floats(&at, &f, e))
            return false;
        if (f.rank != 1)
            return json_expected(&at, e, "one number for each unit");
        length[q] = f.count;
    }
    for (int q = 0; q < GATES; q++) {
        int same = 0;
        for (int k = 0; k < GATES; k++)
            same += length[k] == length[q];
        if (same > votes) {
            votes = same;
            best = q;
        }
    }
    if (length[best] == 0 || length[best] > INT_MAX / 8) {
        char key[] = {'b', '_', "figo"[best], '\0'};      /* ORDER gates */
        json_get(layer, key, &at);
        return json_complain(&at, e, "expected at least one unit, found %zu numbers", length[best]);
    }
    *out = (int)length[best];
    return true;
}

/* W is H × (H+E) or (H+E) × H; H+E is never H, so that the number of rows tells which. in 0: E is not known yet. */
static bool read_weights(const struct json_at *at, int hidden, int *in, const float **W, bool *turned, struct err *e)
{
    size_t H = (size_t)hidden, rows = json_length(at);
    if (*in == 0) {
        struct json_floats f;
        if (!json_floats(at, &f, e))
            return false;
        const char *many = H == 1 ? "" : "s";
        size_t longer = f.rank != 2 ? 0 : f.shape[0] == H ? f.shape[1] : f.shape[1] == H ? f.shape[0] : 0;
        if (longer <= H || longer > INT_MAX / 8)
            return json_expected(at, e, "%zu row%s of more than %zu number%s (or as many columns)", H, many, H,
                                 many);
        *in = (int)(longer - H);
    }
    size_t width = H + (size_t)*in;
    *turned = rows == width;
    if (rows == H || rows == width)
        return *turned ? json_matrix(at, width, H, W, e) : json_matrix(at, H, width, W, e);
    return json_expected(at, e, "%zu x %zu or %zu x %zu numbers", H, width, width, H);
}

/* What a layer may have beyond the plain one (core/lstm.h): another gate function, coupled gates, all three
 * peepholes or none. */
static bool plan_variant(struct layer_plan *l, struct err *e)
{
    static const char *const peep[] = {"p_f", "p_i", "p_o"};
    static const enum quantity of[] = {Q_F, Q_I, Q_O};
    struct json_at at;
    const char *text;
    if (json_get(&l->at, "gate_function", &at)
        && (!json_string(&at, &text, e)
            || !build_gate_function(text, &l->gate_function, json_source(at.doc), at.path, e)))
        return false;
    if (json_get(&l->at, "coupled", &at) && !json_bool(&at, &l->coupled, e))
        return false;
    if (!json_has(&l->at, "p_f") && !json_has(&l->at, "p_i") && !json_has(&l->at, "p_o"))
        return true;
    for (int k = 0; k < 3; k++)
        if (!json_need(&l->at, peep[k], &at, e) || !json_vector(&at, (size_t)l->hidden, &l->peep[of[k]], e))
            return false;
    return true;
}

static bool plan_layer(struct layer_plan *l, struct err *e)
{
    static const char *const keys[] = {"W_f",        "b_f",           "W_i",     "b_i", "W_g", "b_g", "W_o", "b_o",
                                       "unit_names", "gate_function", "coupled", "p_f", "p_i", "p_o", NULL};
    if (!json_known_keys(&l->at, keys, e) || !hidden_size(&l->at, &l->hidden, e))
        return false;
    for (int q = 0; q < GATES; q++) {
        char key[] = {'W', '_', "figo"[q], '\0'};      /* ORDER gates */
        struct json_at at;
        if (!json_need(&l->at, key, &at, e) || !read_weights(&at, l->hidden, &l->in, &l->W[q], &l->turned[q], e))
            return false;
        *key = 'b';
        json_get(&l->at, key, &at);
        if (!json_vector(&at, (size_t)l->hidden, &l->b[q], e))
            return false;
    }
    return plan_variant(l, e);
}

/* Numbers that layer l reads; 0: not known yet. */
static int reads(const struct plan *p, int l)
{
    if (!p->bidirectional)
        return l ? p->hidden[l - 1] : p->embed;
    int below = l / 2 * 2 - 2;
    return below >= 0 ? p->hidden[below] + p->hidden[below + 1] : l ? p->layer[0].in : p->embed;
}

/* Numbers that the head reads. */
static size_t top_of(const struct plan *p)
{
    size_t last = (size_t)p->hidden[p->layers - 1];
    return p->bidirectional ? last + (size_t)p->hidden[p->layers - 2] : last;
}

static bool plan_layers(struct plan *p, const struct json_at *top, struct err *e)
{
    struct json_at layers, item;
    if (!json_need(top, "layers", &layers, e))
        return false;
    size_t n = json_length(&layers);
    if (json_kind(&layers) != JSON_ARRAY || n == 0 || n > INT_MAX / 1024)
        return json_expected(&layers, e, "an array of layers");
    p->layer = mem_array(n, sizeof *p->layer);
    p->hidden = mem_array(n, sizeof *p->hidden);
    if (!p->layer || !p->hidden)
        return json_complain(&layers, e, "not enough memory for %zu layers", n);
    if (p->bidirectional && n % 2)
        return json_complain(&layers, e, "expected two layers for each depth, forward and backward, found %zu", n);
    struct json_iter it = json_iter(&layers);
    for (; json_next(&it, NULL, &item); p->layers++) {
        struct layer_plan *l = &p->layer[p->layers];
        l->at = item;
        l->in = reads(p, p->layers);
        if (!plan_layer(l, e))
            return false;
        p->peepholes = p->peepholes || l->peep[Q_F];
        p->hidden[p->layers] = l->hidden;
    }
    if ((size_t)p->layers != n)
        return json_expected(&layers, e, "an array of layers");
    p->embed = p->layer[0].in;
    return true;
}

/* ---- what stands around them ---- */

static bool plan_embedding(struct plan *p, const struct json_at *top, const struct vocab *v, struct err *e)
{
    struct json_at at;
    struct json_floats f;
    if (!json_get(top, "embedding", &at))
        return !v
               || json_complain(top, e,
                                "expected the key \"embedding\" beside \"vocabulary\", found none of that name");
    if (!v)
        return json_complain(&at, e, "there is an embedding but no vocabulary; --vocab FILE gives one");
    if (!json_floats(&at, &f, e))
        return false;
    if (f.rank != 2 || f.shape[0] != (size_t)v->size || f.shape[1] > INT_MAX / 8)
        return json_expected(&at, e, "%d rows of numbers, one for each token of the vocabulary", v->size);
    p->embedding = f.v;
    p->vocab = v->size;
    p->embed = (int)f.shape[1];
    return true;
}

/* Without an embedding the inputs may say how wide they are; build_description reads them. */
static bool plan_inputs(struct plan *p, const struct json_at *top, struct err *e)
{
    struct json_at at;
    struct json_floats f;
    if (p->vocab || !json_get(top, "inputs", &at) || json_length(&at) == 0)
        return true;
    if (!json_floats(&at, &f, e))
        return false;
    if (f.rank != 2 || f.shape[1] > INT_MAX / 8)
        return json_expected(&at, e, "one vector of numbers for each step");
    p->embed = (int)f.shape[1];
    return true;
}

static bool plan_output(struct plan *p, const struct json_at *top, struct err *e)
{
    static const char *const keys[] = {"W", "b", "labels", NULL};
    size_t hidden = top_of(p);
    struct json_at at;
    if (!json_get(top, "output", &p->output))
        return true;
    if (!json_known_keys(&p->output, keys, e) || !json_need(&p->output, "W", &at, e))
        return false;
    p->has_labels = json_get(&p->output, "labels", &p->labels);
    size_t rows = json_length(&at);
    if (json_kind(&at) != JSON_ARRAY || rows == 0 || rows > INT_MAX / 8)
        return json_expected(&at, e, "rows of %zu numbers, one for each output", hidden);
    if (!json_matrix(&at, rows, hidden, &p->out_W, e))
        return false;
    if (json_get(&p->output, "b", &at) && !json_vector(&at, rows, &p->out_b, e))
        return false;
    p->outputs = (int)rows;
    return true;
}

static bool plan_all(struct plan *p, const struct json_at *top, const struct vocab *v, struct err *e)
{
    static const char *const keys[] = {BUILD_KEYS, "embedding", "layers", "bidirectional", "output", "example",
                                       NULL};
    struct json_at at;
    return json_known_keys(top, keys, e)
           && (!json_get(top, "bidirectional", &at) || json_bool(&at, &p->bidirectional, e))
           && plan_embedding(p, top, v, e) && plan_inputs(p, top, e)
           && plan_layers(p, top, e) && plan_output(p, top, e);
}

/* ---- filling ---- */

static void copy(float *to, const float *from, size_t n)
{
    if (from)
        memcpy(to, from, n * sizeof *to);
}

static void fill(struct lstm *net, const struct plan *p)
{
    for (int l = 0; l < p->layers; l++) {
        const struct layer_plan *from = &p->layer[l];
        size_t H = (size_t)from->hidden, width = H + (size_t)from->in;
        for (int q = 0; q < GATES; q++) {
            build_block(&net->layer[l], (enum quantity)q, 0, (int)width,
                        (struct block){from->W[q], from->turned[q] ? 1 : width, from->turned[q] ? H : 1});
            copy(net->layer[l].b[q], from->b[q], H);
            copy(net->layer[l].peep[q], from->peep[q], H);
        }
        net->layer[l].gate_function = from->gate_function;
        net->layer[l].coupled = from->coupled;
    }
    size_t top = top_of(p);
    copy(net->embedding, p->embedding, (size_t)p->vocab * (size_t)p->embed);
    copy(net->out_W, p->out_W, (size_t)p->outputs * top);
    copy(net->out_b, p->out_b, (size_t)p->outputs);
}

static bool read_names(struct model *m, const struct plan *p, struct err *e)
{
    struct json_at at;
    for (int l = 0; l < p->layers; l++)
        if (json_get(&p->layer[l].at, "unit_names", &at) && !build_names(&at, m->unit_name[l], p->hidden[l], e))
            return false;
    if (!p->has_labels)
        return true;
    m->label = mem_array((size_t)p->outputs, sizeof *m->label);
    if (!m->label)
        return json_complain(&p->labels, e, "not enough memory for %d labels", p->outputs);
    return build_names(&p->labels, m->label, p->outputs, e);
}

static void report(struct model *m, const struct plan *p, const struct json_at *top)
{
    struct report r = {0};
    char shape[64], name[64];
    struct json_at at;
    report_fact(&r, "format", "native: %s", json_has(top, "format") ? NATIVE_FORMAT : "it has \"layers\"");
    for (int l = 0; l < p->layers; l++) {
        const struct layer_plan *from = &p->layer[l];
        int width = from->hidden + from->in;
        report_fact(&r, "layer", "layers[%d]: %d units, inputs of %d%s", l, from->hidden, from->in,
                    !p->bidirectional ? "" : l % 2 ? ", reads backward" : ", reads forward");
        for (int q = 0; q < GATES; q++) {
            bool turned = from->turned[q];
            snprintf(name, sizeof name, "layers[%d].W_%s", l, quantity_name((enum quantity)q));
            snprintf(shape, sizeof shape, "%d x %d", turned ? width : from->hidden, turned ? from->hidden : width);
            if (turned)
                report_part(&r, name, shape, "%s, a column a unit ([h, x] W): rows 0..%d are h, then x", gate_words[q],
                            from->hidden - 1);
            else
                report_part(&r, name, shape, "%s, a row a unit (W [h, x]): columns 0..%d are h, then x", gate_words[q],
                            from->hidden - 1);
            *strrchr(name, 'W') = 'b';
            snprintf(shape, sizeof shape, "%d", from->hidden);
            report_part(&r, name, shape, "%s, bias", gate_words[q]);
        }
    }
    if (p->embedding) {
        snprintf(shape, sizeof shape, "%d x %d", p->vocab, p->embed);
        report_part(&r, "embedding", shape, "a row for each token");
    }
    if (p->out_W) {
        snprintf(shape, sizeof shape, "%d x %zu", p->outputs, top_of(p));
        report_part(&r, "output.W", shape, "head, a row for each output");
        snprintf(shape, sizeof shape, "%d", p->outputs);
        report_part(&r, "output.b", p->out_b ? shape : "-", p->out_b ? "head, bias" : "not in the file: 0");
    }
    report_fact(&r, "initial", "%s", json_get(top, "initial", &at) ? "h and C as the file says" : "h and C are 0");
    build_report(m, &r);
}

static void plan_clear(struct plan *p)
{
    mem_free(p->layer);
    mem_free(p->hidden);
}

/* Options that say of other frameworks' files what this one says itself. */
static bool says_itself(const struct source *s, const struct model_options *o, struct err *e)
{
    const struct { const char *given, *option; } not_for_us[] = {
        {o->order, "--order"}, {o->lstm, "--lstm"}, {o->names, "--names"}, {o->gate_function, "--gate-function"},
        {o->forget_bias, "--forget-bias"},
    };
    for (size_t k = 0; k < sizeof not_for_us / sizeof *not_for_us; k++)
        if (not_for_us[k].given)
            return source_complain(s, e, "%s: a native file names its gates and layers itself", not_for_us[k].option);
    return true;
}

struct model *native_load(struct source *s, const struct model_options *o, struct err *e)
{
    struct plan p = {0};
    struct vocab *v = NULL;
    struct model *m = NULL;
    struct json_at embedding;
    const struct json_at *top = &s->top;
    if (!top->node) {
        source_complain(s, e, "expected JSON (%s), found %s", NATIVE_FORMAT, s->kind->name);
        return NULL;
    }
    if (!says_itself(s, o, e))
        return NULL;
    s->about = *top;               /* it describes itself, "format" or not */
    int rows = json_get(top, "embedding", &embedding) ? (int)json_length(&embedding) : 0;
    if (!json_is_object(top, e) || !build_vocab(s, top, o, (struct vocab_rows){rows, true}, &v, e))
        return NULL;
    if (plan_all(&p, top, v, e)) {
        struct lstm_shape shape = {
            .layers = p.layers, .vocab = p.vocab, .embed = p.embed, .outputs = p.outputs, .hidden = p.hidden,
            .peepholes = p.peepholes, .bidirectional = p.bidirectional,
        };
        m = model_new(&shape, json_source(top->doc), e);
    }
    if (m) {
        m->vocab = v;
        v = NULL;
        fill(m->net, &p);
        if (read_names(m, &p, e) && build_description(m, top, e)) {
            report(m, &p, top);
        } else {
            model_free(m);
            m = NULL;
        }
    }
    vocab_free(v);
    plan_clear(&p);
    return m;
}
