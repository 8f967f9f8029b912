/* A sitting recorded as asciicast, as a page and as an animated picture: each valid for its readers, and showing what
 * was on the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <vterm.h>

#include "base/json.h"
#include "base/utf8.h"
#include "support/bytes.h"
#include "support/golden.h"
#include "support/pty.h"
#include "support/skip.h"

/* ---- a sitting --------------------------------------------------------------------------------------------------- */

static const char *const sitting[] = {"<Right>", "<Right>", "c", "<Right>", ":t 2<Enter>", "d", "t", "<Esc>", "u"};
enum { KEYS = sizeof sitting / sizeof *sitting };

static void draw_text(struct app *a, struct str *out)
{
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    app_draw(a, g, NULL, NULL);
    str_clear(out);
    grid_dump_text(g, out);
    grid_free(g);
}

/* Plays the keys with a recording of that ending; what was on the screen after each, in `shown`, and the file. */
static void record(const char *name, const struct golden_shot *shot, enum ground_wish ground, struct str shown[KEYS],
                   struct str *file)
{
    struct app a;
    struct err e = {{0}};
    golden_app(shot, &a);
    bytes_begin();
    char *path = strdup(bytes_path(name));
    a.ground = ground;
    if (!app_record_begin(&a, path, &e))
        fail_msg("%s", e.text);
    app_record_scripted(&a, K_NONE);
    for (int k = 0; k < KEYS; k++) {
        assert_true(app_keys(&a, sitting[k], "test", &e));
        if (shown)
            draw_text(&a, &shown[k]);
    }
    assert_true(app_record_end(&a, &e));
    char *data;
    size_t len;
    if (!file_read(path, &data, &len, &e))
        fail_msg("%s", e.text);
    str_addn(file, data, len);
    free(data);
    free(path);
    bytes_end();
    app_clear(&a);
}

static const struct golden_shot large = {.w = 80, .h = 24};

/* ---- asciicast v2 ------------------------------------------------------------------------------------------------ */

struct player { VTerm *vt; int w, h; };

static void player_size(struct player *p, int w, int h)
{
    p->w = w;
    p->h = h;
    if (p->vt) {
        vterm_set_size(p->vt, h, w);
        return;
    }
    p->vt = vterm_new(h, w);
    vterm_set_utf8(p->vt, 1);
    vterm_screen_reset(vterm_obtain_screen(p->vt), 1);
}

static void player_text(const struct player *p, struct str *out)
{
    VTermScreen *screen = vterm_obtain_screen(p->vt);
    str_clear(out);
    for (int y = 0; y < p->h; y++) {
        size_t end = out->len;
        for (int x = 0; x < p->w; x++) {
            VTermScreenCell cell;
            vterm_screen_get_cell(screen, (VTermPos){y, x}, &cell);
            if (cell.chars[0] == (uint32_t)-1)
                continue;
            char u[5];
            for (int k = 0; k < VTERM_MAX_CHARS_PER_CELL && (cell.chars[k] || !k); k++)
                str_addn(out, u, utf8_encode(cell.chars[k] ? cell.chars[k] : ' ', u));
            if (cell.chars[0] && cell.chars[0] != ' ')
                end = out->len;
        }
        out->len = end;
        str_addc(out, '\n');
    }
}

/* The next line of a text as JSON; NULL at its end. */
static struct json *next_line(const char **p)
{
    if (!**p)
        return NULL;
    size_t n = strcspn(*p, "\n");
    struct err e = {{0}};
    struct json *j = json_parse_copy(*p, n, "cast", &e);
    if (!j)
        fail_msg("%s", e.text);
    assert_int_equal((*p)[n], '\n');
    *p += n + 1;
    return j;
}

static void check_header(struct json *j, struct player *player)
{
    struct json_at top = json_top(j), at, inner;
    long version, w, h;
    const char *text;
    assert_true(json_get(&top, "version", &at) && json_int(&at, 2, 2, &version, NULL));
    assert_true(json_get(&top, "width", &at) && json_int(&at, 1, 4096, &w, NULL));
    assert_true(json_get(&top, "height", &at) && json_int(&at, 1, 4096, &h, NULL));
    assert_true(json_get(&top, "title", &at) && json_string(&at, &text, NULL));
    /* "fg, bg: #RRGGBB; palette: 8 or 16 of them, with colons between" */
    assert_true(json_get(&top, "theme", &at));
    for (int k = 0; k < 3; k++) {
        assert_true(json_get(&at, ((const char *[]){"fg", "bg", "palette"})[k], &inner));
        assert_true(json_string(&inner, &text, NULL));
        assert_int_equal(strlen(text), k < 2 ? 7 : 16 * 8 - 1);
        for (size_t c = 0; text[c]; c++)
            assert_true(c % 8 == 0   ? text[c] == '#'
                        : c % 8 == 7 ? text[c] == ':'
                                     : strchr("0123456789abcdef", text[c]) != NULL);
    }
    player_size(player, (int)w, (int)h);
}

