/* test_recover.c: what is unsaved outlives the program, however it ends, and a save that failed is told to whoever
 * sees no screen. The real program under a pseudo-terminal; FLSTM names it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "support/pty.h"

static char home[] = "/tmp/flstm-recover-XXXXXX";

static const char *program(void)
{
    const char *p = getenv("FLSTM");
    return p && *p ? p : "./flstm-tui";
}

static struct pty *start_taking(const char *first, const char *second, const char *third)
{
    char state[128];
    snprintf(state, sizeof state, "XDG_STATE_HOME=%s", home);
    const char *argv[] = {program(), first, second, third, NULL}, *env[] = {state, NULL};
    return pty_spawn(80, 24, argv, env);
}

static struct pty *start(void)
{
    return start_taking("gender", "--text", "She came out and played with her dog");
}

static void wait_ms(int ms)
{
    nanosleep(&(struct timespec){ms / 1000, (ms % 1000) * 1000000L}, NULL);
}

/* The files in the folder of unsaved things whose names end so; the path of one of them. */
static int left(const char *ending, char path[512])
{
    char folder[256];
    snprintf(folder, sizeof folder, "%s/flstm-tui/unsaved", home);
    DIR *d = opendir(folder);
    struct dirent *entry;
    int n = 0;
    while (d && (entry = readdir(d))) {
        size_t len = strlen(entry->d_name), tail = strlen(ending);
        if (len < tail || strcmp(entry->d_name + len - tail, ending) != 0)
            continue;
        n++;
        if (path)
            snprintf(path, 512, "%s/%s", folder, entry->d_name);
    }
    if (d)
        closedir(d);
    return n;
}

/* Until there are n such files; false after some seconds. */
static bool comes_to(const char *ending, int n, char path[512])
{
    for (int k = 0; k < 200 && left(ending, path) != n; k++)
        wait_ms(50);
    return left(ending, path) == n;
}

static void end_by(struct pty *t, int sig)
{
    pty_signal(t, sig);
    pty_ended(t);
    pty_free(t);
}

static struct pty *start_with_a_pin(void)
{
    struct pty *t = start();
    assert_true(pty_shows(t, "[She]"));
    pty_keys(t, "<Right>c");
    assert_true(pty_shows(t, "1 pinned"));
    return t;
}

static void clean(void)
{
    char path[512];
    while (left("", path) > 2 && (left(".json", path) || left(".lock", path)))
        unlink(path);
}

/* ---- sittings ---------------------------------------------------------------------------------------------------- */

static void edits_outlive_a_hangup_and_the_next_start_offers_them(void **state)
{
    (void)state;
    static const int signals[] = {SIGHUP, SIGTERM};
    for (size_t k = 0; k < sizeof signals / sizeof *signals; k++) {
        char path[512];
        struct stat is;
        end_by(start_with_a_pin(), signals[k]);
        assert_int_equal(left(".json", path), 1);
        assert_int_equal(stat(path, &is), 0);
        assert_int_equal(is.st_mode & 0777, 0600);
        *strrchr(path, '/') = '\0';
        assert_int_equal(stat(path, &is), 0);
        assert_int_equal(is.st_mode & 0777, 0700);
        struct pty *t = start();
        assert_true(pty_shows(t, "not saved. Go on"));
        pty_keys(t, "y");
        assert_true(pty_shows(t, "1 pinned"));
        pty_keys(t, "q");                                  /* it is still unsaved */
        assert_true(pty_shows(t, "edits are not saved"));
        pty_keys(t, "y");
        assert_int_equal(pty_ended(t), 0);
        pty_free(t);
        assert_int_equal(left(".json", NULL), 0);          /* whoever quits knows what goes */
        assert_int_equal(left(".lock", NULL), 0);
    }
}

static void edits_outlive_a_crash_after_a_second(void **state)
{
    (void)state;
    static const int signals[] = {SIGSEGV, SIGABRT, SIGKILL};
    for (size_t k = 0; k < sizeof signals / sizeof *signals; k++) {
        struct pty *t = start_with_a_pin();
        assert_true(comes_to(".json", 1, NULL));
        end_by(t, signals[k]);
        t = start();
        assert_true(pty_shows(t, "not saved. Go on"));
        pty_keys(t, "y");
        assert_true(pty_shows(t, "1 pinned"));
        pty_keys(t, "qy");
        assert_int_equal(pty_ended(t), 0);
        pty_free(t);
        assert_int_equal(left(".json", NULL), 0);
        clean();
    }
}

