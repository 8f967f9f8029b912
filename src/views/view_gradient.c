/* view_gradient.c: how far back a step reaches. "Do gradients still vanish?", answered with two numbers for every unit
 * and earlier step: ∏ f, what the direct path C_t → C_{t+1} → … → C_step lets through, and ∂/∂C_t, what arrives through
 * all paths together.
 *
 * Both stand under the tape's own columns. Few units stand in bands, a pair of columns for each step and the numbers
 * under it; many units have a line each, a pair of cells for each step whose shade is log |·|, direct on the left and
 * full on the right. Sentences much longer than the tape, and what was scrolled to, are two blocks of narrow columns.
 * All end with what each word did, ∂/∂x and x · ∂/∂x, and with the answer in words.
 *
 * The gradient is too dear to repeat for every frame: it is kept in a cache until the session's revision, the step or
 * the aim is another one. A backward pass is only followed as far as it is looked at (aim_gradient), so that a long
 * sequence costs no more than the steps on the screen.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "session/aim.h"
#include "session/beside.h"
#include "ui/widget.h"
#include "views/gradient_view.h"
#include "views/say.h"
#include "views/cells.h"
#include "views/tape.h"
#include "views/view.h"
#include "views/words.h"

#define CUT_PATH 0.01f            /* a path of which less is left is cut: where it first is */
#define CUT_GATE 0.05f            /* a gate there that keeps no more than this is named as what cut it */
enum { PAGE = 8, CANDIDATES = 12, DECADES = 4, LOOK_BACK = 256 };

struct cache {
    unsigned long revision;
    struct aim aim;
    int first;                    /* row 0 of g is this step */
    struct gradient *g;           /* NULL: empty */
    float *peak;                  /* [layer]: the largest |∂/∂C| */
    double *norm, *dot;           /* [row]: ‖∂/∂x_t‖ and x_t · ∂/∂x_t */
    struct beside *plain;         /* the plain network beside this model, or NULL */
    double *share;                /* [0 … aim.step]: what is left of its gradient (beside.h), or NULL */
    unsigned long plain_of;       /* session_model_number + 1 of what `plain` was looked for; 0: not yet */
};

struct state {
    struct {
        enum aim_of of;
        int pick;                 /* which of the candidates; 0 the first */
        int fixed;                /* an output asked for by name, + 1 */
        int back;                 /* the last column stands so many steps before the cursor */
    };
    struct cache cache;
    int step;                     /* at which it was scrolled */
    int shown_from;               /* the first step in the picture */
    unsigned long model;          /* session_model_number of what `pick` and `fixed` were chosen from; 0: none yet */
};

static const struct setting settings[] = {
    {"of", SETTING_CHOICE, offsetof(struct state, of), 0, 0, "surprisal C h"},
    {"pick", SETTING_NUMBER, offsetof(struct state, pick), 0, CANDIDATES, NULL},
    {"output", SETTING_NUMBER, offsetof(struct state, fixed), 0, SETTING_MOST, NULL},
    {"back", SETTING_NUMBER, offsetof(struct state, back), 0, SETTING_MOST, NULL},
    {.name = NULL},
};

/* ---- what the gradient is of ------------------------------------------------------------------------------------- */

static int add_candidate(int *list, int n, int output, int outputs)
{
    if (output < 0 || output >= outputs || n == CANDIDATES)
        return n;
    for (int k = 0; k < n; k++)
        if (list[k] == output)
            return n;
    list[n] = output;
    return n + 1;
}

/* The outputs that `y` goes through: the one asked for, the word that does come next, then the likeliest. */
static int candidates(const struct session *s, const struct state *st, int enough, int list[CANDIDATES])
{
    int t = session_cursor(s)->step, outputs = session_outputs(s), n = 0;
    n = add_candidate(list, n, st->fixed - 1, outputs);
    n = add_candidate(list, n, session_output(s, t + 1), outputs);
    if (n >= enough)
        return n;
    struct prediction p[CANDIDATES];
    int found = session_predict(s, t, CANDIDATES, p);
    for (int k = 0; k < found; k++)
        n = add_candidate(list, n, p[k].output, outputs);
    return n;
}

static struct aim aim_now(const struct session *s, const struct state *st)
{
    const struct cursor *at = session_cursor(s);
    struct aim aim = {.of = st->of, .step = at->step, .layer = at->layer, .unit = at->unit};
    if (aim.of == AIM_SURPRISAL) {
        bool predicts = session_likeliest(s, RUN_PINNED, at->step) >= 0;          /* it may have no head, or its logits
                                                                                   * overflow */
        int list[CANDIDATES], n = predicts ? candidates(s, st, st->pick + 1, list) : 0;
        if (n)
            return (struct aim){.of = AIM_SURPRISAL, .step = at->step, .output = list[st->pick < n ? st->pick : n - 1]};
        aim.of = AIM_C;           /* a model that predicts nothing is asked about its memory */
    }
    return aim;
}

static bool same_aim(const struct aim *a, const struct aim *b)
{
    return a->of == b->of && a->step == b->step
        && (a->of == AIM_SURPRISAL ? a->output == b->output : a->layer == b->layer && a->unit == b->unit);
}

void gradient_view_aim(void *state, int output)
{
    struct state *st = state;
    st->of = AIM_SURPRISAL;
    st->pick = 0;
    st->fixed = output + 1;
}

/* ---- the cache --------------------------------------------------------------------------------------------------- */

static void cache_empty(struct cache *c)
{
    gradient_free(c->g);
    free(c->peak);
    free(c->norm);
    free(c->dot);
    free(c->share);
    c->share = NULL;
    c->g = NULL;
    c->peak = NULL;
    c->norm = c->dot = NULL;
}

/* Multiplications for one step of a backward pass. */
static double step_cost(const struct lstm *net)
{
    double cost = 0;
    for (int l = 0; l < net->layers; l++)
        cost += 4.0 * net->layer[l].hidden * (net->layer[l].hidden + net->layer[l].in);
    return cost;
}

/* How many steps are followed without being looked at: what takes a few milliseconds. */
static int free_steps(const struct lstm *net)
{
    double n = 2e7 / step_cost(net);
    return n > 1 << 20 ? 1 << 20 : (int)n;
}

