/* native.h: the project's own model files, "flstm-model/1". */
#ifndef FLSTM_MODEL_NATIVE_H
#define FLSTM_MODEL_NATIVE_H

#include "model/dialect.h"

#define NATIVE_FORMAT "flstm-model/1"

bool native_recognise(const struct json_at *top, const char **why);
struct model *native_load(const struct json_at *top, struct vocab *vocab, const struct model_options *o, struct err *e);

#endif
