/* test_cjson.c: what stands in for cJSON (platform/cjson.c) gives the tree that cJSON gives. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/json_scan.h"
#include "base/str.h"
#include "support/models.h"

/* The stand-in, under names of its own beside the library's. */
#define cJSON_ParseWithLengthOpts own_parse
#define cJSON_Delete own_delete
#define cJSON_IsObject own_is_object
#define cJSON_IsArray own_is_array
#define cJSON_IsString own_is_string
#define cJSON_IsNumber own_is_number
#define cJSON_IsTrue own_is_true
#define cJSON_IsBool own_is_bool
cJSON *own_parse(const char *text, size_t length, const char **end, cJSON_bool to_the_end);
void own_delete(cJSON *n);
cJSON_bool own_is_object(const cJSON *n), own_is_array(const cJSON *n), own_is_string(const cJSON *n),
    own_is_number(const cJSON *n), own_is_true(const cJSON *n), own_is_bool(const cJSON *n);
#include "platform/cjson.c"
#undef cJSON_ParseWithLengthOpts
#undef cJSON_Delete
#undef cJSON_IsObject
#undef cJSON_IsArray
#undef cJSON_IsString
#undef cJSON_IsNumber
#undef cJSON_IsTrue
#undef cJSON_IsBool

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_answers(const cJSON *a, const cJSON *b)
{
    return !cJSON_IsObject(a) == !own_is_object(b) && !cJSON_IsArray(a) == !own_is_array(b)
        && !cJSON_IsString(a) == !own_is_string(b) && !cJSON_IsNumber(a) == !own_is_number(b)
        && !cJSON_IsTrue(a) == !own_is_true(b) && !cJSON_IsBool(a) == !own_is_bool(b);
}

/* Siblings, their links both ways, and all below them. */
static bool same_tree(const cJSON *a, const cJSON *b)
{
    const cJSON *last_a = NULL, *last_b = NULL, *first_a = a, *first_b = b;
    for (; a && b; last_a = a, last_b = b, a = a->next, b = b->next) {
        bool same = a->type == b->type && a->valueint == b->valueint
                 && memcmp(&a->valuedouble, &b->valuedouble, sizeof a->valuedouble) == 0
                 && same_text(a->valuestring, b->valuestring) && same_text(a->string, b->string) && same_answers(a, b)
                 && same_tree(a->child, b->child);
        if (!same || (last_a && (a->prev != last_a || b->prev != last_b)))
            return false;
    }
    if (first_a && first_a->prev && (first_a->prev != last_a || first_b->prev != last_b))
        return false;
    return !a && !b;
}

static bool is_json(const char *text, size_t n)
{
    struct err e = {{0}};
    struct json *j = json_parse_copy(text, n, "text", &e);
    json_free(j);
    return j != NULL;
}

/* Both read text (n bytes, the NUL behind it not counted); true: there is a tree. What is no JSON, cJSON may read
 * and its stand-in not; nothing else. */
static bool both(const char *text, size_t n)
{
    cJSON *a = cJSON_ParseWithLengthOpts(text, n + 1, NULL, 1), *b = own_parse(text, n + 1, NULL, 1);
    bool there = b != NULL;
    if (b ? !a || !same_tree(a, b) : a && is_json(text, n))
        fail_msg("cJSON and its stand-in differ over %.200s", text);
    cJSON_Delete(a);
    own_delete(b);
    return there;
}

static void every_kind_of_value_is_the_same(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "null", "true", "false", "0", "-0", "12", "-7", "1.5", "1e3", "2E-2", "3e+4", "0.1", "123456789012345678901",
        "-99999999999", "1e308", "4.9e-324", "\"\"", "\"a\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0041\\u00e9\\u20AC\"",
        "\"\\ud83d\\ude00\"", "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"", "\"\xFF\"", "[]", "{}", "[[]]", "[1,2,3]",
        " [ 1 , {} ] ",
        "{\"a\":1,\"b\":[true,null],\"\":{\"c\":\"d\"}}", "\t{ \"a\" :\r\n 1 }\n",
        "[\"a\",[\"b\",[\"c\"]],{\"k\":[{}]}]",
        "{\"a\":1,\"a\":2}", "\"a\\u0000b\"",
    };
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        if (!both(texts[k], strlen(texts[k])))
            fail_msg("cJSON does not read %s", texts[k]);
}

