/* The gradient on the screen, in words and in the trace: what is printed is the derivative, and it is said of what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "export/export.h"
#include "import/import.h"
#include "session/aim.h"
#include "session/edit.h"
#include "support/app.h"
#include "support/golden.h"
#include "views/tape.h"
#include "support/models.h"
#include "support/reference.h"
#include "support/skip.h"
#include "support/torch.h"
#include "views/gradient_view.h"

/* ---- an app to press keys on -------------------------------------------------------------------------------- */

/* ---- words ------------------------------------------------------------------------------------------------------- */

/* What the view says, over 200 columns so that a sentence stays on its line. */
static char *words(struct app *a)
{
    const struct view *v = view_find("gradient");
    struct str out = {0};
    view_explain(v, &a->scene, a->view_state[view_index(v)], &out);
    return str_take(&out);
}

static void says(struct app *a, const char *text)
{
    char *all = words(a);
    if (!strstr(all, text))
        fail_msg("\"%s\" is not in: %s", text, all);
    free(all);
}

static void the_sentence_gives_both_numbers_of_the_selected_unit(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24, .keys = ":t with<Enter>r"}, &a);
    struct session *s = a.session;
    double carried = 1;
    for (int t = 2; t <= 6; t++)
        carried *= (double)session_value(s, RUN_PINNED, 0, 0, VAL_F, t);
    struct aim aim = {.of = AIM_SURPRISAL, .step = 6, .output = session_output(s, 7)};
    struct gradient *g = aim_gradient(s, &aim, 0);
    char text[160];
    snprintf(text, sizeof text,
             "From 'with' back to 'She' gender carries %.2f of the gradient on the direct path; through all paths it "
             "is %.2f",
             carried, (double)(g->dC[0][1 * 3] / g->dC[0][6 * 3]));
    says(&a, text);
    says(&a, "surprisal of 'her' after 'with'");
    gradient_free(g);
    app_clear(&a);
}

static void a_closed_gate_is_named_as_what_cuts_the_path(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24, .keys = ":set f[gender]@and=0<Enter>:t with<Enter>r"}, &a);
    says(&a, "'and' closes the path: f = 0 (pinned)");
    says(&a, "carries 0 of the gradient");
    says(&a, "It has vanished on the way.");
    press(&a, "u:t with<Enter>");
    char *all = words(&a);
    assert_null(strstr(all, "closes the path"));
    free(all);
    says(&a, "It does not vanish on this way.");
    app_clear(&a);
}

/* Of gates that all keep little only one is where less than a hundredth is left: that one is marked. */
static void a_cut_is_marked_once_where_less_than_a_hundredth_is_left(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24, .keys = ":t with<Enter>r"}, &a);
    struct grid *g = grid_new(80, 24, a.glyphs);
    const struct across tape = tape_columns(a.session, 80);
    app_draw(&a, g, NULL, NULL);
    int wants = 2, at = 0;
    double left = 1;
    for (int t = 6; t > 1 && !at; t--) {
        left *= (double)session_value(a.session, RUN_PINNED, 0, wants, VAL_F, t);
        at = left < 0.01 ? t : 0;
    }
    assert_true(at > 1 && session_value(a.session, RUN_PINNED, 0, wants, VAL_F, at - 1) < 0.06f);
    int marks = 0;
    for (int y = 4; y < 19; y++)
        for (int x = 0; x < 80; x++) {
            const struct cell *c = grid_at(g, x, y);
            if (c->ch[0] == 0xD7 && c->role == ROLE_WARN) {
                marks++;
                assert_int_equal(x, across_x(&tape, at) - 2);
            }
        }
    assert_int_equal(marks, 1);
    grid_free(g);
    app_clear(&a);
}

