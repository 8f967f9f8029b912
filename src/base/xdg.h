/* xdg.h: where the user and the system keep what a program is to find (XDG Base Directory Specification 0.8): the
 * folder flstm-tui in $XDG_CONFIG_HOME, then in each of $XDG_CONFIG_DIRS; for data the same with DATA. What a program
 * writes for itself is elsewhere: state_home.h. */
#ifndef FLSTM_BASE_XDG_H
#define FLSTM_BASE_XDG_H

#include <stdbool.h>

#include "base/str.h"

enum xdg { XDG_CONFIG, XDG_DATA };

/* The path of `name` in the n-th of these folders, from 0, the user's own, to the least important; false beyond the
 * last. Nothing is looked for or made. A folder that is not absolute is left out, as the specification asks. */
bool xdg_path(enum xdg kind, int n, const char *name, struct str *path);

#endif
