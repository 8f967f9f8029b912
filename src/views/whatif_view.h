/* whatif_view.h: what the parts of the what-if view share: view_whatif.c (keys), whatif_pair.c (the two runs),
 * whatif_say.c (sentences) and whatif_draw.c (the rows). */
#ifndef FLSTM_VIEWS_WHATIF_VIEW_H
#define FLSTM_VIEWS_WHATIF_VIEW_H

#include "views/view.h"

enum whatif_kind { WHATIF_SAME, WHATIF_PINS, WHATIF_SENTENCES };

/* The run that is looked at, and the one it is held against. */
struct whatif_side { const struct session *s; enum run run; };

/* steps: of the longer one; common: both have these. */
struct whatif_pair { enum whatif_kind kind; struct whatif_side now, was; int steps, common; };

/* What takes a walk through the whole sentence to know. */
struct whatif_facts {
    unsigned long revision, other;
    int layer, unit;
    int parts;                    /* first step at which anything differs, 0: nowhere */
    int C_parts;                  /* the same of C of the unit */
    float peak;                   /* largest |C| of the unit */
    float low, high;              /* its smallest C below 0, its largest above; else 0 */
    bool head;                    /* are there surprisals? */
    bool waits;                   /* those of the totals are being computed: there are no totals yet */
    double total_now, total_was;
    int counted;                  /* steps in the totals */
    int most;                     /* the step whose surprisal changed most; 0: none did */
};

/* The two runs of a session as it is. */
struct whatif_pair whatif_pair_of(const struct session *s);
/* Has it a step t; C of a unit after it; -ln p of the word after it (NaN: none). */
bool whatif_has(const struct whatif_side *side, int t);
float whatif_cell(const struct whatif_side *side, int layer, int unit, int t);
double whatif_surprise(const struct whatif_side *side, int t);

/* Do the facts belong to the session as it is, and are they all there; gathers them. */
bool whatif_current(const struct whatif_facts *f, const struct session *s);
void whatif_gather(const struct session *s, struct whatif_facts *f);
/* What is expected after the steps first … last, in either run: asks for what is not known yet. */
void whatif_ask(const struct whatif_pair *p, int first, int last);

void whatif_add_number(struct str *out, float v, bool sign);
/* Where the runs part, and through what. */
void whatif_say_where(const struct whatif_pair *p, const struct whatif_facts *f, const struct glyphs *gl,
                      struct str *out);
/* The same in forty columns. */
void whatif_say_where_short(const struct whatif_pair *p, const struct whatif_facts *f, const struct glyphs *gl,
                            struct str *out);
/* All there is to say. */
void whatif_explain(const struct scene *scene, const struct whatif_facts *f, const struct glyphs *gl, struct str *out);
void whatif_say(const struct scene *scene, const void *state, struct grid *g, struct rect r);

void whatif_draw(const struct scene *scene, const void *state, struct grid *g, struct rect r);

#endif
