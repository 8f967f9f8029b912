/* lesson_frame.h: a page of a lesson around a view: what it says above the picture, what it asks and answers below,
 * and how far one is in place of the strip of views. What stands in it is put together by the program (struct
 * lesson_look); here it is only laid out. */
#ifndef FLSTM_VIEWS_LESSON_FRAME_H
#define FLSTM_VIEWS_LESSON_FRAME_H

#include "views/view.h"

/* LESSON_VIEW: rows that a page leaves to its picture at 80x24; --check-lesson finds where it doesn't. */
enum { LESSON_LINES = 24, LESSON_HINTS = 16, LESSON_HELPS = 20, LESSON_VIEW = 4 };

struct lesson_line { enum role role; unsigned attr; char *text; };

/* What a stop of the lesson is in the row of progress. */
enum lesson_mark { LESSON_RIGHT, LESSON_LATER, LESSON_WRONG, LESSON_HERE, LESSON_SEEN, LESSON_TO_COME };

struct lesson_look {
    char title[80], page[32], score[32];
    struct str text;              /* paragraphs, a newline between */
    int lines;
    struct lesson_line line[LESSON_LINES];        /* [lines]: below the picture */
    int cursor_line, cursor_x;    /* where the text cursor stands, in cells; -1: nowhere */
    int marks;
    enum lesson_mark *mark;       /* [marks], owned */
    struct str note;              /* behind them */
    bool end;                     /* there is no picture: the lesson is over */
    struct key_help hint[LESSON_HINTS];           /* what is offered now, ended by .keys NULL */
    struct key_help help[LESSON_HELPS];           /* all keys of the page, ended by .keys NULL */
    char choices[LESSON_HELPS], hint_keys[LESSON_HINTS][16];      /* "a b c", of the options; each hint's key */
};
void lesson_look_clear(struct lesson_look *l);
void lesson_look_line(struct lesson_look *l, enum role role, unsigned attr, const char *text);

/* Rows of a picture w × h. text and ask are as high as they need, the view has the rest; where that is less than it
 * can use, blank rows go first, then text. */
struct lesson_plan { struct rect text, body, ask; int strip, hints; };
struct lesson_plan lesson_plan(const struct lesson_look *l, int w, int h, int top, int strip, int hints);
/* Rows that are missing in a picture of this size for the view to keep `least`; 0: it fits. */
int lesson_plan_short(const struct lesson_look *l, int w, int h, int least);

/* Rows that paragraphs take, apart by a newline: each begins a row. */
int lesson_paragraph_rows(const char *text, int w);

void lesson_frame_draw(const struct lesson_look *l, const struct lesson_plan *p, struct grid *g, int *cx, int *cy);

#endif
