/* screen_curses.c: see screen.h. The only file that knows ncurses.
 *
 * ncurses describes the terminal, keeps it in full-screen mode and writes the shortest bytes for a changed cell. It is
 * told only of cells that differ from what is shown: comparing two grids costs far less than drawing one again.
 * It reads no keys (ui/screen_input.c does: at the end of input ncurses would spin) and catches no signals
 * (ui/screen_signal.c does), and it never finds out the size by itself, so that no environment can make it huge.
 */
#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1
#include "ui/screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

/* ncurses has a key_name of its own, and term.h makes macros of everyday words. */
#define key_name curses_key_name
#include <curses.h>
#include <term.h>
#undef key_name
#undef hangup

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/screen_input.h"
#include "ui/screen_signal.h"
#include "ui/screen_terminfo.h"

enum { SIDE_MAX = 4096, AREA_MAX = 1 << 20, ESC_WAIT_MS = 25 };
/* ncurses' buffer is as large as the screen at its start: on one cell it would send its first sequences in pieces,
 * before leave_unseen can hold them back. */
enum { BUFFER_W = 80, BUFFER_H = 24 };

/* A picture of half-blocks has a pair of its own for nearly every cell. */
enum { PAIR_SLOTS = 1 << 15, PAIR_MAX = PAIR_SLOTS / 2, PAIR_MANY = 1 << 10 };
/* Colours of a cell → ncurses' number for that pair of colours, given out as they are first needed. */
struct pairs {
    int count, limit;                     /* pairs 1…count are in use */
    bool wanting;                         /* one was asked for and none was left */
    struct { int32_t fg, bg; short number; } slot[PAIR_SLOTS];     /* number 0: free */
};

struct screen {
    SCREEN *curses;
    char *size_before[2];                 /* of size_variable */
    FILE *stream;                         /* ncurses' own way to the terminal, beside `out` */
    struct termios modes;                 /* of the terminal as we found it */
    int in, out;
    int w, h;
    enum depth depth;
    bool utf8, default_colors, cursor_shown, gone, size_known;
    struct str on_entry, on_exit;         /* hidden cursor, keypad, marked pastes; and the contrary */
    int queued;                           /* K_RESIZE or K_REDRAW to be returned next */
    bool stale;                           /* nothing of `shown` is to be relied on */
    struct cell *shown, *row;             /* h × w cells the terminal shows; one row to compare with */
    cchar_t *run;                         /* one row for ncurses */
    struct theme theme;                   /* a copy of the theme shown, only to see that another one has come */
    struct pairs pairs;
    struct input input;
    long read_at;                 /* clock_ms when bytes came last */
};

/* ---- the terminal's description ---- */

static const struct { const char *capability; int key; } terminal_keys[] = {
    {"kcuu1", K_UP}, {"kcud1", K_DOWN}, {"kcub1", K_LEFT}, {"kcuf1", K_RIGHT}, {"khome", K_HOME}, {"kend", K_END},
    {"kfnd", K_HOME}, {"kslt", K_END}, {"kHOM", K_HOME}, {"kEND", K_END}, {"kpp", K_PGUP}, {"knp", K_PGDN},
    {"ka1", K_HOME}, {"ka3", K_PGUP}, {"kc1", K_END}, {"kc3", K_PGDN}, {"kich1", K_INS}, {"kdch1", K_DEL},
    {"kcbt", K_BTAB}, {"kent", K_ENTER}, {"kbs", K_BACKSPACE}, {"kf1", K_F1}, {"kf2", K_F2}, {"kf3", K_F3},
    {"kf4", K_F4}, {"kf5", K_F5}, {"kf6", K_F6}, {"kf7", K_F7}, {"kf8", K_F8}, {"kf9", K_F9}, {"kf10", K_F10},
    {"kf11", K_F11}, {"kf12", K_F12},
};

