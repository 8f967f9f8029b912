/* walk.h: a learner's way through a lesson: look, answer, say how sure, be told. It has no screen and no keys; the
 * program, the class layout and the notes ask it what is hidden, what is asked and what comes next.
 *
 * A question is tried at most three times: after the first wrong answer the sentence for that wrong way is said, or
 * the hint; after the second the hint; after the third it is told. What counts is the first answer. Whoever was sure
 * (3) and wrong meets the page once more behind the last one.
 */
#ifndef FLSTM_LESSON_WALK_H
#define FLSTM_LESSON_WALK_H

#include "lesson/judge.h"

enum walk_phase {
    WALK_LOOK,                    /* nothing is asked here */
    WALK_ASK,                     /* an answer is awaited */
    WALK_SURE,                    /* and how sure it is, 1 … 3 */
    WALK_TOLD                     /* it has been told: nothing is hidden any more */
};
enum { WALK_TRIES = 3 };

/* What has happened on one page. */
struct walk_page {
    enum walk_phase phase;
    int tries;                    /* answers given */
    int sure;                     /* with the first one, 1 … 3; 0: not said */
    bool right, right_first;      /* at last; with the first answer */
    bool given_up;                /* told without a right or third answer */
    bool hint;                    /* the hint has been asked for or earned */
    int views;                    /* bug: how many tools were used */
    double seconds;               /* on this page */
    struct answer answer, first;  /* the last one, and the first */
    struct verdict verdict;       /* of the last one */
    int show;                     /* vote: hands were counted so many times */
    int percent;
    const char *advice;
};

struct walk {
    struct lesson *lesson;        /* owned */
    unsigned seed;
    bool class;                   /* in front of a class nobody is asked how sure */
    int at;                       /* the place in the order of pages, 0 … stops-1; stops: the end */
    int stops, *stop;             /* owned: pages in order, then those that come again */
    struct walk_page *page;       /* owned, [stops] */
    struct stage stage;           /* of the present page; its session is borrowed from whoever shows it */
};

/* Takes the lesson. Stands before its first page: walk_go. */
struct walk *walk_new(struct lesson *taken, unsigned seed);
void walk_free(struct walk *w);
/* Goes to a stop and sets its page up. *session is its session, handed over to the caller, who keeps it while the page
 * lasts. At the end (at == stops) there is none: NULL. False, and nothing changed, when the page cannot be set up. */
bool walk_go(struct walk *w, int at, struct session **session, struct err *e);
bool walk_ended(const struct walk *w);
const struct page *walk_page(const struct walk *w);           /* NULL at the end */
struct walk_page *walk_here(const struct walk *w);
/* What is hidden is hidden: false once it was told. */
bool walk_hides(const struct walk *w);

/* Gives an answer. It is judged when walk_sure says how sure it is, or at once where nobody asks. */
bool walk_answer(struct walk *w, const struct session *session, const struct answer *given, struct err *e);
bool walk_sure(struct walk *w, const struct session *session, int sure, struct err *e);
/* Is the goal of a `do` reached? Then it is told. */
bool walk_done(struct walk *w, const struct session *session, struct err *e);
/* Told without an answer. */
void walk_give_up(struct walk *w);
/* Once more, for practice: what counts stays. */
void walk_again(struct walk *w);

/* Questions of this lesson that are marked: how many were met so far, how many were right at the first answer. */
void walk_score(const struct walk *w, int *right, int *met, int *all);
/* Will this stop come again at the end? */
bool walk_comes_again(const struct walk *w, int at);
/* After an answer to a question of this kind, is it asked how sure it is? */
bool walk_asks_how_sure(const struct walk *w, enum ask_kind kind);
/* Is a question of this kind right or wrong at all? */
bool walk_marked(enum ask_kind kind);

/* What happened, as JSON ("flstm-result/1"), under a name. */
void walk_result(const struct walk *w, const char *student, struct str *out);

#endif
