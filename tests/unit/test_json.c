/* The JSON reader, as someone with a broken file meets it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <time.h>

#include <cmocka.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_scan.h"
#include "base/progress.h"
#include "support/bytes.h"
#include "support/skip.h"
#include "base/str.h"

static struct json *parse(const char *text, struct err *e)
{
    return json_parse_copy(text, strlen(text), "F", e);
}

static struct json *must_parse(const char *text)
{
    struct err e = {{0}};
    struct json *j = parse(text, &e);
    if (!j)
        fail_msg("%s: %s", text, e.text);
    return j;
}

static void must_say(const char *got, const char *wanted)
{
    if (!strstr(got, wanted))
        fail_msg("expected a message with\n    %s\ngot\n    %s", wanted, got);
}

/* ---- what is not JSON ---- */

struct refusal {
    const char *text;
    size_t len;                    /* 0: strlen */
    const char *message;
};

static void refused(const struct refusal *r, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        struct err e = {{0}};
        size_t len = r[k].len ? r[k].len : strlen(r[k].text);
        struct json *j = json_parse_copy(r[k].text, len, "F", &e);
        if (j)
            fail_msg("accepted: %s", r[k].text);
        must_say(e.text, r[k].message);
    }
}
#define REFUSED(...)                                                                                                   \
    refused((const struct refusal[]){__VA_ARGS__},                                                                     \
            sizeof((const struct refusal[]){__VA_ARGS__}) / sizeof(struct refusal))

static void an_empty_or_blank_text_says_so(void **state)
{
    (void)state;
    REFUSED({"", 0, "F:1:1: not valid JSON: the text is empty"},
            {" \n\t ", 0, "F:2:3: not valid JSON: the text is blank"});
}

static void a_byte_order_mark_is_passed_over(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct json *j = json_parse_copy("\xEF\xBB\xBF{\"a\": [1, 2]}", 16, "F", &e);
    if (!j)
        fail_msg("%s", e.text);
    struct json_at top = json_top(j), a;
    struct json_floats f;
    assert_true(json_get(&top, "a", &a) && json_floats(&a, &f, &e) && f.count == 2 && f.v[1] == 2);
    json_free(j);
}

static void numbers_that_are_not_finite_fail_where_they_are_asked_for(void **state)
{
    (void)state;
    static const char text[] =
        "{\"loss\": Infinity, \"list\": [[1, NaN], [-Infinity, 2]], \"fine\": [3], \"n\": -Infinity}";
    struct err e = {{0}};
    struct json *j = json_parse_copy(text, sizeof text - 1, "F", &e);
    if (!j)
        fail_msg("%s", e.text);
    struct json_at top = json_top(j), at;
    struct json_floats f;
    bool finite;
    double v;
    long n;
    assert_true(json_get(&top, "fine", &at) && json_floats(&at, &f, &e) && f.v[0] == 3);
    assert_true(json_get(&top, "loss", &at) && !json_number(&at, &v, &e));
    assert_string_equal(e.text, "F: loss: expected a finite number, found Infinity");
    assert_true(json_get(&top, "list", &at) && !json_floats(&at, &f, &e));
    assert_string_equal(e.text, "F: list[0][1]: expected a finite number within float range, found NaN");
    assert_true(json_rectangle(&at, &f, &finite) && !finite && f.rank == 2 && f.shape[1] == 2);
    assert_true(json_get(&top, "n", &at) && !json_int(&at, 0, 5, &n, &e));
    json_free(j);
    /* Of several the first is told, also where the list begins with it. */
    static const struct { const char *text, *says; } lists[] = {
        {"[Infinity, NaN]", "F: [0]: expected a finite number within float range, found Infinity"},
        {"[1, 1e1000000000, NaN]", "F: [1]: expected a finite number within float range, found 1e1000000000"},
    };
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        j = must_parse(lists[k].text);
        top = json_top(j);
        assert_false(json_floats(&top, &f, &e));
        assert_string_equal(e.text, lists[k].says);
        json_free(j);
    }
}

static void a_text_in_another_encoding_is_told_which(void **state)
{
    (void)state;
    REFUSED({"\xFF\xFE{\0}\0", 6, "UTF-16"}, {"\xFE\xFF\0{\0}", 6, "UTF-16"},
            {"{\0}\0", 4, "UTF-16"}, {"\0{\0}", 4, "UTF-16"}, {"\xFF\xFE\0\0{\0\0\0", 8, "UTF-32"});
}

static void bytes_that_are_not_utf8_are_named(void **state)
{
    (void)state;
    REFUSED({"\"\xFF\"", 0, "F:1:2: not valid JSON: the byte 0xFF is not UTF-8"},
            {"[\"a\xC3\"]", 0, "F:1:4: not valid JSON: the byte 0xC3"}, {"\"\xC0\xAF\"", 0, "0xC0 is not UTF-8"},
            {"\"\xED\xA0\x80\"", 0, "0xED is not UTF-8"}, {"\"\xF4\x90\x80\x80\"", 0, "0xF4"},
            {"{\"\xE0\x80\x80\": 1}", 0, "0xE0"}, {"[\xFF]", 0, "found the byte 0xFF"},
            {"[\xEF\xBF\xBD]", 0, "F:1:2: not valid JSON: expected a value, found \xEF\xBF\xBD"});
}

static void raw_control_characters_are_refused(void **state)
{
    (void)state;
    REFUSED({"\"a\0b\"", 5, "F:1:3: not valid JSON: the control character 0x00 stands raw"},
            {"\"\x1B[2J\"", 0, "0x1B stands raw in a string (write \\u001b)"}, {"\"a\nb\"", 0, "0x0A stands raw"},
            {"[1,\0 2]", 7, "found the byte 0x00"}, {"[1]\0", 4, "found the byte 0x00"},
            {"[\f1]", 0, "found the byte 0x0C"});
}

