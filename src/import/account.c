/* account.c: see account.h. */
#include "import/account.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Words in a name (between '.', '/', '_' and the like) that no layer is called by. */
static const char *const harmless_words[] = {
    "optimizer",  "optim",      "exp",    "momentum", "loss",    "losses",  "acc",       "accuracy",  "metric",
    "metrics",    "history",    "epoch",  "epochs",   "config",  "hparams", "hyper",     "args",      "dropout",
    "scheduler",  "schedulers", "lr",     "seed",     "tracked", "version", "criterion", "shape",     "size",
    "sizes",      "dims",       "sample", "samples",  "date",    "time",    "metadata",  "callbacks", "loops",
    "perplexity", "ppl",        "step",   "steps",  "OPTIMIZER_SLOT", "_CHECKPOINTABLE_OBJECT_GRAPH", "save_counter",
    "keras_api",
    "Adam",       "RMSProp",    "Adagrad", "Adadelta", "Momentum", "Ftrl", "ExponentialMovingAverage", NULL,
};

static bool has_word(const char *name, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = name; *p; p++) {
        if ((p == name || !isalpha((unsigned char)p[-1])) && strncmp(p, word, n) == 0 && !isalpha((unsigned char)p[n]))
            return true;
    }
    return false;
}

bool account_harmless(const struct tensor *t)
{
    /* A number of a JSON dump says something about the training; a parameter of a framework's own file does not. */
    bool real = t->dtype == DTYPE_F32 || t->dtype == DTYPE_F64 || t->dtype == DTYPE_F16 || t->dtype == DTYPE_BF16;
    if (t->measured && t->count <= 1 && t->rank == 0 && (t->at || !real) && !has_word(t->name, "scale"))
        return true;
    for (const char *const *w = harmless_words; *w; w++)
        if (has_word(t->name, *w))
            return true;
    return false;
}

/* Tied weights, and frameworks that write a tensor under two names. */
static const struct tensor *twin(struct source *s, struct tensor *t)
{
    for (int k = 0; k < s->n; k++) {
        struct tensor *other = s->t[k];
        if (other->use != TENSOR_USED || other->count != t->count)
            continue;
        const float *v = tensor_lend(other);
        if (!v && tensor_numbers(s, other, NULL))
            v = other->v;
        if (v && tensor_numbers(s, t, NULL) && memcmp(v, t->v, t->count * sizeof *t->v) == 0)
            return other;
    }
    return NULL;
}

static void add_unused(struct model *m, const char *name)
{
    m->unused = xrealloc(m->unused, (size_t)m->unused_count + 1, sizeof *m->unused);
    m->unused[m->unused_count++] = xstrdup(name);
}

void account(struct source *s, struct model *m)
{
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (t->use != TENSOR_UNUSED || t->slice)
            continue;
        bool numbers = tensor_measure(s, t, NULL);
        if (t->unread && !account_harmless(t)) {
            add_unused(m, t->name);
            continue;
        }
        if (!numbers || account_harmless(t)) {
            t->use = TENSOR_HARMLESS;
            continue;
        }
        const struct tensor *other = twin(s, t);
        if (other) {
            tensor_became(t, "the same numbers as %s", other->name);
            t->use = TENSOR_HARMLESS;
        } else {
            add_unused(m, t->name);
        }
    }
}
