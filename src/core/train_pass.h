/* train_pass.h: the memory for some sequences forward and backward. Private to train*.c.
 *
 * Their steps lie in rows, sequence after sequence: step t of sequence b is row first[b] + t of every array [rows].
 *
 * All weights lie in one array of `real` and all gradients in another with the same layout, so that the optimiser is
 * one loop. Rows are padded (train_math.h); padding has weight 0 and gets gradient 0.
 */
#ifndef FLSTM_CORE_TRAIN_PASS_H
#define FLSTM_CORE_TRAIN_PASS_H

#include "core/lstm.h"
#include "core/train_math.h"

struct pass_layer {
    int in, H, Hp, G;             /* Hp: H padded to 4; G = 4·Hp, gates f i g o one after another */
    size_t U, W, b;               /* offsets: U is [H][G], W is [in][G] (both as train_math.h says), b is [G] */
    real *gate; /* [rows][G]: f, i, g, o after their functions; the backward pass turns it into ∂/∂z */
    real *C, *tanhC, *h;          /* [rows][Hp] */
    real *dh;                     /* [rows][Hp]: ∂loss/∂h_t from above (head or the layer above) */
    real *drop, *up;              /* [rows][Hp]: dropout on what goes up (0 or 1/(1-p)), and h times it */
    real *keep;                   /* [rows][Hp]: f ⊙ C_{t-1} is multiplied by it; 1 but for forgetting noise */
    real *one;                    /* [Hp]: 1 for units, 0 for padding */
    real *stretch;                /* [G]: 2 for the candidate, 1 for gates (train_math.h) */
    bool coupled;                 /* i = 1 - f */
    real *dC;                     /* [rows][Hp]: ∂loss/∂C on its way back; one for each sequence, at its first row */
};

struct train_loops;

enum { HEAD_ROWS = 64 };          /* steps that the head takes together */

/* Sequences taken together. Whatever is summed over them is summed in their order, whichever go together. */
struct pass_batch {
    int n;
    const int *const *id;
    const float *const *weight;   /* of targets; an entry or all NULL: 1 */
    const int *length, *first;    /* tokens; first row */
    const float *const *x;        /* without a vocabulary: inputs [length][E] in place of id */
    const int *const *label;      /* as in struct train_text; NULL: none */
    const float *const *y;
};

struct pass {
    const struct train_loops *loops;             /* what runs it: train_loops.h */
    int V, E, L, O, Op;           /* O outputs, padded to Op */
    size_t params, embedding, out_W, out_b;      /* out_W is [H top][Op] */
    struct pass_layer *layer;
    bool dropping;                /* what goes up is `up`, not h */
    int room;                     /* rows there is memory for */
    real *w, *grad;               /* [params] */
    real *table, *dtable;         /* [V][G of layer 0]: b + W·embedding of each token, and its gradient */
    real *input;                  /* [rows][E]: where V is 0 */
    int *seen, seen_count;        /* tokens with a row in dtable in this update */
    unsigned char *is_seen;
    real *logit;                  /* [HEAD_ROWS][Op] */
};

/* The loops that run here with vectors of at most `bytes` (0: the widest this processor has). */
const struct train_loops *pass_loops(int bytes);

/* False when memory is short; pass_clear in any case. */
bool pass_init(struct pass *p, const struct lstm_shape *shape, int rows);
void pass_clear(struct pass *p);
bool pass_reserve(struct pass *p, int rows);
/* No forgetting noise in the first n rows. */
void pass_keep_all(struct pass_layer *y, int n);

/* Regularisers as in train.h, already divided by N. */
struct pass_cost { double scale, write_cost, saturation, keep_or_write; };

void pass_from_lstm(struct pass *p, const struct lstm *net);
/* from is w or grad. */
void pass_to_lstm(const struct pass *p, const real *from, struct lstm *net);

#endif
