/* trace_in.c: a trace that was written to a file, read back to be held against another run (import.h).
 *
 * Two forms: the JSON of --print json ("format": "flstm-trace/1"), and tensors in any kind of file called
 * "layers.K.f", i, g, o, c, h of T × H and "layers.K.c0", h0 of H, as --print safetensors and npz write and as a
 * few lines of Python write of another framework. What a file leaves out is not compared. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import/import.h"
#include "import/source.h"

static const char *const words[Q_COUNT] = {"f", "i", "g", "o", "c", "h"};     /* ORDER gates */

/* ---- the form of --print json ---- */

/* H numbers; null is a value that was no number. */
static bool read_row(const struct json_at *at, int H, float *out, struct err *e)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    const float *v;
    double number;
    struct json_floats f;
    bool finite;
    if (json_rectangle(at, &f, &finite) || json_kind(at) != JSON_ARRAY || json_length(at) != (size_t)H) {
        if (!json_vector(at, (size_t)H, &v, e))
            return false;
        memcpy(out, v, (size_t)H * sizeof *out);
        return true;
    }
    for (int u = 0; u < H && json_next(&it, NULL, &item); u++) {
        if (json_kind(&item) == JSON_NULL)
            out[u] = NAN;
        else if (json_number(&item, &number, e))
            out[u] = (float)number;
        else
            return false;
    }
    return true;
}

static bool read_step(const struct json_at *step, int layer, int t, struct trace_given *to, struct err *e)
{
    const int H = to->trace->layer[layer].hidden;
    struct json_at at;
    if (!json_is_object(step, e))
        return false;
    for (int q = 0; q < Q_COUNT; q++)
        if (!json_get(step, words[q], &at))
            to->has[layer * Q_COUNT + q] = false;
        else if (!read_row(&at, H, trace_row(to->trace, layer, (enum quantity)q, t), e))
            return false;
    return t > 1 || !json_get(step, "c_prev", &at) || read_row(&at, H, trace_row(to->trace, layer, Q_C, 0), e);
}

static bool read_layer(const struct json_at *layer, int l, struct trace_given *to, struct err *e)
{
    struct json_at steps, item;
    if (!json_is_object(layer, e) || !json_need(layer, "steps", &steps, e))
        return false;
    if (json_kind(&steps) != JSON_ARRAY || json_length(&steps) != (size_t)to->trace->steps)
        return json_expected(&steps, e, "an array of %d steps, as many as the model here has", to->trace->steps);
    struct json_iter it = json_iter(&steps);
    for (int t = 1; json_next(&it, NULL, &item); t++)
        if (!read_step(&item, l, t, to, e))
            return false;
    return true;
}

static bool read_tokens(const struct json_at *top, struct trace_given *to, struct err *e)
{
    struct json_at tokens, item;
    const char *text;
    if (!json_get(top, "tokens", &tokens) || json_kind(&tokens) != JSON_ARRAY
        || json_length(&tokens) != (size_t)to->trace->steps)
        return true;
    to->token = xcalloc((size_t)to->trace->steps + 1, sizeof *to->token);
    struct json_iter it = json_iter(&tokens);
    for (int t = 0; json_next(&it, NULL, &item); t++) {
        if (!json_string(&item, &text, e))
            return false;
        to->token[t] = xstrdup(text);
    }
    return true;
}

static bool read_json(const struct json_at *top, struct trace_given *to, struct err *e)
{
    struct json_at layers, item;
    if (!json_need(top, "layers", &layers, e))
        return false;
    if (json_kind(&layers) != JSON_ARRAY || json_length(&layers) != (size_t)to->trace->layers)
        return json_expected(&layers, e, "an array of %d, as many layers as the model here has", to->trace->layers);
    struct json_iter it = json_iter(&layers);
    for (int l = 0; json_next(&it, NULL, &item); l++)
        if (!read_layer(&item, l, to, e))
            return false;
    return read_tokens(top, to, e);
}

