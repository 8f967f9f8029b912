/* The trainer as the program uses it. */
#include "core/train.h"

#include <setjmp.h>
#include <stdarg.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/threads.h"
#include "core/rng.h"
#include "core/train_loops.h"
#include "core/train_math.h"
#include "import/import.h"
#include "learn/corpus.h"
#include "learn/measure.h"
#include "learn/numbers.h"
#include "model/model.h"
#include "support/skip.h"
#include "support/torch.h"

/* Keep one of two words over up to three others, then say it. */
static const char GRAMMAR[] = "feature which: x | y\n"
                              "measure: left right\n"
                              "heavy: 3\n"
                              "train: 48\nvalid: 8\ntest: 8\n"
                              "Text = {which} go Way.which Filler say Way.which .\n"
                              "Way.x = left\n"
                              "Way.y = right\n"
                              "Filler = ( _ | Step | Step Step | Step Step Step )\n"
                              "Step = on | up | down\n";

static struct corpus *small_corpus(void)
{
    struct err e = {""};
    struct grammar *g = grammar_parse(GRAMMAR, sizeof GRAMMAR - 1, "small.grammar", &e);
    struct corpus *c = g ? corpus_from_grammar(g, 1, &e) : NULL;
    if (!c)
        fail_msg("%s", e.text);
    grammar_free(g);
    return c;
}

static struct train *trainer(const struct corpus *c, const struct train_text *text, int layers, const int *hidden,
                             int updates, uint64_t seed)
{
    struct lstm_shape shape = {.layers = layers, .vocab = c->vocab->size, .embed = 5,
            .outputs = c->vocab->size, .hidden = hidden};
    struct train_options o = train_defaults();
    o.updates = updates;
    o.batch = 8;
    o.seed = seed;
    struct train *t = train_new(&shape, text, &o);
    assert_non_null(t);
    return t;
}

static bool same_floats(const float *a, const float *b, size_t n)
{
    return n == 0 || memcmp(a, b, n * sizeof *a) == 0;
}

static bool same_network(const struct lstm *a, const struct lstm *b)
{
    bool same = same_floats(a->embedding, b->embedding, (size_t)a->vocab * (size_t)a->embed) &&
                same_floats(a->out_W, b->out_W, (size_t)a->outputs * (size_t)lstm_top(a)) &&
                same_floats(a->out_b, b->out_b, (size_t)a->outputs);
    for (int l = 0; l < a->layers; l++)
        for (int q = 0; q < GATES; q++) {
            size_t H = (size_t)a->layer[l].hidden, in = (size_t)a->layer[l].in;
            same = same && same_floats(a->layer[l].W[q], b->layer[l].W[q], H * (H + in)) &&
                   same_floats(a->layer[l].b[q], b->layer[l].b[q], H);
        }
    return same;
}

static void the_same_seed_gives_the_same_bytes_however_the_updates_are_divided(void **state)
{
    (void)state;
    struct corpus *c = small_corpus();
    struct train_text text = corpus_text(c, PART_TRAIN), valid = corpus_text(c, PART_VALID);
    int hidden[] = {6, 3};
    struct train *a = trainer(c, &text, 2, hidden, 60, 5), *b = trainer(c, &text, 2, hidden, 60, 5);
    struct train *other = trainer(c, &text, 2, hidden, 60, 6);
    assert_int_equal(train_run(a, 1000, NULL), 60);
    float f[3], C[3];
    for (int k = 0; k < 60; k++) {
        struct train_score s;
        assert_int_equal(train_run(b, 1, NULL), 1);
        train_evaluate(b, &valid, &s);            /* looking on changes nothing */
        train_demo(b, c->demo, 3, 1, 2, f, C);
    }
    train_run(other, 60, NULL);
    struct lstm *x = train_lstm(a), *y = train_lstm(b), *z = train_lstm(other);
    assert_true(same_network(x, y));
    assert_false(same_network(x, z));
    assert_true(same_floats(train_losses(a), train_losses(b), 60));
    train_restart(other, 5);
    train_run(other, 60, NULL);
    lstm_free(z);
    z = train_lstm(other);
    assert_true(same_network(x, z));
    lstm_free(x);
    lstm_free(y);
    lstm_free(z);
    train_free(a);
    train_free(b);
    train_free(other);
    corpus_free(c);
}

