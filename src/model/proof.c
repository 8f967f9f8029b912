/* proof.c: see proof.h. Holds a second engine, in float64, straight from the equations of core/lstm.h: it shares
 * nothing with the one it proves, and takes any reading without copying a weight. */
#include "model/proof.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ---- the network in float64, as some reading has it ---- */

struct exact {
    const struct model *m;
    const struct lstm *net;
    struct reading_choice how;
    int from[GATES];              /* the gate of net whose weights gate q takes */
    double **h, **C, **h_new;     /* [layer] */
    double *both_h, *both_C;      /* bidirectional: T × lstm_top, by word, of the whole sequence; else NULL */
    const double *top_h, *top_C;  /* [lstm_top]: of the step or word at hand */
    int word;
    double *block;
    double *logits;               /* [outputs] */
    double *shown;                /* [projected]: what the framework calls h, where it projects */
};

static const char own_order[] = "figo";

static const char *order_of(const struct model *m)
{
    return *m->order ? m->order : own_order;
}

static enum quantity gate_of(char c)
{
    return (enum quantity)(strchr(own_order, c) - own_order);
}

static struct reading_choice as_read(const struct model *m)
{
    struct reading_choice c = {.gate_function = m->net->layer[0].gate_function, .forget_bias = m->forget_bias};
    memcpy(c.order, order_of(m), sizeof c.order);
    return c;
}

/* Block k of the file is order[k] to the model and how.order[k] to this reading. */
static void set_reading(struct exact *x, const struct reading_choice *how)
{
    x->how = *how;
    for (int k = 0; k < GATES; k++)
        x->from[gate_of(how->order[k])] = (int)gate_of(order_of(x->m)[k]);
}

static bool exact_new(struct exact *x, const struct model *m, const struct lstm *net)
{
    size_t total = (size_t)net->outputs + (size_t)m->projected, layers = (size_t)net->layers;
    for (int l = 0; l < net->layers; l++)
        total += 3 * (size_t)net->layer[l].hidden;
    *x = (struct exact){.m = m, .net = net};
    x->h = mem_array(3 * layers, sizeof *x->h);
    x->block = mem_array(total, sizeof *x->block);
    if (!x->h || !x->block)
        return false;
    x->C = x->h + layers;
    x->h_new = x->C + layers;
    double *at = x->block;
    for (int l = 0; l < net->layers; l++) {
        size_t H = (size_t)net->layer[l].hidden;
        x->h[l] = at;
        x->C[l] = at + H;
        x->h_new[l] = at + 2 * H;
        at += 3 * H;
    }
    x->logits = at;
    x->shown = at + net->outputs;
    struct reading_choice c = as_read(m);
    set_reading(x, &c);
    return true;
}

static void exact_free(struct exact *x)
{
    mem_free(x->both_h);
    mem_free(x->both_C);
    mem_free(x->h);
    mem_free(x->block);
}

static void start_layers(struct exact *x)
{
    for (int l = 0; l < x->net->layers; l++)
        for (int u = 0; u < x->net->layer[l].hidden; u++) {
            x->h[l][u] = (double)x->net->h0[l][u];
            x->C[l][u] = (double)x->net->c0[l][u];
        }
}

static double bias(const struct exact *x, const struct lstm_layer *lay, int q, int from, int u)
{
    double whole = (double)lay->b[from][u] - (from == Q_F ? x->m->forget_bias : 0);
    double second = lay->b2[from] ? (double)lay->b2[from][u] : 0;
    double own = x->how.biases == 0 ? whole : x->how.biases == 1 ? whole - second : second;
    return own + (q == Q_F ? x->how.forget_bias : 0);
}

/* What a layer reads: numbers of the input, or of the layer below. */
struct reads { const float *in; const double *below; };

static double product(const struct exact *x, int l, int q, int u, struct reads r)
{
    const struct lstm_layer *lay = &x->net->layer[l];
    int from = x->from[q], H = lay->hidden;
    const float *w = lay->W[from] + (size_t)u * ((size_t)H + (size_t)lay->in);
    double z = bias(x, lay, q, from, u);
    for (int k = 0; k < H; k++)
        z += (double)w[k] * x->h[l][k];
    for (int k = 0; k < lay->in; k++)
        z += (double)w[H + k] * (r.below ? r.below[k] : (double)r.in[k]);
    return z;
}

