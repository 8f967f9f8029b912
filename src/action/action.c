/* action.c: the table of everything the user can do, and the handlers. A new action is one row and one function. */
#include "action/action.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/state.h"
#include "base/mem.h"
#include "base/num.h"
#include "session/edit.h"
#include "views/bars.h"

/* ---- moving --------------------------------------------------------------------------------------------------------- */

static unsigned step_by(struct app *a, int by)
{
    a->scene.playing = false;
    a->scene.reveal = false;
    int before = session_cursor(a->session)->step;
    bool complete = session_cursor(a->session)->sub == SUB_H;
    session_step(a->session, by);
    if (session_cursor(a->session)->step == before && complete)
        return app_say(a, by > 0 ? "this is the last word" : "this is the first word");
    return REACT_DRAW;
}

static unsigned next_word(struct app *a, const char *arg) { (void)arg; return step_by(a, 1); }
static unsigned prev_word(struct app *a, const char *arg) { (void)arg; return step_by(a, -1); }

static unsigned substep_by(struct app *a, int by)
{
    bool whole = !a->scene.reveal && session_cursor(a->session)->sub == SUB_H;
    a->scene.playing = false;
    a->scene.reveal = true;
    if (by > 0 && whole && a->view->takes_apart && session_steps(a->session) > 0)
        by = SUB_CONCAT - SUB_H;
    if (!session_substep(a->session, by))
        return app_say(a, by > 0 ? "this is the end of the sentence" : "this is the start of the sentence");
    return REACT_DRAW;
}

static unsigned next_substep(struct app *a, const char *arg) { (void)arg; return substep_by(a, 1); }
static unsigned prev_substep(struct app *a, const char *arg) { (void)arg; return substep_by(a, -1); }

static unsigned go(struct app *a, int step)
{
    a->scene.playing = false;
    a->scene.reveal = false;
    session_goto(a->session, step);
    return REACT_DRAW;
}

static unsigned first_word(struct app *a, const char *arg) { (void)arg; return go(a, 1); }
static unsigned last_word(struct app *a, const char *arg) { (void)arg; return go(a, session_steps(a->session)); }

static unsigned goto_step(struct app *a, const char *arg)
{
    struct err e = {{0}};
    int t = edit_step(a->session, arg, "step", &e);
    return t < 0 ? app_fail(a, &e) : go(a, t);
}

static unsigned move_value(struct app *a, int by)
{
    const struct cursor *at = session_cursor(a->session);
    int unit = at->unit;
    enum value v = at->value;
    bars_move(a->session, a->scene.extra || a->scene.reveal, by, &unit, &v);
    session_select(a->session, at->layer, unit, v);
    return REACT_DRAW;
}

static unsigned next_value(struct app *a, const char *arg) { (void)arg; return move_value(a, 1); }
static unsigned prev_value(struct app *a, const char *arg) { (void)arg; return move_value(a, -1); }

static unsigned move_unit(struct app *a, int by)
{
    const struct cursor *at = session_cursor(a->session);
    int H = session_net(a->session)->layer[at->layer].hidden;
    session_select(a->session, at->layer, (at->unit + by + H) % H, at->value);
    return REACT_DRAW;
}

static unsigned next_unit(struct app *a, const char *arg) { (void)arg; return move_unit(a, 1); }
static unsigned prev_unit(struct app *a, const char *arg) { (void)arg; return move_unit(a, -1); }

static unsigned goto_unit(struct app *a, const char *arg)
{
    const struct cursor *at = session_cursor(a->session);
    struct err e = {{0}};
    int u = edit_unit(a->session, at->layer, arg, "unit", &e);
    if (u < 0)
        return app_fail(a, &e);
    session_select(a->session, at->layer, u, at->value);
    return REACT_DRAW;
}

static unsigned goto_layer(struct app *a, const char *arg)
{
    const struct cursor *at = session_cursor(a->session);
    long n;
    int layers = session_net(a->session)->layers;
    if (!num_parse_int(arg, 1, layers, &n))
        return app_complain(a, "layer: expected a number from 1 to %d, found \"%s\"", layers, arg);
    session_select(a->session, (int)n - 1, at->unit, at->value);
    return REACT_DRAW;
}

static unsigned layer_by(struct app *a, int by)
{
    const struct cursor *at = session_cursor(a->session);
    int layers = session_net(a->session)->layers, to = at->layer + by;
    if (layers == 1)
        return app_say(a, "this model has one layer");
    if (to < 0 || to >= layers)
        return app_say(a, by > 0 ? "this is the top layer" : "this is the bottom layer");
    session_select(a->session, to, at->unit, at->value);
    return REACT_DRAW;
}

