/* sums.c: see sums.h. */
#include "views/sums.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/widget.h"

enum { DECIMALS_MIN = 2, DECIMALS_MAX = 6, FACTOR_MAX = 8 };
#define LARGE 1e6                 /* from here on decimals mean nothing */

double sums_printed(double v, int decimals)
{
    char text[400];
    snprintf(text, sizeof text, "%.*f", decimals, v);
    return strtod(text, NULL);
}

double sums_rest(const double *term, int n, double result, int decimals)
{
    double sum = 0;
    bool plain = fabs(result) < LARGE;
    for (int k = 0; k < n; k++) {
        plain = plain && fabs(term[k]) < LARGE;
        sum += sums_printed(term[k], decimals);
    }
    if (!plain)
        return 0;                 /* nobody adds up three digits and an exponent */
    /* Whole units of the last place: the sum of decimals is not exact in binary, the answer is. */
    return round((sums_printed(result, decimals) - sum) * pow(10, decimals)) / pow(10, decimals);
}

bool sums_product_holds(double a, int a_decimals, double b, int b_decimals, double r, int decimals)
{
    /* A tie does not hold: readers round ties in different ways. */
    return fabs(sums_printed(a, a_decimals) * sums_printed(b, b_decimals) - sums_printed(r, decimals)) < 0.499
        * pow(10, -decimals);
}

bool sums_tells_from_limits(double v, int decimals)
{
    double p = sums_printed(v, decimals);
    return (p == 0) == (v == 0) && (p == 1) == (v == 1);
}

struct product sums_product(double a, double b, double r)
{
    struct product p = {DECIMALS_MIN, DECIMALS_MIN, false};
    while (p.result < FACTOR_MAX && r != 0 && sums_printed(r, p.result) == 0)
        p.result++;
    for (; !p.holds && p.factor <= FACTOR_MAX; p.factor++)
        p.holds = sums_tells_from_limits(a, p.factor) && sums_product_holds(a, p.factor, b, p.factor, r, p.result);
    p.factor--;
    return p;
}

int sums_curve_decimals(float (*f)(float z), double z, double v, int least, int decimals)
{
    for (int d = least; d <= FACTOR_MAX; d++)
        if (fabs((double)f((float)sums_printed(z, d)) - sums_printed(v, decimals)) < 0.499 * pow(10, -decimals))
            return d;
    return -1;
}

int sums_step_decimals(double f, double before, double written, double C)
{
    int d = DECIMALS_MIN;
    for (; d < DECIMALS_MAX; d++) {
        double sum = sums_printed(f, d) * sums_printed(before, d) + sums_printed(written, d);
        if (sums_tells_from_limits(f, d) && fabs(sum - sums_printed(C, 2)) < 0.00499)
            break;
    }
    return d;
}

char *sums_number(char buf[SUMS_MAX], double v, int decimals, bool sign)
{
    if (!isfinite(v) || fabs(v) >= LARGE) {
        snprintf(buf, SUMS_MAX, sign ? "%+.3g" : "%.3g", v);
        return buf;
    }
    if (sums_printed(v, decimals) == 0)
        v = 0, sign = false;      /* "-0.00" is no number to show */
    snprintf(buf, SUMS_MAX, sign ? "%+.*f" : "%.*f", decimals, v);
    return buf;
}

char *sums_tight(char buf[SUMS_MAX], double v, int decimals, bool sign)
{
    if (sign && widget_nothing((float)v))
        return sums_number(buf, 0, decimals, false);
    for (int d = decimals; d <= decimals + 1; d++)
        if (v == 0 || !isfinite(v) || sums_printed(v, d) != 0)
            return sums_number(buf, v, d, sign);
    snprintf(buf, SUMS_MAX, sign ? "%+.0e" : "%.0e", v);
    char *e = strchr(buf, 'e');
    if (e && e[2] == '0')                         /* "2e-07" */
        memmove(e + 2, e + 3, strlen(e + 3) + 1);
    return buf;
}

char *sums_gate(char buf[SUMS_MAX], double v)
{
    int d = DECIMALS_MIN;
    while (d < DECIMALS_MAX && !sums_tells_from_limits(v, d))
        d++;
    if (!sums_tells_from_limits(v, d))        /* 1.000000 would be exactly 1 */
        snprintf(buf, SUMS_MAX, "%s", v > 0.5 ? ">.999999" : "<.000001");
    else
        sums_number(buf, v, d, false);
    return buf;
}

void sums_step_text(const struct sums_step *p, const struct glyphs *gl, struct str *out)
{
    char num[4][SUMS_MAX];
    int d = sums_step_decimals(p->f, p->before, p->written, p->C);
    str_addf(out, "f %s %s %s %s + i%sg %s = %s%s", sums_number(num[0], p->f, d, false), gl->times, p->was,
             sums_number(num[1], p->before, d, true), gl->ascii ? "*" : gl->middle_dot,
             sums_number(num[2], p->written, d, true), p->is, sums_number(num[3], p->C, 2, true));
}
