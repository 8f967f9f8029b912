/* attribution.h: which earlier words pushed a gate: its pre-activation followed back through the memory that carried
 * them.
 *
 * A gate of unit u at step t has z = W·[h_{t-1}, x_t] + b. The parts of x_t and b are plain. That of h_{t-1} is
 * followed back through the cell states, exactly as far as they are sums: what step s wrote into unit k was kept by
 * every f since,
 *
 *     C_{t-1} = Σ_s (f_{s+1} … f_{t-1}) i_s g_s  +  (f_1 … f_{t-1}) C_0
 *
 * and h_{t-1} = o_{t-1} tanh(C_{t-1}) is handed out in the same proportions: a part p of C_{t-1} gets p · h_{t-1} /
 * C_{t-1}. So Σ_s word[s] + initial + hand + x + b (+ peep) = z up to rounding, which is the remainder.
 *
 * What this leaves out: the gates f, i, o and the candidate g of the steps between are taken as they were. That
 * they, too, were computed from earlier words is not followed (the gradient does that). In layers above the first, x
 * is h_t of the layer below and counts as word t. The first four lines above hold for any model; the proportions are
 * a choice, the usual one.
 */
#ifndef FLSTM_CORE_ATTRIBUTION_H
#define FLSTM_CORE_ATTRIBUTION_H

#include "core/lstm.h"

struct attribution {
    int t;
    double z;                     /* the whole */
    double x, b;                  /* x_t and the bias */
    double peep;                  /* p ⊙ C of a layer with peepholes: not followed back; else 0 */
    double h;                     /* all of h_{t-1}: the sum of what follows, and the remainder */
    double *word;                 /* [t-1], owned: word[s-1] is what step s wrote */
    double initial;               /* C_0, or h_0 at step 1 */
    double hand;                  /* pinned C and h: not written by any word */
    double *by_hand;              /* [t], owned: the same by step, 0 … t-1 */
    double remainder;             /* rounding */
};

/* Of a gate at a step ≥ 1. False when memory is short. Takes one pass over t × H values; free with
 * attribution_clear. */
bool attribution_compute(const struct computation *of, struct element gate, struct attribution *out);
void attribution_clear(struct attribution *a);

/* Through which units the word of step s pushed: out[k] for each of the H units, Σ = word[s-1]. Asks for no inputs. */
void attribution_units(const struct computation *of, struct element gate, int s, double *out);

#endif
