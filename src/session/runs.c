/* runs.c: the two runs over the sequence, recomputed from the earliest stale step on and never before.
 *
 * The pinned run before its first pin is the baseline: those rows are copied, not computed. Without pins there is no
 * second trace to speak of. Nothing is computed until somebody reads; of a lazy session no further than what is read,
 * the rest by session_catch_up.
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/room.h"
#include "core/projected.h"
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
    free(c->kept);
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

/* Bytes of a trace that were filled. */
static double filled(const struct runs *r, enum run run)
{
    const struct trace *tr = r->trace[run];
    return tr && !tr->together ? (double)tr->mapped * (r->reached[run] + 1) / (tr->steps + 1) : 0;
}

/* Less than this is not worth asking the system for, bytes. */
enum { ROOM_UNASKED = 64 << 20 };

/* Bytes free, once the runs that there are have gone. */
static bool whole_fits(const struct session *s, int steps, bool pinned, double *need, double *room)
{
    const struct runs *r = s->runs;
    const double takes = (double)trace_bytes(s->model->net, steps);
    *need = 0;
    for (int run = RUN_BASE; run <= (pinned ? RUN_PINNED : RUN_BASE); run++)
        *need += takes - filled(r, (enum run)run);     /* a trace of another length goes before the new is filled */
    *room = *need > ROOM_UNASKED ? (double)room_bytes() : *need;
    return *need <= *room && takes <= (double)partial_limits.whole;
}

bool runs_room(const struct session *s, int steps, bool pinned, struct err *e)
{
    double need, room;
    return whole_fits(s, steps, pinned, &need, &room) || partial_fits(s->model->net, steps)
        || err_set(e, NULL, NULL,
                   "not enough memory: %d steps, of which each run keeps every gate, need %.0f bytes%s, %.0f are free",
                   steps, need, pinned ? " with what is pinned" : "", room);
}

/* A trace for a run: whole, or else in part. */
static struct trace *trace_of(const struct session *s, int steps, bool whole)
{
    return whole ? trace_new(s->model->net, steps) : trace_new_in_part(s->model->net, steps);
}

bool runs_reserve(const struct session *s, int steps, bool pinned, struct err *e)
{
    struct runs *r = s->runs;
    bool asked = false, whole = true;
    double need, room;
    for (int run = RUN_BASE; run <= (pinned ? RUN_PINNED : RUN_BASE); run++) {
        if (fits(r->trace[run], steps) || fits(r->spare[run], steps))
            continue;
        if (!asked && !runs_room(s, steps, pinned, e))
            return false;
        if (!asked)
            whole = whole_fits(s, steps, pinned, &need, &room);
        asked = true;
        /* What follows on rows that are there in part is in part, too. */
        const struct trace *base = fits(r->trace[RUN_BASE], steps) ? r->trace[RUN_BASE] : r->spare[RUN_BASE];
        trace_free(r->spare[run]);
        r->spare[run] = trace_of(s, steps, whole && !(run == RUN_PINNED && base && base->together));
        if (!r->spare[run])
            return err_set(e, NULL, NULL, "not enough memory for %d steps: each run keeps every gate, %.0f bytes",
                           steps, (double)trace_bytes(s->model->net, steps));
    }
    return true;
}

void runs_stale(const struct session *s, enum run run, int from)
{
    struct runs *r = s->runs;
    if (s->model->net->bidirectional && from <= s->sequence->n)
        from = 0;                 /* a change has its say at every word, before it and after it */
    if (from < r->stale[run])
        r->stale[run] = from;
    if (from < r->touched[run])
        r->touched[run] = from;
    if (from < r->peaks[run].from)
        r->peaks[run].from = from;
    /* The surprisal at t is about word t+1. */
    cache_forget(&r->cache[run], from - 1);
    r->surprising.n = 0;
    r->asked.row = 0;
    if (from < r->copied_end)
        r->copied_end = from;
    if (r->part[run])
        partial_forget(r->part[run], from);
    if (run == RUN_BASE)
        r->parity_known = false;
    r->fresh = false;
}

void runs_touched_none(const struct session *s)
{
    s->runs->touched[RUN_BASE] = s->runs->touched[RUN_PINNED] = INT_MAX;
}

int runs_recomputed(const struct session *s)
{
    const struct runs *r = s->runs;
    int most = 0;
    for (int run = RUN_BASE; run <= (s->pins.n ? RUN_PINNED : RUN_BASE); run++) {
        int from = r->touched[run] > 1 ? r->touched[run] : 1;
        if (run == RUN_PINNED && from < first_pinned(s))
            from = first_pinned(s);
        if (s->sequence->n - from + 1 > most)
            most = s->sequence->n - from + 1;
    }
    return most;
}

static void drop(struct runs *r, enum run run)
{
    partial_free(r->part[run]);
    trace_free(r->trace[run]);
    r->part[run] = NULL;
    r->trace[run] = NULL;
}

