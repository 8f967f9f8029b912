/* test_files.c: reading and writing whole files: what would block is told, what is replaced keeps what it can, and
 * nothing that comes in between leaves anything behind. The system calls that fail here are this program's own. */
#undef _FORTIFY_SOURCE                    /* its open() and read() are inline, ours are not */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/str.h"
#include "support/skip.h"

/* ---- system calls that can be made to fail ---- */

enum call { OPEN, READ, WRITE, FSYNC, CLOSE, RENAME, FCHMOD, FSTAT, STAT, ACCESS, POLL, MMAP, CALLS };

static struct {
    int interrupt, most;          /* write: EINTR so often; at most so many bytes a call */
    int error[CALLS];             /* errno of the next such call, which fails; NOTHING_DONE: it does nothing */
    bool disk;                    /* what is looked at is a disk */
} play;
enum { NOTHING_DONE = -1 };

static bool fails(enum call c)
{
    int error = play.error[c];
    play.error[c] = 0;
    if (error)
        errno = error;
    return error != 0;
}

ssize_t write(int fd, const void *data, size_t n)
{
    if (play.interrupt > 0) {
        play.interrupt--;
        errno = EINTR;
        return -1;
    }
    if (play.error[WRITE] == NOTHING_DONE)
        return fails(WRITE) ? 0 : -1;
    if (fails(WRITE))
        return -1;
    if (play.most && n > (size_t)play.most)
        n = (size_t)play.most;
    return syscall(SYS_write, fd, data, n);
}

/* Where the compiler puts checks of its own in, open goes by this name. */
int __open_2(const char *path, int flags);

int open(const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    mode_t mode = flags & O_CREAT ? (mode_t)va_arg(ap, int) : 0;
    va_end(ap);
    return fails(OPEN) ? -1 : openat(AT_FDCWD, path, flags, mode);
}

int __open_2(const char *path, int flags) { return open(path, flags); }
ssize_t read(int fd, void *to, size_t n) { return fails(READ) ? -1 : syscall(SYS_read, fd, to, n); }
int fsync(int fd) { return fails(FSYNC) ? -1 : (int)syscall(SYS_fsync, fd); }
int close(int fd) { return (int)syscall(SYS_close, fd) || fails(CLOSE) ? -1 : 0; }
int rename(const char *from, const char *to) { return fails(RENAME) ? -1 : renameat(AT_FDCWD, from, AT_FDCWD, to); }
int fchmod(int fd, mode_t mode) { return fails(FCHMOD) ? -1 : (int)syscall(SYS_fchmod, fd, mode); }
int access(const char *path, int how) { return fails(ACCESS) ? -1 : faccessat(AT_FDCWD, path, how, 0); }
int poll(struct pollfd *p, nfds_t n, int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    return fails(POLL) ? -1 : ppoll(p, n, ms < 0 ? NULL : &t, NULL);
}

static int looked_at(int status, struct stat *st)
{
    if (status == 0 && play.disk)
        st->st_mode = (st->st_mode & 07777) | S_IFBLK;
    return status;
}

int stat(const char *path, struct stat *st)
{
    return fails(STAT) ? -1 : looked_at(fstatat(AT_FDCWD, path, st, 0), st);
}

int fstat(int fd, struct stat *st)
{
    return fails(FSTAT) ? -1 : looked_at(fstatat(fd, "", st, AT_EMPTY_PATH), st);
}

void *mmap(void *at, size_t n, int may, int how, int fd, off_t from)
{
    if (fails(MMAP))
        return MAP_FAILED;
    union { long number; void *address; } got = {syscall(SYS_mmap, at, n, may, how, fd, from)};
    return got.address;
}

/* ---- a folder to play in ---- */

static char folder[] = "/tmp/flstm-files-XXXXXX";

static int enter(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));)
        if (*e->d_name != '.')
            unlink(e->d_name);
    if (d)
        closedir(d);
    return chdir("/") || rmdir(folder);
}

