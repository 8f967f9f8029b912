/* test_statistics.c: how often gates are closed and open. Counts against a plain loop, a file against the same text as
 * a sentence, and what is wrong with a file is told with its line. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/threads.h"
#include "core/statistics.h"
#include "session/survey.h"
#include "support/app.h"
#include "support/golden.h"
#include "support/kernels.h"
#include "support/models.h"

static struct model *some_model(int H, int layers, int steps)
{
    return model_random(&(struct random_model){
        .layers = layers, .hidden = H, .embed = 8, .words = 30, .outputs = 30, .steps = steps, .seed = 7});
}

static struct session *some_session(int H, int layers, int steps)
{
    struct err e = {{0}};
    struct session *s = session_new(some_model(H, layers, steps), &e);
    if (!s)
        fail_msg("%s", e.text);
    return s;
}

static void every_count_is_what_a_plain_loop_counts(void **state)
{
    (void)state;
    enum { H = 11, T = 200 };
    struct session *s = some_session(H, 2, T);
    struct err e = {{0}};
    assert_true(session_pin(s, (struct place){1, 3, VAL_F, 17}, 0, false, &e));
    const struct trace *tr = session_trace(s, RUN_PINNED);
    struct statistics *st = statistics_new(session_net(s));
    assert_true(isnan(statistics_mean(st, 0, Q_F, 0)));
    statistics_add(st, tr, 1, 77);                           /* in parts: it is fed as it is read */
    statistics_add(st, tr, 78, T);
    assert_int_equal(st->steps, T);
    for (int l = 0; l < 2; l++)
        for (int q = 0; q < Q_COUNT; q++)
            for (int u = 0; u < H; u++) {
                int low = 0, high = 0;
                double sum = 0;
                float min = INFINITY, max = -INFINITY;
                for (int t = 1; t <= T; t++) {
                    float v = session_value(s, RUN_PINNED, l, u, (enum value)q, t), seen = q == Q_C ? tanhf(v) : v;
                    bool gate = q == Q_F || q == Q_I || q == Q_O;
                    low += gate ? v < 0.1f : seen < -0.9f;
                    high += seen > 0.9f;
                    sum += (double)v;
                    min = v < min ? v : min;
                    max = v > max ? v : max;
                }
                const struct tally *y = statistics_of(st, l, (enum quantity)q, u);
                assert_int_equal(y->low, low);
                assert_int_equal(y->high, high);
                assert_float_equal(y->min, min, 0);
                assert_float_equal(y->max, max, 0);
                assert_true(fabs(statistics_mean(st, l, (enum quantity)q, u) - sum / T) < 1e-9);
                assert_true(fabs(statistics_low(st, l, (enum quantity)q, u) - (double)low / T) < 1e-12);
                assert_true(fabs(statistics_high(st, l, (enum quantity)q, u) - (double)high / T) < 1e-12);
            }
    /* The half-life: ∏ f over the steps that keep, written out. */
    double product = 1;
    int kept = 0;
    for (int t = 1; t <= T; t++) {
        float f = session_value(s, RUN_PINNED, 1, 3, VAL_F, t);
        product *= f > 0.5f ? (double)f : 1;
        kept += f > 0.5f;
    }
    assert_int_equal(statistics_kept(st, 1, 3), kept);
    assert_true(kept > 10 && kept < T);
    assert_true(fabs(statistics_half_life(st, 1, 3) - log(0.5) / (log(product) / kept)) < 1e-9);
    statistics_free(st);
    session_free(s);
}

static void a_gate_that_is_always_open_never_forgets(void **state)
{
    (void)state;
    struct session *s = some_session(2, 1, 5);
    struct err e = {{0}};
    for (int t = 1; t <= 5; t++)
        assert_true(session_pin(s, (struct place){0, 1, VAL_F, t}, 1, false, &e));
    struct statistics *st = statistics_new(session_net(s));
    statistics_add(st, session_trace(s, RUN_PINNED), 1, 5);
    assert_true(isinf(statistics_half_life(st, 0, 1)));
    assert_true(statistics_high(st, 0, Q_F, 1) == 1);
    statistics_free(st);
    session_free(s);
}

