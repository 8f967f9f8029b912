/* lstm.c: the LSTM itself. advance() and lstm_cell() are one step of one layer: six equations, each above the line that
 * computes it. Everything else here brings the inputs to it and reads the results; the loops inside the named
 * operations (matrix times vector, σ of a row, …) are in kernel_body.h, and the weights are described in lstm.h. */
#include "core/lstm.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/clamp.h"
#include "base/threads.h"
#include "core/advance.h"
#include "core/kernel.h"

/* A pin replaces a value as soon as it is computed, and what is computed from it uses it. */
static void pin(struct pins *p, enum quantity q, float *row, int hidden)
{
    const struct pin *next;
    while ((next = pins_take(p, q, hidden)))
        row[next->unit] = next->value;
}

/* Step t of one layer. The rows of the gates hold z_q = W_q · x_t + b_q already: that part needs no earlier step and
 * was computed for many steps at once. */
static void advance(const struct lstm *net, int l, int t, struct pins pins, struct trace *tr)
{
    const float *h_before = trace_row(tr, l, Q_H, t - 1);
    float *const z[GATES] = { trace_row(tr, l, Q_F, t), trace_row(tr, l, Q_I, t), trace_row(tr, l, Q_G, t),
                              trace_row(tr, l, Q_O, t) };

    /* z_q = W_q · [h_{t-1}, x_t] + b_q     the part of h_{t-1}, for all four q */
    kernel_current()->recur(kernel_layer(net, l), net->layer[l].hidden, h_before, z);
    lstm_cell(net, l, t, pins, tr);
}

void lstm_cell(const struct lstm *net, int l, int t, struct pins pins, struct trace *tr)
{
    const struct kernel *k = kernel_current();
    const struct lstm_layer *lay = &net->layer[l];
    const int H = lay->hidden, n = kernel_padded(H);
    const float *C_before = trace_row(tr, l, Q_C, t - 1);
    float *f = trace_row(tr, l, Q_F, t), *i = trace_row(tr, l, Q_I, t), *g = trace_row(tr, l, Q_G, t);
    float *o = trace_row(tr, l, Q_O, t), *C = trace_row(tr, l, Q_C, t), *h = trace_row(tr, l, Q_H, t);

    /* f_t = σ(z_f)                         forget gate; a peephole adds p_f ⊙ C_{t-1} to z_f */
    kernel_peep(f, lay->peep[Q_F], C_before, H);
    kernel_gate(k, lay->gate_function, f, f, n);
    pin(&pins, Q_F, f, H);

    /* i_t = σ(z_i)                         input gate; a peephole adds p_i ⊙ C_{t-1} to z_i; coupled, i_t = 1 - f_t */
    kernel_peep(i, lay->peep[Q_I], C_before, H);
    kernel_gate(k, lay->gate_function, i, i, n);
    if (lay->coupled)
        kernel_couple(i, f, H);
    pin(&pins, Q_I, i, H);

    /* g_t = tanh(z_g)                      candidate */
    kernel_candidate(k, lay->sigma_candidate, g, g, n);
    pin(&pins, Q_G, g, H);

    /* o_t = σ(z_o)                         output gate; a peephole adds p_o ⊙ C_t to z_o and so has to wait for it */
    struct pins at_o = pins;
    if (!lay->peep[Q_O]) {
        kernel_gate(k, lay->gate_function, o, o, n);
        pin(&pins, Q_O, o, H);
    }

    /* C_t = f_t ⊙ C_{t-1} + i_t ⊙ g_t      cell state */
    k->mul_add(C, f, C_before, i, g, n);
    pin(&pins, Q_C, C, H);

    if (lay->peep[Q_O]) {
        kernel_peep(o, lay->peep[Q_O], C, H);
        kernel_gate(k, lay->gate_function, o, o, n);
        pin(&at_o, Q_O, o, H);
    }

    /* h_t = o_t ⊙ tanh(C_t)                hidden state */
    k->tanh(h, C, n);
    k->mul(h, o, h, n);
    pin(&pins, Q_H, h, H);
}

