/* The engine computes what an LSTM is: against a case worked by hand, against numbers PyTorch computed, and against an
 * independent double-precision LSTM, with every kernel this machine can run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/lstm.h"
#include "core/projected.h"
#include "support/kernels.h"
#include "support/reference.h"
#include "support/skip.h"
#include "support/torch.h"

/* ---- how far apart two runs are ---- */

struct difference {
    double gates;              /* the largest absolute difference of f, i, g, o, h */
    double C;                  /* the largest relative difference of C, with 1e-6 absolute below which nothing counts */
    double surprisal;          /* the same of surprisal */
};

static double relative(double got, double want)
{
    double d = fabs(got - want);
    return d <= 1e-6 ? 0.0 : d / fabs(want);
}

static void widen(double *largest, double d)
{
    if (!(d <= *largest)) /* NaN is a difference, too */
        *largest = d;
}

static void expect_close(const char *name, const struct difference *d)
{
    if (name)
        printf("  %-10s %-8s largest difference: gates, h %.1e   C %.1e   surprisal %.1e\n", name, lstm_kernel(),
               d->gates, d->C, d->surprisal);
    assert_true(d->gates <= 1e-5);
    assert_true(d->C <= 1e-4);
    assert_true(d->surprisal <= 1e-4);
}

/* ---- a case worked by hand ---- */

/* H = 1, E = 1. Two steps, worked out in the comments with four digits; asserted with more. */
static void hand(void)
{
    int one = 1;
    struct lstm *net = lstm_new(&(struct lstm_shape){ .layers = 1, .embed = 1, .hidden = &one });
    assert_non_null(net);
    /* columns: h, then x */
    net->layer[0].W[Q_F][0] = 0.5f, net->layer[0].W[Q_F][1] = 1.0f, net->layer[0].b[Q_F][0] = 1.0f;
    net->layer[0].W[Q_I][0] = -1.0f, net->layer[0].W[Q_I][1] = 2.0f, net->layer[0].b[Q_I][0] = 0.0f;
    net->layer[0].W[Q_G][0] = 0.25f, net->layer[0].W[Q_G][1] = -0.5f, net->layer[0].b[Q_G][0] = 0.0f;
    net->layer[0].W[Q_O][0] = 0.0f, net->layer[0].W[Q_O][1] = 1.0f, net->layer[0].b[Q_O][0] = -1.0f;
    assert_true(lstm_pack(net));
    const float one_ = 1.0f, minus = -1.0f, *x[] = { &one_, &minus };
    struct trace *tr = trace_new(net, 2);
    assert_non_null(tr);
    lstm_run(net, x, 0, NULL, 0, tr);
    static const double want[2][Q_COUNT] = {
        /* x = 1, h = C = 0: f = σ(2), i = σ(2), g = tanh(-0.5), o = σ(0); C = i·g; h = o·tanh(C) */
        { 0.88079708, 0.88079708, -0.46211716, 0.50000000, -0.40703144, -0.19297460 },
        /* x = -1, h = -0.1930, C = -0.4070: f = σ(-0.0965), i = σ(-1.8070), g = tanh(0.4518), o = σ(-2) */
        { 0.47589687, 0.14099802, 0.42334166, 0.11920292, -0.13401466, -0.01587998 },
    };
    for (int t = 1; t <= 2; t++)
        for (int q = 0; q < Q_COUNT; q++)
            assert_float_equal(*trace_row(tr, 0, (enum quantity)q, t), want[t - 1][q], 2e-7f);
    assert_float_equal(*trace_row(tr, 0, Q_F, 0), 0.0f, 0.0f);
    assert_float_equal(*trace_row(tr, 0, Q_C, 0), 0.0f, 0.0f);
    trace_free(tr);
    lstm_free(net);
}

static void one_unit_does_what_paper_and_pencil_say(void **state)
{
    (void)state;
    each_kernel(hand);
}

/* ---- PyTorch's numbers ---- */

