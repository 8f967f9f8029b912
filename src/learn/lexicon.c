/* lexicon.c: see lexicon.h. Open addressing, at most half full. */
#include "learn/lexicon.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static uint64_t hash_text(const char *s, size_t n)
{
    uint64_t h = 14695981039346656037u;       /* FNV-1a */
    for (size_t k = 0; k < n; k++)
        h = (h ^ (unsigned char)s[k]) * 1099511628211u;
    return h ^ h >> 29;
}

/* Where it is, or where it would go. */
static int *slot_of(const struct lexicon *x, const char *s, size_t n)
{
    size_t at = hash_text(s, n) & (x->room - 1);
    for (; x->slot[at]; at = (at + 1) & (x->room - 1)) {
        const struct str *t = &x->token[x->slot[at] - 1];
        if (t->len == n && memcmp(t->s, s, n) == 0)
            break;
    }
    return &x->slot[at];
}

static void make_room(struct lexicon *x)
{
    if (2 * (size_t)x->n < x->room)
        return;
    free(x->slot);
    x->room = x->room ? 2 * x->room : 64;
    x->slot = xcalloc(x->room, sizeof *x->slot);
    x->token = xrealloc(x->token, x->room / 2, sizeof *x->token);
    x->count = xrealloc(x->count, x->room / 2, sizeof *x->count);
    for (int k = 0; k < x->n; k++)
        *slot_of(x, x->token[k].s, x->token[k].len) = k + 1;
}

int lexicon_add(struct lexicon *x, const char *s, size_t n)
{
    make_room(x);
    int *slot = slot_of(x, s, n);
    if (!*slot) {
        x->token[x->n] = (struct str){0};
        str_addn(&x->token[x->n], s, n);
        x->count[x->n] = 0;
        *slot = ++x->n;
    }
    x->count[*slot - 1]++;
    return *slot - 1;
}

int lexicon_find(const struct lexicon *x, const char *s, size_t n)
{
    return x->room ? *slot_of(x, s, n) - 1 : -1;
}

void lexicon_clear(struct lexicon *x)
{
    for (int k = 0; k < x->n; k++)
        str_free(&x->token[k]);
    free(x->token);
    free(x->count);
    free(x->slot);
    *x = (struct lexicon){0};
}
