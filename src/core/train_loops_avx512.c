/* train_loops_avx512.c: the loops of training with AVX-512; see train_loops.h. The Makefile compiles this file with the
 * instructions switched on; without them there is nothing in it. */
#define VECTOR_BYTES 64
#include "base/cpu.h"
#include "core/train_loops.h"

#if defined(__AVX512F__) && !defined(FLSTM_PORTABLE)
#define LOOPS_NAME "avx512"
#include "core/train_loops_body.h"

const struct train_loops *train_loops_avx512(void)
{
    return CPU_HAS(AVX512F, "avx512f") ? &LOOPS : NULL;
}
#else
const struct train_loops *train_loops_avx512(void)
{
    return NULL;
}
#endif
