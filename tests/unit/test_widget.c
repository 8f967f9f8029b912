/* Bars, columns, heat strips, numbers, curves and the prompt, as a reader of the screen sees them. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/key.h"
#include "ui/widget.h"

static void assert_text(const struct grid *g, const char *expected)
{
    struct str s = {0};
    grid_dump_text(g, &s);
    assert_string_equal(str_text(&s), expected);
    str_free(&s);
}

static void assert_bar(const struct glyphs *glyphs, int w, float value, float ghost, float lo, float hi,
                       const char *expected)
{
    struct grid *g = grid_new(w, 1, glyphs);
    widget_bar(g, 0, 0, w, (struct bar){value, ghost, lo, hi, ROLE_F});
    struct str s = {0};
    str_add(&s, expected);
    str_add(&s, "\n");
    assert_text(g, str_text(&s));
    str_free(&s);
    grid_free(g);
}

static void a_gate_bar_is_whole_cells_and_only_exactly_zero_is_empty(void **state)
{
    (void)state;
    assert_bar(&glyphs_unicode, 10, 0.0f, NAN, 0, 1, "▕        ▏");
    assert_bar(&glyphs_unicode, 10, 1e-6f, NAN, 0, 1, "▕▏       ▏");
    assert_bar(&glyphs_unicode, 10, 0.06f, NAN, 0, 1, "▕▏       ▏");      /* 0.48 of a cell */
    assert_bar(&glyphs_unicode, 10, 0.0625f, NAN, 0, 1, "▕▇       ▏");
    assert_bar(&glyphs_unicode, 10, 0.5f, NAN, 0, 1, "▕▇▇▇▇    ▏");
    assert_bar(&glyphs_unicode, 10, 0.57f, NAN, 0, 1, "▕▇▇▇▇▇   ▏");
    assert_bar(&glyphs_unicode, 10, 1.0f, NAN, 0, 1, "▕▇▇▇▇▇▇▇▇▏");
    assert_bar(&glyphs_ascii, 10, 0.57f, NAN, 0, 1, "|#####   |");
    assert_bar(&glyphs_ascii, 10, 0.01f, NAN, 0, 1, "||       |");
    assert_bar(&glyphs_unicode, 5, 0.5f, NAN, 0, 1, "▇▇▇");
}

static void a_signed_bar_grows_from_the_marked_zero_to_either_side(void **state)
{
    (void)state;
    assert_bar(&glyphs_unicode, 11, 1.0f, NAN, -2, 2, "▕    ┼▇▇  ▏");
    assert_bar(&glyphs_unicode, 11, -1.0f, NAN, -2, 2, "▕  ▇▇┼    ▏");
    assert_bar(&glyphs_unicode, 11, -1.25f, NAN, -2, 2, "▕ ▇▇▇┼    ▏");
    assert_bar(&glyphs_unicode, 11, 0.1f, NAN, -2, 2, "▕    ┼▏   ▏");
    assert_bar(&glyphs_unicode, 11, -0.1f, NAN, -2, 2, "▕   ▕┼    ▏");
    assert_bar(&glyphs_unicode, 11, 0.0f, NAN, -2, 2, "▕    ┼    ▏");
    assert_bar(&glyphs_ascii, 11, -1.25f, NAN, -2, 2, "| ###+    |");
}

static void equal_magnitudes_are_equally_long_at_every_width(void **state)
{
    (void)state;
    for (int w = 3; w < 60; w++)
        for (int k = 1; k <= 8; k++) {
            int full[2] = {0};
            for (int side = 0; side < 2; side++) {
                struct grid *g = grid_new(w, 1, &glyphs_unicode);
                widget_bar(g, 0, 0, w, (struct bar){(side ? -0.25f : 0.25f) * (float)k, NAN, -2, 2, ROLE_C});
                for (int x = 0; x < w; x++)
                    full[side] += grid_at(g, x, 0)->role == ROLE_C && grid_at(g, x, 0)->ch[0] == glyphs_unicode.bar;
                grid_free(g);
            }
            assert_int_equal(full[0], full[1]);
        }
}

