/* test_marks.c: what a lesson or a speaker marks, in every view there is: a hidden value stands nowhere, in no picture,
 * no sentence and no file; a spotlight leaves one value bright and all else dim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "action/files.h"
#include "base/utf8.h"
#include "support/app.h"
#include "support/golden.h"
#include "ui/cover.h"
#include "views/chrome.h"
#include "views/value.h"

enum { UNIT = 0, STEP = 4 };

/* The program on the hand-set cell at 'and', in one of its views, which has done what takes it long. */
static void open_view(struct app *a, const struct view *v, int w, int h, bool ascii)
{
    a->view = v;
    a->w = w;
    a->h = h;
    a->glyphs = ascii ? &glyphs_ascii : &glyphs_unicode;
    struct str progress = {0};
    struct err e = {{0}};
    void *state = a->view_state[view_index(v)];
    for (int k = 0; k < 100 && v->work && v->work(a->session, state, 50, &progress, &e) == WORK_MORE; k++)
        str_clear(&progress);
    str_free(&progress);
}

/* Is one of the texts somewhere in the picture? Which, or NULL. */
static const char *shown(const struct grid *g, const char *const *texts)
{
    struct str all = {0};
    grid_dump_text(g, &all);
    const char *found = NULL;
    for (int k = 0; texts[k] && !found; k++)
        found = strstr(str_text(&all), texts[k]) ? texts[k] : NULL;
    str_free(&all);
    return found;
}

/* A value set by hand to a number that nothing else is, and how it could be written. */
struct secret { enum value value; float number; const char *written[8]; };
static const struct secret secrets[] = {
    {VAL_F, 0.7213f, {"0.72", "72%", "72.", "0.7213"}},
    {VAL_I, 0.7213f, {"0.72", "72%", "72.", "0.7213"}},
    {VAL_G, 0.7213f, {"0.72", "72.", "0.7213"}},
    {VAL_O, 0.7213f, {"0.72", "72%", "72.", "0.7213"}},
    {VAL_C, 4.7213f, {"4.72", "4.7213"}},
    {VAL_H, 0.7213f, {"0.72", "72.", "0.7213"}},
};
enum { SECRETS = sizeof secrets / sizeof *secrets };
static const struct { int w, h; } sizes[] = {{80, 24}, {120, 40}, {60, 18}, {40, 12}, {24, 6}, {10, 3}};

static void open_secret(struct app *a, const struct secret *is)
{
    struct err e = {{0}};
    golden_app(&(struct golden_shot){.w = 80, .h = 24}, a);
    assert_true(session_pin(a->session, (struct place){0, UNIT, is->value, STEP}, is->number, true, &e));
}

/* Does the text stand there too when the value is another one? Then it is another number that is written so. */
static bool by_chance(const struct app *seen, const struct secret *is, const char *text)
{
    struct app a;
    struct err e = {{0}};
    struct secret other = *is;
    other.number += 0.2f;
    const struct cursor *at = session_cursor(seen->session);
    golden_app(&(struct golden_shot){.w = 80, .h = 24}, &a);
    assert_true(session_pin(a.session, (struct place){0, UNIT, is->value, STEP}, other.number, true, &e));
    session_goto(a.session, at->step);
    session_select(a.session, at->layer, at->unit, at->value);
    a.scene.explain = seen->scene.explain;
    open_view(&a, seen->view, seen->w, seen->h, seen->glyphs->ascii);
    struct grid *g = picture(&a);
    bool found = shown(g, (const char *const[]){text, NULL});
    grid_free(g);
    app_clear(&a);
    return found;
}

/* Looks at all views at all sizes with the cursor on the value and on the step behind it; returns in how many pictures
 * the number stands, and fails at the first one when it must not. */
static int pictures_that_show(const struct secret *is, const struct marks *marks)
{
    int found = 0;
    for (int k = 0; k < view_count * 2 * 2; k++) {
        struct app a;
        const struct view *v = views[k / 4];
        open_secret(&a, is);
        session_goto(a.session, STEP + k % 2);
        session_select(a.session, 0, UNIT, is->value);
        a.scene.marks = marks;
        a.scene.explain = k / 2 % 2;
        for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
            open_view(&a, v, sizes[size].w, sizes[size].h, size % 2);
            if (v->focus)
                v->focus(a.session);
            struct grid *g = picture(&a);
            const char *text = shown(g, is->written);
            if (text && marks && !by_chance(&a, is, text)) {
                struct str all = {0};
                grid_dump_text(g, &all);
                const char *at = strstr(str_text(&all), text), *line = at;
                while (line > str_text(&all) && line[-1] != '\n')
                    line--;
                fail_msg("%s shows \"%s\" of %s at %dx%d: %.*s", v->name, text, value_name(is->value), a.w, a.h,
                         (int)strcspn(line, "\n"), line);
            }
            found += text != NULL;
            grid_free(g);
        }
        app_clear(&a);
    }
    return found;
}

