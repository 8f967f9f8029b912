/* kernel_avx512.c: the kernels with AVX-512F, which every machine with any AVX-512 has. */
#include "core/kernel.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(FLSTM_PORTABLE)
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

/* Pairs of vectors are folded into one, their halves side by side: eight, four, two, one vector of two lanes a sum. */
TARGET static inline V fold4(V a, V b)
{
    return ADD(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xee));
}

TARGET static inline V fold2(V a, V b)
{
    return ADD(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xdd));
}

TARGET static inline V fold1(V a, V b)
{
    return ADD(_mm512_shuffle_ps(a, b, 0x44), _mm512_shuffle_ps(a, b, 0xee));
}

/* fold4: a b in the quarters aabb; fold2: abcd; fold1: in each quarter two lanes of one, two of the other. */
TARGET static inline __m256 sums(V a, V b, V c, V d, V e, V f, V g, V h)
{
    V s = fold1(fold2(fold4(a, c), fold4(e, g)), fold2(fold4(b, d), fold4(f, h))); /* aabb ccdd eeff gghh */
    s = ADD(s, _mm512_permute_ps(s, 0xb1));
    return _mm512_castps512_ps256(
        _mm512_permutexvar_ps(_mm512_set_epi32(0, 0, 0, 0, 0, 0, 0, 0, 14, 12, 10, 8, 6, 4, 2, 0), s));
}
#define ADD_SUMS(out, a, b, c, d, e, f, g, h) \
    _mm256_storeu_ps(out, _mm256_add_ps(_mm256_loadu_ps(out), sums(a, b, c, d, e, f, g, h)))

#include "core/kernel_body.h"
#endif

typedef int kernel_avx512_may_be_empty;
