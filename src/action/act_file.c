/* act_file.c: what is opened and what is written, and leaving the program. */
#include "action/handlers.h"

#include <stdio.h>
#include <string.h>

unsigned act_scenario(struct app *a, const char *arg)
{
    struct err e = {{0}};
    if (!*arg) {
        app_ask(a, ASK_COMMAND, ":", "scenario ");
        return REACT_DRAW;
    }
    return app_open_scenario(a, arg, &e) ? app_say(a, "%s", a->info.about ? a->info.about : a->info.name ? a->info.name : arg) : app_fail(a, &e);
}

unsigned act_model(struct app *a, const char *arg)
{
    struct err e = {{0}};
    if (!*arg) {
        app_ask(a, ASK_COMMAND, ":", "model ");
        return REACT_DRAW;
    }
    bool file = strchr(arg, '/') || strchr(arg, '.');
    struct model *m = file ? model_load(arg, &a->model_options, &e) : model_builtin(arg, &e);
    if (!m || !session_set_model(a->session, m, &e))
        return app_fail(a, &e);
    scenario_info_clear(&a->info);
    a->info.extra = -1;
    a->scene.scenario = a->scene.scenario_about = NULL;
    a->scene.reveal = false;
    session_goto(a->session, 1);
    return app_say(a, "%s: %s", session_model(a->session)->name, provenance_name(session_model(a->session)->provenance));
}

/* In the learn view what can be saved is the model. */
unsigned act_save(struct app *a, const char *arg)
{
    if (a->training && a->view == view_find("learn")) {
        const char *known = a->save_model ? a->save_model : a->training->saved_as;
        if (*arg)
            return app_answer(a, ASK_MODEL, arg);
        app_ask(a, ASK_MODEL, "save model as:", known ? known : "model.json");
        return REACT_DRAW;
    }
    if (!*arg && !a->saved_as) {
        app_ask(a, ASK_SAVE, "save as:", "session.json");
        return REACT_DRAW;
    }
    return app_answer(a, ASK_SAVE, arg);
}

unsigned act_figure(struct app *a, const char *arg)
{
    if (*arg)
        return app_answer(a, ASK_FIGURE, arg);
    char name[64];
    snprintf(name, sizeof name, "flstm-%s-t%02d.svg", a->view->name, session_cursor(a->session)->step);
    app_ask(a, ASK_FIGURE, "figure:", name);
    return REACT_DRAW;
}

unsigned act_export_trace(struct app *a, const char *arg)
{
    if (*arg)
        return app_answer(a, ASK_EXPORT, arg);
    app_ask(a, ASK_EXPORT, "trace:", "trace.json");
    return REACT_DRAW;
}

unsigned act_command(struct app *a, const char *arg)
{
    app_ask(a, ASK_COMMAND, ":", arg);
    return REACT_DRAW;
}

unsigned act_quit(struct app *a, const char *arg)
{
    bool learnt = a->training && training_unsaved(a->training);
    if (*arg == '!' || (!session_dirty(a->session) && !learnt))
        return REACT_QUIT;
    if (learnt)
        app_ask(a, ASK_QUIT, "the model is not saved. Quit?", "");
    else
        app_ask(a, ASK_QUIT, "edits are not saved. Quit?", "");
    a->prompt.letter = true;
    return REACT_DRAW;
}

unsigned act_suspend(struct app *a, const char *arg) { (void)a, (void)arg; return REACT_SUSPEND; }
unsigned act_redraw(struct app *a, const char *arg) { (void)a, (void)arg; return REACT_REDRAW | REACT_DRAW; }
