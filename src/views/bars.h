/* bars.h: the main view's arrangement, apart from its drawing: which quantities and units are shown, and where. */
#ifndef FLSTM_VIEWS_BARS_H
#define FLSTM_VIEWS_BARS_H

#include "views/view.h"

enum bars_mode {
    BARS_BLOCKS,                  /* a block a quantity, a line a unit: few units, or six of many */
    BARS_COLUMNS,                 /* a column a unit: up to about 60 */
    BARS_FIELD                    /* two units a cell, in half-blocks: hundreds */
};

enum { BARS_UNITS = 64, BARS_FEW = 16, BARS_COLUMNS_MOST = 60, BARS_SIDE = 110, BARS_SIDE_LEFT = 80 };

struct bars_plan {
    enum bars_mode mode;
    int n;
    enum value value[VAL_COUNT];  /* the quantities, from above */
    int units, unit[BARS_UNITS];  /* BLOCKS: the units of each block, from above */
    int panels;                   /* BLOCKS: 1, or 2 side by side, filled row by row */
    int tall;                     /* BLOCKS: rows a bar is high */
    bool scales;                  /* BLOCKS: a row above each block says what its lengths mean */
    bool turns;                   /* and only above those where a gate follows a memory, or a memory a gate */
    bool scale_line;              /* BLOCKS: one row at the top says it for all */
    int gap;                      /* BLOCKS: blank rows between blocks that have no scale row */
    bool measure;                 /* BLOCKS: a scenario named the rows: wider bars, and words that say by how much */
    int words;                    /* rows at the bottom for `e` */
    int side;                     /* columns of the panel at the right; 0: none */
    struct rect rows;             /* where the quantities go */
};

/* r: the view's rectangle. zoom: six units of many as blocks. */
struct bars_plan bars_plan(const struct scene *scene, struct rect r, bool zoom);
/* All units of a layer: those that have names, then those whose C moves most over the sentence. order: [H]. */
void bars_order(const struct session *s, int layer, int *order);
/* The next or previous value on screen: moves unit and row through what is shown in r. */
void bars_move(const struct scene *scene, struct rect r, int by, int *unit, enum value *v);
/* The scale of the cell rows: the same for all blocks of a picture. */
float bars_scale(const struct scene *scene);

#endif
