/* act_edit.c: changing values and words: by nudges, by typing, by presets, and back. All of it can be undone. */
#include "action/handlers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clamp.h"
#include "base/num.h"
#include "action/ask.h"
#include "session/edit.h"
#include "session/expect.h"
#include "views/value.h"

static unsigned pin(struct app *a, float value)
{
    struct err e = {{0}};
    if (!session_pin(a->session, session_place(a->session), value, false, &e))
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
    value_range(at->value, INFINITY, &lo, &hi);
    /* On whole hundredths, so that ten nudges of 0.05 are 0.5 and not 0.49999. */
    double v = round(((double)now + by) * 100) / 100;
    v = clamp_real(v, (double)lo, (double)hi);
    if ((float)v == now && session_value_pinned(a->session, at->layer, at->unit, at->value, at->step))
        return app_say(a, by > 0 ? "it is at its upper limit" : "it is at its lower limit");
    return pin(a, (float)v);
}

unsigned act_up_5(struct app *a, const char *arg) { (void)arg; return nudge(a, 0.05); }
unsigned act_down_5(struct app *a, const char *arg) { (void)arg; return nudge(a, -0.05); }
unsigned act_up_1(struct app *a, const char *arg) { (void)arg; return nudge(a, 0.01); }
unsigned act_down_1(struct app *a, const char *arg) { (void)arg; return nudge(a, -0.01); }
unsigned act_up_25(struct app *a, const char *arg) { (void)arg; return nudge(a, 0.25); }
unsigned act_down_25(struct app *a, const char *arg) { (void)arg; return nudge(a, -0.25); }

/* What o, c, O, C act on: the selected row when it is a gate, else the forget gate, which the row is about. */
static enum value gate_selected(const struct app *a)
{
    enum value v = session_cursor(a->session)->value;
    return value_is_gate(v) ? v : VAL_COUNT;
}

static unsigned set_gate(struct app *a, float value, bool all)
{
    const struct cursor at = *session_cursor(a->session);
    enum value v = gate_selected(a);
    if (at.step < 1)
        return app_say(a, "there is no word yet");
    if (v == VAL_COUNT)
        return app_say(a, "opening and closing act on gates: select f, i or o (%s and %s move)", a->glyphs->up,
                       a->glyphs->down);
    int H = session_net(a->session)->layer[at.layer].hidden;
    struct err e = {{0}};
    session_begin(a->session);
    bool ok = true;
    for (int u = all ? 0 : at.unit; ok && u < (all ? H : at.unit + 1); u++)
        ok = session_pin(a->session, (struct place){at.layer, u, v, at.step}, value, false, &e);
    session_end(a->session);
    session_select(a->session, at.layer, at.unit, at.value);
    return ok ? (unsigned)REACT_DRAW : app_fail(a, &e);
}

unsigned act_open_gate(struct app *a, const char *arg) { (void)arg; return set_gate(a, 1, false); }
unsigned act_close_gate(struct app *a, const char *arg) { (void)arg; return set_gate(a, 0, false); }
unsigned act_open_all(struct app *a, const char *arg) { (void)arg; return set_gate(a, 1, true); }
unsigned act_close_all(struct app *a, const char *arg) { (void)arg; return set_gate(a, 0, true); }

unsigned act_unpin(struct app *a, const char *arg)
{
    (void)arg;
    if (app_own_value(a, NULL))
        return a->view->reset_own(a->session, app_view_state(a)) ? (unsigned)REACT_DRAW
                                                                 : app_say(a, "this number is as the model has it");
    if (!session_unpin(a->session, session_place(a->session)))
        return app_say(a, "this value is not pinned");
    return REACT_DRAW;
}

unsigned act_unpin_all(struct app *a, const char *arg)
{
    (void)arg;
    if (!session_pin_count(a->session))
        return app_say(a, "nothing is pinned");
    session_unpin_all(a->session);
    return app_say(a, "every value is computed again; u brings the pins back");
}

unsigned act_undo(struct app *a, const char *arg)
{
    (void)arg;
    a->scene.reveal = false;
    return session_undo(a->session) ? (unsigned)REACT_DRAW : app_say(a, "nothing to undo");
}

unsigned act_redo(struct app *a, const char *arg)
{
    (void)arg;
    a->scene.reveal = false;
    return session_redo(a->session) ? (unsigned)REACT_DRAW : app_say(a, "nothing to redo");
}

static unsigned answer_value(struct app *a, const char *text)
{
    const struct cursor *at = session_cursor(a->session);
    double v;
    struct err e = {{0}};
    if (!num_parse_typed(text, &v))
        return app_complain(a, "expected a number, found \"%s\"", text);
    float value = (float)v;
    char read[NUM_MAX];
    if (strchr(text, ','))
        app_say(a, "%s is read as %s", text, num_float(read, value));
    if (app_own_value(a, NULL))
        return a->view->set_own(a->session, app_view_state(a), value, &e) ? (unsigned)REACT_DRAW : app_fail(a, &e);
    bool again = a->refused.on && a->refused.layer == at->layer && a->refused.unit == at->unit
                 && a->refused.t == at->step && a->refused.v == at->value && a->refused.value == value;
    a->refused.on = false;
    if (session_pin(a->session, session_place(a->session), value, again, &e))
        return REACT_DRAW;
    a->refused.on = true;
    a->refused.layer = at->layer, a->refused.unit = at->unit, a->refused.t = at->step, a->refused.v = at->value,
    a->refused.value = value;
    return app_fail(a, &e);
}

