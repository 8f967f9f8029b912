/* grammar_groups.c: which words do the same work: those that certain rules lead to. For whoever lists a vocabulary. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/grammar_rules.h"

enum { GROUPS_MAX = 20 };

/* Going down from a rule. */
struct search {
    struct grammar *g;
    bool first;                   /* only words that can come first */
    unsigned char *been;          /* [rules] */
    int group;
};

/* True when nothing at all may come of it. */
static bool search_choice(struct search *s, const struct choice *c);

static bool search_rule(struct search *s, int rule)
{
    const struct rule *r = &s->g->rules->rule[rule];
    if (!s->been[rule]) {
        s->been[rule] = 1;
        search_choice(s, &r->choice);
    }
    return r->shortest == 0;
}

static bool search_node(struct search *s, const struct node *n)
{
    bool empty = true;
    switch (n->kind) {
    case NODE_WORD:
        if (s->g->group_of[n->id] < 0)
            s->g->group_of[n->id] = (signed char)s->group;
        return false;
    case NODE_RULE: return search_rule(s, n->id);
    case NODE_REPEAT:
    case NODE_CHOICE: return search_choice(s, &n->choice);
    case NODE_AGREE:
        for (int v = 0; v < s->g->rules->feature[n->id].values; v++)
            empty = search_rule(s, n->variant[v]) && empty;
        return empty;
    case NODE_COUNT:
    case NODE_DRAW: break;
    }
    return true;
}

static bool search_choice(struct search *s, const struct choice *c)
{
    bool any = false;
    for (int a = 0; a < c->alts; a++) {
        bool empty = true;
        for (int k = 0; k < c->alt[a].nodes && (empty || !s->first); k++)
            empty = search_node(s, &c->alt[a].node[k]) && empty;
        any = any || empty;
    }
    return any;
}

/* Name stands for Name and for every Name.VALUE. */
static bool search_named(struct search *s, const char *name, size_t n)
{
    const struct grammar_rules *r = s->g->rules;
    bool found = false;
    for (int k = 0; k < r->rules; k++) {
        const char *is = r->rule[k].name;
        if (strncmp(is, name, n) != 0 || (is[n] && is[n] != '.'))
            continue;
        found = true;
        search_rule(s, k);
    }
    return found;
}

/* One item: Rule, ^Rule, word or -word. */
static bool add_item(struct parser *p, int group, int line, const char *item, size_t n)
{
    struct grammar *g = p->g;
    bool out = *item == '-' && n > 1, rule = *item == '^' || (*item >= 'A' && *item <= 'Z');
    if (!rule) {
        int id = lexicon_find(&g->rules->words, item + out, n - out);
        if (id < 0)
            return grammar_complain(p, line, "\"%.*s\" is in no rule", (int)n - out, item + out);
        if (out ? g->group_of[id] == group : g->group_of[id] < 0)
            g->group_of[id] = (signed char)(out ? -1 : group);
        return true;
    }
    struct search s = {.g = g, .first = *item == '^', .group = group};
    s.been = xcalloc((size_t)g->rules->rules + 1, 1);
    bool ok =
        search_named(&s, item + s.first, n - s.first)
        || grammar_complain(p, line, "group: expected rules, ^rules, words and -words, found \"%.*s\"", (int)n, item);
    free(s.been);
    return ok;
}

bool grammar_add_group(struct parser *p, int line, const char *text)
{
    struct grammar *g = p->g;
    size_t n = strcspn(text, " ");
    if (!n || !text[n])
        return grammar_complain(p, line, "expected group: NAME RULE …");
    if (g->groups == GROUPS_MAX)
        return grammar_complain(p, line, "more than %d group: lines", GROUPS_MAX);
    g->group[g->groups++] = xstrndup(text, n);
    for (const char *at = text + n; *at; at += n) {
        at += strspn(at, " ");
        n = strcspn(at, " ");
        if (n && !add_item(p, g->groups - 1, line, at, n))
            return false;
    }
    return true;
}

void grammar_begin_groups(struct grammar *g)
{
    g->group = xcalloc(GROUPS_MAX, sizeof *g->group);
    g->group_of = xcalloc((size_t)g->words + 1, 1);
    memset(g->group_of, -1, (size_t)g->words + 1);
}
