/* steps.c: see steps.h. The row of steps, which picture is drawn, what is said beside and below it. The pictures
 * themselves are in files of their own: steps_parts.h. */
#include "views/steps.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/say.h"
#include "views/steps_parts.h"
#include "views/sums.h"
#include "views/value.h"
#include "views/words.h"

static const char *const names[SUB_COUNT] = {
    [SUB_CONCAT] = "join", [SUB_PRODUCT] = "multiply", [SUB_BIAS] = "bias", [SUB_SIGMA] = NULL, [SUB_KEEP] = "keep",
    [SUB_WRITE] = "write", [SUB_C] = "C_t", [SUB_O] = "o_t", [SUB_H] = "h_t",
};

void steps_row(const struct scene *scene, struct grid *g, int x, int y, int w)
{
    const struct cursor *at = session_cursor(scene->session);
    for (int k = 0, end = x + w; k < SUB_COUNT; k++) {
        char entry[24];
        bool here = scene->reveal && (int)at->sub == k;
        snprintf(entry, sizeof entry, "%d %s", k + 1, names[k] ? names[k] : g->glyphs->sigma);
        int n = utf8_text_width(entry);
        if (x + n + 2 > end)
            break;
        grid_text(g, x + 1, y, n, here ? ROLE_TEXT : ROLE_DIM, here ? ATTR_BOLD : 0, entry);
        if (here) {
            grid_put(g, x, y, '[', ROLE_TEXT, ATTR_BOLD);
            grid_put(g, x + n + 1, y, ']', ROLE_TEXT, ATTR_BOLD);
        }
        x += n + 2;
    }
}

void steps_name(const struct scene *scene, const struct glyphs *gl, char out[24])
{
    enum substep sub = session_cursor(scene->session)->sub;
    out[0] = '\0';
    if (scene->reveal)
        snprintf(out, 24, "%d %s", (int)sub + 1, names[sub] ? names[sub] : gl->sigma);
}

bool steps_pictured(const struct scene *scene)
{
    return scene->reveal && session_cursor(scene->session)->sub <= SUB_SIGMA
           && session_cursor(scene->session)->step > 0;
}

/* ---- which row is chosen ----------------------------------------------------------------------------------------- */

static bool fits_upright(const struct anatomy *a, struct rect r)
{
    return a->H <= COLUMNS_MOST && a->n <= 7 && a->n <= steps_room(a->s, r);
}

static void take(struct anatomy *a, const struct session *s, int room)
{
    const struct lstm_layer *l = &session_net(s)->layer[session_cursor(s)->layer];
    anatomy_take(a, s, l->hidden + l->in > room, false);
}

/* The chosen one; else that whose product is largest. */
static int row_of(const struct anatomy *a, const struct steps_look *look)
{
    int best = 0;
    if (look->row > 0 && look->row <= a->n)
        return look->row - 1;
    for (int k = 1; k < a->n; k++)
        best = fabs(a->term[k]) > fabs(a->term[best]) ? k : best;
    return best;
}

/* Upright, a row is a unit. */
static void move_unit(struct session *s, const struct anatomy *a, int by)
{
    int to = a->unit + by;
    if (to >= 0 && to < a->H)
        session_select(s, a->layer, to, (enum value)a->gate);
}

void steps_move(struct session *s, struct steps_look *look, struct rect r, int by)
{
    struct anatomy a;
    take(&a, s, steps_room(s, r));
    if (look->upright && fits_upright(&a, r)) {
        move_unit(s, &a, by);
    } else {
        int to = anatomy_place(&a, row_of(&a, look)) + by;
        to = to < 0 ? 0 : to >= a.n ? a.n - 1 : to;
        look->row = a.order[to] + 1;
    }
    anatomy_free(&a);
}

/* ---- the picture ------------------------------------------------------------------------------------------------- */

void steps_draw(const struct scene *scene, const struct steps_look *look, struct grid *g, struct rect r)
{
    struct anatomy a;
    take(&a, scene->session, steps_room(scene->session, r));
    struct rect old = grid_clip(g, (struct rect){r.x - 1, r.y, r.w + 1, r.h});
    const struct drawing d = {scene, &a, g, row_of(&a, look)};
    if (session_cursor(scene->session)->sub == SUB_CONCAT)
        steps_join(&d, r);
    else if (look->upright && fits_upright(&a, r))
        steps_upright(&d, r);
    else
        steps_matrix(&d, r, look->upright);
    g->clip = old;
    anatomy_free(&a);
}

