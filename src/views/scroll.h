/* scroll.h: a view of lines longer than its room: the state and the keys that several views share. */
#ifndef FLSTM_VIEWS_SCROLL_H
#define FLSTM_VIEWS_SCROLL_H

#include "views/view.h"

/* `top` is what the keys set; how far it can scroll and how tall its window is are worked out by `prepare`. */
struct scroll {
    int top;
    int last, page, w;
    int hit;                      /* the line found last, from 1; 0: none */
};

enum { SCROLL_SETTINGS = sizeof(int) };           /* settings_size of a view whose state is a struct scroll */
extern const struct setting scroll_settings[];
/* Keys of a view of text: Up, Down, PgUp, PgDn, Home, End move the window; state is a struct scroll. */
extern const struct view_key scroll_keys[];
enum view_reply scroll_line(struct session *s, void *state, bool other, struct err *e);
/* For view.prepare: `lines` in a window of `page`; or `text` as scroll_draw lays it out in r. */
void scroll_fit(struct scroll *sc, int lines, int page);
void scroll_fit_text(struct scroll *sc, struct rect r, const char *text);
/* Moves to the next line (by 1; the one before: -1) that holds the text, letters of either case, and marks it; round
 * the ends. */
bool scroll_search(struct scroll *sc, const char *text, const char *wanted, int by);
/* The first line to show. */
int scroll_top(const struct scroll *sc, int lines, int page);
/* The part of a view that text is set in: margins where there is room for them. */
struct rect scroll_rect(struct rect r);
/* Draws `text` (lines ended by LF, wrapped to r.w) from line sc->top on, with a mark where there is more. A line that
 * begins with "# " is a heading, one that begins with "! " is bad news and "+ " good news; the mark itself is not
 * shown. */
void scroll_draw(struct grid *g, struct rect r, const struct scroll *sc, const char *text);

/* The same for a view that is a text: `build` writes it for lines of `w` cells. For prepare, and for draw. */
typedef void scroll_build(const struct scene *scene, bool ascii, int w, struct str *text);
void scroll_prepare_built(const struct scene *scene, struct scroll *sc, struct rect r, scroll_build *build);
void scroll_draw_built(const struct scene *scene, const struct scroll *sc, struct grid *g, struct rect r,
                       scroll_build *build);

#endif
