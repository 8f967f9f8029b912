/* sweep_begin.c: what all reruns of a sweep need, a piece at a time: the answer as it is, what inputs add, and the
 * gradient of the answer by what is carried on. */
#include <string.h>

#include "base/clamp.h"
#include "base/mem.h"
#include "core/pins.h"
#include "core/sweep_private.h"

/* ---- what is the same in all reruns ------------------------------------------------------------------------------ */

static void rows_to_tiles(float *const z[GATES], int padded, float *out)
{
    for (int u = 0; u < padded; u += TILE)
        for (int q = 0; q < GATES; q++)
            memcpy(tile_lane(out, u, q), z[q] + u, TILE * sizeof(float));
}

/* [tiles][64] of W·x_t + b, and with U·h_{t-1} as well, for the step after. */
static void fix_input(const struct sweep_job *j, struct level *v, int t)
{
    const struct packed_layer *p = kernel_layer(j->net, v->layer);
    const float *in = lstm_input(j->tr, j->x, v->layer, t);
    const size_t at = (size_t)(t - j->w->q.first) * (size_t)p->tiles * TILE_ROWS;
    sweep_project(p, j->net->layer[v->layer].in, &in, 1, v->z, (size_t)v->padded);
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

bool sweep_level_init(const struct sweep_job *j, struct level *v, int layer)
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

void sweep_level_clear(struct level *v, bool borrows)
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
            *tile_lane(dz, pin->unit, gate) = 0.0f;
    for (int u = H; u < n; u++)
        for (int gate = 0; gate < GATES; gate++)
            *tile_lane(dz, u, gate) = 0.0f;
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

/* ---- the beginning, a piece at a time ---------------------------------------------------------------------------- */

/* p as it is, and by how much each row of the head counts. */
static void weigh(struct sweep_job *j)
{
    const int target = j->w->q.target, V = j->net->outputs;
    const float *logits = answers_logits(j->first.answers, 0);
    const struct log_sum sum = answers_sum(j->first.answers, 0);
    j->answer = surprisal_by(sum, logits[target]);
    j->w->p = sweep_told(j, j->answer);
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
static bool stage_some(struct sweep_job *j)
{
    const struct sweep_question *q = &j->w->q;
    struct beginning *b = &j->first;
    switch (b->stage) {
    case HEAD:
        if (sweep_against(j)) {
            j->answer = sweep_difference(j->net, q, trace_row(j->tr, j->net->layers - 1, Q_H, q->step));
            j->w->p = sweep_told(j, j->answer);
        }
        return sweep_against(j) || answers_on(b->answers, 0);
    case WEIGH:
        if (!sweep_against(j))
            weigh(j);
        return true;
    case GRADIENT:
        if (j->lambda_C && sweep_against(j))
            gradient_against(j);
        else if (j->lambda_C)
            gradient_some(j);
        return !j->lambda_C || sweep_against(j) || b->at == j->net->outputs;
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

bool sweep_begin_some(struct sweep_job *j)
{
    if (stage_some(j))
        stage_over(j);
    return j->first.stage == STAGES;
}

void sweep_beginning_clear(struct beginning *b)
{
    answers_free(b->answers);
    mem_free(b->by);
    mem_free(b->work);
    *b = (struct beginning){.stage = STAGES};
}

/* Room for it. λ is asked for in the top layer only. */
bool sweep_beginning_init(struct sweep_job *j)
{
    const struct sweep_question *q = &j->w->q;
    const size_t rows = (size_t)(q->step - q->first) + 1, width = (size_t)kernel_padded(j->net->layer[q->layer].hidden);
    size_t floats;
    struct beginning *b = &j->first;
    if (!sweep_against(j)) {
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
