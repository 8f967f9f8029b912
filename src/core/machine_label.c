/* machine_label.c: see machine.h: what the states begin as: predictions that count as one, or the places of C. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "core/machine_private.h"

/* C over its range in so many parts; a gap is a window of them that holds a hundredth of the steps at most. A place is
 * what lies between two gaps; one that takes more than this share of the range is none. */
enum { PARTS = 40, WINDOW = 6, GAP = 100 };
static const double WIDEST = 0.4;

/* Below this range C hardly moves. A move counts from this share of the range on. */
static const double LEAST_RANGE = 0.1, LEAST_MOVE = 0.02;

static int compare_key(const void *a, const void *b)
{
    return (*(const uint64_t *)a > *(const uint64_t *)b) - (*(const uint64_t *)a < *(const uint64_t *)b);
}

/* ---- predictions ------------------------------------------------------------------------------------------------- */

static int root(const int *like, int o)
{
    while (like[o] != o)
        o = like[o];
    return o;
}

/* The least output stands for all that are joined. */
static void join(int *like, int a, int b)
{
    a = root(like, a);
    b = root(like, b);
    like[a < b ? b : a] = a < b ? a : b;
}

/* Joins where the second was nearly as likely at most of the steps at which the first was the likeliest. */
static void join_ties(struct machine *m)
{
    struct machine_maker *k = m->maker;
    qsort(k->tie, k->ties, sizeof *k->tie, compare_key);
    for (size_t from = 0, to; from < k->ties; from = to) {
        uint64_t top = k->tie[from] >> 32;
        long steps = 0;
        for (to = from; to < k->ties && k->tie[to] >> 32 == top; to++)
            steps += (k->tie[to] & UINT32_MAX) == top;
        for (size_t j = from, end; j < to; j = end) {
            for (end = j; end < to && k->tie[end] == k->tie[j]; end++)
                ;
            if ((double)(end - j) >= MACHINE_ALIKE * (double)steps)
                join(m->like, (int)top, (int)(k->tie[j] & UINT32_MAX));
        }
    }
    for (int o = 0; o < k->plan.net->outputs; o++)
        m->like[o] = root(m->like, o);
}

static void label_predictions(struct machine *m)
{
    struct machine_maker *k = m->maker;
    for (int o = 0; o < k->plan.net->outputs; o++)
        m->like[o] = o;
    join_ties(m);
    for (int j = 0; j < k->points; j++) {
        struct machine_point *at = &k->point[j];
        at->said = m->like[at->said];
        int s = 0;
        while (s < m->states && m->state[s].says != at->said)
            s++;
        if (at->row < 0)
            continue;
        if (s == m->states && s < k->plan.most)
            m->state[m->states++].says = at->said;
        k->crowded |= s == m->states;
        at->state = s < m->states ? s : 0;
    }
}

/* ---- places of C ------------------------------------------------------------------------------------------------- */

struct range { double low, high; };

static struct range range_of(const struct machine_maker *k)
{
    struct range r = {INFINITY, -INFINITY};
    for (int j = 0; j < k->points; j++)
        if (k->point[j].row >= 0) {
            r.low = fmin(r.low, (double)k->point[j].C);
            r.high = fmax(r.high, (double)k->point[j].C);
        }
    return r;
}

static int part_of(struct range r, double C)
{
    int part = (int)(PARTS * (C - r.low) / (r.high - r.low));
    return part < 0 ? 0 : part < PARTS ? part : PARTS - 1;
}

/* Which parts lie in a gap; the share of steps in the middle half of the range. */
static double find_gaps(const struct machine_maker *k, struct range r, bool gap[PARTS])
{
    long count[PARTS] = {0}, all = 0, middle = 0;
    for (int j = 0; j < k->points; j++)
        if (k->point[j].row >= 0) {
            int part = part_of(r, (double)k->point[j].C);
            count[part]++;
            all++;
            middle += part >= PARTS / 4 && part < PARTS - PARTS / 4;
        }
    for (int first = 0; first + WINDOW <= PARTS; first++) {
        long in = 0;
        for (int p = first; p < first + WINDOW; p++)
            in += count[p];
        for (int p = first; GAP * in <= all && p < first + WINDOW; p++)
            gap[p] = true;
    }
    return (double)middle / (double)all;
}

/* One state for each place. The widest, as a share of the range. */
static double find_places(struct machine *m, struct range r, const bool gap[PARTS])
{
    double width = (r.high - r.low) / PARTS, widest = 0;
    for (int from = 0, to; from < PARTS; from = to) {
        for (to = from; to < PARTS && !gap[to]; to++)
            ;
        if (to > from && m->states < m->maker->plan.most) {
            struct machine_state *s = &m->state[m->states++];
            s->says = -1;
            s->low = (float)(r.low + from * width);
            s->high = (float)(r.low + to * width);
            widest = fmax(widest, (double)(to - from) / PARTS);
        }
        to += to == from;
    }
    return widest;
}

/* Steps in a row in which the same word moved C the same way, far enough: the longest such row. */
static void find_march(struct machine *m, struct range r)
{
    const struct machine_maker *k = m->maker;
    int chain = 0;
    double sum = 0;
    for (int j = 1; j < k->points; j++) {
        const struct machine_point *at = &k->point[j], *was = at - 1;
        double by = (double)at->C - (double)was->C;
        bool far = at->row >= 0 && at->step > 0 && fabs(by) >= LEAST_MOVE * (r.high - r.low);
        bool on = far && chain && was->word == at->word && (by > 0) == (sum > 0);
        chain = far ? (on ? chain : 0) + 1 : 0;
        sum = on ? sum + by : by;
        if (chain > m->chain) {
            m->chain = chain;
            m->chain_word = m->word[at->word];
            m->chain_move = sum / chain;
        }
    }
}

static void label_places(struct machine *m)
{
    struct machine_maker *k = m->maker;
    struct range r = range_of(k);
    bool gap[PARTS] = {false};
    if (!(r.high - r.low >= LEAST_RANGE)) {
        m->kind = MACHINE_STILL;
        return;
    }
    find_march(m, r);
    m->between = find_gaps(k, r, gap);
    double widest = find_places(m, r, gap);
    if (m->chain >= MACHINE_CHAIN)
        m->kind = MACHINE_COUNTS;
    else if (m->states < 2 || widest > WIDEST)
        m->kind = MACHINE_NOT_DISCRETE;
    for (int j = 0; j < k->points; j++) {
        float vector[2] = {k->point[j].C, 0};
        k->point[j].said = k->point[j].state = machine_state_of(m, vector, -1);
    }
    k->settled = true;
}

bool machine_label(struct machine *m)
{
    if (m->maker->plan.unit < 0)
        label_predictions(m);
    else
        label_places(m);
    return m->states > 0 || m->kind != MACHINE_UNFINISHED;
}
