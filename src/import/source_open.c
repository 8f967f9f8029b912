/* source_open.c: see source.h. Which kind a file is, by its bytes. Apart from source.c, so that the calls go one way:
 * opening knows the kinds, a kind knows the list it fills. */
#include "import/source.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/builtin.h"
#include "base/mem.h"

static struct source *begin(const char *path)
{
    struct source *s = xcalloc(1, sizeof *s);
    s->path = xstrdup(path);
    s->name = xstrdup(file_shown(path));
    return s;
}

static bool open_kind(struct source *s, const struct source_kind *kind, struct err *e)
{
    s->kind = kind;
    if (kind->open)
        return kind->open(s, e);
    return source_complain(s, e, "%s, which is not read: %s", kind->name, kind->advice);
}

static bool is_folder(const char *path)
{
    struct stat st;
    return *path && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* What its bytes say it is. */
static struct source *open_any(struct source *s, struct err *e)
{
    int k = 0;
    while (k < source_kind_count && !source_kinds[k]->is(&s->bytes, s->path))
        k++;
    const char *none = s->bytes.data ? "expected a model, found a file of no known kind"
                                     : "expected a file, found a directory";
    if (k < source_kind_count ? open_kind(s, source_kinds[k], e) : source_complain(s, e, "%s", none))
        return s;
    source_close(s);
    return NULL;
}

struct source *source_open(const char *path, struct err *e)
{
    struct source *s = begin(path);
    if (is_folder(path) || file_map(path, &s->bytes, e))
        return open_any(s, e);
    source_close(s);
    return NULL;
}

struct source *source_take(struct file_bytes *taken, const char *path, struct err *e)
{
    struct source *s = begin(path);
    s->bytes = *taken;
    *taken = (struct file_bytes){0};
    return open_any(s, e);
}

/* A copy of len bytes, as `kind`; NULL: as the first kind that knows them. */
static struct source *from_memory(const void *data, size_t len, const char *name, const struct source_kind *kind,
                                  struct err *e)
{
    struct source *s = begin(name);
    unsigned char *copy = malloc(len + 1);
    int k = 0;
    if (copy) {
        memcpy(copy, data, len);
        s->bytes = (struct file_bytes){.data = copy, .len = len};
    }
    while (copy && !kind && k < source_kind_count - 1 && !source_kinds[k]->is(&s->bytes, name))
        k++;
    if (copy ? open_kind(s, kind ? kind : source_kinds[k], e) : source_complain(s, e, "not enough memory to read it"))
        return s;
    source_close(s);
    return NULL;
}

struct source *source_bytes(const void *data, size_t len, const char *name, struct err *e)
{
    return from_memory(data, len, name, NULL, e);
}

struct source *source_parse(const char *text, size_t len, const char *name, struct err *e)
{
    return from_memory(text, len, name, &source_json, e);
}

struct source *source_builtin(const struct builtin *b, const char *name, struct err *e)
{
    if (!b->scanned)
        return source_parse(b->data, b->len, name, e);
    struct source *s = begin(name);
    s->builtin = b;
    if (open_kind(s, &source_json, e))
        return s;
    source_close(s);
    return NULL;
}
