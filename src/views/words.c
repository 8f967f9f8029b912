/* words.c: see words.h. Two rules run through it.
 *
 * What is printed adds up: a reader with a pencil who redoes the arithmetic on the printed digits must get the printed
 * result. So the number of decimals is chosen by trying, and where none will do, what rounding left over is printed
 * too.
 *
 * Words never say more than the number: 0.996 is ">99%", only 1 is "100%"; what was set by hand is called pinned.
 */
#include "views/say.h"
#include "views/sums.h"
#include "views/value.h"
#include "views/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/utf8.h"

/* ---- arithmetic that re-adds ------------------------------------------------------------------------------------- */

enum { DECIMALS_MIN = 2, DECIMALS_TINY = 4, DECIMALS_MAX = 6, TERMS = 3 };
#define LARGE 1e6                 /* from here on, and where six decimals show nothing, a few digits and "about" */

/* Σ a·b of the terms = result. */
struct sum {
    int n;
    double a[TERMS], b[TERMS];    /* a plain term has b = 1 */
    double result;
    /* what print_form found: */
    bool large;
    int decimals;
    double rest;                  /* what rounding left over, 0 when the rest adds up by itself */
};

/* v as it will be printed. */
static double printed(double v, int decimals)
{
    char text[64];
    snprintf(text, sizeof text, "%.*f", decimals, v);
    return strtod(text, NULL);
}

static double missing(const struct sum *m, int decimals)
{
    double sum = 0;
    for (int k = 0; k < m->n; k++)
        sum += printed(m->a[k], decimals) * printed(m->b[k], decimals);
    return printed(m->result, decimals) - sum;
}

/* Does this much vanish when rounding? A tie does not: readers round ties in different ways. */
static bool vanishes(double v, int decimals)
{
    return fabs(v) < 0.499 * pow(10, -decimals);
}

/* Does v printed so read 0 or 1 only when it is exactly that? */
static bool tells_limits(double v, int decimals)
{
    double p = printed(v, decimals);
    return (p == 0) == (v == 0) && (p == 1) == (v == 1);
}

static void find_form(struct sum *m)
{
    double largest = fabs(m->result);
    bool finite = isfinite(m->result);
    for (int k = 0; k < m->n; k++) {
        largest = fmax(largest, fmax(fabs(m->a[k]), fabs(m->b[k])));
        finite = finite && isfinite(m->a[k]) && isfinite(m->b[k]);
    }
    m->rest = 0;
    m->decimals = DECIMALS_MIN;
    m->large = !finite || largest >= LARGE;
    if (m->large)
        return;
    /* A factor that is neither 0 nor 1 must not read so; tiny ones are written with an exponent (see factor). */
    int least = DECIMALS_MIN;
    for (int k = 0; k < m->n; k++)
        while (least < (m->a[k] < 0.5 ? DECIMALS_TINY : DECIMALS_MAX) && !tells_limits(m->a[k], least))
            least++;
    /* Nor may anything else that is not 0, as far as decimals reach. */
    for (int k = 0; k <= m->n; k++)
        for (double v = k < m->n ? m->b[k] : m->result; v != 0 && least < DECIMALS_MAX && printed(v, least) == 0;)
            least++;
    for (int k = 0; k <= m->n; k++) {
        double v = k < m->n ? m->b[k] == 1 ? m->a[k] : m->b[k] : m->result;
        m->large = m->large || (v != 0 && printed(v, least) == 0);
    }
    if (m->large)
        return;
    for (m->decimals = least; m->decimals <= DECIMALS_MAX; m->decimals++)
        if (vanishes(missing(m, m->decimals), m->decimals))
            return;
    /* What is left over should be small change: large numbers take more decimals to get there. */
    for (m->decimals = least; m->decimals < DECIMALS_MAX; m->decimals++) {
        m->rest = missing(m, m->decimals);
        if (fabs(m->rest) < 0.01 && vanishes(m->rest - printed(m->rest, m->decimals), m->decimals))
            return;
    }
    m->rest = missing(m, m->decimals);
}

