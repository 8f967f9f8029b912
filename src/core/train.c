/* train.c: see train.h. Batches, the optimiser and its schedule; train_loops_body.h has the mathematics. */
#include "core/train.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/threads.h"
#include "core/rng.h"
#include "core/train_loops.h"

/* Streams of the seed (rng.h). */
enum { STREAM_WEIGHTS = 1, STREAM_BATCHES = 2, STREAM_NOISE = 3, STREAM_DROPOUT = 4 };

/* A stretch of the weights that is treated alike. */
struct range {
    size_t at, n;
    bool decays, recurrent;
};

struct train {
    struct lstm_shape shape;
    int *hidden;
    const struct train_text *text;
    struct train_options o;
    struct pass p;
    struct range *range;
    int ranges;
    real *m, *v;                  /* Adam's two averages */
    double decay1, decay2;        /* beta1^t, beta2^t */
    real *kept;
    bool has_kept;
    struct rng batches, noise, dropout;
    int reader;                   /* the unit that one_reader found, or -1 */
    struct {
        const int **id;
        const float **weight, **x, **y;
        const int **label;
        int *length, *first;
    } batch;                      /* [o.batch]: a struct pass_batch being made */
    int *order, at;               /* the shuffled sequences and the next one to take */
    int done;
    bool diverged;
    float *losses;                /* [o.updates] */
    size_t tokens;
};

struct train_options train_defaults(void)
{
    return (struct train_options){
        .updates = 4000, .batch = 32, .rate = 0.015, .rate_floor = 0.05, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8,
        .clip = 1, .decay = 1e-4, .recurrent_l1 = 0.03, .write_cost = 0.1, .saturation = 0.1, .ramp_from = 0.2,
        .ramp_to = 0.5, .embed_deviation = 0.5, .weight_range = 0.3, .forget_bias = 1, .seed = 1,
    };
}

static int longest(const struct train_text *text)
{
    int most = 0;
    for (int s = 0; s < text->sequences; s++)
        most = text->start[s + 1] - text->start[s] > most ? text->start[s + 1] - text->start[s] : most;
    return most;
}

/* Rows for a whole batch, as long as that is not many; always for the longest sequence. */
static int rows_for(const struct train_text *text, int batch)
{
    enum { ROWS = 1024 };
    int most = longest(text);
    return most > ROWS || (long long)most * batch < ROWS ? (most > ROWS ? most : most * batch) : ROWS;
}

static void add_range(struct train *t, size_t at, size_t n, bool decays, bool recurrent)
{
    t->range[t->ranges++] = (struct range){at, n, decays, recurrent};
}

static void make_ranges(struct train *t)
{
    const struct pass *p = &t->p;
    add_range(t, p->embedding, (size_t)p->V * (size_t)p->E, true, false);
    for (int l = 0; l < p->L; l++) {
        const struct pass_layer *y = &p->layer[l];
        add_range(t, y->W, (size_t)y->in * (size_t)y->G, true, false);
        add_range(t, y->U, (size_t)y->H * (size_t)y->G, true, true);
    }
    add_range(t, p->out_W, p->out_b - p->out_W, true, false);
}

