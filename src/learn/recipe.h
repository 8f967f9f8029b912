/* recipe.h: how each shipped model comes about: corpus, sizes, options, how many seeds are tried and by what
 * criterion one of them is kept. One row a model; `make retrain` follows the table and writes data/models/NAME.json.
 *
 * A finished model carries in "training" what it was trained on, with what, which seeds were tried, why this one was
 * kept, its held-out metrics and what interventions showed. Units are named only when those support it.
 */
#ifndef FLSTM_LEARN_RECIPE_H
#define FLSTM_LEARN_RECIPE_H

#include "learn/corpus.h"
#include "learn/measure.h"
#include "model/model.h"

/* By what a seed is chosen, always on validation data. */
enum recipe_choice {
    CHOOSE_MEMORY,  /* must meet MEMORY_CRITERION; then the largest (mean f of the carrier - mean f of the others) */
    CHOOSE_SUBJECT, /* must meet SUBJECT_CRITERION; then the most single sentences in which closing does what it should
                     */
    CHOOSE_CLEAR,   /* the highest accuracy; among equals the largest gap between closing the carrier and closing others
                     */
    CHOOSE_COUNT,   /* how far it counts within the validation part; among equals the lowest loss */
    CHOOSE_LOSS     /* the highest accuracy; among equals the lowest loss */
};

struct recipe {
    const char *name;                 /* data/models/NAME.json */
    const char *corpus;               /* data/corpora/… */
    enum corpus_tokens tokens;
    uint64_t corpus_seed;
    int layers, hidden, embed;
    int updates, batch;
    double rate;
    double recurrent_l1, write_cost, saturation, keep_or_write;      /* the regularisers of train.h */
    double ramp_from, ramp_to;        /* 0, 0: train.h's own */
    bool one_reader;                  /* of the corpus's pair; the next three only with it (train.h) */
    double reader_price, reader_scale, noise, noise_to;
    double clip, decay, dropout;      /* train.h; clip and decay 0: its defaults, below 0: none */
    int seeds;                        /* seeds 1 … seeds are tried */
    uint64_t seed;                    /* the one that was kept: what --train takes unless told otherwise */
    bool keep_best;                   /* of the validation loss, looked at once an epoch: small corpora overlearn */
    enum recipe_choice choice;
    double forget_bias;               /* first bias of f; 0: train.h's own */
    enum train_variant variant;       /* a part of the LSTM taken away (train.h) */
    const char *weights_from;         /* the model it began with, NULL: none */
    const char *unit_name;            /* what the carrier is called if the interventions support it, */
    bool name_given;                  /* or in any case: somebody named it by hand */
    const char *about;                /* what the model is for; what was found is added to it */
};
extern const struct recipe recipes[];
extern const int recipe_count;

const struct recipe *recipe_find(const char *name);          /* NULL when there is none */
/* The row whose corpus has this title; otherwise sensible values for a grammar (those of gender) or a text. */
struct recipe recipe_for(const struct corpus *c);
struct train_options recipe_options(const struct recipe *r, uint64_t seed);
/* A trainer for one seed. hidden sizes are all r->hidden. NULL when memory is short. The text is borrowed from the
 * caller (corpus_text), who keeps it until train_free. */
struct train *recipe_trainer(const struct recipe *r, const struct corpus *c, const struct train_text *text,
                             uint64_t seed);

/* ---- the whole way ----------------------------------------------------------------------------------------------- */

/* A network on a corpus as a model that says nothing of itself: vocabulary, sequence, labels. The net is taken over (on
 * failure freed). NULL with one line of error: memory. */
struct model *recipe_bare_model(const struct corpus *c, struct lstm *net, const char *name, struct err *e);
/* A complete model of a network trained by r on c in a way (the net is taken over; on failure freed):
 * description, sequence, metrics, interventions, names. tried: how many seeds there were to choose from (0: no
 * choice was made); updates: how many were run. NULL with one line of error. */
struct recipe_way { uint64_t seed; int tried, updates; };
struct model *recipe_model(const struct recipe *r, const struct corpus *c, struct lstm *net, struct recipe_way way,
                           struct err *e);

/* Told of every finished seed and, with the score NULL, now and then in between. Return true to stop. */
typedef bool recipe_progress(void *context, const struct recipe *r, uint64_t seed, int done, int total,
                             const struct measure_score *score);
/* Trains all seeds, chooses, builds; with `kept` only the seed that was chosen before (r->seed), which gives the
 * same model. NULL with one line of error: no seed met the criterion, memory, stopped. */
struct model *recipe_run(const struct recipe *r, const struct corpus *c, bool kept, recipe_progress *progress,
                         void *context, struct err *e);

#endif
