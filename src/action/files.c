/* files.c: what is written and what is opened. See files.h. */
#include "action/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/ask.h"
#include "base/builtin.h"
#include "base/mem.h"
#include "export/export.h"

/* ---- writing ------------------------------------------------------------------------------------------------------ */

static bool ends_with(const char *s, const char *tail)
{
    size_t n = strlen(s), m = strlen(tail);
    return n >= m && strcmp(s + n - m, tail) == 0;
}

static bool may_write(const char *path, bool overwrite, struct err *e)
{
    if (!*path)
        return err_set(e, NULL, NULL, "expected a file name, found nothing");
    if (!overwrite && access(path, F_OK) == 0)
        return err_set(e, path, NULL, "there is such a file already; add ! to write over it");
    return true;
}

static bool may_write_again(const char *path, const struct file_mark *mark, bool overwrite, struct err *e)
{
    if (!overwrite && file_changed(path, mark))
        return err_set(e, path, NULL, "somebody else has changed it since; add ! to write over it");
    return true;
}

bool app_figure(struct app *a, const char *path, bool overwrite, struct err *e)
{
    static const char *const known = "a name ending in .svg, .html, .ans or .txt";
    if (!may_write(path, overwrite, e))
        return false;
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    struct str out = {0};
    bool ok = true;
    /* The figure shows what is on screen, without the prompt that asked for it. */
    bool asked = a->prompt.active;
    const char *message = a->scene.message;
    a->prompt.active = false;
    a->scene.message = NULL;
    app_draw(a, g, NULL, NULL);
    a->prompt.active = asked;
    a->scene.message = message;
    bool dark = a->theme->background != 'l';
    if (ends_with(path, ".svg"))
        export_svg(g, a->theme, dark, session_model(a->session)->name, &out);
    else if (ends_with(path, ".html"))
        export_html(g, a->theme, dark, session_model(a->session)->name, &out);
    else if (ends_with(path, ".ans"))
        export_ansi(g, a->theme, DEPTH_256, &out);
    else if (ends_with(path, ".txt"))
        export_text(g, &out);
    else
        ok = err_set(e, path, NULL, "expected %s", known);
    ok = ok && file_write(path, str_text(&out), out.len, e);
    str_free(&out);
    grid_free(g);
    return ok;
}

bool app_export(struct app *a, const char *path, bool overwrite, struct err *e)
{
    if (!may_write(path, overwrite, e))
        return false;
    struct str out = {0};
    bool ok = true;
    if (ends_with(path, ".json"))
        export_trace_json(a->session, a->scene.top, &out);
    else if (ends_with(path, ".csv"))
        export_trace_csv(a->session, &out);
    else if (ends_with(path, ".txt"))
        export_trace_text(a->session, a->scene.top, &out);
    else
        ok = err_set(e, path, NULL, "expected a name ending in .json, .csv or .txt");
    ok = ok && file_write(path, str_text(&out), out.len, e);
    str_free(&out);
    return ok;
}

static bool save_session(struct app *a, const char *path, bool overwrite, struct err *e)
{
    bool same = a->saved_as && strcmp(a->saved_as, path) == 0;
    if (!(same ? may_write_again(path, &a->saved_mark, overwrite, e) : may_write(path, overwrite, e)))
        return false;
    struct scenario_info info = a->info;
    char view[32];
    snprintf(view, sizeof view, "%s", a->view->name);
    info.view = view;
    info.extra = a->scene.extra;
    if (!scenario_save(a->session, path, &info, e))
        return false;
    if (!same) {
        free(a->saved_as);
        a->saved_as = xstrdup(path);
    }
    file_mark(path, &a->saved_mark);
    return true;
}

bool app_save_model(struct app *a, const char *path, bool overwrite, struct err *e)
{
    struct training *t = a->training;
    if (!t || training_done(t) == 0)
        return err_set(e, path, NULL, "there is nothing to save: nothing has been learnt yet");
    bool written = t->saved_as && strcmp(t->saved_as, path) == 0, named = a->save_model && strcmp(a->save_model, path) == 0;
    if (!(written ? may_write_again(path, &a->model_mark, overwrite, e) : may_write(path, overwrite || named, e)))
        return false;
    if (!training_save(t, TRAINING_NOW, path, e))
        return false;
    file_mark(path, &a->model_mark);
    return true;
}

