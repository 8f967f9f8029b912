/* config.h: what is usual on this machine and for this user. A file is lines:
 *
 *     # a comment
 *     theme = okabe-dark             an option of the command line that may be usual, or a look (config_names)
 *     timeline.order = variance      what a view is set to at first
 *     map <C-n> next-word            keys: see action/keymap.h
 *
 * Read are flstm-tui/config in each of XDG_CONFIG_DIRS, the most important last, then in XDG_CONFIG_HOME; later lines
 * win. A line that cannot be understood is left out and told; the others count. Nothing is ever written. */
#ifndef FLSTM_CLI_CONFIG_H
#define FLSTM_CLI_CONFIG_H

#include "action/keymap.h"
#include "app/run.h"

struct config;

/* Reads the files that there are and FLSTM_TUI_THEME, and puts what they say into o, which was empty. o->config owns
 * it; options_clear frees it. */
void config_read(struct options *o);
/* One file's text, as if it had stood in `path` (for tests and config_read). */
void config_take(struct options *o, const char *text, size_t len, const char *path);
void config_free(struct config *c);
/* What is in force as such a file; what is as without one stands there as a comment. */
void config_print(const struct options *o, struct str *out);

#endif
