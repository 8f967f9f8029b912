/* model.c: see model.h. */
#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const char *provenance_name(enum provenance p)
{
    static const char *const name[] = {
        [PROVENANCE_TRAINED] = "trained", [PROVENANCE_HAND_SET] = "hand-set", [PROVENANCE_IMPORTED] = "imported",
    };
    return name[p];
}

bool expected_last(const struct expected *x)
{
    return (!x->h || x->last_h) && (!x->C || x->last_C) && (!x->y || x->last_y);
}

struct model *model_new(const struct lstm_shape *shape, const char *source, struct err *e)
{
    struct model *m = xcalloc(1, sizeof *m);
    m->source = xstrdup(source);
    m->name = xstrdup("");
    m->about = xstrdup("");
    m->provenance = PROVENANCE_IMPORTED;
    m->net = lstm_new(shape);
    m->unit_name = m->net ? mem_array((size_t)shape->layers, sizeof *m->unit_name) : NULL;
    bool ok = m->unit_name != NULL;
    for (int l = 0; ok && l < shape->layers; l++)
        ok = (m->unit_name[l] = mem_array((size_t)shape->hidden[l], sizeof **m->unit_name)) != NULL;
    if (ok)
        return m;
    err_set(e, source, NULL, "not enough memory for its weights");
    model_free(m);
    return NULL;
}

static void names_free(char **list, int n)
{
    for (int k = 0; list && k < n; k++)
        free(list[k]);
    mem_free(list);
}

const char *model_lost(const struct model *m)
{
    struct file_mark now;
    if (!m->lent.mapped)
        return NULL;
    if (file_cut(&m->lent))
        return "the model's file was cut short while it is open: what stood there is 0 now; open it again";
    file_mark(m->source, &now);
    bool same = now.there && now.device == m->lent_mark.device && now.number == m->lent_mark.number;
    if (same && now.size < m->lent_mark.size)
        return "the model's file was cut short while it is open: open it again";
    return same && file_changed(m->source, &m->lent_mark)
               ? "the model's file was written over while it is open: numbers are no longer those of one model"
               : NULL;
}

void model_forget_expected(struct model *m)
{
    if (m->expected) {
        tokens_clear(&m->expected->tokens);
        mem_free(m->expected->h);
        mem_free(m->expected->C);
        mem_free(m->expected->y);
        free(m->expected);
        m->expected = NULL;
    }
}

void model_free(struct model *m)
{
    if (!m)
        return;
    for (int l = 0; m->unit_name && l < m->net->layers; l++)
        names_free(m->unit_name[l], m->net->layer[l].hidden);
    mem_free(m->unit_name);
    if (m->net)
        names_free(m->label, m->net->outputs);
    model_forget_expected(m);
    tokens_clear(&m->sequence);
    mem_free(m->inputs);
    input_layers_free(m->before);
    mem_free(m->projection);
    vocab_free(m->vocab);
    lstm_free(m->net);
    file_release(&m->lent);
    free(m->name);
    free(m->about);
    free(m->source);
    for (int k = 0; k < m->unused_count; k++)
        free(m->unused[k]);
    free(m->unused);
    free(m->notice);
    free(m->report);
    free(m->training);
    free(m);
}

int model_given(const struct model *m)
{
    return m->before ? m->before->from : m->net->embed;
}

bool model_take_inputs(const struct model *m, float **x, int steps, struct err *e)
{
    if (!m->before)
        return true;
    float *read = mem_array((size_t)steps * (size_t)m->net->embed, sizeof *read);
    bool ok = read && input_layers_compute(m->before, *x, steps, read);
    mem_free(ok ? *x : read);
    if (ok)
        *x = read;
    return ok || err_set(e, m->source, NULL, "not enough memory for %d steps", steps);
}

enum model_head model_head(const struct model *m)
{
    if (!m->net->outputs)
        return HEAD_NONE;
    bool named = m->label || (m->vocab && m->vocab->size == m->net->outputs);
    bool audio = m->format && (strcmp(m->format, "nam") == 0 || strcmp(m->format, "rtneural") == 0);
    return (m->net->outputs == 1 && !(named && m->vocab)) || (audio && !named) ? HEAD_VALUES : HEAD_PROBABILITIES;
}

const char *model_label(const struct model *m, int k, char buf[16])
{
    bool there = k >= 0 && k < m->net->outputs;
    if (there && m->label && m->label[k])
        return m->label[k];
    if (there && !m->label && m->vocab && m->vocab->size == m->net->outputs)
        return m->vocab->token[k];
    snprintf(buf, 16, "#%d", k);
    return buf;
}

const char *model_unit_name(const struct model *m, int layer, int unit)
{
    return m->unit_name[layer][unit];
}
