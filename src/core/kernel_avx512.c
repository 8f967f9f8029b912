/* kernel_avx512.c: the kernels with AVX-512F, which every machine with any AVX-512 has. */
#include "core/kernel.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#define KERNEL kernel_avx512
#define KERNEL_NAME "avx512"
#define TARGET __attribute__((target("avx512f,avx2,fma")))

#define LANES 16
#define V __m512
#define LOAD(p) _mm512_load_ps(p)
#define LOADU(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_store_ps(p, v)
#define SET(x) _mm512_set1_ps(x)
#define ADD(a, b) _mm512_add_ps(a, b)
#define SUB(a, b) _mm512_sub_ps(a, b)
#define MUL(a, b) _mm512_mul_ps(a, b)
#define DIV(a, b) _mm512_div_ps(a, b)
#define FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define BITS(a) _mm512_castps_si512(a)
#define SIGN_BIT _mm512_castps_si512(_mm512_set1_ps(-0.0f))
#define ABS(a) _mm512_castsi512_ps(_mm512_andnot_si512(SIGN_BIT, BITS(a)))
#define SIGNED(a, b) _mm512_castsi512_ps(_mm512_or_si512(BITS(a), _mm512_and_si512(SIGN_BIT, BITS(b))))
#define CAP(a, limit) _mm512_min_ps(limit, a) /* the second operand when either is NaN */
#define IF_NEG(c, a, b) _mm512_mask_mov_ps(b, _mm512_cmplt_ps_mask(c, _mm512_setzero_ps()), a)
#define POW2(m, e) \
    _mm512_castsi512_ps(_mm512_add_epi32(_mm512_slli_epi32(BITS(m), 23), _mm512_set1_epi32((127 + (e)) << 23)))

TARGET static inline __m256 halves(V a)
{
    return _mm256_add_ps(_mm512_castps512_ps256(a), _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(a), 1)));
}

TARGET static inline __m256 sums(V a, V b, V c, V d, V e, V f, V g, V h)
{
    __m256 low = _mm256_hadd_ps(_mm256_hadd_ps(halves(a), halves(b)), _mm256_hadd_ps(halves(c), halves(d)));
    __m256 high = _mm256_hadd_ps(_mm256_hadd_ps(halves(e), halves(f)), _mm256_hadd_ps(halves(g), halves(h)));
    return _mm256_add_ps(_mm256_permute2f128_ps(low, high, 0x20), _mm256_permute2f128_ps(low, high, 0x31));
}
#define SUMS(out, a, b, c, d, e, f, g, h) _mm256_storeu_ps(out, sums(a, b, c, d, e, f, g, h))

#include "core/kernel_body.h"
#endif

typedef int kernel_avx512_may_be_empty;