static void the_gradient_stands_under_the_words_of_the_tape(void **state)
{
    (void)state;
    static const char *const models[] = {"lesson-cell", "gender"};
    for (int k = 0; k < 2; k++) {
        struct app a;
        golden_app(&(struct golden_shot){.model = models[k], .w = 80, .h = 24, .keys = ":t with<Enter>r"}, &a);
        struct grid *g = grid_new(80, 24, a.glyphs);
        struct str text = {0};
        app_draw(&a, g, NULL, NULL);
        grid_dump_text(g, &text);
        const char *body = strstr(text.s, "after 'with'");
        assert_non_null(body);
        assert_null(strstr(body, "played "));                /* the tape alone has the words */
        const struct across tape = tape_columns(a.session, 80);
        int found = 0;
        for (int y = 4; y < 19; y++)                         /* direct is 1 at the word itself */
            found += grid_at(g, across_x(&tape, 6) + 1, y)->ch[0] == '1' && grid_at(g, across_x(&tape, 6) + 4, y)->ch[0]
                == '0';
        assert_true(found >= 1);
        str_free(&text);
        grid_free(g);
        app_clear(&a);
    }
}

static void keys_choose_what_the_gradient_is_of(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.w = 80, .h = 24, .keys = ":t with<Enter>r"}, &a);
    struct prediction p[3];
    session_predict(a.session, 6, 3, p);
    char label[16], text[80];
    press(&a, "y");
    snprintf(text, sizeof text, "surprisal of '%s' after 'with'",
             model_label(session_model(a.session), p[1].output, label));
    says(&a, text);                                 /* the likeliest is the word that does come: it was there first */
    press(&a, "Yf");
    says(&a, "C of gender at 'with'");
    press(&a, "<Down>");
    says(&a, "C of verb at 'with'");
    press(&a, "f");
    says(&a, "h of verb at 'with'");
    press(&a, "f");
    says(&a, "surprisal of 'her' after 'with'");
    press(&a, "<Right>");
    says(&a, "after 'her'");
    gradient_view_aim(a.view_state[view_index(a.view)], aim_output(a.session, "his"));
    says(&a, "surprisal of 'his' after 'her'");
    app_clear(&a);
}

static void a_model_without_a_head_is_asked_about_its_memory(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct session *s = session_new(
        model_random(&(struct random_model){.layers = 2, .hidden = 5, .embed = 3, .steps = 7, .seed = 3}), &e);
    assert_non_null(s);
    struct app a;
    app_init(&a, s, theme_load(theme_default, &e), &glyphs_unicode);
    press(&a, "Gr");
    says(&a, "C of 1 at 'x7'");
    press(&a, "yf");
    says(&a, "h of 1 at 'x7'");
    struct aim aim;
    assert_false(aim_parse(s, "3", "--gradient", &aim, &e));
    assert_non_null(strstr(e.text, "output head"));
    app_clear(&a);
}

/* ---- what is drawn is up to date, and quick ---------------------------------------------------------------------- */

static void the_picture_follows_every_edit(void **state)
{
    (void)state;
    static const char *const edits[] = {":set f[2]@4=0.5<Enter>",
                                        "u",
                                        "<C-r>",
                                        ":word 3 w9<Enter>",
                                        ":t 9<Enter>",
                                        "X",
                                        ":text w1 w2 w3 w4 w5<Enter>",
                                        "u",
                                        "y",
                                        "f"};
    struct app a = random_app(5, 2, 12, 80, 24);
    press(&a, ":t 9<Enter>r");
    for (size_t k = 0; k < sizeof edits / sizeof *edits; k++) {
        grid_free(picture(&a));
        press(&a, edits[k]);
        struct grid *kept = picture(&a);
        /* The same again with nothing remembered. */
        a.view->clear(a.view_state[view_index(a.view)]);
        struct grid *fresh = picture(&a);
        if (!grid_same(kept, fresh))
            fail_msg("after %s an old gradient was drawn", edits[k]);
        grid_free(kept);
        grid_free(fresh);
    }
    app_clear(&a);
}

