/* value.h: what a quantity is, said once: its names, its range, its colours, and from which sub-step on it is known.
 * The views, the actions that edit and the marks of a lesson go by these rows. */
#ifndef FLSTM_VIEWS_VALUE_H
#define FLSTM_VIEWS_VALUE_H

#include "ui/theme.h"
#include "views/view.h"

enum value_range {
    RANGE_GATE,                   /* 0 … 1 */
    RANGE_UNIT,                   /* -1 … 1: the candidate and h, behind a tanh */
    RANGE_CELL                    /* any size: C and what is added to it */
};

struct value_kind {
    const char *symbol, *ascii;   /* "f_t" */
    const char *name;             /* "forget gate" */
    const char *word;             /* the same in at most seven cells */
    enum role role;
    enum value_range range;
    enum substep shown_from;      /* while sub-stepping */
    enum quantity from;           /* the quantity of the trace that it is, or that it follows: f ⊙ C is about f */
    bool product;                 /* follows from its factors and cannot be pinned */
};

const struct value_kind *value_kind(enum value v);
const char *value_symbol(enum value v, const struct glyphs *gl);
const char *value_name(enum value v);
/* What the gate does to the memory in a word: "keep", "write", "show"; of other quantities value_kind()->word. */
const char *value_verb(enum value v);
enum role value_role(enum value v);
bool value_is_gate(enum value v);
/* The numbers it can be, as limits or as a scale: cells go from -cell to +cell (INFINITY: they have no limit). */
void value_range(enum value v, float cell, float *low, float *high);
/* The next (by > 0) of f, i, the candidate, o, C, h, in the order in which they are computed; from another value, of
 * what it follows. */
enum value value_after(enum value v, int by);
/* Has sub-stepping got so far that the value is known at step t? Always, when not sub-stepping. */
bool value_reached(const struct scene *scene, enum value v, int t);
/* As heat: the role of the ramp, and the level -LEVEL_MAX … LEVEL_MAX; cells by tanh, as the output gate sees them, so
 * that one far unit does not fade all others. */
enum role value_heat(enum value v);
int value_level(enum value v, float x);
/* "0.98" of a gate, as widget_gate tells it from 0 and 1 ("0.9996", ">.9999"); "+0.98" of all others. */
void value_say(enum value v, float x, struct str *out);

/* How a value is to be shown, whatever view shows it. */
enum value_look {                 /* a cell that stands for several values has the last of theirs */
    LOOK_PLAIN,
    LOOK_DIM,                     /* there is something to point at, and this is not it */
    LOOK_SPOT,                    /* what a lesson or a speaker points at */
    LOOK_UNKNOWN,                 /* sub-stepping has not reached it: the glyph `unknown` */
    LOOK_HIDDEN                   /* a question asks for it: "?" */
};
enum value_look value_look(const struct scene *scene, const struct place *p);
/* The same where all of the sentence is shown whatever has been reached: by marks alone. */
enum value_look value_marked(const struct scene *scene, const struct place *p);
/* The pen for what is drawn about a value, its label and its bar as well as its number: give it to grid_pen before and
 * the old one after. In p too, MARK_ANY and VAL_COUNT stand for any: of a row that tells of several values, hidden
 * when one of them is. What else a hidden value covers is said at struct marks. */
enum pen value_pen(const struct scene *scene, const struct place *p);
/* The same, taken at once; returns the old pen. */
enum pen value_about(struct grid *g, const struct scene *scene, struct place p);
enum pen value_look_pen(enum value_look look);
/* The pen for all that is about no value. */
enum pen value_pen_aside(const struct scene *scene);
/* Is anything hidden? Sentences that tell numbers then say only that (true), for they cannot be blanked number by
 * number. out may be NULL. */
bool value_secret(const struct scene *scene, struct str *out);

#endif
