/* test_views.c: the screens as grids, and the promises that hold at every size: nothing is drawn outside, nothing
 * crashes, the layout follows size and units. (Pictures: test_golden.c.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>

#include "support/app.h"
#include "support/golden.h"
#include "support/models.h"
#include "views/bars.h"
#include "views/chrome.h"

static void a_view_of_all_steps_waits_for_them_and_shows_nothing_old(void **state)
{
    (void)state;
    struct app a = random_app(8, 1, 40, 80, 24);
    struct grid *g = grid_new(80, 24, &glyphs_unicode);
    session_set_lazy(a.session, true);
    for (int v = 0; v < view_count; v++) {
        struct str text = {0};
        a.view = views[v];
        assert_true(session_pin(a.session, (struct place){0, 0, VAL_F, 1}, (float)(v % 10) / 20, true, NULL)
                    || v % 10 == 0);
        session_goto(a.session, 1);
        assert_true(session_behind(a.session) > 0);
        if (!a.view->all_steps)
            continue;
        app_draw(&a, g, NULL, NULL);
        export_text(g, &text);
        assert_non_null(strstr(str_text(&text), "computing: step "));
        assert_non_null(strstr(str_text(&text), "computing "));
        assert_true(session_behind(a.session) > 0);
        str_clear(&text);
        while (!app_catch_up(&a, true)) {
        }
        app_draw(&a, g, NULL, NULL);
        export_text(g, &text);
        assert_null(strstr(str_text(&text), "computing"));
        str_free(&text);
    }
    grid_free(g);
    app_clear(&a);
}

/* A jump far ahead of what is computed: no picture and no key waits for it. */
static void a_word_that_is_far_from_being_computed_is_not_waited_for(void **state)
{
    (void)state;
    enum { T = 12000, NEAR = T - 1000 };
    struct app a = random_app(128, 1, T, 80, 24);
    struct grid *g = grid_new(80, 24, &glyphs_unicode);
    session_set_lazy(a.session, true);
    for (int v = 0; v < view_count; v++) {
        struct str text = {0};
        a.view = views[v];
        session_goto(a.session, 1);
        app_draw(&a, g, NULL, NULL);
        session_goto(a.session, T);
        app_draw(&a, g, NULL, NULL);
        export_text(g, &text);
        if (!a.view->alone && !a.view->text && !strstr(str_text(&text), "computing: step "))
            fail_msg("%s, %d steps behind, shows\n%s", views[v]->name, session_behind(a.session), str_text(&text));
        str_free(&text);
        static const int keys[] = {'+', '1', 'c', 'o', 'x', K_ENTER, K_ESC, K_UP, K_DOWN, K_PGDN, K_PGUP, K_TAB};
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            a.view = views[v];
            app_key(&a, keys[k]);
            app_key(&a, K_ESC);
        }
        for (const struct view_key *k = views[v]->keys; k && k->keys; k++)
            if (k->run) {
                const char *p = k->keys;
                a.view = views[v];
                app_key(&a, key_next(&p));
                app_key(&a, K_ESC);
            }
        assert_int_equal(session_pin_count(a.session), 0);
        if (session_behind(a.session) < NEAR)
            fail_msg("%s computed %d steps", views[v]->name, T - session_behind(a.session));
    }
    a.view = &view_bars;
    session_goto(a.session, T);
    while (!app_catch_up(&a, true)) {
    }
    struct str text = {0};
    app_draw(&a, g, NULL, NULL);
    export_text(g, &text);
    assert_null(strstr(str_text(&text), "computing"));
    str_free(&text);
    grid_free(g);
    app_clear(&a);
}

static void every_key_of_a_view_has_a_name_and_help_and_belongs_to_one_row(void **state)
{
    (void)state;
    for (int v = 0; v < view_count; v++)
        for (const struct view_key *k = views[v]->keys; k && k->keys; k++) {
            char first[32], second[32], command[32];
            bool other;
            if (!k->run && !k->command) {         /* a key of the program, offered in the hint line */
                assert_non_null(k->hint);
                assert_null(k->name);
                continue;
            }
            assert_non_null(k->help);
            assert_true(*view_key_word(k->name, false, first));
            assert_int_equal(*view_key_word(k->name, true, second) != 0, k->other != NULL);
            assert_string_not_equal(first, second);
            if (k->command) {
                assert_non_null(action_find(view_key_word(k->command, false, command)));
                assert_true(!k->other || action_find(view_key_word(k->command, true, command)));
            }
            for (int way = 0; way < 2; way++) {
                const char *p = way ? k->other : k->keys;
                for (int key; p && (key = key_next(&p)) != K_NONE;) {
                    if (view_key_find(views[v], key, &other) != k || other != way)
                        fail_msg("%s: a key of %s belongs to another row, too", views[v]->name, k->name);
                }
                assert_true(!p || !*p);           /* all of the list are keys */
            }
        }
}

