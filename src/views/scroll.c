/* scroll.c: see scroll.h. */
#include "views/scroll.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

const struct view_key scroll_keys[] = {
    {"<Up> k", "a line up"}, {"<Down> j", "a line down"}, {"<PgUp> <PgDn>", "a page up, down"}, {"<Home> <End>", "first, last line"}, {NULL, NULL},
};

enum view_reply scroll_key(struct session *s, void *state, int key, struct err *e)
{
    (void)s, (void)e;
    struct scroll *sc = state;
    if (!sc->seen) {
        sc->seen = xcalloc(1, sizeof *sc->seen);
        sc->seen->last = INT_MAX;
    }
    int page = sc->seen->page > 2 ? sc->seen->page - 1 : 1;
    /* Past the end (a smaller text, a larger window) the first key up must be seen to do something. */
    if (sc->top > sc->seen->last)
        sc->top = sc->seen->last;
    switch (key) {
    case K_UP: case 'k': sc->top--; break;
    case K_DOWN: case 'j': sc->top++; break;
    case K_PGUP: sc->top -= page; break;
    case K_PGDN: sc->top += page; break;
    case K_HOME: case 'g': sc->top = 0; break;
    case K_END: case 'G': sc->top = 1 << 20; break;
    default: return VIEW_IGNORED;
    }
    if (sc->top < 0)
        sc->top = 0;
    return VIEW_REDRAW;
}

void scroll_clear(void *state)
{
    struct scroll *sc = state;
    free(sc->seen);
}

int scroll_top(const struct scroll *sc, int lines, int page)
{
    int last = lines > page ? lines - page : 0;
    if (sc->seen)
        *sc->seen = (struct scroll_seen){last, page};
    return sc->top > last ? last : sc->top;
}

struct rect scroll_rect(struct rect r)
{
    return rect_inset(r, r.w >= 24 ? 2 : 0, r.h > 6 ? 1 : 0);
}

/* One pass over the wrapped lines: counts them, and draws those in the window when g is not NULL. */
static int lay_out(struct grid *g, struct rect r, int top, const char *text)
{
    int line = 0;
    for (const char *p = text; *p;) {
        const char *end = strchr(p, '\n');
        size_t n = end ? (size_t)(end - p) : strlen(p);
        enum role role = ROLE_TEXT;
        unsigned attr = 0;
        if (n >= 2 && p[1] == ' ' && strchr("#!+", p[0])) {
            role = p[0] == '#' ? ROLE_TITLE : p[0] == '!' ? ROLE_BAD : ROLE_GOOD;
            attr = ATTR_BOLD;
            p += 2;
            n -= 2;
        }
        /* Wrapped lines hang below the text of a two-column line ("name   what it does"). */
        size_t hang = 0;
        for (size_t k = 1; k + 2 < n && !hang; k++)
            if (p[k - 1] == ' ' && p[k] == ' ' && p[k + 1] != ' ' && k > 2)
                hang = k + 1;
        if ((int)hang > r.w / 2)
            hang = 0;
        size_t from = 0;
        do {
            int indent = from ? (int)hang : 0, w = 0;
            size_t k = from, fit = from, len;
            while (k < n) {
                uint32_t cp = utf8_decode(p + k, n - k, &len);
                if (w + utf8_width(cp) > r.w - indent)
                    break;
                w += utf8_width(cp);
                k += len;
                if (cp == ' ')
                    fit = k;
            }
            if (k >= n || fit == from)
                fit = k > from ? k : n;
            if (g && line >= top && line < top + r.h) {
                struct str piece = {0};
                str_addn(&piece, p + from, fit - from);
                grid_text(g, r.x + indent, r.y + line - top, r.w - indent, role, attr, str_text(&piece));
                str_free(&piece);
            }
            line++;
            from = fit;
        } while (from < n);
        p = end ? end + 1 : p + n;
    }
    return line;
}

void scroll_draw(struct grid *g, struct rect r, const struct scroll *sc, const char *text)
{
    if (r.w < 1 || r.h < 1)
        return;
    int edge = r.x + r.w;
    if (r.w > 24)
        r.w--;                                  /* a blank between the text and the mark */
    int lines = lay_out(NULL, r, 0, text), top = scroll_top(sc, lines, r.h);
    lay_out(g, r, top, text);
    if (lines > r.h) {
        /* How far down: a mark on the right edge. */
        int at = lines - r.h > 0 ? top * (r.h - 1) / (lines - r.h) : 0;
        for (int y = 0; y < r.h; y++)
            grid_put(g, edge, r.y + y, y == at ? g->glyphs->full : g->glyphs->vline, y == at ? ROLE_DIM : ROLE_RULE, 0);
    }
}
