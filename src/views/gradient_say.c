/* gradient_say.c: the gradient read off, and what it says in words. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/gradient_view.h"
#include "views/say.h"
#include "views/value.h"

#define CUT_GATE 0.05f            /* a gate where the path is cut that keeps no more than this is named */

float grad_direct(const struct grad_ctx *c, int u, int t)
{
    return c->cache->g->carry[c->layer][(size_t)(t - c->cache->first) * (size_t)c->H + (size_t)u];
}

float grad_full(const struct grad_ctx *c, int u, int t)
{
    return c->cache->g->dC[c->layer][(size_t)(t - c->cache->first) * (size_t)c->H + (size_t)u];
}

enum pen grad_pen(const struct grad_ctx *c, int u, int n, int t)
{
    bool asked = false;
    for (int k = u; c->scene->marks && c->scene->marks->hidden_count && k < u + n && k < c->H && !asked; k++)
        for (int j = t + 1; j <= c->step && !asked; j++)
            asked = scene_hides(c->scene, c->layer, k, VAL_F, j);
    const struct place at = {c->layer, n == 1 ? u : MARK_ANY, VAL_F, t + 1};
    return asked ? PEN_COVER : value_pen(c->scene, &at);
}

bool grad_cut_at(const struct grad_ctx *c, int u, int t)
{
    return t - 1 >= c->cache->first && grad_direct(c, u, t) >= GRAD_CUT && grad_direct(c, u, t - 1) < GRAD_CUT;
}

bool grad_pinned_at(const struct grad_ctx *c, int u, int t)
{
    return session_pin_count(c->s) && (session_pinned(c->s, c->layer, u, Q_F, t)
                                       || session_pinned(c->s, c->layer, u, Q_C, t));
}

void grad_token(const struct grad_ctx *c, int t, struct str *out)
{
    say_token(c->s, t, c->gl, out);
}

static void target_name(const struct grad_ctx *c, struct str *out)
{
    char buf[32];
    if (c->aim.of == AIM_SURPRISAL) {
        say_output(c->s, c->aim.output, c->gl, out);
    } else {
        str_addf(out, "%s of %s", c->aim.of == AIM_C ? "C" : "h", session_unit_label(c->s, c->layer, c->unit, buf));
    }
}

const char *grad_short(char buf[16], double v, bool sign)
{
    double a = fabs(v);
    if (isnan(v) || isinf(v))
        snprintf(buf, 16, v < 0 ? "-over" : "over");
    else if (v == 0)
        snprintf(buf, 16, "0");
    else if (!sign && v >= 0.995 && v < 1)           /* 1.00 is exactly 1 */
        widget_gate(buf, 16, (float)v, 5);
    else if (a >= 999.5 || a < 0.00095)
        snprintf(buf, 16, sign ? "%+.0e" : "%.0e", v);
    else
        snprintf(buf, 16, sign ? "%+.*f" : "%.*f", (a < 99.5) + (a < 9.95) + (a < 0.0995), v);
    char *e = strchr(buf, 'e');
    if (e && e[2] == '0')         /* "2e-04" */
        memmove(e + 2, e + 3, strlen(e + 3) + 1);
    return buf;
}

void grad_title(const struct grad_ctx *c, struct str *out)
{
    struct str name = {0}, here = {0};
    char value[16];
    target_name(c, &name);
    grad_token(c, c->step, &here);
    grad_short(value, c->cache->g->value, c->aim.of != AIM_SURPRISAL);
    if (c->aim.of == AIM_SURPRISAL)
        str_addf(out, "gradient of the surprisal of '%s' after '%s' (%s nats)", str_text(&name), str_text(&here),
                 value);
    else
        str_addf(out, "gradient of %s at '%s' (%s)", str_text(&name), str_text(&here), value);
    str_free(&name);
    str_free(&here);
}

/* How far the selected unit reaches: both numbers. */
static void words_reach(const struct grad_ctx *c, int far, struct str *out)
{
    char unit[32], a[16], b[16];
    struct str from = {0}, to = {0};
    grad_token(c, c->step, &from);
    grad_token(c, far, &to);
    session_unit_label(c->s, c->layer, c->unit, unit);
    bool named = model_unit_name(session_model(c->s), c->layer, c->unit) != NULL;
    double carried = (double)grad_direct(c, c->unit, far), here = (double)grad_full(c, c->unit, c->step),
        there = (double)grad_full(c, c->unit, far);
    str_addf(out, "From '%s' back to '%s' %s%s carries %s of the gradient on the direct path", str_text(&from),
             str_text(&to), named ? "" : "unit ", unit,
             grad_short(a, carried, false));
    if (!isfinite(here) || !isfinite(there))
        str_add(out, "; through all paths it overflows.");
    else if (here != 0)
        str_addf(out, "; through all paths it is %s of what it is at '%s'.", grad_short(b, there / here, false),
                 str_text(&from));
    else
        str_addf(out, "; at '%s' itself its gradient is 0, at '%s' it is %s through other units.", str_text(&from),
                 str_text(&to),
                 grad_short(b, there, true));
    str_free(&from);
    str_free(&to);
}

