/* vocab_in.h: --vocab FILE where it is no text. */
#ifndef FLSTM_IMPORT_VOCAB_IN_H
#define FLSTM_IMPORT_VOCAB_IN_H

#include "import/source.h"

/* What pickle.dump or torch.save wrote becomes s->vocab_file; a file of another kind is left to vocab_read_as. False
 * with one line. */
bool vocab_in_take(struct source *s, const char *path, struct err *e);

#endif
