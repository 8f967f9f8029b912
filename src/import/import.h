/* import.h: models out of files and back into them: what the rest of the program needs of this folder.
 *
 *     file ── kind (kinds.c) ──> named tensors (source.h) ── dialect (dialect.h) ──> struct model
 */
#ifndef FLSTM_IMPORT_IMPORT_H
#define FLSTM_IMPORT_IMPORT_H

#include "base/str.h"
#include "model/model.h"

struct model_options {
    const char *format;           /* --format, or NULL: find out */
    const char *vocab;            /* --vocab FILE, or NULL */
    int tokenizer;                /* enum vocab_kind, or -1: as the vocabulary says */
};

/* Loads a file ("-" is standard input). All or nothing; NULL with one line of error. */
struct model *model_load(const char *path, const struct model_options *o, struct err *e);
/* A built-in one by name: data/models/NAME.json. NULL names the default one. */
struct model *model_builtin(const char *name, struct err *e);
/* The same from a text in memory (copied); source names it. For tests and model_builtin. */
struct model *model_parse(const char *text, size_t len, const char *source, const struct model_options *o, struct err *e);
/* The native JSON of a model (formats.md §2), numbers that round-trip. */
void model_write(const struct model *m, struct str *out);

/* The name of the default built-in model. */
extern const char model_default[];

#endif
