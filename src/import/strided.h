/* strided.h: numbers of a tensor that lie in memory with steps of their own: numpy's Fortran order, torch's views.
 * For the fetch() of a reader. */
#ifndef FLSTM_IMPORT_STRIDED_H
#define FLSTM_IMPORT_STRIDED_H

#include "import/source.h"

struct strided {
    const unsigned char *base;     /* of the first number */
    size_t step[TENSOR_RANK];      /* numbers from one index of an axis to the next */
    enum dtype dtype;
    bool big_endian;
};

/* Do all numbers of that shape lie within `numbers` of them? Overflow counts as no. */
bool strided_fits(const struct strided *x, int rank, const size_t *shape, size_t numbers);
/* Row-major and without gaps, so that t->raw can point there. */
bool strided_is_dense(const struct strided *x, int rank, const size_t *shape);
/* The steps of an array without gaps, row by row or (fortran) column by column. */
void strided_dense(struct strided *x, int rank, const size_t *shape, bool fortran);
/* numpy's code of a type without its byte order ("f4"); DTYPE_OTHER: one that is not read. */
enum dtype strided_numpy(const char *code);
void strided_fetch(const struct strided *x, const struct tensor *t, float *out);

#endif
