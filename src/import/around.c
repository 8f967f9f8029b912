/* around.c: see around.h. */
#include "import/around.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/build.h"

/* How the parts around the LSTM are usually called: the last words of a name, after any prefix. */
static const char *const embedding_names[] = {
    "embedding.weight", "embeddings.weight", "embed.weight", "emb.weight", "encoder.weight", "word_embeddings.weight",
    "embedding_layer.weight", "embedding/embeddings", "embeddings", "embedding", "embed_tokens.weight",
    "token_embedding.weight", "token_embeddings.weight", "tok_embeddings.weight", "word_embedding.weight",
    "input_embedding.weight", "char_embedding.weight", "char_embeddings.weight", "char_embed.weight",
    "word_embed.weight", "word_emb.weight", "char_emb.weight", "emb_layer.weight", "embeds.weight", "wte.weight",
    "lookup.weight", "embed/W", NULL,
};
static const char *const head_names[] = {
    "decoder.weight",
    "fc.weight",
    "lin.weight",
    "linear.weight",
    "dense.weight",
    "output.weight",
    "out.weight",
    "head.weight",
    "lm_head.weight",
    "classifier.weight",
    "proj.weight",
    "hidden2tag.weight",
    "output_layer.weight",
    "fc_out.weight",
    "hidden2out.weight",
    "hidden2label.weight",
    "classification.weight",
    "dense/kernel",
    "dense.kernel",
    "softmax_w",
    "fc/kernel",
    "output/kernel",
    NULL,
};

/* What "names" in a wrapper may say, and --names all but the first, which --lstm says. */
static const char *const part_names[] = {"lstm",         "embedding",  "output_weight", "output_bias",
                                         "input_weight", "input_bias", "input_norm",    "input_activation",
                                         "input_epsilon", "merge_mode", "ignored",   NULL};

bool around_keys(const struct source *s, const char *const *dialect_keys, struct err *e)
{
    static const char *const common[] = {BUILD_KEYS, "unit_names", "labels", "tensors", "names", NULL};
    const char *known[48];
    struct json_at names;
    int n = 0;
    for (const char *const *k = common; *k; k++)
        known[n++] = *k;
    for (const char *const *k = dialect_keys; k && *k && n < 47; k++)
        known[n++] = *k;
    known[n] = NULL;
    if (s->about.node && s->top.node && !s->inside && json_known_keys(&s->about, known, e)) {
        struct json_at tensors;
        return json_need(&s->about, "tensors", &tensors, e);
    }
    return !s->about.node
           || (json_known_keys(&s->about, known, e)
               && (!json_get(&s->about, "names", &names) || json_known_keys(&names, part_names, e)));
}


/* ---- names ---- */

struct json_at around_named(const struct source *s, const char *key)
{
    struct json_at names, at = {0};
    if (s->about.node && json_get(&s->about, "names", &names))
        json_get(&names, key, &at);
    return at;
}

bool around_ends_with(const char *name, const char *tail)
{
    size_t n = strlen(name), k = strlen(tail);
    if (n > 2 && strcmp(name + n - 2, ":0") == 0)
        n -= 2;
    if (n < k)
        return false;
    const char *from = name + n - k;
    for (size_t c = 0; c < k; c++)
        if (from[c] != tail[c] && !(tail[c] == '.' && from[c] == '_'))
            return false;
    return n == k || strchr("./", from[-1]);
}

static bool is_one_of(const char *name, const char *const *tails)
{
    for (; *tails; tails++)
        if (around_ends_with(name, *tails))
            return true;
    return false;
}

/* What --names says of a part from *p on, which moves on to the next; false: there is no more. */
struct asked { const char *part, *name; int part_len, name_len; };

static bool next_asked(const char **p, struct asked *a)
{
    if (!*p || !**p)
        return false;
    size_t n = strcspn(*p, ","), part = strcspn(*p, "=,");
    *a = (struct asked){*p, *p + part + (part < n), (int)part, (int)(n - part - (part < n))};
    *p += n + ((*p)[n] == ',');
    return true;
}

static bool is_part(const struct asked *a, const char *key)
{
    return (size_t)a->part_len == strlen(key) && memcmp(a->part, key, (size_t)a->part_len) == 0;
}

/* What --names says under a key. */
static bool asked_for(const struct source *s, const char *key, struct asked *a)
{
    for (const char *p = s->asked; next_asked(&p, a);)
        if (is_part(a, key))
            return true;
    return false;
}

static bool is_known(const struct asked *a)
{
    for (const char *const *k = part_names + 1; *k; k++)
        if (is_part(a, *k))
            return true;
    return false;
}

/* "enc" is enc and what enc.lstm.weight is a part of. */
static bool is_within(const char *name, const char *of, size_t n)
{
    return strncmp(name, of, n) == 0 && (!name[n] || strchr("./_", name[n]));
}

