/* skip.h: a test that cannot run here says why; tests/run.sh repeats name and reason at its end. */
#ifndef FLSTM_TESTS_SKIP_H
#define FLSTM_TESTS_SKIP_H

#include <stdio.h>

/* Ends the test it stands in (not a helper of it: the name is the function's). Needs cmocka.h before it. */
#define skip_because(reason) \
    do { \
        printf("[  REASON  ] %s: %s\n", __func__, reason); \
        fflush(stdout); \
        skip(); \
    } while (0)

#endif
