/* test_pickle.c: each opcode of Python's pickle, by the value it leaves and by the line it is refused with. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "import/pickle.h"
#include "support/bytes.h"

/* ---- a tree as Python would print it ----------------------------------------------------------------------------- */

static void say(const struct pickle_node *n, struct str *out);

static void say_items(const struct pickle_node *n, bool pairs, struct str *out)
{
    for (size_t k = 0; k < n->n; k++) {
        str_add(out, !k ? "" : pairs && k % 2 ? ": " : ", ");
        say(n->item[k], out);
    }
}

static void say_call(const struct pickle_node *n, struct str *out)
{
    say(n->part[0], out);
    say(n->part[1], out);
    if (n->n) {
        str_add(out, n->keyed ? "{" : "[");
        say_items(n, n->keyed, out);
        str_add(out, n->keyed ? "}" : "]");
    }
    if (n->state) {
        str_add(out, " with ");
        say(n->state, out);
    }
}

static void say(const struct pickle_node *n, struct str *out)
{
    static const char *const around[][2] = {
        [PICKLE_TUPLE] = {"(", ")"}, [PICKLE_LIST] = {"[", "]"}, [PICKLE_SET] = {"set(", ")"},
        [PICKLE_DICT] = {"{", "}"},
    };
    switch (n->kind) {
    case PICKLE_NONE: str_add(out, "None"); break;
    case PICKLE_BOOL: str_add(out, n->number ? "True" : "False"); break;
    case PICKLE_INT: str_addf(out, "%lld", (long long)n->number); break;
    case PICKLE_FLOAT: str_addf(out, "%g.", n->real); break;
    case PICKLE_TEXT: str_addf(out, "'%.*s'", (int)n->len, n->text); break;
    case PICKLE_BYTES: str_addf(out, "b'%.*s'", (int)n->len, n->text); break;
    case PICKLE_GLOBAL: str_addf(out, "<%.*s>", (int)n->len, n->text); break;
    case PICKLE_CALL: say_call(n, out); break;
    case PICKLE_PERSISTENT:
        str_addf(out, "@%.*s", (int)n->len, n->text ? n->text : "");
        if (n->part[0])
            say(n->part[0], out);
        break;
    default:
        str_add(out, around[n->kind][0]);
        say_items(n, n->kind == PICKLE_DICT, out);
        str_add(out, around[n->kind][1]);
    }
}

/* The value as text, or the line with which it is refused. */
static void read_into(const char *hex, struct str *out)
{
    struct str b = {0};
    struct pickle p;
    struct err e = {{0}};
    put_hex(&b, hex);
    str_clear(out);
    if (pickle_read((const unsigned char *)str_text(&b), b.len, "p", &p, &e)) {
        say(p.root, out);
        pickle_free(&p);
    } else {
        str_add(out, e.text);
    }
    str_free(&b);
}

struct pickled { const char *hex, *becomes; };

static void each_becomes(const struct pickled *list, size_t n)
{
    struct str s = {0};
    for (size_t k = 0; k < n; k++) {
        read_into(list[k].hex, &s);
        if (strcmp(str_text(&s), list[k].becomes) != 0)
            fail_msg("%s: expected\n    %s\nfound\n    %s", list[k].hex, list[k].becomes, str_text(&s));
    }
    str_free(&s);
}

/* ---- what they leave --------------------------------------------------------------------------------------------- */