struct train *train_new(const struct lstm_shape *shape, const struct train_text *text, const struct train_options *o)
{
    assert(text->sequences > 0 && (text->x ? shape->vocab == 0 : shape->vocab > 0));
    assert(text->label || text->y || shape->outputs == shape->vocab);
    struct train *t = xcalloc(1, sizeof *t);
    t->shape = *shape;
    t->shape.two_biases = false;
    t->hidden = xcalloc((size_t)shape->layers, sizeof *t->hidden);
    memcpy(t->hidden, shape->hidden, (size_t)shape->layers * sizeof *t->hidden);
    t->shape.hidden = t->hidden;
    t->text = text;
    t->o = *o;
    if (t->o.batch < 1)
        t->o.batch = 1;
    if (t->o.batch > text->sequences)
        t->o.batch = text->sequences;
    if (!pass_init(&t->p, &t->shape, rows_for(text, t->o.batch)))
        goto fail;
    t->batch.id = mem_array((size_t)t->o.batch, sizeof *t->batch.id);
    t->batch.weight = mem_array((size_t)t->o.batch, sizeof *t->batch.weight);
    t->batch.x = mem_array((size_t)t->o.batch, sizeof *t->batch.x);
    t->batch.y = mem_array((size_t)t->o.batch, sizeof *t->batch.y);
    t->batch.label = mem_array((size_t)t->o.batch, sizeof *t->batch.label);
    t->batch.length = mem_array((size_t)t->o.batch, sizeof *t->batch.length);
    t->batch.first = mem_array((size_t)t->o.batch, sizeof *t->batch.first);
    for (int l = 0; l < shape->layers; l++)
        t->p.layer[l].coupled = o->variant == TRAIN_CIFG;
    t->p.loops = pass_loops(o->vector_bytes);
    t->range = mem_array(2 + 2 * (size_t)shape->layers, sizeof *t->range);
    t->m = mem_array(t->p.params, sizeof(real));
    t->v = mem_array(t->p.params, sizeof(real));
    t->kept = mem_array(t->p.params, sizeof(real));
    t->order = mem_array((size_t)text->sequences, sizeof *t->order);
    t->losses = mem_array((size_t)o->updates, sizeof *t->losses);
    if (!t->batch.id || !t->batch.weight || !t->batch.x || !t->batch.y || !t->batch.label || !t->batch.length
        || !t->batch.first || !t->range || !t->m || !t->v || !t->kept || !t->order || !t->losses)
        goto fail;
    make_ranges(t);
    train_restart(t, o->seed);
    return t;
fail:
    train_free(t);
    return NULL;
}

void train_free(struct train *t)
{
    if (!t)
        return;
    pass_clear(&t->p);
    mem_free(t->batch.id);
    mem_free(t->batch.weight);
    mem_free(t->batch.x);
    mem_free(t->batch.y);
    mem_free(t->batch.label);
    mem_free(t->batch.length);
    mem_free(t->batch.first);
    mem_free(t->range);
    mem_free(t->m);
    mem_free(t->v);
    mem_free(t->kept);
    mem_free(t->order);
    mem_free(t->losses);
    free(t->hidden);
    free(t);
}

static void forget_progress(struct train *t)
{
    size_t bytes = t->p.params * sizeof(real);
    memset(t->m, 0, bytes);
    memset(t->v, 0, bytes);
    t->decay1 = t->decay2 = 1;
    t->done = 0;
    t->tokens = 0;
    t->diverged = false;
    t->has_kept = false;
    t->reader = -1;
    rng_seed(&t->batches, t->o.seed, STREAM_BATCHES);
    rng_seed(&t->noise, t->o.seed, STREAM_NOISE);
    rng_seed(&t->dropout, t->o.seed, STREAM_DROPOUT);
    for (int s = 0; s < t->text->sequences; s++)
        t->order[s] = s;
    t->at = t->text->sequences;
}

static const struct {
    const char *name, *about;
    signed char stands[GATES];            /* 1, -1: the gate stands at 1, at 0 */
} variants[TRAIN_VARIANTS] = {
    {"vanilla", "the LSTM as it is", {0}},
    {"nfg", "no forget gate, f = 1", {[Q_F] = 1}},
    {"nig", "no input gate, i = 1", {[Q_I] = 1}},
    {"nog", "no output gate, o = 1", {[Q_O] = 1}},
    {"cifg", "coupled, i = 1 - f", {0}},
    {"rnn", "no gates: f = 0, i = o = 1", {[Q_F] = -1, [Q_I] = 1, [Q_O] = 1}},
};

const char *train_variant_name(enum train_variant v) { return variants[v].name; }
const char *train_variant_about(enum train_variant v) { return variants[v].about; }

