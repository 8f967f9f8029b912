/* timeline.h: the parts of the timeline (view_timeline.c): the order of the units and the peaks of the columns on
 * screen (timeline_order.c), what stands where (timeline_plan.c), the strips (timeline_draw.c), the text
 * (timeline_text.c), and what is said about them (timeline_say.c). */
#ifndef FLSTM_VIEWS_TIMELINE_H
#define FLSTM_VIEWS_TIMELINE_H

#include "core/series.h"
#include "views/across.h"
#include "views/view.h"

/* ORDER_MOVES, those whose C moves most and named ones before, is not chosen: it is taken where not all have room. */
enum timeline_order {
    ORDER_NUMBER, ORDER_VARIANCE, ORDER_CORRELATION, ORDER_HALF_LIFE, ORDERS, ORDER_MOVES = ORDERS
};

/* Either several cells for one (per 1) or one cell for several (cells 1). cells 0: as it fits. */
struct timeline_zoom { int cells, per; };

/* Peaks of the columns on screen, [layer]: columns first … first+n-1, `units` floats each. */
struct timeline_kept { float *v; int units, first, n, room; };
struct timeline_cache {
    unsigned long revision;
    enum value value;
    enum pool pool;
    int per, layers;
    struct timeline_kept *layer;
    float *spare;
    int spare_units;
};

struct timeline_state {
    struct {
        bool text;                /* the second page */
        bool all;                 /* all units, however many a cell must stand for */
        enum timeline_order order;
        int anchor_layer, anchor_unit;    /* ORDER_CORRELATION: with this one */
        struct timeline_zoom words, units;
        enum timeline_bins { BINS_AUTO, BINS_PEAK, BINS_MEAN } bins;
    };
    /* The order worked out: order[layer][place] is a unit, place[layer][unit] the other way; valid for this: */
    struct timeline_order_of {
        unsigned long revision;
        enum timeline_order order;
        enum value value;
        int layer, unit;
    } of;
    int **at, **place, layers;
    struct timeline_cache cache;
    bool crowded, few;            /* not all units have room; and nobody asked for all: they stand by ORDER_MOVES */
    int page;                     /* words a screen of strips holds, for L and H; 0: there are no strips */
};

/* Of columns narrower than the tape's; cells CELLS_TAPE are the tape's. */
enum { STRIPS_MAX = 32, CELLS_MAX = 3, CELLS_TAPE = 12, TALL_MAX = 4 };

/* heading: its y, or -1; rows of `tall` lines from row `first` on, each for `per` units, or for twice as many
 * when two share a cell (halves). own: a line of numbers under the selected unit's row alone. */
struct timeline_strip { int layer, heading, y, rows, tall, per, first; bool halves, own; };
struct timeline_plan {
    int heading, note, ruler, marker;      /* y, or -1 */
    int label_w, x, room;
    bool tape;                             /* the columns are the tape's: across */
    struct across across;
    int wide, per, first, cols;            /* cells a column; words a column; columns from `first` on */
    enum pool pool;                        /* what a cell shows of several values */
    int end;                               /* the first row that is not used */
    int strips;
    struct timeline_strip strip[STRIPS_MAX];
};

/* What is drawn, of what, and where to. */
struct timeline {
    const struct scene *scene;
    const struct session *s;
    const struct timeline_state *st;
    struct grid *g;
    const struct cursor *at;
    const struct timeline_plan *p;
    enum value v;
};

static inline int timeline_ceil(int a, int b)          /* a / b, rounded up */
{
    return (a + b - 1) / b;
}

/* ---- timeline_order.c ---- */

struct series timeline_series(const struct session *s, int layer, enum value v);
/* The order of the units now: the one that was chosen, or ORDER_MOVES. */
enum timeline_order timeline_order_now(const struct timeline_state *st);
/* Is the order that was worked out the one that is asked for? */
bool timeline_ordered(const struct session *s, const struct timeline_state *st);
void timeline_order_update(const struct session *s, struct timeline_state *st);
void timeline_order_clear(struct timeline_state *st);
/* Columns first … first+n-1 of a layer, `units` floats each: only those not yet known are looked at. */
void timeline_fill(struct timeline_cache *c, const struct session *s, int layer, enum value v,
                   const struct timeline_plan *p);
void timeline_forget(struct timeline_cache *c);

/* ---- timeline_plan.c ---- */

struct timeline_plan timeline_arrange(const struct scene *scene, const struct timeline_state *st, struct rect r);
/* Is there a picture with strips in r, or has it no room, or is it the text? */
bool timeline_has_strips(const struct scene *scene, const struct timeline_state *st, struct rect r);
/* In the tape's columns, as long as two screens of them hold the sentence. */
bool timeline_on_tape(const struct session *s, const struct timeline_state *st, int w);
/* The fit of n things in `room` cells; what was zoomed to, or that fit. */
struct timeline_zoom timeline_fit(int n, int room, int most);
struct timeline_zoom timeline_zoomed(const struct timeline_zoom *wish, int n, int room, int most);
/* First of `room` shown among n, so that `now` is among them: moves by half a screen, not with every step. */
int timeline_window(int now, int n, int room);
/* Units of a row. */
int timeline_row_units(const struct timeline_strip *strip);

/* ---- timeline_say.c ---- */

/* "unit 3 (layer 2)" */
void timeline_unit(const struct session *s, int layer, int unit, struct str *out);
/* "by variance, the largest first"; "" for the order of numbers. */
void timeline_say_order(const struct session *s, const struct timeline_state *st, struct str *out);
/* "C_t of gender at word 4 'and' is +0.94. Over all 8 words it runs from … at … to … at …." */
void timeline_say(const struct scene *scene, enum value v, const struct glyphs *gl, struct str *out);
void timeline_explain(const struct scene *scene, const struct timeline_state *st, const struct glyphs *gl,
                      struct str *out);

/* ---- timeline_draw.c, timeline_text.c ---- */

/* What heat means, right-aligned before x; the cells it took. */
int timeline_legend(const struct timeline *c, int x, int y, int room, enum value v);
void timeline_strips(const struct timeline *c, struct rect r);
void timeline_text(const struct timeline *c, struct rect r);

#endif
