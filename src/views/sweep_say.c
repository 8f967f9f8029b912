/* sweep_say.c: the sentences of the sweep. */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "views/across.h"
#include "views/anatomy.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/sweep_view.h"
#include "views/value.h"

const char *sweep_to_name(enum sweep_to to)
{
    static const char *const name[SWEEP_TO_COUNT] = {"0", "1", "mean", "other"};
    return name[to];
}

/* The steps around this one where setting the unit leads to the same number, to the printed digit: what is carried on
 * can be lost at any word in between. */
static void same_effect(const struct sweep *w, int step, int unit, int *first, int *last)
{
    float p = sweep_closed(w, step, unit);
    int d = w->q.against ? 2 : across_decimals((double)w->p, (double)p);
    double printed = sums_printed((double)p, d);
    *first = *last = step;
    while (*first > w->q.first && sums_printed((double)sweep_closed(w, *first - 1, unit), d) == printed)
        --*first;
    while (*last < w->q.step && sums_printed((double)sweep_closed(w, *last + 1, unit), d) == printed)
        ++*last;
}

/* "closing f of gender", "setting C of gender to its mean", "taking C of gender from the other sentence" */
static void say_setting(const struct session *s, const struct sweep_state *st, int unit, struct str *out)
{
    char name[ANATOMY_LABEL];
    enum quantity q = st->of_what;
    bool gate = value_is_gate((enum value)q);
    const char *verb = st->of_to == SWEEP_TO_OTHER ? "taking"
        : gate && st->of_to == SWEEP_TO_0 ? "closing" : gate && st->of_to == SWEEP_TO_1 ? "opening" : "setting";
    str_addf(out, "%s %s of %s", verb, quantity_name(q), say_unit_name(s, st->layer, unit, name));
    if (st->of_to == SWEEP_TO_OTHER)
        str_add(out, " from the other sentence");
    else if (*verb == 's')
        str_addf(out, " to %s", st->of_to == SWEEP_TO_MEAN ? "its mean" : sweep_to_name(st->of_to));
}

/* " at 'and'", " at any of 'came' … 'with'", " for 3 words from 'and' on" */
static void say_where(const struct session *s, const struct sweep_state *st, int step, int unit,
                      const struct glyphs *gl, struct str *out)
{
    const struct sweep *w = st->sweep;
    int first, last;
    same_effect(w, step, unit, &first, &last);
    if (st->of_window) {
        int n = sweep_end(st, step) - step + 1;
        str_addf(out, " for %d %s%s from ", n, say_noun(s, n != 1), n == 1 ? "," : "");
        say_quoted(s, step, gl, out);
        str_add(out, " on");
        return;
    }
    str_add(out, " at ");
    if (sweep_closed(w, step, unit) != w->p && last > first) {
        str_add(out, "any of ");
        say_quoted(s, first, gl, out);
        str_addf(out, last == first + 1 ? ", " : " %s ", gl->etc);
        say_quoted(s, last, gl, out);
    } else {
        say_quoted(s, step, gl, out);
    }
}

/* "closing f of gender at 'and' takes 'her' from 0.94 to 0.34"; "taking C of gender from the other sentence at 'and'
 * goes 1.00 of the way from 'her' to 'his'" */
static void say_doing(const struct session *s, const struct sweep_state *st, int step, int unit,
                      const struct glyphs *gl, struct str *out)
{
    const struct sweep *w = st->sweep;
    float p = sweep_closed(w, step, unit);
    char num[SUMS_MAX];
    say_setting(s, st, unit, out);
    say_where(s, st, step, unit, gl, out);
    if (p == w->p) {
        str_add(out, " changes nothing");
        return;
    }
    if (w->q.against) {
        str_addf(out, " goes %s of the way from '", sums_number(num, (double)sweep_effect(st, step, unit), 2, false));
        say_output(s, w->q.target, gl, out);
        str_add(out, "' to '");
        say_output(s, w->q.rival, gl, out);
        str_addc(out, '\'');
        return;
    }
    int d = across_decimals((double)w->p, (double)p);
    str_add(out, " takes '");
    say_output(s, w->q.target, gl, out);
    str_addf(out, "' from %.*f to %.*f", d, (double)w->p, d, (double)p);
}

