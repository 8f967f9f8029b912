/* file.c: see file.h. */
#define _GNU_SOURCE
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

static const size_t FILE_CAP = (size_t)2 << 30;

const char *file_shown(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

bool file_read(const char *path, char **data, size_t *len, struct err *e)
{
    const char *shown = file_shown(path);
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return err_errno(e, shown, "open");
    char *buf = NULL;
    struct stat st;
    if (fstat(fd, &st)) {
        err_errno(e, shown, "read");
        goto fail;
    }
    if (S_ISDIR(st.st_mode)) {
        err_set(e, shown, NULL, "expected a file, found a directory");
        goto fail;
    }
    if (S_ISREG(st.st_mode) && (unsigned long long)st.st_size > FILE_CAP) {
        err_set(e, shown, NULL, "expected at most 2 GiB, found %lld bytes", (long long)st.st_size);
        goto fail;
    }
    size_t cap = S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size + 1 : 65536, n = 0;
    buf = malloc(cap + 1);
    for (;;) {
        if (!buf) {
            err_set(e, shown, NULL, "not enough memory to read it");
            goto fail;
        }
        ssize_t got = read(fd, buf + n, cap - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            err_errno(e, shown, "read");
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

bool file_write(const char *path, const char *data, size_t len, struct err *e)
{
    /* The real target, so that a link stays a link. A name that does not exist yet is itself. */
    char *target = realpath(path, NULL);
    if (!target && errno != ENOENT)
        return err_errno(e, path, "write");
    struct stat st;
    bool exists = target && stat(target, &st) == 0;
    if (!exists && lstat(path, &st) == 0 && S_ISLNK(st.st_mode)) {
        free(target);
        return err_set(e, path, NULL, "cannot write: it is a link to a file that does not exist");
    }
    if (exists && S_ISDIR(st.st_mode)) {
        free(target);
        return err_set(e, path, NULL, "cannot write: it is a directory");
    }
    if (exists && !S_ISREG(st.st_mode)) {
        free(target);
        return write_directly(path, data, len, e);
    }
    if (exists && access(target, W_OK)) {
        err_errno(e, path, "write");
        free(target);
        return false;
    }
    if (!target)
        target = xstrdup(path);
    struct str temp = {0};
    str_addf(&temp, "%s.XXXXXX", target);
    int fd = mkstemp(temp.s);
    if (fd < 0) {
        err_errno(e, path, "write");
        goto done;
    }
    mode_t mode = exists ? st.st_mode & 07777 : 0;
    if (!exists) {
        mode_t mask = umask(0);
        umask(mask);
        mode = 0666 & ~mask;
    }
    bool ok = fchmod(fd, mode) == 0 && write_all(fd, data, len) && fsync(fd) == 0;
    int saved = errno;
    if (close(fd) && ok) {
        ok = false;
        saved = errno;
    }
    if (ok && rename(temp.s, target)) {
        ok = false;
        saved = errno;
    }
    if (!ok) {
        unlink(temp.s);
        errno = saved;
        err_errno(e, path, "write");
        goto done;
    }
    str_free(&temp);
    free(target);
    return true;
done:
    str_free(&temp);
    free(target);
    return false;
}