/* J goes down to the inputs, K up to the outputs, as layers are drawn. */
static unsigned layer_down(struct app *a, const char *arg) { (void)arg; return layer_by(a, -1); }
static unsigned layer_up(struct app *a, const char *arg) { (void)arg; return layer_by(a, 1); }

static unsigned find_prompt(struct app *a, const char *arg)
{
    if (*arg)
        return app_answer(a, ASK_FIND, arg);
    app_ask(a, ASK_FIND, "/", "");
    return REACT_DRAW;
}

static unsigned find_next(struct app *a, int direction)
{
    if (!a->find)
        return app_say(a, "nothing to find yet; / asks");
    struct session *s = a->session;
    int T = session_steps(s), now = session_cursor(s)->step;
    for (int k = 1; k <= T; k++) {
        int t = ((now - 1 + direction * k) % T + T) % T + 1;
        if (strstr(session_token(s, t), a->find))
            return go(a, t);
    }
    return app_complain(a, "no word contains \"%s\"", a->find);
}

static unsigned find_forward(struct app *a, const char *arg) { (void)arg; return find_next(a, 1); }
static unsigned find_back(struct app *a, const char *arg) { (void)arg; return find_next(a, -1); }

/* ---- playing ---------------------------------------------------------------------------------------------------------- */

static unsigned play(struct app *a, const char *arg)
{
    (void)arg;
    if (!a->scene.playing && session_cursor(a->session)->step >= session_steps(a->session))
        session_goto(a->session, 1);                       /* at the end: once more from the start */
    a->scene.playing = !a->scene.playing && session_steps(a->session) > 1;
    a->scene.reveal = false;
    return REACT_DRAW;
}

static const int rates[] = {2, 3, 5, 7, 10, 15, 20, 30, 50, 100, 200, 400};

static unsigned rate_by(struct app *a, int by)
{
    int n = (int)(sizeof rates / sizeof *rates), at = 0;
    while (at < n - 1 && rates[at] < a->scene.rate)
        at++;
    at += by;
    a->scene.rate = rates[at < 0 ? 0 : at >= n ? n - 1 : at];
    return app_say(a, "%.1f words a second", a->scene.rate / 10.0);
}

static unsigned slower(struct app *a, const char *arg) { (void)arg; return rate_by(a, -1); }
static unsigned faster(struct app *a, const char *arg) { (void)arg; return rate_by(a, 1); }

static unsigned set_rate(struct app *a, const char *arg)
{
    double v;
    if (!num_parse(arg, &v) || !(v >= 0.1 && v <= 100))
        return app_complain(a, "rate: expected words a second from 0.1 to 100, found \"%s\"", arg);
    a->scene.rate = (int)lround(v * 10);
    return app_say(a, "%.1f words a second", a->scene.rate / 10.0);
}

/* ---- editing ---------------------------------------------------------------------------------------------------------- */

static void range_of(enum value v, float *lo, float *hi)
{
    bool gate = v == VAL_F || v == VAL_I || v == VAL_O, unit = v == VAL_G || v == VAL_H;
    *lo = gate ? 0 : unit ? -1 : -INFINITY;
    *hi = gate || unit ? 1 : INFINITY;
}

static unsigned pin(struct app *a, float value)
{
    const struct cursor *at = session_cursor(a->session);
    struct err e = {{0}};
    if (!session_pin(a->session, at->layer, at->unit, at->value, at->step, value, false, &e))
        return app_fail(a, &e);
    return REACT_DRAW;
}

static unsigned nudge(struct app *a, double by)
{
    const struct cursor *at = session_cursor(a->session);
    if (at->step < 1)
        return app_say(a, "there is no word yet");
    struct view_value own;
    if (app_own_value(a, &own)) {
        struct err e = {{0}};
        float to = (float)(round(((double)own.value + by) * 100) / 100);
        return a->view->set_own(a->session, app_view_state(a), to, &e) ? (unsigned)REACT_DRAW : app_fail(a, &e);
    }
    float now = session_value(a->session, RUN_PINNED, at->layer, at->unit, at->value, at->step), lo, hi;
    range_of(at->value, &lo, &hi);
    /* On whole hundredths, so that ten nudges of 0.05 are 0.5 and not 0.49999. */
    double v = round(((double)now + by) * 100) / 100;
    v = v < (double)lo ? (double)lo : v > (double)hi ? (double)hi : v;
    if ((float)v == now && session_value_pinned(a->session, at->layer, at->unit, at->value, at->step))
        return app_say(a, by > 0 ? "it is at its upper limit" : "it is at its lower limit");
    return pin(a, (float)v);
}

