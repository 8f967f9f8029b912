/* views.c: the table of views, and the doors through which the program uses one: see view.h. */
#include "views/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "ui/widget.h"

#define X(name) &view_##name,
const struct view *const views[] = {VIEWS(X)};
#undef X
const int view_count = (int)(sizeof views / sizeof *views);

/* The main view is called gates on every screen; bars is what files and scripts say. */
const struct view *view_find(const char *name)
{
    if (strcmp(name, "gates") == 0)
        return &view_bars;
    for (int k = 0; k < view_count; k++)
        if (strcmp(views[k]->name, name) == 0)
            return views[k];
    return NULL;
}

int view_index(const struct view *v)
{
    for (int k = 0; k < view_count; k++)
        if (views[k] == v)
            return k;
    return -1;
}

bool view_fits(const struct view *v, const struct session *s, struct err *e)
{
    static const struct view *const both[] = {&view_bars, &view_class, &view_cell, &view_dissect, &view_ledger,
                                              &view_timeline, &view_predictions, &view_statistics, &view_inspect,
                                              &view_help, &view_list};
    if (!session_net(s)->bidirectional)
        return true;
    for (size_t k = 0; k < sizeof both / sizeof *both; k++)
        if (both[k] == v)
            return true;
    return err_set(e, v->name, NULL, "not told of a bidirectional model, which has read every word at each step");
}

/* ---- state ------------------------------------------------------------------------------------------------------- */

void *view_state_new(const struct view *v)
{
    void *state = xcalloc(1, v->state_size ? v->state_size : 1);
    if (v->defaults)
        memcpy(state, v->defaults, v->settings_size);
    return state;
}

void view_state_free(const struct view *v, void *state)
{
    if (state && v->clear)
        v->clear(state);
    free(state);
}

void view_prepare(const struct view *v, const struct scene *scene, void *state, struct rect r)
{
    if (v->prepare)
        v->prepare(scene, state, r);
}

/* These tell what comes next, number by number. */
static bool about_next(const struct view *v)
{
    static const struct view *const some[] = {&view_predictions, &view_whatif, &view_sweep, &view_dial,
                                              &view_attribution, &view_why, &view_gradient, &view_every_word};
    for (size_t k = 0; k < sizeof some / sizeof *some; k++)
        if (some[k] == v)
            return true;
    return false;
}

bool view_waits(const struct view *v, const struct scene *scene)
{
    const struct session *s = scene->session;
    if (v->alone || v->text)
        return false;
    return v->all_steps ? session_behind(s) > 0 : session_is_far(s, session_cursor(s)->step);
}

bool view_lacks(const struct view *v, const struct session *s)
{
    return !v->near && !v->alone && !v->text && session_is_partial(s);
}

static void say_lack(const struct session *s, struct str *out)
{
    str_addf(out, "Of a run of %d steps memory does not hold every gate: this view would need them all.",
             session_steps(s));
}

/* Nothing that is out of date is shown: how far the run is, until all of it is there. */
static void draw_wait(const struct session *s, struct grid *g, struct rect r)
{
    const int steps = session_steps(s), there = steps - session_behind(s);
    r = rect_inset(r, r.w > 40 ? 2 : 0, r.h > 8 ? 1 : 0);
    int n = grid_textf(g, r.x, r.y, r.w, ROLE_LABEL, 0, "computing: step %d of %d", there < 0 ? 0 : there, steps);
    if (r.w > n + 4)
        widget_bar(g, r.x + n + 2, r.y, r.w - n - 2 < 40 ? r.w - n - 2 : 40,
                   (struct bar){(float)there, NAN, 0, (float)steps, ROLE_NUMBER});
}

void view_draw(const struct view *v, const struct scene *scene, void *state, struct grid *g, struct rect r)
{
    struct str text = {0};
    if (scene->marks && scene->marks->next && about_next(v) && value_secret(scene, &text)) {
        grid_wrap(g, (struct rect){r.x + 1, r.y, r.w - 2, r.h}, ROLE_LABEL, 0, str_text(&text));
        str_free(&text);
        return;
    }
    if (view_lacks(v, scene->session)) {
        say_lack(scene->session, &text);
        grid_wrap(g, (struct rect){r.x + 1, r.y, r.w - 2, r.h}, ROLE_LABEL, 0, str_text(&text));
        str_free(&text);
        return;
    }
    if (view_waits(v, scene)) {
        draw_wait(scene->session, g, r);
        return;
    }
    view_prepare(v, scene, state, r);
    enum pen old = grid_pen(g, v->alone || v->text ? PEN_PLAIN : value_pen_aside(scene));
    v->draw(scene, state, g, r);
    grid_pen(g, old);
}

