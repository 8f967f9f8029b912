/* life.c: birth and death of a session, and the model that takes the place of its own. On top of everything else
 * here: nothing in this folder calls it. */
#include <stdlib.h>

#include "base/mem.h"
#include "session/session_private.h"

/* The sequence a model comes with. */
static struct sequence *own_sequence(const struct model *m, struct err *e)
{
    if (!m->vocab)
        return sequence_of_vectors(m, m->inputs, m->inputs ? m->input_steps : 0, e);
    struct tokens tokens = {0};
    if (m->sequence.n && !tokens_copy(&m->sequence, &tokens)) {
        err_set(e, m->source, "sequence", "not enough memory for %d tokens", m->sequence.n);
        return NULL;
    }
    return sequence_of_tokens(m, &tokens);
}

/* A model whose file names a unit wants it looked at: one starts there. */
static struct cursor first_place(const struct model *m)
{
    for (int l = 0; l < m->net->layers; l++)
        for (int u = 0; u < m->net->layer[l].hidden; u++)
            if (model_unit_name(m, l, u))
                return (struct cursor){.layer = l, .unit = u, .sub = SUB_H};
    return (struct cursor){.sub = SUB_H};
}

struct session *session_new(struct model *m, struct err *e)
{
    struct session *s = xcalloc(1, sizeof *s);
    s->runs = xcalloc(1, sizeof *s->runs);
    s->model = m;
    s->sequence = own_sequence(m, e);
    if (!s->sequence || !runs_reserve(s, s->sequence->n, false, e)) {
        session_free(s);
        return NULL;
    }
    s->cursor = first_place(m);
    cursor_clamp(s);
    session_revise(s);
    s->model_number = s->revision;
    session_mark_saved(s);
    return s;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    compare_free(s->compare);
    free(s->corpus);
    history_clear(&s->history);
    runs_clear(s->runs);
    free(s->runs);
    free(s->pins.v);
    sequence_free(s->sequence);
    lstm_free(s->net);
    model_free(s->model);
    free(s);
}

/* The old sequence for a new model: NULL when one of its words is not in the new vocabulary. */
static struct sequence *kept_sequence(const struct session *s, const struct model *m)
{
    const struct sequence *q = s->sequence;
    if (!q->n || !m->vocab != !s->model->vocab)
        return NULL;
    if (!m->vocab)
        return m->net->embed == s->model->net->embed ? sequence_of_vectors(m, q->values, q->n, NULL) : NULL;
    for (int t = 0; t < q->n; t++)
        if (vocab_find(m->vocab, q->tokens.text[t]) < 0)
            return NULL;
    struct tokens tokens = {0};
    if (!tokens_copy(&q->tokens, &tokens))
        return NULL;
    for (int t = 0; t < q->n; t++)
        tokens.id[t] = vocab_find(m->vocab, tokens.text[t]);
    return sequence_of_tokens(m, &tokens);
}

struct session *session_with_model(const struct session *s, struct model *m, struct err *e)
{
    struct session *n = session_new(m, e);
    if (!n)
        return NULL;
    struct sequence *kept = kept_sequence(s, m);
    if (kept && runs_reserve(n, kept->n, false, NULL)) {
        sequence_free(n->sequence);
        n->sequence = kept;
        runs_stale(n, RUN_BASE, 0);
    } else {
        sequence_free(kept);
    }
    n->cursor.step = s->cursor.step;
    n->cursor.value = s->cursor.value;
    cursor_clamp(n);
    n->lazy = s->lazy;
    session_set_corpus(n, s->corpus);
    session_mark_saved(n);
    return n;
}

bool session_set_model(struct session *s, struct model *m, struct err *e)
{
    struct session *n = session_with_model(s, m, e);
    if (!n)
        return false;
    struct session old = *s;
    *s = *n;
    *n = old;
    session_free(n);
    return true;
}

void session_set_corpus(struct session *s, const char *path)
{
    char *copy = path ? xstrdup(path) : NULL;
    free(s->corpus);
    s->corpus = copy;
}

const char *session_corpus(const struct session *s)
{
    return s->corpus;
}