static void numbers_follow_the_grammar(void **state)
{
    (void)state;
    REFUSED({"[01]", 0, "F:1:2: not valid JSON: a number cannot begin with 0"}, {"[-012]", 0, "cannot begin with 0"},
            {"01", 0, "cannot begin with 0"}, {"[1.]", 0, "F:1:4: not valid JSON: expected a digit, found ]"},
            {"[1.e5]", 0, "expected a digit, found e"}, {"1.", 0, "expected a digit, found the end"},
            {"[.5]", 0, "expected a value, found ."}, {"[+1]", 0, "expected a value, found +"},
            {"[-]", 0, "expected a digit, found ]"}, {"[1e]", 0, "expected a digit, found ]"},
            {"[1e+]", 0, "F:1:5: not valid JSON: expected a digit"},
            {"[1e-]", 0, "F:1:5: not valid JSON: expected a digit, found ]"},
            {"[-1.25E]", 0, "F:1:8: not valid JSON: expected a digit, found ]"}, {"[0x10]", 0, "found x"},
            {"[1.5.5]", 0, "found ."}, {"[--1]", 0, "expected a digit, found -"}, {"[nan]", 0, "found nan"},
            {"[Nan]", 0, "found Nan"},
            {"[1, -Inf]", 0, "expected a digit, found Inf (JSON has no NaN and no Infinity)"},
            {"[1, NaNs]", 0, "found NaNs"}, {"[NaN1]", 0, "F:1:2: not valid JSON: expected a value, found NaN"},
            {"{\"a\": 1.}", 0, "expected a digit, found }"});
}

static void structure_errors_say_what_was_expected_where(void **state)
{
    (void)state;
    REFUSED({"{} x", 0, "F:1:4: not valid JSON: expected nothing more after the value, found x"},
            {"[1] [2]", 0, "expected nothing more"}, {"[1, 2", 0, "expected \",\" or \"]\", found the end of the text"},
            {"{\"a\"", 0, "expected \":\" after the key, found the end"},
            {"{\"a\": [1, 2], \"b\": \"c", 0, "the text ends inside a string"},
            {"[1,]", 0, "F:1:4: not valid JSON: expected a value, found ]"},
            {"{\"a\":1,}", 0, "expected a key in double quotes, found }"},
            {"{a:1}", 0, "expected a key in double quotes, found a"}, {"['a']", 0, "expected a value, found '"},
            {"[1 2]", 0, "expected \",\" or \"]\", found 2"}, {"[1}", 0, "found }"}, {"]", 0, "found ]"},
            {"[true, False]", 0, "found False"}, {"[nullx]", 0, "found nullx"},
            {"[true1]", 0, "expected a value, found true"},
            {"[abcdefghijklmnopqrstuvwxyz]", 0, "F:1:2: not valid JSON: expected a value, found abcdefghijklmnopqrst"},
            {"// x\n1", 0, "found /"},
            {"{\n\"a\": 1\n\"b\": 2}", 0, "F:3:1: "}, {"\"\\x\"", 0, "after a backslash, found x"},
            {"\"\\u12\"", 0, "four hexadecimal digits"}, {"\"\\", 0, "found the end"});
}

static void half_a_character_is_refused(void **state)
{
    (void)state;
    REFUSED({"\"\\ud800\"", 0, "\\uD800 is the first half of a character without the second"},
            {"\"\\ud800\\u0041\"", 0, "without the second"},
            {"\"\\ud800x\"", 0, "without the second"}, {"\"\\ud800\\n\"", 0, "without the second"},
            {"\"\\udbff\\ue000\"", 0, "without the second"}, {"\"\\ud800\\uD80g\"", 0, "\\u"},
            {"\"\\u00fG\"", 0, "\\u"}, {"\"\\u00Ag\"", 0, "\\u"},
            {"\"\\udc00\"", 0, "second half of a character without the first"}, {"{\"\\ud83d\": 1}", 0, "first half"});
}

#define TEN "1234567890"

static void a_key_may_be_there_only_once_however_it_is_written(void **state)
{
    (void)state;
    REFUSED({"{\"a\": 1, \"b\": 2, \"a\": 3}", 0, "F:1:18: the key \"a\" is there twice"},
            {"{\"a\": 1, \"\\u0061\": 2}", 0, "the key \"\\u0061\" is there twice"},
            {"{\"\xC3\xA9\": 1, \"\\u00e9\": 2}", 0, "twice"},
            {"{\"\\ud83d\\ude00\": 1, \"\xF0\x9F\x98\x80\": 2}", 0, "twice"},
            {"{\"\\n\": 1, \"\\u000a\": 2}", 0, "twice"},
            {"[{\"x\": {\"y\": 1, \"y\": 1}}]", 0, "\"y\" is there twice"},
            {"{\"\xC3\xA9x\": 1, \"\xC3\xA9x\": 2}", 0, "F:1:12: the key \"\xC3\xA9x\" is there twice"},
            {"{\"b\": 1, \"a\": 2, \"b\": 3, \"a\": 4}", 0, "F:1:18: the key \"b\" is there twice"},
            {"{\"a\": 1, \"a\": 2, \"b\": 3, \"b\": 4}", 0, "F:1:10: the key \"a\" is there twice"},
            {"{\"/\": 1, \"\\/\": 2}", 0, "the key \"\\/\" is there twice"},
            {"{\"\\ue000\": 1, \"\xEE\x80\x80\": 2}", 0, "is there twice"},
            {"{\"\\uFFFD\": 1, \"\xEF\xBF\xBD\": 2}", 0, "is there twice"},
            /* of a long one as much as fits */
            {"{\"" TEN TEN TEN TEN TEN TEN TEN "\": 1, \"" TEN TEN TEN TEN TEN TEN TEN "\": 2}", 0,
             "F:1:79: the key \"" TEN TEN TEN TEN TEN "123456789\" is there twice"});
    struct err e = {{0}};
    assert_null(parse("{\"a\": 1, \"a\": 2}", &e));
    assert_null(strstr(e.text, "not valid JSON"));
}

static void keys_that_differ_in_case_are_two(void **state)
{
    (void)state;
    struct json *j = must_parse("{\"c\": \"small\", \"C\": \"large\", \"ab\": 1, \"a\": {\"a\": 1}}");
    struct json_at top = json_top(j), at;
    const char *s;
    assert_true(json_get(&top, "C", &at) && json_string(&at, &s, NULL));
    assert_string_equal(s, "large");
    assert_true(json_get(&top, "c", &at) && json_string(&at, &s, NULL));
    assert_string_equal(s, "small");
    json_free(j);
}

