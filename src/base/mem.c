/* mem.c: see mem.h. */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*on_die)(void);

bool mem_product(size_t a, size_t b, size_t *out)
{
    if (b && a > SIZE_MAX / b)
        return false;
    *out = a * b;
    return true;
}

void *mem_array(size_t count, size_t size)
{
    size_t bytes;
    if (!mem_product(count, size, &bytes) || bytes > SIZE_MAX / 2)
        return NULL;
    bytes = (bytes + 63) & ~(size_t)63;
    if (!bytes)
        bytes = 64;
    void *p = aligned_alloc(64, bytes);
    if (p)
        memset(p, 0, bytes);
    return p;
}

void mem_free(void *p)
{
    free(p);
}

void mem_on_die(void (*callback)(void))
{
    on_die = callback;
}

_Noreturn void mem_die(void)
{
    if (on_die)
        on_die();
    fputs("flstm-tui: out of memory\n", stderr);
    exit(1);
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p)
        mem_die();
    return p;
}

void *xrealloc(void *p, size_t count, size_t size)
{
    size_t bytes;
    if (!mem_product(count, size, &bytes))
        mem_die();
    void *q = realloc(p, bytes ? bytes : 1);
    if (!q)
        mem_die();
    return q;
}

char *xstrndup(const char *s, size_t n)
{
    char *p = xcalloc(n + 1, 1);
    memcpy(p, s, n);
    return p;
}

char *xstrdup(const char *s)
{
    return xstrndup(s, strlen(s));
}
