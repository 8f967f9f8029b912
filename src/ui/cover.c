/* cover.c: see cover.h. */
#include "ui/cover.h"

#include <ctype.h>
#include <string.h>

/* How many bytes from s on are a number; 0: none begins here. */
static size_t number_at(const char *s, const char *begin)
{
    static const char minus[] = "\xE2\x88\x92";
    const char *p = s, *before = s;
    if (s > begin && (s[-1] == '-' || s[-1] == '['))       /* "t-1", "W[3]" */
        before--;
    if (before > begin && (isalnum((unsigned char)before[-1]) || before[-1] == '_'))
        return 0;
    if (s > begin && s[-1] == '.')
        return 0;
    if (strncmp(p, "nan", 3) == 0 || strncmp(p, "inf", 3) == 0)
        return isalpha((unsigned char)p[3]) ? 0 : 3;
    p += *p == '<' || *p == '>';
    p += *p == '+' || *p == '-' ? 1 : strncmp(p, minus, 3) == 0 ? 3 : 0;
    const char *digits = p;
    while (isdigit((unsigned char)*p) || (*p == '.' && isdigit((unsigned char)p[1])))
        p++;
    if (p == digits)
        return strncmp(p, "inf", 3) == 0 && p > s ? (size_t)(p - s) + 3 : 0;
    if (*p == 'e' && (p[1] == '+' || p[1] == '-') && isdigit((unsigned char)p[2]))
        for (p += 2; isdigit((unsigned char)*p);)
            p++;
    p += *p == '%';
    return (size_t)(p - s);
}

void cover_numbers(const char *text, struct str *out)
{
    for (const char *p = text; *p;) {
        size_t n = number_at(p, text);
        for (size_t k = 1; k < n; k++)
            if (((unsigned char)p[k] & 0xC0) != 0x80)
                str_addc(out, ' ');
        str_addc(out, n ? '?' : *p);
        p += n ? n : 1;
    }
}
