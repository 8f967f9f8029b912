/* find_say.c: what the find view says of its question and its places. */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/find_view.h"
#include "views/say.h"
#include "views/value.h"

void find_say_span(const struct session *s, const struct find_query *q, const struct glyphs *gl, struct str *out)
{
    str_add(out, q->to == q->from ? "at " : "from ");
    say_quoted(s, q->from, gl, out);
    if (q->to == q->from)
        return;
    str_add(out, " to ");
    say_quoted(s, q->to, gl, out);
    str_addf(out, ", %d %s", q->to - q->from + 1, say_noun(s, true));
}

/* "gender 5 8 above zero, 1 2 6 below", at most `most` names a side. */
static void add_units(const struct session *s, const struct find_state *st, int most, struct str *out)
{
    const char *before = "";
    for (int sign = 1; sign >= -1; sign -= 2) {
        int n = 0;
        for (int k = 0; k < st->units; k++) {
            char label[32];
            if (st->unit[k].sign == sign && n++ < most) {
                str_addf(out, "%s%s", before, session_unit_label(s, st->of.layer, st->unit[k].unit, label));
                before = " ";
            }
        }
        if (n > most)
            str_addf(out, " and %d more", n - most);
        if (n) {
            str_add(out, sign > 0 ? " above zero" : " below");
            before = ", ";
        }
    }
}

void find_say_source(const struct session *s, const struct find_state *st, struct str *out)
{
    if (st->of.source == FIND_IN_SENTENCE) {
        str_addf(out, "in these %d %s", session_steps(s), say_noun(s, session_steps(s) != 1));
        return;
    }
    const char *name = st->of.source == FIND_IN_FILE ? file_base(session_corpus(s)) : str_text(&st->sample_name);
    struct str clean = {0};
    utf8_clean(&clean, name, strlen(name));
    if (st->of.source == FIND_IN_SAMPLE && st->drawn)
        str_addf(out, "in %ld sentences drawn from %s", st->sequences, str_text(&clean));
    else
        str_addf(out, "in %s, %ld line%s", str_text(&clean), st->sequences, st->sequences == 1 ? "" : "s");
    if (!st->reading.complete)
        str_add(out, st->reading.failed ? ", not read whole" : " so far");
    str_free(&clean);
}

static const char *around(unsigned how)
{
    if (!how)
        return "";
    return how == FIND_OFF_BEFORE ? " and did not just before" : " and did neither just before nor after";
}

void find_say_question(const struct session *s, const struct find_state *st, int size, struct str *out)
{
    const struct find_query *q = &st->of;
    char name[SAY_UNIT];
    const char *what = q->hidden ? "h" : "C";
    const char *unit = say_unit_name(s, q->layer, q->unit, name), *side = q->sign > 0 ? "above zero" : "below zero";
    if (q->all && st->units != 1)
        str_addf(out, size == 2 ? "Where else do these %d units stand together, as they do here?"
                                : "Where else do %d units stand so?", st->units);
    else if (q->all)
        str_add(out, "Where else does this one unit stand?");
    else if (!q->sign)
        str_addf(out, "Where does %s of %s stand?", size && !q->hidden ? "the memory" : what, unit);
    else if (!size)
        str_addf(out, "Where else is %s of %s %s?", what, unit, side);
    else if (size == 1)
        str_addf(out, "Where else does %s of %s stand %s?", what, unit, side);
    else
        str_addf(out, "Where else does %s of %s stand %s, as it does here?", q->hidden ? what : "the memory", unit,
                 side);
    if (session_net(s)->layers > 1 && size == 2)
        str_addf(out, "  (layer %d)", q->layer + 1);
}

void find_say_meaning(const struct find_query *q, const struct glyphs *gl, struct str *out)
{
    bool below = q->sign < 0 && !q->all;
    const char *sign = below ? "-" : "", *than = below ? gl->at_most : gl->at_least, *bar = q->all ? "|" : "";
    if (q->hidden)
        str_addf(out, "%sh%s %s %s%.2f", bar, bar, than, sign, (double)q->threshold);
    else
        str_addf(out, "%stanh C%s %s %s%.2f (%sC%s %s %s%.2f)", bar, bar, than, sign, (double)q->threshold, bar, bar,
                 than, sign, (double)find_raw_threshold(q));
}

