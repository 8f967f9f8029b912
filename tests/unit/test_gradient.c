/* The gradient is the derivative: against PyTorch's, against finite differences of the independent double-precision
 * LSTM, and in cases where what it must be can be said in a sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/gradient.h"
#include "support/kernels.h"
#include "support/models.h"
#include "support/reference.h"
#include "support/skip.h"
#include "support/torch.h"

/* How far two gradients are apart: absolutely, and relatively where a value is at least 1e-3. */
struct difference {
    double absolute, relative;
};

/* 1e-4 relative, or 1e-6 absolute. */
static void compare(struct difference *d, double got, double want)
{
    double distance = fabs(got - want);
    assert_true(distance <= 1e-6 || distance <= 1e-4 * fabs(want));
    d->absolute = fmax(d->absolute, distance);
    if (fabs(want) >= 1e-3)
        d->relative = fmax(d->relative, distance / fabs(want));
}

static void report(const char *name, const struct difference *d)
{
    printf("  %-12s %-8s largest difference: absolute %.1e   relative %.1e\n", name, lstm_kernel(), d->absolute,
           d->relative);
}

/* ---- numbers computed elsewhere ---- */

static void compare_rows(struct difference *d, const cJSON *rows, const float *got, int width)
{
    const cJSON *row, *number;
    int t = 1;
    cJSON_ArrayForEach(row, rows) {
        int u = 0;
        cJSON_ArrayForEach(number, row)
            compare(d, (double)got[(size_t)t * (size_t)width + (size_t)u++], number->valuedouble);
        assert_int_equal(u, width);
        t++;
    }
    assert_true(t > 1);
}

static void check_case(const char *dir, const char *name)
{
    struct torch_case *c = torch_open(dir, name);
    if (!c)
        fail_msg("%s/%s: not all of its files are there", dir, name);
    struct trace *tr = trace_new(c->net, c->steps);
    assert_non_null(tr);
    lstm_run(c->net, c->x, 0, NULL, 0, tr);
    const cJSON *want = cJSON_GetObjectItem(c->expected, "gradient"), *layers = cJSON_GetObjectItem(want, "dC");
    int step = cJSON_GetObjectItem(want, "step")->valueint + 1; /* files count from 0 here */
    struct gradient *g =
        gradient_surprisal(&(struct computation){.net = c->net, .tr = tr}, step,
                           cJSON_GetObjectItem(want, "target")->valueint);
    assert_non_null(g);
    assert_int_equal(g->step, step);
    assert_int_equal(cJSON_GetArraySize(layers), c->net->layers);
    assert_true(fabs(g->value - cJSON_GetObjectItem(want, "value")->valuedouble) < 1e-5);
    struct difference d = { 0, 0 };
    compare_rows(&d, cJSON_GetObjectItem(want, "dx"), g->dx, c->net->embed);
    for (int l = 0; l < c->net->layers; l++)
        compare_rows(&d, cJSON_GetArrayItem(layers, l), g->dC[l], g->hidden[l]);
    report(name, &d);
    gradient_free(g);
    trace_free(tr);
    torch_close(c);
}

static void numbers_kept_in_the_tree_come_out_again(void **state)
{
    (void)state;
    torch_each_kept_by_kernel(check_case);
}

static void what_autograd_computed_comes_out(void **state)
{
    (void)state;
    if (!torch_each_by_kernel(check_case))
        skip_because(TORCH_MISSING);
}

/* ---- finite differences in double precision ---- */

struct shape {
    int layers, hidden[3], embed, steps;
    size_t pins;
};
static const struct shape shapes[] = {
    { 1, { 1 }, 1, 6, 0 },        { 1, { 3 }, 4, 7, 0 },       { 1, { 16 }, 5, 5, 0 },        { 1, { 17 }, 3, 30, 0 },
    { 2, { 7, 5 }, 2, 6, 0 },     { 3, { 3, 9, 2 }, 3, 5, 0 }, { 1, { 3 }, 4, 9, 25 },        { 2, { 4, 3 }, 3, 8, 40 },
    { 3, { 2, 18, 3 }, 2, 5, 60 },
};
enum { SHAPES = sizeof shapes / sizeof *shapes, OUTPUTS = 6 };