static unsigned up_5(struct app *a, const char *arg) { (void)arg; return nudge(a, 0.05); }
static unsigned down_5(struct app *a, const char *arg) { (void)arg; return nudge(a, -0.05); }
static unsigned up_1(struct app *a, const char *arg) { (void)arg; return nudge(a, 0.01); }
static unsigned down_1(struct app *a, const char *arg) { (void)arg; return nudge(a, -0.01); }
static unsigned up_25(struct app *a, const char *arg) { (void)arg; return nudge(a, 0.25); }
static unsigned down_25(struct app *a, const char *arg) { (void)arg; return nudge(a, -0.25); }

/* What o, c, O, C act on: the selected row when it is a gate, else the forget gate, which the row is about. */
static enum value gate_selected(const struct app *a)
{
    enum value v = session_cursor(a->session)->value;
    return v == VAL_F || v == VAL_I || v == VAL_O ? v : VAL_COUNT;
}

static unsigned set_gate(struct app *a, float value, bool all)
{
    const struct cursor at = *session_cursor(a->session);
    enum value v = gate_selected(a);
    if (at.step < 1)
        return app_say(a, "there is no word yet");
    if (v == VAL_COUNT)
        return app_say(a, "opening and closing act on gates: select f, i or o (%s and %s move)", a->glyphs->ascii ? "Up" : "\xE2\x86\x91", a->glyphs->ascii ? "Down" : "\xE2\x86\x93");
    int H = session_net(a->session)->layer[at.layer].hidden;
    struct err e = {{0}};
    session_begin(a->session);
    bool ok = true;
    for (int u = all ? 0 : at.unit; ok && u < (all ? H : at.unit + 1); u++)
        ok = session_pin(a->session, at.layer, u, v, at.step, value, false, &e);
    session_end(a->session);
    session_select(a->session, at.layer, at.unit, at.value);
    return ok ? (unsigned)REACT_DRAW : app_fail(a, &e);
}

static unsigned open_gate(struct app *a, const char *arg) { (void)arg; return set_gate(a, 1, false); }
static unsigned close_gate(struct app *a, const char *arg) { (void)arg; return set_gate(a, 0, false); }
static unsigned open_all(struct app *a, const char *arg) { (void)arg; return set_gate(a, 1, true); }
static unsigned close_all(struct app *a, const char *arg) { (void)arg; return set_gate(a, 0, true); }

static unsigned unpin(struct app *a, const char *arg)
{
    (void)arg;
    const struct cursor *at = session_cursor(a->session);
    if (app_own_value(a, NULL))
        return a->view->reset_own(a->session, app_view_state(a)) ? (unsigned)REACT_DRAW : app_say(a, "this number is as the model has it");
    if (!session_unpin(a->session, at->layer, at->unit, at->value, at->step))
        return app_say(a, "this value is not pinned");
    return REACT_DRAW;
}

static unsigned unpin_all(struct app *a, const char *arg)
{
    (void)arg;
    if (!session_pin_count(a->session))
        return app_say(a, "nothing is pinned");
    session_unpin_all(a->session);
    return app_say(a, "every value is computed again; u brings the pins back");
}

static unsigned undo(struct app *a, const char *arg)
{
    (void)arg;
    a->scene.reveal = false;
    return session_undo(a->session) ? (unsigned)REACT_DRAW : app_say(a, "nothing to undo");
}

static unsigned redo(struct app *a, const char *arg)
{
    (void)arg;
    a->scene.reveal = false;
    return session_redo(a->session) ? (unsigned)REACT_DRAW : app_say(a, "nothing to redo");
}

static unsigned type_value(struct app *a, const char *arg)
{
    const struct cursor *at = session_cursor(a->session);
    if (*arg)
        return app_answer(a, ASK_VALUE, arg);
    if (at->step < 1)
        return app_say(a, "there is no word yet");
    char unit[32], label[24], text[NUM_MAX];
    struct view_value own;
    if (app_own_value(a, &own)) {
        app_ask(a, ASK_VALUE, own.label, num_float(text, own.value));
        return REACT_DRAW;
    }
    if (at->value == VAL_KEPT || at->value == VAL_WRITTEN)
        return app_say(a, "a product follows from its factors: pin f, C, i or the candidate");
    snprintf(label, sizeof label, "%s %.12s =", bars_symbol(at->value, a->glyphs), session_unit_label(a->session, at->layer, at->unit, unit));
    num_float(text, session_value(a->session, RUN_PINNED, at->layer, at->unit, at->value, at->step));
    app_ask(a, ASK_VALUE, label, text);
    return REACT_DRAW;
}

