/* suite.c: see suite.h. One sentence is one run and one sweep of each layer: all of its units are taken out side by
 * side (core/sweep.h). */
#include "session/suite.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/sweep.h"

enum { COLUMNS = 5, COLUMNS_LEAST = 4 };
static const char *const column_name[COLUMNS] = {"prefix", "right", "wrong", "condition", "labels"};

struct reader {
    const struct session *s;
    struct suite *u;
    int line, room;
    struct err *e;
};

/* "agreement.tsv:4: expected …" */
static bool (refuse)(const struct reader *r, const char *format, ...) ERR_PRINTF(2, 3);
static bool (refuse)(const struct reader *r, const char *format, ...)
{
    struct str place = {0};
    va_list ap;
    va_start(ap, format);
    str_addf(&place, "%s:%d", r->u->name, r->line);
    err_vset(r->e, str_text(&place), NULL, format, ap);
    va_end(ap);
    str_free(&place);
    return false;
}
#define refuse(...) err_false((refuse)(__VA_ARGS__))

/* ---- a line ------------------------------------------------------------------------------------------------------ */

static int condition_of(struct suite *u, const char *name)
{
    for (int k = 0; k < u->conditions; k++)
        if (!strcmp(u->condition[k], name))
            return k;
    u->condition = xrealloc(u->condition, (size_t)u->conditions + 1, sizeof *u->condition);
    u->condition[u->conditions] = xstrdup(name);
    return u->conditions++;
}

/* The output that stands for a word; -1 when the model cannot predict it. */
static int output_of(const struct session *s, const char *word)
{
    const struct model *m = session_model(s);
    int id = vocab_find(m->vocab, word), n = session_outputs(s);
    if (!m->label)
        return id >= 0 && id < n && id != m->vocab->unknown ? id : -1;
    for (int o = 0; o < n; o++)
        if (m->label[o] && !strcmp(m->label[o], word))
            return o;
    return -1;
}

static bool take_labels(const struct reader *r, struct suite_item *it, char *text)
{
    int n = 0;
    it->label = xcalloc((size_t)it->prefix.n, sizeof *it->label);
    for (char *p = strtok(text, " "); p; p = strtok(NULL, " ")) {
        if (n < it->prefix.n)
            it->label[n] = xstrdup(p);
        n++;
    }
    return n == it->prefix.n || refuse(r, "expected a label for each of %d words, found %d", it->prefix.n, n);
}

