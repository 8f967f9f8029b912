/* sweep_ask.c: what the sweep asks, and the answer, computed when something has changed and kept. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "core/answers.h"
#include "core/suffix.h"
#include "views/sweep_view.h"

/* Multiplications a sweep may take when the view opens: some tens of milliseconds. `reach` doublings more are on
 * request. */
static const double BUDGET = 6e9;
/* And those that are not worth a picture of their own before they are all there; and what is looked through when no
 * value matters. */
static const double AT_ONCE = 2e8, LOOKING = 5e7;
enum { STEPS_LEAST = 3, NEAR = 200 };

float sweep_effect(const struct sweep_state *st, int step, int unit)
{
    double v = (double)sweep_closed(st->sweep, step, unit), p = (double)st->sweep->p;
    return (float)(st->of_to == SWEEP_TO_OTHER ? (v - p) / (st->there - st->here) : v - p);
}

bool sweep_matters(const struct sweep_state *st)
{
    return fabsf(st->largest[st->order[0]]) >= SWEEP_MATTERS;
}

int sweep_end(const struct sweep_state *st, int step)
{
    int end = step + st->of_window;
    return end < st->sweep->q.step ? end : st->sweep->q.step;
}

int sweep_rank(const struct sweep_state *st, int unit)
{
    for (int k = 0; st->order && k < st->sweep->units; k++)
        if (st->order[k] == unit)
            return k;
    return 0;
}

/* ---- the question ------------------------------------------------------------------------------------------------ */

static int candidate(const struct session *s, int step, int k)
{
    struct prediction p[SWEEP_CANDIDATES];
    int n = session_predict(s, step, SWEEP_CANDIDATES, p);
    return n ? p[(k - 1) % n].output : -1;
}

/* The word that does follow, else the likeliest; or the k-th likeliest. -1 where nothing can be predicted. */
static int target_of(const struct session *s, int step, int chosen)
{
    int next = session_output(s, step + 1);
    return chosen ? candidate(s, step, chosen) : next >= 0 ? next : session_likeliest(s, RUN_PINNED, step);
}

/* The output, other than `besides`, whose probability is most greater in a than in b. */
static int gained(const struct session *a, enum run run_a, const struct session *b, enum run run_b, int step,
                  int besides)
{
    int best = -1;
    float most = 0;
    for (int o = 0; o < session_outputs(a); o++) {
        float more = session_probability(a, run_a, step, o) - session_probability(b, run_b, step, o);
        if (o != besides && isfinite(more) && (best < 0 || more > most)) {
            best = o;
            most = more;
        }
    }
    return best;
}

/* As far back as the budget goes, and always some steps. */
static struct sweep_question question(const struct session *s, const struct sweep_state *st)
{
    struct sweep_question q = {.step = st->asked,
                               .first = st->asked,
                               .layer = st->layer,
                               .q = st->what,
                               .window = st->window + 1,
                               .against = st->to == SWEEP_TO_OTHER};
    const struct session *other = session_compare(s);
    if (!q.against) {
        q.target = target_of(s, st->asked, st->chosen);
    } else {
        q.target = st->chosen ? candidate(s, st->asked, st->chosen)
                              : gained(s, RUN_PINNED, other, RUN_BASE, st->asked, -1);
        q.rival = gained(other, RUN_BASE, s, RUN_PINNED, st->asked, q.target);
    }
    double budget = ldexp(BUDGET, st->reach);
    while (q.first > 1) {
        struct sweep_question more = q;
        more.first--;
        if (sweep_cost(session_net(s), &more) > budget && q.step - q.first + 1 >= STEPS_LEAST)
            break;
        q = more;
    }
    return q;
}

static float mean_of(const struct session *s, int layer, enum quantity q, int unit)
{
    double sum = 0;
    int T = session_steps(s);
    for (int t = 1; t <= T; t++)
        sum += (double)session_row(s, RUN_PINNED, layer, q, t)[unit];
    return (float)(sum / T);
}

