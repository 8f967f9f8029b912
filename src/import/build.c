/* build.c: see build.h. */
#include "import/build.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/threads.h"
#include "import/aside.h"

/* Rows of a block for pieces of work. */
struct rows {
    float *to;
    size_t width, cols;
    struct block from;
    int hidden, each;              /* rows; rows of a piece */
};

enum { MANY = 1 << 20 };           /* numbers that are worth more than one processor */

static void copy_rows(void *context, int piece)
{
    const struct rows *r = context;
    for (int u = piece * r->each; u < r->hidden && u < (piece + 1) * r->each; u++) {
        float *row = r->to + (size_t)u * r->width;
        const float *from = r->from.v + (size_t)u * r->from.row_step;
        if (r->from.col_step == 1)
            memcpy(row, from, r->cols * sizeof *row);
        for (size_t c = 0; r->from.col_step != 1 && c < r->cols; c++)
            row[c] = from[c * r->from.col_step];
    }
}

void build_block(const struct lstm_layer *layer, enum quantity gate, int first, int cols, struct block from)
{
    const size_t width = (size_t)layer->hidden + (size_t)layer->in;
    struct rows r = {layer->W[gate] + first, width, (size_t)cols, from, layer->hidden,
                     mem_rows_apart(width * sizeof(float))};
    const int pieces = (layer->hidden + r.each - 1) / r.each;
    if ((double)layer->hidden * cols >= MANY)
        threads_each(pieces, copy_rows, &r);
    else
        for (int k = 0; k < pieces; k++)
            copy_rows(&r, k);
}

/* ---- vocabularies ---- */

bool build_vocab(const struct source *s, const struct json_at *beside, const struct model_options *o,
                 struct vocab_rows rows, struct vocab **out, struct err *e)
{
    struct vocab_wish w = {.kind = o->tokenizer, .unknown = o->unknown, .index_from = -1, .rows = rows.n,
                           .one_hot = rows.one_hot};
    struct json_at at = beside ? *beside : (struct json_at){0};
    bool own = s->about.node && json_get(&s->about, "vocabulary", &at);
    *out = NULL;
    if (o->index_from && !num_parse_int(o->index_from, 0, INT_MAX / 32, &w.index_from))
        return err_set(e, s->name, NULL, "--index-from: expected a whole number from 0 up, found \"%s\"",
                       o->index_from);
    if (own && o->vocab)
        return json_complain(&at, e, "the file has its own vocabulary, so that --vocab cannot be given too");
    if (o->vocab && s->vocab_file) {
        struct json_at words = json_top(s->vocab_file);
        *out = vocab_from_any(aside_pick(&words, &w, &at) ? &at : &words, &w, e);
        return *out != NULL;
    }
    if (o->vocab) {
        *out = vocab_read_as(o->vocab, &w, e);
        return *out != NULL;
    }
    if (!own && !at.node && !aside_vocabulary(s, &w, &at))
        return true;
    *out = own && json_has(&at, "tokens")                                  ? vocab_from_json(&at, e)
           : own && json_kind(&at) == JSON_OBJECT && json_has(&at, "kind") ? vocab_from_json(&at, e)
                                                                           : vocab_from_any(&at, &w, e);
    if (*out && o->tokenizer >= 0)
        (*out)->kind = (enum vocab_kind)o->tokenizer;
    if (*out && o->unknown && !vocab_set_unknown(*out, o->unknown, e)) {
        vocab_free(*out);
        *out = NULL;
    }
    return *out != NULL;
}

bool build_gate_function(const char *text, enum gate_function *out, const char *source, const char *place,
                         struct err *e)
{
    for (int f = 0; f < GATE_FUNCTIONS; f++)
        if (strcmp(text, gate_function_name((enum gate_function)f)) == 0) {
            *out = (enum gate_function)f;
            return true;
        }
    if (strstr(text, "hard"))
        return err_set(e, source, place, "\"%s\" is two functions: expected %s (%s) or %s (%s)", text,
                       gate_function_name(GATE_HARD_KERAS2), gate_function_formula(GATE_HARD_KERAS2),
                       gate_function_name(GATE_HARD_KERAS3), gate_function_formula(GATE_HARD_KERAS3));
    return err_set(e, source, place, "expected sigmoid, %s or %s, found \"%s\"", gate_function_name(GATE_HARD_KERAS2),
                   gate_function_name(GATE_HARD_KERAS3), text);
}

void build_notice(struct model *m, const char *format, ...)
{
    struct str text = {0};
    va_list ap;
    if (m->notice)
        str_addf(&text, "%s\n", m->notice);
    va_start(ap, format);
    str_addvf(&text, format, ap);
    va_end(ap);
    free(m->notice);
    m->notice = str_take(&text);
}

