/* test_glossary.c: what a word of the field means is found by its name, in help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "base/str.h"
#include "support/app.h"
#include "views/glossary.h"

static bool shows(struct app *a, int w, int h, const char *text)
{
    char *all = picture_text(a, w, h);
    bool is = strstr(all, text) != NULL;
    free(all);
    return is;
}

/* At any width, and whatever else in help has the same word in it. */
static void each_entry_is_shown_in_help_by_its_word(void **state)
{
    (void)state;
    static const struct { int w, h; } sizes[] = {{80, 24}, {120, 40}, {40, 12}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (const struct glossary_entry *e = glossary; e->word; e++) {
            struct app a;
            struct str line = {0};
            dog_app(&a, "");
            a.w = sizes[k].w, a.h = sizes[k].h;
            str_addf(&line, ":glossary %s<Enter>", e->word);
            press(&a, str_text(&line));
            char *all = picture_text(&a, a.w, a.h);
            const char *at = strstr(all, e->word);
            while (at && !(at[-1] == ' ' && at[-2] == ' ' && at[strlen(e->word)] == ' '
                           && at[strlen(e->word) + 1] == ' '))
                at = strstr(at + 1, e->word);
            size_t n = strlen(e->word);
            if (!at || strncmp(at + n + strspn(at + n, " "), e->means, 4) != 0)
                fail_msg("%s at %dx%d:\n%s", e->word, a.w, a.h, all);
            free(all);
            str_free(&line);
            app_clear(&a);
        }
}

static void a_word_is_found_by_its_beginning_and_in_either_case(void **state)
{
    (void)state;
    static const struct { const char *asked, *found; } tries[] = {
        {"nats", "nats"}, {"NATS", "nats"}, {"gate", "gate"}, {"forget", "forget gate"}, {"perp", "perplexity"},
        {"state", "cell state"}, {"logits", NULL}, {"", NULL},
    };
    for (size_t k = 0; k < sizeof tries / sizeof *tries; k++) {
        const struct glossary_entry *e = glossary_find(tries[k].asked);
        if (!e != !tries[k].found || (e && strcmp(e->word, tries[k].found) != 0))
            fail_msg("\"%s\": %s", tries[k].asked, e ? e->word : "none");
    }
    for (const struct glossary_entry *e = glossary; e[0].word && e[1].word; e++)
        assert_true(strcasecmp(e[0].word, e[1].word) < 0);
}

static void without_a_word_it_begins_at_its_heading_and_an_unknown_one_is_told(void **state)
{
    (void)state;
    struct app a;
    dog_app(&a, ":glossary<Enter>");
    assert_true(shows(&a, 80, 24, "attribution") && shows(&a, 80, 24, "  glossary"));
    press(&a, "?:glossary zebra<Enter>");
    said(&a, "the glossary has no \"zebra\"");
    assert_string_equal(a.view->name, "bars");
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_entry_is_shown_in_help_by_its_word),
        cmocka_unit_test(a_word_is_found_by_its_beginning_and_in_either_case),
        cmocka_unit_test(without_a_word_it_begins_at_its_heading_and_an_unknown_one_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
