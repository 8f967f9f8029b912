/* gradient.c: the chain rule through the six equations of lstm.c, from the last step back to the first and from the top
 * layer down. retreat() is one step of one layer, the mirror image of advance(): where a value was used twice, what
 * comes back is added; where a value was pinned, nothing goes further back. (Written d v for ∂value/∂v.) */
#include "core/gradient.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "core/kernel.h"
#include "core/pins.h"

/* One pass down the layers. Rows of `n` floats are padded and aligned like those of a trace. */
struct pass {
    const struct lstm *net;
    const struct trace *tr;
    const struct pin *pins;
    size_t pin_count;
    struct gradient *g;
    float *dh, *dC, *tanh_C;   /* one row each, of the layer at hand */
    float *dz;                 /* [KERNEL_STEPS] × [tiles][64] */
};

static float *row(float *rows, int t, int width)
{
    return rows + (size_t)t * (size_t)width;
}

/* ---- the result: its tables in one block, its numbers in another ---- */

static bool add_floats(size_t *total, int rows, int columns)
{
    size_t floats;
    if (!mem_product((size_t)rows + 1, (size_t)columns, &floats) || floats > SIZE_MAX / 64 - *total)
        return false;
    *total += floats;
    return true;
}

static struct gradient *gradient_new(const struct lstm *net, int step)
{
    size_t layers = (size_t)net->layers, total = 0;
    for (int l = 0; l < net->layers; l++)
        for (int k = 0; k < 3; k++)
            if (!add_floats(&total, step, net->layer[l].hidden))
                return NULL;
    if (!add_floats(&total, step, net->embed))
        return NULL;
    struct gradient *g = mem_array(1, sizeof *g + layers * (3 * sizeof(float *) + sizeof(int)));
    float *numbers = mem_array(total, sizeof *numbers);
    if (!g || !numbers) {
        mem_free(g);
        mem_free(numbers);
        return NULL;
    }
    *g = (struct gradient){ .steps = step, .layers = net->layers, .in = net->embed, .step = step };
    g->dC = (float **)(g + 1);
    g->dh = g->dC + layers;
    g->carry = g->dh + layers;
    int *hidden = (int *)(g->carry + layers); /* cppcheck-suppress invalidPointerCast; it is our own memory */
    g->hidden = hidden;
    g->dx = numbers;
    numbers += ((size_t)step + 1) * (size_t)net->embed;
    for (int l = 0; l < net->layers; l++) {
        size_t floats = ((size_t)step + 1) * (size_t)net->layer[l].hidden;
        hidden[l] = net->layer[l].hidden;
        g->dC[l] = numbers;
        g->dh[l] = numbers + floats;
        g->carry[l] = numbers + 2 * floats;
        numbers += 3 * floats;
    }
    return g;
}

void gradient_free(struct gradient *g)
{
    if (!g)
        return;
    mem_free(g->dx); /* the first number is the start of the block of numbers */
    mem_free(g);
}

double gradient_norm(const struct gradient *g, int t)
{
    double sum = 0;
    for (int l = 0; l < g->layers; l++)
        for (int u = 0; u < g->hidden[l]; u++) {
            double d = (double)g->dC[l][(size_t)t * (size_t)g->hidden[l] + (size_t)u];
            sum += d * d;
        }
    return sqrt(sum);
}

static bool pass_init(struct pass *p)
{
    int widest = 0;
    for (int l = 0; l < p->net->layers; l++)
        if (kernel_padded(p->net->layer[l].hidden) > widest)
            widest = kernel_padded(p->net->layer[l].hidden);
    p->dh = mem_array((size_t)widest * (3 + GATES * KERNEL_STEPS), sizeof *p->dh);
    if (!p->dh)
        return false;
    p->dC = p->dh + widest;
    p->tanh_C = p->dC + widest;
    p->dz = p->tanh_C + widest;
    return true;
}

/* ---- backwards ---- */

static void block(struct pins *pins, enum quantity q, float *v, int hidden)
{
    const struct pin *pin;
    while ((pin = pins_take(pins, q, hidden)))
        v[pin->unit] = 0.0f;
}

