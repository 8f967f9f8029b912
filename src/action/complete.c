/* complete.c: see complete.h. What a command takes is a row of `arguments`; what there is of a kind is one function. */
#include "action/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/handlers.h"
#include "base/builtin.h"
#include "base/mem.h"
#include "base/shelf.h"
#include "base/suggest.h"
#include "lesson/lesson.h"
#include "views/glossary.h"

/* typed: what is there of the word so far. */
typedef void provider(const struct app *a, const char *typed, struct offers *out);

/* ---- what there is of each kind ---------------------------------------------------------------------------------- */

/* data/KIND/NAME.ENDING, and what is on the shelf of that kind. */
static void offer_builtins(const char *kind, const char *typed, struct offers *out)
{
    char shelf_kind[32];
    struct shelf own;
    snprintf(shelf_kind, sizeof shelf_kind, "%.*s", (int)strcspn(kind + 5, "/"), kind + 5);
    shelf_open(&own, shelf_kind);
    for (int k = 0; k < own.n; k++)
        offer_text(out, own.name[k], typed, own.path[k]);
    shelf_clear(&own);
    size_t n = strlen(kind);
    for (size_t k = 0; k < builtin_count; k++) {
        char name[64];
        if (strncmp(builtins[k].path, kind, n) != 0)
            continue;
        snprintf(name, sizeof name, "%s", builtins[k].path + n);
        name[strcspn(name, ".")] = '\0';
        offer_text(out, name, typed, NULL);
    }
}

static void offer_models(const struct app *a, const char *typed, struct offers *out)
{
    (void)a;
    offer_builtins("data/models/", typed, out);
}
static void offer_scenarios(const struct app *a, const char *typed, struct offers *out)
{
    (void)a;
    offer_builtins("data/scenarios/", typed, out);
}
static void offer_lessons(const struct app *a, const char *typed, struct offers *out)
{
    (void)a;
    char name[64], title[120];
    for (int k = 0; lesson_built_in(k, name, title, NULL); k++)
        offer_text(out, name, typed, title);
}
static void offer_glossary(const struct app *a, const char *typed, struct offers *out)
{
    (void)a;
    for (const struct glossary_entry *e = glossary; e->word; e++)
        offer_text(out, e->word, typed, e->means);
}
static void offer_suites(const struct app *a, const char *typed, struct offers *out)
{
    (void)a;
    offer_builtins("data/suites/", typed, out);
}
static void offer_corpora(const struct app *a, const char *typed, struct offers *out)
{
    (void)a;
    offer_builtins("data/corpora/", typed, out);
}

static void offer_themes(const struct app *a, const char *typed, struct offers *out)
{
    (void)a;
    int n;
    char **names = theme_names(&n);
    for (int k = 0; k < n; k++)
        offer_text(out, names[k], typed, NULL);
    theme_names_free(names, n);
}

static void offer_views(const struct app *a, const char *typed, struct offers *out)
{
    (void)a;
    for (int k = 0; k < view_count; k++)
        offer_text(out, views[k]->name, typed, views[k]->title);
}

static void offer_layouts(const struct app *a, const char *typed, struct offers *out)
{
    static const char *const names[] = {"auto", "lines", "columns", "heat"};
    (void)a;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        offer_text(out, names[k], typed, NULL);
}

static void offer_copies(const struct app *a, const char *typed, struct offers *out)
{
    static const char *const names[] = {"equation", "value", "sentence"};
    (void)a;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        offer_text(out, names[k], typed, NULL);
}

static void offer_motion(const struct app *a, const char *typed, struct offers *out)
{
    (void)a;
    offer_text(out, "on", typed, NULL);
    offer_text(out, "off", typed, NULL);
}

static void offer_presets(const struct app *a, const char *typed, struct offers *out)
{
    (void)a;
    const char *name, *help;
    for (int k = 0; act_preset_at(k, &name, &help); k++)
        offer_text(out, name, typed, help);
}

