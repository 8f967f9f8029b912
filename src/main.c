/* main.c: set locale, parse options, run. */
#include <locale.h>
#include <stdio.h>

#include "cli/cli.h"

int main(int argc, char **argv)
{
    /* Characters follow the locale; numbers never do (num.h). */
    setlocale(LC_CTYPE, "");
    struct options o;
    struct err e = {{0}};
    struct str out = {0};
    enum cli_request request;
    const char *shell;
    int status = EXIT_FINE;
    if (!cli_parse(argc, argv, &o, &request, &shell, &e)) {
        app_report(&e);
        options_clear(&o);
        return EXIT_USAGE;
    }
    switch (request) {
    case CLI_RUN: status = app_run(&o); break;
    case CLI_HELP: cli_help(&out); break;
    case CLI_VERSION: str_add(&out, "flstm-tui " FLSTM_VERSION "\n"); break;
    case CLI_COMPLETION: cli_completion(shell, &out, &e); break;
    }
    if (out.len) {
        fputs(str_text(&out), stdout);
        if (fflush(stdout)) {
            err_errno(&e, "standard output", "write");
            app_report(&e);
            status = EXIT_FAILED;
        }
    }
    str_free(&out);
    options_clear(&o);
    return status;
}
