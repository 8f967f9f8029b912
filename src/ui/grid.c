/* grid.c: see grid.h.
 *
 * Two invariants hold whatever is drawn where. A wide character owns two neighbouring cells, the second with ch[0] 0:
 * overwriting either half blanks the other, and one that would stand across an edge is drawn as blanks. And no cell
 * holds a character that could act on a terminal: each one passes through `harmless` on its way in.
 */
#include "ui/grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/cover.h"

enum { SIDE_MAX = 4096 };

static const struct cell blank_cell = {.ch = {' ', 0, 0}, .role = ROLE_TEXT};

static int clamp_side(int n)
{
    return clamp_int(n, 0, SIDE_MAX);
}

struct grid *grid_new(int w, int h, const struct glyphs *glyphs)
{
    struct grid *g = xcalloc(1, sizeof *g);
    g->glyphs = glyphs;
    grid_resize(g, w, h);
    return g;
}

void grid_free(struct grid *g)
{
    if (!g)
        return;
    free(g->cell);
    free(g);
}

void grid_clear(struct grid *g)
{
    size_t n = (size_t)g->w * (size_t)g->h;
    for (size_t k = 0; k < n; k++)
        g->cell[k] = blank_cell;
}

void grid_resize(struct grid *g, int w, int h)
{
    w = clamp_side(w);
    h = clamp_side(h);
    if (!g->cell || w != g->w || h != g->h) {
        free(g->cell);
        g->cell = xcalloc((size_t)w * (size_t)h + 1, sizeof *g->cell);
        g->w = w;
        g->h = h;
    }
    g->clip = (struct rect){0, 0, w, h};
    grid_clear(g);
}

/* Coordinates come from arithmetic on sizes nobody has checked yet: ends are worked out wide enough not to wrap. */
static int between(long long v, long long lo, long long hi)
{
    return (int)(v < lo ? lo : v > hi ? hi : v);
}

struct rect rect_intersect(struct rect a, struct rect b)
{
    long long x0 = a.x > b.x ? a.x : b.x, y0 = a.y > b.y ? a.y : b.y;
    long long ax = (long long)a.x + a.w, bx = (long long)b.x + b.w;
    long long ay = (long long)a.y + a.h, by = (long long)b.y + b.h;
    long long w = (ax < bx ? ax : bx) - x0, h = (ay < by ? ay : by) - y0;
    return (struct rect){(int)x0, (int)y0, between(w, 0, 0x7FFFFFFF), between(h, 0, 0x7FFFFFFF)};
}

struct rect rect_inset(struct rect r, int dx, int dy)
{
    r.x += dx;
    r.y += dy;
    r.w = r.w > 2 * dx ? r.w - 2 * dx : 0;
    r.h = r.h > 2 * dy ? r.h - 2 * dy : 0;
    return r;
}

struct rect grid_clip(struct grid *g, struct rect r)
{
    struct rect old = g->clip;
    g->clip = rect_intersect(old, r);
    return old;
}

enum pen grid_pen(struct grid *g, enum pen pen)
{
    enum pen old = g->pen;
    g->pen = pen;
    return old;
}

void grid_mark(struct grid *g, struct rect r, const int what[GRID_MARK])
{
    struct grid_marks *m = g->marks;
    r = rect_intersect(r, g->clip);
    if (!m || !r.w || !r.h)
        return;
    if (m->n == m->cap) {
        m->cap = m->cap ? 2 * m->cap : 64;
        m->v = xrealloc(m->v, (size_t)m->cap, sizeof *m->v);
    }
    m->v[m->n].r = r;
    memcpy(m->v[m->n++].what, what, GRID_MARK * sizeof *what);
}

const int *grid_mark_at(const struct grid *g, int x, int y)
{
    for (int k = g->marks ? g->marks->n : 0; k-- > 0;) {
        const struct rect r = g->marks->v[k].r;
        if (x >= r.x && y >= r.y && x - r.x < r.w && y - r.y < r.h)
            return g->marks->v[k].what;
    }
    return NULL;
}

void grid_marks_clear(struct grid_marks *m)
{
    free(m->v);
    *m = (struct grid_marks){0};
}

