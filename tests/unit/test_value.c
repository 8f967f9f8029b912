/* test_value.c: what a quantity is, and how marks (a spotlight, a hidden answer) make it look wherever it is shown. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "support/golden.h"
#include "views/value.h"

static struct app lesson_cell(const char *keys)
{
    struct app a;
    golden_app(&(struct golden_shot){.keys = keys, .w = 80, .h = 24}, &a);
    return a;
}

static void every_quantity_says_what_it_is(void **state)
{
    (void)state;
    for (int v = 0; v < VAL_COUNT; v++) {
        const struct value_kind *k = value_kind((enum value)v);
        assert_true(*k->symbol && *k->ascii && *k->name && *k->word);
        assert_true(strlen(k->word) <= 7);
        for (const char *p = k->ascii; *p; p++)
            assert_true(*p > 0);
        float low, high;
        value_range((enum value)v, 2, &low, &high);
        assert_true(high == (k->range == RANGE_CELL ? 2 : 1));
        assert_true(low == (value_is_gate((enum value)v) ? 0 : -high));
        assert_true(v >= Q_COUNT || ((int)k->from == v && !k->product));
    }
}

static void the_next_value_goes_round_in_the_order_of_computation(void **state)
{
    (void)state;
    enum value v = VAL_F;
    for (int k = 0; k < Q_COUNT; k++) {
        assert_int_equal(value_after(value_after(v, 1), -1), v);
        v = value_after(v, 1);
    }
    assert_int_equal(v, VAL_F);
    assert_int_equal(value_after(VAL_KEPT, 1), value_after(VAL_F, 1));
    assert_int_equal(value_after(VAL_C_PREV, -1), value_after(VAL_C, -1));
}

static void sub_steps_reach_the_values_one_after_the_other(void **state)
{
    (void)state;
    struct app a = lesson_cell("<Right><PgDn><PgDn><PgDn>");
    a.scene.reveal = true;
    int t = session_cursor(a.session)->step, known = 0;
    for (int v = 0; v < VAL_COUNT; v++) {
        bool reached = session_cursor(a.session)->sub >= value_kind((enum value)v)->shown_from;
        assert_int_equal(value_reached(&a.scene, (enum value)v, t), reached);
        assert_true(value_reached(&a.scene, (enum value)v, t - 1));
        assert_false(value_reached(&a.scene, (enum value)v, t + 1));
        known += reached;
    }
    assert_true(known > 0 && known < VAL_COUNT);
    a.scene.reveal = false;
    assert_true(value_reached(&a.scene, VAL_H, t + 1));
    app_clear(&a);
}

static void a_spotlight_leaves_all_else_dim(void **state)
{
    (void)state;
    struct app a = lesson_cell(NULL);
    struct place spot = {0, 1, VAL_F, MARK_ANY}, at = {0, 1, VAL_F, 2}, other = {0, 2, VAL_F, 2},
                 quantity = {0, 1, VAL_I, 2};
    struct marks marks = {.spot = &spot, .spot_count = 1};
    assert_int_equal(value_look(&a.scene, &at), LOOK_PLAIN);
    a.scene.marks = &marks;
    assert_int_equal(value_look(&a.scene, &at), LOOK_SPOT);
    assert_int_equal(value_look(&a.scene, &other), LOOK_DIM);
    assert_int_equal(value_look(&a.scene, &quantity), LOOK_DIM);
    assert_int_equal(value_pen(&a.scene, &other), PEN_DIM);
    assert_int_equal(value_pen(&a.scene, &at), PEN_BRIGHT);
    assert_int_equal(value_pen_aside(&a.scene), PEN_DIM);
    spot = (struct place){0, 1, VAL_COUNT, MARK_ANY};             /* a whole unit */
    assert_int_equal(value_look(&a.scene, &quantity), LOOK_SPOT);
    app_clear(&a);
}

static void what_a_question_asks_for_is_hidden_under_every_name_it_has(void **state)
{
    (void)state;
    struct app a = lesson_cell(NULL);
    struct place answer = {0, 0, VAL_C, 3};
    struct marks marks = {.hidden = &answer, .hidden_count = 1};
    a.scene.marks = &marks;
    assert_true(scene_hides(&a.scene, 0, 0, VAL_C, 3));
    assert_true(scene_hides(&a.scene, 0, 0, VAL_C_PREV, 4));      /* the same number, one word later */
    assert_true(scene_hides(&a.scene, 0, 0, VAL_KEPT, 4));        /* f is shown: C could be read off */
    assert_false(scene_hides(&a.scene, 0, 0, VAL_C_PREV, 3));
    assert_false(scene_hides(&a.scene, 0, 1, VAL_C, 3));
    assert_false(scene_hides(&a.scene, 0, 0, VAL_C, 2));
    assert_int_equal(value_look(&a.scene, &answer), LOOK_HIDDEN);
    answer = (struct place){0, 0, VAL_F, 3};
    assert_true(scene_hides(&a.scene, 0, 0, VAL_KEPT, 3));
    assert_false(scene_hides(&a.scene, 0, 0, VAL_WRITTEN, 3));
    marks.hidden_count = 0;                                       /* answered */
    assert_false(scene_hides(&a.scene, 0, 0, VAL_F, 3));
    app_clear(&a);
}