static void settings_of_views_are_written_as_text_and_read_back_the_same(void **state)
{
    (void)state;
    for (int v = 0; v < view_count; v++) {
        void *from = view_state_new(views[v]), *to = view_state_new(views[v]);
        for (const struct setting *row = views[v]->settings; row && row->name; row++) {
            struct str text = {0}, again = {0};
            struct err e = {{0}};
            assert_true(row->at < views[v]->settings_size);
            static const char *const last[] = {[SETTING_BOOL] = "on", [SETTING_NUMBER] = "3", [SETTING_REAL] = "0.35"};
            const char *word = row->type == SETTING_CHOICE ? strrchr(row->choices, ' ') + 1 : last[row->type];
            assert_true(setting_set(row, from, word, &e));
            setting_text(row, from, &text);
            assert_string_equal(str_text(&text), word);
            assert_true(setting_set(row, to, str_text(&text), &e));
            setting_text(row, to, &again);
            assert_string_equal(str_text(&again), word);
            assert_false(setting_set(row, to, "sideways", &e));
            assert_non_null(strstr(e.text, row->name));
            str_free(&text);
            str_free(&again);
        }
        if (views[v]->settings_size)
            assert_memory_equal(from, to, views[v]->settings_size);
        view_state_free(views[v], from);
        view_state_free(views[v], to);
    }
}

/* What any settings a file could hold lead to must be a picture. */
static void every_setting_at_its_ends_can_be_drawn_and_explained(void **state)
{
    (void)state;
    for (int v = 0; v < view_count; v++)
        for (const struct setting *row = views[v]->settings; row && row->name; row++)
            for (int end = 0; end < 2; end++) {
                struct app a = random_app(5, 2, 8, 80, 24);
                struct str text = {0}, words = {0};
                struct err e = {{0}};
                a.view = views[v];
                if (row->type == SETTING_CHOICE)
                    str_add(&text, end ? strrchr(row->choices, ' ') + 1 : row->choices);
                else
                    str_addf(&text, row->type == SETTING_REAL ? "%g" : "%.0f", end ? row->most : row->least);
                if (row->type == SETTING_CHOICE && !end)
                    text.s[text.len = strcspn(text.s, " ")] = '\0';
                if (row->type == SETTING_BOOL)
                    str_clear(&text), str_add(&text, end ? "on" : "off");
                assert_true(setting_set(row, a.view_state[v], str_text(&text), &e));
                struct grid *g = grid_new(80, 24, a.glyphs);
                app_draw(&a, g, NULL, NULL);
                if (a.view->explain) {
                    view_explain(a.view, &a.scene, a.view_state[v], &words);
                    assert_true(words.len > 0);
                }
                for (const struct view_key *k = a.view->keys; k && k->keys; k++) {
                    const char *p = k->keys;
                    app_key(&a, key_next(&p));
                    a.view = views[v];
                }
                app_draw(&a, g, NULL, NULL);
                grid_free(g);
                str_free(&text);
                str_free(&words);
                app_clear(&a);
            }
}

static void keys_act_on_what_would_be_on_screen_although_nothing_was_drawn(void **state)
{
    (void)state;
    /* Down in the table sorted by mean f must go to the next row of it, drawn or not. */
    int unit[2];
    for (int drawn = 0; drawn < 2; drawn++) {
        struct app a = random_app(16, 1, 12, 80, 24);
        struct grid *g = grid_new(80, 24, a.glyphs);
        struct err e = {{0}};
        const char *const keys[] = {"S", "y", "y", "y", ":set f[3]@2=1<Enter>", "<Down>", "<Down>"};
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            assert_true(app_keys(&a, keys[k], "keys", &e));
            if (drawn)
                app_draw(&a, g, NULL, NULL);
        }
        unit[drawn] = session_cursor(a.session)->unit;
        grid_free(g);
        app_clear(&a);
    }
    assert_int_equal(unit[0], unit[1]);
    assert_int_not_equal(unit[0], 2);
}

