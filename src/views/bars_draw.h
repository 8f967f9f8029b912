/* bars_draw.h: the parts of the main view's picture; each draws a plan of bars.h. */
#ifndef FLSTM_VIEWS_BARS_DRAW_H
#define FLSTM_VIEWS_BARS_DRAW_H

#include "views/bars.h"
#include "views/value.h"

/* What every part needs to know. */
struct bars_scene {
    const struct scene *scene;
    const struct session *s;
    struct grid *g;
    const struct cursor *at;
    int layer, H, t;
    float low, cell;              /* scale of the cell rows: low … +cell; low is -cell, or 0 where a scenario's rows are
                                   * all ≥ 0 */
    const struct bars_plan *plan;
};

void bars_blocks(const struct bars_scene *b);
void bars_columns(const struct bars_scene *b);
void bars_field(const struct bars_scene *b);
/* The panel at the right of blocks: what comes next, and all units. */
void bars_side(const struct bars_scene *b, struct rect r);
/* "next word  her 0.97  [his] 0.02": one row. */
void bars_next(const struct bars_scene *b, int x, int y, int w);
/* A share -1 … 1 as a column that grows up or hangs down from the middle of r, an even number of rows high. */
void bars_column(struct grid *g, struct rect r, float share, enum role role);
/* Would a reader of the printed digits see that a value is not what it would be without pins? */
bool bars_moved(float value, float base);
/* Does block k need another scale than the one above it? */
bool bars_turn(const struct bars_plan *p, int k);
/* How a value of this picture is to be shown. */
enum value_look bars_look(const struct bars_scene *b, enum value v, int unit);

#endif
