/* test_bounds.c: the ends of what is accepted and of what counts: one step further is another answer. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/differ.h"
#include "core/machine.h"
#include "core/series.h"
#include "import/import.h"
#include "model/fingerprint.h"
#include "model/proof.h"
#include "session/expect.h"
#include "session/session.h"
#include "support/models.h"

static struct lstm *one_layer(int vocab, int hidden, int outputs, bool peepholes)
{
    struct lstm *net = lstm_new(&(struct lstm_shape){.layers = 1, .vocab = vocab, .embed = 2, .outputs = outputs,
                                                     .hidden = &hidden, .peepholes = peepholes});
    assert_non_null(net);
    assert_true(lstm_pack(net));
    return net;
}

static void only_the_usual_cell_is_called_plain(void **state)
{
    (void)state;
    struct lstm *net = one_layer(3, 2, 3, false), *peeping = one_layer(3, 2, 3, true);
    assert_true(lstm_is_plain(net));
    assert_false(lstm_is_plain(peeping));
    net->layer[0].gate_function = GATE_HARD_KERAS3;
    assert_false(lstm_is_plain(net));
    net->layer[0].gate_function = GATE_SIGMOID;
    net->layer[0].coupled = true;
    assert_false(lstm_is_plain(net));
    net->layer[0].coupled = false;
    net->layer[0].sigma_candidate = true;
    assert_false(lstm_is_plain(net));
    lstm_free(net);
    lstm_free(peeping);
}

/* |here - there| ≤ tolerance · max(1, |here|). */
static void a_difference_counts_by_the_size_of_the_number(void **state)
{
    (void)state;
    static const struct { float here, there; bool agrees; } cases[] = {
        {0.5f, 0.5009f, true},  {0.5f, 0.5011f, false}, {-0.5f, -0.5011f, false}, {100, 100.09f, true},
        {100, 100.11f, false},  {-100, -100.09f, true}, {-100, -99.89f, false},   {1, 1.0009f, true},
        {NAN, NAN, true},       {NAN, 0, false},        {0, NAN, false},          {INFINITY, INFINITY, true},
        {INFINITY, 1e30f, false}, {0, 0, true},
    };
    struct lstm *net = one_layer(3, 1, 0, false);
    struct trace *here = trace_new(net, 1), *there = trace_new(net, 1);
    const bool has[Q_COUNT] = {[Q_C] = true};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct differ d;
        *trace_row(here, 0, Q_C, 1) = cases[k].here;
        *trace_row(there, 0, Q_C, 1) = cases[k].there;
        differ(here, there, has, 1e-3, &d);
        assert_int_equal(d.compared, 2);                       /* the initial C, too */
        if ((d.differing == 0) != cases[k].agrees)
            fail_msg("%g and %g", (double)cases[k].here, (double)cases[k].there);
        if (!cases[k].agrees) {
            assert_int_equal(d.first.step, 1);
            assert_int_equal(d.first.q, Q_C);
        }
    }
    *trace_row(here, 0, Q_C, 0) = 1;                           /* the first that differs, and the one that does most */
    *trace_row(there, 0, Q_C, 0) = 1.5f;
    *trace_row(here, 0, Q_C, 1) = 1;
    *trace_row(there, 0, Q_C, 1) = 3;
    struct differ d;
    differ(here, there, has, 1e-3, &d);
    assert_int_equal(d.differing, 2);
    assert_int_equal(d.first.step, 0);
    assert_int_equal(d.most.step, 1);
    trace_free(here);
    trace_free(there);
    lstm_free(net);
}

static void states_are_looked_for_only_where_there_can_be_some(void **state)
{
    (void)state;
    static const int id[] = {0, 1, 2, 0}, two[] = {0, 2, 4}, none[] = {0, 0}, one[] = {0, 1};
    struct lstm *net = one_layer(3, 2, 3, false), *silent = one_layer(3, 2, 0, false);
    const struct { struct machine_plan plan; bool may; } cases[] = {
        {{net, 2, two, id, 0, 0, false, 2}, true},
        {{net, 2, two, id, 0, -1, false, MACHINE_STATES_MOST}, true},
        {{net, 1, one, id, 0, 0, false, 2}, true},
        {{net, 2, two, id, 0, 0, false, 1}, false},
        {{net, 2, two, id, 0, 0, false, MACHINE_STATES_MOST + 1}, false},
        {{net, 0, two, id, 0, 0, false, 2}, false},
        {{net, 1, none, id, 0, 0, false, 2}, false},
        {{silent, 2, two, id, 0, 1, false, 2}, true},
        {{silent, 2, two, id, 0, -1, false, 2}, false},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct machine *m = machine_new(&cases[k].plan);
        if ((m != NULL) != cases[k].may)
            fail_msg("case %zu", k);
        machine_free(m);
    }
    lstm_free(net);
    lstm_free(silent);
}

