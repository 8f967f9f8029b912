/* digits.h: numbers three rows high, to be read from the last row of a room. */
#ifndef FLSTM_UI_DIGITS_H
#define FLSTM_UI_DIGITS_H

#include "ui/grid.h"

enum { DIGITS_H = 3 };
/* Cells that a number takes: of digits, + - . < > ? and blanks; others are left out. */
int digits_width(const char *text);
/* Its upper left cell at x, y. Half blocks where the glyphs have them, else seven segments of lines. */
void digits_draw(struct grid *g, int x, int y, enum role role, unsigned attr, const char *text);

#endif
