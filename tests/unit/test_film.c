/* test_film.c: a training as a film: which moments are kept, that they are what a training stopped there has, what is
 * found in them, and that going through them keeps what one is looking at. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "learn/training.h"
#include "learn/variants.h"
#include "model/fingerprint.h"
#include "session/edit.h"
#include "support/golden.h"

static struct training *stories(int updates)
{
    struct err e = {{0}};
    struct training *t =
        training_new(&(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .updates = updates}, &e);
    if (!t)
        fail_msg("%s", e.text);
    return t;
}

static void run_until(struct training *t, int updates)
{
    while (training_done(t) < updates || t->evaluating.at >= 0)
        if (!training_step(t))
            break;
}

static void a_snapshot_is_the_network_of_a_training_that_is_stopped_there(void **state)
{
    (void)state;
    struct training *whole = stories(600);
    run_until(whole, 600);
    assert_true(whole->film.frames > 5);
    assert_int_equal(whole->film.frame[0].update, 0);
    assert_int_equal(whole->film.frame[whole->film.frames - 1].update, 600);
    for (int k = 0; k < whole->film.frames; k += 3) {
        struct training *stopped = stories(600);
        run_until(stopped, whole->film.frame[k].update);
        struct lstm *net = train_lstm(stopped->train);
        assert_true(fingerprint_net(net) == fingerprint_net(whole->film.frame[k].net));
        lstm_free(net);
        training_free(stopped);
    }
    training_free(whole);
}

static struct lstm *small(int outputs)
{
    int hidden = 2;
    struct lstm *net = lstm_new(&(struct lstm_shape){1, 3, 2, outputs, &hidden, false, false, false, false, false});
    assert_non_null(net);
    return net;
}

static void frames_stay_evenly_spread_and_the_last_is_always_there(void **state)
{
    (void)state;
    struct film f = {.shown = -1};
    for (int n = 0; n < 1500; n++) {
        film_add(&f, 10 * n, n, small(3));
        assert_true(f.frames <= FILM_FRAMES + 1);
        assert_int_equal(f.frame[0].update, 0);
        assert_int_equal(f.frame[f.frames - 1].update, 10 * n);
    }
    assert_true(f.frames > FILM_FRAMES / 2 - 2);
    int gap = f.frame[1].update;
    for (int k = 1; k + 1 < f.frames; k++)
        assert_int_equal(f.frame[k].update - f.frame[k - 1].update, gap);
    film_clear(&f);
    assert_int_equal(f.frames, 0);
}

static void the_frame_that_is_shown_stays_it_when_others_go(void **state)
{
    (void)state;
    struct film f = {.shown = -1};
    for (int n = 0; n < FILM_FRAMES; n++)
        film_add(&f, n, n, small(3));
    f.shown = 100;                        /* an even one stays */
    film_add(&f, FILM_FRAMES, FILM_FRAMES, small(3));
    assert_int_equal(f.frame[f.shown].update, 100);
    film_clear(&f);
    for (int n = 0; n < FILM_FRAMES; n++)
        film_add(&f, n, n, small(3));
    f.shown = 101;
    film_add(&f, FILM_FRAMES, FILM_FRAMES, small(3));
    assert_int_equal(f.shown, -1);        /* an odd one went */
    film_clear(&f);
}

