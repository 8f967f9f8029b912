/* test_pickled.c: what a pickle holds itself: arrays of numpy and lists of numbers that are weights, and vocabularies,
 * beside the weights or in a file of their own. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/refusal.h"

/* {lstm.weight_ih_l0: 4 x 1 of '<f4', lstm.weight_hh_l0: 4 x 1 of '>f8' in Fortran's order}, as pickle.dumps of Python
 * 3.11 and numpy 1.24 writes it in protocols 2, 4 and 5. */
static const char *const arrays[] = {
    "80 02 7d 28 58 11 00 00 00 6c 73 74 6d 2e 77 65 69 67 68 74 5f 69 68 5f 6c 30 63 6e 75 6d 70 79 2e 63 6f 72 65 2e "
    "6d 75 6c 74 69 61 72 72 61 79 0a 5f 72 65 63 6f 6e 73 74 72 75 63 74 0a 71 00 63 6e 75 6d 70 79 0a 6e 64 61 72 72 "
    "61 79 0a 71 01 4b 00 85 63 5f 63 6f 64 65 63 73 0a 65 6e 63 6f 64 65 0a 71 02 58 01 00 00 00 62 58 06 00 00 00 6c "
    "61 74 69 6e 31 71 03 86 52 71 04 87 52 28 4b 01 4b 04 4b 01 86 63 6e 75 6d 70 79 0a 64 74 79 70 65 0a 71 05 58 02 "
    "00 00 00 66 34 89 88 87 52 28 4b 03 58 01 00 00 00 3c 4e 4e 4e 4a ff ff ff ff 4a ff ff ff ff 4b 00 74 62 89 68 02 "
    "58 13 00 00 00 00 00 00 3f 00 00 c2 80 c2 be 00 00 c2 80 3f 00 00 00 40 68 03 86 52 74 62 58 11 00 00 00 6c 73 74 "
    "6d 2e 77 65 69 67 68 74 5f 68 68 5f 6c 30 68 00 68 01 4b 00 85 68 04 87 52 28 4b 01 4b 04 4b 01 86 68 05 58 02 00 "
    "00 00 66 38 89 88 87 52 28 4b 03 58 01 00 00 00 3e 4e 4e 4e 4a ff ff ff ff 4a ff ff ff ff 4b 00 74 62 89 68 02 58 "
    "24 00 00 00 c2 bf c3 b0 00 00 00 00 00 00 3f c3 80 00 00 00 00 00 00 40 08 00 00 00 00 00 00 3f c3 a8 00 00 00 00 "
    "00 00 68 03 86 52 74 62 75 2e",
    "80 04 95 0d 01 00 00 00 00 00 00 7d 28 8c 11 6c 73 74 6d 2e 77 65 69 67 68 74 5f 69 68 5f 6c 30 8c 15 6e 75 6d 70 "
    "79 2e 63 6f 72 65 2e 6d 75 6c 74 69 61 72 72 61 79 8c 0c 5f 72 65 63 6f 6e 73 74 72 75 63 74 93 94 8c 05 6e 75 6d "
    "70 79 94 8c 07 6e 64 61 72 72 61 79 93 94 4b 00 85 43 01 62 94 87 52 28 4b 01 4b 04 4b 01 86 68 01 8c 05 64 74 79 "
    "70 65 93 94 8c 02 66 34 89 88 87 52 28 4b 03 8c 01 3c 4e 4e 4e 4a ff ff ff ff 4a ff ff ff ff 4b 00 74 62 89 43 10 "
    "00 00 00 3f 00 00 80 be 00 00 80 3f 00 00 00 40 74 62 8c 11 6c 73 74 6d 2e 77 65 69 67 68 74 5f 68 68 5f 6c 30 68 "
    "00 68 02 4b 00 85 68 03 87 52 28 4b 01 4b 04 4b 01 86 68 04 8c 02 66 38 89 88 87 52 28 4b 03 8c 01 3e 4e 4e 4e 4a "
    "ff ff ff ff 4a ff ff ff ff 4b 00 74 62 89 43 20 bf f0 00 00 00 00 00 00 3f c0 00 00 00 00 00 00 40 08 00 00 00 00 "
    "00 00 3f e8 00 00 00 00 00 00 74 62 75 2e",
    "80 05 95 f7 00 00 00 00 00 00 00 7d 28 8c 11 6c 73 74 6d 2e 77 65 69 67 68 74 5f 69 68 5f 6c 30 8c 12 6e 75 6d 70 "
    "79 2e 63 6f 72 65 2e 6e 75 6d 65 72 69 63 8c 0b 5f 66 72 6f 6d 62 75 66 66 65 72 93 94 28 96 10 00 00 00 00 00 00 "
    "00 00 00 00 3f 00 00 80 be 00 00 80 3f 00 00 00 40 8c 05 6e 75 6d 70 79 8c 05 64 74 79 70 65 93 94 8c 02 66 34 89 "
    "88 87 52 28 4b 03 8c 01 3c 4e 4e 4e 4a ff ff ff ff 4a ff ff ff ff 4b 00 74 62 4b 04 4b 01 86 8c 01 43 94 74 52 8c "
    "11 6c 73 74 6d 2e 77 65 69 67 68 74 5f 68 68 5f 6c 30 68 00 28 96 20 00 00 00 00 00 00 00 bf f0 00 00 00 00 00 00 "
    "3f c0 00 00 00 00 00 00 40 08 00 00 00 00 00 00 3f e8 00 00 00 00 00 00 68 01 8c 02 66 38 89 88 87 52 28 4b 03 8c "
    "01 3e 4e 4e 4e 4a ff ff ff ff 4a ff ff ff ff 4b 00 74 62 4b 04 4b 01 86 68 02 74 52 75 2e",
};

