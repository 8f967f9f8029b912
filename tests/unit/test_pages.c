/* test_pages.c: figures and traces of odd shapes: many units, long words, no word, dark paper, hidden and dim values,
 * weights that are not finite, two directions, a disk that is full at any piece. */
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
#include "export/export.h"
#include "export/figure.h"
#include "session/edit.h"
#include "support/app.h"
#include "support/models.h"
#include "ui/theme.h"

static struct app app_of(struct model *m)
{
    struct err e = {{0}};
    struct app a;
    struct session *s = session_new(m, &e);
    if (!s)
        fail_msg("%s", e.text);
    app_init(&a, s, theme_load(theme_default, &e), &glyphs_unicode);
    a.w = 80;
    a.h = 24;
    a.scene.glyphs = a.glyphs;
    return a;
}

static char *figure(struct app *a, const char *theme, enum figure f, enum ground_wish ground)
{
    struct err e = {{0}};
    struct str out = {0};
    struct theme *t = theme_load(theme, &e);
    if (!t)
        fail_msg("%s", e.text);
    export_figure(&a->scene, t, f, ground, &out);
    theme_free(t);
    return str_take(&out);
}

static int count(const char *text, const char *part)
{
    int n = 0;
    for (; (text = strstr(text, part)); text++)
        n++;
    return n;
}

static struct model *with_units(int hidden, int steps)
{
    return model_random(&(struct random_model){.layers = 1, .hidden = hidden, .embed = 2, .words = 5, .outputs = 5,
                                               .steps = steps, .seed = 11});
}

/* ---- figures ----------------------------------------------------------------------------------------------------- */

static void a_timeline_of_many_units_is_one_of_colours(void **state)
{
    (void)state;
    static const struct { int hidden, steps, shown; bool colour; } sizes[] = {
        {3, 4, 4, false}, {20, 4, 4, false}, {60, 4, 4, false}, {200, 4, 4, true}, {200, 90, 48, true},
        {3, 90, 48, false},
    };
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct app a = app_of(with_units(sizes[k].hidden, sizes[k].steps));
        session_goto(a.session, sizes[k].steps);
        char *svg = figure(&a, "okabe", FIGURE_TIMELINE, GROUND_AUTO);
        assert_int_equal(count(svg, sizes[k].colour ? ", as colour<" : " in each row<"), 1);
        assert_int_equal(count(svg, ">w"), sizes[k].shown);           /* a word a column; the last ones of many */
        assert_true(count(svg, "<rect x=") >= sizes[k].hidden * sizes[k].shown * 9 / 10);
        free(svg);
        app_clear(&a);
    }
}

static void words_too_long_for_their_column_are_slanted(void **state)
{
    (void)state;
    struct app a = app_of(with_units(3, 4));
    char *svg = figure(&a, "okabe", FIGURE_TIMELINE, GROUND_AUTO);
    assert_int_equal(count(svg, "rotate(-50)"), 0);
    free(svg);
    app_clear(&a);
    a = app_of(with_units(3, 48));
    svg = figure(&a, "okabe", FIGURE_TIMELINE, GROUND_AUTO);
    assert_int_equal(count(svg, "rotate(-50)"), 48);
    free(svg);
    app_clear(&a);
}

static void a_figure_before_the_first_word_says_why_it_is_empty(void **state)
{
    (void)state;
    for (int f = FIGURE_BARS; f <= FIGURE_TIMELINE; f++) {
        struct model *m = with_units(3, 4);
        tokens_clear(&m->sequence);
        struct app a = app_of(m);
        assert_int_equal(session_steps(a.session), 0);
        char *svg = figure(&a, "okabe", (enum figure)f, GROUND_AUTO);
        assert_int_equal(count(svg, "<text "), 1);
        assert_int_equal(count(svg, "<rect x="), 0);
        free(svg);
        app_clear(&a);
    }
}

static void the_paper_is_the_themes_or_what_was_wished(void **state)
{
    (void)state;
    static const struct { const char *theme; enum ground_wish wish; bool white; } papers[] = {
        {"okabe", GROUND_AUTO, true}, {"okabe", GROUND_DARK, false}, {"okabe", GROUND_BOTH, true},
        {"okabe-dark", GROUND_AUTO, false}, {"okabe-dark", GROUND_BOTH, false}, {"okabe-dark", GROUND_LIGHT, true},
    };
    struct app a = app_of(with_units(3, 4));
    for (size_t k = 0; k < sizeof papers / sizeof *papers; k++) {
        char *svg = figure(&a, papers[k].theme, FIGURE_BARS, papers[k].wish);
        bool white = count(svg, "<rect width=\"244\"") == 0;
        if (white != papers[k].white)
            fail_msg("%s, wish %d: %.400s", papers[k].theme, papers[k].wish, svg);
        free(svg);
    }
    app_clear(&a);
}

