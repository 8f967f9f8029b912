/* The push of a gate, handed back to the words that wrote it, adds up to the push; and what each gets is what it
 * wrote, as a second, forward way of counting says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/attribution.h"
#include "import/import.h"
#include "session/session.h"
#include "support/models.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("got %.9g, expected %.9g within %g", got, want, within);
}

static double sum_of(const struct attribution *a)
{
    double sum = a->x + a->b + a->peep + a->initial + a->hand + a->remainder;
    for (int s = 1; s < a->t; s++)
        sum += a->word[s - 1];
    return sum;
}

/* One unit, three steps, every number chosen:
 * C_0 = 0.5; f, i, g = 0.5, 1, 0.8: C_1 = 0.25 + 0.8 = 1.05; f, i, g = 0.9, 0.5, -0.4: C_2 = 0.945 - 0.2 = 0.745;
 * o_2 = 0.5. z_f at step 3 = 2 h_2 + 3 · 0.7 + 0.1. */
static void one_unit_by_hand_gets_the_shares_one_works_out_on_paper(void **state)
{
    (void)state;
    int hidden = 1;
    struct lstm_shape shape = {.layers = 1, .embed = 1, .hidden = &hidden};
    struct lstm *net = lstm_new(&shape);
    struct trace *tr = trace_new(net, 3);
    assert_non_null(tr);
    static const float rows[Q_COUNT][3] = {
        [Q_F] = {0, 0.5f, 0.9f}, [Q_I] = {0, 1, 0.5f},          [Q_G] = {0, 0.8f, -0.4f},
        [Q_O] = {0, 0.3f, 0.5f}, [Q_C] = {0.5f, 1.05f, 0.745f},
    };
    for (int q = 0; q < Q_H; q++)
        for (int t = 0; t < 3; t++)
            trace_row(tr, 0, (enum quantity)q, t)[0] = rows[q][t];
    double h = 0.5 * tanh(0.745), each = h / 0.745;
    trace_row(tr, 0, Q_H, 2)[0] = (float)h;
    net->layer[0].W[Q_F][0] = 2;
    net->layer[0].W[Q_F][1] = 3;
    net->layer[0].b[Q_F][0] = 0.1f;
    float x3 = 0.7f;
    const float *x[3] = {&x3, &x3, &x3};
    struct attribution a;
    assert_true(attribution_compute(&(struct computation){.net = net, .tr = tr, .x = x},
                                    (struct element){0, 0, Q_F, 3}, &a));
    near(a.x, 2.1, 1e-6);
    near(a.b, 0.1, 1e-6);
    near(a.word[0], 2 * each * 0.9 * 0.8, 1e-6);           /* what step 1 wrote, of which 0.9 is kept */
    near(a.word[1], 2 * each * 0.5 * -0.4, 1e-6);
    near(a.initial, 2 * each * 0.9 * 0.5 * 0.5, 1e-6);
    near(a.h, 2 * h, 1e-6);
    near(a.remainder, 0, 1e-6);
    near(sum_of(&a), a.z, 1e-12);
    attribution_clear(&a);
    trace_free(tr);
    lstm_free(net);
}

/* Forward: what each step wrote into each unit, shrunk by f as the steps go by; a C set by hand leaves only itself. */
static double share_forward(const struct session *s, int layer, int t, int unit, enum quantity gate, int from)
{
    const struct lstm_layer *l = &session_net(s)->layer[layer];
    double sum = 0;
    gate = gate == Q_I && l->coupled ? Q_F : gate;
    for (int k = 0; k < l->hidden; k++) {
        if (session_pinned(s, layer, k, Q_H, t - 1))
            continue;
        double part = 0;
        for (int r = from; r < t; r++) {
            part = r == from ? (double)session_row(s, RUN_PINNED, layer, Q_I, r)[k]
                                   * (double)session_row(s, RUN_PINNED, layer, Q_G, r)[k]
                             : part * (double)session_row(s, RUN_PINNED, layer, Q_F, r)[k];
            if (session_pinned(s, layer, k, Q_C, r))
                part = 0;
        }
        double C = (double)session_row(s, RUN_PINNED, layer, Q_C, t - 1)[k],
               h = (double)session_row(s, RUN_PINNED, layer, Q_H, t - 1)[k];
        sum += (double)l->W[gate][(size_t)unit * (size_t)(l->hidden + l->in) + (size_t)k]
               * (fabs(C) < 1e-6 ? 0 : part * h / C);
    }
    return sum;
}