static void every_way_to_write_a_value_is_read_as_python_reads_it(void **state)
{
    (void)state;
    static const struct pickled list[] = {
        {"4e 2e", "None"},
        {"88 2e", "True"}, {"89 2e", "False"}, {"49 30 31 0a 2e", "True"}, {"49 30 30 0a 2e", "False"},
        /* whole numbers: lines, four bytes, one, two, and of any length */
        {"49 37 0a 2e", "7"}, {"49 2d 37 0a 2e", "-7"}, {"4c 37 4c 0a 2e", "7"}, {"4c 30 31 4c 0a 2e", "True"},
        {"4a ff ff ff 7f 2e", "2147483647"}, {"4a 00 00 00 80 2e", "-2147483648"}, {"4a fe ff ff ff 2e", "-2"},
        {"4b ff 2e", "255"}, {"4d 01 02 2e", "513"},
        {"8a 00 2e", "0"}, {"8a 01 ff 2e", "-1"}, {"8a 02 00 80 2e", "-32768"}, {"8a 02 ff 00 2e", "255"},
        {"8b 01 00 00 00 05 2e", "5"},
        {"8a 08 ff ff ff ff ff ff ff 7f 2e", "9223372036854775807"},
        /* beyond 64 bits there is no such number here */
        {"8a 09 00 00 00 00 00 00 00 00 01 2e", "None"},
        {"4c 31 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 4c 0a 2e", "None"},
        {"4c 2d 31 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 4c 0a 2e", "None"},
        {"4c 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 "
         "31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 4c 0a 2e",
         "None"},
        {"46 31 2e 35 0a 2e", "1.5."}, {"46 30 30 0a 2e", "0."}, {"47 40 0c 00 00 00 00 00 00 2e", "3.5."},
        /* texts and bytes */
        {"53 61 62 0a 2e", "'ab'"}, {"56 61 62 0a 2e", "'ab'"}, {"58 02 00 00 00 61 62 2e", "'ab'"},
        {"8c 02 61 62 2e", "'ab'"},
        {"8d 02 00 00 00 00 00 00 00 61 62 2e", "'ab'"}, {"55 02 61 62 2e", "'ab'"},
        {"54 02 00 00 00 61 62 2e", "'ab'"},
        {"43 02 61 62 2e", "b'ab'"}, {"42 02 00 00 00 61 62 2e", "b'ab'"},
        {"8e 02 00 00 00 00 00 00 00 61 62 2e", "b'ab'"}, {"96 02 00 00 00 00 00 00 00 61 62 2e", "b'ab'"},
        /* tuples, lists, dictionaries, sets */
        {"29 2e", "()"}, {"4b 01 85 2e", "(1)"}, {"4b 01 4b 02 86 2e", "(1, 2)"},
        {"4b 01 4b 02 4b 03 87 2e", "(1, 2, 3)"},
        {"28 4b 01 4b 02 74 2e", "(1, 2)"}, {"5d 2e", "[]"}, {"28 4b 01 6c 2e", "[1]"}, {"5d 4b 01 61 2e", "[1]"},
        {"5d 28 4b 01 4b 02 65 2e", "[1, 2]"}, {"7d 2e", "{}"}, {"28 4b 01 4b 02 64 2e", "{1: 2}"},
        {"7d 4b 01 4b 02 73 2e", "{1: 2}"}, {"7d 28 4b 01 4b 02 4b 03 4b 04 75 2e", "{1: 2, 3: 4}"},
        {"8f 2e", "set()"}, {"8f 28 4b 01 90 2e", "set(1)"}, {"28 4b 01 91 2e", "set(1)"},
        /* the stack, marks on it, and the memo */
        {"4b 01 4b 02 30 2e", "1"}, {"4b 01 28 30 2e", "1"}, {"4b 01 28 4b 02 4b 03 31 2e", "1"},
        {"4b 01 32 86 2e", "(1, 1)"},
        {"4b 01 70 35 0a 67 35 0a 86 2e", "(1, 1)"}, {"4b 01 71 05 68 05 86 2e", "(1, 1)"},
        {"4b 01 72 05 00 00 00 6a 05 00 00 00 86 2e", "(1, 1)"},
        {"28 4b 01 94 4b 02 94 68 00 68 01 74 2e", "(1, 2, 1, 2)"},
        {"80 04 95 02 00 00 00 00 00 00 00 4e 2e", "None"},
        /* functions and classes, named and called but never run */
        {"63 6d 0a 66 0a 2e", "<m f>"}, {"8c 01 6d 8c 01 66 93 2e", "<m f>"}, {"63 6d 0a 66 0a 29 52 2e", "<m f>()"},
        {"63 6d 0a 66 0a 29 81 2e", "<m f>()"}, {"63 6d 0a 66 0a 29 7d 92 2e", "<m f>()"},
        {"28 4b 01 69 6d 0a 66 0a 2e", "<m f>(1)"}, {"28 63 6d 0a 66 0a 4b 01 6f 2e", "<m f>(1)"},
        {"63 6d 0a 66 0a 29 52 4b 07 62 2e", "<m f>() with 7"},
        {"63 6d 0a 66 0a 29 52 4b 01 4b 02 73 2e", "<m f>(){1: 2}"},
        {"63 6d 0a 66 0a 29 52 4b 01 61 4b 02 61 2e", "<m f>()[1, 2]"},
        {"50 61 62 0a 2e", "@ab"}, {"8c 02 61 62 51 2e", "@'ab'"},
    };
    each_becomes(list, sizeof list / sizeof *list);
}

