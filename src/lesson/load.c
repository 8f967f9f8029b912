/* load.c: a lesson from its file, strictly: every key is known, every expression and template parses, every question
 * has what its kind needs. Whether its numbers hold is asked by check.h, which sets the pages up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/builtin.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/shelf.h"
#include "lesson/lesson.h"
#include "lesson/mutate.h"
#include "lesson/stage.h"

static const char format_name[] = "flstm-lesson/1";

static const char *const kind_names[ASK_KIND_COUNT] = {
    "",
#define X(id, name) name,
    ASK_KINDS(X)
#undef X
};

const char *ask_kind_name(enum ask_kind kind)
{
    return kind_names[kind];
}

static const char *const lesson_keys[] = {"format", "name", "title", "about", "minutes", "after", "vary", "pages",
                                          NULL};
static const char *const page_keys[] = {"id", "title", "text", "state", "hide", "spotlight", "ask", "notes",
                                        "confusion", NULL};
static const char *const state_keys[] = {"model", "text", "sequence", "inputs", "compare", "set", "weights", "force",
                                         "mutate",
                                         "step", "substep", "layer", "unit", "value", "view", "extra", "rows", NULL};
static const char *const ask_keys[] = {"kind", "prompt", "answer", "within", "options", "ordered", "wrong", "hint",
                                       "why", "goal", "most", "solution", "lines", "model", NULL};
static const char *const option_keys[] = {"text", "true", "say", NULL};
static const char *const route_keys[] = {"when", "say", NULL};

/* ---- small parts ------------------------------------------------------------------------------------------------ */

/* A text that may hold {…}; NULL with an error. */
static char *template_at(const struct json_at *at, struct err *e)
{
    const char *text;
    struct err why = {{0}};
    if (!json_string(at, &text, e))
        return NULL;
    if (!*text || strlen(text) > LESSON_TEXT) {
        json_complain(at, e, "expected a text of 1 to %d bytes, found %zu", LESSON_TEXT, strlen(text));
        return NULL;
    }
    if (!template_check(text, &why)) {
        json_complain(at, e, "%s", why.text);
        return NULL;
    }
    return xstrdup(text);
}

static bool template_of(const struct json_at *object, const char *key, bool needed, char **out, struct err *e)
{
    struct json_at at;
    if (!json_get(object, key, &at))
        return !needed || json_need(object, key, &at, e);
    return (*out = template_at(&at, e)) != NULL;
}

static struct expr *expr_at(const struct json_at *at, struct err *e)
{
    const char *text;
    struct err why = {{0}};
    if (!json_string(at, &text, e))
        return NULL;
    struct expr *x = expr_parse(text, &why);
    if (!x)
        json_complain(at, e, "%s", why.text);
    return x;
}

static bool expr_of(const struct json_at *object, const char *key, struct expr **out, struct err *e)
{
    struct json_at at;
    return json_need(object, key, &at, e) && (*out = expr_at(&at, e)) != NULL;
}

static bool list_size(const struct json_at *at, int least, int most, const char *what, struct err *e)
{
    size_t n = json_length(at);
    if (json_kind(at) != JSON_ARRAY)
        return json_expected(at, e, "a list of %s", what);
    return (n >= (size_t)least && n <= (size_t)most)
        || json_complain(at, e, "expected %d to %d %s, found %zu", least, most, what, n);
}

/* A list of at most `most` texts, or one. each (may be NULL) says whether one is in order. */
struct texts { const char *key; int most; bool templates; bool (*each)(const char *text, struct err *e); };

