/* test_bars.c: what somebody reads from the main view: few units first, bars that can be measured, numbers that
 * claim no more than they are. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/app.h"
#include "support/golden.h"
#include "support/models.h"
#include "views/bars.h"
#include "views/chrome.h"
#include "views/value.h"

static const char she[] = ":text She came out and played with her dog<Enter>:t and<Enter>:unit gender<Enter>";

static void open_app(struct app *a, const char *model, const char *scenario, const char *keys, int w, int h, bool ascii)
{
    golden_app(
        &(struct golden_shot){.model = model, .scenario = scenario, .keys = keys, .w = w, .h = h, .ascii = ascii}, a);
}

static char *screen_of(struct app *a)
{
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    struct str out = {0};
    app_draw(a, g, NULL, NULL);
    grid_dump_text(g, &out);
    grid_free(g);
    return out.s;
}

static void shows(struct app *a, const char *text)
{
    char *screen = screen_of(a);
    if (!strstr(screen, text))
        fail_msg("expected \"%s\" in\n%s", text, screen);
    free(screen);
}

static void hides(struct app *a, const char *text)
{
    char *screen = screen_of(a);
    if (strstr(screen, text))
        fail_msg("did not expect \"%s\" in\n%s", text, screen);
    free(screen);
}

static void the_first_screen_has_three_units_the_named_one_first_and_a_shows_all(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "gender", NULL, she, 80, 24, false);
    struct bars_plan p = bars_plan(&a.scene, scene_body(&a.scene, a.view, 80, 24), false);
    assert_int_equal(p.mode, BARS_BLOCKS);
    assert_int_equal(p.units, 3);
    assert_string_equal(model_unit_name(session_model(a.session), 0, p.unit[0]), "gender");
    shows(&a, "3 of 8, a: all");
    shows(&a, "[0.995]  keep >99%");
    shows(&a, "memory before");
    press(&a, "a");
    p = bars_plan(&a.scene, scene_body(&a.scene, a.view, 80, 24), false);
    assert_int_equal(p.units, 8);
    press(&a, "aa");
    shows(&a, "3 of 8, a: all");
    app_clear(&a);
}

static void units_that_have_no_name_stand_in_order_of_how_far_their_memory_moves(void **state)
{
    (void)state;
    struct app a;
    int order[8];
    open_app(&a, "gender", NULL, she, 80, 24, false);
    bars_order(a.session, 0, order);
    double before = 1e9;
    for (int k = 1; k < 8; k++) {
        double low = 1e9, high = -1e9;
        for (int t = 1; t <= 8; t++) {
            double c = (double)session_value(a.session, RUN_BASE, 0, order[k], VAL_C, t);
            low = c < low ? c : low;
            high = c > high ? c : high;
        }
        assert_true(high - low <= before);
        before = high - low;
    }
    app_clear(&a);
}

static void tab_walks_through_all_units_and_the_selected_one_is_always_shown(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "gender", NULL, she, 80, 24, false);
    for (int k = 0; k < 8; k++) {
        struct bars_plan p = bars_plan(&a.scene, scene_body(&a.scene, a.view, 80, 24), false);
        bool there = false;
        for (int j = 0; j < p.units; j++)
            there = there || p.unit[j] == session_cursor(a.session)->unit;
        assert_true(there);
        press(&a, "<Tab>");
    }
    /* Up and Down walk through what is shown, and no further. */
    press(&a, ":unit gender<Enter>");
    for (int k = 0; k < 30; k++)
        press(&a, "<Down>");
    assert_int_equal(session_cursor(a.session)->value, VAL_C);
    app_clear(&a);
}

/* Cells of bar in a row of the screen. */
static int bar_cells(struct app *a, int y)
{
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    app_draw(a, g, NULL, NULL);
    int n = 0;
    for (int x = 20; x < 62; x++) {
        uint32_t ch = grid_at(g, x, y)->ch[0];
        n += ch == a->glyphs->bar || ch == a->glyphs->notch;
    }
    grid_free(g);
    return n;
}

