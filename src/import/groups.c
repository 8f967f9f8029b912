/* groups.c: see groups.h. */
#include "import/groups.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/around.h"

enum { LAYERS_MAX = 1024 };

/* ---- which are wanted ---- */

struct wanted { char **name; int n; };

static void want(struct wanted *w, const char *name, size_t n)
{
    w->name = xrealloc(w->name, (size_t)w->n + 1, sizeof *w->name);
    w->name[w->n++] = xstrndup(name, n);
}

static void wanted_clear(struct wanted *w)
{
    for (int k = 0; k < w->n; k++)
        free(w->name[k]);
    free(w->name);
    *w = (struct wanted){0};
}

/* --lstm A,B before "names": {"lstm": "A"} or ["A", "B"]. */
static bool wanted_read(struct source *s, const struct model_options *o, struct wanted *w, struct err *e)
{
    struct json_at at = around_named(s, "lstm"), item;
    const char *text;
    if (o->lstm) {
        for (const char *p = o->lstm; *p; p += strcspn(p, ","), p += *p == ',')
            want(w, p, strcspn(p, ","));
        return w->n || source_complain(s, e, "--lstm: expected the name of an LSTM, found nothing");
    }
    if (!at.node)
        return true;
    if (json_kind(&at) != JSON_ARRAY) {
        if (!json_string(&at, &text, e))
            return false;
        want(w, text, strlen(text));
        return true;
    }
    struct json_iter it = json_iter(&at);
    while (json_next(&it, NULL, &item)) {
        if (!json_string(&item, &text, e))
            return false;
        want(w, text, strlen(text));
    }
    return w->n || json_expected(&at, e, "the names of LSTMs");
}

/* ---- collecting ---- */

static struct group *group_of(struct groups *g, const char *prefix, const char *first)
{
    for (int k = 0; k < g->n; k++)
        if (strcmp(g->g[k].prefix, prefix) == 0)
            return &g->g[k];
    g->g = xrealloc(g->g, (size_t)g->n + 1, sizeof *g->g);
    g->g[g->n] = (struct group){.prefix = xstrdup(prefix), .first = first};
    return &g->g[g->n++];
}

/* Room for a layer of one direction: layers stand two by two from the first backward part on. */
static int place_of(struct group *g, long layer, bool reverse)
{
    if (reverse && !g->bidirectional) {
        g->layer = xrealloc(g->layer, 2 * (size_t)g->layers + 1, sizeof *g->layer);
        for (int l = g->layers; l-- > 0;) {          /* from the last, so that none is written over */
            g->layer[2 * (size_t)l] = g->layer[l];
            g->layer[2 * (size_t)l + 1] = (struct layer_parts){.what = g->prefix};
        }
        g->layers *= 2;
        g->bidirectional = true;
    }
    int at = g->bidirectional ? 2 * (int)layer + reverse : (int)layer, end = g->bidirectional ? at / 2 * 2 + 2 : at + 1;
    while (g->layers < end) {
        g->layer = xrealloc(g->layer, (size_t)g->layers + 1, sizeof *g->layer);
        g->layer[g->layers++] = (struct layer_parts){.what = g->prefix};
    }
    return at;
}

static bool put(struct source *s, struct group *g, struct tensor *t, const struct part_name *name, struct err *e)
{
    if (name->layer >= LAYERS_MAX || name->layer < 0)
        return tensor_complain(s, t, e, "expected layer numbers without gaps, found layer %ld", name->layer);
    int at = place_of(g, name->layer, name->reverse);          /* first: it may move them */
    struct tensor **slot = &g->layer[at].t[name->slot][name->gate];
    if (*slot && name->raw) {
        tensor_became(*slot, "what its dropout left of %s when it was saved", t->name);
        (*slot)->use = TENSOR_HARMLESS;
        *slot = NULL;
    }
    if (*slot)
        return source_complain(s, e, "\"%s\" and \"%s\" are the same part", (*slot)->name, t->name);
    *slot = t;
    g->assumed = g->assumed || name->assumed;
    return true;
}

/* "bidirectional/backward_lstm" and "…/forward_lstm" are one LSTM, and TensorFlow's "…/bw/" and "…/fw/": what stands
 * before its parts, without the direction, which may stand behind the number of the layer, too ("cell_0/…/bw/"). */
