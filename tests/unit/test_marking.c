/* test_marking.c: what students hand in is read strictly and added up, and networks broken on purpose are broken as
 * they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/lesson.h"
#include "lesson/mark.h"
#include "lesson/mutate.h"
#include "support/bytes.h"
#include "support/models.h"
#include "support/refusal.h"

/* ---- results ----------------------------------------------------------------------------------------------------- */

#define HEAD "{\"format\":\"flstm-result/1\",\"lesson\":\"x\",\"hash\":\"1\",\"student\":\"s\",\"seed\":1," \
             "\"right\":0,\"of\":1,\"pages\":"

/* A page as the program writes it. */
struct result { const char *page, *answer; bool right, again, given_up; int tries, sure, confusion; double seconds; };

static void put_page(struct str *b, const struct result *r)
{
    str_addf(b, "%s{\"page\":\"%s\",\"kind\":\"number\",\"again\":%s,\"answer\":\"%s\",\"right\":%s,\"tries\":%d,"
             "\"sure\":%d,\"given_up\":%s,\"hint\":false,\"seconds\":%g",
             b->s[b->len - 1] == '}' ? "," : "", r->page, r->again ? "true" : "false", r->answer,
             r->right ? "true" : "false", r->tries, r->sure, r->given_up ? "true" : "false", r->seconds);
    if (r->confusion)
        str_addf(b, ",\"confusion\":%d", r->confusion);
    str_add(b, "}");
}

static void table_is(const char *path, const char *rows)
{
    struct str out = {0};
    struct err e = {{0}};
    if (!mark_files(&path, 1, &out, &e))
        fail_msg("%s", e.text);
    const char *first = strchr(str_text(&out), '\n');
    assert_non_null(first);
    assert_string_equal(first + 1, rows);
    str_free(&out);
}

static void table_of(const struct result *r, size_t n, const char *rows)
{
    struct str b = {0};
    str_add(&b, HEAD "[");
    for (size_t k = 0; k < n; k++)
        put_page(&b, &r[k]);
    str_add(&b, "]}");
    table_is(bytes_file("r.json", &b), rows);
    str_free(&b);
}

static void the_commonest_wrong_answer_is_the_one_given_most_often(void **state)
{
    (void)state;
    const struct result pages[] = {
        {.page = "one", .answer = "3", .tries = 1, .sure = 1, .seconds = 10},
        {.page = "one", .answer = "4", .tries = 2, .sure = 3, .seconds = 20},
        {.page = "one", .answer = "4", .tries = 1, .sure = 2, .seconds = 30},
        {.page = "one", .answer = "3.5", .tries = 0, .given_up = true, .seconds = 0},     /* never tried: not wrong */
        {.page = "one", .answer = "9", .tries = 1, .again = true},                        /* practice */
    };
    table_of(pages, sizeof pages / sizeof *pages, "\"x\",\"one\",,4,0,0,1,1,1.00,15,\"4\"\n");
}

/* A teacher has the lesson before the eyes as little as a student's order of its options. */
static void a_letter_is_told_with_what_stands_there(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct lesson *l = lesson_open("cell", &e);
    static const struct { const char *page, *answer, *field; bool other; } cases[] = {
        {"two", "b", "\"b: h: what was said after 'She' goes on from word to word\"", false},
        {"two", "z", "\"z\"", false},
        {"two", "b", "\"b\"", true},                     /* another version: who knows what stood there */
        {"none", "b", "\"b\"", false},
        {"two", "bc", "\"bc\"", false},
    };
    assert_non_null(l);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str b = {0}, rows = {0};
        str_addf(&b, "{\"format\":\"flstm-result/1\",\"lesson\":\"cell\",\"hash\":\"%s\",\"student\":\"s\",\"seed\":1,"
                     "\"right\":0,\"of\":1,\"pages\":[", cases[k].other ? "0" : l->hash);
        put_page(&b, &(struct result){.page = cases[k].page, .answer = cases[k].answer, .tries = 1, .sure = 1});
        str_add(&b, "]}");
        str_addf(&rows, "\"cell\",\"%s\",,1,0,0,0,0,1.00,0,%s\n", cases[k].page, cases[k].field);
        table_is(bytes_file("r.json", &b), rows.s);
        str_free(&b);
        str_free(&rows);
    }
    lesson_free(l);
}

