/* test_screen.c: the real terminal, seen from outside. A small program made of the screen module alone runs under a
 * pseudo-terminal; the tests type into it and look at what a user would see, and at what it leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "support/folder.h"
#include "support/pty.h"
#include "support/skip.h"
#include "ui/screen.h"
#include "ui/screen_input.h"

/* ---- the program under test ---- */

struct options {
    enum color_wish wish;
    int no_stdin, no_stdout, ignored_signal;
    bool busy;
};

enum { KEYS_SHOWN = 20 };
struct demo {
    struct screen *screen;
    struct grid *grid;
    struct theme theme;
    char keys[4096];
    int count, pasted, changes, noise, mosaic;
    bool rainbow, cursor;
};

static struct color color(int rgb, int c256, int c16)
{
    return (struct color){rgb, (int16_t)c256, (int16_t)c16};
}

static void make_theme(struct theme *t)
{
    const struct color none = color(COLOR_NONE, COLOR_NONE, COLOR_NONE);
    for (int r = 0; r < ROLE_COUNT; r++)
        t->role[r] = (struct role_style){.fg = none, .bg = none};
    t->role[ROLE_F].fg = color(0x0072B2, 31, 4);
    t->role[ROLE_I].fg = color(0xE69F00, 214, 3);
    t->role[ROLE_I].bg = color(0x202020, 234, 0);
    t->role[ROLE_TITLE].attr = ATTR_BOLD;
    t->role[ROLE_H].fill = 0x2592;
}

/* More pairs of colours than a terminal of 8 colours has. */
static void draw_rainbow(struct demo *d)
{
    for (int i = 0; i < 120; i++) {
        int role = ROLE_F + i % 20;
        d->theme.role[role].fg = color(i % 7 * 0x101010 + 0x400000, 16 + i % 7, i % 7);
        d->theme.role[role].bg = color(i % 5 * 0x010101, 100 + i % 5, 1 + i % 5);
        grid_put(d->grid, i % 40, 10 + i / 40, 'R', (enum role)role, 0);
    }
}

/* A picture of halves, in which each cell has a pair of colours that no other has, nor any picture before. */
enum { MOSAIC_W = 80, MOSAIC_H = 20, MOSAIC_LEVELS = 2 * LEVEL_MAX + 1 };

static void mosaic_levels(int picture, int x, int y, int level[2])
{
    int n = (picture * MOSAIC_H + y) * MOSAIC_W + x;
    level[0] = n % MOSAIC_LEVELS - LEVEL_MAX;
    level[1] = n / MOSAIC_LEVELS % MOSAIC_LEVELS - LEVEL_MAX;
}

static void draw_mosaic(struct demo *d)
{
    d->theme.ramp_len[1] = 2;
    d->theme.ramp[1][0] = color(0x000000, 16, 0);
    d->theme.ramp[1][1] = color(0xFFFFFF, 231, 7);
    for (int y = 0; y < MOSAIC_H; y++)
        for (int x = 0; x < MOSAIC_W; x++) {
            int level[2];
            mosaic_levels(d->mosaic, x, y, level);
            grid_halves(d->grid, x, y + 3, '+', ROLE_HEAT_CELL, level);
        }
}

