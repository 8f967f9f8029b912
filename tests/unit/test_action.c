/* test_action.c: what keys and commands do and say, on a picture of the whole screen but without a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "support/golden.h"

/* The screen of a run on the default model or another one, after these keys. */
struct trial { struct app a; struct str screen; };

static void look(struct trial *r)
{
    struct grid *g = grid_new(r->a.w, r->a.h, r->a.glyphs);
    app_draw(&r->a, g, NULL, NULL);
    str_clear(&r->screen);
    grid_dump_text(g, &r->screen);
    grid_free(g);
}

static void begin(struct trial *r, const char *model, const char *scenario, int w, int h)
{
    struct golden_shot shot = {.model = model, .scenario = scenario, .w = w, .h = h};
    *r = (struct trial){.screen = {0}};
    golden_app(&shot, &r->a);
    r->a.w = w, r->a.h = h;
    look(r);
}

static void press(struct trial *r, const char *keys)
{
    struct err e = {{0}};
    if (!app_keys(&r->a, keys, "test", &e))
        fail_msg("%s", e.text);
    look(r);
}

static bool shows(const struct trial *r, const char *text)
{
    return strstr(str_text(&r->screen), text) != NULL;
}

#define must_show(r, text)                                                                                             \
    do {                                                                                                               \
        if (!shows(r, text))                                                                                           \
            fail_msg("\"%s\" is not in\n%s", text, str_text(&(r)->screen));                                            \
    } while (0)

static void end(struct trial *r)
{
    app_clear(&r->a);
    str_free(&r->screen);
}

static void t_goes_on_through_the_themes_and_T_goes_back(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "lesson-cell", NULL, 80, 24);
    int count, at = 0;
    char **names = theme_names(&count);
    while (strcmp(names[at], r.a.theme->name) != 0)
        at++;
    press(&r, "t");
    assert_string_equal(r.a.theme->name, names[(at + 1) % count]);
    press(&r, "t");
    assert_string_equal(r.a.theme->name, names[(at + 2) % count]);
    press(&r, "TTT");
    assert_string_equal(r.a.theme->name, names[(at + count - 1) % count]);
    theme_names_free(names, count);
    end(&r);
}

static void a_unit_gets_a_name_and_undo_takes_it_back(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "gender", NULL, 80, 24);
    press(&r, ":unit 2<Enter>:name link<Enter>");
    assert_string_equal(model_unit_name(session_model(r.a.session), 0, 1), "link");
    assert_true(session_dirty(r.a.session));
    press(&r, ":name gender<Enter>");                       /* unit 7 is called that */
    assert_string_equal(model_unit_name(session_model(r.a.session), 0, 1), "link");
    press(&r, "<Esc>u");
    assert_null(model_unit_name(session_model(r.a.session), 0, 1));
    assert_false(session_dirty(r.a.session));
    end(&r);
}

static void a_refused_value_is_forced_only_where_it_was_refused(void **state)
{
    (void)state;
    static const char *const elsewhere[] = {"<Tab>", "<Right>",
                                            "<Down><Down><Down>"}; /* another unit, another word, another gate */
    struct trial r;
    begin(&r, "lesson-cell", NULL, 80, 24);
    for (size_t k = 0; k < sizeof elsewhere / sizeof *elsewhere; k++) {
        press(&r, ":t and<Enter>:unit gender<Enter>");
        press(&r, "1.5<Enter>");
        must_show(&r, "repeat to force");
        press(&r, elsewhere[k]);
        press(&r, "1.5<Enter>");
        must_show(&r, "repeat to force");
        assert_int_equal(session_pin_count(r.a.session), 0);
    }
    press(&r, "1.25<Enter>");                                   /* another value is another question */
    must_show(&r, "repeat to force");
    press(&r, "1.25<Enter>");
    assert_int_equal(session_pin_count(r.a.session), 1);
    end(&r);
}

static void help_scrolls_back_from_its_end_at_the_first_key(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "gender", NULL, 80, 24);
    press(&r, "?<End>");
    must_show(&r, "where forgetting helped");
    press(&r, "<Up>");
    assert_false(shows(&r, "where forgetting helped"));
    press(&r, "<Down><Down><Down><Down><Up>");          /* further down than there is */
    assert_false(shows(&r, "where forgetting helped"));
    press(&r, "<Home>");
    must_show(&r, "The selected word's gates");
    end(&r);
}

static void keys_that_edit_do_nothing_behind_the_help(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "gender", NULL, 80, 24);
    press(&r, "?c");
    assert_int_equal(session_pin_count(r.a.session), 0);
    end(&r);
}

static void another_model_does_not_take_unsaved_edits_with_it_unasked(void **state)
{
    (void)state;
    static const char *const commands[] = {"model counter", "scenario partial"};
    for (size_t k = 0; k < sizeof commands / sizeof *commands; k++) {
        struct trial r;
        char keys[64];
        begin(&r, "gender", NULL, 80, 24);
        snprintf(keys, sizeof keys, "c:%s<Enter>", commands[k]);
        press(&r, keys);
        must_show(&r, "edits are not saved");
        assert_string_equal(session_model(r.a.session)->name, "gender");
        assert_int_equal(session_pin_count(r.a.session), 1);
        press(&r, "u");                                  /* taken back, there is nothing to lose */
        snprintf(keys, sizeof keys, ":%s<Enter>", commands[k]);
        press(&r, keys);
        assert_string_not_equal(session_model(r.a.session)->name, "gender");
        end(&r);
        begin(&r, "gender", NULL, 80, 24);
        press(&r, k ? "c:scenario! partial<Enter>" : "c:model! counter<Enter>");
        assert_string_not_equal(session_model(r.a.session)->name, "gender");
        end(&r);
    }
}

