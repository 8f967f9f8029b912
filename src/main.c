/* main.c: set locale, parse options, run. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/config.h"

/* Started with <&- or >&-, the next file opened would become standard input or output, and an error message part of
 * it. They are held open the wrong way round, so that using them still is an error. */
static void hold_standard_files(void)
{
    static const int wrong_way[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", wrong_way[fd]) < 0)
            return;
}

int main(int argc, char **argv)
{
    hold_standard_files();
    signal(SIGXFSZ, SIG_IGN); /* a file that grows too large is a failed write, which is told like any other */
    /* Characters follow the locale; numbers never do (num.h). */
    utf8_take_locale();
    struct options o;
    struct err e = {{0}};
    struct str out = {0};
    struct cli_wish wish;
    int status = EXIT_FINE;
    if (!cli_parse(argc, argv, &o, &wish, &e)) {
        app_report(&e);
        options_clear(&o);
        return EXIT_USAGE;
    }
    switch (wish.request) {
    case CLI_RUN: status = app_run(&o); break;
    case CLI_HELP:
        if (!cli_help(o.topic, &out, &e)) {
            app_report(&e);
            status = EXIT_USAGE;
        }
        break;
    case CLI_VERSION: str_add(&out, "flstm-tui " FLSTM_VERSION "\n"); break;
    case CLI_PRINT_CONFIG:
        if (o.usual.troubles)
            app_report(&o.usual.trouble);
        config_print(&o, &out);
        break;
    case CLI_COMPLETION: cli_completion(wish.shell, &out, &e); break;
    }
    if (out.len)
        status = app_write_out(&out);
    str_free(&out);
    options_clear(&o);
    return status;
}
