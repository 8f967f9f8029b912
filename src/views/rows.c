/* rows.c: see rows.h. */
#include "views/rows.h"

#include <stdbool.h>

static int least_missed(const struct row *row, int n, const int *height)
{
    int worst = -1;
    for (int k = 0; k < n; k++)
        if (height[k] && (worst < 0 || row[k].dispensable >= row[worst].dispensable))
            worst = k;
    return worst;
}

/* The most missed of the rows that can still grow. */
static int hungriest(const struct row *row, int n, const int *height)
{
    int best = -1;
    for (int k = 0; k < n; k++)
        if (height[k] && height[k] < row[k].most && (best < 0 || row[k].dispensable < row[best].dispensable))
            best = k;
    return best;
}

int rows_fit(const struct row *row, int n, int h, int *height)
{
    int total = 0;
    for (int k = 0; k < n; k++)
        total += height[k] = row[k].least;
    for (int worst; total > h && (worst = least_missed(row, n, height)) >= 0;) {
        total -= height[worst];
        height[worst] = 0;
    }
    int spare = h > total ? h - total : 0;
    for (int k; spare > 0 && (k = hungriest(row, n, height)) >= 0;) {
        int more = row[k].most - height[k] < spare ? row[k].most - height[k] : spare;
        height[k] += more;
        spare -= more;
    }
    return spare;
}
