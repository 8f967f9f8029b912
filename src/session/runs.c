/* runs.c: the two runs over the sequence, recomputed from the earliest stale step on and never before.
 *
 * The pinned run before its first pin is the baseline: those rows are copied, not computed. Without pins there is no
 * second trace to speak of. Nothing is computed while a group of edits is open, unless somebody reads.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/session_private.h"

/* ---- what is remembered of a run (predict.c, peak.c) ------------------------------------------------------------- */

void cache_forget(struct cache *c, int from)
{
    if (!c->slot || from > c->last)
        return;
    if (from < 0)
        from = 0;
    for (int k = 0; k < c->slots; k++)
        if (c->slot[k].t >= from)
            c->slot[k].t = -1;
    for (int t = from; t <= c->last; t++)
        c->known[t] = false;
    c->last = from - 1;
}

void cache_clear(struct cache *c)
{
    for (int k = 0; k < c->slots; k++)
        mem_free(c->slot[k].p);
    free(c->slot);
    free(c->surprisal);
    free(c->known);
    *c = (struct cache){0};
}

void peaks_clear(struct peaks *p)
{
    free(p->v);
    *p = (struct peaks){0};
}

/* ---- the runs ---------------------------------------------------------------------------------------------------- */

static bool fits(const struct trace *tr, int steps)
{
    return tr && tr->steps == steps;
}

bool runs_reserve(const struct session *s, int steps, bool pinned, struct err *e)
{
    struct runs *r = s->runs;
    for (int run = RUN_BASE; run <= (pinned ? RUN_PINNED : RUN_BASE); run++) {
        if (fits(r->trace[run], steps) || fits(r->spare[run], steps))
            continue;
        trace_free(r->spare[run]);
        r->spare[run] = trace_new(s->model->net, steps);
        if (!r->spare[run])
            return err_set(e, NULL, NULL, "not enough memory for %d steps: each run keeps every gate, %.0f MiB", steps,
                           (double)trace_bytes(s->model->net, steps) / (1024 * 1024));
    }
    return true;
}

void runs_stale(const struct session *s, enum run run, int from)
{
    struct runs *r = s->runs;
    if (from < r->stale[run])
        r->stale[run] = from;
    if (from < r->peaks[run].from)
        r->peaks[run].from = from;
    /* The surprisal at t is about word t+1. */
    cache_forget(&r->cache[run], from - 1);
    if (run == RUN_BASE)
        r->parity_known = false;
    r->fresh = false;
}

static void count_steps(struct runs *r, int from, int steps)
{
    int n = steps - (from > 1 ? from : 1) + 1;
    if (n > r->recomputed)
        r->recomputed = n;
}

/* The trace of a run, of the right length. */
static struct trace *of_length(const struct session *s, enum run run, int steps)
{
    struct runs *r = s->runs;
    if (fits(r->trace[run], steps))
        return r->trace[run];
    trace_free(r->trace[run]);
    r->trace[run] = fits(r->spare[run], steps) ? r->spare[run] : trace_new(s->model->net, steps);
    if (r->trace[run] == r->spare[run])
        r->spare[run] = NULL;
    if (!r->trace[run])
        mem_die();
    r->stale[run] = 0;
    r->peaks[run].from = 0;
    cache_forget(&r->cache[run], 0);
    return r->trace[run];
}

static void copy_rows(const struct trace *from, struct trace *to, int first, int end)
{
    for (int l = 0; l < from->layers; l++)
        for (int q = 0; q < Q_COUNT; q++)
            memcpy(trace_row(to, l, (enum quantity)q, first), trace_row(from, l, (enum quantity)q, first),
                   (size_t)(end - first) * from->layer[l].stride * sizeof(float));
}

static void refresh_base(const struct session *s, int steps)
{
    struct runs *r = s->runs;
    struct trace *tr = of_length(s, RUN_BASE, steps);
    if (r->stale[RUN_BASE] > steps)
        return;
    lstm_run(session_net(s), s->sequence->x, r->stale[RUN_BASE], NULL, 0, tr);
    count_steps(r, r->stale[RUN_BASE], steps);
    r->stale[RUN_BASE] = steps + 1;
}

static void refresh_pinned(const struct session *s, int steps)
{
    struct runs *r = s->runs;
    if (!s->pins.n) {
        if (!fits(r->trace[RUN_PINNED], steps)) {
            trace_free(r->trace[RUN_PINNED]);
            r->trace[RUN_PINNED] = NULL;
        }
        return;
    }
    struct trace *tr = of_length(s, RUN_PINNED, steps);
    int from = r->stale[RUN_PINNED], first = s->pins.v[0].step;
    if (from < first) {
        copy_rows(r->trace[RUN_BASE], tr, from, first);
        from = first;
    }
    if (from <= steps) {
        lstm_run(session_net(s), s->sequence->x, from, s->pins.v, s->pins.n, tr);
        count_steps(r, from, steps);
    }
    r->stale[RUN_PINNED] = steps + 1;
}

void runs_refresh(const struct session *s)
{
    struct runs *r = s->runs;
    if (r->fresh)
        return;
    if (r->unpacked && s->net && !lstm_pack(s->net))
        mem_die();
    r->unpacked = false;
    refresh_base(s, s->sequence->n);
    refresh_pinned(s, s->sequence->n);
    for (int run = RUN_BASE; run <= RUN_PINNED; run++) {
        trace_free(r->spare[run]);
        r->spare[run] = NULL;
    }
    r->fresh = true;
}

void runs_clear(struct runs *r)
{
    for (int run = RUN_BASE; run <= RUN_PINNED; run++) {
        trace_free(r->trace[run]);
        trace_free(r->spare[run]);
        cache_clear(&r->cache[run]);
        peaks_clear(&r->peaks[run]);
    }
    mem_free(r->largest);
    *r = (struct runs){0};
}

enum run runs_source(const struct session *s, enum run run, int t)
{
    return run == RUN_PINNED && s->pins.n && t >= s->pins.v[0].step ? RUN_PINNED : RUN_BASE;
}
