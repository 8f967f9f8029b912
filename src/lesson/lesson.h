/* lesson.h: a lesson as a file says it, "flstm-lesson/1": pages with text, a state to set, and a question whose answer
 * is computed when it is asked.
 *
 *   {"format": "flstm-lesson/1", "name": "forget-gate", "title": …, "about": …, "minutes": 25, "after": ["cell"],
 *    "vary": {"a": [0.2, 0.4, 0.6]},
 *    "pages": [{"id": "partial", "title": …, "text": ["C holds {C[1]@3:0}, …"],
 *       "state": {"model": …, "text": …, "set": […], "step": …, "view": "bars", "rows": […], "mutate": …, …},
 *       "hide": ["kept@4", "C@4-"], "spotlight": ["f@4"],
 *       "ask": {"kind": "vector", "prompt": …, "answer": ["kept[1]@4", …], "within": 0.05,
 *               "wrong": [{"when": "given[2] == 0", "say": …}], "hint": …, "why": …},
 *       "notes": …, "confusion": 1}]}
 *
 * The state is that of a scenario (session/scenario.h) and rows, compare, mutate; a page without one has that of the
 * page before. In all texts and in "set" {EXPRESSION} or {EXPRESSION:FORMAT} stands for what it comes to (expr.h,
 * template below). The whole file is read strictly: a key that is not known is an error.
 */
#ifndef FLSTM_LESSON_LESSON_H
#define FLSTM_LESSON_LESSON_H

#include "base/json.h"
#include "lesson/expr.h"

enum {
    LESSON_PAGES = 60, LESSON_TEXTS = 8, LESSON_TEXT = 600, LESSON_ANSWERS = 16, LESSON_OPTIONS = 8, LESSON_ROUTES = 8,
    LESSON_MARKS = 16, LESSON_VARY = 8, LESSON_FAULTS = 8, LESSON_CONFUSIONS = 13
};

/* X(enum, name, typed: a line is written; drawn: answered on the picture; marked: right or wrong is said) */
#define ASK_KINDS(X) \
    X(NUMBER, "number") X(VECTOR, "vector") X(BAR, "bar") X(CHOICE, "choice") X(MANY, "many") X(UNIT, "unit") \
    X(WORD, "word") X(STEP, "step") X(DO, "do") X(ORDER, "order") X(BUG, "bug") X(VOTE, "vote") X(SAY, "say")
enum ask_kind {
    ASK_NOTHING,                  /* the page has no question */
#define X(id, name) ASK_##id,
    ASK_KINDS(X)
#undef X
    ASK_KIND_COUNT
};
const char *ask_kind_name(enum ask_kind kind);

struct ask_option { char *text, *say; struct expr *truth; };      /* say: NULL when not given */
struct ask_route { struct expr *when; char *say; };                /* a known wrong way, and what is said to it */

struct ask {
    enum ask_kind kind;
    char *prompt, *hint, *why;    /* templates; hint and why may be NULL */
    int answers;
    struct expr **answer;         /* number, bar, unit, word, step: one; vector: several; say: none */
    double within;                /* an answer so near is right */
    int options;
    struct ask_option *option;    /* choice, many, vote */
    bool ordered;                 /* they have an order of their own, such as 0, 0.5, 1: no student gets another */
    int routes;
    struct ask_route *route;
    struct expr *goal;            /* do: what must come to hold */
    char *solution;               /* do: edits, apart by blanks, by which it does; NULL: none is told */
    int most;                     /* do: with at most so many pins, the page's own included; -1: any number */
    int lines;
    enum substep *line;           /* order: these; the right order is that of the engine */
    char *model;                  /* say: a model answer */
};

struct page {
    char *id, *title;
    int texts, hides, spots, faults;
    char **text;                  /* [texts]: paragraphs, templates */
    char **hide, **spot;          /* marks as text: see stage.h */
    char **fault;                 /* [faults]: `mutate`: one of them is drawn by the seed */
    bool has_state;
    struct json_at state;         /* into the lesson's document */
    struct ask ask;
    int turn;                     /* pages of one right option, or of a drawn fault, are counted: see stage_place */
    char *notes;                  /* for whoever teaches; or NULL */
    int confusion;                /* which of the known ones it meets, 1 … 13; 0: none */
    struct json_at at;            /* where it stands in the file, for complaints */
};

struct lesson {
    char *file;                   /* name or path it was opened by */
    char *name, *title, *about;
    int minutes;                  /* 0: not said */
    int afters;
    char **after;
    int varies;
    struct { char *name; int n; double *value; } vary[LESSON_VARY];
    int pages;
    struct page *page;
    struct json *doc;             /* owned: states point into it */
    char hash[20];                /* of the file's text, in hex: which lesson a result belongs to */
};

/* A built-in lesson by name, or a file. NULL with one line: file, place, what was expected and what was found. */
struct lesson *lesson_open(const char *name_or_file, struct err *e);
struct lesson *lesson_parse(const char *text, size_t len, const char *source, struct err *e);
void lesson_free(struct lesson *l);
/* The k-th built-in lesson in the order in which they are taught: its name (into buf) and title; false beyond the
 * last. */
bool lesson_built_in(int k, char name[64], char title[120], struct err *e);
/* Its number in that order, from 1; 0: it is none of them. */
int lesson_number(const char *name);
int lesson_count(void);

/* ---- templates ---------------------------------------------------------------------------------------------------
 * {e} three digits as they need be (0.5, 12.3, 6), a vector as [0.5, 1, 0.5], a word as it is; {e:2} two decimals;
 * {e:+2} with its sign; {e:%} in per cent. {{ is a brace. */

/* False with what is wrong and its column. */
bool template_check(const char *text, struct err *e);
bool template_fill(const char *text, const struct expr_env *env, struct str *out, struct err *e);
/* One value as a template shows it; format "" or what stands behind the colon. */
void template_value(const struct expr_value *v, const char *format, struct str *out);

#endif
