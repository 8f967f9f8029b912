/* What breaks it: the horizon and the exhaustive search over one changed word, against a second engine in double
 * precision that tries all of them by itself; and the figures that were measured when the question was invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "base/mem.h"
#include "core/horizon.h"
#include "learn/sample.h"
#include "learn/shortest.h"
#include "support/app.h"
#include "support/golden.h"
#include "support/reference.h"

/* p of two outputs after a list of tokens, by the second engine. */
static void by_hand(const struct lstm *net, const int *id, int n, int a, int b, double *pa, double *pb)
{
    const float **x = xcalloc((size_t)n, sizeof *x);
    for (int t = 0; t < n; t++)
        x[t] = net->embedding + (size_t)id[t] * (size_t)net->embed;
    struct ref_run *run = ref_run(net, x, n, NULL, 0);
    *pa = exp(-ref_surprisal(net, run, n, a));
    *pb = exp(-ref_surprisal(net, run, n, b));
    ref_free(run);
    free(x);
}

static int word(const struct session *s, const char *w)
{
    return vocab_find(session_model(s)->vocab, w);
}

static void every_repetition_is_what_a_second_engine_says(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.model = "gender"}, &a);
    const struct session *s = a.session;
    const struct lstm *net = session_net(s);
    int id[400] = {word(s, "she")}, filler[2] = {word(s, "and"), word(s, "played")}, her = word(s, "her"),
        his = word(s, "his"), with = word(s, "with"), n = 1, flip = -1;
    struct horizon *h = horizon_new(net, &(struct horizon_plan){id, filler, 1, 2, with, her, his});
    assert_non_null(h);
    for (int k = 0; k <= 80; k++) {
        double p[2], want[2];
        horizon_next(h, &p[0], &p[1]);
        id[n] = with;
        by_hand(net, id, n + 1, her, his, &want[0], &want[1]);
        for (int o = 0; o < 2; o++)
            if (!(fabs(p[o] - want[o]) < 1e-3))
                fail_msg("%d repetitions: %g, but %g", k, p[o], want[o]);
        flip = flip < 0 && p[1] > p[0] ? k : flip;
        id[n] = filler[0];
        id[n + 1] = filler[1];
        n += 2;
    }
    assert_int_equal(flip, 56);                           /* 112 words between, 114 in all */
    horizon_free(h);
    app_clear(&a);
}

static void how_long_it_holds_is_what_was_measured(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){
        .model = "gender", .keys = ":text She came out and played with her dog<Enter>:step with<Enter>B"}, &a);
    char *text = told(&a);
    assert_non_null(strstr(text, "She + k \xC3\x97 (and played) + with: 'her' up to 110 words between, "
                                 "'his' from 112 on."));
    assert_null(strstr(text, "by hand"));
    free(text);
    press(&a, ":set C[1]@6=0.5<Enter>");
    text = told(&a);
    assert_non_null(strstr(text, "All of this is without what is set by hand. She + k"));
    free(text);
    press(&a, "u<Enter>");                                /* the shortest that flips, as the sentence */
    assert_int_equal(session_steps(a.session), 114);
    assert_int_equal(session_cursor(a.session)->step, 114);
    int her = word(a.session, "her"), his = word(a.session, "his");
    assert_true(session_probability(a.session, RUN_BASE, 114, his)
                > session_probability(a.session, RUN_BASE, 114, her));
    press(&a, "u");
    assert_int_equal(session_steps(a.session), 8);
    app_clear(&a);
}

/* "24 of 230 sentences turn the answer; that is all there are": all of them are tried again by the second engine. */
static void the_search_over_one_changed_word_is_exhaustive(void **state)
{
    (void)state;
    static const char *const models[] = {"gender", "story"};
    for (size_t m = 0; m < 2; m++) {
        struct app a;
        golden_app(&(struct golden_shot){.model = models[m], .keys = ":text She came out and played with her dog<Enter>"
                                                                     ":step with<Enter>B"}, &a);
        const struct session *s = a.session;
        char *text = told(&a);
        int size = session_model(s)->vocab->size, her = word(s, "her"), his = word(s, "his"), id[6];
        long flips = 0, tried = 0, close = 0;
        for (int p = 1; p < 6; p++)                       /* not She, which decides */
            for (int v = 0; v < size; v++) {
                double pa, pb;
                for (int t = 0; t < 6; t++)
                    id[t] = t == p ? v : session_token_id(s, t + 1);
                if (v == session_token_id(s, p + 1))
                    continue;
                by_hand(session_net(s), id, 6, her, his, &pa, &pb);
                tried++;
                flips += pb > pa && pb >= 0.01;
                close += fabs(log(pa) - log(pb)) < 1e-4 || fabs(pb - 0.01) < 1e-5;
            }
        long told_flips = 0, told_tried = 0;
        const char *at = strstr(text, "the one that decides, ");
        assert_non_null(at);
        assert_int_equal(sscanf(at, "the one that decides, %ld of %ld", &told_flips, &told_tried), 2);
        assert_non_null(strstr(text, "that is all there are"));
        assert_int_equal(told_tried, tried);
        assert_true(labs(told_flips - flips) <= close);
        if (m == 0)
            assert_int_equal(told_flips, 24);
        free(text);
        app_clear(&a);
    }
}

static void a_sample_is_not_called_all(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":step with<Enter>B"}, &a);
    char *text = told(&a);
    assert_non_null(strstr(text, "Of 2000 sentences drawn from the grammar it learnt"));
    assert_non_null(strstr(text, "they are a sample, not all"));
    free(text);
    app_clear(&a);
}

