/* rival.c: of the likeliest words the one that differs most from the answer by what earlier words wrote. */
#include "session/rival.h"

#include <math.h>

#include "core/why.h"

static const float OUT_OF_THE_QUESTION = 1e-4f;      /* probability under which a word is no rival to begin with */
static const double DEAR = 1e5;   /* values (words × units) from which on rivals are not compared */

/* Which part of the difference between two outputs is memory, without pins: what earlier words wrote, beside what this
 * word wrote and the bias. 0 where it is under one nat. */
static double from_memory(const struct session *s, int t, int a, int b)
{
    const struct computation of = session_computation_to(s, RUN_BASE, t);
    struct why w;
    double sum = 0, rest = 0;
    if (why_compute(&of, t, a, b, &w)) {
        for (int k = 0; k < t; k++)
            sum += w.word[k];
        rest = fabs(w.word[t]) + fabs(w.bias);
    }
    why_clear(&w);
    return fabs(sum) < 1 ? 0 : fabs(sum) / (fabs(sum) + rest);
}

bool session_rival(const struct session *s, int t, int rival, int *a, int *b)
{
    struct prediction p[RIVALS + 1];
    int n = session_predict_run(s, RUN_BASE, t, RIVALS + 1, p), others[RIVALS + 1] = {0}, count = 0, first = 0;
    if (n < 2 || !isfinite(p[0].p_base) || !isfinite(p[0].p_pinned))
        return false;
    *a = t < session_steps(s) ? session_output(s, t + 1) : -1;
    if (*a < 0)
        *a = p[0].output;
    bool asks = (double)t * session_net(s)->layer[session_net(s)->layers - 1].hidden < DEAR;
    double most = -1;
    for (int k = 0; k < n; k++) {
        if (p[k].output == *a)
            continue;
        double memory = asks && p[k].p_base >= OUT_OF_THE_QUESTION ? from_memory(s, t, *a, p[k].output) : 0;
        first = memory > most ? count : first;
        most = fmax(most, memory);
        others[count++] = p[k].output;
    }
    if (!count)
        return false;
    rival %= count;
    *b = others[rival == 0 ? first : rival <= first ? rival - 1 : rival];
    return true;
}
