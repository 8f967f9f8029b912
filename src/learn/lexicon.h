/* lexicon.h: different texts numbered in the order in which they are first met, with how often each was. */
#ifndef FLSTM_LEARN_LEXICON_H
#define FLSTM_LEARN_LEXICON_H

#include <stddef.h>

#include "base/str.h"

struct lexicon {
    struct str *token;            /* [n] */
    long *count;                  /* [n]: how often it was added */
    int n;
    int *slot;                    /* hash table of 1 + number; 0: free */
    size_t room;                  /* slots, a power of two */
};

int lexicon_add(struct lexicon *x, const char *s, size_t n);          /* its number, a new one when it is new */
int lexicon_find(const struct lexicon *x, const char *s, size_t n);   /* its number, or -1 */
void lexicon_clear(struct lexicon *x);

#endif
