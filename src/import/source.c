/* source.c: see source.h. What all kinds share: the list and its index, the numbers of a tensor as floats, the
 * account. */
#include "import/source.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/threads.h"
#include "base/progress.h"
#include "base/str.h"

void source_close(struct source *s)
{
    if (!s)
        return;
    if (s->kind && s->kind->close)
        s->kind->close(s);
    for (int k = 0; k < s->n; k++) {
        free(s->t[k]->name);
        free(s->t[k]->was);
        free(s->t[k]->became);
        mem_free(s->t[k]->own);
        free(s->t[k]);
    }
    free(s->t);
    free(s->sorted);
    json_free(s->said);
    json_free(s->kept);
    json_free(s->vocab_file);
    file_release(&s->bytes);
    free(s->inside);
    free(s->not_run);
    free(s->behind);
    free(s->path);
    free(s->name);
    free(s);
}

bool source_about(struct source *s, const char *json_text, struct err *e)
{
    json_free(s->said);
    s->said = json_parse_copy(json_text, strlen(json_text), s->name, e);
    s->about = s->said ? json_top(s->said) : (struct json_at){0};
    return s->said && json_is_object(&s->about, e);
}

bool source_aside(struct source *s, const char *json_text, struct err *e)
{
    json_free(s->kept);
    s->kept = json_parse_copy(json_text, strlen(json_text), s->name, e);
    s->aside = s->kept ? json_top(s->kept) : (struct json_at){0};
    return s->kept != NULL;
}

/* Is it a name that needs no care within quotes in a shell? */
static bool is_plain_path(const char *path)
{
    return strcmp(path, "-") != 0 && !strpbrk(path, "'\"\\$`\n");
}

/* The first n bytes of the path in place of `what` in a text. */
/* n bytes of path in place of the len bytes at `at`. */
static void splice(struct str *text, size_t at, size_t len, const char *path, size_t n)
{
    struct str named = {0};
    str_addn(&named, text->s, at);
    str_addn(&named, path, n);
    str_add(&named, text->s + at + len);
    str_free(text);
    *text = named;
}

static void put_path(const char *path, size_t n, const char *what, struct str *text)
{
    const char *from = strstr(str_text(text), what);
    if (from && text->len + n <= ERR_MAX)
        splice(text, (size_t)(from - text->s), strlen(what), path, n);
}

/* A line to type names the file itself in place of FILE, where its name needs no care in a shell and there is room. */
static void name_file(const struct source *s, struct str *text)
{
    const size_t n = strlen(s->path), folder = (size_t)(file_base(s->path) - s->path);
    const size_t stem = n > 6 && strcmp(s->path + n - 6, ".index") == 0 ? n - 6 : n;
    if (!is_plain_path(s->path) || text->len + 2 * n + 8 > ERR_MAX)
        return;
    put_path(s->path, stem, "FILE without .index", text);
    put_path(folder ? s->path : ".", folder ? folder - 1 : 1, "FOLDER", text);
    /* Within quotes: "--vocab FILE" is another one. */
    for (const char *at = str_text(text); (at = strstr(at, "'FILE'"));) {
        const size_t before = (size_t)(at - str_text(text)) + 1;
        splice(text, before, 4, s->path, n);
        at = str_text(text) + before + n;
        if (text->len + n > ERR_MAX)
            break;
    }
}

bool (source_complain)(const struct source *s, struct err *e, const char *format, ...)
{
    struct str text = {0};
    va_list ap;
    va_start(ap, format);
    str_addvf(&text, format, ap);
    va_end(ap);
    name_file(s, &text);
    err_set(e, s->name, NULL, "%s", str_text(&text));
    str_free(&text);
    return false;
}

/* ---- the list ---- */

struct tensor *source_add(struct source *s, const char *name)
{
    struct tensor *t = xcalloc(1, sizeof *t);
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 32;
        s->t = xrealloc(s->t, (size_t)s->cap, sizeof *s->t);
    }
    free(s->sorted);
    s->sorted = NULL;
    t->name = xstrdup(name);
    return s->t[s->n++] = t;
}

bool source_is_parameter(const char *name)
{
    static const char *const words[] = {"weight", "bias",     "kernel", "recurrent_kernel", "gamma",
                                        "beta",   "embeddings", "running_", "moving_"};
    const char *dot = strrchr(name, '.'), *slash = strrchr(name, '/'), *last = dot > slash ? dot : slash;
    last = last ? last + 1 : name;
    for (size_t k = 0; last > name && k < sizeof words / sizeof *words; k++)
        if (strncmp(last, words[k], strlen(words[k])) == 0)
            return true;
    return false;
}

