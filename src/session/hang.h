/* hang.h: which later answer hangs on this unit? The question that views put when nobody has said what to look at. */
#ifndef FLSTM_SESSION_HANG_H
#define FLSTM_SESSION_HANG_H

#include "session/session.h"

struct hang {
    int step;                     /* the answer comes after this step; -1: there is none */
    int output;                   /* the word that does come there */
};

/* Of the words that come in the next steps after t (at most 24), the one whose surprisal changes most when C of the
 * unit is set to 0 at step t, in the pinned run. */
struct hang session_hangs_on(const struct session *s, int layer, int unit, int t);

#endif
