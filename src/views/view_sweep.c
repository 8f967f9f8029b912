/* view_sweep.c: which gate, shut at which earlier word, would have changed what is predicted here? Units × words: the
 * change in the probability of one word (the target) when f of that unit is 0 at that word alone, as a number and a bar
 * on a scale that stands still: probability, whole from end to end. What is smaller than NOISE is folded away, with its
 * largest value, so that nothing is blown up into a picture; where no gate matters that is what is said, and which word
 * of the sentence does hang on memory.
 *
 * The prediction that is asked about stays where it was asked (`asked`), while the session's cursor, the same as
 * everywhere, walks over the cells: its step and unit are the cell, so that Enter pins what is marked and the main view
 * opens there. Moving right of the asked word asks again there.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "core/suffix.h"
#include "core/sweep.h"
#include "ui/widget.h"
#include "views/across.h"
#include "views/anatomy.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/tape.h"
#include "views/words.h"

/* Multiplications a sweep may take when the view opens: some tens of milliseconds. `reach` doublings more are on
 * request. */
static const double BUDGET = 6e9;
enum { REACH_MOST = 6, CANDIDATES = 20, STEPS_LEAST = 3, NEAR = 200 };
static const float NOISE = 0.005f;    /* of probability: less is not shown in a cell */
static const float FOLDED = 0.01f;    /* units that nowhere do more have no row */
static const float MATTERS = 0.02f;   /* less than this, everywhere: no gate matters */

struct state {
    struct {
        int asked;                /* the step after which is predicted; 0: not yet */
        int chosen;               /* target: 0 by itself, else the k-th likeliest word from 1 */
        int reach;                /* how often the budget was doubled */
        int place;                /* the k-th largest effect the cursor was sent to last; 0: none */
        bool all;                 /* rows for the folded units too */
    };

    unsigned long model;          /* session_model_number of what `chosen` was chosen from */

    /* What was computed, and for what. */
    struct sweep *sweep;          /* NULL: there is nothing to compute, or memory is short */
    unsigned long revision;
    int layer, of_asked, of_chosen, of_reach;
    int *order;                   /* [units]: largest effect first */
    float *largest;               /* [units]: its largest change, signed */
    int *at;                      /* [units]: the step of it */
    int hangs;                    /* the step whose prediction hangs most on memory; 0: none does, or it was not looked
                                   * for */
    float hangs_by;               /* what its word's probability changes by when C of the layer is 0 before it */
    bool short_of_memory, overflows;
};

static const struct setting settings[] = {
    {"asked", SETTING_NUMBER, offsetof(struct state, asked), 0, SETTING_MOST, NULL},
    {"target", SETTING_NUMBER, offsetof(struct state, chosen), 0, CANDIDATES, NULL},
    {"reach", SETTING_NUMBER, offsetof(struct state, reach), 0, REACH_MOST, NULL},
    {"place", SETTING_NUMBER, offsetof(struct state, place), 0, SETTING_MOST, NULL},
    {"all", SETTING_BOOL, offsetof(struct state, all), 0, 1, NULL},
    {.name = NULL},
};

/* ---- the question ------------------------------------------------------------------------------------------------ */

static int candidate(const struct session *s, int step, int k)
{
    struct prediction p[CANDIDATES];
    int n = session_predict(s, step, CANDIDATES, p);
    return n ? p[(k - 1) % n].output : -1;
}

/* The word that does follow, else the likeliest; or the k-th likeliest. -1 where nothing can be predicted. */
static int target_of(const struct session *s, int step, int chosen)
{
    int next = session_output(s, step + 1);
    return chosen ? candidate(s, step, chosen) : next >= 0 ? next : session_likeliest(s, RUN_PINNED, step);
}

/* As far back as the budget goes, and always some steps. */
static struct sweep_question question(const struct session *s, const struct state *st)
{
    struct sweep_question q = {.step = st->asked, .first = st->asked, .layer = session_cursor(s)->layer,
                               .target = target_of(s, st->asked, st->chosen)};
    double budget = ldexp(BUDGET, st->reach);
    while (q.first > 1) {
        struct sweep_question more = q;
        more.first--;
        if (sweep_cost(session_net(s), &more) > budget && q.step - q.first + 1 >= STEPS_LEAST)
            break;
        q = more;
    }
    return q;
}

