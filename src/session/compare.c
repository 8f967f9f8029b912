/* compare.c: a second sentence on the same net, to hold the first against.
 *
 * It is a session of its own, so that everything that reads one reads the other too; but it borrows the model and the
 * edited weights, and nothing can edit it. It is computed anew when weights are edited, on being asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/session_private.h"

void compare_free(struct session *c)
{
    if (!c)
        return;
    runs_clear(c->runs);
    free(c->runs);
    sequence_free(c->sequence);
    free(c);
}

void compare_stale(struct session *s)
{
    if (s->compare)
        runs_stale(s->compare, RUN_BASE, 1);
}

static bool takes_words(const struct session *s, const char *source, struct err *e)
{
    return s->model->vocab
           || err_set(e, source, NULL, "this model has no vocabulary: it takes vectors of %d numbers, not words",
                      model_given(s->model));
}

static bool compare(struct session *s, struct tokens *taken, const char *source, struct err *e)
{
    if (s->model->net->bidirectional) {
        tokens_clear(taken);
        return err_set(e, source, NULL, "two sentences are not held against each other where the model reads in both "
                                        "directions: at no word have both read the same");
    }
    if (!taken->n) {
        tokens_clear(taken);
        return err_set(e, source, NULL, "expected a text to compare with, found nothing");
    }
    struct session *c = xcalloc(1, sizeof *c);
    c->runs = xcalloc(1, sizeof *c->runs);
    c->model = s->model;
    c->sequence = sequence_of_tokens(s->model, taken);
    if (!runs_reserve(c, c->sequence->n, false, e)) {
        compare_free(c);
        return false;
    }
    c->cursor = (struct cursor){.sub = SUB_H};
    cursor_clamp(c);
    session_revise(c);
    compare_free(s->compare);
    s->compare = c;
    return true;
}

bool session_compare_text(struct session *s, const char *text, const char *source, struct err *e)
{
    struct tokens tokens = {0};
    return takes_words(s, source, e) && vocab_tokenise(s->model->vocab, text, source, &tokens, e)
           && compare(s, &tokens, source, e);
}

bool session_compare_tokens(struct session *s, const char *const *list, int n, const char *source, struct err *e)
{
    struct tokens tokens = {0};
    return takes_words(s, source, e) && vocab_lookup(s->model->vocab, list, n, source, &tokens, e)
           && compare(s, &tokens, source, e);
}

void session_compare_again(struct session *s, const struct session *other)
{
    const struct tokens *from = &other->sequence->tokens;
    struct tokens tokens = {0};
    bool ok = true;
    for (int t = 0; ok && t < from->n; t++) {
        const char *text = tokens_text(from, t);
        const int id = vocab_find(s->model->vocab, text), known = id < 0 ? s->model->vocab->unknown : id;
        ok = known >= 0 && tokens_add(&tokens, s->model->vocab, text, strlen(text), known);
    }
    if (!ok || !compare(s, &tokens, NULL, NULL))
        tokens_clear(&tokens);
}

void session_compare_end(struct session *s)
{
    compare_free(s->compare);
    s->compare = NULL;
}

const struct session *session_compare(const struct session *s)
{
    struct session *c = s->compare;
    if (!c)
        return NULL;
    runs_pack(s);
    c->net = s->net;
    c->edited = s->edited;
    c->lazy_head = s->lazy;
    return c;
}
