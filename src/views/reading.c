/* reading.c: see reading.h. */
#include "views/reading.h"

void reading_forget(struct reading *r)
{
    survey_close(r->survey);
    *r = (struct reading){0};
}

bool reading_begin(struct reading *r, struct survey *survey)
{
    r->survey = survey;
    r->failed = !survey;
    return !r->failed;
}

enum view_work reading_went(struct reading *r, enum survey_result last)
{
    if (last == SURVEY_BLOCK)
        return WORK_MORE;
    survey_close(r->survey);
    *r = (struct reading){.complete = last == SURVEY_END, .failed = last == SURVEY_FAILED};
    return r->complete ? WORK_DONE : WORK_FAILED;
}
