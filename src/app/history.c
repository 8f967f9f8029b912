/* history.c: see history.h. The file has a line a line, the oldest first. */
#include "app/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/state_home.h"
#include "base/utf8.h"

enum { KEPT = APP_HISTORY };

/* The last lines of the file, newest first; how many. */
static int read_lines(char *lines[KEPT])
{
    struct str path = {0};
    char *text;
    size_t len;
    int n = 0;
    bool there =
        state_home("history", &path) && file_read_if(str_text(&path), FILE_SMALL, file_is_text, &text, &len, NULL);
    str_free(&path);
    if (!there)
        return 0;
    for (char *end = text + len; end > text && n < KEPT;) {
        char *from = end;
        while (from > text && from[-1] != '\n')
            from--;
        *end = '\0';
        if (*from && utf8_valid(from, strlen(from), NULL))
            lines[n++] = xstrdup(from);
        end = from > text ? from - 1 : text;
    }
    free(text);
    return n;
}

void history_load(struct app *a)
{
    char *lines[KEPT];
    int n = read_lines(lines);
    for (int k = 0; k < n; k++)
        a->last_command[k] = lines[k];
    a->history_old = n ? xstrdup(lines[0]) : NULL;
}

void history_save(const struct app *a)
{
    char *was[KEPT];
    int new = 0, n = read_lines(was);
    struct str path = {0}, out = {0};
    while (new < KEPT && a->last_command[new] && !(a->history_old && strcmp(a->last_command[new], a->history_old) == 0))
        new++;
    for (int k = n < KEPT - new ? n - 1 : KEPT - new - 1; k >= 0; k--)
        str_addf(&out, "%s\n", was[k]);
    for (int k = new - 1; k >= 0; k--)
        str_addf(&out, "%s\n", a->last_command[k]);
    if (new && state_home("history", &path))
        state_write(str_text(&path), str_text(&out), out.len);
    for (int k = 0; k < n; k++)
        free(was[k]);
    str_free(&path);
    str_free(&out);
}
