/* The same picture as text, ANSI, SVG and HTML: nothing lost, nothing that could act, well-formed everywhere. */
#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "export/export.h"
#include "support/skip.h"
#include "ui/widget.h"

static struct theme *load(const char *name)
{
    struct err e = {{0}};
    struct theme *t = theme_load(name, &e);
    if (!t)
        fail_msg("%s", e.text);
    return t;
}

static const char hostile[] = "\x1B]52;c;AA\x07\xC2\x9B"
                              "1m\xE2\x80\xAE<&\"'>]]>\xFF\xEF\xBF\xBF e\xCC\x81\xCC\x81\xCC\x81\xE7\x8C\xAB";

/* A little of everything: bars, ghost, heat, a curve, a wide character, hostile text, every attribute. */
static struct grid *sample(const struct glyphs *glyphs)
{
    struct grid *g = grid_new(36, 9, glyphs);
    grid_text(g, 0, 0, 36, ROLE_TITLE, 0, "gender");
    grid_text(g, 8, 0, 28, ROLE_TOKEN, 0, hostile);
    grid_hline(g, 0, 1, 36, ROLE_RULE);
    widget_bar(g, 0, 2, 20, (struct bar){0.71f, 0.3f, 0, 1, ROLE_F});
    widget_bar(g, 0, 3, 21, (struct bar){-0.63f, NAN, -1, 1, ROLE_C});
    widget_bar(g, 0, 4, 20, (struct bar){3, NAN, 0, 1, ROLE_I});
    grid_text(g, 22, 2, 14, ROLE_PINNED, ATTR_UNDERLINE, "0.71 pinned");
    grid_text(g, 22, 3, 14, ROLE_TOKEN_NOW, 0, "[and]");
    widget_heat(g, (struct rect){0, 5, 8, 1}, (const float[]){-1, -0.5f, -0.2f, 0, 0.3f, 0.6f, 0.9f, 1}, 1,
                ROLE_HEAT_CELL);
    widget_heat(g, (struct rect){10, 5, 4, 1}, (const float[]){0, 0.3f, 0.6f, 1}, 1, ROLE_HEAT_GATE);
    widget_curve(g, (struct rect){22, 5, 12, 4}, &(struct curve){tanhf, -3, 3, -1, 1, 0.5f, 0.46f, ROLE_G});
    return g;
}

static void text_is_the_characters_with_trailing_blanks_trimmed(void **state)
{
    (void)state;
    struct grid *g = grid_new(6, 3, &glyphs_unicode);
    grid_text(g, 1, 0, 5, ROLE_TEXT, 0, "she");
    grid_text(g, 0, 2, 6, ROLE_F, 0, "\xE7\x8C\xAB e\xCC\x81");
    struct str s = {0};
    export_text(g, &s);
    assert_string_equal(str_text(&s), " she\n\n\xE7\x8C\xAB e\xCC\x81\n");
    str_free(&s);
    grid_free(g);
}

static void ansi_changes_colour_only_where_it_changes_and_resets_each_line(void **state)
{
    (void)state;
    struct theme *t = load("okabe");
    struct grid *g = grid_new(8, 3, &glyphs_unicode);
    grid_text(g, 0, 0, 8, ROLE_F, 0, "ab cd");
    grid_text(g, 0, 1, 8, ROLE_TEXT, 0, "plain");
    grid_text(g, 0, 2, 8, ROLE_TOKEN_NOW, ATTR_REVERSE, "now");
    static const struct { enum depth depth; const char *expected; } cases[] = {
        {DEPTH_TRUE, "\x1B[0;38;2;47;124;219mab cd\x1B[0m\nplain\n\x1B[0;1;7mnow\x1B[0m\n"},
        {DEPTH_256, "\x1B[0;38;5;32mab cd\x1B[0m\nplain\n\x1B[0;1;7mnow\x1B[0m\n"},
        {DEPTH_16, "\x1B[0;94mab cd\x1B[0m\nplain\n\x1B[0;1;7mnow\x1B[0m\n"},
        {DEPTH_8, "ab cd\nplain\n\x1B[0;1;7mnow\x1B[0m\n"},
        {DEPTH_MONO, "ab cd\nplain\n\x1B[0;1;7mnow\x1B[0m\n"},
    };
    for (int k = 0; k < 5; k++) {
        struct str s = {0};
        export_ansi(g, t, cases[k].depth, &s);
        assert_string_equal(str_text(&s), cases[k].expected);
        str_free(&s);
    }
    grid_free(g);
    theme_free(t);
}

