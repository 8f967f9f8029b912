/* bars.h: how the main view arranges its rows: a pure function of sizes, so that it can be tested without drawing. */
#ifndef FLSTM_VIEWS_BARS_H
#define FLSTM_VIEWS_BARS_H

#include "views/view.h"

enum bars_mode { BARS_LINES, BARS_COLUMNS, BARS_HEAT };

struct bars_plan {
    enum bars_mode mode;
    bool scale;                   /* a line on top that says what full bars mean */
    int panels;                   /* LINES: blocks side by side, filled row by row; a line reads as the equation does */
    int gap;                      /* blank lines between rows of blocks */
    int pitch, tall;              /* LINES: rows from one unit to the next, rows its bar is high: room is used for size */
    int units;                    /* LINES: units shown per block, from `first`; COLUMNS: all; HEAT: units of the zoom */
    int first;
    int column_w, band_h;         /* COLUMNS: cells per unit, rows per quantity */
    int strip_w, strip_rows;      /* HEAT: cells per strip row, rows per quantity */
    int bin;                      /* HEAT: units per cell */
    int zoom_y, zoom_h;           /* HEAT: rows below the strips that show the units around the cursor as bars; h 0: none */
    int words;                    /* lines under the rows: predictions, equation, sentence (0 … 3 + explanation) */
    int side_w;                   /* a panel at the right with the predictions; 0: none */
    struct rect rows;             /* where the rows go */
};

/* values: quantities shown (1 … 9); H units; `unit` is the selected one. */
struct bars_plan bars_plan(struct rect r, int H, int values, int unit, enum layout_wish wish, bool explain, bool head);

/* The rows that are shown, in the order of the lesson: 4, or 9 with `extra`. Returns how many. */
int bars_values(bool extra, enum value out[VAL_COUNT]);
/* The next or previous value on screen: moves unit and row through what is shown. */
void bars_move(const struct session *s, bool extra, int by, int *unit, enum value *v);

#endif
