/* log.c: see log.h. */
#include "app/log.h"

#include <stdlib.h>
#include <string.h>

#include "action/keymap.h"
#include "base/clock.h"
#include "ui/key.h"

bool log_open(struct event_log *log, struct err *e)
{
    const char *path = getenv("FLSTM_LOG");
    *log = (struct event_log){0};
    if (!path || !*path)
        return true;
    log->file = fopen(path, "a");
    if (!log->file)
        return err_errno(e, path, "open");
    setvbuf(log->file, NULL, _IOLBF, 0);      /* what was pressed last is there after a crash */
    fprintf(log->file, "# flstm-tui %s\n", FLSTM_VERSION);
    return true;
}

void log_close(struct event_log *log)
{
    if (!log->file)
        return;
    log_frame(log);
    fclose(log->file);
    str_free(&log->lines);
    log->file = NULL;
}

/* What the process has written so far, as Linux counts it; -1 elsewhere. */
static long long written_bytes(void)
{
    char line[80];
    long long n = -1;
    FILE *f = fopen("/proc/self/io", "r");
    while (f && n < 0 && fgets(line, sizeof line, f))
        if (strncmp(line, "wchar: ", 7) == 0)
            n = strtoll(line + 7, NULL, 10);
    if (f)
        fclose(f);
    return n;
}

static void add_meaning(const struct app *a, int key, struct str *out)
{
    const struct binding *b = keymap_find(a->keymap, a->view, key);
    if (a->prompt.active)
        str_add(out, "typed");
    else if (b && b->row)
        str_addf(out, "%s: own key", a->view->name);
    else if (b)
        str_addf(out, "%s%s%s", b->action->name, *b->argument ? " " : "", b->argument);
    else
        str_add(out, "-");
}

/* Ends the last line: the lines before it are whole. */
static void end_line(struct event_log *log, long long bytes)
{
    str_addf(&log->lines, "\t%.1f\t", clock_ms() - log->began);
    if (bytes < 0)
        str_add(&log->lines, "-\n");
    else
        str_addf(&log->lines, "%lld\n", bytes);
}

void log_key(struct event_log *log, const struct app *a, int key)
{
    char name[16];
    if (!log->file || key == K_RESIZE || key == K_REDRAW)
        return;
    if (log->keys)
        end_line(log, 0);
    log->began = clock_ms();
    log->keys++;
    str_addf(&log->lines, "%s\t", key_name(key, name));
    add_meaning(a, key, &log->lines);
}

void log_draws(struct event_log *log, int w, int h)
{
    if (!log->file)
        return;
    if (w != log->w || h != log->h)
        fprintf(log->file, "# %dx%d\n", w, h);
    log->w = w;
    log->h = h;
    log->drawn = true;
    log->written = written_bytes();
}

void log_frame(struct event_log *log)
{
    if (!log->file)
        return;
    bool drawn = log->drawn;
    log->drawn = false;
    if (!log->keys)
        return;
    end_line(log, !drawn ? 0 : log->written < 0 ? -1 : written_bytes() - log->written);
    fputs(str_text(&log->lines), log->file);
    str_clear(&log->lines);
    log->keys = 0;
}
