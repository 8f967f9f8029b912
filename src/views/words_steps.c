/* words_steps.c: a sub-step in words: what it takes, what it makes of it. See words.h. */
#include "views/words_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/widget.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/value.h"

/* Everything the sentences about one gate of one unit need. */
struct part {
    struct told w;
    const struct glyphs *gl;
    int hidden, in;
    enum quantity gate;
    char shown[16];               /* the gate on screen: "f", "g" */
    double from_h, from_x, bias, peep, z;
    enum quantity source;         /* whose weights: lstm_source */
    bool peeps;
};

/* The sums are of what is shown, so z is too: its own rounding in float is not the reader's. */
static void take_apart(struct part *p)
{
    const struct computation of = session_computation_to(p->w.s, RUN_PINNED, p->w.at.step);
    size_t n = (size_t)p->hidden + (size_t)p->in;
    float *terms = xcalloc(n, sizeof *terms);
    p->z = lstm_preactivation(&of, (struct element){p->w.at.layer, p->w.at.unit, p->gate, p->w.at.step}, terms);
    p->from_h = p->from_x = 0;
    for (size_t k = 0; k < n; k++)
        *(k < (size_t)p->hidden ? &p->from_h : &p->from_x) += (double)terms[k];
    const struct lstm *net = session_net(p->w.s);
    p->source = lstm_source(net, p->w.at.layer, p->gate);
    p->bias = (double)net->layer[p->w.at.layer].b[p->source][p->w.at.unit];
    p->peeps = net->layer[p->w.at.layer].peep[p->source] != NULL;
    p->peep = lstm_peephole(net, of.tr, p->w.at.layer, p->w.at.step, p->gate, p->w.at.unit);
    free(terms);
}

static void of_unit(const struct part *p, struct str *out)
{
    str_add(out, " of ");
    say_unit(p->w.s, p->w.at.layer, p->w.at.unit, out);
}

static void say_concat(const struct part *p, struct str *out)
{
    char name[SAY_LAYER];
    str_addf(out, "[h_t-1, x_t]: %d + %d = %d numbers: what ", p->hidden, p->in, p->hidden + p->in);
    if (p->w.at.step == 1)
        str_add(out, "it starts from, h_0, then ");
    else if (session_net(p->w.s)->layers > 1)
        str_addf(out, "layer %s last said, then ", say_layer(p->w.s, p->w.at.layer, p->gl, name));
    else
        str_add(out, "the network last said, then ");
    if (!lstm_is_first(session_net(p->w.s), p->w.at.layer)) {
        str_add(out, "what ");
        say_below(p->w.s, p->w.at.layer, out);
        str_add(out, session_net(p->w.s)->bidirectional ? " says of the word, both ways." : " says now.");
        return;
    }
    str_add(out, session_model(p->w.s)->vocab ? "the word \"" : "the input \"");
    say_token(p->w.s, p->w.at.step, p->gl, out);
    str_add(out, "\".");
}

static void say_product(const struct part *p, struct str *out)
{
    struct sum m = {.n = 2, .a = {p->from_h, p->from_x}, .b = {1, 1}, .result = p->from_h + p->from_x};
    words_form(&m);
    str_addf(out, "W_%s %s [h_t-1, x_t]", quantity_name(p->source), p->gl->times_dot);
    of_unit(p, out);
    str_addf(out, ": %d products add up: from h_t-1 ", p->hidden + p->in);
    words_number(out, &m, p->from_h, true);
    str_add(out, ", from x_t ");
    words_number(out, &m, p->from_x, true);
    str_add(out, m.rest == 0 ? "," : "");
    words_equals(out, &m, true);
}

static void say_bias(const struct part *p, struct str *out)
{
    struct sum m = {.n = 2 + p->peeps, .a = {p->from_h + p->from_x, p->bias, p->peep}, .b = {1, 1, 1}, .result = p->z};
    words_form(&m);
    str_addf(out, "+ b_%s", quantity_name(p->source));
    if (p->peeps)
        str_addf(out, " + p_%s %s %s", quantity_name(p->source), p->gl->odot, p->gate == Q_O ? "C_t" : "C_t-1");
    of_unit(p, out);
    str_add(out, ": ");
    words_number(out, &m, m.a[0], true);
    for (int k = 1; k < m.n; k++) {
        str_add(out, m.a[k] < 0 ? " - " : " + ");
        words_number(out, &m, widget_nothing((float)m.a[k]) ? 0 : fabs(m.a[k]), false);
    }
    words_equals(out, &m, true);
}