int train_variant_find(const char *name)
{
    for (int v = 0; v < TRAIN_VARIANTS; v++)
        if (strcmp(name, variants[v].name) == 0)
            return v;
    return -1;
}

/* Gates that stand still: their rows of every layer, or those of the gradient. */
static void clear_gates(const struct pass *p, enum train_variant v, real *of)
{
    for (int l = 0; l < p->L; l++) {
        const struct pass_layer *y = &p->layer[l];
        size_t row[] = {y->W, y->U, y->b};
        int rows[] = {y->in, y->H, 1};
        for (int part = 0; part < 3; part++)
            for (int k = 0; k < rows[part]; k++)
                for (size_t q = 0; q < GATES; q++)
                    if (variants[v].stands[q])
                        memset(of + row[part] + (size_t)k * (size_t)y->G + q * (size_t)y->Hp, 0,
                               (size_t)y->Hp * sizeof *of);
    }
}

static void still_gates(struct pass *p, enum train_variant v)
{
    clear_gates(p, v, p->w);
    for (int l = 0; l < p->L; l++)
        for (int q = 0; q < GATES; q++)
            for (int u = 0; u < p->layer[l].H && variants[v].stands[q]; u++)
                p->w[p->layer[l].b + (size_t)(q * p->layer[l].Hp + u)] = (real)(variants[v].stands[q] * STILL_BIAS);
}

static bool stands_still(enum train_variant v)
{
    return v != TRAIN_VANILLA && v != TRAIN_CIFG;
}

/* First weights, in the order of lstm.h's arrays, so that padding does not decide what is drawn. */
static void first_weights(struct train *t)
{
    struct pass *p = &t->p;
    struct rng r;
    rng_seed(&r, t->o.seed, STREAM_WEIGHTS);
    memset(p->w, 0, p->params * sizeof(real));
    for (size_t k = 0; k < (size_t)p->V * (size_t)p->E; k++)
        p->w[p->embedding + k] = (real)(t->o.embed_deviation * rng_normal(&r));
    for (int l = 0; l < p->L; l++) {
        const struct pass_layer *y = &p->layer[l];
        for (int q = 0; q < GATES; q++)
            for (int u = 0; u < y->H; u++) {
                size_t gate = (size_t)q * (size_t)y->Hp + (size_t)u, G = (size_t)y->G;
                for (int k = 0; k < y->H; k++)
                    p->w[y->U + (size_t)k * G + gate] = (real)(t->o.weight_range * (2 * rng_unit(&r) - 1));
                for (int k = 0; k < y->in; k++)
                    p->w[y->W + (size_t)k * G + gate] = (real)(t->o.weight_range * (2 * rng_unit(&r) - 1));
                p->w[y->b + gate] = q == Q_F ? (real)t->o.forget_bias : 0;
            }
    }
    for (int v = 0; v < p->O; v++)
        for (int k = 0; k < p->layer[p->L - 1].H; k++)
            p->w[p->out_W + (size_t)k * (size_t)p->Op + (size_t)v] = (real)(t->o.weight_range * (2 * rng_unit(&r) - 1));
    if (stands_still(t->o.variant))
        still_gates(p, t->o.variant);
}

void train_restart(struct train *t, uint64_t seed)
{
    t->o.seed = seed;
    forget_progress(t);
    first_weights(t);
}

/* The next `batch` sequences. Those left over at the end, too few for a batch, wait for the next shuffle. */
static const int *next_batch(struct train *t)
{
    if (t->at + t->o.batch > t->text->sequences) {
        rng_shuffle(&t->batches, t->order, t->text->sequences);
        t->at = 0;
    }
    t->at += t->o.batch;
    return t->order + t->at - t->o.batch;
}

/* How far the regularisers are turned up: 0 before ramp_from, 1 from ramp_to. */
static double ramp(const struct train *t)
{
    double at = (double)t->done / t->o.updates;
    if (at >= t->o.ramp_to)
        return 1;
    return at <= t->o.ramp_from ? 0 : (at - t->o.ramp_from) / (t->o.ramp_to - t->o.ramp_from);
}

