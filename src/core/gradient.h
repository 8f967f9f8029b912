/* gradient.h: which earlier values moved this one. Exact backpropagation through time over a finished trace.
 *
 * Pinned values are constants: no gradient flows through a pinned element to what it would have been computed from.
 * Source: the chain rule on the equations of lstm.h, as in Graves 2012, ch. 4; agrees with torch.autograd.
 */
#ifndef FLSTM_CORE_GRADIENT_H
#define FLSTM_CORE_GRADIENT_H

#include "core/lstm.h"

struct gradient {
    int steps, layers, in;
    int step;                     /* the step whose value was differentiated (1 … T) */
    double value;                 /* the value itself */
    const int *hidden;            /* [layers], owned */
    float **dC;                   /* [layer], (step+1) × hidden: ∂value/∂C_t for t = 0 … step, through all paths */
    float **dh;                   /* the same for h_t */
    float **carry; /* [layer], (step+1) × hidden: ∏ f over t+1 … step: the direct path of C_t to C_step */
    float *dx;                    /* (step+1) × E: ∂value/∂x_t; row 0 is 0 */
};

/* Of the surprisal of output `target` predicted at `step` (1 … T). NULL when memory is short, or when the network
 * has no such output or the run no such step. */
struct gradient *gradient_surprisal(const struct computation *of, int step, int target);
/* Of one element of C or h (q is Q_C or Q_H) of a layer at a step 0 … T; NULL likewise. Neither asks for the inputs: no
 * derivative of z = W·x by x needs x itself. */
struct gradient *gradient_element(const struct computation *of, struct element e);
void gradient_free(struct gradient *g);
/* ‖∂value/∂C_t‖ over all layers and units, t = 0 … step. */
double gradient_norm(const struct gradient *g, int t);

#endif
