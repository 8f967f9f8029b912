/* across.h: a sentence from left to right, a column a word, with labels in front: the tape's columns (tape.h), which
 * views of whole sentences share. */
#ifndef FLSTM_VIEWS_ACROSS_H
#define FLSTM_VIEWS_ACROSS_H

#include "views/view.h"

struct across {
    struct grid *g;               /* what is drawn on; set it before drawing */
    int x;                        /* of the first column */
    int pitch;                    /* cells from one column to the next; the last of them stays blank */
    int first, last;              /* the steps that are shown; last < first: none */
    bool more_before, more_after;
};

/* Where the column of step t begins, and with it a number of five cells; words stand over its middle. */
int across_x(const struct across *a, int t);
/* Text where a word would stand; nothing when step t is not shown. */
void across_put(const struct across *a, int t, int y, struct ink ink, const char *text);
/* A number likewise, `sign` as in widget_number. */
void across_number(const struct across *a, int t, int y, struct ink ink, float v, bool sign);
/* The words of s as a row: the current one in brackets, those with something pinned with a star. */
void across_words(const struct across *a, const struct session *s, int now, int y);
/* As many decimals (2 … 6) as tell two numbers apart. */
int across_decimals(double a, double b);
/* Is anything pinned at step t? */
bool across_pinned(const struct session *s, int t);

#endif
