/* test_npz.c: arrays of numpy and the zips they come in: every rule of both formats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "import/source.h"
#include "support/refusal.h"

static void array(struct str *b, const char *header, const char *numbers_hex)
{
    put_hex(b, "93 4e 55 4d 50 59 01 00");
    put_u16(b, (unsigned)strlen(header));
    str_add(b, header);
    put_hex(b, numbers_hex);
}

static void arrays_of_every_order_are_read(void **state)
{
    (void)state;
    static const struct { const char *name, *header, *hex; float v[6]; size_t n; } list[] = {
        {"rows.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }          \n",
         "00 00 80 3f 00 00 00 40 00 00 40 40 00 00 80 40", {1, 2, 3, 4}, 4},
        {"columns.npy", "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }\n",
         "00 00 80 3f 00 00 00 40 00 00 40 40 00 00 80 40", {1, 3, 2, 4}, 4},
        {"big.npy", "{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }\n", "bf f8 00 00 00 00 00 00", {-1.5f},
         1},
        {"single.npy", "{'descr': '<i8', 'fortran_order': False, 'shape': (), }\n", "05 00 00 00 00 00 00 00", {5}, 1},
        {"half.npy", "{'shape': (1,), 'descr': '<f2', 'fortran_order': False}", "00 c0", {-2}, 1},
        {"none.npy", "{'descr': '|u1', 'fortran_order': False, 'shape': (0, 3), }\n", "", {0}, 0},
        {"truth.npy", "{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }\n", "01 00", {1, 0}, 2},
    };
    struct zip_writer z = {0};
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str b = {0};
        array(&b, list[k].header, list[k].hex);
        zip_put(&z, list[k].name, b.s, b.len);
        str_free(&b);
    }
    zip_end(&z);
    struct source *s = must_open(bytes_file("m.npz", &z.out));
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)strlen(list[k].name) - 4, list[k].name);
        must_hold(s, name, list[k].v, list[k].n);
    }
    source_close(s);
}

static void arrays_without_names_are_a_list(void **state)
{
    (void)state;
    struct zip_writer z = {0};
    for (int k = 0; k < 3; k++) {
        static const char *const names[] = {"arr_1.npy", "arr_0.npy", "arr_2.npy"}, *const hex[] = {"01", "00", "02"};
        struct str b = {0};
        array(&b, "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", hex[k]);
        zip_put(&z, names[k], b.s, b.len);
        str_free(&b);
    }
    zip_end(&z);
    struct source *s = must_open(bytes_file("weights.npz", &z.out));
    assert_string_equal(s->t[0]->name, "[0]");
    assert_string_equal(s->t[2]->name, "[2]");
    must_hold(s, "[1]", (const float[]){1}, 1);
    source_close(s);
}

static void a_single_array_is_a_source_too(void **state)
{
    (void)state;
    struct str b = {0};
    array(&b, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "00 00 80 3f");
    struct source *s = must_open(bytes_file("x.bin", &b));
    assert_int_equal(s->n, 1);
    must_hold(s, "array", (const float[]){1}, 1);
    source_close(s);
}

static void every_rule_of_an_array_is_told_when_broken(void **state)
{
    (void)state;
    static const struct { const char *header, *hex, *reason; } list[] = {
        {"", "", "header: expected a dictionary, found its end"},
        {"[]", "", "expected a dictionary"},
        {"{'descr': '<f4', 'fortran_order': False}", "", "expected 'descr', 'fortran_order' and 'shape'"},
        {"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}", "", "once each"},
        {"{'descr': '<f4', 'x': 1}", "", "once each"},
        {"{'descr': <f4, 'fortran_order': False, 'shape': ()}", "", "expected a type such as '<f4'"},
        {"{'descr': '<f4', 'fortran_order': 1, 'shape': ()}", "", "expected True or False"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1}", "", "expected a shape such as (3, 4)"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "", "expected a shape such as (3, 4)"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}", "", "expected at most 8 axes"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999,)}", "", "expected a shape"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "",
         "expected a size that memory can hold"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x", "", "expected nothing more, found x"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "00 00 00 00",
         "expected 8 bytes of numbers, as its shape and type say, found 4"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "00 00 00 00 00",
         "expected 4 bytes of numbers, as its shape and type say, found 5"},
        {"{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}", "", "expected a comma"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str b = {0};
        array(&b, list[k].header, list[k].hex);
        must_refuse(bytes_file("m.npy", &b), list[k].reason);
    }
    static const struct refusal raw[] = {
        {"m.npy", "93 4e 55 4d 50 59 01", "expected an array of numpy"},
        {"m.npy", "93 4e 55 4d 50 59 04 00 00 00 00 00", "expected version 1, 2 or 3 of numpy's format, found 4.0"},
        {"m.npy", "93 4e 55 4d 50 59 02 00 00 00", "is cut off within its header"},
        {"m.npy", "93 4e 55 4d 50 59 01 00 ff 00 7b", "expected a header of 255 bytes, found 1"},
    };
    each_refused(raw, sizeof raw / sizeof *raw);
}

static void an_array_of_objects_is_refused_where_it_is_used(void **state)
{
    (void)state;
    struct str b = {0};
    struct err e = {{0}};
    array(&b, "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "80 04 4e 2e");
    struct source *s = must_open(bytes_file("m.npy", &b));
    assert_false(tensor_numbers(s, s->t[0], &e));
    assert_non_null(strstr(e.text, "its numbers are of a type that is not read (Python objects"));
    source_close(s);
}

static void a_dictionary_that_np_save_wrote_is_told_how_to_become_arrays(void **state)
{
    (void)state;
    struct str b = {0};
    array(&b, "{'descr': '|O', 'fortran_order': False, 'shape': (), }", "80 04 4e 2e");
    must_refuse(bytes_file("m.npy", &b), "np.savez('model.npz', **np.load('FILE', allow_pickle=True).item())");
}

static void compressed_arrays_say_how_to_store_them(void **state)
{
    (void)state;
    struct zip_writer z = {0};
    zip_put_as(&z, "a.npy", "\x03\x00", 2, 8);
    zip_end(&z);
    must_refuse(bytes_file("m.npz", &z.out),
                "its arrays are compressed (savez_compressed): python3 -c \"import numpy as np; "
                "np.savez('model.npz', **np.load('FILE'))\"");
}

/* ---- the zip around them ---- */

