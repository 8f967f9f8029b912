/* source_json.c: tensors in a JSON text.
 *
 * Wrapped ({"format": …, "tensors": {…}}) or bare; whatever holds numbers is a tensor, called by the path that leads
 * to it ("lstm.weight_ih_l0", "layers[0].weights[1]"): nested arrays that make a rectangle, {"shape": […], "data":
 * [flat]}, a single number. A list of arrays of several shapes is a list of tensors. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "import/native.h"
#include "import/source.h"

/* ---- which values are tensors ---- */

/* Objects that are one tensor: where its sizes stand, and its numbers. A size of NULL: there is one size only. One
 * key is enough: what is missing then is told when somebody asks for the numbers. */
static const struct form { const char *shape, *rows, *columns, *data; } forms[] = {
    {"shape", NULL, NULL, "data"}, {"shape", NULL, NULL, "values"},
    {NULL, "n", "d", "w"},                        /* recurrentjs: n rows of d */
    {NULL, "rows", "columns", "weights"},         /* brain.js */
};

static bool has_kind(const struct json_at *at, const char *key, enum json_kind a, enum json_kind b)
{
    struct json_at item;
    return json_get(at, key, &item) && (json_kind(&item) == a || json_kind(&item) == b);
}

static const struct form *form_of(const struct json_at *at)
{
    if (json_kind(at) != JSON_OBJECT)
        return NULL;
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        const struct form *f = &forms[k];
        if (f->shape
                ? has_kind(at, f->shape, JSON_ARRAY, JSON_ARRAY) && json_has(at, f->data)
                : has_kind(at, f->rows, JSON_NUMBER, JSON_NUMBER) && has_kind(at, f->columns, JSON_NUMBER, JSON_NUMBER)
                      && has_kind(at, f->data, JSON_OBJECT, JSON_ARRAY))
            return f;
    }
    if (has_kind(at, "data", JSON_ARRAY, JSON_ARRAY) || (json_has(at, "shape") && json_has(at, "data")))
        return &forms[0];
    return NULL;
}

/* An array that is no rectangle: is it a list of values that belong to themselves, or a rectangle gone wrong? Rows
 * of one matrix have one rank; objects and strings are never part of one. */
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

static struct tensor *add(struct source *s, const struct json_at *at, const char *name)
{
    struct tensor *t = source_add(s, name);
    struct json_at *copy = xcalloc(1, sizeof *copy);
    *copy = *at;
    t->at = copy;
    t->extra = copy;
    return t;
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

/* Is there an array or an object in it? */
static bool holds_more(const struct json_at *at)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    while (json_next(&it, NULL, &item))
        if (json_kind(&item) == JSON_ARRAY || json_kind(&item) == JSON_OBJECT)
            return true;
    return false;
}

static void collect(struct source *s, const struct json_at *at, const char *name)
{
    struct json_floats f;
    bool finite;
    const int before = s->n;
    switch (json_kind(at)) {
    case JSON_NUMBER: add(s, at, name); break;
    case JSON_OBJECT:
        if (form_of(at))
            add(s, at, name);
        else if (!source_is_parameter(name) || holds_more(at))
            collect_items(s, at, name);
        break;
    case JSON_ARRAY:
        if (json_rectangle(at, &f, &finite) || !is_list(at))
            add(s, at, name);
        else if (!source_is_parameter(name) || holds_more(at))
            collect_items(s, at, name);
        break;
    default: break;
    }
    if (s->n == before && source_is_parameter(name))       /* null, a text, an object of some other kind */
        add(s, at, name)->unread = true;
}

/* ---- the kind ---- */

static bool any(const struct file_bytes *bytes, const char *path)
{
    (void)path;
    return bytes->data != NULL;
}

static struct json *parse(struct source *s, struct err *e)
{
    union { const unsigned char *read_only; char *text; } bytes = {s->bytes.data};
    const struct builtin *b = s->builtin;
    if (b)
        return json_parse_scanned(b->data, b->len, b->scanned, s->name, e);
    if (!s->bytes.mapped)
        bytes.text[s->bytes.len] = '\0';
    return json_parse_bytes(&s->bytes, s->name, e);
}

/* Containers that programs put their weights in. */
static bool is_container(const char *key)
{
    static const char *const names[] = {
        "state_dict", "model_state_dict", "model_state", "model",   "weights", "parameters", "params",
        "net",        "network",          "module",      "tensors",
    };
    size_t n = strlen(key), k = 0, tail = strlen("_state_dict");
    while (k < sizeof names / sizeof *names && strcmp(names[k], key) != 0)
        k++;
    bool of_training = strncmp(key, "optim", 5) == 0 || strstr(key, "scheduler") != NULL;
    return k < sizeof names / sizeof *names
           || (!of_training && n > tail && strcmp(key + n - tail, "_state_dict") == 0);
}

/* Does anything in it have a matrix? */
static bool has_matrix(const struct json_at *at, int depth)
{
    struct json_floats f;
    struct json_iter it = json_iter(at);
    struct json_at item;
    bool finite;
    if (form_of(at) || (json_rectangle(at, &f, &finite) && f.rank >= 2))
        return true;
    while (depth && json_next(&it, NULL, &item))
        if (has_matrix(&item, depth - 1))
            return true;
    return false;
}

/* The object that holds the weights: down through containers, as long as no tensor stands beside. Two of them are
 * two readings. */