static bool inside(const struct grid *g, long long x, long long y)
{
    const struct rect c = g->clip;
    return x >= c.x && y >= c.y && x < (long long)c.x + c.w && y < (long long)c.y + c.h
        && x >= 0 && y >= 0 && x < g->w && y < g->h;      /* the clip is a plain field: do not trust it alone */
}

static struct cell *cell_at(const struct grid *g, int x, int y)
{
    return &g->cell[(size_t)y * (size_t)g->w + (size_t)x];
}

const struct cell *grid_at(const struct grid *g, int x, int y)
{
    return x >= 0 && y >= 0 && x < g->w && y < g->h ? cell_at(g, x, y) : NULL;
}

/* Before a cell is overwritten: the other half of a wide character there becomes a blank. */
static void split_wide(struct grid *g, int x, int y)
{
    struct cell *c = cell_at(g, x, y);
    if (!c->ch[0] && x > 0)
        c[-1].ch[0] = ' ', c[-1].ch[1] = c[-1].ch[2] = 0;
    if (x + 1 < g->w && !c[1].ch[0])
        c[1].ch[0] = ' ';
}

static void set_cell(struct grid *g, int x, int y, uint32_t ch, enum role role, unsigned attr)
{
    split_wide(g, x, y);
    if (g->pen == PEN_DIM && role != ROLE_CURSOR && role != ROLE_TRACK)
        role = ROLE_DIM, attr = 0;
    else if (g->pen == PEN_BRIGHT && ch != ' ')
        attr |= ATTR_BOLD;
    *cell_at(g, x, y) = (struct cell){.ch = {ch, 0, 0}, .role = (uint8_t)role, .attr = (uint8_t)attr};
}

static uint32_t harmless(const struct grid *g, uint32_t ch)
{
    return utf8_hidden(ch) ? g->glyphs->hidden : ch;
}

/* A base character of `width` cells at x; the ASCII set keeps the width, so layouts agree. */
static void put_base(struct grid *g, long long x, long long y, uint32_t ch, int width, struct ink ink)
{
    if (y < 0 || y >= g->h)
        return;
    bool left = inside(g, x, y), right = width == 2 && inside(g, x + 1, y);
    if (g->glyphs->ascii && ch >= 0x7F) {
        ch = glyph_ascii(ch);
        if (right)
            set_cell(g, (int)x + 1, (int)y, ch == ' ' ? ' ' : '?', ink.role, ink.attr);
        if (left)
            set_cell(g, (int)x, (int)y, ch, ink.role, ink.attr);
    } else if (width == 2) {
        if (left)
            set_cell(g, (int)x, (int)y, right ? ch : ' ', ink.role, ink.attr);
        if (right)
            set_cell(g, (int)(x + 1), (int)y, ' ', ink.role, ink.attr);
        if (left && right)
            cell_at(g, (int)x + 1, (int)y)->ch[0] = 0;
    } else if (left) {
        set_cell(g, (int)x, (int)y, ch, ink.role, ink.attr);
    }
}

/* A combining mark joins the character whose first cell is x; the third and later ones are left out. */
static void put_mark(struct grid *g, long long x, long long y, uint32_t mark)
{
    if (g->glyphs->ascii || !inside(g, x, y))
        return;
    struct cell *c = cell_at(g, (int)x, (int)y);
    if (!c->ch[0])
        return;
    if (!c->ch[1])
        c->ch[1] = mark;
    else if (!c->ch[2])
        c->ch[2] = mark;
}

/* Characters that bars and columns are made of: their number is a number. */
static bool fills(const struct glyphs *gl, uint32_t ch)
{
    const uint32_t whole[] = {gl->full, gl->bar, gl->little, gl->little_left, gl->notch, gl->ghost, gl->ghost_column,
                              gl->right_half, gl->upper_half, gl->dot};
    for (size_t k = 0; k < sizeof whole / sizeof *whole; k++)
        if (ch == whole[k])
            return true;
    for (int k = 1; k < 8; k++)
        if (ch == gl->left[k] || ch == gl->lower[k] || ch == gl->below[k % 3])
            return true;
    return false;
}

