/* zip.c: see zip.h. A zip is read from its end: the end record tells where the directory is, the directory where the
 * members are, and the local header in front of a member, whose extra field may have another length, where its bytes
 * begin. */
#include "import/zip.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32.h"
#include "base/mem.h"
#include "base/str.h"

enum {
    END_LENGTH = 22,
    END64_LENGTH = 56,
    LOCATOR_LENGTH = 20,
    ENTRY_LENGTH = 46,
    LOCAL_LENGTH = 30,
    COMMENT_MAX = 65535,
    SIGN_LOCAL = 0x04034b50,
    SIGN_ENTRY = 0x02014b50,
    SIGN_END = 0x06054b50,
    SIGN_END64 = 0x06064b50,
    SIGN_LOCATOR = 0x07064b50,
    METHOD_STORED = 0,
    METHOD_DEFLATED = 8,
    FLAG_ENCRYPTED = 1,
    EXTRA_ZIP64 = 1,
};

static unsigned u16(const unsigned char *p)
{
    return p[0] | (unsigned)p[1] << 8;
}

static uint32_t u32(const unsigned char *p)
{
    return u16(p) | (uint32_t)u16(p + 2) << 16;
}

static uint64_t u64(const unsigned char *p)
{
    return u32(p) | (uint64_t)u32(p + 4) << 32;
}

struct reading {
    const unsigned char *data;
    size_t len;
    const char *name;
    struct err *e;
};

static bool (bad)(const struct reading *r, const char *place, const char *format, ...) ERR_PRINTF(3, 4);
static bool (bad)(const struct reading *r, const char *place, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    err_vset(r->e, r->name, place, format, ap);
    va_end(ap);
    return false;
}
#define bad(...) err_false((bad)(__VA_ARGS__))

bool zip_is(const struct file_bytes *bytes)
{
    return bytes->data && bytes->len >= 4 && (u32(bytes->data) == SIGN_LOCAL || u32(bytes->data) == SIGN_END);
}

/* Where the directory is and how many entries it has. */
struct directory { uint64_t at, len, entries, end; };       /* end: of everything the entries may refer to */

static bool find_end64(const struct reading *r, size_t end, struct directory *d)
{
    if (end < LOCATOR_LENGTH || u32(r->data + end - LOCATOR_LENGTH) != SIGN_LOCATOR)
        return bad(r, NULL, "a zip whose directory is announced as zip64, but there is no zip64 locator");
    uint64_t at = u64(r->data + end - LOCATOR_LENGTH + 8);
    if (at > end - LOCATOR_LENGTH || end - LOCATOR_LENGTH - at < END64_LENGTH || u32(r->data + at) != SIGN_END64)
        return bad(r, NULL, "a zip whose zip64 end record is not where its locator says");
    *d = (struct directory){u64(r->data + at + 48), u64(r->data + at + 40), u64(r->data + at + 32), at};
    return true;
}

static bool find_directory(const struct reading *r, struct directory *d)
{
    if (r->len < END_LENGTH)
        return bad(r, NULL, "a zip that is cut off: expected at least %d bytes, found %zu", END_LENGTH, r->len);
    size_t lowest = r->len > END_LENGTH + COMMENT_MAX ? r->len - END_LENGTH - COMMENT_MAX : 0,
           end = r->len - END_LENGTH;
    while (u32(r->data + end) != SIGN_END || u16(r->data + end + 20) != r->len - end - END_LENGTH) {
        if (end == lowest)
            return bad(r, NULL, "a zip that is cut off: there is no directory at its end");
        end--;
    }
    const unsigned char *p = r->data + end;
    *d = (struct directory){u32(p + 16), u32(p + 12), u16(p + 10), end};
    if (u16(p + 4) || u16(p + 6))
        return bad(r, NULL, "a zip in several parts, which is not read");
    if ((d->at == UINT32_MAX || d->len == UINT32_MAX || d->entries == UINT16_MAX) && !find_end64(r, end, d))
        return false;
    if (d->at > d->end || d->len > d->end - d->at)
        return bad(r, NULL, "a zip whose directory lies outside of the file");
    if (d->entries > d->len / ENTRY_LENGTH || d->entries > INT_MAX / 1024)
        return bad(r, NULL, "a zip whose directory of %llu bytes cannot hold %llu entries", (unsigned long long)d->len,
                   (unsigned long long)d->entries);
    return true;
}

/* What one entry of the directory says. */
struct entry { uint64_t packed, size, at; unsigned flags, method, name_len; uint32_t crc; const unsigned char *name; };

/* Sizes that do not fit 32 bits stand in an extra field, in this order, only those that are needed. */
static bool read_zip64(const struct reading *r, const unsigned char *extra, size_t len, struct entry *x)
{
    uint64_t *const wide[] = {&x->size, &x->packed, &x->at};
    bool needed = x->size == UINT32_MAX || x->packed == UINT32_MAX || x->at == UINT32_MAX;
    while (needed && len >= 4) {
        unsigned id = u16(extra), n = u16(extra + 2);
        if (n > len - 4)
            break;
        if (id != EXTRA_ZIP64) {
            extra += 4 + n;
            len -= 4 + n;
            continue;
        }
        const unsigned char *p = extra + 4, *stop = p + n;
        for (int k = 0; k < 3; k++) {
            if (*wide[k] != UINT32_MAX)
                continue;
            if (stop - p < 8)
                return bad(r, NULL, "a zip64 entry that lacks a size");
            *wide[k] = u64(p);
            p += 8;
        }
        return true;
    }
    return !needed || bad(r, NULL, "a zip entry that announces zip64 sizes and has none");
}

