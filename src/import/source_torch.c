/* source_torch.c: what torch.save writes: since version 1.6 a zip of
 *
 *     NAME/data.pkl      a pickle in which a tensor is a call: _rebuild_tensor_v2(storage, offset, sizes, strides, …)
 *     NAME/data/KEY      the numbers of storage KEY, little-endian
 *
 * and before one file of pickles and numbers (torch_legacy.h), with the same pickle in it; and a pickle of its own, in
 * which arrays of numpy are (pickled.h).
 * The pickle is read, never run (pickle.h): of all its calls only those that make tensors mean something here. A
 * state_dict, a checkpoint with one inside, or a whole module: a module's tensors stand in the _parameters and
 * _modules of its state, whatever its class is. A module of TorchScript (torch.jit.save) is the same with code beside
 * it, which is not looked at. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/aside.h"
#include "import/pickled.h"
#include "import/strided.h"
#include "import/torch_legacy.h"
#include "import/unread.h"
#include "import/zip.h"

extern const struct source_kind source_torch, source_torch_legacy, source_pickle;

enum { PICKLE_BYTES_MAX = 64 << 20, DEPTH = 24, STEPS = 2000000 };

struct torch {
    struct zip zip;
    struct pickle pickle;
    struct torch_legacy legacy;    /* in place of zip, pickle and folder */
    char *folder;                  /* "archive/" */
    int steps;                     /* left, of walking a tree that may share its nodes */
};

/* "archive/" of "archive/data.pkl", or NULL. */
static char *folder_of(const struct zip *z)
{
    static const char file[] = "data.pkl";
    for (int k = 0; k < z->n; k++) {
        const char *name = z->member[k].name, *slash = strchr(name, '/');
        if (slash && strcmp(slash + 1, file) == 0)
            return xstrndup(name, (size_t)(slash + 1 - name));
    }
    return NULL;
}

static bool is_torch(const struct file_bytes *bytes, const char *path)
{
    struct zip z;
    (void)path;
    if (!zip_is(bytes) || !zip_open(bytes, "", &z, NULL))
        return false;
    char *folder = folder_of(&z);
    bool yes = folder != NULL;
    zip_close(&z);
    free(folder);
    return yes;
}

static struct zip_member *find(const struct torch *f, const char *name, size_t len)
{
    struct str path = {0};
    str_add(&path, f->folder);
    str_addn(&path, name, len);
    struct zip_member *m = zip_find(&f->zip, str_text(&path));
    str_free(&path);
    return m;
}

/* ---- one tensor ---- */

/* The arguments of the call that makes a tensor, parameters and subclasses looked through; NULL when it is none.
 * *typed: the form that names its type, for storages without one. */
static const struct pickle_node *tensor_arguments(const struct pickle_node *n, bool *typed)
{
    static const char *const wrappers[] = {"torch._utils _rebuild_parameter",
                                           "torch._utils _rebuild_parameter_with_state",
                                           "torch.nn.parameter Parameter"};
    const struct pickle_node *a;
    for (int depth = 0; n && depth < 4; depth++) {
        *typed = (a = pickle_call(n, "torch._utils _rebuild_tensor_v3")) != NULL;
        if (a || (a = pickle_call(n, "torch._utils _rebuild_tensor_v2"))
            || (a = pickle_call(n, "torch._utils _rebuild_tensor")))
            return a;
        const struct pickle_node *inner = NULL;
        for (size_t k = 0; !inner && k < sizeof wrappers / sizeof *wrappers; k++)
            if ((a = pickle_call(n, wrappers[k])) && a->n)
                inner = a->item[0];
        if (!inner && (a = pickle_call(n, "torch._tensor _rebuild_from_type_v2")) && a->n >= 3) {
            /* (function, type, arguments, state): as if the function were called. */
            struct pickle_node *const *v = a->item;
            bool known =
                pickle_is(v[0], PICKLE_GLOBAL, "torch._utils _rebuild_tensor_v2") && v[2]->kind == PICKLE_TUPLE;
            return known ? v[2] : NULL;
        }
        n = inner;
    }
    return NULL;
}