/* {weight_ih_l0: 1 … 4, weight_hh_l0: 5 … 8}, each 4 x 1, as joblib 1.2 writes it of numpy's arrays, and as pickle.dump
 * of PyTorch 1.13's tensors in protocols 4 and 2, both parts of one storage. */
static const char *const dumped[] = {
    "80 04 95 df 00 00 00 00 00 00 00 7d 94 28 8c 0c 77 65 69 67 68 74 5f 69 68 5f 6c 30 94 8c 13 6a 6f 62 6c 69 62 2e "
    "6e 75 6d 70 79 5f 70 69 63 6b 6c 65 94 8c 11 4e 75 6d 70 79 41 72 72 61 79 57 72 61 70 70 65 72 94 93 94 29 81 94 "
    "7d 94 28 8c 08 73 75 62 63 6c 61 73 73 94 8c 05 6e 75 6d 70 79 94 8c 07 6e 64 61 72 72 61 79 94 93 94 8c 05 73 68 "
    "61 70 65 94 4b 04 4b 01 86 94 8c 05 6f 72 64 65 72 94 8c 01 43 94 8c 05 64 74 79 70 65 94 68 08 68 0f 93 94 8c 02 "
    "66 34 94 89 88 87 94 52 94 28 4b 03 8c 01 3c 94 4e 4e 4e 4a ff ff ff ff 4a ff ff ff ff 4b 00 74 94 62 8c 0a 61 6c "
    "6c 6f 77 5f 6d 6d 61 70 94 88 8c 1b 6e 75 6d 70 79 5f 61 72 72 61 79 5f 61 6c 69 67 6e 6d 65 6e 74 5f 62 79 74 65 "
    "73 94 4b 10 75 62 05 ff ff ff ff ff 00 00 80 3f 00 00 00 40 00 00 40 40 00 00 80 40 95 34 00 00 00 00 00 00 00 8c "
    "0c 77 65 69 67 68 74 5f 68 68 5f 6c 30 94 68 04 29 81 94 7d 94 28 68 07 68 0a 68 0b 4b 04 4b 01 86 94 68 0d 68 0e "
    "68 0f 68 13 68 16 88 68 17 4b 10 75 62 02 ff ff 00 00 a0 40 00 00 c0 40 00 00 e0 40 00 00 00 41 75 2e",
    "80 04 95 f6 02 00 00 00 00 00 00 7d 94 28 8c 0c 77 65 69 67 68 74 5f 69 68 5f 6c 30 94 8c 0c 74 6f 72 63 68 2e 5f "
    "75 74 69 6c 73 94 8c 12 5f 72 65 62 75 69 6c 64 5f 74 65 6e 73 6f 72 5f 76 32 94 93 94 28 8c 0d 74 6f 72 63 68 2e "
    "73 74 6f 72 61 67 65 94 8c 10 5f 6c 6f 61 64 5f 66 72 6f 6d 5f 62 79 74 65 73 94 93 94 42 11 01 00 00 80 02 8a 0a "
    "6c fc 9c 46 f9 20 6a a8 50 19 2e 80 02 4d e9 03 2e 80 02 7d 71 00 28 58 10 00 00 00 70 72 6f 74 6f 63 6f 6c 5f 76 "
    "65 72 73 69 6f 6e 71 01 4d e9 03 58 0d 00 00 00 6c 69 74 74 6c 65 5f 65 6e 64 69 61 6e 71 02 88 58 0a 00 00 00 74 "
    "79 70 65 5f 73 69 7a 65 73 71 03 7d 71 04 28 58 05 00 00 00 73 68 6f 72 74 71 05 4b 02 58 03 00 00 00 69 6e 74 71 "
    "06 4b 04 58 04 00 00 00 6c 6f 6e 67 71 07 4b 04 75 75 2e 80 02 28 58 07 00 00 00 73 74 6f 72 61 67 65 71 00 63 74 "
    "6f 72 63 68 0a 46 6c 6f 61 74 53 74 6f 72 61 67 65 0a 71 01 58 09 00 00 00 35 38 33 38 38 31 37 37 36 71 02 58 03 "
    "00 00 00 63 70 75 71 03 4b 08 4e 74 71 04 51 2e 80 02 5d 71 00 58 09 00 00 00 35 38 33 38 38 31 37 37 36 71 01 61 "
    "2e 08 00 00 00 00 00 00 00 00 00 80 3f 00 00 00 40 00 00 40 40 00 00 80 40 00 00 a0 40 00 00 c0 40 00 00 e0 40 00 "
    "00 00 41 94 85 94 52 94 4b 00 4b 04 4b 01 86 94 4b 01 4b 01 86 94 89 8c 0b 63 6f 6c 6c 65 63 74 69 6f 6e 73 94 8c "
    "0b 4f 72 64 65 72 65 64 44 69 63 74 94 93 94 29 52 94 74 94 52 94 8c 0c 77 65 69 67 68 74 5f 68 68 5f 6c 30 94 68 "
    "04 28 68 07 42 11 01 00 00 80 02 8a 0a 6c fc 9c 46 f9 20 6a a8 50 19 2e 80 02 4d e9 03 2e 80 02 7d 71 00 28 58 10 "
    "00 00 00 70 72 6f 74 6f 63 6f 6c 5f 76 65 72 73 69 6f 6e 71 01 4d e9 03 58 0d 00 00 00 6c 69 74 74 6c 65 5f 65 6e "
    "64 69 61 6e 71 02 88 58 0a 00 00 00 74 79 70 65 5f 73 69 7a 65 73 71 03 7d 71 04 28 58 05 00 00 00 73 68 6f 72 74 "
    "71 05 4b 02 58 03 00 00 00 69 6e 74 71 06 4b 04 58 04 00 00 00 6c 6f 6e 67 71 07 4b 04 75 75 2e 80 02 28 58 07 00 "
    "00 00 73 74 6f 72 61 67 65 71 00 63 74 6f 72 63 68 0a 46 6c 6f 61 74 53 74 6f 72 61 67 65 0a 71 01 58 09 00 00 00 "
    "35 38 33 38 38 31 37 37 36 71 02 58 03 00 00 00 63 70 75 71 03 4b 08 4e 74 71 04 51 2e 80 02 5d 71 00 58 09 00 00 "
    "00 35 38 33 38 38 31 37 37 36 71 01 61 2e 08 00 00 00 00 00 00 00 00 00 80 3f 00 00 00 40 00 00 40 40 00 00 80 40 "
    "00 00 a0 40 00 00 c0 40 00 00 e0 40 00 00 00 41 94 85 94 52 94 4b 04 4b 04 4b 01 86 94 4b 01 4b 01 86 94 89 68 0f "
    "29 52 94 74 94 52 94 75 2e",
    "80 02 7d 71 00 28 58 0c 00 00 00 77 65 69 67 68 74 5f 69 68 5f 6c 30 71 01 63 74 6f 72 63 68 2e 5f 75 74 69 6c 73 "
    "0a 5f 72 65 62 75 69 6c 64 5f 74 65 6e 73 6f 72 5f 76 32 0a 71 02 28 63 74 6f 72 63 68 2e 73 74 6f 72 61 67 65 0a "
    "5f 6c 6f 61 64 5f 66 72 6f 6d 5f 62 79 74 65 73 0a 71 03 63 5f 63 6f 64 65 63 73 0a 65 6e 63 6f 64 65 0a 71 04 58 "
    "23 01 00 00 c2 80 02 c2 8a 0a 6c c3 bc c2 9c 46 c3 b9 20 6a c2 a8 50 19 2e c2 80 02 4d c3 a9 03 2e c2 80 02 7d 71 "
    "00 28 58 10 00 00 00 70 72 6f 74 6f 63 6f 6c 5f 76 65 72 73 69 6f 6e 71 01 4d c3 a9 03 58 0d 00 00 00 6c 69 74 74 "
    "6c 65 5f 65 6e 64 69 61 6e 71 02 c2 88 58 0a 00 00 00 74 79 70 65 5f 73 69 7a 65 73 71 03 7d 71 04 28 58 05 00 00 "
    "00 73 68 6f 72 74 71 05 4b 02 58 03 00 00 00 69 6e 74 71 06 4b 04 58 04 00 00 00 6c 6f 6e 67 71 07 4b 04 75 75 2e "
    "c2 80 02 28 58 07 00 00 00 73 74 6f 72 61 67 65 71 00 63 74 6f 72 63 68 0a 46 6c 6f 61 74 53 74 6f 72 61 67 65 0a "
    "71 01 58 09 00 00 00 35 38 33 38 38 31 37 37 36 71 02 58 03 00 00 00 63 70 75 71 03 4b 08 4e 74 71 04 51 2e c2 80 "
    "02 5d 71 00 58 09 00 00 00 35 38 33 38 38 31 37 37 36 71 01 61 2e 08 00 00 00 00 00 00 00 00 00 c2 80 3f 00 00 00 "
    "40 00 00 40 40 00 00 c2 80 40 00 00 c2 a0 40 00 00 c3 80 40 00 00 c3 a0 40 00 00 00 41 71 05 58 06 00 00 00 6c 61 "
    "74 69 6e 31 71 06 86 71 07 52 71 08 85 71 09 52 71 0a 4b 00 4b 04 4b 01 86 71 0b 4b 01 4b 01 86 71 0c 89 63 63 6f "
    "6c 6c 65 63 74 69 6f 6e 73 0a 4f 72 64 65 72 65 64 44 69 63 74 0a 71 0d 29 52 71 0e 74 71 0f 52 71 10 58 0c 00 00 "
    "00 77 65 69 67 68 74 5f 68 68 5f 6c 30 71 11 68 02 28 68 03 68 04 58 23 01 00 00 c2 80 02 c2 8a 0a 6c c3 bc c2 9c "
    "46 c3 b9 20 6a c2 a8 50 19 2e c2 80 02 4d c3 a9 03 2e c2 80 02 7d 71 00 28 58 10 00 00 00 70 72 6f 74 6f 63 6f 6c "
    "5f 76 65 72 73 69 6f 6e 71 01 4d c3 a9 03 58 0d 00 00 00 6c 69 74 74 6c 65 5f 65 6e 64 69 61 6e 71 02 c2 88 58 0a "
    "00 00 00 74 79 70 65 5f 73 69 7a 65 73 71 03 7d 71 04 28 58 05 00 00 00 73 68 6f 72 74 71 05 4b 02 58 03 00 00 00 "
    "69 6e 74 71 06 4b 04 58 04 00 00 00 6c 6f 6e 67 71 07 4b 04 75 75 2e c2 80 02 28 58 07 00 00 00 73 74 6f 72 61 67 "
    "65 71 00 63 74 6f 72 63 68 0a 46 6c 6f 61 74 53 74 6f 72 61 67 65 0a 71 01 58 09 00 00 00 35 38 33 38 38 31 37 37 "
    "36 71 02 58 03 00 00 00 63 70 75 71 03 4b 08 4e 74 71 04 51 2e c2 80 02 5d 71 00 58 09 00 00 00 35 38 33 38 38 31 "
    "37 37 36 71 01 61 2e 08 00 00 00 00 00 00 00 00 00 c2 80 3f 00 00 00 40 00 00 40 40 00 00 c2 80 40 00 00 c2 a0 40 "
    "00 00 c3 80 40 00 00 c3 a0 40 00 00 00 41 71 12 68 06 86 71 13 52 71 14 85 71 15 52 71 16 4b 04 4b 04 4b 01 86 71 "
    "17 4b 01 4b 01 86 71 18 89 68 0d 29 52 71 19 74 71 1a 52 71 1b 75 2e",
};

