/* gradient_pairs.c: many units under the columns of the tape, a line each. */
#include <math.h>

#include "views/cells.h"
#include "views/gradient_view.h"

bool grad_plan_pairs(struct grad_pairs *p, const struct grad_ctx *c, struct rect r)
{
    if (!c->on_tape || r.h < 4 || r.w < 24)
        return false;
    *p = (struct grad_pairs){.gap = r.h >= 12};
    int left = r.h - 2 - p->gap;            /* title, scale */
    p->inputs = left >= c->H + 4 || left >= 10 ? 2 : 0;
    left -= p->inputs;
    p->all = left >= 3 * c->H;
    p->numbers = left >= c->H + 2 || left >= 8 ? 2 : 0;
    left -= p->numbers;
    p->own = c->H > left && left >= 4;
    left -= p->own;
    p->bin = (c->H + left - 1) / left;
    p->rows = (c->H + p->bin - 1) / p->bin;
    return true;
}

static void draw_pair(const struct grad_ctx *c, int y, int u, int n)
{
    float peak = c->cache->peak[c->layer];
    for (int t = c->lo; t <= c->hi; t++) {
        int x = across_x(&c->tape, t);
        float one = grad_strongest(c, grad_direct, u, n, t), all = grad_strongest(c, grad_full, u, n, t);
        bool cut = t - 1 >= c->cache->first && one >= GRAD_CUT
            && grad_strongest(c, grad_direct, u, n, t - 1) < GRAD_CUT;
        const struct heat left = cells_scaled(grad_shade((double)one), 1, ROLE_HEAT_GATE, LOOK_PLAIN),
                          right = cells_scaled(peak > 0 ? grad_shade((double)(all / peak)) : 0, 1, ROLE_HEAT_GATE,
                                               LOOK_PLAIN);
        enum pen own = grad_pen(c, u, n, t), old = grid_pen(c->g, own);
        cells_heat(c->g, (struct rect){x, y, 2, 1}, &left);
        grid_pen(c->g, old);
        cells_heat(c->g, (struct rect){x + 3, y, 2, 1}, &right);
        bool pinned = false;
        for (int k = u; session_pin_count(c->s) && k < u + n && k < c->H; k++)
            pinned = pinned || grad_pinned_at(c, k, t);
        if (pinned)
            cells_star(c->g, x + 5, y);
        if (cut && own != PEN_COVER)
            grad_draw_cut(c, x - 2, y, 0);
    }
}

static void draw_pair_numbers(const struct grad_ctx *c, int label, int y, int u)
{
    enum role role = u == c->unit ? ROLE_NUMBER : ROLE_DIM;
    grid_textf(c->g, label, y, 10, ROLE_DIM, 0, "direct %s", c->gl->prod_f);
    grid_textf(c->g, label, y + 1, 10, ROLE_DIM, 0, "full %sC", c->gl->partial);
    for (int t = c->lo; t <= c->hi; t++) {
        enum pen old = grid_pen(c->g, grad_pen(c, u, 1, t));
        grad_column_number(c, 0, t, y, 0, &(struct grad_number){(double)grad_direct(c, u, t), false, role});
        grid_pen(c->g, old);
        grad_column_number(c, 0, t, y + 1, 0, &(struct grad_number){(double)grad_full(c, u, t), true, role});
    }
}

static void pair_label(const struct grad_ctx *c, struct rect r, int y, int u, int n)
{
    grad_unit_label(c, (struct rect){r.x, y, c->tape.x - r.x - 2, 1}, u, n);
}

void grad_draw_pairs(const struct grad_ctx *c, struct rect r, const struct grad_pairs *p)
{
    int y = r.y + 1;
    grad_draw_heading(c, r, r.w > 70 ? "left direct, right full" : "");
    for (int k = 0; k < p->rows; k++) {
        int u = k * p->bin;
        pair_label(c, r, y, u, p->bin);
        draw_pair(c, y++, u, p->bin);
        if (p->all || (p->numbers && !p->own && u == c->unit && p->bin == 1)) {
            draw_pair_numbers(c, r.x + 1, y, u);
            y += 2;
        }
    }
    if (p->own || (p->numbers && p->bin > 1)) {
        pair_label(c, r, y, c->unit, 1);
        draw_pair(c, y++, c->unit, 1);
        if (p->numbers)
            draw_pair_numbers(c, r.x + 1, y, c->unit);
        y += p->numbers;
    }
    y += p->gap;
    grad_draw_inputs(c, r.x + 1, 0, 0, y, p->inputs);
    y += p->inputs;
    grad_draw_scale(c, p->bin, r, y);
    grad_draw_plain(c, r, 0, 0, y + 2);
}
