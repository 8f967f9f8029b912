/* measure.c: see measure.h. Everything goes through the engine that also draws the screen (lstm_run with pins), not
 * through the trainer: what is stated in a model's file is what a user will see when doing the same by hand. */
#include "learn/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/gradient.h"
#include "learn/bench.h"

/* The class that is wanted after step k (from 1) of a sequence of n tokens from `from` on, or -1. */
static int class_after(const struct corpus *c, const struct corpus_part *p, int from, int k, int n)
{
    if (c->goal == GOAL_LABEL)
        return p->label[from + k - 1];
    return c->goal == GOAL_NEXT && k < n ? p->id[from + k] : -1;
}

/* Is that class one of those accuracy is about? */
static bool is_measured(const struct corpus *c, const struct corpus_part *p, int from, int k)
{
    return c->goal == GOAL_LABEL || !p->measured || p->measured[from + k];
}

/* Adds what one sequence tells. */
static void score_sequence(struct bench *b, const struct corpus *c, const struct corpus_part *p, int s, long *right,
                           struct measure_score *out)
{
    int from = p->start[s], n = p->start[s + 1] - from;
    for (int k = 1; k <= b->tr->steps; k++) {
        int class = class_after(c, p, from, k, n);
        if (c->goal == GOAL_NUMBER && !isnan(p->y[from + k - 1])) {
            double off = (double)*bench_say(b, k) - (double)p->y[from + k - 1];
            out->loss += off * off;
            out->targets++;
        }
        if (class < 0)
            continue;
        const float *q = bench_predict(b, k);
        out->loss -= log((double)q[class] > 1e-300 ? (double)q[class] : 1e-300);
        out->targets++;
        if (!is_measured(c, p, from, k))
            continue;
        out->measured++;
        *right += bench_wins(q, b->net->outputs, c->rival, class);
    }
}