static void number(struct str *out, const struct sum *m, double v, bool sign)
{
    if (m->large)
        str_addf(out, sign ? "%+.4g" : "%.4g", v);
    else
        str_add(out, sums_tight((char[SUMS_MAX]){0}, v, m->decimals, sign));
}

/* "+0.89", "-2e-7" */
static void signed_number(struct str *out, double v)
{
    str_add(out, sums_tight((char[SUMS_MAX]){0}, v, DECIMALS_MIN, true));
}

/* " + 0.01 (rounding)" when the printed terms need it. */
static void rest(struct str *out, const struct sum *m)
{
    if (m->rest == 0)
        return;
    str_add(out, m->rest < 0 ? " - " : " + ");
    number(out, m, fabs(m->rest), false);
    str_add(out, " (rounding)");
}

static void equals(struct str *out, const struct sum *m, bool sign)
{
    rest(out, m);
    str_add(out, m->large ? " = about " : " = ");
    number(out, m, m->result, sign);
}

/* ---- small words ------------------------------------------------------------------------------------------------- */

/* The unit that is spoken of, at one step of one run. */
struct told { const struct session *s; enum run run; struct place at; };

static double of_run(const struct told *w, enum run run, enum value v)
{
    return (double)session_value(w->s, run, w->at.layer, w->at.unit, v, w->at.step);
}

static double of(const struct told *w, enum value v)
{
    return of_run(w, w->run, v);
}

static bool is_pinned(const struct told *w, enum value v)
{
    return w->run == RUN_PINNED && session_value_pinned(w->s, w->at.layer, w->at.unit, v, w->at.step);
}

static struct told unit_of(const struct session *s, enum run run, int layer, int unit, int t)
{
    return (struct told){s, run, {.layer = layer, .unit = unit, .step = t}};
}

static void percent(struct str *out, double v)
{
    if (isnan(v))
        str_add(out, "an unknown part");
    else if (v < 0 || v > 1)
        str_addf(out, "%.4g%%", v * 100);             /* forced */
    else if (v > 0 && v <= 0.005)
        str_add(out, "<1%");
    else if (v >= 0.995 && v < 1)
        str_add(out, ">99%");
    else
        str_addf(out, "%.0f%%", v * 100);
}

/* A gate to two decimals, or to as many as tell it from 0 and 1. */
static void gate_number(struct str *out, double v)
{
    for (int decimals = DECIMALS_MIN; decimals <= DECIMALS_MAX; decimals++) {
        double p = printed(v, decimals);
        if ((p == 0) == (v == 0) && (p == 1) == (v == 1)) {
            str_addf(out, "%.*f", decimals, v);
            return;
        }
    }
    str_add_float(out, (float)v);
}

static bool weights_edited(const struct session *s)
{
    return session_net(s) != session_model(s)->net;
}

static bool is_empty(const struct session *s, struct str *out)
{
    if (session_steps(s) > 0)
        return false;
    str_add(out, "The sequence is empty: nothing is computed yet.");
    return true;
}

/* ---- the cell equation ------------------------------------------------------------------------------------------- */

static struct sum cell_sum(const struct told *w)
{
    struct sum m = {
        .n = 2,
        .a = {of(w, VAL_F), of(w, VAL_I)},
        .b = {of(w, VAL_C_PREV), of(w, VAL_G)},
    };
    m.result = is_pinned(w, VAL_C) ? m.a[0] * m.b[0] + m.a[1] * m.b[1]
                                                        : of(w, VAL_C);
    find_form(&m);
    return m;
}

/* "(f and C_t-1 pinned)": which of the four inputs of the equation were set by hand. */
static void pinned_inputs(const struct told *w, const struct glyphs *gl, struct str *out)
{
    const struct { enum value v; const char *name; } input[] = {
        {VAL_F, "f"}, {VAL_C_PREV, "C_t-1"}, {VAL_I, "i"}, {VAL_G, gl->candidate},
    };
    int n = 0;
    for (size_t k = 0; k < sizeof input / sizeof *input; k++)
        if (is_pinned(w, input[k].v))
            str_addf(out, "%s%s", n++ ? ", " : "  (pinned: ", input[k].name);
    if (n)
        str_addc(out, ')');
}

