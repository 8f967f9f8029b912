/* sheet.h: a lesson as text to read, to hand out, to mark by: pages, what stands on the screen in words, questions
 * with room for an answer, and the answers by themselves. What a page hides is not in it before its question. */
#ifndef FLSTM_LESSON_SHEET_H
#define FLSTM_LESSON_SHEET_H

#include "lesson/lesson.h"

enum sheet_form { SHEET_TEXT, SHEET_MD, SHEET_HTML };
enum sheet_part {
    SHEET_READ,                   /* to be read: answers at the end */
    SHEET_HAND_OUT,               /* no answers, lines to write on */
    SHEET_INLINE,                 /* each answer behind its question */
    SHEET_ANSWERS                 /* the answers alone */
};

/* As student `seed` gets it. False with file and place. */
bool sheet_write(const struct lesson *l, unsigned seed, enum sheet_form form, enum sheet_part part, struct str *out,
                 struct err *e);
/* The questions that a quiz can mark, in Moodle's GIFT format, and at the end, as comments, those that it cannot;
 * `left` (may be NULL) tells the latter in one line, empty where there are none. */
bool gift_write(const struct lesson *l, unsigned seed, struct str *out, struct str *left, struct err *e);

#endif
