/* The machine inside: the seven grammars of Tomita (1982), in networks built by hand and in networks that are trained
 * here, against the languages themselves and the number of states of their least automata; what counts is told so; and
 * the shipped models, whose machines are walked again by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <math.h>

#include "base/mem.h"
#include "core/machine.h"
#include "core/train.h"
#include "import/import.h"
#include "learn/sample.h"
#include "support/app.h"
#include "support/golden.h"
#include "support/reference.h"

/* ---- the languages, as Tomita says them -------------------------------------------------------------------------- */

static bool only_ones(const int *w, int n)
{
    for (int k = 0; k < n; k++)
        if (!w[k])
            return false;
    return true;
}

static bool pairs_of_one_and_nought(const int *w, int n)
{
    for (int k = 0; k < n; k++)
        if (w[k] == k % 2)
            return false;
    return n % 2 == 0;
}

/* No odd run of noughts after an odd run of ones. */
static bool no_odd_after_odd(const int *w, int n)
{
    for (int k = 0; k < n;) {
        int ones = 0, noughts = 0;
        for (; k < n && w[k]; k++)
            ones++;
        for (; k < n && !w[k]; k++)
            noughts++;
        if (ones % 2 && noughts % 2)
            return false;
    }
    return true;
}

static bool no_three_noughts(const int *w, int n)
{
    for (int k = 0; k + 2 < n; k++)
        if (!w[k] && !w[k + 1] && !w[k + 2])
            return false;
    return true;
}

static int count_ones(const int *w, int n)
{
    int ones = 0;
    for (int k = 0; k < n; k++)
        ones += w[k];
    return ones;
}

static bool both_even(const int *w, int n)
{
    int ones = count_ones(w, n);
    return ones % 2 == 0 && (n - ones) % 2 == 0;
}

static bool difference_of_three(const int *w, int n)
{
    return (n - 2 * count_ones(w, n)) % 3 == 0;
}

/* 0*1*0*1* */
static bool four_runs(const int *w, int n)
{
    int runs = 0, at = 0;
    for (int k = 0; k < n; k++)
        if (w[k] != at) {
            at = w[k];
            runs++;
        }
    return runs <= 3;
}

/* Their least automata have so many states, the one for what can come to nothing any more among them. next: by 0, by 1;
 * accepts: a bit a state. Used to build networks, never to judge a machine. */
static const struct language {
    const char *name;
    bool (*holds)(const int *w, int n);
    int states, next[5][2];
    unsigned accepts;
} tomita[] = {
    {"1*", only_ones, 2, {{1, 0}, {1, 1}}, 1},
    {"(10)*", pairs_of_one_and_nought, 3, {{2, 1}, {0, 2}, {2, 2}}, 1},
    {"no odd run of 0 after an odd run of 1", no_odd_after_odd, 5, {{0, 1}, {2, 0}, {3, 4}, {2, 1}, {4, 4}}, 1 | 2 | 8},
    {"no 000", no_three_noughts, 4, {{1, 0}, {2, 0}, {3, 0}, {3, 3}}, 7},
    {"even 0 and even 1", both_even, 4, {{1, 2}, {0, 3}, {3, 0}, {2, 1}}, 1},
    {"0 and 1 differ by a multiple of 3", difference_of_three, 3, {{1, 2}, {2, 0}, {0, 1}}, 1},
    {"0*1*0*1*", four_runs, 5, {{0, 1}, {2, 1}, {2, 3}, {4, 3}, {4, 4}}, 15},
};
enum { LANGUAGES = sizeof tomita / sizeof *tomita };

/* ---- strings ----------------------------------------------------------------------------------------------------- */

enum { STRINGS = 900, LONGEST = 16 };
struct strings { int start[STRINGS + 1], id[STRINGS * LONGEST], label[STRINGS * LONGEST], n; };

/* Half of them are mutilated members, for where nearly all strings are outside; after each symbol the label: is it in
 * the language so far? */
static struct strings *draw(const struct language *l, unsigned long long seed)
{
    struct strings *s = xcalloc(1, sizeof *s);
    struct ref_random r = {seed};
    int at = 0;
    for (s->n = 0; s->n < STRINGS; s->n++) {
        int *w = s->id + at, n = 2 + ref_below(&r, LONGEST - 1), state = 0, bend = s->n % 4 ? ref_below(&r, 2 * n) : n;
        for (int k = 0; k < n; k++) {
            w[k] = ref_below(&r, 2);
            if (s->n % 2 && l->next[state][w[k]] == l->states - 1 && k != bend)
                w[k] = !w[k];
            state = l->next[state][w[k]];
            s->label[at + k] = l->holds(w, k + 1);
        }
        s->start[s->n] = at;
        at += n;
    }
    s->start[s->n] = at;
    return s;
}

