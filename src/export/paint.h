/* paint.h: the parts of a picture that a recording is made of, too: rows, and colours as classes. Private to
 * src/export. */
#ifndef FLSTM_EXPORT_PAINT_H
#define FLSTM_EXPORT_PAINT_H

#include "export/export.h"

enum { PAINT_CW = 8, PAINT_CH = 16, PAINT_PADDING = 8 };      /* SVG: units of a cell, and around the picture */

/* The colours of what has none of its own. both: they change sides with the reader's preference. */
struct ground { int32_t fg, bg; bool both; };
struct ground paint_ground(const struct theme *t, enum ground_wish wish);

/* The colour of a role; level: of a heat role. */
int32_t paint_role(const struct theme *t, const struct ground *ground, enum role role, int level);

/* How colours are written: each where it is used, or as classes c0 (text), c1 (ground), c2 … of a style sheet, which
 * the rows fill and the rules read. */
enum { SHEET_MOST = 256 };
struct sheet { struct ground ground; bool classes; int n; int32_t color[SHEET_MOST]; };
/* ".c2{fill:#2F7CDB}" and so on; those of the light ground, each with `before` in front of its selector. */
void paint_rules(const struct sheet *sheet, const char *property, char letter, struct str *out);
void paint_light_rules(const char *before, const char *property, char letter, struct str *out);
void paint_html_rules(const struct sheet *sheet, struct str *out);
void paint_svg_rules(const struct sheet *sheet, struct str *out);

/* Where an SVG is written, and in which colours. */
struct svg { struct str *out; struct sheet *sheet; const struct theme *theme; };
enum svg_pass { SVG_SHAPES, SVG_LETTERS };            /* grounds and drawn characters, or what is written on them */

/* One row, without an end of line. paint_svg_row: as row `at` of the picture. */
void paint_ansi_row(const struct grid *g, int y, const struct theme *t, enum depth depth, struct str *out);
void paint_html_row(const struct grid *g, int y, const struct theme *t, struct sheet *sheet, struct str *out);
void paint_svg_row(struct svg *svg, const struct grid *g, int y, int at, enum svg_pass pass);
/* The beginning of an SVG of w × h cells, and its ground. */
void paint_svg_begin(int w, int h, const char *title, struct str *out);
void paint_svg_ground(int w, int h, struct svg *svg);
/* Text from outside, escaped for SVG and HTML. */
void paint_title(struct str *out, const char *title);

extern const char paint_font[];
extern const int32_t paint_palette[16];   /* the 16 colours of themes that leave them to the terminal */

#endif
