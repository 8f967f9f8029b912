/* sample.h: some of the text that a model learnt from, where it came with the program: what to look through when
 * there is no file. */
#ifndef FLSTM_LEARN_SAMPLE_H
#define FLSTM_LEARN_SAMPLE_H

#include "base/str.h"
#include "learn/grammar.h"
#include "model/model.h"

/* At most so many different sequences, one a line: drawn from its grammar, always the same ones, or the lines of its
 * text. Returns how many there are; 0 when the model names no corpus of the program's, or one with other words. name:
 * the corpus's file name. drawn: from a grammar. */
int sample_text(const struct model *m, int lines, struct str *out, struct str *name, bool *drawn);
/* The grammar that came with the program and whose words are the model's vocabulary, in its order; the caller frees it.
 * NULL: there is none, or it learnt from something else. */
struct grammar *sample_grammar(const struct model *m);
/* Would there be any? Cheap. */
bool sample_exists(const struct model *m);

#endif
