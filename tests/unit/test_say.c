/* test_say.c: words, units and outputs as they are shown, and what is said where there is nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/golden.h"
#include "views/say.h"

static struct app opened(const char *model)
{
    struct app a;
    golden_app(&(struct golden_shot){.model = model, .w = 80, .h = 24}, &a);
    return a;
}

static void SAYS(struct str *out, const char *text)
{
    assert_string_equal(str_text(out), text);
    str_free(out);
}

static void a_word_is_said_whole_cut_and_between_quotes(void **state)
{
    (void)state;
    struct app a = opened(NULL);
    struct str out = {0};
    struct err e = {{0}};
    assert_true(session_set_text(a.session, "She came out and played", "test", &e));
    say_token(a.session, 5, &glyphs_unicode, &out);
    SAYS(&out, "played");
    say_token_cut(a.session, 5, 4, &glyphs_unicode, &out);
    SAYS(&out, "pla\xE2\x80\xA6");
    say_token_cut(a.session, 5, 4, &glyphs_ascii, &out);
    SAYS(&out, "pla~");
    say_quoted(a.session, 4, &glyphs_unicode, &out);
    SAYS(&out, "'and'");
    say_tokens(a.session, 2, 4, &glyphs_unicode, &out);
    SAYS(&out, "came out and");
    say_tokens(a.session, 3, 2, &glyphs_unicode, &out);
    SAYS(&out, "");
    app_clear(&a);
}

static void characters_stand_close_and_are_called_so(void **state)
{
    (void)state;
    struct app a = opened("brackets");
    struct str out = {0};
    assert_true(say_characters(a.session));
    assert_string_equal(say_noun(a.session, false), "character");
    assert_string_equal(say_noun(a.session, true), "characters");
    assert_string_equal(say_next(a.session), "next character");
    say_tokens(a.session, 1, 3, &glyphs_unicode, &out);
    assert_null(strchr(str_text(&out), ' '));
    str_free(&out);
    say_nothing(a.session, &out);
    SAYS(&out, "There is no character yet.");
    app_clear(&a);
}

static void a_unit_has_its_name_or_its_number(void **state)
{
    (void)state;
    struct app a = opened(NULL);
    char buf[SAY_UNIT];
    assert_string_equal(say_unit_name(a.session, 0, 0, buf), "gender");
    app_clear(&a);
    a = opened("prose");
    assert_string_equal(say_unit_name(a.session, 0, 1, buf), "unit 2");
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_said_whole_cut_and_between_quotes),
        cmocka_unit_test(characters_stand_close_and_are_called_so),
        cmocka_unit_test(a_unit_has_its_name_or_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