/* Pinned gates and the padding get nothing. */
static void block_gates(struct pins pins, float *dz, int hidden)
{
    const struct pin *pin;
    for (int q = 0; q < GATES; q++)
        while ((pin = pins_take(&pins, (enum quantity)q, hidden)))
            dz[pin->unit / TILE * TILE_ROWS + q * TILE + pin->unit % TILE] = 0.0f;
    for (int u = hidden; u < kernel_padded(hidden); u++)
        for (int q = 0; q < GATES; q++)
            dz[u / TILE * TILE_ROWS + q * TILE + u % TILE] = 0.0f;
}

/* d y / d z of a gate, from its value: hard sigmoids are flat where they are clipped. */
static float slope(enum gate_function function, float y)
{
    static const float hard[GATE_FUNCTIONS] = { [GATE_HARD_KERAS2] = 0.2f, [GATE_HARD_KERAS3] = 1.0f / 6.0f };
    if (function == GATE_SIGMOID)
        return y * (1.0f - y);
    return y > 0.0f && y < 1.0f ? hard[function] : 0.0f;
}

static bool is_pinned(struct pins pins, enum quantity q, int unit)
{
    for (; pins.next < pins.end; pins.next++)
        if (pins.next->q == q && pins.next->unit == unit)
            return true;
    return false;
}

/* The same chain for a layer that is not the plain one (see lstm.h), unit by unit: the peephole of o adds to d C_t,
 * those of f and i to d C_{t-1}, and a coupled i sends its part to f with the sign turned. A pinned value sends
 * nothing back. `whole` is d C_t. */
static void retreat_other(const struct lstm_layer *lay, const struct kernel_back *b, struct pins pins, const float *dh,
                          float *dC, float *whole, float *dz)
{
    for (int u = 0; u < lay->hidden; u++) {
        float *z = dz + (size_t)(u / TILE) * TILE_ROWS + u % TILE;
        float tanh_C = b->tanh_C[u], *const *peep = lay->peep;
        float dz_o = is_pinned(pins, Q_O, u) ? 0.0f : dh[u] * tanh_C * slope(lay->gate_function, b->o[u]);
        float dc = dC[u] + dh[u] * b->o[u] * (1.0f - tanh_C * tanh_C) + (peep[Q_O] ? peep[Q_O][u] * dz_o : 0.0f);
        whole[u] = dc;
        dc = is_pinned(pins, Q_C, u) ? 0.0f : dc;
        float di = is_pinned(pins, Q_I, u) ? 0.0f : dc * b->g[u];
        float df = is_pinned(pins, Q_F, u) ? 0.0f : dc * b->C_before[u] - (lay->coupled ? di : 0.0f);
        float dz_i = lay->coupled ? 0.0f : di * slope(lay->gate_function, b->i[u]),
              dz_f = df * slope(lay->gate_function, b->f[u]);
        z[(size_t)Q_O * TILE] = dz_o;
        float slope_g = lay->sigma_candidate ? slope(GATE_SIGMOID, b->g[u]) : 1.0f - b->g[u] * b->g[u];
        z[(size_t)Q_G * TILE] = is_pinned(pins, Q_G, u) ? 0.0f : dc * b->i[u] * slope_g;
        z[(size_t)Q_I * TILE] = dz_i;
        z[(size_t)Q_F * TILE] = dz_f;
        dC[u] = dc * b->f[u] + (peep[Q_F] ? peep[Q_F][u] * dz_f + peep[Q_I][u] * dz_i : 0.0f);
    }
}

static bool is_plain(const struct lstm_layer *lay)
{
    return lay->gate_function == GATE_SIGMOID && !lay->coupled && !lay->peep[Q_F] && !lay->sigma_candidate;
}

/* The chain for the plain layer, by the kernel. */
static void retreat_plain(struct pass *p, const struct kernel_back *b, struct pins pins, int H, float *whole, float *dz)
{
    const struct kernel *k = kernel_current();
    const int n = kernel_padded(H);
    struct pins pinned = pins;

    /* h_t = o_t ⊙ tanh(C_t)                d C_t += d h_t ⊙ o_t ⊙ (1 - tanh²(C_t)) */
    k->back_cell(p->dC, p->dh, b->o, p->tanh_C, n);
    memcpy(whole, p->dC, (size_t)H * sizeof(float));
    block(&pinned, Q_C, p->dC, H);

    /* o_t = σ(z_o)                         d z_o = d h_t ⊙ tanh(C_t) ⊙ o_t ⊙ (1 - o_t)
     * C_t = f_t ⊙ C_{t-1} + i_t ⊙ g_t
     *   g_t = tanh(z_g)                    d z_g = d C_t ⊙ i_t ⊙ (1 - g_t²)
     *   i_t = σ(z_i)                       d z_i = d C_t ⊙ g_t ⊙ i_t ⊙ (1 - i_t)
     *   f_t = σ(z_f)                       d z_f = d C_t ⊙ C_{t-1} ⊙ f_t ⊙ (1 - f_t)
     *                                      d C_{t-1} = d C_t ⊙ f_t, and more through h_{t-1} */
    k->back_gates(dz, p->dC, p->dh, b, n);
}