static void measure(const struct session *s, struct cache *c)
{
    const struct gradient *g = c->g;
    size_t rows = (size_t)g->step + 1, E = (size_t)g->in;
    const float *const *x = session_inputs(s);
    c->peak = xcalloc((size_t)g->layers, sizeof *c->peak);
    c->norm = xcalloc(rows, sizeof *c->norm);
    c->dot = xcalloc(rows, sizeof *c->dot);
    for (int l = 0; l < g->layers; l++)
        for (size_t k = (size_t)g->hidden[l]; k < rows * (size_t)g->hidden[l]; k++)
            if (fabsf(g->dC[l][k]) > c->peak[l])
                c->peak[l] = fabsf(g->dC[l][k]);
    for (size_t k = 1; k < rows; k++) {
        double sum = 0;
        for (size_t j = 0; j < E; j++) {
            double d = (double)g->dx[k * E + j];
            sum += d * d;
            c->dot[k] += d * (double)x[(size_t)c->first + k - 1][j];
        }
        c->norm[k] = sqrt(sum);
    }
}

/* The comparison, for sequences of words of the default model. */
static void compare(const struct session *s, struct cache *c)
{
    if (c->plain_of != session_model_number(s) + 1) {
        beside_free(c->plain);
        c->plain = beside_new(s);
        c->plain_of = session_model_number(s) + 1;
    }
    c->share = c->plain && session_steps(s) <= BESIDE_STEPS ? beside_shares(c->plain, s, &c->aim) : NULL;
}

/* Makes sure that the steps from `from` on are there. */
static void cache_fill(const struct session *s, struct cache *c, const struct aim *aim, int from)
{
    bool same = c->g && c->revision == session_revision(s) && same_aim(&c->aim, aim);
    if (same && from >= c->first)
        return;
    int steps = aim->step - from, more = free_steps(session_net(s));
    if (same)                     /* scrolled back: as far again, so that going on is not paid for at every page */
        more = 2 * (aim->step - c->first);
    steps = steps > more ? steps : more;
    cache_empty(c);
    c->revision = session_revision(s);
    c->aim = *aim;
    c->first = steps < aim->step ? aim->step - steps : 0;
    c->g = aim_gradient(s, aim, c->first);
    if (c->g)
        measure(s, c);
    compare(s, c);
}

/* How far back the dearest things go, whatever is on the screen. */
static int steps_back(const struct lstm *net)
{
    int n = free_steps(net);
    return n > LOOK_BACK ? n : LOOK_BACK;
}

static void clear(void *state)
{
    struct cache *c = &((struct state *)state)->cache;
    cache_empty(c);
    beside_free(c->plain);
    c->plain = NULL;
    c->plain_of = 0;
}

/* ---- reading it -------------------------------------------------------------------------------------------------- */

struct ctx {
    const struct scene *scene;
    const struct session *s;
    const struct state *st;
    const struct cache *cache;
    struct grid *g;               /* NULL for words alone */
    const struct glyphs *gl;
    struct aim aim;
    int layer, unit, H, step;
    int lo, hi;                   /* the steps on the screen, 1 … step */
    int w;                        /* of the whole picture */
    bool on_tape;                 /* they stand in the tape's columns: tape */
    struct across tape;
};

static float direct(const struct ctx *c, int u, int t)
{
    return c->cache->g->carry[c->layer][(size_t)(t - c->cache->first) * (size_t)c->H + (size_t)u];
}

static float full(const struct ctx *c, int u, int t)
{
    return c->cache->g->dC[c->layer][(size_t)(t - c->cache->first) * (size_t)c->H + (size_t)u];
}

/* The pen for the direct path of units u … u+n-1 from t to here: a product of their forget gates, which one that is
 * asked for takes with it. */
static enum pen direct_pen(const struct ctx *c, int u, int n, int t)
{
    bool asked = false;
    for (int k = u; c->scene->marks && c->scene->marks->hidden_count && k < u + n && k < c->H && !asked; k++)
        for (int j = t + 1; j <= c->step && !asked; j++)
            asked = scene_hides(c->scene, c->layer, k, VAL_F, j);
    const struct place at = {c->layer, n == 1 ? u : MARK_ANY, VAL_F, t + 1};
    return asked ? PEN_COVER : value_pen(c->scene, &at);
}

/* Is it between t-1 and t that the direct path of unit u is cut: less than a hundredth is left behind it? */
static bool cut_at(const struct ctx *c, int u, int t)
{
    return t - 1 >= c->cache->first && direct(c, u, t) >= CUT_PATH && direct(c, u, t - 1) < CUT_PATH;
}

/* Does a hand-set value of this unit shape its path at t? */
static bool pinned_at(const struct ctx *c, int u, int t)
{
    return session_pin_count(c->s) && (session_pinned(c->s, c->layer, u, Q_F, t)
                                       || session_pinned(c->s, c->layer, u, Q_C, t));
}

static void token(const struct ctx *c, int t, struct str *out)
{
    say_token(c->s, t, c->gl, out);
}

static void target_name(const struct ctx *c, struct str *out)
{
    char buf[32];
    if (c->aim.of == AIM_SURPRISAL) {
        say_output(c->s, c->aim.output, c->gl, out);
    } else {
        str_addf(out, "%s of %s", c->aim.of == AIM_C ? "C" : "h", session_unit_label(c->s, c->layer, c->unit, buf));
    }
}

/* Two digits that mean something, in at most six cells: "0.86", "-0.031", "2e-4", "0". */
static const char *short_number(char buf[16], double v, bool sign)
{
    double a = fabs(v);
    if (isnan(v) || isinf(v))
        snprintf(buf, 16, "%s", isnan(v) ? "over" : v < 0 ? "-over" : "over");
    else if (v == 0)
        snprintf(buf, 16, "0");
    else if (!sign && v >= 0.995 && v < 1)           /* 1.00 is exactly 1 */
        widget_gate(buf, 16, (float)v, 5);
    else if (a >= 999.5 || a < 0.00095)
        snprintf(buf, 16, sign ? "%+.0e" : "%.0e", v);
    else
        snprintf(buf, 16, sign ? "%+.*f" : "%.*f", a >= 99.5 ? 0 : a >= 9.95 ? 1 : a >= 0.0995 ? 2 : 3, v);
    char *e = strchr(buf, 'e');
    if (e && e[2] == '0')         /* "2e-04" */
        memmove(e + 2, e + 3, strlen(e + 3) + 1);
    return buf;
}

/* ---- in words ---------------------------------------------------------------------------------------------------- */

static void words_title(const struct ctx *c, struct str *out)
{
    struct str name = {0}, here = {0};
    char value[16];
    target_name(c, &name);
    token(c, c->step, &here);
    short_number(value, c->cache->g->value, c->aim.of != AIM_SURPRISAL);
    if (c->aim.of == AIM_SURPRISAL)
        str_addf(out, "gradient of the surprisal of '%s' after '%s' (%s nats)", str_text(&name), str_text(&here),
                 value);
    else
        str_addf(out, "gradient of %s at '%s' (%s)", str_text(&name), str_text(&here), value);
    str_free(&name);
    str_free(&here);
}

