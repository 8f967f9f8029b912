/* The layout for a class (F5): what it asks and tells, that it stays within 80 × 24, moves, locks and counts hands. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/golden.h"
#include "support/pty.h"
#include "ui/digits.h"

struct trial { struct app a; struct str screen; };

static void look(struct trial *r)
{
    struct grid *g = grid_new(r->a.w, r->a.h, r->a.glyphs);
    app_draw(&r->a, g, NULL, NULL);
    str_clear(&r->screen);
    grid_dump_text(g, &r->screen);
    grid_free(g);
}

static void begin(struct trial *r, const char *model, const char *scenario, int w, int h, const char *keys)
{
    *r = (struct trial){0};
    golden_app(&(struct golden_shot){.model = model, .scenario = scenario, .w = w, .h = h, .keys = keys}, &r->a);
    look(r);
}

static void press(struct trial *r, const char *keys)
{
    struct err e = {{0}};
    if (!app_keys(&r->a, keys, "test", &e))
        fail_msg("%s", e.text);
    look(r);
}

static bool shows(const struct trial *r, const char *text) { return strstr(str_text(&r->screen), text) != NULL; }

static void must_show(const struct trial *r, const char *text)
{
    if (!shows(r, text))
        fail_msg("\"%s\" is not on\n%s", text, str_text(&r->screen));
}

static void end(struct trial *r)
{
    str_free(&r->screen);
    app_clear(&r->a);
}

static void a_show_asks_before_PgDn_tells(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "lesson-cell", "partial", 80, 24, "<F5>");
    must_show(&r, "4 keep of 5");
    must_show(&r, "6.00 \xC3\x97 0.50 = ?");
    must_show(&r, "How much of its memory does gender keep?");
    assert_false(shows(&r, "3.00"));
    press(&r, "<PgDn>");
    must_show(&r, "6.00 \xC3\x97 0.50 = 3.00");
    must_show(&r, "stands half open: half of its memory stays.");
    must_show(&r, "it was 6, half of it goes");
    press(&r, "<PgUp>");
    must_show(&r, "= ?");
    end(&r);
}

static void ten_presses_go_through_a_word_and_the_eleventh_asks_about_the_next(void **state)
{
    (void)state;
    static const char *const places[] = {"1 join of 5", "2 add up of 5", "3 squash of 5", "4 keep of 5",
                                         "5 write of 5"};
    struct trial r;
    begin(&r, "lesson-cell", NULL, 80, 24, "<F5>");
    for (int k = 0; k < 5; k++) {
        must_show(&r, places[k]);
        must_show(&r, "= ?");
        press(&r, "<PgDn>");
        must_show(&r, places[k]);
        assert_false(shows(&r, "= ?"));
        press(&r, "<PgDn>");
    }
    must_show(&r, "t=2/8 'came'");
    must_show(&r, "1 join of 5");
    for (int k = 0; k < 10; k++)
        press(&r, "<PgUp>");
    must_show(&r, "t=1/8 'She'");
    must_show(&r, "1 join of 5");
    end(&r);
}

/* The numbers of the five shows are the engine's, and what is joined, added up, squashed and kept follows on. */
static void the_numbers_of_a_show_are_those_of_the_engine(void **state)
{
    (void)state;
    struct trial r;
    char text[64];
    begin(&r, "lesson-cell", NULL, 80, 24, ":t and<Enter><F5><PgDn>");
    const struct session *s = r.a.session;
    must_show(&r, "3 + 4 = 7 numbers");
    press(&r, "<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn>");
    must_show(&r, "4 keep of 5");
    float f = session_value(s, RUN_PINNED, 0, 0, VAL_F, 4), kept = session_value(s, RUN_PINNED, 0, 0, VAL_KEPT, 4);
    snprintf(text, sizeof text, "= %.2f", (double)kept);
    must_show(&r, text);
    assert_true(f > 0.99f && f < 1);
    must_show(&r, "nearly fully open: >99% of its memory stays");
    press(&r, "<PgDn><PgDn>");
    snprintf(text, sizeof text, "= %+.2f", (double)session_value(s, RUN_PINNED, 0, 0, VAL_C, 4));
    must_show(&r, text);
    end(&r);
}

