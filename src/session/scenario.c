/* scenario.c: see scenario.h. Reading applies every part through the session's own edits, in one group that is rolled
 * back when any part fails; writing is the same parts in the same notation. */
#include "session/scenario.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/utf8.h"
#include "import/import.h"
#include "session/edit.h"
#include "session/session_private.h"

static const char format_name[] = "flstm-scenario/1";
const char session_format[] = "flstm-session/1";

static const char *const known_keys[] = {
    "format", "name", "about", "model", "sequence", "text", "inputs", "set", "weights",
    "step", "layer", "unit", "value", "substep", "view", "extra", "rows", "force", NULL,
};

/* What a sitting holds beside these; read in action/sitting.c. */
static const char *const session_keys[] = {
    "format", "name", "about", "model", "sequence", "text", "inputs", "set", "weights",
    "step", "layer", "unit", "value", "substep", "view", "extra", "rows", "force",
    "fingerprint", "compare", "corpus", "theme", "look", "views", "back", "names", NULL,
};

static const char *const value_names[VAL_COUNT] = {
    [VAL_F] = "f", [VAL_I] = "i", [VAL_G] = "g", [VAL_O] = "o", [VAL_C] = "C", [VAL_H] = "h",
    [VAL_C_PREV] = "c_prev", [VAL_KEPT] = "kept", [VAL_WRITTEN] = "written",
};

static const char *const substep_names[SUB_COUNT] = {
    [SUB_CONCAT] = "concat", [SUB_PRODUCT] = "product", [SUB_BIAS] = "bias", [SUB_SIGMA] = "sigma", [SUB_KEEP] = "keep",
    [SUB_WRITE] = "write", [SUB_C] = "C", [SUB_O] = "o", [SUB_H] = "h",
};

