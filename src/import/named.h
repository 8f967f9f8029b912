/* named.h: tensors found by the words in their names.
 *
 * A framework that calls its tensors by fixed words is a row of dialect.c with a struct naming and nothing else: each
 * word stands in the name as a part of its own, from the right ("encoder.lstm.weight_ih_l0" has weight_ih), may be
 * followed by "_l1" (the layer), "_reverse" (the way back) or ":0", and what stands before it is the name of the LSTM.
 * A '/' of a word is any of '/' and '.' in a name.
 * A naming may end in code (rest) where a file says more than its names. */
#ifndef FLSTM_IMPORT_NAMED_H
#define FLSTM_IMPORT_NAMED_H

#include "import/groups.h"

/* assumed: a home-made name: what it means is an assumption to be told. gate: of a tensor that is one gate's, else 0.
 * A table ends with .word NULL. Words that belong together (the family weight_ih, weight_hh, …) stand together: where
 * one is missing, its name is made of its nearest neighbour's. */
struct part_word { const char *word; enum slot slot; bool assumed; enum quantity gate; };

#define SLOT_BIT(slot) (1u << (slot))

struct naming {
    const struct part_word *words;
    const char *like;              /* what such a file has, for a refusal: "tensors named as torch.nn.LSTM does (…)" */
    const char *why;               /* what gave it away: "it has a tensor weight_ih_l0"; NULL: the words do */
    const char *why_assumed;       /* the same where only a home-made name did; NULL: why */
    unsigned sign;                 /* bits of the slots that give it away; 0: the weights of both sides */
    const char *const *within;     /* one of these stands in every name, NULL-terminated; NULL: no such rule */
    const char *const *unless;     /* a file with one of these words in a name is another's, NULL-terminated; NULL */
    const char *const *cells;      /* a folder right before the word that begins so is the layer's; NULL: none */
    const char *numbered_by;       /* "cell_": behind it the layer's number, before it the LSTM's name; NULL: no such */
    bool number_behind;            /* the layer's number stands right behind the word: "Wix0" */
    bool only_recurrent;           /* what has no recurrent weights of its prefix is another layer's (Keras's dense):
                                      for words such as bias or kernel, which name tensors of other layers, too */
    bool numbered;                 /* "lstm" and "lstm_1" are a stack, not only "cells.0" and "cells.1" */
    bool two_biases;               /* both biases or none */
    const char *embedding, *head, *head_bias; /* its own words for these; NULL: the usual ones (around.h) */
    /* Before the choice among LSTMs, and when the parts are in their places: what only code can tell. NULL: nothing. */
    bool (*sift)(struct source *s, const struct model_options *o, struct groups *g, struct parts *p, struct err *e);
    bool (*rest)(struct source *s, const struct model_options *o, struct parts *p, struct err *e);
};

/* Takes a name apart; false: none of its words is in it. */
bool named_part(const struct naming *by, const char *name, struct part_name *out);

/* recognise() and find() of a dialect by s->naming. */
bool named_recognise(const struct source *s, const char **why);
bool named_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e);

#endif