/* Is the machine the least automaton of the language? It has as many states, and the two agree on every string of up to
 * 12 symbols: automata of n and m states that agree on all strings shorter than n + m are equal. */
static bool is_the_automaton(const struct machine *m, const struct language *l)
{
    bool same = m->states == l->states;
    for (int n = 1; same && n <= 12; n++)
        for (int bits = 0; same && bits < 1 << n; bits++) {
            int w[12], at = m->start;
            for (int k = 0; k < n; k++) {
                w[k] = bits >> k & 1;
                at = machine_next(m, at, w[k]);
            }
            same = m->state[at].says == l->holds(w, n);
        }
    return same;
}

static struct machine *machine_of(const struct lstm *net, const struct strings *s)
{
    struct machine *m = machine_new(&(struct machine_plan){net, s->n, s->start, s->id, 0, -1, true,
                                                           MACHINE_STATES_MOST});
    assert_non_null(m);
    while (machine_work(m))
        ;
    assert_int_not_equal(m->kind, MACHINE_UNFINISHED);
    return m;
}

/* ---- networks ---------------------------------------------------------------------------------------------------- */

/* A unit for each state and symbol that is on when that symbol came in that state: i = σ(K(h of the units that lead to
 * the state + x of the symbol - 1.5)), g = 1, f = 0, o = 1. The start is the one of state 0 that nothing led to. */
static struct lstm *build(const struct language *l)
{
    enum { K = 40 };
    int H = 2 * l->states + 1;
    struct lstm *net = lstm_new(&(struct lstm_shape){.layers = 1, .vocab = 2, .embed = 2, .outputs = 2, .hidden = &H});
    assert_non_null(net);
    struct lstm_layer *y = &net->layer[0];
    float on = lstm_tanh(1);
    net->embedding[0] = net->embedding[3] = 1;
    net->c0[0][H - 1] = 1;
    net->h0[0][H - 1] = on;
    for (int u = 0; u < H; u++) {
        float *W = y->W[Q_I] + (size_t)u * (size_t)(H + 2);
        y->b[Q_F][u] = -K;
        y->b[Q_O][u] = y->b[Q_G][u] = K;
        y->b[Q_I][u] = -1.5F * K;
        int state = u / 2, to = u < H - 1 ? l->next[state][u % 2] : 0;
        for (int from = 0; u < H - 1 && from < H - 1; from++)
            W[from] = l->next[from / 2][from % 2] == state ? K / on : 0;
        if (u < H - 1) {
            W[H - 1] = state ? 0 : K / on;
            W[H + u % 2] = K;
        }
        net->out_W[(size_t)(l->accepts >> to & 1) * (size_t)H + (size_t)u] = 1;
    }
    assert_true(lstm_pack(net));
    return net;
}

static void in_a_network_built_for_it_each_of_tomitas_automata_is_found(void **state)
{
    (void)state;
    for (int k = 0; k < LANGUAGES; k++) {
        struct lstm *net = build(&tomita[k]);
        struct strings *s = draw(&tomita[k], 5);
        struct machine *m = machine_of(net, s);
        if (m->kind != MACHINE_FINITE || !is_the_automaton(m, &tomita[k]))
            fail_msg("%s: kind %d, %d states, expected %d", tomita[k].name, m->kind, m->states, tomita[k].states);
        assert_int_equal(m->held, STRINGS / 2);
        assert_int_equal(m->agree, m->tested);
        machine_free(m);
        free(s);
        lstm_free(net);
    }
}

static struct lstm *teach(const struct strings *s, uint64_t seed, int updates, double *accuracy)
{
    int H = 6;
    struct train_options o = train_defaults();
    o.updates = updates;
    o.batch = 32;
    o.rate = 0.02;
    o.recurrent_l1 = o.write_cost = o.saturation = o.keep_or_write = 0;
    o.one_reader = false;
    o.noise = 0;
    o.seed = seed;
    struct train_text text = {.sequences = s->n, .start = s->start, .id = s->id, .label = s->label};
    struct train *t = train_new(&(struct lstm_shape){.layers = 1, .vocab = 2, .embed = 2, .outputs = 2, .hidden = &H},
                                &text, &o);
    assert_non_null(t);
    train_run(t, updates, NULL);
    struct train_score score;
    train_evaluate(t, &text, &score);
    *accuracy = score.accuracy;
    struct lstm *net = train_lstm(t);
    train_free(t);
    assert_non_null(net);
    return net;
}

