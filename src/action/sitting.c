/* sitting.c: see sitting.h. What is set with keys is a table of settings, in a view as in the scene: writing and
 * reading walk the same tables, so that a setting cannot be forgotten in one of them. */
#include "action/sitting.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"

const struct setting scene_settings[] = {
    {"all", SETTING_BOOL, offsetof(struct scene, all), 0, 0, NULL},
    {"extra", SETTING_BOOL, offsetof(struct scene, extra), 0, 0, NULL},
    {"explain", SETTING_BOOL, offsetof(struct scene, explain), 0, 0, NULL},
    {"reveal", SETTING_BOOL, offsetof(struct scene, reveal), 0, 0, NULL},
    {"ahead", SETTING_BOOL, offsetof(struct scene, ahead), 0, 0, NULL},
    {"present", SETTING_BOOL, offsetof(struct scene, present), 0, 0, NULL},
    {"layout", SETTING_CHOICE, offsetof(struct scene, layout), 0, 0, "auto lines columns heat"},
    {"top", SETTING_NUMBER, offsetof(struct scene, top), 1, 1000, NULL},
    {"rate", SETTING_NUMBER, offsetof(struct scene, rate), 1, 1000, NULL},
    {.name = NULL},
};

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static void add_string(struct str *out, const char *text)
{
    struct str clean = {0};
    scenario_quote(&clean, text);
    str_add(out, str_text(&clean));
    str_free(&clean);
}

static void add_member(struct str *out, const char *key, const char *text)
{
    str_addf(out, ",\n  \"%s\": ", key);
    add_string(out, text);
}

static void add_settings(struct str *out, const struct setting *table, const void *state)
{
    str_addc(out, '{');
    for (const struct setting *of = table; of && of->name; of++) {
        struct str text = {0};
        setting_text(of, state, &text);
        str_addf(out, "%s\"%s\": ", of == table ? "" : ", ", of->name);
        add_string(out, str_text(&text));
        str_free(&text);
    }
    str_addc(out, '}');
}

/* All unit names in force: some may have been given by hand. */
static void add_names(struct str *out, const struct session *s)
{
    const struct model *m = session_model(s);
    int n = 0;
    str_add(out, ",\n  \"names\": {");
    for (int l = 0; l < m->net->layers; l++)
        for (int u = 0; u < m->net->layer[l].hidden; u++)
            if (model_unit_name(m, l, u)) {
                str_addf(out, "%s\"l%d.%d\": ", n++ ? ", " : "", l + 1, u + 1);
                add_string(out, model_unit_name(m, l, u));
            }
    str_addc(out, '}');
}

static void add_other_sentence(struct str *out, const struct session *other)
{
    str_add(out, ",\n  \"compare\": [");
    for (int t = 1; t <= session_steps(other); t++) {
        str_add(out, t > 1 ? ", " : "");
        add_string(out, session_token(other, t));
    }
    str_addc(out, ']');
}

