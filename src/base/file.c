/* file.c: see file.h. */
#define _GNU_SOURCE
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/progress.h"
#include "base/str.h"

enum { PIECE = 1 << 16 };             /* the first that is read of a file, to see whether it is worth more */
/* How long the other end of a pipe may stay away: shorter when somebody waits at a screen. */
enum { SCREEN_SECONDS = 2, SCRIPT_SECONDS = 10, LOOK_AGAIN_MS = 20 };

static bool at_screen;

static int patience_seconds(void)
{
    return at_screen ? SCREEN_SECONDS : SCRIPT_SECONDS;
}

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
    return strcmp(path, "-") == 0 && stat("/dev/null", &null) == 0 && st->st_rdev == null.st_rdev;
}

/* What could block for ever or never end is refused: a device, and at a screen the keyboard itself. */
static bool may_read(const char *path, const char *shown, int fd, size_t most, struct stat *st, struct err *e)
{
    if (fstat(fd, st))
        return err_errno(e, shown, "read");
    if (S_ISDIR(st->st_mode))
        return err_set(e, shown, NULL, "expected a file, found a directory");
    if (S_ISREG(st->st_mode) && (unsigned long long)st->st_size > most)
        return err_set(e, shown, NULL, "expected at most %zu MiB, found %lld bytes", most >> 20,
                       (long long)st->st_size);
    if (at_screen && (strcmp(path, "-") == 0 || isatty(fd)))
        return err_set(e, shown, NULL, "expected a file, found the keyboard");
    if (S_ISBLK(st->st_mode) || (S_ISCHR(st->st_mode) && !isatty(fd) && !is_nothing(path, st)))
        return err_set(e, shown, NULL, "expected a file, found a device");
    return true;
}

/* Waits until reading (POLLIN) or writing (POLLOUT) would do something; false, with errno, after so long. */
static bool ready(int fd, short events, int ms)
{
    struct pollfd p = {.fd = fd, .events = events};
    int n;
    do
        n = poll(&p, 1, ms);
    while (n < 0 && errno == EINTR);
    if (n == 0)
        errno = ETIMEDOUT;
    return n > 0;
}

/* read(), through interruptions and non-blocking pipes. A pipe whose writer is silent is waited for: for ever in a
 * script, a moment at a screen. One that nobody writes to is at its end at once; before the first byte that is no
 * end yet. */
static ssize_t read_some(int fd, const struct stat *st, char *to, size_t room, bool begun)
{
    bool pipe = S_ISFIFO(st->st_mode) && !begun;
    for (;;) {
        ssize_t got = read(fd, to, room);
        if (got == 0 && pipe) {
            pipe = false;
            if (!ready(fd, POLLIN, patience_seconds() * 1000))
                return -1;
        } else if (got < 0 && errno == EAGAIN) {
            pipe = false;
            if (!ready(fd, POLLIN, at_screen ? SCREEN_SECONDS * 1000 : -1))
                return -1;
        } else if (got >= 0 || errno != EINTR) {
            return got;
        }
    }
}

/* open(), through interruptions. */
static int open_again(const char *path, int flags)
{
    int fd;
    do
        fd = open(path, flags);
    while (fd < 0 && errno == EINTR);
    return fd;
}

bool file_is_text(const char *piece, size_t n)
{
    return !memchr(piece, '\0', n);
}

/* What is read, and how much of it: at most `most` bytes, and nothing behind a first piece that is not worth it. */
struct source { int fd; struct stat st; const char *shown; size_t most; file_worth *worth; };

/* The open file into *data; false with a reason, and what was got so far is still *data's. */
static bool read_whole(const struct source *from, char **data, size_t *n, struct err *e)
{
    const struct stat *st = &from->st;
    const char *shown = from->shown;
    size_t cap = PIECE;
    *n = 0;
    *data = malloc(cap + 1);
    while (*data) {
        ssize_t got = read_some(from->fd, st, *data + *n, cap - *n, *n > 0);
        if (got < 0)
            return errno == ETIMEDOUT
                       ? err_set(e, shown, NULL, "cannot read: nothing came for %d seconds", patience_seconds())
                       : err_errno(e, shown, "read");
        *n += (size_t)got;
        progress_at(shown, S_ISREG(st->st_mode) && st->st_size ? (double)*n / (double)st->st_size : 0);
        if (*n > from->most)
            return err_set(e, shown, NULL, "expected at most %zu MiB, found more", from->most >> 20);
        if (got == 0 || (*n == PIECE && from->worth && !from->worth(*data, *n)))
            return true;
        if (*n == cap) {
            size_t rest = S_ISREG(st->st_mode) && (size_t)st->st_size > cap ? (size_t)st->st_size : 2 * cap;
            cap = rest + (rest == (size_t)st->st_size);        /* a byte more shows the end */
            char *more = realloc(*data, cap + 1);
            if (!more)
                free(*data);
            *data = more;
        }
    }
    return err_set(e, shown, NULL, "not enough memory to read it");
}

