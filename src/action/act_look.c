/* act_look.c: how the session is looked at: rows, words, layouts, views, themes. Nothing here changes a number. */
#include "action/handlers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/ask.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/num.h"
#include "views/bars.h"
#include "views/chrome.h"
#include "views/glossary.h"
#include "views/scroll.h"
#include "views/speak_view.h"
#include "views/suite_view.h"
#include "views/value.h"
#include "views/words.h"

/* A number that follows from the picture, the status line aside. */
static uint64_t picture(struct app *a)
{
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    const char *message = a->scene.message;
    a->scene.message = NULL;
    app_draw(a, g, NULL, NULL);
    a->scene.message = message;
    struct str text = {0};
    grid_dump_text(g, &text);
    uint64_t hash = hash_text(HASH_START, str_text(&text));
    str_free(&text);
    grid_free(g);
    return hash;
}

unsigned act_extra(struct app *a, const char *arg)
{
    (void)arg;
    if (a->view != &view_bars)
        return app_say(a, "the rows are those of the main view; Esc leads back to it");
    struct rect r = scene_body(&a->scene, a->view, a->w, a->h);
    struct bars_plan p = bars_plan(&a->scene, r, false);
    const struct cursor *at = session_cursor(a->session);
    bool few = p.mode == BARS_BLOCKS && p.units < session_net(a->session)->layer[at->layer].hidden;
    const char *what;
    if (a->scene.rows) {
        a->scene.rows = 0;
        what = "the rows of every scenario: C_t-1, f, i and C_t";
    } else if (!a->scene.all && few) {
        a->scene.all = true;
        what = "all units; once more: candidate, products, output gate and h";
    } else if (!a->scene.extra) {
        a->scene.extra = true;
        what = "with candidate, products, output gate and h";
    } else {
        a->scene.all = a->scene.extra = false;
        what = "C_t-1, f, i and C_t";
    }
    /* The selected row must be one that is shown. */
    enum value v = at->value;
    int unit = at->unit;
    bars_move(&a->scene, r, 0, &unit, &v);
    session_select(a->session, at->layer, at->unit, v);
    return app_say(a, "%s", what);
}

unsigned act_welcome(struct app *a, const char *arg)
{
    (void)arg;
    app_show_view(a, &view_bars);
    a->scene.welcome = true;
    return REACT_DRAW;
}

unsigned act_explain(struct app *a, const char *arg)
{
    (void)arg;
    uint64_t was = picture(a);
    a->scene.explain = !a->scene.explain;
    if (picture(a) != was)
        return REACT_DRAW;
    a->scene.explain = !a->scene.explain;         /* nothing is changed that cannot be seen */
    return app_say(a, a->view->explain ? "there is no room for more words here" : "this view is words already");
}

unsigned act_ahead(struct app *a, const char *arg)
{
    (void)arg;
    a->scene.ahead = !a->scene.ahead;
    return app_say(a, a->scene.ahead ? "the tape shows all words' C"
                                     : "C of later words is hidden until they are stepped to");
}

unsigned act_layout(struct app *a, const char *arg)
{
    static const char *const names[] = {"auto", "lines", "columns", "heat"};
    for (int k = 0; *arg && k < LAYOUT_WISHES; k++)
        if (strcmp(arg, names[k]) == 0) {
            a->scene.layout = (enum layout_wish)k;
            return REACT_DRAW;
        }
    if (!*arg && a->view != &view_bars)
        return app_say(a, "the layout is that of the main view; Esc leads back to it");
    if (*arg)
        return app_complain(a, "layout: expected auto, lines, columns or heat, found \"%s\"", arg);
    a->scene.layout = (enum layout_wish)((a->scene.layout + 1) % LAYOUT_WISHES);
    return app_say(a, "layout: %s", names[a->scene.layout]);
}

