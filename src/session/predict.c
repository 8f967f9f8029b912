/* predict.c: what the output head expects next, and how surprised it is. Asked for every frame, so it is remembered
 * until an edit at or before that step; asked for never, it costs nothing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/clock.h"
#include "base/mem.h"
#include "session/session_private.h"

enum { CACHE_FLOATS = 1 << 22, CACHE_LEAST = 4 };      /* 16 MiB a run at most */
/* More products of the head than this, and a frame does not wait for them: some milliseconds. Of such a head at most so
 * many steps are taken together. */
enum { HEAD_AT_ONCE = 30000000, DEAR_STEPS = 8 };

static bool is_dear(const struct lstm *net)
{
    return (double)net->outputs * lstm_top(net) > HEAD_AT_ONCE;
}

int session_output(const struct session *s, int t)
{
    const struct model *m = s->model;
    if (!m->vocab || t < 1 || t > s->sequence->n)
        return -1;
    t = session_word(s, t);
    if (!m->label)
        return m->net->outputs == m->vocab->size ? s->sequence->tokens.id[t - 1] : -1;
    const char *word = tokens_text(&s->sequence->tokens, t - 1),
               *known = m->vocab->token[s->sequence->tokens.id[t - 1]];
    for (int k = 0; k < m->net->outputs; k++)
        if (m->label[k] && (!strcmp(m->label[k], word) || !strcmp(m->label[k], known)))
            return k;
    return -1;
}

/* A run whose row of a step can be read. */
static const struct trace *with_row(const struct session *s, enum run run, int t)
{
    runs_hold(s, run, t, t);
    return s->runs->trace[run];
}

static void cache_shape(const struct session *s, struct cache *c)
{
    int steps = s->sequence->n;
    if (c->slot && c->steps == steps)
        return;
    cache_clear(c);
    int most = CACHE_FLOATS / s->model->net->outputs;
    if (most < CACHE_LEAST)
        most = CACHE_LEAST;
    c->slots = steps + 1 < most ? steps + 1 : most;
    c->slot = xcalloc((size_t)c->slots, sizeof *c->slot);
    for (int k = 0; k < c->slots; k++)
        c->slot[k].t = -1;
    c->steps = steps;
    c->last = -1;
    c->kept = xcalloc((size_t)steps + 1, sizeof *c->kept);
    c->known = xcalloc((size_t)steps + 1, sizeof *c->known);
}

/* Where what the head says of a word of one run stands, or is to stand. */
static struct slot *slot_of(const struct session *s, enum run run, int word)
{
    struct cache *c = &s->runs->cache[run];
    cache_shape(s, c);
    struct slot *slot = &c->slot[word % c->slots];
    if (!slot->p && !(slot->p = mem_array((size_t)session_net(s)->outputs, sizeof *slot->p)))
        mem_die();
    return slot;
}

/* All logits z after step t are there: what stays of them. */
static struct log_sum keep(const struct session *s, enum run run, int t, const float *z)
{
    const struct lstm *net = session_net(s);
    struct cache *c = &s->runs->cache[run];
    const int target = t >= 1 && !net->bidirectional ? session_output(s, t + 1) : -1;
    const struct log_sum sum = logits_sum(z, net->outputs);
    c->kept[t] = (struct kept_head){.surprisal = target < 0 ? (double)NAN : surprisal_by(sum, z[target]), .sum = sum,
                                    .likeliest = likeliest_by(sum, z, net->outputs)};
    c->known[t] = true;
    c->last = t > c->last ? t : c->last;
    return sum;
}

/* Its logits are all there: makes probabilities of them. */
static void say(const struct session *s, enum run run, struct slot *slot, int t)
{
    const int outputs = session_net(s)->outputs;
    const struct log_sum sum = keep(s, run, t, slot->p);
    slot->bad = overflow_logits(slot->p, outputs);
    softmax_by(sum, slot->p, outputs, slot->p);
    slot->t = t;
}

/* What the head said after step t. Kept by word. */
static const struct slot *said(const struct session *s, enum run wanted, int t)
{
    runs_refresh_to(s, t);
    t = session_word(s, t);
    enum run run = runs_source(s, wanted, t);
    struct slot *slot = slot_of(s, run, t);
    if (slot->t == t)
        return slot;
    s->runs->asked.row = 0;               /* what was begun may stand in the same slot */
    lstm_logits(session_net(s), with_row(s, run, t), t, slot->p);
    say(s, run, slot, t);
    return slot;
}

