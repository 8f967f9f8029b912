/* The shipped models: does what their files claim hold for their bytes? Everything is measured anew, on sentences that
 * were held out of training, by the engine that draws the screen. */
#include "learn/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/builtin.h"
#include "base/mem.h"
#include "import/import.h"

static struct model *shipped(const char *name)
{
    struct err e = {""};
    struct model *m = model_builtin(name, &e);
    if (!m)
        fail_msg("%s", e.text);
    return m;
}

static struct corpus *corpus_of(const struct recipe *r)
{
    struct err e = {""};
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(r->corpus, "."), r->corpus);
    struct corpus *c = corpus_builtin(name, r->tokens, r->corpus_seed, &e);
    if (!c)
        fail_msg("%s", e.text);
    return c;
}

/* The unit with that name, or -1; all models here have one layer. */
static int named(const struct model *m, const char *name)
{
    for (int u = 0; u < lstm_top(m->net); u++)
        if (m->unit_name[0][u] && strcmp(m->unit_name[0][u], name) == 0)
            return u;
    return -1;
}

static int names(const struct model *m)
{
    int n = 0;
    for (int u = 0; u < lstm_top(m->net); u++)
        n += m->unit_name[0][u] != NULL;
    return n;
}

/* ---- the default model's criterion ------------------------------------------------------------------------------- */

/* Stated in full: over the 400 test documents, none of which was trained on,
 *   - the possessive that comes is likelier than the other one at ≥ 99 % of the places where one comes; the same
 * over 300
 *     documents that hold "came out and played", which no training document does;
 *   - for every place where the first possessive after a subject comes, every step s between the subject and it (the
 * step
 *     that predicts it included) and every unit: with f of that unit forced to 0 at s alone, P(right) / (P(her) +
 * P(his)).
 *     Its mean over documents, for each gender and each distance (0, 1, … 5 and more steps before the possessive) by
 * itself,
 *     is within 0.5 ± 0.12 for the unit named "gender" and ≥ 0.95 for every other;
 *   - f of "gender" at those steps is ≥ 0.95 at its 5th percentile, and ≤ 0.1 on average at the word that brings a
 * subject of
 *     the other gender. */
static void closing_gender_and_nothing_else_forgets_the_pronoun(void **state)
{
    (void)state;
    struct model *m = shipped("gender");
    struct corpus *c = corpus_of(recipe_find("gender"));
    struct measure_score score, novel;
    struct measure_memory memory;
    assert_true(measure_score(m->net, c, PART_TEST, &score));
    assert_true(measure_score(m->net, c, PART_NOVEL, &novel));
    assert_true(measure_memory(m->net, c, PART_TEST, &memory));
    int g = named(m, "gender"), checked = 0;
    assert_int_equal(names(m), 1);
    assert_true(g >= 0);
    printf("  pronoun accuracy %.4f of %ld, novel %.4f of %ld; P(right) untouched %.4f\n", score.accuracy,
           score.measured, novel.accuracy, novel.measured, memory.right);
    assert_true(score.accuracy >= 0.99 && score.measured > 400);
    assert_true(novel.accuracy >= 0.99 && novel.measured >= 300);
    for (int u = 0; u < memory.units; u++) {
        const struct measure_unit *unit = &memory.unit[u];
        printf(
            "  unit %d%s: P(right) with f = 0: %.3f … %.3f; f between %.3f (5th percentile %.3f), at a change %.3f\n",
            u + 1, u == g ? " gender" : "", unit->right_lowest, unit->right_highest, unit->hold, unit->hold_low,
            unit->change_cue);
        for (int v = 0; v < 2; v++)
            for (int d = 0; d < MEASURE_DISTANCES; d++) {
                if (u == g)
                    assert_true(fabs(unit->right[v][d] - 0.5) <= 0.12);
                else
                    assert_true(unit->right[v][d] >= 0.95);
                checked++;
            }
    }
    assert_int_equal(checked, 8 * 2 * MEASURE_DISTANCES);
    assert_true(memory.unit[g].hold >= 0.95 && memory.unit[g].hold_low >= 0.95);
    assert_true(memory.changes >= 50);
    assert_true(memory.unit[g].change_cue <= 0.1);
    for (int u = 0; u < memory.units; u++)                   /* and sentence by sentence, not only on average */
        assert_true(u == g ? memory.unit[u].single_lowest >= 0.25 && memory.unit[u].single_highest <= 0.75
                           : memory.unit[u].single_lowest >= 0.99);
    measure_memory_clear(&memory);
    corpus_free(c);
    model_free(m);
}

