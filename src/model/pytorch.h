/* pytorch.h: torch.nn.LSTM. */
#ifndef FLSTM_MODEL_PYTORCH_H
#define FLSTM_MODEL_PYTORCH_H

#include "model/dialect.h"

bool pytorch_recognise(const struct json_at *top, const char **why);
struct model *pytorch_load(const struct json_at *top, struct vocab *vocab, const struct model_options *o, struct err *e);

#endif