/* What every width must agree on: sizes that fill no vector, two layers, all costs. */
static struct lstm *trained_with(const struct corpus *c, const struct train_text *text, int vector_bytes)
{
    int hidden[] = {13, 6};
    struct lstm_shape shape = {.layers = 2, .vocab = c->vocab ? c->vocab->size : 0, .embed = c->vocab ? 7 : c->inputs,
                               .outputs = c->outputs, .hidden = hidden};
    struct train_options o = train_defaults();
    o.updates = 60;
    o.batch = 8;
    o.vector_bytes = vector_bytes;
    struct train *t = train_new(&shape, text, &o);
    assert_int_equal(train_run(t, 60, NULL), 60);
    struct lstm *net = train_lstm(t);
    train_free(t);
    return net;
}

/* What a file says of a training that is to go on: each number at its end and one beyond. */
static void a_training_goes_on_only_from_what_can_be_one(void **state)
{
    (void)state;
    struct corpus *c = small_corpus();
    struct train_text text = corpus_text(c, PART_TRAIN);
    static const int hidden[] = {5};
    struct train *t = trainer(c, &text, 1, hidden, 20, 3), *other = trainer(c, &text, 1, hidden, 20, 4);
    assert_int_equal(train_run(t, 7, NULL), 7);
    struct train_state s;
    const char *why = NULL;
    assert_true(train_take(t, &s));
    const int n = s.sequences, last = s.order[n - 1], at = s.at, done = s.done, reader = s.reader;
    const struct { int *what, value; const char *says; } cases[] = {
        {&s.order[n - 1], n, "the order of the sequences is none"},
        {&s.order[n - 1], -1, "the order of the sequences is none"},
        {&s.order[n - 1], s.order[0], "the order of the sequences is none"},
        {&s.order[n - 1], last, NULL},
        {&s.at, n + 1, "the next sequence is none"},
        {&s.at, -1, "the next sequence is none"},
        {&s.at, n, NULL},
        {&s.at, at, NULL},
        {&s.done, 21, "more updates are done than are wanted"},
        {&s.done, -1, "more updates are done than are wanted"},
        {&s.done, done, NULL},
        {&s.reader, 5, "the unit that is read is none"},
        {&s.reader, -2, "the unit that is read is none"},
        {&s.reader, 4, NULL},
        {&s.reader, reader, NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        *cases[k].what = cases[k].value;
        bool taken = train_put(other, &s, &why);
        if (taken != !cases[k].says || (!taken && strcmp(why, cases[k].says) != 0))
            fail_msg("case %zu: %s", k, taken ? "taken" : why);
        s.order[n - 1] = last;
        if (k >= 4)
            *cases[k].what = cases[k].what == &s.at ? at : cases[k].what == &s.done ? done : reader;
    }
    train_run(t, 13, NULL);                       /* from there both learn the same */
    train_run(other, 13, NULL);
    struct lstm *a = train_lstm(t), *b = train_lstm(other);
    assert_true(same_network(a, b));
    lstm_free(a);
    lstm_free(b);
    train_state_clear(&s);
    train_free(t);
    train_free(other);
    corpus_free(c);
}

/* The head's weights of two tokens, the bias behind them; what they differ by. */
static float differ_by(const struct lstm *net, const int *token, int j)
{
    const int H = lstm_top(net);
    return j == H ? net->out_b[token[0]] - net->out_b[token[1]]
                  : net->out_W[token[0] * H + j] - net->out_W[token[1] * H + j];
}

static void one_unit_tells_the_pair_apart_the_one_that_did_most(void **state)
{
    (void)state;
    struct corpus *c = small_corpus();
    struct train_text text = corpus_text(c, PART_TRAIN);
    enum { UNITS = 5, UPDATES = 20, RAMP = 8 };
    const int hidden = UNITS;
    struct lstm_shape shape = {
        .layers = 1, .vocab = c->vocab->size, .embed = 5, .outputs = c->vocab->size, .hidden = &hidden};
    struct train_options o = train_defaults();
    o.updates = UPDATES;
    o.batch = 8;
    o.one_reader = true;
    o.reader[0] = vocab_find(c->vocab, "left");
    o.reader[1] = vocab_find(c->vocab, "right");
    o.reader_price = 0.0005;
    o.reader_scale = 0.1;
    o.ramp_from = 0.1;
    o.ramp_to = (double)RAMP / UPDATES;
    bool met[UNITS] = {false};
    int others = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        o.seed = seed;
        struct train *t = train_new(&shape, &text, &o);
        assert_int_equal(train_run(t, RAMP, NULL), RAMP);
        assert_int_equal(train_reader(t), -1); /* not yet */
        struct lstm *net = train_lstm(t);
        int most = 0;
        for (int j = 1; j < UNITS; j++)
            most = fabsf(differ_by(net, o.reader, j)) > fabsf(differ_by(net, o.reader, most)) ? j : most;
        lstm_free(net);
        train_run(t, 1, NULL);
        assert_int_equal(train_reader(t), most);
        train_run(t, UPDATES, NULL);
        assert_int_equal(train_reader(t), most); /* and it stays that one */
        net = train_lstm(t);
        for (int j = 0; j <= UNITS; j++)
            if ((differ_by(net, o.reader, j) == 0) != (j != most))
                fail_msg("seed %d, unit %d beside %d: %g", (int)seed, j, most, (double)differ_by(net, o.reader, j));
        others += !met[most];
        met[most] = true;
        lstm_free(net);
        train_free(t);
    }
    assert_true(others > 2); /* it was not always the same one */
    corpus_free(c);
}

