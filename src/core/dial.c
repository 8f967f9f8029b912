/* dial.c: pins and reruns, nothing else. */
#include "core/dial.h"

#include <math.h>

#include "core/answers.h"

bool dial_run(const struct dial *d, float value)
{
    struct pin pin = d->pin;
    pin.value = value;
    return suffix_run(d->s, &pin, 1);
}

struct dial_point dial_take(const struct dial *d, float value, int k)
{
    const float *z = answers_logits(d->answers, k);
    const struct log_sum sum = answers_sum(d->answers, k);
    return (struct dial_point){value, exp(-surprisal_by(sum, z[d->target])), exp(-surprisal_by(sum, z[d->rival]))};
}

/* The whole head of the last run. */
static struct dial_point answer(const struct dial *d, float value)
{
    answers_begin(d->answers);
    answers_add(d->answers, suffix_head_input(d->s, d->to));
    answers_on(d->answers, INFINITY);
    return dial_take(d, value, 0);
}

bool dial_at(const struct dial *d, float value, struct dial_point *out)
{
    *out = (struct dial_point){.value = value};
    if (!dial_run(d, value))
        return false;
    *out = answer(d, value);
    return true;
}

bool dial_sweep(const struct dial *d, float low, float high, int n, struct dial_point *out)
{
    for (int k = 0; k < n; k++)
        if (!dial_at(d, k == n - 1 ? high : low + (high - low) * (float)k / (float)(n - 1), &out[k]))
            return false;
    return true;
}

static bool ahead(const struct dial_point *p)
{
    return p->target > p->rival;
}

bool dial_changes(const struct dial_point *a, const struct dial_point *b)
{
    return ahead(a) != ahead(b);
}

struct dial_search dial_between(const struct dial_point *a, const struct dial_point *b)
{
    return (struct dial_search){a->value, b->value, ahead(a)};
}

/* Is the target ahead in the last run? Their two logits tell, unless they are so near that the probabilities may be
 * rounded to the same; those decide. */
static bool runs_ahead(const struct dial *d, float value)
{
    const double APART = 1e-9;
    const double target = (double)suffix_logit(d->s, d->to, d->target),
                 rival = (double)suffix_logit(d->s, d->to, d->rival);
    if (fabs(target - rival) > APART * (1 + fabs(target) + fabs(rival)))
        return target > rival;
    const struct dial_point p = answer(d, value);
    return ahead(&p);
}

enum dial_found dial_halve(const struct dial *d, struct dial_search *between)
{
    const float half = between->low + (between->high - between->low) / 2;
    if (half == between->low || half == between->high)
        return DIAL_FOUND;
    if (!dial_run(d, half))
        return DIAL_NO_MEMORY;
    *(runs_ahead(d, half) == between->ahead ? &between->low : &between->high) = half;
    return DIAL_MORE;
}

bool dial_tip(const struct dial *d, const struct dial_point *a, const struct dial_point *b, float *value)
{
    struct dial_search between = dial_between(a, b);
    enum dial_found found = DIAL_MORE;
    if (!dial_changes(a, b))
        return false;
    while (found == DIAL_MORE)
        found = dial_halve(d, &between);
    *value = between.low;
    return found == DIAL_FOUND;
}
