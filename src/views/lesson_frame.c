/* lesson_frame.c: see lesson_frame.h. */
#include "views/lesson_frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

void lesson_look_clear(struct lesson_look *l)
{
    for (int k = 0; k < l->lines; k++)
        free(l->line[k].text);
    str_free(&l->text);
    str_free(&l->note);
    free(l->mark);
    *l = (struct lesson_look){.cursor_line = -1};
}

void lesson_look_line(struct lesson_look *l, enum role role, unsigned attr, const char *text)
{
    if (l->lines < LESSON_LINES)
        l->line[l->lines++] = (struct lesson_line){role, attr, xstrdup(text)};
}

/* ---- layout ------------------------------------------------------------------------------------------------------ */

int lesson_paragraph_rows(const char *text, int w)
{
    int rows = 0;
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        char *one = xstrndup(p, n);
        rows += grid_wrap_lines(w, one);
        free(one);
        p += n + (p[n] == '\n');
    }
    return rows;
}

static int line_rows(const struct lesson_look *l, int k, int w)
{
    return *l->line[k].text ? grid_wrap_lines(w, l->line[k].text) : 1;
}

static int ask_rows(const struct lesson_look *l, int w)
{
    int rows = 0;
    for (int k = 0; k < l->lines; k++)
        rows += line_rows(l, k, w);
    return rows;
}

struct lesson_plan lesson_plan(const struct lesson_look *l, int w, int h, int top, int strip, int hints)
{
    enum { LEAST = 3, TIGHT = 8, EASY = 12 };
    int bottom = strip >= 0 ? strip : hints >= 0 ? hints : h, room = bottom - top, inner = w > 2 ? w - 2 : 1;
    int text = lesson_paragraph_rows(str_text(&l->text), inner), ask = ask_rows(l, inner);
    int least = room > TIGHT ? LEAST : 1;
    least = l->end ? 0 : least;
    ask = ask > room - least ? (room - least > 0 ? room - least : 0) : ask;
    text = text > room - least - ask ? (room - least - ask > 0 ? room - least - ask : 0) : text;
    int body = room - text - ask, above = text && body > EASY, below = ask && body - above > EASY;
    if (l->end) {                         /* everything from above, nothing between */
        above = text > 0 && body > 0;
        return (struct lesson_plan){{1, top, inner, text}, {0, top + text, w, 0}, {1, top + text + above, inner, ask},
                                    strip, hints};
    }
    body -= above + below;
    return (struct lesson_plan){{1, top, inner, text}, {0, top + text + above, w, body < 0 ? 0 : body},
                                {1, bottom - ask, inner, ask}, strip, hints};
}

int lesson_plan_short(const struct lesson_look *l, int w, int h, int least)
{
    enum { FRAME = 5 };                   /* title, tape, memory, progress, hints */
    int need = FRAME + lesson_paragraph_rows(str_text(&l->text), w - 2) + ask_rows(l, w - 2) + (l->end ? 0 : least);
    return need > h ? need - h : 0;
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

static void draw_text(const struct lesson_look *l, struct grid *g, struct rect r)
{
    for (const char *p = str_text(&l->text); *p && r.h > 0;) {
        size_t n = strcspn(p, "\n");
        char *one = xstrndup(p, n);
        int used = grid_wrap(g, r, ROLE_TEXT, 0, one);
        free(one);
        r.y += used;
        r.h -= used;
        p += n + (p[n] == '\n');
    }
}

/* The line that must be seen: what was said to an answer, which stands last; else the option that is chosen or the line
 * that is typed. (Options begin with a blank or, chosen, with >.) */
static int line_in_sight(const struct lesson_look *l)
{
    for (int k = l->lines - 1; k >= 0; k--) {
        char c = l->line[k].text[0];
        if (k == l->cursor_line || (c && c != ' '))
            return k;
    }
    return l->lines - 1;
}

/* An option that was not chosen and that nothing was said of. */
static bool is_passed_over(const struct lesson_line *line)
{
    return line->text[0] == ' ' && line->text[1] && line->role == ROLE_TEXT && !line->attr;
}

/* Where there is no room for all of it: what of it is shown, so that the line in sight is. What is said of an answer
 * needs the question and the option that was chosen, not the others; then the first lines go. */
static void choose_lines(const struct lesson_look *l, struct rect r, bool *shown)
{
    const int sight = line_in_sight(l);
    const bool told = l->lines && l->line[sight].text[0] != '>' && sight != l->cursor_line;
    int rows = 0;
    for (int k = 0; k <= sight; k++)
        rows += line_rows(l, k, r.w);
    for (int k = sight; told && k >= 0 && rows > r.h; k--)
        if (is_passed_over(&l->line[k])) {
            shown[k] = false;
            rows -= line_rows(l, k, r.w);
        }
    for (int k = 0; k < sight && rows > r.h; k++)
        if (shown[k]) {
            shown[k] = false;
            rows -= line_rows(l, k, r.w);
        }
}

static void draw_ask(const struct lesson_look *l, struct grid *g, struct rect r, int *cx, int *cy)
{
    bool shown[LESSON_LINES];
    for (int k = 0; k < LESSON_LINES; k++)
        shown[k] = true;
    if (ask_rows(l, r.w) > r.h)
        choose_lines(l, r, shown);
    for (int k = 0; k < l->lines && r.h > 0; k++) {
        const struct lesson_line *line = &l->line[k];
        if (!shown[k])
            continue;
        int used = *line->text ? grid_wrap(g, r, line->role, line->attr, line->text) : 1;
        if (k == l->cursor_line) {
            *cx = r.x + l->cursor_x < r.x + r.w ? r.x + l->cursor_x : r.x + r.w - 1;
            *cy = r.y;
        }
        r.y += used;
        r.h -= used;
    }
}

/* A sign a stop; colour is never alone. */
static void draw_progress(const struct lesson_look *l, struct grid *g, int y)
{
    const struct glyphs *gl = g->glyphs;
    const struct { uint32_t ch; enum role role; unsigned attr; } signs[] = {
        [LESSON_RIGHT] = {gl->full, ROLE_GOOD, 0}, [LESSON_LATER] = {gl->notch, ROLE_GOOD, 0}, [LESSON_WRONG] = {'x',
                ROLE_TEXT, 0},
        [LESSON_HERE] = {gl->pointer, ROLE_CURSOR, ATTR_BOLD}, [LESSON_SEEN] = {'-', ROLE_DIM, 0},
        [LESSON_TO_COME] = {gl->unknown, ROLE_DIM, 0},
    };
    int x = 1;
    for (int k = 0; k < l->marks && x < g->w - 1; k++, x++)
        grid_put(g, x, y, signs[l->mark[k]].ch, signs[l->mark[k]].role, signs[l->mark[k]].attr);
    x += 3;
    if (x < g->w - 1)
        grid_text(g, x, y, g->w - 1 - x, ROLE_DIM, 0, str_text(&l->note));
}

void lesson_frame_draw(const struct lesson_look *l, const struct lesson_plan *p, struct grid *g, int *cx, int *cy)
{
    draw_text(l, g, p->text);
    draw_ask(l, g, p->ask, cx, cy);
    if (p->strip >= 0)
        draw_progress(l, g, p->strip);
}
