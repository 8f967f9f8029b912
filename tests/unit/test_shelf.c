/* test_shelf.c: models, scenarios, lessons and themes of one's own, called by name. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/app.h"
#include "base/file.h"
#include "base/shelf.h"
#include "base/str.h"
#include "base/xdg.h"
#include "lesson/lesson.h"
#include "support/golden.h"

static char root[64];

static int make_folders(void **state)
{
    (void)state;
    char command[512];
    strcpy(root, "/tmp/flstm-shelf-XXXXXX");
    assert_non_null(mkdtemp(root));
    snprintf(command, sizeof command,
             "cd %s && for d in own far config; do for k in models scenarios lessons themes; do "
             "mkdir -p $d/flstm-tui/$k; done; done", root);
    assert_int_equal(system(command), 0);
    char own[128], far[128], config[128];
    snprintf(own, sizeof own, "%s/own", root);
    snprintf(far, sizeof far, "relative:%s/far:/nowhere", root);
    snprintf(config, sizeof config, "%s/config", root);
    setenv("XDG_DATA_HOME", own, 1);
    setenv("XDG_DATA_DIRS", far, 1);
    setenv("XDG_CONFIG_HOME", config, 1);
    setenv("XDG_CONFIG_DIRS", "/nowhere", 1);
    return 0;
}

static int sweep_away(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

static void put(const char *path, const char *text, size_t len)
{
    struct str full = {0};
    str_addf(&full, "%s/%s", root, path);
    assert_true(file_write(str_text(&full), text, len, NULL));
    str_free(&full);
}

/* A file of the repository under another name. */
static void copy(const char *from, const char *to)
{
    char *text;
    size_t len;
    assert_true(file_read(from, &text, &len, NULL));
    put(to, text, len);
    free(text);
}

static void folders_come_in_the_order_of_the_specification(void **state)
{
    (void)state;
    struct str path = {0};
    char first[128], second[128];
    snprintf(first, sizeof first, "%s/own/flstm-tui/models", root);
    snprintf(second, sizeof second, "%s/far/flstm-tui/models", root);
    assert_true(xdg_path(XDG_DATA, 0, "models", &path));
    assert_string_equal(str_text(&path), first);
    assert_true(xdg_path(XDG_DATA, 1, "models", &path));          /* the relative one is left out */
    assert_string_equal(str_text(&path), second);
    assert_true(xdg_path(XDG_DATA, 2, "models", &path));
    assert_false(xdg_path(XDG_DATA, 3, "models", &path));
    str_free(&path);
}

static void names_are_sorted_and_the_most_important_folder_wins(void **state)
{
    (void)state;
    put("far/flstm-tui/scenarios/b.json", "{}", 2);
    put("own/flstm-tui/scenarios/b.json", "{}", 2);
    put("far/flstm-tui/scenarios/a.json", "{}", 2);
    put("far/flstm-tui/scenarios/notes.txt", "", 0);
    put("far/flstm-tui/scenarios/.hidden.json", "", 0);
    put("far/flstm-tui/scenarios/evil\033[31m.json", "", 0);
    put("far/flstm-tui/models/m.safetensors", "", 0);
    put("far/flstm-tui/models/m.json", "", 0);
    struct shelf s;
    shelf_open(&s, "scenarios");
    assert_int_equal(s.n, 2);
    assert_string_equal(s.name[0], "a");
    assert_string_equal(s.name[1], "b");
    assert_non_null(strstr(s.path[1], "/own/"));
    shelf_clear(&s);
    char *path = shelf_find("models", "m"), near[64];
    assert_true(path && strstr(path, "m.json"));
    free(path);
    assert_null(shelf_find("models", "../models/m"));
    assert_true(shelf_near("models", "gendr", near, sizeof near));
    assert_string_equal(near, "gender");
    path = shelf_named("models", "gender");                        /* what is built in keeps its name */
    assert_string_equal(path, "gender");
    free(path);
}

static void a_model_and_a_scenario_of_ones_own_are_opened_by_name(void **state)
{
    (void)state;
    copy("data/models/counter.json", "own/flstm-tui/models/mine.json");
    copy("data/scenarios/partial.json", "far/flstm-tui/scenarios/halved.json");
    struct app a;
    struct err e = {{0}};
    golden_app(&(struct golden_shot){.w = 80, .h = 24}, &a);
    assert_true(app_keys(&a, ":model mine<Enter>", "test", &e));
    assert_string_equal(session_model(a.session)->name, "counter");
    assert_true(app_keys(&a, ":scenario halved<Enter>", "test", &e));
    assert_int_equal(session_pin_count(a.session), 9);
    app_clear(&a);
}

static void a_lesson_of_ones_own_is_opened_by_name(void **state)
{
    (void)state;
    copy("data/lessons/cell.json", "own/flstm-tui/lessons/ours.json");
    struct err e = {{0}};
    struct lesson *l = lesson_open("ours", &e);
    if (!l)
        fail_msg("%s", e.text);
    lesson_free(l);
}

static void a_theme_is_found_beside_the_config_and_among_data(void **state)
{
    (void)state;
    copy("themes/mono.json", "far/flstm-tui/themes/plain.json");
    copy("themes/cividis.json", "config/flstm-tui/themes/mono.json");  /* the user's comes before the built-in one */
    struct theme *t = theme_load("plain", NULL);
    assert_non_null(t);
    assert_string_equal(t->name, "mono");
    theme_free(t);
    t = theme_load("mono", NULL);
    assert_string_equal(t->name, "cividis");
    theme_free(t);
    int n, plain = 0, mono = 0;
    char **names = theme_names(&n);
    for (int k = 0; k < n; k++) {
        plain += strcmp(names[k], "plain") == 0;
        mono += strcmp(names[k], "mono") == 0;
    }
    assert_int_equal(plain, 1);
    assert_int_equal(mono, 1);
    theme_names_free(names, n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_come_in_the_order_of_the_specification),
        cmocka_unit_test(names_are_sorted_and_the_most_important_folder_wins),
        cmocka_unit_test(a_model_and_a_scenario_of_ones_own_are_opened_by_name),
        cmocka_unit_test(a_lesson_of_ones_own_is_opened_by_name),
        cmocka_unit_test(a_theme_is_found_beside_the_config_and_among_data),
    };
    return cmocka_run_group_tests(tests, make_folders, sweep_away);
}
