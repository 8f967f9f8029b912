/* What-if and the sweep, as someone at the screen meets them: two runs side by side, another sentence beside this
 * one, and the gate that matters found and pinned with two keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>
#include <time.h>

#include "action/app.h"
#include "core/sweep.h"
#include "support/app.h"
#include "support/golden.h"
#include "support/models.h"
#include "views/tape.h"

static struct session *session_of(struct model *m)
{
    struct err e = {{0}};
    struct session *s = session_new(m, &e);
    if (!s)
        fail_msg("%s", e.text);
    return s;
}

static void app_of(struct app *a, struct model *m, bool ascii)
{
    struct err e = {{0}};
    app_init(a, session_of(m), theme_load(theme_default, &e), ascii ? &glyphs_ascii : &glyphs_unicode);
}

static struct model *many_units(int hidden, int steps)
{
    return model_random(&(struct random_model){
        .layers = 1, .hidden = hidden, .embed = 8, .words = 30, .outputs = 30, .steps = steps, .seed = 5});
}

/* The picture as text. */
static void assert_shows(struct app *a, int w, int h, const char *text)
{
    char *now = picture_text(a, w, h);
    if (!strstr(now, text))
        fail_msg("\"%s\" is not in\n%s", text, now);
    free(now);
}

static void assert_hides(struct app *a, int w, int h, const char *text)
{
    char *now = picture_text(a, w, h);
    if (strstr(now, text))
        fail_msg("\"%s\" is in\n%s", text, now);
    free(now);
}

static char *explanation(struct app *a)
{
    struct str out = {0};
    free(picture_text(a, 80, 24));                                      /* as after a key: the state is up to date */
    view_explain(a->view, &a->scene, a->view_state[view_index(a->view)], &out);
    return str_take(&out);
}

/* ---- the session's second sentence and its revision -------------------------------------------------------------- */

static void the_other_sentence_runs_on_the_same_net_without_pins(void **state)
{
    (void)state;
    struct session *s = session_of(model_words());
    struct err e = {{0}};
    assert_null(session_compare(s));
    assert_true(session_pin(s, (struct place){0, 1, VAL_F, 2}, 0, false, &e));
    unsigned long before = session_revision(s);
    assert_true(session_compare_text(s, "He came out", "test", &e));
    const struct session *other = session_compare(s);
    assert_non_null(other);
    assert_int_equal(session_steps(other), 3);
    assert_string_equal(session_token(other, 1), "He");
    assert_int_equal(session_pin_count(other), 0);
    assert_int_equal(session_revision(s), before);                 /* it is no edit */
    /* The same words give the baseline's numbers, bit for bit. */
    assert_true(session_compare_text(s, "She came out and", "test", &e));
    other = session_compare(s);
    for (int t = 0; t <= 4; t++)
        assert_memory_equal(session_row(other, RUN_BASE, 0, Q_C, t), session_row(s, RUN_BASE, 0, Q_C, t),
                            3 * sizeof(float));
    session_compare_end(s);
    assert_null(session_compare(s));
    session_free(s);
}

static void the_other_sentence_follows_edited_weights(void **state)
{
    (void)state;
    struct session *s = session_of(model_words());
    struct err e = {{0}};
    assert_true(session_compare_text(s, "She came out and played with her dog", "test", &e));
    float before = session_row(session_compare(s), RUN_BASE, 0, Q_C, 3)[0];
    assert_true(session_set_weight(s, (struct weight_place){0, Q_I, 0, -1}, 2.5f, &e));
    assert_true(session_row(session_compare(s), RUN_BASE, 0, Q_C, 3)[0] != before);
    assert_memory_equal(session_row(session_compare(s), RUN_BASE, 0, Q_C, 8), session_row(s, RUN_BASE, 0, Q_C, 8),
                        3 * sizeof(float));
    assert_true(session_undo(s));
    assert_true(session_row(session_compare(s), RUN_BASE, 0, Q_C, 3)[0] == before);
    session_free(s);
}

