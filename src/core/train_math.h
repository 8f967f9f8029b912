/* train_math.h: the loops training spends its time in. Private to train*.c.
 *
 * Every array is padded to a multiple of BLOCK, the padding holds zeros, and every loop below runs over whole blocks
 * of a constant length, so that the compiler makes vector instructions of them. Sums are taken in an order written
 * down here: how wide the vectors are does not change a bit of the result.
 *
 * The weights of a layer lie as [input k][4H gates]: multiplying by them adds columns, which needs no sum across a
 * vector; multiplying by their transpose (backwards) sums in BLOCK lanes.
 */
#ifndef FLSTM_CORE_TRAIN_MATH_H
#define FLSTM_CORE_TRAIN_MATH_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* float is 1.6 times as fast as double at H = 8, twice at H = 64, and learns the same (measured with bench_train.c);
 * a test compiles the trainer with double to compare its gradients with finite differences. */
#ifndef TRAIN_REAL
#define TRAIN_REAL float
#define TRAIN_FLOAT 1
#else
#define TRAIN_FLOAT 0
#endif
typedef TRAIN_REAL real;

enum { BLOCK = 16, GANG = 16 };

static inline int padded(int n)
{
    return (n + BLOCK - 1) / BLOCK * BLOCK;
}

#if TRAIN_FLOAT
/* e^x, relative error ≤ 2e-7: 2^k · e^r with |r| ≤ ln 2 / 2, e^r by its series. Adding 1.5·2^23 rounds to a whole
 * number and leaves it in the low bits. */
static inline float real_exp(float x)
{
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    float shifted = x * 1.44269504f + 12582912.0f, k = shifted - 12582912.0f;
    float r = x - k * 0.693359375f - k * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    uint32_t bits;
    float scale;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits << 23) + 0x3F800000u;
    memcpy(&scale, &bits, sizeof scale);
    return p * scale;
}
static inline float real_sqrt(float x)
{
    return sqrtf(x);
}
#else
static inline double real_exp(double x)
{
    return exp(x);
}
static inline double real_sqrt(double x)
{
    return sqrt(x);
}
#endif

/* z ← σ(z) where stretch is 1, tanh(z) = 2σ(2z) - 1 where it is 2; n a multiple of BLOCK. */
static inline void gates_all(real *restrict z, const real *restrict stretch, int n)
{
    for (int k = 0; k < n; k += BLOCK)
        for (int u = 0; u < BLOCK; u++)
            z[k + u] = stretch[k + u] / (1 + real_exp(-stretch[k + u] * z[k + u])) - (stretch[k + u] - 1);
}
/* z ← tanh(z), n a multiple of 4. */
static inline void tanh_all(real *restrict z, int n)
{
    for (int k = 0; k < n; k += 4)
        for (int u = 0; u < 4; u++)
            z[k + u] = 2 / (1 + real_exp(-2 * z[k + u])) - 1;
}

/* ---- several rows at once -----------------------------------------------------------------------------------------
 *
 * A gang is as many rows as share one reading of the weights. It goes through a matrix block by block, small enough for
 * the nearest cache, and through each block in sets of SET rows, whose sums stand in registers. Each element is summed
 * in one order (of k in a product, of g in an outer one, BLOCK lanes in a transposed one), so a gang gives the bytes of
 * its members one after another. VECTOR_BYTES is what the file that includes this is compiled for. */
#ifdef VECTOR_BYTES
enum { LANES = VECTOR_BYTES / (int)sizeof(real), PIECES = BLOCK / LANES };
enum { SET = 4, BLOCK_ROWS = 8, BLOCK_COLUMNS = 1024 };
typedef real vec __attribute__((vector_size(VECTOR_BYTES)));
typedef real vec_at __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(real)), may_alias));

static inline vec load(const real *p)
{
    return *(const vec_at *)p;
}
static inline void store(real *p, vec v)
{
    *(vec_at *)p = v;
}

/* Rows from … to-1 and columns left … right-1 of a matrix with rows of n. */
struct block { int n, from, to, left, right; };

/* z[g][j] += Σ_k x[g][k] · M[k][j], of N rows, for WIDE vectors from column j on. */
#define SET_PRODUCT(N, WIDE)                                                                                           \
    do {                                                                                                               \
        vec sum[N][WIDE];                                                                                              \
        for (int g = 0; g < N; g++)                                                                                    \
            for (int p = 0; p < WIDE; p++)                                                                             \
                sum[g][p] = load(z[g] + j + p * LANES);                                                                \
        const real *m = M + (size_t)b.from * (size_t)b.n + j;                                                          \
        for (int k = b.from; k < b.to; k++, m += b.n)                                                                  \
            for (int p = 0; p < WIDE; p++) {                                                                           \
                vec w = load(m + p * LANES);                                                                           \
                for (int g = 0; g < N; g++)                                                                            \
                    sum[g][p] += x[g][k] * w;                                                                          \
            }                                                                                                          \
        for (int g = 0; g < N; g++)                                                                                    \
            for (int p = 0; p < WIDE; p++)                                                                             \
                store(z[g] + j + p * LANES, sum[g][p]);                                                                \
    } while (0)

