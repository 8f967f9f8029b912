/* source_shards.c: weights in raw files beside a JSON text that lists them: two forms.
 *
 *     tfjs    model.json    {"modelTopology": …, "weightsManifest": [{"paths": ["group1-shard1of2.bin", …],
 *                           "weights": [{"name": "lstm/kernel", "shape": [4, 12], "dtype": "float32"}, …]}]}
 *             the shards of a group are one row of bytes, cut anywhere; a weight may be quantized: value = q · scale
 * + min
 *     ml5     a folder with manifest.json {"rnnlm/…/kernel": {"filename": "kernel", "shape": [4, 12]}, …} and
 * vocab.json
 *
 * Files are looked for in the folder of the JSON, by plain names: a path that leads elsewhere is refused. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "import/names.h"
#include "import/source.h"
#include "import/topology.h"

extern const struct source_kind source_tfjs, source_ml5;

struct piece { struct file_bytes file; unsigned char *joined; size_t len; };

struct shards {
    struct json *doc, *vocab;
    struct piece *piece;           /* [n]: a group of tfjs, a file of ml5 */
    int n, cap;
};

/* How the numbers of a quantized weight stand in its file. */
struct quantized { const unsigned char *p; enum dtype dtype; double scale, min; };

static const unsigned char *bytes_of(const struct piece *p)
{
    return p->joined ? p->joined : p->file.data;
}

/* ---- files beside ---- */

static void folder_of(const struct source *s, bool is_folder, struct str *out)
{
    const char *slash = strrchr(s->path, '/');
    if (is_folder)
        str_addf(out, "%s/", s->path);
    else if (slash)
        str_addn(out, s->path, (size_t)(slash + 1 - s->path));
}

static bool map_beside(const struct source *s, bool is_folder, const struct json_at *at, const char *name,
                       struct file_bytes *out, struct err *e)
{
    if (!*name || strchr(name, '/') || strcmp(name, "..") == 0 || strcmp(name, "-") == 0)
        return json_complain(at, e, "expected the name of a file beside it, found \"%s\"", name);
    struct str path = {0};
    folder_of(s, is_folder, &path);
    str_add(&path, name);
    bool ok = file_map(str_text(&path), out, e);
    str_free(&path);
    return ok;
}

static struct piece *new_piece(struct shards *x)
{
    if (x->n == x->cap) {
        x->cap = x->cap ? 2 * x->cap : 16;
        x->piece = xrealloc(x->piece, (size_t)x->cap, sizeof *x->piece);
    }
    x->piece[x->n] = (struct piece){0};
    return &x->piece[x->n++];
}

/* The shards of a group as one row of bytes; a single one stays mapped. */
static bool read_group(struct source *s, const struct json_at *paths, struct piece *p, struct err *e)
{
    struct json_iter it = json_iter(paths);
    struct json_at item;
    const char *name;
    size_t n = json_length(paths);
    if (json_kind(paths) != JSON_ARRAY || !n)
        return json_expected(paths, e, "the names of its files");
    while (json_next(&it, NULL, &item)) {
        struct file_bytes file = {0};
        if (!json_string(&item, &name, e) || !map_beside(s, false, &item, name, &file, e))
            return false;
        if (n == 1) {
            p->file = file;
            p->len = file.len;
            return true;
        }
        unsigned char *more = realloc(p->joined, p->len + file.len + 1);
        if (more) {
            if (file.len)
                memcpy(more + p->len, file.data, file.len);
            p->joined = more;
            p->len += file.len;
        }
        file_release(&file);
        if (!more)
            return json_complain(&item, e, "not enough memory for its numbers");
    }
    return true;
}

/* ---- weights ---- */

static bool read_shape(const struct json_at *entry, struct tensor *t, struct err *e)
{
    struct json_at at;
    long *v;
    size_t n;
    if (!json_need(entry, "shape", &at, e) || !json_ints(&at, 0, INT_MAX, &v, &n, e))
        return false;
    bool ok = n <= TENSOR_RANK || json_complain(&at, e, "expected at most %d sizes, found %zu", TENSOR_RANK, n);
    for (size_t k = 0; ok && k < n; k++)
        t->shape[k] = (size_t)v[k];
    t->rank = ok ? (int)n : 0;
    free(v);
    return ok;
}

static bool count_bytes(const struct tensor *t, size_t size, size_t *bytes)
{
    *bytes = size;
    for (int d = 0; d < t->rank; d++)
        if (!mem_product(*bytes, t->shape[d], bytes))
            return false;
    return true;
}

