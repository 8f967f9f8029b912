/* find.h: the question of LSTMVis (Strobelt, Gehrmann, Pfister and Rush 2018): which units are on through a span of
 * steps and off around it, and where else are the same units on together?
 *
 * A unit is on at a step when its value is at least the threshold, or at most minus the threshold; which of the two
 * is part of what is looked for. Rows of floats are all that is needed: h, or C, with stride floats from one step to
 * the next.
 */
#ifndef FLSTM_CORE_FIND_H
#define FLSTM_CORE_FIND_H

#include <stdbool.h>
#include <stddef.h>

struct find_unit { int unit, sign; };     /* sign +1: at or above the threshold, -1: at or below minus the threshold */

enum { FIND_OFF_BEFORE = 1, FIND_OFF_AFTER = 2 };

/* The steps from … to of a sequence that ends with step `last`; how: FIND_OFF_BEFORE, FIND_OFF_AFTER. */
struct find_span {
    int from, to, last;
    float threshold;
    unsigned how;
};

bool find_on(float value, int sign, float threshold);
/* The units on through steps from … to with one sign, and (as `how` says) not on with it in the step before and in
 * the step after. rows + t × stride is step t; row from-1 must be there, and row to+1 when it is asked for and
 * `last` (the last step of the sequence) is beyond `to`: at the end of a sequence nothing comes after. out: [units].
 * Returns how many. */
int find_units(const float *rows, size_t stride, int units, const struct find_span *in, struct find_unit *out);

/* A place where some of the units are on together: the steps from … to, in which all of `common` units that were on
 * at the first step stay on. A place begins with the sequence or where at least one unit has just come on. */
struct find_place { long sequence; int from, to, common; };

/* Walks through a sequence row by row; memory is a few numbers a unit, whatever the length. */
struct find_scan;
struct find_scan *find_scan_new(const struct find_unit *units, int n, float threshold);
void find_scan_free(struct find_scan *f);
/* The next row, or NULL after the last row of a sequence. Calls `each` for every place that has come to its end. */
void find_scan_row(struct find_scan *f, const float *row, void (*each)(void *to, int from, int last, int common),
                   void *to);

/* The best places: most units in common, then the length nearest to `wanted`, then the earliest. */
struct find_list {
    struct find_place *place;     /* [n], best first */
    int n, most, wanted;
    long long seen;               /* places offered */
};
void find_list_init(struct find_list *l, int most, int wanted);
void find_list_clear(struct find_list *l);
/* Where it was put, moving those after it on (the last falls off when it is full); -1 when it is not among the best. */
int find_list_offer(struct find_list *l, struct find_place p);

#endif
