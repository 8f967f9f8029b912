/* test_welcome.c: the words of the first start come once, go with any key and come back when asked for; the list of all
 * views. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/golden.h"
#include "support/pty.h"

static const char first_words[] = "C is what it remembers";

static void the_first_start_says_what_to_press_and_the_second_does_not(void **state)
{
    (void)state;
    char dir[] = "/tmp/flstm-welcome-XXXXXX", env[128], command[160];
    const char *program = getenv("FLSTM");
    program = program && *program ? program : "./flstm-tui";
    assert_non_null(mkdtemp(dir));
    snprintf(env, sizeof env, "XDG_STATE_HOME=%s", dir);
    const char *argv[] = {program, "gender", NULL}, *envs[] = {env, NULL};
    struct pty *t = pty_spawn(80, 24, argv, envs);
    assert_true(pty_shows(t, first_words));
    assert_true(pty_shows(t, "she"));                        /* the tape is not hidden */
    assert_true(pty_shows(t, "f_t"));
    pty_keys(t, "<Right>");
    assert_true(pty_hides(t, first_words));
    assert_true(pty_shows(t, "t=2/"));                       /* the key has done what it does */
    pty_keys(t, ":welcome<Enter>");
    assert_true(pty_shows(t, first_words));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
    t = pty_spawn(80, 24, argv, envs);
    assert_true(pty_shows(t, "?:help"));
    pty_settle(t, 100);
    assert_null(strstr(pty_screen(t), first_words));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    assert_int_equal(system(command), 0);
}

static void where_nothing_can_be_remembered_it_does_not_come(void **state)
{
    (void)state;
    const char *program = getenv("FLSTM");
    const char *argv[] = {program && *program ? program : "./flstm-tui", "gender", NULL};
    struct pty *t = pty_spawn(80, 24, argv, NULL);
    assert_true(pty_shows(t, "?:help"));
    pty_settle(t, 100);
    assert_null(strstr(pty_screen(t), first_words));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
}

static void shown(struct app *a, struct str *out)
{
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    str_clear(out);
    app_draw(a, g, NULL, NULL);
    grid_dump_text(g, out);
    grid_free(g);
}

static void every_view_stands_in_the_list_and_opens_by_its_letter(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    struct err e = {{0}};
    golden_app(&(struct golden_shot){.w = 80, .h = 50, .keys = "V"}, &a);
    shown(&a, &text);
    for (int k = 0; k < view_count; k++) {
        if (views[k] == a.view)
            continue;
        assert_non_null(views[k]->about);
        if (!strstr(text.s, views[k]->about) || !strstr(text.s, views[k]->title))
            fail_msg("%s is not in\n%s", views[k]->name, text.s);
        assert_true(strlen(views[k]->about) <= 56);
    }
    assert_true(app_keys(&a, "M", "test", &e));
    assert_string_equal(a.view->name, "ledger");
    /* From every view V leads to it, and the strip says so. */
    for (int k = 0; k < view_count; k++) {
        if (views[k]->alone || strcmp(views[k]->name, "class") == 0)     /* no strip there */
            continue;
        a.view = views[k];
        shown(&a, &text);
        assert_non_null(strstr(text.s, "V all"));
        if (strcmp(views[k]->name, "views") == 0)
            continue;
        assert_true(app_keys(&a, "V", "test", &e));
        assert_string_equal(a.view->name, "views");
    }
    str_free(&text);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_start_says_what_to_press_and_the_second_does_not),
        cmocka_unit_test(where_nothing_can_be_remembered_it_does_not_come),
        cmocka_unit_test(every_view_stands_in_the_list_and_opens_by_its_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
