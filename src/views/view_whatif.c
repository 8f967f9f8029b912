/* view_whatif.c: two runs over the whole sentence, one above the other: the baseline and the pinned run, or
 * (`:compare`) another sentence and this one. What differs, where it begins to, and what it does to the prediction of
 * every word.
 *
 * Either run is a `side`: a session to read from, and which of its runs. All rows are drawn from the two sides, so that
 * it does not matter which comparison it is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/across.h"
#include "views/anatomy.h"
#include "views/rows.h"
#include "views/say.h"
#include "views/cells.h"
#include "views/words.h"

enum kind { SAME, PINS, SENTENCES };

/* The run that is looked at, and the one it is held against. */
struct side { const struct session *s; enum run run; };
struct pair { enum kind kind; struct side now, was; int steps, common; };

/* What takes a walk through the whole sentence to know. */
struct facts {
    unsigned long revision, other;
    int layer, unit;
    int parts;                    /* first step at which anything differs, 0: nowhere */
    int C_parts;                  /* the same of C of the unit */
    float peak;                   /* largest |C| of the unit */
    bool negative;                /* is any C of it below 0? */
    bool head;                    /* are there surprisals? */
    double total_now, total_was;
    int counted;                  /* steps in the totals */
    int most;                     /* the step whose surprisal changed most; 0: none did */
};
struct state { struct facts facts; };     /* it has no settings: keys change the session alone */

/* ---- the pair ---------------------------------------------------------------------------------------------------- */

static struct pair pair_of(const struct session *s)
{
    const struct session *other = session_compare(s);
    struct pair p = {SAME, {s, RUN_PINNED}, {s, RUN_BASE}, session_steps(s), session_steps(s)};
    if (other) {
        int n = session_steps(other);
        p.kind = SENTENCES;
        p.was = (struct side){other, RUN_BASE};
        p.common = n < p.steps ? n : p.steps;
        p.steps = n > p.steps ? n : p.steps;
    } else if (session_pin_count(s)) {
        p.kind = PINS;
    }
    return p;
}

static bool has(const struct side *side, int t)
{
    return t >= 1 && t <= session_steps(side->s);
}

static float cell(const struct side *side, int layer, int unit, int t)
{
    return session_row(side->s, side->run, layer, Q_C, t)[unit];
}

static double surprise(const struct side *side, int t)
{
    return session_surprisal(side->s, side->run, t);
}

static bool rows_differ(const struct pair *p, int t)
{
    const struct lstm *net = session_net(p->now.s);
    for (int l = 0; l < net->layers; l++)
        for (int q = 0; q < Q_COUNT; q++)
            if (memcmp(session_row(p->now.s, p->now.run, l, (enum quantity)q, t),
                       session_row(p->was.s, p->was.run, l, (enum quantity)q, t),
                       (size_t)net->layer[l].hidden * sizeof(float)) != 0)
                return true;
    return false;
}

static int first_difference(const struct pair *p)
{
    int from = p->kind == PINS ? session_first_pinned(p->now.s) : 1;
    for (int t = from < 1 ? 1 : from; p->kind != SAME && t <= p->common; t++)
        if (rows_differ(p, t))
            return t;
    return 0;
}

/* Surprisals of long sentences over large vocabularies take longer than a frame may: then the total is of the first so
 * many. */
enum { HEAD_BUDGET = 400 * 1000 * 1000 };

static void count_surprise(const struct pair *p, struct facts *f)
{
    const struct lstm *net = session_net(p->now.s);
    double a_step = (double)net->outputs * lstm_top(net), most = 0.005;
    int steps = p->common - 1;
    if (steps * a_step > HEAD_BUDGET)
        steps = (int)(HEAD_BUDGET / a_step);
    for (int t = 1; net->outputs && t <= steps; t++) {
        double now = surprise(&p->now, t), was = surprise(&p->was, t);
        if (!isfinite(now) || !isfinite(was))
            continue;
        f->total_now += now;
        f->total_was += was;
        f->head = true;
        f->counted++;
        if (fabs(now - was) > most) {
            most = fabs(now - was);
            f->most = t;
        }
    }
}

