/* test_safetensors.c: every rule of the format, as someone with a broken file meets it, and the numbers of a sound
 * one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "import/import.h"
#include "import/source.h"
#include "support/refusal.h"

/* A file of this header and so many bytes 0, 1, 2 … of numbers. */
static const char *write_file(const char *header, size_t bytes)
{
    struct str b = {0};
    put_u64(&b, strlen(header));
    str_add(&b, header);
    for (size_t k = 0; k < bytes; k++)
        str_addc(&b, (char)k);
    return bytes_file("m.safetensors", &b);
}

#define ONE(dtype, shape, offsets) "{\"a\":{\"dtype\":" dtype ",\"shape\":" shape ",\"data_offsets\":" offsets "}}"

static void every_rule_of_the_header_is_told_when_broken(void **state)
{
    (void)state;
    static const struct { const char *header; size_t bytes; const char *reason;
    } list[] = {
        {"[1]", 0, "expected a header that begins with {"},
        {" {}", 0, "expected a header that begins with {"},
        {"", 0, "expected a header that begins with {, found none"},
        {"{", 0, "not valid JSON"},
        {"{\"a\xff\":1}", 0, "is not UTF-8"},
        {"{} x", 0, "not valid JSON"},
        {"{\"a\":1}", 0, "expected an object"},
        {ONE("\"F32\"", "[1]", "[0,4]") " ", 5,
         "expected the file to end with its last tensor, at byte 4 of the numbers, found 5"},
        {"{}", 1, "expected the file to end with its last tensor, at byte 0"},
        {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_"
         "offsets\":[1,2]}}",
         2, "the key \"a\" is there twice"},
        {ONE("\"F32\"", "[1]", "[4,0]"), 4,
         "a.data_offsets: expected an end that is not before its beginning, found 4 to 0"},
        {ONE("\"F32\"", "[1]", "[0,8]"), 4, "a.data_offsets: expected at most 4, the bytes there are, found 8"},
        {ONE("\"F32\"", "[2]", "[0,4]"), 4, "a.data_offsets: expected 8 bytes, as its shape and type say, found 4"},
        {ONE("\"F32\"", "[4294967296,4294967296]", "[0,4]"), 4, "a.shape: expected a size that memory can hold"},
        {ONE("\"F32\"", "[-1]", "[0,4]"), 4, "a.shape[0]: expected a whole number"},
        {ONE("\"F32\"", "[1.5]", "[0,4]"), 4, "a.shape[0]: expected a whole number"},
        {ONE("\"F32\"", "[1,1,1,1,1,1,1,1,1]", "[0,4]"), 4, "a.shape: expected at most 8 sizes, found 9"},
        {ONE("\"F32\"", "\"x\"", "[0,4]"), 4, "a.shape: expected an array of whole numbers"},
        {ONE("\"X32\"", "[1]", "[0,4]"), 4,
         "a.dtype: expected a type of numbers (F32, F16, BF16, F64 …), found \"X32\""},
        {ONE("\"f32\"", "[1]", "[0,4]"), 4, "a.dtype: expected a type of numbers"},
        {ONE("7", "[1]", "[0,4]"), 4, "a.dtype: expected a string"},
        {ONE("\"F32\"", "[1]", "[0,4,8]"), 4, "a.data_offsets: expected 2 offsets"},
        {ONE("\"F32\"", "[1]", "[0]"), 4, "a.data_offsets: expected 2 offsets"},
        {ONE("\"F32\"", "[1]", "[-1,3]"), 4, "a.data_offsets[0]: expected a whole number"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "a: expected the key \"data_offsets\""},
        {"{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "a: expected the key \"shape\""},
        {"{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "a: expected the key \"dtype\""},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4, "a: unknown key \"x\""},
        {ONE("\"U8\"", "[2]", "[1,3]"), 3,
         "a: expected its bytes to begin at 0, where what is before them ends, found 1"},
        {"{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_"
         "offsets\":[1,3]}}",
         3, "b: its bytes begin at 1, within \"a\", which ends at 2"},
        {"{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[3,5]},\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_"
         "offsets\":[0,2]}}",
         5, "b: expected its bytes to begin at 2"},
        {"{\"__metadata__\":{\"format\":1}}", 0, "__metadata__.format: expected a string, found 1"},
        {"{\"__metadata__\":[]}", 0, "__metadata__: expected an object"},
        {"{\"__metadata__\":{\"flstm\":\"{\"}}", 0, "not valid JSON"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++)
        must_refuse(write_file(list[k].header, list[k].bytes), list[k].reason);
}