static bool read_entry(const struct reading *r, const unsigned char **at, const unsigned char *stop, struct entry *x)
{
    const unsigned char *p = *at;
    if (stop - p < ENTRY_LENGTH || u32(p) != SIGN_ENTRY)
        return bad(r, NULL, "a zip whose directory is damaged");
    *x = (struct entry){.flags = u16(p + 8),
                        .method = u16(p + 10),
                        .crc = u32(p + 16),
                        .packed = u32(p + 20),
                        .size = u32(p + 24),
                        .name_len = u16(p + 28),
                        .at = u32(p + 42),
                        .name = p + ENTRY_LENGTH};
    size_t extra = u16(p + 30), comment = u16(p + 32);
    if ((size_t)(stop - p) - ENTRY_LENGTH < x->name_len + extra + comment)
        return bad(r, NULL, "a zip whose directory is damaged");
    *at = p + ENTRY_LENGTH + x->name_len + extra + comment;
    return read_zip64(r, x->name + x->name_len, extra, x);
}

/* The bytes of a member, where the local header agrees with the directory. */
static bool locate(const struct reading *r, const struct directory *d, const struct entry *x, struct zip_member *m)
{
    if (x->at > d->at || d->at - x->at < LOCAL_LENGTH || u32(r->data + x->at) != SIGN_LOCAL)
        return bad(r, m->name, "is not where the directory of the zip says");
    const unsigned char *p = r->data + x->at;
    size_t head = LOCAL_LENGTH + (size_t)u16(p + 26) + u16(p + 28);
    if (u16(p + 26) != x->name_len || head > d->at - x->at || memcmp(p + LOCAL_LENGTH, x->name, x->name_len) != 0)
        return bad(r, m->name, "is called otherwise in its own header than in the directory of the zip");
    if (x->flags & FLAG_ENCRYPTED)
        return bad(r, m->name, "is encrypted");
    if (x->method != METHOD_STORED && x->method != METHOD_DEFLATED)
        return bad(r, m->name, "is compressed by method %u, which is not read", x->method);
    if (u16(p + 8) != x->method || (x->method == METHOD_STORED && x->packed != x->size))
        return bad(r, m->name, "has one size or method in its own header and another in the directory of the zip");
    if (x->packed > d->at - x->at - head)
        return bad(r, m->name, "is cut off: expected %llu bytes, found %llu", (unsigned long long)x->packed,
                   (unsigned long long)(d->at - x->at - head));
    m->data = p + head;
    m->len = (size_t)x->packed;
    m->stored = x->method == METHOD_STORED;
    m->crc = x->crc;
    return true;
}

static bool read_member(const struct reading *r, const struct directory *d, const struct entry *x, struct zip_member *m)
{
    if (!x->name_len || memchr(x->name, 0, x->name_len))
        return bad(r, NULL, "a zip with a member that has no name");
    m->name = xstrndup((const char *)x->name, x->name_len);
    return locate(r, d, x, m);
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const struct zip_member *const *)a)->name, (*(const struct zip_member *const *)b)->name);
}

static int by_place(const void *a, const void *b)
{
    const unsigned char *x = (*(const struct zip_member *const *)a)->data,
                        *y = (*(const struct zip_member *const *)b)->data;
    return (x > y) - (x < y);
}

/* No name twice, no byte in two members. */
static bool apart(const struct reading *r, struct zip *z)
{
    struct zip_member **list = z->sorted = mem_array((size_t)z->n, sizeof *list);
    if (!list)
        return bad(r, NULL, "not enough memory for its %d members", z->n);
    for (int k = 0; k < z->n; k++)
        list[k] = &z->member[k];
    qsort(list, (size_t)z->n, sizeof *list, by_place);
    for (int k = 1; k < z->n; k++)
        if (list[k - 1]->data + list[k - 1]->len > list[k]->data)
            return bad(r, list[k]->name, "shares bytes with %s", list[k - 1]->name);
    qsort(list, (size_t)z->n, sizeof *list, by_name);
    for (int k = 1; k < z->n; k++)
        if (strcmp(list[k - 1]->name, list[k]->name) == 0)
            return bad(r, list[k]->name, "is there twice");
    return true;
}

bool zip_open(const struct file_bytes *bytes, const char *name, struct zip *z, struct err *e)
{
    struct reading r = {bytes->data, bytes->len, name, e};
    struct directory d = {0};
    *z = (struct zip){0};
    if (!find_directory(&r, &d))
        return false;
    z->member = mem_array((size_t)d.entries, sizeof *z->member);
    bool ok = z->member || bad(&r, NULL, "not enough memory for its %llu members", (unsigned long long)d.entries);
    const unsigned char *p = r.data + d.at, *stop = p + d.len;
    for (uint64_t k = 0; ok && k < d.entries; k++) {
        struct entry x;
        ok = read_entry(&r, &p, stop, &x) && read_member(&r, &d, &x, &z->member[z->n++]);
    }
    if (ok && apart(&r, z))
        return true;
    zip_close(z);
    return false;
}

void zip_close(struct zip *z)
{
    for (int k = 0; z->member && k < z->n; k++)
        free(z->member[k].name);
    mem_free(z->member);
    mem_free(z->sorted);
    *z = (struct zip){0};
}

struct zip_member *zip_find(const struct zip *z, const char *name)
{
    struct zip_member wanted = {0}, *key = &wanted, **found;
    union { const char *read_only; char *text; } n = {name};
    wanted.name = n.text;
    found = bsearch(&key, z->sorted, (size_t)z->n, sizeof *z->sorted, by_name);
    return found ? *found : NULL;
}

bool zip_intact(struct zip_member *m)
{
    return m->intact = m->intact || crc32_more(0, m->data, m->len) == m->crc;
}
