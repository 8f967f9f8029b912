/* tape.h: the sentence as a tape along the top of every view: a column a word, and under each word the cell state of
 * the selected unit. The columns stand still while views change, and tables over words stand under them
 * (tape_columns). */
#ifndef FLSTM_VIEWS_TAPE_H
#define FLSTM_VIEWS_TAPE_H

#include "views/across.h"

/* The tape's columns in a picture w cells wide: 8 cells a word, 12 from 110 columns on, 7 below 64. Numbers of five
 * cells stand at across_x, words over them; use across_put and across_number. */
struct across tape_columns(const struct session *s, int w);
/* May the tape, or a view that speaks of the present, show what the cell held after word t? What is to come is hidden
 * until it is stepped to, or shown by scene->ahead or by a view of whole sentences. */
bool tape_shows(const struct scene *scene, const struct view *view, int t);
/* A click in r, where a table stands under the tape's columns, means the word of the column. */
void tape_mark(const struct session *s, struct grid *g, struct rect r);
/* Draws the words in row y and C of the selected unit in row `memory` (-1: no row for it). */
void tape_draw(const struct scene *scene, const struct view *view, struct grid *g, int y, int memory);

#endif
