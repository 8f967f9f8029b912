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

#include "base/clamp.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/threads.h"
#include "core/sweep_private.h"

/* ---- a piece at a time: reruns join the gang, it runs a step, the head is asked 64 outputs ----------------------- */

/* Reruns of values set at step j->s, as many as go together. */
static void join_some(struct sweep_job *j)
{
    for (; j->unit < j->w->units && j->n < GANG; j->unit++) {
        float C, h;
        size_t at = sweep_place(j, j->s, j->unit);
        if (sweep_set(j, j->s, j->unit, &C, &h))
            sweep_join(j, j->s, j->unit, C, h);
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
    sweep_advance(j, 1, j->s, false);
    j->t = j->s + 1;
    j->phase = RUN;
}

static void run(struct sweep_job *j)
{
    if (j->n && j->t <= j->w->q.step) {
        sweep_advance(j, 0, j->t, j->t == j->s + 1);
        if (j->lambda_C && j->t >= sweep_window_end(&j->w->q, j->s))
            sweep_settle(j, j->s, j->t);
        j->t++;
        return;
    }
    sweep_finish(j, j->s);
    j->phase = j->last_n + GANG > j->room ? ASK : JOIN;
}

static void ask(struct sweep_job *j)
{
    if (j->head < j->net->outputs) {
        sweep_ask_some(j);
        return;
    }
    sweep_take_answers(j);
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
            float C, h, *out = &j->w->closed[sweep_place(j, s, u)];
            size_t at = (size_t)(s - j->w->q.first) * (size_t)v->padded + (size_t)u;
            *out = NAN;
            if (!j->lambda_C || sweep_window_end(&j->w->q, s) > s)
                continue;
            *out = j->w->p;
            if (!sweep_set(j, s, u, &C, &h))
                continue;
            double dC = (double)C - (double)trace_row(j->tr, v->layer, Q_C, s)[u],
                   dh = (double)h - (double)trace_row(j->tr, v->layer, Q_H, s)[u],
                   answer = j->answer + (double)j->lambda_C[at] * dC + (double)j->lambda_h[at] * dh;
            *out = sweep_told(j, sweep_against(j) || answer > 0 ? answer : 0);
        }
}

static bool job_init(struct sweep_job *j)
{
    const struct sweep_question *q = &j->w->q;
    /* A large head is asked in between, so that something is exact soon. */
    const double few = 4e9 / ((double)j->net->outputs * lstm_top(j->net));
    j->room = few < WAITING ? clamp_int((int)few, GANG, WAITING) : WAITING;
    const size_t room = (size_t)j->room;
    j->levels = j->net->layers - q->layer;
    j->level = mem_array((size_t)j->levels, sizeof *j->level);
    j->last_at = mem_array(room, sizeof *j->last_at);
    j->last_h = mem_array(room * (size_t)lstm_top(j->net), sizeof *j->last_h);
    j->sum = mem_array(3 * room, sizeof *j->sum);
    j->tile = mem_array((size_t)lstm_top(j->net) * TILE_ROWS + TILE_ROWS + (size_t)GANG * TILE_ROWS, sizeof *j->tile);
    bool ok = j->level && j->last_at && j->last_h && j->sum && j->tile;
    for (int l = 0; ok && l < j->levels; l++)
        ok = sweep_level_init(j, &j->level[l], q->layer + l);
    if (!ok)
        return false;
    j->most = j->sum + room;
    j->at = j->most + room;
    if (!j->borrows)
        return sweep_beginning_init(j);
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
        sweep_level_clear(&j->level[l], j->borrows);
    mem_free(j->level);
    sweep_beginning_clear(&j->first);
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
    sweep_beginning_clear(&w->job[0].first);
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
        if (sweep_begin_some(&w->job[0]))
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
