/* welcome.h: the words of the first start, over the rows of words: what the picture shows, and which key to press
 * next. */
#ifndef FLSTM_VIEWS_WELCOME_H
#define FLSTM_VIEWS_WELCOME_H

#include "views/view.h"

/* In the last rows of r, five where there is room; fewer words and rows where there is less. */
void welcome_draw(const struct scene *scene, struct grid *g, struct rect r);

#endif
