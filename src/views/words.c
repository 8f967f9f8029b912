/* words.c: see words.h. Two rules run through it.
 *
 * What is printed adds up: a reader with a pencil who redoes the arithmetic on the printed digits must get the printed
 * result. So the number of decimals is chosen by trying, and where none will do, what rounding left over is printed
 * too.
 *
 * Words never say more than the number: 0.996 is ">99%", only 1 is "100%"; what was set by hand is called pinned.
 */
#include "views/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/value.h"
#include "views/words_parts.h"

/* ---- the cell equation ------------------------------------------------------------------------------------------- */

static struct sum cell_sum(const struct told *w)
{
    struct sum m = {
        .n = 2,
        .a = {words_value(w, VAL_F), words_value(w, VAL_I)},
        .b = {words_value(w, VAL_C_PREV), words_value(w, VAL_G)},
    };
    m.result = words_pinned(w, VAL_C) ? m.a[0] * m.b[0] + m.a[1] * m.b[1]
                                                        : words_value(w, VAL_C);
    words_form(&m);
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
        if (words_pinned(w, input[k].v))
            str_addf(out, "%s%s", n++ ? ", " : "  (pinned: ", input[k].name);
    if (n)
        str_addc(out, ')');
}

void words_equation_of(const struct told *w, const struct glyphs *gl, bool names, bool notes, struct str *out)
{
    struct sum m = cell_sum(w);
    str_add(out, "C_t = ");
    if (names)
        str_addf(out, "f %s C_t-1 + i %s %s :  ", gl->times, gl->times, gl->candidate);
    for (int k = 0; k < m.n; k++) {
        if (k)
            str_add(out, " + ");
        words_number(out, &m, m.a[k], false);
        str_addf(out, " %s ", gl->times);
        words_number(out, &m, m.b[k], true);
    }
    words_equals(out, &m, true);
    if (notes)
        pinned_inputs(w, gl, out);
    if (words_pinned(w, VAL_C)) {
        str_add(out, "; C_t is pinned at ");
        words_number(out, &m, words_value(w, VAL_C), true);
    }
}

void words_equation(const struct session *s, enum run run, struct place at, const struct glyphs *gl, struct str *out)
{
    if (!words_nothing(s, out))
        words_equation_of(&(struct told){s, run, at}, gl, true, true, out);
}

/* With two decimals each, which need not add up: it does not say that they do. */
static void equation_about(const struct told *w, const struct glyphs *gl, struct str *out)
{
    const struct sum m = cell_sum(w);
    char gate[16], number[SUMS_MAX];
    str_add(out, "C_t = ");
    for (int k = 0; k < m.n; k++) {
        widget_gate(gate, sizeof gate, (float)m.a[k], 6);
        str_addf(out, "%s%s %s %s", k ? " + " : "", gate + strspn(gate, " "), gl->times,
                 sums_tight(number, m.b[k], 2, true));
    }
    str_addf(out, " %s %s", gl->about, sums_tight(number, m.result, 2, true));
    if (words_pinned(w, VAL_C))
        str_addf(out, "; C_t is pinned at %s", sums_tight(number, words_value(w, VAL_C), 2, true));
}

void words_equation_within(const struct session *s, enum run run, struct place at, const struct glyphs *gl, int cells,
                           struct str *out)
{
    static const struct { bool names, notes; } forms[] = {{true, true}, {false, true}, {false, false}};
    if (words_nothing(s, out))
        return;
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        str_clear(out);
        words_equation_of(&(struct told){s, run, at}, gl, forms[k].names, forms[k].notes, out);
        if (utf8_text_width(str_text(out)) <= cells)
            return;
    }
    str_clear(out);
    equation_about(&(struct told){s, run, at}, gl, out);
}

static void pinned_value(const struct told *w, enum value v, const char *what, struct str *out)
{
    if (words_pinned(w, v)) {
        str_addf(out, " %s is pinned at ", what);
        words_signed(out, words_value(w, v));
        str_addc(out, '.');
    }
}

void words_unit(const struct session *s, enum run run, struct place at, struct str *out)
{
    const struct told told = {s, run, at}, *w = &told;
    if (words_nothing(s, out))
        return;
    /* That a model is hand-set stands in the title line; that its weights were edited stands nowhere else. */
    if (words_edited_weights(s))
        str_add(out, "With edited weights ");
    say_unit(s, at.layer, at.unit, out);
    bool would = words_pinned(w, VAL_C);        /* what is set by hand is neither kept nor written */
    str_add(out, would ? " would keep " : " keeps ");
    words_percent(out, words_value(w, VAL_F));
    words_pinned_percent(w, VAL_F, out);
    str_add(out, " of its memory");
    if (words_value(w, VAL_C_PREV) == 0)
        str_add(out, ", which is 0,");
    str_add(out, would ? " and write " : " and writes ");
    words_percent(out, words_value(w, VAL_I));
    words_pinned_percent(w, VAL_I, out);
    str_add(out, " of the new candidate g_t.");
    pinned_value(w, VAL_C_PREV, "The memory before", out);
    pinned_value(w, VAL_G, "The candidate", out);
    pinned_value(w, VAL_C, "The new memory itself", out);
}

static void brief_percent(const struct told *w, enum value v, struct str *out)
{
    words_percent(out, words_value(w, v));
    if (!words_pinned(w, v))
        return;
    str_add(out, " (pinned, was ");
    words_percent(out, words_value_of(w, RUN_BASE, v));
    str_addc(out, ')');
}