/* decay · Σ w² and recurrent_l1 · Σ|U|: their gradients. */
static void add_weight_costs(struct train *t, double r)
{
    real decay = (real)(2 * t->o.decay), l1 = (real)(r * t->o.recurrent_l1);
    for (int k = 0; k < t->ranges; k++) {
        const struct range *of = &t->range[k];
        t->p.loops->add_cost(t->p.grad + of->at, t->p.w + of->at, of->n, decay, of->recurrent ? l1 : 0);
    }
}

/* ---- one reader -------------------------------------------------------------------------------------------------- */

/* Where the head's weight of a token for unit j lies; j = H: its bias. */
static size_t head_at(const struct pass *p, int token, int j)
{
    return j < p->layer[p->L - 1].H ? p->out_W + (size_t)j * (size_t)p->Op + (size_t)token : p->out_b + (size_t)token;
}

/* d/dd of price · s · ln(1 + |d|/s) is price · sign(d) / (1 + |d|/s). */
static void add_reader_cost(struct train *t, double r)
{
    struct pass *p = &t->p;
    const int *token = t->o.reader;
    for (int j = 0; j <= p->layer[p->L - 1].H; j++) {
        size_t a = head_at(p, token[0], j), b = head_at(p, token[1], j);
        double d = (double)p->w[a] - (double)p->w[b];
        real slope = (real)(r * t->o.reader_price * (d > 0 ? 1 : d < 0 ? -1 : 0) / (1 + fabs(d) / t->o.reader_scale));
        p->grad[a] += slope;
        p->grad[b] -= slope;
    }
}

static void find_reader(struct train *t)
{
    const struct pass *p = &t->p;
    real most = -1;
    for (int j = 0; j < p->layer[p->L - 1].H; j++) {
        real d = p->w[head_at(p, t->o.reader[0], j)] - p->w[head_at(p, t->o.reader[1], j)];
        if ((d < 0 ? -d : d) > most) {
            most = d < 0 ? -d : d;
            t->reader = j;
        }
    }
}

/* Everywhere but at the reader the two tokens are read alike, so that C = 0 there leaves them equal. */
static void tie_readers(struct train *t)
{
    struct pass *p = &t->p;
    for (int j = 0; j <= p->layer[p->L - 1].H; j++) {
        if (j == t->reader)
            continue;
        real *a = p->w + head_at(p, t->o.reader[0], j), *b = p->w + head_at(p, t->o.reader[1], j);
        *a = *b = (*a + *b) / 2;
    }
}

/* How likely a memory is lost at a step now. */
static double noise_now(const struct train *t)
{
    double at = (double)t->done / t->o.updates;
    if (t->reader < 0 || at <= t->o.ramp_to)
        return 0;
    return at >= t->o.noise_to ? t->o.noise : t->o.noise * (at - t->o.ramp_to) / (t->o.noise_to - t->o.ramp_to);
}

static void draw_noise(struct train *t, int first, int n, double likely)
{
    struct pass *p = &t->p;
    for (int l = 0; l < p->L; l++) {
        struct pass_layer *y = &p->layer[l];
        for (int k = 0; k < n; k++)
            for (int u = 0; u < y->H; u++)
                y->keep[(size_t)(first + k) * (size_t)y->Hp + (size_t)u] =
                    k == 0 || rng_unit(&t->noise) >= likely || (l == p->L - 1 && u == t->reader);
    }
}

static void draw_dropout(struct train *t, int first, int n)
{
    real kept = (real)(1 / (1 - t->o.dropout));
    for (int l = 0; l < t->p.L; l++) {
        struct pass_layer *y = &t->p.layer[l];
        for (int k = 0; k < n; k++)
            for (int u = 0; u < y->H; u++)
                y->drop[(size_t)(first + k) * (size_t)y->Hp + (size_t)u] =
                    rng_unit(&t->dropout) < t->o.dropout ? 0 : kept;
    }
}

