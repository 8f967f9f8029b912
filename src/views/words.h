/* words.h: numbers in plain sentences, shared by the views, the trace and the status line. They never claim more
 * than the numbers show. */
#ifndef FLSTM_VIEWS_WORDS_H
#define FLSTM_VIEWS_WORDS_H

#include "session/session.h"
#include "ui/grid.h"

/* "C_t = f × C_t-1 + i × g :  0.12 × -0.84 + 0.91 × +0.77 = +0.60": with as many decimals (2 … 6) as it takes for the
 * printed numbers to re-add to the printed result; when none does, the remainder is printed as a term of its own. */
void words_equation(const struct session *s, enum run run, struct place at, const struct glyphs *gl, struct str *out);
/* The same in at most `cells` cells where that can be: first without the names, then without what is said of pins,
 * in the end with two decimals each, ≈ in place of the last = ("C_t = >.9999 × +0.96 + <.0001 × +1.00 ≈ +0.96"). */
void words_equation_within(const struct session *s, enum run run, struct place at, const struct glyphs *gl, int cells,
                           struct str *out);
/* "gender keeps 98% of its memory and writes 3% of the new candidate g_t." */
void words_unit(const struct session *s, enum run run, struct place at, struct str *out);
/* The same in few words, "gender keeps 0% (pinned, was >99%) of C_t-1 and writes 3% of the candidate", or without
 * saying of what in fewer. No full stop: it goes into lists. */
void words_unit_brief(const struct session *s, enum run run, struct place at, bool of_what, struct str *out);
/* A layer of many units at once, in sentences: how many keep and how many forget, which forget and which write most. */
void words_layer(const struct session *s, enum run run, int layer, int t, struct str *out);
/* "t=5 and: keeps 98% of gender (f=0.98), writes …": one line for a whole step, the `text` trace. */
void words_step(const struct session *s, enum run run, int layer, int t, struct str *out);
/* Where a number of step t is larger than a float holds, and what that means: "Overflow at 'b': logits beyond
 * 3.4e+38, so nothing is predicted." (3.4e38 is the most a float holds.) Adds nothing and is false when all is
 * within range. */
bool words_overflow(const struct session *s, enum run run, int t, const struct glyphs *gl, struct str *out);
/* What the present sub-step does, with the selected unit's numbers. */
void words_substep(const struct session *s, const struct glyphs *gl, struct str *out);
/* The same in as few words as fit into `lines` of so many cells; nothing when that can't be. */
void words_substep_within(const struct session *s, const struct glyphs *gl, int cells, int lines, struct str *out);
/* "0.4 s", "12 s", "3 min": as exact as one wants to know it while waiting. */
void words_seconds(double seconds, struct str *out);

#endif