static int *ids_of(const struct model *m, const char *text, int *n)
{
    struct tokens t;
    struct err e = {""};
    if (!vocab_tokenise(m->vocab, text, "test", &t, &e))
        fail_msg("%s", e.text);
    int *id = xcalloc((size_t)t.n, sizeof *id);
    memcpy(id, t.id, (size_t)t.n * sizeof *id);
    *n = t.n;
    tokens_clear(&t);
    return id;
}

static float value_at(const struct model *m, const int *id, int n, enum quantity q, int step, int unit)
{
    const float **x = xcalloc((size_t)n, sizeof *x);
    for (int k = 0; k < n; k++)
        x[k] = m->net->embedding + (size_t)id[k] * (size_t)m->net->embed;
    struct trace *tr = trace_new(m->net, n);
    lstm_run(m->net, x, 0, NULL, 0, tr);
    float v = trace_row(tr, 0, q, step)[unit];
    trace_free(tr);
    free(x);
    return v;
}

static void the_demo_sentence_shows_it_at_every_single_step(void **state)
{
    (void)state;
    struct model *m = shipped("gender");
    struct corpus *c = corpus_of(recipe_find("gender"));
    int n, g = named(m, "gender");
    int *id = ids_of(m, "She came out and played with her dog. He fed his cat.", &n);
    enum { HER = 6, HE = 9, HIS = 11 };
    printf("  f = 0 at     gender  worst other\n");
    for (int step = 2; step <= HER; step++) {
        double worst = 1, closed = measure_right(m->net, c->rival, id,
                                                   HER, &(struct measure_forcing){0, g, step, step, 0});
        for (int u = 0; u < lstm_top(m->net); u++) {
            double right = u == g ? 1 : measure_right(m->net, c->rival, id, HER,
                                                    &(struct measure_forcing){0, u, step, step, 0});
            worst = right < worst ? right : worst;
        }
        printf("  %-12s %.3f   %.3f\n", m->vocab->token[id[step - 1]], closed, worst);
        assert_true(fabs(closed - 0.5) <= 0.12);
        assert_true(worst >= 0.95);
        assert_true(value_at(m, id, n, Q_F, step, g) >= 0.95f);
    }
    assert_true(value_at(m, id, n, Q_F, HE + 1, g) <= 0.1f);
    assert_true(value_at(m, id, n, Q_C, HER, g) * value_at(m, id, n, Q_C, HIS, g) < 0);
    assert_true(measure_right(m->net, c->rival, id, HER, &(struct measure_forcing){0, g, 1, 0, 0}) >= 0.99);
    assert_true(measure_right(m->net, c->rival, id, HIS, &(struct measure_forcing){0, g, 1, 0, 0}) >= 0.99);
    free(id);
    corpus_free(c);
    model_free(m);
}

/* ---- every model ------------------------------------------------------------------------------------------------- */

static double number_at(const struct json_at *top, const char *a, const char *b, const char *key)
{
    struct json_at x = *top, y;
    struct err e = {""};
    double v = NAN;
    const char *path[] = {a, b, key};
    for (int k = 0; k < 3; k++)
        if (path[k]) {
            if (!json_need(&x, path[k], &y, &e))
                fail_msg("%s", e.text);
            x = y;
        }
    if (json_kind(&x) == JSON_NUMBER)
        json_number(&x, &v, &e);
    return v;
}

