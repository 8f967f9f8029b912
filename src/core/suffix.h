/* suffix.h: the end of a run computed again with something changed: "and if the gate had been closed, the word
 * another, C that of the other sentence?"
 *
 * A suffix starts from the state of a run after step from-1 and goes to step `to`. It knows the inputs and the pins
 * of that run; on top of them come pins of its own, which win, and inputs of its own. What it computes are the rows
 * that lstm_run would write for the same inputs and pins, bit for bit: row t depends on row t-1, the input and the
 * pins of step t, and nothing else. */
#ifndef FLSTM_CORE_SUFFIX_H
#define FLSTM_CORE_SUFFIX_H

#include <stdbool.h>

#include "core/lstm.h"

struct suffix;

/* 1 ≤ from ≤ to ≤ of->tr->steps. Borrows net, tr and x, which must stay as they are while it lives; copies the pins.
 * NULL when memory is short or the steps are not there. */
struct suffix *suffix_new(const struct computation *of, int from, int to);
const struct lstm *suffix_net(const struct suffix *s);
int suffix_from(const struct suffix *s);
int suffix_to(const struct suffix *s);
void suffix_free(struct suffix *s);

/* Sets the input of step t (from … to) of the next reruns; NULL: the run's own again. Borrowed. */
void suffix_input(struct suffix *s, int t, const float *x);

/* Runs with these pins in addition (any order, steps from-1 … to; of one place the last counts, and it wins over the
 * run's own. A pin at step from-1 changes the state that the suffix starts from, C and h only). False when memory is
 * short. */
bool suffix_run(struct suffix *s, const struct pin *extra, size_t extra_count);

/* A row that the last suffix_run computed; t from-1 … to. */
const float *suffix_row(const struct suffix *s, int layer, enum quantity q, int t);
/* What the head reads after step t of the last run; its logits there, net->outputs floats; one of them alone. Only when
 * the network has a head. */
const float *suffix_head_input(const struct suffix *s, int t);
void suffix_logits(const struct suffix *s, int t, float *logits);
float suffix_logit(const struct suffix *s, int t, int output);

#endif