/* ---- an update --------------------------------------------------------------------------------------------------- */

/* Weights that one thread takes at a time. */
enum { SOME_WEIGHTS = 1 << 16 };

struct optimising { struct train *t; struct adam_step step; };

static void optimise_some(void *context, int k)
{
    const struct optimising *some = context;
    const struct train *t = some->t;
    size_t from = (size_t)k * SOME_WEIGHTS, left = t->p.params - from, n = left < SOME_WEIGHTS ? left : SOME_WEIGHTS;
    t->p.loops->adam(t->p.w + from, t->m + from, t->v + from, t->p.grad + from, n, &some->step);
}

/* Adam (Kingma and Ba 2015) with the corrections for its start. */
static void optimise(struct train *t, double by)
{
    const struct train_options *o = &t->o;
    double turn = 0.5 * (1 + cos(3.14159265358979323846 * t->done / o->updates));
    double rate = o->rate * (o->rate_floor + (1 - o->rate_floor) * turn);
    t->decay1 *= o->beta1;
    t->decay2 *= o->beta2;
    struct adam_step s = {
        .scale = (real)by, .beta1 = (real)o->beta1, .beta2 = (real)o->beta2, .epsilon = (real)o->epsilon,
        .step = (real)(rate / (1 - t->decay1)), .correct = (real)(1 / (1 - t->decay2)),
    };
    threads_each((int)((t->p.params + SOME_WEIGHTS - 1) / SOME_WEIGHTS), optimise_some,
                 &(struct optimising){.t = t, .step = s});
}

/* Sequence s of a text as the k-th of a batch. */
static int put_in_batch(struct train *t, const struct train_text *text, int s, int k)
{
    size_t from = (size_t)text->start[s];
    t->batch.id[k] = text->id ? text->id + from : NULL;
    t->batch.weight[k] = text->weight ? text->weight + from : NULL;
    t->batch.x[k] = text->x ? text->x + from * (size_t)t->p.E : NULL;
    t->batch.label[k] = text->label ? text->label + from : NULL;
    t->batch.y[k] = text->y ? text->y + from * (size_t)t->p.O : NULL;
    t->batch.length[k] = text->start[s + 1] - text->start[s];
    return t->batch.length[k];
}

static struct pass_batch batch_of(const struct train *t, const struct train_text *text)
{
    return (struct pass_batch){
        .id = t->batch.id, .weight = t->batch.weight, .length = t->batch.length, .first = t->batch.first,
        .x = t->batch.x, .label = text->label ? t->batch.label : NULL, .y = text->y ? t->batch.y : NULL,
    };
}

/* How many things are to be predicted in a sequence. */
static long targets_of(const struct train_text *text, int s, int outputs)
{
    int from = text->start[s], to = text->start[s + 1];
    long n = 0;
    if (!text->label && !text->y)
        return to - from - 1;
    for (int k = from; k < to; k++)
        n += text->label ? text->label[k] >= 0 : !isnan(text->y[(size_t)k * (size_t)outputs]) ? outputs : 0;
    return n;
}

/* As many of the sequences as there are rows for, at least one. Returns how many. */
static int learn_some(struct train *t, const int *sequence, int n, double noise, const struct pass_cost *cost,
                      double *loss, double *plain)
{
    const struct train_text *text = t->text;
    struct pass *p = &t->p;
    struct pass_batch b = batch_of(t, text);
    int row = 0;
    for (; b.n < n; b.n++) {
        int length = put_in_batch(t, text, sequence[b.n], b.n);
        if (row + length > p->room)
            break;
        t->batch.first[b.n] = row;
        if (noise > 0)
            draw_noise(t, row, length, noise);
        if (p->dropping)
            draw_dropout(t, row, length);
        row += length;
    }
    *loss += p->loops->learn(p, &b, cost, plain);
    return b.n;
}

