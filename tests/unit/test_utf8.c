/* test_utf8.c: text from outside is made harmless, whatever it is: all code points here, all strings of up to four
 * bytes in tests/hard/hard_clean.c. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/utf8.h"

/* A system on which there is no locale to be had, when that is asked for. */
static bool no_locales;

char *setlocale(int category, const char *name)
{
    union { void *address; char *(*call)(int, const char *); } theirs = {dlsym(RTLD_NEXT, "setlocale")};
    return no_locales ? NULL : theirs.call(category, name);
}

locale_t newlocale(int mask, const char *name, locale_t base)
{
    union { void *address; locale_t (*call)(int, const char *, locale_t); } theirs = {dlsym(RTLD_NEXT, "newlocale")};
    return no_locales ? (locale_t)0 : theirs.call(mask, name, base);
}

/* Unicode 15.0, by property, so that this does not repeat the table of utf8.c: general category Cf … */
static const struct range { uint32_t first, last; } formats[] = {
    {0xAD, 0xAD}, {0x600, 0x605}, {0x61C, 0x61C}, {0x6DD, 0x6DD}, {0x70F, 0x70F}, {0x890, 0x891}, {0x8E2, 0x8E2},
    {0x180E, 0x180E},
    {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064}, {0x2066, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB},
    {0x110BD, 0x110BD},
    {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0001, 0xE0001},
    {0xE0020, 0xE007F},
};
/* … Default_Ignorable_Code_Point … */
static const struct range ignorable[] = {
    {0xAD, 0xAD}, {0x34F, 0x34F}, {0x61C, 0x61C}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},
    {0x200B, 0x200F}, {0x202A, 0x202E},
    {0x2060, 0x206F}, {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFF8},
    {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};
/* … and controls, separators, surrogates, noncharacters. */
static const struct range others[] = {{0, 0x1F}, {0x7F, 0x9F}, {0x2028, 0x2029}, {0xD800, 0xDFFF}, {0xFDD0, 0xFDEF}};

static bool among(uint32_t cp, const struct range *r, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (cp >= r[k].first && cp <= r[k].last)
            return true;
    return false;
}
#define AMONG(cp, list) among(cp, list, sizeof list / sizeof *list)

static void what_is_hidden_is_what_unicode_says_is_invisible(void **state)
{
    (void)state;
    int hidden = 0;
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        bool want = AMONG(cp, formats) || AMONG(cp, ignorable) || AMONG(cp, others) || (cp & 0xFFFE) == 0xFFFE;
        if (utf8_hidden(cp) != want)
            fail_msg("U+%04X is %s", (unsigned)cp, want ? "not hidden" : "hidden");
        hidden += want;
    }
    assert_true(utf8_hidden(0x110000) && utf8_hidden(UINT32_MAX));
    assert_true(hidden > 6000 && hidden < 7000);
}

/* What comes out is text that is seen: no control, no invisible character, and the same when cleaned again. */
static void every_code_point_comes_out_harmless(void **state)
{
    (void)state;
    struct str out = {0}, again = {0};
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        char in[5];
        size_t n = utf8_encode(cp, in), len;
        str_clear(&out);
        str_clear(&again);
        utf8_clean(&out, in, n);
        assert_true(out.len > 0 && utf8_valid(out.s, out.len, NULL));
        for (size_t k = 0; k < out.len; k += len)
            if (utf8_hidden(utf8_decode(out.s + k, out.len - k, &len)))
                fail_msg("U+%04X comes out as something hidden", (unsigned)cp);
        utf8_clean(&again, out.s, out.len);
        assert_string_equal(str_text(&again), str_text(&out));
        assert_true(utf8_width(cp) >= 0 && utf8_width(cp) <= 2);
        if (utf8_hidden(cp))
            assert_int_equal(utf8_width(cp), 1);
    }
    str_free(&out);
    str_free(&again);
}

static void musical_and_shorthand_formats_are_shown(void **state)
{
    (void)state;
    struct str out = {0};
    static const char text[] = "a\xF0\x9D\x85\xB3" "b\xF0\x9B\xB2\xA0" "c\xD8\x80";
    utf8_clean(&out, text, sizeof text - 1);
    assert_string_equal(str_text(&out), "a<U+1D173>b<U+1BCA0>c<U+0600>");
    str_free(&out);
}

struct text { const char *in; size_t n; const char *out; };

static void cleaned_to(const struct text *t, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        struct str out = {0};
        utf8_clean(&out, t[k].in, t[k].n);
        assert_string_equal(str_text(&out), t[k].out);
        str_free(&out);
    }
}
#define CLEANED_TO(list) cleaned_to(list, sizeof list / sizeof *list)