/* ANSI may hold SGR and nothing else that acts; without it, it is the text export (fills of the theme aside). */
static void ansi_holds_sgr_and_text_only(void **state)
{
    (void)state;
    static const char *const names[] = {"okabe", "projector", "ansi", "cividis"};
    for (int n = 0; n < 4; n++) {
        struct theme *t = load(names[n]);
        struct grid *g = sample(&glyphs_unicode);
        struct str ansi = {0}, bare = {0}, text = {0};
        export_ansi(g, t, DEPTH_TRUE, &ansi);
        export_text(g, &text);
        for (const char *p = str_text(&ansi); *p; p++) {
            if (*p != 0x1B) {
                assert_true((unsigned char)*p >= 0x20 || *p == '\n');
                if (*p == '\n')                        /* a ground is painted to the edge */
                    while (bare.len && bare.s[bare.len - 1] == ' ')
                        bare.len--;
                str_addc(&bare, *p);
                continue;
            }
            assert_int_equal(*++p, '[');
            while (isdigit((unsigned char)p[1]) || p[1] == ';')
                p++;
            assert_int_equal(*++p, 'm');
        }
        assert_true(utf8_valid(str_text(&ansi), ansi.len, NULL));
        assert_string_equal(str_text(&bare), str_text(&text));
        str_free(&ansi);
        str_free(&bare);
        str_free(&text);
        grid_free(g);
        theme_free(t);
    }
}

/* Just enough XML to catch what an export could get wrong: tags that nest, quoted attributes, known entities, no
 * characters that XML forbids. Unclosed HTML elements (meta, the doctype) are passed by. */
static void assert_well_formed(const char *s, size_t len)
{
    char open[16][32];
    int depth = 0;
    assert_true(utf8_valid(s, len, NULL));
    for (size_t i = 0, one; i < len; i += one) {
        uint32_t cp = utf8_decode(s + i, len - i, &one);
        assert_true(cp == '\n' || (cp >= 0x20 && cp != 0xFFFE && cp != 0xFFFF && !utf8_hidden(cp)));
        if (cp == '&') {
            static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
            bool found = false;
            for (int k = 0; k < 5; k++)
                found |= !strncmp(s + i, known[k], strlen(known[k]));
            assert_true(found);
        }
        assert_int_not_equal(cp, '>');
        if (cp != '<')
            continue;
        const char *tag = s + i + 1, *end = tag;
        bool quoted = false;
        for (; *end && (quoted || *end != '>'); end++) {
            assert_int_not_equal(*end, '<');
            quoted ^= *end == '"';
        }
        assert_int_equal(*end, '>');
        one = (size_t)(end - (s + i)) + 1;
        if (tag[0] == '!' || !strncmp(tag, "meta ", 5) || end[-1] == '/')
            continue;
        size_t n = strcspn(tag + (tag[0] == '/'), " >");
        assert_true(n > 0 && n < 32);
        if (tag[0] == '/') {
            assert_true(depth > 0);
            depth--;
            assert_true(strlen(open[depth]) == n && !strncmp(open[depth], tag + 1, n));
        } else {
            assert_true(depth < 16);
            snprintf(open[depth++], 32, "%.*s", (int)n, tag);
        }
    }
    assert_int_equal(depth, 0);
}

static void svg_and_html_are_well_formed_whatever_they_hold(void **state)
{
    (void)state;
    int n;
    char **names = theme_names(&n);
    for (int k = 0; k < n; k++)
        for (int set = 0; set < 2; set++)
            for (int dark = 0; dark < 2; dark++) {
                struct theme *t = load(names[k]);
                struct grid *g = sample(set ? &glyphs_ascii : &glyphs_unicode);
                struct str s = {0};
                export_svg(g, t, dark, hostile, &s);
                assert_well_formed(str_text(&s), s.len);
                str_clear(&s);
                export_html(g, t, dark, hostile, &s);
                assert_well_formed(str_text(&s), s.len);
                assert_null(strstr(str_text(&s), "http"));         /* nothing is fetched */
                str_free(&s);
                grid_free(g);
                theme_free(t);
            }
    theme_names_free(names, n);
}

