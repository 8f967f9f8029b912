/* hang.c: the end of the run computed once more, with one element of C gone. */
#include "session/hang.h"

#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "core/answers.h"
#include "core/suffix.h"

struct hanging {
    const struct session *s;
    struct suffix *end;           /* NULL: not begun */
    bool ran;
    struct answers *answers;
    struct pin gone;
    int at, to;                   /* the step that is next, the last one */
    int asked[LOGITS_STEPS], n;   /* the steps whose answers are in hand */
    int most;                     /* so many at once */
    double change;                /* the largest so far */
    struct hang found;
};

void hanging_free(struct hanging *h)
{
    if (!h)
        return;
    answers_free(h->answers);
    suffix_free(h->end);
    mem_free(h);
}

struct hanging *hanging_new(const struct session *s, int layer, int unit, int t)
{
    const int T = session_steps(s), to = t + HANG_AHEAD < T - 1 ? t + HANG_AHEAD : T - 1;
    struct hanging *h = mem_array(1, sizeof *h);
    if (h)
        *h = (struct hanging){.s = s, .gone = {t, layer, Q_C, unit, 0}, .at = t, .change = -1, .found = {-1, -1},
                              .to = session_net(s)->outputs && t >= 1 ? to : t - 1};
    return h;
}

/* The run as far as it is asked about, and room for the same with C gone. False when memory is short. */
static bool open_end(struct hanging *h)
{
    const struct lstm *net = session_net(h->s);
    const struct computation of = session_computation_to(h->s, RUN_PINNED, h->to);
    const int steps = h->to - h->at + 1;
    h->most = answers_most(net) < steps ? answers_most(net) : steps;
    h->end = suffix_new(&of, h->at, h->to);
    h->answers = answers_new(net, h->most);
    return h->end && h->answers;
}

/* The next steps after which a word comes, as many as go together. */
static void ask(struct hanging *h)
{
    answers_begin(h->answers);
    for (; h->at <= h->to && h->n < h->most; h->at++)
        if (session_output(h->s, h->at + 1) >= 0) {
            h->asked[h->n++] = h->at;
            answers_add(h->answers, suffix_head_input(h->end, h->at));
        }
}

static void take(struct hanging *h)
{
    for (int k = 0; k < h->n; k++) {
        const int t = h->asked[k], output = session_output(h->s, t + 1);
        const double was = session_surprisal(h->s, RUN_PINNED, t);
        double change = fabs(surprisal_by(answers_sum(h->answers, k), answers_logits(h->answers, k)[output]) - was);
        if (isfinite(was) && change > h->change) {
            h->change = change;
            h->found = (struct hang){t, output};
        }
    }
    h->n = 0;
}

/* True: nothing is left to do. */
static bool go_on(struct hanging *h, double end)
{
    if (h->at > h->to && !h->n)
        return true;
    if (!h->end || !h->ran) {
        h->ran = h->end && suffix_run(h->end, &h->gone, 1);
        if (!h->ran && (h->end || !open_end(h)))
            h->at = h->to + 1;
        return false;
    }
    if (!h->n)
        ask(h);
    else if (session_surprise(h->s, RUN_PINNED, h->asked[0], h->asked[h->n - 1], end - clock_ms())
             && answers_on(h->answers, end))
        take(h);
    return false;
}

bool hanging_on(struct hanging *h, double end)
{
    while (!go_on(h, end))
        if (clock_ms() >= end)
            return h->at > h->to && !h->n;
    return true;
}

struct hang hanging_found(const struct hanging *h)
{
    return h->found;
}

struct hang session_hangs_on(const struct session *s, int layer, int unit, int t)
{
    struct hanging *h = hanging_new(s, layer, unit, t);
    struct hang found = {-1, -1};
    if (h && hanging_on(h, INFINITY))
        found = h->found;
    hanging_free(h);
    return found;
}
