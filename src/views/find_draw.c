/* find_draw.c: the list of places, each with its words in a row. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/cells.h"
#include "views/find_view.h"
#include "views/say.h"

/* Columns of the list, from its left end; -1: no room for it. before: cells for what comes before a place. */
struct columns { int units, length, where, words, before; };

static struct columns columns_of(const struct find_state *st, int w)
{
    struct columns c = {.units = st->of.all ? 2 : -1, .length = st->of.all ? 9 : 2, .where = -1};
    if (w >= 34)
        c.where = c.length + 7;
    c.words = (c.where < 0 ? c.length : c.where) + 7;
    if (w >= 60)
        c.before = st->of.source == FIND_IN_SENTENCE ? w / 5 : w / 6;
    return c;
}

static void context_of(const struct session *s, const struct find_place *p, const struct glyphs *gl,
                       struct find_context *out)
{
    int n = say_characters(s) ? FIND_AROUND_CHARACTERS : FIND_AROUND_WORDS, T = session_steps(s);
    int shown = p->to - p->from >= FIND_SPAN_MAX ? p->from + FIND_SPAN_MAX - 1 : p->to;
    struct str text = {0};
    say_tokens(s, p->from > n ? p->from - n : 1, p->from - 1, gl, &text);
    out->before = str_take(&text);
    say_tokens(s, p->from, shown, gl, &text);
    out->span = str_take(&text);
    say_tokens(s, shown + 1, shown + n < T ? shown + n : T, gl, &text);
    out->after = str_take(&text);
}

/* What comes before a place ends one cell before x: its end is what stands next to the place. */
static void draw_before(struct grid *g, int x, int y, int room, const char *text)
{
    int width = utf8_text_width(text);
    bool cut = width > room;
    for (size_t len; width > room - 1 && *text && cut; text += len)
        width -= utf8_width(utf8_decode(text, strlen(text), &len));
    if (cut && room > 0)
        grid_put(g, x - 2 - width, y, g->glyphs->cut, ROLE_DIM, 0);
    if (room > 0)
        grid_text_right(g, x - 1, y, room, ROLE_DIM, 0, text);
}

/* The words of a place in brackets, beginning in the same column in every row. */
static void draw_context(const struct find_state *st, struct grid *g, const struct find_context *c, struct rect r,
                         int before, bool here)
{
    int x = r.x + before, room = r.w - before;
    struct str span = {0};
    draw_before(g, x, r.y, before - 1, c->before);
    utf8_cut(&span, c->span, room - 2, g->glyphs->ascii);
    grid_put(g, x, r.y, '[', ROLE_TEXT, here ? ATTR_BOLD : 0);
    int n = grid_text(g, x + 1, r.y, room - 2, st->of.hidden ? ROLE_H : ROLE_C, here ? ATTR_BOLD : 0, str_text(&span));
    if (utf8_text_width(c->span) <= room - 2) {
        grid_put(g, x + 1 + n, r.y, ']', ROLE_TEXT, here ? ATTR_BOLD : 0);
        struct str after = {0};
        utf8_cut(&after, c->after, room - n - 3 > 0 ? room - n - 3 : 0, g->glyphs->ascii);
        if (room - n - 3 > 2)
            grid_text(g, x + n + 3, r.y, room - n - 3, ROLE_DIM, 0, str_text(&after));
        str_free(&after);
    }
    str_free(&span);
}

static void draw_place(const struct session *s, const struct find_state *st, struct grid *g, int k, struct rect r,
                       bool here)
{
    const struct columns c = columns_of(st, r.w);
    const struct find_place *p = &st->list.place[k];
    unsigned attr = here ? ATTR_BOLD : 0;
    if (here)
        cells_pointer(g, r.x, r.y);
    if (c.units >= 0)
        grid_textf(g, r.x + c.units, r.y, 6, ROLE_NUMBER, attr, "%d/%d", p->common, st->units);
    grid_textf(g, r.x + c.length, r.y, 6, ROLE_NUMBER, attr, "%3d", p->to - p->from + 1);
    if (c.where >= 0 && st->of.source != FIND_IN_SENTENCE)
        grid_textf(g, r.x + c.where, r.y, 6, ROLE_NUMBER, 0, "%3ld", p->sequence);
    else if (c.where >= 0)
        grid_textf(g, r.x + c.where, r.y, 8, ROLE_NUMBER, 0, p->to > p->from ? "%d-%d" : "%d", p->from, p->to);
    struct rect words = {r.x + c.words, r.y, r.w - c.words, 1};
    if (st->of.source != FIND_IN_SENTENCE) {
        draw_context(st, g, &st->context[k], words, c.before, here);
        return;
    }
    struct find_context own = {0};
    context_of(s, p, g->glyphs, &own);
    draw_context(st, g, &own, words, c.before, here);
    find_forget_context(&own);
}