/* ---- what is refused --------------------------------------------------------------------------------------------- */

static void an_argument_that_is_cut_off_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct pickled list[] = {
        {"80", "p: byte 1: the pickle is cut off: expected 1 bytes more, found 0"},
        {"95 01 02", "p: byte 1: the pickle is cut off: expected 8 bytes more, found 2"},
        {"4a 01", "p: byte 1: the pickle is cut off: expected 4 bytes more, found 1"},
        {"4b", "p: byte 1: the pickle is cut off: expected 1 bytes more, found 0"},
        {"4d 01", "p: byte 1: the pickle is cut off: expected 2 bytes more, found 1"},
        {"8a", "p: byte 1: the pickle is cut off: expected 1 bytes more, found 0"},
        {"8a 02 01", "p: byte 2: the pickle is cut off: expected 2 bytes more, found 1"},
        {"8b 01 00", "p: byte 1: the pickle is cut off: expected 4 bytes more, found 2"},
        {"8b ff ff ff ff 00", "p: byte 5: the pickle is cut off: expected 4294967295 bytes more, found 1"},
        {"47 00", "p: byte 1: the pickle is cut off: expected 8 bytes more, found 1"},
        {"58 01", "p: byte 1: the pickle is cut off: expected 4 bytes more, found 1"},
        {"8c", "p: byte 1: the pickle is cut off: expected 1 bytes more, found 0"},
        {"8d 01", "p: byte 1: the pickle is cut off: expected 8 bytes more, found 1"},
        {"55 03 61", "p: byte 2: the pickle is cut off: expected 3 bytes more, found 1"},
        {"54 01", "p: byte 1: the pickle is cut off: expected 4 bytes more, found 1"},
        {"43 02 61", "p: byte 2: the pickle is cut off: expected 2 bytes more, found 1"},
        {"42 01", "p: byte 1: the pickle is cut off: expected 4 bytes more, found 1"},
        {"8e 01", "p: byte 1: the pickle is cut off: expected 8 bytes more, found 1"},
        {"96 01 00 00 00 00 00 00 00", "p: byte 9: the pickle is cut off: expected 1 bytes more, found 0"},
        {"4b 01 71", "p: byte 3: the pickle is cut off: expected 1 bytes more, found 0"},
        {"4b 01 72 00", "p: byte 3: the pickle is cut off: expected 4 bytes more, found 1"},
        {"68", "p: byte 1: the pickle is cut off: expected 1 bytes more, found 0"},
        {"6a 00", "p: byte 1: the pickle is cut off: expected 4 bytes more, found 1"},
        {"49 31", "p: byte 1: the pickle is cut off within a line"},
        {"4c 31", "p: byte 1: the pickle is cut off within a line"},
        {"46 31", "p: byte 1: the pickle is cut off within a line"},
        {"53 61", "p: byte 1: the pickle is cut off within a line"},
        {"56 61", "p: byte 1: the pickle is cut off within a line"},
        {"63 6d", "p: byte 1: the pickle is cut off within a line"},
        {"63 6d 0a 66", "p: byte 3: the pickle is cut off within a line"},
        {"28 69 6d", "p: byte 2: the pickle is cut off within a line"},
        {"50 61", "p: byte 1: the pickle is cut off within a line"},
        {"4b 01 70 35", "p: byte 3: the pickle is cut off within a line"},
        {"67 35", "p: byte 1: the pickle is cut off within a line"},
    };
    each_becomes(list, sizeof list / sizeof *list);
}

