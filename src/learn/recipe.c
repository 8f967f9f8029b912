/* recipe.c: see recipe.h. The table first, then judging, then the report that goes into the file. */
#include "learn/recipe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/model.h"

/* The default model's regularisers, and a fifth of them for networks that are small anyway. */
#define REGULARISED .recurrent_l1 = 0.03, .write_cost = 0.1, .saturation = 0.1
#define REGULARISED_LITTLE .recurrent_l1 = 0.006, .write_cost = 0.02, .saturation = 0.02

const struct recipe recipes[] = {
    /* Seeds 1 … 16 of this row, on validation data: all learn it (accuracy 1.000, perplexity 3.49 to 3.76), and in all of them
     * closing one unit takes the mean of P(right) to 0.48 … 0.52 while every other leaves it ≥ 0.98. MEMORY_CRITERION, which
     * looks at each gender and distance by itself and at f of the very word that brings the new subject, is met by four:
     * 6, 8, 12 and 15. Others lean towards one gender when closed, or forget at the link before the subject. */
    {.name = "gender", .corpus = "gender.grammar", .tokens = CORPUS_WORD, .corpus_seed = 1, .layers = 1, .hidden = 8,
     .embed = 8, .updates = 4000, .batch = 32, .rate = 0.015, REGULARISED, .seeds = 8, .seed = 6,
     .choice = CHOOSE_MEMORY, .unit_name = "gender",
     .about = "A language model of short stories. Whether her or his comes is decided by the subject, many words before: "
              "one element of C keeps it, and drops it when a new subject comes. Trained on nothing but predicting the next "
              "word; \"came out and played\" was held out of training."},
    {.name = "lesson-trained", .corpus = "gender.grammar", .tokens = CORPUS_WORD, .corpus_seed = 1, .layers = 1, .hidden = 3,
     .embed = 4, .updates = 32000, .batch = 32, .rate = 0.015, .write_cost = 0.01, .saturation = 0.02, .seeds = 12, .seed = 3,
     .choice = CHOOSE_CLEAR, .unit_name = "gender",
     .about = "The gender stories again in the sizes of the lesson: hidden size 3, embedding size 4, so that W_f is 7×3. "
              "Trained eight times as long as the default model, with little regularisation and none on the recurrent weights, "
              "so that h_{t-1} really pushes the gates. Three elements have to do everything: grammar as well as memory."},
    {.name = "person", .corpus = "person.grammar", .tokens = CORPUS_WORD, .corpus_seed = 1, .layers = 1, .hidden = 8,
     .embed = 8, .updates = 4000, .batch = 32, .rate = 0.015, REGULARISED, .seeds = 8, .seed = 3,
     .choice = CHOOSE_CLEAR, .unit_name = "person",
     .about = "As gender, with they and I as well: her, his, their or my. Four answers need more than one yes-or-no memory."},
    {.name = "counter", .corpus = "counter.grammar", .tokens = CORPUS_CHAR, .corpus_seed = 1, .layers = 1, .hidden = 4,
     .embed = 3, .updates = 4000, .batch = 32, .rate = 0.015, REGULARISED_LITTLE, .seeds = 8, .seed = 7,
     .choice = CHOOSE_CLEAR, .unit_name = "count",
     .about = "Counting: as many b as there were a, then a dot. C need not only keep a yes or no: it can count up and down. "
              "Runs of exactly seven were never trained on."},
    {.name = "brackets", .corpus = "brackets.grammar", .tokens = CORPUS_CHAR, .corpus_seed = 1, .layers = 1, .hidden = 4,
     .embed = 3, .updates = 4000, .batch = 32, .rate = 0.015, REGULARISED_LITTLE, .seeds = 8, .seed = 7,
     .choice = CHOOSE_CLEAR, .unit_name = "depth",
     .about = "Nesting: a dot may come only when every bracket has been closed, so the depth has to be carried along."},
    {.name = "recall", .corpus = "recall.grammar", .tokens = CORPUS_WORD, .corpus_seed = 1, .layers = 1, .hidden = 8,
     .embed = 6, .updates = 4000, .batch = 32, .rate = 0.015, REGULARISED, .seeds = 8, .seed = 6,
     .choice = CHOOSE_CLEAR, .unit_name = "colour",
     .about = "Delayed recall: a colour is named, numbers go by, the colour has to be said again; then the next one has to "
              "overwrite it."},
    {.name = "question", .corpus = "question.grammar", .tokens = CORPUS_WORD, .corpus_seed = 1, .layers = 1, .hidden = 8,
     .embed = 8, .updates = 4000, .batch = 32, .rate = 0.015, REGULARISED, .seeds = 8, .seed = 1,
     .choice = CHOOSE_CLEAR, .unit_name = "question",
     .about = "Reset at the end of a sentence: a sentence that began with who or what ends with a question mark. Behind the "
              "mark nothing of it is needed any more."},
    {.name = "prose", .corpus = "prose.txt", .tokens = CORPUS_CHAR, .corpus_seed = 0, .layers = 1, .hidden = 40,
     .embed = 8, .updates = 3000, .batch = 16, .rate = 0.01, .recurrent_l1 = 0, .seeds = 2, .seed = 2, .keep_best = true,
     .choice = CHOOSE_LOSS, .unit_name = NULL,
     .about = "A small character model on two hundred and fifty lines of plain prose written for it. It spells short words and "
              "mostly knows where they end; long words and sense are beyond it."},
};
const int recipe_count = sizeof recipes / sizeof *recipes;

