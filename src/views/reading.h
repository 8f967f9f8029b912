/* reading.h: a text that a view reads with its model, a piece whenever nobody types. */
#ifndef FLSTM_VIEWS_READING_H
#define FLSTM_VIEWS_READING_H

#include "session/survey.h"
#include "views/view.h"

struct reading {
    struct survey *survey;        /* being read; NULL: not begun, or ended */
    bool complete, failed;        /* it is read whole; it cannot be (read) */
};

/* As if nothing had been read. */
void reading_forget(struct reading *r);
/* Begins with what survey_open gave; NULL, and the reading has failed. */
bool reading_begin(struct reading *r, struct survey *survey);
/* What the last piece came to: there is more, or the survey is closed. */
enum view_work reading_went(struct reading *r, enum survey_result last);

#endif