/* What the values of quantity `what` are set to; NULL: 0 everywhere, or memory is short (*ok false). */
static float *values_of(const struct session *s, const struct sweep_state *st, const struct sweep_question *q,
                        enum quantity what, bool *ok)
{
    size_t units = (size_t)session_net(s)->layer[q->layer].hidden, steps = (size_t)(q->step - q->first) + 1;
    *ok = true;
    if (st->to == SWEEP_TO_0)
        return NULL;
    float *v = mem_array(steps * units, sizeof *v);
    *ok = v != NULL;
    for (size_t k = 0; v && k < steps * units; k++)
        v[k] = 1;
    for (size_t t = 0; v && t < steps; t++) {
        if (st->to == SWEEP_TO_OTHER)
            memcpy(v + t * units, session_row(session_compare(s), RUN_BASE, q->layer, what, q->first + (int)t),
                   units * sizeof *v);
        for (size_t u = 0; st->to == SWEEP_TO_MEAN && u < units; u++)
            v[t * units + u] = t ? v[u] : mean_of(s, q->layer, what, (int)u);
    }
    return v;
}

/* Where no gate matters: which word of the sentence does hang on memory? Each of those near the one asked about is
 * computed once more, and goes through the head, a piece at a time. */
struct sweep_looking {
    int t, last;
    struct suffix *end;           /* of the word at hand; NULL: not run yet */
    struct answers *answers;
};

static void looking_free(struct sweep_looking *l)
{
    if (!l)
        return;
    suffix_free(l->end);
    answers_free(l->answers);
    free(l);
}

void sweep_forget(struct sweep_state *st)
{
    looking_free(st->looking);
    sweep_free(st->begun);
    sweep_free(st->sweep);
    mem_free(st->values);
    mem_free(st->whole);
    free(st->order);
    free(st->largest);
    free(st->at);
    st->looking = NULL;
    st->sweep = st->begun = NULL;
    st->order = st->at = NULL;
    st->largest = st->values = st->whole = NULL;
    st->revision = 0;
}

/* ---- the answer -------------------------------------------------------------------------------------------------- */

struct ranked { float size; int unit; };

static int by_size(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? 1 : -1;
    return (x->unit > y->unit) - (x->unit < y->unit);
}

static void rank(struct sweep_state *st)
{
    const struct sweep *w = st->sweep;
    size_t units = (size_t)w->units;
    struct ranked *r = xcalloc(units, sizeof *r);
    if (!st->order) {
        st->order = xcalloc(units, sizeof *st->order);
        st->at = xcalloc(units, sizeof *st->at);
        st->largest = xcalloc(units, sizeof *st->largest);
    }
    for (int u = 0; u < w->units; u++) {
        st->at[u] = w->q.step;
        st->largest[u] = 0;
        for (int s = w->q.step; s >= w->q.first; s--)
            if (fabsf(sweep_effect(st, s, u)) > fabsf(st->largest[u])) {
                st->largest[u] = sweep_effect(st, s, u);
                st->at[u] = s;
            }
        r[u] = (struct ranked){fabsf(st->largest[u]), u};
    }
    qsort(r, units, sizeof *r, by_size);
    for (int u = 0; u < w->units; u++)
        st->order[u] = r[u].unit;
    free(r);
}

static void look(const struct session *s, struct sweep_state *st)
{
    const double words = LOOKING / ((double)session_outputs(s) * lstm_top(session_net(s)));
    const int T = session_steps(s), near = words < NEAR ? (int)words + 1 : NEAR;
    struct sweep_looking *l = st->looking = xcalloc(1, sizeof *l);
    l->t = st->asked > near ? st->asked - near : 1;
    l->last = st->asked + near < T ? st->asked + near : T - 1;
    l->answers = answers_new(session_net(s), 1);
    if (!l->answers)
        l->t = l->last + 1;
}