static uint32_t chance(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

/* Picture number n of a film of wide, narrow and combined characters; some change all, some a few cells. */
static void draw_noise(struct grid *g, int n)
{
    static const char *const text[] = {"a", " ", "日", "█", "本語", "e\u0301", "▌▐", "한", "x y"};
    for (int k = 0; k <= n; k++) {
        uint32_t seed = (uint32_t)k;
        for (uint32_t i = k % 5 ? 1 + chance(&seed, 4) : 300; i; i--) {
            /* (Not in the last column: there libvterm 0.1 gives a combining mark to the next character.) */
            int x = (int)chance(&seed, (uint32_t)g->w - 1), y = (int)chance(&seed, (uint32_t)g->h - 1);
            enum role role = chance(&seed, 3) ? ROLE_TEXT : ROLE_F;
            grid_text(g, x, y, g->w, role, chance(&seed, 8) ? 0 : ATTR_REVERSE,
                      text[chance(&seed, sizeof text / sizeof text[0])]);
        }
    }
    grid_textf(g, 0, g->h - 1, g->w, ROLE_TEXT, 0, "noise %d",
               n); /* written last: what is above is there when this is */
}

static void draw(struct demo *d)
{
    int w, h;
    screen_size(d->screen, &w, &h);
    if (d->grid->w != w || d->grid->h != h)
        grid_resize(d->grid, w, h);
    grid_clear(d->grid);
    if (d->noise) {
        draw_noise(d->grid, d->noise);
        screen_present(d->screen, d->grid, &d->theme, -1, -1);
        return;
    }
    grid_textf(d->grid, 0, 0, w, ROLE_TITLE, 0, "size %dx%d depth %d utf8 %d", w, h, (int)screen_depth(d->screen),
               screen_utf8(d->screen));
    grid_textf(d->grid, 0, 1, w, ROLE_TEXT, 0, "keys %s", d->keys);
    grid_textf(d->grid, 0, 2, w, ROLE_TEXT, 0, "count %d pasted %d", d->count, d->pasted);
    grid_put(d->grid, 0, 3, 0x2588, ROLE_F, 0);
    grid_text(d->grid, 1, 3, w, ROLE_I, ATTR_UNDERLINE, "in");
    grid_text(d->grid, 4, 3, w, ROLE_TEXT, ATTR_REVERSE, "back");
    grid_text(d->grid, 0, 4, w, ROLE_TEXT, 0, d->changes % 2 ? "ab日c" : "日本c");
    grid_text(d->grid, 10, 4, w, ROLE_TEXT, 0, "C̃e\u0301");
    grid_put(d->grid, 0, 5, 0x2588, ROLE_H, 0);
    grid_put(d->grid, 1, 5, 'h', ROLE_H, 0);
    grid_put(d->grid, 20, 5, (uint32_t)('0' + d->changes % 10), ROLE_F, 0);
    grid_put(d->grid, w - 1, h - 1, '#', ROLE_TEXT, 0);
    if (d->rainbow)
        draw_rainbow(d);
    if (d->mosaic)
        draw_mosaic(d);
    screen_present(d->screen, d->grid, &d->theme, d->cursor ? 3 : -1, 1);
}

static int overflow(int n)
{
    volatile char block[4096];
    block[n % 4096] = (char)n;
    return n ? overflow(n + 1) + block[n % 4096] : 0;
}

static void crash(int key)
{
    if (key == 'a')
        abort();
    if (key == 'e')
        exit(3);
    if (key == 'm')
        mem_die();
    if (key == 'o')
        _exit(overflow(1));
    if (key == 's') {
        char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        *(volatile char *)page = 1;
    }
}

/* What a key does besides being listed; false for quit. Capital letters are listed only. */
static bool act(struct demo *d, int key)
{
    char name[16];
    crash(key);
    if (key == 'c')
        d->changes++;
    if (key == 'r')
        d->rainbow = true;
    if (key == 'x')
        d->mosaic++;
    if (key == 'k')
        d->cursor = !d->cursor;
    if (key == 'n')
        d->noise++;
    while (key == 'h')
        pause();                                   /* listens to nobody any more */
    if (key == 'b')
        screen_bell(d->screen);
    if (key == K_CTRL('l'))
        screen_redraw(d->screen);
    if (key == K_CTRL('z'))
        screen_suspend(d->screen);
    if (key == 'c' || key == '.')
        return true;                               /* not listed: these must change one cell and nothing */
    d->count++;
    d->pasted += screen_pasting(d->screen);
    if (d->count % KEYS_SHOWN == 1)
        d->keys[0] = 0;
    size_t n = strlen(d->keys);
    if (n + 20 < sizeof d->keys)
        snprintf(d->keys + n, sizeof d->keys - n, "%s%s", screen_pasting(d->screen) ? "+" : "", key_name(key, name));
    return key != 'q';
}

static int demo(void *arg)
{
    const struct options *o = arg;
    struct demo d = {0};
    struct err e;
    bool hangup = false, go = true;
    int sig = 0;
    for (int i = 1; i <= SIGSYS; i++)              /* the test runner catches crashes; a program does not */
        if (i != SIGKILL && i != SIGSTOP)
            signal(i, SIG_DFL);
    if (o->ignored_signal)
        signal(o->ignored_signal, SIG_IGN);
    int null = open("/dev/null", O_RDWR);
    if (o->no_stdin)
        dup2(null, 0);
    if (o->no_stdout)
        dup2(null, 1);
    d.screen = screen_open(o->wish, &e);
    if (!d.screen) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    make_theme(&d.theme);
    d.grid = grid_new(1, 1, &glyphs_unicode);
    while (go && !hangup) {
        draw(&d);
        int key;
        do                                         /* busy: something goes on between keys */
            key = screen_key(d.screen, o->busy ? 0 : -1, &hangup, &sig);
        while (o->busy && !key && !hangup);
        while (key && go && !hangup) {             /* all that is there, then one picture */
            go = act(&d, key);
            key = screen_key(d.screen, 0, &hangup, &sig);
        }
    }
    grid_free(d.grid);
    screen_close(d.screen);
    return sig ? 100 + sig : 0;
}

static struct pty *start_with(int cols, int rows, struct options o, const char *const env[])
{
    return pty_run(cols, rows, demo, &o, env);
}

#define START(...) start_with(80, 24, (struct options){0}, (const char *const[]){__VA_ARGS__, NULL})

static struct pty *start(void)
{
    struct pty *t = start_with(80, 24, (struct options){0}, NULL);
    assert_true(pty_shows(t, "#"));                /* the last cell */
    return t;
}

static void ends(struct pty *t, int status)
{
    assert_int_equal(pty_ended(t), status);
    assert_string_equal(pty_damage(t), "");
    assert_false(pty_wrote(t, "\033]"));           /* titles, palettes and clipboards are not ours */
    pty_free(t);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- pictures ---- */

static void characters_and_colours_arrive_as_drawn(void **state)
{
    (void)state;
    struct pty *t = start();
    assert_true(pty_shows(t, "size 80x24 depth 3 utf8 1"));
    struct pty_cell bar = pty_cell(t, 0, 3), in = pty_cell(t, 1, 3), back = pty_cell(t, 4, 3),
                    title = pty_cell(t, 0, 0);
    assert_string_equal(bar.text, "█");
    assert_int_equal(bar.fg, 31);
    assert_int_equal(bar.bg, PTY_DEFAULT);
    assert_int_equal(in.fg, 214);
    assert_int_equal(in.bg, 234);
    assert_true(in.underline && back.reverse && title.bold);
    assert_string_equal(pty_cell(t, 0, 4).text, "日");
    assert_int_equal(pty_cell(t, 0, 4).width, 2);
    assert_string_equal(pty_cell(t, 10, 4).text, "C̃");
    assert_string_equal(pty_cell(t, 79, 23).text, "#");
    /* The theme's fill takes the place of the bar, not of text in the same role. */
    assert_string_equal(pty_cell(t, 0, 5).text, "▒");
    assert_string_equal(pty_cell(t, 1, 5).text, "h");
    pty_keys(t, "q");
    ends(t, 0);
}

static void a_wide_character_replaced_by_narrow_ones_leaves_no_half(void **state)
{
    (void)state;
    struct pty *t = start();
    assert_true(pty_shows(t, "日本c"));
    pty_keys(t, "c");
    assert_true(pty_shows(t, "ab日c"));
    pty_keys(t, "c");
    assert_true(pty_shows(t, "日本c"));
    pty_keys(t, "q");
    ends(t, 0);
}

static void whatever_changes_the_screen_is_the_grid(void **state)
{
    (void)state;
    enum { W = 40, H = 10, PICTURES = 80 };
    struct pty *t = start_with(W, H, (struct options){0}, NULL);
    struct grid *g = grid_new(W, H, &glyphs_unicode);
    for (int n = 1; n <= PICTURES; n++) {
        char name[24];
        snprintf(name, sizeof name, "noise %d", n);
        grid_clear(g);
        draw_noise(g, n);
        pty_keys(t, "n");
        if (!pty_shows(t, name))
            fail_msg("picture %d never came; instead:\n%s", n, pty_screen(t));
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const struct cell *want = grid_at(g, x, y);
                struct pty_cell got = pty_cell(t, x, y);
                char text[16] = "";
                for (int k = 0; k < 3 && want->ch[k]; k++)
                    utf8_encode(want->ch[k], text + strlen(text));
                bool same = want->ch[0] == 0 ? got.width == 0 : !strcmp(*got.text ? got.text : " ", text);
                if (!same || (want->ch[0] && strcmp(text, " ") && got.fg != (want->role == ROLE_F ? 31 : PTY_DEFAULT))
                    || (want->ch[0] && got.reverse != !!(want->attr & ATTR_REVERSE)))
                    fail_msg("picture %d, cell %d,%d: expected \"%s\" (role %d), found \"%s\" (colour %d)", n, x, y,
                             text, want->role, got.text, (int)got.fg);
            }
    }
    grid_free(g);
    pty_keys(t, "q");
    ends(t, 0);
}

static void each_terminal_gets_the_colours_it_has(void **state)
{
    (void)state;
    static const struct { const char *env[3]; enum color_wish wish; int depth, fg; } cases[] = {
        {{"TERM=xterm-256color"}, COLOR_AUTO, DEPTH_256, 31},
        {{"TERM=xterm-256color"}, COLOR_WISH_16, DEPTH_16, 4},
        {{"TERM=xterm-256color"}, COLOR_NEVER, DEPTH_MONO, PTY_DEFAULT},
        {{"TERM=xterm-256color", "NO_COLOR=1"}, COLOR_AUTO, DEPTH_MONO, PTY_DEFAULT},
        {{"TERM=xterm-256color", "NO_COLOR="}, COLOR_AUTO, DEPTH_256, 31},
        {{"TERM=xterm-256color", "NO_COLOR=1"}, COLOR_WISH_256, DEPTH_256, 31},
        {{"TERM=xterm"}, COLOR_AUTO, DEPTH_8, 4},
        {{"TERM=xterm"}, COLOR_WISH_256, DEPTH_256, 31},
        {{"TERM=linux"}, COLOR_WISH_16, DEPTH_8, 4},
        {{"TERM=vt100"}, COLOR_WISH_TRUE, DEPTH_MONO, PTY_DEFAULT},
        {{"TERM=xterm-256color", "COLORTERM=truecolor"}, COLOR_AUTO, DEPTH_TRUE, PTY_RGB + 0x0072B2},
        {{"TERM=tmux-256color", "COLORTERM=24bit"}, COLOR_AUTO, DEPTH_TRUE, PTY_RGB + 0x0072B2},
        {{"TERM=xterm-256color"}, COLOR_WISH_TRUE, DEPTH_TRUE, PTY_RGB + 0x0072B2},
        {{"TERM=xterm-256color", "COLORTERM=truecolor"}, COLOR_WISH_256, DEPTH_256, 31},
        {{"TERM=screen-256color", "COLORTERM=truecolor"}, COLOR_AUTO, DEPTH_256, 31},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const env[] = {cases[i].env[0], cases[i].env[1], NULL};
        struct pty *t = start_with(80, 24, (struct options){.wish = cases[i].wish}, env);
        char want[32];
        snprintf(want, sizeof want, "depth %d ", cases[i].depth);
        if (!pty_shows(t, want))
            fail_msg("case %d (%s): expected %s, got %s", (int)i, env[0], want, pty_screen(t));
        assert_true(pty_shows(t, "日本c"));
        pty_settle(t, 20);
        assert_int_equal(pty_cell(t, 0, 3).fg, cases[i].fg);
        pty_keys(t, "q");
        ends(t, 0);
    }
}

/* Terminals as their authors describe them, compiled where tic is: what is said of colours decides, and what is said
 * of pauses and of nothing is never sent. */
static void a_terminal_of_its_own_description_gets_what_it_describes(void **state)
{
    (void)state;
#define FIXED "oc@,initc@,ccc@,"
#define PALETTE "oc=\\E]104\\007,initc=\\E]4;%p1%d\\E\\\\,ccc,"
#define DIRECT "colors#0x1000000,pairs#0x10000," \
               "setaf=\\E[38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%dm," \
               "setab=\\E[48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%dm,"
    static const struct { const char *says; enum color_wish wish; int depth, fg; } cases[] = {
        {FIXED DIRECT "RGB,", COLOR_AUTO, DEPTH_TRUE, PTY_RGB + 0x0072B2},
        {FIXED DIRECT "RGB#8,", COLOR_AUTO, DEPTH_TRUE, PTY_RGB + 0x0072B2},
        {FIXED DIRECT "RGB=8/8/8,", COLOR_AUTO, DEPTH_TRUE, PTY_RGB + 0x0072B2},
        {PALETTE DIRECT "RGB,", COLOR_AUTO, DEPTH_TRUE, PTY_RGB + 0x0072B2},
        {PALETTE DIRECT "RGB=8/8/8,", COLOR_WISH_TRUE, DEPTH_TRUE, PTY_RGB + 0x0072B2},
        {FIXED DIRECT "RGB,", COLOR_WISH_256, DEPTH_256, 31},              /* not the near-black with the number 31 */
        {FIXED DIRECT "RGB,", COLOR_WISH_16, DEPTH_16, 4},
        {PALETTE DIRECT "RGB,", COLOR_WISH_16, DEPTH_16, 4},
        {FIXED DIRECT "RGB,", COLOR_NEVER, DEPTH_MONO, PTY_DEFAULT},
        {"colors#0x1000000,", COLOR_AUTO, DEPTH_256, 31},            /* so many, and not how */
        {"colors#16,pairs#256,", COLOR_AUTO, DEPTH_16, 4},
        {"colors#4,", COLOR_AUTO, DEPTH_MONO, PTY_DEFAULT},
        {"setab@,", COLOR_AUTO, DEPTH_MONO, PTY_DEFAULT},
        {"setaf@,", COLOR_WISH_TRUE, DEPTH_MONO, PTY_DEFAULT},
        {"oc@,initc@,ccc@,", COLOR_AUTO, DEPTH_256, 31},
        {"smkx=$<5>\\E[?1h$<20/>$a,", COLOR_AUTO, DEPTH_256, 31},
        {"smkx=,civis=,cnorm=,", COLOR_AUTO, DEPTH_256, 31},
    };
    char source[96], make[256], where[96];
    snprintf(source, sizeof source, "%s/own.ti", folder);
    snprintf(make, sizeof make, "tic -x -o %s %s >/dev/null 2>&1", folder, source);
    snprintf(where, sizeof where, "TERMINFO=%s", folder);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        FILE *f = fopen(source, "w");
        assert_non_null(f);
        fprintf(f, "xterm-own|a terminal of its own,\n\t%s\n\tuse=xterm-256color,\n", cases[k].says);
        assert_int_equal(fclose(f), 0);
        if (system(make) != 0)
            skip_because("there is no tic to compile a terminal's description");
        const char *const env[] = {"TERM=xterm-own", where, NULL};
        struct pty *t = start_with(80, 24, (struct options){.wish = cases[k].wish}, env);
        char want[32];
        snprintf(want, sizeof want, "depth %d ", cases[k].depth);
        if (!pty_shows(t, want) || !pty_shows(t, "日本c"))
            fail_msg("%s: expected %s, got %s", cases[k].says, want, pty_screen(t));
        pty_settle(t, 20);
        if (pty_cell(t, 0, 3).fg != cases[k].fg)
            fail_msg("%s: colour %d, expected %d", cases[k].says, pty_cell(t, 0, 3).fg, cases[k].fg);
        assert_false(pty_wrote(t, "$<"));
        if (pty_wrote(t, "\033]104") || pty_wrote(t, "\033]4;"))
            fail_msg("%s: the palette someone gave his terminal was touched", cases[k].says);
        pty_keys(t, "q");
        ends(t, 0);
    }
}

