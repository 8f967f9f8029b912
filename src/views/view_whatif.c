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
#include "views/sums.h"
#include "views/tape.h"
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
    float low, high;              /* its smallest C below 0, its largest above; else 0 */
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

static void gather(const struct session *s, struct facts *f)
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
        f->low = fminf(f->low, fminf(now, was));
        f->high = fmaxf(f->high, fmaxf(now, was));
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
        gather(scene->session, &st->facts);
}

/* ---- in words ---------------------------------------------------------------------------------------------------- */

static void add_number(struct str *out, float v, bool sign)
{
    char buf[16];
    const char *p = widget_number(buf, sizeof buf, v, 8, 2, sign);
    str_add(out, p + strspn(p, " "));
}

/* A gate says 1.00 only for 1. */
static void add_value(struct str *out, enum quantity q, float v)
{
    char num[SUMS_MAX];
    str_add(out, value_is_gate((enum value)q) ? sums_gate(num, (double)v) : sums_number(num, (double)v, 2, true));
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
        if (pin) {
            say_unit_name(s, pin->layer, pin->unit, name);
            str_addf(out, "%s of %s pinned to ", quantity_name(pin->q), name);
            add_value(out, pin->q, pin->value);
            str_add(out, " at ");
            say_quoted(p->now.s, f->parts, gl, out);
            str_add(out, ", computed ");
            add_value(out, pin->q, session_row(s, RUN_BASE, pin->layer, pin->q, pin->step)[pin->unit]);
            if (more)
                str_addf(out, " (and %d more)", more);
        } else {
            str_add(out, "The runs part at ");
            say_quoted(p->now.s, f->parts, gl, out);
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
    add_value(out, pin->q, session_row(p->now.s, RUN_BASE, pin->layer, pin->q, pin->step)[pin->unit]);
    str_addf(out, " %s ", gl->arrow);
    add_value(out, pin->q, pin->value);
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
    for (; d < 6 && now != was && fabs(now - was) * one < 1; d++)
        one *= 10;
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

/* "After 'with' it now expects 'his': 0.002 → 0.38." where the prediction changed most. */
static void say_instead(const struct pair *p, const struct facts *f, const struct glyphs *gl, struct str *out)
{
    int t = f->most, now = t ? session_likeliest(p->now.s, p->now.run, t) : -1;
    if (p->kind != PINS || now < 0 || now == session_likeliest(p->was.s, p->was.run, t))
        return;
    double a = (double)session_probability(p->was.s, p->was.run, t, now), b = (double)session_probability(p->now.s,
        p->now.run, t, now);
    int d = across_decimals(a, b);
    while (d < 6 && a != 0 && sums_printed(a, d) == 0)
        d++;
    str_add(out, " After ");
    say_quoted(p->now.s, t, gl, out);
    str_add(out, " it now expects '");
    say_output(p->now.s, now, gl, out);
    str_addf(out, "': %.*f %s %.*f.", d, a, gl->arrow, d, b);
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

enum row_name { HEADING, OTHER_WORDS, GATE, CHART, C_WAS, CHANGE, AFTER_CHANGE, TOP_NOW, TOP_WAS, P_NOW, P_WAS, AFTER_P,
    S_NOW, S_WAS, AFTER_S, O_NOW, O_WAS,
           H_NOW, H_WAS, ROWS };

/* Which rows go first when there is little room: the higher, the sooner. Blank lines go before all others. C itself
 * stands on the tape. */
static const int dispensable[ROWS] = {
    [C_WAS] = 0, [OTHER_WORDS] = 1, [CHANGE] = 2, [CHART] = 3, [HEADING] = 4, [P_NOW] = 5, [P_WAS] = 6, [TOP_NOW] = 7,
        [TOP_WAS] = 8, [GATE] = 9,
    [S_NOW] = 10, [S_WAS] = 11, [H_NOW] = 12, [H_WAS] = 13, [O_NOW] = 14, [O_WAS] = 15, [AFTER_CHANGE] = 16,
        [AFTER_P] = 17, [AFTER_S] = 18,
};
enum { CHART_LEAST = 3, CHART_MOST = 15, ROOMY = 26 };

/* The rows that come from one comparison or need a head; surprisal, o and h where there is much room. */
static bool wanted(enum row_name k, const struct pair *p, const struct facts *f, bool gate, bool roomy)
{
    bool two = p->kind != SAME, head = session_net(p->now.s)->outputs > 0;
    switch (k) {
    case OTHER_WORDS: return p->kind == SENTENCES;
    case GATE: return gate;
    case C_WAS: case CHANGE: return two;
    case TOP_NOW: case AFTER_CHANGE: return head;
    case TOP_WAS: return head && two;
    case P_NOW: case AFTER_P: return f->head;
    case P_WAS: return f->head && two;
    case S_NOW: case AFTER_S: return f->head && roomy;
    case S_WAS: return f->head && two && roomy;
    case O_NOW: case H_NOW: return roomy;
    case O_WAS: case H_WAS: return roomy && two;
    default: return true;
    }
}

/* Heights of the rows, top to bottom; 0 is left out. */
static void plan(int h, const struct pair *p, const struct facts *f, bool gate, int height[ROWS])
{
    struct row row[ROWS];
    for (int k = 0; k < ROWS; k++) {
        bool here = wanted((enum row_name)k, p, f, gate, h >= ROOMY);
        row[k] = (struct row){!here ? 0 : k == CHART ? CHART_LEAST : 1, k == CHART ? CHART_MOST : 0, dispensable[k]};
    }
    rows_fit(row, ROWS, h, height);
}

struct picture {
    const struct scene *scene;
    struct grid *g;
    struct rect r;
    struct pair p;
    const struct facts *f;
    struct across a;              /* the tape's own columns */
    int now;                      /* the current step */
};

static unsigned bold_at(const struct picture *c, int t)
{
    return t == c->now ? ATTR_BOLD : 0;
}

static void label(const struct picture *c, int y, enum role role, const char *text)
{
    int room = c->a.x - 2 - c->r.x;
    if (room > 2)
        grid_text(c->g, c->r.x, y, room, role, 0, text);
}

static const char *was_label(const struct picture *c)
{
    return c->p.kind == SENTENCES ? " there" : " was";
}

static enum value_look look_of(const struct picture *c, enum value v, int t)
{
    return value_marked(c->scene, &(struct place){c->f->layer, c->f->unit, v, t});
}

static void put_dot(const struct picture *c, int y, int t)
{
    char dot[8];
    dot[utf8_encode(c->g->glyphs->unknown, dot)] = '\0';
    across_put(&c->a, t, y, (struct ink){ROLE_DIM, 0}, dot);
}

/* The number of a word, or what stands for it. */
static void put_number(const struct picture *c, int y, int t, enum value v, struct ink ink, float x)
{
    char point[8];
    enum value_look look = look_of(c, v, t);
    const char *instead = cells_stand_in(look, c->g->glyphs, point);
    char gate[16];
    enum pen old = grid_pen(c->g, value_look_pen(look));
    if (instead)
        across_put(&c->a, t, y, (struct ink){ROLE_LABEL, 0}, instead);
    else if (value_is_gate(v))
        grid_text(c->g, across_x(&c->a, t), y, 5, ink.role, ink.attr, widget_gate(gate, sizeof gate, x, 5));
    else
        across_number(&c->a, t, y, ink, x, true);
    grid_pen(c->g, old);
}

static float value_of(const struct picture *c, const struct side *side, enum value v, int t)
{
    return session_value(side->s, side->run, c->f->layer, c->f->unit, v, t);
}

/* A quantity of either run: the present one with its pins, the other only where it differs. */
static void draw_values(const struct picture *c, int y, enum value v, bool now)
{
    const struct side *side = now ? &c->p.now : &c->p.was;
    for (int t = c->a.first; t <= c->a.last; t++) {
        if (!has(side, t))
            continue;
        bool both = has(&c->p.now, t) && has(&c->p.was, t) && c->p.kind != SAME;
        bool differs = both && value_of(c, &c->p.now, v, t) != value_of(c, &c->p.was, v, t);
        bool pinned = now && session_value_pinned(side->s, c->f->layer, c->f->unit, v, t);
        if (!now && both && !differs && v != VAL_C && look_of(c, v, t) != LOOK_HIDDEN) {
            put_dot(c, y, t);
            continue;
        }
        struct ink ink = {now ? ROLE_NUMBER : ROLE_GHOST, (now && differs) || pinned ? ATTR_BOLD : bold_at(c, t)};
        ink.role = pinned ? ROLE_PINNED : ink.role;
        put_number(c, y, t, v, ink, value_of(c, side, v, t));
        if (pinned)
            cells_star(c->g, across_x(&c->a, t) + 5, y);
    }
}

/* As it is printed: what stands below is the difference of what stands above it. */
static double shown(const struct picture *c, float v)
{
    char buf[16];
    return strtod(widget_number(buf, sizeof buf, v, c->a.pitch - 1 < 5 ? c->a.pitch - 1 : 5, 2, true), NULL);
}

static void draw_change(const struct picture *c, int y)
{
    for (int t = c->a.first; t <= c->a.last; t++) {
        if (!has(&c->p.now, t) || !has(&c->p.was, t))
            continue;
        float now = cell(&c->p.now, c->f->layer, c->f->unit, t), was = cell(&c->p.was, c->f->layer, c->f->unit, t);
        double d = shown(c, now) - shown(c, was);
        if (look_of(c, VAL_C, t) == LOOK_HIDDEN)
            put_number(c, y, t, VAL_C, (struct ink){ROLE_NUMBER, 0}, 0);
        else if (now == was)
            put_dot(c, y, t);
        else if (fabs(d) < 1e-9)
            across_put(&c->a, t, y, (struct ink){ROLE_NUMBER, 0}, "<.01");
        else
            put_number(c, y, t, VAL_C, (struct ink){ROLE_NUMBER, ATTR_BOLD}, (float)d);
    }
}

/* ---- the picture of C -------------------------------------------------------------------------------------------- */

/* Two cells wide, from the row of zero up or down; less than half a row is a number only. */
/* Where bars stand: the row of zero, rows to either side of it, and what they are of. */
struct ground { int zero, rows; float scale; };

static void draw_bar(const struct picture *c, int x, const struct ground *on, float v, uint32_t glyph, enum role role)
{
    int n = (int)lrintf(fabsf(v) / on->scale * (float)on->rows), zero = on->zero;
    n = n > on->rows ? on->rows : n;
    for (int k = 1; k <= n; k++)
        for (int w = 0; w < 2; w++)
            grid_put(c->g, x + w, v > 0 ? zero - k : zero + k, glyph, role, 0);
}

/* Solid is now, light is without the pin, side by side: no colour is needed to tell them apart. */
static void draw_chart(const struct picture *c, int y, int h)
{
    const struct glyphs *gl = c->g->glyphs;
    float scale = widget_scale(c->f->peak);
    /* A side of zero has rows when it would fill half of one. */
    float least = scale / (float)(2 * (h - 1));
    bool down = c->f->low <= -least, up = c->f->high >= least || !down;
    int rows = up && down ? (h - 1) / 2 : h - 1, zero = up ? y + rows : y;
    char buf[16];
    const struct ground on = {zero, rows, scale};
    for (int t = c->a.first; t <= c->a.last; t++) {
        enum value_look look = look_of(c, VAL_C, t);
        int x = across_x(&c->a, t);
        for (int k = 0; k < 5 && k < c->a.pitch - 1; k++)
            grid_put(c->g, x + k, zero, gl->hline, ROLE_AXIS, 0);
        if (look == LOOK_HIDDEN)
            continue;
        enum pen old = grid_pen(c->g, value_look_pen(look));
        if (has(&c->p.now, t))
            draw_bar(c, x, &on, cell(&c->p.now, c->f->layer, c->f->unit, t), gl->full, ROLE_C);
        if (c->p.kind != SAME && has(&c->p.was, t))
            draw_bar(c, x + 3, &on, cell(&c->p.was, c->f->layer, c->f->unit, t), gl->heat[1], ROLE_GHOST);
        grid_pen(c->g, old);
    }
    int end = c->a.x - 2, room = end - c->r.x;
    if (room < 4)
        return;
    grid_text_right(c->g, end, zero, room, ROLE_DIM, 0, "0");
    for (int sign = 1; sign >= -1; sign -= 2)
        if (rows > 0 && (sign > 0 ? up : down)) {
            const char *text = widget_number(buf, sizeof buf, (float)sign * scale, 5, 0, true);
            grid_text_right(c->g, end, zero - sign * rows, room, ROLE_DIM, 0, text + strspn(text, " "));
        }
}

static void draw_top(const struct picture *c, int y, bool now)
{
    const struct side *side = now ? &c->p.now : &c->p.was;
    for (int t = c->a.first; t <= c->a.last; t++) {
        if (!has(side, t))
            continue;
        bool both = has(&c->p.now, t) && has(&c->p.was, t);
        int best = session_likeliest(side->s, side->run, t);
        bool differs = both && session_likeliest(c->p.now.s, c->p.now.run, t) != session_likeliest(c->p.was.s,
            c->p.was.run, t);
        struct str word = {0}, cut = {0};
        if (!now && both && !differs) {
            put_dot(c, y, t);
            continue;
        }
        if (best < 0)             /* the logits overflow */
            str_addc(&word, '-');
        else
            say_output(side->s, best, c->g->glyphs, &word);
        utf8_cut(&cut, str_text(&word), c->a.pitch - 2, c->g->glyphs->ascii);
        across_put(&c->a, t, y, (struct ink){now ? ROLE_PREDICT : ROLE_GHOST, differs && now ? ATTR_BOLD : 0},
                   str_text(&cut));
        if (differs && now)
            cells_pointer(c->g, across_x(&c->a, t) - 1, y);
        str_free(&word);
        str_free(&cut);
    }
}

static void draw_surprise(const struct picture *c, int y, bool now, bool probability)
{
    const struct side *side = now ? &c->p.now : &c->p.was;
    for (int t = c->a.first; t <= c->a.last; t++) {
        double v = has(side, t) ? surprise(side, t) : (double)NAN;
        if (!isfinite(v)) {
            if (has(side, t) && t < session_steps(side->s))
                across_put(&c->a, t, y, (struct ink){ROLE_DIM, 0}, "-");
            continue;
        }
        bool both = has(&c->p.now, t) && has(&c->p.was, t) && c->p.kind != SAME;
        double a = both ? surprise(&c->p.now, t) : v, b = both ? surprise(&c->p.was, t) : v;
        a = probability ? exp(-a) : a;
        b = probability ? exp(-b) : b;
        bool differs = both && sums_printed(a, 2) != sums_printed(b, 2);
        if (!now && both && !differs)
            put_dot(c, y, t);
        else
            across_number(&c->a, t, y, (struct ink){now ? ROLE_NUMBER : ROLE_GHOST, now
                                                    && differs ? ATTR_BOLD : bold_at(c, t)},
                                                        (float)(probability ? exp(-v) : v), false);
    }
}

/* The words of the other sentence under those of the tape; those that differ stand out. */
static void draw_other_words(const struct picture *c, int y)
{
    for (int t = c->a.first; t <= c->a.last && t <= session_steps(c->p.was.s); t++) {
        struct str word = {0};
        bool differs = !has(&c->p.now, t) || strcmp(session_token(c->p.now.s, t), session_token(c->p.was.s, t)) != 0;
        say_token_cut(c->p.was.s, t, c->a.pitch - 1, c->g->glyphs, &word);
        across_put(&c->a, t, y, (struct ink){differs ? ROLE_TOKEN : ROLE_GHOST, differs ? ATTR_BOLD : 0},
                   str_text(&word));
        str_free(&word);
    }
}

/* What was set by hand, its number in the colour of pins; and what solid and light mean, where there is room. */
static void draw_heading(const struct picture *c, int y)
{
    struct str text = {0};
    const struct glyphs *gl = c->g->glyphs;
    if (!value_secret(c->scene, &text))
        say_where(&c->p, c->f, gl, &text);
    if (utf8_text_width(str_text(&text)) > c->r.w && !value_secret(c->scene, NULL)) {
        str_clear(&text);
        say_where_short(&c->p, c->f, gl, &text);
    }
    int n = say_wrap(c->g, (struct rect){c->r.x, y, c->r.w, 1}, ROLE_TEXT, 0, str_text(&text))
        ? utf8_text_width(str_text(&text)) : 0;
    const char *pinned = strstr(str_text(&text), " pinned to ");
    if (pinned && c->p.kind == PINS) {
        pinned += strlen(" pinned to ");
        int from = 0;
        for (const char *p = str_text(&text); p < pinned; p++)
            from += ((unsigned char)*p & 0xC0) != 0x80;
        for (int k = 0; pinned[k] && pinned[k] != ' '; k++)
            grid_put(c->g, c->r.x + from + k, y, (uint32_t)pinned[k], ROLE_PINNED, ATTR_BOLD);
    }
    const char *now = c->p.kind == SENTENCES ? "here" : "now", *was = c->p.kind == SENTENCES ? "there" : "without it";
    int w = 7 + utf8_text_width(now) + utf8_text_width(was), x = c->r.x + c->r.w - w;
    if (c->p.kind != SAME && n + 3 + w <= c->r.w) {
        grid_put(c->g, x, y, gl->full, ROLE_C, 0);
        x += 2 + grid_text(c->g, x + 2, y, 8, ROLE_TEXT, 0, now);
        grid_put(c->g, x + 3, y, gl->heat[1], ROLE_GHOST, 0);
        grid_text(c->g, x + 5, y, 12, ROLE_TEXT, 0, was);
    }
    str_free(&text);
}

static void draw_row(const struct picture *c, enum row_name k, int y, int h)
{
    const struct cursor *at = session_cursor(c->p.now.s);
    const struct glyphs *gl = c->g->glyphs;
    switch (k) {
    case HEADING: draw_heading(c, y); break;
    case OTHER_WORDS:
        label(c, y, ROLE_GHOST, " there");
        draw_other_words(c, y);
        break;
    case GATE:
        label(c, y, value_role(at->value), value_symbol(at->value, gl));
        draw_values(c, y, at->value, true);
        break;
    case CHART: draw_chart(c, y, h); break;
    case C_WAS:
        label(c, y, ROLE_GHOST, was_label(c));
        draw_values(c, y, VAL_C, false);
        break;
    case CHANGE:
        label(c, y, ROLE_LABEL, " change");
        draw_change(c, y);
        break;
    case TOP_NOW: case TOP_WAS:
        label(c, y, k == TOP_NOW ? ROLE_LABEL : ROLE_GHOST, k == TOP_NOW ? "expects" : was_label(c));
        draw_top(c, y, k == TOP_NOW);
        break;
    case P_NOW: case P_WAS:
        label(c, y, k == P_NOW ? ROLE_LABEL : ROLE_GHOST, k == P_NOW ? "p(next)" : was_label(c));
        draw_surprise(c, y, k == P_NOW, true);
        break;
    case S_NOW: case S_WAS:
        label(c, y, k == S_NOW ? ROLE_LABEL : ROLE_GHOST, k == S_NOW ? "surprisal" : was_label(c));
        draw_surprise(c, y, k == S_NOW, false);
        break;
    case O_NOW: case O_WAS: case H_NOW: case H_WAS: {
        enum value v = k == O_NOW || k == O_WAS ? VAL_O : VAL_H;
        bool now = k == O_NOW || k == H_NOW;
        label(c, y, now ? value_role(v) : ROLE_GHOST, now ? value_symbol(v, gl) : was_label(c));
        draw_values(c, y, v, now);
        break;
    }
    default: break;
    }
}

/* One line parts the runs, before the first word at which they differ, down through all rows. */
static void mark_parting(const struct picture *c, int top, int bottom)
{
    int t = c->f->parts, x = across_x(&c->a, t) - 2;
    if (t < c->a.first || t > c->a.last || t < 2)
        return;
    for (int y = top; y < bottom; y++) {
        const struct cell *at = grid_at(c->g, x, y);
        if (at && at->ch[0] == ' ')
            grid_put(c->g, x, y, c->g->glyphs->vline, ROLE_RULE, 0);
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
    enum pen old = grid_pen(c->g, value_look_pen(look_of(c, VAL_C, c->now)));
    grid_wrap(c->g, c->r, ROLE_TEXT, 0, str_text(&text));
    grid_pen(c->g, old);
    str_free(&text);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    struct picture c = {.scene = scene, .g = g, .p = pair_of(s), .f = &((const struct state *)state)->facts,
        .now = session_cursor(s)->step};
    c.r = r = rect_inset(r, r.w > 24 ? 1 : 0, 0);
    if (r.w < 1 || r.h < 1)
        return;
    if (c.now < 1) {
        say_draw_nothing(s, g, r);
        return;
    }
    c.a = tape_columns(s, g->w);
    c.a.g = g;
    tape_mark(s, g, r);
    if (r.w < 20 || r.h < 3 || c.a.last < c.a.first) {
        draw_line(&c);
        return;
    }
    int y = r.y, height[ROWS];
    if (scene->explain && r.h >= 12) {
        struct str text = {0};
        if (!value_secret(scene, &text))
            explain_with(scene, c.f, g->glyphs, &text);
        int lines = say_wrap(g, (struct rect){r.x, y, r.w, r.h >= 22 ? 5 : 3}, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
        y += lines;
        r.h -= lines;
    }
    const struct cursor *at = session_cursor(s);
    bool gate = at->value != VAL_C && c.p.kind != SENTENCES && !value_kind(at->value)->product;
    plan(r.h, &c.p, c.f, gate, height);
    int top = y + height[HEADING];
    for (int k = 0; k < ROWS; k++) {
        if (height[k])
            draw_row(&c, (enum row_name)k, y, height[k]);
        y += height[k];
    }
    mark_parting(&c, top, y);
}

static void say(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct facts *f = &((const struct state *)state)->facts;
    struct pair p = pair_of(scene->session);
    struct str text = {0};
    if (p.steps) {
        say_surprise(&p, f, g->glyphs, &text);
        say_instead(&p, f, g->glyphs, &text);
        str_add(&text, p.kind == SAME ? "" : " ");
        say_cell(&p, f, g->glyphs, &text);
        if (grid_wrap_lines(r.w, str_text(&text)) > r.h && r.w < 60) {
            str_clear(&text);
            say_where_short(&p, f, g->glyphs, &text);
            str_add(&text, text.s[text.len - 1] == '.' ? " " : ". ");
            say_surprise_short(&p, f, g->glyphs, &text);
        }
    }
    say_wrap(g, r, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
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
    .about = "the sentence with and without what was set by hand",
    .strip = "what-if",
    .rank = 8,
    .whole = true,
    .all_steps = true,
    .help = "The pinned run, solid, beside the one without pins, light, over the whole sentence: C of the selected "
            "unit in both, their difference, the word each run expects next, the probability of the word that does "
            "come and its surprisal (-ln p, in nats). The line down the picture is where the runs part. The usual "
            "keys pin values here, too. :compare TEXT holds another sentence against this one, word by word; :compare "
            "without a text puts it away.",
    .key = 'w',
    .keys = keys,
    .state_size = sizeof(struct state),
    .draw = draw,
    .say = say,
    .explain = explain,
    .prepare = prepare,
};
