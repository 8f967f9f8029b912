/* steps_join.c: h and x laid end to end: a box a number, or, of many, a column a number. See steps_parts.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/bars_draw.h"
#include "views/say.h"
#include "views/steps_parts.h"

enum { CELL = 10, BOXES_MOST = 7 };

/* ---- few numbers: boxes ------------------------------------------------------------------------------------------ */

static void joined_boxes(const struct drawing *d, int x, int y)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    const struct glyph_lines *l = &g->glyphs->plain;
    for (int k = 0; k <= a->n; k++) {
        bool first = k == 0, last = k == a->n, seam = k == a->H;
        int cx = x + k * CELL;
        const uint32_t *at_seam = g->glyphs->seam;
        const uint32_t edge[3] = {first ? l->tl : last ? l->tr : l->down, l->v, first ? l->bl : last ? l->br : l->up};
        for (int row = 0; row < 4; row++) {
            int part = (row + 1) / 2;
            grid_put(g, cx, y + row, seam ? at_seam[part] : edge[part], ROLE_TEXT, 0);
        }
        if (last)
            break;
        for (int j = 1; j < CELL; j++) {
            grid_put(g, cx + j, y, g->glyphs->hline, ROLE_TEXT, 0);
            grid_put(g, cx + j, y + 3, g->glyphs->hline, ROLE_TEXT, 0);
        }
        char name[16], num[16];
        snprintf(name, sizeof name, "%c%d", k < a->H ? 'h' : 'x', (k < a->H ? k : k - a->H) + 1);
        grid_text(g, cx + 4, y + 1, 5, k < a->H ? ROLE_H : ROLE_TEXT, 0, name);
        widget_number(num, sizeof num, (float)anatomy_input(a, k), 7, 3, true);
        enum pen old = grid_pen(g, steps_input_pen(d, k));
        grid_text(g, cx + 2, y + 2, 7, anatomy_input_pinned(a, k) ? ROLE_PINNED : ROLE_NUMBER, 0, num);
        grid_pen(g, old);
    }
}

/* Names and numbers of one of the two parts, and the brace under them. */
static void join_part(const struct drawing *d, int x, int y, int from, int to)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    int w = (to - from) * CELL - 2;
    for (int k = from; k < to; k++) {
        struct str name = {0};
        char num[16];
        steps_input_name(a, k, CELL - 1, g->glyphs, &name);
        grid_text(g, x + (k - from) * CELL, y, CELL - 1, k < a->H ? ROLE_H : ROLE_TEXT, 0, str_text(&name));
        widget_number(num, sizeof num, (float)anatomy_input(a, k), 7, 2, true);
        enum pen old = grid_pen(g, steps_input_pen(d, k));
        grid_text(g, x + (k - from) * CELL, y + 1, 7, ROLE_NUMBER, 0, num);
        grid_pen(g, old);
        str_free(&name);
    }
    for (int k = 0; k < w; k++)
        grid_put(g, x + k, y + 2,
                 k == 0       ? g->glyphs->plain.bl
                 : k == w - 1 ? g->glyphs->plain.br
                              : g->glyphs->hline,
                 ROLE_RULE, 0);
    char label[48];
    snprintf(label, sizeof label, " %d numbers ", to - from);
    int lw = utf8_text_width(label);
    if (lw + 2 <= w)
        grid_text(g, x + (w - lw) / 2, y + 2, lw, ROLE_TEXT, 0, label);
    grid_put(g, x + w / 2, y + 3, g->glyphs->vline, ROLE_RULE, 0);
    grid_put(g, x + w / 2, y + 4, g->glyphs->head_down, ROLE_RULE, 0);
}

/* What the two parts are, over each. */
static void join_heads(const struct drawing *d, struct rect r, int x2)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    struct str line = {0};
    if (a->t > 1) {
        str_add(&line, "h_t-1  shown at ");
        say_quoted(a->s, a->t - 1, g->glyphs, &line);
    } else {
        str_add(&line, "h_t-1  empty before the first step");
    }
    grid_text(g, r.x, r.y, x2 - r.x - 1, ROLE_TEXT, 0, str_text(&line));
    str_clear(&line);
    str_add(&line, "x_t  ");
    if (a->layer == 0)
        str_addf(&line, "the %s ", say_noun(a->s, false));
    anatomy_source(a->s, a->layer, a->t, g->glyphs, &line);
    int used = grid_text(g, x2, r.y, r.x + r.w - x2, ROLE_TEXT, 0, str_text(&line));
    str_clear(&line);
    str_addf(&line, " as %d number%s", a->E, a->E == 1 ? "" : "s");
    say_whole(g, x2 + used, r.y, r.x + r.w - x2 - used, ROLE_TEXT, 0, str_text(&line));
    str_free(&line);
}

/* ---- many: columns ----------------------------------------------------------------------------------------------- */

/* Columns of a strip: `per` numbers a column, the strongest of them. */
struct strip { int x, from, to, per, wide, cols; float peak; };

static struct strip strip_of(const struct anatomy *a, int x, int room, bool h)
{
    struct strip s = {.x = x, .from = h ? 0 : a->H, .to = h ? a->H : a->n, .per = 1};
    int n = s.to - s.from;
    s.wide = 2 * n <= room ? 2 : 1;
    while ((n + s.per - 1) / s.per > room)
        s.per++;
    s.cols = (n + s.per - 1) / s.per;
    float peak = 0;
    for (int k = 0; k < a->n; k++)
        peak = fmaxf(peak, fabsf((float)anatomy_input(a, k)));
    s.peak = isfinite(peak) && peak > 0 ? peak : 1;
    return s;
}

static int strip_end(const struct strip *s)
{
    return s->x + s->cols * s->wide;
}

