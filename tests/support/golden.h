/* golden.h: the program on a model, after keys, for tests that look at its pictures; and the pictures kept in
 * tests/golden.
 *
 * A golden file says at its head what is shot, a line a fact, and then holds the picture, characters and roles apart:
 *
 *     model: lesson-cell              a built-in model, or `random hidden=128 steps=300` (struct random_model;
 * layers 1, embed 8, both 0 (1: bidirectional),
 *                                     words 30, outputs 30, steps 12, seed 7 when not said)
 *     size: 80x24                     of the whole screen
 *     keys: :t and<Enter>mv           as for --keys; several such lines are several shots, each from the beginning,
 * one below
 *                                     the other; without one the program is as it was opened
 *     glyphs: ascii                   else Unicode
 *     scenario: partial               opened before the keys, as for --scenario
 *     set: f[gender]@and=0            pinned before the keys, as for --set
 *     train: gender 400 240           --train with so many updates in all, stopped after so many; half a second has
 * been spent
 *     part: hints                     what of the screen is kept; else the rectangle of the view
 *     ----
 *
 * So that a word in the title or the hints does not change every picture, a golden keeps the view's own rectangle;
 * what is around it has goldens of its own (part: title, hints). tests/unit/test_golden.c shoots every file of the
 * folder: a new golden is a new file that holds a head. `make golden` renews the pictures. */
#ifndef FLSTM_TESTS_GOLDEN_H
#define FLSTM_TESTS_GOLDEN_H

#include "action/app.h"
#include "ui/grid.h"

/* A built-in model (NULL: the hand-set lesson-cell, whose numbers do not change when models are trained anew), after
 * keys have been pressed; looked at in w × h. */
struct golden_shot { const char *model, *scenario, *keys; int w, h; bool ascii; };
/* The program of such a shot; fails the running test when it cannot be had. Clear with app_clear. */
void golden_app(const struct golden_shot *shot, struct app *a);

/* Shoots what the head of a golden file says. The file is renewed when it says something else and `renew` is set
 * (true: it was renewed); without, the running test fails and shows what differs. */
bool golden_file(const char *path, bool renew);

/* Puts the lines in which b is not a as `- line` and `+ line`, with one line around them; at most `most` lines. */
void golden_differences(const char *a, const char *b, int most, struct str *out);

#endif