static float change(const struct sweep *w, int step, int unit)
{
    return sweep_closed(w, step, unit) - w->p;
}

static void forget(struct state *st)
{
    sweep_free(st->sweep);
    free(st->order);
    free(st->largest);
    free(st->at);
    st->sweep = NULL;
    st->order = st->at = NULL;
    st->largest = NULL;
}

struct ranked { float size; int unit; };

static int by_size(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? 1 : -1;
    return (x->unit > y->unit) - (x->unit < y->unit);
}

static void rank(struct state *st)
{
    const struct sweep *w = st->sweep;
    size_t units = (size_t)w->units;
    struct ranked *r = xcalloc(units, sizeof *r);
    st->order = xcalloc(units, sizeof *st->order);
    st->at = xcalloc(units, sizeof *st->at);
    st->largest = xcalloc(units, sizeof *st->largest);
    for (int u = 0; u < w->units; u++) {
        st->at[u] = w->q.step;
        for (int s = w->q.step; s >= w->q.first; s--)
            if (fabsf(change(w, s, u)) > fabsf(st->largest[u])) {
                st->largest[u] = change(w, s, u);
                st->at[u] = s;
            }
        r[u] = (struct ranked){fabsf(st->largest[u]), u};
    }
    qsort(r, units, sizeof *r, by_size);
    for (int u = 0; u < w->units; u++)
        st->order[u] = r[u].unit;
    free(r);
}

/* Does some gate matter for what is asked? */
static bool matters(const struct state *st)
{
    return fabsf(st->largest[st->order[0]]) >= MATTERS;
}

/* What p of the word that comes after step t changes by when the memory of the layer, all of C, is 0 just before step
 * t. */
static float without_memory(const struct session *s, int layer, int t, float *logits)
{
    const struct lstm *net = session_net(s);
    int H = net->layer[layer].hidden, output = session_output(s, t + 1);
    size_t n;
    const struct pin *pins = session_pins(s, &n);
    struct suffix *end = output < 0 ? NULL
        : suffix_new(net, session_trace(s, RUN_PINNED), session_inputs(s), pins, n, t, t);
    struct pin *gone = end ? mem_array((size_t)H, sizeof *gone) : NULL;
    float change = 0;
    for (int u = 0; gone && u < H; u++)
        gone[u] = (struct pin){t - 1, layer, Q_C, u, 0};
    if (gone && suffix_run(end, gone, (size_t)H)) {
        suffix_logits(end, t, logits);
        change = (float)exp(-surprisal(logits, net->outputs, output)) - session_probability(s, RUN_PINNED, t, output);
    }
    mem_free(gone);
    suffix_free(end);
    return isfinite(change) ? change : 0;
}

/* Where no gate matters: which word of the sentence does hang on memory? Of those near the one asked about. */
static void find_what_hangs(const struct session *s, struct state *st)
{
    int T = session_steps(s), first = st->asked > NEAR ? st->asked - NEAR : 1,
        last = st->asked + NEAR < T ? st->asked + NEAR : T - 1;
    float *logits = mem_array((size_t)session_outputs(s), sizeof *logits);
    for (int t = first; logits && t <= last; t++) {
        float change = without_memory(s, st->layer, t, logits);
        if (fabsf(change) > fabsf(st->hangs_by)) {
            st->hangs_by = change;
            st->hangs = t;
        }
    }
    if (fabsf(st->hangs_by) < MATTERS || st->hangs == st->asked)
        st->hangs = 0;
    mem_free(logits);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    struct state *st = state;
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    if (st->asked < at->step || st->asked > session_steps(s) || (st->model && st->model != session_model_number(s))) {
        st->asked = at->step;
        st->chosen = st->place = 0;
    }
    st->model = session_model_number(s);          /* 0 before: what a sitting chose that is opened again */
    if (st->revision == session_revision(s) && st->layer == at->layer && st->of_asked == st->asked
        && st->of_chosen == st->chosen && st->of_reach == st->reach)
        return;
    forget(st);
    st->revision = session_revision(s);
    st->layer = at->layer;
    st->of_asked = st->asked;
    st->of_chosen = st->chosen;
    st->of_reach = st->reach;
    st->short_of_memory = st->overflows = false;
    st->hangs = 0;
    st->hangs_by = 0;
    if (st->asked < 1 || !session_outputs(s))
        return;
    size_t n;
    const struct pin *pins = session_pins(s, &n);
    const struct sweep_question q = question(s, st);
    st->overflows = !isfinite(session_probability(s, RUN_PINNED, q.step, q.target));
    if (st->overflows)
        return;
    st->sweep = sweep_new(session_net(s), session_trace(s, RUN_PINNED), session_inputs(s), &q, pins, n);
    st->short_of_memory = !st->sweep;
    if (!st->sweep)
        return;
    rank(st);
    if (!matters(st))
        find_what_hangs(s, st);
}

