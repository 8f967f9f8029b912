/* models.h: models built in memory, for tests that want a network and no file. Freed by the session or model_free. */
#ifndef FLSTM_TESTS_MODELS_H
#define FLSTM_TESTS_MODELS_H

#include <stdint.h>

#include "model/model.h"

/* A small generator of its own, so that tests draw the same numbers everywhere. */
uint64_t random_next(uint64_t *state);
int random_below(uint64_t *state, int n);               /* 0 … n-1 */
float random_float(uint64_t *state, float low, float high);

/* H = 3, E = 4, ten words, a head over the words; "She came out and played with her dog"; units gender, (none), open.
 * The weights are small and random, always the same. Lower case, unknown token "<unk>". */
struct model *model_words(void);

/* In what a layer differs from the plain one (core/lstm.h). */
struct layer_kind { enum gate_function gate_function; bool peepholes, coupled; };
enum { LAYER_KINDS = 8 };
extern const struct layer_kind layer_kinds[LAYER_KINDS];         /* the plain one first */

struct random_model {
    int layers, hidden, embed;
    int narrower;                 /* each layer has so many units less than the one below; not bidirectional */
    int words;                    /* 0: it takes vectors */
    int outputs;                  /* 0: no head; as many as words: over the words */
    int steps;                    /* length of its own sequence */
    bool two_biases;
    uint64_t seed;
    struct layer_kind kind;
    bool bidirectional;           /* layers is even */
};
/* Words are called w1, w2, …; there is no unknown token. Weights in ±1. */
struct model *model_random(const struct random_model *r);

#endif
