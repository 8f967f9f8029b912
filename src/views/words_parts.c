/* words_parts.c: see words_parts.h. */
#include "views/words_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "views/sums.h"
#include "views/value.h"

#define LARGE 1e6                 /* from here on, and where six decimals show nothing, a few digits and "about" */

/* ---- arithmetic that re-adds ------------------------------------------------------------------------------------- */

double words_printed(double v, int decimals)
{
    char text[64];
    snprintf(text, sizeof text, "%.*f", decimals, v);
    return strtod(text, NULL);
}

static double missing(const struct sum *m, int decimals)
{
    double sum = 0;
    for (int k = 0; k < m->n; k++)
        sum += words_printed(m->a[k], decimals) * words_printed(m->b[k], decimals);
    return words_printed(m->result, decimals) - sum;
}

/* Does this much vanish when rounding? A tie does not: readers round ties in different ways. */
static bool vanishes(double v, int decimals)
{
    return fabs(v) < 0.499 * pow(10, -decimals);
}

/* Does v printed so read 0 or 1 only when it is exactly that? */
static bool tells_limits(double v, int decimals)
{
    double p = words_printed(v, decimals);
    return (p == 0) == (v == 0) && (p == 1) == (v == 1);
}

void words_form(struct sum *m)
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
        for (double v = k < m->n ? m->b[k] : m->result; v != 0 && least < DECIMALS_MAX && words_printed(v, least) == 0;)
            least++;
    for (int k = 0; k <= m->n; k++) {
        double v = k < m->n ? m->b[k] == 1 ? m->a[k] : m->b[k] : m->result;
        m->large = m->large || (v != 0 && words_printed(v, least) == 0);
    }
    if (m->large)
        return;
    for (m->decimals = least; m->decimals <= DECIMALS_MAX; m->decimals++)
        if (vanishes(missing(m, m->decimals), m->decimals))
            return;
    /* What is left over should be small change: large numbers take more decimals to get there. */
    for (m->decimals = least; m->decimals < DECIMALS_MAX; m->decimals++) {
        m->rest = missing(m, m->decimals);
        if (fabs(m->rest) < 0.01 && vanishes(m->rest - words_printed(m->rest, m->decimals), m->decimals))
            return;
    }
    m->rest = missing(m, m->decimals);
}

void words_number(struct str *out, const struct sum *m, double v, bool sign)
{
    if (m->large)
        str_addf(out, sign ? "%+.4g" : "%.4g", v);
    else
        str_add(out, sums_tight((char[SUMS_MAX]){0}, v, m->decimals, sign));
}

void words_signed(struct str *out, double v)
{
    str_add(out, sums_tight((char[SUMS_MAX]){0}, v, DECIMALS_MIN, true));
}

/* " + 0.01 (rounding)" when the printed terms need it. */
static void rest(struct str *out, const struct sum *m)
{
    if (m->rest == 0)
        return;
    str_add(out, m->rest < 0 ? " - " : " + ");
    words_number(out, m, fabs(m->rest), false);
    str_add(out, " (rounding)");
}

void words_equals(struct str *out, const struct sum *m, bool sign)
{
    rest(out, m);
    str_add(out, m->large ? " = about " : " = ");
    words_number(out, m, m->result, sign);
}

/* ---- small words ------------------------------------------------------------------------------------------------- */

double words_value_of(const struct told *w, enum run run, enum value v)
{
    return (double)session_value(w->s, run, w->at.layer, w->at.unit, v, w->at.step);
}

double words_value(const struct told *w, enum value v)
{
    return words_value_of(w, w->run, v);
}

bool words_pinned(const struct told *w, enum value v)
{
    return w->run == RUN_PINNED && session_value_pinned(w->s, w->at.layer, w->at.unit, v, w->at.step);
}

struct told words_told(const struct session *s, enum run run, int layer, int unit, int t)
{
    return (struct told){s, run, {.layer = layer, .unit = unit, .step = t}};
}

void words_percent(struct str *out, double v)
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

void words_gate(struct str *out, double v)
{
    for (int decimals = DECIMALS_MIN; decimals <= DECIMALS_MAX; decimals++) {
        double p = words_printed(v, decimals);
        if ((p == 0) == (v == 0) && (p == 1) == (v == 1)) {
            str_addf(out, "%.*f", decimals, v);
            return;
        }
    }
    str_add_float(out, (float)v);
}

bool words_edited_weights(const struct session *s)
{
    return session_net(s) != session_model(s)->net;
}

bool words_nothing(const struct session *s, struct str *out)
{
    if (session_steps(s) > 0)
        return false;
    str_add(out, "The sequence is empty: nothing is computed yet.");
    return true;
}

/* ---- one unit ---------------------------------------------------------------------------------------------------- */

void words_pinned_percent(const struct told *w, enum value v, struct str *out)
{
    if (!words_pinned(w, v))
        return;
    str_add(out, " (pinned; baseline ");
    words_percent(out, words_value_of(w, RUN_BASE, v));
    str_addc(out, ')');
}
