/* rival.h: this word and not which other? The question that views put when nobody has named two. */
#ifndef FLSTM_SESSION_RIVAL_H
#define FLSTM_SESSION_RIVAL_H

#include "session/session.h"

enum { RIVALS = 20 };

/* After step t: a is the word that does come, where it is an output, else the likeliest. Its rivals are the likeliest
 * of the others, b the `rival`-th of them from 0; the first is, of those that are not out of the question, the one from
 * which memory alone tells it ("her" and "his"). Pins change the answer, not the question. False: fewer than two
 * outputs, or the logits overflow. */
bool session_rival(const struct session *s, int t, int rival, int *a, int *b);

#endif
