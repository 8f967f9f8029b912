/* tokens.c: see tokens.h. */
#include "model/tokens.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/vocab.h"

void tokens_clear(struct tokens *t)
{
    for (int k = 0; k < t->typed_n; k++)
        free(t->typed[k].text);
    free(t->typed);
    free(t->id);
    *t = (struct tokens){0};
}

/* The first of the typed ones at or after token k. */
static int typed_from(const struct tokens *t, int k)
{
    int low = 0, high = t->typed_n;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (t->typed[middle].at < k)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char *tokens_text(const struct tokens *t, int k)
{
    const int at = typed_from(t, k);
    return at < t->typed_n && t->typed[at].at == k ? t->typed[at].text : t->of->token[t->id[k]];
}

/* Is it what the vocabulary has for that token? */
static bool is_its_own(const struct tokens *t, const char *text, size_t n, int id)
{
    return id >= 0 && strncmp(t->of->token[id], text, n) == 0 && !t->of->token[id][n];
}

/* The next size of a list; 0 when it is as long as one can be. */
static int more(int cap)
{
    enum { FIRST = 16, MOST = 1 << 30 };
    if (cap < FIRST)
        return FIRST;
    return cap < MOST ? 2 * cap : 0;
}

static bool room_for_id(struct tokens *t)
{
    const int cap = more(t->cap);
    if (t->n < t->cap)
        return true;
    int *ids = cap ? mem_again(t->id, (size_t)cap, sizeof *ids) : NULL;
    if (!ids)
        return false;
    t->id = ids;
    t->cap = cap;
    return true;
}

static bool room_for_text(struct tokens *t)
{
    const int cap = more(t->typed_cap);
    if (t->typed_n < t->typed_cap)
        return true;
    struct token_text *typed = cap ? mem_again(t->typed, (size_t)cap, sizeof *typed) : NULL;
    if (!typed)
        return false;
    t->typed = typed;
    t->typed_cap = cap;
    return true;
}

bool tokens_add(struct tokens *t, const struct vocab *of, const char *text, size_t n, int id)
{
    if (!t->n)
        t->of = of;
    if (!room_for_id(t))
        return false;
    if (!is_its_own(t, text, n, id)) {
        char *copy = room_for_text(t) ? malloc(n + 1) : NULL;
        if (!copy)
            return false;
        memcpy(copy, text, n);
        copy[n] = '\0';
        t->typed[t->typed_n++] = (struct token_text){t->n, copy};
    }
    t->id[t->n++] = id;
    return true;
}

char *tokens_put(struct tokens *t, int k, char *text, int id)
{
    const int at = typed_from(t, k);
    const bool was = at < t->typed_n && t->typed[at].at == k;
    char *old = was ? t->typed[at].text : xstrdup(tokens_text(t, k));
    const bool is = !is_its_own(t, text, strlen(text), id);
    if (is != was && is && !room_for_text(t))
        mem_die();
    if (is != was)
        memmove(t->typed + at + is, t->typed + at + was, (size_t)(t->typed_n - at - was) * sizeof *t->typed);
    t->typed_n += is - was;
    if (is)
        t->typed[at] = (struct token_text){k, text};
    else
        free(text);
    t->id[k] = id;
    return old;
}

bool tokens_copy(const struct tokens *from, struct tokens *to)
{
    struct tokens made = {0};
    for (int k = 0; k < from->n; k++) {
        const char *text = tokens_text(from, k);
        if (!tokens_add(&made, from->of, text, strlen(text), from->id[k])) {
            tokens_clear(&made);
            return false;
        }
    }
    *to = made;
    return true;
}

bool tokens_same(const struct tokens *a, const struct tokens *b)
{
    if (a->n != b->n || (a->n && memcmp(a->id, b->id, (size_t)a->n * sizeof *a->id) != 0))
        return false;
    if (a->of == b->of && !a->typed_n && !b->typed_n)
        return true;
    for (int k = 0; k < a->n; k++)
        if (strcmp(tokens_text(a, k), tokens_text(b, k)) != 0)
            return false;
    return true;
}
