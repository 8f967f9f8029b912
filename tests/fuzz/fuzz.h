/* fuzz.h: one target, two ways to run it: under libFuzzer, or, built without it, on the files named on the command
 * line. */
#ifndef FLSTM_TESTS_FUZZ_H
#define FLSTM_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv);

/* Weak: libFuzzer's own main takes its place. */
__attribute__((weak)) int main(int argc, char **argv)
{
    for (int k = 1; k < argc; k++) {
        FILE *f = fopen(argv[k], "rb");
        if (!f) {
            perror(argv[k]);
            return 1;
        }
        size_t n = 0, cap = 1 << 16, got;
        char *data = malloc(cap);
        while (data && (got = fread(data + n, 1, cap - n, f)) > 0) {
            n += got;
            if (n == cap)
                data = realloc(data, cap *= 2);
        }
        fclose(f);
        if (!data)
            return 1;
        LLVMFuzzerTestOneInput((const uint8_t *)data, n);
        free(data);
    }
    printf("%d files run\n", argc - 1);
    return 0;
}

#endif