static void a_hidden_value_stands_in_no_view(void **state)
{
    (void)state;
    for (int k = 0; k < SECRETS; k++) {
        const struct place hidden = {0, UNIT, secrets[k].value, STEP};
        const struct marks marks = {.hidden = &hidden, .hidden_count = 1};
        assert_true(pictures_that_show(&secrets[k], NULL) >= 10);
        pictures_that_show(&secrets[k], &marks);
    }
}

static void a_hidden_gate_cannot_be_read_off_its_z(void **state)
{
    (void)state;
    static const char *const z[] = {"9.18", "0.9999", ">.999", ">99%", NULL};
    static const char *const names[] = {"dissect", "attribution", "bars"};
    struct place hidden = {0, UNIT, VAL_F, STEP};
    struct marks marks = {.hidden = &hidden, .hidden_count = 1};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        struct app a;
        golden_app(&(struct golden_shot){.keys = ":t and<Enter>", .w = 80, .h = 24}, &a);
        session_select(a.session, 0, UNIT, VAL_F);
        open_view(&a, view_find(names[k]), 80, 24, false);
        struct grid *open = picture(&a);
        assert_non_null(shown(open, z));
        a.scene.marks = &marks;
        struct grid *asked = picture(&a);
        if (shown(asked, z))
            fail_msg("%s shows %s", names[k], shown(asked, z));
        assert_non_null(shown(asked, (const char *const[]){"?", NULL}));
        grid_free(open);
        grid_free(asked);
        app_clear(&a);
    }
}

static void no_step_of_a_word_that_is_gone_through_shows_a_hidden_gate_or_its_z(void **state)
{
    (void)state;
    static const char *const numbers[] = {"9.18", "0.9999", ">.999", ">99%", NULL};
    struct place hidden = {0, UNIT, VAL_F, STEP};
    struct marks marks = {.hidden = &hidden, .hidden_count = 1};
    for (int big = 0; big < 2; big++) {
        struct app a;
        struct err e = {{0}};
        golden_app(&(struct golden_shot){.keys = ":t and<Enter>", .w = big ? 120 : 80, .h = big ? 40 : 24}, &a);
        session_select(a.session, 0, UNIT, VAL_F);
        a.scene.marks = &marks;
        for (int sub = 0; sub < SUB_COUNT; sub++) {
            assert_true(app_keys(&a, "<PgDn>", "test", &e));
            assert_int_equal(session_cursor(a.session)->step, STEP);
            struct grid *g = picture(&a);
            if (shown(g, numbers))
                fail_msg("sub-step %d shows %s", sub + 1, shown(g, numbers));
            grid_free(g);
        }
        app_clear(&a);
    }
}

static void the_terms_of_a_hidden_gate_stay_to_be_added_up(void **state)
{
    (void)state;
    struct app a;
    struct place hidden = {0, UNIT, VAL_F, STEP};
    struct marks marks = {.hidden = &hidden, .hidden_count = 1};
    golden_app(&(struct golden_shot){.keys = ":t and<Enter>", .w = 80, .h = 24}, &a);
    session_select(a.session, 0, UNIT, VAL_F);
    open_view(&a, &view_dissect, 80, 24, false);
    a.scene.marks = &marks;
    struct grid *g = picture(&a);
    assert_non_null(shown(g, (const char *const[]){"+6.18", NULL}));
    assert_non_null(shown(g, (const char *const[]){"+3.00", NULL}));
    grid_free(g);
    app_clear(&a);
}

static void no_sentence_and_no_file_tells_a_hidden_value(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    struct place hidden = {0, UNIT, VAL_C, STEP};
    struct marks marks = {.hidden = &hidden, .hidden_count = 1};
    open_secret(&a, &secrets[4]);
    session_goto(a.session, STEP);
    session_select(a.session, 0, UNIT, VAL_C);
    a.scene.marks = &marks;
    for (int v = 0; v < view_count; v++) {
        struct str text = {0};
        if (views[v]->explain)
            view_explain(views[v], &a.scene, a.view_state[v], &text);
        assert_null(strstr(str_text(&text), "4.72"));
        str_free(&text);
    }
    static const char *const files[] = {"x.json", "x.csv", "x.txt", "x.npz", "x.safetensors"};
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        assert_false(app_export(&a, files[k], false, &e));
        assert_non_null(strstr(e.text, "a question hides numbers of this trace"));
    }
    app_clear(&a);
}

/* The prompt for a new value holds the old one, unless it is asked for. */
static void the_prompt_does_not_begin_with_a_hidden_value(void **state)
{
    (void)state;
    struct place hidden = {0, UNIT, VAL_C, STEP};
    struct marks marks = {.hidden = &hidden, .hidden_count = 1};
    for (int k = 0; k < 2; k++) {
        struct app a;
        open_secret(&a, &secrets[4]);
        session_goto(a.session, STEP);
        session_select(a.session, 0, UNIT, VAL_C);
        a.scene.marks = k ? &marks : NULL;
        struct err e = {{0}};
        assert_true(app_keys(&a, "<Enter>", NULL, &e));
        assert_true(a.prompt.active);
        assert_int_equal(strncmp(a.prompt.text, "4.7213", 6) == 0, !k);
        app_clear(&a);
    }
}

