/* peak.c: the largest |C| of a layer over both runs, so that the scale of the cell rows stands still while stepping.
 * Kept step by step, so that an edit looks again only at the steps it changed. Of a lazy session it is the largest of
 * the steps that are there. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "session/session_private.h"

/* Up to step `to`; v holds for every step the largest so far. */
static void refresh(const struct session *s, enum run run, int to)
{
    struct peaks *p = &s->runs->peaks[run];
    const struct trace *tr = s->runs->trace[run];
    size_t layers = (size_t)tr->layers;
    if (!p->v || p->steps != tr->steps) {
        p->v = xrealloc(p->v, (size_t)(tr->steps + 1) * layers, sizeof *p->v);
        p->steps = tr->steps;
        p->from = 0;
    }
    for (int t = p->from; t <= to; t++)
        for (int l = 0; l < tr->layers; l++) {
            const float *c = trace_row(s->runs->trace[runs_source(s, run, t)], l, Q_C, t);
            float most = t ? p->v[(size_t)(t - 1) * layers + (size_t)l] : 0;
            for (int u = 0; u < tr->layer[l].hidden; u++)
                if (fabsf(c[u]) > most && isfinite(c[u]))
                    most = fabsf(c[u]);
            p->v[(size_t)t * layers + (size_t)l] = most;
        }
    p->from = to + 1 > p->from ? to + 1 : p->from;
}

float session_peak(const struct session *s, int layer)
{
    runs_refresh_to(s, s->cursor.step);
    float most = 0;
    for (int run = RUN_BASE; run <= (s->pins.n ? RUN_PINNED : RUN_BASE); run++) {
        const struct peaks *p = &s->runs->peaks[run];
        const int to = runs_there(s, (enum run)run);
        refresh(s, (enum run)run, to);
        float v = p->v[(size_t)to * (size_t)s->runs->trace[run]->layers + (size_t)layer];
        most = v > most ? v : most;
    }
    return most;
}
