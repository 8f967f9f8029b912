/* sequence.c: what the network reads: words by their rows in the embedding, or plain vectors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/session_private.h"

/* At least one element, so that an empty sequence has pointers like any other. */
static size_t room(int n)
{
    return n > 0 ? (size_t)n : 1;
}

struct sequence *sequence_of_tokens(const struct model *m, struct tokens *taken)
{
    struct sequence *q = xcalloc(1, sizeof *q);
    q->n = taken->n;
    q->tokens = *taken;
    *taken = (struct tokens){0};
    q->x = xcalloc(room(q->n), sizeof *q->x);
    for (int t = 0; t < q->n; t++)
        q->x[t] = m->net->embedding + (size_t)q->tokens.id[t] * (size_t)m->net->embed;
    return q;
}

struct sequence *sequence_of_vectors(const struct model *m, const float *x, int steps, struct err *e)
{
    size_t in = (size_t)m->net->embed, count = (size_t)steps * in;
    float *values = mem_array(count, sizeof *values);
    if (!values) {
        err_set(e, NULL, NULL, "not enough memory for %d input vectors", steps);
        return NULL;
    }
    if (count)
        memcpy(values, x, count * sizeof *values);
    struct sequence *q = xcalloc(1, sizeof *q);
    q->n = steps;
    q->values = values;
    q->x = xcalloc(room(steps), sizeof *q->x);
    for (int t = 0; t < steps; t++) {
        char name[16];
        const int n = snprintf(name, sizeof name, "x%d", t + 1);
        if (!tokens_add(&q->tokens, NULL, name, (size_t)n, -1))
            mem_die();
        q->x[t] = values + (size_t)t * in;
    }
    return q;
}

void sequence_free(struct sequence *q)
{
    if (!q)
        return;
    tokens_clear(&q->tokens);
    mem_free(q->values);
    free(q->x);
    free(q);
}

int sequence_differ(const struct sequence *a, const struct sequence *b, int in)
{
    int n = a->n < b->n ? a->n : b->n, t = 0;
    while (t < n && (a->x[t] == b->x[t] || !memcmp(a->x[t], b->x[t], (size_t)in * sizeof(float))))
        t++;
    return t + 1;
}
