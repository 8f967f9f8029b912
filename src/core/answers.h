/* answers.h: what the head says of hidden states that are in no run that is kept, such as the ends of reruns. Many
 * together read the head's weights once; a large head is gone through a piece at a time. The bits are lstm_logits'. */
#ifndef FLSTM_CORE_ANSWERS_H
#define FLSTM_CORE_ANSWERS_H

#include <stdbool.h>

#include "core/lstm.h"

struct answers;

/* So many states of this network go together: more would take long to begin with. */
int answers_most(const struct lstm *net);
/* Room for so many states at once, 1 … LOGITS_STEPS. NULL when memory is short. Borrows net. */
struct answers *answers_new(const struct lstm *net, int most);
void answers_free(struct answers *a);
/* Empties it; puts a state in, the top layer's h, which is copied. */
void answers_begin(struct answers *a);
void answers_add(struct answers *a, const float *h);
/* Goes on until the clock (clock_ms) says `end`, at least one piece. True when all is there. */
bool answers_on(struct answers *a, double end);
/* Of the k-th state, once all is there. */
const float *answers_logits(const struct answers *a, int k);
struct log_sum answers_sum(const struct answers *a, int k);

#endif