/* The bytes of a member of the zip. */
static bool zipped_storage(const struct source *s, const struct tensor *t, const struct pickle_node *key,
                           struct strided *x, size_t *bytes, struct err *e)
{
    struct torch *f = s->data;
    struct str name = {0};
    str_add(&name, "data/");
    str_addn(&name, key->text, key->len);
    struct zip_member *m = strlen(str_text(&name)) == name.len ? find(f, name.s, name.len) : NULL;
    bool ok =
        m ? true : tensor_complain(s, t, e, "its numbers are not in the file: there is no %s%s", f->folder, name.s);
    if (m && !m->stored)
        ok = tensor_complain(s, t, e, "its numbers are compressed, which torch.save never does");
    if (ok && m->crc && !zip_intact(m))
        ok = tensor_complain(s, t, e, "its numbers are damaged: they do not have the sum (CRC-32) that the zip says");
    if (ok) {
        x->base = m->data;
        *bytes = m->len;
    }
    str_free(&name);
    return ok;
}

/* A part of a storage (before version 1.6): (key of the part, its first number, how many); None: all of it. */
static bool take_part(const struct pickle_node *part, struct strided *x, size_t *bytes)
{
    size_t size = dtype_size(x->dtype);
    if (part->kind != PICKLE_TUPLE)
        return true;
    if (part->n < 3 || part->item[1]->kind != PICKLE_INT || part->item[2]->kind != PICKLE_INT)
        return false;
    int64_t first = part->item[1]->number, n = part->item[2]->number, all = size ? (int64_t)(*bytes / size) : 0;
    if (first < 0 || n < 0 || first > all || n > all - first)
        return false;
    x->base += (size_t)first * size;
    *bytes = (size_t)n * size;
    return true;
}

/* What pickle.dump makes of a storage: the bytes of one that torch.save wrote in its old form. */
static bool inline_storage(struct source *s, struct tensor *t, const struct pickle_node *n, size_t *bytes,
                           struct err *e)
{
    struct pickled *extra = t->extra;
    struct source inner = {.name = s->name, .path = s->path};
    struct torch_legacy f = {0};
    inner.bytes.data = n->n ? pickled_bytes(n->item[0], extra, &inner.bytes.len) : NULL;
    bool ok = inner.bytes.data && torch_legacy_is(&inner.bytes) && torch_legacy_open(&inner, &f, e);
    const struct pickle_node *root = ok ? f.pickle.root : NULL;
    const struct pickle_node *id = root && root->kind == PICKLE_PERSISTENT ? root->part[0] : NULL;
    if (id && id->kind == PICKLE_TUPLE && id->n >= 5 && id->item[2]->kind == PICKLE_TEXT) {
        extra->at.dtype = torch_dtype(id->item[1]);
        extra->at.base = torch_legacy_storage(&f, id->item[2], bytes);
    }
    torch_legacy_free(&f);
    return extra->at.base
           || tensor_complain(s, t, e, "expected the bytes of a storage of torch, found another thing");
}

/* ('storage', type, key, place, count), before version 1.6 with a part of it behind. */
static bool storage(struct source *s, struct tensor *t, const struct pickle_node *n, struct strided *x, size_t *bytes,
                    struct err *e)
{
    const struct pickle_node *id = n->kind == PICKLE_PERSISTENT ? n->part[0] : NULL;
    const struct pickle_node *dumped = pickle_call(n, "torch.storage _load_from_bytes");
    const struct torch *f = s->data;
    if (dumped)
        return inline_storage(s, t, dumped, bytes, e);
    if (!id || id->kind != PICKLE_TUPLE || id->n < 5 || !pickle_is(id->item[0], PICKLE_TEXT, "storage")
        || id->item[2]->kind != PICKLE_TEXT)
        return tensor_complain(s, t, e, "expected a storage of torch, found another thing");
    x->dtype = torch_dtype(id->item[1]);
    if (s->kind != &source_torch_legacy)
        return zipped_storage(s, t, id->item[2], x, bytes, e);
    x->base = torch_legacy_storage(&f->legacy, id->item[2], bytes);
    if (!x->base)
        return tensor_complain(s, t, e, "its numbers are not in the file: there is no storage %.*s",
                               (int)id->item[2]->len, id->item[2]->text);
    return id->n < 6 || take_part(id->item[5], x, bytes)
           || tensor_complain(s, t, e, "expected a part of its storage, found one beyond it");
}

