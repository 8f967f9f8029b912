/* The trainer compiled with double in place of float, so that its gradients can be held against finite differences. */
#define TRAIN_REAL double
#include "core/train_loops_portable.c"

/* With double there is one kind of loops. */
const struct train_loops *train_loops_avx2(void) { return NULL; }
const struct train_loops *train_loops_avx512(void) { return NULL; }

#include "core/train_pass.c"
#include "core/train.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static const int HIDDEN[] = {5, 3};
static const struct lstm_shape SHAPE = {.layers = 2, .vocab = 7, .embed = 4, .outputs = 7, .hidden = HIDDEN};
static const int IDS[] = {3, 1, 6, 6, 0, 2, 5, 4, 1, 1, 3, 0};
static const float WEIGHT[] = {9, 1, 1, 5, 1, 0, 1, 1, 2, 1, 1, 0.5f};      /* the first token is no target */
enum { LENGTH = sizeof IDS / sizeof *IDS };
/* A batch of this sequence alone. */
#define ONE(weights)                                                                                                   \
    (struct pass_batch)                                                                                                \
    {                                                                                                                  \
        .n = 1, .id = (const int *const[]){IDS}, .weight = (const float *const[]){weights},                            \
        .length = (const int[]){LENGTH}, .first = (const int[])                                                        \
        {                                                                                                              \
            0                                                                                                          \
        }                                                                                                              \
    }

static struct pass *random_pass(void)
{
    struct pass *p = xcalloc(1, sizeof *p);
    struct rng r;
    assert_true(pass_init(p, &SHAPE, LENGTH));
    rng_seed(&r, 11, 0);
    struct lstm *net = lstm_new(&SHAPE);
    pass_to_lstm(p, p->w, net);
    /* Through the network's own arrays, so that padding stays 0. */
    for (int v = 0; v < 7 * 4; v++)
        net->embedding[v] = (float)rng_normal(&r);
    for (int l = 0; l < 2; l++)
        for (int q = 0; q < GATES; q++) {
            int columns = net->layer[l].hidden + net->layer[l].in;
            for (int k = 0; k < net->layer[l].hidden * columns; k++)
                net->layer[l].W[q][k] = (float)(0.8 * rng_normal(&r));
            for (int k = 0; k < net->layer[l].hidden; k++)
                net->layer[l].b[q][k] = (float)rng_normal(&r);
        }
    for (int k = 0; k < 7 * 3; k++)
        net->out_W[k] = (float)rng_normal(&r);
    for (int k = 0; k < 7; k++)
        net->out_b[k] = (float)rng_normal(&r);
    pass_from_lstm(p, net);
    lstm_free(net);
    return p;
}

static double cost_of(struct pass *p, const struct pass_cost *cost)
{
    double plain = 0;
    p->loops->begin(p);
    double loss = p->loops->learn(p, &ONE(WEIGHT), cost, &plain);
    p->loops->end(p);
    return loss;
}

/* Every weight of a two-layer network, regularisers included, and the padding. */
static void every_gradient_agrees_with_finite_differences(void **state)
{
    (void)state;
    static const struct pass_cost costs[] = {{1, 0, 0, 0}, {0.1, 0.03, 0.07, 0.05}};
    for (size_t c = 0; c < 4; c++) {              /* the latter two with i = 1 - f */
        struct pass *p = random_pass();
        for (int l = 0; l < p->L; l++)
            p->layer[l].coupled = c >= 2;
        real *grad = xcalloc(p->params, sizeof *grad);
        cost_of(p, &costs[c % 2]);
        memcpy(grad, p->grad, p->params * sizeof *grad);
        struct lstm *marks = lstm_new(&SHAPE);
        double largest = 0;
        int checked = 0, zeros = 0;
        for (size_t k = 0; k < p->params; k++) {
            real w = p->w[k], e = 1e-5;
            p->w[k] = w + e;
            double up = cost_of(p, &costs[c % 2]);
            p->w[k] = w - e;
            double down = cost_of(p, &costs[c % 2]);
            p->w[k] = w;
            double expected = (up - down) / (2 * e), off = fabs(grad[k] - expected) / (1 + fabs(expected));
            zeros += grad[k] == 0;
            if (w == 0)             /* padding: moving it moves nothing real, and training never does */
                assert_true(grad[k] == 0);
            else
                largest = off > largest ? off : largest;
            checked += w != 0;
        }
        printf("  %d weights, largest relative difference %.1e, %d gradients are 0\n", checked, largest, zeros);
        assert_true(checked == (int)lstm_parameters(marks));
        assert_true(largest < 1e-8);
        lstm_free(marks);
        free(grad);
        pass_clear(p);
        free(p);
    }
}