static bool current(const struct facts *f, const struct session *s)
{
    const struct session *other = session_compare(s);
    const struct cursor *at = session_cursor(s);
    return f->revision == session_revision(s) && f->other == (other ? session_revision(other) : 0)
        && f->layer == at->layer && f->unit == at->unit;
}

static void look(const struct session *s, struct facts *f)
{
    const struct pair p = pair_of(s);
    const struct cursor *at = session_cursor(s);
    *f = (struct facts){.revision = session_revision(s), .other = p.kind == SENTENCES ? session_revision(p.was.s) : 0,
                        .layer = at->layer, .unit = at->unit};
    f->parts = first_difference(&p);
    for (int t = 1; t <= p.steps; t++) {
        bool both = has(&p.now, t) && has(&p.was, t);
        float now = has(&p.now, t) ? cell(&p.now, at->layer, at->unit, t) : 0,
            was = has(&p.was, t) ? cell(&p.was, at->layer, at->unit, t) : 0;
        f->peak = fmaxf(f->peak, fmaxf(fabsf(now), fabsf(was)));
        f->negative = f->negative || now < 0 || was < 0;
        if (both && !f->C_parts && now != was)
            f->C_parts = t;
    }
    count_surprise(&p, f);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    struct state *st = state;
    if (!current(&st->facts, scene->session))
        look(scene->session, &st->facts);
}

/* ---- in words ---------------------------------------------------------------------------------------------------- */

static void add_number(struct str *out, float v, bool sign)
{
    char buf[16];
    const char *p = widget_number(buf, sizeof buf, v, 8, 2, sign);
    str_add(out, p + strspn(p, " "));
}

/* The pin that made the runs part: the first one at that step that says something new. */
static const struct pin *cause(const struct session *s, int t, int *more)
{
    size_t n;
    const struct pin *p = session_pins(s, &n), *found = NULL;
    *more = 0;
    for (size_t k = 0; k < n && p[k].step <= t; k++)
        if ((p[k].step == t || (t == 1 && p[k].step == 0))
            && session_row(s, RUN_BASE, p[k].layer, p[k].q, p[k].step)[p[k].unit] != p[k].value) {
            if (found)
                (*more)++;
            else
                found = &p[k];
        }
    return found;
}

/* Only the sentence that is stepped through has pins: then it is not the words alone that make the difference. */
static void say_pins(const struct pair *p, struct str *out)
{
    size_t n = session_pin_count(p->now.s);
    if (p->kind == SENTENCES && n)
        str_addf(out, " Here %zu value%s pinned, there none: X shows both without.", n, n == 1 ? " is" : "s are");
}

static void say_where(const struct pair *p, const struct facts *f, const struct glyphs *gl, struct str *out)
{
    const struct session *s = p->now.s;
    char name[ANATOMY_LABEL];
    if (p->kind == SAME) {
        str_add(out, "Nothing is pinned yet: c closes a gate here, or :compare ANOTHER SENTENCE.");
        return;
    }
    if (!f->parts) {
        str_add(out, p->kind == PINS ? "The pinned values are the computed ones: both runs are the same."
                     : session_steps(s) == session_steps(p->was.s) ? "Both sentences give the same numbers."
                                                                   : "As far as both sentences go, they give the same "
                                                                     "numbers.");
        return;
    }
    if (p->kind == PINS) {
        int more;
        const struct pin *pin = cause(s, f->parts, &more);
        str_add(out, "The runs part at ");
        say_quoted(p->now.s, f->parts, gl, out);
        str_addf(out, " (t=%d)", f->parts);
        if (pin) {
            say_unit_name(s, pin->layer, pin->unit, name);
            str_addf(out, ": %s of %s pinned to ", quantity_name(pin->q), name);
            add_number(out, pin->value, false);
            str_add(out, ", computed ");
            add_number(out, session_row(s, RUN_BASE, pin->layer, pin->q, pin->step)[pin->unit], false);
            if (more)
                str_addf(out, " (and %d more)", more);
        }
    } else {
        str_addf(out, "The sentences part at t=%d: here ", f->parts);
        say_quoted(p->now.s, f->parts, gl, out);
        str_add(out, ", there ");
        say_quoted(p->was.s, f->parts, gl, out);
    }
    str_add(out, ".");
    say_pins(p, out);
}