static void equation(const struct told *w, const struct glyphs *gl, bool names, bool notes, struct str *out)
{
    struct sum m = cell_sum(w);
    str_add(out, "C_t = ");
    if (names)
        str_addf(out, "f %s C_t-1 + i %s %s :  ", gl->times, gl->times, gl->candidate);
    for (int k = 0; k < m.n; k++) {
        if (k)
            str_add(out, " + ");
        number(out, &m, m.a[k], false);
        str_addf(out, " %s ", gl->times);
        number(out, &m, m.b[k], true);
    }
    equals(out, &m, true);
    if (notes)
        pinned_inputs(w, gl, out);
    if (is_pinned(w, VAL_C)) {
        str_add(out, "; C_t is pinned at ");
        number(out, &m, of(w, VAL_C), true);
    }
}

void words_equation(const struct session *s, enum run run, struct place at, const struct glyphs *gl, struct str *out)
{
    if (!is_empty(s, out))
        equation(&(struct told){s, run, at}, gl, true, true, out);
}

void words_equation_within(const struct session *s, enum run run, struct place at, const struct glyphs *gl, int cells,
                           struct str *out)
{
    static const struct { bool names, notes; } forms[] = {{true, true}, {false, true}, {false, false}};
    if (is_empty(s, out))
        return;
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        str_clear(out);
        equation(&(struct told){s, run, at}, gl, forms[k].names, forms[k].notes, out);
        if (utf8_text_width(str_text(out)) <= cells)
            return;
    }
}

/* ---- one unit ---------------------------------------------------------------------------------------------------- */

static void pinned_percent(const struct told *w, enum value v, struct str *out)
{
    if (!is_pinned(w, v))
        return;
    str_add(out, " (pinned; baseline ");
    percent(out, of_run(w, RUN_BASE, v));
    str_addc(out, ')');
}

static void pinned_value(const struct told *w, enum value v, const char *what, struct str *out)
{
    if (is_pinned(w, v)) {
        str_addf(out, " %s is pinned at ", what);
        signed_number(out, of(w, v));
        str_addc(out, '.');
    }
}

void words_unit(const struct session *s, enum run run, struct place at, struct str *out)
{
    const struct told told = {s, run, at}, *w = &told;
    if (is_empty(s, out))
        return;
    /* That a model is hand-set stands in the title line; that its weights were edited stands nowhere else. */
    if (weights_edited(s))
        str_add(out, "With edited weights ");
    say_unit(s, at.layer, at.unit, out);
    bool would = is_pinned(w, VAL_C);        /* what is set by hand is neither kept nor written */
    str_add(out, would ? " would keep " : " keeps ");
    percent(out, of(w, VAL_F));
    pinned_percent(w, VAL_F, out);
    str_add(out, " of its memory");
    if (of(w, VAL_C_PREV) == 0)
        str_add(out, ", which is 0,");
    str_add(out, would ? " and write " : " and writes ");
    percent(out, of(w, VAL_I));
    pinned_percent(w, VAL_I, out);
    str_add(out, " of the new candidate g_t.");
    pinned_value(w, VAL_C_PREV, "The memory before", out);
    pinned_value(w, VAL_G, "The candidate", out);
    pinned_value(w, VAL_C, "The new memory itself", out);
}

static void brief_percent(const struct told *w, enum value v, struct str *out)
{
    percent(out, of(w, v));
    if (!is_pinned(w, v))
        return;
    str_add(out, " (pinned, was ");
    percent(out, of_run(w, RUN_BASE, v));
    str_addc(out, ')');
}

void words_unit_brief(const struct session *s, enum run run, struct place at, bool of_what, struct str *out)
{
    const struct told told = {s, run, at}, *w = &told;
    if (is_empty(s, out))
        return;
    bool would = is_pinned(w, VAL_C);
    say_unit(s, at.layer, at.unit, out);
    str_add(out, would ? " would keep " : " keeps ");
    brief_percent(w, VAL_F, out);
    str_addf(out, of_what ? " of C_t-1 and write%s " : ", write%s ", would ? "" : "s");
    brief_percent(w, VAL_I, out);
    str_add(out, of_what ? " of the candidate" : "");
    str_add(out, would ? ", but C_t is pinned" : "");
}

