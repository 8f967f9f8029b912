/* training.h: a network being taught: corpus, recipe, trainer, what was seen on the way and the best so far.
 *
 * It goes on in small pieces, so that whoever shows it can draw and listen in between: training_step does one
 * update, or looks at a few held-out sequences, or judges. However the pieces are divided, and whatever is looked at
 * in between, the same wish gives the same bytes. There is no clock in here and no screen: who runs it says how long
 * it took.
 *
 * Without a seed of one's own it follows the recipe: the seed that was found best, and, where the recipe has a
 * criterion, the others in turn when that one does not meet it here (another processor rounds otherwise).
 */
#ifndef FLSTM_LEARN_TRAINING_H
#define FLSTM_LEARN_TRAINING_H

#include "core/train.h"
#include "learn/corpus.h"
#include "learn/film.h"
#include "learn/recipe.h"

/* What is asked for; 0 and NULL: as the recipe says. */
struct training_wish {
    const char *corpus;           /* a file, "-", or the name of a built-in corpus */
    const char *valid;            /* a text file held out */
    enum corpus_tokens tokens;
    int hidden, embed, layers;
    int epochs, updates;          /* at most one of them */
    bool seeded;
    uint64_t seed;
    const char *unit_name;        /* of the unit that carries the memory */
    int batch, patience;          /* patience: end after so many that were no better than the best; 0: never */
    double rate, clip, decay, dropout;    /* clip and decay below 0: none */
    const char *weights_from;     /* a model to begin with: its vocabulary and sizes */
    enum train_variant variant;   /* a part of the LSTM taken away; not with weights_from */
};
enum { TRAINING_HIDDEN_MAX = 1024, TRAINING_LAYERS_MAX = 8, TRAINING_UPDATES_MAX = 10000000 };

enum training_phase {
    TRAINING_RUNS,
    TRAINING_FINISHED,
    TRAINING_FAILED               /* the loss became infinite: another seed is the way out */
};

/* How well the present network does on the held-out part (on what it was trained on when nothing is held out). */
struct evaluation { int update; double loss, accuracy; };         /* accuracy NaN: nothing is measured; both as in
                                                                     struct measure_score */

/* Read it as you like; change it only through the functions below. */
struct training {
    struct training_wish wish;    /* as it was given */
    char *wish_text[4];           /* its texts, which are owned */
    struct corpus *corpus;
    struct recipe recipe;
    bool faithful;                /* sizes and length are the recipe's own: what it says of its model may be said */
    bool seeded;                  /* the seed was asked for: no other is tried */
    uint64_t seed;
    int tried;                    /* seeds judged so far */
    char *unit_name;              /* given by hand, or NULL */
    struct lstm *first;           /* the weights of wish.weights_from, or NULL */
    int patience, stale;          /* evaluations since the best */
    char *said;                   /* why the last seed was not kept, or NULL */
    struct train_text text, held;
    struct train *train;
    enum training_phase phase;
    bool paused;
    int stop_at;                  /* pauses when so many updates are done; 0: never */

    struct evaluation *evaluation; /* [evaluations], in order */
    int evaluations, evaluation_room;
    struct { int at, next; double loss, right; long targets, measured; } evaluating;

    struct film film;             /* what it was like at each evaluation: see film.h */
    struct film_moment moment[FILM_MOMENTS];
    int moments;                  /* as of the last training_refresh, of the unit that is shown */

    struct lstm *best,
        *second; /* the best weights of this seed; those of an earlier seed, when it was judged better than none */
    int best_update;
    uint64_t second_seed;
    struct evaluation best_evaluation;

    int units, unit;              /* of all layers, in order; the one that is shown */
    bool chosen;                  /* by hand: it stays */
    double *tells;                /* [units]: correlation of C with what has to be remembered; without cues its swing */
    float *f, *C;                 /* [corpus->demo_n]: of that unit on the demo sentence */
    int asks;                     /* step of the demo sentence (from 1) after which a measured token comes; 0: none */
    int answer[4], answers;       /* that output first (corpus_output names it), then its likeliest rivals */
    float p[4];

    double pace;                  /* updates a second at most, for whoever runs it; 0: as fast as it goes */
    double seconds, rate;         /* spent on it so far; updates a second lately, 0: not known */
    char *saved_as;               /* where the present weights have been written, or NULL */
    uint64_t saved_seed;
    int saved_update;
};

/* NULL with one line of error: corpus, sizes, memory. */
struct training *training_new(const struct training_wish *wish, struct err *e);
void training_free(struct training *t);

/* The next piece. False when there is nothing to do: finished, failed, paused. */
bool training_step(struct training *t);
/* All that is left. Ends early when *cancel becomes nonzero. `tell` (may be NULL) is called after every piece. */
void training_run(struct training *t, const volatile sig_atomic_t *cancel, void (*tell)(void *context), void *context);
/* Names the unit that carries the memory, in the models that come out; "": as the recipe does. */
bool training_name(struct training *t, const char *name, struct err *e);
/* So many seconds of work were spent on so many updates. */
void training_spent(struct training *t, double seconds, int updates);
double training_left(const struct training *t);       /* seconds, NaN when not known */

int training_done(const struct training *t);
int training_total(const struct training *t);
int training_epoch(const struct training *t);

void training_pause(struct training *t, bool paused);
void training_pause_after(struct training *t, int updates);      /* goes on for so many and pauses */
void training_restart(struct training *t, uint64_t seed);        /* from the beginning; no other seed is tried then */
/* Shows another unit: by how many to move; the one that tells most when it goes beyond the last or first. */
void training_unit_by(struct training *t, int by);
void training_unit_place(const struct training *t, int unit, int *layer, int *within);
/* Brings f, C and p of the demo sentence up to date, of the present and of all frames of the film, and its moments. */
void training_refresh(struct training *t);
/* Mean loss per token of updates from … to-1 (some of them where they are many); of the last 50. NaN where there is
 * none. */
double training_loss(const struct training *t, int from, int to);
double training_recent_loss(const struct training *t);

/* A complete model, measured: of the present weights, or of the best so far (the same once it is finished). */
enum training_which { TRAINING_NOW, TRAINING_BEST };
struct model *training_model(struct training *t, enum training_which which, struct err *e);
bool training_save(struct training *t, enum training_which which, const char *path, struct err *e);
/* The network as it was at a frame of the film, as a model that is named after it ("gender, update 268"); it has the
 * corpus's demo sequence and no names of units. NULL with one line of error: memory. */
struct model *training_frame(const struct training *t, int frame, struct err *e);
/* How the held-out sequences went at a frame. */
const struct evaluation *training_frame_seen(const struct training *t, int frame);
/* Writes the training itself, so that it can go on another day with the bytes it would have had: weights, optimiser,
 * counters, random numbers, the best so far. False with one line of error: it is over, or too large (4,000,000
 * weights). To be called before training_model or training_save, which may look at what is there. */
bool training_leave(const struct training *t, const char *path, struct err *e);
/* A training that goes on from there. NULL with one line of error: no such file, damaged, a corpus or a model to begin
 * with that is no longer what it was. */
struct training *training_resume(const char *path, struct err *e);
/* Has anything been learnt that is in no file? */
bool training_unsaved(const struct training *t);
/* Could a model be written there? Asked before training, so that nothing is learnt in vain. */
bool training_may_save(const char *path, const struct training_wish *wish, struct err *e);

#endif
