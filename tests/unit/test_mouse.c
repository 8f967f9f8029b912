/* test_mouse.c: what a click selects is what is drawn there; the wheel steps; copied text reaches the terminal. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/keymap.h"
#include "base/mem.h"
#include "support/golden.h"
#include "support/pty.h"
#include "ui/screen_input.h"

static void open_app(struct app *a, const char *model, int w, int h, const char *keys)
{
    golden_app(&(struct golden_shot){.model = model, .w = w, .h = h}, a);
    a->w = w, a->h = h;
    struct err e = {{0}};
    if (!app_keys(a, keys, "test", &e))
        fail_msg("%s", e.text);
}

static void click(struct app *a, int x, int y)
{
    app_key(a, K_CLICK(x, y));
}

/* Where a text stands on the screen, from the n-th on; false: nowhere. */
static bool place_of(struct app *a, const char *text, int nth, int *x, int *y)
{
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    size_t n = strlen(text);
    bool found = false;
    app_draw(a, g, NULL, NULL);
    for (*y = 0; *y < g->h && !found; found ? 0 : ++*y)
        for (*x = 0; *x + (int)n <= g->w && !found; found ? 0 : ++*x) {
            bool same = true;
            for (size_t k = 0; k < n && same; k++)
                same = grid_at(g, *x + (int)k, *y)->ch[0] == (unsigned char)text[k];
            found = same && nth-- == 0;
        }
    grid_free(g);
    return found;
}

static void a_click_on_a_word_of_the_tape_goes_there(void **state)
{
    (void)state;
    static const int widths[] = {40, 80, 120};
    for (size_t k = 0; k < sizeof widths / sizeof *widths; k++) {
        struct app a;
        int x, y;
        open_app(&a, "gender", widths[k], 24, ":text She came out and played<Enter>");
        for (int t = 5; t >= 1; t--) {
            if (!place_of(&a, session_token(a.session, t), 0, &x, &y))
                continue;                                /* not all have room */
            assert_int_equal(y, 1);
            click(&a, x, y);
            assert_int_equal(session_cursor(a.session)->step, t);
            if (widths[k] < 64)                          /* there the tape moves with the cursor */
                continue;
            click(&a, x, y + 1);                         /* its C under it is the same word */
            assert_int_equal(session_cursor(a.session)->step, t);
        }
        app_clear(&a);
    }
}

static void a_click_on_a_line_selects_its_value_and_unit(void **state)
{
    (void)state;
    struct app a;
    int x, y;
    open_app(&a, NULL, 80, 24, "<Right><Right>");
    static const struct { const char *text; int nth; enum value v; } rows[] = {
        {"C_t-1", 0, VAL_C_PREV}, {"f_t", 0, VAL_F}, {"i_t", 0, VAL_I}, {"C_t  ", 0, VAL_C},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        assert_true(place_of(&a, rows[k].text, rows[k].nth, &x, &y));
        bool unit[3] = {false};
        for (int u = 0; u < 3; u++) {
            click(&a, 50, y + u);
            assert_int_equal(session_cursor(a.session)->value, rows[k].v);
            unit[session_cursor(a.session)->unit] = true;
        }
        assert_true(unit[0] && unit[1] && unit[2]);
    }
    assert_int_equal(session_cursor(a.session)->step, 3);
    assert_int_equal(session_pin_count(a.session), 0);
    app_clear(&a);
}

/* Every cell of every view: what is selected lies in the model, nothing is edited, and what the cursor is on after a
 * click on a line of the main view is the line that was clicked. */
static void no_click_edits_anything_or_leaves_the_model(void **state)
{
    (void)state;
    static const char *const models[] = {NULL, "prose"};
    for (size_t m = 0; m < 2; m++)
        for (int v = 0; v < view_count; v++) {
            struct app a;
            open_app(&a, models[m], 80, 24, "");
            size_t words = (size_t)session_steps(a.session);
            for (int y = 0; y < 22; y += m ? 3 : 1)
                for (int x = 0; x < 80; x += m ? 7 : 3) {
                    a.view = views[v];
                    click(&a, x, y);
                    const struct cursor *at = session_cursor(a.session);
                    assert_true(at->step >= 0 && at->step <= session_steps(a.session));
                    assert_in_range(at->layer, 0, session_net(a.session)->layers - 1);
                    assert_in_range(at->unit, 0, session_net(a.session)->layer[at->layer].hidden - 1);
                    assert_in_range(at->value, 0, VAL_COUNT - 1);
                }
            assert_false(session_dirty(a.session));
            assert_int_equal(session_steps(a.session), words);
            app_clear(&a);
        }
}

