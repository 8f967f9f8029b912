/* test_config.c: what a config file says: keys in place of others, what is usual, and lines that are no such thing. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "action/handlers.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/config.h"
#include "support/golden.h"

/* A program with this config, on the hand-set model, 120 x 40. */
struct trial { struct options o; struct app a; struct str screen; };

static void press(struct trial *t, const char *keys)
{
    struct err e = {{0}};
    if (!app_keys(&t->a, keys, "test", &e))
        fail_msg("%s", e.text);
    struct grid *g = grid_new(t->a.w, t->a.h, t->a.glyphs);
    app_draw(&t->a, g, NULL, NULL);
    str_clear(&t->screen);
    grid_dump_text(g, &t->screen);
    grid_free(g);
}

static void begin(struct trial *t, const char *config)
{
    *t = (struct trial){.screen = {0}};
    config_take(&t->o, config, strlen(config), "config");
    if (t->o.usual.troubles)
        fail_msg("%s", t->o.usual.trouble.text);
    golden_app(&(struct golden_shot){.w = 120, .h = 40}, &t->a);
    t->a.w = 120, t->a.h = 40;
    app_use_keys(&t->a, t->o.usual.keys);
    press(t, "");
}

static void end(struct trial *t)
{
    app_clear(&t->a);
    options_clear(&t->o);
    str_free(&t->screen);
}

static bool shows(const struct trial *t, const char *text)
{
    return strstr(str_text(&t->screen), text) != NULL;
}

#define must_show(t, text)                                                                                             \
    do {                                                                                                               \
        if (!shows(t, text))                                                                                           \
            fail_msg("\"%s\" is not in\n%s", text, str_text(&(t)->screen));                                            \
    } while (0)

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static void every_key_of_the_tables_does_what_its_row_says(void **state)
{
    (void)state;
    const struct keymap *m = keymap_standard();
    for (int k = 0; k < action_count; k++) {
        const char *p = actions[k].keys;
        for (int key; (key = key_next(&p)) != K_NONE;)
            assert_ptr_equal(keymap_find(m, NULL, key)->action, &actions[k]);
    }
    for (int v = 0; v < view_count; v++) {
        if (views[v]->key)
            assert_string_equal(keymap_find(m, NULL, views[v]->key)->argument, views[v]->name);
        for (const struct view_key *row = views[v]->keys; row && row->keys; row++)
            for (int other = 0; (row->run || row->command) && other < 2; other++) {
                const char *p = other ? row->other : row->keys;
                for (int key; p && (key = key_next(&p)) != K_NONE;) {
                    const struct binding *b = keymap_find(m, views[v], key);
                    assert_true(b->row == row && b->other == other);
                }
            }
    }
}

static void a_mapped_key_does_it_and_an_unmapped_one_no_longer(void **state)
{
    (void)state;
    struct trial t;
    begin(&t, "map <C-n> next-word\nmap <F6> set f[1]@3=0\nunmap <Right>\nmap timeline i zoom-in\n");
    press(&t, "<C-n><C-n>");
    assert_int_equal(session_cursor(t.a.session)->step, 3);
    press(&t, "<Right>");
    assert_int_equal(session_cursor(t.a.session)->step, 3);
    must_show(&t, "is not bound; ? lists the keys");
    press(&t, "l");                                       /* its other key stays */
    assert_int_equal(session_cursor(t.a.session)->step, 4);
    press(&t, "<F6>");
    assert_int_equal(session_pin_count(t.a.session), 1);
    end(&t);
}

static void help_hints_and_strip_show_the_keys_in_force(void **state)
{
    (void)state;
    struct trial t;
    begin(&t, "unmap d\nmap <F6> view dissect\nunmap ?\nunmap c\nmap <F7> close\nmap dissect i gate\n"
               "unmap dissect f\n");
    must_show(&t, "F6 dissect");
    must_show(&t, "F1:help");
    must_show(&t, "F7:close");
    press(&t, "<F6>");
    must_show(&t, "[F6 dissect]");
    must_show(&t, "i:gate");
    press(&t, "<F1>");
    press(&t, "/next gate<Enter>");
    must_show(&t, "    i                  next gate");
    press(&t, "/close the selected<Enter>");
    must_show(&t, "    F7                 close the selected gate");
    press(&t, "<Esc><F6>");                               /* a view's key leads back, too */
    assert_ptr_equal(t.a.view, &view_bars);
    end(&t);
    begin(&t, "unmap ?\nunmap <F1>\n");
    assert_false(shows(&t, ":help"));
    press(&t, "<F9>");
    must_show(&t, ":help lists the keys");
    end(&t);
}

