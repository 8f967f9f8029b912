/* open.c: from options to a session: which model, which sequence, which values pinned, where the cursor starts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/begin.h"
#include "action/lesson.h"
#include "app/run.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/progress.h"
#include "base/shelf.h"
#include "base/utf8.h"
#include "import/import.h"
#include "session/aim.h"
#include "session/edit.h"
#include "session/survey.h"
#include "views/gradient_view.h"
#include "views/suite_view.h"

/* Standard input can be read once. */
static bool one_stdin(const struct options *o, struct err *e)
{
    const char *const paths[] = {o->model, o->tokens, o->inputs, o->vocab, o->initial, o->check_file, o->against};
    int n = 0;
    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++)
        n += paths[k] && strcmp(paths[k], "-") == 0;
    return n <= 1 || err_set(e, NULL, NULL, "standard input (-) was named %d times: it can be read once", n);
}

/* A bare name: built in, or in a folder for such models. */
static struct model *named_model(const char *name, const struct model_options *mo, struct err *e)
{
    char *path = shelf_named("models", name), near[64];
    const bool shelved = strcmp(path, name) != 0, there = shelved || model_is_builtin(name);
    struct model *m = NULL;
    if (there)
        m = shelved ? model_load(path, mo, e) : model_builtin_as(name, mo, e);
    if (!there && shelf_near("models", name, near, sizeof near))
        err_set(e, name, NULL, "there is no model of that name; did you mean %s? (--list models)", near);
    else if (!there)
        err_set(e, name, NULL, "there is no file and no built-in model of that name (--list models)");
    free(path);
    return m;
}

/* Is it no file, but perhaps the name of a model? A file comes first. */
static bool is_bare_name(const char *given)
{
    return *given && !strpbrk(given, "./") && strcmp(given, "-") != 0 && access(given, F_OK) != 0;
}

struct model *app_model(const char *given, const struct model_options *mo, struct err *e)
{
    return is_bare_name(given) ? named_model(given, mo, e) : model_load(given, mo, e);
}

static struct model *open_model(const struct options *o, const struct model_options *mo, struct err *e)
{
    if (o->model)
        return app_model(o->model, mo, e);
    if (o->scenario) {
        struct err trouble = {{0}};
        struct model *m = scenario_model(o->scenario, mo, &trouble);
        if (m || *trouble.text) {
            if (!m)
                *e = trouble;
            return m;
        }
    }
    /* Nothing was named: the sentence everybody starts with. */
    struct model *m = model_builtin_as(NULL, mo, e);
    if (m && m->vocab) {
        struct tokens first;
        if (!vocab_tokenise(m->vocab, "She came out and played with her dog", m->source, &first, e)) {
            model_free(m);
            return NULL;
        }
        tokens_clear(&m->sequence);
        m->sequence = first;
    }
    return m;
}

static bool set_inputs(struct session *s, const char *path, struct err *e)
{
    float *x = NULL;
    int steps;
    const struct model *m = session_model(s);
    bool ok = import_inputs(path, model_given(m), &x, &steps, e) && model_take_inputs(m, &x, steps, e)
           && session_set_inputs(s, x, steps, e);
    mem_free(x);
    return ok;
}

static bool set_sequence(struct session *s, const struct options *o, struct err *e)
{
    if (o->text)
        return session_set_text(s, o->text, "--text", e);
    if (o->inputs)
        return o->check_file || set_inputs(s, o->inputs, e);        /* --check FILE has them already */
    if (!o->tokens)
        return true;
    char *data;
    size_t len;
    if (!file_read_if(o->tokens, FILE_SMALL, file_is_text, &data, &len, e))
        return false;
    while (len
           && (data[len - 1] == '\n' || data[len - 1] == '\r')) /* the newline that ends a text file is not a token */
        data[--len] = '\0';
    bool ok = strlen(data) == len || err_set(e, file_shown(o->tokens), NULL, "expected text, found a NUL byte");
    ok = ok && session_set_text(s, data, file_shown(o->tokens), e);
    free(data);
    return ok;
}