static void compare_with_json(const struct torch_case *c, const struct trace *tr, const cJSON *run,
                              struct difference *d)
{
    static const char *const key[Q_COUNT] = { "f", "i", "g", "o", "c", "h" };
    const cJSON *layers = cJSON_GetObjectItem(run, "layers"), *layer, *step, *number;
    int l = 0, compared = 0;
    cJSON_ArrayForEach(layer, layers) {
        int t = 1;
        cJSON_ArrayForEach(step, layer) {
            for (int q = 0; q < Q_COUNT; q++) {
                int u = 0;
                const float *row = trace_row(tr, l, (enum quantity)q, t);
                cJSON_ArrayForEach(number, cJSON_GetObjectItemCaseSensitive(step, key[q])) {
                    double got = (double)row[u++];
                    if (q == Q_C)
                        widen(&d->C, relative(got, number->valuedouble));
                    else
                        widen(&d->gates, fabs(got - number->valuedouble));
                    compared++;
                }
                assert_int_equal(u, c->net->layer[l].hidden);
            }
            t++;
        }
        assert_int_equal(t - 1, c->steps);
        l++;
    }
    assert_int_equal(l, c->net->layers);
    assert_true(compared > 0);
    float *logits = xcalloc((size_t)c->net->outputs, sizeof *logits);
    const cJSON *surprisals = cJSON_GetObjectItem(run, "surprisal");
    int t = 1;
    cJSON_ArrayForEach(number, surprisals) {
        lstm_logits(c->net, tr, t, logits);
        widen(&d->surprisal, relative(surprisal(logits, c->net->outputs, c->ids[t]), number->valuedouble));
        t++;
    }
    assert_int_equal(t, c->steps);
    free(logits);
}

static bool forced_pin(const struct torch_case *c, struct pin *p)
{
    const cJSON *forced = cJSON_GetObjectItem(c->expected, "forced");
    if (!forced)
        return false;
    *p = (struct pin){ .step = cJSON_GetObjectItem(forced, "step")->valueint + 1, /* files count from 0 here */
                       .layer = cJSON_GetObjectItem(forced, "layer")->valueint,
                       .q = Q_F,
                       .unit = cJSON_GetObjectItem(forced, "unit")->valueint,
                       .value = (float)cJSON_GetObjectItem(forced, "f")->valuedouble };
    return true;
}

static void check_case(const char *dir, const char *name)
{
    struct torch_case *c = torch_open(dir, name);
    if (!c)
        fail_msg("%s/%s: not all of its files are there", dir, name);
    struct difference d = { 0, 0, 0 };
    struct trace *tr = trace_new(c->net, c->steps);
    assert_non_null(tr);
    lstm_run(c->net, c->x, 0, NULL, 0, tr);
    compare_with_json(c, tr, c->expected, &d);
    struct pin p;
    if (forced_pin(c, &p)) {
        lstm_run(c->net, c->x, p.step, &p, 1, tr);
        compare_with_json(c, tr, cJSON_GetObjectItem(c->expected, "forced"), &d);
    }
    trace_free(tr);
    torch_close(c);
    expect_close(name, &d);
}

static void numbers_kept_in_the_tree_come_out_again(void **state)
{
    (void)state;
    torch_each_kept_by_kernel(check_case);
}

static bool found;

static void what_pytorch_computed_comes_out(void **state)
{
    (void)state;
    if (!torch_each_by_kernel(check_case))
        skip_because(TORCH_MISSING);
}

static void case_of_darwin(void)
{
    found = torch_darwin(check_case);
}

static void a_published_model_reads_its_text_as_pytorch_reads_it(void **state)
{
    (void)state;
    each_kernel(case_of_darwin);
    if (!found)
        skip_because(TORCH_MISSING);
}

/* ---- the independent double-precision LSTM ---- */

