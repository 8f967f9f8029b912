/* test_partial.c: a run that memory does not hold, of which blocks of 64 steps are there and most of it is not. What is
 * shown of it and printed is what is shown and printed of the whole; what would need all of it says so; and no key ends
 * the program, which reading a step that is not there would. (The sessions themselves: test_session.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "export/export.h"
#include "support/app.h"
#include "support/folder.h"
#include "support/models.h"
#include "views/view.h"

enum { T = 1500 };                        /* more than 16 blocks of 64 */

static void as_memory_holds(bool whole)
{
    partial_limits = whole ? (struct partial_limits){SIZE_MAX, (size_t)48 << 20} : (struct partial_limits){0, 0};
}

struct both { struct app whole, part; };

static struct both both_of(int hidden, int layers, int w, int h)
{
    struct both b;
    as_memory_holds(true);
    b.whole = random_app(hidden, layers, T, w, h);
    as_memory_holds(false);
    b.part = random_app(hidden, layers, T, w, h);
    /* Else they stand in the order in which C moves, which of what is not there nobody knows. */
    for (int u = 0; u < hidden * layers; u++) {
        char name[16];
        snprintf(name, sizeof name, "u%d", u);
        assert_true(session_set_name(b.whole.session, u / hidden, u % hidden, name, NULL));
        assert_true(session_set_name(b.part.session, u / hidden, u % hidden, name, NULL));
    }
    return b;
}

static void both_clear(struct both *b)
{
    app_clear(&b->whole);
    app_clear(&b->part);
    as_memory_holds(true);
}

static void both_press(struct both *b, const char *keys)
{
    as_memory_holds(true);
    press(&b->whole, keys);
    as_memory_holds(false);
    press(&b->part, keys);
}

static void same_picture(struct both *b, const char *where)
{
    struct str whole = {0}, part = {0};
    drawn(&b->whole, &whole);
    drawn(&b->part, &part);
    if (strcmp(str_text(&whole), str_text(&part)) != 0)
        fail_msg("%s in %s at %d: whole\n%s\nin part\n%s", where, b->part.view->name,
                 session_cursor(b->part.session)->step, str_text(&whole), str_text(&part));
    str_free(&whole);
    str_free(&part);
}

static void near_views_show_what_they_show_of_a_whole_run(void **state)
{
    (void)state;
    static const char *const keys[] = {"<Right>", "G", "<Left>c", "<Tab>+", ":step 700<Enter>", "o",
        "<PgDn><PgDn>", "v", ":step 64<Enter>", "-", ":step 65<Enter>", "u", ":step 1472<Enter>", "c", "g", "+", "G",
        ":word 900 w3<Enter>", ":step 901<Enter>", "x", "J", "<Down>", "c", "u", "u", "<C-r>", "X", "G", "g"};
    struct both b = both_of(6, 2, 100, 30);
    for (int v = 0; v < view_count; v++) {
        if (!views[v]->near)
            continue;
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            b.whole.view = b.part.view = views[v];
            both_press(&b, keys[k]);
            assert_true(session_is_partial(b.part.session));
            assert_false(session_is_partial(b.whole.session));
            same_picture(&b, keys[k]);
        }
    }
    both_clear(&b);
}

static void other_views_say_that_they_would_need_all_of_it(void **state)
{
    (void)state;
    struct both b = both_of(6, 2, 100, 30);
    session_goto(b.part.session, T);
    for (int v = 0; v < view_count; v++) {
        const struct view *view = views[v];
        struct str text = {0};
        b.part.view = view;
        drawn(&b.part, &text);
        const bool says = strstr(str_text(&text), "memory does not hold every gate") != NULL;
        if (says == (view->near || view->alone || view->text))
            fail_msg("%s shows\n%s", view->name, str_text(&text));
        str_free(&text);
        if (view->explain || view->tell) {
            struct str words = {0};
            view_explain(view, &b.part.scene, b.part.view_state[view_index(view)], &words);
            assert_true(words.len > 0);
            str_free(&words);
        }
    }
    both_clear(&b);
}

