/* files.c: what is written. See files.h. */
#include "action/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/ask.h"
#include "action/complete.h"
#include "action/sitting.h"
#include "base/mem.h"
#include "base/num.h"
#include "export/export.h"
#include "views/value.h"

static bool may_write(const struct app *a, const char *path, bool overwrite, struct err *e)
{
    if (a->readonly)
        return err_set(e, NULL, NULL, "read-only: no file is written (--readonly)");
    if (!*path)
        return err_set(e, NULL, NULL, "expected a file name, found nothing");
    if (!overwrite && access(path, F_OK) == 0)
        return err_set(e, path, NULL, "there is such a file already; add ! to write over it");
    return true;
}

static bool may_write_again(const struct app *a, const char *path, const struct file_mark *mark, bool overwrite,
                            struct err *e)
{
    if (a->readonly)
        return err_set(e, NULL, NULL, "read-only: no file is written (--readonly)");
    if (!overwrite && file_changed(path, mark))
        return err_set(e, path, NULL, "somebody else has changed it since; add ! to write over it");
    return true;
}

char *app_free_name(const char *name, char buf[256])
{
    const char *slash = strrchr(name, '/'), *dot = strrchr(slash ? slash : name, '.');
    int stem = dot ? (int)(dot - name) : (int)strlen(name);
    snprintf(buf, 256, "%s", name);
    for (int k = 2; k < 10000 && access(buf, F_OK) == 0; k++)
        snprintf(buf, 256, "%.*s-%d%s", stem, name, k, dot ? dot : "");
    return buf;
}

/* "and.svg 120x40": the name, and the size where one stands behind it. */
static char *figure_name(const char *text, int *w, int *h)
{
    const char *blank = strrchr(text, ' ');
    char cols[8] = "";
    size_t n = blank ? strcspn(blank + 1, "x") : 0;
    long a, b;
    if (!n || n >= sizeof cols || blank[1 + n] != 'x')
        return xstrdup(text);
    memcpy(cols, blank + 1, n);
    if (!num_parse_int(cols, 1, 4096, &a) || !num_parse_int(blank + 2 + n, 1, 4096, &b))
        return xstrdup(text);
    *w = (int)a;
    *h = (int)b;
    while (blank > text && blank[-1] == ' ')
        blank--;
    return xstrndup(text, (size_t)(blank - text));
}

static bool write_figure(struct app *a, const char *path, bool overwrite, struct err *e)
{
    static const char *const known = "a name ending in .svg, .html, .ans or .txt";
    if (!may_write(a, path, overwrite, e))
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
    if (str_ends(path, ".svg"))
        export_svg(g, a->theme, a->ground, session_model(a->session)->name, &out);
    else if (str_ends(path, ".html"))
        export_html(g, a->theme, a->ground, session_model(a->session)->name, &out);
    else if (str_ends(path, ".ans"))
        export_ansi(g, a->theme, DEPTH_256, &out);
    else if (str_ends(path, ".txt"))
        export_text(g, &out);
    else
        ok = err_set(e, path, NULL, "expected %s", known);
    ok = ok && file_write(path, str_text(&out), out.len, e);
    str_free(&out);
    grid_free(g);
    return ok;
}

bool app_figure(struct app *a, const char *text, bool overwrite, struct err *e)
{
    int w = a->w, h = a->h;
    char *path = figure_name(text, &a->w, &a->h);
    bool ok = write_figure(a, path, overwrite, e);
    a->w = w;
    a->h = h;
    free(path);
    return ok;
}

static bool begin_record(struct app *a, const char *path, bool overwrite, struct err *e)
{
    return may_write(a, path, overwrite, e) && app_record_begin(a, path, e);
}

bool app_export(struct app *a, const char *path, bool overwrite, struct err *e)
{
    if (value_secret(&a->scene, NULL))
        return err_set(e, path, NULL, "a question hides numbers of this trace: expected it answered first");
    if (!may_write(a, path, overwrite, e))
        return false;
    struct str out = {0};
    bool ok = true;
    if (str_ends(path, ".json"))
        export_trace_json(a->session, a->scene.top, &out, NULL);
    else if (str_ends(path, ".csv"))
        export_trace_csv(a->session, &out, NULL);
    else if (str_ends(path, ".npz"))
        export_trace_npz(a->session, &out, NULL);
    else if (str_ends(path, ".safetensors"))
        export_trace_safetensors(a->session, &out, NULL);
    else if (str_ends(path, ".txt"))
        export_trace_text(a->session, a->scene.top, &out, NULL);
    else
        ok = err_set(e, path, NULL, "expected a name ending in .json, .csv, .txt, .npz or .safetensors");
    ok = ok && file_write(path, str_text(&out), out.len, e);
    str_free(&out);
    return ok;
}