static void every_view_draws_something_at_every_size_and_stays_in_its_rectangle(void **state)
{
    (void)state;
    static const struct {
        int H, layers, steps;
    } models[] = {{1, 1, 1}, {3, 1, 8}, {16, 2, 20}, {130, 1, 3}, {5, 1, 0}};
    static const int sizes[][2] = {{1, 1},  {2, 1},   {1, 40},  {7, 3},   {12, 6},   {20, 5},
                                   {33, 9}, {40, 12}, {79, 13}, {80, 24}, {131, 37}, {400, 120}};
    for (size_t m = 0; m < sizeof models / sizeof *models; m++)
        for (int v = 0; v < view_count; v++) {
            struct app a = random_app(models[m].H, models[m].layers, models[m].steps, 80, 24);
            a.view = views[v];
            for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
                for (int variant = 0; variant < 6; variant++) {
                    a.scene.extra = variant & 1;
                    a.scene.explain = variant & 2;
                    a.scene.reveal = variant & 1;
                    a.scene.layout = (enum layout_wish)(variant % LAYOUT_WISHES);
                    a.glyphs = variant & 4 ? &glyphs_ascii : &glyphs_unicode;
                    int w = sizes[k][0], h = sizes[k][1];
                    /* Drawn into the middle of a larger grid, the frame around it must stay as it was. */
                    struct grid *g = grid_new(w + 4, h + 4, a.glyphs);
                    grid_fill(g, g->clip, '@', ROLE_BAD, 0);
                    struct rect r = {2, 2, w, h}, old = grid_clip(g, r);
                    view_draw(a.view, &a.scene, a.view_state[v], g, r);
                    g->clip = old;
                    for (int y = 0; y < h + 4; y++)
                        for (int x = 0; x < w + 4; x++)
                            if (x < 2 || y < 2 || x >= w + 2 || y >= h + 2)
                                if (grid_at(g, x, y)->ch[0] != '@')
                                    fail_msg("%s at %dx%d, H=%d wrote at %d,%d", views[v]->name, w, h, models[m].H,
                                             x - 2, y - 2);
                    grid_free(g);
                    struct grid *whole = grid_new(w, h, a.glyphs);
                    int cx, cy;
                    app_draw(&a, whole, &cx, &cy);
                    bool any = false;
                    for (int k2 = 0; k2 < w * h; k2++)
                        any = any || (whole->cell[k2].ch[0] != ' ' && whole->cell[k2].ch[0]);
                    if (!any)
                        fail_msg("%s at %dx%d, H=%d drew nothing", views[v]->name, w, h, models[m].H);
                    if (a.glyphs->ascii)
                        for (int k2 = 0; k2 < w * h; k2++)
                            assert_true(whole->cell[k2].ch[0] < 0x7F);
                    grid_free(whole);
                }
            app_clear(&a);
        }
}

static void any_key_in_any_view_leaves_a_picture(void **state)
{
    (void)state;
    uint64_t seed = 11;
    static const char *const keys[] = {
        "<Left>", "<Right>", "<Up>", "<Down>", "<PgUp>", "<PgDn>", "<Home>", "<End>", "<Tab>", "<S-Tab>", "<Enter>",
        "<Esc>",  "a",       "c",    "o",      "C",      "O",      "+",      "-",     "[",     "]",       "{",
        "}",      "x",       "X",    "u",      "<C-r>",  "e",      "v",      "t",     "p",     "I",       "?",
        "J",      "K",       "1",    ".",      "5",      ":",      "n",      "N",     "/",     "<Space>", "<lt>",
        ">",      "P",       "d",    "m",      "r",      "S",      "w",      "W",     "F",     "A",       "<F5>",
        "b",      "f",       "h",    "l",      "j",      "k"};
    struct app a = random_app(9, 2, 15, 80, 24);
    struct grid *g = grid_new(80, 24, a.glyphs);
    for (int n = 0; n < 4000; n++) {
        const char *p = keys[random_below(&seed, sizeof keys / sizeof *keys)];
        int key = key_parse(&p);
        assert_int_not_equal(key, K_NONE);
        app_key(&a, key);
        app_play_tick(&a);
        if (n % 5 == 0)
            app_draw(&a, g, NULL, NULL);
        const struct cursor *at = session_cursor(a.session);
        assert_in_range(at->step, 1, 15);
        assert_in_range(at->unit, 0, 8);
        assert_in_range(at->layer, 0, 1);
    }
    grid_free(g);
    app_clear(&a);
}

