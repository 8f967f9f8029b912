/* mouse.h: clicks and the wheel, which arrive as keys (ui/key.h). */
#ifndef FLSTM_ACTION_MOUSE_H
#define FLSTM_ACTION_MOUSE_H

#include "action/app.h"

/* Selects the word, value or view that is drawn where the click (K_CLICK) was. */
unsigned mouse_click(struct app *a, int key);
/* What the wheel does where no config maps it: words, lines of a text, what is offered. Other keys stay themselves. */
int mouse_wheel(const struct app *a, int key);

#endif