static bool texts_of(const struct json_at *object, const struct texts *of, char ***out, int *n, struct err *e)
{
    struct json_at at, item;
    const char *text;
    struct err why = {{0}};
    *n = 0;
    if (!json_get(object, of->key, &at))
        return true;
    *out = xcalloc((size_t)of->most, sizeof **out);
    bool single = json_kind(&at) == JSON_STRING;
    if (!single && !list_size(&at, 0, of->most, "texts", e))
        return false;
    struct json_iter it = json_iter(&at);
    bool more = single ? (item = at, true) : json_next(&it, NULL, &item);
    for (; more; more = !single && json_next(&it, NULL, &item)) {
        char *copy = NULL;
        if (of->templates)
            copy = template_at(&item, e);
        else if (json_string(&item, &text, e))
            copy = xstrdup(text);
        if (!copy)
            return false;
        (*out)[(*n)++] = copy;
        if (of->each && !of->each(copy, &why))
            return json_complain(&item, e, "%s", why.text);
    }
    return single || (size_t)*n == json_length(&at) || json_expected(&at, e, "a list of texts");
}

static const struct texts texts_text = {"text", LESSON_TEXTS, true, NULL},
    texts_faults = {"mutate", LESSON_FAULTS, false, mutate_check},
    texts_hide = {"hide", LESSON_MARKS, false, stage_mark_check},
    texts_spotlight = {"spotlight", LESSON_MARKS, false, stage_mark_check}, texts_after = {"after", 8, false, NULL};

/* ---- a question ------------------------------------------------------------------------------------------------- */

static bool read_answers(const struct json_at *at, struct ask *q, struct err *e)
{
    struct json_at answer, item;
    int most = q->kind == ASK_VECTOR || q->kind == ASK_BAR ? LESSON_ANSWERS : 1;
    if (!json_need(at, "answer", &answer, e))
        return false;
    q->answer = xcalloc(LESSON_ANSWERS, sizeof *q->answer);
    if (json_kind(&answer) == JSON_STRING)
        return (q->answer[q->answers] = expr_at(&answer, e)) != NULL && ++q->answers;
    if (!list_size(&answer, 1, most, "expressions", e))
        return false;
    struct json_iter it = json_iter(&answer);
    while (json_next(&it, NULL, &item)) {
        if (!(q->answer[q->answers] = expr_at(&item, e)))
            return false;
        q->answers++;
    }
    return q->answers > 0 || json_expected(&answer, e, "a list of expressions in quotes");
}

static bool read_options(const struct json_at *at, struct ask *q, struct err *e)
{
    struct json_at list, item;
    if (!json_need(at, "options", &list, e) || !list_size(&list, 2, LESSON_OPTIONS, "options", e))
        return false;
    q->option = xcalloc(LESSON_OPTIONS, sizeof *q->option);
    struct json_iter it = json_iter(&list);
    while (json_next(&it, NULL, &item)) {
        struct ask_option *o = &q->option[q->options++];
        if (!json_is_object(&item, e) || !json_known_keys(&item, option_keys, e) || !template_of(&item, "text", true,
                &o->text, e)
            || !template_of(&item, "say", false, &o->say, e) || !expr_of(&item, "true", &o->truth, e))
            return false;
    }
    return q->options > 1 || json_expected(&list, e, "a list of options");
}

static bool read_routes(const struct json_at *at, struct ask *q, struct err *e)
{
    struct json_at list, item;
    if (!json_get(at, "wrong", &list))
        return true;
    if (!list_size(&list, 0, LESSON_ROUTES, "wrong ways", e))
        return false;
    q->route = xcalloc(LESSON_ROUTES, sizeof *q->route);
    struct json_iter it = json_iter(&list);
    while (json_next(&it, NULL, &item)) {
        struct ask_route *r = &q->route[q->routes++];
        if (!json_is_object(&item, e) || !json_known_keys(&item, route_keys, e) || !expr_of(&item, "when", &r->when, e)
            || !template_of(&item, "say", true, &r->say, e))
            return false;
    }
    return (size_t)q->routes == json_length(&list) || json_expected(&list, e, "a list of objects");
}

