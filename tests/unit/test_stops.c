/* test_stops.c: going through a lesson page by page: what is asked in which order, what counts, what is told, what the
 * result says of it; and how numbers are written in a lesson. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/judge.h"
#include "lesson/lesson.h"
#include "lesson/walk.h"
#include "session/edit.h"

static const char lesson[] =
    "{\"format\":\"flstm-lesson/1\",\"name\":\"x\",\"title\":\"X\",\"about\":\"An X.\",\"pages\":["
    "{\"id\":\"look\",\"title\":\"Look\",\"state\":{\"model\":\"lesson-cell\",\"text\":\"She came\"},"
    "\"text\":[\"A.\"]},"
    "{\"id\":\"how-many\",\"title\":\"How many\",\"confusion\":3,\"ask\":{\"kind\":\"number\",\"prompt\":\"H?\","
    "\"answer\":\"H\",\"within\":0,\"why\":\"So many.\",\"hint\":\"Count.\"}},"
    "{\"id\":\"hands\",\"title\":\"Hands\",\"ask\":{\"kind\":\"vote\",\"prompt\":\"Which?\",\"options\":["
    "{\"text\":\"one\",\"true\":\"H == 3\"},{\"text\":\"two\",\"true\":\"H == 4\"}]}},"
    "{\"id\":\"do\",\"title\":\"Do\",\"ask\":{\"kind\":\"do\",\"prompt\":\"Shut f of unit 1 at 2.\","
    "\"goal\":\"f[1]@2 == 0\",\"solution\":\"f[1]@2=0\"}}]}";

static struct walk *begun(struct session **s)
{
    struct err e = {{0}};
    struct lesson *l = lesson_parse(lesson, sizeof lesson - 1, "x.json", &e);
    if (!l)
        fail_msg("%s", e.text);
    struct walk *w = walk_new(l, 1);
    if (!walk_go(w, 0, s, &e))
        fail_msg("%s", e.text);
    return w;
}

static void go(struct walk *w, int at, struct session **s)
{
    struct err e = {{0}};
    struct session *was = *s;
    if (!walk_go(w, at, s, &e))
        fail_msg("%s", e.text);
    session_free(was);
}

static void answer(struct walk *w, struct session *s, const char *line, int sure)
{
    struct err e = {{0}};
    struct answer given = {0};
    if (!judge_read(walk_page(w), &w->stage, line, &given, &e) || !walk_answer(w, s, &given, &e))
        fail_msg("%s: %s", line, e.text);
    if (sure && walk_here(w)->phase == WALK_SURE && !walk_sure(w, s, sure, &e))
        fail_msg("%s", e.text);
}

static void hands(struct walk *w, struct session *s, int one, int two)
{
    struct err e = {{0}};
    if (!walk_answer(w, s, &(struct answer){.votes = {one, two}}, &e))
        fail_msg("%s", e.text);
}

static void the_first_answer_counts_and_the_third_wrong_one_is_told(void **state)
{
    (void)state;
    struct session *s = NULL;
    struct walk *w = begun(&s);
    struct answer none = {0};
    int right, met, all;
    assert_false(walk_answer(w, s, &none, NULL));         /* nothing is asked on the first page */
    assert_false(walk_sure(w, s, 1, NULL));
    walk_give_up(w);
    assert_int_equal(walk_here(w)->phase, WALK_LOOK);
    go(w, 1, &s);
    struct walk_page *here = walk_here(w);
    assert_false(walk_sure(w, s, 1, NULL));               /* no answer yet */
    answer(w, s, "4", 0);
    assert_int_equal(here->phase, WALK_SURE);
    assert_false(walk_answer(w, s, &none, NULL));
    assert_true(walk_sure(w, s, 3, NULL));
    assert_true(here->phase == WALK_ASK && here->tries == 1 && here->sure == 3 && !here->right);
    answer(w, s, "5", 0);                                 /* how sure is asked once */
    assert_true(here->phase == WALK_ASK && here->tries == 2 && here->hint);
    answer(w, s, "6", 0);
    assert_true(here->phase == WALK_TOLD && !here->right && !walk_hides(w));
    walk_score(w, &right, &met, &all);
    assert_true(right == 0 && met == 1);
    walk_again(w);
    assert_int_equal(here->phase, WALK_ASK);
    walk_again(w);                                        /* nothing was told: nothing to ask again */
    answer(w, s, "3", 0);
    assert_true(here->phase == WALK_TOLD && here->right && !here->right_first);
    walk_score(w, &right, &met, &all);
    assert_true(right == 0 && met == 1);                  /* practice does not count */
    walk_free(w);
    walk_free(NULL);
    session_free(s);
}

static void hands_are_counted_twice_and_then_it_is_told(void **state)
{
    (void)state;
    struct session *s = NULL;
    struct walk *w = begun(&s);
    go(w, 2, &s);
    struct walk_page *here = walk_here(w);
    hands(w, s, 3, 9);
    assert_true(here->show == 1 && here->phase == WALK_ASK && here->advice && here->percent == 25);
    hands(w, s, 11, 1);
    assert_true(here->show == 2 && here->phase == WALK_TOLD);
    walk_free(w);
    session_free(s);
}

