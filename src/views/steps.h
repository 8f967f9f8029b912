/* steps.h: the first sub-steps of a word as pictures: h and x laid end to end; W times them, column by column; the
 * bias; σ. */
#ifndef FLSTM_VIEWS_STEPS_H
#define FLSTM_VIEWS_STEPS_H

#include "views/view.h"

/* What the pictures need, without the row of steps; from STEPS_ASIDE columns on there is a panel beside them, its line
 * at STEPS_LINE. */
enum { STEPS_W = 78, STEPS_H = 15, STEPS_ASIDE = 108, STEPS_LINE = 82 };

/* How they are looked at. upright: W_f · [h, x] instead of [h, x] · W_f. row: which of the H+E numbers is chosen, from
 * 1; 0: that whose product is largest. */
struct steps_look { bool upright; int row; };
/* "[1 join] 2 multiply  3 bias …": the row of sub-steps, the present one in brackets; none for a finished word. */
void steps_row(const struct scene *scene, struct grid *g, int x, int y, int w);
/* "5 keep": the present step; "" for a finished word. */
void steps_name(const struct scene *scene, const struct glyphs *gl, char out[24]);
/* Is there a picture of the present sub-step? Of join, multiply, bias and σ. */
bool steps_pictured(const struct scene *scene);
void steps_draw(const struct scene *scene, const struct steps_look *look, struct grid *g, struct rect r);
/* The panel, for all steps but the last: what the step does, the numbers of the units shown, and of a large W all of
 * it. */
void steps_aside(const struct scene *scene, const struct steps_look *look, struct grid *g, struct rect r);
/* How many of the H+E numbers have a row of their own when the picture is drawn in r. */
int steps_room(const struct session *s, struct rect r);
/* The next row (by 1) or the one before (-1) of the picture in r: a number, or upright a unit. */
void steps_move(struct session *s, struct steps_look *look, struct rect r, int by);
/* Its words; false when it has none of its own. */
bool steps_say(const struct scene *scene, const struct steps_look *look, struct grid *g, struct rect r);

#endif