static void values_beyond_the_scale_show_the_pointer_at_that_end(void **state)
{
    (void)state;
    assert_bar(&glyphs_unicode, 10, 1.5f, NAN, 0, 1, "▕▇▇▇▇▇▇▇▇▸");
    assert_bar(&glyphs_unicode, 10, -0.5f, NAN, 0, 1, "◂        ▏");
    assert_bar(&glyphs_unicode, 11, -3.0f, NAN, -2, 2, "◂▇▇▇▇┼    ▏");
    assert_bar(&glyphs_unicode, 11, 1e30f, NAN, -2, 2, "▕    ┼▇▇▇▇▸");
    assert_bar(&glyphs_ascii, 10, 2.0f, NAN, 0, 1, "|########>");
    assert_bar(&glyphs_unicode, 10, NAN, NAN, 0, 1, "▕nan     ▏");
    assert_bar(&glyphs_unicode, 10, -INFINITY, NAN, -1, 1, "▕-inf    ▏");
}

static void a_ghost_outside_the_bar_is_a_mark_and_inside_it_a_notch_that_makes_no_hole(void **state)
{
    (void)state;
    assert_bar(&glyphs_unicode, 10, 0.125f, 0.6f, 0, 1, "▕▇   ┊   ▏");
    assert_bar(&glyphs_unicode, 10, 1.0f, 0.3f, 0, 1, "▕▇▇▒▇▇▇▇▇▏");
    assert_bar(&glyphs_unicode, 10, 0.5f, 1.0f, 0, 1, "▕▇▇▇▇   ┊▏");
    assert_bar(&glyphs_unicode, 11, -2.0f, -1.0f, -2, 2, "▕▇▇▒▇┼    ▏");
    assert_bar(&glyphs_unicode, 11, 1.0f, -1.5f, -2, 2, "▕ ┊  ┼▇▇  ▏");
    assert_bar(&glyphs_unicode, 11, 1.0f, 0.0f, -2, 2, "▕    ┊▇▇  ▏");
    assert_bar(&glyphs_ascii, 10, 1.0f, 0.3f, 0, 1, "|##%#####|");
    struct grid *g = grid_new(10, 1, &glyphs_unicode);
    widget_bar(g, 0, 0, 10, (struct bar){1.0f, 0.3f, 0, 1, ROLE_F});
    assert_int_equal(grid_at(g, 3, 0)->role, ROLE_F);
    widget_bar(g, 0, 0, 10, (struct bar){0.1f, 0.9f, 0, 1, ROLE_F});
    assert_int_equal(grid_at(g, 8, 0)->role, ROLE_GHOST);
    assert_int_equal(grid_at(g, 0, 0)->role, ROLE_AXIS);
    grid_free(g);
}

static void six_eight_nine_and_three_eight_four_and_a_half_can_be_measured(void **state)
{
    (void)state;
    static const float v[] = {6, 8, 9, 3, 8, 4.5f};
    static const int cells[] = {24, 32, 36, 12, 32, 18};
    for (int k = 0; k < 6; k++) {
        struct grid *g = grid_new(42, 1, &glyphs_unicode);
        widget_bar(g, 0, 0, 42, (struct bar){v[k], k ? NAN : 0.9f, 0, 10, ROLE_C});
        int n = 0;
        for (int x = 1; x < 41; x++)
            n += grid_at(g, x, 0)->ch[0] == glyphs_unicode.bar || grid_at(g, x, 0)->ch[0] == glyphs_unicode.notch;
        assert_int_equal(n, cells[k]);
        grid_free(g);
    }
}

static void assert_scale(int w, float lo, float hi, const char *expected)
{
    struct grid *g = grid_new(w, 1, &glyphs_unicode);
    widget_scale_row(g, 0, 0, w, lo, hi);
    struct str s = {0};
    str_add(&s, expected);
    str_add(&s, "\n");
    assert_text(g, str_text(&s));
    str_free(&s);
    grid_free(g);
}

static void a_scale_says_where_its_values_end(void **state)
{
    (void)state;
    assert_scale(35, 0, 1, " 0       ¼       ½       ¾       1");
    assert_scale(42, 0, 1, " 0         ¼         ½         ¾        1");
    assert_scale(35, -2, 2, " -2     -1       0      +1      +2");
    assert_scale(42, 0, 10, " 0       2       4       6       8      10");
    assert_scale(13, -1, 1, " -1   0   +1");
    assert_scale(22, 0, 10, " 0   2   4   6   8  10");
}

