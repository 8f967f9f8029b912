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

#include <cmocka.h>

#include <math.h>

#include "base/mem.h"
#include "core/machine.h"
#include "core/train.h"
#include "learn/sample.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_a_network_built_for_it_each_of_tomitas_automata_is_found),
        cmocka_unit_test(trained_networks_hold_the_automata_of_their_grammars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
