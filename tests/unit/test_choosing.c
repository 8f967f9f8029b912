/* test_choosing.c: which of several trained networks is kept and why not another, and a training that was left behind
 * with every option, or with something of it damaged. */
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
#include "learn/judge.h"
#include "learn/training.h"
#include "support/bytes.h"
#include "support/refusal.h"

/* ---- what is asked of a network ---------------------------------------------------------------------------------- */

/* Three units that meet all of it, the second carries the memory. */
static struct measure_unit unit[3];

static struct judged sound(void)
{
    for (int k = 0; k < 3; k++)
        unit[k] = (struct measure_unit){.unit = k, .right_lowest = 0.97, .right_highest = 1, .right_mean = 0.98,
                                        .hold = 0.5, .hold_low = 0.4, .change_cue = 0.6, .correlation = 0.1};
    unit[1] = (struct measure_unit){.unit = 1, .right_lowest = 0.45, .right_highest = 0.55, .right_mean = 0.5,
                                    .in_band = 0.99, .hold = 0.98, .hold_low = 0.96, .change_cue = 0.05,
                                    .correlation = -0.97};
    return (struct judged){
        .score = {.loss = 0.5, .accuracy = 0.995}, .has_memory = true, .has_subjects = true,
        .memory = {.right = 0.99, .others_kept = 0.995, .units = 3, .unit = unit, .carrier = 1, .runner_up = 0},
        .subjects = {.attractors_right = 0.995, .left_most = 0.9, .h_subject = 1.8, .x_subject = 2}};
}

static void what_a_memory_lacks_is_told_with_its_number(void **state)
{
    (void)state;
    const struct recipe r = {.choice = CHOOSE_MEMORY};
    struct judged j = sound();
    static double *const number[] = {&unit[1].right_lowest, &unit[1].right_highest, &unit[0].right_lowest,
                                     &unit[1].hold_low, &unit[1].change_cue, &unit[1].correlation};
    static const struct { double becomes; const char *says; } lacks[] = {
        {0.3, "closing unit 2 gives P(right) 0.300 … 0.550, wanted 0.5 ± 0.12"},
        {0.7, "closing unit 2 gives P(right) 0.450 … 0.700, wanted 0.5 ± 0.12"},
        {0.9, "closing unit 1, which is another one, gives P(right) 0.900, wanted ≥ 0.95"},
        {0.5, "f of unit 2 between is 0.500 at its 5th percentile, wanted ≥ 0.95"},
        {0.4, "f of unit 2 at a change is 0.400, wanted ≤ 0.1"},
        {-0.5, "C of unit 2 correlates -0.500 with the feature, wanted ≥ 0.95"},
    };
    struct err e = {{0}};
    assert_true(judge_meets(&r, &j, &e) && judge_names(&r, &j));
    for (size_t k = 0; k < sizeof lacks / sizeof *lacks; k++)
        for (int nan = 0; nan < 2; nan++) {
            j = sound();
            *number[k] = nan ? NAN : lacks[k].becomes;
            assert_false(judge_meets(&r, &j, &e));
            if (!nan)
                assert_string_equal(e.text, lacks[k].says);
            assert_true(judge_rating(&r, &j) == -INFINITY);
            assert_false(judge_names(&r, &j));
        }
    j = sound();
    j.score.accuracy = 0.98;
    assert_false(judge_meets(&r, &j, &e));
    assert_string_equal(e.text, "held-out accuracy 0.9800, wanted ≥ 0.99");
    j = sound();
    j.memory.runner_up = -1;                      /* it is alone */
    j.memory.units = 1;
    j.memory.carrier = 0;
    j.memory.unit = unit + 1;
    assert_true(judge_meets(&r, &j, &e));
    assert_true(fabs(judge_rating(&r, &j) - 0.98) < 1e-12);      /* its mean f, with no others to compare it with */
    j.has_memory = false;
    assert_false(judge_meets(&r, &j, &e));
    assert_string_equal(e.text, "there is nothing to remember");
}

