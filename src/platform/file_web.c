/* file_web.c: base/file.h without a file system: files are in memory, for as long as the page is open. What is written
 * is also handed to the page, which lets its reader keep it; what the reader puts into the page can be read. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "platform/web.h"

static struct memory_file { char *name, *data; size_t len; } *files;
static int file_count;

static struct memory_file *find(const char *path)
{
    const char *name = file_base(path);
    for (int k = 0; k < file_count; k++)
        if (strcmp(files[k].name, name) == 0)
            return &files[k];
    return NULL;
}

void web_file_put(const char *name, const char *data, size_t n)
{
    struct memory_file *f = find(name);
    char *copy = xstrndup(data, n);
    if (!f) {
        files = xrealloc(files, (size_t)file_count + 1, sizeof *files);
        f = &files[file_count++];
        *f = (struct memory_file){.name = xstrdup(file_base(name))};
    }
    free(f->data);
    f->data = copy;
    f->len = n;
}

/* ---- file.h ------------------------------------------------------------------------------------------------------ */

const char *file_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *file_shown(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

char *file_named(const char *typed)
{
    return xstrdup(typed);
}

bool file_is_text(const char *piece, size_t n)
{
    return !memchr(piece, '\0', n);
}

static bool no_file(const char *path, struct err *e)
{
    return err_set(e, file_shown(path), NULL,
                   "a page reads no files of the machine: drop it into the page, then it is there by its name");
}

bool file_read_if(const char *path, size_t most, file_worth *worth, char **data, size_t *len, struct err *e)
{
    const struct memory_file *f = find(path);
    (void)worth;
    if (!f)
        return no_file(path, e);
    if (f->len > most)
        return err_set(e, path, NULL, "expected at most %zu bytes, found %zu", most, f->len);
    *data = xstrndup(f->data, f->len);
    *len = f->len;
    return true;
}

bool file_read(const char *path, char **data, size_t *len, struct err *e)
{
    return file_read_if(path, FILE_LARGE, NULL, data, len, e);
}

bool file_map_if(const char *path, file_worth *worth, struct file_bytes *out, struct err *e)
{
    char *data = NULL;
    *out = (struct file_bytes){0};
    if (!file_read_if(path, FILE_LARGE, worth, &data, &out->len, e))
        return false;
    out->data = (unsigned char *)data;
    return true;
}

bool file_map(const char *path, struct file_bytes *out, struct err *e)
{
    return file_map_if(path, NULL, out, e);
}

void file_release(struct file_bytes *bytes)
{
    free((void *)(uintptr_t)bytes->data);
    *bytes = (struct file_bytes){0};
}

bool file_cut(const struct file_bytes *bytes)
{
    (void)bytes;
    return false;
}

void file_pass(const struct file_bytes *bytes, size_t from, size_t upto, size_t ahead)
{
    (void)bytes, (void)from, (void)upto, (void)ahead;
}

bool file_write(const char *path, const char *data, size_t len, struct err *e)
{
    if (e)
        *e->text = '\0';
    web_file_put(path, data, len);
    page_save(file_base(path), strlen(file_base(path)), data, len);
    return true;
}

/* Only standard output and standard error are descriptors here. */
bool file_write_descriptor(int fd, const char *data, size_t len)
{
    FILE *to = fd == STDERR_FILENO ? stderr : stdout;
    return fwrite(data, 1, len, to) == len && fflush(to) == 0;
}

bool file_may_write(const char *path, struct err *e)
{
    (void)path, (void)e;
    return true;
}

void file_at_screen(bool on)
{
    (void)on;
}

void file_mark(const char *path, struct file_mark *m)
{
    const struct memory_file *f = find(path);
    *m = (struct file_mark){.there = f != NULL, .size = f ? (int64_t)f->len : 0};
}

bool file_changed(const char *path, const struct file_mark *m)
{
    const struct memory_file *f = find(path);
    return f && (!m->there || m->size != (int64_t)f->len);
}

/* ---- what the C library would ask a system for ------------------------------------------------------------------- */

int access(const char *path, int mode)
{
    (void)mode;
    errno = ENOENT;
    return find(path) ? 0 : -1;
}

int stat(const char *restrict path, struct stat *restrict st)
{
    const struct memory_file *f = find(path);
    errno = ENOENT;
    if (!f)
        return -1;
    *st = (struct stat){.st_mode = S_IFREG | 0600, .st_size = (off_t)f->len, .st_ino = (ino_t)(f - files) + 1};
    return 0;
}

FILE *fopen(const char *restrict path, const char *restrict mode)
{
    const struct memory_file *f = find(path);
    if (f && f->len && *mode == 'r')
        return fmemopen(f->data, f->len, "r");
    errno = ENOENT;
    return NULL;
}

int mkdir(const char *path, mode_t mode)
{
    (void)path, (void)mode;
    errno = EROFS;
    return -1;
}

char *realpath(const char *restrict path, char *restrict out)
{
    (void)out;
    return strdup(path);
}

mode_t umask(mode_t mask)
{
    (void)mask;
    return 0077;
}

/* There are no descriptors to read from. */
ssize_t pread(int fd, void *to, size_t n, off_t at)
{
    (void)fd, (void)to, (void)n, (void)at;
    errno = EBADF;
    return -1;
}

/* Advice is never needed. */
int madvise(void *at, size_t bytes, int what)
{
    (void)at, (void)bytes, (void)what;
    return 0;
}

DIR *opendir(const char *path)
{
    (void)path;
    errno = ENOENT;
    return NULL;
}

struct dirent *readdir(DIR *d)
{
    (void)d;
    return NULL;
}

int closedir(DIR *d)
{
    (void)d;
    return 0;
}

int isatty(int fd)
{
    (void)fd;
    errno = ENOTTY;
    return 0;
}