/* Units with names first, then numbers. */
static void offer_units(const struct app *a, const char *typed, struct offers *out)
{
    const struct model *m = session_model(a->session);
    int layer = session_cursor(a->session)->layer, hidden = session_net(a->session)->layer[layer].hidden;
    for (int u = 0; u < hidden; u++)
        if (model_unit_name(m, layer, u))
            offer_text(out, model_unit_name(m, layer, u), typed, NULL);
    for (int u = 0; u < hidden; u++) {
        char number[16];
        snprintf(number, sizeof number, "%d", u + 1);
        offer_text(out, number, typed, model_unit_name(m, layer, u));
    }
}

/* Words of the vocabulary. */
static void offer_words(const struct app *a, const char *typed, struct offers *out)
{
    const struct vocab *v = session_model(a->session)->vocab;
    for (int k = 0; v && v->kind == VOCAB_WORD && k < v->size; k++)
        if (k != v->unknown)
            offer_text(out, v->token[k], typed, NULL);
}

/* "f[gender]@and=": quantities, then units, then words. */
static void offer_edits(const struct app *a, const char *typed, struct offers *out)
{
    static const struct { const char *name, *help; } quantities[] = {
        {"f[", "forget gate"}, {"i[", "input gate"}, {"g[", "candidate"}, {"o[", "output gate"},
        {"C[", "cell state"}, {"h[", "hidden state"},
        {"f@", "in all units"}, {"i@", "in all units"},
    };
    const char *open = strchr(typed, '['), *at = strchr(typed, '@');
    if (strchr(typed, '='))
        return;
    struct offers part = {.at = -1};
    const char *rest = at ? at + 1 : open ? open + 1 : NULL;
    if (!rest)
        for (size_t k = 0; k < sizeof quantities / sizeof *quantities; k++)
            offer_text(out, quantities[k].name, typed, quantities[k].help);
    else if (at)
        offer_steps(a, rest, &part);
    else
        offer_units(a, rest, &part);
    for (int k = 0; k < part.n; k++) {
        struct str text = {0};
        str_addf(&text, "%.*s%s%s", (int)(rest - typed), typed, part.v[k].text, at ? "=" : "]@");
        offers_add(out, str_text(&text), part.v[k].text, part.v[k].help);
        str_free(&text);
    }
    offers_clear(&part);
}

/* ---- what each command takes ------------------------------------------------------------------------------------- */

static const struct argument {
    const char *command;
    provider *offers[2];
    bool words;                   /* blanks part what is offered; else all that follows the command is one name */
    const char *example;
} arguments[] = {
    {"model", {offer_models, offer_files}, false, "a model that comes with the program, or a file"},
    {"lesson", {offer_lessons, offer_files}, false, "a lesson that comes with the program, or a file"},
    {"result", {offer_files}, false, "a file to write it to"},
    {"scenario", {offer_scenarios, offer_files}, false, "a scenario that comes with the program, or a file"},
    {"theme", {offer_themes, offer_files}, false, "a theme, or a file"},
    {"train", {offer_corpora, offer_files}, false, "a grammar or text that comes with the program, or a file"},
    {"watch", {offer_files}, false, "a model's file; nothing: that of this model; off"},
    {"suite", {offer_suites, offer_files}, false, "a suite that comes with the program, or a file ending in .tsv"},
    {"view", {offer_views}, false, "a view"},
    {"layout", {offer_layouts}, false, "of the main view"},
    {"glossary", {offer_glossary}, false, "a word of the field; nothing: all of them"},
    {"copy", {offer_copies}, false, "nothing: the equation"},
    {"preset", {offer_presets}, false, "for all units of this word"},
    {"unit", {offer_units}, false, "a name or a number"},
    {"step", {offer_steps}, false, "a word of the sentence, or a number"},
    {"set", {offer_edits}, false, "EDIT: f[gender]@and=0   f@5=1   C[2]@3-5=8   i@*=0"},
    {"text", {offer_words}, true, "words of the vocabulary"},
    {"compare", {offer_words}, true, "words of the vocabulary"},
    {"word", {offer_words}, true, "in place of the word under the cursor"},
    {"name", {offer_units}, true, "of the selected unit; nothing: as the model has it"},
    {"find", {offer_steps}, false, "part of a word of the sentence"},
    {"write", {offer_files}, false, "a file ending in .json"},
    {"keep", {offer_files}, false, "a file ending in .json"},
    {"motion", {offer_motion}, false, "of a multiplication, for a class"},
    {"record", {offer_files}, false, "a file ending in .cast, .html or .svg"},
    {"figure", {offer_files}, false, "a file ending in .svg, .html, .ans or .txt"},
    {"export", {offer_files}, false, "a file ending in .json, .csv or .txt"},
};

