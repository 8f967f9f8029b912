/* build.c: see build.h. */
#include "import/build.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void build_block(const struct lstm_layer *layer, enum quantity gate, int first, int cols, const float *src, size_t row_step,
                 size_t col_step)
{
    size_t width = (size_t)layer->hidden + (size_t)layer->in;
    for (int u = 0; u < layer->hidden; u++) {
        float *row = layer->W[gate] + (size_t)u * width + first;
        for (int c = 0; c < cols; c++)
            row[c] = src[(size_t)u * row_step + (size_t)c * col_step];
    }
}

bool build_vocab(const struct json_at *top, struct vocab *given, struct vocab **out, bool *own, struct err *e)
{
    struct json_at at;
    *out = given;
    *own = false;
    if (!top || !json_get(top, "vocabulary", &at))
        return true;
    if (given)
        return json_complain(&at, e, "the file has its own vocabulary, so that --vocab cannot be given too");
    *out = vocab_from_json(&at, e);
    *own = true;
    return *out != NULL;
}

bool build_names(const struct json_at *at, char **list, int n, struct err *e)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    int k = 0;
    if (json_kind(at) != JSON_ARRAY)
        return json_expected(at, e, "an array of %d strings", n);
    if (json_length(at) != (size_t)n)
        return json_complain(at, e, "expected %d strings, found %zu", n, json_length(at));
    for (; json_next(&it, NULL, &item); k++) {
        const char *name;
        if (json_kind(&item) == JSON_NULL)
            continue;
        if (!json_string(&item, &name, e))
            return false;
        list[k] = xstrdup(name);
    }
    return k == n ? true : json_expected(at, e, "an array of %d strings", n);
}

/* ---- description ---- */

static bool read_provenance(const struct json_at *top, enum provenance *out, struct err *e)
{
    struct json_at at;
    const char *text;
    if (!json_get(top, "provenance", &at))
        return true;
    if (!json_string(&at, &text, e))
        return false;
    for (int p = PROVENANCE_TRAINED; p <= PROVENANCE_IMPORTED; p++) {
        if (strcmp(text, provenance_name((enum provenance)p)) == 0) {
            *out = (enum provenance)p;
            return true;
        }
    }
    return json_expected(&at, e, "\"trained\", \"hand-set\" or \"imported\"");
}

/* An array of tokens; at most INT_MAX / 16 of them. */
static bool read_tokens(const struct vocab *v, const struct json_at *at, struct tokens *out, struct err *e)
{
    size_t n = json_length(at);
    if (json_kind(at) != JSON_ARRAY || n > INT_MAX / 16)
        return json_expected(at, e, "an array of tokens");
    if (!v)
        return json_complain(at, e, "there are tokens but no vocabulary to find them in");
    char **list = mem_array(n, sizeof *list);
    if (!list)
        return json_complain(at, e, "not enough memory for %zu tokens", n);
    struct json_iter it = json_iter(at);
    struct json_at item;
    const char *text;
    size_t k = 0;
    bool ok = true;
    for (; ok && json_next(&it, NULL, &item); k++) {
        ok = json_string(&item, &text, e);
        if (ok)
            ok = (list[k] = strdup(text)) != NULL || json_complain(at, e, "not enough memory for %zu tokens", n);
    }
    if (ok && k != n)
        ok = json_expected(at, e, "an array of tokens");
    if (ok) {
        struct str place = {0};
        str_addf(&place, "%s: %s", json_source(at->doc), at->path);
        ok = vocab_lookup(v, (const char *const *)list, (int)n, str_text(&place), out, e);
        str_free(&place);
    }
    for (k = 0; k < n; k++)
        free(list[k]);
    mem_free(list);
    return ok;
}

static float *floats_copy(const float *v, size_t n)
{
    float *copy = mem_array(n, sizeof *copy);
    if (copy && n)
        memcpy(copy, v, n * sizeof *copy);
    return copy;
}

