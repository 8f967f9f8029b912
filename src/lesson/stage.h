/* stage.h: a page set up: a session in the page's state, what is hidden and pointed at, and what the names in its
 * texts mean. */
#ifndef FLSTM_LESSON_STAGE_H
#define FLSTM_LESSON_STAGE_H

#include "lesson/lesson.h"

struct stage {
    struct session *session;      /* owned */
    const char *view;             /* the page's, borrowed from the lesson; NULL: the main view */
    unsigned rows;                /* see struct scene */
    int extra;                    /* -1: not said */
    struct place *hidden, *spot;  /* owned; as struct marks has them */
    int hidden_count, spot_count;
    bool hide_next;               /* what comes next is asked for, too */
    const char *fault;            /* what was broken on purpose, borrowed; NULL: nothing */
    int fault_at;                 /* which of the page's faults that is */
    unsigned seed;
    unsigned right;               /* choice: the right option as a bit, as the page began; 0: not computed */
    int names;                    /* of `vary`, as the seed drew them */
    const char *name[LESSON_VARY];
    double value[LESSON_VARY];
};

/* Page k (from 0) of a lesson as student `seed` gets it. False with file and place. */
bool stage_page(const struct lesson *l, int k, unsigned seed, struct stage *out, struct err *e);
void stage_clear(struct stage *s);
/* What expressions of this page mean. Borrows from the stage; the session may be another than the stage's. */
struct expr_env stage_env(const struct stage *s, const struct session *session);
/* A number below n that belongs to this student and this thing: the order of lines. */
unsigned stage_draw(unsigned seed, const char *what, unsigned n);
/* Where, of n places (n ≥ 1), what is right on this page stands for this student: an option, or the fault of a hunt.
 * From question to question it moves on by the golden section of the way round, so that a third of the places comes
 * about every third time, and no letter is right much more often than others. */
int stage_place(const struct page *p, unsigned seed, int n);

/* A mark as text: VALUE, VALUE[UNIT], each with @STEP, @STEP-STEP or @STEP- (to the end) or nothing (everywhere);
 * `next`: what comes next. */
bool stage_mark_check(const char *text, struct err *e);
int stage_substep(const char *name);          /* -1 */

#endif