/* How far the selected unit reaches: both numbers. */
static void words_reach(const struct ctx *c, int far, struct str *out)
{
    char unit[32], a[16], b[16];
    struct str from = {0}, to = {0};
    token(c, c->step, &from);
    token(c, far, &to);
    session_unit_label(c->s, c->layer, c->unit, unit);
    bool named = model_unit_name(session_model(c->s), c->layer, c->unit) != NULL;
    double carried = (double)direct(c, c->unit, far), here = (double)full(c, c->unit, c->step),
        there = (double)full(c, c->unit, far);
    str_addf(out, "From '%s' back to '%s' %s%s carries %s of the gradient on the direct path", str_text(&from),
             str_text(&to), named ? "" : "unit ", unit,
             short_number(a, carried, false));
    if (!isfinite(here) || !isfinite(there))
        str_add(out, "; through all paths it overflows.");
    else if (here != 0)
        str_addf(out, "; through all paths it is %s of what it is at '%s'.", short_number(b, there / here, false),
                 str_text(&from));
    else
        str_addf(out, "; at '%s' itself its gradient is 0, at '%s' it is %s through other units.", str_text(&from),
                 str_text(&to),
                 short_number(b, there, true));
    str_free(&from);
    str_free(&to);
}

/* The same where there is hardly any room. */
static void words_reach_short(const struct ctx *c, int far, struct str *out)
{
    char a[16], b[16];
    struct str to = {0};
    token(c, far, &to);
    double here = (double)full(c, c->unit, c->step), there = (double)full(c, c->unit, far);
    str_addf(out, "To '%s': direct %s", str_text(&to), short_number(a, (double)direct(c, c->unit, far), false));
    if (!isfinite(here) || !isfinite(there))
        str_add(out, ", all paths overflow.");
    else if (here != 0)
        str_addf(out, ", all paths %s.", short_number(b, there / here, false));
    else
        str_addf(out, ", all paths 0 here, %s there.", short_number(b, there, true));
    str_free(&to);
}

/* "Do gradients still vanish?" Half left is not vanished, a hundredth is; between them the numbers speak. */
static void words_verdict(const struct ctx *c, int far, struct str *out)
{
    double carried = (double)direct(c, c->unit, far), here = fabs((double)full(c, c->unit, c->step)),
        there = fabs((double)full(c, c->unit, far));
    if (far == c->step || here == 0)
        return;
    bool direct_gone = carried < (double)CUT_PATH, full_gone = there < (double)CUT_PATH * here;
    if (direct_gone && full_gone)
        str_add(out, " It has vanished on the way.");
    else if (direct_gone)
        str_add(out, " The direct path is closed; what arrives goes round through gates and other units.");
    else if (carried >= 0.5 && there >= 0.5 * here)
        str_add(out, " It does not vanish on this way.");
}

/* Where the path of the selected unit is closed, nearest first. */
static void words_cut(const struct ctx *c, int far, struct str *out)
{
    for (int t = c->step; t > far; t--) {
        if (!cut_at(c, c->unit, t))
            continue;
        struct str word = {0};
        char f[16];
        token(c, t, &word);
        float gate = session_value(c->s, RUN_PINNED, c->layer, c->unit, VAL_F, t);
        if (session_pinned(c->s, c->layer, c->unit, Q_C, t))
            str_addf(out, " The path ends at '%s': C is pinned there.", str_text(&word));
        else if (gate <= CUT_GATE)
            str_addf(out, " '%s' closes the path: f = %s%s.", str_text(&word), short_number(f, (double)gate, false),
                     session_pinned(c->s, c->layer, c->unit, Q_F, t) ? " (pinned)" : "");
        else
            str_addf(out, " Before '%s' less than 1%% is left.", str_text(&word));
        str_free(&word);
        return;
    }
}

static void words_inputs(const struct ctx *c, int far, struct str *out)
{
    (void)far;                    /* the word may lie before what is on the screen */
    int most = 0;
    for (int t = c->cache->first + 1; t <= c->step; t++)
        if (!most || fabs(c->cache->dot[t - c->cache->first]) > fabs(c->cache->dot[most - c->cache->first]))
            most = t;
    double dot = c->cache->dot[most - c->cache->first];
    if (!most || !(fabs(dot) > 0))
        return;
    struct str word = {0}, name = {0};
    char v[16];
    token(c, most, &word);
    target_name(c, &name);
    short_number(v, dot, true);
    if (c->aim.of == AIM_SURPRISAL)
        str_addf(out, " Of the words, '%s' weighs most (gradient %s input %s): to first order it makes '%s' %s.",
                 str_text(&word), c->gl->times, v,
                 str_text(&name), dot < 0 ? "likelier" : "less likely");
    else
        str_addf(out, " Of the words, '%s' weighs most (gradient %s input %s): to first order it pushes %s %s.",
                 str_text(&word), c->gl->times, v,
                 str_text(&name), dot < 0 ? "down" : "up");
    str_free(&word);
    str_free(&name);
}

/* ‖∂/∂C‖ over all units of all layers, after step t. */
static double all_units(const struct ctx *c, int t)
{
    const struct gradient *g = c->cache->g;
    double sum = 0;
    for (int l = 0; l < g->layers; l++)
        for (int u = 0; u < g->hidden[l]; u++) {
            double d = (double)g->dC[l][(size_t)(t - c->cache->first) * (size_t)g->hidden[l] + (size_t)u];
            sum += d * d;
        }
    return sqrt(sum);
}

/* What a network without gates has left there. */
static void words_plain(const struct ctx *c, int far, struct str *out)
{
    double here = all_units(c, c->step), there = all_units(c, far);
    if (!c->cache->share || far == c->step || !(here > 0) || !isfinite(there))
        return;
    struct str to = {0};
    char a[16], b[16];
    token(c, far, &to);
    str_addf(out, " Back to '%s' all units together keep %s of their gradient; a plain recurrent network without gates "
             "that was taught the stories of story (plain; right in %.0f%% of unseen places) keeps %s.", str_text(&to),
             short_number(a, there / here, false), 100 * beside_accuracy(c->cache->plain),
             short_number(b, c->cache->share[far], false));
    str_free(&to);
}

/* In the order in which they are worth a line. */
static void (*const sentences[])(const struct ctx *c, int far, struct str *out) = {
    words_reach, words_verdict, words_cut, words_inputs, words_plain};
enum { SENTENCES = sizeof sentences / sizeof *sentences };

/* ---- few units: bands -------------------------------------------------------------------------------------------- */

enum { COLUMN_MIN = 7, COLUMN_MAX = 12 };

struct bands {
    int gutter, column;           /* widths */
    int bars, gap, inputs, lead;
};