static bool set_cursor(struct session *s, const struct options *o, struct err *e)
{
    int layers = session_net(s)->layers;
    if (o->layer > layers)
        return err_set(e, "--layer", NULL, "expected a number from 1 to %d, found %d", layers, o->layer);
    const struct cursor *at = session_cursor(s);
    if (o->layer)
        session_turn(s, o->layer - 1);
    if (o->unit) {
        int u = edit_unit(s, at->layer, o->unit, "--unit", e);
        if (u < 0)
            return false;
        session_select(s, at->layer, u, at->value);
    }
    if (o->step) {
        int t = edit_step(s, o->step, "--step", e);
        if (t < 0)
            return false;
        if (t == 0)
            return err_set(e, "--step", NULL, "expected a step from 1 to %d, found 0", session_steps(s));
        session_goto(s, t);
    }
    return true;
}

/* The cursor goes to the step and the view looks back from there, at the surprisal of the token if one was named. */
static bool set_gradient(struct app *a, const struct options *o, struct err *e)
{
    struct aim aim;
    if (!o->gradient)
        return true;
    if (!view_fits(&view_gradient, a->session, e))
        return false;
    if (!aim_parse(a->session, o->gradient, "--gradient", &aim, e))
        return false;
    session_goto(a->session, aim.step);
    if (aim.output != session_output(a->session, aim.step + 1))
        gradient_view_aim(a->view_state[view_index(&view_gradient)], aim.output);
    if (!o->view)
        a->view = &view_gradient;
    return true;
}

static bool set_suite(struct app *a, const struct options *o, struct err *e)
{
    if (!o->suite)
        return true;
    if (!view_fits(&view_suite, a->session, e))
        return false;
    if (!suite_view_open(a->view_state[view_index(&view_suite)], a->session, o->suite, e))
        return false;
    if (!o->view)
        a->view = &view_suite;
    return true;
}

/* A file that cannot be read, or a model that cannot read it, is told at once, not when a view asks for it. */
static bool set_corpus(struct session *s, const char *path, struct err *e)
{
    if (!path)
        return true;
    struct survey *v = survey_open(s, path, e);
    survey_close(v);
    session_set_corpus(s, path);
    return v != NULL;
}

/* On standard error, as one line that is written over where it is a terminal; a log gets the last one only. */
static void show_progress(const char *text, bool last)
{
    bool terminal = isatty(STDERR_FILENO);
    if (terminal)
        fprintf(stderr, "\r%s\x1b[K%s", text, last ? "\n" : "");
    else if (last)
        fprintf(stderr, "%s\n", text);
}

/* What was assumed in reading the model, and what was not read, on standard error: it bears on everything that
 * follows. */
static void tell_reading(const struct model *m)
{
    for (const char *p = m->notice; p && *p; p += strcspn(p, "\n"), p += *p == '\n') {
        struct err line = {{0}};
        err_set(&line, m->source, NULL, "%.*s", (int)strcspn(p, "\n"), p);
        app_report(&line);
    }
    if (m->unused_count) {
        struct err line = {{0}};
        struct str names = {0};
        for (int k = 0; k < m->unused_count; k++)
            str_addf(&names, "%s%s", k ? ", " : "", m->unused[k]);
        err_set(&line, m->source, NULL,
                "not used: %s; what %s did there is missing here, so that values may not be the framework's",
                str_text(&names), m->unused_count == 1 ? "it" : "they");
        app_report(&line);
        str_free(&names);
    }
}

/* "3 words are read as [UNK]: cats, dogs, …" */
static void tell_unknown(const struct session *s)
{
    const struct vocab *v = session_model(s)->vocab;
    struct str names = {0};
    int n = 0, T = session_steps(s);
    for (int t = 1; v && t <= T; t++)
        if (session_is_unknown(s, t) && n++ < 5)
            str_addf(&names, "%s%s", n > 1 ? ", " : "", session_token(s, t));
    if (n) {
        struct err line = {{0}};
        err_set(&line, session_model(s)->source, NULL, "%d of %d tokens %s read as %s: %s%s", n, T,
                n == 1 ? "is" : "are", v->token[v->unknown], str_text(&names), n > 5 ? " ..." : "");
        app_report(&line);
    }
    if (n && v->subword) {
        struct err line = {{0}};
        err_set(&line, session_model(s)->source, NULL,
                "this looks like a vocabulary of parts of words (%s): words are looked up whole here, not "
                "cut into parts",
                v->subword);
        app_report(&line);
    }
    str_free(&names);
}

/* --check runs what the expected values belong to, unless the command line says another sequence. */
static void take_proof_sequence(struct model *m)
{
    if (!m->expected || !m->expected->tokens.n)
        return;
    tokens_clear(&m->sequence);
    tokens_copy(&m->expected->tokens, &m->sequence);
}