static void a_gate_reads_one_and_zero_only_when_it_is_exactly_that(void **state)
{
    (void)state;
    static const struct { float v; int w; const char *shown; } gates[] = {
        {1, 6, "  1.00"}, {0, 6, "  0.00"}, {0.5f, 6, "  0.50"}, {0.994f, 6, "  0.99"}, {0.9954f, 6, " 0.995"},
        {0.004f, 6, " 0.004"},
        {0.0004f, 6, "0.0004"}, {0.9999f, 6, "0.9999"}, {0.99999f, 6, ">.9999"}, {0.00001f, 6, "<.0001"},
        {0.999f, 4, ">.99"}, {0.001f, 4, "<.01"},
        {2, 6, "  2.00"}, {NAN, 6, "   nan"},
    };
    for (size_t k = 0; k < sizeof gates / sizeof *gates; k++) {
        char buf[16];
        assert_string_equal(widget_gate(buf, sizeof buf, gates[k].v, gates[k].w), gates[k].shown);
    }
    static const struct {
        float v;
        const char *shown;
    } shares[] = {{1, "all"},      {0, "0%"},      {0.5f, "50%"},   {0.9954f, ">99%"},
                  {0.002f, "<1%"}, {0.78f, "78%"}, {0.993f, "99%"}, {0.008f, "1%"}};
    for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
        char buf[8];
        assert_string_equal(widget_percent(buf, shares[k].v), shares[k].shown);
    }
}

static void a_column_grows_up_and_down_from_its_zero_row(void **state)
{
    (void)state;
    struct grid *g = grid_new(11, 5, &glyphs_unicode);
    widget_column(g, (struct rect){0, 0, 1, 5}, (struct bar){0.5f, NAN, 0, 1, ROLE_F});
    widget_column(g, (struct rect){2, 0, 1, 5}, (struct bar){1.0f, NAN, -2, 2, ROLE_C});
    widget_column(g, (struct rect){4, 0, 1, 5}, (struct bar){-1.5f, NAN, -2, 2, ROLE_C});
    widget_column(g, (struct rect){6, 0, 2, 5}, (struct bar){1.0f, 0.5f, 0, 1, ROLE_F});
    widget_column(g, (struct rect){9, 0, 1, 5}, (struct bar){-9.0f, NAN, -2, 2, ROLE_C});
    assert_text(g, "      ██\n  █   ██\n▄ ─ ─ ▒▒ ─\n█   █ ██ █\n█   ▀ ██ ▾\n");
    grid_free(g);
}

static void a_heat_strip_has_one_cell_a_value(void **state)
{
    (void)state;
    const float v[6] = {0, 0.25f, 0.5f, 1, 7, NAN};
    struct grid *g = grid_new(8, 2, &glyphs_unicode);
    widget_heat(g, (struct rect){0, 0, 6, 1}, v, 1, ROLE_HEAT_GATE);
    widget_heat(g, (struct rect){1, 1, 3, 1}, (const float[]){-2, 1, 0}, 2, ROLE_HEAT_CELL);
    assert_text(g, " ░▒██?\n ▆▒\n");
    assert_int_equal(grid_at(g, 4, 0)->level, 100);
    assert_int_equal(grid_at(g, 1, 1)->level, -100);
    grid_free(g);
}

static void assert_number(const char *expected, float v, int w, int decimals, bool sign)
{
    char buf[24];
    assert_string_equal(widget_number(buf, sizeof buf, v, w, decimals, sign), expected);
}

static void numbers_keep_their_width(void **state)
{
    (void)state;
    assert_number(" 0.81", 0.81f, 5, 2, false);
    assert_number("+0.60", 0.6f, 5, 2, true);
    assert_number("-0.84", -0.84f, 5, 2, true);
    assert_number(" 0.00", 0.0f, 5, 2, true);
    assert_number(" 0.00", -0.001f, 5, 2, true);
    assert_number("-12.3", -12.345f, 5, 2, true);
    assert_number("12346", 12345.6f, 5, 2, false);
    assert_number("1e+06", 1234567.0f, 5, 2, false);
    assert_number("-1.2e+30", -1.234e30f, 8, 3, true);
    assert_number("####", -1.234e30f, 4, 3, true);
    assert_number("  nan", NAN, 5, 2, true);
    assert_number(" -inf", -INFINITY, 5, 2, false);
    assert_number("1.000000000", 1.0f, 11, 99, false);
    assert_number("", 1.0f, 0, 2, false);
    char tiny[4];
    assert_string_equal(widget_number(tiny, sizeof tiny, 0.5f, 30, 2, false), "0.5");
}

