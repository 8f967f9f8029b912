/* ask.h: questions that the status line asks. A question is a row of the action that asks it: what it is called,
 * what its answer does, which keys it takes for itself. Nothing here knows which questions there are. */
#ifndef FLSTM_ACTION_ASK_H
#define FLSTM_ACTION_ASK_H

#include "action/app.h"

struct question {
    const char *label;            /* stands before the answer; NULL: app_ask is told */
    /* With what was typed, once Enter accepts it. It may ask the next question. */
    unsigned (*answer)(struct app *a, const char *text);
    /* Sees every key before the editor does; true: the key is done with. NULL: the editor has them all. */
    bool (*key)(struct app *a, int key);
    const char *note;             /* what can be answered, for the hint line; NULL: nothing is said */
    /* The next key is the answer: one character, or nothing for keys that are none. These are the ones that mean
     * something, for the hint line, ended by .keys NULL. NULL: a line answers. */
    const struct key_help *letters;
    /* What the line up to the cursor could become, for Tab; NULL: nothing is offered. out is empty. */
    void (*complete)(const struct app *a, const char *text, struct offers *out);
    bool history;                 /* Up and Down bring earlier answers back */
};

/* Asks it, with `text` in the line already; label NULL: its own. The row stays where it is while it is asked. */
void app_ask(struct app *a, const struct question *q, const char *label, const char *text);
/* Asks for a command that begins with `text`. */
unsigned app_ask_command(struct app *a, const char *text);
/* The line stays in the prompt to be mended, once its answer is given: `command` and what followed it. at: the byte
 * of `argument` where the word ends that is in the way, for offers; -1: none. */
void app_mend(struct app *a, const char *command, const char *argument, int at);
/* Another text into the line that is being edited. */
void app_ask_again(struct app *a, const char *text);
/* A key while a question is asked. */
unsigned app_ask_key(struct app *a, int key);

/* The rows (for tests: what is being asked?); each in the file of its action. */
extern const struct question question_command, question_value, question_preset, question_find, question_save,
    question_keep, question_model, question_figure, question_export, question_record, question_votes, question_quit;

#endif
