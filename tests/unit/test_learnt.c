/* test_learnt.c: trainings of odd corpora: one that cannot be learnt, labels, few numbers, nothing held out; what is
 * said of them, and what their variants and films come to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "learn/training.h"
#include "learn/variants.h"
#include "support/bytes.h"
#include "support/refusal.h"

static const char *put(const char *name, const char *text)
{
    static char path[8][200];
    static int at;
    struct str b = {0};
    str_add(&b, text);
    at = (at + 1) % 8;
    snprintf(path[at], sizeof path[at], "%s", bytes_file(name, &b));
    str_free(&b);
    return path[at];
}

static struct training *begun(const char *corpus, int updates, int hidden)
{
    struct err e = {{0}};
    struct training *t = training_new(&(struct training_wish){.corpus = corpus, .tokens = CORPUS_WORD,
                                                              .updates = updates, .hidden = hidden}, &e);
    if (!t)
        fail_msg("%s", e.text);
    return t;
}

static void refused(const struct training_wish *wish, const char *says)
{
    struct err e = {{0}};
    if (training_new(wish, &e) || !strstr(e.text, says))
        fail_msg("expected \"%s\", found \"%s\"", says, e.text);
}

static void what_cannot_be_learnt_fails_in_all_its_variants(void **state)
{
    (void)state;
    double low, high;
    struct err e = {{0}};
    struct training *t = begun(put("inf.numbers", "1 -> 3e38\n\n2 -> -3e38\n"), 4, 2);
    training_run(t, NULL, NULL, NULL);
    assert_int_equal(t->phase, TRAINING_FAILED);
    struct variants *v = variants_new(t);
    assert_true(variants_share(v) == 0);
    assert_int_equal(variants_range(v, TRAIN_VANILLA, false, &low, &high), 0);
    for (bool more = true; more;) {                 /* whoever shows it hears of the end with the last piece */
        more = variants_step(v);
        assert_int_equal(more, !variants_ended(v));
        assert_true(variants_share(v) >= 0 && variants_share(v) <= 1);
    }
    assert_false(variants_step(v));
    assert_int_equal(v->done, VARIANT_KINDS * VARIANT_SEEDS);
    for (int k = 0; k < VARIANT_KINDS; k++) {
        assert_true(v->run[k][0].diverged && isnan(v->run[k][0].loss) && !v->run[k][0].net);
        assert_int_equal(variants_range(v, k, false, &low, &high), 0);
        assert_null(variants_model(v, k, &e));
        assert_non_null(strstr(e.text, " is not trained yet"));
    }
    assert_int_equal(variants_missed(v), 0);
    variants_free(v);
    variants_free(NULL);
    training_free(t);
}

/* The corpus's file goes while they are trained. */
static void variants_whose_corpus_is_gone_end_with_its_line(void **state)
{
    (void)state;
    const char *path = put("gone.txt", "a b c\nb c a\nc a b\n");
    struct training *t = begun(path, 2, 2);
    training_run(t, NULL, NULL, NULL);
    struct variants *v = variants_new(t);
    while (v->done < 2)
        assert_true(variants_step(v));
    remove(path);
    while (variants_step(v))
        ;
    assert_true(variants_ended(v) && v->done < VARIANT_KINDS * VARIANT_SEEDS);
    assert_non_null(strstr(v->trouble.text, "gone.txt: cannot open"));
    struct err e = {{0}};
    struct model *m = variants_model(v, TRAIN_VANILLA, &e);
    assert_non_null(m);
    assert_string_equal(m->source, "trained here");
    model_free(m);
    variants_free(v);
    training_free(t);
}

static void labels_are_asked_for_at_the_last_word(void **state)
{
    (void)state;
    struct training *t = begun(put("kinds.tsv", "a b\tone\nb a\ttwo\na a\tthree\nb b\tfour\na b a\tfive\n"), 6, 2);
    assert_int_equal(t->answers, 4);                      /* of five labels four are shown */
    assert_int_equal(t->asks, t->corpus->demo_n);
    training_run(t, NULL, NULL, NULL);
    training_refresh(t);
    struct err e = {{0}};
    struct model *m = training_model(t, TRAINING_BEST, &e);
    assert_non_null(m);
    assert_int_equal(m->net->outputs, 5);
    assert_string_equal(m->label[4], "five");
    model_free(m);
    for (int k = 0; k <= t->units; k++)
        training_unit_by(t, k % 2 ? 1 : -1);
    training_free(t);
}

