/* chrome.h: the frame around every view: title line, the sentence as a tape, rows of words, the strip of views, the
 * hints. scene_draw makes the whole picture; the terminal, --render and the tests all show what it draws. */
#ifndef FLSTM_VIEWS_CHROME_H
#define FLSTM_VIEWS_CHROME_H

#include "ui/widget.h"
#include "views/view.h"

/* Prepares the view and draws everything into g. prompt may be NULL; *cursor_x, *cursor_y get the text cursor or -1
 * (may be NULL). */
void scene_draw(const struct scene *scene, const struct view *view, void *state, const struct prompt *prompt,
                struct grid *g, int *cursor_x, int *cursor_y);

/* The rows of a picture h rows high, -1 where a part is left out. At 80x24: title 0, tape 1, memory 2, body 3 … 18,
 * words 19 … 21, strip 22, hints 23. alone: no tape and no words of its own. says: the words are the frame's; else
 * the body goes down to the strip, and what is said covers its last rows. */
struct frame { int title, tape, memory, body, body_h, words, words_h, strip, hints; };
struct frame frame_plan(int h, bool alone, bool says);
/* What of a picture of w × h belongs to the view: scene_draw lets it draw there and nowhere else. */
struct rect scene_body(const struct scene *scene, const struct view *view, int w, int h);
/* The views of the strip, in its order, as many as have room in w cells, `open` always among them: one without a
 * place takes the last one. letters: without their words. Returns how many. */
int strip_views(const struct scene *scene, const struct view *open, int w, bool letters, const struct view *shown[],
                int most);

#endif