static void scales_go_one_two_five(void **state)
{
    (void)state;
    static const float peak_and_scale[][2] = {
        {0, 1}, {0.3f, 1}, {1, 1}, {1.01f, 2}, {2, 2}, {-2.5f, 5}, {5.1f, 10}, {11, 20}, {99, 100}, {3e6f, 5e6f},
        {INFINITY, 1},
    };
    for (size_t k = 0; k < sizeof peak_and_scale / sizeof *peak_and_scale; k++)
        assert_true(widget_scale(peak_and_scale[k][0]) == peak_and_scale[k][1]);
    assert_true(widget_scale(NAN) == 1);
    assert_true(widget_scale(FLT_MAX) == FLT_MAX);
}

static float sigmoid(float x) { return 1 / (1 + expf(-x)); }
static float broken(float x) { return x < 0 ? NAN : x * 1e30f; }

static void a_curve_shows_its_axes_and_the_marked_point(void **state)
{
    (void)state;
    struct grid *g = grid_new(13, 5, &glyphs_ascii);
    widget_curve(g, (struct rect){0, 0, 13, 5}, &(struct curve){sigmoid, -6, 6, 0, 1, 2, sigmoid(2), ROLE_F});
    assert_text(g, "      | o-'''\n      |.'\n      .'\n     .'\n...-'-+------\n");
    assert_int_equal(grid_at(g, 8, 0)->role, ROLE_F);
    assert_int_equal(grid_at(g, 0, 4)->role, ROLE_CURVE);
    grid_free(g);
}

/* Every widget, everywhere: the cells around its rectangle stay as they were. */
static void widgets_stay_in_their_rectangle(void **state)
{
    (void)state;
    static const float values[] = {NAN, -INFINITY, INFINITY, -3, -1, -0.3f, 0, 1e-9f, 0.4f, 1, 2.5f, FLT_MAX, -FLT_MAX};
    enum { N = sizeof values / sizeof *values, X = 3, Y = 2 };
    const struct glyphs *sets[] = {&glyphs_unicode, &glyphs_ascii};
    struct prompt p = {0};
    prompt_start(&p, "value of f[2]", "0.25 \xE7\x8C\xAB\xE7\x8C\xAB e\xCC\x81");
    for (int set = 0; set < 2; set++)
        for (int w = 0; w < 10; w++)
            for (int h = 0; h < 5; h++)
                for (int a = 0; a < N; a++)
                    for (int kind = 0; kind < 8; kind++) {
                        struct grid *g = grid_new(16, 9, sets[set]);
                        grid_fill(g, (struct rect){0, 0, 16, 9}, '%', ROLE_RULE, 0);
                        float v = values[a], ghost = values[(a * 5 + w) % N];
                        int cursor, rows = h;
                        switch (kind) {
                        case 0: widget_bar(g, X, Y, w, (struct bar){v, ghost, 0, 1, ROLE_F}); rows = 1; break;
                        case 1: widget_bar(g, X, Y, w, (struct bar){v, ghost, -2, 2, ROLE_C}); rows = 1; break;
                        case 2: widget_bar(g, X, Y, w, (struct bar){v, ghost, -3, -1, ROLE_C}); rows = 1; break;
                        case 3: widget_column(g, (struct rect){X, Y, w, h},
                                              (struct bar){v, ghost, 0, 1, ROLE_F}); break;
                        case 4: widget_column(g, (struct rect){X, Y, w, h},
                                              (struct bar){v, ghost, -2, 1, ROLE_C}); break;
                        case 5: widget_heat(g, (struct rect){X, Y, w, 1}, values, 1, ROLE_HEAT_CELL); rows = 1; break;
                        case 6:
                            widget_curve(g, (struct rect){X, Y, w, h},
                                         &(struct curve){a % 2 ? sigmoid : broken, -4, 4, 0, 1, v, ghost, ROLE_F});
                            break;
                        default:
                            prompt_draw(g, X, Y, w, &p, &cursor);
                            assert_true(cursor >= X && (cursor < X + w || !w));
                            rows = 1;
                        }
                        for (int y = 0; y < 9; y++)
                            for (int x = 0; x < 16; x++) {
                                const struct cell *c = grid_at(g, x, y);
                                bool in = x >= X && x < X + w && y >= Y && y < Y + rows;
                                assert_true(in || (c->ch[0] == '%' && c->role == ROLE_RULE));
                                assert_true(!set || c->ch[0] < 0x7F);
                            }
                        grid_free(g);
                    }
}