static void what_is_no_json_has_no_tree(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", " ", "nul", "tru", "{", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
        "{a:1}", "{1:2}",
        "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\n\"",
        "-", "[1]x", "[1]]",
        "1 1", "}", "]", ",", ":", "'a'", "01", "1.", ".5", "1e", "+1", "\"a\nb\"",
    };
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        if (both(texts[k], strlen(texts[k])))
            fail_msg("%s was read", texts[k]);
    char deep[2 * CJSON_NESTING_LIMIT + 4];
    for (int depth = CJSON_NESTING_LIMIT - 1; depth <= CJSON_NESTING_LIMIT + 1; depth++) {
        memset(deep, '[', (size_t)depth);
        memset(deep + depth, ']', (size_t)depth);
        deep[2 * depth] = '\0';
        assert_int_equal(both(deep, 2 * (size_t)depth), depth <= CJSON_NESTING_LIMIT);
    }
}

/* As base/json.c hands them over: scanned, with their numbers lifted out. */
static void every_file_that_comes_with_the_program_has_the_same_tree(void **state)
{
    (void)state;
    glob_t found;
    assert_int_equal(glob("data/*/*.json", 0, NULL, &found), 0);
    assert_int_equal(glob("themes/*.json", GLOB_APPEND, NULL, &found), 0);
    assert_true(found.gl_pathc > 20);
    for (size_t k = 0; k < found.gl_pathc; k++) {
        struct err e = {{0}};
        struct file_bytes bytes = {0};
        struct json_lift lift;
        char *text;
        assert_true(file_read(found.gl_pathv[k], &text, &bytes.len, &e));
        bytes.data = (unsigned char *)text;
        assert_true(both(text, bytes.len));
        if (!json_scan(&bytes, found.gl_pathv[k], &lift, &e))
            fail_msg("%s", e.text);
        assert_true(both(lift.rest, lift.rest_len - 1));
        json_lift_free(&lift);
        file_release(&bytes);
    }
    globfree(&found);
}

static void add_random(struct str *out, uint64_t *r, int depth)
{
    static const char *const simple[] = {"null", "true", "false", "0", "-1.25", "17", "3e-5", "\"\"", "\"x\\ny\"",
                                         "\"\\u00fc\"",
                                         "\"\\ud834\\udd1e\"", "\"gender\""};
    static const char *const blank[] = {"", "", " ", "\n\t"};
    int kind = random_below(r, depth ? 6 : 4), n = random_below(r, 5);
    if (kind < 4) {
        str_add(out, simple[random_below(r, sizeof simple / sizeof *simple)]);
        return;
    }
    str_addc(out, "[{"[kind - 4]);
    for (int k = 0; k < n; k++) {
        str_addf(out, "%s%s", k ? "," : "", blank[random_below(r, 4)]);
        if (kind == 5)
            str_addf(out, "\"k%d\"%s:", random_below(r, 9), blank[random_below(r, 4)]);
        add_random(out, r, depth - 1);
        str_add(out, blank[random_below(r, 4)]);
    }
    str_addc(out, "]}"[kind - 4]);
}

/* And cut short anywhere: neither may read beyond what it was given. */
static void random_documents_whole_and_cut_are_the_same(void **state)
{
    (void)state;
    uint64_t r = 7;
    struct str text = {0};
    for (int k = 0; k < 2000; k++) {
        str_clear(&text);
        add_random(&text, &r, 6);
        assert_true(both(str_text(&text), text.len));
        size_t n = (size_t)random_below(&r, (int)text.len);
        char *cut = malloc(n + 1);
        memcpy(cut, str_text(&text), n);
        cut[n] = '\0';
        both(cut, n);
        free(cut);
    }
    str_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value_is_the_same),
        cmocka_unit_test(what_is_no_json_has_no_tree),
        cmocka_unit_test(every_file_that_comes_with_the_program_has_the_same_tree),
        cmocka_unit_test(random_documents_whole_and_cut_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