static int count_files(void)
{
    int n = 0;
    DIR *d = opendir(".");
    for (struct dirent *e; (e = readdir(d));)
        n += *e->d_name != '.';
    closedir(d);
    return n;
}

static void put(const char *name, const char *text)
{
    struct err e;
    if (!file_write(name, text, strlen(text), &e))
        fail_msg("%s", e.text);
}

static void must_hold(const char *name, const char *text)
{
    char *data;
    size_t n;
    struct err e = {{0}};
    if (!file_read(name, &data, &n, &e))
        fail_msg("%s", e.text);
    assert_string_equal(data, text);
    assert_int_equal(n, strlen(text));
    free(data);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must_say(const struct err *e, const char *what)
{
    if (!strstr(e->text, what))
        fail_msg("expected \"%s\", found \"%s\"", what, e->text);
}

/* ---- what could block ---- */

static void a_pipe_that_nobody_reads_is_told_after_two_seconds(void **state)
{
    (void)state;
    struct err e = {{0}};
    assert_int_equal(mkfifo("pipe", 0600), 0);
    file_at_screen(true);
    double start = now();
    assert_false(file_write("pipe", "text", 4, &e));
    file_at_screen(false);
    assert_true(now() - start < 6);
    must_say(&e, "pipe: cannot write: nobody has read it for 2 seconds");
    unlink("pipe");
}

static void a_pipe_whose_reader_takes_nothing_is_told(void **state)
{
    (void)state;
    struct err e = {{0}};
    assert_int_equal(mkfifo("pipe", 0600), 0);
    int reader = open("pipe", O_RDONLY | O_NONBLOCK);
    size_t large = 1 << 20;
    char *data = calloc(large, 1);
    file_at_screen(true);
    assert_false(file_write("pipe", data, large, &e));
    file_at_screen(false);
    must_say(&e, "pipe: cannot write: nothing of it was read for 2 seconds");
    free(data);
    close(reader);
    unlink("pipe");
}

static void a_pipe_that_is_read_gets_everything(void **state)
{
    (void)state;
    struct err e = {{0}};
    size_t large = 1 << 20, got = 0;
    char *data = calloc(large, 1), piece[4096];
    assert_int_equal(mkfifo("pipe", 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        bool ok = file_write("pipe", data, large, &e);
        exit(ok ? 0 : 1);
    }
    usleep(200000);                       /* the writer comes first and waits for a reader */
    int reader = open("pipe", O_RDONLY), status = -1;
    for (ssize_t n; (n = read(reader, piece, sizeof piece)) > 0; got += (size_t)n)
        continue;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_int_equal(got, large);
    close(reader);
    free(data);
    unlink("pipe");
}

static void a_pipe_that_nobody_writes_to_is_told(void **state)
{
    (void)state;
    struct err e = {{0}};
    char *data = NULL;
    size_t n;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    file_at_screen(true);
    assert_false(file_read("pipe", &data, &n, &e));
    file_at_screen(false);
    assert_null(data);
    must_say(&e, "pipe: cannot read: nothing came for 2 seconds");
    unlink("pipe");
}

static void what_is_no_file_is_refused_at_once(void **state)
{
    (void)state;
    static const struct { const char *name, *says; } cases[] = {
        {"/", "it is a directory"}, {"/proc/self/fd", "it is a directory"}, {"/dev/full", "No space left"},
        {"new/", "a folder's"}, {"", "expected a file name"},
    };
    struct err e = {{0}};
    double start = now();
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        assert_false(file_write(cases[k].name, "x", 1, &e));
        must_say(&e, cases[k].says);
    }
    assert_true(file_write("/dev/null", "x", 1, &e));
    assert_true(now() - start < 1);
}

/* ---- what is kept ---- */

static void a_file_with_two_names_is_told_of(void **state)
{
    (void)state;
    struct err e = {{0}};
    put("one", "old");
    assert_int_equal(link("one", "two"), 0);
    assert_true(file_write("one", "new", 3, &e));
    must_say(&e, "the file had 2 names: the other keeps what was there before");
    must_hold("one", "new");
    must_hold("two", "old");
    assert_true(file_write("one", "newer", 5, &e));
    assert_string_equal(e.text, "");
    assert_int_equal(link("one", "three") | link("one", "four"), 0);
    assert_true(file_write("one", "newest", 6, &e));
    must_say(&e, "the file had 3 names: the others keep what was there before");
    static const char *const names[] = {"one", "two", "three", "four"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        unlink(names[k]);
}

static void a_file_system_without_permissions_can_be_written(void **state)
{
    (void)state;
    struct err e = {{0}};
    put("plain", "old");
    play.error[FCHMOD] = EPERM;
    assert_true(file_write("plain", "new", 3, &e));
    must_say(&e, "its permissions could not be set");
    must_hold("plain", "new");
    unlink("plain");
}

static void interruptions_and_short_writes_do_not_matter(void **state)
{
    (void)state;
    struct str text = {0};
    for (int k = 0; k < 5000; k++)
        str_addf(&text, "%d ", k);
    play.interrupt = 7;
    play.most = 13;
    put("long", str_text(&text));
    assert_int_equal(play.interrupt, 0);
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    play.interrupt = 3;
    assert_true(file_write_descriptor(pipes[1], text.s, 1000));
    play.interrupt = play.most = 0;
    char piece[2000];
    assert_int_equal(read(pipes[0], piece, sizeof piece), 1000);
    play.error[WRITE] = EAGAIN;                             /* not now: it is asked when */
    assert_true(file_write_descriptor(pipes[1], text.s, 500));
    assert_int_equal(play.error[WRITE], 0);
    assert_int_equal(read(pipes[0], piece, sizeof piece), 500);
    close(pipes[0]);
    close(pipes[1]);
    must_hold("long", str_text(&text));
    str_free(&text);
    unlink("long");
}

/* Ended at 200 moments by each signal: the file is whole, and nothing lies beside it. */
static void a_signal_in_a_save_leaves_the_file_whole_and_nothing_beside_it(void **state)
{
    (void)state;
    static const int sigs[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGALRM, SIGUSR1};
    size_t n = 300000;
    char *data = malloc(n + 1);
    memset(data, 'x', n);
    data[n] = '\0';
    /* Each moment waits for disks: a few here, FLSTM_MOMENTS=200 for more. */
    const char *more = getenv("FLSTM_MOMENTS");
    int moments = more ? atoi(more) : 18;
    for (int k = 0; k < moments; k++) {
        put("saved", "old");
        pid_t child = fork();
        if (child == 0) {
            play.most = 20000;
            signal(sigs[k % 6], SIG_DFL);
            for (;;)
                file_write("saved", data, n, NULL);
        }
        usleep((useconds_t)(1000 + k * 37 % 4000));
        int status;
        do {                              /* again: what came before the child was ready may have been ignored */
            kill(child, sigs[k % 6]);
            usleep(2000);
        } while (waitpid(child, &status, WNOHANG) == 0);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == sigs[k % 6]);
        struct stat st;
        assert_int_equal(stat("saved", &st), 0);
        assert_true(st.st_size == 3 || st.st_size == (off_t)n);
        assert_int_equal(count_files(), 1);
    }
    unlink("saved");
    free(data);
}

/* ---- saves that fail ---- */

static void a_save_that_fails_says_why_and_leaves_what_was_there(void **state)
{
    (void)state;
    static const struct { enum call call; int error; const char *says; } cases[] = {
        {WRITE, ENOSPC, "saved: cannot write: No space left on device"},
        {WRITE, NOTHING_DONE, "saved: cannot write: Input/output error"},
        {FSYNC, EIO, "saved: cannot write: Input/output error"},
        {CLOSE, EDQUOT, "saved: cannot write: Disk quota exceeded"},
        {RENAME, EPERM, "saved: cannot write: Operation not permitted"},
        {ACCESS, EROFS, "saved: cannot write: Read-only file system"},
    };
    put("saved", "old");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        play.error[cases[k].call] = cases[k].error;
        assert_false(file_write("saved", "new", 3, &e));
        assert_string_equal(e.text, cases[k].says);
        must_hold("saved", "old");
        assert_int_equal(count_files(), 1);
    }
    /* The first thing that went wrong is what is told. */
    struct err e = {{0}};
    play.error[FSYNC] = EIO;
    play.error[CLOSE] = EDQUOT;
    assert_false(file_write("saved", "new", 3, &e));
    assert_string_equal(e.text, "saved: cannot write: Input/output error");
    unlink("saved");
}