/* Step t of one layer: d h_t is complete, and p->dC holds what C_{t+1} sent back (or the seed). Leaves dz_t in dz, adds
 * to d h_{t-1}, and leaves f_t ⊙ d C_t, what goes on to C_{t-1}, in p->dC. */
static void retreat(struct pass *p, int l, int t, float *dz)
{
    const struct kernel *k = kernel_current();
    const struct packed_layer *packed = kernel_layer(p->net, l);
    const struct lstm_layer *lay = &p->net->layer[l];
    const int H = lay->hidden;
    const struct trace *tr = p->tr;
    const struct kernel_back at = { trace_row(tr, l, Q_F, t), trace_row(tr, l, Q_I, t), trace_row(tr, l, Q_G, t),
                                    trace_row(tr, l, Q_O, t), trace_row(tr, l, Q_C, t - 1), p->tanh_C };
    const struct pins pins = pins_at(p->pins, p->pin_count, t, l);
    struct pins pinned = pins;
    k->tanh(p->tanh_C, trace_row(tr, l, Q_C, t), kernel_padded(H));
    memcpy(p->dh, row(p->g->dh[l], t, H), (size_t)H * sizeof(float));
    block(&pinned, Q_H, p->dh, H);
    if (is_plain(lay))
        retreat_plain(p, &at, pins, H, row(p->g->dC[l], t, H), dz);
    else
        retreat_other(lay, &at, pins, p->dh, p->dC, row(p->g->dC[l], t, H), dz);
    block_gates(pins, dz, H);

    /* z_q = W_q · [h_{t-1}, x_t] + b_q     d h_{t-1} += Σ_q W_qᵀ · d z_q     the part of h_{t-1} */
    k->transposed(packed->U, packed->tiles, H, (const float *const[]){ dz }, 1,
                  (float *const[]){ row(p->g->dh[l], t - 1, H) });
}

/* d x_t += Σ_q W_qᵀ · d z_q, the part of x_t, for the steps first … first + count - 1; dz runs from the last to the
 * first. x_t is h_t of the layer below. */
static void retreat_to_inputs(struct pass *p, int l, int first, int count)
{
    const struct packed_layer *packed = kernel_layer(p->net, l);
    const int in = p->net->layer[l].in;
    const float *dz[KERNEL_STEPS];
    float *to[KERNEL_STEPS];
    for (int s = 0; s < count; s++) {
        dz[s] = p->dz + (size_t)s * (size_t)packed->tiles * TILE_ROWS;
        to[s] = row(l ? p->g->dh[l - 1] : p->g->dx, first + count - 1 - s, in);
    }
    kernel_current()->transposed(packed->W, packed->tiles, in, dz, count, to);
}

static void retreat_layer(struct pass *p, int l)
{
    const int H = p->net->layer[l].hidden;
    const size_t row_dz = (size_t)kernel_layer(p->net, l)->tiles * TILE_ROWS;
    memset(p->dh, 0, (size_t)kernel_padded(H) * sizeof(float));
    memset(p->dC, 0, (size_t)kernel_padded(H) * sizeof(float));
    memcpy(p->dC, row(p->g->dC[l], p->g->step, H), (size_t)H * sizeof(float));
    int waiting = 0;
    for (int t = p->g->step; t >= 1; t--) {
        retreat(p, l, t, p->dz + (size_t)waiting++ * row_dz);
        if (waiting == KERNEL_STEPS || t == 1) {
            retreat_to_inputs(p, l, t, waiting);
            waiting = 0;
        }
    }
    memcpy(row(p->g->dC[l], 0, H), p->dC, (size_t)H * sizeof(float));
}