static void saved_edits_and_none_leave_nothing(void **state)
{
    (void)state;
    char keys[256];
    snprintf(keys, sizeof keys, ":w! %s/saved.json<Enter>", home);
    struct pty *t = start_with_a_pin();
    assert_true(comes_to(".json", 1, NULL));
    pty_keys(t, "X");
    assert_true(comes_to(".json", 0, NULL));               /* nothing is left to lose */
    pty_keys(t, "c");
    assert_true(comes_to(".json", 1, NULL));
    pty_keys(t, keys);
    assert_true(pty_shows(t, "wrote"));
    assert_true(comes_to(".json", 0, NULL));
    end_by(t, SIGHUP);
    assert_int_equal(left(".json", NULL), 0);
    t = start();
    assert_true(pty_shows(t, "[She]"));
    assert_true(pty_hides(t, "Go on"));
    end_by(t, SIGTERM);
    assert_int_equal(left(".json", NULL), 0);
    assert_int_equal(left(".lock", NULL), 0);
}

static void what_is_not_wanted_now_is_offered_again_until_it_is_dropped(void **state)
{
    (void)state;
    end_by(start_with_a_pin(), SIGHUP);
    for (int again = 0; again < 2; again++) {
        struct pty *t = start();
        assert_true(pty_shows(t, "not saved. Go on"));
        pty_keys(t, again ? "d" : "n");
        assert_true(pty_shows(t, again ? "dropped" : "offered again"));
        pty_keys(t, "q");
        assert_int_equal(pty_ended(t), 0);
        pty_free(t);
        assert_int_equal(left(".json", NULL), again ? 0 : 1);
    }
}

