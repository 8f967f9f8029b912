/* around.c: see around.h. */
#include "import/around.h"

#include <string.h>

#include "base/str.h"
#include "import/build.h"

/* How the parts around the LSTM are usually called: the last words of a name, after any prefix. */
static const char *const embedding_names[] = {
    "embedding.weight", "embeddings.weight", "embed.weight", "emb.weight", "encoder.weight", "word_embeddings.weight",
    "embedding_layer.weight", "embedding/embeddings", "embeddings", "embedding", NULL,
};
static const char *const head_names[] = {
    "decoder.weight", "fc.weight", "linear.weight", "dense.weight", "output.weight", "out.weight", "head.weight", "lm_head.weight",
    "classifier.weight", "proj.weight", "hidden2tag.weight", "output_layer.weight", "dense/kernel", "softmax_w", NULL,
};

bool around_keys(const struct source *s, const char *const *dialect_keys, struct err *e)
{
    static const char *const common[] = {BUILD_KEYS, "tensors", "names", NULL};
    static const char *const parts[] = {"embedding", "output_weight", "output_bias", "lstm", NULL};
    const char *known[48];
    struct json_at names;
    int n = 0;
    for (const char *const *k = common; *k; k++)
        known[n++] = *k;
    for (const char *const *k = dialect_keys; k && *k && n < 47; k++)
        known[n++] = *k;
    known[n] = NULL;
    return !s->about.node || (json_known_keys(&s->about, known, e) && (!json_get(&s->about, "names", &names) || json_known_keys(&names, parts, e)));
}


/* ---- embedding and head ---- */

bool around_named(const struct source *s, const char *key, const char **out, struct err *e)
{
    struct json_at names, at;
    *out = NULL;
    return !s->about.node || !json_get(&s->about, "names", &names) || !json_get(&names, key, &at) || json_string(&at, out, e);
}

/* The tensor that "names" has under this key. */
static bool by_request(struct source *s, const char *key, struct tensor **out, struct err *e)
{
    const char *name;
    struct json_at names, at;
    *out = NULL;
    if (!around_named(s, key, &name, e))
        return false;
    if (!name || (*out = source_find(s, name)) != NULL)
        return true;
    json_get(&s->about, "names", &names);
    json_get(&names, key, &at);
    return json_expected(&at, e, "the name of one of the tensors");
}

/* Is `tail` the name, or its last part after a '.' or '/'? A trailing ":0" of TensorFlow does not count. */
static bool ends_with(const char *name, const char *tail)
{
    size_t n = strlen(name), k = strlen(tail);
    if (n > 2 && strcmp(name + n - 2, ":0") == 0)
        n -= 2;
    if (n < k || strncmp(name + n - k, tail, k) != 0)
        return false;
    return n == k || name[n - k - 1] == '.' || name[n - k - 1] == '/';
}

static bool is_one_of(const char *name, const char *const *tails)
{
    for (; *tails; tails++)
        if (ends_with(name, *tails))
            return true;
    return false;
}

static bool only_one(struct source *s, const char *key, const char *what, const char *const *tails,
                     struct tensor **out, struct err *e)
{
    if (!by_request(s, key, out, e))
        return false;
    if (*out)
        return true;
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (t->became || !is_one_of(t->name, tails))
            continue;
        if (*out)
            return source_complain(s, e, "the %s could be \"%s\" or \"%s\"; \"names\": {\"%s\": …} in a wrapper says which", what,
                                 (*out)->name, t->name, key);
        *out = t;
    }
    return true;
}

bool around_embedding(struct source *s, struct tensor **out, struct err *e)
{
    return only_one(s, "embedding", "embedding", embedding_names, out, e);
}

/* "decoder.weight" goes with "decoder.bias", "dense/kernel" with "dense/bias", "softmax_w" with "softmax_b". */
static struct tensor *bias_of(struct source *s, const char *weight)
{
    static const char *const pair[][2] = {{"weight", "bias"}, {"kernel", "bias"}, {"softmax_w", "softmax_b"}};
    size_t n = strlen(weight);
    for (size_t k = 0; k < sizeof pair / sizeof *pair; k++) {
        size_t cut = strlen(pair[k][0]);
        size_t suffix = n > 2 && strcmp(weight + n - 2, ":0") == 0 ? 2 : 0;
        if (n < cut + suffix || strncmp(weight + n - suffix - cut, pair[k][0], cut) != 0)
            continue;
        struct str name = {0};
        str_addn(&name, weight, n - suffix - cut);
        str_add(&name, pair[k][1]);
        str_add(&name, weight + n - suffix);
        struct tensor *t = source_find(s, str_text(&name));
        str_free(&name);
        return t;
    }
    return NULL;
}

bool around_head(struct source *s, struct tensor **weight, struct tensor **bias, struct err *e)
{
    if (!only_one(s, "output_weight", "output head", head_names, weight, e) || !by_request(s, "output_bias", bias, e))
        return false;
    if (*weight && !*bias)
        *bias = bias_of(s, (*weight)->name);
    return true;
}

