/* judge.h: is a trained network good enough, and which of several seeds is kept? By what is asked of each shipped model
 * (recipe.h), from what measure.h finds out.
 */
#ifndef FLSTM_LEARN_JUDGE_H
#define FLSTM_LEARN_JUDGE_H

#include "learn/measure.h"
#include "learn/recipe.h"

/* Every unit's effect when there are no cues: accuracy with its f forced to 0 at one of the last three steps. */
struct forced_unit { int layer, unit; double accuracy[3]; };
/* One trained seed and all that is known of it on one part. */
struct judged {
    struct measure_score score;
    struct measure_subjects subjects;     /* has_subjects: the corpus has a pair */
    bool has_subjects;
    struct measure_memory memory;
    bool has_memory;              /* the part has cues */
    struct forced_unit *forced;   /* [units], without cues */
    int units, carrier, runner_up;        /* of `forced` */
    int count;                    /* measure_count, up to the largest that the validation part has */
};

/* Everything of one network on one part; false when memory is short. judge_clear in any case. */
bool judge_network(struct judged *j, const struct lstm *net, const struct corpus *c, enum grammar_part part);
void judge_clear(struct judged *j);

/* What is asked of a memory, as published in issue and README: accuracy ≥ 0.99 where the answer must be remembered;
 * with the carrier's f forced to 0 at any one step (mean over documents, apart for every distance and every value of
 * the feature) right within 0.5 ± 0.12; with any other unit's still ≥ 0.95; the carrier's f ≥ 0.95 between (5th
 * percentile) and ≤ 0.1 at the word that brings the new subject (mean over changes), where it holds C apart by
 * value. */
struct memory_criterion { double accuracy, middle, spread, others, hold, change, correlation; };
extern const struct memory_criterion MEMORY_CRITERION;
/* True, or false with the first thing that fails in `why`. */
bool recipe_meets(const struct memory_criterion *k, const struct measure_score *score, const struct measure_memory *m,
                  struct err *why);

/* What is asked of a memory of the subject (measure.h), counted in single sentences: accuracy ≥ 0.99, with
 * attractors too; one unit whose f, closed anywhere between, takes the right one's share of the pair to 0.35 … 0.65
 * in ≥ 98 % of them, while closing any other anywhere leaves ≥ 0.9 in ≥ 99 %; ≥ 70 % of its |C| is still there
 * before ≥ 88 % of the new subjects; and at subjects W_h·h pushes its f at least 0.8 times as strongly as W_x·x. */
struct subject_criterion { double accuracy, attractors, in_band, others, left, push; };
extern const struct subject_criterion SUBJECT_CRITERION;
bool recipe_meets_subject(const struct subject_criterion *k, const struct measure_score *score,
                          const struct measure_memory *m, const struct measure_subjects *s, struct err *why);

/* What the recipe asks of its model, whichever of the two; recipes without a criterion are content with any. */
bool judge_meets(const struct recipe *r, const struct judged *j, struct err *why);

/* Larger is better; -INFINITY: not to be kept. What that means, in words. */
double judge_rating(const struct recipe *r, const struct judged *j);
const char *judge_choice(const struct recipe *r);
/* Do the interventions support a name for the carrier? Where there is a cue, its C must tell the answer as well. */
bool judge_names(const struct recipe *r, const struct judged *j);
/* The unit in question: the one whose closing costs most. */
void judge_carrier(const struct judged *j, int *layer, int *unit);

/* The lowest of the three accuracies. */
double forced_lowest(const struct forced_unit *f);
/* units (all layers) entries into out, which the caller owns. */
void judge_forced(const struct lstm *net, const struct corpus *c, enum grammar_part part, struct forced_unit *out);

#endif
