/* view_sweep.c: which gate, shut at which earlier word, would have changed what is predicted here? Units × steps as a heat
 * strip: the change in the probability of one word (the target) when f of that unit is 0 in that step alone.
 *
 * The prediction that is asked about stays where it was asked (`asked`), while the session's cursor, the same as everywhere,
 * walks over the cells: its step and unit are the cell, so that Enter pins what is marked and the main view opens there.
 * Moving right of the asked word asks again there.
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "core/sweep.h"
#include "ui/widget.h"
#include "views/across.h"
#include "views/anatomy.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/words.h"

/* Multiplications a sweep may take when the view opens: some tens of milliseconds. `reach` doublings more are on request. */
static const double BUDGET = 6e9;
enum { REACH_MOST = 6, CANDIDATES = 20, STEPS_LEAST = 3 };

struct state {
    struct {
        int asked;                /* the step after which is predicted; 0: not yet */
        int chosen;               /* target: 0 by itself, else the k-th likeliest word from 1 */
        int reach;                /* how often the budget was doubled */
        int place;                /* the k-th largest effect the cursor was sent to last; 0: none */
    };

    unsigned long model;          /* session_model_number of what `chosen` was chosen from */

    /* What was computed, and for what. */
    struct sweep *sweep;          /* NULL: there is nothing to compute, or memory is short */
    unsigned long revision;
    int layer, of_asked, of_chosen, of_reach;
    int *order;                   /* [units]: largest effect first */
    float *largest;               /* [units]: its largest change, signed */
    int *at;                      /* [units]: the step of it */
    bool short_of_memory, overflows;
};

static const struct setting settings[] = {
    {"asked", SETTING_NUMBER, offsetof(struct state, asked), 0, INT_MAX, NULL},
    {"target", SETTING_NUMBER, offsetof(struct state, chosen), 0, CANDIDATES, NULL},
    {"reach", SETTING_NUMBER, offsetof(struct state, reach), 0, REACH_MOST, NULL},
    {"place", SETTING_NUMBER, offsetof(struct state, place), 0, INT_MAX, NULL},
    {.name = NULL},
};

/* ---- the question ------------------------------------------------------------------------------------------------------- */

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
    struct sweep_question q = {.step = st->asked, .first = st->asked, .layer = session_cursor(s)->layer, .target = target_of(s, st->asked, st->chosen)};
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
    if (st->revision == session_revision(s) && st->layer == at->layer && st->of_asked == st->asked && st->of_chosen == st->chosen && st->of_reach == st->reach)
        return;
    forget(st);
    st->revision = session_revision(s);
    st->layer = at->layer;
    st->of_asked = st->asked;
    st->of_chosen = st->chosen;
    st->of_reach = st->reach;
    st->short_of_memory = st->overflows = false;
    if (st->asked < 1 || !session_net(s)->outputs)
        return;
    size_t n;
    const struct pin *pins = session_pins(s, &n);
    const struct sweep_question q = question(s, st);
    st->overflows = !isfinite(session_probability(s, RUN_PINNED, q.step, q.target));
    if (st->overflows)
        return;
    st->sweep = sweep_new(session_net(s), session_trace(s, RUN_PINNED), session_inputs(s), &q, pins, n);
    st->short_of_memory = !st->sweep;
    if (st->sweep)
        rank(st);
}

static void clear(void *state)
{
    forget(state);
    ((struct state *)state)->revision = 0;
}

/* ---- keys ------------------------------------------------------------------------------------------------------------------ */

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
    go_to_place(s, st, other && st->place ? -1 : 1);
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
    {"next-effect prev-effect", "n", "N", "to the largest effect, the next largest; back", "largest", 0, go_to_effect, NULL},
    {"prev-unit next-unit", "<Up> k", "<Down> j", "unit above, below in the order of effects", "unit", KEY_PAIR, move_rank, NULL},
    {"pin", "<Enter>", NULL, "pin the marked cell: f = 0 there, and show it in the main view", "pin it", KEY_EDITS, pin_marked, NULL},
    {"next-target prev-target", "y", "Y", "another word as the target: the one that follows, or one of the likeliest", "target", 0, turn_target, NULL},
    {"ask", "a", NULL, "ask about the prediction after the word under the cursor", "ask here", 0, ask_here, NULL},
    {"further nearer", "+ =", "-", "reach further back, less far", "further back", 0, turn_reach, NULL},
    {.keys = "w", .hint = "what-if"},
    {.keys = NULL},
};

/* ---- in words ---------------------------------------------------------------------------------------------------------------- */

/* The steps around this one where shutting the unit leads to the same number, to the printed digit: what is carried on can be
 * lost at any word in between. */