static void sixty_four_levels_are_read_and_more_are_refused(void **state)
{
    (void)state;
    char deep[2 * 65 + 1];
    for (int levels = 64; levels <= 65; levels++) {
        struct err e = {{0}};
        memset(deep, '[', (size_t)levels);
        memset(deep + levels, ']', (size_t)levels);
        struct json *j = json_parse_copy(deep, (size_t)levels * 2, "F", &e);
        if (levels == 64)
            assert_non_null(j);
        else
            must_say(e.text, "F:1:65: nested deeper than 64 levels");
        json_free(j);
    }
}

/* ---- size ---- */

static struct json *timed(char *text, size_t len, struct err *e)
{
    clock_t from = clock();
    struct json *j = json_parse(text, len, "F", e);
    double seconds = (double)(clock() - from) / CLOCKS_PER_SEC;
    if (seconds > 10)
        fail_msg("took %.1f s", seconds);
    return j;
}

static char *fill(size_t n, const char *unit)
{
    size_t u = strlen(unit);
    char *s = malloc(n + 1);
    assert_non_null(s);
    for (size_t k = 0; k < n; k++)
        s[k] = unit[k % u];
    s[n] = '\0';
    return s;
}

static void huge_hostile_texts_are_refused_at_once(void **state)
{
    (void)state;
    struct err e = {{0}};
    assert_null(timed(fill(5000000, "["), 5000000, &e));
    must_say(e.text, "nested deeper");
    assert_null(timed(fill(5000000, "\""), 5000000, &e));
    must_say(e.text, "F:1:3: not valid JSON");
    assert_null(timed(fill(5000000, "{\"\":"), 5000000, &e));
    must_say(e.text, "nested deeper");
    assert_null(timed(fill(100000000, " "), 100000000, &e));
    must_say(e.text, "the text is blank");
    assert_null(timed(fill(5000000, "\n"), 5000000, &e));
    must_say(e.text, "F:5000001:1:");
    char *text = fill(5000000, "[1,");
    memset(text + 3 * 63, '1', 100000);
    assert_null(timed(text, 5000000, &e));
    must_say(e.text, "nested deeper");
}

static void a_number_of_two_million_digits_is_read_in_linear_time(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct json_floats f;
    char *text = fill(2000004, "1");
    memcpy(text, "[0.", 3);
    text[2000003] = ']';
    struct json *j = timed(text, 2000004, &e);
    assert_non_null(j);
    struct json_at top = json_top(j);
    assert_true(json_floats(&top, &f, &e));
    assert_true(f.v[0] == 0.11111111f);
    json_free(j);
    text = fill(2000002, "9");
    text[0] = '[';
    text[2000001] = ']';
    j = timed(text, 2000002, &e);
    assert_non_null(j);
    top = json_top(j);
    assert_false(json_floats(&top, &f, &e));
    must_say(e.text,
             "F: [0]: expected a finite number within float range, found 99999999999999999999... (2000000 characters)");
    json_free(j);
    text = fill(2000000, "7");
    j = timed(text, 2000000, &e);
    double v;
    top = json_top(j);
    assert_false(json_number(&top, &v, &e));
    json_free(j);
}

static void many_keys_and_many_rows_stay_linear(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct str s = {0};
    str_addc(&s, '{');
    for (int k = 0; k < 200000; k++)
        str_addf(&s, "%s\"key%d\":%d", k ? "," : "", k, k);
    str_addc(&s, '}');
    size_t n = s.len;
    struct json *j = timed(str_take(&s), n, &e);
    assert_non_null(j);
    struct json_at top = json_top(j), item;
    struct json_iter it = json_iter(&top);
    long sum = 0, v;
    clock_t from = clock();
    while (json_next(&it, NULL, &item)) {
        assert_true(json_int(&item, 0, 200000, &v, &e));
        sum += v;
    }
    assert_true((clock() - from) / CLOCKS_PER_SEC < 5);
    assert_int_equal(sum, 200000L * 199999 / 2);
    json_free(j);
    str_addc(&s, '[');
    for (int k = 0; k < 300000; k++)
        str_addf(&s, "%s[%d]", k ? "," : "", k);
    str_add(&s, ",[\"x\"]]");
    n = s.len;
    j = timed(str_take(&s), n, &e);
    struct json_floats f;
    top = json_top(j);
    assert_false(json_floats(&top, &f, &e));
    must_say(e.text, "F: [300000][0]: expected a finite number, found \"x\"");
    json_free(j);
}

/* ---- numbers ---- */

static void every_float_is_the_one_strtof_reads(void **state)
{
    (void)state;
    static const char *const fixed[] = {
        "0",
        "-0",
        "0.0",
        "-0e5",
        "1",
        "-1",
        "0.1",
        "16777217",
        "16777216",
        "33554433",
        "3.4028234663852886e38",
        "3.4028235677973366e38",
        "-3.4028235677973362e38",
        "1.17549435e-38",
        "1.1754943e-38",
        "1e-45",
        "7.1e-46",
        "7.006492321624085e-46",
        "7.006492321624086e-46",
        "1e-400",
        "0.000000000000000000000000000000000000011754943508222875",
        "1.00000005960464477539062500",
        "1.00000005960464477539062501",
        "1.00000005960464477539062499",
        "1.000000178813934326171875",
        "9007199254740993",
        "123456789012345678901234567890",
        "0.3333333333333333148",
        "1e-00000000000000000005",
        "1E+2",
        "100000000000000000000000000000000000000",
        "18446744073709551616",
        "99999999999999999999e-20",
        "0.00000000000000000000000000000000000000000000000000000000000000000000000001e70",
        "12345678",
        "123456789.87654321",
        "1e-1000000000",
        "0e1000000000",
        "1\r",
    };
    struct str s = {0};
    enum { RANDOM = 20000, FIXED = sizeof fixed / sizeof *fixed };
    float want[FIXED + RANDOM];
    uint32_t seed = 12345;
    str_addc(&s, '[');
    for (int k = 0; k < FIXED + RANDOM; k++) {
        char buf[80];
        if (k < FIXED) {
            snprintf(buf, sizeof buf, "%s", fixed[k]);
        } else {
            float f, g;
            uint32_t up;
            seed = seed * 1664525u + 1013904223u;
            uint32_t bits = seed & 0xFF7FFFFFu;           /* every exponent but the last two, both signs */
            memcpy(&f, &bits, sizeof f);
            up = bits + 1;
            memcpy(&g, &up, sizeof g);
            switch (k % 5) {
            case 0: snprintf(buf, sizeof buf, "%.9g", (double)f); break;
            case 1: snprintf(buf, sizeof buf, "%.17g", (double)f); break;
            case 2: snprintf(buf, sizeof buf, "%.25e", ((double)f + (double)g) / 2); break; /* halfway: the hard case */
            case 3: snprintf(buf, sizeof buf, "%.6f", (double)(float)(int32_t)seed / 65536.0); break;
            default: snprintf(buf, sizeof buf, "%u.%u", seed % 1000, seed); break;
            }
        }
        want[k] = strtof(buf, NULL);
        str_addf(&s, "%s%s", k ? "," : "", buf);
    }
    str_addc(&s, ']');
    struct json *j = must_parse(s.s);
    struct json_at top = json_top(j);
    struct json_floats f;
    struct err e = {{0}};
    if (!json_floats(&top, &f, &e))
        fail_msg("%s", e.text);
    assert_int_equal(f.count, FIXED + RANDOM);
    assert_memory_equal(f.v, want, sizeof want);
    json_free(j);
    str_free(&s);
}