/* Numbers come in, and classes or numbers are wanted after some of the steps. */
static void gradients_of_numbers_and_of_labels_agree_with_finite_differences(void **state)
{
    (void)state;
    enum { T = 6, E = 3, O = 2 };
    const struct lstm_shape shape = {.layers = 2, .embed = E, .outputs = O, .hidden = HIDDEN};
    float x[T * E], y[T * O];
    const int label[T] = {-1, 0, -1, -1, 1, 1};
    for (int k = 0; k < T * E; k++)
        x[k] = (float)sin(k * 1.7);
    for (int k = 0; k < T * O; k++)
        y[k] = k / O == 2 || k / O == 5 ? (float)cos(k) : NAN;
    struct train_text of_labels = {.sequences = 1, .start = (const int[]){0, T}, .x = x, .label = label}, of_numbers =
        {.sequences = 1, .start = (const int[]){0, T}, .x = x, .y = y};
    for (int kind = 0; kind < 2; kind++) {
        const struct train_text *text = kind ? &of_numbers : &of_labels;
        struct train_options o = train_defaults();
        struct train *t = train_new(&shape, text, &o);
        real *grad = xcalloc(t->p.params, sizeof *grad);
        double largest = 0, plain = 0, loss[3];
        const struct pass_cost cost = {1.0 / 3, 0.02, 0.03, 0.01};
        struct pass_batch b = batch_of(t, text);
        put_in_batch(t, text, 0, 0);
        b.n = 1;
        for (size_t k = 0; k <= t->p.params; k++)
            for (int side = 0; side < 3; side++) {
                real *w = k ? &t->p.w[k - 1] : NULL, was = w ? *w : 0;
                if (w && was != 0)
                    *w = was + (side - 1) * 1e-5;
                t->p.loops->begin(&t->p);
                loss[side] = t->p.loops->learn(&t->p, &b, &cost, &plain);
                t->p.loops->end(&t->p);
                if (!k)
                    memcpy(grad, t->p.grad, t->p.params * sizeof *grad);
                if (!w)
                    break;
                *w = was;
                double expected = (loss[2] - loss[0]) / 2e-5, off = fabs(grad[k - 1] - expected) / (1 + fabs(expected));
                if (side == 2 && was != 0)
                    largest = off > largest ? off : largest;
            }
        printf("  %s: largest relative difference %.1e\n", kind ? "numbers" : "labels", largest);
        assert_true(largest < 1e-8);
        assert_int_equal(targets_of(text, 0, O), kind ? 4 : 3);
        struct train_score s;
        train_evaluate(t, text, &s);
        assert_int_equal(s.targets, kind ? 4 : 3);
        assert_true(kind ? isnan(s.accuracy) : s.measured == 3);
        free(grad);
        train_free(t);
    }
}

