/* pty.c: see pty.h. Three processes: the test; a leader that plays the shell in the terminal's session (a session
 * leader's end resets the terminal, which would hide damage, so the program under test must not be one); the program.
 * The test orders the leader about with one-byte commands and hears of stops and ends through events. */
#define _GNU_SOURCE
#include "support/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <vterm.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "ui/key.h"

enum { VTERM_AREA_MAX = 1 << 20 };

struct event {
    enum { STARTED, STOPPED, ENDED } kind;
    int pid, status;
    double cpu;
    struct termios modes;
};

struct pty {
    int master, orders, events;
    pid_t leader;
    int pid, status;
    bool stopped, ended;
    double cpu;
    struct termios before, now;
    int cols, rows;
    VTerm *vt;                     /* NULL when the terminal is too large to be shown */
    struct str log, text;
};

_Noreturn static void fail(const char *what)
{
    fprintf(stderr, "pty: cannot %s: %s\n", what, strerror(errno));
    exit(99);
}

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the leader: a shell with one job ---- */

static void on_child(int sig)
{
    (void)sig;                     /* only interrupts ppoll */
}

static void report(int fd, int kind, int pid, int status, const struct rusage *used)
{
    struct event e;
    memset(&e, 0, sizeof e);
    e.kind = kind;
    e.pid = pid;
    e.status = status;
    tcgetattr(0, &e.modes);
    if (used)
        e.cpu = (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) +
                1e-6 * (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec);
    if (write(fd, &e, sizeof e) != sizeof e)
        _exit(98);
}

static pid_t start_job(int (*program)(void *), void *arg)
{
    int go[2];
    if (pipe2(go, O_CLOEXEC))
        _exit(98);
    pid_t job = fork();
    if (job == 0) {
        static const int shell_ignores[] = {SIGTTOU, SIGTTIN, SIGTSTP, SIGINT, SIGQUIT, SIGHUP, SIGCHLD};
        char c;
        setpgid(0, 0);
        for (size_t i = 0; i < sizeof shell_ignores / sizeof shell_ignores[0]; i++)
            signal(shell_ignores[i], SIG_DFL);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        close(go[1]);
        if (read(go[0], &c, 1) != 1)               /* not before the terminal is ours */
            _exit(98);
        close(go[0]);
        exit(program(arg));
    }
    setpgid(job, job);
    tcsetpgrp(0, job);
    if (write(go[1], "g", 1) != 1)
        _exit(98);
    close(go[0]);
    close(go[1]);
    return job;
}

/* True when the job is over. */
static bool attend(pid_t job, int events)
{
    int status;
    struct rusage used;
    while (wait4(job, &status, WNOHANG | WUNTRACED, &used) == job) {
        tcsetpgrp(0, getpgrp());
        report(events, WIFSTOPPED(status) ? STOPPED : ENDED, job, status, &used);
        if (!WIFSTOPPED(status))
            return true;
    }
    return false;
}

/* COVERAGE in the environment: it is asked to end first, for a program that is killed writes no counters. */
static void end_job(pid_t job, int events)
{
    enum { PATIENCE_MS = 2000 };
    bool over = false;
    if (getenv("COVERAGE")) {
        kill(-job, SIGTERM);
        kill(-job, SIGCONT);
        for (int ms = 0; !over && ms < PATIENCE_MS; ms += 10) {
            poll(NULL, 0, 10);
            over = attend(job, events);
        }
    }
    if (!over)
        kill(-job, SIGKILL);
}

