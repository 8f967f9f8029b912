/* pty.h: a terminal for tests. A program runs under a pseudo-terminal the way a shell runs it (own process group, job
 * control), and libvterm is the terminal that shows what it writes and sends what is typed.
 *
 *   struct pty *t = pty_spawn(80, 24, (const char *[]){"./flstm-tui", NULL}, (const char *[]){"TERM=xterm-256color",
 * NULL});
 *   assert_true(pty_shows(t, "f_t"));
 *   pty_keys(t, "<Right>q");
 *   assert_int_equal(pty_ended(t), 0);
 *   assert_string_equal(pty_damage(t), "");
 *   pty_free(t);
 *
 * Every wait ends as soon as what it waits for is there, and fails after PTY_PATIENCE_MS; nothing sleeps for a fixed
 * time.
 */
#ifndef FLSTM_TESTS_PTY_H
#define FLSTM_TESTS_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PTY_PATIENCE_MS = 10000 };

struct pty;

/* env: changes to this process's environment, "NAME=VALUE" or "NAME" to unset; may be NULL. TERM is xterm-256color,
 * the locale C.UTF-8 and LINES, COLUMNS, NO_COLOR, COLORTERM unset unless env says otherwise. Both end the test
 * program when there are no terminals to be had. */
struct pty *pty_spawn(int cols, int rows, const char *const argv[], const char *const env[]);
/* The same with a function of the test itself as the program; its result is the exit status. */
struct pty *pty_run(int cols, int rows, int (*program)(void *), void *arg, const char *const env[]);
void pty_free(struct pty *t);                     /* kills what still runs; NULL is fine */

/* ---- typing ---- */
void pty_keys(struct pty *t,
              const char *keys); /* "j<Right><C-l>", as in key.h; named keys in the mode the program has set */
void pty_type(struct pty *t, const void *bytes, size_t n);
void pty_resize(struct pty *t, int cols, int rows);     /* the kernel sends SIGWINCH */
void pty_hang_up(struct pty *t);                  /* the terminal vanishes; nothing can be read or typed after */

/* ---- the screen ---- */
bool pty_shows(struct pty *t, const char *text);        /* waits until text is in some row */
bool pty_hides(struct pty *t, const char *text);        /* waits until it is in none */
bool pty_matches(struct pty *t, const char *regex);     /* POSIX extended; rows are lines */
bool pty_until(struct pty *t, bool (*holds)(struct pty *t, void *arg), void *arg);
void pty_settle(struct pty *t, int quiet_ms);     /* waits until nothing was written for so long */
const char *pty_screen(struct pty *t);            /* all rows, trailing blanks cut; valid until the next call */

enum { PTY_DEFAULT = -1, PTY_RGB = 1 << 24 };     /* colours: PTY_DEFAULT, a palette index, or PTY_RGB + rgb */
struct pty_cell { char text[32]; int width; int32_t fg, bg; bool bold, reverse, underline; };
struct pty_cell pty_cell(struct pty *t, int x, int y);
bool pty_cursor(struct pty *t, int *x, int *y);   /* true when it is visible */

/* ---- what was written ---- */
size_t pty_bytes(struct pty *t);
const char *pty_log(struct pty *t);               /* every byte so far (pty_bytes of them), NUL-terminated */
bool pty_wrote(struct pty *t, const char *sequence);
/* Modes a program leaves behind, as words: "alternate-screen hidden-cursor pen keypad paste mouse termios"; "" when
 * all is as it was before the program. Valid until the next call. */
const char *pty_damage(struct pty *t);

/* ---- the process ---- */
int pty_pid(struct pty *t);
bool pty_running(struct pty *t);                  /* as far as is known at this moment */
void pty_signal(struct pty *t, int sig);
int pty_ended(struct pty *t); /* waits; the exit status, 128+n for signal n, -1 when it did not end */
double pty_cpu_seconds(struct pty *t);            /* of the ended program */
bool pty_stopped(struct pty *t);                  /* waits until it is stopped; the terminal is then the "shell's" */
void pty_continue(struct pty *t);                 /* fg */

#endif
