/* decimal.h: is a text the shortest decimal of a float, and of those the nearest? Decided with the neighbours of the
 * float and long doubles, so that it shares nothing with the code it judges; where long doubles cannot tell, strtof
 * does. */
#ifndef FLSTM_TESTS_DECIMAL_H
#define FLSTM_TESTS_DECIMAL_H

#include <stdbool.h>

/* v is finite and not zero; text ends with a NUL. */
bool decimal_is_shortest(float v, const char *text);

#endif