/* ---- one step ---------------------------------------------------------------------------------------------------- */

enum { EACH_UNIT_UP_TO = 8, STRONGEST = 3 };

static const char *joint(int k, int n)
{
    return k == 0 ? "" : k == n - 1 ? " and " : ", ";
}

static void gate_note(const struct told *w, enum value v, const char *name, struct str *out)
{
    str_addf(out, " (%s=", name);
    gate_number(out, of(w, v));
    str_add(out, is_pinned(w, v) ? ", pinned)" : ")");
}

static void each_unit(const struct session *s, enum run run, int layer, int hidden, int t, struct str *out)
{
    for (int u = 0; u < hidden; u++) {
        const struct told w = unit_of(s, run, layer, u, t);
        str_add(out, u ? joint(u, hidden) : "keeps ");
        percent(out, of(&w, VAL_F));
        str_add(out, " of ");
        say_unit(s, layer, u, out);
        gate_note(&w, VAL_F, "f", out);
    }
    for (int u = 0; u < hidden; u++) {
        const struct told w = unit_of(s, run, layer, u, t);
        str_add(out, u ? joint(u, hidden) : ", writes ");
        percent(out, of(&w, VAL_I));
        str_add(out, u ? " to " : " of the candidate to ");
        say_unit(s, layer, u, out);
        gate_note(&w, VAL_I, "i", out);
    }
}

/* What a unit writes, or what it loses of its memory: the two that one step does to a cell. */
static double written(const struct told *w)
{
    return of(w, VAL_WRITTEN);
}

static double lost(const struct told *w)
{
    return of(w, VAL_C_PREV) - of(w, VAL_KEPT);
}

typedef double measure(const struct told *w);

/* The units of which this is largest in size, strongest first. */
static int strongest(const struct session *s, enum run run, int layer, int t, measure *by, int unit[STRONGEST])
{
    int n = 0, hidden = session_net(s)->layer[layer].hidden;
    double size[STRONGEST];
    for (int u = 0; u < hidden; u++) {
        const struct told w = unit_of(s, run, layer, u, t);
        double v = fabs(by(&w));
        if (!(v > 0) || (n == STRONGEST && v <= size[n - 1]))
            continue;
        int at = n < STRONGEST ? n++ : n - 1;
        for (; at > 0 && v > size[at - 1]; at--) {
            size[at] = size[at - 1];
            unit[at] = unit[at - 1];
        }
        size[at] = v;
        unit[at] = u;
    }
    return n;
}

static void many_units(const struct session *s, enum run run, int layer, int hidden, int t, struct str *out)
{
    const float *f = session_row(s, run, layer, Q_F, t);
    int kept = 0, forgotten = 0, unit[STRONGEST];
    for (int u = 0; u < hidden; u++) {
        kept += f[u] >= 0.9f;
        forgotten += f[u] <= 0.1f;
    }
    str_addf(out, "keeps at least 90%% of %d of %d units and at most 10%% of %d", kept, hidden, forgotten);
    int n = strongest(s, run, layer, t, written, unit);
    for (int k = 0; k < n; k++) {
        const struct told w = unit_of(s, run, layer, unit[k], t);
        str_add(out, k ? joint(k, n) : ", writes most to ");
        say_unit(s, layer, unit[k], out);
        str_add(out, " (");
        signed_number(out, written(&w));
        str_addc(out, ')');
    }
}