static bool take_line(struct reader *r, char *line)
{
    char *column[COLUMNS] = {NULL};
    int n = 0;
    struct suite *u = r->u;
    for (char *p = line; p && n <= COLUMNS; n++) {
        char *tab = strchr(p, '\t');
        if (n < COLUMNS)
            column[n] = p;
        if (tab)
            *tab = '\0';
        p = tab ? tab + 1 : NULL;
    }
    if (!u->items && !strcmp(column[0], column_name[0]))
        return true;
    if (n < COLUMNS_LEAST || n > COLUMNS)
        return refuse(r, "expected prefix, right, wrong, condition and perhaps labels, with tabs between; found %d "
                         "column%s", n, n == 1 ? "" : "s");
    for (int k = 0; k < COLUMNS_LEAST; k++)
        if (!column[k][strspn(column[k], " ")])
            return refuse(r, "expected a %s, found nothing", column_name[k]);
    if (u->items == SUITE_ITEMS_MOST)
        return refuse(r, "expected at most %d sentences, found more", SUITE_ITEMS_MOST);
    if (u->items == r->room) {
        r->room = r->room ? 2 * r->room : 64;
        u->item = xrealloc(u->item, (size_t)r->room, sizeof *u->item);
    }
    struct suite_item *it = &u->item[u->items++];
    *it = (struct suite_item){.line = r->line,
                              .right = output_of(r->s, column[1]),
                              .wrong = output_of(r->s, column[2])};
    struct err why = {{0}};
    if (!vocab_tokenise(session_model(r->s)->vocab, column[0], NULL, &it->prefix, &why))
        return refuse(r, "%s", why.text);
    for (int k = 0; k < 2; k++)
        if ((k ? it->wrong : it->right) < 0)
            return refuse(r, "expected a word that this model predicts as \"%s\", found \"%s\"", column_name[1 + k],
                          column[1 + k]);
    if (it->right == it->wrong)
        return refuse(r, "expected two words, found \"%s\" twice", column[1]);
    it->condition = condition_of(u, column[3]);
    return !column[4] || !column[4][strspn(column[4], " ")] || take_labels(r, it, column[4]);
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static bool take_text(struct reader *r, const char *text, size_t len)
{
    bool ok = true;
    for (const char *p = text, *end = text + len; ok && p < end; r->line++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t n = (size_t)((stop ? stop : end) - p);
        char *line = xstrndup(p, n && p[n - 1] == '\r' ? n - 1 : n);
        if (strlen(line) < n - (n && p[n - 1] == '\r'))
            ok = refuse(r, "expected text, found a NUL byte");
        else if (*line && *line != '#' && line[strspn(line, " \t")])
            ok = take_line(r, line);
        free(line);
        p = stop ? stop + 1 : end;
    }
    return ok && (r->u->items || refuse(r, "expected sentences, found none"));
}

struct suite *suite_parse(const struct session *s, const char *text, size_t len, const char *name, struct err *e)
{
    if (!session_model(s)->vocab || !session_outputs(s)) {
        err_set(e, name, NULL, "this model predicts no words: no sentence of a suite can be right or wrong");
        return NULL;
    }
    struct suite *u = xcalloc(1, sizeof *u);
    u->name = xstrdup(name);
    for (int l = 0; l < session_net(s)->layers; l++)
        u->units += session_net(s)->layer[l].hidden;
    struct reader r = {.s = s, .u = u, .line = 1, .e = e};
    bool ok = take_text(&r, text, len);
    size_t floats;
    if (ok && (!mem_product((size_t)u->items, (size_t)u->units + 1, &floats)
               || !(u->margin = mem_array(floats, sizeof *u->margin))))
        ok = err_set(e, name, NULL, "there is not enough memory for %d sentences and %d units", u->items, u->units);
    if (ok)
        return u;
    suite_free(u);
    return NULL;
}

void suite_free(struct suite *u)
{
    if (!u)
        return;
    for (int k = 0; k < u->items; k++) {
        for (int w = 0; u->item[k].label && w < u->item[k].prefix.n; w++)
            free(u->item[k].label[w]);
        free(u->item[k].label);
        tokens_clear(&u->item[k].prefix);
    }
    for (int k = 0; k < u->conditions; k++)
        free(u->condition[k]);
    free(u->item);
    free(u->condition);
    free(u->name);
    mem_free(u->margin);
    free(u);
}

/* ---- scores ------------------------------------------------------------------------------------------------------ */

bool suite_score_next(const struct session *s, struct suite *u)
{
    const struct lstm *net = session_net(s);
    if (u->scored >= u->items)
        return true;
    const struct suite_item *it = &u->item[u->scored];
    int n = it->prefix.n, at = 1;
    float *margin = u->margin + (size_t)u->scored * (size_t)(u->units + 1);
    struct trace *tr = trace_new(net, n);
    const float **x = mem_array((size_t)n, sizeof *x);
    bool ok = tr && x;
    for (int t = 0; ok && t < n; t++)
        x[t] = net->embedding + (size_t)it->prefix.id[t] * (size_t)net->embed;
    if (ok)
        lstm_run(net, x, 0, NULL, 0, tr);
    for (int l = 0; ok && l < net->layers; l++) {
        const struct sweep_question q = {.step = n, .first = 1, .last = 1, .layer = l, .target = it->right,
                                         .q = Q_C, .window = n, .against = true, .rival = it->wrong};
        struct sweep *w = sweep_new(net, tr, x, &q, NULL, 0);
        ok = w;
        for (int k = 0; w && k < w->units; k++)
            margin[at++] = sweep_closed(w, 1, k);
        if (w)
            margin[0] = w->p;
        sweep_free(w);
    }
    u->scored += ok;
    mem_free(x);
    trace_free(tr);
    return ok;
}

void suite_unit(const struct session *s, int k, int *layer, int *unit)
{
    const struct lstm *net = session_net(s);
    for (*layer = 0; *layer < net->layers - 1 && k >= net->layer[*layer].hidden; ++*layer)
        k -= net->layer[*layer].hidden;
    *unit = k;
}

struct suite_share suite_share(const struct suite *u, int condition, int taken_out)
{
    struct suite_share sh = {0, 0, 0};
    for (int k = 0; k < u->scored; k++)
        if (condition < 0 || u->item[k].condition == condition) {
            float margin = suite_margin(u, k, taken_out);
            bool tie = margin <= SUITE_TIE && margin >= -SUITE_TIE;
            sh.of++;
            sh.ties += tie;
            sh.right += tie ? 0.5 : margin > 0;
        }
    return sh;
}
