/* torch_legacy.c: see torch_legacy.h. How long a storage is in the file follows from the type that the pickle before
 * it gives it; so the storages are looked for in that pickle first. */
#include "import/torch_legacy.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

struct torch_storage {
    const struct pickle_node *key;
    enum dtype dtype;
    const unsigned char *data;     /* NULL until it was come to */
    size_t bytes;
};

/* Its beginning: PROTO 2, LONG1 of ten bytes, STOP. */
static const char magic[] = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
enum { MAGIC = sizeof magic - 1, VERSION = 1001, COUNT_BYTES = 8 };

static const struct { const char *storage, *dtype; enum dtype is; } types[] = {
    {"FloatStorage", "float32", DTYPE_F32}, {"DoubleStorage", "float64", DTYPE_F64},
    {"HalfStorage", "float16", DTYPE_F16},
    {"BFloat16Storage", "bfloat16", DTYPE_BF16}, {"CharStorage", "int8", DTYPE_I8}, {"ByteStorage", "uint8", DTYPE_U8},
    {"ShortStorage", "int16", DTYPE_I16}, {"IntStorage", "int32", DTYPE_I32}, {"LongStorage", "int64", DTYPE_I64},
    {"BoolStorage", "bool", DTYPE_BOOL},
};

enum dtype torch_dtype(const struct pickle_node *n)
{
    /* A model saved on a GPU by the first versions names the storages of its own. */
    static const char *const modules[] = {"torch ", "torch.cuda "};
    if (!n || n->kind != PICKLE_GLOBAL)
        return DTYPE_OTHER;
    for (size_t m = 0; m < sizeof modules / sizeof *modules; m++) {
        size_t len = strlen(modules[m]);
        const char *name = strncmp(n->text, modules[m], len) == 0 ? n->text + len : "";
        for (size_t k = 0; k < sizeof types / sizeof *types; k++)
            if (strcmp(name, types[k].storage) == 0 || strcmp(name, types[k].dtype) == 0)
                return types[k].is;
    }
    return DTYPE_OTHER;
}

bool torch_legacy_is(const struct file_bytes *bytes)
{
    return bytes->len >= MAGIC && memcmp(bytes->data, magic, MAGIC) == 0;
}

/* ---- the storages ---- */