/* The next step of one layer. */
static void layer_step(struct exact *x, int l, struct reads r)
{
    const struct lstm_layer *lay = &x->net->layer[l];
    enum gate_function fn =
        x->how.gate_function == x->net->layer[0].gate_function ? lay->gate_function : x->how.gate_function;
    for (int u = 0; u < lay->hidden; u++) {
        double C = x->C[l][u], z[GATES];
        for (int q = 0; q < GATES; q++)
            z[q] = product(x, l, q, u, r);
        for (int q = 0; q < GATES; q++)
            if (lay->peep[q] && q != Q_O)
                z[q] += (double)lay->peep[q][u] * C;
        double f = gate_function_exact(fn, z[Q_F]), i = lay->coupled ? 1 - f : gate_function_exact(fn, z[Q_I]);
        C = f * C + i * tanh(z[Q_G]);
        if (lay->peep[Q_O])
            z[Q_O] += (double)lay->peep[Q_O][u] * C;
        x->C[l][u] = C;
        x->h_new[l][u] = gate_function_exact(fn, z[Q_O]) * tanh(C);
    }
    memcpy(x->h[l], x->h_new[l], (size_t)lay->hidden * sizeof(double));
}

/* Both directions of depth d over the whole sequence, [h→, h←] of each word into h (and C likewise); both_h is the
 * same of the depth below. */
static void run_depth(struct exact *x, int d, const float *const *in, int steps, double *h, double *C)
{
    const double *below = d ? x->both_h : NULL;
    const struct lstm *net = x->net;
    size_t width = (size_t)net->layer[2 * (size_t)d].hidden + (size_t)net->layer[2 * (size_t)d + 1].hidden;
    for (int way = 0; way < 2; way++) {
        int l = 2 * d + way;
        size_t first = way ? (size_t)net->layer[2 * (size_t)d].hidden : 0, n = (size_t)net->layer[l].hidden * sizeof *h;
        for (int t = 1; t <= steps; t++) {
            size_t word = (size_t)lstm_word(net, l, t, steps) - 1;
            layer_step(x, l, (struct reads){in[word], below ? below + word * (size_t)net->layer[l].in : NULL});
            memcpy(h + word * width + first, x->h[l], n);
            memcpy(C + word * width + first, x->C[l], n);
        }
    }
}

static double *rows_of(const struct lstm *net, int depth, int steps)
{
    size_t width = (size_t)net->layer[2 * (size_t)depth].hidden + (size_t)net->layer[2 * (size_t)depth + 1].hidden;
    double *rows = mem_array((size_t)steps + 1, width * sizeof *rows);
    if (!rows)
        mem_die();
    return rows;
}

/* From the initial state; a bidirectional network is run whole, and its steps are words. */
static void exact_start(struct exact *x, const float *const *in, int steps)
{
    start_layers(x);
    for (int d = 0; x->net->bidirectional && d < x->net->layers / 2; d++) {
        double *h = rows_of(x->net, d, steps), *C = rows_of(x->net, d, steps);
        run_depth(x, d, in, steps, h, C);
        mem_free(x->both_h);
        mem_free(x->both_C);
        x->both_h = h;
        x->both_C = C;
    }
    x->word = 0;
}

/* The next step of every layer; or the next word. */
static void exact_step(struct exact *x, const float *in)
{
    const struct lstm *net = x->net;
    if (net->bidirectional) {
        x->top_h = x->both_h + (size_t)x->word * (size_t)lstm_top(net);
        x->top_C = x->both_C + (size_t)x->word++ * (size_t)lstm_top(net);
        return;
    }
    for (int l = 0; l < net->layers; l++)
        layer_step(x, l, (struct reads){in, l ? x->h[l - 1] : NULL});
    x->top_h = x->h[net->layers - 1];
    x->top_C = x->C[net->layers - 1];
}

static void exact_logits(struct exact *x, const float *in)
{
    int H = lstm_top(x->net);
    for (int k = 0; k < x->net->outputs; k++) {
        double z = (double)x->net->out_b[k];
        for (int u = 0; u < H; u++)
            z += (double)x->net->out_W[(size_t)k * (size_t)H + (size_t)u] * x->top_h[u];
        x->logits[k] = z + (in && x->m->skip ? (double)in[k < x->net->embed ? k : 0] : 0);
    }
}

/* Multiplications of one step. */
static double step_cost(const struct lstm *net)
{
    double cost = (double)net->outputs * (double)lstm_top(net);
    for (int l = 0; l < net->layers; l++)
        cost += 4.0 * net->layer[l].hidden * ((double)net->layer[l].hidden + net->layer[l].in);
    return cost;
}

