/* loop.h: a sitting at a screen: key → action → session → draw → present. In a terminal it waits for keys
 * (app_interact); where nothing may wait, in a browser, whoever has the keys does one step at a time:
 *
 *     l = loop_begin(…);
 *     while (loop_goes_on(l)) { loop_draw(l); loop_step(l, loop_wait(l)); }
 *     status = loop_end(l);
 */
#ifndef FLSTM_APP_LOOP_H
#define FLSTM_APP_LOOP_H

#include "app/run.h"

struct loop;

/* Opens the screen; NULL with one line when there is none. The program and the options outlive it. */
struct loop *loop_begin(struct app *a, const struct options *o, struct err *e);
bool loop_goes_on(const struct loop *l);
/* The picture, if anything in it may have changed. */
void loop_draw(struct loop *l);
/* Milliseconds until a step has something to do even if no key is pressed; -1: nothing. */
int loop_wait(struct loop *l);
/* Waits so long for a key (-1: for ever; 0: not at all), takes all that have been typed, and does a slice of what
 * takes longer. */
void loop_step(struct loop *l, int timeout_ms);
/* Gives the screen back; the exit status. */
int loop_end(struct loop *l);

#endif
