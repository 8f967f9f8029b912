/* utf8.c: see utf8.h. Widths come from the C library's wcwidth under a UTF-8 locale of our own, so that the C locale
 * measures the same as any other; what that locale cannot be had for counts one cell. */
#define _GNU_SOURCE
#include "base/utf8.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

uint32_t utf8_decode(const char *s, size_t n, size_t *len)
{
    const unsigned char *p = (const unsigned char *)s;
    *len = 1;
    if (p[0] < 0x80)
        return p[0];
    int more;
    uint32_t cp, least;
    if (p[0] >= 0xC2 && p[0] <= 0xDF)
        more = 1, cp = p[0] & 0x1Fu, least = 0x80;
    else if (p[0] >= 0xE0 && p[0] <= 0xEF)
        more = 2, cp = p[0] & 0x0Fu, least = 0x800;
    else if (p[0] >= 0xF0 && p[0] <= 0xF4)
        more = 3, cp = p[0] & 0x07u, least = 0x10000;
    else
        return UTF8_BAD;
    if (n < (size_t)more + 1)
        return UTF8_BAD;
    for (int k = 1; k <= more; k++) {
        if ((p[k] & 0xC0) != 0x80)
            return UTF8_BAD;
        cp = cp << 6 | (p[k] & 0x3Fu);
    }
    if (cp < least || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
        return UTF8_BAD;
    *len = (size_t)more + 1;
    return cp;
}

size_t utf8_encode(uint32_t cp, char out[5])
{
    size_t n;
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
        cp = UTF8_BAD;
    if (cp < 0x80) {
        out[0] = (char)cp;
        n = 1;
    } else if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        n = 2;
    } else if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        n = 3;
    } else {
        out[0] = (char)(0xF0 | cp >> 18);
        out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
        out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[3] = (char)(0x80 | (cp & 0x3F));
        n = 4;
    }
    out[n] = '\0';
    return n;
}

bool utf8_valid(const char *s, size_t n, size_t *bad)
{
    for (size_t i = 0; i < n;) {
        uint64_t eight = 0x80;
        if (n - i >= sizeof eight)
            memcpy(&eight, s + i, sizeof eight);
        if (!(eight & 0x8080808080808080u)) {            /* ASCII, all of them */
            i += sizeof eight;
            continue;
        }
        if ((unsigned char)s[i] < 0x80) {
            i++;
            continue;
        }
        size_t len;
        uint32_t cp = utf8_decode(s + i, n - i, &len);
        if (cp == UTF8_BAD && len == 1) {
            if (bad)
                *bad = i;
            return false;
        }
        i += len;
    }
    return true;
}

size_t utf8_count(const char *s)
{
    size_t n = strlen(s), count = 0, len;
    for (size_t i = 0; i < n; i += len, count++)
        utf8_decode(s + i, n - i, &len);
    return count;
}

/* Unicode 15.0: general categories Cc, Cf, Cs, Zl and Zp, the property Default_Ignorable_Code_Point (which also
 * holds places that are not given out yet, to be invisible one day), noncharacters of the first plane. In order. */
static const struct { uint32_t first, last; } hidden[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x0600, 0x0605},   {0x061C,
     0x061C},
    {0x06DD, 0x06DD},   {0x070F, 0x070F},   {0x0890, 0x0891},   {0x08E2, 0x08E2},   {0x115F, 0x1160},   {0x17B4,
     0x17B5},
    {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},   {0xD800,
     0xDFFF},
    {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0x110BD,
     0x110BD},
    {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

bool utf8_hidden(uint32_t cp)
{
    if (cp >= 0x20 && cp < 0x7F)
        return false;
    if (cp > 0x10FFFF || (cp & 0xFFFE) == 0xFFFE)                 /* the last two of every plane are no characters */
        return true;
    size_t low = 0, high = sizeof hidden / sizeof *hidden;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (cp > hidden[mid].last)
            low = mid + 1;
        else
            high = mid;
    }
    return low < sizeof hidden / sizeof *hidden && cp >= hidden[low].first;
}

