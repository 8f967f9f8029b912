/* rng.c: see rng.h. */
#include "core/rng.h"

#include <math.h>

static uint64_t splitmix(uint64_t *x)
{
    uint64_t z = *x += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

void rng_seed(struct rng *r, uint64_t seed, uint64_t stream)
{
    uint64_t x = seed;
    x = splitmix(&x) ^ (stream * 0xD1342543DE82EF95u);
    for (int k = 0; k < 4; k++)
        r->s[k] = splitmix(&x);
}

static uint64_t rotl(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

double rng_unit(struct rng *r)
{
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

int rng_below(struct rng *r, int n)
{
    uint64_t m = (uint64_t)n, limit = UINT64_MAX - UINT64_MAX % m, v;
    do
        v = rng_next(r);
    while (v >= limit);
    return (int)(v % m);
}

double rng_normal(struct rng *r)
{
    /* Marsaglia's polar method: no sine, so one less function in which libraries differ. */
    double u, v, q;
    do {
        u = 2 * rng_unit(r) - 1;
        v = 2 * rng_unit(r) - 1;
        q = u * u + v * v;
    } while (q >= 1 || q == 0);
    return u * sqrt(-2 * log(q) / q);
}

int rng_weighted(struct rng *r, const double *weight, int n)
{
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += weight[k];
    double at = rng_unit(r) * sum;
    for (int k = 0; k < n; k++)
        if ((at -= weight[k]) < 0)
            return k;
    while (n > 1 && weight[n - 1] <= 0)
        n--;
    return n - 1;
}

void rng_shuffle(struct rng *r, int *v, int n)
{
    for (int k = n - 1; k > 0; k--) {
        int j = rng_below(r, k + 1), keep = v[k];
        v[k] = v[j];
        v[j] = keep;
    }
}
