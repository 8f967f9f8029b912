/* inside.c: see inside.h. */
#include "import/inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "import/account.h"
#include "import/around.h"
#include "import/before.h"
#include "import/named.h"

static bool is_left(struct source *s, struct tensor *t)
{
    struct part_name part;
    return t->use == TENSOR_UNUSED && !t->slice && tensor_measure(s, t, NULL) && t->rank && !account_harmless(t)
           && !around_ignored(s, t->name) && !(s->naming && named_part(s->naming, t->name, &part));
}

/* How many bytes of a part's name are its module's, the '.' or '/' behind it included; 0: it has none. */
static size_t module_of_part(const struct source *s, const struct tensor *part)
{
    const char *dot = strrchr(part->name, '.'), *slash = strrchr(part->name, '/'), *end = dot > slash ? dot : slash;
    struct part_name name;
    size_t n = end ? (size_t)(end - part->name) + 1 : 0;
    if (s->naming && named_part(s->naming, part->name, &name))
        n = name.prefix;
    return part->slice || !n || !strchr("./", part->name[n - 1]) ? 0 : n;
}

/* Does it lie in the module of that layer? */
static bool is_in_module(const struct source *s, const struct tensor *t, const struct layer_parts *layer)
{
    for (int slot = 0; slot < SLOTS; slot++)
        for (int q = 0; q < GATES; q++) {
            const struct tensor *part = layer->t[slot][q];
            const size_t n = part ? module_of_part(s, part) : 0;
            if (n && strncmp(t->name, part->name, n) == 0)
                return true;
        }
    return false;
}

static bool is_inside(struct source *s, struct tensor *t, const struct parts *p, const struct lstm *net)
{
    if (!is_left(s, t))
        return false;
    for (int l = 0; l < p->layers; l++)
        if (is_in_module(s, t, &p->layer[l])
            || (t->rank == 1 && t->count == (size_t)net->layer[l].hidden * GATES
                && (size_t)net->embed != t->count && before_is_norm(t->name)))
            return true;
    return false;
}

bool inside_is_known(struct source *s, const struct parts *p, const struct lstm *net, struct err *e)
{
    struct tensor *first = NULL;
    struct str ignored = {0};
    for (int k = 0; !s->kind->graph && k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (!is_inside(s, t, p, net))
            continue;
        first = first ? first : t;
        struct str one = {0};
        str_addf(&one, "ignored=%.*s", (int)before_module(s, t->name), t->name);
        if (!strstr(str_text(&ignored), str_text(&one)))
            str_addf(&ignored, "%s%s", ignored.len ? "," : "", str_text(&one));
        str_free(&one);
    }
    char shape[96];
    if (first)
        tensor_complain(s, first, e, "it (%s) belongs to the cell of the LSTM and is no part of one that is known (a "
                                     "norm inside of the cell, a gate more): with it every gate is another; --names "
                                     "%s leaves out what is called so", tensor_shape(first, shape), str_text(&ignored));
    str_free(&ignored);
    return !first;
}