/* A part is named once; what is ignored is there, and each of it counts. */
static bool is_sensible(struct source *s, const char *names, const struct asked *a, struct err *e)
{
    struct asked other;
    bool there = false;
    if (is_part(a, "ignored")) {
        for (int k = 0; k < s->n; k++)
            there = there || is_within(s->t[k]->name, a->name, (size_t)a->name_len);
        return there || source_complain(s, e, "--names: ignored: expected the name of a tensor, or of what tensors are "
                                              "a part of (--inspect lists them), found \"%.*s\"", a->name_len, a->name);
    }
    for (const char *p = names; next_asked(&p, &other) && other.part != a->part;)
        if (other.part_len == a->part_len && memcmp(other.part, a->part, (size_t)a->part_len) == 0)
            return source_complain(s, e, "--names: %.*s is said twice", a->part_len, a->part);
    return true;
}

bool around_take(struct source *s, const char *names, struct err *e)
{
    struct asked a;
    struct str known = {0};
    bool ok = !names || *names;
    const char *found = "";
    for (const char *p = names; ok && next_asked(&p, &a); found = a.part)
        ok = a.name_len > 0 && is_known(&a);
    for (const char *const *k = part_names + 1; !ok && *k; k++)
        str_addf(&known, "%s%s", known.len ? ", " : "", *k);
    if (!ok)
        source_complain(s, e, "--names: expected PART=TENSOR, where PART is one of %s, found \"%.*s\"",
                        str_text(&known), (int)strcspn(found, ","), found);
    str_free(&known);
    for (const char *p = names; ok && next_asked(&p, &a);)
        ok = is_sensible(s, names, &a, e);
    s->asked = names;
    return ok;
}

bool around_before(const struct source *s, const char *one, const char *other)
{
    struct asked a;
    for (const char *p = s->asked; next_asked(&p, &a);)
        if (is_part(&a, one) || is_part(&a, other))
            return is_part(&a, one);
    return false;
}

bool around_asked(const struct source *s, const char *key)
{
    struct asked a;
    return asked_for(s, key, &a) || around_named(s, key).node;
}

char *around_said(const struct source *s, const char *key)
{
    struct json_at at = around_named(s, key);
    const char *text;
    struct asked a;
    struct err unused;
    if (asked_for(s, key, &a))
        return xstrndup(a.name, (size_t)a.name_len);
    return at.node && json_string(&at, &text, &unused) ? xstrdup(text) : NULL;
}

bool around_by_request(struct source *s, const char *key, struct tensor **out, struct err *e)
{
    struct json_at at = around_named(s, key);
    struct asked a;
    char *name = around_said(s, key);
    *out = name ? source_find_any(s, name) : NULL;
    bool ok = *out || (!name && !at.node);
    if (!ok && asked_for(s, key, &a))
        source_complain(s, e,
                        "--names: %s: expected the name of one of the tensors (--inspect lists them), found \"%s\"",
                        key, name);
    else if (!ok)
        json_expected(&at, e, "the name of one of the tensors");
    free(name);
    return ok;
}

bool around_ignored(const struct source *s, const char *name)
{
    struct asked a;
    struct json_at at = around_named(s, "ignored"), item;
    const char *text;
    struct err unused;
    for (const char *p = s->asked; next_asked(&p, &a);)
        if (is_part(&a, "ignored") && is_within(name, a.name, (size_t)a.name_len))
            return true;
    if (!at.node || json_kind(&at) != JSON_ARRAY)
        return at.node && json_string(&at, &text, &unused) && is_within(name, text, strlen(text));
    for (struct json_iter it = json_iter(&at); json_next(&it, NULL, &item);)
        if (json_string(&item, &text, &unused) && is_within(name, text, strlen(text)))
            return true;
    return false;
}

/* Is it a matrix with a side of that length? */
static bool has_side(struct source *s, struct tensor *t, size_t side)
{
    return tensor_measure(s, t, NULL) && t->rank == 2 && (t->shape[0] == side || t->shape[1] == side);
}

int around_shared(const char *a, const char *b)
{
    int words = 0;
    for (; *a && *a == *b; a++, b++)
        words += *a == '.' || *a == '/';
    return words;
}

/* What is looked for. */
struct wanted {
    const char *key;              /* in "names" */
    const char *const *tails;
    const char *near;             /* a tensor of the LSTM */
    size_t reads;                 /* numbers that it takes, which tells one from another; 0: not known */
};

/* Above 0: b rather than a; 0: either may be it. */
static int rather(struct source *s, const struct wanted *w, struct tensor *a, struct tensor *b)
{
    int fits = w->reads ? (int)has_side(s, b, w->reads) - (int)has_side(s, a, w->reads) : 0;
    return fits ? fits : around_shared(b->name, w->near) - around_shared(a->name, w->near);
}

