/* Suites: scores against a second engine, what the shipped ones say, files that are refused, and a cell that opens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/mem.h"
#include "import/import.h"
#include "session/suite.h"
#include "support/app.h"
#include "support/folder.h"
#include "support/golden.h"
#include "support/models.h"
#include "support/reference.h"

static struct session *open_model(const char *name)
{
    struct err e = {{0}};
    struct session *s = session_new(model_builtin(name, &e), &e);
    assert_non_null(s);
    return s;
}

static struct suite *scored(const struct session *s, const char *name)
{
    char path[64];
    struct err e = {{0}};
    snprintf(path, sizeof path, "data/suites/%s.tsv", name);
    const struct builtin *b = builtin_find(path);
    assert_non_null(b);
    struct suite *u = suite_parse(s, b->data, b->len, name, &e);
    if (!u)
        fail_msg("%s", e.text);
    while (u->scored < u->items)
        assert_true(suite_score_next(s, u));
    return u;
}

/* logit(right) - logit(wrong) with C of the unit at 0 all along (-1: nothing taken out), in double precision. */
static double by_hand(const struct session *s, const struct suite_item *it, int layer, int unit)
{
    const struct lstm *net = session_net(s);
    int n = it->prefix.n;
    const float **x = xcalloc((size_t)n, sizeof *x);
    struct pin *pins = xcalloc((size_t)n, sizeof *pins);
    double *logits = xcalloc((size_t)net->outputs, sizeof *logits);
    for (int t = 0; t < n; t++) {
        x[t] = net->embedding + (size_t)it->prefix.id[t] * (size_t)net->embed;
        pins[t] = (struct pin){t + 1, layer, Q_C, unit, 0};
    }
    struct ref_run *run = ref_run(net, x, n, pins, unit < 0 ? 0 : (size_t)n);
    ref_logits(net, run, n, logits);
    double d = logits[it->right] - logits[it->wrong];
    ref_free(run);
    free(x);
    free(pins);
    free(logits);
    return d;
}

static void hold_against_second_engine(const struct session *s, const struct suite *u, int every)
{
    for (int k = 0; k < u->items; k += every)
        for (int out = 0; out <= u->units; out++) {
            int layer = 0, unit = -1;
            if (out)
                suite_unit(s, out - 1, &layer, &unit);
            double want = by_hand(s, &u->item[k], layer, unit), found = (double)suite_margin(u, k, out);
            if (!(fabs(want - found) < 2e-3))
                fail_msg("line %d, %d taken out: %g, but %g", u->item[k].line, out, found, want);
        }
}

static void scores_are_those_of_a_second_engine(void **state)
{
    (void)state;
    static const char *const names[] = {"agreement", "story"};
    for (size_t k = 0; k < 2; k++) {
        struct session *s = open_model(names[k]);
        struct suite *u = scored(s, names[k]);
        hold_against_second_engine(s, u, 3);
        suite_free(u);
        session_free(s);
    }
}

static void every_unit_of_every_layer_is_taken_out(void **state)
{
    (void)state;
    struct err e = {{0}};
    const struct random_model two = {.layers = 2, .hidden = 5, .embed = 4, .words = 9, .outputs = 9, .steps = 6,
                                     .seed = 11};
    struct session *s = session_new(model_random(&two), &e);
    static const char text[] = "w1 w2 w3\tw4\tw5\tone\nw6 w7\tw1\tw2\ttwo\nw3\tw9\tw8\tone\n";
    struct suite *u = suite_parse(s, text, sizeof text - 1, "text", &e);
    assert_non_null(u);
    assert_int_equal(u->units, 10);
    assert_int_equal(u->conditions, 2);
    while (u->scored < u->items)
        assert_true(suite_score_next(s, u));
    assert_true(suite_score_next(s, u) && u->scored == u->items);         /* there is no more to score */
    hold_against_second_engine(s, u, 1);
    suite_free(u);
    session_free(s);
}

/* story: right everywhere; gender taken out leaves a tie in every sentence, unit 1 costs those with an object of the
 * other gender. agreement: right everywhere, by number alone. */
static void the_shipped_suites_say_which_unit_it_is(void **state)
{
    (void)state;
    struct session *s = open_model("story");
    struct suite *u = scored(s, "story");
    int gender = session_cursor(s)->unit + 1;
    assert_int_equal(u->items, 100);
    assert_true(suite_share(u, -1, 0).right == 100);
    assert_int_equal(suite_share(u, -1, gender).ties, 100);
    for (int k = 1; k <= u->units; k++)
        assert_true(k == gender || suite_share(u, -1, k).right >= 76);
    suite_free(u);
    session_free(s);
    s = open_model("agreement");
    u = scored(s, "agreement");
    int number = session_cursor(s)->unit + 1;
    assert_int_equal(u->items, 120);
    assert_true(suite_share(u, -1, 0).right == 120);
    assert_true(fabs(suite_share(u, -1, number).right - 60) < 6);
    for (int k = 1; k <= u->units; k++)
        assert_true(k == number || suite_share(u, -1, k).right == 120);
    suite_free(u);
    session_free(s);
}