_Noreturn static void lead(int slave, int orders, int events, int (*program)(void *), void *arg)
{
    sigset_t child, none;
    setsid();
    if (ioctl(slave, TIOCSCTTY, 0))
        _exit(98);
    for (int fd = 0; fd < 3; fd++)
        dup2(slave, fd);
    close(slave);
    signal(SIGTTOU, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    sigaction(SIGCHLD, &(struct sigaction){.sa_handler = on_child}, NULL);
    sigemptyset(&none);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    report(events, STARTED, 0, 0, NULL);           /* with the modes before */
    pid_t job = start_job(program, arg);
    report(events, STARTED, job, 0, NULL);
    for (bool over = false;;) {
        char order = 0;
        if (!over)
            over = attend(job, events);
        if (ppoll(&(struct pollfd){.fd = orders, .events = POLLIN}, 1, NULL, &none) < 0)
            continue;
        if (read(orders, &order, 1) != 1) {        /* the test is done with us */
            if (!over)
                end_job(job, events);
            _exit(0);
        }
        if (order == 'f' && !over) {
            tcsetpgrp(0, job);
            kill(-job, SIGCONT);
        }
    }
}

/* ---- starting ---- */

static void change_environment(const char *const env[])
{
    static const char *const base[] = {
        "XDG_STATE_HOME=/proc/nowhere",
        "TERM=xterm-256color",
        "LC_ALL=C.UTF-8",
        "LINES",
        "COLUMNS",
        "NO_COLOR",
        "COLORTERM",
        "TERMINFO",
        NULL,
    };
    for (int part = 0; part < 2; part++)
        for (const char *const *v = part ? env : base; v && *v; v++) {
            const char *equals = strchr(*v, '=');
            char *name = equals ? xstrndup(*v, (size_t)(equals - *v)) : xstrdup(*v);
            if (equals)
                setenv(name, equals + 1, 1);
            else
                unsetenv(name);
            free(name);
        }
}

static void receive(struct pty *t)
{
    struct event e;
    if (read(t->events, &e, sizeof e) != sizeof e) {
        t->ended = true;                           /* the leader itself is gone: no terminals here, or a broken test */
        t->status = -1;
        return;
    }
    t->now = e.modes;
    t->stopped = e.kind == STOPPED;
    if (e.kind == STARTED && !e.pid)
        t->before = e.modes;
    t->pid = e.pid;
    if (e.kind == ENDED) {
        t->ended = true;
        t->cpu = e.cpu;
        t->status = WIFSIGNALED(e.status) ? 128 + WTERMSIG(e.status) : WEXITSTATUS(e.status);
    }
}

static void show_in_vterm(struct pty *t)
{
    if ((long)t->cols * t->rows > VTERM_AREA_MAX || t->cols < 1 || t->rows < 1)
        return;
    t->vt = vterm_new(t->rows, t->cols);
    vterm_set_utf8(t->vt, 1);
    vterm_screen_enable_altscreen(vterm_obtain_screen(t->vt), 1);
    vterm_screen_reset(vterm_obtain_screen(t->vt), 1);
}

struct pty *pty_run(int cols, int rows, int (*program)(void *), void *arg, const char *const env[])
{
    struct pty *t = xcalloc(1, sizeof *t);
    struct winsize size = {.ws_col = (unsigned short)cols, .ws_row = (unsigned short)rows};
    int slave, orders[2], events[2];
    t->cols = cols;
    t->rows = rows;
    t->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (t->master < 0 || grantpt(t->master) || unlockpt(t->master))
        fail("get a pseudo-terminal");
    slave = open(ptsname(t->master), O_RDWR | O_NOCTTY);
    if (slave < 0 || ioctl(slave, TIOCSWINSZ, &size) || pipe2(orders, O_CLOEXEC) || pipe2(events, O_CLOEXEC))
        fail("set up a pseudo-terminal");
    fflush(NULL);                                  /* or the child would print the buffers again */
    t->leader = fork();
    if (t->leader < 0)
        fail("fork");
    if (!t->leader) {
        close(t->master);
        close(orders[1]);
        close(events[0]);
        change_environment(env);
        lead(slave, orders[0], events[1], program, arg);
    }
    close(slave);
    close(orders[0]);
    close(events[1]);
    t->orders = orders[1];
    t->events = events[0];
    fcntl(t->master, F_SETFL, O_NONBLOCK);
    show_in_vterm(t);
    receive(t);
    receive(t);
    return t;
}

static int exec_program(void *arg)
{
    char **argv = arg;
    execvp(argv[0], argv);
    fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
    return 127;
}

struct pty *pty_spawn(int cols, int rows, const char *const argv[], const char *const env[])
{
    union { const char *const *in; void *out; } args = {.in = argv};
    return pty_run(cols, rows, exec_program, args.out, env);
}

void pty_free(struct pty *t)
{
    if (!t)
        return;
    if (t->vt)
        vterm_free(t->vt);
    if (t->master >= 0)
        close(t->master);
    close(t->orders);
    close(t->events);
    waitpid(t->leader, NULL, 0);
    str_free(&t->log);
    str_free(&t->text);
    free(t);
}

/* ---- bytes there and back ---- */

static void answer(struct pty *t)
{
    char reply[256];
    size_t n = t->vt ? vterm_output_read(t->vt, reply, sizeof reply) : 0;
    if (n)
        pty_type(t, reply, n);
}

/* Takes what has been written and what has happened, waiting at most wait_ms for either. False when it was nothing. */
static bool pump(struct pty *t, int wait_ms)
{
    char bytes[65536];
    struct pollfd p[2] = {{.fd = t->master, .events = POLLIN}, {.fd = t->ended ? -1 : t->events, .events = POLLIN}};
    if (poll(p, 2, wait_ms) <= 0)
        return false;
    ssize_t n = p[0].revents ? read(t->master, bytes, sizeof bytes) : 0;
    if (n > 0) {
        str_addn(&t->log, bytes, (size_t)n);
        if (t->vt)
            vterm_input_write(t->vt, bytes, (size_t)n);
        answer(t);
    }
    if (p[1].revents)
        receive(t);
    return n > 0 || p[1].revents;
}

void pty_type(struct pty *t, const void *bytes, size_t n)
{
    const char *p = bytes;
    long until = now_ms() + PTY_PATIENCE_MS;
    while (n && t->master >= 0 && !t->ended && now_ms() < until) {
        ssize_t k = write(t->master, p, n < 4096 ? n : 4096);
        if (k > 0) {
            p += k;
            n -= (size_t)k;
        } else if (errno != EAGAIN && errno != EINTR) {
            return;
        } else {
            struct pollfd q[2] = {{.fd = t->master, .events = POLLIN | POLLOUT}, {.fd = t->events, .events = POLLIN}};
            poll(q, 2, 100);
        }
        pump(t, 0);
    }
}

static VTermKey vterm_key(int key)
{
    static const struct { int key; VTermKey vt; } keys[] = {
        {K_UP, VTERM_KEY_UP}, {K_DOWN, VTERM_KEY_DOWN}, {K_LEFT, VTERM_KEY_LEFT}, {K_RIGHT, VTERM_KEY_RIGHT},
        {K_HOME, VTERM_KEY_HOME}, {K_END, VTERM_KEY_END}, {K_PGUP, VTERM_KEY_PAGEUP}, {K_PGDN, VTERM_KEY_PAGEDOWN},
        {K_INS, VTERM_KEY_INS}, {K_DEL, VTERM_KEY_DEL}, {K_ENTER, VTERM_KEY_ENTER}, {K_TAB, VTERM_KEY_TAB},
        {K_ESC, VTERM_KEY_ESCAPE}, {K_BACKSPACE, VTERM_KEY_BACKSPACE},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i].key == key)
            return keys[i].vt;
    return key >= K_F1 && key <= K_F12 ? (VTermKey)VTERM_KEY_FUNCTION(key - K_F1 + 1) : VTERM_KEY_NONE;
}

