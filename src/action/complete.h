/* complete.h: what Tab offers: commands, and what each takes: models, themes, units, words, files. */
#ifndef FLSTM_ACTION_COMPLETE_H
#define FLSTM_ACTION_COMPLETE_H

#include "action/app.h"
#include "views/offers.h"

/* ---- offer.c ---- */

/* text: the line up to the cursor. out was cleared before. */
void complete_file(const struct app *a, const char *text, struct offers *out);
void complete_word(const struct app *a, const char *text, struct offers *out);         /* of the sentence */
/* What could stand in place of a word that the model does not know, behind `before`: what it expects there, and what
 * is spelled alike. False: it knows the word, or has nothing to offer. */
bool offer_unknown(const struct app *a, const char *before, const char *word, struct offers *out);
/* What there is of a kind that begins with what is typed. */
void offer_files(const struct app *a, const char *typed, struct offers *out);
void offer_steps(const struct app *a, const char *typed, struct offers *out); /* words of the sentence, each once */
void offer_text(struct offers *out, const char *text, const char *typed, const char *help);
bool offer_begins(const char *text, const char *typed);                                /* letters of either case */
int offer_by_name(const void *a, const void *b);                                       /* for qsort */

/* ---- complete.c ---- */

/* text: the line up to the cursor, without its colon. out was cleared before. */
void complete_command(const struct app *a, const char *text, struct offers *out);
/* The command nearest to one that there is not; NULL. */
const char *complete_near_command(const char *name);
/* All commands that begin so, with commas; how many. */
int complete_could_be(const char *name, struct str *out);

#endif
