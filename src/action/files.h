/* files.h: what is written. */
#ifndef FLSTM_ACTION_FILES_H
#define FLSTM_ACTION_FILES_H

#include "action/app.h"

/* A name that no file has yet: the given one, or "NAME-2.svg", "NAME-3.svg", …; into buf, returned. */
char *app_free_name(const char *name, char buf[256]);

/* Each refuses a file that is there already unless `overwrite`; one that we wrote ourselves only when somebody else has
 * changed it since. */

/* The picture as it is now, in the format that the file's ending names (.svg .html .ans .txt); a size behind the name
 * ("and.svg 120x40") is used in place of the screen's. */
bool app_figure(struct app *a, const char *text, bool overwrite, struct err *e);
/* The trace, by ending: .json .csv .txt. */
bool app_export(struct app *a, const char *path, bool overwrite, struct err *e);
/* The trained model. */
bool app_save_model(struct app *a, const char *path, bool overwrite, struct err *e);

#endif
