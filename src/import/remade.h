/* remade.h: weights that PyTorch keeps in parts and puts together when they are used: weight_norm, spectral_norm,
 * pruning. */
#ifndef FLSTM_IMPORT_REMADE_H
#define FLSTM_IMPORT_REMADE_H

#include "import/source.h"

/* Adds the weight (under the name that it has in the module) that the parts make, in double, as the module computes it
 * in eval():
 *
 *     W_g, W_v, or parametrizations.W.original0, original1     W = g v / |v|, each row (or what g has a number for)
 *     W_orig, W_mask                                           W = orig * mask
 *     W_orig, W_u, W_v, or parametrizations.W.original, 0._u, 0._v     W = orig / (u · orig v)
 *
 * Of matrices only; what is none of these, or does not fit, stays as it is. */
void remade_weights(struct source *s);

#endif
