/* projected.h: W · x_t + b of the first layer, kept by input from one run to the next: a run that begins again, after a
 * pin, then only has U · h_{t-1} left to compute. The bits are those that were computed. */
#ifndef FLSTM_CORE_PROJECTED_H
#define FLSTM_CORE_PROJECTED_H

#include <stddef.h>

struct lstm;

/* Room for as many inputs as `bytes` hold, at least one; memory is taken as they come. NULL when memory is short, and
 * where keeping is not worth it: in a small layer, and of two directions, which always run whole. For networks of the
 * shape of net only. */
struct projected *projected_new(const struct lstm *net, size_t bytes);
void projected_free(struct projected *p);
/* An input is known by where it stands. To be called when other numbers may stand there now. */
void projected_clear(struct projected *p);

/* ---- for project.c ---- */

/* For the weights of net as they are packed and the kernel that runs: what is of others is forgotten. */
void projected_for(struct projected *p, const struct lstm *net);
/* Four rows, each as long as one of a trace, in the order of the gates; NULL: not kept. p may be NULL. */
const float *projected_find(const struct projected *p, const float *x);
/* Room for the four rows of an input that is not kept yet; NULL: all is full, the first stay. p may be NULL. */
float *projected_add(struct projected *p, const float *x);

#endif
