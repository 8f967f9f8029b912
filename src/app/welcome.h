/* welcome.h: what a person who starts the program for the first time is told, once. */
#ifndef FLSTM_APP_WELCOME_H
#define FLSTM_APP_WELCOME_H

#include "action/app.h"

/* Shows it in the main view when this place (state_home.h) has never had it, and remembers that it has now. Where
 * nothing can be remembered it is not shown: it would come back every time. `:welcome` always shows it. */
void welcome_offer(struct app *a);

#endif