/* The first keys of a lesson are answers; what was not saved stays for the next start. */
static void a_lesson_does_not_begin_with_a_question_about_something_else(void **state)
{
    (void)state;
    end_by(start_with_a_pin(), SIGHUP);
    struct pty *t = start_taking("--lesson", "forget-gate", NULL);
    assert_true(pty_shows(t, "page 1 of"));
    assert_false(pty_wrote(t, "not saved"));
    pty_keys(t, "<Esc>");
    pty_keys(t, "q");
    pty_ended(t);
    pty_free(t);
    assert_int_equal(left(".json", NULL), 1);
    t = start();
    assert_true(pty_shows(t, "not saved. Go on"));
    pty_keys(t, "d");
    assert_true(pty_shows(t, "dropped"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
}

/* Typed before one reads: the question waits for the next start, and no key is half of a command. */
static void who_types_a_command_at_once_gets_it(void **state)
{
    (void)state;
    end_by(start_with_a_pin(), SIGHUP);
    struct pty *t = start();
    assert_true(pty_shows(t, "not saved. Go on"));
    pty_keys(t, ":model story<Enter>");
    assert_true(pty_shows(t, "story"));
    pty_keys(t, ":q!<Enter>");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
    assert_int_equal(left(".json", NULL), 1);
    t = start();
    assert_true(pty_shows(t, "not saved. Go on"));
    pty_keys(t, "d");
    assert_true(pty_shows(t, "dropped"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
}

static void what_another_run_is_still_working_on_is_not_offered(void **state)
{
    (void)state;
    struct pty *first = start_with_a_pin();
    assert_true(comes_to(".json", 1, NULL));
    struct pty *second = start();
    assert_true(pty_shows(second, "[She]"));
    assert_true(pty_hides(second, "Go on"));
    pty_keys(second, "q");
    assert_int_equal(pty_ended(second), 0);
    pty_free(second);
    assert_int_equal(left(".json", NULL), 1);
    pty_keys(first, "qy");
    assert_int_equal(pty_ended(first), 0);
    pty_free(first);
    assert_int_equal(left(".json", NULL), 0);
}

static void what_was_learnt_outlives_a_hangup_too(void **state)
{
    (void)state;
    struct pty *t = start();
    assert_true(pty_shows(t, "[She]"));
    pty_keys(t, ":train<Enter>");
    assert_true(pty_matches(t, "update [1-9][0-9]* of"));
    end_by(t, SIGHUP);
    assert_int_equal(left(".model.json", NULL), 1);
    t = start();
    assert_true(pty_shows(t, "a model of"));
    pty_keys(t, "y");
    assert_true(pty_shows(t, "what was learnt is in"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
    clean();
}

static void without_a_place_for_state_the_program_runs_as_ever(void **state)
{
    (void)state;
    const char *argv[] = {program(), NULL}, *env[] = {"XDG_STATE_HOME=/proc/nowhere", NULL};
    struct pty *t = pty_spawn(80, 24, argv, env);
    assert_true(pty_shows(t, "?:help"));
    pty_keys(t, "<Right>c");
    assert_true(pty_shows(t, "1 pinned"));
    wait_ms(1200);
    pty_keys(t, "qy");
    assert_int_equal(pty_ended(t), 0);
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
}

/* ---- saves that fail in a script --------------------------------------------------------------------------------- */

static void a_save_that_fails_under_keys_ends_with_its_line_and_status_1(void **state)
{
    (void)state;
    static const struct { const char *keys; int status; const char *said; } cases[] = {
        {"c:w! /dev/full<Enter>", 1, "/dev/full"}, {"c:w /no/such/folder/x.json<Enter>", 1, "/no/such/folder"},
        {":figure! /dev/full<Enter>", 1, "expected a name"},
        {":export /no/such/folder/x.csv<Enter>", 1, "/no/such/folder"},
        {":keep /no/such/folder/x.json<Enter>", 1, "/no/such/folder"},
        {"c:w /no/such/folder/x.json<Enter>:w! /dev/null<Enter>", 1, "/no/such/folder"},
        {"c:w! /dev/null<Enter>", 0, NULL}, {":nonsense<Enter>", 0, NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int how = 0; how < 2; how++) {
            struct str command = {0};
            char said[128], *text = NULL;
            size_t len;
            snprintf(said, sizeof said, "%s/said", home);
            str_addf(&command, "%s --keys '%s%s' %s 2>%s >/dev/null", program(), cases[k].keys, how ? ":q!<Enter>" : "",
                     how ? "" : "--render text", said);
            int status = system(str_text(&command));
            assert_true(WIFEXITED(status));
            if (WEXITSTATUS(status) != cases[k].status)
                fail_msg("%s: status %d", str_text(&command), WEXITSTATUS(status));
            assert_true(file_read(said, &text, &len, NULL));
            if (cases[k].said && !strstr(text, cases[k].said))
                fail_msg("%s: said \"%s\"", str_text(&command), text);
            assert_true(cases[k].said ? strchr(text, '\n') == text + len - 1 : len == 0);
            free(text);
            unlink(said);
            str_free(&command);
        }
}

static int make_home(void **state)
{
    (void)state;
    return mkdtemp(home) ? 0 : -1;
}

static int remove_home(void **state)
{
    (void)state;
    struct str command = {0};
    str_addf(&command, "rm -rf '%s'", home);
    int status = system(str_text(&command));
    str_free(&command);
    return status;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_outlive_a_hangup_and_the_next_start_offers_them),
        cmocka_unit_test(edits_outlive_a_crash_after_a_second),
        cmocka_unit_test(saved_edits_and_none_leave_nothing),
        cmocka_unit_test(what_is_not_wanted_now_is_offered_again_until_it_is_dropped),
        cmocka_unit_test(a_lesson_does_not_begin_with_a_question_about_something_else),
        cmocka_unit_test(who_types_a_command_at_once_gets_it),
        cmocka_unit_test(what_another_run_is_still_working_on_is_not_offered),
        cmocka_unit_test(what_was_learnt_outlives_a_hangup_too),
        cmocka_unit_test(without_a_place_for_state_the_program_runs_as_ever),
        cmocka_unit_test(a_save_that_fails_under_keys_ends_with_its_line_and_status_1),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