/* --check FILE: its values belong to its own sequence, or else to the text or the inputs of the command line. */
static bool take_expected(struct model *m, const struct options *o, struct err *e)
{
    if (o->text && m->vocab) {
        struct tokens given;
        if (!vocab_tokenise(m->vocab, o->text, "--text", &given, e))
            return false;
        tokens_clear(&m->sequence);
        m->sequence = given;
    }
    if (o->inputs) {
        float *x = NULL;
        int steps;
        if (!import_inputs(o->inputs, model_given(m), &x, &steps, e) || !model_take_inputs(m, &x, steps, e)) {
            mem_free(x);
            return false;
        }
        mem_free(m->inputs);
        m->inputs = x;
        m->input_steps = steps;
    }
    return import_expected(m, o->check_file, e);
}

/* A bad one is no reason not to start. */
static struct theme *usual_theme(struct usual *u, struct err *e)
{
    struct err trouble = {{0}};
    struct theme *t = u->theme ? theme_load(u->theme, &trouble) : NULL;
    if (*trouble.text && !u->troubles++)
        err_set(&u->trouble, "theme", NULL, "%s", trouble.text);
    return t ? t : theme_load(theme_default, e);
}

/* What every sitting begins with. */
static void take_usual(struct app *a, const struct usual *u)
{
    for (int k = 0; k < u->settings; k++) {
        const struct usual_setting *l = &u->setting[k];
        setting_set(l->of, l->view ? a->view_state[view_index(l->view)] : &a->scene, l->text, NULL);
    }
    if (u->keys)
        app_use_keys(a, u->keys);
    if (u->view)
        a->view = u->view;
}

/* The first line of a config that could not be understood; the program has started without it. */
static void tell_trouble(struct app *a, const struct usual *u, bool screen)
{
    struct err line = u->trouble;
    if (!u->troubles)
        return;
    if (u->troubles > 1)
        err_set(&line, NULL, NULL, "%s (and %d more)", u->trouble.text, u->troubles - 1);
    app_report(&line);
    if (screen)
        app_fail(a, &line);
}

/* A line while a large file is read, where the screen will be. */
static bool line_shown;

static void show_reading(const char *what, double part)
{
    struct str name = {0};
    utf8_clean(&name, file_base(what), strlen(file_base(what)));
    fprintf(stderr, "\rreading %s: %.0f %%\x1b[K", str_text(&name), 100 * part);
    line_shown = true;
    str_free(&name);
}

static void begin_reading(bool screen)
{
    enum { PATIENCE_MS = 30 };
    line_shown = false;
    if (screen && isatty(STDERR_FILENO))
        progress_listen(show_reading, PATIENCE_MS);
}

static void end_reading(void)
{
    progress_listen(NULL, 0);
    if (line_shown)
        fputs("\r\x1b[K", stderr);
}

