/* app.h: the program to press keys on and to look at, without a terminal. All fail the running test when they cannot. */
#ifndef FLSTM_TESTS_APP_H
#define FLSTM_TESTS_APP_H

#include <stdint.h>

#include "action/app.h"
#include "ui/grid.h"

/* A session of a random model (models.h: embed 8, 30 words, 30 outputs, seed 7): session_free. */
struct session *random_session(int hidden, int layers, int steps);
/* The program on one, in w × h, with the default theme: app_clear. */
struct app random_app(int hidden, int layers, int steps, int w, int h);
/* Keys as --keys takes them. */
void press(struct app *a, const char *keys);
/* The sentence about a girl and her dog in the model gender, saved, in 80 × 24, after keys. */
void dog_app(struct app *a, const char *keys);
/* The message on screen holds this. */
void said(const struct app *a, const char *part);
/* What the view says in words, all its work done: free. */
char *told(struct app *a);
/* A session of a random model of that shape in some state: `pins` values of layer 0, C or `other`, set by hand, the
 * cursor somewhere. What comes next from the seed goes on from there. */
struct random_model;
struct session *random_state(const struct random_model *shape, uint64_t *seed, int pins, enum value other);
/* The whole screen: grid_free; its text in w × h, a line a row: free. */
struct grid *picture(struct app *a);
char *picture_text(struct app *a, int w, int h);
/* The same of the screen as it is, into text. */
void drawn(struct app *a, struct str *text);

#endif
