/* What speaks for how a file was read: shown in the title and in the trace, and never more than there is. And which
 * side of a matrix over both comes first, where names do not tell. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/app.h"
#include "base/mem.h"
#include "export/export.h"
#include "import/import.h"
#include "model/fingerprint.h"
#include "session/session.h"

/* H = 1, E = 2: columns of W_q are h, x1, x2, or x1, x2, h. */
static struct model *by_hand(const char *columns, const char *order, struct err *e)
{
    char text[1024];
    struct model_options o = MODEL_OPTIONS_NONE;
    o.order = order;
    int n = snprintf(text, sizeof text,
                     "{\"W_f\":[%s],\"W_i\":[%s],\"W_c\":[%s],\"W_o\":[%s],\"b_f\":[0.5],\"b_i\":[0.25],\"b_c\":[1],"
                     "\"b_o\":[-1]}", columns, columns, columns, columns);
    return model_parse(text, (size_t)n, "F", &o, e);
}

static void a_matrix_over_x_and_h_is_read_as_order_says(void **state)
{
    (void)state;
    struct err e = {""};
    struct model *hx = by_hand("[3, 1, 2]", NULL, &e), *xh = by_hand("[1, 2, 3]", "xh", &e),
                 *said = by_hand("[3, 1, 2]", "hx", &e);
    assert_non_null(hx);
    assert_non_null(xh);
    assert_non_null(said);
    assert_int_equal(fingerprint_net(hx->net), fingerprint_net(xh->net));
    assert_int_equal(fingerprint_net(hx->net), fingerprint_net(said->net));
    assert_non_null(strstr(hx->notice, "--order xh"));
    assert_null(xh->notice);
    assert_non_null(strstr(xh->report, "the columns of x, then of h"));
    model_free(hx);
    model_free(xh);
    model_free(said);
    assert_null(by_hand("[3, 1, 2]", "ifgo", &e));
    assert_non_null(strstr(e.text, "expected hx or xh"));
}

static char *title_of(struct session *s)
{
    struct err e = {""};
    struct app a;
    struct str out = {0};
    app_init(&a, s, theme_load(theme_default, &e), &glyphs_unicode);
    a.w = 120;
    a.h = 24;
    struct grid *g = grid_new(120, 24, &glyphs_unicode);
    app_draw(&a, g, NULL, NULL);
    export_text(g, &out);
    grid_free(g);
    app_clear(&a);
    char *end = strchr(str_text(&out), '\n');
    *end = '\0';
    return str_take(&out);
}

static void must_hold(char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in %s", part, text);
    free(text);
}

static struct session *fed(struct model *m, const float *x, int steps)
{
    struct err e = {""};
    struct session *s = session_new(m, &e);
    assert_true(session_set_inputs(s, x, steps, &e));
    return s;
}

static void the_numbers_that_a_step_takes_in_stand_in_the_title(void **state)
{
    (void)state;
    static const float x[] = {0.25f, -1.5f, 3, 4};
    struct err e = {""};
    must_hold(title_of(fed(by_hand("[3, 1, 2]", "hx", &e), x, 2)), "t=1/2 x 0.25 -1.5");
}

static void weights_that_nothing_proves_are_only_read(void **state)
{
    (void)state;
    static const float x[] = {0.25f, -1.5f};
    struct err e = {""};
    must_hold(title_of(fed(by_hand("[3, 1, 2]", "hx", &e), x, 1)), "only read");
}

/* The same trained weights with f and the candidate in each other's place: chance would do as well. */
static void a_text_scores_a_right_reading_and_no_wrong_one(void **state)
{
    (void)state;
    static const char text[] = "she came out and played with her dog . he came out and played with his dog .";
    for (int wrong = 0; wrong < 2; wrong++) {
        struct err e = {""};
        struct model *m = model_builtin(NULL, &e);
        assert_non_null(m);
        for (int l = 0; wrong && l < m->net->layers; l++) {
            float *W = m->net->layer[l].W[Q_F], *b = m->net->layer[l].b[Q_F];
            m->net->layer[l].W[Q_F] = m->net->layer[l].W[Q_G];
            m->net->layer[l].b[Q_F] = m->net->layer[l].b[Q_G];
            m->net->layer[l].W[Q_G] = W;
            m->net->layer[l].b[Q_G] = b;
        }
        assert_true(lstm_pack(m->net));
        model_forget_expected(m);
        struct session *s = session_new(m, &e);
        assert_true(session_set_text(s, text, "text", &e));
        if (session_reading(s) != (wrong ? READING_READ : READING_SCORED))
            fail_msg("%s: %s", wrong ? "wrong" : "right", session_reading_name(session_reading(s)));
        struct str out = {0};
        struct drain none = {0};
        export_trace_json(s, 0, &out, &none);
        assert_non_null(strstr(str_text(&out), wrong ? "\"proof\": \"read\"" : "\"proof\": \"scored\""));
        str_free(&out);
        session_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_matrix_over_x_and_h_is_read_as_order_says),
        cmocka_unit_test(the_numbers_that_a_step_takes_in_stand_in_the_title),
        cmocka_unit_test(weights_that_nothing_proves_are_only_read),
        cmocka_unit_test(a_text_scores_a_right_reading_and_no_wrong_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
