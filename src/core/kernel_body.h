/* kernel_body.h: the kernels, written once for vectors of any width. A kernel_NAME.c defines the type and the
 * operations below for its instruction set and includes this file; nobody else does.
 *
 *   KERNEL           the name of the struct kernel to define; KERNEL_NAME the same as a string
 *   TARGET           the function attribute that allows the instructions, or nothing
 *   V, LANES         the vector and its number of floats, a divisor of TILE
 *   LOAD LOADU STORE aligned and unaligned access       SET         all lanes the same
 *   ADD SUB MUL DIV  arithmetic                         FMA(a,b,c)  a·b + c
 *   ABS              |a|                                SIGNED(a,b) a ≥ 0 with the sign of b
 *   CAP(a,limit)     the smaller; NaN stays NaN         IF_NEG(c,a,b) a where c < 0, else b
 *   POW2(m,e)        2^(n+e) where m = n + MAGIC
 *   SUMS(out, …)     out[j] = the sum of the lanes of the j-th of eight vectors
 */

/* Adding 1.5·2^23 to a small number leaves it, rounded to an integer, in the low bits of the significand. */
#define MAGIC 12582912.0f
#define LOG2_E 1.44269504f
/* ln 2 in two parts, the first so short that its product with an exponent is exact. */
#define LN2_HI 0.693359375f
#define LN2_LO -2.12194440e-4f

/* e^r - 1 for |r| ≤ ln(2)/2: r + r²·P(r), the polynomial of Cephes expf (Moshier). */
TARGET static inline V expm1_small(V r)
{
    V p = SET(1.9875691500e-4f);
    p = FMA(p, r, SET(1.3981999507e-3f));
    p = FMA(p, r, SET(8.3334519073e-3f));
    p = FMA(p, r, SET(4.1665795894e-2f));
    p = FMA(p, r, SET(1.6666665459e-1f));
    p = FMA(p, r, SET(5.0000001201e-1f));
    return FMA(MUL(r, r), p, r);
}

/* x = n·ln 2 + r. Gives n + MAGIC and r. */
TARGET static inline V reduce(V x, V *r)
{
    V m = FMA(x, SET(LOG2_E), SET(MAGIC));
    V n = SUB(m, SET(MAGIC));
    *r = FMA(n, SET(-LN2_LO), FMA(n, SET(-LN2_HI), x));
    return m;
}

/* σ(z) = 1 / (1 + e^-z) for z ≥ 0 and e^z / (1 + e^z) below, so that tiny values keep their relative precision.
 * The power of two is taken 2^64 too large and scaled back, which reaches the denormals; e^-104 rounds to 0. */
TARGET static inline V sigmoid_v(V z)
{
    V r, m = reduce(SUB(SET(0.0f), CAP(ABS(z), SET(104.0f))), &r);
    V e = ADD(SET(1.0f), expm1_small(r));
    V t = MUL(MUL(e, POW2(m, 64)), SET(0x1p-64f));
    return DIV(IF_NEG(z, t, SET(1.0f)), ADD(SET(1.0f), t));
}

/* tanh(|x|) = -(e^-2|x| - 1) / (e^-2|x| + 1), with e^y - 1 formed without cancellation. From 10 on it rounds to 1. */
TARGET static inline V tanh_v(V x)
{
    V r, m = reduce(MUL(SET(-2.0f), CAP(ABS(x), SET(10.0f))), &r);
    V s = POW2(m, 0);
    V e = FMA(s, expm1_small(r), SUB(s, SET(1.0f)));
    return SIGNED(DIV(SUB(SET(0.0f), e), ADD(SET(2.0f), e)), x);
}

TARGET static void sigmoid_n(float *y, const float *z, int n)
{
    for (int u = 0; u < n; u += LANES)
        STORE(y + u, sigmoid_v(LOAD(z + u)));
}

TARGET static void tanh_n(float *y, const float *z, int n)
{
    for (int u = 0; u < n; u += LANES)
        STORE(y + u, tanh_v(LOAD(z + u)));
}

TARGET static void mul_add_n(float *y, const float *a, const float *b, const float *c, const float *d, int n)
{
    for (int u = 0; u < n; u += LANES)
        STORE(y + u, ADD(MUL(LOAD(a + u), LOAD(b + u)), MUL(LOAD(c + u), LOAD(d + u))));
}

