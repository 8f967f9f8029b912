/* train_loops_portable.c: the loops of training for what every processor of this kind has; see train_loops.h. */
#define LOOPS_NAME "portable"
#define LOOPS_BYTES 16
#include "core/train_loops_body.h"

const struct train_loops *train_loops_portable(void)
{
    return &LOOPS;
}
