/* state_home.h: where a program keeps what it is told to remember: $XDG_STATE_HOME/flstm-tui, or
 * ~/.local/state/flstm-tui (XDG Base Directory Specification 0.8). */
#ifndef FLSTM_BASE_STATE_HOME_H
#define FLSTM_BASE_STATE_HOME_H

#include <stdbool.h>

#include "base/str.h"

/* The path of `name` in there; the folders above it are made, for their owner alone (0700). False where there is no
 * such place: then nothing is remembered, and nobody needs to be told. */
bool state_home(const char *name, struct str *path);
/* file_write, for the owner alone (0600). */
bool state_write(const char *path, const char *data, size_t len);

#endif