/* Large enough that threads share it: sequences, rows of matrices, and the head. */
static struct lstm *trained_on_threads(const struct corpus *c, const struct train_text *text, int threads)
{
    int hidden[] = {310, 83};
    struct lstm_shape shape = {.layers = 2, .vocab = c->vocab ? c->vocab->size : 0, .embed = c->vocab ? 37 : c->inputs,
                               .outputs = c->outputs, .hidden = hidden};
    struct train_options o = train_defaults();
    o.updates = 4;
    o.batch = 27;
    o.dropout = 0.2;
    threads_set(threads);
    struct train *t = train_new(&shape, text, &o);
    assert_int_equal(train_run(t, 4, NULL), 4);
    struct lstm *net = train_lstm(t);
    train_free(t);
    threads_set(0);
    return net;
}

static void threads_agree(struct corpus *c)
{
    struct train_text text = corpus_text(c, PART_TRAIN);
    struct lstm *alone = trained_on_threads(c, &text, 1);
    static const int counts[] = {2, 3, 8};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        struct lstm *shared = trained_on_threads(c, &text, counts[k]);
        if (!same_network(alone, shared))
            fail_msg("%d threads give other bytes than one", counts[k]);
        lstm_free(shared);
    }
    lstm_free(alone);
    corpus_free(c);
}

static void widths_agree(struct corpus *c)
{
    struct train_text text = corpus_text(c, PART_TRAIN);
    struct lstm *narrow = trained_with(c, &text, 16);
    int compared = 0;
    for (int bytes = 32; bytes <= 64; bytes *= 2) {
        if (pass_loops(bytes)->vector_bytes != bytes)
            continue;                             /* this processor has none */
        struct lstm *wide = trained_with(c, &text, bytes);
        if (!same_network(narrow, wide))
            fail_msg("%s gives other bytes than %s", pass_loops(bytes)->name, pass_loops(16)->name);
        lstm_free(wide);
        compared++;
    }
    lstm_free(narrow);
    corpus_free(c);
    if (!compared)
        skip();
}

static void vectors_of_any_width_give_the_same_bytes(void **state)
{
    (void)state;
    widths_agree(small_corpus());
}

static struct corpus *adding(void)
{
    struct err e = {""};
    static const char drawn[] = "draw: adding 13, train 40, valid 5, test 5\n";
    struct corpus_file file = {drawn, sizeof drawn - 1, "drawn.numbers"};
    struct corpus *c = corpus_from_numbers(&file, NULL, 1, &e);
    if (!c)
        fail_msg("%s", e.text);
    return c;
}

static void so_do_they_where_numbers_come_in_and_are_wanted(void **state)
{
    (void)state;
    widths_agree(adding());
}

static void any_number_of_threads_gives_the_same_bytes(void **state)
{
    (void)state;
    threads_agree(small_corpus());
    threads_agree(adding());
}

