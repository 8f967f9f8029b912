/* hard_damage.c: every byte of the smallest file of each dialect and kind changed to every other byte, and the file cut
 * at each (test_damage does two changes a byte): a model comes of it, or one line. About 2 million files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "support/refusal.h"
#include "support/small.h"

static bool time_left(void)
{
    static time_t begun;
    const char *seconds = getenv("HARD_SECONDS");
    begun = begun ? begun : time(NULL);
    return !seconds || atol(seconds) <= 0 || time(NULL) - begun < atol(seconds);
}

static void every_byte_becomes_every_other(void **state)
{
    (void)state;
    unsigned char flips[255];
    size_t tried = 0;
    for (int k = 0; k < 255; k++)
        flips[k] = (unsigned char)(k + 1);
    for (int k = 0; k < small_count && time_left(); k++) {
        struct str sound = {0};
        const char *name = small_file(k, &sound);
        tried += survives(name, &sound, &(struct damage){1, flips, sizeof flips, true});
        str_free(&sound);
    }
    printf("%zu damaged files, each a model or one line\n", tried);
    assert_true(tried > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_byte_becomes_every_other)};
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
