/* expect.c: see expect.h. A text is read word by word, as the vocabulary would read each alone. */
#include "session/expect.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/suggest.h"
#include "session/session_private.h"

static bool by_words(const struct session *s)
{
    return s->model->vocab && s->model->vocab->kind == VOCAB_WORD;
}

/* Can the vocabulary read it without its unknown token? */
static bool known(const struct vocab *v, const char *word)
{
    struct tokens tokens = {0};
    bool is = vocab_tokenise(v, word, NULL, &tokens, NULL);
    for (int k = 0; is && k < tokens.n; k++)
        is = v->unknown < 0 || tokens.id[k] != v->unknown;
    tokens_clear(&tokens);
    return is;
}

/* The next word at *at; its bounds. */
static bool next_word(const char *text, int *at, int *begin, int *end)
{
    int from = *at + (int)strspn(text + *at, " \t");
    *begin = from;
    *end = *at = from + (int)strcspn(text + from, " \t");
    return *end > *begin;
}

bool expect_unknown(const struct session *s, const char *text, int from, int *begin, int *end)
{
    for (int at = from; by_words(s) && next_word(text, &at, begin, end);) {
        char *word = xstrndup(text + *begin, (size_t)(*end - *begin));
        bool is = known(s->model->vocab, word);
        free(word);
        if (!is)
            return true;
    }
    return false;
}

/* The words of a text that are known, with blanks between. */
static void known_part(const struct session *s, const char *text, struct str *out)
{
    int at = 0, begin, end;
    while (next_word(text, &at, &begin, &end)) {
        char *word = xstrndup(text + begin, (size_t)(end - begin));
        if (known(s->model->vocab, word))
            str_addf(out, "%s%s", out->len ? " " : "", word);
        free(word);
    }
}

/* Logits after a sequence, run from the beginning; NULL when memory is short. */
static float *logits_after(const struct session *s, struct tokens *taken)
{
    const struct lstm *net = session_net(s);
    struct sequence *q = sequence_of_tokens(s->model, taken);
    struct trace *tr = trace_new(net, q->n);
    float *z = tr ? mem_array((size_t)net->outputs, sizeof *z) : NULL;
    if (z) {
        lstm_run(net, q->x, 0, NULL, 0, tr);
        lstm_logits(net, tr, q->n, z);
        softmax(z, net->outputs, z);
    }
    trace_free(tr);
    sequence_free(q);
    return z;
}

int expect_after(const struct session *s, const char *text, int top, int *id, float *p)
{
    const struct model *m = s->model;
    struct str before = {0};
    struct tokens tokens = {0};
    int n = 0;
    if (!by_words(s) || m->label || m->net->outputs != m->vocab->size)
        return 0;
    known_part(s, text, &before);
    session_net(s);
    float *q = before.len && vocab_tokenise(m->vocab, str_text(&before), NULL, &tokens, NULL) ? logits_after(s, &tokens)
                                                                                              : NULL;
    for (; q && n < top; n++) {
        int best = -1;
        for (int k = 0; k < m->net->outputs; k++)
            if (k != m->vocab->unknown && q[k] >= 0 && (best < 0 || q[k] > q[best]))
                best = k;
        if (best < 0)
            break;
        id[n] = best;
        p[n] = q[best];
        q[best] = -1;
    }
    mem_free(q);
    str_free(&before);
    return n;
}

int expect_alike(const struct session *s, const char *word, int top, int *id)
{
    enum { FARTHEST = 2 };
    const struct vocab *v = s->model->vocab;
    int n = 0;
    for (int d = 0; by_words(s) && d <= FARTHEST; d++)
        for (int k = 0; k < v->size && n < top; k++)
            if (k != v->unknown && suggest_distance(word, v->token[k], FARTHEST) == d
                && suggest_near(word, v->token[k]))
                id[n++] = k;
    return n;
}
