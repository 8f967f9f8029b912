/* peak.c: the largest |C| of a layer over both runs, so that the scale of the cell rows stands still while stepping.
 * Kept step by step, so that an edit looks again only at the steps it changed. Of a lazy session it is the largest of
 * the steps that are there. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/session_private.h"

/* Up to step `to`; v holds for every step the largest so far. */
void peaks_follow(const struct session *s, enum run run, int to)
{
    struct peaks *p = &s->runs->peaks[run];
    const struct trace *tr = s->runs->trace[run];
    size_t layers = (size_t)tr->layers;
    if (!p->v || p->steps != tr->steps) {
        p->v = xrealloc(p->v, (size_t)(tr->steps + 1) * layers, sizeof *p->v);
        p->steps = tr->steps;
        p->from = 0;
    }
    /* Before the first pin it is the baseline. */
    const int same = run == RUN_PINNED && first_pinned(s) <= to ? first_pinned(s) : 0;
    if (p->from < same && s->runs->peaks[RUN_BASE].from >= same) {
        memcpy(p->v + (size_t)p->from * layers, s->runs->peaks[RUN_BASE].v + (size_t)p->from * layers,
               (size_t)(same - p->from) * layers * sizeof *p->v);
        p->from = same;
    }
    for (int t = p->from; t <= to; t++) {
        runs_hold(s, runs_source(s, run, t), t, t);
        for (int l = 0; l < tr->layers; l++) {
            const float *c = trace_row(s->runs->trace[runs_source(s, run, t)], l, Q_C, t);
            float most = t ? p->v[(size_t)(t - 1) * layers + (size_t)l] : 0;
            for (int u = 0; u < tr->layer[l].hidden; u++)
                if (fabsf(c[u]) > most && isfinite(c[u]))
                    most = fabsf(c[u]);
            p->v[(size_t)t * layers + (size_t)l] = most;
        }
    }
    p->from = to + 1 > p->from ? to + 1 : p->from;
}
