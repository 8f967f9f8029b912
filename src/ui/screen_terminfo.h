/* screen_terminfo.h: a terminal's description with other colours, and without a palette to change.
 *
 * Most terminals of today show 24-bit colours while their terminfo entry speaks of 256, and the entries that speak of
 * more are rarely installed. And when an entry tells how to reset the palette, ncurses does so each time its screen is
 * entered, and the colours someone has given his terminal are gone. ncurses reads a whole compiled entry out of
 * TERMINFO when it begins with "hex:" (term(5)); this writes one: the entry the terminal has, but for its colours, and
 * for what its keys send: ui/screen_input.c reads those, and ncurses takes time over each byte.
 * No ncurses here: the caller lends the entry's parts.
 */
#ifndef FLSTM_UI_SCREEN_TERMINFO_H
#define FLSTM_UI_SCREEN_TERMINFO_H

#include <stdbool.h>

#include "base/str.h"

/* Values in the order of terminfo(5): absent ones are 0, negative, and NULL or (char *)-1. All borrowed. */
struct terminfo {
    const char *names;
    int flag_count, number_count, string_count;
    const signed char *flags;
    const short *numbers;
    char *const *strings;
    const char *const *string_names;      /* their short names: one that begins with k is of a key, and left out */
    bool resets_each_color;       /* the extended flag AX: 39 and 49 bring back the default colours one by one */
    bool direct;                  /* the extended RGB: its colours are 0xRRGGBB, more than `numbers` can say */
};

enum terminfo_colors { TERMINFO_SAME, TERMINFO_256, TERMINFO_DIRECT };

/* Replaces *out by "hex:…"; false when the entry is too large for the format. */
bool terminfo_recolor(struct str *out, const struct terminfo *t, enum terminfo_colors colors);

#endif