static const float *probabilities(const struct session *s, enum run wanted, int t)
{
    return said(s, wanted, t)->p;
}

int session_outputs(const struct session *s)
{
    return model_head(s->model) == HEAD_PROBABILITIES ? s->model->net->outputs : 0;
}

static bool is_known(const struct session *s, const struct cache *c, int t)
{
    return c->known && c->steps == s->sequence->n && c->known[t];
}

/* What stays of step t, which is worked out where it is not known. */
static const struct kept_head *kept(const struct session *s, enum run wanted, int t)
{
    runs_refresh_to(s, t);
    const int word = session_word(s, t);
    const struct cache *c = &s->runs->cache[runs_source(s, wanted, word)];
    if (!is_known(s, c, word))
        said(s, wanted, t);
    return &c->kept[word];
}

static bool has_step(const struct session *s, int t)
{
    return session_outputs(s) > 0 && t >= 0 && t <= s->sequence->n;
}

/* ---- a head too large for one frame ------------------------------------------------------------------------------ */

static bool waited_for(const struct session *s)
{
    return !(s->lazy || s->lazy_head) || !is_dear(session_net(s));
}

bool session_head_there(const struct session *s, int t)
{
    if (waited_for(s) || !has_step(s, t))
        return true;
    runs_refresh_to(s, t);
    const int word = session_word(s, t);
    bool there = true;
    for (int run = RUN_BASE; run <= RUN_PINNED; run++)
        there = there && slot_of(s, runs_source(s, (enum run)run, word), word)->t == word;
    struct asked *a = &s->runs->asked;
    if (!there && (!a->wanted || a->word != word)) {
        a->wanted = true;
        a->word = word;
        a->row = 0;
    }
    return there;
}

bool session_surprisal_there(const struct session *s, enum run wanted, int t)
{
    return t >= s->sequence->n || session_likeliest_there(s, wanted, t);
}

bool session_likeliest_known(const struct session *s, enum run wanted, int t)
{
    if (waited_for(s) || !has_step(s, t) || t < 1 || s->model->net->bidirectional)
        return true;
    runs_refresh_to(s, t);
    return is_known(s, &s->runs->cache[runs_source(s, wanted, t)], t);
}

bool session_likeliest_there(const struct session *s, enum run wanted, int t)
{
    struct asked *a = &s->runs->asked;
    if (session_likeliest_known(s, wanted, t))
        return true;
    const bool more = a->first && a->of == wanted;
    a->first = more && a->first < t ? a->first : t;
    a->last = more && a->last > t ? a->last : t;
    a->of = wanted;
    return false;
}

/* A piece of the logits; true when they were all there already and have been made probabilities of. */
static bool head_on(const struct session *s, enum run run, struct slot *slot)
{
    enum { PIECE_PRODUCTS = 8000000 };
    const struct lstm *net = session_net(s);
    struct asked *a = &s->runs->asked;
    if (a->run != run)
        a->row = 0;
    a->run = run;
    slot->t = -1;
    if (a->row == net->outputs) {
        a->row = 0;
        say(s, run, slot, a->word);
        return true;
    }
    int rows = PIECE_PRODUCTS / lstm_top(net) + 1;
    rows = rows < net->outputs - a->row ? rows : net->outputs - a->row;
    lstm_logits_part(net, with_row(s, run, a->word), (struct logits_part){&a->word, 1, a->row, rows}, slot->p);
    a->row += rows;
    return false;
}

static bool surprise_between(const struct session *s, enum run wanted, int first, int last, double ms);

