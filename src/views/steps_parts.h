/* steps_parts.h: the pictures of the first sub-steps, one file each: h and x joined (steps_join.c), W times them, the
 * bias and σ (steps_matrix.c), the same with W at the left (steps_upright.c), the whole of a large W (steps_map.c). */
#ifndef FLSTM_VIEWS_STEPS_PARTS_H
#define FLSTM_VIEWS_STEPS_PARTS_H

#include "views/anatomy.h"
#include "views/steps.h"

/* What is drawn, of which scene, and where to. row: the chosen one of the n numbers. */
struct drawing {
    const struct scene *scene;
    const struct anatomy *a;
    struct grid *g;
    int row;
};

/* One column of W a unit: what it multiplies, and what becomes of it. */
enum { COLUMNS_MOST = 3 };
struct columns {
    int n, unit[COLUMNS_MOST], at;       /* at: the selected one */
    double sum[COLUMNS_MOST], b[COLUMNS_MOST], b2[COLUMNS_MOST], z[COLUMNS_MOST], gate[COLUMNS_MOST];
    double peep[COLUMNS_MOST];
};

/* ---- steps_parts.c ---- */

/* All units of a small layer; the selected one of a larger, and `most` in all. */
struct columns steps_columns(const struct anatomy *a, int most);
const float *steps_weights(const struct anatomy *a, int unit);
const char *steps_weight_text(float w, char buf[16]);
int steps_weight_decimals(float w);    /* with which it is printed */
/* The pen for input k; for the gate, and the z, of a unit. */
enum pen steps_input_pen(const struct drawing *d, int k);
enum pen steps_gate_pen(const struct drawing *d, int unit);
/* "h2 verb", and "h2" where that does not fit. */
void steps_input_name(const struct anatomy *a, int k, int cells, const struct glyphs *gl, struct str *out);
void steps_name_row(const struct drawing *d, int x, int y, int k, int cells);
/* Where each unit's z lies. */
void steps_axis(const struct drawing *d, const struct columns *c, int x, int y);
/* "1×3 · 3×7": the heading, in the notation of the look. */
void steps_heading(const struct drawing *d, struct rect r, bool upright);

/* ---- the pictures ---- */

void steps_join(const struct drawing *d, struct rect r);
void steps_matrix(const struct drawing *d, struct rect r, bool upright);
/* Three units and seven numbers at most, in STEPS_H rows. */
void steps_upright(const struct drawing *d, struct rect r);
/* All weights of the gate, a half cell each: the numbers go down and the units across, upright the other way. What the
 * signs mean stands below, down to row `legend`. */
void steps_map(const struct drawing *d, struct rect r, bool upright, int legend);

#endif