/* Step t with the memory of the layer, all of C, 0 just before it; NULL when memory is short. */
static struct suffix *without_memory(const struct session *s, int layer, int t)
{
    const int H = session_net(s)->layer[layer].hidden;
    const struct computation of = session_computation_to(s, RUN_PINNED, t);
    struct suffix *end = suffix_new(&of, t, t);
    struct pin *gone = end ? mem_array((size_t)H, sizeof *gone) : NULL;
    for (int u = 0; gone && u < H; u++)
        gone[u] = (struct pin){t - 1, layer, Q_C, u, 0};
    if (!gone || !suffix_run(end, gone, (size_t)H)) {
        suffix_free(end);
        end = NULL;
    }
    mem_free(gone);
    return end;
}

/* What p of the word that comes after step t changes by. True: it is known. */
static bool look_at(const struct session *s, struct sweep_state *st, double end)
{
    struct sweep_looking *l = st->looking;
    const int output = session_output(s, l->t + 1);
    if (output < 0)
        return true;
    if (!l->end) {
        if (!(l->end = without_memory(s, st->layer, l->t)))
            return true;
        answers_begin(l->answers);
        answers_add(l->answers, suffix_head_input(l->end, l->t));
    }
    if (!session_surprise(s, RUN_PINNED, l->t, l->t, end - clock_ms()) || !answers_on(l->answers, end))
        return false;
    const float z = answers_logits(l->answers, 0)[output];
    const float change = (float)exp(-surprisal_by(answers_sum(l->answers, 0), z))
                         - session_probability(s, RUN_PINNED, l->t, output);
    if (isfinite(change) && fabsf(change) > fabsf(st->hangs_by)) {
        st->hangs_by = change;
        st->hangs = l->t;
    }
    return true;
}

static void look_on(const struct session *s, struct sweep_state *st, double end)
{
    struct sweep_looking *l = st->looking;
    for (; l->t <= l->last; l->t++) {
        if (!look_at(s, st, end))
            return;
        suffix_free(l->end);
        l->end = NULL;
    }
    looking_free(l);
    st->looking = NULL;
    if (fabsf(st->hangs_by) < SWEEP_MATTERS || st->hangs == st->asked)
        st->hangs = 0;
}

/* logit(target) - logit(rival) of a session's run. */
static double difference(const struct session *s, enum run run, const struct sweep_question *q)
{
    const struct lstm *net = session_net(s);
    const struct trace *tr = session_trace_to(s, run, q->step);
    return (double)lstm_logit(net, tr, q->step, q->target) - (double)lstm_logit(net, tr, q->step, q->rival);
}

/* The same when all C and h of every layer after step t are those of the other sentence. NaN: memory is short. */
static double all_swapped(const struct session *s, const struct sweep_question *q, int t)
{
    const struct lstm *net = session_net(s);
    const struct session *other = session_compare(s);
    size_t count = 0, taken = 0;
    const struct computation of = session_computation_to(s, RUN_PINNED, q->step);
    if (t == q->step)
        return difference(other, RUN_BASE, q);
    for (int l = 0; l < net->layers; l++)
        count += 2 * (size_t)net->layer[l].hidden;
    struct suffix *end = suffix_new(&of, t + 1, q->step);
    struct pin *all = mem_array(count, sizeof *all);
    for (int l = 0; all && l < net->layers; l++)
        for (int k = Q_C; k <= Q_H; k++)
            for (int u = 0; u < net->layer[l].hidden; u++)
                all[taken++] = (struct pin){t, l, (enum quantity)k, u,
                                            session_row(other, RUN_BASE, l, (enum quantity)k, t)[u]};
    double d = (double)NAN;
    if (end && all && suffix_run(end, all, count))
        d = (double)suffix_logit(end, q->step, q->target) - (double)suffix_logit(end, q->step, q->rival);
    mem_free(all);
    suffix_free(end);
    return d;
}

