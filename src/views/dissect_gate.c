/* dissect_gate.c: what a gate's products add up to and who pushes how much, the curve, the gate and what it does to
 * what it guards, and why, in words. See dissect.h. */
#include <math.h>
#include <stdio.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/cells.h"
#include "views/dissect.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/value.h"
#include "views/words.h"

/* Of the gate that is taken apart; of what it guards and lets through, when one of the three is hidden. */
static enum pen gate_pen(const struct dissect *c)
{
    return value_pen(c->scene, &(struct place){c->a->layer, c->a->unit, (enum value)c->a->gate, c->a->t});
}

static const enum value guarded[GATES][3] = {
    [Q_F] = {VAL_C_PREV, VAL_F, VAL_KEPT},
    [Q_I] = {VAL_G, VAL_I, VAL_WRITTEN},
    [Q_G] = {VAL_I, VAL_G, VAL_WRITTEN},
    [Q_O] = {VAL_C, VAL_O, VAL_H},
};

static enum pen effect_pen(const struct dissect *c)
{
    enum pen pen = gate_pen(c);
    for (int k = 0; k < 3; k++)
        if (scene_hides(c->scene, c->a->layer, c->a->unit, guarded[c->a->gate][k], c->a->t))
            pen = PEN_COVER;
    return pen;
}

static enum substep effect_at(enum quantity gate)
{
    return gate == Q_F ? SUB_KEEP : gate == Q_O ? SUB_H : SUB_WRITE;
}

void dissect_curve(const struct dissect *c, const struct dissect_plan *p)
{
    const struct anatomy *a = c->a;
    struct grid *g = c->g;
    bool tanh_curve = a->gate == Q_G;
    enum gate_function function = session_net(a->s)->layer[a->layer].gate_function;
    double span = isfinite(a->z) ? dissect_scale(fabs(a->z)) : 10;
    if (span < 5)
        span = 5;
    struct rect r = {p->curve_x + 3, p->list + 1, p->curve_w - 4, p->list_h - 2};
    bool shown = dissect_reached(c, SUB_SIGMA) && gate_pen(c) != PEN_COVER;
    enum role role = value_role((enum value)a->gate);
    widget_curve(g, r, &(struct curve){say_curve(a->s, a->layer, a->gate), (float)-span, (float)span,
                                       tanh_curve ? -1 : 0, 1, shown ? (float)a->z : NAN,
                                           shown ? (float)a->computed : NAN, a->pinned ? ROLE_GHOST : role});
    if (shown && a->pinned) {
        double lo = tanh_curve ? -1 : 0, at = (a->now - lo) / (1 - lo), across = (a->z + span) / (2 * span);
        at = fmax(0, fmin(1, at));
        across = fmax(0, fmin(1, across));
        cells_star(g, r.x + (int)lrint(across * (r.w - 1)), r.y + r.h - 1 - (int)lrint(at * (r.h - 1)));
    }
    if (function == GATE_SIGMOID || tanh_curve)
        grid_textf(g, r.x, p->list, r.w, ROLE_DIM, 0, "%s(z)", say_squash(a->s, a->layer, a->gate, g->glyphs));
    else
        grid_textf(g, r.x, p->list, r.w, ROLE_DIM, 0, "%s%s", a->of != a->gate ? "1 - " : "",
                   gate_function_formula(function));
    grid_text_right(g, r.x - 1, r.y, 2, ROLE_DIM, 0, "1");
    grid_text_right(g, r.x - 1, r.y + r.h - 1, 2, ROLE_DIM, 0, tanh_curve ? "-1" : "0");
    int ticks = r.y + r.h;
    grid_textf(g, r.x, ticks, 8, ROLE_DIM, 0, "%+.4g", -span);
    grid_text(g, r.x + r.w / 2, ticks, 1, ROLE_DIM, 0, "0");
    char right[16];
    snprintf(right, sizeof right, "%+.4g", span);
    grid_text_right(g, r.x + r.w, ticks, 8, ROLE_DIM, 0, right);
}

/* ---- totals by source -------------------------------------------------------------------------------------------- */