void words_layer(const struct session *s, enum run run, int layer, int t, struct str *out)
{
    if (is_empty(s, out))
        return;
    int hidden = session_net(s)->layer[layer].hidden, kept = 0, shut = 0, open = 0, unit[STRONGEST], n;
    const float *f = session_row(s, run, layer, Q_F, t), *i = session_row(s, run, layer, Q_I, t);
    for (int u = 0; u < hidden; u++) {
        kept += f[u] >= 0.9f;
        shut += f[u] <= 0.1f;
        open += i[u] >= 0.9f;
    }
    str_addf(out,
             "Of %d units %d keep at least 90%% of their memory and %d at most 10%%; %d let in at least 90%% of the "
             "candidate.",
             hidden, kept, shut, open);
    n = strongest(s, run, layer, t, lost, unit);
    for (int k = 0; k < n; k++) {
        const struct told w = unit_of(s, run, layer, unit[k], t);
        str_add(out, k ? joint(k, n) : " Most is forgotten by ");
        say_unit(s, layer, unit[k], out);
        str_add(out, " (C ");
        signed_number(out, of(&w, VAL_C_PREV));
        str_add(out, ", keeps ");
        percent(out, (double)f[unit[k]]);
        str_add(out, is_pinned(&w, VAL_F) ? ", pinned)" : ")");
    }
    if (n)
        str_addc(out, '.');
    n = strongest(s, run, layer, t, written, unit);
    for (int k = 0; k < n; k++) {
        const struct told w = unit_of(s, run, layer, unit[k], t);
        str_add(out, k ? joint(k, n) : " Most is written to ");
        say_unit(s, layer, unit[k], out);
        str_add(out, " (");
        signed_number(out, written(&w));
        str_addc(out, ')');
    }
    if (n)
        str_addc(out, '.');
}

/* What was set by hand at this step, other than f and i of a small layer, which say so themselves. */
static void pinned_here(const struct session *s, int layer, int hidden, int t, struct str *out)
{
    enum { SOME = 6 };
    size_t n;
    const struct pin *pins = session_pins(s, &n);
    int shown = 0;
    for (size_t k = 0; k < n; k++) {
        bool initial = t == 1 && pins[k].step == 0;
        if (pins[k].layer != layer || (pins[k].step != t && !initial)
            || (hidden <= EACH_UNIT_UP_TO && (pins[k].q == Q_F || pins[k].q == Q_I)))
            continue;
        if (shown == SOME) {
            str_add(out, " and more");
            return;
        }
        str_addf(out, "%s%s[%d]%s=", shown++ ? ", " : "; pinned: ", quantity_name(pins[k].q), pins[k].unit + 1,
                 initial ? "@0" : "");
        str_add_float(out, pins[k].value);
    }
}

void words_step(const struct session *s, enum run run, int layer, int t, struct str *out)
{
    if (is_empty(s, out))
        return;
    const struct lstm *net = session_net(s);
    const char *token = session_token(s, t);
    int hidden = net->layer[layer].hidden;
    str_addf(out, "t=%d ", t);
    if (strspn(token, " ") == strlen(token))
        str_addf(out, "\"%s\"", token);
    else
        utf8_clean(out, token, strlen(token));
    if (session_is_unknown(s, t)) {
        const struct vocab *v = session_model(s)->vocab;
        str_add(out, " (read as ");
        utf8_clean(out, v->token[v->unknown], strlen(v->token[v->unknown]));
        str_addc(out, ')');
    }
    if (net->layers > 1)
        str_addf(out, ", layer %d", layer + 1);
    str_add(out, ": ");
    (hidden <= EACH_UNIT_UP_TO ? each_unit : many_units)(s, run, layer, hidden, t, out);
    if (run == RUN_PINNED)
        pinned_here(s, layer, hidden, t, out);
}

/* The head first: that nothing can be predicted matters most. Short, for it has to fit one line of 80 cells. */
bool words_overflow(const struct session *s, enum run run, int t, const struct glyphs *gl, struct str *out)
{
    const struct model *m = session_model(s);
    int n = t < 1 ? 0 : session_overflow(s, run, t, NULL, 0);
    if (!n)
        return false;
    struct overflow *at = xcalloc((size_t)n, sizeof *at);
    session_overflow(s, run, t, at, n);
    bool head = at[n - 1].layer == OVERFLOW_HEAD;
    int gates = n - head;
    str_add(out, "Overflow at '");
    say_token(s, t, gl, out);
    str_add(out, "': ");
    if (head) {
        str_add(out, "logits beyond 3.4e+38, so nothing is predicted");
        if (gates)
            str_addf(out, "; %d gate%s too", gates, gates == 1 ? "" : "s");
    } else {
        char unit[32];
        session_unit_label(s, at->layer, at->unit, unit);
        str_addf(out, "z of %s of %s%s has terms beyond 3.4e+38", quantity_name(at->gate),
                 model_unit_name(m, at->layer, at->unit) ? "" : "unit ", unit);
        if (gates > 1)
            str_addf(out, ", %d gates more", gates - 1);
    }
    str_addc(out, '.');
    free(at);
    return true;
}