/* The check: all of C and h together, for as many words as a part of the budget allows, the last ones first. */
static void swap_all(const struct session *s, struct sweep_state *st, const struct sweep_question *q)
{
    double a_step = (double)lstm_parameters(session_net(s)), spent = 0;
    st->whole = mem_array((size_t)(q->step - q->first) + 1, sizeof *st->whole);
    for (int t = q->step; st->whole && t >= q->first; t--) {
        spent += a_step * (q->step - t);
        st->whole[t - q->first] = spent > BUDGET / 100 && t < q->step
            ? NAN : (float)((all_swapped(s, q, t) - st->here) / (st->there - st->here));
    }
}

/* The largest effect of every quantity, one at a time, where all of them together are cheap. */
static void compare_quantities(const struct session *s, struct sweep_state *st, const struct sweep_question *asked)
{
    memset(st->most, 0, sizeof st->most);
    if (sweep_cost(session_net(s), asked) > BUDGET / 60)
        return;
    size_t n;
    const struct pin *pins = session_pins(s, &n);
    for (int what = 0; what < Q_COUNT; what++) {
        struct sweep_question q = *asked;
        bool ok;
        q.q = (enum quantity)what;
        float *values = values_of(s, st, &q, q.q, &ok);
        q.values = values;
        const struct trace *tr = session_trace_to(s, RUN_PINNED, q.step);
        struct sweep *w = ok ? sweep_new(session_net(s), tr, session_inputs(s), &q, pins, n) : NULL;
        for (int t = q.first; w && t <= q.step; t++)
            for (int u = 0; u < w->units; u++) {
                float e = (float)(((double)sweep_closed(w, t, u) - (double)w->p) / (st->there - st->here));
                if (!st->most[what].step || fabsf(e) > fabsf(st->most[what].effect))
                    st->most[what] = (struct sweep_most){e, t, u};
            }
        sweep_free(w);
        mem_free(values);
    }
}

/* The trouble there is before anything is computed. */
static enum sweep_trouble trouble(const struct session *s, const struct sweep_state *st)
{
    const struct session *other = st->to == SWEEP_TO_OTHER ? session_compare(s) : NULL;
    if (st->asked < 1)
        return SWEEP_NO_WORD;
    if (!session_outputs(s))
        return SWEEP_NO_HEAD;
    if (st->to != SWEEP_TO_OTHER)
        return SWEEP_FINE;
    return !other ? SWEEP_NO_OTHER : session_steps(other) < st->asked ? SWEEP_OTHER_SHORT : SWEEP_FINE;
}

/* Computes on and ranks what is there. When all is and none of it matters: what does? */
static void go_on(const struct session *s, struct sweep_state *st, double ms)
{
    const double end = clock_ms() + ms;
    const int exact = st->sweep->exact;
    if (st->looking) {
        look_on(s, st, end);
        return;
    }
    sweep_some(st->sweep, ms);
    if (!st->order || exact != st->sweep->exact || !st->sweep->job)
        rank(st);
    if (!st->sweep->job && !st->sweep->q.against && !sweep_matters(st)) {
        look(s, st);
        look_on(s, st, end);
    }
}

static bool goes_on(const struct sweep_state *st)
{
    return st->begun || (st->sweep && (st->sweep->job || st->looking));
}

/* It is ready to be shown. */
static void show(const struct session *s, struct sweep_state *st)
{
    struct sweep *w = st->sweep = st->begun;
    st->begun = NULL;
    st->trouble = SWEEP_FINE;
    if (w->q.against) {
        swap_all(s, st, &w->q);
        compare_quantities(s, st, &w->q);
    }
    go_on(s, st, 0);
}

static bool head_there(const struct session *s, const struct sweep_state *st)
{
    return session_head_there(s, st->asked)
        && (st->to != SWEEP_TO_OTHER || session_head_there(session_compare(s), st->asked));
}

