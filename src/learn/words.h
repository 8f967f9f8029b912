/* words.h: the words of a model's vocabulary, grouped by the grammar it learnt from. */
#ifndef FLSTM_LEARN_WORDS_H
#define FLSTM_LEARN_WORDS_H

#include "base/builtin.h"
#include "learn/grammar.h"
#include "model/model.h"

struct word_groups {
    int groups;                       /* in the order of the grammar; the last is "other": whatever is in none */
    char **name;                      /* [groups] */
    int *of;                          /* [vocab->size]: the group of each token */
};
/* False, with nothing to clear, when the model names no grammar that comes with the program, that grammar has no
 * groups, or its words are not this vocabulary. */
bool word_groups(const struct model *m, struct word_groups *out);
void word_groups_clear(struct word_groups *g);

/* What `training` says the model was trained on, if it came with the program; else NULL. */
const struct builtin *word_corpus(const struct model *m);
/* Are the grammar's words, in their order, this vocabulary? */
bool word_grammar_fits(const struct grammar *g, const struct vocab *v);

#endif