static bool same_key(const struct pickle_node *a, const struct pickle_node *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static struct torch_storage *find(const struct torch_legacy *f, const struct pickle_node *key)
{
    for (size_t k = 0; k < f->n; k++)
        if (same_key(f->storage[k].key, key))
            return &f->storage[k];
    return NULL;
}

/* ('storage', type, key, …), or NULL. */
static const struct pickle_node *storage_id(const struct pickle_node *n)
{
    const struct pickle_node *id = n->kind == PICKLE_PERSISTENT ? n->part[0] : NULL;
    bool is = id && id->kind == PICKLE_TUPLE && id->n >= 5 && pickle_is(id->item[0], PICKLE_TEXT, "storage")
              && id->item[2]->kind == PICKLE_TEXT;
    return is ? id : NULL;
}

enum { STORAGES_MAX = 10000 };

/* One persistent id of the pickle. */
static bool note(const struct pickle_node *n, void *to)
{
    struct torch_legacy *f = to;
    const struct pickle_node *id = storage_id(n);
    struct torch_storage *there = id ? find(f, id->item[2]) : NULL;
    if (!id || there)
        return true;
    if (f->n == STORAGES_MAX)
        return false;
    if (!(f->n & (f->n - 1))) {
        size_t room = f->n ? 2 * f->n : 1;
        struct torch_storage *more = realloc(f->storage, room * sizeof *more);
        if (!more)
            return false;
        f->storage = more;
    }
    f->storage[f->n++] = (struct torch_storage){.key = id->item[2], .dtype = torch_dtype(id->item[1])};
    return true;
}

/* A key of the list, and behind `at` its count and numbers. */
static bool come_to(const struct source *s, struct torch_legacy *f, const struct pickle_node *key, size_t *at,
                    struct err *e)
{
    struct torch_storage *x = key->kind == PICKLE_TEXT ? find(f, key) : NULL;
    size_t left = s->bytes.len - *at, size = x ? dtype_size(x->dtype) : 0;
    uint64_t count = 0;
    if (!x || x->data)
        return source_complain(s, e, "expected in its list of storages one of the pickle before it, found %s",
                               x ? "one twice" : "another");
    if (!size)
        return source_complain(s, e, "storage %.*s is of a type that is not read, so that what follows it is not "
                                     "found: python3 -c \"import torch; torch.save(torch.load('%s', "
                                     "map_location='cpu'), 'model.pt')\"", (int)key->len, key->text, s->name);
    if (left < COUNT_BYTES)
        return source_complain(s, e, "the file is cut off: expected the count of storage %.*s", (int)key->len,
                               key->text);
    for (int k = COUNT_BYTES; k-- > 0;)
        count = count << 8 | s->bytes.data[*at + (size_t)k];
    left -= COUNT_BYTES;
    if (count > left / size)
        return source_complain(s, e, "the file is cut off: expected %llu numbers of %zu bytes in storage %.*s, found "
                                     "%zu bytes", (unsigned long long)count, size, (int)key->len, key->text, left);
    x->data = s->bytes.data + *at + COUNT_BYTES;
    x->bytes = (size_t)count * size;
    *at += COUNT_BYTES + x->bytes;
    return true;
}

const unsigned char *torch_legacy_storage(const struct torch_legacy *f, const struct pickle_node *key, size_t *bytes)
{
    const struct torch_storage *x = find(f, key);
    *bytes = x ? x->bytes : 0;
    return x ? x->data : NULL;
}

/* ---- the file ---- */

/* The pickle at *at, which moves behind it. */
static bool next(const struct source *s, size_t *at, struct pickle *p, struct err *e)
{
    struct str name = {0};
    str_addf(&name, "%s: pickle at byte %zu", s->name, *at);
    bool ok = pickle_read(s->bytes.data + *at, s->bytes.len - *at, str_text(&name), p, e);
    str_free(&name);
    *at += p->len;
    return ok;
}

/* The version and the machine it was written on. */
static bool heading(const struct source *s, size_t *at, struct err *e)
{
    struct pickle version = {0}, machine = {0};
    bool ok = next(s, at, &version, e) && next(s, at, &machine, e);
    if (ok && (version.root->kind != PICKLE_INT || version.root->number != VERSION))
        ok = source_complain(s, e, "expected version %d of torch.save's old format, found another", VERSION);
    const struct pickle_node *little = ok ? pickle_get(machine.root, "little_endian") : NULL;
    if (little && little->kind == PICKLE_BOOL && !little->number)
        ok = source_complain(s, e, "its numbers are big-endian: load and save it on the machine it was written on, to "
                                   "safetensors");
    pickle_free(&version);
    pickle_free(&machine);
    return ok;
}

bool torch_legacy_open(const struct source *s, struct torch_legacy *f, struct err *e)
{
    struct pickle keys = {0};
    size_t at = MAGIC;
    *f = (struct torch_legacy){0};
    if (!heading(s, &at, e) || !next(s, &at, &f->pickle, e))
        return false;
    if (!pickle_each(&f->pickle, PICKLE_PERSISTENT, note, f))
        return source_complain(s, e, "expected at most %d storages, and memory for them", STORAGES_MAX);
    bool ok = next(s, &at, &keys, e);
    if (ok && keys.root->kind != PICKLE_LIST)
        ok = source_complain(s, e, "expected a list of its storages behind what was saved, found another thing");
    for (size_t k = 0; ok && k < keys.root->n; k++)
        ok = come_to(s, f, keys.root->item[k], &at, e);
    pickle_free(&keys);
    return ok;
}

void torch_legacy_free(struct torch_legacy *f)
{
    pickle_free(&f->pickle);
    free(f->storage);
    *f = (struct torch_legacy){0};
}