static void pin_some(struct session *s, uint64_t *seed)
{
    static const enum value v[] = {VAL_F, VAL_I, VAL_G, VAL_O, VAL_C, VAL_H};
    int layers = session_net(s)->layers, T = session_steps(s);
    for (int k = 0; k < 8; k++) {
        int layer = random_below(seed, layers), unit = random_below(seed, session_net(s)->layer[layer].hidden);
        enum value q = v[random_below(seed, 6)];
        int t = q == VAL_C || q == VAL_H ? random_below(seed, T + 1) : 1 + random_below(seed, T);
        assert_true(session_pin(s, (struct place){layer, unit, q, t}, random_float(seed, 0, 1), false, NULL));
    }
}

static void every_push_adds_up_and_every_word_gets_what_it_wrote(void **state)
{
    (void)state;
    double most = 0;
    for (int round = 0; round < 40; round++) {
        uint64_t seed = (uint64_t)round * 77 + 5;
        struct random_model r = {.layers = 1 + round % 3,
                                 .hidden = 2 + round % 9,
                                 .embed = 3,
                                 .words = 9,
                                 .outputs = 9,
                                 .steps = 1 + round % 12,
                                 .two_biases = round % 2,
                                 .seed = seed,
                                 .kind = layer_kinds[round / 5 % LAYER_KINDS]};
        struct err e = {{0}};
        struct session *s = session_new(model_random(&r), &e);
        assert_non_null(s);
        if (round % 4)
            pin_some(s, &seed);
        const struct computation ran = session_computation(s, RUN_PINNED);
        for (int layer = 0; layer < r.layers; layer++)
            for (int t = 1; t <= r.steps; t++)
                for (int q = 0; q < GATES; q++) {
                    struct attribution a;
                    int unit = random_below(&seed, r.hidden);
                    const struct element gate = {layer, unit, (enum quantity)q, t};
                    assert_true(attribution_compute(&ran, gate, &a));
                    near(a.z, lstm_preactivation(&ran, gate, NULL), 1e-9);
                    near(sum_of(&a), a.z, 1e-9);
                    near(a.remainder, 0, 1e-5);
                    most = fmax(most, fabs(a.remainder));
                    for (int from = 1; from < t; from++) {
                        double units[16], sum = 0;
                        near(a.word[from - 1], share_forward(s, layer, t, unit, (enum quantity)q, from), 1e-5);
                        attribution_units(&ran, gate, from, units);
                        for (int k = 0; k < r.hidden; k++)
                            sum += units[k];
                        near(sum, a.word[from - 1], 1e-9);
                    }
                    attribution_clear(&a);
                }
        session_free(s);
    }
    printf("  largest remainder %.1e\n", most);
}

/* Where f is open the first word has its share after seventy; where it is closed nothing older than some words has. */
static void what_is_kept_has_its_share_however_long_ago(void **state)
{
    (void)state;
    enum { STEPS = 70, UNITS = 3 };
    for (int open = 0; open < 2; open++) {
        struct err e = {{0}};
        struct model *m = model_random(&(struct random_model){
            .layers = 1, .hidden = UNITS, .embed = 3, .words = 9, .outputs = 9, .steps = STEPS, .seed = 11});
        for (int k = 0; k < UNITS; k++)
            m->net->layer[0].b[Q_F][k] = open ? 9 : -9;
        assert_true(lstm_pack(m->net));
        struct session *s = session_new(m, &e);
        const struct computation ran = session_computation(s, RUN_PINNED);
        for (int t = 30; t <= STEPS; t++) {
            struct attribution a;
            double first = 0;
            assert_true(attribution_compute(&ran, (struct element){0, t % UNITS, Q_F, t}, &a));
            for (int from = 1; from < t; from++)
                near(a.word[from - 1], share_forward(s, 0, t, t % UNITS, Q_F, from), 1e-6);
            for (int from = 1; from < 25; from++)
                first = fmax(first, fabs(a.word[from - 1]));
            assert_true(open ? first > 1e-3 : first < 1e-12);
            near(sum_of(&a), a.z, 1e-9);
            near(a.remainder, 0, 1e-5);
            attribution_clear(&a);
        }
        session_free(s);
    }
}

