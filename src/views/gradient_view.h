/* gradient_view.h: what the parts of the gradient view share: view_gradient.c (which picture, keys), gradient_cache.c
 * (what it is the gradient of, and the gradient, kept), gradient_say.c (sentences), gradient_parts.c (what all pictures
 * are made of) and the three pictures: gradient_bands.c, gradient_strips.c, gradient_pairs.c. */
#ifndef FLSTM_VIEWS_GRADIENT_VIEW_H
#define FLSTM_VIEWS_GRADIENT_VIEW_H

#include "session/aim.h"
#include "session/beside.h"
#include "views/across.h"
#include "views/view.h"

enum { GRAD_CANDIDATES = 12 };

#define GRAD_CUT 0.01f        /* a path of which less is left is cut: where it first is */

struct grad_cache {
    unsigned long revision;
    struct aim aim;
    int first;                    /* row 0 of g is this step */
    struct gradient *g;           /* NULL: empty */
    float *peak;                  /* [layer]: the largest |∂/∂C| */
    double *norm, *dot;           /* [row]: ‖∂/∂x_t‖ and x_t · ∂/∂x_t */
    struct beside *plain;         /* the plain network beside this model, or NULL */
    double *share;                /* [0 … aim.step]: what is left of its gradient (beside.h), or NULL */
    unsigned long plain_of;       /* session_model_number + 1 of what `plain` was looked for; 0: not yet */
};

struct grad_state {
    struct {
        enum aim_of of;
        int pick;                 /* which of the candidates; 0 the first */
        int fixed;                /* an output asked for by name, + 1 */
        int back;                 /* the last column stands so many steps before the cursor */
    };
    struct grad_cache cache;
    int step;                     /* at which it was scrolled */
    int shown_from;               /* the first step in the picture */
    unsigned long model;          /* session_model_number of what `pick` and `fixed` were chosen from; 0: none yet */
};

struct grad_ctx {
    const struct scene *scene;
    const struct session *s;
    const struct grad_state *st;
    const struct grad_cache *cache;
    struct grid *g;               /* NULL for words alone */
    const struct glyphs *gl;
    struct aim aim;
    int layer, unit, H, step;
    int lo, hi;                   /* the steps on the screen, 1 … step */
    int w;                        /* of the whole picture */
    bool on_tape;                 /* they stand in the tape's columns: tape */
    struct across tape;
};

/* A number and how it is written. */
struct grad_number { double v; bool sign; enum role role; };

struct grad_bands {
    int gutter, column;           /* widths */
    int bars, gap, inputs, lead;
};

struct grad_strips {
    int gutter, block, cell;      /* widths; block 0: no room for two */
    int rows, bin, inputs, own, tokens, numbers;
};

/* A line a unit (or `bin` units): in each column a pair of cells, direct and full. own: the selected unit has a line of
 * its own below, since its line is of several; numbers: two lines of numbers under its line; inputs: lines. */
struct grad_pairs { int rows, bin, numbers, own, inputs, gap; bool all; };      /* all: every unit has its numbers */

/* From now on the view follows the surprisal of this output, wherever the cursor goes. state is the view's own. */
void gradient_view_aim(void *state, int output);

/* ---- gradient_cache.c: what it is of, and the gradient ---- */

/* The outputs that `y` goes through: the one asked for, the word that does come next, then the likeliest. How many. */
int grad_candidates(const struct session *s, const struct grad_state *st, int enough, int list[GRAD_CANDIDATES]);
struct aim grad_aim_now(const struct session *s, const struct grad_state *st);
/* Makes sure that the steps from `from` on are there. c->g stays NULL when there is not enough memory. */
void grad_fill(const struct session *s, struct grad_cache *c, const struct aim *aim, int from);
void grad_clear(void *state);
/* How far back the dearest things go, whatever is on the screen. */
int grad_steps_back(const struct lstm *net);

