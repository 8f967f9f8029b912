/* glyph.c: the two character sets, and how text from outside is written in the smaller one. */
#include "ui/glyph.h"

#include <stddef.h>

const struct glyphs glyphs_unicode = {
    .full = 0x2588,
    .bar = 0x2587,
    .little = 0x258F,
    .little_left = 0x2595,
    .notch = 0x2592,
    .left = {' ', 0x258F, 0x258E, 0x258D, 0x258C, 0x258B, 0x258A, 0x2589},
    .lower = {' ', 0x2581, 0x2582, 0x2583, 0x2584, 0x2585, 0x2586, 0x2587},
    .right_half = 0x2590,
    .upper_half = 0x2580,
    .track = ' ',
    .bar_begin = 0x2595,
    .bar_end = 0x258F,
    .zero = 0x253C,
    .ghost = 0x250A,
    .ghost_column = 0x254C,
    .hline = 0x2500,
    .vline = 0x2502,
    .quarters = {"0", "\xC2\xBC", "\xC2\xBD", "\xC2\xBE", "1"},
    .heat = {' ', 0x2591, 0x2592, 0x2593, 0x2588},
    .heat_neg = {' ', 0x2581, 0x2582, 0x2584, 0x2586},
    .dot = 0x25CF,
    .pointer = 0x25B8,
    .pointer_left = 0x25C2,
    .pointer_up = 0x25B4,
    .pointer_down = 0x25BE,
    .cut = 0x2026,
    .hidden = 0xFFFD,
    .unknown = 0xB7,
    .delta = 0x394,
    .below = {0x2594, 0x2580, 0x2588},
    .arrow = "\xE2\x86\x92",
    .times = "\xC3\x97",
    .odot = "\xE2\x8A\x99",
    .sigma = "\xCF\x83",
    .candidate = "g",
    .minus = "\xE2\x88\x92",
    .times_dot = "\xC2\xB7",
    .prod_f = "\xE2\x88\x8F""f",
    .partial = "\xE2\x88\x82",
    .about = "\xE2\x89\x88",
    .etc = "\xE2\x80\xA6",
    .apex = 0x25B2,
    .at_least = "\xE2\x89\xA5",
    .at_most = "\xE2\x89\xA4",
    .to = "\xE2\x86\x92",
    .range = "\xE2\x80\xA6",
    .half_above = "\xE2\x96\x80",
    .half_below = "\xE2\x96\x84",
    .up = "\xE2\x86\x91",
    .down = "\xE2\x86\x93",
    .left_right = "\xE2\x86\x90\xE2\x86\x92",
    .up_down = "\xE2\x86\x91\xE2\x86\x93",
    .newline = "\xE2\x86\xB5",
    .tab = "\xE2\x87\xA5",
    .space = "\xE2\x90\xA3",
    .middle_dot = "\xC2\xB7",
};

/* Halves of a cell end bars here: a cell is 8 eighths in ASCII too, so widgets need no second arithmetic. */
const struct glyphs glyphs_ascii = {
    .ascii = true,
    .full = '#',
    .bar = '#',
    .little = '|',
    .little_left = '|',
    .notch = '%',
    .left = {' ', ' ', ' ', '-', '-', '-', '=', '='},
    .lower = {' ', ' ', '.', '.', '.', ':', ':', ':'},
    .right_half = '-',
    .upper_half = '\'',
    .track = ' ',
    .bar_begin = '|',
    .bar_end = '|',
    .zero = '+',
    .ghost = ':',
    .ghost_column = '~',
    .hline = '-',
    .vline = '|',
    .quarters = {"0", ".25", ".5", ".75", "1"},
    .heat = {' ', '.', ':', '*', '#'},
    .heat_neg = {' ', '-', '=', '%', '@'},
    .dot = 'o',
    .pointer = '>',
    .pointer_left = '<',
    .pointer_up = '^',
    .pointer_down = 'v',
    .cut = '~',
    .hidden = '?',
    .unknown = '.',
    .delta = '~',
    .below = {'\'', '"', '#'},
    .arrow = "->",
    .times = "x",
    .odot = "*",
    .sigma = "s",
    .candidate = "g",
    .minus = "-",
    .times_dot = "*",
    .prod_f = "",
    .partial = "d",
    .about = "~",
    .etc = "...",
    .apex = '^',
    .at_least = ">=",
    .at_most = "<=",
    .to = ">",
    .range = "..",
    .half_above = "'",
    .half_below = ":",
    .up = "Up",
    .down = "Down",
    .left_right = "<- ->",
    .up_down = "Up Down",
    .newline = "\\n",
    .tab = "\\t",
    .space = "_",
    .middle_dot = "-",
};

