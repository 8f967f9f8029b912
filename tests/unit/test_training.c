/* test_training.c: a training as a state machine (pieces, pausing, seeds, what is kept), as an app goes through it,
 * and as it looks. */
#define _GNU_SOURCE
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "action/ask.h"
#include "import/import.h"
#include "learn/judge.h"
#include "learn/training.h"
#include "session/edit.h"
#include "support/app.h"
#include "support/folder.h"
#include "support/golden.h"

static struct training *begin(const struct training_wish *wish)
{
    struct err e = {{0}};
    struct training *t = training_new(wish, &e);
    if (!t)
        fail_msg("%s", e.text);
    return t;
}

static struct training *stories(int updates)
{
    return begin(&(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .updates = updates});
}

/* Pieces until so many updates are done and looked at. */
static void run_to(struct training *t, int updates)
{
    while (training_done(t) < updates || (t->evaluating.at >= 0 && t->phase == TRAINING_RUNS))
        if (!training_step(t))
            break;
}

static char *bytes(struct training *t, enum training_which which)
{
    struct err e = {{0}};
    struct model *m = training_model(t, which, &e);
    if (!m)
        fail_msg("%s", e.text);
    struct str s = {0};
    model_write(m, &s);
    model_free(m);
    return str_take(&s);
}

static void same(char *a, char *b, bool expected)
{
    assert_int_equal(strcmp(a, b) == 0, expected);
    free(a);
    free(b);
}

/* A folder of its own for what a test writes. */

static char *in_folder(const char *name)
{
    struct str s = {0};
    str_addf(&s, "%s/%s", folder, name);
    return str_take(&s);
}

static void write_text(const char *path, const char *text)
{
    struct err e = {{0}};
    if (!file_write(path, text, strlen(text), &e))
        fail_msg("%s", e.text);
}

/* ---- the state machine ------------------------------------------------------------------------------------------- */

static void pieces_give_the_same_bytes_as_one_go_whatever_is_looked_at_in_between(void **state)
{
    (void)state;
    static const char *const corpora[] = {"gender", "prose"};       /* the second keeps the best on the way */
    for (int k = 0; k < 2; k++) {
        struct training_wish wish = {
            .corpus = corpora[k], .tokens = CORPUS_GUESS, .updates = k ? 30 : 200, .hidden = k ? 6 : 0};
        struct training *a = begin(&wish), *b = begin(&wish);
        training_run(a, NULL, NULL, NULL);
        for (int n = 0; training_step(b); n++) {
            training_refresh(b);
            if (n % 40 == 7) {
                training_unit_by(b, 1);
                training_pause(b, true);
                assert_false(training_step(b));
                free(bytes(b, TRAINING_NOW));
                training_pause(b, false);
            }
        }
        assert_int_equal(a->phase, TRAINING_FINISHED);
        assert_int_equal(b->phase, TRAINING_FINISHED);
        assert_int_equal(a->evaluations, b->evaluations);
        same(bytes(a, TRAINING_BEST), bytes(b, TRAINING_NOW), true);
        training_free(a);
        training_free(b);
    }
}

static void a_seed_decides_everything_and_restarting_begins_anew(void **state)
{
    (void)state;
    struct training *a = stories(40),
                    *b = begin(&(struct training_wish){
                        .corpus = "gender", .tokens = CORPUS_GUESS, .updates = 40, .seeded = true, .seed = 11});
    assert_int_equal(a->seed, recipe_find("gender")->seed);
    training_run(a, NULL, NULL, NULL);
    training_run(b, NULL, NULL, NULL);
    same(bytes(a, TRAINING_BEST), bytes(b, TRAINING_BEST), false);
    training_restart(a, 11);
    assert_int_equal(training_done(a), 0);
    assert_int_equal(a->phase, TRAINING_RUNS);
    training_run(a, NULL, NULL, NULL);
    same(bytes(a, TRAINING_BEST), bytes(b, TRAINING_BEST), true);
    training_free(a);
    training_free(b);
}

static volatile sig_atomic_t cancelled;

static void cancel_soon(void *context)
{
    if (training_done(context) >= 150)
        cancelled = 1;
}

static void a_training_that_is_stopped_keeps_the_best_so_far_and_says_so(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct training *t = stories(4000);
    cancelled = 0;
    training_run(t, &cancelled, cancel_soon, t);
    assert_int_equal(training_done(t), 150);
    assert_int_equal(t->phase, TRAINING_RUNS);
    model_free(training_model(t, TRAINING_BEST, &e));
    assert_int_equal(t->evaluation[t->evaluations - 1].update, 150);       /* where it stopped counts as well */
    double most = 0;
    for (int k = 0; k < t->evaluations; k++)
        most = t->evaluation[k].accuracy > most ? t->evaluation[k].accuracy : most;
    assert_true(t->best_evaluation.accuracy >= most - 0.005);
    char *file = in_folder("stopped.json");
    assert_true(training_unsaved(t));
    assert_true(training_save(t, TRAINING_BEST, file, &e));
    struct model *m = model_load(file, &(struct model_options){.tokenizer = -1}, &e);
    assert_non_null(m);
    assert_int_equal(m->provenance, PROVENANCE_TRAINED);
    assert_non_null(strstr(m->training, "\"stopped\""));
    assert_non_null(strstr(m->training, "\"of\""));
    assert_null(strstr(m->about, "one element of C keeps it"));      /* that is said of the finished model only */
    model_free(m);
    training_free(t);
    free(file);
}

/* ---- going on another day ---------------------------------------------------------------------------------------- */

/* Everything that a user asked for: regularisers, one reader and its noise (story), dropout, patience, two layers, the
 * best on the way (prose), a second seed that is tried, numbers, labels. */
static void a_training_that_goes_on_another_day_ends_in_the_same_bytes(void **state)
{
    (void)state;
    char *file = in_folder("left.resume"), *labels = in_folder("labels.tsv");
    struct err e = {{0}};
    struct str s = {0};
    for (int k = 0; k < 60; k++)
        str_addf(&s, "%s %d %d\t%s\n", k % 2 ? "up" : "down", k, k % 7, k % 2 ? "yes" : "no");
    assert_true(file_write(labels, str_text(&s), s.len, &e));
    str_free(&s);
    const struct { struct training_wish wish; int stop[3]; } cases[] = {
        {{.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 300}, {1, 77, 299}},
        {{.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 300, .dropout = 0.2, .layers = 2, .hidden = 5,
          .patience = 9, .seeded = true, .seed = 12345678901234567890u, .unit_name = "mine"}, {8, 101, 250}},
        {{.corpus = "story", .tokens = CORPUS_GUESS, .updates = 60, .batch = 8}, {10, 38, 55}},
        {{.corpus = "prose", .tokens = CORPUS_GUESS, .updates = 100, .hidden = 9}, {13, 52, 99}},
        {{.corpus = "adding", .tokens = CORPUS_GUESS, .updates = 60, .batch = 8}, {3, 30, 59}},
        {{.corpus = labels, .tokens = CORPUS_GUESS, .updates = 60, .weights_from = NULL}, {3, 30, 59}},
        {{.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 40, .weights_from = "gender"}, {3, 20, 39}},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct training *t = begin(&cases[k].wish);
        training_run(t, NULL, NULL, NULL);
        char *whole = bytes(t, TRAINING_BEST);
        training_free(t);
        t = begin(&cases[k].wish);
        for (int stop = 0; stop < 3; stop++) {        /* three days, each from the file of the one before */
            while (training_done(t) < cases[k].stop[stop] && training_step(t))
                ;
            if (stop == 1)                            /* in the middle of looking, where it looks */
                for (int n = 0; n < 40 && t->evaluating.at < 0; n++)
                    training_step(t);
            if (t->phase != TRAINING_RUNS)
                break;
            if (!training_leave(t, file, &e))
                fail_msg("%s", e.text);
            model_free(training_model(t, TRAINING_BEST, &e));      /* what is asked of it afterwards does not count */
            training_free(t);
            t = training_resume(file, &e);
            if (!t)
                fail_msg("case %zu: %s", k, e.text);
        }
        training_run(t, NULL, NULL, NULL);
        char *parts = bytes(t, TRAINING_BEST);
        if (strcmp(whole, parts) != 0)
            fail_msg("case %zu: \"%s\" stopped three times is not what it is in one go", k, cases[k].wish.corpus);
        training_free(t);
        free(whole);
        free(parts);
    }
    free(file);
    free(labels);
}

