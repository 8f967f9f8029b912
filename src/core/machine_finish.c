/* machine_finish.c: see machine.h: from states and steps to the table, the least machine, its order and fidelity. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/machine_private.h"

/* ---- the table --------------------------------------------------------------------------------------------------- */

/* Means of the states; and in each the step nearest to its mean. */
static void find_middles(struct machine *m)
{
    struct machine_maker *k = m->maker;
    size_t dims = (size_t)k->dims, used = k->plan.unit < 0 ? dims : 1;
    double near[MACHINE_STATES_MOST];
    for (int s = 0; s < m->states; s++)
        near[s] = INFINITY;
    for (int j = 0; j < k->points; j++) {
        const struct machine_point *at = &k->point[j];
        if (at->row < 0)
            continue;
        float *mean = k->mean + (size_t)at->state * dims, *x = k->x + (size_t)at->row * dims;
        long n = ++m->state[at->state].steps;
        for (size_t d = 0; d < used; d++)
            mean[d] += (x[d] - mean[d]) / (float)n;
    }
    for (int j = 0; j < k->points; j++) {
        const struct machine_point *at = &k->point[j];
        if (at->row < 0)
            continue;
        struct machine_state *s = &m->state[at->state];
        const float *mean = k->mean + (size_t)at->state * dims, *x = k->x + (size_t)at->row * dims;
        double d = 0;
        for (size_t c = 0; c < used; c++)
            d += ((double)x[c] - (double)mean[c]) * ((double)x[c] - (double)mean[c]);
        if (d < near[at->state]) {
            near[at->state] = d;
            s->sequence = at->sequence;
            s->step = at->step;
        }
        s->C = mean[0];
    }
}

/* Where most steps go. */
bool machine_count_seen(struct machine *m)
{
    struct machine_maker *k = m->maker;
    size_t words = (size_t)m->words, states = (size_t)m->states;
    int *count = mem_array(states * states * words, sizeof *count);
    if (!count)
        return false;
    find_middles(m);
    for (int j = 1; j < k->points; j++) {
        const struct machine_point *at = &k->point[j];
        if (at->row >= 0 && at->step)
            count[((size_t)at[-1].state * words + (size_t)at->word) * states + (size_t)at->state]++;
    }
    for (size_t cell = 0; cell < states * words; cell++)
        for (size_t s = 0; s < states; s++)
            if (count[cell * states + s] > m->seen[cell]) {
                m->seen[cell] = count[cell * states + s];
                m->to[cell] = (int)s;
            }
    mem_free(count);
    m->start = k->point[0].state;
    return true;
}

/* ---- the least machine ------------------------------------------------------------------------------------------- */

static bool alike(const struct machine *m, const int *class, int a, int b)
{
    const int *to_a = m->to + (size_t)a * (size_t)m->words, *to_b = m->to + (size_t)b * (size_t)m->words;
    bool same = class[a] == class[b];
    for (int w = 0; same && w < m->words; w++)
        same = class[to_a[w]] == class[to_b[w]];
    return same;
}

/* Moore: states are apart when what they say is, then when a word leads to states that are. Returns how many classes
 * there are. */
static int classes(const struct machine *m, int *class)
{
    int count = 0, before;
    for (int s = 0; s < m->states; s++)
        class[s] = m->state[s].says;
    do {
        int next[MACHINE_STATES_MOST] = {0};
        before = count;
        count = 0;
        for (int s = 0; s < m->states; s++) {
            int same = 0;
            while (same < s && !alike(m, class, s, same))
                same++;
            next[s] = same < s ? next[same] : count++;
        }
        memcpy(class, next, (size_t)m->states * sizeof *class);
    } while (count != before);
    return count;
}

/* The states in the order in which they are met from the start, words in order; those that are not are left out. */
static int order_from_start(const struct machine *m, const int *class, int *order)
{
    int n = 1;
    bool met[MACHINE_STATES_MOST] = {false};
    order[0] = class[m->start];
    met[order[0]] = true;
    for (int at = 0; at < n; at++) {
        int s = 0;
        while (class[s] != order[at])
            s++;
        for (int w = 0; w < m->words; w++) {
            int to = class[m->to[(size_t)s * (size_t)m->words + (size_t)w]];
            if (!met[to]) {
                met[to] = true;
                order[n++] = to;
            }
        }
    }
    return n;
}