/* Terminals that mark pasted text when asked to, by the beginning of their name. */
static const char *const paste_marking[] = {
    "xterm", "tmux", "screen", "rxvt", "vte", "gnome", "konsole", "alacritty", "foot", "kitty", "st-", "mlterm",
    "wezterm", "contour", "ghostty", "iterm", "putty",
};

/* NULL when the terminal has no such string. */
static char *capability(const char *name)
{
    char *s = tigetstr(name);
    return s == (char *)-1 || (s && !*s) ? NULL : s;
}

static bool describes(const char *term)
{
    int result = 0;
    return setupterm(term, STDOUT_FILENO, &result) == OK;
}

static void forget_description(void)
{
    if (cur_term)
        del_curterm(cur_term);
}

/* Loads the description; forget_description after true. */
static bool usable_terminal(struct err *e)
{
    const char *term = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(e, "terminal", NULL,
                       "expected a terminal on standard %s (--print and --render work without one)",
                       isatty(STDIN_FILENO) ? "output" : "input");
    if (!term || !*term)
        return err_set(e, "terminal", NULL, "TERM is not set: expected the name of a terminal such as xterm-256color");
    if (!describes(term)) {
        forget_description();
        return err_set(e, "terminal", NULL, "TERM=%.64s is not a terminal known here; try TERM=xterm-256color", term);
    }
    if (capability("cup") && capability("clear"))
        return true;
    forget_description();
    return err_set(e, "terminal", NULL, "TERM=%.64s cannot place the cursor; --print and --render work without", term);
}

static enum depth depth_described(void)
{
    int colors = tigetnum("colors");
    if (!capability("setaf") || !capability("setab") || colors < 8)
        return DEPTH_MONO;
    if (colors >= 1 << 24 && (tigetflag("RGB") > 0 || tigetnum("RGB") > 0 || capability("RGB")))
        return DEPTH_TRUE;
    return colors >= 256 ? DEPTH_256 : colors >= 16 ? DEPTH_16 : DEPTH_8;
}

/* Which colours a terminal that takes them the ANSI way is told to have. One that is described with direct colours
 * takes the number of a palette's colour for a near-black: for fewer colours than that it needs another description. */
static enum terminfo_colors better_colors(enum depth wished)
{
    const char *setaf = capability("setaf");
    enum depth described = depth_described();
    if (!setaf || strncmp(setaf, "\033[", 2) != 0 || wished == described || wished == DEPTH_MONO)
        return TERMINFO_SAME;
    if (described == DEPTH_TRUE)
        return TERMINFO_256;
    if (wished < DEPTH_256 || wished < described)
        return TERMINFO_SAME;
    return wished == DEPTH_TRUE ? TERMINFO_DIRECT : TERMINFO_256;
}

/* The description to use instead of the terminal's own, as a value for TERMINFO: with the colours wished when it
 * takes colours the ANSI way, and with nothing that touches the palette. Empty when its own is fine. */
static void better_description(struct str *out, enum depth wished)
{
    const TERMTYPE *t = &cur_term->type;
    enum terminfo_colors colors = better_colors(wished);
    if (colors == TERMINFO_SAME && !capability("oc"))
        return;
    const struct terminfo parts = {
        .names = t->term_names, .flag_count = BOOLCOUNT, .number_count = NUMCOUNT, .string_count = STRCOUNT,
        .flags = (const signed char *)t->Booleans, .numbers = t->Numbers, .strings = t->Strings,
        .string_names = (const char *const *)strnames, .resets_each_color = tigetflag("AX") > 0,
        .direct = depth_described() == DEPTH_TRUE,
    };
    if (!terminfo_recolor(out, &parts, colors))
        str_free(out);
}

/* Adds a capability without its padding marks "$<5>": only old hardware needs the pauses. */
static void add_unpadded(struct str *out, const char *s)
{
    while (s && *s) {
        const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
        if (end)
            s = end + 1;
        else
            str_addc(out, *s++);
    }
}

