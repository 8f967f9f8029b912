/* across.c: see across.h. */
#include "views/across.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/cells.h"
#include "views/say.h"

int across_x(const struct across *a, int t)
{
    return a->x + (t - a->first) * a->pitch;
}

/* Where text of so many cells begins in step t's column: short words begin where the number under them does, longer
 * ones stand over its middle, and a single cell over the middle digit. */
static int text_x(const struct across *a, int t, int cells)
{
    int x = across_x(a, t);
    return cells == 1 ? x + 2 : cells <= 4 ? x + (4 - cells) / 2 : x - (cells - 3) / 2;
}

void across_put(const struct across *a, int t, int y, struct ink ink, const char *text)
{
    int w = a->pitch > 1 ? a->pitch - 1 : 1, cells = utf8_text_width(text);
    if (t < a->first || t > a->last)
        return;
    grid_text(a->g, text_x(a, t, cells < w ? cells : w), y, w, ink.role, ink.attr, text);
}

void across_number(const struct across *a, int t, int y, struct ink ink, float v, bool sign)
{
    char buf[16];
    bool before = a->pitch >= 8;            /* only "-0.004" takes the cell before the column */
    int w = a->pitch - 1 < 5 ? a->pitch - 1 : 5;
    widget_state(buf, sizeof buf, v, w + before, sign);
    before = before && *buf != ' ';
    const char *text = before || a->pitch < 8 ? buf : buf + 1;
    if (t >= a->first && t <= a->last)
        grid_text(a->g, across_x(a, t) - before, y, w + before, ink.role, ink.attr, text);
}

int across_decimals(double a, double b)
{
    int d = 2;
    while (d < 6 && a != b && fabs(a - b) < pow(10, -d))
        d++;
    return d;
}

bool across_pinned(const struct session *s, int t)
{
    size_t n, low = 0;
    const struct pin *p = session_pins(s, &n);
    if (session_net(s)->bidirectional) {        /* step t of one layer is another step of another */
        while (low < n && p[low].step != session_step_of(s, p[low].layer, t))
            low++;
        return low < n;
    }
    size_t high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p[middle].step < t)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && p[low].step == t;
}

/* The brackets take the blanks beside the word, so that no word moves when it becomes the current one. */
void across_words(const struct across *a, const struct session *s, int now, int y)
{
    struct grid *g = a->g;
    for (int t = a->first; t <= a->last; t++) {
        bool here = t == now;
        struct str word = {0}, cut = {0};
        say_token(s, t, g->glyphs, &word);
        utf8_cut(&cut, str_text(&word), a->pitch - 1, g->glyphs->ascii);
        int cells = utf8_text_width(str_text(&cut)), x = text_x(a, t, cells);
        grid_text(g, x, y, cells, here ? ROLE_TOKEN_NOW : ROLE_TOKEN, here ? ATTR_BOLD : 0, str_text(&cut));
        if (here) {
            grid_put(g, x - 1, y, '[', ROLE_TOKEN_NOW, ATTR_BOLD);
            grid_put(g, x + cells, y, ']', ROLE_TOKEN_NOW, ATTR_BOLD);
        }
        if (across_pinned(s, t))
            cells_star(g, x + cells + here, y);
        str_free(&word);
        str_free(&cut);
    }
    if (a->more_before)
        grid_put(g, a->x > 4 ? a->x - (a->x > 10 ? 4 : 3) : 0, y, g->glyphs->cut, ROLE_DIM, 0);
    if (a->more_after)
        grid_put(g, g->w - 2, y, g->glyphs->cut, ROLE_DIM, 0);
}