/* A step that is read and not there would end the program. */
static void no_key_of_any_view_reads_what_is_not_there(void **state)
{
    (void)state;
    static const int more[] = {'+', '-', 'c', 'o', 'C', 'O', 'x', 'X', 'u', 'n', 'N', 'f', 'W', 'a', 'v', 'y', 'z', 'Z',
                               '[', ']', '{', '}', 'J', 'K', 'i', '\'', K_ENTER, K_ESC, K_UP, K_DOWN, K_PGDN, K_PGUP,
                               K_TAB, K_HOME, K_END};
    struct both b = both_of(5, 2, 80, 24);
    struct str text = {0};
    uint64_t seed = 3;
    for (int v = 0; v < view_count; v++) {
        session_goto(b.part.session, 1 + random_below(&seed, T));
        for (const struct view_key *k = views[v]->keys; k && k->keys; k++)
            for (int way = 0; way < 2; way++) {
                const char *p = way ? k->other : k->keys;
                for (int key; p && (key = key_next(&p)) != K_NONE;) {
                    b.part.view = views[v];
                    app_key(&b.part, key);
                    drawn(&b.part, &text);
                    app_key(&b.part, K_ESC);
                }
            }
        for (size_t k = 0; k < sizeof more / sizeof *more; k++) {
            b.part.view = views[v];
            session_goto(b.part.session, 1 + random_below(&seed, T));
            app_key(&b.part, more[k]);
            drawn(&b.part, &text);
            app_key(&b.part, K_ESC);
        }
    }
    str_free(&text);
    both_clear(&b);
}

static void no_command_reads_what_is_not_there(void **state)
{
    (void)state;
    struct both b = both_of(5, 1, 80, 24);
    struct str text = {0};
    assert_int_equal(chdir(folder), 0);           /* where what is written stays */
    for (int k = 0; k < action_count; k++) {
        const struct action *action = &actions[k];
        static const char *const arguments[] = {"", "1", "w3", "700", "gender"};
        if (strstr("quit suspend train record sh shell", action->name))
            continue;
        for (size_t n = 0; n < sizeof arguments / sizeof *arguments; n++) {
            char line[80];
            snprintf(line, sizeof line, "%s %s", action->name, arguments[n]);
            as_memory_holds(false);
            app_command(&b.part, line);
            app_key(&b.part, K_ESC);
            drawn(&b.part, &text);
            if (session_steps(b.part.session) == T)
                continue;
            app_clear(&b.part);
            b.part = random_app(5, 1, T, 80, 24);
        }
    }
    str_free(&text);
    both_clear(&b);
}

static void what_is_printed_is_the_same_bytes(void **state)
{
    (void)state;
    struct both b = both_of(6, 2, 80, 24);
    for (int pinned = 0; pinned < 2; pinned++) {
        struct str whole[4] = {{0}}, part[4] = {{0}};
        for (int k = 0; k < 2; k++) {
            const struct session *s = k ? b.part.session : b.whole.session;
            struct str *out = k ? part : whole;
            export_trace_json(s, 3, &out[0], NULL);
            export_trace_csv(s, &out[1], NULL);
            export_trace_safetensors(s, &out[2], NULL);
            export_trace_npz(s, &out[3], NULL);
        }
        for (int k = 0; k < 4; k++) {
            assert_true(whole[k].len > 1000);
            assert_int_equal(whole[k].len, part[k].len);
            assert_memory_equal(whole[k].s, part[k].s, whole[k].len);
            str_free(&whole[k]);
            str_free(&part[k]);
        }
        both_press(&b, ":step 640<Enter>c:step 1100<Enter>o");
    }
    both_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_views_show_what_they_show_of_a_whole_run),
        cmocka_unit_test(other_views_say_that_they_would_need_all_of_it),
        cmocka_unit_test(no_key_of_any_view_reads_what_is_not_there),
        cmocka_unit_test(no_command_reads_what_is_not_there),
        cmocka_unit_test(what_is_printed_is_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
