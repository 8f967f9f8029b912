/* source_npz.c: arrays as numpy saves them: one (.npy), or a zip of them (.npz).
 *
 *     "\x93NUMPY", version, the length of the header, the header, the numbers
 *
 * The header is a Python dictionary of three keys, {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, read
 * as such and nothing else (numpy.lib.format). Arrays of Python objects are pickles and refused where they are used.
 * numpy.savez stores; what numpy.savez_compressed writes is told how to store. Arrays without names, arr_0 … arr_n,
 * are a list: [0] … [n], as the lists of Keras are when they come as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "import/strided.h"
#include "import/unread.h"
#include "import/zip.h"

extern const struct source_kind source_npz, source_npy;

enum { MAGIC = 6, HEADER_MAX = 65536 };

/* ---- one array ---- */

/* The text of a header being read. */
struct header {
    const char *p, *end;
    const struct source *s;
    const char *name;
    struct err *e;
    char text;                     /* 'U' or 'S' of an array of text, else 0 */
};

static bool expected(const struct header *h, const char *what)
{
    char found[24] = "its end";
    if (h->p < h->end)
        snprintf(found, sizeof found, "%.*s", (int)(h->end - h->p < 20 ? h->end - h->p : 20), h->p);
    return err_set(h->e, h->s->name, h->name, "header: expected %s, found %s", what, found);
}

static void blanks(struct header *h)
{
    while (h->p < h->end && (*h->p == ' ' || *h->p == '\n'))
        h->p++;
}

static bool take(struct header *h, char c)
{
    blanks(h);
    if (h->p >= h->end || *h->p != c)
        return false;
    h->p++;
    return true;
}

/* 'text', without escapes. */
static bool take_string(struct header *h, char *out, size_t room)
{
    blanks(h);
    char quote = h->p < h->end ? *h->p : 0;
    const char *from = h->p + 1,
               *stop = quote == '\'' || quote == '"' ? memchr(from, quote, (size_t)(h->end - from)) : NULL;
    if (!stop || (size_t)(stop - from) >= room || memchr(from, '\\', (size_t)(stop - from)))
        return false;
    memcpy(out, from, (size_t)(stop - from));
    out[stop - from] = '\0';
    h->p = stop + 1;
    return true;
}

static bool take_word(struct header *h, const char *word)
{
    size_t n = strlen(word);
    blanks(h);
    if ((size_t)(h->end - h->p) < n || memcmp(h->p, word, n) != 0)
        return false;
    h->p += n;
    return true;
}

static bool take_size(struct header *h, size_t *out)
{
    blanks(h);
    const char *from = h->p;
    size_t v = 0;
    for (; h->p < h->end && *h->p >= '0' && *h->p <= '9'; h->p++) {
        if (v > (SIZE_MAX / 4 - 9) / 10)
            return false;
        v = v * 10 + (size_t)(*h->p - '0');
    }
    *out = v;
    return h->p > from;
}

/* (), (3,), (3, 4) */
static bool take_shape(struct header *h, struct tensor *t)
{
    if (!take(h, '('))
        return expected(h, "a shape such as (3, 4)");
    for (t->rank = 0; !take(h, ')');) {
        if (t->rank == TENSOR_RANK)
            return expected(h, "at most 8 axes");
        if (!take_size(h, &t->shape[t->rank]))
            return expected(h, "a shape such as (3, 4)");
        t->rank++;
        if (!take(h, ',') && (blanks(h), h->p >= h->end || *h->p != ')'))
            return expected(h, "a shape such as (3, 4)");
    }
    return true;
}

/* '<f4': byte order, kind, bytes. */
static bool take_type(struct header *h, struct strided *x, size_t *size)
{
    char text[16];
    if (!take_string(h, text, sizeof text) || !*text)
        return expected(h, "a type such as '<f4'");
    x->dtype = strchr("<>|=", *text) ? strided_numpy(text + 1) : DTYPE_OTHER;
    x->big_endian = *text == '>';
    h->text = text[1] == 'U' || text[1] == 'S' ? text[1] : 0;
    *size = dtype_size(x->dtype);
    return true;
}

