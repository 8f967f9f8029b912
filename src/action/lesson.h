/* lesson.h: a lesson in the running program: its way (lesson/walk.h), what is being answered, and the sitting that it
 * has put aside. The page's session is the program's while the page is shown; leaving the lesson brings the other
 * back as it was. */
#ifndef FLSTM_ACTION_LESSON_H
#define FLSTM_ACTION_LESSON_H

#include "action/app.h"
#include "lesson/walk.h"
#include "views/lesson_frame.h"

struct lesson_sitting {
    struct walk *walk;            /* owned */
    bool free;                    /* Esc: the page is left to try something out */
    char *kept;                   /* meanwhile: what was done on the page, as a scenario; or NULL */
    char *text;                   /* the page's, as it was met: what is edited there changes no number of it */
    int number;                   /* its place among the built-in lessons, from 1; 0: a file */
    char next[64], next_title[120];               /* the one that is taught after it; "" when there is none */

    /* What is being answered. */
    struct prompt line;           /* number, vector, word, say, vote */
    bool judged;                  /* what stands in the line was judged: a letter begins a new one */
    size_t pins;                  /* do: those of the page itself */
    int at;                       /* bar: which; choice, many, order: the line with the cursor, as it is shown */
    unsigned chosen;              /* many: options */
    bool naming;                  /* bug: the tools are put down, letters name the fault */
    bool warned;                  /* PgDn was pressed on an open question */
    double bar[LESSON_ANSWERS];
    bool moved[LESSON_ANSWERS];
    enum substep order[SUB_COUNT];
    unsigned long seen;           /* bug: views that were opened, by their index */
    double since;                 /* clock when the page was entered, ms */
    char *student;                /* for the results; or NULL */

    /* What is drawn. */
    struct lesson_look look;
    struct marks marks;
    struct guess guess[LESSON_ANSWERS];

    /* What was put aside. */
    struct session *session;      /* owned */
    const struct view *view, *back;
    struct scene scene;           /* how it was looked at */
    struct scenario_info info;
    char *saved_as;
    bool saved_whole;
    struct file_mark saved_mark;
};

/* Puts the present sitting aside and begins. The lesson is taken, freed when its first page cannot be set up. */
bool app_lesson_begin(struct app *a, struct lesson *taken, unsigned seed, struct err *e);
/* Back to what was put aside. */
void app_lesson_end(struct app *a);
/* The session that would be saved: the one put aside while a lesson is on. */
const struct session *app_own_session(const struct app *a);
/* A key on a page; REACT_NONE: it is the program's. action: by name what the program would do at it, or NULL. */
unsigned app_lesson_key(struct app *a, int key, const char *action);
/* An edit from elsewhere than the page's own keys: the page is left to try something out, unless edits are what it
 * asks for. */
void app_lesson_let_go(struct app *a);
/* After every key: has a goal been reached, what is to be drawn. */
void app_lesson_refresh(struct app *a);
/* Frees it with the program. */
void app_lesson_clear(struct app *a);
/* What happened so far, into a file. */
bool app_lesson_result(struct app *a, const char *path, struct err *e);

/* lesson_say.c: what stands around the picture now. */
void lesson_say(struct app *a);
/* The text of the page in its state now. */
void lesson_text(const struct app *a, struct str *out);
/* For whoever teaches: the answer to the page's question and why; nothing where none is asked. */
void lesson_answer_told(const struct app *a, struct str *out);
/* Its notes; the title of what PgDn leads to. */
void lesson_notes(const struct app *a, struct str *out);
void lesson_next(const struct app *a, struct str *out);
/* lesson_keys.c: the keys of the page: those offered now, and all of them for help. */
void lesson_keys(struct app *a);
/* The answer as it stands in what is being typed, moved and chosen; false with why it is none. */
bool lesson_answer(const struct app *a, struct answer *out, struct err *e);
/* Where the numbers that are asked for stand on the picture; at most LESSON_ANSWERS. */
int lesson_places(const struct app *a, struct place *out);
/* The bars that are moved; one that stands on no picture has step -1. */
int lesson_bars(const struct app *a, struct place *out);
/* The range a bar is moved over: 0 to 1 where it stands on no picture. */
void lesson_range(const struct app *a, const struct place *p, double *low, double *high);

#endif