static void type(struct prompt *p, const char *keys)
{
    for (int key; (key = key_parse(&keys)) != K_NONE;)
        assert_int_equal(prompt_key(p, key), PROMPT_GOES_ON);
    assert_string_equal(keys, "");
}

static void the_prompt_edits_as_shells_do(void **state)
{
    (void)state;
    struct prompt p = {0};
    prompt_start(&p, ":", "");
    type(&p, "set f[1]@5<Space>0.7");
    assert_string_equal(p.text, "set f[1]@5 0.7");
    type(&p, "<C-w>1<Home>re<C-a><Right><Del>");
    assert_string_equal(p.text, "rset f[1]@5 1");
    type(&p, "<C-k>");
    assert_string_equal(p.text, "r");
    type(&p, "ab<Left><BS>x<End>y<C-h>");
    assert_string_equal(p.text, "rxb");
    type(&p, "<Left><C-u>");
    assert_string_equal(p.text, "b");
    type(&p, "<End><Del><C-d><Up><F5>");
    assert_string_equal(p.text, "b");
    assert_int_equal(prompt_key(&p, K_ENTER), PROMPT_ACCEPTED);
    assert_false(p.active);
    prompt_start(&p, ":", "x");
    assert_int_equal(prompt_key(&p, K_ESC), PROMPT_CANCELLED);
}

static void the_prompt_moves_by_what_the_eye_takes_for_a_letter(void **state)
{
    (void)state;
    struct prompt p = {0};
    prompt_start(&p, "/", "a\xC3\xA9" "e\xCC\x81\xE7\x8C\xAB");
    type(&p, "<BS>");
    assert_string_equal(p.text, "a\xC3\xA9" "e\xCC\x81");
    type(&p, "<BS><Left>");
    assert_int_equal(p.pos, 1);
    assert_string_equal(p.text, "a\xC3\xA9");
}

static void a_megabyte_pasted_into_the_prompt_fills_it_and_no_more(void **state)
{
    (void)state;
    struct prompt p = {0};
    prompt_start(&p, "a label that is longer than its field", "");
    assert_true(strlen(p.label) < sizeof p.label);
    for (int k = 0; k < 1000000; k++)
        prompt_key(&p, k % 3 ? 0x732B : 0x9B);
    assert_true(p.len < (int)sizeof p.text && p.len > (int)sizeof p.text - 5);
    assert_int_equal(strlen(p.text), p.len);
    type(&p, "<Home>");
    assert_int_equal(p.pos, 0);
}

static void a_long_prompt_scrolls_so_that_the_cursor_is_in_sight(void **state)
{
    (void)state;
    struct prompt p = {0};
    int cursor;
    struct grid *g = grid_new(12, 1, &glyphs_ascii);
    prompt_start(&p, ":", "set f[1]@5=0.7");
    prompt_draw(g, 0, 0, 12, &p, &cursor);
    assert_text(g, ":~[1]@5=0.7\n");
    assert_int_equal(cursor, 11);
    grid_free(g);
}

static void a_scale_of_any_size_comes_to_its_end(void **state)
{
    (void)state;
    static const float sizes[] = {1e-45f, 1e-38f, 1e-6f, 1, 7, 1e6f, 1e20f, 3e38f, FLT_MAX};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (int w = 1; w < 120; w += 7) {
            struct grid *g = grid_new(130, 1, &glyphs_unicode);
            widget_scale_row(g, 0, 0, w, -sizes[k], sizes[k]);
            widget_scale_row(g, 0, 0, w, 0, sizes[k]);
            grid_free(g);
        }
}