static void trained_networks_hold_the_automata_of_their_grammars(void **state)
{
    (void)state;
    for (int k = 0; k < LANGUAGES; k++) {
        double accuracy;
        struct strings *s = draw(&tomita[k], 5), *other = draw(&tomita[k], 6);
        struct lstm *net = teach(s, 1, 1000, &accuracy);
        struct machine *m = machine_of(net, other);
        if (m->kind != MACHINE_FINITE || !is_the_automaton(m, &tomita[k]))
            fail_msg("%s: accuracy %.4f, kind %d, %d states, fidelity %.4f; expected %d", tomita[k].name, accuracy,
                     m->kind, m->states, machine_fidelity(m), tomita[k].states);
        machine_free(m);
        lstm_free(net);
        free(s);
        free(other);
    }
}

/* ---- shipped models ---------------------------------------------------------------------------------------------- */

/* Sentences of a model's own grammar, as the view takes them. */
struct sentences { int n, *start, *id; };

static struct sentences sentences_of(const struct model *m, int lines)
{
    struct str text = {0}, name = {0};
    struct err e;
    bool drawn;
    int at = 0;
    struct sentences s = {.start = xcalloc((size_t)lines + 1, sizeof *s.start), .id = xcalloc(100000, sizeof *s.id)};
    assert_true(sample_text(m, lines, &text, &name, &drawn) > 0);
    for (char *line = text.s, *end; line && *line; line = end ? end + 1 : NULL) {
        struct tokens t = {0};
        end = strchr(line, '\n');
        if (end)
            *end = '\0';
        assert_true(vocab_tokenise(m->vocab, line, "test", &t, &e));
        assert_true(at + t.n <= 100000);
        memcpy(s.id + at, t.id, (size_t)t.n * sizeof *t.id);
        at += t.n;
        s.start[++s.n] = at;
        tokens_clear(&t);
    }
    str_free(&text);
    str_free(&name);
    return s;
}

static struct machine *ask(const struct lstm *net, const struct sentences *s, int unit)
{
    struct machine *m = machine_new(&(struct machine_plan){net, s->n, s->start, s->id, 0, unit, false,
                                                           MACHINE_STATES_MOST});
    assert_non_null(m);
    while (machine_work(m))
        ;
    return m;
}

static struct ref_run *run(const struct lstm *net, const struct sentences *s, int k)
{
    int n = s->start[k + 1] - s->start[k];
    const float **x = xcalloc((size_t)n, sizeof *x);
    for (int t = 0; t < n; t++)
        x[t] = net->embedding + (size_t)s->id[s->start[k] + t] * (size_t)net->embed;
    struct ref_run *r = ref_run(net, x, n, NULL, 0);
    free(x);
    return r;
}

/* Where the grammar's own words lead: 0 male, 1 nobody, 2 female; -1: on as it was. */
static int person_of(const char *word)
{
    static const struct { const char *word; int to; } who[] = {
        {"she", 2}, {"mary", 2}, {"anna", 2}, {"girl", 2}, {"woman", 2}, {"he", 0}, {"john", 0}, {"peter", 0},
        {"man", 0}, {"boy", 0}, {".", 1}, {"then", 1}, {"but", 1}, {"while", 1},
    };
    for (size_t k = 0; k < sizeof who / sizeof *who; k++)
        if (!strcmp(word, who[k].word))
            return who[k].to;
    return -1;
}

/* The sentences that the machine of the unit was built from, by the second engine: how often C is in the middle half of
 * its range, and that a state is shown where C is nearest to its mean. */