static void what_is_not_on_the_stack_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct pickled list[] = {
        {"30", "p: byte 1: takes a value from an empty stack"},
        {"4b 01 28 62", "p: byte 4: takes a value from an empty stack"},
        {"51", "p: byte 1: takes a value from an empty stack"},
        {"93", "p: byte 1: takes a value from an empty stack"},
        {"8c 01 66 93", "p: byte 4: takes a value from an empty stack"},
        {"32", "p: byte 1: looks at a value on an empty stack"},
        {"28 32", "p: byte 2: looks at a value on an empty stack"},
        {"4b 01 28 32", "p: byte 4: looks at a value on an empty stack"},
        {"4b 01 62", "p: byte 3: looks at a value on an empty stack"},
        {"94", "p: byte 1: looks at a value on an empty stack"},
        {"71 00", "p: byte 2: looks at a value on an empty stack"},
        {"31", "p: byte 1: goes back to a mark that was not set"},
        {"74", "p: byte 1: goes back to a mark that was not set"},
        {"6c", "p: byte 1: goes back to a mark that was not set"},
        {"64", "p: byte 1: goes back to a mark that was not set"},
        {"91", "p: byte 1: goes back to a mark that was not set"},
        {"65", "p: byte 1: goes back to a mark that was not set"},
        {"90", "p: byte 1: goes back to a mark that was not set"},
        {"75", "p: byte 1: goes back to a mark that was not set"},
        {"85", "p: byte 1: takes 1 values from a stack of 0"},
        {"4b 01 86", "p: byte 3: takes 2 values from a stack of 1"},
        {"4b 01 28 4b 02 4b 03 87", "p: byte 8: takes 3 values from a stack of 2"},
        {"52", "p: byte 1: calls with 2 values on a stack of 0"},
        {"4b 01 81", "p: byte 3: calls with 2 values on a stack of 1"},
        {"4b 01 4b 02 92", "p: byte 5: calls with 3 values on a stack of 2"},
        {"61", "p: byte 1: adds to a value that is not there"},
        {"4b 01 61", "p: byte 3: adds to a value that is not there"},
        {"4b 01 4b 02 73", "p: byte 5: adds to a value that is not there"},
        {"28 4b 01 65", "p: byte 4: adds to a value that is not there"},
        {"4b 01 28 28 4b 01 65", "p: byte 7: adds to a value that is not there"},
        {"69 6d 0a 66 0a", "p: byte 5: an object without a class"},
        {"6f", "p: byte 1: an object without a class"},
        {"28 6f", "p: byte 2: an object without a class"},
    };
    each_becomes(list, sizeof list / sizeof *list);
}

static void values_of_a_wrong_kind_are_told_with_their_place(void **state)
{
    (void)state;
    static const struct pickled list[] = {
        {"28 4b 01 64", "p: byte 4: a key without a value"},
        {"7d 28 4b 01 75", "p: byte 5: a key without a value"},
        {"4b 01 4b 02 61", "p: byte 5: adds items to a value that takes none"},
        {"7d 4b 02 61", "p: byte 4: adds items to a value that takes none"},
        {"5d 4b 01 4b 02 73", "p: byte 6: adds items to a value that takes none"},
        {"8f 4b 01 4b 02 73", "p: byte 6: adds items to a value that takes none"},
        {"63 6d 0a 66 0a 29 52 4b 01 61 4b 01 4b 02 73", "p: byte 15: adds items to a value that takes none"},
        {"63 6d 0a 66 0a 29 52 4b 01 4b 02 73 4b 01 61", "p: byte 15: adds items to a value that takes none"},
        {"4b 01 4b 02 93", "p: byte 5: expected the names of a module and of something in it"},
        {"4b 01 8c 01 66 93", "p: byte 6: expected the names of a module and of something in it"},
        {"49 78 0a", "p: byte 3: expected a number, found x"},
        {"46 78 79 0a", "p: byte 4: expected a number, found xy"},
        {"4b 01 70 78 0a", "p: byte 5: expected the number of a value, found x"},
        {"67 2d 31 0a", "p: byte 4: expected the number of a value, found -1"},
        {"67 33 0a", "p: byte 3: refers to value 3, which there is not"},
        {"4b 01 94 68 07", "p: byte 5: refers to value 7, which there is not"},
        {"4b 01 94 68 09", "p: byte 5: refers to value 9, which there is not"},
        {"6a ff ff ff ff", "p: byte 5: refers to value 4294967295, which there is not"},
        {"4b 01 72 00 09 3d 00", "p: byte 7: expected a memo of fewer than 4000000 values"},
        {"01", "p: byte 0: expected an opcode of a pickle, found 0x01"},
    };
    each_becomes(list, sizeof list / sizeof *list);
}

