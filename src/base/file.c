/* file.c: see file.h. */
#define _GNU_SOURCE
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

static const size_t FILE_CAP = (size_t)2 << 30;
enum { SILENCE_MS = 2000 };           /* of a pipe, before somebody at a screen is told that nothing comes */

static bool at_screen;

void file_at_screen(bool on)
{
    at_screen = on;
}

const char *file_shown(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

/* Standard input may be /dev/null: what scripts give a program that is to get nothing. */
static bool is_nothing(const char *path, const struct stat *st)
{
    struct stat null;
    return strcmp(path, "-") == 0 && stat("/dev/null", &null) == 0 && S_ISCHR(null.st_mode) && st->st_rdev == null.st_rdev;
}

/* What could block for ever or never end is refused: a device, and at a screen the keyboard itself. */
static bool may_read(const char *path, const char *shown, int fd, struct stat *st, struct err *e)
{
    if (fstat(fd, st))
        return err_errno(e, shown, "read");
    if (S_ISDIR(st->st_mode))
        return err_set(e, shown, NULL, "expected a file, found a directory");
    if (S_ISREG(st->st_mode) && (unsigned long long)st->st_size > FILE_CAP)
        return err_set(e, shown, NULL, "expected at most 2 GiB, found %lld bytes", (long long)st->st_size);
    if (at_screen && (strcmp(path, "-") == 0 || isatty(fd)))
        return err_set(e, shown, NULL, "expected a file, found the keyboard");
    if (S_ISBLK(st->st_mode) || (S_ISCHR(st->st_mode) && !isatty(fd) && !is_nothing(path, st)))
        return err_set(e, shown, NULL, "expected a file, found a device");
    return true;
}

/* Waits until there is something to read, or its end. */
static bool comes(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int n;
    do
        n = poll(&p, 1, ms);
    while (n < 0 && errno == EINTR);
    return n != 0;
}

/* read(), through interruptions and non-blocking pipes. */
static ssize_t read_some(int fd, const struct stat *st, char *to, size_t room)
{
    int patience = at_screen ? SILENCE_MS : -1;
    for (;;) {
        if (at_screen && !S_ISREG(st->st_mode) && !comes(fd, patience)) {
            errno = ETIMEDOUT;
            return -1;
        }
        ssize_t got = read(fd, to, room);
        if (got >= 0 || (errno != EINTR && errno != EAGAIN))
            return got;
        if (errno == EAGAIN && !comes(fd, patience)) {
            errno = ETIMEDOUT;
            return -1;
        }
    }
}

bool file_read(const char *path, char **data, size_t *len, struct err *e)
{
    const char *shown = file_shown(path);
    if (!*path)
        return err_set(e, "\"\"", NULL, "expected a file name, found nothing");
    /* Non-blocking at a screen, or opening a pipe that nobody writes to would never return. */
    int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (at_screen ? O_NONBLOCK : 0);
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, flags);
    if (fd < 0)
        return err_errno(e, shown, "open");
    char *buf = NULL;
    struct stat st;
    if (!may_read(path, shown, fd, &st, e))
        goto fail;
    size_t cap = S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size + 1 : 65536, n = 0;
    buf = malloc(cap + 1);
    for (;;) {
        if (!buf) {
            err_set(e, shown, NULL, "not enough memory to read it");
            goto fail;
        }
        ssize_t got = read_some(fd, &st, buf + n, cap - n);
        if (got < 0) {
            errno == ETIMEDOUT ? err_set(e, shown, NULL, "cannot read: nothing came for %d seconds", SILENCE_MS / 1000)
                               : err_errno(e, shown, "read");
            goto fail;
        }
        if (got == 0)
            break;
        n += (size_t)got;
        if (n > FILE_CAP) {
            err_set(e, shown, NULL, "expected at most 2 GiB, found more");
            goto fail;
        }
        if (n == cap) {
            cap *= 2;
            char *more = realloc(buf, cap + 1);
            if (!more)
                free(buf);
            buf = more;
        }
    }
    close(fd);
    buf[n] = '\0';
    *data = buf;
    *len = n;
    return true;
fail:
    free(buf);
    close(fd);
    return false;
}

/* A regular file that is not empty; false: it has to be read (and file_read says what is wrong, if something is). */
static bool map(const char *path, struct file_bytes *out)
{
    struct stat st;
    int fd = *path && strcmp(path, "-") != 0 ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;
    void *at = MAP_FAILED;
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && (uintmax_t)st.st_size <= SIZE_MAX / 2)
        at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (fd >= 0)
        close(fd);
    if (at == MAP_FAILED)
        return false;
    *out = (struct file_bytes){.data = at, .len = (size_t)st.st_size, .mapped = true};
    return true;
}

bool file_map(const char *path, struct file_bytes *out, struct err *e)
{
    char *data;
    *out = (struct file_bytes){0};
    if (map(path, out))
        return true;
    if (!file_read(path, &data, &out->len, e))
        return false;
    out->data = (unsigned char *)data;
    return true;
}

