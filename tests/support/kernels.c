/* kernels.c: see kernels.h. */
#include "support/kernels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/lstm.h"

const char *const kernel_names[KERNEL_NAMES] = { "portable", "avx2", "avx512" };

void each_kernel(void (*check)(void))
{
    for (int k = 0; k < KERNEL_NAMES; k++)
        if (lstm_kernel_force(kernel_names[k])) {
            assert_string_equal(lstm_kernel(), kernel_names[k]);
            check();
        }
    assert_true(lstm_kernel_force(NULL));
}