static bool unwrap(struct source *s, struct json_at *at, struct err *e)
{
    for (int depth = 0; depth < 8; depth++) {
        struct json_iter it = json_iter(at);
        struct json_at item, found = {0};
        const char *key, *first = NULL;
        while (json_next(&it, &key, &item)) {
            enum json_kind kind = json_kind(&item);
            if (kind == JSON_ARRAY && has_matrix(&item, 0))
                return true;
            if (kind != JSON_OBJECT || !key || !is_container(key) || !has_matrix(&item, 6))     /* a list has no keys */
                continue;
            if (first)
                return json_complain(
                    at, e, "there are weights under \"%s\" and under \"%s\"; take one of them out of the file", first,
                    key);
            first = key;
            found = item;
        }
        if (!first)
            return true;
        free(s->inside);
        s->inside = xstrdup(found.path);
        *at = found;
    }
    return true;
}

/* A native file: its loader goes by names through the document, so that no list of tensors is made of it. */
static bool is_native(const struct source *s)
{
    struct json_at at;
    const char *name;
    return s->about.node && json_get(&s->about, "format", &at) && json_kind(&at) == JSON_STRING
           && json_string(&at, &name, NULL) && strcmp(name, NATIVE_FORMAT) == 0;
}

static bool open_json(struct source *s, struct err *e)
{
    struct json *j = s->data = parse(s, e);
    struct json_at at;
    if (!j)
        return false;
    s->top = at = json_top(j);
    if (json_kind(&at) != JSON_OBJECT && json_kind(&at) != JSON_ARRAY)
        return json_expected(&at, e, "an object");
    if (json_has(&at, "format") || json_has(&at, "tensors"))
        s->about = at;
    if (is_native(s))
        return true;
    if (s->about.node && json_get(&s->top, "tensors", &at)) {
        if (json_kind(&at) != JSON_ARRAY && !json_is_object(&at, e))
            return false;
        s->inside = xstrdup("tensors");
    } else {
        at = s->top;
    }
    if (!s->about.node && !unwrap(s, &at, e))
        return false;
    collect_items(s, &at, "");
    for (int k = 0; k < s->n; k++)
        if (!tensor_measure(s, s->t[k], NULL) && source_is_parameter(s->t[k]->name))
            s->t[k]->unread = true;
    return true;
}

static bool sizes_of(struct tensor *t, const struct form *form, size_t *product, struct err *e)
{
    struct json_at at;
    long *size = NULL, two[2] = {0};
    size_t n = 2;
    if (form->shape) {
        if (!json_need(t->at, form->shape, &at, e) || !json_ints(&at, 1, INT_MAX, &size, &n, e))
            return false;
    } else {
        const char *const keys[] = {form->rows, form->columns};
        for (int k = 0; k < 2; k++)
            if (!json_need(t->at, keys[k], &at, e) || !json_int(&at, 1, INT_MAX, &two[k], e))
                return false;
    }
    bool ok =
        n >= 1 && n <= TENSOR_RANK ? true : json_complain(&at, e, "expected 1 to %d sizes, found %zu", TENSOR_RANK, n);
    *product = 1;
    for (size_t k = 0; ok && k < n; k++) {
        t->shape[k] = (size_t)(size ? size[k] : two[k]);
        ok = mem_product(*product, t->shape[k], product)
             || json_complain(&at, e, "expected a size that memory can hold");
    }
    free(size);
    t->rank = (int)n;
    return ok;
}

/* {"shape": [rows, cols], "data": [flat]}: the sizes are believed only when the numbers are there. */
static bool measure_flat(struct tensor *t, struct json_floats *f, bool *finite, struct err *e)
{
    static const char *const keys[] = {"shape", "data", "values", "dtype", NULL};
    const struct form *form = form_of(t->at);
    struct json_at data;
    size_t product;
    if (!form || (form->shape && !json_known_keys(t->at, keys, e)) || !json_need(t->at, form->data, &data, e)
        || !sizes_of(t, form, &product, e))
        return false;
    if (json_kind(&data) == JSON_OBJECT) { /* {"0": 0.5, "1": …}: a typed array of JavaScript; fetch() reads it */
        *finite = false;
        return json_length(&data) == product
               || json_complain(&data, e, "expected %zu numbers, as the sizes say, found %zu", product,
                                json_length(&data));
    }
    if (!json_rectangle(&data, f, finite))
        return json_floats(&data, f, e);
    if (f->rank != 1)
        return json_expected(&data, e, "a flat array of %zu numbers", product);
    if (f->count != product)
        return json_complain(&data, e, "expected %zu numbers, as the shape says, found %zu", product, f->count);
    return true;
}

static bool measure(const struct source *s, struct tensor *t, struct err *e)
{
    struct json_floats f = {0};
    bool finite = false;
    (void)s;
    t->dtype = DTYPE_F32;
    if (t->unread && json_kind(t->at) == JSON_OBJECT && !form_of(t->at))
        return json_expected(t->at, e, "an array of numbers");
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

static bool fetch_by_index(const struct json_at *data, size_t count, float *out, struct err *e)
{
    struct json_iter it = json_iter(data);
    struct json_at item;
    const char *key;
    for (size_t k = 0; json_next(&it, &key, &item); k++) {
        long at;
        double v;
        if (!num_parse_int(key, 0, INT_MAX, &at) || (size_t)at != k || k >= count)
            return json_complain(&item, e, "expected the number \"%zu\" here", k);
        if (!json_number(&item, &v, e))
            return false;
        out[k] = (float)v;
    }
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
    const struct form *form = form_of(t->at);
    if (form)
        json_get(t->at, form->data, &data);
    if (json_kind(&data) == JSON_OBJECT)
        return fetch_by_index(&data, t->count, out, e);
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
