/* differ.c: see differ.h. */
#include "core/differ.h"

#include <math.h>

static double apart(double a, double b)
{
    return isnan(a) && isnan(b) ? 0 : a > b || a < b || isnan(a) || isnan(b) ? fabs(a - b) : 0;
}

static void weigh(const struct differ_at *at, double tolerance, struct differ *out)
{
    double d = apart(at->here, at->there), scale = fabs(at->here) > 1 ? fabs(at->here) : 1;
    bool agrees = isinf(at->here) ? d == 0 : d <= tolerance * scale;   /* NaN against a number agrees with nothing */
    if (!out->compared++ || !(d <= apart(out->most.here, out->most.there)))
        out->most = *at;
    if (!agrees && !out->differing++)
        out->first = *at;
}

void differ(const struct trace *here, const struct trace *there, const bool *has, double tolerance, struct differ *out)
{
    *out = (struct differ){0};
    for (int l = 0; l < here->layers; l++)
        for (int t = 0; t <= here->steps; t++)
            for (int q = t ? 0 : Q_C; q < Q_COUNT; q++)
                for (int u = 0; has[l * Q_COUNT + q] && u < here->layer[l].hidden; u++) {
                    const struct differ_at at = {
                        l, t, u, (enum quantity)q, (double)trace_row(here, l, (enum quantity)q, t)[u],
                        (double)trace_row(there, l, (enum quantity)q, t)[u]};
                    weigh(&at, tolerance, out);
                }
}