static void a_click_in_the_timeline_selects_word_and_unit(void **state)
{
    (void)state;
    struct app a;
    int x, y, seen = 0;
    open_app(&a, "gender", 120, 40, "m");
    bool unit[8] = {false};
    assert_true(place_of(&a, session_token(a.session, 4), 0, &x, &y));
    for (int row = 4; row < 34; row++) {
        click(&a, x, row);
        if (session_cursor(a.session)->step == 4)
            unit[session_cursor(a.session)->unit] = true;
    }
    for (int u = 0; u < 8; u++)
        seen += unit[u];
    assert_int_equal(seen, 8);
    app_clear(&a);
}

static void a_click_on_the_strip_opens_a_view_and_leads_back(void **state)
{
    (void)state;
    struct app a;
    int x, y;
    open_app(&a, NULL, 120, 40, "");
    assert_true(place_of(&a, "dissect", 0, &x, &y));
    click(&a, x + 2, y);
    assert_ptr_equal(a.view, view_find("dissect"));
    click(&a, x + 2, y);
    assert_ptr_equal(a.view, view_find("bars"));
    app_clear(&a);
}

static void where_nothing_stands_and_while_something_is_asked_a_click_does_nothing(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, NULL, 80, 24, "<Right>");
    struct cursor was = *session_cursor(a.session);
    click(&a, 40, 0);                                    /* the title */
    click(&a, 200, 200);
    app_keys(&a, ":the", "test", NULL);
    for (int x = 0; x < 80; x += 5)
        click(&a, x, 1);
    assert_string_equal(a.prompt.text, "the");
    assert_memory_equal(&was, session_cursor(a.session), sizeof was);
    app_clear(&a);
}

static void the_wheel_steps_by_words_and_scrolls_texts(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, NULL, 80, 24, "<WheelDown><WheelDown><WheelUp>");
    assert_int_equal(session_cursor(a.session)->step, 2);
    app_keys(&a, "?<WheelDown><WheelDown>", "test", NULL);
    assert_int_equal(session_cursor(a.session)->step, 2);
    assert_int_equal(*(int *)app_view_state(&a), 2);     /* the first line that is shown */
    app_clear(&a);
    struct keymap m;
    keymap_init(&m);
    open_app(&a, NULL, 80, 24, "");
    assert_true(keymap_line(&m, "map <WheelDown> next-unit", 1, NULL));
    app_use_keys(&a, &m);
    int unit = session_cursor(a.session)->unit;
    app_keys(&a, "<WheelDown>", "test", NULL);
    assert_int_equal(session_cursor(a.session)->unit, (unit + 1) % 3);
    app_clear(&a);
    keymap_clear(&m);
}

/* ---- bytes ------------------------------------------------------------------------------------------------------- */

static int decoded(const char *bytes, size_t n, bool mouse)
{
    struct input in = {.mouse = mouse};
    size_t room;
    memcpy(input_room(&in, &room), bytes, n);
    in.to += n;
    int key = input_key(&in, true), more = key ? input_key(&in, true) : K_NONE;
    return more ? more : key;                            /* what is left over shows itself */
}

