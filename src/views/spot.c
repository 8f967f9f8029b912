/* spot.c: see spot.h. The grid keeps five numbers a mark and does not know what they mean. */
#include "views/spot.h"

void spot_step(struct grid *g, struct rect r, int step)
{
    grid_mark(g, r, (const int[GRID_MARK]){SPOT_STEP, step});
}

void spot_value(struct grid *g, struct rect r, struct place p)
{
    grid_mark(g, r, (const int[GRID_MARK]){SPOT_VALUE, p.step, p.layer, p.unit, (int)p.value});
}

void spot_view(struct grid *g, struct rect r, int view)
{
    grid_mark(g, r, (const int[GRID_MARK]){SPOT_VIEW, view});
}

struct spot spot_at(const struct grid *g, int x, int y)
{
    const int *what = grid_mark_at(g, x, y);
    if (!what)
        return (struct spot){SPOT_NOTHING, {0, 0, VAL_C, 0}, 0};
    if (what[0] == SPOT_VIEW)
        return (struct spot){SPOT_VIEW, {0, 0, VAL_C, 0}, what[1]};
    if (what[0] == SPOT_STEP)
        return (struct spot){SPOT_STEP, {0, 0, VAL_C, what[1]}, 0};
    return (struct spot){SPOT_VALUE, {what[2], what[3], (enum value)what[4], what[1]}, 0};
}