static void squash(const struct part *p, double v, struct str *out)
{
    if (p->gate == Q_G)
        words_signed(out, v);
    else if (sums_tells_from_limits(v, DECIMALS_MAX))
        words_gate(out, v);
    else
        str_add(out, v < 0.5 ? "<0.000001" : ">0.999999");
}

static int squash_decimals(const struct part *p, double v)
{
    int d = DECIMALS_MIN;
    while (p->gate != Q_G && d < DECIMALS_MAX && !sums_tells_from_limits(v, d))
        d++;
    return d;
}

/* The curve of z, with as many decimals as it takes for the printed z to give the printed value. */
static void curve_of(const struct part *p, double v, struct str *out)
{
    int d =
        sums_curve_decimals(say_curve(p->w.s, p->w.at.layer, p->gate), p->z, v, DECIMALS_MIN, squash_decimals(p, v));
    str_addf(out, "%s(%+.*f)", say_squash(p->w.s, p->w.at.layer, p->gate, p->gl), d < 0 ? DECIMALS_MAX : d, p->z);
}

static void say_sigma(const struct part *p, struct str *out)
{
    double now = words_value(&p->w, (enum value)p->gate);
    double would = (double)lstm_gate(session_net(p->w.s), p->w.at.layer, p->gate, (float)p->z);
    bool pinned = words_pinned(&p->w, (enum value)p->gate);
    str_addf(out, "%s_t", p->shown);
    of_unit(p, out);
    if (pinned) {
        str_add(out, " is pinned at ");
        squash(p, now, out);
        str_add(out, "; ");
        curve_of(p, would, out);
        str_add(out, " would give ");
        squash(p, would, out);
        if (p->gate != Q_G && (now == 0 || now == 1)
            && session_net(p->w.s)->layer[p->w.at.layer].gate_function == GATE_SIGMOID)
            str_addf(out, " (%s comes near 0 and 1 and never arrives)", p->gl->sigma);
    } else {
        str_add(out, " = ");
        curve_of(p, now, out);
        str_add(out, " = ");
        squash(p, now, out);
    }
}

/* "NAME: a × b = ab", as printed. */
static void say_product_of(const struct part *p, const char *name, enum value a, enum value b, enum value product,
                           struct str *out)
{
    struct sum m = {.n = 1, .a = {words_value(&p->w, a)},
                    .b = {words_value(&p->w, b)}, .result = words_value(&p->w, product)};
    words_form(&m);
    str_addf(out, "%s: ", name);
    if (value_is_gate(a))
        words_number(out, &m, m.a[0], false);
    else
        words_number(out, &m, m.a[0], true);
    str_addf(out, " %s ", p->gl->times);
    words_number(out, &m, m.b[0], true);
    words_equals(out, &m, true);
}

/* "f ⊙ C_t-1: 0.99 × 2.00 = 1.98: unit 6 keeps 99% of its memory": what a gate lets through, of what. */
struct share { enum value gate, of, product; const char *name, *what, *would, *does, *noun; };

static void say_share(const struct part *p, const struct share *is, struct str *out)
{
    char name[32];
    snprintf(name, sizeof name, "%s %s %s", is->name, p->gl->odot, is->what);
    say_product_of(p, name, is->gate, is->of, is->product, out);
    str_add(out, ": ");
    say_unit(p->w.s, p->w.at.layer, p->w.at.unit, out);
    str_add(out, words_pinned(&p->w, VAL_C) ? is->would : is->does);
    words_percent(out, words_value(&p->w, is->gate));
    str_add(out, is->noun);
    words_pinned_percent(&p->w, is->gate, out);
}

static void say_keep(const struct part *p, struct str *out)
{
    say_share(p, &(struct share){VAL_F, VAL_C_PREV, VAL_KEPT, "f", "C_t-1", " would keep ", " keeps ",
                                 " of its memory"}, out);
}

static void say_write(const struct part *p, struct str *out)
{
    say_share(p, &(struct share){VAL_I, VAL_G, VAL_WRITTEN, "i", p->gl->candidate, " would write ", " writes ",
                                 " of the candidate"}, out);
}

static void say_cell(const struct part *p, struct str *out)
{
    words_equation(p->w.s, RUN_PINNED, p->w.at, p->gl, out);
}

