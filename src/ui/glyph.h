/* glyph.h: the characters pictures are made of, in Unicode and in plain ASCII. */
#ifndef FLSTM_UI_GLYPH_H
#define FLSTM_UI_GLYPH_H

#include <stdbool.h>
#include <stdint.h>

/* Lines and corners of boxes; up, down and left are tees: where a line leaves a straight one that way. */
struct glyph_lines { uint32_t h, v, tl, tr, bl, br, up, down, left; };

/* A view asks for a glyph here and never for the character set: what a set cannot show is said otherwise in its row.
 * `ascii` is for what is cut to a width (utf8_cut) and for text of other lengths. */
struct glyphs {
    bool ascii;
    struct glyph_lines plain, lit;      /* ┌─┐│└┘ ┴┬┤ and ╔═╗║╚╝ ╧╤ of a box that is spoken of */
    uint32_t seam[3];             /* ╥ ║ ╨ where two parts of one box meet: above, through, below */
    uint32_t head_up, head_down, head_right;    /* ▲ ▼ ▶ the heads of arrows that are drawn */
    bool halves;                  /* its fonts have half blocks, so that a cell can show two colours */
    uint32_t full;                /* a whole cell */
    uint32_t bar;                 /* a whole cell of a horizontal bar: the missing eighth keeps neighbours apart */
    uint32_t little, little_left; /* ▏ ▕ more than 0, less than half a cell, to the right and to the left of zero */
    uint32_t notch;               /* ▒ the baseline inside a bar */
    uint32_t left[8];             /* left[k]: k eighths filled from the left, left[0] a blank */
    uint32_t lower[8];            /* k eighths from below */
    uint32_t right_half;          /* bars that grow to the left end in this (drawn from the right) */
    uint32_t upper_half;          /* columns that grow downwards end in this */
    uint32_t track;               /* the empty part of a bar: a blank or a dot */
    uint32_t bar_begin, bar_end;  /* ▕ ▏ or | | */
    uint32_t zero;                /* ┼ the zero of a signed bar */
    uint32_t ghost;               /* ┊ the baseline of a pinned value */
    uint32_t ghost_column;        /* ╌ the same across a vertical bar */
    uint32_t hline, vline;
    const char *quarters[5];      /* "0" "¼" "½" "¾" "1" */
    uint32_t heat[5];             /* by level, blank to full: "  ░▒▓█" or " .:*#": colour is never alone */
    uint32_t heat_neg[5];         /* the same for negative levels; must differ from heat: " -=" … in ASCII */
    uint32_t dot;                 /* a point on a curve */
    uint32_t pointer;             /* ▸ or > */
    uint32_t pointer_left, pointer_up, pointer_down;   /* beyond the other ends of a scale */
    uint32_t cut;                 /* … or ~ */
    uint32_t hidden;              /* the stand-in for what must not be shown */
    uint32_t unknown;             /* not yet revealed: · */
    uint32_t delta;               /* Δ: another value because of what was set by hand */
    uint32_t below[3];            /* what hangs from the top of a cell: little, half, all */
    const char *arrow;            /* "→" or "->" */
    const char *times;            /* "×" or "x" */
    const char *odot;             /* "⊙" or "*" */
    const char *sigma;            /* "σ" or "sigma" */
    const char *sum;              /* "Σ" or "S" */
    const char *candidate;        /* "g" */
    const char *minus;            /* "−" or "-" */
    const char *times_dot;        /* "·" or "*": the product of vectors */
    const char *prod_f;           /* "∏f", all f along a path; "" */
    const char *partial;          /* "∂" or "d" */
    const char *about;            /* "≈" or "~" */
    const char *etc;              /* "…" or "..." */
    uint32_t apex;                /* ▲ this one, below a column */
    const char *at_least, *at_most;     /* "≥" or ">=" */
    const char *to, *from;        /* arrows of one cell: "→" "←" or ">" "<" */
    const char *range;            /* "…" or "..", between two ends */
    const char *half_above, *half_below;        /* the halves of a cell that stands for two: "▀" or "'" */
    const char *up, *down;        /* the keys: "↑" or "Up" */
    const char *left_right, *up_down;   /* "←→" "↑↓" or "<- ->" … */
    const char *newline, *tab, *space;  /* how these tokens are shown: "↵" "⇥" "␣" or "\n" "\t" "_" */
    const char *middle_dot;       /* "·" or "-": separator in lines of facts */
};

extern const struct glyphs glyphs_unicode, glyphs_ascii;
/* What the fonts of the Linux console have: whole blocks, shades, single lines. Halves and eighths become whole
 * cells or nothing. */
extern const struct glyphs glyphs_console;

/* The ASCII character that stands for a code point where one is obvious ('e' for é, '-' for ─, '>' for →), else '?'. */
uint32_t glyph_ascii(uint32_t cp);

#endif
