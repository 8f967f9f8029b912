/* sweep_private.h: what the files of the sweep share. Reruns go in gangs (sweep_gang.c), once what all of them need is
 * there (sweep_begin.c); sweep.c deals them out and says when which goes on. Private to core. */
#ifndef FLSTM_CORE_SWEEP_PRIVATE_H
#define FLSTM_CORE_SWEEP_PRIVATE_H

#include <math.h>

#include "core/answers.h"
#include "core/kernel.h"
#include "core/sweep.h"

enum {
    GANG = 48,                 /* reruns that go together: weights are reused, their rows stay in the cache */
    WAITING = 64 * GANG        /* results that go through the output head together */
};

/* One layer of the part of the network that can change. */
struct level {
    int layer, hidden, padded;
    int in; /* inputs that differ from rerun to rerun: 0 for the layer itself, else H of the one below */
    struct packed_layer
        p; /* W of it: U, or U and W one under the other in each tile, so that one product takes [h_{t-1}, x_t] */
    float *owned;              /* the joined weights, or NULL when they are the layer's own U */
    float *fixed;              /* [steps] × [tiles][64]: W·x_t + b of the layer itself */
    float *before;             /* [steps] × [tiles][64]: its z_t in the run as it is, for the step after */
    float *bias;               /* [tiles][64] of a layer above */
    float *C, *h;              /* [GANG] × padded */
    float *z[GATES];           /* [GANG] × padded */
    float *input;              /* [GANG] × (H + in) */
};

struct rerun {
    int unit;
    float forecast;            /* of the change in surprisal; against a rival, in the difference of the logits */
    float square;              /* ‖difference in the state‖² */
    int settled;               /* steps in a row */
};

/* What all reruns need is worked out first: the answer as it is, ∂answer/∂h, the curvature, what inputs add, and λ. */
enum stage { HEAD, WEIGH, GRADIENT, CURVATURE, INPUTS, BACKWARDS, STAGES };
struct beginning {
    enum stage stage;
    int at;                    /* the next output, or step */
    struct answers *answers;
    float *by;                 /* [outputs]: what each row of the head adds to ∂answer/∂h by */
    float *work;               /* of a step of λ */
    double longest;            /* of w_v - w_target so far, squared */
};

struct sweep_job {
    const struct lstm *net;
    const struct trace *tr;
    const float *const *x;
    const struct pin *pins;
    size_t pin_count;
    struct sweep *w;
    bool borrows;              /* what is the same in all reruns is the first job's */
    struct beginning first;
    int stride;                /* of its steps: there are so many jobs */
    long runs, steps;          /* as in struct sweep */
    int exact;                 /* of its own steps this one and later ones have their results */
    struct level *level;       /* [levels], the layer itself first */
    int levels;
    float *lambda_C,
        *lambda_h; /* (steps + 1) × padded of the top layer: ∂answer, by what is carried on; NULL below it */
    double answer;             /* of the run as it is: surprisal of the target, or the difference of the logits */
    double curvature;
    int start;                 /* the step at which the gang's value was set first */
    struct rerun gang[GANG];
    int n;
    enum { JOIN, RUN, ASK } phase;        /* reruns join the gang, it runs, the head is asked */
    int s, unit, t;            /* the step at which a value is set, the next unit to join, the next step to run */
    int ran;                   /* of values set at this step and later ones all reruns went to their end */
    int room;                  /* reruns that wait for the head at most */
    int head;                  /* outputs asked */
    double *sum, *most, *at;   /* [room]: of the logits so far Σ e^(z - most), the largest z, that of the target */
    float *tile;               /* of the head's weights */
    float *last_h; /* [room] × H of the top layer: reruns that went to the end and wait for the output head */
    size_t *last_at;           /* their places in w->closed */
    int last_n;
};

static inline bool sweep_against(const struct sweep_job *j)
{
    return j->w->q.against;
}

/* The last step of a window that begins at s. */
static inline int sweep_window_end(const struct sweep_question *q, int s)
{
    int end = s + (q->window > 1 ? q->window : 1) - 1;
    return end < q->step ? end : q->step;
}

/* What the quantity is set to there. */
static inline float sweep_wanted(const struct sweep_job *j, int t, int unit)
{
    const struct sweep_question *q = &j->w->q;
    return q->values ? q->values[(size_t)(t - q->first) * (size_t)j->w->units + (size_t)unit] : 0.0f;
}

/* The row of rerun b in `rows`, one of C, h and z. */
static inline float *level_row(const struct level *v, float *rows, int b)
{
    return rows + (size_t)b * (size_t)v->padded;
}

static inline float *tile_lane(float *tiles, int unit, int gate)
{
    return tiles + (size_t)(unit / TILE) * TILE_ROWS + (size_t)gate * TILE + unit % TILE;
}

static inline size_t sweep_place(const struct sweep_job *j, int step, int unit)
{
    return (size_t)(step - j->w->q.first) * (size_t)j->w->units + (size_t)unit;
}

/* An answer as it is given: a surprisal as a probability. */
static inline float sweep_told(const struct sweep_job *j, double answer)
{
    return (float)(sweep_against(j) ? answer : exp(-answer));
}


/* The kernel's projection of n ≤ GANG inputs into rows 0 … n-1. */
void sweep_project(const struct packed_layer *p, int in, const float *const *x, int n, float *const z[GATES],
                   size_t stride);

/* ---- sweep_begin.c ----------------------------------------------------------------------------------------------- */

/* Room for a level, and for what the beginning needs. False when memory is short. */
bool sweep_level_init(const struct sweep_job *j, struct level *v, int layer);
void sweep_level_clear(struct level *v, bool borrows);
bool sweep_beginning_init(struct sweep_job *j);
void sweep_beginning_clear(struct beginning *b);
/* A piece of it; true when all of it is there. */
bool sweep_begin_some(struct sweep_job *j);

/* ---- sweep_gang.c ------------------------------------------------------------------------------------------------ */

/* The two numbers of a unit that setting the value at step s changes. False when they come out as they were and
 * nothing is set later on. */
bool sweep_set(const struct sweep_job *j, int s, int unit, float *C, float *h);
/* A new rerun: the state after step s of the layer itself; the layers above are still before theirs. */
void sweep_join(struct sweep_job *j, int s, int unit, float C, float h);
/* Step t of every layer from `from` (0: the layer itself) up; first: the step after the value was set. */
void sweep_advance(struct sweep_job *j, int from, int t, bool first);
/* Ends the reruns, begun at step s, whose remaining effect is known after step t. */
void sweep_settle(struct sweep_job *j, int s, int t);
/* What is left at the end waits for the output head. */
void sweep_finish(struct sweep_job *j, int s);
/* What 64 outputs from j->head on add to Σ e^z of every rerun that waits. */
void sweep_ask_some(struct sweep_job *j);
/* The last outputs have been asked: p of the target for every rerun that waited. */
void sweep_take_answers(struct sweep_job *j);
/* logit(target) - logit(rival) of a row h of the top layer. */
double sweep_difference(const struct lstm *net, const struct sweep_question *q, const float *h);

#endif