static void check_places(const struct machine *m, const struct lstm *net, const struct sentences *s)
{
    double low = INFINITY, high = -INFINITY, nearest[3] = {INFINITY, INFINITY, INFINITY}, shown[3] = {NAN, NAN, NAN};
    for (int pass = 0; pass < 2; pass++) {
        long all = 0, middle = 0;
        for (int k = 0; k < s->n; k += 2) {
            struct ref_run *r = run(net, s, k);
            for (int t = 0; t <= r->steps; t++, all++) {
                const double C = ref_at(r, 0, Q_C, t, 6);
                const int place = C < -0.5 ? 0 : C > 0.5 ? 2 : 1;
                const double off = fabs(C - (double)m->state[place].C);
                low = fmin(low, C);
                high = fmax(high, C);
                middle += C >= low + (high - low) / 4 && C < high - (high - low) / 4;
                nearest[place] = fmin(nearest[place], off);
                if (m->state[place].sequence == k && m->state[place].step == t)
                    shown[place] = off;
            }
            ref_free(r);
        }
        if (pass) /* the range is known */
            assert_true(fabs(m->between - (double)middle / (double)all) < 0.01);
    }
    for (int place = 0; place < 3; place++)
        if (!(shown[place] <= nearest[place] + 1e-5))
            fail_msg("state %d is shown %g from its mean, the nearest is %g", place, shown[place], nearest[place]);
}

static void the_unit_gender_is_a_machine_of_three_states_that_the_grammars_words_drive(void **state)
{
    (void)state;
    struct err e;
    struct model *model = model_builtin("gender", &e);
    struct sentences s = sentences_of(model, 400);
    struct machine *m = ask(model->net, &s, 6);
    assert_int_equal(m->kind, MACHINE_FINITE);
    assert_int_equal(m->states, 3);
    assert_int_equal(m->start, 1);
    assert_int_equal(m->agree, m->tested);
    for (int from = 0; from < 3; from++)
        for (int w = 0; w < m->words; w++) {
            size_t cell = (size_t)(from * m->words + w);
            int to = person_of(model->vocab->token[m->word[w]]);
            if (m->seen[cell])
                assert_int_equal(m->to[cell], to < 0 ? from : to);
        }
    long tested = 0;                                      /* the held-out sentences again, by the second engine */
    for (int k = 1; k < s.n; k += 2) {
        struct ref_run *r = run(model->net, &s, k);
        for (int t = 1, at = 1; t <= r->steps; t++, tested++) {
            int to = person_of(model->vocab->token[s.id[s.start[k] + t - 1]]);
            double C = ref_at(r, 0, Q_C, t, 6);
            at = to < 0 ? at : to;
            assert_int_equal(at, C < -0.5 ? 0 : C > 0.5 ? 2 : 1);
        }
        ref_free(r);
    }
    assert_int_equal(tested, m->tested);
    assert_true(m->f_leaves < 0.1 && m->f_stays > 0.9);
    check_places(m, model->net, &s);
    machine_free(m);
    free(s.start);
    free(s.id);
    model_free(model);
}

/* Walks the held-out sentences by the table and asks the second engine what it would say. */
static long agree_by_hand(const struct model *model, const struct sentences *s, const struct machine *m)
{
    const struct lstm *net = model->net;
    double *z = xcalloc((size_t)net->outputs, sizeof *z);
    long agree = 0;
    for (int k = 1; k < s->n; k += 2) {
        struct ref_run *r = run(net, s, k);
        for (int t = 1, at = m->start; t <= r->steps; t++) {
            int top = 0;
            ref_logits(net, r, t, z);
            for (int o = 1; o < net->outputs; o++)
                top = z[o] > z[top] ? o : top;
            at = machine_next(m, at, s->id[s->start[k] + t - 1]);
            agree += m->state[at].says == m->like[top];
        }
        ref_free(r);
    }
    free(z);
    return agree;
}

static void the_whole_of_recall_and_agreement_are_finite_machines(void **state)
{
    (void)state;
    static const struct { const char *name; int states; } of[] = {{"recall", 11}, {"agreement", 10}};
    for (size_t k = 0; k < 2; k++) {
        struct err e;
        struct model *model = model_builtin(of[k].name, &e);
        struct sentences s = sentences_of(model, 1000);
        struct machine *m = ask(model->net, &s, -1);
        assert_int_equal(m->kind, MACHINE_FINITE);
        assert_int_equal(m->states, of[k].states);
        assert_int_equal(m->agree, m->tested);
        assert_int_equal(agree_by_hand(model, &s, m), m->agree);
        machine_free(m);
        free(s.start);
        free(s.id);
        model_free(model);
    }
}

