/* source_safetensors.c: tensors in a safetensors file.
 *
 *     8 bytes      N, little-endian
 *     N bytes      a JSON object: "name": {"dtype": "F32", "shape": [4, 3], "data_offsets": [0, 48]}, …, begins with
 * '{'
 *     the rest     the numbers, little-endian, row-major, without holes, overlaps or bytes left over
 *
 * The file stays mapped and float32 is lent as it stands, so that a gigabyte opens in the time its header takes.
 * Every rule of the format is checked before a number is looked at (huggingface.co/docs/safetensors; its reader
 * refuses the same files).
 *
 * "__metadata__" is an object of strings. One of them may be ours, "flstm": the text of a wrapper (formats.md §3),
 * which is how --export-model keeps the vocabulary. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/source.h"

enum { LENGTH = 8, HEADER_MAX = 100000000 };

/* Those that are not read keep their place: DTYPE_OTHER. */
static const struct { const char *name; enum dtype dtype; size_t size; } types[] = {
    {"F32", DTYPE_F32, 4}, {"F16", DTYPE_F16, 2}, {"BF16", DTYPE_BF16, 2}, {"F64", DTYPE_F64, 8},
    {"I8", DTYPE_I8, 1}, {"U8", DTYPE_U8, 1},
    {"I16", DTYPE_I16, 2}, {"U16", DTYPE_U16, 2}, {"I32", DTYPE_I32, 4}, {"U32", DTYPE_U32, 4}, {"I64", DTYPE_I64, 8},
    {"U64", DTYPE_U64, 8}, {"BOOL", DTYPE_BOOL, 1}, {"F8_E4M3", DTYPE_OTHER, 1}, {"F8_E5M2", DTYPE_OTHER, 1},
    {"F8_E8M0", DTYPE_OTHER, 1},
    {"C64", DTYPE_OTHER, 8},
};
enum { TYPES = sizeof types / sizeof *types };

struct safetensors {
    struct json *header;
    const unsigned char *data;
    size_t len;
};

struct span { size_t begin, end; const char *name; };

static uint64_t header_length(const unsigned char *p)
{
    uint64_t n = 0;
    for (int k = LENGTH; k-- > 0;)
        n = n << 8 | p[k];
    return n;
}

static bool is_safetensors(const struct file_bytes *bytes, const char *path)
{
    static const char ending[] = ".safetensors";
    size_t n = strlen(path);
    if (!bytes->data)
        return false;
    if (n >= sizeof ending && strcmp(path + n - (sizeof ending - 1), ending) == 0)
        return true;
    return bytes->len > LENGTH && bytes->data[LENGTH] == '{' && header_length(bytes->data) <= bytes->len - LENGTH;
}

static bool read_type(const struct json_at *entry, struct tensor *t, size_t *size, struct err *e)
{
    struct json_at at;
    const char *name;
    if (!json_need(entry, "dtype", &at, e) || !json_string(&at, &name, e))
        return false;
    for (int k = 0; k < TYPES; k++) {
        if (strcmp(types[k].name, name) == 0) {
            t->dtype = types[k].dtype;
            *size = types[k].size;
            return true;
        }
    }
    return json_expected(&at, e, "a type of numbers (F32, F16, BF16, F64 …)");
}

/* The number of bytes it takes. */
static bool read_shape(const struct json_at *entry, struct tensor *t, size_t size, size_t *bytes, struct err *e)
{
    struct json_at at;
    long *v;
    size_t n;
    if (!json_need(entry, "shape", &at, e) || !json_ints(&at, 0, LONG_MAX, &v, &n, e))
        return false;
    bool ok = n <= TENSOR_RANK ? true : json_complain(&at, e, "expected at most %d sizes, found %zu", TENSOR_RANK, n);
    *bytes = size;
    for (size_t k = 0; ok && k < n; k++) {
        t->shape[k] = (size_t)v[k];
        ok = mem_product(*bytes, t->shape[k], bytes) || json_complain(&at, e, "expected a size that memory can hold");
    }
    t->rank = (int)n;
    free(v);
    return ok;
}

static bool read_span(const struct json_at *entry, size_t bytes, size_t len, struct span *out, struct err *e)
{
    struct json_at at;
    long *v;
    size_t n;
    if (!json_need(entry, "data_offsets", &at, e) || !json_ints(&at, 0, LONG_MAX, &v, &n, e))
        return false;
    bool ok =
        n == 2 ? true
               : json_complain(&at, e, "expected 2 offsets, the first byte and the one after the last, found %zu", n);
    if (ok && v[0] > v[1])
        ok = json_complain(&at, e, "expected an end that is not before its beginning, found %ld to %ld", v[0], v[1]);
    if (ok && (size_t)v[1] > len)
        ok = json_complain(&at, e, "expected at most %zu, the bytes there are, found %ld", len, v[1]);
    if (ok && (size_t)(v[1] - v[0]) != bytes)
        ok = json_complain(&at, e, "expected %zu bytes, as its shape and type say, found %ld", bytes, v[1] - v[0]);
    if (ok) {
        out->begin = (size_t)v[0];
        out->end = (size_t)v[1];
    }
    free(v);
    return ok;
}