static void clear(void *state)
{
    forget(state);
    ((struct state *)state)->revision = 0;
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static int rank_of(const struct state *st, int unit)
{
    for (int k = 0; st->order && k < st->sweep->units; k++)
        if (st->order[k] == unit)
            return k;
    return 0;
}

static void move_unit(struct session *s, const struct state *st, int by)
{
    const struct cursor *at = session_cursor(s);
    int k = rank_of(st, at->unit) + by, n = st->sweep->units;
    session_select(s, at->layer, st->order[k < 0 ? 0 : k >= n ? n - 1 : k], VAL_F);
}

static void go_to_place(struct session *s, struct state *st, int by)
{
    int n = st->sweep->units;
    st->place = (st->place % n + by - 1 + n) % n + 1;
    if (st->place < 1)
        st->place = n;
    int unit = st->order[st->place - 1];
    session_goto(s, st->at[unit]);
    session_select(s, st->layer, unit, VAL_F);
}

static enum view_reply choose(struct session *s, struct state *st, int by)
{
    struct prediction p[CANDIDATES];
    int n = session_predict(s, st->asked, CANDIDATES, p);
    if (!n)
        return VIEW_REDRAW;
    st->chosen = (st->chosen + by + n + 1) % (n + 1);
    st->place = 0;
    return VIEW_REDRAW;
}

/* Pins what is marked and shows it in the main view. */
static enum view_reply pin_cell(struct session *s, const struct state *st, struct err *e)
{
    const struct cursor at = *session_cursor(s);
    if (at.step > st->asked || at.step < 1)
        return VIEW_REDRAW;
    if (!session_pin(s, at.layer, at.unit, VAL_F, at.step, 0, false, e))
        return VIEW_REDRAW;
    session_select(s, at.layer, at.unit, VAL_F);
    return VIEW_GOTO_BARS;
}

static enum view_reply move_rank(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct state *st = state;
    if (!st->sweep)
        return VIEW_IGNORED;
    move_unit(s, st, other ? 1 : -1);
    return VIEW_REDRAW;
}

static enum view_reply go_to_effect(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct state *st = state;
    if (!st->sweep)
        return VIEW_IGNORED;
    if (st->hangs) {                              /* no gate matters here: to the word that does hang on memory */
        session_goto(s, st->asked = st->hangs);
        st->chosen = st->place = 0;
    } else {
        go_to_place(s, st, other && st->place ? -1 : 1);
    }
    return VIEW_REDRAW;
}

static enum view_reply turn_target(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct state *st = state;
    return st->sweep ? choose(s, st, other ? -1 : 1) : VIEW_IGNORED;
}

static enum view_reply ask_here(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct state *st = state;
    if (!st->sweep)
        return VIEW_IGNORED;
    st->asked = session_cursor(s)->step;
    st->chosen = st->place = 0;
    return VIEW_REDRAW;
}

static enum view_reply unfold(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)other, (void)e;
    struct state *st = state;
    st->all = !st->all;
    return VIEW_REDRAW;
}