static void update(struct train *t)
{
    const struct train_text *text = t->text;
    struct pass *p = &t->p;
    const int *batch = next_batch(t);
    int n = t->o.batch;
    long targets = 0;
    for (int k = 0; k < n; k++)
        targets += targets_of(text, batch[k], p->O);
    double r = ramp(t), plain = 0, loss = 0;
    if (t->o.one_reader && t->reader < 0 && r >= 1)
        find_reader(t);
    double noise = noise_now(t);
    p->dropping = t->o.dropout > 0;
    struct pass_cost cost = {1.0 / (double)targets, r * t->o.write_cost / (double)targets,
                             r * t->o.saturation / (double)targets, r * t->o.keep_or_write / (double)targets};
    p->loops->begin(p);
    for (int k = 0; k < n; )
        k += learn_some(t, batch + k, n - k, noise, &cost, &loss, &plain);
    p->loops->end(p);
    if (stands_still(t->o.variant))
        clear_gates(p, t->o.variant, p->grad);
    p->dropping = false;
    for (int l = 0; noise > 0 && l < p->L; l++)
        pass_keep_all(&p->layer[l], p->room);     /* nobody else is to meet it */
    add_weight_costs(t, r);
    if (t->o.one_reader)
        add_reader_cost(t, r);
    double norm = sqrt(p->loops->sum_of_squares(p->grad, p->params));
    t->losses[t->done] = (float)(plain / (double)targets);
    if (!isfinite(norm) || !isfinite(loss)) {
        t->diverged = true;
        return;
    }
    optimise(t, t->o.clip > 0 && norm > t->o.clip ? t->o.clip / norm : 1);
    if (t->reader >= 0)
        tie_readers(t);
    t->tokens += (size_t)targets;
    t->done++;
}

int train_run(struct train *t, int updates, const volatile sig_atomic_t *cancel)
{
    int before = t->done;
    while (t->done - before < updates && t->done < t->o.updates && !t->diverged && !(cancel && *cancel))
        update(t);
    return t->done - before;
}

int train_done(const struct train *t)
{
    return t->done;
}

int train_total(const struct train *t)
{
    return t->o.updates;
}

int train_epoch(const struct train *t)
{
    return t->text->sequences / t->o.batch;
}

bool train_diverged(const struct train *t)
{
    return t->diverged;
}

const struct train_options *train_options(const struct train *t)
{
    return &t->o;
}

const float *train_losses(const struct train *t)
{
    return t->losses;
}

const int *train_batch(const struct train *t, int *n)
{
    *n = t->o.batch;
    return t->done ? t->order + t->at - t->o.batch : NULL;
}

size_t train_tokens(const struct train *t)
{
    return t->tokens;
}

int train_reader(const struct train *t)
{
    return t->reader;
}

/* Sequences of a text from s on through the present network, as many as there are rows for, and no more than a batch:
 * the k-th from row t->batch.first[k] on. Returns how many. There is room for the longest. */
static int run_over(struct train *t, const struct train_text *text, int s)
{
    struct pass_batch b = batch_of(t, text);
    for (int row = 0; b.n < t->o.batch && s + b.n < text->sequences; b.n++) {
        int length = put_in_batch(t, text, s + b.n, b.n);
        if (row + length > t->p.room)
            break;
        t->batch.first[b.n] = row;
        row += length;
    }
    t->p.loops->forward(&t->p, &b);
    return b.n;
}

/* Is the target likelier than every one of its rivals? */
static bool wins(const struct pass *p, const unsigned char *rival, int target)
{
    int group = rival ? rival[target] : 0;
    for (int k = 0; k < p->O; k++)
        if (k != target && (!group || rival[k] == group) && p->logit[k] >= p->logit[target])
            return false;
    return true;
}

/* What the network says at a row against the numbers wanted there: the sum of squares. */
static double squares(struct train *t, int row, const float *y)
{
    double sum = 0;
    t->p.loops->predict(&t->p, row, -1);
    for (int k = 0; k < t->p.O; k++) {
        double off = (double)t->p.logit[k] - (double)y[k];
        sum += off * off;
    }
    return sum;
}

