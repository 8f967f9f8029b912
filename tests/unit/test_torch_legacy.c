/* test_torch_legacy.c: what torch.save wrote before version 1.6: pickles and numbers in one file, sound and hostile. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/refusal.h"

/* Magic, version and machine, as torch 1.13 writes them. */
static const char head[] =
    "80 02 8a 0a 6c fc 9c 46 f9 20 6a a8 50 19 2e 80 02 4d e9 03 2e 80 02 7d 71 00 28 58 10 00 00 00 70 72 6f 74 6f 63 "
    "6f 6c 5f 76 65 72 73 69 6f 6e 71 01 4d e9 03 58 0d 00 00 00 6c 69 74 74 6c 65 5f 65 6e 64 69 61 6e 71 02 88 58 0a "
    "00 00 00 74 79 70 65 5f 73 69 7a 65 73 71 03 7d 71 04 28 58 05 00 00 00 73 68 6f 72 74 71 05 4b 02 58 03 00 00 00 "
    "69 6e 74 71 06 4b 04 58 04 00 00 00 6c 6f 6e 67 71 07 4b 04 75 75 2e";

/* The rest of torch.save(OrderedDict(lstm.weight_ih_l0, lstm.weight_hh_l0, 4 x 1 each),
 * _use_new_zipfile_serialization=False), torch 1.13. */
static const char saved[] =
    "80 02 63 63 6f 6c 6c 65 63 74 69 6f 6e 73 0a 4f 72 64 65 72 65 64 44 69 63 74 0a 71 00 29 52 71 01 28 58 11 00 "
    "00 00 6c 73 74 6d 2e 77 65 69 67 68 74 5f 69 68 5f 6c 30 71 02 63 74 6f 72 63 68 2e 5f 75 74 69 6c 73 0a 5f 72 "
    "65 62 75 69 6c 64 5f 74 65 6e 73 6f 72 5f 76 32 0a 71 03 28 28 58 07 00 00 00 73 74 6f 72 61 67 65 71 04 63 74 "
    "6f 72 63 68 0a 46 6c 6f 61 74 53 74 6f 72 61 67 65 0a 71 05 58 09 00 00 00 36 33 38 32 31 35 38 30 38 71 06 58 "
    "03 00 00 00 63 70 75 71 07 4b 04 4e 74 71 08 51 4b 00 4b 04 4b 01 86 71 09 4b 01 4b 01 86 71 0a 89 68 00 29 52 "
    "71 0b 74 71 0c 52 71 0d 58 11 00 00 00 6c 73 74 6d 2e 77 65 69 67 68 74 5f 68 68 5f 6c 30 71 0e 68 03 28 28 68 "
    "04 68 05 58 09 00 00 00 37 30 30 31 31 31 31 30 34 71 0f 68 07 4b 04 4e 74 71 10 51 4b 00 4b 04 4b 01 86 71 11 "
    "4b 01 4b 01 86 71 12 89 68 00 29 52 71 13 74 71 14 52 71 15 75 2e";
static const char keys_and_numbers[] =
    "80 02 5d 71 00 28 58 09 00 00 00 36 33 38 32 31 35 38 30 38 71 01 58 09 00 00 00 37 30 30 31 31 31 31 30 34 71 02 "
    "65 2e 04 00 00 00 00 00 00 00 00 00 00 3f 00 00 80 be 00 00 80 3f 00 00 00 40 04 00 00 00 00 00 00 00 00 00 80 bf "
    "00 00 00 3e 00 00 40 40 00 00 40 3f";

static struct str whole(void)
{
    struct str b = {0};
    put_hex(&b, head);
    put_hex(&b, saved);
    put_hex(&b, keys_and_numbers);
    return b;
}

static void a_state_dict_of_old_torch_is_an_lstm(void **state)
{
    (void)state;
    struct str b = whole();
    struct model *m = must_load(bytes_file("old.pt", &b), NULL);
    const struct lstm_layer *l = &m->net->layer[0];
    assert_int_equal(l->hidden, 1);
    assert_true(l->W[Q_I][0] == -1 && l->W[Q_I][1] == 0.5f && l->W[Q_F][0] == 0.125f && l->W[Q_O][1] == 2);
    assert_non_null(strstr(m->report, "PyTorch (torch.save before version 1.6)"));
    model_free(m);
}

/* ---- files of one tensor "a" ---- */

struct old { const char *type, *part; int offset, n; };

/* {"a": a tensor of storage "7"} behind the heading; part: what of the storage, "N" for all. */
static struct str one(const struct old *o)
{
    struct str b = {0};
    put_hex(&b, head);
    str_add(&b, "\x80\x02}(");
    put_pickle_text(&b, "a");
    str_add(&b, "ctorch._utils\n_rebuild_tensor_v2\n((");
    put_pickle_text(&b, "storage");
    str_addf(&b, "ctorch%s\n", o->type);
    put_pickle_text(&b, "7");
    put_pickle_text(&b, "cpu");
    str_addf(&b, "K\x06%stQ", o->part);
    str_addf(&b, "I%d\n(I%d\ntI1\n\x85\x89}tRu.", o->offset, o->n);
    return b;
}

