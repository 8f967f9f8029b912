/* test_local.c: the socket by which notes follow a presentation, the folder for what outlives a sitting, and names that
 * come near. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/local.h"
#include "base/state_home.h"
#include "base/suggest.h"
#include "support/folder.h"

static int begin(void **state)
{
    int bad = make_folder(state);
    setenv("XDG_RUNTIME_DIR", folder, 1);
    return bad || chmod(folder, 0700);
}

static char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static struct local *listening(void)
{
    struct err e = {{0}};
    struct local *l = local_listen("talk", &e);
    if (!l)
        fail_msg("%s", e.text);
    return l;
}

static int following(void)
{
    struct err e = {{0}};
    int fd = local_follow("talk", &e);
    if (fd < 0)
        fail_msg("%s", e.text);
    return fd;
}

static void takes(int fd, const char *expected)
{
    struct str pending = {0}, message = {0};
    bool ended, is = local_take(fd, &pending, &message, &ended);
    assert_int_equal(is, expected != NULL);
    assert_false(ended);
    if (expected)
        assert_string_equal(str_text(&message), expected);
    str_free(&pending);
    str_free(&message);
}

static void whoever_follows_gets_what_is_told_and_the_last_before_they_came(void **state)
{
    (void)state;
    struct local *l = listening();
    int a = following();
    takes(a, NULL);
    local_tell(l, "one");
    assert_int_equal(local_followers(l), 1);
    takes(a, "one");
    local_tell(l, "one");                         /* nothing new */
    takes(a, NULL);
    int b = following();
    local_tell(l, "two");
    takes(b, "two");                              /* only the newest is kept */
    local_tell(l, "three");
    takes(a, "three");
    takes(b, "three");
    close(b);
    local_tell(l, "four");
    local_tell(l, "five");
    assert_int_equal(local_followers(l), 1);      /* who is gone is forgotten */
    local_close(l);
    local_close(NULL);
    struct str pending = {0}, message = {0};
    bool ended;
    local_take(a, &pending, &message, &ended);
    assert_true(ended);
    close(a);
    str_free(&pending);
    str_free(&message);
}

static void eight_may_follow_and_a_ninth_is_sent_away(void **state)
{
    (void)state;
    struct local *l = listening();
    int fd[9];
    for (int k = 0; k < 8; k++) {
        fd[k] = following();
        local_tell(l, k % 2 ? "odd" : "even");
    }
    fd[8] = following();
    local_tell(l, "all");
    assert_int_equal(local_followers(l), 8);
    struct str pending = {0}, message = {0};
    bool ended;
    assert_false(local_take(fd[8], &pending, &message, &ended));
    assert_true(ended);
    str_free(&pending);
    str_free(&message);
    for (int k = 0; k < 9; k++)
        close(fd[k]);
    local_close(l);
}

static void one_presents_at_a_time_and_what_a_dead_one_left_is_taken_over(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct local *l = listening();
    assert_null(local_listen("talk", &e));
    assert_non_null(strstr(e.text, "/talk: another flstm-tui is presenting"));
    local_close(l);
    assert_int_equal(local_follow("talk", &e), -1);
    assert_non_null(strstr(e.text, "/talk: nobody is presenting"));
    /* A socket that nobody listens at any more. */
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s/talk", folder);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    close(fd);
    assert_int_equal(local_follow("talk", &e), -1);
    assert_non_null(strstr(e.text, "nobody is presenting"));
    l = listening();
    int f = following();
    close(f);
    local_close(l);
    /* A file of that name is no socket, and is not touched. */
    FILE *file = fopen(in_folder("talk"), "w");
    fclose(file);
    assert_null(local_listen("talk", &e));
    assert_non_null(strstr(e.text, "/talk: cannot listen at: "));
    assert_int_equal(local_follow("talk", &e), -1);
    assert_non_null(strstr(e.text, "/talk: expected a socket of this user, found something else"));
    assert_int_equal(access(in_folder("talk"), F_OK), 0);
    unlink(in_folder("talk"));
}

