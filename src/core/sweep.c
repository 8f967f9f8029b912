/* sweep.c: many reruns side by side.
 *
 * Setting one value of one unit at step s changes one element of C_s and one of h_s; from there the network runs on as
 * always (in a window of steps with that value set again), and nothing below the layer changes. So a rerun is no
 * trace but the rows of C and h it carries, and
 *  - a gang of reruns goes through a step together: one matrix product reads each weight once for all of them; what
 *    x_t adds to the layer itself is the same in all of them and computed once;
 *  - a rerun whose state is the old one, bit for bit, ends at once (C_{s-1} was 0, the gate was closed, a pin holds C);
 *  - in the step after s the difference is one number times one column of U: no product at all;
 *  - a rerun of the top layer whose difference has become small ends when the gradient tells the rest: λ_t · (the
 *    difference) is what it will do to the answer (the surprisal, or the difference of two logits) as far as the
 *    network is linear, and once that forecast stays where it is from step to step while the difference does not
 *    grow, what is not linear about it is over. See SETTLED.
 */
#include "core/sweep.h"

#include <math.h>
#include <string.h>

#include "base/clamp.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/threads.h"
#include "core/answers.h"
#include "core/kernel.h"
#include "core/pins.h"

enum {
    GANG = 48,                 /* reruns that go together: weights are reused, their rows stay in the cache */
    WAITING = 64 * GANG        /* results that go through the output head together */
};

/* The kernel's projection of n ≤ GANG inputs into rows 0 … n-1. */
static void project_rows(const struct packed_layer *p, int in, const float *const *x, int n, float *const z[GATES],
                         size_t stride)
{
    int at[GANG];
    for (int k = 0; k < n; k++)
        at[k] = k;
    kernel_current()->project(p, in, x, at, n, z, stride);
}

/* A rerun has settled when the forecast of its surprisal has moved by less than SETTLED twice (what the recurrence
 * does to the difference is linear by now), its difference does not grow, and it is small: no element is more than
 * SMALL, or what the head and the last tanh make of it beyond the linear, at most curvature · ‖difference‖², is less
 * than LEFT_OUT of probability. The second lets a head of modest weights end reruns early; the first those of a
 * strong one, for which a bound of the worst case asks too much. */
static const double LEFT_OUT = 4e-6;
static const float SETTLED = 2e-7f, SMALL = 2e-3f;

/* One layer of the part of the network that can change. */
struct level {
    int layer, hidden, padded;
    int in; /* inputs that differ from rerun to rerun: 0 for the layer itself, else H of the one below */
    struct packed_layer
        p; /* W of it: U, or U and W one under the other in each tile, so that one product takes [h_{t-1}, x_t] */
    float *owned;              /* the joined weights, or NULL when they are the layer's own U */
    float *fixed;              /* [steps] × [tiles][64]: W·x_t + b of the layer itself */
    float *before;             /* [steps] × [tiles][64]: its z_t in the run as it is, for the step after */
    float *bias;               /* [tiles][64] of a layer above */
    float *C, *h;              /* [GANG] × padded */
    float *z[GATES];           /* [GANG] × padded */
    float *input;              /* [GANG] × (H + in) */
};

struct rerun {
    int unit;
    float forecast;            /* of the change in surprisal; against a rival, in the difference of the logits */
    float square;              /* ‖difference in the state‖² */
    int settled;               /* steps in a row */
};

/* What all reruns need is worked out first: the answer as it is, ∂answer/∂h, the curvature, what inputs add, and λ. */
enum stage { HEAD, WEIGH, GRADIENT, CURVATURE, INPUTS, BACKWARDS, STAGES };
struct beginning {
    enum stage stage;
    int at;                    /* the next output, or step */
    struct answers *answers;
    float *by;                 /* [outputs]: what each row of the head adds to ∂answer/∂h by */
    float *work;               /* of a step of λ */
    double longest;            /* of w_v - w_target so far, squared */
};

struct sweep_job {
    const struct lstm *net;
    const struct trace *tr;
    const float *const *x;
    const struct pin *pins;
    size_t pin_count;
    struct sweep *w;
    bool borrows;              /* what is the same in all reruns is the first job's */
    struct beginning first;
    int stride;                /* of its steps: there are so many jobs */
    long runs, steps;          /* as in struct sweep */
    int exact;                 /* of its own steps this one and later ones have their results */
    struct level *level;       /* [levels], the layer itself first */
    int levels;
    float *lambda_C,
        *lambda_h; /* (steps + 1) × padded of the top layer: ∂answer, by what is carried on; NULL below it */
    double answer;             /* of the run as it is: surprisal of the target, or the difference of the logits */
    double curvature;
    int start;                 /* the step at which the gang's value was set first */
    struct rerun gang[GANG];
    int n;
    enum { JOIN, RUN, ASK } phase;        /* reruns join the gang, it runs, the head is asked */
    int s, unit, t;            /* the step at which a value is set, the next unit to join, the next step to run */
    int ran;                   /* of values set at this step and later ones all reruns went to their end */
    int room;                  /* reruns that wait for the head at most */
    int head;                  /* outputs asked */
    double *sum, *most, *at;   /* [room]: of the logits so far Σ e^(z - most), the largest z, that of the target */
    float *tile;               /* of the head's weights */
    float *last_h; /* [room] × H of the top layer: reruns that went to the end and wait for the output head */
    size_t *last_at;           /* their places in w->closed */
    int last_n;
};

static bool against(const struct sweep_job *j)
{
    return j->w->q.against;
}

/* The last step of a window that begins at s. */
static int window_end(const struct sweep_question *q, int s)
{
    int end = s + (q->window > 1 ? q->window : 1) - 1;
    return end < q->step ? end : q->step;
}

