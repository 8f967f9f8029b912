/* tokens.h: a sequence: what was typed and what the model sees. A number a token is kept of it; its text only where it
 * is not that of the vocabulary: a long one takes four bytes a word. */
#ifndef FLSTM_MODEL_TOKENS_H
#define FLSTM_MODEL_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

struct vocab;

struct tokens {
    int n;
    int *id;                  /* [n]; -1: none of a vocabulary's */
    const struct vocab *of;   /* whose tokens they are: borrowed, asked for their texts; NULL where all ids are -1 */
    struct token_text {
        int at;
        char *text;
    } *typed;                 /* private: [typed_n], in order: the texts that are others ("She" where it has "she") */
    int typed_n;
    int cap, typed_cap;       /* private: room */
};

/* As typed ("She"), k from 0. Valid until that token is changed. */
const char *tokens_text(const struct tokens *t, int k);
/* One more at the end, its text the n bytes at `text`, which are copied where they have to be. The first says whose
 * they are. False, and nothing is changed, when memory is short. */
bool tokens_add(struct tokens *t, const struct vocab *of, const char *text, size_t n, int id);
/* Another in place k. `text` is taken over; the text that was there is the caller's to free. */
char *tokens_put(struct tokens *t, int k, char *text, int id);
bool tokens_copy(const struct tokens *from, struct tokens *to);
/* Are they the same words with the same texts? */
bool tokens_same(const struct tokens *a, const struct tokens *b);
void tokens_clear(struct tokens *t);

#endif
