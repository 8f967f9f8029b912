/* words.c: see words.h. */
#include "learn/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/json.h"
#include "base/mem.h"
#include "learn/grammar.h"

const struct builtin *word_corpus(const struct model *m)
{
    struct err e = {""};
    struct json *j = m->training ? json_parse_copy(m->training, strlen(m->training), "training", &e) : NULL;
    if (!j)
        return NULL;
    struct json_at top = json_top(j), at;
    const char *path = NULL;
    if (json_get(&top, "corpus", &at))
        json_string(&at, &path, &e);
    const struct builtin *b = path ? builtin_find(path) : NULL;
    json_free(j);
    return b;
}

static struct grammar *grammar_of(const struct model *m)
{
    struct err e = {""};
    const struct builtin *b = word_corpus(m);
    return b && str_ends(b->path, ".grammar") ? grammar_parse(b->data, b->len, b->path, &e) : NULL;
}

bool word_grammar_fits(const struct grammar *g, const struct vocab *v)
{
    bool same = v && v->size == g->words;
    for (int k = 0; same && k < g->words; k++)
        same = strcmp(g->word[k], v->token[k]) == 0;
    return same;
}

bool word_groups(const struct model *m, struct word_groups *out)
{
    struct grammar *g = grammar_of(m);
    *out = (struct word_groups){0};
    bool ok = g && g->groups && word_grammar_fits(g, m->vocab);
    if (ok) {
        int other = g->groups;
        for (int k = 0; k < g->groups; k++)
            other = strcmp(g->group[k], "other") == 0 ? k : other;
        out->name = xcalloc((size_t)g->groups + 1, sizeof *out->name);
        int *place = xcalloc((size_t)g->groups + 1, sizeof *place);
        for (int k = 0; k < g->groups; k++)
            if (k != other) {
                place[k] = out->groups;
                out->name[out->groups++] = xstrdup(g->group[k]);
            }
        place[other] = out->groups;
        out->name[out->groups++] = xstrdup("other");
        out->of = xcalloc((size_t)g->words, sizeof *out->of);
        for (int k = 0; k < g->words; k++)
            out->of[k] = place[g->group_of[k] < 0 ? other : g->group_of[k]];
        free(place);
    }
    grammar_free(g);
    return ok;
}

void word_groups_clear(struct word_groups *g)
{
    for (int k = 0; k < g->groups; k++)
        free(g->name[k]);
    free(g->name);
    free(g->of);
    *g = (struct word_groups){0};
}