static void a_length_that_cannot_be_is_not_believed(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"m.safetensors", "", "expected 8 bytes"},
        {"m.safetensors", "01 02 03", "expected 8 bytes with the length of the header, found 3"},
        {"m.safetensors", "ff ff ff ff ff ff ff ff 7b 7d",
         "expected a header of at most 100000000 bytes, found a length of 18446744073709551615"},
        {"m.safetensors", "01 e1 f5 05 00 00 00 00 7b 7d",
         "expected a header of at most 100000000 bytes, found a length of 100000001"},
        {"m.safetensors", "03 00 00 00 00 00 00 00 7b 7d",
         "expected a header of 3 bytes, found 2 to the end of the file"},
        {"m.safetensors", "00 00 00 00 00 00 00 00", "expected a header that begins with {, found none"},
    };
    each_refused(list, sizeof list / sizeof *list);
}

static void the_kind_is_known_by_its_bytes_whatever_it_is_called(void **state)
{
    (void)state;
    struct str b = {0};
    struct err e = {{0}};
    static const char header[] = ONE("\"F32\"", "[1]", "[0,4]");
    put_u64(&b, strlen(header));
    str_add(&b, header);
    put_f32(&b, 2.5f);
    struct source *s = source_open(bytes_file("weights.bin", &b), &e);
    if (!s)
        fail_msg("%s", e.text);
    assert_string_equal(s->kind->name, "safetensors");
    assert_int_equal(s->n, 1);
    assert_true(tensor_numbers(s, s->t[0], &e));
    assert_true(s->t[0]->v[0] == 2.5f);
    source_close(s);
}

/* What quantizing leaves without its scale: read as they are, the numbers would be weights of another network. */
static void eight_bits_are_no_weights_of_an_lstm(void **state)
{
    (void)state;
    static const char header[] = "{\"weight_ih_l0\":{\"dtype\":\"I8\",\"shape\":[4,1],\"data_offsets\":[0,4]},"
                                 "\"weight_hh_l0\":{\"dtype\":\"I8\",\"shape\":[4,1],\"data_offsets\":[4,8]}}";
    struct str b = {0};
    struct err e = {{0}};
    put_u64(&b, strlen(header));
    str_add(&b, header);
    put_hex(&b, "01 02 03 04 05 06 07 08");
    assert_null(model_load(bytes_file("m.safetensors", &b), &(struct model_options){.tokenizer = -1}, &e));
    assert_non_null(strstr(e.text, "weight_ih_l0: int8 numbers, which are no weights without the scale"));
}

/* One tensor of each type, in one file, not in the order of the header, one of them empty, one a single number. */
static void every_type_of_numbers_is_read(void **state)
{
    (void)state;
    static const char header[] =
        "{\"half\":{\"dtype\":\"F16\",\"shape\":[6],\"data_offsets\":[16,28]},"
        "\"__metadata__\":{\"format\":\"pt\"},"
        "\"wide\":{\"dtype\":\"F64\",\"shape\":[1,2],\"data_offsets\":[0,16]},"
        "\"brain\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[28,32]},"
        "\"single\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[32,36]},"
        "\"nothing\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[36,36]},"
        "\"long\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[36,44]},"
        "\"eight\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[44,46]},"
        "\"byte\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[46,48]}}   ";
    struct str b = {0};
    struct err e = {{0}};
    put_u64(&b, strlen(header));
    str_add(&b, header);
    put_f64(&b, -0.1);
    put_f64(&b, 1e300);
    put_hex(&b, "00 3c 00 c0 01 00 ff 7b 00 80 00 04");        /* 1, -2, 2^-24, 65504, -0, 2^-14 */
    put_hex(&b, "80 3f 49 c0");                                /* 1, -3.140625 */
    put_f32(&b, 7);
    put_hex(&b, "fe ff ff ff ff ff ff ff");
    put_hex(&b, "38 40");
    put_hex(&b, "80 7f");
    struct source *s = source_open(bytes_file("m.safetensors", &b), &e);
    if (!s)
        fail_msg("%s", e.text);
    static const float half[] = {1, -2, 0x1p-24f, 65504, -0.0f, 0x1p-14f}, brain[] = {1, -3.140625f}, single[] = {7},
                       lng[] = {-2}, byte[] = {-128, 127};
    const struct { const char *name; const float *v; size_t n; } list[] = {
        {"half", half, 6}, {"brain", brain, 2}, {"single", single, 1}, {"long", lng, 1}, {"byte", byte, 2},
        {"nothing", half, 0},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct tensor *t = source_find(s, list[k].name);
        assert_non_null(t);
        if (!tensor_numbers(s, t, &e))
            fail_msg("%s", e.text);
        assert_int_equal(t->count, list[k].n);
        assert_memory_equal(t->v, list[k].v, list[k].n * sizeof *list[k].v);
    }
    assert_false(tensor_numbers(s, source_find(s, "wide"), &e));
    assert_non_null(strstr(e.text, "wide[0][1]: expected a finite number within float range, found Infinity"));
    assert_false(tensor_numbers(s, source_find(s, "eight"), &e));
    assert_non_null(strstr(e.text, "eight: its numbers are of a type that is not read"));
    source_close(s);
}