/* One of the three: what it is called, what it adds to z, and the terms it is the sum of. */
struct source { const char *name; enum role role; double v; int from, to; bool shown; };

static void draw_source(const struct dissect *c, struct rect r, int y, const struct source *src, double scale)
{
    int x = r.x + 1, label = r.w >= 60 ? 17 : 11, num = c->decimals + 6,
        bar = r.w >= 100  ? 41
              : r.w >= 60 ? 25
                          : r.w - label - num - 3;
    struct str text = {0}, why = {0};
    str_addf(&text, "%s pushes", src->name);
    grid_text(c->g, x, y, label, src->role, 0, str_text(&text));
    str_free(&text);
    if (!src->shown) {
        grid_text_right(c->g, x + label + num, y, num, ROLE_DIM, 0, "?");
        return;
    }
    dissect_number(c, x + label + num, y, num, (struct ink){ROLE_NUMBER, ATTR_BOLD}, src->v);
    if (bar < 6)
        return;
    widget_bar(c->g, x + label + num + 1, y, bar, (struct bar){(float)src->v, NAN, (float)-scale, (float)scale,
                                                               src->v < 0 ? ROLE_NEGATIVE : ROLE_POSITIVE});
    int used = label + num + bar + 3;
    struct place of;
    bool value = src->to > src->from && anatomy_input_place(c->a, src->from, &of);
    of.unit = MARK_ANY;           /* it names one of them with its part */
    enum pen old = grid_pen(c->g, value ? value_pen(c->scene, &of) : value_pen_aside(c->scene));
    if (fabs(src->v) >= 0.005 && src->to > src->from)
        anatomy_carrier(c->a, src->from, src->to, src->v, &why);
    say_whole(c->g, x + used, y, r.w - used - 2, ROLE_DIM, 0, str_text(&why));
    grid_pen(c->g, old);
    str_free(&why);
}

void dissect_sources(const struct dissect *c, struct rect r, const struct dissect_plan *p)
{
    const struct anatomy *a = c->a;
    double scale = dissect_scale(fmax(fmax(fabs(a->from_h), fabs(a->peep)), fmax(fabs(a->from_x), fabs(a->b))));
    char bias[16], own[16];
    snprintf(bias, sizeof bias, "b_%s", quantity_name(a->of));
    snprintf(own, sizeof own, "own %s", anatomy_peeps_at(a));
    const struct source sources[] = {
        {"h_t-1", ROLE_H, a->from_h, 0, a->H, dissect_reached(c, SUB_PRODUCT)},
        {str_text(&c->word), ROLE_TOKEN, a->from_x, a->H, a->n, dissect_reached(c, SUB_PRODUCT)},
        {bias, ROLE_LABEL, a->b, 0, 0, dissect_reached(c, SUB_BIAS)},
        {own, ROLE_C, a->peep, 0, 0, dissect_reached(c, SUB_BIAS)},
    };
    for (int k = 0; k < 3 + a->peeps; k++)
        draw_source(c, r, p->sources + k, &sources[k], scale);
}