static void a_sentence_that_cannot_be_read_leaves_the_comparison_alone(void **state)
{
    (void)state;
    struct session *s = session_of(many_units(4, 5));
    struct err e = {{0}};
    assert_true(session_compare_text(s, "w1 w2", "test", &e));
    assert_false(session_compare_text(s, "dragon", "test", &e));
    assert_non_null(strstr(e.text, "dragon"));
    assert_int_equal(session_steps(session_compare(s)), 2);
    assert_false(session_compare_text(s, "  ", "test", &e));
    struct session *vectors =
        session_of(model_random(&(struct random_model){.layers = 1, .hidden = 2, .embed = 3, .steps = 4, .seed = 1}));
    assert_false(session_compare_text(vectors, "w1", "test", &e));
    assert_non_null(strstr(e.text, "no vocabulary"));
    session_free(vectors);
    session_free(s);
}

static void another_model_ends_the_comparison(void **state)
{
    (void)state;
    struct session *s = session_of(model_words());
    struct err e = {{0}};
    assert_true(session_compare_text(s, "He came", "test", &e));
    assert_true(session_set_model(s, many_units(4, 5), &e));
    assert_null(session_compare(s));
    session_free(s);
}

static void every_edit_makes_a_new_revision_and_moving_does_not(void **state)
{
    (void)state;
    struct session *s = session_of(model_words());
    struct err e = {{0}};
    unsigned long last = session_revision(s);
    session_goto(s, 4);
    session_select(s, 0, 2, VAL_I);
    assert_int_equal(session_revision(s), last);
    assert_true(session_pin(s, (struct place){0, 0, VAL_F, 2}, 0, false, &e));
    assert_true(session_revision(s) != last);
    last = session_revision(s);
    assert_true(session_undo(s) && session_revision(s) != last);
    last = session_revision(s);
    assert_true(session_redo(s) && session_revision(s) != last);
    last = session_revision(s);
    assert_true(session_set_word(s, 1, "he", &e) && session_revision(s) != last);
    last = session_revision(s);
    assert_true(session_set_weight(s, (struct weight_place){0, Q_F, 0, 0}, 1, &e) && session_revision(s) != last);
    last = session_revision(s);
    assert_true(session_set_text(s, "he came", "test", &e) && session_revision(s) != last);
    last = session_revision(s);
    assert_true(session_set_model(s, model_words(), &e) && session_revision(s) != last);
    struct session *other = session_of(model_words());
    assert_true(session_revision(other) != session_revision(s));
    session_free(other);
    session_free(s);
}

static void the_likeliest_output_is_the_first_of_the_list(void **state)
{
    (void)state;
    struct session *s = session_of(model_words());
    for (int t = 0; t <= session_steps(s); t++) {
        struct prediction p;
        assert_int_equal(session_predict(s, t, 1, &p), 1);
        assert_int_equal(session_likeliest(s, RUN_PINNED, t), p.output);
    }
    assert_int_equal(session_output(s, 1), session_token_id(s, 1));
    assert_int_equal(session_output(s, 9), -1);
    session_free(s);
}

/* ---- what-if ----------------------------------------------------------------------------------------------------- */

static void the_picture_says_where_the_runs_part_and_what_is_lost(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.keys = "w<Right><Right><Right>c"}, &a);
    assert_shows(&a, 80, 24, "f of gender pinned to 0.00 at 'and', computed 0.9999.");
    assert_shows(&a, 80, 24, "most at 'her': 0.94");
    assert_shows(&a, 80, 24, "change");
    char *words = explanation(&a);
    assert_non_null(strstr(words, "f of gender pinned to 0.00 at 'and'"));
    assert_non_null(strstr(words, "C of gender differs from 'and' on"));
    free(words);
    press(&a, "u");
    assert_shows(&a, 80, 24, "Nothing is pinned yet");
    assert_hides(&a, 80, 24, " was ");
    app_clear(&a);
}

static void a_pin_at_the_computed_value_changes_nothing(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    app_of(&a, model_words(), false);
    float f = session_value(a.session, RUN_BASE, 0, 0, VAL_F, 3);
    assert_true(session_pin(a.session, (struct place){0, 0, VAL_F, 3}, f, false, &e));
    press(&a, "w");
    assert_shows(&a, 80, 24, "both runs are the same");
    app_clear(&a);
}

static void pinning_an_output_gate_parts_the_runs_before_C_does(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    app_of(&a, model_words(), false);
    assert_true(session_pin(a.session, (struct place){0, 1, VAL_O, 3}, 0, false, &e));
    press(&a, "w");
    assert_shows(&a, 80, 24, "o of unit 2 pinned to 0.00 at 'out'");
    char *words = explanation(&a);
    assert_non_null(strstr(words, "C of gender differs from 'and' on"));
    free(words);
    app_clear(&a);
}