/* Digits are read many at once: however many there are before and behind the point, zeros first or not. */
static void numbers_of_any_length_are_the_ones_strtof_reads(void **state)
{
    (void)state;
    enum { BEFORE = 24, BEHIND = 40, ALL = BEFORE * (BEHIND + 1) * 3 };
    static float want[ALL];
    struct str s = {0};
    uint32_t seed = 99;
    int n = 0;
    str_addc(&s, '[');
    for (int before = 1; before <= BEFORE; before++)
        for (int behind = 0; behind <= BEHIND; behind++)
            for (int zeros = 0; zeros < 3; zeros++) {
                char buf[80] = "0", *d = buf;
                for (int k = 0; k < before && (zeros != 2 || d == buf); k++) {
                    seed = seed * 1664525u + 1013904223u;
                    *d++ = zeros == 2 ? '0' : (char)('1' + (seed >> 24) % 9);
                }
                if (behind)
                    *d++ = '.';
                for (int k = 0; k < behind; k++) {
                    seed = seed * 1664525u + 1013904223u;
                    *d++ = zeros && k < before ? '0' : (char)('0' + (seed >> 24) % 10);
                }
                *d = '\0';
                want[n++] = strtof(buf, NULL);
                str_addf(&s, "%s%s", n > 1 ? "," : "", buf);
            }
    str_addc(&s, ']');
    assert_int_equal(n, ALL);
    struct json *j = must_parse(s.s);
    struct json_at top = json_top(j);
    struct json_floats f;
    struct err e = {{0}};
    assert_true(json_floats(&top, &f, &e));
    assert_int_equal(f.count, ALL);
    for (int k = 0; k < ALL; k++)
        if (memcmp(&f.v[k], &want[k], sizeof want[k]) != 0)
            fail_msg("number %d: %.9g, not %.9g", k, (double)f.v[k], (double)want[k]);
    json_free(j);
    str_free(&s);
}

/* '/' and ':' stand beside the digits in ASCII. */
static void what_follows_digits_is_seen_wherever_it_stands(void **state)
{
    (void)state;
    static const char other[] = "/:;\xff x";
    for (int n = 1; n <= 40; n++)
        for (const char *o = other; *o; o++)
            for (int behind = 0; behind < 2; behind++) {
                char text[64] = "[", want[80], *d = text + 1;
                if (behind)
                    d += sprintf(d, "0.");
                memset(d, '3', (size_t)n);
                d[n] = *o;
                strcpy(d + n + 1, "1]");
                struct err e = {{0}};
                assert_null(json_parse_copy(text, strlen(text), "F", &e));
                snprintf(want, sizeof want, "F:1:%d: not valid JSON: ", (int)(d - text) + n + 1 + (*o == ' '));
                must_say(e.text, want);
            }
}