/* A digit or a point begins a value. */
static unsigned type_digit(struct app *a, const char *digit)
{
    unsigned r = type_value(a, "");
    if (a->prompt.active) {
        char label[sizeof a->prompt.label];
        memcpy(label, a->prompt.label, sizeof label);
        app_ask(a, ASK_VALUE, label, digit);
    }
    return r;
}

static unsigned set_edit(struct app *a, const char *arg)
{
    struct err e = {{0}};
    return edit_apply(a->session, arg, "set", false, &e) ? (unsigned)REACT_DRAW : app_fail(a, &e);
}

/* Prepared settings of a whole step, for all units of the layer. */
static const struct preset { const char *name, *f, *i, *help; } presets[] = {
    {"forget", "0", NULL, "f = 0: nothing of C_t-1 is kept"},
    {"remember", "1", NULL, "f = 1: all of C_t-1 is kept"},
    {"half", "0.5", NULL, "f = 0.5: half of C_t-1 is kept"},
    {"freeze", "1", "0", "f = 1, i = 0: C_t is C_t-1 unchanged"},
    {"replace", "0", "1", "f = 0, i = 1: C_t is the candidate"},
    {"closed", NULL, "0", "i = 0: nothing is written, so that C_t is f times C_t-1"},
};

static unsigned preset(struct app *a, const char *arg)
{
    const struct cursor at = *session_cursor(a->session);
    if (at.step < 1)
        return app_say(a, "there is no word yet");
    struct str names = {0};
    for (size_t k = 0; k < sizeof presets / sizeof *presets; k++) {
        const struct preset *p = &presets[k];
        str_addf(&names, "%s%s", k ? ", " : "", p->name);
        if (strcmp(arg, p->name) != 0)
            continue;
        str_free(&names);
        struct err e = {{0}};
        bool ok = true;
        session_begin(a->session);
        const char *values[] = {p->f, p->i};
        for (int q = 0; q < 2 && ok; q++)
            if (values[q]) {
                char edit[64];
                snprintf(edit, sizeof edit, "l%d.%c@%d=%s", at.layer + 1, "fi"[q], at.step, values[q]);
                ok = edit_apply(a->session, edit, "preset", false, &e);
            }
        session_end(a->session);
        session_select(a->session, at.layer, at.unit, at.value);
        return ok ? app_say(a, "%s", p->help) : app_fail(a, &e);
    }
    if (!*arg)
        app_ask(a, ASK_PRESET, "preset:", "forget");
    unsigned r = *arg ? app_complain(a, "preset: expected one of %s, found \"%s\"", str_text(&names), arg) : (unsigned)REACT_DRAW;
    str_free(&names);
    return r;
}

static unsigned set_word(struct app *a, const char *arg)
{
    /* ":word 4 danced" or ":word danced" for the word under the cursor. */
    struct err e = {{0}};
    int t = session_cursor(a->session)->step;
    char first[32];
    size_t n = strcspn(arg, " ");
    snprintf(first, sizeof first, "%.*s", (int)(n < sizeof first ? n : sizeof first - 1), arg);
    long step;
    const char *word = arg;
    if (arg[n] && num_parse_int(first, 1, session_steps(a->session), &step)) {
        t = (int)step;
        word = arg + n;
        while (*word == ' ')
            word++;
    }
    if (!*word)
        return app_complain(a, "word: expected [STEP] WORD, found nothing");
    return session_set_word(a->session, t, word, &e) ? (unsigned)REACT_DRAW : app_fail(a, &e);
}

static unsigned set_text(struct app *a, const char *arg)
{
    struct err e = {{0}};
    if (!*arg) {
        app_ask(a, ASK_COMMAND, ":", "text ");
        return REACT_DRAW;
    }
    a->scene.reveal = false;
    return session_set_text(a->session, arg, "text", &e) ? (unsigned)REACT_DRAW : app_fail(a, &e);
}