static bool read_header(struct header *h, struct tensor *t, struct strided *x, size_t *size, bool *fortran)
{
    bool descr = false, order = false, shape = false;
    char key[16];
    if (!take(h, '{'))
        return expected(h, "a dictionary");
    while (!take(h, '}')) {
        if (!take_string(h, key, sizeof key) || !take(h, ':'))
            return expected(h, "'descr', 'fortran_order' or 'shape'");
        bool *seen = strcmp(key, "descr") == 0           ? &descr
                     : strcmp(key, "fortran_order") == 0 ? &order
                     : strcmp(key, "shape") == 0         ? &shape
                                                         : NULL;
        if (!seen || *seen)
            return expected(h, "'descr', 'fortran_order' and 'shape', once each");
        *seen = true;
        if (seen == &order && !(*fortran = take_word(h, "True")) && !take_word(h, "False"))
            return expected(h, "True or False");
        if ((seen == &descr && !take_type(h, x, size)) || (seen == &shape && !take_shape(h, t)))
            return false;
        if (!take(h, ',') && (blanks(h), h->p >= h->end || *h->p != '}'))
            return expected(h, "a comma");
    }
    blanks(h);
    if (h->p != h->end)
        return expected(h, "nothing more");
    return (descr && order && shape) || expected(h, "'descr', 'fortran_order' and 'shape'");
}

/* ---- what Keras says of its layers ---- */

/* A text that stands there as an array of its own; its bytes are NULL where the array is of something else. */
struct npz { struct zip zip; struct text { const unsigned char *at; size_t len; bool wide; } config, version; };

/* The texts that the line for HDF5 writes (unread.c). */
static void keep_text(struct npz *z, const char *name, const struct text *text)
{
    if (strcmp(name, "config") == 0 || strcmp(name, "model_config") == 0)
        z->config = *text;
    else if (strcmp(name, "keras_version") == 0)
        z->version = *text;
}

static char *text_of(const struct text *t)
{
    struct str text = {0};
    char one[5];
    for (size_t k = 0; t->wide && k + 4 <= t->len; k += 4)
        str_addn(&text, one, utf8_encode((uint32_t)t->at[k] | (uint32_t)t->at[k + 1] << 8
                                         | (uint32_t)t->at[k + 2] << 16, one));
    if (!t->wide && t->len)
        str_addn(&text, (const char *)t->at, strnlen((const char *)t->at, t->len));
    return str_take(&text);
}

/* A configuration of Keras becomes what a wrapper would say; any other text is left. */
static bool take_config(struct source *s, const struct npz *z, struct err *e)
{
    struct str about = {0};
    char *config = text_of(&z->config), *version = text_of(&z->version);
    struct json *j = *config ? json_parse_copy(config, strlen(config), s->name, NULL) : NULL;
    struct json_at top = j ? json_top(j) : (struct json_at){0};
    bool ok = true;
    if (j && json_kind(&top) == JSON_OBJECT && json_has(&top, "class_name") && json_has(&top, "config")) {
        str_add(&about, "{\"format\": \"keras\", ");
        if (*version) {
            str_add(&about, "\"keras_version\": ");
            str_add_json(&about, version);
            str_add(&about, ", ");
        }
        str_addf(&about, "\"config\": %s}", config);
        ok = source_about(s, str_text(&about), e);
    }
    json_free(j);
    free(config);
    free(version);
    str_free(&about);
    return ok;
}

/* ---- one array, all of it ---- */

/* The bytes of one .npy as a tensor. */
static bool read_array(struct source *s, const char *name, const unsigned char *data, size_t len, struct err *e)
{
    struct tensor *t = source_add(s, name);
    struct strided *x = t->extra = xcalloc(1, sizeof *x);
    if (len < MAGIC + 4 || memcmp(data, "\x93NUMPY", MAGIC) != 0)
        return tensor_complain(s, t, e, "expected an array of numpy (.npy), found something else");
    unsigned version = data[MAGIC];
    size_t start = version == 1 ? MAGIC + 4 : MAGIC + 6;
    if (version < 1 || version > 3 || data[MAGIC + 1])
        return tensor_complain(s, t, e, "expected version 1, 2 or 3 of numpy's format, found %u.%u", version,
                               data[MAGIC + 1]);
    if (len < start)
        return tensor_complain(s, t, e, "is cut off within its header");
    size_t n = data[MAGIC + 2] | (size_t)data[MAGIC + 3] << 8;
    if (version > 1)
        n |= (size_t)data[MAGIC + 4] << 16 | (size_t)data[MAGIC + 5] << 24;
    if (n > len - start || n > HEADER_MAX)
        return tensor_complain(s, t, e, "expected a header of %zu bytes, found %zu to its end", n, len - start);
    struct header h = {(const char *)data + start, (const char *)data + start + n, s, t->name, e, 0};
    size_t size = 0, bytes;
    bool fortran = false;
    if (!read_header(&h, t, x, &size, &fortran))
        return false;
    t->dtype = x->dtype;
    if (h.text && t->rank == 0 && s->data)
        keep_text(s->data, t->name, &(struct text){data + start + n, len - start - n, h.text == 'U'});
    if (x->dtype == DTYPE_OTHER)
        return true;
    bytes = size;
    for (int d = 0; d < t->rank; d++)
        if (!mem_product(bytes, t->shape[d], &bytes))
            return tensor_complain(s, t, e, "expected a size that memory can hold");
    if (bytes != len - start - n)
        return tensor_complain(s, t, e, "expected %zu bytes of numbers, as its shape and type say, found %zu", bytes,
                               len - start - n);
    x->base = data + start + n;
    strided_dense(x, t->rank, t->shape, fortran);
    if (strided_is_dense(x, t->rank, t->shape))
        t->raw = x->base;
    return true;
}

