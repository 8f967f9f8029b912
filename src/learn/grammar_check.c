/* grammar_check.c: what only the whole of a grammar tells: names that nothing defines, rules that never end, rules that
 * nothing uses, sequences that cannot be short enough. */
#include "learn/grammar_rules.h"

#include <limits.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum { NEVER = INT_MAX };

int grammar_find_feature(const struct grammar_rules *r, const char *s, size_t n)
{
    for (int k = 0; k < r->features; k++)
        if (strlen(r->feature[k].name) == n && memcmp(r->feature[k].name, s, n) == 0)
            return k;
    return -1;
}

int grammar_find_count(const struct grammar_rules *r, const char *s, size_t n)
{
    for (int k = 0; k < r->counts; k++)
        if (strlen(r->count[k].name) == n && memcmp(r->count[k].name, s, n) == 0)
            return k;
    return -1;
}

static bool has_choice(const struct node *n)
{
    return n->kind == NODE_CHOICE || n->kind == NODE_REPEAT;
}

typedef bool node_fn(struct parser *p, struct node *n, void *context);

static bool each_node(struct parser *p, struct choice *c, node_fn *visit, void *context)
{
    for (int a = 0; a < c->alts; a++)
        for (int k = 0; k < c->alt[a].nodes; k++) {
            struct node *n = &c->alt[a].node[k];
            if (has_choice(n) ? !each_node(p, &n->choice, visit, context) : !visit(p, n, context))
                return false;
        }
    return true;
}

/* Name.feature: one rule for each value. */
static bool resolve_agreement(struct parser *p, struct node *n, int f, size_t base)
{
    struct grammar_rules *r = p->g->rules;
    const struct feature *feature = &r->feature[f];
    n->kind = NODE_AGREE;
    n->id = f;
    n->variant = xcalloc((size_t)feature->values, sizeof *n->variant);
    for (int v = 0; v < feature->values; v++) {
        struct str name = {0};
        str_addf(&name, "%.*s.%s", (int)base, n->name, feature->value[v]);
        n->variant[v] = lexicon_find(&r->names, str_text(&name), name.len);
        if (n->variant[v] < 0)
            grammar_complain(p, n->line, "%s is not defined, and %s needs it", str_text(&name), n->name);
        str_free(&name);
        if (n->variant[v] < 0)
            return false;
    }
    return true;
}

static bool resolve(struct parser *p, struct node *n, void *context)
{
    (void)context;
    if (n->kind != NODE_RULE)
        return true;
    struct grammar_rules *r = p->g->rules;
    n->id = lexicon_find(&r->names, n->name, strlen(n->name));
    if (n->id >= 0)
        return true;
    const char *dot = strrchr(n->name, '.');
    int f = dot ? grammar_find_feature(r, dot + 1, strlen(dot + 1)) : -1;
    if (f >= 0)
        return resolve_agreement(p, n, f, (size_t)(dot - n->name));
    return grammar_complain(p, n->line, "%s is not defined", n->name);
}

static int shortest_choice(const struct grammar_rules *r, const struct choice *c);

static int shortest_node(const struct grammar_rules *r, const struct node *n)
{
    int most = 0;
    switch (n->kind) {
    case NODE_WORD: return 1;
    case NODE_DRAW:
    case NODE_COUNT: return 0;
    case NODE_REPEAT:             /* as often as ever: all parts are drawn from */
        for (int k = 0; k < PART_COUNT; k++)
            most = r->count[n->id].low[k] > most ? r->count[n->id].low[k] : most;
        int each = shortest_choice(r, &n->choice);
        return each == NEVER || (long)each * most > LENGTH_MAX ? NEVER : each * most;
    case NODE_RULE: return r->rule[n->id].shortest;
    case NODE_CHOICE: return shortest_choice(r, &n->choice);
    case NODE_AGREE:              /* any value can be drawn: all have to end */
        for (int v = 0; v < r->feature[n->id].values; v++)
            most = r->rule[n->variant[v]].shortest > most ? r->rule[n->variant[v]].shortest : most;
    }
    return most;
}