static enum view_reply turn_reach(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct state *st = state;
    if (!st->sweep)
        return VIEW_IGNORED;
    st->reach += other ? -(st->reach > 0) : st->reach < REACH_MOST;
    return VIEW_REDRAW;
}

static enum view_reply pin_marked(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct state *st = state;
    return st->sweep ? pin_cell(s, st, e) : VIEW_IGNORED;
}

static const struct view_key keys[] = {
    {"next-effect prev-effect", "n", "N",
     "to the largest effect, the next largest; back; where no gate matters, to the word that hangs on memory",
     "largest", 0, go_to_effect, NULL},
    {"prev-unit next-unit", "<Up> k", "<Down> j", "unit above, below in the order of effects", "unit", KEY_PAIR,
     move_rank, NULL},
    {"pin", "<Enter>", NULL, "pin the marked cell: f = 0 there, and show it in the main view", "pin it", KEY_EDITS,
     pin_marked, NULL},
    {"next-target prev-target", "y", "Y", "another word as the target: the one that follows, or one of the likeliest",
     "target", 0, turn_target, NULL},
    {"ask", "a", NULL, "ask about the prediction after the word under the cursor", "ask here", 0, ask_here, NULL},
    {"fold", "z", NULL, "show or fold the units that change nothing", "fold", 0, unfold, NULL},
    {"further nearer", "+ =", "-", "reach further back, less far", "further back", 0, turn_reach, NULL},
    {.keys = "w", .hint = "what-if"},
    {.keys = NULL},
};

/* ---- in words ---------------------------------------------------------------------------------------------------- */

/* The steps around this one where shutting the unit leads to the same number, to the printed digit: what is carried on
 * can be lost at any word in between. */
static void same_effect(const struct sweep *w, int step, int unit, int *first, int *last)
{
    float p = sweep_closed(w, step, unit);
    int d = across_decimals((double)w->p, (double)p);
    double printed = sums_printed((double)p, d);
    *first = *last = step;
    while (*first > w->q.first && sums_printed((double)sweep_closed(w, *first - 1, unit), d) == printed)
        --*first;
    while (*last < w->q.step && sums_printed((double)sweep_closed(w, *last + 1, unit), d) == printed)
        ++*last;
}

/* "closing f of gender at 'and' takes 'her' from 0.94 to 0.34" */
static void say_closing(const struct session *s, const struct sweep *w, int step, int unit, const struct glyphs *gl,
                        struct str *out)
{
    char name[ANATOMY_LABEL];
    float p = sweep_closed(w, step, unit);
    say_unit_name(s, w->q.layer, unit, name);
    int d = across_decimals((double)w->p, (double)p), first, last;
    same_effect(w, step, unit, &first, &last);
    str_addf(out, "closing f of %s at ", name);
    if (p != w->p && last > first) {
        str_add(out, "any of ");
        say_quoted(s, first, gl, out);
        str_addf(out, last == first + 1 ? ", " : " %s ", gl->etc);
        say_quoted(s, last, gl, out);
    } else {
        say_quoted(s, step, gl, out);
    }
    if (p == w->p) {
        str_add(out, " changes nothing");
        return;
    }
    str_add(out, " takes '");
    say_output(s, w->q.target, gl, out);
    str_addf(out, "' from %.*f to %.*f", d, (double)w->p, d, (double)p);
}

/* "No forget gate matters for 'played' after 'and': at most it changes by 0.0003." and where one would. */
static void say_none(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    const struct sweep *w = st->sweep;
    char num[SUMS_MAX];
    double most = fabs((double)st->largest[st->order[0]]);
    str_add(out, "No forget gate matters for '");
    say_output(s, w->q.target, gl, out);
    str_add(out, "' after ");
    say_quoted(s, w->q.step, gl, out);
    if (most > 0)
        str_addf(out, ": none changes its probability by more than %s.", sums_gate(num, most));
    else
        str_add(out, ": none changes its probability at all.");
    if (!st->hangs)
        return;
    str_add(out, " What hangs on memory in this sentence is '");
    say_output(s, session_output(s, st->hangs + 1), gl, out);
    str_add(out, "' after ");
    say_quoted(s, st->hangs, gl, out);
    str_addf(out, " (%+.2f without what C holds before it): n asks there.", (double)st->hangs_by);
}

