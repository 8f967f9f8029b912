/* Figures for print: vector bars as long as their values, text that stays text, and nothing that a question hides. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "export/figure.h"
#include "support/app.h"
#include "support/bytes.h"
#include "support/golden.h"
#include "support/models.h"
#include "support/skip.h"

static const struct golden_shot shot = {.w = 80, .h = 24, .keys = "<Right><Right><Right>"};

static void draw(struct app *a, enum figure f, struct str *out)
{
    struct err e = {{0}};
    struct theme *t = theme_load("okabe", &e);
    a->scene.glyphs = a->glyphs;
    export_figure(&a->scene, t, f, GROUND_AUTO, out);
    theme_free(t);
}

static void each_figure_is_xml_as_wide_as_a_column(void **state)
{
    (void)state;
    if (system("command -v xmllint >/dev/null 2>&1"))
        skip_because("xmllint is not here");
    static const char *const models[] = {"lesson-cell", "prose", "story"};
    bytes_begin();
    for (int m = 0; m < 3; m++)
        for (int f = FIGURE_BARS; f <= FIGURE_TIMELINE; f++) {
            struct golden_shot of = shot;
            struct str out = {0}, command = {0};
            struct app a;
            of.model = models[m];
            golden_app(&of, &a);
            draw(&a, (enum figure)f, &out);
            assert_non_null(strstr(str_text(&out), "width=\"86mm\""));
            assert_null(strstr(str_text(&out), "\xE2\x96"));           /* no block elements: U+2580 … */
            assert_null(strstr(str_text(&out), "font-face"));
            str_addf(&command, "xmllint --noout --nonet %s", bytes_file("f.svg", &out));
            assert_int_equal(system(str_text(&command)), 0);
            str_free(&command);
            app_clear(&a);
        }
    bytes_end();
}

/* The rectangles, in order: their widths and heights. */
static int rects(const char *svg, double *w, double *h, int most)
{
    int n = 0;
    for (const char *p = svg; n < most && (p = strstr(p, "<rect x=")); p++)
        if (sscanf(p, "<rect x=\"%*f\" y=\"%*f\" width=\"%lf\" height=\"%lf\"", &w[n], &h[n]) == 2)
            n++;
    return n;
}

static void a_bar_is_as_long_as_its_value(void **state)
{
    (void)state;
    struct app a;
    struct str out = {0};
    double w[16], h[16];
    golden_app(&shot, &a);
    draw(&a, FIGURE_BARS, &out);
    const struct session *s = a.session;
    static const enum value shown[] = {VAL_C_PREV, VAL_F, VAL_I, VAL_C};
    assert_int_equal(rects(str_text(&out), w, h, 16), 12);
    double cell = w[0] / fabs((double)session_value(s, RUN_PINNED, 0, 0, VAL_C_PREV, 4));   /* of one */
    double gate = w[3] / (double)session_value(s, RUN_PINNED, 0, 0, VAL_F, 4);
    assert_true(fabs(gate / cell - 4) < 0.05);            /* a gate goes from 0 to 1 where a cell goes from -2 to 2 */
    for (int k = 0; k < 12; k++) {
        enum value v = shown[k / 3];
        double one = v == VAL_F || v == VAL_I ? gate : cell,
               expected = fabs((double)session_value(s, RUN_PINNED, 0, k % 3, v, 4)) * one;
        assert_true(fabs(w[k] - expected) < 0.02);
    }
    assert_non_null(strstr(str_text(&out), ">gender</text>"));
    assert_non_null(strstr(str_text(&out), "t = 4 &#39;and&#39;"));
    str_free(&out);
    app_clear(&a);
}

