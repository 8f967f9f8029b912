/* Setting a value of every unit at every step, side by side, says what one rerun after the other says. */
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
#include "base/threads.h"
#include "core/sweep.h"
#include "support/reference.h"

struct shape {
    int layers, hidden[3], in, outputs, steps;
    double scale;              /* of the weights: 1 forgets soon, 6 is chaotic */
    float forget_bias;
    int pins;
};

struct net_case {
    struct lstm *net;
    const float **x;
    struct trace *tr;
    struct pin *pins;
    size_t pin_count;
    int steps;
};

static bool with_peepholes;       /* of the networks that open_case makes */

static struct net_case open_case(const struct shape *s, struct ref_random *r)
{
    struct net_case c = {.steps = s->steps, .pin_count = (size_t)s->pins};
    c.net = ref_network(&(struct lstm_shape){.layers = s->layers, .vocab = 7, .embed = s->in,
                                               .outputs = s->outputs, .hidden = s->hidden, .peepholes = with_peepholes},
                        s->scale, r);
    assert_non_null(c.net);
    for (int l = 0; l < s->layers; l++)
        for (int u = 0; u < s->hidden[l]; u++)
            c.net->layer[l].b[Q_F][u] += s->forget_bias;
    assert_true(lstm_pack(c.net));
    c.x = xcalloc((size_t)s->steps, sizeof *c.x);
    for (int t = 0; t < s->steps; t++)
        c.x[t] = c.net->embedding + ref_below(r, 7) * s->in;
    c.pins = xcalloc((size_t)s->pins + 1, sizeof *c.pins);
    for (int k = 0; k < s->pins; k++) {
        struct pin p = {.layer = ref_below(r, s->layers),
                        .step = 1 + ref_below(r, s->steps),
                        .q = (enum quantity)ref_below(r, Q_COUNT)};
        p.unit = ref_below(r, s->hidden[p.layer]);
        p.value = (float)ref_uniform(r, 0, 1);
        bool there = false;
        for (int j = 0; j < k; j++)
            there = there || pin_compare(&c.pins[j], &p) == 0;
        if (there) {
            k--;
            continue;
        }
        c.pins[k] = p;
    }
    qsort(c.pins, c.pin_count, sizeof *c.pins, pin_compare);
    c.tr = trace_new(c.net, s->steps);
    lstm_run(c.net, c.x, 0, c.pins, c.pin_count, c.tr);
    return c;
}

static void close_case(struct net_case *c)
{
    trace_free(c->tr);
    lstm_free(c->net);
    free(c->x);
    free(c->pins);
}

/* The whole sentence once more, with the pins of a window more. */
static float rerun(const struct net_case *c, const struct sweep_question *q, int step, int unit, struct trace *tr)
{
    int window = q->window > 1 ? q->window : 1, units = c->net->layer[q->layer].hidden;
    struct pin *pins = xcalloc(c->pin_count + (size_t)window, sizeof *pins);
    size_t n = 0;
    for (size_t k = 0; k < c->pin_count; k++) {
        const struct pin *p = &c->pins[k];
        if (p->layer != q->layer || p->q != q->q || p->unit != unit || p->step < step || p->step >= step + window)
            pins[n++] = *p;
    }
    for (int t = step; t < step + window && t <= q->step; t++)
        pins[n++] = (struct pin){t, q->layer, q->q, unit,
                                 q->values ? q->values[(t - q->first) * units + unit] : 0};
    qsort(pins, n, sizeof *pins, pin_compare);
    lstm_run(c->net, c->x, 0, pins, n, tr);
    float *p = xcalloc((size_t)c->net->outputs, sizeof *p);
    lstm_logits(c->net, tr, q->step, p);
    float against = p[q->target] - p[q->rival];
    softmax(p, c->net->outputs, p);
    float v = q->against ? against : p[q->target];
    free(p);
    free(pins);
    return v;
}

