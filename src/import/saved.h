/* saved.h: names that are places in a saved object in place of words, turned back into the words of Keras. */
#ifndef FLSTM_IMPORT_SAVED_H
#define FLSTM_IMPORT_SAVED_H

#include "import/source.h"

/* What TensorFlow 2 and Keras 3 write beside or in place of a name (the file's own is kept: tensor.was):
 *
 *     X/.ATTRIBUTES/VARIABLE_VALUE           X: tf.train.load_checkpoint of what Model.save_weights wrote
 *     layers/lstm/cell/vars/0, 1, 2          kernel, recurrent_kernel and bias: .weights.h5 of Keras 3
 *     layers/dense/vars/0, 1                 kernel and bias; of an embedding embeddings; of a norm gamma, beta,
 *                                            moving_mean and moving_variance
 *     variables/1, 2, 3                      what has the shapes of an LSTM's three: a SavedModel
 *
 * What has none of these forms stays as it is. */
void saved_names(struct source *s);

#endif
