/* test_pens.c: what is asked for shows its frame and no number, and what stands on a colour can be read. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/cover.h"
#include "ui/grid.h"
#include "ui/theme.h"
#include "ui/widget.h"

static void assert_text(const struct grid *g, const char *expected)
{
    struct str s = {0};
    grid_dump_text(g, &s);
    if (strcmp(str_text(&s), expected) != 0)
        fail_msg("got\n%sexpected\n%s", str_text(&s), expected);
    str_free(&s);
}

/* ---- numbers in a sentence --------------------------------------------------------------------------------------- */

static void a_covered_sentence_has_no_number_and_all_its_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *covered;
    } cases[] = {
        {"f = 0.81", "f =    ?"},
        {"C -0.60 now", "C     ? now"},
        {"h_{t-1}, C_2, W[3], x2", "h_{t-1}, C_2, W[3], x2"},
        {"[3]", "[?]"},
        {"nan, inf", "  ?,   ?"},
        {"nano information", "nano information"},
        {"+inf and -inf", "   ? and    ?"},
        {"<1% or >99%", "  ? or    ?"},
        {"3e-07, 2e+10, 4e7, 5e+x", "    ?,     ?, ?e7, ?e+x"},
        {"\xE2\x88\x92"
         "0.5 is less",
         "   ? is less"},
        {".5 and 1.", " ? and ?."},
        {"v1.25", "v1.25"},
        {"< 5 > 4 + 3", "< ? > ? + ?"},
        {"", ""},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str out = {0};
        cover_numbers(cases[k].text, &out);
        if (strcmp(str_text(&out), cases[k].covered) != 0)
            fail_msg("\"%s\" became \"%s\", expected \"%s\"", cases[k].text, str_text(&out), cases[k].covered);
        str_free(&out);
    }
}

/* ---- under the pen that covers ----------------------------------------------------------------------------------- */

static void draw_everything(struct grid *g, float v)
{
    widget_bar(g, 0, 0, 10, (struct bar){v, 0.5f, 0, 1, ROLE_F});
    widget_bar(g, 0, 1, 11, (struct bar){-v, NAN, -2, 2, ROLE_C});
    widget_column(g, (struct rect){13, 0, 1, 4}, (struct bar){v, NAN, 0, 1, ROLE_F});
    widget_heat(g, (struct rect){0, 2, 3, 1}, (const float[]){v, -v, v}, 1, ROLE_HEAT_CELL);
    grid_textf(g, 0, 3, 10, ROLE_TEXT, 0, "f = %.2f", (double)v);
    grid_put(g, 5, 2, '0' + (uint32_t)(v * 10), ROLE_NUMBER, 0);
    grid_put_level(g, 6, 2, 'a' + (uint32_t)(v * 10), ROLE_HEAT_GATE, (int)(v * 100));
    grid_halves(g, 7, 2, g->glyphs->full, ROLE_HEAT_CELL, (const int[]){(int)(v * 100), (int)(v * -100)});
    grid_put(g, 8, 2, g->glyphs->lower[1 + (int)(v * 6)], ROLE_F, 0);
    grid_put(g, 9, 2, g->glyphs->dot, ROLE_F, 0);
    grid_tint(g, 0, 3, 1, ROLE_HEAT_GATE, (int)(v * 100));
}

