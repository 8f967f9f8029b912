/* state.c: keys to actions, prompts, messages, files written. See state.h. */
#include "action/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/handlers.h"
#include "base/builtin.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/utf8.h"
#include "export/export.h"
#include "session/edit.h"
#include "views/chrome.h"

void app_init(struct app *a, struct session *s, struct theme *t, const struct glyphs *glyphs)
{
    *a = (struct app){.session = s, .theme = t, .glyphs = glyphs, .w = 80, .h = 24, .info.extra = -1, .history_at = -1};
    a->model_options.tokenizer = -1;
    a->view = view_find("bars");
    a->view_state = xcalloc((size_t)view_count, sizeof *a->view_state);
    for (int k = 0; k < view_count; k++)
        a->view_state[k] = xcalloc(1, views[k]->state_size);
    a->scene = (struct scene){.session = s, .theme = t->name, .rate = 10, .top = 10};
    a->scene.keys = action_key_help(&a->scene.key_count);
    a->scene.hints = action_hints(&a->scene.hint_count);
}

void app_clear(struct app *a)
{
    for (int k = 0; a->view_state && k < view_count; k++) {
        if (views[k]->clear)
            views[k]->clear(a->view_state[k]);
        free(a->view_state[k]);
    }
    free(a->view_state);
    session_free(a->session);
    theme_free(a->theme);
    free(a->find);
    free(a->saved_as);
    free(a->save_model);
    training_free(a->training);
    scenario_info_clear(&a->info);
    for (size_t k = 0; k < sizeof a->last_command / sizeof *a->last_command; k++)
        free(a->last_command[k]);
    if (a->theme_list)
        theme_names_free(a->theme_list, a->theme_count);
    *a = (struct app){0};
}

/* ---- saying and asking -------------------------------------------------------------------------------------------- */

static unsigned say(struct app *a, bool error, const char *format, va_list ap)
{
    struct err e;
    err_vset(&e, NULL, NULL, format, ap);
    memcpy(a->message, e.text, sizeof a->message);
    a->scene.message = a->message;
    a->scene.message_is_error = error;
    return REACT_DRAW;
}

unsigned app_say(struct app *a, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    unsigned r = say(a, false, format, ap);
    va_end(ap);
    return r;
}

unsigned app_complain(struct app *a, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    unsigned r = say(a, true, format, ap);
    va_end(ap);
    return r;
}

unsigned app_fail(struct app *a, const struct err *e)
{
    return app_complain(a, "%s", e->text);
}

void app_ask(struct app *a, enum asking what, const char *label, const char *text)
{
    a->asking = what;
    a->history_at = -1;
    prompt_start(&a->prompt, label, text);
}

void app_show_view(struct app *a, const struct view *v)
{
    if (v == a->view)
        return;
    const struct view *help = view_find("help");
    if (v == help)
        a->scene.help_for = a->view;
    a->back = a->view == help ? view_find("bars") : a->view;
    a->view = v;
}

void *app_view_state(const struct app *a)
{
    return a->view_state[view_index(a->view)];
}

bool app_own_value(const struct app *a, struct view_value *out)
{
    struct view_value ignored;
    return a->view->own && a->view->own(a->session, app_view_state(a), out ? out : &ignored);
}

/* ---- files -------------------------------------------------------------------------------------------------------- */

static bool ends_with(const char *s, const char *tail)
{
    size_t n = strlen(s), m = strlen(tail);
    return n >= m && strcmp(s + n - m, tail) == 0;
}

bool app_may_write(const char *path, bool overwrite, struct err *e)
{
    if (!*path)
        return err_set(e, NULL, NULL, "expected a file name, found nothing");
    if (!overwrite && access(path, F_OK) == 0)
        return err_set(e, path, NULL, "there is such a file already; add ! to write over it");
    return true;
}

bool app_may_write_again(const char *path, const struct file_mark *mark, bool overwrite, struct err *e)
{
    if (!overwrite && file_changed(path, mark))
        return err_set(e, path, NULL, "somebody else has changed it since; add ! to write over it");
    return true;
}

