/* class_view.h: the layout for a class, as the program that presents sees it. */
#ifndef FLSTM_VIEWS_CLASS_VIEW_H
#define FLSTM_VIEWS_CLASS_VIEW_H

#include "views/view.h"

/* What one gate of one unit does, in five shows: h and x are joined, multiplied and added up, put through σ, the memory
 * is multiplied by f, and something is written. Each asks before it tells. */
enum class_show { CLASS_JOIN, CLASS_SUM, CLASS_SIGMA, CLASS_KEEP, CLASS_WRITE, CLASS_SHOWS };

enum { CLASS_ANSWERS = 6 };
/* What a class needs besides the session and its view. */
struct lecture {
    float still_to_move;          /* of what was just revealed: 1 nothing of it is there yet, 0 all of it */
    int seconds;                  /* on this page */
    int votes[2][CLASS_ANSWERS];  /* hands for each answer, before and after the class has talked about it */
    int rounds, answers;          /* 0: none were counted */
    bool asking;                  /* a question of a lesson is open: what comes out of a part of a step is not told */
    int right;                    /* the right answer, from 0; -1: not said */
};

/* The show that is on, and whether it has been revealed. */
enum class_show class_show(const void *state);
bool class_revealed(const struct session *s, const void *state);
void class_begin(struct session *s, void *state, enum class_show show);
/* PgDn and PgUp: reveals, then goes on; takes back, then goes back. False at either end of the sentence. */
bool class_next(struct session *s, void *state);
bool class_back(struct session *s, void *state);
/* "48% right: let them talk it over and vote again" (votes of the last round). */
void class_advice(const struct lecture *l, struct str *out);
/* The plain words under a show: what it asks, or what it tells. */
void class_words(const struct scene *scene, const void *state, struct str *equation, struct str *sentence);
/* The words once it is revealed, whatever is shown or hidden now: for the speaker alone. */
void class_answer(const struct scene *scene, const void *state, struct str *equation, struct str *sentence);
/* "keep", "write": the show before or after (by), in which step and unit do not matter. */
const char *class_show_name(enum class_show show);

#endif