unsigned act_show_view(struct app *a, const char *arg)
{
    const struct view *v = view_find(arg);
    if (v) {
        app_show_view(a, v);
        return REACT_DRAW;
    }
    struct str names = {0};
    for (int k = 0; k < view_count; k++)
        str_addf(&names, "%s%s", k ? ", " : "", views[k]->name);
    unsigned r = app_complain(a, "view: expected one of %s, found \"%s\"", str_text(&names), arg);
    str_free(&names);
    return r;
}

unsigned act_words(struct app *a, const char *arg)
{
    (void)arg;
    app_show_view(a, &view_every_word);
    return REACT_DRAW;
}

/* In help, where it stands: the entry is found as / finds a text, by the blanks behind its word. */
unsigned act_glossary(struct app *a, const char *arg)
{
    const struct glossary_entry *of = glossary_find(arg);
    struct str wanted = {0};
    if (*arg && !of)
        return app_complain(a, "the glossary has no \"%s\"; :glossary shows what it has", arg);
    app_show_view(a, &view_help);
    app_prepare(a);
    str_addf(&wanted, of ? "  %s  " : "%s", of ? of->word : "glossary");
    ((struct scroll *)app_view_state(a))->hit = 0;        /* from the end on, where it stands */
    view_help.search(&a->scene, app_view_state(a), str_text(&wanted), -1);
    str_free(&wanted);
    return REACT_DRAW;
}

/* Not an edit: it is looked at, not undone and not saved. */
unsigned act_compare(struct app *a, const char *arg)
{
    struct err e = {{0}};
    if (!*arg && session_compare(a->session)) {
        session_compare_end(a->session);
        return app_say(a, "the other sentence is put away");
    }
    if (!*arg)
        return app_ask_command(a, "compare ");
    if (!session_compare_text(a->session, arg, "compare", &e))
        return act_fail_words(a, "compare", arg, 0, &e);
    app_show_view(a, &view_whatif);
    size_t pins = session_pin_count(a->session);
    if (pins)
        return app_say(a,
                       "the first sentence runs with %zu value%s pinned, this one without: X shows both without pins",
                       pins, pins == 1 ? "" : "s");
    return REACT_DRAW;
}

unsigned act_findings(struct app *a, const char *arg)
{
    (void)arg;
    app_show_view(a, &view_findings);
    return REACT_DRAW;
}

unsigned act_suite(struct app *a, const char *arg)
{
    struct err e = {{0}};
    if (!*arg)
        return app_ask_command(a, "suite ");
    char *path = file_named(arg);
    bool ok = suite_view_open(a->view_state[view_index(&view_suite)], a->session, path, &e);
    free(path);
    if (!ok)
        return app_fail(a, &e);
    app_show_view(a, &view_suite);
    return REACT_DRAW;
}

unsigned act_speak(struct app *a, const char *arg)
{
    struct speak_set *set = speak_settings(a->view_state[view_index(&view_speak)]), to = *set;
    char part[3][24] = {"", "", ""}, rest[8] = "";
    int n = sscanf(arg, "%23s %23s %23s %7s", part[0], part[1], part[2], rest);
    long words = to.words, seed = to.seed;
    double temperature = (double)to.temperature;
    if (n > 3)
        return app_complain(a, "speak: expected [N] [TEMPERATURE] [SEED], found more");
    if (n > 0 && !num_parse_int(part[0], 1, SPEAK_WORDS_MOST, &words))
        return app_complain(a, "speak: expected so many words, 1 to %d, found \"%s\"", SPEAK_WORDS_MOST, part[0]);
    if (n > 1 && !(num_parse_typed(part[1], &temperature) && temperature >= 0
                   && temperature <= (double)SPEAK_TEMPERATURE_MOST))
        return app_complain(a, "speak: expected a temperature from 0 to %g, found \"%s\"",
                            (double)SPEAK_TEMPERATURE_MOST, part[1]);
    if (n > 2 && !num_parse_int(part[2], 0, SPEAK_SEED_MOST, &seed))
        return app_complain(a, "speak: expected a seed from 0 to %d, found \"%s\"", SPEAK_SEED_MOST, part[2]);
    *set = (struct speak_set){(int)words, (int)seed, (float)temperature};
    app_show_view(a, &view_speak);
    return REACT_DRAW;
}