const struct recipe *recipe_find(const char *name)
{
    for (int k = 0; k < recipe_count; k++)
        if (strcmp(recipes[k].name, name) == 0)
            return &recipes[k];
    return NULL;
}

struct recipe recipe_for(const struct corpus *c)
{
    const struct recipe *known = recipe_find(c->title);
    if (known)
        return *known;
    struct recipe r = c->drawn ? recipes[0] : *recipe_find("prose");
    r.name = c->title;
    r.corpus = c->source;
    r.corpus_seed = c->seed;
    r.seed = 1;
    r.choice = c->drawn && c->part[PART_VALID].spans ? CHOOSE_CLEAR : CHOOSE_LOSS;
    r.unit_name = NULL;
    r.about = "";
    return r;
}

struct train_options recipe_options(const struct recipe *r, uint64_t seed)
{
    struct train_options o = train_defaults();
    o.updates = r->updates;
    o.batch = r->batch;
    o.rate = r->rate;
    o.recurrent_l1 = r->recurrent_l1;
    o.write_cost = r->write_cost;
    o.saturation = r->saturation;
    o.seed = seed;
    return o;
}

struct train *recipe_trainer(const struct recipe *r, const struct corpus *c, const struct train_text *text, uint64_t seed)
{
    int *hidden = xcalloc((size_t)r->layers, sizeof *hidden);
    for (int l = 0; l < r->layers; l++)
        hidden[l] = r->hidden;
    struct lstm_shape shape = {r->layers, c->vocab->size, r->embed, c->vocab->size, hidden, false};
    struct train_options o = recipe_options(r, seed);
    struct train *t = train_new(&shape, text, &o);
    free(hidden);
    return t;
}

/* ---- judging ------------------------------------------------------------------------------------------------------- */

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

/* One trained seed and all that is known of it on one part. */
struct judged {
    struct measure_score score;
    struct measure_memory memory;
    bool has_memory;              /* the part has cues */
    struct forced_unit *forced;   /* [units], without cues */
    int units, carrier, runner_up;        /* of `forced` */
};

static double forced_lowest(const struct forced_unit *f)
{
    double low = f->accuracy[0];
    for (int b = 1; b < 3; b++)
        low = f->accuracy[b] < low ? f->accuracy[b] : low;
    return low;
}

