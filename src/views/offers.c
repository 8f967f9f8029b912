/* offers.c: see offers.h. */
#include "views/offers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { ROWS = 8 };

static char *cleaned(const char *text)
{
    struct str clean = {0};
    utf8_clean(&clean, text, strlen(text));
    return str_take(&clean);
}

void offers_add(struct offers *o, const char *text, const char *shown, const char *help)
{
    if (o->n == o->cap) {
        o->cap = o->cap ? 2 * o->cap : 16;
        o->v = xrealloc(o->v, (size_t)o->cap, sizeof *o->v);
    }
    o->v[o->n++] = (struct offer){xstrdup(text), cleaned(shown ? shown : text), help ? cleaned(help) : NULL};
}

void offers_clear(struct offers *o)
{
    for (int k = 0; k < o->n; k++) {
        free(o->v[k].text);
        free(o->v[k].shown);
        free(o->v[k].help);
    }
    free(o->v);
    *o = (struct offers){.at = -1};
}

static void rule(struct grid *g, int y, const char *text)
{
    char buf[128];
    for (int x = 1; x < g->w - 1; x++)
        grid_put(g, x, y, g->glyphs->hline, ROLE_RULE, 0);
    if (*text) {
        snprintf(buf, sizeof buf, " %s ", text);
        grid_text(g, 3, y, g->w - 6, ROLE_LABEL, 0, buf);
    }
}

static void row(const struct offers *o, int k, struct grid *g, int y, int column)
{
    const struct offer *offer = &o->v[k];
    bool chosen = k == o->at;
    int x = 3;
    if (chosen) {
        grid_put(g, 1, y, g->glyphs->pointer, ROLE_TEXT, ATTR_BOLD);
        grid_put(g, 2, y, '[', ROLE_TEXT, ATTR_BOLD);
    }
    x += grid_text(g, x, y, g->w - x - 1, ROLE_TEXT, chosen ? ATTR_BOLD : 0, offer->shown);
    if (chosen && x < g->w - 1)
        grid_put(g, x, y, ']', ROLE_TEXT, ATTR_BOLD);
    if (offer->help && g->w >= 48)
        grid_text(g, x + 2 > column ? x + 2 : column, y, g->w - (x + 2 > column ? x + 2 : column) - 1, ROLE_DIM, 0,
                  offer->help);
}

/* Below the list: how much of it there is. */
static void foot(const struct offers *o, struct grid *g, int y, int first, int rows)
{
    char text[160];
    if (o->n <= rows)
        snprintf(text, sizeof text, "%s", o->n > 1 ? "more letters: fewer lines" : "");
    else
        snprintf(text, sizeof text, "%d to %d of %d; more letters: fewer lines", first + 1, first + rows, o->n);
    rule(g, y, text);
}

void offers_draw(const struct offers *o, struct grid *g, int top, int bottom)
{
    int rows = bottom - top + 1 - 2, first = 0, column = 0;
    rows = rows > ROWS ? ROWS : rows;
    rows = rows > o->n ? o->n : rows;
    if (rows < 1)
        return;
    if (o->at >= rows)
        first = o->at - rows + 1;
    for (int k = 0; k < o->n; k++) {
        int w = utf8_text_width(o->v[k].shown) + 6;
        column = w > column && w <= g->w / 2 ? w : column;
    }
    int y = bottom - rows - 1;
    grid_fill(g, (struct rect){0, y, g->w, rows + 2}, ' ', ROLE_TEXT, 0);
    rule(g, y, o->title);
    for (int k = 0; k < rows; k++)
        row(o, first + k, g, y + 1 + k, column);
    foot(o, g, bottom, first, rows);
}