static bool read_lines(const struct json_at *at, struct ask *q, struct err *e)
{
    struct json_at list, item;
    const char *text;
    if (!json_need(at, "lines", &list, e) || !list_size(&list, 2, SUB_COUNT, "sub-steps", e))
        return false;
    q->line = xcalloc(SUB_COUNT, sizeof *q->line);
    struct json_iter it = json_iter(&list);
    while (json_next(&it, NULL, &item)) {
        int sub;
        if (!json_string(&item, &text, e))
            return false;
        if ((sub = stage_substep(text)) < 0)
            return json_complain(&item, e,
                                 "expected one of concat, product, bias, sigma, keep, write, C, o, h, found \"%s\"",
                                     text);
        for (int k = 0; k < q->lines; k++)
            if ((int)q->line[k] == sub)
                return json_complain(&item, e, "expected each sub-step once, found \"%s\" again", text);
        q->line[q->lines++] = (enum substep)sub;
    }
    return q->lines > 1 || json_expected(&list, e, "a list of sub-steps");
}

/* What each kind needs besides its prompt. */
enum { NEEDS_ANSWER = 1, NEEDS_OPTIONS = 2, NEEDS_GOAL = 4, NEEDS_LINES = 8 };
static const unsigned needs[ASK_KIND_COUNT] = {
    [ASK_NUMBER] = NEEDS_ANSWER, [ASK_VECTOR] = NEEDS_ANSWER, [ASK_BAR] = NEEDS_ANSWER, [ASK_UNIT] = NEEDS_ANSWER,
    [ASK_WORD] = NEEDS_ANSWER, [ASK_STEP] = NEEDS_ANSWER, [ASK_CHOICE] = NEEDS_OPTIONS, [ASK_MANY] = NEEDS_OPTIONS,
    [ASK_VOTE] = NEEDS_OPTIONS, [ASK_DO] = NEEDS_GOAL, [ASK_ORDER] = NEEDS_LINES,
};

static bool read_kind(const struct json_at *at, struct ask *q, struct err *e)
{
    struct json_at kind;
    const char *text;
    if (!json_need(at, "kind", &kind, e) || !json_string(&kind, &text, e))
        return false;
    struct str all = {0};
    for (int k = 1; k < ASK_KIND_COUNT; k++) {
        if (!strcmp(kind_names[k], text))
            q->kind = (enum ask_kind)k;
        str_addf(&all, "%s%s", k > 1 ? ", " : "", kind_names[k]);
    }
    if (!q->kind)
        json_complain(&kind, e, "expected one of %s, found \"%s\"", str_text(&all), text);
    str_free(&all);
    return q->kind != ASK_NOTHING;
}

/* A key that the kind has no use for is a mistake of whoever wrote it. */
static bool only_useful(const struct json_at *at, const struct ask *q, struct err *e)
{
    static const struct { const char *key; unsigned need; } uses[] = {
        {"answer", NEEDS_ANSWER}, {"options", NEEDS_OPTIONS}, {"goal", NEEDS_GOAL}, {"most", NEEDS_GOAL},
        {"solution", NEEDS_GOAL}, {"lines", NEEDS_LINES}, {"within", NEEDS_ANSWER},
        {"ordered", NEEDS_OPTIONS},
    };
    struct json_at found;
    for (size_t k = 0; k < sizeof uses / sizeof *uses; k++)
        if (!(needs[q->kind] & uses[k].need) && json_get(at, uses[k].key, &found))
            return json_complain(&found, e, "a question of kind \"%s\" has no \"%s\"", kind_names[q->kind],
                                 uses[k].key);
    if (q->kind != ASK_SAY && json_get(at, "model", &found))
        return json_complain(&found, e, "only a question of kind \"say\" has a \"model\" answer");
    bool routes = needs[q->kind] & (NEEDS_ANSWER | NEEDS_GOAL);
    return routes || !json_get(at, "wrong", &found)
        || json_complain(&found, e, "a question of kind \"%s\" has no \"wrong\" (each option has its own \"say\")",
                         kind_names[q->kind]);
}