static bool read_inputs(struct model *m, const struct json_at *top, struct err *e)
{
    struct json_at at;
    const float *v;
    if (!json_get(top, "inputs", &at))
        return true;
    if (m->vocab)
        return json_complain(&at, e, "the model has a vocabulary: it takes tokens (\"sequence\"), not vectors");
    size_t steps = json_length(&at);
    if (json_kind(&at) == JSON_ARRAY && steps == 0)
        return true;
    if (steps > INT_MAX || !json_matrix(&at, steps, (size_t)m->net->embed, &v, e))
        return steps > INT_MAX ? json_complain(&at, e, "expected fewer steps, found %zu", steps) : false;
    m->inputs = floats_copy(v, steps * (size_t)m->net->embed);
    m->input_steps = (int)steps;
    return m->inputs ? true : json_complain(&at, e, "not enough memory for %zu steps", steps);
}

static bool read_expected(struct model *m, const struct json_at *top, struct err *e)
{
    static const char *const keys[] = {"sequence", "h", "C", "tolerance", NULL};
    struct json_at at, item;
    const float *v;
    if (!json_get(top, "expected", &at))
        return true;
    if (!json_known_keys(&at, keys, e))
        return false;
    struct expected *x = m->expected = xcalloc(1, sizeof *x);
    x->tolerance = 1e-5;
    if (json_get(&at, "tolerance", &item)) {
        if (!json_number(&item, &x->tolerance, e))
            return false;
        if (x->tolerance < 0)
            return json_expected(&item, e, "a tolerance of at least 0");
    }
    x->steps = m->vocab ? m->sequence.n : m->input_steps;
    if (json_get(&at, "sequence", &item)) {
        if (!read_tokens(m->vocab, &item, &x->tokens, e))
            return false;
        x->steps = x->tokens.n;
    } else if (m->sequence.n && !tokens_copy(&m->sequence, &x->tokens)) {
        return json_complain(&at, e, "not enough memory for its tokens");
    }
    size_t rows = (size_t)x->steps, top_size = (size_t)lstm_top(m->net);
    struct { const char *key; float **to; } part[] = {{"h", &x->h}, {"C", &x->C}};
    for (size_t k = 0; k < 2; k++) {
        if (!json_get(&at, part[k].key, &item))
            continue;
        if (!rows)
            return json_complain(&item, e, "there are values but no %s they belong to", m->vocab ? "sequence" : "inputs");
        if (!json_matrix(&item, rows, top_size, &v, e))
            return false;
        *part[k].to = floats_copy(v, rows * top_size);
        if (!*part[k].to)
            return json_complain(&item, e, "not enough memory for %zu steps", rows);
    }
    return x->h || x->C ? true : json_complain(&at, e, "expected \"h\" or \"C\", found neither");
}

bool build_description(struct model *m, const struct json_at *top, struct err *e)
{
    struct json_at at;
    if (!json_optional_string(top, "name", &m->name, e) || !json_optional_string(top, "about", &m->about, e)
        || !read_provenance(top, &m->provenance, e))
        return false;
    if (json_get(top, "sequence", &at) && !read_tokens(m->vocab, &at, &m->sequence, e))
        return false;
    if (!read_inputs(m, top, e) || !read_expected(m, top, e))
        return false;
    if (json_get(top, "training", &at)) {
        if (!json_is_object(&at, e))
            return false;
        m->training = json_text(&at);
    }
    return true;
}

/* ---- report ---- */

void build_report(struct model *m, struct report *r)
{
    const struct lstm *net = m->net;
    const struct vocab *v = m->vocab;
    if (!v)
        report_fact(r, "inputs", "vectors of %d numbers%s", net->embed, net->vocab ? "" : ", no vocabulary");
    else if (v->unknown < 0)
        report_fact(r, "vocabulary", "%d %s, no unknown token%s", v->size, v->kind == VOCAB_CHAR ? "characters" : "words",
                    v->lowercase ? ", texts are lower-cased" : "");
    else
        report_fact(r, "vocabulary", "%d %s, unknown is \"%s\" (%d)%s", v->size, v->kind == VOCAB_CHAR ? "characters" : "words",
                    v->token[v->unknown], v->unknown, v->lowercase ? ", texts are lower-cased" : "");
    if (!net->outputs)
        report_fact(r, "head", "none: there are no predictions");
    else if (m->label)
        report_fact(r, "head", "%d outputs with labels of their own", net->outputs);
    else if (v && v->size == net->outputs)
        report_fact(r, "head", "%d outputs, one for each token", net->outputs);
    else
        report_fact(r, "head", "%d outputs without names", net->outputs);
    report_fact(r, "parameters", "%zu", lstm_parameters(net));
    free(m->report);
    m->report = report_take(r);
}
