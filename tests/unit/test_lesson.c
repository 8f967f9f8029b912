/* test_lesson.c: lesson files are read strictly, their claims are computed, and what a page hides is in no text before
 * its question. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lesson/check.h"
#include "base/file.h"
#include "lesson/judge.h"
#include "lesson/mark.h"
#include "lesson/mutate.h"
#include "lesson/sheet.h"

#define STATE "\"state\":{\"model\":\"lesson-cell\",\"text\":\"She came out and played with her dog\"," \
              "\"step\":\"and\"," \
              "\"set\":[\"C[1]@3=6\",\"C[2]@3=8\",\"C[3]@3=9\",\"f[1]@4=0.5\",\"f[2]@4=1\",\"f[3]@4=0.5\",\"i@4=0\"]}"

/* A lesson of one page with these members besides id, title and state. */
static char *page_text(const char *members)
{
    struct str out = {0};
    str_addf(&out, "{\"format\":\"flstm-lesson/1\",\"name\":\"x\",\"title\":\"X\",\"about\":\"An "
             "X.\",\"vary\":{\"a\":[0.2,0.4]},"
             "\"pages\":[{\"id\":\"one\",\"title\":\"One\"," STATE "%s%s}]}", *members ? "," : "", members);
    return str_take(&out);
}

static struct lesson *read_text(const char *text, struct err *e)
{
    return lesson_parse(text, strlen(text), "x.json", e);
}

static struct lesson *page(const char *members)
{
    struct err e = {{0}};
    char *text = page_text(members);
    struct lesson *l = read_text(text, &e);
    if (!l)
        fail_msg("%s\n%s", e.text, text);
    free(text);
    return l;
}

static void refused(const char *text, const char *why)
{
    struct err e = {{0}};
    struct lesson *l = read_text(text, &e);
    if (l)
        fail_msg("it was taken: %s", text);
    if (!strstr(e.text, why))
        fail_msg("expected \"%s\", found \"%s\"", why, e.text);
}

static void page_refused(const char *members, const char *why)
{
    char *text = page_text(members);
    refused(text, why);
    free(text);
}

/* The findings of --check-lesson. */
static char *findings(const char *members, int *errors, int *warnings)
{
    struct lesson *l = page(members);
    struct lesson_findings f = {0};
    lesson_check(l, -1, &f);
    *errors = f.errors;
    *warnings = f.warnings;
    lesson_free(l);
    return str_take(&f.text);
}

static void finds(const char *members, bool warning, const char *what)
{
    int errors, warnings;
    char *text = findings(members, &errors, &warnings);
    if (errors != !warning || warnings != warning || !strstr(text, what))
        fail_msg("expected one %s \"%s\", found %d errors, %d warnings:\n%s", warning ? "warning" : "error", what,
                 errors, warnings,
                 text);
    free(text);
}

static void is_fine(const char *members)
{
    int errors, warnings;
    char *text = findings(members, &errors, &warnings);
    if (errors || warnings)
        fail_msg("%s", text);
    free(text);
}

static void a_file_that_does_not_fit_is_refused_with_its_place(void **state)
{
    (void)state;
    refused("", "x.json");
    refused("[]", "expected an object");
    refused("{\"format\":\"flstm-scenario/1\"}",
            "x.json: format: expected \"flstm-lesson/1\", found \"flstm-scenario/1\"");
    refused("{\"format\":\"flstm-lesson/1\",\"name\":\"x\",\"title\":\"X\",\"about\":\"a\",\"pages\":[]}",
            "x.json: pages: expected 1 to 60 pages, found 0");
    refused("{\"format\":\"flstm-lesson/1\",\"name\":\"../x\",\"title\":\"X\",\"about\":\"a\",\"pages\":[]}",
            "x.json: name: expected small letters, digits and -");
    refused("{\"format\":\"flstm-lesson/1\",\"name\":\"x\",\"title\":\"X\",\"about\":\"a\","
            "\"pages\":[{\"id\":\"a\",\"title\":\"A\"}]}",
            "x.json: pages[0]: expected a \"state\" on the first page");
    page_refused("\"colour\":1", "x.json: pages[0]: unknown key \"colour\"");
    page_refused("\"text\":7", "x.json: pages[0].text");
    page_refused("\"text\":[\"{f[1@4}\"]", "x.json: pages[0].text[0]: {f[1@4}: column");
    page_refused("\"text\":[\"{f[1]@4:9}\"]",
                 "expected a number of decimals (2), one with sign (+2) or %, found \"9\"");
    page_refused("\"text\":[\"{f[1]@4\"]", "expected }, found the end");
    page_refused("\"text\":[1,2]", "x.json: pages[0].text: expected a list of texts");
    page_refused("\"hide\":[\"kept@\"]", "x.json: pages[0].hide[0]: expected a value as in f[1]@4");
    page_refused("\"hide\":[\"colour@4\"]", "x.json: pages[0].hide[0]: expected a value as in f[1]@4");
    page_refused("\"confusion\":14", "x.json: pages[0].confusion");
    page_refused("\"ask\":{\"kind\":\"riddle\",\"prompt\":\"?\"}", "expected one of number, vector, bar, choice");
    page_refused("\"ask\":{\"kind\":\"number\",\"prompt\":\"?\"}",
        "x.json: pages[0].ask: expected the key \"answer\"");
    page_refused("\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"1 +\"}",
                 "x.json: pages[0].ask.answer: column 4");
    page_refused("\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":7}", "x.json: pages[0].ask.answer");
    page_refused("\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"1\",\"options\":[]}",
                 "x.json: pages[0].ask.options: a question of kind \"number\" has no \"options\"");
    page_refused("\"ask\":{\"kind\":\"choice\",\"prompt\":\"?\",\"options\":[{\"text\":\"a\",\"true\":\"1\"}]}",
                 "expected 2 to 8 options, found 1");
    page_refused("\"ask\":{\"kind\":\"choice\",\"prompt\":\"?\",\"options\":["
                 "{\"text\":\"a\",\"true\":true},{\"text\":\"b\",\"true\":\"0\"}]}",
                 "x.json: pages[0].ask.options[0].true: expected a string");
    page_refused("\"ask\":{\"kind\":\"order\",\"prompt\":\"?\",\"lines\":[\"concat\",\"concat\"]}",
                 "expected each sub-step once, found \"concat\" again");
    page_refused("\"ask\":{\"kind\":\"bug\",\"prompt\":\"?\"}", "needs \"mutate\" in the state");
    page_refused("\"ask\":{\"kind\":\"say\",\"prompt\":\"?\"}", "x.json: pages[0].ask: expected the key \"model\"");
    page_refused("\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"1\",\"model\":\"m\"}",
                 "x.json: pages[0].ask.model: ");
    page_refused("\"ask\":{\"kind\":\"order\",\"prompt\":\"?\"}", "x.json: pages[0].ask: expected the key \"lines\"");
    page_refused("\"ask\":{\"kind\":\"order\",\"prompt\":\"?\",\"lines\":[\"concat\"]}",
        "x.json: pages[0].ask.lines");
    page_refused("\"ask\":{\"kind\":\"order\",\"prompt\":\"?\",\"lines\":[\"concat\",7]}",
        "x.json: pages[0].ask.lines[1]");
    page_refused("\"ask\":{\"kind\":\"order\",\"prompt\":\"?\",\"lines\":[\"concat\",\"colour\"]}",
                 "x.json: pages[0].ask.lines[1]: ");
    page_refused("\"ask\":{\"kind\":\"order\",\"prompt\":\"?\",\"lines\":7}", "x.json: pages[0].ask.lines");
    page_refused("\"ask\":{\"kind\":\"do\",\"prompt\":\"?\"}", "x.json: pages[0].ask: expected the key \"goal\"");
    page_refused("\"ask\":{\"kind\":\"do\",\"prompt\":\"?\",\"goal\":\"1 = 1\",\"solution\":7}",
        "x.json: pages[0].ask.");
    page_refused("\"ask\":{\"kind\":\"do\",\"prompt\":\"?\",\"goal\":\"pinned()\",\"solution\":\"f[1]@1=0\"}",
                 "x.json: pages[0].ask.goal: ");
    page_refused("\"ask\":{\"kind\":\"do\",\"prompt\":\"?\",\"goal\":\"1 > 0\",\"solution\":\"f[1]@1=0\",\"most\":-1}",
                 "x.json: pages[0].ask.most: ");
    page_refused("\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"1\",\"wrong\":7}",
                 "x.json: pages[0].ask.wrong");
    page_refused("\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"1\",\"within\":\"x\"}",
                 "x.json: pages[0].ask.within");
    page_refused("\"ask\":{\"kind\":\"number\",\"prompt\":7,\"answer\":\"1\"}", "x.json: pages[0].ask.prompt");
    page_refused("\"ask\":7", "x.json: pages[0].ask");
    page_refused("\"hide\":7", "x.json: pages[0].hide");
    page_refused("\"hide\":[7]", "x.json: pages[0].hide");
    page_refused("\"spotlight\":[7]", "x.json: pages[0].spotlight");
    page_refused("\"spotlight\":[\"f[]@1\"]", "x.json: pages[0].spotlight[0]: expected a value as in f[1]@4");
    page_refused("\"spotlight\":[\"f[1\"]", "x.json: pages[0].spotlight[0]: expected a value as in f[1]@4");
    page_refused("\"notes\":7", "x.json: pages[0].notes");
    page_refused("\"text\":[\"{1 + }\"]", "x.json: pages[0].text[0]: {1 + }: column");
    page_refused("\"text\":[\"{1e}\"]", "x.json: pages[0].text[0]: {1e}: column");
    page_refused("\"text\":[\"{sum(}\"]", "x.json: pages[0].text[0]: {sum(}: ");
    page_refused("\"text\":[\"{f[1]}\"]", "x.json: pages[0].text[0]: {f[1]}: ");
    page_refused("\"text\":[\"{(1}\"]", "x.json: pages[0].text[0]: {(1}: column");
    page_refused("\"text\":[\"{'a}\"]", "x.json: pages[0].text[0]: ");
    page_refused("\"text\":[\"{nobody(1)}\"]", "x.json: pages[0].text[0]: {nobody(1)}: ");
}