/* Five frames of a sentence of three words; f of each by hand. */
static void moments_are_found_where_the_numbers_turn(void **state)
{
    (void)state;
    static const float f_at[5][3] = {
        {0.60F, 0.40F, 0.05F}, {0.90F, 0.40F, 0.05F}, {0.20F, 0.05F, 0.05F},
        {0.09F, 0.60F, 0.05F}, {0.01F, 0.05F, 0.05F}};
    static const float p[5][2] = {{0.1F, 0.2F}, {0.6F, 0.1F}, {0.4F, 0.5F}, {0.7F, 0.1F}, {0.9F, 0}};
    static const double right[5] = {0.5, 0.52, 0.9, 0.95, 1};
    struct film film = {.shown = -1};
    for (int k = 0; k < 5; k++) {
        film_add(&film, k, k, small(3));
        film.frame[k].track.f = malloc(sizeof f_at[k]);
        memcpy(film.frame[k].track.f, f_at[k], sizeof f_at[k]);
        memcpy(film.frame[k].track.p, p[k], sizeof p[k]);
    }
    struct film_moment m[FILM_MOMENTS];
    int n = film_moments(&(struct film_story){&film, right, true, 3, 2}, m, FILM_MOMENTS);
    assert_int_equal(n, 4);
    assert_int_equal(m[0].what, FILM_GOT_IT);          /* 0.52 -> 0.9 is the largest rise */
    assert_int_equal(m[0].frame, 2);
    assert_int_equal(m[1].what, FILM_ANSWERS);         /* right at 1, wrong again at 2: from 3 on to the end */
    assert_int_equal(m[1].frame, 3);
    assert_int_equal(m[2].what, FILM_LETS_GO);         /* word 0: 0.9 once, below 0.1 at 3 */
    assert_int_equal(m[2].word, 0);
    assert_true(m[2].frame == 3 && fabs(m[2].before - 0.9) < 1e-6 && fabs(m[2].after - 0.09) < 1e-6);
    assert_int_equal(m[3].word, 1);                    /* word 1 fell at 2, but had never been above 0.5 then */
    assert_int_equal(m[3].frame, 4);
    assert_int_equal(film_moments(&(struct film_story){&film, right, true, 3, 2}, m, 2), 2);
    static const double flat[5] = {0.5, 0.55, 0.6, 0.65, 0.7};
    n = film_moments(&(struct film_story){&film, flat, true, 0, 0}, m, FILM_MOMENTS);
    assert_int_equal(n, 0);                            /* no rise of ten points: nothing is claimed */
    film_clear(&film);
}

static void open_film(struct app *a, const char *keys)
{
    golden_app(&(struct golden_shot){.w = 80, .h = 24}, a);
    struct training *t = stories(600);
    run_until(t, 600);
    a->training = t;
    a->scene.training = t;
    struct err e = {{0}};
    if (!app_keys(a, keys, "keys", &e))
        fail_msg("%s", e.text);
}

static void going_through_it_keeps_the_sentence_the_place_and_what_is_pinned(void **state)
{
    (void)state;
    struct app a;
    open_film(&a, ")");
    assert_int_equal(a.training->film.shown, a.training->film.frames - 1);
    struct err e = {{0}};
    assert_true(session_set_text(a.session, "he came out and played with his dog .", NULL, &e));
    assert_true(edit_apply(a.session, "f[3]@4=0.25", NULL, false, &e));
    session_goto(a.session, 6);
    session_select(a.session, 0, 4, VAL_I);
    session_mark_saved(a.session);
    unsigned long words = session_model_number(a.session);
    uint64_t was = session_fingerprint(a.session);
    assert_true(app_keys(&a, "(", "keys", &e));
    assert_int_equal(a.training->film.shown, a.training->film.frames - 2);
    assert_true(session_fingerprint(a.session) != was);
    assert_true(session_model_number(a.session) == words);
    assert_string_equal(session_token(a.session, 1), "he");
    assert_true(session_pinned(a.session, 0, 2, Q_F, 4));
    assert_true(session_value(a.session, RUN_PINNED, 0, 2, VAL_F, 4) == 0.25F);
    const struct cursor *at = session_cursor(a.session);
    assert_true(at->step == 6 && at->unit == 4 && at->value == VAL_I);
    assert_true(app_keys(&a, ")", "keys", &e));
    assert_true(session_fingerprint(a.session) == was);
    app_clear(&a);
}

/* Unit 1 of the model before may be called "gender"; of this training nobody has found out anything yet. */
static void names_of_another_network_s_units_are_not_carried_over(void **state)
{
    (void)state;
    struct app a;
    open_film(&a, "");
    struct err e = {{0}};
    assert_true(session_set_name(a.session, 0, 0, "hero", &e));
    session_mark_saved(a.session);
    assert_true(app_keys(&a, ")(", "keys", &e));
    assert_true(a.training->film.shown >= 0);
    for (int u = 0; u < session_net(a.session)->layer[0].hidden; u++)
        assert_null(model_unit_name(session_model(a.session), 0, u));
    app_clear(&a);
}

static void unsaved_edits_of_another_model_are_warned_of_once(void **state)
{
    (void)state;
    struct app a;
    open_film(&a, "c)");
    assert_int_equal(a.training->film.shown, -1);
    assert_non_null(strstr(a.scene.message, "not saved"));
    struct err e = {{0}};
    assert_true(app_keys(&a, ")", "keys", &e));
    assert_int_equal(a.training->film.shown, a.training->film.frames - 1);
    app_clear(&a);
}

