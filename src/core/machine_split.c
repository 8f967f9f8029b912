/* machine_split.c: see machine.h: a state from which one word leads to two falls in two. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/machine_private.h"

/* A word leads to two states when at least so many steps, and this share of them, do not go where most go. */
enum { STRAYS = 3 };
static const double STRAY_SHARE = 0.02;

/* A transition in 64 bits: from 8, word 32, to 8; they sort by state and word. */
static uint64_t key_of(int from, int word, int to)
{
    return (uint64_t)from << 40 | (uint64_t)word << 8 | (uint64_t)to;
}

static int compare_key(const void *a, const void *b)
{
    return (*(const uint64_t *)a > *(const uint64_t *)b) - (*(const uint64_t *)a < *(const uint64_t *)b);
}

/* All transitions of the built part, sorted. */
static int sort_keys(struct machine_maker *k)
{
    int n = 0;
    for (int j = 1; j < k->points; j++) {
        const struct machine_point *at = &k->point[j];
        if (at->row >= 0 && at->step > 0)
            k->key[n++] = key_of(at[-1].state, at->word, at->state);
    }
    qsort(k->key, (size_t)n, sizeof *k->key, compare_key);
    return n;
}

struct conflict { int state, word, to[2]; long strays; };

static bool is_hopeless(const struct machine_maker *k, uint64_t pair)
{
    for (int j = 0; j < k->hopeless_count; j++)
        if (k->hopeless[j] == pair)
            return true;
    return false;
}

/* The transitions key[from … end) of one state and word: the two states most go to, and how many do not go to the
 * first. */
static struct conflict look_at(const uint64_t *key, int from, int end)
{
    struct conflict c = {.state = (int)(key[from] >> 40), .word = (int)(key[from] >> 8 & UINT32_MAX), .to = {-1, -1}};
    long most[2] = {0, 0};
    for (int j = from, next; j < end; j = next) {
        for (next = j; next < end && key[next] == key[j]; next++)
            ;
        int to = (int)(key[j] & 255), first = next - j > most[0];
        if (first) {
            most[1] = most[0];
            c.to[1] = c.to[0];
        }
        if (first || next - j > most[1]) {
            most[!first] = next - j;
            c.to[!first] = to;
        }
    }
    c.strays = end - from - most[0];
    return c;
}

/* The state and word with the most strays. False when there is none. */
static bool worst(const struct machine_maker *k, int n, struct conflict *out)
{
    out->strays = 0;
    for (int from = 0, end; from < n; from = end) {
        for (end = from; end < n && k->key[end] >> 8 == k->key[from] >> 8; end++)
            ;
        struct conflict c = look_at(k->key, from, end);
        if (c.strays >= STRAYS && (double)c.strays >= STRAY_SHARE * (end - from) && c.strays > out->strays
            && !is_hopeless(k, k->key[from] >> 8))
            *out = c;
    }
    return out->strays > 0;
}

/* The mean vectors of the steps of the state after which the word led to either. */
static void means_of(const struct machine_maker *k, const struct conflict *c, float *mean[2])
{
    size_t dims = (size_t)k->dims;
    long count[2] = {0, 0};
    for (int j = 1; j < k->points; j++) {
        const struct machine_point *at = &k->point[j], *was = at - 1;
        int to = at->state == c->to[0] ? 0 : at->state == c->to[1] ? 1 : -1;
        if (at->row < 0 || !at->step || was->state != c->state || at->word != c->word || to < 0)
            continue;
        const float *x = k->x + (size_t)was->row * dims;
        count[to]++;
        for (size_t d = 0; d < dims; d++)
            mean[to][d] += (x[d] - mean[to][d]) / (float)count[to];
    }
}

static double distance(const float *a, const float *b, int dims)
{
    double sum = 0;
    for (int d = 0; d < dims; d++)
        sum += ((double)a[d] - (double)b[d]) * ((double)a[d] - (double)b[d]);
    return sum;
}

static bool goes_over(const struct machine_maker *k, const struct machine_split *s, const float *x)
{
    return distance(x, s->mean[1], k->dims) < distance(x, s->mean[0], k->dims);
}

/* Moves the steps that are nearer to the second mean; how many go and how many stay. */
static void move_over(struct machine_maker *k, const struct machine_split *s, long moved[2])
{
    moved[0] = moved[1] = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int j = 0; j < k->points; j++) {
            struct machine_point *at = &k->point[j];
            if (at->row < 0 || at->state != s->of)
                continue;
            bool over = goes_over(k, s, k->x + (size_t)at->row * (size_t)k->dims);
            moved[over] += !pass;
            if (pass && over)
                at->state = s->to;
        }
}

bool machine_split_once(struct machine *m)
{
    struct machine_maker *k = m->maker;
    struct conflict c = {.state = -1};
    if (!worst(k, sort_keys(k), &c)) {
        k->settled = !k->crowded;
        return false;
    }
    float *mean = m->states < k->plan.most ? mem_array(2 * (size_t)k->dims, sizeof *mean) : NULL;
    if (!mean)
        return false;
    struct machine_split s = {c.state, m->states, {mean, mean + k->dims}};
    long moved[2];
    means_of(k, &c, s.mean);
    move_over(k, &s, moved);
    if (!moved[0] || !moved[1]) {
        /* Nothing in the vectors tells the two apart; or all would only be called otherwise. */
        mem_free(mean);
        for (int j = 0; moved[1] && j < k->points; j++)
            if (k->point[j].row >= 0 && k->point[j].state == s.to)
                k->point[j].state = s.of;
        if (k->hopeless_count == MACHINE_HOPELESS)
            return false;
        k->hopeless[k->hopeless_count++] = key_of(c.state, c.word, 0) >> 8;
        return true;
    }
    k->split[k->splits++] = s;
    m->state[m->states++].says = m->state[c.state].says;
    return true;
}

/* Through the splits in their order, from the state of the prediction; the nearest mean where nobody predicted so. */
int machine_state_of(const struct machine *m, const float *vector, int said)
{
    const struct machine_maker *k = m->maker;
    int at = -1;
    if (k->plan.unit >= 0) {
        double near = INFINITY, C = (double)vector[0];
        for (int s = 0; s < m->states; s++) {
            double off = fmax((double)m->state[s].low - C, C - (double)m->state[s].high);
            at = off < near ? s : at;
            near = fmin(off, near);
        }
        return at < 0 ? 0 : at;
    }
    for (int s = 0; at < 0 && s < m->states; s++)
        at = m->state[s].says == said ? s : -1;
    if (at < 0) {
        double near = INFINITY;
        for (int s = 0; s < m->states; s++) {
            double d = distance(vector, k->mean + (size_t)s * (size_t)k->dims, k->dims);
            at = d < near ? s : at;
            near = fmin(d, near);
        }
        return at < 0 ? 0 : at;
    }
    for (int j = 0; j < k->splits; j++)
        if (k->split[j].of == at && goes_over(k, &k->split[j], vector))
            at = k->split[j].to;
    return at;
}