/* What the quantity is set to there. */
static float wanted(const struct sweep_job *j, int t, int unit)
{
    const struct sweep_question *q = &j->w->q;
    return q->values ? q->values[(size_t)(t - q->first) * (size_t)j->w->units + (size_t)unit] : 0.0f;
}

/* The row of rerun b in `rows`, one of C, h and z. */
static float *row_of(const struct level *v, float *rows, int b)
{
    return rows + (size_t)b * (size_t)v->padded;
}

static float *lane_row(float *tiles, int unit, int gate)
{
    return tiles + (size_t)(unit / TILE) * TILE_ROWS + (size_t)gate * TILE + unit % TILE;
}

/* ---- what is the same in all reruns ------------------------------------------------------------------------------ */

static void rows_to_tiles(float *const z[GATES], int padded, float *out)
{
    for (int u = 0; u < padded; u += TILE)
        for (int q = 0; q < GATES; q++)
            memcpy(lane_row(out, u, q), z[q] + u, TILE * sizeof(float));
}

/* [tiles][64] of W·x_t + b, and with U·h_{t-1} as well, for the step after. */
static void fix_input(const struct sweep_job *j, struct level *v, int t)
{
    const struct packed_layer *p = kernel_layer(j->net, v->layer);
    const float *in = lstm_input(j->tr, j->x, v->layer, t);
    const size_t at = (size_t)(t - j->w->q.first) * (size_t)p->tiles * TILE_ROWS;
    project_rows(p, j->net->layer[v->layer].in, &in, 1, v->z, (size_t)v->padded);
    rows_to_tiles(v->z, v->padded, v->fixed + at);
    kernel_current()->recur(p, v->hidden, trace_row(j->tr, v->layer, Q_H, t - 1), v->z);
    rows_to_tiles(v->z, v->padded, v->before + at);
}

/* U and W of a layer above, as one matrix of columns [h, x]. */
static void join(const struct sweep_job *j, struct level *v)
{
    const struct packed_layer *p = kernel_layer(j->net, v->layer);
    size_t own = (size_t)v->hidden * TILE_ROWS, in = (size_t)v->in * TILE_ROWS;
    for (int tile = 0; tile < p->tiles; tile++) {
        float *to = v->owned + (size_t)tile * (own + in);
        memcpy(to, p->U + (size_t)tile * own, own * sizeof(float));
        memcpy(to + own, p->W + (size_t)tile * in, in * sizeof(float));
    }
}

static bool level_init(const struct sweep_job *j, struct level *v, int layer)
{
    const struct packed_layer *p = kernel_layer(j->net, layer);
    bool above = layer > j->w->q.layer;
    size_t row = (size_t)p->tiles * TILE_ROWS, steps = (size_t)(j->w->q.step - j->w->q.first) + 1, floats;
    v->layer = layer;
    v->hidden = j->net->layer[layer].hidden;
    v->padded = kernel_padded(v->hidden);
    v->in = above ? j->net->layer[layer].in : 0;
    size_t padded = (size_t)v->padded, columns = (size_t)v->hidden + (size_t)v->in;
    v->C = mem_array(GANG * padded, sizeof(float));
    v->h = mem_array(GANG * padded, sizeof(float));
    v->z[0] = mem_array((size_t)GANG * GATES * padded, sizeof(float));
    v->input = mem_array(GANG * columns, sizeof(float));
    const struct level *lender = j->borrows ? &j->w->job->level[layer - j->w->q.layer] : NULL;
    v->bias = above ? p->b : NULL;
    if (lender) {
        v->owned = lender->owned;
        v->fixed = lender->fixed;
        v->before = lender->before;
    } else if (above) {
        v->owned = mem_array(row * columns, sizeof(float));
    } else if (mem_product(steps, row, &floats)) {
        v->fixed = mem_array(floats, sizeof(float));
        v->before = mem_array(floats, sizeof(float));
    }
    if (!v->C || !v->h || !v->z[0] || !v->input || !(above ? v->owned : v->before) || (!above && !v->fixed))
        return false;
    for (int q = 1; q < GATES; q++)
        v->z[q] = v->z[0] + (size_t)q * GANG * padded;
    v->p = (struct packed_layer){.tiles = p->tiles, .W = above ? v->owned : p->U};
    return true;
}

static void level_clear(struct level *v, bool borrows)
{
    mem_free(v->C);
    mem_free(v->h);
    mem_free(v->z[0]);
    mem_free(v->input);
    if (borrows)
        return;
    mem_free(v->owned);
    mem_free(v->fixed);
    mem_free(v->before);
}

/* ---- the gradient of what is carried on -------------------------------------------------------------------------- */

static void block(struct pins *pins, enum quantity q, float *v, int hidden)
{
    const struct pin *pin;
    while ((pin = pins_take(pins, q, hidden)))
        v[pin->unit] = 0.0f;
}

/* ∂answer/∂h at the step that is asked about. */
static float *gradient(const struct sweep_job *j)
{
    return j->lambda_h + (size_t)(j->w->q.step - j->w->q.first) * (size_t)kernel_padded(lstm_top(j->net));
}

static void gradient_against(const struct sweep_job *j)
{
    const struct sweep_question *q = &j->w->q;
    const int H = lstm_top(j->net);
    const float *a = j->net->out_W + (size_t)q->target * (size_t)H, *b = j->net->out_W + (size_t)q->rival * (size_t)H;
    for (int u = 0; u < H; u++)
        gradient(j)[u] = a[u] - b[u];
}

/* So many outputs are a piece. */
static int outputs_at_once(const struct sweep_job *j)
{
    enum { PIECE = 1500000 };             /* multiplications, about a millisecond of them */
    const int left = j->net->outputs - j->first.at;
    return clamp_int(PIECE / lstm_top(j->net), 1, left);
}

