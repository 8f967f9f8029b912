/* series.h: one value of one layer over all steps, a row a step and a column a unit, and what becomes of it when
 * many steps or units have to share a place or be put in order. No model is needed: rows of floats are. */
#ifndef FLSTM_CORE_SERIES_H
#define FLSTM_CORE_SERIES_H

#include <stddef.h>

/* Row t (1 … steps) is v + (t - lag) × stride; with `by`, each element is multiplied by that of row t - by_lag of
 * `by`. So C_{t-1} is C with lag 1, and f ⊙ C_{t-1} is f by C with by_lag 1. */
struct series {
    const float *v, *by;
    size_t stride;
    int lag, by_lag;
    int units, steps;
};

/* What stands for many values: the lowest, the highest, the one of largest size, or their mean. */
enum pool { POOL_LOW, POOL_HIGH, POOL_SIZE, POOL_MEAN };

float series_at(const struct series *s, int t, int unit);
/* out[u] = what stands for unit u over steps from … to (1 ≤ from ≤ to ≤ steps). spare: 2 × units floats. */
void series_pool(const struct series *s, int from, int to, enum pool how, float *out, float *spare);
/* What stands for n values. */
float series_pool_of(const float *v, int n, enum pool how);

/* Per unit over all steps, in double. Without steps, or where it is not defined, NaN. */
void series_mean(const struct series *s, double *out);
void series_variance(const struct series *s, double *out);
/* Pearson's r of unit `unit` of a with every unit of b; the two have the same steps. */
void series_correlation(const struct series *a, int unit, const struct series *b, double *out);
/* How a forget gate keeps: over the steps in which f > KEEPS its geometric mean into mean[units], the factor a step
 * that their product ∏ f comes to, and their number into kept[units]; mean NaN where there is none. A step below
 * lets go of the memory and is told apart: one f of 0.01 where a new memory is written says nothing of how long it
 * then lasts. */
#define KEEPS 0.5f
void series_keep(const struct series *f, double *mean, int *kept);
/* After how many steps half of a memory is left when each keeps the fraction `mean`: ln ½ / ln mean. INFINITY when
 * it keeps all (or more), 0 when nothing. */
double half_life(double mean);
/* order = 0 … n-1 by key, the largest first, NaN last, equal ones in their order. */
void series_order(const double *key, int n, int *order);

#endif