static void each_byte_that_is_not_utf8_is_shown_as_a_number(void **state)
{
    (void)state;
    static const struct text cases[] = {
        {"", 0, ""},
        {"a\x80" "b", 3, "a<0x80>b"},                                       /* goes on with what did not begin */
        {"\xC1\xBF", 2, "<0xC1><0xBF>"},                                    /* too long a form of U+007F, */
        {"\xE0\x9F\xBF", 3, "<0xE0><0x9F><0xBF>"},                          /* of U+07FF, */
        {"\xF0\x8F\xBF\xBF", 4, "<0xF0><0x8F><0xBF><0xBF>"},                /* of U+FFFF */
        {"\xED\xA0\x80\xED\xBF\xBF", 6, "<0xED><0xA0><0x80><0xED><0xBF><0xBF>"},     /* halves of characters */
        {"\xEE\x80\x80", 3, "\xEE\x80\x80"},                               /* the first behind them */
        {"\xF4\x90\x80\x80", 4, "<0xF4><0x90><0x80><0x80>"},                /* beyond U+10FFFF */
        {"\xF5\x80\x80\x80\xFF", 5, "<0xF5><0x80><0x80><0x80><0xFF>"},
        {"\xE2\x82", 2, "<0xE2><0x82>"},                                    /* ends too early */
        {"\xE2\x82x", 3, "<0xE2><0x82>x"},
        {"\xE2(\xAC", 3, "<0xE2>(<0xAC>"},
        {"\xEF\xBF\xBD", 3, "\xEF\xBF\xBD"},                               /* U+FFFD itself is a character */
        {"\n\r\t\x1B[2J\x7F\0", 9, "\\n\\r\\t<0x1B>[2J<0x7F><0x00>"},
        {"\xC2\x9B" "2J", 4, "<U+009B>2J"},
    };
    CLEANED_TO(cases);
}

static void the_first_byte_that_is_wrong_is_found(void **state)
{
    (void)state;
    static const struct { const char *text; bool valid; size_t bad; } cases[] = {
        {"", true, 0}, {"plain", true, 0}, {"gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80", true, 0}, {"\xEF\xBF\xBD", true, 0},
        {"gr\xC3\xBC\xFF", false, 4}, {"\xC3", false, 0}, {"a\xED\xA0\x80", false, 1},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        size_t bad = 0, n = strlen(cases[k].text);
        assert_true(utf8_valid(cases[k].text, n, &bad) == cases[k].valid && bad == cases[k].bad);
        assert_true(utf8_valid(cases[k].text, n, NULL) == cases[k].valid);
    }
    assert_int_equal(utf8_count("gr\xC3\xBC\xFF"), 4);
}

