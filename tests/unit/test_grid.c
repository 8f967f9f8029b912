/* A picture is cells, and nothing drawn can leave it or act on the terminal. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "ui/grid.h"

static void assert_text(const struct grid *g, const char *expected)
{
    struct str s = {0};
    grid_dump_text(g, &s);
    assert_string_equal(str_text(&s), expected);
    str_free(&s);
}

/* What must hold of any grid after any drawing. */
static void assert_sound(const struct grid *g)
{
    for (int y = 0; y < g->h; y++)
        for (int x = 0; x < g->w; x++) {
            const struct cell *c = grid_at(g, x, y);
            assert_true(c->role < ROLE_COUNT);
            if (!c->ch[0]) {
                assert_true(x > 0);
                assert_int_equal(utf8_width(grid_at(g, x - 1, y)->ch[0]), 2);
                continue;
            }
            for (int k = 0; k < 3; k++)
                assert_false(c->ch[k] && utf8_hidden(c->ch[k]));
            assert_true(!c->ch[1] || !utf8_width(c->ch[1]));
            if (utf8_width(c->ch[0]) == 2) {
                assert_true(x + 1 < g->w);
                assert_int_equal(grid_at(g, x + 1, y)->ch[0], 0);
            }
            if (g->glyphs->ascii)
                assert_true(c->ch[0] >= 0x20 && c->ch[0] < 0x7F && !c->ch[1]);
        }
}

static void a_new_grid_is_blank_and_its_size_is_clamped(void **state)
{
    (void)state;
    struct grid *g = grid_new(3, 2, &glyphs_unicode);
    assert_text(g, "\n\n");
    grid_resize(g, -5, INT_MAX);
    assert_int_equal(g->w, 0);
    assert_int_equal(g->h, 4096);
    assert_null(grid_at(g, 0, 0));
    grid_resize(g, 2, 2);
    assert_null(grid_at(g, 2, 0));
    assert_null(grid_at(g, -1, 0));
    assert_non_null(grid_at(g, 1, 1));
    grid_free(g);
    grid_free(NULL);
}

static void text_longer_than_its_room_ends_in_the_cut_mark(void **state)
{
    (void)state;
    struct grid *g = grid_new(12, 3, &glyphs_unicode);
    assert_int_equal(grid_text(g, 0, 0, 6, ROLE_TEXT, 0, "forget"), 6);
    assert_int_equal(grid_text(g, 0, 1, 5, ROLE_TEXT, 0, "forget"), 5);
    assert_int_equal(grid_text(g, 0, 2, 0, ROLE_TEXT, 0, "forget"), 0);
    assert_text(g, "forget\nforg\xE2\x80\xA6\n\n");
    grid_free(g);
    g = grid_new(12, 1, &glyphs_ascii);
    grid_text(g, 0, 0, 5, ROLE_TEXT, 0, "forget");
    assert_text(g, "forg~\n");
    grid_free(g);
}

static void text_is_placed_left_right_and_in_the_middle(void **state)
{
    (void)state;
    struct grid *g = grid_new(9, 4, &glyphs_unicode);
    assert_int_equal(grid_text_right(g, 9, 0, 9, ROLE_TEXT, 0, "now"), 3);
    assert_int_equal(grid_text_centre(g, (struct rect){0, 0, 9, 4}, 1, ROLE_TEXT, 0, "now"), 3);
    assert_int_equal(grid_textf(g, -2, 2, 9, ROLE_TEXT, 0, "t=%d of %d", 5, 8), 8);
    grid_text_right(g, 9, 3, 4, ROLE_TEXT, 0, "sentence");
    assert_text(g, "      now\n   now\n5 of 8\n     sen\xE2\x80\xA6\n");
    grid_free(g);
}

