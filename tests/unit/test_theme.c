/* Themes: what every eye and every terminal can read, and what a theme's author is told. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/builtin.h"
#include "base/str.h"
#include "base/utf8.h"
#include "ui/theme.h"
#include "views/value.h"

static struct theme *load(const char *name)
{
    struct err e = {{0}};
    struct theme *t = theme_load(name, &e);
    if (!t)
        fail_msg("%s", e.text);
    return t;
}

static bool same_color(struct color a, struct color b)
{
    return a.rgb == b.rgb && a.c256 == b.c256 && a.c16 == b.c16;
}

/* What the build made of a theme's file is what the program makes of it. */
static void a_built_in_theme_is_its_file(void **state)
{
    (void)state;
    int n;
    char **names = theme_names(&n);
    for (int k = 0; k < n; k++) {
        struct str path = {0};
        str_addf(&path, "themes/%s.json", names[k]);
        const struct builtin *b = builtin_find(str_text(&path));
        assert_non_null(b);
        struct theme *t = load(names[k]), *file = theme_parse(b->data, b->len, b->path, NULL);
        assert_non_null(file);
        assert_string_equal(t->name, file->name);
        assert_string_equal(t->about, file->about);
        assert_true(t->background == file->background && t->palette == file->palette);
        for (int r = 0; r < ROLE_COUNT; r++) {
            const struct role_style *x = &t->role[r], *y = &file->role[r];
            assert_true(same_color(x->fg, y->fg) && same_color(x->bg, y->bg));
            assert_true(x->attr == y->attr && x->fill == y->fill);
        }
        for (int ramp = 0; ramp < 2; ramp++) {
            assert_int_equal(t->ramp_len[ramp], file->ramp_len[ramp]);
            for (int i = 0; i < t->ramp_len[ramp]; i++)
                assert_true(same_color(t->ramp[ramp][i], file->ramp[ramp][i]));
        }
        theme_free(t);
        theme_free(file);
        str_free(&path);
    }
    theme_names_free(names, n);
}

static struct cell cell_of(enum role role, int level)
{
    return (struct cell){.ch = {0x2588}, .role = (uint8_t)role, .level = (int8_t)level};
}

/* How far apart two colours look to an eye without green cones (Machado, Oliveira, Fernandes 2009), 0…255 a channel. */
static double deuteranope_distance(int32_t a, int32_t b)
{
    static const double m[3][3] = {
        {0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}};
    double seen[2][3], sum = 0;
    for (int side = 0; side < 2; side++) {
        double lin[3];
        for (int k = 0; k < 3; k++)
            lin[k] = pow(((side ? b : a) >> (16 - 8 * k) & 255) / 255.0, 2.2);
        for (int k = 0; k < 3; k++) {
            double v = m[k][0] * lin[0] + m[k][1] * lin[1] + m[k][2] * lin[2];
            seen[side][k] = 255 * pow(v < 0 ? 0 : v > 1 ? 1 : v, 1 / 2.2);
        }
    }
    for (int k = 0; k < 3; k++)
        sum += (seen[0][k] - seen[1][k]) * (seen[0][k] - seen[1][k]);
    return sqrt(sum);
}

static void all_built_in_themes_load_and_okabe_comes_first(void **state)
{
    (void)state;
    int n;
    char **names = theme_names(&n);
    assert_true(n >= 6);
    assert_string_equal(names[0], theme_default);
    static const char *const wanted[] = {"ansi", "cividis", "mono", "okabe", "okabe-dark", "projector"};
    for (size_t w = 0; w < 6; w++) {
        bool found = false;
        for (int k = 0; k < n; k++)
            found |= !strcmp(names[k], wanted[w]);
        assert_true(found);
        struct theme *t = load(wanted[w]);
        assert_string_equal(t->name, wanted[w]);
        assert_true(t->about[0]);
        theme_free(t);
    }
    for (int k = 2; k < n; k++)
        assert_true(strcmp(names[k - 1], names[k]) < 0);
    theme_names_free(names, n);
}

/* Words and numbers; all others are bars, frames and ramps. */
static bool is_text(enum role r)
{
    static const enum role text[] = {ROLE_TEXT,     ROLE_DIM,       ROLE_TITLE,        ROLE_LABEL,  ROLE_NUMBER,
                                     ROLE_TOKEN,    ROLE_TOKEN_NOW, ROLE_PINNED,       ROLE_CURSOR, ROLE_HINT,
                                     ROLE_HINT_KEY, ROLE_PREDICT,   ROLE_PREDICT_BASE, ROLE_DIFF,   ROLE_POSITIVE,
                                     ROLE_NEGATIVE, ROLE_GOOD,      ROLE_BAD,          ROLE_WARN,   ROLE_PROMPT};
    for (size_t k = 0; k < sizeof text / sizeof *text; k++)
        if (text[k] == r)
            return true;
    return false;
}