static void scrolling_back_shows_the_same_numbers_as_a_full_pass(void **state)
{
    (void)state;
    struct app a = random_app(48, 2, 600, 80, 24);
    struct aim aim = {.of = AIM_C, .step = 500, .layer = 1, .unit = 3};
    press(&a, ":set C[4]@450=1<Enter>:set l2.f[4]@460=0.3<Enter>");
    struct gradient *whole = aim_gradient(a.session, &aim, 0);
    for (int first = 0; first <= 500; first += first < 440 ? 110 : 7) {
        struct gradient *part = aim_gradient(a.session, &aim, first);
        assert_int_equal(part->step, 500 - first);
        for (int l = 0; l < 2; l++) {
            size_t n = (size_t)part->step * 48;
            assert_memory_equal(part->dC[l] + 48, whole->dC[l] + (size_t)(first + 1) * 48, n * sizeof(float));
            assert_memory_equal(part->carry[l], whole->carry[l] + (size_t)first * 48, (n + 48) * sizeof(float));
        }
        assert_memory_equal(part->dx + 8, whole->dx + (size_t)(first + 1) * 8, (size_t)part->step * 8 * sizeof(float));
        gradient_free(part);
    }
    gradient_free(whole);
    app_clear(&a);
}

/* What presenters' clickers send goes through the sub-steps here, too. */
static void page_down_is_the_next_sub_step_and_brackets_scroll(void **state)
{
    (void)state;
    struct app a = random_app(3, 1, 60, 80, 24);
    press(&a, ":t 60<Enter>r");
    struct grid *near = picture(&a);
    press(&a, "[");
    struct grid *far = picture(&a);
    assert_false(grid_same(near, far));
    assert_int_equal(session_cursor(a.session)->step, 60);
    assert_int_equal(session_pin_count(a.session), 0);
    press(&a, "]");
    struct grid *again = picture(&a);
    assert_true(grid_same(near, again));
    press(&a, "<Left>");
    enum substep before = session_cursor(a.session)->sub;
    int step = session_cursor(a.session)->step;
    press(&a, "<PgDn>");
    assert_true(session_cursor(a.session)->sub != before || session_cursor(a.session)->step != step);
    assert_string_equal(a.view->name, "gradient");
    grid_free(near);
    grid_free(far);
    grid_free(again);
    app_clear(&a);
}

static double milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void a_frame_that_is_drawn_again_takes_no_second_gradient(void **state)
{
    (void)state;
    struct app a = random_app(256, 1, 2000, 120, 40);
    press(&a, "Gr");
    struct grid *g = grid_new(120, 40, a.glyphs);
    app_draw(&a, g, NULL, NULL);
    double start = milliseconds();
    for (int k = 0; k < 10; k++)
        app_draw(&a, g, NULL, NULL);
    double frame = (milliseconds() - start) / 10;
    print_message("  H 256, step 2000: a frame %.1f ms\n", frame);
    if (!getenv("FLSTM_SANITIZED"))
        assert_true(frame < 16);
    grid_free(g);
    app_clear(&a);
}

/* ---- the trace --------------------------------------------------------------------------------------------------- */

static cJSON *traced(const struct session *s, const struct aim *aim)
{
    struct str out = {0};
    struct err e = {{0}};
    if (!export_trace_json_gradient(s, 3, aim, &out, NULL, &e))
        fail_msg("%s", e.text);
    cJSON *j = cJSON_Parse(str_text(&out));
    assert_non_null(j);
    str_free(&out);
    return j;
}

static double at3(const cJSON *tables, int l, int t, int u)
{
    return cJSON_GetArrayItem(cJSON_GetArrayItem(cJSON_GetArrayItem(tables, l), t - 1), u)->valuedouble;
}

static void close_to(double got, double want)
{
    if (fabs(got - want) > 1e-6 && fabs(got - want) > 1e-4 * fabs(want))
        fail_msg("%.9g is not %.9g", got, want);
}

/* carry, from the gates that the same trace prints. */
static void check_carry(const cJSON *j, int step)
{
    const cJSON *carry = cJSON_GetObjectItem(j, "carry"), *layers = cJSON_GetObjectItem(j, "layers");
    int l = 0;
    const cJSON *layer;
    cJSON_ArrayForEach(layer, layers) {
        const cJSON *steps = cJSON_GetObjectItem(layer, "steps");
        int H = cJSON_GetObjectItem(layer, "hidden_size")->valueint;
        assert_int_equal(cJSON_GetArraySize(cJSON_GetArrayItem(carry, l)), step);
        for (int u = 0; u < H; u++) {
            double product = 1;
            for (int t = step; t >= 1; t--) {
                close_to(at3(carry, l, t, u), product);
                product *=
                    cJSON_GetArrayItem(cJSON_GetObjectItem(cJSON_GetArrayItem(steps, t - 1), "f"), u)->valuedouble;
            }
        }
        l++;
    }
}

