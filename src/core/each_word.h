/* each_word.h: one unit at one step, had the word been another: its gates, its candidate and its cell state for
 * every word of the vocabulary, with h_{t-1}, C_{t-1} and everything set by hand as they are. Which words shut this
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

/* For the words first … first+n-1 of the embedding (net->vocab > 0), unit `unit` of layer `layer`, step t ≥ 1, into
 * out[n]. In the first layer that is 4·E multiplications a word, in double; above it the step is rerun for each
 * word. What was set by hand at step t stays so. False when memory is short. */
bool each_word_compute(const struct lstm *net, const struct trace *tr, const float *const *x, const struct pin *pins,
                       size_t pin_count, int layer, int unit, int t, int first, int n, struct each_word *out);

/* p of output `output` after step `to` ≥ t had word `word` come at step t: the steps t … to are rerun. s is
 * suffix_new(…, t, to); logits is room for net->outputs floats. NaN when memory is short. */
double each_word_probability(const struct lstm *net, struct suffix *s, int t, int to, int word, int output,
                             float *logits);

#endif
