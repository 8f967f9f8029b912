/* train_loops_portable.c: the loops of training for what every processor of this kind has; see train_loops.h. */
#define VECTOR_BYTES 16
#define LOOPS_NAME "portable"
#include "core/train_loops_body.h"

const struct train_loops *train_loops_portable(void)
{
    return &LOOPS;
}