static void the_figures_in_every_file_are_those_of_its_bytes(void **state)
{
    (void)state;
    for (int k = 0; k < recipe_count; k++) {
        const struct recipe *r = &recipes[k];
        struct model *m = shipped(r->name);
        struct corpus *c = corpus_of(r);
        struct err e = {""};
        struct measure_score s;
        assert_non_null(m->training);
        struct json *j = json_parse_copy(m->training, strlen(m->training), r->name, &e);
        assert_non_null(j);
        struct json_at top = json_top(j);
        assert_true(measure_score(m->net, c, PART_TEST, &s));
        bool number = c->goal == GOAL_NUMBER;
        double accuracy = number_at(&top, "metrics", "test", number ? "explained" : "accuracy"),
               loss = number_at(&top, "metrics", "test", number ? "mean_square" : "loss");
        printf("  %-15s held-out accuracy %.4f of %ld, perplexity %.3f\n", r->name, s.accuracy, s.measured,
               exp(s.loss));
        assert_true(fabs(accuracy - s.accuracy) < 0.002);
        assert_true(fabs(loss - s.loss) < 1e-3);
        assert_true((uint64_t)number_at(&top, NULL, NULL, "seed") == r->seed);
        assert_true((int)number_at(&top, NULL, NULL, "seeds_tried") == r->seeds);
        assert_true((int)number_at(&top, NULL, NULL, "updates") == r->updates);
        assert_int_equal(m->net->layers, r->layers);
        assert_int_equal(lstm_top(m->net), r->hidden);
        assert_int_equal(m->net->embed, r->embed);
        assert_int_equal(m->net->vocab > 0, !number);
        assert_int_equal(m->provenance, PROVENANCE_TRAINED);
        assert_true(m->sequence.n >= 4 || m->input_steps >= 4);
        assert_non_null(strstr(m->about, r->variant == TRAIN_STILL ? "Its gates stand still"
                                                                 : "Found by intervention"));
        json_free(j);
        corpus_free(c);
        model_free(m);
    }
}

/* The same text, but for blanks, and for numbers that another processor may round otherwise: by two units of the
 * last digit. */
static bool same_claims(const char *a, const char *b)
{
    while (*a && *b) {
        char *end_a, *end_b;
        if (*a == ' ' || *a == '\n' || *b == ' ' || *b == '\n') {
            a += *a == ' ' || *a == '\n';
            b += *b == ' ' || *b == '\n';
            continue;
        }
        if ((*a < '0' || *a > '9') && *a == *b) {
            a++, b++;
            continue;
        }
        double x = strtod(a, &end_a), y = strtod(b, &end_b);
        const char *dot = memchr(a, '.', (size_t)(end_a - a));
        double unit = dot ? pow(10, -(double)(end_a - dot - 1)) : 1;
        if (end_a == a || end_b == b || fabs(x - y) > 2.001 * unit)
            return false;
        a = end_a;
        b = end_b;
    }
    return *a == *b;
}

/* `about` and `training` of every file, written anew from the shipped bytes. */
static void every_claim_in_a_file_is_what_its_bytes_measure(void **state)
{
    (void)state;
    for (int k = 0; k < recipe_count; k++) {
        const struct recipe *r = &recipes[k];
        struct model *m = shipped(r->name);
        struct corpus *c = corpus_of(r);
        struct err e = {""};
        struct model *again = recipe_model(r, c, lstm_copy(m->net),
                                           (struct recipe_way){r->seed, r->seeds, r->updates}, &e);
        assert_non_null(again);
        if (!same_claims(m->about, again->about))
            fail_msg("%s: the file says\n%s\nits bytes say\n%s", r->name, m->about, again->about);
        if (!same_claims(m->training, again->training))
            fail_msg("%s: the file says\n%s\nits bytes say\n%s", r->name, m->training, again->training);
        model_free(again);
        corpus_free(c);
        model_free(m);
    }
}

static void every_shipped_file_stays_small(void **state)
{
    (void)state;
    for (int k = 0; k < recipe_count; k++) {
        char path[64];
        snprintf(path, sizeof path, "data/models/%s.json", recipes[k].name);
        const struct builtin *b = builtin_find(path);
        assert_non_null(b);
        assert_true(b->len < 200 * 1024);
    }
}

/* A scenario names a shipped model by the name it gives itself, and that is what opens it. */
static void every_shipped_model_is_called_as_its_file(void **state)
{
    (void)state;
    static const char models[] = "data/models/";
    int n = 0;
    for (size_t k = 0; k < builtin_count; k++) {
        struct err e = {{0}};
        if (strncmp(builtins[k].path, models, strlen(models)) != 0)
            continue;
        struct model *m = model_load(builtins[k].path, &(struct model_options){.tokenizer = -1}, &e);
        assert_non_null(m);
        const char *file = builtins[k].path + strlen(models);
        if (strncmp(file, m->name, strlen(m->name)) != 0 || strcmp(file + strlen(m->name), ".json") != 0)
            fail_msg("%s calls itself %s", builtins[k].path, m->name);
        model_free(m);
        n++;
    }
    assert_true(n >= recipe_count);
}

