/* check.h: what every harness holds against whatever it was given. */
#ifndef FLSTM_TESTS_FUZZ_CHECK_H
#define FLSTM_TESTS_FUZZ_CHECK_H

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "base/utf8.h"

/* Text that may go to a terminal: UTF-8 without anything hidden but the line ends (and, `escapes`, our own ESC). */
static inline void check_clean(const char *s, size_t n, bool escapes)
{
    size_t len;
    for (size_t k = 0; k < n; k += len) {
        uint32_t cp = utf8_decode(s + k, n - k, &len);
        assert(cp != UTF8_BAD || len == 3);
        assert(!utf8_hidden(cp) || cp == '\n' || cp == '\r' || (escapes && cp == 033));
    }
}

/* A refusal is one clean line that says something. */
static inline void check_error(const struct err *e)
{
    assert(*e->text && !strpbrk(e->text, "\r\n"));
    check_clean(e->text, strlen(e->text), false);
}

/* The bytes as a file that has a name, for what reads by name. Close the descriptor when done. */
static inline int file_of(const void *data, size_t n, char path[64])
{
    int fd = memfd_create("fuzz", 0);
    assert(fd >= 0 && write(fd, data, n) == (ssize_t)n);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

#endif
