/* dial.h: two answers as one value is turned: p(target) and p(rival) after step `to`, as a gate, a candidate, C or h
 * of one unit at one step goes over its range, and where the two change places. Everything else stays as it is and
 * the steps between are rerun. */
#ifndef FLSTM_CORE_DIAL_H
#define FLSTM_CORE_DIAL_H

#include <stdbool.h>

#include "core/lstm.h"
#include "core/suffix.h"

struct dial {
    struct suffix *s; /* borrowed: suffix_new(…, step, to), or from step+1 when C or h of step is turned at its start */
    const struct lstm *net;
    struct pin pin;               /* what is turned; its value is set by the calls below */
    int to;                       /* the answer is asked after this step */
    int target, rival;            /* outputs */
    struct answers *answers;      /* room for one state at least, borrowed (core/answers.h) */
};

struct dial_point {
    float value;
    double target, rival;         /* probabilities */
};

/* The answer with the value set to `value`. False when memory is short. */
bool dial_at(const struct dial *d, float value, struct dial_point *out);
/* The same of many values, which go through the head together: each is run and its state put in `answers`
 * (answers_begin, answers_add); when the head has answered, the k-th of them is taken out. */
bool dial_run(const struct dial *d, float value);
struct dial_point dial_take(const struct dial *d, float value, int k);
/* n ≥ 2 points evenly from low to high, both ends included. */
bool dial_sweep(const struct dial *d, float low, float high, int n, struct dial_point *out);

/* Where target and rival are equally likely between two neighbouring points of which one has the target ahead and
 * the other not: by bisection, to the last float between them that still has the sign of `a`. False when there is no
 * such change. */
bool dial_tip(const struct dial *d, const struct dial_point *a, const struct dial_point *b, float *value);
/* The same a step at a time: halves what lies between low and high, which it moves; low is the tip once it is found. */
struct dial_search { float low, high; bool ahead; };      /* ahead: the target, at low */
enum dial_found { DIAL_MORE, DIAL_FOUND, DIAL_NO_MEMORY };
bool dial_changes(const struct dial_point *a, const struct dial_point *b);
struct dial_search dial_between(const struct dial_point *a, const struct dial_point *b);
enum dial_found dial_halve(const struct dial *d, struct dial_search *between);

#endif
