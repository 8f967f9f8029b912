/* stage.c: see stage.h. A page's state is applied by what applies a scenario, so that one thing has one notation. */
#include "lesson/stage.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "lesson/mutate.h"
#include "session/edit.h"
#include "session/scenario.h"

enum { ANY = -1 };                 /* MARK_ANY of views/view.h */

int stage_substep(const char *name) { return scenario_substep(name); }

unsigned stage_draw(unsigned seed, const char *what, unsigned n)
{
    uint64_t h = hash_text(hash_int(HASH_START, (int64_t)seed), what);
    h ^= h >> 29;                         /* the low bits of the hash alone are not well mixed */
    h *= 0xBF58476D1CE4E5B9u;
    return n ? (unsigned)((h >> 33) % n) : 0;
}

int stage_place(const struct page *p, unsigned seed, int n)
{
    enum { ROUND = 1 << 16, GOLDEN = 40503 };
    unsigned at = stage_draw(seed, "right options", ROUND) + (unsigned)p->turn * GOLDEN;
    return (int)(at % ROUND * (unsigned)n / ROUND);
}

/* ---- marks ------------------------------------------------------------------------------------------------------- */

/* A mark taken apart; texts are owned and NULL where nothing was said. */
struct mark {
    int value;                    /* enum value; VAL_COUNT: what comes next */
    char *unit, *from, *to;       /* to "": the end */
};

static void mark_free(struct mark *m)
{
    free(m->unit);
    free(m->from);
    free(m->to);
}

/* Where a range is divided: "4-7", "4-", "4…7"; never inside a name. */
static const char *divide(const char *p, size_t *n)
{
    static const char *const signs[] = {"\xE2\x80\xA6", "..", "-"};
    for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
        const char *at = strstr(p, signs[k]);
        if (at && at > p) {
            *n = strlen(signs[k]);
            return at;
        }
    }
    return NULL;
}

static bool mark_parse(const char *text, struct mark *m)
{
    size_t n = strcspn(text, "[@");
    char *name = xstrndup(text, n);
    *m = (struct mark){.value = !strcmp(name, "next") ? VAL_COUNT : scenario_value(name)};
    free(name);
    const char *p = text + n, *close = *p == '[' ? strchr(p, ']') : NULL;
    if (m->value < 0 || (*p == '[' && (!close || close == p + 1 || m->value == VAL_COUNT)))
        return false;
    if (close) {
        m->unit = xstrndup(p + 1, (size_t)(close - p - 1));
        p = close + 1;
    }
    if (!*p)
        return true;
    if (*p != '@' || !p[1])
        return false;
    size_t sign = 0;
    const char *dash = divide(p + 1, &sign);
    m->from = dash ? xstrndup(p + 1, (size_t)(dash - p - 1)) : xstrdup(p + 1);
    m->to = dash ? xstrdup(dash + sign) : NULL;
    return true;
}

bool stage_mark_check(const char *text, struct err *e)
{
    struct mark m;
    bool ok = mark_parse(text, &m);
    if (ok)
        mark_free(&m);
    else
        mark_free(&m), err_set(e, NULL, NULL, "expected a value as in f[1]@4, kept@4, C@4- or next, found \"%s\"",
                               text);
    return ok;
}

/* Adds the places of a mark: one for all steps, or one a step. */
static bool mark_add(const struct session *s, const char *text, struct place **list, int *n, bool *next, struct err *e)
{
    struct mark m;
    int unit = ANY, from = ANY, to = ANY;
    bool ok = mark_parse(text, &m);
    if (ok && m.unit)
        ok = (unit = edit_unit(s, 0, m.unit, NULL, e)) >= 0;
    if (ok && m.from)
        ok = !strcmp(m.from, "0") ? (from = 0, true) : (from = edit_step(s, m.from, NULL, e)) >= 0;
    to = from;
    if (ok && m.to)
        ok = !*m.to ? (to = session_steps(s), true) : (to = edit_step(s, m.to, NULL, e)) >= 0;
    if (ok && m.value == VAL_COUNT) {
        *next = true;
    } else if (ok) {
        int count = from == ANY ? 1 : to - from + 1;
        for (int k = 0; k < count; k++) {
            *list = xrealloc(*list, (size_t)*n + 1, sizeof **list);
            (*list)[(*n)++] = (struct place){0, unit, (enum value)m.value, from == ANY ? ANY : from + k};
        }
    }
    mark_free(&m);
    return ok;
}