/* Of xterm's sixteen colours none has 4.5 on both; those that have 4 are taken. Of the eight only red and magenta
 * have 3. */
static double least_contrast(enum role r, enum depth depth)
{
    return !is_text(r) ? 3 : depth == DEPTH_8 ? 3.6 : depth == DEPTH_16 ? 4 : 4.5;
}

static void text_reads_at_4_5_and_bars_at_3_on_black_and_on_white_at_each_depth(void **state)
{
    (void)state;
    static const char *const names[] = {"okabe", "ansi", "mono"};
    for (int n = 0; n < 3; n++) {
        struct theme *t = load(names[n]);
        for (int r = 0; r < ROLE_COUNT; r++)
            for (int level = -LEVEL_MAX; level <= LEVEL_MAX; level++)
                for (int depth = DEPTH_8; depth <= DEPTH_TRUE; depth++) {
                    struct cell c = cell_of((enum role)r, level);
                    enum depth d = theme_depth(t, (enum depth)depth);
                    struct colors look = theme_colors(t, &c, d);
                    int32_t rgb = d == DEPTH_TRUE ? look.fg : theme_palette_rgb(look.fg);
                    double least = least_contrast((enum role)r, d) - 0.005;          /* "4.00" as printed */
                    bool ramp = r == ROLE_HEAT_GATE || r == ROLE_HEAT_CELL;
                    assert_int_equal(look.bg, COLOR_NONE);
                    if (look.fg == COLOR_NONE
                        || (ramp && d < DEPTH_256)) /* ramps of few colours tell by their glyphs */
                        continue;
                    if (theme_contrast(rgb, 0x000000) < least || theme_contrast(rgb, 0xFFFFFF) < least)
                        fail_msg("%s: %s at depth %d, level %d: #%06X has %.2f on black, %.2f on white", names[n],
                                 role_name((enum role)r), depth, level, (unsigned)rgb, theme_contrast(rgb, 0x000000),
                                 theme_contrast(rgb, 0xFFFFFF));
                }
        theme_free(t);
    }
    struct theme *t = load("okabe");
    assert_int_equal(t->role[ROLE_TEXT].fg.rgb, COLOR_NONE);
    assert_int_equal(t->role[ROLE_NUMBER].fg.rgb, COLOR_NONE);
    assert_int_equal(t->role[ROLE_LABEL].fg.c16, COLOR_NONE);
    theme_free(t);
}

static void without_colour_gates_are_patterned_memory_is_solid_and_notches_show_in_both(void **state)
{
    (void)state;
    struct theme *t = load("mono");
    static const enum role gates[] = {ROLE_F, ROLE_I, ROLE_O},
                           memory[] = {ROLE_C_PREV, ROLE_C, ROLE_H, ROLE_G, ROLE_KEPT, ROLE_WRITTEN};
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(theme_char(t, &(struct cell){.ch = {0x2587}, .role = (uint8_t)gates[k]}, DEPTH_TRUE), 0x2593);
        assert_int_equal(theme_char(t, &(struct cell){.ch = {0x2592}, .role = (uint8_t)gates[k]}, DEPTH_TRUE), 0x2588);
        assert_int_equal(theme_char(t, &(struct cell){.ch = {0x258F}, .role = (uint8_t)gates[k]}, DEPTH_TRUE), 0x258F);
    }
    for (size_t k = 0; k < 6; k++) {
        assert_int_equal(theme_char(t, &(struct cell){.ch = {0x2587}, .role = (uint8_t)memory[k]}, DEPTH_TRUE), 0x2587);
        assert_int_equal(theme_char(t, &(struct cell){.ch = {0x2592}, .role = (uint8_t)memory[k]}, DEPTH_TRUE), 0x2592);
    }
    theme_free(t);
}

static void console_has(uint32_t ch)
{
    static const uint32_t have[] = {0x2588, 0x2591, 0x2592, 0x2502, 0x2500, 0x253C, 0xB7, 0xBC, 0xBD, 0xBE};
    bool there = ch < 0x7F;
    for (size_t j = 0; j < sizeof have / sizeof *have; j++)
        there = there || ch == have[j];
    if (!there)
        fail_msg("U+%04X", (unsigned)ch);
}

