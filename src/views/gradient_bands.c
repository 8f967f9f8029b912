/* gradient_bands.c: few units, each a band of columns with its numbers. */
#include <math.h>
#include <stdio.h>

#include "base/clamp.h"
#include "ui/widget.h"
#include "views/cells.h"
#include "views/gradient_view.h"

enum { COLUMN_MIN = 7, COLUMN_MAX = 12 };

bool grad_plan_bands(struct grad_bands *p, const struct grad_ctx *c, struct rect r)
{
    int left = r.h - 1 - !c->on_tape - 2 * c->H;
    if (left < 0 || r.w < 24)     /* strips of all steps say more */
        return false;
    *p = (struct grad_bands){.gutter = r.w >= 70 ? 13 : 9};
    p->inputs = left >= 2 ? 2 : left;
    left -= p->inputs;
    p->bars = left / c->H;
    p->bars = p->bars > 5 ? 5 : p->bars;
    if (p->bars < 2 && c->H > 3 && r.h >= 10)   /* a wall of numbers: strips say more */
        return false;
    left -= p->bars * c->H;
    p->gap = left >= c->H;
    left -= p->gap * c->H;
    p->lead = left >= 1 && p->inputs;
    p->column = c->on_tape ? c->tape.pitch : (r.w - p->gutter) / c->step;
    if (!c->on_tape)
        p->column = clamp_int(p->column, COLUMN_MIN, COLUMN_MAX);
    return true;
}

int grad_bands_room(const struct grad_bands *p, struct rect r)
{
    int n = (r.w - p->gutter) / p->column;
    return n < 1 ? 1 : n;
}

/* The scale of the full columns: one for all units, so that one sees which of them matters. */
static float largest(const struct grad_ctx *c)
{
    float peak = 0;
    for (int u = 0; u < c->H; u++) {
        peak = fmaxf(peak, fabsf(grad_full(c, u, c->step)));
        for (int t = c->lo; t <= c->hi; t++)
            peak = fmaxf(peak, fabsf(grad_full(c, u, t)));
    }
    return peak;
}

static void draw_band(const struct grad_ctx *c, struct rect r, const struct grad_bands *p, int u, int y, float peak)
{
    struct grid *g = c->g;
    char unit[32];
    bool here = u == c->unit;
    if (here)
        cells_pointer(g, r.x, y);
    int numbers = y + p->bars;
    grid_text(g, r.x + 2, y, p->gutter - 3, here ? ROLE_CURSOR : ROLE_LABEL, here ? ATTR_BOLD : 0,
              session_unit_label(c->s, c->layer, u, unit));
    if (!p->bars) {
        grid_text(g, r.x + 2, numbers + 1, p->gutter - 3, ROLE_DIM, 0, "full");
    } else {
        bool signs = p->gutter > 12 || c->tape.x > 12;
        grid_textf(g, r.x + 1, numbers, 10, ROLE_F, 0, signs ? "direct %s" : "direct", c->gl->prod_f);
        grid_textf(g, r.x + 1, numbers + 1, 10, ROLE_C, 0, signs ? "full %sC" : "full", c->gl->partial);
    }
    int bar = (p->column - 2) / 2, x0 = r.x + p->gutter;
    bar = c->on_tape ? 2 : clamp_int(bar, 0, 4);
    for (int t = c->lo; t <= c->hi; t++) {
        int x = x0 + (t - c->lo) * p->column, bx = x + (p->column - 1 - (2 * bar + 1)) / 2;
        bx = c->on_tape ? across_x(&c->tape, t) : bx;
        if (p->bars) {
            enum pen old = grid_pen(g, grad_pen(c, u, 1, t));
            widget_column(g, (struct rect){bx, y, bar, p->bars}, (struct bar){grad_direct(c, u, t), NAN, 0, 1, ROLE_F});
            grid_pen(g, old);
            if (peak > 0)
                widget_column(g, (struct rect){bx + bar + 1, y, bar, p->bars},
                              (struct bar){fabsf(grad_full(c, u, t)), NAN, 0, peak, ROLE_C});
        }
        enum pen own = grad_pen(c, u, 1, t), old = grid_pen(g, own);
        grad_column_number(c, x0, t, numbers, p->column,
                           &(struct grad_number){(double)grad_direct(c, u, t), false, ROLE_NUMBER});
        grid_pen(g, old);
        grad_column_number(c, x0, t, numbers + 1, p->column,
                           &(struct grad_number){(double)grad_full(c, u, t), true, ROLE_NUMBER});
        if (grad_pinned_at(c, u, t))
            cells_star(g, c->on_tape ? bx + 5 : x + p->column - 1, numbers);
        if (own != PEN_COVER && grad_cut_at(c, u, t))
            grad_draw_cut(c, c->on_tape ? bx - 2 : x - 1, y, p->bars);
    }
}

void grad_draw_bands(const struct grad_ctx *c, struct rect r, const struct grad_bands *p)
{
    int y = r.y + 1;
    float peak = largest(c);
    char scale[64] = "", most[16];
    if (p->bars)
        snprintf(scale, sizeof scale, "direct to 1, full to %s", grad_short(most, (double)peak, false));
    grad_draw_heading(c, r, scale);
    if (!c->on_tape)
        grad_draw_tokens(c, r.x + p->gutter, y++, p->column);
    for (int u = 0; u < c->H; u++) {
        draw_band(c, r, p, u, y, peak);
        y += p->bars + 2 + p->gap;
    }
    grad_draw_inputs(c, r.x + 1, r.x + p->gutter, p->column, y + p->lead, p->inputs);
    grad_draw_plain(c, r, r.x + p->gutter, p->column, y + p->lead + p->inputs + 1);
}