static void what_a_memory_of_the_subject_lacks_is_told_with_its_number(void **state)
{
    (void)state;
    const struct recipe r = {.choice = CHOOSE_SUBJECT};
    struct judged j = sound();
    struct err e = {{0}};
    assert_true(judge_meets(&r, &j, &e));
    assert_true(fabs(judge_rating(&r, &j) - 0.99 - 0.995) < 1e-12);
    static const char *const says[] = {
        "unit 2: held-out accuracy is 0.5000, wanted ≥ 0.99",
        "unit 2: accuracy with an attractor between is 0.5000, wanted ≥ 0.99",
        "unit 2: the share of single sentences in which closing it gives 0.35 to 0.65 is 0.5000, wanted ≥ 0.98",
        "unit 2: the share of single sentences in which closing any other leaves 0.9 is 0.5000, wanted ≥ 0.99",
        "unit 2: the share of new subjects before which 70 % of |C| is left is 0.5000, wanted ≥ 0.88",
        "unit 2: mean |W_h.h| / mean |W_x.x| in its f at subjects is 0.2500, wanted ≥ 0.8",
    };
    for (size_t k = 0; k < sizeof says / sizeof *says; k++) {
        j = sound();
        double *const number[] = {&j.score.accuracy, &j.subjects.attractors_right, &unit[1].in_band,
                                  &j.memory.others_kept, &j.subjects.left_most, &j.subjects.h_subject};
        *number[k] = 0.5;
        assert_false(judge_meets(&r, &j, &e));
        assert_string_equal(e.text, says[k]);
        assert_true(judge_rating(&r, &j) == -INFINITY);
    }
    j = sound();
    j.has_subjects = false;
    assert_false(judge_meets(&r, &j, &e));
    assert_string_equal(e.text, "there is no pair to tell apart");
}

/* ---- which is better --------------------------------------------------------------------------------------------- */

static void the_better_of_two_is_the_one_the_recipe_says(void **state)
{
    (void)state;
    struct forced_unit forced[2] = {{0, 0, {0.4, 0.5, 0.6}}, {0, 1, {0.9, 0.8, 0.95}}};
    struct recipe clear = {.choice = CHOOSE_CLEAR}, count = {.choice = CHOOSE_COUNT}, loss = {.choice = CHOOSE_LOSS};
    struct judged a = sound(), b = a;
    b.memory.unit = NULL;
    b.has_memory = b.has_subjects = false;
    b.forced = forced;
    b.units = 2;
    b.carrier = 0;
    b.runner_up = 1;
    assert_true(fabs(forced_lowest(&forced[1]) - 0.8) < 1e-12);
    /* CLEAR: what closing the carrier costs more than closing the next; half a percent of accuracy is none. */
    assert_true(fabs(judge_rating(&clear, &a) - (100 * 0.995 + 0.97 - 0.5)) < 1e-9);
    assert_true(fabs(judge_rating(&clear, &b) - (100 * 0.995 + 0.8 - 0.4)) < 1e-9);
    b.runner_up = -1;
    assert_true(fabs(judge_rating(&clear, &b) - (100 * 0.995 + 0.995 - 0.4)) < 1e-9);
    a.memory.runner_up = -1;
    assert_true(fabs(judge_rating(&clear, &a) - (100 * 0.995 + 0.99 - 0.5)) < 1e-9);
    for (int back = 0; back < 3; back++)
        forced[0].accuracy[back] = NAN;           /* too large to close its units */
    b.score.accuracy = 0.9951;
    assert_true(fabs(judge_rating(&clear, &b) - 100 * 0.995) < 1e-9);
    b.score.accuracy = NAN;
    assert_true(judge_rating(&clear, &b) == 0);
    b.count = 7;
    assert_true(judge_rating(&count, &b) == 699.5);
    assert_true(judge_rating(&loss, &b) == -0.5);
    struct judged worse = b;
    worse.score.loss = 0.6;
    assert_true(judge_rating(&loss, &worse) < judge_rating(&loss, &b));
    for (int k = CHOOSE_MEMORY; k <= CHOOSE_LOSS; k++)
        assert_non_null(strstr(judge_choice(&(struct recipe){.choice = (enum recipe_choice)k}), "on validation data"));
}