struct shape {
    int layers, hidden[3], embed, steps;
};
static const struct shape shapes[] = {
    { 1, { 1 }, 1, 9 },         { 1, { 3 }, 4, 20 },          { 1, { 7 }, 5, 26 },        { 1, { 16 }, 16, 30 },
    { 1, { 17 }, 3, 25 },       { 1, { 64 }, 33, 50 },        { 1, { 130 }, 77, 30 },     { 2, { 7, 17 }, 11, 27 },
    { 2, { 64, 3 }, 1, 49 },    { 3, { 3, 16, 1 }, 9, 24 },   { 3, { 17, 7, 64 }, 2, 12 }, { 1, { 5 }, 6, 0 },
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* A random network, its inputs, and pins anywhere. */
struct world {
    struct lstm *net;
    int steps;
    float *values;
    const float **x;
    struct pin pins[40];
    size_t pin_count;
};

static void world_open(struct world *w, const struct shape *s, double scale, unsigned seed)
{
    struct ref_random r = { seed };
    struct lstm_shape shape = { .layers = s->layers, .hidden = s->hidden, .embed = s->embed, .outputs = 13 };
    memset(w, 0, sizeof *w);
    w->net = ref_network(&shape, scale, &r);
    assert_non_null(w->net);
    w->steps = s->steps;
    w->values = xcalloc((size_t)s->steps * (size_t)s->embed, sizeof *w->values);
    w->x = xcalloc((size_t)s->steps, sizeof *w->x);
    for (int t = 0; t < s->steps; t++) {
        /* some inputs come again, as words do */
        w->x[t] = w->values + (size_t)(t % 3 == 2 ? t - 2 : t) * (size_t)s->embed;
        for (int k = 0; k < s->embed; k++)
            w->values[(size_t)t * (size_t)s->embed + (size_t)k] = (float)ref_uniform(&r, -1.5, 1.5);
    }
    w->pin_count = sizeof w->pins / sizeof *w->pins;
    for (size_t p = 0; p < w->pin_count; p++) {
        int layer = ref_below(&r, s->layers), step = ref_below(&r, s->steps + 1);
        w->pins[p] = (struct pin){ .step = step, .layer = layer,
                                   .q = (enum quantity)(step ? ref_below(&r, Q_COUNT) : Q_C + ref_below(&r, 2)),
                                   .unit = ref_below(&r, s->hidden[layer]), .value = (float)ref_uniform(&r, -1, 1) };
    }
    qsort(w->pins, w->pin_count, sizeof *w->pins, pin_compare);
    size_t kept = 0; /* one pin for each place: which of two would win is nobody's business */
    for (size_t p = 0; p < w->pin_count; p++)
        if (!kept || pin_compare(&w->pins[kept - 1], &w->pins[p]))
            w->pins[kept++] = w->pins[p];
    w->pin_count = kept;
}

static void world_close(struct world *w)
{
    lstm_free(w->net);
    free(w->values);
    free(w->x);
}

static void compare_with_double(const struct world *w, const struct trace *tr, const struct ref_run *r,
                                struct difference *d)
{
    for (int l = 0; l < w->net->layers; l++)
        for (int t = 0; t <= w->steps; t++)
            for (int q = t ? Q_F : Q_C; q < Q_COUNT; q++)
                for (int u = 0; u < w->net->layer[l].hidden; u++) {
                    double got = (double)trace_row(tr, l, (enum quantity)q, t)[u];
                    double want = ref_at(r, l, (enum quantity)q, t, u);
                    if (q == Q_C)
                        widen(&d->C, relative(got, want));
                    else
                        widen(&d->gates, fabs(got - want));
                }
    float logits[13];
    for (int t = 0; t <= w->steps; t++) {
        lstm_logits(w->net, tr, t, logits);
        widen(&d->surprisal, relative(surprisal(logits, 13, t % 13), ref_surprisal(w->net, r, t, t % 13)));
    }
}

static void double_runs(void)
{
    struct difference d = { 0, 0, 0 };
    for (unsigned s = 0; s < SHAPES; s++)
        for (size_t pinned = 0; pinned < 2; pinned++) {
            struct world w;
            world_open(&w, &shapes[s], 2.0, 100 + s);
            size_t pins = pinned * w.pin_count;
            struct trace *tr = trace_new(w.net, w.steps);
            struct ref_run *r = ref_run(w.net, w.x, w.steps, w.pins, pins);
            assert_non_null(tr);
            lstm_run(w.net, w.x, 0, w.pins, pins, tr);
            compare_with_double(&w, tr, r, &d);
            trace_free(tr);
            ref_free(r);
            world_close(&w);
        }
    expect_close("random", &d);
}

static void any_shape_and_any_pins_agree_with_double_precision(void **state)
{
    (void)state;
    each_kernel(double_runs);
}

/* ---- runs from the middle ---- */

static void expect_same_rows(const struct lstm *net, const struct trace *a, const struct trace *b)
{
    for (int l = 0; l < net->layers; l++)
        for (int q = 0; q < Q_COUNT; q++)
            for (int t = 0; t <= a->steps; t++)
                assert_memory_equal(trace_row(a, l, (enum quantity)q, t), trace_row(b, l, (enum quantity)q, t),
                                    (size_t)net->layer[l].hidden * sizeof(float));
}

static void suffixes(void)
{
    for (unsigned s = 0; s < SHAPES; s++) {
        struct world w;
        world_open(&w, &shapes[s], 3.0, 200 + s);
        struct trace *whole = trace_new(w.net, w.steps), *parts = trace_new(w.net, w.steps);
        assert_true(whole && parts);
        lstm_run(w.net, w.x, 0, w.pins, w.pin_count, whole);
        lstm_run(w.net, w.x, 0, NULL, 0, parts); /* another past … */
        lstm_run(w.net, w.x, 0, w.pins, w.pin_count, parts);
        for (int t = 1; t <= w.steps; t++) {
            for (int l = 0; l < w.net->layers; l++) /* … and rubbish to come */
                for (int q = 0; q < Q_COUNT; q++)
                    memset(trace_row(parts, l, (enum quantity)q, t), 0x5a,
                           (size_t)(w.steps - t + 1) * parts->layer[l].stride * sizeof(float));
            lstm_run(w.net, w.x, t, w.pins, w.pin_count, parts);
            expect_same_rows(w.net, whole, parts);
        }
        trace_free(whole);
        trace_free(parts);
        world_close(&w);
    }
}

static void a_run_from_any_step_is_the_full_run_to_the_last_bit(void **state)
{
    (void)state;
    each_kernel(suffixes);
}

/* ---- W·x kept from run to run ---- */

static struct computation pinned_world(const struct world *w)
{
    return (struct computation){.net = w->net, .x = w->x, .pins = w->pins, .pin_count = w->pin_count};
}

static void expect_kept_run(const struct world *w, struct projected *kept, struct trace *whole, struct trace *parts)
{
    const struct computation of = pinned_world(w);
    lstm_run(w->net, w->x, 0, w->pins, w->pin_count, whole);
    for (int t = 0; t <= w->steps; t++) {
        lstm_run_kept(&of, kept, parts, t, w->steps);
        expect_same_rows(w->net, whole, parts);
        for (int l = 0; l < w->net->layers; l++)
            for (int q = 0; q < Q_COUNT; q++)
                memset(trace_row(parts, l, (enum quantity)q, t + 1 > w->steps ? w->steps : t + 1), 0x5a,
                       parts->layer[l].stride * sizeof(float));
        lstm_run_kept(&of, kept, parts, t + 1 > w->steps ? w->steps : t + 1, w->steps);
    }
}

static void kept_runs(void)
{
    static const size_t room[] = {1, 6000, 1 << 20};          /* bytes: one input, some, all */
    for (unsigned s = 0; s < SHAPES; s++)
        for (size_t k = 0; k < sizeof room / sizeof *room; k++) {
            struct world w;
            world_open(&w, &shapes[s], 3.0, 300 + s);
            struct trace *whole = trace_new(w.net, w.steps), *parts = trace_new(w.net, w.steps);
            struct projected *kept = projected_new(w.net, room[k]);
            assert_true(whole && parts && !kept == (shapes[s].hidden[0] * shapes[s].embed < 1024));
            if (w.steps)
                expect_kept_run(&w, kept, whole, parts);
            w.net->layer[0].W[Q_G][w.net->layer[0].hidden] += 0.5f;     /* other weights: W·x is another */
            assert_true(lstm_pack(w.net));
            if (w.steps)
                expect_kept_run(&w, kept, whole, parts);
            projected_free(kept);
            trace_free(whole);
            trace_free(parts);
            world_close(&w);
        }
}

static void a_run_that_takes_the_projections_of_the_last_has_the_same_bits(void **state)
{
    (void)state;
    each_kernel(kept_runs);
}

static void projections_are_computed_once_for_weights_kernel_and_inputs(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, &shapes[5], 3.0, 7);
    struct trace *before = trace_new(w.net, w.steps), *after = trace_new(w.net, w.steps);
    struct projected *kept = projected_new(w.net, 1 << 20);
    assert_true(before && after && kept);
    const struct computation of = pinned_world(&w);
    assert_true(lstm_kernel_force("portable"));
    lstm_run_kept(&of, kept, before, 0, w.steps);
    assert_true(lstm_kernel_force(NULL));
    lstm_run_kept(&of, kept, after, 0, w.steps);               /* of another kernel nothing is taken */
    lstm_run(w.net, w.x, 0, w.pins, w.pin_count, before);
    expect_same_rows(w.net, before, after);
    for (int k = 0; k < w.steps * shapes[5].embed; k++)
        w.values[k] = -w.values[k];
    lstm_run_kept(&of, kept, after, 0, w.steps);               /* unknown to it: so it did not look */
    expect_same_rows(w.net, before, after);
    projected_clear(kept);
    lstm_run_kept(&of, kept, after, 0, w.steps);
    lstm_run(w.net, w.x, 0, w.pins, w.pin_count, before);
    expect_same_rows(w.net, before, after);
    projected_free(kept);
    trace_free(before);
    trace_free(after);
    world_close(&w);
}