static void the_numbers_of_the_rows_are_the_session_s(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.keys = "w<Right><Right><Right>c"}, &a);
    double now = 0, was = 0;
    for (int t = 1; t < session_steps(a.session); t++) {
        now += session_surprisal(a.session, RUN_PINNED, t);
        was += session_surprisal(a.session, RUN_BASE, t);
    }
    char total[64], change[32];
    snprintf(total, sizeof total, "Surprisal %.2f \xE2\x86\x92 %.2f nats in all (%+.2f)", was, now, now - was);
    assert_shows(&a, 80, 24, total);
    float d = session_value(a.session, RUN_PINNED, 0, 0, VAL_C, 4) - session_value(a.session, RUN_BASE, 0, 0, VAL_C, 4);
    snprintf(change, sizeof change, "%+.2f", (double)d);
    assert_shows(&a, 80, 24, change);
    app_clear(&a);
}

static void another_sentence_is_held_against_this_one(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.keys = ":compare He came out and played with his dog<Enter>"}, &a);
    assert_string_equal(a.view->name, "what-if");
    assert_shows(&a, 80, 24, "The sentences part at t=1: here 'She', there 'He'.");
    assert_shows(&a, 80, 24, "there");
    assert_false(session_dirty(a.session));
    press(&a, ":compare He came<Enter>");                          /* a shorter one */
    assert_shows(&a, 80, 24, "there");
    press(&a, ":compare He came out and played with his dog and played with his dog<Enter>");     /* a longer one */
    assert_shows(&a, 120, 40, "there");
    press(&a, ":compare<Enter>");
    assert_null(session_compare(a.session));
    assert_shows(&a, 80, 24, "Nothing is pinned yet");
    press(&a, ":compare  <Enter>");                                 /* nothing to end: it asks */
    assert_true(a.prompt.active);
    app_clear(&a);
}

/* ---- the sweep --------------------------------------------------------------------------------------------------- */

static void two_keys_find_the_gate_and_a_third_pins_it(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.keys = ":step with<Enter>Wn"}, &a);
    char *words = explanation(&a);
    assert_non_null(strstr(words, "losing f of gender at"));
    assert_non_null(strstr(words, "takes 'her' from 0.94 to 0.34"));
    free(words);
    assert_int_equal(session_cursor(a.session)->unit, 0);
    int step = session_cursor(a.session)->step;
    press(&a, "<Enter>");
    assert_string_equal(a.view->name, "bars");
    assert_true(session_pinned(a.session, 0, 0, Q_F, step));
    assert_true(session_value(a.session, RUN_PINNED, 0, 0, VAL_F, step) == 0);
    assert_true(fabsf(session_probability(a.session, RUN_PINNED, 6, session_output(a.session, 7)) - 0.34f) < 0.005f);
    press(&a, "u");
    assert_int_equal(session_pin_count(a.session), 0);
    app_clear(&a);
}

static void the_cursor_walks_over_the_cells_while_the_question_stays(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.keys = ":step with<Enter>W"}, &a);
    assert_shows(&a, 80, 24, "what becomes of 'her' after 'with', p 0.93");
    press(&a, "<Left><Left>");
    assert_int_equal(session_cursor(a.session)->step, 4);
    assert_shows(&a, 80, 24, "what becomes of 'her' after 'with', p 0.93");
    assert_shows(&a, 80, 24, "Marked: f of gender at 'and', 0.9999, C");
    press(&a, "a");                                                 /* ask here */
    assert_shows(&a, 80, 24, "after 'and', p");
    press(&a, "<Right><Right><Right>");                             /* beyond the asked word: ask there */
    assert_shows(&a, 80, 24, "after 'her', p");
    app_clear(&a);
}

static void another_word_can_be_the_target(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.keys = ":step with<Enter>W"}, &a);
    press(&a, "yy");
    struct prediction p[2];
    assert_int_equal(session_predict(a.session, 6, 2, p), 2);
    char text[64], buf[16];
    snprintf(text, sizeof text, "what becomes of '%s' after 'with'",
             model_label(session_model(a.session), p[1].output, buf));
    assert_shows(&a, 80, 24, text);
    press(&a, "YY");
    assert_shows(&a, 80, 24, "of 'her' after 'with'");
    press(&a, "Y");
    assert_hides(&a, 80, 24, "of 'her' after 'with'");
    app_clear(&a);
}