/* Rows by what is least missed: numbers, what the inputs did, the bars. */
static bool plan_bands(struct bands *p, const struct ctx *c, struct rect r)
{
    int left = r.h - 1 - !c->on_tape - 2 * c->H;
    if (left < 0 || r.w < 24)     /* strips of all steps say more */
        return false;
    *p = (struct bands){.gutter = r.w >= 70 ? 13 : 9};
    p->inputs = left >= 2 ? 2 : left;
    left -= p->inputs;
    p->bars = left / c->H;
    p->bars = p->bars > 5 ? 5 : p->bars;
    if (p->bars < 2 && c->H > 3 && r.h >= 10)   /* a wall of numbers: strips say more */
        return false;
    left -= p->bars * c->H;
    p->gap = left >= c->H;
    left -= p->gap * c->H;
    p->lead = left >= 1 && p->inputs;
    p->column = c->on_tape ? c->tape.pitch : (r.w - p->gutter) / c->step;
    if (!c->on_tape)
        p->column = p->column < COLUMN_MIN ? COLUMN_MIN : p->column > COLUMN_MAX ? COLUMN_MAX : p->column;
    return true;
}

static int bands_room(const struct bands *p, struct rect r)
{
    int n = (r.w - p->gutter) / p->column;
    return n < 1 ? 1 : n;
}

/* A number and how it is written. */
struct shown { double v; bool sign; enum role role; };

/* In the middle of w cells. */
static void number_at(const struct ctx *c, int x, int y, int w, const struct shown *n)
{
    char buf[16];
    short_number(buf, n->v, n->sign);
    int cells = utf8_text_width(buf);
    grid_text(c->g, x + (w - cells > 0 ? (w - cells) / 2 : 0), y, w, n->role, 0, buf);
}

/* Under the numbers of the tape, digits under digits; else in the middle of the column. */
static void column_number(const struct ctx *c, int x, int t, int y, int column, const struct shown *n)
{
    char buf[16];
    if (!c->on_tape) {
        number_at(c, x + (t - c->lo) * column, y, column - 1, n);
        return;
    }
    short_number(buf, n->v, n->sign);
    int w = utf8_text_width(buf);
    grid_text(c->g, across_x(&c->tape, t) + 5 - w, y, w, n->role, 0, buf);
}

static void draw_tokens(const struct ctx *c, int x, int y, int column)
{
    for (int t = c->lo; t <= c->hi; t++) {
        struct str word = {0}, cut = {0};
        token(c, t, &word);
        utf8_cut(&cut, str_text(&word), column - 1, c->gl->ascii);
        int n = utf8_text_width(str_text(&cut));
        grid_text(c->g, x + (t - c->lo) * column + (column - 1 - n) / 2, y, column - 1,
                  t == c->step ? ROLE_TOKEN_NOW : ROLE_TOKEN,
                  t == c->step ? ATTR_BOLD : 0, str_text(&cut));
        str_free(&word);
        str_free(&cut);
    }
}

/* The scale of the full columns: one for all units, so that one sees which of them matters. */
static float largest(const struct ctx *c)
{
    float peak = 0;
    for (int u = 0; u < c->H; u++) {
        peak = fmaxf(peak, fabsf(full(c, u, c->step)));
        for (int t = c->lo; t <= c->hi; t++)
            peak = fmaxf(peak, fabsf(full(c, u, t)));
    }
    return peak;
}

/* Where the path of a unit is cut between t-1 and t. */
static void draw_cut(const struct ctx *c, int x, int y, int bars)
{
    grid_fill(c->g, (struct rect){x, y, 1, bars}, c->gl->ghost, ROLE_WARN, 0);
    grid_text(c->g, x, y + bars, 1, ROLE_WARN, ATTR_BOLD, c->gl->times);
}

static void draw_band(const struct ctx *c, struct rect r, const struct bands *p, int u, int y, float peak)
{
    struct grid *g = c->g;
    char unit[32];
    bool here = u == c->unit;
    if (here)
        cells_pointer(g, r.x, y);
    int numbers = y + p->bars;
    grid_text(g, r.x + 2, y, p->gutter - 3, here ? ROLE_CURSOR : ROLE_LABEL, here ? ATTR_BOLD : 0,
              session_unit_label(c->s, c->layer, u, unit));
    if (!p->bars) {
        grid_text(g, r.x + 2, numbers + 1, p->gutter - 3, ROLE_DIM, 0, "full");
    } else {
        bool signs = p->gutter > 12 || c->tape.x > 12;
        grid_textf(g, r.x + 1, numbers, 10, ROLE_F, 0, signs ? "direct %s" : "direct", c->gl->prod_f);
        grid_textf(g, r.x + 1, numbers + 1, 10, ROLE_C, 0, signs ? "full %sC" : "full", c->gl->partial);
    }
    int bar = (p->column - 2) / 2, x0 = r.x + p->gutter;
    bar = c->on_tape ? 2 : bar > 4 ? 4 : bar;
    for (int t = c->lo; t <= c->hi; t++) {
        int x = x0 + (t - c->lo) * p->column, bx = x + (p->column - 1 - (2 * bar + 1)) / 2;
        bx = c->on_tape ? across_x(&c->tape, t) : bx;
        if (p->bars) {
            enum pen old = grid_pen(g, direct_pen(c, u, 1, t));
            widget_column(g, (struct rect){bx, y, bar, p->bars}, (struct bar){direct(c, u, t), NAN, 0, 1, ROLE_F});
            grid_pen(g, old);
            if (peak > 0)
                widget_column(g, (struct rect){bx + bar + 1, y, bar, p->bars},
                              (struct bar){fabsf(full(c, u, t)), NAN, 0, peak, ROLE_C});
        }
        enum pen own = direct_pen(c, u, 1, t), old = grid_pen(g, own);
        column_number(c, x0, t, numbers, p->column, &(struct shown){(double)direct(c, u, t), false, ROLE_NUMBER});
        grid_pen(g, old);
        column_number(c, x0, t, numbers + 1, p->column, &(struct shown){(double)full(c, u, t), true, ROLE_NUMBER});
        if (pinned_at(c, u, t))
            cells_star(g, c->on_tape ? bx + 5 : x + p->column - 1, numbers);
        if (own != PEN_COVER && cut_at(c, u, t))
            draw_cut(c, c->on_tape ? bx - 2 : x - 1, y, p->bars);
    }
}