/* "No forget gate matters for 'played' after 'and': at most it changes by 0.0003." and where one would. */
static void say_none(const struct session *s, const struct sweep_state *st, const struct glyphs *gl, struct str *out)
{
    const struct sweep *w = st->sweep;
    char num[SUMS_MAX];
    double most = fabs((double)st->largest[st->order[0]]);
    if (st->of_what == Q_F && st->of_to == SWEEP_TO_0)
        str_add(out, "No forget gate matters for '");
    else
        str_addf(out, "No %s of one unit matters for '", quantity_name(st->of_what));
    say_output(s, w->q.target, gl, out);
    str_add(out, "' after ");
    say_quoted(s, w->q.step, gl, out);
    if (w->q.against) {
        str_add(out, ": none goes more than ");
        str_addf(out, "%s of the way to '", sums_gate(num, most));
        say_output(s, w->q.rival, gl, out);
        str_add(out, "'.");
        return;
    }
    if (most > 0)
        str_addf(out, ": none changes its probability by more than %s.", sums_gate(num, most));
    else
        str_add(out, ": none changes its probability at all.");
    if (!st->hangs)
        return;
    str_add(out, " What hangs on memory in this sentence is '");
    say_output(s, session_output(s, st->hangs + 1), gl, out);
    str_add(out, "' after ");
    say_quoted(s, st->hangs, gl, out);
    str_addf(out, " (%+.2f without what C holds before it): n asks there.", (double)st->hangs_by);
}

void sweep_say_largest(const struct session *s, const struct sweep_state *st, const struct glyphs *gl, struct str *out)
{
    int unit = st->order[0];
    if (!sweep_matters(st)) {
        say_none(s, st, gl, out);
        return;
    }
    size_t from = out->len;
    say_doing(s, st, st->at[unit], unit, gl, out);
    out->s[from] = (char)(out->s[from] - 'a' + 'A');
    str_add(out, ".");
}

void sweep_say_trouble(const struct session *s, const struct sweep_state *st, struct str *out)
{
    static const char *const text[] = {
        [SWEEP_FINE] = "Nothing has been computed yet.",
        [SWEEP_NO_HEAD] = "This model has no output head: it predicts nothing that closing a gate could change.",
        [SWEEP_OVERFLOW] = "Nothing can be predicted here: the logits overflow.",
        [SWEEP_NO_MEMORY] = "There is not enough memory for this sweep.",
        [SWEEP_NO_OTHER] = "There is no other sentence to take values from: `:compare` names one, word for word as "
                           "long as this one, such as the same with another subject. v takes 0, 1 or the mean.",
        [SWEEP_OTHER_SHORT] = "The other sentence ends before this word: values are taken from the same place in it.",
        [SWEEP_SAME_ANSWER] = "The other sentence gives the same answer here: there is nothing to swap. Go on to a "
                              "word after which the two differ.",
        [SWEEP_WAITS] = "The sweep is being computed.",
    };
    if (st->trouble == SWEEP_NO_WORD || !session_steps(s))
        say_nothing(s, out);
    else
        str_add(out, text[st->trouble]);
}

/* " Of one value at one word, the most goes: f 0.00, i 0.02 at 'She', … ." */
void sweep_say_quantities(const struct session *s, const struct sweep_state *st, const struct glyphs *gl,
                          struct str *out)
{
    char num[SUMS_MAX];
    if (!st->most[Q_H].step)
        return;
    str_add(out, " The most that one value goes:");
    for (int q = 0; q < Q_COUNT; q++) {
        const struct sweep_most *m = &st->most[q];
        bool small = fabsf(m->effect) < SWEEP_NOISE;
        str_addf(out, "%s %s %s", q ? "," : "", quantity_name((enum quantity)q),
                 sums_number(num, (double)m->effect, 2, false));
        if (!small) {
            str_add(out, " at ");
            say_quoted(s, m->step, gl, out);
        }
    }
    str_addc(out, '.');
}

void sweep_say_all(const struct session *s, const struct sweep_state *st, const struct glyphs *gl, struct str *out)
{
    const struct sweep *w = st->sweep;
    if (!w) {
        sweep_say_trouble(s, st, out);
        return;
    }
    if (w->job) {
        sweep_say_progress(s, st, gl, out);
        return;
    }
    sweep_say_largest(s, st, gl, out);
    if (sweep_matters(st)) {
        int steps = w->q.step - w->q.first + 1;
        str_addf(out, " That is the largest effect of %ld: each unit's %s ", (long)steps * w->units,
                 quantity_name(st->of_what));
        if (st->of_what == Q_F && st->of_to == SWEEP_TO_0)
            str_add(out, "closed");
        else
            str_addf(out, "set to %s", st->of_to == SWEEP_TO_OTHER  ? "what it is in the other sentence"
                                       : st->of_to == SWEEP_TO_MEAN ? "its mean over this sentence"
                                                                    : sweep_to_name(st->of_to));
        str_addf(out, " at each of %d step%s, one at a time%s.", steps, steps == 1 ? "" : "s",
                 session_pin_count(s) ? ", with the present pins in force" : "");
    }
    if (w->units > 1 && fabsf(st->largest[st->order[1]]) >= SWEEP_NOISE) {
        str_add(out, " In another unit, the most is: ");
        say_doing(s, st, st->at[st->order[1]], st->order[1], gl, out);
        str_add(out, ".");
    } else if (w->units > 1 && w->q.against && sweep_matters(st)) {
        str_add(out, " No other unit goes 0.005 of the way.");
    }
    if (w->q.against)
        sweep_say_quantities(s, st, gl, out);
}

