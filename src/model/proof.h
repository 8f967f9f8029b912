/* proof.h: does the engine compute what the framework computed, and if not, where do they part and which reading
 * would agree?
 *
 * What is expected came from a float32 computation of its own, so that equality cannot be asked for: a value agrees
 * when
 *     |expected - exact| ≤ tolerance · max(1, |exact|) + 4 · rounding
 * where exact is the network in float64 and rounding how far the engine's own float32 is from it, at most. */
#ifndef FLSTM_MODEL_PROOF_H
#define FLSTM_MODEL_PROOF_H

#include "base/str.h"
#include "model/model.h"

/* h lies between -1 and 1: what agrees within more than this (half a percent of that) may be anything. */
#define PROOF_TOLERANCE_MOST 0.01

/* Why values that agree prove nothing. */
enum proof_lack {
    PROOF_TELLS,
    PROOF_LOOSE,                  /* the tolerance is more than PROOF_TOLERANCE_MOST */
    PROOF_ONE_STEP,               /* one step from a state of zeros: f and what multiplies h_{t-1} have no say */
    PROOF_NO_INPUT,               /* all inputs are 0: what multiplies x has no say */
    PROOF_SMALL,                  /* no value is ten times the tolerance: all but 0 would agree */
};

/* The one value that is furthest from what is expected. */
struct proof {
    bool within;
    bool proven;                  /* within, and the comparison tells something (lack) */
    enum proof_lack lack;
    size_t values;                /* that were compared, of all steps or of the last one (expected_last) */
    double largest;               /* |expected - found|, of float32 where that agrees by itself, else of float64 */
    double rounding;              /* of float32 here; 0 when float64 was not asked */
    enum quantity q;              /* Q_H or Q_C of the top layer; Q_COUNT: the output head */
    int step, unit;               /* step from 1, unit (or output) from 0; bidirectional: word, and unit of [→, ←] */
    double expected, found;
};

/* Compares m->expected with a run of net (the model's, or a copy with other weights) over x; tr holds float32's.
 * False when there is nothing to compare. The steps of tr are those of the expected values. */
bool proof_compare(const struct model *m, const struct lstm *net, const struct trace *tr, const float *const *x,
                   struct proof *out);

/* The lack in words, a sentence without its stop; nothing where it tells. */
void proof_say_lack(const struct model *m, const struct proof *p, struct str *out);

/* How a file's numbers could be taken otherwise. */
struct reading_choice {
    char order[GATES
               + 1]; /* of the four blocks, "ifgo"; of a file that names its gates, what its f, i, g, o are taken as */
    int biases;                   /* 0 as read, 1 the input's alone, 2 the recurrent one alone */
    enum gate_function gate_function;
    double forget_bias;
    double score;                 /* largest difference, or surprisal in nats a token */
};

/* The readings of m that agree with its expected values, best first; at most `most` go to out. *tried tells how many
 * there were. The reading at hand is not among them. 0 when none does, or when trying takes too long (*tried is 0
 * then). */
int proof_search(const struct model *m, const float *const *x, int steps, struct reading_choice *out, int most,
                 int *tried);
/* All orders by the mean surprisal of the tokens (id[t] of step t from 0), best first, at most `most`; needs an
 * output for each token, and a network that has not read the next one already: 0 of a bidirectional one. */
int proof_rank(const struct model *m, const float *const *x, const int *id, int steps, struct reading_choice *out,
               int most);
/* "--order ifog --forget-bias 1": the options that read so, what differs from m's own reading only. */
void proof_options(const struct model *m, const struct reading_choice *c, struct str *out);

#endif
