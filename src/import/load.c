/* load.c: finds out which dialect a file speaks and hands it over; owns what comes back. See import.h. */
#include "import/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/mem.h"
#include "import/arrays.h"
#include "import/around.h"
#include "import/build.h"
#include "import/dialect.h"
#include "import/native.h"
#include "import/remade.h"
#include "import/saved.h"
#include "import/vocab_in.h"

const char model_default[] = "story";

/* ---- which dialect ---- */

static void list_dialects(struct str *out)
{
    for (int k = 0; k < dialect_count; k++)
        str_addf(out, "%s%s", k ? ", " : "", dialects[k].name);
}

static const struct dialect *unknown_format(const struct json_at *at, const char *source, const char *name,
                                            struct err *e)
{
    struct str known = {0};
    list_dialects(&known);
    if (at && strncmp(name, "flstm-", 6) == 0)
        strncmp(name, "flstm-scenario/", 15) == 0 || strncmp(name, "flstm-session/", 14) == 0
            ? json_complain(at, e, "expected a model, found \"%s\": --scenario opens it", name)
            : json_complain(at, e, "expected a model (\"%s\" or one of %s), found \"%s\"", NATIVE_FORMAT,
                            str_text(&known), name);
    else if (at)
        json_complain(at, e, "expected one of %s, found \"%s\"", str_text(&known), name);
    else
        err_set(e, source, NULL, "--format: expected one of %s, found \"%s\"", str_text(&known), name);
    str_free(&known);
    return NULL;
}

/* A file that does not say what it is: exactly one dialect may recognise it. */
static const struct dialect *recognise(struct source *s, struct err *e)
{
    const struct dialect *found = NULL;
    const char *why = "", *first = "";
    for (int k = 0; k < dialect_count; k++) {
        s->naming = dialects[k].naming;
        if (!dialects[k].recognise || !dialects[k].recognise(s, &why))
            continue;
        if (found) {
            source_complain(s, e, "it could be %s (%s) or %s (%s); --format says which", found->name, first,
                            dialects[k].name, why);
            return NULL;
        }
        found = &dialects[k];
        first = why;
    }
    if (!found && refuse_nameless(s, e))
        refuse_foreign(s, e);
    return found;
}

static const struct dialect *choose(struct source *s, const struct model_options *o, struct err *e)
{
    struct json_at at;
    const char *name = NULL;
    const struct dialect *asked = NULL, *said = NULL;
    if (o->format && !(asked = dialect_find(o->format)))
        return unknown_format(NULL, s->name, o->format, e);
    if (!s->about.node || !json_get(&s->about, "format", &at))
        return asked ? asked : recognise(s, e);
    if (!json_string(&at, &name, e))
        return NULL;
    said = strcmp(name, NATIVE_FORMAT) == 0 ? dialect_find("native") : dialect_find(name);
    if (!said)
        return unknown_format(&at, NULL, name, e);
    if (asked && asked != said) {
        json_complain(&at, e, "the file says \"%s\", --format says \"%s\"", name, o->format);
        return NULL;
    }
    return said;
}

/* ---- loading ---- */

/* "models/gender.json" is called gender until it says otherwise. */
static void name_after_file(struct model *m)
{
    const char *base = file_base(m->source), *dot = strrchr(base, '.');
    free(m->name);
    m->name = xstrndup(base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

/* --initial FILE, over what the model says. */
static bool take_initial(struct model *m, const char *path, struct err *e)
{
    struct json *j = path ? arrays_read(path, e) : NULL;
    struct json_at top = j ? json_top(j) : (struct json_at){0}, inner;
    if (j && json_kind(&top) == JSON_OBJECT && json_get(&top, "initial", &inner))
        top = inner;
    bool ok = !path || (j && build_initial(m, &top, e));
    json_free(j);
    return ok;
}

static bool finish(struct model *m, const struct dialect *d, const struct model_options *o, struct err *e)
{
    m->format = d->name;
    if (!*m->name)
        name_after_file(m);
    return take_initial(m, o->initial, e)
           && (lstm_pack(m->net) || err_set(e, m->source, NULL, "not enough memory for its weights"));
}

static struct model *load(struct source *s, const struct model_options *o, struct err *e)
{
    saved_names(s);
    remade_weights(s);
    bool taken = around_take(s, o->names, e) && refuse_kinds(s, e) && (!o->vocab || vocab_in_take(s, o->vocab, e));
    const struct dialect *d = taken ? choose(s, o, e) : NULL;
    struct model *m = !d ? NULL : d->load ? d->load(s, o, e) : layout_read(s, d, o, e);
    if (!m || finish(m, d, o, e))
        return m;
    model_free(m);
    return NULL;
}

static const struct model_options no_options = MODEL_OPTIONS_NONE;

struct model *model_parse(const char *text, size_t len, const char *source, const struct model_options *o,
                          struct err *e)
{
    struct source *s = source_parse(text, len, source, e);
    struct model *m = s ? load(s, o ? o : &no_options, e) : NULL;
    source_close(s);
    return m;
}

struct model *model_load(const char *path, const struct model_options *o, struct err *e)
{
    if (o && o->vocab && strcmp(path, "-") == 0 && strcmp(o->vocab, "-") == 0) {
        err_set(e, file_shown(path), NULL, "the model and --vocab cannot both be read from it");
        return NULL;
    }
    struct source *s = source_open(path, e);
    struct model *m = s ? load(s, o ? o : &no_options, e) : NULL;
    if (s && (file_cut(&s->bytes) || (m && file_cut(&m->lent)))) {
        source_complain(s, e, "it was cut short while it was read");
        model_free(m);
        m = NULL;
    }
    source_close(s);
    return m;
}

static const struct builtin *builtin_of(const char *name)
{
    struct str path = {0};
    str_addf(&path, "data/models/%s.json", name);
    const struct builtin *b = builtin_find(str_text(&path));
    str_free(&path);
    return b;
}

bool model_is_builtin(const char *name)
{
    return builtin_of(name) != NULL;
}

struct model *model_builtin(const char *name, struct err *e)
{
    return model_builtin_as(name, &no_options, e);
}

struct model *model_builtin_as(const char *name, const struct model_options *o, struct err *e)
{
    if (!name)
        name = model_default;
    const struct builtin *b = builtin_of(name);
    if (!b) {
        err_set(e, name, NULL, "there is no built-in model of that name (--list models)");
        return NULL;
    }
    struct source *s = source_builtin(b, name, e);
    struct model *m = s ? load(s, o, e) : NULL;
    source_close(s);
    if (m) {
        free(m->source);
        m->source = xstrdup("built-in");
    }
    return m;
}


bool model_export(const struct model *m, const char *path, struct err *e)
{
    struct str out = {0};
    bool ok = true;
    if (m->before)
        return err_set(e, path, NULL,
                       "its inputs go through layers before the LSTM, for which there is no place in it: "
                       "without --names the LSTM alone is written");
    if (str_ends(path, ".json"))
        model_write(m, &out);
    else if (str_ends(path, ".safetensors"))
        ok = model_write_safetensors(m, &out, e);
    else
        ok = err_set(e, path, NULL, "expected a name ending in .json or .safetensors");
    ok = ok && file_write(path, str_text(&out), out.len, e);
    str_free(&out);
    return ok;
}