static void the_terms_of_a_dissected_gate_and_the_rest_add_up_as_printed(void **state)
{
    (void)state;
    struct golden_shot of = shot;
    struct app a;
    struct str out = {0};
    of.model = "story";
    golden_app(&of, &a);
    draw(&a, FIGURE_DISSECT, &out);
    /* The numbers at the right end: all but the last two (z and the gate) are its terms. */
    double number[32], sum = 0;
    int n = 0;
    for (const char *p = str_text(&out); n < 32 && (p = strstr(p, "<text x=\"243.00\"")); p++)
        number[n++] = atof(strchr(p, '>') + 1);
    assert_int_equal(n, 10 + 2 + 2);
    for (int k = 0; k < n - 2; k++)
        sum += number[k];
    assert_true(fabs(sum - number[n - 2]) < 0.001);
    str_free(&out);
    app_clear(&a);
}

static void what_is_hidden_on_the_screen_is_in_no_figure(void **state)
{
    (void)state;
    for (int f = FIGURE_BARS; f <= FIGURE_TIMELINE; f++) {
        struct app a;
        struct str open = {0}, shut = {0};
        golden_app(&shot, &a);
        draw(&a, (enum figure)f, &open);
        const struct place asked = {0, 0, VAL_F, 4};
        const struct marks marks = {.hidden = &asked, .hidden_count = 1};
        a.scene.marks = &marks;
        draw(&a, (enum figure)f, &shut);
        assert_null(strstr(str_text(&open), ">?</text>"));
        assert_non_null(strstr(str_text(&shut), ">?</text>"));
        double w[512], h[512];
        int before = rects(str_text(&open), w, h, 512), after = rects(str_text(&shut), w, h, 512), empty = 0;
        for (int k = 0; k < after; k++)
            empty += w[k] == 0 || h[k] == 0;
        assert_true(after < before || empty > 0);
        char buf[16];
        struct str number = {0};
        snprintf(buf, sizeof buf, "%.4f", (double)session_value(a.session, RUN_PINNED, 0, 0, VAL_F, 4));
        str_addf(&number, ">%s<", buf);
        assert_null(strstr(str_text(&shut), str_text(&number)));
        int asks = 0;                                     /* the sum of the terms as well as the gate */
        for (const char *p = str_text(&shut); (p = strstr(p, ">?<")); p++)
            asks++;
        assert_int_equal(asks, f == FIGURE_DISSECT ? 2 : 1);
        str_free(&number);
        str_free(&open);
        str_free(&shut);
        app_clear(&a);
    }
}

/* Names of words that have no room side by side are slanted, rows too low for bars are squares of colour, a dark theme
 * has its ground, and what is not there is said. */
