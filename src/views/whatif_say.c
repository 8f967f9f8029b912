/* whatif_say.c: where the two runs part, and what it does, in words. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/widget.h"
#include "views/across.h"
#include "views/anatomy.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/value.h"
#include "views/whatif_view.h"

void whatif_add_number(struct str *out, float v, bool sign)
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
static void say_pins(const struct whatif_pair *p, struct str *out)
{
    size_t n = session_pin_count(p->now.s);
    if (p->kind == WHATIF_SENTENCES && n)
        str_addf(out, " Here %zu value%s pinned, there none: X shows both without.", n, n == 1 ? " is" : "s are");
}

void whatif_say_where(const struct whatif_pair *p, const struct whatif_facts *f, const struct glyphs *gl,
                      struct str *out)
{
    const struct session *s = p->now.s;
    char name[ANATOMY_LABEL];
    if (p->kind == WHATIF_SAME) {
        str_add(out, "Nothing is pinned yet: c closes a gate here, or :compare ANOTHER SENTENCE.");
        return;
    }
    if (!f->parts) {
        str_add(out, p->kind == WHATIF_PINS ? "The pinned values are the computed ones: both runs are the same."
                     : session_steps(s) == session_steps(p->was.s) ? "Both sentences give the same numbers."
                                                                   : "As far as both sentences go, they give the same "
                                                                     "numbers.");
        return;
    }
    if (p->kind == WHATIF_PINS) {
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

void whatif_say_where_short(const struct whatif_pair *p, const struct whatif_facts *f, const struct glyphs *gl,
                            struct str *out)
{
    char name[ANATOMY_LABEL];
    int more;
    if (p->kind == WHATIF_SAME || !f->parts) {
        str_add(out, p->kind == WHATIF_SAME ? "Nothing is pinned yet: c closes a gate." : "Both runs are the same.");
        return;
    }
    str_add(out, "Part at ");
    if (p->kind == WHATIF_SENTENCES) {
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

static void say_cell(const struct whatif_pair *p, const struct whatif_facts *f, const struct glyphs *gl,
                     struct str *out)
{
    char name[ANATOMY_LABEL];
    if (p->kind == WHATIF_SAME)
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
    whatif_add_number(out, whatif_cell(&p->now, f->layer, f->unit, f->C_parts), true);
    str_add(out, p->kind == WHATIF_PINS ? ", was " : ", there ");
    whatif_add_number(out, whatif_cell(&p->was, f->layer, f->unit, f->C_parts), true);
    str_add(out, ".");
}

/* "9.49 → 10.49 nats (+1.00)": the change is that of the printed totals, with enough decimals that it is not 0.00
 * unless there is none. */
static void say_total(const struct whatif_facts *f, const char *unit, const struct glyphs *gl, struct str *out)
{
    double was = f->total_was, now = f->total_now, one = 100;
    int d = 2;
    for (; d < 6 && now != was && fabs(now - was) * one < 1; d++)
        one *= 10;
    str_addf(out, "Surprisal %.*f %s %.*f %s (%+.*f)", d, was, gl->arrow, d, now, unit, d,
             (round(now * one) - round(was * one)) / one);
}

#define WAITS "The surprisals are being computed."

static void say_surprise_short(const struct whatif_pair *p, const struct whatif_facts *f, const struct glyphs *gl,
                               struct str *out)
{
    if (f->waits)
        str_add(out, WAITS);
    else if (!f->head)
        str_add(out, "No surprisal: no word is an output.");
    else if (p->kind == WHATIF_SAME)
        str_addf(out, "Surprisal %.2f nats in all", f->total_now);
    else if (p->kind == WHATIF_PINS)
        say_total(f, "nats", gl, out);
    else
        str_addf(out, "Surprisal: here %.2f, there %.2f nats", f->total_now, f->total_was);
}