bool view_says(const struct view *v) { return v->say || v->tell; }
bool view_explains(const struct view *v) { return v->explain || v->tell; }

void view_explain(const struct view *v, const struct scene *scene, void *state, struct str *out)
{
    if (view_lacks(v, scene->session)) {
        say_lack(scene->session, out);
        return;
    }
    view_prepare(v, scene, state, (struct rect){0, 0, 0, 0});
    if (value_secret(scene, out))
        return;
    if (v->explain)
        v->explain(scene, state, out);
    else
        v->tell(scene, state, &glyphs_unicode, out);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

const struct view_key *view_key_find(const struct view *v, int key, bool *other)
{
    for (const struct view_key *k = v->keys; k && k->keys; k++) {
        *other = k->other && key_listed(k->other, key);
        if ((k->run || k->command) && (*other || key_listed(k->keys, key)))
            return k;
    }
    return NULL;
}

const char *view_key_word(const char *words, bool other, char buf[32])
{
    buf[0] = '\0';
    if (words && other) {
        words += strcspn(words, " ");
        words += *words == ' ';
    }
    size_t n = words ? strcspn(words, " ") : 0;
    if (n < 32) {
        memcpy(buf, words ? words : "", n);
        buf[n] = '\0';
    }
    return buf;
}

/* ---- settings ---------------------------------------------------------------------------------------------------- */

static double value_of(const struct setting *of, const void *state)
{
    const char *at = (const char *)state + of->at;
    bool b;
    float f;
    int i;
    if (of->type == SETTING_BOOL)
        return memcpy(&b, at, sizeof b), b;
    if (of->type == SETTING_REAL)
        return memcpy(&f, at, sizeof f), (double)f;
    return memcpy(&i, at, sizeof i), i;
}

static void set_value(const struct setting *of, void *state, double v)
{
    char *at = (char *)state + of->at;
    bool b = v != 0;
    float f = (float)v;
    int i = (int)v;
    if (of->type == SETTING_BOOL)
        memcpy(at, &b, sizeof b);
    else if (of->type == SETTING_REAL)
        memcpy(at, &f, sizeof f);
    else
        memcpy(at, &i, sizeof i);
}

/* Which of the words it is; -1: none. */
static int choice(const char *choices, const char *text)
{
    size_t n = strlen(text);
    int k = 0;
    for (const char *p = choices; *p; p += strcspn(p, " "), p += *p == ' ', k++)
        if (strcspn(p, " ") == n && strncmp(p, text, n) == 0)
            return k;
    return -1;
}

void setting_text(const struct setting *of, const void *state, struct str *out)
{
    double v = value_of(of, state);
    char number[NUM_MAX];
    const char *p = of->choices;
    switch (of->type) {
    case SETTING_BOOL: str_add(out, v != 0 ? "on" : "off"); break;
    case SETTING_NUMBER: str_addf(out, "%.0f", v); break;
    case SETTING_REAL: str_add(out, num_float(number, (float)v)); break;
    case SETTING_CHOICE:
        for (int k = 0; k < (int)v && *p; k++)
            p += strcspn(p, " "), p += *p == ' ';
        str_addn(out, p, strcspn(p, " "));
    }
}

bool setting_set(const struct setting *of, void *state, const char *text, struct err *e)
{
    double v = 0;
    long n = 0;
    bool ok = false;
    switch (of->type) {
    case SETTING_BOOL:
        v = strcmp(text, "on") == 0;
        ok = v != 0 || strcmp(text, "off") == 0;
        break;
    case SETTING_NUMBER: ok = num_parse_int(text, (long)of->least, (long)of->most, &n), v = (double)n; break;
    case SETTING_REAL: ok = num_parse(text, &v) && v >= of->least && v <= of->most; break;
    case SETTING_CHOICE: v = choice(of->choices, text), ok = v >= 0; break;
    }
    if (ok)
        set_value(of, state, v);
    else if (of->type == SETTING_BOOL || of->type == SETTING_CHOICE)
        err_set(e, of->name, NULL, "expected one of %s, found \"%s\"", of->choices ? of->choices : "on off", text);
    else
        err_set(e, of->name, NULL, "expected a number from %g to %g, found \"%s\"", of->least, of->most, text);
    return ok;
}
