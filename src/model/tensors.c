/* tensors.c: see tensors.h. */
#include "model/tensors.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* How the parts around the LSTM are usually called: the last words of a name, after any prefix. */
static const char *const embedding_names[] = {
    "embedding.weight", "embeddings.weight", "embed.weight", "emb.weight", "encoder.weight", "word_embeddings.weight",
    "embedding_layer.weight", "embedding/embeddings", "embeddings", "embedding", NULL,
};
static const char *const head_names[] = {
    "decoder.weight", "fc.weight", "linear.weight", "dense.weight", "output.weight", "out.weight", "head.weight", "lm_head.weight",
    "classifier.weight", "proj.weight", "hidden2tag.weight", "output_layer.weight", "dense/kernel", "softmax_w", NULL,
};

/* ---- opening ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp((*(struct tensor *const *)a)->name, (*(struct tensor *const *)b)->name);
}

static bool check_keys(const struct json_at *top, const char *const *dialect_keys, struct err *e)
{
    static const char *const common[] = {BUILD_KEYS, "tensors", "names", NULL};
    const char *known[48];
    int n = 0;
    for (const char *const *k = common; *k; k++)
        known[n++] = *k;
    for (const char *const *k = dialect_keys; k && *k && n < 47; k++)
        known[n++] = *k;
    known[n] = NULL;
    return json_known_keys(top, known, e);
}

static bool collect(const struct json_at *from, struct tensors *out, struct err *e)
{
    if (!json_is_object(from, e))
        return false;
    size_t n = json_length(from);
    if (n > INT_MAX / 1024)
        return json_complain(from, e, "expected fewer tensors, found %zu", n);
    out->t = mem_array(n, sizeof *out->t);
    out->sorted = mem_array(n, sizeof *out->sorted);
    if (!out->t || !out->sorted)
        return json_complain(from, e, "not enough memory for %zu tensors", n);
    struct json_iter it = json_iter(from);
    struct json_at item;
    const char *name;
    while (json_next(&it, &name, &item)) {
        out->t[out->n] = (struct tensor){.name = name, .at = item};
        out->sorted[out->n] = &out->t[out->n];
        out->n++;
    }
    qsort(out->sorted, (size_t)out->n, sizeof *out->sorted, by_name);
    return true;
}

bool tensors_open(const struct json_at *top, const char *const *dialect_keys, struct tensors *out, struct err *e)
{
    static const char *const names[] = {"embedding", "output_weight", "output_bias", "lstm", NULL};
    struct json_at tensors;
    *out = (struct tensors){.top = *top};
    out->wrapped = json_has(top, "tensors") || json_has(top, "format");
    bool ok = out->wrapped ? check_keys(top, dialect_keys, e) && json_need(top, "tensors", &tensors, e) && collect(&tensors, out, e)
                           : collect(top, out, e);
    if (ok && out->wrapped && json_get(top, "names", &out->names))
        ok = json_known_keys(&out->names, names, e);
    if (!ok)
        tensors_close(out);
    return ok;
}

void tensors_close(struct tensors *ts)
{
    for (int k = 0; k < ts->n; k++)
        free(ts->t[k].became);
    mem_free(ts->t);
    mem_free(ts->sorted);
    *ts = (struct tensors){0};
}

struct tensor *tensors_find(const struct tensors *ts, const char *name)
{
    int low = 0, high = ts->n;
    while (low < high) {
        int mid = low + (high - low) / 2;
        int order = strcmp(name, ts->sorted[mid]->name);
        if (order == 0)
            return ts->sorted[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

/* ---- one tensor ---- */

/* {"shape": [rows, cols], "data": [flat]}: the sizes are believed only when the numbers are there. */
static bool read_flat(struct tensor *t, struct err *e)
{
    static const char *const keys[] = {"shape", "data", "dtype", NULL};
    struct json_at shape, data;
    struct json_floats f;
    long *size;
    size_t n, product = 1;
    if (!json_known_keys(&t->at, keys, e) || !json_need(&t->at, "shape", &shape, e) || !json_need(&t->at, "data", &data, e)
        || !json_floats(&data, &f, e) || !json_ints(&shape, 1, INT_MAX, &size, &n, e))
        return false;
    bool ok = n >= 1 && n <= JSON_RANK ? true : json_complain(&shape, e, "expected 1 to %d sizes, found %zu", JSON_RANK, n);
    for (size_t k = 0; ok && k < n; k++) {
        t->shape[k] = (size_t)size[k];
        ok = mem_product(product, t->shape[k], &product) || json_complain(&shape, e, "expected a size that memory can hold");
    }
    free(size);
    if (!ok)
        return false;
    if (f.rank != 1)
        return json_expected(&data, e, "a flat array of %zu numbers", product);
    if (f.count != product)
        return json_complain(&data, e, "expected %zu numbers, as the shape says, found %zu", product, f.count);
    t->rank = (int)n;
    t->v = f.v;
    return true;
}