static void where_no_save_can_go_is_told_and_nothing_is_left_there(void **state)
{
    (void)state;
    static const struct { const char *name, *says; } cases[] = {
        {"plain/x", "plain/x: cannot write: Not a directory"},
        {"round", "round: cannot write: Too many levels of symbolic links"},
        {"nowhere", "nowhere: cannot write: it is a link to a file that does not exist"},
        {"missing/x", "missing/x: cannot write: No such file or directory"},
    };
    put("plain", "old");
    assert_int_equal(symlink("round", "round") | symlink("not-there", "nowhere"), 0);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}}, asked = {{0}};
        assert_false(file_write(cases[k].name, "new", 3, &e));
        assert_string_equal(e.text, cases[k].says);
        assert_false(file_may_write(cases[k].name, &asked));
        assert_string_equal(asked.text, cases[k].says);
    }
    struct err e = {{0}};
    play.disk = true;
    bool written = file_write("plain", "new", 3, &e);
    play.disk = false;
    assert_false(written);
    assert_string_equal(e.text, "plain: cannot write: it is a disk");
    assert_true(file_may_write("plain", &e) && file_may_write("fresh", &e) && file_may_write("/dev/null", &e));
    must_hold("plain", "old");
    assert_int_equal(count_files(), 3);
    unlink("plain");
    unlink("round");
    unlink("nowhere");
}