static bool read_type(const struct json_at *at, enum dtype *out, struct err *e)
{
    static const enum dtype known[] = {DTYPE_F32, DTYPE_F16, DTYPE_I32, DTYPE_U8, DTYPE_U16, DTYPE_BOOL};
    const char *name;
    if (!json_string(at, &name, e))
        return false;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (strcmp(dtype_name(known[k]), name) == 0) {
            *out = known[k];
            return true;
        }
    return json_expected(at, e, "float32, int32, bool, uint8, uint16 or float16");
}

/* {"dtype": "uint8", "scale": …, "min": …}; float16 has neither */
static bool read_quantization(const struct json_at *entry, struct tensor *t, struct quantized *q, struct err *e)
{
    struct json_at at, item;
    if (!json_get(entry, "quantization", &at))
        return true;
    q->scale = 1;
    if (!json_need(&at, "dtype", &item, e) || !read_type(&item, &q->dtype, e))
        return false;
    t->dtype = DTYPE_OTHER;
    return (!json_get(&at, "scale", &item) || json_number(&item, &q->scale, e))
           && (!json_get(&at, "min", &item) || json_number(&item, &q->min, e));
}

static bool read_weight(struct source *s, const struct json_at *entry, const struct piece *p, size_t *at, struct err *e)
{
    struct json_at item;
    const char *name;
    size_t bytes;
    if (!json_need(entry, "name", &item, e) || !json_string(&item, &name, e))
        return false;
    struct tensor *t = source_add(s, name);
    struct quantized *q = t->extra = xcalloc(1, sizeof *q);
    if (!read_shape(entry, t, e) || !json_need(entry, "dtype", &item, e) || !read_type(&item, &t->dtype, e))
        return false;
    q->dtype = t->dtype;
    if (!read_quantization(entry, t, q, e))
        return false;
    if (!count_bytes(t, dtype_size(q->dtype), &bytes) || bytes > p->len - *at)
        return json_complain(entry, e, "its numbers reach beyond the %zu bytes of its files", p->len);
    q->p = bytes_of(p) + *at;
    if (t->dtype != DTYPE_OTHER)
        t->raw = q->p;
    *at += bytes;
    return true;
}

static bool fetch(const struct source *s, const struct tensor *t, float *out, struct err *e)
{
    const struct quantized *q = t->extra;
    size_t size = dtype_size(q->dtype);
    (void)s;
    (void)e;
    for (size_t k = 0; k < t->count; k++)
        out[k] = (float)((double)dtype_number(q->p + k * size, q->dtype) * q->scale + q->min);
    return true;
}

static void close_shards(struct source *s)
{
    struct shards *x = s->data;
    for (int k = 0; k < s->n; k++)
        free(s->t[k]->extra);
    for (int k = 0; x && k < x->n; k++) {
        file_release(&x->piece[k].file);
        free(x->piece[k].joined);
    }
    if (x) {
        free(x->piece);
        json_free(x->doc);
        json_free(x->vocab);
    }
    free(x);
}

/* ---- tfjs ---- */

static bool is_tfjs(const struct file_bytes *bytes, const char *path)
{
    static const char key[] = "\"weightsManifest\"";
    enum { LOOK = 4 << 20 };                     /* a topology is small; what is large is something else */
    const size_t len = bytes->len < LOOK ? bytes->len : LOOK;
    (void)path;
    for (size_t k = 0; bytes->data && k + sizeof key <= len; k++) {
        const unsigned char *q = memchr(bytes->data + k, '"', len - k);
        if (!q || (size_t)(bytes->data + len - q) < sizeof key)
            return false;
        if (memcmp(q, key, sizeof key - 1) == 0)
            return true;
        k = (size_t)(q - bytes->data);
    }
    return false;
}

static bool open_tfjs(struct source *s, struct err *e)
{
    struct shards *x = s->data = xcalloc(1, sizeof *x);
    x->doc = json_parse_copy((const char *)s->bytes.data, s->bytes.len, s->name, e);
    if (!x->doc)
        return false;
    struct json_at top = json_top(x->doc), manifest, group, paths, weights, weight;
    if (!json_need(&top, "weightsManifest", &manifest, e))
        return false;
    if (json_kind(&manifest) != JSON_ARRAY)
        return json_expected(&manifest, e, "an array of groups of weights");
    struct json_iter groups = json_iter(&manifest);
    while (json_next(&groups, NULL, &group)) {
        struct piece *p = new_piece(x);
        size_t at = 0;
        if (!json_need(&group, "paths", &paths, e) || !json_need(&group, "weights", &weights, e)
            || !read_group(s, &paths, p, e))
            return false;
        struct json_iter it = json_iter(&weights);
        while (json_next(&it, NULL, &weight))
            if (!read_weight(s, &weight, p, &at, e))
                return false;
        if (at != p->len)
            return json_complain(&group, e, "expected %zu bytes in its files, as the shapes say, found %zu", at,
                                 p->len);
    }
    return topology_read(s, &top, e);
}