/* ---- size ---- */

static int between(long v, int low, int high)
{
    return v < low ? low : v > high ? high : (int)v;
}

static void terminal_size(int fd, int *w, int *h)
{
    struct winsize ws = {0};
    if (ioctl(fd, TIOCGWINSZ, &ws) || !ws.ws_col || !ws.ws_row) {
        ws.ws_col = 80;
        ws.ws_row = 24;
    }
    *w = between(ws.ws_col, 1, SIDE_MAX);
    *h = between(ws.ws_row, 1, SIDE_MAX);
    *h = between(*h, 1, AREA_MAX / *w);
}

/* ncurses takes the size from the environment, at the start and again after a stop: as long as the screen is open it
 * finds ours there. What was there comes back. */
static const char *const size_variable[2] = {"COLUMNS", "LINES"};

static void tell_size(int w, int h)
{
    char number[2][16];
    snprintf(number[0], sizeof number[0], "%d", w);
    snprintf(number[1], sizeof number[1], "%d", h);
    for (int i = 0; i < 2; i++)
        setenv(size_variable[i], number[i], 1);
}

static char *saved_variable(const char *name)
{
    const char *v = getenv(name);
    return v ? xstrdup(v) : NULL;
}

static void restore_variable(const char *name, char **saved)
{
    if (*saved)
        setenv(name, *saved, 1);
    else
        unsetenv(name);
    free(*saved);
    *saved = NULL;
}

/* terminfo: a description to use instead of the one TERM names, or NULL. */
static SCREEN *newterm_described(FILE *stream, const char *terminfo)
{
    char *before = saved_variable("TERMINFO");
    if (terminfo)
        setenv("TERMINFO", terminfo, 1);
    use_env(true);
    use_tioctl(false);
    SCREEN *curses = newterm(NULL, stream, stdin);
    restore_variable("TERMINFO", &before);
    return curses;
}

static void size_buffers(struct screen *s, int w, int h)
{
    s->w = w;
    s->h = h;
    mem_free(s->shown);
    mem_free(s->row);
    mem_free(s->run);
    s->shown = mem_array((size_t)w * (size_t)h, sizeof *s->shown);
    s->row = mem_array((size_t)w, sizeof *s->row);
    s->run = mem_array((size_t)w, sizeof *s->run);
    if (!s->shown || !s->row || !s->run)
        mem_die();
    s->stale = true;
}

/* ---- giving back and taking again ---- */

/* What a handler writes when the program cannot go on: what endwin would, worked out beforehand. */
static void arm(struct screen *s)
{
    struct str bytes = {0};
    char *place = capability("cup");
    add_unpadded(&bytes, capability("sgr0"));
    add_unpadded(&bytes, capability("op"));
    str_add(&bytes, str_text(&s->on_exit));
    add_unpadded(&bytes, place ? tparm(place, (long)s->h - 1, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L) : NULL);
    add_unpadded(&bytes, capability("rmcup"));
    str_addc(&bytes, '\r');
    guard_arm(s->out, &s->modes, str_text(&bytes), bytes.len);
    str_free(&bytes);
}

/* Past ncurses, whose buffer is empty between frames. */
static void send(int fd, const char *text)
{
    ssize_t k = text ? write(fd, text, strlen(text)) : 0;
    (void)k;                                       /* a vanished terminal shows itself at the next read */
}

static void leave(struct screen *s)
{
    if (isendwin()) {                              /* nothing was ever shown */
        reset_shell_mode();
    } else {
        send(s->out, str_text(&s->on_exit));
        endwin();
    }
    guard_disarm();
}

/* Writes what has changed; before it, when the screen was left or is new, what enters it. */
static void update(struct screen *s)
{
    if (isendwin()) {
        send(s->out, str_text(&s->on_entry));
        s->cursor_shown = false;
    }
    doupdate();
}

