/* screen_signal.h: what the outside says to a program that holds a terminal, and the last way to give it back.
 *
 * Handlers only take notes: trap_take reads them at a moment when anything may be done. The exceptions are crashes and
 * a program that does not listen any more: there guard_restore, which uses nothing but calls allowed in a
 * handler, gives the terminal back before the process ends by that signal.
 *
 * One program holds one terminal, so this state is global. Only ui/screen_curses.c uses it.
 */
#ifndef FLSTM_UI_SCREEN_SIGNAL_H
#define FLSTM_UI_SCREEN_SIGNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "base/err.h"

enum { TRAP_RESIZE = 1, TRAP_STOP = 2, TRAP_CONT = 4, TRAP_END = 8 };

/* Installs the handlers; signals that were ignored when we came stay ignored. */
bool trap_open(struct err *e);
void trap_close(void);                            /* puts back the handlers that were there */
int trap_fd(void);                                /* becomes readable when there is something to take */
unsigned trap_take(int *sig);                     /* TRAP_ bits since the last call; *sig for TRAP_END */

/* Stops this process (or, all: its whole process group, as Ctrl-Z does) until SIGCONT; the terminal must have been
 * given back. At once back when job control is not to be had. */
void trap_stop(bool all);

enum { GUARD_MAX = 512 };
/* From now until guard_disarm, whatever ends the process writes these bytes (at most GUARD_MAX) to fd and sets these
 * modes. */
void guard_arm(int fd, const struct termios *modes, const char *bytes, size_t n);
void guard_disarm(void);
void guard_restore(void);                         /* does it now, once; may be called in a signal handler */

#endif