static double slope(const struct session *s, const struct aim *aim, struct ref_nudge n)
{
    double v[2];
    size_t count;
    const struct pin *pins = session_pins(s, &count);
    for (int k = 0; k < 2; k++) {
        n.delta = k ? -1e-4 : 1e-4;
        struct ref_run *r = ref_run_nudged(session_net(s), session_inputs(s), aim->step, pins, count, &n);
        v[k] = ref_surprisal(session_net(s), r, aim->step, aim->output);
        ref_free(r);
    }
    return (v[0] - v[1]) / 2e-4;
}

static void the_trace_carries_the_derivative(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct session *models[] = {
        session_new(model_words(), &e), session_new(model_builtin("gender", &e), &e),
        session_new(model_random(&(struct random_model){
                        .layers = 2, .hidden = 4, .embed = 3, .words = 9, .outputs = 9, .steps = 7, .seed = 5}),
                    &e)};
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        struct session *s = models[m];
        assert_non_null(s);
        assert_true(edit_apply(s, "f[2]@4=0.3", "test", false, &e));
        struct aim aim;
        assert_true(aim_parse(s, "6", "test", &aim, &e));
        cJSON *j = traced(s, &aim);
        const cJSON *g = cJSON_GetObjectItem(j, "gradient"), *dC = cJSON_GetObjectItem(g, "dC"),
                    *dx = cJSON_GetObjectItem(g, "dx");
        assert_string_equal(cJSON_GetObjectItem(g, "of")->valuestring, "surprisal");
        assert_int_equal(cJSON_GetObjectItem(g, "step")->valueint, 6);
        char label[16];
        assert_string_equal(cJSON_GetObjectItem(g, "target")->valuestring,
                            model_label(session_model(s), session_output(s, 7), label));
        close_to(cJSON_GetObjectItem(g, "value")->valuedouble, session_surprisal(s, RUN_PINNED, 6));
        const struct lstm *net = session_net(s);
        for (int t = 1; t <= 6; t++) {
            for (int l = 0; l < net->layers; l++)
                for (int u = 0; u < net->layer[l].hidden; u++)
                    close_to(at3(dC, l, t, u), slope(s, &aim, (struct ref_nudge){t, l, Q_C, u, 0}));
            for (int k = 0; k < net->embed; k++)
                close_to(cJSON_GetArrayItem(cJSON_GetArrayItem(dx, t - 1), k)->valuedouble,
                         slope(s, &aim, (struct ref_nudge){t, 0, Q_COUNT, k, 0}));
        }
        assert_int_equal(cJSON_GetArraySize(dx), 6);
        check_carry(j, 6);
        cJSON_Delete(j);
        session_free(s);
    }
}

static void check_torch(const char *dir, const char *name)
{
    char path[512], vocab[512];
    snprintf(path, sizeof path, "%s/%s.pytorch.json", dir, name);
    snprintf(vocab, sizeof vocab, "%s/%s.vocab.json", dir, name);
    struct err e = {{0}};
    cJSON *want = torch_json(dir, name, "expected");
    assert_non_null(want);
    struct session *s = session_new(model_load(path, &(struct model_options){.vocab = vocab, .tokenizer = -1}, &e), &e);
    if (!s || !session_set_text(s, cJSON_GetObjectItem(want, "text")->valuestring, name, &e))
        fail_msg("%s", e.text);
    const cJSON *g = cJSON_GetObjectItem(want, "gradient");
    struct aim aim = {.of = AIM_SURPRISAL,
                      .step = cJSON_GetObjectItem(g, "step")->valueint + 1,
                      .output = cJSON_GetObjectItem(g, "target")->valueint};
    cJSON *j = traced(s, &aim);
    const cJSON *got = cJSON_GetObjectItem(j, "gradient"), *dC = cJSON_GetObjectItem(g, "dC"),
                *dx = cJSON_GetObjectItem(g, "dx");
    close_to(cJSON_GetObjectItem(got, "value")->valuedouble, cJSON_GetObjectItem(g, "value")->valuedouble);
    for (int t = 1; t <= aim.step; t++) {
        for (int l = 0; l < cJSON_GetArraySize(dC); l++)
            for (int u = 0; u < session_net(s)->layer[l].hidden; u++)
                close_to(at3(cJSON_GetObjectItem(got, "dC"), l, t, u), at3(dC, l, t, u));
        for (int k = 0; k < session_net(s)->embed; k++)
            close_to(cJSON_GetArrayItem(cJSON_GetArrayItem(cJSON_GetObjectItem(got, "dx"), t - 1), k)->valuedouble,
                     cJSON_GetArrayItem(cJSON_GetArrayItem(dx, t - 1), k)->valuedouble);
    }
    check_carry(j, aim.step);
    cJSON_Delete(j);
    cJSON_Delete(want);
    session_free(s);
}