/* ---- the spotlight ----------------------------------------------------------------------------------------------- */

static bool quiet(const struct cell *c)
{
    return c->ch[0] == ' ' || !c->ch[0] || c->role == ROLE_DIM || c->role == ROLE_TRACK || c->role == ROLE_CURSOR
        || c->attr & ATTR_REVERSE;
}

/* Cells of the view's rectangle that are not dim; of these the bold ones. */
static int bright(struct app *a, int *bold)
{
    struct grid *g = picture(a);
    struct rect r = scene_body(&a->scene, a->view, a->w, a->h);
    int n = 0;
    *bold = 0;
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++) {
            const struct cell *c = grid_at(g, x, y);
            n += !quiet(c);
            *bold += !quiet(c) && c->attr & ATTR_BOLD;
        }
    grid_free(g);
    return n;
}

static void a_spotlight_on_nothing_shown_leaves_every_view_dim(void **state)
{
    (void)state;
    struct place far = {7, 7, VAL_F, 77};
    struct marks marks = {.spot = &far, .spot_count = 1};
    for (int v = 0; v < view_count; v++) {
        struct app a;
        int bold;
        if (views[v]->alone || views[v]->text || views[v] == &view_class       /* a class points at a whole band */
            || views[v] == &view_suite)     /* there is nothing in it before a suite is opened */
            continue;
        golden_app(&(struct golden_shot){.keys = ":t and<Enter>", .w = 80, .h = 24}, &a);
        open_view(&a, views[v], 80, 24, false);
        if (!(bright(&a, &bold) > 0))
            fail_msg("nothing is bright in %s", views[v]->name);
        a.scene.marks = &marks;
        if (bright(&a, &bold))
            fail_msg("%s: %d cells are not dim", views[v]->name, bright(&a, &bold));
        app_clear(&a);
    }
}

static void what_is_pointed_at_is_bright_and_little_else_in_every_view_that_shows_it(void **state)
{
    (void)state;
    static const char *const names[] = {"bars", "dissect", "ledger", "attribution", "words", "statistics", "dial",
                                        "timeline", "what-if", "gradient", "cell"};
    struct place f = {0, UNIT, VAL_F, STEP};
    struct marks marks = {.spot = &f, .spot_count = 1};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        struct app a;
        int bold, all;
        struct err e = {{0}};
        golden_app(&(struct golden_shot){.keys = ":t and<Enter>", .w = 80, .h = 24}, &a);
        session_select(a.session, 0, UNIT, VAL_F);
        assert_true(session_pin(a.session, (struct place){0, UNIT, VAL_F, STEP}, 0.25f, true, &e));
        open_view(&a, view_find(names[k]), 80, 24, false);
        all = bright(&a, &bold);
        a.scene.marks = &marks;
        int lit = bright(&a, &bold);
        if (!lit || lit > all / 2)
            fail_msg("%s: %d of %d cells are bright", names[k], lit, all);
        app_clear(&a);
    }
}

/* ---- numbers in a text ------------------------------------------------------------------------------------------- */

static void covered(const char *text, const char *expected)
{
    struct str out = {0};
    cover_numbers(text, &out);
    assert_string_equal(str_text(&out), expected);
    str_free(&out);
}

static void a_covered_text_keeps_its_names_and_loses_its_numbers(void **state)
{
    (void)state;
    covered("f_t = s(+9.18) = 0.9999", "f_t = s(    ?) =      ?");
    covered("keep >99%", "keep    ?");
    covered("h12 x1 C_t-1 W_f[3] t-1", "h12 x1 C_t-1 W_f[3] t-1");
    covered("[0.25*]", "[   ?*]");
    covered("1e+04 -inf nan .5", "    ?    ?   ?  ?");
    covered("\xE2\x88\x92" "0.5 \xC3\x97 2", "   ? \xC3\x97 ?");
    covered("", "");
    covered("an information", "an information");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hidden_value_stands_in_no_view),
        cmocka_unit_test(a_hidden_gate_cannot_be_read_off_its_z),
        cmocka_unit_test(no_step_of_a_word_that_is_gone_through_shows_a_hidden_gate_or_its_z),
        cmocka_unit_test(the_terms_of_a_hidden_gate_stay_to_be_added_up),
        cmocka_unit_test(no_sentence_and_no_file_tells_a_hidden_value),
        cmocka_unit_test(the_prompt_does_not_begin_with_a_hidden_value),
        cmocka_unit_test(a_spotlight_on_nothing_shown_leaves_every_view_dim),
        cmocka_unit_test(what_is_pointed_at_is_bright_and_little_else_in_every_view_that_shows_it),
        cmocka_unit_test(a_covered_text_keeps_its_names_and_loses_its_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
