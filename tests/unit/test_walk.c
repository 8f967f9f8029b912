/* test_walk.c: the README's first five minutes, in one sitting, without a refusal. The keys that a step of the
 * README names stand beside what is really pressed for it, so that neither can change without the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "support/golden.h"

/* What step `step` names in bold or as a `:command`, in its order, and the keys for it; named NULL: on the way. */
static const struct stride { int step; const char *named, *keys; } walk[] = {
#include "walk.inc"
};
enum { STRIDES = sizeof walk / sizeof *walk };

/* ---- the README -------------------------------------------------------------------------------------------------- */

static char *first_five_minutes(void)
{
    char *readme;
    size_t len;
    struct err e = {{0}};
    if (!file_read("README.md", &readme, &len, &e))
        fail_msg("%s", e.text);
    char *from = strstr(readme, "## The first five minutes"), *to = from ? strstr(from + 3, "\n## ") : NULL;
    assert_non_null(from);
    if (to)
        *to = '\0';
    char *list = strstr(from, "\n1. "), *after = list ? strstr(list, "\n\n") : NULL;      /* what follows is no step */
    assert_non_null(after);
    *after = '\0';
    memmove(readme, from, strlen(from) + 1);
    return readme;
}

/* The next **key** or `:command` at *at; the step it stands in. False at the end. */
static bool next_named(const char **at, int *step, char name[128])
{
    for (const char *p = *at; *p; p++) {
        int number, read = 0;
        if (p[0] == '\n' && p[1] >= '1' && p[1] <= '9' && sscanf(p + 1, "%d.%n", &number, &read) == 1 && read)
            *step = number;
        const char *mark = strncmp(p, "**", 2) == 0 ? "**" : strncmp(p, "`:", 2) == 0 ? "`" : NULL;
        if (!mark || !*step)
            continue;
        const char *from = p + strlen(mark), *end = strstr(from, mark);
        assert_non_null(end);
        snprintf(name, 128, "%.*s", (int)(end - from), from);
        *at = end + strlen(mark);
        return true;
    }
    return false;
}

static void the_walk_presses_what_the_README_names_and_nothing_is_left_out(void **state)
{
    (void)state;
    char *text = first_five_minutes(), name[128];
    const char *at = text;
    int step = 0, k = 0, named = 0;
    while (next_named(&at, &step, name)) {
        named++;
        while (k < STRIDES && !walk[k].named)
            k++;
        if (k >= STRIDES || walk[k].step != step || strcmp(walk[k].named, name) != 0)
            fail_msg("step %d of README.md names \"%s\"; tests/unit/walk.inc has %s\"%s\" there", step, name,
                     k < STRIDES ? "" : "no more ", k < STRIDES ? walk[k].named : "");
        k++;
    }
    while (k < STRIDES && !walk[k].named)
        k++;
    assert_int_equal(k, STRIDES);
    assert_true(named > 20);
    free(text);
}

/* ---- walking ----------------------------------------------------------------------------------------------------- */

/* A refusal need not be an error: it is what a user sees instead of what the README promised. */
static bool refused(const struct app *a)
{
    static const char *const words[] = {"not bound",        "not about", "nothing to", "not pinned",
                                        "locked",           "not saved", "expected",   "nothing is pinned",
                                        "nothing is being", "no command"};
    const char *m = a->scene.message;
    bool is = m && a->scene.message_is_error;
    if (m && strncmp(m, "presenting:", 11) == 0)       /* what F5 says of itself */
        return false;
    for (size_t k = 0; m && k < sizeof words / sizeof *words; k++)
        is = is || strstr(m, words[k]);
    return is;
}

static void walk_at(int w, int h)
{
    struct app a;
    golden_app(&(struct golden_shot){.model = model_default, .w = w, .h = h}, &a);
    assert_true(session_set_text(a.session, "She came out and played with her dog", "test", NULL));
    session_mark_saved(a.session);
    session_goto(a.session, 1);
    struct grid *g = grid_new(w, h, a.glyphs);
    for (int k = 0; k < STRIDES; k++) {
        for (const char *p = walk[k].keys; *p;) {
            int key = key_parse(&p);
            assert_int_not_equal(key, K_NONE);
            assert_true(app_finish_work(&a, NULL));
            app_key(&a, key);
            for (int n = 0; n < 40 && app_work_wait(&a) >= 0; n++)        /* a training goes on between keys */
                app_work(&a);
            if (refused(&a))
                fail_msg("%dx%d, step %d, \"%s\": %s", w, h, walk[k].step, walk[k].keys, a.scene.message);
            app_draw(&a, g, NULL, NULL);
        }
        assert_false(a.quit);
    }
    grid_free(g);
    app_clear(&a);
}

static void the_first_five_minutes_are_one_sitting_without_a_refusal_at_80x24(void **state)
{
    (void)state;
    walk_at(80, 24);
}

static void the_first_five_minutes_are_one_sitting_without_a_refusal_at_120x40(void **state)
{
    (void)state;
    walk_at(120, 40);
}

/* Step 2 says it: at "with" the program no longer knows her from his. */
static void a_gate_closed_at_and_leaves_her_no_likelier_than_his_at_with(void **state)
{
    (void)state;
    struct app a;
    golden_app(&(struct golden_shot){.model = model_default, .w = 80, .h = 24}, &a);
    assert_true(session_set_text(a.session, "She came out and played with her dog", "test", NULL));
    assert_true(app_keys(&a, ":step and<Enter>c:step with<Enter>", "test", NULL));
    const struct vocab *v = session_model(a.session)->vocab;
    int her = vocab_find(v, "her"), his = vocab_find(v, "his"), t = session_cursor(a.session)->step;
    assert_int_equal(session_pin_count(a.session), 1);
    assert_true(session_probability(a.session, RUN_BASE, t, her)
                > 20 * session_probability(a.session, RUN_BASE, t, his));
    assert_true(session_probability(a.session, RUN_PINNED, t, her)
                < 2 * session_probability(a.session, RUN_PINNED, t, his));
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_walk_presses_what_the_README_names_and_nothing_is_left_out),
        cmocka_unit_test(a_gate_closed_at_and_leaves_her_no_likelier_than_his_at_with),
        cmocka_unit_test(the_first_five_minutes_are_one_sitting_without_a_refusal_at_80x24),
        cmocka_unit_test(the_first_five_minutes_are_one_sitting_without_a_refusal_at_120x40),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
