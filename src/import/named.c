/* named.c: tensors found by the words in their names: see named.h. */
#include "import/named.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* ---- a name taken apart ---- */

/* Where `word` stands in a name as a part of its own, from the right; NULL: nowhere. */
const char *named_word(const char *name, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = name + strlen(name); p-- > name;)
        if (strncmp(p, word, n) == 0 && (p == name || strchr("./_", p[-1])))
            return p;
    return NULL;
}

/* "_l1", "_raw", "_reverse" behind a part, ":0" of TensorFlow; false: something else stands there. */
bool named_suffixes(const char *p, struct part_name *out)
{
    if (p[0] == '_' && p[1] == 'l' && isdigit((unsigned char)p[2])) {
        char *end;
        out->layer = strtol(p + 2, &end, 10);
        p = end;
    }
    if (strncmp(p, "_raw", 4) == 0) {
        out->raw = true;
        p += 4;
    }
    if (strncmp(p, "_reverse", 8) == 0) {
        out->reverse = true;
        p += 8;
    }
    return *p == '\0' || strcmp(p, ":0") == 0;
}

/* MXNet numbers its layers in front: "lstm0_l1_i2h_weight", "r1_" for the way back. */
static void take_layer_in_front(const char *name, struct part_name *out)
{
    size_t n = out->prefix, digits = n;
    if (n < 2 || name[n - 1] != '_')
        return;
    for (digits = n - 1; digits > 0 && isdigit((unsigned char)name[digits - 1]); digits--)
        ;
    if (digits == n - 1 || digits == 0 || !strchr("lr", name[digits - 1])
        || (digits > 1 && !strchr("._/", name[digits - 2])))
        return;
    out->layer = strtol(name + digits, NULL, 10);
    out->reverse = name[digits - 1] == 'r';
    out->prefix = digits - 1;
    if (out->prefix && name[out->prefix - 1] == '_')
        out->prefix--;
}

bool named_part(const char *name, const struct part_word *words, struct part_name *out)
{
    for (; words->word; words++) {
        const char *at = named_word(name, words->word);
        *out = (struct part_name){.slot = words->slot, .assumed = words->assumed};
        if (!at || !named_suffixes(at + strlen(words->word), out))
            continue;
        out->prefix = (size_t)(at - name);
        take_layer_in_front(name, out);
        return true;
    }
    return false;
}

/* ---- a dialect that is nothing but its words ---- */

static bool has_slot(const struct source *s, enum slot slot)
{
    struct part_name name;
    for (int k = 0; k < s->n; k++)
        if (named_part(s->t[k]->name, s->words, &name) && name.slot == slot)
            return true;
    return false;
}

bool named_recognise(const struct source *s, const char **why)
{
    *why = "its tensors are named so";
    return has_slot(s, SLOT_XH) || (has_slot(s, SLOT_X) && has_slot(s, SLOT_H));
}

static bool apart(const struct source *s, const char *name, struct part_name *out)
{
    return named_part(name, s->words, out);
}

/* The words of the weights: "upward/W and lateral/W". */
static void say_weights(const struct part_word *words, struct str *out)
{
    const char *before = "";
    for (; words->word; words++)
        if (words->slot == SLOT_X || words->slot == SLOT_H || words->slot == SLOT_XH) {
            str_addf(out, "%s%s", before, words->word);
            before = " and ";
        }
}

/* A layer has the weights of both sides. */
static bool complete(const struct source *s, struct groups *g, const struct parts *p, struct err *e)
{
    struct str weights = {0};
    bool ok = true;
    say_weights(s->words, &weights);
    if (!g->n)
        ok = source_complain(s, e, "expected tensors named %s, found none", str_text(&weights));
    for (int l = 0; ok && l < p->layers; l++) {
        struct tensor *(*t)[GATES] = p->layer[l].t;
        if (!t[SLOT_XH][0] && (!t[SLOT_X][0] || !t[SLOT_H][0]))
            ok = source_complain(s, e, "expected %s beside \"%s\", found one of them", str_text(&weights),
                                 g->g[l < g->n ? l : 0].first);
    }
    str_free(&weights);
    return ok;
}

bool named_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    struct groups g = {0};
    bool ok = groups_collect(s, apart, &g, e) && (!g.n || groups_choose(s, &g, o, true, p, e)) && complete(s, &g, p, e);
    for (int l = 0; ok && l < p->layers; l++)
        p->layer[l].what = NULL;
    groups_clear(&g);
    return ok;
}
