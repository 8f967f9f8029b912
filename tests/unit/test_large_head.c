/* A head of tens of thousands of outputs takes longer than a frame: views show what there is and say that the rest is
 * being computed, a slice at a time; in the end they show what waiting for it would have shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/run.h"
#include "base/mem.h"
#include "core/answers.h"
#include "core/suffix.h"
#include "session/hang.h"
#include "session/session.h"
#include "support/app.h"
#include "support/models.h"
#include "support/pty.h"
#include "support/skip.h"

static const struct random_model large = {.layers = 1, .hidden = 1000, .embed = 4, .words = 31000, .outputs = 31000,
                                          .steps = 6, .seed = 5};

static struct session *large_session(void)
{
    struct err e = {{0}};
    struct session *s = session_new(model_random(&large), &e);
    assert_non_null(s);
    return s;
}

static struct app large_app(const char *keys)
{
    struct err e = {{0}};
    struct app a;
    app_init(&a, large_session(), theme_load(theme_default, &e), &glyphs_unicode);
    a.w = 80;
    a.h = 24;
    press(&a, keys);
    return a;
}

/* As the loop does between keys, with pictures in between; how many slices it took. */
static int slices(struct app *a)
{
    for (int n = 0;; n++) {
        enum view_work w = app_view_work(a, 0, NULL);
        enum slice head = session_head_work(a->session, 0);
        if (w == WORK_NONE && head == SLICE_IDLE)
            return n;
        if (w == WORK_DONE || head == SLICE_DONE)
            grid_free(picture(a));
        assert_true(n < 100000);
    }
}

static void in_the_end_as_if_waited_for(const char *keys, const char *at_first)
{
    struct app waits = large_app(keys), a = large_app("");
    session_set_lazy(a.session, true);
    press(&a, keys);
    while (!app_catch_up(&a, true)) {
    }
    char *first = picture_text(&a, 80, 24);
    if (!strstr(first, at_first))
        fail_msg("%s: expected \"%s\" at first, found\n%s", keys, at_first, first);
    assert_true(slices(&a) > 10);
    assert_true(app_finish_work(&waits, NULL));
    char *end = picture_text(&a, 80, 24), *want = picture_text(&waits, 80, 24);
    assert_string_equal(end, want);
    assert_null(strstr(end, "computing"));
    assert_null(strstr(end, "being computed"));
    free(first);
    free(end);
    free(want);
    app_clear(&a);
    app_clear(&waits);
}

static void what_if_shows_its_numbers_as_they_come(void **state)
{
    (void)state;
    in_the_end_as_if_waited_for(":t 2<Enter>cw", "The surprisals are being computed");
    in_the_end_as_if_waited_for("we", "What comes next is being computed");
    in_the_end_as_if_waited_for(":compare w4 w7 w9 w2<Enter>", "The surprisals are being computed");
}

static void the_dial_comes_after_its_picture(void **state)
{
    (void)state;
    in_the_end_as_if_waited_for(":t 2<Enter>%", "What hangs on this value is being computed");
    in_the_end_as_if_waited_for(":t 3<Enter>%yyy", "What hangs on this value is being computed");
    in_the_end_as_if_waited_for("<Down>%", "What hangs on this value is being computed");
}

static void the_sweep_comes_after_its_picture(void **state)
{
    (void)state;
    in_the_end_as_if_waited_for(":t 3<Enter>W", "The sweep is being computed");
    in_the_end_as_if_waited_for(":t 2<Enter>Wfffy", "The sweep is being computed");
    in_the_end_as_if_waited_for(":compare w4 w7 w9 w2<Enter>:t 3<Enter>Wfffvvv", "The sweep is being computed");
}

static int program(void *unused)
{
    (void)unused;
    const struct options o = {0};
    struct app a = large_app(":t 3<Enter>W");
    a.readonly = true;
    return app_interact(&a, &o);
}