static void another_model_ends_the_film(void **state)
{
    (void)state;
    struct app a;
    open_film(&a, "):model! story<Enter>");
    assert_string_equal(session_model(a.session)->name, "story");
    assert_int_equal(a.training->film.shown, -1);
    app_clear(&a);
}

static void the_end_of_the_film_is_told(void **state)
{
    (void)state;
    struct app a;
    open_film(&a, "))");
    assert_non_null(strstr(a.scene.message, "last"));
    struct err e = {{0}};
    assert_true(app_keys(&a, ":film-first<Enter>(", "keys", &e));
    assert_non_null(strstr(a.scene.message, "first"));
    assert_true(app_keys(&a, ":film-at 300<Enter>", "keys", &e));
    int at = a.training->film.frame[a.training->film.shown].update;
    for (int k = 0; k < a.training->film.frames; k++)
        assert_true(abs(a.training->film.frame[k].update - 300) >= abs(at - 300));
    app_clear(&a);
}

/* ---- variants ---------------------------------------------------------------------------------------------------- */

static struct training *variant(enum train_variant v)
{
    struct err e = {{0}};
    struct training *t = training_new(
        &(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 60, .variant = v}, &e);
    if (!t)
        fail_msg("%s", e.text);
    run_until(t, 60);
    return t;
}

static void a_gate_that_is_taken_away_is_exactly_1_in_the_network_that_comes_out(void **state)
{
    (void)state;
    static const struct { enum train_variant v; enum quantity q; } gone[] = {
        {TRAIN_NFG, Q_F}, {TRAIN_NIG, Q_I}, {TRAIN_NOG, Q_O}};
    for (int k = 0; k < 3; k++) {
        struct training *t = variant(gone[k].v);
        const struct lstm *net = t->film.frame[t->film.frames - 1].net;
        struct trace *tr = trace_new(net, t->corpus->demo_n);
        const float **x = calloc((size_t)t->corpus->demo_n, sizeof *x);
        for (int s = 0; s < t->corpus->demo_n; s++)
            x[s] = corpus_demo_input(t->corpus, s, net->embedding, net->embed);
        lstm_run(net, x, 0, NULL, 0, tr);
        for (int s = 1; s <= t->corpus->demo_n; s++)
            for (int u = 0; u < net->layer[0].hidden; u++)
                for (int q = 0; q < GATES; q++) {
                    float v = trace_row(tr, 0, (enum quantity)q, s)[u];
                    assert_true((q == (int)gone[k].q) == (v == 1));
                }
        trace_free(tr);
        free(x);
        training_free(t);
    }
}

/* What the trainer measures with its own forward pass against the engine on the network that it hands out. */
static void a_coupled_network_says_outside_the_trainer_what_it_said_inside(void **state)
{
    (void)state;
    struct training *t = variant(TRAIN_CIFG);
    struct lstm *net = train_lstm(t->train);
    assert_true(net->layer[0].coupled);
    struct train_text one = t->held;
    one.sequences = 1;
    struct train_score score;
    train_evaluate(t->train, &one, &score);
    int n = one.start[1];
    struct trace *tr = trace_new(net, n);
    const float **x = calloc((size_t)n, sizeof *x);
    float *z = calloc((size_t)net->outputs, sizeof *z);
    double loss = 0;
    for (int s = 0; s < n; s++)
        x[s] = net->embedding + (size_t)one.id[s] * (size_t)net->embed;
    lstm_run(net, x, 0, NULL, 0, tr);
    for (int s = 1; s <= n; s++)
        for (int u = 0; u < net->layer[0].hidden; u++)
            assert_true(trace_row(tr, 0, Q_I, s)[u] == 1 - trace_row(tr, 0, Q_F, s)[u]);
    for (int s = 1; s < n; s++) {
        lstm_logits(net, tr, s, z);
        loss += surprisal(z, net->outputs, one.id[s]);
    }
    assert_true(fabs(loss / (n - 1) - score.loss) < 1e-5);
    free(z);
    free(x);
    trace_free(tr);
    lstm_free(net);
    training_free(t);
}