/* What outputs add to it, in their order. */
static void gradient_some(struct sweep_job *j)
{
    const int H = lstm_top(j->net), n = outputs_at_once(j);
    float *to = gradient(j);
    for (int v = j->first.at; v < j->first.at + n; v++) {
        const float by = j->first.by[v], *w = j->net->out_W + (size_t)v * (size_t)H;
        for (int u = 0; u < H; u++)
            to[u] += by * w[u];
    }
    j->first.at += n;
}

/* λ of C_t and h_t of the top layer, as far as they lead to step t+1 and on, for t = first … step; the mirror image
 * of a run, as in gradient.c, without what leads to other layers. From that of step t to that of the step before. */
static void backwards(struct sweep_job *j, int t)
{
    const struct kernel *k = kernel_current();
    const struct sweep_question *q = &j->w->q;
    const struct packed_layer *p = kernel_layer(j->net, q->layer);
    const int H = j->net->layer[q->layer].hidden, n = kernel_padded(H);
    const size_t width = (size_t)n, at = (size_t)(t - q->first) * width;
    float *dh = j->first.work, *dC = dh + width, *tanh_C = dC + width, *dz = tanh_C + width;
    const struct kernel_back b = { trace_row(j->tr, q->layer, Q_F, t), trace_row(j->tr, q->layer, Q_I, t),
                                   trace_row(j->tr, q->layer, Q_G, t), trace_row(j->tr, q->layer, Q_O, t),
                                   trace_row(j->tr, q->layer, Q_C, t - 1), tanh_C };
    const struct pins all = pins_at(j->pins, j->pin_count, t, q->layer);
    struct pins pins = all;
    memcpy(dh, j->lambda_h + at, width * sizeof(float));
    memcpy(dC, j->lambda_C + at, width * sizeof(float));
    k->tanh(tanh_C, trace_row(j->tr, q->layer, Q_C, t), n);
    block(&pins, Q_H, dh, H);
    k->back_cell(dC, dh, b.o, tanh_C, n);
    pins = all;
    block(&pins, Q_C, dC, H);
    k->back_gates(dz, dC, dh, &b, n);
    pins = all;
    for (int gate = 0; gate < GATES; gate++)
        for (const struct pin *pin; (pin = pins_take(&pins, (enum quantity)gate, H));)
            *lane_row(dz, pin->unit, gate) = 0.0f;
    for (int u = H; u < n; u++)
        for (int gate = 0; gate < GATES; gate++)
            *lane_row(dz, u, gate) = 0.0f;
    memcpy(j->lambda_C + at - width, dC, (size_t)H * sizeof(float));
    k->transposed(p->U, p->tiles, H, (const float *const[]){ dz }, 1, (float *const[]){ j->lambda_h + at - width });
}

/* Beyond the linear, δ in h adds ½ Var(w_v · δ) ≤ ½ R² ‖δ‖² to the surprisal, R being the longest w_v - w_target,
 * and δ in C adds at most ½ · max|tanh''| · max|∂surprisal/∂h| · ‖δ‖² ≤ ½ · 0.77 · R · ‖δ‖². The difference of two
 * logits is linear in h, so that only the second is left, with R = |w_target - w_rival|. */
static double curvature(const struct sweep_question *q, double longest)
{
    return 0.5 * ((q->against ? 0 : longest) + 0.77 * sqrt(longest));
}

/* The longest w_v - w_target, squared, of outputs first … end-1 and what was the longest before: four sums side by
 * side, each in order. */
static double longest_of(const struct lstm *net, int target, int first, int end, double longest)
{
    enum { ROWS = 4 };
    const int H = lstm_top(net);
    const float *to = net->out_W + (size_t)target * (size_t)H;
    for (int v = first; v < end; v += ROWS) {
        const float *w[ROWS];
        double square[ROWS] = {0};
        for (int r = 0; r < ROWS; r++)
            w[r] = net->out_W + (size_t)(v + r < end ? v + r : end - 1) * (size_t)H;
        for (int u = 0; u < H; u++)
            for (int r = 0; r < ROWS; r++) {
                const double d = (double)w[r][u] - (double)to[u];
                square[r] += d * d;
            }
        for (int r = 0; r < ROWS; r++)
            longest = square[r] > longest ? square[r] : longest;
    }
    return longest;
}

static void curvature_some(struct sweep_job *j)
{
    const struct sweep_question *q = &j->w->q;
    const int n = outputs_at_once(j);
    if (q->against) {
        j->first.longest = longest_of(j->net, q->target, q->rival, q->rival + 1, 0);
        j->first.at = j->net->outputs;
    } else {
        j->first.longest = longest_of(j->net, q->target, j->first.at, j->first.at + n, j->first.longest);
        j->first.at += n;
    }
    j->curvature = curvature(q, j->first.longest);
}

/* ---- a gang through one step ------------------------------------------------------------------------------------- */

static void pin_rows(const struct sweep_job *j, struct pins *pins, enum quantity q, float *rows, const struct level *v)
{
    const struct pin *pin;
    while ((pin = pins_take(pins, q, v->hidden)))
        for (int b = 0; b < j->n; b++)
            rows[b * v->padded + pin->unit] = pin->value;
}

/* What is set by hand at step t, then what the gang itself sets. */
static void set_rows(const struct sweep_job *j, struct pins *pins, enum quantity q, float *rows, const struct level *v,
                     int t)
{
    pin_rows(j, pins, q, rows, v);
    if (v != j->level || j->w->q.q != q || t > window_end(&j->w->q, j->start))
        return;
    for (int b = 0; b < j->n; b++)
        rows[b * v->padded + j->gang[b].unit] = wanted(j, t, j->gang[b].unit);
}

