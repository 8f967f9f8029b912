/* machine.h: the finite machine inside: which states a network is in, and which words lead from one to another.
 *
 * Sentences are run; every other one is held out. Two machines can be asked for.
 *
 * Of the whole network: steps begin as one state for each prediction (the likeliest output; outputs between which it
 * hardly chooses count as one, see MACHINE_TIE). While the same word leads from one state to two, that state is split:
 * its steps go to the nearer of the two means of [tanh C, h] of all layers. This is the refinement of Moore (1956) from
 * the coarsest partition on, with the vectors to decide for steps after which that word did not come (as Weiss,
 * Goldberg and Yahav 2018 split by one vector against another). What no sentence shows is tried on the network:
 * the step in the middle of the state, then that word. At the end states that cannot be told apart by any sequence
 * are one.
 *
 * Of one unit: the states are the places at which its C gathers, parted by gaps; nothing is split.
 *
 * The machine then reads the held-out sentences by words alone, from the beginning on, and its prediction (the place)
 * is compared with the network's at every step: the share of agreement is its fidelity.
 *
 * Work goes in pieces, a step of the network or a split each. Deterministic. */
#ifndef FLSTM_CORE_MACHINE_H
#define FLSTM_CORE_MACHINE_H

#include <stdbool.h>

#include "core/lstm.h"

enum { MACHINE_STATES_MOST = 64 };

/* Two outputs are one prediction when, at nine of ten steps at which one of them is the likeliest, the other is at
 * least half as likely. */
static const double MACHINE_TIE = 0.5, MACHINE_ALIKE = 0.9;

struct machine_plan {
    const struct lstm *net;       /* borrowed; has an embedding, reads one way, and has a head where the whole network
                                   * is meant */
    int sequences;
    const int *start, *id;        /* borrowed: sequence k is id[start[k]] … id[start[k + 1] - 1], rows of the
                                   * embedding */
    int layer, unit;              /* whose C; unit -1: the whole network */
    bool apart;                   /* each output is a prediction of its own: labels */
    int most;                     /* states, 2 … MACHINE_STATES_MOST */
};

enum machine_kind {
    MACHINE_UNFINISHED,
    MACHINE_FINITE,               /* no word leads from one state to two any more, or no held-out step differs */
    MACHINE_COUNTS,               /* one word again and again leads to ever new states (MACHINE_CHAIN at least), or
                                   * moves C on each time: it keeps a number, for which no number of states is enough */
    MACHINE_TOO_MANY,             /* `most` states were not enough */
    MACHINE_NOT_DISCRETE,         /* C of the unit leaves no gaps */
    MACHINE_STILL                 /* C of the unit hardly moves */
};
enum { MACHINE_CHAIN = 6 };

struct machine_state {
    int says;                     /* the prediction: least output of its kind, see like; -1 for a unit */
    float C, low, high;           /* of the unit: mean and ends of the place */
    long steps;                   /* of the sentences it was built from */
    int sequence, step;           /* where it is met: the step in its middle */
};

struct machine {
    enum machine_kind kind;
    int states, start;            /* start: the state before any word */
    struct machine_state *state;  /* [states]; of a unit in order of C, else as they are met from the start */
    int words;
    int *word;                    /* [words]: those that occur, ascending */
    int *to, *seen;               /* [states][words]; seen: steps that did so, 0: tried on the network */
    int *like;                    /* [outputs]: the least output that counts as the same prediction; NULL for a unit */
    long steps;                   /* it was built from */
    int held;                     /* sequences held out */
    long tested, agree;           /* steps of those */
    int chain, chain_word;        /* states in a row by one word (id) that do not come round; of a unit, steps in a row
                                   * that moved C on */
    double chain_move;            /* of a unit: how far each of them moved C, on average */
    double between;               /* of a unit: share of its steps in the middle half of the range of C */
    double f_stays, f_leaves;     /* of a unit: mean f where the state stays and where it changes; NaN: no such step */
    struct machine_maker *maker;  /* private */
};

/* NULL when memory is short, there is nothing to run or the network reads both ways. */
struct machine *machine_new(const struct machine_plan *plan);
void machine_free(struct machine *m);
/* The next piece; false when all is done (kind says what came out) or memory is short (kind is still UNFINISHED). */
bool machine_work(struct machine *m);
/* Share of the work that is done, 0 … 1, roughly. */
double machine_progress(const struct machine *m);
/* NaN when nothing was held out. */
double machine_fidelity(const struct machine *m);
/* Where word (an id) leads from a state; -1: it does not occur. */
int machine_next(const struct machine *m, int state, int word);

#endif
