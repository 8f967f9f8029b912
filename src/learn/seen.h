/* seen.h: a set of sequences, each by a hash of it, so that no two parts of a corpus share one. */
#ifndef FLSTM_LEARN_SEEN_H
#define FLSTM_LEARN_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seen {
    uint64_t *hash;               /* 0: free. 64 bits stand for the sequence */
    size_t room, count;
};

/* True when it was not there before. Zero the set first, seen_clear at the end. */
bool seen_add(struct seen *s, uint64_t hash);
void seen_clear(struct seen *s);

#endif