static void the_picture_of_six_eight_nine_can_be_measured(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, NULL, "partial", "", 80, 24, false);
    static const struct {
        int y, cells;
    } rows[] = {{4, 24},  {5, 32},  {6, 36},  {8, 20},  {9, 40},  {10, 20},
                {12, 12}, {13, 32}, {14, 18}, {16, 12}, {17, 32}, {18, 18}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        assert_int_equal(bar_cells(&a, rows[k].y), rows[k].cells);
    /* The ghost of C_t = 0.90 stands inside the bar of 3, and cuts no hole. */
    shows(&a, "C_t       gender ▕▇▇▇▒▇▇▇▇▇▇▇▇ ");
    shows(&a, "[0.50*] half");
    shows(&a, "½ of 6");
    shows(&a, "[6, 8, 9] ⊙ [0.5, 1, 0.5] = [3, 8, 4.5]");
    app_clear(&a);
    open_app(&a, NULL, "partial", "", 40, 12, false);
    shows(&a, "C_t   ▕▇▒▇▇▇▇");
    app_clear(&a);
}

static void what_is_added_to_the_kept_part_is_a_note_and_no_row(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, NULL, "partial", "", 80, 24, false);
    shows(&a, "   (i⊙g=0)    wants");
    press(&a, ":set i@and=0.5<Enter>");
    shows(&a, "   (+ i⊙g)    wants");
    shows(&a, " C_t adds\n i⊙g. Exact 0");
    app_clear(&a);
}

static void all_units_with_all_quantities_have_the_memory_among_them_and_say_what_has_no_room(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "story", NULL, she, 80, 24, false);
    press(&a, "aa");
    shows(&a, "   C_t      + ");
    shows(&a, "   o_t      1 ");
    shows(&a, "8 of 9, ↑↓");
    hides(&a, "   h_t      + ");
    press(&a, "<Down><Down><Down><Down><Down><Down><Down>");
    shows(&a, " ▸ h_t      + ");
    app_clear(&a);
    open_app(&a, "story", NULL, she, 120, 40, false);
    press(&a, "aa");
    shows(&a, "   h_t      + ");
    hides(&a, "of 9, ↑↓");
    app_clear(&a);
}

static void a_small_number_is_spelt_in_one_way_on_the_tape_behind_its_bar_and_in_words(void **state)
{
    (void)state;
    struct app a;
    struct str words = {0};
    open_app(&a, "story", NULL, she, 80, 24, false);
    press(&a, "c<Right>");
    shows(&a, "-4e-6  -0.002 ");
    shows(&a, "\xE2\x96\x8F -0.002\xCE\x94  was +0.96");       /* the frame of the bar, and the mark of what changed */
    shows(&a, "+ 0.002 × -0.84 ≈ -0.002");
    hides(&a, "-.002");
    value_say(VAL_C, -0.0021f, &words);
    assert_string_equal(str_text(&words), "-0.002");
    str_free(&words);
    app_clear(&a);
}

static void only_what_was_set_by_hand_is_marked_and_coloured_as_such(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "gender", NULL, she, 80, 24, false);
    press(&a, "c");
    shows(&a, "[0.00*]");
    shows(&a, "keep 0%");
    shows(&a, "+3e-4Δ");
    shows(&a, "was +0.89");
    struct grid *g = grid_new(80, 24, a.glyphs);
    app_draw(&a, g, NULL, NULL);
    for (int y = 0; y < 24; y++)
        for (int x = 0; x < 80; x++)
            if (grid_at(g, x, y)->role == ROLE_PINNED) {
                uint32_t ch = grid_at(g, x, y)->ch[0];
                assert_true(y == 0 || ch == '*' || ch == '0' || ch == '.'); /* "1 pinned", the star, the number 0.00 */
            }
    grid_free(g);
    app_clear(&a);
}

static void no_gate_reads_one_or_zero_that_is_not(void **state)
{
    (void)state;
    static const char *const models[] = {"gender", "lesson-cell", "prose"};
    for (size_t m = 0; m < 3; m++) {
        struct app a;
        open_app(&a, models[m], NULL, "", 80, 24, false);
        a.scene.layout = LAYOUT_LINES;
        for (int t = 0; t < 6; t++) {
            static const char *const false_words[] = {" 1.00   keep",  " 0.00   keep",  "1.00]",
                                                      " 1.00   write", " 0.00   write", "keep all\n",
                                                      "keep 0%",       "1.00 × +",      " 0.00 × +"};
            for (size_t k = 0; k < sizeof false_words / sizeof *false_words; k++)
                hides(&a, false_words[k]);
            press(&a, "<Right>");
        }
        app_clear(&a);
    }
}