/* Not an edit: it is looked at, not undone and not saved. */
static unsigned compare(struct app *a, const char *arg)
{
    struct err e = {{0}};
    const struct view *v = view_find("what-if");
    if (!*arg && session_compare(a->session)) {
        session_compare_end(a->session);
        return app_say(a, "the other sentence is put away");
    }
    if (!*arg) {
        app_ask(a, ASK_COMMAND, ":", "compare ");
        return REACT_DRAW;
    }
    if (!session_compare_text(a->session, arg, "compare", &e))
        return app_fail(a, &e);
    app_show_view(a, v);
    return REACT_DRAW;
}

/* ---- looking ---------------------------------------------------------------------------------------------------------- */

static unsigned extra(struct app *a, const char *arg)
{
    (void)arg;
    a->scene.extra = !a->scene.extra;
    if (!a->scene.extra && !a->scene.reveal) {               /* the selected row must be one that is shown */
        const struct cursor *at = session_cursor(a->session);
        enum value v = at->value;
        int unit = at->unit;
        bars_move(a->session, false, 0, &unit, &v);
        session_select(a->session, at->layer, at->unit, v);
    }
    return app_say(a, a->scene.extra ? "with candidate, products, output gate and h" : "C_t-1, f, i and C_t");
}

static unsigned explain(struct app *a, const char *arg)
{
    (void)arg;
    a->scene.explain = !a->scene.explain;
    return REACT_DRAW;
}

static unsigned layout(struct app *a, const char *arg)
{
    static const char *const names[] = {"auto", "lines", "columns", "heat"};
    for (int k = 0; *arg && k < LAYOUT_WISHES; k++)
        if (strcmp(arg, names[k]) == 0) {
            a->scene.layout = (enum layout_wish)k;
            return REACT_DRAW;
        }
    if (*arg)
        return app_complain(a, "layout: expected auto, lines, columns or heat, found \"%s\"", arg);
    a->scene.layout = (enum layout_wish)((a->scene.layout + 1) % LAYOUT_WISHES);
    return app_say(a, "layout: %s", names[a->scene.layout]);
}

static unsigned show_view(struct app *a, const char *arg)
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

static unsigned help(struct app *a, const char *arg)
{
    (void)arg;
    const struct view *v = view_find("help");
    if (a->view == v)
        a->view = a->scene.help_for ? a->scene.help_for : view_find("bars");
    else
        app_show_view(a, v);
    return REACT_DRAW;
}