/* ---- comparing ---- */

static double scale(double v)
{
    return fabs(v) > 1 ? fabs(v) : 1;
}

/* What is expected of a quantity at step t, or NULL. Q_COUNT is the head. */
static const float *expected_row(const struct expected *want, enum quantity q, int t, int width)
{
    const struct { const float *v; bool last; } given[] = {
        [Q_C] = {want->C, want->last_C}, [Q_H] = {want->h, want->last_h}, [Q_COUNT] = {want->y, want->last_y},
    };
    if (!given[q].v || (given[q].last && t != want->steps))
        return NULL;
    return given[q].v + (given[q].last ? 0 : (size_t)(t - 1) * (size_t)width);
}

/* The largest difference so far, measured in tolerances: worst is -1 before the first. */
struct comparing { const struct expected *want; struct proof *p; double tolerance, worst; };
/* What was computed of one step: in float64 (exact), or else by the engine. */
struct row { const double *exact; const float *engine; int n; };

static struct comparing comparing(const struct expected *want, struct proof *p)
{
    return (struct comparing){want, p, want->tolerance > 0 ? want->tolerance : 1e-300, -1};
}

static void compare_row(struct comparing *c, struct row row, enum quantity q, int t)
{
    const float *want = row.exact || row.engine ? expected_row(c->want, q, t, row.n) : NULL;
    for (int u = 0; want && u < row.n; u++) {
        double e = (double)want[u], v = row.exact ? row.exact[u] : (double)row.engine[u], d = fabs(e - v),
               over = d / (c->tolerance * scale(v));
        if (over <= c->worst)
            continue;
        c->worst = over;
        *c->p = (struct proof){
            .largest = d, .rounding = c->p->rounding, .q = q, .step = t, .unit = u, .expected = e, .found = v};
    }
}

static int h_width(const struct model *m)
{
    return m->projected ? m->projected : lstm_top(m->net);
}

/* h as the framework has it, W_hr · h where it projects: of the engine, or (h NULL) of the exact one. */
static const double *project(const struct model *m, const float *h, const double *exact, double *out)
{
    size_t H = (size_t)lstm_top(m->net);
    for (int k = 0; (h || exact) && k < m->projected; k++) {
        out[k] = 0;
        for (size_t u = 0; u < H; u++)
            out[k] += (double)m->projection[(size_t)k * H + u] * (h ? (double)h[u] : exact[u]);
    }
    return m->projected ? out : exact;
}

/* h or C of the top at step t as the engine has it; of a bidirectional network at word t, [→, ←], C put into room. */
static const float *engine_row(const struct lstm *net, const struct trace *tr, enum quantity q, int t, float *room)
{
    const int top = net->layers - 1;
    if (!net->bidirectional)
        return trace_row(tr, top, q, t);
    if (q == Q_H)
        return trace_joined(tr, top / 2, t);
    size_t H = (size_t)net->layer[top - 1].hidden;
    memcpy(room, trace_row(tr, top - 1, q, t), H * sizeof *room);
    memcpy(room + H, trace_row(tr, top, q, tr->steps + 1 - t), (size_t)net->layer[top].hidden * sizeof *room);
    return room;
}

/* The engine's own numbers against what is expected. */
static double compare_engine(const struct model *m, const struct lstm *net, const struct trace *tr,
                             const float *const *x, struct proof *p)
{
    const struct expected *want = m->expected;
    int H = lstm_top(net);
    struct comparing c = comparing(want, p);
    float *room = mem_array((size_t)H, sizeof *room);
    float *y = net->outputs ? mem_array((size_t)net->outputs, sizeof *y) : NULL;
    double *shown = mem_array((size_t)m->projected, sizeof *shown);
    if (!shown || !room)
        mem_die();
    for (int t = 1; t <= tr->steps; t++) {
        const float *h = engine_row(net, tr, Q_H, t, room);
        compare_row(&c, (struct row){project(m, h, NULL, shown), h, h_width(m)}, Q_H, t);
        compare_row(&c, (struct row){NULL, engine_row(net, tr, Q_C, t, room), H}, Q_C, t);
        if (!y || !want->y)
            continue;
        lstm_logits(net, tr, t, y);
        for (int k = 0; m->skip && k < net->outputs; k++)
            y[k] += x[t - 1][k < net->embed ? k : 0];
        compare_row(&c, (struct row){NULL, y, net->outputs}, Q_COUNT, t);
    }
    mem_free(y);
    mem_free(room);
    mem_free(shown);
    return c.worst;
}