const struct question question_value = {.answer = answer_value};

unsigned act_type_value(struct app *a, const char *arg)
{
    const struct cursor *at = session_cursor(a->session);
    if (*arg)
        return answer_value(a, arg);
    if (at->step < 1)
        return app_say(a, "there is no word yet");
    char unit[32], label[24], text[NUM_MAX];
    struct view_value own;
    if (app_own_value(a, &own)) {
        app_ask(a, &question_value, own.label, num_float(text, own.value));
        return REACT_DRAW;
    }
    if (value_kind(at->value)->product)
        return app_say(a, "a product follows from its factors: pin f, C, i or the candidate");
    snprintf(label, sizeof label, "%s %.12s =", value_symbol(at->value, a->glyphs),
             session_unit_label(a->session, at->layer, at->unit, unit));
    *text = '\0';
    if (!scene_hides(&a->scene, at->layer, at->unit, at->value, at->step))
        num_float(text, session_value(a->session, RUN_PINNED, at->layer, at->unit, at->value, at->step));
    app_ask(a, &question_value, label, text);
    return REACT_DRAW;
}

/* A digit or a point begins a value. */
unsigned act_type_digit(struct app *a, const char *digit)
{
    unsigned r = act_type_value(a, "");
    if (a->prompt.active)
        app_ask_again(a, digit);
    return r;
}

unsigned act_set_edit(struct app *a, const char *arg)
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

bool act_preset_at(int k, const char **name, const char **help)
{
    if (k < 0 || k >= (int)(sizeof presets / sizeof *presets))
        return false;
    *name = presets[k].name;
    *help = presets[k].help;
    return true;
}

/* Up, Down and Tab go through them. */
static bool choose_preset(struct app *a, int key)
{
    int n = (int)(sizeof presets / sizeof *presets), by = key == K_UP ? -1 : 1, at = -by;
    if (key != K_UP && key != K_DOWN && key != K_TAB)
        return false;
    for (int k = 0; k < n; k++)
        if (strcmp(presets[k].name, a->prompt.text) == 0)
            at = k;
    app_ask_again(a, presets[(at + by + n) % n].name);
    return true;
}

const struct question question_preset = {
    .label = "preset:", .answer = act_preset, .key = choose_preset,
    .note = "forget, remember, half, freeze, replace, closed",
};

unsigned act_preset(struct app *a, const char *arg)
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
        app_ask(a, &question_preset, NULL, presets[0].name);
    unsigned r = *arg ? app_complain(a, "preset: expected one of %s, found \"%s\"", str_text(&names), arg)
                      : (unsigned)REACT_DRAW;
    str_free(&names);
    return r;
}

unsigned act_name(struct app *a, const char *arg)
{
    struct err e = {{0}};
    const struct cursor *c = session_cursor(a->session);
    if (a->view->teaches && a->training) {
        if (!training_name(a->training, arg, &e))
            return app_fail(a, &e);
        return *arg ? app_say(a, "the unit that carries the memory will be called %s in the model", arg)
                    : app_say(a, "the unit that carries the memory gets the name of the recipe, if any");
    }
    return session_set_name(a->session, c->layer, c->unit, arg, &e) ? (unsigned)REACT_DRAW : app_fail(a, &e);
}

unsigned act_fail_words(struct app *a, const char *command, const char *argument, int from, const struct err *e)
{
    int begin, end, next, next_end, more = 0;
    if (!expect_unknown(a->session, argument, from, &begin, &end))
        return app_fail(a, e);
    for (int at = end; expect_unknown(a->session, argument, at, &next, &next_end); at = next_end)
        more++;
    app_mend(a, command, argument, end);
    if (more)
        return app_complain(a, "the model does not know \"%.*s\" and %d more word%s; nothing has been changed",
                            end - begin, argument + begin, more, more == 1 ? "" : "s");
    return app_complain(a, "the model does not know \"%.*s\"; nothing has been changed", end - begin, argument + begin);
}

unsigned act_tell_unknown(struct app *a)
{
    const struct vocab *v = session_model(a->session)->vocab;
    int n = 0;
    for (int t = 1; v && v->unknown >= 0 && t <= session_steps(a->session); t++)
        n += session_token_id(a->session, t) == v->unknown
             && strcmp(session_token(a->session, t), v->token[v->unknown]) != 0;
    return n ? app_say(a, "%d word%s read as %s", n, n == 1 ? " is" : "s are", v->token[v->unknown])
             : (unsigned)REACT_DRAW;
}

unsigned act_set_word(struct app *a, const char *arg)
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
    } else if (arg[n] && num_parse_int(first, 0, 1000000000, &step)) {
        return app_complain(a, "word: expected a step from 1 to %d, found %ld", session_steps(a->session), step);
    }
    if (!*word)
        return app_complain(a, "word: expected [STEP] WORD, found nothing");
    return session_set_word(a->session, t, word, &e) ? (unsigned)REACT_DRAW
                                                     : act_fail_words(a, "word", arg, (int)(word - arg), &e);
}

unsigned act_set_text(struct app *a, const char *arg)
{
    struct err e = {{0}};
    if (!*arg)
        return app_ask_command(a, "text ");
    if (!session_set_text(a->session, arg, "text", &e))
        return act_fail_words(a, "text", arg, 0, &e);
    a->scene.reveal = false;
    return act_tell_unknown(a);
}
