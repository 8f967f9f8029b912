/* fuzz_pickle.c: any bytes as the pickle of a file of torch.save, with a storage beside it. It is read and walked,
 * never run. */
#include "fuzz.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "../support/bytes.c"

#include "import/pickle.h"
#include "import/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {{0}};
    struct zip_writer z = {0};
    static const float storage[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    zip_put(&z, "x/data.pkl", data, size);
    zip_put(&z, "x/data/0", storage, sizeof storage);
    zip_end(&z);
    struct source *s = source_bytes(z.out.s, z.out.len, "fuzz", &e);
    assert(s || *e.text);
    for (int k = 0; s && k < s->n && k < 64; k++) {
        struct tensor *t = s->t[k];
        if (tensor_measure(s, t, &e) && t->count <= 1 << 16 && tensor_numbers(s, t, &e))
            for (size_t n = 0; n < t->count; n++)
                assert(isfinite(t->v[n]));
    }
    source_close(s);
    str_free(&z.out);
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
    snprintf(path, sizeof path, "%s/torch", getenv("FUZZ_SEEDS"));
    file_write(path, b.s, b.len, &e);
    str_free(&b);
    return 0;
}