static void shorter_runs(void)
{
    struct world w;
    world_open(&w, &shapes[7], 2.0, 9);
    struct trace *whole = trace_new(w.net, w.steps);
    assert_non_null(whole);
    lstm_run(w.net, w.x, 0, w.pins, w.pin_count, whole);
    for (int steps = 0; steps <= w.steps; steps++) {
        struct trace *tr = trace_new(w.net, steps);
        assert_non_null(tr);
        lstm_run(w.net, w.x, 0, w.pins, w.pin_count, tr); /* pins beyond the end are there and do nothing */
        expect_same_rows(w.net, tr, whole);
        trace_free(tr);
    }
    trace_free(whole);
    world_close(&w);
}

static void what_comes_later_does_not_change_what_came_before(void **state)
{
    (void)state;
    each_kernel(shorter_runs);
}

/* ---- pins ---- */

static void own_values(void)
{
    struct world w;
    world_open(&w, &shapes[7], 2.0, 5);
    struct trace *free_run = trace_new(w.net, w.steps), *pinned = trace_new(w.net, w.steps);
    assert_true(free_run && pinned);
    lstm_run(w.net, w.x, 0, NULL, 0, free_run);
    for (size_t p = 0; p < w.pin_count; p++)
        w.pins[p].value = trace_row(free_run, w.pins[p].layer, w.pins[p].q, w.pins[p].step)[w.pins[p].unit];
    lstm_run(w.net, w.x, 0, w.pins, w.pin_count, pinned);
    expect_same_rows(w.net, free_run, pinned);
    trace_free(free_run);
    trace_free(pinned);
    world_close(&w);
}

