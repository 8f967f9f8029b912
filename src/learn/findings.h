/* findings.h: what a trained model's file says of itself: `training` in numbers, and the end of `about` in words.
 * Nothing is claimed that was not measured on this network, means are told with their range over single sentences,
 * and what was measured on the training text itself is never called held out or unseen.
 */
#ifndef FLSTM_LEARN_FINDINGS_H
#define FLSTM_LEARN_FINDINGS_H

#include "base/str.h"
#include "learn/judge.h"

struct finding {
    const struct recipe *recipe;
    const struct corpus *corpus;
    const struct lstm *net;
    const struct judged *judged;
    enum grammar_part part;           /* what it was judged on */
    const char *name;                 /* of the carrier, or NULL */
    uint64_t seed;
    int tried, updates;               /* as for recipe_model */
    struct train_options options;     /* as it was trained: recipe_options */
};

/* The part furthest from training that there is. */
enum grammar_part findings_part(const struct corpus *c);
/* The value of "training", a JSON object. */
void findings_training(struct str *s, const struct finding *f);
/* Adds sentences to s. */
void findings_about(struct str *s, const struct finding *f);

#endif