static void the_keys_of_a_view_come_before_those_of_the_program(void **state)
{
    (void)state;
    struct trial t;
    begin(&t, "map z next-word\n");
    press(&t, "dz");                                      /* dissect has a z of its own */
    assert_int_equal(session_cursor(t.a.session)->step, 1);
    press(&t, "wz");                                      /* what-if has none */
    assert_int_equal(session_cursor(t.a.session)->step, 2);
    end(&t);
}

static void presenting_locks_what_a_mapped_key_would_edit(void **state)
{
    (void)state;
    struct trial t;
    begin(&t, "map <F6> set f[1]@3=0\n");
    press(&t, "<F5><F6>");
    assert_int_equal(session_pin_count(t.a.session), 0);
    must_show(&t, "edits are locked");
    end(&t);
}

static void no_config_can_take_the_last_way_out(void **state)
{
    (void)state;
    struct trial t = {.screen = {0}};
    static const char config[] = "unmap q\nunmap <C-c>\nunmap :\n";
    char folder[] = "/tmp/flstm-config-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/flstm-tui", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/flstm-tui/config", folder);
    assert_true(file_write(path, config, sizeof config - 1, NULL));
    setenv("XDG_CONFIG_HOME", folder, 1);
    config_read(&t.o);
    assert_int_equal(t.o.usual.troubles, 1);
    assert_non_null(strstr(t.o.usual.trouble.text, "<C-c> quits"));
    assert_ptr_equal(keymap_find(t.o.usual.keys, NULL, K_CTRL('c'))->action, action_find("quit"));
    options_clear(&t.o);
    unlink(path);
    snprintf(path, sizeof path, "%s/flstm-tui", folder);
    rmdir(path);
    rmdir(folder);
}

/* ---- lines ------------------------------------------------------------------------------------------------------- */

