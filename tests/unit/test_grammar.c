/* Corpora: grammar files and texts, and what is said about broken ones. */
#include "learn/corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/builtin.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "import/import.h"
#include "learn/words.h"

static struct grammar *parse(const char *text)
{
    struct err e = {""};
    struct grammar *g = grammar_parse(text, strlen(text), "t.grammar", &e);
    if (!g)
        fail_msg("%s", e.text);
    return g;
}

static char *drawn(const struct grammar *g, struct rng *r)
{
    struct grammar_sentence s = {0};
    struct str out = {0};
    assert_true(grammar_draw(g, r, &s));
    for (int k = 0; k < s.n; k++)
        str_addf(&out, "%s%s", k ? " " : "", g->word[s.id[k]]);
    grammar_sentence_clear(&s);
    return str_take(&out);
}

static void a_broken_grammar_is_told_in_one_line_with_its_place(void **state)
{
    (void)state;
    static const struct { const char *text, *message; } cases[] = {
        {"", "t.grammar: no rules: expected at least one line Name = …"},
        {"# only a comment\n", "t.grammar: no rules: expected at least one line Name = …"},
        {"A = a b\nlength: 3\n", "t.grammar:2: unknown key \"length\"; known are title, about, tokens, feature, "
         "start, max, "
                                 "ban, measure, heavy, train, valid, test, novel, demo, pair, group, count"},
        {"A = a b\nhello world\n", "t.grammar:2: expected Name = … or a setting such as max: 26, found \"hello\""},
        {"A = a B\n", "t.grammar:1: B is not defined"},
        {"A = a b |\n  c Zed\n", "t.grammar:2: Zed is not defined"},
        {"feature x: p | q\nA = {x} B.x c\nB.p = b\n", "t.grammar:2: B.q is not defined, and B.x needs it"},
        {"A = {x} a b\n", "t.grammar:1: {x}: no such feature; declare it above with \"feature x: …\""},
        {"A = a B\nB = b B\n", "t.grammar:1: A never ends: every alternative leads back to it, or to "
         "more than 100000 tokens"},
        {"A = a b\nA = c\n", "t.grammar:2: A is defined twice (first on line 1)"},
        {"A = a b\nB = c\n", "t.grammar:2: B is never used"},
        {"max: 3\nA = a b c d\n", "t.grammar:2: A is at least 4 tokens long, longer than max: 3"},
        {"A = a b\nmax: 3\nmax: 4\n", "t.grammar:3: max: is given twice"},
        {"A = a b\nmax: lots\n", "t.grammar:2: expected a whole number from 2 to 100000, found \"lots\""},
        {"A = a (b | c\n", "t.grammar:1: ( without )"},
        {"A = a [b c\n", "t.grammar:1: [ without ]"},
        {"A = a b)\n", "t.grammar:1: unexpected )"},
        {"A = a {b\n", "t.grammar:1: { without }"},
        {"A = a | | b\n", "t.grammar:1: an empty alternative; _ stands for nothing"},
        {"A =\n", "t.grammar:1: an empty alternative; _ stands for nothing"},
        {"A = a \"b\n", "t.grammar:1: a quote that does not end on its line"},
        {"A = a [120%: b]\n", "t.grammar:1: a probability in [ ] is more than 0% and at most 100%, found 120%"},
        {"A = 0: a | 0: b\n", "t.grammar:1: the weights of a choice must not all be 0"},
        {"A = a b\nstart: C\n", "t.grammar:2: start: C is not defined"},
        {"A = a b\nban: a c\n", "t.grammar:2: \"c\" is in no rule"},
        {"A = a b\nban:\n", "t.grammar:2: expected words"},
        {"A = a b\nban: A\n", "t.grammar:2: expected words only (a word that begins with an upper-case letter goes in "
         "quotes)"},
        {"A = a b\nmeasure: a\n", "t.grammar:2: measure: needs at least two words, which are then each other's rivals"},
        {"A = a b\nmeasure: a b\nmeasure: b a\n", "t.grammar:3: \"b\" is measured twice"},
        {"A = a b c\nmeasure: a b\npair: a\n", "t.grammar:3: pair: needs two different words"},
        {"A = a b c\nmeasure: a b\npair: a c\n", "t.grammar:3: pair: \"a\" and \"c\" must stand in one measure: line"},
        {"A = a b c\npair: a d\n", "t.grammar:2: \"d\" is in no rule"},
        {"A = a b\ngroup: one\n", "t.grammar:2: expected group: NAME RULE …"},
        {"A = a b\ngroup: one B\n", "t.grammar:2: group: expected rules, ^rules, words and -words, found \"B\""},
        {"A = a b\ngroup: one -c\n", "t.grammar:2: \"c\" is in no rule"},
        {"A = a a\n", "t.grammar:1: a grammar of 1 word; at least 2 are needed to predict anything"},
        {"a = b c\n", "t.grammar:1: \"a\": the name of a rule begins with an upper-case letter"},
        {"tokens: letters\nA = a b\n", "t.grammar:1: expected word or char, found \"letters\""},
        {"heavy: 0\nA = a b\n", "t.grammar:1: expected a weight above 0 and at most 1000, found \"0\""},
        {"feature x: a b\nA = a b\n", "t.grammar:1: feature x: expected | between values"},
        {"count n 1-3\nA = a b*n\n", "t.grammar:1: expected count NAME: 1-30, valid 31-50, test 51-90"},
        {"count n: 3-1\nA = a b*n\n", "t.grammar:1: count n: expected a range such as 1-30 with numbers from 1 to "
         "10000, found \"3-1\""},
        {"count n: 1-3, later 4-5\nA = a b*n\n", "t.grammar:1: count n: expected a part and its range such as valid "
         "31-50 with numbers from 1 to 10000, found \"later 4-5\""},
        {"count n: 1-3\ncount n: 1\nA = a b*n\n", "t.grammar:2: count n is declared twice"},
        {"count n: 3-9\nmax: 3\nA = a b*n\n", "t.grammar:3: A is at least 4 tokens long, longer than max: 3"},
        {"A = a \x1b[31m\n", "t.grammar:1: [ without ]"},
        {"A = a b\n\xff\n", "t.grammar: line 2 is not text (not UTF-8)"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {""};
        struct grammar *g = grammar_parse(cases[k].text, strlen(cases[k].text), "t.grammar", &e);
        if (g)
            fail_msg("case %zu was accepted: %s", k, cases[k].text);
        assert_string_equal(e.text, cases[k].message);
    }
    struct err e = {""};
    assert_null(grammar_parse("A = a b\0c\n", 10, "t.grammar", &e));
    assert_string_equal(e.text, "t.grammar: line 1 is not text (a NUL byte)");
}

static void deep_brackets_are_refused_before_they_overflow_anything(void **state)
{
    (void)state;
    struct str s = {0};
    struct err e = {""};
    str_add(&s, "A = ");
    for (int k = 0; k < 100000; k++)
        str_addc(&s, '(');
    assert_null(grammar_parse(s.s, s.len, "t.grammar", &e));
    assert_string_equal(e.text, "t.grammar:1: brackets nested more than 50 deep");
    str_free(&s);
}

static void alternatives_come_as_often_as_their_weights_say(void **state)
{
    (void)state;
    struct grammar *g = parse("A = x (75%: a | 25%: b) [20%: c] (3: d | e)\n");
    struct rng r;
    int b = 0, c = 0, d = 0, n = 20000;
    rng_seed(&r, 3, 0);
    for (int k = 0; k < n; k++) {
        char *s = drawn(g, &r);
        b += strchr(s, 'b') != NULL;
        c += strchr(s, 'c') != NULL;
        d += strchr(s, 'd') != NULL;
        free(s);
    }
    assert_true(fabs(b / (double)n - 0.25) < 0.015);
    assert_true(fabs(c / (double)n - 0.20) < 0.015);
    assert_true(fabs(d / (double)n - 0.75) < 0.015);
    grammar_free(g);
}

static void what_agrees_agrees_with_the_nearest_draw_around_it(void **state)
{
    (void)state;
    /* An inner clause has its own subject; behind it the outer one is in force again. */
    struct grammar *g = parse("feature n: one | many\nmeasure: barks bark\n"
                              "S = {n} Dog.n [60%: that ( S )] Bark.n\n"
                              "Dog.one = dog\nDog.many = dogs\nBark.one = barks\nBark.many = bark\n");
    struct rng r;
    struct grammar_sentence s = {0};
    int nested = 0;
    rng_seed(&r, 4, 0);
    for (int k = 0; k < 2000; k++) {
        int stack[200], depth = 0;
        assert_true(grammar_draw(g, &r, &s));
        for (int t = 0; t < s.n; t++) {
            const char *w = g->word[s.id[t]];
            if (strncmp(w, "dog", 3) == 0) {
                stack[depth++] = t;
                assert_int_equal(s.cue[t], -1);
                assert_false(s.measured[t]);
            } else if (strncmp(w, "bark", 4) == 0) {
                int dog = stack[--depth];
                nested += depth > 0;
                assert_int_equal(s.cue[t], dog);
                assert_true(s.measured[t]);
                assert_int_equal(strcmp(g->word[s.id[dog]], "dogs") == 0, strcmp(w, "bark") == 0);
                assert_int_equal(s.value[t], strcmp(w, "bark") == 0);
            }
        }
        assert_int_equal(depth, 0);
    }
    assert_true(nested > 500);
    grammar_sentence_clear(&s);
    grammar_free(g);
}

static void quotes_continuation_lines_and_comments_are_understood(void **state)
{
    (void)state;
    struct grammar *g = parse("\xEF\xBB\xBF# a comment\r\nabout: two\r\n  lines # and a comment\r\n"
                              "A = \"I\" \"(\" b # not this\r\n    _ \"2:\" \"a b\"\r\n");
    struct rng r;
    rng_seed(&r, 1, 0);
    char *s = drawn(g, &r);
    assert_string_equal(s, "I ( b 2: a b");
    assert_int_equal(g->words, 5);
    assert_string_equal(g->about, "two lines");
    assert_string_equal(g->title, "t");
    free(s);
    grammar_free(g);
}

static void character_grammars_split_every_word(void **state)
{
    (void)state;
    struct grammar *g = parse("A = ab é .\ntokens: char\ndemo: abé.\n");
    assert_int_equal(g->words, 4);
    assert_int_equal(g->demo_n, 4);
    assert_string_equal(g->word[2], "é");
    grammar_free(g);
}

static struct corpus *built_in(const char *name, uint64_t seed)
{
    struct err e = {""};
    struct corpus *c = corpus_builtin(name, CORPUS_WORD, seed, &e);
    if (!c)
        fail_msg("%s", e.text);
    return c;
}

static double share(const struct corpus *c, const char *word)
{
    const struct corpus_part *p = &c->part[PART_TRAIN];
    int id = vocab_find(c->vocab, word), n = p->start[p->sequences], count = 0;
    assert_true(id >= 0);
    for (int k = 0; k < n; k++)
        count += p->id[k] == id;
    return (double)count / n;
}

/* The shares were counted in 4,800 different sentences of the script in which the two grammars were first written
 * down. */
static void gender_and_person_are_distributed_as_published(void **state)
{
    (void)state;
    static const struct {
        const char *corpus;
        int words;
        double mean;
        struct {
            const char *word;
            double share;
        } w[5];
    } cases[] = {
        {"gender", 47, 16.0, {{"she", 0.0251}, {"his", 0.0528}, {"played", 0.0231}, {"and", 0.1065}, {"the", 0.0730}}},
        {"person", 52, 15.9, {{"she", 0.0203}, {"their", 0.0130}, {"with", 0.0232}, {"my", 0.0087}, {"and", 0.1065}}},
    };
    for (size_t k = 0; k < 2; k++) {
        struct corpus *c = built_in(cases[k].corpus, 1);
        const struct corpus_part *p = &c->part[PART_TRAIN];
        double mean = p->start[p->sequences] / (double)p->sequences;
        printf("  %s: %d words, mean length %.2f", cases[k].corpus, c->vocab->size, mean);
        assert_int_equal(c->vocab->size, cases[k].words);
        assert_int_equal(p->sequences, 4000);
        assert_true(fabs(mean - cases[k].mean) < 0.3);
        for (int w = 0; w < 5; w++) {
            double got = share(c, cases[k].w[w].word);
            printf(", %s %.4f", cases[k].w[w].word, got);
            assert_true(fabs(got - cases[k].w[w].share) < 0.1 * cases[k].w[w].share + 0.0005);
        }
        printf("\n");
        corpus_free(c);
    }
}

static const char *group_of(const struct model *m, const struct word_groups *g, const char *word)
{
    int id = vocab_find(m->vocab, word);
    assert_true(id >= 0);
    return g->name[g->of[id]];
}

static void the_words_of_a_model_are_grouped_by_its_grammar(void **state)
{
    (void)state;
    static const struct { const char *model, *word, *group; } cases[] = {
        {"gender", "girl", "who"}, {"gender", "the", "other"}, {"gender", "came", "does"}, {"gender", "out", "other"},
        {"gender", "rain", "what"}, {"gender", "while", "links"}, {"story", "tom", "who"},
        {"story", "grandmother", "who"},
        {"story", "lost", "does"}, {"story", "thinks", "does"}, {"story", "ball", "what"}, {"story", "red", "how"},
        {"story", "because", "links"}, {"story", "her", "other"}, {"story", "<unk>", "other"},
    };
    struct err e = {""};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct model *m = model_builtin(cases[k].model, &e);
        struct word_groups g;
        assert_non_null(m);
        assert_true(word_groups(m, &g));
        assert_string_equal(g.name[g.groups - 1], "other");
        assert_string_equal(group_of(m, &g, cases[k].word), cases[k].group);
        word_groups_clear(&g);
        model_free(m);
    }
    struct model *m = model_builtin("lesson-cell", &e);
    struct word_groups g;
    assert_false(word_groups(m, &g));
    model_free(m);
}