static void words_wrap_and_the_last_line_says_that_there_is_more(void **state)
{
    (void)state;
    struct grid *g = grid_new(12, 4, &glyphs_ascii);
    assert_int_equal(grid_wrap(g, (struct rect){0, 0, 12, 4}, ROLE_TEXT, 0, "keeps most of\nits old memory"), 4);
    assert_text(g, "keeps most\nof\nits old\nmemory\n");
    grid_clear(g);
    assert_int_equal(grid_wrap(g, (struct rect){0, 0, 12, 2}, ROLE_TEXT, 0, "keeps most of its old memory"), 2);
    assert_text(g, "keeps most\nof its old~\n\n\n");
    grid_clear(g);
    assert_int_equal(grid_wrap(g, (struct rect){0, 0, 4, 4}, ROLE_TEXT, 0, "unbreakable"), 3);
    assert_text(g, "unbr\neaka\nble\n\n");
    assert_int_equal(grid_wrap(g, (struct rect){0, 0, 0, 4}, ROLE_TEXT, 0, "none"), 0);
    assert_int_equal(grid_wrap(g, (struct rect){0, 0, 4, 4}, ROLE_TEXT, 0, ""), 0);
    grid_free(g);
}

static void a_wide_character_at_the_last_column_is_not_half_drawn(void **state)
{
    (void)state;
    struct grid *g = grid_new(4, 2, &glyphs_unicode);
    grid_put(g, 3, 0, 0x732B, ROLE_TOKEN, 0);
    assert_int_equal(grid_at(g, 3, 0)->ch[0], ' ');
    grid_put(g, -1, 1, 0x732B, ROLE_TOKEN, 0);
    assert_int_equal(grid_at(g, 0, 1)->ch[0], ' ');
    grid_text(g, 0, 0, 4, ROLE_TOKEN, 0, "\xE7\x8C\xAB\xE7\x8C\xAB\xE7\x8C\xAB");
    assert_text(g, "\xE7\x8C\xAB\xE2\x80\xA6\n\n");
    assert_sound(g);
    grid_free(g);
}

static void overwriting_half_of_a_wide_character_blanks_the_other_half(void **state)
{
    (void)state;
    struct grid *g = grid_new(4, 1, &glyphs_unicode);
    grid_put(g, 1, 0, 0x732B, ROLE_TOKEN, 0);
    grid_put(g, 2, 0, 'x', ROLE_TOKEN, 0);
    assert_text(g, "  x\n");
    grid_put(g, 1, 0, 0x732B, ROLE_TOKEN, 0);
    grid_put(g, 1, 0, 'y', ROLE_TOKEN, 0);
    assert_text(g, " y\n");
    grid_put(g, 0, 0, 0x732B, ROLE_TOKEN, 0);
    grid_put(g, 1, 0, 0x732B, ROLE_TOKEN, 0);
    assert_int_equal(grid_at(g, 0, 0)->ch[0], ' ');
    assert_sound(g);
    grid_free(g);
}

static void two_combining_marks_are_kept_and_two_hundred_do_no_harm(void **state)
{
    (void)state;
    struct str s = {0};
    str_add(&s, "a");
    for (int k = 0; k < 200; k++)
        str_add(&s, "\xCC\x81");
    str_add(&s, "b");
    struct grid *g = grid_new(8, 1, &glyphs_unicode);
    assert_int_equal(grid_text(g, 0, 0, 8, ROLE_TOKEN, 0, str_text(&s)), 2);
    assert_text(g, "a\xCC\x81\xCC\x81" "b\n");
    grid_clear(g);
    grid_text(g, 0, 0, 8, ROLE_TOKEN, 0, "\xCC\x81");          /* nothing to stand on */
    assert_int_equal(grid_at(g, 0, 0)->ch[0], 0x25CC);
    assert_int_equal(grid_at(g, 0, 0)->ch[1], 0x0301);
    grid_put(g, 3, 0, 'C', ROLE_TEXT, 0);
    grid_put(g, 4, 0, 0x0303, ROLE_TEXT, 0);
    assert_int_equal(grid_at(g, 3, 0)->ch[1], 0x0303);
    assert_sound(g);
    grid_free(g);
    str_free(&s);
}