static void a_terminal_that_cannot_clear_is_refused(void **state)
{
    (void)state;
    char source[96], make[256], where[96];
    snprintf(source, sizeof source, "%s/own.ti", folder);
    snprintf(make, sizeof make, "tic -x -o %s %s >/dev/null 2>&1", folder, source);
    snprintf(where, sizeof where, "TERMINFO=%s", folder);
    FILE *f = fopen(source, "w");
    assert_non_null(f);
    fprintf(f, "own|a terminal of its own,\n\tclear@,\n\tuse=xterm,\n");
    assert_int_equal(fclose(f), 0);
    if (system(make) != 0)
        skip_because("there is no tic to compile a terminal's description");
    struct pty *t = start_with(80, 24, (struct options){0}, (const char *const[]){"TERM=own", where, NULL});
    assert_int_equal(pty_ended(t), 1);
    assert_true(pty_shows(t, "TERM=own cannot place the cursor"));
    pty_free(t);
}

/* A bell rings, once for each time. */
static void a_bell_is_one_byte(void **state)
{
    (void)state;
    struct pty *t = start();
    assert_false(pty_wrote(t, "\a"));
    pty_keys(t, "b");
    assert_true(pty_shows(t, "count 1"));
    pty_settle(t, 20);
    assert_true(pty_wrote(t, "\a"));
    pty_keys(t, "q");
    ends(t, 0);
}

