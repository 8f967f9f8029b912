/* sitting.h: a whole sitting as a file, "flstm-session/1": opened again it gives the same frames.
 *
 * It holds what a scenario holds (session/scenario.h) and how it is looked at:
 *
 *   {"format": "flstm-session/1", "model": NAME, PATH or {the model itself}, "fingerprint": "16 hex digits",
 * "sequence": …, "set": …,
 *    "weights": …, "step": …, "view": "sweep", "back": "bars", "compare": [tokens of the other sentence], "corpus":
 * PATH,
 *    "theme": "okabe", "look": {"extra": "on", "layout": "auto", …}, "views": {"dissect": {"notation": "column", …},
 * …}}
 *
 * A scenario is the small form that people write; this one is for the program, but as readable. */
#ifndef FLSTM_ACTION_SITTING_H
#define FLSTM_ACTION_SITTING_H

#include "action/app.h"

/* Everything; folder: of the file it is for (NULL: anywhere). */
void sitting_write(const struct app *a, const char *folder, struct str *out);

/* What a sitting says beside what a scenario says, read and checked but not yet in force. */
struct sitting;
/* NULL without an error: the file is a scenario, there is nothing more. NULL with one: it is no good. */
struct sitting *sitting_read(const char *file, struct err *e);
/* Puts it in force, once the session is; frees it. note: what is not as it was then (a theme that is gone, another
 * model under the old name), or "". */
void sitting_take(struct app *a, struct sitting *taken, struct err *note);
void sitting_free(struct sitting *s);

/* What of a scene is set with keys, ended by .name NULL; the state is a struct scene. */
extern const struct setting scene_settings[];

#endif