static void a_state_that_is_not_zero_does_not_read_zero(void **state)
{
    (void)state;
    static const struct { float v; bool sign; const char *shown; } some[] = {
        {0.89f, true, "+0.89"}, {0, true, " 0.00"}, {-0.004f, true, "-.004"}, {4e-4f, true, "+4e-4"},
        {-1.6e-7f, true, "-2e-7"}, {-2e-9f, true, "-2e-9"},
        {-4e-18f, true, " 0.00"}, {3e-9f, false, " 3e-9"}, {0.0021f, false, "0.002"}, {-0.03f, true, "-0.03"},
    };
    for (size_t k = 0; k < sizeof some / sizeof *some; k++) {
        char buf[16];
        assert_string_equal(widget_state(buf, sizeof buf, some[k].v, 5, some[k].sign), some[k].shown);
    }
    char buf[16];
    assert_string_equal(widget_state(buf, sizeof buf, -0.004f, 6, true), "-0.004");    /* where there is room */
    assert_string_equal(widget_state(buf, sizeof buf, 4e-4f, 6, true), " +4e-4");
}

/* What rounding leaves of a 0 neither reads nor looks like a memory; a gate that is nearly closed is not closed. */
static void what_rounding_leaves_of_a_zero_has_no_bar(void **state)
{
    (void)state;
    static const struct { float v, lo; bool seen; } bars[] = {
        {-4e-18f, -1, false}, {4e-18f, -1, false}, {0, -1, false}, {-4e-6f, -1, true}, {4e-18f, 0, true}, {0, 0, false},
    };
    struct grid *g = grid_new(13, 1, &glyphs_unicode);
    for (size_t k = 0; k < sizeof bars / sizeof *bars; k++) {
        bool seen = false;
        grid_clear(g);
        widget_bar(g, 0, 0, 13, (struct bar){bars[k].v, NAN, bars[k].lo, 1, ROLE_C});
        for (int x = 0; x < 13; x++)
            seen = seen || grid_at(g, x, 0)->role == ROLE_C;
        if (seen != bars[k].seen)
            fail_msg("%g from %g: %s", (double)bars[k].v, (double)bars[k].lo, seen ? "seen" : "not seen");
    }
    grid_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scale_of_any_size_comes_to_its_end),
        cmocka_unit_test(a_gate_bar_is_whole_cells_and_only_exactly_zero_is_empty),
        cmocka_unit_test(a_signed_bar_grows_from_the_marked_zero_to_either_side),
        cmocka_unit_test(equal_magnitudes_are_equally_long_at_every_width),
        cmocka_unit_test(values_beyond_the_scale_show_the_pointer_at_that_end),
        cmocka_unit_test(a_ghost_outside_the_bar_is_a_mark_and_inside_it_a_notch_that_makes_no_hole),
        cmocka_unit_test(six_eight_nine_and_three_eight_four_and_a_half_can_be_measured),
        cmocka_unit_test(a_scale_says_where_its_values_end),
        cmocka_unit_test(a_gate_reads_one_and_zero_only_when_it_is_exactly_that),
        cmocka_unit_test(a_column_grows_up_and_down_from_its_zero_row),
        cmocka_unit_test(a_heat_strip_has_one_cell_a_value),
        cmocka_unit_test(a_state_that_is_not_zero_does_not_read_zero),
        cmocka_unit_test(what_rounding_leaves_of_a_zero_has_no_bar),
        cmocka_unit_test(numbers_keep_their_width),
        cmocka_unit_test(scales_go_one_two_five),
        cmocka_unit_test(a_curve_shows_its_axes_and_the_marked_point),
        cmocka_unit_test(widgets_stay_in_their_rectangle),
        cmocka_unit_test(the_prompt_edits_as_shells_do),
        cmocka_unit_test(the_prompt_moves_by_what_the_eye_takes_for_a_letter),
        cmocka_unit_test(a_megabyte_pasted_into_the_prompt_fills_it_and_no_more),
        cmocka_unit_test(a_long_prompt_scrolls_so_that_the_cursor_is_in_sight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
