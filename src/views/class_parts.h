/* class_parts.h: what the parts of the view for a class share: view_class.c (keys), class_shows.c (going
 * through the shows), class_plan.c (what is shown, and where), class_say.c (sentences) and class_draw.c. */
#ifndef FLSTM_VIEWS_CLASS_PARTS_H
#define FLSTM_VIEWS_CLASS_PARTS_H

#include "views/class_view.h"

enum { CLASS_SPOT_NONE, CLASS_SPOT_BANDS = 3 };

struct class_state {
    int show;
    bool revealed;
    int step, unit, value;        /* of what was revealed */
    int spot;                     /* the band that is pointed at, from 1; 0: none */
};

/* One band: a bar from one value to another (mostly from 0), and a number. */
struct class_band {
    const char *symbol, *word;
    enum role role;
    double from, to;
    double gone;                  /* the bar was as long as this: what is missing is shaded; NaN: nothing */
    char digits[24];
    bool gate;                    /* of a scale 0 … 1 */
    bool hidden;                  /* a question asks for it */
};

struct class_plan {
    const struct scene *scene;
    const struct session *s;
    const struct class_state *state;
    const struct glyphs *gl;
    int layer, unit, t, H, E;
    enum value gate;
    bool open;                    /* the third band is there */
    double moved;                 /* how much of what is revealed has arrived, 0 … 1 */
    double low, high;             /* of the bands that are no gates */
    struct class_band band[3];
};

struct class_room {
    int w, h;
    bool tall;                    /* bands of three rows, with digits */
    int label, bar, bar_w, digits;
    int words, scale[3], band[3], legend, equation, say, foot;     /* rows; -1: none */
};

struct class_plan class_plan_of(const struct scene *scene, const struct class_state *c, const struct glyphs *gl);
double class_value(const struct class_plan *p, enum value v);
struct class_room class_room_of(const struct class_plan *p, int w, int h);
void class_words_of(const struct class_plan *p, struct str *equation, struct str *sentence);
void class_draw(const struct scene *scene, const void *state, struct grid *g, struct rect area);

#endif
