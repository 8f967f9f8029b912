/* golden.h: pictures that tests compare with files in tests/golden, characters and roles apart. UPDATE=1 in the environment
 * rewrites the files; read the difference before you commit it. */
#ifndef FLSTM_TESTS_GOLDEN_H
#define FLSTM_TESTS_GOLDEN_H

#include "action/app.h"
#include "ui/grid.h"

/* Fails the running test, showing the first line that differs, when g is not what tests/golden/NAME.txt holds. */
void golden_check(const struct grid *g, const char *name);

/* The program on a built-in model (NULL: the hand-set lesson-cell, whose numbers do not change when models are trained anew), after keys have been pressed; drawn at w × h. */
struct golden_shot { const char *name, *model, *scenario, *text, *keys; int w, h; bool ascii; };
void golden_shoot(const struct golden_shot *shot);
/* The app of such a shot, for tests that look closer. Clear with app_clear. */
void golden_app(const struct golden_shot *shot, struct app *a);

#endif