/* The largest difference from reruns over all places. */
static float hold_against_reruns(const struct net_case *c, const struct sweep_question *q)
{
    struct sweep *w = sweep_new(c->net, c->tr, c->x, q, c->pins, c->pin_count);
    assert_non_null(w);
    struct trace *tr = trace_new(c->net, c->steps);
    float worst = 0;
    for (int s = q->first; s <= q->step; s++)
        for (int u = 0; u < w->units; u++) {
            float d = fabsf(rerun(c, q, s, u, tr) - sweep_closed(w, s, u));
            if (!(d <= worst))
                worst = d;
        }
    trace_free(tr);
    sweep_free(w);
    return worst;
}

static void agree(const struct shape *s, uint64_t seed)
{
    struct ref_random r = {seed};
    struct net_case c = open_case(s, &r);
    for (int layer = 0; layer < s->layers; layer++)
        for (int k = 0; k < 2; k++) {
            struct sweep_question q = {.step = k ? 1 + ref_below(&r, s->steps) : s->steps,
                                       .first = 1,
                                       .layer = layer,
                                       .target = ref_below(&r, s->outputs)};
            if (k)
                q.first = 1 + ref_below(&r, q.step);
            float worst = hold_against_reruns(&c, &q);
            if (!(worst <= 1e-5f))
                fail_msg("layer %d of %d, H=%d, T=%d, scale %g, forget bias %g, %d pins: differs by %g", layer + 1,
                         s->layers, s->hidden[layer], s->steps, s->scale, (double)s->forget_bias, s->pins,
                         (double)worst);
        }
    close_case(&c);
}

static void it_agrees_with_reruns_at_any_size(void **state)
{
    (void)state;
    static const struct shape shapes[] = {
        {1, {1}, 1, 2, 1, 1, 0, 0},       {1, {3}, 4, 10, 8, 3, 0, 0},     {1, {16}, 5, 70, 20, 2, 1, 0},
        {1, {17}, 3, 5, 30, 1, 3, 0},     {1, {50}, 20, 65, 12, 2, 0, 0},  {1, {128}, 16, 30, 6, 2, 1, 0},
    };
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
        agree(&shapes[k], 100 + k);
}

static void it_agrees_where_differences_die_out_and_where_they_grow(void **state)
{
    (void)state;
    static const double scales[] = {0.3, 1, 2, 4, 6, 10};
    static const float biases[] = {-2, 0, 2, 5};
    for (size_t k = 0; k < sizeof scales / sizeof *scales; k++)
        for (size_t b = 0; b < sizeof biases / sizeof *biases; b++)
            for (uint64_t seed = 1; seed <= 3; seed++)
                agree(&(struct shape){1, {12}, 6, 9, 40, scales[k], biases[b], 0}, seed * 1000 + k * 10 + b);
}

/* A weak head lets reruns end early, a strong one does not: neither may be seen in the result. */
static void it_agrees_under_weak_heads_and_strong_ones(void **state)
{
    (void)state;
    static const float heads[] = {0.05f, 0.3f, 3, 20};
    static const float biases[] = {0, 1, 4};
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++)
        for (size_t b = 0; b < sizeof biases / sizeof *biases; b++) {
            struct ref_random r = {k * 10 + b + 1};
            struct net_case c = open_case(&(struct shape){1, {40}, 6, 9, 40, 0.6, biases[b], 0}, &r);
            for (int w = 0; w < 9 * 40; w++)
                c.net->out_W[w] *= heads[k];
            for (int target = 0; target < 9; target += 4) {
                float worst =
                    hold_against_reruns(&c, &(struct sweep_question){.step = 40, .first = 1, .target = target});
                if (!(worst <= 1e-5f))
                    fail_msg("head times %g, forget bias %g: differs by %g", (double)heads[k], (double)biases[b],
                             (double)worst);
            }
            close_case(&c);
        }
}

/* The head is asked a part of the outputs at a time, and more than once where many reruns wait: what e to the power of
 * one part comes to is far beyond another part's, or beyond a float. */
