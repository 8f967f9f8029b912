/* horizon.h: how long does it last? A beginning, then the same words again and again, then a question: the answer after
 * every number of repetitions. One state is carried along; the question is put to a copy of it. */
#ifndef FLSTM_CORE_HORIZON_H
#define FLSTM_CORE_HORIZON_H

#include <stdbool.h>

#include "core/lstm.h"

struct horizon;

/* Words are rows of the embedding. */
struct horizon_plan {
    const int *first, *filler;    /* the beginning, and what is repeated */
    int first_n, filler_n;        /* ≥ 1 each */
    int question;                 /* the word after which the probabilities of the outputs a and b are asked */
    int a, b;
};
/* Borrows net; copies what is in the plan. No pins. NULL when memory is short. */
struct horizon *horizon_new(const struct lstm *net, const struct horizon_plan *plan);
void horizon_free(struct horizon *h);
/* The next number of repetitions, from 0 on: p(a), p(b). */
void horizon_next(struct horizon *h, double *a, double *b);

#endif