/* A byte can ask for a value each: what is too many is refused long before memory is short. */
static void more_values_than_any_model_has_are_refused(void **state)
{
    (void)state;
    static const struct { const char *unit, *reason; } list[] = {
        {"N", "expected fewer than 4000000 values"},
        {"2", "expected a stack of fewer than 4000000 values"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str b = {0};
        struct pickle p;
        struct err e = {{0}};
        str_addc(&b, 'N');
        for (int n = 0; n < 4000001; n++)
            str_addn(&b, list[k].unit, 1);
        assert_false(pickle_read((const unsigned char *)b.s, b.len, "p", &p, &e));
        assert_non_null(strstr(e.text, list[k].reason));
        str_free(&b);
    }
}

static void a_value_is_found_by_its_name_only_in_what_has_names(void **state)
{
    (void)state;
    static const struct { const char *hex; long found; } list[] = {
        {"7d 8c 01 61 4b 05 73 2e", 5},                                         /* {'a': 5} */
        {"7d 4b 01 4b 02 73 8c 01 61 4b 05 73 2e", 5},                          /* {1: 2, 'a': 5} */
        {"7d 8c 01 62 4b 05 73 2e", -1},                                        /* {'b': 5} */
        {"7d 8c 02 61 61 4b 05 73 2e", -1},                                     /* {'aa': 5} */
        {"7d 43 01 61 4b 05 73 2e", -1},                                        /* {b'a': 5} */
        {"5d 8c 01 61 61 4b 05 61 2e", -1},                                     /* ['a', 5] */
        {"63 6d 0a 66 0a 29 52 8c 01 61 4b 05 73 2e", 5},                       /* f() with ['a'] = 5 */
        {"63 6d 0a 66 0a 29 52 2e", -1},
        {"63 63 6f 6c 6c 65 63 74 69 6f 6e 73 0a 4f 72 64 65 72 65 64 44 69 63 74 0a 29 52 2e", -1},
        {"63 63 6f 6c 6c 65 63 74 69 6f 6e 73 0a 4f 72 64 65 72 65 64 44 69 63 74 0a 4b 01 52 2e", -1},
        {"8c 01 61 29 52 2e", -1},                                              /* 'a'() */
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str b = {0};
        struct pickle p;
        struct err e = {{0}};
        put_hex(&b, list[k].hex);
        if (!pickle_read((const unsigned char *)b.s, b.len, "p", &p, &e))
            fail_msg("%s: %s", list[k].hex, e.text);
        const struct pickle_node *n = pickle_get(p.root, "a");
        if (list[k].found < 0 ? n != NULL : !n || n->number != list[k].found)
            fail_msg("%s: %s", list[k].hex, n ? "found" : "not found");
        pickle_free(&p);
        str_free(&b);
    }
    assert_null(pickle_get(NULL, "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_to_write_a_value_is_read_as_python_reads_it),
        cmocka_unit_test(an_argument_that_is_cut_off_is_told_with_its_place),
        cmocka_unit_test(what_is_not_on_the_stack_is_told_with_its_place),
        cmocka_unit_test(values_of_a_wrong_kind_are_told_with_their_place),
        cmocka_unit_test(more_values_than_any_model_has_are_refused),
        cmocka_unit_test(a_value_is_found_by_its_name_only_in_what_has_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