void sweep_say_progress(const struct session *s, const struct sweep_state *st, const struct glyphs *gl,
                        struct str *out)
{
    const struct sweep *w = st->sweep;
    if (w->exact > w->q.step) {
        str_add(out, "The reruns have begun.");
    } else {
        str_add(out, "Run again with every value from ");
        say_quoted(s, w->exact, gl, out);
        str_add(out, " on.");
    }
    if (isfinite(sweep_closed(w, w->q.first, 0)))
        str_add(out, " What is dim is what the gradient forecasts: right for small changes only.");
}

void sweep_say_marked(const struct session *s, const struct sweep_state *st, const struct glyphs *gl, struct str *out)
{
    const struct sweep *w = st->sweep;
    const struct cursor *at = session_cursor(s);
    enum quantity q = st->of_what;
    char name[SAY_UNIT], now[SUMS_MAX], C[SUMS_MAX], to[SUMS_MAX];
    if (at->step < w->q.first) {
        str_add(out, "This word is further back than the sweep reaches: + reaches further.");
        return;
    }
    bool pinned = session_pinned(s, at->layer, at->unit, q, at->step), gate = value_is_gate((enum value)q);
    double p = (double)sweep_closed(w, at->step, at->unit), v = (double)session_row(s, RUN_PINNED, at->layer, q,
                                                                                   at->step)[at->unit];
    str_addf(out, "Marked: %s of %s at ", quantity_name(q), say_unit_name(s, at->layer, at->unit, name));
    say_quoted(s, at->step, gl, out);
    str_addf(out, ", %s%s", gate ? sums_gate(now, v) : sums_number(now, v, 2, true), pinned ? " (set by hand)" : "");
    if (q == Q_F && st->of_to == SWEEP_TO_0)
        str_addf(out, ", C before it %s; closed",
                 sums_number(C, (double)session_value(s, RUN_PINNED, at->layer, at->unit, VAL_C_PREV, at->step), 2,
                             true));
    else if (st->values) {
        double set = (double)st->values[(size_t)(at->step - w->q.first) * (size_t)w->units + (size_t)at->unit];
        str_addf(out, "; set to %s", gate ? sums_gate(to, set) : sums_number(to, set, 2, true));
    } else {
        str_add(out, "; set to 0");
    }
    if (w->q.against) {
        str_addf(out, ", the difference of logits is %+.2f: %s of the way.", p,
                 sums_number(to, (double)sweep_effect(st, at->step, at->unit), 2, false));
        return;
    }
    int d = across_decimals((double)w->p, p);
    str_addf(out, ", p is %.*f.", d, p);
}

/* One of the ways to put it, the shortest last. */
static void question(const struct session *s, const struct sweep_state *st, const struct glyphs *gl, int way,
                     struct str *out)
{
    const struct sweep *w = st->sweep;
    const char *q = quantity_name(st->of_what);
    bool closed = st->of_what == Q_F && st->of_to == SWEEP_TO_0;
    if (w->q.against) {
        if (!way)
            str_addf(out, "%s of one unit taken from the other sentence: how far does ", q);
        else
            str_addf(out, way == 1 ? "%s swapped: " : "", q);
        say_output_quoted(s, w->q.target, gl, out);
        str_add(out, way ? gl->arrow : " become ");
        say_output_quoted(s, w->q.rival, gl, out);
        str_add(out, " after ");
        say_quoted(s, w->q.step, gl, out);
        str_add(out, way == 2 ? "" : "?");
        return;
    }
    if (way == 0 && closed)
        str_add(out, "Close f of one unit at one word: what becomes of ");
    else if (way == 0)
        str_addf(out, "Set %s of one unit to %s: what becomes of ", q,
                 st->of_to == SWEEP_TO_MEAN ? "its mean" : sweep_to_name(st->of_to));
    else if (way == 1)
        str_addf(out, closed ? "f closed: " : "%s to %s: ", q, sweep_to_name(st->of_to));
    say_output_quoted(s, w->q.target, gl, out);
    str_add(out, " after ");
    say_quoted(s, w->q.step, gl, out);
    str_addf(out, ", p %.3f?", (double)w->p);
}

void sweep_say_question(const struct session *s, const struct sweep_state *st, const struct glyphs *gl, int w,
                        struct str *out)
{
    for (int way = 0; way < 3; way++) {
        str_clear(out);
        question(s, st, gl, way, out);
        if (utf8_text_width(str_text(out)) <= w)
            break;
    }
}