static char *both_ways(const char *name, size_t n, bool *reverse)
{
    static const struct { const char *word; bool reverse; } words[] = {
        {"backward_", true}, {"forward_", false}, {"backward.", true}, {"forward.", false},
        {"bw/", true}, {"fw/", false}, {"bw.", true}, {"fw.", false},
    };
    char *prefix = xstrndup(name, n);
    *reverse = *reverse || strstr(name + n, "/bw/") != NULL;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        char *at = strstr(prefix, words[k].word);
        size_t len = strlen(words[k].word);
        if (!at || (at != prefix && !strchr("./_", at[-1])))
            continue;
        *reverse = *reverse || words[k].reverse;
        memmove(at, at + len, strlen(at + len) + 1);
    }
    return prefix;
}

bool groups_collect(struct source *s, take_apart *apart, struct groups *out, struct err *e)
{
    struct part_name name;
    bool ok = true;
    for (int k = 0; ok && k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (!apart(s, t->name, &name))
            continue;
        size_t n = name.prefix && strchr("./", t->name[name.prefix - 1]) ? name.prefix - 1 : name.prefix;
        char *prefix = both_ways(t->name, n, &name.reverse);
        ok = put(s, group_of(out, prefix, t->name), t, &name, e);
        free(prefix);
    }
    return ok;
}

void groups_drop(struct groups *g, int k)
{
    free(g->g[k].prefix);
    free(g->g[k].layer);
    memmove(&g->g[k], &g->g[k + 1], (size_t)(g->n - k - 1) * sizeof *g->g);
    g->n--;
}

void groups_clear(struct groups *g)
{
    for (int k = 0; k < g->n; k++) {
        free(g->g[k].prefix);
        free(g->g[k].layer);
    }
    free(g->g);
    *g = (struct groups){0};
}

/* ---- choosing ---- */

/* A stack of a layer of both directions and one of one. */
static bool refuse_mixed(struct source *s, const char *both, const char *one, const char *first, struct err *e)
{
    return source_complain(s, e, "%s reads in both directions and %s in one: a stack of both is not supported; --lstm "
                                 "%s reads that one alone", both, one, first);
}

static bool take_group(struct source *s, struct parts *p, const struct group *g, struct err *e)
{
    if (p->layers && p->bidirectional != g->bidirectional)
        return refuse_mixed(s, p->bidirectional ? p->layer[0].what : g->prefix,
                            p->bidirectional ? g->prefix : p->layer[0].what, p->layer[0].what, e);
    p->bidirectional = g->bidirectional;
    for (int l = 0; l < g->layers; l++) {
        struct layer_parts *to = parts_add(p);
        *to = g->layer[l];
        for (int k = 0; k < SLOTS; k++)
            for (int q = 0; q < GATES; q++)
                if (to->t[k][q])
                    to->t[k][q]->use = TENSOR_USED;
    }
    return true;
}

static bool same_tensors(struct source *s, struct tensor *a, struct tensor *b)
{
    if (!a || !b)
        return a == b;
    return tensor_numbers(s, a, NULL) && tensor_numbers(s, b, NULL) && a->count == b->count
        && memcmp(a->v, b->v, a->count * sizeof *a->v) == 0;
}

/* The same numbers under two names, as Paddle writes them. */
static bool same_group(struct source *s, const struct group *a, const struct group *b)
{
    bool same = a->layers == b->layers;
    for (int l = 0; same && l < a->layers; l++)
        for (int k = 0; same && k < SLOTS; k++)
            for (int q = 0; same && q < GATES; q++)
                same = same_tensors(s, a->layer[l].t[k][q], b->layer[l].t[k][q]);
    return same;
}

static void drop_twins(struct source *s, struct groups *g)
{
    for (int k = 1; k < g->n; k++) {
        int same = 0;
        while (same < k && !same_group(s, &g->g[same], &g->g[k]))
            same++;
        if (same == k)
            continue;
        groups_drop(g, k--);
    }
}

/* The index by which two names differ, everything else alike: "cells.0" has 0. A part of a name counts as an index
 * when it is digits alone, or (numbered) digits at its end; -1: they differ in another way. */
