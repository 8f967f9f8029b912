/* act_file.c: what is opened and what is written, and leaving the program. */
#include "action/ask.h"
#include "action/begin.h"
#include "action/files.h"
#include "action/handlers.h"
#include "base/mem.h"
#include "base/shelf.h"
#include "action/lesson.h"
#include "import/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "! NAME": `open` with the name of a file as a person types it; without one, the prompt asks for it. */
static unsigned opening(struct app *a, const char *arg, const char *command, const char *kind,
                        unsigned (*open)(struct app *a, const char *name, bool sure))
{
    bool sure = *arg == '!';
    arg += sure;
    arg += strspn(arg, " ");
    if (!*arg) {
        char ask[32];
        snprintf(ask, sizeof ask, "%s%s ", command, sure ? "!" : "");
        return app_ask_command(a, ask);
    }
    char *typed = file_named(arg), *name = shelf_named(kind, typed);
    unsigned r = open(a, name, sure);
    free(typed);
    free(name);
    return r;
}

static unsigned open_scenario(struct app *a, const char *arg, bool sure)
{
    struct err e = {{0}};
    /* With the same model it is one edit more, which undo takes back; another model begins anew. */
    if (!sure && session_dirty(a->session) && app_scenario_replaces(a, arg))
        return app_complain(a, "edits are not saved and would go: :w saves them, :scenario! %s drops them", arg);
    if (!app_open_scenario(a, arg, &e))
        return app_fail(a, &e);
    if (*e.text)
        return app_fail(a, &e);
    return app_say(a, "%s%s%s", a->info.name ? a->info.name : arg, a->info.about ? ": " : "",
                   a->info.about ? a->info.about : "");
}

unsigned act_scenario(struct app *a, const char *arg)
{
    return opening(a, arg, "scenario", "scenarios", open_scenario);
}

static unsigned open_model(struct app *a, const char *arg, bool sure)
{
    struct err e = {{0}};
    /* Pins belong to the units of a model: another one cannot take them over, and undo does not lead back. */
    if (session_dirty(a->session) && !sure)
        return app_complain(a, "edits are not saved and would go: :w saves them, :model! %s drops them", arg);
    bool file = strchr(arg, '/') || strchr(arg, '.');
    struct model *m = file ? model_load(arg, &a->model_options, &e) : model_builtin(arg, &e);
    if (!m || !app_enter_model(a, m, false, &e))
        return app_fail(a, &e);
    return app_say(a, "%s: %s", session_model(a->session)->name,
                   provenance_name(session_model(a->session)->provenance));
}

unsigned act_model(struct app *a, const char *arg)
{
    return opening(a, arg, "model", "models", open_model);
}

/* Another file is another model; that of the present one is read once more, for some of it may still stand in the file
 * itself. */
static bool begin_watch(struct app *a, const char *path, bool other, struct err *e)
{
    struct file_mark there = {0};
    size_t lost;
    file_mark(path, &there);
    struct model *m = app_reload_load(a, path, e);
    if (!m || !(other ? app_enter_model(a, m, false, e) : app_renew_model(a, m, &lost, e)))
        return false;
    app_reload_begin(a, path, &there);
    return true;
}

/* A checkpoint on its way. Without a name: the file of the model that is shown. */
unsigned act_watch(struct app *a, const char *arg)
{
    struct err e = {{0}};
    struct file_mark there = {0};
    if (strcmp(arg, "off") == 0) {
        app_reload_end(a);
        return app_say(a, "no file is watched");
    }
    if (*arg && session_dirty(a->session))
        return app_complain(a, "edits are not saved and would go: :w saves them, :model! drops them");
    char *path = xstrdup(*arg ? arg : session_model(a->session)->source);
    file_mark(path, &there);
    unsigned r;
    if (!*arg && !there.there)
        r = app_complain(a, "watch: expected a file, for %s is in none", session_model(a->session)->name);
    else if (!begin_watch(a, path, *arg, &e))
        r = app_fail(a, &e);
    else
        r = app_say(a, "%s is watched; :watch off ends it", file_base(path));
    free(path);
    return r;
}