static bool fetch(const struct source *s, const struct tensor *t, float *out, struct err *e)
{
    const struct strided *x = t->extra;
    if (!x->base)
        return tensor_complain(s, t, e, "its numbers are of a type that is not read (Python objects, text or records)");
    strided_fetch(x, t, out);
    return true;
}

static void close_arrays(struct source *s)
{
    for (int k = 0; k < s->n; k++)
        free(s->t[k]->extra);
    if (s->data)
        zip_close(&((struct npz *)s->data)->zip);
    free(s->data);
}

/* ---- .npy ---- */

static bool is_npy(const struct file_bytes *bytes, const char *path)
{
    (void)path;
    return bytes->data && bytes->len >= MAGIC && memcmp(bytes->data, "\x93NUMPY", MAGIC) == 0;
}

static bool open_npy(struct source *s, struct err *e)
{
    return read_array(s, "array", s->bytes.data, s->bytes.len, e);
}

const struct source_kind source_npy = {
    .name = "npy (one array of numpy)", .is = is_npy, .open = open_npy, .fetch = fetch, .close = close_arrays,
};

/* ---- .npz ---- */

static size_t without_ending(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && strcmp(name + n - 4, ".npy") == 0 ? n - 4 : 0;
}

/* A zip whose first member is an array. */
static bool is_npz(const struct file_bytes *bytes, const char *path)
{
    struct zip z;
    (void)path;
    if (!zip_is(bytes) || !zip_open(bytes, "", &z, NULL))
        return false;
    bool any = false;
    for (int k = 0; k < z.n; k++)
        any = any || without_ending(z.member[k].name);
    zip_close(&z);
    return any;
}

enum { LIST_MAX = 4096 };

/* arr_0 … arr_n and nothing else. */
static bool is_list(const struct zip *z)
{
    char name[24];
    for (int k = 0; k < z->n && k < LIST_MAX; k++) {
        snprintf(name, sizeof name, "arr_%d.npy", k);
        if (!zip_find(z, name))
            return false;
    }
    return z->n <= LIST_MAX;
}

static bool read_member(struct source *s, struct zip_member *m, const char *name, struct err *e)
{
    if (!m->stored)
        return source_complain(s, e, "its arrays are compressed (savez_compressed): python3 -c \"import numpy as np; "
                               "np.savez('model.npz', **np.load('FILE'))\" stores them");
    return read_array(s, name, m->data, m->len, e)
           && (zip_intact(m)
               || err_set(e, s->name, name,
                          "its bytes are damaged: they do not have the sum (CRC-32) that the zip says"));
}

static bool open_npz(struct source *s, struct err *e)
{
    struct npz *arrays = s->data = xcalloc(1, sizeof *arrays);
    struct zip *z = &arrays->zip;
    if (!zip_open(&s->bytes, s->name, z, e))
        return false;
    bool list = is_list(z), ok = true;
    for (int k = 0; ok && k < z->n; k++) {
        struct zip_member *m = &z->member[k];
        char name[24];
        snprintf(name, sizeof name, "arr_%d.npy", k);
        m = list ? zip_find(z, name) : m;
        struct str shown = {0};
        if (list)
            str_addf(&shown, "[%d]", k);
        else
            str_addn(&shown, m->name, without_ending(m->name));
        ok = !without_ending(m->name) || read_member(s, m, str_text(&shown), e);
        str_free(&shown);
    }
    return ok && take_config(s, arrays, e);
}

const struct source_kind source_npz = {
    .name = "npz (arrays of numpy)", .is = is_npz, .open = open_npz, .fetch = fetch, .close = close_arrays,
};
