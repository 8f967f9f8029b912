/* arrays.c: see arrays.h. */
#include "import/arrays.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "import/source.h"

extern const struct source_kind source_safetensors, source_torch, source_torch_legacy, source_npz, source_npy,
    source_zip;

static const struct source_kind *const kinds[] = {&source_safetensors, &source_torch, &source_torch_legacy,
                                                  &source_npz, &source_npy, &source_zip};

static bool are_arrays(const struct file_bytes *bytes, const char *path)
{
    for (size_t k = 0; bytes->len && k < sizeof kinds / sizeof *kinds; k++)
        if (kinds[k]->is(bytes, path))
            return true;
    return false;
}

/* Brackets that open before number k of an array, or close behind it. */
static void brackets(const struct tensor *t, size_t k, char bracket, struct str *out)
{
    size_t below = 1;
    for (int d = t->rank; d-- > 0; str_addc(out, bracket))
        if (k % (below *= t->shape[d]))
            return;
}

static void write_number(float v, struct str *out)
{
    if (isfinite(v))
        str_add_float(out, v);
    else if (isnan(v))
        str_add(out, "NaN");
    else
        str_add(out, v > 0 ? "Infinity" : "-Infinity");
}

/* One that cannot be read hurts nobody who does not ask for it: a number that is not finite stays one in JSON, and
 * where there are no numbers stands why. */
static void write_array(struct source *s, struct tensor *t, struct str *out)
{
    struct err why = {{0}};
    (void)tensor_numbers(s, t, &why);
    const float *v = tensor_lend(t);
    v = v ? v : t->own;
    if (!v)
        str_add_json(out, "a type that is not read");
    else if (!t->count)
        str_add(out, "[]");
    for (size_t k = 0; v && k < t->count; k++) {
        if (k)
            str_addc(out, ',');
        brackets(t, k, '[', out);
        write_number(v[k], out);
        brackets(t, k + 1, ']', out);
    }
}

/* "[1][0]": the places of an array in lists within lists; how many, 0 where it has a name. */
static int places(const char *name, long at[TENSOR_RANK])
{
    int n = 0;
    for (char *end; *name == '[' && n < TENSOR_RANK; n++, name = end + 1) {
        at[n] = strtol(name + 1, &end, 10);
        if (end == name + 1 || *end != ']')
            return 0;
    }
    return *name ? 0 : n;
}

static bool are_listed(const struct source *s)
{
    long at[TENSOR_RANK];
    for (int k = 0; k < s->n; k++)
        if (!places(s->t[k]->name, at))
            return false;
    return s->n > 0;
}

static void repeat(struct str *out, char c, int n)
{
    for (; n > 0; n--)
        str_addc(out, c);
}

/* Lists within lists, as they were before their arrays were named by their places. */
static void write_lists(struct source *s, struct str *out)
{
    long before[TENSOR_RANK], at[TENSOR_RANK];
    int depth = 0;
    for (int k = 0; k < s->n; k++) {
        int n = places(s->t[k]->name, at), same = 0;
        while (k && same < n - 1 && same < depth - 1 && at[same] == before[same])
            same++;
        repeat(out, ']', depth - 1 - same);
        str_add(out, k ? "," : "[");
        repeat(out, '[', n - 1 - same);
        write_array(s, s->t[k], out);
        memcpy(before, at, sizeof before);
        depth = n;
    }
    repeat(out, ']', depth);
}

static void write_object(struct source *s, struct str *out)
{
    for (int k = 0; k < s->n; k++) {
        str_add(out, k ? ",\n" : "{");
        str_add_json(out, s->t[k]->name);
        str_addc(out, ':');
        write_array(s, s->t[k], out);
    }
    str_add(out, s->n ? "}" : "{}");
}

/* The names that the readers of .npy, of torch.save(tensor) and of lists give to what has none. */
static bool is_alone(const char *name)
{
    return strcmp(name, "array") == 0 || strcmp(name, "tensor") == 0 || strcmp(name, "[0]") == 0;
}

static bool write_document(struct source *s, struct str *out, struct err *e)
{
    for (int k = 0; k < s->n; k++)
        if (!tensor_measure(s, s->t[k], e))
            return false;
    if (s->n == 1 && is_alone(s->t[0]->name))
        write_array(s, s->t[0], out);
    else if (are_listed(s))
        write_lists(s, out);
    else
        write_object(s, out);
    return true;
}

struct json *arrays_document(struct file_bytes *taken, const char *path, struct err *e)
{
    if (!are_arrays(taken, path))
        return json_parse_bytes(taken, file_shown(path), e);
    struct source *s = source_take(taken, path, e);
    struct str text = {0};
    bool ok = s && write_document(s, &text, e) && (!file_cut(&s->bytes) || source_complain(s, e, "it was cut short "
                                                                                           "while it was read"));
    source_close(s);
    size_t len = text.len;
    if (ok)
        return json_parse(str_take(&text), len, file_shown(path), e);
    str_free(&text);
    return NULL;
}

struct json *arrays_read(const char *path, struct err *e)
{
    struct file_bytes bytes;
    return file_map(path, &bytes, e) ? arrays_document(&bytes, path, e) : NULL;
}