/* The part of the cell in z, where the layer has peepholes. */
static void peep_rows(const struct sweep_job *j, const struct lstm_layer *lay, enum quantity q, float *z,
                      const struct level *v)
{
    for (int b = 0; lay->peep[q] && b < j->n; b++)
        kernel_peep(row_of(v, z, b), lay->peep[q], row_of(v, v->C, b), v->hidden);
}

/* The six equations (see lstm.c), for rows of z. */
static void equations(const struct sweep_job *j, struct level *v, int t)
{
    const struct kernel *k = kernel_current();
    struct pins pins = pins_at(j->pins, j->pin_count, t, v->layer);
    int all = j->n * v->padded;
    float *f = v->z[Q_F], *i = v->z[Q_I], *g = v->z[Q_G], *o = v->z[Q_O];
    const struct lstm_layer *lay = &j->net->layer[v->layer];
    peep_rows(j, lay, Q_F, f, v);
    kernel_gate(k, lay->gate_function, f, f, all);
    set_rows(j, &pins, Q_F, f, v, t);
    peep_rows(j, lay, Q_I, i, v);
    kernel_gate(k, lay->gate_function, i, i, all);
    if (lay->coupled)
        kernel_couple(i, f, all);
    set_rows(j, &pins, Q_I, i, v, t);
    kernel_candidate(k, lay->sigma_candidate, g, g, all);
    set_rows(j, &pins, Q_G, g, v, t);
    struct pins at_o = pins;
    if (!lay->peep[Q_O]) {
        kernel_gate(k, lay->gate_function, o, o, all);
        set_rows(j, &pins, Q_O, o, v, t);
    }
    k->mul_add(v->C, f, v->C, i, g, all);
    set_rows(j, &pins, Q_C, v->C, v, t);
    if (lay->peep[Q_O]) {
        peep_rows(j, lay, Q_O, o, v);
        kernel_gate(k, lay->gate_function, o, o, all);
        set_rows(j, &at_o, Q_O, o, v, t);
    }
    k->tanh(v->h, v->C, all);
    k->mul(v->h, o, v->h, all);
    set_rows(j, &pins, Q_H, v->h, v, t);
}

/* z of every rerun by one product. */
static void product(const struct sweep_job *j, struct level *v, const struct level *below, int t)
{
    const float *in[GANG];
    size_t columns = (size_t)v->hidden + (size_t)v->in;
    for (int b = 0; b < j->n; b++) {
        float *to = v->input + (size_t)b * columns;
        in[b] = row_of(v, v->h, b);
        if (v->in && below) {
            memcpy(to, in[b], (size_t)v->hidden * sizeof(float));
            memcpy(to + v->hidden, row_of(below, below->h, b), (size_t)v->in * sizeof(float));
            in[b] = to;
        }
    }
    struct packed_layer p = v->p;
    p.b = v->in ? v->bias : v->fixed + (size_t)(t - j->w->q.first) * (size_t)v->p.tiles * TILE_ROWS;
    project_rows(&p, (int)columns, in, j->n, v->z, (size_t)v->padded);
}

/* z where only h of one unit is another: the old z and that column of U. */
static void one_column(const struct sweep_job *j, struct level *v, int t)
{
    const float *old = v->before + (size_t)(t - j->w->q.first) * (size_t)v->p.tiles * TILE_ROWS;
    const float *h = trace_row(j->tr, v->layer, Q_H, t - 1);
    for (int b = 0; b < j->n; b++) {
        int unit = j->gang[b].unit;
        float by = v->h[b * v->padded + unit] - h[unit];
        for (int tile = 0; tile < v->p.tiles; tile++) {
            const float *column = v->p.W + ((size_t)tile * (size_t)v->hidden + (size_t)unit) * TILE_ROWS;
            for (int gate = 0; gate < GATES; gate++) {
                float *z = row_of(v, v->z[gate], b) + (size_t)tile * TILE;
                for (int u = 0; u < TILE; u++)
                    z[u] = old[tile * TILE_ROWS + gate * TILE + u] + by * column[gate * TILE + u];
            }
        }
    }
}

/* Step t of every layer from `from` (0: the layer itself) up. */
static void advance(struct sweep_job *j, int from, int t, bool first)
{
    for (int l = from; l < j->levels; l++) {
        struct level *v = &j->level[l];
        if (l == 0 && first)
            one_column(j, v, t);
        else
            product(j, v, l ? v - 1 : NULL, t);
        equations(j, v, t);
        j->steps += j->n;
    }
}

/* ---- ends -------------------------------------------------------------------------------------------------------- */

static size_t place(const struct sweep_job *j, int step, int unit)
{
    return (size_t)(step - j->w->q.first) * (size_t)j->w->units + (size_t)unit;
}

/* The last rerun takes the place of one that has ended. */
static void drop(struct sweep_job *j, int b)
{
    int last = --j->n;
    j->gang[b] = j->gang[last];
    for (int l = 0; l < j->levels; l++) {
        struct level *v = &j->level[l];
        memcpy(row_of(v, v->C, b), row_of(v, v->C, last), (size_t)v->padded * sizeof(float));
        memcpy(row_of(v, v->h, b), row_of(v, v->h, last), (size_t)v->padded * sizeof(float));
    }
}

/* An answer as it is given: a surprisal as a probability. */
static float told(const struct sweep_job *j, double answer)
{
    return (float)(against(j) ? answer : exp(-answer));
}

