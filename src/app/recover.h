/* recover.h: what is unsaved outlives the program. A second after an edit the sitting lies in a file of its own under
 * XDG_STATE_HOME, so that neither a hangup nor a crash nor want of memory takes more than that second; leaving in
 * the ordinary way and saving remove it. The next start offers what is left. */
#ifndef FLSTM_APP_RECOVER_H
#define FLSTM_APP_RECOVER_H

#include "action/app.h"

struct recovery;

/* NULL where nothing can be remembered; every function takes NULL. */
struct recovery *recovery_begin(void);
/* Asks about the newest sitting or model that another run left behind, if there is one whose program is gone. */
void recovery_offer(struct recovery *r, struct app *a);
/* Milliseconds until recovery_keep has something to do; -1: nothing. */
int recovery_wait(struct recovery *r, struct app *a);
/* Writes what is unsaved when it is time, or at once (now); removes the file of what no longer is. */
void recovery_keep(struct recovery *r, struct app *a, bool now);
/* left: the program was ended from outside, and what is unsaved stays. True: there is something that stays. */
bool recovery_end(struct recovery *r, struct app *a, bool left);

#endif