static bool open_resolved(struct app *a, const struct options *o, int *status, struct err *e)
{
    struct model_options mo = {
        .format = o->format, .vocab = o->vocab, .tokenizer = -1, .lstm = o->lstm, .names = o->names, .order = o->order,
        .gate_function = o->gate_function,
        .forget_bias = o->forget_bias, .initial = o->initial, .unknown = o->unknown, .index_from = o->index_from,
        .own = o->watch != NULL,
    };
    if (o->tokenizer)
        mo.tokenizer = strcmp(o->tokenizer, "char") == 0 ? VOCAB_CHAR : VOCAB_WORD;
    *status = EXIT_USAGE;
    if (!one_stdin(o, e))
        return false;
    *status = EXIT_FAILED;
    const enum utf8_source utf8 = utf8_take_locale();
    /* A figure is UTF-8 by its own declaration, whatever the terminal can show. */
    bool figure = o->render && (strcmp(o->render, "svg") == 0 || strcmp(o->render, "html") == 0);
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    bool console = term && strcmp(term, "linux") == 0 && !o->render && !o->print;
    const struct glyphs *glyphs = o->ascii || (utf8 < UTF8_BY_LOCALE && !figure) ? &glyphs_ascii
                                  : console                                      ? &glyphs_console
                                                                                 : &glyphs_unicode;
    /* Without colours, fills tell gates from memory. */
    bool colourless = o->color == COLOR_NEVER || (o->color == COLOR_AUTO && no_color && *no_color);
    struct usual usual = o->usual;
    bool screen = !o->print && !o->render && !o->inspect && !o->check && !o->against;
    struct theme *theme = o->theme ? theme_load(o->theme, e)
                          : colourless && !figure ? theme_load("mono", e) : usual_theme(&usual, e);
    begin_reading(screen);
    struct file_mark watched = {0};
    if (o->watch)
        file_mark(o->watch, &watched);
    struct model *m = theme ? open_model(o, &mo, e) : NULL;
    end_reading();
    if (m && o->check_file && !take_expected(m, o, e)) {
        model_free(m);
        m = NULL;
    }
    if (m && o->check)
        take_proof_sequence(m);
    if (m)
        tell_reading(m);
    struct session *s = m ? session_new(m, e) : NULL;
    if (!s) {
        theme_free(theme);
        return false;
    }
    app_init(a, s, theme, glyphs);
    a->model_options = mo;
    take_usual(a, &usual);
    if (o->top)
        a->scene.top = o->top;
    if (o->w)
        a->w = o->w, a->h = o->h;
    a->ground = o->ground;
    a->show.still = o->still;
    a->readonly = o->readonly;
    begin_reading(screen);
    bool ok = (!o->scenario || app_open_scenario(a, o->scenario, e)) && set_sequence(a->session, o, e)
              && set_corpus(a->session, o->corpus, e);
    end_reading();
    a->progress = show_progress;
    if (ok && utf8 == UTF8_UNNAMED && !o->ascii && screen)
        app_say(a, "ASCII only: no locale is set here. LANG=C.UTF-8 flstm-tui draws it in full, where the terminal "
                   "shows UTF-8");
    if (ok && *e->text) {                              /* opened, but not quite as it was */
        app_fail(a, e);
        app_report(e);
        e->text[0] = '\0';
    } else if (ok && o->scenario && a->info.about
               && !a->info.rows) /* until the first key; rows say it in their own words */
        app_say(a, "%s%s%s", a->info.name ? a->info.name : "", a->info.name ? ": " : "", a->info.about);
    if (ok) {
        *status = EXIT_USAGE;
        for (int k = 0; ok && k < o->set_count; k++)
            ok = edit_apply(a->session, o->set[k], "--set", false, e);
        /* Where nothing says otherwise one starts at the first word, wherever the last edit was. */
        if (ok && !o->scenario)
            session_goto(a->session, 1);
        ok = ok && set_cursor(a->session, o, e);
        session_mark_saved(a->session);
    }
    if (ok)
        tell_unknown(a->session);
    if (ok)
        tell_trouble(a, &usual, screen);
    a->lesson_seed = o->seeded ? (unsigned)o->seed : 1;
    if (ok && o->lesson) {
        struct lesson *l = lesson_open(o->lesson, e);
        *status = EXIT_FAILED;
        ok = l && app_lesson_begin(a, l, a->lesson_seed, e);
    }
    if (ok && o->view)
        a->view = o->view;
    if (ok && !o->view && !view_fits(a->view, a->session, NULL))          /* the usual one of the config */
        a->view = &view_bars;
    ok = ok && set_gradient(a, o, e) && set_suite(a, o, e) && view_fits(a->view, a->session, e);
    if (ok && o->corpus)
        *status = EXIT_FAILED;
    if (o->color != COLOR_AUTO)
        a->record.depth = depth_wished(o->color, DEPTH_TRUE);
    if (ok && o->watch)
        app_reload_begin(a, o->watch, &watched);
    if (ok && o->record)
        ok = app_record_begin(a, o->record, e);
    if (ok && o->record && (o->keys || !screen))
        app_record_scripted(a, K_NONE);
    ok = ok && (!o->keys || app_keys(a, o->keys, "--keys", e));
    if (!ok)
        app_clear(a);
    return ok;
}

/* A scenario by name is a file from here on. */
bool app_open(struct app *a, const struct options *o, int *status, struct err *e)
{
    struct options resolved = *o;
    char *scenario = o->scenario ? shelf_named("scenarios", o->scenario) : NULL;
    resolved.scenario = scenario;
    resolved.model = o->watch ? o->watch : o->model;
    bool ok = open_resolved(a, &resolved, status, e);
    free(scenario);
    return ok;
}
