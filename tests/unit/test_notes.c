/* The speaker's second terminal: it follows the one that presents, over a socket that is nobody else's. */
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

#include "app/run.h"
#include "app/notes.h"
#include "base/local.h"
#include "support/bytes.h"
#include "support/golden.h"
#include "support/pty.h"

static char folder[64];

static int own_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/flstm-notes-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    return setenv("XDG_RUNTIME_DIR", folder, 1);
}

static int no_folder(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/flstm-tui-notes", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/t", folder);
    unlink(path);
    return rmdir(folder);
}

static void draw(const char *message, int w, int h, struct str *out)
{
    struct grid *g = grid_new(w, h, &glyphs_unicode);
    notes_draw(message, "14:05", g);
    str_clear(out);
    grid_dump_text(g, out);
    grid_free(g);
}

static void the_notes_tell_the_answer_before_the_class_sees_it(void **state)
{
    (void)state;
    struct app a;
    struct str message = {0}, screen = {0};
    const struct golden_shot shot = {.scenario = "partial", .w = 80, .h = 24, .keys = "<F5>v12 5* 8<Enter>"};
    golden_app(&shot, &a);
    notes_write(&a, &message);
    draw(str_text(&message), 80, 24, &screen);
    static const char *const parts[] = {"14:05", "lesson-cell, t=4/8 'and', keep, asking",
        "6.00 \xC3\x97 0.50 = 3.00",
                                        "stands half open", "on this page", "next", "the answer", "to say",
                                        "1 keeps all",
                                        "a 12 b* 5 c 8", "20% right: explain it once more", "6.00 \xC3\x97 0.50 = ?"};
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
        if (!strstr(str_text(&screen), parts[k]))
            fail_msg("\"%s\" is not in\n%s", parts[k], str_text(&screen));
    draw(NULL, 80, 24, &screen);
    assert_non_null(strstr(str_text(&screen), "Nobody is presenting yet"));
    for (int w = 1; w < 130; w += 7)
        for (int h = 1; h < 40; h += 3)
            draw(str_text(&message), w, h, &screen);
    str_free(&message);
    str_free(&screen);
    app_clear(&a);
}

/* From show to show, then to the next word, up to the end of the sentence. */
static void the_notes_say_what_the_next_key_leads_to(void **state)
{
    (void)state;
    static const char *const next[] = {"X the answer", "X write", "X the answer", "X 'played'"};
    struct app a;
    const struct golden_shot shot = {.scenario = "partial", .w = 80, .h = 24, .keys = "<F5>"};
    golden_app(&shot, &a);
    for (size_t k = 0; k < sizeof next / sizeof *next; k++) {
        struct str message = {0};
        notes_write(&a, &message);
        if (!strstr(str_text(&message), next[k]))
            fail_msg("after %zu keys: \"%s\" is not in\n%s", k, next[k], str_text(&message));
        str_free(&message);
        app_key(&a, K_PGDN);
    }
    struct str message = {0};
    session_goto(a.session, session_steps(a.session));
    for (int k = 0; k < 2 * CLASS_SHOWS && !strstr(str_text(&message), "X the end"); k++) {
        app_key(&a, K_PGDN);
        str_clear(&message);
        notes_write(&a, &message);
    }
    assert_non_null(strstr(str_text(&message), "X the end"));
    str_free(&message);
    app_clear(&a);
}