/* {"neg": True}: the numbers are to be turned round when they are looked at (_neg_view). */
static bool is_set(const struct pickle_node *n, const char *key)
{
    const struct pickle_node *flag = pickle_get(n, key);
    return flag && flag->kind == PICKLE_BOOL && flag->number;
}

/* A node that is a tensor becomes one of the source; one whose numbers are of a type that is not read keeps its
 * place. */
static bool add_tensor(struct source *s, const char *name, const struct pickle_node *a, bool typed, struct err *e)
{
    struct tensor *t = source_add(s, name);
    struct pickled *extra = t->extra = xcalloc(1, sizeof *extra);
    struct strided *x = &extra->at;
    size_t bytes = 0, offset;
    int steps = 0;
    if (a->n < 4 || a->item[1]->kind != PICKLE_INT || a->item[1]->number < 0
        || !pickled_sizes(a->item[2], t->shape, &t->rank) || !pickled_sizes(a->item[3], x->step, &steps)
        || steps != t->rank)
        return tensor_complain(s, t, e, "expected a tensor as torch.save writes it, of at most %d axes", TENSOR_RANK);
    if (!storage(s, t, a->item[0], x, &bytes, e))
        return false;
    if (typed)
        x->dtype = a->n >= 7 ? torch_dtype(a->item[6]) : DTYPE_OTHER;
    else if (a->n >= 7 && (is_set(a->item[6], "neg") || is_set(a->item[6], "conj")))
        x->dtype = DTYPE_OTHER;
    t->dtype = x->dtype;
    size_t size = dtype_size(x->dtype), numbers = size ? bytes / size : 0;
    if (!size) {
        x->base = NULL;
        return true;
    }
    offset = (size_t)a->item[1]->number;
    if (offset > numbers || !strided_fits(x, t->rank, t->shape, numbers - offset))
        return tensor_complain(s, t, e, "reaches beyond its storage of %zu numbers", numbers);
    x->base += offset * size;
    if (strided_is_dense(x, t->rank, t->shape))
        t->raw = x->base;
    return true;
}

/* ---- one that is in the pickle itself ---- */

static void add_pickled(struct source *s, const char *name, const struct pickled *p)
{
    struct tensor *t = source_add(s, name);
    struct pickled *extra = t->extra = xcalloc(1, sizeof *extra);
    *extra = *p;
    t->rank = p->rank;
    memcpy(t->shape, p->shape, sizeof t->shape);
    t->dtype = p->at.dtype;
    if (p->at.base && strided_is_dense(&p->at, t->rank, t->shape))
        t->raw = p->at.base;
}

/* A tensor of a kind that is not read (quantized, sparse, nested …) keeps its place; its shape where it is told. */
static bool add_unread(struct source *s, const char *name, const struct pickle_node *n)
{
    static const char rebuild[] = "torch._utils _rebuild_";
    const struct pickle_node *f = n->kind == PICKLE_CALL ? n->part[0] : NULL, *a = n->part[1];
    struct pickled p = {.at = {.dtype = DTYPE_OTHER}, .rank = 1};
    if (!f || f->kind != PICKLE_GLOBAL || strncmp(f->text, rebuild, sizeof rebuild - 1) != 0)
        return false;
    if (a && a->kind == PICKLE_TUPLE && a->n > 2 && !pickled_sizes(a->item[2], p.shape, &p.rank))
        p.rank = 1;
    add_pickled(s, name, &p);
    s->t[s->n - 1]->unread = true;
    return true;
}

/* Does a dictionary hold a tensor? Then its lists of numbers are tensors, too. */
static bool holds_tensors(const struct pickle_node *n)
{
    bool any = false, typed;
    for (size_t k = 0; !any && k + 1 < n->n; k += 2) {
        struct pickled p = {0};
        any = tensor_arguments(n->item[k + 1], &typed) || pickled_array(n->item[k + 1], &p);
        free(p.own);
    }
    return any;
}

/* ---- finding them ---- */

static bool walk(struct source *s, const struct pickle_node *n, const char *name, int depth, struct err *e);

