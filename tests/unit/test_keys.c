/* test_keys.c: what keys do where: typing into a prompt that does not come is no command, Alt is not Esc, overlays
 * close, nothing changes that is not shown, nothing that was learnt is thrown away unasked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/ask.h"
#include "support/app.h"
#include "support/golden.h"
#include "views/scroll.h"

/* ---- lines for a prompt that does not come ----------------------------------------------------------------------- */

static void a_line_typed_after_a_refused_prompt_runs_no_command(void **state)
{
    (void)state;
    static const struct { const char *where, *keys; } cases[] = {
        {":train<Enter>", "/undo cXq<Enter>"}, {":train<Enter>", "/cod<BS><Esc>"}, {":train<Enter>", "0.5<Enter>"},
        {"<F5>", "Pforget<Enter>"}, {"<F5>", "0.5<Enter>"}, {"I", "0.75<Enter>"}, {"I", "Phalf<Enter>"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct app a;
        dog_app(&a, cases[k].where);
        const struct view *was = a.view;
        bool paused = a.training && a.training->paused;
        press(&a, cases[k].keys);
        if (a.view != was || session_pin_count(a.session) || a.quit || a.blank || a.prompt.active
            || (a.training && a.training->paused != paused))
            fail_msg("%s after %s did something", cases[k].keys, cases[k].where);
        assert_non_null(a.scene.message);
        app_clear(&a);
    }
}

static void what_follows_the_line_is_keys_again(void **state)
{
    (void)state;
    struct app a;
    dog_app(&a, "<F5>Pforget<Enter>");
    press(&a, "<F5>c");
    assert_int_equal(session_pin_count(a.session), 1);
    app_clear(&a);
    dog_app(&a, "<F5>0<F5>c");                           /* any other key ends it, too */
    assert_int_equal(session_pin_count(a.session), 1);
    app_clear(&a);
}

static void slash_in_help_searches_help_and_n_goes_on(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    dog_app(&a, "?");
    drawn(&a, &text);
    assert_null(strstr(text.s, "unpin everything"));
    press(&a, "/UNPIN EVERY<Enter>");
    assert_ptr_equal(a.view, view_find("help"));
    drawn(&a, &text);
    assert_non_null(strstr(text.s, "unpin everything"));
    press(&a, "/word<Enter>");
    const struct scroll *at = app_view_state(&a);
    int first = at->hit;
    press(&a, "n");
    assert_true(at->hit > first);
    press(&a, "N");
    assert_int_equal(at->hit, first);
    press(&a, "/no such text<Enter>");
    said(&a, "not in this text");
    assert_int_equal(session_cursor(a.session)->step, 1);
    str_free(&text);
    app_clear(&a);
}

/* ---- Alt --------------------------------------------------------------------------------------------------------- */

static void alt_moves_by_words_in_a_prompt_and_is_no_command_elsewhere(void **state)
{
    (void)state;
    struct app a;
    dog_app(&a, "<A-c>");
    said(&a, "Alt-c is not bound");
    assert_int_equal(session_pin_count(a.session), 0);
    press(&a, ":text He came out<A-b><A-b>X");
    assert_string_equal(a.prompt.text, "text He Xcame out");
    press(&a, "<A-f><A-d>");
    assert_string_equal(a.prompt.text, "text He Xcame");
    press(&a, "<C-y>");
    assert_string_equal(a.prompt.text, "text He Xcame out");
    press(&a, "<A-BS>");
    assert_string_equal(a.prompt.text, "text He Xcame ");
    press(&a, "<Esc>:<C-y>");                              /* kept from one prompt to the next */
    assert_string_equal(a.prompt.text, "out");
    app_clear(&a);
}

/* ---- overlays ---------------------------------------------------------------------------------------------------- */

static void q_closes_help_and_inspect_and_quits_from_the_main_view(void **state)
{
    (void)state;
    static const char *const ways[] = {"?q", "I?qq", "d?qq", "Iq"};
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        struct app a;
        dog_app(&a, ways[k]);
        if (k != 2)
            assert_false(a.quit);
        if (k < 2 || k == 3)
            assert_ptr_equal(a.view, view_find("bars"));
        press(&a, "q");
        assert_true(a.quit);
        app_clear(&a);
    }
}

