/* decimal.c: see decimal.h. */
#include "decimal.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POWER_LOW = -60, POWER_HIGH = 60 };

/* 10^k, the nearest long double. */
static long double power(int k)
{
    static long double table[POWER_HIGH - POWER_LOW + 1];
    long double *p = &table[k - POWER_LOW];
    if (*p == 0) {
        char text[16];
        snprintf(text, sizeof text, "1e%d", k);
        *p = strtold(text, NULL);
    }
    return *p;
}

/* "12.5e-3" is 125 × 10^-4, without zeros at the end. False when it is no such text. */
static bool take_apart(const char *s, uint64_t *digits, int *exponent)
{
    int after = 0, n = 0;
    bool point = false;
    *digits = 0;
    for (; *s && *s != 'e'; s++) {
        if (*s == '.' && !point) {
            point = true;
            continue;
        }
        if (*s < '0' || *s > '9')
            return false;
        *digits = *digits * 10 + (uint64_t)(*s - '0');
        after += point;
        n += *digits != 0;
    }
    if (!n || n > 18)
        return false;
    char *end;
    *exponent = (*s == 'e' ? (int)strtol(s + 1, &end, 10) : 0) - after;
    if (*s == 'e' && *end)
        return false;
    for (; *digits % 10 == 0; *digits /= 10)
        ++*exponent;
    return *exponent >= POWER_LOW && *exponent < POWER_HIGH;
}

/* Does d × 10^e read back to v, whose neighbours are at twice the distance of low and high? */
static bool reads_back(uint64_t d, int e, float v, double low, double high)
{
    long double x = (long double)d * power(e), doubt = x * 8 * LDBL_EPSILON;
    if (fabsl(x - (long double)low) > doubt && fabsl(x - (long double)high) > doubt)
        return x > (long double)low && x < (long double)high;
    char text[48];
    snprintf(text, sizeof text, "%llue%d", (unsigned long long)d, e);
    return strtof(text, NULL) == v;
}

bool decimal_is_shortest(float v, const char *text)
{
    uint64_t d;
    int e;
    bool minus = *text == '-';
    if (minus != (v < 0) || !take_apart(text + minus, &d, &e))
        return false;
    v = fabsf(v);
    double below = (double)nextafterf(v, 0), above = v == FLT_MAX ? ldexp(1, 128) : (double)nextafterf(v, INFINITY);
    double low = ((double)v + below) / 2, high = ((double)v + above) / 2;
    if (!reads_back(d, e, v, low, high))
        return false;
    uint64_t shorter = (uint64_t)((long double)v / power(e + 1));
    if (d >= 10 && (reads_back(shorter, e + 1, v, low, high) || reads_back(shorter + 1, e + 1, v, low, high)))
        return false;
    /* A neighbour of d is not nearer, unless it is no longer v: below a power of two the interval is half as wide. */
    long double off = (long double)v / power(e) - (long double)d;
    uint64_t other = off > 0 ? d + 1 : d - 1;
    return fabsl(off) <= 0.5L + (long double)d * 8 * LDBL_EPSILON || !reads_back(other, e, v, low, high);
}