/* A dictionary: its text keys; other keys are numbers of an optimizer and the like. */
static bool walk_map(struct source *s, const struct pickle_node *n, const char *name, int depth, struct err *e)
{
    bool tensors = holds_tensors(n);
    for (size_t k = 0; k + 1 < n->n; k += 2) {
        const struct pickle_node *key = n->item[k];
        char number[24];
        if (key->kind == PICKLE_INT)
            snprintf(number, sizeof number, "%lld", (long long)key->number);
        else if (key->kind != PICKLE_TEXT)
            continue;
        const char *text = key->kind == PICKLE_INT ? number : key->text;
        size_t len = key->kind == PICKLE_INT ? strlen(number) : key->len;
        if (memchr(text, 0, len) || len > 1024)
            return source_complain(s, e, "expected a name of a tensor, found one with a NUL or of %zu bytes", len);
        struct str path = {0};
        struct pickled list;
        str_addf(&path, "%s%s%.*s", name, *name ? "." : "", (int)len, text);
        bool ok = true;
        if (tensors && pickled_list(n->item[k + 1], &list))
            add_pickled(s, str_text(&path), &list);
        else
            ok = walk(s, n->item[k + 1], str_text(&path), depth + 1, e);
        str_free(&path);
        if (!ok)
            return false;
    }
    return true;
}

static bool walk_list(struct source *s, const struct pickle_node *n, const char *name, int depth, struct err *e)
{
    for (size_t k = 0; k < n->n; k++) {
        struct str path = {0};
        str_addf(&path, "%s[%zu]", name, k);
        bool ok = walk(s, n->item[k], str_text(&path), depth + 1, e);
        str_free(&path);
        if (!ok)
            return false;
    }
    return true;
}

/* A module of TorchScript, whose attributes are its tensors and the modules in it. */
static bool is_scripted(const struct pickle_node *n)
{
    const struct pickle_node *class = n->kind == PICKLE_CALL ? n->part[0] : NULL;
    return class && class->kind == PICKLE_GLOBAL && strncmp(class->text, "__torch__", strlen("__torch__")) == 0
           && n->state && pickle_is_map(n->state);
}

static bool walk(struct source *s, const struct pickle_node *n, const char *name, int depth, struct err *e)
{
    struct torch *f = s->data;
    bool typed = false;
    const struct pickle_node *a = tensor_arguments(n, &typed);
    struct pickled array;
    if (!n)
        return true;
    if (--f->steps < 0 || depth > DEPTH)
        return source_complain(s, e, "expected a state_dict, found values nested without end");
    if (a)
        return add_tensor(s, *name ? name : "tensor", a, typed, e);
    if (pickled_array(n, &array)) {
        add_pickled(s, *name ? name : "array", &array);
        return true;
    }
    if (add_unread(s, name, n))
        return true;
    /* A module: what it holds is in its __dict__. */
    const struct pickle_node *parts[] = {pickle_get(n->state, "_parameters"), pickle_get(n->state, "_buffers"),
                                         pickle_get(n->state, "_modules")};
    if (n->kind == PICKLE_CALL && n->state && (parts[0] || parts[2])) {
        for (int k = 0; k < 3; k++)
            if (parts[k] && pickle_is_map(parts[k]) && !walk_map(s, parts[k], name, depth, e))
                return false;
        return true;
    }
    if (pickle_is_map(n))
        return walk_map(s, n, name, depth, e);
    if (is_scripted(n))
        return walk_map(s, n->state, name, depth, e);
    return n->kind == PICKLE_LIST || n->kind == PICKLE_TUPLE ? walk_list(s, n, name, depth, e) : true;
}

/* Weights that torch.jit.freeze made constants of the code have no names. */
static bool refuse_frozen(const struct source *s, struct err *e)
{
    const struct torch *f = s->data;
    return s->n || !is_scripted(f->pickle.root)
           || source_complain(s, e, "a module of TorchScript without parameters (torch.jit.freeze makes constants of "
                                    "its code of them): expected what torch.jit.save writes before that");
}

static bool byte_order(struct source *s, struct err *e)
{
    const struct zip_member *m = find(s->data, "byteorder", strlen("byteorder"));
    return !m || (m->stored && m->len == 6 && memcmp(m->data, "little", 6) == 0)
           || source_complain(
               s, e, "its numbers are big-endian: load and save it on the machine it was written on, to safetensors");
}

