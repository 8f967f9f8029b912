/* dial.c: pins and reruns, nothing else. */
#include "core/dial.h"

#include <math.h>

bool dial_at(const struct dial *d, float value, struct dial_point *out)
{
    struct pin pin = d->pin;
    pin.value = value;
    *out = (struct dial_point){.value = value};
    if (!suffix_run(d->s, &pin, 1))
        return false;
    suffix_logits(d->s, d->to, d->logits);
    out->target = exp(-surprisal(d->logits, d->net->outputs, d->target));
    out->rival = exp(-surprisal(d->logits, d->net->outputs, d->rival));
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

enum dial_found dial_halve(const struct dial *d, struct dial_point *low, struct dial_point *high)
{
    struct dial_point middle;
    float half = low->value + (high->value - low->value) / 2;
    if (half == low->value || half == high->value)
        return DIAL_FOUND;
    if (!dial_at(d, half, &middle))
        return DIAL_NO_MEMORY;
    *(ahead(&middle) == ahead(low) ? low : high) = middle;
    return DIAL_MORE;
}

bool dial_tip(const struct dial *d, const struct dial_point *a, const struct dial_point *b, float *value)
{
    struct dial_point low = *a, high = *b;
    enum dial_found found = DIAL_MORE;
    if (!dial_changes(a, b))
        return false;
    while (found == DIAL_MORE)
        found = dial_halve(d, &low, &high);
    *value = low.value;
    return found == DIAL_FOUND;
}