bool measure_score(const struct lstm *net, const struct corpus *c, enum grammar_part part, struct measure_score *out)
{
    const struct corpus_part *p = &c->part[part];
    long right = 0;
    *out = (struct measure_score){0};
    for (int s = 0; s < p->sequences; s++) {
        struct bench b;
        bool ok = bench_init_part(&b, net, c, p, s, p->start[s + 1] - p->start[s] - (c->goal == GOAL_NEXT));
        if (ok) {
            bench_run(&b, 0, NULL, 0);
            score_sequence(&b, c, p, s, &right, out);
        }
        bench_clear(&b);
        if (!ok)
            return false;
    }
    out->loss = out->targets ? out->loss / (double)out->targets : NAN;
    out->accuracy = out->measured ? (double)right / (double)out->measured : NAN;
    if (c->goal == GOAL_NUMBER) {
        out->measured = out->targets;
        out->accuracy = 1 - out->loss / c->spread[part];
    }
    return true;
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* Sums while spans are gone through, one for each unit. */
struct tally {
    double right[MEASURE_VALUES][MEASURE_DISTANCES], right_all, change, lowest, at_cue, write, push_h, push_x;
    long count[MEASURE_VALUES][MEASURE_DISTANCES], count_all;
    double sc, scc, sv, svv, scv;         /* for the correlation: C, value */
    long n;
    float *hold;                          /* every f between, for mean and percentile */
    long holds;
    float *low, *high;                    /* of `right`, for every single sentence */
};

static int unit_count(const struct lstm *net)
{
    int n = 0;
    for (int l = 0; l < net->layers; l++)
        n += net->layer[l].hidden;
    return n;
}

bool measure_feasible(const struct lstm *net)
{
    size_t weights = 0;
    for (int l = 0; l < net->layers; l++)
        weights += 4 * (size_t)net->layer[l].hidden * (size_t)(net->layer[l].hidden + net->layer[l].in);
    return weights * (size_t)unit_count(net) <= 20000000;
}

/* What pushes the forget gate: the last hidden state or the word? */
static void tally_push(struct tally *t, const struct bench *b, int l, int step, int u)
{
    const struct lstm_layer *y = &b->net->layer[l];
    double h = 0, x = 0;
    lstm_preactivation(&(struct computation){.net = b->net, .tr = b->tr, .x = b->x},
                       (struct element){l, u, Q_F, step}, b->terms);
    for (int k = 0; k < y->hidden; k++)
        h += (double)b->terms[k];
    for (int k = 0; k < y->in; k++)
        x += (double)b->terms[y->hidden + k];
    t->push_h += fabs(h);
    t->push_x += fabs(x);
}

/* f, i and C of all units between cue and target, as they are without intervention. Steps count from 1: token k is
 * step k + 1. */
static void tally_between(struct tally *t, const struct bench *b, const struct corpus_span *s)
{
    for (int l = 0; l < b->net->layers; l++)
        for (int u = 0; u < b->net->layer[l].hidden; u++, t++)
            for (int step = s->cue + 2; step <= s->target; step++) {
                double C = (double)trace_row(b->tr, l, Q_C, step)[u], v = s->value == 0 ? 1 : -1;
                t->hold[t->holds++] = trace_row(b->tr, l, Q_F, step)[u];
                t->write += (double)trace_row(b->tr, l, Q_I, step)[u];
                tally_push(t, b, l, step, u);
                if (s->value > 1)
                    continue;
                t->sc += C;
                t->scc += C * C;
                t->sv += v;
                t->svv += v * v;
                t->scv += C * v;
                t->n++;
            }
}

/* Closes every unit's forget gate at every step between, one at a time. Backwards, so that the rows before the forced
 * step are still those of the run without intervention. */
static void tally_forced(struct tally *tally, struct bench *b, const unsigned char *rival, const struct corpus_span *s,
                         const int *id, int single)
{
    int value = s->value < MEASURE_VALUES ? s->value : MEASURE_VALUES - 1, units = unit_count(b->net);
    for (int u = 0; u < units; u++) {
        tally[u].low[single] = INFINITY;
        tally[u].high[single] = -INFINITY;
    }
    for (int step = s->target; step > s->cue + 1; step--) {
        int distance = s->target - step;
        if (distance >= MEASURE_DISTANCES)
            distance = MEASURE_DISTANCES - 1;
        struct tally *t = tally;
        for (int l = 0; l < b->net->layers; l++)
            for (int u = 0; u < b->net->layer[l].hidden; u++, t++) {
                struct pin pin = {step, l, Q_F, u, 0};
                bench_run(b, step, &pin, 1);
                double right = bench_right(bench_predict(b, s->target), b->net->outputs, rival, id[s->target]);
                t->low[single] = (float)right < t->low[single] ? (float)right : t->low[single];
                t->high[single] = (float)right > t->high[single] ? (float)right : t->high[single];
                t->right[value][distance] += right;
                t->count[value][distance]++;
                t->right_all += right;
                t->count_all++;
            }
    }
}

/* From the last target of the old value, itself included (a mark can be where it is forgotten), to the cue of the
 * new one: how much of C gets through. */
static void tally_change(struct tally *t, const struct bench *b, int from, int cue)
{
    for (int l = 0; l < b->net->layers; l++)
        for (int u = 0; u < b->net->layer[l].hidden; u++, t++) {
            double product = 1, lowest = 1;
            for (int step = from + 1; step <= cue + 1; step++) {
                double f = (double)trace_row(b->tr, l, Q_F, step)[u];
                product *= f;
                lowest = f < lowest ? f : lowest;
            }
            t->change += product;
            t->lowest += lowest;
            t->at_cue += (double)trace_row(b->tr, l, Q_F, cue + 1)[u];
        }
}

static int compare_float(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

static void finish_unit(struct measure_unit *m, struct tally *t, int changes)
{
    double sum = 0;
    qsort(t->hold, (size_t)t->holds, sizeof *t->hold, compare_float);
    for (long k = 0; k < t->holds; k++)
        sum += (double)t->hold[k];
    m->hold = t->holds ? sum / (double)t->holds : NAN;
    m->hold_low = t->holds ? (double)t->hold[t->holds / 20] : NAN;
    m->write = t->holds ? t->write / (double)t->holds : NAN;
    m->push_h = t->holds ? t->push_h / (double)t->holds : NAN;
    m->push_x = t->holds ? t->push_x / (double)t->holds : NAN;
    m->right_mean = t->count_all ? t->right_all / (double)t->count_all : NAN;
    m->right_lowest = INFINITY;
    m->right_highest = -INFINITY;
    for (int v = 0; v < MEASURE_VALUES; v++) {
        double all = 0;
        long n = 0;
        for (int d = 0; d < MEASURE_DISTANCES; d++) {
            double right = t->count[v][d] ? t->right[v][d] / (double)t->count[v][d] : NAN;
            m->right[v][d] = right;
            m->right_lowest = right < m->right_lowest ? right : m->right_lowest;
            m->right_highest = right > m->right_highest ? right : m->right_highest;
            all += t->right[v][d];
            n += t->count[v][d];
        }
        m->right_value[v] = n ? all / (double)n : NAN;
    }
    m->change = changes ? t->change / changes : NAN;
    m->change_lowest = changes ? t->lowest / changes : NAN;
    m->change_cue = changes ? t->at_cue / changes : NAN;
    double n = (double)t->n, vc = n * t->scc - t->sc * t->sc, vv = n * t->svv - t->sv * t->sv;
    m->correlation = vc > 0 && vv > 0 ? (n * t->scv - t->sc * t->sv) / sqrt(vc * vv) : NAN;
}

/* What holds in how many of the single sentences. Those without a step between count for nothing. */
static void finish_singles(struct measure_memory *m, const struct tally *t)
{
    int singles = 0, kept = 0;
    for (int k = 0; k < m->spans; k++) {
        bool others = true;
        if (!isfinite(t->low[k]))
            continue;
        singles++;
        for (int u = 0; u < m->units; u++) {
            m->unit[u].in_band += t[u].low[k] >= 0.35f && t[u].high[k] <= 0.65f;
            others = others && (u == m->carrier || t[u].low[k] >= 0.9f);
        }
        kept += others;
    }
    for (int u = 0; u < m->units; u++)
        m->unit[u].in_band /= singles;
    m->others_kept = (double)kept / singles;
}

static void finish(struct measure_memory *m, struct tally *t, const struct lstm *net)
{
    struct measure_unit *u = m->unit;
    const struct tally *all = t;
    for (int l = 0; l < net->layers; l++)
        for (int k = 0; k < net->layer[l].hidden; k++, u++, t++) {
            u->layer = l;
            u->unit = k;
            finish_unit(u, t, m->changes);
            u->single_lowest = INFINITY;
            u->single_highest = -INFINITY;
            for (int j = 0; j < m->spans; j++) {
                u->single_lowest = (double)t->low[j] < u->single_lowest ? (double)t->low[j] : u->single_lowest;
                u->single_highest = (double)t->high[j] > u->single_highest ? (double)t->high[j] : u->single_highest;
            }
        }
    m->carrier = 0;
    for (int k = 1; k < m->units; k++)
        if (m->unit[k].right_mean < m->unit[m->carrier].right_mean)
            m->carrier = k;
    m->runner_up = -1;
    for (int k = 0; k < m->units; k++)
        if (k != m->carrier && (m->runner_up < 0 || m->unit[k].right_lowest < m->unit[m->runner_up].right_lowest))
            m->runner_up = k;
    finish_singles(m, all);
}

/* The first target after each cue; several can stand in one sequence, in order. */
static bool is_first(const struct corpus_part *p, int k)
{
    return k == 0 || p->span[k - 1].sequence != p->span[k].sequence || p->span[k - 1].cue != p->span[k].cue;
}

/* The rivals of a question about one memory: the pair where there is one, else all of the measure line. */
static unsigned char *make_rivals(const struct corpus *c)
{
    unsigned char *rival = NULL;
    if (c->pair[0] >= 0) {
        rival = xcalloc((size_t)c->vocab->size, 1);
        rival[c->pair[0]] = rival[c->pair[1]] = 1;
    } else if (c->rival) {
        rival = xcalloc((size_t)c->vocab->size, 1);
        memcpy(rival, c->rival, (size_t)c->vocab->size);
    }
    return rival;
}

static bool counts(const struct corpus *c, const struct corpus_part *p, int k)
{
    const struct corpus_span *s = &p->span[k];
    int target = p->id[p->start[s->sequence] + s->target];
    return is_first(p, k)
           && (c->pair[0] < 0 || (s->target >= s->cue + 2 && (target == c->pair[0] || target == c->pair[1])));
}

/* What is measured: a network on a part of a corpus, against the rivals there. */
struct trial { const struct lstm *net; const struct corpus_part *p; const unsigned char *rival; };

static bool one_span(struct measure_memory *m, struct tally *t, const struct trial *of, int k, float *right)
{
    const struct lstm *net = of->net;
    const struct corpus_part *p = of->p;
    const struct corpus_span *s = &p->span[k], *before = k ? s - 1 : NULL;
    const int *id = p->id + p->start[s->sequence];
    struct bench b;
    bool ok = bench_init(&b, net, id, s->target);
    if (ok) {
        bench_run(&b, 0, NULL, 0);
        right[m->spans] = (float)bench_right(bench_predict(&b, s->target), net->outputs, of->rival, id[s->target]);
        m->right += (double)right[m->spans];
        tally_between(t, &b, s);
        if (before && before->sequence == s->sequence && before->value != s->value) {
            tally_change(t, &b, before->target, s->cue);
            m->changes++;
        }
        tally_forced(t, &b, of->rival, s, id, m->spans);
        m->spans++;
    }
    bench_clear(&b);
    return ok;
}

bool measure_memory(const struct lstm *net, const struct corpus *c, enum grammar_part part, struct measure_memory *m)
{
    const struct corpus_part *p = &c->part[part];
    *m = (struct measure_memory){.units = unit_count(net)};
    m->unit = xcalloc((size_t)m->units, sizeof *m->unit);
    struct tally *t = xcalloc((size_t)m->units, sizeof *t);
    unsigned char *rival = make_rivals(c);
    float *right = xcalloc(MEASURE_PLACES, sizeof *right);
    bool ok = true;
    for (int u = 0; u < m->units; u++) {
        t[u].hold = mem_array((size_t)p->start[p->sequences], sizeof *t[u].hold);
        t[u].low = mem_array(MEASURE_PLACES, sizeof *t[u].low);
        t[u].high = mem_array(MEASURE_PLACES, sizeof *t[u].high);
        ok = ok && t[u].hold && t[u].low && t[u].high;
    }
    for (int k = 0; ok && k < p->spans && m->spans < MEASURE_PLACES; k++)
        if (counts(c, p, k))
            ok = one_span(m, t, &(struct trial){net, p, rival}, k, right);
    ok = ok && m->spans > 0;
    if (ok) {
        m->right /= m->spans;
        qsort(right, (size_t)m->spans, sizeof *right, compare_float);
        m->right_low = (double)right[m->spans / 100];
        finish(m, t, net);
    }
    for (int u = 0; u < m->units; u++) {
        mem_free(t[u].hold);
        mem_free(t[u].low);
        mem_free(t[u].high);
    }
    free(t);
    free(rival);
    free(right);
    if (!ok)
        measure_memory_clear(m);
    return ok;
}

void measure_memory_clear(struct measure_memory *m)
{
    free(m->unit);
    m->unit = NULL;
}

/* ---- single questions -------------------------------------------------------------------------------------------- */

double measure_right(const struct lstm *net, const unsigned char *rival, const int *id, int target,
                     const struct measure_forcing *f)
{
    struct bench b;
    size_t n = f->from <= f->to ? (size_t)(f->to - f->from + 1) : 0;
    struct pin *pin = xcalloc(n + 1, sizeof *pin);
    for (size_t k = 0; k < n; k++)
        pin[k] = (struct pin){f->from + (int)k, f->layer, Q_F, f->unit, f->value};
    double right = NAN;
    if (bench_init(&b, net, id, target)) {
        bench_run(&b, 0, pin, n);
        right = bench_right(bench_predict(&b, target), net->outputs, rival, id[target]);
    }
    bench_clear(&b);
    free(pin);
    return right;
}

double measure_forgotten(const struct lstm *net, const struct corpus *c, enum grammar_part part, int layer, int unit,
                         int back)
{
    const struct corpus_part *p = &c->part[part];
    long right = 0, measured = 0;
    double squares = 0;
    for (int s = 0; s < p->sequences && measured < MEASURE_PLACES; s++) {
        int from = p->start[s], n = p->start[s + 1] - from, steps = n - (c->goal == GOAL_NEXT);
        struct bench b;
        bool ok = bench_init_part(&b, net, c, p, s, steps);
        if (ok)
            bench_run(&b, 0, NULL, 0);
        for (int k = steps; ok && k > 0 && k - back > 0; k--) {    /* backwards, as in tally_forced */
            int class = class_after(c, p, from, k, n);
            bool number = c->goal == GOAL_NUMBER && !isnan(p->y[from + k - 1]);
            if (!number && (class < 0 || !is_measured(c, p, from, k)))
                continue;
            struct pin pin = {k - back, layer, Q_F, unit, 0};
            bench_run_to(&b, k - back, k, &pin, 1);
            measured++;
            if (number) {
                double off = (double)*bench_say(&b, k) - (double)p->y[from + k - 1];
                squares += off * off;
            } else {
                right += bench_wins(bench_predict(&b, k), net->outputs, c->rival, class);
            }
        }
        bench_clear(&b);
        if (!ok)
            return NAN;
    }
    if (!measured)
        return NAN;
    return c->goal == GOAL_NUMBER ? 1 - squares / (double)measured / c->spread[part] : (double)right / (double)measured;
}

/* ---- gradients --------------------------------------------------------------------------------------------------- */

double measure_gradient(const struct lstm *net, const struct corpus *c, enum grammar_part part)
{
    const struct corpus_part *p = &c->part[part];
    float *ratio = xcalloc(MEASURE_PLACES, sizeof *ratio);
    int n = 0;
    for (int k = 0; k < p->spans && n < MEASURE_PLACES && c->pair[0] >= 0; k++) {
        const struct corpus_span *s = &p->span[k];
        const int *id = p->id + p->start[s->sequence];
        struct bench b;
        if (!counts(c, p, k))
            continue;
        if (bench_init(&b, net, id, s->target)) {
            bench_run(&b, 0, NULL, 0);
            struct gradient *g = gradient_surprisal(&(struct computation){net, b.tr, b.x, NULL, 0},
                                                     s->target, id[s->target]);
            double near = g ? gradient_norm(g, s->target) : 0;
            if (near > 0)
                ratio[n++] = (float)(gradient_norm(g, s->cue + 1) / near);
            gradient_free(g);
        }
        bench_clear(&b);
    }
    qsort(ratio, (size_t)n, sizeof *ratio, compare_float);
    double median = n ? (double)ratio[n / 2] : NAN;
    free(ratio);
    return median;
}

/* ---- counting ---------------------------------------------------------------------------------------------------- */

/* Is every symbol of `s` from step `from` on the likeliest? */
static bool counts_right(const struct lstm *net, const struct grammar_sentence *s, int from)
{
    struct bench b;
    bool ok = bench_init(&b, net, s->id, s->n - 1);
    if (ok)
        bench_run(&b, 0, NULL, 0);
    for (int k = from; ok && k < s->n; k++)
        ok = bench_wins(bench_predict(&b, k), net->outputs, NULL, s->id[k]);
    bench_clear(&b);
    return ok;
}

int measure_count(const struct lstm *net, const struct corpus *c, int most)
{
    struct grammar_sentence now = {.count = 1}, next = {0};
    struct rng r;
    rng_seed(&r, 1, 0);
    int reached = -1;
    for (int n = 1; c->counted && n <= most; n++) {
        int same = 0;
        next.count = n + 1;
        now.count = n;
        now.work = next.work = 0;
        if (!grammar_draw(c->counted, &r, &now) || !grammar_draw(c->counted, &r, &next))
            break;
        while (same < now.n && now.id[same] == next.id[same])
            same++;
        reached = n - 1;
        if (!counts_right(net, &now, same + 1))
            break;
        reached = n;
    }
    grammar_sentence_clear(&now);
    grammar_sentence_clear(&next);
    return reached;
}
