/* remade.c: see remade.h. */
#include "import/remade.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

/* The parts of one weight; those that its kind has not are NULL. */
struct remade {
    struct tensor *v, *g, *mask, *left, *right;
    const char *what;
    bool (*make)(const struct remade *p, float *out);      /* false: they do not fit together */
};

/* ---- what the parts make ---- */

/* v/|v| of each row, each column or all of it, as g has numbers, times these. */
static bool normed(const struct remade *p, float *out)
{
    const size_t rows = p->v->shape[0], cols = p->v->shape[1], n = p->g->count;
    const bool by_row = p->g->rank == 2 && n == rows && p->g->shape[1] == 1;
    const bool by_col = !by_row && p->g->rank == 2 && n == cols && p->g->shape[0] == 1;
    const size_t across = by_row ? cols : 1, numbers = by_row || by_col ? n : 1;  /* of k: k / across % numbers */
    double *sum = by_row || by_col || n == 1 ? calloc(n, sizeof *sum) : NULL;
    for (size_t k = 0; sum && k < rows * cols; k++)
        sum[k / across % numbers] += (double)p->v->v[k] * (double)p->v->v[k];
    for (size_t k = 0; sum && k < rows * cols; k++) {
        const size_t at = k / across % numbers;
        out[k] = (float)((double)p->g->v[at] * (double)p->v->v[k] / sqrt(sum[at]));
    }
    free(sum);
    return sum != NULL;
}

static bool masked(const struct remade *p, float *out)
{
    if (p->mask->count != p->v->count)
        return false;
    for (size_t k = 0; k < p->v->count; k++)
        out[k] = p->v->v[k] * p->mask->v[k];
    return true;
}

/* By its largest singular value, as the two vectors that training has kept estimate it. */
static bool divided(const struct remade *p, float *out)
{
    const size_t rows = p->v->shape[0], cols = p->v->shape[1];
    double sigma = 0;
    if (p->left->count != rows || p->right->count != cols)
        return false;
    for (size_t k = 0; k < rows * cols; k++)
        sigma += (double)p->left->v[k / cols] * (double)p->v->v[k] * (double)p->right->v[k % cols];
    for (size_t k = 0; k < rows * cols; k++)
        out[k] = (float)((double)p->v->v[k] / sigma);
    return true;
}

/* ---- finding them ---- */

/* A part with its numbers; NULL: it is not there, or not to be read. */
static struct tensor *part(struct source *s, const char *stem, const char *end)
{
    struct str name = {0};
    str_addf(&name, "%s%s", stem, end);
    struct tensor *t = source_find(s, str_text(&name));
    str_free(&name);
    return t && tensor_numbers(s, t, NULL) ? t : NULL;
}

/* The parts whose names begin so; false: no such weight. */
static bool take_parts(struct source *s, const char *stem, bool parametrized, struct remade *p)
{
    *p = (struct remade){.what = "weight_norm", .make = normed};
    p->v = part(s, stem, parametrized ? ".original1" : "_v");
    p->g = part(s, stem, parametrized ? ".original0" : "_g");
    if (p->v && p->g && p->v->rank == 2)
        return true;
    p->g = NULL;
    p->v = part(s, stem, parametrized ? ".original" : "_orig");
    p->mask = parametrized ? NULL : part(s, stem, "_mask");
    p->left = part(s, stem, parametrized ? ".0._u" : "_u");
    p->right = part(s, stem, parametrized ? ".0._v" : "_v");
    p->what = p->mask ? "pruning" : "spectral_norm";
    p->make = p->mask ? masked : divided;
    return p->v && p->v->rank == 2 && (p->mask || (p->left && p->right));
}

/* The weight under its own name, and its parts as parts of it. */
static void put_together(struct source *s, const char *name, const struct remade *p)
{
    struct tensor *const parts[] = {p->v, p->g, p->mask, p->left, p->right};
    float *out = mem_array(p->v->count, sizeof *out);
    bool made = out && p->make(p, out);
    struct tensor *t = made ? source_add(s, name) : NULL;
    if (!made) {
        mem_free(out);
        return;
    }
    t->rank = 2;
    memcpy(t->shape, p->v->shape, sizeof t->shape);
    t->count = p->v->count;
    t->dtype = DTYPE_F32;
    t->raw = t->own = out;
    t->measured = true;
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
        if (parts[k])
            tensor_became(parts[k], "%s: a part of %s", p->what, name);
}

/* The stem of a part that every kind has ("lstm.weight_hh_l0", "lstm.parametrizations.weight_hh_l0"), owned by the
 * caller; NULL: it is none. */
static char *stem_of(const char *name, bool *parametrized)
{
    static const char *const ends[] = {"_g", "_orig", ".original0", ".original"};
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
        if (str_ends(name, ends[k]) && strlen(name) > strlen(ends[k])) {
            *parametrized = k > 1;
            return xstrndup(name, strlen(name) - strlen(ends[k]));
        }
    return NULL;
}

/* "lstm.weight_hh_l0" of "lstm.parametrizations.weight_hh_l0". */
static void leave_parametrizations(char *stem)
{
    static const char word[] = "parametrizations.";
    char *at = strstr(stem, word);
    if (at)
        memmove(at, at + strlen(word), strlen(at + strlen(word)) + 1);
}

void remade_weights(struct source *s)
{
    const int n = s->n;
    for (int k = 0; k < n; k++) {
        struct remade p;
        bool parametrized = false;
        char *stem = stem_of(s->t[k]->name, &parametrized);
        if (stem && take_parts(s, stem, parametrized, &p)) {
            leave_parametrizations(stem);
            if (!source_find(s, stem))
                put_together(s, stem, &p);
        }
        free(stem);
    }
}