static void training_learns_to_remember_and_its_loss_falls(void **state)
{
    (void)state;
    struct corpus *c = small_corpus();
    struct train_text text = corpus_text(c, PART_TRAIN), valid = corpus_text(c, PART_VALID),
                      test = corpus_text(c, PART_TEST);
    struct train *t = trainer(c, &text, 1, (int[]){6}, 800, 1);
    struct train_score before, after, unseen;
    train_evaluate(t, &valid, &before);
    assert_int_equal(train_run(t, 800, NULL), 800);
    train_evaluate(t, &valid, &after);
    train_evaluate(t, &test, &unseen);
    assert_int_equal(after.measured, 8);
    assert_true(before.accuracy < 0.9);
    assert_true(after.accuracy == 1 && unseen.accuracy == 1);
    assert_true(after.loss < before.loss / 2);
    assert_true(train_losses(t)[799] < train_losses(t)[0] / 2);
    assert_int_equal(train_run(t, 10, NULL), 0);          /* the training is over */
    train_free(t);
    corpus_free(c);
}

static void the_engine_agrees_with_the_trainer_on_what_was_learnt(void **state)
{
    (void)state;
    struct corpus *c = small_corpus();
    struct train_text text = corpus_text(c, PART_TRAIN), test = corpus_text(c, PART_TEST);
    static const int shapes[][3] = {{1, 0, 0}, {3, 0, 0}, {17, 0, 0}, {4, 9, 5}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        int layers = shapes[s][1] ? 3 : 1;
        struct train *t = trainer(c, &text, layers, shapes[s], 80, 2);
        train_run(t, 80, NULL);
        struct lstm *net = train_lstm(t);
        struct train_score a;
        struct measure_score b;
        train_evaluate(t, &test, &a);
        assert_true(measure_score(net, c, PART_TEST, &b));
        assert_true(fabs(a.loss - b.loss) < 1e-5);
        assert_int_equal(a.targets, b.targets);
        int top = layers - 1, unit = net->layer[top].hidden - 1, n = c->demo_n;
        float *f = xcalloc((size_t)n, sizeof *f), *C = xcalloc((size_t)n, sizeof *C);
        const float **x = xcalloc((size_t)n, sizeof *x);
        for (int k = 0; k < n; k++)
            x[k] = net->embedding + c->demo[k] * net->embed;
        struct trace *tr = trace_new(net, n);
        lstm_run(net, x, 0, NULL, 0, tr);
        train_demo(t, c->demo, n, top, unit, f, C);
        for (int k = 0; k < n; k++) {
            assert_true(fabsf(f[k] - trace_row(tr, top, Q_F, k + 1)[unit]) < 1e-5f);
            assert_true(fabsf(C[k] - trace_row(tr, top, Q_C, k + 1)[unit]) < 1e-5f);
        }
        trace_free(tr);
        free(x);
        free(f);
        free(C);
        lstm_free(net);
        train_free(t);
    }
    corpus_free(c);
}

static void a_network_goes_in_and_comes_out_unchanged(void **state)
{
    (void)state;
    struct corpus *c = small_corpus();
    struct train_text text = corpus_text(c, PART_TRAIN);
    int hidden[] = {5, 7};
    struct train *a = trainer(c, &text, 2, hidden, 20, 3), *b = trainer(c, &text, 2, hidden, 20, 4);
    train_run(a, 20, NULL);
    struct lstm *x = train_lstm(a);
    train_load(b, x);
    struct lstm *y = train_lstm(b);
    assert_true(same_network(x, y));
    assert_int_equal(train_done(b), 0);
    lstm_free(x);
    lstm_free(y);
    train_free(a);
    train_free(b);
    corpus_free(c);
}

static void the_best_so_far_can_be_kept_and_taken_back(void **state)
{
    (void)state;
    struct corpus *c = small_corpus();
    struct train_text text = corpus_text(c, PART_TRAIN);
    struct train *t = trainer(c, &text, 1, (int[]){4}, 50, 1);
    assert_false(train_back(t));
    train_run(t, 20, NULL);
    struct lstm *at_20 = train_lstm(t);
    train_keep(t);
    train_run(t, 20, NULL);
    struct lstm *at_40 = train_lstm(t);
    assert_true(train_back(t));
    struct lstm *back = train_lstm(t);
    assert_true(same_network(at_20, back));
    assert_false(same_network(at_20, at_40));
    lstm_free(at_20);
    lstm_free(at_40);
    lstm_free(back);
    train_free(t);
    corpus_free(c);
}

