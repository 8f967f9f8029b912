/* horizon.c: see horizon.h. The trace of the repeated words begins where it ended, over and over. */
#include "core/horizon.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct horizon {
    const struct lstm *net;
    struct trace *filler, *question;
    const float **x;              /* [filler->steps] */
    const float *asked[1];
    float *logits;
    int a, b;
    bool begun;
};

static const float *row(const struct lstm *net, int token)
{
    return net->embedding + (size_t)token * (size_t)net->embed;
}

/* Row 0 of `to` becomes row t of `from`. */
static void carry(const struct lstm *net, const struct trace *from, int t, struct trace *to)
{
    for (int l = 0; l < net->layers; l++)
        for (int q = Q_C; q <= Q_H; q++)
            memmove(trace_row(to, l, (enum quantity)q, 0), trace_row(from, l, (enum quantity)q, t),
                    (size_t)net->layer[l].hidden * sizeof(float));
}

static bool begin(struct horizon *h, const int *first, int first_n)
{
    struct trace *tr = trace_new(h->net, first_n);
    const float **x = mem_array((size_t)first_n, sizeof *x);
    bool ok = tr && x;
    for (int t = 0; ok && t < first_n; t++)
        x[t] = row(h->net, first[t]);
    if (ok) {
        lstm_run(h->net, x, 0, NULL, 0, tr);
        carry(h->net, tr, first_n, h->filler);
    }
    mem_free(x);
    trace_free(tr);
    return ok;
}

struct horizon *horizon_new(const struct lstm *net, const struct horizon_plan *plan)
{
    struct horizon *h = xcalloc(1, sizeof *h);
    h->net = net;
    h->a = plan->a;
    h->b = plan->b;
    h->filler = trace_new(net, plan->filler_n);
    h->question = trace_new(net, 1);
    h->x = mem_array((size_t)plan->filler_n, sizeof *h->x);
    h->logits = mem_array((size_t)net->outputs, sizeof *h->logits);
    h->asked[0] = row(net, plan->question);
    if (h->filler && h->question && h->x && h->logits && begin(h, plan->first, plan->first_n)) {
        for (int t = 0; t < plan->filler_n; t++)
            h->x[t] = row(net, plan->filler[t]);
        return h;
    }
    horizon_free(h);
    return NULL;
}

void horizon_free(struct horizon *h)
{
    if (!h)
        return;
    trace_free(h->filler);
    trace_free(h->question);
    mem_free(h->x);
    mem_free(h->logits);
    free(h);
}

void horizon_next(struct horizon *h, double *a, double *b)
{
    if (h->begun) {
        lstm_run(h->net, h->x, 1, NULL, 0, h->filler);
        carry(h->net, h->filler, h->filler->steps, h->filler);
    }
    h->begun = true;
    carry(h->net, h->filler, 0, h->question);
    lstm_run(h->net, h->asked, 1, NULL, 0, h->question);
    lstm_logits(h->net, h->question, 1, h->logits);
    *a = exp(-surprisal(h->logits, h->net->outputs, h->a));
    *b = exp(-surprisal(h->logits, h->net->outputs, h->b));
}
