/* hang.h: which later answer hangs on this unit? The question that views put when nobody has said what to look at. */
#ifndef FLSTM_SESSION_HANG_H
#define FLSTM_SESSION_HANG_H

#include "session/session.h"

struct hang {
    int step;                     /* the answer comes after this step; -1: there is none */
    int output;                   /* the word that does come there */
};

/* Of the words that come in the next steps after t (at most HANG_AHEAD), the one whose surprisal changes most when C of
 * the unit is set to 0 at step t, in the pinned run. */
enum { HANG_AHEAD = 24 };
struct hang session_hangs_on(const struct session *s, int layer, int unit, int t);

/* The same a piece at a time, until an edit: hanging_on goes on until the clock (clock_ms) says `end`, and is true when
 * it is found. NULL when memory is short. Borrows s. */
struct hanging;
struct hanging *hanging_new(const struct session *s, int layer, int unit, int t);
bool hanging_on(struct hanging *h, double end);
struct hang hanging_found(const struct hanging *h);
void hanging_free(struct hanging *h);

#endif
