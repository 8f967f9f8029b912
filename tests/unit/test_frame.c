/* test_frame.c: what surrounds every view stands still, hides what is to come, and says where one is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/app.h"
#include "support/golden.h"
#include "views/chrome.h"
#include "views/tape.h"

/* A row of the picture as ASCII, other characters as '.'. */
static const char *row(const struct grid *g, int y, char out[512])
{
    for (int x = 0; x < g->w; x++) {
        uint32_t ch = grid_at(g, x, y)->ch[0];
        out[x] = ch >= ' ' && ch < 0x7F ? (char)ch : '.';
    }
    out[g->w] = '\0';
    return out;
}

static int column_of(const struct grid *g, int y, const char *text)
{
    char line[512];
    const char *at = strstr(row(g, y, line), text);
    return at ? (int)(at - line) : -1;
}

static void the_parts_of_the_title_begin_in_the_same_columns_in_every_view(void **state)
{
    (void)state;
    static const struct { int w, h, view, step; } sizes[] = {{80, 24, 32, 48}, {120, 40, 44, 70}, {40, 12, 14, 24}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct app a;
        golden_app(&(struct golden_shot){.model = "gender",
                                         .w = sizes[k].w,
                                         .h = sizes[k].h,
                                         .keys = ":text She came out and played with her dog<Enter>:t and<Enter>c"},
                   &a);
        for (int v = 0; v < view_count; v++) {
            if (views[v]->heading || views[v]->large)           /* a class has a frame of its own */
                continue;
            a.view = views[v];
            struct grid *g = picture(&a);
            assert_int_equal(column_of(g, 0, "gender"), 1);
            assert_int_equal(column_of(g, 0, "t=4/8 'and'"), sizes[k].step);
            char line[512], name[10] = "";
            memcpy(name, row(g, 0, line) + sizes[k].view, 9 - (k == 2));
            assert_memory_equal(name, views[v]->title, strlen(views[v]->title) < 8 ? strlen(views[v]->title) : 8);
            if (k < 2)
                assert_int_equal(column_of(g, 0, "1 pinned"), sizes[k].w - 1 - 8);
            grid_free(g);
        }
        app_clear(&a);
    }
}

static void the_tape_stands_still_from_view_to_view_and_has_eight_cells_a_word(void **state)
{
    (void)state;
    static const char *const words[] = {"She", "came", "out", "[and]", "played", "with", "her", "dog"};
    static const int at80[] = {13, 21, 29, 36, 44, 53, 61, 69};
    struct app a;
    golden_app(&(struct golden_shot){.model = "gender",
                                     .w = 80,
                                     .h = 24,
                                     .keys = ":text She came out and played with her dog<Enter>:t and<Enter>"},
               &a);
    for (int v = 0; v < view_count; v++) {
        if (views[v]->alone || views[v]->large)
            continue;
        a.view = views[v];
        struct grid *g = picture(&a);
        for (int k = 0; k < 8; k++)
            assert_int_equal(column_of(g, 1, words[k]), at80[k]);
        assert_int_equal(column_of(g, 2, "C gender"), 1);
        assert_int_equal(column_of(g, 2, "+0.89"), 13);
        grid_free(g);
    }
    /* The brackets take the blanks beside the word. */
    press(&a, "<Right>");
    struct grid *g = picture(&a);
    assert_int_equal(column_of(g, 1, "[played]"), 43);
    assert_int_equal(column_of(g, 1, "and"), 37);
    grid_free(g);
    app_clear(&a);
}

static void what_a_later_word_leaves_in_the_memory_is_hidden_until_it_is_stepped_to(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.model = "gender",
                                     .w = 80,
                                     .h = 24,
                                     .keys = ":text She came out and played with her dog<Enter>:t and<Enter>"},
               &a);
    struct grid *g = picture(&a);
    for (int t = 1; t <= 8; t++) {
        int x = 13 + 8 * (t - 1);
        assert_int_equal(grid_at(g, x, 2)->ch[0], t <= 4 ? '+' : ' ');
        if (t > 4)
            assert_int_equal(grid_at(g, x + 2, 2)->ch[0], a.glyphs->unknown);
    }
    grid_free(g);
    press(&a, "z");
    g = picture(&a);
    assert_int_equal(grid_at(g, 13 + 8 * 7, 2)->ch[0], '+');
    grid_free(g);
    press(&a, "z");
    assert_false(tape_shows(&a.scene, view_find("bars"), 5));
    assert_true(tape_shows(&a.scene, view_find("what-if"), 5)); /* a view of the whole sentence hides nothing of it */
    app_clear(&a);
}

