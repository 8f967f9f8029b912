/* test_corpora.c: files to learn from as editors leave them and as people get them wrong: grammars, texts, labelled
 * texts, numbers, each with its held-out file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import/import.h"
#include "learn/numbers.h"
#include "learn/sample.h"
#include "learn/words.h"

#define BOM "\xEF\xBB\xBF"

/* ---- grammars ---------------------------------------------------------------------------------------------------- */

static void grammar_refused(const char *text, const char *line)
{
    struct err e = {{0}};
    struct grammar *g = grammar_parse(text, strlen(text), "t.grammar", &e);
    if (g)
        fail_msg("taken: %s", text);
    assert_string_equal(e.text, line);
}

static struct grammar *grammar(const char *text)
{
    struct err e = {{0}};
    struct grammar *g = grammar_parse(text, strlen(text), "t.grammar", &e);
    if (!g)
        fail_msg("%s: %s", text, e.text);
    return g;
}

static void a_slip_in_a_grammar_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct { const char *text, *line; } cases[] = {
        {"A = a \"\"\n", "t.grammar:1: an empty word; _ stands for nothing"},
        {"A = a ]\n", "t.grammar:1: unexpected ]"},
        {"A = a }\n", "t.grammar:1: unexpected }"},
        {"(A = a\n", "t.grammar:1: unexpected ("},
        {"A = a [0%: b]\n", "t.grammar:1: a probability in [ ] is more than 0% and at most 100%, found 0%"},
        {"A = a [0%: b\n", "t.grammar:1: a probability in [ ] is more than 0% and at most 100%, found 0%"},
        {"A = a (0: b | 0: c)\n", "t.grammar:1: the weights of a choice must not all be 0"},
        {"A = 1e308: a | 1e308: b\n", "t.grammar:1: the weights of a choice must not all be 0"},
        {"A = a \"b\n \"\n", "t.grammar:1: a quote that does not end on its line"},
        {"feature\nA = a b\n", "t.grammar:1: expected feature NAME: VALUE | VALUE …"},
        {"feature :\nA = a b\n", "t.grammar:1: expected feature NAME: VALUE | VALUE …"},
        {"feature x\nA = a b\n", "t.grammar:1: expected feature NAME: VALUE | VALUE …"},
        {"feature x:\nA = a b\n", "t.grammar:1: feature x: expected a value"},
        {"feature x: p |\nA = a b\n", "t.grammar:1: feature x: expected a value"},
        {"feature x: 0: p | 0: q\nA = a b\n", "t.grammar:1: the weights of a feature must not all be 0"},
        {"feature x: 1e308: p | 1e308: q\nA = a b\n", "t.grammar:1: the weights of a feature must not all be 0"},
        {"feature x: p\nfeature x: q\nA = a b\n", "t.grammar:2: feature x is declared twice"},
        {"feature x: p\ncount x: 1-3\nA = a b\n", "t.grammar:2: count x is declared twice"},
        {"count : 1-3\nA = a b\n", "t.grammar:1: expected count NAME: 1-30, valid 31-50, test 51-90"},
        {"count n:1-3\nA = a b\n", "t.grammar:1: expected count NAME: 1-30, valid 31-50, test 51-90"},
        {"count n m: 1-3\nA = a b\n", "t.grammar:1: expected count NAME: 1-30, valid 31-50, test 51-90"},
        {"count n:\nA = a b\n", "t.grammar:1: expected count NAME: 1-30, valid 31-50, test 51-90"},
        {"count n: 1-3, valid\nA = a b*n\n", "t.grammar:1: count n: expected a part and its range such as valid 31-50 "
         "with numbers from 1 to 10000, found \"valid\""},
        {"count n: 1-3, 4-5\nA = a b*n\n", "t.grammar:1: count n: expected a part and its range such as valid 31-50 "
         "with numbers from 1 to 10000, found \"4-5\""},
        {"count n: 0-3\nA = a b*n\n", "t.grammar:1: count n: expected a range such as 1-30 with numbers from 1 to "
         "10000, found \"0-3\""},
        {"count n: 1-3, test 00000000000000000000000000000001\nA = a b*n\n", "t.grammar:1: count n: expected a part "
         "and its range such as valid 31-50 with numbers from 1 to 10000, found \"00000000000000000000000000000001\""},
        {"A = a b\nheavy: 1001\n", "t.grammar:2: expected a weight above 0 and at most 1000, found \"1001\""},
        {"A = a b\nheavy: much\n", "t.grammar:2: expected a weight above 0 and at most 1000, found \"much\""},
        {"A = a b\nban: a | b\n", "t.grammar:2: expected words, found |"},
        {"A = a b\nban: (a\n", "t.grammar:2: ( without )"},
        {"A = a b\npair: a a\n", "t.grammar:2: pair: needs two different words"},
        {"A = a b\npair: a b\n", "t.grammar:2: pair: \"a\" and \"b\" must stand in one measure: line"},
        {"A = a b c d\nmeasure: a b\nmeasure: c d\npair: a d\n",
         "t.grammar:4: pair: \"a\" and \"d\" must stand in one measure: line"},
        {"A = a b\ngroup: x ^\n", "t.grammar:2: group: expected rules, ^rules, words and -words, found \"^\""},
        {"A = a B\nB = b\ngroup: x Bb\n", "t.grammar:3: group: expected rules, ^rules, words and -words, found \"Bb\""},
        {"A = a b\ngroup: x -\n", "t.grammar:2: \"-\" is in no rule"},
        {"feature x: p | q\nA = a B.y c\nB.p = b\n", "t.grammar:2: B.y is not defined"},
        {"count n: 9000\nA = a B*n\nB = b b b b b b b b b b b b\n",
         "t.grammar:2: A never ends: every alternative leads back to it, or to more than 100000 tokens"},
        {"A = a b*n\nB = c\n", "t.grammar:2: B is never used"},
        {"start: B\nA = a b\nB = c A\nC = d\n", "t.grammar:4: C is never used"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        grammar_refused(cases[k].text, cases[k].line);
}

static void what_a_grammar_may_have_at_most_is_told(void **state)
{
    (void)state;
    struct str s = {0};
    char word[1026];
    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    str_addf(&s, "A = a %s\n", word);
    struct err e = {{0}};
    assert_null(grammar_parse(s.s, s.len, "t.grammar", &e));
    assert_non_null(strstr(e.text, "t.grammar:1: a word of 1025 bytes; at most 1024"));
    str_clear(&s);
    str_add(&s, "A = a b c\n");
    for (int k = 0; k < 21; k++)
        str_addf(&s, "group: g%d a\n", k);
    grammar_refused(s.s, "t.grammar:22: more than 20 group: lines");
    str_clear(&s);
    str_add(&s, "A =");
    for (int k = 0; k < 512; k++)
        str_addf(&s, " w%d", k);
    str_add(&s, "\nmax: 1000\n");
    for (int k = 0; k < 256; k++)
        str_addf(&s, "measure: w%d w%d\n", 2 * k, 2 * k + 1);
    grammar_refused(s.s, "t.grammar:258: more than 255 measure: lines");
    str_clear(&s);
    for (int k = 0; k < 2001; k++)
        str_addf(&s, "A%d = a\n", k);
    grammar_refused(s.s, "t.grammar:2001: more than 2000 rules");
    str_clear(&s);
    str_add(&s, "A = a b\n#");
    while (s.len < (4 << 20) + 1)
        str_addc(&s, '.');
    grammar_refused(s.s, "t.grammar: a grammar of 4194305 bytes; at most 4194304");
    str_free(&s);
}

/* What editors and habits leave in a file changes nothing of it. */
static void a_grammar_is_the_same_however_its_lines_end(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "A = a b\ntitle: T\n", "A = a b\ntitle: T", BOM "A = a b\ntitle: T\n", "A = a b\r\ntitle: T\r\n",
        "\n\n# words\nA = a b # two\n\n  \ntitle:   T   # its name\n", "A = a\n\tb\ntitle:\n T\n",
        "A=\n a b\n title: T\n",
    };
    for (size_t k = 0; k + 1 < sizeof forms / sizeof *forms; k++) {
        struct grammar *g = grammar(forms[k]);
        assert_string_equal(g->title, "T");
        assert_int_equal(g->words, 2);
        assert_string_equal(g->word[1], "b");
        grammar_free(g);
    }
    grammar_refused(forms[sizeof forms / sizeof *forms - 1],
                    "t.grammar:1: expected Name = … or a setting such as max: 26, found \"A=\"");
    static const struct { const char *source, *title; } names[] = {
        {"x/he.she.grammar", "he.she"}, {"x/.grammar", ".grammar"}, {"words", "words"},
    };
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        struct grammar *g = grammar_parse("A = a b\n", 8, names[k].source, NULL);
        assert_string_equal(g->title, names[k].title);
        grammar_free(g);
    }
}

