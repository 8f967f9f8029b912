/* grammar_draw.c: sentences from rules. A random walk down the rules that carries along which draws of features are
 * in force and where each first showed. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/grammar_rules.h"

/* A walk deeper or larger than this is given up like a sequence that is too long. */
enum { DRAW_DEPTH = 500, DRAW_NODES = 100000 };

/* A draw of a feature that is in force: which value, and which token gave it away first. */
struct scope {
    int value, cue;
};

/* The decisions of a walk that takes all ways, as an odometer: the last one that can go on does. */
struct grammar_walk {
    const struct grammar *g;
    int length;
    int *taken, *of;              /* [decisions]: which way, of how many */
    int decisions, room, at;
    bool begun, whole;
    struct scope *scope;
    int *count;
};

/* A draw, or a step of a walk. */
struct drawing {
    const struct grammar *g;
    struct rng *r;
    struct grammar_walk *walk;    /* in place of r */
    bool cut;                     /* the walk's length was reached */
    struct grammar_sentence *out;
    struct scope *scope;          /* [features] */
    int *count;                   /* [counts]; 0: not drawn yet */
    int depth, nodes;
};

static bool emit(struct drawing *d, int id)
{
    struct grammar_sentence *s = d->out;
    if (s->n == d->g->max)
        return false;
    if (d->walk && s->n == d->walk->length) {
        d->cut = true;
        return false;
    }
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->id = xrealloc(s->id, (size_t)s->room, sizeof *s->id);
        s->cue = xrealloc(s->cue, (size_t)s->room, sizeof *s->cue);
        s->value = xrealloc(s->value, (size_t)s->room, sizeof *s->value);
        s->measured = xrealloc(s->measured, (size_t)s->room, 1);
    }
    s->id[s->n] = id;
    s->cue[s->n] = s->value[s->n] = -1;
    s->measured[s->n++] = d->g->rival[id] != 0;
    return true;
}

static bool draw_choice(struct drawing *d, const struct choice *c);

/* The walk's way at this decision, 0 … n-1. */
static int decide(struct grammar_walk *w, int n)
{
    if (w->at == w->room) {
        w->room = w->room ? 2 * w->room : 64;
        w->taken = xrealloc(w->taken, (size_t)w->room, sizeof *w->taken);
        w->of = xrealloc(w->of, (size_t)w->room, sizeof *w->of);
    }
    if (w->at == w->decisions) {
        w->taken[w->decisions] = 0;
        w->of[w->decisions++] = n;
    }
    return w->taken[w->at++];
}

/* One of n by weight: drawn, or the walk's among those that have a weight. */
static int choose(struct drawing *d, const double *weight, int n)
{
    if (!d->walk)
        return rng_weighted(d->r, weight, n);
    int ways = 0;
    for (int k = 0; k < n; k++)
        ways += weight[k] > 0;
    int way = ways > 1 ? decide(d->walk, ways) : 0, k = 0;
    while (k < n - 1 && (!(weight[k] > 0) || way-- > 0))
        k++;
    return k;
}

static void new_value(struct drawing *d, int feature)
{
    const struct feature *f = &d->g->rules->feature[feature];
    d->scope[feature] = (struct scope){choose(d, f->weight, f->values), -1};
}

static int new_count(struct drawing *d, int count)
{
    const struct count *c = &d->g->rules->count[count];
    int low = c->low[d->out->part], high = c->high[d->out->part];
    if (d->out->count)
        return d->out->count;
    return low + (d->walk ? high > low ? decide(d->walk, high - low + 1) : 0 : rng_below(d->r, high - low + 1));
}

static bool draw_repeat(struct drawing *d, const struct node *n)
{
    if (!d->count[n->id])
        d->count[n->id] = new_count(d, n->id);
    bool ok = true;
    for (int k = 0; ok && k < d->count[n->id]; k++)
        ok = draw_choice(d, &n->choice);
    return ok;
}

static void add_subject(struct grammar_sentence *out, int first, const struct scope *s)
{
    out->subject = xrealloc(out->subject, (size_t)out->subjects + 1, sizeof *out->subject);
    out->subject[out->subjects++] = (struct grammar_cue){first, s->cue, s->value};
}

static bool draw_agreement(struct drawing *d, const struct node *n)
{
    struct scope *s = &d->scope[n->id];
    int from = d->out->n;
    if (s->value < 0)             /* nothing was drawn in any rule around: now is the first need */
        new_value(d, n->id);
    if (!draw_choice(d, &d->g->rules->rule[n->variant[s->value]].choice))
        return false;
    for (int k = from; k < d->out->n; k++) {
        d->out->cue[k] = s->cue;
        d->out->value[k] = s->value;
        d->out->measured[k] = d->out->measured[k] && s->cue >= 0;
    }
    if (s->cue < 0 && d->out->n > from) {
        s->cue = d->out->n - 1;
        if (n->id == 0)
            add_subject(d->out, from, s);
    }
    return true;
}

