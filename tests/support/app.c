/* app.c: see app.h. */
#include "support/app.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "support/golden.h"
#include "support/models.h"

struct session *random_session(int hidden, int layers, int steps)
{
    struct err e = {{0}};
    struct session *s = session_new(model_random(&(struct random_model){.layers = layers, .hidden = hidden, .embed = 8,
                                    .words = 30, .outputs = 30, .steps = steps, .seed = 7}), &e);
    if (!s)
        fail_msg("%s", e.text);
    return s;
}

struct app random_app(int hidden, int layers, int steps, int w, int h)
{
    struct err e = {{0}};
    struct app a;
    app_init(&a, random_session(hidden, layers, steps), theme_load(theme_default, &e), &glyphs_unicode);
    a.w = w;
    a.h = h;
    return a;
}

void press(struct app *a, const char *keys)
{
    struct err e = {{0}};
    if (!app_keys(a, keys, "keys", &e))
        fail_msg("%s: %s", keys, e.text);
}

void dog_app(struct app *a, const char *keys)
{
    golden_app(&(struct golden_shot){.model = "gender", .w = 80, .h = 24}, a);
    assert_true(session_set_text(a->session, "She came out and played with her dog", "test", NULL));
    session_mark_saved(a->session);
    press(a, keys);
}

void said(const struct app *a, const char *part)
{
    if (!a->scene.message || !strstr(a->scene.message, part))
        fail_msg("expected a message with \"%s\", found \"%s\"", part, a->scene.message ? a->scene.message : "");
}

char *told(struct app *a)
{
    struct err e = {{0}};
    struct str out = {0};
    if (!app_finish_work(a, &e))
        fail_msg("%s", e.text);
    view_explain(a->view, &a->scene, a->view_state[view_index(a->view)], &out);
    return str_take(&out);
}

struct session *random_state(const struct random_model *shape, uint64_t *seed, int pins, enum value other)
{
    struct err e = {{0}};
    struct session *s = session_new(model_random(shape), &e);
    assert_non_null(s);
    for (int k = 0; k < pins; k++) {
        struct place at = {.layer = 0, .unit = random_below(seed, shape->hidden)};
        at.value = random_below(seed, 2) ? VAL_C : other;
        at.step = 1 + random_below(seed, shape->steps);
        assert_true(session_pin(s, at, random_float(seed, 0, 1), false, NULL));
    }
    session_goto(s, 1 + random_below(seed, shape->steps));
    return s;
}

struct grid *picture(struct app *a)
{
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    app_draw(a, g, NULL, NULL);
    return g;
}

char *picture_text(struct app *a, int w, int h)
{
    struct str text = {0};
    a->w = w;
    a->h = h;
    struct grid *g = picture(a);
    grid_dump_text(g, &text);
    grid_free(g);
    return str_take(&text);
}

void drawn(struct app *a, struct str *text)
{
    struct grid *g = picture(a);
    str_clear(text);
    grid_dump_text(g, text);
    grid_free(g);
}