static void pages_of_one_confusion_are_added_up_and_others_are_not(void **state)
{
    (void)state;
    const struct result pages[] = {
        {.page = "one", .answer = "1", .right = true, .tries = 1, .sure = 3, .confusion = 2, .seconds = 4},
        {.page = "two", .answer = "0", .tries = 3, .sure = 3, .confusion = 2, .seconds = 8},
        {.page = "three", .answer = "0", .right = true, .tries = 1, .sure = 1, .confusion = 5, .seconds = 2},
        {.page = "four", .answer = "0", .right = true, .tries = 1, .sure = 1, .seconds = 2},
    };
    table_of(pages, sizeof pages / sizeof *pages,
             "\"x\",\"one\",2,1,1,100,0,0,1.00,4,\"\"\n"
             "\"x\",\"two\",2,1,0,0,1,0,3.00,8,\"0\"\n"
             "\"x\",\"three\",5,1,1,100,0,0,1.00,2,\"\"\n"
             "\"x\",\"four\",,1,1,100,0,0,1.00,2,\"\"\n"
             "\"\",\"\",2,2,1,50,1,0,2.00,6,\"\"\n"
             "\"\",\"\",5,1,1,100,0,0,1.00,2,\"\"\n");
}

static void an_answer_that_a_spreadsheet_would_compute_is_text_there(void **state)
{
    (void)state;
    static const struct { const char *answer, *field; } cases[] = {
        {"=1+1", "\" =1+1\""}, {"@SUM(A1)", "\" @SUM(A1)\""}, {"+7", "\" +7\""}, {"-7", "\"-7\""},
        {"she \\\"said\\\"", "\"she \"\"said\"\"\""}, {"a\\tb\\nc", "\"a b c\""}, {"", "\"\""},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str rows = {0};
        str_addf(&rows, "\"x\",\"one\",,1,0,0,0,0,1.00,0,%s\n", cases[k].field);
        table_of(&(struct result){.page = "one", .answer = cases[k].answer, .tries = 1, .sure = 1}, 1, rows.s);
        str_free(&rows);
    }
}

/* Two versions of a lesson, and two lessons, each have their own rows. */
static void another_lesson_and_another_version_of_it_have_rows_of_their_own(void **state)
{
    (void)state;
    static const char *const name[] = {"x", "x", "y"}, *const hash[] = {"1", "2", "1"};
    char path[3][160];
    const char *files[3];
    struct err e = {{0}};
    struct str out = {0};
    for (int k = 0; k < 3; k++) {
        struct str b = {0};
        char file[16];
        str_addf(&b, "{\"format\":\"flstm-result/1\",\"lesson\":\"%s\",\"hash\":\"%s\",\"student\":\"s\",\"pages\":[",
                 name[k], hash[k]);
        put_page(&b, &(struct result){.page = "one", .answer = "1", .right = true, .tries = 1, .sure = 1});
        str_add(&b, "]}");
        snprintf(file, sizeof file, "r%d.json", k);
        snprintf(path[k], sizeof path[k], "%s", bytes_file(file, &b));
        files[k] = path[k];
        str_free(&b);
    }
    if (!mark_files(files, 3, &out, &e))
        fail_msg("%s", e.text);
    assert_non_null(strstr(out.s, "\n\"x\",\"one\",,1,1,100,0,0,1.00,0,\"\"\n\"x\",\"one\",,1,1,100,0,0,1.00,0,\"\"\n"
                                  "\"y\",\"one\",,1,1,100,0,0,1.00,0,\"\"\n"));
    str_clear(&out);
    files[1] = "/nowhere/r.json";
    assert_false(mark_files(files, 3, &out, &e));
    assert_non_null(strstr(e.text, "/nowhere/r.json: cannot open"));
    assert_int_equal(out.len, 0);                 /* no half table */
    str_free(&out);
}

static void more_wrong_answers_than_are_told_apart_are_still_counted(void **state)
{
    (void)state;
    struct str b = {0};
    str_add(&b, HEAD "[");
    for (int k = 0; k < 70; k++) {
        char answer[16];
        snprintf(answer, sizeof answer, "%d", k);
        put_page(&b, &(struct result){.page = "one", .answer = answer, .tries = 1, .sure = 1});
    }
    put_page(&b, &(struct result){.page = "one", .answer = "5", .tries = 1, .sure = 1});
    str_add(&b, "]}");
    table_is(bytes_file("many.json", &b), "\"x\",\"one\",,71,0,0,0,0,1.00,0,\"5\"\n");
    str_free(&b);
}