static void a_device_that_fails_says_why(void **state)
{
    (void)state;
    struct err e = {{0}};
    play.error[OPEN] = EINTR;
    assert_true(file_write("/dev/null", "x", 1, &e));
    play.error[OPEN] = EBUSY;
    assert_false(file_write("/dev/null", "x", 1, &e));
    assert_string_equal(e.text, "/dev/null: cannot write: Device or resource busy");
    play.error[CLOSE] = EIO;
    assert_false(file_write("/dev/null", "x", 1, &e));
    assert_string_equal(e.text, "/dev/null: cannot write: Input/output error");
    play.error[CLOSE] = EIO;                                /* the first thing that went wrong is told */
    assert_false(file_write("/dev/full", "x", 1, &e));
    assert_string_equal(e.text, "/dev/full: cannot write: No space left on device");
    assert_false(file_write_descriptor(-1, "x", 1));
    assert_int_equal(errno, EBADF);
}

static void a_link_stays_a_link_and_a_long_name_is_no_obstacle(void **state)
{
    (void)state;
    char longest[256];
    struct stat st;
    put("real", "old");
    assert_int_equal(symlink("real", "link"), 0);
    put("link", "new");
    must_hold("real", "new");
    assert_true(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
    memset(longest, 'n', 255);
    longest[255] = '\0';
    put(longest, "text");
    must_hold(longest, "text");
    assert_int_equal(count_files(), 3);
    unlink(longest);
    unlink("link");
    unlink("real");
}

static void rights_and_owner_of_what_is_replaced_are_kept(void **state)
{
    (void)state;
    struct stat st;
    put("mine", "old");
    assert_int_equal(chmod("mine", 0640), 0);
    put("mine", "new");
    assert_true(stat("mine", &st) == 0 && (st.st_mode & 07777) == 0640);
    unlink("mine");
    if (geteuid() != 0)
        skip_because("only root can have a file of somebody else");
    static const struct { uid_t user; gid_t group; } owners[] = {{4321, 0}, {0, 4321}, {4321, 4322}};
    for (size_t k = 0; k < sizeof owners / sizeof *owners; k++) {
        put("theirs", "old");
        assert_int_equal(chown("theirs", owners[k].user, owners[k].group), 0);
        assert_true(file_write("theirs", "new", 3, NULL));
        assert_true(stat("theirs", &st) == 0 && st.st_uid == owners[k].user && st.st_gid == owners[k].group);
        must_hold("theirs", "new");
        unlink("theirs");
    }
}

/* ---- reads that fail ---- */

static void a_read_that_fails_says_why_and_one_that_is_interrupted_goes_on(void **state)
{
    (void)state;
    static const struct { enum call call; int error; const char *says; } cases[] = {
        {OPEN, EACCES, "some: cannot open: Permission denied"},
        {FSTAT, EIO, "some: cannot read: Input/output error"},
        {READ, EIO, "some: cannot read: Input/output error"},
    };
    char *data = NULL;
    size_t n;
    put("some", "text");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        play.error[cases[k].call] = cases[k].error;
        assert_false(file_read("some", &data, &n, &e));
        assert_null(data);
        assert_string_equal(e.text, cases[k].says);
    }
    play.error[OPEN] = play.error[READ] = EINTR;
    must_hold("some", "text");
    unlink("some");
}

