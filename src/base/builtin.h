/* builtin.h: the files of data/ and themes/, compiled into the program so that it works from any folder.
 * The table is generated at build time (src/embed). */
#ifndef FLSTM_BASE_BUILTIN_H
#define FLSTM_BASE_BUILTIN_H

#include <stddef.h>

struct json_lift;

struct builtin {
    const char *path;     /* "themes/okabe.json", "data/models/lesson-cell.json": relative to the repository */
    const char *data;     /* len bytes and a NUL */
    size_t len;
    const struct json_lift *scanned;      /* a model or theme as it was read while the program was built; or NULL */
};

extern const struct builtin builtins[];       /* sorted by path */
extern const size_t builtin_count;

/* NULL when there is none. */
const struct builtin *builtin_find(const char *path);

#endif
