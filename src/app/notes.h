/* notes.h: what the speaker sees on a second terminal while presenting (flstm-tui --notes): the picture small, the
 * answer, what to say, what comes next, the clock, the hands. It follows the first over a socket (base/local.h) that
 * is there only while somebody presents. */
#ifndef FLSTM_APP_NOTES_H
#define FLSTM_APP_NOTES_H

#include "action/app.h"

/* The message: a field a line, its letter, a blank and text: P a row of the picture, T what is on, A the answer, N what
 * to say, X what is next, V hands, S seconds on this page. */
void notes_write(struct app *a, struct str *out);
/* A message as a picture, whatever it holds; NULL: nobody is presenting. clock: "14:05". */
void notes_draw(const char *message, const char *clock, struct grid *g);

/* The side that presents: call after every picture. *notes is opened while presenting and closed after. */
struct local;
void notes_follow(struct local **notes, struct app *a);
void notes_end(struct local **notes);
/* The other side, until q: the exit status. */
int notes_show(const struct options *o);

#endif
