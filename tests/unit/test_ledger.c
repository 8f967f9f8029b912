/* The ledger on the screen: its sentences add up as printed, its letters tell the words apart, and what it says is
 * left of a word is what the forget gates left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "session/session.h"
#include "support/app.h"
#include "support/golden.h"
#include "support/models.h"
#include "views/view.h"

static void explained(struct app *a, struct str *out)
{
    str_clear(out);
    view_explain(&view_ledger, &a->scene, a->view_state[view_index(&view_ledger)], out);
}

/* The numbers of "C is made of m +0.0361, t +0.0223: together +0.0584." as a reader finds them: Σ of all but the
 * last, and the last. */
static bool re_adds(const char *text, double *sum, double *together)
{
    const char *at = strstr(text, "C is made of"), *end;
    if (!at || !(end = strstr(at, ": together ")))
        return false;
    *sum = 0;
    for (const char *p = at + strlen("C is made of"); p < end; p++)
        if ((*p == '+' || *p == '-') && p[1] >= '0' && p[1] <= '9') {
            char *next;
            *sum += strtod(p, &next);
            p = next - 1;
        }
    *together = strtod(end + strlen(": together "), NULL);
    return true;
}

static void the_books_add_up_as_printed_in_every_state(void **state)
{
    (void)state;
    int read = 0;
    for (int round = 0; round < 300; round++) {
        uint64_t seed = (uint64_t)round * 31 + 7;
        struct random_model r = {.layers = 1 + round % 2, .hidden = 2 + round % 6, .embed = 3, .words = 9, .outputs = 9,
                                 .steps = 1 + round % 14, .seed = seed};
        struct session *s = random_state(&r, &seed, round % 4, VAL_F);
        session_select(s, random_below(&seed, r.layers), random_below(&seed, r.hidden), VAL_F);
        struct scene scene = {.session = s, .glyphs = &glyphs_unicode};
        void *view = view_state_new(&view_ledger);
        struct str text = {0};
        double sum, together,
            C = (double)session_value(s, RUN_PINNED, session_cursor(s)->layer, session_cursor(s)->unit, VAL_C,
                                      session_cursor(s)->step);
        view_explain(&view_ledger, &scene, view, &text);
        if (re_adds(str_text(&text), &sum, &together)) {
            read++;
            if (fabs(sum - together) > 1e-9 || fabs(together - C) > 0.00501)
                fail_msg("C %.6g: %s", C, str_text(&text));
        }
        str_free(&text);
        view_state_free(&view_ledger, view);
        session_free(s);
    }
    assert_in_range(read, 200, 300);
}

static void mary_is_let_go_at_then_and_at_he(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    golden_app(
        &(struct golden_shot){
            .model = "gender", .keys = ":text mary came and then he played with<Enter>:t he<Enter>M", .w = 80, .h = 24},
        &a);
    explained(&a, &text);
    assert_non_null(strstr(str_text(&text), "'mary' was let go at 'then'"));
    assert_non_null(strstr(str_text(&text), "and at 'he'"));
    /* The percentage is the product of the forget gates since. */
    const struct session *s = a.session;
    int unit = session_cursor(s)->unit;
    double left = 100;
    for (int t = 2; t <= 4; t++)
        left *= (double)session_value(s, RUN_PINNED, 0, unit, VAL_F, t);
    char want[32];
    snprintf(want, sizeof want, "'then' (%.2g%% left)", left);
    assert_non_null(strstr(str_text(&text), want));
    assert_true(left > 0.5 && left < 10);
    str_free(&text);
    app_clear(&a);
}

/* What no letter stands for is told by its word. */
static void an_account_too_small_for_a_letter_is_named(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    golden_app(&(struct golden_shot){.keys = ":set f[gender]@and=0<Enter>:t with<Enter>M", .w = 80, .h = 24}, &a);
    explained(&a, &text);
    if (!strstr(str_text(&text), "C is made of 'played' "))
        fail_msg("%s", str_text(&text));
    str_free(&text);
    app_clear(&a);
}

static void up_and_down_follow_another_word_and_enter_goes_to_where_it_was_written(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    struct err e = {{0}};
    golden_app(&(struct golden_shot){.model = "gender",
                                     .keys = ":text mary came and then he played with<Enter>:t with<Enter>M",
                                     .w = 80,
                                     .h = 24},
               &a);
    explained(&a, &text);
    assert_non_null(strstr(str_text(&text), "'he' is still there"));
    assert_true(app_keys(&a, "<Up>", "test", &e));
    explained(&a, &text);
    assert_non_null(strstr(str_text(&text), "'then' was let go at 'he'"));
    assert_true(app_keys(&a, "<Enter>", "test", &e));
    assert_int_equal(session_cursor(a.session)->step, 4);
    assert_ptr_equal(a.view, &view_bars);
    str_free(&text);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_books_add_up_as_printed_in_every_state),
        cmocka_unit_test(mary_is_let_go_at_then_and_at_he),
        cmocka_unit_test(an_account_too_small_for_a_letter_is_named),
        cmocka_unit_test(up_and_down_follow_another_word_and_enter_goes_to_where_it_was_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