/* A name says what a unit does; closing it must cost much, closing another little. */
static void a_unit_is_named_only_where_closing_it_shows_it(void **state)
{
    (void)state;
    struct recipe r = {.choice = CHOOSE_CLEAR};
    struct judged j = sound();
    assert_true(judge_names(&r, &j));
    unit[1].correlation = 0.8;
    assert_false(judge_names(&r, &j));
    j = sound();
    unit[1].right_mean = 0.8;
    assert_false(judge_names(&r, &j));
    j = sound();
    unit[0].right_lowest = 0.8;
    assert_false(judge_names(&r, &j));
    j.memory.runner_up = -1;
    assert_true(judge_names(&r, &j));
    struct forced_unit forced[2] = {{1, 3, {0.4, 0.5, 0.6}}, {0, 1, {0.9, 0.93, 0.95}}};
    j = (struct judged){.score = {.accuracy = 0.95}, .forced = forced, .units = 2, .runner_up = 1};
    assert_true(judge_names(&r, &j));
    forced[1].accuracy[1] = 0.8;
    assert_false(judge_names(&r, &j));
    j.runner_up = -1;
    assert_true(judge_names(&r, &j));
    forced[0].accuracy[0] = forced[0].accuracy[1] = forced[0].accuracy[2] = 0.75;
    assert_false(judge_names(&r, &j));
    int layer, within;
    judge_carrier(&j, &layer, &within);
    assert_int_equal(layer, 1);
    assert_int_equal(within, 3);
    j = sound();
    judge_carrier(&j, &layer, &within);
    assert_int_equal(layer, 0);
    assert_int_equal(within, 1);
}

/* ---- the whole way, small ---------------------------------------------------------------------------------------- */

struct told { int seeds, looks, stop_after; uint64_t last; };

static bool tell(void *context, const struct recipe *r, uint64_t seed, int done, int total,
                 const struct measure_score *score)
{
    struct told *t = context;
    assert_string_equal(r->name, "small");
    assert_in_range(done, 1, total);
    t->looks++;
    t->seeds += score != NULL;
    t->last = seed;
    return t->stop_after && t->looks >= t->stop_after;
}

static struct corpus *agreement(void)
{
    static const char text[] = "feature who: F | M\nA = {who} Who.who (sat | ran) (now | here) Own.who dog\n"
                               "Who.F = she | mary\nWho.M = he | john\nOwn.F = her\nOwn.M = his\n"
                               "measure: her his\ntrain: 10\nvalid: 6\ntest: 0\n";
    struct err e = {{0}};
    struct grammar *g = grammar_parse(text, sizeof text - 1, "small.grammar", &e);
    struct corpus *c = g ? corpus_from_grammar(g, 1, &e) : NULL;
    if (!c)
        fail_msg("%s", e.text);
    grammar_free(g);
    return c;
}

static void a_recipe_tries_its_seeds_and_says_which_it_kept(void **state)
{
    (void)state;
    struct corpus *c = agreement();
    struct recipe r = {.name = "small", .corpus = "small.grammar", .layers = 1, .hidden = 3, .embed = 3, .updates = 12,
                       .batch = 5, .rate = 0.02, .seeds = 3, .seed = 2, .choice = CHOOSE_LOSS, .keep_best = true,
                       .about = "Small."};
    struct err e = {{0}};
    struct told told = {0};
    struct model *m = recipe_run(&r, c, false, tell, &told, &e), *again = recipe_run(&r, c, false, NULL, NULL, &e);
    if (!m || !again)
        fail_msg("%s", e.text);
    assert_int_equal(told.seeds, 3);
    assert_int_equal(told.last, 3);
    assert_true(told.looks > 3 * 2);
    assert_string_equal(m->name, "small");
    assert_non_null(strstr(m->training, "on validation data: the lowest loss"));
    assert_string_equal(m->training, again->training);
    model_free(again);
    /* Alone and as one of three the kept seed is the same network. */
    told = (struct told){0};
    again = recipe_run(&r, c, true, tell, &told, &e);
    assert_int_equal(told.seeds, 1);
    assert_int_equal(told.last, 2);
    model_free(again);
    model_free(m);
    static const enum recipe_choice all[] = {CHOOSE_CLEAR, CHOOSE_COUNT};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        r.choice = all[k];
        m = recipe_run(&r, c, false, NULL, NULL, &e);
        if (!m)
            fail_msg("%s", e.text);
        assert_true(lstm_parameters(m->net) > 0);
        model_free(m);
    }
    corpus_free(c);
}