static void heads(void)
{
    struct world w;
    world_open(&w, &shapes[7], 2.0, 5);
    const int step[] = { 3, 1, 4, 0, 2 }, steps = 5, V = w.net->outputs;
    struct trace *tr = trace_new(w.net, w.steps);
    float *one = xcalloc((size_t)V, sizeof *one), *many = xcalloc((size_t)(V * steps), sizeof *many);
    assert_true(tr && V > 2 && w.steps >= 4);
    lstm_run(w.net, w.x, 0, NULL, 0, tr);
    lstm_logits_part(w.net, tr, (struct logits_part){ step, steps, 0, 2 }, many);
    lstm_logits_part(w.net, tr, (struct logits_part){ step, steps, 2, V - 2 }, many);
    for (int k = 0; k < steps; k++) {
        lstm_logits(w.net, tr, step[k], one);
        assert_memory_equal(one, many + k * V, (size_t)V * sizeof *one);
    }
    free(one);
    free(many);
    trace_free(tr);
    world_close(&w);
}

static void logits_of_many_steps_have_the_bits_of_one_at_a_time(void **state)
{
    (void)state;
    each_kernel(heads);
}

static void a_value_pinned_to_what_it_was_changes_nothing(void **state)
{
    (void)state;
    each_kernel(own_values);
}

static void pins_sort_by_step_layer_quantity_unit(void **state)
{
    (void)state;
    struct pin p[] = { { 2, 0, Q_F, 0, 0 }, { 1, 1, Q_F, 0, 0 }, { 1, 0, Q_C, 1, 0 }, { 1, 0, Q_C, 0, 0 },
                       { 1, 0, Q_I, 9, 0 }, { 0, 3, Q_H, 9, 0 } };
    static const int unit[] = { 9, 9, 0, 1, 0, 0 };
    qsort(p, 6, sizeof *p, pin_compare);
    for (int k = 0; k < 6; k++)
        assert_int_equal(p[k].unit, unit[k]);
    assert_int_equal(p[5].step, 2);
    assert_int_equal(pin_compare(&p[0], &p[0]), 0);
}