static void on_a_large_terminal_it_stands_in_the_middle_and_is_the_same(void **state)
{
    (void)state;
    struct trial small, large;
    begin(&small, "lesson-cell", "partial", 80, 24, "<F5><PgDn>");
    begin(&large, "lesson-cell", "partial", 200, 60, "<F5><PgDn>");
    const char *p = str_text(&large.screen), *q = str_text(&small.screen);
    for (int y = 0; y < 60; y++) {
        size_t n = strcspn(p, "\n");
        if (y < 18 || y >= 42) {
            assert_int_equal(n, 0);
        } else {
            size_t m = strcspn(q, "\n");
            assert_int_equal(strspn(p, " ") >= 60 || !n, 1);
            assert_true(n == (m ? m + 60 : 0));
            assert_memory_equal(n ? p + 60 : p, q, m);
            q += m + 1;
        }
        p += n + 1;
    }
    end(&small);
    end(&large);
}

static void edits_are_locked_but_for_what_is_typed_as_a_command(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "lesson-cell", NULL, 80, 24, ":t and<Enter><F5>c0.5<Enter>Pforget<Enter>xX");
    assert_int_equal(session_pin_count(r.a.session), 0);
    press(&r, ":set f[gender]@and=0<Enter>");
    assert_int_equal(session_pin_count(r.a.session), 1);
    must_show(&r, "unlocked for this command");
    press(&r, "u");
    assert_int_equal(session_pin_count(r.a.session), 1);
    static const char *const locked[] = {":close-all", ":up", ":value 0.5", ":unpin", ":name who"};
    for (size_t k = 0; k < sizeof locked / sizeof *locked; k++) {
        press(&r, locked[k]);
        press(&r, "<Enter>");
        must_show(&r, "presenting: this is locked; :set, :scenario, :text, :model and :undo are not");
        assert_int_equal(session_pin_count(r.a.session), 1);
    }
    press(&r, ":undo<Enter>");
    assert_int_equal(session_pin_count(r.a.session), 0);
    press(&r, ":redo<Enter>");
    assert_int_equal(session_pin_count(r.a.session), 1);
    press(&r, ":step with<Enter>");
    must_show(&r, "t=6/8 'with'");
    press(&r, ":scenario! partial<Enter>");
    must_show(&r, "4 keep of 5");
    press(&r, ":model! gender<Enter>");
    must_show(&r, "gender \xC2\xB7 unit gender");
    press(&r, "<F5>:t and<Enter>c");
    assert_int_equal(session_pin_count(r.a.session), 1);
    end(&r);
}

static void F5_leads_back_to_the_view_before_and_Esc_to_the_class(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "lesson-cell", NULL, 80, 24, "m<F5>");
    assert_string_equal(r.a.view->name, "class");
    press(&r, "d");
    assert_string_equal(r.a.view->name, "dissect");
    press(&r, "<Esc>");
    assert_string_equal(r.a.view->name, "class");
    press(&r, "<Esc>");
    assert_string_equal(r.a.view->name, "class");
    press(&r, "<F5>");
    assert_string_equal(r.a.view->name, "timeline");
    end(&r);
}

static enum role role_at(struct app *a, int x, int y)
{
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    app_draw(a, g, NULL, NULL);
    enum role role = (enum role)grid_at(g, x, y)->role;
    grid_free(g);
    return role;
}

static void the_spotlight_leaves_one_band_its_colour(void **state)
{
    (void)state;
    enum { X = 14 };
    struct trial r;
    begin(&r, "lesson-cell", "partial", 80, 24, "<F5><PgDn>");
    const int rows[3] = {3, 8, 13};
    const enum role roles[3] = {ROLE_C_PREV, ROLE_F, ROLE_KEPT};
    for (int spot = 0; spot <= 4; spot++, press(&r, "'"))
        for (int k = 0; k < 3; k++)
            assert_int_equal(role_at(&r.a, X, rows[k]), spot % 4 == 0 || spot % 4 == k + 1 ? roles[k] : ROLE_DIM);
    end(&r);
}

static void what_a_question_hides_is_hidden_from_a_class_too(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "lesson-cell", "partial", 80, 24, "<F5><PgDn>");
    const struct place asked = {0, 0, VAL_F, 4};
    const struct marks marks = {.hidden = &asked, .hidden_count = 1};
    r.a.scene.marks = &marks;
    look(&r);
    assert_false(shows(&r, "0.50"));
    assert_false(shows(&r, "3.00"));
    assert_false(shows(&r, "half"));
    must_show(&r, "not told before it is answered");
    end(&r);
}

/* Cells of the third band that are filled and shaded. */
static void third_band(struct app *a, int *full, int *shaded)
{
    struct grid *g = grid_new(80, 24, a->glyphs);
    app_draw(a, g, NULL, NULL);
    *full = *shaded = 0;
    for (int x = 13; x < 63; x++) {
        *full += grid_at(g, x, 14)->ch[0] == 0x2588;
        *shaded += grid_at(g, x, 14)->ch[0] == 0x2591;
    }
    grid_free(g);
}

