/* pytorch.h: torch.nn.LSTM. */
#ifndef FLSTM_IMPORT_PYTORCH_H
#define FLSTM_IMPORT_PYTORCH_H

#include "import/dialect.h"

bool pytorch_recognise(const struct source *s, const char **why);
struct model *pytorch_load(struct source *s, struct vocab *vocab, const struct model_options *o, struct err *e);

#endif
