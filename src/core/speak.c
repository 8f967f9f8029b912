/* speak.c: a trace of its own whose row 0 is the state the text begins in, filled a step at a time. */
#include "core/speak.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct speaker {
    const struct lstm *net;
    struct trace *tr;             /* [words] steps */
    const float **x;              /* [words] */
    struct pin *pins;             /* [words × held], by step */
    size_t held;
    int *token;                   /* [outputs], or NULL */
    float *logits;                /* [outputs] */
    double *weight;               /* [outputs] */
    int words;
};

static bool fill(struct speaker *s, const struct trace *tr, int t, const int *token, const struct pin *held)
{
    const struct lstm *net = s->net;
    size_t words = (size_t)s->words, outputs = (size_t)net->outputs, pins;
    s->tr = trace_new(net, s->words);
    s->x = mem_array(words, sizeof *s->x);
    s->logits = mem_array(outputs, sizeof *s->logits);
    s->weight = mem_array(outputs, sizeof *s->weight);
    s->token = token ? mem_array(outputs, sizeof *s->token) : NULL;
    s->pins = mem_product(words, s->held, &pins) ? mem_array(pins, sizeof *s->pins) : NULL;
    if (!s->tr || !s->x || !s->logits || !s->weight || !s->pins || (token && !s->token))
        return false;
    for (int l = 0; l < net->layers; l++)
        for (int q = Q_C; q <= Q_H; q++)
            memcpy(trace_row(s->tr, l, (enum quantity)q, 0), trace_row(tr, l, (enum quantity)q, t),
                   (size_t)net->layer[l].hidden * sizeof(float));
    for (size_t k = 0; k < pins; k++) {
        s->pins[k] = held[k % s->held];
        s->pins[k].step = 1 + (int)(k / s->held);
    }
    for (size_t o = 0; token && o < outputs; o++)
        s->token[o] = token[o];
    return true;
}

struct speaker *speaker_new(const struct lstm *net, struct speaker_start from, int words, const int *token,
                            const struct pin *held, size_t held_count)
{
    if (words < 1 || from.t < 0 || from.t > from.tr->steps || !net->outputs || !net->embedding
        || (!token && net->outputs > net->vocab))
        return NULL;
    struct speaker *s = xcalloc(1, sizeof *s);
    s->net = net;
    s->words = words;
    s->held = held_count;
    if (fill(s, from.tr, from.t, token, held))
        return s;
    speaker_free(s);
    return NULL;
}

void speaker_free(struct speaker *s)
{
    if (!s)
        return;
    trace_free(s->tr);
    mem_free(s->x);
    mem_free(s->pins);
    mem_free(s->token);
    mem_free(s->logits);
    mem_free(s->weight);
    free(s);
}

/* An output drawn after word k; -1 when a logit is no number. */
static int draw(struct speaker *s, double temperature, struct rng *rng, int k)
{
    int n = s->net->outputs, best = 0;
    double at = rng_unit(rng), sum = 0;
    lstm_logits(s->net, s->tr, k, s->logits);
    for (int o = 0; o < n; o++) {
        if (!isfinite(s->logits[o]))
            return -1;
        best = s->logits[o] > s->logits[best] ? o : best;
    }
    if (temperature <= 0)
        return best;
    for (int o = 0; o < n; o++)
        sum += s->weight[o] = exp(((double)s->logits[o] - (double)s->logits[best]) / temperature);
    at *= sum;
    for (int o = 0; o < n; o++) {
        at -= s->weight[o];
        if (at < 0)
            return o;
    }
    return best;                  /* rounding left a last bit over */
}

bool speaker_speak(struct speaker *s, double temperature, struct rng *rng, int *out, int *said)
{
    struct trace upto = *s->tr;   /* the same rows; its end moves with the text */
    for (*said = 0; *said < s->words;) {
        int k = *said, o = draw(s, temperature, rng, k);
        if (o < 0)
            return false;
        out[(*said)++] = o;
        int token = s->token ? s->token[o] : o;
        if (token < 0 || *said == s->words)
            return *said == s->words;
        s->x[k] = s->net->embedding + (size_t)token * (size_t)s->net->embed;
        upto.steps = k + 1;
        lstm_run(s->net, s->x, k + 1, s->pins, s->held * (size_t)(k + 1), &upto);
    }
    return true;
}

const float *speaker_row(const struct speaker *s, int layer, enum quantity q, int k)
{
    return trace_row(s->tr, layer, q, k);
}
