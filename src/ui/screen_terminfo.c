/* screen_terminfo.c: see screen_terminfo.h. The format is "extended number format" of term(5): little-endian shorts,
 * numbers in four bytes, one string table; then a small extension with the flags AX and RGB. */
#include "ui/screen_terminfo.h"

#include <stdint.h>
#include <string.h>

enum { MAGIC = 01036, LARGEST = 32767 };

/* Places in the lists of terminfo(5). */
enum { CAN_CHANGE = 27, HUE_LIGHTNESS = 29 };                          /* flags */
enum { COLORS = 13, PAIRS = 14 };                                      /* numbers */
enum { RESET_PALETTE = 298, SET_PALETTE = 299, SETAF = 359, SETAB = 360 };             /* strings */

static const struct {
    int colors;
    const char *setaf, *setab;
} colorings[] = {
    [TERMINFO_256] = {256,
        "\033[%?%p1%{8}%<%t3%p1%d%e%p1%{16}%<%t9%p1%{8}%-%d%e38;5;%p1%d%;m",
        "\033[%?%p1%{8}%<%t4%p1%d%e%p1%{16}%<%t10%p1%{8}%-%d%e48;5;%p1%d%;m"},
    [TERMINFO_DIRECT] = {1 << 24,
        "\033[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m",
        "\033[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m"},
};

static void add_short(struct str *b, int v)
{
    str_addc(b, (char)(v & 0xFF));
    str_addc(b, (char)(v >> 8 & 0xFF));
}

static void add_number(struct str *b, int v)
{
    add_short(b, v);
    add_short(b, v >> 16);
}

static void add_evenly(struct str *b)
{
    if (b->len % 2)
        str_addc(b, 0);
}

static const char *string_of(const struct terminfo *t, int i, enum terminfo_colors colors)
{
    if (i == SETAF && colors != TERMINFO_SAME)
        return colorings[colors].setaf;
    if (i == SETAB && colors != TERMINFO_SAME)
        return colorings[colors].setab;
    const char *s = t->strings[i];
    bool left_out = i == RESET_PALETTE || i == SET_PALETTE || t->string_names[i][0] == 'k';
    return s == (const char *)-1 || left_out ? NULL : s;
}

static int number_of(const struct terminfo *t, int i, enum terminfo_colors colors)
{
    if (i == COLORS && colors != TERMINFO_SAME)
        return colorings[colors].colors;
    if (i == PAIRS && colors != TERMINFO_SAME)
        return 1 << 16;
    return t->numbers[i] < 0 ? -1 : t->numbers[i];
}

/* Offsets into *offsets, the texts into *table. */
static void add_strings(struct str *offsets, struct str *table, const struct terminfo *t, enum terminfo_colors colors)
{
    for (int i = 0; i < t->string_count; i++) {
        const char *s = string_of(t, i, colors);
        add_short(offsets, s ? (int)table->len : -1);
        if (s)
            str_addn(table, s, strlen(s) + 1);
    }
}

/* Flags, padded to even; no numbers, no strings; the places of the names; the names. */
static void add_extension(struct str *entry, bool ax, bool rgb)
{
    struct str names = {0};
    int count = ax + rgb;
    if (!count)
        return;
    if (ax)
        str_addn(&names, "AX", 3);
    if (rgb)
        str_addn(&names, "RGB", 4);
    const int header[] = {count, 0, 0, count, (int)names.len};
    add_evenly(entry);
    for (int i = 0; i < 5; i++)
        add_short(entry, header[i]);
    for (int i = 0; i < count; i++)
        str_addc(entry, 1);
    add_evenly(entry);
    add_short(entry, 0);
    if (count == 2)
        add_short(entry, 3);
    str_addn(entry, str_text(&names), names.len);
    str_free(&names);
}

static void add_hex(struct str *out, const struct str *bytes)
{
    static const char digit[] = "0123456789abcdef";
    char some[512];
    for (size_t i = 0; i < bytes->len;) {
        size_t n = 0;
        for (; i < bytes->len && n < sizeof some; i++) {
            unsigned char c = (unsigned char)bytes->s[i];
            some[n++] = digit[c >> 4];
            some[n++] = digit[c & 15];
        }
        str_addn(out, some, n);
    }
}

bool terminfo_recolor(struct str *out, const struct terminfo *t, enum terminfo_colors colors)
{
    struct str entry = {0}, offsets = {0}, table = {0};
    const enum terminfo_colors counted = colors == TERMINFO_SAME && t->direct ? TERMINFO_DIRECT : colors;
    if (t->number_count <= PAIRS || t->string_count <= SETAB)
        return false;
    add_strings(&offsets, &table, t, colors);
    const int header[] = {MAGIC,           (int)strlen(t->names) + 1, t->flag_count,
                          t->number_count, t->string_count,           (int)table.len};
    for (int i = 0; i < 6; i++)
        add_short(&entry, header[i]);
    str_addn(&entry, t->names, strlen(t->names) + 1);
    for (int i = 0; i < t->flag_count; i++)
        str_addc(&entry, t->flags[i] > 0 && i != CAN_CHANGE && i != HUE_LIGHTNESS);
    add_evenly(&entry);
    for (int i = 0; i < t->number_count; i++)
        add_number(&entry, number_of(t, i, counted));
    str_addn(&entry, str_text(&offsets), offsets.len);
    str_addn(&entry, str_text(&table), table.len);
    add_extension(&entry, t->resets_each_color, counted == TERMINFO_DIRECT);
    str_clear(out);
    str_add(out, "hex:");
    add_hex(out, &entry);
    bool fits = entry.len <= LARGEST;
    str_free(&entry);
    str_free(&offsets);
    str_free(&table);
    return fits;
}