static int changed(const struct reading_choice *c)
{
    return (strcmp(c->order, "ifgo") != 0) + (c->biases != 0) + (c->gate_function != GATE_SIGMOID)
           + (fabs(c->forget_bias) > 1e-9);
}

/* Of readings that agree, those that change less come first, of those the ones that agree better. */
static void readings_that_agree_come_in_the_order_of_what_they_change(void **state)
{
    (void)state;
    static const char text[] =
        "{\"format\":\"pytorch\",\"vocabulary\":[\"a\",\"b\"],\"sequence\":[\"a\",\"b\"],"
        "\"expected\":{\"h\":[[0.5],[0.5]],\"tolerance\":10},\"tensors\":{\"embedding.weight\":[[1],[2]],"
        "\"lstm.weight_ih_l0\":[[0.25],[-0.5],[1],[2]],\"lstm.weight_hh_l0\":[[1],[2],[-1],[0.5]],"
        "\"lstm.bias_ih_l0\":[0.5,-0.25,1,0.125],\"lstm.bias_hh_l0\":[1,-2,0.25,0.5]}}";
    enum { MOST = 700 };
    static struct reading_choice all[MOST], few[5];
    struct err e = {""};
    int tried, again;
    struct model *m = model_parse(text, strlen(text), "F", NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    struct session *s = session_new(m, &e);
    int n = proof_search(session_model(s), session_inputs(s), 2, all, MOST, &tried);
    assert_int_equal(tried, 24 * 3 * GATE_FUNCTIONS * 3 - 1);  /* all but its own */
    assert_int_equal(n, tried);
    for (int k = 0; k < n; k++)
        assert_int_not_equal(changed(&all[k]), 0);
    for (int k = 1; k < n; k++) {
        if (changed(&all[k]) < changed(&all[k - 1])
            || (changed(&all[k]) == changed(&all[k - 1]) && all[k].score < all[k - 1].score))
            fail_msg("place %d: %d changes, %g, behind %d, %g", k, changed(&all[k]), all[k].score, changed(&all[k - 1]),
                     all[k - 1].score);
    }
    assert_int_equal(proof_search(session_model(s), session_inputs(s), 2, few, 5, &again), 5);
    for (int k = 0; k < 5; k++)                                /* as many as are wanted, and the first of them */
        assert_memory_equal(&few[k].score, &all[k].score, sizeof few[k].score);
    session_free(s);
}

/* Words at most two letters away, the nearest first, never the one that stands for all others. */
static void a_word_that_is_none_is_taken_for_near_ones_only(void **state)
{
    (void)state;
    static const char text[] =
        "{\"format\":\"pytorch\",\"vocabulary\":[\"<unk>\",\"<unks>\",\"playing\",\"played\",\"player\",\"prayed\"],"
        "\"sequence\":[\"played\"],\"tensors\":{\"embedding.weight\":[[1],[2],[3],[4],[5],[6]],"
        "\"lstm.weight_ih_l0\":[[1],[1],[1],[1]],\"lstm.weight_hh_l0\":[[1],[1],[1],[1]]}}";
    static const struct { const char *word; int top, n, id[4]; } cases[] = {
        {"played", 4, 3, {3, 4, 5}},       {"playd", 4, 3, {3, 4, 5}}, {"playd", 1, 1, {3}}, {"playinng", 4, 1, {2}},
        {"plaaayed", 4, 1, {3}},           {"plaaaayed", 4, 0, {0}},   {"<unk", 4, 1, {1}},  {"dog", 4, 0, {0}},
    };
    struct err e = {""};
    struct model *m = model_parse(text, strlen(text), "F", NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    struct session *s = session_new(m, &e);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        int id[4], n = expect_alike(s, cases[k].word, cases[k].top, id);
        if (n != cases[k].n)
            fail_msg("%s: %d words, the first is %d", cases[k].word, n, n ? id[0] : -1);
        for (int i = 0; i < n; i++)
            assert_int_equal(id[i], cases[k].id[i]);
    }
    session_free(s);
    /* Letters are near one another in no such way, and numbers have none. */
    static const char letters[] = "{\"format\":\"pytorch\",\"vocabulary\":[\"a\",\"b\"],\"sequence\":[\"a\"],"
                                  "\"tensors\":{\"embedding.weight\":[[1],[2]],"
                                  "\"lstm.weight_ih_l0\":[[1],[1],[1],[1]],\"lstm.weight_hh_l0\":[[1],[1],[1],[1]]}}";
    static const char numbers[] =
        "{\"format\":\"pytorch\",\"inputs\":[[1]],\"tensors\":{\"lstm.weight_ih_l0\":[[1],[1],[1],[1]],"
        "\"lstm.weight_hh_l0\":[[1],[1],[1],[1]]}}";
    for (int k = 0; k < 2; k++) {
        int id[4];
        s = session_new(model_parse(k ? numbers : letters, strlen(k ? numbers : letters), "F", NULL, &e), &e);
        assert_non_null(s);
        assert_int_equal(expect_alike(s, "a", 4, id), 0);
        session_free(s);
    }
}

/* A head of numbers of its own overflows, too. */
static void a_value_that_is_too_large_for_a_float_is_named(void **state)
{
    (void)state;
    static const char text[] =
        "{\"format\":\"pytorch\",\"inputs\":[[9],[-9]],\"tensors\":{\"lstm.weight_ih_l0\":[[9],[9],[9],[9]],"
        "\"lstm.weight_hh_l0\":[[0],[0],[0],[0]],"
        "\"fc.weight\":[[3e38]],\"fc.bias\":[3e38]}}";
    struct err e = {""};
    struct model *m = model_parse(text, strlen(text), "F", NULL, &e);
    struct overflow found[4];
    if (!m)
        fail_msg("%s", e.text);
    struct session *s = session_new(m, &e);
    assert_non_null(s);
    assert_int_equal(session_overflow(s, RUN_BASE, 1, found, 4), 1);       /* 3e38 · 0.76 + 3e38 */
    assert_int_equal(session_overflow(s, RUN_BASE, 2, found, 4), 0);       /* and of h near 0 not */
    session_free(s);
}

/* Undoing leads back to the step and the part of it where the edit was made. */
static void undo_leads_back_to_the_part_of_the_step(void **state)
{
    (void)state;
    struct err e = {""};
    struct session *s = session_new(model_builtin("lesson-cell", &e), &e);
    session_goto(s, 3);
    for (int k = 0; k < 4; k++)
        assert_true(session_substep(s, -1));
    const struct cursor before = *session_cursor(s);
    assert_int_not_equal(before.sub, SUB_H);
    assert_true(session_set_text(s, "She came", "test", &e));
    assert_int_equal(session_cursor(s)->sub, SUB_H);
    assert_true(session_undo(s));
    assert_int_equal(session_cursor(s)->step, before.step);
    assert_int_equal(session_cursor(s)->sub, before.sub);
    session_free(s);
}

/* Each number of a network has its say in the fingerprint, the last of every part, too. */
static void a_fingerprint_notices_every_number(void **state)
{
    (void)state;
    struct lstm *net = one_layer(3, 3, 4, true);
    struct lstm_layer *l = &net->layer[0];
    float *const last[] = {&net->embedding[3 * 2 - 1], &net->h0[0][2], &net->c0[0][2],   &l->W[Q_F][3 * 5 - 1],
                           &l->W[Q_O][3 * 5 - 1],      &l->b[Q_G][2],  &l->peep[Q_I][2], &l->peep[Q_O][2]};
    const uint64_t before = fingerprint_net(net);
    for (size_t k = 0; k < sizeof last / sizeof *last; k++) {
        const float was = *last[k];
        *last[k] = 0.5f;
        if (fingerprint_net(net) == before)
            fail_msg("number %zu is not noticed", k);
        *last[k] = was;
    }
    assert_true(fingerprint_net(net) == before);
    l->coupled = true;
    assert_true(fingerprint_net(net) != before);
    l->coupled = false;
    l->gate_function = GATE_HARD_KERAS2;
    assert_true(fingerprint_net(net) != before);
    lstm_free(net);
}

static struct session *expecting_session(void)
{
    static const char text[] =
        "{\"format\":\"pytorch\",\"inputs\":[[0.75],[-0.5],[1]],"
        "\"expected\":{\"h\":[[0],[0],[0]],\"tolerance\":1e-5},\"tensors\":{"
        "\"lstm.weight_ih_l0\":[[0.5],[-0.75],[1.25],[0.875]],\"lstm.weight_hh_l0\":[[0.25],[0.625],[-1.125],[0.375]],"
        "\"lstm.bias_ih_l0\":[0.125,-0.5,0.25,0.75],\"lstm.bias_hh_l0\":[-0.375,0.875,0.5,-0.25]}}";
    struct err e = {""};
    struct model *m = model_parse(text, strlen(text), "F", NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    struct session *s = session_new(m, &e);
    assert_non_null(s);
    return s;
}

/* What float32 rounds away is allowed for, and no more than that. */
static void rounding_excuses_no_difference_that_is_one(void **state)
{
    (void)state;
    static const struct {
        float off;
        bool within;
    } cases[] = {{0, true}, {9e-6f, true}, {2e-5f, false}, {2e-3f, false}};
    struct session *s = expecting_session();
    struct trace *tr = trace_new(session_net(s), 3);
    lstm_run(session_net(s), session_inputs(s), 0, NULL, 0, tr);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct proof p;
        for (int t = 1; t <= 3; t++)
            session_model(s)->expected->h[t - 1] = *trace_row(tr, 0, Q_H, t) + (t == 2 ? cases[k].off : 0);
        assert_true(proof_compare(session_model(s), session_net(s), tr, session_inputs(s), &p));
        if (p.within != cases[k].within)
            fail_msg("%g off", (double)cases[k].off);
        if (!p.within) {
            assert_true(p.rounding < 1e-6);
            assert_int_equal(p.step, 2);
        }
    }
    trace_free(tr);
    session_free(s);
}

/* Another model has fewer layers and units: the cursor is on one that it has. */
static void a_smaller_model_has_the_cursor_within(void **state)
{
    (void)state;
    struct err e = {""};
    const struct random_model large = {
        .layers = 3, .hidden = 6, .embed = 2, .words = 5, .outputs = 5, .steps = 6, .seed = 1};
    struct random_model small = large;
    small.layers = 2;
    small.hidden = 3;
    size_t lost = 0;
    struct session *s = session_new(model_random(&large), &e);
    session_goto(s, 6);
    session_select(s, 2, 5, VAL_COUNT - 1);
    struct session *n = session_renewed(s, model_random(&small), &lost, &e);
    assert_non_null(n);
    assert_int_equal(session_cursor(n)->layer, 1);
    assert_int_equal(session_cursor(n)->unit, 2);
    assert_int_equal(session_cursor(n)->step, 6);
    session_free(n);
    session_free(s);
}

/* f keeps above one half, not at it; what lets go is left out of the mean and of the number. */
static void only_steps_that_keep_more_than_half_count_as_keeping(void **state)
{
    (void)state;
    static const float f[] = {0.9f, 0.5f, 0.2f, 0.8f, 0.4f, 0.1f, 0.6f, 1, 0.3f, 0.05f, 0.75f, 0};
    const struct series s = {.v = f, .stride = 3, .lag = 1, .units = 3, .steps = 4};
    double mean[3];
    int kept[3];
    series_keep(&s, mean, kept);
    assert_int_equal(kept[0], 3);
    assert_int_equal(kept[1], 2);
    assert_int_equal(kept[2], 0);
    assert_true(fabs(mean[0] - cbrt(0.9 * 0.8 * 0.6)) < 1e-7);
    assert_true(fabs(mean[1] - sqrt(1 * 0.75)) < 1e-7);
    assert_true(isnan(mean[2]));
    assert_true(isinf(half_life(1)) && fabs(half_life(0.5) - 1) < 1e-12 && isnan(half_life((double)NAN)));
    assert_true(half_life(0) == 0 && fabs(half_life(sqrt(0.5)) - 2) < 1e-12);
}

static void more_than_can_be_counted_is_not_asked_for(void **state)
{
    (void)state;
    size_t n = 7;
    assert_false(mem_product(SIZE_MAX, 2, &n));
    assert_int_equal(n, 7);
    assert_true(mem_product(SIZE_MAX / 2, 2, &n) && n == SIZE_MAX - 1);
    assert_true(mem_product(SIZE_MAX, 0, &n) && n == 0);
    char *p = mem_again(NULL, 4, 1);
    memcpy(p, "abc", 4);
    assert_null(mem_again(p, SIZE_MAX / 4 + 1, 4));
    assert_string_equal(p, "abc");
    p = mem_again(p, 100, 10);
    assert_string_equal(p, "abc");
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_usual_cell_is_called_plain),
        cmocka_unit_test(a_difference_counts_by_the_size_of_the_number),
        cmocka_unit_test(states_are_looked_for_only_where_there_can_be_some),
        cmocka_unit_test(readings_that_agree_come_in_the_order_of_what_they_change),
        cmocka_unit_test(a_word_that_is_none_is_taken_for_near_ones_only),
        cmocka_unit_test(a_fingerprint_notices_every_number),
        cmocka_unit_test(a_value_that_is_too_large_for_a_float_is_named),
        cmocka_unit_test(undo_leads_back_to_the_part_of_the_step),
        cmocka_unit_test(rounding_excuses_no_difference_that_is_one),
        cmocka_unit_test(a_smaller_model_has_the_cursor_within),
        cmocka_unit_test(only_steps_that_keep_more_than_half_count_as_keeping),
        cmocka_unit_test(more_than_can_be_counted_is_not_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