enum slice session_head_work(const struct session *s, double ms)
{
    const double end = clock_ms() + ms;
    struct asked *a = &s->runs->asked;
    if (!a->wanted || !has_step(s, a->word)) {
        if (!a->first)
            return s->compare ? session_head_work(s->compare, ms) : SLICE_IDLE;
        if (!surprise_between(s, a->of, a->first, a->last < s->sequence->n ? a->last : s->sequence->n, ms))
            return SLICE_MORE;
        a->first = 0;
        return SLICE_DONE;
    }
    runs_refresh_to(s, a->word);
    for (int wanted = RUN_BASE; wanted <= RUN_PINNED; wanted++) {
        const enum run run = runs_source(s, (enum run)wanted, a->word);
        struct slot *slot = slot_of(s, run, a->word);
        while (slot->t != a->word && !head_on(s, run, slot))
            if (clock_ms() >= end)
                return SLICE_MORE;
    }
    a->wanted = false;
    return SLICE_DONE;
}

float session_probability(const struct session *s, enum run run, int t, int output)
{
    if (!has_step(s, t) || output < 0 || output >= s->model->net->outputs)
        return NAN;
    runs_refresh_to(s, t);
    const struct lstm *net = session_net(s);
    const int word = session_word(s, t);
    const enum run from = runs_source(s, run, word);
    const struct cache *c = &s->runs->cache[from];
    if (is_dear(net) && is_known(s, c, word) && c->slot[word % c->slots].t != word)
        return probability_by(c->kept[word].sum, lstm_logit(net, with_row(s, from, word), word, output));
    return probabilities(s, run, t)[output];
}

bool session_head_values(const struct session *s, enum run run, int t, float *out)
{
    const struct lstm *net = session_net(s);
    if (model_head(s->model) != HEAD_VALUES || t < 1 || t > s->sequence->n)
        return false;
    runs_refresh_to(s, t);
    lstm_logits(net, with_row(s, runs_source(s, run, t), t), session_word(s, t), out);
    return true;
}

int session_likeliest(const struct session *s, enum run run, int t)
{
    if (!has_step(s, t))
        return -1;
    return kept(s, run, t)->likeliest;
}

static bool head_is_bad(const struct session *s, enum run wanted, int t)
{
    const int n = s->model->net->outputs;
    if (n < 1 || t < 1 || t > s->sequence->n)
        return false;
    if (session_outputs(s))
        return session_head_there(s, t) && said(s, wanted, t)->bad;
    float *z = mem_array((size_t)n, sizeof *z);
    if (!z)
        mem_die();
    session_head_values(s, wanted, t, z);
    bool bad = overflow_logits(z, n);
    mem_free(z);
    return bad;
}

int session_overflow(const struct session *s, enum run wanted, int t, struct overflow *out, int most)
{
    runs_refresh_to(s, t);
    struct runs *r = s->runs;
    const struct lstm *net = session_net(s);
    if (!r->largest && !(r->largest = overflow_largest(net)))
        mem_die();
    const enum run run = runs_source(s, wanted, t);
    runs_hold(s, run, t - 1, t);
    const struct computation of = {.net = net, .tr = r->trace[run], .x = s->sequence->x};
    return overflow_at(&of, r->largest, head_is_bad(s, wanted, t), session_word(s, t), out, most);
}

double session_surprisal(const struct session *s, enum run wanted, int t)
{
    if (!has_step(s, t) || t < 1 || t >= s->sequence->n || s->model->net->bidirectional)
        return (double)NAN;
    return kept(s, wanted, t)->surprisal;
}

/* So many steps are taken together. */
static int together(const struct lstm *net)
{
    const int most = clamp_int(CACHE_FLOATS / net->outputs, 1, LOGITS_STEPS);
    return is_dear(net) && most > DEAR_STEPS ? DEAR_STEPS : most;
}

/* The steps from `first` on, of one run, that are not known yet, as many as are taken together; returns how many. */
static int unknown_steps(const struct session *s, enum run run, int first, int last, int at[LOGITS_STEPS])
{
    const struct cache *c = &s->runs->cache[run];
    int n = 0;
    const int most = together(s->model->net), window = session_window(s);
    for (int t = first; t <= last && n < most && (!n || t - at[0] < window); t++)
        if (!c->known[t])
            at[n++] = t;
    return n;
}

/* Steps are in hand, or some of those that are asked for are taken in hand. What was begun is done first, whoever asked
 * for it: two that take turns would else each begin anew. False: all are known. */
