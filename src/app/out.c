/* out.c: standard output and standard error. */
#include <stdio.h>
#include <unistd.h>

#include "app/run.h"
#include "base/file.h"

void app_report(const struct err *e)
{
    fprintf(stderr, "flstm-tui: %s\n", e->text);
}

static bool write_out(const char *s, size_t n)
{
    if (file_write_descriptor(STDOUT_FILENO, s, n))
        return true;
    struct err e = {{0}};
    err_errno(&e, "standard output", "write");
    app_report(&e);
    return false;
}

int app_write_out(const struct str *out)
{
    return write_out(out->s, out->len) ? EXIT_FINE : EXIT_FAILED;
}

static bool take(void *to, const char *s, size_t n)
{
    (void)to;
    return write_out(s, n);
}

struct drain app_drain(void)
{
    return (struct drain){.take = take};
}