static void what_a_question_asks_for_is_a_question_mark_on_the_tape(void **state)
{
    (void)state;
    struct app a;
    const struct place asked = {MARK_ANY, MARK_ANY, VAL_C, 4};
    const struct marks marks = {.hidden = &asked, .hidden_count = 1};
    golden_app(&(struct golden_shot){.model = "gender",
                                     .w = 80,
                                     .h = 24,
                                     .keys = ":text She came out and played with her dog<Enter>:t and<Enter>"},
               &a);
    a.scene.marks = &marks;
    struct grid *g = picture(&a);
    assert_int_equal(grid_at(g, 13 + 8 * 3 + 2, 2)->ch[0], '?');
    assert_int_equal(grid_at(g, 13 + 8 * 2, 2)->ch[0], '+');
    assert_int_equal(column_of(g, 2, "C ?"), 1);
    grid_free(g);
    app_clear(&a);
}

static void the_strip_names_the_views_and_brackets_the_open_one_without_moving_any(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24}, &a);
    struct grid *g = picture(&a);
    assert_int_equal(column_of(g, 22, "[gates]"), 0);
    int dissect = column_of(g, 22, "d dissect"), why = column_of(g, 22, "A why");
    assert_true(dissect > 0 && why > dissect);
    grid_free(g);
    a.view = view_find("dissect");
    g = picture(&a);
    assert_int_equal(column_of(g, 22, "gates"), 1);
    assert_int_equal(column_of(g, 22, "[d dissect]"), dissect - 1);
    assert_int_equal(column_of(g, 22, "A why"), why);
    grid_free(g);
    /* Every view is told which one is open, the ones without room for a place too. */
    for (int v = 0; v < view_count; v++) {
        if (views[v]->large)
            continue;
        a.view = views[v];
        g = picture(&a);
        assert_int_not_equal(column_of(g, 22, "["), -1);
        assert_int_not_equal(column_of(g, 22, views[v]->strip ? views[v]->strip : views[v]->title), -1);
        grid_free(g);
    }
    app_clear(&a);
}

static void a_message_takes_the_last_row_of_words_and_pushes_nothing(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80,
                                     .h = 24,
                                     .keys = ":text She came out and played with her dog<Enter>:t and<Enter>"},
               &a);
    struct grid *before = picture(&a);
    press(&a, ":unit 77<Enter>");
    assert_true(a.scene.message_is_error);
    struct grid *g = picture(&a);
    for (int y = 0; y < 24; y++)
        for (int x = 0; x < 80; x++)
            if (y < 19 || y > 21)
                assert_memory_equal(grid_at(g, x, y)->ch, grid_at(before, x, y)->ch, sizeof before->cell->ch);
    assert_int_not_equal(column_of(g, 21, "77"), -1);
    grid_free(before);
    grid_free(g);
    app_clear(&a);
}

static void rows_give_way_in_the_order_in_which_they_are_least_missed(void **state)
{
    (void)state;
    struct frame f = frame_plan(24, false, true);
    assert_int_equal(f.body, 3);
    assert_int_equal(f.body_h, 16);
    assert_int_equal(f.words, 19);
    assert_int_equal(f.strip, 22);
    f = frame_plan(12, false, true);
    assert_int_equal(f.words_h, 2);
    assert_int_equal(f.body_h, 5);
    assert_int_equal(frame_plan(1, false, true).body_h, 1);
    for (int h = 1; h < 80; h++)
        for (int k = 0; k < 4; k++) {
            f = frame_plan(h, k & 1, k & 2);
            assert_true(f.body >= 0 && f.body_h >= 1 && f.body + f.body_h <= h);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_of_the_title_begin_in_the_same_columns_in_every_view),
        cmocka_unit_test(the_tape_stands_still_from_view_to_view_and_has_eight_cells_a_word),
        cmocka_unit_test(what_a_later_word_leaves_in_the_memory_is_hidden_until_it_is_stepped_to),
        cmocka_unit_test(what_a_question_asks_for_is_a_question_mark_on_the_tape),
        cmocka_unit_test(the_strip_names_the_views_and_brackets_the_open_one_without_moving_any),
        cmocka_unit_test(a_message_takes_the_last_row_of_words_and_pushes_nothing),
        cmocka_unit_test(rows_give_way_in_the_order_in_which_they_are_least_missed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