TARGET static void mul_n(float *y, const float *a, const float *b, int n)
{
    for (int u = 0; u < n; u += LANES)
        STORE(y + u, MUL(LOAD(a + u), LOAD(b + u)));
}

TARGET static float dot_n(const float *a, const float *b, int n)
{
    V s0 = SET(0.0f), s1 = s0, s2 = s0, s3 = s0;
    int k = 0;
    for (; k + 4 * LANES <= n; k += 4 * LANES) {
        s0 = FMA(LOADU(a + k), LOADU(b + k), s0);
        s1 = FMA(LOADU(a + k + LANES), LOADU(b + k + LANES), s1);
        s2 = FMA(LOADU(a + k + 2 * LANES), LOADU(b + k + 2 * LANES), s2);
        s3 = FMA(LOADU(a + k + 3 * LANES), LOADU(b + k + 3 * LANES), s3);
    }
    for (; k + LANES <= n; k += LANES)
        s0 = FMA(LOADU(a + k), LOADU(b + k), s0);
    float part[8], sum = 0.0f;
    SUMS(part, s0, s1, s2, s3, s0, s1, s2, s3);
    sum = (part[0] + part[1]) + (part[2] + part[3]);
    for (; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

/* Eight sums are kept in named variables: as an array they would live in memory at -O2. */
#define EIGHT(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)
#define FOUR(X) X(0) X(1) X(2) X(3)

/* Where row r (0 … 63) of a tile stands in the rows of the gates. */
#define ROW(r) (z[(r) / TILE] + u + (r) % TILE)

#if LANES == 16
/* Half as many vectors as sums: the even and the odd k have their own, to keep enough additions under way. */
#define BEGIN(j) V s##j = LOAD(ROW((j) * LANES)), t##j = SET(0.0f);
#define EVEN(j) s##j = FMA(LOAD(w + (j) * LANES), a, s##j);
#define ODD(j) t##j = FMA(LOAD(w + TILE_ROWS + (j) * LANES), b, t##j);
#define END(j) STORE(ROW((j) * LANES), ADD(s##j, t##j));
TARGET static void recur(const struct packed_layer *p, int hidden, const float *h, float *const z[GATES])
{
    const float *w = p->U;
    for (int u = 0; u < p->tiles * TILE; u += TILE) {
        FOUR(BEGIN)
        int k = 0;
        for (; k + 1 < hidden; k += 2, w += 2 * TILE_ROWS) {
            V a = SET(h[k]), b = SET(h[k + 1]);
            FOUR(EVEN)
            FOUR(ODD)
        }
        if (k < hidden) {
            V a = SET(h[k]);
            FOUR(EVEN)
            w += TILE_ROWS;
        }
        FOUR(END)
    }
}
#else
#define BEGIN(j) V s##j = LOAD(ROW(r + (j) * LANES));
#define NEXT(j) s##j = FMA(LOAD(w + (j) * LANES), a, s##j);
#define END(j) STORE(ROW(r + (j) * LANES), s##j);
TARGET static void recur(const struct packed_layer *p, int hidden, const float *h, float *const z[GATES])
{
    const float *tile = p->U;
    for (int u = 0; u < p->tiles * TILE; u += TILE, tile += (size_t)hidden * TILE_ROWS)
        for (int r = 0; r < TILE_ROWS; r += 8 * LANES) {
            const float *w = tile + r;
            EIGHT(BEGIN)
            for (int k = 0; k < hidden; k++, w += TILE_ROWS) {
                V a = SET(h[k]);
                EIGHT(NEXT)
            }
            EIGHT(END)
        }
}
#undef NEXT
#endif
#undef BEGIN
#undef END

/* Three steps at a time share each weight that is read. A remainder repeats its last step: the same sums in the same
 * order, stored to the same place. */
#define BEGIN(j) V s##j = LOAD(b + (j) * LANES), t##j = s##j, v##j = s##j;
#define NEXT(j) { V c = LOAD(w + (j) * LANES); s##j = FMA(c, x0, s##j); t##j = FMA(c, x1, t##j); v##j = FMA(c, x2, v##j); }
#define END(j) STORE(ROW(r + (j) * LANES) + at0, s##j); STORE(ROW(r + (j) * LANES) + at1, t##j); \
               STORE(ROW(r + (j) * LANES) + at2, v##j);
TARGET static void project(const struct packed_layer *p, int in, const float *const *x, int steps,
                           float *const z[GATES], size_t stride)
{
    const float *tile = p->W;
    for (int u = 0; u < p->tiles * TILE; u += TILE, tile += (size_t)in * TILE_ROWS)
        for (int r = 0; r < TILE_ROWS; r += 4 * LANES) {
            const float *b = p->b + (size_t)u * GATES + r;
            for (int s = 0; s < steps; s += 3) {
                int i1 = s + 1 < steps ? s + 1 : s, i2 = s + 2 < steps ? s + 2 : i1;
                size_t at0 = (size_t)s * stride, at1 = (size_t)i1 * stride, at2 = (size_t)i2 * stride;
                const float *w = tile + r;
                FOUR(BEGIN)
                for (int k = 0; k < in; k++, w += TILE_ROWS) {
                    V x0 = SET(x[s][k]), x1 = SET(x[i1][k]), x2 = SET(x[i2][k]);
                    FOUR(NEXT)
                }
                FOUR(END)
            }
        }
}
#undef BEGIN
#undef NEXT
#undef END

/* Eight columns of one step, or four columns of two: lanes run over rows, and are summed once all tiles are done.
 * Columns beyond the last are read as the last one and dropped. */
static inline int least(int a, int b)
{
    return a < b ? a : b;
}

TARGET static void transposed_one(const float *M, int tiles, int columns, const float *dz, float *out)
{
    for (int k = 0; k < columns; k += 8) {
        int n = least(8, columns - k);
#define BEGIN(j) V s##j = SET(0.0f); const float *w##j = M + (size_t)(k + least(j, n - 1)) * TILE_ROWS;
#define NEXT(j) s##j = FMA(LOAD(w##j + r), d, s##j);
#define SKIP(j) w##j += (size_t)columns * TILE_ROWS;
        EIGHT(BEGIN)
        for (int tile = 0; tile < tiles; tile++) {
            for (int r = 0; r < TILE_ROWS; r += LANES) {
                V d = LOAD(dz + (size_t)tile * TILE_ROWS + r);
                EIGHT(NEXT)
            }
            EIGHT(SKIP)
        }
#undef BEGIN
#undef NEXT
        float sum[8];
        SUMS(sum, s0, s1, s2, s3, s4, s5, s6, s7);
        for (int j = 0; j < n; j++)
            out[k + j] += sum[j];
    }
}

TARGET static void transposed_two(const float *M, int tiles, int columns, const float *const dz[2], float *const out[2])
{
    for (int k = 0; k < columns; k += 4) {
        int n = least(4, columns - k);
#define BEGIN(j) V s##j = SET(0.0f), t##j = s##j; const float *w##j = M + (size_t)(k + least(j, n - 1)) * TILE_ROWS;
#define NEXT(j) { V c = LOAD(w##j + r); s##j = FMA(c, d0, s##j); t##j = FMA(c, d1, t##j); }
        FOUR(BEGIN)
        for (int tile = 0; tile < tiles; tile++) {
            for (int r = 0; r < TILE_ROWS; r += LANES) {
                V d0 = LOAD(dz[0] + (size_t)tile * TILE_ROWS + r), d1 = LOAD(dz[1] + (size_t)tile * TILE_ROWS + r);
                FOUR(NEXT)
            }
            FOUR(SKIP)
        }
#undef BEGIN
#undef NEXT
#undef SKIP
        float sum[8];
        SUMS(sum, s0, s1, s2, s3, t0, t1, t2, t3);
        for (int j = 0; j < n; j++) {
            out[0][k + j] += sum[j];
            out[1][k + j] += sum[4 + j];
        }
    }
}

TARGET static void transposed(const float *M, int tiles, int columns, const float *const *dz, int steps,
                              float *const *out)
{
    int s = 0;
    for (; s + 1 < steps; s += 2)
        transposed_two(M, tiles, columns, dz + s, out + s);
    if (s < steps)
        transposed_one(M, tiles, columns, dz[s], out[s]);
}

const struct kernel KERNEL = {
    .name = KERNEL_NAME,
    .project = project,
    .recur = recur,
    .sigmoid = sigmoid_n,
    .tanh = tanh_n,
    .mul_add = mul_add_n,
    .mul = mul_n,
    .dot = dot_n,
    .transposed = transposed,
};