/* "she (41), anna (38) and mary", the most frequent first; without counts where none is more than one. */
static void add_ends(const struct find_ends *ends, struct str *out)
{
    enum { MOST = 5 };
    int order[FIND_ENDS_MAX] = {0}, n = ends->n < MOST ? ends->n : MOST;
    bool counts = false, rest = ends->more || ends->n > n;
    for (int k = 0; k < ends->n; k++) {
        int at = k;
        for (; at > 0 && ends->count[order[at - 1]] < ends->count[k]; at--)
            order[at] = order[at - 1];
        order[at] = k;
        counts = counts || ends->count[k] > 1;
    }
    for (int k = 0; k < n; k++) {
        if (k)
            str_add(out, k + 1 < n || rest ? ", " : " and ");
        str_add(out, ends->word[order[k]]);
        if (counts)
            str_addf(out, " (%ld)", ends->count[order[k]]);
    }
    if (rest)
        str_add(out, " and others");
}

/* Why there is nothing to look for. */
static void say_none(const struct session *s, const struct find_state *st, const struct glyphs *gl, struct str *out)
{
    const struct find_query *q = &st->of;
    if (q->all) {
        str_add(out, "No unit stands all through the span ");
        find_say_span(s, q, gl, out);
        str_addf(out, "%s. A lower threshold (-), or another span, may find some.", around(q->how));
        return;
    }
    say_unit(s, q->layer, q->unit, out);
    if (st->from) {
        str_add(out, " does not stand all through the span ");
        find_say_span(s, q, gl, out);
        str_add(out, ". [ at its first word takes the span away, - lowers the threshold.");
        return;
    }
    float most = 0;
    char number[16];
    for (int t = 1; t <= session_steps(s); t++) {
        float v = session_row(s, RUN_PINNED, q->layer, find_raw_quantity(q), t)[q->unit];
        most = fabsf(v) > fabsf(most) ? v : most;
    }
    widget_number(number, sizeof number, q->hidden ? most : tanhf(most), 6, 2, true);
    str_addf(out, " stands nowhere in these %d %s: its %s is never further from zero than %s. - lowers the threshold, "
                  "Tab takes another unit.",
             session_steps(s), say_noun(s, true), q->hidden ? "h" : "tanh C", number + strspn(number, " "));
}

static void say_places(const struct session *s, const struct find_state *st, struct str *out)
{
    struct str source = {0};
    find_say_source(s, st, &source);
    if (st->of.source == FIND_IN_SENTENCE && st->whole == 1)
        str_addf(out, "Nowhere else %s.", str_text(&source));
    else
        str_addf(out, "%lld place%s, %.0f of %.0f %s, %s.", st->whole, st->whole == 1 ? "" : "s", st->whole_steps,
                 st->steps, say_noun(s, true), str_text(&source));
    str_free(&source);
    if (st->whole < 2)
        return;
    str_add(out, " They begin at ");
    add_ends(&st->begin, out);
    str_add(out, ", and end before ");
    add_ends(&st->end, out);
    str_addf(out, ". The longest holds over %d %s, from %s to %s.", st->longest.to - st->longest.from + 1,
             say_noun(s, st->longest.to > st->longest.from), st->longest_from, st->longest_to);
}

static void say_all(const struct session *s, const struct find_state *st, const struct glyphs *gl, struct str *out)
{
    if (!st->of.revision || st->of.from < 1) {
        say_nothing(s, out);
        return;
    }
    if (!st->units) {
        say_none(s, st, gl, out);
        return;
    }
    if (st->of.all) {
        str_addf(out, "%d of %d units stand%s all through the span%s: ", st->units,
                 session_net(s)->layer[st->of.layer].hidden, st->units == 1 ? "s" : "", around(st->of.how));
        add_units(s, st, 6, out);
        str_add(out, ". ");
    }
    say_places(s, st, out);
    str_addf(out, " In plain words: the same unit%s in the same state. It need not mean the same.",
             st->units == 1 ? " is" : "s are");
}

void find_explain(const struct scene *scene, const void *state, struct str *out)
{
    const struct session *s = scene->session;
    const struct find_state *st = state;
    if (value_secret(scene, out))
        return;
    if (st->of.revision && st->of.from >= 1 && st->units) {
        find_say_question(s, st, 2, out);
        str_add(out, " Here: ");
        find_say_span(s, &st->of, &glyphs_unicode, out);
        str_add(out, "; stands means ");
        find_say_meaning(&st->of, &glyphs_unicode, out);
        str_add(out, ". ");
    }
    say_all(s, st, &glyphs_unicode, out);
}

void find_tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    if (!value_secret(scene, NULL))
        say_all(scene->session, state, gl, out);
}