static void it_agrees_where_some_outputs_are_far_above_others(void **state)
{
    (void)state;
    static const struct { int at[3]; float bias; } heads[] = {
        {{3, 7, 70}, 95}, {{100, 101, 129}, 95}, {{2, 90, 129}, -120}, {{64, 65, 127}, 95}};
    threads_set(1);
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++) {
        struct ref_random r = {k + 71};
        struct net_case c = open_case(&(struct shape){1, {90}, 6, 130, 36, 1, 5, 0}, &r);
        for (int w = 0; w < 130 * 90; w++)        /* so loud that no rerun ends early: all wait for the head */
            c.net->out_W[w] *= 6;
        for (int j = 0; j < 3; j++)
            c.net->out_b[heads[k].at[j]] += heads[k].bias;
        float z[130];
        int target = 0;
        lstm_run(c.net, c.x, 0, NULL, 0, c.tr);
        lstm_logits(c.net, c.tr, 36, z);
        for (int o = 0; o < 130; o++)             /* the likeliest: what is wrong with its sum shows */
            target = z[o] > z[target] ? o : target;
        float worst = hold_against_reruns(&c, &(struct sweep_question){.step = 36, .first = 1, .target = target});
        if (!(worst <= 4e-5f))                    /* a float of 100 has no more */
            fail_msg("output %d of head %zu: differs by %g", target, k, (double)worst);
        close_case(&c);
    }
    threads_set(0);
}

static long steps_of(const struct shape *s, float head)
{
    struct ref_random r = {5};
    struct net_case c = open_case(s, &r);
    for (int w = 0; w < s->outputs * s->hidden[0]; w++)
        c.net->out_W[w] *= head;
    struct sweep *w = sweep_new(c.net, c.tr, c.x, &(struct sweep_question){.step = s->steps, .first = 1, .target = 1},
                                NULL, 0);
    assert_non_null(w);
    long steps = w->steps;
    sweep_free(w);
    close_case(&c);
    return steps;
}

/* What makes it quick is that a rerun ends as soon as what is left of it is known: where the network forgets, and where
 * its head hears little. */
static void a_rerun_ends_as_soon_as_what_it_changes_is_known(void **state)
{
    (void)state;
    enum { H = 24, T = 80, ALL = H * T * (T + 1) / 2 };
    const struct shape forgets = {1, {H}, 6, 9, T, 0.3, -3, 0}, keeps = {1, {H}, 6, 9, T, 0.3, 2, 0};
    assert_in_range(steps_of(&forgets, 1), H * T, ALL / 6);
    assert_true(steps_of(&keeps, 1) > ALL / 2);
    assert_in_range(steps_of(&keeps, 0.01f), H * T, steps_of(&keeps, 1) / 3);
}

static void pins_stay_in_force(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        agree(&(struct shape){1, {6}, 3, 8, 12, 2, 1, 20}, seed);
        agree(&(struct shape){1, {20}, 5, 8, 15, 1, 0, 60}, seed + 50);
    }
}

static void any_layer_of_a_stack_can_be_asked(void **state)
{
    (void)state;
    agree(&(struct shape){2, {5, 9}, 4, 11, 14, 2, 1, 0}, 1);
    agree(&(struct shape){2, {33, 18}, 7, 11, 10, 2, 0, 12}, 2);
    agree(&(struct shape){3, {4, 16, 3}, 5, 6, 12, 3, 1, 10}, 3);
}

static void a_gate_that_keeps_nothing_can_be_shut_without_effect(void **state)
{
    (void)state;
    struct ref_random r = {9};
    struct net_case c = open_case(&(struct shape){1, {4}, 3, 6, 5, 1, 0, 0}, &r);
    for (int u = 0; u < 4; u++)
        c.net->c0[0][u] = 0;
    lstm_run(c.net, c.x, 0, NULL, 0, c.tr);
    struct sweep *w = sweep_new(c.net, c.tr, c.x,
                                &(struct sweep_question){.step = 5, .first = 1, .target = 2}, NULL, 0);
    for (int u = 0; u < 4; u++)
        assert_true(sweep_closed(w, 1, u) == w->p);              /* C_0 is 0 */
    assert_int_equal(w->runs, 4 * 4);
    sweep_free(w);
    close_case(&c);
}