static void a_number_that_is_none_is_told_only_where_it_is_used(void **state)
{
    (void)state;
    static const char header[] = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}";
    struct str b = {0};
    struct err e = {{0}};
    put_u64(&b, strlen(header));
    str_add(&b, header);
    for (int k = 0; k < 4; k++)
        put_f32(&b, k == 2 ? NAN : 1);
    struct source *s = source_open(bytes_file("m.safetensors", &b), &e);
    assert_non_null(s);
    assert_false(tensor_numbers(s, s->t[0], &e));
    assert_non_null(strstr(e.text, "a[1][0]: expected a finite number within float range, found NaN"));
    source_close(s);
}

static void float32_is_lent_as_it_stands_in_the_file(void **state)
{
    (void)state;
    static const char header[] = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1000],\"data_offsets\":[0,4000]}}    ";
    struct str b = {0};
    struct err e = {{0}};
    assert_int_equal(strlen(header) % 8, 0);
    put_u64(&b, strlen(header));
    str_add(&b, header);
    for (int k = 0; k < 1000; k++)
        put_f32(&b, (float)k);
    struct source *s = source_open(bytes_file("m.safetensors", &b), &e);
    assert_non_null(s);
    assert_true(s->bytes.mapped);
    const float *v = tensor_lend(s->t[0]);
    assert_ptr_equal(v, s->bytes.data + 8 + strlen(header));
    assert_true(v[999] == 999);
    source_close(s);
}

/* The same network as JSON and as safetensors, whatever the names stand before. */
static void a_state_dict_becomes_the_same_network_as_from_json(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct source *json = source_open("tests/reference/stacked.pytorch.json", &e);
    struct str header = {0}, numbers = {0}, b = {0};
    if (!json)
        fail_msg("%s", e.text);
    str_addc(&header, '{');
    for (int k = 0; k < json->n; k++) {
        struct tensor *t = json->t[k];
        assert_true(tensor_numbers(json, t, &e));
        size_t from = numbers.len;
        for (size_t n = 0; n < t->count; n++)
            put_f32(&numbers, t->v[n]);
        str_addf(&header, "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[", k ? "," : "", t->name);
        for (int d = 0; d < t->rank; d++)
            str_addf(&header, "%s%zu", d ? "," : "", t->shape[d]);
        str_addf(&header, "],\"data_offsets\":[%zu,%zu]}", from, numbers.len);
    }
    source_close(json);
    str_addc(&header, '}');
    put_u64(&b, header.len);
    str_addn(&b, header.s, header.len);
    str_addn(&b, numbers.s, numbers.len);
    str_free(&header);
    str_free(&numbers);
    struct str words = {0};
    char vocab[256];
    str_add(&words, "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]");
    strcpy(vocab, bytes_file("vocab.json", &words));
    struct model_options o = {.tokenizer = -1, .vocab = vocab};
    struct model *one = model_load("tests/reference/stacked.pytorch.json", &o, &e);
    if (!one)
        fail_msg("%s", e.text);
    struct model *two = model_load(bytes_file("m.safetensors", &b), &o, &e);
    if (!two)
        fail_msg("%s", e.text);
    assert_int_equal(one->net->layers, two->net->layers);
    for (int l = 0; l < one->net->layers; l++) {
        const struct lstm_layer *x = &one->net->layer[l], *y = &two->net->layer[l];
        assert_int_equal(x->hidden, y->hidden);
        for (int q = 0; q < GATES; q++) {
            assert_memory_equal(x->W[q], y->W[q], (size_t)x->hidden * (size_t)(x->hidden + x->in) * sizeof(float));
            assert_memory_equal(x->b[q], y->b[q], (size_t)x->hidden * sizeof(float));
        }
    }
    model_free(one);
    model_free(two);
}

