/* anatomy.h: one gate of one unit at one step, taken apart into what was multiplied and added, and why it is what it
 * is, in words. */
#ifndef FLSTM_VIEWS_ANATOMY_H
#define FLSTM_VIEWS_ANATOMY_H

#include "session/session.h"
#include "ui/glyph.h"
#include "views/sums.h"

struct anatomy {
    const struct session *s;
    int layer, unit, t, H, E, n;  /* n = H+E */
    enum quantity gate, of;       /* of: whose weights make its z: f's where i is coupled, else its own */
    const float *W, *h, *x, *h_base, *x_base;
    double *term;                 /* [n], owned: W[k] · [h_{t-1}, x_t][k] */
    int *order;                   /* [n], owned: which term stands where */
    double from_h, from_x, b, b2, z, computed, now, base;   /* now: with pins, base: without; computed: σ(z) */
    bool peeps;                   /* the layer has a peephole here: */
    double peep, p, C;            /* peep = p × C, part of z; C of the step before, for o of this one; else 0 */
    bool two, pinned;             /* two: the file had two biases, b2 is the recurrent one; pinned: the gate itself */
};

/* The gate under the cursor (f when the cursor is on no gate), in the run on screen. t ≥ 1. by_size: largest terms
 * first; apart: those of h before those of x. Free with anatomy_free. */
void anatomy_take(struct anatomy *a, const struct session *s, bool by_size, bool apart);
void anatomy_free(struct anatomy *a);
enum quantity anatomy_gate(const struct cursor *at);
double anatomy_input(const struct anatomy *a, int k);           /* [h_{t-1}, x_t][k] */
double anatomy_input_base(const struct anatomy *a, int k);      /* the same without pins */
bool anatomy_input_pinned(const struct anatomy *a, int k);
/* Which value it is, h of the step before or of the layer below; false: a number of the word's own. */
bool anatomy_input_place(const struct anatomy *a, int k, struct place *out);
int anatomy_place(const struct anatomy *a, int term);           /* where a term stands in `order` */

/* "C_t-1", for o "C_t": what a peephole looks at. */
const char *anatomy_peeps_at(const struct anatomy *a);

enum { ANATOMY_LABEL = 48 };
/* "h2 verb", "x4": an input, with its unit's own name where it has one. */
void anatomy_label(const struct anatomy *a, int k, char out[ANATOMY_LABEL]);
/* What x_t is: "'and'" for a word, "x_t" for a vector, "layer 1" above the first layer. */
void anatomy_source(const struct session *s, int layer, int t, const struct glyphs *gl, struct str *out);
/* The largest of the terms from … to-1 beside their sum `total`: "all of it h2 verb"; where terms cancel one another
 * out "strongest h2 verb +6.18", or, when it pushes against the sum, "h2 verb +3.80, the others -4.49". Nothing when
 * all are 0. */
void anatomy_carrier(const struct anatomy *a, int from, int to, double total, struct str *out);

/* "f of gender is near 1, 0.9999, because h_t-1 pushes +6.18 (all of it h2 verb) and the bias +3.00." all: also
 * what does not push. */
void anatomy_why(const struct anatomy *a, bool all, const struct glyphs *gl, struct str *out);
/* The same in a few words: "f = 0.9999: h_t-1 +6.18, bias +3.00". */
void anatomy_why_short(const struct anatomy *a, const struct glyphs *gl, struct str *out);
/* What the gate then does: "f ⊙ C_t-1 = 0.9999 × +0.9018 = +0.9017". */
struct product anatomy_effect_form(const struct anatomy *a);
void anatomy_effect(const struct anatomy *a, const struct glyphs *gl, struct str *out);

/* The selected value becomes the gate that is shown (view.focus); the gate after it, f, i, candidate, o, round and
 * round: false where there is no word. */
void anatomy_focus(struct session *s);
bool anatomy_next_gate(struct session *s);

#endif