/* ---- writing pickles ---- */

/* A tensor of float32, all zeros, whose storage is the archive's only one. */
static void tensor(struct str *p, const char *name, int rows, int columns)
{
    put_pickle_text(p, name);
    str_add(p, "ctorch._utils\n_rebuild_tensor_v2\n((");
    put_pickle_text(p, "storage");
    str_add(p, "ctorch\nFloatStorage\n");
    put_pickle_text(p, "0");
    put_pickle_text(p, "cpu");
    str_addf(p, "I512\ntQI0\n(I%d\nI%d\nt(I%d\nI1\nt\x89}tR", rows, columns, columns);
}

/* NAME of torch.save with that pickle, and a storage of 512 zeros. */
static const char *archive(const char *name, struct str *pickle)
{
    struct zip_writer z = {0};
    static const float zeros[512];
    zip_put(&z, "x/data.pkl", pickle->s, pickle->len);
    zip_put(&z, "x/data/0", zeros, sizeof zeros);
    zip_end(&z);
    str_free(pickle);
    return bytes_file(name, &z.out);
}

/* An LSTM of one unit on `in` numbers, what follows being up to the caller. */
static struct str checkpoint(int in)
{
    struct str p = {0};
    str_add(&p, "\x80\x02}(");
    put_pickle_text(&p, "model");
    str_add(&p, "}(");
    tensor(&p, "l.weight_ih_l0", 4, in);
    tensor(&p, "l.weight_hh_l0", 4, 1);
    str_addc(&p, 'u');
    return p;
}