static void a_part_is_missed_only_when_every_seed_without_it_is_worse(void **state)
{
    (void)state;
    struct training of = {.seed = 4};
    struct variants *v = variants_new(&of);
    static const double loss[VARIANT_KINDS][VARIANT_SEEDS] = {
        {1.0, 1.1, 1.2}, {1.3, 1.5, 1.4}, {1.19, 2, 2}, {1.25, 1.25, 1.25}, {0.5, 0.5, 0.5}};
    for (int k = 0; k < VARIANT_KINDS; k++)
        for (int s = 0; s < VARIANT_SEEDS; s++, v->done++) {
            v->run[k][s].done = true;
            v->run[k][s].loss = loss[k][s];
            v->run[k][s].accuracy = NAN;
            assert_int_equal(variants_missed(v), 0);           /* nothing is said before all are through */
        }
    assert_int_equal(variants_missed(v), TRAIN_NFG);           /* 0.1 above, the third 0.05; the second overlaps */
    double low, high;
    assert_int_equal(variants_range(v, TRAIN_NIG, false, &low, &high), 3);
    assert_true(low == 1.19 && high == 2);
    assert_int_equal(variants_range(v, TRAIN_NIG, true, &low, &high), 0);
    v->run[TRAIN_NFG][1].loss = 1.15;
    assert_int_equal(variants_missed(v), TRAIN_NOG);
    variants_free(v);
}

static void variants_are_trained_as_the_training_beside_them_was_wished(void **state)
{
    (void)state;
    struct app a;
    open_film(&a, ":variants<Enter>");
    struct training *t = a.training;
    training_free(t);
    a.training = t = stories(40);
    a.scene.training = t;
    run_until(t, 40);
    variants_free(a.variants);
    a.variants = variants_new(t);
    a.scene.variants = a.variants;
    while (variants_step(a.variants))
        continue;
    assert_string_equal(a.variants->trouble.text, "");
    assert_int_equal(a.variants->done, VARIANT_KINDS * VARIANT_SEEDS);
    /* The plain one with the first seed is that training. */
    assert_true(fingerprint_net(a.variants->run[TRAIN_VANILLA][0].net)
                == fingerprint_net(t->film.frame[t->film.frames - 1].net));
    struct err e = {{0}};
    assert_string_equal(a.view->name, "variants");
    char range[64];
    double low, high;
    assert_int_equal(variants_range(a.variants, TRAIN_NFG, false, &low, &high), VARIANT_SEEDS);
    snprintf(range, sizeof range, "%.3f\xE2\x80\xA6%.3f", low, high);
    static const struct { int w, h; const char *name; } sizes[] = {
        {80, 24, "no forget gate, f = 1"}, {120, 40, "no forget gate, f = 1"}, {40, 12, "nfg"}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct grid *g = grid_new(sizes[k].w, sizes[k].h, &glyphs_unicode);
        struct str text = {0};
        a.w = sizes[k].w;
        a.h = sizes[k].h;
        app_draw(&a, g, NULL, NULL);
        grid_dump_text(g, &text);
        assert_non_null(strstr(str_text(&text), sizes[k].name));
        assert_non_null(strstr(str_text(&text), range));
        str_free(&text);
        grid_free(g);
    }
    struct str words = {0};
    view_explain(a.view, &a.scene, a.view_state[view_index(a.view)], &words);
    assert_non_null(strstr(str_text(&words), "no input gate, i = 1: held-out loss "));
    assert_non_null(strstr(str_text(&words), variants_missed(a.variants) ? "Missed the most" : "No part is missed"));
    str_free(&words);
    assert_true(app_keys(&a, "<Down><Enter>", "keys", &e));
    assert_string_equal(a.view->name, "bars");
    assert_non_null(strstr(session_model(a.session)->name, "no forget gate"));
    assert_true(session_value(a.session, RUN_BASE, 0, 3, VAL_F, 2) == 1);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_is_the_network_of_a_training_that_is_stopped_there),
        cmocka_unit_test(frames_stay_evenly_spread_and_the_last_is_always_there),
        cmocka_unit_test(the_frame_that_is_shown_stays_it_when_others_go),
        cmocka_unit_test(moments_are_found_where_the_numbers_turn),
        cmocka_unit_test(going_through_it_keeps_the_sentence_the_place_and_what_is_pinned),
        cmocka_unit_test(names_of_another_network_s_units_are_not_carried_over),
        cmocka_unit_test(unsaved_edits_of_another_model_are_warned_of_once),
        cmocka_unit_test(another_model_ends_the_film),
        cmocka_unit_test(the_end_of_the_film_is_told),
        cmocka_unit_test(a_gate_that_is_taken_away_is_exactly_1_in_the_network_that_comes_out),
        cmocka_unit_test(a_coupled_network_says_outside_the_trainer_what_it_said_inside),
        cmocka_unit_test(a_part_is_missed_only_when_every_seed_without_it_is_worse),
        cmocka_unit_test(variants_are_trained_as_the_training_beside_them_was_wished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
