/* num.c: see num.h. */
#include "base/num.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* printf writes the locale's decimal point; a caller's setlocale must not change our files. */
static char *fix_point(char *s)
{
    const char *p = localeconv()->decimal_point;
    size_t n = strlen(p);
    if (n == 1 && *p == '.')
        return s;
    char *at = strstr(s, p);
    if (at && n) {
        *at = '.';
        memmove(at + 1, at + n, strlen(at + n) + 1);
    }
    return s;
}

/* strtod wants the locale's point; s has '.'. Short texts only (callers check). */
static double read_double(const char *s)
{
    const char *p = localeconv()->decimal_point;
    if (*p == '.' && !p[1])
        return strtod(s, NULL);
    char copy[512];
    size_t n = 0;
    for (; *s && n + strlen(p) + 1 < sizeof copy; s++) {
        if (*s == '.') {
            memcpy(copy + n, p, strlen(p));
            n += strlen(p);
        } else {
            copy[n++] = *s;
        }
    }
    copy[n] = '\0';
    return strtod(copy, NULL);
}

/* Writes v with so many digits; does that read back to v? */
static bool round_trips(char buf[NUM_MAX], float v, int digits)
{
    snprintf(buf, NUM_MAX, "%.*g", digits, (double)v);
    return (float)read_double(fix_point(buf)) == v;
}

char *num_float(char buf[NUM_MAX], float v)
{
    if (isnan(v))
        return strcpy(buf, "nan");
    if (isinf(v))
        return strcpy(buf, v > 0 ? "inf" : "-inf");
    /* Computed values nearly always need more than six digits: one try tells which half to look in. */
    bool few = round_trips(buf, v, 6);
    for (int digits = few ? 1 : 7; digits <= 9; digits++)
        if (round_trips(buf, v, digits))
            break;
    return buf;
}

char *num_double(char buf[NUM_MAX], double v)
{
    if (isnan(v))
        return strcpy(buf, "nan");
    if (isinf(v))
        return strcpy(buf, v > 0 ? "inf" : "-inf");
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buf, NUM_MAX, "%.*g", digits, v);
        fix_point(buf);
        if (read_double(buf) == v)
            break;
    }
    return buf;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool num_parse(const char *s, double *out)
{
    const char *p = s;
    if (*p == '+' || *p == '-')
        p++;
    int digits = 0;
    for (; digit(*p); p++)
        digits++;
    if (*p == '.')
        for (p++; digit(*p); p++)
            digits++;
    if (!digits)
        return false;
    if (*p == 'e' || *p == 'E') {
        p++;
        if (*p == '+' || *p == '-')
            p++;
        if (!digit(*p))
            return false;
        while (digit(*p))
            p++;
    }
    if (*p || p - s > 400)
        return false;
    double v = read_double(s);
    if (!isfinite(v))
        return false;
    *out = v;
    return true;
}

bool num_parse_int(const char *s, long min, long max, long *out)
{
    const char *p = s;
    if (*p == '+' || *p == '-')
        p++;
    if (!digit(*p))
        return false;
    while (digit(*p))
        p++;
    if (*p)
        return false;
    errno = 0;
    long v = strtol(s, NULL, 10);
    if (errno || v < min || v > max)
        return false;
    *out = v;
    return true;
}