/* What is put in its place by the pen that covers: of a frame, an axis, nothing. */
static uint32_t under_pen(const struct grid *g, uint32_t ch, enum role role)
{
    if (g->pen != PEN_COVER || ch == ' ' || role == ROLE_AXIS)
        return ch;
    return fills(g->glyphs, ch) ? g->glyphs->track : ch >= '0' && ch <= '9' ? '?' : ch;
}

void grid_put(struct grid *g, int x, int y, uint32_t ch, enum role role, unsigned attr)
{
    ch = under_pen(g, harmless(g, ch), role);
    int width = utf8_width(ch);
    if (width) {
        put_base(g, x, y, ch, width, (struct ink){role, attr});
    } else {
        long long base = (long long)x - 1;
        if (inside(g, base, y) && base > 0 && !cell_at(g, (int)base, y)->ch[0])
            base--;
        put_mark(g, base, y, ch);
    }
}

void grid_heat(struct grid *g, int x, int y, enum role role, int level)
{
    level = between(level, -LEVEL_MAX, LEVEL_MAX);
    if (!inside(g, x, y))
        return;
    if (g->pen == PEN_COVER) {
        set_cell(g, x, y, '?', ROLE_LABEL, 0);
        return;
    }
    int size = level < 0 ? -level : level;
    int step = (size * 4 + LEVEL_MAX / 2) / LEVEL_MAX;
    set_cell(g, x, y, level < 0 ? g->glyphs->heat_neg[step] : g->glyphs->heat[step], role, 0);
    cell_at(g, x, y)->level = (int8_t)level;
}

void grid_put_level(struct grid *g, int x, int y, uint32_t ch, enum role role, int level)
{
    grid_put(g, x, y, g->pen == PEN_COVER ? '?' : ch, g->pen == PEN_COVER ? ROLE_LABEL : role, 0);
    if (inside(g, x, y) && g->pen != PEN_COVER)
        cell_at(g, x, y)->level = (int8_t)between(level, -LEVEL_MAX, LEVEL_MAX);
}

void grid_halves(struct grid *g, int x, int y, uint32_t ch, enum role role, const int level[2])
{
    grid_put_level(g, x, y, ch, role, level[0]);
    if (!inside(g, x, y))
        return;
    cell_at(g, x, y)->below = (int8_t)between(level[1], -LEVEL_MAX, LEVEL_MAX);
    if (g->glyphs->halves)
        cell_at(g, x, y)->attr |= ATTR_HALVES;
}

void grid_tint(struct grid *g, int x, int y, int n, enum role role, int level)
{
    struct rect r = rect_intersect(rect_intersect((struct rect){x, y, n, 1}, g->clip), (struct rect){0, 0, g->w, g->h});
    for (int k = r.x; k < r.x + r.w && r.h > 0 && g->pen != PEN_COVER && g->pen != PEN_DIM; k++) {
        struct cell *c = cell_at(g, k, y);
        c->role = (uint8_t)role;
        c->attr |= ATTR_TINT;
        c->level = (int8_t)between(level, -LEVEL_MAX, LEVEL_MAX);
    }
}

/* Does s[0..n) take more than `max` cells? Stops as soon as that is known. */
static bool wider_than(const char *s, size_t n, int max)
{
    size_t len;
    int w = 0;
    for (size_t i = 0; i < n; i += len)
        if ((w += utf8_width(utf8_decode(s + i, n - i, &len))) > max)
            return true;
    return false;
}

/* s[0..n) of a text; `more`: it goes on. */
struct piece { const char *s; size_t n; bool more; };
static int put_text(struct grid *g, long long x, int y, int max, struct ink ink, struct piece of);

/* Text that is whole, under the pen. */
static int put_whole(struct grid *g, long long x, int y, int max, struct ink ink, const char *text)
{
    if (g->pen != PEN_COVER)
        return put_text(g, x, y, max, ink, (struct piece){text, strlen(text), false});
    struct str covered = {0};
    cover_numbers(text, &covered);
    int used = put_text(g, x, y, max, ink, (struct piece){str_text(&covered), covered.len, false});
    str_free(&covered);
    return used;
}