static void enter(struct screen *s)
{
    arm(s);
    reset_prog_mode();
    clearok(curscr, true);
    update(s);                                     /* all that ncurses had shown */
    s->stale = true;
}

static void take_size(struct screen *s)
{
    int w, h;
    terminal_size(s->out, &w, &h);
    if (w == s->w && h == s->h)
        return;
    tell_size(w, h);
    resizeterm(h, w);
    size_buffers(s, w, h);
    clearok(curscr, true);                         /* what a terminal makes of its old lines is its own affair */
    arm(s);
    s->queued = K_RESIZE;
}

static void suspend(struct screen *s, bool all)
{
    leave(s);
    trap_stop(all);
    enter(s);
    s->queued = K_REDRAW;
    take_size(s);
}

/* ---- opening and closing ---- */

static void open_colors(struct screen *s, enum depth wished)
{
    enum depth can = depth_described();
    s->depth = wished < can ? wished : can;
    if (s->depth == DEPTH_MONO || start_color() == ERR) {
        s->depth = DEPTH_MONO;
        return;
    }
    s->default_colors = use_default_colors() == OK;
    s->pairs.limit = between((long)COLOR_PAIRS - 1, 0, PAIR_MAX);
}

static void open_keys(struct screen *s)
{
    for (size_t i = 0; i < sizeof terminal_keys / sizeof terminal_keys[0]; i++) {
        const char *sequence = capability(terminal_keys[i].capability);
        if (sequence)
            input_teach(&s->input, sequence, terminal_keys[i].key);
    }
}

static bool marks_pastes(const char *term)
{
    for (size_t i = 0; term && i < sizeof paste_marking / sizeof paste_marking[0]; i++)
        if (!strncmp(term, paste_marking[i], strlen(paste_marking[i])))
            return true;
    return false;
}

static void open_texts(struct screen *s)
{
    bool paste = marks_pastes(getenv("TERM"));
    add_unpadded(&s->on_entry, capability("smkx"));
    add_unpadded(&s->on_entry, capability("civis"));
    str_add(&s->on_entry, paste ? "\033[?2004h" : "");
    str_add(&s->on_exit, paste ? "\033[?2004l" : "");
    add_unpadded(&s->on_exit, capability("rmkx"));
    add_unpadded(&s->on_exit, capability("cnorm"));
}

void screen_take_mouse(struct screen *s)
{
    if (!marks_pastes(getenv("TERM")))     /* the same family knows both */
        return;
    str_add(&s->on_entry, "\033[?1000h\033[?1006h");
    str_add(&s->on_exit, "\033[?1006l\033[?1000l");
    s->input.mouse = true;
    arm(s);
}

static bool open_curses(struct screen *s, enum depth wished, struct err *e)
{
    struct str description = {0};
    int w, h;
    terminal_size(s->out, &w, &h);
    for (int i = 0; i < 2; i++)
        s->size_before[i] = saved_variable(size_variable[i]);
    s->size_known = true;
    tell_size(w > BUFFER_W ? w : BUFFER_W, h > BUFFER_H ? h : BUFFER_H);
    open_keys(s);
    better_description(&description, wished);
    forget_description();
    /* Armed before ncurses writes its first byte; what to write is worked out as soon as it is known. */
    guard_arm(s->out, &s->modes, "", 0);
    s->curses = newterm_described(s->stream, description.len ? str_text(&description) : NULL);
    if (!s->curses && description.len)
        s->curses = newterm_described(s->stream, NULL);
    str_free(&description);
    if (!s->curses)
        return err_set(e, "terminal", NULL, "cannot start the screen on TERM=%.64s", getenv("TERM"));
    tell_size(w, h);
    resizeterm(h, w);
    open_texts(s);
    size_buffers(s, w, h);
    arm(s);
    return true;
}