/* [time, code, data]: time never goes back, code is one of "o" "i" "m" "r". Returns the code. */
static char check_event(struct json *j, double *time, struct player *player, struct str *markers)
{
    struct json_at top = json_top(j), item;
    assert_int_equal(json_length(&top), 3);
    struct json_iter it = json_iter(&top);
    const char *key, *code, *data;
    double at;
    assert_true(json_next(&it, &key, &item) && json_number(&item, &at, NULL));
    assert_true(at >= *time);
    *time = at;
    assert_true(json_next(&it, &key, &item) && json_string(&item, &code, NULL) && strlen(code) == 1);
    assert_true(strchr("oimr", *code) != NULL);
    assert_true(json_next(&it, &key, &item) && json_string(&item, &data, NULL));
    int w, h;
    if (*code == 'o')
        vterm_input_write(player->vt, data, strlen(data));
    else if (*code == 'm')
        str_addf(markers, "%s;", data);
    else if (*code == 'r') {
        assert_int_equal(sscanf(data, "%dx%d", &w, &h), 2);
        player_size(player, w, h);
    }
    return *code;
}

static void a_cast_played_in_a_terminal_shows_every_frame_and_marks_every_word(void **state)
{
    (void)state;
    struct str shown[KEYS] = {{0}}, file = {0}, text = {0}, markers = {0};
    record("a.cast", &large, GROUND_AUTO, shown, &file);
    struct player player = {0};
    const char *p = str_text(&file);
    struct json *j = next_line(&p);
    check_header(j, &player);
    json_free(j);
    double time = 0;
    int at = 0, frames = 0;
    while ((j = next_line(&p))) {
        char code = check_event(j, &time, &player, &markers);
        json_free(j);
        player_text(&player, &text);
        frames += code == 'o';
        if (at < KEYS && strcmp(str_text(&text), str_text(&shown[at])) == 0)
            at++;
        while (at < KEYS && at && strcmp(str_text(&shown[at]), str_text(&shown[at - 1])) == 0)
            at++;                                 /* a key that changed nothing made no frame */
    }
    if (at < KEYS)
        fail_msg("after %s the recording never shows\n%s\nit ends with\n%s", sitting[at], str_text(&shown[at]),
                 str_text(&text));
    assert_true(frames > KEYS);
    assert_string_equal(str_text(&markers), "t=1 She;t=2 came;t=3 out;t=4 and;t=2 came;t=3 out;");
    vterm_free(player.vt);
    for (int k = 0; k < KEYS; k++)
        str_free(&shown[k]);
    str_free(&file);
    str_free(&text);
    str_free(&markers);
}

static void a_cast_follows_a_terminal_that_changes_its_size(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct theme *t = theme_load("okabe", &e);
    struct recording *r = recording_new(RECORD_CAST, "t", GROUND_AUTO, DEPTH_TRUE);
    struct grid *g = grid_new(20, 3, &glyphs_unicode);
    grid_text(g, 0, 0, 20, ROLE_F, 0, "one");
    assert_true(recording_add(r, g, t, &(struct moment){0, -1, -1, NULL, NULL}));
    assert_true(recording_add(r, g, t, &(struct moment){1, -1, -1, NULL, NULL}));
    assert_int_equal(recording_frames(r), 1);     /* the same once more is no frame */
    grid_resize(g, 30, 5);
    grid_text(g, 0, 4, 30, ROLE_F, 0, "two");
    assert_true(recording_add(r, g, t, &(struct moment){2, -1, -1, NULL, NULL}));
    struct str file = {0}, markers = {0}, text = {0};
    recording_write(r, 3, &file);
    struct player player = {0};
    const char *p = str_text(&file);
    struct json *j = next_line(&p);
    check_header(j, &player);
    json_free(j);
    assert_int_equal(player.w, 20);
    double time = 0;
    while ((j = next_line(&p))) {
        check_event(j, &time, &player, &markers);
        json_free(j);
    }
    assert_true(player.w == 30 && player.h == 5 && time == 3);
    player_text(&player, &text);
    assert_string_equal(str_text(&text), "\n\n\n\ntwo\n");
    vterm_free(player.vt);
    str_free(&file);
    str_free(&text);
    str_free(&markers);
    recording_free(r);
    grid_free(g);
    theme_free(t);
}