bool app_figure(struct app *a, const char *path, bool overwrite, struct err *e)
{
    static const char *const known = "a name ending in .svg, .html, .ans or .txt";
    if (!app_may_write(path, overwrite, e))
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
    if (!app_may_write(path, overwrite, e))
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
    if (!(same ? app_may_write_again(path, &a->saved_mark, overwrite, e) : app_may_write(path, overwrite, e)))
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

/* ---- answers ------------------------------------------------------------------------------------------------------ */

static unsigned accept_value(struct app *a, const char *text)
{
    const struct cursor *at = session_cursor(a->session);
    double v;
    struct err e = {{0}};
    if (!num_parse(text, &v))
        return app_complain(a, "expected a number, found \"%s\"", text);
    float value = (float)v;
    if (app_own_value(a, NULL))
        return a->view->set_own(a->session, app_view_state(a), value, &e) ? (unsigned)REACT_DRAW : app_fail(a, &e);
    bool again = a->refused.on && a->refused.layer == at->layer && a->refused.unit == at->unit && a->refused.t == at->step
              && a->refused.v == at->value && a->refused.value == value;
    a->refused.on = false;
    if (session_pin(a->session, at->layer, at->unit, at->value, at->step, value, again, &e))
        return REACT_DRAW;
    a->refused.on = true;
    a->refused.layer = at->layer, a->refused.unit = at->unit, a->refused.t = at->step, a->refused.v = at->value, a->refused.value = value;
    return app_fail(a, &e);
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

static unsigned write_file(struct app *a, enum asking what, const char *text)
{
    bool overwrite;
    char *path = file_argument(text, &overwrite);
    struct err e = {{0}};
    if (!*path && what == ASK_SAVE && a->saved_as) {
        free(path);
        path = xstrdup(a->saved_as);
    }
    bool ok = what == ASK_SAVE ? save_session(a, path, overwrite, &e)
            : what == ASK_MODEL ? app_save_model(a, path, overwrite, &e)
            : what == ASK_FIGURE ? app_figure(a, path, overwrite, &e)
                                 : app_export(a, path, overwrite, &e);
    unsigned r = ok ? app_say(a, "wrote %s", path) : app_fail(a, &e);
    free(path);
    return r;
}

unsigned app_answer(struct app *a, enum asking what, const char *text)
{
    switch (what) {
    case ASK_VALUE: return accept_value(a, text);
    case ASK_COMMAND: return app_command(a, text);
    case ASK_FIND:
        if (*text) {
            free(a->find);
            a->find = xstrdup(text);
        }
        return a->find ? act_find_forward(a, "") : (unsigned)REACT_DRAW;
    case ASK_SAVE: case ASK_MODEL: case ASK_FIGURE: case ASK_EXPORT: return write_file(a, what, text);
    case ASK_PRESET: {
        const struct action *preset = action_find("preset");
        return preset->run(a, text);
    }
    case ASK_QUIT:
        if (*text == 'y' || *text == 'Y')
            return REACT_QUIT;
        if ((*text == 'w' || *text == 'W') && a->training && training_unsaved(a->training))
            app_ask(a, ASK_MODEL, "save model as:", a->save_model ? a->save_model : "model.json");
        else if (*text == 'w' || *text == 'W')
            app_ask(a, ASK_SAVE, "save as:", a->saved_as ? a->saved_as : "session.json");
        return REACT_DRAW;
    case ASK_NOTHING: break;
    }
    return REACT_NONE;
}

unsigned app_command(struct app *a, const char *line)
{
    while (*line == ' ' || *line == ':')
        line++;
    if (!*line)
        return REACT_DRAW;
    char name[32];
    size_t n = strcspn(line, " !");
    snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : sizeof name - 1), line);
    const char *argument = line + n;
    while (*argument == ' ')
        argument++;
    const struct action *action = action_find(name);
    if (!action) {
        /* A bare number goes to that step, as in vim and less. */
        long t;
        if (num_parse_int(name, 0, 1 << 30, &t) && !*argument)
            return action_find("step")->run(a, name);
        return app_complain(a, "no command is called \"%s\"; ? lists them", name);
    }
    if (a->scene.present && (action->flags & ACTION_EDITS))
        return app_say(a, "presenting: edits are locked (F5 ends it)");
    return action->run(a, argument);
}

