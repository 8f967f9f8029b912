/* err.c: see err.h. */
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

bool err_vset(struct err *e, const char *source, const char *place, const char *format, va_list ap)
{
    if (!e)
        return false;
    struct str raw = {0}, line = {0};
    if (source && *source)
        str_addf(&raw, "%s: ", source);
    if (place && *place)
        str_addf(&raw, "%s: ", place);
    str_addvf(&raw, format, ap);
    utf8_clean(&line, str_text(&raw), raw.len);
    if (line.len < ERR_MAX) {
        memcpy(e->text, str_text(&line), line.len + 1);
    } else {
        /* Cut in the middle: the place at the front and the finding at the end both matter. */
        size_t head = ERR_MAX / 2, tail = ERR_MAX - head - 8;
        while (head && ((unsigned char)line.s[head] & 0xC0) == 0x80)
            head--;
        size_t from = line.len - tail;
        while (from < line.len && ((unsigned char)line.s[from] & 0xC0) == 0x80)
            from++;
        snprintf(e->text, sizeof e->text, "%.*s ... %s", (int)head, line.s, line.s + from);
    }
    str_free(&raw);
    str_free(&line);
    return false;
}

bool (err_set)(struct err *e, const char *source, const char *place, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    err_vset(e, source, place, format, ap);
    va_end(ap);
    return false;
}

bool (err_errno)(struct err *e, const char *source, const char *what)
{
    return err_set(e, source, NULL, "cannot %s: %s", what, strerror(errno));
}