/* Whatever the number is, the picture is the same; without the pen it is not. */
static void a_covered_picture_is_the_same_for_every_number(void **state)
{
    (void)state;
    const struct glyphs *const sets[] = {&glyphs_unicode, &glyphs_ascii};
    for (int k = 0; k < 2; k++) {
        struct grid *a = grid_new(14, 4, sets[k]), *b = grid_new(14, 4, sets[k]);
        for (int pen = 0; pen < 2; pen++) {
            grid_clear(a);
            grid_clear(b);
            grid_pen(a, pen ? PEN_COVER : PEN_PLAIN);
            grid_pen(b, pen ? PEN_COVER : PEN_PLAIN);
            draw_everything(a, 0.125f);
            draw_everything(b, 0.875f);
            if (pen) {
                struct str one = {0}, other = {0};
                grid_dump_text(a, &one);
                grid_dump_text(b, &other);
                assert_string_equal(str_text(&one), str_text(&other));
                assert_null(strpbrk(str_text(&one), "0123456789"));
                str_free(&one);
                str_free(&other);
                grid_dump_roles(a, &one);
                grid_dump_roles(b, &other);
                assert_string_equal(str_text(&one), str_text(&other));
                str_free(&one);
                str_free(&other);
            } else {
                assert_false(grid_same(a, b));
            }
        }
        grid_free(a);
        grid_free(b);
    }
}

/* Dimmed text has no colour of a level, either. */
static void a_dim_pen_leaves_no_tint(void **state)
{
    (void)state;
    struct grid *g = grid_new(4, 1, &glyphs_unicode);
    grid_pen(g, PEN_DIM);
    grid_text(g, 0, 0, 4, ROLE_F, ATTR_BOLD, "word");
    grid_tint(g, 0, 0, 4, ROLE_HEAT_GATE, 80);
    for (int x = 0; x < 4; x++) {
        assert_int_equal(grid_at(g, x, 0)->role, ROLE_DIM);
        assert_int_equal(grid_at(g, x, 0)->attr, 0);
    }
    assert_text(g, "word\n");
    grid_free(g);
}

/* ---- marks ------------------------------------------------------------------------------------------------------- */

static void a_mark_is_what_was_drawn_last_at_a_place(void **state)
{
    (void)state;
    static const int first[GRID_MARK] = {1}, second[GRID_MARK] = {2};
    struct grid *g = grid_new(10, 4, &glyphs_unicode);
    struct grid_marks marks = {0};
    grid_mark(g, (struct rect){0, 0, 4, 4}, first); /* nobody asks */
    assert_null(grid_mark_at(g, 1, 1));
    g->marks = &marks;
    assert_null(grid_mark_at(g, 1, 1));
    grid_mark(g, (struct rect){2, 1, 4, 2}, first);
    grid_mark(g, (struct rect){4, 2, 20, 20}, second); /* the part of it that is there */
    grid_mark(g, (struct rect){0, 0, 0, 3}, second);
    grid_mark(g, (struct rect){0, 0, 3, 0}, second);
    grid_mark(g, (struct rect){12, 0, 3, 3}, second);
    assert_int_equal(marks.n, 2);
    static const struct {
        int x, y, what;
    } at[] = {
        {2, 1, 1}, {5, 1, 1}, {3, 2, 1}, {4, 2, 2},  {5, 2, 2}, {9, 3, 2},   {1, 1, 0},
        {6, 1, 0}, {3, 3, 0}, {2, 0, 0}, {10, 3, 0}, {9, 4, 0}, {-1, -1, 0},
    };
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        const int *what = grid_mark_at(g, at[k].x, at[k].y);
        if ((what ? *what : 0) != at[k].what)
            fail_msg("at %d, %d is %d", at[k].x, at[k].y, what ? *what : 0);
    }
    grid_marks_clear(&marks);
    assert_null(grid_mark_at(g, 4, 2));
    grid_free(g);
}

/* ---- on a colour ------------------------------------------------------------------------------------------------- */

