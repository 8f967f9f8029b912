/* cell.h: the whole cell as one drawing: long-term memory is the double line along the top, short-term memory what
 * comes down at the right. A box is lit (double frame, bold) when its sub-step has come; what is not computed yet is
 * "?". */
#ifndef FLSTM_VIEWS_CELL_H
#define FLSTM_VIEWS_CELL_H

#include "views/view.h"

/* The drawing needs so much; with less height it leaves words out, below CELL_LEAST it is four lines of numbers. */
enum { CELL_W = 78, CELL_H = 15, CELL_LEAST = 10 };
/* The selected unit's cell in r. */
void cell_draw(const struct scene *scene, struct grid *g, struct rect r);

#endif