static void what_is_wrong_is_one_line_that_names_file_and_line(void **state)
{
    (void)state;
    static const struct { const char *config, *says; } cases[] = {
        {"map x undo\n\nmap x redo\n", "config:3: x is mapped in line 1 already"},
        {"map timeline z redo\nmap timeline z undo\n", "config:2: z is mapped in line 1 already"},
        {"# fine\nmap xy undo\n", "config:2: expected a key such as x, <Right> or <C-n>, or a view, found \"xy\""},
        {"map timelin z undo\n", "found \"timelin\"; did you mean timeline?"},
        {"map timeline undo\n", "after the view, found \"undo\""},
        {"map x\n", "expected what the key is to do, such as next-word, found nothing"},
        {"map\n", "expected a key such as x, <Right> or <C-n>, found nothing"},
        {"map x nxt-word\n", "there is no command \"nxt-word\"; did you mean next-word?"},
        {"map timeline x zoom-inn\n", "there is no command \"zoom-inn\"; did you mean zoom-in?"},
        {"map <Resize> undo\n", "expected a key"},
        {"unmap <F9>\n", "config:1: there is no key <F9> to unmap"},
        {"unmap bars x\n", "there is no key x to unmap in bars"},
        {"unmap x undo\n", "expected nothing after the key, found \"undo\""},
        {"theme okabe\n", "expected NAME = VALUE, map or unmap, found \"theme okabe\""},
        {"them = okabe\n", "there is no \"them\" here; did you mean theme?"},
        {"text = hello\n", "expected map, unmap, VIEW.SETTING or one of theme view color"},
        {"theme =\n", "theme: expected a value, found nothing"},
        {"view = dissct\n", "config:1: view: expected one of bars"},
        {"color = 17\n", "color: expected one of auto never 16 256 truecolor, found \"17\""},
        {"ascii = maybe\n", "ascii: expected one of yes no"},
        {"top = 0\n", "top: expected a whole number from 1 to 1000, found \"0\""},
        {"layout = round\n", "layout: expected one of auto lines columns heat, found \"round\""},
        {"timeline.ordr = index\n", "no view has a setting \"timeline.ordr\"; did you mean timeline.order?"},
        {"\xFF\n", "config:1: expected text in UTF-8"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct options o = {0};
        config_take(&o, cases[k].config, strlen(cases[k].config), "config");
        if (o.usual.troubles != 1 || !strstr(o.usual.trouble.text, cases[k].says))
            fail_msg("%sexpected \"%s\", found \"%s\"", cases[k].config, cases[k].says, o.usual.trouble.text);
        options_clear(&o);
    }
}

static void a_bad_line_costs_no_other_line(void **state)
{
    (void)state;
    struct options o = {0};
    static const char config[] = "\xEF\xBB\xBF# from an editor with marks\r\n\r\n  theme = mono\r\nnonsense\r\n"
                                 "map x undo\nmap x redo\n\tascii=yes\ntop = 7";
    config_take(&o, config, strlen(config), "config");
    assert_int_equal(o.usual.troubles, 2);
    assert_string_equal(o.usual.theme, "mono");
    assert_true(o.ascii);
    assert_int_equal(o.top, 7);
    assert_ptr_equal(keymap_find(o.usual.keys, NULL, 'x')->action, action_find("undo"));
    options_clear(&o);
}

static void a_later_file_maps_anew_what_an_earlier_one_did(void **state)
{
    (void)state;
    struct options o = {0};
    static const char system[] = "map x undo\nmap y redo\ntheme = mono\n", own[] = "map x redo\ntheme = cividis\n";
    config_take(&o, system, strlen(system), "/etc/xdg/flstm-tui/config");
    config_take(&o, own, strlen(own), "config");
    assert_int_equal(o.usual.troubles, 0);
    assert_string_equal(o.usual.theme, "cividis");
    assert_ptr_equal(keymap_find(o.usual.keys, NULL, 'x')->action, action_find("redo"));
    assert_ptr_equal(keymap_find(o.usual.keys, NULL, 'y')->action, action_find("redo"));
    options_clear(&o);
}

static void what_is_printed_is_read_back_the_same(void **state)
{
    (void)state;
    static const char *const configs[] = {
        "",
        "theme = mono\nview = sweep\ncolor = 256\nascii = yes\nmouse = yes\ntop = 3\nground = both\nmotion = off\n"
        "readonly = yes\nlayout = heat\nexplain = yes\n"
        "ahead = on\nall-units = true\nall-rows = on\nplay-rate = 0,5\ntimeline.order = variance\n"
        "unmap d\nmap d undo\nunmap <Right>\nmap <A-b> :set f[gender]@and=0\nmap <lt> theme mono\nmap # words\n"
        "map timeline b back\nunmap sweep n\nmap sweep <C-x> next-effect\nmap <U+E0001> quit\n",
    };
    for (size_t k = 0; k < sizeof configs / sizeof *configs; k++) {
        struct options o = {0}, again = {0};
        struct str first = {0}, second = {0};
        config_take(&o, configs[k], strlen(configs[k]), "config");
        if (o.usual.troubles)
            fail_msg("%s", o.usual.trouble.text);
        config_print(&o, &first);
        config_take(&again, str_text(&first), first.len, "printed");
        if (again.usual.troubles)
            fail_msg("%s", again.usual.trouble.text);
        config_print(&again, &second);
        assert_string_equal(str_text(&first), str_text(&second));
        const char *line = str_text(&first);
        int said = 0;
        for (const char *p = line; *p; p = strchr(p, '\n') + 1)
            said += *p != '#';
        assert_true(k ? said > 20 : said == 0);               /* without a config nothing is set */
        str_free(&first);
        str_free(&second);
        options_clear(&o);
        options_clear(&again);
    }
}

/* What stands there as a comment may be taken in: each is a line that can be read. */
static void every_line_that_is_printed_as_a_comment_can_be_set(void **state)
{
    (void)state;
    struct options o = {0}, all = {0};
    struct str text = {0}, bare = {0};
    config_print(&o, &text);
    const char *p = strchr(str_text(&text), '\n') + 1;
    for (; *p; p = strchr(p, '\n') + 1)
        str_addn(&bare, p + 2, strcspn(p, "\n") - 1);
    config_take(&all, str_text(&bare), bare.len, "all");
    if (all.usual.troubles)
        fail_msg("%s", all.usual.trouble.text);
    str_free(&text);
    str_free(&bare);
    options_clear(&all);
}

static void looks_and_safety_may_be_usual_too(void **state)
{
    (void)state;
    struct options o = {0}, wrong = {0};
    static const char text[] = "motion = off\nground = light\nreadonly = yes\n", slip[] = "motion = offf\n";
    config_take(&o, text, strlen(text), "config");
    assert_int_equal(o.usual.troubles, 0);
    assert_true(o.still && o.readonly && o.ground == GROUND_LIGHT);
    options_clear(&o);
    config_take(&wrong, slip, strlen(slip), "config");
    assert_string_equal(wrong.usual.trouble.text,
                        "config:1: motion: expected one of on off, found \"offf\"; did you mean off?");
    options_clear(&wrong);
}

/* ---- the command line comes first -------------------------------------------------------------------------------- */

static void the_command_line_and_then_the_environment_have_the_last_word(void **state)
{
    (void)state;
    char folder[] = "/tmp/flstm-config-XXXXXX", path[64];
    static const char config[] = "theme = mono\ntop = 3\nview = sweep\n";
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/flstm-tui", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/flstm-tui/config", folder);
    assert_true(file_write(path, config, sizeof config - 1, NULL));
    setenv("XDG_CONFIG_HOME", folder, 1);
    setenv("XDG_CONFIG_DIRS", "/nowhere", 1);
    struct options o;
    struct cli_wish wish;
    char program[] = "flstm-tui", top[] = "--top=5", none[] = "--no-config", print[] = "--print=json";
    char *plain[] = {program, NULL}, *with_top[] = {program, top, NULL}, *without[] = {program, none, NULL},
         *script[] = {program, print, NULL};
    struct err e = {{0}};
    assert_true(cli_parse(1, plain, &o, &wish, &e));
    assert_int_equal(o.top, 3);
    assert_string_equal(o.usual.theme, "mono");
    assert_ptr_equal(o.usual.view, view_find("sweep"));
    assert_null(o.theme);
    options_clear(&o);
    setenv("FLSTM_TUI_THEME", "cividis", 1);
    assert_true(cli_parse(2, with_top, &o, &wish, &e));
    assert_int_equal(o.top, 5);
    assert_string_equal(o.usual.theme, "cividis");
    options_clear(&o);
    assert_true(cli_parse(2, without, &o, &wish, &e));
    assert_true(!o.top && !o.usual.theme && !o.usual.keys);
    options_clear(&o);
    assert_true(cli_parse(2, script, &o, &wish, &e));      /* numbers are the same for everybody */
    assert_int_equal(o.top, 0);
    options_clear(&o);
    unsetenv("FLSTM_TUI_THEME");
    unsetenv("XDG_CONFIG_HOME");
    unlink(path);
    snprintf(path, sizeof path, "%s/flstm-tui", folder);
    rmdir(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_the_tables_does_what_its_row_says),
        cmocka_unit_test(a_mapped_key_does_it_and_an_unmapped_one_no_longer),
        cmocka_unit_test(help_hints_and_strip_show_the_keys_in_force),
        cmocka_unit_test(the_keys_of_a_view_come_before_those_of_the_program),
        cmocka_unit_test(presenting_locks_what_a_mapped_key_would_edit),
        cmocka_unit_test(no_config_can_take_the_last_way_out),
        cmocka_unit_test(what_is_wrong_is_one_line_that_names_file_and_line),
        cmocka_unit_test(a_bad_line_costs_no_other_line),
        cmocka_unit_test(a_later_file_maps_anew_what_an_earlier_one_did),
        cmocka_unit_test(what_is_printed_is_read_back_the_same),
        cmocka_unit_test(looks_and_safety_may_be_usual_too),
        cmocka_unit_test(every_line_that_is_printed_as_a_comment_can_be_set),
        cmocka_unit_test(the_command_line_and_then_the_environment_have_the_last_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
