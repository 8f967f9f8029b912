/* mutate.h: a network broken on purpose, for a bug hunt. A fault is a text:
 *
 *   none                 nothing is wrong
 *   stuck(f[gender],1)   the gate of one unit is 0 or 1 whatever comes (its weights are 0, its bias ±40)
 *   swap(f,i)            the weights of two gates have changed places
 *   drop(b_f)            a bias is 0;  twice(b_f): added twice;  bias(f,+1): 1 more
 *   candidate(sigma)     the candidate goes through σ, as the gates do, where tanh belongs
 *   order(x,h)           the weights are those of [x, h], while the network reads [h, x]
 */
#ifndef FLSTM_LESSON_MUTATE_H
#define FLSTM_LESSON_MUTATE_H

#include "model/model.h"

bool mutate_check(const char *fault, struct err *e);
/* Breaks a model that nobody else has yet. False when it has no such unit. */
bool mutate_model(struct model *m, const char *fault, struct err *e);
/* What is wrong, in words: "f of unit gender is stuck at 1". */
void mutate_say(const char *fault, struct str *out);

#endif