static void draw_list_heading(const struct session *s, const struct find_state *st, struct grid *g, struct rect r)
{
    const struct columns c = columns_of(st, r.w);
    if (c.units >= 0)
        grid_text(g, r.x + c.units, r.y, 6, ROLE_DIM, 0, "units");
    grid_text(g, r.x + c.length, r.y, 6, ROLE_DIM, 0, say_characters(s) ? "chars" : say_noun(s, true));
    if (c.where >= 0)
        grid_text(g, r.x + c.where, r.y, 6, ROLE_DIM, 0, st->of.source == FIND_IN_SENTENCE ? "at" : "line");
    struct str source = {0};
    const char *order = st->of.all ? "the places, most units first" : "the places, longest first";
    int x = c.words, end = x + grid_text(g, r.x + x, r.y, r.w - x, ROLE_DIM, 0, order);
    find_say_source(s, st, &source);
    if (end + 3 + utf8_text_width(str_text(&source)) <= r.w)
        grid_text_right(g, r.x + r.w, r.y, r.w - end, ROLE_DIM, 0, str_text(&source));
    str_free(&source);
}

static void draw_list(const struct session *s, const struct find_state *st, struct grid *g, struct rect r)
{
    int heading = r.h >= 4, rows = r.h - heading, n = st->list.n;
    int selected = st->selected < n ? st->selected : n - 1, first = selected - rows / 2;
    first = first > n - rows ? n - rows : first;
    first = first < 0 ? 0 : first;
    if (heading)
        draw_list_heading(s, st, g, r);
    for (int k = first; k < first + rows && k < n; k++)
        draw_place(s, st, g, k, (struct rect){r.x, r.y + heading + k - first, r.w - 1, 1}, k == selected);
    if (first > 0)
        grid_put(g, r.x + r.w - 1, r.y + heading, g->glyphs->pointer_up, ROLE_DIM, 0);
    if (first + rows < n)
        grid_put(g, r.x + r.w - 1, r.y + r.h - 1, g->glyphs->pointer_down, ROLE_DIM, 0);
}

/* What is asked, and what it means. */
static void draw_question(const struct session *s, const struct find_state *st, struct grid *g, struct rect r)
{
    struct str text = {0};
    for (int size = 2; size >= 0; size--) {
        str_clear(&text);
        find_say_question(s, st, size, &text);
        if (utf8_text_width(str_text(&text)) <= r.w)
            break;
    }
    grid_text(g, r.x, r.y, r.w, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    if (r.h >= 2) {
        str_clear(&text);
        str_add(&text, "here: ");
        find_say_span(s, &st->of, g->glyphs, &text);
        size_t span = text.len;
        str_add(&text, ";  stands means ");
        find_say_meaning(&st->of, g->glyphs, &text);
        if (utf8_text_width(str_text(&text)) > r.w)
            text.s[text.len = span] = '\0';
        grid_text(g, r.x, r.y + 1, r.w, ROLE_TEXT, 0, str_text(&text));
    }
    str_free(&text);
}

void find_draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    const struct find_state *st = state;
    if (st->of.from < 1) {
        say_draw_nothing(s, g, r);
        return;
    }
    struct rect in = {r.x + (r.w > 4), r.y, r.w - 2 * (r.w > 4), r.h};
    struct str secret = {0};
    if (value_secret(scene, &secret)) {
        grid_wrap(g, in, ROLE_TEXT, 0, str_text(&secret));
        str_free(&secret);
        return;
    }
    int lines = r.h >= 4 ? 2 : 1, gap = r.h >= 8;
    draw_question(s, st, g, (struct rect){in.x, in.y, in.w, lines});
    if (r.h - lines - gap > 0 && st->list.n)
        draw_list(s, st, g, (struct rect){in.x, in.y + lines + gap, in.w, r.h - lines - gap});
}
