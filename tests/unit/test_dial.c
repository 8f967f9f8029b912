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
#include "support/app.h"
#include "support/golden.h"
#include "views/dial_view.h"
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

/* A network whose reruns do not fit into a frame: the first picture has every eighth value, and says that tips are not
 * known; what is there in the end is what working it out at once gives. */
static void a_large_network_is_turned_in_pieces_to_the_same_end(void **state)
{
    (void)state;
    struct app a = random_app(400, 1, 20, 80, 24);
    struct str at_once = {0}, first = {0};
    press(&a, ":step 3<Enter>");
    session_select(a.session, 0, 5, VAL_C);
    press(&a, "%");
    grid_free(picture(&a));
    explained(&a, &first);
    assert_non_null(strstr(str_text(&first), "Where they change places is still being looked for."));
    char *whole = told(&a);
    struct dial_kept k = {.layer = 0, .unit = 5, .t = 3, .v = VAL_C};
    dial_work_out(a.session, &k);
    assert_true(k.complete && k.points == DIAL_POINTS && k.every == 1);
    dial_tell(a.session, &k, &glyphs_unicode, &at_once);
    assert_string_equal(whole, str_text(&at_once));
    assert_null(strstr(whole, "looked for"));
    session_select(a.session, 0, 6, VAL_C);       /* away in the middle of it, and back */
    grid_free(picture(&a));
    session_select(a.session, 0, 5, VAL_C);
    char *again = told(&a);
    assert_string_equal(again, whole);
    free(whole);
    free(again);
    str_free(&first);
    str_free(&at_once);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(her_and_his_change_places_where_the_dial_says_so),
        cmocka_unit_test(enter_sets_the_value_to_the_tip),
        cmocka_unit_test(where_nothing_comes_after_that_is_said),
        cmocka_unit_test(a_large_network_is_turned_in_pieces_to_the_same_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
