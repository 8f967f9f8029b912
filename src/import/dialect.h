/* dialect.h: the file formats a model can come in, one row each. A new framework is one file and one row. */
#ifndef FLSTM_IMPORT_DIALECT_H
#define FLSTM_IMPORT_DIALECT_H

#include "import/import.h"
#include "import/source.h"

struct dialect {
    const char *name;             /* --format NAME and "format" in a wrapper */
    const char *help;             /* one line for --list formats */
    /* Does a file without a "format" key look like ours? On true, `why` (a static text) says what gave it away. */
    bool (*recognise)(const struct source *s, const char **why);
    /* Builds the model. vocab is from --vocab, or NULL; on success the model owns it, on failure the caller does. */
    struct model *(*load)(struct source *s, struct vocab *vocab, const struct model_options *o, struct err *e);
};

extern const struct dialect dialects[];
extern const int dialect_count;
const struct dialect *dialect_find(const char *name);          /* NULL when there is none */

#endif