bool tensor_read(struct tensor *t, struct err *e)
{
    struct json_floats f;
    double single;
    if (t->read)
        return true;
    switch (json_kind(&t->at)) {
    case JSON_OBJECT:
        if (!read_flat(t, e))
            return false;
        break;
    case JSON_NUMBER:
        if (!json_number(&t->at, &single, e))
            return false;
        t->rank = 0;
        break;
    default:
        if (!json_floats(&t->at, &f, e))
            return false;
        t->rank = f.rank;
        t->v = f.v;
        memcpy(t->shape, f.shape, sizeof t->shape);
    }
    t->read = true;
    return true;
}

const char *tensor_shape(const struct tensor *t, char buf[96])
{
    int n = 0;
    *buf = '\0';
    for (int k = 0; k < t->rank; k++)
        n += snprintf(buf + n, 96 - (size_t)n, "%s%zu", k ? " x " : "", t->shape[k]);
    return *buf ? buf : "1 number";
}

bool tensor_complain(const struct tensor *t, struct err *e, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    err_vset(e, json_source(t->at.doc), t->at.path, format, ap);
    va_end(ap);
    return false;
}

static void add_size(struct str *out, long n, const char *any)
{
    if (n < 0)
        str_add(out, any);
    else
        str_addf(out, "%ld", n);
}

bool tensor_matrix(struct tensor *t, long rows, long cols, struct err *e)
{
    char found[96];
    if (!tensor_read(t, e))
        return false;
    if (t->rank == 2 && t->shape[0] >= 1 && t->shape[1] >= 1 && t->shape[0] <= INT_MAX / 8 && t->shape[1] <= INT_MAX / 8
        && (rows < 0 || t->shape[0] == (size_t)rows) && (cols < 0 || t->shape[1] == (size_t)cols))
        return true;
    struct str want = {0};
    add_size(&want, rows, "any");
    str_add(&want, " x ");
    add_size(&want, cols, "any");
    tensor_complain(t, e, "expected %s numbers, found %s", str_text(&want), tensor_shape(t, found));
    str_free(&want);
    return false;
}

bool tensor_vector(struct tensor *t, long n, struct err *e)
{
    char found[96];
    if (!tensor_read(t, e))
        return false;
    if (t->rank == 1 && t->shape[0] == (size_t)n)
        return true;
    return tensor_complain(t, e, "expected %ld numbers, found %s", n, tensor_shape(t, found));
}

void tensor_became(struct tensor *t, const char *format, ...)
{
    struct str text = {0};
    va_list ap;
    va_start(ap, format);
    str_addvf(&text, format, ap);
    va_end(ap);
    free(t->became);
    t->became = str_take(&text);
}

/* ---- embedding and head ---- */

bool tensors_named(const struct tensors *ts, const char *key, const char **out, struct err *e)
{
    struct json_at at;
    *out = NULL;
    return !ts->names.node || !json_get(&ts->names, key, &at) || json_string(&at, out, e);
}

/* The tensor that "names" has under this key. */
static bool by_request(const struct tensors *ts, const char *key, struct tensor **out, struct err *e)
{
    const char *name;
    struct json_at at;
    *out = NULL;
    if (!tensors_named(ts, key, &name, e))
        return false;
    if (!name || (*out = tensors_find(ts, name)) != NULL)
        return true;
    json_get(&ts->names, key, &at);
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

static bool only_one(const struct tensors *ts, const char *key, const char *what, const char *const *tails,
                     struct tensor **out, struct err *e)
{
    if (!by_request(ts, key, out, e))
        return false;
    if (*out)
        return true;
    for (int k = 0; k < ts->n; k++) {
        struct tensor *t = &ts->t[k];
        if (t->became || !is_one_of(t->name, tails))
            continue;
        if (*out)
            return json_complain(&ts->top, e, "the %s could be \"%s\" or \"%s\"; \"names\": {\"%s\": …} in a wrapper says which", what,
                                 (*out)->name, t->name, key);
        *out = t;
    }
    return true;
}

bool tensors_embedding(const struct tensors *ts, struct tensor **out, struct err *e)
{
    return only_one(ts, "embedding", "embedding", embedding_names, out, e);
}

/* "decoder.weight" goes with "decoder.bias", "dense/kernel" with "dense/bias", "softmax_w" with "softmax_b". */
static struct tensor *bias_of(const struct tensors *ts, const char *weight)
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
        struct tensor *t = tensors_find(ts, str_text(&name));
        str_free(&name);
        return t;
    }
    return NULL;
}

bool tensors_head(const struct tensors *ts, struct tensor **weight, struct tensor **bias, struct err *e)
{
    if (!only_one(ts, "output_weight", "output head", head_names, weight, e) || !by_request(ts, "output_bias", bias, e))
        return false;
    if (*weight && !*bias)
        *bias = bias_of(ts, (*weight)->name);
    return true;
}

/* ---- report ---- */

void tensors_report(const struct tensors *ts, struct report *r)
{
    for (int k = 0; k < ts->n; k++) {
        struct tensor *t = &ts->t[k];
        char shape[96];
        bool readable = tensor_read(t, NULL);
        report_part(r, t->name, readable ? tensor_shape(t, shape) : "-", "%s", t->became ? t->became : "not used");
    }
}
