/* shortest.c: see shortest.h.
 *
 * Ways down a grammar come in an order in which neighbours share their beginnings, so that the network goes on from
 * where two differ. A beginning that several ways lead to is tried once, with each of the answers that can follow. */
#include "learn/shortest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "learn/seen.h"

struct shortest_search {
    const struct lstm *net;
    struct grammar *g;
    struct grammar_walk *walk;    /* of length + 1 tokens: the last is the answer */
    struct grammar_sentence way;
    struct seen seen;             /* beginnings of this length with their answer */
    int **wrong, wrongs;          /* beginnings that went wrong, the answer behind them */
    struct trace *tr;
    const float **x;
    int *id;                      /* [max]: of the rows of the trace; computed: how many */
    int computed, a, b;
    long ways;
    float *logits;
    bool any;                     /* a way went on beyond this length: there are longer ones */
};

static void forget_wrong(struct shortest_search *q)
{
    for (int k = 0; k < q->wrongs; k++)
        free(q->wrong[k]);
    q->wrongs = 0;
}

struct shortest *shortest_new(const struct lstm *net, struct grammar *g, int a, int b)
{
    struct shortest *s = xcalloc(1, sizeof *s);
    struct shortest_search *q = s->search = xcalloc(1, sizeof *q);
    *q = (struct shortest_search){.net = net, .g = g, .a = a, .b = b};
    s->length = 1;
    s->whole = true;
    s->closest = INFINITY;
    q->tr = trace_new(net, g->max);
    q->x = mem_array((size_t)g->max + 1, sizeof *q->x);
    q->id = mem_array((size_t)g->max + 1, sizeof *q->id);
    q->logits = mem_array((size_t)net->outputs, sizeof *q->logits);
    q->walk = grammar_walk_new(g, 2);
    if (q->tr && q->x && q->id && q->logits)
        return s;
    shortest_free(s);
    return NULL;
}

void shortest_free(struct shortest *s)
{
    if (!s)
        return;
    struct shortest_search *q = s->search;
    grammar_walk_free(q->walk);
    grammar_free(q->g);
    grammar_sentence_clear(&q->way);
    seen_clear(&q->seen);
    forget_wrong(q);
    free(q->wrong);
    trace_free(q->tr);
    mem_free(q->x);
    mem_free(q->id);
    mem_free(q->logits);
    free(q);
    free(s->id);
    free(s);
}

/* The network over the beginning; what it shares with the one before stands. */
static void run(struct shortest_search *q, const int *id, int n)
{
    int from = 0;
    while (from < n && from < q->computed && q->id[from] == id[from])
        from++;
    for (int k = from; k < n; k++) {
        q->id[k] = id[k];
        q->x[k] = q->net->embedding + (size_t)id[k] * (size_t)q->net->embed;
    }
    q->tr->steps = n;
    if (from < n)
        lstm_run(q->net, q->x, from ? from + 1 : 0, NULL, 0, q->tr);
    q->computed = from < n ? n : q->computed;
}

static uint64_t hash_of(const int *id, int n, int answer)
{
    return hash_bytes(hash_bytes(HASH_START, id, (size_t)n * sizeof *id), &answer, sizeof answer);
}

static int other_than(const struct shortest_search *q, int answer) { return answer == q->a ? q->b : q->a; }

/* A beginning and the answer behind it. What goes wrong is kept until the whole length is through: only then is it
 * known whether the other answer can follow as well. */
static void try(struct shortest *s, const int *id, int n)
{
    struct shortest_search *q = s->search;
    int right = id[n];
    if (!seen_add(&q->seen, hash_of(id, n, right)))
        return;
    run(q, id, n);
    lstm_logits(q->net, q->tr, n, q->logits);
    double by = (double)q->logits[right] - (double)q->logits[other_than(q, right)];
    s->tried++;
    s->closest = by > 0 ? fmin(s->closest, by) : s->closest;
    if (by > 0)
        return;
    q->wrong = xrealloc(q->wrong, (size_t)q->wrongs + 1, sizeof *q->wrong);
    q->wrong[q->wrongs] = xcalloc((size_t)n + 1, sizeof **q->wrong);
    memcpy(q->wrong[q->wrongs++], id, (size_t)(n + 1) * sizeof *id);
}

/* The first that went wrong and that the other answer cannot follow. */
static void look_for_flip(struct shortest *s)
{
    struct shortest_search *q = s->search;
    for (int k = 0; k < q->wrongs && !s->found; k++) {
        const int *id = q->wrong[k];
        if (!seen_add(&q->seen, hash_of(id, s->length, other_than(q, id[s->length]))))
            continue;
        s->found = s->done = true;
        s->right = id[s->length];
        s->n = s->length;
        s->id = xcalloc((size_t)s->n, sizeof *s->id);
        memcpy(s->id, id, (size_t)s->n * sizeof *s->id);
    }
    forget_wrong(q);
}

/* All beginnings of this length are tried. */
static void lengthen(struct shortest *s)
{
    struct shortest_search *q = s->search;
    s->whole = s->whole && grammar_walk_whole(q->walk);
    look_for_flip(s);
    if (s->done)
        return;
    s->length++;
    s->through = s->tried;
    if (!q->any || s->length >= q->g->max) {
        s->done = true;
        return;
    }
    grammar_walk_free(q->walk);
    seen_clear(&q->seen);
    q->seen = (struct seen){0};
    q->walk = grammar_walk_new(q->g, s->length + 1);
    q->any = false;
}

void shortest_some(struct shortest *s, double until)
{
    enum { WAYS = 64 };                   /* between two looks at the clock */
    struct shortest_search *q = s->search;
    do {
        for (int k = 0; k < WAYS && !s->done; k++) {
            bool cut;
            if (!grammar_walk_next(q->walk, &q->way, &cut)) {
                lengthen(s);
                continue;
            }
            q->any = q->any || cut;
            int last = q->way.n == s->length + 1 ? q->way.id[s->length] : -1;
            if (last == q->a || last == q->b)
                try(s, q->way.id, s->length);
            s->done = s->done || ++q->ways >= SHORTEST_WAYS;
        }
    } while (!s->done && clock_ms() < until);
}