struct world {
    struct lstm *net;
    struct trace *tr;
    int steps;
    float *values;
    const float **x;
    struct pin pins[64];
    size_t pin_count;
};

static void draw_pins(struct world *w, size_t count, struct ref_random *r)
{
    struct pin drawn[64];
    for (size_t p = 0; p < count; p++) {
        int layer = ref_below(r, w->net->layers), step = ref_below(r, w->steps + 1);
        drawn[p] = (struct pin){ .step = step, .layer = layer,
                                 .q = (enum quantity)(step ? ref_below(r, Q_COUNT) : Q_C + ref_below(r, 2)),
                                 .unit = ref_below(r, w->net->layer[layer].hidden),
                                 .value = (float)ref_uniform(r, -1, 1) };
    }
    qsort(drawn, count, sizeof *drawn, pin_compare);
    for (size_t p = 0; p < count; p++)
        if (!p || pin_compare(&drawn[p - 1], &drawn[p]))
            w->pins[w->pin_count++] = drawn[p];
}

static void world_open(struct world *w, const struct shape *s, const struct layer_kind *kind, unsigned seed)
{
    struct ref_random r = { seed };
    memset(w, 0, sizeof *w);
    w->net = ref_network(&(struct lstm_shape){ .layers = s->layers, .hidden = s->hidden, .embed = s->embed,
                                               .outputs = OUTPUTS, .peepholes = kind->peepholes }, 2.0, &r);
    assert_non_null(w->net);
    for (int l = 0; l < w->net->layers; l++) {
        w->net->layer[l].gate_function = kind->gate_function;
        w->net->layer[l].coupled = kind->coupled;
    }
    w->steps = s->steps;
    w->values = xcalloc((size_t)s->steps * (size_t)s->embed, sizeof *w->values);
    w->x = xcalloc((size_t)s->steps, sizeof *w->x);
    for (int k = 0; k < s->steps * s->embed; k++)
        w->values[k] = (float)ref_uniform(&r, -1, 1);
    for (int t = 0; t < s->steps; t++)
        w->x[t] = w->values + (size_t)t * (size_t)s->embed;
    draw_pins(w, s->pins, &r);
    w->tr = trace_new(w->net, w->steps);
    assert_non_null(w->tr);
    lstm_run(w->net, w->x, 0, w->pins, w->pin_count, w->tr);
}

static struct computation ran(const struct world *w, const struct pin *pins, size_t n)
{
    return (struct computation){.net = w->net, .tr = w->tr, .pins = pins, .pin_count = n};
}

static void world_close(struct world *w)
{
    trace_free(w->tr);
    lstm_free(w->net);
    free(w->values);
    free(w->x);
}

/* What is differentiated: the surprisal of `target`, or (target < 0) an element of C or h. */
struct value {
    int step, target, layer;
    enum quantity q;
    int unit;
};

static double value_of(const struct world *w, const struct value *v, const struct ref_nudge *n)
{
    struct ref_run *r = ref_run_nudged(w->net, w->x, v->step, w->pins, w->pin_count, n);
    double value = v->target >= 0 ? ref_surprisal(w->net, r, v->step, v->target)
                                  : ref_at(r, v->layer, v->q, v->step, v->unit);
    ref_free(r);
    return value;
}

/* Central differences with one Richardson step: the error is of fourth order, far below 1e-4. */
static double difference(const struct world *w, const struct value *v, struct ref_nudge n)
{
    double slope[2];
    for (int fine = 0; fine < 2; fine++) {
        double d = fine ? 5e-4 : 1e-3;
        n.delta = d;
        double up = value_of(w, v, &n);
        n.delta = -d;
        slope[fine] = (up - value_of(w, v, &n)) / (2 * d);
    }
    return slope[1] + (slope[1] - slope[0]) / 3;
}

