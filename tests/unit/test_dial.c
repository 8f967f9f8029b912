/* The dial: what it says of a value turned is what pinning the value gives, and the tip is where the likelier answer
 * changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/session.h"
#include "support/golden.h"
#include "views/view.h"

static int word(const struct session *s, const char *text)
{
    for (int w = 0; w < session_model(s)->vocab->size; w++)
        if (strcmp(session_model(s)->vocab->token[w], text) == 0)
            return w;
    fail_msg("no word %s", text);
    return -1;
}

static void explained(struct app *a, struct str *out)
{
    str_clear(out);
    view_explain(&view_dial, &a->scene, a->view_state[view_index(&view_dial)], out);
}

static void her_and_his_change_places_where_the_dial_says_so(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":t and<Enter>%", .w = 80, .h = 24}, &a);
    explained(&a, &text);
    struct session *s = a.session;
    int unit = session_cursor(s)->unit, her = word(s, "her"), his = word(s, "his");
    char want[96];
    assert_true(session_pin(s, (struct place){0, unit, VAL_F, 4}, 0, false, NULL));
    double her_shut = (double)session_probability(s, RUN_PINNED, 6, her),
           his_shut = (double)session_probability(s, RUN_PINNED, 6, his);
    assert_true(session_pin(s, (struct place){0, unit, VAL_F, 4}, 1, false, NULL));
    snprintf(want, sizeof want, "'her' goes from %.2f to %.2f and 'his' from %.2f to %.2f", her_shut,
             (double)session_probability(s, RUN_PINNED, 6, her), his_shut,
             (double)session_probability(s, RUN_PINNED, 6, his));
    assert_non_null(strstr(str_text(&text), want));
    const char *at = strstr(str_text(&text), "change places at ");
    assert_non_null(at);
    double tip = strtod(at + strlen("change places at "), NULL);
    assert_true(tip > 0.02 && tip < 0.05);
    assert_true(session_pin(s, (struct place){0, unit, VAL_F, 4}, (float)(tip - 0.001), false, NULL));
    assert_true(session_probability(s, RUN_PINNED, 6, his) > session_probability(s, RUN_PINNED, 6, her));
    assert_true(session_pin(s, (struct place){0, unit, VAL_F, 4}, (float)(tip + 0.001), false, NULL));
    assert_true(session_probability(s, RUN_PINNED, 6, her) > session_probability(s, RUN_PINNED, 6, his));
    str_free(&text);
    app_clear(&a);
}

static void enter_sets_the_value_to_the_tip(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":t and<Enter>%", .w = 80, .h = 24}, &a);
    assert_true(app_keys(&a, "<Enter>", "test", &e));
    const struct session *s = a.session;
    float her = session_probability(s, RUN_PINNED, 6, word(s, "her")),
          his = session_probability(s, RUN_PINNED, 6, word(s, "his"));
    assert_int_equal(session_pin_count(s), 1);
    assert_true(fabsf(her - his) < 1e-4f);
    app_clear(&a);
}

static void where_nothing_comes_after_that_is_said(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    golden_app(&(struct golden_shot){.model = "gender", .keys = "<End>%", .w = 80, .h = 24}, &a);
    explained(&a, &text);
    assert_non_null(strstr(str_text(&text), "No word comes after this one"));
    str_free(&text);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(her_and_his_change_places_where_the_dial_says_so),
        cmocka_unit_test(enter_sets_the_value_to_the_tip),
        cmocka_unit_test(where_nothing_comes_after_that_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
