/* peak.c: the largest |C| of a layer over both runs, so that the scale of the cell rows stands still while stepping.
 * Kept step by step, so that an edit looks again only at the steps it changed. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "session/session_private.h"

static void refresh(struct peaks *p, const struct trace *tr)
{
    size_t layers = (size_t)tr->layers;
    if (!p->v || p->steps != tr->steps) {
        p->v = xrealloc(p->v, (size_t)(tr->steps + 1) * layers, sizeof *p->v);
        p->steps = tr->steps;
        p->from = 0;
    }
    for (int t = p->from; t <= tr->steps; t++)
        for (int l = 0; l < tr->layers; l++) {
            const float *c = trace_row(tr, l, Q_C, t);
            float most = 0;
            for (int u = 0; u < tr->layer[l].hidden; u++)
                if (fabsf(c[u]) > most && isfinite(c[u]))
                    most = fabsf(c[u]);
            p->v[(size_t)t * layers + (size_t)l] = most;
        }
    p->from = tr->steps + 1;
}

float session_peak(const struct session *s, int layer)
{
    runs_refresh(s);
    float most = 0;
    for (int run = RUN_BASE; run <= (s->pins.n ? RUN_PINNED : RUN_BASE); run++) {
        struct peaks *p = &s->runs->peaks[run];
        refresh(p, s->runs->trace[run]);
        for (int t = 0; t <= p->steps; t++) {
            float v = p->v[(size_t)t * (size_t)s->runs->trace[run]->layers + (size_t)layer];
            most = v > most ? v : most;
        }
    }
    return most;
}
