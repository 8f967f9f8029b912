/* view_bars.c: the main view: f_t, i_t, C_t-1 and C_t of the units that matter as coloured bars.
 *
 * Three arrangements, chosen by how many units there are (bars_plan.c): blocks with a line a unit (bars_blocks.c), a
 * column a unit, a field of two units a cell (bars_many.c). Beside or below stands what comes next (bars_next.c),
 * and the same in words.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/bars_draw.h"
#include "views/anatomy.h"
#include "views/cell.h"
#include "views/say.h"
#include "views/steps.h"
#include "views/sums.h"
#include "views/value.h"
#include "views/words.h"

struct state {
    bool zoom;                    /* six of many units, large */
    bool upright;                 /* sub-steps: struct steps_look */
    int row;
    struct rect steps;            /* where their picture stood last; h 0: nowhere */
};

static struct steps_look look_of(const struct state *st)
{
    return st ? (struct steps_look){st->upright, st->row} : (struct steps_look){false, 0};
}

enum { EXPLAIN_EACH = 8, ONE_LINE_H = 3, ONE_LINE_W = 17 };

static struct bars_scene scene_of(const struct scene *scene, struct grid *g, const struct bars_plan *plan)
{
    const struct session *s = scene->session;
    struct bars_scene b = {
        .scene = scene, .s = s, .g = g, .at = session_cursor(s), .plan = plan, .cell = bars_scale(scene)};
    b.layer = b.at->layer;
    b.t = b.at->step;
    b.H = session_net(s)->layer[b.layer].hidden;
    b.low = -b.cell;
    return b;
}

/* Rows that a scenario names and that hold nothing negative stand on a zero at the left: their lengths compare as
 * they are. */
static float lowest(const struct bars_scene *b)
{
    if (!b->plan->measure)
        return -b->cell;
    for (int k = 0; k < b->plan->n; k++)
        for (int u = 0; u < b->plan->units; u++)
            if (!value_is_gate(b->plan->value[k])
                && session_value(b->s, RUN_PINNED, b->layer, b->plan->unit[u], b->plan->value[k], b->t) < 0)
                return -b->cell;
    return 0;
}

/* ---- in words ---------------------------------------------------------------------------------------------------- */

/* Every unit of a small layer, the whole and the strongest units of a large one. Briefly: in a word or two each. */
static void explain_layer(const struct session *s, bool brief, struct str *out)
{
    const struct cursor *at = session_cursor(s);
    int H = session_net(s)->layer[at->layer].hidden;
    if (H > EXPLAIN_EACH) {
        words_unit(s, RUN_PINNED, session_place(s), out);
        str_addc(out, ' ');
        words_layer(s, RUN_PINNED, at->layer, at->step, out);
        return;
    }
    for (int u = 0; u < H; u++) {
        if (brief) {
            str_add(out, u ? "; " : "");
            words_unit_brief(s, RUN_PINNED, (struct place){.layer = at->layer, .unit = u, .step = at->step}, u == 0,
                             out);
        } else {
            str_add(out, u ? " " : "");
            words_unit(s, RUN_PINNED, (struct place){.layer = at->layer, .unit = u, .step = at->step}, out);
        }
    }
    str_add(out, brief ? "." : "");
}

/* The selected unit in a sentence, or in as few words as it takes to fit. */
static void describe(const struct bars_scene *b, int w, int lines, struct str *out)
{
    words_unit(b->s, RUN_PINNED, (struct place){.layer = b->layer, .unit = b->at->unit, .step = b->t}, out);
    for (int of_what = 1; of_what >= 0 && grid_wrap_lines(w, str_text(out)) > lines; of_what--) {
        str_clear(out);
        words_unit_brief(b->s, RUN_PINNED, (struct place){.layer = b->layer, .unit = b->at->unit, .step = b->t},
                         of_what, out);
        str_addc(out, '.');
    }
    if (grid_wrap_lines(w, str_text(out)) <= lines)
        return;
    char f[8], i[8];
    str_clear(out);
    str_addf(out, "f %s, i %s.", widget_percent(f, session_value(b->s, RUN_PINNED, b->layer, b->at->unit, VAL_F, b->t)),
             widget_percent(i, session_value(b->s, RUN_PINNED, b->layer, b->at->unit, VAL_I, b->t)));
}

