/* The plain recurrent network beside the default model: what the gradient view says of it is the derivative, and it is
 * said of the stories only. */
#include "session/beside.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "import/import.h"
#include "support/golden.h"

static struct session *opened(const char *name)
{
    struct err e = {""};
    struct model *m = model_builtin(name, &e);
    struct session *s = m ? session_new(m, &e) : NULL;
    if (!s)
        fail_msg("%s", e.text);
    return s;
}

/* Surprisal of `output` after the last of n steps with C of one unit at one step moved. */
static double moved(const struct lstm *net, const float **x, int n, int output, const struct pin *pin)
{
    struct trace *tr = trace_new(net, n);
    float *z = xcalloc((size_t)net->outputs, sizeof *z);
    lstm_run(net, x, 0, pin, 1, tr);
    lstm_logits(net, tr, n, z);
    double v = surprisal(z, net->outputs, output);
    free(z);
    trace_free(tr);
    return v;
}

static void what_is_left_of_its_gradient_is_what_moving_its_memory_shows(void **state)
{
    (void)state;
    struct session *s = opened(model_default);
    struct beside *b = beside_new(s);
    struct err e = {""};
    struct model *plain = model_builtin("plain", &e);
    assert_non_null(b);
    const struct aim aim = {.of = AIM_SURPRISAL, .step = 6, .output = session_token_id(s, 7)};
    double *share = beside_shares(b, s, &aim), norm[7] = {0};
    assert_non_null(share);
    const struct lstm *net = plain->net;
    const float *x[6];
    for (int t = 1; t <= 6; t++)
        x[t - 1] = net->embedding + (size_t)session_token_id(s, t) * (size_t)net->embed;
    struct trace *tr = trace_new(net, 6);
    lstm_run(net, x, 0, NULL, 0, tr);
    for (int t = 1; t <= 6; t++) {
        for (int u = 0; u < lstm_top(net); u++) {
            struct pin pin = {t, 0, Q_C, u, 0};
            float C = trace_row(tr, 0, Q_C, t)[u];
            pin.value = C + 0.01f;
            double up = moved(net, x, 6, aim.output, &pin), width = (double)pin.value;
            pin.value = C - 0.01f;
            width -= (double)pin.value;
            double d = (up - moved(net, x, 6, aim.output, &pin)) / width;
            norm[t] += d * d;
        }
        norm[t] = sqrt(norm[t]);
    }
    for (int t = 1; t <= 6; t++) {
        printf("  after step %d: %.4f left, %.4f by moving C\n", t, share[t], norm[t] / norm[6]);
        assert_true(fabs(share[t] - norm[t] / norm[6]) < 0.01 * (1 + share[t]));
    }
    assert_true(share[6] == 1);
    free(share);
    trace_free(tr);
    model_free(plain);
    beside_free(b);
    session_free(s);
}

static void it_is_compared_with_models_of_its_words_alone(void **state)
{
    (void)state;
    static const char *const none[] = {"gender", "plain", "counter", "adding", "lesson-cell"};
    for (size_t k = 0; k < sizeof none / sizeof *none; k++) {
        struct session *s = opened(none[k]);
        assert_null(beside_new(s));
        session_free(s);
    }
    struct session *s = opened("story");
    struct beside *b = beside_new(s);
    assert_true(beside_accuracy(b) > 0.4 && beside_accuracy(b) < 0.7);
    assert_null(beside_shares(b, s, &(struct aim){.of = AIM_C, .step = 3}));
    beside_free(b);
    session_free(s);
}

/* Its figure stands beside its row: who reads that it forgets also reads how often it is right. */
static void the_gradient_view_has_a_row_of_it_and_tells_its_accuracy(void **state)
{
    (void)state;
    static const struct { const char *model; bool has; } cases[] = {{"story", true}, {"gender", false}};
    for (int k = 0; k < 2; k++) {
        struct session *s = opened(cases[k].model);
        struct err e = {""};
        struct app a;
        app_init(&a, s, theme_load(theme_default, &e), &glyphs_unicode);
        a.w = 120;
        a.h = 40;
        assert_true(app_keys(&a, ":view gradient<Enter>:t 6<Enter>", "keys", &e));
        struct grid *g = grid_new(a.w, a.h, a.glyphs);
        app_draw(&a, g, NULL, NULL);
        struct str text = {0};
        grid_dump_text(g, &text);
        assert_int_equal(strstr(str_text(&text), "plain RNN") != NULL, cases[k].has);
        assert_int_equal(strstr(str_text(&text), "right in 54%") != NULL, cases[k].has);
        str_free(&text);
        grid_free(g);
        app_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_of_its_gradient_is_what_moving_its_memory_shows),
        cmocka_unit_test(it_is_compared_with_models_of_its_words_alone),
        cmocka_unit_test(the_gradient_view_has_a_row_of_it_and_tells_its_accuracy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
