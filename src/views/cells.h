/* cells.h: what stands in a cell of a picture of values: heat, a number, a star for a value set by hand, the pointer of
 * the cursor; and the ramp that says what heat means. What is hidden, not reached or pointed at (value_look) is drawn
 * here and nowhere else. */
#ifndef FLSTM_VIEWS_CELLS_H
#define FLSTM_VIEWS_CELLS_H

#include "views/value.h"

struct heat {
    enum role ramp;               /* ROLE_HEAT_GATE, ROLE_HEAT_CELL */
    int level;                    /* 0 or -LEVEL_MAX … LEVEL_MAX */
    bool nan;                     /* no number: "?" in red */
    enum value_look look;
};

/* The heat of a value; of a number on a scale of its own. */
struct heat cells_value(enum value v, float x, enum value_look look);
struct heat cells_scaled(float x, float scale, enum role ramp, enum value_look look);
void cells_heat(struct grid *g, struct rect r, const struct heat *h);
/* A number at the left of r, or what stands for it: "?" when hidden, a point when not reached, in the middle. */
void cells_number(struct grid *g, struct rect r, struct ink ink, enum value_look look, const char *text);
/* What stands for a number of this look; NULL: the number itself. `point` has room for a glyph in UTF-8. */
const char *cells_stand_in(enum value_look look, const struct glyphs *gl, char point[8]);

void cells_star(struct grid *g, int x, int y);
void cells_pointer(struct grid *g, int x, int y);

/* "tanh -1 ▓▒░ ░▒▓ +1", right-aligned before x; returns its cells, 0 when it needs more than `room`. */
struct ramp { enum role role; const char *of, *low, *high; int cells; };
int cells_ramp(struct grid *g, int x, int y, int room, const struct ramp *ramp);
/* The ramp of a value. */
struct ramp cells_ramp_of(enum value v);

#endif