/* A name is a claim: closing the named unit's forget gate costs the answer, closing any other does not. */
static void a_unit_is_named_only_where_closing_it_and_no_other_costs_the_answer(void **state)
{
    (void)state;
    int total = 0;
    for (int k = 0; k < recipe_count; k++) {
        struct model *m = shipped(recipes[k].name);
        struct corpus *c = corpus_of(&recipes[k]);
        int u = recipes[k].unit_name ? named(m, recipes[k].unit_name) : -1;
        assert_int_equal(names(m), u >= 0);
        total += u >= 0;
        if (u >= 0 && c->part[PART_TEST].spans) {
            struct measure_memory memory;
            assert_true(measure_memory(m->net, c, PART_TEST, &memory));
            for (int w = 0; w < memory.units; w++)
                assert_true(w == u ? memory.unit[w].right_mean <= memory.right - 0.3
                                   : memory.unit[w].right_lowest >= memory.right - 0.1);
            measure_memory_clear(&memory);
        } else if (u >= 0) {
            for (int w = 0; w < lstm_top(m->net); w++) {
                double worst = 1;
                for (int back = 0; back < 3; back++) {
                    double a = measure_forgotten(m->net, c, PART_TEST, 0, w, back);
                    worst = a < worst ? a : worst;
                }
                assert_true(w == u ? worst <= 0.75 : worst >= 0.9);
            }
        }
        corpus_free(c);
        model_free(m);
    }
    assert_true(total >= 3);
}

static double accuracy_on(const char *name, enum grammar_part part)
{
    struct model *m = shipped(name);
    struct corpus *c = corpus_of(recipe_find(name));
    struct measure_score s;
    assert_true(measure_score(m->net, c, part, &s));
    corpus_free(c);
    model_free(m);
    return s.accuracy;
}

static void the_gallery_has_learnt_what_it_shows(void **state)
{
    (void)state;
    static const char *const names_of[] = {"person", "lesson-trained", "counter",   "brackets",
                                           "recall", "question",       "agreement", "order"};
    for (size_t k = 0; k < sizeof names_of / sizeof *names_of; k++)
        assert_true(accuracy_on(names_of[k], PART_TEST) >= 0.99);
    assert_true(accuracy_on("adding", PART_TEST) >= 0.99);        /* of the spread */
    assert_true(accuracy_on("counter", PART_NOVEL) >= 0.99);      /* runs of seven, never trained on */
    /* A character in 27: chance would be 4 %, the most frequent one 19 %. */
    assert_true(accuracy_on("prose", PART_TEST) >= 0.45);
}

/* The finding of Linzen, Dupoux and Goldberg, on a small grammar: right also where a noun of the other number is the
 * last one before the verb, because one unit holds the subject's number over it. */
static void the_verb_agrees_with_its_subject_over_nouns_of_the_other_number(void **state)
{
    (void)state;
    struct model *m = shipped("agreement");
    struct corpus *c = corpus_of(recipe_find("agreement"));
    const struct corpus_part *p = &c->part[PART_TEST];
    static const char *const plural[] = {"keys", "dogs", "boys", "girls", "houses", "cars"};
    int u = named(m, "number"), right = 0, n = 0;
    double held = 0;
    assert_true(u >= 0);
    for (int k = 0; k < p->spans; k++) {
        const struct corpus_span *s = &p->span[k];
        const int *id = p->id + p->start[s->sequence];
        bool last_is_plural = false;
        for (int w = 0; w < 6; w++)
            last_is_plural = last_is_plural || strcmp(c->vocab->token[id[s->target - 1]], plural[w]) == 0;
        if (last_is_plural == (s->value == 1))
            continue;
        right += measure_right(m->net, c->rival, id, s->target, &(struct measure_forcing){0, u, 1, 0, 0}) > 0.5;
        for (int step = s->cue + 2; step <= s->target; step++)
            held += (double)value_at(m, id, s->target, Q_F, step, u) / (s->target - s->cue - 1);
        n++;
    }
    printf("  %d of %d verbs right behind a noun of the other number; f of number there %.3f\n", right, n, held / n);
    assert_true(n >= 100 && right >= 0.99 * n && held / n >= 0.95);
    corpus_free(c);
    model_free(m);
}