static void a_file_that_is_none_is_refused_with_its_line(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"", "s.tsv:1: expected sentences, found none"},
        {"# only this\n", "found none"},
        {"the key\tis\tare\n", "s.tsv:1: expected prefix, right, wrong, condition and perhaps labels, with tabs "
                               "between; found 3 columns"},
        {"the key\tis\tare\ta\tb\tc\n", "found 6 columns"},
        {"prefix\tright\twrong\tcondition\nthe key\tis\tis\tx\n", "s.tsv:2: expected two words, found \"is\" twice"},
        {"the key\tis\tzebra\tx\n", "expected a word that this model predicts as \"wrong\", found \"zebra\""},
        {"the zebra\tis\tare\tx\n", "zebra"},
        {"the key\tis\tare\t \n", "expected a condition, found nothing"},
        {"\tis\tare\tx\n", "expected a prefix, found nothing"},
        {"the key\tis\tare\tx\ta b c\n", "expected a label for each of 2 words, found 3"},
        {"the key\tis\tare\tx\ta\n", "expected a label for each of 2 words, found 1"},
    };
    struct session *s = open_model("agreement");
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct err e = {{0}};
        assert_null(suite_parse(s, bad[k][0], strlen(bad[k][0]), "s.tsv", &e));
        if (!strstr(e.text, bad[k][1]))
            fail_msg("\"%s\": %s", bad[k][0], e.text);
        assert_null(strchr(e.text, '\n'));
    }
    struct err e = {{0}};
    assert_null(suite_parse(s, "the\0key\tis\tare\tx\n", 18, "s.tsv", &e));
    assert_non_null(strstr(e.text, "NUL"));
    session_free(s);
    s = session_new(model_random(&(struct random_model){.layers = 1, .hidden = 3, .embed = 2, .outputs = 4,
                                                        .steps = 5, .seed = 3}), &e);
    assert_null(suite_parse(s, "a\tb\tc\td\n", 8, "s.tsv", &e));
    assert_non_null(strstr(e.text, "predicts no words"));
    session_free(s);
}

static void any_bytes_are_read_or_refused(void **state)
{
    (void)state;
    static const char piece[][12] = {"the", "key", "keys", "is", "are", "\t", "\t", "\t", "\n", " ", "#", "prefix",
                                     "\r\n", "\xff"};
    struct session *s = open_model("agreement");
    uint64_t dice = 3;
    for (int round = 0; round < 3000; round++) {
        struct str text = {0};
        struct err e = {{0}};
        for (int k = random_below(&dice, 40); k >= 0; k--)
            str_add(&text, piece[random_below(&dice, (int)(sizeof piece / sizeof *piece))]);
        struct suite *u = suite_parse(s, str_text(&text), text.len, "fuzz", &e);
        assert_true(u || *e.text);
        if (u)
            assert_true(suite_score_next(s, u));
        suite_free(u);
        str_free(&text);
    }
    session_free(s);
}

static void a_cell_opens_the_sentence_that_goes_wrong(void **state)
{
    (void)state;
    struct app a;
    struct err e;
    golden_app(&(struct golden_shot){.model = "agreement", .keys = ":suite agreement<Enter>"}, &a);
    assert_true(app_finish_work(&a, &e));
    char *text = told(&a);
    assert_non_null(strstr(text, "It is right in "));
    free(text);
    press(&a, ":set C[1]@2=0.5<Enter>");                  /* its sentences are read without pins */
    assert_true(app_finish_work(&a, &e));
    text = told(&a);
    assert_non_null(strstr(text, "Without what is set by hand it is right in "));
    free(text);
    press(&a, "u");
    assert_true(app_finish_work(&a, &e));
    struct session *s = a.session;
    int before = session_steps(s), number = session_cursor(s)->unit;
    press(&a, "<Down><Right><Right><Right><Right><Enter>");
    assert_string_equal(a.view->name, "bars");
    int n = session_steps(s);
    assert_int_equal(n, 9);                               /* the keys near the dog behind the girl are */
    assert_string_equal(session_token(s, n), "are");
    assert_int_equal(session_cursor(s)->step, n - 1);
    assert_int_equal(session_pin_count(s), (size_t)n - 1);
    assert_true(session_value(s, RUN_PINNED, 0, number, VAL_C, n - 1) == 0);
    int is = vocab_find(session_model(s)->vocab, "is"), are = vocab_find(session_model(s)->vocab, "are");
    assert_true(session_probability(s, RUN_PINNED, n - 1, is) > session_probability(s, RUN_PINNED, n - 1, are));
    assert_true(session_probability(s, RUN_BASE, n - 1, is) < session_probability(s, RUN_BASE, n - 1, are));
    press(&a, "u");
    assert_int_equal(session_steps(s), before);
    assert_int_equal(session_pin_count(s), 0);
    app_clear(&a);
}

