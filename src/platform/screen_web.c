/* screen_web.c: a screen (ui/screen.h) that is a web page. Rows are handed over as HTML, in the colours that --render
 * html has, and only those that differ from what is shown. It never waits: whoever calls comes again (app/loop.h). */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "export/paint.h"
#include "platform/web.h"
#include "ui/screen.h"

struct screen {
    struct cell *shown;           /* [h × w] */
    int w, h;
    struct sheet sheet;           /* no classes: each span says its colours */
    bool stale;                   /* nothing of `shown` is to be relied on */
    bool pasted;                  /* the key last returned was */
    char *theme;                  /* name of the one shown */
};

struct web_screen web_screen = {.w = 80, .h = 24};

void web_press(int key, bool pasted)
{
    struct web_screen *s = &web_screen;
    if (s->from == s->to)
        s->from = s->to = 0;
    if (key == K_NONE || s->to == WEB_KEYS)
        return;
    s->inbox[s->to].key = key;
    s->inbox[s->to++].pasted = pasted;
}

struct screen *screen_open(enum color_wish wish, struct err *e)
{
    (void)wish, (void)e;
    struct screen *s = xcalloc(1, sizeof *s);
    s->stale = true;
    return s;
}

void screen_close(struct screen *s)
{
    if (!s)
        return;
    mem_free(s->shown);
    free(s->theme);
    free(s);
}

void screen_take_mouse(struct screen *s)
{
    (void)s;
    web_screen.mouse = true;
}

void screen_copy(struct screen *s, const char *text)
{
    (void)s;
    page_copy(text, strlen(text));
}

void screen_size(const struct screen *s, int *w, int *h)
{
    (void)s;
    *w = web_screen.w;
    *h = web_screen.h;
}

enum depth screen_depth(const struct screen *s)
{
    (void)s;
    return DEPTH_TRUE;
}

bool screen_utf8(const struct screen *s)
{
    (void)s;
    return true;
}

/* Another size or another theme: everything anew. */
static void begin_page(struct screen *s, const struct grid *g, const struct theme *t)
{
    struct ground ground = paint_ground(t, web_screen.ground);
    bool same = s->shown && s->w == g->w && s->h == g->h && s->theme && strcmp(s->theme, t->name) == 0;
    if (same && !s->stale)
        return;
    if (!same) {
        free(s->theme);
        mem_free(s->shown);
        s->theme = xstrdup(t->name);
        s->shown = mem_array((size_t)g->w * (size_t)g->h, sizeof *s->shown);
        if (!s->shown)
            mem_die();
        s->w = g->w;
        s->h = g->h;
    }
    s->stale = true;
    s->sheet = (struct sheet){.ground = ground};
    page_ground(g->w, g->h, ground.fg, ground.bg);
}

void screen_present(struct screen *s, const struct grid *g, const struct theme *t, int cursor_x, int cursor_y)
{
    struct str row = {0};
    begin_page(s, g, t);
    for (int y = 0; y < g->h; y++) {
        const size_t at = (size_t)y * (size_t)g->w, size = (size_t)g->w * sizeof *g->cell;
        if (!s->stale && memcmp(s->shown + at, g->cell + at, size) == 0)
            continue;
        memcpy(s->shown + at, g->cell + at, size);
        str_clear(&row);
        paint_html_row(g, y, t, &s->sheet, &row);
        page_row(y, str_text(&row), row.len);
    }
    page_cursor(cursor_x, cursor_y);
    s->stale = false;
    str_free(&row);
}

void screen_redraw(struct screen *s)
{
    s->stale = true;
}

int screen_key(struct screen *s, int timeout_ms, bool *hangup, int *sig)
{
    struct web_screen *w = &web_screen;
    (void)timeout_ms;
    *hangup = false;
    *sig = 0;
    if (w->from == w->to)
        return K_NONE;
    s->pasted = w->inbox[w->from].pasted;
    return w->inbox[w->from++].key;
}

bool screen_pasting(const struct screen *s)
{
    return s->pasted;
}

void screen_suspend(struct screen *s)             /* a page is never in the background by a key */
{
    (void)s;
}

void screen_bell(struct screen *s)
{
    (void)s;
}
