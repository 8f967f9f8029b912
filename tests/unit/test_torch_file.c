/* test_torch_file.c: files of torch.save, from the pickle's opcodes to the numbers, sound and hostile. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "import/import.h"
#include "import/pickle.h"
#include "import/source.h"
#include "support/refusal.h"

/* data.pkl of torch.save(OrderedDict(lstm.weight_ih_l0 and lstm.weight_hh_l0, 4 x 1 each)), torch 1.13. */
static const char torch_pickle[] =
    "80 02 63 63 6f 6c 6c 65 63 74 69 6f 6e 73 0a 4f 72 64 65 72 65 64 44 69 63 74 0a 71 00 29 52 71 01 28 58 11 00 "
    "00 00 6c 73 74 6d 2e 77 65 69 67 68 74 5f 69 68 5f 6c 30 71 02 63 74 6f 72 63 68 2e 5f 75 74 69 6c 73 0a 5f 72 "
    "65 62 75 69 6c 64 5f 74 65 6e 73 6f 72 5f 76 32 0a 71 03 28 28 58 07 00 00 00 73 74 6f 72 61 67 65 71 04 63 74 "
    "6f 72 63 68 0a 46 6c 6f 61 74 53 74 6f 72 61 67 65 0a 71 05 58 01 00 00 00 30 71 06 58 03 00 00 00 63 70 75 71 "
    "07 4b 04 74 71 08 51 4b 00 4b 04 4b 01 86 71 09 4b 01 4b 01 86 71 0a 89 68 00 29 52 71 0b 74 71 0c 52 71 0d 58 "
    "11 00 00 00 6c 73 74 6d 2e 77 65 69 67 68 74 5f 68 68 5f 6c 30 71 0e 68 03 28 28 68 04 68 05 58 01 00 00 00 31 "
    "71 0f 68 07 4b 04 74 71 10 51 4b 00 4b 04 4b 01 86 71 11 4b 01 4b 01 86 71 12 89 68 00 29 52 71 13 74 71 14 52 "
    "71 15 75 2e";

/* ---- writing pickles ---- */

static void whole_number(struct str *p, int v)
{
    str_addc(p, 'J');
    put_u32(p, (uint32_t)v);
}

static void numbers(struct str *p, const int *v, int n)
{
    str_addc(p, '(');
    for (int k = 0; k < n; k++)
        whole_number(p, v[k]);
    str_addc(p, 't');
}

struct recipe {
    const char *storage, *key;
    int offset, shape[4], step[4], rank;
};

/* The call that makes a tensor. */
static void tensor(struct str *p, const struct recipe *r)
{
    str_add(p, "ctorch._utils\n_rebuild_tensor_v2\n((");
    put_pickle_text(p, "storage");
    str_addf(p, "ctorch\n%s\n", r->storage);
    put_pickle_text(p, r->key);
    put_pickle_text(p, "cpu");
    whole_number(p, 8);
    str_add(p, "tQ");
    whole_number(p, r->offset);
    numbers(p, r->shape, r->rank);
    numbers(p, r->step, r->rank);
    str_add(p, "\x89}tR");
}

/* NAME/data.pkl and a storage "0" of the numbers 0 … 7. */
static const char *archive(struct str *pickle)
{
    struct zip_writer z = {0};
    struct str data = {0};
    for (int k = 0; k < 8; k++)
        put_f32(&data, (float)k);
    zip_put(&z, "x/data.pkl", pickle->s, pickle->len);
    zip_put(&z, "x/data/0", data.s, data.len);
    zip_end(&z);
    str_free(pickle);
    str_free(&data);
    return bytes_file("m.pt", &z.out);
}

/* ---- sound files ---- */