/* A zip of one array, to be broken: the place of its local header, of its entry in the directory and of its end
 * record. */
static void sound_zip(struct str *out, size_t *entry, size_t *end)
{
    struct zip_writer z = {0};
    struct str b = {0};
    array(&b, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "00 00 80 3f");
    zip_put(&z, "a.npy", b.s, b.len);
    zip_end(&z);
    *out = z.out;
    *end = out->len - 22;
    *entry = *end - 46 - 5;
    str_free(&b);
}

static void every_rule_of_the_zip_is_told_when_broken(void **state)
{
    (void)state;
    enum where { LOCAL, ENTRY, END };
    static const struct { enum where where; size_t at; unsigned value; int bytes; const char *reason; } list[] = {
        {LOCAL, 0, 0x04034b51, 4, NULL},
        {LOCAL, 30, 'b', 1, "is called otherwise in its own header"},
        {LOCAL, 26, 6, 2, "is called otherwise in its own header"},
        {LOCAL, 8, 8, 2, "has one size or method in its own header and another"},
        {ENTRY, 0, 0x02014b51, 4, "a zip whose directory is damaged"},
        {ENTRY, 8, 1, 2, "a.npy: is encrypted"},
        {ENTRY, 10, 12, 2, "a.npy: is compressed by method 12, which is not read"},
        {ENTRY, 20, 9, 4, "has one size or method"},
        {ENTRY, 20, 0xFFFFFF00, 4, "has one size or method"},
        {ENTRY, 24, 0xFFFFFFFF, 4, "announces zip64 sizes and has none"},
        {ENTRY, 28, 500, 2, "a zip whose directory is damaged"},
        {ENTRY, 30, 9, 2, "a zip whose directory is damaged"},
        {ENTRY, 42, 5, 4, "is not where the directory of the zip says"},
        {ENTRY, 42, 0x7FFFFFFF, 4, "is not where the directory of the zip says"},
        {ENTRY, 46, 0, 1, "a member that has no name"},
        {END, 4, 1, 2, "a zip in several parts"},
        {END, 10, 9, 2, "cannot hold 9 entries"},
        {END, 12, 0x00FFFFFF, 4, "lies outside of the file"},
        {END, 16, 0x00FFFFFF, 4, "lies outside of the file"},
        {END, 16, 0xFFFFFFFF, 4, "no zip64 locator"},
        {END, 20, 7, 2, "a zip that is cut off"},
        {END, 0, 0, 4, "a zip that is cut off"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str b;
        size_t entry, end;
        sound_zip(&b, &entry, &end);
        size_t at = (list[k].where == LOCAL ? 0 : list[k].where == ENTRY ? entry : end) + list[k].at;
        for (int n = 0; n < list[k].bytes; n++)
            b.s[at + (size_t)n] = (char)(list[k].value >> 8 * n & 255);
        if (list[k].reason)
            must_refuse(bytes_file("m.npz", &b), list[k].reason);
        else
            str_free(&b);
    }
    struct str b = {0};
    str_add(&b, "PK\x03\x04");
    must_refuse(bytes_file("m.npz", &b), "a zip that is cut off");
}

static void numbers_that_were_damaged_are_not_shown(void **state)
{
    (void)state;
    struct str b;
    size_t entry, end;
    sound_zip(&b, &entry, &end);
    b.s[entry - 1] ^= 1;
    must_refuse(bytes_file("m.npz", &b), "a: its bytes are damaged");
}

static void a_name_that_is_there_twice_is_refused(void **state)
{
    (void)state;
    struct zip_writer z = {0};
    zip_put(&z, "a.npy", "x", 1);
    zip_put(&z, "a.npy", "y", 1);
    zip_end(&z);
    must_refuse(bytes_file("m.npz", &z.out), "a.npy: is there twice");
}

static void a_zip_of_something_else_is_told_apart(void **state)
{
    (void)state;
    static const struct { const char *member, *reason; } list[] = {
        {"model.weights.h5", "a Keras model (.keras), which is not read: python3 -c"},
        {"m/constants.pkl", "TorchScript, which is not read"},
        {"readme.txt", "a zip with nothing in it that is known"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct zip_writer z = {0};
        zip_put(&z, list[k].member, "x", 1);
        zip_end(&z);
        must_refuse(bytes_file("m.keras", &z.out), list[k].reason);
    }
    struct zip_writer z = {0};
    zip_end(&z);
    must_refuse(bytes_file("m.zip", &z.out), "a zip with nothing in it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_of_every_order_are_read),
        cmocka_unit_test(arrays_without_names_are_a_list),
        cmocka_unit_test(a_single_array_is_a_source_too),
        cmocka_unit_test(every_rule_of_an_array_is_told_when_broken),
        cmocka_unit_test(an_array_of_objects_is_refused_where_it_is_used),
        cmocka_unit_test(a_dictionary_that_np_save_wrote_is_told_how_to_become_arrays),
        cmocka_unit_test(compressed_arrays_say_how_to_store_them),
        cmocka_unit_test(every_rule_of_the_zip_is_told_when_broken),
        cmocka_unit_test(numbers_that_were_damaged_are_not_shown),
        cmocka_unit_test(a_name_that_is_there_twice_is_refused),
        cmocka_unit_test(a_zip_of_something_else_is_told_apart),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
