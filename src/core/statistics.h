/* statistics.h: what every gate and state of every unit does over many steps: how often it is closed, how often open,
 * its mean and its range. Fed step by step, so that memory does not grow with what was read.
 *
 * The two fractions are those of Karpathy, Johnson and Li (2015), "Visualizing and understanding recurrent
 * networks": a gate is left-saturated in steps where it is below 0.1 and right-saturated where it is above 0.9. What
 * lies in -1 … 1 (the candidate and h) is taken from -0.9 and 0.9; C as the output gate sees it: tanh C.
 */
#ifndef FLSTM_CORE_STATISTICS_H
#define FLSTM_CORE_STATISTICS_H

#include "core/lstm.h"

/* One quantity of one unit over `steps` steps. */
struct tally {
    long long low, high;          /* steps below and above the bounds */
    double sum;
    float min, max;               /* not a number before the first step */
};

/* How a unit's forget gate keeps: the steps in which f > KEEPS (series.h), and ∏ f over them. */
struct keeping {
    long long kept;
    double product, logs;         /* ∏ f = product · e^logs: a long product would not fit into a double */
};

struct statistics {
    long long steps, sequences;
    int layers;
    int *hidden;                  /* [layers] */
    struct tally *tally[Q_COUNT]; /* all layers one after the other; see statistics_of */
    struct keeping *keeping;      /* likewise */
    float *work[Q_COUNT + 1];         /* while rows are added */
};

struct statistics *statistics_new(const struct lstm *net);
void statistics_free(struct statistics *st);
/* Counts rows from … to of a trace of that net. The caller counts `sequences`. */
void statistics_add(struct statistics *st, const struct trace *tr, int from, int to);
/* The same of several stretches, one after the other; the threads share the quantities. The numbers do not depend on
 * how rows are divided into calls, nor on how many threads there are. */
struct statistics_rows { const struct trace *tr; int from, to; };
void statistics_add_rows(struct statistics *st, const struct statistics_rows *rows, int n);

const struct tally *statistics_of(const struct statistics *st, int layer, enum quantity q, int unit);
/* As fractions of all steps, 0 … 1; NaN without a step. */
double statistics_low(const struct statistics *st, int layer, enum quantity q, int unit);
double statistics_high(const struct statistics *st, int layer, enum quantity q, int unit);
double statistics_mean(const struct statistics *st, int layer, enum quantity q, int unit);
/* Steps that keep: f > KEEPS. All others let go. */
long long statistics_kept(const struct statistics *st, int layer, int unit);
/* Steps after which half of C would be left if they all kept as those that keep do: ln ½ / ln of the geometric mean
 * of f over them (what i·g writes is not in it). INFINITY: never; NaN: no step keeps. */
double statistics_half_life(const struct statistics *st, int layer, int unit);
/* The bounds in force for a quantity, as values of that quantity. */
float statistics_bound(enum quantity q, bool high);

#endif
