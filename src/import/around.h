/* around.h: what stands around the LSTM in a dump (embedding, output head), found by its usual names or as "names" says. */
#ifndef FLSTM_IMPORT_AROUND_H
#define FLSTM_IMPORT_AROUND_H

#include "import/source.h"

/* The keys of a wrapper, if there is one: the common ones and the dialect's (NULL-terminated, or NULL). */
bool around_keys(const struct source *s, const char *const *dialect_keys, struct err *e);
/* A string of the wrapper's "names", or NULL. */
bool around_named(const struct source *s, const char *key, const char **out, struct err *e);
/* *out is NULL where there is none. Two candidates are an error that names both. */
bool around_embedding(struct source *s, struct tensor **out, struct err *e);
bool around_head(struct source *s, struct tensor **weight, struct tensor **bias, struct err *e);

#endif