static void numbers_beyond_float_range_are_named_with_their_place(void **state)
{
    (void)state;
    static const struct { const char *text, *message; } bad[] = {
        {"{\"layers\": [{\"W_f\": [[1, 2], [3, 4], [5, 1e999]]}]}",
         "F: layers[0].W_f[2][1]: expected a finite number within float range, found 1e999"},
        {"{\"layers\": [{\"W_f\": [[1, -1e39], [3, 4]]}]}",
         "F: layers[0].W_f[0][1]: expected a finite number within float range, found -1e39"},
        {"{\"layers\": [{\"W_f\": [3.4028236e38]}]}",
         "F: layers[0].W_f[0]: expected a finite number within float range, found 3.4028236e38"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct err e = {{0}};
        struct json *j = must_parse(bad[k].text);
        struct json_at top = json_top(j), layers, layer, w;
        struct json_floats f;
        assert_true(json_get(&top, "layers", &layers));
        struct json_iter it = json_iter(&layers);
        assert_true(json_next(&it, NULL, &layer));
        assert_true(json_need(&layer, "W_f", &w, &e));
        assert_false(json_floats(&w, &f, &e));
        must_say(e.text, bad[k].message);
        json_free(j);
    }
    struct json *j = must_parse("{\"a\": 1e999, \"b\": 1e39}");
    struct json_at top = json_top(j), at;
    struct err e = {{0}};
    double v;
    json_get(&top, "a", &at);
    assert_false(json_number(&at, &v, &e));
    must_say(e.text, "F: a: expected a finite number, found 1e999");
    json_get(&top, "b", &at);
    assert_true(json_number(&at, &v, &e) && v == 1e39);
    json_free(j);
}

static void numbers_mean_the_same_in_a_locale_with_a_comma(void **state)
{
    (void)state;
    static const char *const comma[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "nl_NL.UTF-8"};
    bool set = false;
    for (size_t k = 0; !set && k < sizeof comma / sizeof *comma; k++)
        set = setlocale(LC_NUMERIC, comma[k]) != NULL;
    if (!set)
        print_message("no locale with a decimal comma is installed: checked in the C locale only\n");
    /* More digits than fit, and a subnormal: both go the way that asks the C library. */
    struct json *j = must_parse("[0.100000000000000000000000000000001, 1.5e-44]");
    struct json_at top = json_top(j);
    struct json_floats f;
    assert_true(json_floats(&top, &f, NULL));
    assert_true(f.v[0] == 0.1f && f.v[1] == 1.5e-44f);
    json_free(j);
    setlocale(LC_NUMERIC, "C");
}

static void where_a_number_ends_is_told_of_every_text(void **state)
{
    (void)state;
    static const struct { const char *text; size_t length; } cases[] = {
        {"12.5e3,", 6}, {"-0]", 2}, {"NaN ", 3}, {"-Infinity", 9}, {"NaN5", 0}, {"x", 0}, {"", 0}, {"-", 0}, {"1e", 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        assert_int_equal(json_number_end(cases[k].text) - cases[k].text, cases[k].length);
}

/* ---- rectangles ---- */

static void nested_rectangles_up_to_rank_four_become_one_array(void **state)
{
    (void)state;
    static const struct { const char *text; int rank; size_t shape[JSON_RANK], count; float last; } good[] = {
        {"[]", 1, {0}, 0, 0}, {"[7]", 1, {1}, 1, 7}, {"[ 1 ,\n2\t]", 1, {2}, 2, 2}, {"[[7]]", 2, {1, 1}, 1, 7},
        {"[[1,2],[3,4],[5,6]]", 2, {3, 2}, 6, 6}, {"[[[1],[2]],[[3],[4]]]", 3, {2, 2, 1}, 4, 4},
        {"[[[[1,2]]],[[[3,4]]]]", 4, {2, 1, 1, 2}, 4, 4},
    };
    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        struct json *j = must_parse(good[k].text);
        struct json_at top = json_top(j);
        struct json_floats f;
        assert_true(json_floats(&top, &f, NULL));
        assert_int_equal(f.rank, good[k].rank);
        assert_int_equal(f.count, good[k].count);
        for (int d = 0; d < f.rank; d++)
            assert_int_equal(f.shape[d], good[k].shape[d]);
        if (f.count)
            assert_true(f.v[f.count - 1] == good[k].last);
        assert_int_equal(json_kind(&top), JSON_ARRAY);
        assert_int_equal(json_length(&top), f.shape[0]);
        json_free(j);
    }
}

static void what_is_no_rectangle_is_told_the_exact_element(void **state)
{
    (void)state;
    static const struct { const char *text, *message; } bad[] = {
        {"[[1,2],[3]]", "F: [1]: expected 2 numbers, found 1"},
        {"[[1,2],[3,4],[]]", "F: [2]: expected 2 numbers, found 0"},
        {"[[1,2],3]", "F: [1]: expected an array of numbers, found 3"},
        {"[1,[2]]", "F: [1]: expected a finite number, found an array of 1 number"},
        {"[1,\"x\",3]", "F: [1]: expected a finite number, found \"x\""},
        {"[[1,2],[3,null]]", "F: [1][1]: expected a finite number, found null"},
        {"[[1,2],[[3],[4]]]", "F: [1]: expected 2 numbers, found an array of 2 x 1 numbers"},
        {"[null]", "F: [0]: expected a finite number, found null"},
        {"[[],[]]", "only empty arrays"}, {"[[[[[1]]]]]", "at most 4 levels"},
        {"{}", "F: expected an array of numbers, found an object"},
        {"\"12\"", "F: expected an array of numbers, found \"12\""}, {"true", "found true"}, {"5", "found 5"},
        {"[[[1,2],[3,4]],[[5,6],[7]]]", "F: [1][1]: expected 2 numbers, found 1"},
        {"[[1],[{\"a\":[1]}]]", "F: [1][0]: expected a finite number, found an object"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct err e = {{0}};
        struct json *j = must_parse(bad[k].text);
        struct json_at top = json_top(j);
        struct json_floats f;
        assert_false(json_floats(&top, &f, &e));
        must_say(e.text, bad[k].message);
        json_free(j);
    }
}

static void a_matrix_of_the_wrong_size_names_the_row(void **state)
{
    (void)state;
    static const struct { const char *text, *message; } bad[] = {
        {"[[1,2],[3,4]]", "F: [0]: expected 3 numbers, found 2"},
        {"[[1,2,3],[3,4]]", "F: [1]: expected 3 numbers, found 2"},
        {"[[1,2],[1,2,3]]", "F: [0]: expected 3 numbers, found 2"},
        {"[[1,2,3]]", "F: expected 2 rows of 3 numbers, found 1 row"},
        {"[1,2,3]", "F: expected 2 rows of 3 numbers, found an array of 3 numbers"}, {"[]", "found 0 rows"},
        {"[[],[]]", "F: [0]: expected 3 numbers, found 0"},
        {"[[1,2,3],[1,2,\"3\"]]", "F: [1][2]: expected a finite number, found \"3\""},
        {"7", "F: expected 2 rows of 3 numbers, found 7"},
        {"[[1,2,3],[1,2,1e99]]", "F: [1][2]: expected a finite number within float range, found 1e99"},
    };
    const float *v;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct err e = {{0}};
        struct json *j = must_parse(bad[k].text);
        struct json_at top = json_top(j);
        assert_false(json_matrix(&top, 2, 3, &v, &e));
        must_say(e.text, bad[k].message);
        json_free(j);
    }
    struct err e = {{0}};
    struct json *j = must_parse("[[1,2,3],[4,5,6]]");
    struct json_at top = json_top(j);
    assert_true(json_matrix(&top, 2, 3, &v, &e) && v[5] == 6);
    assert_false(json_vector(&top, 6, &v, &e));
    must_say(e.text, "F: expected 6 numbers, found an array of 2 x 3 numbers");
    json_free(j);
    j = must_parse("[1,2]");
    top = json_top(j);
    assert_true(json_vector(&top, 2, &v, &e) && v[1] == 2);
    assert_false(json_vector(&top, 3, &v, &e));
    must_say(e.text, "F: expected 3 numbers, found 2");
    json_free(j);
}

static void whole_numbers_are_read_exactly(void **state)
{
    (void)state;
    struct err e = {{0}};
    long *v;
    size_t n;
    struct json *j = must_parse("[16777217, -3, 0, 9007199254740993 , 2.0, 1e3]");
    struct json_at top = json_top(j);
    assert_true(json_ints(&top, -10, 1L << 60, &v, &n, &e));
    assert_int_equal(n, 6);
    assert_true(v[0] == 16777217 && v[1] == -3 && v[2] == 0 && v[3] == 9007199254740993 && v[4] == 2 && v[5] == 1000);
    free(v);
    json_free(j);
    static const struct { const char *text, *message; } bad[] = {
        {"[1, 2.5]", "F: [1]: expected a whole number from 0 to 9, found 2.5"},
        {"[-1]", "F: [0]: expected a whole number from 0 to 9, found -1"},
        {"[10]", "found 10"}, {"[1, \"2\"]", "F: [1]: expected a finite number, found \"2\""},
        {"[[1]]", "expected an array of whole numbers"},
        {"[99999999999999999999999]", "found 99999999999999999999999"}, {"{}", "found an object"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        j = must_parse(bad[k].text);
        top = json_top(j);
        assert_false(json_ints(&top, 0, 9, &v, &n, &e));
        must_say(e.text, bad[k].message);
        json_free(j);
    }
    j = must_parse("[]");
    top = json_top(j);
    assert_true(json_ints(&top, 0, 9, &v, &n, &e));
    assert_int_equal(n, 0);
    free(v);
    json_free(j);
}

/* ---- walking ---- */

static void every_value_says_what_it_expected_and_found(void **state)
{
    (void)state;
    struct err e = {{0}};
    const char *s;
    bool b;
    long n;
    struct json *j = must_parse("{\"s\": \"x\", \"n\": 2.5, \"t\": true, \"nul\": \"a\\u0000b\", \"o\": {\"in\": [0, "
                                "{\"k y\": null}]}, \"a\": [\"p\", 3, false]}");
    struct json_at top = json_top(j), at, in;
    json_get(&top, "s", &at);
    assert_true(json_string(&at, &s, &e));
    assert_string_equal(s, "x");
    assert_false(json_bool(&at, &b, &e));
    must_say(e.text, "F: s: expected true or false, found \"x\"");
    assert_false(json_int(&at, 1, 9, &n, &e));
    must_say(e.text, "F: s: expected a whole number from 1 to 9, found \"x\"");
    json_get(&top, "n", &at);
    assert_false(json_int(&at, 1, 9, &n, &e));
    must_say(e.text, "found 2.5");
    assert_false(json_string(&at, &s, &e));
    must_say(e.text, "F: n: expected a string, found 2.5");
    json_get(&top, "nul", &at);
    assert_false(json_string(&at, &s, &e));
    must_say(e.text, "F: nul: expected a string without \\u0000");
    json_get(&top, "t", &at);
    assert_true(json_bool(&at, &b, &e) && b);
    assert_false(json_get(&at, "x", &in));
    assert_false(json_need(&at, "x", &in, &e));
    must_say(e.text, "F: t: expected an object, found true");
    assert_false(json_need(&top, "zz", &in, &e));
    must_say(e.text, "F: expected the key \"zz\", found none");
    assert_false(json_expected(&in, &e, "%d things", 3));
    must_say(e.text, "F: zz: expected 3 things, found nothing");
    json_get(&top, "o", &at);
    json_get(&at, "in", &in);
    struct json_iter it = json_iter(&in);
    struct json_at item;
    assert_true(json_next(&it, NULL, &item) && json_next(&it, NULL, &item));
    assert_true(json_get(&item, "k y", &at));
    json_complain(&at, &e, "hello");
    assert_string_equal(e.text, "F: o.in[1][\"k y\"]: hello");
    json_get(&top, "a", &at);
    assert_false(json_is_object(&at, &e));
    must_say(e.text, "F: a: expected an object, found an array of 3");
    json_free(j);
}

static void an_unknown_key_is_named_and_a_comment_passes(void **state)
{
    (void)state;
    static const char *const known[] = {"a", "b", NULL};
    struct err e = {{0}};
    struct json *j = must_parse("{\"a\": 1, \"_why\": \"because\", \"c\\u001b\": 2}");
    struct json_at top = json_top(j);
    assert_false(json_known_keys(&top, known, &e));
    assert_string_equal(e.text, "F: unknown key \"c<0x1B>\"; the keys here are a, b");
    json_free(j);
    j = must_parse("{\"_a\": 1, \"b\": []}");
    top = json_top(j);
    assert_true(json_known_keys(&top, known, &e));
    json_free(j);
}

static void strings_come_out_decoded(void **state)
{
    (void)state;
    const char *s;
    struct json *j = must_parse("\"\\u00e9\\n\\\"\\ud83d\\ude00\\/ \xC3\xA9\"");
    struct json_at top = json_top(j);
    assert_true(json_string(&top, &s, NULL));
    assert_string_equal(s, "\xC3\xA9\n\"\xF0\x9F\x98\x80/ \xC3\xA9");
    json_free(j);
    j = must_parse("\"\\uE000\\uffff \xEF\xBF\xBD\"");
    top = json_top(j);
    assert_true(json_string(&top, &s, NULL));
    assert_string_equal(s, "\xEE\x80\x80\xEF\xBF\xBF \xEF\xBF\xBD");
    json_free(j);
}

static void a_value_can_be_kept_as_text(void **state)
{
    (void)state;
    struct json *j = must_parse(" {\"a\" : [ 1.50, -2e3 ],\"b\":[[1, 2],[3 ,4]], \"c\":[\"x\", 1e999, null, true, {}, "
                                "[]], \"d\\u0000\": \"\\u0000\\n\"} ");
    struct json_at top = json_top(j);
    char *text = json_text(&top);
    assert_string_equal(
        text,
        "{\"a\":[1.50,-2e3],\"b\":[[1,2],[3,4]],\"c\":[\"x\",1e999,null,true,{},[]],\"d\\u0000\":\"\\u0000\\n\"}");
    free(text);
    json_free(j);
}

static void a_very_long_place_is_cut_not_overrun(void **state)
{
    (void)state;
    struct str s = {0};
    struct err e = {{0}};
    for (int k = 0; k < 40; k++)
        str_add(&s, "{\"a_rather_long_key\":");
    str_add(&s, "1");
    for (int k = 0; k < 40; k++)
        str_addc(&s, '}');
    struct json *j = must_parse(s.s);
    struct json_at at = json_top(j), in;
    while (json_get(&at, "a_rather_long_key", &in))
        at = in;
    assert_true(strlen(at.path) < JSON_PATH);
    assert_string_equal(at.path + strlen(at.path) - 3, "...");
    assert_false(json_is_object(&at, &e));
    must_say(e.text, "expected an object, found 1");
    json_free(j);
    str_free(&s);
}

/* ---- files, through a window ---- */

/* n numbers with `between` after each; the end. */
static const char *numbers_file(size_t n, const char *number, const char *end)
{
    struct str b = {0};
    str_add(&b, "{\"whole\": [16777217, 33554433], \"one\": 0.1, \"w\": [");
    for (size_t k = 0; k < n; k++)
        str_addf(&b, "%s%s", k ? ", " : "", number);
    str_add(&b, end);
    return bytes_file("numbers.json", &b);
}

static void what_the_window_has_passed_can_be_asked_for_again(void **state)
{
    (void)state;
    enum { N = 400000 };
    struct err e = {{0}};
    struct json *j = json_read(numbers_file(N, "-0.0625", "]}"), &e);
    struct json_at top, at;
    long *whole;
    size_t n;
    const float *v;
    double one;
    if (!j)
        fail_msg("%s", e.text);
    top = json_top(j);
    assert_true(json_get(&top, "w", &at) && json_vector(&at, N, &v, &e));
    for (size_t k = 0; k < N; k++)
        assert_true(v[k] == -0.0625f);
    assert_true(json_get(&top, "whole", &at) && json_ints(&at, 0, 1 << 30, &whole, &n, &e));
    assert_true(n == 2 && whole[0] == 16777217 && whole[1] == 33554433);
    free(whole);
    assert_true(json_get(&top, "one", &at) && json_number(&at, &one, &e) && one == 0.1);
    char *text = json_text(&at);
    assert_string_equal(text, "0.1");
    free(text);
    json_free(j);
    /* Something else after many numbers: they are read again as a list, and it is named. */
    j = json_read(numbers_file(N, "1", ", \"x\"]}"), &e);
    assert_non_null(j);
    top = json_top(j);
    assert_true(json_get(&top, "w", &at));
    assert_false(json_vector(&at, N + 1, &v, &e));
    if (!strstr(e.text, "w[400000]: expected a finite number, found \"x\""))
        fail_msg("%s", e.text);
    json_free(j);
}

/* Another program empties the file, or writes over its first half, before the object ends and its keys are compared. */
static struct { const char *path; bool over; } meddled;

static void meddle(const char *what, double part)
{
    (void)what;
    progress_listen(meddle, 0);                             /* each time, not every 50 ms */
    if (part < 0.5 || !meddled.path)
        return;
    static const char zeros[100000];
    int fd = open(meddled.path, O_WRONLY);
    assert_true(fd >= 0 && (meddled.over ? pwrite(fd, zeros, sizeof zeros, 1) > 0 : ftruncate(fd, 0) == 0));
    close(fd);
    meddled.path = NULL;
}

static void a_file_changed_while_it_is_read_ends_nothing(void **state)
{
    (void)state;
    if (getenv("FLSTM_VALGRIND"))
        skip_because("valgrind does not deliver the signal of a page that is gone");
    for (int over = 0; over < 2; over++) {
        struct str b = {0};
        struct err e = {{0}};
        char path[128];
        str_addc(&b, '{');
        for (int k = 0; k < 60000; k++)
            str_addf(&b, "%s\"key %d\": %d", k ? ", " : "", k, k);
        str_addc(&b, '}');
        snprintf(path, sizeof path, "%s", bytes_file("meddled.json", &b));
        meddled.path = path;
        meddled.over = over;
        progress_listen(meddle, 0);
        struct json *j = json_read(path, &e);
        progress_listen(NULL, 0);
        assert_null(meddled.path);
        assert_null(j);
        must_say(e.text, path);
        must_say(e.text, over ? "is there twice" : "it was cut short while it was read");
    }
}

static void a_text_of_more_than_two_gibibytes_is_refused_unread(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct json_lift lift;
    const struct file_bytes bytes = {.data = (const unsigned char *)"[]", .len = ((size_t)2 << 30) + 1};
    assert_false(json_scan(&bytes, "F", &lift, &e));
    assert_string_equal(e.text, "F: expected at most 2 GiB of text, found 2147483649 bytes");
}

static void a_file_takes_five_bytes_a_number(void **state)
{
    (void)state;
    enum { N = 3000000 };
    if (getenv("FLSTM_SANITIZED"))
        skip_because("a sanitizer keeps memory of its own");
    const char *path = numbers_file(N, "0.12345678", "]}");
    pid_t child = fork();
    if (child == 0) {
        struct rusage before, after;
        getrusage(RUSAGE_SELF, &before);
        struct json *j = json_read(path, NULL);
        getrusage(RUSAGE_SELF, &after);
        _exit(!j ? 2 : (after.ru_maxrss - before.ru_maxrss) * 1024 > 5L * N);
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* A mapped text that ends where a page ends has a NUL behind it like any other. */
static void a_file_may_end_where_a_page_ends(void **state)
{
    (void)state;
    for (int len = 4090; len <= 8194; len += len == 4100 ? 4086 : 1)
        for (int form = 0; form < 3; form++) {
            struct str b = {0};
            struct err e = {{0}};
            str_add(&b, form == 1 ? "[\"" : "[");
            while (b.len + (form == 2 ? 1 : 0) < (size_t)len)
                str_addc(&b, '7');
            if (form == 2)
                str_addc(&b, ']');
            struct json *j = json_read(bytes_file("page.json", &b), &e);
            assert_true((j != NULL) == (form == 2));
            json_free(j);
        }
}

/* json_lift as src/embed wrote it into the program, beside what the program's own scanner makes of the text. */
static void must_be_scanned_alike(const struct builtin *b)
{
    const struct file_bytes bytes = {.data = (const unsigned char *)b->data, .len = b->len};
    const struct json_lift *was = b->scanned;
    struct json_lift now;
    struct err e = {{0}};
    if (!json_scan(&bytes, b->path, &now, &e))
        fail_msg("%s", e.text);
    assert_int_equal(was->values, now.values);
    assert_memory_equal(was->pool, now.pool, now.values * sizeof *now.pool);
    assert_int_equal(was->scalars, now.scalars);
    assert_memory_equal(was->scalar, now.scalar, now.scalars * sizeof *now.scalar);
    assert_int_equal(was->rects, now.rects);
    for (size_t k = 0; k < now.rects; k++) {
        const struct json_rect *x = &was->rect[k], *y = &now.rect[k];
        assert_int_equal(x->source, y->source);
        assert_int_equal(x->at, y->at);
        assert_int_equal(x->bad, y->bad);
        assert_int_equal(x->bad_source, y->bad_source);
        assert_int_equal(x->rank, y->rank);
        assert_memory_equal(x->shape, y->shape, y->rank * sizeof *y->shape);
    }
    json_lift_free(&now);
}

/* The whole document: the tree that the build made of it, and the one that cJSON makes. */
static void must_read_alike(const struct builtin *b)
{
    struct err e = {{0}};
    struct json *scanned = json_parse_scanned(b->data, b->len, b->scanned, b->path, &e),
                *read = json_parse_copy(b->data, b->len, b->path, &e);
    assert_non_null(scanned);
    assert_non_null(read);
    struct json_at x = json_top(scanned), y = json_top(read);
    char *was = json_text(&x), *now = json_text(&y);
    assert_string_equal(was, now);
    assert_true(strlen(was) > 100);
    free(was);
    free(now);
    json_free(scanned);
    json_free(read);
}

static void what_the_build_scanned_is_what_the_program_would_scan(void **state)
{
    (void)state;
    int models = 0, themes = 0;
    for (size_t k = 0; k < builtin_count; k++) {
        bool model = strncmp(builtins[k].path, "data/models/", 12) == 0,
             theme = strncmp(builtins[k].path, "themes/", 7) == 0;
        assert_int_equal(model || theme, builtins[k].scanned != NULL);
        if (builtins[k].scanned) {
            must_be_scanned_alike(&builtins[k]);
            must_read_alike(&builtins[k]);
        }
        models += model;
        themes += theme;
    }
    assert_true(models > 10 && themes > 5);
}

/* The document in the program and the one read from its text give the same text and the same complaint. */
static void a_document_scanned_beforehand_reads_like_any_other(void **state)
{
    (void)state;
    const struct builtin *b = builtin_find("data/models/lesson-cell.json");
    struct err e = {{0}}, of_scanned = {{0}}, of_read = {{0}};
    struct json *scanned = json_parse_scanned(b->data, b->len, b->scanned, "F", &e);
    struct json *read = json_parse_copy(b->data, b->len, "F", &e);
    assert_non_null(scanned);
    assert_non_null(read);
    struct json_at x = json_top(scanned), y = json_top(read);
    char *a = json_text(&x), *c = json_text(&y);
    assert_string_equal(a, c);
    free(a);
    free(c);
    long v;
    assert_true(json_get(&x, "embedding", &x) && json_get(&y, "embedding", &y));
    assert_false(json_int(&x, 0, 1, &v, &of_scanned));
    assert_false(json_int(&y, 0, 1, &v, &of_read));
    assert_string_equal(of_scanned.text, of_read.text);
    must_say(of_scanned.text, "F: embedding: expected a whole number");
    json_free(scanned);
    json_free(read);
}

int main(void)
{
    bytes_begin();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_window_has_passed_can_be_asked_for_again),
        cmocka_unit_test(a_file_changed_while_it_is_read_ends_nothing),
        cmocka_unit_test(a_text_of_more_than_two_gibibytes_is_refused_unread),
        cmocka_unit_test(a_file_takes_five_bytes_a_number),
        cmocka_unit_test(a_file_may_end_where_a_page_ends),
        cmocka_unit_test(an_empty_or_blank_text_says_so),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(numbers_that_are_not_finite_fail_where_they_are_asked_for),
        cmocka_unit_test(a_text_in_another_encoding_is_told_which),
        cmocka_unit_test(bytes_that_are_not_utf8_are_named),
        cmocka_unit_test(raw_control_characters_are_refused),
        cmocka_unit_test(numbers_follow_the_grammar),
        cmocka_unit_test(structure_errors_say_what_was_expected_where),
        cmocka_unit_test(half_a_character_is_refused),
        cmocka_unit_test(a_key_may_be_there_only_once_however_it_is_written),
        cmocka_unit_test(keys_that_differ_in_case_are_two),
        cmocka_unit_test(sixty_four_levels_are_read_and_more_are_refused),
        cmocka_unit_test(huge_hostile_texts_are_refused_at_once),
        cmocka_unit_test(a_number_of_two_million_digits_is_read_in_linear_time),
        cmocka_unit_test(many_keys_and_many_rows_stay_linear),
        cmocka_unit_test(every_float_is_the_one_strtof_reads),
        cmocka_unit_test(numbers_of_any_length_are_the_ones_strtof_reads),
        cmocka_unit_test(what_follows_digits_is_seen_wherever_it_stands),
        cmocka_unit_test(numbers_beyond_float_range_are_named_with_their_place),
        cmocka_unit_test(numbers_mean_the_same_in_a_locale_with_a_comma),
        cmocka_unit_test(where_a_number_ends_is_told_of_every_text),
        cmocka_unit_test(nested_rectangles_up_to_rank_four_become_one_array),
        cmocka_unit_test(what_is_no_rectangle_is_told_the_exact_element),
        cmocka_unit_test(a_matrix_of_the_wrong_size_names_the_row),
        cmocka_unit_test(whole_numbers_are_read_exactly),
        cmocka_unit_test(every_value_says_what_it_expected_and_found),
        cmocka_unit_test(an_unknown_key_is_named_and_a_comment_passes),
        cmocka_unit_test(strings_come_out_decoded),
        cmocka_unit_test(a_value_can_be_kept_as_text),
        cmocka_unit_test(a_very_long_place_is_cut_not_overrun),
        cmocka_unit_test(what_the_build_scanned_is_what_the_program_would_scan),
        cmocka_unit_test(a_document_scanned_beforehand_reads_like_any_other),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    bytes_end();
    return failed;
}
