/* fingerprint.h: is it the same model? Names say little: anybody's file may be called like a model that came with the
 * program. */
#ifndef FLSTM_MODEL_FINGERPRINT_H
#define FLSTM_MODEL_FINGERPRINT_H

#include <stdint.h>

#include "model/model.h"

/* Follows from shapes, weights, gate functions, initial state and embedding alone. */
uint64_t fingerprint_net(const struct lstm *net);
/* From these, the output head, the words and what the outputs are called: all that decides what is computed. */
uint64_t fingerprint_model(const struct model *m);
/* The same in parts, beginning with that of {0}: mixes about so many bytes more in; true when all are in, and hash is
 * it. */
struct fingerprint {
    uint64_t hash;
    size_t bytes;                 /* mixed in so far */
    bool known;
};
bool fingerprint_on(const struct model *m, struct fingerprint *f, size_t bytes);
/* Do they compute the same, and are they and their units called the same? */
bool fingerprint_same(const struct model *a, const struct model *b);

#endif
