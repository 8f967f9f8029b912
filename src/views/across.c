/* across.c: see across.h. */
#include "views/across.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/words.h"
#include "views/spot.h"

struct across across_plan(struct rect r, int gutter, int low, int high, int at, int least, int most)
{
    struct across a = {.x = r.x + gutter, .first = low, .last = high, .pitch = least};
    int room = r.w - gutter, steps = high - low + 1, n = least > 0 ? room / least : 0;
    if (steps < 1 || n < 1) {
        a.last = low - 1;
        return a;
    }
    if (n >= steps) {
        a.pitch = room / steps < most ? room / steps : most;
        return a;
    }
    a.pitch = room / n;
    a.first = at - n / 2;
    if (a.first > high - n + 1)
        a.first = high - n + 1;
    if (a.first < low)
        a.first = low;
    a.last = a.first + n - 1;
    a.more_before = a.first > low;
    a.more_after = a.last < high;
    return a;
}

int across_x(const struct across *a, int t)
{
    return a->x + (t - a->first) * a->pitch;
}

/* Where text of so many cells begins in step t's column. On the tape short words begin where the number under them
 * does, longer ones stand over its middle, and a single cell over the middle digit. */
static int text_x(const struct across *a, int t, int cells)
{
    int w = a->pitch > 1 ? a->pitch - 1 : 1, x = across_x(a, t);
    if (!a->tape)
        return x + (cells < w ? (w - cells) / 2 : 0);
    return cells == 1 ? x + 2 : cells <= 4 ? x + (4 - cells) / 2 : x - (cells - 3) / 2;
}

void across_put(struct grid *g, const struct across *a, int t, int y, enum role role, unsigned attr, const char *text)
{
    int w = a->pitch > 1 ? a->pitch - 1 : 1, cells = utf8_text_width(text);
    if (t < a->first || t > a->last)
        return;
    grid_text(g, text_x(a, t, cells < w ? cells : w), y, w, role, attr, text);
}

void across_number(struct grid *g, const struct across *a, int t, int y, enum role role, unsigned attr, float v,
                   bool sign)
{
    char buf[16];
    int w = a->pitch - 1 < 5 ? a->pitch - 1 : 5;
    widget_state(buf, sizeof buf, v, w, sign);
    if (a->tape && t >= a->first && t <= a->last)
        grid_text(g, across_x(a, t), y, w, role, attr, buf);
    else
        across_put(g, a, t, y, role, attr, buf);
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

/* On the tape the brackets take the blanks beside the word, so that no word moves when it becomes the current one. */
static void tape_words(struct grid *g, const struct across *a, const struct session *s, int now, int y)
{
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

void across_words(struct grid *g, const struct across *a, const struct session *s, int now, int y)
{
    if (a->tape) {
        tape_words(g, a, s, now, y);
        return;
    }
    for (int t = a->first; t <= a->last && t <= session_steps(s); t++) {
        bool here = t == now, star = across_pinned(s, t);
        struct str word = {0}, cut = {0}, shown = {0};
        say_token(s, t, g->glyphs, &word);
        /* Brackets and star where the word leaves room for them; its role and weight say the same. */
        int w = a->pitch > 1 ? a->pitch - 1 : 1, cells = utf8_text_width(str_text(&word));
        bool brackets = here && cells + 2 <= w;
        utf8_cut(&cut, str_text(&word), w, g->glyphs->ascii);
        str_addf(&shown, brackets ? "[%s]" : "%s", str_text(&cut));
        cells = utf8_text_width(str_text(&shown));
        star = star && cells <= w && a->pitch > 3;
        spot_step(g, (struct rect){across_x(a, t), y, a->pitch, 1}, t);
        across_put(g, a, t, y, here ? ROLE_TOKEN_NOW : ROLE_TOKEN, here ? ATTR_BOLD : 0, str_text(&shown));
        if (star)
            cells_star(g, across_x(a, t) + (w - cells) / 2 + cells, y);
        str_free(&word);
        str_free(&cut);
        str_free(&shown);
    }
    if (a->more_before)
        grid_put(g, a->x - 1, y, g->glyphs->cut, ROLE_DIM, 0);
    if (a->more_after)
        grid_put(g, across_x(a, a->last) + a->pitch - 1, y, g->glyphs->cut, ROLE_DIM, 0);
}