static int group_of(const struct grammar *g, const char *word)
{
    for (int k = 0; k < g->words; k++)
        if (strcmp(g->word[k], word) == 0)
            return g->group_of[k];
    fail_msg("no %s", word);
    return -1;
}

/* Rule: all words it leads to; ^Rule: those that can come first; -word: not this one. */
static void groups_are_rules_first_words_and_words_without_some(void **state)
{
    (void)state;
    struct grammar *g = grammar("feature x: p | q\ncount n: 1-2\n"
                                "A = {x} {n} [50%: please] Who.x (does | did) it*n Rest\n"
                                "Who.p = she\nWho.q = he [old]\nRest = _ | (now | _) too Rest2\nRest2 = well\n"
                                "group: start ^A\ngroup: names Who -old\ngroup: rest Rest now -well\n"
                                "group: more A -it\n");
    assert_int_equal(g->groups, 4);
    assert_int_equal(group_of(g, "please"), 0);
    assert_int_equal(group_of(g, "she"), 0);              /* please may be left out */
    assert_int_equal(group_of(g, "he"), 0);
    assert_int_equal(group_of(g, "old"), -1 + 4);         /* taken out of names, and more has it */
    assert_int_equal(group_of(g, "now"), 2);
    assert_int_equal(group_of(g, "too"), 2);
    assert_int_equal(group_of(g, "does"), 3);
    assert_int_equal(group_of(g, "well"), 3);
    assert_int_equal(group_of(g, "it"), -1);
    grammar_free(g);
}