/* The finding of Hochreiter and Schmidhuber, 6a: the order of two marks is told a dozen symbols later, and what is
 * forgotten on the way is lost. */
static void the_order_of_two_marks_is_told_at_the_end(void **state)
{
    (void)state;
    struct model *m = shipped("order");
    struct corpus *c = corpus_of(recipe_find("order"));
    const struct corpus_part *p = &c->part[PART_TEST];
    int right[4] = {0}, n[4] = {0}, nearest = 1000;
    for (int k = 0; k < p->spans; k++) {
        const struct corpus_span *s = &p->span[k];
        if (!c->rival[p->id[p->start[s->sequence] + s->target]])
            continue;
        right[s->value] +=
            measure_right(m->net, c->rival, p->id + p->start[s->sequence], s->target,
                          &(struct measure_forcing){0, 0, 1, 0, 0}) > 0.5;
        n[s->value]++;
        nearest = s->target - s->cue < nearest ? s->target - s->cue : nearest;
    }
    for (int v = 0; v < 4; v++) {
        printf("  %s: %d of %d\n", c->value[v], right[v], n[v]);
        assert_true(n[v] >= 100 && right[v] >= 0.97 * n[v]);
    }
    assert_true(nearest >= 22);
    corpus_free(c);
    model_free(m);
}

/* Gers and Schmidhuber trained with n up to 10 … 30 and tested far beyond. Here: up to 30, and every symbol that is
 * determined (all of them as against the likeliest of all symbols) is told up to 100 and more; the string is made here,
 * not drawn. */
static void counting_goes_on_far_beyond_what_was_trained_on(void **state)
{
    (void)state;
    static const struct { const char *name; int letters; } models[] = {{"anbn", 2}, {"anbncn", 3}};
    for (int k = 0; k < 2; k++) {
        struct model *m = shipped(models[k].name);
        struct corpus *c = corpus_of(recipe_find(models[k].name));
        int longest = 0, reached = 0;
        for (int s = 0; s < c->part[PART_TRAIN].sequences; s++) {
            int n = c->part[PART_TRAIN].start[s + 1] - c->part[PART_TRAIN].start[s];
            longest = n > longest ? n : longest;
        }
        assert_int_equal(longest, 30 * models[k].letters + 2);
        for (int n = 1; n <= 1000 && reached == n - 1; n++) {
            struct str s = {0};
            str_addc(&s, 's');
            for (int letter = 0; letter < models[k].letters; letter++)
                for (int j = 0; j < n; j++)
                    str_addc(&s, (char)('a' + letter));
            str_addc(&s, 't');
            int length, right = 1;
            int *id = ids_of(m, str_text(&s), &length);
            float *p = xcalloc((size_t)m->net->outputs, sizeof *p);
            const float **x = xcalloc((size_t)length, sizeof *x);
            for (int j = 0; j < length; j++)
                x[j] = m->net->embedding + (size_t)id[j] * (size_t)m->net->embed;
            struct trace *tr = trace_new(m->net, length);
            lstm_run(m->net, x, 0, NULL, 0, tr);
            for (int step = n + 2; step < length && right; step++) {     /* behind the first b nothing is open */
                lstm_logits(m->net, tr, step, p);
                for (int v = 0; v < m->net->outputs; v++)
                    right = right && (v == id[step] || p[v] < p[id[step]]);
            }
            reached += right;
            trace_free(tr);
            free(x);
            free(p);
            free(id);
            str_free(&s);
        }
        printf("  %s: right up to %d (trained up to 30)\n", models[k].name, reached);
        assert_true(reached >= 100);
        assert_int_equal(reached, measure_count(m->net, c, MEASURE_COUNT_MOST));
        char said[64];
        snprintf(said, sizeof said, "for all counts up to %d%s", reached, reached < 1000 ? ". " : " (none");
        assert_non_null(strstr(m->about, said));
        corpus_free(c);
        model_free(m);
    }
}