static bool read_entry(struct source *s, const struct json_at *entry, const char *name, struct span *span,
                       struct err *e)
{
    static const char *const keys[] = {"dtype", "shape", "data_offsets", NULL};
    struct safetensors *f = s->data;
    struct tensor *t = source_add(s, name);
    size_t size = 0, bytes = 0;
    span->name = t->name;
    if (!json_known_keys(entry, keys, e) || !read_type(entry, t, &size, e) || !read_shape(entry, t, size, &bytes, e)
        || !read_span(entry, bytes, f->len, span, e))
        return false;
    t->raw = t->dtype == DTYPE_OTHER ? NULL : f->data + span->begin;
    return true;
}

/* Strings to strings. */
static bool read_metadata(struct source *s, const struct json_at *at, struct err *e)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    const char *key, *text;
    if (!json_is_object(at, e))
        return false;
    while (json_next(&it, &key, &item)) {
        if (json_kind(&item) != JSON_STRING)
            return json_expected(&item, e, "a string");
        if (strcmp(key, "flstm") == 0 && (!json_string(&item, &text, e) || !source_about(s, text, e)))
            return false;
    }
    return true;
}

static int by_begin(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* One after the other, from the first byte to the last. */
static bool without_gaps(const struct source *s, struct span *span, size_t n, size_t len, struct err *e)
{
    size_t at = 0;
    qsort(span, n, sizeof *span, by_begin);
    for (size_t k = 0; k < n; at = span[k++].end) {
        if (span[k].begin < at)
            return err_set(e, s->name, span[k].name, "its bytes begin at %zu, within \"%s\", which ends at %zu",
                           span[k].begin, span[k - 1].name, at);
        if (span[k].begin > at)
            return err_set(e, s->name, span[k].name,
                           "expected its bytes to begin at %zu, where what is before them ends, found %zu", at,
                           span[k].begin);
    }
    return at == len
           || source_complain(
               s, e, "expected the file to end with its last tensor, at byte %zu of the numbers, found %zu", at, len);
}

static bool read_header(struct source *s, const struct json_at *top, struct err *e)
{
    struct safetensors *f = s->data;
    struct json_iter it = json_iter(top);
    struct json_at entry;
    const char *name;
    size_t n = 0, most = json_length(top);
    struct span *span = mem_array(most, sizeof *span);
    bool ok = span != NULL || source_complain(s, e, "not enough memory for %zu tensors", most);
    while (ok && json_next(&it, &name, &entry))
        ok = strcmp(name, "__metadata__") == 0 ? read_metadata(s, &entry, e)
                                               : read_entry(s, &entry, name, &span[n++], e);
    ok = ok && without_gaps(s, span, n, f->len, e);
    mem_free(span);
    return ok;
}

static bool open_safetensors(struct source *s, struct err *e)
{
    const struct file_bytes *b = &s->bytes;
    struct safetensors *f = s->data = xcalloc(1, sizeof *f);
    if (b->len < LENGTH)
        return source_complain(s, e, "expected 8 bytes with the length of the header, found %zu", b->len);
    uint64_t n = header_length(b->data);
    if (n > HEADER_MAX)
        return source_complain(s, e, "expected a header of at most %d bytes, found a length of %llu", HEADER_MAX,
                               (unsigned long long)n);
    if (n > b->len - LENGTH)
        return source_complain(s, e, "expected a header of %llu bytes, found %zu to the end of the file",
                               (unsigned long long)n, b->len - LENGTH);
    if (n == 0 || b->data[LENGTH] != '{')
        return source_complain(s, e, "expected a header that begins with {, found %s", n ? "another byte" : "none");
    struct str header = {0};
    str_add(&header, s->name);
    str_add(&header, ": header");
    f->header = json_parse_copy((const char *)b->data + LENGTH, (size_t)n, str_text(&header), e);
    str_free(&header);
    if (!f->header)
        return false;
    f->data = b->data + LENGTH + n;
    f->len = b->len - LENGTH - (size_t)n;
    struct json_at top = json_top(f->header);
    return json_is_object(&top, e) && read_header(s, &top, e);
}

static void close_safetensors(struct source *s)
{
    struct safetensors *f = s->data;
    if (f)
        json_free(f->header);
    free(f);
}

const struct source_kind source_safetensors = {
    .name = "safetensors", .is = is_safetensors, .open = open_safetensors, .close = close_safetensors,
};