static unsigned back(struct app *a, const char *arg)
{
    (void)arg;
    if (a->view == view_find("help") && a->scene.help_for) {
        a->view = a->scene.help_for;
        return REACT_DRAW;
    }
    a->view = a->back && a->back != a->view ? a->back : view_find("bars");
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

static unsigned next_theme(struct app *a, const char *arg) { (void)arg; return theme_by(a, 1); }
static unsigned prev_theme(struct app *a, const char *arg) { (void)arg; return theme_by(a, -1); }

static unsigned set_theme(struct app *a, const char *arg)
{
    return *arg ? use_theme(a, arg) : app_say(a, "theme %s: %s", a->theme->name, a->theme->about);
}

static unsigned set_top(struct app *a, const char *arg)
{
    long n;
    if (!num_parse_int(arg, 1, 1000, &n))
        return app_complain(a, "top: expected a number from 1 to 1000, found \"%s\"", arg);
    a->scene.top = (int)n;
    return REACT_DRAW;
}

static unsigned present(struct app *a, const char *arg)
{
    (void)arg;
    a->scene.present = !a->scene.present;
    a->blank = false;
    return app_say(a, a->scene.present ? "presenting: edits are locked, . or b blanks the screen, F5 ends it" : "edits are possible again");
}

/* ---- files and the program ---------------------------------------------------------------------------------------------- */

static unsigned scenario(struct app *a, const char *arg)
{
    struct err e = {{0}};
    if (!*arg) {
        app_ask(a, ASK_COMMAND, ":", "scenario ");
        return REACT_DRAW;
    }
    return app_open_scenario(a, arg, &e) ? app_say(a, "%s", a->info.about ? a->info.about : a->info.name ? a->info.name : arg) : app_fail(a, &e);
}

static unsigned model(struct app *a, const char *arg)
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
static unsigned save(struct app *a, const char *arg)
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

static unsigned figure(struct app *a, const char *arg)
{
    if (*arg)
        return app_answer(a, ASK_FIGURE, arg);
    char name[64];
    snprintf(name, sizeof name, "flstm-%s-t%02d.svg", a->view->name, session_cursor(a->session)->step);
    app_ask(a, ASK_FIGURE, "figure:", name);
    return REACT_DRAW;
}

static unsigned export_trace(struct app *a, const char *arg)
{
    if (*arg)
        return app_answer(a, ASK_EXPORT, arg);
    app_ask(a, ASK_EXPORT, "trace:", "trace.json");
    return REACT_DRAW;
}

static unsigned command(struct app *a, const char *arg)
{
    app_ask(a, ASK_COMMAND, ":", arg);
    return REACT_DRAW;
}

static unsigned quit(struct app *a, const char *arg)
{
    bool learnt = a->training && training_unsaved(a->training);
    if (*arg == '!' || (!session_dirty(a->session) && !learnt))
        return REACT_QUIT;
    if (learnt) {
        app_ask(a, ASK_QUIT, "model not saved. Quit? y/n, w saves:", "");
        return REACT_DRAW;
    }
    app_ask(a, ASK_QUIT, "edits are not saved. Quit? y/n, w saves:", "");
    return REACT_DRAW;
}

static unsigned suspend(struct app *a, const char *arg) { (void)a, (void)arg; return REACT_SUSPEND; }
static unsigned redraw(struct app *a, const char *arg) { (void)a, (void)arg; return REACT_REDRAW | REACT_DRAW; }

/* ---- the table ------------------------------------------------------------------------------------------------------------ */

#define E ACTION_EDITS
const struct action actions[] = {
    {"help", "? <F1>", "The program", "help for this view; again to go back", 0, help, NULL, NULL},
    {"next-word", "<Right> l", "Stepping", "next word", 0, next_word, NULL, NULL},
    {"prev-word", "<Left> h", "Stepping", "previous word", 0, prev_word, NULL, NULL},
    {"next-substep", "<PgDn>", "Stepping", "next sub-step inside the word, in the order of the lesson", 0, next_substep, NULL, NULL},
    {"prev-substep", "<PgUp>", "Stepping", "previous sub-step", 0, prev_substep, NULL, NULL},
    {"first-word", "<Home> g", "Stepping", "first word", 0, first_word, NULL, NULL},
    {"last-word", "<End> G", "Stepping", "last word", 0, last_word, NULL, NULL},
    {"play", "<Space>", "Stepping", "play or pause", 0, play, NULL, NULL},
    {"slower", "<lt>", "Stepping", "play slower", 0, slower, NULL, NULL},
    {"faster", ">", "Stepping", "play faster", 0, faster, NULL, NULL},
    {"rate", "", "Stepping", "words a second while playing", 0, set_rate, "NUMBER", NULL},
    {"step", "", "Stepping", "go to a step by number or word", 0, goto_step, "STEP|WORD", "t"},
    {"find", "/", "Stepping", "find a word", 0, find_prompt, "TEXT", NULL},
    {"find-next", "n", "Stepping", "find it again", 0, find_forward, NULL, NULL},
    {"find-prev", "N", "Stepping", "find it backwards", 0, find_back, NULL, NULL},

    {"prev-value", "<Up> k", "Selecting", "previous value", 0, prev_value, NULL, NULL},
    {"next-value", "<Down> j", "Selecting", "next value", 0, next_value, NULL, NULL},
    {"next-unit", "<Tab>", "Selecting", "next unit", 0, next_unit, NULL, NULL},
    {"prev-unit", "<S-Tab>", "Selecting", "previous unit", 0, prev_unit, NULL, NULL},
    {"unit", "", "Selecting", "go to a unit by number or name", 0, goto_unit, "UNIT", NULL},
    {"layer-down", "J", "Selecting", "layer below (towards the inputs)", 0, layer_down, NULL, NULL},
    {"layer-up", "K", "Selecting", "layer above (towards the outputs)", 0, layer_up, NULL, NULL},
    {"layer", "", "Selecting", "go to a layer", 0, goto_layer, "LAYER", NULL},

    {"close", "c", "Editing", "close the selected gate: 0", E, close_gate, NULL, NULL},
    {"open", "o", "Editing", "open the selected gate: 1", E, open_gate, NULL, NULL},
    {"close-all", "C", "Editing", "close the gate in all units", E, close_all, NULL, NULL},
    {"open-all", "O", "Editing", "open the gate in all units", E, open_all, NULL, NULL},
    {"up", "+ =", "Editing", "0.05 more", E, up_5, NULL, NULL},
    {"down", "-", "Editing", "0.05 less", E, down_5, NULL, NULL},
    {"up-fine", "]", "Editing", "0.01 more", E, up_1, NULL, NULL},
    {"down-fine", "[", "Editing", "0.01 less", E, down_1, NULL, NULL},
    {"up-coarse", "}", "Editing", "0.25 more", E, up_25, NULL, NULL},
    {"down-coarse", "{", "Editing", "0.25 less", E, down_25, NULL, NULL},
    {"value", "<Enter>", "Editing", "edit the present value; a digit begins a new one", E, type_value, "NUMBER", NULL},
    {"type", "0 1 2 3 4 5 6 7 8 9 .", "Editing", "type a value; Enter accepts, Esc cancels", E | ACTION_TYPED, type_digit, NULL, NULL},
    {"set", "", "Editing", "pin any value", E, set_edit, "f[1]@5=0.7", NULL},
    {"preset", "P", "Editing", "set a whole step: forget, remember, half, freeze, replace, closed", E, preset, "NAME", NULL},
    {"unpin", "x", "Editing", "unpin the selected value", E, unpin, NULL, NULL},
    {"unpin-all", "X", "Editing", "unpin everything", E, unpin_all, NULL, NULL},
    {"undo", "u", "Editing", "undo", E, undo, NULL, NULL},
    {"redo", "<C-r>", "Editing", "redo", E, redo, NULL, NULL},
    {"word", "", "Editing", "change a word of the sentence", E, set_word, "[STEP] WORD", NULL},
    {"text", "", "Editing", "another sentence", E, set_text, "TEXT", NULL},

    {"extra", "a", "Looking", "more rows: candidate, products, o and h", 0, extra, NULL, NULL},
    {"explain", "e", "Looking", "explain in words", 0, explain, NULL, NULL},
    {"train", "", "Learning", "teach a network and watch it learn; ! in place of one that is not saved", 0, app_train_new, "[!] CORPUS|FILE", NULL},
    {"train-pause", "", "Learning", "pause the training or go on", 0, app_train_pause, NULL, NULL},
    {"train-epoch", "", "Learning", "train for one epoch and pause", 0, app_train_epoch, NULL, NULL},
    {"train-again", "", "Learning", "from the beginning with the next seed", 0, app_train_again, "[SEED]", NULL},
    {"train-slower", "", "Learning", "train slower", 0, app_train_slower, NULL, NULL},
    {"train-faster", "", "Learning", "train faster", 0, app_train_faster, NULL, NULL},
    {"train-next-unit", "", "Learning", "watch the next unit", 0, app_train_next_unit, NULL, NULL},
    {"train-prev-unit", "", "Learning", "watch the previous unit", 0, app_train_prev_unit, NULL, NULL},
    {"train-enter", "", "Learning", "step through the sentence with what has been learnt", E, app_train_enter, NULL, NULL},

    {"compare", "", "Looking", "hold another sentence against this one; without a text: no longer", 0, compare, "TEXT", NULL},
    {"layout", "v", "Looking", "next layout of the main view", 0, layout, "NAME", NULL},
    {"view", "", "Looking", "show a view by name", 0, show_view, "NAME", NULL},
    {"top", "", "Looking", "how many predictions to list", 0, set_top, "N", NULL},
    {"next-theme", "t", "Looking", "next theme", 0, next_theme, NULL, NULL},
    {"prev-theme", "T", "Looking", "previous theme", 0, prev_theme, NULL, NULL},
    {"theme", "", "Looking", "use a theme", 0, set_theme, "NAME|FILE", NULL},
    {"present", "<F5>", "Looking", "present: edits locked, . or b blanks the screen", 0, present, NULL, NULL},
    {"back", "<Esc>", "Looking", "back to the view before", 0, back, NULL, NULL},

    {"scenario", "", "Files", "open a scenario", E, scenario, "NAME|FILE", NULL},
    {"model", "", "Files", "open another model", E, model, "NAME|FILE", NULL},
    {"write", "", "Files", "save this state as a scenario; ! writes over a file", 0, save, "[!] FILE", "w"},
    {"figure", "s", "Files", "save a figure: .svg, .html, .ans or .txt", 0, figure, "[!] FILE", NULL},
    {"export", "E", "Files", "export the trace: .json, .csv or .txt", 0, export_trace, "[!] FILE", NULL},

    {"command", ":", "The program", "type a command", 0, command, NULL, NULL},
    {"quit", "q <C-c>", "The program", "quit; asks when edits are not saved", 0, quit, NULL, "q"},
    {"suspend", "<C-z>", "The program", "suspend", 0, suspend, NULL, NULL},
    {"redraw", "<C-l>", "The program", "redraw the screen", 0, redraw, NULL, NULL},
};
#undef E
const int action_count = (int)(sizeof actions / sizeof *actions);

/* What the hint line offers, the most useful first. Pairs share a word. */
static const struct key_help hint_rows[] = {
    {.keys = "?", .hint = "help"},
    {.keys = "<Left>", .hint = "word"}, {.keys = "<Right>", .hint = "word"},
    {.keys = "<Up>", .hint = "value"}, {.keys = "<Down>", .hint = "value"},
    {.keys = "c", .hint = "close"}, {.keys = "o", .hint = "open"},
    {.keys = "+", .hint = "change"}, {.keys = "-", .hint = "change"},
    {.keys = "u", .hint = "undo"},
    {.keys = "q", .hint = "quit"},
    {.keys = "<PgDn>", .hint = "sub-step"},
    {.keys = "<Space>", .hint = "play"},
    {.keys = "a", .hint = "all rows"},
    {.keys = "d", .hint = "dissect"},
    {.keys = "A", .hint = "earlier words"},
    {.keys = "w", .hint = "what-if"},
    {.keys = "W", .hint = "sweep"},
    {.keys = "p", .hint = "predictions"},
    {.keys = "r", .hint = "gradient"},
    {.keys = "e", .hint = "explain"},
    {.keys = "t", .hint = "theme"},
    {.keys = "m", .hint = "timeline"},
};

const struct action *action_for_key(int key)
{
    for (int k = 0; k < action_count; k++)
        for (const char *p = actions[k].keys; *p;) {
            if (*p == ' ') {
                p++;
                continue;
            }
            int one = key_parse(&p);
            if (one == K_NONE)
                break;
            if (one == key)
                return &actions[k];
        }
    return NULL;
}

static bool listed(const char *words, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = words; p && *p; p += strcspn(p, " "), p += *p == ' ')
        if (strcspn(p, " ") == n && strncmp(p, word, n) == 0)
            return true;
    return false;
}