void scenario_info_clear(struct scenario_info *i)
{
    free(i->name);
    free(i->about);
    free(i->view);
    *i = (struct scenario_info){.extra = -1};
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

/* data/KIND/NAME.json, if the program has it inside. */
static const struct builtin *built_in(const char *kind, const char *name)
{
    struct str path = {0};
    str_addf(&path, "data/%s/%s.json", kind, name);
    const struct builtin *b = builtin_find(str_text(&path));
    str_free(&path);
    return b;
}

/* "flstm-scenario/2" of the family of "flstm-scenario/1": newer than this program. */
static bool newer(const char *format, const char *known)
{
    size_t family = strlen(known) - 1;
    long version;
    return !strncmp(format, known, family) && num_parse_int(format + family, 2, LONG_MAX, &version);
}

static bool check_format(const struct json_at *top, bool *sitting, struct err *e)
{
    struct json_at at;
    const char *format;
    if (!json_is_object(top, e) || !json_need(top, "format", &at, e) || !json_string(&at, &format, e))
        return false;
    *sitting = !strcmp(format, session_format);
    if (*sitting || !strcmp(format, format_name))
        return true;
    if (newer(format, format_name) || newer(format, session_format))
        return json_complain(&at, e, "\"%s\" is newer than this program, which reads %s", format,
                             newer(format, format_name) ? format_name : session_format);
    return json_complain(&at, e, "expected \"%s\", found \"%s\"", format_name, format);
}

static struct json *open_scenario(const char *name_or_file, struct json_at *top, struct err *e)
{
    const struct builtin *b = built_in("scenarios", name_or_file);
    if (!b && !strpbrk(name_or_file, "./") && strcmp(name_or_file, "-") != 0 && access(name_or_file, F_OK) != 0) {
        err_set(e, name_or_file, NULL, "there is no file and no built-in scenario of that name (--list scenarios)");
        return NULL;
    }
    struct json *j = b ? json_parse_copy(b->data, b->len, name_or_file, e) : json_read(name_or_file, e);
    if (!j)
        return NULL;
    *top = json_top(j);
    bool sitting;
    if (check_format(top, &sitting, e) && json_known_keys(top, sitting ? session_keys : known_keys, e))
        return j;
    json_free(j);
    return NULL;
}

/* ---- its model -------------------------------------------------------------------------------------------------- */

/* A path as seen from the folder of the scenario. */
static char *beside(const char *scenario, const char *path)
{
    const char *slash = strrchr(scenario, '/');
    struct str out = {0};
    if (*path != '/')
        slash ? str_addn(&out, scenario, (size_t)(slash + 1 - scenario)) : str_add(&out, "./");
    str_add(&out, path);
    return str_take(&out);
}

/* The model itself, in a sitting whose model was in no file. */
static struct model *inner_model(const struct json_at *at, struct err *e)
{
    char *text = json_text(at);
    struct err why = {0};
    struct model *m = model_parse(text, strlen(text), "sitting", &(struct model_options){.tokenizer = -1}, &why);
    if (!m)
        json_complain(at, e, "%s", why.text);
    free(text);
    return m;
}

static struct model *named_model(const char *scenario, const struct json_at *at, const struct model_options *o,
                                 struct err *e)
{
    const char *name;
    if (json_kind(at) == JSON_OBJECT)
        return inner_model(at, e);
    if (!json_string(at, &name, e))
        return NULL;
    if (built_in("models", name))
        return model_builtin(name, e);
    if (!*name || built_in("scenarios", scenario)) {
        json_complain(at, e, "there is no built-in model \"%s\"", name);
        return NULL;
    }
    char *path = beside(scenario, name);
    struct model *m = NULL;
    if (access(path, F_OK))
        json_complain(at, e, "there is no built-in model and no file \"%s\" (looked for %s)", name, path);
    else
        m = model_load(path, o, e);
    free(path);
    return m;
}

struct model *scenario_model_at(const char *file, const struct json_at *members, const struct model_options *o,
                                struct err *e)
{
    struct json_at at;
    return json_get(members, "model", &at) ? named_model(file, &at, o, e) : NULL;
}

struct model *scenario_model(const char *name_or_file, const struct model_options *o, struct err *e)
{
    struct json_at top;
    if (e)
        e->text[0] = '\0';
    struct json *j = open_scenario(name_or_file, &top, e);
    if (!j)
        return NULL;
    struct model *m = scenario_model_at(name_or_file, &top, o, e);
    json_free(j);
    return m;
}

/* ---- applying --------------------------------------------------------------------------------------------------- */

/* Passes on what an edit said, with the place in the file. */
static bool at_place(const struct json_at *at, const struct err *why, struct err *e)
{
    return json_complain(at, e, "%s", why->text);
}

static bool apply_tokens(struct session *s, const struct json_at *at, struct err *e)
{
    if (json_kind(at) != JSON_ARRAY)
        return json_expected(at, e, "an array of tokens");
    size_t n = json_length(at), k = 0;
    const char **list = xcalloc(n, sizeof *list);
    struct json_iter it = json_iter(at);
    struct json_at item;
    struct err why = {0};
    bool ok = n <= INT_MAX || json_complain(at, e, "expected at most %d tokens", INT_MAX);
    while (ok && json_next(&it, NULL, &item))
        ok = json_string(&item, &list[k++], e);
    if (ok && k < n)                       /* numbers alone are lifted and cannot be walked */
        ok = json_expected(at, e, "an array of tokens");
    if (ok && !session_set_tokens(s, list, (int)n, NULL, &why))
        ok = at_place(at, &why, e);
    free(list);
    return ok;
}

static bool apply_inputs(struct session *s, const struct json_at *at, struct err *e)
{
    struct json_floats f;
    struct err why = {0};
    size_t in = (size_t)s->model->net->embed;
    if (!json_floats(at, &f, e))
        return false;
    if (f.count && (f.rank != 2 || f.shape[1] != in || f.shape[0] > INT_MAX))
        return json_expected(at, e, "an array of vectors of %zu numbers each", in);
    return session_set_inputs(s, f.v, f.count ? (int)f.shape[0] : 0, &why) || at_place(at, &why, e);
}

/* At most one of the three; none leaves the sequence in force. */
static bool apply_sequence(struct session *s, const struct json_at *top, struct err *e)
{
    struct json_at tokens, text, inputs;
    const char *words;
    struct err why = {0};
    bool has_tokens = json_get(top, "sequence", &tokens), has_text = json_get(top, "text", &text);
    bool has_inputs = json_get(top, "inputs", &inputs);
    if (has_tokens + has_text + has_inputs > 1)
        return json_complain(top, e, "expected one of \"sequence\", \"text\" and \"inputs\", found more");
    if (has_tokens)
        return apply_tokens(s, &tokens, e);
    if (has_inputs)
        return apply_inputs(s, &inputs, e);
    if (!has_text)
        return true;
    return json_string(&text, &words, e) && (session_set_text(s, words, NULL, &why) || at_place(&text, &why, e));
}

/* How the edits of a list are taken: of weights or of values, forced or not, with what is to be filled in. */
struct edits { bool weights, force; const struct scenario_fill *fill; };

/* One edit of a list, written out first where there is something to fill in. */
static bool apply_edit(struct session *s, const struct json_at *item, const char *text, const struct edits *how,
                       struct err *why)
{
    struct str full = {0};
    bool ok = how->weights || !how->fill || how->fill->text(how->fill->to, s, text, &full, why);
    if (full.len)
        text = str_text(&full);
    /* The source is a place in a file: it cannot be repeated to force it. */
    if (ok)
        ok = how->weights ? weight_apply(s, text, item->path, why)
                          : edit_apply(s, text, item->path, how->force, why);
    str_free(&full);
    return ok;
}

static bool apply_list(struct session *s, const struct json_at *top, const char *key, bool force,
                       const struct scenario_fill *fill, struct err *e)
{
    struct json_at at, item;
    struct edits how = {*key == 'w', force, fill};
    if (!json_get(top, key, &at))
        return true;
    struct json_iter it = json_iter(&at);
    size_t seen = 0;
    if (json_kind(&at) != JSON_ARRAY)
        return json_expected(&at, e, "an array of edits");
    while (json_next(&it, NULL, &item)) {
        const char *text;
        struct err why = {0};
        seen++;
        if (!json_string(&item, &text, e))
            return false;
        if (!apply_edit(s, &item, text, &how, &why))
            return err_set(e, json_source(item.doc), NULL, "%s", why.text);
    }
    return seen == json_length(&at) || json_expected(&at, e, "an array of edits");
}

/* A number counted from 1, or a text. */
static bool number_or_text(const struct json_at *at, const char *wanted, struct str *out, struct err *e)
{
    const char *text;
    long n;
    if (json_kind(at) == JSON_STRING) {
        if (!json_string(at, &text, e))
            return false;
        str_add(out, text);
        return true;
    }
    if (json_kind(at) != JSON_NUMBER)
        return json_expected(at, e, "%s", wanted);
    if (!json_int(at, LONG_MIN, LONG_MAX, &n, e))
        return false;
    str_addf(out, "%ld", n);
    return true;
}

static bool one_of(const struct json_at *at, const char *const *names, int count, int *found, struct err *e)
{
    const char *text;
    if (!json_string(at, &text, e))
        return false;
    struct str all = {0};
    for (int k = 0; k < count; k++) {
        if (!strcmp(text, names[k])) {
            *found = k;
            str_free(&all);
            return true;
        }
        str_addf(&all, "%s%s", k ? ", " : "", names[k]);
    }
    json_complain(at, e, "expected one of %s, found \"%s\"", str_text(&all), text);
    str_free(&all);
    return false;
}

static bool apply_cursor(struct session *s, const struct json_at *top, struct err *e)
{
    struct json_at at;
    struct err why = {0};
    int layer = s->cursor.layer, unit = s->cursor.unit, value = (int)s->cursor.value, step, sub = SUB_H;
    long n;
    bool ok = true;
    if (json_get(top, "layer", &at)) {
        if (!json_int(&at, 1, s->model->net->layers, &n, e))
            return false;
        layer = (int)n - 1;
    }
    struct str text = {0};
    if (json_get(top, "unit", &at)) {
        ok = number_or_text(&at, "a unit's number or name", &text, e);
        if (ok && (unit = edit_unit(s, layer, str_text(&text), NULL, &why)) < 0)
            ok = at_place(&at, &why, e);
    }
    if (ok && json_get(top, "value", &at))
        ok = one_of(&at, value_names, VAL_COUNT, &value, e);
    if (ok)
        session_select(s, layer, unit, (enum value)value);
    str_clear(&text);
    if (ok && json_get(top, "step", &at)) {
        ok = number_or_text(&at, "a step's number or a word of the sequence", &text, e);
        /* The only step of an empty sequence. */
        if (ok && !(session_steps(s) == 0 && !strcmp(str_text(&text), "0"))) {
            if ((step = edit_step(s, str_text(&text), NULL, &why)) < 0)
                ok = at_place(&at, &why, e);
            else
                session_goto(s, step);
        }
    }
    if (ok && json_get(top, "substep", &at)) {
        ok = one_of(&at, substep_names, SUB_COUNT, &sub, e);
        if (ok)
            s->cursor.sub = (enum substep)sub;
    }
    str_free(&text);
    return ok;
}

/* A list of values' names. */
static bool read_rows(const struct json_at *list, unsigned *rows, struct err *e)
{
    if (json_kind(list) != JSON_ARRAY)
        return json_expected(list, e, "a list of values");
    struct json_iter it = json_iter(list);
    struct json_at at;
    size_t seen = 0;
    for (; json_next(&it, NULL, &at); seen++) {
        int v = 0;
        if (!one_of(&at, value_names, VAL_COUNT, &v, e))
            return false;
        *rows |= 1U << v;
    }
    return seen == json_length(list) || json_expected(list, e, "a list of values");
}

static bool read_info(const struct json_at *top, struct scenario_info *info, bool *force, struct err *e)
{
    struct json_at at;
    bool extra;
    *info = (struct scenario_info){.extra = -1};
    *force = false;
    if (!json_optional_string(top, "name", &info->name, e) || !json_optional_string(top, "about", &info->about, e)
        || !json_optional_string(top, "view", &info->view, e))
        return false;
    if (json_get(top, "extra", &at)) {
        if (!json_bool(&at, &extra, e))
            return false;
        info->extra = extra;
    }
    if (json_get(top, "rows", &at) && !read_rows(&at, &info->rows, e))
        return false;
    /* Named, so that it is checked even where scenario_model is not asked. */
    if (json_get(top, "model", &at) && json_kind(&at) != JSON_STRING && json_kind(&at) != JSON_OBJECT)
        return json_expected(&at, e, "a model's name or path");
    return !json_get(top, "force", &at) || json_bool(&at, force, e);
}

/* Back to the model's own weights. */
static void reset_weights(struct session *s)
{
    const struct lstm *net = s->model->net;
    for (int l = 0; l < net->layers && s->edited; l++)
        for (int q = 0; q < GATES && s->edited; q++)
            for (int u = 0; u < net->layer[l].hidden; u++)
                for (int k = -1; k < net->layer[l].hidden + net->layer[l].in; k++) {
                    float original;
                    struct weight_place at = {l, (enum quantity)q, u, k};
                    if (session_weight_edited(s, at, &original))
                        session_set_weight(s, at, original, NULL);
                }
}

bool scenario_apply_at(struct session *s, const struct json_at *top, const struct scenario_fill *fill,
                       struct scenario_info *info, struct err *e)
{
    struct scenario_info read = {.extra = -1};
    bool force, ok = read_info(top, &read, &force, e);
    struct cursor cursor = s->cursor;
    session_begin(s);
    size_t mark = session_mark(s);
    if (ok) {
        session_unpin_all(s);
        reset_weights(s);
    }
    ok = ok && apply_sequence(s, top, e) && apply_list(s, top, "weights", false, fill, e)
        && apply_list(s, top, "set", force, fill, e) && apply_cursor(s, top, e);
    if (!ok) {
        session_rollback(s, mark);
        s->cursor = cursor;
    }
    session_end(s);
    if (ok && info)
        *info = read;
    else
        scenario_info_clear(&read);
    return ok;
}

bool scenario_apply(struct session *s, const char *name_or_file, struct scenario_info *info, struct err *e)
{
    struct json_at top;
    struct json *j = open_scenario(name_or_file, &top, e);
    bool ok = j && scenario_apply_at(s, &top, NULL, info, e);
    json_free(j);
    return ok;
}

static int named(const char *const *names, int count, const char *name)
{
    for (int k = 0; k < count; k++)
        if (!strcmp(names[k], name))
            return k;
    return -1;
}

int scenario_value(const char *name) { return named(value_names, VAL_COUNT, name); }
int scenario_substep(const char *name) { return named(substep_names, SUB_COUNT, name); }

/* ---- writing ---------------------------------------------------------------------------------------------------- */

/* The built-in name of a model that came with the program: each is called as its file (a test looks). NULL: none. */
static char *built_in_name(const struct model *m)
{
    return built_in("models", m->name) ? xstrdup(m->name) : NULL;
}

/* How a scenario in `folder` (NULL: anywhere) names the model; NULL when it cannot. */
static char *model_reference(const struct model *m, const char *folder)
{
    if (!strcmp(m->source, "built-in"))
        return built_in_name(m);
    if (!strcmp(m->source, "-") || !strcmp(m->source, file_shown("-")))
        return NULL;                       /* standard input cannot be opened again */
    char *full = realpath(m->source, NULL), *base = full && folder ? realpath(folder, NULL) : NULL, *name = NULL;
    if (full && base) {
        size_t n = strlen(base);
        if (n > 1 && !strncmp(full, base, n) && full[n] == '/')
            name = xstrdup(full + n + 1);
        /* A file called like a built-in model would be taken for it. */
        if (name && built_in("models", name)) {
            free(name);
            name = NULL;
        }
    }
    if (!name && full)
        name = xstrdup(full);
    if (name && !utf8_valid(name, strlen(name), NULL)) {
        free(name);
        name = NULL;
    }
    free(base);
    free(full);
    return name;
}

void scenario_quote(struct str *out, const char *text)
{
    quote_json(out, text);
}

struct json *scenario_open_session(const char *file, struct err *e)
{
    struct json_at top;
    bool sitting = false;
    struct json *j = built_in("scenarios", file) || !strcmp(file, "-") ? NULL : open_scenario(file, &top, e);
    if (j && check_format(&top, &sitting, NULL) && sitting)
        return j;
    json_free(j);
    return NULL;
}

bool scenario_names_model(const struct session *s)
{
    char *name = model_reference(s->model, NULL);
    free(name);
    return name != NULL;
}

/* One element of a list, a line each. */
struct list {
    struct str *out;
    int n;
};

static void list_item(void *to, const char *text)
{
    struct list *l = to;
    str_add(l->out, l->n++ ? ",\n    " : "\n    ");
    quote_json(l->out, text);
}

static void write_list(const struct session *s, const char *key,
                       void (*write)(const struct session *, void (*)(void *, const char *), void *), struct str *out)
{
    struct list l = {out, 0};
    str_addf(out, ",\n  \"%s\": [", key);
    write(s, list_item, &l);
    str_add(out, l.n ? "\n  ]" : "]");
}

static void write_text(struct str *out, const char *key, const char *text)
{
    if (!text)
        return;
    str_addf(out, ",\n  \"%s\": ", key);
    quote_json(out, text);
}

static void write_sequence(const struct session *s, struct str *out)
{
    const struct sequence *q = s->sequence;
    int in = s->model->net->embed;
    if (s->model->vocab) {
        str_add(out, ",\n  \"sequence\": [");
        for (int t = 0; t < q->n; t++) {
            if (t)
                str_add(out, ", ");
            quote_json(out, tokens_text(&q->tokens, t));
        }
        str_addc(out, ']');
        return;
    }
    str_add(out, ",\n  \"inputs\": [");
    for (int t = 0; t < q->n; t++) {
        str_add(out, t ? ",\n    [" : "\n    [");
        for (int k = 0; k < in; k++) {
            if (k)
                str_add(out, ", ");
            str_add_float(out, q->x[t][k]);
        }
        str_addc(out, ']');
    }
    str_add(out, q->n ? "\n  ]" : "]");
}

static bool forced(const struct session *s)
{
    bool outside = false;
    struct str reason = {0};
    for (size_t k = 0; k < s->pins.n && !outside; k++)
        pin_reason(s->pins.v[k].q, s->pins.v[k].value, &outside, &reason);
    str_free(&reason);
    return outside;
}

void scenario_write_members(const struct session *s, const struct scenario_info *info, const char *folder, bool whole,
                            struct str *out)
{
    const struct cursor *c = &s->cursor;
    if (info) {
        write_text(out, "name", info->name);
        write_text(out, "about", info->about);
    }
    char *model = model_reference(s->model, folder);
    write_text(out, "model", model);
    if (!model && whole) {
        str_add(out, ",\n  \"model\": ");
        model_write(s->model, out);
    }
    free(model);
    write_sequence(s, out);
    if (s->edited)
        write_list(s, "weights", weight_write, out);
    if (s->pins.n)
        write_list(s, "set", edit_write_pins, out);
    if (forced(s))
        str_add(out, ",\n  \"force\": true");
    str_addf(out, ",\n  \"step\": %d,\n  \"layer\": %d,\n  \"unit\": %d,\n  \"value\": \"%s\"", c->step, c->layer + 1,
             c->unit + 1, value_names[c->value]);
    if (c->sub != SUB_H)
        write_text(out, "substep", substep_names[c->sub]);
    if (!info)
        return;
    write_text(out, "view", info->view);
    if (info->extra >= 0)
        str_addf(out, ",\n  \"extra\": %s", info->extra ? "true" : "false");
    for (int v = 0, n = 0; v < VAL_COUNT && info->rows; v++)
        if (info->rows & 1U << v)
            str_addf(out, "%s\"%s\"%s", n++ ? ", " : ",\n  \"rows\": [", value_names[v],
                     info->rows >> (v + 1) ? "" : "]");
}

static void write_scenario(const struct session *s, const struct scenario_info *info, const char *folder,
                           struct str *out)
{
    str_addf(out, "{\n  \"format\": \"%s\"", format_name);
    scenario_write_members(s, info, folder, false, out);
    str_add(out, "\n}\n");
}

void scenario_write(const struct session *s, const struct scenario_info *info, struct str *out)
{
    write_scenario(s, info, NULL, out);
}

char *scenario_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? xstrndup(path, slash == path ? 1 : (size_t)(slash - path)) : xstrdup(".");
}

bool scenario_save(struct session *s, const char *path, const struct scenario_info *info, struct err *e)
{
    char *folder = scenario_folder(path);
    struct str out = {0};
    write_scenario(s, info, folder, &out);
    bool ok = file_write(path, str_text(&out), out.len, e);
    if (ok)
        session_mark_saved(s);
    str_free(&out);
    free(folder);
    return ok;
}