/* y ⊙ f and y + a·w, in blocks that compilers make vectors of; rows of the result are as wide as the layer, not
 * padded. */
static void multiply(float *restrict to, const float *restrict y, const float *restrict f, int n)
{
    int u = 0;
    for (; u + TILE <= n; u += TILE)
        for (int k = 0; k < TILE; k++)
            to[u + k] = y[u + k] * f[u + k];
    for (; u < n; u++)
        to[u] = y[u] * f[u];
}

static void add_scaled(float *restrict y, float a, const float *restrict w, int n)
{
    int u = 0;
    for (; u + TILE <= n; u += TILE)
        for (int k = 0; k < TILE; k++)
            y[u + k] += a * w[u + k];
    for (; u < n; u++)
        y[u] += a * w[u];
}

/* The direct path alone, C_t → C_{t+1} → … without leaving the unit; a pinned C ends it. */
static void carry_layer(const struct pass *p, int l)
{
    const int H = p->net->layer[l].hidden;
    float *carry = p->g->carry[l];
    for (int u = 0; u < H; u++)
        row(carry, p->g->step, H)[u] = 1.0f;
    for (int t = p->g->step; t >= 1; t--) {
        const float *f = trace_row(p->tr, l, Q_F, t), *later = row(carry, t, H);
        float *now = row(carry, t - 1, H);
        struct pins pinned = pins_at(p->pins, p->pin_count, t, l);
        multiply(now, later, f, H);
        block(&pinned, Q_C, now, H);
    }
}

/* From `top` down: the layers above it do not lead to the value. */
static struct gradient *finish(struct pass *p, int top)
{
    if (!pass_init(p)) {
        gradient_free(p->g);
        return NULL;
    }
    for (int l = top; l >= 0; l--)
        retreat_layer(p, l);
    for (int l = 0; l < p->net->layers; l++)
        carry_layer(p, l);
    mem_free(p->dh);
    return p->g;
}

/* ---- where it starts ---- */

/* surprisal = -ln softmax(W·h + b)[target]:  d h = Wᵀ · (softmax - 1 at the target). False when memory is short. */
static bool start_at_head(const struct lstm *net, const struct trace *tr, int target, struct gradient *g)
{
    float *logits = mem_array((size_t)net->outputs, sizeof *logits);
    if (!logits)
        return false;
    const int H = lstm_top(net);
    float *dh = row(g->dh[net->layers - 1], g->step, H);
    lstm_logits(net, tr, g->step, logits);
    g->value = surprisal(logits, net->outputs, target);
    softmax(logits, net->outputs, logits);
    logits[target] = (float)expm1(-g->value); /* p - 1, exact where p is near 1 */
    for (int v = 0; v < net->outputs; v++)
        add_scaled(dh, logits[v], net->out_W + (size_t)v * (size_t)H, H);
    mem_free(logits);
    return true;
}

static struct pass begin(const struct computation *of, int step)
{
    return (struct pass){ .net = of->net, .tr = of->tr, .pins = of->pins, .pin_count = of->pin_count,
                          .g = gradient_new(of->net, step) };
}

struct gradient *gradient_surprisal(const struct computation *of, int step, int target)
{
    if (target < 0 || target >= of->net->outputs || step < 1 || step > of->tr->steps)
        return NULL;
    struct pass p = begin(of, step);
    if (!p.g)
        return NULL;
    if (!start_at_head(of->net, of->tr, target, p.g)) {
        gradient_free(p.g);
        return NULL;
    }
    return finish(&p, of->net->layers - 1);
}

struct gradient *gradient_element(const struct computation *of, struct element e)
{
    const struct lstm *net = of->net;
    if ((e.q != Q_C && e.q != Q_H) || e.layer < 0 || e.layer >= net->layers || e.unit < 0
        || e.unit >= net->layer[e.layer].hidden || e.step < 0 || e.step > of->tr->steps)
        return NULL;
    struct pass p = begin(of, e.step);
    if (!p.g)
        return NULL;
    float *seed = e.q == Q_C ? p.g->dC[e.layer] : p.g->dh[e.layer];
    row(seed, e.step, net->layer[e.layer].hidden)[e.unit] = 1.0f;
    p.g->value = (double)trace_row(of->tr, e.layer, e.q, e.step)[e.unit];
    return finish(&p, e.layer);
}