/* In at most max cells. A piece of a text that goes on ends in the cut mark even when it fits itself. */
static int put_text(struct grid *g, long long x, int y, int max, struct ink ink, struct piece of)
{
    if (max <= 0)
        return 0;
    const char *s = of.s;
    const size_t n = of.n;
    const bool more = of.more;
    bool cut = wider_than(s, n, more ? max - 1 : max);
    int room = cut || more ? max - 1 : max, used = 0;
    long long base = -1;                                   /* where a combining mark goes */
    bool any = false;
    size_t len;
    for (size_t i = 0; i < n; i += len) {
        uint32_t ch = harmless(g, utf8_decode(s + i, n - i, &len));
        int width = utf8_width(ch);
        if (used + width > room)
            break;
        if (!width && !any && room) {                      /* a mark with nothing to stand on: shown on a ring */
            put_base(g, x, y, 0x25CC, 1, ink);
            base = x;
            used = 1;
        }
        if (width) {
            base = x + used;
            put_base(g, base, y, ch, width, ink);
            used += width;
        } else if (base >= 0) {
            put_mark(g, base, y, ch);
        }
        any = true;
    }
    if (cut || more) {
        put_base(g, x + used, y, g->glyphs->cut, 1, ink);
        used++;
    }
    return used;
}

int grid_text(struct grid *g, int x, int y, int max, enum role role, unsigned attr, const char *text)
{
    return put_whole(g, x, y, max, (struct ink){role, attr}, text);
}

int grid_textf(struct grid *g, int x, int y, int max, enum role role, unsigned attr, const char *format, ...)
{
    struct str s = {0};
    va_list ap;
    va_start(ap, format);
    str_addvf(&s, format, ap);
    va_end(ap);
    int used = grid_text(g, x, y, max, role, attr, str_text(&s));
    str_free(&s);
    return used;
}

int grid_text_right(struct grid *g, int x, int y, int max, enum role role, unsigned attr, const char *text)
{
    int w = utf8_text_width(text);
    if (w > max)
        w = max;
    return w > 0 ? put_whole(g, (long long)x - w, y, max, (struct ink){role, attr}, text) : 0;
}

int grid_text_centre(struct grid *g, struct rect r, int y, enum role role, unsigned attr, const char *text)
{
    int w = utf8_text_width(text);
    int before = w < r.w ? (r.w - w) / 2 : 0;
    return put_whole(g, (long long)r.x + before, y, r.w, (struct ink){role, attr}, text);
}

/* The part of s[0..n) that goes on one line of w cells, and where the next line begins. */
static size_t line_break(const char *s, size_t n, int w, size_t *next)
{
    size_t fit = 0, word = 0, len;         /* fit: how far w cells reach; word: the last place to break at */
    int used = 0;
    for (; fit < n && s[fit] != '\n'; fit += len) {
        int width = utf8_width(utf8_decode(s + fit, n - fit, &len));
        if (s[fit] == ' ')
            word = fit;
        if (used + width > w)
            break;
        used += width;
    }
    size_t end = fit;
    if (fit < n && s[fit] == '\n') {
        *next = fit + 1;
        return end;
    }
    if (fit < n) {
        if (word)
            end = word;
        else if (!fit) {                   /* not even one character fits: take it, it will be drawn as blank */
            utf8_decode(s, n, &len);
            end = len;
        }
    }
    *next = end;
    while (*next < n && s[*next] == ' ')
        ++*next;
    while (end && s[end - 1] == ' ')
        end--;
    return end;
}

int grid_wrap(struct grid *g, struct rect r, enum role role, unsigned attr, const char *text)
{
    if (r.w <= 0)
        return 0;
    struct str covered = {0};
    if (g->pen == PEN_COVER) {
        cover_numbers(text, &covered);
        text = str_text(&covered);
    }
    size_t n = strlen(text);
    int line = 0;
    while (n && line < r.h) {
        size_t next, len = line_break(text, n, r.w, &next);
        bool last = line == r.h - 1 && next < n;
        put_text(g, r.x, between((long long)r.y + line, -1, SIDE_MAX), r.w, (struct ink){role, attr},
                 (struct piece){text, len, last});
        line++;
        text += next;
        n -= next;
    }
    str_free(&covered);
    return line;
}

