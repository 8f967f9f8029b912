/* out.c: standard output and standard error. */
#include <stdio.h>

#include "app/run.h"

void app_report(const struct err *e)
{
    fprintf(stderr, "flstm-tui: %s\n", e->text);
}

int app_write_out(const struct str *out)
{
    if (out->len && fwrite(out->s, 1, out->len, stdout) != out->len)
        goto fail;
    if (fflush(stdout) == 0)
        return EXIT_FINE;
fail:;
    struct err e = {{0}};
    err_errno(&e, "standard output", "write");
    app_report(&e);
    return EXIT_FAILED;
}