static void what_is_no_file_to_read_is_named(void **state)
{
    (void)state;
    static const struct { const char *name, *says; bool screen, disk; } cases[] = {
        {"", "\"\": expected a file name, found nothing", false, false},
        {".", ".: expected a file, found a directory", false, false},
        {"/dev/zero", "/dev/zero: expected a file, found a device", false, false},
        {"some", "some: expected a file, found a device", false, true},
        {"-", "standard input: expected a file, found the keyboard", true, false},
        {"missing", "missing: cannot open: No such file or directory", false, false},
    };
    char *data;
    size_t n;
    put("some", "text");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        file_at_screen(cases[k].screen);
        play.disk = cases[k].disk;
        bool got = file_read(cases[k].name, &data, &n, &e);
        file_at_screen(false);
        play.disk = false;
        assert_false(got);
        assert_string_equal(e.text, cases[k].says);
    }
    unlink("some");
}

static void standard_input_may_be_nothing_or_a_file(void **state)
{
    (void)state;
    int before = dup(0), nothing = open("/dev/null", O_RDONLY), zero = open("/dev/zero", O_RDONLY);
    char *data;
    size_t n;
    struct err e = {{0}};
    dup2(nothing, 0);
    must_hold("-", "");
    play.error[STAT] = ENOENT;            /* no /dev/null by that name: it is some device */
    assert_false(file_read("-", &data, &n, &e));
    assert_string_equal(e.text, "standard input: expected a file, found a device");
    dup2(zero, 0);
    assert_false(file_read("-", &data, &n, &e));
    assert_string_equal(e.text, "standard input: expected a file, found a device");
    put("some", "text");
    int some = open("some", O_RDONLY);
    dup2(some, 0);
    must_hold("-", "text");
    struct file_bytes b;
    lseek(0, 0, SEEK_SET);
    assert_true(file_map("-", &b, &e) && !b.mapped && b.len == 4);
    file_release(&b);
    close(0);
    assert_false(file_read("-", &data, &n, &e));
    assert_string_equal(e.text, "standard input: cannot open: Bad file descriptor");
    dup2(before, 0);
    close(before);
    close(nothing);
    close(zero);
    close(some);
    unlink("some");
}

/* A child that says `first`, waits, and says the rest of n bytes. */
static pid_t speaker(const char *name, size_t first, size_t n)
{
    pid_t child = fork();
    if (child)
        return child;
    int to = open(name, O_WRONLY);
    char *text = malloc(n);
    memset(text, 't', n);
    if (first)
        (void)!write(to, text, first);
    usleep(200000);
    file_write_descriptor(to, text + first, n - first);
    free(text);
    exit(0);
}

