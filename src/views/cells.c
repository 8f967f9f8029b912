/* cells.c: see cells.h. */
#include "views/cells.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"

struct heat cells_value(enum value v, float x, enum value_look look)
{
    return (struct heat){value_heat(v), isnan(x) ? 0 : value_level(v, x), isnan(x), look};
}

struct heat cells_scaled(float x, float scale, enum role ramp, enum value_look look)
{
    float least = ramp == ROLE_HEAT_GATE ? 0 : -LEVEL_MAX, level = x / (scale > 0 ? scale : 1) * LEVEL_MAX;
    if (isnan(level))
        return (struct heat){ramp, 0, true, look};
    return (struct heat){ramp, (int)lrintf(fmaxf(least, fminf(LEVEL_MAX, level))), false, look};
}

void cells_heat(struct grid *g, struct rect r, const struct heat *h)
{
    enum pen old = grid_pen(g, h->look == LOOK_PLAIN ? g->pen : value_look_pen(h->look));
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++) {
            if (h->look == LOOK_UNKNOWN)
                grid_put(g, x, y, g->glyphs->unknown, ROLE_TRACK, 0);
            else if (h->nan)
                grid_put(g, x, y, '?', ROLE_BAD, 0);
            else
                grid_heat(g, x, y, h->ramp, h->level);
        }
    grid_pen(g, old);
}

const char *cells_stand_in(enum value_look look, const struct glyphs *gl, char point[8])
{
    if (look != LOOK_UNKNOWN)
        return look == LOOK_HIDDEN ? "?" : NULL;
    point[utf8_encode(gl->unknown, point)] = '\0';
    return point;
}

void cells_number(struct grid *g, struct rect r, struct ink ink, enum value_look look, const char *text)
{
    char point[8];
    const char *instead = cells_stand_in(look, g->glyphs, point);
    enum pen old = grid_pen(g, value_look_pen(look));
    if (instead)
        grid_text(g, r.x + (r.w - 1) / 2, r.y, 1, look == LOOK_HIDDEN ? ROLE_LABEL : ROLE_DIM, 0, instead);
    else
        grid_text(g, r.x, r.y, r.w, ink.role, ink.attr, text);
    grid_pen(g, old);
}

void cells_star(struct grid *g, int x, int y)
{
    grid_put(g, x, y, '*', ROLE_PINNED, ATTR_BOLD);
}

void cells_pointer(struct grid *g, int x, int y)
{
    grid_put(g, x, y, g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
}

/* ---- the ramp ---------------------------------------------------------------------------------------------------- */

struct ramp cells_ramp_of(enum value v)
{
    if (value_is_gate(v))
        return (struct ramp){ROLE_HEAT_GATE, "", "0", "1", 5};
    return (struct ramp){ROLE_HEAT_CELL, value_kind(v)->range == RANGE_CELL ? "tanh " : "", "-1", "+1", 9};
}

int cells_ramp(struct grid *g, int x, int y, int room, const struct ramp *ramp)
{
    const char *minus = *ramp->low == '-' ? g->glyphs->minus : "", *low = ramp->low + (*ramp->low == '-');
    int w = utf8_text_width(ramp->of) + utf8_text_width(minus) + utf8_text_width(low) + 2 + ramp->cells
        + utf8_text_width(ramp->high);
    if (w > room)
        return 0;
    int at = x - w, first = ramp->role == ROLE_HEAT_GATE ? 0 : -LEVEL_MAX;
    at += grid_textf(g, at, y, w, ROLE_DIM, 0, "%s%s%s ", ramp->of, minus, low);
    for (int k = 0; k < ramp->cells; k++)
        grid_heat(g, at++, y, ramp->role, first + k * (LEVEL_MAX - first) / (ramp->cells - 1));
    grid_textf(g, at, y, w, ROLE_DIM, 0, " %s", ramp->high);
    return w;
}
