/* gang.h: many sequences side by side, so that a weight that is read serves all of them.
 *
 * All of them lie in one trace, one after the other: a sequence has `steps` + 1 rows, its initial state in row `first`
 * and its steps in the rows after. What comes out is bit for bit what lstm_run would have computed of each alone,
 * however many go together and however many threads there are (base/threads.h).
 */
#ifndef FLSTM_CORE_GANG_H
#define FLSTM_CORE_GANG_H

#include "core/lstm.h"

enum { GANG_LINES = 256 };     /* at most so many at once */

struct gang_line {
    int first, steps;
    bool goes_on;              /* C and h stand in row `first` already; else those of the net are put there */
};

/* x[row - 1] is the input of a row. Of a net that is not bidirectional; without pins. */
void lstm_run_gang(const struct lstm *net, const float *const *x, const struct gang_line *line, int lines,
                   struct trace *tr);

#endif