static void what_stands_beside_the_tensors_may_be_in_the_metadata(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct source *s = source_open(
        write_file("{\"__metadata__\":{\"flstm\":\"{\\\"format\\\": \\\"pytorch\\\", \\\"name\\\": \\\"x\\\"}\"}}", 0),
        &e);
    struct json_at at;
    const char *name;
    if (!s)
        fail_msg("%s", e.text);
    assert_true(json_get(&s->about, "name", &at) && json_string(&at, &name, &e));
    assert_string_equal(name, "x");
    source_close(s);
}

static void same_names(char *const *one, char *const *two, int n)
{
    for (int k = 0; k < n; k++) {
        assert_true(!one[k] == !two[k]);
        if (one[k])
            assert_string_equal(one[k], two[k]);
    }
}

/* Written and read again: the same network, bit for bit where the engine looks, and everything that is said beside
 * it. */
static void an_exported_model_comes_back_the_same(void **state)
{
    (void)state;
    static const char *const names[] = {"gender", "lesson-cell", "counter", "prose"}, *const files[] = {"m.safetensors",
                                                                                                        "m.json"};
    for (size_t k = 0; k < 8; k++) {
        struct err e = {{0}};
        struct model *one = model_builtin(names[k / 2], &e);
        assert_non_null(one);
        char path[256];
        strcpy(path, bytes_path(files[k % 2]));
        if (!model_export(one, path, &e))
            fail_msg("%s", e.text);
        struct model *two = model_load(path, NULL, &e);
        if (!two)
            fail_msg("%s", e.text);
        const struct lstm *a = one->net, *b = two->net;
        assert_int_equal(a->layers, b->layers);
        for (int l = 0; l < a->layers; l++) {
            size_t H = (size_t)a->layer[l].hidden, width = H + (size_t)a->layer[l].in;
            for (int q = 0; q < GATES; q++) {
                assert_memory_equal(a->layer[l].W[q], b->layer[l].W[q], H * width * sizeof(float));
                assert_memory_equal(a->layer[l].b[q], b->layer[l].b[q], H * sizeof(float));
            }
            assert_memory_equal(a->h0[l], b->h0[l], H * sizeof(float));
            assert_memory_equal(a->c0[l], b->c0[l], H * sizeof(float));
            same_names(one->unit_name[l], two->unit_name[l], (int)H);
        }
        assert_int_equal(a->outputs, b->outputs);
        if (a->embedding)
            assert_memory_equal(a->embedding, b->embedding, (size_t)a->vocab * (size_t)a->embed * sizeof(float));
        if (a->outputs)
            assert_memory_equal(a->out_W, b->out_W, (size_t)a->outputs * (size_t)lstm_top(a) * sizeof(float));
        assert_string_equal(one->name, two->name);
        assert_true(!one->vocab == !two->vocab && !one->label == !two->label);
        if (one->vocab)
            same_names(one->vocab->token, two->vocab->token, one->vocab->size);
        if (one->label)
            same_names(one->label, two->label, a->outputs);
        assert_int_equal(one->sequence.n, two->sequence.n);
        model_free(one);
        model_free(two);
    }
}

static void an_export_says_which_forms_there_are(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct model *m = model_builtin("gender", &e);
    assert_false(model_export(m, bytes_path("m.onnx"), &e));
    assert_non_null(strstr(e.text, "expected a name ending in .json or .safetensors"));
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_of_the_header_is_told_when_broken),
        cmocka_unit_test(a_length_that_cannot_be_is_not_believed),
        cmocka_unit_test(the_kind_is_known_by_its_bytes_whatever_it_is_called),
        cmocka_unit_test(eight_bits_are_no_weights_of_an_lstm),
        cmocka_unit_test(every_type_of_numbers_is_read),
        cmocka_unit_test(a_number_that_is_none_is_told_only_where_it_is_used),
        cmocka_unit_test(float32_is_lent_as_it_stands_in_the_file),
        cmocka_unit_test(a_state_dict_becomes_the_same_network_as_from_json),
        cmocka_unit_test(what_stands_beside_the_tensors_may_be_in_the_metadata),
        cmocka_unit_test(an_exported_model_comes_back_the_same),
        cmocka_unit_test(an_export_says_which_forms_there_are),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