static void sizes_that_do_not_go_with_a_corpus_are_told(void **state)
{
    (void)state;
    const char *one = put("one.numbers", "1 -> 2\n\n2 -> 3\n"), *two = put("two.numbers", "1 1 -> 2\n\n2 1 -> 3\n");
    refused(&(struct training_wish){.corpus = one, .tokens = CORPUS_GUESS, .embed = 2},
            "one.numbers has no tokens: its 1 number a step are what comes in");
    refused(&(struct training_wish){.corpus = two, .tokens = CORPUS_GUESS, .embed = 2},
            "two.numbers has no tokens: its 2 numbers a step are what comes in");
    refused(&(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .variant = TRAIN_NFG,
                                    .weights_from = "gender"},
            "--variant: the model to begin with has its gates: expected no --weights-from");
    refused(&(struct training_wish){.corpus = one, .tokens = CORPUS_GUESS, .hidden = 1024, .layers = 8},
            "hidden size 1024 and embedding size 1 in 8 layers with 0 tokens make ");
    refused(&(struct training_wish){.corpus = "person", .tokens = CORPUS_GUESS, .weights_from = "nobody"}, "nobody");
    refused(&(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .weights_from = "gender", .embed = 3},
            "it has its own sizes: leave out --hidden, --embed and --layers");
    refused(&(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .weights_from = "gender", .layers = 1},
            "it has its own sizes: leave out --hidden, --embed and --layers");
    refused(&(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .weights_from = "adding"},
            "a model without a vocabulary cannot be trained on");
    refused(&(struct training_wish){.corpus = one, .tokens = CORPUS_GUESS, .weights_from = "gender"},
            "weights to begin with are for texts whose next token is wanted");
}

static void a_model_is_not_written_over_what_it_is_learnt_from(void **state)
{
    (void)state;
    const char *lines = put("lines.txt", "a b\nb a\n"), *held = put("held.txt", "a a\n");
    struct training_wish wish = {.corpus = lines, .valid = held};
    struct err e = {{0}};
    assert_false(training_may_save(lines, &wish, &e));
    assert_non_null(strstr(e.text, "lines.txt"));
    assert_false(training_may_save(held, &wish, &e));
    assert_non_null(strstr(e.text, "held.txt"));
    assert_true(training_may_save(bytes_path("new.json"), &wish, &e));
    wish = (struct training_wish){.corpus = "-"};
    assert_true(training_may_save(lines, &wish, &e));
    wish = (struct training_wish){.corpus = "gender"};
    assert_true(training_may_save(bytes_path("new.json"), &wish, &e));
    assert_false(training_may_save(bytes_path("none/new.json"), &wish, &e));
}

/* What is not learnt from a file of the gallery is a recipe of its own. */
static void an_own_corpus_says_nothing_of_a_shipped_model(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct training *own = begun(put("gender.txt", "a b c\nb c a\n"), 2, 2), *shipped = begun("gender", 2, 0);
    assert_false(own->faithful || shipped->faithful);     /* other updates than the recipe's */
    training_run(own, NULL, NULL, NULL);
    struct model *m = training_model(own, TRAINING_NOW, &e);
    assert_non_null(m);
    assert_null(strstr(m->about, "short stories"));
    model_free(m);
    /* Named by hand, the unit is called so; a bad name is refused. */
    assert_false(training_name(own, "two words", &e));
    assert_true(training_name(own, "mine", &e));
    m = training_model(own, TRAINING_NOW, &e);
    int named = 0;
    for (int u = 0; u < m->net->layer[0].hidden; u++)
        named += m->unit_name[0][u] && strcmp(m->unit_name[0][u], "mine") == 0;
    assert_int_equal(named, 1);
    model_free(m);
    assert_true(training_name(own, "", &e));
    /* Saved, it is saved, until it goes on or is another seed's. */
    assert_true(training_unsaved(own));
    assert_true(training_save(own, TRAINING_NOW, bytes_path("own.json"), &e));
    assert_false(training_unsaved(own));
    training_restart(own, 9);
    assert_int_equal(training_done(own), 0);
    training_free(own);
    training_free(shipped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_learnt_fails_in_all_its_variants),
        cmocka_unit_test(variants_whose_corpus_is_gone_end_with_its_line),
        cmocka_unit_test(labels_are_asked_for_at_the_last_word),
        cmocka_unit_test(sizes_that_do_not_go_with_a_corpus_are_told),
        cmocka_unit_test(a_model_is_not_written_over_what_it_is_learnt_from),
        cmocka_unit_test(an_own_corpus_says_nothing_of_a_shipped_model),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
