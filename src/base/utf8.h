/* utf8.h: text from outside, made safe to show, and how many terminal cells it takes. */
#ifndef FLSTM_BASE_UTF8_H
#define FLSTM_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { UTF8_BAD = 0xFFFD };

/* Decodes one code point from s[0..n), n > 0; stores its length in *len (1 for a bad byte, which reads as UTF8_BAD). */
uint32_t utf8_decode(const char *s, size_t n, size_t *len);
/* Encodes; returns the number of bytes (1..4), NUL-terminated. */
size_t utf8_encode(uint32_t cp, char out[5]);
/* Whole text well-formed (no overlongs, no surrogates, ≤ U+10FFFF)? *bad (may be NULL) is the offset of the first
 * bad byte. */
bool utf8_valid(const char *s, size_t n, size_t *bad);
/* Code points in a C string. */
size_t utf8_count(const char *s);

/* Cells a code point takes: 0 (combining), 1 or 2. Independent of the locale in force. Controls and the
 * characters of utf8_hidden report 1: the width of their stand-in. */
int utf8_width(uint32_t cp);
/* The small letter of a capital, anything else as it is. Independent of the locale in force. */
uint32_t utf8_lower(uint32_t cp);
/* Neither letter, digit, blank nor control. Independent of the locale in force. */
bool utf8_punctuation(uint32_t cp);
/* Cells a text takes once every hidden character is replaced by its one-cell stand-in. */
int utf8_text_width(const char *s);

/* Takes LC_CTYPE from the environment and tells whether text may be UTF-8. Where no variable names a locale (bare
 * machines, containers) the terminal's own word counts: IUTF8 of termios(3). */
enum utf8_source { UTF8_NOT, UTF8_UNNAMED, UTF8_BY_LOCALE, UTF8_BY_TERMINAL };    /* UNNAMED: nobody says, so not */
enum utf8_source utf8_take_locale(void);

/* True for what must never reach a terminal as it is, or would not be seen there: controls (C0, DEL, C1), everything
 * that formats (bidi, zero-width, tags, BOM), line and paragraph separators, variation selectors and fillers,
 * noncharacters, surrogates. */
bool utf8_hidden(uint32_t cp);

/* Appends s (n bytes) as plain text that cannot act on a terminal: hidden characters become "<U+202E>"
 * (C0 and DEL "<0x1B>"), bad bytes "<0xFF>"; LF, CR, TAB become "\n", "\r", "\t". For messages, `text` output,
 * exports. */
void utf8_clean(struct str *out, const char *s, size_t n);

/* Appends s cut to at most `cells` cells, with "…" (or "~" when ascii) as last cell where it was cut. */
void utf8_cut(struct str *out, const char *s, int cells, bool ascii);

#endif