static void too_much_of_anything_is_refused(void **state)
{
    (void)state;
    struct str many = {0};
    str_add(&many, "\"text\":[");
    for (int k = 0; k < LESSON_TEXTS + 1; k++)
        str_addf(&many, "%s\"a\"", k ? "," : "");
    str_add(&many, "]");
    page_refused(str_text(&many), "expected 0 to 8 texts, found 9");
    str_clear(&many);
    str_add(&many, "\"text\":[\"");
    for (int k = 0; k < LESSON_TEXT + 1; k++)
        str_addc(&many, 'a');
    str_add(&many, "\"]");
    page_refused(str_text(&many), "expected a text of 1 to 600 bytes, found 601");
    str_free(&many);
}

static void the_partial_scenario_is_asked_and_judged(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct stage s;
    struct answer given;
    struct verdict v;
    struct lesson *l = page("\"hide\":[\"kept@4\",\"C@4-\"],\"ask\":{\"kind\":\"vector\",\"prompt\":\"?\","
                            "\"within\":0.05,"
                            "\"answer\":[\"kept[1]@4\",\"kept[2]@4\",\"kept[3]@4\"],"
                            "\"wrong\":[{\"when\":\"given[2] == 0\",\"say\":\"1 means keep.\"}]}");
    assert_true(stage_page(l, 0, 1, &s, &e));
    struct { const char *line; bool right, parts[3]; const char *say; } tries[] = {
        {"3, 8, 4.5", true, {true, true, true}, NULL},
        {"3 8 4,5", false, {true, true, false}, NULL},    /* read as four numbers */
        {"3, 0, 4.5", false, {true, false, true}, "1 means keep."},
        {"[3.04; 8; 4.46]", true, {true, true, true}, NULL},
        {"6 8 9", false, {false, true, false}, NULL},
    };
    for (size_t k = 0; k < sizeof tries / sizeof *tries; k++) {
        bool read = judge_read(&l->page[0], &s, tries[k].line, &given, &e);
        if (k == 1) {
            assert_false(read);
            assert_string_equal(e.text, "expected 3 numbers, found more");
            continue;
        }
        assert_true(read);
        assert_true(judge(&l->page[0], &s, s.session, &given, &v, &e));
        assert_int_equal(v.right, tries[k].right);
        assert_memory_equal(v.part, tries[k].parts, sizeof tries[k].parts);
        assert_true(!v.say == !tries[k].say && (!v.say || !strcmp(v.say, tries[k].say)));
    }
    stage_clear(&s);
    lesson_free(l);
}

/* ---- answers as lines ---- */

#define CHOICE \
               "\"ask\":{\"kind\":\"choice\",\"prompt\":\"?\",\"options\":[" \
               "{\"text\":\"three {H}\",\"true\":\"H == 3\"}," \
               "{\"text\":\"b\",\"true\":\"E == 3\",\"say\":\"E is 4.\"}]}"
#define MANY "\"ask\":{\"kind\":\"many\",\"prompt\":\"?\",\"options\":[{\"text\":\"a\",\"true\":\"H == 3\"}," \
             "{\"text\":\"b\",\"true\":\"E == 3\",\"say\":\"E is 4.\"},{\"text\":\"c\",\"true\":\"E == 4\"}]}"
#define NUMBER "\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"f[1]@4\",\"within\":0.01}"
#define UNIT "\"ask\":{\"kind\":\"unit\",\"prompt\":\"?\",\"answer\":\"2\"}"
#define STEP "\"ask\":{\"kind\":\"step\",\"prompt\":\"?\",\"answer\":\"4\"}"
#define WORD "\"ask\":{\"kind\":\"word\",\"prompt\":\"?\",\"answer\":\"next@1\"}"
#define PLACE "\"ask\":{\"kind\":\"word\",\"prompt\":\"?\",\"answer\":\"4\"}"
#define SAY "\"ask\":{\"kind\":\"say\",\"prompt\":\"?\",\"model\":\"There are {H} units.\"}"
#define ORDER "\"ask\":{\"kind\":\"order\",\"prompt\":\"?\",\"lines\":[\"product\",\"concat\",\"bias\"]}"
#define DO "\"ask\":{\"kind\":\"do\",\"prompt\":\"?\",\"goal\":\"f[1]@4 < 0.25\"}"
#define ONE_LETTER "expected one letter from a to b"