/* ---- one sub-step ------------------------------------------------------------------------------------------------ */

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
    size_t n = (size_t)(p->hidden + p->in);
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
    str_addf(out, "[h_t-1, x_t]: %d + %d = %d numbers: what ", p->hidden, p->in, p->hidden + p->in);
    if (p->w.at.step == 1)
        str_add(out, "it starts from, h_0, then ");
    else if (session_net(p->w.s)->layers > 1)
        str_addf(out, "layer %d last said, then ", p->w.at.layer + 1);
    else
        str_add(out, "the network last said, then ");
    if (p->w.at.layer) {
        str_addf(out, "what layer %d says now.", p->w.at.layer);
        return;
    }
    str_add(out, session_model(p->w.s)->vocab ? "the word \"" : "the input \"");
    say_token(p->w.s, p->w.at.step, p->gl, out);
    str_add(out, "\".");
}

static void say_product(const struct part *p, struct str *out)
{
    struct sum m = {.n = 2, .a = {p->from_h, p->from_x}, .b = {1, 1}, .result = p->from_h + p->from_x};
    find_form(&m);
    str_addf(out, "W_%s %s [h_t-1, x_t]", quantity_name(p->source), p->gl->times_dot);
    of_unit(p, out);
    str_addf(out, ": %d products add up: from h_t-1 ", p->hidden + p->in);
    number(out, &m, p->from_h, true);
    str_add(out, ", from x_t ");
    number(out, &m, p->from_x, true);
    str_add(out, m.rest == 0 ? "," : "");
    equals(out, &m, true);
}

static void say_bias(const struct part *p, struct str *out)
{
    struct sum m = {.n = 2 + p->peeps, .a = {p->from_h + p->from_x, p->bias, p->peep}, .b = {1, 1, 1}, .result = p->z};
    find_form(&m);
    str_addf(out, "+ b_%s", quantity_name(p->source));
    if (p->peeps)
        str_addf(out, " + p_%s %s %s", quantity_name(p->source), p->gl->odot, p->gate == Q_O ? "C_t" : "C_t-1");
    of_unit(p, out);
    str_add(out, ": ");
    number(out, &m, m.a[0], true);
    for (int k = 1; k < m.n; k++) {
        str_add(out, m.a[k] < 0 ? " - " : " + ");
        number(out, &m, fabs(m.a[k]), false);
    }
    equals(out, &m, true);
}

static void squash(const struct part *p, double v, struct str *out)
{
    if (p->gate == Q_G)
        signed_number(out, v);
    else if (sums_tells_from_limits(v, DECIMALS_MAX))
        gate_number(out, v);
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
    double now = of(&p->w, (enum value)p->gate);
    double would = (double)lstm_gate(session_net(p->w.s), p->w.at.layer, p->gate, (float)p->z);
    bool pinned = is_pinned(&p->w, (enum value)p->gate);
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
    struct sum m = {.n = 1, .a = {of(&p->w, a)},
                    .b = {of(&p->w, b)}, .result = of(&p->w, product)};
    find_form(&m);
    str_addf(out, "%s: ", name);
    if (value_is_gate(a))
        number(out, &m, m.a[0], false);
    else
        number(out, &m, m.a[0], true);
    str_addf(out, " %s ", p->gl->times);
    number(out, &m, m.b[0], true);
    equals(out, &m, true);
}