static bool take_up(const struct session *s, enum run run, int first, int last)
{
    struct surprising *w = &s->runs->surprising;
    if (w->n)
        return true;
    int at[LOGITS_STEPS], n = unknown_steps(s, run, first, last, at);
    if (!n)
        return false;
    memcpy(w->at, at, sizeof at);
    w->n = n;
    w->run = run;
    w->row = w->done = 0;
    if (!w->z && !(w->z = mem_array((size_t)together(s->model->net) * (size_t)session_net(s)->outputs,
                                         sizeof *w->z)))
        mem_die();
    return true;
}

/* A piece of what is in hand. */
static void surprise_on(const struct session *s)
{
    enum { PIECE_PRODUCTS = 8000000 };             /* some tenths of a millisecond of them */
    const struct lstm *net = session_net(s);
    struct surprising *w = &s->runs->surprising;
    if (w->row < net->outputs) {
        int rows = PIECE_PRODUCTS / (lstm_top(net) * w->n) + 1;
        rows = rows < net->outputs - w->row ? rows : net->outputs - w->row;
        for (int k = 0; k < w->n; k++)
            runs_hold(s, w->run, w->at[k], w->at[k]);
        lstm_logits_part(net, s->runs->trace[w->run], (struct logits_part){w->at, w->n, w->row, rows}, w->z);
        w->row += rows;
        return;
    }
    keep(s, w->run, w->at[w->done], w->z + (size_t)w->done * (size_t)net->outputs);
    if (++w->done == w->n)
        w->n = 0;
}

/* One run's part of it, of steps that are read from it only. */
static bool surprise(const struct session *s, enum run run, int first, int last, double end)
{
    while (take_up(s, run, first, last)) {
        surprise_on(s);
        if (clock_ms() >= end)
            return false;
    }
    return true;
}

bool session_surprise(const struct session *s, enum run wanted, int first, int last, double ms)
{
    return surprise_between(s, wanted, first, last < s->sequence->n - 1 ? last : s->sequence->n - 1, ms);
}

static bool surprise_between(const struct session *s, enum run wanted, int first, int last, double ms)
{
    const double end = clock_ms() + ms;
    first = first < 1 ? 1 : first;
    if (!session_outputs(s) || first > last || s->model->net->bidirectional)
        return true;
    runs_refresh_to(s, last);
    for (int run = RUN_BASE; run <= RUN_PINNED; run++)
        cache_shape(s, &s->runs->cache[run]);
    int pinned = runs_source(s, wanted, last) == RUN_PINNED ? s->pins.v[0].step : last + 1;
    pinned = pinned < first ? first : pinned;
    return surprise(s, RUN_BASE, first, pinned - 1, end) && surprise(s, RUN_PINNED, pinned, last, end);
}

double session_surprisal_most(const struct session *s, enum run wanted)
{
    double most = 0;
    for (int t = 1; t < s->sequence->n; t++) {
        const struct cache *c = &s->runs->cache[runs_source(s, wanted, t)];
        if (is_known(s, c, t) && isfinite(c->kept[t].surprisal))
            most = fmax(most, c->kept[t].surprisal);
    }
    return most;
}

struct candidate {
    float rank;
    struct prediction p;
};

/* Best first; equal ones in the order of the outputs. */
static int by_rank(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? 1 : -1;
    return (x->p.output > y->p.output) - (x->p.output < y->p.output);
}

/* Keeps the best `top` so far in order. Candidates come in the order of the outputs, so that equal ones stay in it. */
static int insert(struct candidate *best, int n, int top, struct candidate c)
{
    if (n == top && !(c.rank > best[n - 1].rank))
        return n;
    int at = n < top ? n : n - 1;
    for (; at > 0 && c.rank > best[at - 1].rank; at--)
        best[at] = best[at - 1];
    best[at] = c;
    return n < top ? n + 1 : n;
}

enum ranking { BY_BASE = RUN_BASE, BY_PINNED = RUN_PINNED, BY_LARGER };
enum { FEW = 64 };                /* beyond, sorting all of them is cheaper than inserting */