static void text_from_outside_cannot_act(void **state)
{
    (void)state;
    static const char *const hostile[] = {
        "\x1B[2J\x1B[H",
        "\x1B]52;c;AAAA\x07",
        "\xC2\x9B"
        "31m",
        "\xE2\x80\xAE"
        "dlrow",
        "a\xE2\x80\x8D"
        "b",
        "\r\n\b\t",
        "\xF3\xA0\x81\x81",
        "\xEF\xBB\xBF",
        "\xFF\xFE\x80",
        "\x7F",
    };
    const struct glyphs *sets[] = {&glyphs_unicode, &glyphs_ascii};
    for (int s = 0; s < 2; s++) {
        struct grid *g = grid_new(20, 10, sets[s]);
        for (int k = 0; k < 10; k++)
            assert_int_equal(grid_text(g, 0, k, 20, ROLE_TOKEN, 0, hostile[k]), utf8_text_width(hostile[k]));
        assert_sound(g);
        assert_int_equal(grid_at(g, 0, 0)->ch[0], sets[s]->hidden);
        grid_put(g, 19, 9, 0x1B, ROLE_TEXT, 0);
        grid_fill(g, (struct rect){0, 8, 3, 1}, 0x202E, ROLE_TEXT, 0);
        assert_sound(g);
        grid_free(g);
    }
}

static void the_ascii_set_draws_only_ascii_and_keeps_widths(void **state)
{
    (void)state;
    struct grid *g = grid_new(60, 3, &glyphs_ascii);
    const char *text =
        "na\xC3\xAFve caf\xC3\xA9 \xC5\x81\xC3\xB3"
        "d\xC5\xBA \xE2\x80\x9Cquoted\xE2\x80\x9D \xE2\x80\x94 \xE2\x86\x92 \xCF\x83 \xE7\x8C\xAB! C\xCC\x83";
    assert_int_equal(grid_text(g, 0, 0, 60, ROLE_TEXT, 0, text), utf8_text_width(text));
    assert_text(g, "naive cafe Lodz \"quoted\" - > s ?\?! C\n\n\n");
    for (uint32_t cp = 0x80; cp < 0x3000; cp++) {
        grid_put(g, 1, 1, cp, ROLE_TEXT, 0);
        assert_true(grid_at(g, 1, 1)->ch[0] >= 0x20 && grid_at(g, 1, 1)->ch[0] < 0x7F);
    }
    grid_fill(g, (struct rect){0, 2, 60, 1}, 0x2588, ROLE_F, 0);
    assert_sound(g);
    grid_free(g);
}

static void both_glyph_sets_are_complete_and_one_cell_wide(void **state)
{
    (void)state;
    const struct glyphs *sets[] = {&glyphs_unicode, &glyphs_ascii};
    for (int s = 0; s < 2; s++) {
        const struct glyphs *gl = sets[s];
        const uint32_t one[] = {
            gl->full,       gl->right_half,   gl->upper_half, gl->track,  gl->bar_begin, gl->bar_end, gl->zero,
            gl->ghost,      gl->ghost_column, gl->hline,      gl->vline,  gl->dot,       gl->pointer, gl->pointer_left,
            gl->pointer_up, gl->pointer_down, gl->cut,        gl->hidden, gl->unknown,
        };
        for (size_t k = 0; k < sizeof one / sizeof *one; k++) {
            assert_int_equal(utf8_width(one[k]), 1);
            assert_true(one[k] >= 0x20 && !utf8_hidden(one[k]) && (!gl->ascii || one[k] < 0x7F));
        }
        for (int k = 0; k < 8; k++)
            assert_true(utf8_width(gl->left[k]) == 1 && utf8_width(gl->lower[k]) == 1);
        for (int k = 1; k < 5; k++)
            assert_int_not_equal(gl->heat[k], gl->heat_neg[k]);
        const char *text[] = {gl->arrow,      gl->times,   gl->odot,    gl->sigma, gl->candidate, gl->minus,
                              gl->left_right, gl->up_down, gl->newline, gl->tab,   gl->space,     gl->middle_dot};
        for (size_t k = 0; k < sizeof text / sizeof *text; k++) {
            assert_true(utf8_valid(text[k], strlen(text[k]), NULL) && text[k][0]);
            for (const char *c = text[k]; gl->ascii && *c; c++)
                assert_true(*c >= 0x20 && *c < 0x7F);
        }
    }
}