bool around_is_spoken_for(const struct source *s, const struct tensor *t, const char *key)
{
    static const char *const parts[] = {"embedding", "output_weight", "output_bias", "input_weight", "input_bias",
                                        "input_norm"};
    bool spoken = around_ignored(s, t->name);
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        bool tied = strcmp(key, "embedding") == 0 && strcmp(parts[k], "output_weight") == 0;
        char *name = strcmp(parts[k], key) != 0 && !tied ? around_said(s, parts[k]) : NULL;
        spoken = spoken || (name && strcmp(name, t->name) == 0);
        free(name);
    }
    return spoken;
}

bool around_is_adaptive(struct source *s, const char *name)
{
    static const char *const parts[] = {"head.", "tail."};
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        const char *at = strstr(name, parts[k]);
        if (!at || (at != name && !strchr("./", at[-1])))
            continue;
        struct str first = {0};
        str_addn(&first, name, (size_t)(at - name));
        str_add(&first, "tail.0.0.weight");
        bool is = source_find(s, str_text(&first)) != NULL;
        str_free(&first);
        if (is)
            return true;
    }
    return false;
}

/* The same numbers under two names: either will do. */
static bool same_numbers(struct source *s, struct tensor *a, struct tensor *b)
{
    if (!tensor_measure(s, a, NULL) || !tensor_measure(s, b, NULL) || a->count != b->count || a->rank != b->rank)
        return false;
    return (a->raw && a->raw == b->raw)
           || (tensor_numbers(s, a, NULL) && tensor_numbers(s, b, NULL)
               && memcmp(a->v, b->v, a->count * sizeof *a->v) == 0);
}

/* One that a part of the LSTM has not taken, found by its name. */
static bool only_one(struct source *s, const struct wanted *w, struct tensor **out, struct err *e)
{
    const char *what = w->reads ? "output head" : "embedding";
    struct tensor *other = NULL;
    if (!around_by_request(s, w->key, out, e))
        return false;
    if (*out)
        return true;
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        if (t->use == TENSOR_USED || (t->measured && t->rank == 0) || !is_one_of(t->name, w->tails)
            || around_is_spoken_for(s, t, w->key) || around_is_adaptive(s, t->name))
            continue;
        int better = *out ? rather(s, w, *out, t) : 1;
        if (!better && same_numbers(s, *out, t))
            continue;
        if (better > 0)
            other = NULL;
        else if (!better && !other)
            other = *out;
        if (better >= 0)
            *out = t;
    }
    if (!other)
        return true;
    return source_complain(s, e, "the %s could be \"%s\" or \"%s\"; --names %s=%s says which", what, other->name,
                           (*out)->name, w->key, (*out)->name);
}

bool around_embedding(struct source *s, const char *near, struct tensor **out, struct err *e)
{
    return only_one(s, &(struct wanted){"embedding", embedding_names, near, 0}, out, e);
}

struct tensor *around_bias_of(struct source *s, const char *weight)
{
    static const char *const pair[][2] = {{"weight", "bias"}, {"kernel", "bias"}, {"softmax_w", "softmax_b"}};
    size_t n = strlen(weight), suffix = n > 2 && strcmp(weight + n - 2, ":0") == 0 ? 2 : 0;
    for (size_t k = 0; k < sizeof pair / sizeof *pair; k++) {
        size_t cut = strlen(pair[k][0]);
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

/* TensorFlow and Keras keep a column for each output, PyTorch a row. */
static bool is_turned(const char *name)
{
    return around_ends_with(name, "kernel") || around_ends_with(name, "softmax_w");
}

bool around_head(struct source *s, const char *near, struct dense *out, int hidden, struct err *e)
{
    if (!only_one(s, &(struct wanted){"output_weight", head_names, near, (size_t)hidden}, &out->weight, e)
        || !around_by_request(s, "output_bias", &out->bias, e))
        return false;
    if (!out->weight)
        return true;
    if (!out->bias)
        out->bias = around_bias_of(s, out->weight->name);
    out->turned = is_turned(out->weight->name);
    /* A head that was named outright may lie either way: its shape tells. */
    if (around_asked(s, "output_weight") && tensor_measure(s, out->weight, NULL) && out->weight->rank == 2)
        out->turned = out->weight->shape[1] != (size_t)hidden && out->weight->shape[0] == (size_t)hidden;
    return true;
}

static struct tensor *first_named(struct source *s, const char *const *names)
{
    for (int k = 0; k < s->n; k++)
        if (s->t[k]->use != TENSOR_USED && s->t[k]->rank != 0 && is_one_of(s->t[k]->name, names))
            return s->t[k];
    return NULL;
}

void around_initial(struct source *s, struct tensor **h0, struct tensor **c0)
{
    static const char *const h[] = {"h0",          "h_0",     "init_h",         "h_init", "initial_h",
                                    "init_hidden", "hidden0", "initial_hidden", NULL};
    static const char *const c[] = {"c0",        "c_0",   "init_c",       "c_init", "initial_c",
                                    "init_cell", "cell0", "initial_cell", NULL};
    *h0 = first_named(s, h);
    *c0 = first_named(s, c);
}