static void a_damaged_or_foreign_file_does_not_go_on(void **state)
{
    (void)state;
    char *file = in_folder("damaged.resume"), *corpus = in_folder("lines.txt"), *data;
    struct err e = {{0}};
    size_t len;
    static const char lines[] = "a b c\nb c a\nc a b\na a b\nb b c\nc c a\na c b\nb a c\nc b a\na b a\nb c b\n";
    assert_true(file_write(corpus, lines, sizeof lines - 1, &e));
    struct training *t = begin(&(struct training_wish){.corpus = corpus, .tokens = CORPUS_WORD, .updates = 40,
                                                       .hidden = 3});
    run_to(t, 20);
    assert_true(training_leave(t, file, &e));
    training_free(t);
    assert_true(file_read(file, &data, &len, &e));
    /* Whatever is cut out of it, it is refused in a line. */
    for (size_t at = 0; at < len; at += len / 60 + 1) {
        struct str s = {0};
        str_addn(&s, data, at);
        str_addn(&s, data + (at + 9 < len ? at + 9 : len), len - (at + 9 < len ? at + 9 : len));
        assert_true(file_write(file, str_text(&s), s.len, &e));
        t = training_resume(file, &e);
        if (t || !*e.text)
            fail_msg("taken without the 9 bytes from %zu on", at);
        str_free(&s);
    }
    static const struct { const char *from, *to, *says; } turns[] = {
        {"flstm-training/1", "flstm-training/9", "no training that was stopped"},
        {"\"state\": [20,", "\"state\": [41,", "of a training of 40 updates"},
        {"\"state\": [20,", "\"state\": [-1,", "of a training of 40 updates"},
        {"\"order\": [", "\"order\": [0,", "order: expected"},
        {"\"corpus\": \"", "\"corpus\": \"/nowhere", "/nowhere"},
        {"\"progress\": [", "\"progress\": [1,", "progress: expected 4 whole numbers"},
        {"\"corpus_hash\": \"", "\"corpus_hash\": \"1", "it is not what was being learnt from"},
        {"\"recipe_hash\": \"", "\"recipe_hash\": \"-", "recipe_hash: expected a whole number in quotes"},
        {"\"weights\": [", "\"weights\": [1,", "weights: expected"},
        {"\"adam_m\": [", "\"adam_m\": [1", "damaged"},
        {"\"corpus\": \"", "\"corpus\": null, \"x\": \"", "corpus: expected a name, found null"},
        {"\"looks\": [", "\"looks\": 7, \"x\": [", "looks: expected"},
        {"\"looks\": [", "\"looks\": [\"0 1\", ", "looks[0]: expected an update, a loss and an accuracy"},
        {"\"looks\": [", "\"looks\": [\"0 1 one\", ", "looks[0]: expected an update, a loss and an accuracy"},
        {"\"looks\": [", "\"looks\": [\"-1 1 1\", ", "looks[0]: expected an update, a loss and an accuracy"},
        {"\"looks\": ", "\"glances\": ", "expected the key \"looks\""},
        {"\"progress\": [", "\"progress\": [-1, 0, 0, 0], \"x\": [", "progress: expected what a training counts"},
    };
    for (size_t k = 0; k < sizeof turns / sizeof *turns; k++) {
        struct str s = {0};
        const char *at = strstr(data, turns[k].from);
        assert_non_null(at);
        str_addn(&s, data, (size_t)(at - data));
        str_addf(&s, "%s%s", turns[k].to, at + strlen(turns[k].from));
        assert_true(file_write(file, str_text(&s), s.len, &e));
        e.text[0] = 0;
        t = training_resume(file, &e);
        if (t || !strstr(e.text, turns[k].says))
            fail_msg("case %zu: \"%s\", wanted \"%s\"", k, e.text, turns[k].says);
        str_free(&s);
    }
    assert_true(file_write(file, data, len, &e));
    assert_true(file_write(corpus, "x y\ny x\n", 8, &e));
    assert_null(training_resume(file, &e));
    assert_non_null(strstr(e.text, "it is not what was being learnt from when the training stopped"));
    assert_null(training_resume(corpus, &e));
    free(data);
    free(file);
    free(corpus);
}

/* Where the value that begins here ends: a text, a list, or a word. */
static const char *behind_value(const char *p)
{
    int depth = 0;
    bool quoted = false;
    for (; *p; p++) {
        if (quoted && *p == '\\')
            p++;
        else if (*p == '"')
            quoted = !quoted;
        else if (!quoted && (*p == '[' || *p == '{'))
            depth++;
        else if (!quoted && (*p == ']' || *p == '}') && depth-- == 0)
            return p;
        else if (!quoted && !depth && *p == ',')
            return p;
    }
    return p;
}

static void must_not_go_on(const char *file, const char *about, const struct str *text)
{
    struct err e = {{0}};
    assert_true(file_write(file, text->s, text->len, &e));
    struct training *t = training_resume(file, &e);
    if (t || !*e.text || strchr(e.text, '\n'))
        fail_msg("%s: %s", about, t ? "taken" : e.text);
}