static const struct argument *argument_of(const struct action *action)
{
    for (size_t k = 0; action && k < sizeof arguments / sizeof *arguments; k++)
        if (strcmp(arguments[k].command, action->name) == 0)
            return &arguments[k];
    return NULL;
}

static void offer_commands(const char *typed, struct offers *out)
{
    for (int k = 0; k < action_count; k++) {
        char shown[96], text[48];
        if (!offer_begins(actions[k].name, typed))
            continue;
        snprintf(text, sizeof text, "%s%s", actions[k].name, actions[k].argument ? " " : "");
        snprintf(shown, sizeof shown, "%s%s%s", actions[k].name, actions[k].argument ? " " : "",
                 actions[k].argument ? actions[k].argument : "");
        offers_add(out, text, shown, actions[k].help);
    }
    if (out->n)
        qsort(out->v, (size_t)out->n, sizeof *out->v, offer_by_name);
    snprintf(out->title, sizeof out->title, *typed ? "commands that begin with %.40s" : "commands", typed);
}

void complete_command(const struct app *a, const char *text, struct offers *out)
{
    size_t name = strcspn(text, " !");
    if (!text[name]) {
        offer_commands(text, out);
        return;
    }
    char command[32];
    snprintf(command, sizeof command, "%.*s", (int)(name < sizeof command ? name : sizeof command - 1), text);
    const struct argument *of = argument_of(action_find(command));
    if (!of)
        return;
    const char *from = text + name + strspn(text + name, "! ");
    const char *blank = strrchr(from, ' ');
    if (of->words && blank)
        from = blank + 1;
    out->from = (int)(from - text);
    /* cppcheck-suppress sizeofDereferencedVoidPointer ; they are pointers to functions */
    for (size_t k = 0; k < sizeof of->offers / sizeof *of->offers && of->offers[k]; k++)
        of->offers[k](a, from, out);
    if (of->words && !out->n && *from) {
        char *before = xstrndup(text + name, (size_t)(from - text) - name);
        bool unknown = offer_unknown(a, before, from, out);
        free(before);
        if (unknown)
            return;
    }
    snprintf(out->title, sizeof out->title, *from ? "%s, beginning with %.40s" : "%s", of->command, from);
    snprintf(out->example, sizeof out->example, "%s", of->example);
}

/* ---- a command that there is not --------------------------------------------------------------------------------- */

const char *complete_near_command(const char *name)
{
    const char *near = NULL;
    int least = 3;
    for (int k = 0; k < action_count; k++) {
        int d = suggest_distance(name, actions[k].name, 2);
        if (d < least && suggest_near(name, actions[k].name))
            least = d, near = actions[k].name;
    }
    return near;
}

int complete_could_be(const char *name, struct str *out)
{
    int n = 0;
    for (int k = 0; k < action_count; k++)
        if (*name && offer_begins(actions[k].name, name))
            str_addf(out, "%s%s", n++ ? ", " : "", actions[k].name);
    return n;
}