/* In the learn view what can be saved is the model. */
unsigned act_save(struct app *a, const char *arg)
{
    char unused[256];
    if (a->training && a->view->teaches) {
        const char *known = a->save_model ? a->save_model : a->training->saved_as;
        if (*arg)
            return question_model.answer(a, arg);
        app_ask(a, &question_model, NULL, known ? known : "model.json");
        return REACT_DRAW;
    }
    if (!*arg && !a->saved_as) {
        app_ask(a, &question_save, NULL, app_free_name("session.json", unused));
        return REACT_DRAW;
    }
    return question_save.answer(a, arg);
}

unsigned act_keep(struct app *a, const char *arg)
{
    char unused[256];
    if (*arg || (a->saved_as && a->saved_whole))
        return question_keep.answer(a, arg);
    app_ask(a, &question_keep, NULL, app_free_name("sitting.json", unused));
    return REACT_DRAW;
}

unsigned act_figure(struct app *a, const char *arg)
{
    if (*arg)
        return question_figure.answer(a, arg);
    char name[64], unused[256];
    snprintf(name, sizeof name, "flstm-%s-t%02d.svg", a->view->name, session_cursor(a->session)->step);
    app_ask(a, &question_figure, NULL, app_free_name(name, unused));
    return REACT_DRAW;
}

unsigned act_record(struct app *a, const char *arg)
{
    char unused[256];
    struct err e = {{0}};
    if (*arg)
        return question_record.answer(a, arg);
    if (!a->record.recording) {
        app_ask(a, &question_record, NULL, app_free_name("recording.html", unused));
        return REACT_DRAW;
    }
    int frames = recording_frames(a->record.recording);
    if (!app_record_end(a, &e))
        return app_fail_write(a, &e);
    return app_say(a, "wrote %s: %d frame%s", a->record.path, frames, frames == 1 ? "" : "s");
}

unsigned act_export_trace(struct app *a, const char *arg)
{
    char unused[256];
    if (*arg)
        return question_export.answer(a, arg);
    app_ask(a, &question_export, NULL, app_free_name("trace.json", unused));
    return REACT_DRAW;
}

unsigned act_command(struct app *a, const char *arg)
{
    return app_ask_command(a, arg);
}

/* q and Ctrl-C once more mean it. */
static unsigned answer_quit(struct app *a, const char *text)
{
    if (*text && strchr("yYq\3", *text))
        return REACT_QUIT;
    if ((*text == 'w' || *text == 'W') && a->training && training_unsaved(a->training))
        app_ask(a, &question_model, NULL, a->save_model ? a->save_model : "model.json");
    else if (*text == 'w' || *text == 'W')
        app_ask(a, &question_save, NULL, a->saved_as ? a->saved_as : "session.json");
    return REACT_DRAW;
}

static const struct key_help quit_letters[] = {
    {.keys = "y", .hint = "yes"}, {.keys = "n", .hint = "no"}, {.keys = "w", .hint = "save first"}, {.keys = NULL},
};
const struct question question_quit = {.answer = answer_quit, .letters = quit_letters};

unsigned act_quit(struct app *a, const char *arg)
{
    bool learnt = a->training && training_unsaved(a->training);
    if (*arg == '!' || (!session_dirty(app_own_session(a)) && !learnt))
        return REACT_QUIT;
    if (learnt)
        app_ask(a, &question_quit, "the model is not saved. Quit?", "");
    else
        app_ask(a, &question_quit, "edits are not saved. Quit?", "");
    return REACT_DRAW;
}

unsigned act_suspend(struct app *a, const char *arg) { (void)a, (void)arg; return REACT_SUSPEND; }
unsigned act_redraw(struct app *a, const char *arg) { (void)a, (void)arg; return REACT_REDRAW | REACT_DRAW; }
