/* pins.c: the values set by hand, kept sorted as the engine wants them, and which values a place can take. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "session/session_private.h"

/* Index of the first pin that is not before this place. Edits arrive mostly in order, so the end is tried first. */
static size_t lower_bound(const struct pins *p, const struct pin *key)
{
    if (!p->n || pin_compare(&p->v[p->n - 1], key) < 0)
        return p->n;
    size_t low = 0, high = p->n - 1;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (pin_compare(&p->v[mid], key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct pin *pins_find(const struct pins *p, int step, int layer, enum quantity q, int unit)
{
    if (!p->n)
        return NULL;
    struct pin key = {.step = step, .layer = layer, .q = q, .unit = unit};
    size_t at = lower_bound(p, &key);
    return at < p->n && pin_compare(&p->v[at], &key) == 0 ? &p->v[at] : NULL;
}

void pins_put(struct pins *p, const struct pin *pin)
{
    size_t at = lower_bound(p, pin);
    if (at < p->n && pin_compare(&p->v[at], pin) == 0) {
        p->v[at].value = pin->value;
        return;
    }
    if (p->n == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 16;
        p->v = xrealloc(p->v, p->cap, sizeof *p->v);
    }
    memmove(p->v + at + 1, p->v + at, (p->n - at) * sizeof *p->v);
    p->v[at] = *pin;
    p->n++;
}

void pins_remove(struct pins *p, struct pin *at)
{
    size_t after = (size_t)(p->v + p->n - (at + 1));
    memmove(at, at + 1, after * sizeof *at);
    p->n--;
}

/* What the equations let each quantity be. C alone has no bounds. */
static const struct range {
    float low, high;
    const char *why;
} range[Q_COUNT] = {
    [Q_F] = {0, 1, "a sigmoid gate"},
    [Q_I] = {0, 1, "a sigmoid gate"},
    [Q_G] = {-1, 1, "a tanh"},
    [Q_O] = {0, 1, "a sigmoid gate"},
    [Q_C] = {-INFINITY, INFINITY, "the cell state"},
    [Q_H] = {-1, 1, "a gate times a tanh"},
};

bool pin_reason(enum quantity q, float value, bool *outside, struct str *reason)
{
    char number[NUM_MAX];
    const struct range *r = &range[q];
    *outside = false;
    if (!isfinite(value)) {
        str_addf(reason, "%s: expected a finite number, found %s", quantity_name(q), num_float(number, value));
        return false;
    }
    if (value >= r->low && value <= r->high)
        return true;
    *outside = true;
    str_addf(reason, "%s is %s: expected %g \xE2\x80\xA6 %g, found %s", quantity_name(q), r->why, (double)r->low,
             (double)r->high, num_float(number, value));
    return false;
}