static void the_memory_falls_and_shrinks_to_what_is_kept(void **state)
{
    (void)state;
    struct trial r;
    int full, shaded, last = 31;
    begin(&r, "lesson-cell", "partial", 80, 24, "<F5><PgDn>");
    for (float left = 0.6f; left >= 0; left -= 0.1f) {
        r.a.lecture.still_to_move = left;
        third_band(&r.a, &full, &shaded);
        assert_true(full <= last && full + shaded == 30);
        last = full;
    }
    r.a.lecture.still_to_move = 0;
    third_band(&r.a, &full, &shaded);
    assert_int_equal(full, 15);
    assert_int_equal(shaded, 15);
    end(&r);
}

static int count_of(const char *text, const char *what)
{
    int n = 0;
    for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

static void a_recording_holds_the_motion_and_none_when_it_is_not_wanted(void **state)
{
    (void)state;
    int frames[2];
    for (int still = 0; still < 2; still++) {
        struct trial r;
        struct err e = {{0}};
        char *data;
        size_t len;
        begin(&r, "lesson-cell", "partial", 80, 24, "<F5>");
        bytes_begin();
        press(&r, still ? ":motion off<Enter>" : ":motion on<Enter>");
        r.a.scene.message = NULL;
        assert_true(app_record_begin(&r.a, bytes_path("a.html"), &e));
        app_record_scripted(&r.a, K_NONE);
        press(&r, "<PgDn>");
        assert_true(app_record_end(&r.a, &e));
        assert_true(file_read(bytes_path("a.html"), &data, &len, &e));
        frames[still] = count_of(data, "<figure");
        free(data);
        bytes_end();
        end(&r);
    }
    assert_true(frames[0] >= 6);
    assert_int_equal(frames[1], 2);
}

static void hands_are_counted_and_the_advice_follows_the_share_that_is_right(void **state)
{
    (void)state;
    static const struct { const char *hands, *advice; } cases[] = {
        {"8* 20", "29% right: explain it once more"}, {"12 10* 3", "40% right: let them talk it over"},
        {"1 20* 3", "83% right: say why"},            {"1 20 3", "says which answer is right"},
        {"0* 0", "no hands"},
    };
    struct trial r;
    begin(&r, "lesson-cell", "partial", 80, 24, "<F5>");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char keys[64];
        press(&r, "v<Enter>");
        snprintf(keys, sizeof keys, "v%s<Enter>", cases[k].hands);
        press(&r, keys);
        must_show(&r, cases[k].advice);
    }
    press(&r, "v<Enter>v12 10* 3<Enter>v2 20* 3<Enter>");
    must_show(&r, "before     a 12  b* 10  c 3");
    must_show(&r, "now        a 2  b* 20  c 3");
    press(&r, "v12 x<Enter>");
    must_show(&r, "expected up to 6 numbers");
    press(&r, "<PgDn><PgDn>");                            /* another page has votes of its own */
    assert_false(shows(&r, "a 12"));
    end(&r);
}

static void hands_outside_a_presentation_say_where_they_are_counted(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "lesson-cell", "partial", 80, 24, ":votes 12 5* 8<Enter>");
    must_show(&r, "while you present: F5 first");
    press(&r, ":votes<Enter>");
    must_show(&r, "while you present: F5 first");
    press(&r, "<F5>");
    assert_false(shows(&r, "a 12"));
    press(&r, ":votes 12 5* 8<Enter>");
    must_show(&r, "a 12  b* 5  c 8");
    end(&r);
}

static void every_size_and_model_draws_inside_its_picture(void **state)
{
    (void)state;
    static const char *const models[] = {"lesson-cell", "story", "prose", "counter"};
    for (int m = 0; m < 4; m++)
        for (int presses = 0; presses < 10; presses++) {
            struct trial r;
            begin(&r, models[m], NULL, 80, 24, "<F5>");
            for (int k = 0; k < presses; k++)
                press(&r, "<PgDn>");
            for (int w = 1; w < 130; w += 3)
                for (int h = 1; h < 40; h += 2) {
                    r.a.w = w;
                    r.a.h = h;
                    look(&r);
                }
            end(&r);
        }
}