/* What is left without gates is h_t = tanh(tanh(W h + W x + b)), and training leaves it so. */
static void with_still_gates_a_plain_recurrent_network_is_trained(void **state)
{
    (void)state;
    struct train_text text = {.sequences = 1, .start = (int[]){0, LENGTH}, .id = IDS};
    struct train_options o = train_defaults();
    o.variant = TRAIN_STILL;
    o.updates = 20;
    struct train *t = train_new(&SHAPE, &text, &o);
    train_run(t, 20, NULL);
    struct lstm *net = train_lstm(t);
    for (int l = 0; l < 2; l++)
        for (int q = 0; q < GATES; q++) {
            const struct lstm_layer *y = &net->layer[l];
            double sum = 0;
            for (int k = 0; k < y->hidden * (y->hidden + y->in); k++)
                sum += fabs((double)y->W[q][k]);
            assert_true(q == Q_G ? sum > 0.1 : sum == 0);
            for (int u = 0; u < y->hidden && q != Q_G; u++)
                assert_true(y->b[q][u] == (q == Q_F ? -STILL_BIAS : STILL_BIAS));
        }
    double before[5] = {0}, now[5];
    struct trace *tr = trace_new(net, LENGTH);
    const float *x[LENGTH];
    for (int k = 0; k < LENGTH; k++)
        x[k] = net->embedding + IDS[k] * SHAPE.embed;
    lstm_run(net, x, 0, NULL, 0, tr);
    for (int step = 1; step <= LENGTH; step++) {
        for (int u = 0; u < 5; u++) {
            const float *W = net->layer[0].W[Q_G] + u * 9;
            double z = (double)net->layer[0].b[Q_G][u];
            for (int k = 0; k < 9; k++)
                z += (double)W[k] * (k < 5 ? before[k] : (double)x[step - 1][k - 5]);
            now[u] = tanh(tanh(z));
            assert_true(fabs(now[u] - (double)trace_row(tr, 0, Q_H, step)[u]) < 1e-5);
        }
        memcpy(before, now, sizeof now);
    }
    trace_free(tr);
    lstm_free(net);
    train_free(t);
}

static void weight_costs_have_the_gradient_of_what_they_cost(void **state)
{
    (void)state;
    struct train_text text = {.sequences = 1, .start = (int[]){0, LENGTH}, .id = IDS};
    struct train_options o = train_defaults();
    struct train *t = train_new(&SHAPE, &text, &o);
    t->done = t->o.updates;                       /* ramp fully up */
    memset(t->p.grad, 0, t->p.params * sizeof(real));
    assert_true(ramp(t) == 1);
    add_weight_costs(t, ramp(t));
    const struct pass_layer *y = &t->p.layer[0];
    for (int k = 0; k < y->H * y->G; k++) {
        double w = t->p.w[y->U + (size_t)k], sign = (w > 0) - (w < 0);
        assert_true(fabs(t->p.grad[y->U + (size_t)k] - (2 * o.decay * w + o.recurrent_l1 * sign)) < 1e-15);
    }
    for (int k = 0; k < y->in * y->G; k++)
        assert_true(fabs(t->p.grad[y->W + (size_t)k] - 2 * o.decay * t->p.w[y->W + (size_t)k]) < 1e-15);
    for (int k = 0; k < y->G; k++)
        assert_true(t->p.grad[y->b + (size_t)k] == 0);       /* biases cost nothing */
    train_free(t);
}

static void regularisers_rise_between_a_fifth_and_a_half_of_the_training(void **state)
{
    (void)state;
    struct train_text text = {.sequences = 1, .start = (int[]){0, LENGTH}, .id = IDS};
    struct train_options o = train_defaults();
    o.updates = 1000;
    struct train *t = train_new(&SHAPE, &text, &o);
    static const struct { int done; double r; } at[] = {{0, 0}, {200, 0}, {275, 0.25}, {350, 0.5}, {500, 1}, {999, 1}};
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        t->done = at[k].done;
        assert_true(fabs(ramp(t) - at[k].r) < 1e-12);
    }
    train_free(t);
}

