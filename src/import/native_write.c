/* write.c: a model as native JSON, a row a line, numbers that read back to the same floats. Two biases are written as
 * their sum, which is what the network adds. */
#include <math.h>
#include <string.h>

#include "model/model.h"
#include "import/native.h"

static void add_row(struct str *out, const float *v, size_t n)
{
    str_addc(out, '[');
    for (size_t k = 0; k < n; k++) {
        if (k)
            str_add(out, ", ");
        str_add_float(out, v[k]);
    }
    str_addc(out, ']');
}

static void add_matrix(struct str *out, const float *v, size_t rows, size_t cols, const char *indent)
{
    str_add(out, "[\n");
    for (size_t k = 0; k < rows; k++) {
        str_addf(out, "%s  ", indent);
        add_row(out, v + k * cols, cols);
        str_add(out, k + 1 < rows ? ",\n" : "\n");
    }
    str_addf(out, "%s]", indent);
}

static void add_strings(struct str *out, char *const *list, int n)
{
    str_addc(out, '[');
    for (int k = 0; k < n; k++) {
        if (k)
            str_add(out, ", ");
        if (list[k])
            str_add_json(out, list[k]);
        else
            str_add(out, "null");
    }
    str_addc(out, ']');
}

static void add_tokens(struct str *out, const struct tokens *t)
{
    for (int k = 0; k < t->n; k++) {
        str_add(out, k ? ", " : "[");
        str_add_json(out, tokens_text(t, k));
    }
    str_add(out, t->n ? "]" : "[]");
}

static bool any(char *const *list, int n)
{
    for (int k = 0; k < n; k++)
        if (list[k])
            return true;
    return false;
}

static void key(struct str *out, const char *name)
{
    str_addf(out, ",\n  \"%s\": ", name);
}

static void add_vocabulary(struct str *out, const struct vocab *v)
{
    key(out, "vocabulary");
    str_addf(out, "{\"kind\": \"%s\", \"tokens\": ", v->kind == VOCAB_CHAR ? "char" : "word");
    add_strings(out, v->token, v->size);
    if (v->unknown >= 0) {
        str_add(out, ", \"unknown\": ");
        str_add_json(out, v->token[v->unknown]);
    }
    str_addf(out, ", \"lowercase\": %s}", v->lowercase ? "true" : "false");
}

static void add_layer(struct str *out, const struct lstm_layer *layer, char *const *names)
{
    size_t H = (size_t)layer->hidden, width = H + (size_t)layer->in;
    str_add(out, "    {");
    for (int q = 0; q < GATES; q++) {
        str_addf(out, "%s\"W_%s\": ", q ? ",\n     " : "", quantity_name((enum quantity)q));
        add_matrix(out, layer->W[q], H, width, "     ");
        str_addf(out, ",\n     \"b_%s\": ", quantity_name((enum quantity)q));
        add_row(out, layer->b[q], H);
    }
    for (int q = 0; q < GATES; q++) {
        if (!layer->peep[q])
            continue;
        str_addf(out, ",\n     \"p_%s\": ", quantity_name((enum quantity)q));
        add_row(out, layer->peep[q], H);
    }
    if (layer->gate_function != GATE_SIGMOID)
        str_addf(out, ",\n     \"gate_function\": \"%s\"", gate_function_name(layer->gate_function));
    if (layer->coupled)
        str_add(out, ",\n     \"coupled\": true");
    if (any(names, layer->hidden)) {
        str_add(out, ",\n     \"unit_names\": ");
        add_strings(out, names, layer->hidden);
    }
    str_addc(out, '}');
}

static void add_initial(struct str *out, const struct lstm *net)
{
    bool set = false;
    for (int l = 0; l < net->layers; l++) {
        for (int u = 0; u < net->layer[l].hidden; u++) {
            float h = net->h0[l][u], C = net->c0[l][u];        /* -0 is another number than what is left out */
            set = set || h != 0 || C != 0 || signbit(h) || signbit(C);
        }
    }
    if (!set)
        return;
    key(out, "initial");
    str_addc(out, '[');
    for (int l = 0; l < net->layers; l++) {
        str_add(out, l ? ",\n    {\"h\": " : "\n    {\"h\": ");
        add_row(out, net->h0[l], (size_t)net->layer[l].hidden);
        str_add(out, ", \"C\": ");
        add_row(out, net->c0[l], (size_t)net->layer[l].hidden);
        str_addc(out, '}');
    }
    str_add(out, "\n  ]");
}