/* Of one layer, for the steps first … last, into the rows of the gates. */
static void project(const struct computation *of, struct projected *kept, int l, int first, int last,
                    struct trace *tr)
{
    struct projection p;
    projection_begin(&p, of->net, l, last - first + 1, tr);
    if (l == 0)
        projected_for(p.kept = kept, of->net);
    for (int t = first; t <= last; t++)
        projection_add(&p, lstm_input(tr, of->x, l, t), t);
    projection_end(&p);
}

static void start(const struct lstm *net, const struct pin *pins, size_t pin_count, struct trace *tr)
{
    for (int l = 0; l < net->layers; l++) {
        int H = net->layer[l].hidden;
        struct pins here = pins_at(pins, pin_count, 0, l);
        memcpy(trace_row(tr, l, Q_C, 0), net->c0[l], (size_t)H * sizeof(float));
        memcpy(trace_row(tr, l, Q_H, 0), net->h0[l], (size_t)H * sizeof(float));
        pin(&here, Q_C, trace_row(tr, l, Q_C, 0), H);
        pin(&here, Q_H, trace_row(tr, l, Q_H, 0), H);
    }
}

/* Steps that go through one layer before the next: what is projected for them should wait in the cache. */
enum { SPAN = 240 };

/* [h→, h←] of every word, for whoever reads both directions of a depth. */
static void join(const struct trace *tr, int depth)
{
    const int l = 2 * depth, forward = tr->layer[l].hidden, backward = tr->layer[l + 1].hidden;
    float *row = tr->joined[depth];
    for (int word = 0; word <= tr->steps; word++, row += forward + backward) {
        int t = word ? tr->steps + 1 - word : 0;
        memcpy(row, trace_row(tr, l, Q_H, word), (size_t)forward * sizeof *row);
        memcpy(row + forward, trace_row(tr, l + 1, Q_H, t), (size_t)backward * sizeof *row);
    }
}

/* The steps first … last of one layer. */
static void run_layer(const struct computation *of, struct projected *kept, int l, int first, int last,
                      struct trace *tr)
{
    project(of, kept, l, first, last, tr);
    for (int t = first; t <= last; t++)
        advance(of->net, l, t, pins_at(of->pins, of->pin_count, t, l), tr);
}

/* Each direction goes over the whole sequence before anything above it can begin. */
static void run_both(const struct computation *of, struct trace *tr)
{
    start(of->net, of->pins, of->pin_count, tr);
    for (int l = 0; l < of->net->layers; l++) {
        for (int first = 1; first <= tr->steps; first += SPAN)
            run_layer(of, NULL, l, first, tr->steps - first < SPAN ? tr->steps : first + SPAN - 1, tr);
        if (l % 2)
            join(tr, l / 2);
    }
}

void lstm_run_kept(const struct computation *of, struct projected *kept, struct trace *tr, int from, int to)
{
    const struct lstm *net = of->net;
    if (net->bidirectional) {
        run_both(of, tr);
        return;
    }
    if (from < 1)
        start(net, of->pins, of->pin_count, tr);
    for (int first = from < 1 ? 1 : from; first <= to; first += SPAN)
        for (int l = 0; l < net->layers; l++)
            run_layer(of, kept, l, first, to - first < SPAN ? to : first + SPAN - 1, tr);
}

void lstm_run_part(const struct computation *of, struct trace *tr, int from, int to)
{
    lstm_run_kept(of, NULL, tr, from, to);
}

void lstm_run(const struct lstm *net, const float *const *x, int from, const struct pin *pins, size_t pin_count,
              struct trace *tr)
{
    const struct computation of = { .net = net, .x = x, .pins = pins, .pin_count = pin_count };
    lstm_run_part(&of, tr, from, tr->steps);
}

const float *lstm_input(const struct trace *tr, const float *const *x, int layer, int t)
{
    if (!tr->joined)
        return layer ? trace_row(tr, layer - 1, Q_H, t) : x[t - 1];
    int word = layer % 2 ? tr->steps + 1 - t : t;
    return layer < 2 ? x[word - 1] : trace_joined(tr, layer / 2 - 1, word);
}

