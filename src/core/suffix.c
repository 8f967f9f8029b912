/* suffix.c: a short trace of its own, whose row 0 is the state of the run after step from-1. Its steps count from 1,
 * so that a pin of step t of the run is one of step t - (from-1) here. */
#include "core/suffix.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct suffix {
    const struct lstm *net;
    const struct trace *run;      /* the run whose end this is */
    const float *const *run_x;
    struct trace *tr;             /* steps from … to */
    const float **x;              /* [to - from + 1] */
    struct pin *own;              /* the run's own pins of these steps, steps counted as here */
    size_t own_count;
    struct pin *pins;             /* those of the rerun at hand */
    size_t room;
    int before;                   /* from - 1 */
};

static int last_step(const struct suffix *s)
{
    return s->before + s->tr->steps;
}

/* The run's own pins from step from on; those before are in the state already. */
static bool own_pins(struct suffix *s, const struct pin *pins, size_t count)
{
    s->own = mem_array(count, sizeof *s->own);
    if (!s->own)
        return false;
    for (size_t k = 0; k < count; k++)
        if (pins[k].step > s->before && pins[k].step <= last_step(s)) {
            s->own[s->own_count] = pins[k];
            s->own[s->own_count++].step -= s->before;
        }
    return true;
}

struct suffix *suffix_new(const struct computation *of, int from, int to)
{
    if (from < 1 || to < from || to > of->tr->steps)
        return NULL;
    struct suffix *s = xcalloc(1, sizeof *s);
    s->net = of->net;
    s->run = of->tr;
    s->run_x = of->x;
    s->before = from - 1;
    s->tr = trace_new(of->net, to - from + 1);
    s->x = mem_array((size_t)(to - from) + 1, sizeof *s->x);
    if (!s->tr || !s->x || !own_pins(s, of->pins, of->pin_count)) {
        suffix_free(s);
        return NULL;
    }
    for (int t = from; t <= to; t++)
        s->x[t - from] = of->x[t - 1];
    return s;
}

const struct lstm *suffix_net(const struct suffix *s) { return s->net; }
int suffix_from(const struct suffix *s) { return s->before + 1; }
int suffix_to(const struct suffix *s) { return last_step(s); }

void suffix_free(struct suffix *s)
{
    if (!s)
        return;
    trace_free(s->tr);
    mem_free(s->x);
    mem_free(s->own);
    mem_free(s->pins);
    free(s);
}

void suffix_input(struct suffix *s, int t, const float *x)
{
    if (t > s->before && t <= last_step(s))
        s->x[t - s->before - 1] = x ? x : s->run_x[t - 1];
}

/* One pin a place: of two, the later one in `all` is kept; sorting must not lose which that was. */
struct ranked {
    struct pin pin;
    size_t rank;
};

static int by_place(const void *a, const void *b)
{
    const struct ranked *p = a, *q = b;
    int order = pin_compare(&p->pin, &q->pin);
    return order ? order : (p->rank > q->rank) - (p->rank < q->rank);
}

/* The run's own pins and the extra ones, sorted, one a place. SIZE_MAX when memory is short. */
static size_t merge(struct suffix *s, const struct pin *extra, size_t extra_count)
{
    size_t all = s->own_count + extra_count, n = 0;
    struct ranked *r = mem_array(all, sizeof *r);
    if (all > s->room || !s->pins) {
        mem_free(s->pins);
        s->pins = mem_array(all, sizeof *s->pins);
        s->room = all;
    }
    if (!r || !s->pins) {
        mem_free(r);
        s->room = 0;
        return (size_t)-1;
    }
    for (size_t k = 0; k < all; k++) {
        r[k] = (struct ranked){k < s->own_count ? s->own[k] : extra[k - s->own_count], k};
        if (k >= s->own_count)
            r[k].pin.step -= s->before;
    }
    qsort(r, all, sizeof *r, by_place);
    for (size_t k = 0; k < all; k++)
        if (k + 1 == all || pin_compare(&r[k].pin, &r[k + 1].pin) != 0)
            s->pins[n++] = r[k].pin;
    mem_free(r);
    return n;
}

/* Row 0: C and h as they are after step from-1, with the pins that lie there. */
static void start(struct suffix *s, size_t pins)
{
    for (int l = 0; l < s->net->layers; l++)
        for (int q = Q_C; q <= Q_H; q++)
            memcpy(trace_row(s->tr, l, (enum quantity)q, 0), trace_row(s->run, l, (enum quantity)q, s->before),
                   (size_t)s->net->layer[l].hidden * sizeof(float));
    for (size_t k = 0; k < pins && s->pins[k].step <= 0; k++) {
        const struct pin *p = &s->pins[k];
        if (p->step == 0 && p->q >= Q_C && p->layer < s->net->layers && p->unit < s->net->layer[p->layer].hidden)
            trace_row(s->tr, p->layer, p->q, 0)[p->unit] = p->value;
    }
}

bool suffix_run(struct suffix *s, const struct pin *extra, size_t extra_count)
{
    size_t pins = merge(s, extra, extra_count);
    if (pins == (size_t)-1)
        return false;
    start(s, pins);
    lstm_run(s->net, s->x, 1, s->pins, pins, s->tr);
    return true;
}

const float *suffix_row(const struct suffix *s, int layer, enum quantity q, int t)
{
    return trace_row(s->tr, layer, q, t - s->before);
}

void suffix_logits(const struct suffix *s, int t, float *logits)
{
    lstm_logits(s->net, s->tr, t - s->before, logits);
}

float suffix_logit(const struct suffix *s, int t, int output)
{
    return lstm_logit(s->net, s->tr, t - s->before, output);
}

const float *suffix_head_input(const struct suffix *s, int t)
{
    return lstm_head_input(s->net, s->tr, t - s->before);
}