static void set_modes(void)
{
    set_escdelay(ESC_WAIT_MS);
    raw();
    noecho();
    nonl();
    meta(stdscr, true);
    typeahead(-1);                                 /* a frame is finished even when keys are waiting */
    def_prog_mode();
    leaveok(stdscr, true);
}

/* Until its screen was left once and entered again, ncurses 6.4 writes after every single move of the cursor: dozens
 * of writes a frame, and a terminal that shows half-drawn pictures. So it leaves here, where nobody sees it; the
 * first picture enters, and from then on a frame is one write. */
static void leave_unseen(struct screen *s)
{
    int fd = fileno(s->stream), terminal = fcntl(fd, F_DUPFD_CLOEXEC, 3),
        nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (terminal >= 0 && nowhere >= 0) {
        dup2(nowhere, fd);
        endwin();
        dup2(terminal, fd);
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    if (terminal >= 0)
        close(terminal);
    if (nowhere >= 0)
        close(nowhere);
}

static void dispose(struct screen *s)
{
    if (s->size_known)
        for (int i = 0; i < 2; i++)
            restore_variable(size_variable[i], &s->size_before[i]);
    if (s->stream)
        fclose(s->stream);
    mem_free(s->shown);
    mem_free(s->row);
    mem_free(s->run);
    str_free(&s->on_entry);
    str_free(&s->on_exit);
    free(s);
}

static FILE *second_stream(int fd)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    FILE *f = copy < 0 ? NULL : fdopen(copy, "w");
    if (!f && copy >= 0)
        close(copy);
    return f;
}

struct screen *screen_open(enum color_wish wish, struct err *e)
{
    if (!usable_terminal(e))
        return NULL;
    struct screen *s = xcalloc(1, sizeof *s);
    enum depth wished = depth_wished(wish, depth_described());
    s->in = STDIN_FILENO;
    s->out = STDOUT_FILENO;
    s->utf8 = utf8_take_locale() >= UTF8_BY_LOCALE;
    s->stream = second_stream(s->out);
    if (!s->stream || tcgetattr(s->out, &s->modes)) {
        err_errno(e, "terminal", "use it");
        forget_description();
        goto fail;
    }
    if (!trap_open(e)) {
        forget_description();
        goto fail;
    }
    if (!open_curses(s, wished, e)) {
        guard_restore();
        trap_close();
        goto fail;
    }
    open_colors(s, wished);
    set_modes();
    leave_unseen(s);
    return s;
fail:
    dispose(s);
    return NULL;
}

void screen_close(struct screen *s)
{
    if (!s)
        return;
    leave(s);
    delscreen(s->curses);
    trap_close();
    dispose(s);
}

void screen_size(const struct screen *s, int *w, int *h)
{
    *w = s->w;
    *h = s->h;
}

enum depth screen_depth(const struct screen *s)
{
    return s->depth;
}

bool screen_utf8(const struct screen *s)
{
    return s->utf8;
}

/* ---- showing ---- */

static void forget_pairs(struct pairs *p)
{
    p->count = 0;
    memset(p->slot, 0, sizeof p->slot);
}

/* 0, the terminal's own colours, when no pair is left. */
static short pair_of(struct pairs *p, int32_t fg, int32_t bg)
{
    if (fg == COLOR_NONE && bg == COLOR_NONE)
        return 0;
    uint32_t hash = ((uint32_t)fg * 0x9E3779B1u) ^ ((uint32_t)bg * 0x85EBCA77u);
    uint32_t i = (hash ^ hash >> 15) % PAIR_SLOTS;
    for (; p->slot[i].number; i = (i + 1) % PAIR_SLOTS)
        if (p->slot[i].fg == fg && p->slot[i].bg == bg)
            return p->slot[i].number;
    if (p->count >= p->limit || init_extended_pair(p->count + 1, fg, bg) == ERR) {
        p->wanting = true;
        return 0;
    }
    p->slot[i].fg = fg;
    p->slot[i].bg = bg;
    p->slot[i].number = (short)++p->count;
    return p->slot[i].number;
}

