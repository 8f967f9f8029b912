/* kernel.c: which kernel this machine runs, and the copy of the weights that kernels read. */
#include "core/kernel.h"

#include <math.h>
#include <string.h>
#ifdef __SSE2__
#include <xmmintrin.h>
#endif

#include "base/cpu.h"
#include "base/mem.h"
#include "base/progress.h"
#include "base/threads.h"

static bool always(void)
{
    return true;
}

#if defined(__x86_64__) && defined(__GNUC__) && !defined(FLSTM_PORTABLE)
static bool has_avx512(void)
{
    return CPU_HAS(AVX512F, "avx512f") && CPU_HAS(AVX2, "avx2") && CPU_HAS(FMA, "fma");
}

static bool has_avx2(void)
{
    return CPU_HAS(AVX2, "avx2") && CPU_HAS(FMA, "fma");
}
#endif

/* Best first. */
static const struct {
    const struct kernel *kernel;
    bool (*available)(void);
} kernels[] = {
#if defined(__x86_64__) && defined(__GNUC__) && !defined(FLSTM_PORTABLE)
    { &kernel_avx512, has_avx512 },
    { &kernel_avx2, has_avx2 },
#endif
    { &kernel_portable, always },
};
enum { KERNELS = sizeof kernels / sizeof *kernels };

static const struct kernel *chosen;

bool lstm_kernel_force(const char *name)
{
    for (int i = 0; i < KERNELS; i++)
        if ((!name || !strcmp(name, kernels[i].kernel->name)) && kernels[i].available()) {
            chosen = kernels[i].kernel;
            return true;
        }
    return false;
}

const struct kernel *kernel_current(void)
{
    if (!chosen)
        lstm_kernel_force(NULL);
    return chosen;
}

const char *lstm_kernel(void)
{
    return kernel_current()->name;
}

/* ---- the packed weights: one block, the table of layers first ---- */

static size_t in_lines(size_t floats)
{
    return (floats + TILE - 1) / TILE * TILE;
}

static struct packed_layer *allocate(const struct lstm *net)
{
    size_t table = in_lines(((size_t)net->layers * sizeof(struct packed_layer) + sizeof(float) - 1) / sizeof(float));
    size_t total = table;
    for (int l = 0; l < net->layers; l++) {
        /* lstm_new has checked 4·H·(H+E); padding adds less than 16 rows per gate, so check again in full. */
        size_t rows = (size_t)kernel_padded(net->layer[l].hidden) * GATES, floats;
        size_t columns = (size_t)net->layer[l].hidden + (size_t)net->layer[l].in + 1;
        if (!mem_product(rows, columns, &floats) || floats > (size_t)-1 / 8 - total)
            return NULL;
        total += floats;
    }
    float *block = mem_array(total, sizeof *block);
    if (!block)
        return NULL;
    struct packed_layer *packed = (struct packed_layer *)(void *)block;
    float *next = block + table;
    for (int l = 0; l < net->layers; l++) {
        size_t rows = (size_t)kernel_padded(net->layer[l].hidden) * GATES;
        packed[l].tiles = kernel_padded(net->layer[l].hidden) / TILE;
        packed[l].U = next;
        packed[l].W = packed[l].U + rows * (size_t)net->layer[l].hidden;
        packed[l].b = packed[l].W + rows * (size_t)net->layer[l].in;
        next = packed[l].b + rows;
    }
    return packed;
}

/* Columns 0 … n-1 of the rows of a full tile, of one gate: sixteen numbers of each into to[k * TILE_ROWS]. How many
 * columns were done: whole fours, where a processor turns four by four numbers at once. */
static size_t pack_fours(const float *rows, size_t width, size_t n, float *to)
{
    size_t k = 0;
#ifdef __SSE2__
    for (; n - k >= 4; k += 4)
        for (size_t u = 0; u < TILE; u += 4) {
            const float *from = rows + u * width + k;
            float *out = to + k * TILE_ROWS + u;
            __m128 a = _mm_loadu_ps(from), b = _mm_loadu_ps(from + width), c = _mm_loadu_ps(from + 2 * width),
                   d = _mm_loadu_ps(from + 3 * width);
            _MM_TRANSPOSE4_PS(a, b, c, d);
            _mm_storeu_ps(out, a);
            _mm_storeu_ps(out + TILE_ROWS, b);
            _mm_storeu_ps(out + 2 * (size_t)TILE_ROWS, c);
            _mm_storeu_ps(out + 3 * (size_t)TILE_ROWS, d);
        }
#else
    (void)rows;
    (void)width;
    (void)n;
    (void)to;
#endif
    return k;
}

/* The weights of a tile's units, of all four gates: columns [from, from + n) of their rows of W, a column after the
 * other, into n × TILE_ROWS numbers. */