/* The same in forty columns. */
static void say_where_short(const struct pair *p, const struct facts *f, const struct glyphs *gl, struct str *out)
{
    char name[ANATOMY_LABEL];
    int more;
    if (p->kind == SAME || !f->parts) {
        str_add(out, p->kind == SAME ? "Nothing is pinned yet: c closes a gate." : "Both runs are the same.");
        return;
    }
    str_add(out, "Part at ");
    if (p->kind == SENTENCES) {
        str_addf(out, "t=%d: ", f->parts);
        say_quoted(p->now.s, f->parts, gl, out);
        str_add(out, " here, ");
        say_quoted(p->was.s, f->parts, gl, out);
        str_add(out, " there");
        if (session_pin_count(p->now.s))
            str_add(out, "; X: no pins");
        return;
    }
    say_quoted(p->now.s, f->parts, gl, out);
    const struct pin *pin = cause(p->now.s, f->parts, &more);
    if (!pin)
        return;
    say_unit_name(p->now.s, pin->layer, pin->unit, name);
    str_addf(out, ": %s of %s ", quantity_name(pin->q), name);
    add_number(out, session_row(p->now.s, RUN_BASE, pin->layer, pin->q, pin->step)[pin->unit], false);
    str_addf(out, " %s ", gl->arrow);
    add_number(out, pin->value, false);
    str_addc(out, '*');
}

static void say_cell(const struct pair *p, const struct facts *f, const struct glyphs *gl, struct str *out)
{
    char name[ANATOMY_LABEL];
    if (p->kind == SAME)
        return;
    say_unit_name(p->now.s, f->layer, f->unit, name);
    str_addf(out, "C of %s ", name);
    if (!f->C_parts) {
        str_add(out, "is the same in both.");
        return;
    }
    str_add(out, "differs from ");
    say_quoted(p->now.s, f->C_parts, gl, out);
    str_add(out, " on: ");
    add_number(out, cell(&p->now, f->layer, f->unit, f->C_parts), true);
    str_add(out, p->kind == PINS ? ", was " : ", there ");
    add_number(out, cell(&p->was, f->layer, f->unit, f->C_parts), true);
    str_add(out, ".");
}

/* "9.49 → 10.49 nats (+1.00)": the change is that of the printed totals, with enough decimals that it is not 0.00
 * unless there is none. */
static void say_total(const struct facts *f, const char *unit, const struct glyphs *gl, struct str *out)
{
    double was = f->total_was, now = f->total_now, one = 100;
    int d = 2;
    for (; d < 6 && now != was && fabs(now - was) * one < 1; one *= 10)
        d++;
    str_addf(out, "Surprisal %.*f %s %.*f %s (%+.*f)", d, was, gl->arrow, d, now, unit, d,
             (round(now * one) - round(was * one)) / one);
}

static void say_surprise_short(const struct pair *p, const struct facts *f, const struct glyphs *gl, struct str *out)
{
    if (!f->head)
        str_add(out, "No surprisal: no word is an output.");
    else if (p->kind == SAME)
        str_addf(out, "Surprisal %.2f nats in all", f->total_now);
    else if (p->kind == PINS)
        say_total(f, "nats", gl, out);
    else
        str_addf(out, "Surprisal: here %.2f, there %.2f nats", f->total_now, f->total_was);
}

