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
 *   ADD_SUMS(out, …) out[j] += the sum of the lanes of the j-th of eight vectors
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
    float part[8] = {0}, sum = 0.0f;
    ADD_SUMS(part, s0, s1, s2, s3, s0, s1, s2, s3);
    sum = (part[0] + part[1]) + (part[2] + part[3]);
    for (; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

/* Two at a time share the loads of w and the adding up; each is summed as dot_n does. */
TARGET static void dots_n(const float *w, const float *const *v, int count, int n, float *out)
{
    int s = 0;
    for (; s + 2 <= count; s += 2) {
        const float *a = v[s], *b = v[s + 1];
        V a0 = SET(0.0f), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        int k = 0;
        for (; k + 4 * LANES <= n; k += 4 * LANES) {
            const V w0 = LOADU(w + k), w1 = LOADU(w + k + LANES), w2 = LOADU(w + k + 2 * LANES),
                    w3 = LOADU(w + k + 3 * LANES);
            a0 = FMA(w0, LOADU(a + k), a0);
            b0 = FMA(w0, LOADU(b + k), b0);
            a1 = FMA(w1, LOADU(a + k + LANES), a1);
            b1 = FMA(w1, LOADU(b + k + LANES), b1);
            a2 = FMA(w2, LOADU(a + k + 2 * LANES), a2);
            b2 = FMA(w2, LOADU(b + k + 2 * LANES), b2);
            a3 = FMA(w3, LOADU(a + k + 3 * LANES), a3);
            b3 = FMA(w3, LOADU(b + k + 3 * LANES), b3);
        }
        for (; k + LANES <= n; k += LANES) {
            const V w0 = LOADU(w + k);
            a0 = FMA(w0, LOADU(a + k), a0);
            b0 = FMA(w0, LOADU(b + k), b0);
        }
        float part[8] = {0};
        ADD_SUMS(part, a0, a1, a2, a3, b0, b1, b2, b3);
        float sum_a = (part[0] + part[1]) + (part[2] + part[3]), sum_b = (part[4] + part[5]) + (part[6] + part[7]);
        for (; k < n; k++) {
            sum_a += w[k] * a[k];
            sum_b += w[k] * b[k];
        }
        out[s] = sum_a;
        out[s + 1] = sum_b;
    }
    if (s < count)
        out[s] = dot_n(w, v[s], n);
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
#undef BEGIN
#undef EVEN
#undef ODD
#undef END

/* Three at a time share each weight that is read; each is summed as recur does. A remainder repeats its last one. */
#define BEGIN(j) V s##j = LOAD(ROW((j) * LANES) + at0), t##j = LOAD(ROW((j) * LANES) + at1), \
                   v##j = LOAD(ROW((j) * LANES) + at2), so##j = SET(0.0f), to##j = so##j, vo##j = so##j;
#define EVEN(j) \
    { \
        V c = LOAD(w + (j) * LANES); \
        s##j = FMA(c, x0, s##j); \
        t##j = FMA(c, x1, t##j); \
        v##j = FMA(c, x2, v##j); \
    }
#define ODD(j) \
    { \
        V c = LOAD(w + TILE_ROWS + (j) * LANES); \
        so##j = FMA(c, x0, so##j); \
        to##j = FMA(c, x1, to##j); \
        vo##j = FMA(c, x2, vo##j); \
    }
#define END(j) STORE(ROW((j) * LANES) + at0, ADD(s##j, so##j)); STORE(ROW((j) * LANES) + at1, ADD(t##j, to##j)); \
               STORE(ROW((j) * LANES) + at2, ADD(v##j, vo##j));
TARGET static void recur_many(const struct packed_layer *p, int hidden, const float *const *h, const int *at, int n,
                              float *const z[GATES], size_t stride)
{
    const float *tile = p->U;
    for (int u = 0; u < p->tiles * TILE; u += TILE, tile += (size_t)hidden * TILE_ROWS)
        for (int s = 0; s < n; s += 3) {
            int i1 = s + 1 < n ? s + 1 : s, i2 = s + 2 < n ? s + 2 : i1, k = 0;
            size_t at0 = (size_t)at[s] * stride, at1 = (size_t)at[i1] * stride, at2 = (size_t)at[i2] * stride;
            const float *w = tile, *h0 = h[s], *h1 = h[i1], *h2 = h[i2];
            FOUR(BEGIN)
            for (; k + 1 < hidden; k += 2, w += 2 * TILE_ROWS) {
                {
                    V x0 = SET(h0[k]), x1 = SET(h1[k]), x2 = SET(h2[k]);
                    FOUR(EVEN)
                }
                V x0 = SET(h0[k + 1]), x1 = SET(h1[k + 1]), x2 = SET(h2[k + 1]);
                FOUR(ODD)
            }
            if (k < hidden) {
                V x0 = SET(h0[k]), x1 = SET(h1[k]), x2 = SET(h2[k]);
                FOUR(EVEN)
            }
            FOUR(END)
        }
}
#undef EVEN
#undef ODD
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
#undef BEGIN
#undef NEXT
#undef END

/* Three at a time share each weight that is read; each is summed as recur does. A remainder repeats its last one. */
#define BEGIN(j) V s##j = LOAD(ROW(r + (j) * LANES) + at0), t##j = LOAD(ROW(r + (j) * LANES) + at1), \
                   v##j = LOAD(ROW(r + (j) * LANES) + at2);
#define NEXT(j) \
    { \
        V c = LOAD(w + (j) * LANES); \
        s##j = FMA(c, x0, s##j); \
        t##j = FMA(c, x1, t##j); \
        v##j = FMA(c, x2, v##j); \
    }
#define END(j) STORE(ROW(r + (j) * LANES) + at0, s##j); STORE(ROW(r + (j) * LANES) + at1, t##j); \
               STORE(ROW(r + (j) * LANES) + at2, v##j);
TARGET static void recur_many(const struct packed_layer *p, int hidden, const float *const *h, const int *at, int n,
                              float *const z[GATES], size_t stride)
{
    const float *tile = p->U;
    for (int u = 0; u < p->tiles * TILE; u += TILE, tile += (size_t)hidden * TILE_ROWS)
        for (int r = 0; r < TILE_ROWS; r += 4 * LANES)
            for (int s = 0; s < n; s += 3) {
                int i1 = s + 1 < n ? s + 1 : s, i2 = s + 2 < n ? s + 2 : i1;
                size_t at0 = (size_t)at[s] * stride, at1 = (size_t)at[i1] * stride, at2 = (size_t)at[i2] * stride;
                const float *w = tile + r;
                FOUR(BEGIN)
                for (int k = 0; k < hidden; k++, w += TILE_ROWS) {
                    V x0 = SET(h[s][k]), x1 = SET(h[i1][k]), x2 = SET(h[i2][k]);
                    FOUR(NEXT)
                }
                FOUR(END)
            }
}
#undef NEXT
#endif
#undef BEGIN
#undef END

/* Three steps at a time share each weight that is read. A remainder repeats its last step: the same sums in the same
 * order, stored to the same place. */
#define BEGIN(j) V s##j = LOAD(b + (j) * LANES), t##j = s##j, v##j = s##j;
#define NEXT(j)                                                                                                        \
    {                                                                                                                  \
        V c = LOAD(w + (j)*LANES);                                                                                     \
        s##j = FMA(c, x0, s##j);                                                                                       \
        t##j = FMA(c, x1, t##j);                                                                                       \
        v##j = FMA(c, x2, v##j);                                                                                       \
    }
#define END(j) STORE(ROW(r + (j) * LANES) + at0, s##j); STORE(ROW(r + (j) * LANES) + at1, t##j); \
               STORE(ROW(r + (j) * LANES) + at2, v##j);
TARGET static void project(const struct packed_layer *p, int in, const float *const *x, const int *at, int steps,
                           float *const z[GATES], size_t stride)
{
    const float *tile = p->W;
    for (int u = 0; u < p->tiles * TILE; u += TILE, tile += (size_t)in * TILE_ROWS)
        for (int r = 0; r < TILE_ROWS; r += 4 * LANES) {
            const float *b = p->b + (size_t)u * GATES + r;
            for (int s = 0; s < steps; s += 3) {
                int i1 = s + 1 < steps ? s + 1 : s, i2 = s + 2 < steps ? s + 2 : i1;
                size_t at0 = (size_t)at[s] * stride, at1 = (size_t)at[i1] * stride, at2 = (size_t)at[i2] * stride;
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

/* The transposed product: lanes run over rows, so that M is read in the order in which it lies, a block of columns at
 * a time. Every column has a vector of partial sums in `sums`; its lanes are added once all tiles are done. */
enum { COLUMNS_OF_ONE = 128, COLUMNS_OF_MANY = 256 / LANES };

static inline int least(int a, int b)
{
    return a < b ? a : b;
}

/* Partial sums are read in groups of eight: those beyond the last column must be numbers. */
TARGET static inline void clear_rest(float *sums, int columns)
{
    for (int k = columns; k % 8; k++)
        STORE(sums + k * LANES, SET(0.0f));
}

TARGET static inline void add_lanes(const float *v, int columns, float *out)
{
    int k = 0;
    for (; k + 8 <= columns; k += 8, v += 8 * LANES)
        ADD_SUMS(out + k, LOAD(v), LOAD(v + LANES), LOAD(v + 2 * LANES), LOAD(v + 3 * LANES), LOAD(v + 4 * LANES),
                 LOAD(v + 5 * LANES), LOAD(v + 6 * LANES), LOAD(v + 7 * LANES));
    if (k == columns)
        return;
    float sum[8] = {0};
    ADD_SUMS(sum, LOAD(v), LOAD(v + LANES), LOAD(v + 2 * LANES), LOAD(v + 3 * LANES), LOAD(v + 4 * LANES),
             LOAD(v + 5 * LANES), LOAD(v + 6 * LANES), LOAD(v + 7 * LANES));
    for (int j = 0; k < columns; j++, k++)
        out[k] += sum[j];
}

#if defined(__GNUC__)
#define PREFETCH(p) __builtin_prefetch(p)
#else
#define PREFETCH(p) (void)(p)
#endif

/* One step keeps as many rows of dz in registers as there is room for: the partial sums are read and written once for
 * all of them. The order of the sums is the same however many they are. */
#if LANES == 16
#define SEVERAL FOUR
#define SEVERAL_ROWS (4 * LANES)

/* The rows of four tiles, d, and as many columns of each from w on; tiles lie `tile` floats apart. */
TARGET static inline void add_four_tiles(const float *w, size_t tile, const float *d, int width, bool fresh,
                                         float *part)
{
#define BEGIN(j) const V a##j = LOAD(d + (j) * LANES), b##j = LOAD(d + TILE_ROWS + (j) * LANES), \
                         c##j = LOAD(d + 2 * TILE_ROWS + (j) * LANES), e##j = LOAD(d + 3 * TILE_ROWS + (j) * LANES);
#define FIRST(j) s = FMA(LOAD(w + (j) * LANES), a##j, s);
#define SECOND(j) s = FMA(LOAD(w + tile + (j) * LANES), b##j, s);
#define THIRD(j) s = FMA(LOAD(w + 2 * tile + (j) * LANES), c##j, s);
#define FOURTH(j) s = FMA(LOAD(w + 3 * tile + (j) * LANES), e##j, s);
    FOUR(BEGIN)
    for (int k = 0; k < width; k++, w += TILE_ROWS) {
        V s = fresh ? SET(0.0f) : LOAD(part + k * LANES);
        FOUR(FIRST)
        FOUR(SECOND)
        FOUR(THIRD)
        FOUR(FOURTH)
        STORE(part + k * LANES, s);
    }
#undef BEGIN
#undef FIRST
#undef SECOND
#undef THIRD
#undef FOURTH
}
#else
#define SEVERAL EIGHT
#define SEVERAL_ROWS (8 * LANES)
#endif

TARGET static void transposed_one(const float *M, int tiles, int columns, const float *dz, float *out)
{
#define BEGIN(j) const V d##j = LOAD(d + (j) * LANES);
#define NEXT(j) s = FMA(LOAD(w + (j) * LANES), d##j, s);
    _Alignas(64) float part[COLUMNS_OF_ONE * LANES];
    const size_t tile = (size_t)columns * TILE_ROWS;
    for (int k0 = 0; k0 < columns; k0 += COLUMNS_OF_ONE) {
        const float *from = M + (size_t)k0 * TILE_ROWS;
        int width = least(COLUMNS_OF_ONE, columns - k0), r = 0;
        clear_rest(part, width);
#if LANES == 16
        for (; r + 4 * TILE_ROWS <= tiles * TILE_ROWS; r += 4 * TILE_ROWS)
            add_four_tiles(from + (size_t)(r / TILE_ROWS) * tile, tile, dz + r, width, !r, part);
#endif
        for (; r < tiles * TILE_ROWS; r += SEVERAL_ROWS) {
            const float *w = from + (size_t)(r / TILE_ROWS) * tile + r % TILE_ROWS;
            const float *d = dz + r;
            SEVERAL(BEGIN)
            for (int k = 0; k < width; k++, w += TILE_ROWS) {
                V s = r ? LOAD(part + k * LANES) : SET(0.0f);
                SEVERAL(NEXT)
                STORE(part + k * LANES, s);
            }
        }
        add_lanes(part, width, out + k0);
    }
#undef BEGIN
#undef NEXT
}

/* Two steps at a time share each weight that is read. An odd last one is paired with itself: the same sums, stored to
 * the same place. */
TARGET static void transposed(const float *M, int tiles, int columns, const float *const *dz, int steps,
                              float *const *out)
{
#define BEGIN(j) const V d##j = LOAD(d + (j) * LANES), e##j = LOAD(e + (j) * LANES);
#define NEXT(j) { V c = LOAD(w + (j) * LANES); s = FMA(c, d##j, s); t = FMA(c, e##j, t); }
    if (steps == 1) {
        transposed_one(M, tiles, columns, dz[0], out[0]);
        return;
    }
    _Alignas(64) float part[KERNEL_STEPS][COLUMNS_OF_MANY * LANES];
    for (int k0 = 0; k0 < columns; k0 += COLUMNS_OF_MANY) {
        int width = least(COLUMNS_OF_MANY, columns - k0);
        for (int step = 0; step < steps; step++)
            clear_rest(part[step], width);
        for (int tile = 0; tile < tiles; tile++)
            for (int step = 0; step < steps; step += 2)
                for (int r = 0; r < TILE_ROWS; r += 4 * LANES) {
                    int other = least(step + 1, steps - 1);
                    bool fresh = !tile && !r;
                    const float *w = M + ((size_t)tile * (size_t)columns + (size_t)k0) * TILE_ROWS + r;
                    const float *d = dz[step] + tile * TILE_ROWS + r, *e = dz[other] + tile * TILE_ROWS + r;
                    FOUR(BEGIN)
                    /* The next tile's columns are too short a stretch for the hardware to see coming: every step calls
                     * for its share of them. */
                    for (int k = step / 2; !r && tile + 1 < tiles && k < width; k += (steps + 1) / 2)
                        for (int line = 0; line < TILE_ROWS; line += TILE)
                            PREFETCH(w + ((size_t)columns + (size_t)k) * TILE_ROWS + line);
                    for (int k = 0; k < width; k++, w += TILE_ROWS) {
                        V s = fresh ? SET(0.0f) : LOAD(part[step] + k * LANES);
                        V t = fresh ? SET(0.0f) : LOAD(part[other] + k * LANES);
                        FOUR(NEXT)
                        STORE(part[step] + k * LANES, s);
                        STORE(part[other] + k * LANES, t);
                    }
                }
        for (int step = 0; step < steps; step++)
            add_lanes(part[step], width, out[step] + k0);
    }
#undef BEGIN
#undef NEXT
}

/* One unit's steps come one after the other whatever the width, so its sum has the same bits in every kernel. What is
 * not a number is in no comparison. */
TARGET static void tally_n(const struct kernel_tally *y, const float *v, int n)
{
    const V one = SET(1.0f), zero = SET(0.0f), below = SET(y->below), above = SET(y->above);
    for (int u = 0; u < n; u += LANES) {
        const V now = LOAD(v + u), min = LOAD(y->min + u), max = LOAD(y->max + u);
        STORE(y->low + u, ADD(LOAD(y->low + u), IF_NEG(SUB(now, below), one, zero)));
        STORE(y->high + u, ADD(LOAD(y->high + u), IF_NEG(SUB(above, now), one, zero)));
        STORE(y->min + u, IF_NEG(SUB(now, min), now, min));
        STORE(y->max + u, IF_NEG(SUB(max, now), now, max));
    }
    for (int u = 0; u < n; u += TILE) {         /* a fixed count, of which a compiler makes vectors */
        double *sum = y->sum + u;
        const float *now = v + u;
        for (int j = 0; j < TILE; j++)
            sum[j] += (double)now[j];
    }
}

TARGET static void keep_n(double *product, float *kept, const float *f, float above, int n)
{
    const V one = SET(1.0f), zero = SET(0.0f), bound = SET(above);
    _Alignas(64) float by[TILE];
    for (int u = 0; u < n; u += TILE) {
        for (int j = 0; j < TILE; j += LANES) {
            const V now = LOAD(f + u + j), beyond = SUB(bound, now);
            STORE(by + j, IF_NEG(beyond, now, one));
            STORE(kept + u + j, ADD(LOAD(kept + u + j), IF_NEG(beyond, one, zero)));
        }
        for (int j = 0; j < TILE; j++)
            product[u + j] *= (double)by[j];
    }
}

TARGET static void back_cell_n(float *dC, const float *dh, const float *o, const float *tanh_C, int n)
{
    for (int u = 0; u < n; u += LANES) {
        V t = LOAD(tanh_C + u);
        V slope = SUB(SET(1.0f), MUL(t, t));
        STORE(dC + u, FMA(MUL(LOAD(dh + u), LOAD(o + u)), slope, LOAD(dC + u)));
    }
}

TARGET static void back_gates_n(float *dz, float *dC, const float *dh, const struct kernel_back *b, int n)
{
    const V one = SET(1.0f);
    for (int u = 0; u < n; u += LANES) {
        V f = LOAD(b->f + u), i = LOAD(b->i + u), g = LOAD(b->g + u), o = LOAD(b->o + u);
        V dc = LOAD(dC + u), dC_f = MUL(dc, f), dC_i = MUL(dc, i), dh_o = MUL(LOAD(dh + u), o);
        float *row = dz + u / TILE * TILE_ROWS + u % TILE;
        STORE(row + Q_F * TILE, MUL(MUL(dC_f, LOAD(b->C_before + u)), SUB(one, f)));
        STORE(row + Q_I * TILE, MUL(MUL(dC_i, g), SUB(one, i)));
        STORE(row + Q_G * TILE, MUL(dC_i, SUB(one, MUL(g, g))));
        STORE(row + Q_O * TILE, MUL(MUL(dh_o, LOAD(b->tanh_C + u)), SUB(one, o)));
        STORE(dC + u, dC_f);
    }
}

const struct kernel KERNEL = {
    .name = KERNEL_NAME,
    .project = project,
    .recur = recur,
    .recur_many = recur_many,
    .tally = tally_n,
    .keep = keep_n,
    .sigmoid = sigmoid_n,
    .tanh = tanh_n,
    .mul_add = mul_add_n,
    .mul = mul_n,
    .dot = dot_n,
    .dots = dots_n,
    .transposed = transposed,
    .back_cell = back_cell_n,
    .back_gates = back_gates_n,
};
