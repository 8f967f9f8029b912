/* life.c: birth and death of a session, and the model that takes the place of its own. On top of everything else
 * here: nothing in this folder calls it. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
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
    struct tokens tokens = {0};
    for (int t = 0; t < q->n; t++) {
        const char *text = tokens_text(&q->tokens, t);
        const int id = vocab_find(m->vocab, text);
        if (id < 0 || !tokens_add(&tokens, m->vocab, text, strlen(text), id)) {
            tokens_clear(&tokens);
            return NULL;
        }
    }
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

/* ---- other weights ----------------------------------------------------------------------------------------------- */

static bool same_words(const struct model *a, const struct model *b)
{
    if (!a->vocab || !b->vocab)
        return !a->vocab && !b->vocab;
    if (a->vocab->size != b->vocab->size)
        return false;
    for (int k = 0; k < a->vocab->size; k++)
        if (strcmp(a->vocab->token[k], b->vocab->token[k]) != 0)
            return false;
    return true;
}

static bool has_unit(const struct lstm *net, int layer, int unit)
{
    return layer < net->layers && unit < net->layer[layer].hidden;
}

/* A name says what was found out about a unit. It stays with the file that it was given in; another network's unit of
 * that number is another unit, and so is that of an earlier moment. Names of the model's own say more. */
static void keep_names(const struct model *from, struct model *to)
{
    struct file_mark file;
    file_mark(to->source, &file);
    if (!file.there || strcmp(from->source, to->source) != 0)
        return;
    for (int l = 0; l < to->net->layers; l++)
        for (int u = 0; u < to->net->layer[l].hidden; u++)
            if (model_unit_name(to, l, u))
                return;
    for (int l = 0; l < from->net->layers; l++)
        for (int u = 0; u < from->net->layer[l].hidden; u++)
            if (has_unit(to->net, l, u) && model_unit_name(from, l, u))
                to->unit_name[l][u] = xstrdup(model_unit_name(from, l, u));
}

/* How many have no place. */
static size_t keep_pins(const struct session *s, struct session *n)
{
    size_t lost = 0;
    bool fits = runs_reserve(n, n->sequence->n, s->pins.n > 0, NULL);
    for (size_t k = 0; k < s->pins.n; k++) {
        const struct pin *p = &s->pins.v[k];
        if (fits && p->step <= n->sequence->n && has_unit(n->model->net, p->layer, p->unit))
            pins_put(&n->pins, p);
        else
            lost++;
    }
    if (n->pins.n)
        runs_stale(n, RUN_PINNED, 0);
    return lost;
}

struct session *session_renewed(const struct session *s, struct model *m, size_t *lost, struct err *e)
{
    bool words = same_words(s->model, m), unsaved = session_dirty(s);
    struct session *n = session_with_model(s, m, e);
    if (!n)
        return NULL;
    keep_names(s->model, n->model);
    size_t gone = keep_pins(s, n);
    n->cursor = s->cursor;
    cursor_clamp(n);
    if (words)
        n->model_number = s->model_number;
    if (s->compare && words && n->model->vocab)
        session_compare_again(n, s->compare);
    if (lost)
        *lost = gone;
    if (unsaved || n->pins.n)
        session_mark_unsaved(n);
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