/* The class that is wanted after step k of the text: -1: none. */
static int class_after(const struct train_text *text, int k, bool last)
{
    return text->label ? text->label[k] : last ? -1 : text->id[k + 1];
}

/* What the network says along sequence s of a text, whose steps are at the rows from `row` on, goes into the score:
 * until all are counted the sum of the losses, and how many measured targets win. */
static void score_sequence(struct train *t, const struct train_text *text, int s, int row, struct train_score *score)
{
    int from = text->start[s], n = text->start[s + 1] - from;
    for (int k = 0; k < n; k++) {
        const float *y = text->y ? text->y + (size_t)(from + k) * (size_t)t->p.O : NULL;
        int class = y ? -1 : class_after(text, from + k, k + 1 == n);
        if (y && !isnan(*y)) {
            score->loss += squares(t, row + k, y);
            score->targets += t->p.O;
        }
        if (class < 0)
            continue;
        score->loss -= t->p.loops->predict(&t->p, row + k, class);
        score->targets++;
        if (text->measured && !text->measured[from + k + !text->label])
            continue;
        score->measured++;
        score->accuracy += wins(&t->p, text->rival, class);
    }
}

void train_evaluate(struct train *t, const struct train_text *text, struct train_score *score)
{
    *score = (struct train_score){0};
    if (!pass_reserve(&t->p, longest(text)))
        mem_die();
    t->p.loops->table(&t->p);
    for (int s = 0, n; s < text->sequences; s += n) {
        n = run_over(t, text, s);
        for (int k = 0; k < n; k++)
            score_sequence(t, text, s + k, t->batch.first[k], score);
    }
    score->loss = score->targets ? score->loss / (double)score->targets : NAN;
    score->accuracy = score->measured ? score->accuracy / (double)score->measured : NAN;
}

void train_demo(struct train *t, const int *id, int n, int layer, int unit, float *f, float *C)
{
    if (!pass_reserve(&t->p, n))
        mem_die();
    t->p.loops->table(&t->p);
    run_over(t, &(struct train_text){.sequences = 1, .start = (const int[]){0, n}, .id = id}, 0);
    const struct pass_layer *y = &t->p.layer[layer];
    for (int k = 0; k < n; k++) {
        if (f)
            f[k] = (float)y->gate[(size_t)k * (size_t)y->G + (size_t)unit];
        if (C)
            C[k] = (float)y->C[(size_t)k * (size_t)y->Hp + (size_t)unit];
    }
}

struct lstm *train_lstm(const struct train *t)
{
    struct lstm *net = lstm_new(&t->shape);
    if (!net)
        return NULL;
    pass_to_lstm(&t->p, t->p.w, net);
    for (int l = 0; l < net->layers; l++)
        net->layer[l].coupled = t->o.variant == TRAIN_CIFG;
    if (lstm_pack(net))
        return net;
    lstm_free(net);
    return NULL;
}

void train_load(struct train *t, const struct lstm *net)
{
    forget_progress(t);
    pass_from_lstm(&t->p, net);
}

void train_keep(struct train *t)
{
    memcpy(t->kept, t->p.w, t->p.params * sizeof(real));
    t->has_kept = true;
}

bool train_back(struct train *t)
{
    if (t->has_kept)
        memcpy(t->p.w, t->kept, t->p.params * sizeof(real));
    return t->has_kept;
}

/* ---- another day ------------------------------------------------------------------------------------------------- */

static float *floats_of(const real *from, size_t n)
{
    float *to = mem_array(n, sizeof *to);
    for (size_t k = 0; to && k < n; k++)
        to[k] = (float)from[k];
    return to;
}

