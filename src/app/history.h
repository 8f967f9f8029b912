/* history.h: the lines typed after `:`, kept from one run to the next under XDG_STATE_HOME. */
#ifndef FLSTM_APP_HISTORY_H
#define FLSTM_APP_HISTORY_H

#include "action/app.h"

void history_load(struct app *a);
/* What other runs have added meanwhile stays, too. */
void history_save(const struct app *a);

#endif
