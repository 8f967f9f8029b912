/* Sequences of numbers to learn from, and texts with a label: files as a user would write them, and files that are
 * wrong. */
#include "learn/numbers.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "import/import.h"
#include "learn/training.h"

static struct corpus *parse(const char *text, struct err *e)
{
    return corpus_from_numbers(&(struct corpus_file){text, strlen(text), "my.numbers"}, NULL, 1, e);
}

static void steps_a_line_and_an_empty_line_between_sequences(void **state)
{
    (void)state;
    struct err e = {""};
    struct corpus *c = parse("# two numbers a step\ntitle: sums\n0.5, 1\n  0.25 0 -> 0.75   # their sum\n\n1 1\n# on\n"
                             "0 -2e-1 -> 1\n\n\n0.5 1\n0.25 0 -> 0.75\n", &e);
    if (!c)
        fail_msg("%s", e.text);
    const struct corpus_part *p = &c->part[PART_TRAIN];
    assert_string_equal(c->title, "sums");
    assert_int_equal(c->goal, GOAL_NUMBER);
    assert_int_equal(c->inputs, 2);
    assert_int_equal(c->outputs, 1);
    assert_null(c->vocab);
    assert_int_equal(c->lines, 3);
    assert_int_equal(c->repeated, 1);             /* the third is the first again */
    assert_int_equal(p->sequences, 2);
    assert_int_equal(p->start[2], 4);
    assert_true(p->x[0] == 0.5f && p->x[3] == 0 && p->x[7] == -0.2f);
    assert_true(isnan(p->y[0]) && p->y[1] == 0.75f && isnan(p->y[2]) && p->y[3] == 1);
    assert_true(fabs(c->mean - 0.875) < 1e-6 && fabs(c->spread[PART_TRAIN] - 0.015625) < 1e-6);
    corpus_free(c);
}

