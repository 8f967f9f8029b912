/* test_files.c: reading and writing whole files: what would block is told, what is replaced keeps what it can, and
 * nothing that comes in between leaves anything behind. The system calls that fail here are this program's own. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/str.h"

/* ---- system calls that can be made to fail ---- */

static struct {
    int interrupt, most;
    bool refuse_mode;
} play; /* EINTR so often; at most so many bytes a call; EPERM */

ssize_t write(int fd, const void *data, size_t n)
{
    if (play.interrupt > 0) {
        play.interrupt--;
        errno = EINTR;
        return -1;
    }
    if (play.most && n > (size_t)play.most)
        n = (size_t)play.most;
    return syscall(SYS_write, fd, data, n);
}

int fchmod(int fd, mode_t mode)
{
    if (play.refuse_mode) {
        errno = EPERM;
        return -1;
    }
    return (int)syscall(SYS_fchmod, fd, mode);
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
        _exit(ok ? 0 : 1);
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
    unlink("one");
    unlink("two");
}

static void a_file_system_without_permissions_can_be_written(void **state)
{
    (void)state;
    struct err e = {{0}};
    put("plain", "old");
    play.refuse_mode = true;
    bool ok = file_write("plain", "new", 3, &e);
    play.refuse_mode = false;
    assert_true(ok);
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
    unsetenv("HOME");
    char *name = file_named("~/x");
    assert_string_equal(name, "~/x");
    free(name);
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
        cmocka_unit_test(a_file_that_cannot_be_worth_it_is_not_read_to_its_end),
        cmocka_unit_test(every_length_comes_back_whole),
        cmocka_unit_test(a_tilde_is_the_home_folder),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
