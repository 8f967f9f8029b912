/* sums.h: a column of printed numbers that a reader with a pencil can check. The number of decimals is chosen by
 * trying, until the printed terms add up to the printed result; where none will do, what rounding left over is known
 * and can be printed too. */
#ifndef FLSTM_VIEWS_SUMS_H
#define FLSTM_VIEWS_SUMS_H

#include <stdbool.h>

#include "base/str.h"
#include "ui/glyph.h"

enum { SUMS_MAX = 32 };           /* a printed number, its end included */

/* v as a reader gets it from its printed form. */
double sums_printed(double v, int decimals);
/* The printed result minus the sum of the printed terms; 0 when they add up, or are too large for decimals. */
double sums_rest(const double *term, int n, double result, int decimals);
/* Is |a × b - r| lost in the rounding of r, when the three are printed with these decimals? */
bool sums_product_holds(double a, int a_decimals, double b, int b_decimals, double r, int decimals);
/* Is v's printed form 0 or 1 only where v is exactly that? */
bool sums_tells_from_limits(double v, int decimals);
/* a × b = r as it is to be printed: as few decimals of r as show it (2 … 8), and as few of a and b (2 … 8) as
 * re-multiply to r's last digit and tell a gate a from 0 and 1. holds: they do; else "about" is due. */
struct product { int factor, result; bool holds; };
struct product sums_product(double a, double b, double r);
/* As few decimals of z (from `least` on) as give the printed v, which has `decimals`, when the printed z is put through
 * f; -1 when none does. */
int sums_curve_decimals(float (*f)(float z), double z, double v, int least, int decimals);

/* The fewest decimals (2 … 6) of f, C_{t-1} and i·g with which f × C_{t-1} + i·g = C holds, C printed with two; and
 * that tell f from 0 and 1. */
int sums_step_decimals(double f, double before, double written, double C);
/* A step of the cell state, C = f × before + written, as such a sum: "f 0.99 × C_t-1 +2.00 + i·g +0.01 = C +1.99",
 * where was is "C_t-1" and is "C ". */
struct sums_step { double f, before, written, C; const char *was, *is; };
void sums_step_text(const struct sums_step *p, const struct glyphs *gl, struct str *out);

/* "+6.18": no sign for what rounds to zero; from 1e6 on three digits and an exponent. Returns buf. */
char *sums_number(char buf[SUMS_MAX], double v, int decimals, bool sign);
/* The same with its sign, but what would print as 0 and is not with a decimal more, or as "-2e-7". */
char *sums_tight(char buf[SUMS_MAX], double v, int decimals, bool sign);
/* A gate's value to two decimals, or to as many as tell it from 0 and 1; where six do not, ">.999999", "<.000001". */
char *sums_gate(char buf[SUMS_MAX], double v);

#endif