static bool save_scenario(struct app *a, const char *path, struct err *e)
{
    struct scenario_info info = a->info;
    char view[32];
    snprintf(view, sizeof view, "%s", a->view->name);
    info.view = view;
    info.extra = a->scene.extra;
    info.rows = a->scene.rows;
    return scenario_save(a->session, path, &info, e);
}

static bool save_sitting(struct app *a, const char *path, struct err *e)
{
    char *folder = scenario_folder(path);
    struct str out = {0};
    sitting_write(a, folder, &out);
    bool ok = file_write(path, str_text(&out), out.len, e);
    if (ok)
        session_mark_saved(a->session);
    str_free(&out);
    free(folder);
    return ok;
}

static bool save_as(struct app *a, const char *path, bool overwrite, bool whole, struct err *e)
{
    bool same = a->saved_as && strcmp(a->saved_as, path) == 0;
    if (!(same ? may_write_again(a, path, &a->saved_mark, overwrite, e) : may_write(a, path, overwrite, e)))
        return false;
    if (!(whole ? save_sitting(a, path, e) : save_scenario(a, path, e)))
        return false;
    if (!same) {
        free(a->saved_as);
        a->saved_as = xstrdup(path);
    }
    a->saved_whole = whole;
    file_mark(path, &a->saved_mark);
    return true;
}

/* A file that holds a whole sitting goes on doing so. */
static bool save_session(struct app *a, const char *path, bool overwrite, struct err *e)
{
    return save_as(a, path, overwrite, a->saved_whole && a->saved_as && strcmp(a->saved_as, path) == 0, e);
}

static bool keep_sitting(struct app *a, const char *path, bool overwrite, struct err *e)
{
    return save_as(a, path, overwrite, true, e);
}

bool app_save_model(struct app *a, const char *path, bool overwrite, struct err *e)
{
    struct training *t = a->training;
    if (!t || training_done(t) == 0)
        return err_set(e, path, NULL, "there is nothing to save: nothing has been learnt yet");
    bool written = t->saved_as && strcmp(t->saved_as, path) == 0,
         named = a->save_model && strcmp(a->save_model, path) == 0;
    if (!(written ? may_write_again(a, path, &a->model_mark, overwrite, e) : may_write(a, path, overwrite || named, e)))
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
    char *typed = xstrndup(text, n), *path = file_named(typed);
    free(typed);
    return path;
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
    bool ok = write(a, path, overwrite, &e);
    unsigned r = ok ? app_say(a, *e.text ? "wrote %s; %s" : "wrote %s", path, e.text) : app_fail_write(a, &e);
    free(path);
    return r;
}

static unsigned answer_save(struct app *a, const char *text)
{
    unsigned r = write_file(a, save_session, a->saved_as, text);
    if (a->scene.message_is_error || a->saved_whole || scenario_names_model(a->session))
        return r;
    return app_say(a, "wrote %s, which names no model: the present one is in no file", a->saved_as);
}

static unsigned answer_keep(struct app *a, const char *text) { return write_file(a, keep_sitting, a->saved_as, text); }
static unsigned answer_figure(struct app *a, const char *text) { return write_file(a, app_figure, NULL, text); }
static unsigned answer_record(struct app *a, const char *text)
{
    unsigned r = write_file(a, begin_record, NULL, text);
    return a->scene.message_is_error ? r : app_say(a, "recording; :record ends and writes it");
}

static unsigned answer_export(struct app *a, const char *text) { return write_file(a, app_export, NULL, text); }
static unsigned answer_model(struct app *a, const char *text) { return write_file(a, app_save_model, NULL, text); }

const struct question question_save = {.label = "save as:", .answer = answer_save, .complete = complete_file};
const struct question question_keep = {.label = "keep sitting as:", .answer = answer_keep, .complete = complete_file};
const struct question question_figure = {.label = "figure:", .answer = answer_figure, .complete = complete_file};
const struct question question_record = {.label = "record:", .answer = answer_record, .complete = complete_file};
const struct question question_export = {.label = "trace:", .answer = answer_export, .complete = complete_file};
const struct question question_model = {.label = "save model as:", .answer = answer_model, .complete = complete_file};
