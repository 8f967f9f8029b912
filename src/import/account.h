/* account.h: what became of every tensor: used, harmless, or not used, the last said aloud. */
#ifndef FLSTM_IMPORT_ACCOUNT_H
#define FLSTM_IMPORT_ACCOUNT_H

#include "import/source.h"
#include "model/model.h"

/* Tensors that nothing took become harmless where they cannot change what the network computes (counters, histories, an
 * optimizer's moments, a copy of a tensor that is used); the others go to m->unused. */
void account(struct source *s, struct model *m);
/* Can it not change what the network computes, by its name or for what it is? */
bool account_harmless(const struct tensor *t);

#endif
