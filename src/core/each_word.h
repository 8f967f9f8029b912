/* each_word.h: one unit at one step, had the word been another: its gates, its candidate and its cell state for
 * every word of the vocabulary, with h_{t-1}, C_{t-1} and everything set by hand as they are. Which words close this
 * gate, which open it? */
#ifndef FLSTM_CORE_EACH_WORD_H
#define FLSTM_CORE_EACH_WORD_H

#include <stdbool.h>

#include "core/lstm.h"
#include "core/suffix.h"

/* [quantity] of the unit had that word come; by enum quantity (Q_F … Q_H). */
struct each_word {
    float v[Q_COUNT];
};

/* For the words first … first+n-1 of the embedding (net->vocab > 0), the unit, layer and step ≥ 1 of `at` (its q is not
 * looked at), into out[n]. In the first layer that is 4·E multiplications a word, in double; above it the step is
 * rerun for each word. What was set by hand at step t stays so. False when memory is short. */
bool each_word_compute(const struct computation *of, struct element at, int first, int n, struct each_word *out);

/* p of output `output` after the last step of s had word `word` come at its first: it is rerun. logits is room for
 * net->outputs floats. NaN when memory is short. */
double each_word_probability(struct suffix *s, int word, int output, float *logits);

#endif
