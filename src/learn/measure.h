/* measure.h: what was learnt, found out by asking: held-out accuracy, and what happens to the predictions when one forget
 * gate is forced to 0. A unit gets a name only from here.
 *
 * For a span "target was decided at cue" (corpus.h), the question at the step before the target is: of the rivals of its
 * `measure` line, how likely is the right one?  right = P(target) / Σ P(rivals). The forget gate of one unit is forced to 0
 * at one step s, cue < s < target, everything after it is computed anew, and the question asked again. Averages are over
 * spans; they are kept apart by distance (0: the step that predicts, 1: the one before, …), because "at any step" must
 * not be an average over steps.
 */
#ifndef FLSTM_LEARN_MEASURE_H
#define FLSTM_LEARN_MEASURE_H

#include "core/lstm.h"
#include "learn/corpus.h"

struct measure_score {
    double loss, accuracy;        /* as struct train_score, computed by the engine on finished weights */
    long targets, measured;
};
bool measure_score(const struct lstm *net, const struct corpus *c, enum grammar_part part, struct measure_score *out);

/* Interventions are made at the first MEASURE_PLACES places of a part, so that their time has a bound. */
enum { MEASURE_PLACES = 2000 };
/* Every unit is closed in turn, so the time grows with the cube of the hidden size: of a large network (some 160 units and
 * more) nobody would wait for the end. */
bool measure_feasible(const struct lstm *net);
enum { MEASURE_VALUES = 4, MEASURE_DISTANCES = 6 };   /* the last distance holds all farther steps too */

struct measure_unit {
    int layer, unit;
    /* Mean of `right` with its f forced to 0 at that distance, apart by the value of the feature (gender: F, M; from the
     * last on, all further values together); NaN: no such step. */
    double right[MEASURE_VALUES][MEASURE_DISTANCES];
    double right_value[MEASURE_VALUES];   /* the same over all distances */
    double right_mean;            /* over all spans and steps */
    double right_lowest, right_highest;   /* of right[][] */
    double hold;                  /* mean f over the steps between cue and target */
    double hold_low;              /* its 5th percentile */
    double change;                /* mean over changes of value of ∏ f from behind the last target to the new cue: what is
                                     left of the old memory */
    double change_lowest;         /* mean over changes of the smallest f of those steps */
    double change_cue;            /* mean over changes of f at the new cue alone */
    double correlation;           /* of C between cue and target with the value (first +1, second -1; others are left out) */
    double write;                 /* mean i between cue and target */
    double push_h, push_x;        /* mean |what h_{t-1} adds| and |what x_t adds| to z of its forget gate, between */
};
struct measure_memory {
    double right;                 /* without intervention */
    int spans, changes;
    int units;                    /* of all layers */
    struct measure_unit *unit;    /* owned */
    int carrier;                  /* index of the unit whose closing costs most: smallest right_mean */
    int runner_up;                /* the unit with the smallest right_lowest among the others; -1 when there is one unit */
};
/* Only spans whose target is the first after its cue count: a later one can be read off the first. False when memory is
 * short or the part has no such span. */
bool measure_memory(const struct lstm *net, const struct corpus *c, enum grammar_part part, struct measure_memory *out);
void measure_memory_clear(struct measure_memory *m);

/* The same question for one sequence of ids: right of `target` at the step before it, with f of a unit forced to `value` at
 * steps from … to (1-based, empty when from > to). */
double measure_right(const struct lstm *net, const unsigned char *rival, const int *id, int target, int layer, int unit,
                     int from, int to, float value);

/* Mean accuracy on the measured targets of a part when f of a unit is forced to `value` at the `back`-th step before the
 * prediction (0: the predicting step itself), for models whose targets have no cue (counting, nesting, text). */
double measure_forced_accuracy(const struct lstm *net, const struct corpus *c, enum grammar_part part, int layer, int unit,
                               int back, float value);

#endif
