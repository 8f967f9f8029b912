/* kernel_avx2.c: the kernels with AVX2 and FMA. Compiled into every x86-64 program, run where the machine has them. */
#include "core/kernel.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(FLSTM_PORTABLE)
#include <immintrin.h>

#define KERNEL kernel_avx2
#define KERNEL_NAME "avx2"
#define TARGET __attribute__((target("avx2,fma")))

#define LANES 8
#define V __m256
#define LOAD(p) _mm256_load_ps(p)
#define LOADU(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_store_ps(p, v)
#define SET(x) _mm256_set1_ps(x)
#define ADD(a, b) _mm256_add_ps(a, b)
#define SUB(a, b) _mm256_sub_ps(a, b)
#define MUL(a, b) _mm256_mul_ps(a, b)
#define DIV(a, b) _mm256_div_ps(a, b)
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define SIGN_BIT _mm256_set1_ps(-0.0f)
#define ABS(a) _mm256_andnot_ps(SIGN_BIT, a)
#define SIGNED(a, b) _mm256_or_ps(a, _mm256_and_ps(SIGN_BIT, b))
#define CAP(a, limit) _mm256_min_ps(limit, a) /* the second operand when either is NaN */
#define IF_NEG(c, a, b) _mm256_blendv_ps(b, a, c)
#define POW2(m, e)                                                                                                     \
    _mm256_castsi256_ps(                                                                                               \
        _mm256_add_epi32(_mm256_slli_epi32(_mm256_castps_si256(m), 23), _mm256_set1_epi32((127 + (e)) << 23)))

TARGET static inline V sums(V a, V b, V c, V d, V e, V f, V g, V h)
{
    V low = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
    V high = _mm256_hadd_ps(_mm256_hadd_ps(e, f), _mm256_hadd_ps(g, h));
    return _mm256_add_ps(_mm256_permute2f128_ps(low, high, 0x20), _mm256_permute2f128_ps(low, high, 0x31));
}
#define ADD_SUMS(out, a, b, c, d, e, f, g, h) \
    _mm256_storeu_ps(out, _mm256_add_ps(_mm256_loadu_ps(out), sums(a, b, c, d, e, f, g, h)))

#include "core/kernel_body.h"
#endif

typedef int kernel_avx2_may_be_empty;