static void add_expected(struct str *out, const struct expected *x, size_t width, size_t outputs)
{
    struct {
        const char *name;
        const float *v;
        size_t width;
        bool last;
    } part[] = {{"h", x->h, width, x->last_h}, {"C", x->C, width, x->last_C}, {"output", x->y, outputs, x->last_y}};
    key(out, "expected");
    str_add(out, "{\"tolerance\": ");
    str_add_double(out, x->tolerance);
    if (x->tokens.n) {
        str_add(out, ", \"sequence\": ");
        add_tokens(out, &x->tokens);
    }
    for (int k = 0; k < 3; k++) {
        if (!part[k].v)
            continue;
        str_addf(out, ",\n    \"%s\": ", part[k].name);
        if (part[k].last)
            add_row(out, part[k].v, part[k].width);
        else
            add_matrix(out, part[k].v, (size_t)x->steps, part[k].width, "    ");
    }
    str_addc(out, '}');
}

/* What says rather than weighs, the brace before it included. */
static void add_description(const struct model *m, const char *format, struct str *out)
{
    str_addf(out, "{\n  \"format\": \"%s\"", format);
    key(out, "name");
    str_add_json(out, m->name);
    if (*m->about) {
        key(out, "about");
        str_add_json(out, m->about);
    }
    key(out, "provenance");
    str_add_json(out, provenance_name(m->provenance));
    if (m->training) {
        key(out, "training");
        str_add(out, m->training);
    }
    if (m->vocab)
        add_vocabulary(out, m->vocab);
    if (m->sequence.n) {
        key(out, "sequence");
        add_tokens(out, &m->sequence);
    }
    if (m->input_steps) {
        key(out, "inputs");
        add_matrix(out, m->inputs, (size_t)m->input_steps, (size_t)m->net->embed, "  ");
    }
}

static void add_proof(const struct model *m, struct str *out)
{
    struct expected known = m->expected ? *m->expected : (struct expected){0};
    add_initial(out, m->net);
    if (m->projected)
        known.h = NULL;                          /* it is W_hr h; what is written has each unit's own */
    if (known.h || known.C || known.y)
        add_expected(out, &known, (size_t)lstm_top(m->net), (size_t)m->net->outputs);
    str_add(out, "\n}\n");
}

void native_write_about(const struct model *m, const char *format, struct str *out)
{
    bool named = false;
    add_description(m, format, out);
    for (int l = 0; l < m->net->layers; l++)
        named = named || any(m->unit_name[l], m->net->layer[l].hidden);
    if (named) {
        key(out, "unit_names");
        for (int l = 0; l < m->net->layers; l++) {
            str_add(out, l ? ", " : "[");
            add_strings(out, m->unit_name[l], m->net->layer[l].hidden);
        }
        str_addc(out, ']');
    }
    if (m->label) {
        key(out, "labels");
        add_strings(out, m->label, m->net->outputs);
    }
    add_proof(m, out);
}

void model_write(const struct model *m, struct str *out)
{
    const struct lstm *net = m->net;
    size_t top = (size_t)lstm_top(net);
    add_description(m, NATIVE_FORMAT, out);
    if (net->embedding) {
        key(out, "embedding");
        add_matrix(out, net->embedding, (size_t)net->vocab, (size_t)net->embed, "  ");
    }
    if (net->bidirectional) {
        key(out, "bidirectional");
        str_add(out, "true");
    }
    key(out, "layers");
    str_add(out, "[\n");
    for (int l = 0; l < net->layers; l++) {
        add_layer(out, &net->layer[l], m->unit_name[l]);
        str_add(out, l + 1 < net->layers ? ",\n" : "\n");
    }
    str_add(out, "  ]");
    if (net->outputs) {
        key(out, "output");
        str_add(out, "{\"W\": ");
        add_matrix(out, net->out_W, (size_t)net->outputs, top, "   ");
        str_add(out, ",\n   \"b\": ");
        add_row(out, net->out_b, (size_t)net->outputs);
        if (m->label) {
            str_add(out, ",\n   \"labels\": ");
            add_strings(out, m->label, net->outputs);
        }
        str_addc(out, '}');
    }
    add_proof(m, out);
}