/* The picture asks something of its own; what is told is what the page asks, with the numbers of its notes. */
static void on_a_page_of_a_lesson_the_notes_tell_what_the_page_asks(void **state)
{
    (void)state;
    static const struct { const char *keys, *title, *answer, *notes, *next; } pages[] = {
        {":lesson forget-gate<Enter><F5>", ", asking", "A 7. Why: 3 + 4 = 7: [h_t-1, x_t] is h_t-1",
         "N Ask who expects h + x. The comma in [h, x] is the whole point; h keeps its 3 numbers", "X the answer\n"},
        {":lesson forget-gate<Enter><F5><PgDn><PgDn>", "t=", "A 7. Why: 3 + 4 = 7", "h keeps its 3 numbers",
         "X The strip\n"},
        {":lesson cell<Enter><F5>", ", asking", "A a: C: what is written there stays", "N Draw the two lines",
         "X the answer\n"},
        {":lesson how-it-decides<Enter><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn>"
         "<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><F5>",
         ", asking", "A :set h@2=0\n", "N There are other ways", "X the answer\n"},
    };
    for (size_t k = 0; k < sizeof pages / sizeof *pages; k++) {
        struct app a;
        struct str message = {0};
        const struct golden_shot shot = {.scenario = "partial", .w = 80, .h = 24, .keys = pages[k].keys};
        const char *const parts[] = {pages[k].title, pages[k].answer, pages[k].notes, pages[k].next};
        golden_app(&shot, &a);
        notes_write(&a, &message);
        for (size_t j = 0; j < sizeof parts / sizeof *parts; j++)
            if (!strstr(str_text(&message), parts[j]))
                fail_msg("%s: \"%s\" is not in\n%s", pages[k].keys, parts[j], str_text(&message));
        str_free(&message);
        app_clear(&a);
    }
}

static void whatever_comes_over_the_socket_stays_text(void **state)
{
    (void)state;
    struct str screen = {0};
    static const char *const hostile[] = {"", "\n\n\n", "P", "T \x1b[2J\x07", "S 99999999999999999999", "S -5",
                                          "A \xFF\xFE\nN \xE2\x80\xAE", "PPPP\nP x\nP y", "V"};
    for (size_t k = 0; k < sizeof hostile / sizeof *hostile; k++) {
        draw(hostile[k], 80, 24, &screen);
        assert_null(strchr(str_text(&screen), '\x1b'));
        assert_null(strchr(str_text(&screen), '\x07'));
    }
    str_free(&screen);
}

static void only_this_user_can_follow_and_a_dead_socket_is_taken_over(void **state)
{
    (void)state;
    struct err e = {{0}};
    char path[128];
    struct stat st;
    struct str pending = {0}, message = {0};
    bool ended;
    snprintf(path, sizeof path, "%s/t", folder);
    assert_int_equal(local_follow("t", &e), -1);
    assert_non_null(strstr(e.text, "nobody is presenting"));
    struct local *l = local_listen("t", &e);
    assert_non_null(l);
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISSOCK(st.st_mode));
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_null(local_listen("t", &e));                   /* one speaker at a time */
    assert_non_null(strstr(e.text, "another flstm-tui is presenting"));
    local_tell(l, "one");
    int fd = local_follow("t", &e);
    assert_true(fd >= 0);
    local_tell(l, "one");                                 /* who comes later gets what was told last */
    assert_int_equal(local_followers(l), 1);
    assert_true(local_take(fd, &pending, &message, &ended) && !ended);
    assert_string_equal(str_text(&message), "one");
    local_tell(l, "two");
    local_tell(l, "three");
    assert_true(local_take(fd, &pending, &message, &ended));
    assert_string_equal(str_text(&message), "three");
    local_close(l);
    assert_int_not_equal(lstat(path, &st), 0);
    assert_false(local_take(fd, &pending, &message, &ended));
    assert_true(ended);
    close(fd);
    /* A program that died leaves its socket behind. */
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%.100s", path);
    int dead = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(dead, (struct sockaddr *)&at, sizeof at), 0);
    close(dead);
    l = local_listen("t", &e);
    assert_non_null(l);
    local_close(l);
    /* A file that is no socket is not touched. */
    FILE *f = fopen(path, "w");
    fputs("mine", f);
    fclose(f);
    assert_null(local_listen("t", &e));
    assert_int_equal(local_follow("t", &e), -1);
    assert_int_equal(lstat(path, &st), 0);
    unlink(path);
    str_free(&pending);
    str_free(&message);
}

static void a_folder_that_others_may_write_to_is_refused(void **state)
{
    (void)state;
    struct err e = {{0}};
    chmod(folder, 0777);
    assert_null(local_listen("t", &e));
    assert_non_null(strstr(e.text, "nobody else may write to"));
    chmod(folder, 0700);
    unsetenv("XDG_RUNTIME_DIR");
    assert_null(local_listen("t", &e));
    assert_non_null(strstr(e.text, "XDG_RUNTIME_DIR"));
    setenv("XDG_RUNTIME_DIR", folder, 1);
}