/* "surprisal 9.48 → 10.51 nats (+1.03); most at 'her': 0.94 → 0.34" */
static void say_surprise(const struct whatif_pair *p, const struct whatif_facts *f, const struct glyphs *gl,
                         struct str *out)
{
    if (f->waits) {
        str_add(out, WAITS);
        return;
    }
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
    if (p->kind == WHATIF_SAME) {
        str_addf(out, "Surprisal %.2f %s.", f->total_now, over);
        return;
    }
    if (p->kind == WHATIF_PINS)
        say_total(f, over, gl, out);
    else
        str_addf(out, "Surprisal: here %.2f, there %.2f %s", f->total_now, f->total_was, over);
    if (f->most) {
        str_add(out, p->kind == WHATIF_PINS ? ", most at " : ", furthest apart at ");
        say_quoted(p->now.s, f->most + 1, gl, out);
        double now = exp(-whatif_surprise(&p->now, f->most)), was = exp(-whatif_surprise(&p->was, f->most));
        int d = across_decimals(now, was);
        if (p->kind == WHATIF_PINS)
            str_addf(out, ": %.*f %s %.*f", d, was, gl->arrow, d, now);
        else
            str_addf(out, ": p %.*f, there %.*f", d, now, d, was);
    }
    str_add(out, ".");
}

/* "After 'with' it now expects 'his': 0.002 → 0.38." where the prediction changed most. */
static void say_instead(const struct whatif_pair *p, const struct whatif_facts *f, const struct glyphs *gl,
                        struct str *out)
{
    int t = f->most, now = t ? session_likeliest(p->now.s, p->now.run, t) : -1;
    if (p->kind != WHATIF_PINS || now < 0 || now == session_likeliest(p->was.s, p->was.run, t))
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

void whatif_explain(const struct scene *scene, const struct whatif_facts *f, const struct glyphs *gl, struct str *out)
{
    struct whatif_pair p = whatif_pair_of(scene->session);
    if (!p.steps) {
        say_nothing(scene->session, out);
        return;
    }
    whatif_say_where(&p, f, gl, out);
    str_addc(out, ' ');
    say_cell(&p, f, gl, out);
    str_add(out, p.kind == WHATIF_SAME ? "" : " ");
    say_surprise(&p, f, gl, out);
    int t = session_cursor(scene->session)->step;
    if (!session_likeliest_known(p.now.s, p.now.run, t) || !session_likeliest_known(p.was.s, p.was.run, t)) {
        str_add(out, " What comes next is being computed.");
        return;
    }
    int now = whatif_has(&p.now, t) ? session_likeliest(p.now.s, p.now.run, t) : -1,
        was = whatif_has(&p.was, t) ? session_likeliest(p.was.s, p.was.run, t) : -1;
    if (now < 0)
        return;
    str_add(out, " After ");
    say_quoted(p.now.s, t, gl, out);
    str_add(out, " it expects '");
    say_output(p.now.s, now, gl, out);
    str_addf(out, "' (%.2f)", (double)session_probability(p.now.s, p.now.run, t, now));
    if (p.kind != WHATIF_SAME && was >= 0) {
        str_add(out, p.kind == WHATIF_PINS ? ", in the baseline '" : ", there '");
        say_output(p.was.s, was, gl, out);
        str_addf(out, "' (%.2f)", (double)session_probability(p.was.s, p.was.run, t, was));
    }
    str_addc(out, '.');
}

void whatif_say(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct whatif_facts *f = state;
    struct whatif_pair p = whatif_pair_of(scene->session);
    struct str text = {0};
    if (p.steps) {
        say_surprise(&p, f, g->glyphs, &text);
        say_instead(&p, f, g->glyphs, &text);
        str_add(&text, p.kind == WHATIF_SAME ? "" : " ");
        say_cell(&p, f, g->glyphs, &text);
        if (grid_wrap_lines(r.w, str_text(&text)) > r.h && r.w < 60) {
            str_clear(&text);
            whatif_say_where_short(&p, f, g->glyphs, &text);
            str_add(&text, text.s[text.len - 1] == '.' ? " " : ". ");
            say_surprise_short(&p, f, g->glyphs, &text);
        }
    }
    say_wrap(g, r, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}