static void a_state_dict_of_torch_is_an_lstm(void **state)
{
    (void)state;
    struct zip_writer z = {0};
    struct str pickle = {0}, ih = {0}, hh = {0};
    struct err e = {{0}};
    put_hex(&pickle, torch_pickle);
    static const float x[] = {0.5f, -0.25f, 1, 2}, h[] = {-1, 0.125f, 3, 0.75f};
    for (int k = 0; k < 4; k++) {
        put_f32(&ih, x[k]);
        put_f32(&hh, h[k]);
    }
    zip_put(&z, "real/data.pkl", pickle.s, pickle.len);
    zip_put(&z, "real/data/0", ih.s, ih.len);
    zip_put(&z, "real/data/1", hh.s, hh.len);
    zip_put(&z, "real/version", "3\n", 2);
    zip_end(&z);
    struct model *m = model_load(bytes_file("real.pt", &z.out), NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    assert_int_equal(m->net->layer[0].hidden, 1);
    assert_true(m->net->layer[0].W[Q_I][0] == -1 && m->net->layer[0].W[Q_I][1] == 0.5f);
    assert_true(m->net->layer[0].W[Q_F][0] == 0.125f && m->net->layer[0].W[Q_O][1] == 2);
    model_free(m);
    str_free(&pickle);
    str_free(&ih);
    str_free(&hh);
}

static void views_of_a_storage_are_read_as_torch_sees_them(void **state)
{
    (void)state;
    struct str p = {0};
    str_add(&p, "\x80\x02}(");
    static const struct { const char *name; struct recipe r; float v[6]; size_t n; } list[] = {
        {"all", {"FloatStorage", "0", 0, {2, 3}, {3, 1}, 2}, {0, 1, 2, 3, 4, 5}, 6},
        {"turned", {"FloatStorage", "0", 1, {3, 2}, {1, 3}, 2}, {1, 4, 2, 5, 3, 6}, 6},
        {"later", {"FloatStorage", "0", 6, {2}, {1}, 1}, {6, 7}, 2},
        {"spread", {"FloatStorage", "0", 0, {3}, {0}, 1}, {0, 0, 0}, 3},
        {"single", {"FloatStorage", "0", 5, {0}, {0}, 0}, {5}, 1},
        {"none", {"FloatStorage", "0", 8, {0, 4}, {4, 1}, 2}, {0}, 0},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        put_pickle_text(&p, list[k].name);
        tensor(&p, &list[k].r);
    }
    str_add(&p, "u.");
    struct source *s = must_open(archive(&p));
    for (size_t k = 0; k < sizeof list / sizeof *list; k++)
        must_hold(s, list[k].name, list[k].v, list[k].n);
    assert_non_null(tensor_lend(source_find(s, "all")));
    source_close(s);
}

/* A checkpoint: what is no tensor is passed over, whatever it would call. */
static void nothing_in_the_pickle_is_run(void **state)
{
    (void)state;
    static const struct recipe r = {"FloatStorage", "0", 0, {2}, {1}, 1};
    struct str p = {0};
    str_add(&p, "\x80\x02}(");
    put_pickle_text(&p, "evil");
    str_add(&p, "cos\nsystem\n");
    put_pickle_text(&p, "touch /tmp/flstm-was-here");
    str_add(&p, "\x85R");
    put_pickle_text(&p, "epoch");
    whole_number(&p, 3);
    put_pickle_text(&p, "model");
    str_add(&p, "ccollections\nOrderedDict\n)R(");
    put_pickle_text(&p, "a");
    tensor(&p, &r);
    str_add(&p, "u");
    put_pickle_text(&p, "list");
    str_add(&p, "](");
    tensor(&p, &r);
    tensor(&p, &r);
    str_add(&p, "e");
    str_add(&p, "u.");
    remove("/tmp/flstm-was-here");
    struct source *s = must_open(archive(&p));
    static const float v[] = {0, 1};
    assert_int_equal(s->n, 3);
    must_hold(s, "model.a", v, 2);
    must_hold(s, "list[1]", v, 2);
    assert_null(fopen("/tmp/flstm-was-here", "r"));
    source_close(s);
}

/* torch.save(model): the class is not known here and need not be. */
static void a_whole_module_gives_its_parameters(void **state)
{
    (void)state;
    static const struct recipe r = {"FloatStorage", "0", 2, {2}, {1}, 1};
    struct str p = {0};
    str_add(&p, "\x80\x02" "c__main__\nNet\n)\x81}(");
    put_pickle_text(&p, "training");
    str_add(&p, "\x89");
    put_pickle_text(&p, "_parameters");
    str_add(&p, "}");
    put_pickle_text(&p, "_modules");
    str_add(&p, "}(");
    put_pickle_text(&p, "lstm");
    str_add(&p, "ctorch.nn.modules.rnn\nLSTM\n)\x81}(");
    put_pickle_text(&p, "_parameters");
    str_add(&p, "}(");
    put_pickle_text(&p, "weight_ih_l0");
    str_add(&p, "ctorch._utils\n_rebuild_parameter\n(");
    tensor(&p, &r);
    str_add(&p, "\x88}tR");
    str_add(&p, "uubuub.");
    struct source *s = must_open(archive(&p));
    static const float v[] = {2, 3};
    assert_int_equal(s->n, 1);
    must_hold(s, "lstm.weight_ih_l0", v, 2);
    source_close(s);
}

/* torch.jit.save: modules whose attributes are their parameters, with code beside them that nobody looks at. */
static void a_module_of_torchscript_gives_its_parameters(void **state)
{
    (void)state;
    static const struct recipe r = {"FloatStorage", "0", 2, {2}, {1}, 1};
    for (int frozen = 0; frozen < 2; frozen++) {
        struct zip_writer z = {0};
        struct str p = {0}, data = {0};
        str_add(&p, "\x80\x02" "c__torch__\nNet\n)\x81}(");
        put_pickle_text(&p, "training");
        str_add(&p, "\x89");
        put_pickle_text(&p, "lstm");
        str_add(&p, "c__torch__.torch.nn.modules.rnn.___torch_mangle_3\nLSTM\n)\x81}(");
        if (!frozen) {
            put_pickle_text(&p, "weight_ih_l0");
            tensor(&p, &r);
        }
        str_add(&p, "ubub.");
        for (int k = 0; k < 8; k++)
            put_f32(&data, (float)k);
        zip_put(&z, "x/data.pkl", p.s, p.len);
        zip_put(&z, "x/data/0", data.s, data.len);
        zip_put(&z, "x/code/__torch__.py", "pass", 4);
        zip_put(&z, "x/constants.pkl", "\x80\x02).", 4);
        zip_end(&z);
        str_free(&p);
        str_free(&data);
        const char *path = bytes_file("scripted.pt", &z.out);
        if (frozen) {
            must_refuse(path, "a module of TorchScript without parameters");
            continue;
        }
        struct source *s = must_open(path);
        static const float v[] = {2, 3};
        assert_int_equal(s->n, 1);
        must_hold(s, "lstm.weight_ih_l0", v, 2);
        source_close(s);
    }
}

/* ---- hostile ones ---- */

static void a_tensor_that_reaches_beyond_its_storage_is_refused(void **state)
{
    (void)state;
    static const struct { struct recipe r; const char *reason; } list[] = {
        {{"FloatStorage", "0", 0, {9}, {1}, 1}, "a: reaches beyond its storage of 8 numbers"},
        {{"FloatStorage", "0", 8, {1}, {1}, 1}, "reaches beyond"},
        {{"FloatStorage", "0", 9, {0}, {1}, 1}, "reaches beyond"},
        {{"FloatStorage", "0", 1, {2, 2}, {6, 2}, 2}, "reaches beyond"},
        {{"DoubleStorage", "0", 0, {5}, {1}, 1}, "reaches beyond its storage of 4 numbers"},
        {{"FloatStorage", "0", 0, {2147483647, 2147483647, 2147483647},
        {2147483647, 2147483647, 2147483647}, 3}, "reaches beyond"},
        {{"FloatStorage", "0", -1, {1}, {1}, 1}, "expected a tensor as torch.save writes it"},
        {{"FloatStorage", "0", 0, {-1}, {1}, 1}, "expected a tensor as torch.save writes it"},
        {{"FloatStorage", "0", 0, {1}, {-1}, 1}, "expected a tensor as torch.save writes it"},
        {{"FloatStorage", "7", 0, {1}, {1}, 1}, "its numbers are not in the file: there is no x/data/7"},
        {{"FloatStorage", "../data.pkl", 0, {1}, {1}, 1}, "its numbers are not in the file"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str p = {0};
        str_add(&p, "\x80\x02}");
        put_pickle_text(&p, "a");
        tensor(&p, &list[k].r);
        str_add(&p, "s.");
        must_refuse(archive(&p), list[k].reason);
    }
}

static void a_type_that_is_not_read_is_told_where_it_is_used(void **state)
{
    (void)state;
    static const struct recipe r = {"QInt8Storage", "0", 0, {1}, {1}, 1};
    struct err e = {{0}};
    struct str p = {0};
    str_add(&p, "\x80\x02}");
    put_pickle_text(&p, "a");
    tensor(&p, &r);
    str_add(&p, "s.");
    struct source *s = must_open(archive(&p));
    assert_false(tensor_numbers(s, s->t[0], &e));
    assert_non_null(strstr(e.text, "a: its numbers are of a type that is not read"));
    source_close(s);
}

static void a_damaged_pickle_says_where(void **state)
{
    (void)state;
    static const struct { const char *hex, *reason; } list[] = {
        {"80 02", "data.pkl: byte 2: the pickle is cut off: it has no end"},
        {"80 02 2e", "expected one value at the end, found 0"},
        {"80 02 7d 7d 2e", "expected one value at the end, found 2"},
        {"80 02 ff", "byte 2: expected an opcode of a pickle, found 0xFF"},
        {"80 02 58 ff ff ff ff 61", "the pickle is cut off: expected 4294967295 bytes more, found 1"},
        {"80 02 8d ff ff ff ff ff ff ff ff 61", "the pickle is cut off"},
        {"80 02 52 2e", "calls with 2 values on a stack of 0"},
        {"80 02 74 2e", "goes back to a mark that was not set"},
        {"80 02 28 75 2e", "adds to a value that is not there"},
        {"80 02 7d 28 4b 01 75 2e", "a key without a value"},
        {"80 02 4b 01 28 4b 01 65 2e", "adds items to a value that takes none"},
        {"80 02 4b 01 28 62 2e", "takes a value from an empty stack"},
        {"80 02 7d 28 62 2e", "takes a value from an empty stack"},
        {"80 02 68 05 2e", "refers to value 5, which there is not"},
        {"80 02 7d 72 ff ff ff ff 2e", "expected a memo of fewer than"},
        {"80 02 63 61 62", "cut off within a line"},
        {"80 02 4b 01 4b 02 93 2e", "expected the names of a module"},
        {"80 02 30 2e", "takes a value from an empty stack"},
        {"49 78 0a 2e", "expected a number, found x"},
        {"", "the pickle is cut off"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str p = {0};
        str_add(&p, "");
        put_hex(&p, list[k].hex);
        must_refuse(archive(&p), list[k].reason);
    }
}

/* A list in itself, and 2^40 paths to one value. */
static void a_tree_without_end_is_walked_to_an_end(void **state)
{
    (void)state;
    struct str p = {0};
    str_add(&p, "\x80\x02]q");
    put_hex(&p, "00");
    str_addc(&p, 'h');
    put_hex(&p, "00");
    str_add(&p, "a.");
    must_refuse(archive(&p), "expected a state_dict, found values nested without end");
    str_add(&p, "\x80\x02]q");
    put_hex(&p, "00");
    for (int k = 1; k < 24; k++) {
        str_add(&p, "](");
        for (int twice = 0; twice < 4; twice++) {
            str_addc(&p, 'h');
            str_addc(&p, (char)(k - 1));
        }
        str_add(&p, "eq");
        str_addc(&p, (char)k);
        str_add(&p, "");
    }
    /* Each list stays on the stack: one tuple of them all. */
    struct str marked = {0};
    str_addn(&marked, p.s, 2);
    str_addc(&marked, '(');
    str_addn(&marked, p.s + 2, p.len - 2);
    str_add(&marked, "t.");
    str_free(&p);
    must_refuse(archive(&marked), "expected a state_dict, found values nested without end");
}

static void numbers_that_were_damaged_are_not_shown(void **state)
{
    (void)state;
    static const struct recipe r = {"FloatStorage", "0", 0, {2}, {1}, 1};
    struct str p = {0}, bytes = {0};
    str_add(&p, "\x80\x02}");
    put_pickle_text(&p, "a");
    tensor(&p, &r);
    str_add(&p, "s.");
    struct source *s = must_open(archive(&p));
    str_addn(&bytes, (const char *)s->bytes.data, s->bytes.len);
    char *at = memmem(bytes.s, bytes.len, "x/data/0", 8);
    source_close(s);
    assert_non_null(at);
    at[8] ^= 1;
    must_refuse(bytes_file("m.pt", &bytes), "a: its numbers are damaged");
}

/* ---- the archive around it --------------------------------------------------------------------------------------- */

/* {"a": tensor of the numbers 0, 1} */
static void one_tensor(struct str *p, const struct recipe *r)
{
    str_add(p, "\x80\x02}");
    put_pickle_text(p, "a");
    tensor(p, r);
    str_add(p, "s.");
}

/* A member as it is written: what it holds, and by which method. NULL: the pickle of one tensor. */
struct piece { const char *name, *holds; unsigned method; };

static void an_archive_that_torch_would_not_write_is_refused_by_what_is_odd(void **state)
{
    (void)state;
    static const struct recipe r = {"FloatStorage", "0", 0, {2}, {1}, 1};
    static const struct { struct piece member[3]; const char *says; } list[] = {
        {{{"x/data.pkl", NULL, 8}, {"x/data/0", "01234567", 0}},
         "expected x/data.pkl stored and at most"},
        {{{"x/data.pkl", NULL, 0}, {"x/data/0", "01234567", 8}},
         "a: its numbers are compressed, which torch.save never does"},
        {{{"x/data.pkl", NULL, 0}, {"x/data/0", "01234567", 0}, {"x/byteorder", "big", 0}},
         "its numbers are big-endian: load and save it on the machine it was written on, to safetensors"},
        {{{"x/data.pkl", NULL, 0}, {"x/data/0", "01234567", 0}, {"x/byteorder", "middle", 0}},
         "its numbers are big-endian"},
        {{{"x/data.pkl", NULL, 0}, {"x/data/0", "01234567", 0}, {"x/byteorder", "little", 8}},
         "its numbers are big-endian"},
        {{{"x/data.pkl", NULL, 0}}, "a: its numbers are not in the file: there is no x/data/0"},
        {{{"x/version", "3", 0}, {"x/data/0", "01234567", 0}}, "a zip with nothing in it that is known"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct zip_writer z = {0};
        for (int j = 0; j < 3 && list[k].member[j].name; j++) {
            const struct piece *m = &list[k].member[j];
            struct str b = {0};
            if (m->holds)
                str_add(&b, m->holds);
            else
                one_tensor(&b, &r);
            zip_put_as(&z, m->name, b.s, b.len, m->method);
            str_free(&b);
        }
        zip_end(&z);
        must_refuse(bytes_file("m.pt", &z.out), list[k].says);
    }
}

/* What stands where a tensor's arguments should: opcodes up to the call. */
static void a_tensor_whose_arguments_are_others_is_refused(void **state)
{
    (void)state;
#define STORAGE "(U\7storagectorch\nFloatStorage\nU\1" "0U\3cpuK\10tQ"
    static const char odd[] = "a: expected a tensor as torch.save writes it, of at most 8 axes",
                      no_storage[] = "a: expected a storage of torch, found another thing";
    static const struct { const char *arguments, *says; } list[] = {
        {STORAGE, odd},                                                       /* too few */
        {STORAGE "NK\2\x85K\1\x85", odd},                                     /* the offset is none */
        {STORAGE "J\xFF\xFF\xFF\xFFK\2\x85K\1\x85", odd},
        {STORAGE "K\1NK\1\x85", odd},
        {STORAGE "K\1K\2\x85N", odd},
        {STORAGE "K\1N\x85K\1\x85", odd},                                     /* a size that is no number */
        {STORAGE "K\1(K\1K\1K\1K\1K\1K\1K\1K\1K\1tK\1\x85", odd},             /* nine axes */
        {STORAGE "K\1K\2\x85K\1K\1\x86", odd},                                /* more steps than axes */
        {"NK\1K\2\x85K\1\x85", no_storage},
        {"NQK\1K\2\x85K\1\x85", no_storage},
        {"(U\7storageNNtQK\1K\2\x85K\1\x85", no_storage},
        {"(U\7borrowsctorch\nFloatStorage\nU\1" "0NNtQK\1K\2\x85K\1\x85", no_storage},
        {"(U\7storagectorch\nFloatStorage\nNNNtQK\1K\2\x85K\1\x85", no_storage},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str p = {0};
        str_addf(&p, "\x80\x02}U\1actorch._utils\n_rebuild_tensor_v2\n(%stRs.", list[k].arguments);
        must_refuse(archive(&p), list[k].says);
    }
#undef STORAGE
}

/* Newer kinds of the call that makes a tensor, and wrappers around it. */
static void every_way_in_which_torch_writes_a_tensor_is_read(void **state)
{
    (void)state;
#define OF "((U\7storagectorch\nFloatStorage\nU\1" "0U\3cpuK\10tQK\1K\2\x85K\1\x85"
    static const struct { const char *call; int found; } list[] = {
        {"ctorch._utils\n_rebuild_tensor\n" OF "tR", 1},
        {"ctorch._utils\n_rebuild_tensor_v3\n" OF "\x89N" "ctorch\nfloat32\ntR", 1},
        {"ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_tensor_v2\nN" OF "\x89Nt}tR", 1},
        {"ctorch._tensor\n_rebuild_from_type_v2\n(cmy\nown\nN" OF "t}tR", 0},
        {"ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_tensor_v2\nNN}tR", 0},
        {"ctorch._tensor\n_rebuild_from_type_v2\n(NNtR", 0},
        {"ctorch.nn.parameter\nParameter\n(ctorch._utils\n_rebuild_tensor_v2\n" OF "\x89NtRtR", 1},
        {"ctorch.nn.parameter\nParameter\n)R", 0},
        {"cmy\nown\n)R", 0},
        {"N", 0},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str p = {0};
        static const float v[] = {1, 2};
        str_addf(&p, "\x80\x02}U\1a%ss.", list[k].call);
        struct source *s = must_open(archive(&p));
        if (s->n != list[k].found)
            fail_msg("%zu: %d tensors", k, s->n);
        if (s->n)
            must_hold(s, "a", v, 2);
        source_close(s);
    }
    /* A type that is not among those that are read: told where its numbers are asked for. */
    struct str p = {0};
    struct err e = {{0}};
    str_add(&p, "\x80\x02}U\1actorch._utils\n_rebuild_tensor_v3\n" OF "tRs.");
    struct source *s = must_open(archive(&p));
    assert_false(tensor_numbers(s, s->t[0], &e));
    assert_non_null(strstr(
        e.text, "a: its numbers are of a type that is not read (quantized, sparse, negated, complex or float8)"));
    source_close(s);
    /* Keys that are numbers are names, others are passed over; a name has no NUL and an end. */
    str_add(&p, "\x80\x02}(K\7ctorch._utils\n_rebuild_tensor\n" OF "tRNctorch._utils\n_rebuild_tensor\n" OF "tRu.");
    s = must_open(archive(&p));
    assert_int_equal(s->n, 1);
    assert_string_equal(s->t[0]->name, "7");
    source_close(s);
    str_add(&p, "\x80\x02}U\2a");
    str_addn(&p, "", 1);
    str_add(&p, "Ns.");
    must_refuse(archive(&p), "expected a name of a tensor, found one with a NUL or of 2 bytes");
    str_add(&p, "\x80\x02}S");
    for (int k = 0; k < 1025; k++)
        str_addc(&p, 'n');
    str_add(&p, "\nNs.");
    must_refuse(archive(&p), "found one with a NUL or of 1025 bytes");
#undef OF
}

/* Beside the folder of torch.save anything may lie, with a name shorter than the folder's, too. */
static void what_lies_beside_the_folder_is_passed_over(void **state)
{
    (void)state;
    static const struct recipe r = {"FloatStorage", "0", 1, {2}, {1}, 1};
    static const float v[] = {1, 2};
    struct zip_writer z = {0};
    struct str p = {0}, data = {0};
    one_tensor(&p, &r);
    for (int k = 0; k < 8; k++)
        put_f32(&data, (float)k);
    zip_put(&z, "a", "b", 1);
    zip_put(&z, "a_folder_with_a_long_name/data.pkl", p.s, p.len);
    zip_put(&z, "a_folder_with_a_long_name/data/0", data.s, data.len);
    zip_put(&z, "another_folder_of_that_size/code/", "", 0);
    zip_end(&z);
    struct source *s = must_open(bytes_file("m.pt", &z.out));
    must_hold(s, "a", v, 2);
    source_close(s);
    str_free(&p);
    str_free(&data);
}

static void protocols_of_other_pickles_are_read_too(void **state)
{
    (void)state;
    /* pickle.dumps({'a': [1, -2, 3.5, True, None], 'b': (b'x', 2**40)}, protocol): 0 and 4 */
    static const char *const list[] = {
        "28 64 70 30 0a 56 61 0a 70 31 0a 28 6c 70 32 0a 49 31 0a 61 49 2d 32 0a 61 46 33 2e 35 0a 61 49 30 31 0a 61 "
        "4e 61 73 56 62 0a 70 33 0a 28 56 78 0a 4c 31 30 39 39 35 31 31 36 32 37 37 37 36 4c 0a 74 70 34 0a 73 2e",
        "80 04 95 2b 00 00 00 00 00 00 00 7d 94 28 8c 01 61 94 5d 94 28 4b 01 4a fe ff ff ff 47 40 0c 00 00 00 00 00 "
        "00 88 4e 65 8c 01 62 94 43 01 78 94 8a 06 00 00 00 00 00 01 86 94 75 2e",
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str b = {0};
        struct pickle p;
        struct err e = {{0}};
        put_hex(&b, list[k]);
        if (!pickle_read((const unsigned char *)b.s, b.len, "p", &p, &e))
            fail_msg("%s", e.text);
        const struct pickle_node *a = pickle_get(p.root, "a"), *t = pickle_get(p.root, "b");
        assert_true(a && a->kind == PICKLE_LIST && a->n == 5);
        assert_true(a->item[0]->number == 1 && a->item[1]->number == -2 && a->item[2]->real == 3.5);
        assert_true(a->item[3]->kind == PICKLE_BOOL && a->item[3]->number == 1 && a->item[4]->kind == PICKLE_NONE);
        assert_true(t && t->kind == PICKLE_TUPLE && t->n == 2 && t->item[1]->number == 1099511627776);
        pickle_free(&p);
        str_free(&b);
    }
}

/* Each byte of the pickle is another opcode or number, or is cut off there; the zip around it is sound each time. */
static void a_pickle_with_any_byte_changed_is_a_model_or_is_refused_in_one_line(void **state)
{
    (void)state;
    static const char others[] = "\0\1\4\177\200\207\211\225\226\377.(0)2NKMJIFGV]}tRQuaesblcqhrjXU";
    static const struct recipe recipes[] = {{"FloatStorage", "0", 0, {4, 1}, {1, 1}, 2},
                                            {"FloatStorage", "0", 4, {4, 1}, {1, 1}, 2}};
    struct str sound = {0};
    int models = 0, tried = 0;
    str_add(&sound, "\200\2ccollections\nOrderedDict\n)R(");
    put_pickle_text(&sound, "l.weight_ih_l0");
    tensor(&sound, &recipes[0]);
    put_pickle_text(&sound, "l.weight_hh_l0");
    tensor(&sound, &recipes[1]);
    str_add(&sound, "u.");
    for (size_t at = 0; at < sound.len; at++)
        for (size_t k = 0; k < sizeof others; k++, tried++) {         /* the last one is the end: cut off here */
            struct err e = {{0}};
            struct str p = {0};
            str_addn(&p, sound.s, k + 1 < sizeof others ? sound.len : at);
            if (k + 1 < sizeof others)
                p.s[at] = others[k];
            const char *path = archive(&p);
            struct model *m = model_load(path, NULL, &e);
            models += m != NULL;
            if (!m && (strncmp(e.text, path, strlen(path)) != 0 || strchr(e.text, '\n')))
                fail_msg("byte %zu: expected one line of %s, found \"%s\"", at, path, e.text);
            model_free(m);
        }
    assert_in_range(models, 1, tried / 2);
    str_free(&sound);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_dict_of_torch_is_an_lstm),
        cmocka_unit_test(views_of_a_storage_are_read_as_torch_sees_them),
        cmocka_unit_test(nothing_in_the_pickle_is_run),
        cmocka_unit_test(a_whole_module_gives_its_parameters),
        cmocka_unit_test(a_module_of_torchscript_gives_its_parameters),
        cmocka_unit_test(a_tensor_that_reaches_beyond_its_storage_is_refused),
        cmocka_unit_test(a_type_that_is_not_read_is_told_where_it_is_used),
        cmocka_unit_test(a_damaged_pickle_says_where),
        cmocka_unit_test(a_tree_without_end_is_walked_to_an_end),
        cmocka_unit_test(numbers_that_were_damaged_are_not_shown),
        cmocka_unit_test(an_archive_that_torch_would_not_write_is_refused_by_what_is_odd),
        cmocka_unit_test(a_tensor_whose_arguments_are_others_is_refused),
        cmocka_unit_test(what_lies_beside_the_folder_is_passed_over),
        cmocka_unit_test(every_way_in_which_torch_writes_a_tensor_is_read),
        cmocka_unit_test(protocols_of_other_pickles_are_read_too),
        cmocka_unit_test(a_pickle_with_any_byte_changed_is_a_model_or_is_refused_in_one_line),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
