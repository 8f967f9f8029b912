/* sweep_view.h: what the parts of the sweep share: view_sweep.c (keys), sweep_ask.c (the question and its answer, kept
 * until something changes), sweep_say.c (sentences) and sweep_draw.c (the picture). */
#ifndef FLSTM_VIEWS_SWEEP_VIEW_H
#define FLSTM_VIEWS_SWEEP_VIEW_H

#include "core/sweep.h"
#include "views/view.h"

enum { SWEEP_REACH_MOST = 6, SWEEP_CANDIDATES = 20, SWEEP_WINDOW_MOST = 1000 };

/* What a value is set to. */
enum sweep_to {
    SWEEP_TO_0,
    SWEEP_TO_1,
    SWEEP_TO_MEAN,                /* of that quantity of that unit over the sentence */
    SWEEP_TO_OTHER,               /* what it is in the sentence that :compare names, at the same step */
    SWEEP_TO_COUNT
};

/* Why there is nothing to show. */
enum sweep_trouble {
    SWEEP_FINE,
    SWEEP_NO_WORD,
    SWEEP_NO_HEAD,
    SWEEP_OVERFLOW,
    SWEEP_NO_MEMORY,
    SWEEP_NO_OTHER,               /* there is no second sentence */
    SWEEP_OTHER_SHORT,            /* it has fewer words than are asked about */
    SWEEP_SAME_ANSWER,            /* it answers as this one does */
    SWEEP_WAITS                   /* it is being computed */
};

struct sweep_most { float effect; int step, unit; };

struct sweep_state {
    struct {
        int asked;                /* the step after which is predicted; 0: not yet */
        int chosen;               /* target: 0 by itself, else the k-th likeliest word from 1 */
        int reach;                /* how often the budget was doubled */
        int place;                /* the k-th largest effect the cursor was sent to last; 0: none */
        bool all;                 /* rows for the folded units too */
        enum quantity what;
        enum sweep_to to;
        int window;               /* steps that are set at a time, less 1 */
    };

    unsigned long model;          /* session_model_number of what `chosen` was chosen from */

    /* What was computed, and for what. */
    struct sweep *begun;          /* it is not ready yet: SWEEP_WAITS. Not even this, then: the head is asked first */
    struct sweep *sweep;          /* NULL: there is trouble */
    enum sweep_trouble trouble;
    unsigned long revision, other_revision;
    int layer, of_asked, of_chosen, of_reach, of_window;
    enum quantity of_what;
    enum sweep_to of_to;
    float *values;                /* [steps of the sweep][units]: what is set; NULL: 0 */
    int *order;                   /* [units]: largest effect first */
    float *largest;               /* [units]: its largest effect, signed */
    int *at;                      /* [units]: the step of it */
    int hangs;                    /* the step whose prediction hangs most on memory; 0: none does, or it was not looked
                                   * for */
    float hangs_by;               /* what its word's probability changes by when C of the layer is 0 before it */
    struct sweep_looking *looking;        /* while it is looked for */
    /* To the other sentence: logit(target) - logit(rival) in the two, the effect of all C and h of every layer by step
     * (NaN: not computed), and the largest effect of every quantity alone (step 0: not computed). */
    double here, there;
    float *whole;                 /* [steps of the sweep] */
    struct sweep_most most[Q_COUNT];
};

/* What setting the unit's value from that step on does: the change in the probability of the target, or, to the
 * other sentence, which part of the way from this answer to that one it goes. */
float sweep_effect(const struct sweep_state *st, int step, int unit);
/* Does some value matter for what is asked? */
bool sweep_matters(const struct sweep_state *st);
/* The place of a unit in the order of effects, from 0. */
int sweep_rank(const struct sweep_state *st, int unit);
/* The last step that is set where the first one is `step`. */
int sweep_end(const struct sweep_state *st, int step);

/* Brings the answer up to date; the second for a layer and a step of the caller's, not the cursor's, and whole. */
void sweep_prepare(const struct session *s, struct sweep_state *st);
void sweep_prepare_at(const struct session *s, int layer, int t, struct sweep_state *st);
/* A slice of what is not computed yet: until then the earlier steps are forecasts (sweep.h). */
enum view_work sweep_work(struct session *s, struct sweep_state *st, int ms);
void sweep_forget(struct sweep_state *st);

/* ---- sentences --------------------------------------------------------------------------------------------------- */

/* "0", "1", "mean", "other". */
const char *sweep_to_name(enum sweep_to to);
void sweep_say_trouble(const struct session *s, const struct sweep_state *st, struct str *out);
/* The largest effect, or that there is none and what would have one. */
void sweep_say_largest(const struct session *s, const struct sweep_state *st, const struct glyphs *gl, struct str *out);
/* How far it is, while it goes on. */
void sweep_say_progress(const struct session *s, const struct sweep_state *st, const struct glyphs *gl,
                        struct str *out);
/* That, what was done, and the strongest other unit. */
void sweep_say_all(const struct session *s, const struct sweep_state *st, const struct glyphs *gl, struct str *out);
/* The marked cell in full. */
void sweep_say_marked(const struct session *s, const struct sweep_state *st, const struct glyphs *gl, struct str *out);
/* To the other sentence: how far the strongest value of each quantity goes. */
void sweep_say_quantities(const struct session *s, const struct sweep_state *st, const struct glyphs *gl,
                          struct str *out);
/* The question, as long as w cells allow, in place of what `out` held. */
void sweep_say_question(const struct session *s, const struct sweep_state *st, const struct glyphs *gl, int w,
                        struct str *out);

void sweep_draw(const struct scene *scene, const struct sweep_state *st, struct grid *g, struct rect r);

/* Less than this of probability, or of the way to the other answer, is not shown in a cell; units that nowhere do
 * FOLDED or more have no row; less than MATTERS everywhere: nothing matters. */
static const float SWEEP_NOISE = 0.005f, SWEEP_FOLDED = 0.01f, SWEEP_MATTERS = 0.02f;

#endif