/* What each word did. */
static void draw_inputs(const struct ctx *c, int label, int x0, int column, int y, int rows)
{
    if (rows > 1) {
        grid_textf(c->g, label, y, 8, ROLE_LABEL, 0, "|%sx|", c->gl->partial);
        for (int t = c->lo; t <= c->hi; t++)
            column_number(c, x0, t, y, column, &(struct shown){c->cache->norm[t - c->cache->first], false, ROLE_DIM});
        y++;
    }
    if (!rows)
        return;
    grid_textf(c->g, label, y, 8, ROLE_LABEL, 0, "x%s%sx", c->gl->times_dot, c->gl->partial);
    for (int t = c->lo; t <= c->hi; t++)
        column_number(c, x0, t, y, column, &(struct shown){c->cache->dot[t - c->cache->first], true, ROLE_NUMBER});
}

/* What is left of the gradient in all units together, and in the network without gates, where there is room for it. */
static void draw_plain(const struct ctx *c, struct rect r, int x0, int column, int y)
{
    double here = all_units(c, c->step);
    if (!c->cache->share || !(here > 0) || r.y + r.h - y < 4)
        return;
    grid_text(c->g, r.x + 1, y, 10, ROLE_LABEL, 0, "all units");
    grid_text(c->g, r.x + 1, y + 1, 10, ROLE_LABEL, 0, "plain RNN");
    for (int t = c->lo; t <= c->hi; t++) {
        column_number(c, x0, t, y, column, &(struct shown){all_units(c, t) / here, false, ROLE_NUMBER});
        column_number(c, x0, t, y + 1, column, &(struct shown){c->cache->share[t], false, ROLE_NUMBER});
    }
    struct str s = {0};
    str_addf(&s, "What is left of |%sC|, of 1 here. plain: a network without gates, taught the stories of story, "
             "right in %.0f%% of unseen places.", c->gl->partial, 100 * beside_accuracy(c->cache->plain));
    grid_wrap(c->g, (struct rect){r.x + 1, y + 2, r.w - 2, r.y + r.h - y - 2}, ROLE_DIM, 0, str_text(&s));
    str_free(&s);
}

/* What it is the gradient of must not be cut: "gradient of the" is in the line above, too, and the value comes last. */
static const char *title_that_fits(struct str *title, int room)
{
    const char *text = str_text(title), *of = strstr(text, " of the ") ? " of the " : " of ";
    if (utf8_text_width(text) <= room)
        return text;
    char *value = strrchr(title->s, '(');
    text = strstr(text, of) + strlen(of);
    if (utf8_text_width(text) > room && value && value > text)
        value[-1] = '\0';
    return text;
}

static void draw_heading(const struct ctx *c, struct rect r, const char *scale)
{
    struct str title = {0}, right = {0};
    words_title(c, &title);
    str_addf(&right, " %s ", scale);
    grid_hline(c->g, r.x, r.y, r.w, ROLE_RULE);
    /* Beside the scale where that costs no more than "gradient of the". */
    int beside = r.w - 7 - utf8_text_width(str_text(&right));
    const char *text = utf8_text_width(str_text(&title)) - (int)sizeof "gradient of the" < beside
        ? title_that_fits(&title, *scale ? beside : r.w - 3) : title_that_fits(&title, r.w - 3);
    int n = grid_text(c->g, r.x + 2, r.y, r.w - 2, ROLE_LABEL, 0, text);
    grid_put(c->g, r.x + 1, r.y, ' ', ROLE_TEXT, 0);
    grid_put(c->g, r.x + 2 + n, r.y, ' ', ROLE_TEXT, 0);
    int room = r.w - n - 6, w = utf8_text_width(str_text(&right));
    if (*scale && w <= room)
        grid_text_right(c->g, r.x + r.w - 1, r.y, w, ROLE_DIM, 0, str_text(&right));
    str_free(&title);
    str_free(&right);
}

static void draw_words(const struct ctx *c, struct rect r)
{
    struct str text = {0};
    struct grid *trial = grid_new(r.w, r.h + 1, c->gl);
    bool secret = value_secret(c->scene, &text);
    for (int k = 0; !secret && k < SENTENCES; k++) {           /* whole sentences only: half of one may say the
                                                                * opposite */
        size_t before = text.len;
        sentences[k](c, c->lo, &text);
        if (text.len == before || grid_wrap(trial, (struct rect){0, 0, r.w, r.h + 1}, ROLE_TEXT, 0, text.s) <= r.h)
            continue;
        text.s[text.len = before] = '\0';
        if (!k)
            words_reach_short(c, c->lo, &text);
    }
    say_wrap(c->g, r, ROLE_TEXT, 0, str_text(&text));
    grid_free(trial);
    str_free(&text);
}

static void draw_bands(const struct ctx *c, struct rect r, const struct bands *p)
{
    int y = r.y + 1;
    float peak = largest(c);
    char scale[64] = "", most[16];
    if (p->bars)
        snprintf(scale, sizeof scale, "direct to 1, full to %s", short_number(most, (double)peak, false));
    draw_heading(c, r, scale);
    if (!c->on_tape)
        draw_tokens(c, r.x + p->gutter, y++, p->column);
    for (int u = 0; u < c->H; u++) {
        draw_band(c, r, p, u, y, peak);
        y += p->bars + 2 + p->gap;
    }
    draw_inputs(c, r.x + 1, r.x + p->gutter, p->column, y + p->lead, p->inputs);
    draw_plain(c, r, r.x + p->gutter, p->column, y + p->lead + p->inputs + 1);
}

/* ---- many units: heat strips ------------------------------------------------------------------------------------- */

struct strips {
    int gutter, block, cell;      /* widths; block 0: no room for two */
    int rows, bin, inputs, own, tokens, numbers;
};

static bool plan_strips(struct strips *p, const struct ctx *c, struct rect r)
{
    if (r.h < 4 || r.w < 12)
        return false;
    *p = (struct strips){.gutter = r.w >= 36 ? 10 : 5};
    p->block = (r.w - p->gutter - 2) / 2;
    if (p->block < 4)
        p->block = 0;
    int width = p->block ? p->block : r.w - p->gutter;
    p->cell = width / c->step;
    p->cell = p->cell < 1 ? 1 : p->cell > 8 ? 8 : p->cell;
    p->tokens = p->cell >= 4 && r.h >= 12;
    int left = r.h - 3 - p->tokens;         /* title, heading, scale */
    p->inputs = left >= 8;
    left -= p->inputs;
    p->own = c->H > left && left >= 4;
    left -= 2 * p->own;
    left = left < 1 ? 1 : left;
    p->bin = (c->H + left - 1) / left;
    p->rows = (c->H + p->bin - 1) / p->bin;
    p->numbers = p->bin == 1 && p->cell >= 7 && left >= 2 * p->rows + 1;
    return true;
}

/* 1 is full, and each shade less is a tenth. */
static float shade(double v)
{
    double level = v > 0 ? 1 + log10(v) / DECADES : 0;
    return isnan(v) ? NAN : level < 0 ? 0 : level > 1 ? 1 : (float)level;
}