static void more_colours_than_the_terminal_has_pairs_still_show_every_cell(void **state)
{
    (void)state;
    struct pty *t = START("TERM=xterm");
    assert_true(pty_shows(t, "count 0"));
    pty_keys(t, "r");
    assert_true(pty_shows(t, "RRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRR"));
    pty_keys(t, "q");
    ends(t, 0);
}

static void every_cell_of_a_picture_of_halves_has_its_two_colours(void **state)
{
    (void)state;
    enum { PICTURES = 12 };
    const char *const env[] = {"TERM=xterm-256color", NULL};
    struct pty *t = start_with(80, 24, (struct options){.wish = COLOR_WISH_TRUE}, env);
    assert_true(pty_shows(t, "count 0"));
    for (int k = 1; k <= PICTURES; k++) {
        char count[16];
        pty_keys(t, "x");
        snprintf(count, sizeof count, "count %d ", k);
        assert_true(pty_shows(t, count));
    }
    pty_settle(t, 50);
    for (int y = 0; y < MOSAIC_H; y++)
        for (int x = 0; x < MOSAIC_W; x++) {
            int level[2];
            struct pty_cell cell = pty_cell(t, x, y + 3);
            mosaic_levels(PICTURES, x, y, level);
            int32_t seen[2] = {cell.fg - PTY_RGB, cell.bg - PTY_RGB};
            for (int k = 0; k < 2; k++) {
                int grey = (level[k] + LEVEL_MAX) * 255 / (2 * LEVEL_MAX);
                if (x < MOSAIC_W - 1 && abs((seen[k] & 0xFF) - grey) > 8)     /* near-blacks move by a shade */
                    fail_msg("column %d, row %d: expected grey %d, found %06X", x, y, grey, (unsigned)seen[k]);
            }
        }
    pty_keys(t, "q");
    ends(t, 0);
}

