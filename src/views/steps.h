/* steps.h: the first sub-steps of a word as pictures: h and x laid end to end; W times them, column by column; the
 * bias; σ. */
#ifndef FLSTM_VIEWS_STEPS_H
#define FLSTM_VIEWS_STEPS_H

#include "views/view.h"

enum { STEPS_W = 78, STEPS_H = 15 };   /* what the pictures need, without the row of steps */
/* "[1 join] 2 multiply  3 bias …": the row of sub-steps, the present one in brackets; none for a finished word. */
void steps_row(const struct scene *scene, struct grid *g, int x, int y, int w);
/* Is there a picture of the present sub-step? Of join, multiply, bias and σ. */
bool steps_pictured(const struct scene *scene);
void steps_draw(const struct scene *scene, struct grid *g, struct rect r);
/* Its words; false when it has none of its own. */
bool steps_say(const struct scene *scene, struct grid *g, struct rect r);

#endif
