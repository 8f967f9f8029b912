/* test_damage.c: the smallest file of each dialect and kind, cut and changed: a model comes of it, or one line. Here
 * two ways of changing every byte; tests/hard/hard_damage.c changes each byte to every other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "import/dialect.h"
#include "support/refusal.h"
#include "support/small.h"

static void every_file_is_survived_cut_anywhere_and_with_any_byte_changed(void **state)
{
    (void)state;
    static const unsigned char flips[] = {0x01, 0x84};
    for (int k = 0; k < small_count; k++) {
        struct str sound = {0};
        const char *name = small_file(k, &sound);
        assert_true(survives(name, &sound, &(struct damage){1, flips, 2, true}) == 3 * sound.len);
        str_free(&sound);
    }
}

/* No dialect is left out. */
static void every_dialect_has_a_small_file(void **state)
{
    (void)state;
    for (int d = 0; d < dialect_count; d++) {
        bool found = false;
        for (int k = 0; !found && k < small_count; k++) {
            struct str sound = {0};
            const char *name = small_file(k, &sound);
            struct model *m = must_load(bytes_file(name, &sound), NULL);
            found = strcmp(m->format, dialects[d].name) == 0;
            model_free(m);
        }
        if (!found)
            fail_msg("no small file of %s: tests/support/small.c", dialects[d].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_survived_cut_anywhere_and_with_any_byte_changed),
        cmocka_unit_test(every_dialect_has_a_small_file),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