static bool read_ask(const struct json_at *at, struct ask *q, struct err *e)
{
    struct json_at found;
    long most;
    q->within = 0.005;
    q->most = -1;
    if (!json_is_object(at, e) || !json_known_keys(at, ask_keys, e) || !read_kind(at, q, e) || !only_useful(at, q, e)
        || !template_of(at, "prompt", true, &q->prompt, e) || !template_of(at, "hint", false, &q->hint, e)
        || !template_of(at, "why", false, &q->why, e) || !template_of(at, "model", q->kind == ASK_SAY, &q->model, e))
        return false;
    const char *solution;
    if (json_get(at, "solution", &found)) {
        if (!json_string(&found, &solution, e))
            return false;
        q->solution = xstrdup(solution);
    }
    unsigned need = needs[q->kind];
    if ((need & NEEDS_ANSWER && !read_answers(at, q, e)) || (need & NEEDS_OPTIONS && !read_options(at, q, e))
        || (need & NEEDS_LINES && !read_lines(at, q, e)) || (need & NEEDS_GOAL && !expr_of(at, "goal", &q->goal, e)))
        return false;
    if (json_get(at, "within", &found)) {
        if (!json_number(&found, &q->within, e))
            return false;
        if (!(q->within >= 0))
            return json_expected(&found, e, "a number of at least 0");
    }
    if (json_get(at, "ordered", &found) && !json_bool(&found, &q->ordered, e))
        return false;
    if (json_get(at, "most", &found)) {
        if (!json_int(&found, 0, 100000, &most, e))
            return false;
        q->most = (int)most;
    }
    return read_routes(at, q, e);
}

/* ---- a page ----------------------------------------------------------------------------------------------------- */

static bool good_id(const char *id)
{
    return *id && strlen(id) < 40 && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(id);
}

static bool read_id(const struct json_at *at, const struct lesson *l, struct page *p, struct err *e)
{
    struct json_at id;
    const char *text;
    if (!json_need(at, "id", &id, e) || !json_string(&id, &text, e))
        return false;
    if (!good_id(text))
        return json_complain(&id, e, "expected small letters, digits and -, found \"%s\"", text);
    for (const struct page *other = l->page; other < p; other++)
        if (!strcmp(other->id, text))
            return json_complain(&id, e, "expected another id than that of a page before, found \"%s\"", text);
    p->id = xstrdup(text);
    return true;
}

static bool read_state(const struct json_at *at, struct page *p, struct err *e)
{
    if (!(p->has_state = json_get(at, "state", &p->state)))
        return true;
    return json_is_object(&p->state, e) && json_known_keys(&p->state, state_keys, e)
        && texts_of(&p->state, &texts_faults, &p->fault, &p->faults, e);
}

static bool read_page(const struct json_at *at, const struct lesson *l, struct page *p, struct err *e)
{
    struct json_at found;
    long confusion;
    p->at = *at;
    if (!json_is_object(at, e) || !json_known_keys(at, page_keys, e) || !read_id(at, l, p, e)
        || !template_of(at, "title", true, &p->title, e)
        || !texts_of(at, &texts_text, &p->text, &p->texts, e) || !read_state(at, p, e)
        || !texts_of(at, &texts_hide, &p->hide, &p->hides, e)
        || !texts_of(at, &texts_spotlight, &p->spot, &p->spots, e)
        || !template_of(at, "notes", false, &p->notes, e))
        return false;
    if (json_get(at, "confusion", &found)) {
        if (!json_int(&found, 1, LESSON_CONFUSIONS, &confusion, e))
            return false;
        p->confusion = (int)confusion;
    }
    if (p == l->page && !p->has_state)
        return json_complain(at, e, "expected a \"state\" on the first page");
    if (!json_get(at, "ask", &found))
        return true;
    if (!read_ask(&found, &p->ask, e))
        return false;
    return p->ask.kind != ASK_BUG || p->faults > 1
        || json_complain(&found, e, "a question of kind \"bug\" needs \"mutate\" in the state, a list of at least "
                         "two faults");
}