/* Hochreiter and Schmidhuber, experiment 4: always saying 1 misses by 1/6. */
static void two_marked_numbers_are_added_over_a_hundred_steps(void **state)
{
    (void)state;
    struct model *m = shipped("adding");
    struct corpus *c = corpus_of(recipe_find("adding"));
    const struct corpus_part *p = &c->part[PART_TEST];
    double off = 0, always = 0, worst = 0;
    for (int s = 0; s < p->sequences; s++) {
        const float *x[100];
        float said;
        int last = p->start[s + 1] - 1;
        for (int k = 0; k < 100; k++)
            x[k] = p->x + 2 * (p->start[s] + k);
        struct trace *tr = trace_new(m->net, 100);
        lstm_run(m->net, x, 0, NULL, 0, tr);
        lstm_logits(m->net, tr, 100, &said);
        double miss = (double)said - (double)p->y[last];
        off += miss * miss / p->sequences;
        always += ((double)p->y[last] - 1) * ((double)p->y[last] - 1) / p->sequences;
        worst = fabs(miss) > worst ? fabs(miss) : worst;
        trace_free(tr);
    }
    printf("  mean square %.6f, always 1: %.4f; largest miss %.3f in %d sequences\n", off, always, worst, p->sequences);
    assert_true(off < 0.001 && off < always / 100);
    corpus_free(c);
    model_free(m);
}

/* The contrast of the gradient view: with the same stories, sizes and updates, what lies a subject ago moves the answer
 * of the plain network far less than that of the LSTM, and it answers worse. */
static void a_plain_network_of_the_same_size_neither_keeps_the_subject_nor_moves_with_it(void **state)
{
    (void)state;
    struct model *plain = shipped("plain"), *story = shipped("story");
    struct corpus *c = corpus_of(recipe_find("plain"));
    const struct lstm_layer *y = &plain->net->layer[0];
    for (int u = 0; u < y->hidden; u++)
        for (int k = 0; k < y->hidden + y->in; k++)
            assert_true(y->W[Q_F][u * (y->hidden + y->in) + k] == 0 && y->W[Q_I][u * (y->hidden + y->in) + k] == 0
                        && y->W[Q_O][u * (y->hidden + y->in) + k] == 0);
    assert_int_equal(lstm_top(plain->net), lstm_top(story->net));
    assert_int_equal(recipe_find("plain")->updates, recipe_find("story")->updates);
    double kept = measure_gradient(story->net, c, PART_TEST), lost = measure_gradient(plain->net, c, PART_TEST);
    double right = accuracy_on("plain", PART_TEST), better = accuracy_on("story", PART_TEST);
    printf("  right in %.3f, story in %.3f; gradient at the subject %.4f, story %.4f\n", right, better, lost, kept);
    assert_true(right < 0.7 && better >= 0.99);
    assert_true(lost < kept / 5);
    corpus_free(c);
    model_free(plain);
    model_free(story);
}

/* A name would say that C can be read: here it cannot, so there is none. */
static void the_lesson_s_sizes_name_no_unit_whose_cell_does_not_tell_the_gender(void **state)
{
    (void)state;
    struct model *m = shipped("lesson-trained");
    struct corpus *c = corpus_of(recipe_find("lesson-trained"));
    struct measure_memory memory;
    assert_true(measure_memory(m->net, c, PART_TEST, &memory));
    printf("  C of unit %d correlates %.2f with the gender\n", memory.carrier + 1,
           memory.unit[memory.carrier].correlation);
    assert_true(fabs(memory.unit[memory.carrier].correlation) < 0.9);
    assert_int_equal(names(m), 0);
    measure_memory_clear(&memory);
    corpus_free(c);
    model_free(m);
}

static void the_prose_model_knows_where_words_end(void **state)
{
    (void)state;
    struct model *m = shipped("prose");
    struct corpus *c = corpus_of(recipe_find("prose"));
    const struct corpus_part *p = &c->part[PART_TEST];
    int blank = vocab_find(c->vocab, " "), blanks = 0, right = 0;
    float *q = xcalloc((size_t)m->net->outputs, sizeof *q);
    for (int s = 0; s < p->sequences; s++) {
        const int *id = p->id + p->start[s];
        int n = p->start[s + 1] - p->start[s];
        const float **x = xcalloc((size_t)n, sizeof *x);
        for (int k = 0; k < n; k++)
            x[k] = m->net->embedding + (size_t)id[k] * (size_t)m->net->embed;
        struct trace *tr = trace_new(m->net, n);
        lstm_run(m->net, x, 0, NULL, 0, tr);
        for (int k = 1; k < n; k++) {
            lstm_logits(m->net, tr, k, q);
            int best = 0;
            for (int v = 0; v < m->net->outputs; v++)
                best = q[v] > q[best] ? v : best;
            blanks += id[k] == blank;
            right += id[k] == blank && best == blank;
        }
        trace_free(tr);
        free(x);
    }
    printf("  %d of %d unseen blanks foreseen\n", right, blanks);
    assert_true(blanks > 150 && right >= 0.75 * blanks);
    free(q);
    corpus_free(c);
    model_free(m);
}