static void drawing_stays_inside_the_clip_whatever_the_coordinates(void **state)
{
    (void)state;
    static const int far[] = {INT_MIN, INT_MIN + 1, -100000, -1, 0, 3, 9, 10, 100000, INT_MAX - 1, INT_MAX};
    enum { FAR = sizeof far / sizeof *far };
    struct grid *g = grid_new(10, 6, &glyphs_unicode);
    grid_fill(g, (struct rect){0, 0, 10, 6}, '.', ROLE_TEXT, 0);
    struct rect old = grid_clip(g, (struct rect){2, 1, 5, 3});
    for (int a = 0; a < FAR; a++)
        for (int b = 0; b < FAR; b++) {
            int x = far[a], y = far[b];
            grid_put(g, x, y, 0x732B, ROLE_F, 0);
            grid_put(g, x, y, 0x0301, ROLE_F, 0);
            grid_text(g, x, y, INT_MAX, ROLE_F, 0, "a\xE7\x8C\xAB e\xCC\x81");
            grid_text_right(g, x, y, 5, ROLE_F, 0, "abc\xE7\x8C\xAB");
            grid_text_centre(g, (struct rect){x, y, far[b], 1}, y, ROLE_F, 0, "abc");
            grid_wrap(g, (struct rect){x, y, 4, 4}, ROLE_F, 0, "some words to wrap");
            grid_heat(g, x, y, ROLE_HEAT_CELL, far[a]);
            grid_hline(g, x, y, far[b], ROLE_F);
            grid_fill(g, (struct rect){x, y, far[b], far[a]}, '#', ROLE_F, 0);
            grid_attr(g, (struct rect){x, y, far[b], far[a]}, ATTR_BOLD);
        }
    assert_sound(g);
    g->clip = old;
    for (int y = 0; y < 6; y++)
        for (int x = 0; x < 10; x++)
            if (x < 2 || x >= 7 || y < 1 || y >= 4) {
                assert_int_equal(grid_at(g, x, y)->ch[0], '.');
                assert_int_equal(grid_at(g, x, y)->role, ROLE_TEXT);
                assert_int_equal(grid_at(g, x, y)->attr, 0);
            }
    grid_free(g);
}

static unsigned random_state = 20260101;

static int random_below(int n)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (int)(random_state >> 8) % n;
}

static void random_drawing_leaves_a_sound_picture(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "plain",    "\xE7\x8C\xAB\xE7\x8C\xAB", "e\xCC\x81\xCC\x81\xCC\x81", "\xE2\x80\xAE\x1B[m", "\xCC\x81", "",
        "a b c\nd", "\xF0\x9F\x99\x82!"};
    for (int round = 0; round < 300; round++) {
        struct grid *g = grid_new(random_below(14), random_below(7), round % 3 ? &glyphs_unicode : &glyphs_ascii);
        for (int k = 0; k < 60; k++) {
            int x = random_below(30) - 8, y = random_below(14) - 4, w = random_below(20) - 3;
            const char *text = texts[random_below(8)];
            switch (random_below(9)) {
            case 0: grid_put(g, x, y, (uint32_t)random_below(0x11FFFF), ROLE_TOKEN, 0); break;
            case 1: grid_text(g, x, y, w, ROLE_TOKEN, 0, text); break;
            case 2: grid_text_right(g, x, y, w, ROLE_TOKEN, 0, text); break;
            case 3: grid_text_centre(g, (struct rect){x, y, w, 1}, y, ROLE_TOKEN, 0, text); break;
            case 4: grid_wrap(g, (struct rect){x, y, w, random_below(5)}, ROLE_TOKEN, 0, text); break;
            case 5:
                grid_fill(g, (struct rect){x, y, w, random_below(5)}, random_below(2) ? 0x732B : '#', ROLE_F, 0);
                break;
            case 6: grid_heat(g, x, y, ROLE_HEAT_CELL, random_below(300) - 150); break;
            case 7: grid_clip(g, (struct rect){x, y, w, random_below(9)}); break;
            default: g->clip = (struct rect){0, 0, g->w, g->h}; break;
            }
        }
        assert_sound(g);
        grid_free(g);
    }
}

static void rectangles_intersect_without_wrapping(void **state)
{
    (void)state;
    struct rect r = rect_intersect((struct rect){0, 0, 10, 10}, (struct rect){INT_MAX - 1, 5, INT_MAX, INT_MAX});
    assert_int_equal(r.w, 0);
    r = rect_intersect((struct rect){INT_MIN, 0, INT_MAX, 4}, (struct rect){-5, 2, 10, 10});
    assert_int_equal(r.w, 4);
    assert_int_equal(r.h, 2);
    r = rect_inset((struct rect){0, 0, 3, 8}, 2, 1);
    assert_int_equal(r.w, 0);
    assert_int_equal(r.h, 6);
}