/* ---- the lesson -------------------------------------------------------------------------------------------------- */

static bool good_name(const char *s)
{
    return ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z')) && strlen(s) < 24
        && strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(s);
}

static bool read_vary(const struct json_at *top, struct lesson *l, struct err *e)
{
    struct json_at at, item;
    const char *key;
    struct json_floats f;
    if (!json_get(top, "vary", &at))
        return true;
    if (!json_is_object(&at, e))
        return false;
    struct json_iter it = json_iter(&at);
    while (json_next(&it, &key, &item)) {
        if (l->varies == LESSON_VARY)
            return json_complain(&at, e, "expected at most %d names", LESSON_VARY);
        if (!good_name(key))
            return json_complain(&item, e, "expected a name of letters, digits and _");
        if (!json_floats(&item, &f, e))
            return false;
        if (f.rank != 1 || !f.count || f.count > 64)
            return json_expected(&item, e, "a list of 1 to 64 numbers");
        l->vary[l->varies].name = xstrdup(key);
        l->vary[l->varies].value = xcalloc(f.count, sizeof(double));
        for (size_t k = 0; k < f.count; k++) {      /* as it was written: 0.2, not the double of a float */
            char text[NUM_MAX];
            num_parse(num_float(text, f.v[k]), &l->vary[l->varies].value[k]);
        }
        l->vary[l->varies++].n = (int)f.count;
    }
    return true;
}

static bool read_top(const struct json_at *top, struct lesson *l, struct err *e)
{
    struct json_at at, item;
    const char *format;
    long minutes;
    enum { A_LESSON = 3, OTHERS = 64 };   /* turns: about as many as a lesson takes */
    int turn;
    if (!json_is_object(top, e) || !json_need(top, "format", &at, e) || !json_string(&at, &format, e))
        return false;
    if (strcmp(format, format_name) != 0)
        return json_complain(&at, e, "expected \"%s\", found \"%s\"", format_name, format);
    if (!json_known_keys(top, lesson_keys, e) || !template_of(top, "title", true, &l->title, e)
        || !template_of(top, "about", true, &l->about, e) || !json_need(top, "name", &at, e) || !json_string(&at,
                &format, e))
        return false;
    if (!good_id(format))
        return json_complain(&at, e, "expected small letters, digits and -, found \"%s\"", format);
    l->name = xstrdup(format);
    turn = lesson_number(l->name) ? A_LESSON * lesson_number(l->name) : (int)stage_draw(0, l->name, OTHERS);
    if (json_get(top, "minutes", &at)) {
        if (!json_int(&at, 1, 1000, &minutes, e))
            return false;
        l->minutes = (int)minutes;
    }
    if (!texts_of(top, &texts_after, &l->after, &l->afters, e) || !read_vary(top, l, e)
        || !json_need(top, "pages", &at, e) || !list_size(&at, 1, LESSON_PAGES, "pages", e))
        return false;
    l->page = xcalloc(LESSON_PAGES, sizeof *l->page);
    struct json_iter it = json_iter(&at);
    while (json_next(&it, NULL, &item)) {
        l->pages++;
        struct page *p = &l->page[l->pages - 1];
        if (!read_page(&item, l, p, e))
            return false;
        p->turn = turn;
        turn += p->ask.kind == ASK_CHOICE || p->faults > 0;
    }
    return l->pages > 0 || json_expected(&at, e, "a list of pages");
}

static struct lesson *read_document(struct json *j, const char *source, uint64_t hash, struct err *e)
{
    if (!j)
        return NULL;
    struct lesson *l = xcalloc(1, sizeof *l);
    l->doc = j;
    l->file = xstrdup(source);
    snprintf(l->hash, sizeof l->hash, "%016llx", (unsigned long long)hash);
    struct json_at top = json_top(j);
    if (read_top(&top, l, e))
        return l;
    lesson_free(l);
    return NULL;
}

