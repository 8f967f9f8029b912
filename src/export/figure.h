/* figure.h: figures for print: what a view tells, without the screen around it, in vector bars, as wide as a column of
 * a paper (86 mm). Letters are text and embed no font; a value that a question hides is a question mark here too. */
#ifndef FLSTM_EXPORT_FIGURE_H
#define FLSTM_EXPORT_FIGURE_H

#include "export/export.h"
#include "views/view.h"

/* BARS: the quantities of the present step, unit under unit. DISSECT: the terms of the selected gate, their sum, and
 * the gate. TIMELINE: the selected value of every unit at every word. */
enum figure { FIGURE_NONE, FIGURE_BARS, FIGURE_DISSECT, FIGURE_TIMELINE };
enum figure figure_find(const char *name);         /* FIGURE_NONE when there is none */

/* As SVG. The ground AUTO is white paper where the theme allows it, and then nothing is painted behind. */
void export_figure(const struct scene *scene, const struct theme *t, enum figure figure, enum ground_wish wish,
                   struct str *out);

#endif