static void draw_cell(const struct ctx *c, int x, int y, int w, double v)
{
    const struct heat heat = cells_scaled(shade(v), 1, ROLE_HEAT_GATE, LOOK_PLAIN);
    cells_heat(c->g, (struct rect){x, y, w > 1 ? w - 1 : 1, 1}, &heat);
}

/* The strongest of units u … u+n-1. */
static float strongest(const struct ctx *c, float (*of)(const struct ctx *, int, int), int u, int n, int t)
{
    float most = 0;
    for (int k = u; k < u + n && k < c->H; k++)
        most = fmaxf(most, fabsf(of(c, k, t)));
    return most;
}

static void draw_strip(const struct ctx *c, const struct strips *p, int x, int y, int u, int n)
{
    float peak = c->cache->peak[c->layer];
    for (int t = c->lo; t <= c->hi; t++) {
        int at = x + (t - c->lo) * p->cell, right = at + p->block + 2;
        if (p->block) {
            float v = strongest(c, direct, u, n, t);
            bool cut = n == 1 ? t < c->step && cut_at(c, u, t + 1) : t < c->step && v < CUT_PATH
                && strongest(c, direct, u, n, t + 1) >= CUT_PATH;
            bool pinned = false;
            for (int k = u; session_pin_count(c->s) && k < u + n && k < c->H; k++)
                pinned = pinned || pinned_at(c, k, t);
            enum pen own = direct_pen(c, u, n, t), old = grid_pen(c->g, own);
            draw_cell(c, at, y, p->cell, (double)v);
            grid_pen(c->g, old);
            if (cut && own != PEN_COVER)
                grid_text(c->g, at + (p->cell > 1 ? p->cell - 2 : 0), y, 1, ROLE_WARN, ATTR_BOLD, c->gl->times);
            if (pinned)
                cells_star(c->g, at, y);
        }
        draw_cell(c, p->block ? right : at, y, p->cell, peak > 0 ? (double)(strongest(c, full, u, n, t) / peak) : 0);
    }
}

/* Where cells are wide enough, the numbers under them. */
static void draw_strip_numbers(const struct ctx *c, const struct strips *p, int x, int y, int u)
{
    for (int t = c->lo; t <= c->hi; t++) {
        int at = x + (t - c->lo) * p->cell;
        if (p->block) {
            enum pen old = grid_pen(c->g, direct_pen(c, u, 1, t));
            number_at(c, at, y, p->cell - 1, &(struct shown){(double)direct(c, u, t), false, ROLE_DIM});
            grid_pen(c->g, old);
        }
        number_at(c, p->block ? at + p->block + 2 : at, y, p->cell - 1,
                  &(struct shown){(double)full(c, u, t), true, ROLE_DIM});
    }
}

static void draw_scale(const struct ctx *c, const struct strips *p, struct rect r, int y)
{
    static const struct { double v; const char *text; } marks[] = {{1, "1"}, {0.1, "0.1"}, {0.01, "0.01"},
                                                                   {0.001, "0.001"}};
    int x = r.x;
    char peak[16];
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
        draw_cell(c, x, y, 3, marks[k].v);
        x += 3 + grid_text(c->g, x + 3, y, r.x + r.w - x - 3, ROLE_DIM, 0, marks[k].text) + 2;
    }
    short_number(peak, (double)c->cache->peak[c->layer], false);
    if (p->bin > 1 && r.x + r.w - x > 42) {
        grid_textf(c->g, x, y, r.x + r.w - x, ROLE_DIM, 0, "%s <1%% left  full: 1 is %s  best of %d",
                   c->gl->times, peak, p->bin);
        return;
    }
    if (r.x + r.w - x < (int)sizeof "x less than 1% left   full: 1 is " + (int)strlen(peak)) {
        grid_textf(c->g, x, y, r.x + r.w - x, ROLE_DIM, 0, "%s < 1%% left", c->gl->times);
        return;
    }
    grid_textf(c->g, x, y, r.x + r.w - x, ROLE_DIM, 0, "%s less than 1%% left   full: 1 is %s", c->gl->times, peak);
}

static void block_heading(const struct ctx *c, const struct strips *p, int x, int y, int w, const char *name)
{
    if (p->tokens) {
        grid_text(c->g, x, y, w, ROLE_LABEL, 0, name);
        draw_tokens(c, x, y + 1, p->cell);
        return;
    }
    struct str from = {0}, to = {0};
    token(c, c->lo, &from);
    token(c, c->hi, &to);
    if (utf8_text_width(name) + utf8_text_width(str_text(&from)) + utf8_text_width(str_text(&to)) + 5 <= w)
        grid_textf(c->g, x, y, w, ROLE_LABEL, 0, "%s  %s %s %s", name, str_text(&from), c->gl->etc, str_text(&to));
    else
        grid_text(c->g, x, y, w, ROLE_LABEL, 0, name);
    str_free(&from);
    str_free(&to);
}

static void unit_label(const struct ctx *c, const struct strips *p, struct rect r, int y, int u, int n)
{
    char unit[32];
    bool here = c->unit >= u && c->unit < u + n;
    int last = u + n < c->H ? u + n : c->H;
    if (here)
        cells_pointer(c->g, r.x, y);
    if (n == 1)
        grid_text(c->g, r.x + 1, y, p->gutter - 2, here ? ROLE_CURSOR : ROLE_LABEL, here ? ATTR_BOLD : 0,
                  session_unit_label(c->s, c->layer, u, unit));
    else
        grid_textf(c->g, r.x + 1, y, p->gutter - 2, here ? ROLE_CURSOR : ROLE_LABEL, here ? ATTR_BOLD : 0, "%d-%d",
                   u + 1, last);
}