static void the_candidate_is_g_on_every_screen(void **state)
{
    (void)state;
    for (int v = 0; v < view_count; v++)
        for (int ascii = 0; ascii < 2; ascii++) {
            struct app a;
            open_app(&a, "gender", NULL, she, 120, 40, ascii);
            session_select(a.session, 0, 6, VAL_G);
            a.view = views[v];
            a.scene.extra = true;
            a.scene.explain = true;
            hides(&a, "C\xCC\x83");
            hides(&a, "C~");
            app_clear(&a);
        }
}

static void a_large_screen_shows_candidate_output_and_h_unasked(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "gender", NULL, she, 120, 40, false);
    shows(&a, "g_t");
    shows(&a, "output gate");
    shows(&a, "what is shown");
    shows(&a, "next word after 'and'");
    shows(&a, "all 8 units, C_t");
    shows(&a, "surprise of the word that comes");
    struct bars_plan p = bars_plan(&a.scene, scene_body(&a.scene, a.view, 120, 40), false);
    assert_int_equal(p.tall, 1);
    p = bars_plan(&a.scene, scene_body(&a.scene, a.view, 120, 58), false);
    assert_int_equal(p.tall, 2);
    app_clear(&a);
    open_app(&a, "gender", NULL, she, 80, 60, false);       /* tall and narrow: all but the panel */
    shows(&a, "candidate");
    shows(&a, "output gate");
    shows(&a, "what is shown");
    shows(&a, "next word");
    app_clear(&a);
}

static void the_smallest_screens_show_the_number_and_then_its_mark(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "gender", NULL, she, 10, 4, false);
    shows(&a, "0.995");
    app_clear(&a);
    open_app(&a, "gender", NULL, she, 1, 1, false);
    char *screen = screen_of(&a);
    assert_string_equal(screen, "█\n");
    free(screen);
    app_clear(&a);
}

static void what_a_question_asks_for_stands_nowhere_in_the_main_view(void **state)
{
    (void)state;
    struct app a;
    struct place p = {.layer = 0, .unit = MARK_ANY, .value = VAL_F, .step = 4};
    struct marks m = {.hidden = &p, .hidden_count = 1};
    open_app(&a, "gender", NULL, she, 80, 24, false);
    a.scene.marks = &m;
    hides(&a, "0.995");
    hides(&a, ">99%");
    app_clear(&a);
}

static void pgdn_begins_the_word_that_is_looked_at_and_never_jumps(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "lesson-cell", NULL, ":t and<Enter>", 80, 24, false);
    static const char *const steps[] = {"[1 join]",  "[2 multiply]", "[3 bias]", "[4 \xCF\x83]", "[5 keep]",
                                        "[6 write]", "[7 C_t]",      "[8 o_t]",  "[9 h_t]"};
    for (size_t k = 0; k < 9; k++) {
        press(&a, "<PgDn>");
        assert_int_equal(session_cursor(a.session)->step, 4);
        shows(&a, steps[k]);
        shows(&a, "[and]");
    }
    press(&a, "<PgDn>");
    assert_int_equal(session_cursor(a.session)->step, 5);
    shows(&a, "[1 join]");
    app_clear(&a);
}

static void the_first_steps_show_the_numbers_joined_and_the_whole_of_w(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "lesson-cell", NULL, ":t and<Enter><PgDn>", 80, 24, false);
    shows(&a, "3 + 4 = 7 numbers, none of them added to another");
    shows(&a, "│  +0.034 │  +0.618 │  -0.016 ║   0.000 │   0.000 │  -1.000 │  +0.100 │");
    press(&a, "<PgDn>");
    shows(&a, "h2 verb     +0.618▕     ┼▇▇▇  ▏ [    +10]      0       0");
    shows(&a, "[  +6.18]  -4.00    0.00");
    hides(&a, "+9.18");
    press(&a, "<PgDn>");
    shows(&a, "[  +9.18]  -2.50   -3.00");
    hides(&a, "[ 0.9999]");
    press(&a, "<PgDn>");
    shows(&a, "[ 0.9999]   0.08    0.05");
    app_clear(&a);
}