/* Direct colour takes 0…7 for the palette: these near-blacks move by a shade nobody sees. */
static int32_t color_of(const struct screen *s, int32_t color, int32_t otherwise)
{
    if (color == COLOR_NONE)
        return s->default_colors ? COLOR_NONE : otherwise;
    return s->depth == DEPTH_TRUE && color < 8 ? 8 : color;
}

static attr_t attr_of(unsigned attr)
{
    return (attr & ATTR_BOLD ? A_BOLD : A_NORMAL) | (attr & ATTR_REVERSE ? A_REVERSE : A_NORMAL) |
           (attr & ATTR_UNDERLINE ? A_UNDERLINE : A_NORMAL);
}

static void colors_of(struct screen *s, const struct theme *t, const struct cell *c, attr_t *attr, short *pair)
{
    struct colors colors = theme_colors(t, c, s->depth);
    *attr = attr_of(colors.attr);
    *pair = 0;
    if (s->depth == DEPTH_MONO)
        return;
    int32_t fg = color_of(s, colors.fg, COLOR_WHITE), bg = color_of(s, colors.bg, COLOR_BLACK);
    *pair = pair_of(&s->pairs, fg, bg);
    if (!*pair && bg != COLOR_NONE)                /* out of pairs: a background still shows, as reverse */
        *attr |= A_REVERSE;
}

/* The characters of a cell, as many cells wide as the grid gives them; ncurses measures by the locale, and what it
 * would measure otherwise becomes a '?'. */
static void characters(const struct screen *s, const struct theme *t, const struct cell *c, bool wide, wchar_t out[4])
{
    uint32_t ch = c->ch[0] ? theme_char(t, c, s->depth) : ' ';
    int n = 0;
    if (ch < 0x20 || ch == 0x7F || (ch > 0x7E && (!s->utf8 || wcwidth((wchar_t)ch) != 1 + wide)))
        ch = '?';
    out[n++] = (wchar_t)ch;
    for (int k = 1; k < 3 && s->utf8 && c->ch[0]; k++)
        if (c->ch[k] && wcwidth((wchar_t)c->ch[k]) == 0)
            out[n++] = (wchar_t)c->ch[k];
    out[n] = 0;
}

/* Are two cells drawn alike, whatever stands in them? */
static bool alike(const struct cell *a, const struct cell *b)
{
    return a->role == b->role && a->attr == b->attr && a->level == b->level && a->below == b->below;
}

/* Cells x0…x1-1 of a row, both ends on the border of a character. */
static void draw_run(struct screen *s, const struct theme *t, const struct cell *row, int y, int x0, int x1)
{
    int n = 0;
    attr_t attr = A_NORMAL;
    short pair = 0;
    for (int x = x0, before = -1; x < x1; before = x++) {
        wchar_t text[4];
        bool wide = row[x].ch[0] && x + 1 < s->w && !row[x + 1].ch[0];
        characters(s, t, &row[x], wide, text);
        if (before < 0 || !alike(&row[before], &row[x]))
            colors_of(s, t, &row[x], &attr, &pair);
        setcchar(&s->run[n++], text, attr, pair, NULL);
        x += wide && text[0] != L'?';
    }
    mvwadd_wchnstr(stdscr, y, x0, s->run, n);
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
    return a->ch[0] == b->ch[0] && a->ch[1] == b->ch[1] && a->ch[2] == b->ch[2] && alike(a, b);
}