/* "surprisal 9.48 → 10.51 nats (+1.03); most at 'her': 0.94 → 0.34" */
static void say_surprise(const struct pair *p, const struct facts *f, const struct glyphs *gl, struct str *out)
{
    if (!f->head) {
        bool overflows = session_outputs(p->now.s) && session_likeliest(p->now.s, p->now.run, 1) < 0;
        str_add(out, overflows ? "The logits overflow: there is no surprisal."
                     : session_outputs(p->now.s)
                     ? "No word of the sentence is among the outputs: there is no surprisal."
                                                    : "This model has no output head: it predicts nothing.");
        return;
    }
    char over[32] = "nats in all";
    if (f->counted < p->common - 1)
        snprintf(over, sizeof over, "nats over %d words", f->counted);
    if (p->kind == SAME) {
        str_addf(out, "Surprisal %.2f %s.", f->total_now, over);
        return;
    }
    if (p->kind == PINS)
        say_total(f, over, gl, out);
    else
        str_addf(out, "Surprisal: here %.2f, there %.2f %s", f->total_now, f->total_was, over);
    if (f->most) {
        str_add(out, p->kind == PINS ? ", most at " : ", furthest apart at ");
        say_quoted(p->now.s, f->most + 1, gl, out);
        double now = exp(-surprise(&p->now, f->most)), was = exp(-surprise(&p->was, f->most));
        int d = across_decimals(now, was);
        if (p->kind == PINS)
            str_addf(out, ": %.*f %s %.*f", d, was, gl->arrow, d, now);
        else
            str_addf(out, ": p %.*f, there %.*f", d, now, d, was);
    }
    str_add(out, ".");
}