static void pack_columns(const struct lstm_layer *layer, int tile, size_t from, size_t n, float *to)
{
    const size_t width = (size_t)layer->hidden + (size_t)layer->in;
    const int units = layer->hidden - tile * TILE < TILE ? layer->hidden - tile * TILE : TILE;
    for (int q = 0; q < GATES; q++) {
        const float *rows = layer->W[q] + (size_t)tile * TILE * width + from;
        size_t k = units == TILE ? pack_fours(rows, width, n, to + (size_t)q * TILE) : 0;
        for (; k < n; k++)
            for (int u = 0; u < units; u++)
                to[k * TILE_ROWS + (size_t)q * TILE + (size_t)u] = rows[(size_t)u * width + k];
    }
}

struct packing {
    const struct lstm_layer *layer;
    const struct packed_layer *to;
    int first, each;               /* tile of piece 0; tiles of a piece */
};

/* One tile: so many columns at a time that the lines they come from stay in the cache. */
static void pack_tile(const struct packing *p, size_t tile)
{
    enum { COLUMNS = 64 };
    const struct lstm_layer *layer = p->layer;
    const size_t hidden = (size_t)layer->hidden, in = (size_t)layer->in;
    for (size_t k = 0; k < hidden; k += COLUMNS)
        pack_columns(layer, (int)tile, k, hidden - k < COLUMNS ? hidden - k : COLUMNS,
                     p->to->U + (tile * hidden + k) * TILE_ROWS);
    for (size_t k = 0; k < in; k += COLUMNS)
        pack_columns(layer, (int)tile, hidden + k, in - k < COLUMNS ? in - k : COLUMNS,
                     p->to->W + (tile * in + k) * TILE_ROWS);
    for (int q = 0; q < GATES; q++)
        for (size_t u = 0; u < TILE && tile * TILE + u < hidden; u++)
            p->to->b[tile * TILE_ROWS + (size_t)q * TILE + u] = layer->b[q][tile * TILE + u];
}

static void pack_piece(void *context, int piece)
{
    const struct packing *p = context;
    for (int tile = p->first + piece * p->each; tile < p->first + (piece + 1) * p->each && tile < p->to->tiles; tile++)
        pack_tile(p, (size_t)tile);
}

/* Many tiles on all processors, a few on this one. */
static void pack_layer(const struct lstm_layer *layer, const struct packed_layer *to, double part, double of)
{
    enum { FEW = 1 << 20, AT_ONCE = 16 };
    const bool few = (double)layer->hidden * ((double)layer->hidden + layer->in) < FEW;
    struct packing p = {layer, to, 0, mem_rows_apart((size_t)layer->hidden * TILE_ROWS * sizeof(float))};
    for (; p.first < to->tiles; p.first += AT_ONCE * p.each) {
        for (int k = 0; few && k < AT_ONCE; k++)
            pack_piece(&p, k);
        if (!few)
            threads_each(AT_ONCE, pack_piece, &p);
        progress_at("weights", part + of * fmin(1, (double)(p.first + AT_ONCE * p.each) / to->tiles));
    }
}

bool lstm_pack(struct lstm *net)
{
    static unsigned long packings;
    if (!net->packed)
        net->packed = allocate(net);
    if (!net->packed)
        return false;
    packings++;
    for (int l = 0; l < net->layers; l++)
        ((struct packed_layer *)net->packed)[l].packing = packings;
    for (int l = 0; l < net->layers; l++)
        pack_layer(&net->layer[l], kernel_layer(net, l), (double)l / net->layers, 1.0 / net->layers);
    return true;
}

const struct packed_layer *kernel_layer(const struct lstm *net, int layer)
{
    return (const struct packed_layer *)net->packed + layer;
}

void kernel_free(void *packed)
{
    mem_free(packed);
}

/* ---- what a layer may have in place of the plain one ---- */

void kernel_gate(const struct kernel *k, enum gate_function function, float *y, const float *z, int n)
{
    static const struct { float slope, middle; } hard[GATE_FUNCTIONS] = {
        [GATE_HARD_KERAS2] = { 0.2f, 0.5f }, [GATE_HARD_KERAS3] = { 1.0f / 6.0f, 0.5f },
    };
    if (function == GATE_SIGMOID) {
        k->sigmoid(y, z, n);
        return;
    }
    for (int u = 0; u < n; u++) {
        float v = hard[function].slope * z[u] + hard[function].middle;
        y[u] = v < 0.0f ? 0.0f : v > 1.0f ? 1.0f : v;
    }
}

void kernel_candidate(const struct kernel *k, bool sigma, float *y, const float *z, int n)
{
    if (sigma)
        k->sigmoid(y, z, n);
    else
        k->tanh(y, z, n);
}

void kernel_peep(float *z, const float *p, const float *C, int n)
{
    for (int u = 0; p && u < n; u++)
        z[u] += p[u] * C[u];
}

void kernel_couple(float *i, const float *f, int n)
{
    for (int u = 0; u < n; u++)
        i[u] = 1.0f - f[u];
}
