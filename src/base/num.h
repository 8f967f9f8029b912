/* num.h: numbers as text. Decimal point always '.', whatever the locale.
 * (The program sets LC_CTYPE only, so printf and strtod keep the C locale; these functions do not
 * depend on that.) */
#ifndef FLSTM_BASE_NUM_H
#define FLSTM_BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>

enum { NUM_MAX = 40 };

/* The shortest decimal text that reads back to exactly v, of several the nearest ("0.1", "100", "-1e-45", "nan",
 * "inf"). An exponent stands below 1e-4 and from 1e10 on. Returns buf. */
char *num_float(char buf[NUM_MAX], float v);
char *num_double(char buf[NUM_MAX], double v);
/* The same without a NUL; returns the end of the text, which may be followed by more bytes of `to` that were used. */
char *num_write_float(char to[NUM_MAX], float v);

/* Reads the whole of s as a decimal number: optional sign, digits with optional point, optional exponent.
 * No blanks, no hex, no "nan" or "inf"; a value beyond double range is false. */
bool num_parse(const char *s, double *out);
/* The same as people type it: with a comma where many write one, "0,5". */
bool num_parse_typed(const char *s, double *out);
/* Reads the whole of s as a whole number in [min, max]. */
bool num_parse_int(const char *s, long min, long max, long *out);

#endif