static void the_console_set_draws_with_what_console_fonts_have(void **state)
{
    (void)state;
    const struct glyphs *gl = &glyphs_console;
    const uint32_t used[] = {gl->full,       gl->bar,          gl->little,     gl->little_left, gl->notch,
                             gl->bar_begin,  gl->bar_end,      gl->zero,       gl->ghost,       gl->ghost_column,
                             gl->hline,      gl->vline,        gl->dot,        gl->pointer,     gl->pointer_left,
                             gl->pointer_up, gl->pointer_down, gl->hidden,     gl->unknown,     gl->delta,
                             gl->heat[1],    gl->heat[2],      gl->heat[3],    gl->heat[4],     gl->below[0],
                             gl->below[1],   gl->below[2],     gl->upper_half, gl->right_half,  gl->lower[1],
                             gl->lower[4],   gl->lower[7],     gl->left[4],    gl->head_up,     gl->head_down,
                             gl->head_right, gl->apex,         gl->cut,        gl->seam[0],     gl->seam[1],
                             gl->seam[2]};
    for (size_t k = 0; k < sizeof used / sizeof *used; k++)
        console_has(used[k]);
    const struct glyph_lines lines[] = {gl->plain, gl->lit};
    for (int k = 0; k < 2; k++) {
        const uint32_t of[] = {lines[k].h,  lines[k].v,  lines[k].tl,   lines[k].tr,  lines[k].bl,
                               lines[k].br, lines[k].up, lines[k].down, lines[k].left};
        for (size_t j = 0; j < sizeof of / sizeof *of; j++)
            console_has(of[j]);
    }
    const char *const texts[] = {gl->arrow,      gl->times,   gl->odot,     gl->sigma,   gl->sum,  gl->candidate,
                                 gl->minus,      gl->prod_f,  gl->partial,  gl->about,   gl->etc,  gl->times_dot,
                                 gl->at_least,   gl->at_most, gl->to,       gl->range,   gl->up,   gl->half_above,
                                 gl->half_below, gl->down,    gl->newline,  gl->tab,     gl->space, gl->left_right,
                                 gl->up_down,    gl->middle_dot, gl->quarters[1], gl->quarters[2], gl->quarters[3]};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        for (size_t i = 0, len; texts[k][i]; i += len)
            console_has(utf8_decode(texts[k] + i, strlen(texts[k] + i), &len));
    for (int v = 0; v < VAL_COUNT; v++)
        for (const char *p = value_symbol((enum value)v, gl); *p; p++)
            console_has((unsigned char)*p);
}

static void the_main_kinds_differ_for_colour_blind_eyes(void **state)
{
    (void)state;
    static const char *const names[] = {"okabe", "okabe-dark", "cividis", "projector"};
    static const enum role kinds[] = {ROLE_F, ROLE_I, ROLE_C_PREV, ROLE_C};
    for (int n = 0; n < 4; n++) {
        struct theme *t = load(names[n]);
        for (int a = 0; a < 4; a++)
            for (int b = 0; b < a; b++) {
                double d = deuteranope_distance(t->role[kinds[a]].fg.rgb, t->role[kinds[b]].fg.rgb);
                if (d < 40)
                    fail_msg("%s: %s and %s are only %.0f apart", names[n], role_name(kinds[a]), role_name(kinds[b]),
                             d);
            }
        for (int k = 0; k < 2; k++) {
            assert_true(t->ramp_len[k] >= 3);
            assert_true(deuteranope_distance(t->ramp[k][0].rgb, t->ramp[k][t->ramp_len[k] - 1].rgb) > 60);
        }
        theme_free(t);
    }
}

/* How far apart two colours look (distance in OKLab: 0.02 is just seen side by side) to an eye that lacks a kind of
 * cones (Machado, Oliveira, Fernandes 2009, severity 1). */
static double seen_apart(int32_t a, int32_t b, const double m[3][3])
{
    double lab[2][3], sum = 0;
    for (int side = 0; side < 2; side++) {
        double lin[3], seen[3], lms[3];
        for (int k = 0; k < 3; k++) {
            double c = ((side ? b : a) >> (16 - 8 * k) & 255) / 255.0;
            lin[k] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
        }
        for (int k = 0; k < 3; k++)
            seen[k] = fmin(1, fmax(0, m[k][0] * lin[0] + m[k][1] * lin[1] + m[k][2] * lin[2]));
        lms[0] = cbrt(0.4122214708 * seen[0] + 0.5363325363 * seen[1] + 0.0514459929 * seen[2]);
        lms[1] = cbrt(0.2119034982 * seen[0] + 0.6806995451 * seen[1] + 0.1073969566 * seen[2]);
        lms[2] = cbrt(0.0883024619 * seen[0] + 0.2817188376 * seen[1] + 0.6299787005 * seen[2]);
        lab[side][0] = 0.2104542553 * lms[0] + 0.7936177850 * lms[1] - 0.0040720468 * lms[2];
        lab[side][1] = 1.9779984951 * lms[0] - 2.4285922050 * lms[1] + 0.4505937099 * lms[2];
        lab[side][2] = 0.0259040371 * lms[0] + 0.7827717662 * lms[1] - 0.8086757660 * lms[2];
    }
    for (int k = 0; k < 3; k++)
        sum += (lab[0][k] - lab[1][k]) * (lab[0][k] - lab[1][k]);
    return sqrt(sum);
}