static void a_recipe_that_nothing_meets_and_one_that_is_stopped_give_no_model(void **state)
{
    (void)state;
    struct corpus *c = agreement();
    struct recipe r = {.name = "small", .corpus = "small.grammar", .layers = 1, .hidden = 3, .embed = 3, .updates = 4,
                       .batch = 5, .rate = 0.02, .seeds = 2, .seed = 1, .choice = CHOOSE_MEMORY, .about = ""};
    struct err e = {{0}};
    assert_null(recipe_run(&r, c, false, NULL, NULL, &e));
    assert_string_equal(e.text, "small.grammar: none of 2 seeds met the criterion of small");
    r.choice = CHOOSE_SUBJECT;
    assert_null(recipe_run(&r, c, false, NULL, NULL, &e));
    assert_string_equal(e.text, "small.grammar: none of 2 seeds met the criterion of small");
    r.choice = CHOOSE_LOSS;
    struct told told = {.stop_after = 1};
    assert_null(recipe_run(&r, c, false, tell, &told, &e));
    assert_string_equal(e.text, "small.grammar: stopped");
    assert_int_equal(told.looks, 1);
    corpus_free(c);
}

/* ---- left behind and gone on with -------------------------------------------------------------------------------- */

static char *corpus_path, *left_path;

static int write_corpus(void **state)
{
    static const char lines[] = "a b c\nb c a\nc a b\na a b\nb b c\nc c a\na c b\nb a c\nc b a\na b a\nb c b\n";
    struct str b = {0};
    folder_begin(state);
    str_addn(&b, lines, sizeof lines - 1);
    corpus_path = strdup(bytes_file("lines.txt", &b));
    left_path = strdup(bytes_path("left.resume"));
    return 0;
}

static int forget_paths(void **state)
{
    free(corpus_path);
    free(left_path);
    return folder_end(state);
}

static struct training *begin(const struct training_wish *wish)
{
    struct err e = {{0}};
    struct training *t = training_new(wish, &e);
    if (!t)
        fail_msg("%s", e.text);
    return t;
}

static char *model_text(struct training *t)
{
    struct err e = {{0}};
    struct model *m = training_model(t, TRAINING_BEST, &e);
    if (!m)
        fail_msg("%s", e.text);
    struct str s = {0};
    model_write(m, &s);
    model_free(m);
    return str_take(&s);
}

/* With each option it ends in the bytes it would have ended in. */
static void every_option_is_there_again_when_a_training_goes_on(void **state)
{
    (void)state;
    const struct training_wish wishes[] = {
        {.corpus = corpus_path, .tokens = CORPUS_WORD, .updates = 30, .hidden = 3, .embed = 2, .layers = 2,
         .dropout = 0.3, .clip = -1, .decay = -1, .batch = 3, .patience = 50, .rate = 0.05, .seeded = true, .seed = 9},
        {.corpus = corpus_path, .tokens = CORPUS_CHAR, .epochs = 12, .hidden = 3, .variant = TRAIN_NFG,
         .unit_name = "first"},
        {.corpus = corpus_path, .tokens = CORPUS_WORD, .updates = 30, .hidden = 2, .variant = TRAIN_CIFG,
         .clip = 0.5, .decay = 0.01},
        {.corpus = "adding", .tokens = CORPUS_GUESS, .updates = 8, .hidden = 2},
    };
    for (size_t k = 0; k < sizeof wishes / sizeof *wishes; k++) {
        struct err e = {{0}};
        struct training *whole = begin(&wishes[k]), *part = begin(&wishes[k]);
        training_run(whole, NULL, NULL, NULL);
        while (training_done(part) < training_total(part) / 2)
            assert_true(training_step(part));
        if (!training_leave(part, left_path, &e))
            fail_msg("%s", e.text);
        training_free(part);
        if (!(part = training_resume(left_path, &e)))
            fail_msg("wish %zu: %s", k, e.text);
        assert_int_equal(part->wish.variant, wishes[k].variant);
        assert_int_equal(part->wish.patience, wishes[k].patience);
        training_run(part, NULL, NULL, NULL);
        char *a = model_text(whole), *b = model_text(part);
        assert_string_equal(a, b);
        free(a);
        free(b);
        training_free(whole);
        training_free(part);
    }
}

