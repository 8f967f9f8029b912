/* gang.c: see gang.h. The sequences are dealt out to the threads, the longest first; a thread takes so many of its own
 * through a step together as the kernel takes, and when one has ended the next has its place. */
#include "core/gang.h"

#include <stdlib.h>
#include <string.h>

#include "base/threads.h"
#include "core/advance.h"

struct gang {
    const struct lstm *net;
    const float *const *x;
    const struct gang_line *line;
    struct trace *tr;
    int order[GANG_LINES];               /* of the lines, thread by thread, */
    int from[THREADS_MAX + 1];           /* whose own begin here */
};

/* The longest first; of two of one length that which stands first. */
struct length { int steps, line; };

static int longer(const void *a, const void *b)
{
    const struct length *p = a, *q = b;
    return p->steps != q->steps ? (p->steps < q->steps) - (p->steps > q->steps) : p->line - q->line;
}

/* Each goes to the thread that has least to do so far. */
static void deal(struct gang *g, int lines, int threads)
{
    struct length by[GANG_LINES] = {0};
    int owner[GANG_LINES], n = 0;
    long load[THREADS_MAX] = {0};
    for (int k = 0; k < lines; k++)
        by[k] = (struct length){g->line[k].steps, k};
    qsort(by, (size_t)lines, sizeof *by, longer);
    for (int k = 0; k < lines; k++) {
        int least = 0;
        for (int t = 1; t < threads; t++)
            least = load[t] < load[least] ? t : least;
        owner[k] = least;
        load[least] += by[k].steps;
    }
    for (int t = 0; t < threads; t++) {
        g->from[t] = n;
        for (int k = 0; k < lines; k++)
            if (owner[k] == t)
                g->order[n++] = by[k].line;
    }
    g->from[threads] = n;
}

static void begin(const struct gang *g, const struct gang_line *line)
{
    for (int l = 0; l < g->net->layers; l++) {
        const size_t bytes = (size_t)g->net->layer[l].hidden * sizeof(float);
        for (int q = 0; q < GATES; q++)
            memset(trace_row(g->tr, l, (enum quantity)q, line->first), 0, bytes);
        if (line->goes_on)
            continue;
        memcpy(trace_row(g->tr, l, Q_C, line->first), g->net->c0[l], bytes);
        memcpy(trace_row(g->tr, l, Q_H, line->first), g->net->h0[l], bytes);
    }
}

/* What the inputs add to the first layer, of all steps of a thread's lines. */
static void project_inputs(const struct gang *g, int from, int to)
{
    struct projection p;
    projection_begin(&p, g->net, 0, g->tr->steps, g->tr);
    for (int k = from; k < to; k++) {
        const struct gang_line *line = &g->line[g->order[k]];
        for (int row = line->first + 1; row <= line->first + line->steps; row++)
            projection_add(&p, g->x[row - 1], row);
    }
    projection_end(&p);
}

/* The rows `at` of a layer, each after the row before it. */
static void step(const struct gang *g, int l, const int *at, int n)
{
    const struct kernel *k = kernel_current();
    const struct trace_layer *rows = &g->tr->layer[l];
    const float *in[KERNEL_STEPS], *before[KERNEL_STEPS];
    for (int b = 0; b < n; b++) {
        before[b] = trace_row(g->tr, l, Q_H, at[b] - 1);
        in[b] = l ? trace_row(g->tr, l - 1, Q_H, at[b]) : NULL;
    }
    if (l)
        k->project(kernel_layer(g->net, l), g->net->layer[l].in, in, at, n, rows->v, rows->stride);
    k->recur_many(kernel_layer(g->net, l), rows->hidden, before, at, n, rows->v, rows->stride);
    for (int b = 0; b < n; b++)
        lstm_cell(g->net, l, at[b], (struct pins){NULL, NULL}, g->tr);
}

static void run_own(void *context, int thread)
{
    const struct gang *g = context;
    const int to = g->from[thread + 1];
    int next = g->from[thread], at[KERNEL_STEPS], last[KERNEL_STEPS], n = 0;
    for (int k = next; k < to; k++)
        begin(g, &g->line[g->order[k]]);
    project_inputs(g, next, to);
    for (;;) {
        for (; n < KERNEL_STEPS && next < to; next++) {
            const struct gang_line *line = &g->line[g->order[next]];
            if (!line->steps)
                continue;
            at[n] = line->first + 1;
            last[n++] = line->first + line->steps;
        }
        if (!n)
            return;
        for (int l = 0; l < g->net->layers; l++)
            step(g, l, at, n);
        int left = 0;
        for (int b = 0; b < n; b++)
            if (at[b] < last[b]) {
                at[left] = at[b] + 1;
                last[left++] = last[b];
            }
        n = left;
    }
}

void lstm_run_gang(const struct lstm *net, const float *const *x, const struct gang_line *line, int lines,
                   struct trace *tr)
{
    struct gang g = {.net = net, .x = x, .line = line, .tr = tr};
    const int threads = threads_count() < lines ? threads_count() : lines;
    kernel_current();                                          /* chosen once, by this thread */
    deal(&g, lines, threads);
    threads_each(threads, run_own, &g);
}
