/* models.c: see models.h. */
#include "support/models.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

int random_below(uint64_t *state, int n)
{
    return (int)(random_next(state) % (uint64_t)n);
}

float random_float(uint64_t *state, float low, float high)
{
    return low + (high - low) * (float)(random_next(state) >> 40) / (float)(1 << 24);
}

const struct layer_kind layer_kinds[LAYER_KINDS] = {
    {GATE_SIGMOID, false, false}, {GATE_SIGMOID, true, false},     {GATE_SIGMOID, false, true},
    {GATE_SIGMOID, true, true},   {GATE_HARD_KERAS2, true, false}, {GATE_HARD_KERAS2, false, true},
    {GATE_HARD_KERAS3, true, true}, {GATE_HARD_KERAS3, false, false},
};

static void fill(float *v, size_t n, uint64_t *state)
{
    for (size_t k = 0; k < n; k++)
        v[k] = random_float(state, -1, 1);
}

static struct lstm *random_net(const struct random_model *r)
{
    uint64_t state = r->seed;
    int *hidden = xcalloc((size_t)r->layers, sizeof *hidden);
    for (int l = 0; l < r->layers; l++)
        hidden[l] = r->hidden - l * r->narrower;
    struct lstm_shape shape = {.layers = r->layers, .bidirectional = r->bidirectional, .vocab = r->words,
            .embed = r->embed,
            .outputs = r->outputs, .hidden = hidden, .two_biases = r->two_biases, .peepholes = r->kind.peepholes};
    struct lstm *net = lstm_new(&shape);
    assert(net);
    free(hidden);
    for (int l = 0; l < r->layers; l++) {
        struct lstm_layer *layer = &net->layer[l];
        size_t h = (size_t)layer->hidden;
        for (int q = 0; q < GATES; q++) {
            fill(layer->W[q], h * (h + (size_t)layer->in), &state);
            fill(layer->b[q], h, &state);
            if (layer->b2[q])
                fill(layer->b2[q], h, &state);
            if (layer->peep[q])
                fill(layer->peep[q], h, &state);
        }
        layer->gate_function = r->kind.gate_function;
        layer->coupled = r->kind.coupled;
        fill(net->h0[l], h, &state);
        fill(net->c0[l], h, &state);
    }
    if (r->words)
        fill(net->embedding, (size_t)r->words * (size_t)r->embed, &state);
    if (r->outputs) {
        fill(net->out_W, (size_t)r->outputs * (size_t)lstm_top(net), &state);
        fill(net->out_b, (size_t)r->outputs, &state);
    }
    assert(lstm_pack(net));
    return net;
}

static struct model *around(struct lstm *net, const char *name)
{
    struct model *m = xcalloc(1, sizeof *m);
    m->name = xstrdup(name);
    m->about = xstrdup("");
    m->source = xstrdup("test");
    m->format = "native";
    m->provenance = PROVENANCE_TRAINED;
    m->net = net;
    m->report = xstrdup("");
    m->unit_name = xcalloc((size_t)net->layers, sizeof *m->unit_name);
    for (int l = 0; l < net->layers; l++)
        m->unit_name[l] = xcalloc((size_t)net->layer[l].hidden, sizeof **m->unit_name);
    return m;
}

static void set_vocab(struct model *m, const char *const *words, int n, const char *unknown, bool lowercase)
{
    struct err e = {0};
    m->vocab = vocab_new(&(struct vocab_list){VOCAB_WORD, words, n, .unknown = unknown, .lowercase = lowercase,
                                              .source = "test", .place = "vocabulary"}, &e);
    if (!m->vocab)
        fprintf(stderr, "%s\n", e.text);
    assert(m->vocab);
}

struct model *model_words(void)
{
    static const char *const words[] = {"<unk>", "she", "he", "came", "out", "and", "played", "with", "her", "dog"};
    static const char *const sequence[] = {"She", "came", "out", "and", "played", "with", "her", "dog"};
    enum { WORDS = sizeof words / sizeof *words, STEPS = sizeof sequence / sizeof *sequence };
    struct random_model shape = {.layers = 1, .hidden = 3, .embed = 4, .words = WORDS, .outputs = WORDS, .seed = 42};
    struct model *m = around(random_net(&shape), "test words");
    set_vocab(m, words, WORDS, "<unk>", true);
    m->unit_name[0][0] = xstrdup("gender");
    m->unit_name[0][2] = xstrdup("open");
    /* It starts from nothing, as networks do. */
    memset(m->net->h0[0], 0, 3 * sizeof(float));
    memset(m->net->c0[0], 0, 3 * sizeof(float));
    bool found = vocab_lookup(m->vocab, sequence, STEPS, "test", &m->sequence, NULL);
    assert(found);
    (void)found;
    return m;
}

struct model *model_random(const struct random_model *r)
{
    uint64_t state = r->seed + 1;
    struct model *m = around(random_net(r), "test random");
    size_t steps = (size_t)r->steps;
    if (!r->words) {
        m->inputs = mem_array(steps * (size_t)r->embed, sizeof *m->inputs);
        fill(m->inputs, steps * (size_t)r->embed, &state);
        m->input_steps = r->steps;
        return m;
    }
    char **words = xcalloc((size_t)r->words, sizeof *words);
    for (int k = 0; k < r->words; k++) {
        words[k] = xcalloc(1, 16);
        snprintf(words[k], 16, "w%d", k + 1);
    }
    set_vocab(m, (const char *const *)words, r->words, NULL, false);
    for (size_t t = 0; t < steps; t++) {
        const int id = random_below(&state, r->words);
        if (!tokens_add(&m->sequence, m->vocab, words[id], strlen(words[id]), id))
            mem_die();
    }
    for (int k = 0; k < r->words; k++)
        free(words[k]);
    free(words);
    return m;
}