static void check_against_differences(const struct world *w, const struct value *v, const struct gradient *g,
                                      struct difference *d)
{
    for (int l = 0; l < w->net->layers; l++)
        for (int t = 0; t <= v->step; t++)
            for (int u = 0; u < g->hidden[l]; u++) {
                size_t at = (size_t)t * (size_t)g->hidden[l] + (size_t)u;
                compare(d, (double)g->dC[l][at], difference(w, v, (struct ref_nudge){ t, l, Q_C, u, 0 }));
                compare(d, (double)g->dh[l][at], difference(w, v, (struct ref_nudge){ t, l, Q_H, u, 0 }));
            }
    for (int t = 1; t <= v->step; t++)
        for (int k = 0; k < w->net->embed; k++)
            compare(d, (double)g->dx[(size_t)t * (size_t)w->net->embed + (size_t)k],
                  difference(w, v, (struct ref_nudge){ t, 0, Q_COUNT, k, 0 }));
    for (int k = 0; k < w->net->embed; k++)
        assert_true(g->dx[k] == 0.0f);
}

static void differences_of(const struct layer_kind *kind, const char *name)
{
    struct difference d = { 0, 0 };
    for (unsigned s = 0; s < SHAPES; s++) {
        struct world w;
        world_open(&w, &shapes[s], kind, 50 + s);
        int top = w.net->layers - 1, end = w.steps;
        const struct value values[] = {
            { end, 2, 0, Q_COUNT, 0 },          { end - 2, 5, 0, Q_COUNT, 0 }, { end, -1, top, Q_C, 0 },
            { end - 1, -1, 0, Q_H, w.net->layer[0].hidden - 1 },               { 1, -1, top, Q_H, 0 },
        };
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            const struct value *v = &values[k];
            const struct computation of = ran(&w, w.pins, w.pin_count);
            struct gradient *g = v->target >= 0
                ? gradient_surprisal(&of, v->step, v->target)
                : gradient_element(&of, (struct element){v->layer, v->unit, v->q, v->step});
            assert_non_null(g);
            assert_true(fabs(g->value - value_of(&w, v, NULL)) < 1e-5);
            check_against_differences(&w, v, g, &d);
            gradient_free(g);
        }
        world_close(&w);
    }
    report(name, &d);
}

static void differences(void)
{
    differences_of(&layer_kinds[0], "differences");
}

static void any_shape_and_any_pins_agree_with_finite_differences(void **state)
{
    (void)state;
    each_kernel(differences);
}

static void peepholes_coupled_gates_and_hard_sigmoids_agree_with_finite_differences(void **state)
{
    (void)state;
    for (int k = 1; k < LAYER_KINDS; k++) {
        char name[40];
        snprintf(name, sizeof name, "%s%s%s", layer_kinds[k].peepholes ? "peep " : "",
                 layer_kinds[k].coupled ? "coupled " : "", layer_kinds[k].gate_function ? "hard" : "");
        differences_of(&layer_kinds[k], name);
    }
}

/* ---- what can be said in a sentence ---- */