static void xmllint_agrees_that_svg_is_xml(void **state)
{
    (void)state;
    if (system("command -v xmllint >/dev/null 2>&1")) 
        skip_because("xmllint is not here");
    struct theme *t = load("okabe");
    struct grid *g = sample(&glyphs_unicode);
    struct str s = {0};
    export_svg(g, t, GROUND_DARK, hostile, &s);
    char path[] = "/tmp/test_picture_XXXXXX", command[80];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, str_text(&s), s.len), s.len);
    close(fd);
    snprintf(command, sizeof command, "xmllint --noout --nonet %s", path);
    int status = system(command);
    unlink(path);
    assert_int_equal(status, 0);
    str_free(&s);
    grid_free(g);
    theme_free(t);
}

static void a_small_svg_is_exactly_this(void **state)
{
    (void)state;
    struct theme *t = load("okabe");
    struct grid *g = grid_new(10, 2, &glyphs_unicode);
    widget_bar(g, 0, 0, 8, (struct bar){0.75f, 0.2f, 0, 1, ROLE_F});
    grid_text(g, 0, 1, 10, ROLE_TITLE, 0, "a <b>");
    grid_text(g, 6, 1, 4, ROLE_TOKEN_NOW, ATTR_REVERSE, "now");
    struct str s = {0};
    export_svg(g, t, GROUND_LIGHT, "t & u", &s);
    assert_string_equal(str_text(&s),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"96\" height=\"48\" viewBox=\"-8 -8 96 48\">\n"
        "<title>t &amp; u</title>\n"
        "<rect x=\"-8\" y=\"-8\" width=\"96\" height=\"48\" fill=\"#FFFFFF\"/>\n"
        "<g shape-rendering=\"crispEdges\">\n"
        "<rect x=\"7\" y=\"0\" width=\"1\" height=\"16\" fill=\"#767676\"/>\n"
        "<rect x=\"8\" y=\"2\" width=\"8\" height=\"14\" fill=\"#2F7CDB\"/>\n"
        "<rect x=\"16\" y=\"0\" width=\"8\" height=\"16\" fill=\"#2F7CDB\" fill-opacity=\"0.50\"/>\n"
        "<rect x=\"24\" y=\"2\" width=\"24\" height=\"14\" fill=\"#2F7CDB\"/>\n"
        "<rect x=\"56\" y=\"0\" width=\"1\" height=\"16\" fill=\"#767676\"/>\n"
        "<rect x=\"48\" y=\"16\" width=\"24\" height=\"16\" fill=\"#1A1A1A\"/>\n"
        "</g>\n"
        "<g font-family=\"'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,'Liberation Mono',monospace\" "
        "font-size=\"13.3\" xml:space=\"preserve\">\n"
        "<text x=\"0\" y=\"28\" textLength=\"40\" fill=\"#1A1A1A\" font-weight=\"bold\">a &lt;b&gt;</text>\n"
        "<text x=\"48\" y=\"28\" textLength=\"24\" fill=\"#FFFFFF\" font-weight=\"bold\">now</text>\n"
        "</g>\n</svg>\n");
    str_free(&s);
    grid_free(g);
    theme_free(t);
}

static void a_small_html_is_exactly_this(void **state)
{
    (void)state;
    struct theme *t = load("okabe");
    struct grid *g = grid_new(6, 2, &glyphs_unicode);
    grid_text(g, 0, 0, 6, ROLE_F, 0, "f\"<");
    grid_text(g, 0, 1, 6, ROLE_TOKEN_NOW, ATTR_UNDERLINE | ATTR_REVERSE, "now");
    struct str s = {0};
    export_html(g, t, GROUND_DARK, "\x1B<t>", &s);
    assert_string_equal(str_text(&s),
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
        "charset=\"utf-8\">\n<title>&lt;0x1B&gt;&lt;t&gt;</title>\n</head>\n"
        "<body style=\"margin:0;background:#101216\">\n<pre style=\"margin:0;padding:1em;color:#D8D8D8;font:14px/1.2 "
        "'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,'Liberation Mono',monospace\"><span "
        "style=\"color:#2F7CDB;\">f&quot;&lt;</span>\n"
        "<span style=\"color:#101216;background:#D8D8D8;font-weight:bold;text-decoration:underline;\">now</span>\n"
        "</pre>\n</body>\n</html>\n");
    str_free(&s);
    grid_free(g);
    theme_free(t);
}