const struct action *action_find(const char *name)
{
    const struct action *found = NULL;
    for (int k = 0; k < action_count; k++) {
        if (strcmp(actions[k].name, name) == 0 || listed(actions[k].alias, name))
            return &actions[k];
    }
    for (int k = 0; k < action_count && *name; k++)
        if (strncmp(actions[k].name, name, strlen(name)) == 0) {
            if (found)
                return NULL;
            found = &actions[k];
        }
    return found;
}

/* ---- for help and hints ------------------------------------------------------------------------------------------------------ */

const struct key_help *action_key_help(int *n)
{
    static struct key_help *rows;
    static char (*view_keys)[8];
    static int count;
    if (!rows) {
        static const char *const groups[] = {"Stepping", "Selecting", "Editing", "Looking", "Learning", "Files", "The program"};
        rows = xcalloc((size_t)(action_count + view_count), sizeof *rows);
        view_keys = xcalloc((size_t)view_count, sizeof *view_keys);
        for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
            for (int k = 0; k < action_count; k++)
                if (strcmp(actions[k].group, groups[g]) == 0)
                    rows[count++] = (struct key_help){actions[k].group, actions[k].keys, actions[k].name, actions[k].argument, actions[k].help, NULL};
            for (int k = 0; k < view_count && strcmp(groups[g], "Looking") == 0; k++)
                if (views[k]->key) {
                    snprintf(view_keys[k], sizeof *view_keys, "%c", views[k]->key);
                    rows[count++] = (struct key_help){"Looking", view_keys[k], views[k]->name, NULL, views[k]->title, NULL};
                }
        }
    }
    *n = count;
    return rows;
}

const struct key_help *const *action_hints(int *n)
{
    static const struct key_help *hints[sizeof hint_rows / sizeof *hint_rows];
    static int count;
    if (!count)
        for (size_t k = 0; k < sizeof hint_rows / sizeof *hint_rows; k++) {
            /* Only what the tables really offer: a hint for a view that does not exist would be a lie. */
            const char *p = hint_rows[k].keys;
            int key = key_parse(&p);
            bool known = action_for_key(key) != NULL;
            for (int v = 0; v < view_count; v++)
                known = known || (views[v]->key && views[v]->key == key);
            if (known)
                hints[count++] = &hint_rows[k];
        }
    *n = count;
    return hints;
}
