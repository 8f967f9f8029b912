/* err.h: an error is a value that travels upward until someone can show it.
 *
 * Whatever a file or a user can cause returns false (or NULL) and fills a `struct err`:
 * where it is (a file, then a place in it) and what is wrong with it. Only main, cli and
 * app show errors: on standard error before the screen opens, in the status line after.
 * Broken invariants are not errors: they assert.
 */
#ifndef FLSTM_BASE_ERR_H
#define FLSTM_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

enum { ERR_MAX = 500 }; /* with the program's name before it and a newline a line stays within 512 bytes */

struct err {
    char text[ERR_MAX];   /* one cleaned line, "SOURCE: PLACE: what is wrong"; "" when there is none */
};

#if defined(__GNUC__)
#define ERR_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define ERR_PRINTF(f, a)
#endif

/* Fills e (ignored when NULL) and returns false, so that a caller can `return err_set(…)`.
 * source and place may be NULL or "": they are then left out together with their colon.
 * The text is cleaned (utf8_clean) and cut to fit; it never holds a control character. */
bool (err_set)(struct err *e, const char *source, const char *place, const char *format, ...) ERR_PRINTF(4, 5);
bool err_vset(struct err *e, const char *source, const char *place, const char *format, va_list ap) ERR_PRINTF(4, 0);

/* The same for a failed system call: "SOURCE: cannot WHAT: strerror(errno)". */
bool (err_errno)(struct err *e, const char *source, const char *what);

/* That a complaint is false every caller relies on: here compilers and analysers, which see one file at a time, see it
 * too. */
static inline bool err_false(bool told)
{
    (void)told;
    return false;
}
#ifdef ERR_IS_FALSE                     /* make coverage: nor is what would follow a true one a branch to be taken */
#define err_false(told) ((void)(told), false)
#endif
#define err_set(...) err_false((err_set)(__VA_ARGS__))
#define err_errno(...) err_false((err_errno)(__VA_ARGS__))

#endif