double lstm_preactivation(const struct computation *of, struct element gate, float *terms)
{
    const struct lstm *net = of->net;
    const struct lstm_layer *lay = &net->layer[gate.layer];
    const enum quantity source = lstm_source(net, gate.layer, gate.q);
    const float *row = lay->W[source] + (size_t)gate.unit * ((size_t)lay->hidden + (size_t)lay->in);
    const float *h = trace_row(of->tr, gate.layer, Q_H, gate.step - 1),
                *in = lstm_input(of->tr, of->x, gate.layer, gate.step);
    double z = lay->b[source][gate.unit];
    for (int k = 0; k < lay->hidden + lay->in; k++) {
        float value = k < lay->hidden ? h[k] : in[k - lay->hidden];
        z += (double)row[k] * (double)value;
        if (terms)
            terms[k] = row[k] * value;
    }
    return z + lstm_peephole(net, of->tr, gate.layer, gate.step, gate.q, gate.unit);
}

enum quantity lstm_source(const struct lstm *net, int layer, enum quantity gate)
{
    return gate == Q_I && net->layer[layer].coupled ? Q_F : gate;
}

double lstm_peephole(const struct lstm *net, const struct trace *tr, int layer, int t, enum quantity gate, int unit)
{
    const float *p = net->layer[layer].peep[lstm_source(net, layer, gate)];
    return p ? (double)p[unit] * (double)trace_row(tr, layer, Q_C, gate == Q_O ? t : t - 1)[unit] : 0;
}

const float *lstm_head_input(const struct lstm *net, const struct trace *tr, int t)
{
    return tr->joined ? trace_joined(tr, net->layers / 2 - 1, t) : trace_row(tr, net->layers - 1, Q_H, t);
}

/* Rows of the head that threads share. No sum crosses a row: what comes out does not depend on how they are shared. */
struct head_work {
    const struct lstm *net;
    const float *const *h;        /* [steps] */
    int first, rows, each, steps;
    float *logits;                /* [steps][outputs] */
};

static void head_rows(void *work, int piece)
{
    const struct head_work *w = work;
    const int H = lstm_top(w->net), from = w->first + piece * w->each, end = w->first + w->rows;
    float sum[LOGITS_STEPS];
    for (int v = from; v < from + w->each && v < end; v++) {
        kernel_current()->dots(w->net->out_W + (size_t)v * (size_t)H, w->h, w->steps, H, sum);
        for (int k = 0; k < w->steps; k++)
            w->logits[(size_t)k * (size_t)w->net->outputs + (size_t)v] = sum[k] + w->net->out_b[v];
    }
}

/* Products that are worth waking a thread for: about a millisecond of one. */
enum { HEAD_PIECE = 1 << 21 };

static void head(struct head_work *w)
{
    double each = (double)HEAD_PIECE / lstm_top(w->net) / w->steps;
    w->each = (int)clamp_real(each, 1, w->rows);
    if (w->rows > 0)
        threads_each((w->rows + w->each - 1) / w->each, head_rows, w);
}

void lstm_logits(const struct lstm *net, const struct trace *tr, int t, float *logits)
{
    const float *h[] = {lstm_head_input(net, tr, t)};
    head(&(struct head_work){.net = net, .h = h, .rows = net->outputs, .steps = 1, .logits = logits});
}

float lstm_logit(const struct lstm *net, const struct trace *tr, int t, int output)
{
    const float *h[] = {lstm_head_input(net, tr, t)};
    const int H = lstm_top(net);
    float sum;
    kernel_current()->dots(net->out_W + (size_t)output * (size_t)H, h, 1, H, &sum);
    return sum + net->out_b[output];
}

void lstm_logits_part(const struct lstm *net, const struct trace *tr, struct logits_part part, float *logits)
{
    const float *h[LOGITS_STEPS];
    for (int k = 0; k < part.steps; k++)
        h[k] = lstm_head_input(net, tr, part.step[k]);
    lstm_head_part(net, h, (struct head_part){part.steps, part.first, part.rows}, logits);
}