static int ranked(const struct session *s, enum ranking by, int t, int top, struct prediction *out)
{
    if (!has_step(s, t) || top <= 0)
        return 0;
    const float *base = probabilities(s, RUN_BASE, t), *pinned = probabilities(s, RUN_PINNED, t);
    int outputs = s->model->net->outputs, n = 0;
    if (top > outputs)
        top = outputs;
    int keep = top > FEW ? outputs : top;
    struct candidate *best = xcalloc((size_t)keep, sizeof *best);
    for (int k = 0; k < outputs; k++) {
        float larger = pinned[k] > base[k] ? pinned[k] : base[k];
        float rank = by == BY_BASE ? base[k] : by == BY_PINNED ? pinned[k] : larger;
        struct candidate c = {rank, {k, base[k], pinned[k]}};
        if (!(rank >= 0))
            continue;             /* not a number: it ranks nowhere */
        if (keep > top)
            best[n++] = c;
        else
            n = insert(best, n, keep, c);
    }
    if (keep > top)
        qsort(best, (size_t)n, sizeof *best, by_rank);
    if (n > top)
        n = top;
    for (int k = 0; k < n; k++)
        out[k] = best[k].p;
    free(best);
    return n;
}

int session_predict(const struct session *s, int t, int top, struct prediction *out)
{
    return ranked(s, BY_LARGER, t, top, out);
}

int session_predict_run(const struct session *s, enum run run, int t, int top, struct prediction *out)
{
    return ranked(s, (enum ranking)run, t, top, out);
}

/* ---- does the engine reproduce what the file says it should? ---------------------------------------------------- */

/* Is the sequence in force the one the expectation was computed on? */
static bool same_sequence(const struct session *s, const struct expected *want)
{
    const struct sequence *q = s->sequence;
    const struct tokens *tokens = want->tokens.n ? &want->tokens : &s->model->sequence;
    if (want->steps != q->n || s->edited)
        return false;
    if (q->values)
        return s->model->inputs && s->model->input_steps == q->n
            && !memcmp(s->model->inputs, q->values, (size_t)q->n * (size_t)s->model->net->embed * sizeof(float));
    return tokens->n == q->n && (!q->n || !memcmp(tokens->id, q->tokens.id, (size_t)q->n * sizeof(int)));
}

const struct proof *session_proof(const struct session *s)
{
    const struct expected *want = s->model->expected;
    if (!want || !same_sequence(s, want) || session_is_partial(s))
        return NULL;
    runs_refresh(s);
    struct runs *r = s->runs;
    if (!r->parity_known) {
        r->parity_there = proof_compare(s->model, session_net(s), r->trace[RUN_BASE], s->sequence->x, &r->proof);
        r->parity_known = true;
    }
    return r->parity_there ? &r->proof : NULL;
}

bool session_parity(const struct session *s, double *largest, bool *within)
{
    const struct proof *p = session_proof(s);
    if (p && largest)
        *largest = p->largest;
    if (p && within)
        *within = p->within;
    return p != NULL;
}

/* Is the text less surprising than all outputs alike would make it? A wrong reading of trained weights is more so.
 * Asked for every frame: only where the first hundred words are cheap, and then each is remembered. */
static bool is_scored(const struct session *s)
{
    const struct lstm *net = session_net(s);
    const double cheap = 3e7;
    int steps = s->sequence->n - 1 < SCORED_STEPS ? s->sequence->n - 1 : SCORED_STEPS, known = 0;
    double sum = 0, chance = log(net->outputs > 0 ? net->outputs : 1);
    if (!session_outputs(s) || net->bidirectional || s->edited || steps < SCORED_LEAST
        || (double)steps * net->outputs * lstm_top(net) > cheap)
        return false;
    for (int t = 1; t <= steps; t++) {
        double v = session_surprisal(s, RUN_BASE, t);
        sum += isfinite(v) ? v : 0;
        known += isfinite(v);
    }
    return known >= SCORED_LEAST && sum / known + 2 / sqrt(known) < chance;
}

enum reading_proof session_reading(const struct session *s)
{
    const struct proof *p = session_proof(s);
    if (s->model->unused_count)
        return READING_READ;
    if (!p)
        return is_scored(s) ? READING_SCORED : READING_READ;
    if (!p->within)
        return READING_DIFFERS;
    return p->proven ? READING_PROVEN : READING_READ;
}

const char *session_reading_name(enum reading_proof r)
{
    static const char *const name[] = {
        [READING_READ] = "only read", [READING_SCORED] = "scored", [READING_PROVEN] = "proven",
        [READING_DIFFERS] = "differs",
    };
    return name[r];
}