static void a_folder_that_others_may_write_to_is_not_used(void **state)
{
    (void)state;
    char deep[300];
    struct err e = {{0}};
    snprintf(deep, sizeof deep, "%s/%0100d", folder, 7);
    assert_int_equal(mkdir(deep, 0700), 0);
    FILE *file = fopen(in_folder("file"), "w");
    fclose(file);
    char as_file[256];
    snprintf(as_file, sizeof as_file, "%s", in_folder("file"));
    const struct { const char *folder, *says; mode_t mode; } cases[] = {
        {NULL, "XDG_RUNTIME_DIR: expected a folder of this user's own, found nothing", 0},
        {"", "XDG_RUNTIME_DIR: expected a folder of this user's own, found nothing", 0},
        {"here", "XDG_RUNTIME_DIR: expected a folder of this user's own, found here", 0},
        {"/none/such", "/none/such: cannot look at: ", 0},
        {as_file, "expected a folder that is this user's and nobody else may write to", 0},
        {folder, "expected a folder that is this user's and nobody else may write to", 0720},
        {folder, "expected a folder that is this user's and nobody else may write to", 0702},
        {deep, "its name is too long for a socket", 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        if (cases[k].folder)
            setenv("XDG_RUNTIME_DIR", cases[k].folder, 1);
        else
            unsetenv("XDG_RUNTIME_DIR");
        if (cases[k].mode)
            assert_int_equal(chmod(folder, cases[k].mode), 0);
        assert_null(local_listen("talk", &e));
        if (!strstr(e.text, cases[k].says))
            fail_msg("%s: %s", cases[k].folder ? cases[k].folder : "", e.text);
        assert_int_equal(local_follow("talk", &e), -1);
        assert_int_equal(chmod(folder, 0700), 0);
    }
    setenv("XDG_RUNTIME_DIR", folder, 1);
    unlink(as_file);
    rmdir(deep);
}

/* What comes without an end is not one of ours. */
static void a_message_without_an_end_is_given_up(void **state)
{
    (void)state;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    struct str pending = {0}, message = {0};
    char piece[4096];
    bool ended = false;
    memset(piece, 'x', sizeof piece);
    for (int k = 0; k < 200 && !ended; k++) {
        while (send(pair[0], piece, sizeof piece, MSG_NOSIGNAL) > 0)
            ;
        assert_false(local_take(pair[1], &pending, &message, &ended));
    }
    assert_true(ended);
    close(pair[0]);
    close(pair[1]);
    str_free(&pending);
    str_free(&message);
}

static void what_outlives_a_sitting_lies_where_the_specification_says(void **state)
{
    (void)state;
    char state_dir[256], home[256];
    struct str path = {0}, expected = {0};
    snprintf(state_dir, sizeof state_dir, "%s/state", folder);
    snprintf(home, sizeof home, "%s/home", folder);
    const struct { const char *state, *home, *under; } cases[] = {
        {state_dir, home, state_dir}, {"not/absolute", home, home}, {"", home, home}, {NULL, home, home},
        {NULL, NULL, NULL}, {NULL, "", NULL}, {"x", "not/absolute", NULL},
    };
    char *was_home = getenv("HOME") ? strdup(getenv("HOME")) : NULL;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        cases[k].state ? setenv("XDG_STATE_HOME", cases[k].state, 1) : unsetenv("XDG_STATE_HOME");
        cases[k].home ? setenv("HOME", cases[k].home, 1) : unsetenv("HOME");
        bool has = state_home("thing", &path);
        assert_int_equal(has, cases[k].under != NULL);
        if (!has)
            continue;
        str_clear(&expected);
        str_addf(&expected, "%s%s/flstm-tui/thing", cases[k].under,
                 cases[k].under == state_dir ? "" : "/.local/state");
        assert_string_equal(str_text(&path), expected.s);
        assert_true(state_write(path.s, "x", 1));
        struct stat is;
        assert_int_equal(stat(path.s, &is), 0);
        assert_int_equal(is.st_mode & 0777, 0600);
    }
    /* A file stands where a folder should be. */
    FILE *file = fopen(in_folder("file"), "w");
    fclose(file);
    setenv("XDG_STATE_HOME", in_folder("file"), 1);
    assert_false(state_home("thing", &path));
    unsetenv("XDG_STATE_HOME");
    if (was_home)
        setenv("HOME", was_home, 1);
    free(was_home);
    str_free(&path);
    str_free(&expected);
}

static void a_name_is_meant_when_little_of_it_is_another(void **state)
{
    (void)state;
    char long_word[80], out[64];
    memset(long_word, 'a', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = '\0';
    assert_int_equal(suggest_distance("gender", "gender", 2), 0);
    assert_int_equal(suggest_distance("gedner", "gender", 2), 1);         /* two letters changed places */
    assert_int_equal(suggest_distance("gendr", "gender", 2), 1);
    assert_int_equal(suggest_distance("gender", "counter", 2), 3);        /* more than asked for: one more than that */
    assert_int_equal(suggest_distance(long_word, "a", 2), 3);
    assert_int_equal(suggest_distance("a", long_word, 2), 3);
    assert_int_equal(suggest_distance("abcdef", "ab", 2), 3);
    assert_true(suggest_near("gendr", "gender") && !suggest_near("a", "b") && !suggest_near("ab", "xy"));
    assert_true(suggest_among("gendr", "counter gender person", out, sizeof out));
    assert_string_equal(out, "gender");
    assert_false(suggest_among("zzzzzz", "counter gender person", out, sizeof out));
    assert_false(suggest_among("gendr", "gender", out, 4));               /* no room for it */
    assert_false(suggest_among("gendr", long_word, out, sizeof out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_follows_gets_what_is_told_and_the_last_before_they_came),
        cmocka_unit_test(eight_may_follow_and_a_ninth_is_sent_away),
        cmocka_unit_test(one_presents_at_a_time_and_what_a_dead_one_left_is_taken_over),
        cmocka_unit_test(a_folder_that_others_may_write_to_is_not_used),
        cmocka_unit_test(a_message_without_an_end_is_given_up),
        cmocka_unit_test(what_outlives_a_sitting_lies_where_the_specification_says),
        cmocka_unit_test(a_name_is_meant_when_little_of_it_is_another),
    };
    return cmocka_run_group_tests(tests, begin, remove_folder);
}
