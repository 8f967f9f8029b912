/* edit.h: edits as text: "f[2]@5=0", "f@5=1" (all units), "l2.i[3]@4=0.5", "C[1]@0=6", "f[gender]@and=0", over several
 * steps "f[gender]@*=0", "C[gender]@2-=0.9".
 *
 * The form: [lN.]Q[UNIT]@STEP=VALUE; Q one of f i g o C h; UNIT a number from 1 or a unit's name, left out for all
 * units; STEP a number (0 only for C and h) or a word of the sequence (its first occurrence; a word that is also a
 * number is read as a number). C~ and c are also read as g and C. Without lN it is the first layer.
 *
 * In place of a step: "*" for every step from 1 on, "3-5", "2-" to the last, with numbers or words at either end; a
 * word of the sequence with a hyphen in it is that word. All of it is one revision, and pins the steps there are now:
 * a longer sequence is not pinned beyond.
 */
#ifndef FLSTM_SESSION_EDIT_H
#define FLSTM_SESSION_EDIT_H

#include "session/session.h"

/* source names where the edit came from ("--set", a scenario file) in errors. One revision. */
bool edit_apply(struct session *s, const char *text, const char *source, bool force, struct err *e);
/* The present pins as such texts, in order: value round-trips, units and steps as numbers; whole vectors that share one
 * value are written as one edit over all units. */
void edit_write_pins(const struct session *s, void (*each)(void *to, const char *text), void *to);
/* A unit by number from 1 or by name; -1 with an error. */
int edit_unit(const struct session *s, int layer, const char *text, const char *source, struct err *e);
/* A step by number or by word. */
int edit_step(const struct session *s, const char *text, const char *source, struct err *e);

#endif