/* ---- the form of tensors ---- */

static struct tensor *find(struct source *s, int layer, const char *what)
{
    char name[40];
    snprintf(name, sizeof name, "layers.%d.%s", layer, what);
    return source_find(s, name);
}

/* Where numbers go: so many rows of H, `stride` floats apart; rows 0: one vector. */
struct room { float *to; size_t stride; int rows, H; };

static bool take(struct source *s, struct tensor *t, struct room r, struct err *e)
{
    size_t n = (size_t)r.H;
    if (!(r.rows ? tensor_matrix(s, t, r.rows, r.H, e) : tensor_vector(s, t, r.H, e)) || !tensor_numbers(s, t, e))
        return false;
    for (int k = 0; k < (r.rows ? r.rows : 1); k++)
        memcpy(r.to + (size_t)k * r.stride, t->v + (size_t)k * n, n * sizeof *r.to);
    return true;
}

static bool read_tensors(struct source *s, struct trace_given *to, struct err *e)
{
    const struct trace *tr = to->trace;
    for (int l = 0; l < tr->layers; l++) {
        const int H = tr->layer[l].hidden;
        for (int q = 0; q < Q_COUNT; q++) {
            struct tensor *t = find(s, l, words[q]);
            to->has[l * Q_COUNT + q] = t != NULL;
            if (t && tr->steps
                && !take(s, t,
                         (struct room){trace_row(tr, l, (enum quantity)q, 1), tr->layer[l].stride, tr->steps, H}, e))
                return false;
        }
        struct tensor *c0 = find(s, l, "c0"), *h0 = find(s, l, "h0");
        if ((c0 && !take(s, c0, (struct room){trace_row(tr, l, Q_C, 0), 0, 0, H}, e))
            || (h0 && !take(s, h0, (struct room){trace_row(tr, l, Q_H, 0), 0, 0, H}, e)))
            return false;
    }
    return !find(s, tr->layers, "h")
           || source_complain(s, e, "expected %d layers, as many as the model here has, found more", tr->layers);
}

/* ---- both ---- */

static bool is_trace(const struct source *s)
{
    struct json_at at;
    const char *text;
    return s->top.node && json_get(&s->top, "format", &at) && json_string(&at, &text, NULL)
           && strncmp(text, "flstm-trace/", 12) == 0;
}

void trace_given_clear(struct trace_given *g)
{
    for (int t = 0; g->token && t < g->trace->steps; t++)
        free(g->token[t]);
    free(g->token);
    free(g->has);
    trace_free(g->trace);
    *g = (struct trace_given){0};
}

bool import_trace(const char *path, const struct lstm *net, const struct trace *run, struct trace_given *out,
                  struct err *e)
{
    struct source *s = source_open(path, e);
    *out = (struct trace_given){0};
    if (!s)
        return false;
    bool json = is_trace(s), tensors = false;
    for (int q = 0; q < Q_COUNT; q++)
        tensors = tensors || find(s, 0, words[q]) != NULL;
    bool ok = true;
    if (json || tensors) {
        out->trace = trace_new(net, run->steps);
        ok = out->trace != NULL || source_complain(s, e, "not enough memory for %d steps", run->steps);
    }
    if (out->trace) {
        out->has = xcalloc((size_t)net->layers * Q_COUNT, sizeof *out->has);
        memset(out->has, 1, (size_t)net->layers * Q_COUNT * sizeof *out->has);
        for (int l = 0; l < net->layers; l++)          /* what it does not say of the start is not held against it */
            for (int q = Q_C; q < Q_COUNT; q++)
                memcpy(trace_row(out->trace, l, (enum quantity)q, 0), trace_row(run, l, (enum quantity)q, 0),
                       (size_t)net->layer[l].hidden * sizeof(float));
        ok = json ? read_json(&s->top, out, e) : read_tensors(s, out, e);
    }
    source_close(s);
    if (!ok)
        trace_given_clear(out);
    return ok;
}
