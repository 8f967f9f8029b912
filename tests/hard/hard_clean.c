/* hard_clean.c: every string of one to four bytes (4,311,810,304 of them) comes out of the cleaner without a
 * control, an invisible character or a byte that is no UTF-8, and short ones keep what was fine. Some nine minutes
 * of a core; HARD_SECONDS stops it earlier (the strings of four bytes are then taken from all over, and it says how
 * many). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"

/* Of a string that comes out as it went in, nothing needs to be hidden; what came out must be fine in itself. */
static bool harmless(const char *s, size_t n)
{
    size_t len;
    for (size_t k = 0; k < n; k += len) {
        if ((unsigned char)s[k] >= 0x20 && (unsigned char)s[k] < 0x7F) {
            len = 1;
            continue;
        }
        uint32_t cp = utf8_decode(s + k, n - k, &len);
        if (utf8_hidden(cp) || (cp == UTF8_BAD && len == 1))
            return false;
    }
    return true;
}

static int wrong(struct str *out, uint32_t bytes, size_t n)
{
    char in[4];
    for (size_t k = 0; k < n; k++)
        in[k] = (char)(bytes >> 8 * k & 0xFF);
    str_clear(out);
    utf8_clean(out, in, n);
    if (out->len >= n && harmless(out->s, out->len)
        && (!harmless(in, n) || (out->len == n && memcmp(out->s, in, n) == 0)))
        return 0;
    return printf("%zu bytes 0x%08X come out as \"%s\"\n", n, (unsigned)bytes, str_text(out));
}

int main(void)
{
    const char *given = getenv("HARD_SECONDS");
    double limit = given ? atof(given) : 0;
    time_t from = time(NULL);
    struct str out = {0};
    uint64_t done = 0;
    for (size_t n = 1; n <= 3; n++)
        for (uint32_t bytes = 0; bytes < (uint32_t)1 << 8 * n; bytes++, done++)
            if (wrong(&out, bytes, n))
                return 1;
    /* An odd step goes through all 2^32 before it comes back to 0. */
    uint32_t bytes = 0;
    for (uint64_t k = 0; k < (uint64_t)1 << 32; k++, bytes += 2654435769u, done++) {
        if (wrong(&out, bytes, 4))
            return 1;
        if (k % 1048576 == 0 && limit > 0 && difftime(time(NULL), from) >= limit)
            break;
    }
    str_free(&out);
    printf("%llu of 4311810304 strings come out clean\n", (unsigned long long)done);
    return 0;
}
