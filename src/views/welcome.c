/* welcome.c: see welcome.h. */
#include "views/welcome.h"

#include <stdio.h>
#include <string.h>

/* A line is pieces: what stands between bars is a key. ← and → are the arrows of the glyph set. */
static const char *const lines[] = {
    "The network reads the sentence above, word by word; C is what it remembers.",
    "f_t, the forget gate, says how much of C it keeps: 1 keeps all, 0 drops it.",
    "|>| the next word    |c| close f, |o| open it: what it expects changes",
    "|u| take that back   |PgDn| step by step   |D| as a drawing   |V| all views",
    "|?| every key        Any key closes this; |:welcome| brings it back.",
}, *const brief[] = {
    "f_t: how much of C is kept, 0 to 1.",
    "|>| next word  |c| close f |?| all keys",
};

static void draw_line(struct grid *g, int x, int y, int w, const char *line)
{
    bool key = false;
    for (int end = x + w; *line && x < end; key = !key) {
        size_t n = strcspn(line, "|");
        char piece[96];
        snprintf(piece, sizeof piece, "%.*s", (int)n, line);
        const char *shown = key && strcmp(piece, ">") == 0 ? g->glyphs->arrow : piece;
        x += grid_text(g, x, y, end - x, key ? ROLE_HINT_KEY : ROLE_TEXT, key ? ATTR_BOLD : 0, shown);
        line += n + (line[n] == '|');
    }
}

void welcome_draw(const struct scene *scene, struct grid *g, struct rect r)
{
    enum { LINES = sizeof lines / sizeof *lines, BRIEF = sizeof brief / sizeof *brief, ROOMY = 78 };
    (void)scene;
    bool whole = r.w >= ROOMY && r.h >= LINES;
    int n = whole ? LINES : r.h < BRIEF ? r.h : BRIEF, top = r.y + r.h - n;
    if (n < 1)
        return;
    grid_fill(g, (struct rect){r.x, top, r.w, n}, ' ', ROLE_TEXT, 0);
    for (int k = 0; k < n; k++)
        draw_line(g, r.x + 1, top + k, r.w - 2, whole ? lines[k] : brief[BRIEF - n + k]);
}