static void a_result_with_more_pages_than_any_lessons_have_is_refused(void **state)
{
    (void)state;
    struct str b = {0}, out = {0};
    struct err e = {{0}};
    str_add(&b, HEAD "[");
    for (int k = 0; k < 4097; k++) {
        char page[16];
        snprintf(page, sizeof page, "p%d", k);
        put_page(&b, &(struct result){.page = page, .answer = "1", .right = true, .tries = 1, .sure = 1});
    }
    str_add(&b, "]}");
    const char *path = bytes_file("pages.json", &b);
    assert_false(mark_files(&path, 1, &out, &e));
    assert_non_null(strstr(e.text, "pages.json: pages[4096]: expected at most 4096 pages in all"));
    str_free(&b);
    str_free(&out);
}

/* One sound result, with one member taken out or one value replaced. */
static const struct { const char *instead, *by, *line; } damages[] = {
    {"\"format\":\"flstm-result/1\",", "", ": expected the key \"format\""},
    {"flstm-result/1", "flstm-lesson/1", ": format: expected \"flstm-result/1\", found \"flstm-lesson/1\""},
    {"\"flstm-result/1\"", "1", ": format: expected a string, found 1"},
    {"\"lesson\":\"x\",", "", ": expected the key \"lesson\""},
    {"\"hash\":\"1\",", "", ": expected the key \"hash\""},
    {"\"student\":\"s\",", "", ": expected the key \"student\""},
    {"\"student\":\"s\"", "\"student\":[]", ": student: expected a string, found an empty array"},
    {"\"seed\"", "\"sead\"", ": unknown key \"sead\""},
    {"\"pages\":", "\"page\":", ": unknown key \"page\""},
    {",\"pages\":[@]", "", ": expected the key \"pages\""},
    {"[@]", "{}", ": pages: expected a list of pages, found an object"},
    {"[@]", "[7]", ": pages: expected a list of pages, found an array of 1 number"},
    {"[@]", "[7, \"one\"]", ": pages[0]: expected an object, found 7"},
    {"[@]", "7", ": pages: expected a list of pages, found 7"},
    {"\"page\":\"one\",", "", ": pages[0]: expected the key \"page\""},
    {"\"page\":\"one\"", "\"page\":1", ": pages[0].page: expected a string, found 1"},
    {"\"kind\":\"number\",", "", ": pages[0]: expected the key \"kind\""},
    {"\"answer\":\"7\",", "", ": pages[0]: expected the key \"answer\""},
    {"\"answer\":\"7\"", "\"answer\":7", ": pages[0].answer: expected a string, found 7"},
    {"\"again\":false,", "", ": pages[0]: expected the key \"again\""},
    {"\"again\":false", "\"again\":0", ": pages[0].again: expected true or false, found 0"},
    {"\"right\":true,", "", ": pages[0]: expected the key \"right\""},
    {"\"right\":true", "\"right\":\"yes\"", ": pages[0].right: expected true or false, found \"yes\""},
    {"\"given_up\":false,", "", ": pages[0]: expected the key \"given_up\""},
    {"\"given_up\":false", "\"given_up\":null", ": pages[0].given_up: expected true or false, found null"},
    {"\"hint\":false,", "", ": pages[0]: expected the key \"hint\""},
    {"\"hint\":false", "\"hint\":{}", ": pages[0].hint: expected true or false, found an object"},
    {"\"tries\":2,", "", ": pages[0]: expected the key \"tries\""},
    {"\"tries\":2", "\"tries\":-1", ": pages[0].tries: expected a whole number from 0 to 1000, found -1"},
    {"\"tries\":2", "\"tries\":1.5", ": pages[0].tries: expected a whole number from 0 to 1000, found 1.5"},
    {"\"sure\":3,", "", ": pages[0]: expected the key \"sure\""},
    {"\"sure\":3", "\"sure\":4", ": pages[0].sure: expected a whole number from 0 to 3, found 4"},
    {",\"seconds\":30", "", ": pages[0]: expected the key \"seconds\""},
    {"\"seconds\":30", "\"seconds\":\"30\"", ": pages[0].seconds: expected a finite number, found \"30\""},
    {"\"confusion\":2", "\"confusion\":99", ": pages[0].confusion: expected a whole number from 0 to "},
};

static char *replaced(const char *text, const char *instead, const char *by)
{
    struct str out = {0};
    const char *at = strstr(text, instead);
    if (!at)
        fail_msg("%s is not in it", instead);
    str_addf(&out, "%.*s%s%s", (int)(at - text), text, by, at + strlen(instead));
    return str_take(&out);
}

