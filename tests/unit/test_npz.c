/* test_npz.c: arrays of numpy and the zips they come in: every rule of both formats. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/lstm.h"
#include "import/import.h"
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

/* As the line for HDF5 writes it: a configuration and a version, as texts of numpy, beside the arrays. */
static void what_keras_says_of_its_layers_is_read_beside_the_arrays(void **state)
{
    (void)state;
    static const char config[] =
        "{\"class_name\": \"Sequential\", \"config\": {\"layers\": [{\"class_name\": \"LSTM\", \"config\": {\"units\": "
        "1, \"recurrent_activation\": \"hard_sigmoid\"}}]}}";
    static const struct { const char *version; float f; } known[] = {{"2.2.4", 0.7f}, {"3.4.1", 2.0f / 3}, {"", 0}};
    static const char *const names[] = {"lstm/kernel.npy", "lstm/recurrent_kernel.npy", "lstm/bias.npy"};
    for (size_t k = 0; k < 3; k++) {
        struct zip_writer z = {0};
        struct str b = {0};
        char header[96];
        for (int t = 0; t < 3; t++) {
            array(&b, t < 2 ? "{'descr': '<f2', 'fortran_order': False, 'shape': (1, 4), }"
                            : "{'descr': '<f2', 'fortran_order': False, 'shape': (4,), }",
                  t < 2 ? "00 00 00 00 00 00 00 00" : "00 3c 00 3c 00 3c 00 3c");
            zip_put(&z, names[t], b.s, b.len);
            str_clear(&b);
        }
        snprintf(header, sizeof header, "{'descr': '<U%zu', 'fortran_order': False, 'shape': (), }", strlen(config));
        array(&b, header, "");
        for (const char *p = config; *p; p++)
            put_u32(&b, (uint32_t)*p);
        zip_put(&z, "model_config.npy", b.s, b.len);
        str_clear(&b);
        snprintf(header, sizeof header, "{'descr': '|S%zu', 'fortran_order': False, 'shape': (), }",
                 strlen(known[k].version) + 1);
        array(&b, header, "");
        str_addf(&b, "%s", known[k].version);
        str_addn(&b, "", 1);
        zip_put(&z, "keras_version.npy", b.s, b.len);
        str_free(&b);
        zip_end(&z);
        struct err e = {{0}};
        struct model *m = model_load(bytes_file("m.npz", &z.out), NULL, &e);
        if (!*known[k].version) {
            assert_null(m);
            assert_non_null(strstr(e.text, "hard_sigmoid is two functions"));
            continue;
        }
        if (!m)
            fail_msg("%s", e.text);
        const float zero[1] = {0}, *x[] = {zero};
        struct trace *tr = trace_new(m->net, 1);
        lstm_run(m->net, x, 0, NULL, 0, tr);
        assert_true(fabsf(trace_row(tr, 0, Q_F, 1)[0] - known[k].f) < 1e-6f);
        assert_int_equal(m->unused_count, 0);
        trace_free(tr);
        model_free(m);
    }
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
    static const char *const names[][2] = {{"model", "model"}, {"arr_0", "arr_0"}};
    for (int k = 0; k < 2; k++) {
        struct zip_writer z = {0};
        struct str file = {0}, line = {0};
        array(&b, "{'descr': '|O', 'fortran_order': False, 'shape': (), }", "80 04 4e 2e");
        str_addf(&file, "%s.npy", names[k][0]);
        zip_put(&z, str_text(&file), b.s, b.len);
        zip_end(&z);
        str_addf(&line, "**np.load('FILE', allow_pickle=True)['%s'].item())", names[k][1]);
        must_refuse(bytes_file("m.npz", &z.out), str_text(&line));
        str_free(&b);
        str_free(&file);
        str_free(&line);
    }
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

/* The same array in a zip whose sizes and places are wider than 32 bits can say: they stand in an extra field behind
 * one of another kind, and in a record of their own at the end. Of the places given, the bytes are written over. */
enum zip64 { EXTRA_ID, EXTRA_LENGTH, OTHER_LENGTH, SIZE, PLACE, RECORD, LOCATOR, LOCATED, ENTRIES, ZIP64_PARTS };

static void zip64(struct str *out, size_t at[ZIP64_PARTS])
{
    struct str a = {0};
    array(&a, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "00 00 80 3f");
    for (int local = 1; local >= 0; local--) {
        put_u32(out, local ? 0x04034b50 : 0x02014b50);
        if (!local)
            put_u16(out, 45);
        put_u16(out, 45);
        put_u16(out, 0);
        put_u16(out, 0);
        put_u32(out, 0);
        put_u32(out, bytes_crc(a.s, a.len));
        put_u32(out, local ? (uint32_t)a.len : UINT32_MAX);
        put_u32(out, local ? (uint32_t)a.len : UINT32_MAX);
        put_u16(out, 5);
        put_u16(out, local ? 0 : 5 + 28);                /* extra */
        if (!local) {
            put_u16(out, 0);
            put_u16(out, 0);
            put_u16(out, 0);
            put_u32(out, 0);
            put_u32(out, UINT32_MAX);
        }
        str_add(out, "a.npy");
        if (local)
            str_addn(out, a.s, a.len);
    }
    size_t directory = 30 + 5 + a.len;
    put_u16(out, 0x5455);                                /* of another kind: a date */
    at[OTHER_LENGTH] = out->len;
    put_u16(out, 1);
    str_addc(out, 7);
    at[EXTRA_ID] = out->len;
    put_u16(out, 1);
    at[EXTRA_LENGTH] = out->len;
    put_u16(out, 24);
    at[SIZE] = out->len;
    put_u64(out, a.len);
    put_u64(out, a.len);
    at[PLACE] = out->len;
    put_u64(out, 0);
    at[RECORD] = out->len;
    put_u32(out, 0x06064b50);
    put_u64(out, 44);
    put_u16(out, 45);
    put_u16(out, 45);
    put_u64(out, 0);
    put_u64(out, 1);
    at[ENTRIES] = out->len;
    put_u64(out, 1);
    put_u64(out, at[RECORD] - directory);
    put_u64(out, directory);
    at[LOCATOR] = out->len;
    put_u32(out, 0x07064b50);
    put_u32(out, 0);
    at[LOCATED] = out->len;
    put_u64(out, at[RECORD]);
    put_u32(out, 1);
    put_hex(out, "50 4b 05 06 00 00 00 00 ff ff ff ff ff ff ff ff ff ff ff ff 00 00");
    str_free(&a);
}

static void a_zip_wider_than_32_bits_is_read_and_each_of_its_rules_told_when_broken(void **state)
{
    (void)state;
    static const struct { enum zip64 part; unsigned char by; const char *says; } cases[] = {
        {EXTRA_ID, 2, "a zip entry that announces zip64 sizes and has none"},
        {EXTRA_LENGTH, 16, "a zip64 entry that lacks a size"},
        {OTHER_LENGTH, 200, "a zip entry that announces zip64 sizes and has none"},
        {SIZE, 1, "a.npy: has one size or method in its own header and another in the directory of the zip"},
        {PLACE, 1, "a.npy: is not where the directory of the zip says"},
        {RECORD, 0, "a zip whose zip64 end record is not where its locator says"},
        {LOCATOR, 0, "a zip whose directory is announced as zip64, but there is no zip64 locator"},
        {LOCATED, 255, "a zip whose zip64 end record is not where its locator says"},
        {ENTRIES, 9, "cannot hold 9 entries"},
    };
    size_t at[ZIP64_PARTS];
    struct str b = {0};
    zip64(&b, at);
    struct source *s = must_open(bytes_file("wide.npz", &b));
    must_hold(s, "a", (const float[]){1}, 1);
    source_close(s);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        zip64(&b, at);
        b.s[at[cases[k].part]] = (char)cases[k].by;
        must_refuse(bytes_file("wide.npz", &b), cases[k].says);
    }
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
        cmocka_unit_test(what_keras_says_of_its_layers_is_read_beside_the_arrays),
        cmocka_unit_test(arrays_without_names_are_a_list),
        cmocka_unit_test(a_single_array_is_a_source_too),
        cmocka_unit_test(every_rule_of_an_array_is_told_when_broken),
        cmocka_unit_test(an_array_of_objects_is_refused_where_it_is_used),
        cmocka_unit_test(a_dictionary_that_np_save_wrote_is_told_how_to_become_arrays),
        cmocka_unit_test(compressed_arrays_say_how_to_store_them),
        cmocka_unit_test(every_rule_of_the_zip_is_told_when_broken),
        cmocka_unit_test(numbers_that_were_damaged_are_not_shown),
        cmocka_unit_test(a_name_that_is_there_twice_is_refused),
        cmocka_unit_test(a_zip_wider_than_32_bits_is_read_and_each_of_its_rules_told_when_broken),
        cmocka_unit_test(a_zip_of_something_else_is_told_apart),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
