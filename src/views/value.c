/* value.c: see value.h. */
#include "views/value.h"

#include <math.h>
#include <string.h>

#include "base/clamp.h"
#include "ui/widget.h"
#include "views/sums.h"

static const struct value_kind kinds[VAL_COUNT] = {
    [VAL_F] = {"f_t", "f_t", "forget gate", "forget", ROLE_F, RANGE_GATE, SUB_SIGMA, Q_F, false},
    [VAL_I] = {"i_t", "i_t", "input gate", "input", ROLE_I, RANGE_GATE, SUB_WRITE, Q_I, false},
    [VAL_G] = {"g_t", "g_t", "candidate", "cand.", ROLE_G, RANGE_UNIT, SUB_WRITE, Q_G, false},
    [VAL_O] = {"o_t", "o_t", "output gate", "output", ROLE_O, RANGE_GATE, SUB_O, Q_O, false},
    [VAL_C] = {"C_t", "C_t", "cell after", "after", ROLE_C, RANGE_CELL, SUB_C, Q_C, false},
    [VAL_H] = {"h_t", "h_t", "hidden", "hidden", ROLE_H, RANGE_UNIT, SUB_H, Q_H, false},
    [VAL_C_PREV] = {"C_t-1", "C_t-1", "cell before", "before", ROLE_C_PREV, RANGE_CELL, SUB_CONCAT, Q_C, false},
    [VAL_KEPT] = {"f\xE2\x8A\x99" "C", "f*C", "kept", "kept", ROLE_KEPT, RANGE_CELL, SUB_KEEP, Q_F, true},
    [VAL_WRITTEN] = {"i\xE2\x8A\x99g", "i*g", "written", "wrote", ROLE_WRITTEN, RANGE_CELL, SUB_WRITE, Q_I, true},
};

const struct value_kind *value_kind(enum value v) { return &kinds[v]; }
const char *value_symbol(enum value v, const struct glyphs *gl)
{
    return *gl->odot == '*' ? kinds[v].ascii : kinds[v].symbol;
}
const char *value_name(enum value v) { return kinds[v].name; }
enum role value_role(enum value v) { return kinds[v].role; }
bool value_is_gate(enum value v) { return kinds[v].range == RANGE_GATE; }
enum role value_heat(enum value v) { return value_is_gate(v) ? ROLE_HEAT_GATE : ROLE_HEAT_CELL; }

void value_range(enum value v, float cell, float *low, float *high)
{
    *high = kinds[v].range == RANGE_CELL ? cell : 1;
    *low = value_is_gate(v) ? 0 : -*high;
}

const char *value_verb(enum value v)
{
    switch (v) {
    case VAL_F: return "keep";
    case VAL_I: return "write";
    case VAL_O: return "show";
    default: return kinds[v].word;
    }
}

enum value value_after(enum value v, int by)
{
    return (enum value)(((int)kinds[v].from + (by > 0 ? 1 : Q_COUNT - 1)) % Q_COUNT);
}

bool value_reached(const struct scene *scene, enum value v, int t)
{
    const struct cursor *at = session_cursor(scene->session);
    return !scene->reveal || t < at->step || (t == at->step && at->sub >= kinds[v].shown_from);
}

int value_level(enum value v, float x)
{
    float shown = kinds[v].range == RANGE_CELL ? tanhf(x) : x;
    shown = clamp_float(shown, -1, 1);
    return (int)lrintf(shown * LEVEL_MAX);
}

void value_say(enum value v, float x, struct str *out)
{
    char buf[16];
    if (value_is_gate(v)) {
        const char *gate = widget_gate(buf, sizeof buf, x, 7);
        str_add(out, gate + strspn(gate, " "));
    } else {
        str_add(out, sums_tight((char[SUMS_MAX]){0}, (double)x, 2, true));
    }
}

/* ---- marks ------------------------------------------------------------------------------------------------------- */

/* C_t and the C_t-1 of the next step are one number: hiding one hides the other. */
static struct place canonical(struct place p)
{
    if (p.value == VAL_C_PREV) {
        p.value = VAL_C;
        p.step -= p.step != MARK_ANY;
    }
    return p;
}

static bool same(int a, int b, int any) { return a == b || a == any || b == any; }

/* Have they a value in common? */
static bool covers(const struct place *mark, const struct place *at)
{
    struct place m = canonical(*mark), p = canonical(*at);
    return same(m.layer, p.layer, MARK_ANY) && same(m.unit, p.unit, MARK_ANY) && same(m.step, p.step, MARK_ANY)
        && same((int)m.value, (int)p.value, VAL_COUNT);
}

static bool covered(const struct place *marks, int n, const struct place *at)
{
    for (int k = 0; k < n; k++)
        if (covers(&marks[k], at))
            return true;
    return false;
}

bool scene_hides(const struct scene *scene, int layer, int unit, enum value v, int t)
{
    static const enum value factors[VAL_COUNT][2] = {[VAL_KEPT] = {VAL_F, VAL_C_PREV}, [VAL_WRITTEN] = {VAL_I, VAL_G}};
    const struct marks *m = scene->marks;
    if (!m || !m->hidden_count)
        return false;
    bool hidden = covered(m->hidden, m->hidden_count, &(struct place){layer, unit, v, t});
    /* A product and one factor give away the other. */
    for (int k = 0; k < 2 && v < VAL_COUNT && kinds[v].product && !hidden; k++)
        hidden = covered(m->hidden, m->hidden_count, &(struct place){layer, unit, factors[v][k], t});
    return hidden;
}

enum value_look value_marked(const struct scene *scene, const struct place *p)
{
    const struct marks *m = scene->marks;
    if (scene_hides(scene, p->layer, p->unit, p->value, p->step))
        return LOOK_HIDDEN;
    return !m || !m->spot_count ? LOOK_PLAIN : covered(m->spot, m->spot_count, p) ? LOOK_SPOT : LOOK_DIM;
}

enum value_look value_look(const struct scene *scene, const struct place *p)
{
    enum value_look look = value_marked(scene, p);
    return look != LOOK_HIDDEN && !value_reached(scene, p->value, p->step) ? LOOK_UNKNOWN : look;
}

enum pen value_look_pen(enum value_look look)
{
    return look == LOOK_HIDDEN ? PEN_COVER : look == LOOK_SPOT ? PEN_BRIGHT : look == LOOK_DIM ? PEN_DIM : PEN_PLAIN;
}

enum pen value_pen(const struct scene *scene, const struct place *p) { return value_look_pen(value_marked(scene, p)); }

enum pen value_about(struct grid *g, const struct scene *scene, struct place p)
{
    return grid_pen(g, value_pen(scene, &p));
}

enum pen value_pen_aside(const struct scene *scene)
{
    return scene->marks && scene->marks->spot_count ? PEN_DIM : PEN_PLAIN;
}

bool value_secret(const struct scene *scene, struct str *out)
{
    if (!scene->marks || (!scene->marks->hidden_count && !scene->marks->next))
        return false;
    if (out)
        str_add(out, "What the question asks for is not told before it is answered.");
    return true;
}