const struct source_kind source_tfjs = {
    .name = "TensorFlow.js (model.json and its shards)", .is = is_tfjs, .open = open_tfjs, .fetch = fetch,
    .close = close_shards,
};

/* ---- ml5 ---- */

static bool holds(const char *folder, const char *name)
{
    struct str path = {0};
    struct stat st;
    str_addf(&path, "%s/%s", folder, name);
    bool there = stat(str_text(&path), &st) == 0 && S_ISREG(st.st_mode);
    str_free(&path);
    return there;
}

static bool is_ml5(const struct file_bytes *bytes, const char *path)
{
    return !bytes->data && holds(path, "manifest.json");
}

static struct json *read_beside(const struct source *s, const char *name, struct err *e)
{
    struct str path = {0};
    str_addf(&path, "%s/%s", s->path, name);
    struct json *j = json_read(str_text(&path), e);
    str_free(&path);
    return j;
}

/* vocab.json is {"a": 0, …}: tokens in the order of their numbers. */
static bool read_vocabulary(struct source *s, struct shards *x, struct str *about, struct err *e)
{
    struct json_at top, item;
    const char *key;
    if (!holds(s->path, "vocab.json"))
        return true;
    x->vocab = read_beside(s, "vocab.json", e);
    if (!x->vocab)
        return false;
    top = json_top(x->vocab);
    size_t n = json_length(&top);
    const char **token = xcalloc(n, sizeof *token);
    struct json_iter it = json_iter(&top);
    bool ok = json_is_object(&top, e);
    while (ok && json_next(&it, &key, &item)) {
        long k = 0;
        ok = json_int(&item, 0, (long)n - 1, &k, e)
             && (!token[k] || json_complain(&item, e, "expected each number once, found %ld again", k));
        token[ok ? k : 0] = key;
    }
    if (ok) {
        str_add(about, ", \"vocabulary\": {\"kind\": \"char\", \"tokens\": [");
        for (size_t k = 0; k < n; k++) {
            str_add(about, k ? ", " : "");
            str_add_json(about, token[k]);
        }
        str_add(about, "]}");
    }
    free(token);
    return ok;
}

static bool read_file(struct source *s, struct shards *x, const char *name, const struct json_at *entry, struct err *e)
{
    struct json_at item;
    const char *file;
    size_t bytes;
    struct tensor *t = source_add(s, name);
    t->dtype = DTYPE_F32;
    if (!json_is_object(entry, e) || !read_shape(entry, t, e) || !json_need(entry, "filename", &item, e)
        || !json_string(&item, &file, e))
        return false;
    struct piece *p = new_piece(x);
    if (!map_beside(s, true, &item, file, &p->file, e))
        return false;
    p->len = p->file.len;
    if (!count_bytes(t, 4, &bytes) || bytes != p->len)
        return json_complain(entry, e, "expected %zu bytes in %s, as its shape says, found %zu", bytes, file, p->len);
    t->raw = p->file.data;
    return true;
}

static bool open_ml5(struct source *s, struct err *e)
{
    struct shards *x = s->data = xcalloc(1, sizeof *x);
    struct json_at top, entry;
    const char *name;
    struct str about = {0};
    x->doc = read_beside(s, "manifest.json", e);
    if (!x->doc)
        return false;
    top = json_top(x->doc);
    struct json_iter it = json_iter(&top);
    bool ok = json_is_object(&top, e);
    while (ok && json_next(&it, &name, &entry))
        ok = read_file(s, x, name, &entry, e);
    str_add(&about, "{\"format\": \"tf1-basic-lstm\"");
    ok = ok && read_vocabulary(s, x, &about, e);
    str_addc(&about, '}');
    ok = ok && source_about(s, str_text(&about), e);
    str_free(&about);
    return ok;
}

const struct source_kind source_ml5 = {
    .name = "ml5 (a folder with manifest.json)", .is = is_ml5, .open = open_ml5, .close = close_shards};