void file_release(struct file_bytes *bytes)
{
    union { const unsigned char *read_only; void *any; } data = {bytes->data};
    if (bytes->mapped)
        munmap(data.any, bytes->len);
    else
        free(data.any);
    *bytes = (struct file_bytes){0};
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len) {
        ssize_t put = write(fd, data, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            if (put == 0)
                errno = EIO;
            return false;
        }
        data += put;
        len -= (size_t)put;
    }
    return true;
}

static bool write_directly(const char *path, const char *data, size_t len, struct err *e)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return err_errno(e, path, "write");
    bool ok = write_all(fd, data, len);
    int saved = errno;
    if (close(fd) && ok) {
        ok = false;
        saved = errno;
    }
    errno = saved;
    return ok ? true : err_errno(e, path, "write");
}

/* ---- writing ---- */

/* Where a write goes: the real target, so that a link stays a link. A name that does not exist yet is itself. */
struct place {
    char *target;                 /* owned */
    bool exists, directly;        /* directly: no regular file, nothing to put in its place */
    struct stat st;
};

static bool find_place(const char *path, struct place *p, struct err *e)
{
    size_t n = strlen(path);
    *p = (struct place){0};
    if (!n)
        return err_set(e, NULL, NULL, "expected a file name, found nothing");
    p->target = realpath(path, NULL);
    if (!p->target && errno != ENOENT)
        return err_errno(e, path, "write");
    p->exists = p->target && stat(p->target, &p->st) == 0;
    if (!p->exists && path[n - 1] == '/')
        return err_set(e, path, NULL, "cannot write: expected a file name, found a folder's");
    if (!p->exists && lstat(path, &p->st) == 0 && S_ISLNK(p->st.st_mode))
        return err_set(e, path, NULL, "cannot write: it is a link to a file that does not exist");
    if (p->exists && S_ISDIR(p->st.st_mode))
        return err_set(e, path, NULL, "cannot write: it is a directory");
    if (p->exists && access(p->target, W_OK))
        return err_errno(e, path, "write");
    p->directly = p->exists && !S_ISREG(p->st.st_mode);
    if (!p->target)
        p->target = xstrdup(path);
    return true;
}

/* A new file beside the target, which it shall replace. */
static int open_beside(const char *target, struct str *name)
{
    enum { NAME_ROOM = NAME_MAX - 7 };
    const char *slash = strrchr(target, '/'), *file = slash ? slash + 1 : target;
    size_t folder = (size_t)(file - target), n = strlen(file);
    str_addn(name, target, folder + (n < NAME_ROOM ? n : NAME_ROOM));
    str_add(name, ".XXXXXX");
    return mkstemp(name->s);
}

/* The rights and, as far as we may, the owner of what is replaced; those of any new file otherwise. */
static bool set_rights(int fd, const struct place *p)
{
    if (p->exists) {
        if (p->st.st_uid != geteuid() || p->st.st_gid != getegid())
            (void)!fchown(fd, p->st.st_uid, p->st.st_gid);
        return fchmod(fd, p->st.st_mode & 07777) == 0;
    }
    mode_t mask = umask(0);
    umask(mask);
    return fchmod(fd, 0666 & ~mask) == 0;
}

bool file_write(const char *path, const char *data, size_t len, struct err *e)
{
    struct place p;
    struct str temp = {0};
    bool ok = find_place(path, &p, e);
    if (!ok || p.directly) {
        free(p.target);
        return ok && write_directly(path, data, len, e);
    }
    int fd = open_beside(p.target, &temp), saved = errno;
    ok = fd >= 0;
    if (ok) {
        ok = set_rights(fd, &p) && write_all(fd, data, len) && fsync(fd) == 0;
        saved = errno;
        if (close(fd) && ok) {
            ok = false;
            saved = errno;
        }
        if (ok && rename(temp.s, p.target)) {
            ok = false;
            saved = errno;
        }
        if (!ok)
            unlink(temp.s);
    }
    str_free(&temp);
    free(p.target);
    errno = saved;
    return ok || err_errno(e, path, "write");
}

bool file_may_write(const char *path, struct err *e)
{
    struct place p;
    struct str temp = {0};
    bool ok = find_place(path, &p, e);
    if (ok && !p.directly) {
        int fd = open_beside(p.target, &temp);
        ok = fd >= 0 || err_errno(e, path, "write");
        if (ok) {
            close(fd);
            unlink(temp.s);
        }
    }
    str_free(&temp);
    free(p.target);
    return ok;
}

/* ---- changed by somebody else? ---- */

void file_mark(const char *path, struct file_mark *m)
{
    struct stat st;
    *m = (struct file_mark){0};
    if (stat(path, &st) == 0)
        *m = (struct file_mark){true, (uint64_t)st.st_dev, (uint64_t)st.st_ino, (int64_t)st.st_size, (int64_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec};
}

bool file_changed(const char *path, const struct file_mark *m)
{
    struct file_mark now;
    file_mark(path, &now);
    return now.there && (!m->there || now.device != m->device || now.number != m->number || now.size != m->size
                         || now.seconds != m->seconds || now.nanoseconds != m->nanoseconds);
}
