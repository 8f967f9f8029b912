/* words_parts.h: what the sentences of words.c and words_steps.c share: arithmetic whose printed form re-adds, and
 * small words. */
#ifndef FLSTM_VIEWS_WORDS_PARTS_H
#define FLSTM_VIEWS_WORDS_PARTS_H

#include "views/words.h"

enum { DECIMALS_MIN = 2, DECIMALS_TINY = 4, DECIMALS_MAX = 6, TERMS = 3 };

/* Σ a·b of the terms = result. */
struct sum {
    int n;
    double a[TERMS], b[TERMS];    /* a plain term has b = 1 */
    double result;
    /* what print_form found: */
    bool large;
    int decimals;
    double rest;                  /* what rounding left over, 0 when the rest adds up by itself */
};

/* The unit that is spoken of, at one step of one run. */
struct told { const struct session *s; enum run run; struct place at; };

/* v as it will be printed. */
double words_printed(double v, int decimals);
/* As few decimals as make the printed sum hold and tell what is neither 0 nor 1 from them. */
void words_form(struct sum *m);
void words_number(struct str *out, const struct sum *m, double v, bool sign);
/* "+0.89", "-2e-7" */
void words_signed(struct str *out, double v);
/* " = +0.95", with what rounding left over before it. */
void words_equals(struct str *out, const struct sum *m, bool sign);

struct told words_told(const struct session *s, enum run run, int layer, int unit, int t);
double words_value_of(const struct told *w, enum run run, enum value v);
double words_value(const struct told *w, enum value v);
bool words_pinned(const struct told *w, enum value v);
/* "48%", ">99%" */
void words_percent(struct str *out, double v);
/* A gate to two decimals, or to as many as tell it from 0 and 1. */
void words_gate(struct str *out, double v);
/* " (pinned; baseline >99%)"; nothing when it is not. */
void words_pinned_percent(const struct told *w, enum value v, struct str *out);
bool words_edited_weights(const struct session *s);
/* The cell equation (words.c), with the names of its letters, with notes of what is pinned. */
void words_equation_of(const struct told *w, const struct glyphs *gl, bool names, bool notes, struct str *out);
/* Is there nothing to speak of? Says so. */
bool words_nothing(const struct session *s, struct str *out);

#endif
