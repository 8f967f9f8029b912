/* ledger.h: whose memory is this? The cell state of one unit as a sum of accounts, one for each step that wrote into
 * it.
 *
 * C_t = f_t C_{t-1} + i_t g_t, put into itself from the start, is an identity, not a method (Levy et al. 2018, "Long
 * Short-Term Memory as a Dynamically Computed Element-wise Weighted Sum", arXiv 1805.03716):
 *
 *     C_t = (f_1 … f_t) C_0  +  Σ_k (f_{k+1} … f_t) i_k g_k
 *
 * The account of step k is opened with i_k g_k and shrinks by f at every step after it. A C set by hand at step s
 * closes all accounts that stand then and opens one of its own, `hand`, which shrinks by the same f. */
#ifndef FLSTM_CORE_LEDGER_H
#define FLSTM_CORE_LEDGER_H

#include <stdbool.h>

#include "core/lstm.h"

struct ledger {
    int layer, unit, steps;       /* steps 1 … `steps` are in it */
    double *share; /* [steps + 1][steps + 1], owned: what of account k is left after step t is share[t·(steps+1) + k];
                      k 0 is C_0, k ≥ 1 what step k wrote; 0 for k > t */
    double *hand;                 /* [steps + 1], owned: what of a C that was set by hand is left after step t */
    int *hand_step;               /* [steps + 1], owned: the step at which that C was set; -1: none stands */
    double *remainder;            /* [steps + 1], owned: C_t less the sum of its accounts: rounding */
};

/* Asks for no net and no inputs. Takes steps² numbers: for the steps that are shown, not for whole corpora. False when
 * memory is short. */
bool ledger_compute(const struct computation *of, int layer, int unit, int steps, struct ledger *out);
void ledger_clear(struct ledger *l);

static inline double ledger_share(const struct ledger *l, int t, int k)
{
    return l->share[(size_t)t * ((size_t)l->steps + 1) + (size_t)k];
}

#endif