static void heat_cells_carry_their_level_in_the_glyph(void **state)
{
    (void)state;
    struct grid *g = grid_new(9, 1, &glyphs_ascii);
    static const int level[9] = {-100, -75, -50, -25, 0, 25, 50, 75, 100};
    for (int k = 0; k < 9; k++)
        grid_heat(g, k, 0, ROLE_HEAT_CELL, level[k]);
    assert_text(g, "@%=- .:*#\n");
    assert_int_equal(grid_at(g, 0, 0)->level, -100);
    grid_put(g, 0, 0, 'x', ROLE_TEXT, 0);
    assert_int_equal(grid_at(g, 0, 0)->level, 0);
    grid_free(g);
}

static void attributes_add_up_and_grids_compare_by_what_is_seen(void **state)
{
    (void)state;
    struct grid *a = grid_new(5, 2, &glyphs_unicode), *b = grid_new(5, 2, &glyphs_unicode);
    grid_text(a, 0, 0, 5, ROLE_TOKEN, ATTR_BOLD, "she");
    grid_text(b, 0, 0, 5, ROLE_TOKEN, ATTR_BOLD, "she");
    assert_true(grid_same(a, b));
    grid_attr(a, (struct rect){0, 0, 2, 1}, ATTR_UNDERLINE);
    assert_int_equal(grid_at(a, 0, 0)->attr, ATTR_BOLD | ATTR_UNDERLINE);
    assert_int_equal(grid_at(a, 2, 0)->attr, ATTR_BOLD);
    assert_false(grid_same(a, b));
    grid_resize(b, 5, 3);
    assert_false(grid_same(a, b));
    grid_free(a);
    grid_free(b);
}

static void every_role_has_a_letter_of_its_own_in_dumps(void **state)
{
    (void)state;
    for (int r = 0; r < ROLE_COUNT; r++) {
        char letter = grid_role_letter((enum role)r);
        assert_true(letter > ' ' && letter < 0x7F);
        for (int q = 0; q < r; q++)
            assert_int_not_equal(letter, grid_role_letter((enum role)q));
        assert_int_equal(role_find(role_name((enum role)r)), r);
        assert_true(role_help((enum role)r)[0]);
    }
    assert_int_equal(role_find("no such role"), -1);
    struct grid *g = grid_new(4, 1, &glyphs_unicode);
    grid_put(g, 1, 0, 'x', ROLE_F, 0);
    struct str s = {0};
    grid_dump_roles(g, &s);
    assert_string_equal(str_text(&s), ".f..\n");
    str_free(&s);
    grid_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_grid_is_blank_and_its_size_is_clamped),
        cmocka_unit_test(text_longer_than_its_room_ends_in_the_cut_mark),
        cmocka_unit_test(text_is_placed_left_right_and_in_the_middle),
        cmocka_unit_test(words_wrap_and_the_last_line_says_that_there_is_more),
        cmocka_unit_test(a_wide_character_at_the_last_column_is_not_half_drawn),
        cmocka_unit_test(overwriting_half_of_a_wide_character_blanks_the_other_half),
        cmocka_unit_test(two_combining_marks_are_kept_and_two_hundred_do_no_harm),
        cmocka_unit_test(text_from_outside_cannot_act),
        cmocka_unit_test(the_ascii_set_draws_only_ascii_and_keeps_widths),
        cmocka_unit_test(both_glyph_sets_are_complete_and_one_cell_wide),
        cmocka_unit_test(drawing_stays_inside_the_clip_whatever_the_coordinates),
        cmocka_unit_test(random_drawing_leaves_a_sound_picture),
        cmocka_unit_test(rectangles_intersect_without_wrapping),
        cmocka_unit_test(heat_cells_carry_their_level_in_the_glyph),
        cmocka_unit_test(attributes_add_up_and_grids_compare_by_what_is_seen),
        cmocka_unit_test(every_role_has_a_letter_of_its_own_in_dumps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
