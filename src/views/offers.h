/* offers.h: what the word being typed could become, as a list over the view, right above the prompt. */
#ifndef FLSTM_VIEWS_OFFERS_H
#define FLSTM_VIEWS_OFFERS_H

#include <stdbool.h>

#include "ui/grid.h"

struct offer {
    char *text;                   /* what is put in; owned */
    char *shown;                  /* how it stands in the list; owned, cleaned */
    char *help;                   /* beside it; owned, cleaned, may be NULL */
};

struct offers {
    struct offer *v;              /* [n] */
    int n, cap;
    int at;                       /* the chosen one, -1: none yet */
    int from;                     /* the byte of the line where what they replace begins */
    char title[80];               /* "commands that begin with s" */
    char example[128];            /* "EDIT: f[gender]@and=0", or "" */
};

/* Texts are copied; shown NULL: text itself. */
void offers_add(struct offers *o, const char *text, const char *shown, const char *help);
void offers_clear(struct offers *o);
/* Draws the list with its last row at `bottom`, at most up to `top`; nothing where there are fewer than three rows. */
void offers_draw(const struct offers *o, struct grid *g, int top, int bottom);

#endif
