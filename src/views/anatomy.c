/* anatomy.c: see anatomy.h. */
#include "views/anatomy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/words.h"

/* ---- the numbers ------------------------------------------------------------------------------------------------- */

double anatomy_input(const struct anatomy *a, int k)
{
    return (double)(k < a->H ? a->h[k] : a->x[k - a->H]);
}

double anatomy_input_base(const struct anatomy *a, int k)
{
    return (double)(k < a->H ? a->h_base[k] : a->x_base[k - a->H]);
}

enum quantity anatomy_gate(const struct cursor *at)
{
    return (int)at->value < GATES ? (enum quantity)at->value : Q_F;
}

static const struct anatomy *sorting;        /* qsort has no argument for it */

static int larger_first(const void *p, const void *q)
{
    int a = *(const int *)p, b = *(const int *)q;
    double x = fabs(sorting->term[a]), y = fabs(sorting->term[b]);
    return x > y ? -1 : x < y ? 1 : a - b;
}

void anatomy_take(struct anatomy *a, const struct session *s, bool by_size, bool apart)
{
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    const struct trace *tr = session_trace_to(s, RUN_PINNED, at->step), *base = session_trace_to(s, RUN_BASE, at->step);
    *a = (struct anatomy){.s = s,
                          .layer = at->layer,
                          .unit = at->unit,
                          .t = at->step,
                          .H = l->hidden,
                          .E = l->in,
                          .n = l->hidden + l->in,
                          .gate = anatomy_gate(at),
                          .of = lstm_source(session_net(s), at->layer, anatomy_gate(at))};
    a->W = l->W[a->of] + (size_t)a->unit * (size_t)a->n;
    a->h = trace_row(tr, a->layer, Q_H, a->t - 1);
    a->x = lstm_input(tr, session_inputs(s), a->layer, a->t);
    a->h_base = trace_row(base, a->layer, Q_H, a->t - 1);
    a->x_base = lstm_input(base, session_inputs(s), a->layer, a->t);
    a->term = xcalloc((size_t)a->n, sizeof *a->term);
    a->order = xcalloc((size_t)a->n, sizeof *a->order);
    for (int k = 0; k < a->n; k++) {
        a->term[k] = (double)a->W[k] * anatomy_input(a, k);
        *(k < a->H ? &a->from_h : &a->from_x) += a->term[k];
        a->order[k] = k;
    }
    if (by_size) {
        int parts = apart ? 2 : 1, ends[] = {0, parts == 2 ? a->H : a->n, a->n};
        sorting = a;
        for (int p = 0; p < parts; p++)
            qsort(a->order + ends[p], (size_t)(ends[p + 1] - ends[p]), sizeof *a->order, larger_first);
    }
    a->b = (double)l->b[a->of][a->unit];
    a->two = l->b2[a->of] != NULL;
    a->b2 = a->two ? (double)l->b2[a->of][a->unit] : 0;
    a->peeps = l->peep[a->of] != NULL;
    if (a->peeps) {
        a->p = (double)l->peep[a->of][a->unit];
        a->C = (double)trace_row(tr, a->layer, Q_C, a->gate == Q_O ? a->t : a->t - 1)[a->unit];
        a->peep = lstm_peephole(session_net(s), tr, a->layer, a->t, a->gate, a->unit);
    }
    a->z = a->from_h + a->from_x + a->b + a->peep;
    a->computed = (double)lstm_gate(session_net(s), a->layer, a->gate, (float)a->z);
    a->now = (double)session_value(s, RUN_PINNED, a->layer, a->unit, (enum value)a->gate, a->t);
    a->base = (double)session_value(s, RUN_BASE, a->layer, a->unit, (enum value)a->gate, a->t);
    a->pinned = session_value_pinned(s, a->layer, a->unit, (enum value)a->gate, a->t);
}

void anatomy_free(struct anatomy *a)
{
    free(a->term);
    free(a->order);
}

const char *anatomy_peeps_at(const struct anatomy *a)
{
    return a->gate == Q_O ? "C_t" : "C_t-1";
}

int anatomy_place(const struct anatomy *a, int term)
{
    for (int k = 0; k < a->n; k++)
        if (a->order[k] == term)
            return k;
    return 0;
}

