/* seen.c: see seen.h. */
#include "learn/seen.h"

#include <stdlib.h>

#include "base/mem.h"

static bool insert(struct seen *s, uint64_t h)
{
    size_t at = h & (s->room - 1);
    while (s->hash[at] && s->hash[at] != h)
        at = (at + 1) & (s->room - 1);
    if (s->hash[at] == h)
        return false;
    s->hash[at] = h;
    s->count++;
    return true;
}

bool seen_add(struct seen *s, uint64_t h)
{
    if (2 * s->count >= s->room) {
        struct seen old = *s;
        s->room = old.room ? 2 * old.room : 1024;
        s->count = 0;
        s->hash = xcalloc(s->room, sizeof *s->hash);
        for (size_t k = 0; k < old.room; k++)
            if (old.hash[k])
                insert(s, old.hash[k]);
        free(old.hash);
    }
    return insert(s, h ? h : 1);
}

void seen_clear(struct seen *s)
{
    free(s->hash);
    *s = (struct seen){0};
}
