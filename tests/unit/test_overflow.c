/* test_overflow.c: numbers beyond what a float holds, and questions beyond what a network has: both are told,
 * neither is computed with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "action/app.h"
#include "base/json.h"
#include "base/mem.h"
#include "core/gradient.h"
#include "core/overflow.h"
#include "core/sweep.h"
#include "export/export.h"
#include "support/kernels.h"
#include "support/models.h"
#include "views/words.h"

/* Every weight is finite, every product of two is not: f of unit 1 at "a" is ∞ - ∞. */
static const char huge[] =
    "{\"format\": \"flstm-model/1\", \"name\": \"huge\", \"provenance\": \"hand-set\", \"vocabulary\": {\"kind\": "
    "\"word\", \"tokens\": [\"a\", \"b\"]}, \"embedding\": [[3e38, 3e38], [3e38, -3e38]], \"layers\": [{\"W_f\": "
    "[[3e38, -3e38, 3e38, -3e38], [3e38, 3e38, 3e38, 3e38]], \"W_i\": [[3e38, -3e38, 3e38, -3e38], [3e38, 3e38, 3e38, "
    "3e38]],\"W_g\": [[3e38, -3e38, 3e38, -3e38], [3e38, 3e38, 3e38, 3e38]], \"W_o\": [[3e38, -3e38, 3e38, -3e38], "
    "[3e38, 3e38, 3e38, 3e38]],\"b_f\": [3e38, 3e38], \"b_i\": [3e38, 3e38], \"b_g\": [3e38, 3e38], \"b_o\": [3e38, "
    "3e38]}], \"output\": {\"W\": [[3e38, -3e38], [3e38, 3e38]], \"b\": [0, 0]}, \"initial\": [{\"h\": [1, 1], \"C\": "
    "[3e38, -3e38]}], \"sequence\": [\"a\", \"b\", \"a\", \"a\"]}";

static struct model *huge_model(void)
{
    struct err e = {{0}};
    struct model *m = model_parse(huge, sizeof huge - 1, "huge", &(struct model_options){.tokenizer = -1}, &e);
    if (!m)
        fail_msg("%s", e.text);
    return m;
}

static struct session *session_on(struct model *m)
{
    struct session *s = session_new(m, NULL);
    assert_non_null(s);
    return s;
}

/* ---- questions beyond the network ---- */

static void a_target_that_does_not_exist_has_no_surprisal(void **state)
{
    (void)state;
    const float z[] = {1, 2, 3};
    assert_true(isnan(surprisal(z, 3, -1)) && isnan(surprisal(z, 3, 3)) && isnan(surprisal(z, 0, 0)));
    assert_true(surprisal(z, 3, 2) > 0.4 && surprisal(z, 3, 2) < 0.41);
}

static void a_sweep_of_what_is_not_there_is_refused(void **state)
{
    (void)state;
    struct session *s = session_on(model_words());
    const struct lstm *net = session_net(s);
    const struct trace *tr = session_trace(s, RUN_PINNED);
    static const struct sweep_question bad[] = {
        {.step = 5, .first = 1, .layer = 0, .target = -1},
        {.step = 5, .first = 1, .layer = 0, .target = 10},
        {.step = 5, .first = 1, .layer = 1, .target = 0},
        {.step = 5, .first = 1, .layer = -1, .target = 0},
        {.step = 0, .first = 0, .layer = 0, .target = 0},
        {.step = 5, .first = 6, .layer = 0, .target = 0},
        {.step = 5, .first = 0, .layer = 0, .target = 0},
        {.step = 9, .first = 1, .layer = 0, .target = 0},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        assert_false(sweep_can_ask(net, tr, &bad[k]));
        assert_null(sweep_new(net, tr, session_inputs(s), &bad[k], NULL, 0));
    }
    struct sweep *w = sweep_new(net, tr, session_inputs(s),
                                &(struct sweep_question){.step = 5, .first = 1, .target = 9}, NULL, 0);
    assert_non_null(w);
    sweep_free(w);
    session_free(s);
}

static void a_gradient_of_what_is_not_there_is_refused(void **state)
{
    (void)state;
    struct session *s = session_on(model_words());
    const struct lstm *net = session_net(s);
    const struct trace *tr = session_trace(s, RUN_PINNED);
    static const struct { int step, target; } bad[] = {{5, -1}, {5, 10}, {0, 0}, {9, 0}};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        assert_null(gradient_surprisal(&(struct computation){.net = net, .tr = tr}, bad[k].step, bad[k].target));
    static const struct { int step, target; } ends[] = {{1, 0}, {8, 9}};          /* the first of all, and the last */
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        const struct computation of = session_computation(s, RUN_PINNED);
        struct gradient *g = gradient_surprisal(&of, ends[k].step, ends[k].target);
        assert_non_null(g);
        assert_true(isfinite(g->value) && gradient_norm(g, 1) > 0);
        gradient_free(g);
    }
    static const struct {
        int step, layer, unit;
        enum quantity q;
    } none[] = {{9, 0, 0, Q_C}, {5, 1, 0, Q_C}, {5, -1, 0, Q_C}, {5, 0, 3, Q_H}, {5, 0, -1, Q_H}, {5, 0, 0, Q_F}};
    for (size_t k = 0; k < sizeof none / sizeof *none; k++)
        assert_null(gradient_element(&(struct computation){.net = net, .tr = tr},
                                     (struct element){none[k].layer, none[k].unit, none[k].q, none[k].step}));
    session_free(s);
}

