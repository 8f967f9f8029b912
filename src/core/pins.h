/* pins.h: walking through sorted pins, for the engine and its gradient. */
#ifndef FLSTM_CORE_PINS_H
#define FLSTM_CORE_PINS_H

#include "core/lstm.h"

/* The pins of one step and layer, in the order f, i, g, o, C, h. */
struct pins {
    const struct pin *next, *end;
};

struct pins pins_at(const struct pin *all, size_t count, int step, int layer);

/* The next pin of quantity q, passing over those of quantities before it; NULL when there is none left. */
static inline const struct pin *pins_take(struct pins *p, enum quantity q, int hidden)
{
    for (; p->next < p->end && p->next->q <= q; p->next++)
        if (p->next->q == q && p->next->unit >= 0 && p->next->unit < hidden)
            return p->next++;
    return NULL;
}

/* The pin of quantity q and this unit among those of a step and layer; NULL when it is not set by hand there. */
static inline const struct pin *pins_find(struct pins here, enum quantity q, int unit)
{
    const struct pin *p;
    while ((p = pins_take(&here, q, unit + 1)))
        if (p->unit == unit)
            return p;
    return NULL;
}

#endif