static void say_keep(const struct part *p, struct str *out)
{
    char name[32];
    snprintf(name, sizeof name, "f %s C_t-1", p->gl->odot);
    say_product_of(p, name, VAL_F, VAL_C_PREV, VAL_KEPT, out);
    str_add(out, ": ");
    say_unit(p->w.s, p->w.at.layer, p->w.at.unit, out);
    str_add(out, is_pinned(&p->w, VAL_C) ? " would keep " : " keeps ");
    percent(out, of(&p->w, VAL_F));
    str_add(out, " of its memory");
    pinned_percent(&p->w, VAL_F, out);
}

static void say_write(const struct part *p, struct str *out)
{
    char name[32];
    snprintf(name, sizeof name, "i %s %s", p->gl->odot, p->gl->candidate);
    say_product_of(p, name, VAL_I, VAL_G, VAL_WRITTEN, out);
    str_add(out, ": ");
    say_unit(p->w.s, p->w.at.layer, p->w.at.unit, out);
    str_add(out, is_pinned(&p->w, VAL_C) ? " would write " : " writes ");
    percent(out, of(&p->w, VAL_I));
    str_add(out, " of the candidate");
    pinned_percent(&p->w, VAL_I, out);
}

static void say_cell(const struct part *p, struct str *out)
{
    words_equation(p->w.s, RUN_PINNED, p->w.at, p->gl, out);
}

static void say_output_gate(const struct part *p, struct str *out)
{
    double o = of(&p->w, VAL_O);
    str_add(out, "o_t");
    of_unit(p, out);
    str_add(out, " = ");
    gate_number(out, o);
    str_add(out, is_pinned(&p->w, VAL_H) ? ": h_t is pinned, else it would show " : ": it shows ");
    percent(out, o);
    str_add(out, " of tanh(C_t)");
    pinned_percent(&p->w, VAL_O, out);
}

static void say_hidden(const struct part *p, struct str *out)
{
    double o = of(&p->w, VAL_O);
    double c = (double)lstm_tanh((float)of(&p->w, VAL_C));
    bool pinned = is_pinned(&p->w, VAL_H);
    double h = of(&p->w, VAL_H);
    struct sum m = {.n = 1, .a = {o}, .b = {c}, .result = pinned ? o * c : h};
    find_form(&m);
    str_addf(out, "h_t = o %s tanh(C_t)", p->gl->odot);
    of_unit(p, out);
    str_add(out, ": ");
    number(out, &m, o, false);
    str_addf(out, " %s ", p->gl->times);
    number(out, &m, c, true);
    equals(out, &m, true);
    if (pinned) {
        str_add(out, "; h_t is pinned at ");
        number(out, &m, h, true);
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
        .w = unit_of(s, RUN_PINNED, c->layer, c->unit, c->step), .gl = gl, .hidden = l->hidden, .in = l->in};
    p.gate = (int)c->value < GATES ? (enum quantity)c->value : Q_F;
    snprintf(p.shown, sizeof p.shown, "%s", p.gate == Q_G ? gl->candidate : quantity_name(p.gate));
    take_apart(&p);
    return p;
}

void words_substep(const struct session *s, const struct glyphs *gl, struct str *out)
{
    if (is_empty(s, out))
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
        find_form(&m);
        str_add(out, "from h ");
        number(out, &m, p->from_h, true);
        str_add(out, ", from x ");
        number(out, &m, p->from_x, true);
        str_add(out, ",");
        equals(out, &m, true);
        return;
    }
    case SUB_SIGMA:
        str_addf(out, "%s_t", p->shown);
        str_add(out, is_pinned(&p->w, (enum value)p->gate) ? " is pinned at " : " is ");
        squash(p, of(&p->w, (enum value)p->gate), out);
        return;
    case SUB_C:
        equation(&p->w, p->gl, false, false, out);
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

/* ---- times ------------------------------------------------------------------------------------------------------- */

void words_seconds(double seconds, struct str *out)
{
    if (seconds >= 90)
        str_addf(out, "%.0f min", seconds / 60);
    else
        str_addf(out, "%.*f s", seconds < 10 ? 1 : 0, seconds);
}
