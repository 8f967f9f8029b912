/* advance.h: the parts of a step that one sequence (lstm.c) and many side by side (gang.c) share. Private to core. */
#ifndef FLSTM_CORE_ADVANCE_H
#define FLSTM_CORE_ADVANCE_H

#include "core/kernel.h"
#include "core/pins.h"
#include "core/projected.h"

/* Step t of one layer, once the rows of the gates hold z of [h_{t-1}, x_t]: everything element by element. */
void lstm_cell(const struct lstm *net, int l, int t, struct pins pins, struct trace *tr);

/* Where an input was last seen. Two inputs in one place only cost the time of computing again. */
enum { SEEN = 256 };
struct seen {
    const float *x;
    int t;
};

/* z_q = W_q · x_t + b_q for many steps at once, as it needs no earlier step: `at` are the rows of the inputs `in`. An
 * input that comes again (the same pointer: a word) is not computed again: its row is copied. */
struct projection {
    const struct lstm *net;
    int layer;
    struct trace *tr;
    const float *in[KERNEL_STEPS];
    int at[KERNEL_STEPS], waiting;
    struct repeat {
        int from, to;
    } repeat[2 * KERNEL_STEPS];
    int repeats;
    bool finds;                /* looks for inputs that come again */
    struct seen seen[SEEN];
    struct projected *kept;    /* of earlier runs; NULL: none */
};

/* For about so many steps. Nothing is kept from one run to the next, unless the caller sets `kept` then. */
void projection_begin(struct projection *p, const struct lstm *net, int layer, int steps, struct trace *tr);
/* Step t reads `in`. Nothing may have changed the rows that were added before. */
void projection_add(struct projection *p, const float *in, int t);
/* Only now all rows are there. */
void projection_end(struct projection *p);

#endif