static void up_and_down_choose_the_row_whose_product_is_told(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "lesson-cell", NULL, ":t and<Enter><PgDn><PgDn>", 80, 24, false);
    shows(&a, "▸h2 verb     +0.618");       /* the largest product, until another is chosen */
    shows(&a, "h2 verb is +0.618, its weight +10: +6.18, which pushes gender to keep.");
    press(&a, "<Down>");
    shows(&a, "▸h3 wants");
    shows(&a, "h3 wants is -0.016, its weight 0: it does not move gender.");
    press(&a, "<Up><Up><Up><Up>");
    shows(&a, "▸h1 gender");
    press(&a, "<Tab><Down><Down><Down><Down><Down>");
    shows(&a, "▸x3          -1.000");
    shows(&a, "x3 is -1.000, its weight +4: -4.00, which pushes verb to drop.");
    app_clear(&a);
}

static void turned_round_a_row_of_w_is_a_unit_and_up_and_down_choose_it(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "lesson-cell", NULL, ":t and<Enter><PgDn><PgDn><PgDn><PgDn>v", 80, 24, false);
    shows(&a, "W_f · [h_t-1, x_t]   3×7 · 7×1 = 3×1   + b_f");
    shows(&a, "▸gender  [    0   +10     0     0    -6     0     0 ]");
    shows(&a, "▸gender            +6.18      +3.00      +9.18     0.9999");
    press(&a, "<Down>");
    assert_int_equal(session_cursor(a.session)->unit, 1);
    shows(&a, "▸verb    [    0     0     0     0     0    +4     0 ]");
    shows(&a, "▸verb              -4.00      +1.50      -2.50       0.08");
    press(&a, "f");
    shows(&a, "W_i · [h_t-1, x_t]");
    press(&a, "v");
    shows(&a, "[h_t-1, x_t] · W_i   1×7 · 7×3 = 1×3   + b_i");
    app_clear(&a);
}

/* The number that a line ends with. */
static double last_number(const char *line, size_t n)
{
    while (n > 0 && line[n - 1] == ' ')
        n--;
    while (n > 0 && line[n - 1] != ' ')
        n--;
    return strtod(line + n, NULL);
}

static void of_a_large_w_the_rows_shown_and_the_others_add_up_to_the_sum(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "gender", NULL, ":t and<Enter><PgDn><PgDn>", 80, 24, false);
    for (int moved = 0; moved < 16; moved++) {
        char *screen = screen_of(&a), *total = strstr(screen, "sum of the column");
        double sum = 0;
        int rows = 0, signs = 0;
        assert_non_null(total);
        for (char *line = strstr(screen, "product first") + 14; line < total; line = strchr(line, '\n') + 1) {
            size_t n = strcspn(line, "\n");
            char *last = memchr(line, '=', n);
            if (!last && !(last = strstr(line, "≈")))
                continue;
            signs += last < line + n;
            sum += last_number(line, n);
            if (++rows == 7)
                break;
        }
        assert_int_equal(rows, 7);
        assert_int_equal(signs, 7);
        assert_true(fabs(sum - strtod(strchr(total, '[') + 1, NULL)) < 0.045);      /* eight printed numbers */
        free(screen);
        press(&a, "<Down>");
    }
    app_clear(&a);
}

static void the_drawing_of_the_cell_fills_up_step_by_step(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "lesson-cell", NULL, ":t and<Enter>D<PgDn>", 80, 24, false);
    shows(&a, "σ ?");
    press(&a, "<PgDn><PgDn><PgDn>");
    shows(&a, "║  σ 0.9999 ║");
    shows(&a, "│    σ ?    │");
    press(&a, "<PgDn><PgDn>");
    shows(&a, "║g candidate║");
    hides(&a, "║  f forget ║");
    press(&a, "<PgDn><PgDn><PgDn>");
    shows(&a, "tanh 0.00");
    hides(&a, "σ ?");
    app_clear(&a);
}

static void the_panel_says_what_the_step_does_with_the_numbers_of_each_unit(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, NULL, "partial", "<PgDn>", 120, 40, false);
    static const char *const says[] = {
        "1  join", "2  multiply", "3  bias", "4  σ squashes", "verb     1.00 × +8.00 = +8.00", "6  write: i_t × g_t",
        "wants    +4.50 + 0.00 = +4.50", "8  o_t"};
    for (size_t k = 0; k < sizeof says / sizeof *says; k++, press(&a, "<PgDn>"))
        shows(&a, says[k]);
    shows(&a, "after 'and'");             /* the last step: what comes next */
    app_clear(&a);
}

