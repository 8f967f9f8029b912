/* dial_view.h: what the dial works out and says, for the view and for whoever sums it up. */
#ifndef FLSTM_VIEWS_DIAL_VIEW_H
#define FLSTM_VIEWS_DIAL_VIEW_H

#include "core/dial.h"
#include "session/hang.h"
#include "ui/glyph.h"

enum { DIAL_POINTS = 81, DIAL_COARSE = 8, DIAL_RIVALS = 20, DIAL_TIPS = 3 };

struct dial_kept {
    unsigned long revision;       /* of the session; 0: nothing is kept */
    int layer, unit, t, rival_wish;       /* what is turned: `v` of a unit at step t; against the k-th rival, from 0 */
    enum value v;
    struct hang hang;
    int rival;                    /* output; -1: none */
    float low, high, now;         /* the range, and the value that is computed or set here */
    struct dial_point point[DIAL_POINTS];
    float tip[DIAL_TIPS];
    int tips, points;             /* points 0: it could not be computed, or */
    bool waits;                   /* is not yet */
    int every;                    /* of the points each of these is there: the others, and tips, are still to come
                                   * unless it is 1 and `complete` */
    bool complete;
};

/* Fills in the rest for layer, unit, t ≥ 1, v and rival_wish. */
void dial_work_out(const struct session *s, struct dial_kept *k);
/* What goes from where to where, and where the two answers change places; or why there is nothing to say. */
void dial_tell(const struct session *s, const struct dial_kept *k, const struct glyphs *gl, struct str *out);

#endif
