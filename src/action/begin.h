/* begin.h: another sitting begins. Whatever of the one before must not reach into it ends here, and nowhere else. */
#ifndef FLSTM_ACTION_BEGIN_H
#define FLSTM_ACTION_BEGIN_H

#include "action/app.h"

struct beginning {
    struct session *session;      /* taken. NULL: the present one goes on, changed by an edit that undo takes back */
    const char *file;             /* what `:w` without a name writes; NULL: nothing was named yet */
    struct file_mark mark;        /* of that file as it was before it was read */
    bool whole;                   /* that file is a sitting, not a scenario */
    struct scenario_info info;    /* taken */
    const struct view *view;      /* shown from here on; NULL: as before */
};

/* A session passes its corpus on and counts as saved. Of the sitting before are forgotten: its session with its
 * undo, the file it was saved in, its scenario, a refused value, a warning, sub-steps and playing. (What a view had
 * chosen from its words the view forgets: session_model_number.) */
void app_begin(struct app *a, struct beginning *b);

/* Opens a scenario by name or file, or a sitting by its file. With the very model that is in force it is one edit
 * more; any other begins anew. On success e holds what is not as it was when it was saved, or "". */
bool app_open_scenario(struct app *a, const char *name, struct err *e);
/* Would app_open_scenario begin anew? False also when it would fail. */
bool app_scenario_replaces(const struct app *a, const char *name);
/* The session gets this model (taken, freed when it fails). own_words: and its own sentence, in the main view; else the
 * present words stay where its vocabulary has them. */
bool app_enter_model(struct app *a, struct model *m, bool own_words, struct err *e);

/* Other weights of what is the same network (session_renewed): the view, the scenario and the place stay. The model is
 * taken (freed when it fails); *lost: pins that have no place in it. */
bool app_renew_model(struct app *a, struct model *m, size_t *lost, struct err *e);

#endif
