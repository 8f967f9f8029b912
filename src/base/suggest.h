/* suggest.h: what was probably meant by a word that is none of those there are. */
#ifndef FLSTM_BASE_SUGGEST_H
#define FLSTM_BASE_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

/* In how many letters do two texts differ: letters put in, left out, exchanged, two neighbours swapped (restricted
 * Damerau-Levenshtein); ASCII letters of either case are one. More than `most` (at most 3) is most + 1. */
int suggest_distance(const char *a, const char *b, int most);
/* Is b near enough to a to be offered: at most two letters apart, and fewer than half of them. */
bool suggest_near(const char *a, const char *b);
/* The nearest of words with blanks between, if any is near enough, into out (cut to size). */
bool suggest_among(const char *word, const char *words, char *out, size_t size);

#endif