/* A list of that one storage, and so many numbers 0, 1, … */
static void numbers(struct str *b, const char *key, int count, int there)
{
    str_add(b, "\x80\x02](");
    put_pickle_text(b, key);
    str_add(b, "e.");
    put_u64(b, (uint64_t)count);
    for (int k = 0; k < there; k++)
        put_f32(b, (float)k);
}

static void a_part_of_a_storage_is_read_as_torch_saw_it(void **state)
{
    (void)state;
    static const struct { struct old o; float v[6]; size_t n; } list[] = {
        {{"\nFloatStorage", "N", 0, 6}, {0, 1, 2, 3, 4, 5}, 6},
        {{"\nFloatStorage", "N", 4, 2}, {4, 5}, 2},
        {{".cuda\nFloatStorage", "N", 1, 2}, {1, 2}, 2},
        {{"\nFloatStorage", "(I9\nI2\nI3\nt", 0, 3}, {2, 3, 4}, 3},
        {{"\nFloatStorage", "(I9\nI2\nI3\nt", 1, 2}, {3, 4}, 2},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str b = one(&list[k].o);
        numbers(&b, "7", 6, 6);
        struct source *s = must_open(bytes_file("m.pt", &b));
        must_hold(s, "a", list[k].v, list[k].n);
        source_close(s);
    }
}

static void what_is_not_where_it_should_be_is_refused(void **state)
{
    (void)state;
    static const struct { struct old o; const char *key; int count, there; const char *reason;
    } list[] = {
        {{"\nFloatStorage", "N", 0, 6},
         "7",
         6,
         5,
         "cut off: expected 6 numbers of 4 bytes in storage 7, found 20 bytes"},
        {{"\nFloatStorage", "N", 0, 6}, "8", 6, 6, "expected in its list of storages one of the pickle"},
        {{"\nFloatStorage", "N", 1, 6}, "7", 6, 6, "reaches beyond its storage of 6 numbers"},
        {{"\nFloatStorage", "(I9\nI4\nI3\nt", 0, 3}, "7", 6, 6, "a part of its storage"},
        {{"\nFloatStorage", "(I9\nI-1\nI3\nt", 0, 3}, "7", 6, 6, "a part of its storage"},
        {{"\nFloatStorage", "(I9\nI4\nt", 0, 3}, "7", 6, 6, "a part of its storage"},
        {{"\nQInt8Storage", "N", 0, 6}, "7", 6, 6, "of a type that is not read"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str b = one(&list[k].o);
        numbers(&b, list[k].key, list[k].count, list[k].there);
        must_refuse(bytes_file("m.pt", &b), list[k].reason);
    }
    struct str none = one(&list[0].o), twice = one(&list[0].o), big = {0}, odd = {0};
    str_add(&none, "\x80\x02].");
    must_refuse(bytes_file("m.pt", &none), "there is no storage 7");
    str_add(&twice, "\x80\x02](");
    put_pickle_text(&twice, "7");
    put_pickle_text(&twice, "7");
    str_add(&twice, "e.");
    for (int k = 0; k < 2; k++)
        put_u64(&twice, 0);
    must_refuse(bytes_file("m.pt", &twice), "found one twice");
    put_hex(&big, "80 02 8a 0a 6c fc 9c 46 f9 20 6a a8 50 19 2e 80 02 4d e9 03 2e 80 02 7d 28");
    put_pickle_text(&big, "little_endian");
    str_add(&big, "\x89u.");
    must_refuse(bytes_file("m.pt", &big), "big-endian");
    put_hex(&odd, "80 02 8a 0a 6c fc 9c 46 f9 20 6a a8 50 19 2e 80 02 4d ea 03 2e 80 02 7d 2e");
    must_refuse(bytes_file("m.pt", &odd), "expected version 1001");
}

static void any_byte_changed_is_a_model_or_one_line(void **state)
{
    (void)state;
    static const unsigned char flips[] = {0x01, 0x04, 0x2e, 0x80, 0xff};
    const struct damage d = {.stride = 1, .flips = flips, .n = sizeof flips, .cut_is_refused = true};
    struct str b = whole();
    assert_true(survives("old.pt", &b, &d) >= 5 * b.len);
    str_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_dict_of_old_torch_is_an_lstm),
        cmocka_unit_test(a_part_of_a_storage_is_read_as_torch_saw_it),
        cmocka_unit_test(what_is_not_where_it_should_be_is_refused),
        cmocka_unit_test(any_byte_changed_is_a_model_or_one_line),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