/* Ends the reruns, begun at step s, whose remaining effect is known after step t. */
static void settle(struct sweep_job *j, int s, int t)
{
    const struct level *v = &j->level[0];
    const float *C = trace_row(j->tr, v->layer, Q_C, t), *h = trace_row(j->tr, v->layer, Q_H, t);
    size_t at = (size_t)(t - j->w->q.first) * (size_t)v->padded;
    const float *lambda_C = j->lambda_C + at, *lambda_h = j->lambda_h + at;
    for (int b = j->n - 1; b >= 0; b--) {
        struct rerun *r = &j->gang[b];
        const float *Cb = row_of(v, v->C, b), *hb = row_of(v, v->h, b);
        float forecast = 0, largest = 0, square_C = 0, square_h = 0;
        for (int u = 0; u < v->hidden; u++) {
            float dC = Cb[u] - C[u], dh = hb[u] - h[u];
            forecast += lambda_C[u] * dC + lambda_h[u] * dh;
            square_C += dC * dC;
            square_h += dh * dh;
            dC = fabsf(dC);
            dh = fabsf(dh);
            largest = dC > largest ? dC : largest;
            largest = dh > largest ? dh : largest;
        }
        float square = square_C > square_h ? square_C : square_h;
        double p = against(j) ? 1 : exp(-(j->answer + (double)(forecast < 0 ? forecast : 0)));
        bool still = fabsf(forecast - r->forecast) < SETTLED && square <= r->square
                  && (largest < SMALL || (p < 1 ? p : 1) * j->curvature * (double)square < LEFT_OUT);
        r->settled = still ? r->settled + 1 : 0;
        r->forecast = forecast;
        r->square = square;
        if (r->settled >= 2 || square == 0) {
            j->w->closed[place(j, s, r->unit)] = told(j, j->answer + (double)forecast);
            drop(j, b);
        }
    }
}

/* logit(target) - logit(rival) of a row h of the top layer. */
static double difference(const struct lstm *net, const struct sweep_question *q, const float *h)
{
    const size_t H = (size_t)lstm_top(net);
    const float *a = net->out_W + (size_t)q->target * H, *b = net->out_W + (size_t)q->rival * H;
    double d = (double)net->out_b[q->target] - (double)net->out_b[q->rival];
    for (size_t u = 0; u < H; u++)
        d += ((double)a[u] - (double)b[u]) * (double)h[u];
    return d;
}

/* What 64 outputs from j->head on add to Σ e^z of every rerun that waits. */
static void ask_some(struct sweep_job *j)
{
    const struct lstm *net = j->net;
    const int H = lstm_top(net), target = j->w->q.target, first = j->head;
    const int rows = net->outputs - first < TILE_ROWS ? net->outputs - first : TILE_ROWS;
    float *bias = j->tile + (size_t)H * TILE_ROWS, *z = bias + TILE_ROWS;
    for (int r = 0; r < rows; r++) {
        const float *w = net->out_W + (size_t)(first + r) * (size_t)H;
        bias[r] = net->out_b[first + r];
        for (int k = 0; k < H; k++)
            j->tile[(size_t)k * TILE_ROWS + (size_t)r] = w[k];
    }
    const struct packed_layer p = {.tiles = 1, .W = j->tile, .b = bias};
    for (int from = 0; from < j->last_n; from += GANG) {
        const float *in[GANG];
        int n = j->last_n - from < GANG ? j->last_n - from : GANG;
        for (int b = 0; b < n; b++)
            in[b] = j->last_h + (size_t)(from + b) * (size_t)H;
        float *const gates[GATES] = { z, z + TILE, z + (size_t)2 * TILE, z + (size_t)3 * TILE };
        project_rows(&p, H, in, n, gates, TILE_ROWS);
        for (int b = 0; b < n; b++) {
            const float *row = z + (size_t)b * TILE_ROWS;
            size_t run = (size_t)from + (size_t)b;
            float largest = row[0];
            for (int r = 1; r < rows; r++)
                largest = row[r] > largest ? row[r] : largest;
            if (!first || (double)largest > j->most[run]) {
                j->sum[run] = first ? j->sum[run] * exp(j->most[run] - (double)largest) : 0.0;
                j->most[run] = (double)largest;
            }
            for (int r = 0; r < rows; r++)
                j->sum[run] += exp((double)row[r] - j->most[run]);
            if (target >= first && target < first + rows)
                j->at[run] = (double)row[target - first];
        }
    }
    j->head += rows;
}

/* The last outputs have been asked: p of the target for every rerun that waited. */
static void take_answers(struct sweep_job *j)
{
    for (int run = 0; run < j->last_n; run++)
        j->w->closed[j->last_at[run]] = (float)(exp(j->at[run] - j->most[run]) / j->sum[run]);
    j->last_n = j->head = 0;
    j->exact = j->ran;
}

