/* grammar.c: see grammar.h. The one place for complaints, and the end of a grammar; grammar_read.c makes one. */
#include "learn/grammar_rules.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

bool (grammar_complain)(const struct parser *p, int line, const char *format, ...)
{
    struct str place = {0};
    str_addf(&place, "%s:%d", p->g->source, line);
    va_list ap;
    va_start(ap, format);
    err_vset(p->e, str_text(&place), NULL, format, ap);
    va_end(ap);
    str_free(&place);
    return false;
}

static void clear_choice(struct choice *c);

void grammar_clear_alternative(struct alternative *a)
{
    for (int k = 0; k < a->nodes; k++) {
        free(a->node[k].name);
        free(a->node[k].variant);
        clear_choice(&a->node[k].choice);
    }
    free(a->node);
}

static void clear_choice(struct choice *c)
{
    for (int k = 0; k < c->alts; k++)
        grammar_clear_alternative(&c->alt[k]);
    free(c->alt);
    free(c->weight);
}

static void free_rules(struct grammar_rules *r)
{
    for (int k = 0; k < r->rules; k++) {
        free(r->rule[k].name);
        clear_choice(&r->rule[k].choice);
    }
    for (int k = 0; k < r->features; k++) {
        for (int v = 0; v < r->feature[k].values; v++)
            free(r->feature[k].value[v]);
        free(r->feature[k].value);
        free(r->feature[k].weight);
        free(r->feature[k].name);
    }
    for (int k = 0; k < r->counts; k++)
        free(r->count[k].name);
    free(r->count);
    lexicon_clear(&r->names);
    lexicon_clear(&r->words);
    free(r->rule);
    free(r->feature);
    free(r);
}

void grammar_free(struct grammar *g)
{
    if (!g)
        return;
    free_rules(g->rules);
    for (int k = 0; k < g->words; k++)
        free(g->word[k]);
    for (int k = 0; k < g->bans; k++)
        free(g->ban[k].id);
    free(g->word);
    for (int k = 0; k < g->groups; k++)
        free(g->group[k]);
    free(g->group);
    free(g->group_of);
    free(g->rival);
    free(g->ban);
    free(g->demo);
    free(g->source);
    free(g->title);
    free(g->about);
    free(g);
}