static void what_is_to_be_done_is_told_when_it_is_done(void **state)
{
    (void)state;
    struct session *s = NULL;
    struct err e = {{0}};
    struct walk *w = begun(&s);
    assert_false(walk_done(w, s, &e));                    /* that page asks for nothing */
    go(w, 3, &s);
    assert_false(walk_done(w, s, &e));
    assert_true(edit_apply(s, "f[1]@2=0", NULL, false, &e));
    assert_true(walk_done(w, s, &e));
    assert_true(walk_here(w)->right_first && walk_here(w)->phase == WALK_TOLD);
    assert_false(walk_done(w, s, &e));                    /* once */
    walk_give_up(w);
    assert_false(walk_here(w)->given_up);                 /* it was done before */
    walk_free(w);
    session_free(s);
}

static void the_result_names_what_was_met_and_nothing_else(void **state)
{
    (void)state;
    struct session *s = NULL;
    struct str out = {0};
    struct walk *w = begun(&s);
    walk_result(w, "nobody \"yet\"", &out);
    assert_non_null(strstr(out.s, "\"student\": \"nobody \\\"yet\\\"\""));
    assert_non_null(strstr(out.s, "\"pages\": [\n  ]\n}\n"));
    go(w, 1, &s);
    answer(w, s, "3", 2);
    go(w, 2, &s);
    hands(w, s, 3, 9);
    go(w, 3, &s);
    walk_give_up(w);
    str_clear(&out);
    walk_result(w, "a", &out);
    assert_non_null(strstr(out.s, "\"right\": 1,\n"));
    assert_non_null(strstr(out.s, "{\"page\": \"how-many\", \"kind\": \"number\", \"again\": false, \"answer\": \"3\", "
                                  "\"right\": true, \"tries\": 1, \"sure\": 2, \"given_up\": false, \"hint\": false, "
                                  "\"seconds\": 0, \"confusion\": 3},\n"));
    assert_non_null(strstr(out.s, "{\"page\": \"hands\", \"kind\": \"vote\", "));
    assert_non_null(strstr(out.s, "{\"page\": \"do\", \"kind\": \"do\", \"again\": false, \"answer\": \"\", \"right\": "
                                  "false, \"tries\": 0, \"sure\": 0, \"given_up\": true, "));
    assert_null(strstr(out.s, "\"look\""));
    /* At the end there is no page. */
    struct err e = {{0}};
    go(w, w->stops, &s);
    assert_null(s);
    assert_true(walk_ended(w) && !walk_page(w) && !walk_here(w));
    assert_false(walk_done(w, s, &e));
    assert_false(walk_sure(w, s, 1, &e));
    walk_give_up(w);
    walk_again(w);
    str_free(&out);
    walk_free(w);
}

static void in_front_of_a_class_nobody_is_asked_how_sure(void **state)
{
    (void)state;
    struct session *s = NULL;
    struct walk *w = begun(&s);
    w->class = true;
    go(w, 1, &s);
    answer(w, s, "3", 0);
    assert_int_equal(walk_here(w)->phase, WALK_TOLD);
    walk_free(w);
    session_free(s);
}

static void numbers_are_written_as_their_format_says(void **state)
{
    (void)state;
    static const struct { double v; const char *format, *text; } cases[] = {
        {3, "", "3"}, {0.1 + 0.2, "", "0.3"}, {0.123456789, "", "0.123"}, {0.9999, "", "0.9999"},
        {12.345, "", "12.3"},
        {-0.0, "", "0"}, {NAN, "", "nan"}, {INFINITY, "", "inf"}, {-INFINITY, "", "-inf"}, {1e-12, "", "0"},
        {0.256, "%", "26%"}, {1.5, "0", "2"}, {1.5, "+1", "+1.5"}, {-1.5, "+1", "-1.5"}, {0, "+2", "0.00"},
        {INFINITY, "2", "inf"}, {-INFINITY, "+2", "-inf"}, {2e-8, "+2", "+2e-8"}, {-1e-8, "+1", "-1e-8"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct expr_value v = {.kind = EXPR_IS_NUMBER, .n = 1, .v = {cases[k].v}};
        struct str text = {0};
        template_value(&v, cases[k].format, &text);
        if (strcmp(str_text(&text), cases[k].text) != 0)
            fail_msg("%g as \"%s\": expected %s, found %s", cases[k].v, cases[k].format, cases[k].text,
                     str_text(&text));
        str_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_answer_counts_and_the_third_wrong_one_is_told),
        cmocka_unit_test(hands_are_counted_twice_and_then_it_is_told),
        cmocka_unit_test(what_is_to_be_done_is_told_when_it_is_done),
        cmocka_unit_test(the_result_names_what_was_met_and_nothing_else),
        cmocka_unit_test(in_front_of_a_class_nobody_is_asked_how_sure),
        cmocka_unit_test(numbers_are_written_as_their_format_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