static void a_gate_set_by_hand_is_not_said_to_come_from_its_curve(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, NULL, "partial", "<PgDn><PgDn><PgDn><PgDn>", 80, 24, false);
    shows(&a, "f of gender is set by hand to 0.50; σ(z) is not used.");
    press(&a, "D");
    shows(&a, "0.50*");
    hides(&a, "σ 0.50");
    app_clear(&a);
}

static void enter_opens_the_box_in_brackets(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "lesson-cell", NULL, ":t and<Enter>D", 80, 24, false);
    shows(&a, "[f forget]");
    press(&a, "ff");
    shows(&a, "[g candidate]");
    press(&a, "<Enter>");
    assert_ptr_equal(a.view, &view_dissect);
    assert_int_equal(session_cursor(a.session)->value, VAL_G);
    press(&a, "D<PgDn><PgDn><PgDn><PgDn><PgDn>");
    shows(&a, "[f forget]");                /* that which is lit, not that which was chosen */
    press(&a, "<Enter>");
    assert_int_equal(session_cursor(a.session)->value, VAL_F);
    app_clear(&a);
}

/* The ninth step is about h: it told how C_t comes about. */
static void the_last_step_tells_its_own_equation(void **state)
{
    (void)state;
    struct app a;
    static const char nine[] = "<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn>";
    open_app(&a, "story", NULL, she, 80, 24, false);
    shows(&a, "C_t = f \xC3\x97 C_t-1");
    press(&a, nine);
    shows(&a, "[9 h_t]");
    shows(&a, "h_t = o \xE2\x8A\x99 tanh(C_t) of gender: 0.381");
    hides(&a, "C_t = f \xC3\x97 C_t-1");
    press(&a, "D");
    shows(&a, "[9 h_t]");
    shows(&a, "h_t = o \xE2\x8A\x99 tanh(C_t) of gender: 0.381");
    hides(&a, "C_t = f \xC3\x97 C_t-1");
    app_clear(&a);
}

/* What stands beside the line that h comes down does not stand on it. */
static void nothing_is_written_over_a_line_of_the_drawing(void **state)
{
    (void)state;
    static const char *const models[] = {"story", "lesson-cell", "gender", "counter"};
    for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
        struct app a;
        int x = 0, y = 0, rows = 0;
        open_app(&a, models[k], NULL, ":step 2<Enter>D", 80, 24, false);
        struct grid *g = grid_new(80, 24, a.glyphs);
        app_draw(&a, g, NULL, NULL);
        for (int at = 0; at < 80 * 24 && !y; at++)
            if (grid_at(g, at % 80, at / 80)->ch[0] == 0x25BC) {
                x = at % 80;
                y = at / 80;
            }
        while (y > 0 && grid_at(g, x, --y)->ch[0] != 0xD7) {         /* from the arrow up to the circle */
            assert_int_equal(grid_at(g, x, y)->ch[0], 0x2502);
            rows++;
        }
        assert_int_equal(rows, 7);
        grid_free(g);
        app_clear(&a);
    }
}

static void a_dot_stands_where_the_step_has_come_and_runs_there(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, "lesson-cell", NULL, ":t and<Enter>D", 80, 24, false);
    hides(&a, "●");
    press(&a, "<PgDn><PgDn><PgDn><PgDn><PgDn>");
    shows(&a, "(×)══════● +0.90");
    a.lecture.still_to_move = 0.5f;
    hides(&a, "(×)══════● +0.90");
    shows(&a, "●");
    a.lecture.still_to_move = 0;
    app_live(&a);
    press(&a, "<PgDn>");
    assert_true(a.lecture.still_to_move == 1);
    assert_true(app_show_wait(&a) > 0);
    press(&a, "<PgUp>");                    /* back is no way */
    assert_true(a.lecture.still_to_move == 0);
    assert_int_equal(app_show_wait(&a), -1);
    a.show.still = true;
    press(&a, "<PgDn>");
    assert_true(a.lecture.still_to_move == 0);
    app_clear(&a);
}

static void open_random(struct app *a, int hidden, int layers, int w, int h)
{
    struct random_model r = {
        .layers = layers, .hidden = hidden, .embed = 4, .words = 10, .outputs = 10, .steps = 6, .seed = 7};
    struct err e = {{0}};
    struct theme *theme = theme_load(theme_default, &e);
    struct session *s = session_new(model_random(&r), &e);
    assert_true(theme && s);
    app_init(a, s, theme, &glyphs_unicode);
    a->w = w;
    a->h = h;
}