static enum bars_mode mode_of(int H, int w, int h)
{
    struct app a = random_app(H, 1, 4, w, h);
    enum bars_mode mode = bars_plan(&a.scene, (struct rect){0, 3, w, h - 8}, false).mode;
    app_clear(&a);
    return mode;
}

static void the_layout_is_blocks_for_few_columns_for_dozens_a_field_for_hundreds(void **state)
{
    (void)state;
    assert_int_equal(mode_of(3, 80, 24), BARS_BLOCKS);
    assert_int_equal(mode_of(12, 80, 24), BARS_BLOCKS);
    assert_int_equal(mode_of(40, 80, 24), BARS_COLUMNS);
    assert_int_equal(mode_of(128, 80, 24), BARS_FIELD);
    assert_int_equal(mode_of(128, 30, 10), BARS_BLOCKS);             /* one unit, where nothing else has room */
    /* Nothing asks for more room than there is. */
    for (int H = 1; H < 20; H += 3) {
        struct app a = random_app(H, 1, 4, 80, 24);
        for (int h = 1; h < 70; h++)
            for (int k = 0; k < 4; k++) {
                a.scene.all = k & 1;
                a.scene.extra = k & 2;
                struct bars_plan p = bars_plan(&a.scene, (struct rect){0, 0, 80, h}, false);
                int blocks = (p.n + p.panels - 1) / p.panels,
                    rows = blocks * (p.units * p.tall + p.scales) + (p.scales ? 0 : (blocks - 1) * p.gap);
                if (p.mode == BARS_BLOCKS && rows > p.rows.h)
                    fail_msg("H=%d at height %d: %d rows do not fit", H, h, rows);
            }
        app_clear(&a);
    }
}

static void what_is_typed_is_what_is_pinned(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24, .keys = ":t and<Enter>.25<Enter>"}, &a);
    assert_int_equal(session_pin_count(a.session), 1);
    assert_float_equal(session_value(a.session, RUN_PINNED, 0, 0, VAL_F, 4), 0.25f, 0);
    struct err e = {{0}};
    /* Outside 0…1 it is refused with a reason, and taken when it is asked for again. */
    assert_true(app_keys(&a, "2<Enter>", "keys", &e));
    assert_true(a.scene.message_is_error);
    assert_non_null(strstr(a.message, "0"));
    assert_float_equal(session_value(a.session, RUN_PINNED, 0, 0, VAL_F, 4), 0.25f, 0);
    assert_true(app_keys(&a, "2<Enter>", "keys", &e));
    assert_float_equal(session_value(a.session, RUN_PINNED, 0, 0, VAL_F, 4), 2.0f, 0);
    assert_true(app_keys(&a, "uu", "keys", &e));
    assert_int_equal(session_pin_count(a.session), 0);
    app_clear(&a);
}

static void presenting_locks_edits_and_blanks_the_screen(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24, .keys = "<F5>c"}, &a);
    assert_int_equal(session_pin_count(a.session), 0);
    struct err e = {{0}};
    assert_true(app_keys(&a, "b", "keys", &e));
    struct grid *g = grid_new(80, 24, a.glyphs);
    app_draw(&a, g, NULL, NULL);
    for (int k = 0; k < 80 * 24; k++)
        assert_int_equal(g->cell[k].ch[0], ' ');
    grid_free(g);
    assert_true(app_keys(&a, "b<F5>c", "keys", &e));
    assert_int_equal(session_pin_count(a.session), 1);
    app_clear(&a);
}

static void quitting_asks_only_when_edits_are_unsaved(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24}, &a);
    assert_true(app_key(&a, 'q') & REACT_QUIT);
    app_clear(&a);
    golden_app(&(struct golden_shot){.w = 80, .h = 24, .keys = "c"}, &a);
    assert_false(app_key(&a, 'q') & REACT_QUIT);
    assert_false(app_key(&a, 'n') & REACT_QUIT);
    assert_false(app_key(&a, 'q') & REACT_QUIT);
    assert_true(app_key(&a, 'y') & REACT_QUIT);
    app_clear(&a);
}

static void every_action_and_view_key_is_bound_once(void **state)
{
    (void)state;
    for (int k = 0; k < action_count; k++) {
        assert_non_null(action_find(actions[k].name));
        assert_ptr_equal(action_find(actions[k].name), &actions[k]);
        for (const char *p = actions[k].keys; *p;) {
            if (*p == ' ') {
                p++;
                continue;
            }
            const char *from = p;
            int key = key_parse(&p);
            if (key == K_NONE)
                fail_msg("%s: \"%s\" is no key", actions[k].name, from);
            assert_ptr_equal(action_for_key(key), &actions[k]);
        }
    }
    for (int k = 0; k < view_count; k++)
        if (views[k]->key && action_for_key(views[k]->key))
            fail_msg("the key of view %s belongs to %s", views[k]->name, action_for_key(views[k]->key)->name);
}

