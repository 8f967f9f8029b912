/* check.h: are the claims of a lesson true? Every page is set up, for several students where something varies; every
 * expression is computed. */
#ifndef FLSTM_LESSON_CHECK_H
#define FLSTM_LESSON_CHECK_H

#include "lesson/lesson.h"

struct lesson_findings {
    struct str text;              /* a line each: "FILE: pages[3].ask.options: …" and "warning: FILE: …" */
    int errors, warnings;
};

/* seed: as this student gets it; -1: as many do, where something varies.
 * What is wrong is an error: an expression that cannot be computed, a choice without exactly one true option, an
 * answer that the page shows, a wrong way that no answer takes, a goal that holds already. A number in a text that
 * nothing on the page comes to is a warning. */
void lesson_check(const struct lesson *l, int seed, struct lesson_findings *out);

#endif