static void draw_strips(const struct ctx *c, struct rect r, const struct strips *p)
{
    int y = r.y + 1, x = r.x + p->gutter, right = x + p->block + 2;
    char direct_name[24], full_name[24];
    snprintf(direct_name, sizeof direct_name, *c->gl->prod_f ? "direct %s" : "direct", c->gl->prod_f);
    snprintf(full_name, sizeof full_name, "full |%sC|", c->gl->partial);
    draw_heading(c, r, "");
    if (p->block)
        block_heading(c, p, x, y, p->block, direct_name);
    block_heading(c, p, p->block ? right : x, y, p->block ? p->block : r.w - p->gutter, full_name);
    y += 1 + p->tokens;
    for (int k = 0; k < p->rows; k++, y++) {
        unit_label(c, p, r, y, k * p->bin, p->bin);
        draw_strip(c, p, x, y, k * p->bin, p->bin);
        if (p->numbers)
            draw_strip_numbers(c, p, x, ++y, k);
    }
    if (p->own) {                 /* its cell above is the strongest of many: here it is by itself */
        y++;
        unit_label(c, p, r, y, c->unit, 1);
        draw_strip(c, p, x, y++, c->unit, 1);
    }
    if (p->inputs) {
        double most = 0;
        for (int t = c->lo; t <= c->step; t++)
            most = fmax(most, c->cache->norm[t - c->cache->first]);
        grid_textf(c->g, r.x + 1, y, p->gutter - 2, ROLE_LABEL, 0, "|%sx|", c->gl->partial);
        for (int t = c->lo; t <= c->hi && most > 0; t++)
            draw_cell(c, (p->block ? right : x) + (t - c->lo) * p->cell, y, p->cell,
                      c->cache->norm[t - c->cache->first] / most);
        y++;
    }
    if (p->numbers) {
        grid_textf(c->g, r.x + 1, y, p->gutter - 2, ROLE_LABEL, 0, "x%s%sx", c->gl->times_dot, c->gl->partial);
        for (int t = c->lo; t <= c->hi; t++) {
            double v = c->cache->dot[t - c->cache->first];
            number_at(c, (p->block ? right : x) + (t - c->lo) * p->cell, y, p->cell - 1,
                      &(struct shown){v, true, ROLE_NUMBER});
        }
        y++;
    }
    draw_scale(c, p, r, y);
}

/* ---- many units under the tape ----------------------------------------------------------------------------------- */

/* A line a unit (or `bin` units): in each column a pair of cells, direct and full. own: the selected unit has a line of
 * its own below, since its line is of several; numbers: two lines of numbers under its line; inputs: lines. */
struct pairs { int rows, bin, numbers, own, inputs, gap; bool all; };      /* all: every unit has its numbers */

static bool plan_pairs(struct pairs *p, const struct ctx *c, struct rect r)
{
    if (!c->on_tape || r.h < 4 || r.w < 24)
        return false;
    *p = (struct pairs){.gap = r.h >= 12};
    int left = r.h - 2 - p->gap;            /* title, scale */
    p->inputs = left >= c->H + 4 || left >= 10 ? 2 : 0;
    left -= p->inputs;
    p->all = left >= 3 * c->H;
    p->numbers = left >= c->H + 2 || left >= 8 ? 2 : 0;
    left -= p->numbers;
    p->own = c->H > left && left >= 4;
    left -= p->own;
    p->bin = (c->H + left - 1) / left;
    p->rows = (c->H + p->bin - 1) / p->bin;
    return true;
}

static void draw_pair(const struct ctx *c, int y, int u, int n)
{
    float peak = c->cache->peak[c->layer];
    for (int t = c->lo; t <= c->hi; t++) {
        int x = across_x(&c->tape, t);
        float one = strongest(c, direct, u, n, t), all = strongest(c, full, u, n, t);
        bool cut = t - 1 >= c->cache->first && one >= CUT_PATH && strongest(c, direct, u, n, t - 1) < CUT_PATH;
        const struct heat left = cells_scaled(shade((double)one), 1, ROLE_HEAT_GATE, LOOK_PLAIN),
                          right = cells_scaled(peak > 0 ? shade((double)(all / peak)) : 0, 1, ROLE_HEAT_GATE,
                                               LOOK_PLAIN);
        enum pen own = direct_pen(c, u, n, t), old = grid_pen(c->g, own);
        cells_heat(c->g, (struct rect){x, y, 2, 1}, &left);
        grid_pen(c->g, old);
        cells_heat(c->g, (struct rect){x + 3, y, 2, 1}, &right);
        bool pinned = false;
        for (int k = u; session_pin_count(c->s) && k < u + n && k < c->H; k++)
            pinned = pinned || pinned_at(c, k, t);
        if (pinned)
            cells_star(c->g, x + 5, y);
        if (cut && own != PEN_COVER)
            draw_cut(c, x - 2, y, 0);
    }
}

static void draw_pair_numbers(const struct ctx *c, int label, int y, int u)
{
    enum role role = u == c->unit ? ROLE_NUMBER : ROLE_DIM;
    grid_textf(c->g, label, y, 10, ROLE_DIM, 0, "direct %s", c->gl->prod_f);
    grid_textf(c->g, label, y + 1, 10, ROLE_DIM, 0, "full %sC", c->gl->partial);
    for (int t = c->lo; t <= c->hi; t++) {
        enum pen old = grid_pen(c->g, direct_pen(c, u, 1, t));
        column_number(c, 0, t, y, 0, &(struct shown){(double)direct(c, u, t), false, role});
        grid_pen(c->g, old);
        column_number(c, 0, t, y + 1, 0, &(struct shown){(double)full(c, u, t), true, role});
    }
}

static void pair_label(const struct ctx *c, struct rect r, int y, int u, int n)
{
    const struct strips label = {.gutter = c->tape.x - r.x - 2};
    unit_label(c, &label, r, y, u, n);
}

static void draw_pairs(const struct ctx *c, struct rect r, const struct pairs *p)
{
    int y = r.y + 1;
    draw_heading(c, r, r.w > 70 ? "left direct, right full" : "");
    for (int k = 0; k < p->rows; k++) {
        int u = k * p->bin;
        pair_label(c, r, y, u, p->bin);
        draw_pair(c, y++, u, p->bin);
        if (p->all || (p->numbers && !p->own && u == c->unit && p->bin == 1)) {
            draw_pair_numbers(c, r.x + 1, y, u);
            y += 2;
        }
    }
    if (p->own || (p->numbers && p->bin > 1)) {
        pair_label(c, r, y, c->unit, 1);
        draw_pair(c, y++, c->unit, 1);
        if (p->numbers)
            draw_pair_numbers(c, r.x + 1, y, c->unit);
        y += p->numbers;
    }
    y += p->gap;
    draw_inputs(c, r.x + 1, 0, 0, y, p->inputs);
    y += p->inputs;
    draw_scale(c, &(struct strips){.bin = p->bin}, r, y);
    draw_plain(c, r, 0, 0, y + 2);
}

/* ---- the view ---------------------------------------------------------------------------------------------------- */

static struct ctx ctx_of(const struct scene *scene, const struct state *st, struct grid *g)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    return (struct ctx){.scene = scene, .s = s, .st = st, .cache = &st->cache, .g = g,
                        .gl = g ? g->glyphs : &glyphs_unicode,
                        .aim = aim_now(s, st), .layer = at->layer, .unit = at->unit,
                        .H = session_net(s)->layer[at->layer].hidden, .step = at->step};
}

/* Which of the two pictures there is room for; neither: words. */
struct shape { bool few, many, pairs; struct bands bands; struct strips strips; struct pairs pair; };