/* What a line says as an answer to a page's question, or why it is none; and what the right answer is, in words. */
static void each_question_is_answered_with_a_line_of_its_own_kind(void **state)
{
    (void)state;
    static const struct { const char *page, *line, *error; bool right; const char *said, *say, *truth; } cases[] = {
        {CHOICE, "a", NULL, true, "a", NULL, "a: three 3"},
        {CHOICE, " B;", NULL, false, "b", "E is 4.", "a: three 3"},
        {CHOICE, "", ONE_LETTER, false, NULL, NULL, NULL},
        {CHOICE, "a, b", ONE_LETTER, false, NULL, NULL, NULL},
        {CHOICE, "c", "expected a letter from a to b, found \"c\"", false, NULL, NULL, NULL},
        {CHOICE, "1", "expected a letter from a to b, found \"1\"", false, NULL, NULL, NULL},
        {MANY, "ca", NULL, true, "a, c", NULL, "a, c"},
        {MANY, "a b c", NULL, false, "a, b, c", "E is 4.", "a, c"},
        {MANY, "", NULL, false, "", NULL, "a, c"},
        {NUMBER, "0,5", NULL, true, "0.5", NULL, "0.5"},
        {NUMBER, "[ .51 ]", NULL, true, "0.51", NULL, "0.5"},
        {NUMBER, "0.52", NULL, false, "0.52", NULL, "0.5"},
        {NUMBER, "", "expected 1 number, found 0", false, NULL, NULL, NULL},
        {NUMBER, "1 2", "expected 1 number, found more", false, NULL, NULL, NULL},
        {NUMBER, "half", "expected a number, found \"half\"", false, NULL, NULL, NULL},
        {NUMBER, "0.5000000000000000000000000000000000000000000000000000000", NULL, true, "0.5", NULL, "0.5"},
        {UNIT, "2", NULL, true, "2", NULL, "verb"},
        {UNIT, "gender", NULL, false, "1", NULL, "verb"},
        {UNIT, "colour", "expected a unit", false, NULL, NULL, NULL},
        {STEP, "and", NULL, true, "4", NULL, "'and' (step 4)"},
        {STEP, "1", NULL, false, "1", NULL, "'and' (step 4)"},
        {STEP, "zebra", "zebra", false, NULL, NULL, NULL},
        {PLACE, "and", NULL, true, "4", NULL, "'and' (step 4)"},
        {WORD, "came", NULL, true, "came", NULL, "'came'"},
        {WORD, "her", NULL, false, "her", NULL, "'came'"},
        {WORD, "zebra", "expected a word that the model knows, found \"zebra\" (:words lists them)", false, NULL,
         NULL, NULL},
        {SAY, "three of them", NULL, true, "three of them", NULL, "There are 3 units."},
        {ORDER, "concat", "this question is not answered with a line", false, NULL, NULL, NULL},
        {DO, "0.2", "this question is not answered with a line", false, NULL, NULL, NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        struct stage s;
        struct answer given;
        struct verdict v;
        struct str said = {0}, truth = {0};
        struct lesson *l = page(cases[k].page);
        assert_true(stage_page(l, 0, 0, &s, &e));            /* 0: options under the letters of the file */
        bool read = judge_read(&l->page[0], &s, cases[k].line, &given, &e);
        if (read != !cases[k].error || (!read && !strstr(e.text, cases[k].error)))
            fail_msg("%s, \"%s\": %s", cases[k].page, cases[k].line, read ? "taken" : e.text);
        if (read) {
            assert_true(judge(&l->page[0], &s, s.session, &given, &v, &e));
            judge_say(&l->page[0], &given, &said);
            assert_true(judge_say_truth(&l->page[0], &s, &truth, &e));
            if (v.right != cases[k].right || strcmp(str_text(&said), cases[k].said) != 0
                || strcmp(str_text(&truth), cases[k].truth) != 0)
                fail_msg("%s, \"%s\": %s, \"%s\", it is \"%s\"", cases[k].page, cases[k].line,
                         v.right ? "right" : "wrong", str_text(&said), str_text(&truth));
            assert_true(!v.say == !cases[k].say && (!v.say || !strcmp(v.say, cases[k].say)));
        }
        str_free(&said);
        str_free(&truth);
        stage_clear(&s);
        lesson_free(l);
    }
}

static void an_order_and_what_is_to_be_done_are_told_in_words(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct stage s;
    struct verdict v;
    struct str out = {0};
    struct lesson *l = page(ORDER);
    assert_true(stage_page(l, 0, 1, &s, &e));
    struct answer given = {.line = {SUB_PRODUCT, SUB_CONCAT, SUB_BIAS}};
    assert_true(judge(&l->page[0], &s, s.session, &given, &v, &e) && !v.right);
    judge_say(&l->page[0], &given, &out);
    assert_string_equal(str_text(&out), "multiply with the weights; lay h_t-1 and x_t end to end; add the bias");
    str_clear(&out);
    assert_true(judge_say_truth(&l->page[0], &s, &out, &e));
    assert_string_equal(str_text(&out), "lay h_t-1 and x_t end to end; multiply with the weights; add the bias");
    for (unsigned seed = 0; seed < 40; seed++) {              /* as it is put it is never the answer */
        judge_lines(&l->page[0], seed, given.line);
        assert_true(judge(&l->page[0], &s, s.session, &given, &v, &e) && !v.right);
    }
    stage_clear(&s);
    lesson_free(l);
    l = page(DO);
    assert_true(stage_page(l, 0, 1, &s, &e));
    str_clear(&out);
    assert_true(judge(&l->page[0], &s, s.session, &given, &v, &e) && !v.right && !v.say);
    assert_true(judge_say_truth(&l->page[0], &s, &out, &e));
    assert_string_equal(str_text(&out), "f[1]@4 < 0.25");
    str_free(&out);
    stage_clear(&s);
    lesson_free(l);
}

/* i x g and o wait for what makes a gate, not for f x C; what is kept and written waits for its gate. */
static void every_order_in_which_each_step_finds_what_it_needs_is_right(void **state)
{
    (void)state;
    static const struct { enum substep line[SUB_COUNT]; int right; } orders[] = {
        {{SUB_CONCAT, SUB_PRODUCT, SUB_BIAS, SUB_SIGMA, SUB_KEEP, SUB_WRITE, SUB_C, SUB_O, SUB_H}, SUB_COUNT},
        {{SUB_CONCAT, SUB_PRODUCT, SUB_BIAS, SUB_SIGMA, SUB_WRITE, SUB_KEEP, SUB_C, SUB_O, SUB_H}, SUB_COUNT},
        {{SUB_CONCAT, SUB_PRODUCT, SUB_BIAS, SUB_SIGMA, SUB_O, SUB_KEEP, SUB_WRITE, SUB_C, SUB_H}, SUB_COUNT},
        {{SUB_CONCAT, SUB_PRODUCT, SUB_BIAS, SUB_SIGMA, SUB_KEEP, SUB_O, SUB_WRITE, SUB_C, SUB_H}, SUB_COUNT},
        {{SUB_CONCAT, SUB_PRODUCT, SUB_BIAS, SUB_SIGMA, SUB_WRITE, SUB_C, SUB_KEEP, SUB_O, SUB_H}, 5},
        {{SUB_CONCAT, SUB_PRODUCT, SUB_BIAS, SUB_SIGMA, SUB_KEEP, SUB_WRITE, SUB_C, SUB_H, SUB_O}, 7},
        {{SUB_CONCAT, SUB_PRODUCT, SUB_SIGMA, SUB_BIAS, SUB_KEEP, SUB_WRITE, SUB_C, SUB_O, SUB_H}, 2},
        {{SUB_PRODUCT, SUB_CONCAT, SUB_BIAS, SUB_SIGMA, SUB_KEEP, SUB_WRITE, SUB_C, SUB_O, SUB_H}, 0},
        {{SUB_CONCAT, SUB_O, SUB_PRODUCT, SUB_BIAS, SUB_SIGMA, SUB_KEEP, SUB_WRITE, SUB_C, SUB_H}, 1},
    };
    struct err e = {{0}};
    struct stage s;
    struct lesson *l = lesson_open("cell", &e);
    int k = 0;
    while (k < l->pages && l->page[k].ask.kind != ASK_ORDER)
        k++;
    assert_true(k < l->pages && stage_page(l, k, 1, &s, &e));
    const struct page *p = &l->page[k];
    assert_int_equal(p->ask.lines, SUB_COUNT);
    for (size_t n = 0; n < sizeof orders / sizeof *orders; n++) {
        struct answer given = {.chosen = 0}, mended = {.chosen = 0};
        struct verdict v;
        memcpy(given.line, orders[n].line, sizeof given.line);
        assert_true(judge(p, &s, s.session, &given, &v, &e));
        assert_int_equal(v.right, orders[n].right == SUB_COUNT);
        assert_int_equal(judge_right_lines(p, given.line, mended.line), orders[n].right);
        assert_memory_equal(given.line, mended.line, (size_t)orders[n].right * sizeof *given.line);
        assert_true(judge(p, &s, s.session, &mended, &v, &e) && v.right);
    }
    for (unsigned seed = 0; seed < 200; seed++) {
        struct answer put = {.chosen = 0};
        struct verdict v;
        judge_lines(p, seed, put.line);
        assert_true(judge(p, &s, s.session, &put, &v, &e) && !v.right);
    }
    stage_clear(&s);
    lesson_free(l);
}

static void a_quiz_says_what_it_wants_and_has_nothing_it_cannot_mark(void **state)
{
    (void)state;
    static const struct { const char *lesson, *has, *lacks; } quizzes[] = {
        {"cell", "In which of the two", "-> "},
        {"output-gate", "most open? Give the number of the word, 1 for the first. {#6:0", "-> "},
        {"input-gate", "What comes next? {=.\n", "{='"},
    };
    for (size_t k = 0; k < sizeof quizzes / sizeof *quizzes; k++) {
        struct err e = {{0}};
        struct str quiz = {0};
        struct lesson *l = lesson_open(quizzes[k].lesson, &e);
        assert_true(gift_write(l, 1, &quiz, NULL, &e));
        if (!strstr(str_text(&quiz), quizzes[k].has) || strstr(str_text(&quiz), quizzes[k].lacks))
            fail_msg("\"%s\" and no \"%s\" in\n%s", quizzes[k].has, quizzes[k].lacks, str_text(&quiz));
        str_free(&quiz);
        lesson_free(l);
    }
}

/* ---- the order of options ---- */

#define FOUR "\"prompt\":\"How many units?\",\"options\":[{\"text\":\"three\",\"true\":\"H == 3\"}," \
             "{\"text\":\"four\",\"true\":\"H == 4\"},{\"text\":\"five\",\"true\":\"H == 5\"}," \
             "{\"text\":\"six\",\"true\":\"H == 6\"}]"

static void each_student_sees_options_in_an_order_that_stays(void **state)
{
    (void)state;
    enum { OPTIONS = 4, STUDENTS = 200 };
    struct lesson *l = page("\"ask\":{\"kind\":\"choice\"," FOUR "}");
    int first[OPTIONS] = {0}, shown[LESSON_OPTIONS], again[LESSON_OPTIONS];
    for (unsigned seed = 0; seed <= STUDENTS; seed++) {
        unsigned all = 0;
        struct err e = {{0}};
        struct stage s;
        assert_true(stage_page(l, 0, seed, &s, &e));
        assert_int_equal(judge_shown(&l->page[0], &s, shown), OPTIONS);
        judge_shown(&l->page[0], &s, again);
        stage_clear(&s);
        assert_memory_equal(shown, again, OPTIONS * sizeof *shown);
        for (int k = 0; k < OPTIONS; k++)
            all |= 1U << shown[k];
        assert_int_equal(all, (1U << OPTIONS) - 1);                  /* each of them once */
        if (seed == 0)
            for (int k = 0; k < OPTIONS; k++)
                assert_int_equal(shown[k], k);
        else
            first[shown[0]]++;
    }
    for (int k = 0; k < OPTIONS; k++)                                /* each stands first for about a quarter */
        assert_in_range(first[k], STUDENTS / OPTIONS * 2 / 3, STUDENTS / OPTIONS * 4 / 3);
    lesson_free(l);
}

static void options_that_have_an_order_keep_it(void **state)
{
    (void)state;
    int shown[LESSON_OPTIONS];
    struct lesson *l = page("\"ask\":{\"kind\":\"many\",\"ordered\":true," FOUR "}");
    for (unsigned seed = 0; seed < 40; seed++) {
        const struct stage s = {.seed = seed};
        for (int k = 0, n = judge_shown(&l->page[0], &s, shown); k < n; k++)
            assert_int_equal(shown[k], k);
    }
    lesson_free(l);
    page_refused("\"ask\":{\"kind\":\"choice\",\"ordered\":\"yes\"," FOUR "}", "x.json: pages[0].ask.ordered");
    page_refused("\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"1\",\"ordered\":true}",
                 "x.json: pages[0].ask.ordered: a question of kind \"number\" has no \"ordered\"");
}

/* What is handed out, the key to it, what is typed and what goes into the results name one option. */
static void a_letter_of_the_answers_is_the_letter_of_the_page(void **state)
{
    (void)state;
    struct lesson *l = page("\"ask\":{\"kind\":\"choice\"," FOUR "}");
    bool moved = false;
    for (unsigned seed = 1; seed < 12; seed++) {
        struct err e = {{0}};
        struct stage s;
        struct answer given;
        struct verdict v;
        struct str page_out = {0}, key = {0}, quiz = {0}, said = {0};
        assert_true(sheet_write(l, seed, SHEET_TEXT, SHEET_HAND_OUT, &page_out, &e));
        assert_true(sheet_write(l, seed, SHEET_TEXT, SHEET_ANSWERS, &key, &e));
        assert_true(gift_write(l, seed, &quiz, NULL, &e));
        const char *line = strstr(str_text(&page_out), ") three\n");
        assert_non_null(line);
        char letter[2] = {line[-1]}, answer[24];
        snprintf(answer, sizeof answer, "Answer 1: %s: three\n", letter);
        assert_non_null(strstr(str_text(&key), answer));
        moved = moved || *letter != 'a';
        assert_true(stage_page(l, 0, seed, &s, &e));
        assert_true(judge_read(&l->page[0], &s, letter, &given, &e));
        assert_true(judge(&l->page[0], &s, s.session, &given, &v, &e) && v.right);
        judge_say(&l->page[0], &given, &said);
        assert_string_equal(str_text(&said), "a");                   /* as the file counts */
        const char *before = strstr(str_text(&quiz), "=three");
        int place = 0;
        for (const char *p = strchr(str_text(&quiz), '{'); before && p < before; p++)
            place += *p == '~';
        assert_int_equal(place, *letter - 'a');
        stage_clear(&s);
        str_free(&page_out);
        str_free(&key);
        str_free(&quiz);
        str_free(&said);
    }
    assert_true(moved);
    lesson_free(l);
}

/* What can only be seen by computing is told with the place in the file. */
static void what_cannot_be_computed_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct { const char *page, *error; } cases[] = {
        {"\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"f[9]@4\"}", "x.json: pages[0].ask.answer[0]: "},
        {"\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"next@1\"}",
         "x.json: pages[0].ask.answer[0]: expected at most"},
        {"\"ask\":{\"kind\":\"vector\",\"prompt\":\"?\",\"answer\":[\"1\",\"1 / 0\"]}",
         "x.json: pages[0].ask.answer[1]: expected a finite number, found inf"},
        {"\"ask\":{\"kind\":\"choice\",\"prompt\":\"?\",\"options\":[{\"text\":\"a\",\"true\":\"1\"},"
         "{\"text\":\"b\",\"true\":\"f[9]@4 > 0\"}]}", "x.json: pages[0].ask.options[1]: "},
        {"\"ask\":{\"kind\":\"do\",\"prompt\":\"?\",\"goal\":\"f[9]@4 > 0\"}", "x.json: pages[0].ask.goal: "},
        {"\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"1\",\"wrong\":["
         "{\"when\":\"given == f[9]@4\",\"say\":\"no\"}]}", "x.json: pages[0].ask.wrong[0]: "},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        struct stage s;
        struct verdict v;
        struct answer given = {.value = {.kind = EXPR_IS_VECTOR, .n = 1, .v = {7}}};
        struct lesson *l = page(cases[k].page);
        assert_true(stage_page(l, 0, 1, &s, &e));
        assert_false(judge(&l->page[0], &s, s.session, &given, &v, &e));
        if (strncmp(e.text, cases[k].error, strlen(cases[k].error)) != 0)
            fail_msg("expected \"%s\", found \"%s\"", cases[k].error, e.text);
        stage_clear(&s);
        lesson_free(l);
    }
}

