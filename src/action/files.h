/* files.h: what is written and what is opened. */
#ifndef FLSTM_ACTION_FILES_H
#define FLSTM_ACTION_FILES_H

#include "action/app.h"

/* Opens a scenario by name or file; its model too when it names another than the one loaded. */
bool app_open_scenario(struct app *a, const char *name, struct err *e);
/* The session gets this model (taken, freed when it fails) and its own sentence, and the main view opens. */
bool app_enter_model(struct app *a, struct model *m, struct err *e);

/* Each refuses a file that is there already unless `overwrite`; one that we wrote ourselves only when somebody else has
 * changed it since. */

/* The picture as it is now, in the format that the file's ending names (.svg .html .ans .txt). */
bool app_figure(struct app *a, const char *path, bool overwrite, struct err *e);
/* The trace, by ending: .json .csv .txt. */
bool app_export(struct app *a, const char *path, bool overwrite, struct err *e);
/* The trained model. */
bool app_save_model(struct app *a, const char *path, bool overwrite, struct err *e);

#endif
