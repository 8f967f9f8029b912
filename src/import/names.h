/* names.h: the dialects of names.c and lists.c, for the table in dialect.c. */
#ifndef FLSTM_IMPORT_NAMES_H
#define FLSTM_IMPORT_NAMES_H

#include "import/dialect.h"

#define DIALECT(name) \
    bool name##_recognise(const struct source *s, const char **why); \
    bool name##_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)

/* names.c */
DIALECT(torch);
DIALECT(keras);
DIALECT(tf1);
DIALECT(onnx);
DIALECT(recurrentjs);
/* gates.c */
DIALECT(gates);
bool packed_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e);
extern const char *const packed_keys[], *const keras_keys[], *const tf1_keys[], *const onnx_keys[];

/* lists.c */
DIALECT(keras_lists);              /* get_weights(): keras_… falls back on it */
DIALECT(rtneural);
DIALECT(nam);
/* The activations that a Keras configuration beside the weights names. */
bool keras_config(struct source *s, const struct model_options *o, struct parts *p, struct err *e);

#undef DIALECT
#endif