static double furthest(const double *exact, const float *engine, int n, double before)
{
    for (int u = 0; u < n; u++)
        before = fmax(before, fabs(exact[u] - (double)engine[u]));
    return before;
}

/* The same in float64; rounding is how far the engine is from it. */
static double compare_exact(const struct model *m, const struct lstm *net, const struct trace *tr,
                            const float *const *x, struct proof *p)
{
    const struct expected *want = m->expected;
    int H = lstm_top(net);
    struct comparing c = comparing(want, p);
    double rounding = 0;
    struct exact e;
    if (!exact_new(&e, m, net)) {
        exact_free(&e);
        return INFINITY;
    }
    float *room = mem_array((size_t)H, sizeof *room);
    if (!room)
        mem_die();
    exact_start(&e, x, tr->steps);
    for (int t = 1; t <= tr->steps; t++) {
        exact_step(&e, x[t - 1]);
        rounding = furthest(e.top_h, engine_row(net, tr, Q_H, t, room), H, rounding);
        rounding = want->C ? furthest(e.top_C, engine_row(net, tr, Q_C, t, room), H, rounding) : rounding;
        compare_row(&c, (struct row){project(m, NULL, e.top_h, e.shown), NULL, h_width(m)}, Q_H, t);
        compare_row(&c, (struct row){e.top_C, NULL, H}, Q_C, t);
        if (!want->y || !net->outputs)
            continue;
        exact_logits(&e, x[t - 1]);
        compare_row(&c, (struct row){e.logits, NULL, net->outputs}, Q_COUNT, t);
    }
    exact_free(&e);
    mem_free(room);
    p->rounding = rounding;
    return c.worst;
}

enum { WORK_MAX = 2000000000 };          /* multiplications that a proof may take */

static void judge(const struct model *m, const struct lstm *net, const struct trace *tr, const float *const *x,
                  struct proof *out)
{
    if (compare_engine(m, net, tr, x, out) <= 1) {
        out->within = true;
        return;
    }
    if (step_cost(net) * tr->steps > WORK_MAX)
        return;
    struct proof exact = {0};
    compare_exact(m, net, tr, x, &exact);
    *out = exact;
    double rounding = fmin(exact.rounding, 1e-3 * scale(exact.found));
    out->within = exact.largest <= m->expected->tolerance * scale(exact.found) + 4 * rounding;
}

static size_t values_of(const float *given, bool last, const struct expected *want, int width)
{
    return given ? (size_t)width * (size_t)(last ? 1 : want->steps) : 0;
}

static bool all_zero(const float *v, int n)
{
    for (int k = 0; k < n; k++)
        if (v[k] < 0 || v[k] > 0)
            return false;
    return true;
}

static bool begins_with_zeros(const struct lstm *net)
{
    for (int l = 0; l < net->layers; l++)
        if (!all_zero(net->h0[l], net->layer[l].hidden) || !all_zero(net->c0[l], net->layer[l].hidden))
            return false;
    return true;
}

static float largest_of(const float *v, size_t n)
{
    float most = 0;
    for (size_t k = 0; v && k < n; k++)
        most = fmaxf(most, fabsf(v[k]));
    return most;
}

static enum proof_lack lack_of(const struct expected *want, const struct lstm *net, const float *const *x,
                               const size_t values[3])
{
    int t = 0;
    if (want->tolerance > PROOF_TOLERANCE_MOST)
        return PROOF_LOOSE;
    if (want->steps == 1 && begins_with_zeros(net))
        return PROOF_ONE_STEP;
    while (t < want->steps && all_zero(x[t], net->embed))
        t++;
    if (t == want->steps)
        return PROOF_NO_INPUT;
    const float most = fmaxf(largest_of(want->h, values[0]),
                             fmaxf(largest_of(want->C, values[1]), largest_of(want->y, values[2])));
    return (double)most <= 10 * want->tolerance ? PROOF_SMALL : PROOF_TELLS;
}

void proof_say_lack(const struct model *m, const struct proof *p, struct str *out)
{
    static const char *const lacks[] = {
        [PROOF_ONE_STEP] = "one step from a state of zeros proves nothing of the forget gate and of what multiplies h",
        [PROOF_NO_INPUT] = "inputs that are all 0 prove nothing of what multiplies them",
        [PROOF_SMALL] = "values that are all smaller than ten times the tolerance prove nothing",
    };
    if (p->lack == PROOF_LOOSE)
        str_addf(out, "a tolerance of %g proves nothing, as h lies between -1 and 1: at most %g does",
                 m->expected->tolerance, PROOF_TOLERANCE_MOST);
    else if (p->lack != PROOF_TELLS)
        str_add(out, lacks[p->lack]);
}