static void remember_command(struct app *a, const char *text)
{
    size_t n = sizeof a->last_command / sizeof *a->last_command;
    if (!*text || (a->last_command[0] && strcmp(a->last_command[0], text) == 0))
        return;
    free(a->last_command[n - 1]);
    memmove(a->last_command + 1, a->last_command, (n - 1) * sizeof *a->last_command);
    a->last_command[0] = xstrdup(text);
}

static unsigned prompt_press(struct app *a, int key)
{
    if (a->asking == ASK_COMMAND && (key == K_UP || key == K_DOWN)) {
        int n = 0, last = (int)(sizeof a->last_command / sizeof *a->last_command);
        while (n < last && a->last_command[n])
            n++;
        int at = a->history_at + (key == K_UP ? 1 : -1);
        if (at >= -1 && at < n) {
            a->history_at = at;
            prompt_start(&a->prompt, ":", at < 0 ? "" : a->last_command[at]);
        }
        return REACT_DRAW;
    }
    if (a->asking == ASK_PRESET && (key == K_UP || key == K_DOWN || key == K_TAB)) {
        const char *note = a->prompt.note;
        char label[sizeof a->prompt.label];
        memcpy(label, a->prompt.label, sizeof label);
        prompt_start(&a->prompt, label, act_preset_after(a->prompt.text, key == K_UP ? -1 : 1));
        a->prompt.note = note;
        return REACT_DRAW;
    }
    if (a->asking == ASK_QUIT && key != K_ESC) {          /* a single letter answers */
        char text[2] = {key > 0 && key < 127 ? (char)key : 'n', 0};
        a->prompt.active = false;
        a->asking = ASK_NOTHING;
        if (key == 'q' || key == K_CTRL('c'))
            text[0] = 'y';
        return app_answer(a, ASK_QUIT, text);
    }
    switch (prompt_key(&a->prompt, key)) {
    case PROMPT_CANCELLED:
        a->asking = ASK_NOTHING;
        return REACT_DRAW;
    case PROMPT_ACCEPTED: {
        enum asking what = a->asking;
        char text[sizeof a->prompt.text];
        memcpy(text, a->prompt.text, sizeof text);
        a->asking = ASK_NOTHING;
        if (what == ASK_COMMAND)
            remember_command(a, text);
        return app_answer(a, what, text) | REACT_DRAW;
    }
    default: return REACT_DRAW;
    }
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static const struct view *view_for_key(int key)
{
    for (int k = 0; k < view_count; k++)
        if (views[k]->key && views[k]->key == key)
            return views[k];
    return NULL;
}

static bool has_key(const char *keys, int key)
{
    for (const char *p = keys; p && *p;) {
        if (*p == ' ') {
            p++;
            continue;
        }
        int one = key_parse(&p);
        if (one == K_NONE || one == key)
            return one == key;
    }
    return false;
}

static const char *view_command(const struct view *v, int key)
{
    for (const struct view_command *c = v->commands; c && c->keys; c++)
        if (has_key(c->keys, key))
            return c->command;
    return NULL;
}

/* Stepping, selecting and editing, unseen, in a view that does not show the sentence would be an accident. */
static bool about_words(const struct action *action)
{
    static const char *const groups[] = {"Stepping", "Selecting", "Editing"};
    bool is = false;
    for (size_t k = 0; k < sizeof groups / sizeof *groups; k++)
        is = is || strcmp(action->group, groups[k]) == 0;
    return is;
}

unsigned app_key(struct app *a, int key)
{
    if (key == K_RESIZE || key == K_REDRAW)
        return REACT_DRAW;
    if (a->prompt.active)
        return prompt_press(a, key);
    a->scene.message = NULL;
    if (a->scene.present && (key == '.' || key == 'b' || a->blank)) {
        a->blank = !a->blank;
        return REACT_DRAW;
    }
    if (a->scene.present && has_key(a->view->edit_keys, key))
        return app_say(a, "presenting: edits are locked (F5 ends it)");
    const char *command = view_command(a->view, key);
    if (command)
        return app_command(a, command) | REACT_DRAW;
    if (a->view->key_press && key != K_ESC) {
        struct err e = {{0}};
        enum view_reply r = a->view->key_press(a->session, app_view_state(a), key, &e);
        if (*e.text)
            app_complain(a, "%s", e.text);
        if (r == VIEW_GOTO_BARS) {
            a->back = a->view;
            a->view = view_find("bars");
        }
        if (r != VIEW_IGNORED)
            return REACT_DRAW;
    }
    const struct action *action = action_for_key(key);
    if (action) {
        if (a->scene.present && (action->flags & ACTION_EDITS))
            return app_say(a, "presenting: edits are locked (F5 ends it)");
        if (a->view->alone && about_words(action))
            return app_say(a, "this view is not about the words of the sentence; Esc leads back to them");
        char typed[2] = {key < 127 ? (char)key : 0, 0};
        return action->run(a, action->flags & ACTION_TYPED ? typed : "") | REACT_DRAW;
    }
    const struct view *v = view_for_key(key);
    if (v) {
        app_show_view(a, a->view == v ? view_find("bars") : v);
        return REACT_DRAW;
    }
    char name[16];
    return app_say(a, "%s is not bound; ? lists the keys", key_show(key, a->glyphs->ascii, name));
}

bool app_keys(struct app *a, const char *keys, const char *source, struct err *e)
{
    for (const char *p = keys; *p && !a->quit;) {
        const char *from = p;
        int key = key_parse(&p);
        if (key == K_NONE)
            return err_set(e, source, NULL, "expected keys such as <Right>, <PgDn>, <lt> or a character, found \"%.16s\"", from);
        if (!app_finish_work(a, e))           /* the next key may be about what it finds */
            return false;
        if (app_key(a, key) & REACT_QUIT)
            a->quit = true;
    }
    return true;
}

/* ---- long work ------------------------------------------------------------------------------------------------------ */

enum view_work app_view_work(struct app *a, int ms, struct err *e)
{
    struct err own = {{0}};
    if (!a->view->work)
        return WORK_NONE;
    struct str progress = {0};
    enum view_work w = a->view->work(a->session, app_view_state(a), ms, &progress, e ? e : &own);
    if (w == WORK_FAILED)
        app_fail(a, e ? e : &own);
    else if (w != WORK_NONE && progress.len)
        app_say(a, "%s", str_text(&progress));
    str_free(&progress);
    return w;
}

bool app_finish_work(struct app *a, struct err *e)
{
    enum { SLICE_MS = 250 };
    for (;;) {
        enum view_work w = app_view_work(a, SLICE_MS, e);
        if (w == WORK_NONE || w == WORK_FAILED)
            return w == WORK_NONE;
        if (a->progress)
            a->progress(a->message, w == WORK_DONE);
        a->scene.message = NULL;                  /* whoever sees the picture sees the result */
    }
}

/* ---- drawing and playing ------------------------------------------------------------------------------------------- */

void app_draw(struct app *a, struct grid *g, int *cursor_x, int *cursor_y)
{
    if (a->blank) {
        grid_clear(g);
        if (cursor_x)
            *cursor_x = *cursor_y = -1;
        return;
    }
    a->scene.theme = a->theme->name;
    void *state = app_view_state(a);
    if (a->view->prepare)
        a->view->prepare(&a->scene, state);
    scene_draw(&a->scene, a->view, state, &a->prompt, g, cursor_x, cursor_y);
}

int app_play_interval(const struct app *a)
{
    return 10000 / (a->scene.rate > 0 ? a->scene.rate : 1);
}

unsigned app_play_tick(struct app *a)
{
    if (!a->scene.playing)
        return REACT_NONE;
    if (!session_step(a->session, 1) || session_cursor(a->session)->step >= session_steps(a->session))
        a->scene.playing = false;
    a->scene.reveal = false;
    return REACT_DRAW;
}