static void a_pipe_is_waited_for_and_its_end_is_the_end(void **state)
{
    (void)state;
    char *data;
    size_t n;
    struct err e = {{0}};
    assert_int_equal(mkfifo("pipe", 0600), 0);
    for (int screen = 0; screen < 2; screen++) {
        int keep = open("pipe", O_RDONLY | O_NONBLOCK);     /* the child need not wait for us */
        pid_t child = speaker("pipe", 10, 100000);
        usleep(50000);
        file_at_screen(screen);
        play.error[POLL] = EINTR;
        bool got = file_read("pipe", &data, &n, &e);
        file_at_screen(false);
        waitpid(child, NULL, 0);
        close(keep);
        assert_true(got);
        assert_int_equal(n, 100000);
        free(data);
    }
    int keep = open("pipe", O_RDWR);                        /* a writer that never says anything */
    file_at_screen(true);
    bool got = file_read("pipe", &data, &n, &e);
    file_at_screen(false);
    assert_false(got);
    assert_string_equal(e.text, "pipe: cannot read: nothing came for 2 seconds");
    play.error[POLL] = ENOMEM;
    assert_false(file_read("pipe", &data, &n, &e));
    assert_string_equal(e.text, "pipe: cannot read: Cannot allocate memory");
    close(keep);
    play.error[OPEN] = EACCES;
    assert_false(file_write("pipe", "x", 1, &e));
    assert_string_equal(e.text, "pipe: cannot write: Permission denied");
    pid_t child = speaker("pipe", 0, 3 << 20);
    keep = open("pipe", O_RDONLY);
    got = file_read_if("pipe", 2 << 20, NULL, &data, &n, &e);
    close(keep);
    waitpid(child, NULL, 0);
    assert_false(got);
    assert_string_equal(e.text, "pipe: expected at most 2 MiB, found more");
    unlink("pipe");
}

/* One whose writer is not there yet is no empty file. */
static void a_writer_that_comes_later_is_waited_for(void **state)
{
    (void)state;
    char *data;
    size_t n;
    struct err e = {{0}};
    assert_int_equal(mkfifo("pipe", 0600), 0);
    pid_t child = fork();
    if (!child) {
        usleep(300000);
        file_write("pipe", "late", 4, &e);
        _exit(0);
    }
    bool got = file_read("pipe", &data, &n, &e);
    waitpid(child, NULL, 0);
    if (!got)
        fail_msg("%s", e.text);
    assert_int_equal(n, 4);
    assert_memory_equal(data, "late", 4);
    free(data);
    unlink("pipe");
}

/* A terminal is read when a script says so; where somebody sits at it, it is the keyboard. */
static void a_terminal_is_a_file_in_a_script_only(void **state)
{
    (void)state;
    int keys = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(keys >= 0 && grantpt(keys) == 0 && unlockpt(keys) == 0);
    const char *name = ptsname(keys);
    int held = open(name, O_RDWR | O_NOCTTY);
    char *data;
    size_t n;
    struct err e = {{0}};
    file_at_screen(true);
    bool read_there = file_read(name, &data, &n, &e);
    must_say(&e, ": expected a file, found the keyboard");
    bool written_there = file_write(name, "x", 1, &e);
    file_at_screen(false);
    must_say(&e, ": cannot write: expected a file, found a terminal");
    assert_false(read_there || written_there);
    assert_int_equal(write(keys, "typed\n\4", 7), 7);
    must_hold(name, "typed\n");
    assert_true(file_write(name, "x", 1, &e));
    close(held);
    close(keys);
}

/* Between two looks it is gone: then it is written like a new one. */
static void a_file_that_vanishes_before_it_is_saved_is_written_anew(void **state)
{
    (void)state;
    put("fleeting", "old");
    play.error[STAT] = ENOENT;
    put("fleeting", "new");
    must_hold("fleeting", "new");
    unlink("fleeting");
}

/* ---- mapped ---- */