void sitting_write(const struct app *a, const char *folder, struct str *out)
{
    struct scenario_info info = a->info;
    char view[32];
    snprintf(view, sizeof view, "%s", a->view->name);
    info.view = view;
    info.extra = -1;                      /* it is part of the look */
    info.rows = a->scene.rows;
    str_addf(out, "{\n  \"format\": \"%s\"", session_format);
    scenario_write_members(a->session, &info, folder, true, out);
    str_addf(out, ",\n  \"fingerprint\": \"%016" PRIx64 "\"", session_fingerprint(a->session));
    add_names(out, a->session);
    if (session_compare(a->session))
        add_other_sentence(out, session_compare(a->session));
    char *corpus = session_corpus(a->session) ? realpath(session_corpus(a->session), NULL) : NULL;
    if (corpus && utf8_valid(corpus, strlen(corpus), NULL))
        add_member(out, "corpus", corpus);
    free(corpus);
    add_member(out, "theme", a->theme->name);
    if (a->back)
        add_member(out, "back", a->back->name);
    str_add(out, ",\n  \"look\": ");
    add_settings(out, scene_settings, &a->scene);
    str_add(out, ",\n  \"views\": {");
    int n = 0;
    for (int k = 0; k < view_count; k++)
        if (views[k]->settings) {
            str_addf(out, "%s\n    \"%s\": ", n++ ? "," : "", views[k]->name);
            add_settings(out, views[k]->settings, a->view_state[k]);
        }
    str_add(out, "\n  }\n}\n");
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

struct sitting {
    struct scene look;                    /* only what scene_settings names */
    void **state; /* [view_count], each a state of its view of which only the settings are set; NULL: not given */
    char *theme, *corpus, *fingerprint, *back;
    char **name;                          /* [name_count]: "l1.3=gender" */
    int name_count;
    bool names;                           /* they were given */
    char **compare;                       /* [compare_count] */
    int compare_count;
};

void sitting_free(struct sitting *s)
{
    if (!s)
        return;
    for (int k = 0; k < view_count; k++)
        if (s->state[k])
            view_state_free(views[k], s->state[k]);
    for (int k = 0; k < s->compare_count; k++)
        free(s->compare[k]);
    for (int k = 0; k < s->name_count; k++)
        free(s->name[k]);
    free(s->name);
    free(s->state);
    free(s->compare);
    free(s->theme);
    free(s->corpus);
    free(s->fingerprint);
    free(s->back);
    free(s);
}

static const struct setting *setting_named(const struct setting *table, const char *name)
{
    for (const struct setting *of = table; of && of->name; of++)
        if (strcmp(of->name, name) == 0)
            return of;
    return NULL;
}

static bool read_settings(const struct json_at *at, const struct setting *table, void *state, struct err *e)
{
    if (!json_is_object(at, e))
        return false;
    struct json_iter it = json_iter(at);
    struct json_at item;
    const char *key, *text;
    while (json_next(&it, &key, &item)) {
        const struct setting *of = setting_named(table, key);
        struct err why = {{0}};
        if (!of)
            return json_complain(&item, e, "there is no such setting");
        if (!json_string(&item, &text, e))
            return false;
        if (!setting_set(of, state, text, &why))
            return json_complain(&item, e, "%s", why.text);
    }
    return true;
}

static bool read_views(const struct json_at *at, struct sitting *s, struct err *e)
{
    if (!json_is_object(at, e))
        return false;
    struct json_iter it = json_iter(at);
    struct json_at item;
    const char *key;
    while (json_next(&it, &key, &item)) {
        const struct view *v = view_find(key);
        if (!v)
            return json_complain(&item, e, "there is no such view");
        int k = view_index(v);
        s->state[k] = view_state_new(v);
        if (!read_settings(&item, v->settings, s->state[k], e))
            return false;
    }
    return true;
}

static bool read_compare(const struct json_at *at, struct sitting *s, struct err *e)
{
    if (json_kind(at) != JSON_ARRAY)
        return json_expected(at, e, "an array of tokens");
    struct json_iter it = json_iter(at);
    struct json_at item;
    const char *text;
    s->compare = xcalloc(json_length(at), sizeof *s->compare);
    while (json_next(&it, NULL, &item)) {
        if (!json_string(&item, &text, e))
            return false;
        s->compare[s->compare_count++] = xstrdup(text);
    }
    if ((size_t)s->compare_count < json_length(at))       /* numbers alone are lifted and cannot be walked */
        return json_expected(at, e, "an array of tokens");
    return true;
}

static bool read_names(const struct json_at *at, struct sitting *s, struct err *e)
{
    if (!json_is_object(at, e))
        return false;
    struct json_iter it = json_iter(at);
    struct json_at item;
    const char *key, *text;
    s->names = true;
    s->name = xcalloc(json_length(at) + 1, sizeof *s->name);
    while (json_next(&it, &key, &item)) {
        struct str both = {0};
        if (!json_string(&item, &text, e))
            return false;
        str_addf(&both, "%s=%s", key, text);
        s->name[s->name_count++] = str_take(&both);
    }
    return true;
}

static bool read_all(const struct json_at *top, struct sitting *s, struct err *e)
{
    struct json_at at;
    s->look = (struct scene){.top = 10, .rate = 10};
    return json_optional_string(top, "theme", &s->theme, e) && json_optional_string(top, "corpus", &s->corpus, e)
           && json_optional_string(top, "fingerprint", &s->fingerprint, e)
           && json_optional_string(top, "back", &s->back, e)
           && (!json_get(top, "compare", &at) || read_compare(&at, s, e))
           && (!json_get(top, "names", &at) || read_names(&at, s, e))
           && (!json_get(top, "look", &at) || read_settings(&at, scene_settings, &s->look, e))
           && (!json_get(top, "views", &at) || read_views(&at, s, e));
}

struct sitting *sitting_read(const char *file, struct err *e)
{
    struct json *j = scenario_open_session(file, e);
    if (!j)
        return NULL;
    struct sitting *s = xcalloc(1, sizeof *s);
    s->state = xcalloc((size_t)view_count, sizeof *s->state);
    struct json_at top = json_top(j);
    if (!read_all(&top, s, e)) {
        sitting_free(s);
        s = NULL;
    }
    json_free(j);
    return s;
}

/* ---- in force ---------------------------------------------------------------------------------------------------- */

static void take_theme(struct app *a, const char *name, struct err *note)
{
    if (!name || strcmp(name, a->theme->name) == 0)
        return;
    struct theme *t = theme_load(name, note);
    if (!t)
        return;
    theme_free(a->theme);
    a->theme = t;
}

static const char *name_for(const struct sitting *s, int layer, int unit)
{
    char key[32];
    int n = snprintf(key, sizeof key, "l%d.%d=", layer + 1, unit + 1);
    for (int k = 0; k < s->name_count; k++)
        if (strncmp(s->name[k], key, (size_t)n) == 0)
            return s->name[k] + n;
    return "";
}

static void take_names(struct app *a, const struct sitting *s)
{
    const struct lstm *net = session_net(a->session);
    session_begin(a->session);
    for (int l = 0; s->names && l < net->layers; l++)
        for (int u = 0; u < net->layer[l].hidden; u++) {
            const char *now = model_unit_name(session_model(a->session), l, u), *then = name_for(s, l, u);
            if (strcmp(now ? now : "", then) != 0)
                session_set_name(a->session, l, u, then, NULL);
        }
    session_end(a->session);
}

static void take_words(struct app *a, const struct sitting *s, struct err *note)
{
    struct err why = {{0}};
    if (s->corpus && access(s->corpus, R_OK) == 0)
        session_set_corpus(a->session, s->corpus);
    else if (s->corpus)
        err_set(note, s->corpus, NULL, "the file that was looked through is gone");
    if (s->compare_count
        && !session_compare_tokens(a->session, (const char *const *)s->compare, s->compare_count, "compare", &why))
        *note = why;
}

void sitting_take(struct app *a, struct sitting *s, struct err *note)
{
    note->text[0] = '\0';
    char now[17];
    snprintf(now, sizeof now, "%016" PRIx64, session_fingerprint(a->session));
    take_theme(a, s->theme, note);
    take_words(a, s, note);
    take_names(a, s);
    for (const struct setting *of = scene_settings; of->name; of++) {
        struct str text = {0};
        setting_text(of, &s->look, &text);
        setting_set(of, &a->scene, str_text(&text), NULL);
        str_free(&text);
    }
    for (int k = 0; k < view_count; k++)
        if (s->state[k]) {
            void *was = a->view_state[k];
            a->view_state[k] = s->state[k];
            s->state[k] = was;
        }
    a->back = s->back ? view_find(s->back) : NULL;
    if (s->fingerprint && strcmp(s->fingerprint, now) != 0)
        err_set(note, session_model(a->session)->name, NULL,
                "the model has changed since this was saved: its numbers are others now");
    sitting_free(s);
}