/* What a question asks for is a ?, what a spotlight leaves aside is dim, and no number of either stands there. */
static void hidden_and_dim_values_keep_their_place_in_every_figure(void **state)
{
    (void)state;
    struct app a = app_of(with_units(3, 4));
    session_goto(a.session, 2);
    for (int f = FIGURE_BARS; f <= FIGURE_TIMELINE; f++) {
        const struct place all[] = {
            {0, 0, VAL_F, 2}, {0, 1, VAL_F, 2}, {0, 2, VAL_F, 2}, {0, 0, VAL_H, 1}, {0, 0, VAL_C, 2}, {0, 0, VAL_F, 3}};
        const struct marks hide = {.hidden = all, .hidden_count = 6}, spot = {.spot = all, .spot_count = 1};
        char *plain = figure(&a, "okabe", (enum figure)f, GROUND_AUTO);
        a.scene.marks = &hide;
        char *hidden = figure(&a, "okabe", (enum figure)f, GROUND_AUTO);
        a.scene.marks = &spot;
        char *lit = figure(&a, "okabe", (enum figure)f, GROUND_AUTO);
        a.scene.marks = NULL;
        assert_int_equal(count(plain, ">?<"), 0);
        assert_true(count(hidden, ">?<") >= 2);
        assert_int_equal(count(lit, ">?<"), 0);
        if (f != FIGURE_DISSECT)
            assert_string_not_equal(plain, lit);
        free(plain);
        free(hidden);
        free(lit);
    }
    app_clear(&a);
}

static void a_gate_with_a_peephole_and_the_candidate_are_dissected_as_they_are(void **state)
{
    (void)state;
    for (int q = 0; q < GATES; q++)
        for (size_t k = 0; k < LAYER_KINDS; k++) {
            struct app a = app_of(model_random(&(struct random_model){.layers = 1, .hidden = 2, .embed = 2, .words = 4,
                .outputs = 4, .steps = 4, .seed = 2, .two_biases = k % 2, .kind = layer_kinds[k]}));
            session_goto(a.session, 3);
            session_select(a.session, 0, 1, (enum value)q);
            char *svg = figure(&a, "okabe", FIGURE_DISSECT, GROUND_AUTO);
            assert_int_equal(count(svg, ">z, their sum<"), 1);
            assert_int_equal(count(svg, ">both added<"), k % 2);
            if (!layer_kinds[k].peepholes || q == Q_G)
                assert_int_equal(count(svg, ">peephole<"), 0);
            free(svg);
            app_clear(&a);
        }
}

static void what_was_set_by_hand_is_said_in_the_dissected_figure(void **state)
{
    (void)state;
    struct app a = app_of(with_units(3, 4));
    struct err e = {{0}};
    session_goto(a.session, 2);
    session_select(a.session, 0, 0, VAL_F);
    if (!edit_apply(a.session, "f[1]@2=0.25", NULL, false, &e))
        fail_msg("%s", e.text);
    char *svg = figure(&a, "okabe", FIGURE_DISSECT, GROUND_AUTO);
    assert_int_equal(count(svg, ", set by hand<"), 1);
    assert_true(count(svg, "stroke-dasharray") > 0);
    free(svg);
    app_clear(&a);
    assert_int_equal(figure_find("bars"), FIGURE_BARS);
    assert_int_equal(figure_find("timeline"), FIGURE_TIMELINE);
    assert_int_equal(figure_find("nobody"), FIGURE_NONE);
}

/* ---- traces ------------------------------------------------------------------------------------------------------ */

typedef void exporter(const struct session *s, struct str *out, struct drain *drain);
static void as_json(const struct session *s, struct str *out, struct drain *d) { export_trace_json(s, 3, out, d); }
static void as_text(const struct session *s, struct str *out, struct drain *d) { export_trace_text(s, 3, out, d); }
static exporter *const forms[] = {as_json, as_text, export_trace_csv, export_trace_npz, export_trace_safetensors};
enum { FORMS = sizeof forms / sizeof *forms };

static void a_number_that_is_not_finite_is_null_in_json(void **state)
{
    (void)state;
    struct model *m = with_units(2, 3);
    m->net->layer[0].b[Q_G][0] = NAN;
    assert_true(lstm_pack(m->net));
    struct app a = app_of(m);
    struct str out = {0};
    as_json(a.session, &out, NULL);
    assert_true(count(str_text(&out), "null") > 3);
    assert_int_equal(count(str_text(&out), "nan"), 0);
    str_free(&out);
    app_clear(&a);
}