/* The trace of a run, of the right length. */
static struct trace *of_length(const struct session *s, enum run run, int steps)
{
    struct runs *r = s->runs;
    if (fits(r->trace[run], steps))
        return r->trace[run];
    double need, room;
    drop(r, run);
    if (!fits(r->spare[run], steps)) {
        trace_free(r->spare[run]);
        r->spare[run] = trace_of(s, steps, whole_fits(s, steps, run == RUN_PINNED, &need, &room));
    }
    r->trace[run] = r->spare[run];
    r->spare[run] = NULL;
    if (!r->trace[run] || (r->trace[run]->together && !(r->part[run] = partial_new(r->trace[run]))))
        mem_die();
    r->stale[run] = 0;
    r->reached[run] = -1;
    r->copied = r->copied_end = 0;
    r->peaks[run].from = 0;
    r->surprising.n = 0;
    cache_forget(&r->cache[run], 0);
    return r->trace[run];
}

static void reach(struct runs *r, enum run run, int to)
{
    r->reached[run] = to > r->reached[run] ? to : r->reached[run];
}

/* A block at a time, whose largest |C| are looked for while it is there. */
static void run_in_part(const struct session *s, enum run run, int from, int to)
{
    const int window = partial_window(s->runs->trace[run]);
    for (int last; from <= to; from = last + 1) {
        last = to - from < window ? to : from + window - 1;
        partial_run(s, run, from, last);
        s->runs->stale[run] = last + 1;
        peaks_follow(s, run, last);
    }
}

static void refresh_base(const struct session *s, int to)
{
    struct runs *r = s->runs;
    struct trace *tr = of_length(s, RUN_BASE, s->sequence->n);
    if (r->stale[RUN_BASE] > to)
        return;
    const struct computation of = {.net = session_net(s), .x = s->sequence->x};
    if (r->part[RUN_BASE])
        run_in_part(s, RUN_BASE, r->stale[RUN_BASE], to);
    else
        lstm_run_kept(&of, r->kept, tr, r->stale[RUN_BASE], to);
    reach(r, RUN_BASE, to);
    r->stale[RUN_BASE] = to + 1;
}

/* The pinned run goes on from row t of the baseline. */
static void need_row(struct runs *r, int t)
{
    if (t < 0 || (t >= r->copied && t < r->copied_end))
        return;
    trace_copy(r->trace[RUN_BASE], r->trace[RUN_PINNED], t, t + 1);
    if (t != r->copied_end)
        r->copied = t;
    r->copied_end = t + 1;
}

const struct trace *runs_whole(const struct session *s, enum run run, int t)
{
    struct runs *r = s->runs;
    if (run == RUN_PINNED && !s->pins.n)
        run = RUN_BASE;
    if (r->part[run])
        runs_hold(s, run, t - partial_window(r->trace[run]), t);
    if (run == RUN_BASE || r->part[run])
        return r->trace[run];
    const int first = first_pinned(s), end = t + 1 < first ? t + 1 : first;
    if (r->copied >= r->copied_end)
        r->copied = r->copied_end = 0;
    if (r->copied > 0)
        trace_copy(r->trace[RUN_BASE], r->trace[RUN_PINNED], 0, r->copied);
    r->copied = 0;
    if (r->copied_end < end) {
        trace_copy(r->trace[RUN_BASE], r->trace[RUN_PINNED], r->copied_end, end);
        r->copied_end = end;
    }
    return r->trace[RUN_PINNED];
}

static void refresh_pinned(const struct session *s, int to)
{
    struct runs *r = s->runs;
    if (!s->pins.n) {
        if (!fits(r->trace[RUN_PINNED], s->sequence->n))
            drop(r, RUN_PINNED);
        return;
    }
    struct trace *tr = of_length(s, RUN_PINNED, s->sequence->n);
    int from = r->stale[RUN_PINNED], first = first_pinned(s);
    if (from > to || first > to)
        return;                       /* rows before the first pin are those of the baseline */
    if (from <= first && !r->part[RUN_PINNED])
        need_row(r, first - 1);
    from = from <= first ? first : from;
    const struct computation of = {
        .net = session_net(s), .x = s->sequence->x, .pins = s->pins.v, .pin_count = s->pins.n};
    if (r->part[RUN_PINNED])
        run_in_part(s, RUN_PINNED, from, to);
    else
        lstm_run_kept(&of, r->kept, tr, from, to);
    reach(r, RUN_PINNED, to);
    r->stale[RUN_PINNED] = to + 1;
}

/* So many bytes of W·x are kept at most: 1,000 words of 1,024 units. */
enum { KEPT_BYTES = 16 << 20 };

static void keep_projections(const struct session *s)
{
    if (!s->runs->kept)
        s->runs->kept = projected_new(session_net(s), KEPT_BYTES);
}

