/* words.h: numbers in plain sentences, shared by the views, the trace and the status line. They never claim more
 * than the numbers show. */
#ifndef FLSTM_VIEWS_WORDS_H
#define FLSTM_VIEWS_WORDS_H

#include "session/session.h"
#include "ui/glyph.h"

/* "C_t = f ⊙ C_t-1 + i ⊙ C̃ :  0.12 × -0.84 + 0.91 × +0.77 = +0.60": with as many decimals (2 … 6) as it takes for the
 * printed numbers to re-add to the printed result; when none does, the remainder is printed as a term of its own. */
void words_equation(const struct session *s, enum run run, int layer, int unit, int t, const struct glyphs *gl, struct str *out);
/* "gender keeps 98% of its memory and writes 3% of the new candidate." */
void words_unit(const struct session *s, enum run run, int layer, int unit, int t, struct str *out);
/* "t=5 and: keeps 98% of gender (f=0.98), writes …": one line for a whole step, the `text` trace. */
void words_step(const struct session *s, enum run run, int layer, int t, struct str *out);
/* What the present sub-step does, with the selected unit's numbers. */
void words_substep(const struct session *s, const struct glyphs *gl, struct str *out);
/* "0.4 s", "12 s", "3 min": as exact as one wants to know it while waiting. */
void words_seconds(double seconds, struct str *out);
/* A token or label as shown on screen: newline, tab and blank get their glyphs, hidden characters their stand-in. */
void words_token(const char *token, bool is_char, const struct glyphs *gl, struct str *out);

#endif
