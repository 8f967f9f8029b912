/* train_loops.h: where training spends its time, compiled once for each width of vectors. Private to train*.c.
 *
 * train_loops_body.h is compiled three times with flags of its own (Makefile): for what every processor of the kind
 * has, for AVX2, for AVX-512. No object may contract a·b + c into one rounding, and every sum is taken in an order
 * written in the source; so a training gives the same bytes whichever of them runs, and a model retrained elsewhere
 * is the same file.
 */
#ifndef FLSTM_CORE_TRAIN_LOOPS_H
#define FLSTM_CORE_TRAIN_LOOPS_H

#include "core/train_pass.h"

/* What Adam needs for one step; see train.h for the names. */
struct adam_step { real scale, beta1, beta2, epsilon, step, correct; };

struct train_loops {
    const char *name;
    int vector_bytes;
    /* b + W·embedding of every token, from the weights. */
    void (*table)(struct pass *p);
    /* Before the sequences of an update: gradients to 0, the table anew. */
    void (*begin)(struct pass *p);
    void (*forward)(struct pass *p, const struct pass_batch *b);
    /* ln p of `target` after forward; what the head says at a row comes into p->logit as probabilities. target -1: as
     * the numbers they are, and nothing comes back. */
    double (*predict)(struct pass *p, int row, int target);
    /* Forward and backward: adds weight·(-ln p)·scale and its gradient; *plain gets Σ -ln p over targets. Squares of
     * what is missing in place of -ln p where numbers are wanted. */
    double (*learn)(struct pass *p, const struct pass_batch *b, const struct pass_cost *cost, double *plain);
    /* After the sequences: what the table collected goes on to W, b and the embedding. */
    void (*end)(struct pass *p);
    /* g += decay·w + l1·sign(w). */
    void (*add_cost)(real *g, const real *w, size_t n, real decay, real l1);
    double (*sum_of_squares)(const real *v, size_t n);
    void (*adam)(real *w, real *m, real *v, const real *g, size_t n, const struct adam_step *by);
};

/* NULL where this build or this processor has none. */
const struct train_loops *train_loops_portable(void);
const struct train_loops *train_loops_avx2(void);
const struct train_loops *train_loops_avx512(void);

#endif