/* ---- where it is too large ---- */

/* Weights so many that they are looked at in parts: wherever the largest stands, of either sign, it is found. */
static void the_largest_weight_is_found_wherever_it_stands(void **state)
{
    (void)state;
    const int hidden[] = {600, 3};
    struct lstm *net = lstm_new(&(struct lstm_shape){.layers = 2, .embed = 9, .hidden = hidden});
    assert_non_null(net);
    const size_t n = (size_t)600 * (600 + 9), at[] = {0, 15, 16, 262143, 262144, 262145, 300000, n - 17, n - 1};
    for (size_t k = 0; k < n; k++)
        net->layer[0].W[Q_I][k] = k % 2 ? 0.25f : -0.25f;
    net->layer[1].b[Q_O][2] = -7;
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        net->layer[0].W[Q_I][at[k]] = k % 2 ? -3.5f : 3.5f;
        float *largest = overflow_largest(net);
        assert_non_null(largest);
        assert_true(largest[0] == 3.5f && largest[1] == 7.0f);
        mem_free(largest);
        net->layer[0].W[Q_I][at[k]] = 0.25f;
    }
    lstm_free(net);
}

static void shipped_models_stay_within_range(void **state)
{
    (void)state;
    static const char *const names[] = {"gender", "lesson-cell", "lesson-trained", "counter", "question", "prose"};
    int seen = 0;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        struct model *m = model_builtin(names[k], NULL);
        if (!m)
            continue;
        struct session *s = session_on(m);
        for (int t = 1; t <= session_steps(s); t++, seen++)
            assert_int_equal(session_overflow(s, RUN_PINNED, t, NULL, 0), 0);
        session_free(s);
    }
    assert_true(seen > 20);
}

/* The quick bound must not hide what the sums, taken one by one, show. */
static void overflow_is_found_exactly_where_the_terms_are_too_large(void **state)
{
    (void)state;
    struct session *s = session_on(model_random(
        &(struct random_model){.layers = 2, .hidden = 5, .embed = 3, .words = 6, .outputs = 6, .steps = 8, .seed = 4}));
    assert_int_equal(session_overflow(s, RUN_PINNED, 3, NULL, 0), 0);
    const struct lstm_layer *top = &session_net(s)->layer[1];
    float h = session_row(s, RUN_PINNED, 0, Q_H, 3)[2];
    assert_true(fabsf(h) > 1e-3f && fabsf(h) < 1);
    /* The column of x_3 of one unit: just beyond the range at this step, by one term alone. */
    assert_true(session_set_weight(s, (struct weight_place){1, Q_I, 4, top->hidden + 2}, FLT_MAX, NULL));
    int n = session_overflow(s, RUN_PINNED, 3, NULL, 0);
    assert_int_equal(n, 0);                              /* |h| < 1: the product still fits */
    assert_true(session_set_weight(s, (struct weight_place){1, Q_I, 4, -1}, FLT_MAX, NULL));
    struct overflow at[4];
    assert_int_equal(session_overflow(s, RUN_PINNED, 3, at, 4), 1);
    assert_true(at[0].layer == 1 && at[0].gate == Q_I && at[0].unit == 4);
    assert_true(session_undo(s) && session_undo(s));
    assert_int_equal(session_overflow(s, RUN_PINNED, 3, NULL, 0), 0);
    session_free(s);
}

static void a_pinned_hidden_state_can_overflow_the_head(void **state)
{
    (void)state;
    struct session *s = session_on(model_words());
    assert_true(session_pin(s, (struct place){0, 0, VAL_H, 4}, 3e38f, true, NULL));
    assert_true(session_pin(s, (struct place){0, 1, VAL_H, 4}, 3e38f, true, NULL));
    assert_true(session_pin(s, (struct place){0, 2, VAL_H, 4}, 3e38f, true, NULL));
    struct overflow at[64];
    int n = session_overflow(s, RUN_PINNED, 4, at, 64);
    if (n) /* it depends on the weights; what is told must be what is so */
        assert_true(at[n - 1].layer == OVERFLOW_HEAD);
    assert_int_equal(n > 0, session_likeliest(s, RUN_PINNED, 4) < 0);
    assert_int_equal(session_overflow(s, RUN_BASE, 4, NULL, 0), 0);
    session_free(s);
}

/* ---- and what is said of it ---- */

static bool holds(const struct grid *g, const char *text)
{
    struct str out = {0};
    export_text(g, &out);
    bool found = strstr(str_text(&out), text) != NULL;
    str_free(&out);
    return found;
}

