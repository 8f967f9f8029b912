/* scroll.h: a view of lines longer than its room: the state and the keys several views share. */
#ifndef FLSTM_VIEWS_SCROLL_H
#define FLSTM_VIEWS_SCROLL_H

#include "views/view.h"

/* How far it can scroll and how tall its window is become known when it is drawn, when `top` may not change any more: drawing
 * leaves them in `seen`, which belongs to the state, and the next key goes by them. */
struct scroll { int top; struct scroll_seen { int last, page; } *seen; };

extern const struct view_key scroll_keys[];
/* Up, Down, PgUp, PgDn, Home, End move the window; state is a struct scroll. */
enum view_reply scroll_key(struct session *s, void *state, int key, struct err *e);
/* view.clear of such a view. */
void scroll_clear(void *state);
/* For a view that draws its window itself: the first line to show of `lines` in a window of `page`. */
int scroll_top(const struct scroll *sc, int lines, int page);
/* The part of a view that text is set in: margins where there is room for them. */
struct rect scroll_rect(struct rect r);
/* Draws `text` (lines ended by LF, wrapped to r.w) from line sc->top on, with a mark where there is more. A line that begins with
 * "# " is a heading, one that begins with "! " is bad news and "+ " good news; the mark itself is not shown. */
void scroll_draw(struct grid *g, struct rect r, const struct scroll *sc, const char *text);

#endif