static void a_result_that_lacks_something_is_refused_by_its_place(void **state)
{
    (void)state;
    static const char page[] = "{\"page\":\"one\",\"kind\":\"number\",\"again\":false,\"answer\":\"7\",\"right\":true,"
        "\"given_up\":false,\"hint\":false,\"tries\":2,\"sure\":3,\"seconds\":30,\"confusion\":2}";
    struct str sound = {0};
    str_addf(&sound, HEAD "[%s]}", page);
    const struct { const char *name; char *text; } long_one = {"long.json", replaced(sound.s, "\"7\"", "\"%s\"")};
    for (size_t k = 0; k < sizeof damages / sizeof *damages; k++) {
        struct str b = {0}, out = {0};
        struct err e = {{0}};
        char *from = strchr(damages[k].instead, '@') ? replaced(damages[k].instead, "@", page)
                                                     : replaced(damages[k].instead, "", "");
        char *text = replaced(sound.s, from, damages[k].by);
        str_add(&b, text);
        const char *path = bytes_file("r.json", &b);
        if (mark_files(&path, 1, &out, &e))
            fail_msg("taken: %s", text);
        if (strncmp(e.text, path, strlen(path)) != 0 || strncmp(e.text + strlen(path), damages[k].line,
                                                                strlen(damages[k].line)) != 0)
            fail_msg("%s\nexpected \"%s\", found \"%s\"", text, damages[k].line, e.text);
        assert_int_equal(out.len, 0);
        free(from);
        free(text);
        str_free(&out);
        str_free(&b);
    }
    struct str b = {0}, out = {0};
    struct err e = {{0}};
    char *answer = calloc(1, LESSON_TEXT + 2);
    memset(answer, 'a', LESSON_TEXT + 1);
    char *text = replaced(long_one.text, "%s", answer), *line;
    str_add(&b, text);
    const char *path = bytes_file(long_one.name, &b);
    assert_false(mark_files(&path, 1, &out, &e));
    line = strstr(e.text, "pages[0].answer: expected at most ");
    assert_non_null(line);
    assert_int_equal(atoi(line + strlen("pages[0].answer: expected at most ")), LESSON_TEXT);
    free(answer);
    free(text);
    free(long_one.text);
    str_free(&sound);
    str_free(&b);
}

/* ---- networks broken on purpose ---------------------------------------------------------------------------------- */

static void each_fault_is_said_in_a_sentence(void **state)
{
    (void)state;
    static const struct { const char *fault, *says; } faults[] = {
        {"none", "nothing is broken here"},
        {"stuck(f[2],1)", "the forget gate of unit 2 is stuck at 1"},
        {"stuck(i[gender],0)", "the input gate of gender is stuck at 0"},
        {"swap(f,i)", "the weights of the forget gate and the input gate are swapped"},
        {"swap(g,o)", "the weights of the candidate and the output gate are swapped"},
        {"drop(b_f)", "the bias of the forget gate is missing"},
        {"twice(b_o)", "the bias of the output gate is added twice"},
        {"bias(g,-0.5)", "the bias of the candidate has -0.5 too much"},
        {"candidate(sigma)", "the candidate goes through \xCF\x83 instead of tanh"},
        {"order(x,h)", "the weights are meant for [x, h], and read with h first"},
        {"somebody else's", "somebody else's"},               /* not one of ours: as it stands */
    };
    for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
        struct str out = {0};
        mutate_say(faults[k].fault, &out);
        assert_string_equal(str_text(&out), faults[k].says);
        assert_int_equal(mutate_check(faults[k].fault, NULL), k + 1 < sizeof faults / sizeof *faults);
        str_free(&out);
    }
}

static void what_is_no_fault_is_refused_with_the_list(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", "stuck", "stuck(f[1],2)", "stuck(f[1],1) ", "stuck(g[1],1)", "stuck(q[1],1)", "stuck(f[],1)", "stuck(f[1])",
        "swap(f,f)", "swap(f,q)", "swap(q,f)", "swap(f,i)!", "swap(f)", "drop(b_q)", "drop(b_f", "drop(b_f)x",
        "drop(f)", "twice(b_q)", "twice(b_f)2", "bias(f,)", "bias(q,1)", "bias(f,+-1)", "bias(f,1)1", "bias(f,1e3)",
        "bias(f,1.2.3)", "candidate(tanh)", "order(h,x)", "None",
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        struct err e = {{0}};
        char line[200];
        struct model *m = model_words();
        snprintf(line, sizeof line, "expected none, stuck(f[1],1), swap(f,i), drop(b_f), twice(b_f), bias(f,+1), "
                 "candidate(sigma) or order(x,h), found \"%s\"", wrong[k]);
        assert_false(mutate_model(m, wrong[k], &e));
        assert_string_equal(e.text, line);
        model_free(m);
    }
}