static bool all_there(const struct session *s)
{
    const struct runs *r = s->runs;
    return r->stale[RUN_BASE] > s->sequence->n && (!s->pins.n || r->stale[RUN_PINNED] > s->sequence->n);
}

void runs_pack(const struct session *s)
{
    if (s->runs->unpacked && s->net && !lstm_pack(s->net))
        mem_die();
    s->runs->unpacked = false;
}

static void refresh_to(const struct session *s, int to)
{
    struct runs *r = s->runs;
    if (r->fresh)
        return;
    runs_pack(s);
    keep_projections(s);
    to = s->model->net->bidirectional ? s->sequence->n : to;        /* of which no step is there before all are */
    refresh_base(s, to);
    refresh_pinned(s, to);
    for (int run = RUN_BASE; run <= RUN_PINNED; run++) {
        trace_free(r->spare[run]);
        r->spare[run] = NULL;
    }
    r->fresh = all_there(s);
}

void runs_refresh(const struct session *s)
{
    refresh_to(s, s->sequence->n);
}

void runs_refresh_to(const struct session *s, int t)
{
    refresh_to(s, s->lazy && t < s->sequence->n ? t : s->sequence->n);
}

int runs_there(const struct session *s, enum run run)
{
    const struct runs *r = s->runs;
    int to = r->stale[run] - 1, first = run == RUN_PINNED && s->pins.n ? first_pinned(s) : 0;
    if (to < first - 1)               /* up to there it is the baseline */
        to = first - 1 < r->stale[RUN_BASE] - 1 ? first - 1 : r->stale[RUN_BASE] - 1;
    return !r->trace[run] ? -1 : to < r->trace[run]->steps ? to : r->trace[run]->steps;
}

/* ---- a little at a time ------------------------------------------------------------------------------------------ */

void session_set_lazy(struct session *s, bool lazy)
{
    s->lazy = lazy;
}

bool session_is_lazy(const struct session *s)
{
    return s->lazy;
}

/* Multiplications of one step. */
static double step_cost(const struct lstm *net)
{
    double sum = 1;
    for (int l = 0; l < net->layers; l++)
        sum += 4.0 * net->layer[l].hidden * ((double)net->layer[l].hidden + net->layer[l].in);
    return sum;
}

int session_behind(const struct session *s)
{
    const struct runs *r = s->runs;
    int behind = 0;
    if (r->fresh || !s->lazy)
        return 0;
    for (int run = RUN_BASE; run <= (s->pins.n ? RUN_PINNED : RUN_BASE); run++) {
        int from = fits(r->trace[run], s->sequence->n) ? r->stale[run] : 0;
        if (run == RUN_PINNED && from < first_pinned(s))
            from = first_pinned(s);   /* up to there it is the baseline */
        behind = s->sequence->n + 1 - from > behind ? s->sequence->n + 1 - from : behind;
    }
    return behind;
}

/* A millisecond of them where memory is slow, which is what a key waits for; and where all is near. */
enum { BLOCK_PRODUCTS = 16000000, MS_PRODUCTS = 40000000 };

bool session_is_far(const struct session *s, int t)
{
    enum { FRAME_MS = 12 };
    const int base = runs_there(s, RUN_BASE);
    int there = base;
    if (!s->lazy || s->runs->fresh)
        return false;
    if (s->pins.n) {
        const int same = first_pinned(s) - 1, own = runs_there(s, RUN_PINNED);
        there = own > same ? own : same;
        there = there < base ? there : base;
    }
    if (s->model->net->bidirectional)     /* no step is there before all are */
        t = s->sequence->n;
    return ((double)t - there) * step_cost(session_net(s)) > (double)FRAME_MS * MS_PRODUCTS;
}

bool session_catches_up_within(const struct session *s, double ms)
{
    return session_behind(s) * step_cost(session_net(s)) <= ms * MS_PRODUCTS;
}

bool session_catch_up(const struct session *s, double ms)
{
    double end = clock_ms() + ms;
    int behind, block = (int)(BLOCK_PRODUCTS / step_cost(session_net(s))) + 1;
    while ((behind = session_behind(s)) > 0) {
        int left = behind < block ? behind : block;
        refresh_to(s, s->sequence->n - behind + left);
        if (clock_ms() >= end)
            break;
    }
    return session_behind(s) == 0;
}

void runs_clear(struct runs *r)
{
    for (int run = RUN_BASE; run <= RUN_PINNED; run++) {
        drop(r, (enum run)run);
        trace_free(r->spare[run]);
        cache_clear(&r->cache[run]);
        peaks_clear(&r->peaks[run]);
    }
    projected_free(r->kept);
    mem_free(r->largest);
    mem_free(r->surprising.z);
    *r = (struct runs){0};
}
