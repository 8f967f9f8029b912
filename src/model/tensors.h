/* tensors.h: the tensors of another framework's dump, by name, and what became of each.
 *
 * A dump is bare (every key of the object is a tensor) or wrapped ({"format": …, "tensors": {…}, "names": {…}, …}). A tensor is
 * nested arrays or {"shape": […], "data": [flat]}. Numbers are read only when a tensor is asked for: a bare dump may well
 * hold other things, which are reported as not used. */
#ifndef FLSTM_MODEL_TENSORS_H
#define FLSTM_MODEL_TENSORS_H

#include "base/json.h"
#include "model/build.h"

struct tensor {
    const char *name;              /* borrowed from the document */
    struct json_at at;
    bool read;                     /* the next three are filled in */
    int rank;                      /* 0: a single number, without v */
    size_t shape[JSON_RANK];
    const float *v;                /* borrowed, row-major */
    char *became;                  /* what it is now, for the report; NULL: not used */
};

struct tensors {
    struct json_at top, names;     /* names.node NULL: there is no "names" */
    bool wrapped;
    struct tensor *t;              /* [n], in the order of the file */
    int n;
    struct tensor **sorted;        /* [n], by name */
};

/* dialect_keys: keys a wrapper of this dialect may have beside the common ones (NULL-terminated), or NULL. */
bool tensors_open(const struct json_at *top, const char *const *dialect_keys, struct tensors *out, struct err *e);
void tensors_close(struct tensors *ts);

/* NULL when there is none of that name. */
struct tensor *tensors_find(const struct tensors *ts, const char *name);

/* The numbers of a tensor, with the shape it must have (rank 1 or 2; -1 takes any size ≥ 1). */
bool tensor_read(struct tensor *t, struct err *e);
bool tensor_matrix(struct tensor *t, long rows, long cols, struct err *e);
bool tensor_vector(struct tensor *t, long n, struct err *e);
void tensor_became(struct tensor *t, const char *format, ...) ERR_PRINTF(2, 3);
/* Its place in the file, in the words of the caller. */
bool tensor_complain(const struct tensor *t, struct err *e, const char *format, ...) ERR_PRINTF(3, 4);
const char *tensor_shape(const struct tensor *t, char buf[96]);   /* "32 x 8" */

/* The embedding and the output head, found by their usual names or as "names" says; *out is NULL where there is none. Two
 * candidates are an error that names both. */
bool tensors_embedding(const struct tensors *ts, struct tensor **out, struct err *e);
bool tensors_head(const struct tensors *ts, struct tensor **weight, struct tensor **bias, struct err *e);
/* A string of "names", or NULL. */
bool tensors_named(const struct tensors *ts, const char *key, const char **out, struct err *e);

/* Every tensor a row, in the order of the file. */
void tensors_report(const struct tensors *ts, struct report *r);

#endif
