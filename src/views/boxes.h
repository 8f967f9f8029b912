/* boxes.h: a few states side by side as boxes, with arcs between them and words on the arcs: forward arcs run above
 * the boxes, backward ones below. It knows nothing of what the states are. */
#ifndef FLSTM_VIEWS_BOXES_H
#define FLSTM_VIEWS_BOXES_H

#include "ui/grid.h"

enum { BOXES_MOST = 5, BOXES_ARCS = BOXES_MOST * (BOXES_MOST - 1), BOXES_W = 11, BOXES_H = 4 };

struct box { char first[BOXES_W], second[BOXES_W]; bool here; };         /* two lines of at most BOXES_W - 2 cells */
/* From one box to another one. say writes the words in at most `cells` cells. */
struct box_arc { int from, to; bool chosen; const void *what; };
struct boxes {
    int n, arcs;
    struct box box[BOXES_MOST];
    struct box_arc arc[BOXES_ARCS];
    void (*say)(const void *whose, const void *what, int cells, const struct glyphs *gl, struct str *out);
    const void *whose;
};

/* Rows that it takes; 0: the boxes and their words do not fit side by side in w cells. */
int boxes_height(const struct boxes *b, int w);
void boxes_draw(const struct boxes *b, struct grid *g, struct rect r);

#endif