static void what_counts_is_told_to_count_and_no_finite_machine(void **state)
{
    (void)state;
    static const char *const names[] = {"anbn", "anbncn", "counter", "brackets"};
    for (size_t k = 0; k < 4; k++) {
        struct err e;
        struct model *model = model_builtin(names[k], &e);
        struct sentences s = sentences_of(model, 500);
        struct machine *m = ask(model->net, &s, -1), *unit = ask(model->net, &s, 1);
        if (m->kind != MACHINE_COUNTS || unit->kind != MACHINE_COUNTS)
            fail_msg("%s: %d, C of unit 2: %d", names[k], m->kind, unit->kind);
        assert_true(m->chain >= MACHINE_CHAIN && unit->chain >= MACHINE_CHAIN);
        assert_int_equal(agree_by_hand(model, &s, m), m->agree);
        machine_free(m);
        machine_free(unit);
        free(s.start);
        free(s.id);
        model_free(model);
    }
}

static void a_unit_without_gaps_is_not_discrete_and_one_that_rests_has_no_states(void **state)
{
    (void)state;
    struct err e;
    struct model *model = model_builtin("gender", &e), *recall = model_builtin("recall", &e);
    struct sentences s = sentences_of(model, 400), r = sentences_of(recall, 400);
    struct machine *spread = ask(model->net, &s, 1), *still = ask(recall->net, &r, 0);
    assert_int_equal(spread->kind, MACHINE_NOT_DISCRETE);
    assert_int_equal(still->kind, MACHINE_STILL);
    machine_free(spread);
    machine_free(still);
    free(s.start);
    free(s.id);
    free(r.start);
    free(r.id);
    model_free(model);
    model_free(recall);
}

/* ---- the view ---------------------------------------------------------------------------------------------------- */

static void the_view_says_the_machine_and_enter_walks_an_arrow(void **state)
{
    (void)state;
    struct app a;
    struct err e;
    golden_app(&(struct golden_shot){.model = "gender", .keys = ":step with<Enter>#"}, &a);
    char *text = told(&a);
    assert_non_null(strstr(text, "C of gender gathers at 3 places"));
    assert_non_null(strstr(text, "all of them"));
    assert_non_null(strstr(text, "\n2 0.00: she mary anna girl woman \xE2\x86\x92 3 +0.86"));
    assert_non_null(strstr(text, "At this word: state 3 +0.86."));
    free(text);
    assert_true(app_keys(&a, ":set C[7]@with=-0.9<Enter>", "test", &e));      /* the machine goes by the words */
    text = told(&a);
    assert_non_null(strstr(text, "At this word, without what is set by hand: state 3 +0.86."));
    free(text);
    assert_true(app_keys(&a, "u", "test", &e));
    text = told(&a);
    assert_null(strstr(text, "set by hand"));
    free(text);
    assert_true(app_keys(&a, "<Down><Down><Enter>", "test", &e));
    int t = session_cursor(a.session)->step;
    assert_int_equal(person_of(session_token(a.session, t)), 2);
    assert_true(session_value(a.session, RUN_BASE, 0, 6, VAL_C_PREV, t) < 0.5F);
    assert_true(session_value(a.session, RUN_BASE, 0, 6, VAL_C, t) > 0.5F);
    app_clear(&a);
}

static void the_view_says_what_counts(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.model = "anbn", .keys = "#f"}, &a);
    char *text = told(&a);
    assert_non_null(strstr(text, "The whole network counts, and no finite machine does"));
    free(text);
    app_clear(&a);
}

static void a_line_of_the_corpus_that_cannot_be_read_is_named(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    char path[] = "/tmp/machine-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, "()\n((x\n", 7) == 7);
    close(fd);
    golden_app(&(struct golden_shot){.model = "brackets"}, &a);
    session_set_corpus(a.session, path);
    assert_true(app_keys(&a, "#", "test", &e));
    assert_false(app_finish_work(&a, &e));
    assert_non_null(strstr(e.text, "line 2"));
    assert_non_null(strstr(e.text, "\"x\""));
    unlink(path);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_a_network_built_for_it_each_of_tomitas_automata_is_found),
        cmocka_unit_test(trained_networks_hold_the_automata_of_their_grammars),
        cmocka_unit_test(the_unit_gender_is_a_machine_of_three_states_that_the_grammars_words_drive),
        cmocka_unit_test(the_whole_of_recall_and_agreement_are_finite_machines),
        cmocka_unit_test(what_counts_is_told_to_count_and_no_finite_machine),
        cmocka_unit_test(a_unit_without_gaps_is_not_discrete_and_one_that_rests_has_no_states),
        cmocka_unit_test(the_view_says_the_machine_and_enter_walks_an_arrow),
        cmocka_unit_test(the_view_says_what_counts),
        cmocka_unit_test(a_line_of_the_corpus_that_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