static void a_show_of_hands_says_what_to_do_next(void **state)
{
    (void)state;
    static const struct { int votes[3]; unsigned right; int percent; const char *says; } cases[] = {
        {{0, 0, 0}, 1, 0, "no hands were counted"},
        {{34, 66, 0}, 1, 34, "few have it: explain it another way, then ask again"},
        {{35, 60, 5}, 1, 35, "let neighbours convince one another for two minutes, then vote again"},
        {{10, 30, 60}, 5, 70, "let neighbours convince one another for two minutes, then vote again"},
        {{1, 71, 28}, 2, 71, "most have it: say the reason once and go on"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        int percent, votes[LESSON_OPTIONS] = {cases[k].votes[0], cases[k].votes[1], cases[k].votes[2]};
        assert_string_equal(judge_votes(votes, cases[k].right, &percent), cases[k].says);
        assert_int_equal(percent, cases[k].percent);
    }
}

static void a_claim_that_does_not_hold_is_found(void **state)
{
    (void)state;
    is_fine("\"hide\":[\"kept@4\"],\"text\":[\"C holds {C@3}, 8 of "
            "verb.\"],\"ask\":{\"kind\":\"number\",\"prompt\":\"?\","
            "\"answer\":\"kept[1]@4\",\"wrong\":[{\"when\":\"given == C[1]@3\",\"say\":\"That is all of it.\"}]}");
    finds("\"text\":[\"C holds 7.25.\"]", true, "7.25 is no number of this page");
    finds("\"text\":[\"{f[4]@4}\"]", false, "pages[0].text: {f[4]@4}: column 3");
    finds("\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"kept[1]@4\"}", false,
          "is asked for and not hidden");
    finds("\"hide\":[\"kept@4\"],\"text\":[\"It is {kept[1]@4}.\"]", false, "{kept[1]@4} tells what the page hides");
    finds("\"ask\":{\"kind\":\"choice\",\"prompt\":\"?\",\"options\":[{\"text\":\"a\",\"true\":\"H == 3\"},"
          "{\"text\":\"b\",\"true\":\"E == 4\"}]}", false, "expected exactly one option that is true, found 2");
    finds("\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"H + E\",\"wrong\":[{\"when\":\"given == "
          "7\",\"say\":\"no\"}]}",
          false, "no answer was found that is wrong and meets \"given == 7\"");
    finds("\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"H + E\",\"wrong\":["
          "{\"when\":\"given > 7\",\"say\":\"less\"},{\"when\":\"given == 12\",\"say\":\"never\"}]}",
          false, "wrong[1]: no answer was found");
    finds("\"ask\":{\"kind\":\"unit\",\"prompt\":\"?\",\"answer\":\"17\"}", false,
          "expected the number of a unit from 1 to 3, found 17");
    finds("\"ask\":{\"kind\":\"do\",\"prompt\":\"?\",\"goal\":\"f[1]@4 < 1\"}", false,
          "the goal holds before anything is done");
    finds("\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"1 / 0\"}", false,
          "expected a finite number, found inf");
    finds("\"ask\":{\"kind\":\"do\",\"prompt\":\"?\",\"goal\":\"f[1]@4 < 0.4\",\"solution\":\"f[1]@4=0.45\"}", false,
          "the goal does not hold after it");
    finds("\"ask\":{\"kind\":\"do\",\"prompt\":\"?\",\"goal\":\"f[1]@4 < 0.4\",\"solution\":\"f[9]@4=0\"}", false,
          "expected a unit from 1 to 3");
    finds("\"ask\":{\"kind\":\"step\",\"prompt\":\"?\",\"answer\":\"99\"}", false,
          "expected the number of a step from 1 to 8, found 99");
    finds("\"ask\":{\"kind\":\"vote\",\"prompt\":\"?\",\"options\":[{\"text\":\"a\",\"true\":\"H == 3\"},"
          "{\"text\":\"b\",\"true\":\"E == 4\"}]}", false, "expected at most one option that is true, found 2");
    finds("\"hide\":[\"C@3\"],\"ask\":{\"kind\":\"number\",\"prompt\":\"?\",\"answer\":\"C@3\"}", false,
          "expected one number, found 3: name the unit");
    finds("\"ask\":{\"kind\":\"do\",\"prompt\":\"?\",\"goal\":\"f[9]@4 < 0\",\"solution\":\"f[1]@4=0\"}", false,
        "f[9]@4");
    finds("\"hide\":[\"f[colour]@4\"]", false, "pages[0].hide: \"f[colour]@4\": expected a unit");
}

static void an_answer_that_stands_on_its_page_is_a_warning(void **state)
{
    (void)state;
    static const char said[] = "the answer is written in the text or prompt of this page";
#define ASKED(prompt) "\"ask\":{\"kind\":\"number\",\"prompt\":\"" prompt "\",\"answer\":\"C[3]@3 * 0.375\"}"
    finds("\"text\":[\"So 3.375 is kept.\"]," ASKED("How much?"), true, said);
    finds("\"text\":[\"So {9 * 0.375:2} is kept.\"]," ASKED("How much?"), true, said);       /* 3.38 */
    finds(ASKED("Is it 3.38?"), true, said);
    is_fine("\"text\":[\"About 3 of {C[3]@3} are kept.\"]," ASKED("How much?"));
#define UNITS "\"ask\":{\"kind\":\"choice\",\"prompt\":\"?\",\"options\":[{\"text\":\"{H} of them, side by side\"," \
              "\"true\":\"H == 3\"},{\"text\":\"only one at a time\",\"true\":\"H == 1\"}]}"
    finds("\"text\":[\"Units: 3 of them, side by side.\"]," UNITS, true, said);
    is_fine("\"text\":[\"Units: only one at a time?\"]," UNITS);
#undef ASKED
#undef UNITS
}

static void each_student_gets_numbers_of_their_own(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct lesson *l = page("\"text\":[\"{a}\"]");
    bool seen[2] = {false, false};
    for (unsigned seed = 1; seed <= 20; seed++) {
        struct stage s;
        assert_true(stage_page(l, 0, seed, &s, &e));
        assert_true(s.value[0] == 0.2 || s.value[0] == 0.4);          /* as written, not the double of a float */
        seen[s.value[0] > 0.3] = true;
        stage_clear(&s);
    }
    assert_true(seen[0] && seen[1]);
    lesson_free(l);
}

static void each_fault_breaks_what_it_says(void **state)
{
    (void)state;
    static const struct { const char *fault, *holds, *said; } faults[] = {
        {"none", "abs(f[gender]@1 - sigma(-3)) < 0.0001", "nothing is broken here"},
        {"stuck(f[gender],1)", "all_t(f[gender]@t == 1) && f[verb]@1 < 1", "the forget gate of gender is stuck at 1"},
        {"stuck(i[2],0)", "all_t(i[2]@t < 0.000001)", "the input gate of unit 2 is stuck at 0"},
        {"swap(f,i)", "abs(i[gender]@1 - sigma(-3)) < 0.0001",
         "the weights of the forget gate and the input gate are swapped"},
        {"drop(b_f)", "abs(f[gender]@1 - sigma(-6)) < 0.0001 && b_f[gender] == 0",
         "the bias of the forget gate is missing"},
        {"twice(b_f)", "abs(f[gender]@1 - sigma(0)) < 0.0001", "the bias of the forget gate is added twice"},
        {"bias(f,+1)", "abs(f[gender]@1 - sigma(-2)) < 0.0001", "the bias of the forget gate has +1 too much"},
        {"candidate(sigma)", "all_t(g[gender]@t > 0) && abs(g[gender]@1 - sigma(z_g[gender]@1)) < 0.0001",
         "the candidate goes through \xCF\x83 instead of tanh"},
        /* As a file has them that puts x first: x2 in column 2, h2 in column 6. */
        {"order(x,h)", "W_f[gender][2] == -6 && W_f[gender][6] == 10",
         "the weights are meant for [x, h], and read with h first"},
    };
    for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
        char text[600];
        struct err e = {{0}};
        struct stage s;
        struct str said = {0};
        bool holds = false;
        snprintf(text, sizeof text, "{\"format\":\"flstm-lesson/1\",\"name\":\"x\",\"title\":\"X\",\"about\":\"a\","
                 "\"pages\":[{\"id\":"
                 "\"a\",\"title\":\"A\",\"state\":{\"model\":\"lesson-cell\",\"mutate\":\"%s\"}}]}", faults[k].fault);
        struct lesson *l = read_text(text, &e);
        if (!l || !stage_page(l, 0, 1, &s, &e))
            fail_msg("%s: %s", faults[k].fault, e.text);
        struct expr *x = expr_parse(faults[k].holds, &e);
        struct expr_env env = stage_env(&s, s.session);
        if (!x || !expr_holds(x, &env, &holds, &e) || !holds)
            fail_msg("%s: %s does not hold %s", faults[k].fault, faults[k].holds, e.text);
        assert_null(session_model(s.session)->expected);      /* a badge would tell whether something is broken */
        mutate_say(faults[k].fault, &said);
        assert_string_equal(str_text(&said), faults[k].said);
        str_free(&said);
        expr_free(x);
        stage_clear(&s);
        lesson_free(l);
    }
    static const char *const not[] = {"stuck(f,1)", "stuck(g[1],1)", "candidate(f)",
                                      "stuck(f[1],0.5)", "swap(f,f)", "swap(f,q)",
                                      "drop(f)", "bias(f)", "",
                                      "none "};
    for (size_t k = 0; k < sizeof not / sizeof *not; k++)
        assert_false(mutate_check(not[k], NULL));
}