/* What stands under a key of a page, and the list it goes to. */
struct marks { const char *key; char **text; int texts; struct place **list; int *n; };

static bool marks_add(struct stage *out, const struct json_at *page, const struct marks *m, struct err *e)
{
    struct json_at at = *page;
    struct err why = {{0}};
    for (int k = 0; k < m->texts; k++)
        if (!mark_add(out->session, m->text[k], m->list, m->n, &out->hide_next, &why)) {
            json_get(page, m->key, &at);
            return json_complain(&at, e, "\"%s\": %s", m->text[k], why.text);
        }
    return true;
}

/* ---- the state --------------------------------------------------------------------------------------------------- */

struct expr_env stage_env(const struct stage *s, const struct session *session)
{
    return (struct expr_env){.session = session, .names = s->names, .name = s->name, .value = s->value};
}

static bool fill(void *to, const struct session *s, const char *text, struct str *out, struct err *e)
{
    struct expr_env env = stage_env(to, s);
    return template_fill(text, &env, out, e);
}

static struct model *model_of(const struct lesson *l, const struct page *state, struct stage *out,
                              struct err *e)
{
    struct model_options o = {.tokenizer = -1};
    struct err why = {{0}};
    struct json_at at;
    struct model *m = scenario_model_at(l->file, &state->state, &o, e);
    if (!m && !json_has(&state->state, "model"))
        json_need(&state->state, "model", &at, e);
    if (!m || !state->faults)
        return m;
    out->fault_at = stage_place(state, out->seed, state->faults);
    out->fault = state->fault[out->fault_at];
    if (mutate_model(m, out->fault, &why))
        return m;
    json_get(&state->state, "mutate", &at);
    json_complain(&at, e, "%s", why.text);
    model_free(m);
    return NULL;
}

static bool apply(const struct json_at *state, struct stage *out, struct err *e)
{
    struct scenario_info info = {.extra = -1};
    struct scenario_fill filler = {fill, out};
    struct json_at at;
    const char *text;
    struct err why = {{0}};
    if (!scenario_apply_at(out->session, state, &filler, &info, e))
        return false;
    out->rows = info.rows;
    out->extra = info.extra;
    scenario_info_clear(&info);
    if (json_get(state, "view", &at) && !json_string(&at, &out->view, e))
        return false;
    if (json_get(state, "compare", &at)) {
        if (!json_string(&at, &text, e))
            return false;
        if (!session_compare_text(out->session, text, NULL, &why))
            return json_complain(&at, e, "%s", why.text);
    }
    session_settle(out->session);
    return true;
}

bool stage_page(const struct lesson *l, int k, unsigned seed, struct stage *out, struct err *e)
{
    const struct page *p = &l->page[k], *state = p;
    while (!state->has_state)             /* the first page has one */
        state--;
    *out = (struct stage){.extra = -1, .seed = seed};
    for (int v = 0; v < l->varies; v++) {
        out->name[v] = l->vary[v].name;
        out->value[v] = l->vary[v].value[stage_draw(seed, l->vary[v].name, (unsigned)l->vary[v].n)];
    }
    out->names = l->varies;
    struct marks hide = {"hide", p->hide, p->hides, &out->hidden, &out->hidden_count},
                 spot = {"spotlight", p->spot, p->spots, &out->spot, &out->spot_count};
    struct model *m = model_of(l, state, out, e);
    if (m && (out->session = session_new(m, e)) && apply(&state->state, out, e) && marks_add(out, &p->at, &hide, e)
        && marks_add(out, &p->at, &spot, e))
        return true;
    stage_clear(out);
    return false;
}

void stage_clear(struct stage *s)
{
    session_free(s->session);
    free(s->hidden);
    free(s->spot);
    *s = (struct stage){.extra = -1};
}
