/* key.c: see key.h. One table of named keys serves reading, writing and showing. */
#include "ui/key.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

/* The first row of a key is its name; later ones are spellings that are read too. */
static const struct named { int key; const char *name, *shown, *shown_ascii; } named[] = {
    {K_SPACE, "Space", "Space", "Space"},
    {K_TAB, "Tab", "Tab", "Tab"},
    {K_ENTER, "Enter", "Enter", "Enter"},
    {K_ESC, "Esc", "Esc", "Esc"},
    {K_BACKSPACE, "BS", "Backspace", "Backspace"},
    {'<', "lt", "<", "<"},
    {K_UP, "Up", "\xE2\x86\x91", "Up"},
    {K_DOWN, "Down", "\xE2\x86\x93", "Down"},
    {K_LEFT, "Left", "\xE2\x86\x90", "Left"},
    {K_RIGHT, "Right", "\xE2\x86\x92", "Right"},
    {K_HOME, "Home", "Home", "Home"},
    {K_END, "End", "End", "End"},
    {K_PGUP, "PgUp", "PgUp", "PgUp"},
    {K_PGDN, "PgDn", "PgDn", "PgDn"},
    {K_INS, "Ins", "Ins", "Ins"},
    {K_DEL, "Del", "Del", "Del"},
    {K_BTAB, "S-Tab", "Shift-Tab", "Shift-Tab"},
    {K_F1, "F1", "F1", "F1"},
    {K_F2, "F2", "F2", "F2"},
    {K_F3, "F3", "F3", "F3"},
    {K_F4, "F4", "F4", "F4"},
    {K_F5, "F5", "F5", "F5"},
    {K_F6, "F6", "F6", "F6"},
    {K_F7, "F7", "F7", "F7"},
    {K_F8, "F8", "F8", "F8"},
    {K_F9, "F9", "F9", "F9"},
    {K_F10, "F10", "F10", "F10"},
    {K_F11, "F11", "F11", "F11"},
    {K_F12, "F12", "F12", "F12"},
    {K_WHEEL_UP, "WheelUp", "Wheel up", "Wheel up"},
    {K_WHEEL_DOWN, "WheelDown", "Wheel down", "Wheel down"},
    {K_RESIZE, "Resize", "", ""},
    {K_REDRAW, "Redraw", "", ""},

    {K_ENTER, "CR", NULL, NULL},
    {K_ENTER, "Return", NULL, NULL},
    {K_BACKSPACE, "Backspace", NULL, NULL},
    {K_BTAB, "BTab", NULL, NULL},
    {K_PGUP, "PageUp", NULL, NULL},
    {K_PGDN, "PageDown", NULL, NULL},
    {K_INS, "Insert", NULL, NULL},
    {K_DEL, "Delete", NULL, NULL},
    {K_ESC, "Escape", NULL, NULL},
    {'>', "gt", NULL, NULL},
    {'|', "Bar", NULL, NULL},
    {'\\', "Bslash", NULL, NULL},
};
enum { NAMED = sizeof named / sizeof *named };

static const struct named *find_key(int key)
{
    for (int k = 0; k < NAMED; k++)
        if (named[k].key == key && named[k].shown)
            return &named[k];
    return NULL;
}

/* "At12,5" */
static int parse_click(const char *s, size_t n)
{
    char text[16], *end;
    if (n < 5 || n >= sizeof text || strncasecmp(s, "At", 2) != 0 || strspn(s + 2, "0123456789,") < n - 2)
        return K_NONE;
    memcpy(text, s + 2, n - 2);
    text[n - 2] = '\0';
    long x = strtol(text, &end, 10), y = *end == ',' ? strtol(end + 1, &end, 10) : 0;
    return *end || x < 1 || x > 4096 || y < 1 || y > 4096 ? K_NONE : K_CLICK((int)x - 1, (int)y - 1);
}