bool proof_compare(const struct model *m, const struct lstm *net, const struct trace *tr, const float *const *x,
                   struct proof *out)
{
    const struct expected *want = m->expected;
    *out = (struct proof){0};
    if (!want || (!want->h && !want->C && !want->y) || want->steps != tr->steps)
        return false;
    judge(m, net, tr, x, out);
    const size_t values[3] = {values_of(want->h, want->last_h, want, h_width(m)),
                              values_of(want->C, want->last_C, want, lstm_top(net)),
                              values_of(want->y, want->last_y, want, net->outputs)};
    out->values = values[0] + values[1] + values[2];
    out->lack = lack_of(want, net, x, values);
    out->proven = out->within && out->lack == PROOF_TELLS;
    return true;
}

/* ---- other readings ---- */

static int next_order(char order[GATES + 1])
{
    int i = GATES - 2, j = GATES - 1;
    while (i >= 0 && order[i] >= order[i + 1])
        i--;
    if (i < 0)
        return 0;
    while (order[j] <= order[i])
        j--;
    char c = order[i];
    order[i] = order[j], order[j] = c;
    for (int a = i + 1, b = GATES - 1; a < b; a++, b--)
        c = order[a], order[a] = order[b], order[b] = c;
    return 1;
}

static double row_difference(const float *want, const double *found, int n)
{
    double most = 0;
    for (int u = 0; want && u < n; u++) {
        double d = fabs((double)want[u] - found[u]) / scale(found[u]);
        most = d <= most ? most : d;
    }
    return most;
}

/* The largest difference of a reading; more than `limit` as soon as it is clear. */
static double difference(struct exact *e, const float *const *x, int steps, double limit)
{
    const struct expected *want = e->m->expected;
    int H = lstm_top(e->net);
    double most = 0;
    exact_start(e, x, steps);
    for (int t = 1; t <= steps && most <= limit; t++) {
        exact_step(e, x[t - 1]);
        most = fmax(most, row_difference(expected_row(want, Q_H, t, h_width(e->m)),
                                         project(e->m, NULL, e->top_h, e->shown), h_width(e->m)));
        most = fmax(most, row_difference(expected_row(want, Q_C, t, H), e->top_C, H));
        if (want->y && e->net->outputs) {
            exact_logits(e, x[t - 1]);
            most =
                fmax(most, row_difference(expected_row(want, Q_COUNT, t, e->net->outputs), e->logits, e->net->outputs));
        }
    }
    return most;
}

static bool same_choice(const struct reading_choice *a, const struct reading_choice *b)
{
    return strcmp(a->order, b->order) == 0 && a->biases == b->biases && a->gate_function == b->gate_function
        && fabs(a->forget_bias - b->forget_bias) < 1e-9;
}

static bool two_biases(const struct lstm *net)
{
    for (int l = 0; l < net->layers; l++)
        if (net->layer[l].b2[Q_F])
            return true;
    return false;
}

/* How many things a reading changes: of two that agree alike, the smaller change is the likelier. */
static int changes(const struct reading_choice *a, const struct reading_choice *b)
{
    return (strcmp(a->order, b->order) != 0) + (a->biases != b->biases) + (a->gate_function != b->gate_function)
        + (fabs(a->forget_bias - b->forget_bias) > 1e-9);
}

static void keep(struct reading_choice *out, int *n, int most, const struct reading_choice *c,
                 const struct reading_choice *own)
{
    int at = *n < most ? (*n)++ : most;
    while (at > 0 && (changes(c, own) < changes(&out[at - 1], own)
                      || (changes(c, own) == changes(&out[at - 1], own) && c->score < out[at - 1].score))) {
        if (at < most)
            out[at] = out[at - 1];
        at--;
    }
    if (at < most)
        out[at] = *c;
}