/* D[k][j] += Σ_g x[g][k] · d[g][j], g ascending. */
#define SET_OUTER(N, WIDE)                                                                                             \
    do {                                                                                                               \
        vec by[N][WIDE];                                                                                               \
        for (int g = 0; g < N; g++)                                                                                    \
            for (int p = 0; p < WIDE; p++)                                                                             \
                by[g][p] = load(d[g] + j + p * LANES);                                                                 \
        real *at = D + (size_t)b.from * (size_t)b.n + j;                                                               \
        for (int k = b.from; k < b.to; k++, at += b.n)                                                                 \
            for (int p = 0; p < WIDE; p++) {                                                                           \
                vec sum = load(at + p * LANES);                                                                        \
                for (int g = 0; g < N; g++)                                                                            \
                    sum += x[g][k] * by[g][p];                                                                         \
                store(at + p * LANES, sum);                                                                            \
            }                                                                                                          \
    } while (0)

/* Either for all columns of a block. */
#define ALL_COLUMNS(OF, N, WIDE)                                                                                       \
    do {                                                                                                               \
        int j = b.left;                                                                                                \
        for (; j + WIDE * LANES <= b.right; j += WIDE * LANES)                                                         \
            OF(N, WIDE);                                                                                               \
        for (; j < b.right; j += LANES)                                                                                \
            OF(N, 1);                                                                                                  \
    } while (0)

static inline void set_product(real *const *z, const real *M, const real *const *x, int count, struct block b)
{
    switch (count) {
    case 1: ALL_COLUMNS(SET_PRODUCT, 1, 4); break;
    case 2: ALL_COLUMNS(SET_PRODUCT, 2, 4); break;
    case 3: ALL_COLUMNS(SET_PRODUCT, 3, 2); break;
    default: ALL_COLUMNS(SET_PRODUCT, SET, 2); break;
    }
}

static inline void set_outer(real *D, const real *const *x, const real *const *d, int count, struct block b)
{
    switch (count) {
    case 1: ALL_COLUMNS(SET_OUTER, 1, 4); break;
    case 2: ALL_COLUMNS(SET_OUTER, 2, 4); break;
    case 3: ALL_COLUMNS(SET_OUTER, 3, 2); break;
    default: ALL_COLUMNS(SET_OUTER, SET, 2); break;
    }
}

/* y[g][k] += Σ_j M[k][j] · d[g][j] of N rows: BLOCK lanes, then halves onto halves. */
#define SET_TRANSPOSED(N)                                                                                              \
    for (int k = b.from; k < b.to; k++) {                                                                              \
        const real *m = M + (size_t)k * (size_t)b.n;                                                                   \
        vec sum[N][PIECES];                                                                                            \
        for (int g = 0; g < N; g++)                                                                                    \
            for (int p = 0; p < PIECES; p++)                                                                           \
                sum[g][p] = (vec){0};                                                                                  \
        for (int j = 0; j < b.n; j += BLOCK)                                                                           \
            for (int p = 0; p < PIECES; p++) {                                                                         \
                vec w = load(m + j + p * LANES);                                                                       \
                for (int g = 0; g < N; g++)                                                                            \
                    sum[g][p] += w * load(d[g] + j + p * LANES);                                                       \
            }                                                                                                          \
        for (int g = 0; g < N; g++) {                                                                                  \
            real lane[BLOCK];                                                                                          \
            for (int p = 0; p < PIECES; p++)                                                                           \
                store(lane + p * LANES, sum[g][p]);                                                                    \
            for (int half = BLOCK / 2; half; half /= 2)                                                                \
                for (int u = 0; u < half; u++)                                                                         \
                    lane[u] += lane[u + half];                                                                         \
            y[g][k] += lane[0];                                                                                        \
        }                                                                                                              \
    }

static inline void set_transposed(real *const *y, const real *M, const real *const *d, int count, struct block b)
{
    switch (count) {
    case 1: SET_TRANSPOSED(1) break;
    case 2: SET_TRANSPOSED(2) break;
    case 3: SET_TRANSPOSED(3) break;
    default: SET_TRANSPOSED(SET) break;
    }
}

/* The next block of a matrix with `rows` rows, columns first; false behind the last. Begins with that of {n}. */
static inline bool next_block(struct block *b, int rows)
{
    bool down = b->right == b->n || b->right == 0;
    if (down)
        b->from = b->to;
    b->to = rows - b->from < BLOCK_ROWS ? rows : b->from + BLOCK_ROWS;
    b->left = down ? 0 : b->right;
    b->right = b->n - b->left < BLOCK_COLUMNS ? b->n : b->left + BLOCK_COLUMNS;
    return b->from < rows;
}

static inline int in_set(int count, int first)
{
    return count - first < SET ? count - first : SET;
}

static inline void gang_product(real *const *z, const real *M, const real *const *x, int count, int rows, int n)
{
    for (struct block b = {.n = n}; next_block(&b, rows);)
        for (int g = 0; g < count; g += SET)
            set_product(z + g, M, x + g, in_set(count, g), b);
}

static inline void gang_outer(real *D, const real *const *x, const real *const *d, int count, int rows, int n)
{
    for (struct block b = {.n = n}; next_block(&b, rows);)
        for (int g = 0; g < count; g += SET)
            set_outer(D, x + g, d + g, in_set(count, g), b);
}

static inline void gang_transposed(real *const *y, const real *M, const real *const *d, int count, int rows, int n)
{
    for (struct block b = {.n = n}; b.from < rows; b.from = b.to) {
        b.to = rows - b.from < BLOCK_ROWS ? rows : b.from + BLOCK_ROWS;
        for (int g = 0; g < count; g += SET)
            set_transposed(y + g, M, d + g, in_set(count, g), b);
    }
}
#endif

static inline void add_all(real *restrict y, const real *restrict d, int n)
{
    for (int j = 0; j < n; j += BLOCK)
        for (int u = 0; u < BLOCK; u++)
            y[j + u] += d[j + u];
}

#endif