/* ---- numbers ---- */

static void arrays_of_numpy_are_weights(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
        struct str b = {0};
        put_hex(&b, arrays[k]);
        struct model *m = must_load(bytes_file("m.pkl", &b), NULL);
        const struct lstm_layer *l = &m->net->layer[0];
        assert_int_equal(l->hidden, 1);
        assert_true(l->W[Q_I][0] == -1 && l->W[Q_I][1] == 0.5f && l->W[Q_F][0] == 0.125f && l->W[Q_O][1] == 2);
        assert_true(l->W[Q_G][0] == 3 && l->W[Q_O][0] == 0.75f && l->W[Q_F][1] == -0.25f);
        model_free(m);
    }
}

static void what_joblib_and_pickle_dump_write_of_tensors_are_weights(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof dumped / sizeof *dumped; k++) {
        struct str b = {0};
        put_hex(&b, dumped[k]);
        struct model *m = must_load(bytes_file("m.pkl", &b), NULL);
        const struct lstm_layer *l = &m->net->layer[0];
        assert_int_equal(l->hidden, 1);
        /* rows i f g o; of W the column of h comes first */
        assert_true(l->W[Q_I][0] == 5 && l->W[Q_I][1] == 1 && l->W[Q_F][0] == 6 && l->W[Q_F][1] == 2);
        assert_true(l->W[Q_G][0] == 7 && l->W[Q_G][1] == 3 && l->W[Q_O][0] == 8 && l->W[Q_O][1] == 4);
        model_free(m);
    }
}