/* One row of the new table from all states of a class: where the most steps were seen. */
static void merge_rows(struct machine *m, const int *class, const int *number, int *to, int *seen)
{
    int most[MACHINE_STATES_MOST] = {0};
    struct machine_state *state = xcalloc(MACHINE_STATES_MOST, sizeof *state);
    for (int s = 0; s < m->states; s++) {
        int n = number[class[s]];
        if (n < 0)
            continue;
        long steps = state[n].steps + m->state[s].steps;
        if (m->state[s].steps >= most[n]) {
            state[n] = m->state[s];
            most[n] = (int)m->state[s].steps;
        }
        state[n].steps = steps;
        for (int w = 0; w < m->words; w++) {
            size_t from = (size_t)s * (size_t)m->words + (size_t)w, cell = (size_t)n * (size_t)m->words + (size_t)w;
            to[cell] = number[class[m->to[from]]];
            seen[cell] += m->seen[from];
        }
    }
    free(m->state);
    m->state = state;
}

/* What it says before any word is not asked: the start is any state whose words lead where its own do. */
static int start_of(const struct machine *m, const int *class)
{
    for (int s = 0; s < m->states; s++) {
        bool same = class[s] != class[m->start];
        for (int w = 0; same && w < m->words; w++)
            same = class[m->to[(size_t)s * (size_t)m->words + (size_t)w]]
                   == class[m->to[(size_t)m->start * (size_t)m->words + (size_t)w]];
        if (same)
            return s;
    }
    return m->start;
}

static bool minimise(struct machine *m)
{
    int class[MACHINE_STATES_MOST], order[MACHINE_STATES_MOST], number[MACHINE_STATES_MOST];
    size_t cells = (size_t)m->maker->plan.most * (size_t)m->words;
    int *to = mem_array(cells, sizeof *to), *seen = mem_array(cells, sizeof *seen);
    if (!to || !seen) {
        mem_free(to);
        mem_free(seen);
        return false;
    }
    classes(m, class);
    m->start = start_of(m, class);
    int n = order_from_start(m, class, order);
    for (int s = 0; s < MACHINE_STATES_MOST; s++)
        number[s] = -1;
    for (int k = 0; k < n; k++)
        number[order[k]] = k;
    merge_rows(m, class, number, to, seen);
    mem_free(m->to);
    mem_free(m->seen);
    m->to = to;
    m->seen = seen;
    m->start = number[class[m->start]];
    m->states = n;
    return true;
}

/* ---- how true it is ---------------------------------------------------------------------------------------------- */

static void walk(struct machine *m)
{
    const struct machine_maker *k = m->maker;
    int at = m->start;
    for (int j = 0; j < k->points; j++) {
        const struct machine_point *p = &k->point[j];
        if (p->row >= 0)
            continue;
        at = p->step ? m->to[(size_t)at * (size_t)m->words + (size_t)p->word] : m->start;
        if (p->step) {
            m->tested++;
            m->agree += k->plan.unit < 0 ? m->state[at].says == p->said : at == p->said;
        }
    }
}

/* How many states word w leads through, from s on, before it comes to where it has been; what no sentence
 * shows ends it. A circle (a parity) is no counting: only the way into it is. */
static int way_of(const struct machine *m, int s, int w)
{
    int at[MACHINE_STATES_MOST], n = 0, back = 0;
    for (bool met = false; !met;) {
        size_t cell = (size_t)s * (size_t)m->words + (size_t)w;
        at[n++] = s;
        if (!m->seen[cell])
            return n;
        s = m->to[cell];
        for (back = 0; back < n && at[back] != s; back++)
            ;
        met = back < n;
    }
    return back + 1;
}

static void find_chain(struct machine *m)
{
    for (int w = 0; w < m->words; w++)
        for (int s = 0; s < m->states; s++) {
            int n = way_of(m, s, w);
            if (n > m->chain) {
                m->chain = n;
                m->chain_word = m->word[w];
            }
        }
}

static void find_switch(struct machine *m)
{
    const struct machine_maker *k = m->maker;
    double sum[2] = {0, 0};
    long n[2] = {0, 0};
    for (int j = 1; j < k->points; j++) {
        const struct machine_point *at = &k->point[j];
        if (at->row < 0 || !at->step)
            continue;
        bool leaves = at->state != at[-1].state;
        sum[leaves] += (double)k->x[(size_t)at->row * (size_t)k->dims + 1];
        n[leaves]++;
    }
    m->f_stays = n[0] ? sum[0] / (double)n[0] : (double)NAN;
    m->f_leaves = n[1] ? sum[1] / (double)n[1] : (double)NAN;
}

bool machine_finish(struct machine *m)
{
    struct machine_maker *k = m->maker;
    bool unit = k->plan.unit >= 0;
    if (!unit && !minimise(m))
        return false;
    walk(m);
    if (unit)
        find_switch(m);
    else
        find_chain(m);
    m->kind = k->settled || unit || (m->tested && m->agree == m->tested) ? MACHINE_FINITE : MACHINE_TOO_MANY;
    if (m->chain >= MACHINE_CHAIN)
        m->kind = MACHINE_COUNTS;
    return true;
}