/* A name and, before it, "!" to overwrite: "! figure.svg" or "figure.svg!" are both understood. */
static char *file_argument(const char *text, bool *overwrite)
{
    while (*text == ' ')
        text++;
    *overwrite = *text == '!';
    if (*overwrite)
        for (text++; *text == ' ';)
            text++;
    size_t n = strlen(text);
    while (n && text[n - 1] == ' ')
        n--;
    if (n > 1 && text[n - 1] == '!') {
        *overwrite = true;
        n--;
    }
    return xstrndup(text, n);
}

/* Writes what one of these writes to the file that was named, and tells it. */
typedef bool writer(struct app *a, const char *path, bool overwrite, struct err *e);

static unsigned write_file(struct app *a, writer *write, const char *known, const char *text)
{
    bool overwrite;
    char *path = file_argument(text, &overwrite);
    struct err e = {{0}};
    if (!*path && known) {
        free(path);
        path = xstrdup(known);
    }
    unsigned r = write(a, path, overwrite, &e) ? app_say(a, "wrote %s", path) : app_fail(a, &e);
    free(path);
    return r;
}

static unsigned answer_save(struct app *a, const char *text) { return write_file(a, save_session, a->saved_as, text); }
static unsigned answer_figure(struct app *a, const char *text) { return write_file(a, app_figure, NULL, text); }
static unsigned answer_export(struct app *a, const char *text) { return write_file(a, app_export, NULL, text); }
static unsigned answer_model(struct app *a, const char *text) { return write_file(a, app_save_model, NULL, text); }

const struct question question_save = {.label = "save as:", .answer = answer_save};
const struct question question_figure = {.label = "figure:", .answer = answer_figure};
const struct question question_export = {.label = "trace:", .answer = answer_export};
const struct question question_model = {.label = "save model as:", .answer = answer_model};

/* ---- opening ------------------------------------------------------------------------------------------------------ */

/* A scenario from a file is written back there by :w; one from within the program has no file. */
static void remember_file(struct app *a, const char *name, const struct file_mark *mark)
{
    struct str inside = {0};
    str_addf(&inside, "data/scenarios/%s.json", name);
    bool file = strcmp(name, "-") != 0 && !builtin_find(str_text(&inside));
    str_free(&inside);
    free(a->saved_as);
    a->saved_as = file ? xstrdup(name) : NULL;
    a->saved_mark = *mark;
}

bool app_open_scenario(struct app *a, const char *name, struct err *e)
{
    struct err trouble = {{0}};
    struct file_mark mark;                /* taken first: what changes while it is read has changed */
    file_mark(name, &mark);
    struct model *m = scenario_model(name, &a->model_options, &trouble);
    if (!m && *trouble.text) {
        *e = trouble;
        return false;
    }
    /* Another model than the one that is loaded: try it in a session of its own, so that failure changes nothing. */
    struct session *fresh = NULL;
    if (m && strcmp(m->name, session_model(a->session)->name) != 0) {
        fresh = session_new(m, e);
        if (!fresh)
            return false;
        session_set_corpus(fresh, session_corpus(a->session));
    } else {
        model_free(m);
    }
    struct scenario_info info = {.extra = -1};
    if (!scenario_apply(fresh ? fresh : a->session, name, &info, e)) {
        session_free(fresh);
        return false;
    }
    if (fresh) {
        session_free(a->session);
        a->session = fresh;
        a->scene.session = fresh;
        session_mark_saved(fresh);
    }
    remember_file(a, name, &mark);
    scenario_info_clear(&a->info);
    a->info = info;
    a->scene.scenario = a->info.name;
    a->scene.scenario_about = a->info.about;
    if (info.extra >= 0)
        a->scene.extra = info.extra;
    const struct view *v = info.view ? view_find(info.view) : view_find("bars");
    if (v)
        a->view = v, a->back = NULL;
    a->scene.reveal = session_cursor(a->session)->sub != SUB_H;
    return true;
}

bool app_enter_model(struct app *a, struct model *m, struct err *e)
{
    struct session *fresh = session_new(m, e);
    if (!fresh)
        return false;
    session_free(a->session);
    a->session = fresh;
    a->scene.session = fresh;
    session_mark_saved(fresh);
    scenario_info_clear(&a->info);
    a->info.extra = -1;
    a->scene.scenario = a->scene.scenario_about = NULL;
    a->scene.reveal = a->scene.playing = false;
    session_goto(fresh, 1);
    a->back = a->view;
    a->view = view_find("bars");
    return true;
}
