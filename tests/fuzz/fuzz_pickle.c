/* fuzz_pickle.c: any bytes as the pickle of a file of torch.save, with a storage beside it, and as what follows the
 * heading of its format before version 1.6, and as they are. It is read and walked, never run. */
#include "fuzz.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "../support/bytes.c"

#include "import/pickle.h"
#include "import/source.h"

static void read_all(const struct str *file)
{
    struct err e = {{0}};
    struct source *s = source_bytes(file->s, file->len, "fuzz", &e);
    assert(s || *e.text);
    for (int k = 0; s && k < s->n && k < 64; k++) {
        struct tensor *t = s->t[k];
        if (tensor_measure(s, t, &e) && t->count <= 1 << 16 && tensor_numbers(s, t, &e))
            for (size_t n = 0; n < t->count; n++)
                assert(isfinite(t->v[n]));
    }
    source_close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct zip_writer z = {0};
    struct str old = {0};
    static const float storage[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    zip_put(&z, "x/data.pkl", data, size);
    zip_put(&z, "x/data/0", storage, sizeof storage);
    zip_end(&z);
    read_all(&z.out);
    put_hex(&old, "80 02 8a 0a 6c fc 9c 46 f9 20 6a a8 50 19 2e 80 02 4d e9 03 2e 80 02 7d 2e");
    str_addn(&old, (const char *)data, size);
    read_all(&old);
    str_clear(&old);
    str_addn(&old, (const char *)data, size);
    read_all(&old);
    str_free(&z.out);
    str_free(&old);
    return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    /* {'a': _rebuild_tensor_v2(('storage', torch.FloatStorage, '0', 'cpu', 4), 0, (4, 1), (1, 1), False, {})} */
    struct str b = {0};
    char path[512];
    struct err e;
    (void)argc;
    (void)argv;
    if (!getenv("FUZZ_SEEDS"))
        return 0;
    put_hex(&b, "80 02 7d 28 58 01 00 00 00 61");
    str_add(&b, "ctorch._utils\n_rebuild_tensor_v2\n((");
    put_hex(&b, "58 07 00 00 00");
    str_add(&b, "storagectorch\nFloatStorage\n");
    put_hex(&b, "58 01 00 00 00 30 58 03 00 00 00 63 70 75 4b 04 74 51 4b 00 4b 04 4b 01 86 71 09 4b 01 4b 01 86 89 7d "
                "74 52 75 2e");
    /* Behind it, for the older format: ['0'], and its four numbers. */
    put_hex(&b, "80 02 5d 58 01 00 00 00 30 61 2e 04 00 00 00 00 00 00 00 00 00 80 3f 00 00 80 3f 00 00 80 3f 00 00 80 3f");
    snprintf(path, sizeof path, "%s/torch", getenv("FUZZ_SEEDS"));
    file_write(path, b.s, b.len, &e);
    str_free(&b);
    return 0;
}
