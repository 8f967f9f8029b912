/* chrome.h: what surrounds every view: title line, the sentence as a tape, the hint and status lines.
 * scene_draw makes the whole picture; the terminal, --render and the tests all show what it draws. */
#ifndef FLSTM_VIEWS_CHROME_H
#define FLSTM_VIEWS_CHROME_H

#include "ui/widget.h"
#include "views/view.h"

/* Draws everything into g. prompt may be NULL; *cursor_x, *cursor_y get the text cursor or -1 (may be NULL). */
void scene_draw(const struct scene *scene, const struct view *view, const void *state, const struct prompt *prompt,
                struct grid *g, int *cursor_x, int *cursor_y);

/* What of a picture of w × h belongs to the view: scene_draw lets it draw there and nowhere else. */
struct rect scene_body(const struct scene *scene, const struct view *view, int w, int h);

#endif
