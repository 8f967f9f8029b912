/* numbers.h: sequences of numbers to learn from: a text file of steps (numbers.c), or drawn: the adding problem.
 * What corpus.h promises of a corpus holds; these are the ways to get one without words.
 *
 *     # a step a line: what comes in and, behind ->, what is wanted after it. An empty line ends a sequence.
 *     0.31, 1
 *     0.77 0
 *     0.12 1 -> 0.43
 *
 * Every step has as many numbers as the first one (1 … NUMBERS_MAX), with blanks or commas between. What is wanted is
 * a number (the loss is the square of what is missing) or, if the first thing that is wanted is none, a label, that
 * is one of several words (the loss is -ln p); at any of the steps of a sequence, and at one at least. # begins a
 * comment. Lines before the first step may say
 *
 *     title: …     about: …
 *     draw: adding 50, train 4000, valid 400, test 600
 *
 * The last one takes the place of steps: the adding problem of Hochreiter and Schmidhuber (1997), experiment 4, as Le,
 * Jaitly and Hinton (2015) put it: a value from 0 to 1 and a mark, 0 or 1, at each of so many steps; two are marked,
 * one in each half; after the last step their sum is wanted.
 */
#ifndef FLSTM_LEARN_NUMBERS_H
#define FLSTM_LEARN_NUMBERS_H

#include "learn/corpus.h"

enum { NUMBERS_MAX = 256, NUMBERS_STEPS_MAX = 100000 };

/* file is of that form; valid (may be NULL) another one, held out. Otherwise every ninth sequence of ten
 * validates and the tenth tests. NULL with one line of error. */
struct corpus *corpus_from_numbers(const struct corpus_file *file, const struct corpus_file *valid, uint64_t seed,
                                   struct err *e);

#endif
