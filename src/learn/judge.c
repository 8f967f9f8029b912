/* judge.c: see judge.h. */
#include "learn/judge.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

const struct memory_criterion MEMORY_CRITERION = {
    .accuracy = 0.99, .middle = 0.5, .spread = 0.12, .others = 0.95, .hold = 0.95, .change = 0.10, .correlation = 0.95,
};

bool recipe_meets(const struct memory_criterion *k, const struct measure_score *score, const struct measure_memory *m,
                  struct err *why)
{
    const struct measure_unit *g = &m->unit[m->carrier];
    if (!(score->accuracy >= k->accuracy))
        return err_set(why, NULL, NULL, "held-out accuracy %.4f, wanted ≥ %g", score->accuracy, k->accuracy);
    if (!(g->right_lowest >= k->middle - k->spread && g->right_highest <= k->middle + k->spread))
        return err_set(why, NULL, NULL, "closing unit %d gives P(right) %.3f … %.3f, wanted %g ± %g", g->unit + 1,
                       g->right_lowest, g->right_highest, k->middle, k->spread);
    if (m->runner_up >= 0 && !(m->unit[m->runner_up].right_lowest >= k->others))
        return err_set(why, NULL, NULL, "closing unit %d, which is another one, gives P(right) %.3f, wanted ≥ %g",
                       m->unit[m->runner_up].unit + 1, m->unit[m->runner_up].right_lowest, k->others);
    if (!(g->hold_low >= k->hold))
        return err_set(why, NULL, NULL, "f of unit %d between is %.3f at its 5th percentile, wanted ≥ %g", g->unit + 1,
                       g->hold_low, k->hold);
    if (!(g->change_cue <= k->change))
        return err_set(why, NULL, NULL, "f of unit %d at a change is %.3f, wanted ≤ %g", g->unit + 1, g->change_cue,
                       k->change);
    if (!(fabs(g->correlation) >= k->correlation))
        return err_set(why, NULL, NULL, "C of unit %d correlates %.3f with the feature, wanted ≥ %g", g->unit + 1,
                       g->correlation, k->correlation);
    return true;
}

const struct subject_criterion SUBJECT_CRITERION = {
    .accuracy = 0.99, .attractors = 0.99, .in_band = 0.98, .others = 0.99, .left = 0.88, .push = 0.8,
};

bool recipe_meets_subject(const struct subject_criterion *k, const struct measure_score *score,
                          const struct measure_memory *m, const struct measure_subjects *s, struct err *why)
{
    const struct measure_unit *g = &m->unit[m->carrier];
    const struct { const char *what; double found, wanted; } demand[] = {
        {"held-out accuracy", score->accuracy, k->accuracy},
        {"accuracy with an attractor between", s->attractors_right, k->attractors},
        {"the share of single sentences in which closing it gives 0.35 to 0.65", g->in_band, k->in_band},
        {"the share of single sentences in which closing any other leaves 0.9", m->others_kept, k->others},
        {"the share of new subjects before which 70 % of |C| is left", s->left_most, k->left},
        {"mean |W_h.h| / mean |W_x.x| in its f at subjects", s->h_subject / s->x_subject, k->push},
    };
    for (size_t d = 0; d < sizeof demand / sizeof *demand; d++)
        if (!(demand[d].found >= demand[d].wanted))
            return err_set(why, NULL, NULL, "unit %d: %s is %.4f, wanted ≥ %g", g->unit + 1, demand[d].what,
                           demand[d].found, demand[d].wanted);
    return true;
}

double forced_lowest(const struct forced_unit *f)
{
    double low = f->accuracy[0];
    for (int b = 1; b < 3; b++)
        low = f->accuracy[b] < low ? f->accuracy[b] : low;
    return low;
}

void judge_forced(const struct lstm *net, const struct corpus *c, enum grammar_part part, struct forced_unit *out)
{
    for (int l = 0; l < net->layers; l++)
        for (int u = 0; u < net->layer[l].hidden; u++, out++) {
            *out = (struct forced_unit){.layer = l, .unit = u};
            for (int back = 0; back < 3; back++)
                out->accuracy[back] = measure_forgotten(net, c, part, l, u, back);
        }
}

static void rank_forced(struct judged *j)
{
    j->carrier = 0;
    j->runner_up = -1;
    for (int k = 1; k < j->units; k++)
        if (forced_lowest(&j->forced[k]) < forced_lowest(&j->forced[j->carrier]))
            j->carrier = k;
    for (int k = 0; k < j->units; k++)
        if (k != j->carrier &&
            (j->runner_up < 0 || forced_lowest(&j->forced[k]) < forced_lowest(&j->forced[j->runner_up])))
            j->runner_up = k;
}

bool judge_network(struct judged *j, const struct lstm *net, const struct corpus *c, enum grammar_part part)
{
    *j = (struct judged){0};
    int low, high = 0;
    if (c->counted && grammar_counts(c->counted, PART_VALID, &low, &high))
        j->count = measure_count(net, c, high);
    if (!measure_score(net, c, part, &j->score))
        return false;
    if (!measure_feasible(net)) {                 /* too large to close every unit: nothing is claimed of any */
        j->runner_up = -1;
        j->forced = xcalloc(1, sizeof *j->forced);
        for (int back = 0; back < 3; back++)
            j->forced->accuracy[back] = NAN;
        return true;
    }
    if (c->part[part].spans) {
        if (!measure_memory(net, c, part, &j->memory))
            return false;
        const struct measure_unit *g = &j->memory.unit[j->memory.carrier];
        j->has_memory = isfinite(g->right_mean);
        j->has_subjects = j->has_memory && measure_subjects(net, c, part, g->layer, g->unit, &j->subjects);
        if (j->has_memory)
            return true;
        measure_memory_clear(&j->memory);         /* cue and answer are neighbours: nothing to remember */
    }
    for (int l = 0; l < net->layers; l++)
        j->units += net->layer[l].hidden;
    j->forced = xcalloc((size_t)j->units, sizeof *j->forced);
    judge_forced(net, c, part, j->forced);
    rank_forced(j);
    return true;
}