/* Up or down from the line between two rows. */
static void draw_columns(const struct drawing *d, const struct strip *s, int y)
{
    const struct anatomy *a = d->a;
    for (int c = 0; c < s->cols; c++) {
        int from = s->from + c * s->per, best = from;
        for (int k = from; k < from + s->per && k < s->to; k++)
            if (fabs(anatomy_input(a, k)) > fabs(anatomy_input(a, best)))
                best = k;
        float v = (float)anatomy_input(a, best);
        struct rect column = {s->x + c * s->wide, y, s->wide, 2};
        enum pen old = grid_pen(d->g, steps_input_pen(d, best));
        bars_column(d->g, column, v / s->peak, s->from ? ROLE_TEXT : ROLE_H);
        grid_pen(d->g, old);
    }
}

static void draw_ticks(const struct drawing *d, const struct strip *s, int y)
{
    enum { TICK = 10 };
    for (int c = 0; c < s->cols; c += TICK / s->wide)
        grid_textf(d->g, s->x + c * s->wide, y, TICK - 1, ROLE_DIM, 0, "%c%d", s->from ? 'x' : 'h', c * s->per + 1);
}

static void draw_brace(struct grid *g, const struct strip *s, int y)
{
    int x = s->x, end = strip_end(s);
    char label[48];
    int w = end - x < 16 ? 16 : end - x;
    for (int k = 0; k < w; k++)
        grid_put(g, x + k, y, k == 0 ? g->glyphs->plain.bl : k == w - 1 ? g->glyphs->plain.br : g->glyphs->hline,
                 ROLE_RULE, 0);
    int n = s->to - s->from;
    if (s->per > 1)
        snprintf(label, sizeof label, " %d numbers, %d a column ", n, s->per);
    else
        snprintf(label, sizeof label, " %d numbers ", n);
    int lw = utf8_text_width(label);
    grid_text(g, x + (w - lw) / 2, y, lw, ROLE_TEXT, 0, label);
    grid_put(g, x + w / 2, y + 1, g->glyphs->head_down, ROLE_RULE, 0);
}

/* The box around both, with a seam where they meet. */
static void draw_frame(struct grid *g, int x, int seam, int end, int y)
{
    const struct glyph_lines *l = &g->glyphs->plain;
    for (int row = 0; row < 4; row++) {
        bool edge = row == 0 || row == 3;
        int part = (row + 1) / 2;
        for (int k = x + 1; edge && k < end; k++)
            grid_put(g, k, y + row, l->h, ROLE_TEXT, 0);
        grid_put(g, x, y + row, row == 0 ? l->tl : edge ? l->bl : l->v, ROLE_TEXT, 0);
        grid_put(g, end, y + row, row == 0 ? l->tr : edge ? l->br : l->v, ROLE_TEXT, 0);
        grid_put(g, seam, y + row, g->glyphs->seam[part], ROLE_TEXT, 0);
    }
}

static void scale_marks(struct grid *g, int x, int y, float peak)
{
    int places = peak < 10;
    grid_textf(g, x, y, 4, ROLE_DIM, 0, "%+.*f", places, (double)peak);
    grid_textf(g, x, y + 1, 4, ROLE_DIM, 0, "%+.*f", places, (double)-peak);
}

static void join_strips(const struct drawing *d, struct rect r)
{
    enum { MARK_W = 5, APART = 6 };
    const struct anatomy *a = d->a;
    int half = (r.w - 2 * MARK_W - APART) / 2;
    struct strip h = strip_of(a, r.x + MARK_W, half, true), x = strip_of(a, 0, half, false);
    if (h.wide != x.wide)
        h.wide = x.wide = 1;
    int least = h.x + 28;                 /* the words over it */
    x.x = strip_end(&h) + APART > least + MARK_W ? strip_end(&h) + APART : least + MARK_W;
    join_heads(d, (struct rect){h.x, r.y, r.x + r.w - h.x, 1}, x.x);
    scale_marks(d->g, r.x, r.y + 1, h.peak);
    draw_columns(d, &h, r.y + 1);
    draw_columns(d, &x, r.y + 1);
    draw_ticks(d, &h, r.y + 3);
    draw_ticks(d, &x, r.y + 3);
    draw_brace(d->g, &h, r.y + 4);
    draw_brace(d->g, &x, r.y + 4);
    x.x = strip_end(&h) + 1;
    scale_marks(d->g, r.x, r.y + 7, h.peak);
    draw_frame(d->g, h.x - 1, x.x - 1, strip_end(&x), r.y + 6);
    draw_columns(d, &h, r.y + 7);
    draw_columns(d, &x, r.y + 7);
}

/* ---- the picture ------------------------------------------------------------------------------------------------- */

void steps_join(const struct drawing *d, struct rect r)
{
    const struct anatomy *a = d->a;
    struct grid *g = d->g;
    grid_text(g, r.x, r.y + 1, r.w, ROLE_TEXT, 0, "Join: the short-term memory and the input are laid end to end.");
    if (a->n > BOXES_MOST) {
        join_strips(d, (struct rect){r.x, r.y + 3, r.w, r.h - 3});
    } else {
        int x2 = r.x + a->H * CELL + 8;
        x2 = x2 + a->E * CELL > r.x + r.w ? r.x + a->H * CELL : x2;
        join_heads(d, (struct rect){r.x, r.y + 3, r.w, 1}, x2);
        join_part(d, r.x, r.y + 4, 0, a->H);
        join_part(d, x2, r.y + 4, a->H, a->n);
        joined_boxes(d, r.x, r.y + 9);
    }
    grid_textf(g, r.x, r.y + 13, r.w, ROLE_TEXT, 0,
               "[h_t-1, x_t]      %d + %d = %d numbers, none of them added to another", a->H, a->E, a->n);
}