static void same_effect(const struct sweep *w, int step, int unit, int *first, int *last)
{
    float p = sweep_closed(w, step, unit);
    double digit = 0.5 * pow(10, -across_decimals((double)w->p, (double)p));
    *first = *last = step;
    while (*first > w->q.first && fabs((double)sweep_closed(w, *first - 1, unit) - (double)p) < digit)
        --*first;
    while (*last < w->q.step && fabs((double)sweep_closed(w, *last + 1, unit) - (double)p) < digit)
        ++*last;
}

/* "closing f of gender at 'and' takes 'her' from 0.94 to 0.34" */
static void say_closing(const struct session *s, const struct sweep *w, int step, int unit, const struct glyphs *gl, struct str *out)
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
        str_add(out, last == first + 1 ? ", " : gl->ascii ? " ... " : " \xE2\x80\xA6 ");
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

static void say_largest(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    int unit = st->order[0];
    if (st->largest[unit] == 0) {
        str_add(out, "No single closing of a forget gate changes the prediction of '");
        say_output(s, st->sweep->q.target, gl, out);
        str_add(out, "' here.");
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
    else if (!session_net(s)->outputs)
        str_add(out, "This model has no output head: it predicts nothing that closing a gate could change.");
    else
        str_add(out, st->short_of_memory ? "There is not enough memory for this sweep." : "Nothing has been computed yet.");
}

static void explain_with(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    const struct sweep *w = st->sweep;
    if (!w) {
        nothing_to_say(s, st, out);
        return;
    }
    say_largest(s, st, gl, out);
    if (st->largest[st->order[0]] != 0)
        str_addf(out, " That is the largest effect of %ld: each unit's f shut at each of %d step%s, one at a time%s.",
                 (long)(w->q.step - w->q.first + 1) * w->units, w->q.step - w->q.first + 1, w->q.step == w->q.first ? "" : "s",
                 session_pin_count(s) ? ", with the present pins in force" : "");
    if (w->units > 1 && st->largest[st->order[1]] != 0) {
        str_add(out, " In another unit, the most is: ");
        say_closing(s, w, st->at[st->order[1]], st->order[1], gl, out);
        str_add(out, ".");
    }
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    explain_with(scene->session, state, &glyphs_unicode, out);
}

/* ---- drawing --------------------------------------------------------------------------------------------------------------------- */

struct picture {
    const struct session *s;
    const struct state *st;
    const struct sweep *w;
    struct grid *g;
    struct rect r;
    struct across a;
    struct cursor at;
    int gutter;
    float scale;
};

static void draw_question(const struct picture *c, int y)
{
    struct str text = {0};
    const struct glyphs *gl = c->g->glyphs;
    str_add(&text, "p('");
    say_output(c->s, c->w->q.target, gl, &text);
    str_add(&text, "') after ");
    say_quoted(c->s, c->w->q.step, gl, &text);
    str_addf(&text, " is %.2f", (double)c->w->p);
    int x = c->r.x + grid_text(c->g, c->r.x, y, c->r.w, ROLE_PREDICT, ATTR_BOLD, str_text(&text)) + 2, end = c->r.x + c->r.w;
    static const char what[] = "change when f is 0:";
    str_clear(&text);
    if (end - x < (int)sizeof what) {
        str_free(&text);
        return;
    }
    x += grid_text(c->g, x, y, end - x, ROLE_DIM, 0, what) + 1;
    str_addf(&text, "%+.2g", -(double)c->scale);
    static const float ramp[] = {-1, -0.6f, -0.3f, 0.3f, 0.6f, 1};
    enum { RAMP = sizeof ramp / sizeof *ramp };
    int w = utf8_text_width(str_text(&text));
    if (end - x >= 2 * w + RAMP + 2) {
        x += grid_text(c->g, x, y, w, ROLE_DIM, 0, str_text(&text)) + 1;
        widget_heat(c->g, x, y, RAMP, ramp, 1, ROLE_HEAT_CELL);
        x += RAMP + 1;
        grid_textf(c->g, x, y, end - x, ROLE_DIM, 0, "%+.2g", (double)c->scale);
    }
    str_free(&text);
}

/* One cell in `tall` rows: heat, and under or beside it the number where it has room. */
static void draw_cell(const struct picture *c, int step, int unit, int y, int tall)
{
    float d = change(c->w, step, unit);
    int x = across_x(&c->a, step), w = c->a.pitch > 1 ? c->a.pitch - 1 : 1;
    bool pinned = session_pinned(c->s, c->w->q.layer, unit, Q_F, step), here = step == c->at.step && unit == c->at.unit;
    bool under = tall > 1, beside = !under && w >= 7;
    int digits = c->scale < 0.095f && (under || beside) ? 6 : 5;     /* "-0.014" where "-0.01" would be all there is to see */
    int heat = beside ? w - 1 - digits : w > 3 ? w - 1 : w, hx = w > 3 ? x + 1 : x;
    if (heat < 1) {
        heat = 1;
        hx = x;
    }
    const struct heat of = cells_scaled(d, c->scale, ROLE_HEAT_CELL, LOOK_PLAIN);
    cells_heat(c->g, (struct rect){hx, y, heat > 16 ? 16 : heat, under ? tall - 1 : 1}, &of);
    if (under || beside) {
        char buf[16];
        widget_number(buf, sizeof buf, d, digits, digits - 3, true);
        bool shows = strpbrk(buf, "123456789") != NULL;
        int nx = beside ? x + w - digits : x + (w - digits + 1) / 2, ny = under ? y + tall - 1 : y;
        grid_text(c->g, nx, ny, digits, here ? ROLE_TOKEN_NOW : shows ? ROLE_DIFF : ROLE_DIM, here || shows ? ATTR_BOLD : 0,
                  shows ? buf : digits > 5 ? "     0" : "    0");
    }
    if (pinned && c->a.pitch > 2)
        cells_star(c->g, x + c->a.pitch - 1, y);
    if (!here)
        return;
    for (int k = 0; k < tall; k++) {
        if (c->a.pitch > 2) {
            grid_put(c->g, x, y + k, '[', ROLE_TOKEN_NOW, ATTR_BOLD);
            grid_put(c->g, x + c->a.pitch - 1, y + k, ']', ROLE_TOKEN_NOW, ATTR_BOLD);
        } else {
            grid_attr(c->g, (struct rect){x, y + k, 1, 1}, ATTR_REVERSE);
        }
    }
}

static void draw_unit(const struct picture *c, int unit, int y, int tall)
{
    char name[32];
    bool now = unit == c->at.unit;
    if (c->gutter > 2) {
        if (now)
            cells_pointer(c->g, c->r.x, y);
        struct str cut = {0};
        utf8_cut(&cut, session_unit_label(c->s, c->w->q.layer, unit, name), c->gutter - 3, c->g->glyphs->ascii);
        grid_text_right(c->g, c->r.x + c->gutter - 1, y, c->gutter - 2, now ? ROLE_CURSOR : ROLE_LABEL, now ? ATTR_BOLD : 0, str_text(&cut));
        str_free(&cut);
    }
    for (int t = c->a.first; t <= c->a.last; t++)
        draw_cell(c, t, unit, y, tall);
}

/* The strongest on top; where the marked unit is not among them, it has the last row to itself. */
static void draw_units(const struct picture *c, int y, int h)
{
    int n = c->w->units, tall = c->a.pitch >= 7 && n * 3 <= h ? 2 : 1;
    int gap = n * 4 <= h ? 4 : n * 3 <= h ? 3 : n * 2 <= h ? 2 : 1, rows = h / gap, marked = rank_of(c->st, c->at.unit);
    bool apart = rows < n && marked >= rows - (rows > 2) && rows > 1;
    int shown = rows < n ? rows : n;
    if (apart)
        shown = rows > 3 ? rows - 2 : rows - 1;
    else if (shown < n && rows > 1)
        shown = rows - 1;
    for (int k = 0; k < shown; k++)
        draw_unit(c, c->st->order[rows == 1 ? marked : k], y + k * gap, tall);
    if (!apart) {
        if (shown < n && rows > 1)
            grid_textf(c->g, c->r.x + c->gutter, y + h - 1, c->r.w - c->gutter, ROLE_DIM, 0, 
                       c->r.w < 60 ? "%d more, none stronger" : "%d more units, none stronger", n - shown);
        return;
    }
    if (rows > 3)
        grid_textf(c->g, c->r.x + c->gutter, y + h - 2, c->r.w - c->gutter, ROLE_DIM, 0, "unit %d of %d by effect:", marked + 1, n);
    draw_unit(c, c->at.unit, y + h - 1, 1);
}

/* The marked cell in full. */
static void draw_marked(const struct picture *c, int y)
{
    struct str text = {0};
    char name[ANATOMY_LABEL];
    const struct cursor *at = &c->at;
    bool narrow = c->r.w < 60;
    say_unit_name(c->s, at->layer, at->unit, name);
    if (at->step < c->w->q.first) {
        str_add(&text, narrow ? "Out of reach: + reaches further back." : "This word is further back than the sweep reaches: + reaches further.");
    } else {
        float f = session_value(c->s, RUN_PINNED, at->layer, at->unit, VAL_F, at->step), C = session_value(c->s, RUN_PINNED, at->layer, at->unit, VAL_C_PREV, at->step);
        bool pinned = session_pinned(c->s, at->layer, at->unit, Q_F, at->step);
        float p = sweep_closed(c->w, at->step, at->unit);
        int d = across_decimals((double)c->w->p, (double)p);
        str_addf(&text, narrow ? "%s at " : "f of %s at ", name);
        say_quoted(c->s, at->step, c->g->glyphs, &text);
        if (narrow)
            str_addf(&text, ": f %.2f%s; shut: p %.*f", (double)f, pinned ? "*" : "", d, (double)p);
        else
            str_addf(&text, " is %.2f (%s), C before it %+.2f; shut: p = %.*f", (double)f, pinned ? "pinned" : "computed", (double)C, d, (double)p);
    }
    grid_text(c->g, c->r.x, y, c->r.w, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

static void draw_words(const struct picture *c, int y)
{
    if (c->a.pitch >= 5 || (c->a.pitch >= 3 && say_characters(c->s))) {
        across_words(c->g, &c->a, c->s, c->at.step, y);
    } else if (c->at.step >= c->a.first && c->at.step <= c->a.last) {
        /* Columns too narrow for words: the marked one in full, as far as it goes to the right or else to the left. */
        struct str word = {0};
        say_token(c->s, c->at.step, c->g->glyphs, &word);
        int w = utf8_text_width(str_text(&word)), x = across_x(&c->a, c->at.step), end = across_x(&c->a, c->a.last) + c->a.pitch;
        grid_text(c->g, x + w <= end || end - w < c->r.x ? x : end - w, y, w, ROLE_TOKEN_NOW, ATTR_BOLD, str_text(&word));
        str_free(&word);
    }
    if (c->a.last != c->w->q.step)
        return;
    /* What is asked about stands where it would come. */
    struct str text = {0};
    str_addf(&text, "%s ", c->g->glyphs->arrow);
    say_output(c->s, c->w->q.target, c->g->glyphs, &text);
    str_addc(&text, '?');
    int x = across_x(&c->a, c->a.last) + c->a.pitch + 1, room = c->r.x + c->r.w - x;
    if (room >= 6 || room >= utf8_text_width(str_text(&text)))
        grid_text(c->g, x, y, room, ROLE_PREDICT, ATTR_BOLD, str_text(&text));
    str_free(&text);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    const struct session *s = scene->session;
    struct picture c = {.s = s, .st = st, .w = st->sweep, .g = g, .at = *session_cursor(s)};
    struct str text = {0};
    c.r = r = rect_inset(r, r.w > 40 ? 1 : 0, 0);
    if (r.w < 1 || r.h < 1)
        return;
    if (!c.w || r.w < 16 || r.h < 3) {
        if (c.w)
            say_largest(s, st, g->glyphs, &text);
        else
            nothing_to_say(s, st, &text);
        grid_wrap(g, r, c.w ? ROLE_TEXT : ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    c.scale = fabsf(st->largest[st->order[0]]);
    if (!(c.scale > 0))
        c.scale = 1;
    int y = r.y, bottom = r.y + r.h, said = 0;
    say_largest(s, st, g->glyphs, &text);
    if (scene->explain && r.h >= 12) {
        str_clear(&text);
        explain_with(s, st, g->glyphs, &text);
        y += grid_wrap(g, (struct rect){r.x, y, r.w, 4}, ROLE_DIFF, ATTR_BOLD, str_text(&text));
    } else {
        said = grid_wrap(g, (struct rect){r.x, y, r.w, r.h > 6 ? 2 : 1}, ROLE_DIFF, ATTR_BOLD, str_text(&text));
        y += said;
    }
    str_free(&text);
    if (r.h >= (said > 1 ? 9 : 6))               /* a sentence of two lines says the most of it */
        draw_question(&c, y++);
    if (r.h >= 10)
        y++;
    if (r.h >= 8)
        draw_marked(&c, --bottom);
    if (r.h >= 12)
        bottom--;
    c.gutter = r.w >= 40 ? 12 : r.w >= 24 ? 7 : 0;
    int tail = r.w >= 60 ? 10 : 0, steps = c.w->q.step - c.w->q.first + 1;
    int room = r.w - c.gutter - tail, least = steps * 9 <= room ? 9 : steps * 4 <= room ? room / steps : room >= 30 ? 3 : 1;
    c.a = across_plan((struct rect){r.x, r.y, r.w - tail, r.h}, c.gutter, c.w->q.first, c.w->q.step, c.at.step, least, 9);
    draw_words(&c, y++);
    if (bottom > y)
        draw_units(&c, y, bottom - y);
}

const struct view view_sweep = {
    .name = "sweep",
    .title = "sweep",
    .strip = "sweep",
    .rank = 10,
    .help = "What would be predicted here, had one forget gate been shut at one earlier word? Every unit of the layer, every word up to this "
            "one, one at a time: the change in the probability of one word, the strongest units on top. The picture points at the element of C "
            "that carries what the prediction needs. Left and Right move the mark over the words, Up and Down over the units.",
    .key = 'W',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, sweep),
    .settings = settings,
    .keys = keys,
    .draw = draw,
    .clear = clear,
    .explain = explain,
    .prepare = prepare,
};