static void a_cancel_flag_stops_before_the_next_update(void **state)
{
    (void)state;
    struct corpus *c = small_corpus();
    struct train_text text = corpus_text(c, PART_TRAIN);
    struct train *t = trainer(c, &text, 1, (int[]){4}, 50, 1);
    volatile sig_atomic_t stop = 1;
    assert_int_equal(train_run(t, 50, &stop), 0);
    stop = 0;
    assert_int_equal(train_run(t, 30, &stop), 30);
    train_free(t);
    corpus_free(c);
}

static void a_training_that_explodes_stops_and_says_so(void **state)
{
    (void)state;
    struct corpus *c = small_corpus();
    struct train_text text = corpus_text(c, PART_TRAIN);
    struct lstm_shape shape = {.layers = 1, .vocab = c->vocab->size, .embed = 5,
            .outputs = c->vocab->size, .hidden = (int[]){4}};
    struct train_options o = train_defaults();
    o.updates = 50;
    o.rate = 1e38;
    struct train *t = train_new(&shape, &text, &o);
    int ran = train_run(t, 50, NULL);
    assert_true(train_diverged(t));
    assert_true(ran < 50 && train_done(t) == ran);
    assert_int_equal(train_run(t, 1, NULL), 0);
    train_restart(t, 2);
    assert_false(train_diverged(t));
    train_free(t);
    corpus_free(c);
}

static void the_exponential_is_right_to_two_ten_millionths(void **state)
{
    (void)state;
    double worst = 0;
    for (int k = -860000; k <= 860000; k++) {
        float x = (float)k * 1e-4f;
        double off = fabs((double)real_exp(x) / exp((double)x) - 1);
        worst = off > worst ? off : worst;
    }
    printf("  largest relative error %.2e\n", worst);
    assert_true(worst < 2e-7);
    assert_true(real_exp(-1e30f) >= 0 && real_exp(-1e30f) < 1e-37f);
    assert_true(isfinite(real_exp(1e30f)));
}

/* Least and largest of n numbers, and their mean. */
static void spread(const float *v, size_t n, double *least, double *largest, double *mean)
{
    *least = *largest = (double)v[0];
    *mean = 0;
    for (size_t k = 0; k < n; k++) {
        *least = fmin(*least, (double)v[k]);
        *largest = fmax(*largest, (double)v[k]);
        *mean += (double)v[k] / (double)n;
    }
}

static void first_weights_spread_evenly_around_zero(void **state)
{
    (void)state;
    struct corpus *c = small_corpus();
    struct train_text text = corpus_text(c, PART_TRAIN);
    struct train *t = trainer(c, &text, 1, (int[]){24}, 10, 3);
    struct lstm *net = train_lstm(t);
    double range = train_options(t)->weight_range, least, largest, mean;
    const struct { const float *v; size_t n; } uniform[] = {
        {net->layer[0].W[Q_F], 24 * (24 + 5)}, {net->layer[0].W[Q_I], 24 * (24 + 5)},
        {net->layer[0].W[Q_G], 24 * (24 + 5)},
        {net->layer[0].W[Q_O], 24 * (24 + 5)}, {net->out_W, (size_t)net->outputs * 24},
    };
    for (size_t k = 0; k < sizeof uniform / sizeof *uniform; k++) {
        spread(uniform[k].v, uniform[k].n, &least, &largest, &mean);
        assert_true(least >= -range && largest <= range);
        assert_true(least < -0.9 * range && largest > 0.9 * range);
        assert_true(fabs(mean) < 0.15 * range);
    }
    spread(net->embedding, (size_t)net->vocab * 5, &least, &largest, &mean);
    assert_true(least < 0 && largest > 0 && fabs(mean) < 0.5 * train_options(t)->embed_deviation);
    lstm_free(net);
    train_free(t);
    corpus_free(c);
}