static bool part_holds(const struct corpus *c, enum grammar_part part, const char *const *words, int n)
{
    const struct corpus_part *p = &c->part[part];
    for (int s = 0; s < p->sequences; s++)
        for (int k = p->start[s]; k + n <= p->start[s + 1]; k++) {
            int same = 0;
            while (same < n && strcmp(c->vocab->token[p->id[k + same]], words[same]) == 0)
                same++;
            if (same == n)
                return true;
        }
    return false;
}

static void the_demo_sentence_is_held_out_of_training_and_found_in_the_novel_part(void **state)
{
    (void)state;
    static const char *const held[] = {"came", "out", "and", "played"};
    struct corpus *c = built_in("gender", 1);
    for (int part = PART_TRAIN; part <= PART_TEST; part++)
        assert_false(part_holds(c, (enum grammar_part)part, held, 4));
    assert_true(part_holds(c, PART_NOVEL, held, 4));
    assert_int_equal(c->part[PART_NOVEL].sequences, 300);
    corpus_free(c);
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void no_sequence_is_in_two_parts_and_the_seed_decides_which_are_drawn(void **state)
{
    (void)state;
    struct corpus *c = built_in("gender", 1), *again = built_in("gender", 1), *other = built_in("gender", 2);
    int total = 0;
    for (int part = 0; part < PART_COUNT; part++)
        total += c->part[part].sequences;
    char **all = xcalloc((size_t)total, sizeof *all);
    int n = 0;
    for (int part = 0; part < PART_COUNT; part++) {
        const struct corpus_part *p = &c->part[part];
        for (int s = 0; s < p->sequences; s++) {
            struct str t = {0};
            for (int k = p->start[s]; k < p->start[s + 1]; k++)
                str_addf(&t, "%d ", p->id[k]);
            all[n++] = str_take(&t);
        }
    }
    qsort(all, (size_t)n, sizeof *all, compare_text);
    for (int k = 1; k < n; k++)
        assert_true(strcmp(all[k - 1], all[k]) != 0);
    for (int k = 0; k < n; k++)
        free(all[k]);
    free(all);
    const struct corpus_part *a = &c->part[PART_TRAIN], *b = &again->part[PART_TRAIN], *d = &other->part[PART_TRAIN];
    assert_memory_equal(a->id, b->id, (size_t)a->start[4000] * sizeof *a->id);
    assert_true(memcmp(a->id, d->id, 1000 * sizeof *a->id) != 0);
    corpus_free(c);
    corpus_free(again);
    corpus_free(other);
}

static void a_grammar_with_too_few_sentences_says_so(void **state)
{
    (void)state;
    struct grammar *g = parse("A = (a | b) c\ntrain: 5\nvalid: 0\ntest: 0\n");
    struct err e = {""};
    assert_null(corpus_from_grammar(g, 1, &e));
    assert_string_equal(e.text,
                        "t.grammar: only 2 different sequences of 2 to 100 tokens could be drawn for train, valid and "
                        "test: 5 are wanted");
    grammar_free(g);
}

static char *sequence(const struct corpus *c, enum grammar_part part, int s)
{
    struct str out = {0};
    for (int k = c->part[part].start[s]; k < c->part[part].start[s + 1]; k++)
        str_addf(&out, "%s|", c->vocab->token[c->part[part].id[k]]);
    return str_take(&out);
}

/* aⁿbⁿ: the count is the same wherever it stands, and lies where it may in each part. */
static void a_count_repeats_as_often_everywhere_and_has_ranges_of_its_own(void **state)
{
    (void)state;
    static const char text[] = "tokens: char\ncount n: 1-6, valid 7-9, test 20\ntrain: 6\nvalid: 3\ntest: 1\n"
                               "Text = s a*n Pair*n t\nPair = xy\n";
    static const int low[] = {1, 7, 20}, high[] = {6, 9, 20};
    struct grammar *g = parse(text);
    struct err e = {""};
    struct corpus *c = corpus_from_grammar(g, 1, &e);
    if (!c)
        fail_msg("%s", e.text);
    for (int part = 0; part < 3; part++)
        for (int k = 0; k < c->part[part].sequences; k++) {
            int n = 0;
            char *all = sequence(c, (enum grammar_part)part, k);
            while (all[2 + 2 * n] == 'a')
                n++;
            assert_true(n >= low[part] && n <= high[part]);
            assert_int_equal(strlen(all), 2 * (size_t)(3 * n + 2));
            assert_true(strncmp(all, "s|a|", 4) == 0 && strcmp(all + strlen(all) - 6, "x|y|t|") == 0);
            free(all);
        }
    corpus_free(c);
    /* {n} draws anew for what follows. */
    struct grammar *two = parse("count n: 1-9\nA = s Run Run t\nRun = {n} a*n b*n\ntrain: 60\nvalid: 1\ntest: 1\n");
    c = corpus_from_grammar(two, 1, &e);
    if (!c)
        fail_msg("%s", e.text);
    int differ = 0;
    for (int s = 0; s < c->part[PART_TRAIN].sequences; s++) {
        const int *id = c->part[PART_TRAIN].id + c->part[PART_TRAIN].start[s] + 1;
        int n[4] = {0};
        for (int run = 0; run < 4; run++)
            for (; id[0] == (run % 2 ? 3 : 2); id++)
                n[run]++;
        assert_true(n[0] == n[1] && n[2] == n[3] && n[0] > 0 && n[2] > 0);
        differ += n[0] != n[2];
    }
    assert_true(differ > 30);
    corpus_free(c);
    grammar_free(two);
    grammar_free(g);
}

static void every_shipped_corpus_is_sound(void **state)
{
    (void)state;
    int found = 0;
    for (size_t k = 0; k < builtin_count; k++) {
        const char *path = builtins[k].path, *name = strrchr(path, '/');
        if (strncmp(path, "data/corpora/", 13))
            continue;
        char base[64];
        snprintf(base, sizeof base, "%.*s", (int)strcspn(name + 1, "."), name + 1);
        struct corpus *c = built_in(base, 1);
        assert_true(c->part[PART_TRAIN].sequences >= (c->counted ? 30 : 100) && c->part[PART_VALID].sequences >= 20);
        assert_true(c->demo_n >= 2);
        if (c->goal == GOAL_NUMBER)
            assert_true(*c->about && c->inputs == 2);
        else if (c->drawn)
            assert_true(*c->about && c->rival);
        corpus_free(c);
        found++;
    }
    assert_true(found >= 7);
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

/* Every way down, sorted, without doubles; those that were cut end in "...". */
static char *all_of(const struct grammar *g, int length, int *ways)
{
    char *list[512];
    int n = 0;
    bool cut;
    struct grammar_sentence s = {0};
    struct str out = {0};
    struct grammar_walk *w = grammar_walk_new(g, length);
    for (*ways = 0; grammar_walk_next(w, &s, &cut); ++*ways) {
        struct str one = {0};
        for (int k = 0; k < s.n; k++)
            str_addf(&one, "%s%s", k ? " " : "", g->word[s.id[k]]);
        str_add(&one, cut ? "..." : "");
        int at = 0;
        while (at < n && strcmp(list[at], str_text(&one)) < 0)
            at++;
        if (at < n && strcmp(list[at], str_text(&one)) == 0) {
            str_free(&one);
            continue;
        }
        assert_true(n < 512);
        memmove(&list[at + 1], &list[at], (size_t)(n++ - at) * sizeof *list);
        list[at] = str_take(&one);
    }
    assert_true(grammar_walk_whole(w));
    for (int k = 0; k < n; k++) {
        str_addf(&out, "%s%s", k ? "|" : "", list[k]);
        free(list[k]);
    }
    grammar_walk_free(w);
    grammar_sentence_clear(&s);
    return str_take(&out);
}

static void a_walk_takes_every_way_and_no_other(void **state)
{
    (void)state;
    static const struct { const char *text, *all; int length, ways; } cases[] = {
        {"S = a (b | c) [20%: d]\n", "a b|a b d|a c|a c d", 9, 4},
        {"S = a (b | c) [20%: d]\n", "a b|a b...|a c|a c...", 2, 4},
        {"count n: 1-3, test 4-9\nS = x*n y*n\n", "x x x y y y|x x y y|x y", 9, 3},
        {"count n: 1-3\nS = x*n y*n\n", "x x x...|x x y...|x y", 3, 3},
        {"feature g: F | M\nS = {g} P.g s Q.g\nP.F = she\nP.M = he\nQ.F = her\nQ.M = his\n",
         "he s his|she s her", 9, 2},
        {"S = a | 0: b | a\n", "a", 9, 2},                     /* what has no weight never comes; two ways to one */
        {"S = a (b | S)\nmax: 9\n", "a a a...|a a b|a b", 3, 4},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        int ways;
        struct grammar *g = parse(cases[k].text);
        char *all = all_of(g, cases[k].length, &ways);
        assert_string_equal(all, cases[k].all);
        assert_int_equal(ways, cases[k].ways);
        free(all);
        grammar_free(g);
    }
}

/* Whatever is drawn is among them. */
static void what_is_drawn_is_one_of_all(void **state)
{
    (void)state;
    struct grammar *g = parse("feature g: F | M\nDoc = Cl [60%: . Cl]\nCl = {g} N.g [V (Det dog | cat)]\n"
                              "V = 3: saw | fed\n"
                              "Det = the | P.g\nN.F = she | mary\nN.M = he\nP.F = her\nP.M = his\n");
    int ways;
    char *all = all_of(g, 20, &ways);
    struct str framed = {0};
    str_addf(&framed, "|%s|", all);
    struct rng r;
    rng_seed(&r, 3, 1);
    struct grammar_sentence s = {0};
    for (int k = 0; k < 2000; k++) {
        struct str one = {0};
        assert_true(grammar_draw(g, &r, &s));
        for (int t = 0; t < s.n; t++)
            str_addf(&one, "%s%s", t ? " " : "|", g->word[s.id[t]]);
        str_addc(&one, '|');
        assert_non_null(strstr(str_text(&framed), str_text(&one)));
        str_free(&one);
    }
    free(all);
    str_free(&framed);
    grammar_sentence_clear(&s);
    grammar_free(g);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

static struct corpus *from_text(const char *text, const char *valid, enum corpus_tokens tokens, struct err *e)
{
    struct corpus_file held = {valid, valid ? strlen(valid) : 0, "v.txt"};
    return corpus_from_text(&(struct corpus_file){text, strlen(text), "t.txt"}, valid ? &held : NULL, tokens, e);
}

static void words_are_lowered_and_give_their_punctuation_away(void **state)
{
    (void)state;
    struct err e = {""};
    struct corpus *c = from_text("She said: \"Don't (ever) go\"...\r\nÉTÉ, one two\n", NULL, CORPUS_WORD, &e);
    assert_non_null(c);
    char *a = sequence(c, PART_TRAIN, 0), *b = sequence(c, PART_TRAIN, 1);
    assert_string_equal(a, "she|said|:|\"|don't|(|ever|)|go|\"|.|.|.|");
    assert_string_equal(b, "été|,|one|two|");
    struct tokens t;
    assert_true(vocab_tokenise(c->vocab, "She said: ÉTÉ!", "x", &t, &e) == false);     /* "!" was never seen */
    assert_true(vocab_tokenise(c->vocab, "Don't go, ÉTÉ.", "x", &t, &e));
    assert_int_equal(t.n, 5);
    tokens_clear(&t);
    free(a);
    free(b);
    corpus_free(c);
}

/* What was learnt from can be asked for as it was written, in every script with capitals. */
static void a_word_that_was_learnt_is_found_as_it_was_written(void **state)
{
    (void)state;
    for (uint32_t cp = 0x80; cp < 0x600; cp++) {
        char letter[5], text[40];
        struct err e = {""};
        struct tokens t;
        utf8_encode(cp, letter);
        if (utf8_hidden(cp) || utf8_width(cp) != 1)
            continue;
        snprintf(text, sizeof text, "%sa b%sc x y", letter, letter);
        struct corpus *c = from_text(text, NULL, CORPUS_WORD, &e);
        assert_non_null(c);
        if (!vocab_tokenise(c->vocab, text, "x", &t, &e))
            fail_msg("U+%04X: %s", (unsigned)cp, e.text);
        assert_int_equal(t.n, 4);
        tokens_clear(&t);
        corpus_free(c);
    }
}

static void eight_lines_of_ten_are_trained_on_and_repeated_ones_only_once(void **state)
{
    (void)state;
    struct str s = {0};
    struct err e = {""};
    for (int k = 0; k < 40; k++)
        str_addf(&s, "line %d\n%s", k, k == 7 ? "line 3\n\nx\n" : "");
    struct corpus *c = from_text(str_text(&s), NULL, CORPUS_WORD, &e);
    assert_non_null(c);
    assert_int_equal(c->part[PART_TRAIN].sequences, 32);
    assert_int_equal(c->part[PART_VALID].sequences, 4);
    assert_int_equal(c->part[PART_TEST].sequences, 4);
    char *a = sequence(c, PART_VALID, 0);
    assert_string_equal(a, "line|8|");
    free(a);
    corpus_free(c);
    c = from_text(str_text(&s), "line 3\nline 99\n", CORPUS_WORD, &e);
    assert_int_equal(c->part[PART_TRAIN].sequences, 40);
    assert_int_equal(c->part[PART_VALID].sequences, 1);       /* "line 3" is trained on, so it is not held out */
    corpus_free(c);
    str_free(&s);
}

static void characters_are_told_from_words_by_the_blanks(void **state)
{
    (void)state;
    struct err e = {""};
    struct corpus *c = from_text("aaabbb\nab\naabb\n", NULL, CORPUS_GUESS, &e);
    assert_int_equal(c->vocab->kind, VOCAB_CHAR);
    assert_int_equal(c->vocab->size, 2);
    corpus_free(c);
    c = from_text("the cat sat\non the mat\n", NULL, CORPUS_GUESS, &e);
    assert_int_equal(c->vocab->kind, VOCAB_WORD);
    assert_int_equal(c->vocab->size, 5);
    corpus_free(c);
    c = from_text("Ab é\nxy\n", NULL, CORPUS_CHAR, &e);
    assert_int_equal(c->vocab->size, 6);                      /* a blank is a character, and capitals stay */
    corpus_free(c);
}

static void rare_words_of_a_large_text_become_unknown(void **state)
{
    (void)state;
    struct str s = {0};
    struct err e = {""};
    for (int k = 0; k < 6000; k++)
        str_addf(&s, "the word w%d%s\n", k, k < 100 ? " w7" : "");
    struct corpus *c = from_text(str_text(&s), NULL, CORPUS_WORD, &e);
    assert_int_equal(c->vocab->size, 5001);
    assert_true(vocab_find(c->vocab, "w7") >= 0 && vocab_find(c->vocab, "the") >= 0);
    assert_string_equal(c->vocab->token[c->vocab->unknown], "<unk>");
    corpus_free(c);
    str_free(&s);
}

static void a_very_long_line_is_cut_into_pieces(void **state)
{
    (void)state;
    struct str s = {0};
    struct err e = {""};
    for (int k = 0; k < 1201; k++)
        str_addf(&s, "w%d ", k % 37);
    struct corpus *c = from_text(str_text(&s), NULL, CORPUS_WORD, &e);
    assert_non_null(c);
    assert_int_equal(c->part[PART_TRAIN].sequences, 3);
    assert_int_equal(c->part[PART_TRAIN].start[3], 1201);
    corpus_free(c);
    str_free(&s);
}

static void a_text_that_cannot_teach_gets_one_line(void **state)
{
    (void)state;
    static const struct { const char *text, *valid, *message; } cases[] = {
        {"", NULL, "t.txt: empty: expected one sequence a line"},
        {"  \n\n \t\n", NULL, "t.txt: empty: expected one sequence a line"},
        {"dog dog\ndog\n", NULL, "t.txt: only one token (\"dog\"): at least two different ones are needed to predict "
         "anything"},
        {"dog\ncat\n", NULL, "t.txt: no line with two or more tokens: nothing to predict"},
        {"\xEF\xBB\xBF" "dog\n\xEF\xBB\xBF" "cat\n", NULL,
         "t.txt: no line with two or more tokens: nothing to predict"},
        {"a b\n\xff\xfe\n", NULL, "t.txt: line 2 is not text (not UTF-8)"},
        {"a b\n", "a b\n", "v.txt: no line with two or more tokens that is not trained on as well"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {""};
        assert_null(from_text(cases[k].text, cases[k].valid, CORPUS_WORD, &e));
        assert_string_equal(e.text, cases[k].message);
    }
    struct err e = {""};
    assert_null(corpus_read("/nonexistent.grammar", NULL, CORPUS_WORD, 1, &e));
    assert_string_equal(e.text, "/nonexistent.grammar: cannot open: No such file or directory");
    assert_null(corpus_read("data/corpora/gender.grammar", "data/corpora/prose.txt", CORPUS_WORD, 1, &e));
    assert_string_equal(e.text,
                        "data/corpora/prose.txt: a grammar draws its own held-out sentences; --valid is for texts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_walk_takes_every_way_and_no_other),
        cmocka_unit_test(what_is_drawn_is_one_of_all),
        cmocka_unit_test(a_broken_grammar_is_told_in_one_line_with_its_place),
        cmocka_unit_test(deep_brackets_are_refused_before_they_overflow_anything),
        cmocka_unit_test(alternatives_come_as_often_as_their_weights_say),
        cmocka_unit_test(what_agrees_agrees_with_the_nearest_draw_around_it),
        cmocka_unit_test(quotes_continuation_lines_and_comments_are_understood),
        cmocka_unit_test(character_grammars_split_every_word),
        cmocka_unit_test(the_words_of_a_model_are_grouped_by_its_grammar),
        cmocka_unit_test(gender_and_person_are_distributed_as_published),
        cmocka_unit_test(the_demo_sentence_is_held_out_of_training_and_found_in_the_novel_part),
        cmocka_unit_test(no_sequence_is_in_two_parts_and_the_seed_decides_which_are_drawn),
        cmocka_unit_test(a_grammar_with_too_few_sentences_says_so),
        cmocka_unit_test(a_count_repeats_as_often_everywhere_and_has_ranges_of_its_own),
        cmocka_unit_test(every_shipped_corpus_is_sound),
        cmocka_unit_test(words_are_lowered_and_give_their_punctuation_away),
        cmocka_unit_test(a_word_that_was_learnt_is_found_as_it_was_written),
        cmocka_unit_test(eight_lines_of_ten_are_trained_on_and_repeated_ones_only_once),
        cmocka_unit_test(characters_are_told_from_words_by_the_blanks),
        cmocka_unit_test(rare_words_of_a_large_text_become_unknown),
        cmocka_unit_test(a_very_long_line_is_cut_into_pieces),
        cmocka_unit_test(a_text_that_cannot_teach_gets_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
