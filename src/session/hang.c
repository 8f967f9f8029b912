/* hang.c: the end of the run computed once more, with one element of C gone. */
#include "session/hang.h"

#include <math.h>

#include "base/mem.h"
#include "core/suffix.h"

enum { AHEAD = 24 };

struct hang session_hangs_on(const struct session *s, int layer, int unit, int t)
{
    const struct lstm *net = session_net(s);
    struct hang found = {-1, -1};
    int T = session_steps(s), to = t + AHEAD < T - 1 ? t + AHEAD : T - 1;
    const struct computation of = session_computation_to(s, RUN_PINNED, to);
    if (!net->outputs || t < 1 || to < t)
        return found;
    struct suffix *end = suffix_new(&of, t, to);
    float *logits = mem_array((size_t)net->outputs, sizeof *logits);
    struct pin gone = {t, layer, Q_C, unit, 0};
    double most = -1;
    if (end && logits && suffix_run(end, &gone, 1))
        for (int k = t; k <= to; k++) {
            int output = session_output(s, k + 1);
            double was = session_surprisal(s, RUN_PINNED, k);
            if (output < 0 || !isfinite(was))
                continue;
            suffix_logits(end, k, logits);
            double change = fabs(surprisal(logits, net->outputs, output) - was);
            if (change > most) {
                most = change;
                found = (struct hang){k, output};
            }
        }
    mem_free(logits);
    suffix_free(end);
    return found;
}
