/* aim.c: see aim.h. */
#include "session/aim.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/edit.h"

int aim_output(const struct session *s, const char *name)
{
    const struct model *m = session_model(s);
    char buf[16];
    for (int k = 0; k < m->net->outputs; k++)
        if (strcmp(model_label(m, k, buf), name) == 0)
            return k;
    /* As typed in a sentence: "Her" is "her" to a vocabulary without capitals. */
    int id = m->vocab && !m->label ? vocab_find(m->vocab, name) : -1;
    return id < m->net->outputs ? id : -1;
}

bool aim_parse(const struct session *s, const char *text, const char *source, struct aim *out, struct err *e)
{
    int outputs = session_outputs(s);
    if (!outputs)
        return err_set(e, source, NULL, "this model has no output head: it predicts nothing that could surprise");
    /* The colon parts, unless it is itself the word that names the step. */
    const char *colon = *text ? strchr(text + 1, ':') : NULL;
    char *step = colon ? xstrndup(text, (size_t)(colon - text)) : xstrdup(text);
    int t = edit_step(s, step, source, e);
    free(step);
    if (t < 0)
        return false;
    *out = (struct aim){.step = t, .output = colon ? aim_output(s, colon + 1) : session_output(s, t + 1)};
    if (out->output >= 0 && out->output < outputs)
        return true;
    return colon ? err_set(e, source, NULL, "no output of the model is called \"%.40s\"", colon + 1)
                 : err_set(e, source, NULL,
                           "nothing that the model could predict comes after \"%.40s\": name an output, as in %d:TOKEN",
                           session_token(s, t), t);
}

/* The last steps of a trace as a trace of their own; nothing is copied. */
static void suffix(const struct trace *tr, int first, int last, struct trace *out, struct trace_layer *layer)
{
    *out = (struct trace){.steps = last - first, .layers = tr->layers, .layer = layer};
    for (int l = 0; l < tr->layers; l++) {
        layer[l] = tr->layer[l];
        for (int q = 0; q < Q_COUNT; q++)
            layer[l].v[q] = trace_row(tr, l, (enum quantity)q, first);
    }
}

/* The pins of steps after `first`, counted from there. */
static struct pin *later_pins(const struct session *s, int first, size_t *n)
{
    size_t all, from = 0;
    const struct pin *v = session_pins(s, &all);
    while (from < all && v[from].step <= first)
        from++;
    *n = all - from;
    struct pin *later = xcalloc(*n, sizeof *later);
    for (size_t k = 0; k < *n; k++) {
        later[k] = v[from + k];
        later[k].step -= first;
    }
    return later;
}

struct gradient *aim_gradient(const struct session *s, const struct aim *aim, int first)
{
    const struct trace *whole = session_trace_to(s, RUN_PINNED, aim->step);
    const struct lstm *net = session_net(s);
    struct trace tr;
    struct trace_layer *layer = xcalloc((size_t)whole->layers, sizeof *layer);
    suffix(whole, first, aim->step, &tr, layer);
    size_t n;
    struct pin *pins = later_pins(s, first, &n);
    const struct computation of = {.net = net, .tr = &tr, .pins = pins, .pin_count = n};
    int step = aim->step - first;
    struct gradient *g = aim->of == AIM_SURPRISAL ? gradient_surprisal(&of, step, aim->output)
        : gradient_element(&of, (struct element){aim->layer, aim->unit, aim->of == AIM_C ? Q_C : Q_H, step});
    free(pins);
    free(layer);
    return g;
}
