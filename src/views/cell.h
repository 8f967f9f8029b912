/* cell.h: the whole cell as one drawing: long-term memory is the double line along the top, short-term memory what
 * comes down at the right. A box is lit (double frame, bold) when its sub-step has come; what is not computed yet is
 * "?". */
#ifndef FLSTM_VIEWS_CELL_H
#define FLSTM_VIEWS_CELL_H

#include "views/view.h"

/* The drawing needs so much; with less height it leaves words out, below CELL_LEAST it is four lines of numbers. */
enum { CELL_W = 78, CELL_H = 15, CELL_LEAST = 10 };
/* The selected unit's cell in r; while a word is gone through, a ● runs to where the step has come. opens: the box that
 * a key opens there has brackets. */
void cell_draw(const struct scene *scene, struct grid *g, struct rect r, bool opens);
/* That of another layer, where there is one: the layer above, and of the highest the one below; the unit whose C moves
 * most. False: there is but one layer. */
bool cell_draw_other(const struct scene *scene, struct grid *g, struct rect r);
/* The gate whose box is in brackets, which is the one that opens: the selected one, and while a word is gone through
 * that which is lit. */
enum quantity cell_gate(const struct cursor *at);

#endif
