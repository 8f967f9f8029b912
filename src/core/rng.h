/* rng.h: random numbers that are the same on every machine: xoshiro256** (Blackman and Vigna 2018), seeded by
 * splitmix64. Corpora, first weights and the order of batches come from here, so that a seed is a recipe. */
#ifndef FLSTM_CORE_RNG_H
#define FLSTM_CORE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t s[4];
};

/* Different streams of one seed are independent: the words drawn do not change when a network's size does. */
void rng_seed(struct rng *r, uint64_t seed, uint64_t stream);
uint64_t rng_next(struct rng *r);
double rng_unit(struct rng *r);                       /* uniform in [0, 1), 53 bits */
int rng_below(struct rng *r, int n);                  /* uniform in 0 … n-1, n > 0, without bias */
double rng_normal(struct rng *r);                     /* mean 0, variance 1 */
int rng_weighted(struct rng *r, const double *weight, int n);    /* index with probability ∝ weight; the sum is > 0 */
void rng_shuffle(struct rng *r, int *v, int n);

#endif
