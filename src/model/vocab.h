/* vocab.h: tokens and their numbers, and how a text becomes tokens. */
#ifndef FLSTM_MODEL_VOCAB_H
#define FLSTM_MODEL_VOCAB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/json.h"
#include "model/tokens.h"

enum vocab_kind { VOCAB_WORD, VOCAB_CHAR };

struct vocab {
    enum vocab_kind kind;
    int size;
    char **token;             /* [size], UTF-8, no two alike, none empty; in `text` */
    int unknown;              /* id of the unknown token, or -1 */
    const char *subword;      /* a token that tells a vocabulary of parts of words ("##s", "▁the"), or NULL; borrowed */
    int first;                /* id of the first token that the file has: those before it are called by their number */
    int unnamed;              /* rows behind the last token that no token has: called by their number, never typed */
    bool lowercase;           /* texts are lower-cased before look-up */
    char *text;               /* private: all of them, one behind the other */
    size_t bytes;             /* private: how long that is */
    int *index;               /* private: the ids in the order of their tokens, to find one */
};

/* What a vocabulary is made of. At least one token; a token at most 1 KiB. */
struct vocab_list {
    enum vocab_kind kind;
    const char *const *tokens;    /* [n] */
    int n;
    const char *unknown;          /* the unknown token, one of them, or NULL */
    bool lowercase;
    const char *source, *place;   /* what errors call it (empty, duplicate, too long tokens); may be NULL */
};
/* Takes ownership of nothing; copies. */
struct vocab *vocab_new(const struct vocab_list *of, struct err *e);
/* What is known of a vocabulary besides its file. */
struct vocab_wish {
    int kind; /* enum vocab_kind, or -1: characters when nearly every token (≥ 90 %) is one character, else words */
    const char *unknown; /* the unknown token; NULL: as the file says, else one of the usual ones ("<unk>", "[UNK]",
                            "<OOV>" …) */
    long index_from;          /* the index of the first entry; -1: as the file says */
    int rows;                 /* of the embedding, which tells word indexes that count from 1; 0: not known */
    long words; /* a token whose index is this or more is none of the model's (Keras's num_words); 0: all are */
    bool one_hot;             /* there is no embedding: rows is the number of inputs, which must all have a token */
};

/* formats.md §2 "vocabulary" object. */
struct vocab *vocab_from_json(const struct json_at *at, struct err *e);
/* Any form people write: that object; an array of tokens, or of [token, count]; an object token → index or index →
 * token, from 0 or (where rows says so) from 1; {"itos": …}, {"word_index": …} and their like, a Keras tokenizer's
 * to_json() (vocab_read.c lists them). An id without a token is called "<0>". */
struct vocab *vocab_from_any(const struct json_at *at, const struct vocab_wish *w, struct err *e);
/* --vocab FILE: JSON of any of these forms, or one token (and a count after a tab) a line. */
struct vocab *vocab_read_as(const char *path, const struct vocab_wish *w, struct err *e);
struct vocab *vocab_read(const char *path, int kind, struct err *e);
/* Makes another token stand for all others; an error when there is none of that name. */
bool vocab_set_unknown(struct vocab *v, const char *token, struct err *e);
void vocab_free(struct vocab *v);

int vocab_find(const struct vocab *v, const char *token); /* exact (after lower-casing when the vocabulary does); -1 */

/* Does it part words? Blanks, tabs, and the ends of lines and pages. */
bool vocab_blank(char c);

/* Splits text: characters, or words at white space; a word that is not in the vocabulary gives its leading and
 * trailing punctuation away as tokens of their own. What is then still unknown becomes the unknown token, or, when
 * there is none, an error that names it and its position ("token 4 "dragon" is not in the vocabulary …").
 * source names the text ("--text"). A text without any token is an error too, and one of more than
 * sixteen million. Stops at the first token that it cannot take. */
bool vocab_tokenise(const struct vocab *v, const char *text, const char *source, struct tokens *out, struct err *e);
/* The same for a list of ready tokens. */
bool vocab_lookup(const struct vocab *v, const char *const *text, int n, const char *source, struct tokens *out,
                  struct err *e);

#endif