/* Text on a level's colour is black or white, by what can be read there; at every depth that has colours. */
static void text_on_a_colour_can_be_read_at_every_depth(void **state)
{
    (void)state;
    static const char text[] =
        "{\"format\":\"flstm-theme/1\",\"name\":\"x\",\"roles\":{},\"ramps\":{"
        "\"heat_gate\":[\"#000000\",\"#808080\",\"#FFFFFF\",\"#0000FF\",\"#FFFF00\",\"#303030\"],"
        "\"heat_cell\":[0,1,4,8,15,244,232,255,21,226]}}";
    struct err e = {{0}};
    struct theme *t = theme_parse(text, sizeof text - 1, "x.json", &e);
    if (!t)
        fail_msg("%s", e.text);
    for (int level = -LEVEL_MAX; level <= LEVEL_MAX; level++)
        for (int cells = 0; cells < 2; cells++) {
            const struct cell c = {.ch = {'a'},
                                   .role = cells ? ROLE_HEAT_CELL : ROLE_HEAT_GATE,
                                   .attr = ATTR_TINT,
                                   .level = (int8_t)level};
            const struct colors truth = theme_colors(t, &c, DEPTH_TRUE), many = theme_colors(t, &c, DEPTH_256),
                                some = theme_colors(t, &c, DEPTH_16), few = theme_colors(t, &c, DEPTH_8),
                                none = theme_colors(t, &c, DEPTH_MONO);
            assert_true(theme_contrast(truth.fg, truth.bg) >= 4.5);
            assert_true(theme_contrast(theme_palette_rgb(many.fg), theme_palette_rgb(many.bg))
                        >= (many.bg < 16 ? 3 : 4.5));
            assert_true(some.fg == 0 || some.fg == 15);
            assert_true(theme_contrast(theme_palette_rgb(some.fg), theme_palette_rgb(some.bg)) >= 3);
            assert_true(few.bg == COLOR_NONE ? few.fg == COLOR_NONE : few.fg == 0 || few.fg == 7);
            assert_int_not_equal(few.bg == COLOR_NONE ? -2 : few.fg, few.bg);
            assert_true(none.fg == COLOR_NONE && none.bg == COLOR_NONE);
            assert_false(none.attr & ATTR_TINT);
        }
    theme_free(t);
}

static void a_theme_without_ramps_colours_levels_by_their_role(void **state)
{
    (void)state;
    static const char text[] = "{\"format\":\"flstm-theme/1\",\"name\":\"x\",\"_note\":0,\"roles\":{\"_why\":\"aside\","
                               "\"heat_gate\":{\"_why\":1,\"fg\":\"#aBcDeF\"},\"f\":{\"fg256\":200,\"fg16\":3}}}";
    struct err e = {{0}};
    struct theme *t = theme_parse(text, sizeof text - 1, "x.json", &e);
    if (!t)
        fail_msg("%s", e.text);
    struct cell hot = {.ch = {0x2588}, .role = ROLE_HEAT_GATE, .level = 50}, f = {.ch = {0x2588}, .role = ROLE_F},
                none = {.ch = {0x2588}, .role = 255};
    assert_int_equal(theme_colors(t, &hot, DEPTH_TRUE).fg, 0xABCDEF);
    assert_int_equal(theme_colors(t, &f, DEPTH_256).fg, 200);
    assert_int_equal(theme_colors(t, &f, DEPTH_16).fg, 3);
    assert_int_equal(theme_colors(t, &f, DEPTH_TRUE).fg, theme_palette_rgb(200));
    assert_int_equal(theme_colors(t, &none, DEPTH_TRUE).fg, COLOR_NONE); /* no role: as text */
    assert_int_equal(theme_char(t, &none, DEPTH_TRUE), 0x2588);
    theme_free(t);
    assert_int_equal(theme_nearest16(COLOR_NONE), COLOR_NONE);
}

/* ---- widgets at their ends --------------------------------------------------------------------------------------- */

static float identity(float x)
{
    return x;
}

static float pole(float x)
{
    return 1 / x;
}

