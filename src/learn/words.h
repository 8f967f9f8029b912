/* words.h: the words of a model's vocabulary, grouped by the grammar it learnt from. */
#ifndef FLSTM_LEARN_WORDS_H
#define FLSTM_LEARN_WORDS_H

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

#endif