static void a_figure_fits_what_it_shows_into_its_width(void **state)
{
    (void)state;
    static const struct { struct random_model of; const char *keys; enum figure f; enum ground_wish ground;
                          const char *has, *lacks; } list[] = {
        {{.layers = 1, .hidden = 3, .embed = 2, .words = 30, .outputs = 30, .steps = 4, .seed = 1}, "",
         FIGURE_TIMELINE, GROUND_LIGHT, "in each row", "rotate(-50)"},
        {{.layers = 1, .hidden = 3, .embed = 2, .words = 30, .outputs = 30, .steps = 60, .seed = 1}, "",
         FIGURE_TIMELINE, GROUND_LIGHT, "rotate(-50)", "as colour"},
        {{.layers = 1, .hidden = 20, .embed = 2, .words = 30, .outputs = 30, .steps = 9, .seed = 1}, "",
         FIGURE_TIMELINE, GROUND_LIGHT, "in each row", "as colour"},
        {{.layers = 1, .hidden = 200, .embed = 2, .words = 30, .outputs = 30, .steps = 200, .seed = 1}, "<End>",
         FIGURE_TIMELINE, GROUND_LIGHT, ", as colour", "in each row"},
        {{.layers = 1, .hidden = 3, .embed = 2, .words = 30, .outputs = 30, .steps = 4, .seed = 1}, "", FIGURE_BARS,
         GROUND_DARK, "<rect width=\"244\"", NULL},
        {{.layers = 1, .hidden = 3, .embed = 2, .words = 30, .outputs = 30, .steps = 4, .seed = 1,
          .kind = {.peepholes = true}}, "<Right>", FIGURE_DISSECT, GROUND_LIGHT, ">peephole<", NULL},
        {{.layers = 1, .hidden = 3, .embed = 2, .words = 30, .outputs = 30, .steps = 4, .seed = 1, .two_biases = true},
         "<Right>", FIGURE_DISSECT, GROUND_LIGHT, "both added", NULL},
        {{.layers = 1, .hidden = 3, .embed = 2, .words = 30, .outputs = 30, .steps = 4, .seed = 1}, "<Right>c",
         FIGURE_DISSECT, GROUND_LIGHT, "set by hand", NULL},
        {{.layers = 1, .hidden = 3, .embed = 2, .words = 30, .outputs = 30, .steps = 4, .seed = 1}, "dff<Esc><Right>",
         FIGURE_DISSECT, GROUND_LIGHT, "z, their sum", "set by hand"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct err e = {{0}};
        struct str out = {0};
        struct app a;
        struct theme *t = theme_load("okabe", &e);
        app_init(&a, session_new(model_random(&list[k].of), &e), theme_load(theme_default, &e), &glyphs_unicode);
        a.w = 80;
        a.h = 24;
        press(&a, list[k].keys);
        a.scene.glyphs = a.glyphs;
        export_figure(&a.scene, t, list[k].f, list[k].ground, &out);
        if (!strstr(str_text(&out), list[k].has) || (list[k].lacks && strstr(str_text(&out), list[k].lacks)))
            fail_msg("figure %zu: expected \"%s\", not \"%s\":\n%.3000s", k, list[k].has,
                     list[k].lacks ? list[k].lacks : "", str_text(&out));
        theme_free(t);
        str_free(&out);
        app_clear(&a);
    }
}

static void without_a_word_a_figure_says_that_there_is_nothing(void **state)
{
    (void)state;
    for (int f = FIGURE_BARS; f <= FIGURE_TIMELINE; f++) {
        struct err e = {{0}};
        struct str out = {0};
        struct app a;
        app_init(&a, session_new(model_words(), &e), theme_load(theme_default, &e), &glyphs_unicode);
        assert_true(session_set_tokens(a.session, NULL, 0, "test", &e));
        draw(&a, (enum figure)f, &out);
        assert_non_null(strstr(str_text(&out), "<text"));
        assert_int_equal(strstr(str_text(&out), "<rect x=") != NULL, false);
        str_free(&out);
        app_clear(&a);
    }
}

static void a_value_set_by_hand_is_marked_and_shows_what_it_was(void **state)
{
    (void)state;
    struct golden_shot of = shot;
    struct app a;
    struct str out = {0};
    of.keys = "<Right><Right><Right>c";
    golden_app(&of, &a);
    draw(&a, FIGURE_BARS, &out);
    assert_non_null(strstr(str_text(&out), "0.00*</text>"));
    assert_non_null(strstr(str_text(&out), "stroke-dasharray"));
    assert_non_null(strstr(str_text(&out), ">(+0.90)</text>"));
    str_clear(&out);
    draw(&a, FIGURE_TIMELINE, &out);
    assert_non_null(strstr(str_text(&out), ">*</text>"));
    str_free(&out);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_figure_is_xml_as_wide_as_a_column),
        cmocka_unit_test(a_bar_is_as_long_as_its_value),
        cmocka_unit_test(the_terms_of_a_dissected_gate_and_the_rest_add_up_as_printed),
        cmocka_unit_test(what_is_hidden_on_the_screen_is_in_no_figure),
        cmocka_unit_test(a_figure_fits_what_it_shows_into_its_width),
        cmocka_unit_test(without_a_word_a_figure_says_that_there_is_nothing),
        cmocka_unit_test(a_value_set_by_hand_is_marked_and_shows_what_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