static bool open_torch(struct source *s, struct err *e)
{
    struct torch *f = s->data = xcalloc(1, sizeof *f);
    if (!zip_open(&s->bytes, s->name, &f->zip, e))
        return false;
    f->folder = folder_of(&f->zip);               /* there is one: is_torch has looked */
    struct zip_member *m = find(f, "data.pkl", strlen("data.pkl"));
    if (!m->stored || m->len > PICKLE_BYTES_MAX)
        return source_complain(s, e, "expected %sdata.pkl stored and at most %d bytes, found %s", f->folder,
                               PICKLE_BYTES_MAX, m->stored ? "more" : "it compressed");
    if (m->crc && !zip_intact(m))
        return source_complain(s, e, "%sdata.pkl is damaged: it does not have the sum (CRC-32) that the zip says",
                               f->folder);
    struct str name = {0};
    str_addf(&name, "%s: %sdata.pkl", s->name, f->folder);
    bool ok = pickle_read(m->data, m->len, str_text(&name), &f->pickle, e);
    str_free(&name);
    f->steps = STEPS;
    return ok && byte_order(s, e) && walk(s, f->pickle.root, "", 0, e) && refuse_frozen(s, e)
           && aside_take(s, f->pickle.root, e);
}

static bool is_legacy(const struct file_bytes *bytes, const char *path)
{
    (void)path;
    return torch_legacy_is(bytes);
}

static bool open_legacy(struct source *s, struct err *e)
{
    struct torch *f = s->data = xcalloc(1, sizeof *f);
    f->steps = STEPS;
    return torch_legacy_open(s, &f->legacy, e) && walk(s, f->legacy.pickle.root, "", 0, e)
           && aside_take(s, f->legacy.pickle.root, e);
}

/* A pickle of its own: a dictionary or a list of arrays. "\x80" and the protocol, and a STOP as the last byte. */
static bool is_pickle(const struct file_bytes *b, const char *path)
{
    (void)path;
    return b->len > 3 && b->data[0] == 0x80 && b->data[1] >= 2 && b->data[1] <= 5 && b->data[b->len - 1] == '.';
}

static bool open_pickle(struct source *s, struct err *e)
{
    struct torch *f = s->data = xcalloc(1, sizeof *f);
    f->steps = STEPS;
    bool read = pickle_read(s->bytes.data, s->bytes.len, s->name, &f->pickle, e);
    if (read && !walk(s, f->pickle.root, "", 0, e))
        return false;
    if (!read || !s->n)        /* joblib's has arrays between its opcodes */
        return source_complain(s, e, "%s, which is not read: %s", unread_pickle.what, unread_pickle.advice);
    return aside_take(s, f->pickle.root, e);
}

static bool not_read(const struct source *s, const struct tensor *t, struct err *e)
{
    return source_complain(s, e, "%s: its numbers are of a type that is not read (quantized, sparse, negated, "
                           "complex or float8); of a state_dict, python3 -c \"import torch; torch.save({k: "
                           "v.to_dense() if v.is_sparse else v.dequantize() for k, v in torch.load('FILE', "
                           "map_location='cpu').items()}, 'model.pt')\" writes float32", t->name);
}

static bool measure(const struct source *s, struct tensor *t, struct err *e)
{
    return !t->unread || not_read(s, t, e);
}

static bool fetch(const struct source *s, const struct tensor *t, float *out, struct err *e)
{
    const struct pickled *extra = t->extra;
    const struct strided *x = &extra->at;
    if (!x->base)
        return not_read(s, t, e);
    strided_fetch(x, t, out);
    return true;
}

static void close_torch(struct source *s)
{
    struct torch *f = s->data;
    for (int k = 0; k < s->n; k++) {
        struct pickled *extra = s->t[k]->extra;
        if (extra)
            free(extra->own);
        free(extra);
    }
    if (f) {
        zip_close(&f->zip);
        pickle_free(&f->pickle);
        torch_legacy_free(&f->legacy);
        free(f->folder);
    }
    free(f);
}

const struct source_kind source_torch = {
    .name = "PyTorch (torch.save)",
    .is = is_torch,
    .open = open_torch,
    .measure = measure,
    .fetch = fetch,
    .close = close_torch,
};

const struct source_kind source_torch_legacy = {
    .name = "PyTorch (torch.save before version 1.6)",
    .is = is_legacy,
    .open = open_legacy,
    .measure = measure,
    .fetch = fetch,
    .close = close_torch,
};

const struct source_kind source_pickle = {
    .name = "a Python pickle",
    .is = is_pickle,
    .open = open_pickle,
    .measure = measure,
    .fetch = fetch,
    .close = close_torch,
};
