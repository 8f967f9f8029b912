/* before.h: layers between the embedding and the LSTM. What they make of a word depends on the word alone, so they are
 * computed once, into the rows that the LSTM reads. */
#ifndef FLSTM_IMPORT_BEFORE_H
#define FLSTM_IMPORT_BEFORE_H

#include "import/layout.h"

/* A LayerNorm, or (mean and variance not NULL) a BatchNorm as it computes once it is trained. weight NULL: there is
 * none; bias is never NULL then. */
struct norm { struct tensor *weight, *bias, *mean, *variance; double epsilon; };

struct before {
    struct norm first;             /* over the D numbers of the embedding */
    struct dense linear;           /* D to the E that the LSTM reads; weight NULL: none */
    struct norm last;              /* over these E */
};

/* Looks for them among the tensors that nothing has taken, by their sizes: a Linear where the embedding is of another
 * width than the LSTM reads, a LayerNorm or BatchNorm (by its name) where its size is that of nothing behind the
 * LSTM. p->head is
 * let go where it is that Linear. False with one line where the widths differ and no Linear, or more than one,
 * joins them. */
bool before_find(struct source *s, struct parts *p, int in, int top, struct before *out, struct err *e);
bool before_is(const struct before *b);
/* A normalisation of `top` numbers, or an attention, by its name, that is not among them and so may stand between LSTM
 * and head; NULL: there is none. */
const struct tensor *before_head(struct source *s, const struct parts *p, const struct before *b, size_t top);
/* The numbers become true. */
bool before_numbers(struct source *s, const struct before *b, struct err *e);
/* rows × in floats: what the LSTM reads of each row of the embedding. */
void before_compute(const struct before *b, const struct tensor *embedding, int in, float *out);
/* What became of what, and "computed between embedding and LSTM: proj.weight as …": owned by the caller. */
char *before_say(const struct before *b);

#endif
