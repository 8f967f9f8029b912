/* names.h: what dialects know beyond the words of their row in dialect.c, and why a row is not enough. */
#ifndef FLSTM_IMPORT_NAMES_H
#define FLSTM_IMPORT_NAMES_H

#include "import/dialect.h"
#include "import/groups.h"

#define DIALECT(name) \
    bool name##_recognise(const struct source *s, const char **why); \
    bool name##_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
#define SIFT(name) \
    bool name##_sift(struct source *s, const struct model_options *o, struct groups *g, struct parts *p, struct err *e)
#define REST(name) \
    bool name##_rest(struct source *s, const struct model_options *o, struct parts *p, struct err *e)

/* names.c: steps of a naming (named.h). */
SIFT(torch);                       /* two names for one matrix, peepholes of somebody's own */
REST(torch);                       /* GuitarML's skip stands beside the tensors */
REST(keras);                       /* the configuration says what the gates are */
REST(onnx);                        /* two directions, and two biases, in one tensor */
SIFT(packed);                      /* the file declares its layout itself */
REST(packed);
DIALECT(keras);                    /* names, or else get_weights() */

/* gates.c: by hand: shapes, not names, tell what a letter means. */
DIALECT(gates);

/* lists.c: tensors have places in place of names. */
DIALECT(keras_lists);              /* get_weights(): keras_… falls back on it */
DIALECT(rtneural);
DIALECT(nam);
/* How what reads both directions of a Bidirectional layer reads them. */
bool keras_merge(struct source *s, struct parts *p, struct err *e);
/* Is what the configuration of an LSTM layer says what is computed here? */
bool keras_layer(const struct json_at *config, bool bidirectional, struct err *e);
/* The activations that a Keras configuration beside the weights names. */
bool keras_config(struct source *s, const struct model_options *o, struct parts *p, struct err *e);

/* cudnn.c: layers of CuDNNLSTM become layers of an LSTM. */
bool keras_cudnn(struct source *s, struct parts *p, struct err *e);

#undef DIALECT
#undef SIFT
#undef REST
#endif