static long index_in(const char *a, const char *b, bool numbered, long *other)
{
    size_t i = 0, j = 0;
    long found = -1;
    *other = -1;
    while (a[i] || b[j]) {
        bool at_a = isdigit((unsigned char)a[i]) && (numbered || !i || strchr("./[_", a[i - 1]));
        bool at_b = isdigit((unsigned char)b[j]) && (numbered || !j || strchr("./[_", b[j - 1]));
        if (at_a && at_b) {
            char *end_a, *end_b;
            long x = strtol(a + i, &end_a, 10), y = strtol(b + j, &end_b, 10);
            if (x != y && found >= 0 && (x != found || y != *other))
                return -1;
            if (x != y)
                found = x, *other = y;
            i = (size_t)(end_a - a);
            j = (size_t)(end_b - b);
        } else if (numbered && !at_a && b[j] == '_' && isdigit((unsigned char)b[j + 1])
                   && (!a[i] || strchr("./", a[i]))) {
            char *end_b;                              /* "lstm" and "lstm_1": Keras leaves the first number out */
            long y = strtol(b + j + 1, &end_b, 10);
            if (found >= 0 && (found != 0 || *other != y))
                return -1;
            found = 0, *other = y;
            j = (size_t)(end_b - b);
        } else if (a[i] != b[j] || !a[i]) {
            return -1;
        } else {
            i++, j++;
        }
    }
    return found;
}

static int hidden_of(struct source *s, const struct group *g, int layer, bool turned)
{
    struct tensor *t = g->layer[layer].t[SLOT_H][0];
    int H = t && tensor_measure(s, t, NULL) && t->rank == 2 ? (int)t->shape[!turned] : -1;
    return g->bidirectional ? 2 * H : H;
}

static int in_of(struct source *s, const struct group *g, bool turned)
{
    struct tensor *t = g->layer[0].t[SLOT_X][0];
    return t && tensor_measure(s, t, NULL) && t->rank == 2 ? (int)t->shape[!turned] : -1;
}

/* Does each fit on top of the one before? Two directions may come side by side or added up. */
static bool sizes_fit(struct source *s, const struct groups *g, bool turned)
{
    for (int k = 1; k < g->n; k++) {
        const struct group *below = &g->g[k - 1];
        int H = below->layers ? hidden_of(s, below, below->layers - 1, turned) : 0, in = in_of(s, &g->g[k], turned);
        if (!H || (in != H && !(below->bidirectional && 2 * in == H)))
            return false;
    }
    return true;
}

/* One after the other: "cells.0", "cells.1", by their numbers, in which order they are put: a file may have them by
 * their letters, 10 before 2. */
static bool numbered_stack(struct source *s, struct groups *g, bool numbered, bool turned)
{
    long *number = xcalloc((size_t)g->n, sizeof *number);
    bool all = true;
    for (int k = 1; all && k < g->n; k++) {
        long at = index_in(g->g[0].prefix, g->g[k].prefix, numbered, &number[k]);
        all = at >= 0;
        number[0] = at;
    }
    for (int k = 1; all && k < g->n; k++)
        for (int at = k; at > 0 && number[at] < number[at - 1]; at--) {
            const struct group was = g->g[at];
            const long n = number[at];
            g->g[at] = g->g[at - 1];
            g->g[at - 1] = was;
            number[at] = number[at - 1];
            number[at - 1] = n;
        }
    for (int k = 1; all && k < g->n; k++)
        all = number[k] > number[k - 1];
    free(number);
    return all && sizes_fit(s, g, turned);
}

/* As many inputs as units: by their sizes all might as well read the same inputs. */
static bool may_be_beside(struct source *s, const struct groups *g, bool turned)
{
    for (int k = 1; k < g->n; k++)
        if (in_of(s, &g->g[k], turned) != in_of(s, &g->g[0], turned))
            return false;
    return g->n > 1;
}

static void note_stack(struct source *s, const struct groups *g, bool turned, struct parts *p)
{
    if (!s->kind->graph && may_be_beside(s, g, turned))
        parts_note(p, "%s to %s are read as a stack, each on the one before, by their numbers; --lstm %s reads one "
                      "alone", g->g[0].prefix, g->g[g->n - 1].prefix, g->g[0].prefix);
}

