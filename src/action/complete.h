/* complete.h: what Tab offers: commands, and what each takes: models, themes, units, words, files. */
#ifndef FLSTM_ACTION_COMPLETE_H
#define FLSTM_ACTION_COMPLETE_H

#include "action/app.h"
#include "views/offers.h"

/* text: the line up to the cursor, without its colon. out was cleared before. */
void complete_command(const struct app *a, const char *text, struct offers *out);
void complete_file(const struct app *a, const char *text, struct offers *out);
void complete_word(const struct app *a, const char *text, struct offers *out);         /* of the sentence */
/* The command nearest to one that there is not; NULL. */
const char *complete_near_command(const char *name);
/* All commands that begin so, with commas; how many. */
int complete_could_be(const char *name, struct str *out);

#endif
