/* fuzz_source.c: any bytes as a file of a binary kind. What opens gives every tensor's numbers, each finite, or says
 * in one clean line why not; numbers that are lent lie within the file. */
#include "fuzz.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "../support/bytes.c"

#include "base/utf8.h"
#include "import/source.h"

static void check_error(const struct err *e)
{
    size_t n = strlen(e->text);
    assert(n > 0 && utf8_valid(e->text, n, NULL));
    for (size_t k = 0; k < n; k++)
        assert((unsigned char)e->text[k] >= 0x20 && e->text[k] != 0x7F);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {{0}};
    struct source *s = source_bytes(data, size, "fuzz", &e);
    if (!s) {
        check_error(&e);
        return 0;
    }
    for (int k = 0; k < s->n && k < 64; k++) {
        struct tensor *t = s->t[k];
        if (!tensor_measure(s, t, &e) || t->count > 1 << 20 || !tensor_numbers(s, t, &e))
            continue;
        for (size_t n = 0; n < t->count; n++)
            assert(isfinite(t->v[n]));
        assert(source_find(s, t->name));
    }
    source_close(s);
    return 0;
}

/* ---- seeds ---- */

static void seed(const char *name, struct str *b)
{
    char path[512];
    struct err e;
    snprintf(path, sizeof path, "%s/%s", getenv("FUZZ_SEEDS"), name);
    file_write(path, str_text(b), b->len, &e);
    str_free(b);
}

static struct str npy(void)
{
    static const char header[] = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 1), }";
    struct str b = {0};
    put_hex(&b, "93 4e 55 4d 50 59 01 00");
    put_u16(&b, sizeof header - 1);
    str_add(&b, header);
    put_f32(&b, 1);
    put_f32(&b, 2);
    return b;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char header[] =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},\"__metadata__\":{\"flstm\":\"{}\"},"
        "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[8,12]}}";
    struct str b = {0}, array = npy();
    struct zip_writer z = {0};
    (void)argc;
    (void)argv;
    if (!getenv("FUZZ_SEEDS")) {
        str_free(&array);
        return 0;
    }
    put_u64(&b, sizeof header - 1);
    str_add(&b, header);
    put_hex(&b, "00 00 80 3f 00 00 00 40 80 3f 80 3f");
    seed("safetensors", &b);
    zip_put(&z, "arr_0.npy", array.s, array.len);
    zip_end(&z);
    seed("npz", &z.out);
    seed("npy", &array);
    /* ir_version 8; graph: initializers w and r (4 x 1), an LSTM node, a MatMul of its output with w */
    put_hex(&b, "08 08 3a 5a 2a 1b 08 04 08 01 10 01 42 01 77 4a 10 00 00 80 3f 00 00 80 3f 00 00 80 3f 00 00 80 3f "
                "2a 1b 08 04 08 01 10 01 42 01 72 4a 10 00 00 80 3f 00 00 80 3f 00 00 80 3f 00 00 80 3f 0a 12 0a 01 "
                "78 0a 01 77 0a 01 72 12 01 79 22 04 4c 53 54 4d 0a 0c 0a 01 79 0a 01 77 12 01 7a 22 01 41");
    seed("onnx", &b);
    return 0;
}
