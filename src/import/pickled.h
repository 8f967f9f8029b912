/* pickled.h: numbers that a pickle holds itself, in place of a storage beside it: arrays of numpy, lists of numbers. */
#ifndef FLSTM_IMPORT_PICKLED_H
#define FLSTM_IMPORT_PICKLED_H

#include "import/pickle.h"
#include "import/strided.h"

/* Numbers where they are, or of a type that is not read (dtype DTYPE_OTHER, base NULL). */
struct pickled {
    struct strided at;
    int rank;
    size_t shape[TENSOR_RANK];
    void *own;                     /* the numbers, where they had to be copied (free), or NULL */
};

/* An array of numpy, as its protocols 2 to 5 or joblib write it. False: it is none. */
bool pickled_array(const struct pickle_node *n, struct pickled *out);
/* A list (or tuple) of numbers, or of such lists, all as long as each other. False: it is none. */
bool pickled_list(const struct pickle_node *n, struct pickled *out);
/* What bytes there are, or (protocol 2) a text that stands for them, which out->own then is; NULL: none. */
const unsigned char *pickled_bytes(const struct pickle_node *n, struct pickled *out, size_t *len);
/* A tuple of at most TENSOR_RANK whole numbers ≥ 0: a shape, or strides, into sizes. False: it is none. */
bool pickled_sizes(const struct pickle_node *n, size_t *sizes, int *count);

#endif