static void a_scenario_of_the_same_model_can_be_undone(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "lesson-cell", NULL, 80, 24);
    press(&r, "c:scenario partial<Enter>");
    assert_int_equal(session_pin_count(r.a.session), 9);
    press(&r, "u");
    assert_int_equal(session_pin_count(r.a.session), 1);
    end(&r);
}

static void a_shorter_text_says_which_values_went_with_the_longer_one(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "gender", NULL, 80, 24);
    press(&r, ":text she came out and played<Enter>:set f[gender]@played=0<Enter>:text she came out<Enter>");
    assert_non_null(r.a.scene.message);
    assert_non_null(strstr(r.a.scene.message, "1 value set by hand stood beyond the new end"));
    press(&r, "u");
    assert_int_equal(session_pin_count(r.a.session), 1);
    press(&r, ":set f[gender]@she=1<Enter>:text she came<Enter>");
    assert_non_null(strstr(r.a.scene.message, "1 value set by hand"));
    press(&r, ":text she came out<Enter>");
    assert_true(!r.a.scene.message || !strstr(r.a.scene.message, "beyond"));
    end(&r);
}

static void presets_are_named_and_chosen_with_the_arrows(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "lesson-cell", NULL, 80, 24);
    press(&r, "P");
    must_show(&r, "forget, remember, half, freeze, replace, closed");
    must_show(&r, "preset: forget");
    press(&r, "<Up>");
    must_show(&r, "preset: closed");
    press(&r, "<Down><Down><Down><Enter>");
    assert_int_equal(session_pin_count(r.a.session), 3);
    for (int u = 0; u < 3; u++)
        assert_true(session_value(r.a.session, RUN_PINNED, 0, u, VAL_F, 1) == 0.5f);
    end(&r);
}

static void a_question_shows_its_answers(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "lesson-cell", NULL, 40, 12);
    press(&r, "cq");
    must_show(&r, "edits are not saved. Quit?");
    must_show(&r, "y:yes");
    must_show(&r, "n:no");
    press(&r, "n");
    assert_false(r.a.quit);
    end(&r);
}

static void while_presenting_only_what_is_not_locked_is_offered(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "lesson-cell", NULL, 80, 24);
    press(&r, "<F5>");
    must_show(&r, "blank");
    assert_false(shows(&r, "c:close"));
    press(&r, "c");
    assert_int_equal(session_pin_count(r.a.session), 0);
    end(&r);
}

static void explain_names_each_of_few_units_and_the_strongest_of_many(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "gender", NULL, 80, 24);
    press(&r, "e");
    must_show(&r, "gender keeps");
    int told = 0;                                        /* "keeps" may end a line: the word alone is counted */
    for (const char *p = str_text(&r.screen); (p = strstr(p, "keeps")); p++)
        told++;
    assert_int_equal(told, session_net(r.a.session)->layer[0].hidden);
    end(&r);
    begin(&r, "prose", NULL, 120, 40);
    press(&r, "e<Right><Right>");
    must_show(&r, "Of 40 units");
    must_show(&r, "Most is forgotten by unit");
    must_show(&r, "Most is written to unit");
    end(&r);
}

static void a_pinned_gate_is_told_whole_at_80_columns(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "gender", NULL, 80, 24);
    press(&r, ":t and<Enter>c");
    must_show(&r, "gender keeps 0% (pinned, was ");
    must_show(&r, " of C_t-1 and writes ");
    must_show(&r, " of the candidate.");
    end(&r);
}

static void predictions_are_told_in_the_order_of_the_pinned_run(void **state)
{
    (void)state;
    struct trial r;
    struct prediction p[2];
    begin(&r, "gender", NULL, 120, 40);
    press(&r, ":t and<Enter>c:t with<Enter>pe");
    assert_int_equal(session_predict_run(r.a.session, RUN_PINNED, 6, 2, p), 2);
    assert_true(p[0].p_pinned >= p[1].p_pinned);
    char first[64], buf[16];
    snprintf(first, sizeof first, "likeliest next words are '%s'",
             model_label(session_model(r.a.session), p[0].output, buf));
    must_show(&r, first);
    end(&r);
}

static void a_character_model_speaks_of_characters(void **state)
{
    (void)state;
    struct trial r;
    begin(&r, "prose", NULL, 120, 40);
    must_show(&r, "next character");
    press(&r, "<Right><Right>");
    must_show(&r, "\xE2\x90\xA3");                       /* the blank has a glyph */
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_scrolls_back_from_its_end_at_the_first_key),
        cmocka_unit_test(keys_that_edit_do_nothing_behind_the_help),
        cmocka_unit_test(another_model_does_not_take_unsaved_edits_with_it_unasked),
        cmocka_unit_test(a_scenario_of_the_same_model_can_be_undone),
        cmocka_unit_test(a_shorter_text_says_which_values_went_with_the_longer_one),
        cmocka_unit_test(presets_are_named_and_chosen_with_the_arrows),
        cmocka_unit_test(a_question_shows_its_answers),
        cmocka_unit_test(while_presenting_only_what_is_not_locked_is_offered),
        cmocka_unit_test(explain_names_each_of_few_units_and_the_strongest_of_many),
        cmocka_unit_test(a_pinned_gate_is_told_whole_at_80_columns),
        cmocka_unit_test(predictions_are_told_in_the_order_of_the_pinned_run),
        cmocka_unit_test(a_character_model_speaks_of_characters),
        cmocka_unit_test(t_goes_on_through_the_themes_and_T_goes_back),
        cmocka_unit_test(a_unit_gets_a_name_and_undo_takes_it_back),
        cmocka_unit_test(a_refused_value_is_forced_only_where_it_was_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
