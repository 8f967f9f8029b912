/* cli.h: the command line. One table of options: --help, getopt_long and the shell completions all come from it. */
#ifndef FLSTM_CLI_CLI_H
#define FLSTM_CLI_CLI_H

#include "app/run.h"

struct cli_option {
    const char *name;             /* long name */
    char letter;                  /* or 0 */
    const char *argument;         /* "FILE", NULL for none */
    const char *choices; /* words for the completion, blanks between; "<models>" asks --list models; NULL: none */
    const char *help;
};
extern const struct cli_option cli_options[];
extern const int cli_option_count;

/* A chapter of --help: the options from its first one up to the first of the next. */
struct cli_topic { const char *name; int first; const char *about; };
extern const struct cli_topic cli_topics[];
extern const int cli_topic_count;

/* What a command line asks for besides running. */
enum cli_request { CLI_RUN, CLI_HELP, CLI_VERSION, CLI_COMPLETION, CLI_PRINT_CONFIG };
struct cli_wish { enum cli_request request; const char *shell; };      /* shell: whose completion; NULL otherwise */

/* Fills o from config files, the environment and argv; false with one line when the command line cannot be
 * understood. (parse.c) */
bool cli_parse(int argc, char **argv, struct options *o, struct cli_wish *wish, struct err *e);
/* argv alone, over what o holds already. */
bool cli_arguments(int argc, char **argv, struct options *o, struct cli_wish *wish, struct err *e);
/* An option by its long name, as a config file sets it; "yes" and "no" for one without an argument. A theme and a view
 * become what is usual: weaker than everything else. */
bool cli_set(struct options *o, const char *name, const char *value, struct err *e);
/* At most 80 columns wide. topic NULL: a page that says how to begin; "all": every option; else a topic by name or an
 * option by its own. */
bool cli_help(const char *topic, struct str *out, struct err *e);
/* shell: bash, zsh or fish. */
bool cli_completion(const char *shell, struct str *out, struct err *e);
void options_clear(struct options *o);

#endif