static void counting_goes_up_and_down_in_one_element(void **state)
{
    (void)state;
    struct model *m = shipped("counter");
    int n, u = named(m, "count");
    int *id = ids_of(m, "aaaabbbb", &n);
    assert_true(u >= 0);
    float one = value_at(m, id, n, Q_C, 2, u) - value_at(m, id, n, Q_C, 1, u);
    for (int step = 3; step <= 4; step++)                    /* every a adds about the same */
        assert_true(fabsf((value_at(m, id, n, Q_C, step, u) - value_at(m, id, n, Q_C, step - 1, u)) / one - 1) < 0.25f);
    for (int step = 6; step <= 8; step++)                    /* and every b takes it away again */
        assert_true((value_at(m, id, n, Q_C, step, u) - value_at(m, id, n, Q_C, step - 1, u)) / one < -0.75f);
    free(id);
    model_free(m);
}

static void the_question_is_kept_to_its_mark_and_dropped_there(void **state)
{
    (void)state;
    struct model *m = shipped("question");
    int n, u = named(m, "question");
    int *id = ids_of(m, "who found the ball after the rain ? anna fed the cat .", &n);
    assert_true(u >= 0);
    for (int step = 2; step <= 7; step++)
        assert_true(value_at(m, id, n, Q_F, step, u) >= 0.95f);
    float before = value_at(m, id, n, Q_C, 7, u), after = value_at(m, id, n, Q_C, 8, u);
    printf("  C of question %.2f before the mark, %.2f behind it\n", (double)before, (double)after);
    assert_true(value_at(m, id, n, Q_F, 8, u) <= 0.1f);
    assert_true(fabsf(after) < 0.2f * fabsf(before));
    free(id);
    model_free(m);
}

/* In the lesson's model the hidden state takes part: without W_f's h columns f would not be what it is. */
static void in_the_lesson_s_sizes_the_hidden_state_pushes_the_gates(void **state)
{
    (void)state;
    struct model *m = shipped("lesson-trained");
    struct corpus *c = corpus_of(recipe_find("lesson-trained"));
    struct measure_memory memory;
    assert_int_equal(lstm_top(m->net), 3);
    assert_int_equal(m->net->embed, 4);
    assert_true(measure_memory(m->net, c, PART_TEST, &memory));
    for (int u = 0; u < 3; u++) {
        printf("  unit %d: h pushes z_f by %.2f, the word by %.2f\n", u + 1, memory.unit[u].push_h,
               memory.unit[u].push_x);
        assert_true(memory.unit[u].push_h > 0.1);
    }
    measure_memory_clear(&memory);
    corpus_free(c);
    model_free(m);
}

/* ---- the recipe -------------------------------------------------------------------------------------------------- */

static void training_anew_with_the_kept_seed_meets_the_criterion_again(void **state)
{
    (void)state;
    const struct recipe *r = recipe_find("gender");
    struct corpus *c = corpus_of(r);
    struct train_text text = corpus_text(c, PART_TRAIN);
    struct train *t = recipe_trainer(r, c, &text, r->seed);
    assert_int_equal(train_run(t, r->updates, NULL), r->updates);
    struct lstm *net = train_lstm(t);
    struct measure_score s;
    struct measure_memory memory;
    struct err why = {""};
    assert_true(measure_score(net, c, PART_TEST, &s));
    assert_true(measure_memory(net, c, PART_TEST, &memory));
    bool ok = recipe_meets(&MEMORY_CRITERION, &s, &memory, &why);
    struct model *m = shipped("gender");
    size_t n = (size_t)net->vocab * (size_t)net->embed;
    printf("  the embedding is %s the shipped one\n",
           memcmp(net->embedding, m->net->embedding, n * sizeof(float)) ? "not, bit for bit," : "bit for bit");
    if (!ok)
        fail_msg("%s", why.text);
    model_free(m);
    measure_memory_clear(&memory);
    lstm_free(net);
    train_free(t);
    corpus_free(c);
}