/* With every f pinned to 0.5 and no way through h (all h pinned), C_t reaches C_T by halving alone. */
static void the_direct_path_is_the_product_of_forget_gates(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, &(struct shape){ 1, { 3 }, 2, 6, 0 }, &layer_kinds[0], 7);
    struct pin pins[2 * 6 * 3];
    size_t n = 0;
    for (int t = 1; t <= 6; t++)
        for (int q = Q_F; q <= Q_H; q += Q_H - Q_F)
            for (int u = 0; u < 3; u++)
                pins[n++] = (struct pin){ t, 0, (enum quantity)q, u, 0.5f };
    lstm_run(w.net, w.x, 0, pins, n, w.tr);
    struct gradient *g = gradient_element((struct computation[]){ran(&w, pins, n)}, (struct element){0, 1, Q_C, 6});
    assert_non_null(g);
    for (int t = 0; t <= 6; t++)
        for (int u = 0; u < 3; u++) {
            assert_float_equal(g->carry[0][t * 3 + u], ldexpf(1.0f, t - 6), 0.0f);
            assert_float_equal(g->dC[0][t * 3 + u], u == 1 ? ldexpf(1.0f, t - 6) : 0.0f, 0.0f);
        }
    gradient_free(g);
    world_close(&w);
}

static void nothing_before_a_wholly_pinned_step_matters(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, &(struct shape){ 1, { 5 }, 2, 8, 0 }, &layer_kinds[0], 7);
    struct pin wall[10];
    for (int k = 0; k < 10; k++)
        wall[k] = (struct pin){ 4, 0, k < 5 ? Q_C : Q_H, k % 5, 0.25f };
    lstm_run(w.net, w.x, 0, wall, 10, w.tr);
    struct gradient *g = gradient_surprisal((struct computation[]){ran(&w, wall, 10)}, 8, 3);
    assert_non_null(g);
    for (int k = 0; k < 4 * 5; k++)
        assert_true(g->dC[0][k] == 0.0f && g->dh[0][k] == 0.0f && g->carry[0][k] == 0.0f);
    for (int k = 0; k < 5 * 2; k++)
        assert_true(g->dx[k] == 0.0f);
    for (int u = 0; u < 5; u++) /* the wall itself still matters */
        assert_true(g->dC[0][4 * 5 + u] != 0.0f && g->dh[0][4 * 5 + u] != 0.0f && g->carry[0][4 * 5 + u] > 0.0f);
    gradient_free(g);
    world_close(&w);
}

static void layers_above_the_value_do_not_matter(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, &shapes[5], &layer_kinds[0], 7);
    struct gradient *g = gradient_element((struct computation[]){ran(&w, NULL, 0)}, (struct element){1, 8, Q_H, 4});
    assert_non_null(g);
    assert_int_equal(g->layers, 3);
    assert_float_equal(g->dh[1][4 * 9 + 8], 1.0f, 0.0f);
    for (int k = 0; k < 5 * 2; k++)
        assert_true(g->dC[2][k] == 0.0f && g->dh[2][k] == 0.0f);
    gradient_free(g);
    gradient_free(NULL);
    world_close(&w);
}

static void enormous_weights_give_values_and_no_crash(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, &shapes[8], &layer_kinds[0], 7);
    for (int l = 0; l < 3; l++)
        for (int q = 0; q < GATES; q++)
            for (int n = 0; n < w.net->layer[l].hidden * (w.net->layer[l].hidden + w.net->layer[l].in); n++)
                w.net->layer[l].W[q][n] = n % 2 ? 3e38f : -3e38f;
    assert_true(lstm_pack(w.net));
    lstm_run(w.net, w.x, 0, w.pins, w.pin_count, w.tr);
    struct gradient *g = gradient_surprisal((struct computation[]){ran(&w, w.pins, w.pin_count)}, w.steps, 0);
    assert_non_null(g);
    gradient_free(g);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_kept_in_the_tree_come_out_again),
        cmocka_unit_test(what_autograd_computed_comes_out),
        cmocka_unit_test(any_shape_and_any_pins_agree_with_finite_differences),
        cmocka_unit_test(peepholes_coupled_gates_and_hard_sigmoids_agree_with_finite_differences),
        cmocka_unit_test(the_direct_path_is_the_product_of_forget_gates),
        cmocka_unit_test(nothing_before_a_wholly_pinned_step_matters),
        cmocka_unit_test(layers_above_the_value_do_not_matter),
        cmocka_unit_test(enormous_weights_give_values_and_no_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
