/* mark.h: results of many students as a table: a row a page, and a row a known confusion. The files are what students
 * hand in: nothing in them proves that they are true. */
#ifndef FLSTM_LESSON_MARK_H
#define FLSTM_LESSON_MARK_H

#include "base/err.h"
#include "base/str.h"

/* Reads n result files ("flstm-result/1") and writes CSV: lesson,page,confusion,students,right,percent,
 * sure_and_wrong,given_up,tries,seconds,commonest_wrong. tries and seconds are means; pages in the order in which they
 * were first met. False with the file and the place. */
bool mark_files(const char *const *files, int n, struct str *out, struct err *e);

#endif
