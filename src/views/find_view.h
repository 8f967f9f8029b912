/* find_view.h: what the parts of the find view share: view_find.c (keys), find_search.c (the query and its places),
 * find_say.c (sentences) and find_draw.c (the picture). */
#ifndef FLSTM_VIEWS_FIND_VIEW_H
#define FLSTM_VIEWS_FIND_VIEW_H

#include "core/find.h"
#include "views/reading.h"
#include "views/view.h"

enum {
    FIND_PLACES = 200, FIND_AROUND_WORDS = 8, FIND_AROUND_CHARACTERS = 40, FIND_SPAN_MAX = 80,
    FIND_SAMPLE_LINES = 200,           /* sentences of the model's own corpus */
    FIND_LINE_KEPT = 1000,             /* tokens: a longer line is not opened by Enter */
    FIND_ENDS_MAX = 64,                /* different words at which places begin or end, counted apart */
    FIND_LONGEST = 1 << 30             /* as a wanted length: the longest place first */
};

enum find_source { FIND_IN_SENTENCE, FIND_IN_FILE, FIND_IN_SAMPLE };

/* What is looked for, and where. */
struct find_query {
    unsigned long revision;
    int layer, from, to;
    int unit, sign;               /* the selected unit, and the side of zero on which it stands; 0: it does not */
    float threshold;
    bool hidden;                  /* h, else tanh C */
    bool all;                     /* all units that stand through the span */
    unsigned how;
    enum find_source source;
};

/* A place's words, for those of a text: the line is gone when they are shown. whole: its tokens, NULL when there are
 * too many. */
struct find_context { char *before, *span, *after; char **whole; int tokens; };

/* Words at which places begin, or that come after them, and how often each. */
struct find_ends { char *word[FIND_ENDS_MAX]; long count[FIND_ENDS_MAX]; int n; bool more; };

struct find_state {
    struct {
        int from, to;             /* the span as marked; 0: where the unit stands around the cursor */
        bool hidden, sentence, all;
        unsigned how;
        float threshold;
        int selected;             /* in the list */
    };
    struct find_query of;              /* what the rest belongs to; revision 0: nothing */
    struct find_unit *unit;
    int units;
    struct find_list list;
    struct find_context context[FIND_PLACES + 1];
    struct reading reading;
    struct find_scan *scan;
    double steps;                 /* looked through */
    long sequences;
    long long whole;              /* places where all units stand, listed or not; the rest is about them */
    double whole_steps;
    struct find_ends begin, end;
    struct find_place longest;
    char *longest_from, *longest_to;
    struct str sample, sample_name;       /* of FIND_IN_SAMPLE */
    bool drawn;
};

/* The rows hold C, not tanh C: the threshold moves instead. */
float find_raw_threshold(const struct find_query *q);
enum quantity find_raw_quantity(const struct find_query *q);
void find_forget_context(struct find_context *c);

/* Everything found belongs to one query: thrown away, and brought up to date with the session and the settings (over
 * the sentence; a text is read by find_work). */
void find_forget(struct find_state *st);
void find_update(const struct session *s, struct find_state *st);
enum view_work find_work(struct session *s, void *state, int ms, struct str *progress, struct err *e);

/* "from 'She' to 'dog', 8 words" */
void find_say_span(const struct session *s, const struct find_query *q, const struct glyphs *gl, struct str *out);
/* "in stories.txt, 6 lines"; "in 200 sentences drawn from gender.grammar"; "in these 8 words". */
void find_say_source(const struct session *s, const struct find_state *st, struct str *out);
/* The question, `size` 2 in full, 1 and 0 in fewer words. */
void find_say_question(const struct session *s, const struct find_state *st, int size, struct str *out);
/* "tanh C ≥ 0.30 (C ≥ 0.31)"; in size where there are units on both sides of zero. */
void find_say_meaning(const struct find_query *q, const struct glyphs *gl, struct str *out);
void find_explain(const struct scene *scene, const void *state, struct str *out);
void find_tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out);

void find_draw(const struct scene *scene, const void *state, struct grid *g, struct rect r);

#endif