static void draw_row(struct screen *s, const struct theme *t, const struct cell *row, int y)
{
    struct cell *old = s->shown + (size_t)y * (size_t)s->w;
    int x = 0;
    if (!memcmp(old, row, (size_t)s->w * sizeof *row))
        return;
    while (x < s->w) {
        if (same_cell(&old[x], &row[x])) {
            x++;
            continue;
        }
        int x0 = x, x1 = x + 1;
        while (x1 < s->w && !same_cell(&old[x1], &row[x1]))
            x1++;
        x = x1;
        /* Both halves of a wide character, before and after, belong to the change. */
        while (x0 > 0 && (!row[x0].ch[0] || !old[x0].ch[0]))
            x0--;
        while (x1 < s->w && (!row[x1].ch[0] || !old[x1].ch[0]))
            x1++;
        draw_run(s, t, row, y, x0, x1);
    }
    memcpy(old, row, (size_t)s->w * sizeof *row);
}

static const struct cell blank = {.ch = {' '}, .role = ROLE_TEXT};

/* Starts from an empty picture, so that blanks need not be drawn one by one. */
static void wipe(struct screen *s, const struct theme *t)
{
    cchar_t empty, plain;
    attr_t attr;
    short pair;
    colors_of(s, t, &blank, &attr, &pair);
    setcchar(&empty, L" ", attr, pair, NULL);
    setcchar(&plain, L" ", A_NORMAL, 0, NULL);
    wbkgrndset(stdscr, &empty);
    werase(stdscr);
    wbkgrndset(stdscr, &plain);                    /* or it would shine through what is drawn next */
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++)
        s->shown[i] = blank;
}

/* Row y of the grid made as wide as the screen. */
static const struct cell *row_of(struct screen *s, const struct grid *g, int y)
{
    int n = y < g->h ? (g->w < s->w ? g->w : s->w) : 0;
    if (n == s->w && g->w == s->w)
        return g->cell + (size_t)y * (size_t)g->w;
    if (n)
        memcpy(s->row, g->cell + (size_t)y * (size_t)g->w, (size_t)n * sizeof *s->row);
    for (int x = n; x < s->w; x++)
        s->row[x] = blank;
    return s->row;
}

static void show_cursor(struct screen *s, int x, int y)
{
    bool show = x >= 0 && y >= 0 && x < s->w && y < s->h;
    if (show)
        wmove(stdscr, y, x);
    if (show == s->cursor_shown)
        return;
    leaveok(stdscr, !show);
    send(s->out, capability(show ? "cnorm" : "civis"));
    s->cursor_shown = show;
}

static void draw_rows(struct screen *s, const struct grid *g, const struct theme *t)
{
    for (int y = 0; y < s->h; y++)
        draw_row(s, t, row_of(s, g, y), y);
}

void screen_present(struct screen *s, const struct grid *g, const struct theme *t, int cursor_x, int cursor_y)
{
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c): at worst a row is drawn again */
    if (memcmp(&s->theme, t, sizeof *t) != 0) {
        memcpy(&s->theme, t, sizeof *t);
        s->stale = true;
        if (s->pairs.count > s->pairs.limit / 2)
            forget_pairs(&s->pairs);
    }
    if (s->stale)
        wipe(s, t);
    s->stale = false;
    bool older = s->pairs.count > 0;
    s->pairs.wanting = false;
    draw_rows(s, g, t);
    if (s->pairs.wanting && older && s->pairs.limit >= PAIR_MANY) {       /* those of earlier pictures make room */
        forget_pairs(&s->pairs);
        wipe(s, t);
        draw_rows(s, g, t);
    }
    show_cursor(s, cursor_x, cursor_y);
    wnoutrefresh(stdscr);
    update(s);
}

void screen_redraw(struct screen *s)
{
    s->stale = true;
    clearok(curscr, true);
}

void screen_bell(struct screen *s)
{
    (void)s;
    beep();
}

/* ---- the clipboard ---- */