/* The columns of a picture in r, of the words alone when r is empty: `room` of them end so many steps before the cursor
 * as was scrolled. */
static struct shape plan(struct ctx *c, struct rect r)
{
    struct shape p = {.few = false};
    int room = steps_back(session_net(c->s));
    if (r.w > 0) {
        struct across tape = tape_columns(c->s, c->w);
        int fits = (c->w - 1 - tape.x) / tape.pitch;
        c->tape = tape;
        c->on_tape = session_steps(c->s) <= 2 * (fits < 1 ? 1 : fits) && !c->st->back && r.w >= 24;
        p.few = plan_bands(&p.bands, c, r);
        p.pairs = !p.few && plan_pairs(&p.pair, c, r);
        c->on_tape = c->on_tape && (p.few || p.pairs);
        p.many = !p.few && !p.pairs && plan_strips(&p.strips, c, r);
    }
    if (c->on_tape) {
        c->lo = c->tape.first;
        c->hi = c->step;
        return p;
    }
    if (r.w > 0) {
        room = p.few ? bands_room(&p.bands, r)
             : p.many ? (p.strips.block ? p.strips.block : r.w - p.strips.gutter) / p.strips.cell
                      : 64;
    }
    room = room > c->step ? c->step : room;
    c->hi = c->step - c->st->back;
    c->hi = c->hi < room ? room : c->hi;
    c->hi = c->hi > c->step ? c->step : c->hi;
    c->lo = c->hi - room + 1 < 1 ? 1 : c->hi - room + 1;
    return p;
}

static struct rect inside(struct rect r)
{
    return rect_inset(r, r.w > 60 ? 2 : r.w > 30, 0);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    struct state *st = state;
    int step = session_cursor(scene->session)->step;
    if (st->step && st->step != step)             /* another word: its own past is what is looked at */
        st->back = 0;
    st->step = step;
    if (st->model && st->model != session_model_number(scene->session))
        st->pick = st->fixed = st->back = 0;      /* a word of another model's vocabulary */
    st->model = session_model_number(scene->session);
    if (step < 1)
        return;
    struct ctx c = ctx_of(scene, st, NULL);
    c.w = r.w;
    plan(&c, r.w > 0 ? inside(r) : r);
    st->shown_from = c.lo;
    cache_fill(c.s, &st->cache, &c.aim, c.lo - 1);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    struct ctx c = ctx_of(scene, state, g);
    c.w = r.w;
    r = inside(r);
    if (c.step < 1) {
        say_draw_nothing(c.s, g, r);
        return;
    }
    const struct shape p = plan(&c, r);
    if (p.few)
        tape_mark(c.s, g, r);
    if (!c.cache->g)
        grid_wrap(g, r, ROLE_BAD, 0, "There is not enough memory for this gradient.");
    else if (p.few)
        draw_bands(&c, r, &p.bands);
    else if (p.pairs)
        draw_pairs(&c, r, &p.pair);
    else if (p.many)
        draw_strips(&c, r, &p.strips);
    else
        draw_words(&c, r);
}

/* Of the steps on the screen, which are those that the picture of the view's rectangle shows. */
static void say(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    struct ctx c = ctx_of(scene, state, g);
    c.lo = c.st->shown_from;
    c.hi = c.step;
    if (c.step >= 1 && c.cache->g)
        draw_words(&c, r);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    struct ctx c = ctx_of(scene, state, NULL);
    if (c.step < 1) {
        say_nothing(c.s, out);
        return;
    }
    plan(&c, (struct rect){0});
    if (!c.cache->g)
        return;
    struct str title = {0};
    words_title(&c, &title);
    if (title.s)
        title.s[0] = 'G';
    str_addf(out, "%s. ", str_text(&title));
    str_free(&title);
    for (int k = 0; k < SENTENCES; k++)
        sentences[k](&c, c.lo, out);
}

static enum view_reply move_unit(struct session *s, void *state, bool other, struct err *e)
{
    (void)state, (void)e;
    const struct cursor *at = session_cursor(s);
    session_select(s, at->layer, at->unit + (other ? 1 : -1), at->value);
    return VIEW_REDRAW;
}

static enum view_reply turn_word(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct state *st = state;
    int list[CANDIDATES], n = session_outputs(s)
        && session_cursor(s)->step > 0 ? candidates(s, st, CANDIDATES, list) : 0;
    st->of = AIM_SURPRISAL;
    st->pick = n ? (st->pick + (other ? n - 1 : 1)) % n : 0;
    return VIEW_REDRAW;
}

/* Surprisal, C, h; without outputs C, h. */
static enum view_reply turn_aim(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct state *st = state;
    bool head = session_outputs(s) > 0;
    if (st->of == AIM_SURPRISAL)
        st->of = head ? AIM_C : AIM_H;
    else
        st->of = st->of == AIM_C ? AIM_H : head ? AIM_SURPRISAL : AIM_C;
    return VIEW_REDRAW;
}

static enum view_reply scroll(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct state *st = state;
    int last = session_cursor(s)->step - 1, back = st->back + (other ? -PAGE : PAGE);
    back = back > last ? last : back;
    st->back = back < 0 ? 0 : back;
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-unit next-unit", "<Up>", "<Down>", "previous, next unit", "unit", KEY_PAIR, move_unit, NULL},
    {"next-output prev-output", "y", "Y", "of the next, previous likely word", "of which word", 0, turn_word, NULL},
    {"aim", "f", NULL, "of the surprisal, of C, of h of the unit", "of C, of h", 0, turn_aim, NULL},
    {"back forward", "[", "]", "further back, and forward again", "further back", 0, scroll, NULL},
    {.keys = "c", .hint = "close"},
    {.keys = "o", .hint = "open"},
    {.keys = "<PgDn>", .hint = "sub-step"},
    {.keys = NULL},
};

const struct view view_gradient = {
    .name = "gradient",
    .title = "gradient",
    .about = "how far back this word reaches",
    .strip = "gradient",
    .rank = 14,
    .help = "How much a small change of C at an earlier word would change what the model says here. Direct is the "
            "product of f along the way: the path from cell to cell that the LSTM was invented for. Full is the exact "
            "gradient by backpropagation through all paths, gates and other units included. A cross marks where the "
            "direct path is cut: less than 1% of it is left before that word. |dx| is the gradient's length at "
            "each word's vector, x * dx its product with it: what the word did, to first order; these do not add up to "
            "the value.",
    .key = 'r',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, cache),
    .settings = settings,
    .keys = keys,
    .prepare = prepare,
    .draw = draw,
    .say = say,
    .clear = clear,
    .explain = explain,
};
