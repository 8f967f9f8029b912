/* gradient_strips.c: many units, two blocks of narrow columns whose shade is the size. */
#include <math.h>
#include <stdio.h>

#include "base/clamp.h"
#include "base/utf8.h"
#include "views/cells.h"
#include "views/gradient_view.h"

bool grad_plan_strips(struct grad_strips *p, const struct grad_ctx *c, struct rect r)
{
    if (r.h < 4 || r.w < 12)
        return false;
    *p = (struct grad_strips){.gutter = r.w >= 36 ? 10 : 5};
    p->block = (r.w - p->gutter - 2) / 2;
    if (p->block < 4)
        p->block = 0;
    int width = p->block ? p->block : r.w - p->gutter;
    p->cell = width / c->step;
    p->cell = clamp_int(p->cell, 1, 8);
    p->tokens = p->cell >= 4 && r.h >= 12;
    int left = r.h - 3 - p->tokens;         /* title, heading, scale */
    p->inputs = left >= 8;
    left -= p->inputs;
    p->own = c->H > left && left >= 4;
    left -= 2 * p->own;
    left = left < 1 ? 1 : left;
    p->bin = (c->H + left - 1) / left;
    p->rows = (c->H + p->bin - 1) / p->bin;
    p->numbers = p->bin == 1 && p->cell >= 7 && left >= 2 * p->rows + 1;
    return true;
}

static void draw_strip(const struct grad_ctx *c, const struct grad_strips *p, int x, int y, int u, int n)
{
    float peak = c->cache->peak[c->layer];
    for (int t = c->lo; t <= c->hi; t++) {
        int at = x + (t - c->lo) * p->cell, right = at + p->block + 2;
        if (p->block) {
            float v = grad_strongest(c, grad_direct, u, n, t);
            bool cut = n == 1 ? t < c->step && grad_cut_at(c, u, t + 1) : t < c->step && v < GRAD_CUT
                && grad_strongest(c, grad_direct, u, n, t + 1) >= GRAD_CUT;
            bool pinned = false;
            for (int k = u; session_pin_count(c->s) && k < u + n && k < c->H; k++)
                pinned = pinned || grad_pinned_at(c, k, t);
            enum pen own = grad_pen(c, u, n, t), old = grid_pen(c->g, own);
            grad_draw_cell(c, at, y, p->cell, (double)v);
            grid_pen(c->g, old);
            if (cut && own != PEN_COVER)
                grid_text(c->g, at + (p->cell > 1 ? p->cell - 2 : 0), y, 1, ROLE_WARN, ATTR_BOLD, c->gl->times);
            if (pinned)
                cells_star(c->g, at, y);
        }
        grad_draw_cell(c, p->block ? right : at, y, p->cell,
                       peak > 0 ? (double)(grad_strongest(c, grad_full, u, n, t) / peak) : 0);
    }
}

/* Where cells are wide enough, the numbers under them. */
static void draw_strip_numbers(const struct grad_ctx *c, const struct grad_strips *p, int x, int y, int u)
{
    for (int t = c->lo; t <= c->hi; t++) {
        int at = x + (t - c->lo) * p->cell;
        if (p->block) {
            enum pen old = grid_pen(c->g, grad_pen(c, u, 1, t));
            grad_number_at(c, at, y, p->cell - 1, &(struct grad_number){(double)grad_direct(c, u, t), false, ROLE_DIM});
            grid_pen(c->g, old);
        }
        grad_number_at(c, p->block ? at + p->block + 2 : at, y, p->cell - 1,
                       &(struct grad_number){(double)grad_full(c, u, t), true, ROLE_DIM});
    }
}

static void block_heading(const struct grad_ctx *c, const struct grad_strips *p, int x, int y, int w, const char *name)
{
    if (p->tokens) {
        grid_text(c->g, x, y, w, ROLE_LABEL, 0, name);
        grad_draw_tokens(c, x, y + 1, p->cell);
        return;
    }
    struct str from = {0}, to = {0};
    grad_token(c, c->lo, &from);
    grad_token(c, c->hi, &to);
    if (utf8_text_width(name) + utf8_text_width(str_text(&from)) + utf8_text_width(str_text(&to)) + 5 <= w)
        grid_textf(c->g, x, y, w, ROLE_LABEL, 0, "%s  %s %s %s", name, str_text(&from), c->gl->etc, str_text(&to));
    else
        grid_text(c->g, x, y, w, ROLE_LABEL, 0, name);
    str_free(&from);
    str_free(&to);
}

void grad_draw_strips(const struct grad_ctx *c, struct rect r, const struct grad_strips *p)
{
    int y = r.y + 1, x = r.x + p->gutter, right = x + p->block + 2;
    char direct_name[24], full_name[24];
    snprintf(direct_name, sizeof direct_name, *c->gl->prod_f ? "direct %s" : "direct", c->gl->prod_f);
    snprintf(full_name, sizeof full_name, "full |%sC|", c->gl->partial);
    grad_draw_heading(c, r, "");
    if (p->block)
        block_heading(c, p, x, y, p->block, direct_name);
    block_heading(c, p, p->block ? right : x, y, p->block ? p->block : r.w - p->gutter, full_name);
    y += 1 + p->tokens;
    for (int k = 0; k < p->rows; k++, y++) {
        grad_unit_label(c, (struct rect){r.x, y, p->gutter, 1}, k * p->bin, p->bin);
        draw_strip(c, p, x, y, k * p->bin, p->bin);
        if (p->numbers)
            draw_strip_numbers(c, p, x, ++y, k);
    }
    if (p->own) {                 /* its cell above is the strongest of many: here it is by itself */
        y++;
        grad_unit_label(c, (struct rect){r.x, y, p->gutter, 1}, c->unit, 1);
        draw_strip(c, p, x, y++, c->unit, 1);
    }
    if (p->inputs) {
        double most = 0;
        for (int t = c->lo; t <= c->step; t++)
            most = fmax(most, c->cache->norm[t - c->cache->first]);
        grid_textf(c->g, r.x + 1, y, p->gutter - 2, ROLE_LABEL, 0, "|%sx|", c->gl->partial);
        for (int t = c->lo; t <= c->hi && most > 0; t++)
            grad_draw_cell(c, (p->block ? right : x) + (t - c->lo) * p->cell, y, p->cell,
                           c->cache->norm[t - c->cache->first] / most);
        y++;
    }
    if (p->numbers) {
        grid_textf(c->g, r.x + 1, y, p->gutter - 2, ROLE_LABEL, 0, "x%s%sx", c->gl->times_dot, c->gl->partial);
        for (int t = c->lo; t <= c->hi; t++) {
            double v = c->cache->dot[t - c->cache->first];
            grad_number_at(c, (p->block ? right : x) + (t - c->lo) * p->cell, y, p->cell - 1,
                           &(struct grad_number){v, true, ROLE_NUMBER});
        }
        y++;
    }
    grad_draw_scale(c, p->bin, r, y);
}