static void what_is_no_character_is_written_as_the_sign_for_it(void **state)
{
    (void)state;
    static const struct { uint32_t cp; const char *bytes; } cases[] = {
        {'a', "a"}, {0x7FF, "\xDF\xBF"}, {0x800, "\xE0\xA0\x80"}, {0xD7FF, "\xED\x9F\xBF"}, {0xD800, "\xEF\xBF\xBD"},
        {0xDFFF, "\xEF\xBF\xBD"}, {0xE000, "\xEE\x80\x80"}, {0xFFFF, "\xEF\xBF\xBF"}, {0x10000, "\xF0\x90\x80\x80"},
        {0x10FFFF, "\xF4\x8F\xBF\xBF"}, {0x110000, "\xEF\xBF\xBD"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char out[5];
        assert_int_equal(utf8_encode(cases[k].cp, out), strlen(cases[k].bytes));
        assert_string_equal(out, cases[k].bytes);
    }
}

static void a_text_is_cut_where_a_cell_ends(void **state)
{
    (void)state;
    static const struct { const char *text; int cells; bool ascii; const char *cut; } cases[] = {
        {"forget", 6, false, "forget"}, {"forget", 5, false, "forg\xE2\x80\xA6"}, {"forget", 5, true, "forg~"},
        {"forget", 1, true, "~"}, {"forget", 0, true, ""}, {"forget", -3, true, ""}, {"", 4, true, ""},
        {"\xE6\x97\xA5\xE6\x9C\xAC", 4, true, "\xE6\x97\xA5\xE6\x9C\xAC"},           /* two cells each */
        {"\xE6\x97\xA5\xE6\x9C\xAC", 3, true, "\xE6\x97\xA5~"},
        {"\xE6\x97\xA5\xE6\x9C\xAC", 2, true, "~"},
        {"e\xCC\x81x!", 2, true, "e\xCC\x81~"},                                       /* an accent takes none */
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct str out = {0};
        utf8_cut(&out, cases[k].text, cases[k].cells, cases[k].ascii);
        assert_string_equal(str_text(&out), cases[k].cut);
        str_free(&out);
    }
}

static void letters_and_punctuation_are_known_in_every_script(void **state)
{
    (void)state;
    static const struct { uint32_t cp, lower; bool punctuation; } cases[] = {
        {'@', '@', true}, {'A', 'a', false}, {'Z', 'z', false}, {'[', '[', true}, {'`', '`', true}, {'a', 'a', false},
        {'z', 'z', false}, {'{', '{', true}, {'~', '~', true}, {0x7F, 0x7F, false}, {' ', ' ', false},
        {'/', '/', true}, {'0', '0', false}, {'9', '9', false}, {':', ':', true}, {'!', '!', true},
        {0xC9, 0xE9, false}, {0x416, 0x436, false}, {0x2026, 0x2026, true}, {0x3002, 0x3002, true},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        assert_int_equal(utf8_lower(cases[k].cp), cases[k].lower);
        assert_int_equal(utf8_punctuation(cases[k].cp), cases[k].punctuation);
    }
}

/* Runs it in a process of its own; it returns how much was wrong. */
static void apart(int (*what)(void))
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        exit(what());
    assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* How much is not as it should be without one. */
static int without_a_locale(void)
{
    no_locales = true;
    int wrong = utf8_width(0x65E5) != 1;
    wrong += utf8_width('a') != 1 || utf8_width(0x2588) != 1;
    wrong += utf8_lower(0xC9) != 0xC9 || utf8_lower('Q') != 'q';
    wrong += utf8_punctuation(0x2026) || !utf8_punctuation('.');
    return wrong + (utf8_text_width("\xE6\x97\xA5!") != 2);
}

static void without_a_utf8_locale_a_character_is_a_cell_and_only_ascii_is_known(void **state)
{
    (void)state;
    apart(without_a_locale);
}

/* What the variables say, in the order in which the C library looks at them; standard input is no terminal. */
static int told_by_variables(void)
{
    static const struct { const char *all, *ctype, *lang; enum utf8_source source; bool utf8; } cases[] = {
        {NULL, NULL, NULL, UTF8_UNNAMED, false},
        {"", "", "", UTF8_UNNAMED, false},
        {"C", NULL, "C.UTF-8", UTF8_NOT, false},
        {"", "C.UTF-8", "C", UTF8_BY_LOCALE, true},
        {NULL, NULL, "C.UTF-8", UTF8_BY_LOCALE, true},
        {"xx_YY.UTF-8", NULL, NULL, UTF8_BY_LOCALE, true},                 /* not installed here, and clear */
        {NULL, "xx_YY.utf8", NULL, UTF8_BY_LOCALE, true},
        {NULL, NULL, "xx_YY.ISO-8859-1", UTF8_NOT, false},
    };
    static const char *const variable[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    int wrong = 0;
    for (int fd = 0; fd < 3; fd++)
        close(fd);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *const value[] = {cases[k].all, cases[k].ctype, cases[k].lang};
        for (int v = 0; v < 3; v++)
            if (value[v])
                setenv(variable[v], value[v], 1);
            else
                unsetenv(variable[v]);
        setlocale(LC_CTYPE, "C");
        wrong += utf8_take_locale() != cases[k].source;
        wrong += (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) != cases[k].utf8;
    }
    return wrong;
}

/* No variable says anything, and standard input is a terminal whose text is UTF-8, or is not. */
static int told_by_the_terminal(void)
{
    int keys = posix_openpt(O_RDWR | O_NOCTTY), wrong = grantpt(keys) || unlockpt(keys);
    int screen = open(ptsname(keys), O_RDWR | O_NOCTTY);
    struct termios modes;
    unsetenv("LC_ALL");
    unsetenv("LC_CTYPE");
    unsetenv("LANG");
    for (int fd = 0; fd < 3; fd++)
        close(fd);
    wrong += dup2(screen, 1) != 1 || tcgetattr(1, &modes) != 0;
    for (int utf8 = 0; utf8 < 2; utf8++) {
        modes.c_iflag = utf8 ? modes.c_iflag | IUTF8 : modes.c_iflag & ~(tcflag_t)IUTF8;
        wrong += tcsetattr(1, TCSANOW, &modes) != 0;
        setlocale(LC_CTYPE, "C");
        wrong += utf8_take_locale() != (utf8 ? UTF8_BY_TERMINAL : UTF8_UNNAMED);
        wrong += (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) != (utf8 == 1);
    }
    no_locales = true;
    return wrong + (utf8_take_locale() != UTF8_UNNAMED);
}

static void where_no_variable_says_it_the_terminal_does(void **state)
{
    (void)state;
    apart(told_by_the_terminal);
}

static void the_first_variable_that_says_something_decides(void **state)
{
    (void)state;
    apart(told_by_variables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* First: none is asked for yet. */
        cmocka_unit_test(without_a_utf8_locale_a_character_is_a_cell_and_only_ascii_is_known),
        cmocka_unit_test(what_is_hidden_is_what_unicode_says_is_invisible),
        cmocka_unit_test(every_code_point_comes_out_harmless),
        cmocka_unit_test(musical_and_shorthand_formats_are_shown),
        cmocka_unit_test(each_byte_that_is_not_utf8_is_shown_as_a_number),
        cmocka_unit_test(the_first_byte_that_is_wrong_is_found),
        cmocka_unit_test(what_is_no_character_is_written_as_the_sign_for_it),
        cmocka_unit_test(a_text_is_cut_where_a_cell_ends),
        cmocka_unit_test(letters_and_punctuation_are_known_in_every_script),
        cmocka_unit_test(where_no_variable_says_it_the_terminal_does),
        cmocka_unit_test(the_first_variable_that_says_something_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