/* ---- what is not shown ------------------------------------------------------------------------------------------- */

static void keys_change_nothing_that_the_view_does_not_show(void **state)
{
    (void)state;
    static const char *const views_without[] = {"d", "w", "W", "p", "S", "m", "I", "?"};
    for (size_t k = 0; k < sizeof views_without / sizeof *views_without; k++) {
        struct app a;
        dog_app(&a, views_without[k]);
        bool extra = a.scene.extra;
        enum layout_wish layout = a.scene.layout;
        press(&a, "v");
        assert_int_equal(a.scene.layout, layout);
        press(&a, "<Esc>");
        press(&a, views_without[k]);
        press(&a, "a");
        assert_int_equal(a.scene.extra, extra);
        app_clear(&a);
    }
    struct app a;
    dog_app(&a, "I");
    press(&a, "c+-]}COo[{");
    said(&a, "not shown here");
    assert_int_equal(session_pin_count(a.session), 0);
    press(&a, ":set f[1]@2=0<Enter>");                    /* spelled out it is meant */
    assert_int_equal(session_pin_count(a.session), 1);
    app_clear(&a);
}

static void explain_says_something_or_says_that_it_cannot(void **state)
{
    (void)state;
    for (int k = 0; k < view_count; k++)
        for (int small = 0; small < 2; small++) {
            struct app a;
            struct str was = {0}, now = {0};
            dog_app(&a, "<Right><Right><Right>");
            if (small)
                a.w = 40, a.h = 8;
            a.view = views[k];
            drawn(&a, &was);
            press(&a, "e");
            bool spoke = a.scene.message != NULL;
            a.scene.message = NULL;
            drawn(&a, &now);
            if (!spoke && strcmp(was.s, now.s) == 0)
                fail_msg("e does nothing in %s and says nothing", views[k]->name);
            if (spoke)
                assert_false(a.scene.explain);
            str_free(&was);
            str_free(&now);
            app_clear(&a);
        }
}

/* ---- a training -------------------------------------------------------------------------------------------------- */

static void beginning_a_training_anew_asks_before_what_was_learnt_is_lost(void **state)
{
    (void)state;
    struct app a;
    dog_app(&a, ":train<Enter>r");
    assert_false(a.prompt.active);                         /* nothing was learnt yet */
    uint64_t seed = a.training->seed;
    while (training_done(a.training) < 3)
        training_step(a.training);
    press(&a, "r");
    assert_true(a.prompt.active);
    struct str text = {0};
    drawn(&a, &text);
    assert_non_null(strstr(text.s, "y:begin anew"));
    press(&a, "n");
    assert_true(a.training->seed == seed && training_done(a.training) >= 3);
    press(&a, ":train-again 77<Enter>");
    said(&a, "not saved");
    press(&a, "ry");
    assert_true(a.training->seed == seed + 1 && training_done(a.training) == 0);
    press(&a, ":train-again! 77<Enter>");
    assert_true(a.training->seed == 77);
    str_free(&text);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_typed_after_a_refused_prompt_runs_no_command),
        cmocka_unit_test(what_follows_the_line_is_keys_again),
        cmocka_unit_test(slash_in_help_searches_help_and_n_goes_on),
        cmocka_unit_test(alt_moves_by_words_in_a_prompt_and_is_no_command_elsewhere),
        cmocka_unit_test(q_closes_help_and_inspect_and_quits_from_the_main_view),
        cmocka_unit_test(keys_change_nothing_that_the_view_does_not_show),
        cmocka_unit_test(explain_says_something_or_says_that_it_cannot),
        cmocka_unit_test(beginning_a_training_anew_asks_before_what_was_learnt_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