/* One gate of 0.01 where a new memory is written says nothing of how long it then lasts: the picture said 5 words of
 * one that had lost a fiftieth in seven. */
static void a_half_life_is_that_of_the_words_that_keep_and_the_others_are_told_apart(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    golden_app(&(struct golden_shot){.model = "gender",
                                     .keys = ":text she came out and played with her dog<Enter>:t and<Enter>S",
                                     .w = 80,
                                     .h = 24},
               &a);
    view_explain(a.view, &a.scene, a.view_state[view_index(a.view)], &text);
    const struct session *s = a.session;
    int unit = session_cursor(s)->unit;
    double C_first = (double)session_value(s, RUN_PINNED, 0, unit, VAL_C, 1), kept = 1;
    for (int t = 2; t <= 8; t++)
        kept *= (double)session_value(s, RUN_PINNED, 0, unit, VAL_F, t);
    char want[96];
    snprintf(want, sizeof want, "half of a memory is left after %.0f words", log(0.5) / (log(kept) / 7));
    assert_non_null(strstr(str_text(&text), want));
    assert_non_null(strstr(str_text(&text), "keeps (above 0.5) at 7 of 8 words"));
    assert_non_null(strstr(str_text(&text), "lets go at 'she' (nothing there yet)."));
    /* And so it is: of what stood after the first word more than nine tenths are left after seven. */
    assert_true((double)session_value(s, RUN_PINNED, 0, unit, VAL_C, 8) > 0.9 * C_first);
    str_free(&text);
    app_clear(&a);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static char file_name[64];

static void write_file(const char *text, size_t n)
{
    struct err e = {{0}};
    strcpy(file_name, "/tmp/flstm-corpus-XXXXXX");
    int fd = mkstemp(file_name);
    assert_true(fd >= 0);
    close(fd);
    if (!file_write(file_name, text, n, &e))
        fail_msg("%s", e.text);
}

static void a_line_longer_than_a_block_counts_as_the_same_sentence_does(void **state)
{
    (void)state;
    enum { H = 20, T = 3 * SURVEY_STEPS + 41 };
    struct session *s = some_session(H, 2, T);
    struct str text = {0};
    for (int t = 1; t <= T; t++)
        str_addf(&text, "%s%s", t > 1 ? " " : "", session_token(s, t));
    str_add(&text, "\n\n  \n");
    write_file(text.s, text.len);
    struct err e = {{0}};
    struct survey *v = survey_open(s, file_name, &e);
    if (!v)
        fail_msg("%s", e.text);
    struct survey_block b;
    int next = 1;
    enum survey_result r;
    while ((r = survey_next(v, s, &b, &e)) == SURVEY_BLOCK) {
        assert_int_equal(b.first, next);
        assert_int_equal(b.line, 1);
        for (int l = 0; l < 2; l++)
            for (int q = 0; q < Q_COUNT; q++)
                for (int k = 1; k <= b.steps; k++)
                    assert_memory_equal(trace_row(b.trace, l, (enum quantity)q, k),
                                        session_row(s, RUN_BASE, l, (enum quantity)q, next + k - 1), H * sizeof(float));
        next += b.steps;
    }
    assert_int_equal(r, SURVEY_END);
    assert_int_equal(next, T + 1);
    assert_int_equal(survey_sequences(v), 1);
    survey_close(v);
    unlink(file_name);
    str_free(&text);
    session_free(s);
}

static void every_line_starts_from_the_initial_state(void **state)
{
    (void)state;
    struct session *s = some_session(6, 1, 4);
    write_file("w1 w2\r\nw1 w2\n", 13);
    struct err e = {{0}};
    struct survey *v = survey_open(s, file_name, &e);
    struct survey_block b;
    float first[6];
    assert_int_equal(survey_next(v, s, &b, &e), SURVEY_BLOCK);
    assert_int_equal(b.steps, 2);
    memcpy(first, trace_row(b.trace, 0, Q_C, 2), sizeof first);
    assert_int_equal(survey_next(v, s, &b, &e), SURVEY_BLOCK);
    assert_int_equal(b.line, 2);
    assert_memory_equal(first, trace_row(b.trace, 0, Q_C, 2), sizeof first);
    assert_int_equal(survey_next(v, s, &b, &e), SURVEY_END);
    survey_close(v);
    unlink(file_name);
    session_free(s);
}

/* Lines of all lengths, some longer than a block, as the same words one sentence after the other. */
static void lines_of_many_lengths(struct str *text)
{
    unsigned seed = 5;
    for (int line = 0; line < 90; line++) {
        int n = line == 30 ? 2 * SURVEY_STEPS : line == 31 ? SURVEY_STEPS : line == 60 ? 700 : 1 + line * 7 % 83;
        for (int k = 0; k < n; k++, seed = seed * 1664525u + 1013904223u)
            str_addf(text, "w%u ", 1 + (seed >> 16) % 29);
        str_add(text, line % 9 ? "\n" : "\n\n");
    }
}

/* The rows of a block are those of its line by itself. */
static void check_block(const struct session *s, const struct survey_block *b)
{
    const struct lstm *net = session_net(s);
    const float **x = xcalloc((size_t)b->tokens->n, sizeof *x);
    struct trace *alone = trace_new(net, b->tokens->n);
    for (int t = 0; t < b->tokens->n; t++)
        x[t] = net->embedding + (size_t)b->tokens->id[t] * (size_t)net->embed;
    lstm_run(net, x, 0, NULL, 0, alone);
    for (int l = 0; l < net->layers; l++)
        for (int q = 0; q < Q_COUNT; q++)
            for (int k = 1; k <= b->steps; k++)
                assert_memory_equal(trace_row(b->trace, l, (enum quantity)q, k),
                                    trace_row(alone, l, (enum quantity)q, b->first + k - 1),
                                    (size_t)net->layer[l].hidden * sizeof(float));
    trace_free(alone);
    free(x);
}

static struct statistics *count_text(const struct session *s, const struct str *text, int threads, bool look)
{
    struct err e = {{0}};
    struct statistics *st = statistics_new(session_net(s));
    enum survey_result r;
    threads_set(threads);
    struct survey *v = survey_open_text(s, "lines", text->s, text->len, &e);
    assert_non_null(v);
    do {
        struct survey_block block[SURVEY_BLOCKS];
        struct statistics_rows rows[SURVEY_BLOCKS];
        int n;
        r = survey_batch(v, s, block, &n, &e);
        for (int k = 0; k < n; k++) {
            rows[k] = (struct statistics_rows){block[k].trace, 1, block[k].steps};
            if (look)
                check_block(s, &block[k]);
        }
        statistics_add_rows(st, rows, n);
    } while (r == SURVEY_BLOCK);
    if (r != SURVEY_END)
        fail_msg("%s", e.text);
    assert_int_equal(survey_sequences(v), 90);
    survey_close(v);
    threads_set(0);
    return st;
}

static void assert_same_counts(const struct statistics *a, const struct statistics *b, const struct lstm *net)
{
    assert_int_equal(a->steps, b->steps);
    for (int l = 0; l < net->layers; l++)
        for (int u = 0; u < net->layer[l].hidden; u++) {
            for (int q = 0; q < Q_COUNT; q++) {
                const struct tally *x = statistics_of(a, l, (enum quantity)q, u),
                                   *y = statistics_of(b, l, (enum quantity)q, u);
                assert_true(x->low == y->low && x->high == y->high && x->min == y->min && x->max == y->max);
                assert_memory_equal(&x->sum, &y->sum, sizeof x->sum);
            }
            double x = statistics_half_life(a, l, u), y = statistics_half_life(b, l, u);
            assert_memory_equal(&x, &y, sizeof x);
        }
}

static void lines_side_by_side_are_bit_for_bit_the_lines_alone(void)
{
    static const int threads[] = {1, 2, 3, 8};
    struct session *s = some_session(37, 2, 4);
    struct str text = {0};
    lines_of_many_lengths(&text);
    struct statistics *first = NULL;
    for (size_t k = 0; k < sizeof threads / sizeof *threads; k++) {
        struct statistics *st = count_text(s, &text, threads[k], true);
        if (first) {
            assert_same_counts(first, st, session_net(s));
            statistics_free(st);
        } else {
            first = st;
        }
    }
    /* And a line at a time, counted by one thread. */
    struct err e = {{0}};
    struct survey_block b;
    struct statistics *one = statistics_new(session_net(s));
    struct survey *v = survey_open_text(s, "lines", text.s, text.len, &e);
    while (survey_next(v, s, &b, &e) == SURVEY_BLOCK)
        for (int t = 1; t <= b.steps; t++)
            statistics_add(one, b.trace, t, t);
    assert_same_counts(first, one, session_net(s));
    survey_close(v);
    statistics_free(one);
    statistics_free(first);
    str_free(&text);
    session_free(s);
}

static void a_file_gives_the_same_bits_for_any_number_of_threads(void **state)
{
    (void)state;
    each_kernel(lines_side_by_side_are_bit_for_bit_the_lines_alone);
}

static void complains(const struct session *s, const char *text, size_t n, const char *part)
{
    write_file(text, n);
    struct err e = {{0}};
    struct survey_block b;
    struct survey *v = survey_open(s, file_name, &e);
    enum survey_result r = SURVEY_BLOCK;
    while (v && r == SURVEY_BLOCK)
        r = survey_next(v, s, &b, &e);
    assert_int_equal(r, SURVEY_FAILED);
    if (!strstr(e.text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, e.text);
    survey_close(v);
    unlink(file_name);
}

static void what_is_wrong_with_a_file_is_told_with_its_line(void **state)
{
    (void)state;
    struct session *s = some_session(3, 1, 4);
    complains(s, "w1 w2\n\nw3 dragon w4\n", 20, "line 3: token 2 \"dragon\"");
    complains(s, "w1\nw2\0w3\n", 9, "line 2");
    char *huge = malloc(SURVEY_LINE_MAX + 10);
    assert_non_null(huge);
    memset(huge, 'w', SURVEY_LINE_MAX + 10);
    huge[0] = 'w', huge[1] = '1', huge[2] = '\n';
    complains(s, huge, SURVEY_LINE_MAX + 10, "line 2: expected at most 1 MiB");
    free(huge);
    struct err e = {{0}};
    assert_null(survey_open(s, "/nowhere/at/all.txt", &e));
    assert_non_null(strstr(e.text, "/nowhere/at/all.txt"));
    assert_null(survey_open(s, "/tmp", &e));
    assert_null(survey_open(s, "-", &e));
    assert_non_null(strstr(e.text, "more than once"));
    session_free(s);
    struct session *vectors = session_new(
        model_random(&(struct random_model){.layers = 1, .hidden = 3, .embed = 4, .steps = 2, .seed = 1}), &e);
    assert_null(survey_open(vectors, "/dev/null", &e));
    assert_non_null(strstr(e.text, "no vocabulary"));
    session_free(vectors);
}

static void weights_not_pins_or_words_make_another_fingerprint(void **state)
{
    (void)state;
    struct session *s = some_session(5, 2, 4);
    struct err e = {{0}};
    uint64_t was = session_weights(s);
    assert_true(session_pin(s, (struct place){0, 1, VAL_F, 2}, 0, false, &e));
    assert_true(session_set_word(s, 1, "w9", &e));
    assert_true(session_weights(s) == was);
    assert_true(session_set_weight(s, (struct weight_place){1, Q_O, 4, -1}, 0.125f, &e));
    assert_false(session_weights(s) == was);
    assert_true(session_undo(s));
    assert_true(session_weights(s) == was);
    session_free(s);
}

/* ---- the view ---------------------------------------------------------------------------------------------------- */

static void a_sorted_table_goes_down_in_its_column(void **state)
{
    (void)state;
    struct app a = random_app(30, 1, 50, 80, 24);
    press(&a, "Syyy");                                       /* by mean f */
    for (int k = 0; k < 30; k++)
        press(&a, "<Up>");
    double last = 2;
    for (int k = 0; k < 30; k++) {
        double sum = 0;
        for (int t = 1; t <= 50; t++)
            sum += (double)session_value(a.session, RUN_PINNED, 0, session_cursor(a.session)->unit, VAL_F, t);
        assert_true(sum / 50 <= last + 1e-9);
        last = sum / 50;
        press(&a, "<Down>");
    }
    app_clear(&a);
}

static void the_picture_turns_its_sides_and_back(void **state)
{
    (void)state;
    struct app a = random_app(6, 1, 40, 80, 24);
    struct str once = {0}, turned = {0}, again = {0};
    struct { const char *keys; struct str *out; } looks[] = {{"S", &once}, {"Y", &turned}, {"Y", &again}};
    for (size_t k = 0; k < 3; k++) {
        press(&a, looks[k].keys);
        struct grid *g = grid_new(a.w, a.h, a.glyphs);
        app_draw(&a, g, NULL, NULL);
        grid_dump_text(g, looks[k].out);
        grid_free(g);
    }
    assert_string_not_equal(once.s, turned.s);
    assert_string_equal(once.s, again.s);
    str_free(&once);
    str_free(&turned);
    str_free(&again);
    app_clear(&a);
}

static void the_file_is_counted_once_and_again_when_weights_change(void **state)
{
    (void)state;
    struct app a = random_app(4, 1, 6, 80, 24);
    write_file("w1 w2 w3\nw4 w5\n", 15);
    struct err e = {{0}};
    session_set_corpus(a.session, file_name);
    press(&a, "S");
    assert_true(app_finish_work(&a, &e));
    struct str text = {0};
    view_explain(a.view, &a.scene, app_view_state(&a), &text);
    assert_non_null(strstr(text.s, "Over 5 words of "));
    assert_null(strstr(text.s, "so far"));
    assert_int_equal(app_view_work(&a, 10, &e), WORK_NONE);
    assert_true(session_set_weight(a.session, (struct weight_place){0, Q_F, 0, -1}, 3, &e));
    assert_int_equal(app_view_work(&a, 1000, &e), WORK_DONE);
    /* The sentence again, and the file from what was kept. */
    press(&a, "f");
    str_clear(&text);
    view_explain(a.view, &a.scene, app_view_state(&a), &text);
    assert_non_null(strstr(text.s, "6 words of this sequence"));
    press(&a, "f");
    assert_int_equal(app_view_work(&a, 10, &e), WORK_NONE);
    str_free(&text);
    unlink(file_name);
    app_clear(&a);
}

static void a_word_that_is_not_known_ends_the_run_with_its_line(void **state)
{
    (void)state;
    struct app a = random_app(4, 1, 6, 80, 24);
    write_file("w1 w2 w3\nw4 dragon\n", 19);
    struct err e = {{0}};
    session_set_corpus(a.session, file_name);
    a.view = view_find("statistics");
    assert_false(app_finish_work(&a, &e));
    assert_non_null(strstr(e.text, "line 2"));
    assert_true(a.scene.message_is_error);
    assert_int_equal(app_view_work(&a, 10, &e), WORK_NONE);       /* told once */
    unlink(file_name);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_count_is_what_a_plain_loop_counts),
        cmocka_unit_test(a_gate_that_is_always_open_never_forgets),
        cmocka_unit_test(a_half_life_is_that_of_the_words_that_keep_and_the_others_are_told_apart),
        cmocka_unit_test(a_line_longer_than_a_block_counts_as_the_same_sentence_does),
        cmocka_unit_test(a_file_gives_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(every_line_starts_from_the_initial_state),
        cmocka_unit_test(what_is_wrong_with_a_file_is_told_with_its_line),
        cmocka_unit_test(weights_not_pins_or_words_make_another_fingerprint),
        cmocka_unit_test(a_sorted_table_goes_down_in_its_column),
        cmocka_unit_test(the_file_is_counted_once_and_again_when_weights_change),
        cmocka_unit_test(a_word_that_is_not_known_ends_the_run_with_its_line),
        cmocka_unit_test(the_picture_turns_its_sides_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