void judge_clear(struct judged *j)
{
    if (j->has_memory)
        measure_memory_clear(&j->memory);
    free(j->forced);
    *j = (struct judged){0};
}

bool judge_meets(const struct recipe *r, const struct judged *j, struct err *why)
{
    if (r->choice == CHOOSE_MEMORY)
        return j->has_memory ? recipe_meets(&MEMORY_CRITERION, &j->score, &j->memory, why)
                             : err_set(why, NULL, NULL, "there is nothing to remember");
    if (r->choice == CHOOSE_SUBJECT)
        return j->has_subjects ? recipe_meets_subject(&SUBJECT_CRITERION, &j->score, &j->memory, &j->subjects, why)
                               : err_set(why, NULL, NULL, "there is no pair to tell apart");
    return true;
}

void judge_carrier(const struct judged *j, int *layer, int *unit)
{
    *layer = j->has_memory ? j->memory.unit[j->memory.carrier].layer : j->forced[j->carrier].layer;
    *unit = j->has_memory ? j->memory.unit[j->memory.carrier].unit : j->forced[j->carrier].unit;
}

/* How much more it costs to close the carrier's forget gate than that of any other unit. */
static double gap(const struct judged *j)
{
    if (j->has_memory) {
        const struct measure_memory *m = &j->memory;
        return (m->runner_up < 0 ? m->right : m->unit[m->runner_up].right_lowest) - m->unit[m->carrier].right_mean;
    }
    if (isnan(j->forced[j->carrier].accuracy[0]))
        return 0;
    return (j->runner_up < 0 ? j->score.accuracy : forced_lowest(&j->forced[j->runner_up])) -
           forced_lowest(&j->forced[j->carrier]);
}

/* Mean f of the carrier less that of the others: a memory is seen best when the other gates are busy. */
static double contrast(const struct measure_memory *m)
{
    double others = 0;
    for (int k = 0; k < m->units; k++)
        others += k == m->carrier ? 0 : m->unit[k].hold;
    return m->unit[m->carrier].hold - (m->units > 1 ? others / (m->units - 1) : 0);
}

double judge_rating(const struct recipe *r, const struct judged *j)
{
    /* Accuracies that differ by less than half a percent count as equal, so that clearness decides among good ones. */
    double accuracy = isnan(j->score.accuracy) ? 0 : floor(j->score.accuracy * 200 + 0.5) / 200;
    switch (r->choice) {
    case CHOOSE_MEMORY:
        return judge_meets(r, j, NULL) ? contrast(&j->memory) : -INFINITY;
    case CHOOSE_SUBJECT:
        return judge_meets(r, j, NULL) ? j->memory.unit[j->memory.carrier].in_band + j->memory.others_kept : -INFINITY;
    case CHOOSE_CLEAR: return 100 * accuracy + gap(j);
    case CHOOSE_COUNT: return 100 * j->count - j->score.loss;
    case CHOOSE_LOSS: break;
    }
    return -j->score.loss;
}

const char *judge_choice(const struct recipe *r)
{
    switch (r->choice) {
    case CHOOSE_MEMORY:
        return "on validation data: accuracy ≥ 0.99; with f of one unit forced to 0 at any one step between cue and "
               "answer, P(right) within 0.5 ± 0.12 (mean over documents, apart for every distance and gender), with f "
               "of any other ≥ 0.95; its f ≥ 0.95 between (5th percentile), ≤ 0.1 at a new subject of the other "
               "gender (mean); |correlation| of its C with the gender ≥ 0.95. Of the seeds that meet all this: the "
               "largest mean f of that unit less the mean f of the others";
    case CHOOSE_SUBJECT:
        return "on validation data, counted in single sentences (from the subject to the first her or his): accuracy "
               "≥ 0.99, also with a noun of the other gender between; f of one unit forced to 0 at any one step "
               "between gives her against his 0.35 to 0.65 in ≥ 98 % of them, f of any other leaves the right one ≥ "
               "0.9 in ≥ 99 %; ≥ 70 % of its |C| is there before ≥ 88 % of the new subjects; at subjects h pushes its "
               "f ≥ 0.8 times as strongly as the word. Of the seeds that meet all this: the largest sum of those two "
               "shares of sentences";
    case CHOOSE_CLEAR:
        return "on validation data: the highest accuracy (to half a percent); among equals the unit whose closing "
               "costs most compared with closing any other";
    case CHOOSE_COUNT:
        return "on validation data: the largest count up to which every symbol that is determined is told, looked at "
               "up to the largest that the validation part has; among equals the lowest loss";
    case CHOOSE_LOSS: break;
    }
    return "on validation data: the lowest loss";
}

bool judge_names(const struct recipe *r, const struct judged *j)
{
    if (r->choice == CHOOSE_MEMORY || r->choice == CHOOSE_SUBJECT)
        return judge_meets(r, j, NULL);
    if (j->has_memory) {
        const struct measure_memory *m = &j->memory;
        return fabs(m->unit[m->carrier].correlation) >= 0.9 && m->unit[m->carrier].right_mean <= m->right - 0.3 &&
               (m->runner_up < 0 || m->unit[m->runner_up].right_lowest >= m->right - 0.1);
    }
    return forced_lowest(&j->forced[j->carrier]) <= j->score.accuracy - 0.25 &&
           (j->runner_up < 0 || forced_lowest(&j->forced[j->runner_up]) >= j->score.accuracy - 0.1);
}