static void the_selected_quantity_is_shown_however_many_units_there_are(void **state)
{
    (void)state;
    static const struct { const char *model; int hidden; } cases[] = {{"prose", 0}, {NULL, 650}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct app a;
        if (cases[k].model)
            open_app(&a, cases[k].model, NULL, ":t 5<Enter>a", 80, 24, false);
        else
            open_random(&a, cases[k].hidden, 1, 80, 24);
        for (int press_down = 0; press_down < 6; press_down++) {
            char pointed[24];
            enum value v = session_cursor(a.session)->value;
            snprintf(pointed, sizeof pointed, cases[k].model ? "▸ %s" : "▸%s", value_symbol(v, a.glyphs));
            shows(&a, pointed);
            press(&a, "<Down>");
        }
        app_clear(&a);
    }
}

static void the_layer_that_reads_this_one_is_drawn_where_there_is_room_and_named_where_not(void **state)
{
    (void)state;
    struct app a;
    open_random(&a, 5, 2, 80, 24);
    press(&a, "D");
    shows(&a, "layer 1 of 2: h_t is x_t of the layer above (K)");
    press(&a, "K");
    assert_int_equal(session_cursor(a.session)->layer, 1);
    shows(&a, "layer 2 of 2: what it shows makes the answer; J: below");
    app_clear(&a);
    open_random(&a, 5, 2, 120, 40);
    press(&a, "D");
    char *screen = screen_of(&a), *upper = strstr(screen, "layer 2 of 2"), *lower = strstr(screen, "layer 1 of 2");
    assert_true(upper && lower && upper < lower);      /* drawn as people draw them: inputs below */
    free(screen);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_screen_has_three_units_the_named_one_first_and_a_shows_all),
        cmocka_unit_test(units_that_have_no_name_stand_in_order_of_how_far_their_memory_moves),
        cmocka_unit_test(tab_walks_through_all_units_and_the_selected_one_is_always_shown),
        cmocka_unit_test(the_picture_of_six_eight_nine_can_be_measured),
        cmocka_unit_test(what_is_added_to_the_kept_part_is_a_note_and_no_row),
        cmocka_unit_test(all_units_with_all_quantities_have_the_memory_among_them_and_say_what_has_no_room),
        cmocka_unit_test(a_small_number_is_spelt_in_one_way_on_the_tape_behind_its_bar_and_in_words),
        cmocka_unit_test(only_what_was_set_by_hand_is_marked_and_coloured_as_such),
        cmocka_unit_test(no_gate_reads_one_or_zero_that_is_not),
        cmocka_unit_test(the_candidate_is_g_on_every_screen),
        cmocka_unit_test(a_large_screen_shows_candidate_output_and_h_unasked),
        cmocka_unit_test(the_smallest_screens_show_the_number_and_then_its_mark),
        cmocka_unit_test(what_a_question_asks_for_stands_nowhere_in_the_main_view),
        cmocka_unit_test(pgdn_begins_the_word_that_is_looked_at_and_never_jumps),
        cmocka_unit_test(the_first_steps_show_the_numbers_joined_and_the_whole_of_w),
        cmocka_unit_test(up_and_down_choose_the_row_whose_product_is_told),
        cmocka_unit_test(turned_round_a_row_of_w_is_a_unit_and_up_and_down_choose_it),
        cmocka_unit_test(of_a_large_w_the_rows_shown_and_the_others_add_up_to_the_sum),
        cmocka_unit_test(the_drawing_of_the_cell_fills_up_step_by_step),
        cmocka_unit_test(the_selected_quantity_is_shown_however_many_units_there_are),
        cmocka_unit_test(the_panel_says_what_the_step_does_with_the_numbers_of_each_unit),
        cmocka_unit_test(a_gate_set_by_hand_is_not_said_to_come_from_its_curve),
        cmocka_unit_test(enter_opens_the_box_in_brackets),
        cmocka_unit_test(the_last_step_tells_its_own_equation),
        cmocka_unit_test(nothing_is_written_over_a_line_of_the_drawing),
        cmocka_unit_test(a_dot_stands_where_the_step_has_come_and_runs_there),
        cmocka_unit_test(the_layer_that_reads_this_one_is_drawn_where_there_is_room_and_named_where_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