bool file_read_if(const char *path, size_t most, file_worth *worth, char **data, size_t *len, struct err *e)
{
    const char *shown = file_shown(path);
    struct source from = {.shown = shown, .most = most, .worth = worth};
    if (!*path)
        return err_set(e, "\"\"", NULL, "expected a file name, found nothing");
    /* Non-blocking, or opening a pipe that nobody writes to would never return. */
    int fd =
        strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open_again(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return err_errno(e, shown, "open");
    *data = NULL;
    from.fd = fd;
    bool ok = may_read(path, shown, fd, most, &from.st, e) && read_whole(&from, data, len, e);
    close(fd);
    if (ok) {
        (*data)[*len] = '\0';
    } else {
        free(*data);
        *data = NULL;
    }
    return ok;
}

bool file_read(const char *path, char **data, size_t *len, struct err *e)
{
    return file_read_if(path, FILE_LARGE, NULL, data, len, e);
}

/* ---- mapped ---- */

/* Those that are mapped now. A handler reads it at any moment: an entry counts while its data is set, which is last. */
enum { MAPS = 32 };
static struct {
    const unsigned char *volatile data;
    size_t len;
    volatile sig_atomic_t cut;
} maps[MAPS];

bool file_mend(const void *address)
{
    const uintptr_t at = (uintptr_t)address;
    for (int k = 0; k < MAPS; k++) {
        const unsigned char *data = maps[k].data;
        if (!data || at < (uintptr_t)data || at - (uintptr_t)data >= maps[k].len)
            continue;
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        union { uintptr_t number; void *address; } from = {at / page * page};
        int saved = errno;
        bool ok = mmap(from.address, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
                  != MAP_FAILED;
        errno = saved;
        maps[k].cut = 1;
        return ok;
    }
    return false;
}

static struct sigaction before_ours;

static void on_bus(int sig, siginfo_t *info, void *context)
{
    (void)context;
    if (!file_mend(info->si_addr))
        sigaction(sig, &before_ours, NULL);       /* somebody else's fault: it comes again on return, to them */
}

static bool is_ours(const struct sigaction *a)
{
    return a->sa_flags & SA_SIGINFO && a->sa_sigaction == on_bus;
}

/* Whoever had the signal before (a sanitizer, a screen) keeps it for all that is not ours. (sigaction fails only for
 * what is no signal.) */
static void take_signal(void)
{
    struct sigaction act = {.sa_flags = SA_SIGINFO | SA_ONSTACK}, now;
    act.sa_sigaction = on_bus;
    sigemptyset(&act.sa_mask);
    sigaction(SIGBUS, NULL, &now);
    if (is_ours(&now))
        return;
    before_ours = now;
    sigaction(SIGBUS, &act, NULL);
}

/* Room in the table, with the handler in place; -1: there is none. */
static int take_place(void)
{
    take_signal();
    for (int k = 0; k < MAPS; k++)
        if (!maps[k].data)
            return k;
    return -1;
}

static int place_of(const struct file_bytes *bytes)
{
    for (int k = 0; bytes->mapped && k < MAPS; k++)
        if (maps[k].data == bytes->data)
            return k;
    return -1;
}

bool file_cut(const struct file_bytes *bytes)
{
    int k = place_of(bytes);
    return k >= 0 && maps[k].cut;
}

/* Address space for a file and a page of zeros behind it: a text that ends with a page ends there, too. */
static size_t room_size(size_t len)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (len + page - 1) / page * page + page;
}

static void *room_for(size_t len)
{
    return mmap(NULL, room_size(len), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

void file_pass(const struct file_bytes *bytes, size_t from, size_t upto, size_t ahead)
{
    union { const unsigned char *read_only; char *any; } data = {bytes->data};
    size_t page = (size_t)sysconf(_SC_PAGESIZE), end = upto / page * page;
    from = from / page * page;
    if (!bytes->mapped)
        return;
    if (end > from)
        madvise(data.any + from, end - from, MADV_DONTNEED);
#ifdef MADV_POPULATE_READ
    ahead = ahead < bytes->len - end ? ahead : bytes->len - end;
    if (ahead)
        madvise(data.any + end, ahead, MADV_POPULATE_READ);       /* where it is not known nothing is lost */
#else
    (void)ahead;
#endif
}

/* Is it a regular file that is not empty? By its name as long as it is not open (fd -1). */
static bool may_map(const char *path, int fd, struct stat *st)
{
    if ((fd < 0 ? stat(path, st) : fstat(fd, st)) || !S_ISREG(st->st_mode) || st->st_size <= 0)
        return false;
#if SIZE_MAX / 2 < INT64_MAX
    if (st->st_size > (off_t)(SIZE_MAX / 2))
        return false;
#endif
    return true;
}

/* False: it has to be read (and file_read says what is wrong, if something is). */
static bool map(const char *path, struct file_bytes *out)
{
    struct stat st;
    int place = take_place();
    /* Looked at before it is opened: a pipe that is opened and closed has lost what its writer wrote. */
    bool named = place >= 0 && strcmp(path, "-") != 0 && may_map(path, -1, &st);
    int fd = named ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;
    void *at = MAP_FAILED;
    if (fd >= 0 && may_map(path, fd, &st) && (at = room_for((size_t)st.st_size)) != MAP_FAILED)
        at =
            mmap(at, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED, fd, 0);
    if (fd >= 0)
        close(fd);
    if (at == MAP_FAILED)
        return false;
    *out = (struct file_bytes){.data = at, .len = (size_t)st.st_size, .mapped = true};
    maps[place].len = out->len;
    maps[place].cut = 0;
    maps[place].data = out->data;
    return true;
}

bool file_map_if(const char *path, file_worth *worth, struct file_bytes *out, struct err *e)
{
    char *data = NULL;
    *out = (struct file_bytes){0};
    if (map(path, out))
        return true;
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
    union { const unsigned char *read_only; void *any; } data = {bytes->data};
    int place = place_of(bytes);
    if (place >= 0)
        maps[place].data = NULL;
    if (bytes->mapped)
        munmap(data.any, room_size(bytes->len));
    else
        free(data.any);
    *bytes = (struct file_bytes){0};
}

char *file_named(const char *typed)
{
    const char *home = getenv("HOME");
    struct str name = {0};
    bool at_home = typed[0] == '~' && (typed[1] == '/' || !typed[1]) && home && *home;
    str_add(&name, at_home ? home : "");
    str_add(&name, at_home ? typed + 1 : typed);
    return str_take(&name);
}

/* ---- writing ---- */

/* Everything, through interruptions and short writes. A descriptor that does not block is waited for so long at a
 * time (-1: for ever). */
static bool write_all(int fd, const char *data, size_t len, int patience_ms)
{
    while (len) {
        ssize_t put = write(fd, data, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && errno == EAGAIN && ready(fd, POLLOUT, patience_ms))
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

/* Without blocking: a pipe is given some seconds for somebody to read it. -1 with errno. */
static int open_directly(const char *path, bool pipe)
{
    int tries = pipe ? patience_seconds() * 1000 / LOOK_AGAIN_MS : 0, fd;
    while ((fd = open_again(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) < 0 && errno == ENXIO && tries-- > 0)
        poll(NULL, 0, LOOK_AGAIN_MS);
    return fd;
}

/* What is no regular file. Nothing here may wait without end: another program decides when it reads. */
static bool write_directly(const char *path, bool pipe, const char *data, size_t len, struct err *e)
{
    int fd = open_directly(path, pipe), saved = errno;
    if (fd < 0)
        return pipe && saved == ENXIO
                   ? err_set(e, path, NULL, "cannot write: nobody has read it for %d seconds", patience_seconds())
                   : (errno = saved, err_errno(e, path, "write"));
    if (at_screen && isatty(fd)) {
        close(fd);
        return err_set(e, path, NULL, "cannot write: expected a file, found a terminal");
    }
    bool ok = write_all(fd, data, len, patience_seconds() * 1000);
    saved = errno;
    if (close(fd) && ok) {
        ok = false;
        saved = errno;
    }
    if (!ok && saved == ETIMEDOUT)
        return err_set(e, path, NULL, "cannot write: nothing of it was read for %d seconds", patience_seconds());
    errno = saved;
    return ok || err_errno(e, path, "write");
}

bool file_write_descriptor(int fd, const char *data, size_t len)
{
    return write_all(fd, data, len, -1);
}

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
    if (p->exists && S_ISBLK(p->st.st_mode))
        return err_set(e, path, NULL, "cannot write: it is a disk");
    if (p->exists && access(p->target, W_OK))
        return err_errno(e, path, "write");
    p->directly = p->exists && !S_ISREG(p->st.st_mode);
    if (!p->target)
        p->target = xstrdup(path);
    return true;
}

const char *file_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A new file beside the target, which it shall replace. */
static int open_beside(const char *target, struct str *name)
{
    enum { NAME_ROOM = NAME_MAX - 7 };
    const char *file = file_base(target);
    size_t folder = (size_t)(file - target), n = strlen(file);
    str_addn(name, target, folder + (n < NAME_ROOM ? n : NAME_ROOM));
    str_add(name, ".XXXXXX");
    return mkstemp(name->s);
}

/* The rights and, as far as we may, the owner of what is replaced; those of any new file otherwise. False where the
 * file system knows no such rights (FAT, some network disks): the file then stays as mkstemp made it, for its owner
 * alone. */
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

/* As long as there is a file beside the target, what would end the program waits: it ends with the save done and no
 * such file left. */
static void hold_signals(sigset_t *before)
{
    static const int ending[] = {SIGHUP,    SIGINT,  SIGQUIT, SIGTERM, SIGALRM,
                                 SIGVTALRM, SIGPROF, SIGUSR1, SIGUSR2, SIGXCPU};
    sigset_t some;
    sigemptyset(&some);
    for (size_t k = 0; k < sizeof ending / sizeof *ending; k++)
        sigaddset(&some, ending[k]);
    sigprocmask(SIG_BLOCK, &some, before);
}

static void let_signals(const sigset_t *before)
{
    int saved = errno;
    sigprocmask(SIG_SETMASK, before, NULL);
    errno = saved;
}

/* What the caller should tell about a file that was written; nothing, mostly. */
static void note(const struct place *p, bool rights, struct err *e)
{
    if (!e)
        return;
    *e->text = '\0';
    if (!rights)
        err_set(e, NULL, NULL, "its permissions could not be set");
    else if (p->exists && p->st.st_nlink > 1)
        err_set(e, NULL, NULL, "the file had %llu names: the other%s what was there before",
                (unsigned long long)p->st.st_nlink, p->st.st_nlink > 2 ? "s keep" : " keeps");
}

/* A new file with the data, which then takes the target's place. */
static bool replace(const struct place *p, const char *data, size_t len, bool *rights)
{
    struct str temp = {0};
    sigset_t before;
    hold_signals(&before);
    int fd = open_beside(p->target, &temp);
    bool ok = fd >= 0;
    if (ok) {
        *rights = set_rights(fd, p);
        ok = write_all(fd, data, len, -1) && fsync(fd) == 0;
        int saved = errno;
        if (close(fd) && ok) {
            ok = false;
            saved = errno;
        }
        if (ok && rename(temp.s, p->target)) {
            ok = false;
            saved = errno;
        }
        if (!ok)
            unlink(temp.s);
        errno = saved;
    }
    let_signals(&before);
    int saved = errno;
    str_free(&temp);
    errno = saved;
    return ok;
}

bool file_write(const char *path, const char *data, size_t len, struct err *e)
{
    struct place p;
    bool ok = find_place(path, &p, e), rights = true;
    if (ok && p.directly) {
        ok = write_directly(path, S_ISFIFO(p.st.st_mode), data, len, e);
    } else if (ok) {
        ok = replace(&p, data, len, &rights) || err_errno(e, path, "write");
    }
    if (ok)
        note(&p, rights, e);
    free(p.target);
    return ok;
}

bool file_may_write(const char *path, struct err *e)
{
    struct place p;
    struct str temp = {0};
    bool ok = find_place(path, &p, e);
    if (ok && !p.directly) {
        sigset_t before;
        hold_signals(&before);
        int fd = open_beside(p.target, &temp);
        ok = fd >= 0 || err_errno(e, path, "write");
        if (ok) {
            close(fd);
            unlink(temp.s);
        }
        let_signals(&before);
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
        *m = (struct file_mark){true,
                                (uint64_t)st.st_dev,
                                (uint64_t)st.st_ino,
                                (int64_t)st.st_size,
                                (int64_t)st.st_mtim.tv_sec,
                                st.st_mtim.tv_nsec};
}

bool file_changed(const char *path, const struct file_mark *m)
{
    struct file_mark now;
    file_mark(path, &now);
    return now.there && (!m->there || now.device != m->device || now.number != m->number || now.size != m->size
                         || now.seconds != m->seconds || now.nanoseconds != m->nanoseconds);
}