struct tensor *source_slice(struct source *s, struct tensor *t, size_t at, size_t rows, size_t cols, const char *what)
{
    struct str name = {0};
    str_addf(&name, "%s.%s", t->name, what);
    struct tensor *part = source_add(s, str_text(&name));
    str_free(&name);
    part->rank = cols ? 2 : 1;
    part->shape[0] = rows;
    part->shape[1] = cols;
    part->count = cols ? rows * cols : rows;
    part->dtype = DTYPE_F32;
    part->raw = t->v + at;
    part->measured = true;
    part->slice = true;
    return part;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(struct tensor *const *)a)->name, (*(struct tensor *const *)b)->name);
}

struct tensor *source_find(struct source *s, const char *name)
{
    if (!s->sorted && s->n) {
        s->sorted = xcalloc((size_t)s->n, sizeof *s->sorted);
        memcpy(s->sorted, s->t, (size_t)s->n * sizeof *s->sorted);
        qsort(s->sorted, (size_t)s->n, sizeof *s->sorted, by_name);
    }
    for (int low = 0, high = s->n; low < high;) {
        int mid = low + (high - low) / 2, order = strcmp(name, s->sorted[mid]->name);
        if (order == 0)
            return s->sorted[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

void source_rename(struct source *s, struct tensor *t, const char *name)
{
    char *own = t->was ? t->was : t->name;
    if (t->was)
        free(t->name);
    free(s->sorted);
    s->sorted = NULL;
    t->was = own;
    t->name = xstrdup(name);
}

struct tensor *source_find_any(struct source *s, const char *name)
{
    struct tensor *found = source_find(s, name);
    for (int k = 0; !found && k < s->n; k++)
        if (s->t[k]->was && strcmp(s->t[k]->was, name) == 0)
            found = s->t[k];
    return found;
}

/* ---- numbers ---- */

static const struct { const char *name; size_t size;
} dtypes[DTYPE_COUNT] = {
    [DTYPE_F32] = {"float32", 4}, [DTYPE_F64] = {"float64", 8},
    [DTYPE_F16] = {"float16", 2}, [DTYPE_BF16] = {"bfloat16", 2},
    [DTYPE_I8] = {"int8", 1},     [DTYPE_U8] = {"uint8", 1},
    [DTYPE_I16] = {"int16", 2},   [DTYPE_U16] = {"uint16", 2},
    [DTYPE_I32] = {"int32", 4},   [DTYPE_U32] = {"uint32", 4},
    [DTYPE_I64] = {"int64", 8},   [DTYPE_U64] = {"uint64", 8},
    [DTYPE_BOOL] = {"bool", 1},   [DTYPE_OTHER] = {"another type", 0},
};

const char *dtype_name(enum dtype d)
{
    return dtypes[d].name;
}

size_t dtype_size(enum dtype d)
{
    return dtypes[d].size;
}

static uint64_t little(const unsigned char *p, size_t bytes)
{
    uint64_t v = 0;
    for (size_t k = bytes; k-- > 0;)
        v = v << 8 | p[k];
    return v;
}

static float from_bits(uint32_t bits)
{
    float v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. Every one of them is a float. */
static float half(uint32_t h)
{
    uint32_t sign = (h & 0x8000) << 16, exponent = h >> 10 & 31, fraction = h & 1023;
    if (exponent == 31)
        return from_bits(sign | 0x7F800000 | fraction << 13);
    if (exponent)
        return from_bits(sign | (exponent + 112) << 23 | fraction << 13);
    float v = (float)fraction * 0x1p-24f;
    return sign ? -v : v;
}

float dtype_number(const unsigned char *p, enum dtype d)
{
    uint64_t bits = little(p, dtypes[d].size);
    double wide;
    switch (d) {
    case DTYPE_F32: return from_bits((uint32_t)bits);
    case DTYPE_F16: return half((uint32_t)bits);
    case DTYPE_BF16: return from_bits((uint32_t)bits << 16);
    case DTYPE_F64:
        memcpy(&wide, &bits, sizeof wide);
        return (float)wide;
    case DTYPE_I8: return (float)(int8_t)bits;
    case DTYPE_I16: return (float)(int16_t)bits;
    case DTYPE_I32: return (float)(int32_t)bits;
    case DTYPE_I64: return (float)(int64_t)bits;
    case DTYPE_BOOL: return bits ? 1.0f : 0.0f;
    default: return (float)bits;
    }
}

static bool little_endian(void)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

const float *tensor_lend(const struct tensor *t)
{
    if (t->v)
        return t->v;
    return t->raw && t->dtype == DTYPE_F32 && (uintptr_t)t->raw % _Alignof(float) == 0 && little_endian() ? t->raw
                                                                                                          : NULL;
}

float *tensor_keep(const struct source *s, const struct tensor *t)
{
    enum { WORTH = 1 << 20 };
    union { const float *read_only; float *any; } v = {tensor_lend(t)};
    const unsigned char *at = (const unsigned char *)v.read_only, *from = s->bytes.data;
    bool inside = at && s->bytes.mapped && at >= from && at < from + s->bytes.len;
    return inside && t->count >= WORTH ? v.any : NULL;
}

bool tensor_measure(struct source *s, struct tensor *t, struct err *e)
{
    if (t->measured)
        return true;
    if (s->kind->measure && !s->kind->measure(s, t, e))
        return false;
    t->count = 1;
    for (int d = 0; d < t->rank; d++)
        if (!mem_product(t->count, t->shape[d], &t->count))
            return tensor_complain(s, t, e, "expected a size that memory can hold");
    t->measured = true;
    return true;
}

enum { TICK = 1 << 15 };          /* numbers between two looks at the clock */

/* Somebody may wait: how far into the file we are. */
static void tick(const struct source *s, const unsigned char *at)
{
    if (s->bytes.len && at >= s->bytes.data && at < s->bytes.data + s->bytes.len)
        progress_at(s->name, (double)(at - s->bytes.data) / (double)s->bytes.len);
}

/* The numbers as floats. */
static bool convert(const struct source *s, const struct tensor *t, float *out, struct err *e)
{
    if (!t->raw && !s->kind->fetch)
        return tensor_complain(s, t, e, "its numbers are of a type that is not read");
    if (!t->raw)
        return s->kind->fetch(s, t, out, e);
    size_t size = dtypes[t->dtype].size;
    if (!size)
        return tensor_complain(s, t, e, "its numbers are of a type that is not read");
    const unsigned char *p = t->raw;
    for (size_t k = 0; k < t->count; k++) {
        out[k] = dtype_number(p + k * size, t->dtype);
        if (k % TICK == 0)
            tick(s, p + k * size);
    }
    return true;
}

/* "lstm.weight_ih_l0[3][1]" */
static void add_element(const struct tensor *t, size_t k, struct str *out)
{
    size_t index[TENSOR_RANK], below = 1;
    for (int d = t->rank; d-- > 0; below *= t->shape[d])
        index[d] = k / below % t->shape[d];
    for (int d = 0; d < t->rank; d++)
        str_addf(out, "[%zu]", index[d]);
}

enum { SOME = 1 << 16, SOMES = 32 };           /* numbers of a piece; pieces between two looks at the clock */

struct finiteness {
    const float *v;
    bool bad[SOMES];
};

/* Is one of the numbers of piece k none? Without a way out in the middle, so that many are looked at at once. */
static void look_at_some(void *context, int k)
{
    struct finiteness *f = context;
    const float *v = f->v + (size_t)k * SOME;
    uint32_t any = 0;
    for (int i = 0; i < SOME; i++) {
        uint32_t bits;
        memcpy(&bits, v + i, sizeof bits);
        any |= (bits & 0x7f800000u) == 0x7f800000u ? 1u : 0u;
    }
    f->bad[k] = any;
}

/* How many of the first numbers are known to be finite: of many, whole pieces. */
static size_t some_finite(const struct source *s, const float *v, size_t n)
{
    struct finiteness f = {.v = v};
    size_t done = 0;
    for (; n - done >= (size_t)SOME * SOMES; done += (size_t)SOME * SOMES) {
        f.v = v + done;
        threads_each(SOMES, look_at_some, &f);
        tick(s, (const unsigned char *)f.v);
        for (int k = 0; k < SOMES; k++)
            if (f.bad[k])
                return done + (size_t)k * SOME;
    }
    return done;
}

static bool all_finite(const struct source *s, const struct tensor *t, const float *v, struct err *e)
{
    size_t k = some_finite(s, v, t->count);
    for (; k < t->count && isfinite(v[k]); k++)
        if (k % TICK == 0)
            tick(s, (const unsigned char *)(v + k));
    if (k == t->count)
        return true;
    struct str place = {0};
    str_add(&place, t->name);
    add_element(t, k, &place);
    err_set(e, s->name, str_text(&place), "expected a finite number within float range, found %s",
            isnan(v[k]) ? "NaN" : v[k] > 0 ? "Infinity" : "-Infinity");
    str_free(&place);
    return false;
}

bool tensor_numbers(struct source *s, struct tensor *t, struct err *e)
{
    if (t->v)
        return true;
    if (!tensor_measure(s, t, e))
        return false;
    const float *v = tensor_lend(t);
    if (!v && !(t->own = mem_array(t->count, sizeof *t->own)))
        return tensor_complain(s, t, e, "not enough memory for %zu numbers", t->count);
    if (!v && !convert(s, t, t->own, e)) {
        mem_free(t->own);
        t->own = NULL;
        return false;
    }
    v = v ? v : t->own;
    if (!all_finite(s, t, v, e))
        return false;
    t->v = v;
    return true;
}

bool tensor_numbers_into(struct source *s, struct tensor *t, float *out, struct err *e)
{
    if (!tensor_measure(s, t, e))
        return false;
    const float *v = tensor_lend(t);
    if (v)
        memcpy(out, v, t->count * sizeof *out);
    return (v || convert(s, t, out, e)) && (t->v || all_finite(s, t, v ? v : out, e));
}

/* ---- shapes ---- */

const char *tensor_shape(const struct tensor *t, char buf[96])
{
    int n = 0;
    *buf = '\0';
    for (int k = 0; k < t->rank && n < 72; k++)
        n += snprintf(buf + n, 96 - (size_t)n, "%s%zu", k ? " x " : "", t->shape[k]);
    return *buf ? buf : "1 number";
}

static void add_size(struct str *out, long n)
{
    if (n < 0)
        str_add(out, "any");
    else
        str_addf(out, "%ld", n);
}

bool tensor_matrix(struct source *s, struct tensor *t, long rows, long cols, struct err *e)
{
    char found[96];
    if (!tensor_measure(s, t, e))
        return false;
    if (t->rank == 2 && t->shape[0] >= 1 && t->shape[1] >= 1 && t->shape[0] <= INT_MAX / 8 && t->shape[1] <= INT_MAX / 8
        && (rows < 0 || t->shape[0] == (size_t)rows) && (cols < 0 || t->shape[1] == (size_t)cols))
        return true;
    struct str want = {0};
    add_size(&want, rows);
    str_add(&want, " x ");
    add_size(&want, cols);
    tensor_complain(s, t, e, "expected %s numbers, found %s", str_text(&want), tensor_shape(t, found));
    str_free(&want);
    return false;
}

/* n numbers in a row, whatever axes of size 1 stand around them. */
bool tensor_vector(struct source *s, struct tensor *t, long n, struct err *e)
{
    char found[96];
    int axes = 0;
    if (!tensor_measure(s, t, e))
        return false;
    for (int d = 0; d < t->rank; d++)
        axes += t->shape[d] != 1;
    if (t->rank >= 1 && axes <= 1 && t->count == (size_t)n)
        return true;
    return tensor_complain(s, t, e, "expected %ld numbers, found %s", n, tensor_shape(t, found));
}

/* ---- account ---- */

bool (tensor_complain)(const struct source *s, const struct tensor *t, struct err *e, const char *format, ...)
{
    struct str text = {0};
    va_list ap;
    va_start(ap, format);
    str_addvf(&text, format, ap);
    va_end(ap);
    name_file(s, &text);
    err_set(e, s->name, t->at ? t->at->path : t->name, "%s", str_text(&text));
    str_free(&text);
    return false;
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
    t->use = TENSOR_USED;
}

/* " (vars/0)": the end of the file's own name, from the folder on in which it differs. */
static void add_was(struct str *out, const struct tensor *t)
{
    size_t same = 0, folder = 0;
    for (; t->was && t->was[same] && t->was[same] == t->name[same]; same++)
        folder = t->was[same] == '/' || t->was[same] == '.' ? same + 1 : folder;
    const char *own = t->was ? t->was + folder : "", *attributes = strstr(own, ".ATTRIBUTES");
    size_t n = attributes ? (size_t)(attributes - own) : strlen(own);
    if (n)
        str_addf(out, " (%.*s)", (int)(n - (own[n - 1] == '/')), own);
}

void source_report(struct source *s, struct report *r)
{
    static const char *const use[] = {
        [TENSOR_UNUSED] = "not used",
        [TENSOR_USED] = "used",
        [TENSOR_HARMLESS] = "not needed",
        [TENSOR_BESIDE] = "beside the weights: not read",
    };
    for (int k = 0; k < s->n; k++) {
        struct tensor *t = s->t[k];
        char shape[96];
        if (t->slice)
            continue;
        bool readable = tensor_measure(s, t, NULL);
        struct str name = {0};
        str_add(&name, t->name);
        add_was(&name, t);
        report_part(r, str_text(&name), readable ? tensor_shape(t, shape) : "-", "%s",
                    t->became ? t->became : use[t->use]);
        str_free(&name);
    }
}
