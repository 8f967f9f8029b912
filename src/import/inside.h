/* inside.h: what stands inside of an LSTM's cell and is none of the parts that are known: a norm of its gates
 * (LayerNormLSTMCell), one gate more. With it every gate is another, so that the LSTM is refused until "ignored" lets
 * it go. */
#ifndef FLSTM_IMPORT_INSIDE_H
#define FLSTM_IMPORT_INSIDE_H

#include "core/lstm.h"
#include "import/layout.h"

/* When the account is drawn: false with one line where a tensor that nothing has taken lies in the module of a layer
 * ("lstm.ln_ih.weight" of "lstm.weight_ih_l0"), or is a norm of as many numbers as its four gates have, wherever it
 * is. Of a graph nothing is looked at: it says what reads what. */
bool inside_is_known(struct source *s, const struct parts *p, const struct lstm *net, struct err *e);

#endif