static void the_bytes_of_a_mouse_are_one_key_or_none(void **state)
{
    (void)state;
    static const struct { const char *bytes; int key; } cases[] = {
        {"\033[<0;12;5M", K_CLICK(11, 4)}, {"\033[<0;12;5m", K_NONE}, {"\033[<64;1;1M", K_WHEEL_UP},
        {"\033[<65;300;100M", K_WHEEL_DOWN}, {"\033[<2;12;5M", K_NONE}, {"\033[<16;4096;4096M", K_CLICK(4095, 4095)},
        {"\033[<0;99999999;5M", K_NONE}, {"\033[<0;0;0M", K_NONE}, {"\033[<0;12M", K_NONE}, {"\033[<M", K_NONE},
        {"\033[M +%", K_CLICK(10, 4)}, {"\033[M#+%", K_NONE}, {"\033[M`+%", K_WHEEL_UP},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        assert_int_equal(decoded(cases[k].bytes, strlen(cases[k].bytes), true), cases[k].key);
    assert_int_equal(decoded("\033[<0;12;5M", 10, false), K_NONE);      /* nobody asked for it */
    char name[16];
    for (int k = 0; k < 4096; k += 455) {
        const char *p = key_name(K_CLICK(k, 4095 - k), name);
        assert_int_equal(key_parse(&p), K_CLICK(k, 4095 - k));
        assert_string_equal(p, "");
    }
}

/* ---- under a terminal -------------------------------------------------------------------------------------------- */

static const char *program(void)
{
    const char *p = getenv("FLSTM");
    return p && *p ? p : "./flstm-tui";
}

static void with_mouse_the_terminal_tells_of_clicks_until_the_end(void **state)
{
    (void)state;
    struct pty *t = pty_spawn(80, 24, (const char *[]){program(), "lesson-cell", "--mouse", NULL}, NULL);
    assert_true(pty_shows(t, "[She]"));
    assert_true(pty_wrote(t, "\033[?1000h\033[?1006h"));
    pty_type(t, "\033[<0;30;2M\033[<0;30;2m", 20);
    assert_true(pty_shows(t, "[out]"));
    pty_type(t, "\033[<65;30;2M", 11);
    assert_true(pty_shows(t, "[and]"));
    int end = getenv("FLSTM_SANITIZED") ? 15 : 11;       /* even a crash; a sanitizer keeps that to itself */
    pty_signal(t, end);
    assert_int_equal(pty_ended(t), 128 + end);
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
    t = pty_spawn(80, 24, (const char *[]){program(), "lesson-cell", NULL}, NULL);
    assert_true(pty_shows(t, "[She]"));
    assert_null(strstr(pty_log(t), "\033[?1000h"));      /* opt-in */
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
}

static void what_is_copied_reaches_the_clipboard_also_inside_tmux_and_screen(void **state)
{
    (void)state;
    /* base64 of "0.5" and of "She came"; ends of one, two and no missing bytes */
    static const struct { const char *env[3], *command, *written; } cases[] = {
        {{"TMUX", NULL}, ":set f[1]@1=0.5<Enter>:t 1<Enter>:unit 1<Enter>:copy value<Enter>", "\033]52;c;MC41\a"},
        {{"TMUX", NULL}, ":text She came<Enter>:copy sentence<Enter>", "\033]52;c;U2hlIGNhbWU=\a"},
        {{"TMUX", NULL}, ":text She<Enter>:copy sentence<Enter>", "\033]52;c;U2hl\a"},
        {{"TMUX", NULL}, ":text out and<Enter>:copy sentence<Enter>", "\033]52;c;b3V0IGFuZA==\a"},
        {{"TMUX=/tmp/x,1,0", "TERM=tmux-256color", NULL}, ":text She<Enter>:copy sentence<Enter>",
         "\033]52;c;U2hl\a\033Ptmux;\033\033]52;c;U2hl\a\033\\"},
        {{"TERM=screen", "TMUX", NULL}, ":text She<Enter>:copy sentence<Enter>", "\033P\033]52;c;U2hl\a\033\\"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct pty *t = pty_spawn(80, 24, (const char *[]){program(), "lesson-cell", NULL}, cases[k].env);
        assert_true(pty_shows(t, "f_t"));
        pty_keys(t, cases[k].command);
        assert_true(pty_shows(t, "copied"));
        if (!pty_wrote(t, cases[k].written))
            fail_msg("%s did not write what the clipboard takes", cases[k].command);
        pty_keys(t, ":q!<Enter>");
        assert_int_equal(pty_ended(t), 0);
        pty_free(t);
    }
}

static void y_copies_the_equation_that_is_on_the_screen(void **state)
{
    (void)state;
    struct app a;
    open_app(&a, NULL, 120, 40, "<Right><Right>");
    assert_true(app_key(&a, 'y') & REACT_COPY);
    assert_non_null(strstr(a.copied, "C_t = f "));
    int x, y;
    const char *numbers = strstr(a.copied, ":  ") + 3;
    char first[8] = "";
    memcpy(first, numbers, 4);
    assert_true(place_of(&a, first, 0, &x, &y));
    assert_false(app_command(&a, "copy everything") & REACT_COPY);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_on_a_word_of_the_tape_goes_there),
        cmocka_unit_test(a_click_on_a_line_selects_its_value_and_unit),
        cmocka_unit_test(a_click_in_the_timeline_selects_word_and_unit),
        cmocka_unit_test(no_click_edits_anything_or_leaves_the_model),
        cmocka_unit_test(a_click_on_the_strip_opens_a_view_and_leads_back),
        cmocka_unit_test(where_nothing_stands_and_while_something_is_asked_a_click_does_nothing),
        cmocka_unit_test(the_wheel_steps_by_words_and_scrolls_texts),
        cmocka_unit_test(the_bytes_of_a_mouse_are_one_key_or_none),
        cmocka_unit_test(with_mouse_the_terminal_tells_of_clicks_until_the_end),
        cmocka_unit_test(what_is_copied_reaches_the_clipboard_also_inside_tmux_and_screen),
        cmocka_unit_test(y_copies_the_equation_that_is_on_the_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