static void an_unknown_corpus_gets_a_recipe_and_a_complete_model(void **state)
{
    (void)state;
    static const char text[] = "a b c\nc b a\nb a c\n";
    struct err e = {""};
    struct corpus_file file = {text, sizeof text - 1, "mine.txt"};
    struct corpus *c = corpus_from_text(&file, NULL, CORPUS_WORD, &e);
    struct recipe r = recipe_for(c);
    struct train_text train = corpus_text(c, PART_TRAIN);
    r.updates = 5;
    r.hidden = 4;
    struct train *t = recipe_trainer(&r, c, &train, 1);
    assert_int_equal(train_run(t, 5, NULL), 5);
    struct model *m = recipe_model(&r, c, train_lstm(t), (struct recipe_way){1, 0, 5}, &e);
    assert_non_null(m);
    assert_string_equal(m->name, "mine");
    assert_int_equal(names(m), 0);
    struct str out = {0};
    model_write(m, &out);
    struct model *back = model_parse(out.s, out.len, "mine.json", &(struct model_options){.tokenizer = -1}, &e);
    if (!back)
        fail_msg("%s", e.text);
    assert_int_equal(back->provenance, PROVENANCE_TRAINED);
    struct json *j = json_parse_copy(back->training, strlen(back->training), "training", &e);
    struct json_at top = json_top(j);
    assert_true(number_at(&top, NULL, NULL, "seed") == 1);
    json_free(j);
    model_free(back);
    model_free(m);
    str_free(&out);
    train_free(t);
    corpus_free(c);
}

static bool stop_at_once(void *context, const struct recipe *r, uint64_t seed, int done, int total,
                         const struct measure_score *score)
{
    (void)r, (void)seed, (void)done, (void)total, (void)score;
    ++*(int *)context;
    return true;
}

static void a_run_that_is_stopped_says_so(void **state)
{
    (void)state;
    const struct recipe *r = recipe_find("gender");
    struct corpus *c = corpus_of(r);
    struct err e = {""};
    int told = 0;
    assert_null(recipe_run(r, c, false, stop_at_once, &told, &e));
    assert_int_equal(told, 1);
    assert_non_null(strstr(e.text, "stopped"));
    corpus_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closing_gender_and_nothing_else_forgets_the_pronoun),
        cmocka_unit_test(the_demo_sentence_shows_it_at_every_single_step),
        cmocka_unit_test(the_figures_in_every_file_are_those_of_its_bytes),
        cmocka_unit_test(every_claim_in_a_file_is_what_its_bytes_measure),
        cmocka_unit_test(every_shipped_file_stays_small),
        cmocka_unit_test(every_shipped_model_is_called_as_its_file),
        cmocka_unit_test(a_unit_is_named_only_where_closing_it_and_no_other_costs_the_answer),
        cmocka_unit_test(the_gallery_has_learnt_what_it_shows),
        cmocka_unit_test(the_verb_agrees_with_its_subject_over_nouns_of_the_other_number),
        cmocka_unit_test(the_order_of_two_marks_is_told_at_the_end),
        cmocka_unit_test(counting_goes_on_far_beyond_what_was_trained_on),
        cmocka_unit_test(two_marked_numbers_are_added_over_a_hundred_steps),
        cmocka_unit_test(a_plain_network_of_the_same_size_neither_keeps_the_subject_nor_moves_with_it),
        cmocka_unit_test(the_lesson_s_sizes_name_no_unit_whose_cell_does_not_tell_the_gender),
        cmocka_unit_test(the_prose_model_knows_where_words_end),
        cmocka_unit_test(counting_goes_up_and_down_in_one_element),
        cmocka_unit_test(the_question_is_kept_to_its_mark_and_dropped_there),
        cmocka_unit_test(in_the_lesson_s_sizes_the_hidden_state_pushes_the_gates),
        cmocka_unit_test(training_anew_with_the_kept_seed_meets_the_criterion_again),
        cmocka_unit_test(an_unknown_corpus_gets_a_recipe_and_a_complete_model),
        cmocka_unit_test(a_run_that_is_stopped_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