static void say_output_gate(const struct part *p, struct str *out)
{
    double o = words_value(&p->w, VAL_O);
    str_add(out, "o_t");
    of_unit(p, out);
    str_add(out, " = ");
    words_gate(out, o);
    str_add(out, words_pinned(&p->w, VAL_H) ? ": h_t is pinned, else it would show " : ": it shows ");
    words_percent(out, o);
    str_add(out, " of tanh(C_t)");
    words_pinned_percent(&p->w, VAL_O, out);
}

static void say_hidden(const struct part *p, struct str *out)
{
    double o = words_value(&p->w, VAL_O);
    double c = (double)lstm_tanh((float)words_value(&p->w, VAL_C));
    bool pinned = words_pinned(&p->w, VAL_H);
    double h = words_value(&p->w, VAL_H);
    struct sum m = {.n = 1, .a = {o}, .b = {c}, .result = pinned ? o * c : h};
    words_form(&m);
    str_addf(out, "h_t = o %s tanh(C_t)", p->gl->odot);
    of_unit(p, out);
    str_add(out, ": ");
    words_number(out, &m, o, false);
    str_addf(out, " %s ", p->gl->times);
    words_number(out, &m, c, true);
    words_equals(out, &m, true);
    if (pinned) {
        str_add(out, "; h_t is pinned at ");
        words_number(out, &m, h, true);
    }
}

static void (*const say_substep[SUB_COUNT])(const struct part *p, struct str *out) = {
    [SUB_CONCAT] = say_concat, [SUB_PRODUCT] = say_product, [SUB_BIAS] = say_bias, [SUB_SIGMA] = say_sigma,
    [SUB_KEEP] = say_keep, [SUB_WRITE] = say_write, [SUB_C] = say_cell, [SUB_O] = say_output_gate, [SUB_H] = say_hidden,
};

static struct part part_at_cursor(const struct session *s, const struct glyphs *gl)
{
    const struct cursor *c = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[c->layer];
    struct part p = {
        .w = words_told(s, RUN_PINNED, c->layer, c->unit, c->step), .gl = gl, .hidden = l->hidden, .in = l->in};
    p.gate = (int)c->value < GATES ? (enum quantity)c->value : Q_F;
    snprintf(p.shown, sizeof p.shown, "%s", p.gate == Q_G ? gl->candidate : quantity_name(p.gate));
    take_apart(&p);
    return p;
}

void words_substep(const struct session *s, const struct glyphs *gl, struct str *out)
{
    if (words_nothing(s, out))
        return;
    struct part p = part_at_cursor(s, gl);
    say_substep[session_cursor(s)->sub](&p, out);
}


/* The sums in numbers alone. */
static void brief_substep(const struct part *p, enum substep sub, struct str *out)
{
    size_t start;
    switch (sub) {
    case SUB_CONCAT:
        str_addf(out, "[h_t-1, x_t]: %d + %d = %d numbers.", p->hidden, p->in, p->hidden + p->in);
        return;
    case SUB_PRODUCT: {
        struct sum m = {.n = 2, .a = {p->from_h, p->from_x}, .b = {1, 1}, .result = p->from_h + p->from_x};
        words_form(&m);
        str_add(out, "from h ");
        words_number(out, &m, p->from_h, true);
        str_add(out, ", from x ");
        words_number(out, &m, p->from_x, true);
        str_add(out, ",");
        words_equals(out, &m, true);
        return;
    }
    case SUB_SIGMA:
        str_addf(out, "%s_t", p->shown);
        str_add(out, words_pinned(&p->w, (enum value)p->gate) ? " is pinned at " : " is ");
        squash(p, words_value(&p->w, (enum value)p->gate), out);
        return;
    case SUB_C:
        words_equation_of(&p->w, p->gl, false, false, out);
        return;
    default:                      /* the equation without what it means in words, or without its name */
        start = out->len;
        say_substep[sub](p, out);
        for (char *c = out->s + start; (c = strstr(c, ": ")); c++)
            if (strstr(c + 2, ": ")) {
                char *last = strstr(c + 2, ": ");
                out->len = (size_t)(last - out->s);
                *last = '\0';
                return;
            }
    }
}

void words_substep_within(const struct session *s, const struct glyphs *gl, int cells, int lines, struct str *out)
{
    struct part p;
    words_substep(s, gl, out);
    if (grid_wrap_lines(cells, str_text(out)) <= lines || session_steps(s) < 1)
        return;
    str_clear(out);
    p = part_at_cursor(s, gl);
    brief_substep(&p, session_cursor(s)->sub, out);
    if (grid_wrap_lines(cells, str_text(out)) > lines)
        str_clear(out);
}
