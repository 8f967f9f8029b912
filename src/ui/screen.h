/* screen.h: the real terminal. ui/screen_curses.c is the only file that includes ncurses.
 *
 * screen_open prepares, and whatever happens after (quit, TERM, HUP, INT, QUIT, suspend, crash, the terminal going
 * away) the terminal is given back as it was.
 */
#ifndef FLSTM_UI_SCREEN_H
#define FLSTM_UI_SCREEN_H

#include <stdbool.h>

#include "base/err.h"
#include "ui/depth.h"
#include "ui/grid.h"
#include "ui/key.h"
#include "ui/theme.h"

struct screen;

/* Fails with one line when standard input or output is no terminal, or TERM is unset, unknown or cannot address the
 * cursor. Colours: see depth.h. Takes LC_CTYPE from the environment. While a screen is open it has
 * mem_on_die and the signals; one screen at a time. */
struct screen *screen_open(enum color_wish wish, struct err *e);
void screen_close(struct screen *s);              /* NULL is fine; gives the terminal back */

/* Asks the terminal to tell of clicks and the wheel, until the screen is closed; before the first picture. Where it
 * does not know how, nothing happens. */
void screen_take_mouse(struct screen *s);
/* Hands a text to the terminal's clipboard (OSC 52): also through ssh, tmux and screen. Whether it takes it is up to
 * the terminal, which does not tell. */
void screen_copy(struct screen *s, const char *text);

void screen_size(const struct screen *s, int *w, int *h);
enum depth screen_depth(const struct screen *s);
bool screen_utf8(const struct screen *s);         /* can the terminal's locale show Unicode? */
/* Shows the grid: only cells that differ from what is shown are touched. cursor_x/y -1: hidden. */
void screen_present(struct screen *s, const struct grid *g, const struct theme *t, int cursor_x, int cursor_y);
void screen_redraw(struct screen *s);             /* the next present repaints everything (Ctrl-L) */
/* Waits for a key at most timeout_ms (-1: for ever; 0: not at all). K_NONE on timeout. *hangup is set when the terminal
 * is gone or a terminating signal has come (*sig then is its number, 0 for a vanished terminal). */
int screen_key(struct screen *s, int timeout_ms, bool *hangup, int *sig);
/* Did the key last returned come out of a paste? (Terminals of the xterm family tell.) Pasted characters arrive as
 * ordinary keys, line ends and tabs as K_SPACE, everything else not at all: a paste never presses Enter. A program
 * drops pasted keys unless it is taking text, and draws again only when screen_key(s, 0, …) has no more of them. */
bool screen_pasting(const struct screen *s);
void screen_suspend(struct screen *s);            /* Ctrl-Z: returns after CONT, K_RESIZE/K_REDRAW follow */
void screen_bell(struct screen *s);

#endif