/* Every bar character the glyph sets have is drawn, so no viewer's font decides what a bar looks like. */
static void bars_and_lines_are_drawn_and_not_written(void **state)
{
    (void)state;
    struct theme *t = load("okabe");
    const struct glyphs *gl = &glyphs_unicode;
    uint32_t drawn[64];
    int n = 0;
    const uint32_t ones[] = {gl->full, gl->right_half, gl->upper_half, gl->bar_begin, gl->bar_end, gl->zero, gl->ghost,
                             gl->ghost_column, gl->hline, gl->vline, gl->dot, 0x28FF};
    for (size_t k = 0; k < sizeof ones / sizeof *ones; k++)
        drawn[n++] = ones[k];
    for (int k = 1; k < 8; k++)
        drawn[n++] = gl->left[k], drawn[n++] = gl->lower[k];
    for (int k = 1; k < 5; k++)
        drawn[n++] = gl->heat[k], drawn[n++] = gl->heat_neg[k];
    for (uint32_t ch = 0x2596; ch <= 0x259F; ch++)
        drawn[n++] = ch;
    for (int k = 0; k < n; k++) {
        struct grid *g = grid_new(1, 1, gl);
        struct str s = {0};
        grid_put(g, 0, 0, drawn[k], ROLE_F, 0);
        export_svg(g, t, GROUND_LIGHT, "", &s);
        assert_null(strstr(str_text(&s), "<text"));
        assert_true(strstr(str_text(&s), "#2F7CDB"));
        str_free(&s);
        grid_free(g);
    }
    theme_free(t);
}

static void everything_exports_as_ascii_in_the_ascii_set(void **state)
{
    (void)state;
    static const char *const names[] = {"okabe", "mono"};
    for (int n = 0; n < 2; n++) {
        struct theme *t = load(names[n]);
        struct grid *g = sample(&glyphs_ascii);
        struct str s = {0};
        export_text(g, &s);
        export_ansi(g, t, DEPTH_256, &s);
        export_svg(g, t, GROUND_DARK, "title", &s);
        export_html(g, t, GROUND_DARK, "title", &s);
        for (size_t k = 0; k < s.len; k++)
            assert_true((unsigned char)s.s[k] < 0x80);
        str_free(&s);
        grid_free(g);
        theme_free(t);
    }
}

static void an_empty_picture_is_still_a_document(void **state)
{
    (void)state;
    struct theme *t = load("okabe");
    struct grid *g = grid_new(0, 0, &glyphs_unicode);
    struct str s = {0};
    export_text(g, &s);
    export_ansi(g, t, DEPTH_TRUE, &s);
    assert_int_equal(s.len, 0);
    export_svg(g, t, GROUND_DARK, NULL, &s);
    assert_well_formed(str_text(&s), s.len);
    str_clear(&s);
    export_html(g, t, GROUND_DARK, NULL, &s);
    assert_well_formed(str_text(&s), s.len);
    str_free(&s);
    grid_free(g);
    theme_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_the_characters_with_trailing_blanks_trimmed),
        cmocka_unit_test(ansi_changes_colour_only_where_it_changes_and_resets_each_line),
        cmocka_unit_test(ansi_holds_sgr_and_text_only),
        cmocka_unit_test(svg_and_html_are_well_formed_whatever_they_hold),
        cmocka_unit_test(xmllint_agrees_that_svg_is_xml),
        cmocka_unit_test(a_small_svg_is_exactly_this),
        cmocka_unit_test(a_small_html_is_exactly_this),
        cmocka_unit_test(bars_and_lines_are_drawn_and_not_written),
        cmocka_unit_test(everything_exports_as_ascii_in_the_ascii_set),
        cmocka_unit_test(an_empty_picture_is_still_a_document),
    };
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