static void a_changed_cell_costs_a_few_bytes_and_an_unchanged_picture_none(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_settle(t, 30);
    size_t before = pty_bytes(t);
    pty_keys(t, "....");
    pty_settle(t, 30);
    assert_int_equal(pty_bytes(t), before);
    pty_keys(t, "cc");                             /* twice: the wide characters are back, one digit differs */
    pty_settle(t, 30);
    assert_string_equal(pty_cell(t, 20, 5).text, "2");
    assert_true(pty_bytes(t) - before < 120);
    pty_keys(t, "q");
    ends(t, 0);
}

static void redraw_paints_everything_again(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_settle(t, 30);
    size_t before = pty_bytes(t);
    pty_keys(t, "<C-l>");
    assert_true(pty_shows(t, "keys <C-l>"));
    pty_settle(t, 30);
    assert_true(pty_bytes(t) - before > 100);
    assert_true(pty_shows(t, "日本c"));
    pty_keys(t, "q");
    ends(t, 0);
}

static void the_cursor_shows_only_where_text_is_typed(void **state)
{
    (void)state;
    struct pty *t = start();
    int x, y;
    pty_settle(t, 20);
    assert_false(pty_cursor(t, &x, &y));
    pty_keys(t, "k");
    assert_true(pty_shows(t, "count 1"));
    pty_settle(t, 20);
    assert_true(pty_cursor(t, &x, &y));
    assert_int_equal(x, 3);
    assert_int_equal(y, 1);
    pty_keys(t, "kq");
    ends(t, 0);
}

static void the_c_locale_shows_plain_ascii(void **state)
{
    (void)state;
    struct pty *t = START("LC_ALL=C");
    assert_true(pty_shows(t, "utf8 0"));
    pty_settle(t, 20);
    assert_string_equal(pty_cell(t, 0, 3).text, "?");
    assert_string_equal(pty_cell(t, 4, 4).text, "c");
    for (const char *p = pty_log(t); *p; p++)
        assert_true((unsigned char)*p < 0x80);
    pty_type(t, "\xC3\xA9\xFF\x80X", 5);          /* what is typed is UTF-8 all the same */
    assert_true(pty_shows(t, "count 2"));
    pty_keys(t, "q");
    ends(t, 0);
}

static void a_locale_that_is_not_installed_still_means_utf8(void **state)
{
    (void)state;
    struct pty *t = START("LC_ALL=xx_YY.UTF-8");
    assert_true(pty_shows(t, "utf8 1"));
    pty_keys(t, "q");
    ends(t, 0);
}

/* ---- sizes ---- */

static void a_new_size_is_followed(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_resize(t, 100, 30);
    assert_true(pty_shows(t, "size 100x30"));
    assert_true(pty_shows(t, "日本c"));
    pty_settle(t, 20);
    assert_string_equal(pty_cell(t, 99, 29).text, "#");
    pty_resize(t, 30, 8);
    assert_true(pty_shows(t, "size 30x8"));
    pty_settle(t, 20);
    assert_string_equal(pty_cell(t, 29, 7).text, "#");
    pty_keys(t, "q");
    ends(t, 0);
}

static void a_storm_of_sizes_ends_at_the_last_one(void **state)
{
    (void)state;
    struct pty *t = start();
    for (int i = 0; i < 200; i++)
        pty_resize(t, 40 + i % 50, 10 + i % 17);
    pty_resize(t, 77, 21);
    assert_true(pty_shows(t, "size 77x21"));
    pty_keys(t, "q");
    ends(t, 0);
}

static void one_cell_is_enough_and_a_huge_terminal_is_not_believed(void **state)
{
    (void)state;
    static const struct { int cols, rows; } sizes[] = {{1, 1}, {2, 1}, {1, 50}, {65535, 65535}, {65535, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct pty *t = start_with(sizes[i].cols, sizes[i].rows, (struct options){0}, NULL);
        pty_keys(t, "q");
        ends(t, 0);
    }
    struct pty *t = start_with(0, 0, (struct options){0}, NULL);
    pty_keys(t, "q");
    ends(t, 0);
}

static void lines_and_columns_of_the_environment_are_not_believed(void **state)
{
    (void)state;
    struct pty *t = START("LINES=30000", "COLUMNS=30000");
    assert_true(pty_shows(t, "size 80x24"));
    pty_keys(t, "<C-z>");                          /* nor when it comes back */
    assert_true(pty_stopped(t));
    pty_continue(t);
    pty_keys(t, "X");
    assert_true(pty_matches(t, "^keys .*X$"));
    assert_true(pty_shows(t, "size 80x24"));
    pty_keys(t, "q");
    ends(t, 0);
}

/* ---- keys ---- */

static void escape_is_answered_while_something_goes_on(void **state)
{
    (void)state;
    struct pty *t = start_with(80, 24, (struct options){.busy = true}, NULL);
    assert_true(pty_shows(t, "count 0"));
    pty_keys(t, "<Esc>");
    assert_true(pty_shows(t, "keys <Esc>"));
    pty_keys(t, "<Up>");
    assert_true(pty_shows(t, "keys <Esc><Up>"));
    pty_keys(t, "q");
    ends(t, 0);
}

static void every_named_key_arrives(void **state)
{
    (void)state;
    static const char *const terms[] = {"TERM=xterm-256color", "TERM=tmux-256color", "TERM=linux", "TERM=vt220"};
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        struct pty *t = start_with(160, 24, (struct options){0}, (const char *const[]){terms[i], NULL});
        assert_true(pty_shows(t, "count 0"));
        pty_keys(t, "<Up><Down><Left><Right><Home><End><PgUp><PgDn><Ins><Del>");
        assert_true(pty_shows(t, "keys <Up><Down><Left><Right><Home><End><PgUp><PgDn><Ins><Del>\n"));
        pty_keys(t, "<Tab><S-Tab><Enter><BS><Space><C-r><Esc>");
        assert_true(pty_shows(t, "<Tab><S-Tab><Enter><BS><Space><C-r><Esc>\n"));
        pty_keys(t, "XXX");
        pty_keys(t, "<F1><F2><F3><F4><F5><F6><F7><F8><F9><F10><F11><F12>");
        assert_true(pty_shows(t, "keys <F1><F2><F3><F4><F5><F6><F7><F8><F9><F10><F11><F12>\n"));
        pty_keys(t, "q");
        ends(t, 0);
    }
}