static void a_pinned_cell_state_shields_what_is_before_it(void **state)
{
    (void)state;
    struct ref_random r = {11};
    struct net_case c = open_case(&(struct shape){1, {3}, 3, 6, 6, 2, 1, 0}, &r);
    struct pin hold = {4, 0, Q_C, 1, 0.5f};
    lstm_run(c.net, c.x, 0, &hold, 1, c.tr);
    struct sweep *w = sweep_new(c.net, c.tr, c.x,
                                &(struct sweep_question){.step = 6, .first = 4, .target = 2}, &hold, 1);
    assert_true(sweep_closed(w, 4, 1) == w->p);
    assert_true(sweep_closed(w, 5, 1) != w->p);
    sweep_free(w);
    close_case(&c);
}

static void every_kernel_agrees(void **state)
{
    (void)state;
    static const char *const names[] = {"portable", "avx2", "avx512"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (lstm_kernel_force(names[k])) {
            agree(&(struct shape){1, {21}, 5, 9, 16, 2, 1, 5}, 21);
            agree(&(struct shape){2, {7, 18}, 5, 9, 10, 2, 1, 5}, 22);
        }
    lstm_kernel_force(NULL);
}

/* Every quantity, to values of its own at every place, in windows, in cells with and without peepholes, coupled or
 * not, as a probability and as a difference of two logits. */
static void agree_when_set(const struct shape *s, bool peepholes, bool coupled, uint64_t seed)
{
    struct ref_random r = {seed};
    struct net_case c = open_case(s, &r);
    for (int l = 0; l < s->layers; l++) {
        struct lstm_layer *lay = &c.net->layer[l];
        lay->coupled = coupled;
        for (int u = 0; peepholes && u < lay->hidden; u++)
            for (int q = 0; q < GATES; q++)
                if (lay->peep[q])
                    lay->peep[q][u] = (float)ref_uniform(&r, -1, 1);
    }
    assert_true(lstm_pack(c.net));
    lstm_run(c.net, c.x, 0, c.pins, c.pin_count, c.tr);
    for (int layer = 0; layer < s->layers; layer++)
        for (int q = 0; q < Q_COUNT; q++)
            for (int k = 0; k < 4; k++) {
                int units = s->hidden[layer];
                struct sweep_question ask = {.step = s->steps, .first = 1 + k % 2, .layer = layer,
                                             .target = ref_below(&r, s->outputs), .q = (enum quantity)q,
                                             .window = k < 2 ? 0 : 1 + ref_below(&r, 4), .against = k % 2,
                                             .rival = ref_below(&r, s->outputs)};
                float *values = xcalloc((size_t)(s->steps * units), sizeof *values);
                for (int v = 0; v < s->steps * units; v++)
                    values[v] = (float)ref_uniform(&r, q == Q_F || q == Q_I || q == Q_O ? 0 : -1, 1);
                ask.values = values;
                float worst = hold_against_reruns(&c, &ask);
                if (!(worst <= 1e-5f * (float)(ask.against ? 10 : 1)))
                    fail_msg("%s of layer %d, window %d%s%s%s, seed %d: differs by %g", quantity_name(ask.q), layer + 1,
                             ask.window, ask.against ? ", against" : "", peepholes ? ", peepholes" : "",
                             coupled ? ", coupled" : "", (int)seed, (double)worst);
                free(values);
            }
    close_case(&c);
}

static void any_value_can_be_set_to_anything_in_windows(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        with_peepholes = kind & 1;
        agree_when_set(&(struct shape){1, {6}, 3, 8, 9, 2, 1, 0}, kind & 1, kind & 2, 300 + (uint64_t)kind);
        agree_when_set(&(struct shape){1, {18}, 4, 8, 12, 1, 1, 30}, kind & 1, kind & 2, 310 + (uint64_t)kind);
        agree_when_set(&(struct shape){2, {5, 9}, 4, 11, 8, 2, 1, 8}, kind & 1, kind & 2, 320 + (uint64_t)kind);
    }
    with_peepholes = false;
}

