/* variants.h: the same training with a part of the LSTM taken away, beside the plain one: which part is missed?
 *
 * Greff, Srivastava, Koutník, Steunebrink and Schmidhuber (2017), "LSTM: a search space odyssey", of whose variants
 * those are here that the engine can run (train.h: enum train_variant): without the forget, the input or the output
 * gate, and input and forget gate coupled. Each is trained as the training it stands beside was wished (corpus, sizes,
 * updates, rate …), to the end, with VARIANT_SEEDS seeds from that training's own on, the same for all; nothing is
 * chosen among them. So are that many plain ones.
 */
#ifndef FLSTM_LEARN_VARIANTS_H
#define FLSTM_LEARN_VARIANTS_H

#include "learn/training.h"

enum { VARIANT_SEEDS = 3, VARIANT_KINDS = TRAIN_STILL, VARIANT_CURVE = 64 };

struct variant_run {
    bool done;
    double loss, accuracy;        /* on the held-out sequences at the end; accuracy NaN where nothing is measured */
    bool diverged;
    float curve[VARIANT_CURVE];   /* held-out loss over the training, from the first update to the last; NaN: none */
    struct lstm *net;             /* of the first seed: owned */
};

struct variants {
    const struct training *of;    /* borrowed: has to live longer */
    uint64_t seed;                /* the first of VARIANT_SEEDS */
    struct variant_run run[VARIANT_KINDS][VARIANT_SEEDS];
    int done;                     /* runs; seeds of one kind come after one another */
    struct training *trial;       /* owned: the one that is being trained, or NULL */
    int chosen;                   /* the kind that is pointed at */
    bool entered;                 /* a session holds one of them, as whoever put it there says */
    struct err trouble;           /* why one could not be trained; ends it */
};

struct variants *variants_new(const struct training *of);
void variants_free(struct variants *v);
/* The next piece, as training_step; false: there is nothing left to do, told with the last piece, not after it. */
bool variants_step(struct variants *v);
bool variants_ended(const struct variants *v);
/* How much of it is done, 0 … 1. */
double variants_share(const struct variants *v);
/* The lowest and the highest of the seeds that are done; how many that are. accuracy: else the loss. */
int variants_range(const struct variants *v, int kind, bool accuracy, double *low, double *high);
/* The kind whose loss is the furthest above the plain one's, every seed of it above every plain one; 0: there is none,
 * or not all are done. */
int variants_missed(const struct variants *v);
/* The network of a kind's first seed as a model ("gender, no forget gate, f = 1"). NULL with one line of error. */
struct model *variants_model(const struct variants *v, int kind, struct err *e);

#endif