static void a_sequence_cut_in_two_is_one_key_and_a_lone_escape_is_esc(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_type(t, "\033", 1);
    pty_type(t, "[", 1);
    pty_type(t, "A", 1);
    assert_true(pty_matches(t, "^keys <Up>$"));
    pty_type(t, "\033", 1);
    assert_true(pty_matches(t, "^keys <Up><Esc>$"));
    pty_keys(t, "q");
    ends(t, 0);
}

static void bytes_that_are_no_text_are_dropped(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_type(t, "\xFF\xFE\x80\xC0\xAF\xE2\x82\xF5X\xED\xA0\x80Y\xC2\x9BZ", 16);
    assert_true(pty_matches(t, "^keys XYZ$"));
    pty_type(t, "\xC3\xA9", 2);
    assert_true(pty_matches(t, "^keys XYZé$"));
    pty_keys(t, "q");
    ends(t, 0);
}

static void pasted_text_is_marked_and_cannot_press_enter(void **state)
{
    (void)state;
    struct pty *t = start();
    assert_true(pty_wrote(t, "\033[?2004h"));
    const char paste[] = "\033[200~Xy\r\n\033[A\x01Z\033[201~W";
    pty_type(t, paste, sizeof paste - 1);
    assert_true(pty_shows(t, "keys +X+y+<Space>+<Space>+ZW\n"));
    assert_true(pty_shows(t, "count 6 pasted 5"));
    pty_keys(t, "q");
    ends(t, 0);
}

static void a_paste_of_a_megabyte_takes_no_second(void **state)
{
    (void)state;
    enum { MEGABYTE = 1 << 20 };
    struct pty *t = start();
    char *big = xcalloc(MEGABYTE, 1);
    memset(big, 'P', MEGABYTE);
    double begin = seconds();
    pty_type(t, "\033[200~", 6);
    pty_type(t, big, MEGABYTE);
    pty_type(t, "\033[201~", 6);
    assert_true(pty_shows(t, "count 1048576 pasted 1048576"));
    print_message("  a pasted megabyte: %.2f s\n", seconds() - begin);
    assert_true(seconds() - begin < 5);            /* generous: a loaded machine, sanitizers */
    free(big);
    pty_keys(t, "q");
    ends(t, 0);
}

static int decode(const char *bytes, size_t n, bool final, int *keys, int max)
{
    struct input *in = xcalloc(1, sizeof *in);
    int count = 0, key;
    for (size_t i = 0; i < n; i++) {               /* byte by byte: no cut may matter */
        size_t room;
        *input_room(in, &room) = (unsigned char)bytes[i];
        in->to++;
        while ((key = input_key(in, final && i + 1 == n)) && count < max)
            keys[count++] = key;
    }
    free(in);
    return count;
}

