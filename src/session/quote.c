/* quote.c: text from anywhere as a JSON string. Files are read in terminals too: a bidi control or a C1 byte inside a
 * word is written as \u202e, which any reader turns back into the same word. */
#include <string.h>

#include "base/utf8.h"
#include "session/session_private.h"

static void escape(struct str *out, uint32_t cp)
{
    if (cp >= 0x10000) {
        str_addf(out, "\\u%04x", 0xD800u + (unsigned)((cp - 0x10000) >> 10));
        cp = 0xDC00 + ((cp - 0x10000) & 0x3FF);
    }
    str_addf(out, "\\u%04x", (unsigned)cp);
}

void quote_json(struct str *out, const char *s)
{
    static const struct { char c; const char *as; } named[] = {
        {'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\r', "\\r"}, {'\t', "\\t"},
    };
    size_t n = strlen(s), len;
    str_addc(out, '"');
    for (size_t i = 0; i < n; i += len) {
        uint32_t cp = utf8_decode(s + i, n - i, &len);
        const char *as = NULL;
        for (size_t k = 0; k < sizeof named / sizeof *named && !as; k++)
            if (cp == (unsigned char)named[k].c)
                as = named[k].as;
        if (as)
            str_add(out, as);
        else if (utf8_hidden(cp))
            escape(out, cp);
        else if (cp == UTF8_BAD && len == 1)
            str_add(out, "\xEF\xBF\xBD");
        else
            str_addn(out, s + i, len);
    }
    str_addc(out, '"');
}
