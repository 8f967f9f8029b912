/* small.h: the smallest sound file of each dialect and kind, to be broken byte by byte. */
#ifndef FLSTM_TESTS_SMALL_H
#define FLSTM_TESTS_SMALL_H

#include "base/str.h"

extern const int small_count;
/* File k, 0 to small_count - 1, added to the empty `out`; its name. */
const char *small_file(int k, struct str *out);

#endif