/* What stands side by side and means different things. */
static void each_kind_of_colour_blindness_has_a_theme_in_which_nothing_falls_together(void **state)
{
    (void)state;
    static const struct { const char *theme; double m[3][3]; } eyes[] = {
        {"protan", {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
        {"deutan", {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
        {"tritan", {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}},
    };
    static const enum role pairs[][2] = {
        {ROLE_F, ROLE_I}, {ROLE_F, ROLE_C_PREV}, {ROLE_F, ROLE_C}, {ROLE_I, ROLE_C_PREV}, {ROLE_I, ROLE_C},
        {ROLE_C_PREV, ROLE_C}, {ROLE_G, ROLE_I}, {ROLE_G, ROLE_C}, {ROLE_G, ROLE_F}, {ROLE_O, ROLE_H}, {ROLE_O, ROLE_F},
        {ROLE_H, ROLE_C}, {ROLE_KEPT, ROLE_WRITTEN}, {ROLE_KEPT, ROLE_C_PREV}, {ROLE_WRITTEN, ROLE_C},
        {ROLE_POSITIVE, ROLE_NEGATIVE}, {ROLE_PREDICT, ROLE_PREDICT_BASE}, {ROLE_GOOD, ROLE_BAD},
        {ROLE_PINNED, ROLE_DIM},
    };
    for (size_t n = 0; n < sizeof eyes / sizeof *eyes; n++) {
        struct theme *t = load(eyes[n].theme);
        for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
            int32_t a = t->role[pairs[k][0]].fg.rgb, b = t->role[pairs[k][1]].fg.rgb;
            double d = seen_apart(a, b, eyes[n].m);
            if (d < 0.2)
                fail_msg("%s: %s and %s are only %.3f apart", eyes[n].theme, role_name(pairs[k][0]),
                         role_name(pairs[k][1]), d);
            for (int side = 0; side < 2; side++) {       /* and each reads on either ground */
                int32_t rgb = side ? b : a;
                assert_true(theme_contrast(rgb, 0x000000) >= 3 && theme_contrast(rgb, 0xFFFFFF) >= 3);
            }
        }
        for (int k = 0; k < 2; k++)
            assert_true(seen_apart(t->ramp[k][0].rgb, t->ramp[k][t->ramp_len[k] - 1].rgb, eyes[n].m) > 0.12);
        theme_free(t);
    }
}

static void on_their_own_ground_all_themes_read(void **state)
{
    (void)state;
    static const struct { const char *name; int32_t ground; double least; } grounds[] = {
        {"okabe-dark", 0x000000, 3}, {"cividis", 0x000000, 3}, {"projector", 0xFFFFFF, 4},
    };
    static const enum role quiet[] = {ROLE_TRACK, ROLE_RULE, ROLE_AXIS, ROLE_HEAT_GATE, ROLE_HEAT_CELL};
    for (int n = 0; n < 3; n++) {
        struct theme *t = load(grounds[n].name);
        for (int r = 0; r < ROLE_COUNT; r++) {
            bool is_quiet = false;
            for (int q = 0; q < 5; q++)
                is_quiet |= r == (int)quiet[q];
            int32_t rgb = t->role[r].fg.rgb;
            if (!is_quiet && rgb >= 0 && theme_contrast(rgb, grounds[n].ground) < grounds[n].least)
                fail_msg("%s: %s has %.2f", grounds[n].name, role_name((enum role)r),
                         theme_contrast(rgb, grounds[n].ground));
        }
        theme_free(t);
    }
}

static void mono_uses_attributes_alone_and_ansi_the_terminals_palette(void **state)
{
    (void)state;
    struct theme *mono = load("mono"), *ansi = load("ansi"), *okabe = load("okabe");
    for (int depth = DEPTH_MONO; depth <= DEPTH_TRUE; depth++)
        for (int r = 0; r < ROLE_COUNT; r++) {
            struct cell c = cell_of((enum role)r, 50);
            struct colors look = theme_colors(mono, &c, (enum depth)depth);
            assert_int_equal(look.fg, COLOR_NONE);
            assert_int_equal(look.bg, COLOR_NONE);
            look = theme_colors(ansi, &c, theme_depth(ansi, (enum depth)depth));
            assert_true(look.fg < 16);
        }
    struct cell pinned = cell_of(ROLE_PINNED, 0), now = cell_of(ROLE_TOKEN_NOW, 0);
    assert_true(theme_colors(mono, &pinned, DEPTH_TRUE).attr & ATTR_UNDERLINE);
    assert_true(theme_colors(okabe, &now, DEPTH_MONO).attr & ATTR_BOLD);
    assert_int_equal(theme_depth(ansi, DEPTH_TRUE), DEPTH_16);
    assert_int_equal(theme_depth(ansi, DEPTH_8), DEPTH_8);
    assert_int_equal(theme_depth(okabe, DEPTH_TRUE), DEPTH_TRUE);
    theme_free(mono);
    theme_free(ansi);
    theme_free(okabe);
}

static void a_cell_looks_right_at_each_depth(void **state)
{
    (void)state;
    static const char text[] =
        "{\"format\":\"flstm-theme/"
        "1\",\"name\":\"x\",\"roles\":{\"text\":{\"bg\":\"#FFFFFF\"},\"f\":{\"fg\":\"#0072B2\",\"fg256\":31,\"fg16\":4,"
        "\"attr\":[\"bold\"]},\"dim\":{\"fg\":\"#767676\"},\"i\":{\"fg16\":11,\"bg16\":0}},\"ramps\":{\"heat_gate\":["
        "\"#000000\",\"#FF0000\"],\"heat_cell\":[9,8,12]}}";
    struct err e = {{0}};
    struct theme *t = theme_parse(text, sizeof text - 1, "x.json", &e);
    if (!t)
        fail_msg("%s", e.text);
    struct cell f = cell_of(ROLE_F, 0), dim = cell_of(ROLE_DIM, 0), i = cell_of(ROLE_I, 0), h = cell_of(ROLE_H, 0);
    f.attr = ATTR_UNDERLINE;
    assert_int_equal(theme_colors(t, &f, DEPTH_TRUE).fg, 0x0072B2);
    assert_int_equal(theme_colors(t, &f, DEPTH_TRUE).bg, 0xFFFFFF);      /* the ground is the text's */
    assert_int_equal(theme_colors(t, &f, DEPTH_256).fg, 31);
    assert_int_equal(theme_colors(t, &f, DEPTH_16).fg, 4);
    assert_int_equal(theme_colors(t, &f, DEPTH_8).fg, 4);
    assert_int_equal(theme_colors(t, &f, DEPTH_MONO).fg, COLOR_NONE);
    assert_int_equal(theme_colors(t, &f, DEPTH_MONO).attr, ATTR_BOLD | ATTR_UNDERLINE);
    assert_int_equal(theme_colors(t, &dim, DEPTH_256).fg, 243);
    assert_int_equal(theme_colors(t, &dim, DEPTH_16).fg, 8);
    assert_int_equal(theme_colors(t, &dim, DEPTH_8).fg, COLOR_NONE);     /* black on black otherwise */
    assert_int_equal(theme_colors(t, &i, DEPTH_8).fg, 3);
    assert_int_equal(theme_colors(t, &i, DEPTH_8).bg, 0);
    assert_int_equal(theme_colors(t, &h, DEPTH_TRUE).fg, COLOR_NONE);    /* not named: as text */
    struct cell hot = cell_of(ROLE_HEAT_GATE, 50), cold = cell_of(ROLE_HEAT_CELL, -90),
                zero = cell_of(ROLE_HEAT_CELL, 0);
    assert_int_equal(theme_colors(t, &hot, DEPTH_TRUE).fg, 0x800000);
    assert_int_equal(theme_colors(t, &cold, DEPTH_16).fg, 9);
    assert_int_equal(theme_colors(t, &zero, DEPTH_16).fg, 8);
    theme_free(t);
}

static void fills_replace_bars_and_nothing_else(void **state)
{
    (void)state;
    struct theme *t = load("mono");
    struct cell c = cell_of(ROLE_F, 0);
    assert_int_equal(theme_char(t, &c, DEPTH_TRUE), 0x2593);
    c.ch[0] = 0x258B;
    assert_int_equal(theme_char(t, &c, DEPTH_TRUE), 0x2593);
    c.ch[0] = 0x258E;
    assert_int_equal(theme_char(t, &c, DEPTH_TRUE), ' ');
    c.ch[0] = 'x';
    assert_int_equal(theme_char(t, &c, DEPTH_TRUE), 'x');
    c = cell_of(ROLE_C, 0);
    assert_int_equal(theme_char(t, &c, DEPTH_TRUE), 0x2588);
    theme_free(t);
}

static void mistakes_are_named_with_file_and_place(void **state)
{
    (void)state;
#define THEME(rest) "{\"format\":\"flstm-theme/1\",\"name\":\"x\"," rest "}"
    static const struct { const char *text, *place, *what; } bad[] = {
        {"", "x.json:1:1: ", "not valid JSON"},
        {"[]", "x.json: ", "expected an object"},
        {"{}", "x.json: ", "format"},
        {"{\"format\":\"flstm-model/1\"}", "x.json: format: ", "expected \"flstm-theme/1\""},
        {"{\"format\":\"flstm-theme/01x\"}", "x.json: format: ", "expected \"flstm-theme/1\""},
        {"{\"format\":\"flstm-theme/2\",\"new\":1}", "x.json: format: ", "newer than this program reads"},
        {THEME("\"roles\":{},\"rolls\":{}"), "x.json: ", "rolls"},
        {"{\"format\":1}", "x.json: format: ", "expected"},
        {"{\"format\":\"flstm-theme/:\"}", "x.json: format: ", "expected \"flstm-theme/1\""},
        {"{\"format\":\"flstm-theme/!\"}", "x.json: format: ", "expected \"flstm-theme/1\""},
        {"{\"format\":\"flstm-theme/2x\"}", "x.json: format: ", "expected \"flstm-theme/1\""},
        {"{\"format\":\"flstm-theme/1\"}", "x.json: ", "name"},
        {"{\"format\":\"flstm-theme/1\",\"name\":7}", "x.json: name: ", "expected"},
        {THEME("\"about\":7,\"roles\":{}"), "x.json: about: ", "expected"},
        {THEME("\"background\":7,\"roles\":{}"), "x.json: background: ", "expected"},
        {THEME("\"roles\":7"), "x.json: roles: ", "expected an object"},
        {THEME("\"roles\":{\"text\":7}"), "x.json: roles.text: ", "expected an object"},
        {THEME("\"roles\":{\"f\":{\"fg\":\"0072B2\"}}"), "x.json: roles.f.fg: ", "colour"},
        {THEME("\"roles\":{\"f\":{\"fg\":\"#0072B22\"}}"), "x.json: roles.f.fg: ", "colour"},
        {THEME("\"roles\":{\"f\":{\"fg\":\"#0072g2\"}}"), "x.json: roles.f.fg: ", "colour"},
        {THEME("\"roles\":{\"f\":{\"fg\":\"#0072`2\"}}"), "x.json: roles.f.fg: ", "colour"},
        {THEME("\"roles\":{\"f\":{\"fill\":7}}"), "x.json: roles.f.fill: ", "expected"},
        {THEME("\"roles\":{\"f\":{\"attr\":[[\"bold\"]]}}"), "x.json: roles.f.attr", "expected"},
        {THEME("\"roles\":{},\"ramps\":7"), "x.json: ramps: ", "expected an object"},
        {THEME("\"roles\":{},\"ramps\":{\"heat_gate\":\"#000000\"}"), "x.json: ramps.heat_gate: ", "2 to 16"},
        {THEME("\"roles\":{},\"ramps\":{\"heat_gate\":[3]}"), "x.json: ramps.heat_gate: ", "2 to 16"},
        {THEME("\"roles\":{\"forget\":{}}"), "x.json: roles: ", "there is no role \"forget\""},
        {THEME("\"roles\":{\"f\":{\"fg\":\"#GG0000\"}}"), "x.json: roles.f.fg: ", "found \"#GG0000\""},
        {THEME("\"roles\":{\"f\":{\"fg\":\"#FFF\"}}"), "x.json: roles.f.fg: ", "colour"},
        {THEME("\"roles\":{\"f\":{\"fg\":999}}"), "x.json: roles.f.fg: ", "999"},
        {THEME("\"roles\":{\"f\":{\"fg256\":999}}"), "x.json: roles.f.fg256: ", "999"},
        {THEME("\"roles\":{\"f\":{\"fg16\":16}}"), "x.json: roles.f.fg16: ", "16"},
        {THEME("\"roles\":{\"f\":{\"fg16\":2.5}}"), "x.json: roles.f.fg16: ", "2.5"},
        {THEME("\"roles\":{\"f\":{\"colour\":\"#FFFFFF\"}}"), "x.json: roles.f", "colour"},
        {THEME("\"roles\":{\"f\":{\"attr\":\"bold\"}}"), "x.json: roles.f.attr: ", "array"},
        {THEME("\"roles\":{\"f\":{\"attr\":[\"blink\"]}}"), "x.json: roles.f.attr[0]: ", "blink"},
        {THEME("\"roles\":{\"f\":{\"attr\":[1]}}"), "x.json: roles.f.attr", "expected"},
        {THEME("\"roles\":{\"f\":{\"fill\":\"\xE7\x8C\xAB\"}}"), "x.json: roles.f.fill: ", "2 cells"},
        {THEME("\"roles\":{\"f\":{\"fill\":\"\\u001b\"}}"), "x.json: roles.f.fill: ", "U+001B"},
        {THEME("\"roles\":{\"f\":{\"fill\":\"\\u202e\"}}"), "x.json: roles.f.fill: ", "U+202E"},
        {THEME("\"roles\":{\"f\":{\"fill\":\"\\u0301\"}}"), "x.json: roles.f.fill: ", "0 cells"},
        {THEME("\"roles\":{\"f\":{\"fill\":\"##\"}}"), "x.json: roles.f.fill: ", "one character"},
        {THEME("\"roles\":{\"f\":{\"fill\":\"\"}}"), "x.json: roles.f.fill: ", "one character"},
        {THEME("\"roles\":{\"f\":7}"), "x.json: roles.f: ", "expected an object"},
        {THEME("\"background\":\"pink\",\"roles\":{}"), "x.json: background: ", "pink"},
        {THEME("\"about\":\"no roles\""), "x.json: ", "roles"},
        {"{\"format\":\"flstm-theme/1\",\"name\":\"\",\"roles\":{}}", "x.json: name: ", "name"},
        {THEME("\"roles\":{},\"ramps\":{\"heat_gate\":[]}"), "x.json: ramps.heat_gate: ", "2 to 16"},
        {THEME("\"roles\":{},\"ramps\":{\"heat_gate\":[\"#000000\",3]}"), "x.json: ramps.heat_gate[1]: ", "colour"},
        {THEME("\"roles\":{},\"ramps\":{\"heat_gate\":[1,999]}"), "x.json: ramps.heat_gate[1]: ", "999"},
        {THEME("\"roles\":{},\"ramps\":{\"heat\":[1,2]}"), "x.json: ramps", "heat"},
        {THEME("\"roles\":{},\"ramps\":{\"heat_cell\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,1,2]}"),
         "x.json: ramps.heat_cell: ", "2 to 16"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct err e = {{0}};
        struct theme *t = theme_parse(bad[k].text, strlen(bad[k].text), "x.json", &e);
        assert_null(t);
        if (strncmp(e.text, bad[k].place, strlen(bad[k].place)) || !strstr(e.text, bad[k].what))
            fail_msg("for %s\nthe error is: %s\nexpected \"%s…%s\"", bad[k].text, e.text, bad[k].place, bad[k].what);
        assert_null(strchr(e.text, '\n'));
    }
}

static void every_beginning_of_a_theme_is_refused_without_harm(void **state)
{
    (void)state;
    static const char text[] =
        THEME("\"about\":\"a\",\"background\":\"dark\",\"roles\":{\"f\":{\"fg\":\"#0072B2\",\"attr\":[\"bold\"],"
              "\"fill\":\"#\"}},\"ramps\":{\"heat_gate\":[1,2],\"heat_cell\":[\"#000000\",\"#FFFFFF\"]}");
    for (size_t n = 0; n < sizeof text - 1; n++) {
        struct err e = {{0}};
        assert_null(theme_parse(text, n, "x.json", &e));
        assert_true(e.text[0]);
    }
    struct theme *t = theme_parse(text, sizeof text - 1, "x.json", NULL);
    assert_non_null(t);
    theme_free(t);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void the_users_themes_come_first_and_no_home_is_fine(void **state)
{
    (void)state;
    char home[] = "/tmp/test_theme_XXXXXX";
    assert_non_null(mkdtemp(home));
    static const char *const folders[] = {"/.config", "/.config/flstm-tui", "/.config/flstm-tui/themes"};
    struct str path = {0};
    for (int k = 0; k < 3; k++) {
        str_clear(&path);
        str_addf(&path, "%s%s", home, folders[k]);
        assert_int_equal(mkdir(path.s, 0700), 0);
    }
    static const struct { const char *file, *text; } files[] = {
        {"okabe.json", "{\"format\":\"flstm-theme/1\",\"name\":\"mine\",\"roles\":{}}"},
        {"own.json", "{\"format\":\"flstm-theme/1\",\"name\":\"own\",\"roles\":{}}"},
        {"broken.json", "{\"format\":\"flstm-theme/1\",\"name\":\"b\",\"roles\":{\"x\":{}}}"},
        {"bad\x1Bname.json", "{}"}, {"notes.txt", "x"},
    };
    for (int k = 0; k < 5; k++) {
        str_clear(&path);
        str_addf(&path, "%s%s/%s", home, folders[2], files[k].file);
        write_file(path.s, files[k].text);
    }
    struct err e = {{0}};
    unsetenv("XDG_CONFIG_HOME");
    setenv("HOME", home, 1);
    struct theme *t = load("okabe");
    assert_string_equal(t->name, "mine");
    theme_free(t);
    assert_null(theme_load("broken", &e));
    assert_non_null(strstr(e.text, "broken.json: roles: there is no role \"x\""));
    int n, seen = 0, okabe = 0;
    char **names = theme_names(&n);
    for (int k = 0; k < n; k++) {
        seen += !strcmp(names[k], "own");
        okabe += !strcmp(names[k], "okabe");
        assert_null(strchr(names[k], 0x1B));
        assert_null(strstr(names[k], "notes"));
    }
    assert_int_equal(seen, 1);
    assert_int_equal(okabe, 1);
    theme_names_free(names, n);

    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    t = load("okabe");
    assert_string_equal(t->name, "okabe");
    theme_free(t);
    str_clear(&path);
    str_addf(&path, "%s/.config", home);
    setenv("XDG_CONFIG_HOME", path.s, 1);
    unsetenv("HOME");
    t = load("own");
    theme_free(t);
    str_addf(&path, "/flstm-tui/themes/own.json");
    t = load(path.s);
    assert_string_equal(t->name, "own");
    theme_free(t);

    unsetenv("XDG_CONFIG_HOME");
    t = load("okabe");
    assert_string_equal(t->name, "okabe");
    theme_free(t);
    assert_null(theme_load("own", &e));
    assert_non_null(strstr(e.text, "no such theme; there are okabe, ansi"));
    assert_null(theme_load("", &e));
    assert_null(theme_load("./absent.json", &e));
    assert_non_null(strstr(e.text, "absent.json"));

    for (int k = 0; k < 5; k++) {
        str_clear(&path);
        str_addf(&path, "%s%s/%s", home, folders[2], files[k].file);
        unlink(path.s);
    }
    for (int k = 2; k >= 0; k--) {
        str_clear(&path);
        str_addf(&path, "%s%s", home, folders[k]);
        rmdir(path.s);
    }
    assert_int_equal(rmdir(home), 0);
    str_free(&path);
}

static void the_palette_is_xterms_and_nearest_means_nearest(void **state)
{
    (void)state;
    assert_int_equal(theme_palette_rgb(16), 0x000000);
    assert_int_equal(theme_palette_rgb(231), 0xFFFFFF);
    assert_int_equal(theme_palette_rgb(243), 0x767676);
    assert_int_equal(theme_palette_rgb(208), 0xFF8700);
    assert_int_equal(theme_palette_rgb(256), COLOR_NONE);
    assert_int_equal(theme_palette_rgb(-1), COLOR_NONE);
    for (int k = 16; k < 256; k++)
        assert_int_equal(theme_palette_rgb(theme_nearest256(theme_palette_rgb(k))), theme_palette_rgb(k));
    for (int k = 0; k < 16; k++)
        assert_int_equal(theme_nearest16(theme_palette_rgb(k)), k);
    assert_int_equal(theme_nearest16(0x14827F), 6);                /* a calm teal is a cyan, not a grey */
    assert_int_equal(theme_nearest256(COLOR_NONE), COLOR_NONE);
    assert_true(fabs(theme_contrast(0x000000, 0xFFFFFF) - 21) < 1e-9);
    assert_true(fabs(theme_contrast(0x767676, 0xFFFFFF) - 4.54) < 0.01);
    assert_true(fabs(theme_contrast(0x123456, 0x123456) - 1) < 1e-9);
}

static void a_cell_of_two_halves_shows_both_where_there_are_colours_and_else_its_character(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct theme *t = theme_load(theme_default, &e);
    assert_non_null(t);
    struct cell two = {.ch = {0x2584}, .role = ROLE_HEAT_GATE, .attr = ATTR_HALVES, .level = 10, .below = 90},
                one = {.ch = {0x2588}, .role = ROLE_HEAT_GATE, .level = 10};
    for (int depth = DEPTH_256; depth <= DEPTH_TRUE; depth++) {
        struct colors look = theme_colors(t, &two, (enum depth)depth);
        assert_int_equal(theme_char(t, &two, (enum depth)depth), 0x2580);
        assert_int_equal(look.fg, theme_colors(t, &one, (enum depth)depth).fg);
        one.level = 90;
        assert_int_equal(look.bg, theme_colors(t, &one, (enum depth)depth).fg);
        one.level = 10;
        assert_int_equal(look.attr, 0);
    }
    for (int depth = DEPTH_MONO; depth < DEPTH_256; depth++) {
        assert_int_equal(theme_char(t, &two, (enum depth)depth), 0x2584);
        one.level = 90;                                      /* the stronger of the two */
        assert_int_equal(theme_colors(t, &two, (enum depth)depth).fg, theme_colors(t, &one, (enum depth)depth).fg);
    }
    theme_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_of_two_halves_shows_both_where_there_are_colours_and_else_its_character),
        cmocka_unit_test(a_built_in_theme_is_its_file),
        cmocka_unit_test(all_built_in_themes_load_and_okabe_comes_first),
        cmocka_unit_test(text_reads_at_4_5_and_bars_at_3_on_black_and_on_white_at_each_depth),
        cmocka_unit_test(without_colour_gates_are_patterned_memory_is_solid_and_notches_show_in_both),
        cmocka_unit_test(the_console_set_draws_with_what_console_fonts_have),
        cmocka_unit_test(the_main_kinds_differ_for_colour_blind_eyes),
        cmocka_unit_test(each_kind_of_colour_blindness_has_a_theme_in_which_nothing_falls_together),
        cmocka_unit_test(on_their_own_ground_all_themes_read),
        cmocka_unit_test(mono_uses_attributes_alone_and_ansi_the_terminals_palette),
        cmocka_unit_test(a_cell_looks_right_at_each_depth),
        cmocka_unit_test(fills_replace_bars_and_nothing_else),
        cmocka_unit_test(mistakes_are_named_with_file_and_place),
        cmocka_unit_test(every_beginning_of_a_theme_is_refused_without_harm),
        cmocka_unit_test(the_users_themes_come_first_and_no_home_is_fine),
        cmocka_unit_test(the_palette_is_xterms_and_nearest_means_nearest),
    };
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);          /* the themes of whoever runs the tests are not under test */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