void pty_keys(struct pty *t, const char *keys)
{
    int key;
    pump(t, 0);
    while ((key = key_parse(&keys))) {
        char text[5];
        if (key & K_ALT_BIT) {
            pty_type(t, "\033", 1);
            key &= ~K_ALT_BIT;
        }
        if (key == K_BTAB)
            pty_type(t, "\033[Z", 3);
        else if (t->vt && vterm_key(key) != VTERM_KEY_NONE)
            vterm_keyboard_key(t->vt, vterm_key(key), VTERM_MOD_NONE), answer(t);
        else
            pty_type(t, text, utf8_encode((uint32_t)key, text));
        if (key == K_ESC)                          /* what follows at once would be pressed with Alt */
            nanosleep(&(struct timespec){0, 150 * 1000 * 1000}, NULL);
    }
    if (*keys) {
        fprintf(stderr, "pty: no such key: %s\n", keys);
        exit(99);
    }
}

void pty_resize(struct pty *t, int cols, int rows)
{
    struct winsize size = {.ws_col = (unsigned short)cols, .ws_row = (unsigned short)rows};
    while (pump(t, 0))
        continue;                                  /* what was written for the old size is shown at the old size */
    t->cols = cols;
    t->rows = rows;
    if (t->vt)
        vterm_set_size(t->vt, rows, cols);
    ioctl(t->master, TIOCSWINSZ, &size);
}

