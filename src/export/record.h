/* record.h: the frames of a sitting as one file that others can play.
 *
 *   .cast   asciicast v2 (asciinema): what a terminal would be sent, with a marker "m" for each word stepped to
 *   .html   one page that steps with the arrow keys: text stays text, nothing is fetched, without JavaScript and on
 *           paper it is all frames one below the other
 *   .svg    plays by itself, over and over, in whatever shows pictures; stands still where motion is unwanted
 *
 * A recording keeps no pictures but their rows, each once, as the form writes them: a frame that differs in three rows
 * costs three rows. All pure: text out, no I/O and no clock of its own.
 */
#ifndef FLSTM_EXPORT_RECORD_H
#define FLSTM_EXPORT_RECORD_H

#include "export/export.h"

enum record_form { RECORD_CAST, RECORD_HTML, RECORD_SVG };
/* By the ending of a file's name; false with what was expected. */
bool record_form(const char *path, enum record_form *form, struct err *e);

struct recording;
/* depth: of a .cast. title is copied. */
struct recording *recording_new(enum record_form form, const char *title, enum ground_wish ground, enum depth depth);
void recording_free(struct recording *r);          /* NULL is fine */

/* What a frame is beside its cells: the seconds from the beginning on which it is shown, never before the one before
 * it; cursor_x -1: hidden; marker: a word was stepped to, as it is called there; key: what was pressed for it. Both
 * may be NULL. */
struct moment { double seconds; int cursor_x, cursor_y; const char *marker, *key; };

/* A frame. One that looks like the one before it is none, unless it has a marker. False: it is full (RECORD_MOST
 * bytes), and this frame and all after it are left out. */
enum { RECORD_MOST = 256 << 20 };
bool recording_add(struct recording *r, const struct grid *g, const struct theme *t, const struct moment *m);
/* Takes away all frames but the first n. */
void recording_cut(struct recording *r, int n);
int recording_frames(const struct recording *r);
/* All of it; `seconds`: when it ended. */
void recording_write(const struct recording *r, double seconds, struct str *out);

#endif