/* Takes `left` pieces and is full then. */
struct disk { int left, asked; size_t bytes; };

static bool take(void *to, const char *s, size_t n)
{
    struct disk *d = to;
    (void)s;
    d->asked++;
    d->bytes += n;
    return d->left-- > 0;
}

static void a_disk_that_is_full_at_any_piece_ends_a_trace(void **state)
{
    (void)state;
    struct app a = app_of(model_random(&(struct random_model){.layers = 2, .hidden = 64, .embed = 8, .words = 20,
                                                              .outputs = 20, .steps = 300, .seed = 1}));
    for (int f = 0; f < FORMS; f++) {
        struct disk all = {.left = 1 << 30};
        struct drain d = {.take = take, .to = &all};
        struct str rest = {0};
        forms[f](a.session, &rest, &d);
        assert_false(d.failed);
        size_t whole = all.bytes + rest.len;
        str_free(&rest);
        if (all.asked < 2)
            fail_msg("form %d comes in %d pieces", f, all.asked);
        for (int at = 0; at < all.asked; at += 1 + all.asked / 5) {
            struct disk full = {.left = at};
            struct drain short_one = {.take = take, .to = &full};
            forms[f](a.session, &rest, &short_one);
            assert_true(short_one.failed);
            assert_int_equal(full.asked, at + 1);                /* nobody goes on asking */
            assert_true(full.bytes <= whole);
            str_free(&rest);
        }
    }
    app_clear(&a);
}

static void both_directions_are_in_the_tensors_word_by_word(void **state)
{
    (void)state;
    struct app a = app_of(model_random(&(struct random_model){.layers = 2, .hidden = 3, .embed = 2, .words = 4,
                                                              .outputs = 4, .steps = 5, .seed = 6,
                                                              .bidirectional = true}));
    struct str out = {0};
    export_trace_safetensors(a.session, &out, NULL);
    const char *header = out.s + 8;
    assert_non_null(strstr(header, "\"output\":{\"dtype\":\"F32\",\"shape\":[5,6]"));
    assert_non_null(strstr(header, "\"ids\":{\"dtype\":\"I32\",\"shape\":[5]"));
    assert_null(strstr(header, "surprisal"));             /* each token has been read before it is guessed */
    str_free(&out);
    app_clear(&a);
    a = app_of(model_random(&(struct random_model){.layers = 1, .hidden = 3, .embed = 2, .steps = 5, .seed = 6}));
    export_trace_safetensors(a.session, &out, NULL);
    assert_null(strstr(out.s + 8, "\"ids\""));
    assert_null(strstr(out.s + 8, "\"tokens\""));
    str_free(&out);
    app_clear(&a);
}

static void what_a_spreadsheet_would_run_is_text_in_csv(void **state)
{
    (void)state;
    static const struct { const char *word, *cell; } cases[] = {
        {"=1+1", "'=1+1"}, {"+a", "'+a"}, {"-a", "'-a"}, {"@a", "'@a"}, {"a,b", "\"a,b\""}, {"a\"b", "\"a\"\"b\""},
        {" a", "\" a\""}, {"a ", "\"a \""}, {"a", "a"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct model *m = with_units(2, 1);
        struct str out = {0}, cell = {0};
        free(tokens_put(&m->sequence, 0, xstrdup(cases[k].word), m->sequence.id[0]));
        struct app a = app_of(m);
        export_trace_csv(a.session, &out, NULL);
        str_addf(&cell, ",%s,", cases[k].cell);
        if (!strstr(out.s, cell.s))
            fail_msg("%s: no %s in %.300s", cases[k].word, cell.s, out.s);
        str_free(&out);
        str_free(&cell);
        app_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timeline_of_many_units_is_one_of_colours),
        cmocka_unit_test(words_too_long_for_their_column_are_slanted),
        cmocka_unit_test(a_figure_before_the_first_word_says_why_it_is_empty),
        cmocka_unit_test(the_paper_is_the_themes_or_what_was_wished),
        cmocka_unit_test(hidden_and_dim_values_keep_their_place_in_every_figure),
        cmocka_unit_test(a_gate_with_a_peephole_and_the_candidate_are_dissected_as_they_are),
        cmocka_unit_test(what_was_set_by_hand_is_said_in_the_dissected_figure),
        cmocka_unit_test(a_number_that_is_not_finite_is_null_in_json),
        cmocka_unit_test(a_disk_that_is_full_at_any_piece_ends_a_trace),
        cmocka_unit_test(both_directions_are_in_the_tensors_word_by_word),
        cmocka_unit_test(what_a_spreadsheet_would_run_is_text_in_csv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