/* In a dictionary of tensors a list of numbers is one, too: left out, its weight would be missing without a word. */
static void a_list_of_numbers_among_tensors_is_one(void **state)
{
    (void)state;
    static const float bias[] = {1, 2, -3, 0.5f};
    struct str p = {0};
    str_add(&p, "\x80\x02}(");
    tensor(&p, "l.weight_ih_l0", 4, 1);
    tensor(&p, "l.weight_hh_l0", 4, 1);
    put_pickle_text(&p, "l.bias_ih_l0");
    str_add(&p, "](F1\nI2\nF-3\nF0.5\ne");
    put_pickle_text(&p, "matrix");
    str_add(&p, "]((I1\nI2\nt(I3\nI4\nte");
    put_pickle_text(&p, "names");
    str_add(&p, "]((I1\nI2\nt(I3\nte");
    str_add(&p, "u.");
    struct source *s = must_open(archive("m.pt", &p));
    must_hold(s, "l.bias_ih_l0", bias, 4);
    must_hold(s, "matrix", (float[]){1, 2, 3, 4}, 4);
    assert_int_equal(source_find(s, "matrix")->rank, 2);
    assert_null(source_find(s, "names"));
    source_close(s);
}

/* A kind of tensor that is not read is told, not passed over. */
static void a_sparse_tensor_is_told(void **state)
{
    (void)state;
    static const char sparse[] = "ctorch._utils\n_rebuild_sparse_tensor\n(NNtR";
    struct str p = checkpoint(1);
    put_pickle_text(&p, "extra");
    str_addf(&p, "%su.", sparse);
    struct model *m = must_load(archive("m.pt", &p), NULL);
    assert_int_equal(m->unused_count, 1);
    assert_string_equal(m->unused[0], "extra");
    model_free(m);

    str_add(&p, "\x80\x02}(");
    tensor(&p, "l.weight_ih_l0", 4, 1);
    put_pickle_text(&p, "l.weight_hh_l0");
    str_addf(&p, "%su.", sparse);
    must_refuse(archive("m.pt", &p), "l.weight_hh_l0");
}

