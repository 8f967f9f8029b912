/* variants.c: see variants.h. */
#include "learn/variants.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct variants *variants_new(const struct training *of)
{
    struct variants *v = xcalloc(1, sizeof *v);
    v->of = of;
    v->seed = of->seed;
    return v;
}

void variants_free(struct variants *v)
{
    if (!v)
        return;
    training_free(v->trial);
    for (int k = 0; k < VARIANT_KINDS; k++)
        for (int s = 0; s < VARIANT_SEEDS; s++)
            lstm_free(v->run[k][s].net);
    free(v);
}

bool variants_ended(const struct variants *v)
{
    return v->done == VARIANT_KINDS * VARIANT_SEEDS || *v->trouble.text;
}

double variants_share(const struct variants *v)
{
    double part = v->trial ? (double)training_done(v->trial) / training_total(v->trial) : 0;
    return (v->done + part) / (VARIANT_KINDS * VARIANT_SEEDS);
}

static void begin(struct variants *v)
{
    struct training_wish wish = v->of->wish;
    wish.variant = (enum train_variant)(v->done / VARIANT_SEEDS);
    wish.seeded = true;
    wish.seed = v->seed + (uint64_t)(v->done % VARIANT_SEEDS);
    v->trial = training_new(&wish, &v->trouble);
}

/* The loss at each point of the curve is that of the last look before it. */
static void take_curve(const struct training *t, float curve[VARIANT_CURVE])
{
    const struct evaluation *at = t->evaluations ? t->evaluation : NULL, *last = at ? at + t->evaluations - 1 : NULL;
    for (int k = 0; k < VARIANT_CURVE; k++) {
        double update = (double)training_total(t) * k / (VARIANT_CURVE - 1);
        while (at && at < last && at[1].update <= update)
            at++;
        curve[k] = at ? (float)at->loss : NAN;
    }
}

static void end(struct variants *v)
{
    struct training *t = v->trial;
    struct variant_run *r = &v->run[v->done / VARIANT_SEEDS][v->done % VARIANT_SEEDS];
    const struct evaluation *last = t->evaluations ? &t->evaluation[t->evaluations - 1] : NULL;
    r->done = true;
    r->diverged = t->phase == TRAINING_FAILED;
    r->loss = last && !r->diverged ? last->loss : NAN;
    r->accuracy = last && !r->diverged ? last->accuracy : NAN;
    take_curve(t, r->curve);
    if (v->done % VARIANT_SEEDS == 0 && t->film.frames && !r->diverged)
        r->net = lstm_copy(t->film.frame[t->film.frames - 1].net);
    v->done++;
    training_free(t);
    v->trial = NULL;
}

bool variants_step(struct variants *v)
{
    if (variants_ended(v))
        return false;
    if (!v->trial)
        begin(v);
    if (v->trial && !training_step(v->trial))
        end(v);
    return !variants_ended(v);
}

int variants_range(const struct variants *v, int kind, bool accuracy, double *low, double *high)
{
    int n = 0;
    *low = INFINITY;
    *high = -INFINITY;
    for (int s = 0; s < VARIANT_SEEDS; s++) {
        const struct variant_run *r = &v->run[kind][s];
        double x = accuracy ? r->accuracy : r->loss;
        if (!r->done || isnan(x))
            continue;
        *low = x < *low ? x : *low;
        *high = x > *high ? x : *high;
        n++;
    }
    return n;
}

int variants_missed(const struct variants *v)
{
    double low, high, plain_low, plain_high, most = 0;
    int found = 0;
    if (v->done < VARIANT_KINDS * VARIANT_SEEDS
        || variants_range(v, TRAIN_VANILLA, false, &plain_low, &plain_high) < VARIANT_SEEDS)
        return 0;
    for (int k = TRAIN_VANILLA + 1; k < VARIANT_KINDS; k++)
        if (variants_range(v, k, false, &low, &high) == VARIANT_SEEDS && low - plain_high > most) {
            most = low - plain_high;
            found = k;
        }
    return found;
}

struct model *variants_model(const struct variants *v, int kind, struct err *e)
{
    const struct training *t = v->of;
    const struct lstm *net = v->run[kind][0].net;
    if (!net) {
        err_set(e, NULL, NULL, "%s is not trained yet", train_variant_about((enum train_variant)kind));
        return NULL;
    }
    struct str name = {0};
    str_addf(&name, "%s, %s", t->corpus->title, train_variant_about((enum train_variant)kind));
    struct model *m = recipe_bare_model(t->corpus, lstm_copy(net), str_text(&name), e);
    str_free(&name);
    if (m) {
        free(m->source);
        m->source = xstrdup("trained here");
    }
    return m;
}