int grid_wrap_lines(int w, const char *text)
{
    size_t n = strlen(text), next;
    int line = 0;
    for (; w > 0 && n; line++) {
        line_break(text, n, w, &next);
        text += next;
        n -= next;
    }
    return line;
}

void grid_fill(struct grid *g, struct rect r, uint32_t ch, enum role role, unsigned attr)
{
    r = rect_intersect(rect_intersect(r, g->clip), (struct rect){0, 0, g->w, g->h});
    ch = under_pen(g, harmless(g, ch), role);
    int width = utf8_width(ch);
    if (width < 1)
        return;
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x += width)
            put_base(g, x, y, x + width <= r.x + r.w ? ch : ' ', x + width <= r.x + r.w ? width : 1,
                     (struct ink){role, attr});
}

void grid_hline(struct grid *g, int x, int y, int w, enum role role)
{
    grid_fill(g, (struct rect){x, y, w, 1}, g->glyphs->hline, role, 0);
}

void grid_attr(struct grid *g, struct rect r, unsigned attr)
{
    r = rect_intersect(rect_intersect(r, g->clip), (struct rect){0, 0, g->w, g->h});
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            cell_at(g, x, y)->attr |= (uint8_t)attr;
}

static bool cell_same(const struct cell *a, const struct cell *b)
{
    return a->ch[0] == b->ch[0] && a->ch[1] == b->ch[1] && a->ch[2] == b->ch[2]
        && a->role == b->role && a->attr == b->attr && a->level == b->level && a->below == b->below;
}

bool grid_same(const struct grid *a, const struct grid *b)
{
    if (a->w != b->w || a->h != b->h)
        return false;
    size_t n = (size_t)a->w * (size_t)a->h;
    for (size_t k = 0; k < n; k++)
        if (!cell_same(&a->cell[k], &b->cell[k]))
            return false;
    return true;
}

void grid_dump_text(const struct grid *g, struct str *out)
{
    for (int y = 0; y < g->h; y++) {
        const struct cell *row = cell_at(g, 0, y);
        int end = g->w;
        while (end && row[end - 1].ch[0] == ' ' && !row[end - 1].ch[1])
            end--;
        for (int x = 0; x < end; x++)
            for (int k = 0; k < 3 && row[x].ch[k]; k++) {
                char u[5];
                str_addn(out, u, utf8_encode(row[x].ch[k], u));
            }
        str_addc(out, '\n');
    }
}

static const char letters[ROLE_COUNT] = {
    [ROLE_TEXT] = '.', [ROLE_DIM] = 'd', [ROLE_TITLE] = 't', [ROLE_RULE] = '-', [ROLE_LABEL] = 'l',
    [ROLE_NUMBER] = 'n', [ROLE_TOKEN] = 'w', [ROLE_TOKEN_NOW] = 'W', [ROLE_F] = 'f', [ROLE_I] = 'i',
    [ROLE_G] = 'g', [ROLE_O] = 'o', [ROLE_C_PREV] = 'p', [ROLE_C] = 'c', [ROLE_H] = 'h', [ROLE_KEPT] = 'k',
    [ROLE_WRITTEN] = 'r', [ROLE_AXIS] = 'a', [ROLE_TRACK] = '_', [ROLE_GHOST] = '\'', [ROLE_PINNED] = '!',
    [ROLE_CURSOR] = '>', [ROLE_HINT] = '?', [ROLE_HINT_KEY] = 'K', [ROLE_PREDICT] = 'P',
    [ROLE_PREDICT_BASE] = 'B', [ROLE_DIFF] = 'D', [ROLE_POSITIVE] = '+', [ROLE_NEGATIVE] = '=',
    [ROLE_GOOD] = 'G', [ROLE_BAD] = 'X', [ROLE_WARN] = '*', [ROLE_PROMPT] = ':', [ROLE_CURVE] = 'v',
    [ROLE_HEAT_GATE] = '1', [ROLE_HEAT_CELL] = '2',
};

char grid_role_letter(enum role r)
{
    return letters[r];
}

void grid_dump_roles(const struct grid *g, struct str *out)
{
    for (int y = 0; y < g->h; y++) {
        for (int x = 0; x < g->w; x++)
            str_addc(out, letters[cell_at(g, x, y)->role]);
        str_addc(out, '\n');
    }
}