static void a_grammar_that_hardly_ends_is_given_up_with_what_it_gave(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct grammar *g = grammar("A = 999999: (a A) | b c\nmax: 9\ntrain: 20\nvalid: 0\ntest: 0\n");
    struct corpus *c = corpus_from_grammar(g, 1, &e);
    assert_null(c);
    assert_non_null(strstr(e.text, "t.grammar: only "));
    assert_non_null(strstr(e.text, "different sequences of 2 to 9 tokens could be drawn for train, valid and test: "
                           "20 are wanted"));
    grammar_free(g);
    g = grammar("A = a (b | c)\nban: a b\ntrain: 1\nvalid: 0\ntest: 0\nnovel: 2\n");
    c = corpus_from_grammar(g, 1, &e);
    assert_null(c);
    assert_string_equal(e.text, "t.grammar: only 1 different sequences of 2 to 100 tokens could be drawn for novel: "
                        "2 are wanted");
    grammar_free(g);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

static struct corpus *read_as(const char *name, const char *text, const char *valid, struct err *e)
{
    struct corpus_file file = {text, strlen(text), name}, held = {valid, valid ? strlen(valid) : 0, "held"};
    return strstr(name, ".numbers") ? corpus_from_numbers(&file, valid ? &held : NULL, 1, e)
                                    : corpus_from_text(&file, valid ? &held : NULL, CORPUS_WORD, e);
}

static struct corpus *taken(const char *name, const char *text, const char *valid)
{
    struct err e = {{0}};
    struct corpus *c = read_as(name, text, valid, &e);
    if (!c)
        fail_msg("%s: %s", text, e.text);
    return c;
}

static void what_is_wrong_in_a_held_out_file_is_told_of_that_file(void **state)
{
    (void)state;
    static const struct { const char *name, *text, *valid, *line; } cases[] = {
        {"t.txt", "a b\n", "b a\n\xff\n", "held: line 2 is not text (not UTF-8)"},
        {"t.txt", "a b\n", "\n", "held: no line with two or more tokens that is not trained on as well"},
        {"t.tsv", "a b\tyes\nb a\tno\n", "a a\tyes\nb b\n",
         "held: line 2: expected a text, a tab and a label, found no tab with a label behind it"},
        {"t.tsv", "a b\tyes\nb a\tno\nx\n", "a a\tyes\n",
         "t.tsv: line 3: expected a text, a tab and a label, found no tab with a label behind it"},
        {"t.numbers", "1 -> 2\n\n2 -> 3\n", "1\n2 -> x\n", "held: line 2: expected a number, found \"x\""},
        {"t.numbers", "1 -> 2\n\n2 -> 3\n", "1 2 -> 3\n",
         "held: line 1: expected 1 number as in the first step, found more"},
        {"t.numbers", "1 -> 2\n\n2 -> 3\n", "1 -> 2\n", "held: no sequence that is not trained on as well"},
        {"t.numbers", "1 -> 2\n\n2 -> 3\n", "4\n5\n", "held: line 2: nothing is wanted in this sequence: expected "
         "\"->\" and a number or a label behind one step"},
        {"t.numbers", "1 -> 2\n\n2 -> 3\n", "1 \xff\n", "held: not text: expected numbers, a step a line"},
        {"t.numbers", "draw: adding 5, train 1, valid 1, test 1\n", "1 1 -> 3\n",
         "held: what is drawn draws its own held-out sequences; --valid is for files with steps"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        assert_null(read_as(cases[k].name, cases[k].text, cases[k].valid, &e));
        assert_string_equal(e.text, cases[k].line);
    }
    struct err e = {{0}};
    assert_null(corpus_from_numbers(&(struct corpus_file){"1 -> 2\0", 8, "t.numbers"}, NULL, 1, &e));
    assert_string_equal(e.text, "t.numbers: not text: expected numbers, a step a line");
}

/* A byte order mark is none of the words and none of the numbers, in both files. */
static void a_file_of_windows_reads_as_any_other(void **state)
{
    (void)state;
    static const struct { const char *name, *text, *valid; int tokens; } cases[] = {
        {"t.txt", BOM "a b\r\nb a\r\n", BOM "a a\r\n", 2},
        {"t.tsv", BOM "a b\tyes\r\nb a\tno\r\n", BOM "a a\tyes\r\n", 2},
        {"t.numbers", BOM "1 -> 2\r\n\r\n2 -> 3\r\n", BOM "5 -> 2\r\n", 0},
        {"t.numbers", BOM "title: sums\r\n1 -> up\r\n\r\n2 -> down\r\n", BOM "5 -> up\r\n", 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct corpus *c = taken(cases[k].name, cases[k].text, cases[k].valid);
        assert_int_equal(c->part[PART_TRAIN].sequences, 2);
        assert_int_equal(c->part[PART_VALID].sequences, 1);
        assert_int_equal(c->vocab ? c->vocab->size : 0, cases[k].tokens);
        assert_string_equal(c->title, k == 3 ? "sums" : "t");
        corpus_free(c);
    }
    struct corpus *c = taken("t.tsv", "a b\tyes \n\n  \nb a\tno\n", NULL);
    assert_string_equal(c->label[0], "yes");              /* blanks behind it are none of it */
    corpus_free(c);
}

/* Token by token of the first line, blanks between. */
static void a_line_is_cut_into_words_and_what_stands_around_them(void **state)
{
    (void)state;
    static const struct { const char *line; enum corpus_tokens tokens; const char *cut; } cases[] = {
        {"(Dog), cat!?", CORPUS_WORD, "( dog ) , cat ! ?"}, {"-- don't", CORPUS_WORD, "- - don't"},
        {"  a\tb \r", CORPUS_WORD, "a b"}, {"\"x\"", CORPUS_WORD, "\" x \""}, {"\xC3\x89t\xC3\xA9 a", CORPUS_WORD,
         "\xC3\xA9t\xC3\xA9 a"}, {"a b\r", CORPUS_CHAR, "a   b"}, {"a a a a a a a a", CORPUS_GUESS, "a a a a a a a a"},
        {"abababababab", CORPUS_GUESS, "a b a b a b a b a b a b"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str text = {0}, cut = {0};
        struct err e = {{0}};
        str_addf(&text, "%s\nz z\n", cases[k].line);
        struct corpus_file file = {text.s, text.len, "t.txt"};
        struct corpus *c = corpus_from_text(&file, NULL, cases[k].tokens, &e);
        if (!c)
            fail_msg("%s", e.text);
        for (int j = 0; j < c->part[PART_TRAIN].start[1]; j++)
            str_addf(&cut, "%s%s", j ? " " : "", c->vocab->token[c->part[PART_TRAIN].id[j]]);
        assert_string_equal(str_text(&cut), cases[k].cut);
        corpus_free(c);
        str_free(&text);
        str_free(&cut);
    }
    struct err e = {{0}};
    assert_null(corpus_from_text(&(struct corpus_file){"a b\n\0c\n", 7, "t.txt"}, NULL, CORPUS_WORD, &e));
    assert_string_equal(e.text, "t.txt: line 2 is not text (a NUL byte)");
}

static void how_much_there_is_is_said_in_numbers_that_agree(void **state)
{
    (void)state;
    static const struct { const char *name, *text, *valid, *says; } cases[] = {
        {"t.txt", "a b\n", NULL, "1 line: 1 to train on, none held out"},
        {"t.txt", "a b\nb a\na b\n", NULL, "3 lines, 2 different: 2 to train on, none held out"},
        {"t.txt", "a b\n", "b a\nb b\n", "3 lines: 1 to train on, 2 held out"},
        {"t.numbers", "1 -> up\n2 -> down\n", NULL, "1 sequence: 1 to train on, none held out"},
        {"t.numbers", "1 -> up\n\n2 -> down\n", "1 -> down\n", "3 sequences: 2 to train on, 1 held out"},
        {"t.numbers", "draw: adding 5, train 2, valid 1, test 1\n", NULL, ""},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str out = {0};
        struct corpus *c = taken(cases[k].name, cases[k].text, cases[k].valid);
        corpus_tell(c, &out);
        assert_string_equal(str_text(&out), cases[k].says);
        str_free(&out);
        corpus_free(c);
    }
}

static void steps_and_outputs_have_words(void **state)
{
    (void)state;
    static const struct { const char *name, *text, *word, *output; } cases[] = {
        {"t.txt", "she came\n", "she", "came"}, {"t.tsv", "good film\tyes\nbad film\tno\n", "good", "no"},
        {"t.numbers", "0.5 1234567 -> 1\n\n1 1 -> 2\n", "0.5 1.23e+06", "number"},
        {"t.numbers", "0.5 -1 -> up\n\n1 1 -> down\n", "0.5 -1", "down"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str out = {0};
        struct corpus *c = taken(cases[k].name, cases[k].text, NULL);
        corpus_demo_word(c, 0, &out);
        assert_string_equal(str_text(&out), cases[k].word);
        assert_string_equal(corpus_output(c, c->outputs > 1), cases[k].output);
        str_free(&out);
        corpus_free(c);
    }
}

static void numbers_of_odd_sizes_are_told(void **state)
{
    (void)state;
    static const struct { const char *text, *line; } cases[] = {
        {"1 -> a234567890123456789012345678901234567890123456789012345678901234\n",
         "t.numbers: line 1: a label of more than 63 bytes"},
        {"1 -> 2 # two\n1 -> 1e999\n", "t.numbers: line 2: expected a number, found \"1e999\""},
        {"draw: adding 10, train 1, valid 1\n", "t.numbers: line 1: expected draw: adding STEPS (2 to 1000), train N, "
         "valid N, test N (1 to 100000 each)"},
        {"title: x\n\ndraw: adding 10, train, valid 1, test 1\n", "t.numbers: line 3: expected draw: adding STEPS (2 "
         "to 1000), train N, valid N, test N (1 to 100000 each)"},
        {"draw: adding 10, train 0, valid 1, test 1\n", "t.numbers: line 1: expected draw: adding STEPS (2 to 1000), "
         "train N, valid N, test N (1 to 100000 each)"},
        {"draw:\n1 -> 2\n", "t.numbers: line 2: with draw: there are no steps"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        assert_null(read_as("t.numbers", cases[k].text, NULL, &e));
        assert_string_equal(e.text, cases[k].line);
    }
    struct str s = {0};
    for (int k = 0; k < 100001; k++)
        str_add(&s, "1\n");
    struct err e = {{0}};
    assert_null(read_as("t.numbers", s.s, NULL, &e));
    assert_string_equal(e.text,
                        "t.numbers: line 100001: a sequence of more than 100000 steps; an empty line ends one");
    str_free(&s);
    struct corpus *c = taken("t.numbers", "title:  my sums \t \nabout:\n1 -> 2\n\n3 -> 1\n", NULL);
    assert_string_equal(c->title, "my sums");
    assert_string_equal(c->about, "");
    corpus_free(c);
}

/* ---- with the words of a model ----------------------------------------------------------------------------------- */

static struct vocab *vocab(enum vocab_kind kind, const char *unknown)
{
    static const char *const token[] = {"b", "c", "?", "a"};
    return vocab_new(&(struct vocab_list){kind, token, 4, .unknown = unknown, .source = "v"}, NULL);
}

static void a_corpus_takes_the_numbers_that_a_model_has_for_its_words(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct vocab *v = vocab(VOCAB_WORD, "?"), *strict = vocab(VOCAB_WORD, NULL), *letters = vocab(VOCAB_CHAR, NULL);
    struct grammar *g = grammar("A = a (b | d)\nmeasure: b d\npair: b d\ntrain: 2\nvalid: 0\ntest: 0\n");
    struct corpus *c = corpus_from_grammar(g, 1, &e);
    assert_non_null(c);
    assert_false(corpus_use_vocab(c, letters, &e));
    assert_string_equal(e.text, "t.grammar: its tokens and those of the model are not of one kind");
    assert_false(corpus_use_vocab(c, strict, &e));
    assert_string_equal(e.text,
                        "t.grammar: \"d\" is not in the vocabulary of the model, which has no unknown token");
    assert_int_equal(c->vocab->size, 3);                  /* as it was */
    assert_true(corpus_use_vocab(c, v, &e));
    assert_int_equal(c->outputs, 4);
    assert_string_equal(c->vocab->token[c->part[PART_TRAIN].id[0]], "a");
    assert_int_equal(c->pair[0], 0);
    assert_int_equal(c->pair[1], 2);                      /* d is unknown there */
    assert_true(c->rival[0] && c->rival[2] && !c->rival[1] && !c->rival[3]);
    corpus_free(c);
    grammar_free(g);
    static const struct { const char *name, *text; } others[] = {
        {"t.tsv", "a b\tyes\nb a\tno\n"}, {"t.numbers", "1 -> 2\n\n2 -> 3\n"}};
    for (size_t k = 0; k < 2; k++) {
        char line[160];
        c = taken(others[k].name, others[k].text, NULL);
        assert_false(corpus_use_vocab(c, v, &e));
        snprintf(line, sizeof line, "%s: weights to begin with are for texts whose next token is wanted",
                 others[k].name);
        assert_string_equal(e.text, line);
        corpus_free(c);
    }
    c = taken("t.txt", "a b\nb c\n", NULL);
    assert_true(corpus_use_vocab(c, strict, &e));
    assert_int_equal(c->vocab->unknown, -1);
    corpus_free(c);
    vocab_free(v);
    vocab_free(strict);
    vocab_free(letters);
}

static void a_name_that_no_corpus_has_is_told(void **state)
{
    (void)state;
    struct err e = {{0}};
    assert_null(corpus_builtin("nobody", CORPUS_GUESS, 1, &e));
    assert_string_equal(e.text, "nobody: no such built-in corpus");
}

/* ---- what a model was trained on --------------------------------------------------------------------------------- */

static struct model *says_it_learnt(const char *name, const char *training)
{
    struct err e = {{0}};
    struct model *m = model_builtin(name, &e);
    if (!m)
        fail_msg("%s", e.text);
    free(m->training);
    m->training = training ? xstrdup(training) : NULL;
    return m;
}

static void examples_are_lines_of_the_text_a_model_learnt_from(void **state)
{
    (void)state;
    struct model *m = says_it_learnt("prose", "{\"corpus\": \"data/corpora/prose.txt\"}");
    struct str out = {0}, name = {0};
    bool drawn = true;
    assert_true(sample_exists(m));
    assert_null(sample_grammar(m));
    assert_int_equal(sample_text(m, 3, &out, &name, &drawn), 3);
    assert_false(drawn);
    assert_string_equal(name.s, "prose.txt");
    struct corpus *c = corpus_builtin("prose", CORPUS_GUESS, 1, NULL);
    assert_non_null(c);
    for (const char *at = out.s; *at; at += strcspn(at, "\n") + 1)
        assert_true(strcspn(at, "\n") > 0);               /* no empty one */
    corpus_free(c);
    str_clear(&out);
    int all = sample_text(m, 1000000, &out, &name, &drawn);
    assert_in_range(all, 4, 999999);                      /* all that there are */
    str_free(&out);
    str_free(&name);
    model_free(m);
}

static void what_a_file_says_it_was_trained_on_is_believed_only_where_it_fits(void **state)
{
    (void)state;
    static const struct { const char *model, *training; bool exists, grammar; } cases[] = {
        {"gender", "{\"corpus\": \"data/corpora/gender.grammar\"}", true, true},
        {"gender", "{\"corpus\": \"data/corpora/person.grammar\"}", true, false},      /* other words */
        {"gender", "{\"corpus\": \"data/corpora/nobody.grammar\"}", false, false},
        {"gender", "{\"corpus\": 7}", false, false},
        {"gender", "{}", false, false},
        {"gender", "not JSON", false, false},
        {"gender", NULL, false, false},
        {"adding", "{\"corpus\": \"data/corpora/gender.grammar\"}", false, false},     /* it has no words */
        {"counter", "{\"corpus\": \"data/corpora/gender.grammar\"}", true, false},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct model *m = says_it_learnt(cases[k].model, cases[k].training);
        struct grammar *g = sample_grammar(m);
        struct str out = {0}, name = {0};
        struct word_groups groups;
        bool drawn = false;
        int n = sample_text(m, 2, &out, &name, &drawn);
        if (sample_exists(m) != cases[k].exists || (g != NULL) != cases[k].grammar || (n == 2) != cases[k].grammar
            || word_groups(m, &groups) != cases[k].grammar)
            fail_msg("%s: %s", cases[k].model, cases[k].training ? cases[k].training : "nothing");
        if (cases[k].grammar)
            word_groups_clear(&groups);
        grammar_free(g);
        str_free(&out);
        str_free(&name);
        model_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_in_a_grammar_is_told_with_its_line),
        cmocka_unit_test(what_a_grammar_may_have_at_most_is_told),
        cmocka_unit_test(a_grammar_is_the_same_however_its_lines_end),
        cmocka_unit_test(groups_are_rules_first_words_and_words_without_some),
        cmocka_unit_test(a_grammar_that_hardly_ends_is_given_up_with_what_it_gave),
        cmocka_unit_test(what_is_wrong_in_a_held_out_file_is_told_of_that_file),
        cmocka_unit_test(a_file_of_windows_reads_as_any_other),
        cmocka_unit_test(a_line_is_cut_into_words_and_what_stands_around_them),
        cmocka_unit_test(how_much_there_is_is_said_in_numbers_that_agree),
        cmocka_unit_test(steps_and_outputs_have_words),
        cmocka_unit_test(numbers_of_odd_sizes_are_told),
        cmocka_unit_test(a_corpus_takes_the_numbers_that_a_model_has_for_its_words),
        cmocka_unit_test(a_name_that_no_corpus_has_is_told),
        cmocka_unit_test(examples_are_lines_of_the_text_a_model_learnt_from),
        cmocka_unit_test(what_a_file_says_it_was_trained_on_is_believed_only_where_it_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