/* ---- σ and tanh ---- */

static void curves(void)
{
    double worst_sigmoid = 0.0, worst_tanh = 0.0;
    struct ref_random r = { 1 };
    for (int k = 0; k < 400000; k++) {
        float z = (float)(k % 2 ? ref_uniform(&r, -20, 20) : ref_uniform(&r, -87, 87));
        if (k % 5 == 0)
            z = (float)ldexp((double)z, -ref_below(&r, 40));
        double sigma = z < 0 ? exp((double)z) / (1 + exp((double)z)) : 1 / (1 + exp(-(double)z));
        widen(&worst_sigmoid, fabs((double)lstm_sigmoid(z) - sigma) / sigma);
        if (z != 0.0f)
            widen(&worst_tanh, fabs((double)lstm_tanh(z) - tanh((double)z)) / fabs(tanh((double)z)));
    }
    printf("  %-8s relative error: σ %.2e   tanh %.2e\n", lstm_kernel(), worst_sigmoid, worst_tanh);
    assert_true(worst_sigmoid <= 2e-7);
    assert_true(worst_tanh <= 2e-7);
    assert_true(lstm_sigmoid(0.0f) == 0.5f);
    assert_true(lstm_tanh(0.0f) == 0.0f && lstm_tanh(-0.0f) == 0.0f && signbit(lstm_tanh(-0.0f)));
    assert_true(lstm_sigmoid(INFINITY) == 1.0f && lstm_sigmoid(-INFINITY) == 0.0f);
    assert_true(lstm_sigmoid(FLT_MAX) == 1.0f && lstm_sigmoid(-FLT_MAX) == 0.0f);
    assert_true(lstm_tanh(INFINITY) == 1.0f && lstm_tanh(-INFINITY) == -1.0f);
    assert_true(lstm_tanh(FLT_MAX) == 1.0f && lstm_tanh(-FLT_MAX) == -1.0f);
    assert_true(isnan(lstm_sigmoid(NAN)) && isnan(lstm_tanh(NAN)));
    assert_true(lstm_tanh(1e-42f) > 0.0f && lstm_sigmoid(-95.0f) > 0.0f); /* denormals are numbers */
}

static void sigmoid_and_tanh_are_right_to_the_last_two_bits(void **state)
{
    (void)state;
    each_kernel(curves);
}

/* ---- what files can contain ---- */

static void extremes(void)
{
    static const float size[] = { FLT_MAX, 3e38f, FLT_MIN / 8, INFINITY };
    for (size_t k = 0; k < sizeof size / sizeof *size; k++) {
        struct world w;
        world_open(&w, &shapes[10], 1.0, 77);
        for (int l = 0; l < w.net->layers; l++)
            for (int q = 0; q < GATES; q++)
                for (int n = 0; n < w.net->layer[l].hidden * (w.net->layer[l].hidden + w.net->layer[l].in); n++)
                    w.net->layer[l].W[q][n] = n % 2 ? size[k] : -size[k];
        assert_true(lstm_pack(w.net));
        struct trace *tr = trace_new(w.net, w.steps), *again = trace_new(w.net, w.steps);
        assert_true(tr && again);
        lstm_run(w.net, w.x, 0, w.pins, w.pin_count, tr);
        for (int l = 0; l < w.net->layers; l++)
            for (int t = 1; t <= w.steps; t++)
                for (int q = Q_F; q <= Q_O; q++)
                    for (int u = 0; u < w.net->layer[l].hidden; u++) {
                        float v = trace_row(tr, l, (enum quantity)q, t)[u];
                        assert_true(isnan(v) || fabsf(v) <= 1.0f);
                    }
        float logits[13], p[13];
        lstm_logits(w.net, tr, w.steps, logits);
        softmax(logits, 13, p);
        lstm_run(w.net, w.x, 0, w.pins, w.pin_count, again);
        expect_same_rows(w.net, tr, again);
        trace_free(tr);
        trace_free(again);
        world_close(&w);
    }
}

static void enormous_and_tiny_weights_give_values_and_no_crash(void **state)
{
    (void)state;
    each_kernel(extremes);
}

