/* beside.h: the plain recurrent network beside the default model: the same stories, sizes and number of updates,
 * without gates (built-in model "plain"). What a gradient does on its way back is only seen in comparison.
 */
#ifndef FLSTM_SESSION_BESIDE_H
#define FLSTM_SESSION_BESIDE_H

#include "session/aim.h"

struct beside;

/* NULL where there is nothing to compare: another vocabulary than that of the stories, the plain network itself, a
 * sequence of more than BESIDE_STEPS, no memory. Reads the model, some milliseconds. beside_free takes NULL. */
enum { BESIDE_STEPS = 256 };
struct beside *beside_new(const struct session *s);
void beside_free(struct beside *b);

/* In how many of the held-out places it is right, of 1. */
double beside_accuracy(const struct beside *b);
/* Its gradient of the surprisal of aim->output at aim->step, on the session's sequence without pins: the norm of ∂/∂C
 * after step t = 0 … aim->step as a share of that after aim->step. aim->step + 1 numbers, owned by the caller (free);
 * NULL when the aim is no surprisal or memory is short. */
double *beside_shares(const struct beside *b, const struct session *s, const struct aim *aim);

#endif
