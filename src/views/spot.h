/* spot.h: what a click means. While a picture is drawn for a click, whoever draws a word, a value or the name of a view
 * marks its cells; all other pictures take no notice. A later mark lies over an earlier one. */
#ifndef FLSTM_VIEWS_SPOT_H
#define FLSTM_VIEWS_SPOT_H

#include "views/view.h"

struct spot {
    enum { SPOT_NOTHING, SPOT_STEP, SPOT_VALUE, SPOT_VIEW } kind;
    struct place place;           /* SPOT_VALUE; of SPOT_STEP only the step */
    int view;                     /* SPOT_VIEW: which of views[] */
};

void spot_step(struct grid *g, struct rect r, int step);
void spot_value(struct grid *g, struct rect r, struct place place);
void spot_view(struct grid *g, struct rect r, int view);
/* What was marked there last; SPOT_NOTHING. */
struct spot spot_at(const struct grid *g, int x, int y);

#endif