/* Each part of the file is left out, and put in place by values that are none: it is told, and nothing goes on. */
static void every_part_of_a_left_training_is_needed_and_looked_at(void **state)
{
    (void)state;
    static const char *const values[] = {"null", "true", "-1", "\"x\"", "\"-1\"", "[]", "[null]", "[\"x\"]", "{}",
                                         "\"\""};
    static const struct { const char *key, *value, *says; } wishes[] = {
        {"numbers", "[-1, 0, 0, 0, 0, 20, 0, 0]", "numbers: expected sizes and options that --train takes"},
        {"numbers", "[99, 0, 0, 0, 0, 20, 0, 0]", "numbers: expected sizes and options"},
        {"numbers", "[0, -1, 0, 0, 0, 20, 0, 0]", "numbers: expected sizes and options"},
        {"numbers", "[0, 1025, 0, 0, 0, 20, 0, 0]", "numbers: expected sizes and options"},
        {"numbers", "[0, 0, 1025, 0, 0, 20, 0, 0]", "numbers: expected sizes and options"},
        {"numbers", "[0, 0, 0, 9, 0, 20, 0, 0]", "numbers: expected sizes and options"},
        {"numbers", "[0, 0, 0, 0, 0, 20, 0, -1]", "numbers: expected sizes and options"},
        {"rate", "\"-1\"", "numbers: expected sizes and options"}, {"rate", "\"101\"", "numbers: expected sizes and"},
        {"dropout", "\"1\"", "numbers: expected sizes and options"},
        {"dropout", "\"-0.5\"", "numbers: expected sizes and options"},
        {"clip", "\"1e7\"", "numbers: expected sizes and options"},
        {"decay", "\"-1e7\"", "numbers: expected sizes and"},
        {"rate", "\"quick\"", "rate: expected a number in quotes"},
        {"variant", "\"no-such\"", "variant: expected one that --train takes"},
        {"seed", "\"01\"", "seed: expected a whole number in quotes"},
        {"recipe_hash", "\"7\"", "another version of the program wrote it: its recipe differs"},
        {"best_evaluation", "\"1 2\"", "best_evaluation: expected an update, a loss and an accuracy"},
        {"format", "7", "this is no training that was stopped"},
    };
    char *file = in_folder("parts.resume"), *data;
    size_t len;
    int keys = 0;
    struct err e = {{0}};
    struct training *t = begin(&(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 400,
                                                       .hidden = 3, .variant = TRAIN_NFG});
    run_to(t, 130);
    assert_true(training_leave(t, file, &e));
    training_free(t);
    assert_true(file_read(file, &data, &len, &e));
    t = training_resume(file, &e);
    if (!t)
        fail_msg("%s", e.text);
    training_free(t);
    for (const char *p = strchr(data, '{') + 1, *end; (p = strchr(p, '"')); p = end, keys++) {
        const char *behind = strchr(p + 1, '"'), *value = behind + 1 + strspn(behind + 1, ": ");
        size_t length = (size_t)(behind - p - 1);
        end = behind_value(value);
        struct str s = {0};
        str_addf(&s, "%.*s_%s", (int)(p + 1 - data), data, p + 1);
        if (!(length == 15 && !strncmp(p + 1, "best_evaluation", 15)))
            must_not_go_on(file, "a key by another name", &s);
        for (size_t k = 0; k < sizeof values / sizeof *values + sizeof wishes / sizeof *wishes; k++) {
            size_t w = k - sizeof values / sizeof *values;
            bool own = k >= sizeof values / sizeof *values;
            const char *to = own ? wishes[w].value : values[k];
            if ((own && (strlen(wishes[w].key) != length || strncmp(p + 1, wishes[w].key, length) != 0))
                || (strlen(to) == (size_t)(end - value) && !strncmp(to, value, strlen(to))))
                continue;
            str_clear(&s);
            str_addf(&s, "%.*s%s%s", (int)(value - data), data, to, end);
            must_not_go_on(file, to, &s);
            e.text[0] = '\0';
            if (own && (training_resume(file, &e) || !strstr(e.text, wishes[w].says)))
                fail_msg("%s: %s\n%s", wishes[w].key, to, e.text);
        }
        str_free(&s);
    }
    assert_true(keys > 25);
    free(data);
    free(file);
}

static void what_is_over_leaves_nothing_to_go_on_with(void **state)
{
    (void)state;
    char *file = in_folder("over.resume");
    struct err e = {{0}};
    struct training *t = stories(20);
    training_run(t, NULL, NULL, NULL);
    assert_false(training_leave(t, file, &e));
    assert_non_null(strstr(e.text, "there is nothing to go on with"));
    training_free(t);
    free(file);
}

static void an_evaluation_is_the_mean_over_everything_held_out(void **state)
{
    (void)state;
    struct training *t = stories(10);
    for (int updates = 0; updates <= 10; updates += 10) {       /* before the first update, and after the last */
        run_to(t, updates);
        struct train_score all;
        train_evaluate(t->train, &t->held, &all);
        const struct evaluation *look = &t->evaluation[t->evaluations - 1];
        assert_int_equal(look->update, updates);
        assert_true(fabs(look->loss - all.loss) < 1e-6 * all.loss);
        assert_true(fabs(look->accuracy - all.accuracy) < 1e-9);
    }
    training_free(t);
}

static void the_second_word_of_a_sentence_can_be_asked_for(void **state)
{
    (void)state;
    char *file = in_folder("twice.grammar");
    write_text(file, "feature which: x | y\nmeasure: left right\ntrain: 6\nvalid: 2\ntest: 2\n"
                     "Text = {which} Way.which Way.which Filler .\nWay.x = left\nWay.y = right\n"
                     "Filler = ( on | up | down | on up | on down | up on )\n");
    struct training *t = begin(&(struct training_wish){.corpus = file, .tokens = CORPUS_GUESS, .updates = 1});
    assert_int_equal(t->asks, 1);
    assert_int_equal(t->answers, 2);
    assert_int_equal(t->answer[0], t->corpus->demo[1]);
    training_free(t);
    free(file);
}

static void the_lowest_held_out_loss_is_kept_where_the_recipe_says_so(void **state)
{
    (void)state;
    char *text = in_folder("prose.txt");
    struct str s = {0};
    for (int k = 0; k < 60; k++)
        str_addf(&s, "the %s %s the %s\n", k % 3 ? "dog" : "cat", k % 5 ? "sees" : "hears", k % 7 ? "bird" : "moon");
    for (int k = 0; k < 40; k++)
        str_addf(&s, "word%d comes %d times\n", k, k * k);
    write_text(text, s.s);
    struct training *t =
        begin(&(struct training_wish){.corpus = text, .tokens = CORPUS_WORD, .updates = 120, .hidden = 12});
    training_run(t, NULL, NULL, NULL);
    assert_int_equal(t->phase, TRAINING_FINISHED);
    double lowest = INFINITY;
    for (int k = 1; k < t->evaluations; k++)
        lowest = t->evaluation[k].loss < lowest ? t->evaluation[k].loss : lowest;
    assert_true(t->best_evaluation.loss == lowest);
    struct measure_score score;
    assert_true(measure_score(t->best, t->corpus, PART_VALID, &score));
    assert_true(fabs(score.loss - lowest) < 1e-4);
    training_free(t);
    str_free(&s);
    free(text);
}