/* "z = +6.18 + 0.00 + 3.00 = +9.18"; where the three have no rows of their own, with their names. */
void dissect_total(const struct dissect *c, struct rect r, const struct dissect_plan *p)
{
    const struct anatomy *a = c->a;
    double terms[] = {a->from_h, a->from_x, a->b, a->peep};
    char num[SUMS_MAX];
    bool biased = dissect_reached(c, SUB_BIAS), named = p->sources < 0;
    if (!dissect_reached(c, SUB_PRODUCT))
        return;
    int n = biased ? 3 + a->peeps : 2;
    double result = biased ? a->z : a->from_h + a->from_x, rest = sums_rest(terms, n, result, c->decimals);
    struct str text = {0};
    str_addf(&text, "%s", named ? "" : biased ? "z = " : "sum = ");
    for (int k = 0; k < n; k++) {
        bool minus = sums_printed(terms[k], c->decimals) < 0;
        if (named)
            str_addf(&text, "%s%c %s", k ? ", " : "", "hxbC"[k], sums_number(num, terms[k], c->decimals, true));
        else
            str_addf(&text, "%s%s",
                     !k      ? ""
                     : minus ? " - "
                             : " + ",
                     sums_number(num, k ? fabs(terms[k]) : terms[k], c->decimals, k == 0));
    }
    if (rest != 0)
        str_addf(&text, " %c %s (rounding)", rest < 0 ? '-' : '+', sums_number(num, fabs(rest), c->decimals, false));
    str_addf(&text, "%s = %s", named ? biased ? ": z" : ": sum" : "", sums_number(num, result, c->decimals, true));
    if (utf8_text_width(str_text(&text)) > r.w - 2) {           /* half a sum says nothing: then the result alone */
        str_clear(&text);
        str_addf(&text, "%s = %s", biased ? "z" : "sum", sums_number(num, result, c->decimals, true));
    }
    enum pen old = grid_pen(c->g, gate_pen(c));
    grid_text(c->g, r.x + 1, p->total, r.w - 2, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    grid_pen(c->g, old);
    str_free(&text);
}

/* "f_t = σ(+9.18) = 0.9999", and what it does. */
static void draw_gate_line(const struct dissect *c, struct rect r, const struct dissect_plan *p)
{
    const struct anatomy *a = c->a;
    struct grid *g = c->g;
    char z[SUMS_MAX], v[SUMS_MAX], was[SUMS_MAX];
    bool signed_gate = a->gate == Q_G;
    int x = r.x, end = r.x + r.w;
    if (c->st->on == ON_GATE && r.w > 4)
        cells_pointer(g, x, p->gate);
    if (r.w > 4)
        x++, end--;
    enum role role = value_role((enum value)a->gate);
    if (!dissect_reached(c, SUB_SIGMA)) {
        grid_textf(g, x, p->gate, end - x, role, 0, "%s_t = ?", c->gate);
        return;
    }
    /* The printed z, put through the curve, gives the printed gate; and the gate has the digits that its product
     * needs. */
    int d = anatomy_effect_form(a).factor;
    while (!signed_gate && d < 6 && !sums_tells_from_limits(a->computed, d))
        d++;
    int z_decimals = sums_curve_decimals(say_curve(a->s, a->layer, a->gate), a->z, a->computed, c->decimals, d);
    bool follows = z_decimals >= 0;
    sums_number(z, a->z, follows ? z_decimals : c->decimals, true);
    sums_number(v, a->computed, d, signed_gate);
    if (a->pinned) {
        x += grid_textf(g, x, p->gate, end - x, ROLE_GHOST, 0, "%s_t computed %s, ", c->gate, v);
        sums_number(v, a->now, anatomy_effect_form(a).factor, signed_gate);
        x += grid_textf(g, x, p->gate, end - x, ROLE_PINNED, ATTR_BOLD, "pinned %s", v);
    } else {
        if (utf8_text_width(z) + utf8_text_width(v) + 14 <= end - x)
            x += grid_textf(g, x, p->gate, end - x, role, ATTR_BOLD, "%s_t = %s(%s) %s %s", c->gate,
                            say_squash(c->a->s, c->a->layer, c->a->gate, g->glyphs), z,
                            follows ? "=" : g->glyphs->about, v);
        else
            x += grid_textf(g, x, p->gate, end - x, role, ATTR_BOLD, "%s %s", c->gate, v);
        if (sums_printed(a->now, d) != sums_printed(a->base, d))
            x += grid_textf(g, x, p->gate, end - x, ROLE_GHOST, 0, "  was %s",
                            sums_number(was, a->base, d, signed_gate));
    }
    struct str text = {0};
    if (dissect_reached(c, effect_at(a->gate))) {
        anatomy_effect(a, g->glyphs, &text);
        grid_pen(g, effect_pen(c));
        if (utf8_text_width(str_text(&text)) + 4 <= end - x)
            grid_text(g, x + 4, p->gate, end - x - 4, ROLE_NUMBER, 0, str_text(&text));
    }
    str_free(&text);
}

void dissect_gate(const struct dissect *c, struct rect r, const struct dissect_plan *p)
{
    enum pen old = grid_pen(c->g, gate_pen(c));
    draw_gate_line(c, r, p);
    grid_pen(c->g, old);
}

/* The product as bars, in the main view's own colours: what is guarded, the gate, what comes through. */
void dissect_effect(const struct dissect *c, struct rect r, const struct dissect_plan *p)
{
    const struct anatomy *a = c->a;
    float cell = widget_scale(session_peak(a->s, a->layer));
    int label = 17, num_w = c->decimals + 6, bar = r.w >= 100 ? 41 : r.w >= 60 ? 25 : r.w - label - num_w - 3;
    for (int k = 0; k < 3; k++) {
        enum value v = guarded[a->gate][k];
        int x = r.x + 1, y = p->effect + k;
        float now = session_value(a->s, RUN_PINNED, a->layer, a->unit, v, a->t),
              base = session_value(a->s, RUN_BASE, a->layer, a->unit, v, a->t);
        bool pinned = session_value_pinned(a->s, a->layer, a->unit, v, a->t);
        float lo, hi;
        value_range(v, cell, &lo, &hi);
        enum pen old = value_about(c->g, c->scene, (struct place){a->layer, a->unit, v, a->t});
        x += grid_textf(c->g, x, y, label, value_role(v), 0, "%s ", value_symbol(v, c->g->glyphs));
        grid_text(c->g, x, y, r.x + 1 + label - x, ROLE_DIM, 0, value_name(v));
        x = r.x + 1 + label + num_w;
        if (!dissect_reached(c, k == 2                   ? effect_at(a->gate)
                        : (int)v == (int)a->gate ? SUB_SIGMA
                        : v == VAL_C_PREV        ? SUB_CONCAT
                                                 : effect_at(a->gate))) {
            grid_text_right(c->g, x, y, num_w, ROLE_DIM, 0, "?");
            grid_pen(c->g, old);
            continue;
        }
        char num[SUMS_MAX];
        value_is_gate(v) ? sums_gate(num, (double)now) : sums_number(num, (double)now, 2, true);
        grid_text_right(c->g, x, y, num_w, pinned ? ROLE_PINNED : ROLE_NUMBER, ATTR_BOLD, num);
        widget_bar(c->g, x + 1, y, bar, (struct bar){now, now != base ? base : NAN, lo, hi, value_role(v)});
        if (pinned)
            grid_text(c->g, x + bar + 2, y, 8, ROLE_PINNED, ATTR_BOLD, "pinned");
        grid_pen(c->g, old);
    }
}

/* Why, as fully as there is room for. */
static void say_in(const struct dissect *c, int w, int h, struct str *out)
{
    struct str why = {0};
    struct grid *trial = grid_new(w, h + 1, c->g->glyphs);
    const struct rect room = {0, 0, w, h + 1};
    anatomy_why(c->a, true, c->g->glyphs, &why);
    bool fits = grid_wrap(trial, room, ROLE_TEXT, 0, str_text(&why)) <= h;
    if (!fits) {
        str_clear(&why);
        anatomy_why(c->a, false, c->g->glyphs, &why);
        fits = grid_wrap(trial, room, ROLE_TEXT, 0, str_text(&why)) <= h;
    }
    grid_free(trial);
    if (!fits) {
        str_clear(&why);
        anatomy_why_short(c->a, c->g->glyphs, &why);
    }
    str_add(out, str_text(&why));
    str_free(&why);
}

void dissect_words(const struct dissect *c, struct rect r, const struct dissect_plan *p)
{
    struct str text = {0};
    if (value_secret(c->scene, &text)) {
        /* it says so */
    } else if (c->scene->reveal && c->sub != SUB_SIGMA) {
        words_substep_within(c->a->s, c->g->glyphs, r.w - 2, p->words_h, &text);
    } else {
        say_in(c, r.w - 2, p->words_h, &text);
        if (c->scene->explain && p->words_h > 2) {
            str_add(&text, " Then ");
            anatomy_effect(c->a, c->g->glyphs, &text);
            str_add(&text, ". ");
            words_unit(c->a->s, RUN_PINNED, (struct place){.layer = c->a->layer, .unit = c->a->unit, .step = c->a->t},
                       &text);
        }
    }
    say_wrap(c->g, (struct rect){r.x + 1, p->words, r.w - 2, p->words_h}, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}