/* Adam by its paper, in the plainest possible way, beside ours. */
/* What goes up is on the average what it was, so that nothing has to be scaled when it is not dropped. */
static void dropout_keeps_the_mean_of_what_goes_up(void **state)
{
    (void)state;
    enum { ROUNDS = 400 };
    struct train_text text = {.sequences = 1, .start = (int[]){0, LENGTH}, .id = IDS};
    struct train_options o = train_defaults();
    o.dropout = 0.3;
    struct train *t = train_new(&SHAPE, &text, &o);
    const struct pass_layer *y = &t->p.layer[0];
    double sum = 0;
    int dropped = 0, n = 0;
    for (int round = 0; round < ROUNDS; round++) {
        draw_dropout(t, 0, LENGTH);
        for (int k = 0; k < LENGTH; k++)
            for (int u = 0; u < y->H; u++, n++) {
                double by = y->drop[k * y->Hp + u];
                assert_true(by == 0 || fabs(by - 1 / 0.7) < 1e-12);
                dropped += by == 0;
                sum += by;
            }
    }
    assert_true(fabs((double)dropped / n - 0.3) < 0.02 && fabs(sum / n - 1) < 0.03);
    train_free(t);
}

static void three_updates_are_those_of_adam_with_clipping(void **state)
{
    (void)state;
    struct train_text text = {.sequences = 1, .start = (int[]){0, LENGTH}, .id = IDS};
    struct train_options o = train_defaults();
    o.updates = 10;
    o.clip = 0.05;
    struct train *t = train_new(&SHAPE, &text, &o), *twin = train_new(&SHAPE, &text, &o);
    size_t n = t->p.params;
    double *w = xcalloc(n, sizeof *w), *m = xcalloc(n, sizeof *m), *v = xcalloc(n, sizeof *v);
    memcpy(w, t->p.w, n * sizeof *w);
    for (int step = 1; step <= 3; step++) {
        /* The gradient at w, from the twin. */
        double plain = 0, norm = 0;
        memcpy(twin->p.w, w, n * sizeof *w);
        struct pass_cost cost = {1.0 / (LENGTH - 1), 0, 0, 0};
        twin->p.loops->begin(&twin->p);
        twin->p.loops->learn(&twin->p, &ONE(NULL), &cost, &plain);
        twin->p.loops->end(&twin->p);
        add_weight_costs(twin, 0);
        for (size_t k = 0; k < n; k++)
            norm += twin->p.grad[k] * twin->p.grad[k];
        norm = sqrt(norm);
        assert_true(norm > o.clip);
        double rate = o.rate * (0.05 + 0.95 * 0.5 * (1 + cos(3.14159265358979323846 * (step - 1) / 10)));
        for (size_t k = 0; k < n; k++) {
            double g = twin->p.grad[k] * o.clip / norm;
            m[k] = 0.9 * m[k] + 0.1 * g;
            v[k] = 0.999 * v[k] + 0.001 * g * g;
            w[k] -= rate * (m[k] / (1 - pow(0.9, step))) / (sqrt(v[k] / (1 - pow(0.999, step))) + 1e-8);
        }
        assert_int_equal(train_run(t, 1, NULL), 1);
        for (size_t k = 0; k < n; k++)
            assert_true(fabs(t->p.w[k] - w[k]) < 1e-9);
    }
    free(w);
    free(m);
    free(v);
    train_free(t);
    train_free(twin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_gradient_agrees_with_finite_differences),
        cmocka_unit_test(gradients_of_numbers_and_of_labels_agree_with_finite_differences),
        cmocka_unit_test(with_still_gates_a_plain_recurrent_network_is_trained),
        cmocka_unit_test(weight_costs_have_the_gradient_of_what_they_cost),
        cmocka_unit_test(regularisers_rise_between_a_fifth_and_a_half_of_the_training),
        cmocka_unit_test(dropout_keeps_the_mean_of_what_goes_up),
        cmocka_unit_test(three_updates_are_those_of_adam_with_clipping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