static void add_base64(struct str *out, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = strlen(text);
    for (size_t k = 0; k < n; k += 3) {
        const unsigned char *p = (const unsigned char *)text + k;
        size_t left = n - k;
        unsigned v = (unsigned)p[0] << 16 | (left > 1 ? (unsigned)p[1] << 8 : 0) | (left > 2 ? (unsigned)p[2] : 0);
        str_addc(out, digits[v >> 18 & 63]);
        str_addc(out, digits[v >> 12 & 63]);
        str_addc(out, left > 1 ? digits[v >> 6 & 63] : '=');
        str_addc(out, left > 2 ? digits[v & 63] : '=');
    }
}

/* tmux and screen hand a sequence through that is wrapped for them. tmux takes the bare one, too, where set-clipboard
 * is on; screen would show it. */
void screen_copy(struct screen *s, const char *text)
{
    const char *term = getenv("TERM"), *tmux = getenv("TMUX");
    bool in_tmux = tmux && *tmux, in_screen = !in_tmux && !strncmp(term ? term : "", "screen", 6);
    struct str base64 = {0}, out = {0};
    add_base64(&base64, text);
    if (!in_screen)
        str_addf(&out, "\033]52;c;%s\a", str_text(&base64));
    if (in_tmux)
        str_addf(&out, "\033Ptmux;\033\033]52;c;%s\a\033\\", str_text(&base64));
    if (in_screen)
        str_addf(&out, "\033P\033]52;c;%s\a\033\\", str_text(&base64));
    send(s->out, str_text(&out));
    str_free(&base64);
    str_free(&out);
}

/* ---- keys ---- */

void screen_suspend(struct screen *s)
{
    suspend(s, true);
}

bool screen_pasting(const struct screen *s)
{
    return s->input.pasted;
}

/* What signals ask for. False: the program is to end. */
static bool obey(struct screen *s, int *sig)
{
    unsigned asked = trap_take(sig);
    if (asked & TRAP_END)
        return false;
    if (asked & TRAP_STOP) {
        suspend(s, false);
    } else if (asked & TRAP_CONT) { /* stopped and continued behind our back: someone else used the terminal */
        leave(s);
        enter(s);
        s->queued = K_REDRAW;
        take_size(s);
    } else if (asked & TRAP_RESIZE) {
        take_size(s);
    }
    return true;
}

/* False: nothing will ever come again. */
static bool read_bytes(struct screen *s)
{
    size_t room;
    unsigned char *at = input_room(&s->input, &room);
    ssize_t n = read(s->in, at, room);
    if (n > 0)
        s->input.to += (size_t)n;
    return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

int screen_key(struct screen *s, int timeout_ms, bool *hangup, int *sig)
{
    long until = timeout_ms > 0 ? (long)clock_ms() + timeout_ms : 0;
    *hangup = false;
    *sig = 0;
    for (;;) {
        if (s->gone || !obey(s, sig)) {
            *hangup = true;
            return K_NONE;
        }
        int key = s->queued ? s->queued : input_key(&s->input, false);
        s->queued = 0;
        if (key)
            return key;
        int wait = timeout_ms > 0 ? between(until - (long)clock_ms(), 0, timeout_ms) : timeout_ms;
        /* The rest of a key that began with Esc has come by then or never will. */
        int rest = between(s->read_at + ESC_WAIT_MS - (long)clock_ms(), 0, ESC_WAIT_MS);
        bool half = input_waiting(&s->input) && (wait < 0 || wait >= rest);
        struct pollfd p[2] = {{.fd = s->in, .events = POLLIN}, {.fd = trap_fd(), .events = POLLIN}};
        int ready = poll(p, 2, half ? rest : wait);
        if (ready < 0 || p[1].revents)
            continue;                              /* a signal: see what it asks for */
        if (ready == 0 && half && (key = input_key(&s->input, true)))
            return key;
        if (ready == 0 && !half)
            return K_NONE;
        if (p[0].revents & POLLIN) {
            s->gone = !read_bytes(s);
            s->read_at = (long)clock_ms();
        } else if (p[0].revents) {
            s->gone = true;
        }
    }
}