bool anatomy_input_place(const struct anatomy *a, int k, struct place *out)
{
    const struct lstm *net = session_net(a->s);
    *out = (struct place){a->layer, k, VAL_H, a->t - 1};
    if (k < a->H)
        return true;
    if (lstm_is_first(net, a->layer))
        return false;
    *out = (struct place){a->layer - 1, k - a->H, VAL_H, a->t};
    if (!net->bidirectional)
        return true;
    int forward = a->layer / 2 * 2 - 2, H = net->layer[forward].hidden, steps = session_steps(a->s);
    out->layer = k - a->H < H ? forward : forward + 1;
    out->unit = k - a->H - (out->layer == forward ? 0 : H);
    out->step = lstm_word(net, out->layer, lstm_word(net, a->layer, a->t, steps), steps);
    return true;
}

bool anatomy_input_pinned(const struct anatomy *a, int k)
{
    struct place at;
    return anatomy_input_place(a, k, &at) && session_pinned(a->s, at.layer, at.unit, Q_H, at.step);
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

void anatomy_label(const struct anatomy *a, int k, char out[ANATOMY_LABEL])
{
    bool h = k < a->H;
    struct place at;
    const char *name =
        anatomy_input_place(a, k, &at) ? model_unit_name(session_model(a->s), at.layer, at.unit) : NULL;
    char label[32];
    bool named = name && *name;
    snprintf(out, ANATOMY_LABEL, "%c%d%s%s", h ? 'h' : 'x', (h ? k : k - a->H) + 1, named ? " " : "",
             named ? session_unit_label(a->s, at.layer, at.unit, label) : "");
}

void anatomy_source(const struct session *s, int layer, int t, const struct glyphs *gl, struct str *out)
{
    const struct model *m = session_model(s);
    if (!lstm_is_first(session_net(s), layer)) {
        say_below(s, layer, out);
        return;
    }
    if (!m->vocab) {
        str_add(out, "x_t");
        return;
    }
    str_addc(out, '\'');
    say_token(s, t, gl, out);
    str_addc(out, '\'');
}

/* ---- why, in words ----------------------------------------------------------------------------------------------- */

/* As many decimals as show that it is not 0. */
static char *push_number(char num[SUMS_MAX], double v)
{
    int d = 2;
    while (d < 6 && v != 0 && sums_printed(v, d) == 0)
        d++;
    return sums_number(num, v, d, true);
}

/* The part of a source that one value carries: "all of it h2 verb". Only the largest in size is ever called
 * strongest, and where it pushes the other way, what all the others come to is said with it. */
void anatomy_carrier(const struct anatomy *a, int from, int to, double total, struct str *out)
{
    int best = from;
    double gross = 0;
    for (int k = from; k < to; k++) {
        gross += fabs(a->term[k]);
        if (fabs(a->term[k]) > fabs(a->term[best]))
            best = k;
    }
    if (to - from < 2 || total == 0 || !isfinite(total) || a->term[best] == 0)
        return;
    double share = a->term[best] / total;
    char label[ANATOMY_LABEL], num[SUMS_MAX];
    anatomy_label(a, best, label);
    if (share >= 0.5 && gross <= 1.25 * fabs(total)) {
        bool alone = fabs(a->term[best]) == gross;
        str_addf(out, "%s of it %s", alone ? "all" : share >= 0.9 ? "nearly all" : "most", label);
        return;
    }
    str_addf(out, share > 0 ? "strongest %s %s" : "%s %s", label, push_number(num, a->term[best]));
    if (share <= 0)
        str_addf(out, ", the others %s", push_number(num, total - a->term[best]));
}

static bool no_weights(const struct anatomy *a, int from, int to)
{
    for (int k = from; k < to; k++)
        if (a->W[k] != 0)
            return false;
    return true;
}

struct push { const char *name; double v; int from, to; };

static void say_push(const struct anatomy *a, const struct push *p, const char *verb, struct str *out)
{
    char num[SUMS_MAX];
    struct str from = {0};
    str_addf(out, "%s %s%s", p->name, verb, push_number(num, p->v));
    if (p->to > p->from)
        anatomy_carrier(a, p->from, p->to, p->v, &from);
    if (from.len)
        str_addf(out, " (%s)", str_text(&from));
    str_free(&from);
}

static void say_computed(const struct anatomy *a, const struct glyphs *gl, struct str *out)
{
    char unit[ANATOMY_LABEL], num[SUMS_MAX];
    double v = a->computed;
    say_unit_name(a->s, a->layer, a->unit, unit);
    str_addf(out, "%s of %s ", a->gate == Q_G ? gl->candidate : quantity_name(a->gate), unit);
    if (a->pinned)
        str_addf(out, "is pinned at %s; computed it would be ",
                 a->gate == Q_G ? push_number(num, a->now) : sums_gate(num, a->now));
    else
        str_add(out, "is ");
    if (a->gate == Q_G)
        str_add(out, push_number(num, v));
    else
        str_addf(out, "%s%s", v >= 0.9 ? "near 1, " : v <= 0.1 ? "near 0, " : "", sums_gate(num, v));
}

/* The sources that push z its way are the reasons; those that push the other way follow. Where z is 0 there is no
 * way: all that pushes cancels out. False when nothing pushes at all. */
static bool say_pushes(const struct anatomy *a, const struct push *push, int n, double least, struct str *out)
{
    int reasons = 0, others = 0, any = 0;
    for (int k = 0; k < n; k++) {
        any += push[k].v != 0;
        if (push[k].v * a->z > 0 && fabs(push[k].v) >= least) {
            str_add(out, reasons ? " and " : "");
            say_push(a, &push[k], reasons++ ? "" : "pushes ", out);
        }
    }
    if (!any)
        str_add(out, "nothing pushes it");
    else if (!reasons)
        str_add(out, a->z == 0 ? "what pushes it cancels out" : "next to nothing pushes it");
    for (int k = 0; k < n; k++)
        if (push[k].v != 0 && push[k].v * a->z <= 0 && fabs(push[k].v) >= least) {
            str_add(out, others++ ? " and " : a->z == 0 ? ": " : ", against ");
            say_push(a, &push[k], "", out);
        }
    return any > 0;
}

/* What has not been told: exactly nothing, or next to nothing. */
static void say_quiet(const struct anatomy *a, const struct push *push, int n, double least, struct str *out)
{
    for (int k = 0, quiet = 0; k < n; k++)
        if (push[k].v == 0)
            str_addf(out, "%s%s%s", quiet++ ? " and " : "; nothing comes from ", push[k].name,
                     push[k].to > push[k].from && no_weights(a, push[k].from, push[k].to)
                         ? " (its weights here are all 0)"
                         : "");
    for (int k = 0, quiet = 0; k < n; k++) {
        char num[SUMS_MAX];
        if (push[k].v != 0 && fabs(push[k].v) < least)
            str_addf(out, "%s%s %s", quiet++ ? " and " : "; next to nothing: ", push[k].name,
                     push_number(num, push[k].v));
    }
}

/* One sentence: what made the gate what it is. The sources that push its way are the reasons, in order of size; the
 * others are named with what they push. */
void anatomy_why(const struct anatomy *a, bool all, const struct glyphs *gl, struct str *out)
{
    static const double least = 0.005;
    struct str word = {0}, x = {0};
    anatomy_source(a->s, a->layer, a->t, gl, &word);
    str_addf(&x, "%s%s", a->layer == 0 && session_model(a->s)->vocab ? "the word " : "", str_text(&word));
    struct str peephole = {0};
    str_addf(&peephole, "its own %s through the peephole", anatomy_peeps_at(a));
    struct push push[4] = {{"h_t-1", a->from_h, 0, a->H},
                           {str_text(&x), a->from_x, a->H, a->n},
                           {"the bias", a->b, 0, 0},
                           {str_text(&peephole), a->peep, 0, 0}};
    const int n = a->peeps ? 4 : 3;
    for (int k = 0; k < n - 1; k++)
        for (int j = 0; j < n - 1 - k; j++)
            if (fabs(push[j].v) < fabs(push[j + 1].v)) {
                struct push p = push[j];
                push[j] = push[j + 1];
                push[j + 1] = p;
            }
    if (session_net(a->s) != session_model(a->s)->net)
        str_add(out, "With edited weights, ");
    say_computed(a, gl, out);
    if (a->of != a->gate)
        str_addf(out, ", which is 1 - %s: the two are coupled. On %s, ", quantity_name(a->of), quantity_name(a->of));
    else
        str_add(out, ", because ");
    if (say_pushes(a, push, n, least, out) && all)
        say_quiet(a, push, n, least, out);
    str_addc(out, '.');
    str_free(&peephole);
    str_free(&x);
    str_free(&word);
}

/* gate × other = result, which is what the gate is there for. */
struct effect { double gate, other, result; };

static struct effect effect_of(const struct anatomy *a)
{
    const struct session *s = a->s;
    if (a->gate == Q_F)
        return (struct effect){a->now, (double)session_value(s, RUN_PINNED, a->layer, a->unit, VAL_C_PREV, a->t),
                               (double)session_value(s, RUN_PINNED, a->layer, a->unit, VAL_KEPT, a->t)};
    if (a->gate == Q_O) {
        double shown = (double)lstm_tanh(session_value(s, RUN_PINNED, a->layer, a->unit, VAL_C, a->t));
        return (struct effect){a->now, shown, a->now * shown};
    }
    return (struct effect){(double)session_value(s, RUN_PINNED, a->layer, a->unit, VAL_I, a->t),
                           (double)session_value(s, RUN_PINNED, a->layer, a->unit, VAL_G, a->t),
                           (double)session_value(s, RUN_PINNED, a->layer, a->unit, VAL_WRITTEN, a->t)};
}

struct product anatomy_effect_form(const struct anatomy *a)
{
    struct effect e = effect_of(a);
    return sums_product(e.gate, e.other, e.result);
}

void anatomy_effect(const struct anatomy *a, const struct glyphs *gl, struct str *out)
{
    static const char *const first[GATES] = {"f", "i", "i", "o"};
    struct effect e = effect_of(a);
    struct product p = anatomy_effect_form(a);
    char x[SUMS_MAX], y[SUMS_MAX], r[SUMS_MAX];
    str_addf(out, "%s %s %s = ", first[a->gate], gl->odot,
             a->gate == Q_F   ? "C_t-1"
             : a->gate == Q_O ? "tanh C_t"
                              : gl->candidate);
    str_addf(out, "%s %s %s %s %s", sums_number(x, e.gate, p.factor, false), gl->times,
             sums_number(y, e.other, p.factor, true), p.holds ? "=" : gl->about,
             sums_number(r, e.result, p.result, true));
}

void anatomy_why_short(const struct anatomy *a, const struct glyphs *gl, struct str *out)
{
    char num[SUMS_MAX];
    double v = a->pinned ? a->now : a->computed;
    str_addf(out, "%s %s %s: ", a->gate == Q_G ? gl->candidate : quantity_name(a->gate), a->pinned ? "pinned at" : "is",
             a->gate == Q_G ? sums_number(num, v, 2, true) : sums_gate(num, v));
    str_addf(out, "h %s, ", sums_number(num, a->from_h, 2, true));
    str_addf(out, "x %s, ", sums_number(num, a->from_x, 2, true));
    str_addf(out, "b %s", sums_number(num, a->b, 2, true));
    if (a->peeps)
        str_addf(out, ", C %s", sums_number(num, a->peep, 2, true));
}

void anatomy_focus(struct session *s)
{
    const struct cursor *at = session_cursor(s);
    enum value gate = (enum value)anatomy_gate(at);
    if (at->step > 0 && at->value != gate)
        session_select(s, at->layer, at->unit, gate);
}

bool anatomy_next_gate(struct session *s)
{
    static const enum value next[GATES] = {[Q_F] = VAL_I, [Q_I] = VAL_G, [Q_G] = VAL_O, [Q_O] = VAL_F};
    const struct cursor *at = session_cursor(s);
    if (at->step > 0)
        session_select(s, at->layer, at->unit, next[anatomy_gate(at)]);
    return at->step > 0;
}
