/* across.h: a sentence from left to right, a column a word, with labels in front: what views of whole sentences
 * share. */
#ifndef FLSTM_VIEWS_ACROSS_H
#define FLSTM_VIEWS_ACROSS_H

#include "views/view.h"

struct across {
    int x;                        /* of the first column */
    int pitch;                    /* cells from one column to the next; the last of them stays blank */
    int first, last;              /* the steps that are shown; last < first: none */
    bool more_before, more_after;
    bool tape;                    /* the tape's own columns: numbers of five cells begin at across_x, words stand over
                                   * them */
};

/* Steps low … high, of which as many as have room in r behind `gutter` cells, around step `at`. Columns are as wide as
 * there is room for, from `least` to `most` cells. */
struct across across_plan(struct rect r, int gutter, int low, int high, int at, int least, int most);
int across_x(const struct across *a, int t);
/* Text in the middle of step t's column; in the tape's columns where a word would stand. */
void across_put(struct grid *g, const struct across *a, int t, int y, enum role role, unsigned attr, const char *text);
/* A number likewise, `sign` as in widget_number. */
void across_number(struct grid *g, const struct across *a, int t, int y, enum role role, unsigned attr, float v,
                   bool sign);
/* The words of s as a row: the current one in brackets, those with something pinned with a star. */
void across_words(struct grid *g, const struct across *a, const struct session *s, int now, int y);
/* As many decimals (2 … 6) as tell two numbers apart. */
int across_decimals(double a, double b);
/* Is anything pinned at step t? */
bool across_pinned(const struct session *s, int t);

#endif