static void what_is_damaged_in_a_training_is_told_by_its_name(void **state)
{
    (void)state;
    static const struct { const char *key, *value, *says; } damages[] = {
        {"corpus", "7", "corpus: expected a string, found 7"},
        {"rate", "null", "numbers: expected sizes and options that --train takes"},
        {"rate", "\"fast\"", "rate: expected a number in quotes, found \"fast\""},
        {"rate", "7", "rate: expected a string, found 7"},
        {"rate", "\"101\"", "numbers: expected sizes and options that --train takes"},
        {"rate", "\"-1\"", "numbers: expected sizes and options that --train takes"},
        {"clip", "\"1e7\"", "numbers: expected sizes and options that --train takes"},
        {"decay", "\"-1e7\"", "numbers: expected sizes and options that --train takes"},
        {"dropout", "\"1\"", "numbers: expected sizes and options that --train takes"},
        {"dropout", "\"-0.1\"", "numbers: expected sizes and options that --train takes"},
        {"numbers", "[-1,3,0,0,0,40,0,0]", "numbers: expected sizes and options that --train takes"},
        {"numbers", "[9,3,0,0,0,40,0,0]", "numbers: expected sizes and options that --train takes"},
        {"numbers", "[0,1025,0,0,0,40,0,0]", "numbers: expected sizes and options that --train takes"},
        {"numbers", "[0,3,1025,0,0,40,0,0]", "numbers: expected sizes and options that --train takes"},
        {"numbers", "[0,3,0,9,0,40,0,0]", "numbers: expected sizes and options that --train takes"},
        {"numbers", "[0,3,0,0,-1,40,0,0]", "numbers: expected sizes and options that --train takes"},
        {"numbers", "[0,3,0,0,0,40,0]", "numbers: expected 8 whole numbers"},
        {"numbers", "[0,3,0,0,0,40,0,0.5]", "numbers[7]: expected a whole number"},
        {"seed", "\"007\"", "seed: expected a whole number in quotes, found \"007\""},
        {"seed", "7", "seed: expected a string, found 7"},
        {"seeded", "0", "seeded: expected true or false, found 0"},
        {"said", "0", "said: expected a string, found 0"},
        {"progress", "[0,-1,0,0]", "progress: expected what a training counts"},
        {"progress", "[0,0,-1,-1]", "progress: expected what a training counts"},
        {"progress", "[0,0,0,1000]", "progress: expected what a training counts"},
        {"looking_loss", "7", "looking_loss: expected a string, found 7"},
        {"looking_right", "\"x\"", "looking_right: expected a number in quotes, found \"x\""},
        {"looking_targets", "\"-1\"", "looking_targets: expected a whole number in quotes"},
        {"looking_measured", "\"1.5\"", "looking_measured: expected a whole number in quotes"},
        {"looks", "[1, 2]", "looks: expected a list of looks"},
        {"looks", "[1, \"0 1 1\"]", "looks[0]: expected a string, found 1"},
        {"looks", "[\"0 one 1\"]", "looks[0]: expected an update, a loss and an accuracy"},
        {"looks", "[\"0 1 1 1\"]", "looks[0]: expected an update, a loss and an accuracy"},
        {"state", "[20,0]", "state: expected 3 whole numbers"},
        {"tokens", "\"many\"", "tokens: expected a whole number in quotes"},
        {"random", "7", "expected the state of a training of 40 updates"},
        {"random", "[\"1\", 2]", "random[1]: expected a string, found 2"},
        {"random", "[\"1\", \"2\"]", "expected the state of a training of 40 updates"},
        {"order", "[0,0,0]", "order: expected"},
        {"losses", "[1]", "losses: expected 20 numbers"},
        {"adam_m", "[]", "adam_m: expected"},
        {"adam_v", "\"none\"", "adam_v: expected"},
        {"best", "[1,2]", "best: expected"},
        {"best_evaluation", "\"1\"", "best_evaluation: expected an update, a loss and an accuracy"},
        {"recipe_hash", "\"1\"", "another version of the program wrote it: its recipe differs"},
        {"hash_of_the_above", "\"x\"", "hash_of_the_above: expected a whole number in quotes"},
        {"hash_of_the_above", "\"1\"", "damaged: its numbers are not those that were written"},
    };
    struct err e = {{0}};
    char *data;
    size_t len;
    struct training *t = begin(&(struct training_wish){.corpus = corpus_path, .tokens = CORPUS_WORD, .updates = 40,
                                                       .hidden = 3});
    while (training_done(t) < 20)
        assert_true(training_step(t));
    assert_true(training_leave(t, left_path, &e) && file_read(left_path, &data, &len, &e));
    training_free(t);
    for (size_t k = 0; k < sizeof damages / sizeof *damages; k++) {
        struct str s = {0};
        char key[40];
        snprintf(key, sizeof key, "\"%s\": ", damages[k].key);
        const char *at = strstr(data, key);
        if (!at && (at = strstr(data, "\"weights\": ")) != NULL)         /* what need not be there is put before it */
            str_addf(&s, "%.*s%s%s,\n  %s", (int)(at - data), data, key, damages[k].value, at);
        else
            str_addf(&s, "%.*s%s%s, \"_%s", (int)(at - data), data, key, damages[k].value, at + 1);
        assert_true(file_write(left_path, s.s, s.len, &e));
        e.text[0] = '\0';
        if (training_resume(left_path, &e) || !strstr(e.text, damages[k].says) || !strstr(e.text, "left.resume: "))
            fail_msg("%s %s: expected \"%s\", found \"%s\"", damages[k].key, damages[k].value, damages[k].says, e.text);
        str_free(&s);
    }
    static const struct { const char *variant, *says; } variants[] = {
        {"\"gru\"", "variant: expected one that --train takes"}, {"7", "variant: expected a string, found 7"},
        {"\"nfg\"", "its recipe differs"},
    };
    for (size_t k = 0; k < sizeof variants / sizeof *variants; k++) {
        struct str s = {0};
        const char *at = strstr(data, "\"corpus_hash\"");
        str_addf(&s, "%.*s\"variant\": %s, %s", (int)(at - data), data, variants[k].variant, at);
        assert_true(file_write(left_path, s.s, s.len, &e));
        e.text[0] = '\0';
        if (training_resume(left_path, &e) || !strstr(e.text, variants[k].says))
            fail_msg("%s: expected \"%s\", found \"%s\"", variants[k].variant, variants[k].says, e.text);
        str_free(&s);
    }
    free(data);
}