static void random_numbers_are_fixed_and_fair(void **state)
{
    (void)state;
    struct rng r, other;
    rng_seed(&r, 1, 0);
    rng_seed(&other, 1, 1);
    assert_true(rng_next(&r) != rng_next(&other));
    double sum = 0, squares = 0;
    int count[6] = {0}, weighted[3] = {0};
    for (int k = 0; k < 60000; k++) {
        double v = rng_normal(&r), u = rng_unit(&r);
        assert_true(u >= 0 && u < 1);
        sum += v;
        squares += v * v;
        count[rng_below(&r, 6)]++;
        weighted[rng_weighted(&r, (double[]){3, 0, 1}, 3)]++;
    }
    assert_true(fabs(sum / 60000) < 0.02 && fabs(squares / 60000 - 1) < 0.03);
    for (int k = 0; k < 6; k++)
        assert_in_range(count[k], 9600, 10400);
    assert_int_equal(weighted[1], 0);
    assert_in_range(weighted[0], 44300, 45700);
    int v[] = {0, 1, 2, 3, 4}, seen = 0;
    rng_shuffle(&r, v, 5);
    for (int k = 0; k < 5; k++)
        seen |= 1 << v[k];
    assert_int_equal(seen, 31);
}

/* ---- PyTorch's gradients, where the reference data is at hand ---------------------------------------------------- */

static double reference_number(const struct json_at *object, const char *key)
{
    struct json_at at;
    struct err e = {""};
    double v = 0;
    if (!json_need(object, key, &at, &e) || !json_number(&at, &v, &e))
        fail_msg("%s", e.text);
    return v;
}

static void compare_with_torch(const char *dir, const char *name)
{
    char path[512], vocab[512];
    struct err e = {""};
    snprintf(path, sizeof path, "%s/%s.pytorch.json", dir, name);
    snprintf(vocab, sizeof vocab, "%s/%s.vocab.json", dir, name);
    struct model *m = model_load(path, &(struct model_options){.vocab = vocab, .tokenizer = -1}, &e);
    if (!m)
        fail_msg("%s", e.text);
    snprintf(path, sizeof path, "%s/%s.expected.json", dir, name);
    struct json *j = json_read(path, &e);
    struct json_at top = json_top(j), gradient, at;
    long *ids;
    size_t n;
    struct json_floats dx;
    if (!json_need(&top, "ids", &at, &e) || !json_ints(&at, 0, m->net->vocab - 1, &ids, &n, &e)
        || !json_need(&top, "gradient", &gradient, &e) || !json_need(&gradient, "dx", &at, &e)
        || !json_floats(&at, &dx, &e))
        fail_msg("%s", e.text);
    int step = (int)reference_number(&gradient, "step") + 1, E = m->net->embed;      /* counts from 0 there */
    int *seq = xcalloc((size_t)step + 1, sizeof *seq);
    float *weight = xcalloc((size_t)step + 1, sizeof *weight);
    for (int k = 0; k < step; k++)
        seq[k] = (int)ids[k];
    seq[step] = (int)reference_number(&gradient, "target");
    weight[step] = 1;
    int *hidden = xcalloc((size_t)m->net->layers, sizeof *hidden);
    for (int l = 0; l < m->net->layers; l++)
        hidden[l] = m->net->layer[l].hidden;
    struct train_text text = {.sequences = 1, .start = (int[]){0, step + 1}, .id = seq};
    struct lstm_shape shape = {.layers = m->net->layers, .vocab = m->net->vocab, .embed = E,
            .outputs = m->net->outputs, .hidden = hidden};
    struct train_options o = train_defaults();
    struct train *t = train_new(&shape, &text, &o);
    train_load(t, m->net);
    double loss, value = reference_number(&gradient, "value"), worst = 0;
    struct lstm *g = train_gradient(t, seq, weight, step + 1, &loss);
    assert_true(fabs(loss - value) < 1e-5 * value);
    double *expected = xcalloc((size_t)(m->net->vocab * E), sizeof *expected), largest = 0;
    for (int k = 0; k < step; k++)
        for (int d = 0; d < E; d++)
            expected[seq[k] * E + d] += (double)dx.v[k * E + d];
    for (int k = 0; k < m->net->vocab * E; k++) {
        double off = fabs((double)g->embedding[k] - expected[k]);
        worst = off > worst ? off : worst;
        largest = fabs(expected[k]) > largest ? fabs(expected[k]) : largest;
    }
    printf("  %s: surprisal %.6f, largest difference of a gradient %.1e of %.2g\n", name, loss, worst, largest);
    assert_true(worst < 1e-4 * largest);
    free(expected);
    lstm_free(g);
    train_free(t);
    free(hidden);
    free(weight);
    free(seq);
    free(ids);
    json_free(j);
    model_free(m);
}