/* The network with two biases, as PyTorch has them: b and b2 are added. */
static struct model *two_biases(void)
{
    return model_random(&(struct random_model){.layers = 1, .hidden = 4, .embed = 3, .words = 6, .outputs = 6,
                                               .steps = 4, .two_biases = true, .seed = 5});
}

static void a_fault_changes_what_it_names_and_nothing_else(void **state)
{
    (void)state;
    static const struct { const char *fault; int gate, other; float times, plus; bool weights; } faults[] = {
        {"none", 0, 0, 1, 0, false}, {"drop(b_f)", 0, 0, 0, 0, false}, {"bias(i,+1.5)", 1, 1, 1, 1.5f, false},
        {"swap(f,i)", 0, 1, 1, 0, true}, {"swap(o,g)", 3, 2, 1, 0, true},
    };
    for (size_t k = 0; k < 2 * sizeof faults / sizeof *faults; k++) {
        struct model *m = k % 2 ? two_biases() : model_words(), *was = k % 2 ? two_biases() : model_words();
        const struct lstm_layer *is = &m->net->layer[0], *l = &was->net->layer[0];
        int a = faults[k / 2].gate, b = faults[k / 2].other;
        struct err e = {{0}};
        if (!mutate_model(m, faults[k / 2].fault, &e))
            fail_msg("%s: %s", faults[k / 2].fault, e.text);
        for (int q = 0; q < GATES; q++) {
            int from = q == a ? b : q == b ? a : q;
            bool here = q == a || q == b;
            float times = here ? faults[k / 2].times : 1, plus = here ? faults[k / 2].plus : 0;
            size_t n = (size_t)l->hidden * (size_t)(l->hidden + l->in);
            assert_memory_equal(is->W[q], l->W[faults[k / 2].weights ? from : q], n * sizeof(float));
            for (int u = 0; u < l->hidden; u++) {
                float now = is->b[q][u], before = l->b[faults[k / 2].weights ? from : q][u];
                assert_true(now == before * times + plus);
                assert_int_equal(is->b2[q] != NULL, k % 2);
                if (k % 2)
                    assert_true(is->b2[q][u] == l->b2[faults[k / 2].weights ? from : q][u] * times);
            }
        }
        model_free(m);
        model_free(was);
    }
}

static void a_gate_is_stuck_by_the_number_or_the_name_of_its_unit(void **state)
{
    (void)state;
    static const char *const faults[] = {"stuck(o[1],0)", "stuck(o[gender],0)", "stuck(o[open],1)"};
    for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
        struct model *m = model_words();
        struct err e = {{0}};
        if (!mutate_model(m, faults[k], &e))
            fail_msg("%s", e.text);
        const struct lstm_layer *l = &m->net->layer[0];
        int unit = k == 2 ? 2 : 0, width = l->hidden + l->in;
        assert_true(l->b[3][unit] == (k == 2 ? 40 : -40));
        for (int j = 0; j < width; j++)
            assert_true(l->W[3][unit * width + j] == 0);
        model_free(m);
    }
    struct model *m = model_words();
    struct err e = {{0}};
    assert_false(mutate_model(m, "stuck(f[colour],1)", &e));
    assert_string_equal(e.text, "the model has no unit \"colour\"");
    assert_false(mutate_model(m, "stuck(f[4],1)", &e));
    assert_string_equal(e.text, "the model has no unit \"4\"");
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_is_told_with_what_stands_there),
        cmocka_unit_test(the_commonest_wrong_answer_is_the_one_given_most_often),
        cmocka_unit_test(pages_of_one_confusion_are_added_up_and_others_are_not),
        cmocka_unit_test(an_answer_that_a_spreadsheet_would_compute_is_text_there),
        cmocka_unit_test(another_lesson_and_another_version_of_it_have_rows_of_their_own),
        cmocka_unit_test(more_wrong_answers_than_are_told_apart_are_still_counted),
        cmocka_unit_test(a_result_with_more_pages_than_any_lessons_have_is_refused),
        cmocka_unit_test(a_result_that_lacks_something_is_refused_by_its_place),
        cmocka_unit_test(each_fault_is_said_in_a_sentence),
        cmocka_unit_test(what_is_no_fault_is_refused_with_the_list),
        cmocka_unit_test(a_fault_changes_what_it_names_and_nothing_else),
        cmocka_unit_test(a_gate_is_stuck_by_the_number_or_the_name_of_its_unit),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