static enum sweep_trouble begin(const struct session *s, struct sweep_state *st)
{
    struct sweep_question q = question(s, st);
    if (!isfinite(session_probability(s, RUN_PINNED, q.step, q.target)) || (q.against && q.rival < 0))
        return SWEEP_OVERFLOW;
    bool ok;
    st->values = values_of(s, st, &q, q.q, &ok);
    q.values = st->values;
    if (q.against) {
        st->here = difference(s, RUN_PINNED, &q);
        st->there = difference(session_compare(s), RUN_BASE, &q);
        if (fabs(st->there - st->here) < 1e-3 || !isfinite(st->there))
            return SWEEP_SAME_ANSWER;
    }
    const struct computation of = session_computation_to(s, RUN_PINNED, q.step);
    st->begun = ok ? sweep_begin(&of, &q) : NULL;
    return st->begun ? SWEEP_WAITS : SWEEP_NO_MEMORY;
}

/* Until the clock says `end` at most: the rest is for sweep_work. */
static void answer(const struct session *s, struct sweep_state *st, bool waits, double end)
{
    st->trouble = trouble(s, st);
    if (st->trouble != SWEEP_FINE)
        return;
    st->trouble = !waits || head_there(s, st) ? begin(s, st) : SWEEP_WAITS;
    while (st->begun && !st->begun->ready) {
        sweep_some(st->begun, 0);
        if (clock_ms() >= end)
            return;
    }
    if (!st->begun)
        return;
    show(s, st);
    if (sweep_cost(session_net(s), &st->sweep->q) < AT_ONCE)
        while (goes_on(st))
            go_on(s, st, INFINITY);
}

static bool is_current(const struct session *s, const struct sweep_state *st, int layer)
{
    const struct session *other = session_compare(s);
    return st->revision == session_revision(s) && st->layer == layer && st->of_asked == st->asked
        && st->of_chosen == st->chosen && st->of_reach == st->reach && st->of_what == st->what && st->of_to == st->to
        && st->of_window == st->window
        && (st->to != SWEEP_TO_OTHER || st->other_revision == (other ? session_revision(other) : 0));
}

static void prepare(const struct session *s, int layer, int t, struct sweep_state *st, bool waits)
{
    const double IN_A_FRAME = 8;          /* milliseconds */
    const double end = waits ? clock_ms() + IN_A_FRAME : INFINITY;
    const struct session *other = session_compare(s);
    if (st->asked < t || st->asked > session_steps(s) || (st->model && st->model != session_model_number(s))) {
        st->asked = t;
        st->chosen = st->place = 0;
    }
    st->model = session_model_number(s);          /* 0 before: what a sitting chose that is opened again */
    if (is_current(s, st, layer)) {
        if (st->trouble == SWEEP_WAITS && !st->begun && head_there(s, st))
            answer(s, st, waits, end);
        return;
    }
    sweep_forget(st);
    st->revision = session_revision(s);
    st->other_revision = other ? session_revision(other) : 0;
    st->layer = layer;
    st->of_asked = st->asked;
    st->of_chosen = st->chosen;
    st->of_reach = st->reach;
    st->of_what = st->what;
    st->of_to = st->to;
    st->of_window = st->window;
    st->hangs = 0;
    st->hangs_by = 0;
    answer(s, st, waits, end);
}

void sweep_prepare(const struct session *s, struct sweep_state *st)
{
    prepare(s, session_cursor(s)->layer, session_cursor(s)->step, st, session_is_lazy(s));
}

void sweep_prepare_at(const struct session *s, int layer, int t, struct sweep_state *st)
{
    prepare(s, layer, t, st, false);
}

enum view_work sweep_work(struct session *s, struct sweep_state *st, int ms)
{
    sweep_prepare(s, st);                 /* nobody may have looked since the last key */
    if (!goes_on(st))
        return WORK_NONE;
    if (!st->begun) {
        go_on(s, st, ms);
        return goes_on(st) ? WORK_MORE : WORK_DONE;
    }
    sweep_some(st->begun, ms);
    if (st->begun->ready)
        show(s, st);
    return goes_on(st) ? WORK_MORE : WORK_DONE;
}
