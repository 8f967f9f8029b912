/* differ.h: where two runs of networks of one shape part: the first value that differs, in the order in which one
 * depends on the other: layer, step, quantity, unit. A layer knows nothing of the layers above it, so that the first
 * difference is where the cause is, and not what follows from it. */
#ifndef FLSTM_CORE_DIFFER_H
#define FLSTM_CORE_DIFFER_H

#include "core/lstm.h"

struct differ_at { int layer, step, unit; enum quantity q; double here, there; };
struct differ {
    struct differ_at first, most;        /* most: where |here - there| is largest, be it counted as differing or not */
    size_t differing, compared;
};

/* The traces have the same layers, sizes and steps. A value agrees when |here - there| ≤ tolerance · max(1, |here|),
 * or when neither is a number. has[layer * Q_COUNT + q]: is that quantity given in `there`? The rows of step 0 (C and
 * h) belong to it. */
void differ(const struct trace *here, const struct trace *there, const bool *has, double tolerance,
            struct differ *out);

#endif
