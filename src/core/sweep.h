/* sweep.h: what would the network say now, had this gate been shut back then? One rerun for every unit of a layer
 * and every step up to the one that is asked about, each with that unit's forget gate at 0 in that step alone.
 *
 * A rerun keeps only the state it carries, and many go side by side, so that a weight that is read serves all of them:
 * see sweep.c. Results agree with lstm_run and a pin to 1e-5.
 */
#ifndef FLSTM_CORE_SWEEP_H
#define FLSTM_CORE_SWEEP_H

#include "core/lstm.h"

struct sweep_question {
    int step;                  /* 1 … T: the probability of `target` after this step is what is looked at */
    int first;                 /* 1 … step: the earliest step at which a gate is shut */
    int layer;                 /* whose gates */
    int target;                /* an output */
};

struct sweep {
    struct sweep_question q;
    int units;                 /* H of the layer */
    float p;                   /* of the target, nothing shut */
    float *closed;             /* (step - first + 1) × units: the same with f[unit] at that step 0 */
    long runs;                 /* reruns that had anything to compute */
    long steps;                /* steps of one layer computed in them */
};

/* Are the steps, the layer and the target all within this network and this run? */
bool sweep_can_ask(const struct lstm *net, const struct trace *tr, const struct sweep_question *q);

/* tr is the finished run (with the pins, which stay in force; a pin on the gate itself gives way). NULL when memory is
 * short or !sweep_can_ask. */
struct sweep *sweep_new(const struct lstm *net, const struct trace *tr, const float *const *x,
                        const struct sweep_question *q, const struct pin *pins, size_t pin_count);
void sweep_free(struct sweep *w);
float sweep_closed(const struct sweep *w, int step, int unit);

/* What it can take at most, in multiplications: to decide how far back to ask. */
double sweep_cost(const struct lstm *net, const struct sweep_question *q);

#endif
