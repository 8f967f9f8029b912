/* grid.h: a picture as cells. Views draw into it; tests compare it; exports and the terminal show it.
 *
 * A cell is a character (with up to two combining marks), a role, a level for heat strips, and attributes on top of
 * the role's own. Nothing here can write outside the grid, whatever the coordinates: every call clips to the grid's
 * clip rectangle. Text is made harmless on the way in (utf8_hidden characters become a one-cell stand-in).
 */
#ifndef FLSTM_UI_GRID_H
#define FLSTM_UI_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "ui/glyph.h"
#include "ui/role.h"

/* ATTR_TINT: a character of a heat role that stands on its colour instead of being drawn in it. ATTR_HALVES: a heat
 * cell of two values, one above the other: where there are colours enough it is a half block in two of them, else its
 * character. */
enum { ATTR_BOLD = 1, ATTR_REVERSE = 2, ATTR_UNDERLINE = 4, ATTR_TINT = 8, ATTR_HALVES = 16 };
enum { LEVEL_MAX = 100 };         /* heat: gates 0…100, signed cells -100…100 */

struct cell {
    uint32_t ch[3];               /* ch[0] 0: the second half of a wide character to the left */
    uint8_t role;                 /* enum role */
    uint8_t attr;
    int8_t level;                 /* HEAT_ roles only; else 0 */
    int8_t below;                 /* ATTR_HALVES: the level of the lower half; else 0 */
};

struct rect { int x, y, w, h; };

/* How what is drawn next is drawn, whoever draws it. Nothing under a pen knows why it is this one: views do
 * (value_pen). */
enum pen {
    PEN_PLAIN,
    PEN_DIM,                      /* something else is pointed at: in the dim role and without attributes, but for the
                                   * cursor */
    PEN_BRIGHT,                   /* this is pointed at: bold */
    PEN_COVER                     /* asked for: `?` for every number and for every cell whose look or length is one */
};

/* Numbers that belong to cells, for whoever drew them to read (views/spot.h): the grid does not know what they mean. */
enum { GRID_MARK = 5 };
struct grid_marks { struct { struct rect r; int what[GRID_MARK]; } *v; int n, cap; };

struct grid {
    int w, h;
    struct cell *cell;            /* h × w, row-major */
    struct rect clip;             /* drawing stays inside; set by grid_new to all */
    const struct glyphs *glyphs;  /* borrowed: the character set to draw with */
    enum pen pen;
    struct grid_marks *marks;     /* borrowed; NULL: nobody asks, and grid_mark does nothing */
};

/* w and h from 0 to 4096, clamped. Every cell blank with ROLE_TEXT. */
struct grid *grid_new(int w, int h, const struct glyphs *glyphs);
void grid_free(struct grid *g);
void grid_clear(struct grid *g);
void grid_resize(struct grid *g, int w, int h);               /* and clear */

struct rect rect_intersect(struct rect a, struct rect b);     /* w, h never negative */
struct rect rect_inset(struct rect r, int dx, int dy);
/* Narrow the clip to r (within the present one); returns the old clip to restore. */
struct rect grid_clip(struct grid *g, struct rect r);
/* Takes another pen; returns the old one to take again. */
enum pen grid_pen(struct grid *g, enum pen pen);

void grid_mark(struct grid *g, struct rect r, const int what[GRID_MARK]);  /* the part of r inside the clip */
const int *grid_mark_at(const struct grid *g, int x, int y);  /* of the last mark there; NULL: none */
void grid_marks_clear(struct grid_marks *m);

const struct cell *grid_at(const struct grid *g, int x, int y);            /* NULL outside */
void grid_put(struct grid *g, int x, int y, uint32_t ch, enum role role, unsigned attr);
void grid_heat(struct grid *g, int x, int y, enum role role, int level);   /* glyph by level from the character set */
/* This character in the colour of a level. */
void grid_put_level(struct grid *g, int x, int y, uint32_t ch, enum role role, int level);
/* Two levels in one cell, one above the other: `ch` says what it can where there are too few colours for both. */
void grid_halves(struct grid *g, int x, int y, uint32_t ch, enum role role, const int level[2]);
/* A level for what is written already in n cells from x on: text becomes that role, tinted by the level (ATTR_TINT). */
void grid_tint(struct grid *g, int x, int y, int n, enum role role, int level);
/* The three that write text take seven arguments and more, for they are called in hundreds of places and what they are
 * given is what every place says: a cell, a width, a role, attributes, a text. What passes writing on takes an ink. */
struct ink { enum role role; unsigned attr; };
/* Text from x rightwards, cut at `max` cells (with the cut mark when longer) and at the clip; returns the cells
 * used. */
int grid_text(struct grid *g, int x, int y, int max, enum role role, unsigned attr, const char *text);
int grid_textf(struct grid *g, int x, int y, int max, enum role role, unsigned attr, const char *format, ...)
    ERR_PRINTF(7, 8);
/* Ends at column x (exclusive). */
int grid_text_right(struct grid *g, int x, int y, int max, enum role role, unsigned attr, const char *text);
int grid_text_centre(struct grid *g, struct rect r, int y, enum role role, unsigned attr, const char *text);
/* Words wrapped to r; returns the lines used (at most r.h; the last line is cut when there is more). */
int grid_wrap(struct grid *g, struct rect r, enum role role, unsigned attr, const char *text);
/* The lines it takes at this width, however many. */
int grid_wrap_lines(int w, const char *text);
void grid_fill(struct grid *g, struct rect r, uint32_t ch, enum role role, unsigned attr);
void grid_hline(struct grid *g, int x, int y, int w, enum role role);
/* Adds an attribute to what is there. */
void grid_attr(struct grid *g, struct rect r, unsigned attr);
bool grid_same(const struct grid *a, const struct grid *b);

/* The two halves of a golden file: the characters, trailing blanks kept out; and one letter a cell for the role
 * ('.' for ROLE_TEXT, else a letter from the table grid_role_letter). */
void grid_dump_text(const struct grid *g, struct str *out);
void grid_dump_roles(const struct grid *g, struct str *out);
char grid_role_letter(enum role r);

#endif
