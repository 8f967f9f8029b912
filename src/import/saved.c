/* saved.c: see saved.h. Which place is what is told by the folder it is of and by its shape. */
#include "import/saved.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/account.h"

static bool is_edge(char c)
{
    return c == '/' || c == '.';
}

/* ---- places ---- */

/* "layers/lstm/cell/vars/2": of the folder layers/lstm/cell, the place 2, whose number stands after `stem` bytes. */
struct place { size_t folder, stem; long at; };

static bool take_place(const char *name, const char *word, struct place *out)
{
    size_t n = strlen(name), stem = n, words = strlen(word);
    while (stem > 0 && isdigit((unsigned char)name[stem - 1]))
        stem--;
    if (stem == n || n - stem > 6 || stem < words + 1 || !is_edge(name[stem - 1])
        || strncmp(name + stem - 1 - words, word, words) != 0)
        return false;
    *out = (struct place){stem - 1 - words, stem, strtol(name + stem, NULL, 10)};
    return !out->folder || is_edge(name[--out->folder]);
}

/* What stands at another place of the same folder, measured; NULL: nothing. */
static struct tensor *at_place(struct source *s, const char *name, const struct place *p, long at)
{
    struct str other = {0};
    str_addn(&other, name, p->stem);
    str_addf(&other, "%ld", at);
    struct tensor *t = source_find(s, str_text(&other));
    str_free(&other);
    return t && tensor_measure(s, t, NULL) ? t : NULL;
}

/* The last part of the folder's name. */
static const char *folder_name(const char *name, const struct place *p)
{
    size_t from = p->folder;
    while (from > 0 && !is_edge(name[from - 1]))
        from--;
    return name + from;
}

/* ---- Keras 3: vars/0 … ---- */

static const char *word_of_layer(struct source *s, const char *name, const struct place *p)
{
    static const char *const cell[] = {"kernel", "recurrent_kernel", "bias", NULL},
                      *const embedding[] = {"embeddings", NULL}, *const layer[] = {"kernel", "bias", NULL},
                      *const norm[] = {"gamma", "beta", "moving_mean", "moving_variance", NULL};
    const struct tensor *first = at_place(s, name, p, 0);
    const char *folder = folder_name(name, p);
    const char *const *words = layer;
    if (!first || first->rank == 0)
        return NULL;
    if (strncmp(folder, "cell", 4) == 0 || strncmp(folder, "lstm_cell", 9) == 0 || strncmp(folder, "gru_cell", 8) == 0)
        words = cell;
    else if (first->rank == 1)
        words = norm;
    else if (strncmp(folder, "embedding", 9) == 0)
        words = embedding;
    for (long k = 0; *words; words++, k++)
        if (k == p->at)
            return *words;
    return NULL;
}

/* ---- a SavedModel: variables/1 … ---- */

/* Are the two at `at` and behind it k x 4n and n x 4n numbers? Then how many units that is, else 0. */
static size_t units_at(struct source *s, const char *name, const struct place *p, long at)
{
    const struct tensor *x = at < 0 ? NULL : at_place(s, name, p, at), *h = x ? at_place(s, name, p, at + 1) : NULL;
    bool are = x && h && x->rank == 2 && h->rank == 2 && x->shape[1] == h->shape[1] && h->shape[1] == 4 * h->shape[0];
    return are ? h->shape[0] : 0;
}

/* Does a head's matrix stand there, right behind the bias of an LSTM? */
static bool is_head(struct source *s, const char *name, const struct place *p, long at)
{
    const size_t units = units_at(s, name, p, at - 3);
    const struct tensor *t = units && !units_at(s, name, p, at) ? at_place(s, name, p, at) : NULL;
    return t && t->rank == 2 && t->shape[0] == units;
}

/* In the order of get_weights(): an embedding may stand right before an LSTM, a head right behind it. *layer: the place
 * of its first. */
static const char *word_of_variable(struct source *s, const struct tensor *t, const struct place *p, long *layer)
{
    static const char *const words[] = {"kernel", "recurrent_kernel", "bias"};
    for (long k = 0; k < 3; k++) {
        const size_t units = units_at(s, t->name, p, *layer = p->at - k);
        if (units && (k < 2 || (t->rank == 1 && t->shape[0] == 4 * units)))
            return words[k];
    }
    const struct tensor *next = at_place(s, t->name, p, *layer = p->at + 1);
    bool rows = t->rank == 2 && units_at(s, t->name, p, p->at + 1) && next->shape[0] == t->shape[1];
    *layer = p->at;
    if (rows)
        return "embeddings";
    if (is_head(s, t->name, p, p->at))
        return "kernel";
    *layer = p->at - 1;
    return t->rank == 1 && is_head(s, t->name, p, p->at - 1) ? "bias" : NULL;
}

/* ---- names ---- */

/* What a tensor would be called, owned by the caller; NULL: as it is. */
static char *better_name(struct source *s, struct tensor *t)
{
    struct str name = {0};
    struct place p;
    const char *word;
    long layer;
    if (account_harmless(t) || !tensor_measure(s, t, NULL))
        return NULL;
    if (take_place(t->name, "vars", &p) && (word = word_of_layer(s, t->name, &p))) {
        str_addn(&name, t->name, p.folder);
        str_addf(&name, "%s%s", p.folder ? "/" : "", word);
    } else if ((take_place(t->name, "variables", &p) || take_place(t->name, "trainable_variables", &p))
               && (word = word_of_variable(s, t, &p, &layer))) {
        str_addn(&name, t->name, p.stem);
        str_addf(&name, "%ld/%s", layer, word);
    }
    return name.len ? str_take(&name) : NULL;
}

static void leave_attributes(struct source *s, struct tensor *t)
{
    static const char value[] = ".ATTRIBUTES/VARIABLE_VALUE";
    if (!str_ends(t->name, value) || strlen(t->name) == strlen(value))
        return;
    char *name = xstrndup(t->name, strlen(t->name) - strlen(value) - 1);
    source_rename(s, t, name);
    free(name);
}

void saved_names(struct source *s)
{
    char **to = s->n ? xcalloc((size_t)s->n, sizeof *to) : NULL;
    for (int k = 0; k < s->n; k++)
        leave_attributes(s, s->t[k]);
    for (int k = 0; k < s->n; k++)
        to[k] = better_name(s, s->t[k]);
    for (int k = 0; k < s->n; k++) {
        if (to[k] && !source_find(s, to[k]))
            source_rename(s, s->t[k], to[k]);
        free(to[k]);
    }
    free(to);
}
