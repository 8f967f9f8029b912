/* bench.c: see bench.h. */
#include "learn/bench.h"

#include "base/mem.h"

static bool make_room(struct bench *b, const struct lstm *net, int steps)
{
    *b = (struct bench){.net = net};
    b->x = mem_array((size_t)steps, sizeof *b->x);
    b->p = mem_array((size_t)net->outputs, sizeof *b->p);
    int most = 0;
    for (int l = 0; l < net->layers; l++)
        most = net->layer[l].hidden + net->layer[l].in > most ? net->layer[l].hidden + net->layer[l].in : most;
    b->terms = mem_array((size_t)most, sizeof *b->terms);
    b->tr = trace_new(net, steps);
    return b->x && b->p && b->terms && b->tr;
}

bool bench_init(struct bench *b, const struct lstm *net, const int *id, int steps)
{
    bool ok = make_room(b, net, steps);
    for (int t = 0; ok && t < steps; t++)
        b->x[t] = net->embedding + (size_t)id[t] * (size_t)net->embed;
    return ok;
}

bool bench_init_part(struct bench *b, const struct lstm *net, const struct corpus *c, const struct corpus_part *p,
                     int sequence, int steps)
{
    bool ok = make_room(b, net, steps);
    for (int t = 0; ok && t < steps; t++)
        b->x[t] = corpus_input(c, p, p->start[sequence] + t, net->embedding, net->embed);
    return ok;
}

void bench_clear(struct bench *b)
{
    mem_free(b->x);
    mem_free(b->p);
    mem_free(b->terms);
    trace_free(b->tr);
}

void bench_run_to(struct bench *b, int from, int to, const struct pin *pins, size_t n)
{
    int steps = b->tr->steps;
    b->tr->steps = to;
    lstm_run(b->net, b->x, from, pins, n, b->tr);
    b->tr->steps = steps;
}

void bench_run(struct bench *b, int from, const struct pin *pins, size_t n)
{
    lstm_run(b->net, b->x, from, pins, n, b->tr);
}

const float *bench_predict(struct bench *b, int t)
{
    lstm_logits(b->net, b->tr, t, b->p);
    softmax(b->p, b->net->outputs, b->p);
    return b->p;
}

const float *bench_say(struct bench *b, int t)
{
    lstm_logits(b->net, b->tr, t, b->p);
    return b->p;
}

double bench_right(const float *p, int n, const unsigned char *rival, int target)
{
    double sum = 0;
    for (int k = 0; k < n; k++)
        if (!rival || !rival[target] || rival[k] == rival[target])
            sum += (double)p[k];
    return sum > 0 ? (double)p[target] / sum : 0;
}

bool bench_wins(const float *p, int n, const unsigned char *rival, int target)
{
    for (int k = 0; k < n; k++)
        if (k != target && (!rival || !rival[target] || rival[k] == rival[target]) && p[k] >= p[target])
            return false;
    return true;
}