bool build_names(const struct json_at *at, char **list, int n, struct err *e)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    const char *s = n == 1 ? "" : "s";
    int k = 0;
    if (json_kind(at) != JSON_ARRAY)
        return json_expected(at, e, "an array of %d string%s", n, s);
    if (json_length(at) != (size_t)n)
        return json_complain(at, e, "expected %d string%s, found %zu", n, s, json_length(at));
    for (; json_next(&it, NULL, &item); k++) {
        const char *name;
        if (json_kind(&item) == JSON_NULL)
            continue;
        if (!json_string(&item, &name, e))
            return false;
        list[k] = xstrdup(name);
    }
    return k == n ? true : json_expected(at, e, "an array of %d string%s", n, s);
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

static bool read_inputs(struct model *m, const struct json_at *top, struct err *e)
{
    struct json_at at;
    if (!json_get(top, "inputs", &at))
        return true;
    if (m->vocab)
        return json_complain(&at, e, "the model has a vocabulary: it takes tokens (\"sequence\"), not vectors");
    if (json_kind(&at) == JSON_ARRAY && json_length(&at) == 0)
        return true;
    return build_take_inputs(m, &at, e);
}

static bool read_expected(struct model *m, const struct json_at *top, struct err *e)
{
    struct json_at at;
    return !json_get(top, "expected", &at) || build_expected(m, &at, e);
}

bool build_batch(struct model *m, const struct json_at *inputs, const struct json_at *outputs, struct err *e)
{
    int steps;
    if (!inputs->node || m->vocab)
        return true;
    if (!build_take_inputs(m, inputs, e))
        return false;
    if (!outputs->node || !m->net->outputs)
        return true;
    struct expected *x = m->expected = xcalloc(1, sizeof *x);
    x->tolerance = 1e-5;
    x->steps = m->input_steps;
    if (!build_inputs(outputs, m->net->outputs, &x->y, &steps, e))
        return false;
    return steps == x->steps
           || json_complain(outputs, e, "expected %d steps, as many as there are inputs, found %d", x->steps, steps);
}

/* [["gender", null], …]: an array for each layer. */
static bool read_unit_names(struct model *m, const struct json_at *at, struct err *e)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    if (json_kind(at) != JSON_ARRAY || json_length(at) != (size_t)m->net->layers)
        return json_expected(at, e, "an array of names for each of %d layer%s", m->net->layers,
                             m->net->layers == 1 ? "" : "s");
    for (int l = 0; l < m->net->layers && json_next(&it, NULL, &item); l++)
        if (!build_names(&item, m->unit_name[l], m->net->layer[l].hidden, e))
            return false;
    return true;
}

static bool read_labels(struct model *m, const struct json_at *at, struct err *e)
{
    if (!m->net->outputs)
        return json_complain(at, e, "there are labels but no outputs they belong to");
    m->label = mem_array((size_t)m->net->outputs, sizeof *m->label);
    return m->label ? build_names(at, m->label, m->net->outputs, e)
                    : json_complain(at, e, "not enough memory for %d labels", m->net->outputs);
}

/* What only a wrapper says in this way; the native form has both in their places. */
static bool read_names(struct model *m, const struct json_at *top, struct err *e)
{
    struct json_at at;
    if (json_has(top, "layers"))
        return true;
    return (!json_get(top, "unit_names", &at) || read_unit_names(m, &at, e))
           && (!json_get(top, "labels", &at) || read_labels(m, &at, e));
}

bool build_description(struct model *m, const struct json_at *top, struct err *e)
{
    struct json_at at;
    if (!json_optional_string(top, "name", &m->name, e) || !json_optional_string(top, "about", &m->about, e)
        || !read_provenance(top, &m->provenance, e))
        return false;
    if (json_get(top, "sequence", &at) && !build_tokens(m->vocab, &at, &m->sequence, e))
        return false;
    if (json_get(top, "initial", &at) && !build_initial(m, &at, e))
        return false;
    if (!read_inputs(m, top, e) || !read_expected(m, top, e) || !read_names(m, top, e))
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
        report_fact(r, "inputs", "vectors of %d numbers%s", model_given(m), net->vocab ? "" : ", no vocabulary");
    else if (v->unknown < 0)
        report_fact(r, "vocabulary", "%d %s, no unknown token%s", v->size,
                    v->kind == VOCAB_CHAR ? "characters" : "words", v->lowercase ? ", texts are lower-cased" : "");
    else
        report_fact(r, "vocabulary", "%d %s, unknown is \"%s\" (%d)%s", v->size,
                    v->kind == VOCAB_CHAR ? "characters" : "words", v->token[v->unknown], v->unknown,
                    v->lowercase ? ", texts are lower-cased" : "");
    if (!net->outputs)
        report_fact(r, "head", "none: there are no predictions");
    else if (m->label)
        report_fact(r, "head", "%d output%s with labels of their own", net->outputs,
                    net->outputs == 1 ? "" : "s");
    else if (v && v->size == net->outputs)
        report_fact(r, "head", "%d outputs, one for each token", net->outputs);
    else
        report_fact(r, "head", "%d output%s without names", net->outputs, net->outputs == 1 ? "" : "s");
    report_fact(r, "parameters", "%zu", lstm_parameters(net));
    free(m->report);
    m->report = report_take(r);
}
