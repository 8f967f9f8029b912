/* progress.c: see progress.h. */
#include "base/progress.h"

#include <stddef.h>

#include "base/clamp.h"
#include "base/clock.h"

enum { EVERY_MS = 50 };

static struct { progress_show *show; double next; } listener;

void progress_listen(progress_show *show, double patience_ms)
{
    listener.show = show;
    listener.next = show ? clock_ms() + patience_ms : 0;
}

void progress_at(const char *what, double part)
{
    if (!listener.show)
        return;
    double now = clock_ms();
    if (now < listener.next)
        return;
    listener.next = now + EVERY_MS;
    listener.show(what, clamp_real(part, 0, 1));
}