static void pins_are_marked_and_change_the_sweep(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.keys = ":set f[gender]@and=0<Enter>:step with<Enter>W"}, &a);
    assert_shows(&a, 80, 24, "after 'with', p 0.34");
    press(&a, "u");
    assert_shows(&a, 80, 24, "after 'with', p 0.93");
    press(&a, ":set f[gender]@and=0.99<Enter>");
    assert_shows(&a, 80, 24, "0.99 (set by hand)");
    app_clear(&a);
}

/* What changes an answer by 0.0003 is no picture; and n leads to the word that does hang on memory. */
static void where_no_gate_matters_that_is_said_and_nothing_is_blown_up(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":step and<Enter>W"}, &a);
    assert_shows(&a, 80, 24, "No forget gate matters for 'played' after 'and'");
    assert_shows(&a, 80, 24, "8 units folded: at most 0.0003");
    assert_shows(&a, 80, 24, "'her' after");
    press(&a, "n");                               /* and there to the cell that matters most */
    assert_int_equal(session_cursor(a.session)->step, 5);
    assert_shows(&a, 80, 24, "what becomes of 'her' after 'with'");
    assert_shows(&a, 80, 24, "Closing f of gender");
    press(&a, "z");
    assert_hides(&a, 80, 24, "folded");
    app_clear(&a);
}

/* The bars are measured in the picture: six cells are a probability of 1. */
static void the_scale_of_the_sweep_stands_still(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":step with<Enter>W"}, &a);
    char *shot = picture_text(&a, 80, 24), *at = strstr(shot, "[-0.66]");
    assert_non_null(at);
    at = strchr(at, '\n');
    int cells = 0;
    for (const char *p = at + 1; *p != '\n'; p++)
        cells += strncmp(p, "\xE2\x96\x87", 3) == 0;          /* five bars of 0.66 … 0.68, four cells each */
    assert_int_equal(cells, 5 * 4);
    free(shot);
    app_clear(&a);
}

static void presenting_locks_the_pin_but_not_the_looking(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.keys = ":step with<Enter><F5>Wn"}, &a);
    press(&a, "<Enter>");
    assert_int_equal(session_pin_count(a.session), 0);
    assert_string_equal(a.view->name, "sweep");
    assert_non_null(strstr(a.message, "locked"));
    press(&a, "<F5><Enter>");
    assert_int_equal(session_pin_count(a.session), 1);
    app_clear(&a);
}

static void a_model_without_predictions_says_so(void **state)
{
    (void)state;
    struct app a;
    app_of(&a, model_random(&(struct random_model){.layers = 1, .hidden = 3, .embed = 2, .steps = 5, .seed = 3}),
           false);
    press(&a, "W");
    assert_shows(&a, 80, 24, "no output head");
    press(&a, "n<Enter>ya+");
    press(&a, "<Esc>w");
    assert_shows(&a, 80, 24, "no output head");
    app_clear(&a);
}

/* ---- both, everywhere -------------------------------------------------------------------------------------------- */

/* Every cell outside the rectangle of the view must stay as it was: the grid itself would catch writes beyond it. */
static void they_draw_at_any_size_for_any_model(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1},  {2, 3},   {7, 2},   {10, 5},   {20, 6},
                                   {25, 9}, {40, 12}, {80, 24}, {133, 17}, {400, 120}};
    for (int m = 0; m < 5; m++)
        for (int ascii = 0; ascii < 2; ascii++) {
            struct app a;
            struct random_model r = {.layers = m == 3 ? 2 : 1,
                                     .hidden = m == 1   ? 1
                                               : m == 2 ? 200
                                                        : 5,
                                     .embed = 3,
                                     .words = 9,
                                     .outputs = m == 4 ? 0 : 9,
                                     .steps = m == 2 ? 30 : m,
                                     .seed = 9};
            app_of(&a, m ? model_random(&r) : model_words(), ascii);
            static const char *const keys[] = {"w", "", "<Right>c", "e", "W", "n", "<Down><Down>", "e"};
            for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
                press(&a, keys[k]);
                for (size_t z = 0; z < sizeof sizes / sizeof *sizes; z++)
                    free(picture_text(&a, sizes[z][0], sizes[z][1]));
            }
            app_clear(&a);
        }
}

