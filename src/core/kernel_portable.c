/* kernel_portable.c: the kernels for any machine. Compilers with vector extensions (gcc, clang) get vectors of four
 * floats, which every 64-bit machine has registers for; any other C11 compiler gets plain floats. */
#include "core/kernel.h"

#include <stdint.h>
#include <string.h>

#define KERNEL kernel_portable
#define KERNEL_NAME "portable"
#define TARGET

#if defined(__GNUC__) && !defined(__TINYC__) && !defined(FLSTM_PLAIN_C)

#define LANES 4
typedef float V __attribute__((vector_size(16)));
typedef float V_in_memory __attribute__((vector_size(16), may_alias));
typedef float V_anywhere __attribute__((vector_size(16), may_alias, aligned(4)));
typedef uint32_t bits __attribute__((vector_size(16)));

#define LOAD(p) ((V)*(const V_in_memory *)(p))
#define LOADU(p) ((V)*(const V_anywhere *)(p))
#define STORE(p, v) (*(V_in_memory *)(p) = (v))
#define SET(x) ((V){ (x), (x), (x), (x) })
#define SET_BITS(x) ((bits){ (x), (x), (x), (x) })
#define CHOOSE(mask, a, b) ((V)(((bits)(mask) & (bits)(a)) | (~(bits)(mask) & (bits)(b))))
#define ABS(a) ((V)((bits)(a) & SET_BITS(0x7fffffffu)))
#define SIGNED(a, b) ((V)((bits)(a) | ((bits)(b) & SET_BITS(0x80000000u))))
#define POW2(m, e) ((V)(((bits)(m) << 23) + SET_BITS((127u + (e)) << 23)))
static inline V cap(V a, V limit) { return CHOOSE(a > limit, limit, a); }
#define CAP(a, limit) cap(a, limit)
#define IF_NEG(c, a, b) CHOOSE((c) < SET(0.0f), a, b)
#define LANE_SUM(v) (((v)[0] + (v)[1]) + ((v)[2] + (v)[3]))

#else

#define LANES 1
typedef float V;

#define LOAD(p) (*(p))
#define LOADU(p) (*(p))
#define STORE(p, v) (*(p) = (v))
#define SET(x) (x)
static inline uint32_t to_bits(float a) { uint32_t u; memcpy(&u, &a, sizeof u); return u; }
static inline float from_bits(uint32_t u) { float a; memcpy(&a, &u, sizeof a); return a; }
#define ABS(a) from_bits(to_bits(a) & 0x7fffffffu)
#define SIGNED(a, b) from_bits(to_bits(a) | (to_bits(b) & 0x80000000u))
#define POW2(m, e) from_bits((to_bits(m) << 23) + ((127u + (e)) << 23))
static inline V cap(V a, V limit) { return a > limit ? limit : a; }
#define CAP(a, limit) cap(a, limit)
#define IF_NEG(c, a, b) ((c) < 0.0f ? (a) : (b))
#define LANE_SUM(v) (v)

#endif

#define ADD(a, b) ((a) + (b))
#define SUB(a, b) ((a) - (b))
#define MUL(a, b) ((a) * (b))
#define DIV(a, b) ((a) / (b))
#define FMA(a, b, c) ((a) * (b) + (c))
#define ADD_SUMS(out, a, b, c, d, e, f, g, h) \
    do { \
        (out)[0] += LANE_SUM(a), (out)[1] += LANE_SUM(b), (out)[2] += LANE_SUM(c), (out)[3] += LANE_SUM(d); \
        (out)[4] += LANE_SUM(e), (out)[5] += LANE_SUM(f), (out)[6] += LANE_SUM(g), (out)[7] += LANE_SUM(h); \
    } while (0)

#include "core/kernel_body.h"