static void large_digits_differ_from_one_another_in_both_character_sets(void **state)
{
    (void)state;
    static const char all[] = "0123456789-+?<>.";
    const struct glyphs *sets[] = {&glyphs_unicode, &glyphs_ascii, &glyphs_console};
    for (int s = 0; s < 3; s++) {
        struct str drawn[sizeof all] = {{0}};
        for (int k = 0; all[k]; k++) {
            struct grid *g = grid_new(5, 3, sets[s]);
            digits_draw(g, 0, 0, ROLE_TEXT, 0, (char[]){all[k], 0});
            grid_dump_text(g, &drawn[k]);
            grid_free(g);
            assert_true(strspn(str_text(&drawn[k]), " \n") < drawn[k].len);
            for (int j = 0; j < k; j++)
                assert_string_not_equal(str_text(&drawn[j]), str_text(&drawn[k]));
        }
        for (int k = 0; all[k]; k++)
            str_free(&drawn[k]);
    }
    assert_int_equal(digits_width("0.50"), 13);
    assert_int_equal(digits_width("-0.50"), 17);
}

static void at_a_terminal_the_clock_of_a_page_goes_and_what_is_revealed_moves(void **state)
{
    (void)state;
    const char *flstm = getenv("FLSTM");
    const char *argv[] = {flstm ? flstm : "./flstm-tui", "lesson-cell", "--scenario", "partial", NULL};
    struct pty *t = pty_spawn(80, 24, argv, NULL);
    assert_true(pty_shows(t, "t=4/8"));
    pty_keys(t, "<F5>");
    assert_true(pty_shows(t, "00:00 on this page"));
    assert_true(pty_shows(t, "00:01 on this page"));
    size_t before = pty_bytes(t);
    pty_keys(t, "<PgDn>");
    assert_true(pty_shows(t, "half of it goes"));
    assert_true(pty_shows(t, "\xE2\x96\x88\xE2\x96\x91"));
    pty_settle(t, 200);
    size_t moved = pty_bytes(t) - before;
    pty_keys(t, "<PgUp>:motion off<Enter>");
    assert_true(pty_shows(t, "nothing moves"));
    pty_keys(t, "'");                                     /* takes the message away */
    assert_true(pty_hides(t, "nothing moves"));
    before = pty_bytes(t);
    pty_keys(t, "<PgDn>");
    assert_true(pty_shows(t, "half of it goes"));
    pty_settle(t, 200);
    assert_true(moved > pty_bytes(t) - before);
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
}

static void a_page_of_a_lesson_stands_in_large_and_is_told_when_it_is_answered(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "lesson-cell", NULL, 80, 24, ":lesson forget-gate<Enter><F5>");
    must_show(&r, "page 1 of 15");
    must_show(&r, "How many numbers go into the gate?");
    press(&r, "7<Enter>");                                /* nobody asks how sure a class is */
    must_show(&r, "Right: 7.");
    for (int k = 0; k < 40 && !shows(&r, "page 9 of 15"); k++)
        press(&r, "<PgDn>");
    assert_string_equal(r.a.view->name, "class");
    must_show(&r, "kept");
    press(&r, ".");                                       /* part of an answer, not the key that blanks */
    assert_false(r.a.blank);
    press(&r, "<F5>");
    assert_string_equal(r.a.view->name, "bars");
    end(&r);
}

/* The large picture stands beside a question that asks for its third number; other pages keep their own. */
static void beside_a_question_of_a_lesson_stands_a_picture_of_what_it_asks(void **state)
{
    static const struct { const char *lesson; int page; const char *view; } pages[] = {
        {"forget-gate", 1, "bars"},               /* how many numbers go into the gate */
        {"forget-gate", 2, "class"},              /* a picture of a sub-step */
        {"forget-gate", 7, "class"},              /* f */
        {"forget-gate", 9, "class"},              /* what is kept */
        {"forget-gate", 12, "bars"},              /* what is kept of three units */
        {"forget-gate", 14, "bars"},              /* of ten words, where kept of one is hidden */
        {"forget-gate", 15, "bars"},              /* to be done */
        {"cell", 4, "bars"},                      /* how many numbers f has, where f is hidden */
        {"what-is-remembered", 3, "bars"},        /* the probability of a word, where C is hidden */
        {"what-is-remembered", 7, "class"},       /* C */
    };
    (void)state;
    for (size_t k = 0; k < sizeof pages / sizeof *pages; k++) {
        struct trial r;
        char keys[64], page[32];
        snprintf(keys, sizeof keys, ":lesson %s<Enter><F5>", pages[k].lesson);
        snprintf(page, sizeof page, "page %d of ", pages[k].page);
        begin(&r, "lesson-cell", NULL, 80, 24, keys);
        for (int n = 0; n < 40 && !shows(&r, page); n++)
            press(&r, "<PgDn>");
        must_show(&r, page);
        if (strcmp(r.a.view->name, pages[k].view) != 0)
            fail_msg("%s, page %d: %s, not %s", pages[k].lesson, pages[k].page, r.a.view->name, pages[k].view);
        end(&r);
    }
}