static void impossible_shapes_are_refused(void **state)
{
    (void)state;
    int one = 1, none = 0, huge = 2000000000;
    assert_null(lstm_new(&(struct lstm_shape){ .layers = 0, .embed = 1, .hidden = &one }));
    assert_null(lstm_new(&(struct lstm_shape){ .layers = 1, .embed = 0, .hidden = &one }));
    assert_null(lstm_new(&(struct lstm_shape){ .layers = 1, .embed = 1, .hidden = &none }));
    assert_null(lstm_new(&(struct lstm_shape){ .layers = 1, .embed = huge, .hidden = &huge }));
    assert_null(lstm_new(&(struct lstm_shape){ .layers = 1, .embed = 1, .hidden = &huge }));
    assert_null(lstm_new(&(struct lstm_shape){ .layers = 1, .embed = huge, .vocab = 2147483647, .hidden = &one }));
}

/* ---- a network as a thing ---- */

static void a_copy_lives_on_its_own(void **state)
{
    (void)state;
    int hidden[] = { 5, 19 };
    struct lstm_shape shape = { .layers = 2, .vocab = 6, .embed = 4, .outputs = 6, .hidden = hidden,
                                .two_biases = true };
    struct ref_random r = { 3 };
    struct lstm *net = ref_network(&shape, 1.0, &r);
    assert_non_null(net);
    const float *x[] = { net->embedding, net->embedding + 4 };
    struct trace *a = trace_new(net, 2), *b = trace_new(net, 2);
    assert_true(a && b);
    lstm_run(net, x, 0, NULL, 0, a);
    struct lstm *copy = lstm_copy(net);
    assert_non_null(copy);
    assert_int_equal(lstm_parameters(copy), 6 * 4 + 4 * 5 * (5 + 4 + 2) + 4 * 19 * (19 + 5 + 2) + 6 * 20);
    assert_int_equal(lstm_parameters(net), lstm_parameters(copy));
    assert_int_equal(lstm_top(copy), 19);
    assert_float_equal(copy->layer[1].b2[Q_O][18], net->layer[1].b2[Q_O][18], 0.0f);
    x[0] = copy->embedding, x[1] = copy->embedding + 4;
    memset(net->layer[0].W[0], 0, sizeof(float) * 5 * 9);
    float logits_a[6], logits_b[6];
    lstm_logits(net, a, 2, logits_a);
    lstm_free(net);
    lstm_run(copy, x, 0, NULL, 0, b);
    expect_same_rows(copy, a, b);
    lstm_logits(copy, b, 2, logits_b);
    assert_memory_equal(logits_a, logits_b, sizeof logits_a);
    lstm_free(copy);
    trace_free(a);
    trace_free(b);
    lstm_free(NULL);
    trace_free(NULL);
}

static void a_changed_weight_counts_once_packed_again(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, &shapes[1], 1.0, 8);
    struct trace *tr = trace_new(w.net, w.steps);
    assert_non_null(tr);
    w.net->layer[0].W[Q_O][2 * 7 + 5] += 1.0f;
    w.net->layer[0].b[Q_F][1] -= 2.0f;
    assert_true(lstm_pack(w.net));
    struct ref_run *r = ref_run(w.net, w.x, w.steps, NULL, 0);
    struct difference d = { 0, 0, 0 };
    lstm_run(w.net, w.x, 0, NULL, 0, tr);
    compare_with_double(&w, tr, r, &d);
    expect_close(NULL, &d);
    ref_free(r);
    trace_free(tr);
    world_close(&w);
}

static void a_preactivation_taken_apart_adds_up(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, &shapes[7], 1.0, 4);
    struct trace *tr = trace_new(w.net, w.steps);
    assert_non_null(tr);
    lstm_run(w.net, w.x, 0, NULL, 0, tr);
    float terms[24];
    for (int q = 0; q < GATES; q++) {
        double z = lstm_preactivation(&(struct computation){.net = w.net, .tr = tr, .x = w.x},
                                      (struct element){1, 16, (enum quantity)q, 6}, terms), sum = 0.0;
        for (int k = 0; k < 24; k++)
            sum += (double)terms[k];
        assert_true(fabs(sum + (double)w.net->layer[1].b[q][16] - z) < 1e-6);
        assert_true(z == lstm_preactivation(&(struct computation){.net = w.net, .tr = tr, .x = w.x},
                                            (struct element){1, 16, (enum quantity)q, 6}, NULL));
        float gate = q == Q_G ? lstm_tanh((float)z) : lstm_sigmoid((float)z);
        assert_true(fabs((double)gate - (double)trace_row(tr, 1, (enum quantity)q, 6)[16]) < 1e-6);
    }
    assert_ptr_equal(lstm_input(tr, w.x, 0, 3), w.x[2]);
    assert_ptr_equal(lstm_input(tr, w.x, 1, 3), trace_row(tr, 0, Q_H, 3));
    trace_free(tr);
    world_close(&w);
}