static void a_file_that_cannot_be_mapped_is_read(void **state)
{
    (void)state;
    static const struct { enum call call; int error; bool mapped; } cases[] = {
        {CALLS, 0, true}, {MMAP, ENOMEM, false}, {FSTAT, EIO, false}, {OPEN, EMFILE, false},
    };
    put("some", "text");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct file_bytes b;
        struct err e = {{0}};
        if (cases[k].error)
            play.error[cases[k].call] = cases[k].error;
        assert_true(file_map("some", &b, &e));
        assert_true(b.mapped == cases[k].mapped && b.len == 4);
        assert_memory_equal(b.data, "text", 5);
        file_pass(&b, 0, 4, 100);
        assert_memory_equal(b.data, "text", 5);
        assert_false(file_cut(&b));
        struct file_bytes let_go = b;
        file_release(&b);
        assert_true(!b.data && !b.mapped);
        assert_false(file_cut(&let_go)); /* of what is let go nothing is said */
    }
    struct file_bytes b;
    struct err e = {{0}};
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *whole = calloc(page + 1, 1);
    memset(whole, 'w', page);
    put("some", whole); /* behind its last page there is nothing to be read ahead */
    assert_true(file_map("some", &b, &e) && b.mapped && b.len == page);
    file_pass(&b, 0, page, 100);
    assert_memory_equal(b.data, whole, page + 1);
    file_release(&b);
    free(whole);
    put("empty", "");
    assert_true(file_map("empty", &b, &e) && !b.mapped && b.len == 0);
    file_release(&b);
    assert_false(file_map("", &b, &e));
    assert_string_equal(e.text, "\"\": expected a file name, found nothing");
    assert_true(file_map("/dev/null", &b, &e) == false);
    assert_string_equal(e.text, "/dev/null: expected a file, found a device");
    unlink("empty");
    unlink("some");
}

static volatile sig_atomic_t faults;

static void count_fault(int sig)
{
    (void)sig;
    faults++;
}

static void count_told(int sig, siginfo_t *info, void *context)
{
    (void)info;
    (void)context;
    count_fault(sig);
}

/* SIGBUS that no file of ours is the reason of goes to whoever had it before. */
static void a_fault_of_somebody_else_comes_to_them(void **state)
{
    (void)state;
    struct sigaction before, theirs[2] = {{.sa_handler = count_fault}, {.sa_flags = SA_SIGINFO}};
    struct file_bytes b;
    struct err e = {{0}};
    theirs[1].sa_sigaction = count_told;
    put("some", "text");
    assert_int_equal(sigaction(SIGBUS, NULL, &before), 0);
    for (int k = 0; k < 2; k++) {
        assert_int_equal(sigaction(SIGBUS, &theirs[k], NULL), 0);
        assert_true(file_map("some", &b, &e) && b.mapped);
        faults = 0;
        raise(SIGBUS);                                      /* ours sees it, and steps back */
        raise(SIGBUS);
        assert_int_equal(faults, 1);
        assert_false(file_mend(b.data + 100000000));
        assert_false(file_mend(NULL));
        assert_memory_equal(b.data, "text", 5);
        file_release(&b);
    }
    sigaction(SIGBUS, &before, NULL);
    unlink("some");
}

/* ---- changed by somebody else? ---- */

static void a_file_has_changed_when_anything_about_it_has(void **state)
{
    (void)state;
    struct file_mark was, m;
    put("some", "text");
    file_mark("some", &was);
    assert_false(file_changed("some", &was));
    for (int k = 0; k < 6; k++) {
        m = was;
        m.there = k != 0;
        m.device += k == 1;
        m.number += k == 2;
        m.size += k == 3;
        m.seconds += k == 4;
        m.nanoseconds += k == 5;
        assert_true(file_changed("some", &m));
    }
    unlink("some");
    assert_false(file_changed("some", &was));
    file_mark("some", &m);
    assert_false(m.there);
}

/* ---- how much is read ---- */

