/* judge.h: is an answer right? What is true is computed from the page's own session each time; no answer is stored. */
#ifndef FLSTM_LESSON_JUDGE_H
#define FLSTM_LESSON_JUDGE_H

#include "lesson/stage.h"

/* What was answered; the part that the kind of question has. */
struct answer {
    struct expr_value value;      /* number, bar, vector, unit, step, word */
    unsigned chosen;              /* choice, many, bug: 1 << option */
    enum substep line[SUB_COUNT]; /* order: from above */
    int votes[LESSON_OPTIONS];    /* vote: hands */
    char text[LESSON_TEXT + 1];   /* say: in own words */
};

struct verdict {
    bool right;
    bool part[LESSON_ANSWERS];    /* vector: which of them are */
    const char *say;              /* template for this wrong way, borrowed from the lesson; NULL: none is known */
};

/* What is true: numbers, a word, or (choice, many, bug, vote) options as bits. */
struct truth {
    struct expr_value value;
    unsigned options;
};
/* session: the page's own, or the one a `do` was done in. */
bool judge_truth(const struct page *p, const struct stage *s, struct truth *out, struct err *e);
bool judge(const struct page *p, const struct stage *s, const struct session *session, const struct answer *given,
           struct verdict *out, struct err *e);
/* Does the goal of a `do` hold, and with few enough pins? */
bool judge_goal(const struct page *p, const struct stage *s, const struct session *session, bool *holds, struct err *e);

/* How many options there are to choose from, and what one says. Of a bug hunt they are its faults. */
int judge_options(const struct page *p);
bool judge_option(const struct page *p, const struct stage *s, int k, struct str *out, struct err *e);
/* The options as the student of this stage sees them: out[0] is which one stands under a, …; returns how many. Right
 * letters are dealt so that none comes much more often in a lesson than others. Seed 0, a question that is "ordered"
 * and a bug hunt: as the file has them. Everywhere else an option is its number in the file. */
int judge_shown(const struct page *p, const struct stage *s, int out[LESSON_OPTIONS]);
/* The lines of an `order` question as they are put, and what one says. */
void judge_lines(const struct page *p, unsigned seed, enum substep out[SUB_COUNT]);
const char *judge_line(enum substep sub);
/* A right order that begins as `given` does; returns how many lines from above of that are right. */
int judge_right_lines(const struct page *p, const enum substep given[SUB_COUNT], enum substep out[SUB_COUNT]);
/* Carries out the solution of a question of kind do, on the session as it began; nothing where it has none. */
bool judge_solve(const struct page *p, struct session *session, struct err *e);
/* An answer, or the right one, in words: "3, 8, 4.5", "b", "a, c", "with", "join, multiply, bias"; of a question
 * of kind do its solution, ":set f[2]@4=0", and where it has none its goal. Empty where there is nothing to be right
 * (say, vote without true option). The letters of an answer, which goes into results, are those of the file, so that
 * they mean one thing for all students; those of the truth are the ones that this student sees. */
void judge_say(const struct page *p, const struct answer *given, struct str *out);
bool judge_say_truth(const struct page *p, const struct stage *s, struct str *out, struct err *e);
/* A line as it was typed, as an answer; false with what was expected. */
bool judge_read(const struct page *p, const struct stage *s, const char *text, struct answer *out, struct err *e);
/* After a show of hands: what to do next. Below 35 % right explain anew, up to 70 % let neighbours talk and vote
 * again, above go on (Crouch and Mazur 2001). */
const char *judge_votes(const int votes[LESSON_OPTIONS], unsigned right, int *percent);

#endif