static void a_reader_finds_no_answer_before_the_end(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct str out = {0}, handout = {0};
    struct lesson *l = page("\"hide\":[\"kept@4\",\"C@4-\"],\"text\":[\"C holds "
                            "{C@3}.\"],\"ask\":{\"kind\":\"vector\",\"prompt\":\"How much is kept?\","
                            "\"answer\":[\"kept[1]@4\",\"kept[2]@4\",\"kept[3]@4\"],\"why\":\"{f[3]@4} of {C[3]@3}\"}");
    assert_true(sheet_write(l, 1, SHEET_TEXT, SHEET_READ, &out, &e));
    const char *answers = strstr(str_text(&out), "\nAnswers\n");
    assert_non_null(answers);
    const char *number = strstr(str_text(&out), "4.5");
    assert_true(number > answers);
    assert_non_null(strstr(answers, "Answer 1: 3, 8, 4.5. 0.5 of 9"));
    assert_true(sheet_write(l, 1, SHEET_HTML, SHEET_HAND_OUT, &handout, &e));
    assert_null(strstr(str_text(&handout), "4.5"));
    assert_non_null(strstr(str_text(&handout), "<div class=\"line\">"));
    str_free(&out);
    str_free(&handout);
    lesson_free(l);
}

/* A unit is answered by its number or name, a vote by what is right; where nothing is, it is left out. */
static void a_quiz_asks_for_units_and_votes(void **state)
{
    (void)state;
#define VOTE(a, b) "\"ask\":{\"kind\":\"vote\",\"prompt\":\"Which?\",\"options\":[{\"text\":\"three & more\"," \
                   "\"true\":\"" a "\",\"say\":\"No.\"},{\"text\":\"four\",\"true\":\"" b "\"}]," \
                   "\"why\":\"It has {H}.\"}"
    static const struct { const char *members, *quiz, *sheet; } list[] = {
        {"\"ask\":{\"kind\":\"unit\",\"prompt\":\"Which unit?\",\"answer\":\"2\",\"why\":\"So.\"}", "Which unit? {=",
         "Which unit?"},
        {"\"ask\":{\"kind\":\"step\",\"prompt\":\"Which word?\",\"answer\":\"4\"}",
         "Give the number of the word, 1 for the first. {#4:", "Which word?"},
        {VOTE("H == 3", "H == 4"), "=three & more", "three &amp; more"},
        {VOTE("H == 5", "H == 4"), "is a vote without a right answer", "three &amp; more"},
        {"\"ask\":{\"kind\":\"say\",\"prompt\":\"Why?\",\"model\":\"Because <f> is open.\"}", "Why? {}", "Why?"},
    };
#undef VOTE
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct err e = {{0}};
        struct str quiz = {0}, left = {0}, sheet = {0};
        struct lesson *l = page(list[k].members);
        if (!gift_write(l, 1, &quiz, &left, &e) || !sheet_write(l, 1, SHEET_HTML, SHEET_READ, &sheet, &e))
            fail_msg("%s", e.text);
        str_add(&quiz, str_text(&left));
        if (!strstr(str_text(&quiz), list[k].quiz))
            fail_msg("\"%s\" is not in\n%s", list[k].quiz, str_text(&quiz));
        if (!strstr(str_text(&sheet), list[k].sheet) || strstr(str_text(&sheet), "<f>"))
            fail_msg("\"%s\" is not in\n%s", list[k].sheet, str_text(&sheet));
        str_free(&quiz);
        str_free(&left);
        str_free(&sheet);
        lesson_free(l);
    }
}