static void a_trace_takes_what_it_says_and_little_more_than_its_values(void **state)
{
    (void)state;
    int hidden = 64;
    struct lstm *net = lstm_new(&(struct lstm_shape){ .layers = 1, .embed = 1, .hidden = &hidden });
    assert_non_null(net);
    assert_true((double)trace_bytes(net, 1000) <= 1.05 * 24 * 64 * 1000);
    assert_true(trace_bytes(net, 1000) >= 24u * 64 * 1001);
    lstm_free(net);
}

/* ---- the output head ---- */

static void softmax_and_surprisal_survive_large_logits(void **state)
{
    (void)state;
    float z[] = { 1000.0f, 1001.0f, -1000.0f }, p[3];
    softmax(z, 3, p);
    assert_float_equal(p[0], 0.26894142f, 1e-7f);
    assert_float_equal(p[1], 0.73105858f, 1e-7f);
    assert_float_equal(p[2], 0.0f, 0.0f);
    assert_true(fabs(surprisal(z, 3, 1) - 0.31326168751822286) < 1e-12);
    assert_true(fabs(surprisal(z, 3, 2) - 2001.31326168751822286) < 1e-9);
    softmax(z, 3, z);
    assert_memory_equal(z, p, sizeof p);
}

static void quantities_are_named_as_in_files(void **state)
{
    (void)state;
    static const char *const want[Q_COUNT] = { "f", "i", "g", "o", "C", "h" };
    for (int q = 0; q < Q_COUNT; q++)
        assert_string_equal(quantity_name((enum quantity)q), want[q]);
}

static void an_unknown_kernel_is_refused_and_the_old_one_stays(void **state)
{
    (void)state;
    assert_true(lstm_kernel_force("portable"));
    assert_false(lstm_kernel_force("abacus"));
    assert_string_equal(lstm_kernel(), "portable");
    assert_true(lstm_kernel_force(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_unit_does_what_paper_and_pencil_say),
        cmocka_unit_test(numbers_kept_in_the_tree_come_out_again),
        cmocka_unit_test(what_pytorch_computed_comes_out),
        cmocka_unit_test(a_published_model_reads_its_text_as_pytorch_reads_it),
        cmocka_unit_test(any_shape_and_any_pins_agree_with_double_precision),
        cmocka_unit_test(a_run_from_any_step_is_the_full_run_to_the_last_bit),
        cmocka_unit_test(a_run_that_takes_the_projections_of_the_last_has_the_same_bits),
        cmocka_unit_test(projections_are_computed_once_for_weights_kernel_and_inputs),
        cmocka_unit_test(what_comes_later_does_not_change_what_came_before),
        cmocka_unit_test(logits_of_many_steps_have_the_bits_of_one_at_a_time),
        cmocka_unit_test(a_value_pinned_to_what_it_was_changes_nothing),
        cmocka_unit_test(pins_sort_by_step_layer_quantity_unit),
        cmocka_unit_test(sigmoid_and_tanh_are_right_to_the_last_two_bits),
        cmocka_unit_test(enormous_and_tiny_weights_give_values_and_no_crash),
        cmocka_unit_test(impossible_shapes_are_refused),
        cmocka_unit_test(a_copy_lives_on_its_own),
        cmocka_unit_test(a_changed_weight_counts_once_packed_again),
        cmocka_unit_test(a_preactivation_taken_apart_adds_up),
        cmocka_unit_test(a_trace_takes_what_it_says_and_little_more_than_its_values),
        cmocka_unit_test(softmax_and_surprisal_survive_large_logits),
        cmocka_unit_test(quantities_are_named_as_in_files),
        cmocka_unit_test(an_unknown_kernel_is_refused_and_the_old_one_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
