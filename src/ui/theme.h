/* theme.h: roles to colours. A theme is a small JSON file:
 *
 *   {"format": "flstm-theme/1", "name": "okabe", "about": "…", "background": "any" | "dark" | "light",
 *    "roles": {"f": {"fg": "#0072B2", "fg256": 31, "fg16": 4, "bg": …, "attr": ["bold"], "fill": "█"}, …},
 *    "ramps": {"heat_gate": ["#…", …], "heat_cell": ["#… (negative)", …, "#… (positive)"]}}
 *
 * A role that is not named looks like "text"; fg256 and fg16 are worked out from fg when not given, and -1 in them
 * is the terminal's default. A role with fg16 alone takes that colour of the terminal's own palette at every depth,
 * and so does a ramp of numbers 0…15. A role without a background has that of "text". "fill" is a one-cell character
 * used for whole bar cells of that role. This file knows no JSON: ui/theme_json.c reads it.
 */
#ifndef FLSTM_UI_THEME_H
#define FLSTM_UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ui/grid.h"
#include "ui/role.h"

enum depth { DEPTH_MONO, DEPTH_8, DEPTH_16, DEPTH_256, DEPTH_TRUE };

enum { COLOR_NONE = -1, THEME_RAMP = 16 };

/* A colour at every depth. rgb -1: the terminal's default. */
struct color { int32_t rgb; int16_t c256, c16; };

struct role_style { struct color fg, bg; uint8_t attr; uint32_t fill; /* 0: the glyph set's own */ };

struct theme {
    char *name, *about;
    char background;              /* 'a' any, 'd' dark, 'l' light */
    bool palette;                 /* no colour is an rgb: the terminal's own 16 are used as they are */
    struct role_style role[ROLE_COUNT];
    int ramp_len[2];              /* [0] heat_gate, [1] heat_cell */
    struct color ramp[2][THEME_RAMP];
};

/* What a cell looks like at a depth: fg/bg are rgb (DEPTH_TRUE), palette indices (256, 16, 8), or COLOR_NONE. */
struct colors { int32_t fg, bg; uint8_t attr; };
struct colors theme_colors(const struct theme *t, const struct cell *c, enum depth depth);
/* The depth to use on a terminal of this depth: themes made of palette colours alone stay with the palette. */
enum depth theme_depth(const struct theme *t, enum depth depth);
/* The character to show for a cell's ch[0]: the theme's fill in cells of a bar, else the character itself. */
uint32_t theme_char(const struct theme *t, const struct cell *c, enum depth depth);

/* By name (the user's and the system's own first, see shelf.h, then built-in) or by path (has a '/' or
 * .json at its end). NULL with one line of error. */
struct theme *theme_load(const char *name_or_file, struct err *e);
struct theme *theme_parse(const char *text, size_t len, const char *source, struct err *e);
void theme_free(struct theme *t);
/* Names of all themes, built-in and the user's, sorted, "okabe" first; *n of them; free each and the list. */
char **theme_names(int *n);
void theme_names_free(char **names, int n);

/* WCAG 2 contrast ratio of two rgb colours, 1…21. */
double theme_contrast(int32_t a, int32_t b);
int theme_nearest256(int32_t rgb);
int theme_nearest16(int32_t rgb);
/* The colour xterm shows for a palette index 0…255. */
int32_t theme_palette_rgb(int index);

extern const char theme_default[];            /* "okabe" */

#endif