/* Every part of a network is tried: what a small step of one weight does to the loss is what its gradient says. */
static void a_gradient_says_what_a_small_step_does(void **state)
{
    (void)state;
    struct corpus *c = small_corpus();
    struct train_text text = corpus_text(c, PART_TRAIN);
    static const int hidden[] = {4, 3};
    static const float weight[] = {0, 1, 0.5f, 2, 1, 0}, step = 0.01f;
    struct train *t = trainer(c, &text, 2, hidden, 20, 3);
    assert_int_equal(train_run(t, 20, NULL), 20);
    const int *id = text.id, n = 5;
    double loss, above, below, largest = 0;
    struct lstm *g = train_gradient(t, id, weight, n, &loss), *net = train_lstm(t);
    const struct {
        float *w, *gradient;
        size_t n;
    } parts[] = {
        {net->embedding, g->embedding, (size_t)net->vocab * 5}, {net->out_W, g->out_W, (size_t)net->outputs * 3},
        {net->out_b, g->out_b, (size_t)net->outputs},           {net->layer[0].W[Q_F], g->layer[0].W[Q_F], 4 * 9},
        {net->layer[0].W[Q_G], g->layer[0].W[Q_G], 4 * 9},      {net->layer[0].b[Q_I], g->layer[0].b[Q_I], 4},
        {net->layer[1].W[Q_I], g->layer[1].W[Q_I], 3 * 7},      {net->layer[1].W[Q_O], g->layer[1].W[Q_O], 3 * 7},
        {net->layer[1].b[Q_F], g->layer[1].b[Q_F], 3},
    };
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        double in_part = 0;
        for (size_t k = 0; k < parts[p].n; k++) {
            const float was = parts[p].w[k];
            parts[p].w[k] = was + step;
            train_load(t, net);
            lstm_free(train_gradient(t, id, weight, n, &above));
            parts[p].w[k] = was - step;
            train_load(t, net);
            lstm_free(train_gradient(t, id, weight, n, &below));
            parts[p].w[k] = was;
            const double want = (above - below) / (2 * (double)step), got = (double)parts[p].gradient[k];
            if (!(fabs(want - got) < 2e-3 * fmax(1, fabs(want))))
                fail_msg("part %zu, number %zu: %g, a step says %g", p, k, got, want);
            in_part = fmax(in_part, fabs(got));
        }
        assert_true(in_part > 1e-4);
        largest = fmax(largest, in_part);
    }
    assert_true(loss > 1 && largest > 0.1);
    lstm_free(g);
    lstm_free(net);
    train_free(t);
    corpus_free(c);
}

static void gradients_agree_with_pytorch(void **state)
{
    (void)state;
    if (!torch_each(compare_with_torch))
        skip_because(TORCH_MISSING "; finite differences stand in (test_train_exact)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_unit_tells_the_pair_apart_the_one_that_did_most),
        cmocka_unit_test(a_training_goes_on_only_from_what_can_be_one),
        cmocka_unit_test(the_same_seed_gives_the_same_bytes_however_the_updates_are_divided),
        cmocka_unit_test(vectors_of_any_width_give_the_same_bytes),
        cmocka_unit_test(so_do_they_where_numbers_come_in_and_are_wanted),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
        cmocka_unit_test(training_learns_to_remember_and_its_loss_falls),
        cmocka_unit_test(the_engine_agrees_with_the_trainer_on_what_was_learnt),
        cmocka_unit_test(a_network_goes_in_and_comes_out_unchanged),
        cmocka_unit_test(the_best_so_far_can_be_kept_and_taken_back),
        cmocka_unit_test(a_cancel_flag_stops_before_the_next_update),
        cmocka_unit_test(a_training_that_explodes_stops_and_says_so),
        cmocka_unit_test(the_exponential_is_right_to_two_ten_millionths),
        cmocka_unit_test(random_numbers_are_fixed_and_fair),
        cmocka_unit_test(a_gradient_says_what_a_small_step_does),
        cmocka_unit_test(gradients_agree_with_pytorch),
        cmocka_unit_test(first_weights_spread_evenly_around_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