/* ---- the same in every view that draws values -------------------------------------------------------------------- */

static struct grid *shot(struct app *a, const struct marks *marks)
{
    struct grid *g = grid_new(80, 24, &glyphs_unicode);
    a->scene.marks = marks;
    app_draw(a, g, NULL, NULL);
    return g;
}

/* Is the text somewhere in the picture? */
static bool shows(const struct grid *g, const char *text)
{
    struct str all = {0};
    for (int k = 0; k < g->w * g->h; k++) {
        char bytes[8];
        bytes[utf8_encode(g->cell[k].ch[0] ? g->cell[k].ch[0] : ' ', bytes)] = '\0';
        str_add(&all, bytes);
    }
    bool found = strstr(str_text(&all), text) != NULL;
    str_free(&all);
    return found;
}

static int dim_heat(const struct grid *g)
{
    int n = 0;
    for (int k = 0; k < g->w * g->h; k++)
        n += g->cell[k].role == ROLE_DIM && g->cell[k].level != 0;
    return n;
}

static void a_hidden_value_is_a_question_mark_in_timeline_and_what_if(void **state)
{
    (void)state;
    static const char *const keys[] = {":t 4<Enter>m", ":t 4<Enter>w"};
    for (size_t k = 0; k < 2; k++) {
        struct app a = lesson_cell(keys[k]);
        const struct cursor *at = session_cursor(a.session);
        struct err e = {{0}};
        assert_true(session_pin(a.session, (struct place){at->layer, at->unit, VAL_C, 1}, 0.43f, true, &e));
        session_goto(a.session, 4);
        session_select(a.session, at->layer, at->unit, VAL_C);
        struct place first = {at->layer, at->unit, VAL_C, 1};
        struct marks marks = {.hidden = &first, .hidden_count = 1};
        struct grid *open = shot(&a, NULL), *asked = shot(&a, &marks);
        assert_true(shows(open, "0.43"));
        assert_false(shows(asked, "0.43"));
        assert_true(shows(asked, "?"));
        grid_free(open);
        grid_free(asked);
        app_clear(&a);
    }
}

static void sentences_tell_nothing_while_something_is_hidden(void **state)
{
    (void)state;
    struct app a = lesson_cell(NULL);
    struct place any = {MARK_ANY, MARK_ANY, VAL_C, MARK_ANY};
    struct marks marks = {.hidden = &any, .hidden_count = 1};
    a.scene.marks = &marks;
    for (int v = 0; v < view_count; v++) {
        struct str text = {0};
        if (!views[v]->explain)
            continue;
        view_explain(views[v], &a.scene, a.view_state[v], &text);
        assert_string_equal(str_text(&text), "What the question asks for is not told before it is answered.");
        str_free(&text);
    }
    app_clear(&a);
}

static void a_spotlight_on_one_unit_dims_the_other_strips_of_the_timeline(void **state)
{
    (void)state;
    struct app a = lesson_cell(":t 4<Enter>m");
    struct place unit = {0, 0, VAL_COUNT, MARK_ANY};
    struct marks marks = {.spot = &unit, .spot_count = 1};
    struct grid *plain = shot(&a, NULL), *lit = shot(&a, &marks);
    assert_int_equal(dim_heat(plain), 0);
    assert_true(dim_heat(lit) > 0);
    grid_free(plain);
    grid_free(lit);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_quantity_says_what_it_is),
        cmocka_unit_test(the_next_value_goes_round_in_the_order_of_computation),
        cmocka_unit_test(sub_steps_reach_the_values_one_after_the_other),
        cmocka_unit_test(a_spotlight_leaves_all_else_dim),
        cmocka_unit_test(a_hidden_value_is_a_question_mark_in_timeline_and_what_if),
        cmocka_unit_test(sentences_tell_nothing_while_something_is_hidden),
        cmocka_unit_test(a_spotlight_on_one_unit_dims_the_other_strips_of_the_timeline),
        cmocka_unit_test(what_a_question_asks_for_is_hidden_under_every_name_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