static void a_training_that_ended_or_cannot_be_written_leaves_nothing(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct training *t = begin(&(struct training_wish){.corpus = corpus_path, .tokens = CORPUS_WORD, .updates = 2,
                                                       .hidden = 2});
    assert_true(training_step(t));
    assert_false(training_leave(t, bytes_path("none/left.resume"), &e));
    assert_non_null(strstr(e.text, "none/left.resume: cannot "));
    training_run(t, NULL, NULL, NULL);
    assert_false(training_leave(t, left_path, &e));
    assert_non_null(strstr(e.text, "the training is over: there is nothing to go on with"));
    training_free(t);
    assert_null(training_resume(bytes_path("none.resume"), &e));
    assert_non_null(strstr(e.text, "none.resume: cannot open"));
    static const char *const others[] = {"[]", "7", "{}", "{\"format\": 7}", "{\"format\": \"flstm-model/1\"}"};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        assert_true(file_write(left_path, others[k], strlen(others[k]), &e));
        assert_null(training_resume(left_path, &e));
        assert_non_null(strstr(e.text, k < 2 ? "expected an object" : "this is no training that was stopped"));
    }
    assert_true(file_write(left_path, "{", 1, &e));
    assert_null(training_resume(left_path, &e));
    assert_non_null(strstr(e.text, "not valid JSON"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_memory_lacks_is_told_with_its_number),
        cmocka_unit_test(what_a_memory_of_the_subject_lacks_is_told_with_its_number),
        cmocka_unit_test(the_better_of_two_is_the_one_the_recipe_says),
        cmocka_unit_test(a_unit_is_named_only_where_closing_it_shows_it),
        cmocka_unit_test(a_recipe_tries_its_seeds_and_says_which_it_kept),
        cmocka_unit_test(a_recipe_that_nothing_meets_and_one_that_is_stopped_give_no_model),
        cmocka_unit_test(every_option_is_there_again_when_a_training_goes_on),
        cmocka_unit_test(what_is_damaged_in_a_training_is_told_by_its_name),
        cmocka_unit_test(a_training_that_ended_or_cannot_be_written_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, write_corpus, forget_paths);
}