/* ---- gradient_say.c: reading it, and sentences. u: a unit, t: a step from c->cache->first on ---- */

/* What the direct path lets through from t to here, ∏ f; ∂/∂C_t through all paths. */
float grad_direct(const struct grad_ctx *c, int u, int t);
float grad_full(const struct grad_ctx *c, int u, int t);
/* The pen for the direct path of units u … u+n-1 from t to here: a product of their forget gates, which one that is
 * asked for takes with it. */
enum pen grad_pen(const struct grad_ctx *c, int u, int n, int t);
/* Is it between t-1 and t that the direct path of unit u is cut: less than a hundredth is left behind it? */
bool grad_cut_at(const struct grad_ctx *c, int u, int t);
/* Does a hand-set value of this unit shape its path at t? */
bool grad_pinned_at(const struct grad_ctx *c, int u, int t);
/* ‖∂/∂C‖ over all units of all layers, after step t. */
double grad_all_units(const struct grad_ctx *c, int t);
void grad_token(const struct grad_ctx *c, int t, struct str *out);
/* Two digits that mean something, in at most six cells: "0.86", "-0.031", "2e-4", "0". */
const char *grad_short(char buf[16], double v, bool sign);
/* "gradient of the surprisal of 'dog' after 'her' (2.31 nats)" */
void grad_title(const struct grad_ctx *c, struct str *out);
/* All that is to be said; as many whole sentences of it as r has room for. */
void grad_say(const struct grad_ctx *c, struct str *out);
void grad_draw_words(const struct grad_ctx *c, struct rect r);

/* ---- gradient_parts.c ---- */

/* In the middle of w cells. */
void grad_number_at(const struct grad_ctx *c, int x, int y, int w, const struct grad_number *n);
/* Under the numbers of the tape, digits under digits; else in the middle of the column. */
void grad_column_number(const struct grad_ctx *c, int x, int t, int y, int column, const struct grad_number *n);
void grad_draw_heading(const struct grad_ctx *c, struct rect r, const char *scale);
void grad_draw_tokens(const struct grad_ctx *c, int x, int y, int column);
/* Units u … u+n-1, in the first r.w cells of the line r.y. */
void grad_unit_label(const struct grad_ctx *c, struct rect r, int u, int n);
/* Where the path of a unit is cut between t-1 and t. */
void grad_draw_cut(const struct grad_ctx *c, int x, int y, int bars);
/* What each word did. */
void grad_draw_inputs(const struct grad_ctx *c, int label, int x0, int column, int y, int rows);
/* What is left of the gradient in all units together, and in the network without gates, where there is room for it. */
void grad_draw_plain(const struct grad_ctx *c, struct rect r, int x0, int column, int y);
/* 1 is full, and each shade less is a tenth. */
float grad_shade(double v);
void grad_draw_cell(const struct grad_ctx *c, int x, int y, int w, double v);
/* What the shades mean; a cell shows the strongest of `bin` units. */
void grad_draw_scale(const struct grad_ctx *c, int bin, struct rect r, int y);
/* The strongest of units u … u+n-1. */
float grad_strongest(const struct grad_ctx *c, float (*of)(const struct grad_ctx *, int, int), int u, int n, int t);

/* ---- the pictures: is there room in r, and how it is used ---- */

bool grad_plan_bands(struct grad_bands *p, const struct grad_ctx *c, struct rect r);
int grad_bands_room(const struct grad_bands *p, struct rect r);      /* columns */
void grad_draw_bands(const struct grad_ctx *c, struct rect r, const struct grad_bands *p);
bool grad_plan_strips(struct grad_strips *p, const struct grad_ctx *c, struct rect r);
void grad_draw_strips(const struct grad_ctx *c, struct rect r, const struct grad_strips *p);
bool grad_plan_pairs(struct grad_pairs *p, const struct grad_ctx *c, struct rect r);
void grad_draw_pairs(const struct grad_ctx *c, struct rect r, const struct grad_pairs *p);

#endif
