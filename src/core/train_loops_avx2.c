/* train_loops_avx2.c: the loops of training with AVX2; see train_loops.h. The Makefile compiles this file with the
 * instructions switched on; without them there is nothing in it. */
#define VECTOR_BYTES 32
#include "base/cpu.h"
#include "core/train_loops.h"

#if defined(__AVX2__) && !defined(FLSTM_PORTABLE)
#define LOOPS_NAME "avx2"
#include "core/train_loops_body.h"

const struct train_loops *train_loops_avx2(void)
{
    return CPU_HAS(AVX2, "avx2") ? &LOOPS : NULL;
}
#else
const struct train_loops *train_loops_avx2(void)
{
    return NULL;
}
#endif