void lstm_head_part(const struct lstm *net, const float *const *h, struct head_part part, float *logits)
{
    head(&(struct head_work){.net = net, .h = h, .first = part.first, .rows = part.rows, .steps = part.steps,
                             .logits = logits});
}

struct log_sum logits_sum(const float *z, int n)
{
    double sum = 0.0, largest = n > 0 ? (double)z[0] : 0.0;
    for (int k = 1; k < n; k++)
        if ((double)z[k] > largest)
            largest = (double)z[k];
    for (int k = 0; k < n; k++)
        sum += exp((double)z[k] - largest);
    return (struct log_sum){largest, n > 0 ? log(sum) : -INFINITY};
}

void softmax_by(struct log_sum sum, const float *z, int n, float *p)
{
    const double all = exp(sum.log);
    for (int k = 0; k < n; k++)
        p[k] = (float)(exp((double)z[k] - sum.largest) / all);
}

void softmax(const float *z, int n, float *p)
{
    softmax_by(logits_sum(z, n), z, n, p);
}

float probability_by(struct log_sum sum, float z)
{
    float p;
    softmax_by(sum, &z, 1, &p);
    return p;
}

double surprisal_by(struct log_sum sum, float z)
{
    return sum.log - ((double)z - sum.largest);
}

double surprisal(const float *z, int n, int target)
{
    return target < 0 || target >= n ? (double)NAN : surprisal_by(logits_sum(z, n), z[target]);
}

int likeliest_by(struct log_sum sum, const float *z, int n)
{
    const double NEAR = 1e-5;             /* what is further below the largest has a smaller float, too */
    float most = 0;
    int best = -1;
    for (int k = 0; k < n; k++) {
        if ((double)z[k] < sum.largest - NEAR)
            continue;
        float p = probability_by(sum, z[k]);
        if (p >= 0 && (best < 0 || p > most)) {
            best = k;
            most = p;
        }
    }
    return best;
}

float lstm_sigmoid(float z)
{
    _Alignas(64) float v[TILE] = { z };
    kernel_current()->sigmoid(v, v, TILE);
    return v[0];
}

float lstm_tanh(float z)
{
    _Alignas(64) float v[TILE] = { z };
    kernel_current()->tanh(v, v, TILE);
    return v[0];
}

float lstm_gate(const struct lstm *net, int layer, enum quantity gate, float z)
{
    _Alignas(64) float v[TILE] = { z };
    if (gate == Q_G)
        return net->layer[layer].sigma_candidate ? lstm_sigmoid(z) : lstm_tanh(z);
    kernel_gate(kernel_current(), net->layer[layer].gate_function, v, v, TILE);
    return gate == Q_I && net->layer[layer].coupled ? 1.0f - v[0] : v[0];
}

double gate_function_exact(enum gate_function f, double z)
{
    double v = f == GATE_SIGMOID ? 1 / (1 + exp(-z)) : f == GATE_HARD_KERAS2 ? 0.2 * z + 0.5 : z / 6 + 0.5;
    return clamp_real(v, 0, 1);
}

bool lstm_is_plain(const struct lstm *net)
{
    for (int l = 0; l < net->layers; l++)
        if (net->layer[l].gate_function != GATE_SIGMOID || net->layer[l].coupled || net->layer[l].peep[Q_F]
            || net->layer[l].sigma_candidate)
            return false;
    return true;
}

static const struct { const char *name, *formula; } gate_functions[GATE_FUNCTIONS] = {
    [GATE_SIGMOID] = { "sigmoid", "σ(z)" },
    [GATE_HARD_KERAS2] = { "hard-sigmoid-keras2", "clip(0.2 z + 0.5, 0, 1)" },
    [GATE_HARD_KERAS3] = { "hard-sigmoid-keras3", "clip((z + 3) / 6, 0, 1)" },
};

const char *gate_function_name(enum gate_function f)
{
    return gate_functions[f].name;
}

const char *gate_function_formula(enum gate_function f)
{
    return gate_functions[f].formula;
}