static void the_default_training_is_as_good_as_the_shipped_model(void **state)
{
    (void)state;
    struct err e = {{0}};
    char *file = in_folder("mine.json");
    struct training *t =
        begin(&(struct training_wish){.corpus = "data/corpora/gender.grammar", .tokens = CORPUS_GUESS});
    training_run(t, NULL, NULL, NULL);
    assert_int_equal(t->phase, TRAINING_FINISHED);
    assert_true(t->faithful);
    assert_true(training_save(t, TRAINING_BEST, file, &e));
    assert_false(training_unsaved(t));
    struct model *m = model_load(file, &(struct model_options){.tokenizer = -1}, &e);
    assert_non_null(m);
    struct measure_score score;
    struct measure_memory memory;
    assert_true(measure_score(m->net, t->corpus, PART_TEST, &score)
                && measure_memory(m->net, t->corpus, PART_TEST, &memory));
    if (!recipe_meets(&MEMORY_CRITERION, &score, &memory, &e))
        fail_msg("%s", e.text);
    assert_int_equal(memory.carrier, t->unit);              /* what the view shows is what carries it */
    assert_string_equal(model_unit_name(m, 0, memory.carrier), "gender");
    measure_memory_clear(&memory);

    /* "She", as people write it; closing the one gate at "and" makes her and his alike. */
    struct session *s = session_new(m, &e);
    assert_non_null(s);
    assert_true(session_set_text(s, "She came out and played with her dog", "test", &e));
    assert_true(edit_apply(s, "f[gender]@and=0", "test", false, &e));
    int her = session_token_id(s, 7), his = vocab_find(session_model(s)->vocab, "his");
    float base = session_probability(s, RUN_BASE, 6, her), after = session_probability(s, RUN_PINNED, 6, her);
    assert_true(base > 0.8f);
    float right = after / (after + session_probability(s, RUN_PINNED, 6, his));
    assert_true(right > 0.3f && right < 0.7f);
    session_free(s);
    training_free(t);
    free(file);
}

static void where_the_recipes_seed_fails_its_criterion_the_others_are_tried(void **state)
{
    (void)state;
    struct training *t = stories(20);
    t->faithful = true;                           /* as if 20 updates were the recipe: no seed can meet it */
    training_run(t, NULL, NULL, NULL);
    assert_int_equal(t->phase, TRAINING_FINISHED);
    assert_int_equal(t->tried, t->recipe.seeds);
    assert_int_equal(t->seed, t->recipe.seed);    /* the one to fall back on */
    assert_non_null(t->said);
    assert_false(t->faithful);
    struct training *same_seed = begin(&(struct training_wish){
        .corpus = "gender", .tokens = CORPUS_GUESS, .updates = 20, .seeded = true, .seed = t->recipe.seed});
    training_run(same_seed, NULL, NULL, NULL);
    struct lstm *a = t->best, *b = same_seed->best;
    assert_memory_equal(a->out_W, b->out_W, (size_t)a->outputs * 8 * sizeof *a->out_W);
    training_free(t);
    training_free(same_seed);
}

static void a_loss_that_becomes_infinite_is_a_failure_and_not_a_model(void **state)
{
    (void)state;
    struct training *t = stories(50);
    struct lstm *net = train_lstm(t->train);
    net->out_W[0] = NAN;
    train_load(t->train, net);
    lstm_free(net);
    training_run(t, NULL, NULL, NULL);
    assert_int_equal(t->phase, TRAINING_FAILED);
    assert_non_null(strstr(t->said, "infinite"));
    training_restart(t, 3);                       /* the way out */
    training_run(t, NULL, NULL, NULL);
    assert_int_equal(t->phase, TRAINING_FINISHED);
    training_free(t);
}

static void it_pauses_steps_an_epoch_and_goes_on(void **state)
{
    (void)state;
    struct training *t = stories(300);
    int epoch = training_epoch(t);
    assert_int_equal(epoch, 125);
    training_pause(t, true);
    assert_false(training_step(t));
    training_pause_after(t, epoch);
    training_run(t, NULL, NULL, NULL);
    assert_int_equal(training_done(t), epoch);
    assert_true(t->paused);
    training_pause(t, false);
    training_run(t, NULL, NULL, NULL);
    assert_int_equal(t->phase, TRAINING_FINISHED);
    training_free(t);
}

static void units_go_round_and_between_last_and_first_comes_the_one_that_tells_most(void **state)
{
    (void)state;
    struct training *t = stories(400);
    training_run(t, NULL, NULL, NULL);
    assert_false(t->chosen);
    int most = t->unit;
    for (int u = 0; u < t->units; u++)
        assert_true(fabs(t->tells[u]) <= 1.05 * fabs(t->tells[most]));
    for (int u = 0; u < t->units; u++) {
        training_unit_by(t, 1);
        assert_true(t->chosen);
        assert_int_equal(t->unit, u);
        float f[64], C[64];
        train_demo(t->train, t->corpus->demo, t->corpus->demo_n, 0, u, f, C);
        for (int k = 0; k < t->corpus->demo_n; k++) {
            assert_true(fabsf(f[k] - t->f[k]) < 1e-5f);
            assert_true(fabsf(C[k] - t->C[k]) < 1e-5f);
        }
    }
    training_unit_by(t, 1);
    assert_false(t->chosen);
    assert_int_equal(t->unit, most);
    assert_string_equal(t->corpus->vocab->token[t->answer[0]], "her");
    assert_string_equal(t->corpus->vocab->token[t->answer[1]], "his");
    assert_string_equal(t->corpus->vocab->token[t->corpus->demo[t->asks - 1]], "with");
    training_free(t);
}

