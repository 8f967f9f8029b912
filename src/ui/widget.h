/* widget.h: the pieces views are built from. Each draws inside the rectangle it is given and nowhere else. */
#ifndef FLSTM_UI_WIDGET_H
#define FLSTM_UI_WIDGET_H

#include <stdbool.h>

#include "ui/grid.h"

/* What a bar shows: a value between lo and hi. ghost NaN: none; else what the value would be without pins. */
struct bar { float value, ghost, lo, hi; enum role role; };
/* A horizontal bar in [x, x+w) of row y, between end marks when w ≥ 6. lo ≥ 0: the bar grows from the left end; lo <
 * 0 < hi: from zero, which is marked, to either side. It is made of whole cells, rounded, so that it can be
 * measured; a value that is not zero and takes less than half a cell shows a hairline, and only zero is empty
 * (of states widget_nothing, too). Values beyond the scale fill it and show the pointer at that end. A ghost is a mark
 * where its bar would end, or, inside the bar, a notch: it never makes a hole. Values that are not finite show as
 * text. */
void widget_bar(struct grid *g, int x, int y, int w, struct bar bar);
/* The labels of a bar's scale in the row above it, over the cells in which they end: x, w, lo and hi as for the bar.
 * 0, ¼, ½, ¾, 1 for a gate, -2 -1 0 +1 +2, 0 2 4 … 10 as there is room. */
void widget_scale_row(struct grid *g, int x, int y, int w, float lo, float hi);
/* A vertical bar that fills r, growing up from the bottom (lo ≥ 0) or from the zero row. */
void widget_column(struct grid *g, struct rect r, struct bar bar);
/* One heat cell per value, r.w of them from left to right in the first row; level = 100·value/scale. role HEAT_GATE or
 * HEAT_CELL. */
void widget_heat(struct grid *g, struct rect r, const float *value, float scale, enum role role);
/* A number in `w` cells: "0.81", "+0.60", "-0.84" (signed when `sign`), as many decimals as fit up to `decimals`,
 * "1e+04" when too large, right-aligned. Writes into buf, returns it. */
char *widget_number(char *buf, int size, float v, int w, int decimals, bool sign);
/* Is it what rounding leaves of a state that is 0? Next to values near 1 a float does not tell so little from nothing.
 * Of a probability or a derivative it may be the point. */
bool widget_nothing(float v);
/* A state by itself, with two decimals; what would read 0 with them and is not has a third, and where that is 0, too,
 * one digit and an exponent: "-0.004" ("-.004" in five cells), "+3e-7", as sums_tight has it; with a sign what is
 * widget_nothing reads 0.00. Numbers that are to be added up on paper are
 * widget_number's. */
char *widget_state(char *buf, int size, float v, int w, bool sign);
/* A gate in `w` cells, right-aligned: two decimals, unless they would read 0.00 or 1.00: then up to four, then
 * ">.9999" or "<.0001" (">.99" where fewer than six cells are left). 0.00 and 1.00 are exactly 0 and 1. */
char *widget_gate(char *buf, int size, float v, int w);
/* "50%", ">99%", "<1%"; "all" and "0%" are exact. */
char *widget_percent(char buf[8], float v);
/* The same in words where there is one: "nothing", "half", "50%". */
char *widget_share(char buf[8], float v);
/* The scale of signed bars for values whose largest magnitude is `peak`: 1, 2, 5, 10, 20, … ≥ peak (at least 1). */
float widget_scale(float peak);

/* A function y = f(x) over [x0, x1] × [y0, y1] as a curve in r, with axes, and a marked point (NaN: none). */
struct curve { float (*f)(float); float x0, x1, y0, y1, mark_x, mark_y; enum role mark_role; };
void widget_curve(struct grid *g, struct rect r, const struct curve *c);

/* A one-line editor: fed keys, drawn by the caller. */
/* note: what can be answered, for the hint line; a string that stays, or NULL. letter: one key answers, Enter is not
 * waited for. cut: what Ctrl-W, U, K and Alt-D took away last, in this prompt or an earlier one: Ctrl-Y puts it
 * back. */
struct prompt { bool active, letter; char label[48]; char text[1024], cut[1024]; int len, pos; const char *note; };
enum prompt_result { PROMPT_GOES_ON, PROMPT_ACCEPTED, PROMPT_CANCELLED };
/* p was zeroed before its first start. */
void prompt_start(struct prompt *p, const char *label, const char *text);
enum prompt_result prompt_key(struct prompt *p,
                              int key); /* as readline: arrows, Home/End, ^A ^E ^U ^K ^W ^Y ^H ^D, Del, Alt-B F D */
/* Puts a text in at the cursor, as if it were typed. */
void prompt_insert(struct prompt *p, const char *text);
/* Draws "label text" in one row and tells where the cursor stands. */
void prompt_draw(struct grid *g, int x, int y, int w, const struct prompt *p, int *cursor_x);

#endif