static void a_pickle_without_arrays_says_what_to_do(void **state)
{
    (void)state;
    static const char *const list[] = {"\x80\x04N.", "\x80\x02}.", "\x80\x03](K\x01K\x02" "e.", "\x80\x04\xff."};
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str b = {0};
        str_add(&b, list[k]);
        must_refuse(bytes_file("m.pkl", &b), "pickle.load(open('FILE', 'rb'), ");
    }
}

static void any_byte_changed_is_a_model_or_one_line(void **state)
{
    (void)state;
    static const unsigned char flips[] = {0x01, 0x04, 0x2e, 0x80, 0xff};
    const struct damage d = {.stride = 1, .flips = flips, .n = sizeof flips, .cut_is_refused = true};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays + sizeof dumped / sizeof *dumped; k++) {
        struct str b = {0};
        put_hex(&b, k < sizeof arrays / sizeof *arrays ? arrays[k] : dumped[k - sizeof arrays / sizeof *arrays]);
        assert_true(survives("m.pkl", &b, &d) >= 5 * b.len);
        str_free(&b);
    }
}

/* ---- vocabularies ---- */

/* The tokens of a vocabulary, and a blank behind each. */
static void must_have(const struct model *m, const char *tokens)
{
    struct str got = {0};
    for (int k = 0; m->vocab && k < m->vocab->size; k++)
        str_addf(&got, "%s ", m->vocab->token[k]);
    assert_string_equal(str_text(&got), tokens);
    str_free(&got);
}

/* Of the checkpoint with three inputs, and pickle of a member behind it. */
static struct model *load_with(const char *key, const char *value)
{
    struct str p = checkpoint(3);
    put_pickle_text(&p, key);
    str_add(&p, value);
    str_add(&p, "u.");
    return must_load(archive("m.pt", &p), NULL);
}

