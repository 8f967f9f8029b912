/* expect.h: words that the vocabulary does not have: where they stand in a text, and what could stand there. */
#ifndef FLSTM_SESSION_EXPECT_H
#define FLSTM_SESSION_EXPECT_H

#include "session/session.h"

/* The first word of text from `from` on (in bytes) that the model cannot read: its beginning and end in bytes.
 * False: there is none, or the model takes no words. */
bool expect_unknown(const struct session *s, const char *text, int from, int *begin, int *end);

/* What the model expects after a text, the likeliest first: vocabulary ids and probabilities; words of the text that
 * it does not know are passed by. How many were filled, 0 without an output head over the vocabulary or without a
 * word to begin with. */
int expect_after(const struct session *s, const char *text, int top, int *id, float *p);
/* The words of the vocabulary spelled most like one (suggest.h), the nearest first. */
int expect_alike(const struct session *s, const char *word, int top, int *id);

#endif
