/* prompt.c: a one-line editor with no terminal in it: keys go in, text and a cursor come out.
 *
 * The text is UTF-8; the cursor moves by whole characters, a character being a code point with the combining marks
 * that follow it, so that one key press never leaves half of what the eye takes for one letter.
 */
#include <string.h>

#include "base/utf8.h"
#include "ui/key.h"
#include "ui/widget.h"

/* Cuts s to n bytes at a code point boundary, as a NUL-terminated copy. */
static int copy_text(char *to, size_t size, const char *s)
{
    size_t n = strlen(s), end = 0, len;
    while (end < n) {
        utf8_decode(s + end, n - end, &len);
        if (end + len >= size)
            break;
        end += len;
    }
    memcpy(to, s, end);
    to[end] = '\0';
    return (int)end;
}

void prompt_start(struct prompt *p, const char *label, const char *text)
{
    char kept[sizeof p->cut];
    memcpy(kept, p->cut, sizeof kept);
    *p = (struct prompt){.active = true};
    memcpy(p->cut, kept, sizeof kept);
    copy_text(p->label, sizeof p->label, label);
    p->len = p->pos = copy_text(p->text, sizeof p->text, text);
}

static bool is_mark(const struct prompt *p, int at)
{
    size_t len;
    return at < p->len && utf8_width(utf8_decode(p->text + at, (size_t)(p->len - at), &len)) == 0;
}

static int after(const struct prompt *p, int at)
{
    size_t len;
    do {
        if (at >= p->len)
            return p->len;
        utf8_decode(p->text + at, (size_t)(p->len - at), &len);
        at += (int)len;
    } while (is_mark(p, at));
    return at;
}

static int before(const struct prompt *p, int at)
{
    int from = 0;
    for (int next = 0; next < at; next = after(p, next))
        from = next;
    return from;
}

/* The beginning of the word the cursor stands in or after. */
static int word_before(const struct prompt *p)
{
    int at = p->pos;
    while (at > 0 && p->text[at - 1] == ' ')
        at--;
    while (at > 0 && p->text[at - 1] != ' ')
        at--;
    return at;
}

/* The end of the word the cursor stands in or before. */
static int word_after(const struct prompt *p)
{
    int at = p->pos;
    while (at < p->len && p->text[at] == ' ')
        at++;
    while (at < p->len && p->text[at] != ' ')
        at++;
    return at;
}

static void erase(struct prompt *p, int from, int to)
{
    memmove(p->text + from, p->text + to, (size_t)(p->len - to) + 1);
    p->len -= to - from;
    p->pos = from;
}

/* Removes a part and keeps it for Ctrl-Y. */
static void cut(struct prompt *p, int from, int to)
{
    if (to > from) {
        memcpy(p->cut, p->text + from, (size_t)(to - from));
        p->cut[to - from] = '\0';
    }
    erase(p, from, to);
}

static void insert(struct prompt *p, int key)
{
    if (key < K_SPACE || key > 0x10FFFF || utf8_hidden((uint32_t)key))
        return;
    char u[5];
    int n = (int)utf8_encode((uint32_t)key, u);
    if (p->len + n >= (int)sizeof p->text)
        return;
    memmove(p->text + p->pos + n, p->text + p->pos, (size_t)(p->len - p->pos) + 1);
    memcpy(p->text + p->pos, u, (size_t)n);
    p->len += n;
    p->pos += n;
}

void prompt_insert(struct prompt *p, const char *text)
{
    for (size_t n = strlen(text), len; n; text += len, n -= len)
        insert(p, (int)utf8_decode(text, n, &len));
}

enum prompt_result prompt_key(struct prompt *p, int key)
{
    switch (key) {
    case K_ENTER: case K_CTRL('j'):
        p->active = false;
        return PROMPT_ACCEPTED;
    case K_ESC: case K_CTRL('c'): case K_CTRL('g'):
        p->active = false;
        return PROMPT_CANCELLED;
    case K_LEFT: case K_CTRL('b'):      p->pos = before(p, p->pos); break;
    case K_RIGHT: case K_CTRL('f'):     p->pos = after(p, p->pos); break;
    case K_HOME: case K_CTRL('a'):      p->pos = 0; break;
    case K_END: case K_CTRL('e'):       p->pos = p->len; break;
    case K_BACKSPACE: case K_CTRL('h'): erase(p, before(p, p->pos), p->pos); break;
    case K_DEL: case K_CTRL('d'):       erase(p, p->pos, after(p, p->pos)); break;
    case K_CTRL('u'):                   cut(p, 0, p->pos); break;
    case K_CTRL('k'):                   cut(p, p->pos, p->len); break;
    case K_CTRL('w'):
    case K_ALT(K_BACKSPACE):            cut(p, word_before(p), p->pos); break;
    case K_ALT('d'):                    cut(p, p->pos, word_after(p)); break;
    case K_ALT('b'):                    p->pos = word_before(p); break;
    case K_ALT('f'):                    p->pos = word_after(p); break;
    case K_CTRL('y'):                   prompt_insert(p, p->cut); break;
    default:                            insert(p, key); break;
    }
    return PROMPT_GOES_ON;
}

/* Cells from byte `from` to byte `to`. */
static int cells(const struct prompt *p, int from, int to)
{
    char part[sizeof p->text];
    memcpy(part, p->text + from, (size_t)(to - from));
    part[to - from] = '\0';
    return utf8_text_width(part);
}

void prompt_draw(struct grid *g, int x, int y, int w, const struct prompt *p, int *cursor_x)
{
    if (w < 1) {
        *cursor_x = x;
        return;
    }
    struct rect clip = grid_clip(g, (struct rect){x, y, w, 1});
    grid_fill(g, (struct rect){x, y, w, 1}, ' ', ROLE_PROMPT, 0);
    /* ":" and "/" stand right before the text, as everywhere; a label in words is set off by a blank. At least half
     * of a narrow row is left to the text, when there is so much of it. */
    int half = (w + 1) / 2, spare = w - cells(p, 0, p->len) - 2;
    int used = grid_text(g, x, y, spare > half ? spare : half, ROLE_PROMPT, ATTR_BOLD, p->label);
    size_t label = strlen(p->label);
    if (used > 1 && label && p->label[label - 1] != ' ')
        used++;
    int room = w - used;
    int from = 0;                          /* scrolled so that the cursor, which takes a cell, is in sight */
    while (from < p->pos && cells(p, from, p->pos) > room - 1)
        from = after(p, from);
    grid_text(g, x + used, y, room + 2, ROLE_PROMPT, 0, p->text + from);
    if (from)
        grid_put(g, x + used, y, g->glyphs->cut, ROLE_DIM, 0);
    int at = x + used + cells(p, from, p->pos);
    *cursor_x = at < x + w ? at : x + w - 1;
    g->clip = clip;
}