/* What is left at the end waits for the output head. */
static void finish(struct sweep_job *j, int s)
{
    const struct level *top = &j->level[j->levels - 1];
    for (int b = 0; against(j) && b < j->n; b++)
        j->w->closed[place(j, s, j->gang[b].unit)] = (float)difference(j->net, &j->w->q, row_of(top, top->h, b));
    if (against(j))
        j->n = 0;
    for (int b = 0; b < j->n; b++) {
        memcpy(j->last_h + (size_t)j->last_n * (size_t)top->hidden, row_of(top, top->h, b),
               (size_t)top->hidden * sizeof(float));
        j->last_at[j->last_n++] = place(j, s, j->gang[b].unit);
    }
    j->n = 0;
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

static bool pinned(const struct sweep_job *j, int step, enum quantity q, int unit)
{
    struct pins pins = pins_at(j->pins, j->pin_count, step, j->w->q.layer);
    for (const struct pin *p; (p = pins_take(&pins, q, j->w->units));)
        if (p->unit == unit)
            return true;
    return false;
}

/* One unit of the layer itself at step s, as it is and with the value set. */
struct now { float v[Q_COUNT]; };

/* v[q] := value, unless the unit's q is set by hand or is what the sweep sets. */
static void follow(const struct sweep_job *j, int s, int unit, enum quantity q, float value, struct now *n)
{
    if (q != j->w->q.q && !pinned(j, s, q, unit))
        n->v[q] = value;
}

/* The output gate where it looks at C (peepholes), C being another now. */
static float output_gate(const struct sweep_job *j, int s, int unit, float C)
{
    int l = j->w->q.layer;
    double z = lstm_preactivation(&(struct computation){.net = j->net, .tr = j->tr, .x = j->x},
                                  (struct element){l, unit, Q_O, s}, NULL);
    z += (double)j->net->layer[l].peep[Q_O][unit] * ((double)C - (double)trace_row(j->tr, l, Q_C, s)[unit]);
    return lstm_gate(j->net, l, Q_O, (float)z);
}

/* The two numbers that setting the value at step s changes. False when they come out as they were and nothing is set
 * later on. */
static bool set(const struct sweep_job *j, int s, int unit, float *C, float *h)
{
    int l = j->w->q.layer;
    enum quantity q = j->w->q.q;
    const struct lstm_layer *lay = &j->net->layer[l];
    struct now was, n;
    for (int k = 0; k < Q_COUNT; k++)
        was.v[k] = trace_row(j->tr, l, (enum quantity)k, s)[unit];
    n = was;
    n.v[q] = wanted(j, s, unit);
    if (n.v[q] != was.v[q]) {
        if (q == Q_F && lay->coupled)
            follow(j, s, unit, Q_I, 1.0f - n.v[Q_F], &n);
        if (q < Q_O)
            follow(j, s, unit, Q_C, n.v[Q_F] * trace_row(j->tr, l, Q_C, s - 1)[unit] + n.v[Q_I] * n.v[Q_G], &n);
        if (lay->peep[Q_O] && n.v[Q_C] != was.v[Q_C])
            follow(j, s, unit, Q_O, output_gate(j, s, unit, n.v[Q_C]), &n);
        if (n.v[Q_C] != was.v[Q_C] || n.v[Q_O] != was.v[Q_O])
            follow(j, s, unit, Q_H, n.v[Q_O] * lstm_tanh(n.v[Q_C]), &n);
    }
    *C = n.v[Q_C];
    *h = n.v[Q_H];
    return *C != was.v[Q_C] || *h != was.v[Q_H] || window_end(&j->w->q, s) > s;
}

/* A new rerun: the state after step s of the layer itself; the layers above are still before theirs. */
static void join_gang(struct sweep_job *j, int s, int unit, float C, float h)
{
    int b = j->n++;
    j->gang[b] = (struct rerun){.unit = unit, .square = INFINITY};
    for (int l = 0; l < j->levels; l++) {
        struct level *v = &j->level[l];
        int t = l ? s - 1 : s;
        memcpy(row_of(v, v->C, b), trace_row(j->tr, v->layer, Q_C, t), (size_t)v->padded * sizeof(float));
        memcpy(row_of(v, v->h, b), trace_row(j->tr, v->layer, Q_H, t), (size_t)v->padded * sizeof(float));
    }
    j->level[0].C[b * j->level[0].padded + unit] = C;
    j->level[0].h[b * j->level[0].padded + unit] = h;
    j->runs++;
}

/* ---- a piece at a time: reruns join the gang, it runs a step, the head is asked 64 outputs ----------------------- */

/* Reruns of values set at step j->s, as many as go together. */
static void join_some(struct sweep_job *j)
{
    for (; j->unit < j->w->units && j->n < GANG; j->unit++) {
        float C, h;
        size_t at = place(j, j->s, j->unit);
        if (set(j, j->s, j->unit, &C, &h))
            join_gang(j, j->s, j->unit, C, h);
        else
            j->w->closed[at] = j->w->p;
    }
}

/* All values of step j->s have been set. */
static void next_step(struct sweep_job *j)
{
    j->ran = j->s;
    j->s -= j->stride;
    j->unit = 0;
    if (!j->last_n)
        j->exact = j->ran;
    else if (j->s < j->w->q.first)
        j->phase = ASK;
}

static void gather(struct sweep_job *j)
{
    join_some(j);
    if (!j->n) {
        next_step(j);
        return;
    }
    j->start = j->s;
    advance(j, 1, j->s, false);
    j->t = j->s + 1;
    j->phase = RUN;
}

static void run(struct sweep_job *j)
{
    if (j->n && j->t <= j->w->q.step) {
        advance(j, 0, j->t, j->t == j->s + 1);
        if (j->lambda_C && j->t >= window_end(&j->w->q, j->s))
            settle(j, j->s, j->t);
        j->t++;
        return;
    }
    finish(j, j->s);
    j->phase = j->last_n + GANG > j->room ? ASK : JOIN;
}

static void ask(struct sweep_job *j)
{
    if (j->head < j->net->outputs) {
        ask_some(j);
        return;
    }
    take_answers(j);
    j->phase = JOIN;
}

static bool over(const struct sweep_job *j)
{
    return j->phase == JOIN && j->s < j->w->q.first;
}

static void piece(struct sweep_job *j)
{
    static void (*const phases[])(struct sweep_job *) = {[JOIN] = gather, [RUN] = run, [ASK] = ask};
    phases[j->phase](j);
}

/* What the gradient says of every value, to first order. With a window of steps only the first would count. */
static void forecast_all(struct sweep_job *j)
{
    const struct level *v = &j->level[0];
    for (int s = j->w->q.first; s <= j->s; s++)
        for (int u = 0; u < j->w->units; u++) {
            float C, h, *out = &j->w->closed[place(j, s, u)];
            size_t at = (size_t)(s - j->w->q.first) * (size_t)v->padded + (size_t)u;
            *out = NAN;
            if (!j->lambda_C || window_end(&j->w->q, s) > s)
                continue;
            *out = j->w->p;
            if (!set(j, s, u, &C, &h))
                continue;
            double dC = (double)C - (double)trace_row(j->tr, v->layer, Q_C, s)[u],
                   dh = (double)h - (double)trace_row(j->tr, v->layer, Q_H, s)[u],
                   answer = j->answer + (double)j->lambda_C[at] * dC + (double)j->lambda_h[at] * dh;
            *out = told(j, against(j) || answer > 0 ? answer : 0);
        }
}

/* ---- the beginning, a piece at a time ---------------------------------------------------------------------------- */

/* p as it is, and by how much each row of the head counts. */
static void weigh(struct sweep_job *j)
{
    const int target = j->w->q.target, V = j->net->outputs;
    const float *logits = answers_logits(j->first.answers, 0);
    const struct log_sum sum = answers_sum(j->first.answers, 0);
    j->answer = surprisal_by(sum, logits[target]);
    j->w->p = told(j, j->answer);
    if (!j->lambda_C)
        return;
    softmax_by(sum, logits, V, j->first.by);
    j->first.by[target] = (float)expm1(-j->answer);
}

static void stage_over(struct sweep_job *j)
{
    j->first.stage++;
    j->first.at = 0;
    if (j->first.stage == INPUTS)
        j->first.at = j->w->q.first;
    if (j->first.stage == BACKWARDS)
        j->first.at = j->w->q.step;
}

/* True: this stage is over. */
static bool begin_some(struct sweep_job *j)
{
    const struct sweep_question *q = &j->w->q;
    struct beginning *b = &j->first;
    switch (b->stage) {
    case HEAD:
        if (against(j))
            j->w->p = told(j, j->answer = difference(j->net, q, trace_row(j->tr, j->net->layers - 1, Q_H, q->step)));
        return against(j) || answers_on(b->answers, 0);
    case WEIGH:
        if (!against(j))
            weigh(j);
        return true;
    case GRADIENT:
        if (j->lambda_C && against(j))
            gradient_against(j);
        else if (j->lambda_C)
            gradient_some(j);
        return !j->lambda_C || against(j) || b->at == j->net->outputs;
    case CURVATURE:
        if (j->lambda_C)
            curvature_some(j);
        return !j->lambda_C || b->at == j->net->outputs;
    case INPUTS:
        for (int l = 1; b->at == q->first && l < j->levels; l++)
            join(j, &j->level[l]);
        fix_input(j, &j->level[0], b->at);
        return ++b->at > q->step;
    case BACKWARDS:
        if (j->lambda_C && b->at > q->first)
            backwards(j, b->at);
        return !j->lambda_C || --b->at <= q->first;
    default: return true;
    }
}

static void beginning_clear(struct beginning *b)
{
    answers_free(b->answers);
    mem_free(b->by);
    mem_free(b->work);
    *b = (struct beginning){.stage = STAGES};
}

/* Room for it. λ is asked for in the top layer only. */
static bool beginning_init(struct sweep_job *j)
{
    const struct sweep_question *q = &j->w->q;
    const size_t rows = (size_t)(q->step - q->first) + 1, width = (size_t)kernel_padded(j->net->layer[q->layer].hidden);
    size_t floats;
    struct beginning *b = &j->first;
    if (!against(j)) {
        b->answers = answers_new(j->net, 1);
        b->by = mem_array((size_t)j->net->outputs, sizeof *b->by);
        if (!b->answers || !b->by)
            return false;
        answers_add(b->answers, lstm_head_input(j->net, j->tr, q->step));
    }
    if (j->levels > 1)
        return true;
    if (!mem_product(rows * 2, width, &floats))
        return false;
    j->lambda_C = mem_array(floats, sizeof(float));
    b->work = mem_array(width * (3 + GATES), sizeof(float));
    if (!j->lambda_C || !b->work)
        return false;
    j->lambda_h = j->lambda_C + rows * width;
    return true;
}

static bool job_init(struct sweep_job *j)
{
    const struct sweep_question *q = &j->w->q;
    /* A large head is asked in between, so that something is exact soon. */
    const double few = 4e9 / ((double)j->net->outputs * lstm_top(j->net));
    j->room = few < GANG ? GANG : few < WAITING ? (int)few : WAITING;
    const size_t room = (size_t)j->room;
    j->levels = j->net->layers - q->layer;
    j->level = mem_array((size_t)j->levels, sizeof *j->level);
    j->last_at = mem_array(room, sizeof *j->last_at);
    j->last_h = mem_array(room * (size_t)lstm_top(j->net), sizeof *j->last_h);
    j->sum = mem_array(3 * room, sizeof *j->sum);
    j->tile = mem_array((size_t)lstm_top(j->net) * TILE_ROWS + TILE_ROWS + (size_t)GANG * TILE_ROWS, sizeof *j->tile);
    bool ok = j->level && j->last_at && j->last_h && j->sum && j->tile;
    for (int l = 0; ok && l < j->levels; l++)
        ok = level_init(j, &j->level[l], q->layer + l);
    if (!ok)
        return false;
    j->most = j->sum + room;
    j->at = j->most + room;
    if (!j->borrows)
        return beginning_init(j);
    const struct sweep_job *lender = j->w->job;
    j->answer = lender->answer;
    j->curvature = lender->curvature;
    j->lambda_C = lender->lambda_C;
    j->lambda_h = lender->lambda_h;
    return true;
}

bool sweep_can_ask(const struct lstm *net, const struct trace *tr, const struct sweep_question *q)
{
    return q->layer >= 0 && q->layer < net->layers && q->first >= 1 && q->first <= q->step && q->step <= tr->steps
        && (!q->last || (q->last >= q->first && q->last <= q->step))
        && q->target >= 0 && q->target < net->outputs && q->q >= 0 && q->q < Q_COUNT
        && (!q->against || (q->rival >= 0 && q->rival < net->outputs));
}

static void job_clear(struct sweep_job *j)
{
    for (int l = 0; j->level && l < j->levels; l++)
        level_clear(&j->level[l], j->borrows);
    mem_free(j->level);
    beginning_clear(&j->first);
    if (!j->borrows)
        mem_free(j->lambda_C);
    mem_free(j->last_h);
    mem_free(j->last_at);
    mem_free(j->sum);
    mem_free(j->tile);
}

static void jobs_free(struct sweep *w)
{
    for (int k = w->job ? w->jobs - 1 : -1; k >= 0; k--)
        job_clear(&w->job[k]);
    mem_free(w->job);
    w->job = NULL;
}

static bool job_add(const struct computation *of, struct sweep *w)
{
    struct sweep_job *j = &w->job[w->jobs];
    *j = (struct sweep_job){.net = of->net, .tr = of->tr, .x = of->x, .pins = of->pins, .pin_count = of->pin_count,
                            .w = w, .borrows = w->jobs > 0};
    if (!job_init(j)) {
        job_clear(j);
        return false;
    }
    w->jobs++;
    return true;
}

static int last_step(const struct sweep *w)
{
    return w->q.last ? w->q.last : w->q.step;
}

/* All that is common to reruns is there. A thread has every jobs-th step: its reruns know nothing of those of other
 * steps, and their results are the same whoever computes them. One that cannot be had is done without. */
static void get_ready(struct sweep *w)
{
    const int last = last_step(w);
    const struct sweep_job *j = &w->job[0];
    const struct computation of = {.net = j->net, .tr = j->tr, .x = j->x, .pins = j->pins, .pin_count = j->pin_count};
    beginning_clear(&w->job[0].first);
    while (w->jobs < w->threads && job_add(&of, w)) {
    }
    for (int k = 0; k < w->jobs; k++) {
        w->job[k].stride = w->jobs;
        w->job[k].s = last - k;
        w->job[k].exact = w->job[k].ran = w->job[k].s + w->jobs;
    }
    forecast_all(w->job);
    w->ready = true;
}

struct sweep *sweep_begin(const struct computation *of, const struct sweep_question *q)
{
    if (!sweep_can_ask(of->net, of->tr, q))
        return NULL;
    struct sweep *w = mem_array(1, sizeof *w);
    size_t places;
    if (!w)
        return NULL;
    w->q = *q;
    w->units = of->net->layer[q->layer].hidden;
    w->exact = last_step(w) + 1;
    w->threads = clamp_int(threads_count(), 1, w->exact - q->first);
    if (mem_product((size_t)(q->step - q->first) + 1, (size_t)w->units, &places) && places < (size_t)1 << 30)
        w->closed = mem_array(places, sizeof *w->closed);
    w->job = mem_array((size_t)w->threads, sizeof *w->job);
    kernel_current();                     /* chosen once, by this thread */
    if (!w->closed || !w->job || !job_add(of, w)) {
        sweep_free(w);
        return NULL;
    }
    return w;
}

struct going_on { struct sweep *w; double end; };

static void go_on(void *context, int k)
{
    const struct going_on *g = context;
    struct sweep_job *j = &g->w->job[k];
    while (!over(j)) {
        piece(j);
        if (clock_ms() >= g->end)
            break;
    }
}

/* What all jobs together have: of the steps between its own a job says nothing. */
static void sum_up(struct sweep *w)
{
    bool all = true;
    int exact = w->q.first;
    w->runs = w->steps = 0;
    for (int k = 0; k < w->jobs; k++) {
        const struct sweep_job *j = &w->job[k];
        const int from = j->exact - j->stride + 1;
        all = all && over(j);
        exact = !over(j) && from > exact ? from : exact;
        w->runs += j->runs;
        w->steps += j->steps;
    }
    w->exact = exact;
    if (all) {
        jobs_free(w);
        w->q.values = NULL;
    }
}

void sweep_some(struct sweep *w, double ms)
{
    struct going_on g = {w, clock_ms() + ms};
    if (!w->job)
        return;
    while (!w->ready) {
        if (begin_some(&w->job[0]))
            stage_over(&w->job[0]);
        if (w->job[0].first.stage == STAGES)
            get_ready(w);
        if (clock_ms() >= g.end)
            return;
    }
    threads_each(w->jobs, go_on, &g);
    sum_up(w);
}

struct sweep *sweep_new(const struct lstm *net, const struct trace *tr, const float *const *x,
                        const struct sweep_question *q, const struct pin *pins, size_t pin_count)
{
    const struct computation of = {.net = net, .tr = tr, .x = x, .pins = pins, .pin_count = pin_count};
    struct sweep *w = sweep_begin(&of, q);
    if (w)
        sweep_some(w, INFINITY);
    return w;
}

void sweep_free(struct sweep *w)
{
    if (!w)
        return;
    jobs_free(w);
    mem_free(w->closed);
    mem_free(w);
}

float sweep_closed(const struct sweep *w, int step, int unit)
{
    return w->closed[(size_t)(step - w->q.first) * (size_t)w->units + (size_t)unit];
}

/* Rows are padded, and each element passes through σ and tanh, which weigh as much as so many multiplications. */
double sweep_cost(const struct lstm *net, const struct sweep_question *q)
{
    enum { ELEMENT = 100 };
    int last = q->last ? q->last : q->step;
    double back = (double)(q->step - q->first), runs = (last - q->first + 1.0) * net->layer[q->layer].hidden,
           a_step = 0;
    for (int l = q->layer; l < net->layers; l++) {
        double columns = net->layer[l].hidden + (l > q->layer ? net->layer[l].in : 0);
        a_step += kernel_padded(net->layer[l].hidden) * (GATES * columns + ELEMENT);
    }
    return runs * (a_step * back / 2 + (double)net->outputs * lstm_top(net));
}