static void what_cannot_be_trained_is_refused_in_one_line(void **state)
{
    (void)state;
    char *empty = in_folder("empty.txt"), *one = in_folder("one.txt"), *bad = in_folder("bad.grammar"),
         *valid = in_folder("valid.txt");
    write_text(empty, "");
    write_text(one, "a a a\na\n");
    write_text(bad, "colour: red\nA = b c\n");
    write_text(valid, "b c\n");
    const struct { struct training_wish wish; const char *says; } cases[] = {
        {{.corpus = empty}, "empty"},
        {{.corpus = one, .tokens = CORPUS_WORD}, "only one token"},
        {{.corpus = bad}, "bad.grammar:1: unknown key \"colour\""},
        {{.corpus = "nonsense"}, "there is no file and no built-in corpus"},
        {{.corpus = "/no/such/file.txt"}, "cannot open"},
        {{.corpus = folder}, "directory"},
        {{.corpus = "gender", .valid = valid}, "held-out file goes with a text"},
        {{.corpus = "gender", .hidden = 1024, .layers = 8}, "parameters: expected at most"},
        {{.corpus = "gender", .epochs = TRAINING_UPDATES_MAX}, "updates: expected at most"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        struct training_wish wish = cases[k].wish;
        wish.tokens = wish.tokens == CORPUS_WORD ? CORPUS_WORD : CORPUS_GUESS;
        struct training *t = training_new(&wish, &e);
        if (t || !strstr(e.text, cases[k].says))
            fail_msg("case %zu: \"%s\" does not say \"%s\"", k, e.text, cases[k].says);
    }
    free(empty);
    free(one);
    free(bad);
    free(valid);
}

#define TOKENS \
               "{\"format\": \"pytorch\", \"vocabulary\": {\"kind\": \"word\", \"tokens\": [\"a\", \"b\", \"c\"]}, " \
               "\"tensors\": {\"embedding.weight\": [[1], [2], [3]], "
#define ONE "[[1], [1], [1], [1]]"
#define FORWARD "\"lstm.weight_ih_l0\": " ONE ", \"lstm.weight_hh_l0\": " ONE
#define BACKWARD ", \"lstm.weight_ih_l0_reverse\": " ONE ", \"lstm.weight_hh_l0_reverse\": " ONE
#define HEAD ", \"fc.weight\": [[1], [2], [3]], \"fc.bias\": [0, 0, 0]"
#define LAYER(w) "{\"W_f\": " w ", \"W_i\": " w ", \"W_g\": " w ", \"W_o\": " w ", "

static void a_model_that_cannot_be_trained_on_is_told_why(void **state)
{
    (void)state;
    static const struct { const char *text, *says; } cases[] = {
        {TOKENS FORWARD HEAD "}}", NULL},
        {TOKENS FORWARD "}}", "model.json: 0 outputs for 3 tokens: expected a language model"},
        {TOKENS FORWARD HEAD ", \"h0\": [[[0.5]]], \"c0\": [[[0]]]}}",
         "model.json: it starts from states of its own, which are not trained on"},
        {TOKENS FORWARD HEAD ", \"h0\": [[[0]]], \"c0\": [[[2]]]}}",
         "model.json: it starts from states of its own, which are not trained on"},
        {TOKENS FORWARD BACKWARD ", \"fc.weight\": [[1, 1], [2, 2], [3, 3]], \"fc.bias\": [0, 0, 0]}}",
         "model.json: a bidirectional model reads what it would have to predict"},
        {"{" FORWARD "}", "model.json: a model without a vocabulary cannot be trained on"},
        {"{\"format\": \"flstm-model/1\", \"name\": \"m\", "
         "\"vocabulary\": {\"kind\": \"word\", \"tokens\": [\"a\", \"b\", \"c\"]}, "
         "\"embedding\": [[1], [2], [3]], \"layers\": ["
         LAYER("[[1, 1]]") "\"b_f\": [0], \"b_i\": [0], \"b_g\": [0], \"b_o\": [0]}, "
         LAYER("[[1, 1, 1], [1, 1, 1]]") "\"b_f\": [0, 0], \"b_i\": [0, 0], \"b_g\": [0, 0], \"b_o\": [0, 0]}], "
         "\"output\": {\"W\": [[1, 1], [2, 2], [3, 3]], \"b\": [0, 0, 0]}}",
         "model.json: layers of different sizes cannot be trained on"},
        {"[]", "model.json"},
    };
    char *corpus = in_folder("abc.txt"), *file = in_folder("model.json");
    write_text(corpus, "a b c\nb c a\nc a b\na a b\nb b c\nc c a\na c b\nb a c\nc b a\na b a\nb c b\n");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        write_text(file, cases[k].text);
        struct training *t = training_new(
            &(struct training_wish){.corpus = corpus, .tokens = CORPUS_WORD, .updates = 2, .weights_from = file}, &e);
        if (!t != !!cases[k].says || (!t && !strstr(e.text, cases[k].says)))
            fail_msg("case %zu: \"%s\"", k, e.text);
        if (t) {                                              /* its vocabulary, in its order, and its sizes */
            assert_true(t->recipe.hidden == 1 && t->recipe.embed == 1 && t->corpus->vocab->size == 3);
            assert_string_equal(t->corpus->vocab->token[2], "c");
        }
        training_free(t);
    }
    free(corpus);
    free(file);
}