unsigned act_help(struct app *a, const char *arg)
{
    (void)arg;
    if (a->view == &view_help)
        a->view = a->scene.help_for ? a->scene.help_for : app_home(a);
    else
        app_show_view(a, &view_help);
    return REACT_DRAW;
}

unsigned act_back(struct app *a, const char *arg)
{
    (void)arg;
    if (a->view == &view_help && a->scene.help_for) {
        a->view = a->scene.help_for;
        return REACT_DRAW;
    }
    if (a->scene.present && a->view == app_home(a))
        return app_say(a, "F5 ends the presentation");
    a->view = a->back && a->back != a->view ? a->back : app_home(a);
    a->back = NULL;
    return REACT_DRAW;
}

static unsigned use_theme(struct app *a, const char *name)
{
    struct err e = {{0}};
    struct theme *t = theme_load(name, &e);
    if (!t)
        return app_fail(a, &e);
    theme_free(a->theme);
    a->theme = t;
    return app_say(a, "theme %s: %s", t->name, t->about);
}

static unsigned theme_by(struct app *a, int by)
{
    if (!a->theme_list)
        a->theme_list = theme_names(&a->theme_count);
    for (int k = 0; k < a->theme_count; k++)
        if (strcmp(a->theme_list[k], a->theme->name) == 0)
            a->theme_at = k;
    if (a->theme_count < 1)
        return REACT_NONE;
    a->theme_at = (a->theme_at + by + a->theme_count) % a->theme_count;
    return use_theme(a, a->theme_list[a->theme_at]);
}

unsigned act_next_theme(struct app *a, const char *arg) { (void)arg; return theme_by(a, 1); }
unsigned act_prev_theme(struct app *a, const char *arg) { (void)arg; return theme_by(a, -1); }

unsigned act_set_theme(struct app *a, const char *arg)
{
    return *arg ? use_theme(a, arg) : app_say(a, "theme %s: %s", a->theme->name, a->theme->about);
}

unsigned act_set_top(struct app *a, const char *arg)
{
    long n;
    if (!num_parse_int(arg, 1, 1000, &n))
        return app_complain(a, "top: expected a number from 1 to 1000, found \"%s\"", arg);
    a->scene.top = (int)n;
    return REACT_DRAW;
}

/* ---- the clipboard ----------------------------------------------------------------------------------------------- */

static void copy_value(const struct app *a, struct str *out)
{
    struct view_value own;
    struct place p = session_place(a->session);
    str_add_float(out, app_own_value(a, &own)
                           ? own.value
                           : session_value(a->session, RUN_PINNED, p.layer, p.unit, p.value, p.step));
}

static void copy_sentence(const struct app *a, struct str *out)
{
    const struct vocab *v = session_model(a->session)->vocab;
    const char *between = v && v->kind == VOCAB_CHAR ? "" : " ";
    for (int t = 1; t <= session_steps(a->session); t++)
        str_addf(out, "%s%s", t > 1 ? between : "", session_token(a->session, t));
}

unsigned act_copy(struct app *a, const char *arg)
{
    struct str text = {0};
    const char *what = *arg ? arg : "equation";
    if (session_steps(a->session) == 0)
        return app_complain(a, "copy: there is no word yet");
    if (value_secret(&a->scene, NULL))
        return app_complain(a, "what the question asks for is not told before it is answered");
    if (strcmp(what, "equation") == 0)
        words_equation(a->session, RUN_PINNED, session_place(a->session), a->glyphs, &text);
    else if (strcmp(what, "value") == 0)
        copy_value(a, &text);
    else if (strcmp(what, "sentence") == 0)
        copy_sentence(a, &text);
    else
        return app_complain(a, "copy: expected equation, value or sentence, found \"%s\"", what);
    free(a->copied);
    a->copied = str_take(&text);
    return app_say(a, "copied, if the terminal lets programs do that: %s", a->copied) | REACT_COPY;
}
