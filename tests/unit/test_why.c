/* Why this word: both columns add up as printed, and silencing a unit moves the difference by exactly what its row
 * says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/why.h"
#include "session/session.h"
#include "support/app.h"
#include "support/golden.h"
#include "support/models.h"
#include "ui/grid.h"
#include "views/view.h"

/* The number behind the last end of a frame in a row, "▏[+6.59]" or "▏ -0.11"; a bar that is a hairline looks like
 * one, too. */
static bool row_number(const char *line, double *v)
{
    static const char end[] = "\xE2\x96\x8F";
    const char *last = NULL;
    for (const char *p = line; (p = strstr(p, end)); p += strlen(end))
        last = p + strlen(end);
    if (!last)
        return false;
    char *stop;
    const char *at = *last == '[' ? last + 1 : last;
    *v = strtod(at, &stop);
    return stop > at;
}

static void check_columns(const char *picture)
{
    double sum = 0, v;
    int sums = 0;
    for (const char *line = picture; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        const char *next = strchr(line, '\n');
        size_t n = next ? (size_t)(next - line) : strlen(line);
        char *one = calloc(n + 1, 1);
        memcpy(one, line, n);
        char *together = strstr(one, "together  ");
        if (together) {
            double whole = strtod(together + strlen("together"), NULL);
            if (fabs(whole - sum) > 1e-6)
                fail_msg("the rows add up to %.2f, the sum says %.2f\n%s", sum, whole, picture);
            sum = 0;
            sums++;
        } else if (row_number(one, &v)) {
            sum += v;
        }
        free(one);
    }
    assert_in_range(sums, 1, 2);
}

static void both_columns_add_up_as_printed_in_every_state(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        uint64_t seed = (uint64_t)round * 131 + 3;
        struct random_model r = {.layers = 1 + round % 2, .hidden = 2 + round % 12, .embed = 3, .words = 9,
                                 .outputs = 9,
                                 .steps = 1 + round % 14, .seed = seed};
        struct session *s = random_state(&r, &seed, round % 4, VAL_H);
        struct scene scene = {.session = s, .glyphs = &glyphs_unicode};
        void *view = view_state_new(&view_why);
        struct grid *g = grid_new(80, 16, &glyphs_unicode);
        struct str text = {0};
        view_draw(&view_why, &scene, view, g, (struct rect){0, 0, 80, 16});
        grid_dump_text(g, &text);
        check_columns(str_text(&text));
        str_free(&text);
        grid_free(g);
        view_state_free(&view_why, view);
        session_free(s);
    }
}

static void explained(struct app *a, struct str *out)
{
    str_clear(out);
    view_explain(&view_why, &a->scene, a->view_state[view_index(&view_why)], out);
}

static void her_and_not_his_is_gender_and_she(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":t with<Enter>A", .w = 80, .h = 24}, &a);
    explained(&a, &text);
    assert_non_null(strstr(str_text(&text), "gender makes +6.59, and what 'she' wrote +6.63"));
    str_free(&text);
    app_clear(&a);
}

static void silencing_a_unit_moves_the_difference_by_what_its_row_said(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":t with<Enter>A", .w = 80, .h = 24}, &a);
    struct session *s = a.session;
    int her = session_output(s, 7), his = 0;
    while (strcmp(session_model(s)->vocab->token[his], "his") != 0)
        his++;
    struct why before, after;
    assert_true(why_compute((struct computation[]){session_computation(s, RUN_PINNED)}, 6,
                            her, his, &before));
    assert_true(app_keys(&a, "c", "test", &e));
    size_t n;
    const struct pin *pins = session_pins(s, &n);
    assert_int_equal(n, 1);
    assert_true(pins[0].q == Q_H && pins[0].value == 0 && pins[0].step == 6);
    assert_true(why_compute((struct computation[]){session_computation(s, RUN_PINNED)}, 6, her, his, &after));
    assert_true(fabs(before.difference - after.difference - before.unit[pins[0].unit]) < 1e-12);
    why_clear(&before);
    why_clear(&after);
    app_clear(&a);
}

static void a_model_that_predicts_nothing_says_so(void **state)
{
    (void)state;
    struct random_model r = {.layers = 1, .hidden = 3, .embed = 2, .steps = 5, .seed = 3};
    struct err e = {{0}};
    struct session *s = session_new(model_random(&r), &e);
    struct scene scene = {.session = s, .glyphs = &glyphs_unicode};
    void *view = view_state_new(&view_why);
    struct str text = {0};
    view_explain(&view_why, &scene, view, &text);
    assert_non_null(strstr(str_text(&text), "no output head"));
    str_free(&text);
    view_state_free(&view_why, view);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_columns_add_up_as_printed_in_every_state),
        cmocka_unit_test(her_and_not_his_is_gender_and_she),
        cmocka_unit_test(silencing_a_unit_moves_the_difference_by_what_its_row_said),
        cmocka_unit_test(a_model_that_predicts_nothing_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