void pty_hang_up(struct pty *t)
{
    close(t->master);
    t->master = -1;
}

/* ---- waiting ---- */

bool pty_until(struct pty *t, bool (*holds)(struct pty *t, void *arg), void *arg)
{
    long until = now_ms() + PTY_PATIENCE_MS;
    for (;;) {
        while (pump(t, 0))
            continue;
        if (holds(t, arg))
            return true;
        long left = until - now_ms();
        if (left <= 0 || (t->ended && !pump(t, 0)))
            return holds(t, arg);
        pump(t, (int)left);
    }
}

struct wanted { const char *text; regex_t *regex; };

static bool in_screen(struct pty *t, void *arg)
{
    const struct wanted *w = arg;
    const char *screen = pty_screen(t);
    return w->regex ? !regexec(w->regex, screen, 0, NULL, 0) : strstr(screen, w->text) != NULL;
}

static bool not_in_screen(struct pty *t, void *arg)
{
    return !in_screen(t, arg);
}

bool pty_shows(struct pty *t, const char *text)
{
    return pty_until(t, in_screen, &(struct wanted){.text = text});
}

bool pty_hides(struct pty *t, const char *text)
{
    return pty_until(t, not_in_screen, &(struct wanted){.text = text});
}

bool pty_matches(struct pty *t, const char *regex)
{
    regex_t compiled;
    if (regcomp(&compiled, regex, REG_EXTENDED | REG_NOSUB | REG_NEWLINE))
        return false;
    bool found = pty_until(t, in_screen, &(struct wanted){.regex = &compiled});
    regfree(&compiled);
    return found;
}

void pty_settle(struct pty *t, int quiet_ms)
{
    while (pump(t, quiet_ms))
        continue;
}

/* ---- reading the screen ---- */

static int32_t color_number(const VTermColor *c)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
        return PTY_DEFAULT;
    if (VTERM_COLOR_IS_INDEXED(c))
        return c->indexed.idx;
    return PTY_RGB + (c->rgb.red << 16 | c->rgb.green << 8 | c->rgb.blue);
}

struct pty_cell pty_cell(struct pty *t, int x, int y)
{
    struct pty_cell out = {.text = "", .fg = PTY_DEFAULT, .bg = PTY_DEFAULT};
    VTermScreenCell cell;
    if (!t->vt || !vterm_screen_get_cell(vterm_obtain_screen(t->vt), (VTermPos){.row = y, .col = x}, &cell))
        return out;
    size_t n = 0;
    for (int k = 0; k < VTERM_MAX_CHARS_PER_CELL && cell.chars[k] && cell.chars[k] != UINT32_MAX; k++) {
        char one[5];
        size_t len = utf8_encode(cell.chars[k], one);
        memcpy(out.text + n, one, len + 1);
        n += len;
    }
    out.width = cell.chars[0] == UINT32_MAX ? 0 : cell.width;
    out.fg = color_number(&cell.fg);
    out.bg = color_number(&cell.bg);
    out.bold = cell.attrs.bold;
    out.reverse = cell.attrs.reverse;
    out.underline = cell.attrs.underline != 0;
    return out;
}

const char *pty_screen(struct pty *t)
{
    str_clear(&t->text);
    for (int y = 0; t->vt && y < t->rows; y++) {
        size_t end = t->text.len;
        for (int x = 0; x < t->cols; x++) {
            struct pty_cell c = pty_cell(t, x, y);
            if (c.width == 0)
                continue;                          /* right half of a wide character */
            str_add(&t->text, *c.text ? c.text : " ");
            if (*c.text && strcmp(c.text, " "))
                end = t->text.len;
        }
        if (t->text.s) {
            t->text.len = end;
            t->text.s[end] = 0;
        }
        str_addc(&t->text, '\n');
    }
    return str_text(&t->text);
}

/* ---- reading the bytes ---- */

size_t pty_bytes(struct pty *t)
{
    return t->log.len;
}

const char *pty_log(struct pty *t)
{
    return str_text(&t->log);
}

bool pty_wrote(struct pty *t, const char *sequence)
{
    return memmem(str_text(&t->log), t->log.len, sequence, strlen(sequence)) != NULL;
}

struct modes { bool alternate, hidden, keypad, paste, mouse; };

