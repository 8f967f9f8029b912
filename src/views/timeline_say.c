/* timeline_say.c: a timeline in words. See timeline.h. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "views/say.h"
#include "views/timeline.h"
#include "views/value.h"
#include "views/words.h"

void timeline_unit(const struct session *s, int layer, int unit, struct str *out)
{
    say_unit(s, layer, unit, out);
    char name[SAY_LAYER];
    if (session_net(s)->layers > 1)
        str_addf(out, " (layer %s)", say_layer(s, layer, &glyphs_unicode, name));
}

void timeline_say_order(const struct session *s, const struct timeline_state *st, struct str *out)
{
    char label[32], name[SAY_LAYER];
    switch (timeline_order_now(st)) {
    case ORDER_VARIANCE: str_add(out, "by variance, the largest first"); break;
    case ORDER_CORRELATION:
        str_addf(out, "by correlation with %s%s, the most alike first", session_net(s)->layers > 1
                 || !model_unit_name(session_model(s), st->anchor_layer, st->anchor_unit) ? "unit " : "",
                 session_unit_label(s, st->anchor_layer, st->anchor_unit, label));
        if (session_net(s)->layers > 1)
            str_addf(out, " (layer %s)", say_layer(s, st->anchor_layer, &glyphs_unicode, name));
        break;
    case ORDER_HALF_LIFE: str_add(out, "by half-life, the longest memory first"); break;
    case ORDER_MOVES: str_add(out, "by how C moves, the most first"); break;
    default: break;
    }
}

static void add_place(const struct session *s, int t, const struct glyphs *gl, struct str *out)
{
    str_addf(out, "%s %d '", say_noun(s, false), t);
    say_token_cut(s, t, 24, gl, out);
    str_addc(out, '\'');
}

void timeline_say(const struct scene *scene, enum value v, const struct glyphs *gl, struct str *out)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    bool reached = value_reached(scene, v, at->step);
    if (value_secret(scene, out))
        return;
    struct series of = timeline_series(s, at->layer, v);
    int low = 1, high = 1;
    for (int t = 2; t <= of.steps; t++) {
        low = series_at(&of, t, at->unit) < series_at(&of, low, at->unit) ? t : low;
        high = series_at(&of, t, at->unit) > series_at(&of, high, at->unit) ? t : high;
    }
    str_addf(out, "%s of ", value_symbol(v, gl));
    timeline_unit(s, at->layer, at->unit, out);
    str_add(out, " at ");
    add_place(s, at->step, gl, out);
    str_add(out, reached ? " is " : " has not been reached yet.");
    if (!reached)
        return;
    value_say(v, series_at(&of, at->step, at->unit), out);
    if (session_value_pinned(s, at->layer, at->unit, v, at->step))
        str_add(out, " (pinned)");
    if (fabsf(session_value(s, RUN_BASE, at->layer, at->unit, v, at->step) - series_at(&of, at->step, at->unit))
        >= 0.005f) {
        str_add(out, ", without pins ");
        value_say(v, session_value(s, RUN_BASE, at->layer, at->unit, v, at->step), out);
    }
    str_add(out, ". ");
    if (of.steps < 2 || scene->reveal)
        return;
    str_addf(out, "Over all %d %s it runs from ", of.steps, say_noun(s, true));
    value_say(v, series_at(&of, low, at->unit), out);
    str_add(out, " at ");
    add_place(s, low, gl, out);
    str_add(out, " to ");
    value_say(v, series_at(&of, high, at->unit), out);
    str_add(out, " at ");
    add_place(s, high, gl, out);
    str_add(out, ".");
}

static void say_memory(const struct session *s, struct str *out)
{
    const struct cursor *at = session_cursor(s);
    struct series f = timeline_series(s, at->layer, VAL_F);
    double *mean = xcalloc((size_t)f.units, sizeof *mean);
    int *kept = xcalloc((size_t)f.units, sizeof *kept);
    series_keep(&f, mean, kept);
    say_half_life(s, kept[at->unit], f.steps, half_life(mean[at->unit]), out);
    free(mean);
    free(kept);
}

void timeline_explain(const struct scene *scene, const struct timeline_state *st, const struct glyphs *gl,
                      struct str *out)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    if (at->step < 1) {
        say_nothing(s, out);
        return;
    }
    timeline_say(scene, st->text ? VAL_C : at->value, gl, out);
    if (scene->reveal || (scene->marks && scene->marks->hidden_count))
        return;
    say_memory(s, out);
    if (timeline_order_now(st) == ORDER_NUMBER || !timeline_ordered(s, st) || st->text)
        return;
    struct str order = {0};
    timeline_say_order(s, st, &order);
    str_addf(out, " Units stand %s: ", str_text(&order));
    str_free(&order);
    int H = session_net(s)->layer[at->layer].hidden, n = H < 5 ? H : 5;
    for (int k = 0; k < n; k++) {
        char label[32];
        str_addf(out, "%s%s", k ? ", " : "", session_unit_label(s, at->layer, st->at[at->layer][k], label));
    }
    str_add(out, H > n ? ", ..." : ".");
}
