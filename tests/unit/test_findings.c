/* :why in four sentences: every number in them stands in the view that Enter opens, and it is that view's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/app.h"
#include "support/golden.h"
#include "views/view.h"

/* All that can be read in the view: its sentences and its picture, with the numbers in it. */
static char *readable(struct app *a)
{
    struct str out = {0};
    char *words = told(a);
    struct grid *g = grid_new(160, 60, &glyphs_unicode);
    app_draw(a, g, NULL, NULL);
    grid_dump_text(g, &out);
    str_add(&out, words);
    grid_free(g);
    free(words);
    return str_take(&out);
}

/* The n-th line of a text, copied. */
static char *line_of(const char *text, int n)
{
    while (n-- > 0 && strchr(text, '\n'))
        text = strchr(text, '\n') + 1;
    return strndup(text, strcspn(text, "\n"));
}

/* Numbers with a point in them; each must be found. */
static int numbers_are_in(const char *sentence, const char *where, const char *view)
{
    int n = 0;
    for (const char *p = sentence; *p; p++) {
        size_t len = strspn(p, "0123456789.");
        const char *point = memchr(p, '.', len);
        if (!len || !point || point + 1 >= p + len) {
            p += len ? len - 1 : 0;
            continue;
        }
        while (p[len - 1] == '.')
            len--;
        char number[32];
        snprintf(number, sizeof number, "%.*s", (int)len, p);
        if (!strstr(where, number))
            fail_msg("\"%s\": %s is not in %s:\n%s", sentence, number, view, where);
        p += len;
        n++;
        if (!*p)
            break;
    }
    return n;
}

static void every_number_leads_to_its_view(void **state)
{
    (void)state;
    static const char *const leads[] = {"why", "sweep", "ledger", "dial"};
    static const struct { const char *model, *keys; } sittings[] = {
        {"gender", ":step with<Enter>"},
        {"gender", ":compare He came out and played with his dog<Enter>:step with<Enter>"},
        {"story", ":step with<Enter>"},
        {"story", ":step and<Enter>"},
        {"gender", ":text mary came and then he played with<Enter>:step with<Enter>"},
        {"gender", ":set C[gender]@and=-0.84<Enter>:step with<Enter>"},
        {"lesson-trained", ":step with<Enter>"},
        {"counter", ":step 4<Enter>"},
    };
    int checked = 0;
    for (size_t k = 0; k < sizeof sittings / sizeof *sittings; k++)
        for (int line = 0; line < 4; line++) {
            struct app a;
            golden_app(&(struct golden_shot){.model = sittings[k].model, .keys = sittings[k].keys}, &a);
            press(&a, ":why<Enter>");
            for (int down = 0; down < line; down++)
                press(&a, "<Down>");
            char *text = told(&a), *sentence = line_of(text, line);
            press(&a, "<Enter>");
            assert_string_equal(a.view->name, leads[line]);
            char *all = readable(&a);
            checked += numbers_are_in(sentence, all, leads[line]);
            press(&a, "<Esc>");
            assert_string_equal(a.view->name, "findings");
            free(all);
            free(sentence);
            free(text);
            app_clear(&a);
        }
    assert_true(checked >= 60);
}

/* The figures that were measured by a second program when these questions were chosen. */
static void the_four_sentences_say_what_was_measured(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":step with<Enter>:why<Enter>"}, &a);
    char *text = told(&a);
    assert_non_null(strstr(text, "'her' and not 'his' after 'with'"));
    assert_non_null(strstr(text, "is +6.41; gender makes +6.59 of it."));
    assert_non_null(strstr(text, "takes 'her' from 0.96 to 0.29"));
    assert_non_null(strstr(text, "'she' accounts for +0.88 of it"));
    free(text);
    press(&a, ":compare He came out and played with his dog<Enter>:why<Enter>");
    text = told(&a);
    assert_non_null(strstr(text, "goes 1.00 of the way from 'her' to 'his'"));
    free(text);
    app_clear(&a);
}

static void where_nothing_is_predicted_it_says_so(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.keys = ":why<Enter>"}, &a);
    assert_string_equal(a.view->name, "findings");
    struct session *s = a.session;
    session_goto(s, session_steps(s));
    char *text = told(&a);
    assert_true(strlen(text) > 20);
    free(text);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_leads_to_its_view),
        cmocka_unit_test(the_four_sentences_say_what_was_measured),
        cmocka_unit_test(where_nothing_is_predicted_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