static void the_trace_of_a_torch_model_carries_what_autograd_computed(void **state)
{
    (void)state;
    if (!torch_each(check_torch))
        skip_because(TORCH_MISSING);
}

/* ---- the argument of --gradient ---------------------------------------------------------------------------------- */

static void steps_and_tokens_are_understood_or_refused_in_one_line(void **state)
{
    (void)state;
    static const struct { const char *text, *reason; int step; } tries[] = {
        {"6", NULL, 6},        {"with", NULL, 6},       {"with:his", NULL, 6},
        {"6:Her", NULL, 6},         {"8:.", NULL, 8},
        {"8", "8:TOKEN", 0},   {"9", "from 1 to 8", 0}, {"0", "from 1 to 8", 0}, {"6:zebra", "zebra", 0},
        {"6:", "\"\"", 0},
        {"", "", 0},           {":", "", 0},            {"nosuch", "nosuch", 0},
    };
    struct err e = {{0}};
    struct session *s = session_new(model_builtin("lesson-cell", &e), &e);
    assert_non_null(s);
    for (size_t k = 0; k < sizeof tries / sizeof *tries; k++) {
        struct aim aim;
        e.text[0] = '\0';
        if (aim_parse(s, tries[k].text, "--gradient", &aim, &e) != !tries[k].reason)
            fail_msg("\"%s\": %s", tries[k].text, e.text);
        if (!tries[k].reason) {
            assert_int_equal(aim.step, tries[k].step);
            assert_in_range(aim.output, 0, session_net(s)->outputs - 1);
        } else if (strncmp(e.text, "--gradient: ", 12) != 0 || !strstr(e.text, tries[k].reason)
                   || strchr(e.text, '\n')) {
            fail_msg("\"%s\": %s", tries[k].text, e.text);
        }
    }
    session_free(s);
}

static void a_name_that_is_no_output_is_none_of_them(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct random_model vectors = {.layers = 1, .hidden = 3, .embed = 2, .outputs = 4, .steps = 3, .seed = 1};
    struct session *s = session_new(model_random(&vectors), &e);
    assert_non_null(s);
    assert_int_equal(aim_output(s, "nosuch"), -1);
    assert_int_equal(aim_output(s, "#1"), 1);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sentence_gives_both_numbers_of_the_selected_unit),
        cmocka_unit_test(a_closed_gate_is_named_as_what_cuts_the_path),
        cmocka_unit_test(a_cut_is_marked_once_where_less_than_a_hundredth_is_left),
        cmocka_unit_test(the_gradient_stands_under_the_words_of_the_tape),
        cmocka_unit_test(keys_choose_what_the_gradient_is_of),
        cmocka_unit_test(a_model_without_a_head_is_asked_about_its_memory),
        cmocka_unit_test(the_picture_follows_every_edit),
        cmocka_unit_test(scrolling_back_shows_the_same_numbers_as_a_full_pass),
        cmocka_unit_test(page_down_is_the_next_sub_step_and_brackets_scroll),
        cmocka_unit_test(a_frame_that_is_drawn_again_takes_no_second_gradient),
        cmocka_unit_test(the_trace_carries_the_derivative),
        cmocka_unit_test(the_trace_of_a_torch_model_carries_what_autograd_computed),
        cmocka_unit_test(steps_and_tokens_are_understood_or_refused_in_one_line),
        cmocka_unit_test(a_name_that_is_no_output_is_none_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