static void sequences_of_many_terminals_are_known_and_others_swallowed(void **state)
{
    (void)state;
    static const struct { const char *bytes; int key; } cases[] = {
        {"\033[A", K_UP}, {"\033OA", K_UP}, {"\033[1;5C", K_RIGHT}, {"\033[7~", K_HOME}, {"\033[8~", K_END},
        {"\033[1~", K_HOME}, {"\033[4~", K_END}, {"\033OH", K_HOME}, {"\033[F", K_END}, {"\033[3$", K_DEL},
        {"\033[5^", K_PGUP},
        {"\033OM", K_ENTER}, {"\033Ot", '4'}, {"\033[[A", K_F1}, {"\033[[E", K_F5}, {"\033[11~", K_F1},
        {"\033[15;2~", K_F5},
        {"\033OP", K_F1}, {"\033[24~", K_F12}, {"\n", K_ENTER}, {"\r", K_ENTER}, {"\b", K_BACKSPACE},
        {"\177", K_BACKSPACE},
        {"\xF0\x9F\x98\x80", 0x1F600},
        {"\033[?1;2c", 0}, {"\033[999~", 0}, {"\033[I", 0}, {"\033[<0;3;4M", 0}, {"\033[97;5u", 0}, {"\xC2\x9B", 0},
        {"\xE2\x80\xAE", 0}, {"\xEF\xBB\xBF", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int keys[8] = {0};
        int n = decode(cases[i].bytes, strlen(cases[i].bytes), false, keys, 8);
        if (n != (cases[i].key ? 1 : 0) || keys[0] != cases[i].key)
            fail_msg("case %d: expected key 0x%x, got %d keys, the first 0x%x", (int)i, (unsigned)cases[i].key, n,
                     (unsigned)keys[0]);
    }
    int keys[8] = {0};
    assert_int_equal(decode("\033", 1, true, keys, 8), 1);
    assert_int_equal(keys[0], K_ESC);
}

static void alt_with_a_character_is_one_key_and_not_esc_and_a_command(void **state)
{
    (void)state;
    static const struct { const char *bytes; int key[3]; } cases[] = {
        {"\033j", {K_ALT('j')}}, {"\033X", {K_ALT('X')}}, {"\033\177", {K_ALT(K_BACKSPACE)}},
        {"\033\xC3\xA4", {K_ALT(0xE4)}},
        {"\033bX", {K_ALT('b'), 'X'}}, {"\033\033[A", {K_ESC, K_UP}}, {"\033\r", {K_ESC, K_ENTER}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int keys[8] = {0};
        decode(cases[i].bytes, strlen(cases[i].bytes), true, keys, 8);
        assert_memory_equal(keys, cases[i].key, sizeof cases[i].key);
    }
}

static void no_bytes_can_confuse_the_decoder(void **state)
{
    (void)state;
    struct input *in = xcalloc(1, sizeof *in);
    uint32_t seed = 1;
    long keys = 0;
    input_teach(in, "\033Oxyz", K_F1);
    for (int round = 0; round < 4000; round++) {
        static const unsigned char likely[] = "\033[O~;0123~\x80\xE2\xF0$?<\033\033[200~";
        size_t room;
        unsigned char *at = input_room(in, &room);
        assert_true(room > INPUT_BYTES / 2);       /* it never piles up */
        for (int k = 0; k < 100; k++) {
            seed = seed * 1664525u + 1013904223u;
            at[k] = seed >> 31 ? likely[(seed >> 16) % (sizeof likely - 1)] : (unsigned char)(seed >> 20);
        }
        in->to += 100;
        for (int key; (key = input_key(in, round % 3 == 0)); keys++)
            assert_true(key > 0 && (key & ~K_ALT_BIT) < K_LAST);
    }
    assert_true(keys > 1000);
    free(in);
}

/* ---- ends ---- */

static void quitting_gives_the_terminal_back(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_settle(t, 20);
    assert_string_not_equal(pty_damage(t), "");
    pty_keys(t, "q");
    ends(t, 0);
}

static void terminating_signals_give_the_terminal_back(void **state)
{
    (void)state;
    static const int sigs[] = {SIGTERM, SIGHUP,  SIGINT,  SIGQUIT, SIGALRM, SIGVTALRM,
                               SIGPROF, SIGUSR1, SIGUSR2, SIGXCPU, SIGPOLL};
    for (size_t i = 0; i < sizeof sigs / sizeof sigs[0]; i++) {
        struct pty *t = start();
        pty_signal(t, sigs[i]);
        ends(t, 100 + sigs[i]);
    }
}

static void crashes_give_the_terminal_back(void **state)
{
    (void)state;
    static const char crashes[] = "ase";           /* abort, a fault, exit() in the middle */
    for (const char *c = crashes; *c; c++) {
        struct pty *t = start();
        pty_type(t, c, 1);
        int status = pty_ended(t);
        assert_int_equal(status, *c == 'a' ? 128 + SIGABRT : *c == 's' ? 128 + SIGSEGV : 3);
        ends(t, status);
    }
    static const int sent[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++) {
        struct pty *t = start();
        pty_signal(t, sent[i]);
        ends(t, 128 + sent[i]);
    }
}

static void a_stack_overflow_gives_the_terminal_back(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_keys(t, "o");
    ends(t, 128 + SIGSEGV);
}

static void running_out_of_memory_gives_the_terminal_back(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_keys(t, "m");
    assert_true(pty_shows(t, "out of memory"));
    ends(t, 1);
}

static void two_signals_at_once_end_the_program_properly(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_signal(t, SIGSTOP);                        /* so that both wait for it when it goes on */
    pty_signal(t, SIGTERM);
    pty_signal(t, SIGHUP);
    assert_true(pty_stopped(t));
    pty_continue(t);
    int status = pty_ended(t);
    assert_true(status == 100 + SIGTERM || status == 100 + SIGHUP);
    ends(t, status);
}

static void a_program_that_hangs_obeys_the_second_request_and_gives_the_terminal_back(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_keys(t, "h");
    pty_settle(t, 50);
    for (int tries = 0; tries < 40 && pty_running(t); tries++) {
        pty_signal(t, SIGTERM);
        pty_settle(t, 100);
    }
    ends(t, 128 + SIGTERM);
}

static void a_vanished_terminal_ends_the_program_without_spinning(void **state)
{
    (void)state;
    for (int ignored = 0; ignored < 2; ignored++) {
        struct pty *t = start_with(80, 24, (struct options){.ignored_signal = ignored ? SIGHUP : 0}, NULL);
        assert_true(pty_shows(t, "count 0"));
        double begin = seconds();
        pty_hang_up(t);
        int status = pty_ended(t);
        assert_true(status == 0 || (!ignored && status == 100 + SIGHUP));
        assert_true(seconds() - begin < 1);
        assert_true(pty_cpu_seconds(t) < 0.5);
        pty_free(t);
    }
}

/* ---- stops ---- */

static void check_stop_and_continue(struct pty *t)
{
    assert_true(pty_stopped(t));
    assert_string_equal(pty_damage(t), "");
    pty_continue(t);
    pty_keys(t, "X");
    assert_true(pty_matches(t, "^keys .*X$"));
    assert_true(pty_shows(t, "日本c"));
    assert_string_not_equal(pty_damage(t), "");
    pty_keys(t, "q");
    ends(t, 0);
}

static void ctrl_z_stops_and_comes_back(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_keys(t, "<C-z>");
    check_stop_and_continue(t);
}

static void a_tstp_from_outside_stops_and_comes_back(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_signal(t, SIGTSTP);
    check_stop_and_continue(t);
}

static void a_size_changed_while_stopped_is_noticed(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_keys(t, "<C-z>");
    assert_true(pty_stopped(t));
    pty_resize(t, 60, 20);
    pty_continue(t);
    assert_true(pty_shows(t, "size 60x20"));
    pty_keys(t, "q");
    ends(t, 0);
}

static void after_a_stop_nobody_can_catch_everything_is_painted_again(void **state)
{
    (void)state;
    struct pty *t = start();
    pty_signal(t, SIGSTOP);
    assert_true(pty_stopped(t));
    size_t before = pty_bytes(t);
    pty_continue(t);
    pty_keys(t, "X");
    assert_true(pty_matches(t, "^keys .*X$"));
    assert_true(pty_shows(t, "日本c"));
    assert_true(pty_bytes(t) - before > 200);
    pty_keys(t, "q");
    ends(t, 0);
}

/* ---- where there is no terminal ---- */

static void what_cannot_be_a_screen_is_refused_in_one_line(void **state)
{
    (void)state;
    static const struct { const char *env; struct options o; const char *text; } cases[] = {
        {"TERM", {0}, "TERM is not set"},
        {"TERM=", {0}, "TERM is not set"},
        {"TERM=no-such-terminal", {0}, "TERM=no-such-terminal is not a terminal known here"},
        {"TERM=../../etc/passwd", {0}, "is not a terminal known here"},
        {"TERM=dumb", {0}, "TERM=dumb cannot place the cursor"},
        {"TERM=xterm", {.no_stdin = 1}, "expected a terminal on standard input"},
        {"TERM=xterm", {.no_stdout = 1}, "expected a terminal on standard output"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const env[] = {cases[i].env, NULL};
        struct pty *t = start_with(200, 24, cases[i].o, env);
        assert_int_equal(pty_ended(t), 1);
        assert_true(pty_shows(t, cases[i].text));
        assert_null(strchr(pty_log(t), '\033'));
        const char *newline = strchr(pty_log(t), '\n');
        assert_non_null(newline);
        assert_string_equal(newline, "\n");
        pty_free(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_and_colours_arrive_as_drawn),
        cmocka_unit_test(a_wide_character_replaced_by_narrow_ones_leaves_no_half),
        cmocka_unit_test(whatever_changes_the_screen_is_the_grid),
        cmocka_unit_test(each_terminal_gets_the_colours_it_has),
        cmocka_unit_test(a_terminal_of_its_own_description_gets_what_it_describes),
        cmocka_unit_test(a_terminal_that_cannot_clear_is_refused),
        cmocka_unit_test(a_bell_is_one_byte),
        cmocka_unit_test(more_colours_than_the_terminal_has_pairs_still_show_every_cell),
        cmocka_unit_test(every_cell_of_a_picture_of_halves_has_its_two_colours),
        cmocka_unit_test(a_changed_cell_costs_a_few_bytes_and_an_unchanged_picture_none),
        cmocka_unit_test(redraw_paints_everything_again),
        cmocka_unit_test(the_cursor_shows_only_where_text_is_typed),
        cmocka_unit_test(the_c_locale_shows_plain_ascii),
        cmocka_unit_test(a_locale_that_is_not_installed_still_means_utf8),
        cmocka_unit_test(a_new_size_is_followed),
        cmocka_unit_test(a_storm_of_sizes_ends_at_the_last_one),
        cmocka_unit_test(one_cell_is_enough_and_a_huge_terminal_is_not_believed),
        cmocka_unit_test(lines_and_columns_of_the_environment_are_not_believed),
        cmocka_unit_test(escape_is_answered_while_something_goes_on),
        cmocka_unit_test(every_named_key_arrives),
        cmocka_unit_test(a_sequence_cut_in_two_is_one_key_and_a_lone_escape_is_esc),
        cmocka_unit_test(bytes_that_are_no_text_are_dropped),
        cmocka_unit_test(pasted_text_is_marked_and_cannot_press_enter),
        cmocka_unit_test(a_paste_of_a_megabyte_takes_no_second),
        cmocka_unit_test(sequences_of_many_terminals_are_known_and_others_swallowed),
        cmocka_unit_test(alt_with_a_character_is_one_key_and_not_esc_and_a_command),
        cmocka_unit_test(no_bytes_can_confuse_the_decoder),
        cmocka_unit_test(quitting_gives_the_terminal_back),
        cmocka_unit_test(terminating_signals_give_the_terminal_back),
        cmocka_unit_test(crashes_give_the_terminal_back),
        cmocka_unit_test(a_stack_overflow_gives_the_terminal_back),
        cmocka_unit_test(running_out_of_memory_gives_the_terminal_back),
        cmocka_unit_test(two_signals_at_once_end_the_program_properly),
        cmocka_unit_test(a_program_that_hangs_obeys_the_second_request_and_gives_the_terminal_back),
        cmocka_unit_test(a_vanished_terminal_ends_the_program_without_spinning),
        cmocka_unit_test(ctrl_z_stops_and_comes_back),
        cmocka_unit_test(a_tstp_from_outside_stops_and_comes_back),
        cmocka_unit_test(a_size_changed_while_stopped_is_noticed),
        cmocka_unit_test(after_a_stop_nobody_can_catch_everything_is_painted_again),
        cmocka_unit_test(what_cannot_be_a_screen_is_refused_in_one_line),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
