/* findings.c: see findings.h. Numbers for `training` first, then the same in words. */
#include "learn/findings.h"

#include <math.h>

/* Four decimals, or null: JSON has no NaN. */
static void add_number(struct str *s, const char *key, double v)
{
    if (isfinite(v))
        str_addf(s, "\"%s\": %.4f", key, v);
    else
        str_addf(s, "\"%s\": null", key);
}

static void add_score(struct str *s, const char *name, const struct measure_score *m, const struct corpus *c,
                      double spread)
{
    str_addf(s, "\"%s\": {", name);
    if (c->goal == GOAL_NUMBER) {
        str_addf(s, "\"mean_square\": %.6f, \"of_always_the_mean\": %.6f, \"always\": %.6f, ", m->loss, spread,
                 c->mean);
        add_number(s, "explained", m->accuracy);
        str_addf(s, ", \"targets\": %ld}", m->targets);
        return;
    }
    add_number(s, "accuracy", m->accuracy);
    str_addf(s, ", \"measured\": %ld, ", m->measured);
    add_number(s, "loss", m->loss);
    str_add(s, ", ");
    add_number(s, "perplexity", exp(m->loss));
    str_addf(s, ", \"targets\": %ld}", m->targets);
}

/* Where the corpus names a pair: how one unit was made to carry it. */
static void add_imposed(struct str *s, const struct train_options *o, const struct vocab *v, const int *pair)
{
    str_add(s, "    \"one_reader\": {\"of\": [");
    str_add_json(s, v->token[pair[0]]);
    str_add(s, ", ");
    str_add_json(s, v->token[pair[1]]);
    str_addf(s,
             "], \"price\": %g, \"scale\": %g, \"from\": %g},\n    \"forgetting_noise\": {\"probability\": %g, "
             "\"from\": %g, "
             "\"full_at\": %g, \"spared\": \"the unit that is read\"},\n",
             o->reader_price, o->reader_scale, o->ramp_to, o->noise, o->ramp_to, o->noise_to);
}

static void add_recipe(struct str *s, const struct finding *f)
{
    const struct recipe *r = f->recipe;
    const struct corpus *c = f->corpus;
    const struct train_options o = f->options;
    str_add(s, "{\n    \"corpus\": ");
    str_add_json(s, c->source);
    str_addf(
        s,
        ", \"corpus_seed\": %llu,\n    \"sequences\": {\"train\": %d, \"valid\": %d, \"test\": %d, \"novel\": %d},\n",
        (unsigned long long)c->seed, c->part[PART_TRAIN].sequences, c->part[PART_VALID].sequences,
        c->part[PART_TEST].sequences, c->part[PART_NOVEL].sequences);
    if (o.dropout > 0)
        str_addf(s, "    \"dropout\": %g,\n", o.dropout);
    if (r->weights_from) {
        str_add(s, "    \"weights_from\": ");
        str_add_json(s, r->weights_from);
        str_add(s, ",\n");
    }
    if (!c->drawn)
        str_addf(s, "    \"lines\": %ld, \"different\": %ld,\n", c->lines, c->lines - c->repeated);
    str_addf(s, "    \"layers\": %d, \"hidden\": %d, \"embed\": %d,\n", r->layers, r->hidden, r->embed);
    str_addf(
        s,
        "    \"updates\": %d, \"batch\": %d, \"rate\": %g, \"rate_floor\": %g, \"adam\": [%g, %g, %g], \"clip\": %g, "
        "\"decay\": %g,\n",
        f->updates, o.batch, o.rate, o.rate_floor, o.beta1, o.beta2, o.epsilon, o.clip, o.decay);
    str_addf(s,
             "    \"weight_of_measured_targets\": %g, \"recurrent_l1\": %g, \"write_cost\": %g, \"saturation\": %g, ",
             c->heavy, o.recurrent_l1, o.write_cost, o.saturation);
    if (o.variant == TRAIN_STILL)
        str_addf(s, "\"still_gates\": \"f 0, i 1, o 1\", ");
    else if (o.variant)
        str_addf(s, "\"variant\": \"%s: %s\", ", train_variant_name(o.variant), train_variant_about(o.variant));
    if (o.forget_bias != train_defaults().forget_bias)
        str_addf(s, "\"forget_bias\": %g, ", o.forget_bias);
    if (o.keep_or_write > 0)
        str_addf(s, "\"keep_or_write\": %g, ", o.keep_or_write);
    str_addf(s, "\"ramp\": [%g, %g],\n", o.ramp_from, o.ramp_to);
    if (o.one_reader && c->pair[0] >= 0)
        add_imposed(s, &o, c->vocab, c->pair);
    str_addf(s, "    \"kept\": \"%s\",\n    \"seed\": %llu", !r->keep_best ? "the end" :
             corpus_held_out(c) ? "the lowest validation loss on the way" : "the lowest training loss on the way",
             (unsigned long long)f->seed);
    if (f->tried > 0) {
        str_addf(s, ", \"seeds_tried\": %d,\n    \"chosen\": ", f->tried);
        str_add_json(s, judge_choice(r));
    }
}