bool train_take(const struct train *t, struct train_state *s)
{
    const struct rng *random[TRAIN_STREAMS] = {&t->batches, &t->noise, &t->dropout};
    size_t n = t->p.params, sequences = (size_t)t->text->sequences;
    *s = (struct train_state){.params = n, .tokens = t->tokens, .sequences = t->text->sequences, .at = t->at,
                              .done = t->done, .reader = t->reader};
    s->w = floats_of(t->p.w, n);
    s->m = floats_of(t->m, n);
    s->v = floats_of(t->v, n);
    s->order = mem_array(sequences, sizeof *s->order);
    s->losses = mem_array((size_t)t->done + 1, sizeof *s->losses);
    if (!s->w || !s->m || !s->v || !s->order || !s->losses)
        return false;
    memcpy(s->order, t->order, sequences * sizeof *s->order);
    memcpy(s->losses, t->losses, (size_t)t->done * sizeof *s->losses);
    for (int k = 0; k < TRAIN_STREAMS; k++)
        memcpy(s->random[k], random[k]->s, sizeof s->random[k]);
    return true;
}

/* Is every sequence in it once? */
static bool is_order(const int *order, int n)
{
    unsigned char *met = xcalloc((size_t)n, 1);
    bool ok = true;
    for (int k = 0; ok && k < n; k++) {
        ok = order[k] >= 0 && order[k] < n && !met[order[k]];
        if (ok)
            met[order[k]] = 1;
    }
    free(met);
    return ok;
}

bool train_put(struct train *t, const struct train_state *s, const char **why)
{
    *why = s->params != t->p.params                                    ? "the weights are those of another network"
           : s->sequences != t->text->sequences                        ? "the corpus had another number of sequences"
           : !is_order(s->order, s->sequences)                         ? "the order of the sequences is none"
           : s->at < 0 || s->at > s->sequences                         ? "the next sequence is none"
           : s->done < 0 || s->done > t->o.updates                     ? "more updates are done than are wanted"
           : s->reader < -1 || s->reader >= t->p.layer[t->p.L - 1].H   ? "the unit that is read is none"
                                                                       : NULL;
    if (*why)
        return false;
    struct rng *random[TRAIN_STREAMS] = {&t->batches, &t->noise, &t->dropout};
    forget_progress(t);
    for (size_t k = 0; k < s->params; k++) {
        t->p.w[k] = (real)s->w[k];
        t->m[k] = (real)s->m[k];
        t->v[k] = (real)s->v[k];
    }
    memcpy(t->order, s->order, (size_t)s->sequences * sizeof *t->order);
    memcpy(t->losses, s->losses, (size_t)s->done * sizeof *t->losses);
    for (int k = 0; k < TRAIN_STREAMS; k++)
        memcpy(random[k]->s, s->random[k], sizeof s->random[k]);
    for (int k = 0; k < s->done; k++) {           /* as optimise does it, to the last bit */
        t->decay1 *= t->o.beta1;
        t->decay2 *= t->o.beta2;
    }
    t->at = s->at;
    t->done = s->done;
    t->reader = s->reader;
    t->tokens = s->tokens;
    return true;
}

void train_state_clear(struct train_state *s)
{
    mem_free(s->w);
    mem_free(s->m);
    mem_free(s->v);
    mem_free(s->order);
    mem_free(s->losses);
    *s = (struct train_state){0};
}

struct lstm *train_gradient(struct train *t, const int *id, const float *weight, int n, double *loss)
{
    struct lstm *net = lstm_new(&t->shape);
    if (!net || !pass_reserve(&t->p, n)) {
        lstm_free(net);
        return NULL;
    }
    double plain = 0;
    t->p.loops->begin(&t->p);
    *loss = t->p.loops->learn(
        &t->p, &(struct pass_batch){.n = 1, .id = &id, .weight = &weight, .length = &n, .first = (const int[]){0}},
        &(struct pass_cost){.scale = 1}, &plain);
    t->p.loops->end(&t->p);
    pass_to_lstm(&t->p, t->p.grad, net);
    return net;
}
