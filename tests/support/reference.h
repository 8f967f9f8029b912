/* reference.h: the LSTM once more, in plain double-precision C with libm, sharing no code with the engine. Slow and
 * obvious on purpose: tests hold the engine against it. Arrays are dense; t counts from 0 (the initial state). */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include "core/lstm.h"

struct ref_run {
    int steps, layers;
    int *hidden;
    double **v[Q_COUNT];      /* v[q][layer][t × hidden + unit] */
};

/* The whole run. pins need no order. */
struct ref_run *ref_run(const struct lstm *net, const float *const *x, int steps, const struct pin *pins,
                        size_t pin_count);
void ref_free(struct ref_run *r);
double ref_at(const struct ref_run *r, int layer, enum quantity q, int t, int unit);
void ref_logits(const struct lstm *net, const struct ref_run *r, int t, double *logits);
double ref_surprisal(const struct lstm *net, const struct ref_run *r, int t, int target);

/* The same run with `delta` added to one value of C or h (or, with q = Q_COUNT, to x[t-1][unit]) after it was
 * computed, so that everything computed from it changes: what finite differences need. */
struct ref_nudge {
    int step, layer;
    enum quantity q;
    int unit;
    double delta;
};
struct ref_run *ref_run_nudged(const struct lstm *net, const float *const *x, int steps, const struct pin *pins,
                               size_t pin_count, const struct ref_nudge *nudge);

/* A repeatable stream of numbers. */
struct ref_random {
    unsigned long long state;
};
double ref_uniform(struct ref_random *r, double low, double high);
int ref_below(struct ref_random *r, int n);

/* A network with every weight, bias and initial state uniform in ±scale/√(H+E), packed; NULL when memory is short.
 * Free with lstm_free. */
struct lstm *ref_network(const struct lstm_shape *shape, double scale, struct ref_random *r);

#endif