/* What a quiz cannot ask is told with the reason, not dropped. */
static void what_is_left_out_of_a_quiz_is_told(void **state)
{
    (void)state;
    static const struct { const char *lesson, *says, *comment; } list[] = {
        {"bug-hunt", "page", "it is looked for on the screen\n"},
        {"forget-gate", "page 15 of 15", "// left out: page 15, Set the gate yourself: it is done on the screen\n"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct err e = {{0}};
        struct str quiz = {0}, left = {0};
        struct lesson *l = lesson_open(list[k].lesson, &e);
        int out = 0, pages = 0;
        assert_non_null(l);
        assert_true(gift_write(l, 1, &quiz, &left, &e));
        for (const char *at = str_text(&quiz); (at = strstr(at, "// left out: page ")); at++)
            out++;
        for (const char *at = str_text(&left); (at = strpbrk(at, ",")); at++)
            pages++;
        assert_int_equal(out, pages + 1);              /* a comma between each two */
        assert_non_null(strstr(str_text(&left), list[k].says));
        assert_non_null(strstr(str_text(&quiz), list[k].comment));
        str_free(&quiz);
        str_free(&left);
        lesson_free(l);
    }
}

static void text_from_a_file_cannot_act_in_a_handout(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct str html = {0}, md = {0}, gift = {0};
    struct lesson *l = page("\"text\":[\"<script>x</script> [a](b) "
                            "*c*\"],\"ask\":{\"kind\":\"number\",\"prompt\":\"a=b~c#d {{e}\","
                            "\"answer\":\"H\",\"within\":0}");
    assert_true(sheet_write(l, 1, SHEET_HTML, SHEET_HAND_OUT, &html, &e));
    assert_null(strstr(str_text(&html), "<script"));
    assert_non_null(strstr(str_text(&html), "&lt;script&gt;"));
    assert_true(sheet_write(l, 1, SHEET_MD, SHEET_HAND_OUT, &md, &e));
    assert_non_null(strstr(str_text(&md), "\\<script\\>x\\</script\\> \\[a\\](b) \\*c\\*"));
    assert_true(gift_write(l, 1, &gift, NULL, &e));
    assert_non_null(strstr(str_text(&gift), "a\\=b\\~c\\#d \\{e\\} {#3:0}"));
    str_free(&html);
    str_free(&md);
    str_free(&gift);
    lesson_free(l);
}

static const char *result_file(int k, const char *page)
{
    static char path[3][40];
    struct str out = {0};
    snprintf(path[k], sizeof path[k], "build/result-%d.json", k);
    str_addf(&out, "{\"format\":\"flstm-result/1\",\"lesson\":\"x\",\"hash\":\"1\",\"student\":\"s%d\",\"seed\":1,"
             "\"right\":0,\"of\":1,\"pages\":[%s]}", k, page);
    assert_true(file_write(path[k], str_text(&out), out.len, NULL));
    str_free(&out);
    return path[k];
}

#define RESULT(answer, right, sure) \
    "{\"page\":\"one\",\"kind\":\"number\",\"again\":false,\"answer\":\"" answer "\",\"right\":" right \
    ",\"tries\":2,\"sure\":" sure ",\"given_up\":false,\"hint\":false,\"seconds\":30,\"confusion\":2}"

static void results_of_a_class_are_a_row_a_page_and_a_row_a_confusion(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct str out = {0};
    const char *files[] = {result_file(0, RESULT("7", "true", "3")), result_file(1, RESULT("12", "false", "3")),
                           result_file(2, RESULT("12", "false", "1") "," "{\"page\":\"one\",\"kind\":\"number\","
                           "\"again\":true,\"answer\":\"=1+1\",\"right\":false,\"tries\":1,\"sure\":1,"
                           "\"given_up\":false,\"hint\":false,\"seconds\":1}")};
    if (!mark_files(files, 3, &out, &e))
        fail_msg("%s", e.text);
    assert_string_equal(str_text(&out),
                        "lesson,page,confusion,students,right,percent,sure_and_wrong,given_up,tries,seconds,"
                        "commonest_wrong\n"
                        "\"x\",\"one\",2,3,1,33,1,0,2.00,30,\"12\"\n"
                        "\"\",\"\",2,3,1,33,1,0,2.00,30,\"\"\n");
    str_clear(&out);
    files[0] = result_file(0, "{\"page\":\"one\",\"colour\":1}");
    assert_false(mark_files(files, 1, &out, &e));
    assert_non_null(strstr(e.text, "build/result-0.json: pages[0]: unknown key \"colour\""));
    files[0] = result_file(0, RESULT("7", "true", "4"));
    assert_false(mark_files(files, 1, &out, &e));
    assert_non_null(strstr(e.text, "pages[0].sure"));
    str_free(&out);
}

static void lessons_that_come_with_the_program_hold(void **state)
{
    (void)state;
    char name[64], title[120];
    int n = 0;
    for (; lesson_built_in(n, name, title, NULL); n++) {
        struct err e = {{0}};
        struct lesson *l = lesson_open(name, &e);
        struct lesson_findings f = {0};
        if (!l)
            fail_msg("%s", e.text);
        assert_string_equal(l->name, name);
        lesson_check(l, -1, &f);
        if (f.errors || f.warnings)
            fail_msg("%s", str_text(&f.text));
        str_free(&f.text);
        lesson_free(l);
    }
    assert_true(n > 0);
}

/* A number at p, perhaps in brackets; NULL: there is none. *places: its decimals. */
static const char *read_number(const char *p, double *v, int *places)
{
    bool brackets = *p == '(';
    char *end;
    p += brackets;
    if (!(*p >= '0' && *p <= '9') && !((*p == '-' || *p == '+') && p[1] >= '0' && p[1] <= '9'))
        return NULL;
    *v = strtod(p, &end);
    const char *point = memchr(p, '.', (size_t)(end - p));
    if (point && point[1] && end[-1] == '.')                  /* that of the sentence */
        end--;
    *places = point && point < end ? (int)(end - point) - 1 : 0;
    return !brackets ? end : *end == ')' ? end + 1 : NULL;
}

static const char *past(const char *p, const char *sign)
{
    return strncmp(p, sign, strlen(sign)) ? NULL : p + strlen(sign);
}

/* "A x B + C x D = E" at p: does it come to E as far as E is printed? *signs: how many signs stand before the =. */
static bool comes_out(const char *p, int *signs)
{
    double sum = 0, product, v;
    int places;
    *signs = 0;
    if (!(p = read_number(p, &product, &places)))
        return true;
    for (const char *next; ; p = next, ++*signs) {
        bool times = (next = past(p, " \xC3\x97 ")) != NULL;
        if (!times && !(next = past(p, " + ")))
            break;
        if (!(next = read_number(next, &v, &places)))
            return true;
        sum += times ? 0 : product;
        product = times ? product * v : v;
    }
    if (!*signs || !(p = past(p, " = ")) || !read_number(p, &v, &places))
        return *signs = 0, true;
    return fabs(sum + product - v) <= 0.5 * pow(10, -places) + 1e-9;
}

static void what_a_page_multiplies_and_adds_comes_to_what_it_prints(void **state)
{
    (void)state;
    char name[64], title[120];
    int found = 0;
    for (int n = 0; lesson_built_in(n, name, title, NULL); n++)
        for (unsigned seed = 1; seed <= 3; seed++) {
            struct err e = {{0}};
            struct str out = {0};
            struct lesson *l = lesson_open(name, &e);
            assert_true(sheet_write(l, seed, SHEET_TEXT, SHEET_INLINE, &out, &e));
            for (const char *p = str_text(&out), *all = p; *p; p++) {
                int signs;
                if (p > all && (strchr("0123456789.-+(^", p[-1]) || past(p - 4 > all ? p - 4 : all, " \xC3\x97 ")
                                || past(p - 3 > all ? p - 3 : all, " + ")))
                    continue;
                if (!comes_out(p, &signs))
                    fail_msg("%s, seed %u: %.60s", name, seed, p);
                found += signs > 0;
            }
            str_free(&out);
            lesson_free(l);
        }
    assert_true(found >= 30);
}

enum { DEFAULT_STUDENT = 1 };

/* Of all questions of one right option in the lessons, how many of them are right under each letter. */
static int count_letters(unsigned seed, int at[LESSON_OPTIONS])
{
    char name[64], title[120];
    int all = 0;
    for (int n = 0; lesson_built_in(n, name, title, NULL); n++) {
        struct err e = {{0}};
        struct lesson *l = lesson_open(name, &e);
        for (int k = 0; l && k < l->pages; k++) {
            struct stage s;
            struct truth t;
            int shown[LESSON_OPTIONS];
            if (l->page[k].ask.kind != ASK_CHOICE && l->page[k].ask.kind != ASK_BUG)
                continue;
            assert_true(stage_page(l, k, seed, &s, &e) && judge_truth(&l->page[k], &s, &t, &e));
            for (int j = 0, m = judge_shown(&l->page[k], &s, shown); j < m; j++)
                at[j] += t.options >> shown[j] & 1;
            all++;
            stage_clear(&s);
        }
        lesson_free(l);
    }
    return all;
}

/* Whoever never reads a question and always types the same letter is right about a third of the time, no more: most
 * questions have three options. That of every student; of the one without --seed to the question. */
static void no_letter_is_right_much_more_often_than_others(void **state)
{
    enum { STUDENTS = 24 };
    (void)state;
    for (unsigned seed = DEFAULT_STUDENT; seed <= STUDENTS; seed++) {
        int at[LESSON_OPTIONS] = {0}, all = count_letters(seed, at);
        assert_true(all > 20);
        for (int k = 0; k < LESSON_OPTIONS; k++)
            if (at[k] * 100 > all * (seed == DEFAULT_STUDENT ? 37 : 50))
                fail_msg("student %u: of %d choices %d are right at %c", seed, all, at[k], 'a' + k);
    }
}

static bool says(const char *text, const char *phrase) { return text && strstr(text, phrase); }

/* Does a learner read it on this page, before or after the answer? Notes are for whoever teaches. */
static bool page_says(const struct page *p, const char *phrase)
{
    bool is = says(p->ask.prompt, phrase) || says(p->ask.why, phrase) || says(p->ask.hint, phrase);
    for (int k = 0; k < p->texts; k++)
        is = is || says(p->text[k], phrase);
    for (int k = 0; k < p->ask.options; k++)
        is = is || says(p->ask.option[k].text, phrase) || says(p->ask.option[k].say, phrase);
    for (int k = 0; k < p->ask.routes; k++)
        is = is || says(p->ask.route[k].say, phrase);
    return is;
}

static void each_known_confusion_is_met_by_a_page_that_settles_it_in_words(void **state)
{
    (void)state;
    static const struct { int confusion; const char *lesson, *page, *says; } met[] = {
        {1, "forget-gate", "keep-all", "1 means keep, 0 means forget"},
        {2, "forget-gate", "concat", "not their sum"},
        {3, "cell", "grow", "It is the same table at each word"},
        {4, "forget-gate", "shape", "Right in the other notation"},
        {5, "forget-gate", "limits", "comes near 1 and never arrives"},
        {6, "forget-gate", "slot", "the place stays"},
        {7, "cell", "two", "C_t-1, the long-term memory, and h_t-1, the short-term memory"},
        {8, "bug-hunt", "hunt-4", "tanh reaches from -1 to 1"},
        {9, "bug-hunt", "hunt-3", "two biases: they are added"},
        {10, "bug-hunt", "swapped", "store the blocks as i f g o"},
        {11, "gradients", "path", "what is kept can be learnt about"},
        {12, "gradients", "bias", "begin with a bias of 1"},
        {13, "how-it-decides", "words", "like a classifier of its own for each element of C"},
    };
    bool seen[LESSON_CONFUSIONS + 1] = {false};
    for (size_t k = 0; k < sizeof met / sizeof *met; k++) {
        struct err e = {{0}};
        struct lesson *l = lesson_open(met[k].lesson, &e);
        bool found = false;
        assert_non_null(l);
        for (int j = 0; j < l->pages; j++)
            found = found || (!strcmp(l->page[j].id, met[k].page) && l->page[j].confusion == met[k].confusion
                              && page_says(&l->page[j], met[k].says));
        if (!found)
            fail_msg("%s, page %s: confusion %d is not settled with \"%s\"", met[k].lesson, met[k].page,
                     met[k].confusion, met[k].says);
        seen[met[k].confusion] = true;
        lesson_free(l);
    }
    for (int k = 1; k <= LESSON_CONFUSIONS; k++)
        assert_true(seen[k]);
}

/* What the two lessons behind it had in a teacher's words only stands on a page. */
static void why_a_new_context_drops_what_was_kept_stands_on_a_page(void **state)
{
    (void)state;
    struct lesson *l = lesson_open("what-is-remembered", NULL);
    bool found = false;
    assert_non_null(l);
    for (int k = 0; k < l->pages; k++)
        found = found || page_says(&l->page[k], "The context has changed");
    assert_true(found);
    lesson_free(l);
}

static void a_lesson_is_checked_as_one_student_gets_it_or_as_many(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct lesson *l = page("\"text\":[\"{f[a * 10]@1:2}\"]");
    int wrong = 0, fine = 0;
    for (int seed = 1; seed <= 20; seed++) {
        struct lesson_findings f = {0};
        struct stage s;
        assert_true(stage_page(l, 0, (unsigned)seed, &s, &e));
        lesson_check(l, seed, &f);
        assert_int_equal(f.errors > 0, s.value[0] == 0.4);
        wrong += f.errors > 0;
        fine += !f.errors;
        stage_clear(&s);
        str_free(&f.text);
    }
    assert_true(wrong > 0 && fine > 0);
    struct lesson_findings all = {0};
    lesson_check(l, -1, &all);
    assert_true(all.errors > 0);
    str_free(&all.text);
    lesson_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_does_not_fit_is_refused_with_its_place),
        cmocka_unit_test(too_much_of_anything_is_refused),
        cmocka_unit_test(the_partial_scenario_is_asked_and_judged),
        cmocka_unit_test(each_question_is_answered_with_a_line_of_its_own_kind),
        cmocka_unit_test(each_student_sees_options_in_an_order_that_stays),
        cmocka_unit_test(options_that_have_an_order_keep_it),
        cmocka_unit_test(a_letter_of_the_answers_is_the_letter_of_the_page),
        cmocka_unit_test(no_letter_is_right_much_more_often_than_others),
        cmocka_unit_test(an_order_and_what_is_to_be_done_are_told_in_words),
        cmocka_unit_test(what_cannot_be_computed_is_told_with_its_place),
        cmocka_unit_test(a_show_of_hands_says_what_to_do_next),
        cmocka_unit_test(a_claim_that_does_not_hold_is_found),
        cmocka_unit_test(an_answer_that_stands_on_its_page_is_a_warning),
        cmocka_unit_test(each_student_gets_numbers_of_their_own),
        cmocka_unit_test(each_fault_breaks_what_it_says),
        cmocka_unit_test(a_reader_finds_no_answer_before_the_end),
        cmocka_unit_test(a_quiz_asks_for_units_and_votes),
        cmocka_unit_test(what_is_left_out_of_a_quiz_is_told),
        cmocka_unit_test(text_from_a_file_cannot_act_in_a_handout),
        cmocka_unit_test(results_of_a_class_are_a_row_a_page_and_a_row_a_confusion),
        cmocka_unit_test(every_order_in_which_each_step_finds_what_it_needs_is_right),
        cmocka_unit_test(a_quiz_says_what_it_wants_and_has_nothing_it_cannot_mark),
        cmocka_unit_test(what_a_page_multiplies_and_adds_comes_to_what_it_prints),
        cmocka_unit_test(lessons_that_come_with_the_program_hold),
        cmocka_unit_test(each_known_confusion_is_met_by_a_page_that_settles_it_in_words),
        cmocka_unit_test(why_a_new_context_drops_what_was_kept_stands_on_a_page),
        cmocka_unit_test(a_lesson_is_checked_as_one_student_gets_it_or_as_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
