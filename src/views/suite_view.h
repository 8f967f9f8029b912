/* suite_view.h: which set of sentences the suite view scores. */
#ifndef FLSTM_VIEWS_SUITE_VIEW_H
#define FLSTM_VIEWS_SUITE_VIEW_H

#include <stdbool.h>

#include "base/err.h"

struct session;

/* A file, or the name of a suite that is built in (data/suites/NAME.tsv). It is read for the model of s; false with
 * one line, and then the suite before it stays. */
bool suite_view_open(void *state, const struct session *s, const char *name_or_file, struct err *e);

#endif