static void a_word_behind_the_arrow_is_a_label(void **state)
{
    (void)state;
    struct err e = {""};
    struct corpus *c = parse("1\n2 -> up\n\n2 -> flat\n1 -> down\n\n3\n3 -> flat\n", &e);
    if (!c)
        fail_msg("%s", e.text);
    const struct corpus_part *p = &c->part[PART_TRAIN];
    assert_int_equal(c->goal, GOAL_LABEL);
    assert_int_equal(c->outputs, 3);
    assert_string_equal(c->label[1], "flat");
    static const int wanted[] = {-1, 0, 1, 2, -1, 1};
    for (int k = 0; k < 6; k++)
        assert_int_equal(p->label[k], wanted[k]);
    corpus_free(c);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct { const char *text, *says; } cases[] = {
        {"", "empty"},
        {"# nothing\n\n", "empty"},
        {"1 2\n3 4\n", "line 2: nothing is wanted in this sequence"},
        {"1 2\n3 -> 1\n", "line 2: expected 2 numbers as in the first step, found fewer"},
        {"1 2\n3 4 5 -> 1\n", "line 2: expected 2 numbers as in the first step, found more"},
        {"-> 1\n", "line 1: expected 1 number as in the first step, found fewer"},
        {"1 2 -> 1 2\n", "line 1: expected one number or one label behind \"->\", found more"},
        {"1 2 ->\n", "line 1: expected a number or a label behind \"->\", found nothing"},
        {"1 x -> 1\n", "line 1: expected a number, found \"x\""},
        {"1 1e999 -> 1\n", "line 1: expected a number, found \"1e999\""},
        {"1 nan -> 1\n", "line 1: expected a number, found \"nan\""},
        {"1 -> 1\n\n2 -> up\n", "line 3: expected a number, found \"up\""},
        {"1 -> up\n", "only one label (\"up\")"},
        {"1 -> 2\n\n3 -> 2\n", "the same number is wanted everywhere"},
        {"1 -> 2\ntitle: late\n", "line 2: settings stand before the first step"},
        {"draw: adding\n", "line 1: expected draw: adding STEPS"},
        {"draw: adding 1, train 1, valid 1, test 1\n", "expected draw: adding STEPS"},
        {"draw: adding 10, train 1, valid 1, test 1, more 1\n", "expected draw: adding STEPS"},
        {"draw: adding 10, train 2, valid 1, test 1\n1 2 -> 3\n", "line 2: with draw: there are no steps"},
        {"1 2\xff -> 3\n", "not text"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {""};
        struct corpus *c = parse(cases[k].text, &e);
        if (c || !strstr(e.text, cases[k].says) || strncmp(e.text, "my.numbers: ", 12) != 0)
            fail_msg("case %zu: \"%s\", wanted \"%s\"", k, e.text, cases[k].says);
    }
    struct str wide = {0};
    for (int k = 0; k < 257; k++)
        str_add(&wide, "1 ");
    struct err e = {""};
    assert_null(parse(str_text(&wide), &e));
    assert_non_null(strstr(e.text, "more than 256 numbers"));
    str_free(&wide);
}

static void the_adding_problem_is_drawn_as_its_paper_says(void **state)
{
    (void)state;
    struct err e = {""};
    struct corpus *c = corpus_builtin("adding", CORPUS_GUESS, 1, &e);
    if (!c)
        fail_msg("%s", e.text);
    double off = 0;
    long n = 0;
    for (int part = 0; part < 3; part++)
        for (int s = 0; s < c->part[part].sequences; s++) {
            const struct corpus_part *p = &c->part[part];
            int from = p->start[s], length = p->start[s + 1] - from, marks[2] = {0, 0};
            double sum = 0;
            assert_int_equal(length, 100);
            for (int k = 0; k < length; k++) {
                float value = p->x[2 * (from + k)], mark = p->x[2 * (from + k) + 1];
                assert_true(value >= 0 && value <= 1 && (mark == 0 || mark == 1));
                marks[k >= length / 2] += mark == 1;
                sum += (double)value * (double)mark;
                assert_true(k + 1 == length ? !isnan(p->y[from + k]) : isnan(p->y[from + k]));
            }
            assert_true(marks[0] == 1 && marks[1] == 1);
            assert_true(fabs(sum - (double)p->y[from + length - 1]) < 1e-6);
            off += ((double)p->y[from + length - 1] - 1) * ((double)p->y[from + length - 1] - 1);
            n++;
        }
    printf("  always saying 1 misses by %.4f over the square (1/6 = 0.1667) in %ld sequences\n", off / (double)n, n);
    assert_true(fabs(off / (double)n - 1.0 / 6) < 0.006);
    corpus_free(c);
}

static char *file_with(const char *name, const char *text)
{
    struct err e = {""};
    struct str path = {0};
    str_addf(&path, "/tmp/flstm-numbers-%d-%s", (int)getpid(), name);
    if (!file_write(str_text(&path), text, strlen(text), &e))
        fail_msg("%s", e.text);
    return str_take(&path);
}

/* Trains on a file, saves, opens what was saved. */
static struct model *taught(const char *file, int updates, const char *progress)
{
    struct err e = {""};
    struct training *t = training_new(
        &(struct training_wish){.corpus = file, .tokens = CORPUS_GUESS, .updates = updates, .hidden = 6, .batch = 8,
                                .rate = 0.02, .seeded = true, .seed = 1}, &e);
    if (!t)
        fail_msg("%s", e.text);
    training_run(t, NULL, NULL, NULL);
    assert_true(t->evaluations > 2);
    printf("  %s: %s %.4f\n", file, progress, t->best_evaluation.accuracy);
    char *path = file_with("model.json", "");
    if (!training_save(t, TRAINING_BEST, path, &e))
        fail_msg("%s", e.text);
    training_free(t);
    struct model *m = model_load(path, NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    unlink(path);
    free(path);
    return m;
}

/* The first number has to be said after three more. */
static void a_model_of_numbers_opens_with_its_inputs_and_says_numbers(void **state)
{
    (void)state;
    struct str s = {0};
    for (int k = 0; k < 200; k++) {
        double v = k % 17 / 17.0 + k % 5 / 100.0;
        str_addf(&s, "%.3f 1\n%.3f 0\n%.3f 0\n%.3f 0 -> %.3f\n\n", v, (k % 7) / 7.0, (k % 3) / 3.0, (k % 11) / 11.0, v);
    }
    char *file = file_with("echo.numbers", str_text(&s));
    struct model *m = taught(file, 1500, "explained");
    assert_int_equal(model_head(m), HEAD_VALUES);
    assert_null(m->vocab);
    assert_int_equal(m->net->embed, 2);
    assert_int_equal(m->input_steps, 4);
    assert_non_null(strstr(m->training, "\"mean_square\""));
    assert_non_null(strstr(m->about, "of its spread is explained"));
    const float *x[4];
    for (int k = 0; k < 4; k++)
        x[k] = m->inputs + 2 * k;
    struct trace *tr = trace_new(m->net, 4);
    float said;
    lstm_run(m->net, x, 0, NULL, 0, tr);
    lstm_logits(m->net, tr, 4, &said);
    assert_true(fabs((double)said - (double)m->inputs[0]) < 0.05);
    trace_free(tr);
    model_free(m);
    unlink(file);
    free(file);
    str_free(&s);
}

/* The first word decides, three words later. */
static void a_labelled_text_is_classified_after_its_last_word(void **state)
{
    (void)state;
    static const char *const first[] = {"good", "bad"}, *const label[] = {"positive", "negative"};
    static const char *const word[] = {"film", "book", "song", "play", "dish"};
    struct str s = {0};
    for (int k = 0; k < 250; k++)
        str_addf(&s, "%s %s %s %s\t%s\n", first[k % 2], word[k % 5], word[k / 5 % 5], word[k / 25 % 5], label[k % 2]);
    char *file = file_with("reviews.tsv", str_text(&s));
    struct model *m = taught(file, 400, "accuracy");
    assert_int_equal(m->net->outputs, 2);
    assert_int_equal(m->vocab->size, 7);
    assert_string_equal(m->label[0], "positive");
    assert_string_equal(m->label[1], "negative");
    assert_int_equal(model_head(m), HEAD_PROBABILITIES);
    assert_non_null(strstr(m->about, "accuracy is 1.000"));
    model_free(m);
    unlink(file);
    free(file);
    str_free(&s);
}

static void a_labelled_line_without_a_label_is_told(void **state)
{
    (void)state;
    static const struct { const char *text, *says; } cases[] = {
        {"good film\tyes\nbad film\n", "line 2: expected a text, a tab and a label"},
        {"good film\t\n", "line 1: expected a text, a tab and a label"},
        {"good\tyes\nbad\tyes\n", "only one label (\"yes\")"},
        {"\tyes\n\tno\n", "empty"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {""};
        struct corpus_file file = {cases[k].text, strlen(cases[k].text), "my.tsv"};
        struct corpus *c = corpus_from_text(&file, NULL, CORPUS_WORD, &e);
        if (c || !strstr(e.text, cases[k].says))
            fail_msg("case %zu: \"%s\", wanted \"%s\"", k, e.text, cases[k].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_a_line_and_an_empty_line_between_sequences),
        cmocka_unit_test(a_word_behind_the_arrow_is_a_label),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(the_adding_problem_is_drawn_as_its_paper_says),
        cmocka_unit_test(a_model_of_numbers_opens_with_its_inputs_and_says_numbers),
        cmocka_unit_test(a_labelled_text_is_classified_after_its_last_word),
        cmocka_unit_test(a_labelled_line_without_a_label_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