static void a_value_that_is_there_already_changes_nothing(void **state)
{
    (void)state;
    struct ref_random r = {77};
    struct net_case c = open_case(&(struct shape){1, {7}, 3, 6, 8, 2, 1, 0}, &r);
    for (int q = 0; q < Q_COUNT; q++) {
        float values[8 * 7];
        for (int t = 1; t <= 8; t++)
            memcpy(values + (t - 1) * 7, trace_row(c.tr, 0, (enum quantity)q, t), 7 * sizeof(float));
        struct sweep *w = sweep_new(c.net, c.tr, c.x, &(struct sweep_question){.step = 8, .first = 1, .target = 2,
                                    .q = (enum quantity)q, .values = values}, NULL, 0);
        assert_int_equal(w->runs, 0);
        for (int t = 1; t <= 8; t++)
            for (int u = 0; u < 7; u++)
                assert_true(sweep_closed(w, t, u) == w->p);
        sweep_free(w);
    }
    close_case(&c);
}

/* A little at a time it comes to the same bits, the latest steps first; before it stands what the gradient forecasts,
 * which is right for a small change. */
static void a_piece_at_a_time_is_the_same_and_begins_with_a_forecast(void **state)
{
    (void)state;
    struct ref_random r = {11};
    struct net_case c = open_case(
        &(struct shape){.layers = 1, .hidden = {60}, .in = 5, .outputs = 6, .steps = 12, .scale = 1}, &r);
    enum { UNITS = 60, STEPS = 12 };
    float *values = xcalloc(UNITS * STEPS, sizeof *values);
    for (int t = 1; t <= STEPS; t++)
        for (int u = 0; u < UNITS; u++)
            values[(t - 1) * UNITS + u] = trace_row(c.tr, 0, Q_F, t)[u] - 0.02f;
    const struct sweep_question q = {.step = STEPS, .first = 1, .target = 2, .values = values};
    const struct computation of = {.net = c.net, .tr = c.tr, .x = c.x};
    threads_set(1);
    struct sweep *whole = sweep_new(c.net, c.tr, c.x, &q, NULL, 0), *w = sweep_begin(&of, &q);
    int before = 0;
    for (; w && !w->ready; before++)
        sweep_some(w, 0);
    assert_true(before > STEPS);
    threads_set(0);
    assert_true(whole && w && w->job && w->exact == STEPS + 1 && !whole->job && whole->exact == 1);
    double largest = 0, worst = 0;
    for (int t = 1; t <= STEPS; t++)
        for (int u = 0; u < UNITS; u++) {
            double change = (double)sweep_closed(whole, t, u) - (double)whole->p;
            largest = fmax(largest, fabs(change));
            worst = fmax(worst, fabs((double)sweep_closed(w, t, u) - (double)whole->p - change));
        }
    if (!(largest > 1e-5 && worst < 0.02 * largest))
        fail_msg("the forecast is off by %g of %g", worst, largest);
    int pieces = 0, exact = w->exact;
    for (; w->job; pieces++) {
        sweep_some(w, 0);
        assert_true(w->exact <= exact);
        exact = w->exact;
        for (int t = exact; t <= STEPS; t++)
            for (int u = 0; u < UNITS; u++)
                assert_true(sweep_closed(w, t, u) == sweep_closed(whole, t, u));
    }
    assert_true(pieces > 2 * STEPS && exact == 1);
    sweep_free(whole);
    sweep_free(w);
    free(values);
    close_case(&c);
}