static int shortest_choice(const struct grammar_rules *r, const struct choice *c)
{
    int best = NEVER;
    for (int a = 0; a < c->alts; a++) {
        if (c->weight[a] <= 0)
            continue;
        long sum = 0;
        for (int k = 0; k < c->alt[a].nodes && sum < LENGTH_MAX; k++) {
            int n = shortest_node(r, &c->alt[a].node[k]);
            sum = n == NEVER ? NEVER : sum + n;
        }
        if (sum <= LENGTH_MAX && sum < best)
            best = (int)sum;
    }
    return best;
}

static bool mark_used(struct parser *p, struct node *n, void *context)
{
    (void)context;
    struct grammar_rules *r = p->g->rules;
    if (n->kind == NODE_RULE)
        r->rule[n->id].used = true;
    for (int v = 0; n->kind == NODE_AGREE && v < r->feature[n->id].values; v++)
        r->rule[n->variant[v]].used = true;
    return true;
}

/* Everything that can be reached from the start, without recursion: chains of rules can be long. */
static void mark_reachable(struct parser *p)
{
    struct grammar_rules *r = p->g->rules;
    r->rule[r->start].used = true;
    for (bool changed = true; changed;) {
        changed = false;
        for (int k = 0; k < r->rules; k++)
            if (r->rule[k].used && !r->rule[k].followed) {
                r->rule[k].followed = changed = true;
                each_node(p, &r->rule[k].choice, mark_used, NULL);
            }
    }
}

bool grammar_check_rules(struct parser *p)
{
    struct grammar_rules *r = p->g->rules;
    if (r->rules == 0)
        return err_set(p->e, p->g->source, NULL, "no rules: expected at least one line Name = …");
    for (int k = 0; k < r->rules; k++)
        r->rule[k].shortest = NEVER;
    for (int k = 0; k < r->rules; k++)
        if (!each_node(p, &r->rule[k].choice, resolve, NULL))
            return false;
    for (bool changed = true; changed;) {
        changed = false;
        for (int k = 0; k < r->rules; k++) {
            int n = shortest_choice(r, &r->rule[k].choice);
            changed = changed || n < r->rule[k].shortest;
            r->rule[k].shortest = n;
        }
    }
    for (int k = 0; k < r->rules; k++)
        if (r->rule[k].shortest == NEVER)
            return grammar_complain(p, r->rule[k].line, "%s never ends: every alternative leads back to it, or to more "
                                    "than %d tokens", r->rule[k].name, LENGTH_MAX);
    return true;
}

bool grammar_check_pair(struct parser *p)
{
    const struct grammar *g = p->g;
    for (int k = 0; k < 2 && g->pair[k] >= 0; k++)
        if (!g->rival[g->pair[k]] || g->rival[g->pair[k]] != g->rival[g->pair[0]])
            return grammar_complain(p, p->pair_line, "pair: \"%s\" and \"%s\" must stand in one measure: line",
                                    g->word[g->pair[0]], g->word[g->pair[1]]);
    return true;
}

bool grammar_check_start(struct parser *p)
{
    struct grammar *g = p->g;
    struct grammar_rules *r = g->rules;
    if (p->start && (r->start = lexicon_find(&r->names, p->start, strlen(p->start))) < 0)
        return grammar_complain(p, p->start_line, "start: %s is not defined", p->start);
    const struct rule *start = &r->rule[r->start];
    mark_reachable(p);
    for (int k = 0; k < r->rules; k++)
        if (!r->rule[k].used)
            return grammar_complain(p, r->rule[k].line, "%s is never used", r->rule[k].name);
    if (start->shortest > g->max)
        return grammar_complain(p, start->line, "%s is at least %d tokens long, longer than max: %d", start->name,
                        start->shortest, g->max);
    if (g->words < 2)
        return grammar_complain(p, start->line, "a grammar of %d word; at least 2 are needed to predict anything",
                                g->words);
    return true;
}