static void add_unit_memory(struct str *s, const struct measure_unit *u)
{
    str_addf(s, "      {\"layer\": %d, \"unit\": %d, ", u->layer + 1, u->unit + 1);
    const struct { const char *key; double v; } number[] = {
        {"right_mean", u->right_mean}, {"right_lowest", u->right_lowest}, {"right_highest", u->right_highest},
        {"single_lowest", u->single_lowest}, {"single_highest", u->single_highest},
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

/* What the carrier does at subjects. */
static void add_subjects(struct str *s, const struct judged *j)
{
    const struct measure_subjects *m = &j->subjects;
    const struct { const char *key; double v; } number[] = {
        {"right_1st_percentile", j->memory.right_low},
        {"closing_it_gives_0.35_to_0.65", j->memory.unit[j->memory.carrier].in_band},
        {"closing_others_leaves_0.9", j->memory.others_kept}, {"C_left_median", m->left}, {"C_left_0.7", m->left_most},
        {"f_at_subjects", m->f_subject}, {"h_on_f_at_subjects", m->h_subject}, {"x_on_f_at_subjects", m->x_subject},
        {"f_elsewhere", m->f_elsewhere}, {"h_on_f_elsewhere", m->h_elsewhere}, {"x_on_f_elsewhere", m->x_elsewhere},
        {"f_turns_without_h_at_subjects", m->flips_subject}, {"f_turns_without_h_elsewhere", m->flips_elsewhere},
        {"accuracy_with_attractors", m->attractors_right}, {"answer_turns_without_h", m->attractors_flip},
        {"right_with_f_1_at_new_subject", m->opened_right},
    };
    str_addf(
        s,
        "      \"subjects\": {\"changes\": %d, \"subjects\": %d, \"elsewhere\": %d, \"attractors\": %d, \"opened\": %d",
        m->changes, m->subjects, m->elsewhere, m->attractors, m->opened);
    for (size_t k = 0; k < sizeof number / sizeof *number; k++) {
        str_add(s, k % 3 ? ", " : ",\n        ");
        add_number(s, number[k].key, number[k].v);
    }
    str_add(s, "},\n");
}

static const char *const PART_NAME[PART_COUNT] = {"train", "validation", "test", "novel"};

static void add_interventions(struct str *s, const struct finding *f)
{
    const struct judged *j = f->judged;
    int n = j->has_memory ? j->memory.units : j->units;
    str_addf(
        s, "    \"interventions\": {\n      \"on\": \"%s\", \"what\": \"%s\",\n", PART_NAME[f->part],
        j->has_memory
            ? "P(right answer) / P(all answers), with f of the unit forced to 0 at one step between cue and first "
              "answer"
        : f->corpus->goal == GOAL_NUMBER
            ? "1 - mean square missing / that of always saying the mean, with f of the unit forced to 0 at the step "
              "where a number is wanted, one step before it or two steps before it"
            : "accuracy with f of the unit forced to 0 at the predicting step, one step before it or two steps before "
              "it");
    if (j->has_memory) {
        str_addf(s, "      \"spans\": %d, \"changes\": %d, ", j->memory.spans, j->memory.changes);
        add_number(s, "right_untouched", j->memory.right);
        str_add(s, ",\n");
    }
    if (j->has_subjects)
        add_subjects(s, j);
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

static void add_places(struct str *s, const struct finding *f, const char *of, long n)
{
    if (f->part == PART_TRAIN)
        str_addf(s, "Found by intervention on %ld %s of the training text itself, for no line was held out: ", n, of);
    else
        str_addf(s, "Found by intervention on %ld unseen %s: ", n, of);
}

static void add_closing(struct str *s, const struct measure_unit *u, const struct corpus *c, const char *name)
{
    add_unit_label(s, u->unit, name);
    str_addf(s, ": %.2f on average (", u->right_mean);
    for (int v = 0; v < c->values && v < MEASURE_VALUES; v++)
        if (isfinite(u->right_value[v]))
            str_addf(s, "%s %.2f, ", c->value[v], u->right_value[v]);
    str_addf(s, "%.2f to %.2f in single sentences)", u->single_lowest, u->single_highest);
}

static void add_found_memory(struct str *s, const struct finding *f)
{
    const struct measure_memory *m = &f->judged->memory;
    const struct measure_unit *g = &m->unit[m->carrier];
    double others = INFINITY, single = INFINITY;
    add_places(s, f, "places", m->spans);
    str_addf(s,
             "P(right answer) among the possible ones is %.3f. What is left of it when the forget gate of one unit is "
             "forced to "
             "0 at one step between cue and answer: ",
             m->right);
    add_closing(s, g, f->corpus, f->name);
    for (int k = 0; k < m->units; k++) {
        const struct measure_unit *u = &m->unit[k];
        if (k == m->carrier)
            continue;
        if (carries(m, k)) {
            str_add(s, "; ");
            add_closing(s, u, f->corpus, NULL);
        } else {
            others = u->right_mean < others ? u->right_mean : others;
            single = u->single_lowest < single ? u->single_lowest : single;
        }
    }
    if (isfinite(others))
        str_addf(s, "; any other unit: at least %.3f on average, %.3f in single sentences", others, single);
    str_addf(s, ". f of unit %d is %.3f on average between cue and answer", g->unit + 1, g->hold);
    if (m->changes)
        str_addf(s,
                 " and %.3f at the word that brings another value; from one answer to that word %.3f of the old memory "
                 "is left "
                 "on average",
                 g->change_cue, g->change);
    str_addf(s,
             ". Before σ its forget gate is pushed %.2f by h_{t-1} and %.2f by the word, on average and without sign",
             g->push_h, g->push_x);
}

/* A number of percent that promises no more than was counted. */
static void add_share(struct str *s, double share)
{
    str_addf(s, "%.1f %%", floor(1000 * share + 1e-9) / 10);
}

static void add_found_subjects(struct str *s, const struct finding *f)
{
    const struct measure_memory *m = &f->judged->memory;
    const struct measure_subjects *q = &f->judged->subjects;
    const struct measure_unit *g = &m->unit[m->carrier],
                              *other = &m->unit[m->runner_up < 0 ? m->carrier : m->runner_up];
    const char *a = f->corpus->vocab->token[f->corpus->pair[0]], *b = f->corpus->vocab->token[f->corpus->pair[1]];
    for (int k = 0; k < m->units; k++)
        if (k != m->carrier && m->unit[k].single_lowest < other->single_lowest)
            other = &m->unit[k];
    add_places(s, f, "single sentences", m->spans);
    str_addf(s, "of %s and %s the right one gets %.3f on average (%.3f or more in 99 of 100). With f of ", a, b,
             m->right, m->right_low);
    add_unit_label(s, g->unit, f->name);
    str_addf(s,
             " forced to 0 at any one step between subject and answer it gets %.2f on average, %.2f to %.2f in single "
             "sentences, and "
             "0.35 to 0.65 in ",
             g->right_mean, g->single_lowest, g->single_highest);
    add_share(s, g->in_band);
    str_add(s, " of them; with any other it keeps at least 0.9 in ");
    add_share(s, m->others_kept);
    str_addf(s,
             " (lowest: %.2f, unit %d). It forgets at the new subject, not at the full stop: right before a subject of "
             "another "
             "kind at least 70 %% of its |C| is still there in ",
             other->single_lowest, other->unit + 1);
    add_share(s, q->left_most);
    str_addf(s,
             " of %d. h_{t-1} decides with the word: where a word is a subject that could also be something else, f is "
             "%.2f, "
             "pushed %.2f by h_{t-1} and %.2f by the word (before σ, on average, without sign); elsewhere at such "
             "words f is %.2f. "
             "With a noun of the other gender between, ",
             q->changes, q->f_subject, q->h_subject, q->x_subject, q->f_elsewhere);
    add_share(s, q->attractors_right);
    str_addf(s,
             " of %d sentences are right. Its limits: with f = 1 at the new subject the right one gets %.2f, so the "
             "network is "
             "neither sure nor back with the old; without W_h·h f crosses 0.5 at %.0f %% of those subjects, but at "
             "the nouns "
             "between the answer turns in only %.0f %% of the sentences",
             q->attractors, q->opened_right, 100 * q->flips_subject, 100 * q->attractors_flip);
}

static void add_found_forced(struct str *s, const struct finding *f)
{
    static const char *const when[] = {"at the predicting step", "one step before", "two steps before"};
    const struct judged *j = f->judged;
    const struct forced_unit *g = &j->forced[j->carrier];
    long places = j->score.measured > MEASURE_PLACES ? MEASURE_PLACES : j->score.measured;
    add_places(s, f, "places", places);
    if (f->corpus->goal == GOAL_NUMBER)
        str_addf(s,
                 "what is said misses what is wanted by %.5f on average over the square (always saying %.3f: %.4f), so "
                 "that %.4f of its spread is explained. With the forget gate of ",
                 j->score.loss, f->corpus->mean, f->corpus->spread[f->part], j->score.accuracy);
    else
        str_addf(s, "accuracy is %.3f. With the forget gate of ", j->score.accuracy);
    add_unit_label(s, g->unit, f->name);
    str_add(s, " forced to 0 it is ");
    for (int back = 0; back < 3 && isfinite(g->accuracy[back]); back++)
        str_addf(s, "%s%.3f %s", back ? ", " : "", g->accuracy[back], when[back]);
    if (j->runner_up >= 0)
        str_addf(s, "; with any other unit's at least %.3f", forced_lowest(&j->forced[j->runner_up]));
}

/* Without gates there is none to close: what it answers, and how much of that its subject moves. */
static void add_found_still(struct str *s, const struct finding *f)
{
    const struct judged *j = f->judged;
    str_addf(s, "On %ld %s places the right one of its rivals is the likeliest in ", j->score.measured,
             f->part == PART_TRAIN ? "trained" : "unseen");
    add_share(s, j->score.accuracy);
    double far = measure_gradient(f->net, f->corpus, f->part);
    if (isfinite(far))
        str_addf(s, "; what moves such an answer is, right after the subject, %.4f of what it is at the answer itself "
                 "(the gradient, median over single sentences)", far);
    str_add(s, ". Its gates stand still, so there is none to close and no unit has a name.");
}

/* Where the corpus counts: how far beyond what it was trained on. */
static void add_found_count(struct str *s, const struct finding *f)
{
    int n = measure_count(f->net, f->corpus, MEASURE_COUNT_MOST), low, high;
    if (n < 0)
        return;
    grammar_counts(f->corpus->counted, PART_TRAIN, &low, &high);
    str_addf(s, "Trained on counts from %d to %d, it tells every symbol that is determined by those before it for all "
             "counts up to %d", low, high, n);
    str_add(s, n < MEASURE_COUNT_MOST ? ". " : " (none larger was tried). ");
}

/* May the unit have a name, and has it one? */
static void add_naming(struct str *s, const struct finding *f)
{
    int layer, unit;
    judge_carrier(f->judged, &layer, &unit);
    if (!judge_names(f->recipe, f->judged))
        str_add(s, f->name ? ". The name was given by hand: the interventions do not support one name."
                           : ". No unit is named: the interventions do not support one name.");
    else if (!f->name)
        str_addf(s, ". The interventions would support a name for unit %d (--unit-name, :name).", unit + 1);
    else
        str_addc(s, '.');
}

void findings_about(struct str *s, const struct finding *f)
{
    const struct judged *j = f->judged;
    if (!j->has_memory && !isfinite(j->forced[j->carrier].accuracy[0]))
        return;                                   /* nothing is measured in this corpus */
    str_add(s, *str_text(s) ? " " : "");
    if (f->recipe->variant == TRAIN_STILL) {
        add_found_still(s, f);
        return;
    }
    add_found_count(s, f);
    if (j->has_subjects)
        add_found_subjects(s, f);
    else if (j->has_memory)
        add_found_memory(s, f);
    else
        add_found_forced(s, f);
    add_naming(s, f);
}

static void add_metrics(struct str *s, const struct lstm *net, const struct corpus *c)
{
    bool any = false, held = c->part[PART_VALID].sequences || c->part[PART_TEST].sequences;
    str_add(s, ",\n    \"metrics\": {");
    for (int part = held ? PART_VALID : PART_TRAIN; part < PART_COUNT; part++) {
        struct measure_score m;
        if (!c->part[part].sequences || !measure_score(net, c, (enum grammar_part)part, &m))
            continue;
        str_add(s, any ? ",\n      " : "\n      ");
        add_score(s, PART_NAME[part], &m, c, c->spread[part]);
        any = true;
    }
    str_add(s, "},\n");
}

enum grammar_part findings_part(const struct corpus *c)
{
    return c->part[PART_TEST].sequences ? PART_TEST : c->part[PART_VALID].sequences ? PART_VALID : PART_TRAIN;
}

void findings_training(struct str *s, const struct finding *f)
{
    add_recipe(s, f);
    add_metrics(s, f->net, f->corpus);
    if (f->recipe->variant == TRAIN_STILL) {
        str_add(s, "    ");
        add_number(s, "gradient_at_subject", measure_gradient(f->net, f->corpus, f->part));
        str_add(s, ",\n");
    }
    if (f->corpus->counted)
        str_addf(s, "    \"counts_right_up_to\": %d,\n", measure_count(f->net, f->corpus, MEASURE_COUNT_MOST));
    add_interventions(s, f);
    str_addc(s, '}');
}