void words_unit_brief(const struct session *s, enum run run, struct place at, bool of_what, struct str *out)
{
    const struct told told = {s, run, at}, *w = &told;
    if (words_nothing(s, out))
        return;
    bool would = words_pinned(w, VAL_C);
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
    words_gate(out, words_value(w, v));
    str_add(out, words_pinned(w, v) ? ", pinned)" : ")");
}

static void each_unit(const struct session *s, enum run run, int layer, int hidden, int t, struct str *out)
{
    for (int u = 0; u < hidden; u++) {
        const struct told w = words_told(s, run, layer, u, t);
        str_add(out, u ? joint(u, hidden) : "keeps ");
        words_percent(out, words_value(&w, VAL_F));
        str_add(out, " of ");
        say_unit(s, layer, u, out);
        gate_note(&w, VAL_F, "f", out);
    }
    for (int u = 0; u < hidden; u++) {
        const struct told w = words_told(s, run, layer, u, t);
        str_add(out, u ? joint(u, hidden) : ", writes ");
        words_percent(out, words_value(&w, VAL_I));
        str_add(out, u ? " to " : " of the candidate to ");
        say_unit(s, layer, u, out);
        gate_note(&w, VAL_I, "i", out);
    }
}

/* What a unit writes, or what it loses of its memory: the two that one step does to a cell. */
static double written(const struct told *w)
{
    return words_value(w, VAL_WRITTEN);
}

static double lost(const struct told *w)
{
    return words_value(w, VAL_C_PREV) - words_value(w, VAL_KEPT);
}

typedef double measure(const struct told *w);

/* The units of which this is largest in size, strongest first. */
static int strongest(const struct session *s, enum run run, int layer, int t, measure *by, int unit[STRONGEST])
{
    int n = 0, hidden = session_net(s)->layer[layer].hidden;
    double size[STRONGEST] = {0};
    for (int u = 0; u < hidden; u++) {
        const struct told w = words_told(s, run, layer, u, t);
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
        const struct told w = words_told(s, run, layer, unit[k], t);
        str_add(out, k ? joint(k, n) : ", writes most to ");
        say_unit(s, layer, unit[k], out);
        str_add(out, " (");
        words_signed(out, written(&w));
        str_addc(out, ')');
    }
}

void words_layer(const struct session *s, enum run run, int layer, int t, struct str *out)
{
    if (words_nothing(s, out))
        return;
    int hidden = session_net(s)->layer[layer].hidden, kept = 0, closed = 0, open = 0, unit[STRONGEST], n;
    const float *f = session_row(s, run, layer, Q_F, t), *i = session_row(s, run, layer, Q_I, t);
    for (int u = 0; u < hidden; u++) {
        kept += f[u] >= 0.9f;
        closed += f[u] <= 0.1f;
        open += i[u] >= 0.9f;
    }
    str_addf(out,
             "Of %d units %d keep at least 90%% of their memory and %d at most 10%%; %d let in at least 90%% of the "
             "candidate.",
             hidden, kept, closed, open);
    n = strongest(s, run, layer, t, lost, unit);
    for (int k = 0; k < n; k++) {
        const struct told w = words_told(s, run, layer, unit[k], t);
        str_add(out, k ? joint(k, n) : " Most is forgotten by ");
        say_unit(s, layer, unit[k], out);
        str_add(out, " (C ");
        words_signed(out, words_value(&w, VAL_C_PREV));
        str_add(out, ", keeps ");
        words_percent(out, (double)f[unit[k]]);
        str_add(out, words_pinned(&w, VAL_F) ? ", pinned)" : ")");
    }
    if (n)
        str_addc(out, '.');
    n = strongest(s, run, layer, t, written, unit);
    for (int k = 0; k < n; k++) {
        const struct told w = words_told(s, run, layer, unit[k], t);
        str_add(out, k ? joint(k, n) : " Most is written to ");
        say_unit(s, layer, unit[k], out);
        str_add(out, " (");
        words_signed(out, written(&w));
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
    if (words_nothing(s, out))
        return;
    const struct lstm *net = session_net(s);
    const char *token = session_token_at(s, layer, t), *direction = say_direction(s, layer);
    char name[SAY_LAYER];
    int hidden = net->layer[layer].hidden;
    str_addf(out, "t=%d ", t);
    if (strspn(token, " ") == strlen(token))
        str_addf(out, "\"%s\"", token);
    else
        utf8_clean(out, token, strlen(token));
    if (session_is_unknown(s, session_word(s, lstm_word(net, layer, t, session_steps(s))))) {
        const struct vocab *v = session_model(s)->vocab;
        str_add(out, " (read as ");
        utf8_clean(out, v->token[v->unknown], strlen(v->token[v->unknown]));
        str_addc(out, ')');
    }
    if (net->layers > 1)
        str_addf(out, ", layer %s%s%s", say_layer(s, layer, &glyphs_unicode, name), direction ? ", which " : "",
                 direction ? direction : "");
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

/* ---- times ------------------------------------------------------------------------------------------------------- */

void words_seconds(double seconds, struct str *out)
{
    if (seconds >= 90)
        str_addf(out, "%.0f min", seconds / 60);
    else
        str_addf(out, "%.*f s", seconds < 10 ? 1 : 0, seconds);
}
