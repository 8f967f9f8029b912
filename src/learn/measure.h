/* measure.h: what was learnt, found out by asking: held-out accuracy, and what happens to the predictions when one
 * forget gate is forced to 0. A unit gets a name only from here.
 *
 * For a span "target was decided at cue" (corpus.h), the question at the step before the target is: of the rivals of
 * its `measure` line, how likely is the right one?  right = P(target) / Σ P(rivals). The forget gate of one unit is
 * forced to 0 at one step s, cue < s < target, everything after it is computed anew, and the question asked again.
 * Averages are over spans; they are kept apart by distance (0: the step that predicts, 1: the one before, …),
 * because "at any step" must not be an average over steps. Where a claim is made of single sentences, it is counted
 * in them.
 */
#ifndef FLSTM_LEARN_MEASURE_H
#define FLSTM_LEARN_MEASURE_H

#include "core/lstm.h"
#include "learn/corpus.h"

struct measure_score {
    double loss, accuracy;        /* as struct train_score, computed by the engine on finished weights; of numbers
                                     accuracy is the share of their spread that is explained, 1 - loss/spread */
    long targets, measured;
};
bool measure_score(const struct lstm *net, const struct corpus *c, enum grammar_part part, struct measure_score *out);

/* Interventions are made at the first MEASURE_PLACES places of a part, so that their time has a bound. */
enum { MEASURE_PLACES = 2000 };
/* Every unit is closed in turn, so the time grows with the cube of the hidden size: of a large network (some 160
 * units and more) nobody would wait for the end. */
bool measure_feasible(const struct lstm *net);
enum { MEASURE_VALUES = 4, MEASURE_DISTANCES = 6 };   /* the last distance holds all farther steps too */

/* A grammar may name a pair (grammar.h): then only places where one of the two comes count, with a word between cue and
 * target, and right = P(target) / (P of the pair). One such place is called a single sentence.
 */
struct measure_unit {
    int layer, unit;
    double single_lowest, single_highest; /* of `right` over single sentences and steps */
    double in_band;               /* share of single sentences in which every closing gives 0.35 … 0.65 */
    /* Mean of `right` with its f forced to 0 at that distance, apart by the value of the feature (gender: F, M; from
     * the last on, all further values together); NaN: no such step. */
    double right[MEASURE_VALUES][MEASURE_DISTANCES];
    double right_value[MEASURE_VALUES];   /* the same over all distances */
    double right_mean;            /* over all spans and steps */
    double right_lowest, right_highest;   /* of right[][] */
    double hold;                  /* mean f over the steps between cue and target */
    double hold_low;              /* its 5th percentile */
    double change;                /* mean over changes of value of ∏ f from the last target on to the new cue: what is
                                     left of the old memory */
    double change_lowest;         /* mean over changes of the smallest f of those steps */
    double change_cue;            /* mean over changes of f at the new cue alone */
    double correlation; /* of C between cue and target with the value (first +1, second -1; others are left out) */
    double write;                 /* mean i between cue and target */
    double push_h, push_x;        /* mean |what h_{t-1} adds| and |what x_t adds| to z of its forget gate, between */
};
struct measure_memory {
    double right, right_low;      /* without intervention: mean and 1st percentile */
    double others_kept; /* share of single sentences in which closing any other unit at any step leaves ≥ 0.9 */
    int spans, changes;
    int units;                    /* of all layers */
    struct measure_unit *unit;    /* owned */
    int carrier;                  /* index of the unit whose closing costs most: smallest right_mean */
    int runner_up; /* the unit with the smallest right_lowest among the others; -1 when there is one unit */
};
/* Only spans whose target is the first after its cue count: a later one can be read off the first. False when memory is
 * short or the part has no such span. */
bool measure_memory(const struct lstm *net, const struct corpus *c, enum grammar_part part, struct measure_memory *out);
void measure_memory_clear(struct measure_memory *m);

/* ---- a memory of the subject ----------------------------------------------------------------------------------------
 *
 * What one unit does at subjects, for corpora with a pair. Most words that name a subject ("tom", "girl") can be
 * something else as well; whether the unit lets go at them is decided by what came before, not by the word: here
 * called two-role words (met in the training part both within a subject and elsewhere). A word that names one of the
 * two values of the pair and never the other, met between cue and answer of that other, is an attractor. */
struct measure_subjects {
    int changes;                  /* subjects of the pair followed by a subject of another value */
    double left, left_most; /* |C| before the first word of the new subject / |C| at the old one: median; share ≥ 0.7 */
    int subjects,
        elsewhere; /* two-role words, not first in their sequence: as subject (in a phrase, at its lowest f), and not */
    double f_subject, f_elsewhere;        /* mean f there */
    double h_subject, x_subject, h_elsewhere, x_elsewhere;   /* mean |W_h·h| and |W_x·x| in z of f */
    double flips_subject, flips_elsewhere;    /* share in which f crosses 0.5 when W_h·h is left out of z */
    int attractors;               /* single sentences with an attractor */
    double attractors_right;      /* share of them in which the target beats all its rivals */
    double attractors_flip;       /* share in which the pair's order turns when f at attractors is that without W_h·h */
    int opened;                   /* changes from one of the pair to the other that an answer follows */
    double opened_right;          /* `right` there with f = 1 throughout the new subject */
};
bool measure_subjects(const struct lstm *net, const struct corpus *c, enum grammar_part part, int layer, int unit,
                      struct measure_subjects *out);

/* f of a unit is forced to `value` at steps from … to (1-based, empty when from > to). */
struct measure_forcing { int layer, unit, from, to; float value; };
/* The same question for one sequence of ids: right of `target` at the step before it, with f forced so. */
double measure_right(const struct lstm *net, const unsigned char *rival, const int *id, int target,
                     const struct measure_forcing *f);

/* Mean accuracy on the measured targets of a part when f of a unit is forced to 0 at the `back`-th step before the
 * prediction (0: the predicting step itself), for models whose targets have no cue (counting, nesting, text). */
double measure_forgotten(const struct lstm *net, const struct corpus *c, enum grammar_part part, int layer, int unit,
                         int back);

/* How much of what moves the answer comes from far back: over single sentences of the pair, the gradient of the
 * answer's surprisal with respect to C (all units and layers, its norm) right after the subject, divided by that at
 * the step that gives the answer. The median; NaN when there are none. (What the gradient view draws.) */
double measure_gradient(const struct lstm *net, const struct corpus *c, enum grammar_part part);

/* How far a network that learnt to count goes on counting: the largest n ≤ most such that in the sequences of 1, 2, … n
 * (every count of the grammar at that number) each symbol that is determined by those before it is the likeliest of
 * all. The one where a longer sequence would go on otherwise is not determined. -1: no memory, or the corpus has no
 * counts. */
enum { MEASURE_COUNT_MOST = 1000 };
int measure_count(const struct lstm *net, const struct corpus *c, int most);

#endif