/* ---- the panel beside it ----------------------------------------------------------------------------------------- */

/* The steps after the gate: a × b, or a + b, is what comes out. */
struct step_form { const char *name; enum value a, b, is; const char *words; };
static const struct step_form step_form[SUB_COUNT] = {
    [SUB_KEEP] = {"keep", VAL_F, VAL_C_PREV, VAL_KEPT,
                  "What is left of the long-term memory: f is the share, 1 keeps all of it and 0 none. Each unit by "
                  "itself: here nothing is added up over units."},
    [SUB_WRITE] = {"write", VAL_I, VAL_G, VAL_WRITTEN,
                   "What is added to it: g says what could be written, i how much of it is."},
    [SUB_C] = {"C_t", VAL_KEPT, VAL_WRITTEN, VAL_C,
               "The two are added, and that is the long-term memory that goes on. No weight and no squashing stands "
               "in its way: what is kept with f near 1 stays for many steps."},
    [SUB_O] = {"o_t", VAL_O, VAL_COUNT, VAL_COUNT,
               "The last gate says how much of the memory is shown. It takes nothing out of it."},
};

/* "keep: f × C_t-1" */
static void aside_equation(const struct glyphs *gl, enum substep sub, struct str *out)
{
    const struct step_form *f = &step_form[sub];
    str_addf(out, "%s: %s", f->name, value_symbol(f->a, gl));
    if (f->b != VAL_COUNT)
        str_addf(out, " %s %s", sub == SUB_C ? "+" : gl->times, value_symbol(f->b, gl));
}

/* The same with a unit's numbers: "gender   0.50 × +6.00 = +3.00". */
static void aside_numbers(const struct drawing *d, int unit, struct rect r)
{
    const struct anatomy *a = d->a;
    enum substep sub = session_cursor(a->s)->sub;
    const struct step_form *f = &step_form[sub];
    const enum value all[] = {f->a, f->b, f->is};
    double v[3] = {0};
    char name[32], num[SUMS_MAX];
    bool known = true, here = unit == a->unit;
    struct str text = {0};
    for (int k = 0; k < 3 && all[k] != VAL_COUNT; k++) {
        enum value_look look = value_look(d->scene, &(struct place){a->layer, unit, all[k], a->t});
        known = known && look != LOOK_UNKNOWN && look != LOOK_HIDDEN;
        v[k] = (double)session_value(a->s, RUN_PINNED, a->layer, unit, all[k], a->t);
    }
    struct product p = sums_product(v[0], v[1], v[2]);
    if (!known)
        str_addc(&text, '?');
    else if (f->b == VAL_COUNT)
        str_add(&text, sums_gate(num, v[0]));
    else if (sub == SUB_C) {
        int places = 2;
        while (places < 4 && sums_rest(v, 2, v[2], places) != 0)
            places++;
        str_addf(&text, "%s %c ", sums_number(num, v[0], places, true), sums_printed(v[1], places) < 0 ? '-' : '+');
        str_addf(&text, "%s %s ", sums_number(num, fabs(v[1]), places, false),
                 sums_rest(v, 2, v[2], places) == 0 ? "=" : d->g->glyphs->about);
        str_add(&text, sums_number(num, v[2], places, true));
    } else {
        str_addf(&text, "%s %s ", sums_number(num, v[0], p.factor, false), d->g->glyphs->times);
        str_addf(&text, "%s %s ", sums_number(num, v[1], p.factor, true), p.holds ? "=" : d->g->glyphs->about);
        str_add(&text, sums_number(num, v[2], p.result, true));
    }
    grid_text(d->g, r.x, r.y, 8, ROLE_LABEL, here ? ATTR_BOLD : 0, session_unit_label(a->s, a->layer, unit, name));
    enum value told = f->is == VAL_COUNT ? f->a : f->is;
    enum pen old = value_about(d->g, d->scene, (struct place){a->layer, unit, told, a->t});
    grid_text(d->g, r.x + 9, r.y, r.w - 9, ROLE_NUMBER, here ? ATTR_BOLD : 0, str_text(&text));
    grid_pen(d->g, old);
    str_free(&text);
}