static void explain_with(const struct scene *scene, const struct facts *f, const struct glyphs *gl, struct str *out)
{
    struct pair p = pair_of(scene->session);
    if (!p.steps) {
        say_nothing(scene->session, out);
        return;
    }
    say_where(&p, f, gl, out);
    str_addc(out, ' ');
    say_cell(&p, f, gl, out);
    str_add(out, p.kind == SAME ? "" : " ");
    say_surprise(&p, f, gl, out);
    int t = session_cursor(scene->session)->step;
    int now = has(&p.now, t) ? session_likeliest(p.now.s, p.now.run, t) : -1,
        was = has(&p.was, t) ? session_likeliest(p.was.s, p.was.run, t) : -1;
    if (now < 0)
        return;
    str_add(out, " After ");
    say_quoted(p.now.s, t, gl, out);
    str_add(out, " it expects '");
    say_output(p.now.s, now, gl, out);
    str_addf(out, "' (%.2f)", (double)session_probability(p.now.s, p.now.run, t, now));
    if (p.kind != SAME && was >= 0) {
        str_add(out, p.kind == PINS ? ", in the baseline '" : ", there '");
        say_output(p.was.s, was, gl, out);
        str_addf(out, "' (%.2f)", (double)session_probability(p.was.s, p.was.run, t, was));
    }
    str_addc(out, '.');
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    explain_with(scene, &((const struct state *)state)->facts, &glyphs_unicode, out);
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

enum row_name { HEAD, HEAD_CELL, AFTER_HEAD, WORDS, OTHER_WORDS, GATE, CHART, C_NOW, C_WAS, CHANGE, AFTER_CHANGE,
               TOP_NOW, TOP_WAS, AFTER_TOP, P_NOW, P_WAS,
           AFTER_P, S_NOW, S_WAS, AFTER_S, TOTAL, ROWS };

/* Which rows go first when there is little room: the higher, the sooner. Blank lines go before all others. */
static const int dispensable[ROWS] = {
    [WORDS] = 0, [C_NOW] = 1, [C_WAS] = 2, [OTHER_WORDS] = 3, [P_NOW] = 4, [P_WAS] = 5, [HEAD] = 6, [CHANGE] = 7,
        [TOTAL] = 8,
    [CHART] = 9, [TOP_NOW] = 10, [TOP_WAS] = 11, [S_NOW] = 12, [S_WAS] = 13, [GATE] = 14, [HEAD_CELL] = 18,
    [AFTER_CHANGE] = 15, [AFTER_HEAD] = 16, [AFTER_P] = 17, [AFTER_TOP] = 19, [AFTER_S] = 20,
};
enum { CHART_LEAST = 3, CHART_MOST = 9 };

/* The rows that come from one comparison or need a head. */
static bool wanted(enum row_name k, const struct pair *p, const struct facts *f, bool gate)
{
    bool two = p->kind != SAME, head = session_outputs(p->now.s) > 0;
    switch (k) {
    case OTHER_WORDS: return p->kind == SENTENCES;
    case GATE: return gate;
    case C_WAS: case CHANGE: case HEAD_CELL: return two;
    case TOP_NOW: case AFTER_TOP: return head;
    case TOP_WAS: return head && two;
    case P_NOW: case S_NOW: case AFTER_P: return f->head;
    case P_WAS: case S_WAS: return f->head && two;
    default: return true;
    }
}

/* Of the rows that are sentences. */
static int width_of(enum row_name k, const struct pair *p, const struct facts *f)
{
    struct str text = {0};
    if (k == HEAD)
        say_where(p, f, &glyphs_unicode, &text);
    else if (k == HEAD_CELL)
        say_cell(p, f, &glyphs_unicode, &text);
    else if (k == TOTAL)
        say_surprise(p, f, &glyphs_unicode, &text);
    int w = utf8_text_width(str_text(&text));
    str_free(&text);
    return w;
}

/* Heights of the rows. A sentence too long for its line has two. */
static void plan(int h, int w, const struct pair *p, const struct facts *f, bool gate, int height[ROWS])
{
    struct row row[ROWS];
    for (int k = 0; k < ROWS; k++) {
        bool long_one = k != CHART && w >= 60 && width_of((enum row_name)k, p, f) > w;
        int least = k == CHART ? CHART_LEAST : long_one ? 2 : 1;
        row[k] = (struct row){wanted((enum row_name)k, p, f, gate) ? least : 0, k == CHART ? CHART_MOST : 0,
                              dispensable[k]};
    }
    rows_fit(row, ROWS, h, height);
}

struct picture {
    const struct scene *scene;
    struct grid *g;
    struct rect r;
    struct pair p;
    const struct facts *f;
    struct across a;
    int now;                      /* the current step */
    int gutter;
};

static unsigned bold_at(const struct picture *c, int t)
{
    return t == c->now ? ATTR_BOLD : 0;
}

static void label(const struct picture *c, int y, enum role role, const char *text)
{
    if (c->gutter > 2)
        grid_text(c->g, c->r.x, y, c->gutter - 1, role, 0, text);
}

static const char *was_label(const struct picture *c)
{
    return c->p.kind == SENTENCES ? "  there" : "  baseline";
}

static enum value_look look_at(const struct picture *c, enum value v, int t)
{
    return value_marked(c->scene, &(struct place){c->f->layer, c->f->unit, v, t});
}

/* The number of a word, or what stands for it. */
static void put_number(const struct picture *c, int y, int t, enum value v, struct ink ink, float x)
{
    char point[8];
    enum value_look look = look_at(c, v, t);
    const char *instead = cells_stand_in(look, c->g->glyphs, point);
    if (instead)
        across_put(c->g, &c->a, t, y, value_look_role(look, ink.role), 0, instead);
    else
        across_number(c->g, &c->a, t, y, value_look_role(look, ink.role), value_look_attr(look, ink.attr), x,
                      !value_is_gate(v));
}

static void draw_cells(const struct picture *c, int y, const struct side *side, bool now)
{
    for (int t = c->a.first; t <= c->a.last; t++) {
        if (!has(side, t))
            continue;
        float v = cell(side, c->f->layer, c->f->unit, t);
        bool differs = now && has(&c->p.was, t) && v != cell(&c->p.was, c->f->layer, c->f->unit, t);
        bool pinned = now && session_pinned(side->s, c->f->layer, c->f->unit, Q_C, t);
        enum role role = differs ? ROLE_DIFF : now ? ROLE_C : ROLE_GHOST;
        put_number(c, y, t, VAL_C, (struct ink){pinned ? ROLE_PINNED : role, bold_at(c, t)}, v);
    }
}

static void draw_change(const struct picture *c, int y)
{
    char dot[8];
    utf8_encode(c->g->glyphs->unknown, dot);
    for (int t = c->a.first; t <= c->a.last; t++) {
        if (!has(&c->p.now, t) || !has(&c->p.was, t))
            continue;
        float d = cell(&c->p.now, c->f->layer, c->f->unit, t) - cell(&c->p.was, c->f->layer, c->f->unit, t);
        if (d == 0 && look_at(c, VAL_C, t) != LOOK_HIDDEN)
            across_put(c->g, &c->a, t, y, ROLE_DIM, 0, dot);
        else
            put_number(c, y, t, VAL_C, (struct ink){ROLE_DIFF, ATTR_BOLD}, d);
    }
}

static void draw_chart(const struct picture *c, int y, int h)
{
    float scale = widget_scale(c->f->peak), low = c->f->negative ? -scale : 0;
    char buf[16];
    for (int t = c->a.first; t <= c->a.last; t++) {
        const struct side *one = has(&c->p.now, t) ? &c->p.now : &c->p.was;
        enum value_look look = look_at(c, VAL_C, t);
        if (look == LOOK_HIDDEN)
            continue;
        float now = cell(one, c->f->layer, c->f->unit, t), was = NAN;
        if (c->p.kind != SAME && has(&c->p.now, t) && has(&c->p.was, t)
            && cell(&c->p.was, c->f->layer, c->f->unit, t) != now)
            was = cell(&c->p.was, c->f->layer, c->f->unit, t);
        int w = c->a.pitch - 1 < 5 ? c->a.pitch - 1 : 5, x = across_x(&c->a, t) + (c->a.pitch - 1 - w) / 2;
        widget_column(c->g, x, y, w, h, now, was, low, scale,
                      value_look_role(look, one == &c->p.now ? ROLE_C : ROLE_GHOST));
    }
    if (h < CHART_LEAST || c->gutter < 9)
        return;
    grid_text_right(c->g, c->r.x + c->gutter - 1, y, 6, ROLE_DIM, 0,
                    widget_number(buf, sizeof buf, scale, 5, 0, c->f->negative));
    if (c->f->negative)
        grid_text_right(c->g, c->r.x + c->gutter - 1, y + h - 1, 6, ROLE_DIM, 0,
                        widget_number(buf, sizeof buf, low, 5, 0, true));
    else
        grid_text_right(c->g, c->r.x + c->gutter - 1, y + h - 1, 6, ROLE_DIM, 0, "0");
}

static void draw_gate(const struct picture *c, int y, enum value v)
{
    const struct session *s = c->p.now.s;
    for (int t = c->a.first; t <= c->a.last && t <= session_steps(s); t++) {
        float value = session_value(s, RUN_PINNED, c->f->layer, c->f->unit, v, t);
        bool pinned = session_value_pinned(s, c->f->layer, c->f->unit, v, t);
        put_number(c, y, t, v, (struct ink){pinned ? ROLE_PINNED : value_role(v), pinned ? ATTR_BOLD : bold_at(c, t)},
                   value);
        if (pinned && c->a.pitch > 6)
            cells_star(c->g, across_x(&c->a, t) + (c->a.pitch - 1 + 5) / 2, y);
    }
}

static void draw_top(const struct picture *c, int y, const struct side *side, bool now)
{
    for (int t = c->a.first; t <= c->a.last; t++) {
        if (!has(side, t))
            continue;
        int best = session_likeliest(side->s, side->run, t);
        int was = now && has(&c->p.was, t) ? session_likeliest(c->p.was.s, c->p.was.run, t) : best;
        struct str word = {0}, cut = {0};
        if (best < 0)             /* the logits overflow */
            str_addc(&word, '-');
        else
            say_output(side->s, best, c->g->glyphs, &word);
        utf8_cut(&cut, str_text(&word), c->a.pitch - 1, c->g->glyphs->ascii);
        across_put(c->g, &c->a, t, y, !now ? ROLE_GHOST : best != was ? ROLE_DIFF : ROLE_PREDICT,
                   best != was ? ATTR_BOLD : bold_at(c, t), str_text(&cut));
        str_free(&word);
        str_free(&cut);
    }
}

static void draw_surprise(const struct picture *c, int y, const struct side *side, bool now, bool probability)
{
    for (int t = c->a.first; t <= c->a.last; t++) {
        double v = has(side, t) ? surprise(side, t) : (double)NAN, was = has(&c->p.was, t) ? surprise(&c->p.was, t) : v;
        if (!isfinite(v)) {
            if (has(side, t))
                across_put(c->g, &c->a, t, y, ROLE_DIM, 0, "-");
            continue;
        }
        bool differs = now && fabs(exp(-v) - exp(-was)) >= 0.005;
        across_number(c->g, &c->a, t, y, !now ? ROLE_GHOST : differs ? ROLE_DIFF : ROLE_NUMBER,
                      differs ? ATTR_BOLD : bold_at(c, t),
                      (float)(probability ? exp(-v) : v), false);
    }
}

/* Words that differ from the other sentence's stand out. */
static void mark_words(const struct picture *c, int y, const struct side *side, const struct side *other)
{
    for (int t = c->a.first; t <= c->a.last; t++)
        if (has(side, t) && (!has(other, t) || strcmp(session_token(side->s, t), session_token(other->s, t)) != 0))
            for (int x = across_x(&c->a, t); x < across_x(&c->a, t) + c->a.pitch - 1; x++) {
                const struct cell *at = grid_at(c->g, x, y);
                if (at && at->ch[0] > ' ')
                    grid_put(c->g, x, y, at->ch[0], ROLE_DIFF, ATTR_BOLD);
            }
}

static void draw_row(const struct picture *c, enum row_name k, int y, int h)
{
    struct str text = {0};
    const struct cursor *at = session_cursor(c->p.now.s);
    const struct glyphs *gl = c->g->glyphs;
    char name[32];
    switch (k) {
    case HEAD:
        if (!value_secret(c->scene, &text))
            (c->r.w < 60 ? say_where_short : say_where)(&c->p, c->f, gl, &text);
        grid_wrap(c->g, (struct rect){c->r.x, y, c->r.w, h},
                  c->p.kind == SAME ? ROLE_DIM : c->f->parts ? ROLE_DIFF : ROLE_TEXT, 0, str_text(&text));
        break;
    case HEAD_CELL:
        if (!value_secret(c->scene, NULL))
            say_cell(&c->p, c->f, gl, &text);
        grid_wrap(c->g, (struct rect){c->r.x, y, c->r.w, h}, ROLE_TEXT, 0, str_text(&text));
        break;
    case WORDS:
        label(c, y, ROLE_LABEL, c->p.kind == SENTENCES ? "here" : "");
        across_words(c->g, &c->a, c->p.now.s, c->now, y);
        if (c->p.kind == SENTENCES)
            mark_words(c, y, &c->p.now, &c->p.was);
        break;
    case OTHER_WORDS:
        label(c, y, ROLE_GHOST, "there");
        across_words(c->g, &c->a, c->p.was.s, c->now, y);
        mark_words(c, y, &c->p.was, &c->p.now);
        break;
    case GATE:
        str_addf(&text, "%s", value_symbol(at->value, gl));
        label(c, y, value_role(at->value), str_text(&text));
        draw_gate(c, y, at->value);
        break;
    case CHART: draw_chart(c, y, h); break;
    case C_NOW:
        str_addf(&text, "C %s", session_unit_label(c->p.now.s, at->layer, at->unit, name));
        label(c, y, ROLE_LABEL, str_text(&text));
        draw_cells(c, y, &c->p.now, true);
        break;
    case C_WAS:
        label(c, y, ROLE_GHOST, was_label(c));
        draw_cells(c, y, &c->p.was, false);
        break;
    case CHANGE:
        label(c, y, ROLE_DIFF, "  change");
        draw_change(c, y);
        break;
    case TOP_NOW:
        label(c, y, ROLE_LABEL, "expects");
        draw_top(c, y, &c->p.now, true);
        break;
    case TOP_WAS:
        label(c, y, ROLE_GHOST, was_label(c));
        draw_top(c, y, &c->p.was, false);
        break;
    case P_NOW: case S_NOW:
        label(c, y, ROLE_LABEL, k == P_NOW ? "p(next)" : "surprisal");
        draw_surprise(c, y, &c->p.now, true, k == P_NOW);
        break;
    case P_WAS: case S_WAS:
        label(c, y, ROLE_GHOST, was_label(c));
        draw_surprise(c, y, &c->p.was, false, k == P_WAS);
        break;
    case TOTAL:
        (c->r.w < 60 ? say_surprise_short : say_surprise)(&c->p, c->f, gl, &text);
        grid_wrap(c->g, (struct rect){c->r.x, y, c->r.w, h}, ROLE_TEXT, 0, str_text(&text));
        break;
    default: break;
    }
    str_free(&text);
}

/* A line before the first word at which the runs differ, down through all rows. */
static void mark_parting(const struct picture *c, int top, int bottom)
{
    int t = c->f->parts;
    if (t <= c->a.first || t > c->a.last)
        return;
    for (int y = top; y < bottom; y++) {
        const struct cell *at = grid_at(c->g, across_x(&c->a, t) - 1, y);
        if (at && at->ch[0] == ' ')
            grid_put(c->g, across_x(&c->a, t) - 1, y, c->g->glyphs->vline, ROLE_DIFF, 0);
    }
}

/* Where columns have no room: the current word in a line. */
static void draw_line(const struct picture *c)
{
    struct str text = {0};
    char name[32];
    str_addf(&text, "C %s ", session_unit_label(c->p.now.s, c->f->layer, c->f->unit, name));
    add_number(&text, cell(&c->p.now, c->f->layer, c->f->unit, c->now), true);
    if (c->p.kind != SAME && has(&c->p.was, c->now)) {
        str_add(&text, " was ");
        add_number(&text, cell(&c->p.was, c->f->layer, c->f->unit, c->now), true);
    }
    grid_wrap(c->g, c->r, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    struct picture c = {.scene = scene, .g = g, .p = pair_of(s), .f = &((const struct state *)state)->facts,
                        .now = session_cursor(s)->step};
    c.r = r = rect_inset(r, r.w > 40 ? 1 : 0, 0);
    if (r.w < 1 || r.h < 1)
        return;
    if (c.now < 1) {
        say_draw_nothing(s, g, r);
        return;
    }
    if (scene->explain && r.h >= 12) {
        struct str text = {0};
        explain_with(scene, c.f, g->glyphs, &text);
        int h = r.h >= 22 ? 4 : 3;
        grid_wrap(g, (struct rect){r.x, r.y + r.h - h, r.w, h}, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
        c.r.h = r.h -= h + 1;
    }
    c.gutter = r.w >= 70 ? 12 : r.w >= 36 ? 11 : 0;
    c.a = across_plan(r, c.gutter, 1, c.p.steps, c.now, 6, 12);
    if (r.w < 20 || r.h < 3 || c.a.last < c.a.first) {
        draw_line(&c);
        return;
    }
    const struct cursor *at = session_cursor(s);
    bool gate = at->value != VAL_C && c.p.kind != SENTENCES;
    int height[ROWS], y = r.y, words = -1, end = -1;
    plan(r.h, r.w, &c.p, c.f, gate, height);
    for (int k = 0; k < ROWS; k++) {
        if (!height[k])
            continue;
        if (k == WORDS)
            words = y;
        draw_row(&c, (enum row_name)k, y, height[k]);
        y += height[k];
        if (k < TOTAL)
            end = y;
    }
    if (words >= 0)
        mark_parting(&c, words, end);
}

static const struct view_key keys[] = {
    {.keys = "<Tab>", .hint = "unit"},
    {.keys = "c", .hint = "close"},
    {.keys = "o", .hint = "open"},
    {.keys = "+", .other = "-", .hint = "change", .flags = KEY_PAIR},
    {.keys = "W", .hint = "sweep"},
    {.keys = "X", .hint = "unpin all"},
    {.keys = "<Up>", .other = "<Down>", .hint = "value", .flags = KEY_PAIR},
    {.keys = NULL},
};

const struct view view_whatif = {
    .name = "what-if",
    .title = "what-if",
    .strip = "what-if",
    .rank = 8,
    .whole = true,
    .help = "The baseline and the pinned run over the whole sentence: C of the selected unit in both, their "
            "difference, the word each run expects next, the probability of the word that does come and its surprisal "
            "(-ln p, in nats). The line down the picture is where the runs part. The usual keys pin values here, too. "
            ":compare TEXT holds another sentence against this one, word by word; :compare without a text puts it "
            "away.",
    .key = 'w',
    .keys = keys,
    .state_size = sizeof(struct state),
    .draw = draw,
    .explain = explain,
    .prepare = prepare,
};
