/* str.h: a growing string. Always NUL-terminated once anything was added; may hold NULs (len counts). */
#ifndef FLSTM_BASE_STR_H
#define FLSTM_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct str {
    char *s;              /* owned; NULL when nothing was ever added */
    size_t len, cap;
};

void str_add(struct str *b, const char *s);                    /* a C string */
void str_addn(struct str *b, const char *s, size_t n);
void str_addc(struct str *b, char c);
void str_addf(struct str *b, const char *format, ...) ERR_PRINTF(2, 3);
void str_addvf(struct str *b, const char *format, va_list ap) ERR_PRINTF(2, 0);
void str_clear(struct str *b);                                 /* empties, keeps the memory */
void str_cut(struct str *b, size_t len);                       /* what is behind the first len bytes goes */
void str_free(struct str *b);                                  /* frees and zeroes */
char *str_take(struct str *b);                                 /* hands over the text (never NULL); b is empty after */
const char *str_text(const struct str *b);                     /* "" when empty */

/* Room for n more bytes and a NUL behind what is there; str_grown says how many were written. */
char *str_room(struct str *b, size_t n);
void str_grown(struct str *b, size_t n);

/* Where long text goes piece by piece, so that it never has to be in memory whole. take returns false when it cannot
 * go on (a full disk); `failed` is then set and whoever writes stops. */
struct drain {
    bool (*take)(void *to, const char *s, size_t n);
    void *to;
    bool failed;
};
/* Hands the text on and empties b, once there is a piece of it (64 KiB). d NULL: all of it is kept. False: stop. */
bool str_drain(struct str *b, struct drain *d);

bool str_ends(const char *s, const char *tail);                /* is tail how s ends? */

/* JSON output: a quoted, escaped string; and a float as the shortest decimal that reads back to the
 * same float (num_float), so that numbers round-trip whatever the locale. */
void str_add_json(struct str *b, const char *s);
void str_add_float(struct str *b, float v);
void str_add_double(struct str *b, double v);

#endif