static void the_same_at_once(const struct shape *s, bool against)
{
    static const int threads[] = {1, 2, 3, 8, 40};
    struct ref_random r = {31};
    struct net_case c = open_case(s, &r);
    const struct sweep_question q = {.step = s->steps, .first = 1, .target = 2, .against = against, .rival = 1};
    const struct computation of = {.net = c.net, .tr = c.tr, .x = c.x, .pins = c.pins, .pin_count = c.pin_count};
    struct sweep *alone = NULL;
    for (size_t k = 0; k < sizeof threads / sizeof *threads; k++) {
        threads_set(threads[k]);
        struct sweep *w = sweep_begin(&of, &q);
        assert_non_null(w);
        while (w->job) {
            sweep_some(w, 0);
            assert_true(w->exact >= 1 && w->exact <= s->steps + 1);
            for (int t = alone ? w->exact : s->steps + 1; t <= s->steps; t++)
                for (int u = 0; u < w->units; u++)
                    assert_true(sweep_closed(w, t, u) == sweep_closed(alone, t, u));
        }
        assert_int_equal(w->exact, 1);
        if (!alone) {
            alone = w;
            continue;
        }
        assert_memory_equal(w->closed, alone->closed, (size_t)(s->steps * w->units) * sizeof *w->closed);
        assert_true(w->p == alone->p && w->runs == alone->runs && w->steps == alone->steps);
        sweep_free(w);
    }
    threads_set(0);
    sweep_free(alone);
    close_case(&c);
}

static void it_is_the_same_bits_for_any_number_of_threads(void **state)
{
    (void)state;
    for (int against = 0; against < 2; against++) {
        the_same_at_once(&(struct shape){.layers = 1, .hidden = {61}, .in = 5, .outputs = 90, .steps = 23, .scale = 2,
                                         .forget_bias = 2, .pins = 5}, against);
        the_same_at_once(&(struct shape){.layers = 3, .hidden = {21, 9, 33}, .in = 5, .outputs = 6, .steps = 13,
                                         .scale = 1}, against);
    }
}

/* Whoever loses interest half-way loses nothing else. */
static void a_sweep_can_be_given_up(void **state)
{
    (void)state;
    struct ref_random r = {12};
    struct net_case c = open_case(
        &(struct shape){.layers = 2, .hidden = {9, 9}, .in = 5, .outputs = 6, .steps = 12, .scale = 1}, &r);
    const struct computation of = {.net = c.net, .tr = c.tr, .x = c.x};
    struct sweep *w = sweep_begin(&of, &(struct sweep_question){.step = 12, .first = 1, .target = 2});
    while (w && !w->ready)
        sweep_some(w, 0);
    assert_true(w && isnan(sweep_closed(w, 1, 0)));                /* below another layer nothing is forecast */
    sweep_some(w, 0);
    sweep_free(w);
    sweep_free(sweep_begin(&of, &(struct sweep_question){.step = 12, .first = 1, .layer = 1}));   /* not begun, even */
    close_case(&c);
}

static void what_it_costs_grows_with_the_square_of_the_distance(void **state)
{
    (void)state;
    struct lstm *net = lstm_new(&(struct lstm_shape){.layers = 1, .vocab = 5, .embed = 4,
            .outputs = 5, .hidden = (const int[]){128}});
    double near = sweep_cost(net, &(struct sweep_question){.step = 10, .first = 1}),
           far = sweep_cost(net, &(struct sweep_question){.step = 100, .first = 1});
    assert_true(far / near > 90 && far / near < 160);
    lstm_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_agrees_with_reruns_at_any_size),
        cmocka_unit_test(it_agrees_where_differences_die_out_and_where_they_grow),
        cmocka_unit_test(it_agrees_under_weak_heads_and_strong_ones),
        cmocka_unit_test(it_agrees_where_some_outputs_are_far_above_others),
        cmocka_unit_test(a_rerun_ends_as_soon_as_what_it_changes_is_known),
        cmocka_unit_test(pins_stay_in_force),
        cmocka_unit_test(any_layer_of_a_stack_can_be_asked),
        cmocka_unit_test(a_gate_that_keeps_nothing_can_be_shut_without_effect),
        cmocka_unit_test(a_pinned_cell_state_shields_what_is_before_it),
        cmocka_unit_test(every_kernel_agrees),
        cmocka_unit_test(any_value_can_be_set_to_anything_in_windows),
        cmocka_unit_test(a_value_that_is_there_already_changes_nothing),
        cmocka_unit_test(a_piece_at_a_time_is_the_same_and_begins_with_a_forecast),
        cmocka_unit_test(it_is_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(a_sweep_can_be_given_up),
        cmocka_unit_test(what_it_costs_grows_with_the_square_of_the_distance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