/* What stands between < and >: a name, C- and a character, U+ and a number, or At and a place. */
static int parse_name(const char *s, size_t n)
{
    for (int k = 0; k < NAMED; k++)
        if (((named[k].name[0] ^ s[0]) & ~0x20) == 0 && strlen(named[k].name) == n
            && !strncasecmp(named[k].name, s, n))
            return named[k].key;
    if (n == 3 && (s[0] == 'C' || s[0] == 'c') && s[1] == '-') {
        char c = s[2];
        if (c == '?')
            return K_BACKSPACE;
        if ((c >= 'a' && c <= 'z') || (c > '@' && c <= '_'))
            return K_CTRL(c);
    }
    if (n >= 3 && strchr("AaMm", s[0]) && s[1] == '-') {
        size_t len;
        uint32_t cp = utf8_decode(s + 2, n - 2, &len);
        int key = len == n - 2 && cp > K_SPACE && cp != UTF8_BAD ? (int)cp : parse_name(s + 2, n - 2);
        return key >= K_SPACE && key < K_NAMED ? K_ALT(key) : K_NONE;
    }
    if (n >= 3 && n <= 8 && (s[0] == 'U' || s[0] == 'u') && s[1] == '+'
        && strspn(s + 2, "0123456789abcdefABCDEF") == n - 2) {
        long cp = strtol(s + 2, NULL, 16);
        return cp <= 0x10FFFF && (cp < 0xD800 || cp > 0xDFFF) ? (int)cp : K_NONE;
    }
    return parse_click(s, n);
}

int key_parse(const char **text)
{
    const char *s = *text;
    if (!*s)
        return K_NONE;
    bool letter = (s[1] >= 'a' && s[1] <= 'z') || (s[1] >= 'A' && s[1] <= 'Z');
    if (*s == '<' && letter) {
        const char *end = strchr(s + 2, '>');
        int key = end ? parse_name(s + 1, (size_t)(end - s) - 1) : K_NONE;
        if (key != K_NONE)
            *text = end + 1;
        return key;
    }
    if ((unsigned char)*s < 0x80) {
        *text = s + 1;
        return *s;
    }
    size_t len;
    uint32_t cp = utf8_decode(s, strlen(s), &len);
    if (cp == UTF8_BAD && len == 1)
        return K_NONE;
    *text = s + len;
    return (int)cp;
}

/* "Alt-" and the key without it, into buf. */
static char *with_alt(const char *before, const char *plain, const char *after, char buf[16])
{
    size_t n = strlen(plain);
    bool named_one = n > 2 && plain[0] == '<';            /* "<BS>" within "<A-BS>" */
    snprintf(buf, 16, "%s%.*s%s", before, (int)(named_one ? n - 2 : n), plain + named_one, after);
    return buf;
}

char *key_name(int key, char buf[16])
{
    const struct named *n = find_key(key);
    char plain[16];
    buf[0] = '\0';
    if (key & K_CLICK_BIT) {
        snprintf(buf, 16, "<At%d,%d>", K_CLICK_X(key) + 1, K_CLICK_Y(key) + 1);
        return buf;
    }
    if (key & K_ALT_BIT)
        return with_alt("<A-", key_name(key & ~K_ALT_BIT, plain), ">", buf);
    if (n)
        snprintf(buf, 16, "<%s>", n->name);
    else if (key > 0 && key < 32)
        snprintf(buf, 16, "<C-%c>", key <= 26 ? key + 'a' - 1 : key + '@');
    else if (key > 0 && key <= 0x10FFFF) {
        if (utf8_hidden((uint32_t)key) || !utf8_width((uint32_t)key))
            snprintf(buf, 16, "<U+%04X>", (unsigned)key);
        else
            utf8_encode((uint32_t)key, buf);
    }
    return buf;
}

char *key_show(int key, bool ascii, char buf[16])
{
    const struct named *n = find_key(key);
    char plain[16];
    buf[0] = '\0';
    if (key & K_CLICK_BIT)
        return key_name(key, buf);
    if (key & K_ALT_BIT)
        return with_alt("Alt-", key_show(key & ~K_ALT_BIT, ascii, plain), "", buf);
    if (n)
        snprintf(buf, 16, "%s", ascii ? n->shown_ascii : n->shown);
    else if (key > 0 && key < 32)
        snprintf(buf, 16, "Ctrl-%c", key + '@');
    else if (key > 0 && key <= 0x10FFFF) {
        if (utf8_hidden((uint32_t)key) || !utf8_width((uint32_t)key) || (ascii && key >= 0x7F))
            snprintf(buf, 16, "U+%04X", (unsigned)key);
        else
            utf8_encode((uint32_t)key, buf);
    }
    return buf;
}

int key_next(const char **list)
{
    while (**list == ' ')
        ++*list;
    return **list ? key_parse(list) : K_NONE;
}

bool key_listed(const char *list, int key)
{
    if (key > K_SPACE && key < 0x7F && !strchr(list, key) && !strchr(list, '<'))
        return false;
    for (int one; (one = key_next(&list)) != K_NONE;)
        if (one == key)
            return true;
    return false;
}