static void a_wish_that_contradicts_itself_is_told(void **state)
{
    (void)state;
    static const struct { struct training_wish wish; const char *says; } cases[] = {
        {{.corpus = "gender", .weights_from = "gender", .variant = TRAIN_VANILLA + 1},
         "--variant: the model to begin with has its gates: expected no --weights-from"},
        {{.corpus = "adding", .embed = 3}, "has no tokens: its 2 numbers a step are what comes in"},
        {{.corpus = "gender", .weights_from = "gender", .hidden = 3},
         "gender: it has its own sizes: leave out --hidden, --embed and --layers"},
        {{.corpus = "gender", .weights_from = "gender", .layers = 2}, "gender: it has its own sizes"},
        {{.corpus = "gender", .weights_from = "nonsense"}, "nonsense"},
        {{.corpus = "gender", .unit_name = "two words"},
         "expected a name of at most 31 bytes without blanks and @ = [ ], found \"two words\""},
        {{.corpus = "gender", .unit_name = "a_name_of_more_than_thirty_one_bytes"},
         "expected a name of at most 31 bytes"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        struct training_wish wish = cases[k].wish;
        wish.tokens = CORPUS_GUESS;
        struct training *t = training_new(&wish, &e);
        if (t || !strstr(e.text, cases[k].says))
            fail_msg("case %zu: \"%s\" does not say \"%s\"", k, e.text, cases[k].says);
    }
    /* No name is none. */
    struct err e = {{0}};
    struct training *t = begin(
        &(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 1, .unit_name = "memory"});
    assert_string_equal(t->unit_name, "memory");
    assert_true(training_name(t, "", &e));
    assert_null(t->unit_name);
    /* Time that was not spent changes no rate. */
    training_spent(t, 2, 100);
    double rate = t->rate;
    training_spent(t, 0, 7);
    assert_true(t->rate == rate && t->seconds == 2);
    training_free(t);
}

static void whether_the_model_can_be_written_is_known_before_training(void **state)
{
    (void)state;
    struct err e = {{0}};
    char *text = in_folder("text.txt"), *fine = in_folder("new.json"), *deep = in_folder("no/such/folder.json"),
         *under = in_folder("text.txt/x.json");
    write_text(text, "a b\n");
    struct training_wish wish = {.corpus = text};
    assert_true(training_may_save(fine, &wish, &e));
    assert_false(training_may_save("", &wish, &e));
    assert_false(training_may_save(folder, &wish, &e));
    assert_non_null(strstr(e.text, "directory"));
    assert_false(training_may_save(deep, &wish, &e));
    assert_non_null(strstr(e.text, "No such file"));
    assert_false(training_may_save(under, &wish, &e));
    assert_false(training_may_save(text, &wish, &e));
    assert_non_null(strstr(e.text, "over what it is trained on"));
    assert_true(training_may_save(text, &(struct training_wish){.corpus = "gender"}, &e));
    assert_int_not_equal(access(fine, F_OK), 0);        /* asking writes nothing */
    free(text);
    free(fine);
    free(deep);
    free(under);
}

/* ---- in the program ---------------------------------------------------------------------------------------------- */

static void learning_app(struct app *a, int updates, const char *save)
{
    golden_app(&(struct golden_shot){.w = 80, .h = 24}, a);
    app_watch(a, stories(updates), save);
}

static void keys(struct app *a, const char *text)
{
    struct err e = {{0}};
    if (!app_keys(a, text, "keys", &e))
        fail_msg("%s", e.text);
}

static void work_to_the_end(struct app *a)
{
    while (app_work_wait(a) >= 0)
        app_work(a);
}

static void it_goes_on_between_keys_and_ends_in_the_model(void **state)
{
    (void)state;
    struct app a;
    char *file = in_folder("watched.json");
    learning_app(&a, 200, file);
    assert_string_equal(a.view->name, "learn");
    keys(&a, "<Space>");
    assert_int_equal(app_work_wait(&a), -1);
    keys(&a, ".");
    work_to_the_end(&a);
    assert_int_equal(training_done(a.training), 125);
    assert_int_not_equal(access(file, F_OK), 0);
    keys(&a, "<Space>");
    work_to_the_end(&a);
    assert_int_equal(a.training->phase, TRAINING_FINISHED);
    assert_int_equal(access(file, F_OK), 0);            /* --save: as soon as it is finished */
    assert_non_null(strstr(a.message, "wrote"));
    keys(&a, "<Enter>");
    assert_string_equal(a.view->name, "bars");
    assert_string_equal(session_model(a.session)->name, "gender");
    assert_string_equal(session_token(a.session, 1), "she");
    assert_int_equal(session_cursor(a.session)->step, 1);
    keys(&a, "<Right>c");
    assert_int_equal(session_pin_count(a.session), 1);
    keys(&a, "LL");
    assert_string_equal(a.view->name, "bars");
    keys(&a, "q");
    assert_ptr_equal(a.question, &question_quit);               /* the pin, as ever */
    keys(&a, "y");
    assert_true(a.quit);
    app_clear(&a);
    free(file);
}

static void one_can_step_into_it_at_any_time_and_come_back(void **state)
{
    (void)state;
    struct app a;
    learning_app(&a, 400, NULL);
    keys(&a, "<Enter>");                                /* nothing has been learnt yet */
    assert_string_equal(a.view->name, "learn");
    keys(&a, ".");
    work_to_the_end(&a);
    keys(&a, "<Enter>");
    assert_string_equal(a.view->name, "bars");
    assert_true(a.training->paused);
    assert_string_equal(provenance_name(session_model(a.session)->provenance), "trained");
    keys(&a, "L<Space>");
    work_to_the_end(&a);
    assert_int_equal(a.training->phase, TRAINING_FINISHED);
    app_clear(&a);
}

static void what_was_learnt_is_not_lost_without_asking(void **state)
{
    (void)state;
    struct app a;
    char *file = in_folder("asked.json"), *other = in_folder("other.json");
    learning_app(&a, 60, NULL);
    keys(&a, "q");
    assert_true(a.quit);                                /* nothing learnt, nothing to ask */
    a.quit = false;
    work_to_the_end(&a);
    keys(&a, "q");
    assert_false(a.quit);
    assert_ptr_equal(a.question, &question_quit);
    keys(&a, "n:train counter<Enter>");
    assert_true(a.scene.message_is_error);
    assert_string_equal(a.training->corpus->title, "gender");
    struct str command = {0};
    str_addf(&command, ":w %s<Enter>", file);
    keys(&a, command.s);
    assert_int_equal(access(file, F_OK), 0);
    assert_false(training_unsaved(a.training));
    str_clear(&command);
    str_addf(&command, ":w %s<Enter>", other);
    write_text(other, "mine");
    keys(&a, command.s);
    assert_true(a.scene.message_is_error);              /* no file is written over without ! */
    keys(&a, ":train nonsense<Enter>");
    assert_true(a.scene.message_is_error);
    assert_string_equal(a.training->corpus->title, "gender");
    keys(&a, ":train counter<Enter>");
    assert_string_equal(a.training->corpus->title, "counter");
    keys(&a, ":w<Enter>");
    assert_ptr_equal(a.question, &question_model);
    app_clear(&a);
    str_free(&command);
    free(file);
    free(other);
}

static void fails_with_infinity(struct training *t)
{
    struct lstm *net = train_lstm(t->train);
    net->out_W[0] = NAN;
    train_load(t->train, net);
    lstm_free(net);
}

static void a_training_that_fails_says_so_and_the_next_seed_is_the_way_out(void **state)
{
    (void)state;
    struct app a;
    char *file = in_folder("failed.json");
    learning_app(&a, 50, file);
    uint64_t seed = a.training->seed;
    run_to(a.training, 3);
    fails_with_infinity(a.training);
    work_to_the_end(&a);
    assert_true(a.scene.message_is_error);
    said(&a, "training failed with seed");
    said(&a, "infinite; r tries the next seed");
    assert_int_not_equal(access(file, F_OK), 0);
    keys(&a, "<Enter>");
    said(&a, "this training failed; r tries the next seed");
    assert_string_equal(a.view->name, "learn");
    keys(&a, "<Space>");
    said(&a, "the training is over; r in the learn view starts another");
    keys(&a, ".");
    said(&a, "the training is over; r starts another");
    keys(&a, "r");                                      /* nothing is lost: nothing is asked */
    said(&a, "from the beginning, with seed");
    assert_int_equal(a.training->seed, seed + 1);
    work_to_the_end(&a);
    assert_int_equal(a.training->phase, TRAINING_FINISHED);
    app_clear(&a);
    free(file);
}

static void beginning_anew_asks_where_something_would_be_lost(void **state)
{
    (void)state;
    struct app a;
    char *file = in_folder("first.json");
    struct str command = {0};
    learning_app(&a, 30, NULL);
    uint64_t seed = a.training->seed;
    work_to_the_end(&a);
    said(&a, "learnt: Enter steps through the sentence with it, :w FILE.json saves it");
    keys(&a, ":train-again 5<Enter>");
    said(&a, "what has been learnt is not saved: :train-again! 5 drops it");
    keys(&a, ":train-again never<Enter>");
    said(&a, "train-again: expected a seed from 0 to 2147483647, found \"never\"");
    keys(&a, ":train-again -1<Enter>");
    said(&a, "found \"-1\"");
    keys(&a, "rn");
    assert_int_equal(a.training->seed, seed);
    assert_int_equal(training_done(a.training), 30);
    keys(&a, "rw");
    assert_ptr_equal(a.question, &question_model);      /* to be saved first, under a name that is offered */
    keys(&a, "<Esc>ry");
    assert_int_equal(a.training->seed, seed + 1);
    assert_int_equal(training_done(a.training), 0);
    work_to_the_end(&a);
    keys(&a, ":train-again! 5<Enter>");
    assert_int_equal(a.training->seed, 5);
    work_to_the_end(&a);
    keys(&a, ":train-again!<Enter>");
    assert_int_equal(a.training->seed, 6);
    work_to_the_end(&a);
    str_addf(&command, ":w %s<Enter>", file);
    keys(&a, command.s);
    keys(&a, "r");                                      /* saved: nothing to ask */
    assert_int_equal(a.training->seed, 7);
    work_to_the_end(&a);
    keys(&a, ":train counter<Enter>");
    said(&a, "what is being learnt is not saved; :w FILE.json in the learn view saves it, :train! drops it");
    keys(&a, ":view bars<Enter>:train<Enter>");         /* without a name it is shown */
    assert_string_equal(a.view->name, "learn");
    assert_string_equal(a.training->corpus->title, "gender");
    keys(&a, ":train!   counter<Enter>");
    assert_string_equal(a.training->corpus->title, "counter");
    keys(&a, ":train! nowhere.txt<Enter>");
    assert_true(a.scene.message_is_error);
    assert_string_equal(a.training->corpus->title, "counter");
    app_clear(&a);
    str_free(&command);
    free(file);
}

static void stepping_into_it_warns_of_edits_that_would_go(void **state)
{
    (void)state;
    struct app a;
    learning_app(&a, 30, NULL);
    work_to_the_end(&a);
    keys(&a, ":view bars<Enter><Right>c:view learn<Enter><Enter>");
    said(&a, "edits of the model shown before are not saved and would go; Enter again drops them");
    assert_string_equal(a.view->name, "learn");
    keys(&a, "<Enter>");
    assert_string_equal(a.view->name, "bars");
    said(&a, "as learnt after 30 updates; L goes back to the training");
    assert_int_equal(session_pin_count(a.session), 0);
    app_clear(&a);
}

/* Where --save leads can go away while one learns. */
static void a_file_that_can_no_longer_be_written_is_told_at_the_end(void **state)
{
    (void)state;
    struct app a;
    char *under = in_folder("gone"), *file = in_folder("gone/model.json");
    assert_int_equal(mkdir(under, 0700), 0);
    learning_app(&a, 20, file);
    assert_int_equal(rmdir(under), 0);
    work_to_the_end(&a);
    assert_true(a.scene.message_is_error);
    said(&a, "No such file or directory");
    keys(&a, "<Enter>");                                /* nor is it stepped into, as if it were kept */
    assert_true(a.scene.message_is_error);
    assert_string_equal(a.view->name, "learn");
    app_clear(&a);
    free(under);
    free(file);
}

static void the_pace_goes_from_one_update_a_second_to_as_fast_as_it_goes(void **state)
{
    (void)state;
    struct app a;
    learning_app(&a, 100, NULL);
    for (int k = 0; k < 14; k++)
        keys(&a, "<lt>");
    said(&a, "1 update a second at most");
    app_work(&a);
    while (a.training->evaluating.at >= 0)              /* looking is not slowed down */
        training_step(a.training);
    int before = training_done(a.training);
    a.work.next = clock_seconds() + 100;                /* the next one is not due yet */
    assert_in_range(app_work_wait(&a), 50000, 100001);
    app_work(&a);
    assert_int_equal(training_done(a.training), before);
    for (int k = 0; k < 14; k++)
        keys(&a, ">");
    said(&a, "as fast as it goes");
    assert_int_equal(app_work_wait(&a), 0);
    a.training->rate = 75;                              /* it has been as quick as that: the next pace is slower */
    keys(&a, "<lt>");
    said(&a, "50 updates a second at most");
    a.training->pace = 0;
    a.training->rate = 0.5;
    keys(&a, "<lt>");
    said(&a, "1 update a second at most");
    app_clear(&a);
}

static void variants_are_trained_in_the_same_slices_and_pause_with_one_key(void **state)
{
    (void)state;
    struct app a;
    learning_app(&a, 12, NULL);
    work_to_the_end(&a);
    keys(&a, "<F5><Esc>:variants<Enter>");
    assert_non_null(a.variants);
    assert_int_equal(app_work_wait(&a), 0);
    app_work(&a);
    keys(&a, "<Space>");
    assert_true(a.training->paused);
    assert_int_equal(app_work_wait(&a), -1);
    keys(&a, "<Space>");
    while (a.variants && app_work_wait(&a) >= 0)
        app_work(&a);
    said(&a, "all variants are trained: Enter steps through the sentence with the one pointed at");
    keys(&a, "<Up><Up>");
    assert_int_equal(a.variants->chosen, 0);
    for (int k = 0; k < 20; k++)
        keys(&a, "<Down>");
    keys(&a, "<Enter>");
    said(&a, "U leads back");
    app_clear(&a);
}

static void keys_about_words_do_nothing_where_no_words_are_shown(void **state)
{
    (void)state;
    struct app a;
    learning_app(&a, 60, NULL);
    keys(&a, "<Right>coCO+-5.xX");
    assert_int_equal(session_pin_count(a.session), 0);
    assert_int_equal(session_cursor(a.session)->step, 1);
    assert_false(a.prompt.active);
    keys(&a, "<lt>");
    assert_true(a.training->pace > 0);
    for (int k = 0; k < 12; k++)
        keys(&a, ">");
    assert_true(a.training->pace <= 0);
    keys(&a, "r");
    assert_int_equal(a.training->seed, a.training->recipe.seed + 1);
    keys(&a, ":train-again 12<Enter>");
    assert_int_equal(a.training->seed, 12);
    keys(&a, "<F5>r<Enter><Esc>");                      /* presenting: the training is no edit, stepping into it is */
    assert_string_equal(a.view->name, "class");
    app_clear(&a);
}

static void training_keys_say_so_when_nothing_is_trained(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24}, &a);
    keys(&a, "L<Space>.<lt>><Tab><S-Tab>r<Enter>");
    assert_non_null(strstr(a.message, "nothing is being trained"));
    assert_string_equal(a.view->name, "learn");
    keys(&a, ":train<Enter>");
    assert_string_equal(a.training->corpus->title, "gender");
    app_clear(&a);
}

