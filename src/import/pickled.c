/* pickled.c: see pickled.h. */
#include "import/pickled.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

/* ---- arrays of numpy ---- */

/* Is it something of numpy's core, whose module was renamed in numpy 2? Then its name there, else NULL. */
static const char *of_core(const struct pickle_node *n)
{
    static const char *const modules[] = {"numpy.core.", "numpy._core."};
    for (size_t k = 0; n && n->kind == PICKLE_GLOBAL && k < sizeof modules / sizeof *modules; k++)
        if (strncmp(n->text, modules[k], strlen(modules[k])) == 0)
            return n->text + strlen(modules[k]);
    return NULL;
}

static bool is_call(const struct pickle_node *n, const char *name)
{
    const char *called = n && n->kind == PICKLE_CALL ? of_core(n->part[0]) : NULL;
    return called && strcmp(called, name) == 0 && n->part[1] && n->part[1]->kind == PICKLE_TUPLE;
}

/* numpy.dtype('f4', …) with the state (3, '<', …). */
static void take_type(const struct pickle_node *n, struct strided *x)
{
    const struct pickle_node *a = pickle_call(n, "numpy dtype"), *state = n ? n->state : NULL;
    char code[8];
    x->dtype = DTYPE_OTHER;
    if (!a || !a->n || a->item[0]->kind != PICKLE_TEXT || a->item[0]->len >= sizeof code)
        return;
    memcpy(code, a->item[0]->text, a->item[0]->len);
    code[a->item[0]->len] = '\0';
    x->dtype = strided_numpy(code);
    x->big_endian = state && state->kind == PICKLE_TUPLE && state->n > 1 && pickle_is(state->item[1], PICKLE_TEXT, ">");
}

bool pickled_sizes(const struct pickle_node *n, size_t *sizes, int *count)
{
    if (n->kind != PICKLE_TUPLE || n->n > TENSOR_RANK)
        return false;
    for (size_t k = 0; k < n->n; k++) {
        if (n->item[k]->kind != PICKLE_INT || n->item[k]->number < 0)
            return false;
        sizes[k] = (size_t)n->item[k]->number;
    }
    *count = (int)n->n;
    return true;
}

/* Protocol 2 has no bytes: they are a text of as many characters, told to be encoded in Latin-1. */
static unsigned char *latin1(const struct pickle_node *text, size_t *len)
{
    unsigned char *out = malloc(text->len ? text->len : 1);
    size_t used;
    *len = 0;
    for (size_t at = 0; out && at < text->len; at += used) {
        uint32_t c = utf8_decode(text->text + at, text->len - at, &used);
        out[(*len)++] = (unsigned char)(c & 0xff);
    }
    return out;
}

const unsigned char *pickled_bytes(const struct pickle_node *n, struct pickled *out, size_t *len)
{
    const struct pickle_node *a = pickle_call(n, "_codecs encode"), *text = a && a->n ? a->item[0] : NULL;
    if (n->kind == PICKLE_BYTES) {
        *len = n->len;
        return (const unsigned char *)n->text;
    }
    if (!text || text->kind != PICKLE_TEXT)
        return NULL;
    out->own = latin1(text, len);
    return out->own;
}

/* Of no type that is read: it keeps its place. */
static bool unread(struct pickled *out)
{
    free(out->own);
    out->own = NULL;
    out->at.dtype = DTYPE_OTHER;
    out->at.base = NULL;
    return true;
}

static bool take_numbers(const unsigned char *bytes, size_t len, bool fortran, struct pickled *out)
{
    size_t need = dtype_size(out->at.dtype);
    if (!need)
        return unread(out);
    out->at.base = bytes;
    for (int d = 0; d < out->rank; d++)
        if (!mem_product(need, out->shape[d], &need))
            return unread(out);
    if (!out->at.base || need != len)
        return unread(out);
    strided_dense(&out->at, out->rank, out->shape, fortran);
    return true;
}

/* What joblib says of an array whose numbers stand behind it. */
static bool joblib_array(const struct pickle_node *n, struct pickled *out)
{
    const struct pickle_node *shape = pickle_get(n->state, "shape");
    if (!shape || !pickled_sizes(shape, out->shape, &out->rank))
        return unread(out);
    take_type(pickle_get(n->state, "dtype"), &out->at);
    return take_numbers((const unsigned char *)n->text, n->len,
                        pickle_is(pickle_get(n->state, "order"), PICKLE_TEXT, "F"), out);
}

bool pickled_array(const struct pickle_node *n, struct pickled *out)
{
    size_t len = 0;
    *out = (struct pickled){0};
    if (pickle_call(n, "joblib.numpy_pickle NumpyArrayWrapper"))
        return joblib_array(n, out);
    if (is_call(n, "multiarray _reconstruct")) {
        /* state: (version, shape, type, fortran, bytes) */
        const struct pickle_node *s = n->state;
        if (!s || s->kind != PICKLE_TUPLE || s->n != 5 || !pickled_sizes(s->item[1], out->shape, &out->rank))
            return unread(out);
        take_type(s->item[2], &out->at);
        const unsigned char *bytes = pickled_bytes(s->item[4], out, &len);
        return take_numbers(bytes, len, s->item[3]->kind == PICKLE_BOOL && s->item[3]->number, out);
    }
    if (is_call(n, "numeric _frombuffer")) {
        const struct pickle_node *a = n->part[1];           /* (bytes, type, shape, order) */
        if (a->n != 4 || !pickled_sizes(a->item[2], out->shape, &out->rank))
            return unread(out);
        take_type(a->item[1], &out->at);
        const unsigned char *bytes = pickled_bytes(a->item[0], out, &len);
        return take_numbers(bytes, len, pickle_is(a->item[3], PICKLE_TEXT, "F"), out);
    }
    return false;
}

/* ---- lists of numbers ---- */

static bool is_list(const struct pickle_node *n)
{
    return n->kind == PICKLE_LIST || n->kind == PICKLE_TUPLE;
}

static bool is_number(const struct pickle_node *n)
{
    return n->kind == PICKLE_FLOAT || n->kind == PICKLE_INT;
}

/* The numbers of n, from out[*k] on; false where it is not as deep and as long as its first items say. */
static bool copy(const struct pickle_node *n, const struct pickled *as, int depth, double *out, size_t *k)
{
    if (depth == as->rank) {
        if (is_number(n))
            out[(*k)++] = n->kind == PICKLE_INT ? (double)n->number : n->real;
        return is_number(n);
    }
    if (!is_list(n) || n->n != as->shape[depth])
        return false;
    for (size_t i = 0; i < n->n; i++)
        if (!copy(n->item[i], as, depth + 1, out, k))
            return false;
    return true;
}

enum { NUMBERS_MAX = 1 << 24 };

bool pickled_list(const struct pickle_node *n, struct pickled *out)
{
    size_t count = 1, k = 0;
    *out = (struct pickled){.at = {.dtype = DTYPE_F64}};
    const struct pickle_node *first = n;
    for (; is_list(first) && first->n; first = first->item[0]) {
        if (out->rank == TENSOR_RANK || !mem_product(count, first->n, &count) || count > NUMBERS_MAX)
            return false;
        out->shape[out->rank++] = first->n;
    }
    double *v = out->rank && is_number(first) ? malloc(count * sizeof *v) : NULL;
    if (!v || !copy(n, out, 0, v, &k)) {
        free(v);
        return false;
    }
    out->own = v;
    out->at.base = out->own;
    strided_dense(&out->at, out->rank, out->shape, false);
    return true;
}