static void say_largest(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    int unit = st->order[0];
    if (!matters(st)) {
        say_none(s, st, gl, out);
        return;
    }
    size_t from = out->len;
    say_closing(s, st->sweep, st->at[unit], unit, gl, out);
    out->s[from] = 'C';
    str_add(out, ".");
}

static void nothing_to_say(const struct session *s, const struct state *st, struct str *out)
{
    if (!session_steps(s))
        say_nothing(s, out);
    else if (!session_outputs(s))
        str_add(out, "This model has no output head: it predicts nothing that closing a gate could change.");
    else if (st->overflows)
        str_add(out, "Nothing can be predicted here: the logits overflow.");
    else
        str_add(out, st->short_of_memory ? "There is not enough memory for this sweep."
                : "Nothing has been computed yet.");
}

static void explain_with(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    const struct sweep *w = st->sweep;
    if (!w) {
        nothing_to_say(s, st, out);
        return;
    }
    say_largest(s, st, gl, out);
    if (matters(st))
        str_addf(out, " That is the largest effect of %ld: each unit's f shut at each of %d step%s, one at a time%s.",
                 (long)(w->q.step - w->q.first + 1) * w->units, w->q.step - w->q.first + 1,
                 w->q.step == w->q.first ? "" : "s",
                 session_pin_count(s) ? ", with the present pins in force" : "");
    if (w->units > 1 && fabsf(st->largest[st->order[1]]) >= NOISE) {
        str_add(out, " In another unit, the most is: ");
        say_closing(s, w, st->at[st->order[1]], st->order[1], gl, out);
        str_add(out, ".");
    }
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    explain_with(scene->session, state, &glyphs_unicode, out);
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

struct picture {
    const struct session *s;
    const struct state *st;
    const struct sweep *w;
    struct grid *g;
    struct rect r;
    struct across a;              /* the tape's own columns */
    struct cursor at;
    int bar;                      /* cells of a bar that is 1.00 */
};

static void draw_question(const struct picture *c, int y)
{
    static const char *const ways[] = {"Shut f of one unit at one word: what becomes of '", "f shut: '", "'"};
    struct str text = {0};
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        str_clear(&text);
        str_add(&text, ways[k]);
        say_output(c->s, c->w->q.target, c->g->glyphs, &text);
        str_add(&text, "' after ");
        say_quoted(c->s, c->w->q.step, c->g->glyphs, &text);
        str_addf(&text, ", p %.3f?", (double)c->w->p);
        if (utf8_text_width(str_text(&text)) <= c->r.w)
            break;
    }
    grid_text(c->g, c->r.x, y, c->r.w, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    str_free(&text);
}

static void draw_scale(const struct picture *c, int y)
{
    struct str text = {0};
    const char *dot = c->g->glyphs->middle_dot;
    str_add(&text, "change of p('");
    say_output(c->s, c->w->q.target, c->g->glyphs, &text);
    str_addf(&text, c->r.w < 60 ? "')  %s < 0.005" : "')     %s less than 0.005     ", dot);
    int x = c->r.x + grid_text(c->g, c->r.x, y, c->r.w, ROLE_DIM, 0, str_text(&text));
    str_free(&text);
    if (c->r.w < 60)
        return;
    for (int k = 0; k < c->bar; k++)
        grid_put(c->g, x + k, y, c->g->glyphs->bar, ROLE_DIM, 0);
    grid_text(c->g, x + c->bar + 1, y, 12, ROLE_DIM, 0, "is 1.00");
}

/* The change at one word, and below it its length. */
static void draw_cell(const struct picture *c, int step, int unit, int y, bool bar)
{
    float d = change(c->w, step, unit);
    const struct glyphs *gl = c->g->glyphs;
    bool here = step == c->at.step && unit == c->at.unit, strongest = unit == c->st->order[0] && matters(c->st);
    bool small = fabsf(d) < NOISE;
    int x = across_x(&c->a, step);
    enum role role = strongest ? ROLE_F : ROLE_TEXT;
    char num[SUMS_MAX];
    if (small)
        grid_put(c->g, x + 4, y, gl->unknown, ROLE_DIM, 0);
    else
        grid_text_right(c->g, x + 5, y, 5, here ? ROLE_TOKEN_NOW : ROLE_NUMBER, here ? ATTR_BOLD : 0,
                        sums_number(num, (double)d, 2, true));
    if (here) {
        grid_put(c->g, x - 1, y, '[', ROLE_TOKEN_NOW, ATTR_BOLD);
        grid_put(c->g, x + 5, y, ']', ROLE_TOKEN_NOW, ATTR_BOLD);
    }
    if (session_pinned(c->s, c->w->q.layer, unit, Q_F, step))
        cells_star(c->g, x + 5 + here, y);
    if (!bar || small)
        return;
    int cells = (int)floorf(fabsf(d) * (float)c->bar + 0.5f);
    if (!cells)
        grid_put(c->g, x - 1, y + 1, gl->bar_begin, role, 0);
    for (int k = 0; k < cells && k < c->bar; k++)
        grid_put(c->g, x - 1 + k, y + 1, gl->bar, role, 0);
}

static void draw_unit(const struct picture *c, int unit, int y, bool bar)
{
    char name[32];
    bool now = unit == c->at.unit;
    int gutter = c->a.x - 1 - c->r.x;
    if (now)
        cells_pointer(c->g, c->r.x, y);
    if (gutter > 3) {
        struct str cut = {0};
        utf8_cut(&cut, session_unit_label(c->s, c->w->q.layer, unit, name), gutter - 3, c->g->glyphs->ascii);
        grid_text_right(c->g, c->r.x + gutter - 1, y, gutter - 3, now ? ROLE_CURSOR : ROLE_LABEL, now ? ATTR_BOLD : 0,
                        str_text(&cut));
        str_free(&cut);
    }
    for (int t = c->a.first; t <= c->a.last; t++)
        if (t >= c->w->q.first && t <= c->w->q.step)
            draw_cell(c, t, unit, y, bar);
}

/* Units that have a row: those that somewhere do FOLDED or more, or all; at least the strongest. */
static int unfolded(const struct state *st)
{
    int n = 0;
    while (n < st->sweep->units && (st->all || fabsf(st->largest[st->order[n]]) >= FOLDED))
        n++;
    return n;
}

/* "3, 4, 8 folded: none changes it by more than 0.0002   z: show" */
static void draw_folded(const struct picture *c, int y, int from)
{
    struct str text = {0};
    char num[SUMS_MAX], name[32];
    const struct state *st = c->st;
    int n = c->w->units - from;
    double most = fabs((double)st->largest[st->order[from]]);
    if (n <= 6)
        for (int k = from; k < c->w->units; k++)
            str_addf(&text, "%s%s", k > from ? ", " : "", session_unit_label(c->s, c->w->q.layer, st->order[k], name));
    else
        str_addf(&text, "%d units", n);
    str_addf(&text,
             c->r.w < 60 ? " folded: %s"
             : n == 1    ? " folded: it changes it by %s"
                         : " folded: at most %s",
             sums_gate(num, most));
    int x = c->r.x + (c->r.w >= 60 ? 4 : 1), used = grid_text(c->g, x, y, c->r.w - 5, ROLE_DIM, 0, str_text(&text));
    say_whole(c->g, x + used + 3, y, c->r.w - 5 - used - 3, ROLE_DIM, 0, "z: show");
    str_free(&text);
}

/* The strongest on top; where the marked unit has no row among them, it has the last one to itself. */
static void draw_units(const struct picture *c, int y, int h)
{
    int units = c->w->units, n = unfolded(c->st), fold = n < units, marked = rank_of(c->st, c->at.unit);
    int rows = h - fold - (fold && h > 6), each = n * 2 <= rows ? 2 : 1, fit = rows / each, shown = n < fit ? n : fit;
    bool apart = marked >= shown && shown > 0;
    if (apart && shown == fit)
        shown--;
    if (shown < n && each == 1 && fit > 2)        /* a row says how many more there are */
        shown -= shown + apart >= fit;
    int at = y;
    for (int k = 0; k < shown; k++, at += each)
        draw_unit(c, c->st->order[k], at, each > 1);
    if (apart) {
        draw_unit(c, c->at.unit, at, each > 1);
        at += each;
    }
    if (shown + apart < n && at < y + h - fold)
        grid_textf(c->g, c->r.x + (c->r.w >= 60 ? 4 : 1), at++, c->r.w - 5, ROLE_DIM, 0, "%d more, none stronger",
                   n - shown - apart);
    if (fold)
        draw_folded(c, at + (at + 1 < y + h && h > 6), n);
}

/* The marked cell in full. */
static void say_marked(const struct session *s, const struct sweep *w, const struct glyphs *gl, struct str *out)
{
    const struct cursor *at = session_cursor(s);
    char name[SAY_UNIT], f[SUMS_MAX], C[SUMS_MAX];
    if (at->step < w->q.first) {
        str_add(out, "This word is further back than the sweep reaches: + reaches further.");
        return;
    }
    bool pinned = session_pinned(s, at->layer, at->unit, Q_F, at->step);
    double p = (double)sweep_closed(w, at->step, at->unit);
    int d = across_decimals((double)w->p, p);
    str_addf(out, "Marked: f of %s at ", say_unit_name(s, at->layer, at->unit, name));
    say_quoted(s, at->step, gl, out);
    str_addf(out, ", %s%s, C before it %s; shut, p is %.*f.",
             sums_gate(f, (double)session_value(s, RUN_PINNED, at->layer, at->unit, VAL_F, at->step)),
             pinned ? " (set by hand)" : "",
             sums_number(C, (double)session_value(s, RUN_PINNED, at->layer, at->unit, VAL_C_PREV, at->step), 2, true),
             d, p);
}

static void say(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    struct str text = {0};
    if (st->sweep) {
        say_largest(scene->session, st, g->glyphs, &text);
        if (matters(st)) {
            str_addc(&text, ' ');
            say_marked(scene->session, st->sweep, g->glyphs, &text);
        }
    }
    say_wrap(g, r, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    const struct session *s = scene->session;
    struct picture c = {.s = s, .st = st, .w = st->sweep, .g = g, .at = *session_cursor(s)};
    struct str text = {0};
    c.r = r = rect_inset(r, r.w > 24 ? 1 : 0, 0);
    if (r.w < 1 || r.h < 1)
        return;
    if (!c.w || r.w < 16 || r.h < 3) {
        if (c.w)
            say_largest(s, st, g->glyphs, &text);
        else
            nothing_to_say(s, st, &text);
        say_wrap(g, r, c.w ? ROLE_TEXT : ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    c.a = tape_columns(s, g->w);
    c.bar = c.a.pitch - 2;
    int y = r.y, bottom = r.y + r.h;
    draw_question(&c, y++);
    if (r.h >= 5)
        draw_scale(&c, y++);
    if (scene->explain && r.h >= 12) {
        explain_with(s, st, g->glyphs, &text);
        y += say_wrap(g, (struct rect){r.x, y, r.w, 4}, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
    }
    draw_units(&c, y, bottom - y);
}

const struct view view_sweep = {
    .name = "sweep",
    .title = "sweep",
    .strip = "sweep",
    .rank = 10,
    .help = "What would be predicted here, had one forget gate been shut at one earlier word? Every unit of the layer, "
            "every word up to this one, one at a time: the change in the probability of one word, the strongest units "
            "on top. The picture points at the element of C that carries what the prediction needs. Left and Right "
            "move the mark over the words, Up and Down over the units.",
    .key = 'W',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, sweep),
    .settings = settings,
    .keys = keys,
    .draw = draw,
    .say = say,
    .clear = clear,
    .explain = explain,
    .prepare = prepare,
    .whole = true,
};
