/* native.h: the project's own model files, "flstm-model/1". */
#ifndef FLSTM_IMPORT_NATIVE_H
#define FLSTM_IMPORT_NATIVE_H

#include "import/dialect.h"

#define NATIVE_FORMAT "flstm-model/1"

bool native_recognise(const struct source *s, const char **why);
struct model *native_load(struct source *s, const struct model_options *o, struct err *e);

/* The text of a wrapper that says all of a model but its weights: description, vocabulary, names
 * of units, labels, initial state, expected values. */
void native_write_about(const struct model *m, const char *format, struct str *out);

#endif
