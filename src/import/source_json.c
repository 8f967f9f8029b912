/* source_json.c: tensors in a JSON text.
 *
 * Wrapped ({"format": …, "tensors": {…}}) or bare; whatever holds numbers is a tensor, called by the path that leads to it
 * ("lstm.weight_ih_l0", "layers[0].weights[1]"): nested arrays that make a rectangle, {"shape": […], "data": [flat]}, a single
 * number. A list of arrays of several shapes is a list of tensors. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/source.h"

/* ---- which values are tensors ---- */

/* One of the two keys is enough: what is missing then is told when somebody asks for the numbers. */
static bool is_flat(const struct json_at *at)
{
    struct json_at item;
    return json_kind(at) == JSON_OBJECT && ((json_get(at, "shape", &item) && json_kind(&item) == JSON_ARRAY)
                                            || (json_get(at, "data", &item) && json_kind(&item) == JSON_ARRAY));
}

/* An array that is no rectangle: is it a list of values that belong to themselves, or a rectangle gone wrong? Rows of one
 * matrix have one rank; objects and strings are never part of one. */
static bool is_list(const struct json_at *at)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    int rank = -1;
    bool finite;
    while (json_next(&it, NULL, &item)) {
        struct json_floats f;
        enum json_kind kind = json_kind(&item);
        if (kind == JSON_OBJECT || kind == JSON_STRING || kind == JSON_NULL || kind == JSON_BOOL)
            return true;
        if (!json_rectangle(&item, &f, &finite))
            continue;
        if (rank >= 0 && f.rank != rank)
            return true;
        rank = f.rank;
    }
    return false;
}

static void add(struct source *s, const struct json_at *at, const char *name)
{
    struct tensor *t = source_add(s, name);
    struct json_at *copy = xcalloc(1, sizeof *copy);
    *copy = *at;
    t->at = copy;
    t->extra = copy;
}

static void collect(struct source *s, const struct json_at *at, const char *name);

static void collect_items(struct source *s, const struct json_at *at, const char *name)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    const char *key;
    for (size_t k = 0; json_next(&it, &key, &item); k++) {
        struct str path = {0};
        str_add(&path, name);
        if (key)
            str_addf(&path, "%s%s", *name ? "." : "", key);
        else
            str_addf(&path, "[%zu]", k);
        collect(s, &item, str_text(&path));
        str_free(&path);
    }
}

static void collect(struct source *s, const struct json_at *at, const char *name)
{
    struct json_floats f;
    bool finite;
    switch (json_kind(at)) {
    case JSON_NUMBER: add(s, at, name); break;
    case JSON_OBJECT:
        if (is_flat(at))
            add(s, at, name);
        else
            collect_items(s, at, name);
        break;
    case JSON_ARRAY:
        if (json_rectangle(at, &f, &finite) || !is_list(at))
            add(s, at, name);
        else
            collect_items(s, at, name);
        break;
    default: break;
    }
}

/* ---- the kind ---- */

static bool any(const struct file_bytes *bytes, const char *path)
{
    (void)path;
    return bytes->data != NULL;
}

/* json_parse takes a text of its own with a NUL behind it. */
static struct json *parse(struct source *s, struct err *e)
{
    union { const unsigned char *read_only; char *text; } bytes = {s->bytes.data};
    size_t len = s->bytes.len;
    if (s->bytes.mapped) {
        file_release(&s->bytes);
        return json_read(s->path, e);
    }
    s->bytes = (struct file_bytes){0};
    bytes.text[len] = '\0';
    return json_parse(bytes.text, len, s->name, e);
}

static bool open_json(struct source *s, struct err *e)
{
    struct json *j = s->data = parse(s, e);
    struct json_at tensors;
    if (!j)
        return false;
    s->top = json_top(j);
    if (json_kind(&s->top) != JSON_OBJECT)
        return json_expected(&s->top, e, "an object");
    if (json_has(&s->top, "format") || json_has(&s->top, "tensors"))
        s->about = s->top;
    if (s->about.node && json_get(&s->top, "tensors", &tensors)) {
        if (!json_is_object(&tensors, e))
            return false;
        s->inside = xstrdup("tensors");
        collect_items(s, &tensors, "");
    } else {
        collect_items(s, &s->top, "");
    }
    return true;
}

/* {"shape": [rows, cols], "data": [flat]}: the sizes are believed only when the numbers are there. */
static bool measure_flat(struct tensor *t, struct json_floats *f, bool *finite, struct err *e)
{
    static const char *const keys[] = {"shape", "data", "dtype", NULL};
    struct json_at shape, data;
    long *size;
    size_t n, product = 1;
    if (!json_known_keys(t->at, keys, e) || !json_need(t->at, "shape", &shape, e) || !json_need(t->at, "data", &data, e)
        || !json_ints(&shape, 1, INT_MAX, &size, &n, e))
        return false;
    bool ok = n >= 1 && n <= TENSOR_RANK ? true : json_complain(&shape, e, "expected 1 to %d sizes, found %zu", TENSOR_RANK, n);
    for (size_t k = 0; ok && k < n; k++) {
        t->shape[k] = (size_t)size[k];
        ok = mem_product(product, t->shape[k], &product) || json_complain(&shape, e, "expected a size that memory can hold");
    }
    free(size);
    if (!ok)
        return false;
    if (!json_rectangle(&data, f, finite))
        return json_floats(&data, f, e);
    if (f->rank != 1)
        return json_expected(&data, e, "a flat array of %zu numbers", product);
    if (f->count != product)
        return json_complain(&data, e, "expected %zu numbers, as the shape says, found %zu", product, f->count);
    t->rank = (int)n;
    return true;
}

static bool measure(const struct source *s, struct tensor *t, struct err *e)
{
    struct json_floats f = {0};
    bool finite = false;
    (void)s;
    t->dtype = DTYPE_F32;
    switch (json_kind(t->at)) {
    case JSON_NUMBER: t->rank = 0; break;
    case JSON_OBJECT:
        if (!measure_flat(t, &f, &finite, e))
            return false;
        break;
    default:
        if (!json_rectangle(t->at, &f, &finite))
            return json_floats(t->at, &f, e);
        t->rank = f.rank;
        memcpy(t->shape, f.shape, sizeof f.shape);
    }
    t->raw = finite ? f.v : NULL;              /* what is not finite goes through fetch, which has the words for it */
    return true;
}

static bool fetch(const struct source *s, const struct tensor *t, float *out, struct err *e)
{
    struct json_at data = *t->at;
    struct json_floats f;
    double single;
    (void)s;
    if (json_kind(t->at) == JSON_NUMBER) {
        if (!json_number(t->at, &single, e))
            return false;
        *out = (float)single;
        return true;
    }
    if (json_kind(t->at) == JSON_OBJECT)
        json_get(t->at, "data", &data);
    if (!json_floats(&data, &f, e))
        return false;
    memcpy(out, f.v, f.count * sizeof *out);
    return true;
}

static void close_json(struct source *s)
{
    for (int k = 0; k < s->n; k++)
        free(s->t[k]->extra);
    json_free(s->data);
}

const struct source_kind source_json = {
    .name = "JSON", .is = any, .open = open_json, .measure = measure, .fetch = fetch, .close = close_json,
};
