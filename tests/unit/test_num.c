/* test_num.c: numbers as text: the shortest that reads back, whatever the locale. */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/num.h"
#include "support/skip.h"
#include "base/str.h"
#include "support/decimal.h"

static void a_number_is_written_as_a_person_would(void **state)
{
    (void)state;
    static const struct { float v; const char *text; } list[] = {
        {0, "0"}, {-0.0f, "-0"}, {1, "1"}, {-1, "-1"}, {10, "10"}, {100, "100"}, {0.1f, "0.1"}, {0.25f, "0.25"},
        {-1234.5f, "-1234.5"},
        {0.00025f, "0.00025"}, {1e-4f, "0.0001"}, {1e-5f, "1e-05"}, {1.5e-5f, "1.5e-05"}, {16777216, "16777216"},
        {1e9f, "1000000000"},
        {1e10f, "1e+10"}, {1.5e20f, "1.5e+20"}, {FLT_MAX, "3.4028235e+38"}, {-FLT_MAX, "-3.4028235e+38"},
        {FLT_MIN, "1.1754944e-38"},
        {1e-45f, "1e-45"}, {0.3f, "0.3"}, {1.0f / 3, "0.33333334"}, {33554432, "33554432"}, {8388609, "8388609"},
        {0.99999994f, "0.99999994"},
        {INFINITY, "inf"}, {-INFINITY, "-inf"}, {NAN, "nan"},
    };
    char buf[NUM_MAX];
    for (size_t k = 0; k < sizeof list / sizeof *list; k++)
        assert_string_equal(num_float(buf, list[k].v), list[k].text);
}

static void a_double_is_written_as_short_as_it_can_be(void **state)
{
    (void)state;
    static const struct { double v; const char *text; } list[] = {
        {0, "0"}, {-0.0, "-0"}, {1, "1"}, {0.1, "0.1"}, {0.30000000000000004, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {2.5, "2.5"}, {1e-5, "1e-05"}, {1e15, "1e+15"}, {1e22, "1e+22"}, {1e300, "1e+300"}, {5e-324, "5e-324"},
        {1e-300, "1e-300"},
        {5.684341886080802e-14, "5.684341886080802e-14"}, {9007199254740993.0, "9.007199254740992e+15"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {-1.2345678901234566e-21, "-1.2345678901234566e-21"}, {INFINITY, "inf"}, {NAN, "nan"},
    };
    char buf[NUM_MAX];
    for (size_t k = 0; k < sizeof list / sizeof *list; k++)
        assert_string_equal(num_double(buf, list[k].v), list[k].text);
}

static uint64_t next(uint64_t *r)
{
    *r ^= *r << 13;
    *r ^= *r >> 7;
    return *r ^= *r << 17;
}

/* All 2^32 are tried by tests/hard/hard_num.c. */
static void ten_million_random_floats_are_shortest_and_nearest(void **state)
{
    (void)state;
    uint64_t r = 88172645463325252u;
    char buf[NUM_MAX];
    int n = getenv("FLSTM_SANITIZED") ? 1000000 : 10000000;
    for (int k = 0; k < n; k++) {
        uint32_t bits = (uint32_t)(next(&r) >> 32);
        float v;
        memcpy(&v, &bits, sizeof v);
        if (isfinite(v) && v != 0 && !decimal_is_shortest(v, num_float(buf, v)))
            fail_msg("0x%08X is written \"%s\"", (unsigned)bits, buf);
    }
}

/* Every exponent, with the fractions next to where the spacing changes. */
static void floats_beside_every_power_of_two_are_shortest_and_nearest(void **state)
{
    (void)state;
    char buf[NUM_MAX];
    for (uint32_t exponent = 0; exponent < 255; exponent++)
        for (int step = -2000; step <= 2000; step++) {
            uint32_t bits = (exponent << 23) + (uint32_t)step;
            float v;
            memcpy(&v, &bits, sizeof v);
            if (isfinite(v) && v != 0 && !decimal_is_shortest(v, num_float(buf, v)))
                fail_msg("0x%08X is written \"%s\"", (unsigned)bits, buf);
        }
}

static void doubles_read_back_and_no_shorter_text_does(void **state)
{
    (void)state;
    uint64_t r = 2463534242u;
    char buf[NUM_MAX], shorter[NUM_MAX];
    for (int k = 0; k < 300000; k++) {
        uint64_t bits = next(&r);
        if (k % 2)      /* half of them where surprisals and losses are */
            bits = (bits & 0x800FFFFFFFFFFFFFu) | (uint64_t)(953 + (bits >> 52) % 140) << 52;
        if (k % 16 == 0)
            bits &= 0xFFFFFFF000000000u;
        double v;
        memcpy(&v, &bits, sizeof v);
        if (!isfinite(v) || v == 0)
            continue;
        num_double(buf, v);
        if (strtod(buf, NULL) != v)
            fail_msg("%a is written \"%s\"", v, buf);
        int digits = 0, zeros = 0;
        for (const char *p = buf; *p && *p != 'e'; p++)
            if (*p >= '0' && *p <= '9' && (digits || *p != '0')) {
                digits++;
                zeros = *p == '0' ? zeros + 1 : 0;
            }
        digits -= zeros;
        snprintf(shorter, sizeof shorter, "%.*e", digits > 1 ? digits - 2 : 0, v);
        if (digits > 1 && strtod(shorter, NULL) == v)
            fail_msg("%a is written \"%s\" where \"%s\" would do", v, buf, shorter);
    }
}

static void a_comma_locale_changes_nothing(void **state)
{
    (void)state;
    static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "nl_NL.UTF-8", "de_DE"};
    char buf[NUM_MAX];
    for (size_t k = 0; k < sizeof locales / sizeof *locales; k++) {
        if (!setlocale(LC_ALL, locales[k]))
            continue;
        num_float(buf, 0.1f);
        bool same = strcmp(buf, "0.1") == 0 && strcmp(num_double(buf, 1.5e-300), "1.5e-300") == 0;
        setlocale(LC_ALL, "C");
        assert_true(same);
        return;
    }
    skip_because("no locale with a decimal comma is installed");
}

static void a_float_grows_a_string_by_its_own_length(void **state)
{
    (void)state;
    struct str s = {0};
    for (int k = 0; k < 1000; k++) {
        str_add_float(&s, -0.12345678f);
        assert_int_equal(s.len, (size_t)(k + 1) * 11);
        assert_int_equal(s.s[s.len], '\0');
    }
    str_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_written_as_a_person_would),
        cmocka_unit_test(a_double_is_written_as_short_as_it_can_be),
        cmocka_unit_test(ten_million_random_floats_are_shortest_and_nearest),
        cmocka_unit_test(floats_beside_every_power_of_two_are_shortest_and_nearest),
        cmocka_unit_test(doubles_read_back_and_no_shorter_text_does),
        cmocka_unit_test(a_comma_locale_changes_nothing),
        cmocka_unit_test(a_float_grows_a_string_by_its_own_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