static struct session *lesson(void)
{
    struct err e = {{0}};
    struct model *m = model_builtin("lesson-cell", &e);
    assert_non_null(m);
    return session_new(m, &e);
}

static struct attribution gender_f(const struct session *s, int t)
{
    struct attribution a;
    assert_true(attribution_compute((struct computation[]){session_computation(s, RUN_PINNED)},
                                    (struct element){0, 0, Q_F, t}, &a));
    return a;
}

static void the_verb_keeps_the_gender_at_and(void **state)
{
    (void)state;
    struct session *s = lesson();
    struct attribution a = gender_f(s, 4);
    /* "came" wrote the verb that h_3 shows; the bias does the rest, the word "and" nothing. */
    near(a.word[1], 6.1845, 1e-3);
    near(a.word[0], 0, 1e-9);
    near(a.word[2], 0, 1e-9);
    near(a.x, 0, 1e-9);
    near(a.b, 3, 1e-9);
    double units[3];
    attribution_units((struct computation[]){session_computation(s, RUN_PINNED)},
                      (struct element){0, 0, Q_F, 4}, 2, units);
    near(units[1], a.word[1], 1e-9);
    attribution_clear(&a);
    session_free(s);
}

static void what_is_forgotten_pushes_no_longer_and_what_is_set_by_hand_is_no_words(void **state)
{
    (void)state;
    struct session *s = lesson();
    struct err e = {{0}};
    assert_true(session_pin(s, (struct place){0, 1, VAL_F, 3}, 0, false, &e));      /* "out" forgets the verb */
    struct attribution a = gender_f(s, 4);
    near(a.word[1], 0, 1e-9);
    near(a.hand, 0, 0);
    attribution_clear(&a);
    assert_true(session_pin(s, (struct place){0, 1, VAL_C, 3}, 0.5f, false, &e));
    a = gender_f(s, 4);
    near(a.word[1], 0, 1e-9);
    near(a.by_hand[3], a.hand, 0);
    near(a.hand, a.h - a.word[0] - a.word[2], 1e-5);
    assert_true(a.hand > 4);
    attribution_clear(&a);
    assert_true(session_pin(s, (struct place){0, 1, VAL_H, 3}, -0.25f, false, &e));
    a = gender_f(s, 4);
    near(a.hand, -2.5, 1e-6);
    attribution_clear(&a);
    session_free(s);
}

static void the_first_word_has_nothing_before_it_but_the_initial_state(void **state)
{
    (void)state;
    struct session *s = lesson();
    struct err e = {{0}};
    struct attribution a = gender_f(s, 1);
    near(a.initial, 0, 0);
    near(a.z, a.x + a.b, 1e-9);
    attribution_clear(&a);
    assert_true(session_pin(s, (struct place){0, 1, VAL_H, 0}, 0.5f, false, &e));
    a = gender_f(s, 1);
    near(a.hand, 5, 1e-6);
    near(a.initial, 0, 1e-9);
    attribution_clear(&a);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_unit_by_hand_gets_the_shares_one_works_out_on_paper),
        cmocka_unit_test(every_push_adds_up_and_every_word_gets_what_it_wrote),
        cmocka_unit_test(what_is_kept_has_its_share_however_long_ago),
        cmocka_unit_test(the_verb_keeps_the_gender_at_and),
        cmocka_unit_test(what_is_forgotten_pushes_no_longer_and_what_is_set_by_hand_is_no_words),
        cmocka_unit_test(the_first_word_has_nothing_before_it_but_the_initial_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
