/* sweep.h: what would the network say now, had this value been another back then? One rerun for every unit of a layer
 * and every step up to the one that is asked about, each with one quantity of that unit set to something else in that
 * step alone, or in a window of steps that begins there. A question of which nothing more is said closes the forget
 * gate: f = 0 in one step, and the probability of the target is the answer.
 *
 * A rerun keeps only the state it carries, and many go side by side, so that a weight that is read serves all of them:
 * see sweep.c. Results agree with lstm_run and pins to 1e-5, and are the same bits for any number of threads.
 */
#ifndef FLSTM_CORE_SWEEP_H
#define FLSTM_CORE_SWEEP_H

#include "core/lstm.h"

struct sweep_question {
    int step;                  /* 1 … T: the probability of `target` after this step is what is looked at */
    int first;                 /* 1 … step: the earliest step at which a value is set */
    int layer;                 /* whose values */
    int target;                /* an output */
    enum quantity q;           /* what is set */
    int window;                /* for so many steps, from the one that is named on, never beyond `step`; 0 is 1 */
    const float *values;       /* to what: (step - first + 1) × units; NULL: 0 everywhere. Borrowed during sweep_new */
    bool against;              /* the answer is logit(target) - logit(rival) in place of the probability */
    int rival;                 /* an output */
    int last;                  /* the latest step at which a window begins; 0: `step` */
};

struct sweep {
    struct sweep_question q;
    int units;                 /* H of the layer */
    float p;                   /* of the target (against: the difference), nothing set */
    float *closed;             /* (step - first + 1) × units: the same with that value set */
    bool ready;                /* p and what is forecast are there */
    int exact;                 /* computed for all values set at this step and later ones; before it stands what the
                                  gradient forecasts (to first order), NaN where there is none */
    long runs;                 /* reruns that had anything to compute */
    long steps;                /* steps of one layer computed in them */
    struct sweep_job *job;     /* [jobs], one a thread: what goes on; NULL: nothing, all is computed */
    int jobs, threads;         /* threads: so many jobs once it is ready */
};

/* Are the steps, the layer, the target and the rival all within this network and this run? */
bool sweep_can_ask(const struct lstm *net, const struct trace *tr, const struct sweep_question *q);

/* tr is the finished run (with the pins, which stay in force; a pin on the value that is set gives way). NULL when
 * memory is short or !sweep_can_ask. */
struct sweep *sweep_new(const struct lstm *net, const struct trace *tr, const float *const *x,
                        const struct sweep_question *q, const struct pin *pins, size_t pin_count);
/* The same a little at a time: first what makes it ready, then the latest steps first. All that is borrowed must stay
 * as it is until `job` is NULL. */
struct sweep *sweep_begin(const struct computation *of, const struct sweep_question *q);
/* Goes on for about `ms` milliseconds, at least one piece, of a millisecond or a few. */
void sweep_some(struct sweep *w, double ms);
void sweep_free(struct sweep *w);
float sweep_closed(const struct sweep *w, int step, int unit);

/* What it can take at most, in multiplications: to decide how far back to ask. */
double sweep_cost(const struct lstm *net, const struct sweep_question *q);

#endif