/* ---- as it looks ------------------------------------------------------------------------------------------------- */

static void it_is_drawn_at_every_size_and_stays_in_its_rectangle(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1},   {2, 1},   {1, 40},  {7, 3},   {12, 6},   {20, 5},   {33, 9},
                                   {40, 12}, {60, 13}, {79, 13}, {80, 24}, {131, 37}, {400, 120}};
    char *text = in_folder("lines.txt");
    write_text(text, "\xE6\x97\xA5\xE6\x9C\xAC \x1b[2J b\nb a b a b a b a b a b a b a\n");
    const struct training_wish wishes[] = {
        {.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 3},
        {.corpus = "prose", .tokens = CORPUS_GUESS, .updates = 2, .hidden = 3, .layers = 2},
        {.corpus = text, .tokens = CORPUS_WORD, .updates = 1, .hidden = 128},
        {.corpus = text, .tokens = CORPUS_CHAR, .updates = 2000000, .hidden = 1},
    };
    for (size_t n = 0; n < sizeof wishes / sizeof *wishes; n++) {
        struct app a;
        golden_app(&(struct golden_shot){.w = 80, .h = 24}, &a);
        app_watch(&a, begin(&wishes[n]), NULL);
        for (int done = 0; done < 3; done++) {
            if (done == 1)
                training_step(a.training);
            if (done == 2)
                run_to(a.training, 3);
            for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
                for (int variant = 0; variant < 4; variant++) {
                    int w = sizes[k][0], h = sizes[k][1];
                    a.glyphs = variant & 1 ? &glyphs_ascii : &glyphs_unicode;
                    a.scene.explain = variant & 2;
                    struct grid *g = grid_new(w + 4, h + 4, a.glyphs);
                    grid_fill(g, g->clip, '@', ROLE_BAD, 0);
                    view_draw(a.view, &a.scene, app_view_state(&a), g, (struct rect){2, 2, w, h});
                    for (int y = 0; y < h + 4; y++)
                        for (int x = 0; x < w + 4; x++) {
                            bool outside = x < 2 || y < 2 || x >= w + 2 || y >= h + 2;
                            uint32_t ch = grid_at(g, x, y)->ch[0];
                            if (outside && ch != '@')
                                fail_msg("corpus %zu at %dx%d wrote at %d,%d", n, w, h, x - 2, y - 2);
                            assert_true(!a.glyphs->ascii || ch < 0x7F);
                            assert_true(ch != 0x1B);
                        }
                    grid_free(g);
                    g = grid_new(w, h, a.glyphs);
                    app_draw(&a, g, NULL, NULL);
                    grid_free(g);
                }
        }
        app_clear(&a);
    }
    free(text);
}