/* When the head has answered, the program goes on by itself to what the view makes of it. */
static void no_key_is_needed_for_the_sweep_to_come(void **state)
{
    (void)state;
    if (getenv("FLSTM_SANITIZED"))
        skip_because("a sanitizer computes the head for longer than the test waits for a screen");
    struct pty *t = pty_run(80, 24, program, NULL, NULL);
    assert_true(pty_shows(t, "being computed"));
    assert_true(pty_shows(t, "change of p"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
}

/* Where it is on its way its keys change nothing but the question: + is no edit then. */
static void keys_of_a_sweep_that_is_not_there_yet_edit_nothing(void **state)
{
    (void)state;
    struct app a = large_app("");
    session_set_lazy(a.session, true);
    press(&a, ":t 3<Enter>W");
    while (!app_catch_up(&a, true)) {
    }
    press(&a, "+n<Enter>y+-jka");
    assert_false(session_dirty(a.session));
    assert_int_equal(session_pin_count(a.session), 0);
    assert_ptr_equal(a.view, &view_sweep);
    char *text = picture_text(&a, 80, 24);
    assert_non_null(strstr(text, "being computed"));
    free(text);
    app_clear(&a);
}

/* One head after the other, as it was before they went together. */
static struct hang hangs_by_hand(const struct session *s, int unit, int t)
{
    const struct lstm *net = session_net(s);
    const struct computation of = session_computation(s, RUN_PINNED);
    const int to = session_steps(s) - 1;
    struct suffix *end = suffix_new(&of, t, to);
    struct hang found = {-1, -1};
    struct pin gone = {t, 0, Q_C, unit, 0};
    float *z = xcalloc((size_t)net->outputs, sizeof *z);
    double most = -1;
    assert_true(end && suffix_run(end, &gone, 1));
    for (int k = t; k <= to; k++) {
        suffix_logits(end, k, z);
        const double was = session_surprisal(s, RUN_PINNED, k);
        double change = fabs(surprisal(z, net->outputs, session_output(s, k + 1)) - was);
        if (change > most)
            found = (struct hang){k, session_output(s, k + 1)};
        most = fmax(change, most);
    }
    free(z);
    suffix_free(end);
    return found;
}

static void answers_are_the_bits_of_one_head_at_a_time(void **state)
{
    (void)state;
    struct session *s = large_session();
    const struct lstm *net = session_net(s);
    const struct trace *tr = session_trace(s, RUN_BASE);
    struct answers *a = answers_new(net, 5);
    float *z = xcalloc((size_t)net->outputs, sizeof *z);
    for (int n = 1; n <= 5; n += 2) {
        answers_begin(a);
        for (int k = 0; k < n; k++)
            answers_add(a, lstm_head_input(net, tr, k + 1));
        int pieces = 1;
        while (!answers_on(a, 0))
            pieces++;
        assert_true(pieces > 3);
        for (int k = 0; k < n; k++) {
            lstm_logits(net, tr, k + 1, z);
            assert_memory_equal(answers_logits(a, k), z, (size_t)net->outputs * sizeof *z);
            assert_true(surprisal_by(answers_sum(a, k), z[7]) == surprisal(z, net->outputs, 7));
            assert_true(lstm_logit(net, tr, k + 1, 30999) == z[30999]);
        }
    }
    for (int unit = 0; unit < 4; unit++) {
        const struct hang want = hangs_by_hand(s, unit, 2), found = session_hangs_on(s, 0, unit, 2);
        assert_true(found.step == want.step && found.output == want.output);
    }
    free(z);
    answers_free(a);
    session_free(s);
}

static void what_is_kept_of_a_step_tells_what_all_of_it_would(void **state)
{
    (void)state;
    struct session *s = large_session(), *all = large_session();
    session_set_lazy(s, true);
    assert_false(session_likeliest_known(s, RUN_BASE, 3));
    assert_false(session_likeliest_there(s, RUN_BASE, 2));
    assert_false(session_likeliest_there(s, RUN_BASE, 6));        /* the last word: a likeliest, no surprisal */
    while (session_head_work(s, 0) != SLICE_DONE) {
    }
    for (int t = 2; t <= 6; t++) {
        assert_true(session_likeliest_known(s, RUN_BASE, t));
        int best = 0;
        for (int k = 0; k < session_outputs(all); k++)
            best = session_probability(all, RUN_BASE, t, k) > session_probability(all, RUN_BASE, t, best) ? k : best;
        assert_int_equal(session_likeliest(s, RUN_BASE, t), best);
        assert_int_equal(session_likeliest(all, RUN_BASE, t), best);
        for (int k = 0; k < session_outputs(all); k += 1000)
            assert_true(session_probability(s, RUN_BASE, t, k) == session_probability(all, RUN_BASE, t, k));
        double a = session_surprisal(s, RUN_BASE, t), b = session_surprisal(all, RUN_BASE, t);
        assert_true(a == b || (t == 6 && isnan(a) && isnan(b)));
    }
    assert_int_equal(session_head_work(s, 0), SLICE_IDLE);
    session_free(s);
    session_free(all);
}

static void of_equal_ones_the_first_is_the_likeliest(void **state)
{
    (void)state;
    const float z[] = {-1, 2.5f, 2.5f + 2.4e-7f, -4, 2.5f}, bad[] = {1, INFINITY, NAN}, one = NAN;
    float p[5];
    softmax(z, 5, p);
    assert_true(p[1] == p[4] || p[2] > p[1]);
    assert_int_equal(likeliest_by(logits_sum(z, 5), z, 5), p[2] > p[1] ? 2 : 1);
    assert_int_equal(likeliest_by(logits_sum(bad, 3), bad, 3), -1);
    assert_int_equal(likeliest_by(logits_sum(&one, 1), &one, 1), -1);
    for (int k = 0; k < 5; k++)
        assert_true(probability_by(logits_sum(z, 5), z[k]) == p[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_if_shows_its_numbers_as_they_come),
        cmocka_unit_test(the_dial_comes_after_its_picture),
        cmocka_unit_test(the_sweep_comes_after_its_picture),
        cmocka_unit_test(no_key_is_needed_for_the_sweep_to_come),
        cmocka_unit_test(keys_of_a_sweep_that_is_not_there_yet_edit_nothing),
        cmocka_unit_test(answers_are_the_bits_of_one_head_at_a_time),
        cmocka_unit_test(what_is_kept_of_a_step_tells_what_all_of_it_would),
        cmocka_unit_test(of_equal_ones_the_first_is_the_likeliest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
