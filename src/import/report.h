/* report.h: what --inspect prints: facts, then a table of what was read as what, then facts again. Columns are as
 * wide as they need. */
#ifndef FLSTM_IMPORT_REPORT_H
#define FLSTM_IMPORT_REPORT_H

#include "base/err.h"
#include "base/str.h"

struct report {
    struct report_row { char *cell[3]; } *row;    /* a fact has no third cell */
    int rows, cap;
};

void report_fact(struct report *r, const char *what, const char *format, ...) ERR_PRINTF(3, 4);
/* name and shape as in the file; became: the part of the network it is now. */
void report_part(struct report *r, const char *name, const char *shape, const char *format, ...) ERR_PRINTF(4, 5);
char *report_take(struct report *r);              /* the text, cleaned; owned by the caller (free); r is empty after */
void report_clear(struct report *r);

#endif