/* U+00A0…U+017F, one letter each. */
static const char latin[] =
    " !cLoY|S\"ca<-?r-" "o+23'uP.,1o>????" "AAAAAAACEEEEIIII" "DNOOOOOxOUUUUYTs"
    "aaaaaaaceeeeiiii" "dnooooo/ouuuuyty" "AaAaAaCcCcCcCcDd" "DdEeEeEeEeEeGgGg"
    "GgGgHhHhIiIiIiIi" "IiIiJjKkkLlLlLlL" "lLlNnNnNnnNnOoOo" "OoOoRrRrRrSsSsSs"
    "SsTtTtTtUuUuUuUu" "UuUuWwYyYZzZzZzs";

static const struct { uint32_t first, last; char ascii; } folds[] = {
    {0x02BC, 0x02BC, '\''}, {0x03A3, 0x03A3, 'S'}, {0x03C3, 0x03C3, 's'},
    {0x2000, 0x200A, ' '}, {0x2010, 0x2015, '-'}, {0x2018, 0x201B, '\''}, {0x201C, 0x201F, '"'},
    {0x2022, 0x2022, '*'}, {0x2024, 0x2027, '.'}, {0x202F, 0x202F, ' '}, {0x2032, 0x2032, '\''}, {0x2033, 0x2033, '"'},
    {0x2039, 0x2039, '<'}, {0x203A, 0x203A, '>'}, {0x2044, 0x2044, '/'}, {0x205F, 0x205F, ' '},
    {0x2080, 0x2080, '0'}, {0x2081, 0x2081, '1'}, {0x2082, 0x2082, '2'}, {0x208A, 0x208A, '+'}, {0x208B, 0x208B, '-'},
    {0x2095, 0x2095, 'h'}, {0x2099, 0x2099, 'n'}, {0x209C, 0x209C, 't'}, {0x20AC, 0x20AC, 'E'},
    {0x2190, 0x2190, '<'}, {0x2191, 0x2191, '^'}, {0x2192, 0x2192, '>'}, {0x2193, 0x2193, 'v'},
    {0x21B5, 0x21B5, '<'}, {0x21D2, 0x21D2, '>'}, {0x21E5, 0x21E5, '>'},
    {0x2202, 0x2202, 'd'}, {0x2211, 0x2211, 'S'}, {0x2212, 0x2212, '-'}, {0x2217, 0x2217, '*'}, {0x2219, 0x2219, '.'},
    {0x2225, 0x2225, '|'}, {0x2248, 0x2248, '~'}, {0x2264, 0x2264, '<'}, {0x2265, 0x2265, '>'}, {0x2297, 0x2299, '*'},
    {0x22C5, 0x22C5, '.'}, {0x2423, 0x2423, '_'},
    {0x2500, 0x2501, '-'}, {0x2502, 0x2503, '|'}, {0x2504, 0x2505, '-'}, {0x2506, 0x2507, '|'}, {0x2508, 0x2509, '-'},
    {0x250A, 0x250B, ':'}, {0x250C, 0x254B, '+'}, {0x254C, 0x254D, '-'}, {0x254E, 0x254F, '|'}, {0x2550, 0x2550, '='},
    {0x2551, 0x2551, '|'}, {0x2552, 0x256C, '+'}, {0x256D, 0x257F, '+'},
    {0x2580, 0x2580, '\''}, {0x2581, 0x2583, '.'}, {0x2584, 0x2587, ':'}, {0x2588, 0x258B, '#'}, {0x258C, 0x258D, '-'},
    {0x258E, 0x258F, '|'}, {0x2590, 0x2590, '-'}, {0x2591, 0x2591, '.'}, {0x2592, 0x2592, ':'}, {0x2593, 0x2593, '*'},
    {0x2594, 0x2594, '\''}, {0x2595, 0x2595, '|'}, {0x2596, 0x259F, '#'},
    {0x25A0, 0x25A0, '#'}, {0x25AA, 0x25AA, '#'}, {0x25AC, 0x25AC, '='}, {0x25B2, 0x25B5, '^'}, {0x25B6, 0x25BB, '>'},
    {0x25BC, 0x25BF, 'v'}, {0x25C0, 0x25C5, '<'}, {0x25CB, 0x25CC, 'o'}, {0x25CF, 0x25CF, 'o'}, {0x25E6, 0x25E6, 'o'},
    {0x2713, 0x2714, 'v'}, {0x2717, 0x2718, 'x'}, {0x2800, 0x2800, ' '}, {0x2801, 0x28FF, '.'}, {0x3000, 0x3000, ' '},
};

uint32_t glyph_ascii(uint32_t cp)
{
    if (cp >= 0x20 && cp < 0x7F)
        return cp;
    if (cp >= 0xA0 && cp < 0xA0 + sizeof latin - 1)
        return (unsigned char)latin[cp - 0xA0];
    for (size_t k = 0; k < sizeof folds / sizeof *folds && folds[k].first <= cp; k++)
        if (cp <= folds[k].last)
            return (unsigned char)folds[k].ascii;
    return '?';
}