int proof_search(const struct model *m, const float *const *x, int steps, struct reading_choice *out, int most,
                 int *tried)
{
    const struct expected *want = m->expected;
    const struct reading_choice own = as_read(m);
    const double shifts[] = {0, 1, -1};
    int n = 0, biases = two_biases(m->net) ? 3 : 1;
    struct exact e;
    double limit = fmax(10 * want->tolerance, 1e-4);
    *tried = 0;
    /* Wrong readings part at the first step that is known; where only the last is, each one costs all steps. */
    if (step_cost(m->net) * steps * (expected_last(want) || m->net->bidirectional ? 24 : 2) > WORK_MAX)
        return 0;
    if (!exact_new(&e, m, m->net)) {
        exact_free(&e);
        return 0;
    }
    struct reading_choice c = {.order = "fgio"};
    do {
        for (c.biases = 0; c.biases < biases; c.biases++)
            for (int f = 0; f < GATE_FUNCTIONS; f++)
                for (size_t k = 0; k < sizeof shifts / sizeof *shifts; k++) {
                    c.gate_function = (enum gate_function)f;
                    c.forget_bias = own.forget_bias + shifts[k];
                    if (same_choice(&c, &own))
                        continue;
                    set_reading(&e, &c);
                    c.score = difference(&e, x, steps, limit);
                    ++*tried;
                    if (c.score <= limit)
                        keep(out, &n, most, &c, &own);
                }
    } while (next_order(c.order));
    exact_free(&e);
    return n;
}

static double mean_surprisal(struct exact *e, const float *const *x, const int *id, int steps)
{
    double sum = 0;
    int n = 0, V = e->net->outputs;
    exact_start(e, x, steps);
    for (int t = 0; t + 1 < steps; t++) {
        exact_step(e, x[t]);
        exact_logits(e, NULL);
        double largest = e->logits[0], all = 0;
        for (int k = 1; k < V; k++)
            largest = fmax(largest, e->logits[k]);
        for (int k = 0; k < V; k++)
            all += exp(e->logits[k] - largest);
        if (id[t + 1] >= 0 && id[t + 1] < V) {
            sum += log(all) + largest - e->logits[id[t + 1]];
            n++;
        }
    }
    return n ? sum / n : INFINITY;
}

static int by_score(const void *a, const void *b)
{
    const struct reading_choice *x = a, *y = b;
    return (x->score > y->score) - (x->score < y->score);
}

int proof_rank(const struct model *m, const float *const *x, const int *id, int steps, struct reading_choice *out,
               int most)
{
    enum { ORDERS = 24, FORGET = 2 };
    struct reading_choice all[ORDERS * FORGET], c = {.order = "fgio"};
    const struct reading_choice own = as_read(m);
    const double other = own.forget_bias > 0 || own.forget_bias < 0 ? 0 : 1;
    struct exact e;
    int n = 0;
    if (m->net->bidirectional)
        return 0;
    if (!exact_new(&e, m, m->net)) {
        exact_free(&e);
        return 0;
    }
    double cost = step_cost(m->net);
    int read = cost * steps * ORDERS * FORGET > WORK_MAX ? (int)(WORK_MAX / (cost * ORDERS * FORGET)) : steps;
    do {
        for (int k = 0; k < FORGET; k++) {
            c.gate_function = own.gate_function;
            c.forget_bias = k ? other : own.forget_bias;
            set_reading(&e, &c);
            c.score = mean_surprisal(&e, x, id, read);
            all[n++] = c;
        }
    } while (next_order(c.order));
    exact_free(&e);
    qsort(all, (size_t)n, sizeof *all, by_score);
    n = n < most ? n : most;
    memcpy(out, all, (size_t)n * sizeof *out);
    return n;
}

void proof_options(const struct model *m, const struct reading_choice *c, struct str *out)
{
    const struct reading_choice own = as_read(m);
    const char *gap = "";
    if (strcmp(c->order, own.order) != 0) {
        if (*m->order)
            str_addf(out, "--order %s", c->order);
        else
            str_addf(out, "f, i, g, o of the file taken as %c, %c, %c, %c", c->order[0], c->order[1], c->order[2],
                     c->order[3]);
        gap = " ";
    }
    if (c->forget_bias - own.forget_bias > 1e-9 || own.forget_bias - c->forget_bias > 1e-9) {
        str_addf(out, "%s--forget-bias %g", gap, c->forget_bias);
        gap = " ";
    }
    if (c->gate_function != own.gate_function) {
        str_addf(out, "%s--gate-function %s", gap, gate_function_name(c->gate_function));
        gap = " ";
    }
    if (c->biases)
        str_addf(out, "%s(with the %s bias alone)", gap, c->biases == 1 ? "input" : "recurrent");
}
