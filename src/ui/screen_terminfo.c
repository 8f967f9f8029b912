/* screen_terminfo.c: see screen_terminfo.h. The format is "extended number format" of term(5): little-endian shorts, numbers
 * in four bytes, one string table; then a small extension that says RGB. */
#include "ui/screen_terminfo.h"

#include <stdint.h>
#include <string.h>

enum { MAGIC = 01036, LARGEST = 32767 };

/* Places in the lists of terminfo(5). */
enum { CAN_CHANGE = 27, HUE_LIGHTNESS = 29 };                          /* flags */
enum { COLORS = 13, PAIRS = 14 };                                      /* numbers */
enum { INITIALIZE_COLOR = 299, SETAF = 359, SETAB = 360 };             /* strings */

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
    if (i == SETAF)
        return colorings[colors].setaf;
    if (i == SETAB)
        return colorings[colors].setab;
    const char *s = t->strings[i];
    return s == (const char *)-1 || i == INITIALIZE_COLOR ? NULL : s;
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

bool terminfo_recolor(struct str *out, const struct terminfo *t, enum terminfo_colors colors)
{
    struct str entry = {0}, offsets = {0}, table = {0};
    if (t->number_count <= PAIRS || t->string_count <= SETAB)
        return false;
    add_strings(&offsets, &table, t, colors);
    const int header[] = {MAGIC, (int)strlen(t->names) + 1, t->flag_count, t->number_count, t->string_count, (int)table.len};
    for (int i = 0; i < 6; i++)
        add_short(&entry, header[i]);
    str_addn(&entry, t->names, strlen(t->names) + 1);
    for (int i = 0; i < t->flag_count; i++)
        str_addc(&entry, t->flags[i] > 0 && i != CAN_CHANGE && i != HUE_LIGHTNESS);
    add_evenly(&entry);
    for (int i = 0; i < t->number_count; i++)
        add_number(&entry, i == COLORS ? colorings[colors].colors : i == PAIRS ? 1 << 16 : t->numbers[i] < 0 ? -1 : t->numbers[i]);
    str_addn(&entry, str_text(&offsets), offsets.len);
    str_addn(&entry, str_text(&table), table.len);
    if (colors == TERMINFO_DIRECT) {
        const int extension[] = {1, 0, 0, 1, sizeof "RGB"};        /* one flag, no numbers, no strings; one name, its bytes */
        add_evenly(&entry);
        for (int i = 0; i < 5; i++)
            add_short(&entry, extension[i]);
        str_addn(&entry, "\1\0\0\0RGB", 8);                        /* set, aligned, name at 0 */
    }
    str_clear(out);
    str_add(out, "hex:");
    for (size_t i = 0; i < entry.len; i++)
        str_addf(out, "%02x", (unsigned char)entry.s[i]);
    bool fits = entry.len <= LARGEST;
    str_free(&entry);
    str_free(&offsets);
    str_free(&table);
    return fits;
}