struct lesson *lesson_parse(const char *text, size_t len, const char *source, struct err *e)
{
    return read_document(json_parse_copy(text, len, source, e), source, hash_bytes(HASH_START, text, len), e);
}

struct lesson *lesson_open(const char *name, struct err *e)
{
    struct str path = {0};
    str_addf(&path, "data/lessons/%s.json", name);
    const struct builtin *b = builtin_find(str_text(&path));
    str_free(&path);
    if (b)
        return lesson_parse(b->data, b->len, name, e);
    if (!strpbrk(name, "./") && strcmp(name, "-") != 0 && access(name, F_OK) != 0) {
        char *own = shelf_find("lessons", name);
        if (own) {
            struct lesson *l = lesson_open(own, e);
            free(own);
            return l;
        }
        err_set(e, name, NULL, "there is no file and no built-in lesson of that name (--list lessons)");
        return NULL;
    }
    struct json *j = json_read(name, e);
    if (!j)
        return NULL;
    struct json_at top = json_top(j);
    char *text = json_text(&top);         /* the same whatever blanks it has */
    uint64_t hash = hash_text(HASH_START, text);
    free(text);
    return read_document(j, name, hash, e);
}

static void free_texts(char **text, int n)
{
    for (int k = 0; k < n; k++)
        free(text[k]);
    free(text);
}

static void ask_clear(struct ask *q)
{
    for (int k = 0; k < q->answers; k++)
        expr_free(q->answer[k]);
    for (int k = 0; k < q->options; k++) {
        free(q->option[k].text);
        free(q->option[k].say);
        expr_free(q->option[k].truth);
    }
    for (int k = 0; k < q->routes; k++) {
        expr_free(q->route[k].when);
        free(q->route[k].say);
    }
    expr_free(q->goal);
    free(q->answer);
    free(q->option);
    free(q->route);
    free(q->line);
    free(q->prompt);
    free(q->hint);
    free(q->why);
    free(q->model);
    free(q->solution);
}

void lesson_free(struct lesson *l)
{
    if (!l)
        return;
    for (int k = 0; k < l->pages; k++) {
        struct page *p = &l->page[k];
        ask_clear(&p->ask);
        free_texts(p->text, p->texts);
        free_texts(p->hide, p->hides);
        free_texts(p->spot, p->spots);
        free_texts(p->fault, p->faults);
        free(p->id);
        free(p->title);
        free(p->notes);
    }
    for (int k = 0; k < l->varies; k++) {
        free(l->vary[k].name);
        free(l->vary[k].value);
    }
    free_texts(l->after, l->afters);
    free(l->page);
    free(l->file);
    free(l->name);
    free(l->title);
    free(l->about);
    json_free(l->doc);
    free(l);
}

/* ---- those that come with the program --------------------------------------------------------------------------- */

/* The order in which they are taught. */
static const char *const taught[] = {"cell", "forget-gate", "how-it-decides", "what-is-remembered", "gradients",
                                     "input-gate",
                                     "output-gate", "bug-hunt"};

int lesson_number(const char *name)
{
    for (size_t j = 0; j < sizeof taught / sizeof *taught; j++)
        if (!strcmp(taught[j], name))
            return (int)j + 1;
    return 0;
}

int lesson_count(void)
{
    return (int)(sizeof taught / sizeof *taught);
}

bool lesson_built_in(int k, char name[64], char title[120], struct err *e)
{
    int there = 0;
    for (size_t j = 0; j < sizeof taught / sizeof *taught; j++) {
        struct str path = {0};
        str_addf(&path, "data/lessons/%s.json", taught[j]);
        const struct builtin *b = builtin_find(str_text(&path));
        str_free(&path);
        if (!b || there++ != k)
            continue;
        struct lesson *l = lesson_parse(b->data, b->len, taught[j], e);
        snprintf(name, 64, "%s", taught[j]);
        snprintf(title, 120, "%s", l ? l->title : "(cannot be read)");
        lesson_free(l);
        return true;
    }
    return false;
}