/* Of a graph: does `upper` read what `lower` puts out? It says "LSTM (NAME)" of the node; a name may have got an ending
 * of its own. */
static bool graph_stacks(const struct source *s, const char *lower, const char *upper)
{
    static const char before[] = "LSTM (";
    if (!s->kind->not_run || strncmp(upper, "LSTM_", 5) == 0)        /* a layer of the graph's own stack */
        return true;
    char *reads = s->kind->not_run(s, upper, false);
    const char *name = reads && strncmp(reads, before, sizeof before - 1) == 0 ? reads + sizeof before - 1 : "";
    size_t n = strcspn(name, ")");
    bool yes = n && strncmp(lower, name, n) == 0 && (!lower[n] || strcmp(lower + n, ".LSTM") == 0);
    free(reads);
    return yes;
}

/* Would they be a stack, one on the other in this order? */
static bool would_stack(struct source *s, const struct groups *g, bool turned)
{
    for (int k = 1; k < g->n; k++)
        if (!graph_stacks(s, g->g[k - 1].prefix, g->g[k].prefix) || g->g[k].bidirectional != g->g[0].bidirectional)
            return false;
    return sizes_fit(s, g, turned);
}

static bool refuse_two(struct source *s, const struct groups *g, bool turned, struct err *e)
{
    struct str all = {0};
    if (would_stack(s, g, turned)) {
        str_add(&all, "; --lstm ");
        for (int k = 0; k < g->n; k++)
            str_addf(&all, "%s%s", k ? "," : "", g->g[k].prefix);
        str_add(&all, " puts one on top of the other");
    }
    for (int k = 1; k < g->n; k++)
        if (g->g[k].bidirectional != g->g[0].bidirectional)
            str_add(&all, all.len ? "" : "; one that reads in both directions and one that does not are no stack that "
                                          "is supported");
    enum { NAMED = 6 };
    const char *two = g->n == 2 ? "two" : "several";
    struct str names = {0}, which = {0};
    for (int k = 0; k < g->n && k < NAMED; k++)
        if (*g->g[k].prefix)
            str_addf(&which, "%s--lstm %s", which.len ? " or " : "", g->g[k].prefix);
    for (int k = 0; k < g->n && k < NAMED; k++) {
        if (k)
            str_add(&names, k + 1 < g->n ? ", " : " and ");
        str_addf(&names, "\"%s\"", g->g[k].first);
    }
    source_complain(
        s, e, "there are %s LSTMs, %s%s; %s, or \"names\": {\"lstm\": …} in a wrapper, says which%s", two,
        str_text(&names), g->n > NAMED ? " …" : "", str_text(&which), str_text(&all));
    str_free(&which);
    str_free(&names);
    str_free(&all);
    return false;
}

bool groups_choose(struct source *s, struct groups *g, const struct model_options *o, bool numbered, struct parts *p,
                   struct err *e)
{
    struct wanted w = {0};
    bool ok = wanted_read(s, o, &w, e), turned = p->layout.turned;
    for (int k = 1; ok && k < w.n; k++)
        ok = graph_stacks(s, w.name[k - 1], w.name[k])
             || source_complain(s, e, "%s does not read what %s puts out: in the graph something else stands between",
                                w.name[k], w.name[k - 1]);
    for (int k = 0; ok && k < w.n; k++) {
        int at = 0;
        while (at < g->n && strcmp(g->g[at].prefix, w.name[k]) != 0)
            at++;
        ok = at < g->n ? take_group(s, p, &g->g[at], e)
                       : source_complain(s, e, "there are no tensors %s.weight_ih_l0 … as %s", w.name[k],
                                         o->lstm ? "--lstm says" : "\"names\" says");
    }
    if (ok && !w.n) {
        drop_twins(s, g);
        if (g->n > 1 && !numbered_stack(s, g, numbered, turned))
            ok = refuse_two(s, g, turned, e);
        else
            note_stack(s, g, turned, p);
        for (int k = 0; ok && k < g->n; k++)
            ok = take_group(s, p, &g->g[k], e);
    }
    wanted_clear(&w);
    return ok;
}
