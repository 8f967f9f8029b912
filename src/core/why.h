/* why.h: why this word and not that one? The difference of two logits, split exactly.
 *
 *     logit_a − logit_b  =  Σ_u (W[a][u] − W[b][u]) · h_u  +  (b_a − b_b)                 h = h_t of the top layer
 *
 * The head is linear, so the split by unit leaves nothing to choose ("direct logit attribution" of the transformer
 * tools). Each unit's part is then handed to the words that wrote its cell state, in the proportions of the ledger
 * (ledger.h): a share s of C_u gets s · part / C_u, since h_u = o_u tanh C_u. That second split takes the gates and
 * candidates as they were: that they too were computed from earlier words is not followed. */
#ifndef FLSTM_CORE_WHY_H
#define FLSTM_CORE_WHY_H

#include <stdbool.h>

#include "core/lstm.h"

struct why {
    int t, a, b;                  /* after step t: output a against output b */
    double difference;            /* logit_a − logit_b: the sum of the units and the bias */
    double bias;
    int units;
    double *unit;                 /* [units], owned: the part of each unit of the top layer */
    double *weight;               /* [units], owned: W[a][u] − W[b][u] */
    double *word;                 /* [t + 1], owned: word[k] is what step k wrote, word[0] the initial state */
    double hand;                  /* h and C that were set by hand: no word wrote them */
    double remainder;             /* of the split by word: rounding, and units whose C is 0 */
};

/* 0 ≤ a, b < net->outputs, t ≥ 1; asks for no inputs. Takes one pass over t × H values. False when memory is short or
 * there is no such output. Free with why_clear. */
bool why_compute(const struct computation *of, int t, int a, int b, struct why *out);
void why_clear(struct why *w);

/* What of unit u's part the word of step k (0: the initial state) wrote, for each unit: out[u], Σ = word[k]. */
void why_units_of_word(const struct computation *of, const struct why *w, int k, double *out);

#endif