static void one_who_does_not_read_never_holds_up_the_speaker(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct local *l = local_listen("t", &e);
    int fd = local_follow("t", &e);
    assert_true(fd >= 0);
    char *large = malloc(100001);
    memset(large, 'x', 100000);
    large[100000] = '\0';
    for (int k = 0; k < 200; k++) {
        large[0] = (char)('a' + k % 26);
        local_tell(l, large);
    }
    assert_int_equal(local_followers(l), 0);
    free(large);
    close(fd);
    local_close(l);
}

static void a_second_terminal_follows_the_first_from_F5_to_F5(void **state)
{
    (void)state;
    const char *flstm = getenv("FLSTM");
    const char *first[] = {flstm ? flstm : "./flstm-tui", "lesson-cell", "--scenario", "partial", NULL},
               *second[] = {flstm ? flstm : "./flstm-tui", "--notes", NULL};
    struct pty *speaker = pty_spawn(80, 24, second, NULL), *room = pty_spawn(80, 24, first, NULL);
    assert_true(pty_shows(speaker, "Nobody is presenting yet"));
    assert_true(pty_shows(room, "t=4/8"));
    pty_keys(room, "<F5>");
    assert_true(pty_shows(speaker, "6.00 \xC3\x97 0.50 = 3.00"));
    assert_true(pty_shows(room, "6.00 \xC3\x97 0.50 = ?"));
    pty_keys(room, "<PgDn><PgDn>");
    assert_true(pty_shows(speaker, "write, asking"));
    pty_keys(room, "b");
    assert_true(pty_shows(speaker, "blank"));
    pty_keys(room, "b<F5>");
    assert_true(pty_shows(speaker, "Nobody is presenting yet"));
    pty_keys(room, "q");
    assert_int_equal(pty_ended(room), 0);
    pty_keys(speaker, "<C-l>");
    pty_resize(speaker, 100, 30);
    pty_keys(speaker, "<C-z>");
    assert_true(pty_stopped(speaker));
    assert_string_equal(pty_damage(speaker), "");
    pty_continue(speaker);
    assert_true(pty_shows(speaker, "Nobody is presenting yet"));
    pty_keys(speaker, "q");
    assert_int_equal(pty_ended(speaker), 0);
    assert_string_equal(pty_damage(speaker), "");
    pty_free(room);
    pty_free(speaker);
}

/* Notes are followed in ASCII, in a theme; a signal ends them as it ends the program. */
static void the_notes_begin_with_a_line_where_they_cannot_and_end_with_a_signal(void **state)
{
    (void)state;
    const char *flstm = getenv("FLSTM");
    const char *nobody[] = {flstm ? flstm : "./flstm-tui", "--notes", "--theme", "nobody", NULL},
               *ascii[] = {flstm ? flstm : "./flstm-tui", "--notes", "--ascii", "--theme", "mono", NULL};
    struct pty *t = pty_spawn(80, 24, nobody, NULL);
    assert_true(pty_shows(t, "nobody"));
    assert_int_equal(pty_ended(t), 1);
    pty_free(t);
    t = pty_spawn(80, 24, ascii, NULL);
    assert_true(pty_shows(t, "Nobody is presenting yet"));
    pty_signal(t, SIGTERM);
    assert_int_equal(pty_ended(t), 128 + SIGTERM);
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_notes_tell_the_answer_before_the_class_sees_it),
        cmocka_unit_test(the_notes_say_what_the_next_key_leads_to),
        cmocka_unit_test(on_a_page_of_a_lesson_the_notes_tell_what_the_page_asks),
        cmocka_unit_test(whatever_comes_over_the_socket_stays_text),
        cmocka_unit_test(only_this_user_can_follow_and_a_dead_socket_is_taken_over),
        cmocka_unit_test(a_folder_that_others_may_write_to_is_refused),
        cmocka_unit_test(one_who_does_not_read_never_holds_up_the_speaker),
        cmocka_unit_test(a_second_terminal_follows_the_first_from_F5_to_F5),
        cmocka_unit_test(the_notes_begin_with_a_line_where_they_cannot_and_end_with_a_signal),
    };
    return cmocka_run_group_tests(tests, own_folder, no_folder);
}