/* The line discipline is told by the terminal (xterm, tmux, ssh, …) that its text is UTF-8. */
static bool terminal_utf8(void)
{
    struct termios modes;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (tcgetattr(fd, &modes) == 0)
            return modes.c_iflag & IUTF8;
    return false;
}

enum utf8_source utf8_take_locale(void)
{
    static const char *const variable[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *named = NULL;
    for (int k = 0; k < 3 && !named; k++) {
        const char *v = getenv(variable[k]);
        named = v && *v ? v : NULL;
    }
    bool taken = setlocale(LC_CTYPE, "") != NULL;
    if (!named)
        return terminal_utf8() && setlocale(LC_CTYPE, "C.UTF-8") ? UTF8_BY_TERMINAL : UTF8_UNNAMED;
    /* A locale that is not installed here still says what the terminal shows. */
    if (!taken && (strcasestr(named, "utf-8") || strcasestr(named, "utf8")))
        setlocale(LC_CTYPE, "C.UTF-8");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? UTF8_BY_LOCALE : UTF8_NOT;
}

/* A UTF-8 locale of our own, so that a text means the same in the C locale; 0 when there is none to be had. */
static locale_t letters(void)
{
    static locale_t utf8;
    static bool tried;
    if (!tried) {
        tried = true;
        static const char *const names[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8"};
        for (size_t k = 0; !utf8 && k < sizeof names / sizeof *names; k++)
            utf8 = newlocale(LC_CTYPE_MASK, names[k], (locale_t)0);
    }
    return utf8;
}

int utf8_width(uint32_t cp)
{
    if (cp < 0x7F || utf8_hidden(cp))
        return 1;
    /* The drawing characters of every picture: known, and too many to ask the library for each. */
    if (cp < 0x300 || (cp >= 0x2500 && cp <= 0x259F))
        return 1;
    locale_t utf8 = letters();
    if (!utf8)
        return 1;
    locale_t old = uselocale(utf8);
    int w = wcwidth((wchar_t)cp);
    uselocale(old);
    return w < 0 ? 1 : w;
}

uint32_t utf8_lower(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    locale_t utf8 = letters();
    return utf8 ? (uint32_t)towlower_l((wint_t)cp, utf8) : cp;
}

bool utf8_punctuation(uint32_t cp)
{
    if (cp < 0x80)
        return cp > 0x20 && cp < 0x7F && !(cp >= '0' && cp <= '9') && !(utf8_lower(cp) >= 'a' && utf8_lower(cp) <= 'z');
    locale_t utf8 = letters();
    return utf8 && iswpunct_l((wint_t)cp, utf8);
}

int utf8_text_width(const char *s)
{
    size_t n = strlen(s), len;
    int w = 0;
    for (size_t i = 0; i < n; i += len)
        w += utf8_width(utf8_decode(s + i, n - i, &len));
    return w;
}

void utf8_clean(struct str *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t len;
        uint32_t cp = utf8_decode(s + i, n - i, &len);
        if (cp == UTF8_BAD && len == 1)
            str_addf(out, "<0x%02X>", (unsigned)(unsigned char)s[i]);
        else if (cp == '\n')
            str_add(out, "\\n");
        else if (cp == '\r')
            str_add(out, "\\r");
        else if (cp == '\t')
            str_add(out, "\\t");
        else if (cp < 0x20 || cp == 0x7F)
            str_addf(out, "<0x%02X>", (unsigned)cp);
        else if (utf8_hidden(cp))
            str_addf(out, "<U+%04X>", (unsigned)cp);
        else
            str_addn(out, s + i, len);
        i += len;
    }
}

void utf8_cut(struct str *out, const char *s, int cells, bool ascii)
{
    if (cells <= 0)
        return;
    if (utf8_text_width(s) <= cells) {
        str_add(out, s);
        return;
    }
    size_t n = strlen(s), len;
    int w = 0;
    for (size_t i = 0;; i += len) { /* it is wider, so that one of them does not fit */
        uint32_t cp = utf8_decode(s + i, n - i, &len);
        int cw = utf8_width(cp);
        if (w + cw > cells - 1)
            break;
        str_addn(out, s + i, len);
        w += cw;
    }
    str_add(out, ascii ? "~" : "\xE2\x80\xA6");
}
