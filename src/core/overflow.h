/* overflow.h: where a number of a run is larger than a float can hold.
 *
 * Finite weights and finite values can still make a sum beyond FLT_MAX (3.4e38). A gate then stands at its end (σ
 * and tanh never leave their range), or at neither when ∞ - ∞ came out; logits are no numbers, and nothing can be
 * predicted. A picture that does not say so would be false.
 */
#ifndef FLSTM_CORE_OVERFLOW_H
#define FLSTM_CORE_OVERFLOW_H

#include "core/lstm.h"

enum { OVERFLOW_HEAD = -1 };

/* One place: a pre-activation z, or the logits. */
struct overflow {
    int layer;                 /* OVERFLOW_HEAD: the logits; gate and unit mean nothing then */
    enum quantity gate;
    int unit;
};

/* [layers]: the largest |weight| or |bias| of each layer. Free with mem_free; NULL when memory is short. As long as the
 * weights stay as they are it makes overflow_at cheap. */
float *overflow_largest(const struct lstm *net);

/* The places of step t ≥ 1 (of a bidirectional network: of word t, in either direction), at most `most` of them into
 * out (NULL with most 0), layers first and the head last: each z whose terms add up, without their signs, to more than
 * a float holds, and the head when head_bad. Returns how many there are. */
int overflow_at(const struct computation *of, const float *largest, bool head_bad, int t, struct overflow *out,
                int most);
/* Do logits give no probabilities? One that is +∞ or no number, or -∞ all of them. (One -∞ among others is a
 * probability of 0.) */
bool overflow_logits(const float *z, int n);

#endif
