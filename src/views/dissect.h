/* dissect.h: the parts of the dissect view (view_dissect.c): what there is room for (dissect_plan.c), the numbers that
 * go in and the list of their products (dissect_list.c), and what they add up to, the gate and what it does
 * (dissect_gate.c). */
#ifndef FLSTM_VIEWS_DISSECT_H
#define FLSTM_VIEWS_DISSECT_H

#include "views/anatomy.h"
#include "views/view.h"

/* How the same product is written: [h,x]·W; W·[h,x]; W_h·h + W_x·x. It changes where things stand and never a
 * number. */
enum dissect_notation { NOTATION_ROW, NOTATION_COLUMN, NOTATION_SPLIT, NOTATIONS };
enum dissect_order { ORDER_AUTO, ORDER_SIZE, ORDER_PLACE, ORDERS };

enum { ON_GATE, ON_BIAS, ON_TERM };          /* where the cursor is: the gate itself until one moves to a weight */

struct dissect_state {
    enum dissect_notation notation;
    enum dissect_order order;
    int on, term;                 /* term: which of the H+E, when on ON_TERM */
};

struct dissect {
    const struct scene *scene;
    const struct dissect_state *st;
    const struct anatomy *a;
    struct grid *g;
    enum substep sub;             /* what has been reached: all of it unless sub-stepping */
    int decimals, factor, exact;  /* of products and sums; of values; of weights */
    char gate[8], dot[4];         /* "f" or "g"; the product sign */
    struct str word;              /* what x_t is, in quotes */
    char unit[ANATOMY_LABEL];
};

/* Rows from top to bottom; -1 or 0 where a part is left out. */
struct dissect_plan {
    int heading, shape, strip, strip_h, list, list_h, curve_x, curve_w, sources, sources_h, total, gate, effect, words,
        words_h;
    int headings, biases, rounding;   /* rows of the list that are no terms */
};

/* ---- dissect_plan.c ---- */

bool dissect_sorted(const struct dissect_state *st, int n);
void dissect_take(struct anatomy *a, const struct session *s, const struct dissect_state *st);
/* Where everything goes in r. heading_w: cells of the heading in one row; rest: the printed terms do not add up by
 * themselves. */
struct dissect_plan dissect_rows(const struct anatomy *a, const struct dissect_state *st, struct rect r,
                                 bool explain_wish, int heading_w, bool rest);
/* Decimals with which the printed sources add up, and with which value × weight gives the printed product where it
 * can. */
void dissect_decimals(struct dissect *c);
/* What rounding leaves over when every term has its row; for long lists it is found when they are drawn. */
double dissect_rest(const struct dissect *c, int decimals);
/* A scale for signed bars that also suits what is smaller than 1. */
double dissect_scale(double peak);
bool dissect_reached(const struct dissect *c, enum substep sub);
/* A number with the decimals of sums, right-aligned before `right`. */
void dissect_number(const struct dissect *c, int right, int y, int w, struct ink ink, double v);

/* ---- dissect_list.c ---- */

void dissect_equation(const struct dissect *c, struct str *out);
void dissect_shapes(const struct dissect *c, struct str *out);
void dissect_heading(const struct dissect *c, struct rect r, const struct dissect_plan *p);
void dissect_strip(const struct dissect *c, struct rect r, const struct dissect_plan *p);
void dissect_list(const struct dissect *c, struct rect r, const struct dissect_plan *p);

/* ---- dissect_gate.c ---- */

void dissect_curve(const struct dissect *c, const struct dissect_plan *p);
void dissect_sources(const struct dissect *c, struct rect r, const struct dissect_plan *p);
void dissect_total(const struct dissect *c, struct rect r, const struct dissect_plan *p);
void dissect_gate(const struct dissect *c, struct rect r, const struct dissect_plan *p);
void dissect_effect(const struct dissect *c, struct rect r, const struct dissect_plan *p);
void dissect_words(const struct dissect *c, struct rect r, const struct dissect_plan *p);

#endif
