/* scroll.c: see scroll.h. */
#include "views/scroll.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

const struct setting scroll_settings[] = {{"top", SETTING_NUMBER, offsetof(struct scroll, top), 0, 1 << 20, NULL},
                                          {.name = NULL}};

/* Past the end (a smaller text, a larger window) the first key up must be seen to do something. */
static enum view_reply move(struct scroll *sc, int by)
{
    sc->top = (sc->top > sc->last ? sc->last : sc->top) + by;
    sc->top = sc->top < 0 ? 0 : sc->top;
    return VIEW_REDRAW;
}

enum view_reply scroll_line(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    return move(state, other ? 1 : -1);
}

static enum view_reply scroll_page(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct scroll *sc = state;
    int page = sc->page > 2 ? sc->page - 1 : 1;
    return move(sc, other ? page : -page);
}

static enum view_reply scroll_end(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    ((struct scroll *)state)->top = other ? 1 << 20 : 0;
    return VIEW_REDRAW;
}

const struct view_key scroll_keys[] = {
    {"line-up line-down", "<Up> k", "<Down> j", "a line up, down", "scroll", KEY_PAIR, scroll_line, NULL},
    {"page-up page-down", "<PgUp>", "<PgDn>", "a page up, down", "page", KEY_PAIR, scroll_page, NULL},
    {"first-line last-line", "<Home> g", "<End> G", "first, last line", NULL, 0, scroll_end, NULL},
    {"close", "q", NULL, "back", NULL, 0, NULL, "back"},
    {.keys = NULL},
};

void scroll_fit(struct scroll *sc, int lines, int page)
{
    sc->last = lines > page ? lines - page : 0;
    sc->page = page;
}

int scroll_top(const struct scroll *sc, int lines, int page)
{
    int last = lines > page ? lines - page : 0;
    return sc->top > last ? last : sc->top;
}

struct rect scroll_rect(struct rect r)
{
    return rect_inset(r, r.w >= 24 ? 2 : 0, r.h > 6 ? 1 : 0);
}

/* Is it in the n bytes at p, in letters of either case? */
static bool holds(const char *p, size_t n, const char *wanted)
{
    size_t m = strlen(wanted);
    for (size_t k = 0; k + m <= n; k++)
        if (strncasecmp(p + k, wanted, m) == 0)
            return true;
    return false;
}

struct search { const char *wanted; int from, first, last, before, after; };       /* lines from 1; 0: none */

static void note_hit(struct search *find, int line)
{
    find->first = find->first ? find->first : line;
    find->last = line;
    if (line < find->from)
        find->before = line;
    if (line > find->from && !find->after)
        find->after = line;
}

/* Of the first n bytes at p, in cells. */
static int width_of(const char *p, size_t n)
{
    int w = 0;
    for (size_t k = 0, len; k < n; k += len)
        w += utf8_width(utf8_decode(p + k, n - k, &len));
    return w;
}

/* One pass over the wrapped lines: counts them, draws those in the window when g is not NULL (hit: the line to mark,
 * from 1), and looks for a text when find is not NULL. */
static int lay_out(struct grid *g, struct rect r, int top, int hit, const char *text, struct search *find)
{
    int line = 0;
    for (const char *p = text; *p;) {
        const char *end = strchr(p, '\n');
        size_t n = end ? (size_t)(end - p) : strlen(p);
        if (find && holds(p, n, find->wanted))
            note_hit(find, line + 1);
        int found = line + 1 == hit;
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
        int hanging = width_of(p, hang);
        if (hanging > r.w / 2)
            hanging = 0;
        size_t from = 0;
        do {
            int indent = from ? hanging : 0, w = 0;
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
                grid_text(g, r.x + indent, r.y + line - top, r.w - indent, role, attr | (found ? ATTR_REVERSE : 0u),
                          str_text(&piece));
                str_free(&piece);
            }
            line++;
            from = fit;
        } while (from < n);
        p = end ? end + 1 : p + n;
    }
    return line;
}

/* A blank between the text and the mark. */
static struct rect beside_mark(struct rect r)
{
    r.w -= r.w > 24;
    return r;
}

void scroll_fit_text(struct scroll *sc, struct rect r, const char *text)
{
    if (r.w < 1 || r.h < 1)
        return;
    r = beside_mark(r);
    sc->w = r.w;
    scroll_fit(sc, lay_out(NULL, r, 0, 0, text, NULL), r.h);
}

void scroll_draw(struct grid *g, struct rect r, const struct scroll *sc, const char *text)
{
    if (r.w < 1 || r.h < 1)
        return;
    int edge = r.x + r.w;
    r = beside_mark(r);
    int lines = lay_out(NULL, r, 0, 0, text, NULL), top = scroll_top(sc, lines, r.h);
    lay_out(g, r, top, sc->hit, text, NULL);
    if (lines > r.h) {
        /* How far down: a mark on the right edge. */
        int at = lines - r.h > 0 ? top * (r.h - 1) / (lines - r.h) : 0;
        for (int y = 0; y < r.h; y++)
            grid_put(g, edge, r.y + y, y == at ? g->glyphs->full : g->glyphs->vline, y == at ? ROLE_DIM : ROLE_RULE, 0);
    }
}

bool scroll_search(struct scroll *sc, const char *text, const char *wanted, int by)
{
    struct search find = {.wanted = wanted, .from = sc->hit};
    lay_out(NULL, (struct rect){0, 0, sc->w > 0 ? sc->w : 80, 1}, 0, 0, text, &find);
    if (!find.first)
        return false;
    sc->hit = by > 0 ? (find.after ? find.after : find.first) : find.before ? find.before : find.last;
    int page = sc->page > 0 ? sc->page : 1;
    if (sc->hit - 1 < sc->top || sc->hit - 1 >= sc->top + page)
        sc->top = sc->hit - 1 > page / 3 ? sc->hit - 1 - page / 3 : 0;
    return true;
}

void scroll_prepare_built(const struct scene *scene, struct scroll *sc, struct rect r, scroll_build *build)
{
    struct str text = {0};
    struct rect in = scroll_rect(r);
    build(scene, scene->glyphs && scene->glyphs->ascii, in.w, &text);
    scroll_fit_text(sc, in, str_text(&text));
    str_free(&text);
}

void scroll_draw_built(const struct scene *scene, const struct scroll *sc, struct grid *g, struct rect r,
                       scroll_build *build)
{
    struct str text = {0};
    struct rect in = scroll_rect(r);
    build(scene, g->glyphs->ascii, in.w, &text);
    scroll_draw(g, in, sc, str_text(&text));
    str_free(&text);
}
