/* strided.c: see strided.h. */
#include "import/strided.h"

#include <string.h>

#include "base/mem.h"

bool strided_fits(const struct strided *x, int rank, const size_t *shape, size_t numbers)
{
    size_t last = 0, along;
    for (int d = 0; d < rank; d++)
        if (shape[d] == 0)
            return true;
    for (int d = 0; d < rank; d++) {
        if (!mem_product(shape[d] - 1, x->step[d], &along) || along > SIZE_MAX - last)
            return false;
        last += along;
    }
    return last < numbers;
}

void strided_dense(struct strided *x, int rank, const size_t *shape, bool fortran)
{
    size_t step = 1;
    for (int k = 0; k < rank; k++) {
        int d = fortran ? k : rank - 1 - k;
        x->step[d] = step;
        if (!mem_product(step, shape[d], &step))
            step = SIZE_MAX;
    }
}

bool strided_is_dense(const struct strided *x, int rank, const size_t *shape)
{
    struct strided dense;
    strided_dense(&dense, rank, shape, false);
    for (int d = 0; d < rank; d++)
        if (shape[d] > 1 && x->step[d] != dense.step[d])
            return false;
    return !x->big_endian;
}

enum dtype strided_numpy(const char *code)
{
    static const struct { const char *code; enum dtype dtype; } types[] = {
        {"f4", DTYPE_F32}, {"f8", DTYPE_F64}, {"f2", DTYPE_F16}, {"i1", DTYPE_I8}, {"u1", DTYPE_U8},
        {"i2", DTYPE_I16}, {"u2", DTYPE_U16},
        {"i4", DTYPE_I32}, {"u4", DTYPE_U32}, {"i8", DTYPE_I64}, {"u8", DTYPE_U64}, {"b1", DTYPE_BOOL},
    };
    for (size_t k = 0; k < sizeof types / sizeof *types; k++)
        if (strcmp(code, types[k].code) == 0)
            return types[k].dtype;
    return DTYPE_OTHER;
}

void strided_fetch(const struct strided *x, const struct tensor *t, float *out)
{
    size_t index[TENSOR_RANK] = {0}, size = dtype_size(x->dtype), at = 0;
    unsigned char turned[8];
    for (size_t k = 0; k < t->count; k++) {
        const unsigned char *p = x->base + at * size;
        for (size_t b = 0; x->big_endian && b < size; b++)
            turned[b] = p[size - 1 - b];
        out[k] = dtype_number(x->big_endian ? turned : p, x->dtype);
        for (int d = t->rank; d-- > 0;) {
            at += x->step[d];
            if (++index[d] < t->shape[d])
                break;
            at -= x->step[d] * t->shape[d];
            index[d] = 0;
        }
    }
}
