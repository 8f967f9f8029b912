/* rows.h: which rows of a view there is room for. A view lists its rows from top to bottom, each with how much it is
 * missed; the least missed go first, and what is left over goes to those that can grow. */
#ifndef FLSTM_VIEWS_ROWS_H
#define FLSTM_VIEWS_ROWS_H

struct row {
    int least;                    /* lines it needs; 0: it is not wanted now */
    int most;                     /* lines it makes use of when there are some to spare; below least: no more than
                                   * least */
    int dispensable;              /* the higher, the sooner it goes; of equals the lower on the screen */
};

/* Heights of n rows in h lines; 0 is left out. Rows grow in the order in which they are missed, each as far as it can.
 * Returns the lines that are left over. */
int rows_fit(const struct row *row, int n, int h, int *height);

#endif
