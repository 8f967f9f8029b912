/* before.h: layers in front of the LSTM. What they make of a word depends on the word alone, so they are computed once,
 * into the rows of the embedding that the LSTM reads; of vectors they are computed as these are read. */
#ifndef FLSTM_IMPORT_BEFORE_H
#define FLSTM_IMPORT_BEFORE_H

#include "import/layout.h"
#include "model/inputs.h"

/* A LayerNorm, or (mean and variance not NULL) a BatchNorm as it computes once it is trained. weight NULL: there is
 * none; bias is never NULL then. */
struct norm { struct tensor *weight, *bias, *mean, *variance; double epsilon; };

struct before {
    struct norm first;             /* over the D numbers of the embedding */
    struct dense linear;           /* D to the E that the LSTM reads; weight NULL: none */
    enum input_activation activation;      /* behind it, as --names input_activation says, or a configuration */
    bool activation_told;          /* one of them has said it, be it none */
    struct norm last;              /* over these E */
};

/* Looks for them among the tensors that nothing has taken, by their sizes: a Linear where the embedding is of another
 * width than the LSTM reads, a LayerNorm or BatchNorm (by its name) where its size is that of nothing behind the
 * LSTM; or by --names input_weight, input_norm, input_activation and input_epsilon. Where they are as wide as each
 * other but not as the LSTM's h, the only square matrix is that Linear. p->head is let go where it is that Linear.
 * False with one line where the widths differ and no Linear, or more than one, joins them. */
bool before_find(struct source *s, struct parts *p, int in, int top, struct before *out, struct err *e);
bool before_is(const struct before *b);
/* When the account is drawn: a tensor that nothing has taken, that by its sizes may stand in front of the LSTM, and
 * that "ignored" does not name; NULL: none. `lstm` is the name of a tensor of the LSTM: what stands nearer to another
 * one, which --lstm has left out, is not looked at. */
struct tensor *before_left(struct source *s, struct parts *p, int in, int top, const char *lstm);
/* The same between two layers that are modules of their own. */
struct tensor *before_between(struct source *s, struct parts *p, const struct lstm *net, const char *lstm);
/* False: what is called as a head is may stand before the LSTM by its sizes, and something else may be the head. */
bool before_is_head(struct source *s, const struct parts *p, int in, int top);
/* How --names has it computed, after what `out` has; false, and nothing: it is neither a Linear nor a norm. from: how
 * many numbers come (0: not known). */
bool before_way(struct source *s, struct tensor *left, size_t from, int in, struct str *out);
/* With words it would change every gate: false with one line that says so and what to do. */
bool before_refuse(struct source *s, struct tensor *left, size_t from, int in, struct err *e);
bool before_refuse_between(const struct source *s, const struct tensor *left, struct err *e);
/* Another matrix that reads n numbers, which is not the embedding: it may go on from the head. NULL: none. */
const struct tensor *before_reader(struct source *s, const struct parts *p, size_t n);
/* A normalisation of `top` numbers, an attention by its name, or a Linear of `top` numbers on as many, that is not
 * among them and so may stand between LSTM and head; NULL: there is none. */
const struct tensor *before_head(struct source *s, const struct parts *p, const struct before *b, size_t top);
/* Is it called as norms are? */
bool before_is_norm(const char *name);
/* How many bytes of its name are what "ignored" would let go with it: its module. */
size_t before_module(const struct source *s, const char *name);
/* The numbers become true. */
bool before_numbers(struct source *s, const struct before *b, struct err *e);
/* What is found, with numbers of its own, for an LSTM that reads `in`; owned by the caller (input_layers_free).
 * NULL: memory was short. */
struct input_layers *before_layers(const struct before *b, int in);
/* What became of what, and "computed between embedding and LSTM: proj.weight as …": owned by the caller. */
char *before_say(const struct before *b, bool vectors);

#endif