/* The same where there is hardly any room. */
static void words_reach_short(const struct grad_ctx *c, int far, struct str *out)
{
    char a[16], b[16];
    struct str to = {0};
    grad_token(c, far, &to);
    double here = (double)grad_full(c, c->unit, c->step), there = (double)grad_full(c, c->unit, far);
    str_addf(out, "To '%s': direct %s", str_text(&to), grad_short(a, (double)grad_direct(c, c->unit, far), false));
    if (!isfinite(here) || !isfinite(there))
        str_add(out, ", all paths overflow.");
    else if (here != 0)
        str_addf(out, ", all paths %s.", grad_short(b, there / here, false));
    else
        str_addf(out, ", all paths 0 here, %s there.", grad_short(b, there, true));
    str_free(&to);
}

/* "Do gradients still vanish?" Half left is not vanished, a hundredth is; between them the numbers speak. */
static void words_verdict(const struct grad_ctx *c, int far, struct str *out)
{
    double carried = (double)grad_direct(c, c->unit, far), here = fabs((double)grad_full(c, c->unit, c->step)),
        there = fabs((double)grad_full(c, c->unit, far));
    if (far == c->step || here == 0)
        return;
    bool direct_gone = carried < (double)GRAD_CUT, full_gone = there < (double)GRAD_CUT * here;
    if (direct_gone && full_gone)
        str_add(out, " It has vanished on the way.");
    else if (direct_gone)
        str_add(out, " The direct path is closed; what arrives goes round through gates and other units.");
    else if (carried >= 0.5 && there >= 0.5 * here)
        str_add(out, " It does not vanish on this way.");
}

/* Where the path of the selected unit is closed, nearest first. */
static void words_cut(const struct grad_ctx *c, int far, struct str *out)
{
    for (int t = c->step; t > far; t--) {
        if (!grad_cut_at(c, c->unit, t))
            continue;
        struct str word = {0};
        char f[16];
        grad_token(c, t, &word);
        float gate = session_value(c->s, RUN_PINNED, c->layer, c->unit, VAL_F, t);
        if (session_pinned(c->s, c->layer, c->unit, Q_C, t))
            str_addf(out, " The path ends at '%s': C is pinned there.", str_text(&word));
        else if (gate <= CUT_GATE)
            str_addf(out, " '%s' closes the path: f = %s%s.", str_text(&word), grad_short(f, (double)gate, false),
                     session_pinned(c->s, c->layer, c->unit, Q_F, t) ? " (pinned)" : "");
        else
            str_addf(out, " Before '%s' less than 1%% is left.", str_text(&word));
        str_free(&word);
        return;
    }
}

static void words_inputs(const struct grad_ctx *c, int far, struct str *out)
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
    grad_token(c, most, &word);
    target_name(c, &name);
    grad_short(v, dot, true);
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

double grad_all_units(const struct grad_ctx *c, int t)
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
static void words_plain(const struct grad_ctx *c, int far, struct str *out)
{
    double here = grad_all_units(c, c->step), there = grad_all_units(c, far);
    if (!c->cache->share || far == c->step || !(here > 0) || !isfinite(there))
        return;
    struct str to = {0};
    char a[16], b[16];
    grad_token(c, far, &to);
    str_addf(out, " Back to '%s' all units together keep %s of their gradient; a plain recurrent network without gates "
             "that was taught the stories of story (plain; right in %.0f%% of unseen places) keeps %s.", str_text(&to),
             grad_short(a, there / here, false), 100 * beside_accuracy(c->cache->plain),
             grad_short(b, c->cache->share[far], false));
    str_free(&to);
}

/* In the order in which they are worth a line. */
static void (*const sentences[])(const struct grad_ctx *c, int far, struct str *out) = {
    words_reach, words_verdict, words_cut, words_inputs, words_plain};

enum { SENTENCES = sizeof sentences / sizeof *sentences };

void grad_say(const struct grad_ctx *c, struct str *out)
{
    for (int k = 0; k < SENTENCES; k++)
        sentences[k](c, c->lo, out);
}

void grad_draw_words(const struct grad_ctx *c, struct rect r)
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