static void a_curve_without_room_or_range_draws_nothing(void **state)
{
    (void)state;
    struct grid *g = grid_new(9, 5, &glyphs_ascii), *blank = grid_new(9, 5, &glyphs_ascii);
    static const struct curve flat[] = {
        {identity, 0, 0, 0, 1, NAN, NAN, ROLE_F},
        {identity, 1, 0, 0, 1, NAN, NAN, ROLE_F},
        {identity, 0, 1, 1, 1, NAN, NAN, ROLE_F},
        {identity, 0, 1, NAN, 1, NAN, NAN, ROLE_F},
    };
    for (size_t k = 0; k < sizeof flat / sizeof *flat; k++)
        widget_curve(g, (struct rect){0, 0, 9, 5}, &flat[k]);
    const struct curve c = {identity, -1, 1, -1, 1, NAN, NAN, ROLE_F};
    widget_curve(g, (struct rect){0, 0, 0, 5}, &c);
    widget_curve(g, (struct rect){0, 0, 9, 0}, &c);
    assert_true(grid_same(g, blank));
    widget_curve(g, (struct rect){0, 0, 9, 5}, &c);
    assert_text(g, "    |  .-\n"
                   "    |.-'\n"
                   "----.'---\n"
                   "  .'|\n"
                   ".-  |\n");
    grid_free(g);
    grid_free(blank);
}

/* Axes cross at 0 where that is in sight, else at the edge; what is infinite has no dot. */
static void axes_stand_at_zero_or_at_the_edge(void **state)
{
    (void)state;
    static const struct {
        struct curve c;
        int x, y;
    } cases[] = {
        {{pole, -1, 1, -1, 1, NAN, 0, ROLE_F}, 4, 2},   {{pole, 1, 2, 1, 2, NAN, 0, ROLE_F}, 0, 4},
        {{pole, -2, -1, -2, -1, NAN, 0, ROLE_F}, 0, 4}, {{pole, 0, 1, 2, 3, 0, NAN, ROLE_F}, 0, 4},
        {{pole, -1, 0, 2, 3, NAN, NAN, ROLE_F}, 8, 4},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct grid *g = grid_new(9, 5, &glyphs_unicode);
        int row = 0, column = 0;
        widget_curve(g, (struct rect){0, 0, 9, 5}, &cases[k].c);
        for (int x = 0; x < 9; x++)
            row += grid_at(g, x, cases[k].y)->role == ROLE_AXIS;
        for (int y = 0; y < 5; y++)
            column += grid_at(g, cases[k].x, y)->role == ROLE_AXIS;
        if (row < 6 || column < 3)
            fail_msg("curve %zu: %d cells of an axis in row %d, %d in column %d", k, row, cases[k].y, column,
                     cases[k].x);
        grid_free(g);
    }
}

static void assert_number(const char *expected, float v, int size, int w, bool sign)
{
    char buf[16] = "untouched";
    widget_number(buf, size, v, w, 2, sign);
    assert_string_equal(buf, expected);
}

static void a_number_keeps_to_the_room_it_has(void **state)
{
    (void)state;
    assert_number("untouched", 1, 0, 4, false);
    assert_number("", 1, 16, -3, false);
    assert_number("1.0", 1, 4, 9, false);
    assert_number("##", NAN, 16, 2, false);
    assert_number("+inf", INFINITY, 16, 4, true);
    assert_number("inf", INFINITY, 16, 3, false);
    assert_number("-inf", -INFINITY, 16, 4, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_covered_sentence_has_no_number_and_all_its_words),
        cmocka_unit_test(a_covered_picture_is_the_same_for_every_number),
        cmocka_unit_test(a_dim_pen_leaves_no_tint),
        cmocka_unit_test(a_mark_is_what_was_drawn_last_at_a_place),
        cmocka_unit_test(text_on_a_colour_can_be_read_at_every_depth),
        cmocka_unit_test(a_theme_without_ramps_colours_levels_by_their_role),
        cmocka_unit_test(a_curve_without_room_or_range_draws_nothing),
        cmocka_unit_test(axes_stand_at_zero_or_at_the_edge),
        cmocka_unit_test(a_number_keeps_to_the_room_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
