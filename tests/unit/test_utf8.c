/* test_utf8.c: text from outside is made harmless, whatever it is: all code points here, all strings of up to four
 * bytes in tests/hard/hard_clean.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_hidden_is_what_unicode_says_is_invisible),
        cmocka_unit_test(every_code_point_comes_out_harmless),
        cmocka_unit_test(musical_and_shorthand_formats_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
