/* machine.c: see machine.h: running the sentences, trying what they do not show. */
#include "core/machine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/machine_private.h"

enum { TIES_A_STEP = 24 };        /* that are kept */

/* ---- making and freeing ------------------------------------------------------------------------------------------ */

static int compare_int(const void *a, const void *b)
{
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

static bool gather_words(struct machine *m)
{
    const struct machine_plan *p = &m->maker->plan;
    int n = p->start[p->sequences];
    m->word = mem_array((size_t)n, sizeof *m->word);
    if (!m->word)
        return false;
    memcpy(m->word, p->id, (size_t)n * sizeof *m->word);
    qsort(m->word, (size_t)n, sizeof *m->word, compare_int);
    for (int k = 0; k < n; k++)
        if (!k || m->word[k] != m->word[m->words - 1])
            m->word[m->words++] = m->word[k];
    return true;
}

static int word_number(const struct machine *m, int id)
{
    const int *at = bsearch(&id, m->word, (size_t)m->words, sizeof *m->word, compare_int);
    return at ? (int)(at - m->word) : -1;
}

static int dims_of(const struct machine_plan *p)
{
    int dims = 0;
    for (int l = 0; l < p->net->layers; l++)
        dims += 2 * p->net->layer[l].hidden;
    return p->unit < 0 ? dims : 2;
}

static bool reserve(struct machine *m)
{
    struct machine_maker *k = m->maker;
    const struct machine_plan *p = &k->plan;
    int built = 0, all = p->start[p->sequences] + p->sequences;
    for (int j = 0; j < p->sequences; j += 2)
        built += p->start[j + 1] - p->start[j] + 1;
    size_t dims = (size_t)k->dims, outputs = (size_t)(p->unit < 0 ? p->net->outputs : 0);
    size_t table = (size_t)p->most * (size_t)m->words, floats;
    k->point = mem_array((size_t)all, sizeof *k->point);
    k->x = mem_product((size_t)built, dims, &floats) ? mem_array(floats, sizeof *k->x) : NULL;
    k->key = mem_array((size_t)built, sizeof *k->key);
    k->tr = trace_new(p->net, 1);
    k->middle = trace_new(p->net, 1);
    k->logits = mem_array(outputs, sizeof *k->logits);
    k->vector = mem_array(dims, sizeof *k->vector);
    k->mean = mem_array((size_t)MACHINE_STATES_MOST * dims, sizeof *k->mean);
    m->state = xcalloc(MACHINE_STATES_MOST, sizeof *m->state);
    m->to = mem_array(table, sizeof *m->to);
    m->seen = mem_array(table, sizeof *m->seen);
    m->like = outputs ? mem_array(outputs, sizeof *m->like) : NULL;
    return k->point && k->x && k->key && k->tr && k->middle && k->logits && k->vector && k->mean && m->to && m->seen
           && (m->like || !outputs);
}

struct machine *machine_new(const struct machine_plan *plan)
{
    if (plan->sequences < 1 || plan->start[plan->sequences] < 1 || !plan->net->embedding || plan->net->bidirectional
        || plan->most < 2
        || plan->most > MACHINE_STATES_MOST || (plan->unit < 0 && !plan->net->outputs))
        return NULL;
    struct machine *m = xcalloc(1, sizeof *m);
    m->maker = xcalloc(1, sizeof *m->maker);
    m->maker->plan = *plan;
    m->maker->dims = dims_of(plan);
    m->held = plan->sequences / 2;
    if (gather_words(m) && reserve(m))
        return m;
    machine_free(m);
    return NULL;
}

static void maker_free(struct machine_maker *k)
{
    if (!k)
        return;
    mem_free(k->point);
    mem_free(k->x);
    mem_free(k->key);
    trace_free(k->tr);
    trace_free(k->middle);
    mem_free(k->logits);
    mem_free(k->vector);
    mem_free(k->mean);
    free(k->tie);
    for (int j = 0; j < k->splits; j++)
        mem_free(k->split[j].mean[0]);
    free(k);
}

void machine_free(struct machine *m)
{
    if (!m)
        return;
    maker_free(m->maker);
    free(m->state);
    mem_free(m->word);
    mem_free(m->to);
    mem_free(m->seen);
    mem_free(m->like);
    free(m);
}

/* ---- one step ---------------------------------------------------------------------------------------------------- */

void machine_carry(const struct machine *m, struct trace *tr, bool first)
{
    const struct lstm *net = m->maker->plan.net;
    for (int l = 0; l < net->layers; l++) {
        size_t bytes = (size_t)net->layer[l].hidden * sizeof(float);
        memcpy(trace_row(tr, l, Q_C, 0), first ? net->c0[l] : trace_row(tr, l, Q_C, 1), bytes);
        memcpy(trace_row(tr, l, Q_H, 0), first ? net->h0[l] : trace_row(tr, l, Q_H, 1), bytes);
    }
}

void machine_vector(const struct machine *m, const struct trace *tr, int t, float *out)
{
    const struct machine_plan *p = &m->maker->plan;
    if (p->unit >= 0) {
        out[0] = trace_row(tr, p->layer, Q_C, t)[p->unit];
        out[1] = t ? trace_row(tr, p->layer, Q_F, t)[p->unit] : NAN;
        return;
    }
    for (int l = 0; l < p->net->layers; l++) {
        int H = p->net->layer[l].hidden;
        const float *C = trace_row(tr, l, Q_C, t);
        for (int u = 0; u < H; u++)
            *out++ = lstm_tanh(C[u]);
        memcpy(out, trace_row(tr, l, Q_H, t), (size_t)H * sizeof *out);
        out += H;
    }
}

static void keep_tie(struct machine_maker *k, int top, int other)
{
    if (k->ties == k->tie_room) {
        k->tie_room = k->tie_room ? 2 * k->tie_room : 1024;
        k->tie = xrealloc(k->tie, k->tie_room, sizeof *k->tie);
    }
    k->tie[k->ties++] = (uint64_t)top << 32 | (uint64_t)other;
}

int machine_says(struct machine *m, const struct trace *tr, int t, bool keep)
{
    struct machine_maker *k = m->maker;
    int n = k->plan.net->outputs, top = 0, kept = 0;
    lstm_logits(k->plan.net, tr, t, k->logits);
    for (int o = 1; o < n; o++)
        top = k->logits[o] > k->logits[top] ? o : top;
    if (!keep)
        return top;
    keep_tie(k, top, top);
    for (int o = 0; o < n && kept < TIES_A_STEP && !k->plan.apart; o++)
        if (o != top && (double)k->logits[o] >= (double)k->logits[top] + log(MACHINE_TIE)) {
            keep_tie(k, top, o);
            kept++;
        }
    return top;
}

/* The next step of the sentences. False after the last. */
static bool run_step(struct machine *m)
{
    struct machine_maker *k = m->maker;
    const struct machine_plan *p = &k->plan;
    if (k->sequence == p->sequences)
        return false;
    const int *id = p->id + p->start[k->sequence];
    int n = p->start[k->sequence + 1] - p->start[k->sequence], t = k->step;
    machine_carry(m, k->tr, t <= 1);
    if (t) {
        const float *x = p->net->embedding + (size_t)id[t - 1] * (size_t)p->net->embed;
        lstm_run(p->net, &x, 1, NULL, 0, k->tr);
    }
    struct machine_point *at = &k->point[k->points++];
    *at = (struct machine_point){.sequence = k->sequence, .step = t, .row = -1};
    at->word = t ? word_number(m, id[t - 1]) : -1;
    at->said = p->unit < 0 ? machine_says(m, k->tr, t > 0, t > 0) : 0;    /* before any word nothing was learnt */
    machine_vector(m, k->tr, t > 0, k->vector);
    if (k->sequence % 2 == 0) {
        at->row = k->rows++;
        memcpy(k->x + (size_t)at->row * (size_t)k->dims, k->vector, (size_t)k->dims * sizeof *k->x);
        m->steps += t > 0;
    }
    at->C = p->unit < 0 ? 0 : k->vector[0];
    if (++k->step > n) {
        k->step = 0;
        k->sequence++;
    }
    return true;
}

/* ---- what no sentence shows -------------------------------------------------------------------------------------- */

/* The state in the middle of one, computed again, into row 0. */
static void reach(struct machine *m, const struct machine_state *to)
{
    struct machine_maker *k = m->maker;
    const struct machine_plan *p = &k->plan;
    const int *id = p->id + p->start[to->sequence];
    machine_carry(m, k->middle, true);
    for (int t = 1; t <= to->step; t++) {
        const float *x = p->net->embedding + (size_t)id[t - 1] * (size_t)p->net->embed;
        lstm_run(p->net, &x, 1, NULL, 0, k->middle);
        machine_carry(m, k->middle, false);
    }
}

/* The next cell of the table that is not known. False after the last. */
static bool fill_one(struct machine *m)
{
    struct machine_maker *k = m->maker;
    const struct machine_plan *p = &k->plan;
    if (k->at_state == m->states)
        return false;
    if (!k->at_word)
        reach(m, &m->state[k->at_state]);
    size_t cell = (size_t)k->at_state * (size_t)m->words + (size_t)k->at_word;
    if (!m->seen[cell]) {
        const float *x = p->net->embedding + (size_t)m->word[k->at_word] * (size_t)p->net->embed;
        lstm_run(p->net, &x, 1, NULL, 0, k->middle);
        machine_vector(m, k->middle, 1, k->vector);
        int said = p->unit < 0 ? m->like[machine_says(m, k->middle, 1, false)] : -1;
        m->to[cell] = machine_state_of(m, k->vector, said);
    }
    if (++k->at_word == m->words) {
        k->at_word = 0;
        k->at_state++;
    }
    return true;
}

/* ---- all of it --------------------------------------------------------------------------------------------------- */

bool machine_work(struct machine *m)
{
    struct machine_maker *k = m->maker;
    bool more = true;
    switch (k->phase) {
    case MACHINE_RUN: k->phase = run_step(m) ? MACHINE_RUN : MACHINE_LABEL; break;
    case MACHINE_LABEL:
        more = machine_label(m);
        k->phase = m->kind != MACHINE_UNFINISHED ? MACHINE_OVER : MACHINE_SPLIT;
        break;
    case MACHINE_SPLIT:
        if (k->plan.unit < 0 && machine_split_once(m))
            break;
        more = machine_count_seen(m);
        k->phase = MACHINE_FILL;
        break;
    case MACHINE_FILL: k->phase = fill_one(m) ? MACHINE_FILL : MACHINE_FINISH; break;
    case MACHINE_FINISH:
        more = machine_finish(m);
        k->phase = MACHINE_OVER;
        break;
    case MACHINE_OVER: return false;
    }
    if (!more)
        k->phase = MACHINE_OVER;
    return k->phase != MACHINE_OVER;
}

double machine_progress(const struct machine *m)
{
    const struct machine_maker *k = m->maker;
    const struct machine_plan *p = &k->plan;
    if (k->phase == MACHINE_RUN)
        return 0.7 * (double)k->points / (double)(p->start[p->sequences] + p->sequences);
    if (k->phase <= MACHINE_SPLIT)
        return 0.7 + 0.2 * (double)m->states / (double)p->most;
    return k->phase == MACHINE_FILL ? 0.9 + 0.1 * (double)k->at_state / (double)m->states : 1;
}

double machine_fidelity(const struct machine *m)
{
    return m->tested ? (double)m->agree / (double)m->tested : (double)NAN;
}

int machine_next(const struct machine *m, int state, int word)
{
    int w = word_number(m, word);
    return w < 0 ? -1 : m->to[(size_t)state * (size_t)m->words + (size_t)w];
}
