/* aim.h: what a gradient is of: one number of the pinned run, and the gradient of it. The view and the trace share
 * it. */
#ifndef FLSTM_SESSION_AIM_H
#define FLSTM_SESSION_AIM_H

#include "core/gradient.h"
#include "session/session.h"

enum aim_of { AIM_SURPRISAL, AIM_C, AIM_H };

struct aim {
    enum aim_of of;
    int step;                     /* 1 … T */
    int output;                   /* of a surprisal: the output whose -ln p it is */
    int layer, unit;              /* of C or h */
};

/* "STEP[:TOKEN]", the argument of --gradient: STEP a number or a word of the sequence, TOKEN an output by its name;
 * without it the word that does come next. False with one line. */
bool aim_parse(const struct session *s, const char *text, const char *source, struct aim *out, struct err *e);

/* An output by the name it is shown with (case as the vocabulary takes it); -1 when there is none. */
int aim_output(const struct session *s, const char *name);

/* Back to the state after step `first` (0 … aim->step), where rows count from: row k of the result is step first +
 * k, its last row is aim->step. Rows from 1 on are the same whatever `first` is. Row 0 is a state that is given: its
 * ∂C leaves out what C did within its own step, through h and the layers above (for first = 0 there is nothing of
 * that kind). NULL when memory is short. */
struct gradient *aim_gradient(const struct session *s, const struct aim *aim, int first);

#endif