static bool draw_node(struct drawing *d, const struct node *n)
{
    const struct grammar_rules *r = d->g->rules;
    switch (n->kind) {
    case NODE_WORD: return emit(d, n->id);
    case NODE_RULE: return draw_choice(d, &r->rule[n->id].choice);
    case NODE_AGREE: return draw_agreement(d, n);
    case NODE_CHOICE: return draw_choice(d, &n->choice);
    case NODE_REPEAT: return draw_repeat(d, n);
    case NODE_COUNT:
    case NODE_DRAW: break;        /* draw_nodes */
    }
    return true;
}

/* The nodes from `from` on. A draw holds for those after it, and what was in force comes back at the end. */
static bool draw_nodes(struct drawing *d, const struct alternative *a, int from)
{
    for (int k = from; k < a->nodes; k++) {
        if (a->node[k].kind == NODE_DRAW) {
            int f = a->node[k].id;
            struct scope outer = d->scope[f];
            new_value(d, f);
            bool ok = draw_nodes(d, a, k + 1);
            d->scope[f] = outer;
            return ok;
        }
        if (a->node[k].kind == NODE_COUNT) {
            int c = a->node[k].id, outer = d->count[c];
            d->count[c] = new_count(d, c);
            bool ok = draw_nodes(d, a, k + 1);
            d->count[c] = outer;
            return ok;
        }
        if (!draw_node(d, &a->node[k]))
            return false;
    }
    return true;
}

static bool draw_choice(struct drawing *d, const struct choice *c)
{
    if (++d->depth > DRAW_DEPTH || ++d->nodes > DRAW_NODES)
        return false;
    int a = c->alts == 1 ? 0 : choose(d, c->weight, c->alts);
    bool ok = draw_nodes(d, &c->alt[a], 0);
    d->depth--;
    return ok;
}

bool grammar_draw(const struct grammar *g, struct rng *r, struct grammar_sentence *out)
{
    int features = g->rules->features;
    struct scope *scope = xcalloc((size_t)features + 1, sizeof *scope);
    size_t counts = (size_t)g->rules->counts;
    int *count = xcalloc(counts + 1, sizeof *count);
    bool ok = false;
    for (long until = out->work + GRAMMAR_WORK; !ok && out->work < until;) {
        struct drawing d = {.g = g, .r = r, .out = out, .scope = scope, .count = count};
        memset(count, 0, counts * sizeof *count);
        for (int f = 0; f < features; f++)
            scope[f] = (struct scope){-1, -1};
        out->n = out->subjects = 0;
        ok = draw_choice(&d, &g->rules->rule[g->rules->start].choice) && out->n >= 2;
        out->work += d.nodes + 1;
    }
    free(scope);
    free(count);
    return ok;
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

struct grammar_walk *grammar_walk_new(const struct grammar *g, int length)
{
    struct grammar_walk *w = xcalloc(1, sizeof *w);
    w->g = g;
    w->length = length;
    w->whole = true;
    w->scope = xcalloc((size_t)g->rules->features + 1, sizeof *w->scope);
    w->count = xcalloc((size_t)g->rules->counts + 1, sizeof *w->count);
    return w;
}

void grammar_walk_free(struct grammar_walk *w)
{
    if (!w)
        return;
    free(w->taken);
    free(w->of);
    free(w->scope);
    free(w->count);
    free(w);
}

bool grammar_walk_whole(const struct grammar_walk *w) { return w->whole; }

/* To the next way; false when there is none. */
static bool turn(struct grammar_walk *w)
{
    if (!w->begun)
        return w->begun = true;
    w->decisions = w->at;                 /* those behind were not met on this way */
    while (w->decisions && w->taken[w->decisions - 1] + 1 == w->of[w->decisions - 1])
        w->decisions--;
    if (!w->decisions)
        return false;
    w->taken[w->decisions - 1]++;
    return true;
}

bool grammar_walk_next(struct grammar_walk *w, struct grammar_sentence *out, bool *cut)
{
    const struct grammar_rules *r = w->g->rules;
    while (turn(w)) {
        struct drawing d = {.g = w->g, .walk = w, .out = out, .scope = w->scope, .count = w->count};
        memset(w->count, 0, (size_t)r->counts * sizeof *w->count);
        for (int f = 0; f < r->features; f++)
            w->scope[f] = (struct scope){-1, -1};
        out->n = out->subjects = 0;
        w->at = 0;
        bool ok = draw_choice(&d, &r->rule[r->start].choice);
        *cut = d.cut;
        if (ok || d.cut)
            return true;
        w->whole = w->whole && out->n == w->g->max;       /* too long is no sequence; too deep, nobody knows */
    }
    return false;
}

bool grammar_counts(const struct grammar *g, enum grammar_part part, int *low, int *high)
{
    if (g->counts) {
        *low = g->rules->count[0].low[part];
        *high = g->rules->count[0].high[part];
    }
    return g->counts > 0;
}

bool grammar_banned(const struct grammar *g, const struct grammar_sentence *s)
{
    for (int b = 0; b < g->bans; b++)
        for (int k = 0; k + g->ban[b].n <= s->n; k++)
            if (memcmp(s->id + k, g->ban[b].id, (size_t)g->ban[b].n * sizeof *s->id) == 0)
                return true;
    return false;
}

void grammar_sentence_clear(struct grammar_sentence *s)
{
    free(s->id);
    free(s->cue);
    free(s->value);
    free(s->measured);
    free(s->subject);
    *s = (struct grammar_sentence){0};
}