/* A number of which the end is missing is another number: in any view of any built-in model none is cut. */
static void no_number_is_cut_in_any_view(void **state)
{
    (void)state;
    static const char *const models[] = {"story", "gender", "person", "recall", "anbn", "prose", "lesson-cell"};
    static const struct { int w, h; } sizes[] = {{80, 24}, {60, 20}, {40, 12}};
    for (size_t m = 0; m < sizeof models / sizeof *models; m++)
        for (int v = 0; v < view_count; v++)
            for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
                struct app a;
                golden_app(&(struct golden_shot){.model = models[m], .w = sizes[k].w, .h = sizes[k].h}, &a);
                session_goto(a.session, 2 + (int)k);
                app_show_view(&a, views[v]);
                char *text = picture_text(&a, sizes[k].w, sizes[k].h);
                for (const char *cut = strstr(text, "\xE2\x80\xA6"); cut; cut = strstr(cut + 1, "\xE2\x80\xA6"))
                    if (cut > text + 1 && cut[-1] >= '0' && cut[-1] <= '9' && strchr(".0123456789+-", cut[-2])
                        && (cut[3] == ' ' || cut[3] == '\n'))     /* not the range 0…1 */
                        fail_msg("%s, %s, %dx%d: %.*s", models[m], views[v]->name, sizes[k].w, sizes[k].h, 60,
                                 cut > text + 40 ? cut - 40 : text);
                free(text);
                app_clear(&a);
            }
}

/* The hint line reads KEYS:word; what it offers for the arrows it offers once. */
static void no_view_promises_two_things_of_one_key(void **state)
{
    (void)state;
    static const char *const arrows[] = {"\xE2\x86\x90", "\xE2\x86\x91"};             /* left, up */
    for (int v = 0; v < view_count; v++) {
        struct app a;
        golden_app(&(struct golden_shot){.model = "agreement", .w = 300, .h = 24}, &a);
        app_show_view(&a, views[v]);
        char *text = picture_text(&a, 300, 24), *line = strrchr(text, '?');
        for (size_t k = 0; line && k < sizeof arrows / sizeof *arrows; k++) {
            char *first = strstr(line, arrows[k]);
            if (first && strstr(first + 1, arrows[k]))
                fail_msg("%s: %s", views[v]->name, line);
        }
        free(text);
        app_clear(&a);
    }
}

static void the_main_view_is_found_by_the_name_on_its_screen(void **state)
{
    (void)state;
    assert_ptr_equal(view_find("gates"), &view_bars);
    assert_string_equal(view_bars.title, "gates");
    assert_ptr_equal(view_find("bars"), &view_bars);          /* as files and scripts call it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_main_view_is_found_by_the_name_on_its_screen),
        cmocka_unit_test(no_view_promises_two_things_of_one_key),
        cmocka_unit_test(no_number_is_cut_in_any_view),
        cmocka_unit_test(a_view_of_all_steps_waits_for_them_and_shows_nothing_old),
        cmocka_unit_test(a_word_that_is_far_from_being_computed_is_not_waited_for),
        cmocka_unit_test(every_key_of_a_view_has_a_name_and_help_and_belongs_to_one_row),
        cmocka_unit_test(settings_of_views_are_written_as_text_and_read_back_the_same),
        cmocka_unit_test(every_setting_at_its_ends_can_be_drawn_and_explained),
        cmocka_unit_test(keys_act_on_what_would_be_on_screen_although_nothing_was_drawn),
        cmocka_unit_test(every_view_draws_something_at_every_size_and_stays_in_its_rectangle),
        cmocka_unit_test(any_key_in_any_view_leaves_a_picture),
        cmocka_unit_test(the_layout_is_blocks_for_few_columns_for_dozens_a_field_for_hundreds),
        cmocka_unit_test(what_is_typed_is_what_is_pinned),
        cmocka_unit_test(presenting_locks_edits_and_blanks_the_screen),
        cmocka_unit_test(quitting_asks_only_when_edits_are_unsaved),
        cmocka_unit_test(every_action_and_view_key_is_bound_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