static void an_empty_sentence_is_no_trouble(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    app_of(&a, model_words(), false);
    assert_true(session_set_tokens(a.session, NULL, 0, "test", &e));
    press(&a, "w");
    assert_shows(&a, 80, 24, "There is no word yet.");
    press(&a, "en+<Enter>");
    free(picture_text(&a, 80, 24));
    press(&a, "W");
    assert_shows(&a, 80, 24, "There is no word yet.");
    press(&a, "n<Enter>ay");
    free(picture_text(&a, 80, 24));
    app_clear(&a);
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

/* The first picture may work something out; those after it are drawn from what is known. Sanitizers take some times
 * longer. */
static void a_long_sentence_is_drawn_within_a_frame(void **state)
{
    (void)state;
    struct app a;
    app_of(&a, many_units(64, 10000), false);
    struct grid *g = grid_new(120, 40, a.glyphs);
    double limit = getenv("FLSTM_SANITIZED") ? 160 : 16;
    for (int view = 0; view < 2; view++) {
        press(&a, view ? "W" : ":step 5000<Enter>cw");
        app_draw(&a, g, NULL, NULL);
        double best = 1e9;
        for (int k = 0; k < 5; k++) {
            double begin = now_ms();
            app_draw(&a, g, NULL, NULL);
            double ms = now_ms() - begin;
            best = ms < best ? ms : best;
        }
        if (best > limit)
            fail_msg("%s: %.1f ms a frame", a.view->name, best);
    }
    grid_free(g);
    app_clear(&a);
}

static void columns_keep_the_current_word_in_sight(void **state)
{
    (void)state;
    struct session *s = session_of(many_units(4, 100));
    for (int at = 1; at <= 100; at++)
        for (int w = 20; w <= 130; w += 55) {
            session_goto(s, at);
            struct across a = tape_columns(s, w);
            assert_true(a.first <= at && at <= a.last && a.first >= 1 && a.last <= 100);
            assert_true(across_x(&a, a.first) == a.x && across_x(&a, a.last) + a.pitch <= w);
            assert_true(a.more_before == (a.first > 1) && a.more_after == (a.last < 100));
        }
    session_free(s);
    s = session_of(many_units(4, 3));
    struct across few = tape_columns(s, 100);
    assert_true(few.first == 1 && few.last == 3 && !few.more_before && !few.more_after);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_other_sentence_runs_on_the_same_net_without_pins),
        cmocka_unit_test(the_other_sentence_follows_edited_weights),
        cmocka_unit_test(a_sentence_that_cannot_be_read_leaves_the_comparison_alone),
        cmocka_unit_test(another_model_ends_the_comparison),
        cmocka_unit_test(every_edit_makes_a_new_revision_and_moving_does_not),
        cmocka_unit_test(the_likeliest_output_is_the_first_of_the_list),
        cmocka_unit_test(the_picture_says_where_the_runs_part_and_what_is_lost),
        cmocka_unit_test(a_pin_at_the_computed_value_changes_nothing),
        cmocka_unit_test(pinning_an_output_gate_parts_the_runs_before_C_does),
        cmocka_unit_test(the_numbers_of_the_rows_are_the_session_s),
        cmocka_unit_test(another_sentence_is_held_against_this_one),
        cmocka_unit_test(two_keys_find_the_gate_and_a_third_pins_it),
        cmocka_unit_test(the_cursor_walks_over_the_cells_while_the_question_stays),
        cmocka_unit_test(another_word_can_be_the_target),
        cmocka_unit_test(pins_are_marked_and_change_the_sweep),
        cmocka_unit_test(where_no_gate_matters_that_is_said_and_nothing_is_blown_up),
        cmocka_unit_test(the_scale_of_the_sweep_stands_still),
        cmocka_unit_test(presenting_locks_the_pin_but_not_the_looking),
        cmocka_unit_test(a_model_without_predictions_says_so),
        cmocka_unit_test(they_draw_at_any_size_for_any_model),
        cmocka_unit_test(an_empty_sentence_is_no_trouble),
        cmocka_unit_test(a_long_sentence_is_drawn_within_a_frame),
        cmocka_unit_test(columns_keep_the_current_word_in_sight),
    };
    /* Pictures of random networks must not depend on the machine: kernels differ in their last bits. */
    lstm_kernel_force("portable");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