/* Has the run a value that is none? A kernel without fused products makes one of 3e38 · 2 - 3e38 · 2. */
static bool has_nan(const struct session *s)
{
    for (int q = 0; q < Q_COUNT; q++)
        for (int t = 1; t <= session_steps(s); t++)
            for (int u = 0; u < session_net(s)->layer[0].hidden; u++)
                if (isnan(session_row(s, RUN_BASE, 0, (enum quantity)q, t)[u]))
                    return true;
    return false;
}

static void every_view_names_it(void)
{
    static const struct { int w, h; } sizes[] = {{80, 24}, {120, 40}, {40, 12}};
    struct app a;
    app_init(&a, session_on(huge_model()), theme_load(theme_default, NULL), &glyphs_unicode);
    for (int v = 0; v < view_count; v++) {
        if (views[v]->alone)
            continue;
        app_show_view(&a, views[v]);
        for (int t = 1; t <= 4; t++)
            for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
                session_goto(a.session, t);
                struct grid *g = grid_new(sizes[k].w, sizes[k].h, a.glyphs);
                app_draw(&a, g, NULL, NULL);
                if (sizes[k].w >= 80 && !holds(g, "Overflow at '"))
                    fail_msg("%s at step %d does not say that numbers overflow", views[v]->name, t);
                if (holds(g, "nan") && !has_nan(a.session))
                    fail_msg("%s at step %d, %dx%d, shows \"nan\"", views[v]->name, t, sizes[k].w, sizes[k].h);
                grid_free(g);
            }
    }
    app_clear(&a);
}

static void every_view_names_an_overflow_and_shows_no_nan(void **state)
{
    (void)state;
    each_kernel(every_view_names_it);
}

static void the_sweep_says_that_nothing_can_be_predicted(void **state)
{
    (void)state;
    struct app a;
    app_init(&a, session_on(huge_model()), theme_load(theme_default, NULL), &glyphs_unicode);
    for (const char *p = "W"; *p;)
        app_key(&a, key_parse(&p));
    struct grid *g = grid_new(80, 24, a.glyphs);
    app_draw(&a, g, NULL, NULL);
    assert_true(holds(g, "Nothing can be predicted here"));
    grid_free(g);
    app_clear(&a);
}

/* A word chosen from one model's predictions, then a model that predicts nothing: the target was -1, and the logits
 * were read in front of their beginning. */
static void a_chosen_word_is_forgotten_with_its_model(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    app_init(&a, session_on(model_words()), theme_load(theme_default, NULL), &glyphs_unicode);
    struct grid *g = grid_new(80, 24, a.glyphs);
    for (const char *p = "<Right><Right><Right>Wyy"; *p;)
        app_key(&a, key_parse(&p));
    app_draw(&a, g, NULL, NULL);
    assert_true(session_set_model(a.session, huge_model(), &e));
    app_draw(&a, g, NULL, NULL);
    assert_true(holds(g, "Nothing can be predicted here"));
    assert_true(session_set_model(a.session, model_words(), &e));
    app_draw(&a, g, NULL, NULL);
    assert_true(holds(g, "p('"));
    grid_free(g);
    app_clear(&a);
}

static void the_trace_names_where(void **state)
{
    (void)state;
    struct session *s = session_on(huge_model());
    struct str out = {0};
    struct err e = {{0}};
    export_trace_json(s, 3, &out, NULL);
    struct json *j = json_parse_copy(str_text(&out), out.len, "trace", &e);
    if (!j)
        fail_msg("%s", e.text);
    assert_non_null(strstr(str_text(&out), "\"overflow\": [\"l1.f[1]@1\", "));
    assert_non_null(strstr(str_text(&out), "\"logits@4\"]"));
    assert_non_null(strstr(str_text(&out), "\"surprisal\": [null, null, null]"));
    json_free(j);
    str_clear(&out);
    export_trace_text(s, 3, &out, NULL);
    assert_non_null(
        strstr(str_text(&out), "Overflow at 'b': logits beyond 3.4e+38, so nothing is predicted; 8 gates too."));
    str_clear(&out);
    session_free(s);
    s = session_on(model_words());
    export_trace_json(s, 3, &out, NULL);
    assert_null(strstr(str_text(&out), "overflow"));
    str_free(&out);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_that_does_not_exist_has_no_surprisal),
        cmocka_unit_test(a_sweep_of_what_is_not_there_is_refused),
        cmocka_unit_test(a_gradient_of_what_is_not_there_is_refused),
        cmocka_unit_test(the_largest_weight_is_found_wherever_it_stands),
        cmocka_unit_test(shipped_models_stay_within_range),
        cmocka_unit_test(overflow_is_found_exactly_where_the_terms_are_too_large),
        cmocka_unit_test(a_pinned_hidden_state_can_overflow_the_head),
        cmocka_unit_test(every_view_names_an_overflow_and_shows_no_nan),
        cmocka_unit_test(the_sweep_says_that_nothing_can_be_predicted),
        cmocka_unit_test(a_chosen_word_is_forgotten_with_its_model),
        cmocka_unit_test(the_trace_names_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