/* The keys that stand below a page are what they are without F5. */
static void what_a_page_wants_done_can_be_done_before_a_class(void **state)
{
    struct trial r;
    (void)state;
    begin(&r, "lesson-cell", NULL, 80, 24, ":lesson how-it-decides<Enter><F5>");
    for (int n = 0; n < 40 && !shows(&r, "page 7 of 8"); n++)
        press(&r, "<PgDn>");
    must_show(&r, "c:close");
    press(&r, "c");
    must_show(&r, "You have set 1 value so far.");
    press(&r, "v");                                       /* another layout, no hands */
    assert_false(shows(&r, "hands:"));
    end(&r);
}

static void read_only_changes_nothing_and_writes_no_file(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "lesson-cell", NULL, 80, 24, NULL);
    r.a.readonly = true;
    bytes_begin();
    static const char *const lines[] = {"write", "keep", "figure", "export", "record"};
    static const char *const endings[] = {"json", "json", "svg", "json", "cast"};
    for (int k = 0; k < 5; k++) {
        struct str line = {0}, name = {0};
        str_addf(&name, "%s.%s", lines[k], endings[k]);
        str_addf(&line, "%s %s", lines[k], bytes_path(str_text(&name)));
        app_command(&r.a, str_text(&line));
        assert_true(r.a.scene.message_is_error);
        assert_non_null(strstr(r.a.message, "read-only: no file is written"));
        assert_int_not_equal(access(bytes_path(str_text(&name)), F_OK), 0);
        str_free(&line);
        str_free(&name);
    }
    press(&r, ":t and<Enter>c0.5<Enter>CPforget<Enter>:set f[1]@2=0<Enter>:word 1 He<Enter>:text He came<Enter>");
    assert_int_equal(session_pin_count(r.a.session), 0);
    assert_int_equal(session_steps(r.a.session), 8);
    must_show(&r, "read-only: nothing can be changed");
    press(&r, "d<Down>0.5<Enter><Esc>");                  /* a weight */
    assert_false(session_dirty(r.a.session));
    press(&r, ":scenario partial<Enter>");
    assert_float_equal(session_value(r.a.session, RUN_PINNED, 0, 0, VAL_C_PREV, 4), 6, 0);
    press(&r, "<Right><Left>mM*%wW");                     /* looking is free */
    struct str line = {0};
    press(&r, ":lesson cell<Enter>");
    str_addf(&line, "result %s", bytes_path("r.json"));
    app_command(&r.a, str_text(&line));
    assert_non_null(strstr(r.a.message, "read-only: no file is written"));
    str_free(&line);
    bytes_end();
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_show_asks_before_PgDn_tells),
        cmocka_unit_test(ten_presses_go_through_a_word_and_the_eleventh_asks_about_the_next),
        cmocka_unit_test(the_numbers_of_a_show_are_those_of_the_engine),
        cmocka_unit_test(on_a_large_terminal_it_stands_in_the_middle_and_is_the_same),
        cmocka_unit_test(edits_are_locked_but_for_what_is_typed_as_a_command),
        cmocka_unit_test(F5_leads_back_to_the_view_before_and_Esc_to_the_class),
        cmocka_unit_test(the_spotlight_leaves_one_band_its_colour),
        cmocka_unit_test(what_a_question_hides_is_hidden_from_a_class_too),
        cmocka_unit_test(the_memory_falls_and_shrinks_to_what_is_kept),
        cmocka_unit_test(a_recording_holds_the_motion_and_none_when_it_is_not_wanted),
        cmocka_unit_test(hands_outside_a_presentation_say_where_they_are_counted),
        cmocka_unit_test(hands_are_counted_and_the_advice_follows_the_share_that_is_right),
        cmocka_unit_test(every_size_and_model_draws_inside_its_picture),
        cmocka_unit_test(large_digits_differ_from_one_another_in_both_character_sets),
        cmocka_unit_test(a_page_of_a_lesson_stands_in_large_and_is_told_when_it_is_answered),
        cmocka_unit_test(beside_a_question_of_a_lesson_stands_a_picture_of_what_it_asks),
        cmocka_unit_test(what_a_page_wants_done_can_be_done_before_a_class),
        cmocka_unit_test(read_only_changes_nothing_and_writes_no_file),
        cmocka_unit_test(at_a_terminal_the_clock_of_a_page_goes_and_what_is_revealed_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