/* `e`: the state in words. */
static void draw_explained(const struct bars_scene *b, struct rect r)
{
    struct str text = {0};
    if (!value_secret(b->scene, &text))
        explain_layer(b->s, false, &text);
    if (grid_wrap_lines(r.w, str_text(&text)) > r.h && !value_secret(b->scene, NULL)) {
        str_clear(&text);
        explain_layer(b->s, true, &text);
    }
    say_wrap(b->g, r, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

/* "[6, 8, 9]": a quantity of all units as a vector. */
static void vector(const struct bars_scene *b, enum value v, struct str *out)
{
    for (int u = 0; u < b->H; u++)
        str_addf(out, "%s%.3g", u ? ", " : "[", (double)session_value(b->s, RUN_PINNED, b->layer, u, v, b->t));
    str_addc(out, ']');
}

/* "keeps half of its 6": f = 0.5 is half, 1 all, 0 nothing; else a share. */
static void keeps(const struct bars_scene *b, int unit, bool verb, struct str *out)
{
    char label[32], share[8];
    float f = session_value(b->s, RUN_PINNED, b->layer, unit, VAL_F, b->t),
          c = session_value(b->s, RUN_PINNED, b->layer, unit, VAL_C_PREV, b->t);
    widget_percent(share, f);
    str_addf(out, "%s%s %s of its %.3g", session_unit_label(b->s, b->layer, unit, label), verb ? " keeps" : "",
             f == 0.5f ? "half" : f == 0 ? "nothing" : share, (double)c);
}

/* A scenario about keeping: the vectors, then each unit in words. False when it is about something else, or has not
 * got there. */
static bool say_kept(const struct bars_scene *b, struct rect r)
{
    enum { VECTOR_MOST = 4 };
    static const char each[] = "     each with its own factor";
    if (!(b->scene->rows & 1U << VAL_KEPT) || b->scene->reveal || b->H > VECTOR_MOST)
        return false;
    struct str text = {0};
    bool closed = true, limit = false;
    for (int u = 0; u < b->H; u++) {
        float f = session_value(b->s, RUN_PINNED, b->layer, u, VAL_F, b->t);
        closed = closed && session_value(b->s, RUN_PINNED, b->layer, u, VAL_I, b->t) == 0;
        limit = limit || f == 0 || f == 1;
    }
    if (r.h >= 3 && r.w >= 60) {
        vector(b, VAL_C_PREV, &text);
        str_addf(&text, " %s ", b->g->glyphs->odot);
        vector(b, VAL_F, &text);
        str_add(&text, " = ");
        vector(b, VAL_KEPT, &text);
        if (utf8_text_width(str_text(&text)) + (int)strlen(each) <= r.w)
            str_add(&text, each);
        grid_text(b->g, r.x, r.y, r.w, ROLE_NUMBER, 0, str_text(&text));
        str_clear(&text);
        for (int u = 0; u < b->H; u++) {
            str_add(&text, u ? ", " : "");
            keeps(b, u, u == 0, &text);
        }
        if (closed)
            str_add(&text, ". The input gate is closed, so nothing is added.");
        else
            str_addf(&text, ". C_t adds %s.", value_symbol(VAL_WRITTEN, b->g->glyphs));
        if (limit)
            str_addf(&text, " Exact 0 and 1: by hand, %s never arrives.", b->g->glyphs->sigma);
        say_wrap(b->g, (struct rect){r.x, r.y + 1, r.w, r.h - 1}, ROLE_TEXT, 0, str_text(&text));
    } else {
        const struct bars_scene *c = b;
        float f = session_value(c->s, RUN_PINNED, c->layer, c->at->unit, VAL_F, c->t),
              before = session_value(c->s, RUN_PINNED, c->layer, c->at->unit, VAL_C_PREV, c->t);
        str_addf(&text, "%.2f %s %.2f = %.2f     f from 0 to 1", (double)before, b->g->glyphs->times, (double)f,
                 (double)session_value(c->s, RUN_PINNED, c->layer, c->at->unit, VAL_KEPT, c->t));
        if (r.h > 1)
            grid_text(b->g, r.x, r.y, r.w, ROLE_NUMBER, 0, str_text(&text));
        str_clear(&text);
        keeps(b, b->at->unit, true, &text);
        str_addc(&text, '.');
        grid_text(b->g, r.x, r.y + r.h - 1, r.w, ROLE_TEXT, 0, str_text(&text));
    }
    str_free(&text);
    return true;
}

/* What h is made of: "h_t = o × tanh C_t :  0.1294 × +0.7107 = +0.092". */
static void say_shown(const struct bars_scene *b, int x, int y, int w)
{
    double o = (double)session_value(b->s, RUN_PINNED, b->layer, b->at->unit, VAL_O, b->t);
    double c = tanh((double)session_value(b->s, RUN_PINNED, b->layer, b->at->unit, VAL_C, b->t));
    double h = (double)session_value(b->s, RUN_PINNED, b->layer, b->at->unit, VAL_H, b->t);
    char o_text[SUMS_MAX], c_text[SUMS_MAX], h_text[SUMS_MAX];
    if (session_value_pinned(b->s, b->layer, b->at->unit, VAL_H, b->t))
        grid_textf(b->g, x, y, w, ROLE_NUMBER, 0, "h_t is set by hand: %+.2f", h);
    else
        grid_textf(b->g, x, y, w, ROLE_NUMBER, 0, "h_t = o %s tanh C_t     :  %s %s %s = %s", b->g->glyphs->times,
                   sums_tight(o_text, o, 4, false), b->g->glyphs->times, sums_tight(c_text, c, 4, true),
                   sums_tight(h_text, h, 3, true));
}

/* What comes next (or, where it stands in a panel, what h is), the equation with this unit's numbers, and a
 * sentence; the sentence alone where there is one row. */
static void draw_words(const struct bars_scene *b, const struct steps_look *look, struct rect r)
{
    struct grid *g = b->g;
    struct str text = {0};
    int y = r.y, lines = r.h;
    bool next = session_net(b->s)->outputs > 0 && (!b->plan->side || !session_outputs(b->s));
    if (say_kept(b, r) || steps_say(b->scene, look, g, r))
        return;
    if (b->scene->reveal && b->at->sub < SUB_H) {
        if (next && lines > 2 && !steps_pictured(b->scene)) {
            bars_next(b, r.x, y++, r.w);
            lines--;
        }
        words_substep_within(b->s, g->glyphs, r.w, lines, &text);
        grid_wrap(g, (struct rect){r.x, y, r.w, lines}, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
        return;
    }
    if (next && lines >= 2) {
        bars_next(b, r.x, y++, r.w);
        lines--;
    }
    if (lines >= 2) {
        /* The last sub-step is about h, which with a panel beside stands in the line below. */
        if (b->scene->reveal && !b->plan->side)
            words_substep_within(b->s, g->glyphs, r.w, 1, &text);
        else
            words_equation_within(b->s, RUN_PINNED,
                                  (struct place){.layer = b->layer, .unit = b->at->unit, .step = b->t}, g->glyphs,
                                  r.w, &text);
        grid_text(g, r.x, y++, r.w, ROLE_NUMBER, 0, str_text(&text));
        str_clear(&text);
        lines--;
    }
    if (b->plan->side && lines >= 2) {
        say_shown(b, r.x, y++, r.w);
        lines--;
    }
    if (!b->scene->explain)                 /* else it stands above, with the other units */
        describe(b, r.w, lines, &text);
    say_wrap(g, (struct rect){r.x, y, r.w, lines}, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    (void)state;
    if (session_cursor(scene->session)->step < 1)
        say_nothing(scene->session, out);
    else
        explain_layer(scene->session, false, out);
}

static void say(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    if (session_cursor(scene->session)->step < 1)
        return;
    struct bars_plan p = bars_plan(scene, (struct rect){0, 0, g->w, r.h * 8}, st && st->zoom);
    struct bars_scene b = scene_of(scene, g, &p);
    const struct steps_look look = look_of(st);
    draw_words(&b, &look, r);
}

/* ---- the picture ------------------------------------------------------------------------------------------------- */

/* One row and nothing else: the selected value; in a cell or two, its mark. */
static void draw_one_line(const struct bars_scene *b, struct rect r)
{
    char num[16], unit[32];
    enum value v = b->at->value;
    enum value_look look = bars_look(b, v, b->at->unit);
    float value = session_value(b->s, RUN_PINNED, b->layer, b->at->unit, v, b->t);
    if (look == LOOK_UNKNOWN || look == LOOK_HIDDEN)
        snprintf(num, sizeof num, "?");
    else if (value_is_gate(v))
        widget_gate(num, sizeof num, value, 6);
    else
        widget_state(num, sizeof num, value, 6, true);
    const char *shown = num + strspn(num, " ");
    if (r.w < (int)strlen(shown)) {          /* a cell: does it keep or not, is it above zero or below */
        grid_put(b->g, r.x, r.y,
                 *num == '?'        ? '?'
                 : isnan(value)     ? '!'
                 : value_is_gate(v) ? (value >= 0.5f ? b->g->glyphs->full : b->g->glyphs->unknown)
                 : value > 0        ? '+'
                 : value < 0        ? '-'
                                    : '0',
                 value_role(v), ATTR_BOLD);
        return;
    }
    struct str word = {0};
    say_token(b->s, b->t, b->g->glyphs, &word);
    const char *symbol = value_symbol(v, b->g->glyphs);
    session_unit_label(b->s, b->layer, b->at->unit, unit);
    if (r.h < 2) {
        grid_textf(b->g, r.x, r.y, r.w, ROLE_TEXT, 0, "%s %s %s %s", shown, symbol, unit, str_text(&word));
    } else {                                 /* one under the other, the number first */
        grid_textf(b->g, r.x, r.y, r.w, ROLE_TEXT, ATTR_BOLD, "%s %s", shown, symbol);
        grid_textf(b->g, r.x, r.y + 1, r.w, ROLE_LABEL, 0, r.h < 3 ? "%s %s" : "%s", unit, str_text(&word));
        if (r.h > 2)
            grid_text(b->g, r.x, r.y + 2, r.w, ROLE_TOKEN, 0, str_text(&word));
    }
    str_free(&word);
}

/* Where the pictures of the first sub-steps stand in the view's rectangle; h 0: there is no room for them, or they are
 * not due. cell: where the whole cell is drawn below, h 0: nowhere. */
static struct rect steps_place(const struct scene *scene, struct rect r, struct rect *cell)
{
    *cell = (struct rect){0, 0, 0, 0};
    if (!scene->reveal || r.w < STEPS_W + 2 || r.h < STEPS_H + 1)
        return *cell;
    r.y++;
    r.h--;
    if (r.h >= STEPS_H + 1 + CELL_H) {
        *cell = (struct rect){r.x, r.y + r.h - CELL_H, r.w, CELL_H};
        r.h -= CELL_H + 1;
    }
    return r;
}

/* While a word is gone through: the row of steps, the first of them as pictures, and the whole cell where there is
 * room. Returns whether that is all; else r is what is left of it. */
static bool draw_steps(const struct scene *scene, const struct state *st, struct grid *g, struct rect *r)
{
    struct rect cell, at = steps_place(scene, *r, &cell);
    if (!at.h)
        return false;
    steps_row(scene, g, r->x, r->y, r->w);
    if (cell.h)
        cell_draw(scene, g, cell, false);
    const struct steps_look look = look_of(st);
    bool aside = r->w >= STEPS_ASIDE && session_cursor(scene->session)->sub < SUB_H, picture = steps_pictured(scene);
    if (picture)
        steps_draw(scene, &look, g, (struct rect){at.x + 1, at.y, at.w - 2, at.h});
    if (aside)
        steps_aside(scene, &look, g, (struct rect){r->x + STEPS_LINE, r->y, r->w - STEPS_LINE, r->h});
    at.w = aside ? STEPS_LINE : at.w;
    *r = at;
    return picture;
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    struct state *st = state;
    if (!st)                                  /* a screen of a few cells, whatever view is open */
        return;
    struct rect cell, at = steps_place(scene, r, &cell);
    bool there = at.h && session_cursor(scene->session)->step > 0 && steps_pictured(scene);
    st->steps = there ? (struct rect){at.x + 1, at.y, at.w - 2, at.h} : (struct rect){0, 0, 0, 0};
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    if (session_cursor(scene->session)->step < 1) {
        say_draw_nothing(scene->session, g, r);
        return;
    }
    if (draw_steps(scene, st, g, &r))
        return;
    struct bars_plan p = bars_plan(scene, r, st && st->zoom);
    struct bars_scene b = scene_of(scene, g, &p);
    b.low = lowest(&b);
    if (r.h < ONE_LINE_H || r.w < ONE_LINE_W) {
        draw_one_line(&b, r);
        return;
    }
    switch (p.mode) {
    case BARS_BLOCKS: bars_blocks(&b); break;
    case BARS_COLUMNS: bars_columns(&b); break;
    case BARS_FIELD: bars_field(&b); break;
    }
    if (p.side && p.mode == BARS_BLOCKS)
        bars_side(&b, (struct rect){r.x + r.w - p.side, p.rows.y, p.side, r.h - p.words - (p.rows.y - r.y)});
    if (p.words)
        draw_explained(&b, (struct rect){r.x + 1, r.y + r.h - p.words, r.w - 2, p.words});
}

/* Of few units nothing need be enlarged: the key is the program's there. */
static enum view_reply toggle_zoom(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    (void)e;
    struct state *st = state;
    if (session_net(s)->layer[session_cursor(s)->layer].hidden <= BARS_FEW)
        return VIEW_IGNORED;
    st->zoom = !st->zoom;
    return VIEW_REDRAW;
}

/* The keys of the pictures; elsewhere they are the program's. */
static enum view_reply move_row(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct state *st = state;
    struct steps_look look = look_of(st);
    if (!st->steps.h || session_cursor(s)->sub == SUB_CONCAT)
        return VIEW_IGNORED;
    steps_move(s, &look, st->steps, other ? 1 : -1);
    st->row = look.row;
    return VIEW_REDRAW;
}

static enum view_reply turn_gate(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    const struct state *st = state;
    return st->steps.h && anatomy_next_gate(s) ? VIEW_REDRAW : VIEW_IGNORED;
}

static enum view_reply turn_notation(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)other, (void)e;
    struct state *st = state;
    if (!st->steps.h)
        return VIEW_IGNORED;
    st->upright = !st->upright;
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"zoom", "z", NULL, "of many units, six large ones; once more: all", NULL, 0, toggle_zoom, NULL},
    {"prev-row next-row", "<Up> k", "<Down> j", "sub-steps 2 to 4: the row of W whose product is told", "row", 0,
     move_row, NULL},
    {"gate", "f", NULL, "sub-steps 1 to 4: the next gate: f, i, candidate, o", "gate", 0, turn_gate, NULL},
    {"notation", "v", NULL, "sub-steps 2 to 4: [h,x]*W, or W*[h,x]", "W upright", 0, turn_notation,
     NULL},
    {.keys = NULL},
};

static const struct setting settings[] = {
    {"zoom", SETTING_BOOL, offsetof(struct state, zoom), 0, 0, NULL},
    {"upright", SETTING_BOOL, offsetof(struct state, upright), 0, 0, NULL},
    {"row", SETTING_NUMBER, offsetof(struct state, row), 0, SETTING_MOST, NULL},
    {.name = NULL},
};

const struct view view_bars = {
    .near = true,
    .name = "bars",
    .title = "gates",
    .about = "what is kept, written and shown, unit by unit",
    .strip = "gates",
    .rank = 1,
    .help = "The selected word's gates and cell state, unit under unit. C_t-1 is what the cell remembered before the "
            "word, f_t how much of it is kept (1) or forgotten (0), i_t how much of the new candidate g_t is written, "
            "and C_t the result: C_t = f * C_t-1 + i * g. Of many units those are shown that have a name, then those "
            "whose C moves most over the sentence; a shows all, and once more the candidate, the products, o and h. "
            "Brackets mean this one. A star marks a value set by hand, a triangle (~ in ASCII) one that is another "
            "because of it; the dotted mark beside a bar, or the notch in it, is where it was before. A hairline is "
            "more than 0.",
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, steps),
    .settings = settings,
    .keys = keys,
    .takes_apart = true,
    .prepare = prepare,
    .draw = draw,
    .say = say,
    .explain = explain,
};