/* Where it is wrong, and what a unit without a name has to do with it. */
static void what_the_sentences_come_to_is_told(void **state)
{
    (void)state;
    static const struct { const char *text, *says; } cases[] = {
        {"She came out and played with\this\ther\tgirls\nHe came out and played with\this\ther\tboys\n",
         "It is right in 1 of 2 sentences (50%). Fewest in 'girls': 0 of 1. No single unit matters: without any one of "
         "them at least 50% stay right."},
        {"She\tcame\tdog\tverb\nHe\tcame\tdog\tverb\n", "It is right in 2 of 2 sentences (100%). Without unit "},
        {"She came out and played with\ther\this\tgirls\n", "(100%). Without gender "},
    };
    char path[96];
    snprintf(path, sizeof path, "%s/s.tsv", folder);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct app a;
        struct err e;
        char command[128];
        assert_true(file_write(path, cases[k].text, strlen(cases[k].text), &e));
        snprintf(command, sizeof command, ":suite %s<Enter>", path);
        golden_app(&(struct golden_shot){.model = "gender", .keys = command}, &a);
        char *text = told(&a);
        if (!strstr(text, cases[k].says))
            fail_msg("expected \"%s\" in\n%s", cases[k].says, text);
        free(text);
        app_clear(&a);
    }
}

/* Of two layers each unit is told with its layer; the right word may be one of several labels. */
static void layers_and_labels_are_told_in_a_suite(void **state)
{
    (void)state;
    static const char *const label[] = {"no", "yes", "perhaps"};
    static const char text[] = "w1 w2\tno\tyes\tone\nw3\tyes\tperhaps\ttwo\n";
    struct err e = {{0}};
    struct model *m = model_random(&(struct random_model){.layers = 2, .hidden = 2, .embed = 3, .words = 5,
                                                          .outputs = 3, .steps = 3, .seed = 5});
    m->label = xcalloc(3, sizeof *m->label);
    for (int o = 0; o < 3; o++)
        m->label[o] = xstrdup(label[o]);
    char path[96], command[128];
    struct app a;
    snprintf(path, sizeof path, "%s/s.tsv", folder);
    assert_true(file_write(path, text, sizeof text - 1, &e));
    app_init(&a, session_new(m, &e), theme_load(theme_default, &e), &glyphs_unicode);
    a.w = 80;
    a.h = 24;
    snprintf(command, sizeof command, ":suite %s<Enter>", path);
    press(&a, command);
    char *said = told(&a);
    static const char *const parts[] = {"\nl1 1\t", "\nl1 2\t", "\nl2 1\t", "\nl2 2\t", " of 2 sentences"};
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
        if (!strstr(said, parts[k]))
            fail_msg("expected \"%s\" in\n%s", parts[k], said);
    free(said);
    assert_true(file_write(path, "w1\tno\tw2\tone\n", 15, &e));       /* a word that is no label */
    press(&a, command);
    assert_non_null(strstr(a.message, "expected a word that this model predicts as \"wrong\", found \"w2\""));
    app_clear(&a);
}

static void a_suite_for_another_model_says_so(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":suite agreement<Enter>"}, &a);
    assert_non_null(strstr(a.message, "agreement:"));
    assert_string_equal(a.view->name, "bars");
    press(&a, ":view suite<Enter>");
    struct str out = {0};
    view_explain(a.view, &a.scene, a.view_state[view_index(a.view)], &out);
    assert_non_null(strstr(str_text(&out), ":suite FILE reads"));
    str_free(&out);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_those_of_a_second_engine),
        cmocka_unit_test(every_unit_of_every_layer_is_taken_out),
        cmocka_unit_test(the_shipped_suites_say_which_unit_it_is),
        cmocka_unit_test(a_file_that_is_none_is_refused_with_its_line),
        cmocka_unit_test(any_bytes_are_read_or_refused),
        cmocka_unit_test(a_cell_opens_the_sentence_that_goes_wrong),
        cmocka_unit_test(what_the_sentences_come_to_is_told),
        cmocka_unit_test(layers_and_labels_are_told_in_a_suite),
        cmocka_unit_test(a_suite_for_another_model_says_so),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