/* ---- the page and the picture ------------------------------------------------------------------------------------ */

static int count_of(const char *text, const char *what)
{
    int n = 0;
    for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

/* The characters of a piece of markup. */
static void plain_text(const char *from, const char *to, struct str *out)
{
    static const struct { const char *name, *text; } entities[] = {
        {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}};
    str_clear(out);
    for (const char *p = from; p < to;) {
        size_t k = 0;
        if (*p == '<') {
            p = strchr(p, '>') + 1;
            continue;
        }
        while (k < 5 && strncmp(p, entities[k].name, strlen(entities[k].name)) != 0)
            k++;
        str_add(out, k < 5 ? entities[k].text : (char[]){*p, 0});
        p += k < 5 ? strlen(entities[k].name) : 1;
    }
}

static void the_page_holds_every_frame_as_text_and_fetches_nothing(void **state)
{
    (void)state;
    struct str shown[KEYS] = {{0}}, file = {0}, text = {0};
    record("a.html", &large, GROUND_BOTH, shown, &file);
    const char *p = str_text(&file);
    int at = 0;
    while ((p = strstr(p, "<pre>"))) {
        const char *end = strstr(p, "</pre>");
        plain_text(p + 5, end, &text);
        while (at < KEYS && strcmp(str_text(&text), str_text(&shown[at])) == 0)
            at++;
        p = end;
    }
    assert_int_equal(at, KEYS);
    const char *all = str_text(&file);
    assert_null(strstr(all, "http:"));
    assert_null(strstr(all, "https:"));
    assert_null(strstr(all, "src="));
    assert_null(strstr(all, "url("));
    assert_null(strstr(all, "@font-face"));
    assert_non_null(strstr(all, "prefers-color-scheme:light"));
    assert_int_equal(count_of(all, "data-word"), 6);
    assert_true(count_of(all, "<figure") > KEYS);
    for (int k = 0; k < KEYS; k++)
        str_free(&shown[k]);
    str_free(&file);
    str_free(&text);
}

static void the_animated_picture_is_xml_for_every_theme_and_ground(void **state)
{
    (void)state;
    if (system("command -v xmllint >/dev/null 2>&1"))
        skip_because("xmllint is not here");
    for (int ground = GROUND_AUTO; ground <= GROUND_BOTH; ground++) {
        struct str file = {0};
        record("a.svg", &large, (enum ground_wish)ground, NULL, &file);
        bytes_begin();
        struct str command = {0};
        str_addf(&command, "xmllint --noout --nonet %s", bytes_file("a.svg", &file));
        assert_int_equal(system(str_text(&command)), 0);
        str_free(&command);
        bytes_end();
        str_free(&file);
    }
}

/* Whoever shows it without moving it, or wants no motion, sees the last frame and no other. */
static void the_animated_picture_stands_still_on_its_last_frame(void **state)
{
    (void)state;
    struct str shown[KEYS] = {{0}}, file = {0};
    record("a.svg", &large, GROUND_DARK, shown, &file);
    const char *all = str_text(&file), *body = strstr(all, "</style>");
    assert_non_null(body);
    int visible = 0, hidden = 0, rows = 0;
    for (const char *p = body; (p = strstr(p, "<g transform=\"translate(0 ")); p++) {
        const char *end = strchr(p, '>');
        bool is_hidden = strstr(p, "visibility=\"hidden\"") && strstr(p, "visibility=\"hidden\"") < end;
        hidden += is_hidden;
        visible += !is_hidden;
    }
    for (const char *p = str_text(&shown[KEYS - 1]); *p; p += strcspn(p, "\n") + 1)
        rows += *p != '\n';
    assert_int_equal(visible, rows);
    assert_true(hidden > KEYS);
    assert_non_null(strstr(all, "@media (prefers-reduced-motion:no-preference)"));
    assert_null(strstr(all, "font-face"));
    assert_null(strstr(all, "<script"));
    for (int k = 0; k < KEYS; k++)
        str_free(&shown[k]);
    str_free(&file);
}

static void what_is_typed_to_quit_is_not_in_the_recording(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    golden_app(&large, &a);
    bytes_begin();
    assert_true(app_record_begin(&a, bytes_path("a.html"), &e));
    app_record_scripted(&a, K_NONE);
    assert_true(app_keys(&a, "<Right>:quit!<Enter>", "test", &e));
    assert_true(a.quit);
    assert_true(app_record_end(&a, &e));
    char *data;
    size_t len;
    assert_true(file_read(bytes_path("a.html"), &data, &len, &e));
    assert_int_equal(count_of(data, "<figure"), 2);
    assert_null(strstr(data, "quit!"));
    free(data);
    bytes_end();
    app_clear(&a);
}

static void a_recording_needs_a_name_that_says_its_form_and_never_overwrites_unasked(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    golden_app(&large, &a);
    bytes_begin();
    struct str line = {0}, old = {0};
    str_add(&old, "old");
    bytes_file("there.svg", &old);
    str_addf(&line, "record %s", bytes_path("x.gif"));
    app_command(&a, str_text(&line));
    assert_non_null(strstr(a.message, ".cast, .html or .svg"));
    str_clear(&line);
    str_addf(&line, "record %s", bytes_path("there.svg"));
    app_command(&a, str_text(&line));
    assert_non_null(strstr(a.message, "add !"));
    assert_null(a.record.recording);
    str_clear(&line);
    str_addf(&line, "record! %s", bytes_path("there.svg"));
    app_command(&a, str_text(&line));
    assert_non_null(a.record.recording);
    app_keys(&a, "<Right>", "test", &e);
    app_command(&a, "record");
    assert_null(a.record.recording);
    assert_non_null(strstr(a.message, "wrote "));
    str_free(&line);
    bytes_end();
    app_clear(&a);
}

static void a_figure_can_have_another_size_than_the_screen(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    golden_app(&large, &a);
    bytes_begin();
    struct str line = {0};
    str_addf(&line, "figure %s 120x40", bytes_path("a.txt"));
    app_command(&a, str_text(&line));
    assert_int_equal(a.w, 80);
    struct str wide = {0};
    a.w = 120;
    a.h = 40;
    a.scene.message = NULL;
    draw_text(&a, &wide);
    char *data;
    size_t len;
    if (!file_read(bytes_path("a.txt"), &data, &len, &e))
        fail_msg("%s", e.text);
    assert_string_equal(data, str_text(&wide));
    free(data);
    str_free(&wide);
    str_free(&line);
    bytes_end();
    app_clear(&a);
}

static void a_sitting_at_a_terminal_is_recorded_as_it_goes(void **state)
{
    (void)state;
    const char *flstm = getenv("FLSTM");
    bytes_begin();
    char *path = strdup(bytes_path("live.cast"));
    const char *argv[] = {flstm ? flstm : "./flstm-tui", "lesson-cell", "--record", path, NULL};
    struct pty *t = pty_spawn(100, 30, argv, NULL);
    assert_true(pty_shows(t, "[She]"));
    pty_keys(t, "<Right>");
    assert_true(pty_shows(t, "t=2/8"));
    pty_keys(t, "<Right>");
    assert_true(pty_shows(t, "t=3/8"));
    pty_resize(t, 80, 24);
    assert_true(pty_matches(t, "wants"));
    pty_settle(t, 50);
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    assert_string_equal(pty_damage(t), "");
    char *data;
    size_t len;
    struct err e = {{0}};
    if (!file_read(path, &data, &len, &e))
        fail_msg("%s", e.text);
    struct player player = {0};
    struct str markers = {0}, text = {0};
    const char *p = data;
    struct json *j = next_line(&p);
    check_header(j, &player);
    json_free(j);
    assert_true(player.w == 100 && player.h == 30);
    double time = 0;
    while ((j = next_line(&p))) {
        check_event(j, &time, &player, &markers);
        json_free(j);
    }
    player_text(&player, &text);
    assert_string_equal(str_text(&markers), "t=1 She;t=2 came;t=3 out;");
    assert_true(player.w == 80 && player.h == 24);
    assert_non_null(strstr(str_text(&text), "[out]"));
    vterm_free(player.vt);
    str_free(&markers);
    str_free(&text);
    free(data);
    free(path);
    pty_free(t);
    bytes_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cast_played_in_a_terminal_shows_every_frame_and_marks_every_word),
        cmocka_unit_test(a_cast_follows_a_terminal_that_changes_its_size),
        cmocka_unit_test(the_page_holds_every_frame_as_text_and_fetches_nothing),
        cmocka_unit_test(the_animated_picture_is_xml_for_every_theme_and_ground),
        cmocka_unit_test(the_animated_picture_stands_still_on_its_last_frame),
        cmocka_unit_test(what_is_typed_to_quit_is_not_in_the_recording),
        cmocka_unit_test(a_recording_needs_a_name_that_says_its_form_and_never_overwrites_unasked),
        cmocka_unit_test(a_sitting_at_a_terminal_is_recorded_as_it_goes),
        cmocka_unit_test(a_figure_can_have_another_size_than_the_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