static void note_private_mode(struct modes *m, int number, bool on)
{
    switch (number) {
    case 1: m->keypad = on; break;                 /* cursor keys send ESC O */
    case 25: m->hidden = !on; break;
    case 47: case 1047: case 1049: m->alternate = on; break;
    case 1000: case 1002: case 1003: case 1006: m->mouse = on; break;
    case 2004: m->paste = on; break;
    default: break;
    }
}

static struct modes modes_left(const char *s, size_t n)
{
    struct modes m = {0};
    for (size_t i = 0; i + 1 < n; i++) {
        if (s[i] != '\033')
            continue;
        if (s[i + 1] == '=' || s[i + 1] == '>')
            m.keypad = s[i + 1] == '=';
        if (s[i + 1] != '[' || s[i + 2] != '?')
            continue;
        size_t end = i + 3 + strspn(s + i + 3, "0123456789;");
        for (const char *p = s + i + 3; p < s + end; p++) {
            char *after;
            long number = strtol(p, &after, 10);
            if (s[end] == 'h' || s[end] == 'l')
                note_private_mode(&m, (int)number, s[end] == 'h');
            p = after;
        }
    }
    return m;
}

static bool pen_is_plain(struct pty *t)
{
    static const VTermAttr attr[] = {VTERM_ATTR_BOLD, VTERM_ATTR_UNDERLINE, VTERM_ATTR_REVERSE, VTERM_ATTR_BLINK};
    VTermState *state = vterm_obtain_state(t->vt);
    VTermValue v;
    for (size_t i = 0; i < sizeof attr / sizeof attr[0]; i++) {
        vterm_state_get_penattr(state, attr[i], &v);
        if (v.number)
            return false;
    }
    vterm_state_get_penattr(state, VTERM_ATTR_FOREGROUND, &v);
    bool plain = VTERM_COLOR_IS_DEFAULT_FG(&v.color);
    vterm_state_get_penattr(state, VTERM_ATTR_BACKGROUND, &v);
    return plain && VTERM_COLOR_IS_DEFAULT_BG(&v.color);
}

static bool same_termios(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag && a->c_lflag == b->c_lflag
           && !memcmp(a->c_cc, b->c_cc, sizeof a->c_cc);
}

const char *pty_damage(struct pty *t)
{
    while (pump(t, 0))
        continue;
    struct modes m = modes_left(str_text(&t->log), t->log.len);
    const struct { bool left; const char *word; } damage[] = {
        {m.alternate, "alternate-screen"}, {m.hidden, "hidden-cursor"}, {t->vt && !pen_is_plain(t), "pen"},
        {m.keypad, "keypad"}, {m.paste, "paste"}, {m.mouse, "mouse"}, {!same_termios(&t->before, &t->now), "termios"},
    };
    str_clear(&t->text);
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++)
        if (damage[i].left)
            str_addf(&t->text, "%s%s", t->text.len ? " " : "", damage[i].word);
    return str_text(&t->text);
}

bool pty_cursor(struct pty *t, int *x, int *y)
{
    VTermPos at = {0};
    if (t->vt)
        vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &at);
    *x = at.col;
    *y = at.row;
    return !modes_left(str_text(&t->log), t->log.len).hidden;
}

/* ---- the process ---- */

int pty_pid(struct pty *t)
{
    return t->pid;
}

bool pty_running(struct pty *t)
{
    while (pump(t, 0))
        continue;
    return !t->ended;
}

void pty_signal(struct pty *t, int sig)
{
    pump(t, 0);
    if (!t->ended)
        kill(t->pid, sig);
}

/* The events are all that counts here: after a hang-up there are no bytes any more. */
static bool wait_for(struct pty *t, const bool *flag)
{
    long until = now_ms() + PTY_PATIENCE_MS;
    while (!*flag && now_ms() < until) {
        pump(t, (int)(until - now_ms()));
        if (t->ended)
            break;
    }
    while (pump(t, 0))
        continue;
    return *flag;
}

int pty_ended(struct pty *t)
{
    return wait_for(t, &t->ended) ? t->status : -1;
}

double pty_cpu_seconds(struct pty *t)
{
    return t->cpu;
}

bool pty_stopped(struct pty *t)
{
    return wait_for(t, &t->stopped);
}

void pty_continue(struct pty *t)
{
    t->stopped = false;
    if (write(t->orders, "f", 1) != 1)
        fail("continue the program");
}