void recipe_forced(const struct lstm *net, const struct corpus *c, enum grammar_part part, struct forced_unit *out)
{
    for (int l = 0; l < net->layers; l++)
        for (int u = 0; u < net->layer[l].hidden; u++, out++) {
            *out = (struct forced_unit){.layer = l, .unit = u};
            for (int back = 0; back < 3; back++)
                out->accuracy[back] = measure_forced_accuracy(net, c, part, l, u, back, 0);
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

static bool judge(struct judged *j, const struct lstm *net, const struct corpus *c, enum grammar_part part)
{
    *j = (struct judged){0};
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
        j->has_memory = isfinite(j->memory.unit[j->memory.carrier].right_mean);
        if (j->has_memory)
            return true;
        measure_memory_clear(&j->memory);         /* cue and answer are neighbours: nothing to remember */
    }
    for (int l = 0; l < net->layers; l++)
        j->units += net->layer[l].hidden;
    j->forced = xcalloc((size_t)j->units, sizeof *j->forced);
    recipe_forced(net, c, part, j->forced);
    rank_forced(j);
    return true;
}

static void judged_clear(struct judged *j)
{
    if (j->has_memory)
        measure_memory_clear(&j->memory);
    free(j->forced);
    *j = (struct judged){0};
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

/* Larger is better; -INFINITY: not to be kept. */
static double rating(const struct recipe *r, const struct judged *j)
{
    /* Accuracies that differ by less than half a percent count as equal, so that clearness decides among good ones. */
    double accuracy = isnan(j->score.accuracy) ? 0 : floor(j->score.accuracy * 200 + 0.5) / 200;
    switch (r->choice) {
    case CHOOSE_MEMORY:
        return j->has_memory && recipe_meets(&MEMORY_CRITERION, &j->score, &j->memory, NULL) ? contrast(&j->memory) : -INFINITY;
    case CHOOSE_CLEAR: return 100 * accuracy + gap(j);
    case CHOOSE_LOSS: break;
    }
    return -j->score.loss;
}

static const char *choice_text(const struct recipe *r)
{
    switch (r->choice) {
    case CHOOSE_MEMORY:
        return "on validation data: accuracy ≥ 0.99; with f of one unit forced to 0 at any one step between cue and answer, "
               "P(right) within 0.5 ± 0.12 (mean over documents, apart for every distance and gender), with f of any "
               "other ≥ 0.95; its f ≥ 0.95 between (5th percentile), ≤ 0.1 at a new subject of the other gender (mean); "
               "|correlation| of its C with the gender ≥ 0.95. Of the seeds that meet all this: the largest mean f of that "
               "unit less the mean f of the others";
    case CHOOSE_CLEAR:
        return "on validation data: the highest accuracy (to half a percent); among equals the unit whose closing costs "
               "most compared with closing any other";
    case CHOOSE_LOSS: break;
    }
    return "on validation data: the lowest loss";
}

/* Do the interventions support a name for the carrier? */
static bool deserves_name(const struct recipe *r, const struct judged *j)
{
    if (r->choice == CHOOSE_MEMORY)
        return j->has_memory && recipe_meets(&MEMORY_CRITERION, &j->score, &j->memory, NULL);
    if (j->has_memory) {
        const struct measure_memory *m = &j->memory;
        return m->unit[m->carrier].right_mean <= m->right - 0.3 &&
               (m->runner_up < 0 || m->unit[m->runner_up].right_lowest >= m->right - 0.1);
    }
    return forced_lowest(&j->forced[j->carrier]) <= j->score.accuracy - 0.25 &&
           (j->runner_up < 0 || forced_lowest(&j->forced[j->runner_up]) >= j->score.accuracy - 0.1);
}

/* ---- the report ---------------------------------------------------------------------------------------------------- */

/* Four decimals, or null: JSON has no NaN. */
static void add_number(struct str *s, const char *key, double v)
{
    if (isfinite(v))
        str_addf(s, "\"%s\": %.4f", key, v);
    else
        str_addf(s, "\"%s\": null", key);
}

static void add_score(struct str *s, const char *name, const struct measure_score *m)
{
    str_addf(s, "\"%s\": {", name);
    add_number(s, "accuracy", m->accuracy);
    str_addf(s, ", \"measured\": %ld, ", m->measured);
    add_number(s, "loss", m->loss);
    str_add(s, ", ");
    add_number(s, "perplexity", exp(m->loss));
    str_addf(s, ", \"targets\": %ld}", m->targets);
}

static void add_recipe(struct str *s, const struct recipe *r, const struct corpus *c, uint64_t seed, int tried, int updates)
{
    struct train_options o = recipe_options(r, seed);
    str_add(s, "{\n    \"corpus\": ");
    str_add_json(s, c->source);
    str_addf(s, ", \"corpus_seed\": %llu,\n    \"sequences\": {\"train\": %d, \"valid\": %d, \"test\": %d, \"novel\": %d},\n",
             (unsigned long long)c->seed, c->part[PART_TRAIN].sequences, c->part[PART_VALID].sequences,
             c->part[PART_TEST].sequences, c->part[PART_NOVEL].sequences);
    str_addf(s, "    \"layers\": %d, \"hidden\": %d, \"embed\": %d,\n", r->layers, r->hidden, r->embed);
    str_addf(s, "    \"updates\": %d, \"batch\": %d, \"rate\": %g, \"rate_floor\": %g, \"adam\": [%g, %g, %g], \"clip\": %g, "
                "\"decay\": %g,\n", updates, o.batch, o.rate, o.rate_floor, o.beta1, o.beta2, o.epsilon, o.clip, o.decay);
    str_addf(s, "    \"weight_of_measured_targets\": %g, \"recurrent_l1\": %g, \"write_cost\": %g, \"saturation\": %g, \"ramp\": [%g, %g],\n", c->heavy,
             o.recurrent_l1, o.write_cost, o.saturation, o.ramp_from, o.ramp_to);
    str_addf(s, "    \"kept\": \"%s\",\n    \"seed\": %llu", r->keep_best ? "the lowest validation loss on the way" : "the end",
             (unsigned long long)seed);
    if (tried > 0) {
        str_addf(s, ", \"seeds_tried\": %d,\n    \"chosen\": ", tried);
        str_add_json(s, choice_text(r));
    }
}

static void add_unit_memory(struct str *s, const struct measure_unit *u)
{
    str_addf(s, "      {\"layer\": %d, \"unit\": %d, ", u->layer + 1, u->unit + 1);
    const struct { const char *key; double v; } number[] = {
        {"right_mean", u->right_mean}, {"right_lowest", u->right_lowest}, {"right_highest", u->right_highest},
        {"f_between", u->hold}, {"f_between_5th_percentile", u->hold_low}, {"i_between", u->write},
        {"h_on_f", u->push_h}, {"x_on_f", u->push_x},
        {"f_left_after_change", u->change}, {"f_at_change", u->change_cue}, {"correlation", u->correlation},
    };
    for (size_t k = 0; k < sizeof number / sizeof *number; k++) {
        str_add(s, k ? ", " : "");
        add_number(s, number[k].key, number[k].v);
    }
    str_addc(s, '}');
}

static void add_unit_forced(struct str *s, const struct forced_unit *u)
{
    str_addf(s, "      {\"layer\": %d, \"unit\": %d, ", u->layer + 1, u->unit + 1);
    static const char *const key[] = {"accuracy_0_before", "accuracy_1_before", "accuracy_2_before"};
    for (int back = 0; back < 3; back++) {
        str_add(s, back ? ", " : "");
        add_number(s, key[back], u->accuracy[back]);
    }
    str_addc(s, '}');
}

static void add_interventions(struct str *s, const struct judged *j, const char *part)
{
    int n = j->has_memory ? j->memory.units : j->units;
    str_addf(s, "    \"interventions\": {\n      \"on\": \"%s\", \"what\": \"%s\",\n", part, j->has_memory ?
             "P(right answer) / P(all answers), with f of the unit forced to 0 at one step between cue and first answer" :
             "accuracy with f of the unit forced to 0 at the predicting step, one step before it or two steps before it");
    if (j->has_memory) {
        str_addf(s, "      \"spans\": %d, \"changes\": %d, ", j->memory.spans, j->memory.changes);
        add_number(s, "right_untouched", j->memory.right);
        str_add(s, ",\n");
    }
    str_add(s, n ? "      \"units\": [\n" : "      \"units\": []}");
    for (int k = 0; k < n; k++) {
        if (j->has_memory)
            add_unit_memory(s, &j->memory.unit[k]);
        else
            add_unit_forced(s, &j->forced[k]);
        str_add(s, k + 1 < n ? ",\n" : "]}");
    }
}

static void add_unit_label(struct str *s, int unit, const char *name)
{
    str_addf(s, "unit %d", unit + 1);
    if (name)
        str_addf(s, " (%s)", name);
}

/* Closing it costs enough to be told. */
static bool carries(const struct measure_memory *m, int k)
{
    return k == m->carrier || m->unit[k].right_lowest < m->right - 0.25;
}

static void add_closing(struct str *s, const struct measure_unit *u, const struct corpus *c, const char *name)
{
    add_unit_label(s, u->unit, name);
    str_addf(s, ": %.2f on average (", u->right_mean);
    for (int v = 0; v < c->values && v < MEASURE_VALUES; v++)
        if (isfinite(u->right_value[v]))
            str_addf(s, "%s %.2f, ", c->value[v], u->right_value[v]);
    str_addf(s, "%.2f to %.2f by value and distance)", u->right_lowest, u->right_highest);
}

static void add_found_memory(struct str *s, const struct measure_memory *m, const struct corpus *c, const char *name)
{
    const struct measure_unit *g = &m->unit[m->carrier];
    double others = INFINITY;
    str_addf(s, "Found by intervention on %d unseen places: P(right answer) among the possible ones is %.3f. What is left "
                "of it when the forget gate of one unit is forced to 0 at one step between cue and answer: ",
             m->spans, m->right);
    add_closing(s, g, c, name);
    for (int k = 0; k < m->units; k++) {
        if (k == m->carrier)
            continue;
        if (carries(m, k)) {
            str_add(s, "; ");
            add_closing(s, &m->unit[k], c, NULL);
        } else {
            others = m->unit[k].right_lowest < others ? m->unit[k].right_lowest : others;
        }
    }
    if (isfinite(others))
        str_addf(s, "; any other unit: at least %.3f", others);
    str_addf(s, ". f of unit %d is %.3f on average between cue and answer", g->unit + 1, g->hold);
    if (m->changes)
        str_addf(s, " and %.3f at the word that brings another value; %.3f of the old memory gets through such a change",
                 g->change_cue, g->change);
    str_addf(s, ". Before σ its forget gate is pushed %.2f by h_{t-1} and %.2f by the word, on average and without sign",
             g->push_h, g->push_x);
}

static void add_found_forced(struct str *s, const struct judged *j, const char *name)
{
    static const char *const when[] = {"at the predicting step", "one step before", "two steps before"};
    const struct forced_unit *g = &j->forced[j->carrier];
    str_addf(s, "Found by intervention on unseen places: accuracy is %.3f (%ld places). With the forget gate of ",
             j->score.accuracy, j->score.measured);
    add_unit_label(s, g->unit, name);
    str_add(s, " forced to 0 it is ");
    for (int back = 0; back < 3 && isfinite(g->accuracy[back]); back++)
        str_addf(s, "%s%.3f %s", back ? ", " : "", g->accuracy[back], when[back]);
    if (j->runner_up >= 0)
        str_addf(s, "; with any other unit's at least %.3f", forced_lowest(&j->forced[j->runner_up]));
    if (j->score.measured > MEASURE_PLACES)
        str_addf(s, " (the first %d places)", MEASURE_PLACES);
}

/* What was found, in words, for `about`. Units count from 1. */
static void add_found(struct str *s, const struct judged *j, const struct corpus *c, const char *name)
{
    if (!j->has_memory && !isfinite(j->forced[j->carrier].accuracy[0]))
        return;                                   /* nothing is measured in this corpus */
    str_add(s, *str_text(s) ? " " : "");
    if (j->has_memory)
        add_found_memory(s, &j->memory, c, name);
    else
        add_found_forced(s, j, name);
    str_add(s, name ? "." : ". No unit is named: the interventions do not support one name.");
}

static void add_metrics(struct str *s, const struct lstm *net, const struct corpus *c)
{
    static const char *const name[PART_COUNT] = {"train", "validation", "test", "novel"};
    bool any = false;
    str_add(s, ",\n    \"metrics\": {");
    for (int part = PART_VALID; part < PART_COUNT; part++) {
        struct measure_score m;
        if (!c->part[part].sequences || !measure_score(net, c, (enum grammar_part)part, &m))
            continue;
        str_add(s, any ? ",\n      " : "\n      ");
        add_score(s, name[part], &m);
        any = true;
    }
    str_add(s, "},\n");
}

/* Interventions are told of the part furthest from training that there is. */
static enum grammar_part judged_part(const struct corpus *c)
{
    return c->part[PART_TEST].sequences ? PART_TEST : c->part[PART_VALID].sequences ? PART_VALID : PART_TRAIN;
}

static struct model *blank_model(const struct corpus *c, const struct lstm *net, struct err *e)
{
    int *hidden = xcalloc((size_t)net->layers, sizeof *hidden);
    for (int l = 0; l < net->layers; l++)
        hidden[l] = net->layer[l].hidden;
    struct lstm_shape shape = {net->layers, net->vocab, net->embed, net->outputs, hidden, false};
    struct model *m = model_new(&shape, c->source, e);
    free(hidden);
    return m;
}

static struct vocab *copy_vocab(const struct vocab *v, struct err *e)
{
    return vocab_new(v->kind, (const char *const *)v->token, v->size, v->unknown >= 0 ? v->token[v->unknown] : NULL,
                     v->lowercase, NULL, NULL, e);
}

static void set_sequence(struct model *m, const struct corpus *c)
{
    m->sequence = (struct tokens){c->demo_n, xcalloc((size_t)c->demo_n, sizeof(char *)),
                                  xcalloc((size_t)c->demo_n, sizeof(int))};
    for (int k = 0; k < c->demo_n; k++) {
        m->sequence.id[k] = c->demo[k];
        m->sequence.text[k] = xstrdup(c->vocab->token[c->demo[k]]);
    }
}

struct model *recipe_model(const struct recipe *r, const struct corpus *c, struct lstm *net, uint64_t seed, int tried,
                           int updates, struct err *e)
{
    struct judged j = {0};
    struct model *m = net ? blank_model(c, net, e) : NULL;
    if (m && !(m->vocab = copy_vocab(c->vocab, e))) {
        model_free(m);
        m = NULL;
    }
    if (!m || !judge(&j, net, c, judged_part(c))) {
        err_set(e, c->source, NULL, "not enough memory for a network of %d × %d", r->layers, r->hidden);
        lstm_free(net);
        model_free(m);
        return NULL;
    }
    lstm_free(m->net);
    m->net = net;
    m->provenance = PROVENANCE_TRAINED;
    free(m->name);
    m->name = xstrdup(r->name);
    set_sequence(m, c);
    const char *name = r->unit_name && deserves_name(r, &j) ? r->unit_name : NULL;
    int layer = j.has_memory ? j.memory.unit[j.memory.carrier].layer : j.forced[j.carrier].layer;
    int unit = j.has_memory ? j.memory.unit[j.memory.carrier].unit : j.forced[j.carrier].unit;
    if (name)
        m->unit_name[layer][unit] = xstrdup(name);
    struct str about = {0}, training = {0};
    str_add(&about, *r->about ? r->about : c->about);
    add_found(&about, &j, c, name);
    free(m->about);
    m->about = str_take(&about);
    add_recipe(&training, r, c, seed, tried, updates);
    add_metrics(&training, net, c);
    add_interventions(&training, &j, judged_part(c) == PART_TEST ? "test" : judged_part(c) == PART_VALID ? "validation" : "train");
    str_addc(&training, '}');
    free(m->training);
    m->training = str_take(&training);
    judged_clear(&j);
    return m;
}

/* ---- the whole way ------------------------------------------------------------------------------------------------- */

/* One seed to its end. False when stopped. */
static bool train_seed(const struct recipe *r, const struct corpus *c, struct train *t, uint64_t seed,
                       recipe_progress *progress, void *context)
{
    struct train_text valid = corpus_text(c, PART_VALID);
    double best = INFINITY;
    train_restart(t, seed);
    while (train_run(t, train_epoch(t), NULL) > 0) {
        if (r->keep_best && valid.sequences) {
            struct train_score s;
            train_evaluate(t, &valid, &s);
            if (s.loss < best) {
                best = s.loss;
                train_keep(t);
            }
        }
        if (progress && progress(context, r, seed, train_done(t), train_total(t), NULL))
            return false;
    }
    train_back(t);
    return true;
}

struct model *recipe_run(const struct recipe *r, const struct corpus *c, recipe_progress *progress, void *context,
                         struct err *e)
{
    struct train_text text = corpus_text(c, PART_TRAIN);
    struct train *t = recipe_trainer(r, c, &text, 1);
    struct lstm *best = NULL;
    uint64_t best_seed = 0;
    double best_rating = -INFINITY;
    bool stopped = false;
    for (uint64_t seed = 1; t && !stopped && seed <= (uint64_t)r->seeds; seed++) {
        stopped = !train_seed(r, c, t, seed, progress, context);
        struct lstm *net = stopped || train_diverged(t) ? NULL : train_lstm(t);
        struct judged j = {0};
        if (net && judge(&j, net, c, c->part[PART_VALID].sequences ? PART_VALID : PART_TRAIN)) {
            stopped = progress && progress(context, r, seed, train_total(t), train_total(t), &j.score);
            if (rating(r, &j) > best_rating) {
                best_rating = rating(r, &j);
                best_seed = seed;
                struct lstm *old = best;
                best = net;
                net = old;
            }
        }
        judged_clear(&j);
        lstm_free(net);
    }
    if (!t)
        err_set(e, c->source, NULL, "not enough memory to train");
    else if (!best)
        err_set(e, c->source, NULL, stopped ? "stopped" : "none of %d seeds met the criterion of %s", r->seeds, r->name);
    struct model *m = best ? recipe_model(r, c, best, best_seed, r->seeds, r->updates, e) : NULL;
    train_free(t);
    return m;
}
