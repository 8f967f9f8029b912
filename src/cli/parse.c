/* parse.c: config files and environment first, then the command line over them. */
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/config.h"

/* Is anything looked at? What only computes, or answers a question, is the same for everybody. */
static bool draws_or_tells(const struct options *o)
{
    return !o->print && !o->list && !o->inspect && !o->check && !o->against && !o->try_orders;
}

/* The command line is read once to see whether it can be understood and whether a config is wanted; then once more
 * over what the config says, so that it has the last word. */
bool cli_parse(int argc, char **argv, struct options *o, struct cli_wish *wish, struct err *e)
{
    *o = (struct options){0};
    if (!cli_arguments(argc, argv, o, wish, e))
        return false;
    bool wanted = wish->request == CLI_PRINT_CONFIG || (wish->request == CLI_RUN && draws_or_tells(o));
    if (o->no_config || !wanted)
        return true;
    options_clear(o);
    config_read(o);
    return cli_arguments(argc, argv, o, wish, e);
}

void options_clear(struct options *o)
{
    free(o->set);
    config_free(o->config);
    *o = (struct options){0};
}
