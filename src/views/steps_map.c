/* steps_map.c: all weights of a gate at once, a half cell each. Sign is a colour, and without colours + or -; where a
 * half cell must stand for several weights it shows the strongest, and empty is exactly 0. See steps_parts.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "views/steps_parts.h"

/* The weights as they stand: `across` and `down` of them, `per` of either in a half cell. The rows of the first part,
 * `seam` of them, share no cell with the others. */
struct map {
    const struct anatomy *a;
    bool upright;
    int across, down, seam, across_per, down_per, line;   /* line: rows in one, 1 or two halves of down_per */
    float most;
};

enum { STRONG = 4 };              /* without colours a quarter of the largest has a sign */

static float weight_at(const struct map *m, int x, int y)
{
    return m->upright ? steps_weights(m->a, y)[x] : steps_weights(m->a, x)[y];
}

static int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

/* Lines that the rows take: those of h and those of x begin on a line of their own. */
static int lines_of(const struct map *m)
{
    return ceil_div(m->seam, m->line) + ceil_div(m->down - m->seam, m->line);
}

static struct map map_of(const struct anatomy *a, bool upright, int cells, int lines)
{
    struct map m = {.a = a, .upright = upright, .across = upright ? a->n : a->H, .down = upright ? a->H : a->n,
                    .seam = a->H, .across_per = 1, .down_per = 1};
    m.across_per = ceil_div(m.across, cells > 0 ? cells : 1);
    m.line = 1;
    while (lines_of(&m) > lines && m.line < m.down) {
        m.down_per += m.line > 1;
        m.line = 2 * m.down_per;
    }
    for (int u = 0; u < a->H; u++)
        for (int k = 0; k < a->n; k++)
            m.most = fmaxf(m.most, fabsf(steps_weights(a, u)[k]));
    return m;
}

/* The strongest of the weights that a half cell stands for. */
static float half_of(const struct map *m, int cell, int from, int end)
{
    float best = 0;
    for (int y = from; y < from + m->down_per && y < end; y++)
        for (int x = cell * m->across_per; x < (cell + 1) * m->across_per && x < m->across; x++)
            if (fabsf(weight_at(m, x, y)) > fabsf(best))
                best = weight_at(m, x, y);
    return best;
}

static int level_of(const struct map *m, float w)
{
    return m->most > 0 && isfinite(w) ? (int)lrintf(w / m->most * LEVEL_MAX) : 0;
}

/* Two weights in a cell. */
static void draw_cell(struct grid *g, int x, int y, const int level[2])
{
    int strong = abs(level[0]) >= abs(level[1]) ? level[0] : level[1];
    uint32_t ch = strong >= LEVEL_MAX / STRONG ? '+' : strong <= -LEVEL_MAX / STRONG ? '-' : g->glyphs->unknown;
    grid_halves(g, x, y, ch, ROLE_HEAT_CELL, level);
}

static void draw_line(const struct drawing *d, const struct map *m, int x, int y, int from, int end)
{
    for (int c = 0; c * m->across_per < m->across; c++) {
        float one = half_of(m, c, from, end), two = m->line == 1 ? one : half_of(m, c, from + m->down_per, end);
        const int level[2] = {level_of(m, one), level_of(m, two)};
        if (one != 0 || two != 0)
            draw_cell(d->g, x + c, y, level);
    }
}

/* "-5.9 --·++ +5.9" */
static void draw_legend(struct grid *g, const struct map *m, int x, int y)
{
    x += grid_textf(g, x, y, 6, ROLE_DIM, 0, "%.2g", -(double)m->most) + 1;
    for (int k = -2; k <= 2; k++)
        draw_cell(g, x++, y, (const int[]){k * LEVEL_MAX / 2, k * LEVEL_MAX / 2});
    grid_textf(g, x + 1, y, 6, ROLE_DIM, 0, "%+.2g", (double)m->most);
}

static void draw_name(const struct drawing *d, const struct map *m, int x, int y, int row)
{
    char label[24];
    if (m->upright)
        snprintf(label, sizeof label, "%d", row + 1);
    else
        snprintf(label, sizeof label, "%c%d", row < d->a->H ? 'h' : 'x', (row < d->a->H ? row : row - d->a->H) + 1);
    int at = m->upright ? d->a->unit : d->row;
    bool here = at >= row && at < row + m->line && (m->upright || row >= d->a->H || at < d->a->H);
    grid_text_right(d->g, x, y, 4, here ? ROLE_CURSOR : ROLE_DIM, here ? ATTR_BOLD : 0, label);
}

void steps_map(const struct drawing *d, struct rect r, bool upright, int legend)
{
    enum { NAMES = 4 };
    const struct anatomy *a = d->a;
    struct map m = map_of(a, upright, r.w - NAMES, r.h - 1);
    int x = r.x + NAMES, y = r.y;
    grid_textf(d->g, r.x, y, NAMES, ROLE_LABEL, 0, "W_%s", quantity_name(a->of));
    grid_put(d->g, x + (upright ? d->row : a->unit) / m.across_per, y++, d->g->glyphs->pointer_down, ROLE_CURSOR,
             ATTR_BOLD);
    for (int row = 0; row < m.down && y < r.y + r.h; row += m.line, y++) {
        int end = row < m.seam ? m.seam : m.down;
        draw_name(d, &m, x - 1, y, row);
        draw_line(d, &m, x, y, row, end);
        if (row < m.seam && row + m.line > m.seam)
            row = m.seam - m.line;           /* what comes in begins on a line of its own */
    }
    if (y <= legend)
        draw_legend(d->g, &m, r.x, y);
}
