/* cover.h: text whose numbers must not be read: `?` in their place. */
#ifndef FLSTM_UI_COVER_H
#define FLSTM_UI_COVER_H

#include "base/str.h"

/* The text with a `?` where a number ("+0.89", ">.9999", "1e+04", "99%", "nan") ended and blanks before it, so that
 * columns stay. The digits of a name ("h12", "C_t-1", "W[3]") are no number. */
void cover_numbers(const char *text, struct str *out);

#endif