static void aside_title(const struct drawing *d, int x, int y, int w)
{
    enum substep sub = session_cursor(d->a->s)->sub;
    const struct glyphs *gl = d->g->glyphs;
    struct str text = {0};
    str_addf(&text, "%d  ", (int)sub + 1);
    if (sub == SUB_CONCAT)
        str_add(&text, "join: one row of numbers");
    else if (sub > SUB_SIGMA)
        aside_equation(gl, sub, &text);
    else if (sub == SUB_PRODUCT)
        str_addf(&text, "multiply: weights W_%s", quantity_name(d->a->of));
    else if (sub == SUB_BIAS)
        str_addf(&text, "bias: + b_%s", quantity_name(d->a->of));
    else
        str_addf(&text, "%s squashes z into %s", say_squash(d->a->s, d->a->layer, d->a->gate, gl),
                 d->a->gate == Q_G ? "-1 to +1" : "0 to 1");
    grid_text(d->g, x, y, w, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    str_free(&text);
}

/* "gender  +6.18 + 3.00 = +9.18", and below "σ → 0.9999   keep >99%": as far as the steps have come. Returns the
 * rows. */
static int aside_unit(const struct drawing *d, const struct columns *c, int k, struct rect r)
{
    const struct anatomy *a = d->a;
    enum substep sub = session_cursor(a->s)->sub;
    char name[32], num[SUMS_MAX];
    double b = c->b[k] + c->b2[k] + c->peep[k];
    struct str text = {0};
    struct grid *g = d->g;
    grid_text(g, r.x, r.y, 8, ROLE_LABEL, k == c->at ? ATTR_BOLD : 0,
              session_unit_label(a->s, a->layer, c->unit[k], name));
    str_add(&text, sums_number(num, c->sum[k], 2, true));
    if (sub >= SUB_BIAS) {
        str_addf(&text, sums_printed(b, 2) < 0 ? " - " : " + ");
        str_addf(&text, "%s %s ", sums_number(num, fabs(b), 2, false),
                 sums_rest((const double[]){c->sum[k], b}, 2, c->z[k], 2) == 0 ? "=" : g->glyphs->about);
        str_add(&text, sums_number(num, c->z[k], 2, true));
    }
    enum pen old = grid_pen(g, sub >= SUB_BIAS ? steps_gate_pen(d, c->unit[k]) : g->pen);
    grid_text(g, r.x + 9, r.y, r.w - 9, ROLE_NUMBER, 0, str_text(&text));
    if (sub >= SUB_SIGMA) {
        char share[8];
        str_clear(&text);
        str_addf(&text, "%s %s ", say_squash(a->s, a->layer, a->gate, g->glyphs), g->glyphs->arrow);
        size_t before = text.len;
        value_say((enum value)a->gate, (float)c->gate[k], &text);
        if (a->gate == Q_F)
            str_addf(&text, "%*skeep %s", (int)(before + 9 - text.len), "", widget_percent(share, (float)c->gate[k]));
        grid_text(g, r.x + 9, r.y + 1, r.w - 9, ROLE_NUMBER, k == c->at ? ATTR_BOLD : 0, str_text(&text));
    }
    grid_pen(g, old);
    str_free(&text);
    return sub >= SUB_SIGMA ? 2 : 1;
}

static const char *aside_words(const struct drawing *d)
{
    static const char *const words[] = {
        [SUB_CONCAT] = "Nothing is multiplied yet. What the cell showed last and what comes in now stand in one row, "
                       "and all four gates read this same row.",
        [SUB_PRODUCT] = "A column of W belongs to one unit. Each number meets its own weight there, and the products "
                        "of the column are added up.",
        [SUB_BIAS] = "A number of the unit's own, the same at every step: which way the gate leans when all that it "
                     "reads is 0.",
    };
    enum substep sub = session_cursor(d->a->s)->sub;
    if (sub != SUB_SIGMA)
        return sub < SUB_SIGMA ? words[sub] : step_form[sub].words;
    if (d->a->gate == Q_G)
        return "The candidate is no gate: it goes from -1 to +1 and says what could be written.";
    return "One gate for each element of the memory; all of them read the same numbers. Large z opens, small z closes.";
}

void steps_aside(const struct scene *scene, const struct steps_look *look, struct grid *g, struct rect r)
{
    struct anatomy a;
    take(&a, scene->session, 0);
    const struct drawing d = {scene, &a, g, row_of(&a, look)};
    struct rect old = grid_clip(g, r);
    enum substep sub = session_cursor(scene->session)->sub;
    for (int y = r.y; y < r.y + r.h; y++)
        grid_put(g, r.x, y, g->glyphs->vline, ROLE_RULE, 0);
    r = (struct rect){r.x + 2, r.y + 1, r.w - 3, r.h - 1};
    aside_title(&d, r.x, r.y, r.w);
    int y = r.y + 2;
    struct columns c = steps_columns(&a, COLUMNS_MOST - 1);
    for (int k = 0; k < c.n && sub >= SUB_PRODUCT && sub <= SUB_SIGMA; k++)
        y += aside_unit(&d, &c, k, (struct rect){r.x, y, r.w, 2});
    for (int k = 0; k < c.n && sub > SUB_SIGMA; k++)
        aside_numbers(&d, c.unit[k], (struct rect){r.x, y++, r.w, 1});
    y += sub >= SUB_PRODUCT;
    y += grid_wrap(g, (struct rect){r.x, y, r.w, 6}, ROLE_TEXT, 0, aside_words(&d)) + 1;
    if (sub >= SUB_PRODUCT && sub <= SUB_SIGMA && (a.H > COLUMNS_MOST || a.n > 12))
        steps_map(&d, (struct rect){r.x, y, r.w, r.y + r.h - 1 - y}, look->upright, r.y + r.h);
    g->clip = old;
    anatomy_free(&a);
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static void say_join(const struct anatomy *a, int w, struct str *out)
{
    static const char only[] = "; only here does it stand beside x";
    str_addf(out, a->peeps ? "These %d numbers are what the gates see, and through peepholes their own C.\n"
                           : "These %d numbers are all that the gates see. They do not see C_t-1.\n", a->n);
    size_t before = out->len;
    str_addf(out, "h keeps its %d numbers from %s to %s", a->H, say_noun(a->s, false), say_noun(a->s, false));
    if ((int)(out->len - before) + (int)sizeof only <= w)      /* characters have longer names */
        str_add(out, only);
    str_addc(out, '.');
}

/* What a product does to the gate. */
static const char *pushes(enum quantity gate, double v)
{
    static const char *const way[GATES][2] = {[Q_F] = {"to drop", "to keep"}, [Q_I] = {"not to write", "to write"},
                                              [Q_G] = {"down", "up"}, [Q_O] = {"not to show", "to show"}};
    return way[gate][v > 0];
}

/* The chosen product; what all of the column come to; and that the other columns do the same. */
static void say_product(const struct drawing *d, bool upright, struct str *out)
{
    const struct anatomy *a = d->a;
    char label[ANATOMY_LABEL], w[16], num[SUMS_MAX], unit[SAY_UNIT];
    int k = d->row;
    anatomy_label(a, k, label);
    say_unit_name(a->s, a->layer, a->unit, unit);
    str_addf(out, "%s is %s, its weight %s: ", label, sums_number(num, anatomy_input(a, k), 3, true),
             steps_weight_text(a->W[k], w));
    if (a->term[k] == 0)
        str_addf(out, "it does not move %s.\n", unit);
    else
        str_addf(out, "%s, which pushes %s %s.\n", sums_number(num, a->term[k], 2, true), unit,
                 pushes(a->gate, a->term[k]));
    const double part[] = {a->from_h, a->from_x};
    int places = 2;
    while (places < 4 && sums_rest(part, 2, a->from_h + a->from_x, places) != 0)
        places++;
    str_addf(out, "All %d products of %s: from h_t-1 %s, ", a->n, unit, sums_number(num, a->from_h, places, true));
    str_addf(out, "from x_t %s, ", sums_number(num, a->from_x, places, true));
    str_addf(out, "together %s.\n", sums_number(num, a->from_h + a->from_x, places, true));
    if (a->H > 1)
        str_addf(out, "The other %d unit%s the same at the same time, each in its own %s.", a->H - 1,
                 a->H == 2 ? " does" : "s do", upright ? "row" : "column");
}

static void say_bias(const struct drawing *d, int w, struct str *out)
{
    words_substep_within(d->a->s, d->g->glyphs, w, 2, out);
    str_addc(out, '\n');
    str_add(out, "The bias is the same at every step: which way the gate leans by itself.");
}

/* What the curve does; of a value set by hand, that it is not asked. */
static void say_curve_of(const struct anatomy *a, const struct glyphs *gl, struct str *out)
{
    enum gate_function function = session_net(a->s)->layer[a->layer].gate_function;
    char unit[SAY_UNIT];
    if (a->pinned) {
        say_unit_name(a->s, a->layer, a->unit, unit);
        str_addf(out, "%s of %s is set by hand to ", quantity_name(a->gate), unit);
        value_say((enum value)a->gate, (float)a->now, out);
        str_addf(out, "; %s(z) is not used.", say_squash(a->s, a->layer, a->gate, gl));
    } else if (a->gate == Q_G) {
        str_add(out, "tanh squashes z into -1 to +1: below -2 nearly -1, above +2 nearly +1.");
    } else if (function != GATE_SIGMOID) {
        str_addf(out, "A hard sigmoid, %s: exactly 0 and 1 where it is cut.", gate_function_formula(function));
    } else {
        str_addf(out, "%s squashes z into 0 to 1: below -3 nearly 0, above +3 nearly 1, never quite.", gl->sigma);
    }
}

/* "gender z +9.18 → 0.9999: keep >99%,  verb z -2.50 → 0.08: keep 8%.", as many as have room, the selected one
 * first. */
static void say_sigma(const struct anatomy *a, const struct glyphs *gl, struct rect r, struct str *out)
{
    struct columns c = steps_columns(a, COLUMNS_MOST - 1);
    say_curve_of(a, gl, out);
    int used = grid_wrap_lines(r.w, str_text(out));
    str_addc(out, '\n');
    size_t start = out->len;
    for (int n = 0; n < c.n; n++) {
        char unit[32], share[8];
        int k = n == 0 ? c.at : n <= c.at ? n - 1 : n;
        size_t before = out->len;
        str_addf(out, "%s%s z %+.2f %s ", n ? ",  " : "", session_unit_label(a->s, a->layer, c.unit[k], unit), c.z[k],
                 gl->arrow);
        value_say((enum value)a->gate, (float)c.gate[k], out);
        if (a->gate == Q_F)
            str_addf(out, ": keep %s", widget_percent(share, (float)c.gate[k]));
        if (n && used + grid_wrap_lines(r.w, str_text(out) + start) > r.h) {
            out->len = before;
            out->s[before] = '\0';
            break;
        }
    }
    str_addc(out, '.');
}

/* The lines of a text, each wrapped. */
static void draw_lines(struct grid *g, struct rect r, const char *text)
{
    struct str line = {0};
    for (const char *p = text; *p && r.h > 0; p += *p == '\n') {
        size_t n = strcspn(p, "\n");
        str_clear(&line);
        str_addn(&line, p, n);
        int rows = grid_wrap(g, r, ROLE_TEXT, 0, str_text(&line));
        r.y += rows;
        r.h -= rows;
        p += n;
    }
    str_free(&line);
}

bool steps_say(const struct scene *scene, const struct steps_look *look, struct grid *g, struct rect r)
{
    if (!steps_pictured(scene) || r.h < 3 || r.w < STEPS_W - 2)
        return false;
    struct anatomy a;
    take(&a, scene->session, 0);
    const struct drawing d = {scene, &a, g, row_of(&a, look)};
    struct str text = {0};
    switch (session_cursor(scene->session)->sub) {
    case SUB_CONCAT: say_join(&a, r.w, &text); break;
    case SUB_PRODUCT: say_product(&d, look->upright, &text); break;
    case SUB_BIAS: say_bias(&d, r.w, &text); break;
    default: say_sigma(&a, g->glyphs, r, &text); break;
    }
    draw_lines(g, r, str_text(&text));
    str_free(&text);
    anatomy_free(&a);
    return true;
}
