/* kernel.h: the few loops in which the engine spends its time, and how the weights are laid out for them.
 *
 * Sixteen units times four gates form a tile: the weights of one tile that multiply the k-th input lie side by side,
 * [tile][k][gate][unit of the tile], so that a step reads the weights exactly once and in order, broadcasts h[k], and
 * keeps the tile's sums in registers. A layer whose size is not a multiple of 16 is padded with units of zero weight,
 * which nothing ever reads; the rows of a trace are padded likewise and start on a cache line.
 *
 * Every row of weights is summed in one fixed order by a given kernel, however many steps are asked for at once: that
 * is what makes a run from the middle bit-identical to a run from the start. Kernels differ in their last bits.
 */
#ifndef FLSTM_CORE_KERNEL_H
#define FLSTM_CORE_KERNEL_H

#include "core/lstm.h"

enum {
    TILE = 16,                 /* units */
    TILE_ROWS = GATES * TILE,  /* rows of weights in a tile */
    KERNEL_STEPS = 24          /* steps taken together: enough to read the weights seldom, few enough for what is in
                                  hand to stay in the cache */
};

struct packed_layer {
    int tiles;
    float *U;                  /* [tiles][H][64]: the columns of W that multiply h_{t-1} */
    float *W;                  /* [tiles][E][64]: those that multiply x_t */
    float *b;                  /* [tiles][64] */
    unsigned long packing;     /* no two lstm_pack of this process have the same */
};

static inline int kernel_padded(int units)
{
    return (units + TILE - 1) / TILE * TILE;
}

/* The values of one step that its derivatives need. */
struct kernel_back {
    const float *f, *i, *g, *o, *C_before, *tanh_C;
};

/* What is counted of rows, by padded unit: how often v < below and v > above (exact up to 2^24 rows), the range (begun
 * with INFINITY and -INFINITY), Σ v. The rows of floats start on a 64-byte boundary. */
struct kernel_tally {
    float *low, *high, *min, *max;
    double *sum;
    float below, above;
};

/* Rows of padded length start on a 64-byte boundary; n counts padded units. */
struct kernel {
    const char *name;
    /* z_q = b_q + W_q · x[s] for each of `steps` inputs of `in` floats, into row at[s] of z[q]; rows are `stride`
     * apart. */
    void (*project)(const struct packed_layer *p, int in, const float *const *x, const int *at, int steps,
                    float *const z[GATES], size_t stride);
    /* z_q += U_q · h for one step. */
    void (*recur)(const struct packed_layer *p, int hidden, const float *h, float *const z[GATES]);
    /* The same of n steps at once, each with the bits that recur gives it: h[s] into row at[s] of z[q]. */
    void (*recur_many)(const struct packed_layer *p, int hidden, const float *const *h, const int *at, int n,
                       float *const z[GATES], size_t stride);
    /* Counts a row of n padded units. */
    void (*tally)(const struct kernel_tally *y, const float *v, int n);
    /* Where f > above: product ⊙ f, and one more in `kept`. */
    void (*keep)(double *product, float *kept, const float *f, float above, int n);
    /* y = σ(z), y = tanh(z), element by element; in place allowed. */
    void (*sigmoid)(float *y, const float *z, int n);
    void (*tanh)(float *y, const float *z, int n);
    /* y = a ⊙ b + c ⊙ d, and y = a ⊙ b; in place allowed. */
    void (*mul_add)(float *y, const float *a, const float *b, const float *c, const float *d, int n);
    void (*mul)(float *y, const float *a, const float *b, int n);
    /* Σ a·b; any alignment, any n. */
    float (*dot)(const float *a, const float *b, int n);
    /* out[s] = Σ w·v[s] for `count` vectors of n, each with the bits that dot gives it. */
    void (*dots)(const float *w, const float *const *v, int count, int n, float *out);
    /* out[s][k] += Σ over all rows of M[row][k] · dz[s][row] for k < columns: the transposed product. M is U or W of a
     * packed layer, dz[s] is [tiles][64] with zeros in the padding; out[s] may have any alignment; 1 … KERNEL_STEPS. */
    void (*transposed)(const float *M, int tiles, int columns, const float *const *dz, int steps, float *const *out);
    /* The chain rule through the six equations of one step; see gradient.c.
     * dC += dh ⊙ o ⊙ (1 - tanh²C) */
    void (*back_cell)(float *dC, const float *dh, const float *o, const float *tanh_C, int n);
    /* dz of all gates, as [tiles][64], from dC and dh; then dC becomes dC ⊙ f. */
    void (*back_gates)(float *dz, float *dC, const float *dh, const struct kernel_back *b, int n);
};

/* f, i or o of a layer from its z; in place allowed. */
void kernel_gate(const struct kernel *k, enum gate_function function, float *y, const float *z, int n);
void kernel_candidate(const struct kernel *k, bool sigma, float *y, const float *z, int n);
/* z += p ⊙ C of a peephole; p NULL: there is none. */
void kernel_peep(float *z, const float *p, const float *C, int n);
/* i = 1 - f of a coupled layer. */
void kernel_couple(float *i, const float *f, int n);

extern const struct kernel kernel_portable;
#if defined(__x86_64__) && defined(__GNUC__) && !defined(FLSTM_PORTABLE)
extern const struct kernel kernel_avx2, kernel_avx512;
#endif

const struct kernel *kernel_current(void);
const struct packed_layer *kernel_layer(const struct lstm *net, int layer);
void kernel_free(void *packed);

#endif