static void a_file_that_cannot_be_worth_it_is_not_read_to_its_end(void **state)
{
    (void)state;
    struct err e = {{0}};
    int fd = open("sparse", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(ftruncate(fd, 400 << 20), 0);
    close(fd);
    char *data;
    size_t n;
    assert_true(file_read_if("sparse", FILE_LARGE, file_is_text, &data, &n, &e));
    assert_true(n == 1 << 16);
    free(data);
    assert_null(json_read("sparse", &e));
    must_say(&e, "sparse:1:1: not valid JSON");
    assert_false(file_read_if("sparse", FILE_SMALL, NULL, &data, &n, &e));
    must_say(&e, "expected at most 64 MiB, found 419430400 bytes");
    unlink("sparse");
}

/* Sizes on both sides of the first piece and of the doubling after it. */
static void every_length_comes_back_whole(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 65535, 65536, 65537, 131071, 131072, 131073, 196608, 1000000};
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        char *text = malloc(lengths[k] + 1);
        for (size_t i = 0; i < lengths[k]; i++)
            text[i] = (char)('a' + i % 23);
        text[lengths[k]] = '\0';
        put("some", text);
        must_hold("some", text);
        free(text);
    }
    unlink("some");
}

static void a_tilde_is_the_home_folder(void **state)
{
    (void)state;
    static const struct { const char *typed, *named; } cases[] = {
        {"~/x.json", "/home/me/x.json"}, {"~", "/home/me"}, {"~other/x", "~other/x"}, {"a~/x", "a~/x"}, {"", ""},
        {"/x", "/x"},
    };
    char *before = getenv("HOME") ? strdup(getenv("HOME")) : NULL;
    setenv("HOME", "/home/me", 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char *name = file_named(cases[k].typed);
        assert_string_equal(name, cases[k].named);
        free(name);
    }
    for (int empty = 0; empty < 2; empty++) {
        if (empty)
            setenv("HOME", "", 1);
        else
            unsetenv("HOME");
        char *name = file_named("~/x");
        assert_string_equal(name, "~/x");
        free(name);
    }
    if (before)
        setenv("HOME", before, 1);
    free(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pipe_that_nobody_reads_is_told_after_two_seconds),
        cmocka_unit_test(a_pipe_whose_reader_takes_nothing_is_told),
        cmocka_unit_test(a_pipe_that_is_read_gets_everything),
        cmocka_unit_test(a_pipe_that_nobody_writes_to_is_told),
        cmocka_unit_test(what_is_no_file_is_refused_at_once),
        cmocka_unit_test(a_file_with_two_names_is_told_of),
        cmocka_unit_test(a_file_system_without_permissions_can_be_written),
        cmocka_unit_test(interruptions_and_short_writes_do_not_matter),
        cmocka_unit_test(a_signal_in_a_save_leaves_the_file_whole_and_nothing_beside_it),
        cmocka_unit_test(a_save_that_fails_says_why_and_leaves_what_was_there),
        cmocka_unit_test(where_no_save_can_go_is_told_and_nothing_is_left_there),
        cmocka_unit_test(a_device_that_fails_says_why),
        cmocka_unit_test(a_link_stays_a_link_and_a_long_name_is_no_obstacle),
        cmocka_unit_test(rights_and_owner_of_what_is_replaced_are_kept),
        cmocka_unit_test(a_read_that_fails_says_why_and_one_that_is_interrupted_goes_on),
        cmocka_unit_test(what_is_no_file_to_read_is_named),
        cmocka_unit_test(standard_input_may_be_nothing_or_a_file),
        cmocka_unit_test(a_pipe_is_waited_for_and_its_end_is_the_end),
        cmocka_unit_test(a_writer_that_comes_later_is_waited_for),
        cmocka_unit_test(a_terminal_is_a_file_in_a_script_only),
        cmocka_unit_test(a_file_that_vanishes_before_it_is_saved_is_written_anew),
        cmocka_unit_test(a_file_that_cannot_be_mapped_is_read),
        cmocka_unit_test(a_fault_of_somebody_else_comes_to_them),
        cmocka_unit_test(a_file_has_changed_when_anything_about_it_has),
        cmocka_unit_test(a_file_that_cannot_be_worth_it_is_not_read_to_its_end),
        cmocka_unit_test(every_length_comes_back_whole),
        cmocka_unit_test(a_tilde_is_the_home_folder),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