static void a_vocabulary_beside_the_weights_is_found(void **state)
{
    (void)state;
    static const struct { const char *key, *value, *tokens; } list[] = {
        {"tokens", "(Va\nVb\nVc\nt", "a b c "},
        {"chars", "Vxyz\n", "x y z "},
        {"itos", "](Vthe\nVcat\nVsat\ne", "the cat sat "},
        {"int2char", "}(I0\nVa\nI2\nVc\nI1\nVb\nu", "a b c "},
        {"word2idx", "}(Vsat\nI2\nVthe\nI0\nVcat\nI1\nu", "the cat sat "},
        {"dictionary", "c__main__\nDictionary\n)\x81}(Vidx2word\n](Vthe\nVcat\nVsat\neub", "the cat sat "},
        {"vocab", "](Vtoo\nVfew\ne", ""},                       /* no token for each input: of something else */
        {"vocab", "](I1\nI2\nI3\ne", ""},
        {"epoch", "I3\n", ""},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct model *m = load_with(list[k].key, list[k].value);
        must_have(m, list[k].tokens);
        model_free(m);
    }
}

static void a_vocabulary_in_a_pickle_is_read(void **state)
{
    (void)state;
    static const struct { const char *pickle, *tokens; } list[] = {
        {"\x80\x02](Vthe\nVcat\nVsat\ne.", "the cat sat "},
        {"\x80\x02}(Vsat\nI2\nVthe\nI0\nVcat\nI1\nu.", "the cat sat "},
        {"\x80\x02}(I1\nVcat\nI0\nVthe\nI2\nVsat\nu.", "the cat sat "},
        {"\x80\x02" "c__main__\nDictionary\n)\x81}(Vidx2word\n](Vthe\nVcat\nVsat\neub.", "the cat sat "},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str p = checkpoint(3), b = {0};
        char model[256], vocab[256];
        str_add(&p, "u.");
        snprintf(model, sizeof model, "%s", archive("m.pt", &p));
        str_add(&b, list[k].pickle);
        snprintf(vocab, sizeof vocab, "%s", bytes_file("v.pkl", &b));
        struct model *m = must_load(model, &(struct model_options){.tokenizer = -1, .vocab = vocab});
        must_have(m, list[k].tokens);
        model_free(m);
        str_addn(&p, list[k].pickle, strlen(list[k].pickle));        /* the same in what torch.save writes */
        snprintf(vocab, sizeof vocab, "%s", archive("v.pt", &p));
        m = must_load(model, &(struct model_options){.tokenizer = -1, .vocab = vocab});
        must_have(m, list[k].tokens);
        model_free(m);
    }
}

static void what_is_no_vocabulary_is_told(void **state)
{
    (void)state;
    static const struct { const char *hex, *reason;
    } list[] = {
        {"80 02 4b 03 2e",
         "expected a vocabulary: a list of tokens or a dictionary of token and index, found a pickle"},
        {"80 02 5d ff 2e", "expected an opcode of a pickle"},
        {"93 4e 55 4d 50 59 01 00 02 00 7b 7d", "json.dump(np.load("},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str p = checkpoint(3), b = {0};
        struct err e = {{0}};
        char model[256], vocab[256];
        str_add(&p, "u.");
        snprintf(model, sizeof model, "%s", archive("m.pt", &p));
        put_hex(&b, list[k].hex);
        snprintf(vocab, sizeof vocab, "%s", bytes_file("v.bin", &b));
        assert_null(model_load(model, &(struct model_options){.tokenizer = -1, .vocab = vocab}, &e));
        if (strncmp(e.text, vocab, strlen(vocab)) != 0 || !strstr(e.text, list[k].reason))
            fail_msg("expected \"%s\", found \"%s\"", list[k].reason, e.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_of_numpy_are_weights),
        cmocka_unit_test(what_joblib_and_pickle_dump_write_of_tensors_are_weights),
        cmocka_unit_test(a_list_of_numbers_among_tensors_is_one),
        cmocka_unit_test(a_sparse_tensor_is_told),
        cmocka_unit_test(a_pickle_without_arrays_says_what_to_do),
        cmocka_unit_test(any_byte_changed_is_a_model_or_one_line),
        cmocka_unit_test(a_vocabulary_beside_the_weights_is_found),
        cmocka_unit_test(a_vocabulary_in_a_pickle_is_read),
        cmocka_unit_test(what_is_no_vocabulary_is_told),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