static void the_sentence_under_the_picture_tells_what_the_numbers_say(void **state)
{
    (void)state;
    struct app a;
    struct str s = {0};
    learning_app(&a, 400, NULL);
    run_to(a.training, 125);
    view_explain(a.view, &a.scene, app_view_state(&a), &s);
    char expected[64];
    snprintf(expected, sizeof expected, "%.1f%% of her/his",
             100 * a.training->evaluation[a.training->evaluations - 1].accuracy);
    assert_non_null(strstr(s.s, expected));
    assert_non_null(strstr(s.s, "of 400 updates"));
    str_free(&s);
    app_clear(&a);
}

/* The options of the trainer reach it: each alone gives another network, and the file tells them. */
static void every_option_of_the_trainer_changes_what_is_learnt(void **state)
{
    (void)state;
    static const struct training_wish plain = {
        .corpus = "gender", .tokens = CORPUS_GUESS, .updates = 60, .seeded = true, .seed = 2};
    struct training_wish wish[6];
    for (int k = 0; k < 6; k++)
        wish[k] = plain;
    wish[1].rate = 0.003;
    wish[2].batch = 8;
    wish[3].clip = 0.01;
    wish[4].decay = 0.05;
    wish[5].dropout = 0.3;
    struct lstm *net[6];
    for (int k = 0; k < 6; k++) {
        struct training *t = begin(&wish[k]);
        training_run(t, NULL, NULL, NULL);
        net[k] = train_lstm(t->train);
        assert_int_equal(t->faithful, false);
        training_free(t);
    }
    size_t n = (size_t)net[0]->vocab * (size_t)net[0]->embed * sizeof(float);
    for (int a = 0; a < 6; a++)
        for (int b = 0; b < a; b++)
            assert_true(memcmp(net[a]->embedding, net[b]->embedding, n) != 0);
    for (int k = 0; k < 6; k++)
        lstm_free(net[k]);
}

static void weights_from_another_model_begin_where_it_ended(void **state)
{
    (void)state;
    struct err e = {""};
    struct training *t = begin(
        &(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 1, .weights_from = "gender"});
    while (t->evaluations == 0)
        training_step(t);
    printf("  before the first update: held-out accuracy %.3f, perplexity %.2f\n", t->evaluation[0].accuracy,
           exp(t->evaluation[0].loss));
    assert_true(t->evaluation[0].update == 0 && t->evaluation[0].accuracy >= 0.99 && exp(t->evaluation[0].loss) < 3.7);
    struct model *m = training_model(t, TRAINING_NOW, &e);
    assert_non_null(strstr(m->training, "weights_from"));
    model_free(m);
    training_free(t);
}

static void patience_ends_a_training_that_learns_no_more(void **state)
{
    (void)state;
    struct training *t = begin(&(struct training_wish){
        .corpus = "gender", .tokens = CORPUS_GUESS, .updates = 100000, .rate = 1e-9, .patience = 3});
    training_run(t, NULL, NULL, NULL);
    printf("  ended after %d updates\n", training_done(t));
    assert_int_equal(t->phase, TRAINING_FINISHED);
    assert_true(training_done(t) < 20000);
    training_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_give_the_same_bytes_as_one_go_whatever_is_looked_at_in_between),
        cmocka_unit_test(a_seed_decides_everything_and_restarting_begins_anew),
        cmocka_unit_test(a_training_that_is_stopped_keeps_the_best_so_far_and_says_so),
        cmocka_unit_test(the_lowest_held_out_loss_is_kept_where_the_recipe_says_so),
        cmocka_unit_test(the_default_training_is_as_good_as_the_shipped_model),
        cmocka_unit_test(where_the_recipes_seed_fails_its_criterion_the_others_are_tried),
        cmocka_unit_test(a_loss_that_becomes_infinite_is_a_failure_and_not_a_model),
        cmocka_unit_test(it_pauses_steps_an_epoch_and_goes_on),
        cmocka_unit_test(units_go_round_and_between_last_and_first_comes_the_one_that_tells_most),
        cmocka_unit_test(a_model_that_cannot_be_trained_on_is_told_why),
        cmocka_unit_test(a_wish_that_contradicts_itself_is_told),
        cmocka_unit_test(what_cannot_be_trained_is_refused_in_one_line),
        cmocka_unit_test(whether_the_model_can_be_written_is_known_before_training),
        cmocka_unit_test(it_goes_on_between_keys_and_ends_in_the_model),
        cmocka_unit_test(one_can_step_into_it_at_any_time_and_come_back),
        cmocka_unit_test(what_was_learnt_is_not_lost_without_asking),
        cmocka_unit_test(a_training_that_fails_says_so_and_the_next_seed_is_the_way_out),
        cmocka_unit_test(beginning_anew_asks_where_something_would_be_lost),
        cmocka_unit_test(stepping_into_it_warns_of_edits_that_would_go),
        cmocka_unit_test(a_file_that_can_no_longer_be_written_is_told_at_the_end),
        cmocka_unit_test(the_pace_goes_from_one_update_a_second_to_as_fast_as_it_goes),
        cmocka_unit_test(variants_are_trained_in_the_same_slices_and_pause_with_one_key),
        cmocka_unit_test(keys_about_words_do_nothing_where_no_words_are_shown),
        cmocka_unit_test(training_keys_say_so_when_nothing_is_trained),
        cmocka_unit_test(it_is_drawn_at_every_size_and_stays_in_its_rectangle),
        cmocka_unit_test(the_sentence_under_the_picture_tells_what_the_numbers_say),
        cmocka_unit_test(a_training_that_goes_on_another_day_ends_in_the_same_bytes),
        cmocka_unit_test(a_damaged_or_foreign_file_does_not_go_on),
        cmocka_unit_test(every_part_of_a_left_training_is_needed_and_looked_at),
        cmocka_unit_test(what_is_over_leaves_nothing_to_go_on_with),
        cmocka_unit_test(an_evaluation_is_the_mean_over_everything_held_out),
        cmocka_unit_test(the_second_word_of_a_sentence_can_be_asked_for),
        cmocka_unit_test(every_option_of_the_trainer_changes_what_is_learnt),
        cmocka_unit_test(weights_from_another_model_begin_where_it_ended),
        cmocka_unit_test(patience_ends_a_training_that_learns_no_more),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