static void a_chosen_sentence_becomes_the_sittings(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":step with<Enter>B"}, &a);
    press(&a, "<Down><Enter>");
    assert_string_equal(a.view->name, "bars");
    int her = word(a.session, "her"), his = word(a.session, "his");
    assert_true(session_probability(a.session, RUN_BASE, 6, his) > session_probability(a.session, RUN_BASE, 6, her));
    press(&a, "u");
    assert_true(session_probability(a.session, RUN_BASE, 6, his) < session_probability(a.session, RUN_BASE, 6, her));
    app_clear(&a);
}

static void the_words_that_are_repeated_can_be_others(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){
        .model = "gender", .keys = ":text She came out and played with her dog<Enter>:step with<Enter>B"}, &a);
    press(&a, "Y");
    char *text = told(&a);
    assert_non_null(strstr(text, "(came)"));
    free(text);
    press(&a, "yy");
    text = told(&a);
    assert_non_null(strstr(text, "(out and)"));
    free(text);
    app_clear(&a);
}

static void where_nothing_is_between_it_says_so(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":step 1<Enter>B"}, &a);
    char *text = told(&a);
    assert_true(strstr(text, "nothing has to be held") != NULL);
    free(text);
    app_clear(&a);
}

/* A network whose answer hangs on its last word alone goes wrong as soon as another word decides; found by hand: the
 * grammar says b after "x p", a after "y p", and the shortest beginning where the two differ has two words. */
static void the_shortest_beginning_that_goes_wrong_is_found_and_all_before_it_were_tried(void **state)
{
    (void)state;
    static const char text[] = "feature g: F | M\nS = {g} N.g [60%: p] [30%: q] A.g\nN.F = x\nN.M = y\nA.F = a\n"
                               "A.M = b\n";
    struct err e = {{0}};
    struct grammar *g = grammar_parse(text, sizeof text - 1, "t.grammar", &e);
    assert_non_null(g);
    int ids[6], hidden = 1;
    static const char *const names[] = {"x", "y", "p", "q", "a", "b"};
    for (int k = 0; k < 6; k++)
        for (int w = 0; w < g->words; w++)
            if (strcmp(g->word[w], names[k]) == 0)
                ids[k] = w;
    struct lstm *net =
        lstm_new(&(struct lstm_shape){.layers = 1, .vocab = 6, .embed = 1, .outputs = 6, .hidden = &hidden});
    assert_non_null(net);
    net->embedding[ids[0]] = 1;                          /* x pushes h up, y down, p up, q not at all */
    net->embedding[ids[1]] = -1;
    net->embedding[ids[2]] = 1;
    net->layer[0].W[Q_G][1] = 3;
    net->layer[0].b[Q_I][0] = 9;
    net->layer[0].b[Q_O][0] = 9;
    net->layer[0].b[Q_F][0] = 0;                         /* f is a half: the last word outweighs */
    net->out_W[ids[4]] = 5;
    net->out_W[ids[5]] = -5;
    assert_true(lstm_pack(net));
    struct shortest *s = shortest_new(net, g, ids[4], ids[5]);
    assert_non_null(s);
    while (!s->done)
        shortest_some(s, 0);
    assert_true(s->found && s->whole);
    assert_int_equal(s->n, 2);
    assert_int_equal(s->id[0], ids[1]);                  /* y p, where b comes and the network says a */
    assert_int_equal(s->id[1], ids[2]);
    assert_int_equal(s->right, ids[5]);
    assert_int_equal(s->through, 2);                     /* x and y alone were right */
    assert_int_equal(s->tried, 6);                       /* x p, x q, y p, y q besides */
    shortest_free(s);
    lstm_free(net);
}

/* What the view says of the default models, by brute force: sentences drawn at random, each of their beginnings. */
static void no_short_beginning_goes_wrong_where_it_says_so(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){
        .model = "gender", .keys = ":text She came out and played with her dog<Enter>:step with<Enter>B"}, &a);
    char *text = told(&a);
    const struct session *s = a.session;
    long all = 0;
    int most = 0;
    const char *at = strstr(text, "Of all ");
    assert_non_null(at);
    assert_int_equal(sscanf(at, "Of all %ld beginnings of up to %d words", &all, &most), 2);
    assert_true(all > 5000 && most >= 6);
    struct grammar *g = sample_grammar(session_model(s));
    struct rng r;
    struct grammar_sentence drawn = {0};
    int her = word(s, "her"), his = word(s, "his"), looked = 0;
    rng_seed(&r, 5, 2);
    for (int k = 0; k < 4000; k++) {
        assert_true(grammar_draw(g, &r, &drawn));
        for (int n = 1; n < drawn.n && n <= most; n++) {
            double p_her, p_his;
            if (drawn.id[n] != her && drawn.id[n] != his)
                continue;
            by_hand(session_net(s), drawn.id, n, her, his, &p_her, &p_his);
            assert_true((p_her > p_his) == (drawn.id[n] == her));
            looked++;
        }
    }
    assert_true(looked > 500);
    grammar_sentence_clear(&drawn);
    grammar_free(g);
    free(text);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shortest_beginning_that_goes_wrong_is_found_and_all_before_it_were_tried),
        cmocka_unit_test(no_short_beginning_goes_wrong_where_it_says_so),
        cmocka_unit_test(every_repetition_is_what_a_second_engine_says),
        cmocka_unit_test(how_long_it_holds_is_what_was_measured),
        cmocka_unit_test(the_search_over_one_changed_word_is_exhaustive),
        cmocka_unit_test(a_sample_is_not_called_all),
        cmocka_unit_test(a_chosen_sentence_becomes_the_sittings),
        cmocka_unit_test(the_words_that_are_repeated_can_be_others),
        cmocka_unit_test(where_nothing_is_between_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
