/* topology.h: the layers of a Keras model, as model.json of TensorFlow.js describes them: what its LSTM layers say, and
 * whether something stands between them, in front or behind that is not computed. */
#ifndef FLSTM_IMPORT_TOPOLOGY_H
#define FLSTM_IMPORT_TOPOLOGY_H

#include "import/source.h"

/* top: the document, with or without a modelTopology. Fills s->about (what the dialect has to know) and s->behind.
 * False with one line where what the LSTM reads would be false. */
bool topology_read(struct source *s, const struct json_at *top, struct err *e);
/* The same of a "config" that stands beside the weights (model.to_json(), model.get_config()); where there is none, or
 * it has no layers, nothing is found. */
bool topology_beside(struct source *s, struct err *e);

#endif
